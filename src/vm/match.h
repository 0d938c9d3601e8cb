// SPDX-License-Identifier: MIT
// match.h - tests of patterns and types
#ifndef MATCH_H
#define MATCH_H

#include "vm/vm_private.h"

bool match_list(Value value, uint32_t length, bool is_exact);
bool match_key(Value value, Value key);
bool match_tag(VM *vm, Value value, uint32_t tag);    // luma.md 5
bool match_instance(VM *vm, Value value, Value type); // a type pattern
bool match_type(VM *vm, Value value, Value type);     // Vint's is
// Each false with an error raised.
// The same for OP_CHECK_TYPE: the message says what is checked.
bool match_check(VM *vm, Value *value, Value type) MUST_USE;
bool match_check_type(VM *vm, Value *value, Value type) MUST_USE; // may make a double of an integer
bool match_convert(VM *vm, Value value, Value type, Value *out) MUST_USE; // Vint's as
bool match_raise_condition(VM *vm, Value value);
bool match_raise_no_arm(VM *vm, Value value);

#endif
