// SPDX-License-Identifier: MIT
// lib_group.c - groups: Vint's group(f, {…}), Luma's group(f, …)
//
// The body runs as an async call does: at once, on a fiber of its own, until it first parks. So an
// error in it is the group's affair and not that of the caller's frames.
#include "lib/lib_private.h"
#include "sched/group.h"
#include "sched/wait.h"

#include <math.h>

enum { SLOT_GROUP, SLOT_PARKED };

typedef struct GroupOptions {
  uint32_t limit;
  int64_t deadline_ns;
  double deadline_ms;
} GroupOptions;

#define NO_OPTIONS (GroupOptions){UINT32_MAX, -1, 0}

// --- Options -------------------------------------------------------------------------------------

static bool read_limit(NativeCall *call, Value value, GroupOptions *out) {
  int64_t limit;
  if (value_is_absent(value) || value_is_null(value)) return true;
  if (!args_field_integer(call, "limit", value, 1, UINT32_MAX, &limit)) return false;
  out->limit = (uint32_t)limit;
  return true;
}

static bool read_deadline(NativeCall *call, Value value, GroupOptions *out) {
  if (value_is_absent(value) || value_is_null(value)) return true;
  if (!value_is_number(value)) return args_field_wrong(call, "deadline", value, "a number");
  double ms = value_to_double(value);
  if (isnan(ms)) return vm_raise(call->vm, "ValueError", "a group's deadline is NaN");
  if (ms < 0) ms = 0;
  out->deadline_ms = ms;
  out->deadline_ns = ms > 9e12 ? INT64_MAX : (int64_t)(ms * LIB_NS_PER_MS);
  return true;
}

static bool read_table(NativeCall *call, const Table *options, GroupOptions *out) {
  static const char *const names[] = {"limit", "deadline"};
  return args_check_fields(call, options, names, ARRAY_LEN(names)) &&
         read_limit(call, args_table_field(call, options, "limit"), out) &&
         read_deadline(call, args_table_field(call, options, "deadline"), out);
}

// --- group ---------------------------------------------------------------------------------------

static NativeStatus start(NativeCall *call, const GroupOptions *options) {
  Value body;
  if (!args_function(call, 0, &body)) return NATIVE_FAILED;
  if (wait_is_cancelled(call->vm, vm_running(call->vm))) return NATIVE_FAILED;
  Group *group =
      group_new(call->vm, options->limit, options->deadline_ns, options->deadline_ms);
  if (!group) return NATIVE_FAILED;
  call->slots[SLOT_GROUP] = value_object(group);
  native_call(call, body, &call->slots[SLOT_GROUP], 1);
  return NATIVE_START;
}

static bool watch_body(NativeCall *call, Promise **out) {
  Group *group = value_as_group(call->slots[SLOT_GROUP]);
  *out = group->promise;
  return group_watch_body(call->vm, group, value_as_promise(call->answer));
}

static NativeStatus luma_group(NativeCall *call) {
  GroupOptions options = NO_OPTIONS;
  if (!read_limit(call, native_arg(call, 1), &options)) return NATIVE_FAILED;
  if (!read_deadline(call, native_arg(call, 2), &options)) return NATIVE_FAILED;
  return start(call, &options);
}

static NativeStatus luma_body_started(NativeCall *call) {
  Promise *promise;
  if (!watch_body(call, &promise)) return NATIVE_FAILED;
  return native_return(call, value_object(promise));
}

static NativeStatus vint_group(NativeCall *call) {
  GroupOptions options = NO_OPTIONS;
  Table *table;
  if (!args_optional_table(call, 1, &table)) return NATIVE_FAILED;
  if (!read_table(call, table, &options)) return NATIVE_FAILED;
  return start(call, &options);
}

static NativeStatus vint_go_on(NativeCall *call) {
  Promise *promise;
  if (!value_is_null(call->slots[SLOT_PARKED])) return native_return(call, call->answer);
  if (!watch_body(call, &promise)) return NATIVE_FAILED;
  call->slots[SLOT_PARKED] = VALUE_TRUE;
  switch (promise_await_here(call->vm, promise, &call->result)) {
  case WAIT_DONE: return NATIVE_DONE;
  case WAIT_PARKED: return NATIVE_PARKED;
  case WAIT_FAILED: break;
  }
  return NATIVE_FAILED;
}

static NativeStatus spawn(NativeCall *call) {
  Value group = native_arg(call, 0);
  Value function;
  if (!value_is_group(group)) {
    args_wrong(call, 0, "Group");
    return NATIVE_FAILED;
  }
  if (!args_function(call, 1, &function)) return NATIVE_FAILED;
  if (!group_spawn(call->vm, value_as_group(group), function)) return NATIVE_FAILED;
  return native_return(call, VALUE_NULL);
}

// --- Rows ----------------------------------------------------------------------------------------

#define SPAWN_DOC                                                                                  \
  "Puts a fiber that calls `f` at the end of the ready queue; what it gives is the next in the "   \
  "group's list of results."

static const NativeRow rows[] = {
    {"", "group", "fn(body: fn(Group): Any, limit?: Number, deadline?: Number): Promise(List(Any))",
     luma_group,
     "Runs `body`, which spawns fibers, and waits until all have ended: the list of what they gave, in "
     "the order spawned. The first error cancels the others. At most `limit` run at once; after "
     "`deadline` ms all are cancelled.",
     luma_body_started, 2, NATIVE_LUMA},
    {"", "group", "fn(body: Function, options?: Table): List(Any)", vint_group,
     "Runs `body`, which starts fibers by g.go(f), and waits until all have ended: the array of what "
     "they gave, in the order started. The first error cancels the others. Options: limit (how many "
     "run at once), deadline (ms, after which all are cancelled).",
     vint_go_on, 2, NATIVE_VINT},
    {"Group", "spawn", "fn(f: fn(): Any): Null", spawn, SPAWN_DOC, NULL, 0, NATIVE_LUMA},
    {"Group", "go", "fn(f: Function): Null", spawn, SPAWN_DOC, NULL, 0, NATIVE_VINT},
};

LibModule lib_group_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
