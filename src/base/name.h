// SPDX-License-Identifier: MIT
// name.h - interned names of the front half
//
// Two names of one table are the same text if and only if they are the same pointer, so resolver and
// checker compare pointers. Names live in the table's arena.
#ifndef NAME_H
#define NAME_H

#include "base/arena.h"

typedef struct Name {
  uint32_t len;
  uint32_t hash;
  char text[]; // zero-terminated
} Name;

typedef struct NameTable {
  Arena *arena;
  const Name **slots; // open addressing, power of two
  uint32_t capacity;
  uint32_t count;
} NameTable;

void name_table_init(NameTable *table, Arena *arena);
void name_table_free(NameTable *table);
const Name *name_intern(NameTable *table, const char *text, size_t len);
const Name *name_of(NameTable *table, const char *zero_terminated);

#endif
