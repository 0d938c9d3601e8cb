// SPDX-License-Identifier: MIT
// lib_error.c - what an error that Vint has caught can be asked
//
// Only methods of caught errors: Luma has no exceptions, its errors are records (luma.md 5).
#include "lib/lib_private.h"
#include "code/unit.h"
#include "vm/raise.h"
#include "vm/trace.h"

// A declared error that was not thrown is asked as if it had been, here and now. What it is then
// takes its place among the arguments, which keep it alive.
static bool take_error(NativeCall *call, Error **out) {
  Value value = native_arg(call, 0);
  bool is_made = value_is_instance(value) &&
                 value_as_object(value_as_table(value)->type)->extra == TAG_CUSTOM_ERROR;
  if (is_made) {
    raise_thrown(call->vm, value);
    value = call->args[0] = vm_take_error(call->vm);
    error_forget_trace((Error *)value_as_object(value));
  }
  if (!value_is_kind(value, KIND_ERROR)) return args_wrong(call, 0, "error");
  *out = (Error *)value_as_object(value);
  return true;
}

static NativeStatus message(NativeCall *call) {
  Error *error;
  if (!take_error(call, &error)) return NATIVE_FAILED;
  return native_return(call, value_object(error->message));
}

static NativeStatus kind(NativeCall *call) {
  Error *error;
  if (!take_error(call, &error)) return NATIVE_FAILED;
  return native_return(call, value_object(error->kind));
}

// A line a frame, as in the report of an uncaught error, without the last line's end.
static NativeStatus trace(NativeCall *call) {
  Error *error;
  if (!take_error(call, &error)) return NATIVE_FAILED;
  Buffer text = {0};
  trace_print(&text, error);
  size_t len = text.len > 0 ? text.len - 1 : 0;
  Str *str = vm_str(call->vm, text.bytes ? text.bytes : "", len);
  buffer_free(&text);
  return str ? native_return(call, value_object(str)) : NATIVE_FAILED;
}

static NativeStatus thrown_value(NativeCall *call) {
  Error *error;
  if (!take_error(call, &error)) return NATIVE_FAILED;
  return native_return(call, value_is_absent(error->thrown) ? VALUE_NULL : error->thrown);
}

static const NativeRow rows[] = {
    {"Error", "message", "fn(): String", message, "What went wrong, as text.", NULL, 0,
     NATIVE_VINT},
    {"Error", "kind", "fn(): String", kind,
     "The kind of error: \"TypeError\", \"IndexError\", \"NetworkError\" …; \"Error\" for what a "
     "program throws.",
     NULL, 0, NATIVE_VINT},
    {"Error", "trace", "fn(): String", trace,
     "Where it was raised and which calls and awaits it has crossed, a line each.", NULL, 0,
     NATIVE_VINT},
    {"Error", "value", "fn(): Any", thrown_value,
     "The value that was thrown; null for an error that the runtime has raised.", NULL, 0,
     NATIVE_VINT},
};

LibModule lib_error_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
