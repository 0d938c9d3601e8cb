// SPDX-License-Identifier: MIT
// http_server.h - an HTTP server: listens, accepts, limits
//
// Every complete request is handed to `handle`, which owns the exchange until it answers or drops
// it (io/http_connection.h). Plain HTTP/1.1.
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "io/http_connection.h"

typedef struct HttpServer HttpServer;

#define HTTP_SERVER_ANYWHERE "*"

typedef struct HttpServerOptions {
  const char *host; // an address; NULL: 127.0.0.1; HTTP_SERVER_ANYWHERE: all of this machine's,
                    // those of IPv6 too where it has it
  uint16_t port;    // 0: any that is free
  size_t header_limit, body_limit;
  uint32_t receive_ms, idle_ms;
  void (*handle)(void *context, HttpExchange *exchange);
  void (*gone)(void *context); // after http_server_close, when the server has freed itself
  void *context;
} HttpServerOptions;

// Fills in the limits: 64 KiB of headers, 16 MiB of body, 30 s, 75 s.
void http_server_init(HttpServerOptions *options);
// Listens. NULL: `reason` says why it cannot.
HttpServer *http_server_new(Loop *loop, Heap *heap, const HttpServerOptions *options,
                            Buffer *reason) MUST_USE;
uint16_t http_server_port(const HttpServer *server);
// Listens no more. What is under way is still answered; then the server frees itself and calls
// `gone`.
void http_server_close(HttpServer *server);
bool http_server_is_closed(const HttpServer *server);
// The same at once, whether it was closed or not: nothing is answered any more, and neither `gone`
// nor `handle` is called. Before loop_free.
void http_server_free(HttpServer *server);

#endif
