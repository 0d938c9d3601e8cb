// SPDX-License-Identifier: MIT
// gate.h - what locks, semaphores, wait groups and broadcasts have in common
//
// A gate is an object with a queue of those that wait before it, first come first served. Whoever
// waits is a fiber, or a ticket on behalf of a promise (Luma); a waiter's `value` is what its kind of
// gate wants to know of it. Each kind decides when somebody may pass and takes the first waiter off
// the queue by wait_take; one that is cancelled is unlinked, and then nothing has happened (C 1.10).
//
// For reports every kind says by its GateType what it is, who must act before somebody can pass, and
// in words what there is to say. So sched/stuck.c need not know the kinds.
#ifndef GATE_H
#define GATE_H

#include "base/buffer.h"
#include "sched/promise.h"

typedef struct Gate Gate;

typedef struct GateType {
  const char *name; // "lock": a gate is shown as "lock 3"
  // Appends what stands behind the name: ", held by fiber 7 since demo.vint:3:5".
  void (*describe)(VM *vm, Buffer *out, const Gate *gate);
  // The one fiber that must act before anybody can pass; NULL as a function or answer: not known.
  Fiber *(*holder)(const Gate *gate);
} GateType;

struct Gate {
  Obj obj; // flags: the kind's own; extra: number by creation, each kind by itself
  const GateType *type;
  WaitQueue waiters;
  const Instr *made_at; // for reports
};

// A new gate of `size` bytes, the rest of which is zero. NULL: out of memory, raised.
void *gate_new(VM *vm, uint8_t kind, size_t size, const GateType *type) MUST_USE;
// For the kinds' trace functions.
void gate_mark(Heap *heap, Gate *gate);
bool gate_mark_more(Heap *heap, Obj *object, uintptr_t *cursor); // the kind's trace_more

// Parks the running fiber at the end of the queue. The caller has asked wait_is_cancelled.
WaitResult gate_park(VM *vm, Fiber *fiber, Gate *gate, Value value) MUST_USE;
// The same as a promise that is fulfilled when somebody completes its waiter. NULL: raised.
Promise *gate_promise(VM *vm, Gate *gate, Value value) MUST_USE;
// A promise that is fulfilled already, with null, or rejected with the error on the VM. NULL: raised.
Promise *gate_passed(VM *vm) MUST_USE;
Promise *gate_refused(VM *vm) MUST_USE;

// A place in a program, as it is kept for reports: behind the instruction where the fiber stands,
// natives on top of its stack left out. NULL if it is not known.
const Instr *gate_place(VM *vm, const Fiber *fiber);
// "since demo.vint:3:5" with a blank in front, for place and word; nothing if the place is NULL.
void gate_print_place(VM *vm, Buffer *out, const char *word, const Instr *place);
// "main", "fiber 7".
void gate_print_fiber(Buffer *out, const Fiber *fiber);

// "lock 3, held by fiber 7 since demo.vint:3:5".
void gate_describe(VM *vm, Buffer *out, const Gate *gate);
Fiber *gate_holder(const Gate *gate); // NULL: not known

#endif
