// SPDX-License-Identifier: MIT
// watcher.h - a thread that looks at something every now and then
//
// Signals are left to the program's own thread.
#ifndef WATCHER_H
#define WATCHER_H

#include "base/common.h"

typedef struct Watcher Watcher;

// `look` runs on the thread, `every_ns` after it last returned. NULL: there can be no thread.
Watcher *watcher_new(int64_t every_ns, void (*look)(void *context), void *context) MUST_USE;
// Returns when `look` has returned for the last time. NULL is fine.
void watcher_free(Watcher *watcher);

#endif
