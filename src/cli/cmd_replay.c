// SPDX-License-Identifier: MIT
// cmd_replay.c - wick replay RECORDING
#include "cli/commands.h"

#include <stdio.h>

int cmd_replay(const Options *options) {
  wick_vm *vm = wick_new(&options->vm);
  if (!vm) {
    fprintf(stderr, "error: out of memory\n");
    return WICK_FAILED;
  }
  cmd_run_install_signals(vm);
  int status = wick_replay_file(vm, options->files[0], options->replay_text);
  cmd_run_forget_signals();
  wick_leave(vm);
  return status;
}
