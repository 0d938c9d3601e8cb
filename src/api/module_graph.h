// SPDX-License-Identifier: MIT
// module_graph.h - the files of a program: read, checked and compiled in the order of their imports
//
// The graph begins with one file and follows every import whose path is written out. A file is read
// once, by its key (module_path.h). It is checked when all that it imports was, so the checker
// knows the types of what other files give; they share one arena, one table of names and one of
// types, and so live until the graph is freed. Imports that lead in a circle are an error.
//
// At run time further files may be added (import of a path that the program computes).
//
// A file from the net (remote.h) may have to be fetched. Then the files of this attempt are dropped
// again, with a list of all that is known to be missing: the next attempt finds it, and perhaps
// what that imports in its turn is missing. There are as many attempts as remote files import each
// other in a row.
//
// Nothing is printed here: each file has its diagnostics.
#ifndef MODULE_GRAPH_H
#define MODULE_GRAPH_H

#include "api/module_path.h"
#include "api/remote.h"
#include "base/strmap.h"
#include "base/vec.h"
#include "check/check.h"
#include "code/unit.h"
#include "source/diag.h"

typedef struct ModuleFile {
  const char *key;
  Dialect dialect;
  Source source;
  Diags diags;
  Program *program;
  struct Type *value; // the type of what importing it gives
  Unit *unit;         // until it is loaded; NULL: it has errors, or was not asked for
  bool is_open;       // its imports are being followed
  bool is_broken;     // it does not parse
  bool is_loaded;     // a machine has taken its unit
} ModuleFile;

typedef VEC(ModuleFile *) ModuleFileVec;

// What a piece of a session knows (tree.h, Program.is_input).
typedef struct ModuleInput {
  Symbol **earlier; // copied
  uint32_t earlier_count;
  uint32_t first_slot;
} ModuleInput;

typedef struct ModuleGraph {
  Arena arena;
  NameTable names;
  Types types;
  const Decls *decls;
  ModuleDisk disk;
  ModuleFileVec files; // in the order in which they were checked: imports first
  StrMap by_key;       // ModuleFile *
  StrMap by_shown;
  ModuleFile *main;
  const ModuleInput *input; // `main` is a piece of a session; else NULL
  Remote *remote;
} ModuleGraph;

// `decls` and `remote` must outlive it.
void module_graph_init(ModuleGraph *graph, const Decls *decls, Remote *remote);
void module_graph_free(ModuleGraph *graph);

// The file that everything begins with. `key` as in module_path.h, also of a text that is no file:
// imports are relative to it. What has to be fetched is waited for. NULL: the text is larger than
// 4 GiB.
ModuleFile *module_graph_start(ModuleGraph *graph, Dialect dialect, const char *key,
                               const char *shown, const char *text, size_t len) MUST_USE;
// One more piece of a session: as above, and it is `main` from now on.
ModuleFile *module_graph_add(ModuleGraph *graph, Dialect dialect, const char *key, const char *shown,
                             const Buffer *text, const ModuleInput *input) MUST_USE;
// Files from `first` on that have mistakes are read anew when they are imported again.
void module_graph_forget_broken(ModuleGraph *graph, uint32_t first);
// The same, but parsed only.
ModuleFile *module_graph_parse(ModuleGraph *graph, Dialect dialect, const char *shown,
                               const char *text, size_t len) MUST_USE;

// What `path` means in the file `importer`, at run time; `lock` NULL: none. Reads, checks and
// compiles what the graph does not have. NULL: `problem` says why, in a sentence; if it is the
// imported file that has mistakes, they are in the files from `files.count` of before on. NULL
// without a problem: something has to be fetched first, see `remote->missing`.
ModuleFile *module_graph_import(ModuleGraph *graph, const char *importer, const char *path,
                                const char *lock, Buffer *problem) MUST_USE;

const ModuleFile *module_graph_find(const ModuleGraph *graph, const char *key);
// The text of the file that is shown as `path`, for excerpts; NULL: it is not one of ours.
const Source *module_graph_source(const ModuleGraph *graph, const char *path);

#endif
