// SPDX-License-Identifier: MIT
// sched.h - who runs next, and when a program ends
//
// One scheduler a VM. It owns the ready queue, the timers and the list of rejections that nobody
// saw; it asks a poller for what happens outside. The main loop is:
//
//   run ready fibers (a slice at a time) → look outside → wake due timers → …
//   nothing ready: sleep in the poller until the next timer or event
//   nothing ready, no timer, nothing outside: the end, or a deadlock if main still waits (C 6.2)
#ifndef SCHED_H
#define SCHED_H

#include "base/buffer.h"
#include "sched/clock.h"
#include "sched/poller.h"
#include "sched/policy.h"
#include "vm/vm.h"

struct TracePlace; // vm/trace.h

typedef struct Sched Sched;

typedef struct SchedOptions {
  bool virtual_time;
  Policy policy;
  struct JournalWriter *writer; // the run is recorded; not owned
  struct JournalReader *reader; // … or replayed (outside.h)
} SchedOptions;

typedef enum SchedEnd {
  SCHED_FINISHED,    // main ended and nothing can go on
  SCHED_FAILED,      // main ended by an error: sched_error
  SCHED_DEADLOCK,    // main waits and nothing can wake it
  SCHED_EXITED,      // the program called exit: sched_exit_status
  SCHED_INTERRUPTED, // Ctrl-C: main was cancelled, or the replay was left
} SchedEnd;

Sched *sched_new(VM *vm, const SchedOptions *options) MUST_USE; // fills the VM's AsyncOps
void sched_free(Sched *sched);
Sched *sched_of(VM *vm);

// Called when the first thing needs the outside world; makes the poller. NULL if there is none.
void sched_set_poller_maker(Sched *sched, Poller *(*make)(void *context), void *context);
Poller *sched_poller(Sched *sched); // made if need be; NULL with an error raised if it cannot be
const Clock *sched_clock(const Sched *sched);
// NULL: the run is neither recorded nor replayed.
struct Outside *sched_outside(const Sched *sched);

// Called before the process sleeps, so that output can be flushed.
void sched_set_before_wait(Sched *sched, void (*before)(void *context), void *context);

// Runs `main` (a closure without parameters) on the main fiber until the program's end.
SchedEnd sched_run(Sched *sched, Closure *main);
Value sched_error(const Sched *sched); // main's Error after SCHED_FAILED
int sched_exit_status(const Sched *sched);

// exit(n): the run ends at the next return to the main loop; the calling native returns
// NATIVE_PARKED after it.
void sched_exit(Sched *sched, int status);
// Was a replay left by sched_interrupt?
bool sched_was_left(const Sched *sched);
// The run has ended; its journal may go.
void sched_forget_outside(Sched *sched);
// Called from a signal handler: the main fiber is cancelled when the loop next looks.
void sched_interrupt(Sched *sched);

// Called from a signal handler or another thread: the list of all fibers is handed to the notice
// function when the interpreter next comes by; the program goes on as if nothing had been.
void sched_list_fibers(Sched *sched);
// For the next run: a fiber that computes for longer than `limit_ns` without suspending is told of
// (stall.h).
void sched_watch_stalls(Sched *sched, int64_t limit_ns);
// Finds out where the next run's processor time goes, looking `hz` times a second (1 … 10,000).
void sched_watch_time(Sched *sched, uint32_t hz);
struct Profile *sched_profile(const Sched *sched); // when the run has ended; NULL: nobody has asked for one
// How fibers that wait for what nobody can reach are told of when a collection finds them
// (stranded.h).
typedef enum StrandedTelling {
  STRANDED_UNTOLD,
  STRANDED_WARNED, // the first ones, and when they have become ten times as many
  STRANDED_LISTED, // each
} StrandedTelling;
void sched_tell_stranded(Sched *sched, StrandedTelling telling);
// What is told while the program runs, whole lines for stderr.
void sched_set_notice(Sched *sched, void (*notice)(void *context, const char *text, size_t len),
                      void *context);

// Reports: text for stderr. Rejections that nobody saw and failures of `go` fibers are handed to
// `report` as they become certain (C 2.7, 4.3); the exit status is then 1.
void sched_set_report(Sched *sched,
                      void (*report)(void *context, VM *vm, Error *error, const char *headline),
                      void *context);
bool sched_had_reports(const Sched *sched);
// C 6.2, without the headline and main's place.
void sched_report_deadlock(Sched *sched, Buffer *out);
bool sched_main_place(Sched *sched, struct TracePlace *out); // where main waits
// C 6.1: what was dropped at the end; returns how many.
uint32_t sched_report_leaks(Sched *sched, Buffer *out);

#ifndef NDEBUG
// Asserts that all who wait are where they say (sched_verify.c). After a slice: if it is time for it.
void sched_verify_slice(Sched *sched);
void sched_verify(Sched *sched);
#endif

#endif
