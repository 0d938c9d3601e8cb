// SPDX-License-Identifier: MIT
// poller.h - what the loop below the scheduler must offer
//
// io/loop.c fills it in with libuv; virtual time and a build without I/O need no loop at all
// (NULL).
#ifndef POLLER_H
#define POLLER_H

#include "base/common.h"

typedef struct Poller {
  void *self;
  // Waits for the outside world, at most `timeout_ns` (0: only looks, −1: as long as it takes), and
  // runs what happened: callbacks that settle promises and wake fibers.
  void (*poll)(void *self, int64_t timeout_ns);
  // Makes a poll that waits return; from a signal handler or another thread.
  void (*wake)(void *self);
  // True while something outside may still happen that a fiber waits for (a request, a listening
  // socket that was not unreferenced). Timers are the scheduler's own and do not count.
  bool (*is_alive)(void *self);
} Poller;

#endif
