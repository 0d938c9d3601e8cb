// SPDX-License-Identifier: MIT
// index.h - indexes, slices, destructuring, membership
//
// Each returns false with an error raised; none runs script code.
#ifndef INDEX_H
#define INDEX_H

#include "vm/vm_private.h"

bool index_get(VM *vm, Value object, Value key, Value *out) MUST_USE; // Luma
bool index_set(VM *vm, Value object, Value key, Value value) MUST_USE;
bool index_exact_get(VM *vm, Value object, Value key, Value *out) MUST_USE; // Vint
bool index_exact_set(VM *vm, Value object, Value key, Value value) MUST_USE;
// object[bounds[0] : bounds[1]], with the second bound's element if `is_inclusive`.
bool index_slice(VM *vm, Value object, const Value bounds[2], bool is_inclusive,
                 Value *out) MUST_USE;

bool index_list_at(VM *vm, Value list, uint32_t at, Value *out) MUST_USE;
bool index_list_rest(VM *vm, Value list, uint32_t from, Value *out) MUST_USE;
bool index_key_at(VM *vm, Value table, Value key, Value *out) MUST_USE;
bool index_has_key(VM *vm, Value key, Value table, Value *out) MUST_USE;   // Luma's in
bool index_contains(VM *vm, Value element, Value in, Value *out) MUST_USE; // Vint's in

#endif
