// SPDX-License-Identifier: MIT
// thread.h - threads beside the program's own
#ifndef THREAD_H
#define THREAD_H

#include "base/common.h"
#include <pthread.h>

// Starts a thread that gets no signals: those are for the program's own, which would not notice them
// otherwise. False: the system has no more. The caller joins it.
bool thread_start(pthread_t *thread, void *(*run)(void *context), void *context) MUST_USE;
// How many processors this process may run on; at least 1.
uint32_t thread_processor_count(void);

#endif
