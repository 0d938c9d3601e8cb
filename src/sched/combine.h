// SPDX-License-Identifier: MIT
// combine.h - promises made of promises
#ifndef COMBINE_H
#define COMBINE_H

#include "sched/promise.h"

// Each gives a promise, or NULL with an error raised. Elements that are no promises count as
// fulfilled with themselves. All mark what they look at as observed.
Promise *combine_all(VM *vm, List *promises);     // list of values; rejects at the first rejection
Promise *combine_settled(VM *vm, List *promises); // list of {status, value, error}
// C 3.12: never rejects; {ok, err} with an error record {kind, message}.
Promise *combine_result(VM *vm, Promise *promise);

#endif
