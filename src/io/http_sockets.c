// SPDX-License-Identifier: MIT
// http_sockets.c - libcurl's sockets, watched by the loop
//
// Done to the letter, libcurl's wishes cost four changes of interest (system calls) for each
// request on a kept connection. So a socket stays registered for reading when libcurl forgets it
// after a request, and interest is only ever added; what was too much is taken away when an event
// comes that nobody wanted. libcurl tells us before it closes a socket (CLOSESOCKETFUNCTION),
// because we opened it (OPENSOCKETFUNCTION). Sockets that it makes itself (for resolving names) are
// watched to the letter.
#include "io/http_sockets.h"

#include "base/memory.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

// A socket of libcurl's that we watch.
struct HttpWatched {
  uv_poll_t poll;
  HttpSockets *sockets;
  int fd;
  int wanted;  // what libcurl wants to hear of (UV_READABLE | UV_WRITABLE); 0: it forgot the socket
  int watched; // what the loop watches: at least `wanted`
  bool is_open; // has carried data: while it connects libcurl closes a socket without telling us
};

void http_sockets_init(HttpSockets *sockets, Loop *loop, HttpSocketEvent act, void *context) {
  *sockets = (HttpSockets){.loop = loop, .act = act, .context = context};
}

static void free_watched(uv_handle_t *handle) {
  free(handle->data);
}

static void forget_socket(HttpSockets *sockets, int fd) {
  HttpWatched *watched = sockets->watched.items[fd];
  sockets->watched.items[fd] = NULL;
  uv_close((uv_handle_t *)&watched->poll, free_watched);
}

static HttpWatched *find_socket(HttpSockets *sockets, int fd) {
  return (uint32_t)fd < sockets->watched.count ? sockets->watched.items[fd] : NULL;
}

static void on_socket_event(uv_poll_t *handle, int status, int events);

static void watch(HttpWatched *watched, int events) {
  if (watched->watched == events) return;
  watched->watched = events;
  if (events) {
    uv_poll_start(&watched->poll, events, on_socket_event);
  } else {
    uv_poll_stop(&watched->poll);
  }
}

// An event that nobody wanted takes the surplus interest away. On an idle connection it means that
// the other side has closed it; libcurl notices when it wants to use it again.
static void on_socket_event(uv_poll_t *handle, int status, int events) {
  HttpWatched *watched = handle->data;
  HttpSockets *sockets = watched->sockets;
  int flags = 0;
  if (status < 0) { // libuv has stopped watching it
    watched->watched = 0;
    flags = CURL_CSELECT_ERR;
    events = watched->wanted;
  }
  if ((events & watched->wanted) == 0) {
    watch(watched, watched->wanted);
    return;
  }
  if (status == 0 && (events & UV_READABLE)) watched->is_open = true;
  if (events & watched->wanted & UV_READABLE) flags |= CURL_CSELECT_IN;
  if (events & watched->wanted & UV_WRITABLE) flags |= CURL_CSELECT_OUT;
  sockets->act(sockets->context, watched->fd, flags);
}

static void make_room_for(HttpSockets *sockets, int fd) {
  while (sockets->watched.count <= (uint32_t)fd) vec_push(&sockets->watched, NULL);
  while (sockets->is_ours.count <= (uint32_t)fd) vec_push(&sockets->is_ours, false);
}

static HttpWatched *add_socket(HttpSockets *sockets, int fd) {
  make_room_for(sockets, fd);
  HttpWatched *watched = memory_require(NULL, sizeof(HttpWatched));
  *watched = (HttpWatched){.sockets = sockets, .fd = fd};
  if (uv_poll_init(loop_uv(sockets->loop), &watched->poll, fd) != 0) {
    free(watched);
    return NULL;
  }
  watched->poll.data = watched;
  sockets->watched.items[fd] = watched;
  return watched;
}

// libcurl's wish for one socket.
int http_sockets_want(CURL *easy, curl_socket_t fd, int what, void *context, void *socket) {
  (void)easy;
  (void)socket;
  HttpSockets *sockets = context;
  HttpWatched *watched = find_socket(sockets, fd);
  if (what == CURL_POLL_REMOVE) {
    if (!watched) return 0;
    watched->wanted = 0;
    if (!sockets->is_ours.items[fd] || !watched->is_open) forget_socket(sockets, fd);
    return 0;
  }
  if (!watched) watched = add_socket(sockets, fd);
  if (!watched) return -1;
  watched->wanted =
      (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
  if (watched->wanted & ~watched->watched) watch(watched, watched->wanted | watched->watched);
  return 0;
}

curl_socket_t http_sockets_open(void *context, curlsocktype purpose,
                                struct curl_sockaddr *address) {
  (void)purpose;
  HttpSockets *sockets = context;
  int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (fd < 0) return CURL_SOCKET_BAD;
  make_room_for(sockets, fd);
  sockets->is_ours.items[fd] = true;
  return fd;
}

int http_sockets_close(void *context, curl_socket_t fd) {
  HttpSockets *sockets = context;
  if (find_socket(sockets, fd)) forget_socket(sockets, fd);
  if ((uint32_t)fd < sockets->is_ours.count) sockets->is_ours.items[fd] = false;
  return close(fd);
}

void http_sockets_free(HttpSockets *sockets) {
  for (uint32_t fd = 0; fd < sockets->watched.count; fd++) {
    if (sockets->watched.items[fd]) forget_socket(sockets, (int)fd);
  }
  vec_free(&sockets->watched);
  vec_free(&sockets->is_ours);
}
