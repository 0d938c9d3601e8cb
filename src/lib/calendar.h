// SPDX-License-Identifier: MIT
// calendar.h - moments as dates and clock times, and as text by Go's layouts
//
// A layout is the moment Mon Jan 2 15:04:05 MST 2006 written as the text is meant to look:
// "2006-01-02 15:04:05". Known pieces:
//
//   2006 06   01 1 January Jan   02 2 _2 002   Monday Mon   15 03 3   04 4   05 5   PM pm
//   .000 .999 (any number of digits)   MST   Z07:00 -07:00 -0700 -07
#ifndef CALENDAR_H
#define CALENDAR_H

#include "base/buffer.h"
#include "io/zone.h"

typedef struct CalendarDate {
  int64_t year;
  int month;  // 1–12
  int day;    // 1–31
  int hour, minute, second;
  int ns;
  int weekday;  // 0 Sunday
  int year_day; // 1–366
} CalendarDate;

#define CALENDAR_NS_PER_S INT64_C(1000000000)

extern const char *const calendar_months[12];
extern const char *const calendar_weekdays[7];

CalendarDate calendar_split(int64_t ns, const Zone *zone);
// The moment; fields that are out of bounds carry over (month 13 is January). False: outside 1677 to
// 2262.
bool calendar_join(const CalendarDate *date, const Zone *zone, int64_t *ns) MUST_USE;
bool calendar_is_leap(int64_t year);
int calendar_days_in_month(int64_t year, int month);
void calendar_iso_week(const CalendarDate *date, int64_t *year, int *week);

void calendar_format(Buffer *out, int64_t ns, const Zone *zone, const char *layout);
// False: the text does not have that layout; *at is where it differs.
bool calendar_parse(const char *text, const char *layout, const Zone *zone, int64_t *ns,
                    size_t *at) MUST_USE;

// "1h30m", "1.5s", "-500ms" (Go's durations). False: it is none, or too long.
bool calendar_parse_duration(const char *text, int64_t *ns) MUST_USE;
void calendar_print_duration(Buffer *out, int64_t ns); // "1h30m0s", "1.5ms"

#endif
