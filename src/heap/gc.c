// SPDX-License-Identifier: MIT
// gc.c - when to collect, and the phases of a collection
//
// Phases: sweep what is left of the last collection; for a major one make everything white; mark
// from the roots; visit the weak lists; list the pages that hold dead objects. Only these are the
// pause.
//
// Pacing. From one collection to the next the program may allocate a third of what is live, at
// least 4 MiB: marking survivors is then amortised and the youngest objects still are in the cache.
// What is live is known exactly only when sweeping is done, since dead objects own raw blocks;
// until then the budget rests on the bytes of marked cells, and gc_swept corrects it. A collection
// is major when twice as much is live as after the last major one, and at least 16 MiB: small
// programs never see one.
#include "heap/gc.h"
#include "heap/mark.h"
#include "heap/page.h"
#include "heap/pool.h"
#include "heap/roots.h"
#include "heap/sweep.h"
#include <time.h>

#define BUDGET_MIN ((int64_t)4 << 20)
#define MAJOR_MIN  ((size_t)16 << 20)

void gc_init(Heap *heap) {
  heap->budget = BUDGET_MIN;
  heap->held_back = BUDGET_MIN;
  heap->major_at = MAJOR_MIN;
}

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int64_t budget_for(size_t live) {
  int64_t third = (int64_t)(live / 3);
  return third > BUDGET_MIN ? third : BUDGET_MIN;
}

// Nothing is granted yet: the next allocation comes to gc_admit.
static void set_budget(Heap *heap, int64_t budget) {
  heap->base -= heap->credit;
  heap->credit = 0;
  heap->budget = budget;
  heap->held_back = budget;
}

static size_t spent(const Heap *heap) {
  int64_t rest = heap->credit + heap->held_back;
  return rest < heap->budget ? (size_t)(heap->budget - rest) : 0;
}

void gc_swept(Heap *heap) {
  size_t used = heap_used(heap);
  size_t young = spent(heap);
  heap->live = used > young ? used - young : 0;
  int64_t budget = budget_for(heap->live);
  if (budget < heap->budget) {
    int64_t rest = budget - (int64_t)young;
    set_budget(heap, budget);
    heap->held_back = rest > 0 ? rest : 0;
  }
  if (!heap->last_was_major) return;
  heap->last_was_major = false;
  heap->major_at = heap->live * 2 > MAJOR_MIN ? heap->live * 2 : MAJOR_MIN;
  page_trim(heap, (uint32_t)(heap->budget / (int64_t)HEAP_PAGE_BYTES));
}

static void mark_all(Heap *heap, bool minor) {
  heap->is_marking = true;
  heap->is_minor = minor;
  roots_mark(heap, minor);
  roots_visit_weak(heap);
  mark_shrink(heap);
  heap->is_marking = false;
}

static void note_pause(Heap *heap, uint64_t start) {
  uint64_t pause = now_ns() - start;
  heap->pause_total_ns += pause;
  if (pause > heap->pause_max_ns) heap->pause_max_ns = pause;
}

void gc_collect(Heap *heap, bool major, bool prompt) {
  ASSERT(!heap->is_marking && !heap->is_sweeping);
  uint64_t start = now_ns();
  sweep_finish(heap);
  major |= heap->must_be_major;
  heap->must_be_major = false;
  if (major) sweep_clear_marks(heap);
  mark_all(heap, !major);
  pool_retire(heap);
  size_t dead = sweep_schedule(heap, !major);
  if (major)
    heap->major_count++;
  else
    heap->minor_count++;
  heap->last_was_major |= major;
  set_budget(heap, budget_for(heap_used(heap) - dead));
  if (heap->pending_count == 0)
    gc_swept(heap);
  else if (prompt)
    sweep_finish(heap);
  note_pause(heap, start);
}

static void collect_paced(Heap *heap) {
  sweep_finish(heap); // `live` and `major_at` are up to date then
  gc_collect(heap, heap->live > heap->major_at, false);
}

static bool has_room(const Heap *heap, size_t size) {
  size_t limit = heap->options.limit;
  return !limit || (size <= limit && heap_used(heap) <= limit - size);
}

static bool make_room(Heap *heap, size_t size) {
  if (has_room(heap, size)) return true;
  sweep_finish(heap);
  if (has_room(heap, size)) return true;
  gc_collect(heap, true, true);
  return has_room(heap, size);
}

static void grant(Heap *heap, size_t size) {
  int64_t wanted = (int64_t)size;
  int64_t rest = heap->credit + heap->held_back;
  if (rest < wanted) {
    // One block larger than the whole budget.
    heap->budget += wanted - rest;
    rest = wanted;
  }
  int64_t credit = rest;
  size_t limit = heap->options.limit;
  if (limit && (size_t)credit > limit - heap_used(heap)) {
    credit = (int64_t)(limit - heap_used(heap));
  }
  if (heap->options.stress || heap->options.fail_after) credit = wanted;
  heap->held_back = rest - credit;
  heap->base += credit - heap->credit;
  heap->credit = credit;
}

bool gc_admit(Heap *heap, size_t size) {
  ASSERT(!heap->is_marking && !heap->is_sweeping);
  heap_note_peak(heap);
  if (heap->options.fail_after && --heap->options.fail_after == 0) return false;
  if (heap->options.stress) {
    gc_collect(heap, heap->minor_count > heap->major_count, true);
  } else if (heap->credit + heap->held_back < (int64_t)size) {
    collect_paced(heap);
  }
  if (!make_room(heap, size)) return false;
  grant(heap, size);
  return true;
}
