// SPDX-License-Identifier: MIT
// type_value.h - types as values, and as what checks and decoding go by
//
// Made from a unit's TypeData when it is loaded, and for the built-in names (Number, List …). `tag`
// is a TypeTag of code/unit.h; here it is a number. Types of one unit may be recursive, so args are
// filled after all were made.
#ifndef TYPE_VALUE_H
#define TYPE_VALUE_H

#include "object/closure.h"
#include "object/table.h"

typedef struct TypeValueField {
  Str *name;
  struct TypeValue *type;
  bool is_optional; // may be missing: it has a default
  bool is_constant; // of a package: set once
} TypeValueField;

typedef struct TypeValue {
  Obj obj;        // extra: tag
  Str *name;      // as shown: "List(Number)", "User"
  Table *table;   // a user type's table once the program has made it (OP_BIND_TYPE), else NULL
  Table *helpers; // built-in names that are tables of functions too (String, List, Result …), else
                  // NULL
  struct TypeValue **args; // raw block
  TypeValueField *fields;  // raw block; records and user types, parents' fields included
  struct TypeValue *parent;
  // Of a Vint struct, enum or declared error once its declaration ran: `table` has the methods or
  // members, `maker` is the function that makes instances (VALUE_NULL for enums) and `shape` that
  // of the instances, in the order of `fields`; NULL if there are too many.
  Value maker;
  Shape *shape;
  uint32_t arg_count;
  uint32_t field_count;
} TypeValue;

// In obj.flags.
#define TYPE_VALUE_DECLARED 1 // a declaration of the program made it what it is
#define TYPE_VALUE_MAKES    2 // it has instances: tables whose `type` it is, with just its fields
#define TYPE_VALUE_PACKAGE  4 // of a Vint package; `shape` is the root of its shapes
#define TYPE_VALUE_MODULE   8 // of a module of the library, which is a package in Vint's eyes
#define TYPE_VALUE_STRICT   16 // some of its instances' fields do not take any value

void type_value_register(Heap *heap);
TypeValue *type_value_new(Heap *heap, uint32_t tag, Str *name, uint32_t arg_count,
                          uint32_t field_count) MUST_USE;

static inline const TypeValue *value_as_type(Value v) {
  return (const TypeValue *)value_as_object(v);
}
static inline bool value_is_type(Value v) {
  return value_is_kind(v, KIND_TYPE);
}

// A struct or a declared error, which can be called.
static inline bool value_makes_instances(Value v) {
  return value_is_type(v) && (value_as_object(v)->flags & TYPE_VALUE_MAKES);
}

// An instance of a struct or of a declared error, which is a table but no dict.
static inline bool value_is_instance(Value v) {
  return value_is_table(v) && value_makes_instances(value_as_table(v)->type);
}

// A Vint package, which is a table but no dict.
static inline bool value_is_package(Value v) {
  if (!value_is_table(v) || !value_is_type(value_as_table(v)->type)) return false;
  return value_as_object(value_as_table(v)->type)->flags & TYPE_VALUE_PACKAGE;
}

static inline bool value_is_module(Value v) {
  return value_is_package(v) &&
         (value_as_object(value_as_table(v)->type)->flags & TYPE_VALUE_MODULE);
}

#endif
