// SPDX-License-Identifier: MIT
// lib_server.c - http.serve: a server whose handler is a script's function
//
// This file listens and ends; what becomes of a request is serving.c's.
#include "base/memory.h"
#include "code/unit.h"
#include "lib/lib_private.h"
#include "lib/serve_request.h"
#include "lib/serving.h"

#include <stdlib.h>
#include <string.h>

// --- State ---------------------------------------------------------------------------------------

static void mark_servers(Heap *heap, void *owner, bool minor) {
  (void)minor;
  Lib *lib = lib_of(owner);
  ServerState *state = lib ? lib->http_server : NULL;
  if (!state) return;
  heap_mark(heap, (Obj *)state->type);
  heap_mark(heap, (Obj *)state->file_type);
  heap_mark(heap, (Obj *)state->response_type);
  heap_mark(heap, (Obj *)state->request_shape);
  serving_mark(heap, state);
  for (DLink *link = state->servers.next; link != &state->servers; link = link->next) {
    heap_mark_value(heap, CONTAINER_OF(link, Served, link)->handler);
  }
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

static ServerState *get_state(VM *vm) {
  Lib *lib = lib_of(vm);
  if (lib->http_server) return lib->http_server;
  TypeValue *type = make_type(vm, "Server");
  vm_push_root(vm, type ? value_object(type) : VALUE_NULL);
  TypeValue *file_type = type ? make_type(vm, "HttpFile") : NULL;
  vm_push_root(vm, file_type ? value_object(file_type) : VALUE_NULL);
  TypeValue *response_type = file_type ? make_type(vm, "HttpResponse") : NULL;
  vm_push_root(vm, response_type ? value_object(response_type) : VALUE_NULL);
  Shape *request_shape = response_type ? serve_request_shape(vm) : NULL;
  vm_pop_roots(vm, 3);
  if (!request_shape) return NULL;
  ServerState *state = memory_require(NULL, sizeof(ServerState));
  *state = (ServerState){.type = type,
                         .file_type = file_type,
                         .response_type = response_type,
                         .request_shape = request_shape};
  dlist_init(&state->servers);
  dlist_init(&state->servings);
  lib->http_server = state;
  heap_add_root(vm_heap(vm), mark_servers, vm);
  return state;
}

static void drop_server(Served *served) {
  dlist_unlink(&served->link);
  served->server = NULL;
  serving_let_go(served);
}

static void on_gone(void *context) {
  drop_server(context);
}

void lib_server_free(VM *vm) {
  Lib *lib = lib_of(vm);
  ServerState *state = lib->http_server;
  if (!state) return;
  serving_abandon(state);
  while (!dlist_is_empty(&state->servers)) {
    Served *served = CONTAINER_OF(state->servers.next, Served, link);
    http_server_free(served->server);
    drop_server(served);
  }
  free(state);
  lib->http_server = NULL;
}

static void on_exchange(void *context, HttpExchange *exchange) {
  serving_start(context, exchange);
}

// --- Serving -------------------------------------------------------------------------------------

static void release_served(void *pointer) {
  serving_let_go(pointer);
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

static Served *listen_for(VM *vm, HttpServerOptions *options, Value handler, bool is_vint,
                          const ServedHooks *hooks) {
  ServerState *state = get_state(vm);
  Loop *loop = state ? loop_of(vm) : NULL;
  if (!loop) return NULL;
  Served *served = memory_require(NULL, sizeof(Served));
  *served =
      (Served){.vm = vm, .handler = handler, .is_vint = is_vint, .hooks = hooks, .holders = 1};
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

// Under which the server can be asked from here.
static const char *address_from_here(const char *host) {
  bool is_anywhere = strcmp(host, "0.0.0.0") == 0 || strcmp(host, HTTP_SERVER_ANYWHERE) == 0;
  return is_anywhere ? "127.0.0.1" : strcmp(host, "::") == 0 ? "::1" : host;
}

static bool fill_server(VM *vm, Table *server, Served *served, const char *host) {
  uint16_t port = http_server_port(served->server);
  const char *shown = address_from_here(host);
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
  Served *served = listen_for(vm, &options, handler, call->row->languages == NATIVE_VINT, NULL);
  bool ok = served && fill_server(vm, server, served, options.host ? options.host : "127.0.0.1");
  if (served && !ok) http_server_close(served->server);
  vm_pop_roots(vm, 1);
  return ok ? native_return(call, value_object(server)) : NATIVE_FAILED;
}

Table *lib_server_start(VM *vm, HttpServerOptions *options, Value handler,
                        const ServedHooks *hooks) {
  const char *host = options->host;
  Table *server = vm_table(vm);
  if (!server) return NULL;
  vm_push_root(vm, value_object(server));
  Served *served = listen_for(vm, options, handler, true, hooks);
  bool ok = served && fill_server(vm, server, served, host);
  if (served && !ok) http_server_close(served->server);
  vm_pop_roots(vm, 1);
  return ok ? server : NULL;
}

void lib_server_close(VM *vm, const Table *server) {
  Value held = vm_get_field(vm, server, "__server");
  Served *served = ((External *)value_as_object(held))->pointer;
  if (served->server && !http_server_is_closed(served->server)) http_server_close(served->server);
}

TypeValue *lib_server_file_type(VM *vm) {
  ServerState *state = get_state(vm);
  return state ? state->file_type : NULL;
}

TypeValue *lib_server_response_type(VM *vm) {
  ServerState *state = get_state(vm);
  return state ? state->response_type : NULL;
}

uint32_t lib_server_active(VM *vm) {
  const ServerState *state = lib_of(vm)->http_server;
  uint32_t count = 0;
  if (!state) return 0;
  for (DLink *link = state->servings.next; link != &state->servings; link = link->next) count++;
  return count;
}

static NativeStatus close_server(NativeCall *call) {
  Table *server;
  if (!args_table(call, 0, &server)) return NATIVE_FAILED;
  Value held = vm_get_field(call->vm, server, "__server");
  if (!value_is_kind(held, KIND_EXTERNAL)) {
    args_wrong(call, 0, "Server");
    return NATIVE_FAILED;
  }
  lib_server_close(call->vm, server);
  return native_return(call, VALUE_NULL);
}

#define SERVE_ROW(languages)                                                                       \
  {                                                                                                \
    "http", "serve", "fn(port: Number, handler: Function, options?: Table): Server", serve,        \
        "Listens on `port` (0: any that is free) and answers each request with what `handler` "    \
        "returns for it: a string, {status, headers, body or json}, {status, headers, stream}, "   \
        "http.file(path), or data to be sent as JSON. Options: host, max_body, max_header "        \
        "(bytes), timeout (ms).",                                                                  \
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
