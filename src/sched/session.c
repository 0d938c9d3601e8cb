// SPDX-License-Identifier: MIT
// session.c - a program that is given piece by piece
#include "sched/session.h"

#include "sched/cancel.h"
#include "sched/sched_private.h"
#include "sched/timer.h"

// Fibers that are ready over and over do not keep the next piece waiting for longer than this many
// slices.
#define SETTLE_SLICES 64

// Whatever Ctrl-C was for is over.
static void forget_interrupt(Sched *sched) {
  sched->is_interrupted = 0;
  sched->is_interrupt_taken = false;
  vm_forget_interrupt(sched->vm);
}

// --- A piece -------------------------------------------------------------------------------------

// SCHED_FINISHED: main has ended, in whatever way.
static SchedEnd run_until_main_ends(Sched *sched) {
  while (!sched->main_ended) {
    if (sched->is_exiting) return SCHED_EXITED;
    sched_take_interrupt(sched, NULL);
    sched_answer_list(sched, NULL);
    if (sched->ready_count > 0) {
      sched_run_slice(sched);
      sched_look_outside(sched);
    } else if (!sched_wait_outside(sched)) {
      return SCHED_DEADLOCK;
    }
  }
  return sched->is_exiting ? SCHED_EXITED : SCHED_FINISHED;
}

// Its error becomes the value: while it is main_error, nobody else runs.
static SchedEnd end_piece(Sched *sched, SchedEnd end) {
  bool was_interrupted = sched->is_interrupted;
  forget_interrupt(sched);
  if (end != SCHED_FINISHED) return end;
  if (!value_is_absent(sched->main_error)) {
    sched->main_value = sched->main_error;
    sched->main_error = VALUE_ABSENT;
    return SCHED_FAILED;
  }
  return was_interrupted ? SCHED_INTERRUPTED : SCHED_FINISHED;
}

SchedEnd session_run(Sched *sched, Closure *piece) {
  forget_interrupt(sched);
  sched->main_ended = false;
  sched->main_value = VALUE_NULL;
  sched->main = fiber_new(sched->vm, value_object(piece), NULL, 0);
  if (!sched->main) {
    sched->main_ended = true;
    sched->main_value = vm_take_error(sched->vm);
    return SCHED_FAILED;
  }
  sched->main->obj.flags |= FIBER_MAIN;
  wait_ready(sched->vm, sched->main);
  return end_piece(sched, run_until_main_ends(sched));
}

// Cleanup that waits is bounded by a timer (cancel.h), so it cannot be stuck again.
SchedEnd session_give_up(Sched *sched) {
  cancel_interrupted(sched->vm, sched->main, NULL);
  return end_piece(sched, run_until_main_ends(sched));
}

Value session_value(const Sched *sched) {
  return sched->main_value;
}

// --- Between pieces ------------------------------------------------------------------------------

bool session_settle(Sched *sched) {
  sched->main_value = VALUE_NULL;
  for (uint32_t i = 0; i < SETTLE_SLICES && sched->ready_count > 0 && !sched->is_exiting; i++) {
    if (sched->is_interrupted) break;
    sched_run_slice(sched);
    sched_look_outside(sched);
  }
  // A promise that was rejected may still be in a variable, so only a collection can tell.
  if (sched->rejected.count > 0) heap_collect(vm_heap(sched->vm), true);
  sched_report_rejected(sched, false);
  return !sched->is_exiting;
}

static void wait_for_world(Sched *sched) {
  int64_t timeout = -1;
  if (!sched->clock.is_virtual && !timer_is_empty(sched)) {
    timeout = timer_next_ns(sched) - clock_real_ns();
    if (timeout < 0) timeout = 0;
  }
  sched->poller->poll(sched->poller->self, timeout);
  if (!sched->clock.is_virtual) sched_fire_timers(sched);
}

SessionWait session_wait(Sched *sched, bool (*is_done)(void *context), void *context) {
  for (;;) {
    if (sched->is_exiting) return SESSION_EXITED;
    if (sched->is_interrupted) {
      forget_interrupt(sched);
      return SESSION_INTERRUPTED;
    }
    sched_answer_list(sched, NULL);
    if (is_done(context)) return SESSION_ASKED;
    if (sched->ready_count > 0) {
      sched_run_slice(sched);
      sched_look_outside(sched);
    } else {
      if (sched->before_wait) sched->before_wait(sched->before_wait_context);
      if (!is_done(context)) wait_for_world(sched);
    }
  }
}

void session_end(Sched *sched) {
  sched->main_value = VALUE_NULL;
  sched_report_rejected(sched, true);
}
