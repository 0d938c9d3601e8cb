// SPDX-License-Identifier: MIT
// verify.c - checking a unit before it is loaded
//
// One pass over every function: each operand is checked by its letter (opcodes.def), then come the
// few rules that a letter does not tell. Most registers an instruction names stand alone; the ones
// that begin a window of several are in count_registers, the one place to change when an
// instruction with a new kind of window is added.
//
// What is not checked is what a register holds: an instruction for cells or iterations must look at
// its operand's kind itself, unless it comes from our own compiler. The same goes for CALL_DEFERRED,
// whose window is as wide as the calls in its list want.
#include "code/verify.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Where we are, for the message. `pc` is NOWHERE while the function's tables are looked at.
#define NOWHERE UINT32_MAX

typedef struct Verifier {
  const Unit *unit;
  const ProtoData *function;
  uint32_t index; // of the function
  uint32_t pc;
  char *why;
  size_t size;
} Verifier;

// Words the reason, with its place in front. Always false, so that a check can return it.
static bool refuse(Verifier *v, const char *format, ...) PRINTF(2, 3);
static bool refuse(Verifier *v, const char *format, ...) {
  char reason[200];
  va_list args;
  va_start(args, format);
  vsnprintf(reason, sizeof(reason), format, args);
  va_end(args);
  if (!v->function) {
    snprintf(v->why, v->size, "%s", reason);
    return false;
  }
  const char *name = v->function->name ? v->function->name : "anonymous";
  if (v->pc == NOWHERE) {
    snprintf(v->why, v->size, "function %u (%s): %s", v->index, name, reason);
  } else {
    snprintf(v->why, v->size, "function %u (%s), pc %u, %s: %s", v->index, name, v->pc,
             opcode_name(opcode_of(v->function->code[v->pc])), reason);
  }
  return false;
}

// --- Operands ----------------------------------------------------------------------------------

static const Constant *constant_at(const Verifier *v, int64_t index) {
  return index < v->function->constant_count ? &v->function->constants[index] : NULL;
}

static uint32_t count_select_registers(const Verifier *v, Instruction i) {
  const Constant *letters = constant_at(v, opcode_x(i));
  uint32_t count = 0;
  if (letters && letters->kind == CONSTANT_STRING) {
    for (uint32_t at = 0; at < letters->len; at++) count += opcode_select_operands(letters->text[at]);
  }
  return count > SELECT_RESULTS ? count : SELECT_RESULTS;
}

// How many registers operand `position` stands for, from the named one on.
static uint32_t count_registers(const Verifier *v, Instruction i, uint32_t position) {
  switch (opcode_of(i)) {
  case OP_NULLS: return opcode_b(i);
  case OP_MOVES: return opcode_c(i);
  case OP_INSTANCE: return opcode_c(i) > 0 ? opcode_c(i) : 1;
  case OP_CONCAT:
  case OP_LIST: return position == 1 ? opcode_c(i) : 1;
  case OP_RECORD: {
    const Constant *shape = constant_at(v, opcode_c(i));
    return position == 1 && shape ? shape->name_count : 1;
  }
  case OP_SLICE:
  case OP_SLICE_INCLUSIVE: return position == 2 ? 2 : 1;
  case OP_CALL:
  case OP_CALL_TYPED:
  case OP_CALL_SELF:
  case OP_CALL_SELF_TYPED:
  case OP_CALL_NAMED:
  case OP_CALL_LITERAL:
  case OP_DEFER:
  case OP_DEFER_NAMED:
  case OP_GO_NAMED:
  case OP_GO: return 2 + opcode_b(i);
  case OP_CALL_DEFERRED: return position == 0 ? 2 : 1;
  case OP_CALL_DOT:
  case OP_CALL_COLON:
  case OP_CALL_METHOD:
  case OP_DEFER_METHOD:
  case OP_GO_METHOD: return 3 + opcode_b(i);
  case OP_SELECT: return count_select_registers(v, i);
  case OP_ITER:
  case OP_EXACT_ITER: return position == 0 ? 3 : 1;
  case OP_ITER_NEXT: return position == 1 ? 3 : 1;
  case OP_ITER_NEXT_PAIR: return position == 1 ? 3 : 2;
  case OP_FOR_NUM:
  case OP_FOR_NUM_NEXT:
  case OP_FOR_INT:
  case OP_FOR_INT_NEXT: return 4;
  default: return 1;
  }
}

// An empty window may begin anywhere: it names no register.
static bool check_registers(Verifier *v, int64_t first, uint32_t count) {
  if (count == 0 || first + count <= v->function->register_count) return true;
  if (count == 1)
    return refuse(v, "there is no register r%lld, only %u", (long long)first,
                  v->function->register_count);
  return refuse(v, "the window r%lld … r%lld does not fit into %u registers", (long long)first,
                (long long)first + count - 1, v->function->register_count);
}

static bool check_index(Verifier *v, int64_t index, uint32_t count, const char *what) {
  if (index < count) return true;
  return refuse(v, "there is no %s %lld, only %u", what, (long long)index, count);
}

static bool check_jump(Verifier *v, int64_t distance) {
  int64_t target = (int64_t)v->pc + 1 + distance;
  if (target >= 0 && target < v->function->code_count) return true;
  return refuse(v, "the jump leads to %lld, outside the function's %u instructions",
                (long long)target, v->function->code_count);
}

static bool check_operand(Verifier *v, Instruction i, Operand operand, uint32_t position) {
  const ProtoData *function = v->function;
  switch (operand.letter) {
  case 'R': return check_registers(v, operand.value, count_registers(v, i, position));
  case 'K': return check_index(v, operand.value, function->constant_count, "constant");
  case 'J': return check_jump(v, operand.value);
  case 'U': return check_index(v, operand.value, function->capture_count, "capture");
  case 'C': return check_index(v, operand.value, function->cache_count, "inline cache");
  case 'P': return check_index(v, operand.value, function->child_count, "child function");
  case 'G': return check_index(v, operand.value, unit_slots_end(v->unit), "module slot");
  case 'T': return check_index(v, operand.value, v->unit->type_count, "type");
  default: return true; // plain numbers
  }
}

// --- Rules of single instructions ----------------------------------------------------------------

static bool check_constant_kind(Verifier *v, uint32_t index, ConstantKind kind, const char *what) {
  if (v->function->constants[index].kind == kind) return true;
  return refuse(v, "constant k%u is not a %s", index, what);
}

// A constant that becomes a value of the program: a shape is none.
static bool check_constant_value(Verifier *v, uint32_t index) {
  if (v->function->constants[index].kind != CONSTANT_SHAPE) return true;
  return refuse(v, "constant k%u is a shape, not a value", index);
}

// The closure's captures must be there in the function that makes it.
static bool check_closure(Verifier *v, uint32_t child) {
  const ProtoData *maker = v->function;
  const ProtoData *made = &v->unit->functions[maker->children[child]];
  for (uint32_t at = 0; at < made->capture_count; at++) {
    const CaptureData *capture = &made->captures[at];
    if (capture->from == CAPTURE_REGISTER && capture->index >= maker->register_count)
      return refuse(v, "capture u%u is taken from register r%u, which is not there", at,
                    capture->index);
    if (capture->from == CAPTURE_CAPTURE && capture->index >= maker->capture_count)
      return refuse(v, "capture u%u is taken from capture u%u, which is not there", at,
                    capture->index);
    if (capture->from > CAPTURE_SELF)
      return refuse(v, "capture u%u is taken from a place of unknown kind %u", at, capture->from);
  }
  return true;
}

// The letters are known ones, `default` stands at most once, and each case has its jump.
static bool check_select(Verifier *v, const Constant *letters, uint32_t index) {
  if (!check_constant_kind(v, index, CONSTANT_STRING, "string")) return false;
  uint32_t default_count = 0;
  for (uint32_t at = 0; at < letters->len; at++) {
    char letter = letters->text[at];
    if (letter == '\0' || !strchr("rspad", letter))
      return refuse(v, "case %u is of unknown kind %d", at, letter);
    if (letter == SELECT_LETTER_DEFAULT && default_count++ > 0)
      return refuse(v, "case %u is a second default", at);
    uint64_t jump = (uint64_t)v->pc + 1 + at;
    if (jump >= v->function->code_count || opcode_of(v->function->code[jump]) != OP_JUMP)
      return refuse(v, "case %u has no jump", at);
  }
  return true;
}

// Not more names than arguments; a literal names all.
static bool check_names_of_call(Verifier *v, Instruction i) {
  if (!check_constant_kind(v, opcode_c(i), CONSTANT_SHAPE, "shape")) return false;
  uint32_t names = v->function->constants[opcode_c(i)].name_count;
  bool fits = opcode_of(i) == OP_CALL_LITERAL ? names == opcode_b(i) : names <= opcode_b(i);
  return fits || refuse(v, "%u arguments have %u names", opcode_b(i), names);
}

// The instruction looks at nothing but the stack's limit.
static bool check_self_call(Verifier *v, uint32_t count) {
  const ProtoData *function = v->function;
  if (function->is_async || function->has_rest)
    return refuse(v, "a function that is async or has a rest parameter is not called so");
  return count == function->param_count ||
         refuse(v, "%u arguments for the %u parameters of this function", count,
                function->param_count);
}

// The operands' ranges hold already.
static bool check_meaning(Verifier *v, Instruction i) {
  if (opcode_is_reserved(opcode_of(i))) return refuse(v, "this instruction is reserved for the runtime");
  switch (opcode_of(i)) {
  case OP_CONSTANT: return check_constant_value(v, opcode_x(i));
  case OP_CHECK_SET: return check_constant_kind(v, opcode_x(i), CONSTANT_STRING, "string");
  case OP_RECORD: return check_constant_kind(v, opcode_c(i), CONSTANT_SHAPE, "shape");
  case OP_TYPE_MEMBER: return check_constant_kind(v, opcode_b(i), CONSTANT_STRING, "string");
  case OP_CALL_SELF:
  case OP_CALL_SELF_TYPED: return check_self_call(v, opcode_b(i));
  case OP_CALL_NAMED:
  case OP_GO_NAMED:
  case OP_DEFER_NAMED:
  case OP_CALL_LITERAL: return check_names_of_call(v, i);
  case OP_KEY_AT:
  case OP_TEST_KEY: return check_constant_kind(v, opcode_c(i), CONSTANT_STRING, "string");
  case OP_ADD_NUM_K:
  case OP_SUB_NUM_K:
  case OP_MUL_NUM_K:
  case OP_DIV_NUM_K:
  case OP_MOD_NUM_K: return check_constant_kind(v, opcode_c(i), CONSTANT_NUMBER, "number");
  case OP_JUMP_LT_NUM_K:
  case OP_JUMP_NOT_LT_NUM_K:
  case OP_JUMP_LE_NUM_K:
  case OP_JUMP_NOT_LE_NUM_K:
  case OP_JUMP_GT_NUM_K:
  case OP_JUMP_NOT_GT_NUM_K:
  case OP_JUMP_GE_NUM_K:
  case OP_JUMP_NOT_GE_NUM_K: return check_constant_kind(v, opcode_b(i), CONSTANT_NUMBER, "number");
  case OP_JUMP_EQ_K:
  case OP_JUMP_NE_K:
    if (v->function->constants[opcode_b(i)].kind == CONSTANT_BUILTIN)
      return refuse(v, "constant k%u is a built-in, which has no plain equality", opcode_b(i));
    return check_constant_value(v, opcode_b(i));
  case OP_MOD_NUM_I:
  case OP_EXACT_MOD_I:
    return opcode_sc(i) > 0 || refuse(v, "the divisor %d is not positive", opcode_sc(i));
  case OP_TEST_TAG:
    return opcode_c(i) <= 3 || refuse(v, "there is no tag %u, only 0 to 3", opcode_c(i));
  case OP_CONCAT:
    return (opcode_c(i) > 0 && opcode_c(i) <= OPCODE_PARTS_MAX) || refuse(v, "there are %u parts", opcode_c(i));
  case OP_CLOSURE: return check_closure(v, opcode_x(i));
  case OP_CLOSURE_SAME:
    return v->unit->functions[v->function->children[opcode_x(i)]].capture_count == 0 ||
           refuse(v, "the function that is to be the same each time captures something");
  case OP_SELECT:
    return check_select(v, &v->function->constants[opcode_x(i)], opcode_x(i));
  default: return true;
  }
}

static bool check_instruction(Verifier *v, Instruction i) {
  if (opcode_of(i) >= OP_COUNT) return refuse(v, "%u is not an opcode", (unsigned)opcode_of(i));
  Operand operands[OPERANDS_MAX];
  uint32_t count = opcode_operands(i, operands);
  for (uint32_t at = 0; at < count; at++)
    if (!check_operand(v, i, operands[at], at)) return false;
  return check_meaning(v, i);
}

// --- Tables of a function ------------------------------------------------------------------------

static bool check_constants(Verifier *v) {
  for (uint32_t at = 0; at < v->function->constant_count; at++) {
    const Constant *constant = &v->function->constants[at];
    if (constant->kind > CONSTANT_SHAPE)
      return refuse(v, "constant k%u is of unknown kind %u", at, (unsigned)constant->kind);
    if (constant->kind == CONSTANT_BUILTIN && !constant->text)
      return refuse(v, "the built-in in constant k%u has no name", at);
    if (constant->kind == CONSTANT_STRING && !constant->text && constant->len > 0)
      return refuse(v, "the string in constant k%u has a length but no bytes", at);
    if (constant->kind != CONSTANT_SHAPE) continue;
    for (uint32_t key = 0; key < constant->name_count; key++)
      if (!constant->names[key])
        return refuse(v, "key %u of the shape in constant k%u has no name", key, at);
  }
  return true;
}

static bool check_names(Verifier *v) {
  const ProtoData *function = v->function;
  for (uint32_t at = 0; at < function->cache_count; at++)
    if (!function->cache_names[at]) return refuse(v, "inline cache c%u has no name", at);
  uint32_t params = function->param_count + (function->has_rest ? 1u : 0u);
  for (uint32_t at = 0; at < params; at++)
    if (!function->param_names || !function->param_names[at])
      return refuse(v, "parameter %u has no name", at);
  return true;
}

static bool check_shape(Verifier *v) {
  const ProtoData *function = v->function;
  uint32_t params = function->param_count + (function->has_rest ? 1u : 0u);
  if (params > function->register_count)
    return refuse(v, "%u parameters do not fit into %u registers", params,
                  function->register_count);
  if (function->required_count > function->param_count)
    return refuse(v, "%u parameters are required, but there are only %u", function->required_count,
                  function->param_count);
  if (function->code_count == 0) return refuse(v, "there are no instructions");
  if (function->typed_entry >= function->code_count)
    return refuse(v, "the typed entry %u is outside the %u instructions", function->typed_entry,
                  function->code_count);
  for (uint32_t at = 0; at < function->child_count; at++)
    if (function->children[at] >= v->unit->function_count)
      return refuse(v, "child %u is function %u, but the unit has only %u", at,
                    function->children[at], v->unit->function_count);
  return true;
}

static bool check_handlers(Verifier *v) {
  const ProtoData *function = v->function;
  for (uint32_t at = 0; at < function->handler_count; at++) {
    const Handler *handler = &function->handlers[at];
    if (handler->start > handler->end || handler->end > function->code_count)
      return refuse(v, "handler %u covers %u to %u, which is no part of the %u instructions", at,
                    handler->start, handler->end, function->code_count);
    if (handler->target >= function->code_count)
      return refuse(v, "handler %u leads to %u, outside the %u instructions", at, handler->target,
                    function->code_count);
    if (handler->reg >= function->register_count)
      return refuse(v, "handler %u leaves its error in register r%u, which is not there", at,
                    handler->reg);
  }
  return true;
}

static bool check_lines(Verifier *v) {
  const ProtoData *function = v->function;
  for (uint32_t at = 0; at < function->line_count; at++) {
    if (function->lines[at].pc >= function->code_count)
      return refuse(v, "line entry %u is for pc %u, outside the %u instructions", at,
                    function->lines[at].pc, function->code_count);
    if (at > 0 && function->lines[at].pc <= function->lines[at - 1].pc)
      return refuse(v, "line entry %u is not behind the one before it", at);
  }
  return true;
}

// Control must not run out of the last instruction.
static bool check_end(Verifier *v) {
  v->pc = v->function->code_count - 1;
  switch (opcode_of(v->function->code[v->pc])) {
  case OP_RETURN:
  case OP_RETURN_NULL:
  case OP_THROW:
  case OP_NO_MATCH:
  case OP_STUB:
  case OP_JUMP:
  case OP_LOOP: return true;
  default: return refuse(v, "the last instruction is neither a return nor a jump");
  }
}

static bool check_function(Verifier *v) {
  v->pc = NOWHERE;
  if (!check_shape(v) || !check_constants(v) || !check_names(v)) return false;
  if (!check_handlers(v) || !check_lines(v)) return false;
  for (uint32_t pc = 0; pc < v->function->code_count; pc++) {
    v->pc = pc;
    if (!check_instruction(v, v->function->code[pc])) return false;
  }
  return check_end(v);
}

// --- Types and the whole
// ---------------------------------------------------------------------------

static bool check_type(Verifier *v, uint32_t index) {
  const TypeData *type = &v->unit->types[index];
  uint32_t count = v->unit->type_count;
  if (type->tag > TAG_SIZED_INTEGER) return refuse(v, "type t%u has the unknown tag %u", index, type->tag);
  if (!type->name) return refuse(v, "type t%u has no name", index);
  if (type->parent < -1 || type->parent >= (int64_t)count)
    return refuse(v, "type t%u has parent %d, but there are only %u types", index, type->parent,
                  count);
  for (uint32_t at = 0; at < type->arg_count; at++)
    if (type->args[at] >= count)
      return refuse(v, "type t%u has the argument t%u, but there are only %u types", index,
                    type->args[at], count);
  for (uint32_t at = 0; at < type->field_count; at++) {
    if (!type->fields[at].name) return refuse(v, "field %u of type t%u has no name", at, index);
    if (type->fields[at].type >= count)
      return refuse(v, "field %s of type t%u is of type t%u, but there are only %u types",
                    type->fields[at].name, index, type->fields[at].type, count);
  }
  return true;
}

// Parent chains must end, or looking up a method would not. Every chain is walked until it meets a
// type that an earlier walk has passed; meeting one's own mark is a circle. Linear in the types.
static bool check_parents(Verifier *v) {
  uint32_t count = v->unit->type_count;
  uint32_t *walked_by = memory_require(NULL, (count + 1) * sizeof(uint32_t));
  for (uint32_t at = 0; at < count; at++) walked_by[at] = 0;
  bool is_fine = true;
  for (uint32_t start = 0; start < count && is_fine; start++) {
    int64_t at = start;
    while (at >= 0 && walked_by[at] == 0) {
      walked_by[at] = start + 1;
      at = v->unit->types[at].parent;
      if (at >= 0 && walked_by[at] == start + 1) {
        is_fine = refuse(v, "type t%lld is its own ancestor", (long long)at);
        break;
      }
    }
  }
  free(walked_by);
  return is_fine;
}

static bool check_tables(Verifier *v) {
  for (uint32_t at = 0; at < v->unit->type_count; at++)
    if (!check_type(v, at)) return false;
  for (uint32_t at = 0; at < v->unit->module_slot_count; at++)
    if (!v->unit->module_names[at]) return refuse(v, "module slot g%u has no name", at);
  return check_parents(v);
}

bool verify_unit(const Unit *unit, char *why, size_t size) {
  Verifier v = {.unit = unit, .pc = NOWHERE, .why = why, .size = size};
  if (unit->function_count == 0) return refuse(&v, "the unit has no function");
  if (unit->functions[0].capture_count > 0)
    return refuse(&v, "the top level cannot capture anything");
  if (!check_tables(&v)) return false;
  for (uint32_t at = 0; at < unit->function_count; at++) {
    v.function = &unit->functions[at];
    v.index = at;
    if (!check_function(&v)) return false;
  }
  return true;
}
