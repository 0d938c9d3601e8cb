// SPDX-License-Identifier: MIT
// rng.h - a seeded generator, one per VM
//
// xoshiro256** 1.0 (Blackman and Vigna 2018), seeded through splitmix64. The same seed gives the same
// sequence on every machine.
#ifndef RNG_H
#define RNG_H

#include "base/common.h"

typedef struct Rng {
  uint64_t state[4];
} Rng;

void rng_init(Rng *rng, uint64_t seed);
uint64_t rng_next(Rng *rng);
double rng_double(Rng *rng);                  // [0, 1), 53 bits
uint64_t rng_below(Rng *rng, uint64_t bound); // [0, bound), unbiased; bound ≥ 1

#endif
