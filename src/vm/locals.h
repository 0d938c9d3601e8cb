// SPDX-License-Identifier: MIT
// locals.h - values that each fiber has of its own
//
// A FiberLocal is a key. A fiber that has set nothing and inherited nothing costs nothing: its header
// has no word for values, only a flag that a FiberContext stands for its promise. A fiber that is started
// inherits what the running one has at that moment, by sharing its list of keys and values; whoever
// sets a value while the list is shared copies it first, so neither sees the other's later changes.
// The values go with the fiber: its end lets go of the list.
#ifndef LOCALS_H
#define LOCALS_H

#include "object/list.h"
#include "vm/fiber.h"

typedef struct FiberLocal {
  Obj obj;       // extra: number by creation
  Value initial; // what a fiber has that neither set nor inherited a value
} FiberLocal;

static inline bool value_is_fiber_local(Value v) {
  return value_is_kind(v, KIND_FIBER_LOCAL);
}
static inline FiberLocal *value_as_fiber_local(Value v) {
  return (FiberLocal *)value_as_object(v);
}

void locals_register(VM *vm);
FiberLocal *locals_new(VM *vm, Value initial) MUST_USE; // NULL: out of memory, raised
Value locals_get(const Fiber *fiber, const FiberLocal *local);
// False: out of memory, raised.
bool locals_set(VM *vm, Fiber *fiber, FiberLocal *local, Value value) MUST_USE;

// The fiber's context, made if need be. NULL: out of memory, raised.
FiberContext *locals_context(VM *vm, Fiber *fiber) MUST_USE;
// What a fiber that `fiber` (or NULL) starts inherits; NULL: nothing. It may be kept for later.
List *locals_share(Fiber *fiber);
// Replaces what `fiber` has inherited. False: out of memory (not raised).
bool locals_give(VM *vm, Fiber *fiber, List *values) MUST_USE;

#endif
