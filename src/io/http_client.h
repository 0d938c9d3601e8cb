// SPDX-License-Identifier: MIT
// http_client.h - HTTP requests through libcurl, on the loop
//
// Requests run side by side on one multi handle; connections are kept and used again. The client
// knows no values and no promises: it takes a request, and calls `done` with the answer from the
// loop, later. Redirects are followed here and not by libcurl, because a 303 after PUT or DELETE
// must become a GET, which libcurl only does for the methods it chooses itself.
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include "io/http_message.h"
#include "io/loop.h"
#include "sched/outside.h"

typedef struct HttpClient HttpClient;
typedef struct HttpTransfer HttpTransfer; // a request under way

typedef struct HttpRequest {
  char method[16];
  Buffer url; // absolute, http or https, normalized
  HttpHeaders headers;
  const char *body; // borrowed: must stay until `done`; NULL: none
  size_t body_len;
  uint32_t timeout_ms; // for all of it; 0: none
  uint32_t redirects_max;
} HttpRequest;

typedef enum HttpOutcome {
  HTTP_ANSWERED,
  HTTP_TIMED_OUT,
  HTTP_FAILED,    // no connection, or it broke
  HTTP_NO_MEMORY, // the answer is larger than the heap allows
} HttpOutcome;

typedef struct HttpAnswer {
  HttpOutcome outcome;
  int status;
  HttpHeaders headers;
  HttpBody body;
  Buffer url;    // where the answer came from, after redirects
  Buffer reason; // why it failed, in a few words
} HttpAnswer;

// The answer is the client's and freed when `done` returns. Called once for each request, from the
// loop; before http_client_start returns only if the request could not even be started.
typedef void (*HttpDone)(void *context, HttpAnswer *answer);

// NULL: `reason` says what is missing.
HttpClient *http_client_new(Loop *loop, Heap *heap, Buffer *reason) MUST_USE;
// Drops what is under way without calling `done`. Before loop_free.
void http_client_free(HttpClient *client);

// Takes over the request's buffers. NULL: it could not be started, `done` has been called.
HttpTransfer *http_client_start(HttpClient *client, HttpRequest *request, HttpDone done,
                                void *context);
// Breaks it off: `done` is not called any more. Only before it is.
void http_client_cancel(HttpTransfer *transfer);
void http_client_free_request(HttpRequest *request); // one that was not started

#endif
