// SPDX-License-Identifier: MIT
// sched_fuzz.c - bytes choose what random fibers do; the scheduler and its model must agree
//
// For libFuzzer (`make fuzz`), and with a main of its own (tests/unit/fuzz_smoke_test.c) for bytes
// that a generator makes. The first byte says how large the game is; the others are the dice of
// tests/unit/sched_driver.c.
#include "sched_driver.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2) return 0;
  uint32_t scale = data[0] % 4 + 1;
  DriverPlan plan = {.bytes = data + 1,
                     .byte_count = size - 1,
                     .operations = 100000,
                     .fibers = 4 * scale,
                     .channels = 2 * scale,
                     .promises = 4 * scale,
                     .groups = scale,
                     .stress = data[0] >= 240};
  uint64_t operations;
  if (!driver_play(&plan, &operations)) abort();
  return 0;
}
