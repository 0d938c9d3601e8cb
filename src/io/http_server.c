// SPDX-License-Identifier: MIT
// http_server.c - an HTTP server: listens, accepts, limits
//
// The server's memory belongs to the loop: it is freed when the listening socket and the timer are
// closed and the last connection has gone, whatever the order.
#include "io/http_server.h"

#include "base/memory.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#define BACKLOG  1024
#define SWEEP_MS 500

struct HttpServer {
  HttpPeers peers;
  uv_tcp_t listener;
  uv_timer_t sweeper;
  uint16_t port;
  uint8_t open_handles; // listener, sweeper: not closed yet
  bool is_closed;       // http_server_close was called
  HttpServerOptions options;
  char read_buffer[HTTP_READ_SIZE];
};

void http_server_init(HttpServerOptions *options) {
  *options = (HttpServerOptions){.header_limit = 64 * 1024,
                                 .body_limit = 16 * 1024 * 1024,
                                 .receive_ms = 30000,
                                 .idle_ms = 75000};
}

// --- Ending --------------------------------------------------------------------------------------

static void on_handle_closed(uv_handle_t *handle) {
  HttpServer *server = handle->data;
  if (--server->open_handles > 0) return;
  if (server->options.gone) server->options.gone(server->options.context);
  free(server);
}

static void close_sweeper(HttpServer *server) {
  uv_handle_t *sweeper = (uv_handle_t *)&server->sweeper;
  if (!uv_is_closing(sweeper)) uv_close(sweeper, on_handle_closed);
}

// The sweeper lives as long as there are clients, so that slow ones go after the closing as well.
static void on_emptied(void *context) {
  HttpServer *server = context;
  if (server->is_closed)
    close_sweeper(server);
  else
    uv_timer_stop(&server->sweeper);
}

static void stop_listening(HttpServer *server) {
  if (server->is_closed) return;
  server->is_closed = true;
  server->peers.is_closing = true;
  loop_release(server->peers.loop);
  uv_close((uv_handle_t *)&server->listener, on_handle_closed);
}

void http_server_close(HttpServer *server) {
  stop_listening(server);
  http_connection_close_idle(&server->peers);
  if (server->peers.count == 0) close_sweeper(server);
}

void http_server_free(HttpServer *server) {
  server->options.gone = NULL;
  stop_listening(server);
  http_connection_close_all(&server->peers);
  if (server->peers.count == 0) close_sweeper(server);
}

// --- Listening -----------------------------------------------------------------------------------

static void on_sweep(uv_timer_t *timer) {
  HttpServer *server = timer->data;
  http_connection_sweep(&server->peers);
}

static void on_client(uv_stream_t *listener, int status) {
  HttpServer *server = listener->data;
  if (status < 0) return; // no file descriptors left, or the client has gone already
  http_connection_accept(&server->peers, listener);
  if (!uv_is_active((uv_handle_t *)&server->sweeper)) {
    uv_timer_start(&server->sweeper, on_sweep, SWEEP_MS, SWEEP_MS);
  }
}

static void on_exchange(void *context, HttpExchange *exchange) {
  HttpServer *server = context;
  server->options.handle(server->options.context, exchange);
}

static int read_address(const HttpServerOptions *options, struct sockaddr_storage *out) {
  const char *host = options->host ? options->host : "127.0.0.1";
  if (strcmp(host, "localhost") == 0) host = "127.0.0.1";
  if (strchr(host, ':')) return uv_ip6_addr(host, options->port, (struct sockaddr_in6 *)out);
  return uv_ip4_addr(host, options->port, (struct sockaddr_in *)out);
}

static uint16_t read_port(const HttpServer *server) {
  struct sockaddr_storage address;
  int len = sizeof(address);
  if (uv_tcp_getsockname(&server->listener, (struct sockaddr *)&address, &len) != 0) return 0;
  if (address.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
  return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

static int start_listening(HttpServer *server) {
  struct sockaddr_storage address = {0};
  int code = read_address(&server->options, &address);
  if (code == 0) code = uv_tcp_bind(&server->listener, (struct sockaddr *)&address, 0);
  if (code == 0) code = uv_listen((uv_stream_t *)&server->listener, BACKLOG, on_client);
  return code;
}

static HttpServer *make_server(Loop *loop, Heap *heap, const HttpServerOptions *options) {
  HttpServer *server = memory_require(NULL, sizeof(HttpServer));
  memset(server, 0, offsetof(HttpServer, read_buffer));
  server->options = *options;
  server->peers = (HttpPeers){.loop = loop,
                              .heap = heap,
                              .header_limit = options->header_limit,
                              .body_limit = options->body_limit,
                              .receive_ms = options->receive_ms,
                              .idle_ms = options->idle_ms,
                              .read_buffer = server->read_buffer,
                              .handle = on_exchange,
                              .emptied = on_emptied,
                              .context = server};
  dlist_init(&server->peers.connections);
  uv_tcp_init(loop_uv(loop), &server->listener);
  uv_timer_init(loop_uv(loop), &server->sweeper);
  server->listener.data = server->sweeper.data = server;
  server->open_handles = 2;
  loop_retain(loop);
  return server;
}

HttpServer *http_server_new(Loop *loop, Heap *heap, const HttpServerOptions *options,
                            Buffer *reason) {
  HttpServer *server = make_server(loop, heap, options);
  int code = start_listening(server);
  if (code != 0) {
    buffer_printf(reason, "cannot listen on %s:%u: %s", options->host ? options->host : "127.0.0.1",
                  options->port, uv_strerror(code));
    http_server_free(server);
    return NULL;
  }
  server->options.host = NULL; // the caller's text may go
  server->port = read_port(server);
  return server;
}

uint16_t http_server_port(const HttpServer *server) {
  return server->port;
}

bool http_server_is_closed(const HttpServer *server) {
  return server->is_closed;
}
