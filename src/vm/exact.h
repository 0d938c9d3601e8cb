// SPDX-License-Identifier: MIT
// exact.h - Vint's operators beyond two small integers
//
// Exact arithmetic (vint.md D4): integers have 64 bits and never become doubles behind the
// program's back; what leaves 64 bits raises. Each function writes its result and returns false
// with an error raised; none runs script code.
#ifndef EXACT_H
#define EXACT_H

#include "vm/vm_private.h"

typedef enum ExactOp { EXACT_ADD, EXACT_SUB, EXACT_MUL, EXACT_DIV, EXACT_MOD, EXACT_POW } ExactOp;

bool exact_binary(VM *vm, ExactOp op, Value x, Value y, Value *out) MUST_USE;
// The same for the instruction at `at`, which has looked for operands of one kind and found others; it may become
// another one by that.
bool exact_binary_at(VM *vm, const Instr *at, ExactOp op, Value x, Value y, Value *out) MUST_USE;
// The same for one that has looked for doubles, when most likely one of both is a small integer.
bool exact_mixed_at(VM *vm, const Instr *at, ExactOp op, Value x, Value y, Value *out) MUST_USE;
bool exact_negate(VM *vm, Value x, Value *out) MUST_USE;
bool exact_plus(VM *vm, Value x, Value *out) MUST_USE;
bool exact_text(VM *vm, Value value, Value *out) MUST_USE; // string(value)
// Raises what the sum of a string and `part`, which is none, raises.
bool exact_raise_part(VM *vm, Value part, bool is_left);

typedef enum ExactOrder { EXACT_LESS, EXACT_SAME, EXACT_MORE, EXACT_UNORDERED } ExactOrder;

// Of numbers, exactly, and of strings by code point. UNORDERED: a NaN is among them.
bool exact_compare(VM *vm, Value x, Value y, const char *sign, ExactOrder *out) MUST_USE;

// A small integer, which a double holds exactly, or a double.
static inline bool exact_as_double(Value v, double *out) {
  *out = value_is_int(v) ? (double)value_as_int(v) : value_as_double(v);
  return value_is_int(v) || value_is_double(v);
}

#endif
