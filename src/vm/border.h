// SPDX-License-Identifier: MIT
// border.h - where values go from one language into the other
#ifndef BORDER_H
#define BORDER_H

#include "vm/vm.h"

// Luma has one kind of number, so what it passes to a Vint parameter that wants an int is a double.
// Asked when the check of a parameter has failed: true, with the integer in `*value`, if that is
// what happened and the number is whole. Only an argument is excused, not what Vint code does
// itself.
bool border_pass_integer(VM *vm, Value *value) MUST_USE;

// Whether the running code is Vint's, for messages that name types. A fiber that has not begun yet is
// Vint's if `go` has started it.
bool border_is_vint(const VM *vm);

#endif
