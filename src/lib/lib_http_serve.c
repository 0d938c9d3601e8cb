// SPDX-License-Identifier: MIT
// lib_http_serve.c - what handlers of http.serve use, in both languages: files, forms, cookies
#include "lib/answer.h"
#include "lib/cookie.h"
#include "lib/environment.h"
#include "lib/form.h"
#include "lib/http_app.h"
#include "lib/lib_private.h"

#include <string.h>

// --- Files ---------------------------------------------------------------------------------------

// {status, file, root?} as only natives can make it. NULL: raised.
static Table *make_answer(VM *vm, const char *root, const char *path, size_t path_len) {
  TypeValue *type = lib_server_file_type(vm);
  Table *answer = type ? vm_table(vm) : NULL;
  if (!answer) return NULL;
  vm_push_root(vm, value_object(answer));
  bool ok = answer_set_text(vm, answer, "file", path, path_len) &&
            (!root || answer_set_text(vm, answer, "root", root, strlen(root)));
  if (ok) heap_store(vm_heap(vm), answer, &answer->type, value_object(type));
  vm_pop_roots(vm, 1);
  return ok ? answer : NULL;
}

static NativeStatus answer_table(NativeCall *call, Table *table) {
  return table ? native_return(call, value_object(table)) : NATIVE_FAILED;
}

static NativeStatus file(NativeCall *call) {
  Str *path;
  Buffer whole = {0};
  if (!args_str(call, 0, &path)) return NATIVE_FAILED;
  environment_resolve(call->vm, &whole, path->bytes, path->len);
  Table *answer = make_answer(call->vm, NULL, whole.bytes ? whole.bytes : "", whole.len);
  buffer_free(&whole);
  return answer_table(call, answer);
}

// Bound to the folder: (folder, req).
static NativeStatus serve_folder(NativeCall *call) {
  Table *request;
  if (!args_table(call, 1, &request)) return NATIVE_FAILED;
  Value path = vm_get_field(call->vm, request, "path");
  if (!value_is_str(path)) {
    args_wrong(call, 1, "request");
    return NATIVE_FAILED;
  }
  const Str *root = value_as_str(call->args[0]);
  return answer_table(
      call, make_answer(call->vm, root->bytes, value_as_str(path)->bytes, value_as_str(path)->len));
}

static const NativeRow folder_row = {
    "http", "files", "fn(root: Any, req: Any): Any", serve_folder, "", NULL, 0, NATIVE_BOTH};

bool lib_http_serve_folder(VM *vm, Str *root, Value *out) {
  return lib_bind(vm, &folder_row, "(folder)", value_object(root), out);
}

static NativeStatus files(NativeCall *call) {
  Str *folder;
  Value handler;
  Buffer whole = {0};
  if (!args_str(call, 0, &folder)) return NATIVE_FAILED;
  environment_resolve(call->vm, &whole, folder->bytes, folder->len);
  Str *root = vm_str(call->vm, whole.bytes ? whole.bytes : "", whole.len);
  buffer_free(&whole);
  bool ok = root && lib_http_serve_folder(call->vm, root, &handler);
  return ok ? native_return(call, handler) : NATIVE_FAILED;
}

// --- Forms and cookies ---------------------------------------------------------------------------

static NativeStatus form(NativeCall *call) {
  static const FormLimits limits = {FORM_PARTS, SIZE_MAX};
  Table *request;
  if (!args_table(call, 0, &request)) return NATIVE_FAILED;
  Table *read = form_read(call->vm, request, &limits, NULL);
  return lib_result_of(call, read ? value_object(read) : VALUE_ABSENT);
}

static bool add_cookie(VM *vm, Table *cookies, const Buffer *name, const Buffer *value) {
  const char *key = name->bytes ? name->bytes : "";
  if (!value_is_absent(vm_get_field(vm, cookies, key))) return true; // the first counts
  return answer_set_text(vm, cookies, key, value->bytes ? value->bytes : "", value->len);
}

static NativeStatus cookies(NativeCall *call) {
  VM *vm = call->vm;
  Table *request;
  if (!args_table(call, 0, &request)) return NATIVE_FAILED;
  Value headers = vm_get_field(vm, request, "headers");
  Value header =
      value_is_table(headers) ? vm_get_field(vm, value_as_table(headers), "cookie") : VALUE_ABSENT;
  Table *found = vm_table(vm);
  if (!found) return NATIVE_FAILED;
  vm_push_root(vm, value_object(found));
  Buffer name = {0};
  Buffer value = {0};
  size_t position = 0;
  bool ok = true;
  while (ok && value_is_str(header) &&
         cookie_next(value_as_str(header)->bytes, &position, &name, &value)) {
    ok = add_cookie(vm, found, &name, &value);
  }
  buffer_free(&name);
  buffer_free(&value);
  vm_pop_roots(vm, 1);
  return ok ? native_return(call, value_object(found)) : NATIVE_FAILED;
}

static NativeStatus cookie(NativeCall *call) {
  Buffer line = {0};
  bool ok = cookie_print(call, 0, &line);
  if (ok) return answer_buffer(call, &line);
  buffer_free(&line);
  return NATIVE_FAILED;
}

// Two rows each, because the row tells a native its caller's language.
#define IN_BOTH(name, signature, function, doc)                                                    \
  {"http", name, signature, function, doc, NULL, 0, NATIVE_LUMA}, {                                \
    "http", name, signature, function, doc, NULL, 0, NATIVE_VINT                                   \
  }

static const NativeRow rows[] = {
    IN_BOTH("file", "fn(path: String): Any", file,
            "An answer of http.serve: a file, whole or in the part that is asked for, read as the "
            "client takes it."),
    IN_BOTH("files", "fn(folder: String): Function", files,
            "A handler for http.serve: answers with the folder's files, by the request's path. "
            "Nothing outside of it is given, whatever the path says."),
    {"http", "form", "fn(request: Table): Result(Table, Error)", form,
     "The form in a request's body: {fields, files}, each file {name, field, type, size, content}.",
     NULL, 0, NATIVE_LUMA},
    IN_BOTH("cookies", "fn(request: Any): Table", cookies, "The cookies of a request."),
    IN_BOTH(
        "cookie", "fn(name: String, value: String, options?: Table): String", cookie,
        "A value for the header Set-Cookie; a list of them sets several. Options: path (\"/\"), "
        "domain, maxAge (seconds), secure, httpOnly, sameSite."),
};

LibModule lib_http_serve_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
