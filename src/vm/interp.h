// SPDX-License-Identifier: MIT
// interp.h - the interpreter's door
#ifndef INTERP_H
#define INTERP_H

#include "vm/vm.h"

typedef enum InterpResult {
  INTERP_IDLE,        // AsyncOps.next gave nobody: nothing is ready, or the slice is used up, which
                      // only the scheduler knows
  INTERP_INTERRUPTED, // vm_interrupt was called; the fiber that ran is ready again (AsyncOps.ready)
                      // and the request is taken off
} InterpResult;

// Runs `fiber` and whoever follows it (AsyncOps.next) until one of these. A fiber that was parked
// goes on with its wait's value (or failure) as its record says. Never recurses for script calls.
InterpResult interp_run(VM *vm, Fiber *fiber);
// The same for a VM that has a profile (profile.h).
InterpResult interp_watched_run(VM *vm, Fiber *fiber);

#endif
