// SPDX-License-Identifier: MIT
// alarm.h - a time that can be set, set anew and given up, again and again
//
// For what is no wait of a fiber: a ticker's next tick, the pause after which a debounced function
// runs. An alarm is set to one time or to none. Setting it anew makes the timer before it stale at
// once (sched/timer.h), so nothing is left behind and nothing rings twice.
#ifndef ALARM_H
#define ALARM_H

#include "sched/timer.h"

typedef void (*AlarmRing)(VM *vm, Obj *owner);

typedef struct Alarm {
  Obj obj;
  Obj *owner;
  AlarmRing ring; // the alarm is not set any more; may set it. An error must not be left on the VM
  uint32_t generation;
  bool is_set;
} Alarm;

void alarm_register(VM *vm);
// `owner` must be rooted. NULL: out of memory, raised.
Alarm *alarm_new(VM *vm, Obj *owner, AlarmRing ring) MUST_USE;
void alarm_set(VM *vm, Alarm *alarm, int64_t ns); // from now on
void alarm_stop(VM *vm, Alarm *alarm);

// For timer.c: the timer of `generation` has come; whether it is still wanted.
void alarm_fire(VM *vm, Alarm *alarm, uint32_t generation);
static inline bool alarm_wants(const Alarm *alarm, uint32_t generation) {
  return alarm->is_set && alarm->generation == generation;
}

#endif
