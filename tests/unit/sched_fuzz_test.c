// SPDX-License-Identifier: MIT
// sched_fuzz_test.c - the fuzzer's entry with bytes of a generator, so that it cannot rot
#include "check.h"

#include "base/rng.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define GAMES 300
#define BYTES 4096

int main(void) {
  static uint8_t bytes[BYTES];
  Rng rng;
  rng_init(&rng, 7);
  for (int game = 0; game < GAMES; game++) {
    size_t size = (size_t)rng_below(&rng, BYTES + 1);
    for (size_t i = 0; i < size; i++) bytes[i] = (uint8_t)rng_next(&rng);
    CHECK(LLVMFuzzerTestOneInput(bytes, size) == 0); // it aborts when something is wrong
  }
  return check_done("sched_fuzz");
}
