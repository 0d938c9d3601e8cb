// SPDX-License-Identifier: MIT
// arith.h - Luma's operators beyond two doubles
//
// The slow paths of the instructions of the same names: numbers of both representations, strings,
// and the operator methods of tables (luma.md 3.6). Each writes its result to R[a].
#ifndef ARITH_H
#define ARITH_H

#include "vm/vm_private.h"

#include <math.h>

// The remainder with the dividend's sign. Whole numbers are the common case and much faster than
// fmod; −0 comes out of a negative dividend as it does there.
static inline double arith_mod(double x, double y) {
  if (fabs(x) < 0x1p53 && fabs(y) < 0x1p53) {
    int64_t whole_x = (int64_t)x, whole_y = (int64_t)y;
    if ((double)whole_x == x && (double)whole_y == y && whole_y != 0) {
      int64_t rest = whole_x % whole_y;
      return rest == 0 ? copysign(0.0, x) : (double)rest;
    }
  }
  return fmod(x, y);
}

Step arith_binary(VM *vm, Instr i, VMName method);  // ADD … POW
Step arith_negate(VM *vm, Instr i);                 // NEG
Step arith_compare(VM *vm, Instr i, VMName method); // LT, LE, GT, GE
Step arith_equal(VM *vm, Instr i, bool is_negated); // EQ, NE
Step arith_text(VM *vm, Instr i);                   // TEXT
Step arith_concat(VM *vm, Instr i);                 // CONCAT

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
