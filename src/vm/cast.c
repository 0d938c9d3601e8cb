// SPDX-License-Identifier: MIT
// cast.c - a table becomes an instance of a type
#include "vm/cast.h"

#include "vm/conform.h"
#include "vm/method.h"
#include "vm/type_fields.h"
#include "vm/vm_private.h"

#include <string.h>

static bool copy_table(VM *vm, Table *to, const Table *from) {
  uint32_t position = 0;
  Value key, value;
  while (table_next(from, &position, &key, &value))
    if (!table_set(vm->heap, to, key, value)) return vm_raise_memory(vm);
  return true;
}

// A default gives its field a type too: that of the default.
static bool check_default(VM *vm, const Table *table, const TypeField *field) {
  Value value = table_get_str(table, field->name);
  if (value_is_absent(value) || value_is_absent(field->otherwise)) return true;
  if (value_is_null(value) || value_is_null(field->otherwise)) return true;
  const char *wanted = vm_type_name(vm, field->otherwise);
  const char *got = vm_type_name(vm, value);
  if (!value_is_absent(field->type) || strcmp(wanted, got) == 0) return true;
  return vm_raise(vm, "TypeError", "%s: expected %s, got %s", field->name->bytes, wanted, got);
}

static bool fill_one(VM *vm, Table *table, const TypeField *field) {
  if (!check_default(vm, table, field)) return false;
  if (value_is_absent(field->otherwise)) return true;
  if (!value_is_absent(table_get_str(table, field->name))) return true;
  return type_fields_set_default(vm, table, field);
}

static bool fill_defaults(VM *vm, Table *table, Value type) {
  for (uint32_t level = 0; level < TYPE_PARENTS_MAX && type_fields_is_type(type); level++) {
    uint32_t position = 0;
    TypeField field;
    while (type_fields_next(type, &position, &field))
      if (!fill_one(vm, table, &field)) return false;
    type = type_fields_up(vm, type);
  }
  return true;
}

// A type of signatures alone: what is cast to it stays what it is.
static bool is_trait(VM *vm, Value type) {
  bool has_any = false;
  for (uint32_t level = 0; level < TYPE_PARENTS_MAX && type_fields_is_type(type); level++) {
    uint32_t position = 0;
    TypeField field;
    while (type_fields_next(type, &position, &field)) {
      if (value_is_absent(field.type) || type_fields_tag(field.type) != TAG_FUNCTION) return false;
      has_any = true;
    }
    type = type_fields_up(vm, type);
  }
  return has_any;
}

// From now on a type's __gc is owed to the instance.
static void note_finaliser(VM *vm, Table *instance) {
  if (value_is_absent(method_find_operator(vm, value_object(instance), VM_NAME_GC))) return;
  if (vm->async.guarded) vm->async.guarded(vm, instance);
}

static bool cast_into(VM *vm, Table *made, Value type, const Table *from) {
  if (!copy_table(vm, made, from) || !fill_defaults(vm, made, type)) return false;
  made->type = from->type; // while its methods are asked for
  bool fits = conform_require(vm, value_object(made), type);
  if (value_is_null(from->type) || !is_trait(vm, type)) made->type = type_fields_methods(type);
  heap_touch(vm->heap, (Obj *)made);
  if (fits) note_finaliser(vm, made);
  return fits;
}

Value cast_to(VM *vm, Value type, Value value) {
  if (!type_fields_is_type(type)) {
    (void)!vm_raise(vm, "TypeError", "cast() first argument must be a type, got %s",
                    vm_type_name(vm, type));
    return VALUE_ABSENT;
  }
  if (!value_is_table(value)) {
    (void)!vm_raise(vm, "TypeError", "cast() can only cast table values, got %s",
                    vm_type_name(vm, value));
    return VALUE_ABSENT;
  }
  heap_push_root(vm->heap, type);
  heap_push_root(vm->heap, value);
  Table *made = vm_table(vm);
  bool is_done = made != NULL;
  if (made) {
    heap_push_root(vm->heap, value_object(made));
    is_done = cast_into(vm, made, type, value_as_table(value));
    heap_pop_roots(vm->heap, 1);
  }
  heap_pop_roots(vm->heap, 2);
  return is_done ? value_object(made) : VALUE_ABSENT;
}
