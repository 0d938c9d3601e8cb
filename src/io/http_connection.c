// SPDX-License-Identifier: MIT
// http_connection.c - one client of an HTTP server, and the exchanges on its connection
//
// Exchanges stand in a list in the order of their requests. An answer is written when its exchange
// is first in the list: head and body with one system call, if the socket takes it. What it does
// not take is copied and left to libuv. Reading pauses while a client has many requests or much of
// our answers pending, so a client that does not read costs a bounded amount of memory.
#include "io/http_connection.h"

#include "base/memory.h"

#include <http_parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uv.h>

#define LINGER_MS    2000
#define PIPELINE_MAX 64            // requests waiting on one connection before reading pauses
#define PENDING_MAX  (1024 * 1024) // bytes waiting to be written before reading pauses

typedef enum ExchangeState {
  EXCHANGE_RECEIVING,
  EXCHANGE_HANDLED,  // somebody works on it
  EXCHANGE_ANSWERED, // waits for its turn
} ExchangeState;

struct HttpConnection {
  DLink link;
  HttpPeers *peers;
  uv_tcp_t tcp;
  http_parser parser;
  DLink exchanges;
  uint32_t exchange_count;
  HttpExchange *incoming; // the last one, while it is received
  size_t header_size;     // of the incoming request
  Buffer name;            // of the header that is received
  Buffer value;
  bool has_value;
  int refusal;        // status with which the incoming request was refused; 0: none
  bool is_in_headers; // of the incoming request
  bool is_done;       // nothing more is parsed
  bool is_reading;    // libuv reads
  bool ends;          // closes when everything is written
  bool was_refused;   // it may still be sending what we did not want
  bool lingers;       // everything is written; waits for the client to go
  bool is_closed;     // uv_close was called
  uint32_t writes;    // under way in libuv
  size_t last_queue;  // bytes to write when the last sweep looked
  uint64_t active_ms; // when it last got on
  uint64_t begun_ms;  // when the incoming request, or lingering, began
  uv_shutdown_t shutdown;
};

// What the socket did not take at once.
typedef struct Write {
  uv_write_t request;
  HttpConnection *connection;
  char bytes[];
} Write;

static uv_stream_t *stream_of(HttpConnection *connection) {
  return (uv_stream_t *)&connection->tcp;
}

static uint64_t now_ms(const HttpConnection *connection) {
  return uv_now(loop_uv(connection->peers->loop));
}

static void touch(HttpConnection *connection) {
  connection->active_ms = now_ms(connection);
}

// --- Ending --------------------------------------------------------------------------------------

static void free_exchange(HttpExchange *exchange) {
  buffer_free(&exchange->target);
  buffer_free(&exchange->answer);
  http_message_free_headers(&exchange->headers);
  http_message_free_body(&exchange->body);
  free(exchange);
}

static void unlink_exchange(HttpExchange *exchange) {
  HttpConnection *connection = exchange->connection;
  if (!connection) return;
  dlist_unlink(&exchange->link);
  connection->exchange_count--;
  if (connection->incoming == exchange) connection->incoming = NULL;
  exchange->connection = NULL;
}

static void free_connection(uv_handle_t *handle) {
  HttpConnection *connection = handle->data;
  buffer_free(&connection->name);
  buffer_free(&connection->value);
  free(connection);
}

static void close_connection(HttpConnection *connection) {
  if (connection->is_closed) return;
  connection->is_closed = true;
  connection->is_done = true;
  while (!dlist_is_empty(&connection->exchanges)) {
    HttpExchange *exchange = CONTAINER_OF(connection->exchanges.next, HttpExchange, link);
    unlink_exchange(exchange);
    // Who handles it gives it back later, and then learns nothing.
    if (exchange->state != EXCHANGE_HANDLED) free_exchange(exchange);
  }
  HttpPeers *peers = connection->peers;
  dlist_unlink(&connection->link);
  peers->count--;
  uv_close((uv_handle_t *)&connection->tcp, free_connection);
  if (peers->count == 0) peers->emptied(peers->context);
}

static bool is_idle(const HttpConnection *connection) {
  return connection->exchange_count == 0 && connection->writes == 0;
}

// --- Writing -------------------------------------------------------------------------------------

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
  connection->begun_ms = now_ms(connection);
  uv_shutdown(&connection->shutdown, stream_of(connection), do_nothing);
  read_on(connection);
}

static void after_progress(HttpConnection *connection) {
  touch(connection);
  bool ends = connection->ends || connection->peers->is_closing;
  if (!ends || !is_idle(connection)) {
    resume_reading(connection);
  } else if (connection->was_refused) {
    linger(connection);
  } else {
    close_connection(connection);
  }
}

static void on_written(uv_write_t *request, int status) {
  Write *write = CONTAINER_OF(request, Write, request);
  HttpConnection *connection = write->connection;
  free(write);
  connection->writes--;
  loop_release(connection->peers->loop);
  if (connection->is_closed) return;
  if (status < 0) {
    close_connection(connection);
  } else {
    after_progress(connection);
  }
}

// Leaves `bytes`, from `skip` on, to libuv.
static void write_later(HttpConnection *connection, const uv_buf_t *buffers, size_t skip) {
  size_t len = buffers[0].len + buffers[1].len - skip;
  Write *write = malloc(sizeof(Write) + len);
  if (!write) {
    close_connection(connection);
    return;
  }
  char *to = write->bytes;
  for (int i = 0; i < 2; i++) {
    size_t skipped = skip < buffers[i].len ? skip : buffers[i].len;
    if (buffers[i].len > skipped) memcpy(to, buffers[i].base + skipped, buffers[i].len - skipped);
    to += buffers[i].len - skipped;
    skip -= skipped;
  }
  write->connection = connection;
  uv_buf_t rest = uv_buf_init(write->bytes, (unsigned)len);
  if (uv_write(&write->request, stream_of(connection), &rest, 1, on_written) != 0) {
    free(write);
    close_connection(connection);
    return;
  }
  connection->writes++;
  loop_retain(connection->peers->loop); // the program does not end before its answers are sent
}

static void write_now(HttpConnection *connection, const char *head, size_t head_len,
                      const char *body, size_t body_len) {
  uv_buf_t buffers[2] = {uv_buf_init((char *)head, (unsigned)head_len),
                         uv_buf_init((char *)body, (unsigned)body_len)};
  int written = uv_try_write(stream_of(connection), buffers, body_len > 0 ? 2 : 1);
  if (written < 0 && written != UV_EAGAIN) {
    close_connection(connection);
    return;
  }
  size_t done = written > 0 ? (size_t)written : 0;
  if (done < head_len + body_len) write_later(connection, buffers, done);
}

static void discard(HttpExchange *exchange) {
  unlink_exchange(exchange);
  free_exchange(exchange);
}

// An answer has been given to the socket.
static void retire_exchange(HttpExchange *exchange) {
  HttpConnection *connection = exchange->connection;
  if (!exchange->keeps_alive) {
    connection->ends = true;
    connection->is_done = true;
    if (connection->incoming) discard(connection->incoming);
  }
  discard(exchange);
}

// Writes the answers whose turn has come.
static void flush_answers(HttpConnection *connection) {
  while (!connection->is_closed && !dlist_is_empty(&connection->exchanges)) {
    HttpExchange *first = CONTAINER_OF(connection->exchanges.next, HttpExchange, link);
    if (first->state != EXCHANGE_ANSWERED) break;
    write_now(connection, first->answer.bytes, first->answer.len, NULL, 0);
    if (connection->is_closed) return; // which has freed it
    retire_exchange(first);
  }
  if (!connection->is_closed) after_progress(connection);
}

static void print_date(Buffer *out) {
  char text[64];
  time_t now = time(NULL);
  struct tm parts;
  gmtime_r(&now, &parts);
  // Not strftime: its names depend on the locale.
  static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  snprintf(text, sizeof(text), "date: %s, %02d %s %d %02d:%02d:%02d GMT\r\n", days[parts.tm_wday],
           parts.tm_mday, months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min,
           parts.tm_sec);
  buffer_text(out, text);
}

static bool has_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

static void print_head(Buffer *out, const HttpExchange *exchange, int status,
                       const HttpHeaders *headers, size_t body_len) {
  buffer_printf(out, "HTTP/1.1 %d %s\r\n", status, http_message_reason(status));
  size_t position = 0;
  const char *name;
  const char *value;
  while (headers && http_message_next_header(headers, &position, &name, &value)) {
    buffer_printf(out, "%s: %s\r\n", name, value);
  }
  if (has_body(status)) buffer_printf(out, "content-length: %zu\r\n", body_len);
  print_date(out);
  buffer_text(out, exchange->keeps_alive ? "\r\n" : "connection: close\r\n\r\n");
}

void http_connection_answer(HttpExchange *exchange, int status, const HttpHeaders *headers,
                            const char *body, size_t body_len) {
  HttpConnection *connection = exchange->connection;
  if (!connection) {
    free_exchange(exchange);
    return;
  }
  bool is_last = exchange->link.next == &connection->exchanges;
  if (connection->peers->is_closing && is_last) exchange->keeps_alive = false;
  print_head(&exchange->answer, exchange, status, headers, body_len);
  if (exchange->is_head || !has_body(status)) body_len = 0;
  exchange->state = EXCHANGE_ANSWERED;
  if (connection->exchanges.next != &exchange->link) {
    buffer_append(&exchange->answer, body, body_len);
    return;
  }
  write_now(connection, exchange->answer.bytes, exchange->answer.len, body, body_len);
  if (connection->is_closed) return; // which has freed it
  retire_exchange(exchange);
  flush_answers(connection);
}

void http_connection_drop(HttpExchange *exchange) {
  HttpConnection *connection = exchange->connection;
  unlink_exchange(exchange);
  free_exchange(exchange);
  if (connection) close_connection(connection);
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
  http_connection_answer(exchange, status, &headers, text, (size_t)len);
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
  return exchange;
}

const char *http_connection_method(const char *name, size_t len) {
  for (int i = 0; i <= HTTP_SOURCE; i++) {
    const char *method = http_method_str((enum http_method)i);
    if (strlen(method) == len && memcmp(method, name, len) == 0) return method;
  }
  return NULL;
}

static HttpExchange *add_exchange(HttpConnection *connection) {
  HttpExchange *exchange = http_connection_exchange(connection->peers->heap);
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
  connection->begun_ms = now_ms(connection);
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
  write_now(connection, consent, sizeof(consent) - 1, NULL, 0);
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
         uv_stream_get_write_queue_size(stream_of(connection)) > PENDING_MAX;
}

static void stop_reading(HttpConnection *connection) {
  connection->is_reading = false;
  uv_read_stop(stream_of(connection));
}

// The client sends nothing more. Many close their half of the connection right behind the request,
// so what is under way is still answered.
static void end_of_input(HttpConnection *connection) {
  stop_reading(connection);
  connection->is_done = true;
  connection->ends = true;
  if (connection->incoming) discard(connection->incoming);
  if (is_idle(connection)) close_connection(connection);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer) {
  HttpConnection *connection = stream->data;
  if (count == 0) return;
  if (count == UV_EOF) {
    end_of_input(connection);
    return;
  }
  if (count < 0) {
    close_connection(connection);
    return;
  }
  touch(connection);
  if (connection->is_done) return; // reading on only to notice when the client goes
  parse(connection, buffer->base, (size_t)count);
  if (!connection->is_closed && must_pause(connection)) stop_reading(connection);
}

static void read_on(HttpConnection *connection) {
  if (connection->is_reading) return;
  connection->is_reading = true;
  uv_read_start(stream_of(connection), give_read_buffer, on_read);
}

static void resume_reading(HttpConnection *connection) {
  if (!connection->is_done && !must_pause(connection)) read_on(connection);
}

// --- Coming and going ----------------------------------------------------------------------------

void http_connection_accept(HttpPeers *peers, struct uv_stream_s *listener) {
  HttpConnection *connection = memory_require(NULL, sizeof(HttpConnection));
  memset(connection, 0, sizeof(HttpConnection));
  connection->peers = peers;
  dlist_init(&connection->exchanges);
  uv_tcp_init(loop_uv(peers->loop), &connection->tcp);
  connection->tcp.data = connection;
  http_parser_init(&connection->parser, HTTP_REQUEST);
  connection->parser.data = connection;
  dlist_append(&peers->connections, &connection->link);
  peers->count++;
  touch(connection);
  if (uv_accept(listener, stream_of(connection)) != 0) {
    close_connection(connection);
    return;
  }
  uv_tcp_nodelay(&connection->tcp, 1);
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
  if (is_idle(connection) || (is_receiving && connection->writes == 0)) {
    close_connection(connection);
  }
}

void http_connection_close_idle(HttpPeers *peers) {
  each_connection(peers, close_if_idle);
}
void http_connection_close_all(HttpPeers *peers) {
  each_connection(peers, close_connection);
}

// A handler may take as long as it likes; a client may not. Headers must come within the time
// altogether (a byte now and then does not help), a body and our answer must get on.
static void close_if_slow(HttpConnection *connection) {
  const HttpPeers *peers = connection->peers;
  size_t queue = uv_stream_get_write_queue_size(stream_of(connection));
  if (queue < connection->last_queue) touch(connection);
  connection->last_queue = queue;
  uint64_t idle_ms = now_ms(connection) - connection->active_ms;
  uint64_t taken_ms = now_ms(connection) - connection->begun_ms;
  if (connection->lingers) {
    if (taken_ms > LINGER_MS) close_connection(connection);
  } else if (connection->writes > 0) {
    if (idle_ms > peers->receive_ms) close_connection(connection);
  } else if (connection->incoming) {
    uint64_t waited_ms = connection->is_in_headers ? taken_ms : idle_ms;
    if (waited_ms > peers->receive_ms) refuse(connection, 408);
  } else if (connection->exchange_count == 0 && idle_ms > peers->idle_ms) {
    close_connection(connection);
  }
}

void http_connection_sweep(HttpPeers *peers) {
  each_connection(peers, close_if_slow);
}
