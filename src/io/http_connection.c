// SPDX-License-Identifier: MIT
// http_connection.c - one client of an HTTP server, and the exchanges on its connection
//
// Exchanges stand in a list in the order of their requests. An answer is written when its exchange
// is first in the list (http_reply.c). Reading pauses while a client has many requests or much of
// our answers pending, so a client that does not read costs a bounded amount of memory.
#include "io/http_connection.h"

#include "base/memory.h"
#include "io/http_reply.h"
#include "io/io_private.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINGER_MS    2000
#define SPARE_MAX    4096          // bytes of a buffer that is kept for the next request
#define HALF_MS      1000          // whoever says nothing more and gets nothing has gone
#define PIPELINE_MAX 64            // requests waiting on one connection before reading pauses
#define PENDING_MAX  (1024 * 1024) // bytes waiting to be written before reading pauses

// --- Ending --------------------------------------------------------------------------------------

static void free_exchange(HttpExchange *exchange) {
  buffer_free(&exchange->target);
  buffer_free(&exchange->answer);
  http_message_free_headers(&exchange->headers);
  http_message_free_body(&exchange->body);
  free(exchange);
}

// One without a connection may stand in another list: of its closed connection's orphans, of a
// replay's exchanges.
static void unlink_exchange(HttpExchange *exchange) {
  HttpConnection *connection = exchange->connection;
  dlist_unlink(&exchange->link);
  dlist_init(&exchange->link);
  if (!connection) return;
  connection->exchange_count--;
  if (connection->incoming == exchange) connection->incoming = NULL;
  exchange->connection = NULL;
}

// What a kept connection uses again: the buffers of a small request, empty.
static bool become_spare(HttpConnection *connection, HttpExchange *exchange) {
  bool is_small = exchange->target.capacity <= SPARE_MAX &&
                  exchange->answer.capacity <= SPARE_MAX &&
                  exchange->headers.text.capacity <= SPARE_MAX;
  if (!connection || connection->spare || connection->is_closed || !is_small) return false;
  http_message_free_body(&exchange->body);
  buffer_clear(&exchange->target);
  buffer_clear(&exchange->answer);
  buffer_clear(&exchange->headers.text);
  connection->spare = exchange;
  return true;
}

void http_connection_discard(HttpExchange *exchange) {
  HttpConnection *connection = exchange->connection;
  unlink_exchange(exchange);
  if (!become_spare(connection, exchange)) free_exchange(exchange);
}

bool http_connection_is_heard(const HttpExchange *exchange, HttpEvent event) {
  return event == HTTP_GONE ? exchange->on_gone != NULL : exchange->on_room != NULL;
}

void http_connection_tell(HttpExchange *exchange, HttpEvent event) {
  if (!http_connection_is_heard(exchange, event)) return;
  if (event == HTTP_GONE)
    exchange->on_gone(exchange);
  else
    exchange->on_room(exchange);
}

// The closed socket's last word. Who handles an exchange hears of it only here, so that it never
// happens in the middle of what a program does.
static void free_connection(uv_handle_t *handle) {
  HttpConnection *connection = handle->data;
  HttpPeers *peers = connection->peers;
  DLink *link;
  while ((link = dlist_take_first(&connection->orphans))) {
    HttpExchange *exchange = CONTAINER_OF(link, HttpExchange, link);
    dlist_init(&exchange->link);
    peers->tell(peers->context, exchange, HTTP_GONE);
  }
  buffer_free(&connection->name);
  buffer_free(&connection->value);
  if (connection->spare) free_exchange(connection->spare);
  free(connection);
  if (--peers->count == 0) peers->emptied(peers->context);
}

void http_connection_close(HttpConnection *connection) {
  if (connection->is_closed) return;
  connection->is_closed = true;
  connection->is_done = true;
  HttpPeers *peers = connection->peers;
  while (!dlist_is_empty(&connection->exchanges)) {
    HttpExchange *exchange = CONTAINER_OF(connection->exchanges.next, HttpExchange, link);
    bool is_handled = exchange->state == EXCHANGE_HANDLED || exchange->state == EXCHANGE_STREAMING;
    unlink_exchange(exchange);
    if (!is_handled)
      free_exchange(exchange);
    else if (!peers->is_abandoned)
      dlist_append(&connection->orphans, &exchange->link);
  }
  dlist_unlink(&connection->link);
  uv_close((uv_handle_t *)&connection->tcp, free_connection);
}

void http_connection_drop(HttpExchange *exchange) {
  HttpConnection *connection = exchange->connection;
  http_connection_discard(exchange);
  if (connection) http_connection_close(connection);
}

static void resume_reading(HttpConnection *connection);
static void read_on(HttpConnection *connection);

static void do_nothing(uv_shutdown_t *request, int status) {
  (void)request;
  (void)status;
}

// Closing a socket that has unread bytes makes the system throw away what we have sent, so the
// client would never see why it was refused. We say that we are done, and read on for a while.
static void linger(HttpConnection *connection) {
  if (connection->lingers) return;
  connection->lingers = true;
  connection->begun_ms = http_now_ms(connection);
  uv_shutdown(&connection->shutdown, http_stream_of(connection), do_nothing);
  read_on(connection);
}

void http_connection_progress(HttpConnection *connection) {
  http_touch(connection);
  bool ends = connection->ends || connection->peers->is_closing;
  if (!ends || !http_is_idle(connection)) {
    resume_reading(connection);
  } else if (connection->was_refused) {
    linger(connection);
  } else {
    http_connection_close(connection);
  }
}

// --- Refusing ------------------------------------------------------------------------------------

// Answers the incoming request with an error of our own and reads nothing more.
static void refuse(HttpConnection *connection, int status) {
  HttpExchange *exchange = connection->incoming;
  connection->is_done = true;
  connection->was_refused = true;
  connection->incoming = NULL;
  exchange->keeps_alive = false;
  HttpHeaders headers = {0};
  http_message_add_header(&headers, "content-type", 12, "text/plain; charset=utf-8", 25);
  char text[64];
  int len = snprintf(text, sizeof(text), "%d %s\n", status, http_message_reason(status));
  http_reply_send(exchange, status, &headers, text, (size_t)len);
  http_message_free_headers(&headers);
}

// --- Receiving -----------------------------------------------------------------------------------

static HttpConnection *connection_of(http_parser *parser) {
  return parser->data;
}

static int refuse_later(HttpConnection *connection, int status) {
  connection->refusal = status;
  return -1; // the parser stops
}

HttpExchange *http_connection_exchange(Heap *heap) {
  HttpExchange *exchange = memory_require(NULL, sizeof(HttpExchange));
  *exchange = (HttpExchange){.method = "GET", .state = EXCHANGE_HANDLED};
  exchange->body.heap = heap;
  exchange->left = HTTP_REPLY_UNKNOWN;
  dlist_init(&exchange->link);
  return exchange;
}

const char *http_connection_method(const char *name, size_t len) {
  for (int i = 0; i <= HTTP_SOURCE; i++) {
    const char *method = http_method_str((enum http_method)i);
    if (strlen(method) == len && memcmp(method, name, len) == 0) return method;
  }
  return NULL;
}

static HttpExchange *take_spare(HttpConnection *connection) {
  HttpExchange *spare = connection->spare;
  HttpExchange fresh = {.method = "GET",
                        .left = HTTP_REPLY_UNKNOWN,
                        .body.heap = connection->peers->heap,
                        .target = spare->target,
                        .answer = spare->answer,
                        .headers = spare->headers};
  *spare = fresh;
  dlist_init(&spare->link);
  connection->spare = NULL;
  return spare;
}

static HttpExchange *add_exchange(HttpConnection *connection) {
  HttpExchange *exchange = connection->spare ? take_spare(connection)
                                             : http_connection_exchange(connection->peers->heap);
  exchange->connection = connection;
  exchange->state = EXCHANGE_RECEIVING;
  dlist_append(&connection->exchanges, &exchange->link);
  connection->exchange_count++;
  connection->incoming = exchange;
  return exchange;
}

static int on_message_begin(http_parser *parser) {
  HttpConnection *connection = connection_of(parser);
  add_exchange(connection);
  connection->begun_ms = http_now_ms(connection);
  connection->is_in_headers = true;
  connection->header_size = 0;
  connection->has_value = false;
  buffer_clear(&connection->name);
  buffer_clear(&connection->value);
  return 0;
}

static bool count_header(HttpConnection *connection, size_t len) {
  connection->header_size += len;
  return connection->header_size <= connection->peers->header_limit;
}

static int on_url(http_parser *parser, const char *bytes, size_t len) {
  HttpConnection *connection = connection_of(parser);
  if (!count_header(connection, len)) return refuse_later(connection, 414);
  buffer_append(&connection->incoming->target, bytes, len);
  return 0;
}

// False: that is no name of a header. The parser lets some pass that servers read in different
// ways.
static bool finish_header(HttpConnection *connection) {
  Buffer *name = &connection->name;
  Buffer *value = &connection->value;
  bool is_good = name->len == 0 || http_message_is_name(name->bytes, name->len);
  if (is_good && name->len > 0) {
    http_message_add_header(&connection->incoming->headers, name->bytes, name->len,
                            value->bytes ? value->bytes : "", value->len);
  }
  buffer_clear(name);
  buffer_clear(value);
  connection->has_value = false;
  return is_good;
}

static int on_header_field(http_parser *parser, const char *bytes, size_t len) {
  HttpConnection *connection = connection_of(parser);
  if (connection->has_value && !finish_header(connection)) return refuse_later(connection, 400);
  if (!count_header(connection, len)) return refuse_later(connection, 431);
  buffer_append(&connection->name, bytes, len);
  return 0;
}

static int on_header_value(http_parser *parser, const char *bytes, size_t len) {
  HttpConnection *connection = connection_of(parser);
  connection->has_value = true;
  if (!count_header(connection, len)) return refuse_later(connection, 431);
  buffer_append(&connection->value, bytes, len);
  return 0;
}

// "Expect: 100-continue": the client waits for our consent before it sends the body.
static bool answer_expectation(HttpConnection *connection, const char *expectation) {
  if (strcasecmp(expectation, "100-continue") != 0) return false;
  // Answers to earlier requests come first; without our consent the client sends it after a while.
  if (connection->exchanges.next != &connection->incoming->link) return true;
  static const char consent[] = "HTTP/1.1 100 Continue\r\n\r\n";
  http_reply_write_raw(connection, consent, sizeof(consent) - 1);
  return true;
}

static int on_headers_complete(http_parser *parser) {
  HttpConnection *connection = connection_of(parser);
  HttpExchange *exchange = connection->incoming;
  connection->is_in_headers = false;
  if (!finish_header(connection)) return refuse_later(connection, 400);
  exchange->method = http_method_str((enum http_method)parser->method);
  exchange->is_head = parser->method == HTTP_HEAD;
  exchange->keeps_alive = http_should_keep_alive(parser) != 0 && !parser->upgrade;
  bool is_1_1 = parser->http_major == 1 && parser->http_minor >= 1;
  exchange->is_1_1 = is_1_1;
  if (parser->http_major != 1) return refuse_later(connection, 505);
  if (is_1_1 && !http_message_header(&exchange->headers, "host")) {
    return refuse_later(connection, 400);
  }
  bool has_length = parser->content_length != UINT64_MAX;
  if (has_length && parser->content_length > connection->peers->body_limit) {
    return refuse_later(connection, 413);
  }
  const char *expectation = http_message_header(&exchange->headers, "expect");
  if (expectation && is_1_1 && !answer_expectation(connection, expectation)) {
    return refuse_later(connection, 417);
  }
  return connection->is_closed ? -1 : 0;
}

static int on_body(http_parser *parser, const char *bytes, size_t len) {
  HttpConnection *connection = connection_of(parser);
  HttpBody *body = &connection->incoming->body;
  if (body->len + len > connection->peers->body_limit) return refuse_later(connection, 413);
  if (!http_message_append(body, bytes, len)) return refuse_later(connection, 503);
  return 0;
}

static int on_message_complete(http_parser *parser) {
  HttpConnection *connection = connection_of(parser);
  HttpExchange *exchange = connection->incoming;
  connection->incoming = NULL;
  exchange->state = EXCHANGE_HANDLED;
  if (!exchange->keeps_alive) connection->is_done = true;
  HttpPeers *peers = connection->peers;
  exchange->number = peers->exchange_count++;
  memcpy(exchange->remote, connection->remote, HTTP_ADDRESS_SIZE);
  peers->handle(peers->context, exchange);
  // Behind the last request of a connection nothing is parsed, whatever the client sends.
  return connection->is_done ? -1 : 0;
}

static const http_parser_settings *parser_settings(void) {
  static const http_parser_settings settings = {.on_message_begin = on_message_begin,
                                                .on_url = on_url,
                                                .on_header_field = on_header_field,
                                                .on_header_value = on_header_value,
                                                .on_headers_complete = on_headers_complete,
                                                .on_body = on_body,
                                                .on_message_complete = on_message_complete};
  return &settings;
}

static int status_of_error(const HttpConnection *connection) {
  if (connection->refusal != 0) return connection->refusal;
  return HTTP_PARSER_ERRNO(&connection->parser) == HPE_HEADER_OVERFLOW ? 431 : 400;
}

// A request line that cannot be parsed has no exchange yet; it gets its 400 all the same.
static void parse(HttpConnection *connection, const char *bytes, size_t len) {
  size_t parsed = http_parser_execute(&connection->parser, parser_settings(), bytes, len);
  if (connection->is_closed || connection->is_done) return;
  if (connection->parser.upgrade) { // another protocol follows, which we do not speak
    connection->is_done = true;
    return;
  }
  bool has_failed = HTTP_PARSER_ERRNO(&connection->parser) != HPE_OK || parsed != len;
  if (!has_failed) return;
  if (!connection->incoming) add_exchange(connection);
  refuse(connection, status_of_error(connection));
}

static void give_read_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *out) {
  (void)suggested;
  HttpConnection *connection = handle->data;
  *out = uv_buf_init(connection->peers->read_buffer, HTTP_READ_SIZE);
}

static bool must_pause(HttpConnection *connection) {
  return connection->exchange_count >= PIPELINE_MAX ||
         uv_stream_get_write_queue_size(http_stream_of(connection)) > PENDING_MAX;
}

static void stop_reading(HttpConnection *connection) {
  connection->is_reading = false;
  uv_read_stop(http_stream_of(connection));
}

// The client sends nothing more. Many close their half of the connection right behind the request,
// so what is under way is still answered.
static void end_of_input(HttpConnection *connection) {
  stop_reading(connection);
  connection->is_done = true;
  connection->ends = true;
  connection->has_ended = true;
  connection->ended_ms = http_now_ms(connection);
  if (connection->incoming) http_connection_discard(connection->incoming);
  if (http_is_idle(connection)) http_connection_close(connection);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer) {
  HttpConnection *connection = stream->data;
  if (count == 0) return;
  if (count == UV_EOF) {
    end_of_input(connection);
    return;
  }
  if (count < 0) {
    http_connection_close(connection);
    return;
  }
  http_touch(connection);
  if (connection->is_done) return; // reading on only to notice when the client goes
  parse(connection, buffer->base, (size_t)count);
  if (!connection->is_closed && must_pause(connection)) stop_reading(connection);
}

static void read_on(HttpConnection *connection) {
  if (connection->is_reading) return;
  connection->is_reading = true;
  uv_read_start(http_stream_of(connection), give_read_buffer, on_read);
}

static void resume_reading(HttpConnection *connection) {
  if (!connection->is_done && !must_pause(connection)) read_on(connection);
}

// --- Coming and going ----------------------------------------------------------------------------

// A client of IPv4 at a socket of IPv6 has an address that only wraps its own.
static void unwrap_address(struct sockaddr_storage *address) {
  const struct sockaddr_in6 *outer = (const struct sockaddr_in6 *)address;
  if (address->ss_family != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(&outer->sin6_addr)) return;
  struct sockaddr_in inner = {.sin_family = AF_INET, .sin_port = outer->sin6_port};
  memcpy(&inner.sin_addr, &outer->sin6_addr.s6_addr[12], sizeof(inner.sin_addr));
  memcpy(address, &inner, sizeof(inner));
}

// "127.0.0.1:51000", "[::1]:51000".
static void read_address(HttpConnection *connection) {
  struct sockaddr_storage address;
  int len = sizeof(address);
  char host[INET6_ADDRSTRLEN];
  if (uv_tcp_getpeername(&connection->tcp, (struct sockaddr *)&address, &len) != 0) return;
  unwrap_address(&address);
  if (uv_ip_name((struct sockaddr *)&address, host, sizeof(host)) != 0) return;
  bool is_6 = address.ss_family == AF_INET6;
  uint16_t port = is_6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                       : ((struct sockaddr_in *)&address)->sin_port;
  snprintf(connection->remote, HTTP_ADDRESS_SIZE, is_6 ? "[%s]:%u" : "%s:%u", host, ntohs(port));
}

void http_connection_accept(HttpPeers *peers, struct uv_stream_s *listener) {
  HttpConnection *connection = memory_require(NULL, sizeof(HttpConnection));
  memset(connection, 0, sizeof(HttpConnection));
  connection->peers = peers;
  dlist_init(&connection->exchanges);
  dlist_init(&connection->orphans);
  uv_tcp_init(loop_uv(peers->loop), &connection->tcp);
  connection->tcp.data = connection;
  http_parser_init(&connection->parser, HTTP_REQUEST);
  connection->parser.data = connection;
  dlist_append(&peers->connections, &connection->link);
  peers->count++;
  http_touch(connection);
  if (uv_accept(listener, http_stream_of(connection)) != 0) {
    http_connection_close(connection);
    return;
  }
  uv_tcp_nodelay(&connection->tcp, 1);
  read_address(connection);
  resume_reading(connection);
}

// Calls `visit` for every connection; it may close the one it is given.
static void each_connection(HttpPeers *peers, void (*visit)(HttpConnection *connection)) {
  DLink *link = peers->connections.next;
  while (link != &peers->connections) {
    DLink *next = link->next;
    visit(CONTAINER_OF(link, HttpConnection, link));
    link = next;
  }
}

static void close_if_idle(HttpConnection *connection) {
  bool is_receiving = connection->incoming && connection->exchange_count == 1;
  if (http_is_idle(connection) || (is_receiving && connection->writes == 0)) {
    http_connection_close(connection);
  }
}

void http_connection_close_idle(HttpPeers *peers) {
  each_connection(peers, close_if_idle);
}
void http_connection_close_all(HttpPeers *peers) {
  peers->is_abandoned = true;
  each_connection(peers, http_connection_close);
}

// A handler may take as long as it likes; a client may not. Headers must come within the time
// altogether (a byte now and then does not help), a body and our answer must get on.
static void close_if_slow(HttpConnection *connection) {
  const HttpPeers *peers = connection->peers;
  size_t queue = uv_stream_get_write_queue_size(http_stream_of(connection));
  if (queue < connection->last_queue) http_touch(connection);
  connection->last_queue = queue;
  uint64_t idle_ms = http_now_ms(connection) - connection->active_ms;
  uint64_t taken_ms = http_now_ms(connection) - connection->begun_ms;
  if (connection->lingers) {
    if (taken_ms > LINGER_MS) http_connection_close(connection);
  } else if (connection->writes > 0) {
    if (idle_ms > peers->receive_ms) http_connection_close(connection);
  } else if (connection->incoming) {
    uint64_t waited_ms = connection->is_in_headers ? taken_ms : idle_ms;
    if (waited_ms > peers->receive_ms) refuse(connection, 408);
  } else if (connection->has_ended) {
    if (http_now_ms(connection) - connection->ended_ms > HALF_MS) http_connection_close(connection);
  } else if (connection->exchange_count == 0 && idle_ms > peers->idle_ms) {
    http_connection_close(connection);
  }
}

void http_connection_sweep(HttpPeers *peers) {
  each_connection(peers, close_if_slow);
}
