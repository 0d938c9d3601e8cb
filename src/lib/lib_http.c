// SPDX-License-Identifier: MIT
// lib_http.c - the modules http and net: requests
//
// Luma's calls give a promise of what the place of use expects (C 3.9); Vint's park the fiber and
// give the answer itself (C 4.10). Both start the same request; a Pending joins it to its promise
// and is a root of the collector until the answer is there. A promise that nobody holds any more is
// settled all the same.
#include "base/dlist.h"
#include "base/memory.h"
#include "io/http_client.h"
#include "lib/http_decode.h"
#include "lib/http_request.h"
#include "lib/json_parse.h"
#include "lib/lib_private.h"
#include "sched/errand.h"

#include <stdlib.h>
#include <string.h>

// The library's part of a VM: the client, made by the first request, and what is under way.
typedef struct HttpState {
  HttpClient *client;
  DLink pending;
} HttpState;

// What a call's promise is fulfilled with.
typedef enum Delivery {
  DELIVER_EXPECTED, // Luma: by the expected type
  DELIVER_BODY,     // net.get
  DELIVER_DICT,     // net.fetch
} Delivery;

typedef struct Pending {
  DLink link;
  VM *vm;
  HttpTransfer *transfer;
  Promise *promise;
  TypeValue *expected; // may be NULL
  Str *body;           // the request points into it; may be NULL
  Delivery delivery;
  char method[16];
  Buffer url;
} Pending;

// --- State ---------------------------------------------------------------------------------------

// The owner is the VM and not the state, which goes first at the end.
static void mark_pending(Heap *heap, void *owner, bool minor) {
  (void)minor;
  Lib *lib = lib_of(owner);
  HttpState *state = lib ? lib->http_client : NULL;
  if (!state) return;
  for (DLink *link = state->pending.next; link != &state->pending; link = link->next) {
    Pending *pending = CONTAINER_OF(link, Pending, link);
    heap_mark(heap, (Obj *)pending->promise);
    heap_mark(heap, (Obj *)pending->expected);
    heap_mark(heap, (Obj *)pending->body);
  }
}

// A field like any other and no constant: programs may set it.
bool lib_http_fill(VM *vm, Table *module, const char *owner) {
  if (strcmp(owner, "http") != 0 && strcmp(owner, "net") != 0) return true;
  const char *base_url = lib_of(vm)->options.base_url;
  Str *base = base_url ? vm_text(vm, base_url) : NULL;
  if (base_url && !base) return false;
  return vm_set_field(vm, module, "base", base ? value_object(base) : VALUE_NULL);
}

void lib_http_install(VM *vm) {
  Lib *lib = lib_of(vm);
  HttpState *state = memory_require(NULL, sizeof(HttpState));
  *state = (HttpState){0};
  dlist_init(&state->pending);
  lib->http_client = state;
  heap_add_root(vm_heap(vm), mark_pending, vm);
}

static void free_pending(Pending *pending) {
  dlist_unlink(&pending->link);
  buffer_free(&pending->url);
  free(pending);
}

static void free_client(VM *vm) {
  HttpState *state = lib_of(vm)->http_client;
  if (!state) return;
  http_client_free(state->client);
  while (!dlist_is_empty(&state->pending)) {
    free_pending(CONTAINER_OF(state->pending.next, Pending, link));
  }
  free(state);
  lib_of(vm)->http_client = NULL;
}

void lib_http_free(VM *vm) {
  free_client(vm);
  lib_server_free(vm);
}

static HttpClient *get_client(VM *vm) {
  HttpState *state = lib_of(vm)->http_client;
  if (state->client) return state->client;
  Loop *loop = loop_of(vm);
  if (!loop) return NULL;
  Buffer reason = {0};
  state->client = http_client_new(loop, vm_heap(vm), &reason);
  if (!state->client) vm_raise(vm, "NetworkError", "%s", reason.bytes);
  buffer_free(&reason);
  return state->client;
}

// --- Answers -------------------------------------------------------------------------------------

static Value deliver(Pending *pending, const HttpAnswer *answer) {
  HttpReceived received = {answer, pending->method, pending->url.bytes};
  switch (pending->delivery) {
  case DELIVER_BODY: return http_decode_body(pending->vm, &received);
  case DELIVER_DICT: return http_decode_dict(pending->vm, &received);
  default: return http_decode_luma(pending->vm, pending->expected, &received);
  }
}

static void settle(VM *vm, Promise *promise, Value value) {
  if (value_is_absent(value)) {
    promise_reject_raised(vm, promise);
    return;
  }
  vm_push_root(vm, value);
  promise_fulfil(vm, promise, value);
  vm_pop_roots(vm, 1);
}

static void on_answer(void *context, HttpAnswer *answer) {
  Pending *pending = context;
  settle(pending->vm, pending->promise, deliver(pending, answer));
  free_pending(pending);
}

// The promise was cancelled: nobody wants the answer any more.
static void call_off(VM *vm, void *task) {
  Pending *pending = task;
  http_client_cancel(pending->transfer);
  free_pending(pending);
}

// --- Calls ---------------------------------------------------------------------------------------

// http.base as the program has left it. May make the module's table.
static Value find_base(NativeCall *call) {
  char name[64] = "luma.http";
  if (call->row->languages == NATIVE_VINT) {
    strcpy(name, "vint.");
    strncat(name, call->row->owner, sizeof(name) - 6);
  }
  Value module = vm_get_builtin(call->vm, name);
  return value_is_table(module) ? vm_get_field(call->vm, value_as_table(module), "base")
                                : VALUE_ABSENT;
}

static void start(VM *vm, HttpClient *client, HttpRequest *request, Pending *pending) {
  HttpState *state = lib_of(vm)->http_client;
  dlist_append(&state->pending, &pending->link);
  strcpy(pending->method, request->method);
  buffer_append(&pending->url, request->url.bytes, request->url.len);
  HttpTransfer *transfer = http_client_start(client, request, on_answer, pending);
  if (transfer) pending->transfer = transfer; // otherwise on_answer has freed it
}

// Starts the request of a call on behalf of `promise`, which must be rooted. False: it could not be
// started; the error on the VM belongs to the promise.
static bool send_request(NativeCall *call, const HttpWish *wish, HttpRequest *request, Str *body,
                         Promise *promise, TypeValue *expected, Delivery delivery) {
  HttpClient *client = NULL;
  vm_push_root(call->vm, body ? value_object(body) : VALUE_NULL);
  vm_push_root(call->vm, expected ? value_object(expected) : VALUE_NULL);
  if (http_request_set_url(call, wish, find_base(call), request)) client = get_client(call->vm);
  vm_pop_roots(call->vm, 2);
  if (!client) {
    http_client_free_request(request);
    return false;
  }
  Pending *pending = memory_require(NULL, sizeof(Pending));
  *pending = (Pending){
      .vm = call->vm, .promise = promise, .expected = expected, .body = body, .delivery = delivery};
  if (!errand_attach(call->vm, promise, pending, call_off)) {
    http_client_free_request(request);
    free(pending);
    return false;
  }
  start(call->vm, client, request, pending);
  return true;
}

// Luma: whatever is wrong with the URL or the network is the promise's business, not the call's.
static NativeStatus promise_answer(NativeCall *call, const HttpWish *wish, TypeValue *expected) {
  VM *vm = call->vm;
  HttpRequest request = {0};
  Str *body = NULL;
  if (!http_request_read(call, wish, &request, &body)) {
    http_client_free_request(&request);
    return NATIVE_FAILED;
  }
  vm_push_root(vm, body ? value_object(body) : VALUE_NULL);
  Promise *promise = promise_new(vm);
  vm_push_root(vm, promise ? value_object(promise) : VALUE_NULL);
  bool is_sent =
      promise && send_request(call, wish, &request, body, promise, expected, DELIVER_EXPECTED);
  if (promise && !is_sent) settle(vm, promise, http_decode_luma(vm, expected, NULL));
  if (!promise) http_client_free_request(&request);
  vm_pop_roots(vm, 2);
  return promise ? native_return(call, value_object(promise)) : NATIVE_FAILED;
}

static NativeStatus park(NativeCall *call, Promise *promise) {
  switch (promise_await_here(call->vm, promise, &call->result)) {
  case WAIT_DONE: return NATIVE_DONE;
  case WAIT_PARKED: return NATIVE_PARKED;
  default: return NATIVE_FAILED;
  }
}

// Vint: the fiber waits for the answer, a failure is raised.
static NativeStatus await_answer(NativeCall *call, const HttpWish *wish, Delivery delivery) {
  VM *vm = call->vm;
  HttpRequest request = {0};
  Str *body = NULL;
  if (!http_request_read(call, wish, &request, &body)) {
    http_client_free_request(&request);
    return NATIVE_FAILED;
  }
  if (wait_is_cancelled(vm, vm_running(vm))) {
    http_client_free_request(&request);
    return NATIVE_FAILED;
  }
  NativeStatus status = NATIVE_FAILED;
  vm_push_root(vm, body ? value_object(body) : VALUE_NULL);
  Promise *promise = promise_new(vm);
  vm_push_root(vm, promise ? value_object(promise) : VALUE_NULL);
  if (!promise)
    http_client_free_request(&request);
  else if (send_request(call, wish, &request, body, promise, NULL, delivery)) {
    status = park(call, promise);
  }
  vm_pop_roots(vm, 2);
  return status;
}

// --- Luma's rows ---------------------------------------------------------------------------------

// The expected type comes behind all declared parameters.
static TypeValue *expected_at(const NativeCall *call, uint32_t index) {
  Value type = native_arg(call, index);
  return value_is_type(type) ? (TypeValue *)value_as_object(type) : NULL;
}

// fn(url, options?)
static NativeStatus luma_without_body(NativeCall *call, const char *method) {
  Str *url;
  HttpWish wish = {.method = method, .body = VALUE_ABSENT, .headers = VALUE_ABSENT};
  if (!args_str(call, 0, &url) || !args_optional_table(call, 1, &wish.options)) {
    return NATIVE_FAILED;
  }
  wish.url = value_object(url);
  return promise_answer(call, &wish, expected_at(call, 2));
}

static Value given_or_absent(const NativeCall *call, uint32_t index) {
  return args_given(call, index) ? native_arg(call, index) : VALUE_ABSENT;
}

// fn(url, body?, options?)
static NativeStatus luma_with_body(NativeCall *call, const char *method) {
  Str *url;
  HttpWish wish = {.method = method, .headers = VALUE_ABSENT};
  if (!args_str(call, 0, &url) || !args_optional_table(call, 2, &wish.options)) {
    return NATIVE_FAILED;
  }
  wish.url = value_object(url);
  wish.body = given_or_absent(call, 1);
  return promise_answer(call, &wish, expected_at(call, 3));
}

static NativeStatus luma_get(NativeCall *call) {
  return luma_without_body(call, "GET");
}
static NativeStatus luma_delete(NativeCall *call) {
  return luma_without_body(call, "DELETE");
}
static NativeStatus luma_post(NativeCall *call) {
  return luma_with_body(call, "POST");
}
static NativeStatus luma_put(NativeCall *call) {
  return luma_with_body(call, "PUT");
}
static NativeStatus luma_patch(NativeCall *call) {
  return luma_with_body(call, "PATCH");
}

static NativeStatus luma_request(NativeCall *call) {
  HttpWish wish = {.url = VALUE_ABSENT, .body = VALUE_ABSENT, .headers = VALUE_ABSENT};
  if (!args_table(call, 0, &wish.options)) return NATIVE_FAILED;
  return promise_answer(call, &wish, expected_at(call, 1));
}

// --- Methods of Response -------------------------------------------------------------------------

static bool get_body(NativeCall *call, Str **out) {
  Table *response;
  if (!args_table(call, 0, &response)) return false;
  Value body = vm_get_field(call->vm, response, "body");
  if (!value_is_str(body)) return args_wrong(call, 0, "Response");
  *out = value_as_str(body);
  return true;
}

static NativeStatus response_text(NativeCall *call) {
  Str *body;
  if (!get_body(call, &body)) return NATIVE_FAILED;
  return native_return(call, value_object(body));
}

static NativeStatus response_json(NativeCall *call) {
  VM *vm = call->vm;
  Str *body;
  if (!get_body(call, &body)) return NATIVE_FAILED;
  Value json = json_parse(vm, body->bytes, body->len, JSON_LUMA, "DecodeError");
  Value result = http_decode_result(vm, json);
  return value_is_absent(result) ? NATIVE_FAILED : native_return(call, result);
}

// --- Vint's rows ---------------------------------------------------------------------------------

// fn(url, options?, headers?, body?)
static NativeStatus vint_without_body(NativeCall *call, const char *method, Delivery delivery) {
  Str *url;
  HttpWish wish = {.method = method};
  if (!args_str(call, 0, &url) || !args_optional_table(call, 1, &wish.options)) {
    return NATIVE_FAILED;
  }
  wish.url = value_object(url);
  wish.headers = given_or_absent(call, 2);
  wish.body = given_or_absent(call, 3);
  return await_answer(call, &wish, delivery);
}

// fn(url, body?, options?, headers?)
static NativeStatus vint_with_body(NativeCall *call, const char *method) {
  Str *url;
  HttpWish wish = {.method = method};
  if (!args_str(call, 0, &url) || !args_optional_table(call, 2, &wish.options)) {
    return NATIVE_FAILED;
  }
  wish.url = value_object(url);
  wish.body = given_or_absent(call, 1);
  wish.headers = given_or_absent(call, 3);
  return await_answer(call, &wish, DELIVER_BODY);
}

static bool is_function(Value value) {
  return value_is_kind(value, KIND_CLOSURE) || value_is_kind(value, KIND_NATIVE) ||
         value_is_kind(value, KIND_BOUND);
}

// http.get(path, f) makes a route of the application, http.get(path, [middleware], f) too.
static bool is_route(const NativeCall *call) {
  if (strcmp(call->row->owner, "http") != 0) return false;
  return is_function(native_arg(call, 1)) ||
         (value_is_list(native_arg(call, 1)) && is_function(native_arg(call, 2)));
}

static NativeStatus vint_get(NativeCall *call) {
  if (is_route(call)) return lib_http_app_add(call, "GET");
  return vint_without_body(call, "GET", DELIVER_BODY);
}
static NativeStatus vint_delete(NativeCall *call) {
  if (is_route(call)) return lib_http_app_add(call, "DELETE");
  return vint_without_body(call, "DELETE", DELIVER_BODY);
}
static NativeStatus vint_post(NativeCall *call) {
  if (is_route(call)) return lib_http_app_add(call, "POST");
  return vint_with_body(call, "POST");
}
static NativeStatus vint_put(NativeCall *call) {
  if (is_route(call)) return lib_http_app_add(call, "PUT");
  return vint_with_body(call, "PUT");
}
static NativeStatus vint_patch(NativeCall *call) {
  if (is_route(call)) return lib_http_app_add(call, "PATCH");
  return vint_with_body(call, "PATCH");
}

// fn(url, options?, method?, headers?, body?)
static NativeStatus vint_fetch(NativeCall *call) {
  Str *url;
  Str *method = NULL;
  HttpWish wish = {0};
  if (!args_str(call, 0, &url) || !args_optional_table(call, 1, &wish.options)) {
    return NATIVE_FAILED;
  }
  if (args_given(call, 2) && !args_str(call, 2, &method)) return NATIVE_FAILED;
  wish.method = method ? method->bytes : NULL;
  wish.url = value_object(url);
  wish.headers = given_or_absent(call, 3);
  wish.body = given_or_absent(call, 4);
  return await_answer(call, &wish, DELIVER_DICT);
}

// --- Rows ----------------------------------------------------------------------------------------

#define LUMA_ROW(owner, name, signature, run, doc)                                                 \
  { owner, name, signature, run, doc, NULL, 0, NATIVE_LUMA }
// In http the second argument may be a route's function; net has only requests.
#define VINT_ROWS(name, kind, run, doc)                                                            \
  {"net", name, VINT_##kind##_SIGNATURE, run, doc, NULL, 0, NATIVE_VINT}, {                        \
    "http", name, VINT_##kind##_OR_ROUTE, run, doc, NULL, 0, NATIVE_VINT                           \
  }

#define GET_SIGNATURE       "fn(url: String, options?: Table): Promise(Expected)"
#define POST_SIGNATURE      "fn(url: String, body?: Any, options?: Table): Promise(Expected)"
#define VINT_GET_SIGNATURE  "fn(url: String, options?: Table, headers?: Table, body?: Any): String"
#define VINT_POST_SIGNATURE "fn(url: String, body?: Any, options?: Table, headers?: Table): String"
#define VINT_GET_OR_ROUTE   "fn(url: String, options?: Any, headers?: Any, body?: Any): Any"
#define VINT_POST_OR_ROUTE  "fn(url: String, body?: Any, options?: Any, headers?: Any): Any"
#define VINT_FETCH_OR_ROUTE VINT_FETCH_SIGNATURE
#define VINT_FETCH_SIGNATURE                                                                       \
  "fn(url: String, options?: Table, method?: String, headers?: Table, body?: Any): Table"

static const NativeRow rows[] = {
    LUMA_ROW("", "fetch", GET_SIGNATURE, luma_get, "The same as http.get."),
    LUMA_ROW("http", "base", "String", NULL,
             "What relative URLs are resolved against; starts as --base-url or WICK_BASE_URL."),
    LUMA_ROW("http", "get", GET_SIGNATURE, luma_get,
             "Requests `url`. The promise gives what the place of use expects: a type's data "
             "decoded from JSON, the text for String, the Response, or by default a "
             "Result(Response, Error)."),
    LUMA_ROW("http", "post", POST_SIGNATURE, luma_post,
             "Sends `body` (a String as it is, tables and lists as JSON); gives what http.get "
             "gives."),
    LUMA_ROW("http", "put", POST_SIGNATURE, luma_put, "Like http.post, with the method PUT."),
    LUMA_ROW("http", "patch", POST_SIGNATURE, luma_patch, "Like http.post, with the method PATCH."),
    LUMA_ROW("http", "delete", GET_SIGNATURE, luma_delete,
             "Like http.get, with the method DELETE."),
    LUMA_ROW("http", "request", "fn(options: Table): Promise(Expected)", luma_request,
             "A request all by options: url, method, headers, query, body, json, form, timeout "
             "(ms), redirects."),
    LUMA_ROW("Response", "text", "fn(): String", response_text, "The body as text."),
    LUMA_ROW("Response", "json", "fn(): Result(Any, Error)", response_json,
             "The body decoded from JSON."),
    VINT_ROWS("get", GET, vint_get,
              "Waits for the answer to a request of `url`; its body, whatever the status."),
    VINT_ROWS("post", POST, vint_post,
              "Sends `body` (a string as it is, dicts and arrays as JSON); the answer's body."),
    VINT_ROWS("put", POST, vint_put, "Like net.post, with the method PUT."),
    VINT_ROWS("patch", POST, vint_patch, "Like net.post, with the method PATCH."),
    VINT_ROWS("delete", GET, vint_delete, "Like net.get, with the method DELETE."),
    VINT_ROWS("fetch", FETCH, vint_fetch,
              "Like net.get, but gives {status, headers, body, url}."),
};

LibModule lib_http_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
