// SPDX-License-Identifier: MIT
// name.c - interned names of the front half
//
// Open addressing with linear probing, at most three quarters full. A Name keeps its hash, so
// growing rehashes nothing and most mismatches are seen without comparing text. The arena's address
// seeds the hash: nothing iterates over the slots, so it cannot be noticed, and collisions cannot
// be prepared.
#include "base/name.h"
#include "base/hash.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define NAME_FIRST_CAPACITY 256

static void clear_slots(NameTable *table, uint32_t capacity) {
  table->slots = memory_require(NULL, capacity * sizeof(*table->slots));
  memset(table->slots, 0, capacity * sizeof(*table->slots));
  table->capacity = capacity;
}

void name_table_init(NameTable *table, Arena *arena) {
  *table = (NameTable){.arena = arena};
  clear_slots(table, NAME_FIRST_CAPACITY);
}

void name_table_free(NameTable *table) {
  free(table->slots);
  *table = (NameTable){0};
}

static void grow(NameTable *table) {
  const Name **old = table->slots;
  uint32_t old_capacity = table->capacity;
  clear_slots(table, old_capacity * 2);
  for (uint32_t i = 0; i < old_capacity; i++) {
    if (!old[i]) continue;
    uint32_t at = old[i]->hash & (table->capacity - 1);
    while (table->slots[at]) at = (at + 1) & (table->capacity - 1);
    table->slots[at] = old[i];
  }
  free(old);
}

// The slot that holds the text, or the free one where it belongs.
static const Name **find_slot(NameTable *table, const char *text, size_t len, uint32_t hash) {
  uint32_t at = hash & (table->capacity - 1);
  for (;;) {
    const Name *name = table->slots[at];
    if (!name) return &table->slots[at];
    if (name->hash == hash && name->len == len && memcmp(name->text, text, len) == 0) {
      return &table->slots[at];
    }
    at = (at + 1) & (table->capacity - 1);
  }
}

const Name *name_intern(NameTable *table, const char *text, size_t len) {
  uint32_t hash = hash_bytes(text, len, (uintptr_t)table->arena);
  const Name **slot = find_slot(table, text, len, hash);
  if (*slot) return *slot;
  if (table->count + 1 > table->capacity / 4 * 3) {
    grow(table);
    slot = find_slot(table, text, len, hash);
  }
  Name *name = arena_alloc(table->arena, sizeof(Name) + len + 1);
  name->len = (uint32_t)len;
  name->hash = hash;
  memcpy(name->text, text, len);
  *slot = name;
  table->count++;
  return name;
}

const Name *name_of(NameTable *table, const char *zero_terminated) {
  return name_intern(table, zero_terminated, strlen(zero_terminated));
}
