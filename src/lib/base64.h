// SPDX-License-Identifier: MIT
// base64.h - bytes as text and back: base64 (RFC 4648, 4) and hexadecimal digits
#ifndef BASE64_H
#define BASE64_H

#include "base/buffer.h"

void base64_encode(Buffer *out, const char *bytes, size_t len);
// Line breaks and missing "=" are fine. False: another character, *at says where.
bool base64_decode(Buffer *out, const char *text, size_t len, size_t *at) MUST_USE;
void base64_encode_hex(Buffer *out, const char *bytes, size_t len);
bool base64_decode_hex(Buffer *out, const char *text, size_t len, size_t *at) MUST_USE;

#endif
