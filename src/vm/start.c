// SPDX-License-Identifier: MIT
// start.c - starting async calls, and the short way back from those that never wait
#include "vm/start.h"

#include "code/opcode.h"
#include "vm/arity.h"
#include "vm/frame.h"
#include "vm/spare.h"

static inline void run(VM *vm, Fiber *fiber) {
  fiber->obj.flags = (uint16_t)((fiber->obj.flags & ~(FIBER_STATE_MASK | FIBER_SETTLED)) | FIBER_RUNNING);
  vm->running = fiber;
  vm_set_stack_limit(vm);
}

// The caller, for whose call `number` is kept, goes on when the fiber that it has started first parks
// or ends.
static inline void hand_over(VM *vm, Fiber *caller, Fiber *started, uint32_t number) {
  caller->wait.kind = WAIT_STARTER;
  caller->wait.value = value_int(number);
  heap_touch(vm->heap, (Obj *)caller);
  caller->obj.flags = (uint16_t)((caller->obj.flags & ~FIBER_STATE_MASK) | FIBER_PARKED | FIBER_SETTLED);
  run(vm, started);
}

// --- Starting -----------------------------------------------------------------------------------

// A function's frame is made at once, so that all is ready when the fiber goes on; start_fiber in
// call.c calls anything else.
static bool prepare(VM *vm, Fiber *started, uint32_t count) {
  if (!value_is_kind(started->stack[0], KIND_CLOSURE)) return true;
  const Proto *proto = ((const Closure *)value_as_object(started->stack[0]))->proto;
  if (!arity_is_exact(proto, count) && !arity_fill(vm, started, 2, count, proto)) return false;
  started->stack[1] = frame_link(fiber_started_at(started), 0);
  started->base = 2;
  started->ip = proto->code;
  started->obj.flags |= FIBER_SETTLED;
  fiber_set_state(started, FIBER_PARKED);
  return true;
}

// NULL: raised.
static Fiber *make(VM *vm, Fiber *caller, const Value *window, uint32_t count) {
  if (value_is_kind(window[0], KIND_CLOSURE) &&
      !arity_check(vm, ((const Closure *)value_as_object(window[0]))->proto, count))
    return NULL;
  Fiber *started = fiber_new_rooted(vm, window[0], window + 2, count);
  if (!started) return NULL;
  vm->switch_to = started; // a root
  bool is_ready = prepare(vm, started, count);
  if (is_ready) {
    fiber_add_starter(vm, started, caller);
    return started;
  }
  vm->switch_to = NULL;
  fiber_end(vm, started);
  return NULL;
}

static inline const Proto *callee_proto(const Value *window) {
  return ((const Closure *)value_as_object(window[0]))->proto;
}

// Whether fill does all that make would: a function gets what it takes, and the caller has no values of
// its own.
static inline bool starts_plainly(const Fiber *caller, const Value *window, uint32_t count) {
  return LIKELY(arity_is_exact(callee_proto(window), count) && !(caller->obj.flags & FIBER_HAS_CONTEXT));
}

static inline Fiber *take_spare(VM *vm, const Value *window) {
  return spare_take(vm, FRAME_FIRST + callee_proto(window)->register_count);
}

// `started` is a spare fiber, or one that fiber_make has made.
static inline void fill(VM *vm, Fiber *started, Fiber *caller, const Value *window, uint32_t count) {
  Value *stack = started->stack;
  stack[0] = window[0];
  stack[1] = frame_link(caller->ip, 0); // where it was started
  for (uint32_t i = 0; i < count; i++) stack[FRAME_FIRST + i] = window[2 + i];
  started->base = FRAME_FIRST;
  started->ip = callee_proto(window)->code;
  started->obj.flags = FIBER_PARKED;
  started->obj.extra = ++vm->fiber_count;
  started->parent = caller->obj.extra;
  fiber_add_starter(vm, started, caller);
}

// NULL: raised.
static inline Fiber *start(VM *vm, Fiber *caller, const Value *window, uint32_t count) {
  if (!starts_plainly(caller, window, count)) return make(vm, caller, window, count);
  Fiber *started = take_spare(vm, window);
  if (!started) started = fiber_make(vm, FRAME_FIRST + callee_proto(window)->register_count);
  if (LIKELY(started != NULL)) fill(vm, started, caller, window, count);
  return started;
}

// The promise of a call whose fiber is vm->switch_to. False: raised.
static bool give_promise(VM *vm, Fiber *started, uint32_t number, Value *window) {
  Value promise = vm->async.promise_for(vm, started, number);
  if (UNLIKELY(value_is_absent(promise))) {
    vm->switch_to = NULL;
    fiber_take_starter(vm, started);
    fiber_end(vm, started);
    return false;
  }
  *window = promise;
  return true;
}

Step start_async(VM *vm, Fiber *caller, uint32_t window, uint32_t count) {
  Fiber *started = make(vm, caller, caller->stack + window, count);
  if (!started) return STEP_FAILED;
  if (!give_promise(vm, started, vm_next_promise(vm), caller->stack + window)) return STEP_FAILED;
  caller->wait.kind = WAIT_STARTER;
  caller->wait.value = caller->stack[window];
  fiber_set_state(caller, FIBER_PARKED);
  return STEP_SWITCH;
}

bool start_awaited(VM *vm, const Value *window, uint32_t count) {
  Fiber *caller = vm->running;
  Fiber *started = starts_plainly(caller, window, count) ? take_spare(vm, window) : NULL;
  if (UNLIKELY(!started)) return false;
  fill(vm, started, caller, window, count);
  hand_over(vm, caller, started, vm_next_promise(vm));
  return true;
}

Step start_call(VM *vm, uint32_t a, uint32_t count) {
  Fiber *caller = vm->running;
  Value *window = caller->stack + caller->base + a;
  Fiber *started = start(vm, caller, window, count);
  vm->spill = 0;
  if (UNLIKELY(!started)) return STEP_FAILED;
  uint32_t number = vm_next_promise(vm);
  bool is_awaited = opcode_of(*caller->ip) == OP_AWAIT_CALL && opcode_b(*caller->ip) == a;
  if (!is_awaited) {
    vm->switch_to = started; // a root
    if (!give_promise(vm, started, number, window)) return STEP_FAILED;
  }
  vm->switch_to = NULL;
  hand_over(vm, caller, started, number);
  return STEP_ENTER;
}

// --- The end of the first stretch ---------------------------------------------------------------

#define CANCELLING (FIBER_CANCELLED | FIBER_DOOMED | FIBER_UNWINDING)

// It is awaited, and nothing may be known of the fiber but what it returns. Who is first of those that
// wait for a fiber they have started mostly is its starter.
static inline bool is_short_way(const VM *vm, const Fiber *fiber) {
  bool is_plain = (fiber->obj.flags & ~FIBER_KEPT) == (FIBER_STARTED | FIBER_RUNNING);
  if (UNLIKELY(!is_plain || fiber->promise)) return false;
  const Fiber *starter = fiber_of_waiter(vm->starters);
  return starter->obj.extra == fiber->parent && !(starter->obj.flags & CANCELLING) &&
         !value_is_kind(fiber->stack[0], KIND_PROMISE) && vm->budget > 1;
}

bool start_return(VM *vm) {
  Fiber *fiber = vm->running;
  if (UNLIKELY(!is_short_way(vm, fiber))) return false;
  Fiber *starter = fiber_of_waiter(vm->starters);
  vm->starters = starter->wait.next;
  starter->wait.next = NULL;
  vm->budget--;
  starter->stack[starter->base + opcode_a(*starter->ip)] = fiber->stack[0];
  starter->ip++;
  starter->wait.kind = WAIT_NOTHING;
  starter->wait.value = VALUE_NULL;
  fiber->obj.flags &= (uint16_t)~FIBER_STARTED;
  if (LIKELY(spare_may_be(vm, fiber))) {
    fiber->obj.flags = FIBER_DONE;
    spare_put(vm, fiber);
  } else {
    fiber_end(vm, fiber);
  }
  run(vm, starter);
  return true;
}

// There is no memory for a promise: what the fiber has failed with is raised in its starter, or else
// that there is none.
static void fail_starter(VM *vm, Fiber *starter, Value error) {
  Value raised = vm_take_error(vm);
  starter->wait.value = value_is_absent(error) ? raised : error;
  starter->wait.is_failed = true;
  starter->ip++;
  value_as_object(starter->wait.value)->flags &= (uint16_t)~ERROR_CANCELLED; // not the starter itself
}

void start_reveal_awaited(VM *vm, Fiber *fiber) {
  Fiber *starter = fiber_starter(vm, fiber);
  Value error = vm->error; // of a fiber that fails
  heap_push_root(vm->heap, error);
  vm->error = VALUE_ABSENT;
  Value kept = starter->wait.value; // else an interrupt's error
  uint32_t number = value_is_int(kept) ? (uint32_t)value_as_int(kept) : vm_next_promise(vm);
  Value promise = vm->async.promise_for(vm, fiber, number);
  if (LIKELY(!value_is_absent(promise)))
    starter->stack[starter->base + opcode_b(*starter->ip)] = promise;
  else
    fail_starter(vm, starter, error);
  heap_touch(vm->heap, (Obj *)starter);
  vm->error = error;
  heap_pop_roots(vm->heap, 1);
}
