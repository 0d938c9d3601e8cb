// SPDX-License-Identifier: MIT
// stall.c - fibers that compute for long without suspending
//
// What the two threads share: the counters, which the watcher only reads, each with one load; `due`,
// which is set by the watcher and taken by the scheduler; and the interrupt, which is made for being
// asked from elsewhere. The watcher never follows a pointer into the heap.
#include "sched/stall.h"

#include "sched/report.h"
#include "sched/sched_private.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

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
  pthread_t thread;
  pthread_mutex_t lock; // of is_ending
  pthread_cond_t ending;
  bool is_ending;
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

// False: it is time to end.
static bool sleep_a_while(Stall *stall, int64_t ns) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  int64_t at = until.tv_nsec + ns;
  until.tv_sec += at / 1000000000;
  until.tv_nsec = at % 1000000000;
  pthread_mutex_lock(&stall->lock);
  if (!stall->is_ending) pthread_cond_timedwait(&stall->ending, &stall->lock, &until);
  bool goes_on = !stall->is_ending;
  pthread_mutex_unlock(&stall->lock);
  return goes_on;
}

static int64_t look_every(int64_t limit_ns) {
  int64_t ns = limit_ns / LOOKS_PER_LIMIT;
  if (ns < LOOK_MIN_NS) return LOOK_MIN_NS;
  return ns > LOOK_MAX_NS ? LOOK_MAX_NS : ns;
}

// A stall that was reported ends the slice at the next suspension point, so that it is one stall as
// long as the slice lasts.
static void *watch(void *context) {
  Stall *stall = context;
  Progress last = {0}, now;
  int64_t since_ns = now_ns();
  bool is_reported = false;
  while (sleep_a_while(stall, look_every(stall->limit_ns))) {
    bool is_running = look(stall, &now);
    bool is_old = is_reported ? now.slices == last.slices : is_same(&now, &last);
    if (!is_running || !is_old) {
      last = now;
      since_ns = now_ns();
      is_reported = false;
    } else if (!is_reported && now_ns() - since_ns >= stall->limit_ns) {
      is_reported = true;
      __atomic_store_n(&stall->due_since_ns, since_ns, __ATOMIC_RELEASE);
      vm_interrupt(stall->sched->vm);
    }
  }
  return NULL;
}

// --- Lifetime ------------------------------------------------------------------------------------

// Signals are for the program's own thread: it would not notice them otherwise.
static bool start_thread(Stall *stall) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  bool is_started = pthread_create(&stall->thread, NULL, watch, stall) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return is_started;
}

Stall *stall_new(Sched *sched, int64_t limit_ns) {
  Stall *stall = calloc(1, sizeof(Stall));
  if (!stall) return NULL;
  stall->sched = sched;
  stall->limit_ns = limit_ns;
  pthread_mutex_init(&stall->lock, NULL);
  pthread_cond_init(&stall->ending, NULL);
  if (start_thread(stall)) return stall;
  pthread_cond_destroy(&stall->ending);
  pthread_mutex_destroy(&stall->lock);
  free(stall);
  return NULL;
}

void stall_free(Stall *stall) {
  if (!stall) return;
  pthread_mutex_lock(&stall->lock);
  stall->is_ending = true;
  pthread_cond_signal(&stall->ending);
  pthread_mutex_unlock(&stall->lock);
  pthread_join(stall->thread, NULL);
  pthread_cond_destroy(&stall->ending);
  pthread_mutex_destroy(&stall->lock);
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
