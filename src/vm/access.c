// SPDX-License-Identifier: MIT
// access.c - reading and writing fields and members
//
// Luma reads what a table lacks as null (luma.md 4.14); Vint raises, as a missing member mostly is
// a misspelt one. Reading a method without calling it gives it bound to its receiver.
#include "vm/access.h"

#include "code/unit.h"
#include "vm/cache.h"
#include "vm/conform.h"
#include "vm/instance.h"
#include "vm/method.h"
#include "vm/package.h"

static bool bind(VM *vm, Value function, Value receiver, Value *out) {
  Bound *bound = closure_new_bound(vm->heap, function, receiver);
  if (!bound) return vm_raise_memory(vm);
  *out = value_object(bound);
  return true;
}

// --- What errors and types have -----------------------------------------------------------------

static Value error_field(VM *vm, const Error *error, Str *name) {
  if (str_equal(name, vm->names[VM_NAME_KIND])) return value_object(error->kind);
  if (str_equal(name, vm->names[VM_NAME_MESSAGE])) return value_object(error->message);
  if (str_equal(name, vm->names[VM_NAME_DETAILS]) || str_equal(name, vm->names[VM_NAME_ERRORS]))
    return error->details;
  if (str_equal(name, vm->names[VM_NAME_VALUE]))
    return value_is_absent(error->thrown) ? VALUE_NULL : error->thrown;
  // The fields of a declared error are those of the value that was thrown.
  if (value_is_table(error->thrown))
    return table_get(value_as_table(error->thrown), value_object(name));
  return VALUE_ABSENT;
}

static Value type_field(const TypeValue *type, Str *name) {
  Value found = type->table ? table_get_str(type->table, name) : VALUE_ABSENT;
  if (value_is_absent(found) && type->helpers) found = table_get_str(type->helpers, name);
  return found;
}

// What a value that is no table has under `name` without being called; VALUE_ABSENT if nothing.
static Value plain_field(VM *vm, Value object, Str *name) {
  if (value_is_kind(object, KIND_ERROR))
    return error_field(vm, (const Error *)value_as_object(object), name);
  if (value_is_type(object)) {
    Value found = type_field((const TypeValue *)value_as_object(object), name);
    if (value_is_absent(found)) found = method_find_in_type(vm, object, name);
    return value_is_absent(found) ? method_find_static(vm, NATIVE_LUMA, object, name) : found;
  }
  return VALUE_ABSENT;
}

// --- Luma ---------------------------------------------------------------------------------------

static bool raise_no_field(VM *vm, Value object, const Str *name) {
  if (value_is_null(object))
    return vm_raise(vm, "TypeError", "cannot read field '%s' of null", name->bytes);
  const char *hint = value_is_kind(object, KIND_PROMISE) ? "; await it first" : "";
  return vm_raise(vm, "TypeError", "%s has no field '%s'%s", vm_type_name(vm, object), name->bytes,
                  hint);
}

// A field that an instance lacks may be its type's method; one with `self` is bound.
static bool get_from_type(VM *vm, Value object, Str *name, Value *out) {
  const Table *table = value_as_table(object);
  Value type = table->type;
  if (str_equal(name, vm->names[VM_NAME_TYPE])) {
    *out = type; // readable, but no entry (luma.md 12, 45)
    return true;
  }
  if (value_is_null(type)) type = table_get_str(table, vm->names[VM_NAME_PARENT]);
  Value found = method_find_in_type(vm, type, name);
  *out = value_is_absent(found) ? VALUE_NULL : found;
  if (!value_is_kind(found, KIND_CLOSURE)) return true;
  if (!(value_as_object(found)->flags & PROTO_SELF)) return true;
  return bind(vm, found, object, out);
}

bool access_get_field(VM *vm, Value object, Cache *cache, Value *out) {
  if (value_is_table(object)) {
    const Table *table = value_as_table(object);
    Value own = table_get_str(table, cache->name);
    if (value_is_absent(own)) return get_from_type(vm, object, cache->name, out);
    if (!value_is_package(object)) cache_set_own(cache, table); // SET_FIELD must not know it
    *out = own;
    return true;
  }
  Value found = plain_field(vm, object, cache->name);
  if (!value_is_absent(found)) {
    *out = found;
    return true;
  }
  Value method = vm_find_method(vm, NATIVE_LUMA, object, cache->name);
  if (value_is_absent(method)) return raise_no_field(vm, object, cache->name);
  return bind(vm, method, object, out);
}

bool access_get_bound(VM *vm, Value object, Cache *cache, Value *out) {
  if (!access_get_field(vm, object, cache, out)) return false;
  if (value_is_kind(*out, KIND_BOUND)) return true;
  if (!method_is_callable(*out))
    return vm_raise(vm, "TypeError", "%s has no method '%s'", vm_type_name(vm, object),
                    cache->name->bytes);
  return bind(vm, *out, object, out);
}

bool access_set_field(VM *vm, Value object, Cache *cache, Value value) {
  if (!value_is_table(object)) {
    if (value_is_null(object))
      return vm_raise(vm, "TypeError", "cannot set field '%s' of null", cache->name->bytes);
    return vm_raise(vm, "TypeError", "cannot set field '%s' of a %s", cache->name->bytes,
                    vm_type_name(vm, object));
  }
  Table *table = value_as_table(object);
  if (value_is_package(object)) return package_set(vm, table, cache->name, value);
  if (!table_set_str(vm->heap, table, cache->name, value)) return vm_raise_memory(vm);
  cache_set_own(cache, table);
  return true;
}

// --- Vint ---------------------------------------------------------------------------------------

// A pointer to a struct stands for it: p.f is (*p).f.
static Value follow_pointer(Value object) {
  return value_is_kind(object, KIND_CELL) ? closure_pointed_to((Cell *)value_as_object(object)) : object;
}

static bool raise_no_member(VM *vm, Value object, const Str *name) {
  return vm_raise(vm, "TypeError", "%s has no member '%s'", vm_vint_name(vm, object), name->bytes);
}

static bool get_table_member(VM *vm, Value object, Cache *cache, Value *out) {
  const Table *table = value_as_table(object);
  Value found = table_get_str(table, cache->name);
  if (!value_is_absent(found)) {
    cache_set_own(cache, table);
    *out = found;
    return true;
  }
  found = method_find_in_type(vm, table->type, cache->name);
  if (value_is_absent(found) && !value_is_instance(object))
    found = vm_find_method(vm, NATIVE_VINT, object, cache->name);
  if (value_is_absent(found)) return raise_no_member(vm, object, cache->name);
  return bind(vm, found, object, out);
}

bool access_get_member(VM *vm, Value object, Cache *cache, Value *out) {
  object = follow_pointer(object);
  if (value_is_table(object)) return get_table_member(vm, object, cache, out);
  // An error's members are methods first: `e.message()`, but `e.message` gives the text.
  Value found = plain_field(vm, object, cache->name);
  if (!value_is_absent(found)) {
    *out = found;
    return true;
  }
  Value method = vm_find_method(vm, NATIVE_VINT, object, cache->name);
  if (value_is_absent(method)) return raise_no_member(vm, object, cache->name);
  return bind(vm, method, object, out);
}

// A struct has the fields that it was declared with, each of its type (vint.md 6.1).
static bool fit_field(VM *vm, const TypeValue *type, const TypeValueField *field, Value *value) {
  uint32_t tag = field->type->obj.extra;
  if (tag == TAG_ANY || (tag == TAG_INTEGER && value_is_int(*value))) return true;
  if (conform_shallow(vm, *value, field->type)) {
    if (tag == TAG_FLOAT && value_is_integer(*value)) *value = value_double(value_to_double(*value));
    return true;
  }
  if (tag == TAG_SIZED_INTEGER && value_is_integer(*value))
    return vm_raise(vm, "TypeError", "field '%s' of %s: %lld does not fit %s", field->name->bytes,
                    type->name->bytes, (long long)value_as_integer(*value), field->type->name->bytes);
  return vm_raise(vm, "TypeError", "field '%s' of %s: expected %s, got %s", field->name->bytes,
                  type->name->bytes, field->type->name->bytes, vm_vint_name(vm, *value));
}

// The cache remembers where the field is, and what needs no check there.
static bool set_field(VM *vm, Table *table, Cache *cache, Value value) {
  const TypeValue *type = (const TypeValue *)value_as_object(table->type);
  Value *slot = cache_slot(cache, value_object(table));
  int32_t index = slot ? (int32_t)cache->index : instance_find_field(type, cache->name);
  if (index < 0) return raise_no_member(vm, value_object(table), cache->name);
  if (!fit_field(vm, type, &type->fields[index], &value)) return false;
  if (!slot || cache->type != table->type) cache_set_written(cache, table);
  if (!slot) return table_set_str(vm->heap, table, cache->name, value) || vm_raise_memory(vm);
  heap_store(vm->heap, table, slot, value);
  return true;
}

bool access_set_place(VM *vm, Value object, Str *name, Value value) {
  Table *table = value_as_table(object);
  if (value_is_package(object)) return package_set(vm, table, name, value);
  const TypeValue *type = (const TypeValue *)value_as_object(table->type);
  int32_t index = instance_find_field(type, name);
  if (index < 0) return raise_no_member(vm, object, name);
  if (!fit_field(vm, type, &type->fields[index], &value)) return false;
  return table_set_str(vm->heap, table, name, value) || vm_raise_memory(vm);
}

bool access_set_member(VM *vm, Value object, Cache *cache, Value value) {
  object = follow_pointer(object);
  if (value_is_instance(object)) return set_field(vm, value_as_table(object), cache, value);
  if (!value_is_table(object))
    return vm_raise(vm, "TypeError", "cannot set member '%s' of %s", cache->name->bytes,
                    vm_vint_name(vm, object));
  Table *table = value_as_table(object);
  if (value_is_package(object)) return package_set(vm, table, cache->name, value);
  if (!table_set_str(vm->heap, table, cache->name, value)) return vm_raise_memory(vm);
  cache_set_written(cache, table);
  return true;
}
