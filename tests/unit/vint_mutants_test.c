// SPDX-License-Identifier: MIT
// vint_mutants_test.c - damaged Vint programs end in diagnostics that say where (async.md 6.5)
#include "mutants.h"

static const char *const PROGRAMS[] = {"tests/vint/*.vint",  "tests/vint/*/*.vint", "tests/async/*.vint",
                                       "tests/errors/*.vint", "examples/*.vint",     NULL};

int main(void) {
  mutants_run(DIALECT_VINT, PROGRAMS, 20000);
  return check_done("vint_mutants");
}
