// SPDX-License-Identifier: MIT
// cmd_lock.c - wick lock FILE…: fetch anew what is imported from the net, and write the lock file
#include "cli/commands.h"

#include <stdio.h>

int cmd_lock(const Options *options) {
  int worst = 0;
  wick_vm *vm = wick_new(&options->vm);
  if (!vm) return WICK_FAILED;
  for (int i = 0; i < options->file_count; i++) {
    uint32_t count;
    wick_status status = wick_lock_file(vm, options->language, options->files[i], &count);
    if ((int)status > worst) worst = status;
    if (status != WICK_OK) continue;
    printf("%s: %u address%s locked\n", options->files[i], count, count == 1 ? "" : "es");
  }
  wick_free(vm);
  return worst;
}
