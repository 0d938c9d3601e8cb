// SPDX-License-Identifier: MIT
// trust.h - which values are surely of the type that the checker gives them
//
// The checker is gradual: a field that it calls Number may hold anything at run time, because an
// Any may have gone there, a key may be missing, or the `ok` of a failed Result is null.
// Instructions that do not look at their operands may be used only on values that are trusted:
//
//   - literals, what arithmetic makes of trusted Numbers, and a sum with a string (where no method could decide);
//   - variables and parameters with a written type, because whatever is stored there is trusted or
//     checked at that moment (OP_CHECK_TYPE);
//   - variables without a written type if all that is ever stored in them is trusted. To the checker a
//     variable of Vint that is assigned again may hold anything; if it begins as an int, a float or a string, it
//     is trusted to be one as long as nothing else is stored in it;
//   - results of functions that are known at the call and declare what they return.
//
// Trust is about the kind of a value, as OP_CHECK_TYPE looks at it: a List is a List whatever it
// holds.
#ifndef TRUST_H
#define TRUST_H

#include "check/types.h"

// In Symbol.trust.
typedef enum Trust {
  TRUST_NONE,
  TRUST_INFERRED, // every store is trusted by itself
  TRUST_DECLARED, // a type is written: every store is checked unless it is trusted
} Trust;

// Fills `trust` of the program's symbols. To be called before anything is compiled.
void trust_program(Program *program);

bool trust_is_number(const Node *node);
// The same of either language: a Number of Luma or a float of Vint.
bool trust_is_double(const Node *node);
bool trust_is_string(const Node *node);
// Whether storing the value under `target` needs no check.
bool trust_fits(const Node *node, Type *target);
// Whether a check for this type could ever fail.
bool trust_is_checkable(Type *type);
// The function that the name surely stands for whenever it has been set; else NULL.
FunctionNode *trust_known_function(const Node *callee);
// `range(…)` of the runtime, as the iterable of a loop; else NULL.
CallNode *trust_range_call(const Node *node);
// `string(x)` of Vint's runtime; else NULL.
const CallNode *trust_text_call(const Node *node);

#endif
