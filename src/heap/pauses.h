// SPDX-License-Identifier: MIT
// pauses.h - how long the program stood still for the collector
//
// A histogram with eight steps to each power of two of nanoseconds, so that a percentile is known to
// an eighth; it has a fixed size and noting costs a few instructions.
#ifndef PAUSES_H
#define PAUSES_H

#include "base/common.h"
#include <stdint.h>

#define PAUSES_STEPS   8
#define PAUSES_BUCKETS (40 * PAUSES_STEPS) // to 2^40 ns, 18 minutes

typedef struct Pauses {
  uint64_t counts[PAUSES_BUCKETS];
  uint64_t count;
  uint64_t total_ns;
  uint64_t max_ns;
} Pauses;

uint64_t pauses_now_ns(void);
void pauses_note(Pauses *pauses, uint64_t ns);
// The upper end of bucket `i`.
uint64_t pauses_bucket_end(uint32_t i);
// What `share` (0 to 1) of the pauses do not exceed; 0 when there was none.
uint64_t pauses_percentile(const Pauses *pauses, double share);

#endif
