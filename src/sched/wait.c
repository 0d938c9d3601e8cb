// SPDX-License-Identifier: MIT
// wait.c - parking and waking, of whatever waits
//
// A queue is singly linked forward and knows its last element through first->prev, so it costs its
// owner one pointer, and any element can be unlinked in O(1).
#include "sched/wait.h"

#include "base/assertion.h"
#include "sched/cancel.h"
#include "sched/channel.h"
#include "sched/gate.h"
#include "sched/group.h"
#include "sched/sched_private.h"
#include "sched/select.h"
#include "sched/ticket.h"
#include "sched/timer.h"

#ifndef NDEBUG
// Whoever touches a queue looks at so many of its first waiters, as queues may be long: that is where
// the next one is taken. sched_verify looks at the others.
#define LOOK_AT 4

void wait_verify(const WaitQueue *queue) {
  const Waiter *w = queue->first;
  if (!w) return;
  ASSERT(w->prev != NULL && w->prev->next == NULL);
  for (uint32_t i = 0; i < LOOK_AT && w->next; i++, w = w->next) ASSERT(w->next->prev == w);
}
#endif

void wait_link_behind(WaitQueue *queue, Waiter *before, Waiter *waiter) {
  Waiter *next = before ? before->next : queue->first;
  if (!next) {
    wait_link(queue, waiter);
    return;
  }
  ASSERT(waiter->next == NULL && waiter->prev == NULL);
  waiter->prev = next->prev; // of the first: the last
  waiter->next = next;
  next->prev = waiter;
  if (before) {
    before->next = waiter;
  } else {
    queue->first = waiter;
  }
  wait_verify(queue);
}

NOINLINE void wait_pass_cursor(Waiter *waiter) {
  waiter->is_cursor = false;
  if (waiter->next) waiter->next->is_cursor = true;
}

void wait_unlink(WaitQueue *queue, Waiter *waiter) {
  Waiter *first = queue->first;
  if (UNLIKELY(waiter->is_cursor)) wait_pass_cursor(waiter);
  ASSERT(first && (waiter == first || waiter->prev->next == waiter));
  ASSERT(waiter->next ? waiter->next->prev == waiter : first->prev == waiter);
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
  wait_verify(queue);
}

void wait_park(VM *vm, Fiber *fiber, WaitKind kind, Obj *on, WaitQueue *queue) {
  Waiter *wait = &fiber->wait;
  ASSERT(!(fiber->obj.flags & FIBER_CANCELLED));
  if (UNLIKELY(fiber->obj.flags & FIBER_UNWINDING)) cancel_bound_cleanup(vm, fiber);
  wait->has_waited = true;
  wait->kind = (uint8_t)kind;
  wait->on = on;
  wait->is_failed = false;
  wait->epoch = ((const Sched *)vm_scheduler(vm))->epochs.now;
  fiber_set_state(fiber, FIBER_PARKED);
  heap_touch(vm_heap(vm), (Obj *)fiber);
  heap_shade(vm_heap(vm), (Obj *)fiber); // what it waits for may have been traced already
  if (queue) wait_link(queue, wait);
}

void wait_ready(VM *vm, Fiber *fiber) {
  Sched *sched = vm_scheduler(vm);
  heap_shade(vm_heap(vm), (Obj *)fiber);
  fiber->wait.kind = WAIT_READY;
  if (LIKELY(!(fiber->obj.flags & FIBER_CANCELLED))) fiber->wait.on = NULL;
  if (UNLIKELY(sched->shuffle != NULL)) {
    policy_add(sched->shuffle, &fiber->wait);
  } else {
    wait_link(&sched->ready, &fiber->wait);
  }
  sched->ready_count++;
}

static void wake(VM *vm, Fiber *fiber, Value value, bool is_failed) {
  ASSERT(!(fiber->obj.flags & FIBER_STRANDED)); // the collector has said that nobody can do this
  fiber->wait.is_failed = is_failed;
  heap_store(vm_heap(vm), fiber, &fiber->wait.value, value);
  wait_ready(vm, fiber);
  if (UNLIKELY(fiber->obj.flags & FIBER_DOOMED)) timer_drop(vm_scheduler(vm), 1);
}

void wait_wake(VM *vm, Fiber *fiber, Value value) {
  wake(vm, fiber, value, false);
}

void wait_wake_failed(VM *vm, Fiber *fiber, Value error) {
  wake(vm, fiber, error, true);
}

// --- Taking back ---------------------------------------------------------------------------------

// Where it has a timer, that may be the only one that knows a fiber which ends now, and a minor
// collection does not look at old timers.
static void leave_timer(VM *vm, Fiber *fiber) {
  Sched *sched = vm_scheduler(vm);
  Waiter *wait = &fiber->wait;
  wait->kind = WAIT_NOTHING;
  wait->on = NULL; // no timer any more
  wait->value = VALUE_NULL;
  if (wait->prev) {
    wait_unlink(&sched->sleepers, wait);
  } else {
    vec_push(&sched->fresh_targets, (Obj *)fiber);
    timer_drop(sched, 1);
  }
}

static void leave_ready(VM *vm, Waiter *wait) {
  Sched *sched = vm_scheduler(vm);
  if (UNLIKELY(sched->shuffle != NULL)) {
    policy_remove(sched->shuffle, wait);
  } else {
    wait_unlink(&sched->ready, wait);
  }
  sched->ready_count--;
}

void wait_withdraw(VM *vm, Fiber *fiber) {
  Waiter *wait = &fiber->wait;
  switch ((WaitKind)wait->kind) {
  case WAIT_AWAIT: wait_unlink(promise_queue((Promise *)wait->on), wait); break;
  case WAIT_SEND:
  case WAIT_RECEIVE: channel_leave(vm, wait); break;
  case WAIT_SELECT: select_withdraw(vm, fiber); break;
  case WAIT_GATE: wait_unlink(&((Gate *)wait->on)->waiters, wait); break;
  case WAIT_TIMER: leave_timer(vm, fiber); break;
  case WAIT_TURN: group_leave_queue((Group *)wait->on, fiber); break;
  case WAIT_READY: leave_ready(vm, wait); break;
  case WAIT_NOTHING:
  case WAIT_STARTER:
  case WAIT_IO: break;
  }
  wait->kind = WAIT_NOTHING;
}

bool wait_raise_cancelled(VM *vm, Fiber *fiber) {
  Value error = value_object(fiber->wait.on);
  fiber->wait.on = NULL;
  fiber->obj.flags = (uint16_t)((fiber->obj.flags & ~FIBER_CANCELLED) | FIBER_UNWINDING);
  vm_raise_value(vm, error);
  return true;
}

// --- Completing ----------------------------------------------------------------------------------

void wait_complete(VM *vm, Waiter *waiter, Value value) {
  switch ((WaitOwner)waiter->owner) {
  case OWNER_FIBER: wake(vm, fiber_of_waiter(waiter), value, false); return;
  case OWNER_TICKET: ticket_settle(vm, ticket_of_waiter(waiter), value); return;
  case OWNER_CASE: select_complete(vm, waiter, value, false); return;
  }
}

void wait_complete_failed(VM *vm, Waiter *waiter, Value error) {
  switch ((WaitOwner)waiter->owner) {
  case OWNER_FIBER: wake(vm, fiber_of_waiter(waiter), error, true); return;
  case OWNER_TICKET: promise_reject(vm, ticket_of_waiter(waiter)->promise, error); return;
  case OWNER_CASE: select_complete(vm, waiter, error, true); return;
  }
}

Obj *wait_owner(Waiter *waiter) {
  switch ((WaitOwner)waiter->owner) {
  case OWNER_FIBER: return (Obj *)fiber_of_waiter(waiter);
  case OWNER_TICKET: return (Obj *)ticket_of_waiter(waiter);
  case OWNER_CASE: return (Obj *)select_of_waiter(waiter);
  }
  return NULL;
}

// --- Marking -------------------------------------------------------------------------------------

#define PIECE 512 // waiters

// The cursor's waiter has left the queue and passed the mark on to the next one: so the first with a
// mark, of whichever marking it is, has only marked ones before it.
static Waiter *find_cursor(const WaitQueue *queue) {
  Waiter *w = queue->first;
  while (w && !w->is_cursor) w = w->next;
  return w;
}

static Waiter *go_on_from(const WaitQueue *queue, uintptr_t cursor) {
  if (cursor == HEAP_FROM_START) return queue->first;
  Waiter *w = (Waiter *)cursor;
  if (!w->is_cursor) w = find_cursor(queue);
  if (w) w->is_cursor = false;
  return w;
}

bool wait_mark_piece(Heap *heap, const WaitQueue *queue, uintptr_t *cursor) {
  bool is_minor = heap_is_minor(heap);
  uint32_t room = heap_may_defer(heap) ? PIECE : UINT32_MAX;
  Waiter *w = go_on_from(queue, *cursor);
  uint32_t count = 0;
  for (; w && count < room; w = w->next, count++) {
    bool is_fiber = w->owner == OWNER_FIBER;
    if (is_minor && is_fiber) continue;
    heap_mark(heap, wait_owner(w));
    if (!is_fiber) heap_mark_value(heap, w->value); // a fiber that sleeps has another number there
  }
  heap_spend(heap, count);
  if (!w) return true;
  w->is_cursor = true;
  *cursor = (uintptr_t)w;
  return false;
}
