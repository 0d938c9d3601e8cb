// SPDX-License-Identifier: MIT
// verify.h - a unit cannot harm the VM
//
// Checks every index, register, jump target and window, that code ends in a return or a jump, and
// that no instruction reserved for the runtime occurs. What passes can be run without a check of
// operands. (Values may still be of the wrong kind for an unchecked *_NUM instruction of a
// hand-written unit: those compute nonsense numbers, never touch memory they should not.)
#ifndef VERIFY_H
#define VERIFY_H

#include "code/unit.h"

// False: `why` says what is wrong where (zero-terminated, at most `size` bytes).
bool verify_unit(const Unit *unit, char *why, size_t size) MUST_USE;

#endif
