// SPDX-License-Identifier: MIT
// json_value.h - JSON text to values and back
//
// Reading is jansson's, so it is strict JSON in UTF-8, nested at most 2,048 deep; when a key comes
// twice the last one counts. Writing is our own, because it goes from our values: it keeps the
// tables' order, refuses what JSON cannot say instead of dropping it, and survives cycles.
#ifndef JSON_VALUE_H
#define JSON_VALUE_H

#include "base/buffer.h"
#include "vm/vm.h"

typedef enum JsonDialect {
  JSON_LUMA, // all numbers are doubles; what JSON cannot say is an error
  JSON_VINT, // whole numbers are integers; functions and channels become null
} JsonDialect;

#define JSON_DEPTH_MAX 2048

// Any JSON value. VALUE_ABSENT: raised, "invalid JSON at line 3, column 7: …" of kind `error_kind`,
// or out of memory.
Value json_value_parse(VM *vm, const char *text, size_t len, JsonDialect dialect,
                       const char *error_kind) MUST_USE;

// Appends the value as JSON. indent 0: on one line without blanks. False: raised, a TypeError that
// says where ("cannot write a function as JSON (at users[2].f)") or a ValueError (NaN, nested too
// deep); `out` then holds a part. Runs no script code.
bool json_value_print(VM *vm, Buffer *out, Value value, uint32_t indent,
                      JsonDialect dialect) MUST_USE;
// A text in quotes, with all escaped that must be.
void json_value_print_text(Buffer *out, const char *bytes, size_t len);

#endif
