// SPDX-License-Identifier: MIT
// method.h - finding and calling methods
//
// Luma (luma.md 4.13): a table's own field, then its type and the type's parents, then the built-in
// methods of its kind. Vint: a struct's methods or a dict's own function, then the built-in ones.
#ifndef METHOD_H
#define METHOD_H

#include "vm/vm_private.h"

// Where a method was found, which decides whether it gets its receiver.
typedef enum MethodPlace {
  METHOD_NONE,
  METHOD_OWN,  // a field of the value itself
  METHOD_TYPE, // of its type or a parent
  METHOD_KIND, // a built-in method
} MethodPlace;

// Looks `name` up in `type` (a Table or TypeValue) and its parents; only what can be called counts.
// VALUE_ABSENT if there is none. Does not allocate.
Value method_find_in_type(VM *vm, Value type, Str *name);
// What a built-in type's name has as a table of functions: `List.map`, which takes the list as first
// argument. VALUE_ABSENT if there is none. `type` is a TypeValue.
Value method_find_static(VM *vm, uint8_t language, Value type, Str *name);
// Is it Error, or a type that has Error among its parents?
bool method_is_error_type(VM *vm, Value type);
// An operator method of a table: its own field, then its type's. VALUE_ABSENT for everything else.
Value method_find_operator(VM *vm, Value left, VMName name);

// Arrange the window of a method call so that it becomes the call of R[a] with *count arguments.
// False: there is no such method, raised.
bool method_arrange_dot(VM *vm, Instr i, Cache *cache, uint32_t *count) MUST_USE;
bool method_arrange_colon(VM *vm, Instr i, Cache *cache, uint32_t *count) MUST_USE;
bool method_arrange_vint(VM *vm, Instr i, Cache *cache, uint32_t *count) MUST_USE;

static inline bool method_is_callable(Value value) {
  return value_is_function(value);
}

#endif
