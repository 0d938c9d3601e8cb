// SPDX-License-Identifier: MIT
// cast.h - a table becomes an instance of a type: cast(T, v) of luma.md 3.6
#ifndef CAST_H
#define CAST_H

#include "vm/vm.h"

// A new table of `type`, a TypeValue or a user type's table, with what `value` has and defaults
// filled in. VALUE_ABSENT: raised, the message names the path.
Value cast_to(VM *vm, Value type, Value value) MUST_USE;

#endif
