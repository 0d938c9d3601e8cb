// SPDX-License-Identifier: MIT
// clock_test.c - what timers count from
#include "sched/clock.h"
#include "check.h"

// Never earlier than now, or a sleep would end too early; and never going back, or who falls asleep later
// would wake first.
static void test_start(void) {
  Clock clock = {.is_virtual = false};
  int64_t last = 0;
  for (int i = 0; i < 200000; i++) {
    int64_t before = clock_now_ns(&clock), start = clock_start_ns(&clock), after = clock_now_ns(&clock);
    CHECK(start >= before && start >= last && start <= after + CLOCK_SLACK_NS);
    last = start;
  }
}

// Also where no other reading comes in between, and those of a timer are close together.
static void test_burst(void) {
  Clock clock = {.is_virtual = false};
  int64_t last = 0;
  for (int i = 0; i < 2000; i++) {
    for (int k = 0; k < 500; k++) {
      int64_t start = clock_start_ns(&clock);
      CHECK(start >= last);
      last = start;
    }
    int64_t now = clock_now_ns(&clock);
    CHECK(clock_start_ns(&clock) >= now);
  }
}

static void test_virtual(void) {
  Clock clock = {.is_virtual = true, .virtual_ns = 42};
  CHECK(clock_start_ns(&clock) == 42);
}

int main(void) {
  test_start();
  test_burst();
  test_virtual();
  return check_done("clock");
}
