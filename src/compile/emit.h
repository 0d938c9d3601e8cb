// SPDX-License-Identifier: MIT
// emit.h - the code of one function while it grows
//
// Instructions are appended; jumps name labels, which are bound when the place they mean is
// reached. Distances are filled in at the end (emit_finish), when all is known: a conditional jump
// has 16 bits for its distance, and the few that do not fit get a far form then, so nobody else has
// to think of it.
//
// Code behind a return or an unconditional jump cannot be reached until a label that something
// jumps to is bound. Such code is not emitted at all; the compiler need not look where it is.
#ifndef EMIT_H
#define EMIT_H

#include "base/strmap.h"
#include "base/vec.h"
#include "code/unit.h"
#include "compile/places.h"

#define EMIT_NO_INDEX   UINT32_MAX // a table is full
#define EMIT_SHORT_MAX  0xFFFFu    // the largest index that fits an operand of 16 bits
#define EMIT_UNBOUND_PC UINT32_MAX

typedef struct EmitLabel {
  uint32_t pc;
  bool is_used; // some reachable instruction jumps to it
} EmitLabel;

typedef struct EmitJump {
  uint32_t pc;
  uint32_t label;
} EmitJump;

typedef struct Emit {
  Arena *arena; // the unit's
  Places *places;
  Span span;    // of what is being compiled: where the next instruction belongs
  bool is_dead; // what is emitted now could never run
  VEC(Instruction) code;
  VEC(LineEntry) lines;
  VEC(Constant) constants;
  StrMap constant_indexes; // encoded constant → index + 1
  VEC(const char *) caches;
  StrMap cache_indexes; // name → index + 1
  VEC(EmitLabel) labels;
  VEC(EmitJump) jumps;
  VEC(Handler) handlers;
  VEC(LocalData) locals;
  VEC(CheckData) checks;
  VEC(uint32_t) open_locals; // indexes of those whose variable lives
} Emit;

void emit_init(Emit *emit, Arena *arena, Places *places);
void emit_free(Emit *emit);

void emit_abc(Emit *emit, Opcode op, uint32_t a, uint32_t b, uint32_t c);
void emit_ax(Emit *emit, Opcode op, uint32_t a, int64_t x);
// For the instructions after which control does not go on: returns, THROW, NO_MATCH, STUB.
void emit_end(Emit *emit, Opcode op, uint32_t a);

uint32_t emit_label(Emit *emit);
void emit_bind(Emit *emit, uint32_t label);
// As emit_bind, for places that are reached by other ways than a jump: handlers.
void emit_bind_reachable(Emit *emit, uint32_t label);
bool emit_is_used(const Emit *emit, uint32_t label);
// An instruction of a format that ends in J; b is ignored where the format has none.
void emit_jump(Emit *emit, Opcode op, uint32_t a, uint32_t b, uint32_t label);
// Covers what was emitted since `start`.
void emit_handler(Emit *emit, uint32_t start, uint32_t target_label, uint32_t reg);
// The same for a target that raises the error again, so that it gets cancellations too.
void emit_cleanup(Emit *emit, uint32_t start, uint32_t target_label, uint32_t reg);

// Indexes of constants; equal ones are one. EMIT_NO_INDEX: there are too many.
uint32_t emit_number(Emit *emit, double value);
uint32_t emit_integer(Emit *emit, int64_t value);
uint32_t emit_string(Emit *emit, const char *bytes, uint32_t len);
uint32_t emit_builtin(Emit *emit, const char *full_name);
uint32_t emit_shape(Emit *emit, const char **names, uint32_t count);
uint32_t emit_simple(Emit *emit, ConstantKind kind); // null, false, true
// A cache for looking up `name`. Each place has its own while there is room, then places share.
uint32_t emit_cache(Emit *emit, const char *name);

// From here on `reg` holds the variable `name`, until emit_end_locals gives back the registers from
// `first_reg` on.
// CHECK_TYPE; `subject` (or NULL) says in its message what is checked.
void emit_check(Emit *emit, uint32_t reg, uint32_t type, const char *subject);
void emit_local(Emit *emit, const char *name, uint32_t len, uint32_t reg);
void emit_end_locals(Emit *emit, uint32_t first_reg);

// Fills in the jumps and moves code and tables to `proto`. `typed_entry` is a pc of before. False:
// the function is longer than a jump can reach.
bool emit_finish(Emit *emit, ProtoData *proto, uint32_t typed_entry) MUST_USE;

#endif
