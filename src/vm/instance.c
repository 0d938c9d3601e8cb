// SPDX-License-Identifier: MIT
// instance.c - Vint's structs, enums and declared errors as values, and their instances
#include "vm/instance.h"

#include "code/unit.h"
#include "vm/access.h"
#include "vm/conform.h"

static TypeValue *as_type(Value type) {
  return (TypeValue *)value_as_object(type);
}

static bool raise_no_type(VM *vm, Value value) {
  return vm_raise(vm, "TypeError", "expected a declared type, got %s", vm_vint_name(vm, value));
}

static bool has_instances(const TypeValue *type) {
  return type->obj.extra == TAG_STRUCT || type->obj.extra == TAG_CUSTOM_ERROR;
}

// --- Declarations --------------------------------------------------------------------------------

// The same type once more, without what its first declaration added.
static TypeValue *copy_type(VM *vm, const TypeValue *type) {
  TypeValue *copy = type_value_new(vm->heap, type->obj.extra, type->name, 0, type->field_count);
  if (!copy) {
    (void)!vm_raise_memory(vm);
    return NULL;
  }
  for (uint32_t i = 0; i < type->field_count; i++) copy->fields[i] = type->fields[i];
  heap_touch(vm->heap, (Obj *)copy);
  return copy;
}

// `type` is rooted. Too many fields for a shape leave it without one; then instances are tables
// that look their fields up.
static bool make_shape(VM *vm, TypeValue *type) {
  if (type->field_count > SHAPE_KEYS_MAX) return true;
  Shape *shape = vm->root_shape;
  for (uint32_t i = 0; i < type->field_count; i++) {
    shape = shape_add(vm->heap, shape, type->fields[i].name);
    if (!shape) return vm_raise_memory(vm);
    type->shape = shape; // keeps it alive
    heap_touch(vm->heap, (Obj *)type);
  }
  type->shape = shape;
  heap_touch(vm->heap, (Obj *)type);
  return true;
}

static bool asks_for_types(const TypeValue *type) {
  for (uint32_t i = 0; i < type->field_count; i++)
    if (type->fields[i].type->obj.extra != TAG_ANY) return true;
  return false;
}

bool instance_declare(VM *vm, Value type, Value *out) {
  if (!value_is_type(type)) return raise_no_type(vm, type);
  TypeValue *declared = as_type(type);
  if (declared->obj.flags & TYPE_VALUE_DECLARED) declared = copy_type(vm, declared);
  if (!declared) return false;
  *out = value_object(declared);
  heap_push_root(vm->heap, *out);
  Table *members = vm_table(vm);
  if (members) {
    declared->table = members;
    declared->obj.flags |= TYPE_VALUE_DECLARED;
    if (has_instances(declared)) declared->obj.flags |= TYPE_VALUE_MAKES;
    if (has_instances(declared) && asks_for_types(declared)) declared->obj.flags |= TYPE_VALUE_STRICT;
    heap_touch(vm->heap, (Obj *)declared);
  }
  bool is_done = members && (!has_instances(declared) || make_shape(vm, declared));
  heap_pop_roots(vm->heap, 1);
  return is_done;
}

bool instance_add_member(VM *vm, Value type, Value name, Value member) {
  if (!value_is_type(type) || !as_type(type)->table || !value_is_str(name))
    return raise_no_type(vm, type);
  return table_set_str(vm->heap, as_type(type)->table, value_as_str(name), member) ||
         vm_raise_memory(vm);
}

bool instance_set_maker(VM *vm, Value type, Value maker) {
  if (!value_is_type(type) || !has_instances(as_type(type))) return raise_no_type(vm, type);
  heap_store(vm->heap, as_type(type), &as_type(type)->maker, maker);
  return true;
}

int32_t instance_find_field(const TypeValue *type, Str *name) {
  if (type->shape) return shape_find(type->shape, name);
  for (uint32_t i = 0; i < type->field_count; i++)
    if (str_equal(type->fields[i].name, name)) return (int32_t)i;
  return -1;
}

// --- Instances -----------------------------------------------------------------------------------

// `values` are registers of the running function, which do not move here.
static bool fill_table(VM *vm, const TypeValue *type, const Value *values, Value *out) {
  Table *table = vm_table(vm);
  if (!table) return false;
  *out = value_object(table);
  heap_push_root(vm->heap, *out);
  bool is_done = true;
  for (uint32_t i = 0; i < type->field_count && is_done; i++)
    is_done = table_set_str(vm->heap, table, type->fields[i].name, values[i]);
  heap_pop_roots(vm->heap, 1);
  return is_done || vm_raise_memory(vm);
}

// Whether a maker would let this field's value pass as it is.
static bool passes(VM *vm, Value value, const TypeValue *wanted) {
  switch (wanted->obj.extra) {
  case TAG_ANY: return true;
  case TAG_INTEGER: return value_is_int(value);
  case TAG_NUMBER:
  case TAG_FLOAT: return value_is_double(value);
  default: return conform_shallow(vm, value, wanted);
  }
}

bool instance_make(VM *vm, Value type, const Value *values, uint32_t count, Value *out) {
  const TypeValue *declared = as_type(type);
  if (count != declared->field_count || !declared->shape || value_is_null(declared->maker)) return false;
  for (uint32_t i = 0; i < count; i++)
    if (value_is_absent(values[i])) return false;
  for (uint32_t i = 0; i < count && declared->obj.flags & TYPE_VALUE_STRICT; i++)
    if (!passes(vm, values[i], declared->fields[i].type)) return false;
  Table *table = record_new(vm->heap, declared->shape, values);
  if (!table) return false;
  table->type = type;
  *out = value_object(table);
  return true;
}

bool instance_new(VM *vm, Value type, const Value *values, uint32_t count, Value *out) {
  if (!value_makes_instances(type)) return raise_no_type(vm, type);
  const TypeValue *declared = as_type(type);
  if (count != declared->field_count)
    return vm_raise(vm, "TypeError", "%s has %u fields, got %u values", declared->name->bytes,
                    declared->field_count, count);
  Value made;
  bool is_done = declared->shape ? access_new_record(vm, declared->shape, values, &made)
                                 : fill_table(vm, declared, values, &made);
  if (!is_done) return false;
  value_as_table(made)->type = type;
  heap_touch(vm->heap, value_as_object(made));
  *out = made;
  return true;
}
