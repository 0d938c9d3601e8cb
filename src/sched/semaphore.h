// SPDX-License-Identifier: MIT
// semaphore.h - so many fibers at a time
//
// A semaphore has a fixed number of permits. Those that are free go to who comes first; a permit
// that comes back while somebody waits is handed straight on, so permits are free only while nobody
// waits (fair). Nobody owns a permit: any fiber may give one back, but no more than were taken.
//
// Cancelled before its turn a fiber has left the queue and takes no permit; cancelled after it, it
// has one and goes on to its next suspension point, where its cleanup gives it back (C 1.10).
//
// Invariants (verified in debug builds after every operation): 0 ≤ free ≤ total; while a permit is
// free nobody waits.
#ifndef SEMAPHORE_H
#define SEMAPHORE_H

#include "sched/gate.h"

typedef struct Semaphore {
  Gate gate; // a waiter's value: the fiber that asked
  uint32_t total;
  uint32_t free;
  Fiber *last_taker; // for reports
  const Instr *last_taken_at;
} Semaphore;

static inline bool value_is_semaphore(Value v) {
  return value_is_kind(v, KIND_SEMAPHORE);
}
static inline Semaphore *value_as_semaphore(Value v) {
  return (Semaphore *)value_as_object(v);
}

void semaphore_register(VM *vm);
// With `total` (≥ 1) free permits. NULL: out of memory, raised.
Semaphore *semaphore_new(VM *vm, uint32_t total) MUST_USE;
// WAIT_FAILED: `fiber`, which runs, was cancelled.
WaitResult semaphore_acquire(VM *vm, Fiber *fiber, Semaphore *semaphore) MUST_USE;
// NULL: out of memory, raised.
Promise *semaphore_acquire_promise(VM *vm, Fiber *fiber, Semaphore *semaphore) MUST_USE;
bool semaphore_try_acquire(VM *vm, Fiber *fiber, Semaphore *semaphore);
// False: no permit is out, raised.
bool semaphore_release(VM *vm, Semaphore *semaphore) MUST_USE;

#endif
