// SPDX-License-Identifier: MIT
// epoch_test.c - how long a wait has lasted is known well enough, whatever its age
//
// Beside the numbers stands when each wait really began.
#include "base/rng.h"
#include "check.h"
#include "sched/epoch.h"

#define WAITS 2000

typedef struct Wait {
  int64_t began_ns;
  uint8_t epoch;
} Wait;

static Wait waits[WAITS];
static Epoch table[EPOCH_COUNT];
static uint32_t count;

static void merge(void) {
  bool is_used[EPOCH_COUNT] = {false};
  uint8_t renumbered[EPOCH_COUNT];
  for (uint32_t i = 0; i < WAITS; i++) is_used[waits[i].epoch] = true;
  count = epoch_merge(table, count, is_used, renumbered);
  CHECK(count <= EPOCH_COUNT - EPOCH_SPARE);
  for (uint32_t i = 0; i < WAITS; i++) waits[i].epoch = renumbered[waits[i].epoch];
}

// The worst doubt about any wait, as a part of its age in thousandths; -1: something is wrong.
static int64_t worst_doubt(int64_t now_ns) {
  int64_t worst = 0;
  for (uint32_t i = 0; i < WAITS; i++) {
    const Epoch *epoch = &table[waits[i].epoch];
    int64_t age = now_ns - waits[i].began_ns, doubt = epoch->last_ns - epoch->first_ns;
    if (waits[i].epoch >= count) return -1;
    if (waits[i].began_ns < epoch->first_ns || waits[i].began_ns > epoch->last_ns) return -1;
    if (age >= 20 * EPOCH_LENGTH_NS && doubt * 1000 / age > worst) worst = doubt * 1000 / age;
  }
  return worst;
}

// Each epoch some waits end and others begin; `lasting` of a thousand keep theirs.
static int64_t live(uint64_t seed, uint32_t epochs, uint64_t lasting) {
  Rng rng;
  int64_t now_ns = 0, worst = 0;
  rng_init(&rng, seed);
  count = 1;
  table[0] = (Epoch){0, 0};
  for (uint32_t i = 0; i < WAITS; i++) waits[i] = (Wait){.began_ns = 0, .epoch = 0};
  for (uint32_t n = 0; n < epochs; n++) {
    if (count == EPOCH_COUNT) merge();
    now_ns += EPOCH_LENGTH_NS / 2;
    table[count++].first_ns = now_ns;
    for (uint32_t i = 0; i < 20; i++) {
      uint32_t who = (uint32_t)rng_below(&rng, WAITS);
      if (who < WAITS * lasting / 1000 && waits[who].epoch != 0) continue;
      waits[who] = (Wait){now_ns + (int64_t)rng_below(&rng, EPOCH_LENGTH_NS / 2), (uint8_t)(count - 1)};
    }
    now_ns += EPOCH_LENGTH_NS / 2;
    table[count - 1].last_ns = now_ns;
    if (n % 97 == 0) {
      int64_t doubt = worst_doubt(now_ns);
      if (doubt < 0) return -1;
      if (doubt > worst) worst = doubt;
    }
  }
  return worst;
}

static void check_live(uint64_t seed, uint32_t epochs, uint64_t lasting) {
  int64_t worst = live(seed, epochs, lasting);
  CHECK(worst >= 0);
  CHECK(worst <= 130); // a little more than an eighth: see print_since
}

int main(void) {
  check_live(1, 200, 0);
  check_live(2, 5000, 0);
  check_live(3, 20000, 0);
  check_live(4, 20000, 500);
  check_live(5, 20000, 999);
  return check_done("epoch");
}
