// SPDX-License-Identifier: MIT
// utf8.h - UTF-8 text
#ifndef UTF8_H
#define UTF8_H

#include "base/common.h"

#define UTF8_REPLACEMENT 0xFFFDu

// Decodes the code point at `bytes` (len ≥ 1), sets *size to the bytes it takes (1 to 4). A malformed
// sequence gives UTF8_REPLACEMENT and size 1. Overlong forms and surrogates are malformed.
uint32_t utf8_decode(const char *bytes, size_t len, size_t *size);
// Writes 1 to 4 bytes, returns how many. An invalid code point is written as UTF8_REPLACEMENT.
size_t utf8_encode(uint32_t code_point, char out[4]);
bool utf8_is_valid(const char *bytes, size_t len);
// Offset of the first malformed byte, or len.
size_t utf8_find_invalid(const char *bytes, size_t len);
// Code points; each malformed byte counts as one.
size_t utf8_length(const char *bytes, size_t len);
// Byte offset of code point number `index` (len when index is past the end).
size_t utf8_offset(const char *bytes, size_t len, size_t index);
// Columns on a terminal: 0 for combining marks, 2 for East Asian wide and emoji, else 1. Controls: 1.
int utf8_width(uint32_t code_point);

#endif
