// SPDX-License-Identifier: MIT
// stdio.c - the program's output and input
//
// One buffer for the output. On a terminal it is written at the end of each line, else when it is
// full, and then up to its last line end, so that two programs that share a pipe mix whole lines.
#include "io/stdio.h"

#include "base/hash.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OUTPUT_SIZE 16384

struct Stdio {
  int out_fd;
  int err_fd;
  int in_fd;
  bool is_closed;
  bool has_failed;
  bool is_terminal;
  bool looks_like_terminal;
  bool is_muted;
  bool error_is_terminal;
  void (*before_write)(void *context);
  void *before_write_context;
  uint64_t hash;      // of all that was written
  size_t count;       // bytes waiting in `output`
  size_t input_start; // what was read and not yet given out: [input_start, input_end)
  size_t input_end;
  char output[OUTPUT_SIZE];
  char input[4096];
};

Stdio *stdio_new(int out_fd, int err_fd, int in_fd) {
  Stdio *stdio = malloc(sizeof(Stdio));
  if (!stdio) return NULL;
  stdio->out_fd = out_fd;
  stdio->err_fd = err_fd;
  stdio->in_fd = in_fd;
  stdio->is_closed = stdio->has_failed = false;
  stdio->is_muted = false;
  stdio->before_write = NULL;
  stdio->hash = 0;
  stdio->is_terminal = stdio->looks_like_terminal = isatty(out_fd) == 1;
  stdio->error_is_terminal = isatty(err_fd) == 1;
  stdio->count = stdio->input_start = stdio->input_end = 0;
  return stdio;
}

void stdio_free(Stdio *stdio) {
  if (!stdio) return;
  stdio_flush(stdio);
  free(stdio);
}

// --- Writing -------------------------------------------------------------------------------------

// A descriptor that somebody else set to non-blocking is waited for here.
static bool wait_until(int fd, short events) {
  struct pollfd poll_fd = {.fd = fd, .events = events};
  return poll(&poll_fd, 1, -1) >= 0 || errno == EINTR;
}

// 0, or the errno that ended it.
static int write_all(int fd, const char *bytes, size_t len) {
  while (len > 0) {
    ssize_t written = write(fd, bytes, len);
    if (written >= 0) {
      bytes += written;
      len -= (size_t)written;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!wait_until(fd, POLLOUT)) return errno;
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

// A full disk is told, a reader that has gone is not (C 6.6).
static void give_up_output(Stdio *stdio, int reason) {
  stdio->is_closed = true;
  if (reason == EPIPE) return;
  stdio->has_failed = true;
  char text[160];
  int len = snprintf(text, sizeof(text), "error: cannot write the output: %s\n", strerror(reason));
  write_all(stdio->err_fd, text, (size_t)len);
}

static void write_output(Stdio *stdio, const char *bytes, size_t len) {
  if (stdio->is_closed || len == 0) return;
  if (stdio->before_write) stdio->before_write(stdio->before_write_context);
  int reason = write_all(stdio->out_fd, bytes, len);
  if (reason != 0) give_up_output(stdio, reason);
}

void stdio_flush(Stdio *stdio) {
  write_output(stdio, stdio->output, stdio->count);
  stdio->count = 0;
}

// Writes up to the last line end; all of it if there is none.
static void flush_lines(Stdio *stdio) {
  char *end = memrchr(stdio->output, '\n', stdio->count);
  size_t len = end ? (size_t)(end - stdio->output) + 1 : stdio->count;
  write_output(stdio, stdio->output, len);
  stdio->count -= len;
  memmove(stdio->output, stdio->output + len, stdio->count);
}

// Costs about a nanosecond for eight bytes.
static void note_output(Stdio *stdio, const char *bytes, size_t len) {
  uint64_t turned = stdio->hash << 7 | stdio->hash >> 57;
  stdio->hash = turned ^ hash_bytes(bytes, len, stdio->hash);
}

void stdio_write(Stdio *stdio, const char *bytes, size_t len) {
  if (stdio->is_closed || stdio->is_muted) return;
  note_output(stdio, bytes, len);
  if (stdio->count + len > OUTPUT_SIZE) flush_lines(stdio);
  if (stdio->count + len > OUTPUT_SIZE) stdio_flush(stdio);
  if (len > OUTPUT_SIZE) {
    write_output(stdio, bytes, len);
    return;
  }
  memcpy(stdio->output + stdio->count, bytes, len);
  stdio->count += len;
  if (stdio->is_terminal && memchr(bytes, '\n', len)) flush_lines(stdio);
}

void stdio_write_error(Stdio *stdio, const char *bytes, size_t len) {
  if (stdio->is_muted) return;
  stdio_flush(stdio);
  if (stdio->before_write) stdio->before_write(stdio->before_write_context);
  write_all(stdio->err_fd, bytes, len); // nobody is left to tell if this fails
}

// --- Reading -------------------------------------------------------------------------------------

// False at the end of the input, or when it cannot be read.
static bool read_more(Stdio *stdio) {
  stdio_flush(stdio); // a question shall be seen before its answer is waited for
  for (;;) {
    ssize_t count = read(stdio->in_fd, stdio->input, sizeof(stdio->input));
    if (count > 0) {
      stdio->input_start = 0;
      stdio->input_end = (size_t)count;
      return true;
    }
    if (count == 0) return false;
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!wait_until(stdio->in_fd, POLLIN)) return false;
    } else if (errno != EINTR) {
      return false;
    }
  }
}

bool stdio_take(Stdio *stdio, Buffer *line) {
  const char *start = stdio->input + stdio->input_start;
  size_t available = stdio->input_end - stdio->input_start;
  const char *end = memchr(start, '\n', available);
  size_t len = end ? (size_t)(end - start) : available;
  buffer_append(line, start, len);
  stdio->input_start += len + (end ? 1 : 0);
  return end != NULL;
}

bool stdio_fill(Stdio *stdio) {
  return read_more(stdio);
}

int stdio_input_fd(const Stdio *stdio) {
  return stdio->in_fd;
}

bool stdio_read_line(Stdio *stdio, Buffer *line) {
  bool has_any = false;
  for (;;) {
    if (stdio->input_start == stdio->input_end && !read_more(stdio)) return has_any;
    has_any = true;
    if (stdio_take(stdio, line)) return true;
  }
}

void stdio_on_write(Stdio *stdio, void (*before)(void *context), void *context) {
  stdio->before_write = before;
  stdio->before_write_context = context;
}

bool stdio_has_input(const Stdio *stdio) {
  return stdio->input_start < stdio->input_end;
}

bool stdio_is_closed(const Stdio *stdio) {
  return stdio->is_closed;
}

bool stdio_has_failed(const Stdio *stdio) {
  return stdio->has_failed;
}
bool stdio_error_is_terminal(const Stdio *stdio) {
  return stdio->error_is_terminal;
}
bool stdio_output_is_terminal(const Stdio *stdio) {
  return stdio->looks_like_terminal;
}

void stdio_pretend_terminal(Stdio *stdio, bool is_terminal) {
  stdio->looks_like_terminal = is_terminal;
}

void stdio_mute(Stdio *stdio, bool is_muted) {
  stdio_flush(stdio);
  stdio->is_muted = is_muted;
}

uint64_t stdio_output_hash(const Stdio *stdio) {
  return stdio->hash;
}
