// SPDX-License-Identifier: MIT
// lib_registry.c - the list of modules, and how rows become natives
//
// A row becomes a native when a program first names it: a start would otherwise make hundreds.
//
// What a row's owner means: "" is a global; a name in lower case, or one that native_is_table knows, is a module;
// anything else is the receiver of a method.
#include "base/assertion.h"
#include "base/hash.h"
#include "base/memory.h"
#include "code/unit.h"
#include "io/input.h"
#include "lib/environment.h"
#include "lib/lib_moment.h"
#include "lib/lib_private.h"
#include "lib/regex.h"
#include "vm/package.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIB_NAME_MAX 96
#define INDEX_HEADS  1024

typedef LibModule (*ModuleFn)(void);

static const ModuleFn module_list[] = {
    lib_core_module,  lib_result_module, lib_types_module,  lib_convert_module, lib_text_module,
    lib_list_module,  lib_list_callback_module, lib_table_module, lib_math_module,
    lib_json_module,  lib_time_module,   lib_async_module, lib_promise_module, lib_group_module,   lib_channel_module,
    lib_select_module, lib_lock_module, lib_wait_group_module,
    lib_once_module, lib_timer_module, lib_broadcast_module, lib_fiber_local_module,
    lib_error_module,     lib_http_module,  lib_server_module,
    lib_string_module, lib_number_module, lib_builtin_module, lib_list_number_module,
    lib_table_callback_module, lib_moment_module, lib_datetime_module,
    lib_math_vint_module, lib_random_module, lib_regex_module, lib_url_module, lib_hash_module,
    lib_fs_module, lib_child_module, lib_io_module, lib_time_luma_module, lib_os_module, lib_process_module, lib_file_module, lib_cli_module,
    lib_fmt_module, lib_kv_module, lib_logger_module, lib_csv_module, lib_schedule_module,
    lib_crypto_module, lib_http_app_module, lib_http_request_module, lib_http_response_module,
    lib_http_listen_module, lib_http_serve_module,
};

#define MODULE_COUNT ARRAY_LEN(module_list)

const LibModule *lib_modules(uint32_t *count) {
  // Filled in on each call with the same constants: there is nothing here that could change.
  static _Thread_local LibModule modules[MODULE_COUNT];
  for (size_t i = 0; i < MODULE_COUNT; i++) modules[i] = module_list[i]();
  *count = MODULE_COUNT;
  return modules;
}

// --- Finding rows --------------------------------------------------------------------------------
//
// The names of all rows in chains by hash. Rows are known by their numbers, in the order in which
// they are listed.

struct LibIndex {
  const NativeRow **rows;
  Native **natives; // made from the row of that number, or NULL; the VM keeps them alive
  bool *has_method; // it has been set
  uint16_t *next;   // row number + 1 of the chain's next, 0 at its end
  uint16_t heads[INDEX_HEADS];
  uint32_t count;
};

static uint32_t head_of(const char *name) {
  return (uint32_t)(hash_bytes(name, strlen(name), 0) % INDEX_HEADS);
}

static void list_rows(LibIndex *index) {
  uint32_t count;
  const LibModule *modules = lib_modules(&count);
  for (uint32_t i = 0; i < count; i++) {
    for (uint32_t j = 0; j < modules[i].count; j++) index->rows[index->count++] = &modules[i].rows[j];
  }
}

static LibIndex *make_index(void) {
  uint32_t count, total = 0;
  const LibModule *modules = lib_modules(&count);
  for (uint32_t i = 0; i < count; i++) total += modules[i].count;
  ASSERT(total < UINT16_MAX);
  LibIndex *index = calloc(1, sizeof(LibIndex));
  if (!index) return NULL;
  index->rows = memory_require(NULL, total * sizeof(*index->rows));
  index->natives = memory_require(NULL, total * sizeof(*index->natives));
  index->has_method = memory_require(NULL, total * sizeof(*index->has_method));
  index->next = memory_require(NULL, total * sizeof(*index->next));
  memset(index->natives, 0, total * sizeof(*index->natives));
  memset(index->has_method, 0, total * sizeof(*index->has_method));
  list_rows(index);
  for (uint32_t i = total; i-- > 0;) { // backwards, so that chains are in the rows' order
    uint16_t *head = &index->heads[head_of(index->rows[i]->name)];
    index->next[i] = *head;
    *head = (uint16_t)(i + 1);
  }
  return index;
}

static void free_index(LibIndex *index) {
  if (!index) return;
  free(index->rows);
  free(index->natives);
  free(index->has_method);
  free(index->next);
  free(index);
}

static const char *const language_names[] = {"luma", "vint"};

static bool is_module_owner(const char *owner) {
  return islower((unsigned char)owner[0]) || native_is_table(owner);
}

// The row's number, or −1.
static int32_t find_row(const LibIndex *index, int language, const char *owner, const char *name) {
  for (uint32_t i = index->heads[head_of(name)]; i; i = index->next[i - 1]) {
    const NativeRow *row = index->rows[i - 1];
    bool is_it = (row->languages & (1 << language)) && strcmp(row->name, name) == 0;
    if (is_it && strcmp(row->owner, owner) == 0) return (int32_t)i - 1;
  }
  return -1;
}

// --- Making what is asked for ----------------------------------------------------------------------

// The native of row `i`, the same one for both languages.
static Native *native_of(VM *vm, LibIndex *index, uint32_t i) {
  if (!index->natives[i]) index->natives[i] = native_new(vm, index->rows[i]);
  return index->natives[i];
}

static void write_name(char out[LIB_NAME_MAX], int language, const char *owner, const char *name) {
  const char *dot = owner[0] ? "." : "";
  snprintf(out, LIB_NAME_MAX, "%s.%s%s%s", language_names[language], owner, dot, name);
}

// A function, or a constant that its owner has set at start.
static Value get_member(VM *vm, int language, const char *owner, const char *name) {
  char full[LIB_NAME_MAX];
  write_name(full, language, owner, name);
  return vm_get_builtin(vm, full);
}

// The functions of a type's name.
static Table *get_helpers(VM *vm, TypeValue *type) {
  if (!type->helpers) {
    type->helpers = vm_table(vm);
    heap_touch(vm_heap(vm), (Obj *)type);
  }
  return type->helpers;
}

static bool set_member(VM *vm, Table *module, int language, const NativeRow *row) {
  if (!row->name[0]) return true; // the module's own row
  Value member = get_member(vm, language, row->owner, row->name);
  if (value_is_absent(member)) return !vm_has_error(vm); // whoever has it sets it
  return vm_set_field(vm, module, row->name, member);
}

static bool fill_module(VM *vm, LibIndex *index, Table *module, int language, const char *owner) {
  for (uint32_t i = 0; i < index->count; i++) {
    const NativeRow *row = index->rows[i];
    if (!(row->languages & (1 << language)) || strcmp(row->owner, owner) != 0) continue;
    if (!set_member(vm, module, language, row)) return false;
  }
  return lib_http_fill(vm, module, owner);
}

static bool has_module(const LibIndex *index, int language, const char *owner) {
  if (!is_module_owner(owner)) return false;
  for (uint32_t i = 0; i < index->count; i++) {
    const NativeRow *row = index->rows[i];
    if ((row->languages & (1 << language)) && strcmp(row->owner, owner) == 0) return true;
  }
  return false;
}

// In Vint a module is of a type of its own, as packages are (vint.md 2.1).
static Table *new_module(VM *vm, int language, const char *owner) {
  if (!language) return vm_table(vm);
  Str *name = vm_text(vm, owner);
  if (!name) return NULL;
  vm_push_root(vm, value_object(name));
  TypeValue *type = type_value_new(vm_heap(vm), TAG_ANY, name, 0, 0);
  vm_pop_roots(vm, 1);
  if (!type) return vm_raise_memory(vm), NULL;
  type->obj.flags |= TYPE_VALUE_MODULE;
  vm_push_root(vm, value_object(type));
  Value module;
  bool is_made = package_new(vm, value_object(type), &module);
  vm_pop_roots(vm, 1);
  return is_made ? value_as_table(module) : NULL;
}

// The module's table, "luma.http." and also "luma.http" unless that is a global: Vint's string is
// both.
static Value make_module(VM *vm, LibIndex *index, int language, const char *owner) {
  char name[LIB_NAME_MAX];
  if (!has_module(index, language, owner)) return VALUE_ABSENT;
  write_name(name, language, "", owner);
  bool has_function = find_row(index, language, "", owner) >= 0;
  Value global = has_function ? vm_get_builtin(vm, name) : vm_known_builtin(vm, name);
  Table *table = value_is_type(global) ? get_helpers(vm, (TypeValue *)value_as_object(global))
                                       : new_module(vm, language, owner);
  if (!table) return VALUE_ABSENT;
  if (value_is_absent(global)) vm_set_builtin(vm, name, value_object(table));
  strcat(name, ".");
  vm_set_builtin(vm, name, value_object(table));
  return fill_module(vm, index, table, language, owner) ? value_object(table) : VALUE_ABSENT;
}

static Value make_function(VM *vm, LibIndex *index, int32_t row, const char *full_name) {
  if (row < 0 || !index->rows[row]->run) return VALUE_ABSENT;
  Native *native = native_of(vm, index, (uint32_t)row);
  if (!native) return VALUE_ABSENT;
  vm_set_builtin(vm, full_name, value_object(native));
  return value_object(native);
}

// Whether the row belongs to a module that is known without import.
static bool is_in_known_module(const LibIndex *index, const NativeRow *row) {
  if (!is_module_owner(row->owner) || strchr(row->owner, '.')) return false;
  int32_t own = find_row(index, 0, row->owner, "");
  return own < 0 || strcmp(index->rows[own]->signature, "Imported") != 0;
}

// Luma's table of all names that are known without import (luma.md 9.1): the globals, and the modules.
static Value make_prelude(VM *vm, const LibIndex *index, const char *full_name) {
  Table *prelude = vm_table(vm);
  if (!prelude) return VALUE_ABSENT;
  vm_set_builtin(vm, full_name, value_object(prelude)); // from here on it is a root
  for (uint32_t i = 0; i < index->count; i++) {
    const NativeRow *row = index->rows[i];
    bool is_global = row->owner[0] == '\0';
    if (!(row->languages & NATIVE_LUMA)) continue;
    if (!is_global && !is_in_known_module(index, row)) continue;
    const char *name = is_global ? row->name : row->owner;
    if (!value_is_absent(vm_get_field(vm, prelude, name))) continue;
    Value value = get_member(vm, 0, "", name);
    if (value_is_absent(value) && vm_has_error(vm)) return VALUE_ABSENT;
    bool is_known = !value_is_absent(value) && value != value_object(prelude);
    if (is_known && !vm_set_field(vm, prelude, name, value)) return VALUE_ABSENT;
  }
  return value_object(prelude);
}

// "luma.print", "vint.math.sqrt"; a module as "luma.math" or "luma.math."; "luma.fs.async" is a module
// in a module.
static Value make_builtin(VM *vm, const char *full_name) {
  LibIndex *index = lib_of(vm)->index;
  char owner[LIB_NAME_MAX];
  int language = strncmp(full_name, "vint.", 5) == 0;
  if (!language && strncmp(full_name, "luma.", 5) != 0) return VALUE_ABSENT;
  if (strlen(full_name) >= LIB_NAME_MAX) return VALUE_ABSENT;
  const char *name = full_name + 5;
  const char *dot = strrchr(name, '.'); // the last: "fs.async.read"
  if (!dot) {
    int32_t row = find_row(index, language, "", name);
    if (!language && strcmp(name, "prelude") == 0) return make_prelude(vm, index, full_name);
    if (row >= 0) return make_function(vm, index, row, full_name);
    return make_module(vm, index, language, name);
  }
  snprintf(owner, sizeof(owner), "%.*s", (int)(dot - name), name);
  if (!dot[1]) return make_module(vm, index, language, owner);
  int32_t row = find_row(index, language, owner, dot + 1);
  const char *signature = row >= 0 ? index->rows[row]->signature : "";
  if (strncmp(signature, "Module(", 7) == 0) return make_module(vm, index, language, name);
  if (strcmp(signature, "Type") == 0) { // errors.IOError is the global IOError
    write_name(owner, language, "", dot + 1);
    return vm_get_builtin(vm, owner);
  }
  return make_function(vm, index, row, full_name);
}

// One method for its receiver; or a function of a type's name, which is looked up like a method.
static bool set_method(VM *vm, LibIndex *index, uint32_t i, int language) {
  const NativeRow *row = index->rows[i];
  if (native_is_table(row->owner)) {
    char name[LIB_NAME_MAX];
    write_name(name, language, "", row->owner);
    Value type = vm_known_builtin(vm, name);
    if (!value_is_type(type)) return true; // a module's table, which has all of them
    Table *helpers = get_helpers(vm, (TypeValue *)value_as_object(type));
    return helpers && set_member(vm, helpers, language, row);
  }
  char receiver[LIB_NAME_MAX];
  snprintf(receiver, sizeof(receiver), "%.*s", (int)strcspn(row->owner, "("), row->owner);
  Native *native = native_of(vm, index, i);
  if (!native) return false;
  Value value = value_object(native);
  return vm_set_method(vm, (uint8_t)(1 << language), receiver, row->name, value);
}

static bool make_methods(VM *vm, const Str *name) {
  LibIndex *index = lib_of(vm)->index;
  for (uint32_t i = index->heads[head_of(name->bytes)]; i; i = index->next[i - 1]) {
    const NativeRow *row = index->rows[i - 1];
    bool is_global = row->owner[0] == '\0' || islower((unsigned char)row->owner[0]);
    if (is_global || !row->run || index->has_method[i - 1]) continue;
    if (strcmp(row->name, name->bytes) != 0) continue;
    index->has_method[i - 1] = true;
    for (int language = 0; language < 2; language++) {
      bool is_spoken = row->languages & (1 << language);
      if (is_spoken && !set_method(vm, index, i - 1, language)) return false;
    }
  }
  return true;
}

Value lib_hidden_native(VM *vm, const NativeRow *row, const char *key) {
  Value known = vm_known_builtin(vm, key);
  if (!value_is_absent(known)) return known;
  Native *native = native_new(vm, row);
  if (!native) return VALUE_ABSENT;
  vm_set_builtin(vm, key, value_object(native));
  return value_object(native);
}

bool lib_bind(VM *vm, const NativeRow *row, const char *key, Value receiver, Value *out) {
  vm_push_root(vm, receiver);
  Value native = lib_hidden_native(vm, row, key);
  Bound *bound = NULL;
  if (!value_is_absent(native)) {
    bound = closure_new_bound(vm_heap(vm), native, receiver);
    if (!bound) vm_raise_memory(vm);
  }
  vm_pop_roots(vm, 1);
  if (!bound) return false;
  *out = value_object(bound);
  return true;
}

void lib_set_constant(VM *vm, const char *owner, const char *name, Value value) {
  char full[LIB_NAME_MAX];
  for (int language = 0; language < 2; language++) {
    write_name(full, language, owner, name);
    vm_set_builtin(vm, full, value);
  }
}

static void mark_library(Heap *heap, void *library, bool minor) {}

bool lib_install(VM *vm, const LibOptions *options) {
  Lib *lib = calloc(1, sizeof(Lib));
  if (!lib) return vm_raise_memory(vm);
  lib->options = *options;
  lib->index = make_index();
  vm_set_library(vm, lib, mark_library);
  if (!lib->index) return vm_raise_memory(vm);
  if (!lib_types_install(vm) || !lib_core_install(vm)) return false;
  lib_math_install(vm);
  lib_http_install(vm);
  lib_moment_install(vm);
  lib_file_install(vm);
  vm_set_makers(vm, (VMMakers){make_builtin, make_methods});
  return true;
}

void lib_free(VM *vm) {
  Lib *lib = lib_of(vm);
  if (!lib) return;
  lib_http_free(vm);
  free_index(lib->index);
  lib_moment_free(lib);
  regex_free_all(lib);
  environment_free(lib);
  input_free(lib->input);
  free(lib->crypto);
  free(lib->kv);
  lib_http_app_free(vm);
  free(lib);
  vm_set_library(vm, NULL, mark_library);
}
