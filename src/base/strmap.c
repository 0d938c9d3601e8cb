// SPDX-License-Identifier: MIT
// strmap.c - from text to pointer
//
// Entries lie in the order of insertion; the slots beside them hold their index plus one:
//
//   slots    [ 0 | 2 | 0 | 0 | 1 | 0 | 3 | 0 ]
//   entries  [ "b" | "a" | "c" ]
//
// There are three entries' room for four slots. The hash has a fixed seed: keys are names of our
// own and of a program's text, never data that arrives at run time.
#include "base/strmap.h"
#include "base/hash.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define STRMAP_FIRST_CAPACITY 16
#define STRMAP_SEED           0x5eed

static uint32_t entry_room(uint32_t capacity) {
  return capacity / 4 * 3;
}

// The slot that leads to the key, or the free one where it belongs. The map must have slots.
static uint32_t *find_slot(const StrMap *map, const char *key, size_t len, uint32_t hash) {
  uint32_t at = hash & (map->capacity - 1);
  while (map->slots[at]) {
    const StrMapEntry *entry = &map->entries[map->slots[at] - 1];
    if (entry->hash == hash && entry->key_len == len && memcmp(entry->key, key, len) == 0) break;
    at = (at + 1) & (map->capacity - 1);
  }
  return &map->slots[at];
}

static void grow(StrMap *map) {
  uint32_t capacity = map->capacity ? map->capacity * 2 : STRMAP_FIRST_CAPACITY;
  map->entries = memory_require(map->entries, entry_room(capacity) * sizeof(*map->entries));
  map->slots = memory_require(map->slots, capacity * sizeof(*map->slots));
  memset(map->slots, 0, capacity * sizeof(*map->slots));
  map->capacity = capacity;
  for (uint32_t i = 0; i < map->count; i++) {
    uint32_t at = map->entries[i].hash & (capacity - 1);
    while (map->slots[at]) at = (at + 1) & (capacity - 1);
    map->slots[at] = i + 1;
  }
}

void *strmap_get(const StrMap *map, const char *key, size_t len) {
  if (map->count == 0) return NULL;
  uint32_t index = *find_slot(map, key, len, hash_bytes(key, len, STRMAP_SEED));
  return index ? map->entries[index - 1].value : NULL;
}

static char *copy_key(const char *key, size_t len) {
  char *copy = memory_require(NULL, len + 1);
  if (len) memcpy(copy, key, len);
  copy[len] = '\0';
  return copy;
}

void strmap_set(StrMap *map, const char *key, size_t len, void *value) {
  if (map->count >= entry_room(map->capacity)) grow(map);
  uint32_t hash = hash_bytes(key, len, STRMAP_SEED);
  uint32_t *slot = find_slot(map, key, len, hash);
  if (*slot) {
    map->entries[*slot - 1].value = value;
    return;
  }
  map->entries[map->count] = (StrMapEntry){copy_key(key, len), (uint32_t)len, hash, value};
  *slot = ++map->count;
}

void strmap_free(StrMap *map) {
  for (uint32_t i = 0; i < map->count; i++) free((char *)map->entries[i].key);
  free(map->entries);
  free(map->slots);
  *map = (StrMap){0};
}
