// SPDX-License-Identifier: MIT
// pointer.c - Vint's pointers
#include "vm/pointer.h"

#include "vm/match.h"

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

bool pointer_get(VM *vm, Value pointer, Value *out) {
  if (!value_is_kind(pointer, KIND_CELL)) return raise_no_pointer(vm, pointer);
  *out = ((Cell *)value_as_object(pointer))->value;
  if (value_is_absent(*out))
    return vm_raise(vm, "ReferenceError", "the variable behind the pointer is not set yet");
  return true;
}

bool pointer_set(VM *vm, Value pointer, Value value) {
  if (!value_is_kind(pointer, KIND_CELL)) return raise_no_pointer(vm, pointer);
  Cell *cell = (Cell *)value_as_object(pointer);
  bool is_typed = cell->obj.flags & CELL_TYPED;
  if (is_typed && !match_check_type(vm, &value, value_object(((TypedCell *)cell)->type)))
    return false;
  heap_store(vm->heap, cell, &cell->value, value);
  return true;
}
