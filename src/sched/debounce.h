// SPDX-License-Identifier: MIT
// debounce.h - a function that runs when its calls have paused
//
// Each call sets the alarm anew; when so many nanoseconds have passed without another one, the
// function runs on a fiber of its own with the arguments of the last call. So between runs there is
// one timer at most, and when it has rung nothing is left but the last result.
//
// Runs may overlap, if one waits for longer than the pause. An error in a run is reported as that of
// a `go` fiber is.
#ifndef DEBOUNCE_H
#define DEBOUNCE_H

#include "sched/alarm.h"

typedef struct Debounce {
  Obj obj;
  Value function;
  Value result; // of the run that ended last; null before
  int64_t pause_ns;
  Alarm *alarm;
  Promise *runs;          // never settles: on its behalf the runs are watched; its settler is this
  List *args;             // of the last call, until it runs; else NULL
  List *locals;           // what the run inherits from the caller, or NULL
  const Instr *called_at; // for reports
} Debounce;

static inline bool value_is_debounce(Value v) {
  return value_is_kind(v, KIND_DEBOUNCE);
}

void debounce_register(VM *vm);
Debounce *debounce_new(VM *vm, Value function, int64_t pause_ns) MUST_USE; // NULL: raised
// A call with these arguments, by the running fiber. False: out of memory, raised.
bool debounce_call(VM *vm, Debounce *debounce, const Value *args, uint32_t count) MUST_USE;

#endif
