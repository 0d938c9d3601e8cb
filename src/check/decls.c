// SPDX-License-Identifier: MIT
// decls.c - finding the rows of built-in names
//
// Rows hang in chains by the hash of their name, as every start builds them anew: nothing is copied.
// An owner that is written with type arguments ("List(T)") counts by its bare name, because nobody
// who looks one up knows how the row called its letters. An owner in lower case is a module and
// becomes a global by itself, so the host need not list modules twice. Where a global has the same
// name (Vint's string), the global is what the bare name means.
#include "check/decls.h"

#include "base/hash.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

// What a module's name leads to. The empty `name` tells it from a global.
static const DeclRow module_row = {"", "", "Module", DECL_LUMA | DECL_VINT};

static uint32_t bit_of(Dialect dialect) {
  return dialect == DIALECT_LUMA ? DECL_LUMA : DECL_VINT;
}

static bool belongs_to(const DeclRow *row, Dialect dialect) {
  return row->languages & bit_of(dialect);
}

// Length of the owner without type arguments.
static size_t owner_len(const char *owner) {
  return strcspn(owner, "(");
}

static bool is_owned_by(const DeclRow *row, const char *owner, size_t len) {
  return owner_len(row->owner) == len && memcmp(row->owner, owner, len) == 0;
}

static bool is_module_name(const char *owner) {
  return owner[0] >= 'a' && owner[0] <= 'z';
}

// --- Building --------------------------------------------------------------------------------------

// The linker gives equal literals one place, so the name's address nearly always finds it.
static DeclModule *get_module(const Decls *decls, const char *name) {
  DeclModule *modules = decls->modules.items;
  for (uint32_t i = decls->modules.count; i-- > 0;) {
    if (modules[i].name == name) return &modules[i];
  }
  for (uint32_t i = decls->modules.count; i-- > 0;) {
    if (strcmp(modules[i].name, name) == 0) return &modules[i];
  }
  return NULL;
}

static void add_module(Decls *decls, const DeclRow *row) {
  bool is_imported = !row->name[0] && strcmp(row->signature, "Imported") == 0;
  uint32_t imported = is_imported ? row->languages : 0;
  DeclModule *module = get_module(decls, row->owner);
  if (module) {
    module->languages |= row->languages;
    module->imported |= imported;
  } else {
    vec_push(&decls->modules, ((DeclModule){row->owner, row->languages, imported}));
  }
}

static uint32_t *head_of(const Decls *decls, const char *name) {
  return (uint32_t *)&decls->heads[hash_bytes(name, strlen(name), 0) % DECLS_HEADS];
}

// Later rows come first in their chain: the last of the same name counts.
void decls_init(Decls *decls, const DeclRow *rows, uint32_t count) {
  *decls = (Decls){.rows = rows, .count = count};
  if (count) decls->next = memory_require(NULL, count * sizeof(*decls->next));
  for (uint32_t i = 0; i < count; i++) {
    const DeclRow *row = &rows[i];
    bool is_own_row = row->owner[0] && !row->name[0];
    if (is_own_row || is_module_name(row->owner)) add_module(decls, row);
    uint32_t *head = head_of(decls, row->name);
    decls->next[i] = *head;
    *head = i + 1;
  }
}

void decls_free(Decls *decls) {
  free(decls->next);
  vec_free(&decls->modules);
  *decls = (Decls){0};
}

// --- Finding ---------------------------------------------------------------------------------------

static const DeclModule *find_module(const Decls *decls, Dialect dialect, const char *name) {
  size_t len = owner_len(name);
  for (uint32_t i = 0; i < decls->modules.count; i++) {
    const DeclModule *module = &decls->modules.items[i];
    bool is_it = strncmp(module->name, name, len) == 0 && !module->name[len];
    if (is_it && (module->languages & bit_of(dialect))) return module;
  }
  return NULL;
}

bool decls_is_module(const Decls *decls, Dialect dialect, const char *name) {
  return find_module(decls, dialect, name) != NULL;
}

bool decls_is_imported(const Decls *decls, Dialect dialect, const char *name) {
  const DeclModule *module = find_module(decls, dialect, name);
  return module && (module->imported & bit_of(dialect));
}

static const DeclRow *find_row(const Decls *decls, Dialect dialect, const char *owner,
                               const char *name) {
  size_t len = owner_len(owner);
  for (uint32_t i = *head_of(decls, name); i; i = decls->next[i - 1]) {
    const DeclRow *row = &decls->rows[i - 1];
    bool is_it = belongs_to(row, dialect) && strcmp(row->name, name) == 0;
    if (is_it && is_owned_by(row, owner, len)) return row;
  }
  return NULL;
}

const DeclRow *decls_find(const Decls *decls, Dialect dialect, const char *owner,
                          const char *name) {
  bool is_global = owner_len(owner) == 0;
  const DeclRow *row = name[0] ? find_row(decls, dialect, owner, name) : NULL;
  if (row || (name[0] && !is_global)) return row;
  return decls_is_module(decls, dialect, is_global ? name : owner) ? &module_row : NULL;
}

bool decls_has_global(const Decls *decls, Dialect dialect, const char *name) {
  return decls_find(decls, dialect, "", name) != NULL;
}

uint32_t decls_names(const Decls *decls, Dialect dialect, const char *owner, const char **out,
                     uint32_t max) {
  size_t len = owner_len(owner);
  uint32_t count = 0;
  for (uint32_t i = 0; i < decls->count && count < max; i++) {
    const DeclRow *row = &decls->rows[i];
    bool is_wanted = row->name[0] && belongs_to(row, dialect) && is_owned_by(row, owner, len);
    if (is_wanted) out[count++] = row->name;
  }
  for (uint32_t i = 0; len == 0 && i < decls->modules.count && count < max; i++) {
    const DeclModule *module = &decls->modules.items[i];
    bool is_global = !(module->imported & bit_of(dialect)) && !strchr(module->name, '.');
    if (!(module->languages & bit_of(dialect)) || !is_global) continue;
    if (!find_row(decls, dialect, "", module->name)) out[count++] = module->name;
  }
  return count;
}
