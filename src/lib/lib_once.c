// SPDX-License-Identifier: MIT
// lib_once.c - functions that run once
//
// once(f) gives a function: Luma's gives a promise at each call, Vint's parks the fiber.
#include "lib/lib_private.h"
#include "sched/once.h"

static Once *receiver(const NativeCall *call) {
  return (Once *)value_as_object(call->args[0]);
}

static NativeStatus call_luma(NativeCall *call) {
  return lib_return_promise(call, once_promise(call->vm, receiver(call)));
}

static NativeStatus call_vint(NativeCall *call) {
  return lib_return_wait(once_wait(call->vm, receiver(call), &call->result));
}

// What once(f) gives is one of these, bound to the Once.
static const NativeRow luma_call = {"Once", "call", "fn(): Any", call_luma, ""};
static const NativeRow vint_call = {"Once", "call", "fn(): Any", call_vint, ""};

static NativeStatus make(NativeCall *call, const NativeRow *row, const char *key) {
  Value function;
  if (!args_function(call, 0, &function)) return NATIVE_FAILED;
  Once *once = once_new(call->vm, function);
  if (!once) return NATIVE_FAILED;
  Value bound;
  if (!lib_bind(call->vm, row, key, value_object(once), &bound)) return NATIVE_FAILED;
  return native_return(call, bound);
}

static NativeStatus luma_once(NativeCall *call) {
  return make(call, &luma_call, "(luma once)");
}

static NativeStatus vint_once(NativeCall *call) {
  return make(call, &vint_call, "(vint once)");
}

#define ONCE_DOC                                                                                   \
  "A function that runs `f` at its first call and gives its result at every call; who calls "      \
  "meanwhile waits for the same result. A run that fails does not count: the next call runs `f` "  \
  "again."

static const NativeRow rows[] = {
    {"", "once", "fn(f: fn(): T): fn(): Promise(T)", luma_once, ONCE_DOC, NULL, 0, NATIVE_LUMA},
    {"", "once", "fn(f: Function): Function", vint_once, ONCE_DOC, NULL, 0, NATIVE_VINT},
};

LibModule lib_once_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
