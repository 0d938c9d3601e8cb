// SPDX-License-Identifier: MIT
// timer.c - sleeping
//
// Most fibers sleep as long as those before them, so they are due in the order in which they fell
// asleep. Such a fiber needs no timer: its wait record, which is in no other queue, knows when it is
// due and stands in the queue of `sleepers`. One that would have to go far ahead in it gets a timer
// like all others that wait for a time. What comes first of both is due next.
//
// A timer that is no longer wanted is stale: it stays where it is in the queue, as finding its place
// would need a word in every timer and target, until it comes first or the stale ones outnumber the
// others; then all go in one pass. So the first timer is never stale, and the stale ones never cost
// more than the others.
#include "sched/timer.h"

#include "base/assertion.h"
#include "sched/alarm.h"
#include "sched/cancel.h"
#include "sched/group.h"
#include "sched/sched_private.h"
#include "sched/select.h"
#include "sched/timeout.h"

// So many stale timers are not worth a pass.
#define STALE_MIN 64u

// What waits for no time is due at once: a yield is over when all who are ready have had their turn.
static int64_t time_after(Sched *sched, int64_t ns) {
  int64_t now = ns > 0 ? clock_start_ns(&sched->clock) : clock_now_ns(&sched->clock);
  return ns > INT64_MAX - now ? INT64_MAX : now + ns;
}

static void add_timer(Sched *sched, int64_t ns, Obj *target, uint32_t generation) {
  Timer timer = {.at_ns = time_after(sched, ns),
                 .number = sched->timer_count++,
                 .generation = generation,
                 .target = target};
  timer_queue_add(&sched->timers, timer);
}

void timer_add_case(VM *vm, Obj *selection, uint32_t index, int64_t ns) {
  Sched *sched = sched_of(vm);
  add_timer(sched, ns, selection, index);
  vec_push(&sched->fresh_targets, selection);
}

void timer_add_deadline(VM *vm, Promise *promise, int64_t ns) {
  Sched *sched = sched_of(vm);
  promise->obj.flags |= PROMISE_TIMER;
  add_timer(sched, ns, (Obj *)promise, TIMER_DEADLINE);
  vec_push(&sched->fresh_targets, (Obj *)promise);
}

static void add_limit(VM *vm, Fiber *fiber, int64_t ns, uint32_t what) {
  Sched *sched = sched_of(vm);
  add_timer(sched, ns, (Obj *)fiber, what);
  vec_push(&sched->fresh_targets, (Obj *)fiber);
}

void timer_add_doom(VM *vm, Fiber *fiber, int64_t ns) {
  add_limit(vm, fiber, ns, TIMER_DOOM);
}

void timer_add_cleanup(VM *vm, Fiber *fiber, int64_t ns) {
  add_limit(vm, fiber, ns, TIMER_CLEANUP);
}

void timer_add_alarm(VM *vm, Obj *alarm, uint32_t generation, int64_t ns) {
  Sched *sched = sched_of(vm);
  add_timer(sched, ns, alarm, generation);
  vec_push(&sched->fresh_targets, alarm);
}

// A few that sleep for long do not drive all others out of the queue.
#define PASS_MAX 4

// False: it would have to pass more than that.
static bool queue_sleeper(WaitQueue *sleepers, Waiter *sleeper) {
  Waiter *first = sleepers->first;
  Waiter *before = first ? first->prev : NULL;
  for (int passed = 0; before && before->due_ns > sleeper->due_ns; passed++) {
    if (passed == PASS_MAX) return false;
    before = before == first ? NULL : before->prev;
  }
  wait_link_behind(sleepers, before, sleeper);
  return true;
}

bool timer_await(VM *vm, Fiber *fiber, int64_t ns) {
  if (wait_is_cancelled(vm, fiber)) return false;
  Sched *sched = sched_of(vm);
  Waiter *wait = &fiber->wait;
  wait_park(vm, fiber, WAIT_TIMER, NULL, NULL);
  wait->due_ns = time_after(sched, ns);
  wait->timer = sched->timer_count++;
  if (queue_sleeper(&sched->sleepers, wait)) return true;
  timer_queue_add(&sched->timers, (Timer){.at_ns = wait->due_ns,
                                          .number = (uint32_t)wait->timer,
                                          .generation = TIMER_SLEEP,
                                          .target = (Obj *)fiber});
  return true;
}

bool timer_sleep(VM *vm, Fiber *fiber, int64_t ns) {
  if (ns > 0) return timer_await(vm, fiber, ns);
  if (wait_is_cancelled(vm, fiber)) return false;
  wait_park(vm, fiber, WAIT_READY, NULL, NULL);
  wait_wake(vm, fiber, VALUE_NULL);
  return true;
}

Promise *timer_promise(VM *vm, int64_t ns) {
  Promise *promise = promise_new(vm);
  if (!promise) return NULL;
  Sched *sched = sched_of(vm);
  promise->obj.flags |= PROMISE_TIMER;
  add_timer(sched, ns, (Obj *)promise, TIMER_SLEEP);
  vec_push(&sched->fresh_targets, (Obj *)promise);
  return promise;
}

// --- What is due next ----------------------------------------------------------------------------

// NULL: a timer comes first, or there is nothing.
static const Waiter *first_sleeper(const Sched *sched) {
  const Waiter *sleeper = sched->sleepers.first;
  const Timer *timer = timer_queue_first(&sched->timers);
  if (!sleeper || !timer) return sleeper;
  bool is_first = timer_is_before(sleeper->due_ns, (uint32_t)sleeper->timer, timer->at_ns, timer->number);
  return is_first ? sleeper : NULL;
}

bool timer_is_empty(const Sched *sched) {
  return wait_is_empty(&sched->sleepers) && timer_queue_count(&sched->timers) == 0;
}

int64_t timer_next_ns(const Sched *sched) {
  const Waiter *sleeper = first_sleeper(sched);
  return sleeper ? sleeper->due_ns : timer_queue_first(&sched->timers)->at_ns;
}

// --- Timers that are no longer wanted ------------------------------------------------------------

static bool is_waiting_for_doom(const Fiber *fiber) {
  return (fiber->obj.flags & FIBER_DOOMED) && fiber->wait.kind == WAIT_AWAIT;
}

static bool is_stale(const Timer *timer) {
  const Obj *target = timer->target;
  if (target->kind == KIND_ALARM) return !alarm_wants((const Alarm *)target, timer->generation);
  if (target->kind == KIND_SELECTION) return select_is_left((const Selection *)target);
  if (target->kind == KIND_PROMISE) return promise_state((const Promise *)target) != PROMISE_PENDING;
  const Fiber *fiber = (const Fiber *)target;
  if (timer->generation == TIMER_CLEANUP) return !(fiber->obj.flags & FIBER_BOUNDED);
  if (timer->generation == TIMER_DOOM) return !is_waiting_for_doom(fiber);
  return !wait_is_sleeping(fiber, timer->number);
}

static bool is_wanted(const Timer *timer) {
  return !is_stale(timer);
}

static void remove_stale_first(Sched *sched) {
  const Timer *first;
  while (sched->stale_timers > 0 && (first = timer_queue_first(&sched->timers)) &&
         is_stale(first)) {
    timer_queue_take_first(&sched->timers);
    sched->stale_timers--;
  }
}

#ifndef NDEBUG
static void verify(const Sched *sched) {
  const Timer *first = timer_queue_first(&sched->timers);
  ASSERT(sched->stale_timers <= timer_queue_count(&sched->timers));
  if (first) ASSERT(!is_stale(first));
}
#else
static inline void verify(const Sched *sched) {}
#endif

void timer_drop(Sched *sched, uint32_t count) {
  sched->stale_timers += count;
  remove_stale_first(sched);
  verify(sched);
  if (sched->stale_timers < STALE_MIN) return;
  if (sched->stale_timers <= timer_queue_count(&sched->timers) / 2) return;
  timer_queue_filter(&sched->timers, is_wanted);
  sched->stale_timers = 0;
}

// --- Firing --------------------------------------------------------------------------------------

static Timer take_first(Sched *sched) {
  Timer first = timer_queue_take_first(&sched->timers);
  remove_stale_first(sched);
  return first;
}

static void fire_promise(VM *vm, Promise *promise, uint32_t what) {
  if (promise_state(promise) != PROMISE_PENDING) return;
  promise->obj.flags &= (uint16_t)~PROMISE_TIMER;
  if (what == TIMER_SLEEP) {
    promise_fulfil(vm, promise, VALUE_NULL);
  } else if (promise->settler->kind == KIND_GROUP) {
    group_expire(vm, (Group *)promise->settler);
  } else {
    timeout_expire(vm, promise);
  }
}

static void fire_fiber(VM *vm, Fiber *fiber, const Timer *timer) {
  if (timer->generation == TIMER_DOOM) {
    if (is_waiting_for_doom(fiber)) cancel_end_doom(vm, fiber);
  } else if (timer->generation == TIMER_CLEANUP) {
    if (fiber->obj.flags & FIBER_BOUNDED) cancel_drop_cleanup(vm, fiber);
  } else {
    ASSERT(wait_is_sleeping(fiber, timer->number)); // the first is not stale
    wait_wake(vm, fiber, VALUE_NULL);
  }
}

// Nothing but the timer may know its target.
static void fire(VM *vm, const Timer *timer) {
  vm_push_root(vm, value_object(timer->target));
  switch (timer->target->kind) {
  case KIND_FIBER: fire_fiber(vm, (Fiber *)timer->target, timer); break;
  case KIND_SELECTION:
    select_fire(vm, (Selection *)timer->target, timer->generation);
    break;
  case KIND_ALARM: alarm_fire(vm, (Alarm *)timer->target, timer->generation); break;
  default: fire_promise(vm, (Promise *)timer->target, timer->generation); break;
  }
  vm_pop_roots(vm, 1);
}

// False: nothing is due.
static bool fire_next(Sched *sched, int64_t now_ns) {
  const Waiter *sleeper = first_sleeper(sched);
  if (sleeper) {
    if (sleeper->due_ns > now_ns) return false;
    wait_wake(sched->vm, fiber_of_waiter(wait_take(&sched->sleepers)), VALUE_NULL);
    return true;
  }
  const Timer *first = timer_queue_first(&sched->timers);
  if (!first || first->at_ns > now_ns) return false;
  Timer timer = take_first(sched);
  fire(sched->vm, &timer);
  return true;
}

void timer_fire_due(Sched *sched, int64_t now_ns) {
  while (fire_next(sched, now_ns)) {}
}
