// SPDX-License-Identifier: MIT
// arith.h - Luma's operators beyond two doubles
//
// The slow paths of the instructions of the same names: numbers of both representations, strings,
// and the operator methods of tables (luma.md 3.6). Each writes its result to R[a].
#ifndef ARITH_H
#define ARITH_H

#include "vm/vm_private.h"

#include <math.h>

// y is not 0, and not −1 if x is INT64_MIN. Dividing 32 bits takes half the time of 64 on many machines, and most
// numbers fit.
static inline int64_t arith_remainder(int64_t x, int64_t y) {
  if (LIKELY((((uint64_t)x | (uint64_t)y) >> 32) == 0)) return (uint32_t)x % (uint32_t)y;
  return x % y;
}

// The remainder with the dividend's sign. Whole numbers are the common case and much faster than
// fmod; −0 comes out of a negative dividend as it does there.
static inline double arith_mod(double x, double y) {
  if (LIKELY(fabs(x) < 0x1p63 && fabs(y) < 0x1p63)) {
    int64_t whole_x = (int64_t)x, whole_y = (int64_t)y;
    if (LIKELY((double)whole_x == x && (double)whole_y == y && whole_y != 0))
      return copysign((double)arith_remainder(whole_x, whole_y), x);
  }
  return fmod(x, y);
}

// The same by a whole number.
static inline double arith_mod_small(double x, int32_t y) {
  if (LIKELY(fabs(x) < 0x1p31)) {
    int32_t whole = (int32_t)x;
    if (LIKELY(whole == x)) return copysign(whole % y, x);
  }
  return arith_mod(x, y);
}

Step arith_binary(VM *vm, Instr i, VMName method);  // ADD … POW
Step arith_negate(VM *vm, Instr i);                 // NEG
Step arith_compare(VM *vm, Instr i, VMName method); // LT, LE, GT, GE
Step arith_equal(VM *vm, Instr i, bool is_negated); // EQ, NE
Step arith_text(VM *vm, Instr i);                   // TEXT
bool arith_raise_part(VM *vm, Value part);          // CHECK_PART of what is no string

// The native through whose resume an operator method's answer goes. Its first slot says how.
extern const NativeRow arith_operator_row;
typedef enum ArithAnswer {
  ARITH_AS_IS,
  ARITH_AS_BOOLEAN,
  ARITH_NEGATED,
  ARITH_AS_TEXT, // the second slot is what is to be printed if the method gave up
  ARITH_OPTION,  // an iterator's Option: its value, or absent
} ArithAnswer;
// Calls `method` for the running instruction; its answer goes to R[a] as `answer` says.
Step arith_call_method(VM *vm, ArithAnswer answer, Value subject, Value method, const Value *args,
                       uint32_t count);

#endif
