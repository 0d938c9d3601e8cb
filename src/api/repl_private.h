// SPDX-License-Identifier: MIT
// repl_private.h - a session as repl.c and repl_complete.c know it
#ifndef REPL_PRIVATE_H
#define REPL_PRIVATE_H

#include "api/wick_private.h"
#include "io/input_watch.h"
#include "object/closure.h"

struct wick_repl {
  wick_vm *wick;
  Dialect dialect;
  VEC(Symbol *) known; // what the inputs have declared, each name once
  StrMap indexes;      // by name: index + 1
  Module *module;      // of all inputs; the loaded units keep it alive. NULL before the first
  uint32_t slot_count; // of it
  uint32_t number;     // of the last input
  InputWatch *watch;   // made by the first wait
  bool is_waiting;
  bool has_output; // while waiting
  void (*before_output)(void *context);
  void *before_output_context;
  int exit_status;
  Buffer line; // of wick_repl_read_line
};

// What an input has declared under that name, or NULL.
Symbol *repl_find(const wick_repl *repl, const char *name, size_t len);

#endif
