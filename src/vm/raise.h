// SPDX-License-Identifier: MIT
// raise.h - values thrown, and the way of an error down the stack
#ifndef RAISE_H
#define RAISE_H

#include "vm/vm_private.h"

// Wraps a thrown value that is no Error in one and raises it. `value` must be reachable.
void raise_thrown(VM *vm, Value value);
// What `throw` does: an Error keeps where it was first raised. `value` must be reachable. Always
// false.
bool raise_throw(VM *vm, Value value);
// Of two errors the one that goes on: the first, which takes the later one along in its details,
// but a cancellation before all others. `first` may be anything else: there was no error then. Both
// must be reachable.
Value raise_keep(VM *vm, Value first, Value later);
// Finds who catches the error on the VM in the running fiber. True: base and ip stand at the
// handler, the error is in its register and off the VM. False: nobody; the error is still on the
// VM.
bool raise_unwind(VM *vm, Fiber *fiber);
// The fiber ends where it is, without its handlers: its natives give back what they hold.
void raise_abandon(VM *vm, Fiber *fiber);

#endif
