// SPDX-License-Identifier: MIT
// gate.c - what locks, semaphores, wait groups and broadcasts have in common
#include "sched/gate.h"

#include "sched/sched_private.h"
#include "sched/ticket.h"
#include "vm/load.h"
#include "vm/trace.h"

void *gate_new(VM *vm, uint8_t kind, size_t size, const GateType *type) {
  Gate *gate = heap_new(vm_heap(vm), kind, size);
  if (!gate) {
    vm_raise_memory(vm);
    return NULL;
  }
  gate->obj.extra = ++sched_of(vm)->gate_counts[kind];
  gate->type = type;
  gate->made_at = vm_running(vm) ? gate_place(vm, vm_running(vm)) : NULL;
  return gate;
}

bool gate_mark_more(Heap *heap, Obj *object, uintptr_t *cursor) {
  return wait_mark_piece(heap, &((Gate *)object)->waiters, cursor);
}

// Fibers that wait are roots by themselves, but tickets live in their queue and promise only.
void gate_mark(Heap *heap, Gate *gate) {
  uintptr_t cursor = HEAP_FROM_START;
  if (!gate_mark_more(heap, &gate->obj, &cursor)) heap_defer(heap, &gate->obj, cursor);
}

// --- Waiting -------------------------------------------------------------------------------------

WaitResult gate_park(VM *vm, Fiber *fiber, Gate *gate, Value value) {
  heap_store(vm_heap(vm), fiber, &fiber->wait.value, value);
  wait_park(vm, fiber, WAIT_GATE, (Obj *)gate, &gate->waiters); // see channel_queue
  return WAIT_PARKED;
}

Promise *gate_promise(VM *vm, Gate *gate, Value value) {
  vm_push_root(vm, value_object(gate));
  vm_push_root(vm, value);
  Ticket *ticket = ticket_new(vm, WAIT_GATE, (Obj *)gate, TICKET_VALUE);
  vm_pop_roots(vm, 2);
  if (!ticket) return NULL;
  ticket->wait.value = value;
  wait_link(&gate->waiters, &ticket->wait);
  heap_touch(vm_heap(vm), (Obj *)gate);
  return ticket->promise;
}

Promise *gate_passed(VM *vm) {
  Promise *promise = promise_new(vm);
  if (promise) promise_fulfil(vm, promise, VALUE_NULL);
  return promise;
}

Promise *gate_refused(VM *vm) {
  Value error = vm_take_error(vm);
  vm_push_root(vm, error);
  Promise *promise = promise_new(vm);
  if (promise) promise_reject(vm, promise, error);
  vm_pop_roots(vm, 1);
  return promise;
}

// --- Reports -------------------------------------------------------------------------------------

const Instr *gate_place(VM *vm, const Fiber *fiber) {
  return trace_fiber_code(vm, fiber);
}

void gate_print_place(VM *vm, Buffer *out, const char *word, const Instr *place) {
  TracePlace where;
  if (!place || !trace_code_place(vm, place, &where)) return;
  buffer_printf(out, " %s %s", word, where.path);
  if (where.line) buffer_printf(out, ":%u:%u", where.line->line, where.line->column);
}

void gate_print_fiber(Buffer *out, const Fiber *fiber) {
  if (fiber->obj.flags & FIBER_MAIN) {
    buffer_text(out, "main");
  } else {
    buffer_printf(out, "fiber %u", fiber->obj.extra);
  }
}

void gate_describe(VM *vm, Buffer *out, const Gate *gate) {
  buffer_printf(out, "%s %u", gate->type->name, gate->obj.extra);
  if (gate->type->describe) gate->type->describe(vm, out, gate);
}

Fiber *gate_holder(const Gate *gate) {
  return gate->type->holder ? gate->type->holder(gate) : NULL;
}
