// SPDX-License-Identifier: MIT
// cron.h - when something that repeats comes next
//
//   "30 9 * * 1-5"       minute, hour, day, month, weekday (0 or 7 is Sunday): at 9:30 from Monday to Friday
//   "*/10 * * * * *"     with seconds in front: every ten seconds
//   "@every 90s"         a duration
//   "@hourly", "@daily", "@weekly", "@monthly", "@yearly"
//
// A field is "*", or numbers and ranges (1-5) separated by commas, each with a step (*/10) if wanted.
// If both day and weekday are given, either will do, as ever.
#ifndef CRON_H
#define CRON_H

#include "io/zone.h"

typedef struct Cron {
  int64_t every_ns; // 0: by the fields
  uint64_t seconds, minutes;
  uint32_t hours, days, months, weekdays;
  bool any_day, any_weekday;
} Cron;

// False: `*problem` says what is wrong.
bool cron_parse(const char *text, Cron *out, const char **problem) MUST_USE;
// The first moment behind `now_ns` (since 1970). False: there is none within eight years.
bool cron_next(const Cron *cron, int64_t now_ns, const Zone *zone, int64_t *next_ns) MUST_USE;

#endif
