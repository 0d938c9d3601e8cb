// SPDX-License-Identifier: MIT
// timer.h - sleeping and deadlines
//
// A queue of sleeping fibers, whose wait records are all it needs, and queues of timers of 24 bytes
// (timer_queue.h) under the poller's one timeout. Equal times fire in the order in which they were set.
#ifndef TIMER_H
#define TIMER_H

#include "sched/promise.h"
#include "sched/sched.h"

// Parks the running fiber for `ns` (≥ 0; 0: to the end of the ready queue). False: out of memory,
// raised.
bool timer_sleep(VM *vm, Fiber *fiber, int64_t ns) MUST_USE;
// The same as awaiting timer_promise: by a timer also if `ns` is 0.
bool timer_await(VM *vm, Fiber *fiber, int64_t ns) MUST_USE;
// A promise that is fulfilled with null after `ns`.
Promise *timer_promise(VM *vm, int64_t ns) MUST_USE;

// After `ns` a promise that is still pending is too late: its group is cancelled (group_expire), or
// it is a time-out (timeout_expire).
void timer_add_deadline(VM *vm, Promise *promise, int64_t ns);
// After `ns` a doomed fiber has waited long enough (cancel.h).
void timer_add_doom(VM *vm, Fiber *fiber, int64_t ns);
// After `ns` the fiber's cleanup has taken too long (cancel.h).
void timer_add_cleanup(VM *vm, Fiber *fiber, int64_t ns);
// Case `index` of `selection` comes after `ns`.
void timer_add_case(VM *vm, Obj *selection, uint32_t index, int64_t ns);
// The alarm rings after `ns`, if it is still set to that (alarm.h).
void timer_add_alarm(VM *vm, Obj *alarm, uint32_t generation, int64_t ns);
// `count` timers have lost what they were for: their fiber, promise or selection does not wait any
// more. They go at once if they stand first, so that nobody sleeps for their sake, and otherwise
// when they outnumber the others: amortised O(1).
void timer_drop(Sched *sched, uint32_t count);

// For the scheduler's main loop.
bool timer_is_empty(const Sched *sched);
int64_t timer_next_ns(const Sched *sched); // when the first fires; only if not empty
void timer_fire_due(Sched *sched, int64_t now_ns);

#endif
