// SPDX-License-Identifier: MIT
// access.h - reading and writing fields and members
//
// The slow paths behind the inline caches of the interpreter. Each returns false with an error
// raised; none runs script code.
#ifndef ACCESS_H
#define ACCESS_H

#include "object/record.h"
#include "vm/vm_private.h"

bool access_get_field(VM *vm, Value object, Cache *cache, Value *out) MUST_USE; // Luma
// What `object:name(…)` calls, bound to the object.
bool access_get_bound(VM *vm, Value object, Cache *cache, Value *out) MUST_USE;
bool access_set_field(VM *vm, Value object, Cache *cache, Value value) MUST_USE;
// Sets the member of a struct or a package that a pointer points to.
bool access_set_place(VM *vm, Value object, Str *name, Value value) MUST_USE;
bool access_get_member(VM *vm, Value object, Cache *cache, Value *out) MUST_USE; // Vint
bool access_set_member(VM *vm, Value object, Cache *cache, Value value) MUST_USE;

// A table of `shape` with `values` in its fields, which must be reachable.
static inline bool access_new_record(VM *vm, Shape *shape, const Value *values, Value *out) {
  Table *table = record_new(vm->heap, shape, values);
  if (UNLIKELY(!table)) return vm_raise_memory(vm);
  *out = value_object(table);
  return true;
}

#endif
