// SPDX-License-Identifier: MIT
// clock.h - time, real or virtual
//
// Nanoseconds since some start; never goes back. Virtual time stands still while fibers run and
// jumps to the next timer when none is ready, so a program of sleeps runs in no time and the same
// every time.
#ifndef CLOCK_H
#define CLOCK_H

#include "base/common.h"

typedef struct Clock {
  bool is_virtual;
  int64_t virtual_ns;
} Clock;

int64_t clock_now_ns(const Clock *clock); // monotonic
// Wall time, nanoseconds since 1970 UTC; virtual clocks start at a fixed date.
int64_t clock_wall_ns(const Clock *clock);

#endif
