// SPDX-License-Identifier: MIT
// cast.c - a table becomes an instance of a type
#include "vm/cast.h"

#include "vm/conform.h"
#include "vm/method.h"
#include "vm/type_fields.h"
#include "vm/vm_private.h"

#include <string.h>

// --- What it has -----------------------------------------------------------------------------------

static Table *copy_record(VM *vm, const Table *from) {
  Table *copy = table_new_record(vm->heap, from->shape, from->values);
  if (!copy) vm_raise_memory(vm);
  return copy;
}

static Table *copy_table(VM *vm, const Table *from) {
  if (from->shape && from->count > 0) return copy_record(vm, from);
  Table *copy = vm_table(vm);
  if (!copy) return NULL;
  heap_push_root(vm->heap, value_object(copy));
  bool is_done = vm_copy_entries(vm, copy, from);
  heap_pop_roots(vm->heap, 1);
  return is_done ? copy : NULL;
}

// --- What its type asks for ------------------------------------------------------------------------

// What going over the fields has shown.
typedef struct Findings {
  bool has_fields;
  bool are_signatures; // all of them: a trait
  bool is_open;        // for some the kind alone does not say whether the value fits
} Findings;

// A default gives its field a type too: that of the default.
static bool check_default(VM *vm, Value value, const TypeField *field) {
  if (value_is_absent(value) || value_is_absent(field->otherwise)) return true;
  if (value_is_null(value) || value_is_null(field->otherwise)) return true;
  const char *wanted = vm_type_name(vm, field->otherwise);
  const char *got = vm_type_name(vm, value);
  if (!value_is_absent(field->type) || strcmp(wanted, got) == 0) return true;
  return vm_raise(vm, "TypeError", "%s: expected %s, got %s", field->name->bytes, wanted, got);
}

static bool go_over_field(VM *vm, Table *table, const TypeField *field, Findings *found) {
  Value value = table_get_str(table, field->name);
  bool is_typed = !value_is_absent(field->type);
  found->has_fields = true;
  found->are_signatures &= is_typed && type_fields_tag(field->type) == TAG_FUNCTION;
  if (!check_default(vm, value, field)) return false;
  if (value_is_absent(value) && !value_is_absent(field->otherwise)) {
    found->is_open |= is_typed;
    return type_fields_set_default(vm, table, field);
  }
  found->is_open |= value_is_absent(value) || !conform_at_once(vm, value, field->type);
  return true;
}

// Fills in the defaults.
static bool go_over_fields(VM *vm, Table *table, Value type, Findings *found) {
  *found = (Findings){.are_signatures = true};
  for (uint32_t level = 0; level < TYPE_PARENTS_MAX && type_fields_is_type(type); level++) {
    uint32_t position = 0;
    TypeField field;
    while (type_fields_next(type, &position, &field))
      if (!go_over_field(vm, table, &field, found)) return false;
    type = type_fields_up(vm, type);
  }
  return true;
}

// Tables fit these if their fields do.
static bool is_of_fields(Value type) {
  uint32_t tag = type_fields_tag(type);
  return tag == TAG_USER || tag == TAG_RECORD;
}

// --- Both ------------------------------------------------------------------------------------------

// From now on a type's __gc is owed to the instance.
static void note_finaliser(VM *vm, Table *instance) {
  if (value_is_absent(method_find_operator(vm, value_object(instance), VM_NAME_GC))) return;
  if (vm->async.guarded) vm->async.guarded(vm, instance);
}

// What is cast to a trait stays what it is.
static bool cast_into(VM *vm, Table *made, Value type, const Table *from) {
  Findings found;
  if (!go_over_fields(vm, made, type, &found)) return false;
  made->type = from->type; // while its methods are asked for
  bool fits = is_of_fields(type) && !found.is_open;
  if (!fits) fits = conform_require(vm, value_object(made), type);
  bool is_trait = found.has_fields && found.are_signatures;
  if (value_is_null(from->type) || !is_trait) made->type = type_fields_methods(type);
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
  Table *made = copy_table(vm, value_as_table(value));
  bool is_done = made != NULL;
  if (made) {
    heap_push_root(vm->heap, value_object(made));
    is_done = cast_into(vm, made, type, value_as_table(value));
    heap_pop_roots(vm->heap, 1);
  }
  heap_pop_roots(vm->heap, 2);
  return is_done ? value_object(made) : VALUE_ABSENT;
}
