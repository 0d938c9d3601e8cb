// SPDX-License-Identifier: MIT
// named.h - calls whose named arguments are put in order when they run
//
// Where the checker knows what is called, arguments stand in the order of the parameters already.
// These are for the rest: a function that came through a parameter, a struct of another file.
#ifndef NAMED_H
#define NAMED_H

#include "vm/vm_private.h"

// Calls R[a] with the `count` arguments at R[a + 2] …, of which the last ones are named by the keys
// of `names`.
Step named_call(VM *vm, uint32_t a, uint32_t count, const Shape *names);
// The same on a new fiber, as call_go.
Step named_go(VM *vm, uint32_t a, uint32_t count, const Shape *names);
// Keeps the call for later, as call_defer.
Step named_defer(VM *vm, uint32_t a, uint32_t count, const Shape *names);
// T{name: v}: the type in R[a] makes an instance of the values at R[a + 2] …; what is not named has
// its default value or its type's zero value.
Step named_literal(VM *vm, uint32_t a, const Shape *names);

#endif
