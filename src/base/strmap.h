// SPDX-License-Identifier: MIT
// strmap.h - from text to pointer, for the front half and the registries
//
// Keys are copied. Iteration is in insertion order. Nothing is removed singly.
#ifndef STRMAP_H
#define STRMAP_H

#include "base/common.h"

typedef struct StrMapEntry {
  const char *key; // zero-terminated
  uint32_t key_len;
  uint32_t hash;
  void *value;
} StrMapEntry;

typedef struct StrMap {
  StrMapEntry *entries;
  uint32_t *slots; // index + 1 into entries, 0 free
  uint32_t count;
  uint32_t capacity; // of slots, power of two
} StrMap; // zeroed is empty

void *strmap_get(const StrMap *map, const char *key, size_t len); // NULL when absent
void strmap_set(StrMap *map, const char *key, size_t len, void *value);
void strmap_free(StrMap *map); // frees keys and table, not the values

#endif
