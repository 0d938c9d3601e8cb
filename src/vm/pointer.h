// SPDX-License-Identifier: MIT
// pointer.h - Vint's pointers
//
// `&x` is the cell that the variable x lives in, so both see what the other one stores. `&p.member`
// of a struct or a package is the member's place, found by its name. `&` of anything else is a cell of
// its own with that value. The cell of a variable with a written type
// carries the type, because what is stored through a pointer must fit it.
#ifndef POINTER_H
#define POINTER_H

#include "vm/vm_private.h"

// A cell that takes only what `type` takes; `value` does already.
bool pointer_new_typed(VM *vm, Value value, Value type, Value *out) MUST_USE;
bool pointer_new_member(VM *vm, Value object, Cache *cache, Value *out) MUST_USE;
bool pointer_get(VM *vm, Value pointer, Value *out) MUST_USE;
bool pointer_set(VM *vm, Value pointer, Value value) MUST_USE;

#endif
