// SPDX-License-Identifier: MIT
// timer_queue.h - what is due next
//
// Most programs set timers in the order in which they are due: a thousand sleeps of a second, a
// time-out of the same length for every request. Those go to a queue, `run`, where adding and
// taking cost no comparison beyond one. A timer that is due before the last of the run goes to
// a binary min-heap (Williams 1964) beside it. Order is by time and then by number, over both.
//
// The collector marks the targets in pieces, from the ends of both to their fronts. What moves up
// behind the place where it is would be left out; timers only do so in the heap, when another passes
// them, and then the target is kept in `passed` until it is visited.
//
// Invariants: 1. run.items[run_first …] is sorted; 2. heap is a min-heap; 3. run_first is below
// run.count, or both are 0.
#ifndef TIMER_QUEUE_H
#define TIMER_QUEUE_H

#include "base/vec.h"
#include "heap/kind.h"

// The target is a parked Fiber (woken; stale unless it sleeps for the timer of this `number`), a Promise
// (fulfilled with null) or a Selection (its case number `generation` has come).
typedef struct Timer {
  int64_t at_ns;
  uint32_t number; // by creation, wraps: breaks ties
  uint32_t generation;
  Obj *target;
} Timer;

static inline bool timer_is_before(int64_t a_ns, uint32_t a_number, int64_t b_ns,
                                   uint32_t b_number) {
  return a_ns != b_ns ? a_ns < b_ns : (int32_t)(a_number - b_number) < 0;
}

typedef struct TimerQueue {
  VEC(Timer) heap;
  VEC(Timer) run;
  uint32_t run_first;
  uint32_t heap_left; // to be visited: the first so many of the heap,
  uint32_t run_left;  // and of the run, those that were taken included
  VEC(Timer) passed;
} TimerQueue;

static inline uint32_t timer_queue_count(const TimerQueue *queue) {
  return queue->heap.count + queue->run.count - queue->run_first;
}

void timer_queue_add(TimerQueue *queue, Timer timer);
const Timer *timer_queue_first(const TimerQueue *queue); // NULL: it is empty
Timer timer_queue_take_first(TimerQueue *queue);         // it is not empty
void timer_queue_each(const TimerQueue *queue, void (*visit)(const Timer *, void *), void *context);
// Begins to visit all timers, or none. Who adds one from now on sees to it alone.
void timer_queue_begin(TimerQueue *queue, bool none);
// So many of them. True: there are no more.
bool timer_queue_visit(TimerQueue *queue, uint32_t count, void (*visit)(const Timer *, void *),
                       void *context);
// Keeps those for which `keep` is true.
void timer_queue_filter(TimerQueue *queue, bool (*keep)(const Timer *));
void timer_queue_free(TimerQueue *queue);

#endif
