// SPDX-License-Identifier: MIT
// lib_time_luma.c - Luma's module time: moments as dates and as text
//
// A moment is a Number, milliseconds since 1970 (UTC), as time.now gives it.
#include "lib/answer.h"
#include "lib/calendar.h"
#include "lib/lib_moment.h"
#include "lib/lib_private.h"

#include <math.h>
#include <string.h>

#define ISO_LAYOUT "2006-01-02T15:04:05.000Z07:00"
#define NS_PER_MS  1000000

// Argument `index`, or now.
static bool take_moment(NativeCall *call, uint32_t index, int64_t *ns) {
  double ms;
  if (!args_given(call, index)) {
    *ns = clock_wall_ns(sched_clock(sched_of(call->vm)));
    return true;
  }
  if (!args_number(call, index, &ms)) return false;
  if (!(fabs(ms) < (double)INT64_MAX / NS_PER_MS)) return lib_moment_out_of_range(call), false;
  *ns = (int64_t)ms * NS_PER_MS;
  return true;
}

// Argument `index`; UTC if it is not given.
static bool take_zone(NativeCall *call, uint32_t index, const Zone **zone) {
  *zone = NULL;
  return !args_given(call, index) || lib_moment_take_zone(call, index, zone);
}

static NativeStatus iso(NativeCall *call) {
  int64_t ns;
  Buffer text = {0};
  if (!take_moment(call, 0, &ns)) return NATIVE_FAILED;
  calendar_format(&text, ns, NULL, ISO_LAYOUT);
  return answer_buffer(call, &text);
}

static NativeStatus format(NativeCall *call) {
  int64_t ns;
  Str *layout;
  const Zone *zone;
  Buffer text = {0};
  if (!take_moment(call, 0, &ns) || !args_str(call, 1, &layout) || !take_zone(call, 2, &zone)) {
    return NATIVE_FAILED;
  }
  calendar_format(&text, ns, zone, layout->bytes);
  return answer_buffer(call, &text);
}

// The usual forms of ISO 8601 if no layout is given.
static bool parse_iso(const char *text, int64_t *ns) {
  static const char *const layouts[] = {"2006-01-02T15:04:05.999Z07:00", "2006-01-02T15:04:05Z07:00",
                                        "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02"};
  size_t at;
  for (size_t i = 0; i < ARRAY_LEN(layouts); i++) {
    if (calendar_parse(text, layouts[i], NULL, ns, &at)) return true;
  }
  return false;
}

static NativeStatus parse(NativeCall *call) {
  Str *text, *layout = NULL;
  const Zone *zone;
  int64_t ns;
  size_t at = 0;
  if (!args_str(call, 0, &text) || (args_given(call, 1) && !args_str(call, 1, &layout)) ||
      !take_zone(call, 2, &zone)) {
    return NATIVE_FAILED;
  }
  bool ok = layout ? calendar_parse(text->bytes, layout->bytes, zone, &ns, &at)
                   : parse_iso(text->bytes, &ns);
  if (ok && strlen(text->bytes) == text->len) {
    return lib_result_of(call, value_double((double)(ns / NS_PER_MS)));
  }
  answer_fail(call, "ParseError", "\"%.60s\" has not the form %s", text->bytes,
              layout ? layout->bytes : "of a date such as 2006-01-02T15:04:05Z");
  return lib_result_of(call, VALUE_ABSENT);
}

static NativeStatus parts(NativeCall *call) {
  int64_t ns;
  const Zone *zone;
  VM *vm = call->vm;
  if (!take_moment(call, 0, &ns) || !take_zone(call, 1, &zone)) return NATIVE_FAILED;
  CalendarDate date = calendar_split(ns, zone);
  Table *table = vm_table(vm);
  if (!table) return NATIVE_FAILED;
  vm_push_root(vm, value_object(table));
  bool ok = vm_set_field(vm, table, "year", value_double((double)date.year)) &&
            vm_set_field(vm, table, "month", value_double(date.month)) &&
            vm_set_field(vm, table, "day", value_double(date.day)) &&
            vm_set_field(vm, table, "hour", value_double(date.hour)) &&
            vm_set_field(vm, table, "minute", value_double(date.minute)) &&
            vm_set_field(vm, table, "second", value_double(date.second)) &&
            vm_set_field(vm, table, "millisecond", value_double(date.ns / NS_PER_MS)) &&
            vm_set_field(vm, table, "weekday", value_double(date.weekday)) &&
            vm_set_field(vm, table, "yearday", value_double(date.year_day));
  vm_pop_roots(vm, 1);
  return ok ? native_return(call, value_object(table)) : NATIVE_FAILED;
}

#define TIME(name, signature, function, doc) \
  {"time", name, signature, function, doc, NULL, 0, NATIVE_LUMA}
#define PARTS_TYPE                                                                                  \
  "{year: Number, month: Number, day: Number, hour: Number, minute: Number, second: Number, "       \
  "millisecond: Number, weekday: Number, yearday: Number}"

static const NativeRow rows[] = {
    TIME("iso", "fn(ms?: Number): String", iso,
         "The moment (now, if it is not given) in UTC as ISO 8601 writes it."),
    TIME("format", "fn(ms: Number, layout: String, zone?: String): String", format,
         "The moment as text. The layout is 2006-01-02 15:04:05 (Monday, January, .000, Z07:00, PM …) "
         "written as wanted; the zone is a name such as Europe/Vienna, Local, or UTC."),
    TIME("parse", "fn(text: String, layout?: String, zone?: String): Result(Number, Error)", parse,
         "The moment that the text says: as the layout says, or as ISO 8601 writes it."),
    TIME("parts", "fn(ms?: Number, zone?: String): " PARTS_TYPE, parts,
         "The moment (now, if it is not given) as a date and a clock time; weekday 0 is Sunday."),
};

LibModule lib_time_luma_module(void) { return (LibModule){rows, ARRAY_LEN(rows)}; }
