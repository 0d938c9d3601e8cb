// SPDX-License-Identifier: MIT
// import_run.h - imports while a program runs
//
// What an import compiles to calls the natives made here (compile/compile_import.c). A file's top
// level runs once, when the first import of it is reached, on a fiber of its own that starts at
// once, as an async call does (C 2.2); whoever imports it waits until it has ended. So a file that
// never waits is evaluated in the middle of its importer, in the order of the text, and one that
// awaits at its top level keeps its importers parked while others run. If it fails, every import of
// it fails with the same error. That it has a fiber of its own matters when an importer is
// cancelled: the file is evaluated to its end, for the next one.
#ifndef IMPORT_RUN_H
#define IMPORT_RUN_H

#include "api/module_graph.h"
#include "vm/vm.h"

typedef struct ImportRun ImportRun;

typedef struct ImportRunOptions {
  ModuleGraph *graph; // not owned
  // Prints the diagnostics of a file that was imported at run time.
  void (*say)(void *context, ModuleFile *file);
  void *context;
} ImportRunOptions;

// Lives as long as the VM: free it afterwards.
ImportRun *import_run_new(VM *vm, const ImportRunOptions *options) MUST_USE;
bool import_run_install(ImportRun *run, VM *vm) MUST_USE; // false: out of memory, raised
void import_run_close(ImportRun *run); // breaks off what is being fetched; before the loop goes
void import_run_free(ImportRun *run);                     // NULL is fine

#endif
