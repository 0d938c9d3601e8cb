// SPDX-License-Identifier: MIT
// cancel.c - cancelling what stands behind a promise
//
// What is to be cancelled goes through a list of the scheduler's, not through recursion: groups
// within groups and combinators of combinators are as deep as a program likes. A watcher may cancel
// more while the list is worked off (a group whose fiber fails): it works off what it has pushed and
// leaves the rest to the one below, so each run has one cause.
//
// While it is under way a cancelled fiber is in one of these states, by its flags:
//
//   FIBER_CANCELLED  it is ready or runs; the error stands in wait.on and is raised at its next
//                    suspension point (wait_is_cancelled)
//   FIBER_DOOMED     it waits for something that has been cancelled with it (call_go_on)
//   FIBER_UNWINDING  the error has been raised, or will be when its turn comes: its cleanup runs
#include "sched/cancel.h"

#include "base/assertion.h"
#include "sched/channel.h"
#include "sched/errand.h"
#include "sched/gate.h"
#include "sched/group.h"
#include "sched/sched_private.h"
#include "sched/select.h"
#include "sched/ticket.h"
#include "sched/timer.h"
#include "vm/trace.h"

#define CANCEL_STARTED (FIBER_CANCELLED | FIBER_DOOMED | FIBER_UNWINDING)

// --- Errors --------------------------------------------------------------------------------------

Error *cancel_cause(VM *vm, const char *format, ...) {
  Buffer text = {0};
  va_list args;
  va_start(args, format);
  buffer_vprintf(&text, format, args);
  va_end(args);
  Error *cause = cancel_cause_text(vm, &text);
  buffer_free(&text);
  return cause;
}

Error *cancel_cause_text(VM *vm, const Buffer *text) {
  Error *cause = vm_error(vm, "Cancelled", text->bytes, text->len);
  if (!cause) cause = (Error *)value_as_object(vm_take_error(vm));
  error_forget_trace(cause);
  return cause;
}

void cancel_print_caller(VM *vm, Buffer *out) {
  const Fiber *fiber = vm_running(vm);
  TracePlace place;
  if (!fiber) return;
  if (fiber->obj.flags & FIBER_MAIN) {
    buffer_text(out, "main");
  } else {
    buffer_text(out, "fiber ");
    buffer_int(out, fiber->obj.extra);
  }
  if (!trace_fiber_place(vm, fiber, &place)) return;
  buffer_text(out, " at ");
  buffer_text(out, place.path);
  if (!place.line) return;
  buffer_byte(out, ':');
  buffer_int(out, place.line->line);
  buffer_byte(out, ':');
  buffer_int(out, place.line->column);
}

// Whoever gets it adds a trace of its own. Without memory they share one.
static Value copy_cause(VM *vm, Error *cause) {
  Error *copy = error_copy(vm_heap(vm), cause);
  return value_object(copy ? copy : cause);
}

static void reject(VM *vm, Promise *promise, Error *cause) {
  Value error = copy_cause(vm, cause);
  vm_push_root(vm, error);
  promise->obj.flags |= PROMISE_OBSERVED; // C 5.3: nobody need await it
  promise_reject(vm, promise, error);
  vm_pop_roots(vm, 1);
}

// --- The list ------------------------------------------------------------------------------------

CancelRun cancel_begin(VM *vm) {
  return (CancelRun){sched_of(vm)->cancelling.count};
}

void cancel_push(VM *vm, Promise *promise, CancelMode mode) {
  vec_push(&sched_of(vm)->cancelling, ((Cancelling){promise, mode}));
}

static void process(VM *vm, Promise *promise, CancelMode mode, Error *cause);
static void cancel_one(VM *vm, Fiber *fiber, Error *cause, CancelMode mode);

// Those pushed in one go are taken in the order in which they were pushed.
static void reverse_from(Sched *sched, uint32_t start) {
  Cancelling *items = sched->cancelling.items;
  for (uint32_t i = start, j = sched->cancelling.count; i + 1 < j; i++) {
    Cancelling item = items[--j];
    items[j] = items[i];
    items[i] = item;
  }
}

void cancel_run(VM *vm, CancelRun run, Error *cause) {
  Sched *sched = sched_of(vm);
  vm_push_root(vm, value_object(cause));
  reverse_from(sched, run.start);
  while (sched->cancelling.count > run.start) {
    Cancelling next = vec_pop(&sched->cancelling);
    uint32_t before = sched->cancelling.count;
    vm_push_root(vm, value_object(next.promise));
    process(vm, next.promise, next.mode, cause);
    vm_pop_roots(vm, 1);
    reverse_from(sched, before);
  }
  vm_pop_roots(vm, 1);
}

void cancel_promise(VM *vm, Promise *promise, Error *cause, CancelMode mode) {
  CancelRun run = cancel_begin(vm);
  cancel_push(vm, promise, mode);
  cancel_run(vm, run, cause);
}

// --- Promises ------------------------------------------------------------------------------------

static bool is_unwanted(const Promise *promise) {
  return promise_state(promise) == PROMISE_PENDING && wait_is_empty(&promise->waiters) &&
         !promise_watchers(promise);
}

// Nobody but `watcher` waits for what it watches.
static bool is_alone(const PromiseWatcher *watcher) {
  const Promise *watched = watcher->watched;
  return watched && promise_state(watched) == PROMISE_PENDING &&
         wait_is_empty(&watched->waiters) && promise_watchers(watched) == watcher && !watcher->next;
}

// all, race and the like. Those of them that never reject are settled by what they watch, if that is
// cancelled. What is withdrawn rejects, and so tells the combinator.
static void cancel_combinator(VM *vm, Promise *promise, CancelMode mode, Error *cause) {
  uint32_t pushed = 0;
  for (const PromiseWatcher *w = promise_watching(promise); w; w = w->sibling) {
    if (!is_alone(w)) continue;
    cancel_push(vm, w->watched, mode);
    pushed++;
  }
  reverse_from(sched_of(vm), sched_of(vm)->cancelling.count - pushed); // watching begins at the end
  bool never_rejects = promise->obj.flags & PROMISE_CALM;
  if (mode != CANCEL_WITHDRAW && !never_rejects) reject(vm, promise, cause);
}

// A time-out ends with what it bounds, another adopting promise belongs to an async call.
static void cancel_adopted(VM *vm, Promise *promise, CancelMode mode) {
  Promise *adopted = (Promise *)promise->settler;
  if (promise_state(adopted) != PROMISE_PENDING) return; // its watchers are about to be called
  if (mode == CANCEL_WITHDRAW) {
    bool is_timeout = promise->obj.flags & PROMISE_TIMER;
    const PromiseWatcher *first = promise_watchers(adopted);
    bool is_shared = !wait_is_empty(&adopted->waiters) || !first || first->next;
    if (!is_timeout || is_shared) return;
  }
  cancel_push(vm, adopted, mode);
}

static void withdraw_ticket(VM *vm, Ticket *ticket) {
  Waiter *waiter = &ticket->wait;
  switch ((WaitKind)waiter->kind) {
  case WAIT_SEND:
  case WAIT_RECEIVE: channel_leave(vm, waiter); break;
  case WAIT_GATE: wait_unlink(&((Gate *)waiter->on)->waiters, waiter); break;
  default: UNREACHABLE();
  }
}

// Of a select: with it go the promises that only it awaited.
static void leave_select(VM *vm, Selection *selection) {
  Sched *sched = sched_of(vm);
  uint32_t kept = sched->cancelling.count;
  for (uint32_t i = 0; i < selection->obj.extra; i++) {
    const Waiter *waiter = &selection->cases[i];
    if (waiter->kind == WAIT_AWAIT && waiter->on)
      cancel_push(vm, (Promise *)waiter->on, CANCEL_WITHDRAW);
  }
  select_leave(vm, selection);
  for (uint32_t i = kept; i < sched->cancelling.count; i++) {
    Cancelling item = sched->cancelling.items[i];
    if (is_unwanted(item.promise)) sched->cancelling.items[kept++] = item;
  }
  sched->cancelling.count = kept;
}

static void process_settler(VM *vm, Promise *promise, CancelMode mode, Error *cause) {
  Obj *settler = promise_settler(promise);
  switch (settler->kind) {
  case KIND_PROMISE: cancel_adopted(vm, promise, mode); return;
  case KIND_FIBER:
    if (mode != CANCEL_WITHDRAW) cancel_one(vm, (Fiber *)settler, cause, mode);
    return;
  case KIND_GROUP: group_cancel(vm, (Group *)settler, cause); return;
  case KIND_TICKET: withdraw_ticket(vm, (Ticket *)settler); break;
  case KIND_SELECTION: leave_select(vm, (Selection *)settler); break;
  case KIND_ERRAND: errand_stop(vm, (Errand *)settler); break;
  default: UNREACHABLE();
  }
  reject(vm, promise, cause);
}

static void process(VM *vm, Promise *promise, CancelMode mode, Error *cause) {
  if (promise_state(promise) != PROMISE_PENDING) return;
  if (mode != CANCEL_WITHDRAW) {
    // Asked for twice does nothing; and promises may adopt each other in a circle.
    if (promise->obj.flags & PROMISE_CANCELLED) return;
    promise->obj.flags |= PROMISE_CANCELLED;
  }
  if (promise_settler(promise)) {
    process_settler(vm, promise, mode, cause);
  } else if (promise_watching(promise)) {
    cancel_combinator(vm, promise, mode, cause);
  } else if (mode != CANCEL_WITHDRAW || (promise->obj.flags & PROMISE_TIMER)) {
    reject(vm, promise, cause);
  }
}

// --- Fibers --------------------------------------------------------------------------------------

static Value make_blow(VM *vm, Error *cause) {
  Value error = copy_cause(vm, cause);
  value_as_object(error)->flags |= ERROR_CANCELLED;
  return error;
}

// Wakes a fiber that is in no queue with the error, which must be rooted.
static void strike(VM *vm, Fiber *fiber, Error *cause) {
  fiber->obj.flags |= FIBER_UNWINDING;
  wait_wake_failed(vm, fiber, make_blow(vm, cause));
}

// It is ready, so what it waited for has happened and counts (C 1.10); or it runs.
static void strike_later(VM *vm, Fiber *fiber, Error *cause) {
  Value error = make_blow(vm, cause);
  fiber->obj.flags |= FIBER_CANCELLED;
  fiber->wait.on = value_as_object(error);
  heap_touch(vm_heap(vm), (Obj *)fiber);
}

// Ready, but nothing has happened yet that would be lost: it has not even begun.
static void strike_in_queue(VM *vm, Fiber *fiber, Error *cause) {
  fiber->obj.flags |= FIBER_UNWINDING;
  fiber->wait.is_failed = true;
  heap_store(vm_heap(vm), fiber, &fiber->wait.value, make_blow(vm, cause));
}

static bool awaits_alone(const Fiber *fiber, const Promise *promise) {
  const Waiter *first = promise->waiters.first;
  return first == &fiber->wait && !first->next && !promise_watchers(promise);
}

// Longer chains of adopted promises are left to themselves; so are circles.
#define ADOPTED_MAX 100000

// Nobody else waits for what the promise adopts, or for what it combines if it never rejects: so it
// settles when that is cancelled.
static bool ends_if_cancelled(const Promise *promise) {
  const Obj *settler;
  for (uint32_t i = 0; (settler = promise_settler(promise)) && settler->kind == KIND_PROMISE; i++) {
    promise = (const Promise *)settler;
    const PromiseWatcher *watcher = promise_watchers(promise);
    if (i == ADOPTED_MAX || !watcher || !is_alone(watcher)) return false;
  }
  if (!(promise->obj.flags & PROMISE_CALM)) return true;
  for (const PromiseWatcher *w = promise_watching(promise); w; w = w->sibling) {
    if (!is_alone(w)) return false;
  }
  return true;
}

// The fiber stays until what it awaits has ended, though not for ever.
static void doom(VM *vm, Fiber *fiber, Promise *awaited, CancelMode mode) {
  fiber->obj.flags |= FIBER_DOOMED;
  timer_add_doom(vm, fiber, CANCEL_CLEANUP_NS);
  cancel_push(vm, awaited, mode);
}

static void cancel_awaiting(VM *vm, Fiber *fiber, Error *cause, CancelMode mode) {
  Promise *promise = (Promise *)fiber->wait.on;
  if (!awaits_alone(fiber, promise)) {
    wait_withdraw(vm, fiber);
    strike(vm, fiber, cause);
  } else if (promise_is_owned(promise) || (mode == CANCEL_ALL && ends_if_cancelled(promise))) {
    doom(vm, fiber, promise, mode);
  } else {
    bool is_calm = promise->obj.flags & PROMISE_CALM;
    wait_withdraw(vm, fiber);
    strike(vm, fiber, cause);
    cancel_push(vm, promise, is_calm && mode == CANCEL_ALL ? CANCEL_ALL : CANCEL_WITHDRAW);
  }
}

static void cancel_parked(VM *vm, Fiber *fiber, Error *cause, CancelMode mode) {
  if (fiber->wait.kind == WAIT_AWAIT) {
    cancel_awaiting(vm, fiber, cause, mode);
    return;
  }
  if (fiber->wait.kind == WAIT_SELECT) leave_select(vm, (Selection *)fiber->wait.on);
  wait_withdraw(vm, fiber);
  strike(vm, fiber, cause);
}

// Within a run.
static void cancel_one(VM *vm, Fiber *fiber, Error *cause, CancelMode mode) {
  FiberState state = fiber_state(fiber);
  if (state == FIBER_DONE || (fiber->obj.flags & CANCEL_STARTED)) return;
  bool is_ready = fiber->wait.kind == WAIT_READY;
  if (state == FIBER_NEW && is_ready) {
    strike_in_queue(vm, fiber, cause);
  } else if (state == FIBER_RUNNING || is_ready || fiber->wait.kind == WAIT_STARTER) {
    strike_later(vm, fiber, cause);
  } else {
    cancel_parked(vm, fiber, cause, mode);
  }
}

void cancel_fiber(VM *vm, Fiber *fiber, Error *cause, CancelMode mode) {
  CancelRun run = cancel_begin(vm);
  vm_push_root(vm, value_object(fiber));
  vm_push_root(vm, value_object(cause));
  cancel_one(vm, fiber, cause, mode);
  vm_pop_roots(vm, 2);
  cancel_run(vm, run, cause);
}

// --- Ctrl-C --------------------------------------------------------------------------------------

// Whatever it was about to be given is lost: the program ends.
static void strike_now(VM *vm, Fiber *fiber, Error *cause) {
  FiberState state = fiber_state(fiber);
  if (state == FIBER_DONE || (fiber->obj.flags & (FIBER_DOOMED | FIBER_UNWINDING))) return;
  fiber->obj.flags &= (uint16_t)~FIBER_CANCELLED;
  if (fiber->wait.kind == WAIT_READY || fiber->wait.kind == WAIT_STARTER) {
    strike_in_queue(vm, fiber, cause);
  } else {
    cancel_fiber(vm, fiber, cause, CANCEL_ALL);
  }
}

void cancel_interrupted(VM *vm, Fiber *main, Fiber *running) {
  Error *cause = cancel_cause(vm, "interrupted");
  vm_push_root(vm, value_object(cause));
  for (Fiber *fiber = running; fiber; fiber = fiber_starter(vm, fiber)) strike_now(vm, fiber, cause);
  if (main) strike_now(vm, main, cause); // a session has none before its first input
  vm_pop_roots(vm, 1);
}

// --- Cleanup -------------------------------------------------------------------------------------

void cancel_bound_cleanup(VM *vm, Fiber *fiber) {
  if (fiber->obj.flags & FIBER_BOUNDED) return;
  fiber->obj.flags |= FIBER_BOUNDED;
  timer_add_cleanup(vm, fiber, CANCEL_CLEANUP_NS);
}

void cancel_fiber_ended(VM *vm, Fiber *fiber) {
  if (!(fiber->obj.flags & FIBER_BOUNDED)) return;
  fiber->obj.flags &= (uint16_t)~FIBER_BOUNDED;
  timer_drop(sched_of(vm), 1);
}

// What it awaits takes too long to end: it need not wait for that any more.
void cancel_end_doom(VM *vm, Fiber *fiber) {
  Error *cause = cancel_cause(vm, "cancelled");
  vm_push_root(vm, value_object(cause));
  fiber->obj.flags &= (uint16_t)~FIBER_DOOMED;
  wait_withdraw(vm, fiber);
  strike(vm, fiber, cause);
  vm_pop_roots(vm, 1);
}

void cancel_drop_cleanup(VM *vm, Fiber *fiber) {
  if (fiber->wait.kind == WAIT_STARTER) { // what it has started was computing at an interrupt
    timer_add_cleanup(vm, fiber, 1000000);
    return;
  }
  vm_push_root(vm, value_object(fiber));
  wait_withdraw(vm, fiber);
  fiber->obj.flags &= (uint16_t)~FIBER_BOUNDED;
  vm_raise(vm, "Cancelled", "the cleanup of a cancelled fiber took longer than %d s and was dropped",
           (int)(CANCEL_CLEANUP_NS / 1000000000));
  Error *error = (Error *)value_as_object(vm_take_error(vm));
  vm_push_root(vm, value_object(error));
  trace_add_frames(vm, error, fiber);
  sched_drop_fiber(sched_of(vm), fiber, error);
  vm_pop_roots(vm, 2);
}
