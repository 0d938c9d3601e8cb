// SPDX-License-Identifier: MIT
// epoch.c - since when a fiber waits, in one byte
#include "sched/epoch.h"

#include "base/assertion.h"
#include "vm/fiber.h"

#include <string.h>

// The first try joins neighbours that together are no longer than this part of their age.
#define FINEST_PART 128

// --- Joining neighbours --------------------------------------------------------------------------

static bool may_join(const Epoch *epoch, const Epoch *next, int64_t now_ns, int64_t part) {
  return (next->last_ns - epoch->first_ns) <= (now_ns - next->last_ns) / part;
}

// From the oldest on, each takes in as many of those behind it as it may. Returns how many are left.
static uint32_t join(const Epoch *table, uint32_t count, const bool *is_used, int64_t part,
                     Epoch *joined, uint8_t *renumbered) {
  uint32_t kept = 0;
  int64_t now_ns = table[count - 1].last_ns;
  for (uint32_t i = 0; i < count; i++) {
    if (!is_used[i] && i + 1 < count) {
      renumbered[i] = 0; // nobody will ask
      continue;
    }
    if (kept > 0 && i + 1 < count && may_join(&joined[kept - 1], &table[i], now_ns, part))
      joined[kept - 1].last_ns = table[i].last_ns;
    else
      joined[kept++] = table[i];
    renumbered[i] = (uint8_t)(kept - 1);
  }
  return kept;
}

uint32_t epoch_merge(Epoch *table, uint32_t count, const bool *is_used, uint8_t *renumbered) {
  Epoch joined[EPOCH_COUNT];
  uint32_t kept = EPOCH_COUNT;
  for (int64_t part = FINEST_PART; kept > EPOCH_COUNT - EPOCH_SPARE && part > 0; part /= 2)
    kept = join(table, count, is_used, part, joined, renumbered);
  // With lengths up to the age itself two epochs are left for each doubling of the age: below a hundred.
  ASSERT(kept <= EPOCH_COUNT - EPOCH_SPARE);
  memcpy(table, joined, kept * sizeof(Epoch));
  return kept;
}

// --- Fibers --------------------------------------------------------------------------------------

// The byte of one that is ready means something else, as long as it is.
static bool bears_epoch(const Fiber *fiber) {
  return fiber_state(fiber) == FIBER_PARKED ? fiber->wait.kind != WAIT_READY
                                            : fiber->wait.kind == WAIT_TURN;
}

static void note_used(Obj *object, void *context) {
  bool *is_used = context;
  const Fiber *fiber = (const Fiber *)object;
  if (bears_epoch(fiber)) is_used[fiber->wait.epoch] = true;
}

static void renumber(Obj *object, void *context) {
  const uint8_t *renumbered = context;
  Fiber *fiber = (Fiber *)object;
  if (bears_epoch(fiber)) fiber->wait.epoch = renumbered[fiber->wait.epoch];
}

static NOINLINE void make_room(Epochs *epochs, Heap *heap) {
  bool is_used[EPOCH_COUNT] = {false};
  uint8_t renumbered[EPOCH_COUNT];
  heap_each(heap, KIND_FIBER, note_used, is_used);
  uint32_t count = epoch_merge(epochs->table, EPOCH_COUNT, is_used, renumbered);
  heap_each(heap, KIND_FIBER, renumber, renumbered);
  epochs->now = (uint8_t)(count - 1);
}

// --- Time goes on --------------------------------------------------------------------------------

void epoch_open(Epochs *epochs, Heap *heap, const Clock *clock) {
  int64_t now_ns = clock_peek_ns(clock);
  Epoch *epoch = &epochs->table[epochs->now];
  epochs->is_open = true;
  if (now_ns - epoch->first_ns < EPOCH_LENGTH_NS) return;
  if (epochs->now == EPOCH_COUNT - 1) make_room(epochs, heap);
  epochs->table[++epochs->now] = (Epoch){now_ns, now_ns};
}

void epoch_close(Epochs *epochs, const Clock *clock) {
  epochs->table[epochs->now].last_ns = clock_peek_ns(clock);
  epochs->is_open = false;
}

EpochAge epoch_age(const Epochs *epochs, uint8_t epoch, int64_t now_ns) {
  const Epoch *when = &epochs->table[epoch];
  int64_t last_ns = epoch == epochs->now && epochs->is_open ? now_ns : when->last_ns;
  return (EpochAge){.least = now_ns - last_ns, .most = now_ns - when->first_ns};
}
