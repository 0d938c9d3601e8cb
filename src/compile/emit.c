// SPDX-License-Identifier: MIT
// emit.c - the code of one function while it grows
//
// A conditional jump whose target is farther than 16 bits becomes three instructions:
//
//     JUMP_LT r1 r2 +1     the condition, to the far jump
//     JUMP +1              over it
//     JUMP target          32 bits
//
// That is longer than inverting the condition, but it works for every instruction alike, those that
// have no opposite (ITER_NEXT) included; only functions of more than 32,000 instructions have any.
// Making one jump longer may push another one's target out of reach, so widening is repeated until
// nothing changes; jumps only grow, so it ends.
#include "compile/emit.h"

#include "base/buffer.h"

#include <string.h>

// Beyond this many caches in one function, places that look up the same name share one.
#define OWN_CACHES_MAX 32000u
// Half of what 31 bits reach, so that widened code stays within reach too.
#define CODE_MAX  (1u << 28)
#define FAR_EXTRA 2u // instructions that a far jump needs more

void emit_init(Emit *emit, Arena *arena, Places *places) {
  *emit = (Emit){.arena = arena, .places = places};
}

void emit_free(Emit *emit) {
  vec_free(&emit->code);
  vec_free(&emit->lines);
  vec_free(&emit->constants);
  vec_free(&emit->caches);
  vec_free(&emit->labels);
  vec_free(&emit->jumps);
  vec_free(&emit->handlers);
  vec_free(&emit->locals);
  vec_free(&emit->checks);
  vec_free(&emit->open_locals);
  strmap_free(&emit->constant_indexes);
  strmap_free(&emit->cache_indexes);
}

// --- Places --------------------------------------------------------------------------------------

static void note_place(Emit *emit) {
  if (emit->lines.count > 0) {
    const LineEntry *last = &vec_last(&emit->lines);
    if (last->start == emit->span.start && last->end == emit->span.end) return;
  }
  Position position = places_find(emit->places, emit->span.start);
  LineEntry entry = {.pc = emit->code.count,
                     .line = position.line,
                     .column = position.column,
                     .start = emit->span.start,
                     .end = emit->span.end};
  vec_push(&emit->lines, entry);
}

// --- Instructions and labels ---------------------------------------------------------------------

static void append(Emit *emit, Instruction instruction) {
  if (emit->is_dead) return;
  note_place(emit);
  vec_push(&emit->code, instruction);
}

void emit_abc(Emit *emit, Opcode op, uint32_t a, uint32_t b, uint32_t c) {
  append(emit, opcode_abc(op, a, b, c));
}

void emit_ax(Emit *emit, Opcode op, uint32_t a, int64_t x) {
  append(emit, opcode_ax(op, a, x));
}

void emit_end(Emit *emit, Opcode op, uint32_t a) {
  emit_abc(emit, op, a, 0, 0);
  emit->is_dead = true;
}

uint32_t emit_label(Emit *emit) {
  EmitLabel label = {.pc = EMIT_UNBOUND_PC};
  vec_push(&emit->labels, label);
  return emit->labels.count - 1;
}

void emit_bind(Emit *emit, uint32_t label) {
  emit->labels.items[label].pc = emit->code.count;
  if (emit->labels.items[label].is_used) emit->is_dead = false;
}

void emit_bind_reachable(Emit *emit, uint32_t label) {
  emit->labels.items[label].is_used = true;
  emit_bind(emit, label);
}

bool emit_is_used(const Emit *emit, uint32_t label) {
  return emit->labels.items[label].is_used;
}

// Whether the distance has 32 bits, because the format has nothing but a register before it.
static bool is_wide(Opcode op) {
  OpcodeFormat format = opcode_format(op);
  return format == FORMAT_RXJ || format == FORMAT_XJ;
}

void emit_jump(Emit *emit, Opcode op, uint32_t a, uint32_t b, uint32_t label) {
  if (emit->is_dead) return;
  EmitJump jump = {.pc = emit->code.count, .label = label};
  vec_push(&emit->jumps, jump);
  emit->labels.items[label].is_used = true;
  append(emit, is_wide(op) ? opcode_ax(op, a, 0) : opcode_abc(op, a, b, 0));
  if (op == OP_JUMP || op == OP_LOOP) emit->is_dead = true;
}

void emit_handler(Emit *emit, uint32_t start, uint32_t target_label, uint32_t reg) {
  Handler handler = {
      .start = start, .end = emit->code.count, .target = target_label, .reg = (uint16_t)reg};
  vec_push(&emit->handlers, handler);
}

void emit_cleanup(Emit *emit, uint32_t start, uint32_t target_label, uint32_t reg) {
  emit_handler(emit, start, target_label, reg);
  vec_last(&emit->handlers).is_cleanup = true;
}

// --- Constants and caches ------------------------------------------------------------------------

// `key` is the constant written as bytes, by which an equal one is found.
static uint32_t add_constant(Emit *emit, const Constant *constant, const Buffer *key) {
  void *found = strmap_get(&emit->constant_indexes, key->bytes, key->len);
  if (found) return (uint32_t)((uintptr_t)found - 1);
  if (emit->constants.count >= CODE_MAX) return EMIT_NO_INDEX;
  vec_push(&emit->constants, *constant);
  uintptr_t index = emit->constants.count - 1;
  strmap_set(&emit->constant_indexes, key->bytes, key->len, (void *)(index + 1));
  return (uint32_t)index;
}

static uint32_t add_keyed(Emit *emit, const Constant *constant, const void *bytes, size_t len) {
  Buffer key = {0};
  buffer_byte(&key, (char)constant->kind);
  buffer_append(&key, bytes, len);
  uint32_t index = add_constant(emit, constant, &key);
  buffer_free(&key);
  return index;
}

// By its bits: 0 and -0 are two constants, and NaN is one.
uint32_t emit_number(Emit *emit, double value) {
  Constant constant = {.kind = CONSTANT_NUMBER, .number = value};
  return add_keyed(emit, &constant, &value, sizeof(value));
}

uint32_t emit_integer(Emit *emit, int64_t value) {
  Constant constant = {.kind = CONSTANT_INTEGER, .integer = value};
  return add_keyed(emit, &constant, &value, sizeof(value));
}

uint32_t emit_string(Emit *emit, const char *bytes, uint32_t len) {
  Constant constant = {.kind = CONSTANT_STRING, .len = len};
  constant.text = arena_text(emit->arena, bytes ? bytes : "", len);
  return add_keyed(emit, &constant, constant.text, len);
}

uint32_t emit_builtin(Emit *emit, const char *full_name) {
  size_t len = strlen(full_name);
  Constant constant = {.kind = CONSTANT_BUILTIN, .len = (uint32_t)len};
  constant.text = arena_text(emit->arena, full_name, len);
  return add_keyed(emit, &constant, full_name, len);
}

uint32_t emit_shape(Emit *emit, const char **names, uint32_t count) {
  Constant constant = {.kind = CONSTANT_SHAPE, .name_count = count};
  constant.names = arena_copy(emit->arena, names, count * sizeof(*names));
  Buffer key = {0};
  for (uint32_t i = 0; i < count; i++) {
    constant.names[i] = arena_text(emit->arena, names[i], strlen(names[i]));
    buffer_append(&key, names[i], strlen(names[i]) + 1);
  }
  uint32_t index = add_keyed(emit, &constant, key.bytes, key.len);
  buffer_free(&key);
  return index;
}

uint32_t emit_simple(Emit *emit, ConstantKind kind) {
  Constant constant = {.kind = kind};
  return add_keyed(emit, &constant, "", 0);
}

uint32_t emit_cache(Emit *emit, const char *name) {
  size_t len = strlen(name);
  if (emit->caches.count >= OWN_CACHES_MAX) {
    void *found = strmap_get(&emit->cache_indexes, name, len);
    if (found) return (uint32_t)((uintptr_t)found - 1);
    if (emit->caches.count > EMIT_SHORT_MAX) return EMIT_NO_INDEX;
  }
  vec_push(&emit->caches, arena_text(emit->arena, name, len));
  uintptr_t index = emit->caches.count - 1;
  strmap_set(&emit->cache_indexes, name, len, (void *)(index + 1));
  return (uint32_t)index;
}

// --- The end -------------------------------------------------------------------------------------

// Where each instruction will stand: `moved[pc]`, with one entry for the end. Without far jumps the
// code stays as it is and `moved` is not made.
typedef struct Layout {
  bool *is_far; // by jump
  uint32_t *moved;
  bool has_far;
} Layout;

static uint32_t move_pc(const Layout *layout, uint32_t pc) {
  return layout->has_far ? layout->moved[pc] : pc;
}

static void place_code(const Emit *emit, Layout *layout) {
  uint32_t shift = 0;
  uint32_t next = 0; // jumps are in order of pc
  for (uint32_t pc = 0; pc <= emit->code.count; pc++) {
    layout->moved[pc] = pc + shift;
    if (next < emit->jumps.count && emit->jumps.items[next].pc == pc) {
      if (layout->is_far[next]) shift += FAR_EXTRA;
      next++;
    }
  }
}

static int64_t measure(const Emit *emit, const Layout *layout, const EmitJump *jump) {
  int64_t target = move_pc(layout, emit->labels.items[jump->label].pc);
  return target - ((int64_t)move_pc(layout, jump->pc) + 1);
}

// One round: marks the short jumps that do not reach. True if there were any.
static bool widen_jumps(const Emit *emit, Layout *layout) {
  bool is_changed = false;
  for (uint32_t i = 0; i < emit->jumps.count; i++) {
    const EmitJump *jump = &emit->jumps.items[i];
    if (layout->is_far[i] || is_wide(opcode_of(emit->code.items[jump->pc]))) continue;
    int64_t distance = measure(emit, layout, jump);
    if (distance >= INT16_MIN && distance <= INT16_MAX) continue;
    layout->is_far[i] = true;
    is_changed = true;
  }
  return is_changed;
}

static void make_layout(const Emit *emit, Layout *layout) {
  size_t jumps = emit->jumps.count + 1;
  layout->is_far = memory_require(NULL, jumps * sizeof(bool));
  memset(layout->is_far, 0, jumps * sizeof(bool));
  layout->moved = NULL;
  layout->has_far = false;
  while (widen_jumps(emit, layout)) {
    if (!layout->moved)
      layout->moved = memory_require(NULL, (emit->code.count + 1) * sizeof(uint32_t));
    layout->has_far = true;
    place_code(emit, layout);
  }
}

static Instruction aim(Instruction instruction, int64_t distance) {
  Opcode op = opcode_of(instruction);
  if (is_wide(op)) return opcode_ax(op, opcode_a(instruction), distance);
  return opcode_abc(op, opcode_a(instruction), opcode_b(instruction), (uint32_t)distance);
}

static void copy_code(const Emit *emit, const Layout *layout, ProtoData *proto) {
  proto->code_count = move_pc(layout, emit->code.count);
  proto->code = arena_alloc(emit->arena, proto->code_count * sizeof(Instruction));
  uint32_t next = 0;
  for (uint32_t pc = 0; pc < emit->code.count; pc++) {
    Instruction instruction = emit->code.items[pc];
    uint32_t at = move_pc(layout, pc);
    bool is_jump = next < emit->jumps.count && emit->jumps.items[next].pc == pc;
    if (!is_jump) {
      proto->code[at] = instruction;
      continue;
    }
    int64_t distance = measure(emit, layout, &emit->jumps.items[next]);
    if (layout->is_far[next]) {
      proto->code[at] = aim(instruction, 1);
      proto->code[at + 1] = opcode_ax(OP_JUMP, 0, 1);
      proto->code[at + 2] = opcode_ax(OP_JUMP, 0, distance - FAR_EXTRA);
    } else {
      proto->code[at] = aim(instruction, distance);
    }
    next++;
  }
}

static void copy_tables(Emit *emit, const Layout *layout, ProtoData *proto) {
  for (uint32_t i = 0; i < emit->lines.count; i++) {
    emit->lines.items[i].pc = move_pc(layout, emit->lines.items[i].pc);
  }
  for (uint32_t i = 0; i < emit->handlers.count; i++) {
    Handler *handler = &emit->handlers.items[i];
    handler->start = move_pc(layout, handler->start);
    handler->end = move_pc(layout, handler->end);
    handler->target = move_pc(layout, emit->labels.items[handler->target].pc);
  }
  for (uint32_t i = 0; i < emit->locals.count; i++) {
    LocalData *local = &emit->locals.items[i];
    local->start = move_pc(layout, local->start);
    local->end = move_pc(layout, local->end);
  }
  for (uint32_t i = 0; i < emit->checks.count; i++)
    emit->checks.items[i].pc = move_pc(layout, emit->checks.items[i].pc);
  proto->check_count = emit->checks.count;
  proto->checks = arena_copy(emit->arena, emit->checks.items, emit->checks.count * sizeof(CheckData));
  proto->local_count = emit->locals.count;
  proto->locals = arena_copy(emit->arena, emit->locals.items, emit->locals.count * sizeof(LocalData));
  proto->line_count = emit->lines.count;
  proto->lines = arena_copy(emit->arena, emit->lines.items, emit->lines.count * sizeof(LineEntry));
  proto->handler_count = emit->handlers.count;
  proto->handlers =
      arena_copy(emit->arena, emit->handlers.items, emit->handlers.count * sizeof(Handler));
  proto->constant_count = emit->constants.count;
  proto->constants =
      arena_copy(emit->arena, emit->constants.items, emit->constants.count * sizeof(Constant));
  proto->cache_count = emit->caches.count;
  proto->cache_names =
      arena_copy(emit->arena, emit->caches.items, emit->caches.count * sizeof(const char *));
}

// --- What a check is about -----------------------------------------------------------------------

void emit_check(Emit *emit, uint32_t reg, uint32_t type, const char *subject) {
  CheckData check = {.pc = emit->code.count, .subject = subject};
  emit_ax(emit, OP_CHECK_TYPE, reg, type);
  if (subject && emit->code.count > check.pc) vec_push(&emit->checks, check);
}

// --- Names of registers --------------------------------------------------------------------------

void emit_local(Emit *emit, const char *name, uint32_t len, uint32_t reg) {
  LocalData local = {.start = emit->code.count,
                     .reg = (uint16_t)reg,
                     .name = arena_text(emit->arena, name, len)};
  vec_push(&emit->open_locals, emit->locals.count);
  vec_push(&emit->locals, local);
}

void emit_end_locals(Emit *emit, uint32_t first_reg) {
  while (emit->open_locals.count > 0) {
    LocalData *local = &emit->locals.items[vec_last(&emit->open_locals)];
    if (local->reg < first_reg) return;
    local->end = emit->code.count;
    emit->open_locals.count--;
  }
}

// --- The end -------------------------------------------------------------------------------------

bool emit_finish(Emit *emit, ProtoData *proto, uint32_t typed_entry) {
  emit_end_locals(emit, 0);
  if (emit->code.count > CODE_MAX) return false;
  Layout layout;
  make_layout(emit, &layout);
  copy_code(emit, &layout, proto);
  copy_tables(emit, &layout, proto);
  proto->typed_entry = move_pc(&layout, typed_entry);
  free(layout.is_far);
  free(layout.moved);
  return true;
}
