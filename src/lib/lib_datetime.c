// SPDX-License-Identifier: MIT
// lib_datetime.c - the modules time and datetime, what they have of dates (vint.md 12.1, 12.20)
#include "lib/answer.h"
#include "lib/calendar.h"
#include "lib/lib_moment.h"

#include <math.h>
#include <string.h>

#define NS_PER_S 1e9

// --- Both ----------------------------------------------------------------------------------------

// A time that was left out is now.
static bool take_optional(NativeCall *call, uint32_t index, Moment *moment) {
  if (args_given(call, index)) return lib_moment_take(call, index, moment);
  *moment = lib_moment_now(call->vm);
  return true;
}

static NativeStatus now(NativeCall *call) {
  Moment moment = lib_moment_now(call->vm);
  return lib_moment_answer(call, moment.ns, moment.zone);
}

static NativeStatus is_leap_year(NativeCall *call) {
  int64_t year;
  if (!args_integer(call, 0, &year)) return NATIVE_FAILED;
  return answer_bool(call, calendar_is_leap(year));
}

// --- time ----------------------------------------------------------------------------------------

static NativeStatus time_since(NativeCall *call) {
  Moment moment;
  if (!lib_moment_take(call, 0, &moment)) return NATIVE_FAILED;
  return answer_integer(call, (lib_moment_now(call->vm).ns / 1000 - moment.ns / 1000) / 1000000);
}

static NativeStatus time_format(NativeCall *call) {
  Moment moment;
  Str *layout;
  if (!lib_moment_take(call, 0, &moment) || !args_str(call, 1, &layout)) return NATIVE_FAILED;
  return lib_moment_answer_text(call, moment, layout->bytes);
}

static NativeStatus time_add(NativeCall *call) {
  Moment moment;
  return lib_moment_take(call, 0, &moment) ? lib_moment_shift(call, moment, 1, 1) : NATIVE_FAILED;
}

static NativeStatus time_subtract(NativeCall *call) {
  Moment moment;
  return lib_moment_take(call, 0, &moment) ? lib_moment_shift(call, moment, 1, -1) : NATIVE_FAILED;
}

static NativeStatus time_unix(NativeCall *call) {
  return answer_integer(call, lib_moment_now(call->vm).ns / CALENDAR_NS_PER_S);
}

// --- Making times --------------------------------------------------------------------------------

static NativeStatus now_in(NativeCall *call) {
  Moment moment = lib_moment_now(call->vm);
  if (args_given(call, 0) && !lib_moment_take_zone(call, 0, &moment.zone)) return NATIVE_FAILED;
  return lib_moment_answer(call, moment.ns, moment.zone);
}

static NativeStatus utc_now(NativeCall *call) {
  return lib_moment_answer(call, lib_moment_now(call->vm).ns, NULL);
}

static NativeStatus in_zone(NativeCall *call) {
  Moment moment;
  if (!lib_moment_take(call, 0, &moment) || !lib_moment_take_zone(call, 1, &moment.zone)) {
    return NATIVE_FAILED;
  }
  return lib_moment_answer(call, moment.ns, moment.zone);
}

static NativeStatus from_timestamp(NativeCall *call) {
  double s;
  if (!args_number(call, 0, &s)) return NATIVE_FAILED;
  if (!(fabs(s) < 9.2e9)) return lib_moment_out_of_range(call);
  int64_t whole;
  int64_t ns = integer_from_value(call->args[0], &whole) ? whole * CALENDAR_NS_PER_S
                                                         : (int64_t)(s * NS_PER_S);
  return lib_moment_answer(call, ns, lib_moment_local(call->vm));
}

// Without a layout these are tried in turn.
static const char *const usual_layouts[] = {
    "2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04",
    "2006-01-02",                LIB_MOMENT_LAYOUT,     "02-01-2006",          "2006/01/02",
    "Mon, 02 Jan 2006 15:04:05 MST"};

static NativeStatus parse_usual(NativeCall *call, const char *text, const Zone *zone) {
  int64_t ns;
  size_t at;
  for (size_t i = 0; i < ARRAY_LEN(usual_layouts); i++) {
    if (calendar_parse(text, usual_layouts[i], zone, &ns, &at)) {
      return lib_moment_answer(call, ns, zone);
    }
  }
  return answer_fail(call, "ValueError",
                     "\"%.60s\" is in none of the usual forms (2024-12-31 21:05:59); give a layout",
                     text);
}

static NativeStatus parse(NativeCall *call) {
  Str *text;
  Str *layout;
  int64_t ns;
  size_t at;
  const Zone *zone = lib_moment_local(call->vm);
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  if (!args_given(call, 1)) return parse_usual(call, text->bytes, zone);
  if (!args_str(call, 1, &layout)) return NATIVE_FAILED;
  if (calendar_parse(text->bytes, layout->bytes, zone, &ns, &at)) {
    return lib_moment_answer(call, ns, zone);
  }
  return answer_fail(call, "ValueError", "\"%.60s\" does not look like \"%.60s\" from character %zu on",
                     text->bytes, layout->bytes, at + 1);
}

// duration("1h30m"), duration(hours=1, minutes=30), a number of seconds.
static NativeStatus duration(NativeCall *call) {
  static const double unit_ns[] = {0, 3.6e12, 6e10, 1e9, 1e6, 8.64e13};
  double total = 0;
  for (uint32_t i = 1; i < ARRAY_LEN(unit_ns); i++) {
    double amount;
    if (!args_given(call, i)) continue;
    if (!args_number(call, i, &amount)) return NATIVE_FAILED;
    total += amount * unit_ns[i];
  }
  if (!(fabs(total) < 4e18)) return answer_fail(call, "OverflowError", "a duration reaches to 292 years");
  int64_t ns = 0;
  if (args_given(call, 0) && !lib_moment_take_length(call, 0, NS_PER_S, &ns)) return NATIVE_FAILED;
  if (__builtin_add_overflow(ns, (int64_t)total, &ns)) {
    return answer_fail(call, "OverflowError", "a duration reaches to 292 years");
  }
  return lib_moment_answer_duration(call, ns);
}

// --- Asking --------------------------------------------------------------------------------------

static NativeStatus sleep_for(NativeCall *call) {
  int64_t ns;
  if (!lib_moment_take_length(call, 0, NS_PER_S, &ns)) return NATIVE_FAILED;
  bool ok = timer_sleep(call->vm, vm_running(call->vm), ns < 0 ? 0 : ns);
  return ok ? NATIVE_PARKED : NATIVE_FAILED;
}

static NativeStatus between(NativeCall *call, int sign) {
  Moment moment;
  int64_t ns;
  if (!lib_moment_take(call, 0, &moment)) return NATIVE_FAILED;
  if (__builtin_sub_overflow(lib_moment_now(call->vm).ns, moment.ns, &ns)) {
    return lib_moment_out_of_range(call);
  }
  return lib_moment_answer_duration(call, sign * ns);
}

static NativeStatus since(NativeCall *call) {
  return between(call, 1);
}
static NativeStatus until(NativeCall *call) {
  return between(call, -1);
}

static NativeStatus days_in_month(NativeCall *call) {
  int64_t year;
  int64_t month;
  if (!args_integer(call, 0, &year) || !args_integer(call, 1, &month)) return NATIVE_FAILED;
  if (month < 1 || month > 12) {
    return answer_fail(call, "ValueError", "a month is from 1 to 12, got %lld", (long long)month);
  }
  return answer_integer(call, calendar_days_in_month(year, (int)month));
}

// --- Starts and ends -----------------------------------------------------------------------------

typedef enum Span { SPAN_DAY, SPAN_WEEK, SPAN_MONTH, SPAN_YEAR } Span;

// The first moment of the span that the date lies in, or of the `next` one behind it. Weeks begin on
// Monday.
static bool span_start(Moment moment, Span span, int next, int64_t *ns) {
  CalendarDate date = calendar_split(moment.ns, moment.zone);
  date.hour = date.minute = date.second = date.ns = 0;
  if (span == SPAN_WEEK) date.day -= (date.weekday + 6) % 7;
  if (span >= SPAN_MONTH) date.day = 1;
  if (span == SPAN_YEAR) date.month = 1;
  if (span == SPAN_DAY) date.day += next;
  if (span == SPAN_WEEK) date.day += 7 * next;
  if (span == SPAN_MONTH) date.month += next;
  if (span == SPAN_YEAR) date.year += next;
  return calendar_join(&date, moment.zone, ns);
}

static NativeStatus answer_span(NativeCall *call, Span span, bool is_end) {
  Moment moment;
  int64_t ns;
  if (!take_optional(call, 0, &moment)) return NATIVE_FAILED;
  if (!span_start(moment, span, is_end, &ns)) return lib_moment_out_of_range(call);
  return lib_moment_answer(call, ns - is_end, moment.zone);
}

#define SPAN(name, span)                                                                           \
  static NativeStatus start_of_##name(NativeCall *call) {                                          \
    return answer_span(call, span, false);                                                         \
  }                                                                                                \
  static NativeStatus end_of_##name(NativeCall *call) {                                            \
    return answer_span(call, span, true);                                                          \
  }

SPAN(day, SPAN_DAY)
SPAN(week, SPAN_WEEK)
SPAN(month, SPAN_MONTH)
SPAN(year, SPAN_YEAR)

#define TIME(name, signature, function, doc)                                                       \
  { "time", name, signature, function, doc, NULL, 0, NATIVE_VINT }
#define DATE(name, signature, function, doc)                                                       \
  { "datetime", name, signature, function, doc, NULL, 0, NATIVE_VINT }
#define SPAN_ROWS(name, small, doc)                                                                \
  DATE("startOf" name, "fn(time?: Any): Any", start_of_##small, "The first moment of the time's " doc "."), \
      DATE("endOf" name, "fn(time?: Any): Any", end_of_##small, "The last nanosecond of the time's " doc ".")

static const NativeRow rows[] = {
    TIME("now", "fn(): Any", now, "The time now, in the local zone."),
    TIME("unix", "fn(): Integer", time_unix, "Seconds since 1970 (UTC)."),
    TIME("since", "fn(time: Any): Integer", time_since, "Whole seconds from the time until now."),
    TIME("format", "fn(time: Any, layout: String): String", time_format,
         "As text by a layout of Go: \"2006-01-02 15:04:05\"."),
    TIME("add", "fn(time: Any, by?: Any, " LIB_MOMENT_PARTS "): Any", time_add, "Later by \"1h30m\"; see the method add."),
    TIME("subtract", "fn(time: Any, by?: Any, " LIB_MOMENT_PARTS "): Any", time_subtract,
         "Earlier by \"1h30m\"; see the method add."),
    TIME("isLeapYear", "fn(year: Number): Boolean", is_leap_year, "Has the year 366 days?"),
    DATE("now", "fn(zone?: String): Any", now_in, "The time now, in the local zone or the one named."),
    DATE("utcNow", "fn(): Any", utc_now, "The time now, in UTC."),
    DATE("parse", "fn(text: String, layout?: String): Any", parse,
         "The time that the text says, by a layout of Go or in one of the usual forms."),
    DATE("fromTimestamp", "fn(seconds: Number): Any", from_timestamp,
         "The time so many seconds after 1970 (UTC)."),
    DATE("duration",
         "fn(text?: Any, hours?: Number, minutes?: Number, seconds?: Number, milliseconds?: Number, "
         "days?: Number): Any",
         duration, "A duration from \"1h30m\", from seconds, or from parts by name."),
    DATE("timezone", "fn(time: Any, zone: String): Any", in_zone,
         "The same moment in another zone: \"Europe/Berlin\"."),
    DATE("sleep", "fn(duration: Any): Null", sleep_for,
         "Parks the fiber for a duration, \"500ms\", or seconds."),
    DATE("since", "fn(time: Any): Any", since, "The duration from the time until now."),
    DATE("until", "fn(time: Any): Any", until, "The duration from now until the time."),
    DATE("isLeapYear", "fn(year: Number): Boolean", is_leap_year, "Has the year 366 days?"),
    DATE("daysInMonth", "fn(year: Number, month: Number): Integer", days_in_month,
         "How many days the month has."),
    SPAN_ROWS("Day", day, "day"),
    SPAN_ROWS("Week", week, "week, which begins on Monday"),
    SPAN_ROWS("Month", month, "month"),
    SPAN_ROWS("Year", year, "year"),
};

LibModule lib_datetime_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
