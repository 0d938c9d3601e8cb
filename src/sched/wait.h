// SPDX-License-Identifier: MIT
// wait.h - parking and waking
//
// Only here, in wait.c and in park.h waiters are linked and unlinked.
//
// A queue of waiters is a WaitQueue inside a promise, a channel or the scheduler (who is ready, who
// sleeps).
// A fiber is in at most one (selects link case records of their own). Waking moves it to the end of
// the ready queue with what the wait yields. Who leaves a queue is unlinked at once; only a timer that
// is in a queue of its own may come too late, and then finds that the fiber waits for none or for one of
// another number (C 1.9).
#ifndef WAIT_H
#define WAIT_H

#include "vm/vm.h"

typedef struct WaitQueue {
  Waiter *first; // NULL: empty. first->prev is the last; the last's next is NULL
} WaitQueue;

static inline bool wait_is_empty(const WaitQueue *queue) {
  return queue->first == NULL;
}

// Parks `fiber` (the running one) at the end of `queue` (NULL: in none, a timer or request wakes
// it).
void wait_park(VM *vm, Fiber *fiber, WaitKind kind, Obj *on, WaitQueue *queue);
// Links a waiter that is not a fiber's (a ticket's) at the end of `queue`.
static inline void wait_link(WaitQueue *queue, Waiter *waiter);
// Links it right behind one that is in `queue`, or, NULL, at the front.
void wait_link_behind(WaitQueue *queue, Waiter *before, Waiter *waiter);
// Takes the first waiter off its queue; it is then the caller's to complete. NULL: empty.
static inline Waiter *wait_take(WaitQueue *queue);
// Unlinks a waiter from the middle of its queue.
void wait_unlink(WaitQueue *queue, Waiter *waiter);
// It is unlinked, and marking was to go on there: that goes on behind it.
void wait_pass_cursor(Waiter *waiter);

// Ends the wait of a waiter that was taken: its fiber becomes ready and goes on with `value` (or
// raises it), its ticket's promise settles, or its select leaves all other queues with it.
void wait_complete(VM *vm, Waiter *waiter, Value value);
void wait_complete_failed(VM *vm, Waiter *waiter, Value error);
// The object that the waiter is part of, for the collector.
Obj *wait_owner(Waiter *waiter);
// Marks a piece of a queue, which may be a million long: in a minor collection those that are no fibers
// (those are roots by themselves), else all; where *cursor is HEAP_FROM_START it begins. True: that was
// the end. In between the program may unlink any waiter and link others at the end, if whoever links
// touches the queue's owner.
bool wait_mark_piece(Heap *heap, const WaitQueue *queue, uintptr_t *cursor);

// The same for a fiber that is in no queue.
void wait_wake(VM *vm, Fiber *fiber, Value value);
void wait_wake_failed(VM *vm, Fiber *fiber, Value error);
// Whether the fiber sleeps until the timer of that number comes.
static inline bool wait_is_sleeping(const Fiber *fiber, uint32_t timer) {
  return fiber_state(fiber) == FIBER_PARKED && fiber->wait.kind == WAIT_TIMER &&
         fiber->wait.timer == timer;
}

// Takes a fiber out of whatever it waits for without waking it: nothing of that has happened then.
void wait_withdraw(VM *vm, Fiber *fiber);

// Every suspension point begins with this, also one that would not have to wait: true if the fiber
// was cancelled meanwhile; the error is then on the VM and the operation fails.
bool wait_raise_cancelled(VM *vm, Fiber *fiber);
static inline bool wait_is_cancelled(VM *vm, Fiber *fiber) {
  return UNLIKELY(fiber->obj.flags & FIBER_CANCELLED) && wait_raise_cancelled(vm, fiber);
}

// The ready queue: puts a fiber that is in no queue at its end.
void wait_ready(VM *vm, Fiber *fiber);

// --- Linking -------------------------------------------------------------------------------------

#ifndef NDEBUG
void wait_verify(const WaitQueue *queue); // the first few
#else
static inline void wait_verify(const WaitQueue *queue) {}
#endif

static inline void wait_link(WaitQueue *queue, Waiter *waiter) {
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
  wait_verify(queue);
}

// The first one of a queue, if marking does not go on there.
static inline void wait_unlink_first(WaitQueue *queue, Waiter *first) {
  ASSERT(first == queue->first && !first->is_cursor);
  Waiter *next = first->next;
  queue->first = next;
  if (next) next->prev = first->prev;
  first->prev = first->next = NULL;
  wait_verify(queue);
}

static inline Waiter *wait_take(WaitQueue *queue) {
  Waiter *first = queue->first;
  if (!first) return NULL;
  if (UNLIKELY(first->is_cursor)) wait_pass_cursor(first);
  wait_unlink_first(queue, first);
  return first;
}

#endif
