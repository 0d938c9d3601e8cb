// SPDX-License-Identifier: MIT
// environment.c - a VM's environment variables and its current folder
#include "lib/environment.h"

#include "base/memory.h"
#include "base/vec.h"
#include "sched/outside.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct Environment {
  VEC(char *) entries; // "NAME=VALUE"; a NULL stands behind the last, not counted
  bool is_whole;       // else only what the program has set; the rest is still the process's
  VEC(char *) unset;   // names, while it is not whole
  char *folder;        // NULL: the process's
} Environment;

static char *copy_text(const char *text) {
  size_t len = strlen(text);
  char *copy = memory_require(NULL, len + 1);
  memcpy(copy, text, len + 1);
  return copy;
}

static void end_list(Environment *env) {
  vec_reserve(&env->entries, 1);
  env->entries.items[env->entries.count] = NULL;
}

static Environment *environment_of(VM *vm) {
  Lib *lib = lib_of(vm);
  if (lib->environment) return lib->environment;
  Environment *env = memory_require(NULL, sizeof(Environment));
  *env = (Environment){0};
  end_list(env);
  lib->environment = env;
  return env;
}

static uint32_t find(const Environment *env, const char *name) {
  size_t len = strlen(name);
  for (uint32_t i = 0; i < env->entries.count; i++) {
    const char *entry = env->entries.items[i];
    if (strncmp(entry, name, len) == 0 && entry[len] == '=') return i;
  }
  return env->entries.count;
}

static bool is_unset(const Environment *env, const char *name) {
  for (uint32_t i = 0; i < env->unset.count; i++) {
    if (strcmp(env->unset.items[i], name) == 0) return true;
  }
  return false;
}

bool environment_get(VM *vm, const char *name, Buffer *value) {
  Environment *env = environment_of(vm);
  uint32_t at = find(env, name);
  if (at < env->entries.count) {
    buffer_text(value, env->entries.items[at] + strlen(name) + 1);
    buffer_byte(value, '\0');
    value->len--;
    return true;
  }
  if (env->is_whole || is_unset(env, name)) return false;
  // "=VALUE", or nothing if it is not set.
  Outside *outside = sched_outside(sched_of(vm));
  OutsideWish wish = {"reads the variable", name, NULL, 0};
  Buffer found = {0};
  if (!outside_ask(outside, &wish, &found)) {
    const char *own = getenv(name);
    if (own) buffer_printf(&found, "=%s", own);
    outside_tell(outside, &wish, &found);
  }
  bool is_set = found.len > 0;
  if (is_set) buffer_append(value, found.bytes + 1, found.len - 1);
  buffer_byte(value, '\0');
  value->len--;
  buffer_free(&found);
  return is_set;
}

// Takes over what is still the process's: zero-terminated entries, one after the other.
static Environment *whole_environment(VM *vm) {
  Environment *env = environment_of(vm);
  if (env->is_whole) return env;
  Outside *outside = sched_outside(sched_of(vm));
  OutsideWish wish = {"reads", "all variables", NULL, 0};
  Buffer all = {0};
  if (!outside_ask(outside, &wish, &all)) {
    for (char **entry = environ; entry && *entry; entry++) {
      buffer_append(&all, *entry, strlen(*entry) + 1);
    }
    outside_tell(outside, &wish, &all);
  }
  buffer_byte(&all, '\0');
  for (const char *at = all.bytes; at + 1 < all.bytes + all.len; at += strlen(at) + 1) {
    Buffer name = {0};
    buffer_append(&name, at, strcspn(at, "="));
    buffer_byte(&name, '\0');
    bool is_own = find(env, name.bytes) < env->entries.count || is_unset(env, name.bytes);
    if (!is_own) vec_push(&env->entries, copy_text(at));
    buffer_free(&name);
  }
  buffer_free(&all);
  end_list(env);
  env->is_whole = true;
  return env;
}

bool environment_set(VM *vm, const char *name, const char *value) {
  if (!*name || strchr(name, '=')) return false;
  Environment *env = environment_of(vm);
  size_t size = strlen(name) + strlen(value) + 2;
  char *entry = memory_require(NULL, size);
  strcpy(entry, name);
  strcat(entry, "=");
  strcat(entry, value);
  uint32_t at = find(env, name);
  if (at < env->entries.count) {
    free(env->entries.items[at]);
    env->entries.items[at] = entry;
    return true;
  }
  vec_push(&env->entries, entry);
  end_list(env);
  return true;
}

void environment_unset(VM *vm, const char *name) {
  Environment *env = environment_of(vm);
  uint32_t at = find(env, name);
  if (!env->is_whole && !is_unset(env, name)) vec_push(&env->unset, copy_text(name));
  if (at == env->entries.count) return;
  free(env->entries.items[at]);
  env->entries.count--;
  memmove(env->entries.items + at, env->entries.items + at + 1,
          (env->entries.count - at) * sizeof(char *));
  end_list(env);
}

static void free_entries(Environment *env) {
  for (uint32_t i = 0; i < env->entries.count; i++) free(env->entries.items[i]);
  env->entries.count = 0;
}

void environment_clear(VM *vm) {
  Environment *env = environment_of(vm);
  free_entries(env);
  end_list(env);
  env->is_whole = true;
}

char **environment_list(VM *vm, uint32_t *count) {
  Environment *env = whole_environment(vm);
  *count = env->entries.count;
  return env->entries.items;
}

const char *environment_folder(VM *vm) {
  return environment_of(vm)->folder;
}

void environment_resolve(VM *vm, Buffer *out, const char *path, size_t len) {
  const char *folder = environment_folder(vm);
  bool is_relative = len > 0 && path[0] != '/';
  if (folder && is_relative) buffer_printf(out, "%s/", folder);
  buffer_append(out, path, len);
}

void environment_print_temporary(VM *vm, Buffer *out) {
  if (environment_get(vm, "TMPDIR", out) && out->len > 0) return;
  buffer_clear(out);
  buffer_text(out, "/tmp");
}

void environment_set_folder(VM *vm, const char *absolute) {
  Environment *env = environment_of(vm);
  char *copy = copy_text(absolute);
  free(env->folder);
  env->folder = copy;
}

void environment_free(Lib *lib) {
  Environment *env = lib->environment;
  if (!env) return;
  free_entries(env);
  for (uint32_t i = 0; i < env->unset.count; i++) free(env->unset.items[i]);
  vec_free(&env->unset);
  vec_free(&env->entries);
  free(env->folder);
  free(env);
  lib->environment = NULL;
}
