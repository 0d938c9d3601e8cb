// SPDX-License-Identifier: MIT
// lib_fiber_local.c - values that each fiber has of its own
#include "lib/lib_private.h"
#include "vm/locals.h"

static bool take_local(NativeCall *call, FiberLocal **out) {
  Value value = native_arg(call, 0);
  if (!value_is_fiber_local(value)) return args_wrong(call, 0, "FiberLocal");
  *out = value_as_fiber_local(value);
  return true;
}

static NativeStatus new_local(NativeCall *call) {
  Value initial = native_arg(call, 0);
  FiberLocal *local = locals_new(call->vm, value_is_absent(initial) ? VALUE_NULL : initial);
  return local ? native_return(call, value_object(local)) : NATIVE_FAILED;
}

static NativeStatus get(NativeCall *call) {
  FiberLocal *local;
  if (!take_local(call, &local)) return NATIVE_FAILED;
  return native_return(call, locals_get(vm_running(call->vm), local));
}

static NativeStatus set(NativeCall *call) {
  FiberLocal *local;
  if (!take_local(call, &local)) return NATIVE_FAILED;
  if (!locals_set(call->vm, vm_running(call->vm), local, call->args[1])) return NATIVE_FAILED;
  return native_return(call, VALUE_NULL);
}

// --- with ----------------------------------------------------------------------------------------

enum { SLOT_BEFORE, SLOT_IS_SET };

static NativeStatus with(NativeCall *call) {
  FiberLocal *local;
  Value function;
  if (!take_local(call, &local) || !args_function(call, 2, &function)) return NATIVE_FAILED;
  Fiber *fiber = vm_running(call->vm);
  call->slots[SLOT_BEFORE] = locals_get(fiber, local);
  if (!locals_set(call->vm, fiber, local, call->args[1])) return NATIVE_FAILED;
  call->slots[SLOT_IS_SET] = VALUE_TRUE;
  return native_call(call, call->args[2], NULL, 0);
}

// The fiber has a place for the value by now, so this needs no memory but for a list that others
// share meanwhile.
static bool restore(NativeCall *call) {
  return locals_set(call->vm, vm_running(call->vm), value_as_fiber_local(call->args[0]),
                    call->slots[SLOT_BEFORE]);
}

static NativeStatus with_ends(NativeCall *call) {
  vm_push_root(call->vm, call->answer);
  bool is_restored = restore(call);
  vm_pop_roots(call->vm, 1);
  return is_restored ? native_return(call, call->answer) : NATIVE_FAILED;
}

static void with_unwinds(NativeCall *call) {
  if (value_is_null(call->slots[SLOT_IS_SET])) return;
  if (!restore(call)) (void)vm_take_error(call->vm);
}

// --- Rows ----------------------------------------------------------------------------------------

#define NEW_DOC                                                                                    \
  "A value that each fiber has of its own, at first `initial`. A fiber that is started inherits "  \
  "what its starter has at that moment."
#define GET_DOC  "The running fiber's value."
#define SET_DOC  "Changes the running fiber's value, and that of the fibers it starts from now on."
#define WITH_DOC "Runs `f` with this value and gives what it returns; then the old value is back."

static const NativeRow rows[] = {
    {"FiberLocal", "", "Module", NULL, "Values that each fiber has of its own.", NULL, 0,
     NATIVE_LUMA},
    {"FiberLocal", "new", "fn(initial: T): FiberLocal(T)", new_local, NEW_DOC, NULL, 0,
     NATIVE_LUMA},
    {"", "fiber_local", "fn(initial?: Any): FiberLocal(Any)", new_local, NEW_DOC, NULL, 0,
     NATIVE_VINT},
    {"FiberLocal(T)", "get", "fn(): T", get, GET_DOC, NULL, 0, NATIVE_BOTH},
    {"FiberLocal(T)", "set", "fn(value: T): Null", set, SET_DOC, NULL, 0, NATIVE_BOTH},
    {"FiberLocal(T)", "with", "fn(value: T, f: fn(): U): U", with, WITH_DOC, with_ends, 2,
     NATIVE_LUMA, .unwind = with_unwinds},
    {"FiberLocal(T)", "with", "fn(value: T, f: Function): Any", with, WITH_DOC, with_ends, 2,
     NATIVE_VINT, .unwind = with_unwinds},
};

LibModule lib_fiber_local_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
