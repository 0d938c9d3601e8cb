// SPDX-License-Identifier: MIT
// lib_http_listen.c - serving Vint's application and folders until the program is interrupted
//
// The fiber waits for a promise that Ctrl-C or SIGTERM fulfils if it is the main one's
// (PROMISE_INTERRUPTIBLE). The server then takes no more requests, answers those that are under
// way, and the program goes on behind the call.
#include "base/number.h"
#include "lib/answer.h"
#include "lib/environment.h"
#include "lib/http_app.h"
#include "lib/lib_private.h"
#include "vm/format.h"

#include <string.h>

// --- The application's ways ----------------------------------------------------------------------

static int64_t note_begin(VM *vm) {
  const HttpApp *app = lib_of(vm)->http_app;
  return app && app->metrics ? clock_now_ns(sched_clock(sched_of(vm))) : 0;
}

static void add_headers(VM *vm, const HttpExchange *exchange, HttpHeaders *headers) {
  const HttpApp *app = lib_of(vm)->http_app;
  if (app) http_policy_add_headers(&app->policy, exchange, headers);
}

static void note_answer(VM *vm, const char *method, int status, int64_t sent, int64_t begun_ns) {
  const HttpApp *app = lib_of(vm)->http_app;
  if (!app || !app->metrics) return;
  int64_t now_ns = clock_now_ns(sched_clock(sched_of(vm)));
  http_policy_count(app->metrics, method, status, sent, begun_ns > 0 ? now_ns - begun_ns : 0);
}

static const ServedHooks hooks = {.begin = note_begin,
                                  .add_headers = add_headers,
                                  .print_error = http_error_print,
                                  .recover = http_chain_recover,
                                  .answered = note_answer};

// --- Listening -----------------------------------------------------------------------------------

static bool take_port(NativeCall *call, int64_t *port) {
  Value value = native_arg(call, 0);
  bool ok = value_is_str(value)
                ? number_parse_int(value_as_str(value)->bytes, value_as_str(value)->len, port)
                : integer_from_value(value, port);
  if (ok && *port >= 0 && *port <= 65535) return true;
  answer_fail(call, "ValueError", "a port is a number from 0 (any that is free) to 65535");
  return false;
}

static void say(VM *vm, Buffer *text) {
  Stdio *stdio = lib_of(vm)->options.stdio;
  buffer_byte(text, '\n');
  stdio_write(stdio, text->bytes, text->len);
  stdio_flush(stdio);
  buffer_free(text);
}

static void say_hello(NativeCall *call, const Table *server, uint32_t index) {
  Buffer text = {0};
  const char *url = value_as_str(vm_get_field(call->vm, server, "url"))->bytes;
  if (args_given(call, index))
    format_value(call->vm, &text, call->args[index], FORMAT_VINT);
  else
    buffer_printf(&text, "listening on %s", url);
  say(call->vm, &text);
}

// Slots: 0 the server.
static NativeStatus serve_until_interrupted(NativeCall *call, HttpServerOptions *options,
                                            Value handler, uint32_t message) {
  VM *vm = call->vm;
  if (!answer_may_wait(call)) return NATIVE_FAILED;
  Table *server = lib_server_start(vm, options, handler, &hooks);
  if (!server) return NATIVE_FAILED;
  call->slots[0] = value_object(server);
  say_hello(call, server, message);
  Promise *interrupted = promise_new(vm);
  if (!interrupted) return NATIVE_FAILED;
  interrupted->obj.flags |= PROMISE_INTERRUPTIBLE;
  return answer_await(call, interrupted);
}

static void stop(NativeCall *call) {
  Value server = call->slots[0];
  if (value_is_table(server)) lib_server_close(call->vm, value_as_table(server));
}

static NativeStatus end_serving(NativeCall *call) {
  Buffer text = {0};
  stop(call);
  buffer_text(&text, "shutting down");
  say(call->vm, &text);
  return answer_null(call);
}

static void read_app(const HttpApp *app, HttpServerOptions *options) {
  if (app->body_limit > 0) options->body_limit = app->body_limit;
}

static NativeStatus listen_on(NativeCall *call) {
  int64_t port;
  HttpServerOptions options;
  HttpApp *app = http_app_get(call->vm);
  if (!app || !take_port(call, &port)) return NATIVE_FAILED;
  http_server_init(&options);
  read_app(app, &options);
  options.port = (uint16_t)port;
  options.host = HTTP_SERVER_ANYWHERE;
  Value handler = http_chain_handler(call->vm);
  if (value_is_absent(handler)) return NATIVE_FAILED;
  return serve_until_interrupted(call, &options, handler, 1);
}

// --- Folders -------------------------------------------------------------------------------------

static NativeStatus redirect_to_folder(NativeCall *call, Table *response, const Str *path) {
  const char *slash = strrchr(path->bytes, '/');
  Buffer location = {0};
  buffer_printf(&location, ".%s/", slash ? slash : "");
  bool ok = vm_set_field(call->vm, response, "status", value_int(301)) &&
            lib_http_response_header(call->vm, response, "location", location.bytes);
  buffer_free(&location);
  Str *nothing = ok ? vm_text(call->vm, "") : NULL;
  ok = nothing && lib_http_response_text(call->vm, response, value_object(nothing));
  return ok ? answer_null(call) : NATIVE_FAILED;
}

// Bound to the folder: (folder, req, res). The route is PREFIX or PREFIX/*.
static NativeStatus serve_mounted(NativeCall *call) {
  VM *vm = call->vm;
  Table *request = value_as_table(call->args[1]);
  Table *response = value_as_table(call->args[2]);
  const Str *root = value_as_str(call->args[0]);
  Value params = vm_get_field(vm, request, "params");
  Value rest = vm_get_field(vm, value_as_table(params), "*");
  if (!value_is_str(rest)) {
    return redirect_to_folder(call, response, value_as_str(vm_get_field(vm, request, "path")));
  }
  const Str *path = value_as_str(rest);
  bool ok = lib_http_response_file(vm, response, root->bytes, path->bytes, path->len);
  return ok ? answer_null(call) : NATIVE_FAILED;
}

static const NativeRow mounted_row = {
    "http", "fileServer", "fn(root: Any, req: Any, res: Any): Any", serve_mounted, "", NULL,
    0,      NATIVE_VINT};

// fileServer("/assets", folder): two routes of the application.
static NativeStatus mount(NativeCall *call, const Str *root) {
  VM *vm = call->vm;
  Value handler;
  Str *path = value_as_str(call->args[0]);
  uint32_t len = path->len;
  while (len > 0 && path->bytes[len - 1] == '/') len--;
  if (!lib_bind(vm, &mounted_row, "(mounted)", value_object(root), &handler)) return NATIVE_FAILED;
  vm_push_root(vm, handler);
  Str *inside = vm_printf(vm, "%.*s/*", (int)len, path->bytes);
  bool ok = inside && http_app_add_route(call, "GET", inside, handler);
  if (ok && len > 0) {
    Str *itself = vm_str(vm, path->bytes, len);
    ok = itself && http_app_add_route(call, "GET", itself, handler);
  }
  vm_pop_roots(vm, 1);
  return ok ? answer_null(call) : NATIVE_FAILED;
}

static NativeStatus file_server(NativeCall *call) {
  VM *vm = call->vm;
  Str *folder;
  int64_t port;
  HttpServerOptions options;
  Buffer whole = {0};
  if (!args_str(call, 1, &folder)) return NATIVE_FAILED;
  environment_resolve(vm, &whole, folder->bytes, folder->len);
  Str *root = vm_text(vm, whole.bytes ? whole.bytes : "");
  buffer_free(&whole);
  if (!root) return NATIVE_FAILED;
  call->slots[0] = value_object(root);
  Value where = native_arg(call, 0);
  if (value_is_str(where) && value_as_str(where)->bytes[0] == '/') return mount(call, root);
  if (!take_port(call, &port) || !http_app_get(vm)) return NATIVE_FAILED;
  http_server_init(&options);
  options.port = (uint16_t)port;
  options.host = HTTP_SERVER_ANYWHERE;
  Value handler;
  if (!lib_http_serve_folder(vm, root, &handler)) return NATIVE_FAILED;
  vm_push_root(vm, handler);
  NativeStatus status = serve_until_interrupted(call, &options, handler, 2);
  vm_pop_roots(vm, 1);
  return status;
}

// --- Rows ----------------------------------------------------------------------------------------

static const NativeRow rows[] = {
    {"http", "listen", "fn(port: Any, message?: Any): Null", listen_on,
     "Serves the application on all interfaces, with IPv4 and IPv6, until the program is "
     "interrupted: then requests under way are still answered and it returns. Routes are made by "
     "http.get(path, f) and its kin; :name in a path is a parameter, a last * the rest.",
     end_serving, 1, NATIVE_VINT, NULL, stop},
    {"http", "fileServer", "fn(where: Any, folder: String, message?: Any): Null", file_server,
     "Serves the files of a folder on a port, until the program is interrupted; or, with a path as "
     "\"/assets\" instead of a port, makes them part of the application.",
     end_serving, 1, NATIVE_VINT, NULL, stop},
};

LibModule lib_http_listen_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
