// SPDX-License-Identifier: MIT
// park.h - parking and waking where nothing about it is rare
//
// wait.c parks and wakes whatever there is: it bounds cleanups, tells the collector, draws the order of a
// shuffled scheduler, ends waits of promises and selects. Of all that a plain hand-over between two fibers
// needs nothing. These functions ask whether it is one and then make the stores that are left, without a
// call, so that who uses them needs no stack frame. Nobody has to use them.
#ifndef PARK_H
#define PARK_H

#include "sched/sched_private.h"

// Whether wait_park would do no more for the running fiber than park_fiber does.
static inline bool park_may(const VM *vm, const Fiber *fiber) {
  return !(fiber->obj.flags & (FIBER_CANCELLED | FIBER_UNWINDING)) && !heap_is_watched(&fiber->obj) &&
         !heap_is_cycling(vm_heap(vm));
}

static inline void park_fiber(const VM *vm, Fiber *fiber, WaitKind kind, Obj *on, Value value,
                              WaitQueue *queue) {
  Waiter *wait = &fiber->wait;
  fiber_set_state(fiber, FIBER_PARKED);
  wait->value = value;
  wait->on = on;
  wait->has_waited = true;
  wait->is_failed = false;
  wait->kind = (uint8_t)kind;
  wait->epoch = ((const Sched *)vm_scheduler(vm))->epochs.now;
  wait_link(queue, wait);
}

// Whether wait_complete would do no more for the waiter than park_wake does.
static inline bool park_may_wake(const VM *vm, Waiter *waiter, Value value) {
  const Fiber *fiber = fiber_of_waiter(waiter);
  return waiter->owner == OWNER_FIBER && !waiter->is_cursor &&
         !(fiber->obj.flags & (FIBER_CANCELLED | FIBER_DOOMED)) &&
         !((const Sched *)vm_scheduler(vm))->shuffle && !heap_is_cycling(vm_heap(vm)) &&
         !(heap_is_watched(&fiber->obj) && value_is_object(value));
}

// The waiter is the first of `queue`.
static inline void park_wake(VM *vm, WaitQueue *queue, Waiter *waiter, Value value) {
  Sched *sched = vm_scheduler(vm);
  ASSERT(!(fiber_of_waiter(waiter)->obj.flags & FIBER_STRANDED) && !waiter->is_failed);
  wait_unlink_first(queue, waiter);
  waiter->value = value;
  waiter->on = NULL;
  waiter->kind = WAIT_READY;
  wait_link(&sched->ready, waiter);
  sched->ready_count++;
}

// As sched_take_ready.
static inline Fiber *park_take_ready(Sched *sched) {
  Waiter *first = sched->ready.first;
  if (UNLIKELY(!first || first->is_cursor || sched->outside)) return sched_take_ready(sched);
  wait_unlink_first(&sched->ready, first);
  sched->ready_count--;
  return fiber_of_waiter(first);
}

#endif
