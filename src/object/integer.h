// SPDX-License-Identifier: MIT
// integer.h - exact 64-bit integers
//
// Small ones are values (value.h), others boxed. Arithmetic that leaves 64 bits is
// INTEGER_OVERFLOW.
#ifndef INTEGER_H
#define INTEGER_H

#include "heap/heap.h"
#include "object/kinds.h"

typedef struct Integer {
  Obj obj;
  int64_t value;
} Integer;

void integer_register(Heap *heap);
// VALUE_ABSENT when memory is out.
Value integer_value(Heap *heap, int64_t i) MUST_USE;

static inline bool value_is_integer(Value v) {
  return value_is_int(v) || value_is_kind(v, KIND_INTEGER);
}
static inline int64_t value_as_integer(Value v) {
  return value_is_int(v) ? value_as_int(v) : ((Integer *)value_as_object(v))->value;
}
// A double or an integer.
static inline bool value_is_number(Value v) {
  return value_is_double(v) || value_is_integer(v);
}
static inline double value_to_double(Value v) {
  return value_is_double(v) ? value_as_double(v) : (double)value_as_integer(v);
}
// The number as an int64 if it is whole and fits; also doubles such as 3.0.
bool integer_from_value(Value v, int64_t *out) MUST_USE;

#endif
