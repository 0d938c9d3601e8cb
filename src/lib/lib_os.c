// SPDX-License-Identifier: MIT
// lib_os.c - Vint's module os: files and folders (vint.md 12.2)
//
// What changes something answers with a short sentence, as it always did in Vint; what fails
// raises. The process itself is in lib_process.c.
#include "lib/answer.h"
#include "lib/environment.h"
#include "lib/files.h"
#include "lib/lib_private.h"

#include <string.h>

// --- Sentences -----------------------------------------------------------------------------------

static Value sentence(VM *vm, const char *text) {
  Str *str = vm_text(vm, text);
  return str ? value_object(str) : VALUE_ABSENT;
}

#define SENTENCE(name, text)                                                                       \
  static Value say_##name(VM *vm, const FileResult *result) {                                      \
    (void)result;                                                                                  \
    return sentence(vm, text);                                                                     \
  }

SENTENCE(written, "file written")
SENTENCE(deleted, "file deleted")
SENTENCE(removed, "removed")
SENTENCE(copied, "file copied")
SENTENCE(moved, "file moved")
SENTENCE(renamed, "renamed")
SENTENCE(truncated, "file truncated")
SENTENCE(made, "folder made")
SENTENCE(mode, "mode changed")
SENTENCE(owner, "owner changed")
SENTENCE(times, "times changed")
SENTENCE(linked, "link made")

// --- Files ---------------------------------------------------------------------------------------

#define ONE(name, op, deliver)                                                                     \
  static NativeStatus name(NativeCall *call) {                                                     \
    return files_one(call, op, deliver);                                                           \
  }
#define TWO(name, op, deliver)                                                                     \
  static NativeStatus name(NativeCall *call) {                                                     \
    return files_two(call, op, deliver);                                                           \
  }
#define TEXT(name, op, deliver)                                                                    \
  static NativeStatus name(NativeCall *call) {                                                     \
    return files_text(call, op, deliver);                                                          \
  }

static Value deliver_lines(VM *vm, const FileResult *result) {
  List *list = files_lines(vm, result->bytes.bytes, result->bytes.len);
  return list ? value_object(list) : VALUE_ABSENT;
}

ONE(read_file, FILE_READ, file_deliver_text)
ONE(read_lines, FILE_READ, deliver_lines)
TEXT(write_file, FILE_WRITE, say_written)
TEXT(append_file, FILE_APPEND, say_written)
ONE(file_exists, FILE_EXISTS, file_deliver_bool)
ONE(delete_file, FILE_REMOVE, say_deleted)
ONE(remove_one, FILE_REMOVE, say_removed)
ONE(remove_all, FILE_REMOVE_ALL, say_removed)
TWO(copy_file, FILE_COPY, say_copied)
TWO(move_file, FILE_MOVE, say_moved)
TWO(rename_file, FILE_RENAME, say_renamed)
TWO(make_link, FILE_LINK, say_linked)
ONE(read_link, FILE_READ_LINK, file_deliver_text)
TWO(same_file, FILE_SAME, file_deliver_bool)
ONE(make_folder, FILE_MAKE_FOLDER, say_made)

// A symbolic link's target is a text that nobody resolves.
static NativeStatus make_symlink(NativeCall *call) {
  FileWish wish = {.op = FILE_SYMLINK, .deliver = say_linked};
  Buffer other = {0};
  Str *target;
  bool ok = args_str(call, 0, &target) && files_take_other(call, 1, &wish, &other);
  if (ok) {
    wish.path = target->bytes;
    wish.path_len = target->len;
  }
  NativeStatus status = ok ? files_await(call, &wish) : NATIVE_FAILED;
  buffer_free(&other);
  return status;
}

// --- With numbers --------------------------------------------------------------------------------

// (path, number …): up to two numbers behind the path, from 0 on.
static NativeStatus with_numbers(NativeCall *call, FileOp op, uint32_t count, int64_t least,
                                 FileDeliver deliver) {
  FileWish wish = {.op = op, .number = 0777, .deliver = deliver};
  Buffer path = {0};
  int64_t *numbers[] = {&wish.number, &wish.second};
  bool ok = files_take_path(call, 0, &wish, &path);
  for (uint32_t i = 0; ok && i < count; i++) {
    if (op == FILE_MAKE_FOLDERS && !args_given(call, 1)) break;
    ok = args_integer(call, i + 1, numbers[i]);
    if (!ok || *numbers[i] >= least) continue;
    answer_fail(call, "ValueError", "the number must not be less than %lld, got %lld",
                (long long)least, (long long)*numbers[i]);
    ok = false;
  }
  NativeStatus status = ok ? files_await(call, &wish) : NATIVE_FAILED;
  buffer_free(&path);
  return status;
}

static NativeStatus truncate_file(NativeCall *call) {
  return with_numbers(call, FILE_TRUNCATE, 1, 0, say_truncated);
}
static NativeStatus make_folders(NativeCall *call) {
  return with_numbers(call, FILE_MAKE_FOLDERS, 1, 0, say_made);
}
static NativeStatus change_mode(NativeCall *call) {
  return with_numbers(call, FILE_CHMOD, 1, 0, say_mode);
}
static NativeStatus change_owner(NativeCall *call) {
  return with_numbers(call, FILE_CHOWN, 2, -1, say_owner);
}
static NativeStatus change_owner_of_link(NativeCall *call) {
  return with_numbers(call, FILE_LCHOWN, 2, -1, say_owner);
}

// Seconds since 1970, with fractions.
static NativeStatus change_times(NativeCall *call) {
  FileWish wish = {.op = FILE_SET_TIMES, .deliver = say_times};
  Buffer path = {0};
  double accessed;
  double modified;
  bool ok = files_take_path(call, 0, &wish, &path) && args_number(call, 1, &accessed) &&
            args_number(call, 2, &modified);
  if (ok && !(accessed > -9e9 && accessed < 9e9 && modified > -9e9 && modified < 9e9)) {
    answer_fail(call, "ValueError", "times are in seconds since 1970");
    ok = false;
  }
  if (ok) {
    wish.number = (int64_t)(accessed * 1e9);
    wish.second = (int64_t)(modified * 1e9);
  }
  NativeStatus status = ok ? files_await(call, &wish) : NATIVE_FAILED;
  buffer_free(&path);
  return status;
}

// --- Folders -------------------------------------------------------------------------------------

static Value list_names(VM *vm, const FileResult *result, bool files_only) {
  List *list = vm_list(vm, result->name_count);
  if (!list) return VALUE_ABSENT;
  vm_push_root(vm, value_object(list));
  bool ok = true;
  for (uint32_t i = 0; ok && i < result->name_count; i++) {
    const FileName *name = &result->names[i];
    if (files_only && name->stat.is_folder) continue;
    ok = answer_push_bytes(vm, list, name->name, strlen(name->name));
  }
  vm_pop_roots(vm, 1);
  return ok ? value_object(list) : VALUE_ABSENT;
}

static Value deliver_names(VM *vm, const FileResult *result) {
  return list_names(vm, result, false);
}
static Value deliver_file_names(VM *vm, const FileResult *result) {
  return list_names(vm, result, true);
}

// {name, size, mode, modTime, isDir}
static Table *make_stat(VM *vm, const char *name, const FileStat *stat) {
  Table *table = vm_table(vm);
  if (!table) return NULL;
  vm_push_root(vm, value_object(table));
  bool ok = answer_set_text(vm, table, "name", name, strlen(name)) &&
            answer_set_integer(vm, table, "size", stat->size) &&
            answer_set_integer(vm, table, "mode", stat->mode & 07777) &&
            answer_set_integer(vm, table, "modTime", stat->modified_ns / 1000000000) &&
            vm_set_field(vm, table, "isDir", value_bool(stat->is_folder));
  vm_pop_roots(vm, 1);
  return ok ? table : NULL;
}

static Value deliver_entries(VM *vm, const FileResult *result) {
  List *list = vm_list(vm, result->name_count);
  if (!list) return VALUE_ABSENT;
  vm_push_root(vm, value_object(list));
  bool ok = true;
  for (uint32_t i = 0; ok && i < result->name_count; i++) {
    Table *entry = make_stat(vm, result->names[i].name, &result->names[i].stat);
    ok = entry && answer_push(vm, list, value_object(entry));
  }
  vm_pop_roots(vm, 1);
  return ok ? value_object(list) : VALUE_ABSENT;
}

ONE(list_folder, FILE_LIST, deliver_names)
ONE(list_files, FILE_LIST, deliver_file_names)
ONE(read_folder, FILE_LIST, deliver_entries)

// The name is the path's last part, which only the call knows: it comes in when the fiber goes on.
static Value deliver_stat(VM *vm, const FileResult *result) {
  Table *table = make_stat(vm, "", &result->stat);
  return table ? value_object(table) : VALUE_ABSENT;
}

ONE(stat_file, FILE_STAT, deliver_stat)
ONE(stat_link, FILE_LSTAT, deliver_stat)

static NativeStatus stat_resume(NativeCall *call) {
  Str *path = value_as_str(call->args[0]);
  size_t end = path->len;
  while (end > 1 && path->bytes[end - 1] == '/') end--;
  size_t start = end;
  while (start > 0 && path->bytes[start - 1] != '/') start--;
  Table *table = value_as_table(call->answer);
  vm_push_root(call->vm, call->answer);
  bool ok = answer_set_text(call->vm, table, "name", path->bytes + start, end - start);
  vm_pop_roots(call->vm, 1);
  return ok ? native_return(call, call->answer) : NATIVE_FAILED;
}

// --- Temporary ones ------------------------------------------------------------------------------

// (folder, pattern); "" is the usual folder for temporary files.
static NativeStatus make_temporary(NativeCall *call, FileOp op) {
  Str *folder;
  Str *pattern;
  if (!args_str(call, 0, &folder) || !args_str(call, 1, &pattern)) return NATIVE_FAILED;
  if (memchr(pattern->bytes, '/', pattern->len)) {
    return answer_fail(call, "ValueError", "the pattern \"%.60s\" must not contain a /",
                       pattern->bytes);
  }
  Buffer path = {0};
  if (folder->len > 0)
    environment_resolve(call->vm, &path, folder->bytes, folder->len);
  else
    environment_print_temporary(call->vm, &path);
  buffer_byte(&path, '/');
  buffer_append(&path, pattern->bytes, pattern->len);
  FileWish wish = {.op = op, .path = path.bytes, .path_len = path.len, .deliver = file_deliver_text};
  NativeStatus status = files_await(call, &wish);
  buffer_free(&path);
  return status;
}

static NativeStatus make_temporary_folder(NativeCall *call) {
  return make_temporary(call, FILE_MAKE_TEMPORARY_FOLDER);
}
static NativeStatus make_temporary_file(NativeCall *call) {
  return make_temporary(call, FILE_MAKE_TEMPORARY);
}

// --- Messages ------------------------------------------------------------------------------------

static NativeStatus says(NativeCall *call, const char *const *words, size_t count) {
  Str *message;
  Value value = native_arg(call, 0);
  if (value_is_kind(value, KIND_ERROR)) {
    message = ((Error *)value_as_object(value))->message;
  } else if (!args_str(call, 0, &message)) {
    return NATIVE_FAILED;
  }
  bool found = false;
  for (size_t i = 0; i < count; i++) found = found || strcasestr(message->bytes, words[i]);
  return answer_bool(call, found);
}

#define SAYS(name, ...)                                                                            \
  static NativeStatus name(NativeCall *call) {                                                     \
    static const char *const words[] = {__VA_ARGS__};                                              \
    return says(call, words, ARRAY_LEN(words));                                                    \
  }

SAYS(is_exist, "file exists", "already exists")
SAYS(is_not_exist, "no such file", "does not exist", "not found")
SAYS(is_permission, "permission denied", "not permitted")
SAYS(is_timeout, "timeout", "timed out", "time-out")

static NativeStatus is_separator(NativeCall *call) {
  Str *text;
  return args_str(call, 0, &text) ? answer_bool(call, strcmp(text->bytes, "/") == 0) : NATIVE_FAILED;
}

#define OS(name, signature, function, doc)                                                         \
  { "os", name, signature, function, doc, NULL, 0, NATIVE_VINT }
#define PATH_ROW(name, function, doc)  OS(name, "fn(path: String): String", function, doc)
#define PATHS_ROW(name, function, doc) OS(name, "fn(from: String, to: String): String", function, doc)

static const NativeRow rows[] = {
    PATH_ROW("readFile", read_file, "The file's content."),
    OS("readLines", "fn(path: String): List(String)", read_lines,
       "The file's lines; a line end at the end gives a last \"\"."),
    OS("writeFile", "fn(path: String, text: String): String", write_file,
       "Makes the file, or replaces its content."),
    OS("appendFile", "fn(path: String, text: String): String", append_file,
       "Adds to the file; makes it if need be."),
    OS("fileExists", "fn(path: String): Boolean", file_exists, "Is there something of that name?"),
    PATH_ROW("deleteFile", delete_file, "Removes the file."),
    PATH_ROW("remove", remove_one, "Removes a file or an empty folder."),
    PATH_ROW("removeAll", remove_all, "Removes it with all that is in it, if it is there."),
    PATH_ROW("removeDir", remove_all, "Removes the folder with all that is in it, if it is there."),
    PATHS_ROW("copy", copy_file, "Copies a file with its permissions."),
    PATHS_ROW("move", move_file, "Moves a file, also to another file system."),
    PATHS_ROW("rename", rename_file, "Renames a file or folder."),
    OS("truncate", "fn(path: String, size: Number): String", truncate_file,
       "Cuts or extends the file to so many bytes."),
    PATH_ROW("makeDir", make_folder, "Makes a folder."),
    OS("mkdirAll", "fn(path: String, mode?: Number): String", make_folders,
       "Makes a folder and those above it, if they are not there."),
    OS("listDir", "fn(path: String): List(String)", list_folder,
       "The names in the folder, sorted."),
    OS("listFiles", "fn(path: String): List(String)", list_files,
       "The names in the folder that are no folders, sorted."),
    OS("readDir", "fn(path: String): List(Any)", read_folder,
       "What is in the folder: {name, size, mode, modTime, isDir} each."),
    {"os", "stat", "fn(path: String): Any", stat_file,
     "{name, size, mode, modTime (seconds since 1970), isDir}.", stat_resume, 0, NATIVE_VINT},
    {"os", "lstat", "fn(path: String): Any", stat_link, "As stat, of a link itself.", stat_resume, 0,
     NATIVE_VINT},
    OS("chmod", "fn(path: String, mode: Number): String", change_mode, "Sets the permissions."),
    OS("chown", "fn(path: String, user: Number, group: Number): String", change_owner,
       "Sets the owner; -1 leaves one as it is."),
    OS("lchown", "fn(path: String, user: Number, group: Number): String", change_owner_of_link,
       "As chown, of a link itself."),
    OS("chtimes", "fn(path: String, accessed: Number, modified: Number): String", change_times,
       "Sets the times, in seconds since 1970."),
    PATHS_ROW("link", make_link, "Gives the file a second name."),
    OS("symlink", "fn(target: String, name: String): String", make_symlink,
       "Makes a symbolic link of that name."),
    PATH_ROW("readlink", read_link, "Where the symbolic link points to."),
    OS("sameFile", "fn(a: String, b: String): Boolean", same_file,
       "Are they names of the same file?"),
    OS("mkdirTemp", "fn(folder: String, pattern: String): String", make_temporary_folder,
       "Makes a new folder and gives its path; \"\" is the usual folder for temporary files."),
    OS("createTemp", "fn(folder: String, pattern: String): String", make_temporary_file,
       "Makes a new file and gives its path; a * in the pattern is where the new letters go."),
    OS("isExist", "fn(message: Any): Boolean", is_exist,
       "Does the error or its message say that something exists already?"),
    OS("isNotExist", "fn(message: Any): Boolean", is_not_exist,
       "Does the error or its message say that something does not exist?"),
    OS("isPermission", "fn(message: Any): Boolean", is_permission,
       "Does the error or its message say that it is not permitted?"),
    OS("isTimeout", "fn(message: Any): Boolean", is_timeout,
       "Does the error or its message say that it took too long?"),
    OS("isPathSeparator", "fn(text: String): Boolean", is_separator, "Is it /?"),
};

LibModule lib_os_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
