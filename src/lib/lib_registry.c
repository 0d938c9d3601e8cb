// SPDX-License-Identifier: MIT
// lib_registry.c - the list of modules, and how rows become natives
//
// What a row's owner means: "" is a global; a name in lower case, or one that native_is_table knows, is a module;
// anything else is the receiver of a method.
#include "lib/lib_private.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIB_NAME_MAX 96

typedef LibModule (*ModuleFn)(void);

static const ModuleFn module_list[] = {
    lib_core_module,  lib_result_module, lib_types_module,  lib_convert_module, lib_text_module,
    lib_list_module,  lib_list_callback_module, lib_table_module, lib_math_module,
    lib_json_module,  lib_time_module,   lib_async_module, lib_promise_module, lib_group_module,   lib_channel_module,
    lib_select_module, lib_lock_module, lib_wait_group_module,
    lib_once_module, lib_timer_module, lib_broadcast_module, lib_fiber_local_module,
    lib_error_module,     lib_http_module,  lib_server_module,
    lib_string_module, lib_number_module, lib_builtin_module, lib_list_number_module,
    lib_table_callback_module,
};

#define MODULE_COUNT ARRAY_LEN(module_list)

const LibModule *lib_modules(uint32_t *count) {
  // Filled in on each call with the same constants: there is nothing here that could change.
  static _Thread_local LibModule modules[MODULE_COUNT];
  for (size_t i = 0; i < MODULE_COUNT; i++) modules[i] = module_list[i]();
  *count = MODULE_COUNT;
  return modules;
}

static bool is_module_owner(const char *owner) {
  return islower((unsigned char)owner[0]) || native_is_table(owner);
}

static const char *const language_names[] = {"luma", "vint"};

// The functions of a type's name, made when the first one comes.
static Table *get_helpers(VM *vm, TypeValue *type) {
  if (!type->helpers) {
    type->helpers = vm_table(vm);
    heap_touch(vm_heap(vm), (Obj *)type);
  }
  return type->helpers;
}

// The module's table "luma.http.", made when its first row comes. It is "luma.http" too, unless that is
// a global: Vint's string is both.
static Table *get_module(VM *vm, const char *language, const char *owner) {
  char name[LIB_NAME_MAX];
  int len = snprintf(name, sizeof(name), "%s.%s.", language, owner);
  Value module = vm_get_builtin(vm, name);
  if (value_is_table(module)) return value_as_table(module);
  name[len - 1] = '\0';
  Value global = vm_get_builtin(vm, name);
  if (value_is_type(global)) return get_helpers(vm, (TypeValue *)value_as_object(global));
  Table *table = vm_table(vm);
  if (!table) return NULL;
  if (value_is_absent(global)) vm_set_builtin(vm, name, value_object(table));
  name[len - 1] = '.';
  vm_set_builtin(vm, name, value_object(table));
  return table;
}

static bool install_member(VM *vm, int language, const NativeRow *row, Value native) {
  char name[LIB_NAME_MAX];
  const char *language_name = language_names[language];
  if (row->owner[0] == '\0') {
    snprintf(name, sizeof(name), "%s.%s", language_name, row->name);
    vm_set_builtin(vm, name, native);
    return true;
  }
  if (is_module_owner(row->owner)) {
    Table *module = get_module(vm, language_name, row->owner);
    if (!module || !vm_set_field(vm, module, row->name, native)) return false;
    snprintf(name, sizeof(name), "%s.%s.%s", language_name, row->owner, row->name);
    vm_set_builtin(vm, name, native);
    return true;
  }
  char receiver[LIB_NAME_MAX];
  snprintf(receiver, sizeof(receiver), "%.*s", (int)strcspn(row->owner, "("), row->owner);
  return vm_set_method(vm, language == 0 ? NATIVE_LUMA : NATIVE_VINT, receiver, row->name, native);
}

static bool install_row(VM *vm, const NativeRow *row) {
  if (!row->run) return true; // a constant or a module's own row: whoever has it sets it
  Native *native = native_new(vm, row);
  if (!native) return false;
  vm_push_root(vm, value_object(native));
  bool ok = true;
  for (int language = 0; language < 2 && ok; language++) {
    if (row->languages & (1 << language)) {
      ok = install_member(vm, language, row, value_object(native));
    }
  }
  vm_pop_roots(vm, 1);
  return ok;
}

Value lib_hidden_native(VM *vm, const NativeRow *row, const char *key) {
  Value known = vm_get_builtin(vm, key);
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

bool lib_set_constant(VM *vm, const char *owner, const char *name, Value value) {
  static const NativeFn no_function = NULL;
  NativeRow row = {.owner = owner, .name = name, .run = no_function};
  vm_push_root(vm, value);
  bool ok = install_member(vm, 0, &row, value) && install_member(vm, 1, &row, value);
  vm_pop_roots(vm, 1);
  return ok;
}

static void mark_library(Heap *heap, void *library, bool minor) {}

bool lib_install(VM *vm, const LibOptions *options) {
  Lib *lib = calloc(1, sizeof(Lib));
  if (!lib) return vm_raise_memory(vm);
  lib->options = *options;
  vm_set_library(vm, lib, mark_library);
  if (!lib_types_install(vm)) return false;
  uint32_t count;
  const LibModule *modules = lib_modules(&count);
  for (uint32_t i = 0; i < count; i++) {
    for (uint32_t j = 0; j < modules[i].count; j++) {
      if (!install_row(vm, &modules[i].rows[j])) return false;
    }
  }
  return lib_core_install(vm) && lib_math_install(vm) && lib_http_install(vm);
}

void lib_free(VM *vm) {
  Lib *lib = lib_of(vm);
  if (!lib) return;
  lib_http_free(vm);
  free(lib);
  vm_set_library(vm, NULL, mark_library);
}
