// SPDX-License-Identifier: MIT
// io_private.h - a client's connection, as its reading and its writing half share it
//
// http_connection.c reads requests and ends connections, http_reply.c writes answers.
#ifndef IO_PRIVATE_H
#define IO_PRIVATE_H

#include "io/http_connection.h"

#include <http_parser.h>
#include <uv.h>

#define HTTP_STREAM_MAX                                                                            \
  (64 * 1024) // bytes waiting to be written above which an answer in pieces waits

typedef enum ExchangeState {
  EXCHANGE_RECEIVING,
  EXCHANGE_HANDLED,   // somebody works on it
  EXCHANGE_STREAMING, // its answer has begun and comes in pieces
  EXCHANGE_ANSWERED,  // waits for its turn
} ExchangeState;

struct HttpConnection {
  DLink link;
  HttpPeers *peers;
  uv_tcp_t tcp;
  http_parser parser;
  DLink exchanges;
  DLink orphans; // closed: exchanges that are still handled, until their handlers are told
  uint32_t exchange_count;
  HttpExchange *spare;    // for the next request; NULL
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
  bool has_ended;     // the client's half is closed, since ended_ms
  bool was_refused;   // it may still be sending what we did not want
  bool lingers;       // everything is written; waits for the client to go
  bool is_closed;     // uv_close was called
  uint32_t writes;    // under way in libuv
  size_t last_queue;  // bytes to write when the last sweep looked
  uint64_t active_ms; // when it last got on
  uint64_t begun_ms;  // when the incoming request, or lingering, began
  uint64_t ended_ms;
  uv_shutdown_t shutdown;
  char remote[HTTP_ADDRESS_SIZE]; // "" until somebody asks
};

static inline uv_stream_t *http_stream_of(HttpConnection *connection) {
  return (uv_stream_t *)&connection->tcp;
}
static inline uint64_t http_now_ms(const HttpConnection *connection) {
  return uv_now(loop_uv(connection->peers->loop));
}
static inline void http_touch(HttpConnection *connection) {
  connection->active_ms = http_now_ms(connection);
}
static inline bool http_is_idle(const HttpConnection *connection) {
  return connection->exchange_count == 0 && connection->writes == 0;
}

// http_connection.c's, for http_reply.c.
void http_connection_close(HttpConnection *connection);
// Takes the exchange off its connection and frees it.
void http_connection_discard(HttpExchange *exchange);
// Something was written: reads on, or closes what was only waiting for that.
void http_connection_progress(HttpConnection *connection);

// http_reply.c's, for http_connection.c.
// Writes the answers whose turn has come.
void http_reply_flush(HttpConnection *connection);
// Bytes that are no answer (100 Continue).
void http_reply_write_raw(HttpConnection *connection, const char *bytes, size_t len);
// The answer of an exchange whose turn it is may have room again.
void http_reply_progress(HttpConnection *connection);

#endif
