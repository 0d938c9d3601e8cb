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
    {"External", TAG_EXTERNAL}, {"Response", TAG_RESPONSE}, {"Promise", TAG_PROMISE},
    {"Channel", TAG_CHANNEL},
};

// The kinds of errors that the runtime makes: types whose parent is Error.
static const char *const error_kinds[] = {"TypeError",    "ValueError",   "IOError",   "NetworkError",
                                          "ParseError",   "TimeoutError", "Cancelled", "AggregateError"};

#define TYPE_ROW(name) {"", name, "Type", NULL, "The type " name " as a value.", NULL, 0, NATIVE_LUMA}

#define ERROR_ROW(name) \
  {"errors", name, "Type", NULL, "The type " name ", as the global.", NULL, 0, NATIVE_LUMA}

static const NativeRow rows[] = {
    {"errors", "", "Imported", NULL, "The types of errors: import(\"std:errors\").", NULL, 0, NATIVE_LUMA},
    ERROR_ROW("Error"), ERROR_ROW("TypeError"), ERROR_ROW("ValueError"), ERROR_ROW("IOError"),
    ERROR_ROW("NetworkError"), ERROR_ROW("ParseError"), ERROR_ROW("TimeoutError"),
    ERROR_ROW("Cancelled"), ERROR_ROW("AggregateError"),
    TYPE_ROW("Number"), TYPE_ROW("String"),   TYPE_ROW("Boolean"), TYPE_ROW("Null"),
    TYPE_ROW("Any"),    TYPE_ROW("List"),     TYPE_ROW("Table"),   TYPE_ROW("Function"),
    TYPE_ROW("Result"), TYPE_ROW("Option"),   TYPE_ROW("Type"),    TYPE_ROW("Error"),
    TYPE_ROW("External"), TYPE_ROW("Response"), TYPE_ROW("TypeError"), TYPE_ROW("ValueError"),
    TYPE_ROW("IOError"), TYPE_ROW("NetworkError"), TYPE_ROW("ParseError"), TYPE_ROW("TimeoutError"),
    TYPE_ROW("Cancelled"), TYPE_ROW("AggregateError"),
};

LibModule lib_types_module(void) { return (LibModule){rows, ARRAY_LEN(rows)}; }

static TypeValue *install_type(VM *vm, const char *name, TypeTag tag) {
  Str *text = vm_text(vm, name);
  if (!text) return NULL;
  vm_push_root(vm, value_object(text));
  TypeValue *type = type_value_new(vm_heap(vm), tag, text, 0, 0);
  vm_pop_roots(vm, 1);
  if (!type) {
    (void)!vm_raise_memory(vm);
    return NULL;
  }
  char full[64] = "luma.";
  strncat(full, name, sizeof(full) - 6);
  vm_set_builtin(vm, full, value_object(type));
  return type;
}

// --- Errors (luma.md 7) ----------------------------------------------------------------------------

// What a cast to the type asks for, as the table of a user type says it.
static Table *new_fields(VM *vm, TypeValue *type) {
  type->table = vm_table(vm);
  if (type->table) heap_touch(vm_heap(vm), (Obj *)type);
  return type->table;
}

static bool describe_error(VM *vm, TypeValue *error) {
  Value string = vm_get_builtin(vm, "luma.String");
  Table *fields = new_fields(vm, error);
  return fields && vm_set_field(vm, fields, "kind", string) && vm_set_field(vm, fields, "message", string);
}

// One kind: an Error whose `kind` need not be given.
static bool install_error(VM *vm, const char *kind, TypeValue *error) {
  TypeValue *type = install_type(vm, kind, TAG_ERROR);
  if (!type) return false;
  type->parent = error;
  heap_touch(vm_heap(vm), (Obj *)type);
  Table *fields = new_fields(vm, type);
  return fields && vm_set_field(vm, fields, "kind", value_object(type->name));
}

bool lib_types_install(VM *vm) {
  for (size_t i = 0; i < ARRAY_LEN(type_names); i++) {
    if (!install_type(vm, type_names[i].name, type_names[i].tag)) return false;
  }
  TypeValue *error = (TypeValue *)value_as_object(vm_get_builtin(vm, "luma.Error"));
  if (!describe_error(vm, error)) return false;
  for (size_t i = 0; i < ARRAY_LEN(error_kinds); i++) {
    if (!install_error(vm, error_kinds[i], error)) return false;
  }
  return true;
}
