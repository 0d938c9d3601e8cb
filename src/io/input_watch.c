// SPDX-License-Identifier: MIT
// input_watch.c - is there something to read?
#include "io/input_watch.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

struct InputWatch {
  uv_poll_t poll;
  int fd; // our own, because libuv watches each descriptor for one only, and others may read (input.h)
  bool is_watchable;
  bool is_ready;
};

static void note_ready(uv_poll_t *poll, int status, int events) {
  (void)status; // an error too is told by reading
  (void)events;
  ((InputWatch *)poll->data)->is_ready = true;
}

InputWatch *input_watch_new(Loop *loop, int fd) {
  InputWatch *watch = calloc(1, sizeof(InputWatch));
  if (!watch) return NULL;
  int flags = fcntl(fd, F_GETFL);
  watch->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
  watch->is_watchable = watch->fd >= 0 && uv_poll_init(loop_uv(loop), &watch->poll, watch->fd) == 0;
  watch->poll.data = watch;
  if (flags >= 0) fcntl(fd, F_SETFL, flags); // libuv has made it non-blocking
  return watch;
}

static void free_watch(uv_handle_t *handle) {
  InputWatch *watch = handle->data;
  close(watch->fd);
  free(watch);
}

void input_watch_free(InputWatch *watch) {
  if (!watch) return;
  if (watch->is_watchable) {
    uv_close((uv_handle_t *)&watch->poll, free_watch); // called by loop_free at the latest
    return;
  }
  if (watch->fd >= 0) close(watch->fd);
  free(watch);
}

void input_watch_start(InputWatch *watch) {
  watch->is_ready = !watch->is_watchable;
  if (watch->is_watchable && uv_poll_start(&watch->poll, UV_READABLE | UV_DISCONNECT, note_ready) != 0)
    watch->is_ready = true;
}

void input_watch_stop(InputWatch *watch) {
  if (watch->is_watchable) uv_poll_stop(&watch->poll);
}

bool input_watch_is_ready(InputWatch *watch) {
  if (!watch->is_ready || !watch->is_watchable) return watch->is_ready;
  struct pollfd state = {.fd = watch->fd, .events = POLLIN};
  watch->is_ready = poll(&state, 1, 0) != 0; // somebody else may have read it
  return watch->is_ready;
}
