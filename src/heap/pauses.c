// SPDX-License-Identifier: MIT
// pauses.c - how long the program stood still for the collector
#include "heap/pauses.h"
#include <time.h>

#define STEP_BITS 3 // PAUSES_STEPS is 1 << STEP_BITS

_Static_assert(PAUSES_STEPS == 1 << STEP_BITS, "steps to a power of two");

uint64_t pauses_now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

// Below PAUSES_STEPS each number has its own bucket; from there the highest bits choose one.
static uint32_t bucket_of(uint64_t ns) {
  if (ns < PAUSES_STEPS) return (uint32_t)ns;
  uint32_t top = 63u - (uint32_t)__builtin_clzll(ns);
  uint32_t step = (uint32_t)(ns >> (top - STEP_BITS)) & (PAUSES_STEPS - 1);
  uint32_t bucket = (top - STEP_BITS + 1) * PAUSES_STEPS + step;
  return bucket < PAUSES_BUCKETS ? bucket : PAUSES_BUCKETS - 1;
}

uint64_t pauses_bucket_end(uint32_t i) {
  if (i < PAUSES_STEPS) return i + 1;
  uint32_t shift = i / PAUSES_STEPS - 1;
  return ((uint64_t)PAUSES_STEPS + i % PAUSES_STEPS + 1) << shift;
}

void pauses_note(Pauses *pauses, uint64_t ns) {
  pauses->counts[bucket_of(ns)]++;
  pauses->count++;
  pauses->total_ns += ns;
  if (ns > pauses->max_ns) pauses->max_ns = ns;
}

uint64_t pauses_percentile(const Pauses *pauses, double share) {
  uint64_t wanted = (uint64_t)(share * (double)pauses->count + 0.999999);
  uint64_t seen = 0;
  for (uint32_t i = 0; i < PAUSES_BUCKETS; i++) {
    seen += pauses->counts[i];
    if (seen < wanted || seen == 0) continue;
    uint64_t end = pauses_bucket_end(i);
    return end < pauses->max_ns ? end : pauses->max_ns;
  }
  return pauses->max_ns;
}
