// SPDX-License-Identifier: MIT
// start.h - starting async calls, and the short way back from those that never wait
//
// An async call runs on a fiber of its own, at once; the caller goes on when that one first waits or
// ends (C 2.2). The call's value is a promise.
//
// Most calls stand behind an `await`, and most of what they call does not wait. Nobody ever sees the
// promise then, so none is made: a call whose next instruction is the AWAIT_CALL of its result starts
// a fiber without one. When that fiber returns, what it returns goes straight to where AWAIT_CALL
// would have put it, and the caller goes on behind it (start_return).
//
// In all other cases the promise is made late, at the end of the fiber's first stretch, and put where
// the call would have put it (start_reveal): if the fiber waits, fails, returns a promise or has been
// cancelled; if the caller has been cancelled meanwhile; or if the others get their turn (C 1.2). The
// caller then executes its AWAIT_CALL as any other await, so that there is one way to wait, to fail
// and to be cancelled.
#ifndef START_H
#define START_H

#include "vm/vm_private.h"

// Starts what stands in `window`, with the arguments behind the link. STEP_SWITCH: the promise is in
// the window, vm->switch_to is the new fiber. What the caller still has to note is up to whoever asks.
Step start_async(VM *vm, Fiber *caller, uint32_t window, uint32_t count) MUST_USE;
// The same on behalf of an instruction of the running function: R[a] is an async closure. The new
// fiber is the running one then.
Step start_call(VM *vm, uint32_t a, uint32_t count) MUST_USE;
// The same short for what stands in `window`, an async closure, whose call the next instruction awaits.
// False: nothing has happened, since it takes more.
bool start_awaited(VM *vm, const Value *window, uint32_t count) MUST_USE;
// The running fiber's first function has returned: its starter goes on with that, if it is the short
// way. False: nothing has happened.
bool start_return(VM *vm) MUST_USE;
// It has no promise, because its starter will await it at once.
static inline bool start_is_awaited(const Fiber *fiber) {
  return (fiber->obj.flags & FIBER_STARTED) && !fiber_promise(fiber);
}
// Such a fiber has one from now on; without memory its starter fails.
void start_reveal_awaited(VM *vm, Fiber *fiber);
static inline void start_reveal(VM *vm, Fiber *fiber) {
  if (UNLIKELY(start_is_awaited(fiber))) start_reveal_awaited(vm, fiber);
}

#endif
