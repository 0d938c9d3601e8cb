// SPDX-License-Identifier: MIT
// async_ops.h - what the interpreter needs of the scheduler
//
// A table of functions that sched fills in (sched/async_ops.c), so that vm knows no queue. Each
// waiting operation is called with the running fiber's state saved (ip, base), so it may park it.
#ifndef ASYNC_OPS_H
#define ASYNC_OPS_H

#include "object/table.h"
#include "vm/fiber.h"

typedef enum WaitResult {
  WAIT_DONE,   // *out holds the value; go on
  WAIT_PARKED, // the fiber waits: the interpreter asks `next` who runs
  WAIT_FAILED, // an error is on the VM
} WaitResult;

// What the interpreter itself knows of a promise (sched/promise.h): whether it is fulfilled, with what.
typedef enum PromiseState { PROMISE_PENDING, PROMISE_FULFILLED, PROMISE_REJECTED } PromiseState;
typedef struct PromiseFront {
  Obj obj;
  Value value;
} PromiseFront;
#define PROMISE_STATE_MASK 3
#define PROMISE_OBSERVED   4 // somebody awaited it or looked at its failure

#define ASYNC_END_NULL   VALUE_NULL
#define ASYNC_END_ABSENT VALUE_ABSENT
#define ASYNC_END_RAISE  VALUE_FALSE

typedef struct AsyncOps {
  WaitResult (*await)(VM *vm, Fiber *fiber, Value promise, Value *out);
  WaitResult (*send)(VM *vm, Fiber *fiber, Value channel, Value value); // its value is null
  // `at_end` says what a closed, drained channel gives: ASYNC_END_NULL or ASYNC_END_ABSENT as the
  // value (Vint's receive, iteration), ASYNC_END_RAISE an error (Luma).
  WaitResult (*receive)(VM *vm, Fiber *fiber, Value channel, Value at_end, Value *out);
  Value (*channel_new)(VM *vm, Value capacity); // VALUE_ABSENT: error on the VM
  // Vint's select over the cases that `letters` lists (code/opcode.h), whose operands stand in
  // order from `operands` on. WAIT_DONE: *chosen is the case, operands[0] and [1] its value and ok.
  // The wait of one that parked yields an object; `selected` takes the same out of it.
  WaitResult (*select)(VM *vm, Fiber *fiber, const Str *letters, Value *operands, uint32_t *chosen);
  uint32_t (*selected)(VM *vm, Value selection, Value *operands);

  // A promise for an async call's fiber (stored as fiber->promise by this function), with that number
  // (vm_next_promise). VALUE_ABSENT: error.
  Value (*promise_for)(VM *vm, Fiber *fiber, uint32_t number);
  // `fiber` (from go) is put at the end of the ready queue.
  void (*ready)(VM *vm, Fiber *fiber);
  // The running fiber has ended with a value, or with the error on the VM (taken off it). Its
  // promise settles, adopting a returned promise (C 2.5), which may leave it pending.
  void (*ended)(VM *vm, Fiber *fiber, Value result);
  void (*failed)(VM *vm, Fiber *fiber);
  // The running fiber has parked or ended: who runs now? Its starter if it has one, else the first
  // ready one if the slice allows, else NULL: interp_run returns to the scheduler.
  Fiber *(*next)(VM *vm, Fiber *fiber);
  // The running fiber's budget of operations that did not have to wait is used up (C 1.2): it goes
  // to the end of the ready queue, unless it is alone; true if it must stop.
  bool (*yield)(VM *vm, Fiber *fiber);
  // vm_interrupt was called and the running fiber (saved) could leave: true if it shall, false if
  // it is to go on and be asked again.
  bool (*leaves)(VM *vm, Fiber *fiber);
  // The collector has found that nobody leads to the fiber. It is kept; nothing may be allocated.
  void (*unreached)(VM *vm, Fiber *fiber);
  // The instance has a method __gc, which is to be called when nothing leads to it any more. Nothing
  // may be allocated.
  void (*guarded)(VM *vm, Table *instance);
} AsyncOps;

#endif
