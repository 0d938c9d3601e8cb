// SPDX-License-Identifier: MIT
// raise.h - values thrown, and the way of an error down the stack
#ifndef RAISE_H
#define RAISE_H

#include "vm/vm_private.h"

// Wraps a thrown value that is no Error in one and raises it. `value` must be reachable.
void raise_thrown(VM *vm, Value value);
// Finds who catches the error on the VM in the running fiber. True: base and ip stand at the
// handler, the error is in its register and off the VM. False: nobody; the error is still on the
// VM.
bool raise_unwind(VM *vm, Fiber *fiber);

#endif
