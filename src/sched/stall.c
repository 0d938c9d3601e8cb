// SPDX-License-Identifier: MIT
// stall.c - fibers that compute for long without suspending
//
// What the two threads share: the counters, which the watcher only reads, each with one load; `due`,
// which is set by the watcher and taken by the scheduler; and the interrupt, which is made for being
// asked from elsewhere. The watcher never follows a pointer into the heap.
#include "sched/stall.h"

#include "sched/report.h"
#include "sched/sched_private.h"
#include "sched/watcher.h"

#include <stdlib.h>

#define LOOKS_PER_LIMIT 8
#define LOOK_MIN_NS     1000000
#define LOOK_MAX_NS     100000000

// How far the program has come; while a fiber computes it stands still.
typedef struct Progress {
  uint64_t slices;
  uint32_t slice_left;
  uint32_t budget;
} Progress;

struct Stall {
  Sched *sched;
  int64_t limit_ns;
  Watcher *watcher;
  // The watcher's own: since when nothing has moved, and whether that was reported.
  Progress last;
  int64_t since_ns;
  bool is_reported;
  int64_t due_since_ns; // 0: nothing is due; written by the watcher, taken by the scheduler
  bool is_open;         // a stall was reported that has not ended
  int64_t open_since_ns;
  uint32_t fiber_number;
  bool is_main;
};

static int64_t now_ns(void) {
  return clock_now_ns(&(Clock){.is_virtual = false});
}

// --- The watcher's thread ------------------------------------------------------------------------

static bool look(const Stall *stall, Progress *out) {
  const Sched *sched = stall->sched;
  out->slices = __atomic_load_n(&sched->slice_count, __ATOMIC_RELAXED);
  out->slice_left = __atomic_load_n(&sched->slice_left, __ATOMIC_RELAXED);
  return vm_peek(sched->vm, &out->budget);
}

static bool is_same(const Progress *a, const Progress *b) {
  return a->slices == b->slices && a->slice_left == b->slice_left && a->budget == b->budget;
}

static int64_t look_every(int64_t limit_ns) {
  int64_t ns = limit_ns / LOOKS_PER_LIMIT;
  if (ns < LOOK_MIN_NS) return LOOK_MIN_NS;
  return ns > LOOK_MAX_NS ? LOOK_MAX_NS : ns;
}

// A stall that was reported ends the slice at the next suspension point, so that it is one stall as
// long as the slice lasts.
static void watch(void *context) {
  Stall *stall = context;
  Progress now;
  bool is_running = look(stall, &now);
  bool is_old = stall->is_reported ? now.slices == stall->last.slices : is_same(&now, &stall->last);
  if (!is_running || !is_old) {
    stall->last = now;
    stall->since_ns = now_ns();
    stall->is_reported = false;
  } else if (!stall->is_reported && now_ns() - stall->since_ns >= stall->limit_ns) {
    stall->is_reported = true;
    __atomic_store_n(&stall->due_since_ns, stall->since_ns, __ATOMIC_RELEASE);
    vm_interrupt(stall->sched->vm);
  }
}

// --- Lifetime ------------------------------------------------------------------------------------

Stall *stall_new(Sched *sched, int64_t limit_ns) {
  Stall *stall = calloc(1, sizeof(Stall));
  if (!stall) return NULL;
  stall->sched = sched;
  stall->limit_ns = limit_ns;
  stall->since_ns = now_ns();
  stall->watcher = watcher_new(look_every(limit_ns), watch, stall);
  if (stall->watcher) return stall;
  free(stall);
  return NULL;
}

void stall_free(Stall *stall) {
  if (!stall) return;
  watcher_free(stall->watcher);
  free(stall);
}

// --- Saying it -----------------------------------------------------------------------------------

static void print_who(const Stall *stall, Buffer *out) {
  if (stall->is_main)
    buffer_text(out, "stall: main");
  else
    buffer_printf(out, "stall: fiber %u", stall->fiber_number);
}

bool stall_is_due(const Stall *stall) {
  return __atomic_load_n(&stall->due_since_ns, __ATOMIC_RELAXED) != 0;
}

bool stall_print_begin(Stall *stall, Buffer *out, Fiber *running) {
  int64_t since_ns = __atomic_exchange_n(&stall->due_since_ns, 0, __ATOMIC_ACQUIRE);
  if (since_ns == 0) return false;
  stall->is_open = true;
  stall->open_since_ns = since_ns;
  stall->fiber_number = running->obj.extra;
  stall->is_main = running->obj.flags & FIBER_MAIN;
  print_who(stall, out);
  buffer_printf(out, " has been computing for %.0f ms and lets nobody else run\n",
                (double)(now_ns() - since_ns) / 1e6);
  trace_print_fiber(stall->sched->vm, out, running);
  stall->sched->slice_left = 0; // its next suspension point comes back here
  return true;
}

bool stall_print_end(Stall *stall, Buffer *out) {
  __atomic_store_n(&stall->due_since_ns, 0, __ATOMIC_RELAXED); // too late for that one
  if (!stall->is_open) return false;
  stall->is_open = false;
  print_who(stall, out);
  buffer_printf(out, " has computed for %.0f ms in all\n", (double)(now_ns() - stall->open_since_ns) / 1e6);
  return true;
}
