// SPDX-License-Identifier: MIT
// cmd_dump.c - wick dump [--tree] FILE…: the listing of the compiled file, or its tree
#include "cli/commands.h"

#include <stdio.h>

static void write_out(void *context, const char *bytes, size_t len) {
  fwrite(bytes, 1, len, (FILE *)context);
}

int cmd_dump(const Options *options) {
  int worst = 0;
  wick_vm *vm = wick_new(&options->vm);
  if (!vm) return WICK_FAILED;
  wick_dump what = options->dump_tree ? WICK_DUMP_TREE : WICK_DUMP_CODE;
  for (int i = 0; i < options->file_count; i++) {
    wick_status status =
        wick_dump_file(vm, options->language, options->files[i], what, write_out, stdout);
    if ((int)status > worst) worst = status;
  }
  wick_free(vm);
  return worst;
}
