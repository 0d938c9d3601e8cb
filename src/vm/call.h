// SPDX-License-Identifier: MIT
// call.h - calling any value
//
// A call's window is callee, link, arguments (opcodes.def). Functions of scripts get a frame and
// run in the interpreter's loop; natives run here. Whatever a window ends in, the result is found
// in the callee's slot.
//
// The running fiber's base and ip must be saved before each of these, as always (interp_ops.h).
#ifndef CALL_H
#define CALL_H

#include "vm/vm_private.h"

// Calls what stands in register `a` of the running function, with `count` arguments.
Step call_register(VM *vm, uint32_t a, uint32_t count);
// The same on a new fiber at the end of the ready queue (C 4.3); R[a] becomes null.
Step call_go(VM *vm, uint32_t a, uint32_t count);
// What call_register does with a native that runs in place (native.h).
Step call_native(VM *vm, uint32_t a, uint32_t count);
// Keeps the call in `window` for later, in the list that stands in the link's place (C 4.8).
// Functions of one name, `first` being one or several, and one more.
bool call_overload(VM *vm, Value first, Value second, Value *out) MUST_USE;
// The function of the overload that takes `count` arguments; VALUE_ABSENT if none does.
Value call_choose(const Overload *overload, uint32_t count);
bool call_defer(VM *vm, const Value *window, uint32_t count) MUST_USE;
// Takes the newest call out of the list, which is not empty, and makes it in the window at R[a].
Step call_deferred(VM *vm, uint32_t a, List *list);
// Calls a script's function on behalf of an instruction: what it returns goes through `native`'s
// resume (with `first` and `second` in its slots), and that result into the instruction's register
// a. At most 2 arguments; all values must be reachable.
Step call_for_instruction(VM *vm, Native *native, const Value slots[2], Value callee,
                          const Value *args, uint32_t count);
// A function that a native called has returned `answer`; the native's frame is on top.
Step call_answer_native(VM *vm, Fiber *fiber, Value answer);
// Makes `fiber` the running one and puts what it waited for into its place.
Step call_go_on(VM *vm, Fiber *fiber);

#endif
