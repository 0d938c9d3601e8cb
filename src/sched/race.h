// SPDX-License-Identifier: MIT
// race.h - Promise.race and Promise.any: the first of several
//
// What loses is not cancelled, and keeps no memory through the race: its watcher goes when the race
// is decided (promise.h). Elements that are no promises count as fulfilled with themselves. If
// several have settled already the first of them in the list wins.
#ifndef RACE_H
#define RACE_H

#include "sched/promise.h"

// The first that settles. NULL: out of memory, raised.
Promise *race_settled(VM *vm, List *promises) MUST_USE;
// The first that is fulfilled; if all are rejected an AggregateError with the list of their errors.
Promise *race_fulfilled(VM *vm, List *promises) MUST_USE;

#endif
