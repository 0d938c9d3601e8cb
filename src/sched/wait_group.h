// SPDX-License-Identifier: MIT
// wait_group.h - waiting until so many are done
//
// A counter that goes up by add and down by done; whoever waits goes on when it is zero, in the
// order in which they came. It may be used again afterwards.
//
// Invariant (verified in debug builds after every operation): while the count is zero nobody waits.
#ifndef WAIT_GROUP_H
#define WAIT_GROUP_H

#include "sched/gate.h"

typedef struct WaitGroup {
  Gate gate;
  uint32_t count; // not done yet
} WaitGroup;

static inline bool value_is_wait_group(Value v) {
  return value_is_kind(v, KIND_WAIT_GROUP);
}
static inline WaitGroup *value_as_wait_group(Value v) {
  return (WaitGroup *)value_as_object(v);
}

void wait_group_register(VM *vm);
WaitGroup *wait_group_new(VM *vm) MUST_USE; // NULL: out of memory, raised
// False: the count would be too large, raised.
bool wait_group_add(VM *vm, WaitGroup *group, uint32_t count) MUST_USE;
// False: nothing was left to be done, raised.
bool wait_group_done(VM *vm, WaitGroup *group) MUST_USE;
// WAIT_FAILED: `fiber`, which runs, was cancelled.
WaitResult wait_group_wait(VM *vm, Fiber *fiber, WaitGroup *group) MUST_USE;
Promise *wait_group_promise(VM *vm, WaitGroup *group) MUST_USE; // NULL: raised

#endif
