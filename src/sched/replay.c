// SPDX-License-Identifier: MIT
// replay.c - the scheduler's outside when a recording takes the world's place
//
// What a live run finds in one look may take a replay none and the other way round, because looks in
// which nothing happens are not recorded. That makes no difference: between two turns the order of
// the steps is all that counts.
#include "sched/replay.h"

#include "sched/finaliser.h"
#include "sched/outside.h"
#include "sched/sched_private.h"
#include "sched/timer.h"

static void fire_timers(Sched *sched) {
  int64_t now_ns = outside_take_time(sched->outside);
  if (sched->clock.is_virtual) sched->clock.virtual_ns = now_ns;
  if (!timer_is_empty(sched)) timer_fire_due(sched, now_ns);
}

static void interrupt(Sched *sched) {
  outside_take_signal(sched->outside);
  sched->is_interrupted = 1;
  sched_take_interrupt(sched, NULL);
}

void replay_look(Sched *sched) {
  for (;;) {
    switch (outside_due(sched->outside)) {
    case OUTSIDE_TIME: fire_timers(sched); break;
    case OUTSIDE_EVENT: outside_take_event(sched->outside); break;
    case OUTSIDE_SIGNAL: interrupt(sched); break;
    case OUTSIDE_REPORT: replay_reports(sched); break;
    case OUTSIDE_FINALISER: finaliser_start_due(sched); break;
    case 0: return;
    default: outside_diverge(sched->outside, "nothing of that kind happens"); return;
    }
  }
}

bool replay_wait(Sched *sched) {
  replay_look(sched);
  if (sched->ready_count > 0) return true;
  outside_expect_end(sched->outside);
  return false;
}

static void report_number(Sched *sched, uint32_t number) {
  for (uint32_t i = 0; i < sched->rejected.count; i++) {
    Promise *promise = sched->rejected.items[i];
    if (promise->obj.extra != number) continue;
    sched_report_promise(sched, promise);
    return;
  }
  outside_diverge(sched->outside, "there is no such rejection");
}

void replay_reports(Sched *sched) {
  while (outside_due(sched->outside) == OUTSIDE_REPORT) {
    report_number(sched, (uint32_t)outside_take_number(sched->outside));
  }
}
