// SPDX-License-Identifier: MIT
// lib_async.c - waiting for several promises, sleep, yield
#include "lib/lib_private.h"

static NativeStatus return_promise(NativeCall *call, Promise *promise) {
  return promise ? native_return(call, value_object(promise)) : NATIVE_FAILED;
}

// --- Promise ---------------------------------------------------------------------------------------

static NativeStatus promise_all(NativeCall *call) {
  List *promises;
  if (!args_list(call, 0, &promises)) return NATIVE_FAILED;
  return return_promise(call, combine_all(call->vm, promises));
}

static NativeStatus promise_settled(NativeCall *call) {
  List *promises;
  if (!args_list(call, 0, &promises)) return NATIVE_FAILED;
  return return_promise(call, combine_settled(call->vm, promises));
}

static NativeStatus promise_result(NativeCall *call) {
  Value promise = native_arg(call, 0);
  if (!value_is_promise(promise)) {
    args_wrong(call, 0, "Promise");
    return NATIVE_FAILED;
  }
  return return_promise(call, combine_result(call->vm, value_as_promise(promise)));
}

// --- Time --------------------------------------------------------------------------------------------

#define SLEEP_MAX_MS 9e12 // 285 years: what nanoseconds in 64 bits can hold

bool lib_take_duration(NativeCall *call, uint32_t index, double unit_ns, int64_t *ns) {
  double amount;
  if (!args_number(call, index, &amount)) return false;
  if (amount != amount) return vm_raise(call->vm, "ValueError", "a duration must be a number, got NaN");
  if (amount < 0) amount = 0;
  double total = amount * unit_ns;
  *ns = total > SLEEP_MAX_MS * LIB_NS_PER_MS ? INT64_MAX : (int64_t)total;
  return true;
}

// `await sleep(…)` needs no promise in between, but it counts as one.
static NativeStatus promise_time(NativeCall *call, int64_t ns) {
  VM *vm = call->vm;
  if (!native_begins_await(call)) return return_promise(call, timer_promise(vm, ns));
  (void)vm_next_promise(vm);
  return timer_await(vm, vm_running(vm), ns) ? NATIVE_PARKED : NATIVE_FAILED;
}

static NativeStatus sleep_promise(NativeCall *call) {
  int64_t ns;
  if (!lib_take_duration(call, 0, LIB_NS_PER_MS, &ns)) return NATIVE_FAILED;
  return promise_time(call, ns);
}

static NativeStatus park_for(NativeCall *call, double unit_ns) {
  int64_t ns;
  if (!lib_take_duration(call, 0, unit_ns, &ns)) return NATIVE_FAILED;
  return timer_sleep(call->vm, vm_running(call->vm), ns) ? NATIVE_PARKED : NATIVE_FAILED;
}

static NativeStatus sleep_here(NativeCall *call) { return park_for(call, LIB_NS_PER_MS); }

static NativeStatus sleep_seconds(NativeCall *call) { return park_for(call, 1000 * LIB_NS_PER_MS); }

static NativeStatus yield_promise(NativeCall *call) {
  return promise_time(call, 0);
}

static NativeStatus yield_here(NativeCall *call) {
  return timer_sleep(call->vm, vm_running(call->vm), 0) ? NATIVE_PARKED : NATIVE_FAILED;
}

static const NativeRow rows[] = {
    {"Promise", "", "Module", NULL, "What can be done with promises.", NULL, 0, NATIVE_BOTH},
    {"Promise", "all", "fn(promises: List(Promise(T))): Promise(List(T))", promise_all,
     "Waits for all; the list of their values in the same order. Rejects as soon as one rejects.", NULL,
     0, NATIVE_BOTH},
    {"", "all", "fn(promises: List(Promise(T))): Promise(List(T))", promise_all,
     "The same as Promise.all.", NULL, 0, NATIVE_LUMA},
    {"Promise", "settled", "fn(promises: List(Promise(T))): Promise(List(Any))", promise_settled,
     "Waits until all have settled; a list of records {status, value, error} with status \"fulfilled\" or "
     "\"rejected\". Never rejects.",
     NULL, 0, NATIVE_BOTH},
    {"Promise", "result", "fn(promise: Promise(T)): Promise(Result(T, Error))", promise_result,
     "A promise that never rejects: {ok, err}, of which one side is null.", NULL, 0, NATIVE_BOTH},
    {"", "sleep", "fn(ms: Number): Promise(Null)", sleep_promise,
     "A promise that is fulfilled after `ms` milliseconds.", NULL, 0, NATIVE_LUMA},
    {"", "sleep", "fn(ms: Any): Null", sleep_here, "Parks the fiber for `ms` milliseconds.", NULL, 0,
     NATIVE_VINT},
    {"time", "sleep", "fn(seconds: Any): Null", sleep_seconds, "Parks the fiber for `seconds`.", NULL, 0,
     NATIVE_VINT},
    {"", "yield", "fn(): Promise(Null)", yield_promise,
     "A promise that is fulfilled when every fiber that is ready has had its turn.", NULL, 0, NATIVE_LUMA},
    {"", "yield", "fn(): Null", yield_here, "Lets every other fiber that is ready run first.", NULL, 0,
     NATIVE_VINT},
};

LibModule lib_async_module(void) { return (LibModule){rows, ARRAY_LEN(rows)}; }
