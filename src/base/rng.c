// SPDX-License-Identifier: MIT
// rng.c - a seeded generator
//
// xoshiro256** wants a state that is not all zero and not nearly so; splitmix64 spreads any seed,
// zero included, over all four words.
#include "base/rng.h"

static uint64_t split_next(uint64_t *seed) {
  uint64_t x = *seed += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

void rng_init(Rng *rng, uint64_t seed) {
  for (int i = 0; i < 4; i++) rng->state[i] = split_next(&seed);
}

static inline uint64_t rotate_left(uint64_t x, int by) {
  return (x << by) | (x >> (64 - by));
}

uint64_t rng_next(Rng *rng) {
  uint64_t *s = rng->state;
  uint64_t result = rotate_left(s[1] * 5, 7) * 9;
  uint64_t shifted = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= shifted;
  s[3] = rotate_left(s[3], 45);
  return result;
}

double rng_double(Rng *rng) {
  return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

// The 2^64 possible draws do not divide evenly into `bound` classes; the first 2^64 mod bound of
// them are thrown away, so that each class is equally likely. At most half of all draws are
// refused.
uint64_t rng_below(Rng *rng, uint64_t bound) {
  uint64_t surplus = -bound % bound;
  for (;;) {
    uint64_t draw = rng_next(rng);
    if (draw >= surplus) return draw % bound;
  }
}
