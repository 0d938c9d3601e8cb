// SPDX-License-Identifier: MIT
// edit_api.c - libedit, opened when somebody sits at a terminal
#include "cli/edit_api.h"

#include <dlfcn.h>
#include <string.h>

static const char *const LIBRARY_NAMES[] = {"libedit.so.2", "libedit.so.0", "libedit.so"};

static void *open_library(void) {
  for (size_t i = 0; i < sizeof(LIBRARY_NAMES) / sizeof(LIBRARY_NAMES[0]); i++) {
    void *library = dlopen(LIBRARY_NAMES[i], RTLD_NOW | RTLD_LOCAL);
    if (library) return library;
  }
  return NULL;
}

// Pointers are copied bytewise: C has no cast from an object pointer to a function pointer.
static bool find(void *library, const char *name, void *slot) {
  void *address = dlsym(library, name);
  if (!address) return false;
  memcpy(slot, &address, sizeof(address));
  return true;
}

bool edit_api_open(EditApi *api) {
  void *library = open_library();
  if (!library) return false;
#define FIND(name)                                                                                 \
  if (!find(library, #name, &api->name)) return false;
  EDIT_FUNCTIONS(FIND)
  EDIT_VARIABLES(FIND)
#undef FIND
  return true;
}
