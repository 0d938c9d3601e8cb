// SPDX-License-Identifier: MIT
// arity.h - how many arguments a call has, and how many its callee takes
#ifndef ARITY_H
#define ARITY_H

#include "vm/vm_private.h"

// "expected MIN to MAX argument(s), got COUNT"; max UINT16_MAX: no end. Always false.
bool arity_raise(VM *vm, const Str *name, uint32_t min, uint32_t max, uint32_t count);
bool arity_check_slow(VM *vm, const Proto *proto, uint32_t count) MUST_USE;
// Parameters without an argument become absent, a rest parameter gets its list. The stack must have
// room for the function's registers, and for the arguments if they are more.
bool arity_fill(VM *vm, Fiber *fiber, uint32_t base, uint32_t count, const Proto *proto) MUST_USE;

// There is nothing to fill.
static inline bool arity_is_exact(const Proto *proto, uint32_t count) {
  return count == proto->param_count && !(proto->obj.flags & PROTO_REST);
}

// Whether the function takes so many; raised if not.
static inline bool arity_check(VM *vm, const Proto *proto, uint32_t count) {
  return LIKELY(count == proto->param_count) || arity_check_slow(vm, proto, count);
}

#endif
