// SPDX-License-Identifier: MIT
// lib_time.c - clocks
#include "lib/lib_private.h"

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

static const NativeRow rows[] = {
    {"time", "clock", "fn(): Number", clock_ms,
     "Milliseconds since some start, with fractions; never goes back. For measuring.", NULL, 0,
     NATIVE_BOTH},
    {"time", "now", "fn(): Number", wall_ms, "Milliseconds since 1970 (UTC).", NULL, 0, NATIVE_LUMA},
    {"time", "millis", "fn(): Integer", wall_ms_exact, "Milliseconds since 1970 (UTC).", NULL, 0,
     NATIVE_VINT},
};

LibModule lib_time_module(void) { return (LibModule){rows, ARRAY_LEN(rows)}; }
