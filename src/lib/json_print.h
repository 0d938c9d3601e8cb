// SPDX-License-Identifier: MIT
// json_print.h - values to JSON text
//
// It keeps the tables' order, refuses what JSON cannot say instead of dropping it, and survives
// cycles.
#ifndef JSON_PRINT_H
#define JSON_PRINT_H

#include "base/buffer.h"
#include "vm/vm.h"

typedef enum JsonDialect {
  JSON_LUMA, // all numbers are doubles; what JSON cannot say is an error
  JSON_VINT, // whole numbers are integers; functions and channels become null
} JsonDialect;

#define JSON_DEPTH_MAX 2048

// Appends the value as JSON. indent 0: on one line without blanks. False: raised, a TypeError that
// says where ("cannot write a function as JSON (at users[2].f)") or a ValueError (NaN, nested too
// deep); `out` then holds a part. Runs no script code.
bool json_print(VM *vm, Buffer *out, Value value, uint32_t indent, JsonDialect dialect) MUST_USE;
// A text in quotes, with all escaped that must be.
void json_print_text(Buffer *out, const char *bytes, size_t len);

#endif
