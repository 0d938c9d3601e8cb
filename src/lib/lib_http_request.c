// SPDX-License-Identifier: MIT
// lib_http_request.c - req and its uploads: what an application's functions ask of a request
// (vint.md 12.5)
#include "lib/answer.h"
#include "lib/cookie.h"
#include "lib/environment.h"
#include "lib/files.h"
#include "lib/http_app.h"
#include "lib/lib_private.h"

#include <string.h>

static NativeStatus request_field(NativeCall *call, const char *name) {
  Table *request;
  if (!args_table(call, 0, &request)) return NATIVE_FAILED;
  Value value = vm_get_field(call->vm, request, name);
  return native_return(call, value_is_absent(value) ? VALUE_NULL : value);
}

#define FIELD(function, name)                                                                      \
  static NativeStatus function(NativeCall *call) {                                                 \
    return request_field(call, name);                                                              \
  }

FIELD(request_method, "method")
FIELD(request_path, "path")
FIELD(request_body, "body")
FIELD(request_headers, "headers")
FIELD(request_remote, "remote")
FIELD(request_user, "__user")

// --- Entries -------------------------------------------------------------------------------------

// An entry of one of the request's dicts; "" if there is none.
static NativeStatus request_entry(NativeCall *call, const char *field, bool is_small) {
  Table *request;
  Str *name;
  if (!args_table(call, 0, &request) || !args_str(call, 1, &name)) return NATIVE_FAILED;
  Value dict = vm_get_field(call->vm, request, field);
  Buffer key = {0};
  for (uint32_t i = 0; i < name->len; i++) {
    char c = name->bytes[i];
    buffer_byte(&key, is_small && c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
  }
  buffer_byte(&key, '\0');
  Value value =
      value_is_table(dict) ? vm_get_field(call->vm, value_as_table(dict), key.bytes) : VALUE_ABSENT;
  buffer_free(&key);
  return value_is_absent(value) ? answer_text(call, "") : native_return(call, value);
}

static NativeStatus request_query(NativeCall *call) {
  return request_entry(call, "query", false);
}
static NativeStatus request_param(NativeCall *call) {
  return request_entry(call, "params", false);
}
static NativeStatus request_get(NativeCall *call) {
  return request_entry(call, "headers", true);
}

const Str *lib_http_request_header(VM *vm, const Table *request, const char *name) {
  Value headers = vm_get_field(vm, request, "headers");
  Value value =
      value_is_table(headers) ? vm_get_field(vm, value_as_table(headers), name) : VALUE_ABSENT;
  return value_is_str(value) ? value_as_str(value) : NULL;
}

static NativeStatus request_cookie(NativeCall *call) {
  Table *request;
  Str *wanted;
  if (!args_table(call, 0, &request) || !args_str(call, 1, &wanted)) return NATIVE_FAILED;
  const Str *header = lib_http_request_header(call->vm, request, "cookie");
  Buffer name = {0};
  Buffer value = {0};
  size_t position = 0;
  bool is_found = false;
  while (header && !is_found && cookie_next(header->bytes, &position, &name, &value)) {
    is_found = name.len == wanted->len && memcmp(name.bytes, wanted->bytes, name.len) == 0;
  }
  NativeStatus status =
      is_found ? answer_bytes(call, value.bytes, value.len) : answer_text(call, "");
  buffer_free(&name);
  buffer_free(&value);
  return status;
}

// The address without the port. What a proxy says of its clients is a header, which anybody can
// write, so it is not asked.
static NativeStatus request_ip(NativeCall *call) {
  Table *request;
  if (!args_table(call, 0, &request)) return NATIVE_FAILED;
  Value remote = vm_get_field(call->vm, request, "remote");
  if (!value_is_str(remote)) return answer_text(call, "");
  const char *text = value_as_str(remote)->bytes;
  const char *colon = strrchr(text, ':');
  size_t len = colon ? (size_t)(colon - text) : strlen(text);
  if (len > 2 && text[0] == '[') return answer_bytes(call, text + 1, len - 2);
  return answer_bytes(call, text, len);
}

// --- The form ------------------------------------------------------------------------------------

Table *lib_http_request_form(VM *vm, Table *request) {
  Value known = vm_get_field(vm, request, "__form");
  if (value_is_table(known)) return value_as_table(known);
  HttpApp *app = http_app_get(vm);
  Table *form = app ? form_read(vm, request, &app->form, app->upload) : NULL;
  return form && vm_set_field(vm, request, "__form", value_object(form)) ? form : NULL;
}

static Table *take_form(NativeCall *call) {
  Table *request;
  return args_table(call, 0, &request) ? lib_http_request_form(call->vm, request) : NULL;
}

static NativeStatus request_form(NativeCall *call) {
  Str *name;
  if (!args_str(call, 1, &name)) return NATIVE_FAILED;
  Table *form = take_form(call);
  if (!form) return NATIVE_FAILED;
  Value fields = vm_get_field(call->vm, form, "fields");
  Value value = table_get(value_as_table(fields), value_object(name));
  return value_is_absent(value) ? answer_text(call, "") : native_return(call, value);
}

static NativeStatus request_files(NativeCall *call) {
  Table *form = take_form(call);
  if (!form) return NATIVE_FAILED;
  return native_return(call, vm_get_field(call->vm, form, "files"));
}

static NativeStatus request_file(NativeCall *call) {
  Str *name;
  if (!args_str(call, 1, &name)) return NATIVE_FAILED;
  Table *form = take_form(call);
  if (!form) return NATIVE_FAILED;
  const List *files = value_as_list(vm_get_field(call->vm, form, "files"));
  for (uint32_t i = 0; i < files->count; i++) {
    Value field = vm_get_field(call->vm, value_as_table(files->items[i]), "field");
    bool is_it = value_is_str(field) && str_equal(value_as_str(field), name);
    if (is_it) return native_return(call, files->items[i]);
  }
  return answer_null(call);
}

// --- Uploads -------------------------------------------------------------------------------------

FIELD(upload_name, "name")
FIELD(upload_size, "size")
FIELD(upload_type, "type")
FIELD(upload_field, "field")

static bool take_content(NativeCall *call, const char **bytes, size_t *len) {
  Table *upload;
  if (!args_table(call, 0, &upload)) return false;
  return form_content(call->vm, upload, bytes, len) || args_wrong(call, 0, "HttpUpload");
}

static NativeStatus upload_content(NativeCall *call) {
  const char *bytes;
  size_t len;
  if (!take_content(call, &bytes, &len)) return NATIVE_FAILED;
  return answer_bytes(call, bytes, len);
}

// Slots: 0 the path.
static NativeStatus upload_save(NativeCall *call) {
  Str *path;
  FileWish wish = {.op = FILE_WRITE, .deliver = file_deliver_null};
  if (!take_content(call, &wish.bytes, &wish.len) || !args_str(call, 1, &path))
    return NATIVE_FAILED;
  Buffer target = {0};
  Buffer whole = {0};
  buffer_append(&target, path->bytes, path->len);
  if (path->len > 0 && path->bytes[path->len - 1] == '/') { // into a folder, by its own name
    Value name = vm_get_field(call->vm, value_as_table(call->args[0]), "name");
    if (value_is_str(name))
      buffer_append(&target, value_as_str(name)->bytes, value_as_str(name)->len);
  }
  environment_resolve(call->vm, &whole, target.bytes, target.len);
  wish.path = whole.bytes;
  wish.path_len = whole.len;
  Str *saved = vm_str(call->vm, target.bytes, target.len);
  if (saved) call->slots[0] = value_object(saved);
  NativeStatus status = saved ? files_await(call, &wish) : NATIVE_FAILED;
  buffer_free(&target);
  buffer_free(&whole);
  return status == NATIVE_DONE ? native_return(call, call->slots[0]) : status;
}

static NativeStatus upload_saved(NativeCall *call) {
  return native_return(call, call->slots[0]);
}

// --- Rows ----------------------------------------------------------------------------------------

#define ROW(name, signature, function, doc)                                                        \
  { "HttpRequest", name, signature, function, doc, NULL, 0, NATIVE_VINT }
#define UPLOAD(name, signature, function, doc)                                                     \
  { "HttpUpload", name, signature, function, doc, NULL, 0, NATIVE_VINT }

static const NativeRow rows[] = {
    ROW("method", "fn(): String", request_method, "GET, POST …"),
    ROW("path", "fn(): String", request_path, "The path, decoded."),
    ROW("body", "fn(): String", request_body, "The body as text."),
    ROW("json", "fn(): String", request_body, "The body as text; json.decode reads it."),
    ROW("headers", "fn(): Any", request_headers, "A dict of the headers, names in lower case."),
    ROW("get", "fn(name: String): String", request_get, "A header; \"\" if it is not there."),
    ROW("query", "fn(name: String): String", request_query,
        "A parameter of the query; \"\" if it is not there."),
    ROW("param", "fn(name: String): String", request_param,
        "What stands for :name in the route's path; for \"*\" the rest of it."),
    ROW("cookie", "fn(name: String): String", request_cookie, "A cookie; \"\" if it is not there."),
    ROW("form", "fn(name: String): String", request_form,
        "A field of the form that was sent; \"\" if it is not there."),
    ROW("file", "fn(name: String): Any", request_file,
        "The uploaded file of that field; null if there is none."),
    ROW("files", "fn(): Any", request_files, "All uploaded files."),
    ROW("ip", "fn(): String", request_ip, "The client's address."),
    ROW("remoteAddr", "fn(): String", request_remote, "The client's address and port."),
    ROW("user", "fn(): Any", request_user, "Who http.auth has let in; null if nobody was asked."),
    UPLOAD("name", "fn(): String", upload_name, "The file's name, without any folder."),
    UPLOAD("size", "fn(): Number", upload_size, "How many bytes it has."),
    UPLOAD("type", "fn(): String", upload_type, "The type of its content, as the client says."),
    UPLOAD("field", "fn(): String", upload_field, "The name of its field in the form."),
    UPLOAD("content", "fn(): String", upload_content, "Its bytes."),
    {"HttpUpload", "save", "fn(path: String): String", upload_save,
     "Writes it to a file, or into a folder if the path ends with a slash; gives the path.",
     upload_saved, 1, NATIVE_VINT},
};

LibModule lib_http_request_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
