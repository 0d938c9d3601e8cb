// SPDX-License-Identifier: MIT
// moment.h - points in time and lengths of time
//
// A Time is a moment with the zone in which it shows its clock; two are equal if they are the same
// moment, whatever their zones. Both kinds are immutable.
#ifndef MOMENT_H
#define MOMENT_H

#include "heap/heap.h"
#include "object/kinds.h"

typedef struct Time {
  Obj obj;
  int64_t ns;       // since 1970-01-01 00:00 UTC: 1677 to 2262
  const void *zone; // its owner's; lives as long as the VM's library. NULL: UTC
} Time;

typedef struct Duration {
  Obj obj;
  int64_t ns;
} Duration;

void moment_register(Heap *heap);
// NULL when memory is out.
Time *moment_time(Heap *heap, int64_t ns, const void *zone) MUST_USE;
Duration *moment_duration(Heap *heap, int64_t ns) MUST_USE;

static inline bool value_is_time(Value v) {
  return value_is_kind(v, KIND_TIME);
}
static inline Time *value_as_time(Value v) {
  return (Time *)value_as_object(v);
}
static inline bool value_is_duration(Value v) {
  return value_is_kind(v, KIND_DURATION);
}
static inline Duration *value_as_duration(Value v) {
  return (Duration *)value_as_object(v);
}

#endif
