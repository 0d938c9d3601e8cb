// SPDX-License-Identifier: MIT
// clock.c - time, real or virtual
#include "sched/clock.h"

#include "sched/outside.h"

#include <time.h>

// Virtual clocks start here: 2020-01-01 00:00:00 UTC.
#define CLOCK_VIRTUAL_EPOCH INT64_C(1577836800000000000)

static int64_t read_clock(clockid_t id) {
  struct timespec now;
  clock_gettime(id, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clock_real_ns(void) {
  return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_real_wall_ns(void) {
  return read_clock(CLOCK_REALTIME);
}

int64_t clock_now_ns(const Clock *clock) {
  if (clock->is_virtual) return clock->virtual_ns;
  return UNLIKELY(clock->outside != NULL) ? outside_clock(clock->outside) : clock_real_ns();
}

// To read the clock takes a tenth of the time in which a fiber is made that sleeps, mostly because it waits for
// all instructions before it. The processor's counter is read without, and says whether the last reading is still good.
// How fast it counts need not be known, only that it is once in two nanoseconds at least.
#if defined(__x86_64__)
static inline bool is_recent(const Clock *clock) {
  return __builtin_ia32_rdtsc() - clock->read_at < CLOCK_SLACK_NS / 2;
}
static inline void note_reading(Clock *clock) { clock->read_at = __builtin_ia32_rdtsc(); }
#else
static inline bool is_recent(const Clock *clock) { return false; }
static inline void note_reading(Clock *clock) {}
#endif

int64_t clock_start_ns(Clock *clock) {
  if (clock->is_virtual || UNLIKELY(clock->outside != NULL)) return clock_now_ns(clock);
  if (!is_recent(clock)) {
    note_reading(clock); // first, so that the reading is not older
    clock->read_ns = clock_real_ns();
  }
  return clock->read_ns + CLOCK_SLACK_NS;
}

int64_t clock_peek_ns(const Clock *clock) {
  if (clock->is_virtual) return clock->virtual_ns;
  return outside_is_replaying(clock->outside) ? outside_last_clock(clock->outside)
                                              : clock_real_ns();
}

int64_t clock_wall_ns(const Clock *clock) {
  if (clock->is_virtual) return CLOCK_VIRTUAL_EPOCH + clock->virtual_ns;
  return UNLIKELY(clock->outside != NULL) ? outside_wall(clock->outside) : clock_real_wall_ns();
}
