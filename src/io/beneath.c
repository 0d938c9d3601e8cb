// SPDX-License-Identifier: MIT
// beneath.c - opening what is in a folder, and nothing else, whatever the path says
#include "io/beneath.h"

#include "base/buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// As <linux/openat2.h>, which older systems do not have.
typedef struct OpenHow {
  uint64_t flags, mode, resolve;
} OpenHow;

#define RESOLVE_NO_MAGICLINKS 0x02
#define RESOLVE_BENEATH       0x08
#define RESOLVE_CACHED        0x20

#define READING (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

static int open_by(int folder, const char *path, uint64_t flags, uint64_t resolve) {
#ifdef SYS_openat2
  OpenHow how = {.flags = flags, .resolve = resolve};
  return (int)syscall(SYS_openat2, folder, path, &how, sizeof(how));
#else
  errno = ENOSYS;
  return -1;
#endif
}

static int close_keeping(int fd, int result) {
  int error = errno;
  if (fd >= 0) close(fd);
  errno = error;
  return result;
}

static int open_beneath(const char *root, const char *path, bool is_cached) {
  uint64_t cached = is_cached ? RESOLVE_CACHED : 0;
  int folder = open_by(AT_FDCWD, root, O_PATH | O_DIRECTORY | O_CLOEXEC, cached);
  if (folder < 0) return -1;
  int fd = open_by(folder, path[0] ? path : ".", READING,
                   cached | RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
  return close_keeping(folder, fd);
}

static bool is_in(const char *folder, const char *path) {
  size_t len = strlen(folder);
  if (len == 1) return true; // "/"
  return strncmp(folder, path, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

static int open_resolved(const char *root, const char *path) {
  char folder[PATH_MAX];
  char target[PATH_MAX];
  Buffer whole = {0};
  buffer_printf(&whole, "%s/%s", root, path);
  bool is_found = realpath(root, folder) && realpath(whole.bytes, target);
  int error = errno;
  buffer_free(&whole);
  errno = is_found && !is_in(folder, target) ? EXDEV : error;
  return is_found && is_in(folder, target) ? open(target, READING | O_NOFOLLOW) : -1;
}

// A system before 5.6, or a container that does not let it through.
static bool is_unknown_call(int error) {
  return error == ENOSYS || error == EPERM || error == EINVAL;
}

static BeneathStatus status_of(int error, bool is_cached) {
  switch (error) {
  case EAGAIN: return is_cached ? BENEATH_MUST_ASK : BENEATH_FAILED;
  case ENOENT:
  case ENOTDIR:
  case ELOOP:
  case ENAMETOOLONG:
  case ENXIO: // a socket
  case EXDEV: return BENEATH_MISSING;
  case EACCES: return BENEATH_REFUSED;
  default: return BENEATH_FAILED;
  }
}

BeneathStatus beneath_open(const char *root, const char *path, bool is_cached, int *fd,
                           struct stat *stat) {
  *fd = open_beneath(root, path, is_cached);
  if (*fd < 0 && is_unknown_call(errno)) {
    if (is_cached) return BENEATH_MUST_ASK;
    *fd = open_resolved(root, path);
  }
  if (*fd < 0) return status_of(errno, is_cached);
  BeneathStatus status = BENEATH_OPEN;
  if (fstat(*fd, stat) != 0)
    status = BENEATH_FAILED;
  else if (!S_ISREG(stat->st_mode) && !S_ISDIR(stat->st_mode))
    status = BENEATH_MISSING;
  if (status != BENEATH_OPEN) *fd = close_keeping(*fd, -1);
  return status;
}
