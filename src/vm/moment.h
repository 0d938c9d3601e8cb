// SPDX-License-Identifier: MIT
// moment.h - recognising the moment in which a fiber was interrupted
//
// A fiber that computes can be stopped at any round of a loop and at any call, and nothing counts
// them. A recorded run keeps a number that describes the moment; the replay compares it wherever the
// fiber could stop. Within one turn of a fiber two moments with the same number differ in nothing
// that the code around them can tell easily: same place, same registers of all callers, same
// variables of the functions and files among them, and the first items of what these hold.
//
// The numbers are the same in every run: no address has a part in them. Neither allocates.
#ifndef MOMENT_H
#define MOMENT_H

#include "vm/fiber.h"

// Of the top frame's place and registers: cheap, to be compared first.
uint64_t moment_place_hash(VM *vm, const Fiber *fiber);
// Of all that is said above. The fiber's state must be saved.
uint64_t moment_state_hash(VM *vm, const Fiber *fiber);

#endif
