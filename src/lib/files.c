// SPDX-License-Identifier: MIT
// files.c - operations on files as natives start them
#include "lib/files.h"

#include "lib/answer.h"
#include "lib/environment.h"

#include <string.h>

void files_resolve(NativeCall *call, const Str *path, FileWish *wish, Buffer *text) {
  environment_resolve(call->vm, text, path->bytes, path->len);
  wish->path = text->bytes ? text->bytes : "";
  wish->path_len = text->len;
}

bool files_take_path(NativeCall *call, uint32_t index, FileWish *wish, Buffer *text) {
  Str *path;
  if (!args_str(call, index, &path)) return false;
  files_resolve(call, path, wish, text);
  return true;
}

bool files_take_other(NativeCall *call, uint32_t index, FileWish *wish, Buffer *text) {
  Str *path;
  if (!args_str(call, index, &path)) return false;
  environment_resolve(call->vm, text, path->bytes, path->len);
  wish->other = text->bytes ? text->bytes : "";
  wish->other_len = text->len;
  return true;
}

NativeStatus files_await(NativeCall *call, const FileWish *wish) {
  if (!answer_may_wait(call)) return NATIVE_FAILED;
  return answer_await(call, file_start(call->vm, wish));
}

NativeStatus files_one(NativeCall *call, FileOp op, FileDeliver deliver) {
  Str *path;
  if (!args_str(call, 0, &path)) return NATIVE_FAILED;
  return files_one_at(call, path, op, deliver);
}

NativeStatus files_one_at(NativeCall *call, const Str *path, FileOp op, FileDeliver deliver) {
  Buffer text = {0};
  environment_resolve(call->vm, &text, path->bytes, path->len);
  FileWish wish = {.op = op,
                   .path = text.bytes ? text.bytes : "",
                   .path_len = text.len,
                   .number = 0777,
                   .deliver = deliver};
  NativeStatus status = files_await(call, &wish);
  buffer_free(&text);
  return status;
}

NativeStatus files_two(NativeCall *call, FileOp op, FileDeliver deliver) {
  FileWish wish = {.op = op, .deliver = deliver};
  Buffer path = {0};
  Buffer other = {0};
  bool ok = files_take_path(call, 0, &wish, &path) && files_take_other(call, 1, &wish, &other);
  NativeStatus status = ok ? files_await(call, &wish) : NATIVE_FAILED;
  buffer_free(&path);
  buffer_free(&other);
  return status;
}

NativeStatus files_text(NativeCall *call, FileOp op, FileDeliver deliver) {
  FileWish wish = {.op = op, .deliver = deliver};
  Buffer path = {0};
  Str *text;
  bool ok = files_take_path(call, 0, &wish, &path) && args_str(call, 1, &text);
  if (ok) {
    wish.bytes = text->bytes;
    wish.len = text->len;
  }
  NativeStatus status = ok ? files_await(call, &wish) : NATIVE_FAILED;
  buffer_free(&path);
  return status;
}

List *files_lines(VM *vm, const char *bytes, size_t len) {
  List *list = vm_list(vm, 0);
  if (!list) return NULL;
  vm_push_root(vm, value_object(list));
  bool ok = true;
  for (size_t at = 0; ok && at <= len;) {
    const char *end = len > at ? memchr(bytes + at, '\n', len - at) : NULL;
    size_t stop = end ? (size_t)(end - bytes) : len;
    size_t shown = stop > at && bytes[stop - 1] == '\r' ? stop - 1 : stop;
    ok = answer_push_bytes(vm, list, bytes + at, shown - at);
    at = stop + 1;
  }
  vm_pop_roots(vm, 1);
  return ok ? list : NULL;
}
