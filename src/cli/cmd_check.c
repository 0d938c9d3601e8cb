// SPDX-License-Identifier: MIT
// cmd_check.c - wick check FILE…: parse and type-check only
#include "cli/commands.h"

#include <stdio.h>

int cmd_check(const Options *options) {
  int worst = 0;
  wick_vm *vm = wick_new(&options->vm);
  if (!vm) return WICK_FAILED;
  for (int i = 0; i < options->file_count; i++) {
    uint32_t warnings;
    wick_status status = wick_check_file(vm, options->language, options->files[i], &warnings);
    if ((int)status > worst) worst = status;
    if (status != WICK_OK) continue;
    printf("%s: ok", options->files[i]);
    if (warnings > 0) printf(", %u warning%s", warnings, warnings == 1 ? "" : "s");
    putchar('\n');
  }
  wick_free(vm);
  return worst;
}
