// SPDX-License-Identifier: MIT
// lib_time.c - clocks, and the process's surroundings
#include "base/utf8.h"
#include "lib/lib_private.h"
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

static NativeStatus luma_get_env(NativeCall *call) {
  Str *name;
  if (!args_str(call, 0, &name)) return NATIVE_FAILED;
  const char *value = getenv(name->bytes);
  Str *text = value ? vm_text(call->vm, value) : NULL;
  if (value && !text) return NATIVE_FAILED;
  Value option = ticket_option(call->vm, text ? value_object(text) : VALUE_ABSENT);
  return value_is_absent(option) ? NATIVE_FAILED : native_return(call, option);
}

static NativeStatus vint_get_env(NativeCall *call) {
  Str *name;
  if (!args_str(call, 0, &name)) return NATIVE_FAILED;
  const char *value = getenv(name->bytes);
  return return_text(call, value ? value : "");
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
