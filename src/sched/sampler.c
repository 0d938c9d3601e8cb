// SPDX-License-Identifier: MIT
// sampler.c - the clock of a profile: asks at a steady rate what the processor's time went to
#include "sched/sampler.h"

#include "sched/watcher.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct Sampler {
  VM *vm;
  Profile *profile;
  Watcher *watcher;
  clockid_t clock; // processor time of the VM's thread
  uint64_t last_ns;
  uint64_t begun_ns; // by the clock on the wall
};

static uint64_t read_ns(clockid_t clock, uint64_t otherwise) {
  struct timespec now;
  if (clock_gettime(clock, &now) != 0) return otherwise;
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void look(void *context) {
  Sampler *sampler = context;
  uint64_t now = read_ns(sampler->clock, sampler->last_ns);
  if (now > sampler->last_ns) profile_tick(sampler->vm, now - sampler->last_ns);
  sampler->last_ns = now;
}

Sampler *sampler_new(VM *vm, Profile *profile, uint32_t hz) {
  Sampler *sampler = calloc(1, sizeof(Sampler));
  if (!sampler) return NULL;
  sampler->vm = vm;
  sampler->profile = profile;
  if (pthread_getcpuclockid(pthread_self(), &sampler->clock) == 0) {
    sampler->last_ns = read_ns(sampler->clock, 0);
    sampler->begun_ns = read_ns(CLOCK_MONOTONIC, 0);
    sampler->watcher = watcher_new(1000000000 / hz, look, sampler);
  }
  if (sampler->watcher) return sampler;
  free(sampler);
  return NULL;
}

void sampler_free(Sampler *sampler) {
  if (!sampler) return;
  watcher_free(sampler->watcher);
  look(sampler);
  sampler->profile->elapsed_ns = read_ns(CLOCK_MONOTONIC, sampler->begun_ns) - sampler->begun_ns;
  free(sampler);
}
