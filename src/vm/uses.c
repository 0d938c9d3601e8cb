// SPDX-License-Identifier: MIT
// uses.c - what a function may still touch from one of its instructions on
//
// The instructions that can be reached are found by following jumps; handlers count as reached when
// one of the instructions that they guard is. Of the registers, those that a reachable instruction
// names are used. Besides, a window is wider than the operand that names it: values on their way
// into a call stand in registers without a variable, below the one that the instruction that waits
// will write to. What is above that one is left over.
#include "vm/uses.h"

#include "base/strmap.h"
#include "code/unit.h"
#include "vm/frame.h"
#include "vm/load.h"

#include <stdlib.h>
#include <string.h>

// What is used from one place on.
typedef struct Use {
  const Proto *proto;
  uint8_t *registers; // by number: whether it is named
  uint8_t *captures;
  VEC(uint32_t) slots;   // of the file's top level
  VEC(uint32_t) children; // functions that may be made
  bool uses_itself;
} Use;

struct Uses {
  VM *vm;
  StrMap known; // instruction → Use
  VEC(Use *) all;
};

Uses *uses_new(VM *vm) {
  Uses *uses = memory_require(NULL, sizeof(Uses));
  *uses = (Uses){.vm = vm};
  return uses;
}

static void free_use(Use *use) {
  free(use->registers);
  free(use->captures);
  vec_free(&use->slots);
  vec_free(&use->children);
  free(use);
}

void uses_free(Uses *uses) {
  if (!uses) return;
  for (uint32_t i = 0; i < uses->all.count; i++) free_use(uses->all.items[i]);
  vec_free(&uses->all);
  strmap_free(&uses->known);
  free(uses);
}

// --- Walking the code ----------------------------------------------------------------------------

typedef struct Walk {
  const Proto *proto;
  Use *use;
  uint8_t *reached;
  VEC(uint32_t) open;
} Walk;

static void reach_pc(Walk *walk, int64_t pc) {
  if (pc < 0 || pc >= walk->proto->code_count || walk->reached[pc]) return;
  walk->reached[pc] = 1;
  vec_push(&walk->open, (uint32_t)pc);
}

static void reach_handlers(Walk *walk, uint32_t pc) {
  const ProtoData *data = walk->proto->data;
  for (uint32_t i = 0; i < data->handler_count; i++) {
    if (pc >= data->handlers[i].start && pc < data->handlers[i].end)
      reach_pc(walk, data->handlers[i].target);
  }
}

static void name_register(Walk *walk, int64_t reg) {
  if (reg < walk->proto->register_count) walk->use->registers[reg] = 1;
}

// What the new function captures.
static void name_captured(Walk *walk, uint32_t child) {
  const Proto *made = walk->proto->children[child];
  for (uint32_t i = 0; i < made->capture_count; i++) {
    const CaptureData *capture = &made->data->captures[i];
    if (capture->from == CAPTURE_REGISTER)
      name_register(walk, capture->index);
    else if (capture->from == CAPTURE_CAPTURE)
      walk->use->captures[capture->index] = 1;
    else
      walk->use->uses_itself = true;
  }
  vec_push(&walk->use->children, child);
}

static void note_operand(Walk *walk, uint32_t pc, Operand operand) {
  switch (operand.letter) {
  case 'R': name_register(walk, operand.value); break;
  case 'U': walk->use->captures[operand.value] = 1; break;
  case 'G': vec_push(&walk->use->slots, (uint32_t)operand.value); break;
  case 'P': name_captured(walk, (uint32_t)operand.value); break;
  case 'J': reach_pc(walk, (int64_t)pc + 1 + operand.value); break;
  default: break;
  }
}

static bool goes_on(Opcode op) {
  switch (op) {
  case OP_JUMP:
  case OP_RETURN:
  case OP_RETURN_NULL:
  case OP_THROW:
  case OP_NO_MATCH:
  case OP_STUB: return false;
  default: return true;
  }
}

static void walk_instruction(Walk *walk, uint32_t pc) {
  Instr i = walk->proto->code[pc];
  Opcode op = opcode_of(i);
  Operand operands[OPERANDS_MAX];
  uint32_t count = opcode_operands(i, operands);
  for (uint32_t n = 0; n < count; n++) note_operand(walk, pc, operands[n]);
  for (uint32_t n = 1; op == OP_MOVES && n < opcode_c(i); n++) {
    name_register(walk, opcode_a(i) + n);
    name_register(walk, opcode_b(i) + n);
  }
  if (op == OP_SELF || op == OP_CALL_SELF || op == OP_CALL_SELF_TYPED || op == OP_CALL_SELF_NEAR)
    walk->use->uses_itself = true;
  if (goes_on(op)) reach_pc(walk, (int64_t)pc + 1);
  if (op == OP_SELECT) { // the jumps behind it, one a case
    for (uint32_t at = pc + 1; at < walk->proto->code_count; at++) {
      reach_pc(walk, at);
      if (opcode_of(walk->proto->code[at]) != OP_JUMP) break;
    }
  }
  reach_handlers(walk, pc);
}

static Use *walk_code(const Proto *proto, uint32_t pc) {
  Use *use = memory_require(NULL, sizeof(Use));
  *use = (Use){.proto = proto};
  use->registers = calloc(proto->register_count + 1u, 1);
  use->captures = calloc(proto->capture_count + 1u, 1);
  Walk walk = {.proto = proto, .use = use, .reached = calloc(proto->code_count + 1u, 1)};
  if (use->registers && use->captures && walk.reached) {
    reach_pc(&walk, pc);
    reach_handlers(&walk, pc > 0 ? pc - 1 : 0); // the instruction that waits may raise
    while (walk.open.count > 0) walk_instruction(&walk, vec_pop(&walk.open));
  }
  free(walk.reached);
  vec_free(&walk.open);
  return use;
}

static const Use *use_of(Uses *uses, const Proto *proto, const Instr *from) {
  Use *use = strmap_get(&uses->known, (const char *)&from, sizeof(from));
  if (use) return use;
  use = walk_code(proto, (uint32_t)(from - proto->code));
  vec_push(&uses->all, use);
  strmap_set(&uses->known, (const char *)&from, sizeof(from), use);
  return use;
}

// --- Pushing what is used ------------------------------------------------------------------------

static void push_slots(Reach *reach, const Proto *proto, const Use *use) {
  const Module *module = proto->module;
  for (uint32_t i = 0; module && i < use->slots.count; i++) {
    if (use->slots.items[i] < module->slot_count)
      reach_push(reach, module->slots[use->slots.items[i]]);
  }
}

// A function that is not made yet has no captures of its own; those are among what its maker uses.
static void push_children(Uses *uses, Reach *reach, const Proto *proto, const Use *use) {
  typedef struct Made {
    const Proto *proto;
    const Use *use;
  } Made;
  VEC(Made) open = {0};
  Made first = {proto, use};
  vec_push(&open, first);
  while (open.count > 0) {
    Made made = vec_pop(&open);
    push_slots(reach, made.proto, made.use);
    for (uint32_t i = 0; i < made.use->children.count; i++) {
      const Proto *child = made.proto->children[made.use->children.items[i]];
      Made next = {child, use_of(uses, child, child->code)};
      vec_push(&open, next);
    }
  }
  vec_free(&open);
}

static void push_use(Uses *uses, Reach *reach, Closure *closure, const Use *use) {
  const Proto *proto = closure->proto;
  push_children(uses, reach, proto, use);
  for (uint32_t i = 0; i < proto->capture_count; i++) {
    if (use->captures[i]) reach_push(reach, closure->captures[i]);
  }
  if (use->uses_itself) reach_push(reach, value_object(closure));
}

void uses_push_closure(Uses *uses, Reach *reach, Closure *closure) {
  push_use(uses, reach, closure, use_of(uses, closure->proto, closure->proto->code));
}

// A native that waits itself (a group, a request) has done what it wanted of its callbacks; one that
// waits for a callback may call it again.
static void push_frame(Uses *uses, Reach *reach, Value *registers, const Instr *ip, bool is_top) {
  if (frame_is_native(registers)) {
    for (uint32_t i = 0; !is_top && i < frame_size(registers); i++)
      reach_push(reach, registers[i]);
    return;
  }
  Closure *closure = frame_closure(registers);
  const Proto *proto = closure->proto;
  const Use *use = use_of(uses, proto, ip);
  uint32_t pc = (uint32_t)(ip - proto->code);
  uint32_t window_end = pc > 0 ? opcode_a(ip[-1]) : 0;
  for (uint32_t i = 0; i < proto->register_count; i++) {
    if (!value_is_object(registers[i])) continue;
    bool is_on_its_way = i < window_end && !unit_find_local(proto->data, pc, i);
    if (use->registers[i] || is_on_its_way) reach_push(reach, registers[i]);
  }
  push_use(uses, reach, closure, use);
}

void uses_push_fiber(Uses *uses, Reach *reach, Fiber *fiber) {
  if (!fiber->stack) return;
  if (fiber->base == 0) { // it has not begun: the callee and its arguments
    for (uint32_t i = 0; i < fiber_stack_size(fiber); i++) reach_push(reach, fiber->stack[i]);
    return;
  }
  uint32_t base = fiber->base;
  const Instr *ip = fiber->ip;
  do push_frame(uses, reach, fiber->stack + base, ip, base == fiber->base);
  while (frame_caller(&base, &ip, fiber->stack));
}
