// SPDX-License-Identifier: MIT
// epoch.h - since when a fiber waits, in one byte
//
// Time is cut into epochs, numbered from 0 to 255. A wait that begins is stamped with the number of
// the present epoch (Waiter.epoch), which costs a byte store and no look at the clock; a table here
// says when each epoch was. A new one begins with a slice of the scheduler, at most every
// EPOCH_LENGTH_NS, so while nothing runs no numbers are used.
//
// When the numbers are used up, those that no fiber bears any more are given back, and neighbours
// become one, old ones the sooner: their length then is a small part of their age. That takes two
// passes over the fibers, and sets at least EPOCH_SPARE numbers free: it happens twice a minute at most.
//
// Nothing that a program does depends on any of this.
#ifndef EPOCH_H
#define EPOCH_H

#include "heap/heap.h"
#include "sched/clock.h"

#define EPOCH_COUNT     256
#define EPOCH_SPARE     96
#define EPOCH_LENGTH_NS INT64_C(250000000)

// A wait that bears the epoch's number began in this time.
typedef struct Epoch {
  int64_t first_ns;
  int64_t last_ns;
} Epoch;

typedef struct Epochs {
  uint8_t now;  // those in use are 0 … now, in order of time
  bool is_open; // a slice is under way: the present one lasts until now
  Epoch table[EPOCH_COUNT];
} Epochs;

// Around each slice: nothing parks outside of one.
void epoch_open(Epochs *epochs, Heap *heap, const Clock *clock);
void epoch_close(Epochs *epochs, const Clock *clock);

// The ages, in ns, between which a wait of that epoch is.
typedef struct EpochAge {
  int64_t least;
  int64_t most;
} EpochAge;
EpochAge epoch_age(const Epochs *epochs, uint8_t epoch, int64_t now_ns);

// The new number of each epoch when some have become one: at most EPOCH_COUNT - EPOCH_SPARE. `is_used`
// says which have fibers; the last is always kept. Returns how many there are. For epoch_open and for tests.
uint32_t epoch_merge(Epoch *table, uint32_t count, const bool *is_used, uint8_t *renumbered);

#endif
