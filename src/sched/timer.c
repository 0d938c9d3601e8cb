// SPDX-License-Identifier: MIT
// timer.c - sleeping
//
// A binary min-heap in an array (Williams 1964), ordered by time and then by number. A timer whose
// fiber no longer waits for it is dropped when it comes up.
#include "sched/timer.h"

#include "sched/sched_private.h"

static bool is_before(const Timer *a, const Timer *b) {
  if (a->at_ns != b->at_ns) return a->at_ns < b->at_ns;
  return (int32_t)(a->number - b->number) < 0;
}

static void sift_up(Timer *heap, uint32_t i, Timer timer) {
  while (i > 0) {
    uint32_t parent = (i - 1) / 2;
    if (!is_before(&timer, &heap[parent])) break;
    heap[i] = heap[parent];
    i = parent;
  }
  heap[i] = timer;
}

static void sift_down(Timer *heap, uint32_t count, Timer timer) {
  uint32_t i = 0;
  for (uint32_t child; (child = 2 * i + 1) < count; i = child) {
    if (child + 1 < count && is_before(&heap[child + 1], &heap[child])) child++;
    if (!is_before(&heap[child], &timer)) break;
    heap[i] = heap[child];
  }
  heap[i] = timer;
}

static void add_timer(Sched *sched, int64_t ns, Obj *target, uint32_t generation) {
  int64_t now = clock_now_ns(&sched->clock);
  Timer timer = {.at_ns = ns > INT64_MAX - now ? INT64_MAX : now + ns,
                 .number = sched->timer_count++,
                 .generation = generation,
                 .target = target};
  vec_push(&sched->timers, timer);
  sift_up(sched->timers.items, sched->timers.count - 1, timer);
}

bool timer_sleep(VM *vm, Fiber *fiber, int64_t ns) {
  wait_park(vm, fiber, ns > 0 ? WAIT_TIMER : WAIT_READY, NULL, NULL);
  if (ns > 0) {
    add_timer(sched_of(vm), ns, (Obj *)fiber, fiber->wait.generation);
  } else {
    wait_wake(vm, fiber, VALUE_NULL);
  }
  return true;
}

Promise *timer_promise(VM *vm, int64_t ns) {
  Promise *promise = promise_new(vm);
  if (!promise) return NULL;
  Sched *sched = sched_of(vm);
  add_timer(sched, ns, (Obj *)promise, 0);
  vec_push(&sched->fresh_timers, promise);
  return promise;
}

bool timer_is_empty(const Sched *sched) {
  return sched->timers.count == 0;
}

int64_t timer_next_ns(const Sched *sched) {
  return sched->timers.items[0].at_ns;
}

static Timer take_first(Sched *sched) {
  Timer first = sched->timers.items[0];
  Timer last = vec_pop(&sched->timers);
  if (sched->timers.count > 0) sift_down(sched->timers.items, sched->timers.count, last);
  return first;
}

void timer_fire_due(Sched *sched, int64_t now_ns) {
  while (sched->timers.count > 0 && sched->timers.items[0].at_ns <= now_ns) {
    Timer timer = take_first(sched);
    if (timer.target->kind == KIND_FIBER) {
      wait_wake_if(sched->vm, (Fiber *)timer.target, timer.generation, VALUE_NULL);
    } else {
      promise_fulfil(sched->vm, (Promise *)timer.target, VALUE_NULL);
    }
  }
}
