// SPDX-License-Identifier: MIT
// start.c - starting async calls, and the short way back from those that never wait
#include "vm/start.h"

#include "code/opcode.h"
#include "vm/arity.h"
#include "vm/frame.h"

// It has no promise, because its starter will await it at once.
static bool is_awaited(const Fiber *fiber) {
  return !fiber->promise && fiber_starter(fiber);
}

// --- Starting -----------------------------------------------------------------------------------

// A function's frame is made at once, so that all is ready when the fiber goes on; start_fiber in
// call.c calls anything else.
static bool prepare(VM *vm, Fiber *started, uint32_t count) {
  if (!value_is_kind(started->stack[0], KIND_CLOSURE)) return true;
  const Proto *proto = ((const Closure *)value_as_object(started->stack[0]))->proto;
  bool is_exact = count == proto->param_count && !(proto->obj.flags & PROTO_REST);
  if (!is_exact && !arity_fill(vm, started, 2, count, proto)) return false;
  started->stack[1] = frame_link(&vm->fiber_end, 0);
  started->base = 2;
  started->ip = proto->code;
  started->obj.flags |= FIBER_SETTLED;
  fiber_set_state(started, FIBER_PARKED);
  return true;
}

// The new fiber, with its promise unless nobody would see it; NULL: raised.
static Fiber *start(VM *vm, Fiber *caller, uint32_t window, uint32_t count, bool is_awaited) {
  const Value *at = caller->stack + window;
  if (value_is_kind(at[0], KIND_CLOSURE) &&
      !arity_check(vm, ((const Closure *)value_as_object(at[0]))->proto, count))
    return NULL;
  Fiber *started = fiber_new_rooted(vm, at[0], at + 2, count);
  if (!started) return NULL;
  vm->switch_to = started; // a root
  uint32_t number = vm_next_promise(vm);
  Value promise = is_awaited ? at[0] : vm->async.promise_for(vm, started, number);
  if (value_is_absent(promise) || !prepare(vm, started, count)) {
    vm->switch_to = NULL;
    fiber_end(vm, started);
    return NULL;
  }
  caller->stack[window] = promise;
  fiber_set_starter(started, caller);
  heap_touch(vm->heap, (Obj *)started);
  caller->wait.kind = WAIT_STARTER;
  caller->wait.value = is_awaited ? value_int(number) : promise;
  caller->wait.is_failed = false;
  fiber_set_state(caller, FIBER_PARKED);
  return started;
}

Step start_async(VM *vm, Fiber *caller, uint32_t window, uint32_t count) {
  return start(vm, caller, window, count, false) ? STEP_SWITCH : STEP_FAILED;
}

Step start_call(VM *vm, uint32_t a, uint32_t count) {
  Fiber *caller = vm->running;
  Instr next = *caller->ip;
  bool is_awaited = opcode_of(next) == OP_AWAIT_CALL && opcode_b(next) == a;
  Fiber *started = start(vm, caller, caller->base + a, count, is_awaited);
  vm->spill = 0;
  if (!started) return STEP_FAILED;
  caller->obj.flags |= FIBER_SETTLED;
  heap_touch(vm->heap, (Obj *)caller);
  started->obj.flags &= (uint16_t)~FIBER_SETTLED;
  fiber_set_state(started, FIBER_RUNNING);
  vm->switch_to = NULL;
  vm->running = started;
  vm_set_stack_limit(vm);
  return STEP_ENTER;
}

// --- The end of the first stretch ---------------------------------------------------------------

#define CANCELLING (FIBER_CANCELLED | FIBER_DOOMED | FIBER_UNWINDING)

static void go_back(VM *vm, Fiber *starter) {
  starter->obj.flags &= (uint16_t)~FIBER_SETTLED;
  fiber_set_state(starter, FIBER_RUNNING);
  starter->wait.kind = WAIT_NOTHING;
  starter->wait.value = VALUE_NULL;
  vm->running = starter;
  vm_set_stack_limit(vm);
}

bool start_return(VM *vm) {
  Fiber *fiber = vm->running, *starter = fiber_starter(fiber);
  Value result = fiber->stack[0];
  if (!is_awaited(fiber) || value_is_kind(result, KIND_PROMISE) || vm->budget == 1) return false;
  bool is_plain = (fiber->obj.flags & ~FIBER_KEPT) == FIBER_RUNNING;
  if (UNLIKELY(!is_plain || (starter->obj.flags & CANCELLING))) return false;
  vm->budget--;
  starter->stack[starter->base + opcode_a(*starter->ip)] = result;
  starter->ip++;
  fiber_set_parent(fiber, starter->obj.extra);
  if (fiber_end_as_spare(vm, fiber)) fiber_keep_spare(vm, fiber);
  go_back(vm, starter);
  return true;
}

void start_reveal(VM *vm, Fiber *fiber) {
  if (LIKELY(!is_awaited(fiber))) return;
  Fiber *starter = fiber_starter(fiber);
  Value error = vm->error; // of a fiber that fails
  heap_push_root(vm->heap, error);
  vm->error = VALUE_ABSENT;
  Value kept = starter->wait.value; // else an interrupt's error
  uint32_t number = value_is_int(kept) ? (uint32_t)value_as_int(kept) : vm_next_promise(vm);
  Value promise = vm->async.promise_for(vm, fiber, number);
  if (LIKELY(!value_is_absent(promise))) {
    starter->stack[starter->base + opcode_b(*starter->ip)] = promise;
  } else {
    starter->wait.value = vm_take_error(vm);
    starter->wait.is_failed = true;
  }
  heap_touch(vm->heap, (Obj *)starter);
  vm->error = error;
  heap_pop_roots(vm->heap, 1);
}
