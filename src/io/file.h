// SPDX-License-Identifier: MIT
// file.h - files: read, written, asked and changed on a thread, other fibers go on
//
// Each function starts one operation and gives its promise (NULL: raised). What the promise is
// fulfilled with is made by a FileDeliver, so that each language gets its own kinds of values. It
// rejects with an IOError whose message says what was tried, on what, and why it failed:
//
//   cannot read notes.txt: no such file or directory
//
// Paths are bytes; one with a zero in it is refused.
#ifndef FILE_H
#define FILE_H

#include "io/work.h"

typedef struct FileStat {
  int64_t size;
  uint32_t mode; // permissions and kind, as st_mode
  int64_t modified_ns, accessed_ns; // since 1970
  bool is_folder, is_file, is_link;
  uint64_t device, inode;
} FileStat;

// One name in a folder.
typedef struct FileName {
  const char *name;
  FileStat stat; // of the name itself, links not followed
} FileName;

typedef struct FileResult {
  Buffer bytes; // what was read, or a path
  bool yes;     // it exists, they are the same, there was something to remove
  FileStat stat;
  FileName *names; // sorted by their bytes
  uint32_t name_count;
} FileResult;

typedef Value (*FileDeliver)(VM *vm, const FileResult *result); // VALUE_ABSENT: raised
Value file_deliver_null(VM *vm, const FileResult *result);
Value file_deliver_text(VM *vm, const FileResult *result); // the bytes as a string
Value file_deliver_bool(VM *vm, const FileResult *result); // yes

typedef enum FileOp {
  FILE_READ,   // bytes
  FILE_WRITE,  // replaces the content by `bytes`; makes the file
  FILE_APPEND, // adds `bytes`; makes the file
  FILE_EXISTS, // yes: there is something of that name; stat, of kind none if there is not
  FILE_STAT, FILE_LSTAT, // stat; LSTAT: of a link itself
  FILE_REMOVE,     // a file or an empty folder
  FILE_REMOVE_ALL, // with all that is in it; what is not there is no failure. yes: it was there
  FILE_RENAME,     // to `other`
  FILE_MOVE,       // the same, also from one file system to another
  FILE_COPY,       // to `other`, with its permissions
  FILE_TRUNCATE,   // to `number` bytes
  FILE_MAKE_FOLDER, FILE_MAKE_FOLDERS, // with mode `number`; FOLDERS: parents too, no failure if it is there
  FILE_LIST,       // names
  FILE_CHMOD,      // `number`
  FILE_CHOWN, FILE_LCHOWN, // `number` user, `second` group
  FILE_SET_TIMES,  // `number` accessed, `second` modified, in nanoseconds since 1970
  FILE_LINK, FILE_SYMLINK, // `path` is what is there, `other` the new name
  FILE_READ_LINK,  // bytes: where it points to
  FILE_SAME,       // yes: path and other are the same file
  FILE_MAKE_TEMPORARY_FOLDER, FILE_MAKE_TEMPORARY, // path: "…/name*"; bytes: the path that was made
} FileOp;

typedef struct FileWish {
  FileOp op;
  const char *path;
  size_t path_len;
  const char *other; // NULL: none
  size_t other_len;
  const char *bytes; // copied
  size_t len;
  int64_t number, second;
  FileDeliver deliver;
} FileWish;

Promise *file_start(VM *vm, const FileWish *wish) MUST_USE;

// Does it before it returns, while nothing else goes on, and gives what the promise would be
// fulfilled with; VALUE_ABSENT: raised. For pipes and devices, which could take for ever, it refuses.
Value file_now(VM *vm, const FileWish *wish) MUST_USE;

// Adds to result->names. A copy of the name is made.
void file_add_name(FileResult *result, const char *name, size_t len, const FileStat *stat);
// For threads, blocking: false with errno set.
bool file_stat_now(const char *path, bool follow, FileStat *out) MUST_USE;
bool file_copy_now(const char *path, const char *other) MUST_USE; // not onto itself
// Raises "cannot VERB PATH to OTHER: REASON"; `other` may be NULL.
void file_raise(VM *vm, int error, const char *verb, const char *path, const char *other);

#endif
