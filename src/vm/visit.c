// SPDX-License-Identifier: MIT
// visit.c - sets of objects that a walk over values has met
//
// Open addressing with linear probing. Growing puts entries into another order than they came, so
// one that leaves may stand before later ones: these are moved up.
#include "vm/visit.h"

#include "base/hash.h"
#include "base/memory.h"

#include <stdlib.h>

static uint32_t home_of(const VisitSet *set, const void *object, const void *as) {
  uint64_t mixed = (uint64_t)(uintptr_t)object ^ (uint64_t)(uintptr_t)as << 1;
  return hash_u64(mixed) & (set->capacity - 1);
}

// The pair's slot, or the free one where it belongs.
static VisitEntry *find_slot(const VisitSet *set, const void *object, const void *as) {
  uint32_t i = home_of(set, object, as);
  while (set->slots[i].object && (set->slots[i].object != object || set->slots[i].as != as))
    i = (i + 1) & (set->capacity - 1);
  return &set->slots[i];
}

static void grow(VisitSet *set) {
  VisitSet grown = {.count = set->count, .capacity = set->capacity ? set->capacity * 2 : 16};
  grown.slots = memory_require(NULL, grown.capacity * sizeof(VisitEntry));
  for (uint32_t i = 0; i < grown.capacity; i++) grown.slots[i] = (VisitEntry){NULL, NULL};
  for (uint32_t i = 0; i < set->capacity; i++) {
    VisitEntry entry = set->slots[i];
    if (entry.object) *find_slot(&grown, entry.object, entry.as) = entry;
  }
  free(set->slots);
  *set = grown;
}

bool visit_enter(VisitSet *set, const void *object, const void *as) {
  if ((set->count + 1) * 2 > set->capacity) grow(set);
  VisitEntry *slot = find_slot(set, object, as);
  if (slot->object) return false;
  *slot = (VisitEntry){object, as};
  set->count++;
  return true;
}

// Moves up entries that were pushed behind the freed slot (Knuth 6.4, algorithm R).
void visit_leave(VisitSet *set, const void *object, const void *as) {
  uint32_t mask = set->capacity - 1;
  uint32_t hole = (uint32_t)(find_slot(set, object, as) - set->slots);
  set->slots[hole].object = NULL;
  set->count--;
  for (uint32_t i = (hole + 1) & mask; set->slots[i].object; i = (i + 1) & mask) {
    uint32_t home = home_of(set, set->slots[i].object, set->slots[i].as);
    if (((i - home) & mask) < ((i - hole) & mask)) continue;
    set->slots[hole] = set->slots[i];
    set->slots[i].object = NULL;
    hole = i;
  }
}

void visit_free(VisitSet *set) {
  free(set->slots);
  *set = (VisitSet){0};
}
