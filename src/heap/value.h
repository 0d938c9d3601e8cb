// SPDX-License-Identifier: MIT
// value.h - the 64-bit value
//
// A double is itself. Everything else lives in the NaN space that no arithmetic produces: the
// sixteen highest bits are a tag, the other 48 the payload.
//
//   0000 … FFF8   a double (FFF8_0000_0000_0000 is x86's own NaN, so the tags begin above it)
//   FFF9          null, false, true, absent
//   FFFA          a small integer, −2^47 … 2^47−1 (Vint)
//   FFFB          an object: pointer in 48 bits
//
// Integers that do not fit 48 bits are boxed (object/integer.h) and stay exact; a value that fits
// is always small, so two equal integers have equal bits only when small.
#ifndef VALUE_H
#define VALUE_H

#include "base/common.h"

typedef uint64_t Value;
typedef struct Obj Obj;

#define VALUE_TAG_SPECIAL UINT64_C(0xFFF9000000000000)
#define VALUE_TAG_INT     UINT64_C(0xFFFA000000000000)
#define VALUE_TAG_OBJECT  UINT64_C(0xFFFB000000000000)
#define VALUE_PAYLOAD     UINT64_C(0x0000FFFFFFFFFFFF)

// The order matters: null and false are the two falsy ones, tested by one compare.
#define VALUE_NULL  (VALUE_TAG_SPECIAL | 0)
#define VALUE_FALSE (VALUE_TAG_SPECIAL | 1)
#define VALUE_TRUE  (VALUE_TAG_SPECIAL | 2)
#define VALUE_ABSENT                                                                               \
  (VALUE_TAG_SPECIAL | 3) // never seen by a program: no argument, not set, no entry

#define VALUE_INT_MIN (-(INT64_C(1) << 47))
#define VALUE_INT_MAX ((INT64_C(1) << 47) - 1)

static inline bool value_is_double(Value v) {
  return v < VALUE_TAG_SPECIAL;
}
static inline bool value_is_int(Value v) {
  return (v >> 48) == 0xFFFA;
}
static inline bool value_is_object(Value v) {
  return (v >> 48) == 0xFFFB;
}
static inline bool value_is_null(Value v) {
  return v == VALUE_NULL;
}
static inline bool value_is_absent(Value v) {
  return v == VALUE_ABSENT;
}
static inline bool value_is_bool(Value v) {
  return v - VALUE_FALSE <= 1;
}
static inline bool value_is_truthy(Value v) {
  return v - VALUE_NULL > 1;
}
static inline bool value_are_ints(Value a, Value b) {
  return (((a ^ VALUE_TAG_INT) | (b ^ VALUE_TAG_INT)) >> 48) == 0;
}

static inline Value value_bool(bool b) {
  return VALUE_FALSE + (Value)b;
}

static inline double value_as_double(Value v) {
  union {
    Value v;
    double d;
  } u = {.v = v};
  return u.d;
}

// Any NaN that arithmetic can make is below the tags; a NaN from outside (bytes that were read)
// must come through value_from_foreign_double.
static inline Value value_double(double d) {
  union {
    double d;
    Value v;
  } u = {.d = d};
  return u.v;
}
static inline Value value_from_foreign_double(double d) {
  return d == d ? value_double(d) : UINT64_C(0x7FF8000000000000);
}

static inline int64_t value_as_int(Value v) {
  return (int64_t)(v << 16) >> 16;
}
static inline bool value_fits_int(int64_t i) {
  return i >= VALUE_INT_MIN && i <= VALUE_INT_MAX;
}
// `i` must fit.
static inline Value value_int(int64_t i) {
  return VALUE_TAG_INT | ((Value)i & VALUE_PAYLOAD);
}

static inline Obj *value_as_object(Value v) {
  return (Obj *)(uintptr_t)(v & VALUE_PAYLOAD);
}
static inline Value value_object(const void *object) {
  return VALUE_TAG_OBJECT | (Value)(uintptr_t)object;
}

#endif
