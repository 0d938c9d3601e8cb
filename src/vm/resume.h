// SPDX-License-Identifier: MIT
// resume.h - going on with a fiber whose instruction waited: the quick way
//
// Most switches are to a fiber that waited for a channel, a promise or a time, got what it waited for and
// has nothing special about it. What call_go_on would do with it is done here, within the interpreter's loop.
#ifndef RESUME_H
#define RESUME_H

#include "code/opcode.h"
#include "vm/vm_private.h"

// Any of these means that there is more to do than to deliver a value.
#define RESUME_SPECIAL                                                                             \
  (FIBER_NATIVE_TOP | FIBER_SETTLED | FIBER_AT_LOOP | FIBER_CANCELLED | FIBER_DOOMED)

// Whether the instruction has its value in the register that its operand a names, and that is all. Those of
// which it is not so stand together: SELECT, ITER, EXACT_ITER, ITER_NEXT, ITER_NEXT_PAIR.
_Static_assert(OP_ITER_NEXT_PAIR - OP_SELECT == 4, "no other stands between them");
static inline bool resume_is_simple(Instr i, Value value) {
  Opcode op = opcode_of(i);
  return op < OP_SELECT || op > OP_ITER_NEXT_PAIR || (op == OP_ITER_NEXT && !value_is_absent(value));
}

// False: nothing was done, it is call_go_on's. Else the fiber is the running one and has its value; an
// interrupt is not looked at, which the loop does as it loads the fiber.
static inline bool resume_fiber(VM *vm, Fiber *fiber) {
  uint32_t flags = fiber->obj.flags;
  bool is_plain = (flags & (RESUME_SPECIAL | FIBER_STATE_MASK)) == FIBER_PARKED && !fiber->wait.is_failed;
  if (UNLIKELY(!is_plain || !resume_is_simple(fiber->ip[-1], fiber->wait.value))) return false;
  ASSERT(fiber->wait.on == NULL);
  vm->running = fiber;
  vm->stack_limit = fiber->stack + fiber_stack_size(fiber);
  fiber->obj.flags = (uint16_t)(flags ^ (FIBER_PARKED ^ FIBER_RUNNING));
  fiber->stack[fiber->base + opcode_a(fiber->ip[-1])] = fiber->wait.value;
  fiber->wait.value = VALUE_NULL;
  fiber->wait.kind = WAIT_NOTHING;
  return true;
}

#endif
