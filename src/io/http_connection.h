// SPDX-License-Identifier: MIT
// http_connection.h - one client of an HTTP server, and the exchanges on its connection
//
// A connection reads requests, one behind the other, and writes the answers in the order of the
// requests, whatever order they are given in. What a client sends is checked and limited here: it
// gets a 4xx answer and its connection is closed; the others never notice.
//
//   bytes → http_parser → HttpExchange (receiving) → peers->handle → … → http_connection_answer
//
// Who handles an exchange owns it until http_connection_answer or http_connection_drop; the client
// may be gone by then, which both take without a word.
#ifndef HTTP_CONNECTION_H
#define HTTP_CONNECTION_H

#include "base/dlist.h"
#include "io/http_message.h"
#include "io/loop.h"

typedef struct HttpConnection HttpConnection;

// One request and its answer.
typedef struct HttpExchange {
  DLink link;
  HttpConnection *connection; // NULL: the client has gone
  const char *method;
  Buffer target; // as it was sent: path and query
  HttpHeaders headers;
  HttpBody body;
  uint8_t state; // ExchangeState
  bool keeps_alive;
  bool is_head;
  Buffer answer; // waiting for its turn
} HttpExchange;

// What the connections of one server share.
typedef struct HttpPeers {
  Loop *loop;
  Heap *heap;
  DLink connections;
  uint32_t count;
  bool is_closing; // no further requests on kept connections
  size_t header_limit;
  size_t body_limit;
  uint32_t receive_ms; // a request must get on within this time
  uint32_t idle_ms;    // a kept connection is closed after this time
  char *read_buffer;   // HTTP_READ_SIZE: libuv fills it and calls us at once, so one is enough
  void (*handle)(void *context, HttpExchange *exchange); // a request is complete
  void (*emptied)(void *context);                        // the last connection has gone
  void *context;
} HttpPeers;

#define HTTP_READ_SIZE 65536

struct uv_stream_s;
// Takes the next client of `listener`.
void http_connection_accept(HttpPeers *peers, struct uv_stream_s *listener);
// Closes what is idle; connections with a request under way close behind its answer.
void http_connection_close_idle(HttpPeers *peers);
void http_connection_close_all(HttpPeers *peers);
// Closes those who are too slow. To be called about once a second.
void http_connection_sweep(HttpPeers *peers);

// Answers and gives the exchange back. `headers` as they shall be sent; Content-Length, Date and
// Connection are added. `body` is copied if it cannot be written at once.
void http_connection_answer(HttpExchange *exchange, int status, const HttpHeaders *headers,
                            const char *body, size_t body_len);
// An exchange that no client waits for: a replay's.
HttpExchange *http_connection_exchange(Heap *heap) MUST_USE;
// The method of that name, as exchanges have it; NULL: there is none.
const char *http_connection_method(const char *name, size_t len);
// Gives the exchange back without an answer; the client sees its connection closed.
void http_connection_drop(HttpExchange *exchange);

#endif
