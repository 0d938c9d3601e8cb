// SPDX-License-Identifier: MIT
// wait.c - parking and waking: the only place that links and unlinks waiters
//
// A queue is singly linked forward and knows its last element through first->prev, so it costs its
// owner one pointer, and any element can be unlinked in O(1).
#include "sched/wait.h"

#include "base/assertion.h"
#include "sched/sched_private.h"
#include "sched/ticket.h"

void wait_link(WaitQueue *queue, Waiter *waiter) {
  ASSERT(waiter->next == NULL && waiter->prev == NULL);
  Waiter *first = queue->first;
  if (!first) {
    queue->first = waiter;
    waiter->prev = waiter;
    return;
  }
  waiter->prev = first->prev;
  first->prev->next = waiter;
  first->prev = waiter;
}

void wait_unlink(WaitQueue *queue, Waiter *waiter) {
  Waiter *first = queue->first;
  if (waiter == first) {
    queue->first = waiter->next;
    if (waiter->next) waiter->next->prev = waiter->prev;
  } else {
    waiter->prev->next = waiter->next;
    if (waiter->next) {
      waiter->next->prev = waiter->prev;
    } else {
      first->prev = waiter->prev;
    }
  }
  waiter->prev = waiter->next = NULL;
}

Waiter *wait_take(WaitQueue *queue) {
  Waiter *first = queue->first;
  if (first) wait_unlink(queue, first);
  return first;
}

void wait_park(VM *vm, Fiber *fiber, WaitKind kind, Obj *on, WaitQueue *queue) {
  Waiter *wait = &fiber->wait;
  wait->generation++;
  wait->kind = (uint8_t)kind;
  wait->on = on;
  wait->is_failed = false;
  fiber_set_state(fiber, FIBER_PARKED);
  heap_touch(vm_heap(vm), (Obj *)fiber);
  if (queue) wait_link(queue, wait);
}

void wait_ready(VM *vm, Fiber *fiber) {
  Sched *sched = vm_scheduler(vm);
  fiber->wait.kind = WAIT_READY;
  fiber->wait.on = NULL;
  wait_link(&sched->ready, &fiber->wait);
  sched->ready_count++;
}

static void wake(VM *vm, Fiber *fiber, Value value, bool is_failed) {
  fiber->wait.is_failed = is_failed;
  heap_store(vm_heap(vm), fiber, &fiber->wait.value, value);
  wait_ready(vm, fiber);
}

void wait_wake(VM *vm, Fiber *fiber, Value value) {
  wake(vm, fiber, value, false);
}

void wait_wake_failed(VM *vm, Fiber *fiber, Value error) {
  wake(vm, fiber, error, true);
}

bool wait_wake_if(VM *vm, Fiber *fiber, uint32_t generation, Value value) {
  if (fiber_state(fiber) != FIBER_PARKED || fiber->wait.kind == WAIT_READY ||
      fiber->wait.generation != generation) {
    return false;
  }
  wake(vm, fiber, value, false);
  return true;
}

void wait_complete(VM *vm, Waiter *waiter, Value value) {
  if (waiter->is_ticket) {
    ticket_settle(vm, ticket_of_waiter(waiter), value);
  } else {
    wake(vm, fiber_of_waiter(waiter), value, false);
  }
}

void wait_complete_failed(VM *vm, Waiter *waiter, Value error) {
  if (waiter->is_ticket) {
    promise_reject(vm, ticket_of_waiter(waiter)->promise, error);
  } else {
    wake(vm, fiber_of_waiter(waiter), error, true);
  }
}
