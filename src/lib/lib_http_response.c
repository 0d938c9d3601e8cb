// SPDX-License-Identifier: MIT
// lib_http_response.c - res: what an application's functions say of their answer (vint.md 12.5)
//
// It is a table {status, headers, body} of the server's own type, which serve_reply.c reads when
// the functions are done; or a file; or it was written piece by piece, which began with the first.
#include "lib/answer.h"
#include "lib/cookie.h"
#include "lib/environment.h"
#include "lib/http_app.h"
#include "lib/json_print.h"
#include "lib/lib_private.h"
#include "vm/format.h"

#include <string.h>

// --- The table -----------------------------------------------------------------------------------

Table *lib_http_response_new(VM *vm, const Table *request) {
  TypeValue *type = lib_server_response_type(vm);
  Table *response = type ? vm_table(vm) : NULL;
  if (!response) return NULL;
  vm_push_root(vm, value_object(response));
  Table *headers = vm_table(vm);
  bool ok = headers && vm_set_field(vm, response, "headers", value_object(headers)) &&
            vm_set_field(vm, response, "status", value_int(200)) &&
            vm_set_field(vm, response, "body", VALUE_NULL) &&
            vm_set_field(vm, response, "__sent", VALUE_FALSE) &&
            vm_set_field(vm, response, SERVING_FIELD, vm_get_field(vm, request, SERVING_FIELD));
  if (ok) heap_store(vm_heap(vm), response, &response->type, value_object(type));
  vm_pop_roots(vm, 1);
  return ok ? response : NULL;
}

bool lib_http_response_is_sent(VM *vm, const Table *response) {
  return vm_get_field(vm, response, "__sent") == VALUE_TRUE;
}

// What is set later replaces what was set before, however the name is written.
static bool set_header(VM *vm, Table *response, const char *name, Value value) {
  Value headers = vm_get_field(vm, response, "headers");
  char small[64];
  size_t len = strlen(name);
  if (!value_is_table(headers)) return true;
  vm_push_root(vm, value);
  bool is_long = len >= sizeof(small);
  for (size_t i = 0; i <= len && !is_long; i++) {
    small[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] + 32) : name[i];
  }
  bool ok = vm_set_field(vm, value_as_table(headers), is_long ? name : small, value);
  vm_pop_roots(vm, 1);
  return ok;
}

bool lib_http_response_header(VM *vm, Table *response, const char *name, const char *value) {
  Str *text = vm_text(vm, value);
  return text && set_header(vm, response, name, value_object(text));
}

static bool finish(VM *vm, Table *response, Value body) {
  vm_push_root(vm, body);
  bool ok =
      vm_set_field(vm, response, "body", body) && vm_set_field(vm, response, "__sent", VALUE_TRUE);
  vm_pop_roots(vm, 1);
  return ok;
}

bool lib_http_response_text(VM *vm, Table *response, Value value) {
  Str *text = format_to_str(vm, value, FORMAT_VINT);
  return text && finish(vm, response, value_object(text));
}

bool lib_http_response_fail(VM *vm, Table *response, int status, const char *message) {
  Buffer text = {0};
  http_error_print(&text, status, message);
  Str *body = vm_str(vm, text.bytes, text.len);
  buffer_free(&text);
  return body && finish(vm, response, value_object(body)) &&
         vm_set_field(vm, response, "status", value_int(status)) &&
         lib_http_response_header(vm, response, "content-type", "application/json");
}

bool lib_http_response_file(VM *vm, Table *response, const char *root, const char *path,
                            size_t path_len) {
  Str *file = vm_str(vm, path, path_len);
  if (!file || !vm_set_field(vm, response, "file", value_object(file))) return false;
  Str *folder = root ? vm_text(vm, root) : NULL;
  if (root && (!folder || !vm_set_field(vm, response, "root", value_object(folder)))) return false;
  return finish(vm, response, VALUE_NULL);
}

// --- Methods -------------------------------------------------------------------------------------

static bool take_response(NativeCall *call, Table **out) {
  if (!args_table(call, 0, out)) return false;
  return serving_of(call->vm, *out) != NULL || args_wrong(call, 0, "HttpResponse");
}

// A res that may still be changed.
static bool take_open(NativeCall *call, Table **out) {
  if (!take_response(call, out)) return false;
  if (!lib_http_response_is_sent(call->vm, *out)) return true;
  answer_fail(call, "ValueError", "the answer has been given already");
  return false;
}

static NativeStatus chain(NativeCall *call, bool ok) {
  return ok ? native_return(call, call->args[0]) : NATIVE_FAILED;
}

static NativeStatus response_send(NativeCall *call) {
  Table *response;
  if (!take_open(call, &response)) return NATIVE_FAILED;
  if (!args_given(call, 1)) {
    Str *nothing = vm_text(call->vm, "");
    return nothing && finish(call->vm, response, value_object(nothing)) ? answer_null(call)
                                                                        : NATIVE_FAILED;
  }
  return lib_http_response_text(call->vm, response, call->args[1]) ? answer_null(call)
                                                                   : NATIVE_FAILED;
}

static NativeStatus response_json(NativeCall *call) {
  Table *response;
  VM *vm = call->vm;
  if (!take_open(call, &response)) return NATIVE_FAILED;
  Buffer out = {0};
  Str *text = json_print(vm, &out, call->args[1], 0, JSON_VINT)
                  ? vm_str(vm, out.bytes, out.len)
                  : NULL;
  buffer_free(&out);
  bool ok = text && finish(vm, response, value_object(text)) &&
            lib_http_response_header(vm, response, "content-type", "application/json");
  return ok ? answer_null(call) : NATIVE_FAILED;
}

static NativeStatus response_status(NativeCall *call) {
  Table *response;
  int64_t status;
  if (!take_response(call, &response)) return NATIVE_FAILED;
  if (!args_given(call, 1)) {
    return answer_value(call, vm_get_field(call->vm, response, "status"));
  }
  if (!args_integer(call, 1, &status)) return NATIVE_FAILED;
  if (status < 200 || status > 599) {
    return answer_fail(call, "ValueError", "the status must be from 200 to 599, got %lld",
                       (long long)status);
  }
  return chain(call, vm_set_field(call->vm, response, "status", value_int(status)));
}

static bool check_header(NativeCall *call, const Str *name, const Str *value) {
  if (!http_message_is_name(name->bytes, name->len)) {
    answer_fail(call, "ValueError", "\"%.60s\" cannot be the name of a header", name->bytes);
    return false;
  }
  if (http_message_is_value(value->bytes, value->len)) return true;
  answer_fail(call, "ValueError", "header %s contains a line end or control character",
              name->bytes);
  return false;
}

static NativeStatus response_header(NativeCall *call) {
  Table *response;
  Str *name;
  Str *value;
  if (!take_response(call, &response) || !args_str(call, 1, &name) || !args_str(call, 2, &value) ||
      !check_header(call, name, value)) {
    return NATIVE_FAILED;
  }
  return chain(call, set_header(call->vm, response, name->bytes, value_object(value)));
}

static NativeStatus response_redirect(NativeCall *call) {
  Table *response;
  Str *url;
  int64_t status = 302;
  if (!take_open(call, &response) || !args_str(call, 1, &url)) return NATIVE_FAILED;
  if (args_given(call, 2) && !args_integer(call, 2, &status)) return NATIVE_FAILED;
  if (status < 300 || status > 399) {
    return answer_fail(call, "ValueError", "the status must be from 300 to 399, got %lld",
                       (long long)status);
  }
  if (!http_message_is_value(url->bytes, url->len)) {
    return answer_fail(call, "ValueError", "the URL contains a line end or control character");
  }
  bool ok = vm_set_field(call->vm, response, "status", value_int(status)) &&
            set_header(call->vm, response, "location", value_object(url)) &&
            finish(call->vm, response, VALUE_NULL);
  return ok ? answer_null(call) : NATIVE_FAILED;
}

// Each cookie is a header of its own, a second one of the same name beside the first: the browser
// takes the last.
static bool add_cookie(VM *vm, Table *response, Str *line) {
  Value headers = vm_get_field(vm, response, "headers");
  Value lines = vm_get_field(vm, value_as_table(headers), "set-cookie");
  if (value_is_list(lines)) return answer_push(vm, value_as_list(lines), value_object(line));
  vm_push_root(vm, value_object(line));
  List *list = vm_list(vm, 2);
  vm_push_root(vm, list ? value_object(list) : VALUE_NULL);
  bool ok = list && (value_is_absent(lines) || answer_push(vm, list, lines)) &&
            answer_push(vm, list, value_object(line)) &&
            vm_set_field(vm, value_as_table(headers), "set-cookie", value_object(list));
  vm_pop_roots(vm, 2);
  return ok;
}

static NativeStatus response_cookie(NativeCall *call) {
  Table *response;
  Buffer line = {0};
  if (!take_response(call, &response)) return NATIVE_FAILED;
  bool ok = cookie_print(call, 1, &line);
  Str *text = ok ? vm_str(call->vm, line.bytes, line.len) : NULL;
  buffer_free(&line);
  return chain(call, text && add_cookie(call->vm, response, text));
}

static NativeStatus response_file(NativeCall *call) {
  Table *response;
  Str *path;
  Str *root = NULL;
  Buffer whole = {0};
  if (!take_open(call, &response) || !args_str(call, 1, &path)) return NATIVE_FAILED;
  if (args_given(call, 2) && !args_str(call, 2, &root)) return NATIVE_FAILED;
  const Str *outer = root ? root : path;
  environment_resolve(call->vm, &whole, outer->bytes, outer->len);
  bool ok =
      root ? lib_http_response_file(call->vm, response, whole.bytes, path->bytes, path->len)
           : lib_http_response_file(call->vm, response, NULL, whole.bytes, strlen(whole.bytes));
  buffer_free(&whole);
  return ok ? answer_null(call) : NATIVE_FAILED;
}

// --- Pieces --------------------------------------------------------------------------------------

// What stands between a client and us must neither keep events nor hold them back.
static bool become_events(VM *vm, Table *response) {
  return lib_http_response_header(vm, response, "content-type", "text/event-stream") &&
         lib_http_response_header(vm, response, "cache-control", "no-cache") &&
         lib_http_response_header(vm, response, "x-accel-buffering", "no");
}

static bool read_head(VM *vm, const Table *response, const char *type, ServeReply *reply) {
  bool ok = serve_reply_read_head(vm, reply, vm_get_field(vm, response, "status"),
                                  vm_get_field(vm, response, "headers"));
  if (ok && !http_message_header(&reply->headers, "content-type")) {
    http_message_add_header(&reply->headers, "content-type", 12, type, strlen(type));
  }
  return ok;
}

bool lib_http_response_begin(VM *vm, Table *response, const char *type) {
  ServeReply reply = {0};
  Serving *serving = serving_of(vm, response);
  bool is_events = strcmp(type, "text/event-stream") == 0;
  bool ok = (!is_events || become_events(vm, response)) && read_head(vm, response, type, &reply);
  if (ok) {
    vm_push_root(vm, value_object(response));
    Promise *wait;
    ok = serving_exchange(serving) == NULL || serving_write(serving, &reply, "", 0, &wait);
    ok = ok && vm_set_field(vm, response, "__sent", VALUE_TRUE);
    vm_pop_roots(vm, 1);
  }
  serve_reply_free(&reply);
  return ok;
}

static NativeStatus write_piece(NativeCall *call, Table *response, const char *bytes, size_t len) {
  VM *vm = call->vm;
  Serving *serving = serving_of(vm, response);
  ServeReply reply = {0};
  Promise *wait = NULL;
  bool is_given = lib_http_response_is_sent(vm, response) && !serving_has_begun(serving);
  if (!answer_may_wait(call)) return NATIVE_FAILED; // it was cancelled because its client has gone
  if (is_given) return answer_fail(call, "ValueError", "the answer has been given already");
  bool ok =
      serving_has_begun(serving) || read_head(vm, response, "text/plain; charset=utf-8", &reply);
  ok = ok && serving_write(serving, &reply, bytes, len, &wait);
  serve_reply_free(&reply);
  if (!ok) return NATIVE_FAILED;
  vm_push_root(vm, wait ? value_object(wait) : VALUE_NULL);
  ok = lib_http_response_is_sent(vm, response) || vm_set_field(vm, response, "__sent", VALUE_TRUE);
  vm_pop_roots(vm, 1);
  if (!ok) return NATIVE_FAILED;
  return wait ? answer_await(call, wait) : answer_null(call);
}

static NativeStatus response_write(NativeCall *call) {
  Table *response;
  if (!take_response(call, &response)) return NATIVE_FAILED;
  Buffer text = {0};
  format_value(call->vm, &text, call->args[1], FORMAT_VINT);
  NativeStatus status = write_piece(call, response, text.bytes ? text.bytes : "", text.len);
  buffer_free(&text);
  return status;
}

static void print_lines(Buffer *out, const char *field, const char *text, size_t len) {
  const char *end = text + len;
  for (;;) {
    const char *line_end = text;
    while (line_end < end && *line_end != '\n' && *line_end != '\r') line_end++;
    buffer_printf(out, "%s: ", field);
    buffer_append(out, text, (size_t)(line_end - text));
    buffer_byte(out, '\n');
    if (line_end == end) return;
    bool is_pair = *line_end == '\r' && line_end + 1 < end && line_end[1] == '\n';
    text = line_end + (is_pair ? 2 : 1);
  }
}

// An event's name and id are one line each; a second one would be another field.
static bool print_field(NativeCall *call, uint32_t index, const char *field, Buffer *out) {
  Str *text;
  if (!args_given(call, index)) return true;
  if (!args_str(call, index, &text)) return false;
  if (strpbrk(text->bytes, "\r\n") || memchr(text->bytes, '\0', text->len)) {
    const char *shown = index == 2 ? "name" : "id";
    answer_fail(call, "ValueError", "the %s of an event is one line", shown);
    return false;
  }
  buffer_printf(out, "%s: %s\n", field, text->bytes);
  return true;
}

static bool print_data(NativeCall *call, Buffer *out) {
  Value data = call->args[1];
  if (value_is_str(data)) {
    print_lines(out, "data", value_as_str(data)->bytes, value_as_str(data)->len);
    return true;
  }
  Buffer json = {0};
  bool ok = json_print(call->vm, &json, data, 0, JSON_VINT);
  if (ok) print_lines(out, "data", json.bytes, json.len);
  buffer_free(&json);
  return ok;
}

static NativeStatus response_event(NativeCall *call) {
  Table *response;
  Buffer text = {0};
  if (!take_response(call, &response)) return NATIVE_FAILED;
  bool ok = serving_has_begun(serving_of(call->vm, response)) || become_events(call->vm, response);
  ok = ok && print_field(call, 2, "event", &text) && print_field(call, 3, "id", &text) &&
       print_data(call, &text);
  NativeStatus status = NATIVE_FAILED;
  if (ok) {
    buffer_byte(&text, '\n');
    status = write_piece(call, response, text.bytes, text.len);
  }
  buffer_free(&text);
  return status;
}

// --- Rows ----------------------------------------------------------------------------------------

#define ROW(name, signature, function, doc)                                                        \
  { "HttpResponse", name, signature, function, doc, NULL, 0, NATIVE_VINT }

static const NativeRow rows[] = {
    ROW("send", "fn(text?: Any): Null", response_send, "Answers with the value's text."),
    ROW("end", "fn(text?: Any): Null", response_send, "Answers with the value's text, or none."),
    ROW("json", "fn(value: Any): Null", response_json, "Answers with the value as JSON."),
    ROW("status", "fn(status?: Number): Any", response_status,
        "Sets the status and gives res; without a number it gives the status."),
    ROW("header", "fn(name: String, value: String): Any", response_header,
        "Sets a header; gives res."),
    ROW("redirect", "fn(url: String, status?: Number): Null", response_redirect,
        "Sends the client to another URL (302)."),
    ROW("cookie", "fn(name: String, value: String, options?: Table): Any", response_cookie,
        "Sets a cookie beside those that are set already; gives res. Options: path (\"/\"), "
        "domain, "
        "maxAge (seconds), secure, httpOnly, sameSite."),
    ROW("file", "fn(path: String, root?: String): Null", response_file,
        "Answers with a file, whole or in the part that is asked for. With a root nothing outside "
        "of that folder is given, whatever the path says."),
    ROW("write", "fn(text: Any): Null", response_write,
        "Sends a piece of the answer, which begins with the first and ends with the function. "
        "Waits "
        "while the client does not keep up."),
    ROW("event", "fn(data: Any, name?: String, id?: String): Null", response_event,
        "Sends a server-sent event: a text, or any other value as JSON. Waits like write."),
};

LibModule lib_http_response_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
