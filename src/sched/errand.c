// SPDX-License-Identifier: MIT
// errand.c - something outside that will settle a promise, and can be called off
#include "sched/errand.h"

void errand_register(VM *vm) {
  static const KindDescriptor descriptor = {.name = "errand"};
  heap_register(vm_heap(vm), KIND_ERRAND, &descriptor);
}

bool errand_attach(VM *vm, Promise *promise, void *task, void (*stop)(VM *, void *)) {
  Errand *errand = heap_new(vm_heap(vm), KIND_ERRAND, sizeof(Errand));
  if (!errand) return vm_raise_memory(vm);
  errand->task = task;
  errand->stop = stop;
  promise->settler = (Obj *)errand;
  heap_touch(vm_heap(vm), (Obj *)promise);
  return true;
}

void errand_stop(VM *vm, Errand *errand) {
  errand->stop(vm, errand->task);
}
