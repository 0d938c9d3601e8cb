// SPDX-License-Identifier: MIT
// http_easy.h - libcurl's easy handles, kept with what they have been told
//
// Making an easy handle costs more than a request, and telling it everything anew a fifth of one.
// So handles are kept for the next request together with their options, and only what differs is
// said. Nothing of a request may stay in effect for the next, whoever made it: http_easy_prepare
// sets or takes back every option that a request has a say in.
#ifndef HTTP_EASY_H
#define HTTP_EASY_H

#include "base/vec.h"
#include "io/curl_api.h"
#include "io/http_client.h"
#include "io/http_sockets.h"

typedef struct HttpEasy {
  CURL *curl;
  void *owner;    // whose request it makes: the callbacks' business
  CURLU *url;     // of its last request, taken apart; NULL: libcurl does not take it
  Buffer address; // the text of `url`
  struct curl_slist *headers; // its own, if the request has any; NULL: the pool's
  char method[16];
  bool has_body;
  bool is_direct; // past any proxy of the environment
  char error[CURL_ERROR_SIZE];
} HttpEasy;

// libcurl's callbacks, whose context is the HttpEasy.
typedef size_t HttpEasyReceive(char *bytes, size_t size, size_t count, void *easy);

typedef struct HttpEasyPool {
  const CurlApi *curl;
  HttpSockets *sockets;
  HttpEasyReceive *on_header;
  HttpEasyReceive *on_body;
  struct curl_slist *headers; // of a request that has none of its own
  char encodings[64];         // those that libcurl can undo
  VEC(HttpEasy *) idle;
} HttpEasyPool;

// The rest of `pool` is set by the caller.
void http_easy_init_pool(HttpEasyPool *pool);
void http_easy_free_pool(HttpEasyPool *pool);

// NULL: libcurl has no memory.
HttpEasy *http_easy_take(HttpEasyPool *pool) MUST_USE;
// Tells it all about `request`, which must stay as it is until the handle is given back. A time
// limit of 0 is none.
void http_easy_prepare(HttpEasyPool *pool, HttpEasy *easy, const HttpRequest *request,
                       uint64_t limit_ms);
// It must not be part of a multi handle any more.
void http_easy_give_back(HttpEasyPool *pool, HttpEasy *easy);
void http_easy_free(HttpEasyPool *pool, HttpEasy *easy);

#endif
