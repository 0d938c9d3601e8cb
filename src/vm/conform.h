// SPDX-License-Identifier: MIT
// conform.h - does a value conform to a type
#ifndef CONFORM_H
#define CONFORM_H

#include "base/buffer.h"
#include "code/unit.h"
#include "vm/vm.h"

// The kind only (CHECK_TYPE): a List is a List whatever it holds.
bool conform_shallow(VM *vm, Value value, const TypeValue *type);
// All of it, without recursion in C. On a misfit `path` gets where ("[3].title") and `found` what.
bool conform_deep(VM *vm, Value value, const TypeValue *type, Buffer *path, const char **found);
// cast(T, v) of luma.md 3.6: a new table of type T with defaults filled in; VALUE_ABSENT: raised,
// the message names the path. `type` is a TypeValue or a user type's table.
Value conform_cast(VM *vm, Value type, Value value);
// Decodes plain data (tables, lists, scalars as they come from JSON) into `type` in place of a
// cast: like conform_deep, and instances of user types get their type. VALUE_ABSENT: raised, "PATH:
// expected String, got Null" with `root` in front of the path.
// `type` as for conform_cast; conform_is_type asks whether a value is one.
bool conform_is_type(Value value);
Value conform_decode(VM *vm, Value value, Value type, const char *root);
bool conform_is_instance(VM *vm, Value value, Value type); // isInstanceOf
// `List(String)`: a generic type applied to types. VALUE_ABSENT: raised.
Value conform_apply_type(VM *vm, Value type, const Value *args, uint32_t count);

#endif
