// SPDX-License-Identifier: MIT
// policy.c - which of several equal choices is taken
#include "sched/policy.h"

#include "base/assertion.h"
#include "base/memory.h"
#include "base/rng.h"
#include "sched/wait.h"

#include <stdlib.h>

#define LANES 64 // as many as the bits of `filled`

struct Shuffle {
  Rng rng;
  Rng before; // the last was added
  uint64_t filled; // bit i: lane i is not empty
  uint32_t last;   // lane that was joined last
  WaitQueue lanes[LANES];
};

// The random numbers of the program come from the same seed but not from the same sequence, so that
// drawing one does not tell who runs next.
#define SEED_OF_ORDER 0x5749434b4f524452u

Shuffle *policy_new(const Policy *policy) {
  if (!policy->is_shuffled) return NULL;
  Shuffle *shuffle = memory_require(NULL, sizeof(Shuffle));
  *shuffle = (Shuffle){0};
  rng_init(&shuffle->rng, policy->seed ^ SEED_OF_ORDER);
  return shuffle;
}

void policy_free(Shuffle *shuffle) {
  free(shuffle);
}

uint32_t policy_choose(Shuffle *shuffle, uint32_t count) {
  return count > 1 ? (uint32_t)rng_below(&shuffle->rng, count) : 0;
}

void policy_add(Shuffle *shuffle, Waiter *waiter) {
  shuffle->before = shuffle->rng;
  uint32_t lane = policy_choose(shuffle, LANES);
  waiter->lane = (uint8_t)lane;
  wait_link(&shuffle->lanes[lane], waiter);
  shuffle->filled |= UINT64_C(1) << lane;
  shuffle->last = lane;
}

// The place of the `index`-th bit that is set.
static uint32_t find_bit(uint64_t bits, uint32_t index) {
  while (index-- > 0) bits &= bits - 1;
  return (uint32_t)__builtin_ctzll(bits);
}

static void note_empty(Shuffle *shuffle, uint32_t lane) {
  if (wait_is_empty(&shuffle->lanes[lane])) shuffle->filled &= ~(UINT64_C(1) << lane);
}

Waiter *policy_take(Shuffle *shuffle) {
  ASSERT(shuffle->filled != 0);
  uint32_t count = (uint32_t)__builtin_popcountll(shuffle->filled);
  uint32_t lane = find_bit(shuffle->filled, policy_choose(shuffle, count));
  Waiter *waiter = wait_take(&shuffle->lanes[lane]);
  note_empty(shuffle, lane);
  return waiter;
}

void policy_remove(Shuffle *shuffle, Waiter *waiter) {
  wait_unlink(&shuffle->lanes[waiter->lane], waiter);
  note_empty(shuffle, waiter->lane);
}

void policy_forget_last(Shuffle *shuffle) {
  shuffle->rng = shuffle->before;
}

Waiter *policy_last(Shuffle *shuffle) {
  return shuffle->lanes[shuffle->last].first->prev;
}

const WaitQueue *policy_lanes(const Shuffle *shuffle, uint32_t *count) {
  *count = LANES;
  return shuffle->lanes;
}
