// SPDX-License-Identifier: MIT
// cancel.h - cancelling what stands behind a promise
//
// To cancel is to ask, not to wait (C 5.3). What happens depends on who will settle the promise:
//
//   a fiber        is woken with a Cancelled error that no `catch` sees; one that is ready or runs
//                  raises it at its next suspension point, also at one that would not have to wait
//   another one    (adopted, or under a time-out) that one is cancelled
//   a group        all its fibers are; it ends when they have
//   several        (all, race …) those that nobody else waits for are; it is rejected at once
//   a timer, a place in a channel's queue, a request, nobody: it is withdrawn and rejected at once
//
// A fiber is cancelled once. While its cleanup runs it may wait again, for CANCEL_CLEANUP_NS in all;
// what takes longer is dropped and reported.
//
// What a cancelled fiber was awaiting goes on, unless nobody else waits for it and it is a timer, a
// request or a place in a queue: then it is withdrawn. But what a group's fibers await ends with the
// group, whatever it is: such a fiber is doomed, that is, it stays where it is until what it awaits
// has ended, and then goes as if it had been cancelled there. So the inner ones always clean up first.
#ifndef CANCEL_H
#define CANCEL_H

#include "base/buffer.h"
#include "sched/promise.h"

#define CANCEL_CLEANUP_NS INT64_C(5000000000)

typedef enum CancelMode {
  CANCEL_CALL,     // what was asked for
  CANCEL_ALL,      // also what a cancelled fiber awaits, if nobody else does
  CANCEL_WITHDRAW, // only what ends with who waits for it: timers, requests, places in queues
} CancelMode;

// The error with which fibers and promises are cancelled, each with a copy of its own. It has no
// trace. Out of memory: the error that says so.
Error *cancel_cause(VM *vm, const char *format, ...) PRINTF(2, 3) MUST_USE;
Error *cancel_cause_text(VM *vm, const Buffer *text) MUST_USE;
// "main at demo.vint:4:9": who cancels, appended to `out`.
void cancel_print_caller(VM *vm, Buffer *out);

// Neither argument need be rooted. Does nothing to a promise that has settled.
void cancel_promise(VM *vm, Promise *promise, Error *cause, CancelMode mode);
// Several at once: whatever is pushed is cancelled when the outermost cancel_run comes to it, so a
// deep nest of groups takes no C stack. Promises pushed first go first.
typedef struct CancelRun {
  uint32_t start;
} CancelRun;
CancelRun cancel_begin(VM *vm);
void cancel_push(VM *vm, Promise *promise, CancelMode mode);
void cancel_run(VM *vm, CancelRun run, Error *cause);

void cancel_fiber(VM *vm, Fiber *fiber, Error *cause, CancelMode mode);
// Ctrl-C: main is cancelled, and whoever was computing just now (`running`, may be NULL), even
// without a suspension point.
void cancel_interrupted(VM *vm, Fiber *main, Fiber *running);

// For wait.c and timer.c.
void cancel_bound_cleanup(VM *vm, Fiber *fiber); // it waits during its cleanup
void cancel_end_doom(VM *vm, Fiber *fiber);      // the same, of what it waits for
void cancel_drop_cleanup(VM *vm, Fiber *fiber);  // that has taken too long
// The fiber has ended: its cleanup needs no bound any more.
void cancel_fiber_ended(VM *vm, Fiber *fiber);

#endif
