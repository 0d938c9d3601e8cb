// SPDX-License-Identifier: MIT
// package.c - Vint's packages as values
#include "vm/package.h"

#include "code/unit.h"
#include "vm/conform.h"

bool package_new(VM *vm, Value type, Value *out) {
  TypeValue *own = (TypeValue *)value_as_object(type);
  if (!own->shape) {
    own->shape = shape_new_root(vm->heap);
    if (!own->shape) return vm_raise_memory(vm);
    own->obj.flags |= TYPE_VALUE_PACKAGE;
    heap_touch(vm->heap, (Obj *)own);
  }
  Table *table = table_new(vm->heap, own->shape);
  if (!table) return vm_raise_memory(vm);
  table->type = type;
  heap_touch(vm->heap, (Obj *)table);
  *out = value_object(table);
  return true;
}

static const TypeValueField *find_field(const TypeValue *type, const Str *name) {
  for (uint32_t i = 0; i < type->field_count; i++)
    if (str_equal(type->fields[i].name, name)) return &type->fields[i];
  return NULL;
}

// As where a value crosses any other annotation (vint.md D8).
static bool fit_member(VM *vm, const TypeValue *type, const TypeValueField *field, Value *value) {
  if (!conform_shallow(vm, *value, field->type))
    return vm_raise(vm, "TypeError", "member '%s' of package %s: expected %s, got %s",
                    field->name->bytes, type->name->bytes, field->type->name->bytes,
                    vm_vint_name(vm, *value));
  if (field->type->obj.extra == TAG_FLOAT && value_is_integer(*value))
    *value = value_double(value_to_double(*value));
  return true;
}

bool package_set(VM *vm, Table *package, Str *name, Value value) {
  const TypeValue *type = (const TypeValue *)value_as_object(package->type);
  const TypeValueField *field = find_field(type, name);
  if (field && field->is_constant && !value_is_absent(table_get_str(package, name)))
    return vm_raise(vm, "TypeError", "'%s' is a constant of package %s", name->bytes,
                    type->name->bytes);
  if (field && !fit_member(vm, type, field, &value)) return false;
  return table_set_str(vm->heap, package, name, value) || vm_raise_memory(vm);
}

bool package_is_constant(Value package, const Str *name) {
  const TypeValue *type = (const TypeValue *)value_as_object(value_as_table(package)->type);
  const TypeValueField *field = find_field(type, name);
  return field && field->is_constant;
}

bool package_check_public(VM *vm, Value object, Value name) {
  if (!value_is_package(object)) return true;
  const TypeValue *type = (const TypeValue *)value_as_object(value_as_table(object)->type);
  return vm_raise(vm, "TypeError", "'%s' is private to package %s", value_as_str(name)->bytes,
                  type->name->bytes);
}
