// SPDX-License-Identifier: MIT
// http_connection.h - one client of an HTTP server, and the exchanges on its connection
//
// A connection reads requests, one behind the other, and writes the answers in the order of the
// requests, whatever order they are given in. What a client sends is checked and limited here: it
// gets a 4xx answer and its connection is closed; the others never notice.
//
//   bytes → http_parser → HttpExchange (receiving) → peers->handle → … → http_reply_send
//
// Who handles an exchange owns it until it has answered (io/http_reply.h) or http_connection_drop;
// the client may be gone by then, which they take without a word. Whoever wants to know sets
// `on_gone`. It is called when the client has closed its connection, or only its half of it and the
// answer has not begun within a second.
//
// `on_gone` and `on_room` are called by the loop, never from within a call of ours.
#ifndef HTTP_CONNECTION_H
#define HTTP_CONNECTION_H

#include "base/dlist.h"
#include "io/http_message.h"
#include "io/loop.h"

typedef struct HttpConnection HttpConnection;
typedef struct HttpExchange HttpExchange;

// What happens to an exchange while it is handled.
typedef enum HttpEvent {
  HTTP_GONE, // the client has gone
  HTTP_ROOM, // more of an answer in pieces can be written
} HttpEvent;

#define HTTP_ADDRESS_SIZE 64

// One request and its answer.
struct HttpExchange {
  DLink link;
  HttpConnection *connection; // NULL: the client has gone
  uint32_t number;            // of the server's exchanges
  const char *method;
  Buffer target; // as it was sent: path and query
  HttpHeaders headers;
  HttpBody body;
  uint8_t state; // ExchangeState
  bool keeps_alive;
  bool is_head;
  bool is_1_1;
  bool is_chunked;                // an answer in pieces: of unknown length
  bool is_silent;                 // its pieces are not sent
  bool wants_room;                // on_room is to be called
  int64_t left;                   // its bytes that are still to come; negative: unknown
  Buffer answer;                  // waiting for its turn
  char remote[HTTP_ADDRESS_SIZE]; // "127.0.0.1:51000"; "" if nobody has asked for addresses
  void (*on_gone)(HttpExchange *exchange); // NULL: nobody wants to know
  void (*on_room)(HttpExchange *exchange);
  bool is_inner; // what they are told is io's own affair, and no step of a recorded run
  void *handler; // for whoever handles it
};

// What the connections of one server share.
typedef struct HttpPeers {
  Loop *loop;
  Heap *heap;
  DLink connections;
  uint32_t count;
  bool is_closing;   // no further requests on kept connections
  bool is_abandoned; // nobody is told anything any more
  size_t header_limit;
  size_t body_limit;
  uint32_t receive_ms; // a request must get on within this time
  uint32_t idle_ms;    // a kept connection is closed after this time
  int64_t date_s;      // of the line with the date
  char date[64];
  char *read_buffer; // HTTP_READ_SIZE: libuv fills it and calls us at once, so one is enough
  uint32_t exchange_count;
  void (*handle)(void *context, HttpExchange *exchange); // a request is complete
  void (*tell)(void *context, HttpExchange *exchange, HttpEvent event);
  void (*emptied)(void *context); // the last connection has gone
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

// Tells whoever handles the exchange. For peers->tell and http_reply.c.
void http_connection_tell(HttpExchange *exchange, HttpEvent event);
// Does anybody want to know?
bool http_connection_is_heard(const HttpExchange *exchange, HttpEvent event);
// An exchange that no client waits for: a replay's.
HttpExchange *http_connection_exchange(Heap *heap) MUST_USE;
// The method of that name, as exchanges have it; NULL: there is none.
const char *http_connection_method(const char *name, size_t len);
// Gives the exchange back without an answer; the client sees its connection closed.
void http_connection_drop(HttpExchange *exchange);

#endif
