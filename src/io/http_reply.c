// SPDX-License-Identifier: MIT
// http_reply.c - the answer to an exchange: whole, or in pieces
//
// Answers are written in the order of their requests. What is given before its turn waits in the
// exchange's own buffer. What the socket does not take is copied and left to libuv.
#include "io/http_reply.h"

#include "base/memory.h"
#include "base/number.h"
#include "io/io_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// What the socket did not take at once.
typedef struct Write {
  uv_write_t request;
  HttpConnection *connection;
  char bytes[];
} Write;

// --- The socket ----------------------------------------------------------------------------------

static void on_written(uv_write_t *request, int status) {
  Write *write = CONTAINER_OF(request, Write, request);
  HttpConnection *connection = write->connection;
  free(write);
  connection->writes--;
  loop_release(connection->peers->loop);
  if (connection->is_closed) return;
  if (status < 0) {
    http_connection_close(connection);
  } else {
    http_reply_progress(connection);
    if (!connection->is_closed) http_connection_progress(connection);
  }
}

// Leaves `bytes`, from `skip` on, to libuv.
static void write_later(HttpConnection *connection, const uv_buf_t *buffers, size_t skip) {
  size_t len = buffers[0].len + buffers[1].len - skip;
  Write *write = malloc(sizeof(Write) + len);
  if (!write) {
    http_connection_close(connection);
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
  if (uv_write(&write->request, http_stream_of(connection), &rest, 1, on_written) != 0) {
    free(write);
    http_connection_close(connection);
    return;
  }
  connection->writes++;
  loop_retain(connection->peers->loop); // the program does not end before its answers are sent
}

static void write_now(HttpConnection *connection, const char *head, size_t head_len,
                      const char *body, size_t body_len) {
  uv_buf_t buffers[2] = {uv_buf_init((char *)head, (unsigned)head_len),
                         uv_buf_init((char *)body, (unsigned)body_len)};
  int written = uv_try_write(http_stream_of(connection), buffers, body_len > 0 ? 2 : 1);
  if (written < 0 && written != UV_EAGAIN) {
    http_connection_close(connection);
    return;
  }
  size_t done = written > 0 ? (size_t)written : 0;
  if (done < head_len + body_len) write_later(connection, buffers, done);
}

void http_reply_write_raw(HttpConnection *connection, const char *bytes, size_t len) {
  write_now(connection, bytes, len, NULL, 0);
}

// --- Turns ---------------------------------------------------------------------------------------

static bool is_first(const HttpExchange *exchange) {
  return exchange->connection->exchanges.next == &exchange->link;
}

// An answer has been given to the socket.
static void retire(HttpExchange *exchange) {
  HttpConnection *connection = exchange->connection;
  if (!exchange->keeps_alive) {
    connection->ends = true;
    connection->is_done = true;
    if (connection->incoming) http_connection_discard(connection->incoming);
  }
  http_connection_discard(exchange);
}

// What was given of an answer in pieces before its turn. Left to libuv in any case: whoever waits
// for room is told when that is done, and never from within somebody else's call.
static void begin_turn(HttpExchange *exchange) {
  uv_buf_t buffers[2] = {uv_buf_init(exchange->answer.bytes, (unsigned)exchange->answer.len),
                         uv_buf_init(NULL, 0)};
  write_later(exchange->connection, buffers, 0);
}

void http_reply_flush(HttpConnection *connection) {
  while (!connection->is_closed && !dlist_is_empty(&connection->exchanges)) {
    HttpExchange *first = CONTAINER_OF(connection->exchanges.next, HttpExchange, link);
    bool is_streaming = first->state == EXCHANGE_STREAMING;
    if (is_streaming && first->answer.len > 0) {
      begin_turn(first);
      if (connection->is_closed) return;
      buffer_free(&first->answer);
    }
    if (first->state != EXCHANGE_ANSWERED) break;
    write_now(connection, first->answer.bytes, first->answer.len, NULL, 0);
    if (connection->is_closed) return; // which has freed it
    retire(first);
  }
  if (!connection->is_closed) http_connection_progress(connection);
}

void http_reply_progress(HttpConnection *connection) {
  if (dlist_is_empty(&connection->exchanges)) return;
  HttpExchange *first = CONTAINER_OF(connection->exchanges.next, HttpExchange, link);
  if (first->state != EXCHANGE_STREAMING || !first->wants_room) return;
  if (uv_stream_get_write_queue_size(http_stream_of(connection)) > HTTP_STREAM_MAX / 2) return;
  first->wants_room = false;
  connection->peers->tell(connection->peers->context, first, HTTP_ROOM);
}

// --- Heads ---------------------------------------------------------------------------------------

// The line is made once a second.
static void print_date(Buffer *out, HttpPeers *peers) {
  time_t now = time(NULL);
  if (now != peers->date_s) {
    char text[HTTP_DATE_SIZE];
    struct tm parts;
    gmtime_r(&now, &parts);
    http_message_print_date(text, &parts);
    peers->date_s = now;
    snprintf(peers->date, sizeof(peers->date), "date: %s\r\n", text);
  }
  buffer_text(out, peers->date);
}

static bool has_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

bool http_reply_is_bodiless(const HttpExchange *exchange, int status) {
  return exchange->is_head || !has_body(status);
}

static void print_status(Buffer *out, int status) {
  if (status == 200) { // almost always
    buffer_text(out, "HTTP/1.1 200 OK\r\n");
  } else {
    buffer_printf(out, "HTTP/1.1 %d %s\r\n", status, http_message_reason(status));
  }
}

static void print_head(Buffer *out, const HttpExchange *exchange, int status,
                       const HttpHeaders *headers, int64_t body_len) {
  size_t position = 0;
  const char *name;
  const char *value;
  print_status(out, status);
  while (headers && http_message_next_header(headers, &position, &name, &value)) {
    buffer_append(out, name, (size_t)(value - name) - 1);
    buffer_append(out, ": ", 2);
    buffer_append(out, value, (size_t)(headers->text.bytes + position - value) - 1);
    buffer_append(out, "\r\n", 2);
  }
  if (exchange->is_chunked) {
    buffer_text(out, "transfer-encoding: chunked\r\n");
  } else if (has_body(status) && body_len >= 0) {
    char digits[24];
    buffer_append(out, "content-length: ", 16);
    buffer_append(out, digits, number_print_int(body_len, digits));
    buffer_append(out, "\r\n", 2);
  }
  print_date(out, exchange->connection->peers);
  buffer_text(out, exchange->keeps_alive ? "\r\n" : "connection: close\r\n\r\n");
}

static void end_if_closing(HttpExchange *exchange) {
  HttpConnection *connection = exchange->connection;
  bool is_last = exchange->link.next == &connection->exchanges;
  if (connection->peers->is_closing && is_last) exchange->keeps_alive = false;
}

// --- Whole answers -------------------------------------------------------------------------------

void http_reply_send(HttpExchange *exchange, int status, const HttpHeaders *headers,
                     const char *body, size_t body_len) {
  HttpConnection *connection = exchange->connection;
  if (!connection) {
    http_connection_discard(exchange);
    return;
  }
  end_if_closing(exchange);
  print_head(&exchange->answer, exchange, status, headers, (int64_t)body_len);
  if (http_reply_is_bodiless(exchange, status)) body_len = 0;
  exchange->state = EXCHANGE_ANSWERED;
  if (!is_first(exchange)) {
    buffer_append(&exchange->answer, body, body_len);
    return;
  }
  write_now(connection, exchange->answer.bytes, exchange->answer.len, body, body_len);
  if (connection->is_closed) return; // which has freed it
  retire(exchange);
  http_reply_flush(connection);
}

// --- Answers in pieces ---------------------------------------------------------------------------

bool http_reply_has_begun(const HttpExchange *exchange) {
  return exchange->state == EXCHANGE_STREAMING;
}

// The exchange's turn: to the socket. Else it waits.
static void give(HttpExchange *exchange, const char *bytes, size_t len) {
  if (is_first(exchange))
    write_now(exchange->connection, bytes, len, NULL, 0);
  else
    buffer_append(&exchange->answer, bytes, len);
}

void http_reply_begin(HttpExchange *exchange, int status, const HttpHeaders *headers, int64_t len) {
  bool is_bodiless = http_reply_is_bodiless(exchange, status);
  exchange->state = EXCHANGE_STREAMING;
  exchange->is_silent = is_bodiless;
  exchange->left = is_bodiless ? 0 : len;
  if (!exchange->connection) return;
  end_if_closing(exchange);
  bool is_open_end = len < 0 && has_body(status);
  exchange->is_chunked = is_open_end && exchange->is_1_1;
  if (is_open_end && !exchange->is_1_1) exchange->keeps_alive = false;
  Buffer head = {0};
  print_head(&head, exchange, status, headers, len);
  exchange->is_chunked = exchange->is_chunked && !is_bodiless;
  give(exchange, head.bytes, head.len);
  buffer_free(&head);
}

void http_reply_write(HttpExchange *exchange, const char *bytes, size_t len) {
  if (exchange->left >= 0 && !exchange->is_silent) {
    if ((uint64_t)len > (uint64_t)exchange->left) len = (size_t)exchange->left;
    exchange->left -= (int64_t)len;
  }
  if (!exchange->connection || exchange->is_silent || len == 0) return;
  if (!exchange->is_chunked) {
    give(exchange, bytes, len);
    return;
  }
  Buffer chunk = {0};
  buffer_printf(&chunk, "%zx\r\n", len);
  buffer_append(&chunk, bytes, len);
  buffer_text(&chunk, "\r\n");
  give(exchange, chunk.bytes, chunk.len);
  buffer_free(&chunk);
}

void http_reply_end(HttpExchange *exchange) {
  HttpConnection *connection = exchange->connection;
  if (!connection) {
    http_connection_discard(exchange);
    return;
  }
  if (exchange->left > 0) { // the client must not take what it has got for the whole
    http_connection_drop(exchange);
    return;
  }
  exchange->state = EXCHANGE_ANSWERED;
  bool was_first = is_first(exchange);
  if (exchange->is_chunked) give(exchange, "0\r\n\r\n", 5);
  if (!was_first || connection->is_closed) return;
  retire(exchange);
  http_reply_flush(connection);
}

bool http_reply_has_room(HttpExchange *exchange) {
  HttpConnection *connection = exchange->connection;
  bool has_room = connection && is_first(exchange) &&
                  uv_stream_get_write_queue_size(http_stream_of(connection)) < HTTP_STREAM_MAX;
  exchange->wants_room = !has_room;
  return has_room;
}
