// SPDX-License-Identifier: MIT
// type_fields.h - the fields that a type asks for
//
// A type is a TypeValue, or the table that holds a user type's fields (luma.md 3.6): an entry that
// is a type is a field that must be there, a function is a method, anything else a default. Both
// are asked the same way here, a type's own fields first and then those of its parents.
#ifndef TYPE_FIELDS_H
#define TYPE_FIELDS_H

#include "code/unit.h"
#include "vm/vm.h"

#define TYPE_PARENTS_MAX 256 // more of them are a circle

// One field that a type asks for. `type` is absent if any value will do.
typedef struct TypeField {
  Str *name;
  Value type;
  Value otherwise; // its default; VALUE_ABSENT: it must be there
} TypeField;

static inline bool type_fields_is_type(Value value) {
  return value_is_type(value) || value_is_table(value);
}
static inline uint32_t type_fields_tag(Value type) { // TypeTag
  return value_is_type(type) ? value_as_object(type)->extra : (uint32_t)TAG_USER;
}

// The next field of one type, from *position = 0 on. False: no more.
bool type_fields_next(Value type, uint32_t *position, TypeField *out);
// The type whose fields come next; absent: that was the last. Those of a TypeValue include its
// parents'.
Value type_fields_up(VM *vm, Value type);
Value type_fields_parent(VM *vm, Value type); // as it is declared; may be absent
// What a value of the type has as its own type: the table of a user type, a built-in one itself.
Value type_fields_methods(Value type);

// A signature asks for a method, which the value's own type may have.
bool type_fields_is_signature(const TypeField *field);
bool type_fields_has_method(VM *vm, const Table *table, const TypeField *field);
// Sets the field to its default. False: raised.
bool type_fields_set_default(VM *vm, Table *table, const TypeField *field) MUST_USE;

#endif
