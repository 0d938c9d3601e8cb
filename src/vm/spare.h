// SPDX-License-Identifier: MIT
// spare.h - fibers that have ended and may be started again
//
// A fiber that ends without ever having waited is not given back but put by, with its stack, and the
// next start takes it instead of a new one. Nobody refers to it. Its `ip` is the next spare. What is in
// its registers is stale in the sense of frame.h, so who does not begin with a frame clears them.
//
// Spares are all unmarked, so each is among VM.young_fibers already; the beginning of a collection
// forgets them, and until its end there are none, so the collector need not know of them.
#ifndef SPARE_H
#define SPARE_H

#include "vm/vm_private.h"

#define SPARE_MAX   64u // more are needed only where calls await each other so deeply
#define SPARE_SLOTS 64u // more would be kept from others for the sake of one

// For whoever looks: it is one, and so must not be known to anybody.
static inline bool spare_is_one(const Fiber *fiber) {
  return fiber_state(fiber) == FIBER_DONE && fiber->stack;
}

// NULL: there is none whose stack has as many slots.
static inline Fiber *spare_take(VM *vm, uint32_t slots) {
  Fiber *fiber = vm->spare_fibers;
  if (UNLIKELY(!fiber || fiber_stack_size(fiber) < slots)) return NULL;
  vm->spare_fibers = (Fiber *)(uintptr_t)fiber->ip;
  vm->spare_count--;
  return fiber;
}

// Whether the running fiber may become one when it ends now.
static inline bool spare_may_be(const VM *vm, const Fiber *fiber) {
  bool is_plain = (fiber->obj.flags & ~(FIBER_GO | FIBER_STARTED)) == FIBER_RUNNING &&
                  !fiber->wait.has_waited;
  return LIKELY(is_plain && fiber->obj.colour == HEAP_WHITE && !heap_is_cycling(vm->heap) &&
                fiber_stack_size(fiber) <= SPARE_SLOTS && vm->spare_count < SPARE_MAX);
}

static inline void spare_put(VM *vm, Fiber *fiber) {
  fiber->ip = (const Instr *)(uintptr_t)vm->spare_fibers;
  vm->spare_fibers = fiber;
  vm->spare_count++;
}

static inline void spare_forget_all(VM *vm) {
  vm->spare_fibers = NULL;
  vm->spare_count = 0;
}

#endif
