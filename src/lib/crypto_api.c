// SPDX-License-Identifier: MIT
// crypto_api.c - OpenSSL's libcrypto, opened when it is first used
#include "lib/crypto_api.h"

#include "base/memory.h"
#include "lib/answer.h"
#include "lib/lib_private.h"

#include <dlfcn.h>

// What is missing; NULL: nothing. The library stays open until the process ends: it has state of
// its own threads.
static const char *open_library(CryptoApi *api) {
  void *library = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
  if (!library) library = dlopen("libcrypto.so", RTLD_NOW | RTLD_LOCAL);
  if (!library) return "the library libcrypto of OpenSSL 3 is not installed";
#define CRYPTO_FIND(name)                                                                          \
  *(void **)&api->name = dlsym(library, #name);                                                    \
  if (!api->name) return "this libcrypto lacks " #name;
  CRYPTO_FUNCTIONS(CRYPTO_FIND)
#undef CRYPTO_FIND
  return NULL;
}

const CryptoApi *crypto_api_get(NativeCall *call) {
  Lib *lib = lib_of(call->vm);
  if (lib->crypto) return lib->crypto;
  CryptoApi api;
  const char *problem = open_library(&api);
  if (problem) {
    answer_fail(call, "Error", "%s", problem);
    return NULL;
  }
  lib->crypto = memory_require(NULL, sizeof(CryptoApi));
  *(CryptoApi *)lib->crypto = api;
  return lib->crypto;
}
