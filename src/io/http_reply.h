// SPDX-License-Identifier: MIT
// http_reply.h - the answer to an exchange: whole, or in pieces
//
// A whole answer gives the exchange back at once. One in pieces begins with its head, goes on with
// writes and ends; each piece is handed to the socket or copied, so whoever writes more than
// http_reply_has_room allows pays for it with memory: it should wait for `on_room` of its exchange.
// Without a length it is chunked, or for HTTP/1.0 ends with the connection.
//
// All of them take an exchange whose client has gone without a word.
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include "io/http_connection.h"

#define HTTP_REPLY_UNKNOWN (-1) // the length of an answer that ends when it ends

// Answers and gives the exchange back. `headers` as they shall be sent; Content-Length, Date and
// Connection are added. `body` is copied if it cannot be written at once.
void http_reply_send(HttpExchange *exchange, int status, const HttpHeaders *headers,
                     const char *body, size_t body_len);

// The head of an answer in pieces, of `len` bytes in all or HTTP_REPLY_UNKNOWN.
void http_reply_begin(HttpExchange *exchange, int status, const HttpHeaders *headers, int64_t len);
void http_reply_write(HttpExchange *exchange, const char *bytes, size_t len);
// Gives the exchange back. An answer that has not got its promised length closes the connection.
void http_reply_end(HttpExchange *exchange);
bool http_reply_has_begun(const HttpExchange *exchange);
// May more be written? If not, `on_room` will be called when it may. False too when the client has
// gone, of which `on_gone` tells.
bool http_reply_has_room(HttpExchange *exchange) MUST_USE;
// Is the answer to be sent without a body: to HEAD, with a status that has none?
bool http_reply_is_bodiless(const HttpExchange *exchange, int status);

#endif
