// SPDX-License-Identifier: MIT
// lock.h - one fiber at a time
//
// A lock belongs to the fiber that asked for it. It is handed straight to the first in the queue, so
// nobody who comes later can take it in between (fair), and it is never free while somebody waits.
//
// Between its turn and its going on a fiber may be cancelled: it then has the lock, goes on, and the
// error is raised at its next suspension point, where its cleanup releases (C 1.10). Cancelled
// before its turn it has left the queue and never had it.
//
// A fiber that ends without releasing leaves a lock that nobody can have any more: those that wait for
// it, and whoever asks later, are told so. What it guards may be half done.
//
// Who asks for a lock in a circle (its holder waits, through locks and async calls, for the one that
// asks) is refused at once: waiting could only end by somebody giving up.
//
// Invariants (verified in debug builds after every operation): a free lock has no waiters; the
// holder has not ended when it gets the lock.
#ifndef LOCK_H
#define LOCK_H

#include "sched/gate.h"

typedef struct Lock {
  Gate gate;     // a waiter's value: the fiber that asked
  Fiber *holder; // NULL: free
  const Instr *held_since;
  struct Lock *next_held; // the holder's next lock
} Lock;

static inline bool value_is_lock(Value v) {
  return value_is_kind(v, KIND_LOCK);
}
static inline Lock *value_as_lock(Value v) {
  return (Lock *)value_as_object(v);
}

void lock_register(VM *vm);
Lock *lock_new(VM *vm) MUST_USE; // NULL: out of memory, raised
// For `fiber`, which runs. WAIT_FAILED: it holds the lock already, it would wait in a circle, or it
// was cancelled.
WaitResult lock_acquire(VM *vm, Fiber *fiber, Lock *lock) MUST_USE;
// A promise for the same; rejected where the other fails. NULL: raised.
Promise *lock_acquire_promise(VM *vm, Fiber *fiber, Lock *lock) MUST_USE;
// *taken: it was free. False: out of memory, raised.
bool lock_try_acquire(VM *vm, Fiber *fiber, Lock *lock, bool *taken) MUST_USE;
// False: `fiber` does not hold it, raised.
bool lock_release(VM *vm, Fiber *fiber, Lock *lock) MUST_USE;
// `fiber` has ended, and with it whatever it held.
void lock_fiber_ended(VM *vm, Fiber *fiber);

#endif
