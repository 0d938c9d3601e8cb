// SPDX-License-Identifier: MIT
// lib_result.c - Result and Option: making and taking apart (luma.md 7)
//
// Both are plain tables with agreed fields; these functions only spare writing them out.
#include "lib/lib_private.h"
#include "sched/ticket.h"
#include "vm/format.h"

NativeStatus lib_result_of(NativeCall *call, Value value) {
  VM *vm = call->vm;
  if (!value_is_absent(value)) return lib_result_return(call, value, VALUE_NULL);
  Value error = vm_take_error(vm);
  vm_push_root(vm, error);
  Table *record = vm_error_record(vm, (Error *)value_as_object(error));
  NativeStatus status =
      record ? lib_result_return(call, VALUE_NULL, value_object(record)) : NATIVE_FAILED;
  vm_pop_roots(vm, 1);
  return status;
}

NativeStatus lib_result_promise(NativeCall *call, Promise *promise) {
  VM *vm = call->vm;
  if (!promise) {
    promise = promise_new(vm);
    if (!promise) return NATIVE_FAILED;
    vm_push_root(vm, value_object(promise));
    promise_reject_raised(vm, promise);
    vm_pop_roots(vm, 1);
  }
  return lib_return_promise(call, combine_result(vm, promise));
}

NativeStatus lib_result_return(NativeCall *call, Value ok, Value err) {
  Table *result = vm_result(call->vm, ok, err);
  return result ? native_return(call, value_object(result)) : NATIVE_FAILED;
}

static NativeStatus result_ok(NativeCall *call) {
  return lib_result_return(call, call->args[0], VALUE_NULL);
}

static NativeStatus result_err(NativeCall *call) {
  return lib_result_return(call, VALUE_NULL, call->args[0]);
}

static NativeStatus return_option(NativeCall *call, Value value) {
  Value option = ticket_option(call->vm, value);
  return value_is_absent(option) ? NATIVE_FAILED : native_return(call, option);
}

static NativeStatus option_some(NativeCall *call) { return return_option(call, call->args[0]); }

static NativeStatus option_none(NativeCall *call) { return return_option(call, VALUE_ABSENT); }

// A field of the table that is argument 0; null if it is missing.
static bool get_field(NativeCall *call, const char *name, Value *out) {
  Table *table;
  if (!args_table(call, 0, &table)) return false;
  Value value = vm_get_field(call->vm, table, name);
  *out = value_is_absent(value) ? VALUE_NULL : value;
  return true;
}

// Of Results: is there an error?
static bool is_failed(NativeCall *call, bool *failed) {
  Value err;
  if (!get_field(call, "err", &err)) return false;
  *failed = !value_is_null(err);
  return true;
}

// Of Options: `none` is true, or `some` is null (luma.md 5).
static bool is_empty(NativeCall *call, bool *empty) {
  Value some, none;
  if (!get_field(call, "some", &some) || !get_field(call, "none", &none)) return false;
  *empty = value_is_truthy(none) || value_is_null(some);
  return true;
}

static NativeStatus result_is_ok(NativeCall *call) {
  bool failed;
  return is_failed(call, &failed) ? native_return(call, value_bool(!failed)) : NATIVE_FAILED;
}

static NativeStatus result_is_err(NativeCall *call) {
  bool failed;
  return is_failed(call, &failed) ? native_return(call, value_bool(failed)) : NATIVE_FAILED;
}

static NativeStatus option_is_some(NativeCall *call) {
  bool empty;
  return is_empty(call, &empty) ? native_return(call, value_bool(!empty)) : NATIVE_FAILED;
}

static NativeStatus option_is_none(NativeCall *call) {
  bool empty;
  return is_empty(call, &empty) ? native_return(call, value_bool(empty)) : NATIVE_FAILED;
}

static NativeStatus return_field(NativeCall *call, const char *name) {
  Value value;
  return get_field(call, name, &value) ? native_return(call, value) : NATIVE_FAILED;
}

static NativeStatus result_unwrap(NativeCall *call) {
  bool failed;
  if (!is_failed(call, &failed)) return NATIVE_FAILED;
  if (!failed) return return_field(call, "ok");
  Value err;
  Str *text = get_field(call, "err", &err) ? format_to_str(call->vm, err, FORMAT_LUMA) : NULL;
  if (text) vm_raise(call->vm, "Panic", "Called unwrap on an error Result: %s", text->bytes);
  return NATIVE_FAILED;
}

static NativeStatus result_unwrap_or(NativeCall *call) {
  bool failed;
  if (!is_failed(call, &failed)) return NATIVE_FAILED;
  return failed ? native_return(call, call->args[1]) : return_field(call, "ok");
}

static NativeStatus option_unwrap(NativeCall *call) {
  bool empty;
  if (!is_empty(call, &empty)) return NATIVE_FAILED;
  if (!empty) return return_field(call, "some");
  vm_raise(call->vm, "Panic", "Called unwrap on None");
  return NATIVE_FAILED;
}

static NativeStatus option_unwrap_or(NativeCall *call) {
  bool empty;
  if (!is_empty(call, &empty)) return NATIVE_FAILED;
  return empty ? native_return(call, call->args[1]) : return_field(call, "some");
}

#define ROW(owner, name, signature, function, doc) \
  {owner, name, signature, function, doc, NULL, 0, NATIVE_LUMA}

#define OK_DOC   "The Result of a success: {ok = value, err = null}."
#define ERR_DOC  "The Result of a failure: {ok = null, err = error}."
#define SOME_DOC "The Option that holds a value."
#define NONE_DOC "The Option that holds nothing."

static const NativeRow rows[] = {
    ROW("Result", "ok", "fn(value: T): Result(T, Any)", result_ok, OK_DOC),
    ROW("Result", "err", "fn(error: E): Result(Any, E)", result_err, ERR_DOC),
    ROW("Result", "new_ok", "fn(value: T): Result(T, Any)", result_ok, OK_DOC),
    ROW("Result", "new_err", "fn(error: E): Result(Any, E)", result_err, ERR_DOC),
    ROW("Result", "is_ok", "fn(result: Result(T, E)): Boolean", result_is_ok, "Is there no error?"),
    ROW("Result", "is_err", "fn(result: Result(T, E)): Boolean", result_is_err,
        "Is there an error?"),
    ROW("Result", "unwrap", "fn(result: Result(T, E)): T", result_unwrap,
        "The value; a panic if there is an error instead."),
    ROW("Result", "unwrap_or", "fn(result: Result(T, E), default: T): T", result_unwrap_or,
        "The value, or `default` if there is an error instead."),
    ROW("Option", "some", "fn(value: T): Option(T)", option_some, SOME_DOC),
    ROW("Option", "none", "fn(): Option(Any)", option_none, NONE_DOC),
    ROW("Option", "new_some", "fn(value: T): Option(T)", option_some, SOME_DOC),
    ROW("Option", "new_none", "fn(): Option(Any)", option_none, NONE_DOC),
    ROW("Option", "is_some", "fn(option: Option(T)): Boolean", option_is_some,
        "Does it hold a value?"),
    ROW("Option", "is_none", "fn(option: Option(T)): Boolean", option_is_none,
        "Does it hold nothing?"),
    ROW("Option", "unwrap", "fn(option: Option(T)): T", option_unwrap,
        "The value; a panic if there is none."),
    ROW("Option", "unwrap_or", "fn(option: Option(T), default: T): T", option_unwrap_or,
        "The value, or `default` if there is none."),
};

LibModule lib_result_module(void) { return (LibModule){rows, ARRAY_LEN(rows)}; }
