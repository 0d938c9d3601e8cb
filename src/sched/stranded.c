// SPDX-License-Identifier: MIT
// stranded.c - fibers that wait for what nobody can reach any more
#include "sched/stranded.h"

#include "sched/finaliser.h"
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

// So many times more must have come together before it is told again.
#define TELL_AGAIN 10u

void stranded_note(VM *vm, Fiber *fiber) {
  if ((fiber->obj.flags & FIBER_STRANDED) || !waits_for_somebody(fiber)) return;
  vec_push(&sched_of(vm)->unreached, fiber);
}

// The finalisers have been visited. If one is still to run, what it leads to can act for it; the next
// collection will tell.
static void settle(Heap *heap, void *owner) {
  (void)heap;
  Sched *sched = owner;
  bool is_certain = !finaliser_may_run(sched);
  for (uint32_t i = 0; is_certain && i < sched->unreached.count; i++) {
    Fiber *fiber = sched->unreached.items[i];
    fiber->obj.flags |= FIBER_STRANDED;
    sched->stranded_count++;
    if (sched->tells_stranded != STRANDED_UNTOLD) vec_push(&sched->stranded, fiber);
  }
  vec_clear(&sched->unreached);
}

void stranded_register(Sched *sched) {
  heap_add_weak(vm_heap(sched->vm), settle, sched);
}

void stranded_print(Sched *sched, Buffer *out) {
  uint32_t count = sched->stranded.count, told = sched->stranded_told;
  bool is_warning = sched->tells_stranded == STRANDED_WARNED;
  if (count == 0 || (is_warning && sched->stranded_count / TELL_AGAIN < told)) return;
  buffer_printf(out, "leaks: %u fiber%s for what nobody else can reach: nothing will ever wake %s\n",
                count, count == 1 ? " waits" : "s wait", count == 1 ? "it" : "them");
  stuck_print_fibers(sched, out, sched->stranded.items, count);
  if (is_warning && told == 0)
    buffer_text(out, "  = note: they keep their memory; --leaks tells of each that is found and of all at the end\n");
  sched->stranded_told = sched->stranded_count;
  vec_clear(&sched->stranded);
}
