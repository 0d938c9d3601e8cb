// SPDX-License-Identifier: MIT
// lib.h - the door of the standard library
//
// Modules are tables of NativeRow (vm/native.h). lib_install makes natives of them and hands them
// to the VM: globals as "luma.NAME" / "vint.NAME", members of a module as "luma.http.get" and in
// the module's table "luma.http", methods into the VM's method tables.
#ifndef LIB_H
#define LIB_H

#include "io/stdio.h"
#include "sched/sched.h"
#include "vm/vm.h"

typedef struct LibOptions {
  Stdio *stdio;         // not owned
  const char *base_url; // http.base at the start; NULL: none
  char **args;          // the program's own arguments
  int arg_count;
} LibOptions;

// A module of the library: its rows.
typedef struct LibModule {
  const NativeRow *rows;
  uint32_t count;
} LibModule;

bool lib_install(VM *vm, const LibOptions *options) MUST_USE; // false: out of memory, raised
void lib_free(VM *vm);
// All modules, for the checker's declarations, help and docs.
const LibModule *lib_modules(uint32_t *count);

#endif
