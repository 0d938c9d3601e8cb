// SPDX-License-Identifier: MIT
// main.c - the `wick` command
#include "cli/commands.h"

#include <stdio.h>

int main(int argc, char **argv) {
  Options options;
  char problem[256];
  if (!options_parse(&options, argc, argv, problem, sizeof(problem))) {
    fprintf(stderr, "error: %s\nhelp: `wick help` lists the commands and options\n", problem);
    return WICK_USAGE;
  }
  switch (options.command) {
  case COMMAND_RUN: return cmd_run(&options);
  case COMMAND_PROFILE: return cmd_profile(&options);
  case COMMAND_REPLAY: return cmd_replay(&options);
  case COMMAND_CHECK: return cmd_check(&options);
  case COMMAND_DUMP: return cmd_dump(&options);
  case COMMAND_LOCK: return cmd_lock(&options);
  case COMMAND_REPL: return cmd_repl(&options);
  case COMMAND_HELP: return cmd_help(&options);
  case COMMAND_VERSION: printf("wick %s\n", WICK_VERSION); return 0;
  }
  return WICK_USAGE;
}
