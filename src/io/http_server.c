// SPDX-License-Identifier: MIT
// http_server.c - an HTTP server: listens, accepts, limits
//
// The server's memory belongs to the loop: it is freed when the listening socket and the timer are
// closed and the last connection has gone, whatever the order.
#include "io/http_server.h"

#include "io/http_journal.h"

#include "base/memory.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#define BACKLOG  1024
#define SWEEP_MS 500

// What a recording has of a server: a number of these, then a request, or the number of one.
enum { EVENT_REQUEST, EVENT_OF_EXCHANGE }; // the latter plus HttpEvent

struct HttpServer {
  HttpPeers peers;
  uv_tcp_t listener;
  uv_timer_t sweeper;
  uint16_t port;
  uint8_t open_handles; // listener, sweeper: not closed yet
  bool is_closed;       // http_server_close was called
  bool is_replayed;     // it has no socket: requests come from a recording
  OutsideOp op;
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

static void free_if_ended(HttpServer *server) {
  if (server->open_handles > 0 || server->peers.count > 0) return;
  if (server->options.gone) server->options.gone(server->options.context);
  free(server);
}

static void on_handle_closed(uv_handle_t *handle) {
  HttpServer *server = handle->data;
  server->open_handles--;
  free_if_ended(server);
}

static void close_sweeper(HttpServer *server) {
  uv_handle_t *sweeper = (uv_handle_t *)&server->sweeper;
  if (!uv_is_closing(sweeper)) uv_close(sweeper, on_handle_closed);
}

// The sweeper lives as long as there are clients, so that slow ones go after the closing as well.
static void on_emptied(void *context) {
  HttpServer *server = context;
  if (!server->is_closed) {
    uv_timer_stop(&server->sweeper);
    return;
  }
  close_sweeper(server);
  free_if_ended(server);
}

static void stop_listening(HttpServer *server) {
  if (server->is_closed) return;
  server->is_closed = true;
  server->peers.is_closing = true;
  loop_release(server->peers.loop);
  uv_close((uv_handle_t *)&server->listener, on_handle_closed);
}

void http_server_close(HttpServer *server) {
  if (server->is_replayed) { // requests that were under way may still come
    server->is_closed = true;
    return;
  }
  stop_listening(server);
  http_connection_close_idle(&server->peers);
  if (server->peers.count == 0) close_sweeper(server);
}

void http_server_free(HttpServer *server) {
  outside_end(loop_outside(server->peers.loop), &server->op);
  if (server->is_replayed) {
    DLink *link;
    while ((link = dlist_take_first(&server->peers.connections))) dlist_init(link);
    free(server);
    return;
  }
  server->options.gone = NULL;
  stop_listening(server);
  http_connection_close_all(&server->peers);
  close_sweeper(server);
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
  Outside *outside = loop_outside(server->peers.loop);
  if (outside_is_recording(outside)) {
    Buffer request = {0};
    journal_put_number(&request, EVENT_REQUEST);
    http_journal_put_exchange(&request, exchange);
    outside_event(outside, &server->op, &request);
    buffer_free(&request);
  }
  server->options.handle(server->options.context, exchange);
}

static void on_event(void *context, HttpExchange *exchange, HttpEvent event) {
  HttpServer *server = context;
  Outside *outside = loop_outside(server->peers.loop);
  bool is_step = !exchange->is_inner && http_connection_is_heard(exchange, event);
  if (is_step && outside_is_recording(outside)) {
    Buffer note = {0};
    journal_put_number(&note, (uint64_t)EVENT_OF_EXCHANGE + event);
    journal_put_number(&note, exchange->number);
    outside_event(outside, &server->op, &note);
    buffer_free(&note);
  }
  http_connection_tell(exchange, event);
}

// A kernel without IPv6 has no such socket; one where it is switched off does not bind it.
static bool has_ipv6(void) {
  int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_ANY_INIT};
  bool is_bound = bind(fd, (struct sockaddr *)&any, sizeof(any)) == 0;
  close(fd);
  return is_bound;
}

static int read_address(const HttpServerOptions *options, struct sockaddr_storage *out) {
  const char *host = options->host ? options->host : "127.0.0.1";
  // A socket of IPv6's unspecified address hears IPv4 as well: libuv sees to it.
  if (strcmp(host, HTTP_SERVER_ANYWHERE) == 0) host = has_ipv6() ? "::" : "0.0.0.0";
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
                              .tell = on_event,
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

// --- Recordings ----------------------------------------------------------------------------------

// Replayed exchanges stand in the list of connections, which there are none of.
static void handle_replayed(HttpServer *server, JournalCursor *request) {
  HttpExchange *exchange = http_journal_get_exchange(request, server->peers.heap);
  if (!exchange) return;
  exchange->number = server->peers.exchange_count++;
  dlist_append(&server->peers.connections, &exchange->link);
  server->options.handle(server->options.context, exchange);
}

// One that is not there was answered at another place than the recorded one: that step has
// differed.
static void tell_replayed(HttpServer *server, uint64_t number, HttpEvent event) {
  DLink *list = &server->peers.connections;
  for (DLink *link = list->next; link != list; link = link->next) {
    HttpExchange *exchange = CONTAINER_OF(link, HttpExchange, link);
    if (exchange->number != number) continue;
    http_connection_tell(exchange, event);
    return;
  }
}

static void on_replayed(void *context, JournalCursor *recorded) {
  uint64_t kind = journal_get_number(recorded);
  if (kind == EVENT_REQUEST) {
    handle_replayed(context, recorded);
    return;
  }
  uint64_t number = journal_get_number(recorded);
  if (kind > EVENT_OF_EXCHANGE + HTTP_ROOM) recorded->is_bad = true;
  if (!recorded->is_bad) tell_replayed(context, number, (HttpEvent)(kind - EVENT_OF_EXCHANGE));
}

static OutsideWish wish_to_listen(const HttpServerOptions *options, char *address, size_t size) {
  snprintf(address, size, "%.200s:%u", options->host ? options->host : "127.0.0.1", options->port);
  return (OutsideWish){"listens on", address, NULL, 0};
}

// What came of listening: the port, or 0 and the reason.
static void record_listening(Outside *outside, const HttpServerOptions *options, uint16_t port,
                             const Buffer *reason) {
  if (!outside_is_recording(outside)) return;
  char address[256];
  OutsideWish wish = wish_to_listen(options, address, sizeof(address));
  Buffer answer = {0};
  journal_put_number(&answer, port);
  journal_put_text(&answer, reason->bytes, reason->len);
  outside_tell(outside, &wish, &answer);
  buffer_free(&answer);
}

static uint16_t replay_listening(Outside *outside, const HttpServerOptions *options,
                                 Buffer *reason) {
  char address[256];
  OutsideWish wish = wish_to_listen(options, address, sizeof(address));
  Buffer answer = {0};
  bool is_replayed = outside_ask(outside, &wish, &answer);
  JournalCursor cursor = {answer.bytes, answer.bytes + answer.len, !is_replayed};
  uint16_t port = (uint16_t)journal_get_number(&cursor);
  JournalText text = journal_get_text(&cursor);
  buffer_append(reason, text.bytes, text.len);
  buffer_free(&answer);
  return port;
}

// Requests of a server are answers to its wish for them.
static void begin_requests(Outside *outside, HttpServer *server) {
  static const OutsideWish wish = {"serves requests", "", NULL, 0};
  server->op.answer = on_replayed;
  server->op.context = server;
  (void)!outside_begin(outside, &server->op, &wish);
}

// A server without a socket, for a replay.
static HttpServer *replay_server(Loop *loop, Heap *heap, const HttpServerOptions *options,
                                 Buffer *reason) {
  Outside *outside = loop_outside(loop);
  uint16_t port = replay_listening(outside, options, reason);
  if (port == 0) return NULL;
  HttpServer *server = memory_require(NULL, sizeof(HttpServer));
  memset(server, 0, offsetof(HttpServer, read_buffer));
  server->is_replayed = true;
  server->port = port;
  server->options = *options;
  server->peers.loop = loop;
  server->peers.heap = heap;
  dlist_init(&server->peers.connections);
  begin_requests(outside, server);
  return server;
}

HttpServer *http_server_new(Loop *loop, Heap *heap, const HttpServerOptions *options,
                            Buffer *reason) {
  Outside *outside = loop_outside(loop);
  if (outside_is_replaying(outside)) return replay_server(loop, heap, options, reason);
  HttpServer *server = make_server(loop, heap, options);
  int code = start_listening(server);
  if (code != 0) {
    buffer_printf(reason, "cannot listen on %s:%u: %s", options->host ? options->host : "127.0.0.1",
                  options->port, uv_strerror(code));
    record_listening(outside, options, 0, reason);
    http_server_free(server);
    return NULL;
  }
  server->options.host = NULL; // the caller's text may go
  server->port = read_port(server);
  record_listening(outside, options, server->port, reason);
  begin_requests(outside, server);
  return server;
}

uint16_t http_server_port(const HttpServer *server) {
  return server->port;
}

bool http_server_is_closed(const HttpServer *server) {
  return server->is_closed;
}
