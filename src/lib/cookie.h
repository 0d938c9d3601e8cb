// SPDX-License-Identifier: MIT
// cookie.h - cookies of a request, and lines that set them (RFC 6265)
//
// What may not stand in a cookie's value is percent-encoded when it is set and decoded when it is
// read, so a program's texts come back as they were.
#ifndef COOKIE_H
#define COOKIE_H

#include "lib/args.h"

// The next cookie of the header from *position on, into cleared buffers. False at the end.
bool cookie_next(const char *header, size_t *position, Buffer *name, Buffer *value) MUST_USE;

// Appends the value of Set-Cookie: the arguments `index` (name), the next (value) and the one
// behind (options: path, domain, maxAge in seconds, secure, httpOnly, sameSite). False: raised.
bool cookie_print(NativeCall *call, uint32_t index, Buffer *out) MUST_USE;

#endif
