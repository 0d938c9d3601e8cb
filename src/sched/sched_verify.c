// SPDX-License-Identifier: MIT
// sched_verify.c - debug builds: every parked fiber is where its wait record says
//
// Called after slices. Looking at all fibers costs a walk of the heap, so programs with many of
// them are looked at once in a while only; the ready queue is looked at each time.
#include "sched/channel.h"
#include "sched/sched_private.h"

#ifndef NDEBUG
#include "base/assertion.h"

#define READY_CHECKED_MAX 10000
#define WALK_EVERY        256 // slices

static void verify_ready(const Sched *sched) {
  if (sched->ready_count > READY_CHECKED_MAX) return;
  uint32_t count = 0;
  for (const Waiter *w = sched->ready.first; w; w = w->next) {
    ASSERT(w->owner == OWNER_FIBER);
    ASSERT(w->kind == WAIT_READY);
    count++;
  }
  ASSERT(count == sched->ready_count);
}

static void verify_fiber(Obj *object, void *context) {
  const Fiber *fiber = (const Fiber *)object;
  const Waiter *wait = &fiber->wait;
  (void)context;
  if (fiber_state(fiber) != FIBER_PARKED) return;
  switch ((WaitKind)wait->kind) {
  case WAIT_AWAIT:
    ASSERT(wait->prev != NULL);
    ASSERT(promise_state((const Promise *)wait->on) == PROMISE_PENDING);
    break;
  case WAIT_SEND:
  case WAIT_RECEIVE:
    ASSERT(wait->prev != NULL);
    ASSERT(!channel_is_closed((const Channel *)wait->on));
    break;
  case WAIT_READY: ASSERT(wait->prev != NULL); break;
  case WAIT_TIMER:
  case WAIT_IO:
  case WAIT_SELECT: ASSERT(wait->prev == NULL && wait->next == NULL); break;
  default: break;
  }
}

void sched_verify(Sched *sched) {
  verify_ready(sched);
  if (++sched->verified % WALK_EVERY != 1) return;
  heap_each(vm_heap(sched->vm), KIND_FIBER, verify_fiber, NULL);
}
#endif
