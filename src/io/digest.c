// SPDX-License-Identifier: MIT
// digest.c - SHA-256, by OpenSSL's libcrypto
#include "io/digest.h"

#include <dlfcn.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

typedef __typeof__(SHA256) *Sha256Function;

static const char *const LIBRARY_NAMES[] = {"libcrypto.so.3", "libcrypto.so.1.1"};

// Opening it again is cheap: the system counts. It stays open until the process ends.
static Sha256Function find_function(Buffer *reason) {
  void *library = NULL;
  for (size_t i = 0; i < ARRAY_LEN(LIBRARY_NAMES) && !library; i++)
    library = dlopen(LIBRARY_NAMES[i], RTLD_NOW | RTLD_LOCAL);
  void *address = library ? dlsym(library, "SHA256") : NULL;
  if (!address) {
    buffer_text(reason, "SHA-256 needs OpenSSL's libcrypto, which is not installed (package libssl3)");
    return NULL;
  }
  Sha256Function function;
  memcpy(&function, &address, sizeof(function)); // C has no cast for this
  return function;
}

bool digest_sha256(const void *bytes, size_t len, char out[DIGEST_TEXT_SIZE], Buffer *reason) {
  Sha256Function sha256 = find_function(reason);
  if (!sha256) return false;
  unsigned char digest[SHA256_DIGEST_LENGTH];
  sha256(bytes, len, digest);
  for (size_t i = 0; i < sizeof(digest); i++) snprintf(out + 2 * i, 3, "%02x", digest[i]);
  return true;
}
