// SPDX-License-Identifier: MIT
// once.c - a function that runs once
#include "sched/once.h"

#include "sched/gate.h"
#include "sched/race.h"

static void trace_once(Heap *heap, Obj *object) {
  Once *once = (Once *)object;
  heap_mark_value(heap, once->function);
  heap_mark(heap, (Obj *)once->promise);
}

void once_register(VM *vm) {
  static const KindDescriptor descriptor = {.name = "once", .trace = trace_once};
  heap_register(vm_heap(vm), KIND_ONCE, &descriptor);
}

Once *once_new(VM *vm, Value function) {
  vm_push_root(vm, function);
  Once *once = heap_new(vm_heap(vm), KIND_ONCE, sizeof(Once));
  vm_pop_roots(vm, 1);
  if (!once) {
    vm_raise_memory(vm);
    return NULL;
  }
  once->function = function;
  return once;
}

// --- The run -------------------------------------------------------------------------------------

// NULL: out of memory, raised.
static Promise *start(VM *vm, Once *once) {
  Fiber *fiber = fiber_new(vm, once->function, NULL, 0);
  if (!fiber) return NULL;
  vm_push_root(vm, value_object(fiber));
  Promise *promise = promise_new(vm);
  vm_pop_roots(vm, 1);
  if (!promise) {
    fiber_end(vm, fiber);
    return NULL;
  }
  fiber_set_started_at(fiber, gate_place(vm, vm_running(vm)));
  promise_give_fiber(vm, promise, fiber);
  once->promise = promise;
  heap_touch(vm_heap(vm), (Obj *)once);
  wait_ready(vm, fiber);
  return promise;
}

// The promise to be awaited. NULL: raised.
static Promise *get_run(VM *vm, Once *once) {
  Promise *promise = once->promise;
  if (!promise || promise_state(promise) == PROMISE_REJECTED) return start(vm, once);
  if (promise_state(promise) == PROMISE_FULFILLED) once->function = VALUE_NULL;
  if (promise_settler(promise) == (Obj *)vm_running(vm)) {
    vm_raise(vm, "OnceError", "a function that runs once calls itself: it would wait for its own "
                              "result for ever");
    return NULL;
  }
  return promise;
}

WaitResult once_wait(VM *vm, Once *once, Value *out) {
  if (wait_is_cancelled(vm, vm_running(vm))) return WAIT_FAILED;
  Promise *promise = get_run(vm, once);
  return promise ? promise_await_here(vm, promise, out) : WAIT_FAILED;
}

Promise *once_promise(VM *vm, Once *once) {
  Promise *promise = get_run(vm, once);
  if (!promise) return gate_refused(vm);
  List *one = vm_list(vm, 1);
  if (!one) return NULL;
  one->items[0] = value_object(promise);
  one->count = 1;
  return race_settled(vm, one);
}
