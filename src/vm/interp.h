// SPDX-License-Identifier: MIT
// interp.h - the interpreter's door
#ifndef INTERP_H
#define INTERP_H

#include "vm/vm.h"

typedef enum InterpResult {
  INTERP_IDLE,        // nobody is ready any more
  INTERP_SLICE,       // the slice of steps between polls of the outside world is used up
  INTERP_INTERRUPTED, // vm_interrupt was called; the fiber that ran is at the front of the ready
                      // queue
} InterpResult;

// Runs `fiber` and whoever follows it (AsyncOps.next) until one of these. A fiber that was parked
// goes on with its wait's value (or failure) as its record says. Never recurses for script calls.
InterpResult interp_run(VM *vm, Fiber *fiber);

#endif
