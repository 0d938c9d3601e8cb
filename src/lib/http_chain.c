// SPDX-License-Identifier: MIT
// http_chain.c - the way of a request through an application: its route, and what stands around it
//
// A request's fiber runs this native, whose stages are script functions and natives alike, each of
// which may wait:
//
//   route found → interceptors → guards → middleware and auth → the route's own → its function
//                                                             → response interceptors → the answer
//
// Who sends ends it. Middleware that takes a third parameter, `next`, decides by calling it whether
// the rest runs; the rest then runs within that call. `next` is the same native once more, from the
// next stage on.
#include "lib/answer.h"
#include "lib/http_app.h"
#include "lib/lib_private.h"
#include "vm/format.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
  SLOT_AT,     // the next stage's place in app->stages; behind its end the route's own
  SLOT_CALLED, // HttpStage of the function that was called
  SLOT_REQUEST,
  SLOT_RESPONSE,
  SLOT_ROUTE, // a function, or a list of them
  SLOT_NEXT,  // the table behind the `next` that was given away; null
  SLOT_COUNT
};

static const NativeRow next_row; // at its functions

// --- Routes --------------------------------------------------------------------------------------

// Do they match, segment by segment? :name stands for any one that is not empty, a last * for the
// rest. `params` NULL: none are wanted.
static bool match_path(VM *vm, const char *pattern, const char *path, Table *params, bool *failed) {
  while (*pattern && *path) {
    pattern++; // the slash
    path++;
    size_t pattern_len = strcspn(pattern, "/");
    size_t len = strcspn(path, "/");
    if (strcmp(pattern, "*") == 0) {
      if (params && !answer_set_text(vm, params, "*", path, strlen(path))) *failed = true;
      return true;
    }
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

// HEAD is answered as GET is; the body is left out when it is sent.
static bool is_method(const Str *wanted, const Str *method) {
  if (strcmp(wanted->bytes, "*") == 0 || str_equal(wanted, method)) return true;
  return strcmp(wanted->bytes, "GET") == 0 && strcmp(method->bytes, "HEAD") == 0;
}

// Exact paths come before patterns. VALUE_ABSENT: none, or raised (*failed).
static Value find_route(VM *vm, const HttpApp *app, const Str *method, const Str *path,
                        Table *params, bool *failed) {
  if (strlen(path->bytes) != path->len) return VALUE_ABSENT; // a zero would cut it short
  for (int round = 0; round < 2; round++) {
    for (uint32_t i = 0; i + 2 < app->routes->count; i += 3) {
      const char *pattern = value_as_str(app->routes->items[i + 1])->bytes;
      if (!is_method(value_as_str(app->routes->items[i]), method)) continue;
      bool is_it = round == 0 ? strcmp(pattern, path->bytes) == 0
                              : match_path(vm, pattern, path->bytes, NULL, failed);
      if (!is_it) continue;
      if (round == 1) (void)match_path(vm, pattern, path->bytes, params, failed);
      return *failed ? VALUE_ABSENT : app->routes->items[i + 2];
    }
  }
  return VALUE_ABSENT;
}

// --- Stages --------------------------------------------------------------------------------------

// Is the path in the group's? "" is everything.
static bool is_in_group(Value prefix, const Str *path) {
  const Str *group = value_as_str(prefix);
  if (path->len < group->len || memcmp(group->bytes, path->bytes, group->len) != 0) return false;
  return group->len == 0 || path->len == group->len || path->bytes[group->len] == '/';
}

// How many arguments a function takes, of those that it could get.
static uint32_t params_of(Value function, uint32_t otherwise) {
  if (!value_is_kind(function, KIND_CLOSURE)) return otherwise;
  const Closure *closure = (const Closure *)value_as_object(function);
  if (closure->obj.flags & PROTO_REST) return otherwise;
  return closure->proto->param_count;
}

static Table *response_of(const NativeCall *call) {
  return value_as_table(call->slots[SLOT_RESPONSE]);
}

static bool is_sent(const NativeCall *call) {
  return lib_http_response_is_sent(call->vm, response_of(call));
}

// What `next` knows: the request, its answer, the route and the stage that comes next.
static bool make_next(NativeCall *call, Value *out) {
  VM *vm = call->vm;
  Table *rest = vm_table(vm);
  if (!rest) return false;
  call->slots[SLOT_NEXT] = value_object(rest);
  return vm_set_field(vm, rest, "request", call->slots[SLOT_REQUEST]) &&
         vm_set_field(vm, rest, "response", call->slots[SLOT_RESPONSE]) &&
         vm_set_field(vm, rest, "route", call->slots[SLOT_ROUTE]) &&
         vm_set_field(vm, rest, "at", call->slots[SLOT_AT]) &&
         vm_set_field(vm, rest, "called", VALUE_FALSE) &&
         lib_bind(vm, &next_row, "(next)", value_object(rest), out);
}

// Calls f(req, res, next), as far as it takes them.
static NativeStatus call_stage(NativeCall *call, Value function, HttpStage stage) {
  Value args[3] = {call->slots[SLOT_REQUEST], call->slots[SLOT_RESPONSE], VALUE_NULL};
  bool may_have_next = stage == HTTP_STAGE_MIDDLEWARE || stage == HTTP_STAGE_AUTH;
  uint32_t count = params_of(function, 2);
  call->slots[SLOT_CALLED] = value_int(stage);
  call->slots[SLOT_NEXT] = VALUE_NULL;
  if (stage == HTTP_STAGE_FINISHER && count == 1) args[0] = args[1];
  if (count >= 3 && may_have_next) {
    vm_push_root(call->vm, function);
    bool ok = make_next(call, &args[2]);
    vm_pop_roots(call->vm, 1);
    if (!ok) return NATIVE_FAILED;
    count = 3;
  }
  uint32_t given = may_have_next ? 3 : 2;
  return native_call(call, function, args, count < given ? count : given);
}

static const Str *path_of(const NativeCall *call) {
  Value path = vm_get_field(call->vm, value_as_table(call->slots[SLOT_REQUEST]), "path");
  return value_as_str(path);
}

static NativeStatus finish(NativeCall *call);

// Calls what comes next of the stages and the route.
static NativeStatus advance(NativeCall *call) {
  HttpApp *app = http_app_get(call->vm);
  if (!app) return NATIVE_FAILED;
  uint32_t at = (uint32_t)value_as_int(call->slots[SLOT_AT]);
  for (; at + 2 < app->stages->count; at += 3) {
    if (!is_in_group(app->stages->items[at + 1], path_of(call))) continue;
    call->slots[SLOT_AT] = value_int(at + 3);
    HttpStage stage = (HttpStage)value_as_int(app->stages->items[at]);
    return call_stage(call, app->stages->items[at + 2], stage);
  }
  Value route = call->slots[SLOT_ROUTE];
  if (!value_is_list(route)) return call_stage(call, route, HTTP_STAGE_ROUTE);
  const List *list = value_as_list(route);
  uint32_t index = at - app->stages->count; // one a step
  call->slots[SLOT_AT] = value_int(at + 1);
  bool is_last = index + 1 >= list->count;
  Value function = list->items[is_last ? list->count - 1 : index];
  return call_stage(call, function, is_last ? HTTP_STAGE_ROUTE : HTTP_STAGE_MIDDLEWARE);
}

static bool deny(NativeCall *call) {
  if (!lib_http_response_fail(call->vm, response_of(call), 401, "who are you?")) return false;
  return lib_http_response_header(call->vm, response_of(call), "www-authenticate", "Bearer");
}

// True is a yes without a name.
static bool note_user(NativeCall *call) {
  Table *request = value_as_table(call->slots[SLOT_REQUEST]);
  if (value_is_bool(call->answer)) return true;
  return vm_set_field(call->vm, request, "__user", call->answer);
}

// A function with `next` says by that whether the rest runs; others by their result or by sending.
// *goes_on: the rest is still to be called.
static bool weigh(NativeCall *call, bool *goes_on) {
  bool is_no = call->answer == VALUE_FALSE || value_is_null(call->answer);
  *goes_on = !is_sent(call);
  if (!*goes_on) return true;
  switch ((HttpStage)value_as_int(call->slots[SLOT_CALLED])) {
  case HTTP_STAGE_GUARD:
    if (call->answer != VALUE_FALSE) return true;
    *goes_on = false;
    return lib_http_response_fail(call->vm, response_of(call), 403, "not allowed");
  case HTTP_STAGE_AUTH:
    if (!value_is_null(call->slots[SLOT_NEXT])) break;
    *goes_on = !is_no;
    return is_no ? deny(call) : note_user(call);
  case HTTP_STAGE_ROUTE: // one that has sent nothing answers with the printed value of its result
    *goes_on = false;
    return lib_http_response_text(call->vm, response_of(call), call->answer);
  default: break;
  }
  Value rest = call->slots[SLOT_NEXT];
  if (value_is_null(rest)) return true;
  *goes_on = false; // it has run, or was not wanted
  bool was_called = vm_get_field(call->vm, value_as_table(rest), "called") == VALUE_TRUE;
  return was_called || lib_http_response_text(call->vm, response_of(call), call->answer);
}

// Waits for an async function's promise. NATIVE_DONE: call->answer is what it gave.
static NativeStatus await_answer(NativeCall *call) {
  if (!value_is_promise(call->answer)) return NATIVE_DONE;
  NativeStatus status = answer_await(call, value_as_promise(call->answer));
  if (status == NATIVE_DONE) call->answer = call->result;
  return status;
}

// --- next ----------------------------------------------------------------------------------------

static NativeStatus run_next(NativeCall *call) {
  VM *vm = call->vm;
  Table *rest = value_as_table(call->args[0]);
  if (vm_get_field(vm, rest, "called") == VALUE_TRUE) {
    vm_raise(vm, "ValueError", "next was called twice");
    return NATIVE_FAILED;
  }
  if (!vm_set_field(vm, rest, "called", VALUE_TRUE)) return NATIVE_FAILED;
  call->slots[SLOT_REQUEST] = vm_get_field(vm, rest, "request");
  call->slots[SLOT_RESPONSE] = vm_get_field(vm, rest, "response");
  call->slots[SLOT_ROUTE] = vm_get_field(vm, rest, "route");
  call->slots[SLOT_AT] = vm_get_field(vm, rest, "at");
  return is_sent(call) ? answer_null(call) : advance(call);
}

static NativeStatus resume_next(NativeCall *call) {
  bool goes_on;
  NativeStatus status = await_answer(call);
  if (status != NATIVE_DONE) return status;
  if (!weigh(call, &goes_on)) return NATIVE_FAILED;
  return goes_on ? advance(call) : answer_null(call);
}

static const NativeRow next_row = {
    "http", "next", "fn(rest: Any): Null", run_next, "", resume_next, SLOT_COUNT, NATIVE_VINT};

// --- The whole way -------------------------------------------------------------------------------

// The response interceptors, then the answer. SLOT_AT is now the next interceptor's place.
static NativeStatus finish(NativeCall *call) {
  HttpApp *app = http_app_get(call->vm);
  if (!app) return NATIVE_FAILED;
  uint32_t at = (uint32_t)value_as_int(call->slots[SLOT_AT]);
  for (; at + 1 < app->finishers->count; at += 2) {
    if (!is_in_group(app->finishers->items[at], path_of(call))) continue;
    call->slots[SLOT_AT] = value_int(at + 2);
    return call_stage(call, app->finishers->items[at + 1], HTTP_STAGE_FINISHER);
  }
  return native_return(call, call->slots[SLOT_RESPONSE]);
}

static NativeStatus begin_finish(NativeCall *call) {
  call->slots[SLOT_AT] = value_int(0);
  return finish(call);
}

static NativeStatus resume(NativeCall *call) {
  bool goes_on;
  NativeStatus status = await_answer(call);
  if (status != NATIVE_DONE) return status;
  if (value_as_int(call->slots[SLOT_CALLED]) == HTTP_STAGE_FINISHER) return finish(call);
  if (!weigh(call, &goes_on)) return NATIVE_FAILED;
  return goes_on ? advance(call) : begin_finish(call);
}

// A res for the request, whose values all have their place in the call's slots then.
static bool begin(NativeCall *call, Table *request) {
  HttpApp *app = http_app_get(call->vm);
  if (!app) return false;
  call->slots[SLOT_REQUEST] = value_object(request);
  call->slots[SLOT_AT] = value_int(0);
  heap_store(vm_heap(call->vm), request, &request->type, value_object(app->request));
  Table *response = lib_http_response_new(call->vm, request);
  if (response) call->slots[SLOT_RESPONSE] = value_object(response);
  return response != NULL;
}

static NativeStatus fail_missing(NativeCall *call, const Str *method, const Str *path) {
  Buffer text = {0};
  buffer_printf(&text, "no route for %s %s", method->bytes, path->bytes);
  bool ok = lib_http_response_fail(call->vm, response_of(call), 404, text.bytes);
  buffer_free(&text);
  return ok ? begin_finish(call) : NATIVE_FAILED;
}

// A body that says it is JSON or a form and is not is refused before anybody reads it.
static bool check_body(NativeCall *call, Table *request, const HttpApp *app) {
  if (!app->checks_bodies) return true;
  const Str *type = lib_http_request_header(call->vm, request, "content-type");
  if (!type) return true;
  bool is_json = strncasecmp(type->bytes, "application/json", 16) == 0;
  return is_json ? http_app_check_json(call->vm, request)
                 : lib_http_request_form(call->vm, request) != NULL;
}

// Always 200, with the methods that the path has; what a preflight asks http_policy.c answers.
static NativeStatus answer_options(NativeCall *call, const Str *path) {
  VM *vm = call->vm;
  const HttpApp *app = http_app_get(vm);
  Buffer allowed = {0};
  bool failed = false;
  buffer_text(&allowed, "OPTIONS");
  for (uint32_t i = 0; i + 2 < app->routes->count; i += 3) {
    const char *method = value_as_str(app->routes->items[i])->bytes;
    const char *pattern = value_as_str(app->routes->items[i + 1])->bytes;
    if (!match_path(vm, pattern, path->bytes, NULL, &failed)) continue;
    bool is_any = strcmp(method, "*") == 0;
    const char *shown = is_any ? "GET, HEAD, POST, PUT, PATCH, DELETE" : method;
    if (!strstr(allowed.bytes, shown)) buffer_printf(&allowed, ", %s", shown);
    if (strcmp(method, "GET") == 0 && !strstr(allowed.bytes, "HEAD"))
      buffer_text(&allowed, ", HEAD");
  }
  bool ok = lib_http_response_header(vm, response_of(call), "allow", allowed.bytes);
  buffer_free(&allowed);
  return ok ? begin_finish(call) : NATIVE_FAILED;
}

static NativeStatus dispatch(NativeCall *call) {
  VM *vm = call->vm;
  Table *request = value_as_table(call->args[0]);
  if (!begin(call, request)) return NATIVE_FAILED;
  HttpApp *app = http_app_get(vm);
  const Str *method = value_as_str(vm_get_field(vm, request, "method"));
  const Str *path = value_as_str(vm_get_field(vm, request, "path"));
  if (strcmp(method->bytes, "OPTIONS") == 0) return answer_options(call, path);
  Table *params = vm_table(vm);
  if (!params || !vm_set_field(vm, request, "params", value_object(params))) return NATIVE_FAILED;
  bool failed = false;
  Value route = find_route(vm, app, method, path, params, &failed);
  if (failed) return NATIVE_FAILED;
  if (value_is_absent(route)) return fail_missing(call, method, path);
  call->slots[SLOT_ROUTE] = route;
  return check_body(call, request, app) ? advance(call) : NATIVE_FAILED;
}

static const NativeRow dispatch_row = {
    "http", "listen", "fn(request: Table): Any", dispatch, "", resume, SLOT_COUNT, NATIVE_VINT};

Value http_chain_handler(VM *vm) {
  return lib_hidden_native(vm, &dispatch_row, "vint.http.listen handler");
}

// --- Failures ------------------------------------------------------------------------------------

// f(err, req, res), with an answer that nobody has touched.
static NativeStatus recover(NativeCall *call) {
  HttpApp *app = http_app_get(call->vm);
  if (!app || !begin(call, value_as_table(call->args[1]))) return NATIVE_FAILED;
  Table *response = response_of(call);
  const Error *error = (const Error *)value_as_object(call->args[0]);
  int status = serve_reply_status_of(error);
  if (!vm_set_field(call->vm, response, "status", value_int(status))) return NATIVE_FAILED;
  call->slots[SLOT_CALLED] = value_int(HTTP_STAGE_ROUTE);
  Value args[3] = {call->args[0], call->slots[SLOT_REQUEST], call->slots[SLOT_RESPONSE]};
  return native_call(call, app->recover, args, params_of(app->recover, 3));
}

// Who neither sends nor gives anything has only looked at it.
static NativeStatus resume_recover(NativeCall *call) {
  NativeStatus status = await_answer(call);
  if (status != NATIVE_DONE) return status;
  bool is_over = value_as_int(call->slots[SLOT_CALLED]) == HTTP_STAGE_FINISHER;
  if (is_over || is_sent(call)) return is_over ? finish(call) : begin_finish(call);
  const Error *error = (const Error *)value_as_object(call->args[0]);
  bool ok = value_is_null(call->answer)
                ? lib_http_response_fail(call->vm, response_of(call), serve_reply_status_of(error),
                                         error->message->bytes)
                : lib_http_response_text(call->vm, response_of(call), call->answer);
  return ok ? begin_finish(call) : NATIVE_FAILED;
}

static const NativeRow recover_row = {
    "http",     "errorHandler", "fn(error: Any, request: Table): Any", recover, "", resume_recover,
    SLOT_COUNT, NATIVE_VINT};

Value http_chain_recover(VM *vm) {
  HttpApp *app = http_app_get(vm);
  if (!app) return VALUE_ABSENT;
  if (value_is_null(app->recover)) return VALUE_NULL;
  return lib_hidden_native(vm, &recover_row, "vint.http.listen recover");
}
