// SPDX-License-Identifier: MIT
// errand.h - something outside that will settle a promise, and can be called off
//
// A request hangs on its promise as its settler. Cancelling the promise calls `stop`, which ends
// the task without settling anything; once the promise has settled nobody knows the errand any more.
#ifndef ERRAND_H
#define ERRAND_H

#include "sched/promise.h"

typedef struct Errand {
  Obj obj;
  void *task;
  void (*stop)(VM *vm, void *task);
} Errand;

void errand_register(VM *vm);
// `promise` must be rooted. False: out of memory, raised.
bool errand_attach(VM *vm, Promise *promise, void *task, void (*stop)(VM *, void *)) MUST_USE;
void errand_stop(VM *vm, Errand *errand); // once

#endif
