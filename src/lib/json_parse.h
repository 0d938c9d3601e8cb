// SPDX-License-Identifier: MIT
// json_parse.h - JSON text to values
//
// Strict JSON in UTF-8, nested at most JSON_DEPTH_MAX deep; when a key comes twice the last one
// counts.
//
// The parser is our own and makes the values at once. With a library a tree was made first, gone through
// and freed, which took three quarters of the time and half of the memory.
#ifndef JSON_PARSE_H
#define JSON_PARSE_H

#include "lib/json_print.h"

// Any JSON value. VALUE_ABSENT: raised, "invalid JSON at line 3, column 7: …" of kind `error_kind`,
// or out of memory. `text` must stay where it is; it is not a root.
Value json_parse(VM *vm, const char *text, size_t len, JsonDialect dialect,
                 const char *error_kind) MUST_USE;

#endif
