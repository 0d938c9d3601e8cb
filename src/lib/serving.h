// SPDX-License-Identifier: MIT
// serving.h - the requests of a script's server: each with a fiber, an answer and a client
//
// A request gets a fiber of its own that calls the handler with the request as a table. What the
// handler returns (or what the promise that it returns gives) becomes the answer when that fiber's
// promise settles. A client that goes before its answer has begun, or in the middle of it, cancels
// the fiber.
//
// A Serving lives in an External, which the handler's promise keeps alive by the one that watches
// it. A handler that never ends keeps its client waiting until that goes.
#ifndef SERVING_H
#define SERVING_H

#include "io/http_file.h"
#include "io/http_server.h"
#include "lib/serve_reply.h"
#include "sched/promise.h"

typedef struct Served Served;
typedef struct Serving Serving;

// What Vint's application does in its own way (NULL: http.serve's).
typedef struct ServedHooks {
  int64_t (*begin)(VM *vm); // a request has come: the time, if it is to be counted
  void (*add_headers)(VM *vm, const HttpExchange *exchange, HttpHeaders *headers);
  void (*print_error)(Buffer *out, int status, const char *message); // as JSON
  Value (*recover)(VM *vm); // a function of (error, request) that answers a failure; VALUE_NULL:
                            // there is none; VALUE_ABSENT: raised
  void (*answered)(VM *vm, const char *method, int status, int64_t sent, int64_t begun_ns);
} ServedHooks;

// A server of this VM, in the list at lib->http_server until it has gone. The program's Server
// value and the requests that are handled may outlive it, so they count.
struct Served {
  DLink link;
  VM *vm;
  HttpServer *server; // NULL: gone
  Value handler;
  bool is_vint;
  const ServedHooks *hooks;
  uint32_t holders; // the list, the Server value, exchanges
};

typedef struct ServerState {
  DLink servers;
  DLink servings;                       // those whose exchange is not answered yet
  TypeValue *type;                      // "Server": its methods are found by this name
  TypeValue *file_type, *response_type; // see serve_reply.h
  Shape *request_shape;                 // see serve_request.h
} ServerState;

// lib_server.c's. A server whose handler gets the request as a dict, as Vint's http.serve. NULL:
// raised.
Table *lib_server_start(VM *vm, HttpServerOptions *options, Value handler,
                        const ServedHooks *hooks) MUST_USE;
void lib_server_close(VM *vm, const Table *server);
// Of tables that stand for a file, see serve_reply.h. NULL: raised.
TypeValue *lib_server_file_type(VM *vm) MUST_USE;
TypeValue *lib_server_response_type(VM *vm) MUST_USE;
uint32_t lib_server_active(VM *vm); // requests that are not answered yet

// A complete request: starts its fiber.
void serving_start(Served *served, HttpExchange *exchange);
void serving_let_go(Served *served);
// For the collector, and at the VM's end.
void serving_mark(Heap *heap, const ServerState *state);
void serving_abandon(ServerState *state);

// The hidden field of a request's table that has its External, and the Serving behind it; NULL: the
// value is no such thing.
#define SERVING_FIELD "__exchange"
Serving *serving_of(VM *vm, const Table *table);
HttpExchange *serving_exchange(const Serving *serving); // NULL: answered, or the client has gone

// Writes a piece of the answer, which begins with the first: its head is `reply`'s. False: raised.
// *wait is the promise that settles when the client has taken enough of it; NULL: go on.
bool serving_write(Serving *serving, ServeReply *reply, const char *bytes, size_t len,
                   Promise **wait) MUST_USE;
bool serving_has_begun(const Serving *serving);

#endif
