// SPDX-License-Identifier: MIT
// sched_model_test.c - random fibers on the real scheduler, beside a model of what must come
//
// Fibers send, receive, select, try, close, sleep, await, combine, group, time out, cancel and
// clean up as the dice say. The model (sched_model.h) does the same, and the driver
// (sched_driver.h) compares at every step: who runs next, what a wait yields, what an operation
// answers, the time; and at the end how many failures were reported and how many fibers were left
// over. tests/fuzz/sched_fuzz.c plays the same game with bytes that a fuzzer chooses.
#include "sched_driver.h"

static const DriverPlan plans[] = {
    {.seed = 1, .operations = 300000, .fibers = 60, .channels = 8, .promises = 16, .groups = 2},
    {.seed = 2, .operations = 200000, .fibers = 12, .channels = 3, .promises = 6, .groups = 1},
    {.seed = 3, .operations = 300000, .fibers = 400, .channels = 24, .promises = 60, .groups = 6},
    {.seed = 4,
     .operations = 300000,
     .fibers = 4000,
     .channels = 200,
     .promises = 250,
     .groups = 40},
    {.seed = 5,
     .operations = 4000,
     .fibers = 20,
     .channels = 4,
     .promises = 8,
     .groups = 2,
     .stress = true},
    {.seed = 105, // a value was lost that had been taken from a full channel, while its sender was told
     .operations = 4000,
     .fibers = 20,
     .channels = 4,
     .promises = 8,
     .groups = 2,
     .stress = true},
};

int main(int argc, char **argv) {
  uint64_t operations = 0, total = 0;
  for (uint32_t i = 0; i < ARRAY_LEN(plans); i++) {
    DriverPlan plan = plans[i];
    if (argc > 1) plan.seed += strtoull(argv[1], NULL, 10) * 100;
    CHECK(driver_play(&plan, &operations));
    total += operations;
  }
  CHECK(total >= 1000000);
  printf("%llu operations, ", (unsigned long long)total);
  return check_done("sched_model");
}
