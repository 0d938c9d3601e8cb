// SPDX-License-Identifier: MIT
// watcher.c - a thread that looks at something every now and then
#include "sched/watcher.h"

#include "base/thread.h"

#include <stdlib.h>
#include <time.h>

struct Watcher {
  int64_t every_ns;
  void (*look)(void *context);
  void *context;
  pthread_t thread;
  pthread_mutex_t lock; // of is_ending
  pthread_cond_t ending;
  bool is_ending;
};

// False: it is time to end.
static bool sleep_a_while(Watcher *watcher) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  int64_t at = until.tv_nsec + watcher->every_ns;
  until.tv_sec += at / 1000000000;
  until.tv_nsec = at % 1000000000;
  pthread_mutex_lock(&watcher->lock);
  if (!watcher->is_ending) pthread_cond_timedwait(&watcher->ending, &watcher->lock, &until);
  bool goes_on = !watcher->is_ending;
  pthread_mutex_unlock(&watcher->lock);
  return goes_on;
}

static void *watch(void *context) {
  Watcher *watcher = context;
  while (sleep_a_while(watcher)) watcher->look(watcher->context);
  return NULL;
}

static void free_watcher(Watcher *watcher) {
  pthread_cond_destroy(&watcher->ending);
  pthread_mutex_destroy(&watcher->lock);
  free(watcher);
}

Watcher *watcher_new(int64_t every_ns, void (*look)(void *context), void *context) {
  Watcher *watcher = calloc(1, sizeof(Watcher));
  if (!watcher) return NULL;
  watcher->every_ns = every_ns;
  watcher->look = look;
  watcher->context = context;
  pthread_mutex_init(&watcher->lock, NULL);
  pthread_cond_init(&watcher->ending, NULL);
  if (thread_start(&watcher->thread, watch, watcher)) return watcher;
  free_watcher(watcher);
  return NULL;
}

void watcher_free(Watcher *watcher) {
  if (!watcher) return;
  pthread_mutex_lock(&watcher->lock);
  watcher->is_ending = true;
  pthread_cond_signal(&watcher->ending);
  pthread_mutex_unlock(&watcher->lock);
  pthread_join(watcher->thread, NULL);
  free_watcher(watcher);
}
