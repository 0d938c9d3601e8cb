// SPDX-License-Identifier: MIT
// sched_roots.c - what the collector begins with: who is ready, who sleeps, what is under way
//
// Of those there may be a million, so they are marked in pieces, while the program goes on. What comes to them meanwhile is marked as it comes: a fiber when it becomes ready or
// parks (wait.c), other targets of timers through `fresh_targets`. A minor collection needs those that
// were made since the last one, a major one only those made while it marks: it visits all timers.
#include "sched/policy.h"
#include "sched/sched_private.h"

#define FRESH_PIECE  1024
#define TIMERS_PIECE 1024

// --- Who is ready, who sleeps --------------------------------------------------------------------

// The queues of fibers: who sleeps, who is ready, and then the lanes, if there are any.
static const WaitQueue *get_queue(const Sched *sched, uint32_t index) {
  if (index == 0) return &sched->sleepers;
  if (index == 1) return &sched->ready;
  uint32_t lane_count = 0;
  const WaitQueue *lanes = sched->shuffle ? policy_lanes(sched->shuffle, &lane_count) : NULL;
  return index - 2 < lane_count ? &lanes[index - 2] : NULL;
}

// A minor collection knows those that were made since the last one (vm/fiber.c); older ones are
// marked.
static void begin_queues(void *owner, bool minor) {
  Sched *sched = owner;
  sched->marking = (SchedMarking){.cursor = HEAP_FROM_START,
                                  .are_queues_marked = minor,
                                  .fresh = minor ? 0 : sched->fresh_targets.count};
  sched->marked_watching = NULL;
  sched->next_watched = NULL;
  timer_queue_begin(&sched->timers, minor);
}

static bool step_queues(Heap *heap, void *owner, bool minor) {
  Sched *sched = owner;
  SchedMarking *marking = &sched->marking;
  if (marking->are_queues_marked) return true;
  const WaitQueue *queue = get_queue(sched, marking->queue);
  if (queue && !wait_mark_piece(heap, queue, &marking->cursor)) return false;
  marking->cursor = HEAP_FROM_START;
  marking->queue++;
  marking->are_queues_marked = !queue;
  return false;
}

// --- What else waits for a time ------------------------------------------------------------------

static void mark_target(const Timer *timer, void *heap) {
  heap_mark(heap, timer->target);
}

static bool step_timers(Heap *heap, void *owner, bool minor) {
  return timer_queue_visit(&((Sched *)owner)->timers, TIMERS_PIECE, mark_target, heap);
}

static bool step_fresh(Heap *heap, void *owner, bool minor) {
  Sched *sched = owner;
  uint32_t end = sched->fresh_targets.count;
  if (end - sched->marking.fresh > FRESH_PIECE) end = sched->marking.fresh + FRESH_PIECE;
  while (sched->marking.fresh < end) {
    heap_mark(heap, sched->fresh_targets.items[sched->marking.fresh++]);
  }
  return end == sched->fresh_targets.count;
}

// --- What is under way ---------------------------------------------------------------------------

static void mark_roots(Heap *heap, void *owner, bool minor) {
  Sched *sched = owner;
  heap_mark(heap, (Obj *)sched->main);
  heap_mark_value(heap, sched->main_error);
  heap_mark_value(heap, sched->main_value);
  for (uint32_t i = 0; i < sched->doomed.count; i++) heap_mark(heap, (Obj *)sched->doomed.items[i]);
  for (uint32_t i = 0; i < sched->cancelling.count; i++) {
    heap_mark(heap, (Obj *)sched->cancelling.items[i].promise);
  }
  for (uint32_t i = 0; i < sched->notifying.count; i++) {
    heap_mark(heap, (Obj *)sched->notifying.items[i]);
  }
}

// --- Failures that nobody saw --------------------------------------------------------------------

// In a replay the recording knows when the collector found one.
static void keep_rejected(Heap *heap, Sched *sched) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < sched->rejected.count; i++) {
    Promise *promise = sched->rejected.items[i];
    if (promise->obj.flags & PROMISE_OBSERVED) continue;
    sched->rejected.items[kept++] = promise;
    heap_mark(heap, (Obj *)promise);
  }
  sched->rejected.count = kept;
}

// Rejections that nobody saw: one that is about to be collected can no longer be awaited, so it is
// kept for the report; one that was awaited meanwhile leaves the list.
static void visit_rejected(Heap *heap, void *owner) {
  Sched *sched = owner;
  vec_clear(&sched->fresh_targets); // marking is over
  if (outside_is_replaying(sched->outside)) {
    keep_rejected(heap, sched);
    return;
  }
  uint32_t kept = 0;
  for (uint32_t i = 0; i < sched->rejected.count; i++) {
    Promise *promise = sched->rejected.items[i];
    bool is_alive = heap_is_marked(heap, (Obj *)promise);
    if (promise->obj.flags & PROMISE_OBSERVED) continue;
    if (is_alive) {
      sched->rejected.items[kept++] = promise;
    } else {
      vec_push(&sched->doomed, promise);
      heap_mark(heap, (Obj *)promise);
    }
  }
  sched->rejected.count = kept;
}

void sched_roots_add(Sched *sched) {
  Heap *heap = vm_heap(sched->vm);
  heap_add_walk(heap, (HeapWalk){begin_queues, step_queues, sched, false});
  heap_add_walk(heap, (HeapWalk){NULL, step_timers, sched, false});
  heap_add_walk(heap, (HeapWalk){NULL, step_fresh, sched, false});
  heap_add_root(heap, mark_roots, sched);
  heap_add_weak(heap, visit_rejected, sched);
}
