// SPDX-License-Identifier: MIT
// lib_server.c - http.serve: a server whose handler is a script's function
//
// Every request gets a fiber of its own that calls the handler with the request as a table. What
// the handler returns (or what the promise that it returns gives) becomes the answer when that
// fiber's promise settles. An exchange waits in an External, which the promise's watcher keeps
// alive: should the fiber never end, the client is let go when the External is collected.
#include "base/memory.h"
#include "code/unit.h"
#include "io/http_server.h"
#include "io/url.h"
#include "lib/http_decode.h"
#include "lib/http_request.h"
#include "lib/json_value.h"
#include "lib/lib_private.h"
#include "sched/outside.h"
#include "sched/wait.h"
#include "vm/trace.h"

#include <stdlib.h>
#include <string.h>

// A server of this VM, in the list at lib->http_server until it has gone. The program's Server
// value and the exchanges that are handled may outlive it, so they count.
typedef struct Served {
  DLink link;
  VM *vm;
  HttpServer *server; // NULL: gone
  Value handler;
  bool is_vint;
  uint32_t holders; // the list, the Server value, exchanges
} Served;

typedef struct ServerState {
  DLink servers;
  TypeValue *type; // "Server": its methods are found by this name
} ServerState;

// --- State ---------------------------------------------------------------------------------------

static void mark_servers(Heap *heap, void *owner, bool minor) {
  (void)minor;
  Lib *lib = lib_of(owner);
  ServerState *state = lib ? lib->http_server : NULL;
  if (!state) return;
  heap_mark(heap, (Obj *)state->type);
  for (DLink *link = state->servers.next; link != &state->servers; link = link->next) {
    heap_mark_value(heap, CONTAINER_OF(link, Served, link)->handler);
  }
}

static TypeValue *make_server_type(VM *vm) {
  Str *name = vm_text(vm, "Server");
  if (!name) return NULL;
  vm_push_root(vm, value_object(name));
  TypeValue *type = type_value_new(vm_heap(vm), TAG_EXTERNAL, name, 0, 0);
  vm_pop_roots(vm, 1);
  if (!type) vm_raise_memory(vm);
  return type;
}

static ServerState *get_state(VM *vm) {
  Lib *lib = lib_of(vm);
  if (lib->http_server) return lib->http_server;
  TypeValue *type = make_server_type(vm);
  if (!type) return NULL;
  ServerState *state = memory_require(NULL, sizeof(ServerState));
  *state = (ServerState){.type = type};
  dlist_init(&state->servers);
  lib->http_server = state;
  heap_add_root(vm_heap(vm), mark_servers, vm);
  return state;
}

static void let_go(Served *served) {
  if (--served->holders == 0) free(served);
}

static void drop_server(Served *served) {
  dlist_unlink(&served->link);
  served->server = NULL;
  let_go(served);
}

static void on_gone(void *context) {
  drop_server(context);
}

void lib_server_free(VM *vm) {
  Lib *lib = lib_of(vm);
  ServerState *state = lib->http_server;
  if (!state) return;
  while (!dlist_is_empty(&state->servers)) {
    Served *served = CONTAINER_OF(state->servers.next, Served, link);
    http_server_free(served->server);
    drop_server(served);
  }
  free(state);
  lib->http_server = NULL;
}

// --- Answers -------------------------------------------------------------------------------------

// An answer while it is put together.
typedef struct Reply {
  int status;
  HttpHeaders headers;
  Buffer text;      // a body that was made here
  const Str *body;  // or one that a script made
  const char *type; // of the content, unless the headers say it
} Reply;

// What is answered is a step of a recorded run, whoever may still be there to hear it.
static void note_reply(VM *vm, const HttpExchange *exchange, const Reply *reply,
                       const char *bytes, size_t len) {
  Outside *outside = sched_outside(sched_of(vm));
  if (!outside) return;
  Buffer subject = {0};
  buffer_printf(&subject, "%s %.*s with %d", exchange->method, (int)exchange->target.len,
                exchange->target.bytes ? exchange->target.bytes : "", reply->status);
  outside_deed(outside, &(OutsideWish){"answers", subject.bytes, bytes, len});
  buffer_free(&subject);
}

static void send_reply(VM *vm, HttpExchange *exchange, Reply *reply) {
  if (reply->type && !http_message_header(&reply->headers, "content-type")) {
    http_message_add_header(&reply->headers, "content-type", 12, reply->type, strlen(reply->type));
  }
  const char *bytes = reply->body ? reply->body->bytes : reply->text.bytes;
  size_t len = reply->body ? reply->body->len : reply->text.len;
  note_reply(vm, exchange, reply, bytes, len);
  http_connection_answer(exchange, reply->status, &reply->headers, bytes ? bytes : "", len);
}

static void free_reply(Reply *reply) {
  http_message_free_headers(&reply->headers);
  buffer_free(&reply->text);
}

static bool reply_text(Reply *reply, const Str *text) {
  reply->body = text;
  reply->type = "text/plain; charset=utf-8";
  return true;
}

static bool reply_json(const Served *served, Reply *reply, Value value) {
  reply->type = "application/json";
  return json_value_print(served->vm, &reply->text, value, 0,
                          served->is_vint ? JSON_VINT : JSON_LUMA);
}

// These the server writes itself: a second one would contradict it. And what describes the body of
// an answer that was received, decoded and is handed on no longer holds.
static bool is_own_header(const Str *name) {
  static const char *const own[] = {"content-length", "transfer-encoding", "connection",
                                    "date",           "content-encoding",  "keep-alive"};
  for (size_t i = 0; i < ARRAY_LEN(own); i++) {
    if (strcasecmp(name->bytes, own[i]) == 0) return true;
  }
  return false;
}

static bool read_headers(VM *vm, Value value, Reply *reply) {
  if (value_is_null(value) || value_is_absent(value)) return true;
  if (!value_is_table(value)) {
    return vm_raise(vm, "TypeError", "an answer's headers must be a table, got %s",
                    vm_type_name(vm, value));
  }
  Table *kept = vm_table(vm);
  if (!kept) return false;
  vm_push_root(vm, value_object(kept));
  uint32_t position = 0;
  Value key;
  Value header;
  bool ok = true;
  while (ok && table_next(value_as_table(value), &position, &key, &header)) {
    if (value_is_str(key) && is_own_header(value_as_str(key))) continue;
    if (!table_set(vm_heap(vm), kept, key, header)) ok = vm_raise_memory(vm);
  }
  ok = ok && http_request_add_headers(vm, kept, "an answer", &reply->headers);
  vm_pop_roots(vm, 1);
  return ok;
}

static bool read_status(VM *vm, Value value, Reply *reply) {
  int64_t status;
  if (value_is_null(value) || value_is_absent(value)) return true;
  if (!integer_from_value(value, &status) || status < 200 || status > 599) {
    return vm_raise(vm, "ValueError", "an answer's status must be a number from 200 to 599");
  }
  reply->status = (int)status;
  return true;
}

// {status?, headers?, body? or json?}, and a Response that is handed on.
static bool reply_record(const Served *served, Reply *reply, const Table *table) {
  VM *vm = served->vm;
  if (!read_status(vm, vm_get_field(vm, table, "status"), reply) ||
      !read_headers(vm, vm_get_field(vm, table, "headers"), reply)) {
    return false;
  }
  Value json = vm_get_field(vm, table, "json");
  if (!value_is_absent(json)) return reply_json(served, reply, json);
  Value body = vm_get_field(vm, table, "body");
  if (value_is_str(body)) return reply_text(reply, value_as_str(body));
  if (value_is_null(body) || value_is_absent(body)) return true;
  return reply_json(served, reply, body);
}

// Is this an answer put together, or data to be sent as JSON? An answer has the names of one and
// nothing else.
static bool is_answer(const Table *table) {
  static const char *const names[] = {"status", "headers", "body", "json", "url"};
  uint32_t position = 0;
  Value key;
  Value value;
  uint32_t count = 0;
  bool has_content = false;
  while (table_next(table, &position, &key, &value)) {
    bool is_known = false;
    for (size_t i = 0; i < ARRAY_LEN(names) && value_is_str(key); i++) {
      is_known = is_known || strcmp(value_as_str(key)->bytes, names[i]) == 0;
    }
    if (!is_known) return false;
    const char *name = value_as_str(key)->bytes;
    if (strcmp(name, "status") == 0 && !value_is_number(value)) return false;
    has_content = has_content || strcmp(name, "url") != 0;
    count++;
  }
  return count > 0 && has_content;
}

static bool make_reply(const Served *served, Reply *reply, Value value) {
  reply->status = 200;
  if (value_is_str(value)) return reply_text(reply, value_as_str(value));
  if (value_is_null(value)) {
    reply->status = 204;
    return true;
  }
  if (value_is_table(value) && is_answer(value_as_table(value))) {
    return reply_record(served, reply, value_as_table(value));
  }
  return reply_json(served, reply, value);
}

// 500 for the client with the message, the trace for whoever runs the server.
static void report_failure(VM *vm, HttpExchange *exchange, const Error *error) {
  Buffer out = {0};
  buffer_printf(&out, "error in the handler of %s %.*s: %s: %s\n", exchange->method,
                (int)exchange->target.len, exchange->target.bytes ? exchange->target.bytes : "",
                error->kind->bytes, error->message->bytes);
  trace_print(&out, error);
  stdio_write_error(lib_of(vm)->options.stdio, out.bytes, out.len);
  buffer_free(&out);
  Reply reply = {.status = 500, .body = error->message, .type = "text/plain; charset=utf-8"};
  send_reply(vm, exchange, &reply);
  free_reply(&reply);
}

static void answer_failure(VM *vm, HttpExchange *exchange, Value raised) {
  vm_push_root(vm, raised);
  report_failure(vm, exchange, (const Error *)value_as_object(raised));
  vm_pop_roots(vm, 1);
}

static void answer_value(const Served *served, HttpExchange *exchange, Value value) {
  Reply reply = {0};
  if (make_reply(served, &reply, value))
    send_reply(served->vm, exchange, &reply);
  else
    answer_failure(served->vm, exchange, vm_take_error(served->vm));
  free_reply(&reply);
}

// --- Requests ------------------------------------------------------------------------------------

// What the External of an exchange points to.
typedef struct Handling {
  HttpExchange *exchange; // NULL: answered
  Served *served;
} Handling;

static void release_handling(void *pointer) {
  Handling *handling = pointer;
  if (handling->exchange) http_connection_drop(handling->exchange);
  let_go(handling->served);
  free(handling);
}

// The handler's fiber has ended.
static void on_handled(VM *vm, Promise *settled, PromiseWatcher *watcher) {
  Handling *handling = ((External *)value_as_object(watcher->target->value))->pointer;
  HttpExchange *exchange = handling->exchange;
  if (!exchange) return;
  handling->exchange = NULL;
  if (promise_state(settled) == PROMISE_REJECTED)
    answer_failure(vm, exchange, settled->value);
  else
    answer_value(handling->served, exchange, settled->value);
}

static bool set_text(VM *vm, Table *table, const char *key, const char *bytes, size_t len) {
  Str *str = vm_str(vm, len > 0 ? bytes : "", len);
  return str && vm_set_field(vm, table, key, value_object(str));
}

// The first value of each name; a program that needs the others reads req.target.
static bool fill_query(VM *vm, Table *table, UrlPart query) {
  Buffer name = {0};
  Buffer value = {0};
  size_t position = 0;
  bool ok = true;
  while (ok && url_next_pair(query, &position, &name, &value)) {
    const char *key = name.bytes ? name.bytes : "";
    if (!value_is_absent(vm_get_field(vm, table, key))) continue;
    ok = set_text(vm, table, key, value.bytes, value.len);
  }
  buffer_free(&name);
  buffer_free(&value);
  return ok;
}

static bool set_query(VM *vm, Table *request, UrlPart query) {
  Table *table = vm_table(vm);
  if (!table || !vm_set_field(vm, request, "query", value_object(table))) return false;
  return fill_query(vm, table, query);
}

static bool set_path(VM *vm, Table *request, UrlPart path) {
  Buffer decoded = {0};
  url_decode(&decoded, path.bytes, path.len, false);
  bool ok = set_text(vm, request, "path", decoded.bytes, decoded.len);
  buffer_free(&decoded);
  return ok;
}

static bool fill_request(VM *vm, Table *request, const HttpExchange *exchange) {
  const char *target = exchange->target.bytes ? exchange->target.bytes : "/";
  Url url;
  const char *problem;
  if (!url_parse(target, exchange->target.len, &url, &problem)) {
    url = (Url){.path = {target, exchange->target.len}};
  }
  Table *headers = http_decode_headers(vm, &exchange->headers);
  return headers && vm_set_field(vm, request, "headers", value_object(headers)) &&
         set_text(vm, request, "method", exchange->method, strlen(exchange->method)) &&
         set_text(vm, request, "target", target, exchange->target.len) &&
         set_path(vm, request, url.path) && set_query(vm, request, url.query) &&
         set_text(vm, request, "body", exchange->body.bytes, exchange->body.len);
}

static External *make_handling(Served *served, HttpExchange *exchange) {
  VM *vm = served->vm;
  Str *name = vm_text(vm, "Exchange");
  if (!name) return NULL;
  Handling *handling = memory_require(NULL, sizeof(Handling));
  *handling = (Handling){.served = served};
  vm_push_root(vm, value_object(name));
  External *external = small_objects_external(vm_heap(vm), name, handling, release_handling);
  vm_pop_roots(vm, 1);
  if (external) {
    handling->exchange = exchange;
    served->holders++;
  } else {
    free(handling);
    vm_raise_memory(vm);
  }
  return external;
}

// A promise that watches the handler's and holds the exchange until then.
static Promise *watch_handler(VM *vm, Promise *handled, External *external) {
  Promise *watching = promise_new(vm);
  if (!watching) return NULL;
  heap_store(vm_heap(vm), watching, &watching->value, value_object(external));
  vm_push_root(vm, value_object(watching));
  bool ok = promise_watch(vm, handled, on_handled, watching, 0);
  vm_pop_roots(vm, 1);
  return ok ? watching : NULL;
}

// Starts the fiber. False: raised; then the exchange still waits for its answer.
static bool start_handler(Served *served, External *external, Value request) {
  VM *vm = served->vm;
  Promise *promise = promise_new(vm);
  if (!promise) return false;
  vm_push_root(vm, value_object(promise));
  bool ok = watch_handler(vm, promise, external) != NULL;
  Fiber *fiber = ok ? fiber_new(vm, served->handler, &request, 1) : NULL;
  vm_pop_roots(vm, 1);
  if (!fiber) return false;
  fiber->promise = promise;
  promise->settler = (Obj *)fiber;
  heap_touch(vm_heap(vm), (Obj *)fiber);
  heap_touch(vm_heap(vm), (Obj *)promise);
  wait_ready(vm, fiber);
  return true;
}

static bool handle_exchange(Served *served, HttpExchange *exchange) {
  VM *vm = served->vm;
  Table *request = vm_table(vm);
  if (!request) return false;
  vm_push_root(vm, value_object(request));
  External *external = fill_request(vm, request, exchange) ? make_handling(served, exchange) : NULL;
  bool ok = external != NULL;
  if (ok) {
    vm_push_root(vm, value_object(external));
    ok = start_handler(served, external, value_object(request));
    if (!ok) ((Handling *)external->pointer)->exchange = NULL;
    vm_pop_roots(vm, 1);
  }
  vm_pop_roots(vm, 1);
  return ok;
}

static void on_exchange(void *context, HttpExchange *exchange) {
  Served *served = context;
  if (!handle_exchange(served, exchange)) {
    answer_failure(served->vm, exchange, vm_take_error(served->vm));
  }
}

// --- Serving -------------------------------------------------------------------------------------

static void release_served(void *pointer) {
  let_go(pointer);
}

static bool read_options(NativeCall *call, const Table *table, HttpServerOptions *options) {
  static const char *const names[] = {"host", "max_body", "max_header", "timeout"};
  Str *host;
  int64_t number;
  if (!args_check_fields(call, table, names, (uint32_t)ARRAY_LEN(names))) return false;
  Value value = args_table_field(call, table, "host");
  if (!value_is_absent(value)) {
    if (!args_field_str(call, "host", value, &host)) return false;
    options->host = host->bytes; // needed until the server listens
  }
  value = args_table_field(call, table, "max_body");
  if (!value_is_absent(value)) {
    if (!args_field_integer(call, "max_body", value, 0, INT64_C(1) << 40, &number)) return false;
    options->body_limit = (size_t)number;
  }
  value = args_table_field(call, table, "max_header");
  if (!value_is_absent(value)) {
    if (!args_field_integer(call, "max_header", value, 256, 65536, &number)) return false;
    options->header_limit = (size_t)number;
  }
  value = args_table_field(call, table, "timeout");
  if (!value_is_absent(value)) {
    if (!args_field_integer(call, "timeout", value, 1, INT32_MAX, &number)) return false;
    options->receive_ms = (uint32_t)number;
  }
  return true;
}

static Served *listen_for(VM *vm, HttpServerOptions *options, Value handler, bool is_vint) {
  ServerState *state = get_state(vm);
  Loop *loop = state ? loop_of(vm) : NULL;
  if (!loop) return NULL;
  Served *served = memory_require(NULL, sizeof(Served));
  *served = (Served){.vm = vm, .handler = handler, .is_vint = is_vint, .holders = 1};
  options->handle = on_exchange;
  options->gone = on_gone;
  options->context = served;
  Buffer reason = {0};
  served->server = http_server_new(loop, vm_heap(vm), options, &reason);
  if (served->server) {
    dlist_append(&state->servers, &served->link);
  } else {
    vm_raise(vm, "NetworkError", "%s", reason.bytes);
    free(served);
    served = NULL;
  }
  buffer_free(&reason);
  return served;
}

static bool hold_served(VM *vm, Table *server, Served *served) {
  Str *name = vm_text(vm, "Server");
  if (!name) return false;
  vm_push_root(vm, value_object(name));
  External *external = small_objects_external(vm_heap(vm), name, served, release_served);
  vm_pop_roots(vm, 1);
  if (!external) return vm_raise_memory(vm);
  served->holders++;
  return vm_set_field(vm, server, "__server", value_object(external));
}

static bool fill_server(VM *vm, Table *server, Served *served, const char *host) {
  uint16_t port = http_server_port(served->server);
  const char *shown = strcmp(host, "0.0.0.0") == 0 ? "127.0.0.1" : host;
  Str *url = vm_printf(vm, strchr(shown, ':') ? "http://[%s]:%u" : "http://%s:%u", shown, port);
  if (!url || !vm_set_field(vm, server, "url", value_object(url))) return false;
  Value number = served->is_vint ? value_int(port) : value_double(port);
  if (!vm_set_field(vm, server, "port", number) || !hold_served(vm, server, served)) return false;
  ServerState *state = get_state(vm);
  heap_store(vm_heap(vm), server, &server->type, value_object(state->type));
  return true;
}

static NativeStatus serve(NativeCall *call) {
  VM *vm = call->vm;
  int64_t port;
  Value handler;
  Table *table;
  HttpServerOptions options;
  http_server_init(&options);
  if (!args_integer(call, 0, &port) || !args_function(call, 1, &handler) ||
      !args_optional_table(call, 2, &table) || !read_options(call, table, &options)) {
    return NATIVE_FAILED;
  }
  if (port < 0 || port > 65535) {
    vm_raise(vm, "ValueError", "a port is a number from 0 (any that is free) to 65535, got %lld",
             (long long)port);
    return NATIVE_FAILED;
  }
  options.port = (uint16_t)port;
  Table *server = vm_table(vm);
  if (!server) return NATIVE_FAILED;
  vm_push_root(vm, value_object(server));
  Served *served = listen_for(vm, &options, handler, call->row->languages == NATIVE_VINT);
  bool ok = served && fill_server(vm, server, served, options.host ? options.host : "127.0.0.1");
  if (served && !ok) http_server_close(served->server);
  vm_pop_roots(vm, 1);
  return ok ? native_return(call, value_object(server)) : NATIVE_FAILED;
}

Table *lib_server_start(VM *vm, uint16_t port, const char *host, Value handler) {
  HttpServerOptions options;
  http_server_init(&options);
  options.port = port;
  options.host = host;
  Table *server = vm_table(vm);
  if (!server) return NULL;
  vm_push_root(vm, value_object(server));
  Served *served = listen_for(vm, &options, handler, true);
  bool ok = served && fill_server(vm, server, served, host);
  if (served && !ok) http_server_close(served->server);
  vm_pop_roots(vm, 1);
  return ok ? server : NULL;
}

static NativeStatus close_server(NativeCall *call) {
  Table *server;
  if (!args_table(call, 0, &server)) return NATIVE_FAILED;
  Value held = vm_get_field(call->vm, server, "__server");
  if (!value_is_kind(held, KIND_EXTERNAL)) {
    args_wrong(call, 0, "Server");
    return NATIVE_FAILED;
  }
  Served *served = ((External *)value_as_object(held))->pointer;
  if (served->server && !http_server_is_closed(served->server)) http_server_close(served->server);
  return native_return(call, VALUE_NULL);
}

#define SERVE_ROW(languages)                                                                       \
  {                                                                                                \
    "http", "serve", "fn(port: Number, handler: Function, options?: Table): Server", serve,        \
        "Listens on `port` (0: any that is free) and answers each request with what `handler` "    \
        "returns "                                                                                 \
        "for it: a string, {status, headers, body or json}, or data to be sent as JSON. Options: " \
        "host, "                                                                                   \
        "max_body, max_header (bytes), timeout (ms).",                                             \
        NULL, 0, languages                                                                         \
  }

static const NativeRow rows[] = {
    SERVE_ROW(NATIVE_LUMA), // two rows, because the row tells a native its caller's language
    SERVE_ROW(NATIVE_VINT),
    {"Server", "close", "fn(): Null", close_server,
     "Listens no more; requests under way are still answered.", NULL, 0, NATIVE_BOTH},
};

LibModule lib_server_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
