// SPDX-License-Identifier: MIT
// alarm.c - a time that can be set, set anew and given up, again and again
#include "sched/alarm.h"

static void trace_alarm(Heap *heap, Obj *object) {
  heap_mark(heap, ((Alarm *)object)->owner);
}

void alarm_register(VM *vm) {
  static const KindDescriptor descriptor = {.name = "alarm", .trace = trace_alarm};
  heap_register(vm_heap(vm), KIND_ALARM, &descriptor);
}

Alarm *alarm_new(VM *vm, Obj *owner, AlarmRing ring) {
  Alarm *alarm = heap_new(vm_heap(vm), KIND_ALARM, sizeof(Alarm));
  if (!alarm) {
    vm_raise_memory(vm);
    return NULL;
  }
  alarm->owner = owner;
  alarm->ring = ring;
  return alarm;
}

void alarm_stop(VM *vm, Alarm *alarm) {
  if (!alarm->is_set) return;
  alarm->is_set = false;
  timer_drop(sched_of(vm), 1);
}

void alarm_set(VM *vm, Alarm *alarm, int64_t ns) {
  alarm_stop(vm, alarm);
  alarm->is_set = true;
  timer_add_alarm(vm, (Obj *)alarm, ++alarm->generation, ns);
}

void alarm_fire(VM *vm, Alarm *alarm, uint32_t generation) {
  if (!alarm_wants(alarm, generation)) return;
  alarm->is_set = false;
  alarm->ring(vm, alarm->owner);
}
