// SPDX-License-Identifier: MIT
// thread.c - threads beside the program's own
#include "base/thread.h"

#include <sched.h>
#include <signal.h>

bool thread_start(pthread_t *thread, void *(*run)(void *context), void *context) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  bool is_started = pthread_create(thread, NULL, run, context) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return is_started;
}

uint32_t thread_processor_count(void) {
  cpu_set_t set;
  int count = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 0;
  return count > 0 ? (uint32_t)count : 1;
}
