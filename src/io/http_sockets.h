// SPDX-License-Identifier: MIT
// http_sockets.h - libcurl's sockets, watched by the loop
//
// libcurl says which sockets it wants watched; this tells it what happened on them. The functions
// with a `context` are callbacks of libcurl, whose context is the HttpSockets.
#ifndef HTTP_SOCKETS_H
#define HTTP_SOCKETS_H

#include "base/vec.h"
#include "io/loop.h"

#include <curl/curl.h>

typedef struct HttpWatched HttpWatched;
// Something happened on a socket: flags CURL_CSELECT_…
typedef void (*HttpSocketEvent)(void *context, int fd, int flags);

typedef struct HttpSockets {
  Loop *loop;
  HttpSocketEvent act;
  void *context;
  VEC(HttpWatched *) watched; // by file descriptor; NULL: not watched
  VEC(bool) is_ours;          // by file descriptor: opened by http_sockets_open
} HttpSockets;

void http_sockets_init(HttpSockets *sockets, Loop *loop, HttpSocketEvent act, void *context);
// Watches nothing more. After curl_multi_cleanup, which closes sockets.
void http_sockets_free(HttpSockets *sockets);

int http_sockets_want(CURL *easy, curl_socket_t fd, int what, void *context, void *socket);
curl_socket_t http_sockets_open(void *context, curlsocktype purpose, struct curl_sockaddr *address);
int http_sockets_close(void *context, curl_socket_t fd);

#endif
