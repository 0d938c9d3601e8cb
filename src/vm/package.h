// SPDX-License-Identifier: MIT
// package.h - Vint's packages as values
//
// A package is a table whose `type` says what it is called, and which members are constants or have
// a written type; that holds for whoever sets them, from inside or outside. Members whose names
// begin with `_` are private: code outside of the package asks package_check_public first.
//
// Its shapes begin at a root of their own, so no inline cache that has seen a dict believes to know
// a package.
#ifndef PACKAGE_H
#define PACKAGE_H

#include "vm/vm_private.h"

// An empty package of the type, which the unit made for it.
bool package_new(VM *vm, Value type, Value *out) MUST_USE;
// Sets a member, or adds one. False: it is a constant that is set, or of another type; raised.
bool package_set(VM *vm, Table *package, Str *name, Value value) MUST_USE;
bool package_is_constant(Value package, const Str *name);
// False, raised, if `object` is a package. Other values may have such fields.
bool package_check_public(VM *vm, Value object, Value name) MUST_USE;

#endif
