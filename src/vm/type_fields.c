// SPDX-License-Identifier: MIT
// type_fields.c - the fields that a type asks for
#include "vm/type_fields.h"

#include "vm/method.h"
#include "vm/vm_private.h"

#include <string.h>

Value type_fields_parent(VM *vm, Value type) {
  if (value_is_table(type)) return table_get_str(value_as_table(type), vm->names[VM_NAME_PARENT]);
  if (!value_is_type(type) || !value_as_type(type)->parent) return VALUE_ABSENT;
  return value_object(value_as_type(type)->parent);
}

static bool is_hidden(const Str *name) {
  return strncmp(name->bytes, "__", 2) == 0;
}

// The table whose entries say what a user type is, NULL for other types.
static const Table *table_of(Value type) {
  if (value_is_table(type)) return value_as_table(type);
  return value_as_type(type)->field_count == 0 ? value_as_type(type)->table : NULL;
}

// A table without entries says nothing about a type.
static bool is_empty_table(Value value) {
  return value_is_table(value) && value_as_table(value)->count == 0;
}

// An entry of a user type's table: a type is a required field, a function a method (no field),
// anything else a default.
static bool read_entry(Value key, Value spec, TypeField *out) {
  if (!value_is_str(key) || is_hidden(value_as_str(key)) || method_is_callable(spec)) return false;
  bool is_required = type_fields_is_type(spec) && !is_empty_table(spec);
  *out = (TypeField){value_as_str(key), is_required ? spec : VALUE_ABSENT,
                     is_required ? VALUE_ABSENT : spec};
  return true;
}

// An optional field's default stands in the table of the type, or of the parent that declared it.
static Value default_of(const TypeValue *type, const TypeValueField *field) {
  if (!field->is_optional) return VALUE_ABSENT;
  for (uint32_t level = 0; type && level < TYPE_PARENTS_MAX; level++, type = type->parent) {
    Value value = type->table ? table_get_str(type->table, field->name) : VALUE_ABSENT;
    if (!value_is_absent(value))
      return method_is_callable(value) || value_is_type(value) ? VALUE_NULL : value;
  }
  return VALUE_NULL;
}

// The next field of one type, without its parents'. False: no more.
bool type_fields_next(Value type, uint32_t *position, TypeField *out) {
  const Table *table = table_of(type);
  if (table) {
    Value key, spec;
    while (table_next(table, position, &key, &spec))
      if (read_entry(key, spec, out)) return true;
    return false;
  }
  const TypeValue *own = value_as_type(type);
  if (*position >= own->field_count) return false;
  const TypeValueField *field = &own->fields[(*position)++];
  *out = (TypeField){field->name, field->type ? value_object(field->type) : VALUE_ABSENT,
                     default_of(own, field)};
  return true;
}

// The fields of a TypeValue include its parents'; those of a table do not.
Value type_fields_up(VM *vm, Value type) {
  Value parent = table_of(type) ? type_fields_parent(vm, type) : VALUE_ABSENT;
  return type_fields_is_type(parent) ? parent : VALUE_ABSENT;
}

// A user type is known by its table, a built-in one by itself.
Value type_fields_methods(Value type) {
  if (value_is_table(type) || value_as_type(type)->obj.extra == TAG_ERROR) return type;
  return value_as_type(type)->table ? value_object(value_as_type(type)->table) : type;
}

bool type_fields_is_signature(const TypeField *field) {
  return value_is_type(field->type) && value_as_type(field->type)->obj.extra == TAG_FUNCTION;
}

// A signature asks for a method, which the value's own type may have.
bool type_fields_has_method(VM *vm, const Table *table, const TypeField *field) {
  return type_fields_is_signature(field) &&
         !value_is_absent(method_find_in_type(vm, table->type, field->name));
}

// --- Defaults -----------------------------------------------------------------------------------

static List *copy_list(VM *vm, const List *from) {
  List *copy = vm_list(vm, from->count);
  for (uint32_t i = 0; copy && i < from->count; i++) copy->items[copy->count++] = from->items[i];
  if (copy) heap_touch(vm->heap, (Obj *)copy);
  return copy;
}

// A list or `{}` that stands in a type is each instance's own, or all would share what one of them
// puts into it. Another table there is a type, not a default.
bool type_fields_set_default(VM *vm, Table *table, const TypeField *field) {
  Value value = field->otherwise;
  bool is_list = value_is_list(value);
  if (!is_list && !is_empty_table(value))
    return table_set_str(vm->heap, table, field->name, value) || vm_raise_memory(vm);
  void *copy = is_list ? (void *)copy_list(vm, value_as_list(value)) : (void *)vm_table(vm);
  if (!copy) return false;
  heap_push_root(vm->heap, value_object(copy));
  bool is_set = table_set_str(vm->heap, table, field->name, value_object(copy));
  heap_pop_roots(vm->heap, 1);
  return is_set || vm_raise_memory(vm);
}
