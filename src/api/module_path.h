// SPDX-License-Identifier: MIT
// module_path.h - which file an import means
//
// A file has two names: its key, an absolute path without links, by which it is known however it
// is written; and the path that people are shown, which is as short as they wrote it.
//
// Luma: relative to the importing file's folder. A folder means its main.luma (or main.vint), and
// an ending that is missing is added.
// Vint: a path that begins with ./ or ../ is relative to the importing file. Any other one is
// looked for in the folder of the main program, the current folder, its folder `modules`, and the
// importing file's folder (vint.md 9.3 and one more), each ending in all of them before the next.
#ifndef MODULE_PATH_H
#define MODULE_PATH_H

#include "api/remote.h"
#include "tree/tree.h"

typedef struct ModulePlace {
  Buffer key;
  Buffer shown;
} ModulePlace;

// A folder: where it really is, and as it is shown ("" for the current one).
typedef struct ModuleFolder {
  const char *path;
  const char *shown;
} ModuleFolder;

typedef struct ModuleSearch {
  Dialect dialect;
  bool is_bare;          // Vint's `import name`
  ModuleFolder importer; // of the importing file
  ModuleFolder main;     // of the file that the run began with
} ModuleSearch;

// Where imported files come from; a zeroed one is the disk itself.
typedef struct ModuleDisk {
  // In place of module_path_find and of read_file_path.
  bool (*find)(void *context, const ModuleSearch *search, const char *path, ModulePlace *out,
               Buffer *tried);
  int (*read)(void *context, const char *key, Buffer *out);
  // In place of remote_find.
  RemoteState (*find_remote)(void *context, Remote *remote, const char *url, Buffer *text,
                             Buffer *problem);
  void *context;
} ModuleDisk;

// False: there is none. `tried` then lists the files that were looked for, a line each.
bool module_path_find(const ModuleSearch *search, const char *path, ModulePlace *out,
                      Buffer *tried) MUST_USE;
// Up to three paths like `path` that would have been found.
uint32_t module_path_suggest(const ModuleSearch *search, const char *path, Arena *arena,
                             const char *out[3]);

// The folder part of a path, without the slash at its end; "." if it has none.
void module_path_folder(Buffer *out, const char *path);
// `path` seen from `folder`, without "." and, where that is safe to say, ".." in it.
void module_path_join(Buffer *out, const char *folder, const char *path);
void module_path_free(ModulePlace *place);

#endif
