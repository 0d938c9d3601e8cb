// SPDX-License-Identifier: MIT
// lib_schedule.c - Vint's module schedule: functions that are called again and again (vint.md 12.21)
//
// A schedule is a fiber of its own that sleeps until the next time and then starts the function on
// another one, as `go` would: what one run does, or fails to do, does not hold up the next. The
// schedule's value is the promise of its fiber; stopping it cancels that. As any timer it keeps the
// program going until then.
#include "lib/answer.h"
#include "lib/cron.h"
#include "lib/lib_moment.h"
#include "lib/lib_private.h"
#include "sched/cancel.h"
#include "sched/wait.h"

#include <math.h>
#include <string.h>

#define NS_PER_S 1e9

// --- The fiber -----------------------------------------------------------------------------------
//
// Its native's arguments: the function, and the specification as text. Slots: 0 when it comes next, in
// nanoseconds of the wall clock.

static bool start_run(VM *vm, Value function) {
  Fiber *fiber = fiber_new(vm, function, NULL, 0);
  if (!fiber) return false;
  fiber->obj.flags |= FIBER_GO;
  wait_ready(vm, fiber);
  return true;
}

static NativeStatus sleep_until_next(NativeCall *call) {
  VM *vm = call->vm;
  Cron cron;
  const char *problem;
  int64_t now = clock_wall_ns(sched_clock(sched_of(vm)));
  // A rhythm goes on from when it was due, so that it does not fall behind; what was missed is left
  // out.
  int64_t from = now;
  int64_t next;
  bool is_known = cron_parse(value_as_str(call->args[1])->bytes, &cron, &problem);
  if (cron.every_ns > 0 && !value_is_null(call->slots[0])) {
    int64_t due = value_as_integer(call->slots[0]);
    from = due + (now - due) / cron.every_ns * cron.every_ns;
  }
  if (!is_known || !cron_next(&cron, from, lib_moment_local(vm), &next)) return answer_null(call);
  Value slot = vm_integer(vm, next);
  if (value_is_absent(slot)) return NATIVE_FAILED;
  call->slots[0] = slot;
  int64_t wait = next > now ? next - now : 1;
  return timer_sleep(vm, vm_running(vm), wait) ? NATIVE_PARKED : NATIVE_FAILED;
}

static NativeStatus ring(NativeCall *call) {
  return start_run(call->vm, call->args[0]) ? sleep_until_next(call) : NATIVE_FAILED;
}

// No module lists it: programs cannot name it.
static const NativeRow fiber_row = {
    "schedule", "schedule", "fn(f: Any, spec: String): Null", sleep_until_next, "", ring, 1, NATIVE_VINT};

static Promise *start_schedule(VM *vm, Value function, Value spec) {
  Native *native = native_new(vm, &fiber_row);
  if (!native) return NULL;
  vm_push_root(vm, value_object(native));
  Promise *promise = promise_new(vm);
  vm_push_root(vm, promise ? value_object(promise) : VALUE_NULL);
  Value args[2] = {function, spec};
  Fiber *fiber = promise ? fiber_new(vm, value_object(native), args, 2) : NULL;
  vm_pop_roots(vm, 2);
  if (!fiber) return NULL;
  promise_give_fiber(vm, promise, fiber);
  wait_ready(vm, fiber);
  return promise;
}

static NativeStatus schedule_spec(NativeCall *call, Value function, Str *spec) {
  if (!spec) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(spec));
  Promise *promise = start_schedule(call->vm, function, value_object(spec));
  vm_pop_roots(call->vm, 1);
  return promise ? native_return(call, value_object(promise)) : NATIVE_FAILED;
}

// --- The functions -------------------------------------------------------------------------------

static NativeStatus schedule(NativeCall *call) {
  Str *spec;
  Value function;
  Cron cron;
  const char *problem;
  if (!args_str(call, 0, &spec) || !args_function(call, 1, &function)) return NATIVE_FAILED;
  if (cron_parse(spec->bytes, &cron, &problem)) return schedule_spec(call, function, spec);
  return answer_fail(call, "ValueError", "\"%.60s\" is no schedule: %s", spec->bytes, problem);
}

static NativeStatus ticker(NativeCall *call) {
  double seconds;
  Value function;
  if (!args_number(call, 0, &seconds) || !args_function(call, 1, &function)) return NATIVE_FAILED;
  if (!(seconds >= 0.001 && seconds < 1e9)) {
    return answer_fail(call, "ValueError", "the seconds must be at least 0.001, got %g", seconds);
  }
  return schedule_spec(call, function,
                       vm_printf(call->vm, "@every %lldns", (long long)(seconds * NS_PER_S)));
}

static NativeStatus every(NativeCall *call, const char *spec) {
  Value function;
  if (!args_function(call, 0, &function)) return NATIVE_FAILED;
  return schedule_spec(call, function, vm_text(call->vm, spec));
}

static NativeStatus every_second(NativeCall *call) {
  return every(call, "* * * * * *");
}
static NativeStatus every_minute(NativeCall *call) {
  return every(call, "* * * * *");
}
static NativeStatus every_hour(NativeCall *call) {
  return every(call, "@hourly");
}

// daily(f), daily(hour, f), daily(hour, minute, f)
static NativeStatus daily(NativeCall *call) {
  static const int64_t limits[] = {23, 59};
  int64_t numbers[2] = {0, 0};
  uint32_t count = call->arg_count - 1;
  Value function;
  for (uint32_t i = 0; i < count; i++) {
    if (!args_integer(call, i, &numbers[i])) return NATIVE_FAILED;
    if (numbers[i] < 0 || numbers[i] > limits[i]) {
      return answer_fail(call, "ValueError", "the %s must be from 0 to %lld, got %lld",
                         i == 0 ? "hour" : "minute", (long long)limits[i], (long long)numbers[i]);
    }
  }
  if (!args_function(call, count, &function)) return NATIVE_FAILED;
  return schedule_spec(call, function,
                       vm_printf(call->vm, "%lld %lld * * *", (long long)numbers[1],
                                 (long long)numbers[0]));
}

static NativeStatus stop(NativeCall *call) {
  Value value = native_arg(call, 0);
  if (!value_is_promise(value)) {
    args_wrong(call, 0, "what ticker or schedule has given");
    return NATIVE_FAILED;
  }
  Buffer where = {0};
  cancel_print_caller(call->vm, &where);
  Error *cause = cancel_cause(call->vm, "the schedule was stopped by %s", where.bytes);
  buffer_free(&where);
  if (!cause) return NATIVE_FAILED;
  cancel_promise(call->vm, value_as_promise(call->args[0]), cause, CANCEL_CALL);
  return answer_bool(call, true);
}

#define SCHEDULE(name, signature, function, doc)                                                   \
  { "schedule", name, signature, function, doc, NULL, 0, NATIVE_VINT }

static const NativeRow rows[] = {
    SCHEDULE("ticker", "fn(seconds: Number, f: Function): Any", ticker,
             "Calls `f` every so many seconds, each time on a fiber of its own."),
    SCHEDULE("stopTicker", "fn(ticker: Any): Boolean", stop, "Ends it."),
    SCHEDULE("schedule", "fn(spec: String, f: Function): Any", schedule,
             "Calls `f` by a schedule: \"30 9 * * 1-5\" (minute, hour, day, month, weekday; seconds in "
             "front if six), \"@every 90s\", \"@hourly\", \"@daily\" …"),
    SCHEDULE("stopSchedule", "fn(schedule: Any): Boolean", stop, "Ends it."),
    SCHEDULE("everySecond", "fn(f: Function): Any", every_second, "Calls `f` at each second."),
    SCHEDULE("everyMinute", "fn(f: Function): Any", every_minute, "Calls `f` at each minute's start."),
    SCHEDULE("everyHour", "fn(f: Function): Any", every_hour, "Calls `f` at each hour's start."),
    SCHEDULE("daily", "fn(hour: Any, minute?: Any, f?: Any): Any", daily,
             "Calls `f` every day: daily(f) at midnight, daily(hour, f), daily(hour, minute, f)."),
};

LibModule lib_schedule_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
