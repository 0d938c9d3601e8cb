// SPDX-License-Identifier: MIT
// wick_private.h - a machine as wick.c and repl.c know it
#ifndef WICK_PRIVATE_H
#define WICK_PRIVATE_H

#include "wick.h"

#include "api/import_run.h"
#include "api/module_graph.h"
#include "api/recorded_files.h"
#include "io/stdio.h"
#include "sched/sched.h"

struct wick_vm {
  wick_options options;
  Stdio *stdio;
  DeclRow *rows; // what the checker knows of the library
  Decls decls;
  VM *vm; // made by the first run
  Sched *sched;
  uint64_t seed;  // of the run, given or found
  Poller *poller; // made by the first thing that needs the outside world
  ImportRun *imports; // of the machine
  ModuleGraph graph;  // the files of the program: their texts are shown in errors
  bool has_graph;
  Remote remote;      // those that come from the net
  bool is_refreshing; // wick_lock_file: they are fetched anew
  wick_stats stats; // of the last run
  Recording recording; // of the run; zeroed: it is neither recorded nor replayed
  RecordedFiles files;
};

// Forgets the files of the last run, and its machine, which refers to them. `name`: of the first file.
void wick_fresh_graph(wick_vm *wick, const char *name);
// A run gets a machine of its own, so that nothing of an earlier one is left. False: out of memory.
bool wick_make_machine(wick_vm *wick) MUST_USE;
// What the program imported from the net is now locked.
void wick_save_locks(wick_vm *wick);
// Prints what was found in a file, as the options want it.
void wick_say_diags(wick_vm *wick, Diags *diags);
// The main fiber waits, and nothing can wake it.
void wick_say_deadlock(wick_vm *wick);

#endif
