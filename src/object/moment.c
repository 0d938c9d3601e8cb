// SPDX-License-Identifier: MIT
// moment.c - points in time and lengths of time
#include "object/moment.h"

void moment_register(Heap *heap) {
  heap_register(heap, KIND_TIME, &(KindDescriptor){.name = kinds_name(KIND_TIME)});
  heap_register(heap, KIND_DURATION, &(KindDescriptor){.name = kinds_name(KIND_DURATION)});
}

Time *moment_time(Heap *heap, int64_t ns, const void *zone) {
  Time *time = heap_new(heap, KIND_TIME, sizeof(Time));
  if (!time) return NULL;
  time->ns = ns;
  time->zone = zone;
  return time;
}

Duration *moment_duration(Heap *heap, int64_t ns) {
  Duration *duration = heap_new(heap, KIND_DURATION, sizeof(Duration));
  if (!duration) return NULL;
  duration->ns = ns;
  return duration;
}
