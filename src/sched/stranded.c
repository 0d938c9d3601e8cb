// SPDX-License-Identifier: MIT
// stranded.c - fibers that wait for what nobody can reach any more
#include "sched/stranded.h"

#include "sched/report.h"
#include "sched/sched_private.h"

// Whoever waits for a time or for the outside world is woken by that.
static bool waits_for_somebody(const Fiber *fiber) {
  switch ((WaitKind)fiber->wait.kind) {
  case WAIT_AWAIT:
  case WAIT_SEND:
  case WAIT_RECEIVE:
  case WAIT_SELECT:
  case WAIT_GATE: return fiber_state(fiber) == FIBER_PARKED;
  default: return false;
  }
}

void stranded_note(VM *vm, Fiber *fiber) {
  Sched *sched = vm_scheduler(vm);
  if ((fiber->obj.flags & FIBER_STRANDED) || !waits_for_somebody(fiber)) return;
  fiber->obj.flags |= FIBER_STRANDED;
  if (sched->reports_stranded) vec_push(&sched->stranded, fiber);
}

void stranded_print(Sched *sched, Buffer *out) {
  uint32_t count = sched->stranded.count;
  if (count == 0) return;
  buffer_printf(out, "leaks: %u fiber%s for what nobody else can reach: nothing will ever wake %s\n",
                count, count == 1 ? " waits" : "s wait", count == 1 ? "it" : "them");
  stuck_print_fibers(sched, out, sched->stranded.items, count);
  vec_clear(&sched->stranded);
}
