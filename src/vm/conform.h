// SPDX-License-Identifier: MIT
// conform.h - does a value conform to a type
#ifndef CONFORM_H
#define CONFORM_H

#include "base/buffer.h"
#include "code/unit.h"
#include "vm/vm.h"

// The kind only (CHECK_TYPE): a List is a List whatever it holds.
bool conform_shallow(VM *vm, Value value, const TypeValue *type);
// Whether it conforms and its kind alone says so: nothing inside counts. `type` may be absent.
bool conform_at_once(VM *vm, Value value, Value type);
// All of it, without recursion in C. On a misfit `path` gets where ("[3].title") and `found` what.
bool conform_deep(VM *vm, Value value, const TypeValue *type, Buffer *path, const char **found);
// The same, raising: "PATH: expected String, got Null". `value` must be rooted; `type` is a
// TypeValue or a user type's table.
bool conform_require(VM *vm, Value value, Value type) MUST_USE;
// Decodes plain data (tables, lists, scalars as they come from JSON) into `type` in place of a
// cast: like conform_deep, and instances of user types get their type. VALUE_ABSENT: raised, "PATH:
// expected String, got Null" with `root` in front of the path.
Value conform_decode(VM *vm, Value value, Value type, const char *root);
bool conform_is_instance(VM *vm, Value value, Value type); // isInstanceOf
// A type's name for messages.
const char *conform_type_text(Value type);

#endif
