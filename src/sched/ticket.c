// SPDX-License-Identifier: MIT
// ticket.c - a place in a channel's queue on behalf of a promise
#include "sched/ticket.h"

static void trace_ticket(Heap *heap, Obj *object) {
  Ticket *ticket = (Ticket *)object;
  heap_mark(heap, ticket->wait.on);
  heap_mark_value(heap, ticket->wait.value);
  heap_mark(heap, (Obj *)ticket->promise);
}

void ticket_register(VM *vm) {
  static const KindDescriptor descriptor = {.name = "ticket", .trace = trace_ticket};
  heap_register(vm_heap(vm), KIND_TICKET, &descriptor);
}

Ticket *ticket_new(VM *vm, WaitKind kind, Obj *on, TicketAnswer answer) {
  Promise *promise = promise_new(vm);
  if (!promise) return NULL;
  vm_push_root(vm, value_object(promise));
  Ticket *ticket = heap_new(vm_heap(vm), KIND_TICKET, sizeof(Ticket));
  vm_pop_roots(vm, 1);
  if (!ticket) {
    vm_raise_memory(vm);
    return NULL;
  }
  ticket->obj.flags = (uint16_t)answer;
  ticket->promise = promise;
  ticket->wait = (Waiter){.on = on, .value = VALUE_NULL, .kind = (uint8_t)kind, .owner = OWNER_TICKET};
  promise->settler = (Obj *)ticket;
  heap_touch(vm_heap(vm), (Obj *)promise);
  return ticket;
}

Value ticket_option(VM *vm, Value value) {
  Table *option = vm_option(vm, value);
  return option ? value_object(option) : VALUE_ABSENT;
}

void ticket_settle(VM *vm, Ticket *ticket, Value value) {
  if (ticket->obj.flags == TICKET_OPTION) {
    vm_push_root(vm, value_object(ticket));
    value = ticket_option(vm, value);
    vm_pop_roots(vm, 1);
  }
  if (!value_is_absent(value)) {
    promise_fulfil(vm, ticket->promise, value);
    return;
  }
  if (!vm_has_error(vm)) vm_raise(vm, "ChannelError", "receive on closed channel");
  promise_reject_raised(vm, ticket->promise);
}
