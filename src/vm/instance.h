// SPDX-License-Identifier: MIT
// instance.h - Vint's structs, enums and declared errors as values, and their instances
//
// A declaration makes a type value. It runs once in most programs, and then the value is the very
// one that annotations of the unit mean; when it runs again (in a function that is called twice)
// each run makes a copy with methods of its own, because these may have captured other variables.
//
// An instance is a table whose shape has the fields in the order of the declaration, and whose
// `type` is the type value. Calling the type calls its maker, an ordinary function whose parameters
// are the fields; so named arguments, default values and checks need nothing of their own.
#ifndef INSTANCE_H
#define INSTANCE_H

#include "vm/vm_private.h"

// Gives what the declaration of `type`, a type of the unit, declares now.
bool instance_declare(VM *vm, Value type, Value *out) MUST_USE;
// A method or an enum's member.
bool instance_add_member(VM *vm, Value type, Value name, Value member) MUST_USE;
// `maker` makes the instances.
bool instance_set_maker(VM *vm, Value type, Value maker) MUST_USE;
// What calling the type gives if its maker would only put the arguments into the fields: they are all there, and need no
// conversion. False: the maker must be called, which then raises what there is to raise. `values` are roots.
bool instance_make(VM *vm, Value type, const Value *values, uint32_t count, Value *out) MUST_USE;
// An instance with the `count` values; as many as the type has fields.
bool instance_new(VM *vm, Value type, const Value *values, uint32_t count, Value *out) MUST_USE;
// The declared field's index, −1 if there is none.
int32_t instance_find_field(const TypeValue *type, Str *name);

#endif
