// SPDX-License-Identifier: MIT
// decls.c - finding the rows of built-in names
//
// Rows are found by two maps a language: globals by name, members by "owner.name". An owner that is
// written with type arguments ("List(T)") counts by its bare name, because nobody who looks one up
// knows how the row called its letters. An owner in lower case is a module and becomes a global by
// itself, so the host need not list modules twice. Where a global has the same name (Vint's
// string), the global is what the bare name means, and the module is still known under the key
// "owner.".
#include "check/decls.h"

#include <stdio.h>
#include <string.h>

#define KEY_MAX 128

// What a module's name leads to. The empty `name` tells it from a global.
static const DeclRow module_row = {"", "", "Module", DECL_LUMA | DECL_VINT};

static const Dialect dialects[] = {DIALECT_LUMA, DIALECT_VINT};

static bool belongs_to(const DeclRow *row, Dialect dialect) {
  return row->languages & (dialect == DIALECT_LUMA ? DECL_LUMA : DECL_VINT);
}

// Length of the owner without type arguments.
static size_t owner_len(const char *owner) {
  return strcspn(owner, "(");
}

static bool is_module_name(const char *owner) {
  return owner[0] >= 'a' && owner[0] <= 'z';
}

// "List.map" for "List(T)" and "map". 0 if it is longer than any row's.
static size_t write_key(char key[KEY_MAX], const char *owner, const char *name) {
  int len = snprintf(key, KEY_MAX, "%.*s.%s", (int)owner_len(owner), owner, name);
  return len > 0 && len < KEY_MAX ? (size_t)len : 0;
}

// The maps hold pointers to rows that nobody may change; StrMap just has no word for that.
static void map_row(StrMap *map, const char *key, size_t len, const DeclRow *row) {
  strmap_set(map, key, len, (void *)row);
}

static void add_member(Decls *decls, Dialect dialect, const DeclRow *row, const char *name) {
  char key[KEY_MAX];
  size_t len = write_key(key, row->owner, name);
  if (len > 0) map_row(&decls->members[dialect], key, len, name[0] ? row : &module_row);
}

static void add_row(Decls *decls, Dialect dialect, const DeclRow *row) {
  StrMap *globals = &decls->globals[dialect];
  size_t len = owner_len(row->owner);
  if (len == 0) {
    map_row(globals, row->name, strlen(row->name), row);
    return;
  }
  if (row->name[0]) add_member(decls, dialect, row, row->name);
  if (row->name[0] && !is_module_name(row->owner)) return;
  add_member(decls, dialect, row, "");
  if (!strmap_get(globals, row->owner, len)) map_row(globals, row->owner, len, &module_row);
}

void decls_init(Decls *decls, const DeclRow *rows, uint32_t count) {
  *decls = (Decls){.rows = rows, .count = count};
  for (size_t at = 0; at < ARRAY_LEN(dialects); at++)
    for (uint32_t row = 0; row < count; row++)
      if (belongs_to(&rows[row], dialects[at])) add_row(decls, dialects[at], &rows[row]);
}

void decls_free(Decls *decls) {
  for (size_t at = 0; at < ARRAY_LEN(dialects); at++) {
    strmap_free(&decls->globals[dialects[at]]);
    strmap_free(&decls->members[dialects[at]]);
  }
  *decls = (Decls){0};
}

bool decls_has_global(const Decls *decls, Dialect dialect, const char *name) {
  return strmap_get(&decls->globals[dialect], name, strlen(name)) != NULL;
}

bool decls_is_module(const Decls *decls, Dialect dialect, const char *name) {
  return decls_find(decls, dialect, name, "") != NULL;
}

const DeclRow *decls_find(const Decls *decls, Dialect dialect, const char *owner,
                          const char *name) {
  if (owner_len(owner) == 0) return strmap_get(&decls->globals[dialect], name, strlen(name));
  char key[KEY_MAX];
  size_t len = write_key(key, owner, name);
  return len > 0 ? strmap_get(&decls->members[dialect], key, len) : NULL;
}

static uint32_t list_globals(const Decls *decls, Dialect dialect, const char **out, uint32_t max) {
  const StrMap *globals = &decls->globals[dialect];
  uint32_t count = globals->count < max ? globals->count : max;
  for (uint32_t at = 0; at < count; at++) out[at] = globals->entries[at].key;
  return count;
}

uint32_t decls_names(const Decls *decls, Dialect dialect, const char *owner, const char **out,
                     uint32_t max) {
  size_t len = owner_len(owner);
  if (len == 0) return list_globals(decls, dialect, out, max);
  uint32_t count = 0;
  for (uint32_t at = 0; at < decls->count && count < max; at++) {
    const DeclRow *row = &decls->rows[at];
    bool is_owned = owner_len(row->owner) == len && memcmp(row->owner, owner, len) == 0;
    if (is_owned && row->name[0] && belongs_to(row, dialect)) out[count++] = row->name;
  }
  return count;
}
