// SPDX-License-Identifier: MIT
// answer.c - how natives answer
#include "lib/answer.h"

#include "lib/args.h"

#include <string.h>

NativeStatus answer_value(NativeCall *call, Value value) {
  return value_is_absent(value) ? NATIVE_FAILED : native_return(call, value);
}

NativeStatus answer_str(NativeCall *call, Str *str) {
  return str ? native_return(call, value_object(str)) : NATIVE_FAILED;
}

NativeStatus answer_list(NativeCall *call, List *list) {
  return list ? native_return(call, value_object(list)) : NATIVE_FAILED;
}

NativeStatus answer_bytes(NativeCall *call, const char *bytes, size_t len) {
  return answer_str(call, vm_str(call->vm, len > 0 ? bytes : "", len));
}

NativeStatus answer_text(NativeCall *call, const char *zero_terminated) {
  return answer_bytes(call, zero_terminated, strlen(zero_terminated));
}

NativeStatus answer_integer(NativeCall *call, int64_t i) {
  if (call->row->languages == NATIVE_LUMA) return answer_double(call, (double)i); // its only numbers
  return answer_value(call, vm_integer(call->vm, i));
}

NativeStatus answer_double(NativeCall *call, double number) {
  return native_return(call, value_from_foreign_double(number));
}

NativeStatus answer_bool(NativeCall *call, bool yes) {
  return native_return(call, value_bool(yes));
}

NativeStatus answer_null(NativeCall *call) {
  return native_return(call, VALUE_NULL);
}

NativeStatus answer_buffer(NativeCall *call, Buffer *text) {
  NativeStatus status = answer_bytes(call, text->bytes, text->len);
  buffer_free(text);
  return status;
}

NativeStatus answer_await(NativeCall *call, Promise *promise) {
  if (!promise) return NATIVE_FAILED;
  switch (promise_await_here(call->vm, promise, &call->result)) {
  case WAIT_DONE: return NATIVE_DONE;
  case WAIT_PARKED: return NATIVE_PARKED;
  default: return NATIVE_FAILED;
  }
}

bool answer_may_wait(NativeCall *call) {
  return !wait_is_cancelled(call->vm, vm_running(call->vm));
}

NativeStatus answer_fail(NativeCall *call, const char *kind, const char *format, ...) {
  Buffer text = {0};
  args_print_function(&text, call->row);
  buffer_text(&text, ": ");
  va_list args;
  va_start(args, format);
  buffer_vprintf(&text, format, args);
  va_end(args);
  vm_raise_text(call->vm, kind, text.bytes, text.len);
  buffer_free(&text);
  return NATIVE_FAILED;
}

NativeStatus answer_out_of_memory(NativeCall *call) {
  vm_raise_memory(call->vm);
  return NATIVE_FAILED;
}

bool answer_push(VM *vm, List *list, Value value) {
  if (value_is_absent(value)) return false;
  return list_push(vm_heap(vm), list, value) || vm_raise_memory(vm);
}

bool answer_push_bytes(VM *vm, List *list, const char *bytes, size_t len) {
  Str *str = vm_str(vm, len > 0 ? bytes : "", len);
  return str && answer_push(vm, list, value_object(str));
}

bool answer_set_text(VM *vm, Table *table, const char *key, const char *bytes, size_t len) {
  Str *str = vm_str(vm, len > 0 ? bytes : "", len);
  return str && vm_set_field(vm, table, key, value_object(str));
}

bool answer_set_integer(VM *vm, Table *table, const char *key, int64_t i) {
  Value value = vm_integer(vm, i);
  return !value_is_absent(value) && vm_set_field(vm, table, key, value);
}
