// SPDX-License-Identifier: MIT
// luma_mutants_test.c - damaged Luma programs end in diagnostics that say where (async.md 6.5)
#include "mutants.h"

static const char *const PROGRAMS[] = {"tests/luma/*.luma",  "tests/luma/*/*.luma", "tests/async/*.luma",
                                       "tests/errors/*.luma", "examples/*.luma",     NULL};

int main(void) {
  mutants_run(DIALECT_LUMA, PROGRAMS, 20000);
  return check_done("luma_mutants");
}
