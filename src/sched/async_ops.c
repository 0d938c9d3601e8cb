// SPDX-License-Identifier: MIT
// async_ops.c - fills the table through which the interpreter reaches the scheduler
#include "vm/async_ops.h"

#include "sched/cancel.h"
#include "sched/channel.h"
#include "sched/finaliser.h"
#include "sched/hand.h"
#include "sched/lock.h"
#include "sched/park.h"
#include "sched/sched_private.h"
#include "sched/select.h"
#include "sched/stranded.h"
#include "vm/trace.h"
#include <string.h>

static Value new_channel(VM *vm, Value capacity) {
  int64_t room = 0;
  bool is_buffered = !value_is_null(capacity);
  if (is_buffered && (!integer_from_value(capacity, &room) || room < 0 || room > UINT32_MAX)) {
    vm_raise(vm, "ValueError", "a channel's room must be a whole number from 0 up");
    return VALUE_ABSENT;
  }
  Channel *ch = channel_new(vm, (uint32_t)room, is_buffered);
  return ch ? value_object(ch) : VALUE_ABSENT;
}

static Value promise_for(VM *vm, Fiber *fiber, uint32_t number) {
  Promise *promise = promise_new_numbered(vm, number);
  if (!promise) return VALUE_ABSENT;
  promise_give_fiber(vm, promise, fiber);
  return value_object(promise);
}

// Nothing that a cleanup does undoes a cancellation (C 5.3), not even a `return`.
static void end_cancelled(VM *vm, Fiber *fiber) {
  if (!fiber_promise(fiber)) return;
  vm_raise(vm, "Cancelled", "cancelled");
  fiber_promise(fiber)->obj.flags |= PROMISE_OBSERVED;
  promise_reject_raised(vm, fiber_promise(fiber));
}

static void fiber_ended(VM *vm, Fiber *fiber, Value result) {
  Sched *sched = vm_scheduler(vm);
  cancel_fiber_ended(vm, fiber);
  lock_fiber_ended(vm, fiber);
  if (fiber == sched->main) {
    sched->main_ended = true;
    sched->main_value = result;
  } else if (UNLIKELY(fiber->obj.flags & FIBER_UNWINDING)) {
    end_cancelled(vm, fiber);
  } else if (fiber_promise(fiber)) {
    promise_fulfil(vm, fiber_promise(fiber), result);
  }
}

// C 5.3: the end of a fiber that was cancelled is no error by itself; one that its cleanup met is.
static bool is_quiet(Value value) {
  const Error *error = (const Error *)value_as_object(value);
  return value_is_cancellation(value) && strcmp(error->kind->bytes, "Cancelled") == 0 &&
         !(error->obj.flags & ERROR_HAS_LATER);
}

static void fiber_failed(VM *vm, Fiber *fiber) {
  Sched *sched = vm_scheduler(vm);
  Value error = vm_take_error(vm);
  bool is_cancelled = is_quiet(error);
  vm_push_root(vm, error);
  cancel_fiber_ended(vm, fiber);
  trace_add_start(vm, (Error *)value_as_object(error), fiber);
  lock_fiber_ended(vm, fiber);
  if (fiber == sched->main) {
    sched->main_ended = true;
    if (!is_cancelled) sched->main_error = error;
  } else if (fiber_promise(fiber)) {
    if (is_cancelled) fiber_promise(fiber)->obj.flags |= PROMISE_OBSERVED;
    promise_reject(vm, fiber_promise(fiber), error);
  } else if (!is_cancelled && !(fiber->obj.flags & FIBER_STARTED)) { // else its starter fails (start.c)
    sched_report_failed(sched, fiber, (Error *)value_as_object(error));
  }
  vm_pop_roots(vm, 1);
}

// With a recording leave_for_interrupt decides when an interrupt is noticed.
static bool stops_by_interrupt(const Sched *sched) {
  return sched->is_interrupt_taken ? sched->main_ended : !sched->outside;
}

// After the end of main by an error or exit nobody else runs.
static inline bool must_stop(const Sched *sched) {
  return sched->is_left || sched->is_exiting || !value_is_absent(sched->main_error) ||
         (UNLIKELY(sched->is_interrupted) && stops_by_interrupt(sched));
}

// If it is Ctrl-C that stops them, the starter has its cleanup to run, and is main perhaps.
static NOINLINE Fiber *stop(VM *vm, Fiber *fiber) {
  if (fiber->obj.flags & FIBER_STARTED) wait_ready(vm, fiber_take_starter(vm, fiber));
  return NULL;
}

static Fiber *next_fiber(VM *vm, Fiber *fiber) {
  Sched *sched = vm_scheduler(vm);
  if (UNLIKELY(must_stop(sched))) return stop(vm, fiber);
  if (fiber->obj.flags & FIBER_STARTED) return fiber_take_starter(vm, fiber);
  if (sched->slice_left == 0) return NULL;
  sched->slice_left--;
  return park_take_ready(sched);
}

// Behind everybody who is ready; a fiber that is alone stops all the same when the slice is used
// up, so that timers and the outside world get their turn (C 1.2).
static bool yield_fiber(VM *vm, Fiber *fiber) {
  Sched *sched = vm_scheduler(vm);
  sched->slice_left = 0;
  wait_park(vm, fiber, WAIT_READY, NULL, NULL);
  wait_wake(vm, fiber, VALUE_ABSENT);
  return true;
}

// A recording keeps the moment in which a fiber was interrupted, and a replay waits for it.
static bool leave_for_interrupt(VM *vm, Fiber *fiber) {
  Sched *sched = vm_scheduler(vm);
  if (LIKELY(!sched->outside) || must_stop(sched)) return true;
  if (outside_is_replaying(sched->outside)) {
    if (outside_is_far_beyond(sched->outside)) return true;
    if (!outside_is_signalled_here(sched->outside, fiber)) return sched_is_asked(sched);
    sched->is_interrupted = 1;
  } else if (sched->is_interrupted && !sched->is_interrupt_taken) {
    outside_note_signal(sched->outside, fiber);
  }
  return true;
}

void sched_fill_async_ops(Sched *sched) {
  static const AsyncOps ops = {.await = promise_await,
                               .send = hand_send,
                               .receive = hand_receive,
                               .channel_new = new_channel,
                               .select = select_wait,
                               .selected = select_taken,
                               .promise_for = promise_for,
                               .ready = wait_ready,
                               .ended = fiber_ended,
                               .failed = fiber_failed,
                               .next = next_fiber,
                               .yield = yield_fiber,
                               .leaves = leave_for_interrupt,
                               .unreached = stranded_note,
                               .guarded = finaliser_note};
  vm_set_async(sched->vm, &ops, sched);
}
