// SPDX-License-Identifier: MIT
// lib_http_app.c - Vint's web application: routes, middleware, req and res (vint.md 12.5)
//
// A program has one application. http.listen serves it: each request gets a fiber that runs the
// middleware in order and then the route's function, natives and script functions alike, and they may
// wait. What res has gathered becomes the answer.
#include "base/memory.h"
#include "base/number.h"
#include "code/unit.h"
#include "lib/answer.h"
#include "lib/json_value.h"
#include "lib/lib_private.h"
#include "vm/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct App {
  List *routes;     // method, path, function, method, path, function …
  List *middleware; // functions
  TypeValue *request, *response;
} App;

static void mark_app(Heap *heap, void *owner, bool minor) {
  (void)minor;
  Lib *lib = lib_of(owner);
  App *app = lib ? lib->http_app : NULL;
  if (!app) return;
  heap_mark(heap, (Obj *)app->routes);
  heap_mark(heap, (Obj *)app->middleware);
  heap_mark(heap, (Obj *)app->request);
  heap_mark(heap, (Obj *)app->response);
}

static TypeValue *make_type(VM *vm, const char *text) {
  Str *name = vm_text(vm, text);
  if (!name) return NULL;
  vm_push_root(vm, value_object(name));
  TypeValue *type = type_value_new(vm_heap(vm), TAG_EXTERNAL, name, 0, 0);
  vm_pop_roots(vm, 1);
  if (!type) vm_raise_memory(vm);
  return type;
}

// The program's application. NULL: raised.
static App *get_app(VM *vm) {
  Lib *lib = lib_of(vm);
  if (!lib->http_app) {
    lib->http_app = memory_require(NULL, sizeof(App));
    *(App *)lib->http_app = (App){0};
    heap_add_root(vm_heap(vm), mark_app, vm);
  }
  App *app = lib->http_app;
  if (!app->routes) app->routes = vm_list(vm, 0);
  if (!app->middleware) app->middleware = vm_list(vm, 0);
  if (!app->request) app->request = make_type(vm, "HttpRequest");
  if (!app->response) app->response = make_type(vm, "HttpResponse");
  return app->routes && app->middleware && app->request && app->response ? app : NULL;
}

// --- Routes --------------------------------------------------------------------------------------

NativeStatus lib_http_app_add(NativeCall *call, const char *method) {
  Str *path;
  Value function;
  VM *vm = call->vm;
  if (!args_str(call, 0, &path) || !args_function(call, 1, &function)) return NATIVE_FAILED;
  if (path->bytes[0] != '/') {
    return answer_fail(call, "ValueError", "the path \"%.60s\" must begin with /", path->bytes);
  }
  App *app = get_app(vm);
  bool ok = app && answer_push_bytes(vm, app->routes, method, strlen(method)) &&
            answer_push(vm, app->routes, call->args[0]) && answer_push(vm, app->routes, call->args[1]);
  return ok ? answer_null(call) : NATIVE_FAILED;
}

static NativeStatus add_all(NativeCall *call) {
  return lib_http_app_add(call, "*");
}

static NativeStatus use(NativeCall *call) {
  Value function;
  if (!args_function(call, 0, &function)) return NATIVE_FAILED;
  App *app = get_app(call->vm);
  return app && answer_push(call->vm, app->middleware, function) ? answer_null(call) : NATIVE_FAILED;
}

static NativeStatus new_app(NativeCall *call) {
  App *app = get_app(call->vm);
  if (!app) return NATIVE_FAILED;
  list_truncate(app->routes, 0);
  list_truncate(app->middleware, 0);
  return answer_null(call);
}

// Do they match, segment by segment? :name stands for any one that is not empty. `params` NULL: none
// are wanted.
static bool match_path(VM *vm, const char *pattern, const char *path, Table *params, bool *failed) {
  while (*pattern && *path) {
    pattern++; // the slash
    path++;
    size_t pattern_len = strcspn(pattern, "/");
    size_t len = strcspn(path, "/");
    if (*pattern == ':') {
      char name[64];
      if (len == 0) return false;
      snprintf(name, sizeof(name), "%.*s", (int)pattern_len - 1, pattern + 1);
      if (params && !answer_set_text(vm, params, name, path, len)) *failed = true;
    } else if (len != pattern_len || memcmp(pattern, path, len) != 0) {
      return false;
    }
    pattern += pattern_len;
    path += len;
  }
  return *pattern == *path;
}

// Exact paths come before patterns. VALUE_ABSENT: none, or raised (*failed).
static Value find_route(VM *vm, const App *app, const Str *method, const Str *path, Table *params,
                        bool *failed) {
  for (int round = 0; round < 2; round++) {
    for (uint32_t i = 0; i + 2 < app->routes->count; i += 3) {
      const char *wanted = value_as_str(app->routes->items[i])->bytes;
      const char *pattern = value_as_str(app->routes->items[i + 1])->bytes;
      bool is_exact = strcmp(pattern, path->bytes) == 0;
      if (strcmp(wanted, "*") != 0 && strcmp(wanted, method->bytes) != 0) continue;
      if (round == 0 ? !is_exact : !match_path(vm, pattern, path->bytes, NULL, failed)) continue;
      if (round == 1 && !match_path(vm, pattern, path->bytes, params, failed)) continue;
      return *failed ? VALUE_ABSENT : app->routes->items[i + 2];
    }
  }
  return VALUE_ABSENT;
}

// --- res -----------------------------------------------------------------------------------------

static bool take_response(NativeCall *call, Table **out) {
  return args_table(call, 0, out);
}

static bool set_header(VM *vm, Table *response, const char *name, Value value) {
  Value headers = vm_get_field(vm, response, "headers");
  return value_is_table(headers) && vm_set_field(vm, value_as_table(headers), name, value);
}

static bool set_text_header(VM *vm, Table *response, const char *name, const char *text) {
  Str *value = vm_text(vm, text);
  return value && set_header(vm, response, name, value_object(value));
}

static bool finish(VM *vm, Table *response, Value body) {
  return vm_set_field(vm, response, "body", body) && vm_set_field(vm, response, "__sent", VALUE_TRUE);
}

static Table *new_response(VM *vm, App *app) {
  Table *response = vm_table(vm);
  if (!response) return NULL;
  vm_push_root(vm, value_object(response));
  Table *headers = vm_table(vm);
  bool ok = headers && vm_set_field(vm, response, "headers", value_object(headers)) &&
            vm_set_field(vm, response, "status", value_int(200)) &&
            vm_set_field(vm, response, "body", VALUE_NULL) &&
            vm_set_field(vm, response, "__sent", VALUE_FALSE) &&
            set_text_header(vm, response, "Access-Control-Allow-Origin", "*") &&
            set_text_header(vm, response, "X-Content-Type-Options", "nosniff") &&
            set_text_header(vm, response, "X-Frame-Options", "DENY");
  if (ok) heap_store(vm_heap(vm), response, &response->type, value_object(app->response));
  vm_pop_roots(vm, 1);
  return ok ? response : NULL;
}

static NativeStatus response_send(NativeCall *call) {
  Table *response;
  if (!take_response(call, &response)) return NATIVE_FAILED;
  Value value = args_given(call, 1) ? call->args[1] : VALUE_ABSENT;
  Str *text = value_is_absent(value) ? vm_text(call->vm, "")
                                     : format_to_str(call->vm, value, FORMAT_VINT);
  if (!text) return NATIVE_FAILED;
  return finish(call->vm, response, value_object(text)) ? answer_null(call) : NATIVE_FAILED;
}

static NativeStatus response_json(NativeCall *call) {
  Table *response;
  VM *vm = call->vm;
  if (!take_response(call, &response)) return NATIVE_FAILED;
  Buffer out = {0};
  Str *text = json_value_print(vm, &out, call->args[1], 0, JSON_VINT) ? vm_str(vm, out.bytes, out.len)
                                                                      : NULL;
  buffer_free(&out);
  bool ok = text && finish(vm, response, value_object(text)) &&
            set_text_header(vm, response, "Content-Type", "application/json");
  return ok ? answer_null(call) : NATIVE_FAILED;
}

static NativeStatus response_status(NativeCall *call) {
  Table *response;
  int64_t status;
  if (!take_response(call, &response) || !args_integer(call, 1, &status)) return NATIVE_FAILED;
  if (status < 200 || status > 599) {
    return answer_fail(call, "ValueError", "the status must be from 200 to 599, got %lld",
                       (long long)status);
  }
  bool ok = vm_set_field(call->vm, response, "status", value_int(status));
  return ok ? native_return(call, call->args[0]) : NATIVE_FAILED;
}

static NativeStatus response_header(NativeCall *call) {
  Table *response;
  Str *name;
  Str *value;
  if (!take_response(call, &response) || !args_str(call, 1, &name) || !args_str(call, 2, &value)) {
    return NATIVE_FAILED;
  }
  bool ok = set_header(call->vm, response, name->bytes, value_object(value));
  return ok ? native_return(call, call->args[0]) : NATIVE_FAILED;
}

static NativeStatus response_redirect(NativeCall *call) {
  Table *response;
  Str *url;
  int64_t status = 302;
  if (!take_response(call, &response) || !args_str(call, 1, &url)) return NATIVE_FAILED;
  if (args_given(call, 2) && !args_integer(call, 2, &status)) return NATIVE_FAILED;
  if (status < 300 || status > 399) {
    return answer_fail(call, "ValueError", "the status must be from 300 to 399, got %lld",
                       (long long)status);
  }
  bool ok = vm_set_field(call->vm, response, "status", value_int(status)) &&
            set_header(call->vm, response, "Location", value_object(url)) &&
            finish(call->vm, response, VALUE_NULL);
  return ok ? answer_null(call) : NATIVE_FAILED;
}

static NativeStatus response_cookie(NativeCall *call) {
  Table *response;
  Str *name;
  Str *value;
  if (!take_response(call, &response) || !args_str(call, 1, &name) || !args_str(call, 2, &value)) {
    return NATIVE_FAILED;
  }
  Str *line = vm_printf(call->vm, "%s=%s; Path=/", name->bytes, value->bytes);
  bool ok = line && set_header(call->vm, response, "Set-Cookie", value_object(line));
  return ok ? native_return(call, call->args[0]) : NATIVE_FAILED;
}

// --- req -----------------------------------------------------------------------------------------

static NativeStatus request_field(NativeCall *call, const char *name) {
  Table *request;
  if (!args_table(call, 0, &request)) return NATIVE_FAILED;
  Value value = vm_get_field(call->vm, request, name);
  return native_return(call, value_is_absent(value) ? VALUE_NULL : value);
}

#define FIELD(name)                                                                                \
  static NativeStatus request_##name(NativeCall *call) {                                           \
    return request_field(call, #name);                                                             \
  }

FIELD(method)
FIELD(path)
FIELD(body)
FIELD(headers)

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

// --- Serving -------------------------------------------------------------------------------------
//
// The handler of each request. Slots: 0 how many of the middleware have been called (one more: the
// route's function), 1 res, 2 the route's function.

enum { SLOT_STAGE, SLOT_RESPONSE, SLOT_ROUTE, SLOT_COUNT };

static Table *response_of(NativeCall *call) {
  return value_as_table(call->slots[SLOT_RESPONSE]);
}

// {status, headers, body}, which the server takes for an answer.
static NativeStatus answer_response(NativeCall *call) {
  static const char *const names[] = {"status", "headers", "body"};
  VM *vm = call->vm;
  Table *reply = vm_table(vm);
  if (!reply) return NATIVE_FAILED;
  vm_push_root(vm, value_object(reply));
  bool ok = true;
  for (size_t i = 0; ok && i < ARRAY_LEN(names); i++) {
    ok = vm_set_field(vm, reply, names[i], vm_get_field(vm, response_of(call), names[i]));
  }
  vm_pop_roots(vm, 1);
  return ok ? native_return(call, value_object(reply)) : NATIVE_FAILED;
}

static NativeStatus next_stage(NativeCall *call) {
  App *app = get_app(call->vm);
  if (!app) return NATIVE_FAILED;
  if (vm_get_field(call->vm, response_of(call), "__sent") == VALUE_TRUE) return answer_response(call);
  uint32_t stage = (uint32_t)value_as_int(call->slots[SLOT_STAGE]);
  bool is_route = stage >= app->middleware->count;
  call->slots[SLOT_STAGE] = is_route ? value_int(-1) : value_int(stage + 1);
  Value args[2] = {call->args[0], call->slots[SLOT_RESPONSE]};
  return native_call(call, is_route ? call->slots[SLOT_ROUTE] : app->middleware->items[stage], args, 2);
}

// A handler that has sent nothing answers with the printed value of its result.
static NativeStatus end_route(NativeCall *call) {
  Table *response = response_of(call);
  if (vm_get_field(call->vm, response, "__sent") == VALUE_TRUE) return answer_response(call);
  Str *text = format_to_str(call->vm, call->answer, FORMAT_VINT);
  bool ok = text && finish(call->vm, response, value_object(text));
  return ok ? answer_response(call) : NATIVE_FAILED;
}

static NativeStatus dispatch_resume(NativeCall *call) {
  if (value_is_promise(call->answer)) { // of an async function
    NativeStatus status = answer_await(call, value_as_promise(call->answer));
    if (status != NATIVE_DONE) return status;
    call->answer = call->result;
  }
  return value_as_int(call->slots[SLOT_STAGE]) < 0 ? end_route(call) : next_stage(call);
}

static bool fail_missing(VM *vm, Table *response, const Str *method, const Str *path) {
  Buffer text = {0};
  Str *said = vm_printf(vm, "no route for %s %s", method->bytes, path->bytes);
  if (!said) return false;
  vm_push_root(vm, value_object(said));
  Table *error = vm_table(vm);
  vm_push_root(vm, error ? value_object(error) : VALUE_NULL);
  Table *outer = error ? vm_table(vm) : NULL;
  vm_push_root(vm, outer ? value_object(outer) : VALUE_NULL);
  bool ok = outer && answer_set_text(vm, error, "type", "NotFound", 8) &&
            vm_set_field(vm, error, "message", value_object(said)) &&
            answer_set_text(vm, error, "code", "NOT_FOUND", 9) &&
            answer_set_integer(vm, error, "status", 404) &&
            vm_set_field(vm, error, "details", VALUE_NULL) &&
            vm_set_field(vm, outer, "error", value_object(error)) &&
            json_value_print(vm, &text, value_object(outer), 0, JSON_VINT);
  Str *body = ok ? vm_str(vm, text.bytes, text.len) : NULL;
  buffer_free(&text);
  vm_pop_roots(vm, 3);
  return body && finish(vm, response, value_object(body)) &&
         vm_set_field(vm, response, "status", value_int(404)) &&
         set_text_header(vm, response, "Content-Type", "application/json");
}

static NativeStatus dispatch(NativeCall *call) {
  VM *vm = call->vm;
  Table *request = value_as_table(call->args[0]);
  App *app = get_app(vm);
  Table *response = app ? new_response(vm, app) : NULL;
  if (!response) return NATIVE_FAILED;
  call->slots[SLOT_RESPONSE] = value_object(response);
  call->slots[SLOT_STAGE] = value_int(0);
  Table *params = vm_table(vm);
  if (!params || !vm_set_field(vm, request, "params", value_object(params))) return NATIVE_FAILED;
  heap_store(vm_heap(vm), request, &request->type, value_object(app->request));
  Str *method = value_as_str(vm_get_field(vm, request, "method"));
  Str *path = value_as_str(vm_get_field(vm, request, "path"));
  bool failed = false;
  Value route = find_route(vm, app, method, path, params, &failed);
  if (failed) return NATIVE_FAILED;
  if (strcmp(method->bytes, "OPTIONS") == 0) return answer_response(call);
  if (value_is_absent(route)) {
    return fail_missing(vm, response, method, path) ? answer_response(call) : NATIVE_FAILED;
  }
  call->slots[SLOT_ROUTE] = route;
  return next_stage(call);
}

static const NativeRow dispatch_row = {
    "http", "listen", "fn(request: Table): Any", dispatch, "", dispatch_resume, SLOT_COUNT, NATIVE_VINT};

static bool take_port(NativeCall *call, int64_t *port) {
  Value value = native_arg(call, 0);
  bool ok = value_is_str(value) ? number_parse_int(value_as_str(value)->bytes, value_as_str(value)->len, port)
                                : integer_from_value(value, port);
  if (ok && *port >= 0 && *port <= 65535) return true;
  answer_fail(call, "ValueError", "a port is a number from 0 (any that is free) to 65535");
  return false;
}

// Serves until the program is interrupted: its fiber waits for a promise that nobody settles.
static NativeStatus listen_on(NativeCall *call) {
  VM *vm = call->vm;
  int64_t port;
  if (!take_port(call, &port) || !get_app(vm)) return NATIVE_FAILED;
  Value handler = lib_hidden_native(vm, &dispatch_row, "vint.http.listen handler");
  if (value_is_absent(handler)) return NATIVE_FAILED;
  Table *server = lib_server_start(vm, (uint16_t)port, "0.0.0.0", handler);
  if (!server) return NATIVE_FAILED;
  vm_push_root(vm, value_object(server));
  Buffer text = {0};
  if (args_given(call, 1))
    format_value(vm, &text, call->args[1], FORMAT_VINT);
  else
    buffer_printf(&text, "listening on %s", value_as_str(vm_get_field(vm, server, "url"))->bytes);
  buffer_byte(&text, '\n');
  Stdio *stdio = lib_of(vm)->options.stdio;
  stdio_write(stdio, text.bytes, text.len);
  stdio_flush(stdio);
  buffer_free(&text);
  Promise *never = promise_new(vm);
  vm_pop_roots(vm, 1);
  return answer_await(call, never);
}

void lib_http_app_free(Lib *lib) {
  free(lib->http_app);
  lib->http_app = NULL;
}

#define HTTP(name, signature, function, doc)                                                       \
  { "http", name, signature, function, doc, NULL, 0, NATIVE_VINT }
#define REQUEST(name, signature, function, doc)                                                    \
  { "HttpRequest", name, signature, function, doc, NULL, 0, NATIVE_VINT }
#define RESPONSE(name, signature, function, doc)                                                   \
  { "HttpResponse", name, signature, function, doc, NULL, 0, NATIVE_VINT }

static const NativeRow rows[] = {
    HTTP("app", "fn(): Null", new_app, "Begins the application anew, without routes."),
    HTTP("all", "fn(path: String, f: Function): Null", add_all,
         "Calls `f(req, res)` for requests of that path, whatever the method."),
    HTTP("use", "fn(f: Function): Null", use,
         "Calls `f(req, res)` before the route's function; if it sends, that was all."),
    HTTP("listen", "fn(port: Any, message?: Any): Null", listen_on,
         "Serves the application on all interfaces, until the program is interrupted. Routes are made by "
         "http.get(path, f) and its kin; :name in a path is a parameter."),
    REQUEST("method", "fn(): String", request_method, "GET, POST …"),
    REQUEST("path", "fn(): String", request_path, "The path, decoded."),
    REQUEST("body", "fn(): String", request_body, "The body as text."),
    REQUEST("json", "fn(): String", request_body, "The body as text; json.decode reads it."),
    REQUEST("headers", "fn(): Any", request_headers, "A dict of the headers, names in lower case."),
    REQUEST("get", "fn(name: String): String", request_get, "A header; \"\" if it is not there."),
    REQUEST("query", "fn(name: String): String", request_query,
            "A parameter of the query; \"\" if it is not there."),
    REQUEST("param", "fn(name: String): String", request_param,
            "What stands for :name in the route's path."),
    RESPONSE("send", "fn(text?: Any): Null", response_send, "Answers with the value's text."),
    RESPONSE("end", "fn(text?: Any): Null", response_send, "Answers with the value's text, or none."),
    RESPONSE("json", "fn(value: Any): Null", response_json, "Answers with the value as JSON."),
    RESPONSE("status", "fn(status: Number): Any", response_status, "Sets the status; gives res."),
    RESPONSE("header", "fn(name: String, value: String): Any", response_header,
             "Sets a header; gives res."),
    RESPONSE("redirect", "fn(url: String, status?: Number): Null", response_redirect,
             "Sends the client to another URL (302)."),
    RESPONSE("cookie", "fn(name: String, value: String): Any", response_cookie,
             "Sets a cookie; gives res."),
};

LibModule lib_http_app_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
