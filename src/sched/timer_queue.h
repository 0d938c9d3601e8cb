// SPDX-License-Identifier: MIT
// timer_queue.h - what is due next
//
// Most programs set timers in the order in which they are due: a thousand sleeps of a second, a
// time-out of the same length for every request. Those go to a queue, `run`, where adding and
// taking cost no comparison beyond one. A timer that is due before the last of the run goes to
// a binary min-heap (Williams 1964) beside it. Order is by time and then by number, over both.
//
// Invariants: 1. run.items[run_first …] is sorted; 2. heap is a min-heap; 3. run_first is below
// run.count, or both are 0.
#ifndef TIMER_QUEUE_H
#define TIMER_QUEUE_H

#include "base/vec.h"
#include "heap/kind.h"

// The target is a parked Fiber (woken if it is still in the wait of `generation`), a Promise
// (fulfilled with null) or a Selection (its case number `generation` has come).
typedef struct Timer {
  int64_t at_ns;
  uint32_t number; // by creation, wraps: breaks ties
  uint32_t generation;
  Obj *target;
} Timer;

typedef struct TimerQueue {
  VEC(Timer) heap;
  VEC(Timer) run;
  uint32_t run_first;
} TimerQueue;

static inline uint32_t timer_queue_count(const TimerQueue *queue) {
  return queue->heap.count + queue->run.count - queue->run_first;
}

void timer_queue_add(TimerQueue *queue, Timer timer);
const Timer *timer_queue_first(const TimerQueue *queue); // NULL: it is empty
Timer timer_queue_take_first(TimerQueue *queue);         // it is not empty
void timer_queue_each(const TimerQueue *queue, void (*visit)(const Timer *, void *), void *context);
// Keeps those for which `keep` is true.
void timer_queue_filter(TimerQueue *queue, bool (*keep)(const Timer *));
void timer_queue_free(TimerQueue *queue);

#endif
