// SPDX-License-Identifier: MIT
// cron.c - when something that repeats comes next
#include "lib/cron.h"

#include "lib/calendar.h"

#include <ctype.h>
#include <string.h>

typedef struct Field {
  int low, high;
} Field;

static bool read_number(const char **at, const Field *field, int *out) {
  int value = 0;
  const char *start = *at;
  while (isdigit((unsigned char)**at) && value < 1000) value = value * 10 + *(*at)++ - '0';
  *out = value;
  return *at > start && value >= field->low && value <= field->high;
}

// "*", "5", "1-5", with "/step" behind.
static bool read_item(const char **at, const Field *field, uint64_t *mask, bool *is_any) {
  int from = field->low;
  int to = field->high;
  int step = 1;
  bool is_star = **at == '*';
  if (is_star) {
    ++*at;
  } else {
    if (!read_number(at, field, &from)) return false;
    to = from;
    if (**at == '-') {
      ++*at;
      if (!read_number(at, field, &to) || to < from) return false;
    } else if (**at == '/') {
      to = field->high;
    }
  }
  if (**at == '/') {
    static const Field steps = {1, 999};
    ++*at;
    if (!read_number(at, &steps, &step)) return false;
  }
  *is_any = *is_any || (is_star && step == 1);
  for (int i = from; i <= to; i += step) *mask |= UINT64_C(1) << i;
  return true;
}

static bool read_field(const char **at, const Field *field, uint64_t *mask, bool *is_any) {
  *mask = 0;
  *is_any = false;
  for (;;) {
    if (!read_item(at, field, mask, is_any)) return false;
    if (**at != ',') break;
    ++*at;
  }
  return **at == ' ' || **at == '\0';
}

static uint32_t count_fields(const char *text) {
  uint32_t count = 0;
  while (*text) {
    text += strspn(text, " ");
    if (*text) count++;
    text += strcspn(text, " ");
  }
  return count;
}

static bool parse_fields(const char *text, Cron *out, const char **problem) {
  static const Field fields[6] = {{0, 59}, {0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 7}};
  static const char *const problems[6] = {
      "the seconds are no numbers from 0 to 59", "the minutes are no numbers from 0 to 59",
      "the hours are no numbers from 0 to 23",   "the days are no numbers from 1 to 31",
      "the months are no numbers from 1 to 12",  "the weekdays are no numbers from 0 to 7"};
  uint32_t count = count_fields(text);
  uint64_t masks[6] = {1};
  bool is_any[6] = {false};
  *problem = "it should have five fields, or six with seconds in front";
  if (count != 5 && count != 6) return false;
  for (uint32_t i = 6 - count; i < 6; i++) {
    text += strspn(text, " ");
    *problem = problems[i];
    if (!read_field(&text, &fields[i], &masks[i], &is_any[i])) return false;
  }
  if (masks[5] & (1 << 7)) masks[5] |= 1;
  *out = (Cron){.seconds = masks[0],
                .minutes = masks[1],
                .hours = (uint32_t)masks[2],
                .days = (uint32_t)masks[3],
                .months = (uint32_t)masks[4],
                .weekdays = (uint32_t)masks[5],
                .any_day = is_any[3],
                .any_weekday = is_any[5]};
  return true;
}

bool cron_parse(const char *text, Cron *out, const char **problem) {
  static const char *const names[][2] = {
      {"@hourly", "0 * * * *"},  {"@daily", "0 0 * * *"},   {"@midnight", "0 0 * * *"},
      {"@weekly", "0 0 * * 0"},  {"@monthly", "0 0 1 * *"}, {"@yearly", "0 0 1 1 *"},
      {"@annually", "0 0 1 1 *"}};
  if (strncmp(text, "@every ", 7) == 0) {
    *out = (Cron){0};
    *problem = "behind @every there should be a duration such as 90s";
    return calendar_parse_duration(text + 7, &out->every_ns) && out->every_ns >= 1000000;
  }
  for (size_t i = 0; i < ARRAY_LEN(names); i++) {
    if (strcmp(text, names[i][0]) == 0) return parse_fields(names[i][1], out, problem);
  }
  return parse_fields(text, out, problem);
}

// --- The next moment -----------------------------------------------------------------------------

static bool is_day(const Cron *cron, const CalendarDate *date) {
  bool day = cron->days >> date->day & 1;
  bool weekday = cron->weekdays >> date->weekday & 1;
  if (cron->any_day) return weekday;
  if (cron->any_weekday) return day;
  return day || weekday;
}

// Goes to the start of the next month, day, hour, minute or second at which the first field that
// does not fit could.
static bool fits(const Cron *cron, CalendarDate *date) {
  if (!(cron->months >> date->month & 1)) {
    date->month++;
    date->day = 1;
    date->hour = date->minute = date->second = 0;
    return false;
  }
  if (!is_day(cron, date)) {
    date->day++;
    date->hour = date->minute = date->second = 0;
    return false;
  }
  if (!(cron->hours >> date->hour & 1)) {
    date->hour++;
    date->minute = date->second = 0;
    return false;
  }
  if (!(cron->minutes >> date->minute & 1)) {
    date->minute++;
    date->second = 0;
    return false;
  }
  if (cron->seconds >> date->second & 1) return true;
  date->second++;
  return false;
}

bool cron_next(const Cron *cron, int64_t now_ns, const Zone *zone, int64_t *next_ns) {
  if (cron->every_ns > 0) return !__builtin_add_overflow(now_ns, cron->every_ns, next_ns);
  CalendarDate date = calendar_split(now_ns, zone);
  int64_t last_year = date.year + 8;
  date.ns = 0;
  date.second++;
  for (;;) {
    if (!calendar_join(&date, zone, next_ns)) return false;
    CalendarDate settled = calendar_split(*next_ns, zone); // carried over, its weekday known
    if (settled.year > last_year) return false;
    date = settled;
    // Where clocks are put back a time comes twice; the second one is not behind now.
    if (fits(cron, &date)) return *next_ns > now_ns;
  }
}
