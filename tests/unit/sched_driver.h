// SPDX-License-Identifier: MIT
// sched_driver.h - plays random fibers on the real scheduler beside the model
//
// The fibers are calls of a small Vint function that asks natives of the driver what to do, catches
// what fails, and cleans up at its end. What they do is chosen by bytes, so that a fuzzer can
// choose, or by a generator that is seeded with a number.
#ifndef SCHED_DRIVER_H
#define SCHED_DRIVER_H

#include "sched_machine.h"
#include "sched_model.h"

#include "base/rng.h"
#include "sched/group.h"
#include "sched/select.h"

typedef struct Dice {
  Rng rng;
  const uint8_t *bytes; // NULL: as the generator says
  size_t left;
} Dice;

typedef struct DriverPlan {
  uint64_t seed;
  const uint8_t *bytes; // or these, as long as they last
  size_t byte_count;
  uint64_t operations;
  uint32_t fibers; // about so many at a time
  uint32_t channels, promises, groups;
  bool stress; // a collection at every allocation
} DriverPlan;

#define SLOTS_MAX 256

typedef struct Driver {
  DriverPlan plan;
  Dice dice;
  SchedMachine *machine;
  VM *vm;
  Model model;
  List *channels, *promises, *groups; // the real ones
  uint32_t channel_ids[SLOTS_MAX], promise_ids[SLOTS_MAX], group_ids[SLOTS_MAX];
  Value actor;   // the function
  Thing failure; // of the operation that was the last to fail
  uint32_t deed; // the last one, for messages
  uint64_t operations;
  uint64_t seen_operations; // at the last turn of the one that keeps the game going
  uint32_t idle_turns;      // of that one, without an operation by another
  uint64_t next_number;
  uint32_t is_wrong; // at the first disagreement the rest is worth nothing
} Driver;

// Plays until the operations or the bytes are used up. False: the two disagreed; where is on
// stderr.
bool driver_play(const DriverPlan *plan, uint64_t *operations);

// --- For the driver's files ----------------------------------------------------------------------

uint32_t driver_roll(Driver *d, uint32_t bound);
bool driver_is_over(const Driver *d);
void driver_agree(Driver *d, bool is_right, const char *what);

// sched_driver_ops.c: something that an actor does, and what keeps the game going.
WaitResult driver_operate(Driver *d, uint32_t actor);
WaitResult driver_tend(Driver *d, uint32_t actor);
WaitResult driver_clean(Driver *d, uint32_t actor);
void driver_set_up(Driver *d);
Value driver_result(Driver *d, uint32_t actor);

// sched_driver_values.c
Value driver_value_of(VM *vm, uint64_t number);
bool driver_is_thing(const Model *m, VM *vm, Value value, Thing thing);
bool driver_is_pick(const Model *m, VM *vm, const Value operands[2], uint32_t chosen, Thing thing);

#endif
