// SPDX-License-Identifier: MIT
// lib_types.c - the names of Luma's types as values (luma.md 3.6)
#include "code/unit.h"
#include "lib/lib_private.h"

#include <string.h>

static const struct {
  const char *name;
  TypeTag tag;
} type_names[] = {
    {"Number", TAG_NUMBER},     {"String", TAG_STRING},     {"Boolean", TAG_BOOLEAN},
    {"Null", TAG_NULL},         {"Any", TAG_ANY},           {"List", TAG_LIST},
    {"Table", TAG_TABLE},       {"Function", TAG_FUNCTION}, {"Result", TAG_RESULT},
    {"Option", TAG_OPTION},     {"Type", TAG_TYPE},         {"Error", TAG_ERROR},
    {"External", TAG_EXTERNAL}, {"Response", TAG_RESPONSE},
};

#define TYPE_ROW(name) {"", name, "Type", NULL, "The type " name " as a value.", NULL, 0, NATIVE_LUMA}

static const NativeRow rows[] = {
    TYPE_ROW("Number"), TYPE_ROW("String"),   TYPE_ROW("Boolean"), TYPE_ROW("Null"),
    TYPE_ROW("Any"),    TYPE_ROW("List"),     TYPE_ROW("Table"),   TYPE_ROW("Function"),
    TYPE_ROW("Result"), TYPE_ROW("Option"),   TYPE_ROW("Type"),    TYPE_ROW("Error"),
    TYPE_ROW("External"), TYPE_ROW("Response"),
};

LibModule lib_types_module(void) { return (LibModule){rows, ARRAY_LEN(rows)}; }

static bool install_type(VM *vm, const char *name, TypeTag tag) {
  Str *text = vm_text(vm, name);
  if (!text) return false;
  vm_push_root(vm, value_object(text));
  TypeValue *type = type_value_new(vm_heap(vm), tag, text, 0, 0);
  vm_pop_roots(vm, 1);
  if (!type) return vm_raise_memory(vm);
  char full[64] = "luma.";
  strncat(full, name, sizeof(full) - 6);
  vm_set_builtin(vm, full, value_object(type));
  return true;
}

bool lib_types_install(VM *vm) {
  for (size_t i = 0; i < ARRAY_LEN(type_names); i++) {
    if (!install_type(vm, type_names[i].name, type_names[i].tag)) return false;
  }
  return true;
}
