// SPDX-License-Identifier: MIT
// timeout.h - Promise.timeout
//
// A time-out adopts the promise that it bounds, so it settles as that one does and is cancelled with
// it; a timer is set for it besides. When that comes first it rejects and what it bounds is
// cancelled.
#ifndef TIMEOUT_H
#define TIMEOUT_H

#include "sched/promise.h"

// NULL: out of memory, raised.
Promise *timeout_promise(VM *vm, Promise *promise, int64_t ns, double ms) MUST_USE;
// For timer.c: the time is over.
void timeout_expire(VM *vm, Promise *timeout);

#endif
