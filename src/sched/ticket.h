// SPDX-License-Identifier: MIT
// ticket.h - a place in a channel's queue on behalf of a promise
//
// Luma's ch:receive() gives a promise and parks nobody. The promise's place in the queue is a
// Ticket: a waiter that settles the promise where a fiber would wake.
#ifndef TICKET_H
#define TICKET_H

#include "sched/promise.h"

typedef enum TicketAnswer {
  TICKET_VALUE,  // the value as it is; the end of the channel is an error
  TICKET_OPTION, // {some = v, none = false}; {some = null, none = true} at the end
} TicketAnswer;

typedef struct Ticket {
  Obj obj; // flags: TicketAnswer
  Waiter wait;
  Promise *promise;
} Ticket;

void ticket_register(VM *vm);
// A ticket with a new promise; NULL: out of memory, raised. `on` must be rooted.
Ticket *ticket_new(VM *vm, WaitKind kind, Obj *on, TicketAnswer answer) MUST_USE;
// Settles the ticket's promise; `value` VALUE_ABSENT: the channel's end.
void ticket_settle(VM *vm, Ticket *ticket, Value value);
// An Option as a table; VALUE_ABSENT: out of memory, raised. value VALUE_ABSENT: none.
Value ticket_option(VM *vm, Value value);

static inline Ticket *ticket_of_waiter(Waiter *waiter) {
  return CONTAINER_OF(waiter, Ticket, wait);
}

#endif
