// SPDX-License-Identifier: MIT
// select.h - waiting for the first of several cases
//
// A case is a receive, a send, a promise or a time. If some are ready, one of them is taken without
// parking. If none is, a Selection puts a waiter of its own into the queue of each; whoever reaches
// one of them first completes it, and with that all others leave their queues at once, so that a
// lost case never wakes anybody later and a select that sends on two channels sends once (C 1.9).
//
// Which of several ready cases? The one that has been ready longest, ties in source order (C 5.1).
// Each end of a channel and each promise knows its *moment*: the value that a counter of the
// scheduler had when it became ready, or when a select last took it, whichever is later. So it
// costs one store per change, no queue of events and no chance: the same program chooses the same
// at every run. Taking renews the moment because an end that stays ready (a full buffer, a closed
// channel, a settled promise) would be the oldest for ever and starve the rest; like this, cases
// that are always ready take turns. A time that is over before anybody waits is the youngest of
// all.
//
// In Vint the running fiber parks. In Luma nobody does: the selection holds a promise, and the
// function that belongs to the chosen case runs on a fiber that settles it.
#ifndef SELECT_H
#define SELECT_H

#include "code/opcode.h"
#include "sched/promise.h"

typedef struct Selection {
  Obj obj;      // flags: SELECTION_LEFT; extra: the number of cases
  Fiber *fiber; // who waits, or NULL:
  Promise *promise;
  List *functions;      // with a promise: each case's function
  const Instr *made_at; // with a promise: behind the instruction that made it, for reports
  List *locals;         // with a promise: what the chosen function inherits, or NULL
  Value value;          // what the chosen case gave
  uint32_t chosen;
  bool is_open;   // the value was received: the channel had not come to its end
  Waiter cases[]; // own: the case's place; kind WAIT_NOTHING: a default
} Selection;

#define SELECTION_LEFT 1 // it waits for nothing any more

// Luma's ch:on_receive(f) and the like.
typedef struct Case {
  Obj obj;       // flags: its SelectLetter
  Value subject; // channel, promise or milliseconds
  Value sent;
  Value function;
} Case;

static inline bool select_is_left(const Selection *selection) {
  return selection->obj.flags & SELECTION_LEFT;
}
static inline Selection *select_of_waiter(Waiter *waiter) {
  return CONTAINER_OF(waiter - waiter->own, Selection, cases);
}

void select_register(VM *vm);

// For AsyncOps: Vint's select.
WaitResult select_wait(VM *vm, Fiber *fiber, const Str *letters, Value *operands,
                       uint32_t *chosen) MUST_USE;
uint32_t select_taken(VM *vm, Value selection, Value *operands);

// Luma's. The values must be rooted. NULL: an error is on the VM.
Case *select_case(VM *vm, SelectLetter letter, Value subject, Value sent, Value function) MUST_USE;
Promise *select_promise(VM *vm, List *cases) MUST_USE;

// For wait.c: the waiter was taken off its queue and gets `value` (VALUE_ABSENT: the channel's
// end), or the error. All other cases leave theirs.
void select_complete(VM *vm, Waiter *waiter, Value value, bool is_failed);
// For timer.c: the time of case `index` has come.
void select_fire(VM *vm, Selection *selection, uint32_t index);
// For cancellation: takes every case back without waking anybody; none has happened then. A
// fiber's, and one that settles a promise (its settler).
void select_withdraw(VM *vm, Fiber *fiber);
void select_leave(VM *vm, Selection *selection);

#endif
