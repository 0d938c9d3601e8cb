// SPDX-License-Identifier: MIT
// gc.c - when to collect, and the phases of a collection
//
// A collection marks from the roots in slices, between which the program runs:
//
//   idle ── begin ── marking ──────────── (major: late) ──────────── end ── idle, sweeping in passing
//                    slice, slice, …       what nothing else led to   weak lists, list pages
//
// It ends in a slice that comes to a point where nothing is left: it has just marked the roots, no
// object waits to be traced, none that was written to waits to be traced again. All new objects are
// white, so what was made and dropped meanwhile is reclaimed with the rest; what was made and is
// alive is found from the roots in the end. So long as there is much of it the slice is used up and
// the next tries again: marking is faster than the program can make new objects (a word that was
// allocated is at most one visit), so each time less is left. If a program still outruns it, the slices
// come more often, and at last the rest is done at once.
//
// The slices are counted in objects, not in time, and begin after so many bytes: with the same
// program they fall on the same places.
//
// Pacing. From one collection to the next the program may allocate a third of what is live, at
// least 4 MiB: marking survivors is then amortised and the youngest objects still are in the cache.
// What is live is known exactly only when sweeping is done, since dead objects own raw blocks;
// until then the budget rests on the bytes of marked cells, and gc_swept corrects it. Sweeping is
// done by whoever needs cells, and a little at each grant, so that nothing of it is left when the
// budget is used up. A collection is major when twice as much is live as after the last major one,
// and at least 16 MiB: small programs never see one. Where that one found hardly anything dead the heap
// is being filled, and the next may wait until it is four times as much, 256 MiB more at most.
#include "heap/gc.h"
#include "heap/mark.h"
#include "heap/page.h"
#include "heap/pool.h"
#include "heap/roots.h"
#include "heap/sweep.h"
#include "heap/verify.h"

#define BUDGET_MIN  ((int64_t)4 << 20)
#define MAJOR_MIN   ((size_t)16 << 20)
#define GROWTH_MAX  ((size_t)256 << 20)    // see next_major
#define SLICE_UNITS 8192                   // objects that a slice visits
#define SLICE_BYTES ((int64_t)48 << 10)    // that the program may allocate between two slices
#define SWEEP_BYTES ((int64_t)64 << 10)    // the same between two rounds of sweeping
#define CYCLE_MIN   ((size_t)4 << 20)      // a program that allocates more during one is in a hurry
#define TRIM_PAGES  8                      // at each grant

void gc_init(Heap *heap) {
  heap->mark_bit = HEAP_MARK_A;
  heap->budget = BUDGET_MIN;
  heap->held_back = BUDGET_MIN;
  heap->major_at = MAJOR_MIN;
  heap->keep_unused = UINT32_MAX;
}

static int64_t budget_for(size_t live) {
  int64_t third = (int64_t)(live / 3);
  return third > BUDGET_MIN ? third : BUDGET_MIN;
}

// Nothing is granted yet: the next allocation comes to gc_admit.
static void set_budget(Heap *heap, int64_t budget) {
  heap->base -= heap->credit;
  heap->granted -= (uint64_t)heap->credit;
  heap->credit = 0;
  heap->budget = budget;
  heap->held_back = budget;
}

static size_t spent(const Heap *heap) {
  int64_t rest = heap->credit + heap->held_back;
  return rest < heap->budget ? (size_t)(heap->budget - rest) : 0;
}

// `live` is what a major collection has left.
static size_t next_major(const Heap *heap) {
  size_t limit = heap->live * 2;
  bool is_being_filled = heap->live > heap->unswept / 8 * 7;
  if (is_being_filled) limit += limit < GROWTH_MAX ? limit : GROWTH_MAX;
  return limit > MAJOR_MIN ? limit : MAJOR_MIN;
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
  heap->major_at = next_major(heap);
  heap->keep_unused = (uint32_t)(heap->budget / (int64_t)HEAP_PAGE_BYTES);
}

// --- A collection --------------------------------------------------------------------------------

static void begin(Heap *heap, bool major) {
  ASSERT(heap->phase == GC_IDLE && heap->pending_count == 0);
  major |= heap->must_be_major;
  heap->must_be_major = false;
  heap->is_minor = !major;
  heap->phase = GC_MARKING;
  heap->is_cycling = true;
  heap->cycle_bytes = 0;
  if (major) {
    heap->mark_bit ^= HEAP_MARKS; // nothing is marked now
    page_forget_marked(heap);
    roots_forget_remembered(&heap->roots);
  }
  roots_begin(heap, false);
}

// Marks until the slice is used up (false) or nothing is left (true).
static bool settle(Heap *heap) {
  for (bool has_scanned = false;;) {
    if (!mark_run(heap)) return false;
    if (heap->work_left <= 0 && !has_scanned) return false;
    if (roots_trace_remembered(heap) || roots_walk(heap)) continue;
    if (heap->mark.count || heap->deferred.count) continue;
    if (has_scanned) return true;
    roots_mark(heap);
    has_scanned = true;
    // What the roots lead to directly is visited, and what is new among it followed for a while.
    heap->work_left = (int64_t)heap->mark.count + SLICE_UNITS / 2;
  }
}

static bool mark_slice(Heap *heap, int64_t units) {
  heap->work_left = units;
  if (!settle(heap)) return false;
  if (heap->is_minor || heap->phase == GC_LATE) return true;
  heap->phase = GC_LATE;
  roots_begin(heap, true);
  return settle(heap);
}

static void end(Heap *heap) {
  roots_visit_weak(heap);
  if (heap->options.stress) verify_marks(heap);
  mark_shrink(heap);
  heap->phase = GC_IDLE;
  heap->is_cycling = false;
  roots_forget_remembered(&heap->roots);
  pool_retire(heap);
  size_t dead = sweep_schedule(heap, heap->is_minor);
  if (heap->is_minor) {
    heap->minor_count++;
  } else {
    heap->major_count++;
    heap->last_was_major = true;
  }
  heap->unswept = heap_used(heap);
  int64_t budget = budget_for(heap->unswept - dead);
  set_budget(heap, budget);
  heap->sweep_quota = (uint32_t)((int64_t)heap->pending_count * SWEEP_BYTES / budget * 3 / 2) + 1;
  if (sweep_is_done(heap)) gc_swept(heap);
}

// False: there is more to do.
static bool do_slice(Heap *heap, int64_t units) {
  heap->slice_count++;
  heap->is_marking = true;
  bool is_done = mark_slice(heap, units);
  if (is_done) end(heap);
  heap->is_marking = false;
  return is_done;
}

static void complete(Heap *heap) {
  while (heap->phase != GC_IDLE && !do_slice(heap, INT64_MAX / 2)) {}
  sweep_finish(heap);
}

static void collect(Heap *heap, bool major, bool prompt) {
  ASSERT(!heap->is_marking && !heap->is_sweeping);
  complete(heap);
  begin(heap, major);
  while (!do_slice(heap, INT64_MAX / 2)) {}
  if (prompt) sweep_finish(heap);
}

void gc_collect(Heap *heap, bool major, bool prompt) {
  uint64_t start = pauses_now_ns();
  collect(heap, major, prompt);
  pauses_note(&heap->pauses, pauses_now_ns() - start);
}

// --- Pacing --------------------------------------------------------------------------------------

// Until the next slice. A program that has allocated much since marking began makes new objects faster
// than they are marked, so it gets less each time.
static int64_t bytes_between_slices(const Heap *heap) {
  size_t room = heap->live / 4 > CYCLE_MIN ? heap->live / 4 : CYCLE_MIN;
  return heap->cycle_bytes > room ? SLICE_BYTES / 4 : SLICE_BYTES;
}

static bool is_outrun(const Heap *heap) {
  size_t room = heap->live > 4 * CYCLE_MIN ? heap->live : 4 * CYCLE_MIN;
  return heap->cycle_bytes > room;
}

static void go_on(Heap *heap) {
  heap->cycle_bytes += spent(heap);
  if (is_outrun(heap)) {
    while (!do_slice(heap, INT64_MAX / 2)) {}
  } else if (!do_slice(heap, SLICE_UNITS)) {
    set_budget(heap, bytes_between_slices(heap));
  }
}

// The budget is used up, or a part of it was.
static void step(Heap *heap, bool is_used_up) {
  uint64_t start = pauses_now_ns();
  if (heap->phase != GC_IDLE) {
    go_on(heap);
  } else if (is_used_up) {
    sweep_finish(heap); // `live` and `major_at` are up to date then
    begin(heap, heap->live > heap->major_at);
    set_budget(heap, 0);
    go_on(heap);
  } else {
    sweep_some(heap, heap->sweep_quota);
    page_trim(heap, TRIM_PAGES);
  }
  pauses_note(&heap->pauses, pauses_now_ns() - start);
}

// Every collection is tried with slices of a few objects and at once, in turns of 64 allocations.
static void step_stressed(Heap *heap) {
  uint64_t count = heap->stress_count++;
  bool is_major = heap->minor_count > heap->major_count;
  if (count / 64 % 2 == 0) {
    collect(heap, is_major, true);
  } else if (heap->phase == GC_IDLE) {
    sweep_finish(heap);
    begin(heap, is_major);
  } else {
    (void)!do_slice(heap, 1 + (int64_t)(count * 37 % 200));
  }
}

static bool has_room(const Heap *heap, size_t size) {
  size_t limit = heap->options.limit;
  return !limit || (size <= limit && heap_used(heap) <= limit - size);
}

static NOINLINE bool make_room(Heap *heap, size_t size) {
  if (has_room(heap, size)) return true;
  uint64_t start = pauses_now_ns();
  complete(heap);
  if (!has_room(heap, size)) collect(heap, true, true);
  pauses_note(&heap->pauses, pauses_now_ns() - start);
  return has_room(heap, size);
}

static int64_t smaller(int64_t a, int64_t b) {
  return a < b ? a : b;
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
  if (!sweep_is_done(heap) || heap->unused_count > heap->keep_unused) {
    credit = smaller(rest, wanted + SWEEP_BYTES);
  }
  size_t limit = heap->options.limit;
  if (limit) credit = smaller(credit, (int64_t)(limit - heap_used(heap)));
  if (heap->options.stress || heap->options.fail_after) credit = wanted;
  heap->held_back = rest - credit;
  heap->base += credit - heap->credit;
  heap->granted += (uint64_t)(credit - heap->credit);
  heap->credit = credit;
}

bool gc_admit(Heap *heap, size_t size) {
  ASSERT(!heap->is_marking && !heap->is_sweeping);
  heap_note_peak(heap);
  if (heap->options.fail_after && --heap->options.fail_after == 0) return false;
  if (heap->options.stress) {
    step_stressed(heap);
  } else {
    bool is_used_up = heap->credit + heap->held_back < (int64_t)size;
    bool is_idle = heap->phase == GC_IDLE && sweep_is_done(heap) &&
                   heap->unused_count <= heap->keep_unused;
    if (is_used_up || !is_idle) step(heap, is_used_up);
  }
  if (!make_room(heap, size)) return false;
  grant(heap, size);
  return true;
}
