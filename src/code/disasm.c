// SPDX-License-Identifier: MIT
// disasm.c - the listing
//
// What a person wants to see first stands left: where a jump can land, the pc, the source line when
// it changes, the instruction, its operands. What only the tables know (constants, names, targets)
// is a comment at a fixed column. A function looks like this:
//
//   function 1  fn add(a, b?)  demo.luma:3
//     2 parameters, 1 required; 4 registers; 1 capture
//     u0 total  register r2 of the maker
//        0000    3  CAPTURE_GET      r2 u0           ; total
//        0001       JUMP_IF          r2 +1           ; to 0003
//      > 0003    5  RETURN           r3
//
// An operand's letter: r register, k constant, u capture, g module slot, p child function, t type,
// c inline cache; numbers and jumps are written as they are.
//
// A listing is most wanted when something is wrong, so nothing here trusts an index: what is
// outside its table is shown as `?`.
#include "code/disasm.h"

#include "base/memory.h"
#include "base/number.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define OPERANDS_WIDTH   16 // columns before the comment
#define TEXT_SHOWN       40 // bytes of a string constant that are shown
#define SHAPE_KEYS_SHOWN 8

// --- Constants ---------------------------------------------------------------------------------

static void show_text(Buffer *out, const char *text, uint32_t len) {
  uint32_t shown = len < TEXT_SHOWN ? len : TEXT_SHOWN;
  // A cut in the middle of a code point would make the listing malformed.
  while (shown < len && shown > 0 && ((unsigned char)text[shown] & 0xC0) == 0x80) shown--;
  buffer_byte(out, '"');
  for (uint32_t at = 0; at < shown; at++) {
    unsigned char c = (unsigned char)text[at];
    if (c == '\n')
      buffer_text(out, "\\n");
    else if (c == '\t')
      buffer_text(out, "\\t");
    else if (c == '"' || c == '\\')
      buffer_printf(out, "\\%c", c);
    else if (c < 0x20 || c == 0x7F)
      buffer_printf(out, "\\x%02X", c);
    else
      buffer_byte(out, (char)c);
  }
  buffer_byte(out, '"');
  if (shown < len) buffer_printf(out, "… %u bytes", len);
}

static void show_shape(Buffer *out, const Constant *shape) {
  buffer_byte(out, '{');
  for (uint32_t at = 0; at < shape->name_count; at++) {
    if (at > 0) buffer_text(out, ", ");
    if (at == SHAPE_KEYS_SHOWN) {
      buffer_printf(out, "… %u keys", shape->name_count);
      break;
    }
    buffer_text(out, shape->names[at]);
  }
  buffer_byte(out, '}');
}

static void show_number(Buffer *out, double number) {
  char text[NUMBER_TEXT_MAX];
  number_print(number, NUMBER_LUMA, text);
  buffer_text(out, text);
}

static void show_constant(Buffer *out, const Constant *constant) {
  switch (constant->kind) {
  case CONSTANT_NULL: buffer_text(out, "null"); return;
  case CONSTANT_FALSE: buffer_text(out, "false"); return;
  case CONSTANT_TRUE: buffer_text(out, "true"); return;
  case CONSTANT_NUMBER: show_number(out, constant->number); return;
  case CONSTANT_INTEGER: buffer_printf(out, "%" PRId64, constant->integer); return;
  case CONSTANT_STRING: show_text(out, constant->text, constant->len); return;
  case CONSTANT_BUILTIN: buffer_printf(out, "built-in %s", constant->text); return;
  case CONSTANT_SHAPE: show_shape(out, constant); return;
  }
  buffer_text(out, "?");
}

// --- Instructions ------------------------------------------------------------------------------

static void show_operand(Buffer *out, Operand operand) {
  switch (operand.letter) {
  case 'N':
  case 'I': buffer_printf(out, "%" PRId64, operand.value); return;
  case 'J': buffer_printf(out, "%+" PRId64, operand.value); return;
  default: buffer_printf(out, "%c%" PRId64, operand.letter - 'A' + 'a', operand.value); return;
  }
}

static const char *find_function_name(const Unit *unit, const ProtoData *function, int64_t child) {
  if (!unit || child >= function->child_count) return NULL;
  uint32_t index = function->children[child];
  if (index >= unit->function_count) return NULL;
  const char *name = unit->functions[index].name;
  return name ? name : "an anonymous function";
}

// The name behind an index of the kind that `letter` says; NULL if there is none to show.
static const char *find_name(const Unit *unit, const ProtoData *function, Operand operand) {
  int64_t index = operand.value;
  switch (operand.letter) {
  case 'U': return index < function->capture_count ? function->captures[index].name : "?";
  case 'C': return index < function->cache_count ? function->cache_names[index] : "?";
  case 'P': return find_function_name(unit, function, index);
  case 'G': return unit ? unit_slot_name(unit, (uint32_t)index) : NULL;
  case 'T': return unit && index < unit->type_count ? unit->types[index].name : NULL;
  default: return NULL;
  }
}

// What the tables know about an operand, as text; nothing for those that speak for themselves.
static void comment_operand(Buffer *out, const Unit *unit, const ProtoData *function, uint32_t pc,
                            Operand operand) {
  const char *between = out->len > 0 ? ", " : "";
  if (operand.letter == 'K') {
    buffer_text(out, between);
    if (operand.value < function->constant_count)
      show_constant(out, &function->constants[operand.value]);
    else
      buffer_byte(out, '?');
  } else if (operand.letter == 'J') {
    buffer_printf(out, "%sto %04" PRId64, between, (int64_t)pc + 1 + operand.value);
  } else {
    const char *name = find_name(unit, function, operand);
    if (!name) return;
    buffer_printf(out, "%s%s%s", between, operand.letter == 'C' ? "." : "", name);
  }
}

// The instruction without its place, with its line end.
static void show_instruction(Buffer *out, const Unit *unit, const ProtoData *function,
                             uint32_t pc) {
  Instruction i = function->code[pc];
  if (opcode_of(i) >= OP_COUNT) {
    buffer_printf(out, "?                not an instruction: %016" PRIx64 "\n", i);
    return;
  }
  Operand operands[OPERANDS_MAX];
  uint32_t count = opcode_operands(i, operands);
  buffer_printf(out, count > 0 ? "%-20s " : "%s", opcode_name(opcode_of(i)));

  Buffer comment = {0};
  size_t start = out->len;
  for (uint32_t at = 0; at < count; at++) {
    if (at > 0) buffer_byte(out, ' ');
    show_operand(out, operands[at]);
    comment_operand(&comment, unit, function, pc, operands[at]);
  }
  if (comment.len > 0) {
    size_t width = out->len - start;
    buffer_fill(out, ' ', width < OPERANDS_WIDTH ? OPERANDS_WIDTH - width : 1);
    buffer_text(out, "; ");
    buffer_append(out, comment.bytes, comment.len);
  }
  buffer_free(&comment);
  buffer_byte(out, '\n');
}

void disasm_instruction(Buffer *out, const ProtoData *function, uint32_t pc) {
  buffer_printf(out, "%04u ", pc);
  show_instruction(out, NULL, function, pc);
}

// --- Functions ---------------------------------------------------------------------------------

static void show_parameters(Buffer *out, const ProtoData *function) {
  uint32_t count = function->param_count + (function->has_rest ? 1u : 0u);
  buffer_byte(out, '(');
  for (uint32_t at = 0; at < count; at++) {
    const char *name = function->param_names ? function->param_names[at] : "?";
    bool is_rest = at == function->param_count;
    bool is_optional = !is_rest && at >= function->required_count;
    buffer_printf(out, "%s%s%s%s", at > 0 ? ", " : "", is_rest ? "..." : "", name,
                  is_optional ? "?" : "");
  }
  buffer_byte(out, ')');
}

static void show_count(Buffer *out, uint32_t count, const char *noun) {
  buffer_printf(out, "%u %s%s", count, noun, count == 1 ? "" : "s");
}

static void show_captures(Buffer *out, const ProtoData *function) {
  for (uint32_t at = 0; at < function->capture_count; at++) {
    const CaptureData *capture = &function->captures[at];
    buffer_printf(out, "  u%u %s  ", at, capture->name ? capture->name : "?");
    switch ((CaptureFrom)capture->from) {
    case CAPTURE_REGISTER: buffer_printf(out, "register r%u of the maker\n", capture->index); break;
    case CAPTURE_CAPTURE: buffer_printf(out, "capture u%u of the maker\n", capture->index); break;
    case CAPTURE_SELF: buffer_text(out, "the maker itself\n"); break;
    default: buffer_text(out, "from nowhere known\n"); break;
    }
  }
}

static void show_head(Buffer *out, const Unit *unit, uint32_t index) {
  const ProtoData *function = &unit->functions[index];
  buffer_printf(out, "\nfunction %u  %sfn ", index, function->is_async ? "async " : "");
  buffer_text(out, function->name ? function->name : "");
  show_parameters(out, function);
  buffer_printf(out, "  %s:%u\n  ", unit->path, function->line);
  show_count(out, function->param_count, "parameter");
  if (function->required_count != function->param_count)
    buffer_printf(out, ", %u required", function->required_count);
  buffer_text(out, "; ");
  show_count(out, function->register_count, "register");
  buffer_text(out, "; ");
  show_count(out, function->capture_count, "capture");
  if (function->typed_entry > 0) buffer_printf(out, "; typed entry %04u", function->typed_entry);
  if (function->is_stub) buffer_text(out, "; stub");
  if (function->is_loose) buffer_text(out, "; loose");
  if (function->has_self) buffer_text(out, "; takes self");
  buffer_byte(out, '\n');
  show_captures(out, function);
}

// One flag per instruction: a jump or a handler leads there.
static bool *find_targets(const ProtoData *function) {
  bool *targets = memory_require(NULL, function->code_count + 1);
  memset(targets, 0, function->code_count + 1);
  for (uint32_t pc = 0; pc < function->code_count; pc++) {
    if (opcode_of(function->code[pc]) >= OP_COUNT) continue;
    Operand operands[OPERANDS_MAX];
    uint32_t count = opcode_operands(function->code[pc], operands);
    if (count == 0 || operands[count - 1].letter != 'J') continue;
    int64_t target = (int64_t)pc + 1 + operands[count - 1].value;
    if (target >= 0 && target < function->code_count) targets[target] = true;
  }
  for (uint32_t at = 0; at < function->handler_count; at++)
    if (function->handlers[at].target < function->code_count)
      targets[function->handlers[at].target] = true;
  return targets;
}

static void show_code(Buffer *out, const Unit *unit, const ProtoData *function) {
  bool *targets = find_targets(function);
  uint32_t last_line = 0;
  for (uint32_t pc = 0; pc < function->code_count; pc++) {
    const LineEntry *entry = unit_find_line(function, pc);
    uint32_t line = entry ? entry->line : 0;
    buffer_printf(out, "  %c %04u ", targets[pc] ? '>' : ' ', pc);
    if (line != last_line)
      buffer_printf(out, "%4u  ", line);
    else
      buffer_fill(out, ' ', 6);
    last_line = line;
    show_instruction(out, unit, function, pc);
  }
  free(targets);
}

static void show_handlers(Buffer *out, const ProtoData *function) {
  for (uint32_t at = 0; at < function->handler_count; at++) {
    const Handler *handler = &function->handlers[at];
    buffer_printf(out, "  %s in %04u to %04u go on at %04u, with the error in r%u\n",
                  handler->is_cleanup ? "errors and cancellations" : "errors", handler->start,
                  handler->end, handler->target, handler->reg);
  }
}

// --- Units -------------------------------------------------------------------------------------

static void show_unit_head(Buffer *out, const Unit *unit) {
  buffer_printf(out, "unit %s: ", unit->path);
  show_count(out, unit->function_count, "function");
  buffer_text(out, ", ");
  show_count(out, unit->module_slot_count, "module slot");
  buffer_text(out, ", ");
  show_count(out, unit->type_count, "type");
  buffer_byte(out, '\n');
  for (uint32_t at = 0; at < unit->module_slot_count; at++)
    buffer_printf(out, "  g%u %s\n", unit->module_first_slot + at, unit->module_names[at] ? unit->module_names[at] : "?");
  for (uint32_t at = 0; at < unit->type_count; at++)
    buffer_printf(out, "  t%u %s\n", at, unit->types[at].name ? unit->types[at].name : "?");
}

void disasm_unit(Buffer *out, const Unit *unit) {
  show_unit_head(out, unit);
  for (uint32_t at = 0; at < unit->function_count; at++) {
    show_head(out, unit, at);
    show_code(out, unit, &unit->functions[at]);
    show_handlers(out, &unit->functions[at]);
  }
}
