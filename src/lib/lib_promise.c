// SPDX-License-Identifier: MIT
// lib_promise.c - making promises by hand, the first of several, time-outs, cancelling
#include "lib/lib_private.h"
#include "sched/cancel.h"
#include "sched/race.h"
#include "sched/timeout.h"
#include "vm/format.h"

static NativeStatus return_promise(NativeCall *call, Promise *promise) {
  return promise ? native_return(call, value_object(promise)) : NATIVE_FAILED;
}

static bool take_promise(NativeCall *call, uint32_t index, Promise **out) {
  Value value = native_arg(call, index);
  if (!value_is_promise(value)) return args_wrong(call, index, "Promise");
  *out = value_as_promise(value);
  return true;
}

// --- The first of several ------------------------------------------------------------------------

static NativeStatus promise_race(NativeCall *call) {
  List *promises;
  if (!args_list(call, 0, &promises)) return NATIVE_FAILED;
  return return_promise(call, race_settled(call->vm, promises));
}

static NativeStatus promise_any(NativeCall *call) {
  List *promises;
  if (!args_list(call, 0, &promises)) return NATIVE_FAILED;
  return return_promise(call, race_fulfilled(call->vm, promises));
}

static NativeStatus promise_timeout(NativeCall *call) {
  Promise *promise;
  int64_t ns;
  double ms;
  if (!take_promise(call, 0, &promise)) return NATIVE_FAILED;
  if (!lib_take_duration(call, 1, LIB_NS_PER_MS, &ns) || !args_number(call, 1, &ms)) return NATIVE_FAILED;
  return return_promise(call, timeout_promise(call->vm, promise, ns, ms < 0 ? 0 : ms));
}

// --- By hand -------------------------------------------------------------------------------------

static Value given_or_null(const NativeCall *call, uint32_t index) {
  Value value = native_arg(call, index);
  return value_is_absent(value) ? VALUE_NULL : value;
}

static void reject_with(VM *vm, Promise *promise, Value reason) {
  vm_raise_value(vm, reason); // what is no error becomes one
  promise_reject_raised(vm, promise);
}

static NativeStatus promise_resolve(NativeCall *call) {
  Promise *promise = promise_new(call->vm);
  if (!promise) return NATIVE_FAILED;
  call->result = value_object(promise);
  vm_push_root(call->vm, call->result);
  promise_fulfil(call->vm, promise, given_or_null(call, 0));
  vm_pop_roots(call->vm, 1);
  return NATIVE_DONE;
}

static NativeStatus promise_reject_now(NativeCall *call) {
  Promise *promise = promise_new(call->vm);
  if (!promise) return NATIVE_FAILED;
  call->result = value_object(promise);
  vm_push_root(call->vm, call->result);
  reject_with(call->vm, promise, given_or_null(call, 0));
  vm_pop_roots(call->vm, 1);
  return NATIVE_DONE;
}

// What the function of Promise.new gets: these two, bound to the promise. They are no methods of
// promises, so that who gets a promise cannot settle it.
static NativeStatus resolve_bound(NativeCall *call) {
  promise_fulfil(call->vm, value_as_promise(call->args[0]), given_or_null(call, 1));
  return native_return(call, VALUE_NULL);
}

static NativeStatus reject_bound(NativeCall *call) {
  Promise *promise = value_as_promise(call->args[0]);
  if (promise_state(promise) == PROMISE_PENDING) {
    reject_with(call->vm, promise, given_or_null(call, 1));
  }
  return native_return(call, VALUE_NULL);
}

static const NativeRow bound_rows[] = {
    {"Promise(T)", "resolve", "fn(value?: Any): Null", resolve_bound, "", NULL, 0, NATIVE_BOTH},
    {"Promise(T)", "reject", "fn(error?: Any): Null", reject_bound, "", NULL, 0, NATIVE_BOTH},
};

enum { SLOT_PROMISE, SLOT_RESOLVE, SLOT_REJECT };

// The function runs as an async call does, so what it raises, now or later, rejects the promise.
static NativeStatus promise_make(NativeCall *call) {
  Value function;
  Value *slots = call->slots;
  if (!args_function(call, 0, &function)) return NATIVE_FAILED;
  Promise *promise = promise_new(call->vm);
  if (!promise) return NATIVE_FAILED;
  slots[SLOT_PROMISE] = value_object(promise);
  if (!lib_bind(call->vm, &bound_rows[0], "(resolve)", slots[SLOT_PROMISE], &slots[SLOT_RESOLVE]) ||
      !lib_bind(call->vm, &bound_rows[1], "(reject)", slots[SLOT_PROMISE], &slots[SLOT_REJECT])) {
    return NATIVE_FAILED;
  }
  native_call(call, call->args[0], &slots[SLOT_RESOLVE], 2);
  return NATIVE_START;
}

static void pass_failure(VM *vm, Promise *ended, PromiseWatcher *watcher) {
  if (promise_state(ended) == PROMISE_REJECTED) promise_reject(vm, watcher->target, ended->value);
}

static NativeStatus promise_made(NativeCall *call) {
  Promise *promise = value_as_promise(call->slots[SLOT_PROMISE]);
  Promise *ended = value_as_promise(call->answer);
  call->result = call->slots[SLOT_PROMISE];
  ended->obj.flags |= PROMISE_OBSERVED;
  if (promise_state(ended) == PROMISE_REJECTED) {
    promise_reject(call->vm, promise, ended->value);
  } else if (promise_state(ended) == PROMISE_PENDING && promise_state(promise) == PROMISE_PENDING &&
             !promise_watch(call->vm, ended, pass_failure, promise, 0)) {
    return NATIVE_FAILED;
  }
  return NATIVE_DONE;
}

// --- Cancelling ----------------------------------------------------------------------------------

static void print_reason(NativeCall *call, Buffer *out, Value reason) {
  if (value_is_absent(reason) || value_is_null(reason)) return;
  buffer_text(out, ": ");
  if (value_is_str(reason)) {
    buffer_append(out, value_as_str(reason)->bytes, value_as_str(reason)->len);
  } else {
    FormatStyle style = call->row->languages == NATIVE_VINT ? FORMAT_VINT : FORMAT_LUMA;
    format_value(call->vm, out, reason, style);
  }
}

// fn(promise, reason?), as a function and as a method.
static NativeStatus cancel(NativeCall *call) {
  VM *vm = call->vm;
  Promise *promise;
  if (!take_promise(call, 0, &promise)) return NATIVE_FAILED;
  call->result = VALUE_NULL;
  if (promise_state(promise) != PROMISE_PENDING) return NATIVE_DONE;
  Buffer text = {0};
  buffer_text(&text, "cancelled by ");
  cancel_print_caller(vm, &text);
  print_reason(call, &text, native_arg(call, 1));
  Error *cause = cancel_cause_text(vm, &text);
  buffer_free(&text);
  cancel_promise(vm, promise, cause, CANCEL_CALL);
  return NATIVE_DONE;
}

// --- Errors --------------------------------------------------------------------------------------

static NativeStatus error_errors(NativeCall *call) {
  Value value = native_arg(call, 0);
  if (!value_is_kind(value, KIND_ERROR)) {
    args_wrong(call, 0, "error");
    return NATIVE_FAILED;
  }
  Value details = ((Error *)value_as_object(value))->details;
  if (value_is_list(details)) return native_return(call, details);
  List *none = vm_list(call->vm, 0);
  return none ? native_return(call, value_object(none)) : NATIVE_FAILED;
}

// --- Rows ----------------------------------------------------------------------------------------

#define FIRST_SIGNATURE   "fn(promises: List(Promise(T))): Promise(T)"
#define TIMEOUT_SIGNATURE "fn(promise: Promise(T), ms: Number): Promise(T)"
#define RACE_DOC                                                                                   \
  "Settles as the first of them that settles. The others go on. Nothing to wait for is an error."
#define TIMEOUT_DOC                                                                                \
  "Settles as `promise` does, if that happens within `ms` milliseconds; otherwise it rejects with a " \
  "TimeoutError and cancels `promise`."
#define CANCEL_DOC                                                                                 \
  "Cancels what `promise` stands for; it rejects with a Cancelled error that names the `reason`. Does " \
  "nothing if it has settled."

static const NativeRow rows[] = {
    {"Promise", "race", FIRST_SIGNATURE, promise_race, RACE_DOC, NULL, 0, NATIVE_BOTH},
    {"Promise", "any", FIRST_SIGNATURE, promise_any,
     "The value of the first that is fulfilled. If all are rejected, an AggregateError whose `errors` "
     "lists why.",
     NULL, 0, NATIVE_BOTH},
    {"Promise", "timeout", TIMEOUT_SIGNATURE, promise_timeout, TIMEOUT_DOC, NULL, 0, NATIVE_BOTH},
    {"Promise", "resolve", "fn(value?: T): Promise(T)", promise_resolve,
     "A promise that is fulfilled with `value`.", NULL, 0, NATIVE_BOTH},
    {"Promise", "reject", "fn(error?: Any): Promise(Any)", promise_reject_now,
     "A promise that is rejected with `error`.", NULL, 0, NATIVE_BOTH},
    {"Promise", "new",
     "fn(f: fn(resolve: fn(value?: T): Null, reject: fn(error?: Any): Null): Any): Promise(T)",
     promise_make,
     "A promise that `f` settles by calling one of the two functions that it gets. What `f` raises "
     "rejects it.",
     promise_made, 3, NATIVE_BOTH},
    {"", "race", FIRST_SIGNATURE, promise_race, RACE_DOC, NULL, 0, NATIVE_LUMA},
    {"", "timeout", TIMEOUT_SIGNATURE, promise_timeout, TIMEOUT_DOC, NULL, 0, NATIVE_LUMA},
    {"", "cancel", "fn(promise: Promise(Any), reason?: Any): Null", cancel, CANCEL_DOC, NULL, 0,
     NATIVE_BOTH},
    {"Promise(T)", "cancel", "fn(reason?: Any): Null", cancel, CANCEL_DOC, NULL, 0, NATIVE_LUMA},
    {"Error", "errors", "fn(): List(Error)", error_errors,
     "The errors that an AggregateError is made of; empty for others.", NULL, 0, NATIVE_VINT},
};

LibModule lib_promise_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
