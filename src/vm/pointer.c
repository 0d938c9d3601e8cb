// SPDX-License-Identifier: MIT
// pointer.c - Vint's pointers
#include "vm/pointer.h"

#include "vm/access.h"
#include "vm/match.h"
#include "vm/package.h"

static bool raise_no_pointer(VM *vm, Value value) {
  if (value_is_null(value)) return vm_raise(vm, "TypeError", "cannot follow null with `*`");
  return vm_raise(vm, "TypeError", "`*` needs a pointer, got %s", vm_vint_name(vm, value));
}

bool pointer_new_typed(VM *vm, Value value, Value type, Value *out) {
  TypedCell *cell = closure_new_typed_cell(vm->heap, value, value_as_object(type));
  if (!cell) return vm_raise_memory(vm);
  *out = value_object(cell);
  return true;
}

// Only packages and structs have members that nothing takes away again; constants have no place.
static bool has_place(Value object, Str *name) {
  if (!value_is_package(object) && !value_is_instance(object)) return false;
  if (value_is_package(object) && package_is_constant(object, name)) return false;
  return !value_is_absent(table_get_str(value_as_table(object), name));
}

bool pointer_new_member(VM *vm, Value object, Cache *cache, Value *out) {
  if (value_is_kind(object, KIND_CELL))
    object = closure_pointed_to((const Cell *)value_as_object(object));
  Cell *cell = NULL;
  if (has_place(object, cache->name)) {
    cell = (Cell *)closure_new_member_cell(vm->heap, object, cache->name);
  } else {
    Value value;
    if (!access_get_member(vm, object, cache, &value)) return false;
    heap_push_root(vm->heap, value);
    cell = closure_new_cell(vm->heap, value);
    heap_pop_roots(vm->heap, 1);
  }
  if (!cell) return vm_raise_memory(vm);
  *out = value_object(cell);
  return true;
}

bool pointer_get(VM *vm, Value pointer, Value *out) {
  if (!value_is_kind(pointer, KIND_CELL)) return raise_no_pointer(vm, pointer);
  *out = closure_pointed_to((const Cell *)value_as_object(pointer));
  if (value_is_absent(*out))
    return vm_raise(vm, "ReferenceError", "the variable behind the pointer is not set yet");
  return true;
}

bool pointer_set(VM *vm, Value pointer, Value value) {
  if (!value_is_kind(pointer, KIND_CELL)) return raise_no_pointer(vm, pointer);
  Cell *cell = (Cell *)value_as_object(pointer);
  if (cell->obj.flags & CELL_MEMBER)
    return access_set_place(vm, cell->value, ((MemberCell *)cell)->name, value);
  bool is_typed = cell->obj.flags & CELL_TYPED;
  if (is_typed && !match_check_type(vm, &value, value_object(((TypedCell *)cell)->type)))
    return false;
  heap_store(vm->heap, cell, &cell->value, value);
  return true;
}
