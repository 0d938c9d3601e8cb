// SPDX-License-Identifier: MIT
// timer_queue.c - what is due next
#include "sched/timer_queue.h"

#include <string.h>

static bool is_before(const Timer *a, const Timer *b) {
  return timer_is_before(a->at_ns, a->number, b->at_ns, b->number);
}

// --- The heap ------------------------------------------------------------------------------------

static void sift_up(TimerQueue *queue, uint32_t i, Timer timer) {
  Timer *heap = queue->heap.items;
  while (i > 0) {
    uint32_t parent = (i - 1) / 2;
    if (!is_before(&timer, &heap[parent])) break;
    heap[i] = heap[parent];
    if (UNLIKELY(parent < queue->heap_left && i >= queue->heap_left)) {
      vec_push(&queue->passed, heap[i]);
    }
    i = parent;
  }
  heap[i] = timer;
}

// Puts `timer` at the place `i` or below it.
static void sift_down(Timer *heap, uint32_t count, uint32_t i, Timer timer) {
  for (uint32_t child; (child = 2 * i + 1) < count; i = child) {
    if (child + 1 < count && is_before(&heap[child + 1], &heap[child])) child++;
    if (!is_before(&heap[child], &timer)) break;
    heap[i] = heap[child];
  }
  heap[i] = timer;
}

static Timer take_root(TimerQueue *queue) {
  Timer first = queue->heap.items[0];
  Timer last = vec_pop(&queue->heap);
  if (queue->heap.count > 0) sift_down(queue->heap.items, queue->heap.count, 0, last);
  return first;
}

// --- The run -------------------------------------------------------------------------------------

// The taken ones leave the front when they are half of the run, so an element moves once in its
// life on average.
static void add_to_run(TimerQueue *queue, Timer timer) {
  uint32_t first = queue->run_first;
  if (queue->run.count == queue->run.capacity && first > queue->run.count / 2) {
    queue->run.count -= first;
    memmove(queue->run.items, queue->run.items + first, queue->run.count * sizeof(Timer));
    queue->run_first = 0;
  }
  vec_push(&queue->run, timer);
}

static Timer take_from_run(TimerQueue *queue) {
  Timer first = queue->run.items[queue->run_first++];
  if (queue->run_first == queue->run.count) queue->run_first = queue->run.count = 0;
  return first;
}

// --- Both ----------------------------------------------------------------------------------------

void timer_queue_add(TimerQueue *queue, Timer timer) {
  if (queue->run.count == 0 || !is_before(&timer, &vec_last(&queue->run))) {
    add_to_run(queue, timer);
  } else {
    vec_push(&queue->heap, timer);
    sift_up(queue, queue->heap.count - 1, timer);
  }
}

static bool is_run_first(const TimerQueue *queue) {
  if (queue->heap.count == 0) return true;
  return queue->run.count > 0 &&
         is_before(&queue->run.items[queue->run_first], &queue->heap.items[0]);
}

const Timer *timer_queue_first(const TimerQueue *queue) {
  if (timer_queue_count(queue) == 0) return NULL;
  return is_run_first(queue) ? &queue->run.items[queue->run_first] : &queue->heap.items[0];
}

Timer timer_queue_take_first(TimerQueue *queue) {
  return is_run_first(queue) ? take_from_run(queue) : take_root(queue);
}

void timer_queue_each(const TimerQueue *queue, void (*visit)(const Timer *, void *),
                      void *context) {
  for (uint32_t i = 0; i < queue->heap.count; i++) visit(&queue->heap.items[i], context);
  for (uint32_t i = queue->run_first; i < queue->run.count; i++) {
    visit(&queue->run.items[i], context);
  }
}

void timer_queue_begin(TimerQueue *queue, bool none) {
  queue->heap_left = none ? 0 : queue->heap.count;
  queue->run_left = none ? 0 : queue->run.count;
  vec_clear(&queue->passed);
}

// The last of those that are left of both, at most `count`. Places that were taken meanwhile are none.
bool timer_queue_visit(TimerQueue *queue, uint32_t count, void (*visit)(const Timer *, void *),
                       void *context) {
  for (; count > 0 && queue->passed.count > 0; count--) {
    Timer timer = vec_pop(&queue->passed);
    visit(&timer, context);
  }
  for (; count > 0 && queue->heap_left > 0; count--) {
    uint32_t i = --queue->heap_left;
    if (i < queue->heap.count) visit(&queue->heap.items[i], context);
  }
  for (; count > 0 && queue->run_left > queue->run_first; count--) {
    uint32_t i = --queue->run_left;
    if (i < queue->run.count) visit(&queue->run.items[i], context);
  }
  return queue->passed.count == 0 && queue->heap_left == 0 && queue->run_left <= queue->run_first;
}

// Order is restored from the bottom up (Floyd 1964). Where timers move like this, those that are left
// are visited from the start.
static void filter_heap(TimerQueue *queue, bool (*keep)(const Timer *)) {
  Timer *items = queue->heap.items;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < queue->heap.count; i++) {
    if (keep(&items[i])) items[kept++] = items[i];
  }
  queue->heap.count = kept;
  if (queue->heap_left > 0) queue->heap_left = kept;
  for (uint32_t i = kept / 2; i-- > 0;) sift_down(items, kept, i, items[i]);
}

void timer_queue_filter(TimerQueue *queue, bool (*keep)(const Timer *)) {
  filter_heap(queue, keep);
  uint32_t kept = 0;
  for (uint32_t i = queue->run_first; i < queue->run.count; i++) {
    if (keep(&queue->run.items[i])) queue->run.items[kept++] = queue->run.items[i];
  }
  queue->run.count = kept;
  queue->run_first = 0;
}

void timer_queue_free(TimerQueue *queue) {
  vec_free(&queue->heap);
  vec_free(&queue->run);
  vec_free(&queue->passed);
  queue->run_first = 0;
}
