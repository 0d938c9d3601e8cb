// SPDX-License-Identifier: MIT
// timeout.c - Promise.timeout
#include "sched/timeout.h"

#include "sched/cancel.h"
#include "sched/timer.h"

Promise *timeout_promise(VM *vm, Promise *promise, int64_t ns, double ms) {
  vm_push_root(vm, value_object(promise));
  Promise *timeout = promise_new(vm);
  vm_push_root(vm, timeout ? value_object(timeout) : VALUE_NULL);
  if (timeout) {
    promise_fulfil(vm, timeout, value_object(promise));
    if (promise_state(timeout) == PROMISE_PENDING) {
      timeout->value = value_double(ms);
      timer_add_deadline(vm, timeout, ns);
    }
  }
  vm_pop_roots(vm, 2);
  return timeout;
}

void timeout_expire(VM *vm, Promise *timeout) {
  double ms = value_as_double(timeout->value);
  Promise *bounded = (Promise *)timeout->settler;
  vm_push_root(vm, value_object(bounded));
  vm_raise(vm, "TimeoutError", "not done within %g ms", ms);
  promise_reject_raised(vm, timeout);
  cancel_promise(vm, bounded, cancel_cause(vm, "cancelled by a time-out of %g ms", ms), CANCEL_CALL);
  vm_pop_roots(vm, 1);
}
