// SPDX-License-Identifier: MIT
// sched_private.h - the scheduler's state, for the files of this folder
#ifndef SCHED_PRIVATE_H
#define SCHED_PRIVATE_H

#include "base/vec.h"
#include "sched/epoch.h"
#include "sched/outside.h"
#include "sched/promise.h"
#include "sched/sched.h"
#include "sched/timer_queue.h"
#include "sched/wait.h"
#include <signal.h>

// What a timer is for, of a promise and of a fiber: its `generation`.
#define TIMER_SLEEP    0u
#define TIMER_DEADLINE 1u
#define TIMER_DOOM     2u
#define TIMER_CLEANUP  3u

// What is still to be cancelled (cancel.c).
typedef struct Cancelling {
  Promise *promise;
  uint8_t mode; // CancelMode
} Cancelling;

typedef struct Stall Stall; // stall.h

// How far the collection under way has come (sched_roots.c).
typedef struct SchedMarking {
  uintptr_t cursor;     // in the queue of fibers that is being marked
  uint32_t queue;       // which that is (get_queue)
  bool are_queues_marked;
  uint32_t fresh;       // in fresh_targets
} SchedMarking;

struct Sched {
  VM *vm;
  Clock clock;
  WaitQueue ready;
  Outside *outside; // NULL: the run is neither recorded nor replayed
  Shuffle *shuffle; // instead of `ready`, with a seed; else NULL
  uint32_t ready_count;
  uint32_t slice_left; // switches until somebody looks outside

  WaitQueue sleepers; // fibers that sleep, in the order in which they are due (timer.c)
  TimerQueue timers;
  VEC(Obj *) fresh_targets; // of timers and watchers made since the last collection, as roots
  SchedMarking marking;
  Promise *marked_watching;      // whose watchers are being marked (promise.c), or NULL
  const PromiseWatcher *next_watched; // where that goes on
  uint32_t timer_count;    // ever made
  uint32_t stale_timers;   // those whose target does not wait any more (timer.c)
  uint64_t moment;         // counts what became ready: see select.h

  Poller *poller;
  Poller *(*make_poller)(void *context);
  void *poller_context;
  void (*before_wait)(void *context);
  void *before_wait_context;

  Fiber *main;
  bool main_ended;
  Value main_error; // VALUE_ABSENT: none
  Value main_value; // what main has returned, else VALUE_NULL
  bool is_exiting;
  int exit_status;
  volatile sig_atomic_t is_interrupted;
  bool is_interrupt_taken; // main has been cancelled for it
  volatile sig_atomic_t is_left; // Ctrl-C during a replay: nothing goes on
  volatile sig_atomic_t wants_list; // of the fibers
  Stall *stall;            // NULL: nobody watches
  int64_t stall_limit_ns;
  uint32_t sample_hz; // of a profile; 0: there is none
  uint64_t slice_count;
  Epochs epochs; // since when fibers wait
  StrandedTelling tells_stranded;

  uint32_t channel_count;
  uint32_t gate_counts[KIND_COUNT]; // the same for each kind of gate

  VEC(Cancelling) cancelling;
  VEC(Promise *) notifying; // settled, and their watchers are being called (promise.c)
  VEC(Fiber *) unreached;  // while collecting: it may be that they are stranded
  VEC(Fiber *) stranded;   // found by a collection, not told yet
  uint32_t stranded_count; // ever found
  uint32_t stranded_told;  // when it was told last
  VEC(Promise *) rejected; // weak: rejected, not observed yet
  struct Finalisers *finalisers; // finaliser.h
  VEC(Promise *) doomed;   // can no longer be awaited: to be reported
  void (*report)(void *context, VM *vm, Error *error, const char *headline);
  void *report_context;
  bool had_reports;
  void (*notice)(void *context, const char *text, size_t len);
  void *notice_context;
#ifndef NDEBUG
  uint64_t verify_work; // switches since sched_verify last looked at everything
  uint64_t verify_cost; // what that took (sched_verify.c)
#endif
};

// Switches between two looks outside. Large enough that a system call's cost disappears (0.3 µs in
// 1024 × 20 ns), small enough that a timer is late by microseconds only.
#define SCHED_SLICE 1024

// Entries of a report about these fibers (stuck.c).
void stuck_print_fibers(Sched *sched, Buffer *out, Fiber *const *fibers, uint32_t count);
// Whether the running fiber is to leave only to be looked at.
bool sched_is_asked(const Sched *sched);
void sched_fill_async_ops(Sched *sched); // async_ops.c
void sched_roots_add(Sched *sched);      // sched_roots.c: what the collector begins with

// A moment later than all before: since when something is ready (select.h).
static inline uint64_t sched_next_moment(VM *vm) {
  return ++((Sched *)vm_scheduler(vm))->moment;
}
// Notes a rejection that nobody has seen yet (promise.c calls it).
void sched_note_rejected(Sched *sched, Promise *promise);
// The error of a fiber without a promise, started by `go` or for a finaliser: reported now.
void sched_report_failed(Sched *sched, Fiber *fiber, Error *error);
// A finaliser could not be started.
void sched_report_finaliser(Sched *sched, Error *error);
// Ends a fiber that is in no queue: its promise is rejected with `error`, which is reported.
void sched_drop_fiber(Sched *sched, Fiber *fiber, Error *error);
// Reports the rejection unless somebody has seen it.
void sched_report_promise(Sched *sched, Promise *promise);
// Ctrl-C, once. `running` was computing when it came, or NULL.
void sched_take_interrupt(Sched *sched, Fiber *running);
// Runs who is ready, for a slice; then what the world outside has done, without waiting.
void sched_run_slice(Sched *sched);
void sched_look_outside(Sched *sched);
// Shows the fibers if somebody has asked for them; `running` may be NULL.
void sched_answer_list(Sched *sched, const Fiber *running);
// Nothing is ready: waits until something happens. False: nothing can happen any more.
bool sched_wait_outside(Sched *sched) MUST_USE;
void sched_fire_timers(Sched *sched);
// Rejections that nobody has seen: those that were found unreachable, or all.
void sched_report_rejected(Sched *sched, bool all);
// Takes the next ready fiber; NULL if there is none.
Fiber *sched_take_ready(Sched *sched);

#endif
