// SPDX-License-Identifier: MIT
// clock.h - time, real or virtual
//
// Nanoseconds since some start; never goes back. Virtual time stands still while fibers run and
// jumps to the next timer when none is ready, so a program of sleeps runs in no time and the same
// every time.
#ifndef CLOCK_H
#define CLOCK_H

#include "base/common.h"

// What a program reads is a step of a recorded run (outside.h); virtual time follows from the program
// and is none.
typedef struct Clock {
  bool is_virtual;
  int64_t virtual_ns;
  struct Outside *outside; // NULL: the run is not recorded
  int64_t read_ns;         // of clock_start_ns: the last reading
  uint64_t read_at;        // and the processor's counter then
} Clock;

int64_t clock_now_ns(const Clock *clock); // monotonic
// What a timer that is set now counts from: now, or up to CLOCK_SLACK_NS later. One that is set later
// never counts from earlier.
int64_t clock_start_ns(Clock *clock);
#define CLOCK_SLACK_NS 10000
// As clock_now_ns for reports, which are no part of the run: no step.
int64_t clock_peek_ns(const Clock *clock);
// Wall time, nanoseconds since 1970 UTC; virtual clocks start at a fixed date.
int64_t clock_wall_ns(const Clock *clock);

// The machine's own clocks, for who decides what a reading is.
int64_t clock_real_ns(void);
int64_t clock_real_wall_ns(void);

#endif
