// SPDX-License-Identifier: MIT
// lib_http_app.c - the module http of Vint: what a program registers (vint.md 12.5)
#include "base/memory.h"
#include "code/unit.h"
#include "lib/answer.h"
#include "lib/base64.h"
#include "lib/environment.h"
#include "lib/http_app.h"
#include "lib/json_parse.h"
#include "lib/json_print.h"
#include "lib/lib_private.h"
#include "sched/timeout.h"
#include "vm/format.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

// --- The application -----------------------------------------------------------------------------

static void mark_app(Heap *heap, void *owner, bool minor) {
  (void)minor;
  Lib *lib = lib_of(owner);
  HttpApp *app = lib ? lib->http_app : NULL;
  if (!app) return;
  heap_mark(heap, (Obj *)app->routes);
  heap_mark(heap, (Obj *)app->stages);
  heap_mark(heap, (Obj *)app->finishers);
  heap_mark(heap, (Obj *)app->groups);
  heap_mark(heap, (Obj *)app->request);
  heap_mark(heap, (Obj *)app->upload);
  heap_mark_value(heap, app->recover);
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

// What http.app() begins with.
static void reset_settings(HttpApp *app) {
  http_policy_free(&app->policy);
  http_policy_init(&app->policy);
  http_policy_free_metrics(app->metrics);
  app->metrics = NULL;
  app->recover = VALUE_NULL;
  app->form = (FormLimits){.parts = FORM_PARTS, .part_bytes = SIZE_MAX};
  app->body_limit = 0;
  app->checks_bodies = false;
}

static HttpApp *make_app(VM *vm) {
  HttpApp *app = memory_require(NULL, sizeof(HttpApp));
  *app = (HttpApp){0};
  reset_settings(app);
  lib_of(vm)->http_app = app;
  heap_add_root(vm_heap(vm), mark_app, vm);
  return app;
}

HttpApp *http_app_get(VM *vm) {
  HttpApp *app = lib_of(vm)->http_app;
  if (LIKELY(app && app->upload)) return app; // made last
  if (!app) app = make_app(vm);
  if (!app->routes) app->routes = vm_list(vm, 0);
  if (!app->stages) app->stages = vm_list(vm, 0);
  if (!app->finishers) app->finishers = vm_list(vm, 0);
  if (!app->groups) app->groups = vm_list(vm, 0);
  if (!app->request) app->request = make_type(vm, "HttpRequest");
  bool ok = app->routes && app->stages && app->finishers && app->groups && app->request;
  if (ok) app->upload = make_type(vm, "HttpUpload");
  return app->upload ? app : NULL;
}

void lib_http_app_free(VM *vm) {
  HttpApp *app = lib_of(vm)->http_app;
  if (!app) return;
  http_policy_free(&app->policy);
  http_policy_free_metrics(app->metrics);
  free(app);
  lib_of(vm)->http_app = NULL;
}

static NativeStatus new_app(NativeCall *call) {
  HttpApp *app = http_app_get(call->vm);
  if (!app) return NATIVE_FAILED;
  list_truncate(app->routes, 0);
  list_truncate(app->stages, 0);
  list_truncate(app->finishers, 0);
  reset_settings(app);
  return answer_null(call);
}

// --- Groups --------------------------------------------------------------------------------------
//
// A group's function may wait, and others register meanwhile: what counts is the group whose
// function runs on the same fiber.

static int64_t fiber_number(const NativeCall *call) {
  const Fiber *fiber = vm_running(call->vm);
  return fiber ? fiber->obj.extra : 0;
}

static int64_t find_group(const HttpApp *app, int64_t fiber) {
  for (int64_t i = (int64_t)app->groups->count - 2; i >= 0; i -= 2) {
    if (value_as_int(app->groups->items[i + 1]) == fiber) return i;
  }
  return -1;
}

static const char *current_prefix(const NativeCall *call, const HttpApp *app) {
  int64_t at = find_group(app, fiber_number(call));
  return at < 0 ? "" : value_as_str(app->groups->items[at])->bytes;
}

// The path in its group; "/" there is the group's own. NULL: raised.
static Str *full_path(NativeCall *call, const HttpApp *app, const Str *path) {
  const char *prefix = current_prefix(call, app);
  if (path->bytes[0] != '/') {
    answer_fail(call, "ValueError", "the path \"%.60s\" must begin with /", path->bytes);
    return NULL;
  }
  bool is_groups_own = prefix[0] && path->len == 1;
  return vm_printf(call->vm, "%s%s", prefix, is_groups_own ? "" : path->bytes);
}

static NativeStatus group(NativeCall *call) {
  VM *vm = call->vm;
  Str *path;
  Value function;
  if (!args_str(call, 0, &path) || !args_function(call, 1, &function)) return NATIVE_FAILED;
  HttpApp *app = http_app_get(vm);
  if (!app) return NATIVE_FAILED;
  Str *prefix = full_path(call, app, path);
  if (!prefix) return NATIVE_FAILED;
  uint32_t len = prefix->len;
  while (len > 0 && prefix->bytes[len - 1] == '/') len--;
  vm_push_root(vm, value_object(prefix));
  bool ok = answer_push_bytes(vm, app->groups, prefix->bytes, len) &&
            answer_push(vm, app->groups, value_int(fiber_number(call)));
  vm_pop_roots(vm, 1);
  return ok ? native_call(call, call->args[1], NULL, 0) : NATIVE_FAILED;
}

static void leave_group(NativeCall *call) {
  HttpApp *app = lib_of(call->vm)->http_app;
  int64_t at = app ? find_group(app, fiber_number(call)) : -1;
  if (at < 0) return;
  list_remove(vm_heap(call->vm), app->groups, (uint32_t)at + 1);
  list_remove(vm_heap(call->vm), app->groups, (uint32_t)at);
}

static NativeStatus grouped(NativeCall *call) {
  if (value_is_promise(call->answer)) {
    NativeStatus status = answer_await(call, value_as_promise(call->answer));
    if (status != NATIVE_DONE) return status;
  }
  leave_group(call);
  return answer_null(call);
}

// --- Routes and stages ---------------------------------------------------------------------------

bool http_app_add_route(NativeCall *call, const char *method, Str *path, Value function) {
  VM *vm = call->vm;
  vm_push_root(vm, value_object(path));
  vm_push_root(vm, function);
  HttpApp *app = http_app_get(vm);
  Str *full = app ? full_path(call, app, path) : NULL;
  vm_push_root(vm, full ? value_object(full) : VALUE_NULL);
  bool ok = full && answer_push_bytes(vm, app->routes, method, strlen(method)) &&
            answer_push(vm, app->routes, value_object(full)) &&
            answer_push(vm, app->routes, function);
  vm_pop_roots(vm, 3);
  return ok;
}

// (path, [middleware …], f): one list of functions.
static bool join_functions(NativeCall *call, Value *out) {
  List *middleware;
  Value last;
  if (!args_list(call, 1, &middleware) || !args_function(call, 2, &last)) return false;
  List *all = vm_list(call->vm, middleware->count + 1);
  if (!all) return false;
  vm_push_root(call->vm, value_object(all));
  bool ok = true;
  for (uint32_t i = 0; ok && i < middleware->count; i++) {
    Value function = middleware->items[i];
    ok = value_is_kind(function, KIND_CLOSURE) || value_is_kind(function, KIND_NATIVE) ||
         value_is_kind(function, KIND_BOUND);
    if (!ok) {
      answer_fail(call, "TypeError", "the middleware of a route is an array of functions, got %s",
                  vm_vint_name(call->vm, function));
    }
    ok = ok && answer_push(call->vm, all, function);
  }
  ok = ok && answer_push(call->vm, all, last);
  vm_pop_roots(call->vm, 1);
  *out = value_object(all);
  return ok;
}

NativeStatus lib_http_app_add(NativeCall *call, const char *method) {
  Str *path;
  Value function;
  if (!args_str(call, 0, &path)) return NATIVE_FAILED;
  bool has_middleware = value_is_list(native_arg(call, 1));
  bool ok = has_middleware ? join_functions(call, &function) : args_function(call, 1, &function);
  ok = ok && http_app_add_route(call, method, path, function);
  return ok ? answer_null(call) : NATIVE_FAILED;
}

static NativeStatus add_all(NativeCall *call) {
  return lib_http_app_add(call, "*");
}

// auth stands among the middleware.
static int rank_of(int64_t stage) {
  return stage == HTTP_STAGE_AUTH ? HTTP_STAGE_MIDDLEWARE : (int)stage;
}

// Behind those of its kind and of the kinds before it.
static bool add_stage(NativeCall *call, HttpStage stage, Value function) {
  VM *vm = call->vm;
  vm_push_root(vm, function);
  HttpApp *app = http_app_get(vm);
  Str *prefix = app ? vm_text(vm, current_prefix(call, app)) : NULL;
  vm_push_root(vm, prefix ? value_object(prefix) : VALUE_NULL);
  uint32_t at = 0;
  List *stages = prefix ? app->stages : NULL;
  while (stages && at < stages->count &&
         rank_of(value_as_int(stages->items[at])) <= rank_of(stage)) {
    at += 3;
  }
  Heap *heap = vm_heap(vm);
  bool ok = stages && list_reserve(heap, stages, 3) &&
            list_insert(heap, stages, at, value_int(stage)) &&
            list_insert(heap, stages, at + 1, value_object(prefix)) &&
            list_insert(heap, stages, at + 2, function);
  vm_pop_roots(vm, 2);
  return ok || vm_has_error(vm) ? ok : vm_raise_memory(vm);
}

static NativeStatus add_function(NativeCall *call, uint32_t index, HttpStage stage) {
  Value function;
  if (!args_function(call, index, &function)) return NATIVE_FAILED;
  return add_stage(call, stage, function) ? answer_null(call) : NATIVE_FAILED;
}

static NativeStatus use(NativeCall *call) {
  return add_function(call, 0, HTTP_STAGE_MIDDLEWARE);
}

static NativeStatus guard(NativeCall *call) {
  return add_function(call, 0, HTTP_STAGE_GUARD);
}

static NativeStatus interceptor(NativeCall *call) {
  VM *vm = call->vm;
  Str *kind;
  Value function;
  if (!args_str(call, 0, &kind) || !args_function(call, 1, &function)) return NATIVE_FAILED;
  if (strcmp(kind->bytes, "request") == 0) return add_function(call, 1, HTTP_STAGE_INTERCEPTOR);
  if (strcmp(kind->bytes, "response") != 0) {
    return answer_fail(call, "ValueError", "the kind is \"request\" or \"response\", got \"%.60s\"",
                       kind->bytes);
  }
  HttpApp *app = http_app_get(vm);
  Str *prefix = app ? vm_text(vm, current_prefix(call, app)) : NULL;
  vm_push_root(vm, prefix ? value_object(prefix) : VALUE_NULL);
  bool ok = prefix && answer_push(vm, app->finishers, value_object(prefix)) &&
            answer_push(vm, app->finishers, call->args[1]);
  vm_pop_roots(vm, 1);
  return ok ? answer_null(call) : NATIVE_FAILED;
}

static NativeStatus error_handler(NativeCall *call) {
  Value function;
  if (!args_function(call, 0, &function)) return NATIVE_FAILED;
  HttpApp *app = http_app_get(call->vm);
  if (!app) return NATIVE_FAILED;
  app->recover = call->args[0];
  return answer_null(call);
}

// --- Who is asking -------------------------------------------------------------------------------

// Takes as long for a wrong text as for the right one, so that nobody can guess it letter by
// letter.
static bool is_secret(const char *given, size_t len, const Str *secret) {
  uint8_t differs = len != secret->len;
  for (size_t i = 0; i < len; i++) {
    char wanted = secret->len > 0 ? secret->bytes[i % secret->len] : '\0';
    differs |= (uint8_t)(given[i] ^ wanted);
  }
  return differs == 0;
}

// All passwords are compared, whoever is asking. VALUE_ABSENT: nobody is it.
static Value find_user(const Table *users, const char *pair, size_t len) {
  const char *colon = memchr(pair, ':', len);
  uint32_t position = 0;
  Value found = VALUE_ABSENT;
  Value name;
  Value password;
  if (!colon) return VALUE_ABSENT;
  size_t name_len = (size_t)(colon - pair);
  while (table_next(users, &position, &name, &password)) {
    if (!value_is_str(name) || !value_is_str(password)) continue;
    bool is_name = is_secret(pair, name_len, value_as_str(name));
    bool is_password = is_secret(colon + 1, len - name_len - 1, value_as_str(password));
    if (is_name & is_password) found = name;
  }
  return found;
}

static Value check_basic(const Table *users, const char *credentials) {
  Buffer pair = {0};
  size_t at;
  if (strncasecmp(credentials, "Basic ", 6) != 0) return VALUE_ABSENT;
  bool ok = base64_decode(&pair, credentials + 6, strlen(credentials + 6), &at);
  Value user = ok && pair.len > 0 ? find_user(users, pair.bytes, pair.len) : VALUE_ABSENT;
  buffer_free(&pair);
  return user;
}

static Value check_token(const Str *token, const char *credentials) {
  if (strncasecmp(credentials, "Bearer ", 7) != 0) return VALUE_ABSENT;
  bool ok = is_secret(credentials + 7, strlen(credentials + 7), token);
  return ok ? VALUE_TRUE : VALUE_ABSENT;
}

// Bound to a token or a dict of users: (what, req, res).
static NativeStatus check_auth(NativeCall *call) {
  VM *vm = call->vm;
  Value what = call->args[0];
  Table *response = value_as_table(call->args[2]);
  const Str *given = lib_http_request_header(vm, value_as_table(call->args[1]), "authorization");
  bool is_token = value_is_str(what);
  Value user = VALUE_ABSENT;
  if (given) {
    user = is_token ? check_token(value_as_str(what), given->bytes)
                    : check_basic(value_as_table(what), given->bytes);
  }
  if (!value_is_absent(user)) return native_return(call, user);
  const char *scheme = is_token ? "Bearer" : "Basic realm=\"restricted\", charset=\"UTF-8\"";
  bool ok = lib_http_response_fail(vm, response, 401, "who are you?") &&
            lib_http_response_header(vm, response, "www-authenticate", scheme);
  return ok ? answer_bool(call, false) : NATIVE_FAILED;
}

static const NativeRow auth_row = {
    "http", "auth", "fn(what: Any, req: Any, res: Any): Any", check_auth, "", NULL, 0, NATIVE_VINT};

static NativeStatus auth(NativeCall *call) {
  Value what = native_arg(call, 0);
  Value check = what;
  if (value_is_str(what) || value_is_table(what)) {
    bool is_empty = value_is_str(what) && value_as_str(what)->len == 0;
    if (is_empty) return answer_fail(call, "ValueError", "the token must not be empty");
    if (!lib_bind(call->vm, &auth_row, "(auth)", what, &check)) return NATIVE_FAILED;
  } else if (!args_function(call, 0, &check)) {
    return NATIVE_FAILED;
  }
  return add_stage(call, HTTP_STAGE_AUTH, check) ? answer_null(call) : NATIVE_FAILED;
}

// --- Settings ------------------------------------------------------------------------------------

static NativeStatus cors(NativeCall *call) {
  HttpApp *app = http_app_get(call->vm);
  bool ok = app && http_policy_read_cors(call, &app->policy);
  return ok ? answer_null(call) : NATIVE_FAILED;
}

static NativeStatus security(NativeCall *call) {
  HttpApp *app = http_app_get(call->vm);
  bool ok = app && http_policy_read_safety(call, &app->policy);
  return ok ? answer_null(call) : NATIVE_FAILED;
}

static bool read_limit(NativeCall *call, const Table *options, const char *name, int64_t max,
                       int64_t *out) {
  Value value = args_table_field(call, options, name);
  return value_is_absent(value) || args_field_integer(call, name, value, 0, max, out);
}

static NativeStatus body_parser(NativeCall *call) {
  static const char *const names[] = {"limit", "parts", "partLimit"};
  Table *options;
  HttpApp *app = http_app_get(call->vm);
  if (!app || !args_optional_table(call, 0, &options) ||
      !args_check_fields(call, options, names, (uint32_t)ARRAY_LEN(names))) {
    return NATIVE_FAILED;
  }
  int64_t limit = (int64_t)app->body_limit;
  int64_t parts = app->form.parts;
  int64_t part = -1;
  bool ok = read_limit(call, options, "limit", INT64_C(1) << 40, &limit) &&
            read_limit(call, options, "parts", 1000000, &parts) &&
            read_limit(call, options, "partLimit", INT64_C(1) << 40, &part);
  if (!ok) return NATIVE_FAILED;
  app->body_limit = (size_t)limit;
  app->form = (FormLimits){(uint32_t)parts, part < 0 ? SIZE_MAX : (size_t)part};
  app->checks_bodies = true;
  return answer_null(call);
}

bool http_app_check_json(VM *vm, const Table *request) {
  Value body = vm_get_field(vm, request, "body");
  if (!value_is_str(body)) return true;
  const Str *text = value_as_str(body);
  return !value_is_absent(json_parse(vm, text->bytes, text->len, JSON_VINT, "BadRequest"));
}

void http_error_print(Buffer *out, int status, const char *message) {
  const char *reason = http_message_reason(status);
  Buffer type = {0};
  Buffer code = {0};
  for (const char *at = reason; *at; at++) {
    bool is_letter = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z');
    if (is_letter) buffer_byte(&type, *at);
    char big = *at >= 'a' && *at <= 'z' ? (char)(*at - 32) : *at;
    buffer_byte(&code, is_letter ? big : '_');
  }
  buffer_printf(out, "{\"error\":{\"type\":\"%s\",\"message\":", type.bytes ? type.bytes : "");
  json_print_text(out, message, strlen(message));
  buffer_printf(out, ",\"code\":\"%s\",\"status\":%d,\"details\":null}}",
                code.bytes ? code.bytes : "", status);
  buffer_free(&type);
  buffer_free(&code);
}

static NativeStatus multipart(NativeCall *call) {
  Table *request;
  if (!args_table(call, 0, &request)) return NATIVE_FAILED;
  Table *form = lib_http_request_form(call->vm, request);
  return form ? native_return(call, value_object(form)) : NATIVE_FAILED;
}

// --- Metrics -------------------------------------------------------------------------------------

static NativeStatus print_metrics(NativeCall *call) {
  HttpApp *app = http_app_get(call->vm);
  if (!app) return NATIVE_FAILED;
  Buffer text = {0};
  if (app->metrics) http_policy_print_metrics(app->metrics, lib_server_active(call->vm), &text);
  return answer_buffer(call, &text);
}

static const NativeRow metrics_row = {
    "http", "metrics", "fn(req: Any, res: Any): String", print_metrics, "", NULL, 0, NATIVE_VINT};

static NativeStatus metrics(NativeCall *call) {
  VM *vm = call->vm;
  Str *path;
  HttpApp *app = http_app_get(vm);
  if (!app) return NATIVE_FAILED;
  if (!app->metrics) app->metrics = http_policy_new_metrics();
  if (!args_given(call, 0)) return print_metrics(call);
  if (!args_str(call, 0, &path)) return NATIVE_FAILED;
  Value handler = lib_hidden_native(vm, &metrics_row, "(metrics)");
  if (value_is_absent(handler)) return NATIVE_FAILED;
  return http_app_add_route(call, "GET", path, handler) ? answer_null(call) : NATIVE_FAILED;
}

// --- Kinds of handlers ---------------------------------------------------------------------------

// Bound to the function and, as {f, type}, to the content's type: the head goes out before it runs.
static NativeStatus run_stream(NativeCall *call) {
  VM *vm = call->vm;
  Table *what = value_as_table(call->args[0]);
  Value type = vm_get_field(vm, what, "type");
  if (!lib_http_response_begin(vm, value_as_table(call->args[2]), value_as_str(type)->bytes)) {
    return NATIVE_FAILED;
  }
  Value args[2] = {call->args[1], call->args[2]};
  return native_call(call, vm_get_field(vm, what, "f"), args, 2);
}

static NativeStatus give_answer(NativeCall *call) {
  return native_return(call, call->answer); // a promise is awaited by who has called
}

static const NativeRow stream_row = {
    "http", "stream",   "fn(what: Any, req: Any, res: Any): Any", run_stream, "", give_answer,
    0,      NATIVE_VINT};

// A dict of the function and one more value, bound to a row.
static NativeStatus bind_pair(NativeCall *call, const NativeRow *row, const char *key,
                              const char *name, Value value) {
  VM *vm = call->vm;
  Table *what = vm_table(vm);
  Value bound;
  if (!what) return NATIVE_FAILED;
  vm_push_root(vm, value_object(what));
  bool ok = vm_set_field(vm, what, "f", call->args[0]) && vm_set_field(vm, what, name, value) &&
            lib_bind(vm, row, key, value_object(what), &bound);
  vm_pop_roots(vm, 1);
  return ok ? native_return(call, bound) : NATIVE_FAILED;
}

static NativeStatus stream(NativeCall *call) {
  Value function;
  Str *type;
  if (!args_function(call, 0, &function)) return NATIVE_FAILED;
  if (args_given(call, 1)) {
    if (!args_str(call, 1, &type)) return NATIVE_FAILED;
  } else {
    type = vm_text(call->vm, "text/event-stream");
    if (!type) return NATIVE_FAILED;
  }
  vm_push_root(call->vm, value_object(type));
  NativeStatus status = bind_pair(call, &stream_row, "(stream)", "type", value_object(type));
  vm_pop_roots(call->vm, 1);
  return status;
}

// The function on a fiber of its own, and the time that it has. Slots: 0 the promise.
static NativeStatus run_async(NativeCall *call) {
  Value args[2] = {call->args[1], call->args[2]};
  Value function = vm_get_field(call->vm, value_as_table(call->args[0]), "f");
  (void)native_call(call, function, args, 2);
  return NATIVE_START;
}

static NativeStatus await_async(NativeCall *call) {
  VM *vm = call->vm;
  if (value_is_promise(call->slots[0])) return native_return(call, call->answer);
  Promise *promise = value_as_promise(call->answer);
  call->slots[0] = value_object(promise);
  Value ms = vm_get_field(vm, value_as_table(call->args[0]), "ms");
  if (value_is_int(ms)) {
    promise = timeout_promise(vm, promise, value_as_int(ms) * 1000000, (double)value_as_int(ms));
  }
  if (!promise) return NATIVE_FAILED;
  promise->obj.flags |= PROMISE_OWNED; // it ends when the client goes
  return answer_await(call, promise);
}

static const NativeRow async_row = {"http",    "async",    "fn(what: Any, req: Any, res: Any): Any",
                                    run_async, "",         await_async,
                                    1,         NATIVE_VINT};

static NativeStatus async_handler(NativeCall *call) {
  Value function;
  int64_t ms;
  if (!args_function(call, 0, &function)) return NATIVE_FAILED;
  if (!args_given(call, 1)) return bind_pair(call, &async_row, "(async)", "ms", VALUE_NULL);
  if (!args_integer(call, 1, &ms)) return NATIVE_FAILED;
  if (ms < 1 || ms > INT32_MAX) {
    return answer_fail(call, "ValueError", "the time must be from 1 ms on, got %lld",
                       (long long)ms);
  }
  return bind_pair(call, &async_row, "(async)", "ms", value_int(ms));
}

// --- Rows ----------------------------------------------------------------------------------------

#define ROW(name, signature, function, doc)                                                        \
  { "http", name, signature, function, doc, NULL, 0, NATIVE_VINT }

static const NativeRow rows[] = {
    ROW("app", "fn(): Null", new_app,
        "Begins the application anew, without routes and with all settings as at first."),
    ROW("all", "fn(path: String, f: Any, g?: Function): Null", add_all,
        "Calls `f(req, res)` for requests of that path, whatever the method."),
    ROW("use", "fn(f: Function): Null", use,
        "Calls `f(req, res)` before the route's function; if it sends, that was all. With a third "
        "parameter, `f(req, res, next)`, the rest runs when it calls next()."),
    ROW("guard", "fn(f: Function): Null", guard,
        "Asks `f(req)` or `f(req, res)` before the middleware; false answers 403."),
    ROW("interceptor", "fn(kind: String, f: Function): Null", interceptor,
        "\"request\": calls `f(req)` before everything else, \"response\": `f(res)` or `f(req, "
        "res)` "
        "before the answer is sent."),
    ROW("errorHandler", "fn(f: Function): Null", error_handler,
        "Calls `f(err, req, res)` for what a function of the application raises, also an async "
        "one."),
    {"http", "group", "fn(prefix: String, f: Function): Null", group,
     "Calls `f()`; the paths registered there begin with `prefix`, and middleware, guards, "
     "interceptors and auth count for them alone.",
     grouped, 0, NATIVE_VINT, NULL, leave_group},
    ROW("auth", "fn(check: Any): Null", auth,
        "Lets in who has the token (a string: Bearer), a password (a dict of users: Basic), or "
        "whom "
        "`f(req, res)` accepts by a value; req.user() gives it. Others get 401."),
    ROW("cors", "fn(options?: Table): Null", cors,
        "Who may read the answers from another site's page: origin (\"*\", one or several), "
        "methods, "
        "headers, expose, credentials, maxAge (s)."),
    ROW("security", "fn(options?: Table): Null", security,
        "Adds headers that tell browsers to be careful; the dict has other values, or null to "
        "leave "
        "one out."),
    ROW("bodyParser", "fn(options?: Table): Null", body_parser,
        "Answers 400 to JSON and forms that are malformed and 413 to what is too large, before any "
        "function sees them. Options: limit (bytes), parts, partLimit (bytes)."),
    ROW("metrics", "fn(path?: String): Any", metrics,
        "Begins to count and gives the figures in the format of Prometheus; with a path, answers "
        "with them there."),
    ROW("multipart", "fn(req: Any): Any", multipart,
        "{fields, files} of the form in a request's body. Malformed ones raise BadRequest, which "
        "answers 400; too large ones TooLarge, 413."),
    ROW("stream", "fn(f: Function, type?: String): Any", stream,
        "A handler that answers at once and then sends what f(req, res) gives to res.write and "
        "res.event; the type is text/event-stream."),
    ROW("async", "fn(f: Function, ms?: Number): Any", async_handler,
        "A handler that runs f(req, res) on a fiber of its own, for at most `ms`: then it is "
        "cancelled "
        "and 504 is answered."),
};

LibModule lib_http_app_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
