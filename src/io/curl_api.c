// SPDX-License-Identifier: MIT
// curl_api.c - libcurl, opened when the first request is made
#include "io/curl_api.h"

#include <dlfcn.h>
#include <string.h>

// The names under which the library is installed, the most usual first. All offer the same ABI.
static const char *const LIBRARY_NAMES[] = {"libcurl.so.4", "libcurl-gnutls.so.4",
                                            "libcurl-nss.so.4"};

static void *open_library(Buffer *reason) {
  for (size_t i = 0; i < ARRAY_LEN(LIBRARY_NAMES); i++) {
    void *library = dlopen(LIBRARY_NAMES[i], RTLD_NOW | RTLD_LOCAL);
    if (library) return library;
  }
  const char *detail = dlerror();
  buffer_printf(reason,
                "HTTP requests need libcurl 4, which is not installed (package libcurl4): %s",
                detail ? detail : "not found");
  return NULL;
}

// Function pointers are copied bytewise: C has no cast from an object pointer to one.
static bool find_function(void *library, const char *name, void *slot, Buffer *reason) {
  void *address = dlsym(library, name);
  if (!address) {
    buffer_printf(reason, "the installed libcurl is too old: it has no %s", name);
    return false;
  }
  memcpy(slot, &address, sizeof(address));
  return true;
}

bool curl_api_open(CurlApi *api, Buffer *reason) {
  void *library = open_library(reason);
  if (!library) return false;
  api->library = library;
#define FIND(name)                                                                                 \
  if (!find_function(library, "curl_" #name, &api->name, reason)) return false;
  CURL_FUNCTIONS(FIND)
  FIND(easy_setopt)
  FIND(easy_getinfo)
  FIND(multi_setopt)
#undef FIND
  CURLcode code = api->global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) {
    buffer_printf(reason, "libcurl could not start: %s", api->easy_strerror(code));
    return false;
  }
  return true;
}
