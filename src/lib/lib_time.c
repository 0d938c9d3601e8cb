// SPDX-License-Identifier: MIT
// lib_time.c - clocks, and the process's surroundings
#include "base/utf8.h"
#include "lib/lib_private.h"
#include "sched/outside.h"
#include "sched/ticket.h"

#include <stdlib.h>

static NativeStatus return_text(NativeCall *call, const char *text) {
  Str *str = vm_text(call->vm, text);
  return str ? native_return(call, value_object(str)) : NATIVE_FAILED;
}

// Milliseconds since some start, with fractions; never goes back.
static NativeStatus clock_ms(NativeCall *call) {
  int64_t ns = clock_now_ns(sched_clock(sched_of(call->vm)));
  return native_return(call, value_double((double)ns / 1e6));
}

static NativeStatus wall_ms(NativeCall *call) {
  int64_t ns = clock_wall_ns(sched_clock(sched_of(call->vm)));
  return native_return(call, value_double((double)(ns / 1000000)));
}

static NativeStatus wall_ms_exact(NativeCall *call) {
  int64_t ns = clock_wall_ns(sched_clock(sched_of(call->vm)));
  return native_return(call, value_int(ns / 1000000));
}

// --- The environment ---------------------------------------------------------------------------------

// A variable is a step of a recorded run: "=VALUE", or empty if it is not set.
static void find_variable(VM *vm, const Str *name, Buffer *out) {
  Outside *outside = sched_outside(sched_of(vm));
  OutsideWish wish = {"reads the variable", name->bytes, NULL, 0};
  if (outside_ask(outside, &wish, out)) return;
  const char *value = getenv(name->bytes);
  if (value) buffer_printf(out, "=%s", value);
  outside_tell(outside, &wish, out);
}

static NativeStatus luma_get_env(NativeCall *call) {
  Str *name;
  if (!args_str(call, 0, &name)) return NATIVE_FAILED;
  Buffer value = {0};
  find_variable(call->vm, name, &value);
  bool is_set = value.len > 0;
  Str *text = is_set ? vm_str(call->vm, value.bytes + 1, value.len - 1) : NULL;
  buffer_free(&value);
  if (is_set && !text) return NATIVE_FAILED;
  Value option = ticket_option(call->vm, text ? value_object(text) : VALUE_ABSENT);
  return value_is_absent(option) ? NATIVE_FAILED : native_return(call, option);
}

static NativeStatus vint_get_env(NativeCall *call) {
  Str *name;
  if (!args_str(call, 0, &name)) return NATIVE_FAILED;
  Buffer value = {0};
  find_variable(call->vm, name, &value);
  Str *text = vm_str(call->vm, value.len > 0 ? value.bytes + 1 : "", value.len > 0 ? value.len - 1 : 0);
  buffer_free(&value);
  return text ? native_return(call, value_object(text)) : NATIVE_FAILED;
}

static NativeStatus platform(NativeCall *call) { return return_text(call, "linux"); }

static const NativeRow rows[] = {
    {"time", "clock", "fn(): Number", clock_ms,
     "Milliseconds since some start, with fractions; never goes back. For measuring.", NULL, 0,
     NATIVE_BOTH},
    {"time", "now", "fn(): Number", wall_ms, "Milliseconds since 1970 (UTC).", NULL, 0, NATIVE_LUMA},
    {"time", "millis", "fn(): Integer", wall_ms_exact, "Milliseconds since 1970 (UTC).", NULL, 0,
     NATIVE_VINT},
    {"os", "getEnv", "fn(name: String): Option(String)", luma_get_env, "A variable of the environment.",
     NULL, 0, NATIVE_LUMA},
    {"os", "getEnv", "fn(name: String): String", vint_get_env,
     "A variable of the environment; \"\" if it is not set.", NULL, 0, NATIVE_VINT},
    {"os", "platform", "fn(): String", platform, "\"linux\".", NULL, 0, NATIVE_BOTH},
};

LibModule lib_time_module(void) { return (LibModule){rows, ARRAY_LEN(rows)}; }
