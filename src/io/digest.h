// SPDX-License-Identifier: MIT
// digest.h - SHA-256, by OpenSSL's libcrypto
//
// The library is opened when the first digest is asked for, as libcurl is (curl_api.h): only
// programs with locked or remote imports need it.
#ifndef DIGEST_H
#define DIGEST_H

#include "base/buffer.h"

#define DIGEST_TEXT_SIZE 65 // 64 hexadecimal digits and a zero

// In lower case. False: `reason` says what is missing.
bool digest_sha256(const void *bytes, size_t len, char out[DIGEST_TEXT_SIZE],
                   Buffer *reason) MUST_USE;

#endif
