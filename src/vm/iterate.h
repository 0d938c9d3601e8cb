// SPDX-License-Identifier: MIT
// iterate.h - loops over values
//
// An iteration is three registers, so that it costs no object for lists:
//
//   over                r0              r1                  r2
//   a list, live        the list        position            null
//   Luma's table        the table       position            list of its keys, a snapshot
//   Vint's dict         list of values  position            list of its keys, snapshots
//   a string            the string      byte offset         index of the character
//   a range             the range       numbers so far      null
//   a channel           the channel     values so far       null
//   an iterator (Luma)  a function      values so far       null
//
// Positions are small integers. Vint's arrays are snapshots: r0 is a copy.
#ifndef ITERATE_H
#define ITERATE_H

#include "vm/vm_private.h"

Step iterate_begin(VM *vm, Instr i);                // ITER
bool iterate_begin_exact(VM *vm, Instr i) MUST_USE; // EXACT_ITER
// What a table's __iter has returned becomes the iteration at `state`.
bool iterate_begin_with(VM *vm, Value *state, Value iterator) MUST_USE;

// Both write R[a] (and R[a+1]). At the end they move the fiber's ip to the jump's target, which the
// interpreter then loads (STEP_ENTER).
Step iterate_next(VM *vm, Instr i);      // ITER_NEXT
Step iterate_next_pair(VM *vm, Instr i); // ITER_NEXT_PAIR
// A value that a fiber has waited for is the next of the iteration at `state`.
void iterate_deliver_pair(Value *out, Value *state, Value value);

// Prepare a loop over numbers; *is_empty tells whether it has no round. Small integers are counted: loop[1] becomes
// the number of rounds to come as a plain number, which is no Value but taken for a double by whoever looks;
// loop[0] and loop[2] are small integers then, for Luma's doubles too if they are whole.
bool iterate_prepare_numbers(VM *vm, Value *loop, bool *is_empty) MUST_USE;
bool iterate_prepare_integers(VM *vm, Value *loop, bool *is_empty) MUST_USE;
// The next round of a loop over integers that are not counted.
bool iterate_next_integer(VM *vm, Value *loop, bool *is_over) MUST_USE;

#endif
