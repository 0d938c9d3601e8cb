// SPDX-License-Identifier: MIT
// lib_wait_group.c - waiting until so many are done
#include "lib/lib_private.h"
#include "sched/wait_group.h"

static bool take_group(NativeCall *call, WaitGroup **out) {
  Value value = native_arg(call, 0);
  if (!value_is_wait_group(value)) return args_wrong(call, 0, "WaitGroup");
  *out = value_as_wait_group(value);
  return true;
}

static NativeStatus new_wait_group(NativeCall *call) {
  WaitGroup *group = wait_group_new(call->vm);
  return group ? native_return(call, value_object(group)) : NATIVE_FAILED;
}

static NativeStatus add(NativeCall *call) {
  WaitGroup *group;
  int64_t count = 1;
  if (!take_group(call, &group)) return NATIVE_FAILED;
  if (!value_is_absent(native_arg(call, 1)) && !args_integer(call, 1, &count)) return NATIVE_FAILED;
  if (count < 1 || count > UINT32_MAX) {
    vm_raise(call->vm, "ValueError", "a wait group is added from 1 to %u, got %lld", UINT32_MAX,
             (long long)count);
    return NATIVE_FAILED;
  }
  if (!wait_group_add(call->vm, group, (uint32_t)count)) return NATIVE_FAILED;
  return native_return(call, VALUE_NULL);
}

static NativeStatus done(NativeCall *call) {
  WaitGroup *group;
  if (!take_group(call, &group) || !wait_group_done(call->vm, group)) return NATIVE_FAILED;
  return native_return(call, VALUE_NULL);
}

static NativeStatus luma_wait(NativeCall *call) {
  WaitGroup *group;
  if (!take_group(call, &group)) return NATIVE_FAILED;
  return lib_return_promise(call, wait_group_promise(call->vm, group));
}

static NativeStatus vint_wait(NativeCall *call) {
  WaitGroup *group;
  if (!take_group(call, &group)) return NATIVE_FAILED;
  return lib_return_wait(wait_group_wait(call->vm, vm_running(call->vm), group));
}

static NativeStatus luma_count(NativeCall *call) {
  WaitGroup *group;
  if (!take_group(call, &group)) return NATIVE_FAILED;
  return native_return(call, value_double(group->count));
}

static NativeStatus vint_count(NativeCall *call) {
  WaitGroup *group;
  if (!take_group(call, &group)) return NATIVE_FAILED;
  return native_return(call, value_int(group->count));
}

#define NEW_DOC   "A counter of what is still to be done, at first 0."
#define ADD_DOC   "So many more are to be done; 1 if it is left out."
#define DONE_DOC  "One is done. An error if nothing was left."
#define WAIT_DOC  "Waits until all are done; at once if nothing is left."
#define COUNT_DOC "How many are not done yet."

static const NativeRow rows[] = {
    {"WaitGroup", "", "Module", NULL, "Waiting until so many are done.", NULL, 0, NATIVE_LUMA},
    {"WaitGroup", "new", "fn(): WaitGroup", new_wait_group, NEW_DOC, NULL, 0, NATIVE_LUMA},
    {"", "wait_group", "fn(): WaitGroup", new_wait_group, NEW_DOC, NULL, 0, NATIVE_VINT},
    {"WaitGroup()", "add", "fn(count?: Number): Null", add, ADD_DOC, NULL, 0, NATIVE_LUMA},
    {"WaitGroup()", "add", "fn(count?: Any): Null", add, ADD_DOC, NULL, 0, NATIVE_VINT},
    {"WaitGroup()", "done", "fn(): Null", done, DONE_DOC, NULL, 0, NATIVE_BOTH},
    {"WaitGroup()", "wait", "fn(): Promise(Null)", luma_wait, WAIT_DOC, NULL, 0, NATIVE_LUMA},
    {"WaitGroup()", "wait", "fn(): Null", vint_wait, WAIT_DOC, NULL, 0, NATIVE_VINT},
    {"WaitGroup()", "count", "fn(): Number", luma_count, COUNT_DOC, NULL, 0, NATIVE_LUMA},
    {"WaitGroup()", "count", "fn(): Integer", vint_count, COUNT_DOC, NULL, 0, NATIVE_VINT},
};

LibModule lib_wait_group_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
