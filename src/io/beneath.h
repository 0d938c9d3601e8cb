// SPDX-License-Identifier: MIT
// beneath.h - opening what is in a folder, and nothing else, whatever the path says
//
// A path that leads out of its folder, by ".." or by a link, is as one that is not there. The
// system keeps this promise (openat2 with RESOLVE_BENEATH, Linux 5.6), in one step, so that nobody
// can change a link between a check and the opening. Where it does not know how, the path is
// resolved first and compared with the folder's.
#ifndef BENEATH_H
#define BENEATH_H

#include "base/common.h"

#include <sys/stat.h>

typedef enum BeneathStatus {
  BENEATH_OPEN,
  BENEATH_MISSING,  // not there, not beneath, or neither a file nor a folder
  BENEATH_REFUSED,  // it may not be read
  BENEATH_FAILED,   // errno
  BENEATH_MUST_ASK, // only if `is_cached`: the system would have to ask a disk
} BeneathStatus;

// Opens `path` beneath `root` to be read; it never waits for a pipe. `path` has no slash in front;
// "" is the root. `is_cached`: what is not in memory is not opened, so that it takes no time.
BeneathStatus beneath_open(const char *root, const char *path, bool is_cached, int *fd,
                           struct stat *stat) MUST_USE;

#endif
