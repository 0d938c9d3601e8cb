// SPDX-License-Identifier: MIT
// lib_fs.c - Luma's modules fs and fs.async: files and folders (luma.md 9.2)
//
// Each function is in both. In fs it is done when the call returns, and nothing else goes on
// meanwhile; in fs.async a thread does it, and the call gives the promise (C 3.6). What can fail
// answers with a Result either way.
#include "base/utf8.h"
#include "io/file.h"
#include "lib/answer.h"
#include "lib/environment.h"
#include "lib/files.h"
#include "lib/lib_private.h"
#include "vm/format.h"

#include <string.h>

// --- Doing it ------------------------------------------------------------------------------------

static bool is_async(const NativeCall *call) { return strcmp(call->row->owner, "fs.async") == 0; }

static NativeStatus answer_promise(NativeCall *call, const FileWish *wish, bool can_fail) {
  Promise *promise = file_start(call->vm, wish);
  return can_fail ? lib_result_promise(call, promise) : lib_return_promise(call, promise);
}

static NativeStatus answer_now(NativeCall *call, const FileWish *wish, bool can_fail) {
  Value value = file_now(call->vm, wish);
  return can_fail ? lib_result_of(call, value) : answer_value(call, value);
}

static NativeStatus perform(NativeCall *call, const FileWish *wish) {
  return is_async(call) ? answer_promise(call, wish, true) : answer_now(call, wish, true);
}

// (path) and (path, other).
static NativeStatus with_paths(NativeCall *call, FileWish *wish, bool has_other) {
  Buffer path = {0}, other = {0};
  bool ok = files_take_path(call, 0, wish, &path) &&
            (!has_other || files_take_other(call, 1, wish, &other));
  NativeStatus status = ok ? perform(call, wish) : NATIVE_FAILED;
  buffer_free(&path);
  buffer_free(&other);
  return status;
}

static NativeStatus one(NativeCall *call, FileOp op, FileDeliver deliver) {
  FileWish wish = {.op = op, .number = 0777, .deliver = deliver};
  return with_paths(call, &wish, false);
}

static NativeStatus two(NativeCall *call, FileOp op) {
  FileWish wish = {.op = op, .deliver = file_deliver_null};
  return with_paths(call, &wish, true);
}

// --- Reading -------------------------------------------------------------------------------------

// Strings are UTF-8 (luma.md 3.1).
static bool check_text(VM *vm, const Buffer *bytes) {
  size_t bad = utf8_find_invalid(bytes->bytes ? bytes->bytes : "", bytes->len);
  if (bad == bytes->len) return true;
  return vm_raise(vm, "ParseError", "the file is no UTF-8 text (byte %zu); readBytes gives its bytes", bad);
}

static Value deliver_text(VM *vm, const FileResult *result) {
  return check_text(vm, &result->bytes) ? file_deliver_text(vm, result) : VALUE_ABSENT;
}

// A line end at the end begins no further line.
static Value deliver_lines(VM *vm, const FileResult *result) {
  const Buffer *text = &result->bytes;
  if (!check_text(vm, text)) return VALUE_ABSENT;
  bool has_end = text->len > 0 && text->bytes[text->len - 1] == '\n';
  List *list = text->len > 0 ? files_lines(vm, text->bytes, text->len - has_end) : vm_list(vm, 0);
  return list ? value_object(list) : VALUE_ABSENT;
}

static Value deliver_bytes(VM *vm, const FileResult *result) {
  const Buffer *bytes = &result->bytes;
  if (bytes->len > UINT32_MAX / 2) return vm_raise_memory(vm), VALUE_ABSENT;
  List *list = vm_list(vm, (uint32_t)bytes->len);
  if (!list) return VALUE_ABSENT;
  vm_push_root(vm, value_object(list));
  bool ok = true;
  for (size_t i = 0; ok && i < bytes->len; i++) {
    ok = answer_push(vm, list, value_double((unsigned char)bytes->bytes[i]));
  }
  vm_pop_roots(vm, 1);
  return ok ? value_object(list) : VALUE_ABSENT;
}

static NativeStatus read_text(NativeCall *call) { return one(call, FILE_READ, deliver_text); }
static NativeStatus read_lines(NativeCall *call) { return one(call, FILE_READ, deliver_lines); }
static NativeStatus read_bytes(NativeCall *call) { return one(call, FILE_READ, deliver_bytes); }

// --- Writing -------------------------------------------------------------------------------------

static NativeStatus write_with(NativeCall *call, FileOp op, const char *bytes, size_t len) {
  FileWish wish = {.op = op, .bytes = bytes, .len = len, .deliver = file_deliver_null};
  return with_paths(call, &wish, false);
}

static NativeStatus write_text(NativeCall *call) {
  Str *text;
  if (!args_str(call, 1, &text)) return NATIVE_FAILED;
  return write_with(call, FILE_WRITE, text->bytes, text->len);
}

static NativeStatus append_text(NativeCall *call) {
  Str *text;
  if (!args_str(call, 1, &text)) return NATIVE_FAILED;
  return write_with(call, FILE_APPEND, text->bytes, text->len);
}

static bool take_bytes(NativeCall *call, Buffer *out) {
  List *list;
  if (!args_list(call, 1, &list)) return false;
  for (uint32_t i = 0; i < list->count; i++) {
    double number = value_is_number(list->items[i]) ? value_to_double(list->items[i]) : -1;
    if (!(number >= 0 && number <= 255 && number == (double)(int)number)) {
      answer_fail(call, "TypeError", "element %u must be a whole Number from 0 to 255", i);
      return false;
    }
    buffer_byte(out, (char)(int)number);
  }
  return true;
}

static NativeStatus write_bytes(NativeCall *call) {
  Buffer bytes = {0};
  NativeStatus status = NATIVE_FAILED;
  if (take_bytes(call, &bytes)) {
    status = write_with(call, FILE_WRITE, bytes.bytes ? bytes.bytes : "", bytes.len);
  }
  buffer_free(&bytes);
  return status;
}

// --- Questions -----------------------------------------------------------------------------------

static Value deliver_is_file(VM *vm, const FileResult *result) {
  return value_bool(result->stat.is_file);
}
static Value deliver_is_folder(VM *vm, const FileResult *result) {
  return value_bool(result->stat.is_folder);
}

// What is not there has no kind: that is an answer, not a failure.
static NativeStatus ask(NativeCall *call, FileDeliver deliver) {
  FileWish wish = {.op = FILE_EXISTS, .deliver = deliver};
  Buffer path = {0};
  NativeStatus status = NATIVE_FAILED;
  if (files_take_path(call, 0, &wish, &path)) {
    status = is_async(call) ? answer_promise(call, &wish, false) : answer_now(call, &wish, false);
  }
  buffer_free(&path);
  return status;
}

static NativeStatus exists(NativeCall *call) { return ask(call, file_deliver_bool); }
static NativeStatus is_file(NativeCall *call) { return ask(call, deliver_is_file); }
static NativeStatus is_folder(NativeCall *call) { return ask(call, deliver_is_folder); }

static Value deliver_info(VM *vm, const FileResult *result) {
  const FileStat *stat = &result->stat;
  Table *table = vm_table(vm);
  if (!table) return VALUE_ABSENT;
  vm_push_root(vm, value_object(table));
  bool ok = vm_set_field(vm, table, "size", value_double((double)stat->size)) &&
            vm_set_field(vm, table, "modified", value_double((double)(stat->modified_ns / 1000000))) &&
            vm_set_field(vm, table, "mode", value_double(stat->mode & 07777)) &&
            vm_set_field(vm, table, "isFile", value_bool(stat->is_file)) &&
            vm_set_field(vm, table, "isDirectory", value_bool(stat->is_folder));
  vm_pop_roots(vm, 1);
  return ok ? value_object(table) : VALUE_ABSENT;
}

static NativeStatus info(NativeCall *call) { return one(call, FILE_STAT, deliver_info); }

// --- Folders, and files as a whole ---------------------------------------------------------------

static Value deliver_names(VM *vm, const FileResult *result) {
  List *list = vm_list(vm, result->name_count);
  if (!list) return VALUE_ABSENT;
  vm_push_root(vm, value_object(list));
  bool ok = true;
  for (uint32_t i = 0; ok && i < result->name_count; i++) {
    ok = answer_push_bytes(vm, list, result->names[i].name, strlen(result->names[i].name));
  }
  vm_pop_roots(vm, 1);
  return ok ? value_object(list) : VALUE_ABSENT;
}

static NativeStatus list_folder(NativeCall *call) { return one(call, FILE_LIST, deliver_names); }
static NativeStatus make_folder(NativeCall *call) {
  return one(call, FILE_MAKE_FOLDERS, file_deliver_null);
}
static NativeStatus remove_one(NativeCall *call) { return one(call, FILE_REMOVE, file_deliver_null); }
static NativeStatus remove_all(NativeCall *call) {
  return one(call, FILE_REMOVE_ALL, file_deliver_null);
}
static NativeStatus copy_file(NativeCall *call) { return two(call, FILE_COPY); }
static NativeStatus move_file(NativeCall *call) { return two(call, FILE_MOVE); }

// A new folder among the temporary ones.
static NativeStatus make_temporary(NativeCall *call) {
  Str *prefix = NULL;
  if (args_given(call, 0) && !args_str(call, 0, &prefix)) return NATIVE_FAILED;
  if (prefix && memchr(prefix->bytes, '/', prefix->len)) {
    return answer_fail(call, "ValueError", "the prefix \"%.60s\" must not contain a /", prefix->bytes);
  }
  Buffer path = {0};
  environment_print_temporary(call->vm, &path);
  buffer_byte(&path, '/');
  if (prefix) buffer_append(&path, prefix->bytes, prefix->len);
  FileWish wish = {.op = FILE_MAKE_TEMPORARY_FOLDER,
                   .path = path.bytes,
                   .path_len = path.len,
                   .deliver = file_deliver_text};
  NativeStatus status = perform(call, &wish);
  buffer_free(&path);
  return status;
}

// --- Luma's older names for the same ---------------------------------------------------------------

// The failure as a text that begins as it always did (luma.md 9.1).
static NativeStatus answer_older(NativeCall *call, Value value, const char *what) {
  VM *vm = call->vm;
  if (!value_is_absent(value)) return lib_result_return(call, value, VALUE_NULL);
  Error *error = (Error *)value_as_object(vm_take_error(vm));
  vm_push_root(vm, value_object(error));
  Str *text = vm_printf(vm, "Failed to %s file: %s", what, error->message->bytes);
  vm_pop_roots(vm, 1);
  return text ? lib_result_return(call, VALUE_NULL, value_object(text)) : NATIVE_FAILED;
}

static NativeStatus read_older(NativeCall *call, FileDeliver deliver) {
  FileWish wish = {.op = FILE_READ, .deliver = deliver};
  Buffer path = {0};
  if (!files_take_path(call, 0, &wish, &path)) return NATIVE_FAILED;
  NativeStatus status = answer_older(call, file_now(call->vm, &wish), "read");
  buffer_free(&path);
  return status;
}

static NativeStatus older_read(NativeCall *call) { return read_older(call, deliver_text); }
static NativeStatus older_lines(NativeCall *call) { return read_older(call, deliver_lines); }

static NativeStatus older_write(NativeCall *call) {
  FileWish wish = {.op = FILE_WRITE, .deliver = file_deliver_null};
  Buffer path = {0};
  if (!files_take_path(call, 0, &wish, &path)) return NATIVE_FAILED;
  Buffer text = {0};
  format_value(call->vm, &text, call->args[1], FORMAT_LUMA);
  wish.bytes = text.bytes ? text.bytes : "";
  wish.len = text.len;
  NativeStatus status = answer_older(call, file_now(call->vm, &wish), "write");
  buffer_free(&text);
  buffer_free(&path);
  return status;
}

// --- Rows ------------------------------------------------------------------------------------------

#define ROW(owner, name, signature, function, doc) \
  {owner, name, signature, function, doc, NULL, 0, NATIVE_LUMA}
// (parameters), what it answers; both twins.
#define TWINS(name, parameters, answer, function, doc)                                             \
  ROW("fs", name, "fn" parameters ": " answer, function, doc),                                     \
      ROW("fs.async", name, "fn" parameters ": Promise(" answer ")", function, doc)
#define PATH   "(path: String)"
#define DONE   "Result(Null, Error)"
#define FROM_TO "(from: String, to: String)"
#define INFO_TYPE                                                                                  \
  "Result({size: Number, modified: Number, mode: Number, isFile: Boolean, isDirectory: Boolean}, " \
  "Error)"

static const NativeRow rows[] = {
    {"fs", "", "Module", NULL, "Files and folders, at once; fs.async has the same with promises.", NULL, 0,
     NATIVE_LUMA},
    {"fs", "async", "Module(fs.async)", NULL,
     "The functions of fs, each giving a promise: other fibers go on.", NULL, 0, NATIVE_LUMA},
    TWINS("read", PATH, "Result(String, Error)", read_text, "The file's content, which must be UTF-8."),
    TWINS("readBytes", PATH, "Result(List(Number), Error)", read_bytes,
          "The file's bytes, 0 to 255 each."),
    TWINS("lines", PATH, "Result(List(String), Error)", read_lines,
          "The file's lines without their ends; a line end at the end begins no further line."),
    TWINS("write", "(path: String, text: String)", DONE, write_text,
          "Makes the file, or replaces its content."),
    TWINS("writeBytes", "(path: String, bytes: List(Number))", DONE, write_bytes,
          "Makes the file, or replaces its content by the bytes, 0 to 255 each."),
    TWINS("append", "(path: String, text: String)", DONE, append_text,
          "Adds to the file; makes it if need be."),
    TWINS("exists", PATH, "Boolean", exists, "Is there something of that name?"),
    TWINS("isFile", PATH, "Boolean", is_file, "Is there a file of that name?"),
    TWINS("isDirectory", PATH, "Boolean", is_folder, "Is there a folder of that name?"),
    TWINS("info", PATH, INFO_TYPE, info,
          "Size in bytes, when it was modified (milliseconds since 1970), permissions, kind."),
    TWINS("list", PATH, "Result(List(String), Error)", list_folder, "The names in the folder, sorted."),
    TWINS("makeDirectory", PATH, DONE, make_folder,
          "Makes a folder and those above it; no failure if it is there."),
    TWINS("makeTemporary", "(prefix?: String)", "Result(String, Error)", make_temporary,
          "Makes a new folder among the temporary ones and gives its path."),
    TWINS("remove", PATH, DONE, remove_one, "Removes a file or an empty folder."),
    TWINS("removeAll", PATH, DONE, remove_all, "Removes it with all that is in it, if it is there."),
    TWINS("copy", FROM_TO, DONE, copy_file, "Copies a file with its permissions."),
    TWINS("move", FROM_TO, DONE, move_file, "Renames or moves, also to another file system."),
    ROW("", "read_file", "fn(path: String): Result(String, String)", older_read,
        "As fs.read, with a text as the failure."),
    ROW("", "write_file", "fn(path: String, value: Any): Result(Null, String)", older_write,
        "As fs.write, of any value's text, with a text as the failure."),
    ROW("", "file_exists", "fn(path: String): Boolean", exists, "As fs.exists."),
    {"file", "", "Imported", NULL, "Files by their older names: import(\"std:file\").", NULL, 0, NATIVE_LUMA},
    ROW("file", "read", "fn(path: String): Result(String, String)", older_read, "As File.read."),
    ROW("file", "lines", "fn(path: String): Result(List(String), String)", older_lines, "As File.lines."),
    ROW("file", "write", "fn(path: String, value: Any): Result(Null, String)", older_write, "As File.write."),
    ROW("file", "exists", "fn(path: String): Boolean", exists, "As File.exists."),
    {"File", "", "Module", NULL, "Luma's older names for files: read, lines, write, exists.", NULL, 0, NATIVE_LUMA},
    {"File", "stdout", "Number", NULL, "1, as STDOUT.", NULL, 0, NATIVE_LUMA},
    {"File", "stderr", "Number", NULL, "2, as STDERR.", NULL, 0, NATIVE_LUMA},
    ROW("File", "read", "fn(path: String): Result(String, String)", older_read, "As read_file."),
    ROW("File", "lines", "fn(path: String): Result(List(String), String)", older_lines,
        "As fs.lines, with a text as the failure."),
    ROW("File", "write", "fn(path: String, value: Any): Result(Null, String)", older_write,
        "As write_file."),
    ROW("File", "exists", "fn(path: String): Boolean", exists, "As fs.exists."),
};

LibModule lib_fs_module(void) { return (LibModule){rows, ARRAY_LEN(rows)}; }
