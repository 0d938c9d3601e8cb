// SPDX-License-Identifier: MIT
// assertion.c - the end of a process that found a bug of ours
//
// Compiled into release builds too, where nothing calls it: a debug-built embedder may link against
// it.
#include "base/assertion.h"

#include <stdio.h>
#include <stdlib.h>

void assertion_failed(const char *condition, const char *file, int line) {
  fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
  abort();
}
