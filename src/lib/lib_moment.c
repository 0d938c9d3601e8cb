// SPDX-License-Identifier: MIT
// lib_moment.c - methods of times and durations (vint.md 11.9, 11.10)
//
// Zones are read once and kept with the library: a time points to its own.
#include "lib/lib_moment.h"

#include "base/memory.h"
#include "base/vec.h"
#include "lib/answer.h"
#include "lib/calendar.h"
#include "vm/format.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_HOUR   3.6e12
#define NS_PER_MINUTE 6e10
#define NS_PER_S      1e9

// --- Zones ---------------------------------------------------------------------------------------

typedef struct Zones {
  VEC(Zone *) known;
  Zone *local;
  bool has_local;
} Zones;

static Zones *zones_of(VM *vm) {
  Lib *lib = lib_of(vm);
  if (!lib->zones) {
    lib->zones = memory_require(NULL, sizeof(Zones));
    *(Zones *)lib->zones = (Zones){0};
  }
  return lib->zones;
}

void lib_moment_free(Lib *lib) {
  Zones *zones = lib->zones;
  if (!zones) return;
  for (uint32_t i = 0; i < zones->known.count; i++) zone_free(zones->known.items[i]);
  vec_free(&zones->known);
  zone_free(zones->local);
  free(zones);
  lib->zones = NULL;
}

const Zone *lib_moment_local(VM *vm) {
  Zones *zones = zones_of(vm);
  if (!zones->has_local) zones->local = zone_load_local();
  zones->has_local = true;
  return zones->local;
}

static const Zone *find_zone(VM *vm, const char *name) {
  Zones *zones = zones_of(vm);
  for (uint32_t i = 0; i < zones->known.count; i++) {
    if (strcmp(zone_name(zones->known.items[i]), name) == 0) return zones->known.items[i];
  }
  Zone *zone = zone_load(name);
  if (zone) vec_push(&zones->known, zone);
  return zone;
}

bool lib_moment_take_zone(NativeCall *call, uint32_t index, const Zone **zone) {
  Str *name;
  *zone = NULL;
  if (!args_str(call, index, &name)) return false;
  if (strcmp(name->bytes, "UTC") == 0) return true;
  bool is_local = strcmp(name->bytes, "Local") == 0;
  *zone = is_local ? lib_moment_local(call->vm) : find_zone(call->vm, name->bytes);
  if (*zone || is_local) return true;
  answer_fail(call, "ValueError",
              "there is no time zone \"%.60s\"; names are \"UTC\", \"Local\", \"Europe/Berlin\" …",
              name->bytes);
  return false;
}

// --- Arguments and answers -----------------------------------------------------------------------

Moment lib_moment_now(VM *vm) {
  return (Moment){clock_wall_ns(sched_clock(sched_of(vm))), lib_moment_local(vm)};
}

NativeStatus lib_moment_out_of_range(NativeCall *call) {
  return answer_fail(call, "OverflowError", "times reach from the year 1677 to 2262");
}

bool lib_moment_take(NativeCall *call, uint32_t index, Moment *moment) {
  Value value = native_arg(call, index);
  if (value_is_time(value)) {
    *moment = (Moment){value_as_time(value)->ns, value_as_time(value)->zone};
    return true;
  }
  if (!value_is_str(value)) return args_wrong(call, index, "time or its text");
  size_t at;
  *moment = (Moment){0, lib_moment_local(call->vm)};
  const char *text = value_as_str(value)->bytes;
  if (calendar_parse(text, LIB_MOMENT_LAYOUT, moment->zone, &moment->ns, &at)) return true;
  answer_fail(call, "ValueError", "\"%.60s\" is no time; it should look like \"21:05:59 31-12-2024\"",
              text);
  return false;
}

bool lib_moment_take_length(NativeCall *call, uint32_t index, double unit_ns, int64_t *ns) {
  Value value = native_arg(call, index);
  if (value_is_duration(value)) {
    *ns = value_as_duration(value)->ns;
    return true;
  }
  if (value_is_number(value)) {
    double length = value_to_double(value) * unit_ns;
    if (fabs(length) < 9.2e18) {
      *ns = (int64_t)length;
      return true;
    }
    answer_fail(call, "OverflowError", "a duration reaches to 292 years");
    return false;
  }
  if (!value_is_str(value)) return args_wrong(call, index, "duration, number or text");
  if (calendar_parse_duration(value_as_str(value)->bytes, ns)) return true;
  answer_fail(call, "ValueError", "\"%.60s\" is no duration; it should look like \"1h30m\" or \"250ms\"",
              value_as_str(value)->bytes);
  return false;
}

NativeStatus lib_moment_answer(NativeCall *call, int64_t ns, const Zone *zone) {
  Time *time = moment_time(vm_heap(call->vm), ns, zone);
  return time ? native_return(call, value_object(time)) : answer_out_of_memory(call);
}

NativeStatus lib_moment_answer_duration(NativeCall *call, int64_t ns) {
  Duration *duration = moment_duration(vm_heap(call->vm), ns);
  return duration ? native_return(call, value_object(duration)) : answer_out_of_memory(call);
}

NativeStatus lib_moment_answer_text(NativeCall *call, Moment moment, const char *layout) {
  Buffer out = {0};
  calendar_format(&out, moment.ns, moment.zone, layout);
  return answer_buffer(call, &out);
}

static bool get_moment(NativeCall *call, Moment *moment) {
  return lib_moment_take(call, 0, moment);
}

static CalendarDate split(Moment moment) {
  return calendar_split(moment.ns, moment.zone);
}

// --- Shifting ------------------------------------------------------------------------------------

// Days, months and years are the calendar's: a day may have 23 hours.
static bool shift_date(Moment *moment, int64_t days, int64_t months, int64_t years) {
  CalendarDate date = split(*moment);
  bool is_far = llabs(days) > 200000 || llabs(months) > 10000 || llabs(years) > 1000;
  if (is_far) return false;
  int64_t month = date.year * 12 + date.month - 1 + years * 12 + months;
  date.year = month / 12;
  date.month = (int)(month % 12) + 1;
  int last = calendar_days_in_month(date.year, date.month);
  if ((months || years) && date.day > last) date.day = last; // a month after 31 January is 28 February
  date.day += (int)days;
  return calendar_join(&date, moment->zone, &moment->ns);
}

#define PART_COUNT 6
static const char *const part_names[PART_COUNT] = {"days",    "hours",  "minutes",
                                                   "seconds", "months", "years"};

// Days, months and years are whole; the others are nanoseconds together.
static bool take_part(NativeCall *call, size_t part, Value value, int64_t whole[PART_COUNT], double *ns) {
  static const double ns_per[PART_COUNT] = {0, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_S, 0, 0};
  const char *name = part_names[part];
  if (value_is_absent(value)) return true;
  if (ns_per[part] == 0)
    return args_field_integer(call, name, value, -1000000, 1000000, &whole[part]);
  if (!value_is_number(value)) return args_field_wrong(call, name, value, "number");
  *ns += value_to_double(value) * ns_per[part];
  return true;
}

// The parts are the fields of a dict or, if `parts` is NULL, the arguments behind `index`.
static NativeStatus shift_by_parts(NativeCall *call, Moment moment, const Table *parts,
                                   uint32_t index, int sign) {
  int64_t whole[PART_COUNT] = {0};
  double ns = 0;
  if (!args_check_fields(call, parts, part_names, PART_COUNT)) return NATIVE_FAILED;
  for (size_t i = 0; i < PART_COUNT; i++) {
    Value value = parts ? args_table_field(call, parts, part_names[i])
                        : native_arg(call, index + 1 + (uint32_t)i);
    if (!take_part(call, i, value, whole, &ns)) return NATIVE_FAILED;
  }
  if (!shift_date(&moment, sign * whole[0], sign * whole[4], sign * whole[5]) ||
      !(fabs(ns) < 9.2e18) || __builtin_add_overflow(moment.ns, sign * (int64_t)ns, &moment.ns)) {
    return lib_moment_out_of_range(call);
  }
  return lib_moment_answer(call, moment.ns, moment.zone);
}

NativeStatus lib_moment_shift(NativeCall *call, Moment moment, uint32_t index, int sign) {
  int64_t ns;
  Value by = native_arg(call, index);
  bool has_parts = call->arg_count > index + 1;
  if (has_parts && !value_is_absent(by))
    return answer_fail(call, "TypeError", "give a duration or parts by name, not both");
  if (has_parts) return shift_by_parts(call, moment, NULL, index, sign);
  if (value_is_table(by)) return shift_by_parts(call, moment, value_as_table(by), index, sign);
  if (!lib_moment_take_length(call, index, NS_PER_HOUR, &ns)) return NATIVE_FAILED;
  if (__builtin_mul_overflow(ns, (int64_t)sign, &ns) ||
      __builtin_add_overflow(moment.ns, ns, &moment.ns)) {
    return lib_moment_out_of_range(call);
  }
  return lib_moment_answer(call, moment.ns, moment.zone);
}

static NativeStatus time_add(NativeCall *call) {
  Moment moment;
  return get_moment(call, &moment) ? lib_moment_shift(call, moment, 1, 1) : NATIVE_FAILED;
}

static NativeStatus time_subtract(NativeCall *call) {
  Moment moment;
  if (!get_moment(call, &moment)) return NATIVE_FAILED;
  Value other = native_arg(call, 1);
  if (!value_is_time(other)) return lib_moment_shift(call, moment, 1, -1);
  int64_t ns;
  if (__builtin_sub_overflow(moment.ns, value_as_time(other)->ns, &ns)) {
    return lib_moment_out_of_range(call);
  }
  return lib_moment_answer_duration(call, ns);
}

// --- Questions to a time -------------------------------------------------------------------------

static NativeStatus time_since(NativeCall *call) {
  Moment moment;
  Moment other;
  if (!get_moment(call, &moment) || !lib_moment_take(call, 1, &other)) return NATIVE_FAILED;
  return answer_integer(call, (moment.ns / 1000 - other.ns / 1000) / 1000000);
}

static NativeStatus time_until(NativeCall *call) {
  Moment moment;
  if (!get_moment(call, &moment)) return NATIVE_FAILED;
  return answer_integer(call, (moment.ns / 1000 - lib_moment_now(call->vm).ns / 1000) / 1000000);
}

static NativeStatus time_format(NativeCall *call) {
  Moment moment;
  Str *layout;
  if (!get_moment(call, &moment) || !args_str(call, 1, &layout)) return NATIVE_FAILED;
  return lib_moment_answer_text(call, moment, layout->bytes);
}

#define PART(name, expression)                                                                     \
  static NativeStatus time_##name(NativeCall *call) {                                              \
    Moment moment;                                                                                 \
    if (!get_moment(call, &moment)) return NATIVE_FAILED;                                          \
    CalendarDate date = split(moment);                                                             \
    return answer_integer(call, expression);                                                       \
  }

PART(year, date.year)
PART(month, date.month)
PART(day, date.day)
PART(hour, date.hour)
PART(minute, date.minute)
PART(second, date.second)
PART(nanosecond, date.ns)
PART(year_day, date.year_day)

static int64_t floor_div(int64_t a, int64_t b) {
  return a / b - (a % b < 0);
}

static NativeStatus time_timestamp(NativeCall *call) {
  Moment moment;
  if (!get_moment(call, &moment)) return NATIVE_FAILED;
  return answer_integer(call, floor_div(moment.ns, CALENDAR_NS_PER_S));
}

static NativeStatus time_millis(NativeCall *call) {
  Moment moment;
  if (!get_moment(call, &moment)) return NATIVE_FAILED;
  return answer_integer(call, floor_div(moment.ns, 1000000));
}

static NativeStatus time_weekday(NativeCall *call) {
  Moment moment;
  if (!get_moment(call, &moment)) return NATIVE_FAILED;
  return answer_text(call, calendar_weekdays[split(moment).weekday]);
}

static NativeStatus time_timezone(NativeCall *call) {
  Moment moment;
  if (!get_moment(call, &moment)) return NATIVE_FAILED;
  return answer_text(call, zone_name(moment.zone));
}

static NativeStatus time_iso_week(NativeCall *call) {
  Moment moment;
  if (!get_moment(call, &moment)) return NATIVE_FAILED;
  CalendarDate date = split(moment);
  int64_t year;
  int week;
  calendar_iso_week(&date, &year, &week);
  Table *table = vm_table(call->vm);
  if (!table) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(table));
  bool ok = answer_set_integer(call->vm, table, "year", year) &&
            answer_set_integer(call->vm, table, "week", week);
  vm_pop_roots(call->vm, 1);
  return ok ? native_return(call, value_object(table)) : NATIVE_FAILED;
}

static NativeStatus time_utc(NativeCall *call) {
  Moment moment;
  return get_moment(call, &moment) ? lib_moment_answer(call, moment.ns, NULL) : NATIVE_FAILED;
}

static NativeStatus time_local(NativeCall *call) {
  Moment moment;
  if (!get_moment(call, &moment)) return NATIVE_FAILED;
  return lib_moment_answer(call, moment.ns, lib_moment_local(call->vm));
}

#define COMPARE(name, answer, expression)                                                          \
  static NativeStatus time_##name(NativeCall *call) {                                              \
    Moment a;                                                                                      \
    Moment b;                                                                                      \
    if (!get_moment(call, &a) || !lib_moment_take(call, 1, &b)) return NATIVE_FAILED;              \
    return answer(call, expression);                                                               \
  }

COMPARE(compare, answer_integer, (a.ns > b.ns) - (a.ns < b.ns))
COMPARE(before, answer_bool, a.ns < b.ns)
COMPARE(after, answer_bool, a.ns > b.ns)
COMPARE(equal, answer_bool, a.ns == b.ns)

// To a multiple of the duration since 1970: down, or to the nearer one.
static NativeStatus to_multiple(NativeCall *call, bool is_round) {
  Moment moment;
  int64_t step;
  if (!get_moment(call, &moment) || !lib_moment_take_length(call, 1, NS_PER_S, &step)) {
    return NATIVE_FAILED;
  }
  if (step <= 0) return native_return(call, call->args[0]);
  int64_t start = floor_div(moment.ns, step) * step;
  if (is_round && moment.ns - start >= step - (moment.ns - start)) start += step;
  return lib_moment_answer(call, start, moment.zone);
}

static NativeStatus time_truncate(NativeCall *call) {
  return to_multiple(call, false);
}
static NativeStatus time_round(NativeCall *call) {
  return to_multiple(call, true);
}

// --- Durations -----------------------------------------------------------------------------------

static bool get_duration(NativeCall *call, uint32_t index, int64_t *ns) {
  Value value = native_arg(call, index);
  if (!value_is_duration(value)) return args_wrong(call, index, "duration");
  *ns = value_as_duration(value)->ns;
  return true;
}

#define LENGTH(name, answer, expression)                                                           \
  static NativeStatus duration_##name(NativeCall *call) {                                          \
    int64_t ns;                                                                                    \
    return get_duration(call, 0, &ns) ? answer(call, expression) : NATIVE_FAILED;                  \
  }

LENGTH(hours, answer_double, (double)ns / NS_PER_HOUR)
LENGTH(minutes, answer_double, (double)ns / NS_PER_MINUTE)
LENGTH(seconds, answer_double, (double)ns / NS_PER_S)
LENGTH(milliseconds, answer_integer, ns / 1000000)
LENGTH(nanoseconds, answer_integer, ns)

static NativeStatus duration_string(NativeCall *call) {
  return answer_str(call, format_to_str(call->vm, call->args[0], FORMAT_VINT));
}

static NativeStatus too_long(NativeCall *call) {
  return answer_fail(call, "OverflowError", "a duration reaches to 292 years");
}

static NativeStatus duration_add(NativeCall *call) {
  int64_t a;
  int64_t b;
  if (!get_duration(call, 0, &a) || !lib_moment_take_length(call, 1, NS_PER_S, &b)) {
    return NATIVE_FAILED;
  }
  if (__builtin_add_overflow(a, b, &a)) return too_long(call);
  return lib_moment_answer_duration(call, a);
}

static NativeStatus duration_subtract(NativeCall *call) {
  int64_t a;
  int64_t b;
  if (!get_duration(call, 0, &a) || !lib_moment_take_length(call, 1, NS_PER_S, &b)) {
    return NATIVE_FAILED;
  }
  if (__builtin_sub_overflow(a, b, &a)) return too_long(call);
  return lib_moment_answer_duration(call, a);
}

static NativeStatus answer_length(NativeCall *call, double ns) {
  return fabs(ns) < 9.2e18 ? lib_moment_answer_duration(call, (int64_t)ns) : too_long(call);
}

static NativeStatus duration_multiply(NativeCall *call) {
  int64_t ns;
  double by;
  if (!get_duration(call, 0, &ns) || !args_number(call, 1, &by)) return NATIVE_FAILED;
  return answer_length(call, (double)ns * by);
}

// By a number a duration, by a duration a number.
static NativeStatus duration_divide(NativeCall *call) {
  int64_t ns;
  double by;
  if (!get_duration(call, 0, &ns)) return NATIVE_FAILED;
  Value other = native_arg(call, 1);
  bool is_length = value_is_duration(other);
  if (is_length)
    by = (double)value_as_duration(other)->ns;
  else if (!args_number(call, 1, &by))
    return NATIVE_FAILED;
  if (by == 0) return answer_fail(call, "ValueError", "division by zero");
  return is_length ? answer_double(call, (double)ns / by) : answer_length(call, (double)ns / by);
}

// --- Printing ------------------------------------------------------------------------------------

static Value print_time(VM *vm, Buffer *out, Value value, FormatStyle style) {
  (void)vm;
  (void)style;
  Time *time = value_as_time(value);
  calendar_format(out, time->ns, time->zone, LIB_MOMENT_LAYOUT);
  return VALUE_ABSENT;
}

static Value print_duration(VM *vm, Buffer *out, Value value, FormatStyle style) {
  (void)vm;
  (void)style;
  calendar_print_duration(out, value_as_duration(value)->ns);
  return VALUE_ABSENT;
}

void lib_moment_install(VM *vm) {
  format_set_hook(vm, KIND_TIME, print_time);
  format_set_hook(vm, KIND_DURATION, print_duration);
}

#define TIME(name, signature, function, doc)                                                       \
  { "Time", name, signature, function, doc, NULL, 0, NATIVE_VINT }
#define DURATION(name, signature, function, doc)                                                   \
  { "Duration", name, signature, function, doc, NULL, 0, NATIVE_VINT }

static const NativeRow rows[] = {
    TIME("add", "fn(by?: Any, " LIB_MOMENT_PARTS "): Any", time_add,
         "Later by a duration, a text (\"1h30m\"), a number of hours, or by parts: t.add(days = 1, hours = 2), "
         "also as a dict of them."),
    TIME("subtract", "fn(by?: Any, " LIB_MOMENT_PARTS "): Any", time_subtract,
         "Earlier by what add takes; of another time the duration between the two."),
    TIME("since", "fn(other: Any): Integer", time_since, "Whole seconds from the other time to this."),
    TIME("until", "fn(): Integer", time_until, "Whole seconds from now until this time."),
    TIME("format", "fn(layout: String): String", time_format,
         "As text by a layout of Go: \"2006-01-02 15:04:05\"."),
    TIME("year", "fn(): Integer", time_year, "The year."),
    TIME("month", "fn(): Integer", time_month, "1 to 12."),
    TIME("day", "fn(): Integer", time_day, "The day of the month."),
    TIME("hour", "fn(): Integer", time_hour, "0 to 23."),
    TIME("minute", "fn(): Integer", time_minute, "0 to 59."),
    TIME("second", "fn(): Integer", time_second, "0 to 59."),
    TIME("nanosecond", "fn(): Integer", time_nanosecond, "Nanoseconds within the second."),
    TIME("yearDay", "fn(): Integer", time_year_day, "The day of the year, 1 to 366."),
    TIME("weekday", "fn(): String", time_weekday, "\"Monday\" …"),
    TIME("isoWeek", "fn(): Any", time_iso_week, "{year, week} by ISO 8601."),
    TIME("timestamp", "fn(): Integer", time_timestamp, "Seconds since 1970 (UTC)."),
    TIME("millis", "fn(): Integer", time_millis, "Milliseconds since 1970 (UTC)."),
    TIME("timezone", "fn(): String", time_timezone, "The zone's name."),
    TIME("utc", "fn(): Any", time_utc, "The same moment in UTC."),
    TIME("local", "fn(): Any", time_local, "The same moment in the local zone."),
    TIME("compare", "fn(other: Any): Integer", time_compare, "-1, 0 or 1."),
    TIME("before", "fn(other: Any): Boolean", time_before, "Is it earlier?"),
    TIME("after", "fn(other: Any): Boolean", time_after, "Is it later?"),
    TIME("equal", "fn(other: Any): Boolean", time_equal, "Is it the same moment?"),
    TIME("truncate", "fn(step: Any): Any", time_truncate,
         "Down to a multiple of the duration (a number: seconds)."),
    TIME("round", "fn(step: Any): Any", time_round,
         "To the nearest multiple of the duration (a number: seconds)."),
    DURATION("hours", "fn(): Float", duration_hours, "In hours."),
    DURATION("minutes", "fn(): Float", duration_minutes, "In minutes."),
    DURATION("seconds", "fn(): Float", duration_seconds, "In seconds."),
    DURATION("milliseconds", "fn(): Integer", duration_milliseconds, "In whole milliseconds."),
    DURATION("nanoseconds", "fn(): Integer", duration_nanoseconds, "In nanoseconds."),
    DURATION("string", "fn(): String", duration_string, "As text: \"1h30m0s\"."),
    DURATION("add", "fn(other: Any): Any", duration_add, "The sum (a number: seconds)."),
    DURATION("subtract", "fn(other: Any): Any", duration_subtract,
             "The difference (a number: seconds)."),
    DURATION("multiply", "fn(by: Number): Any", duration_multiply, "So many times as long."),
    DURATION("divide", "fn(by: Any): Any", duration_divide,
             "By a number: that part of it. By a duration: how many times that fits in."),
};

LibModule lib_moment_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
