// SPDX-License-Identifier: MIT
// once.h - a function that runs once
//
// The first call runs it, on a fiber of its own; all calls, also those meanwhile, give the same
// result. A run that fails does not count: those that waited for it get its error, and the next call
// runs the function again. The function is let go of when it has succeeded.
#ifndef ONCE_H
#define ONCE_H

#include "sched/promise.h"

typedef struct Once {
  Obj obj;
  Value function;   // null once it has succeeded
  Promise *promise; // of the run under way or the last one; NULL: there was none
} Once;

void once_register(VM *vm);
Once *once_new(VM *vm, Value function) MUST_USE; // NULL: out of memory, raised
// For the running fiber. WAIT_FAILED: the run has failed, or it would wait for its own result.
WaitResult once_wait(VM *vm, Once *once, Value *out) MUST_USE;
// A promise of the result that belongs to the caller: cancelling it cancels the run only if nobody
// else waits for it. NULL: out of memory, raised.
Promise *once_promise(VM *vm, Once *once) MUST_USE;

#endif
