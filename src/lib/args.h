// SPDX-License-Identifier: MIT
// args.h - reading and checking a native's arguments
//
// Each reader takes argument `index` (a method's receiver is number 0), returns false and leaves a
// TypeError on the VM if it is something else:
//
//   http.get: parameter 1 (url) must be a String, got Number
//
// An argument that was not given counts as null. Types are named as the row's language names them.
#ifndef ARGS_H
#define ARGS_H

#include "base/buffer.h"
#include "vm/vm.h"

// Neither missing nor null.
bool args_given(const NativeCall *call, uint32_t index);
bool args_str(NativeCall *call, uint32_t index, Str **out) MUST_USE;
bool args_number(NativeCall *call, uint32_t index, double *out) MUST_USE;
bool args_integer(NativeCall *call, uint32_t index, int64_t *out) MUST_USE; // 3.0 is one
bool args_bool(NativeCall *call, uint32_t index, bool *out) MUST_USE;
bool args_list(NativeCall *call, uint32_t index, List **out) MUST_USE;
bool args_table(NativeCall *call, uint32_t index, Table **out) MUST_USE;
bool args_function(NativeCall *call, uint32_t index, Value *out) MUST_USE;
// As args_table; NULL if it was not given.
bool args_optional_table(NativeCall *call, uint32_t index, Table **out) MUST_USE;

// "http.get", "List.map", "print": how messages name the function.
void args_print_function(Buffer *out, const NativeRow *row);
// Raises: argument `index` must be a (or "an") `expected`. Always false.
bool args_wrong(NativeCall *call, uint32_t index, const char *expected);

// A field of an argument that is a table of options; VALUE_ABSENT if it is missing or null. The
// option's own readers raise "http.get: option timeout must be a Number, got String".
Value args_table_field(NativeCall *call, const Table *options, const char *name);
bool args_field_str(NativeCall *call, const char *name, Value value, Str **out) MUST_USE;
bool args_field_table(NativeCall *call, const char *name, Value value, Table **out) MUST_USE;
// A whole number from `min` to `max`.
bool args_field_integer(NativeCall *call, const char *name, Value value, int64_t min, int64_t max,
                        int64_t *out) MUST_USE;
bool args_field_wrong(NativeCall *call, const char *name, Value value, const char *expected);
// Raises if `options` has a key that is not among the `count` names.
bool args_check_fields(NativeCall *call, const Table *options, const char *const *names,
                       uint32_t count) MUST_USE;

#endif
