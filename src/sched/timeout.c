// SPDX-License-Identifier: MIT
// timeout.c - Promise.timeout
#include "sched/timeout.h"

#include "sched/cancel.h"
#include "sched/timer.h"
#include "vm/trace.h"

Promise *timeout_promise(VM *vm, Promise *promise, int64_t ns, double ms) {
  vm_push_root(vm, value_object(promise));
  Promise *timeout = promise_new(vm);
  vm_push_root(vm, timeout ? value_object(timeout) : VALUE_NULL);
  if (timeout) {
    promise_fulfil(vm, timeout, value_object(promise));
    if (promise_state(timeout) == PROMISE_PENDING) {
      timeout->target->watching->limit_ms = ms; // it watches what it adopts, and nothing else
      timer_add_deadline(vm, timeout, ns);
    }
  }
  vm_pop_roots(vm, 2);
  return timeout;
}

// How deep a chain of awaits is followed to what takes so long.
#define PENDING_MAX 16

// So many promises on the way are looked through: they may adopt each other in a circle.
#define ADOPTED_MAX 1000

// The error has come from where that stands which is not done: the fiber behind the promise, or the
// one that it awaits in turn.
static void add_pending_trace(VM *vm, Error *error, const Promise *promise) {
  Fiber *fibers[PENDING_MAX];
  uint32_t count = 0;
  for (uint32_t i = 0; promise && count < PENDING_MAX && i < ADOPTED_MAX; i++) {
    const Obj *settler = promise_settler(promise);
    promise = NULL;
    if (settler && settler->kind == KIND_PROMISE) promise = (const Promise *)settler;
    if (!settler || settler->kind != KIND_FIBER) continue;
    Fiber *fiber = fibers[count++] = (Fiber *)settler;
    if (fiber->wait.kind == WAIT_AWAIT) promise = (const Promise *)fiber->wait.on;
  }
  if (count > 0) trace_add_frames(vm, error, fibers[count - 1]);
  for (uint32_t i = count; i-- > 1;) trace_add_await(vm, error, fibers[i - 1]);
}

void timeout_expire(VM *vm, Promise *timeout) {
  double ms = promise_watching(timeout)->limit_ms;
  Promise *bounded = (Promise *)timeout->settler;
  vm_push_root(vm, value_object(bounded));
  vm_raise(vm, "TimeoutError", "not done within %g ms", ms);
  Value error = vm_take_error(vm);
  vm_push_root(vm, error);
  add_pending_trace(vm, (Error *)value_as_object(error), bounded);
  promise_reject(vm, timeout, error);
  vm_pop_roots(vm, 1);
  cancel_promise(vm, bounded, cancel_cause(vm, "cancelled by a time-out of %g ms", ms), CANCEL_CALL);
  vm_pop_roots(vm, 1);
}
