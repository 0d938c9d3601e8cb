// SPDX-License-Identifier: MIT
// clock.c - time, real or virtual
#include "sched/clock.h"

#include <time.h>

// Virtual clocks start here: 2020-01-01 00:00:00 UTC.
#define CLOCK_VIRTUAL_EPOCH INT64_C(1577836800000000000)

static int64_t read_clock(clockid_t id) {
  struct timespec now;
  clock_gettime(id, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clock_now_ns(const Clock *clock) {
  return clock->is_virtual ? clock->virtual_ns : read_clock(CLOCK_MONOTONIC);
}

int64_t clock_wall_ns(const Clock *clock) {
  return clock->is_virtual ? CLOCK_VIRTUAL_EPOCH + clock->virtual_ns : read_clock(CLOCK_REALTIME);
}
