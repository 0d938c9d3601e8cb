// SPDX-License-Identifier: MIT
// lib_file.c - Vint's open and its file values (vint.md 10, 11.8)
//
// A file value is a path and the content as it was read; nothing stays open. It is an External of
// the type "File" that holds [path, content].
#include "lib/answer.h"
#include "lib/files.h"
#include "lib/lib_private.h"
#include "vm/format.h"

#include <string.h>

static List *parts_of(NativeCall *call) {
  return value_as_list(((External *)value_as_object(call->args[0]))->held);
}

static Str *path_of(NativeCall *call) {
  return value_as_str(parts_of(call)->items[0]);
}

static bool take_file(NativeCall *call) {
  Value value = native_arg(call, 0);
  bool is_file = value_is_kind(value, KIND_EXTERNAL) &&
                 strcmp(((External *)value_as_object(value))->type_name->bytes, "File") == 0;
  return is_file || args_wrong(call, 0, "file");
}

static void set_part(NativeCall *call, uint32_t index, Value value) {
  list_set(vm_heap(call->vm), parts_of(call), index, value);
}

// --- open ----------------------------------------------------------------------------------------

static NativeStatus open_file(NativeCall *call) {
  return files_one(call, FILE_READ, file_deliver_text);
}

static External *make_file(VM *vm, Value path, Value content) {
  Value parts[2] = {path, content};
  Str *name = vm_text(vm, "File");
  vm_push_root(vm, name ? value_object(name) : VALUE_NULL);
  List *list = name ? list_from(vm_heap(vm), parts, 2) : NULL;
  vm_push_root(vm, list ? value_object(list) : VALUE_NULL);
  External *file = list ? small_objects_external(vm_heap(vm), name, NULL, NULL) : NULL;
  if (file) heap_store(vm_heap(vm), file, &file->held, value_object(list));
  vm_pop_roots(vm, 2);
  return file;
}

static NativeStatus open_resume(NativeCall *call) {
  vm_push_root(call->vm, call->answer);
  External *file = make_file(call->vm, call->args[0], call->answer);
  vm_pop_roots(call->vm, 1);
  return file ? native_return(call, value_object(file)) : answer_out_of_memory(call);
}

// --- Methods -------------------------------------------------------------------------------------

static NativeStatus read_content(NativeCall *call) {
  return take_file(call) ? native_return(call, parts_of(call)->items[1]) : NATIVE_FAILED;
}

static NativeStatus write_with(NativeCall *call, FileOp op) {
  Str *text;
  if (!take_file(call) || !args_str(call, 1, &text)) return NATIVE_FAILED;
  FileWish wish = {.op = op, .bytes = text->bytes, .len = text->len, .deliver = file_deliver_null};
  Buffer path = {0};
  files_resolve(call, path_of(call), &wish, &path);
  NativeStatus status = files_await(call, &wish);
  buffer_free(&path);
  return status;
}

static NativeStatus write_content(NativeCall *call) {
  return write_with(call, FILE_WRITE);
}

static NativeStatus write_resume(NativeCall *call) {
  set_part(call, 1, call->args[1]);
  return answer_bool(call, true);
}

static NativeStatus append_content(NativeCall *call) {
  return write_with(call, FILE_APPEND);
}

static NativeStatus append_resume(NativeCall *call) {
  Value content = parts_of(call)->items[1];
  Str *joined =
      str_concat(vm_strings(call->vm), value_as_str(content), value_as_str(call->args[1]));
  if (!joined) return answer_out_of_memory(call);
  set_part(call, 1, value_object(joined));
  return answer_bool(call, true);
}

static Value deliver_lines(VM *vm, const FileResult *result) {
  List *list = files_lines(vm, result->bytes.bytes, result->bytes.len);
  return list ? value_object(list) : VALUE_ABSENT;
}

static Value deliver_size(VM *vm, const FileResult *result) {
  return vm_integer(vm, result->stat.size);
}

static Value deliver_true(VM *vm, const FileResult *result) {
  (void)vm;
  (void)result;
  return VALUE_TRUE;
}

static NativeStatus ask(NativeCall *call, FileOp op, FileDeliver deliver) {
  return take_file(call) ? files_one_at(call, path_of(call), op, deliver) : NATIVE_FAILED;
}

static NativeStatus list_lines(NativeCall *call) {
  return ask(call, FILE_READ, deliver_lines);
}
static NativeStatus size(NativeCall *call) {
  return ask(call, FILE_STAT, deliver_size);
}
static NativeStatus exists(NativeCall *call) {
  return ask(call, FILE_EXISTS, file_deliver_bool);
}
static NativeStatus delete_file(NativeCall *call) {
  return ask(call, FILE_REMOVE, deliver_true);
}

static NativeStatus extension(NativeCall *call) {
  if (!take_file(call)) return NATIVE_FAILED;
  Str *path = path_of(call);
  const char *slash = memrchr(path->bytes, '/', path->len);
  const char *dot = strrchr(slash ? slash : path->bytes, '.');
  return answer_text(call, dot ? dot : "");
}

// To another path.
static NativeStatus transfer(NativeCall *call, FileOp op) {
  if (!take_file(call)) return NATIVE_FAILED;
  FileWish wish = {.op = op, .deliver = deliver_true};
  Buffer path = {0};
  Buffer other = {0};
  files_resolve(call, path_of(call), &wish, &path);
  bool ok = files_take_other(call, 1, &wish, &other);
  NativeStatus status = ok ? files_await(call, &wish) : NATIVE_FAILED;
  buffer_free(&path);
  buffer_free(&other);
  return status;
}

static NativeStatus copy_to(NativeCall *call) {
  return transfer(call, FILE_COPY);
}
static NativeStatus move_to(NativeCall *call) {
  return transfer(call, FILE_MOVE);
}

// The value follows its file.
static NativeStatus move_resume(NativeCall *call) {
  set_part(call, 0, call->args[1]);
  return native_return(call, call->answer);
}

// Prints as its name (2.2).
static Value print_external(VM *vm, Buffer *out, Value value, FormatStyle style) {
  (void)vm;
  (void)style;
  External *external = (External *)value_as_object(value);
  bool is_file = strcmp(external->type_name->bytes, "File") == 0 && value_is_list(external->held);
  if (is_file)
    buffer_text(out, value_as_str(value_as_list(external->held)->items[0])->bytes);
  else
    buffer_printf(out, "<external %s>", external->type_name->bytes);
  return VALUE_ABSENT;
}

void lib_file_install(VM *vm) {
  format_set_hook(vm, KIND_EXTERNAL, print_external);
}

#define METHOD(name, signature, function, resume, doc)                                             \
  { "File()", name, signature, function, doc, resume, 0, NATIVE_VINT }

static const NativeRow rows[] = {
    {"", "open", "fn(path: String): Any", open_file,
     "Reads a file; a value with its path and content.", open_resume, 0, NATIVE_VINT},
    METHOD("read", "fn(): String", read_content, NULL, "The content as it was read."),
    METHOD("write", "fn(text: String): Boolean", write_content, write_resume,
           "Replaces the file's content."),
    METHOD("append", "fn(text: String): Boolean", append_content, append_resume,
           "Adds to the file."),
    METHOD("lines", "fn(): List(String)", list_lines, NULL,
           "The file's lines; a line end at the end gives a last \"\"."),
    METHOD("size", "fn(): Integer", size, NULL, "The file's size in bytes."),
    METHOD("exists", "fn(): Boolean", exists, NULL, "Is it still there?"),
    METHOD("extension", "fn(): String", extension, NULL, "The name from its last dot on."),
    METHOD("copy", "fn(to: String): Boolean", copy_to, NULL, "Copies the file."),
    METHOD("move", "fn(to: String): Boolean", move_to, move_resume, "Moves the file."),
    METHOD("delete", "fn(): Boolean", delete_file, NULL, "Removes the file."),
};

LibModule lib_file_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
