// SPDX-License-Identifier: MIT
// read_file.c - reading a program's text from the disk
#include "api/read_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int read_file_descriptor(int fd, Buffer *out) {
  char piece[65536];
  for (;;) {
    ssize_t got = read(fd, piece, sizeof(piece));
    if (got == 0) return 0;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    buffer_append(out, piece, (size_t)got);
  }
}

static int check_kind(int fd, bool only_regular) {
  struct stat about;
  if (fstat(fd, &about) != 0) return errno;
  if (S_ISDIR(about.st_mode)) return EISDIR;
  return only_regular && !S_ISREG(about.st_mode) ? ENXIO : 0;
}

int read_file_path(const char *path, bool only_regular, Buffer *out) {
  // Without O_NONBLOCK opening a pipe would wait for somebody to write.
  int fd = open(path, O_RDONLY | O_CLOEXEC | (only_regular ? O_NONBLOCK : 0));
  if (fd < 0) return errno;
  int problem = check_kind(fd, only_regular);
  if (!problem) problem = read_file_descriptor(fd, out);
  close(fd);
  return problem;
}

const char *read_file_reason(int problem) {
  return problem == ENXIO ? "it is a pipe or a device, not a file" : strerror(problem);
}

static bool ends_with(const char *text, const char *end) {
  size_t a = strlen(text), b = strlen(end);
  return a >= b && strcasecmp(text + a - b, end) == 0;
}

bool read_file_dialect(const char *path, const Buffer *text, Dialect *out) {
  bool is_vint = ends_with(path, ".vint");
  bool is_luma = ends_with(path, ".luma");
  if (!is_vint && !is_luma && text->len > 2 && memcmp(text->bytes, "#!", 2) == 0) {
    const char *end = memchr(text->bytes, '\n', text->len);
    size_t len = end ? (size_t)(end - text->bytes) : text->len;
    is_luma = memmem(text->bytes, len, "luma", 4) != NULL;
    is_vint = !is_luma && memmem(text->bytes, len, "vint", 4) != NULL;
  }
  if (is_luma) *out = DIALECT_LUMA;
  if (is_vint) *out = DIALECT_VINT;
  return is_luma || is_vint;
}
