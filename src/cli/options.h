// SPDX-License-Identifier: MIT
// options.h - the command line
//
// wick [OPTIONS] COMMAND …; options stand before FILE, what follows FILE belongs to the program.
#ifndef OPTIONS_H
#define OPTIONS_H

#include "wick.h"

typedef enum Command {
  COMMAND_RUN,
  COMMAND_PROFILE,
  COMMAND_REPLAY,
  COMMAND_CHECK,
  COMMAND_DUMP,
  COMMAND_LOCK,
  COMMAND_REPL,
  COMMAND_HELP,
  COMMAND_VERSION,
} Command;

typedef enum StatsForm { STATS_NONE, STATS_LINE, STATS_TEXT, STATS_JSON } StatsForm;

typedef struct Options {
  Command command;
  wick_options vm;
  wick_language language; // from the name the program was called by, or --language
  const char **files;     // the rest of argv: for run the file, for check and dump all files
  int file_count;
  const char *topic;  // help
  const char *output; // profile: where to, without the ending; NULL: by the file's name
  wick_replay_text replay_text;
  bool dump_tree;
  StatsForm stats;
  bool was_asked; // help was asked for, rather than shown because there was nothing to do
} Options;

// False: *problem says what is wrong with the command line (static text or an argument of argv).
bool options_parse(Options *options, int argc, char **argv, char *problem, size_t size);

#endif
