// SPDX-License-Identifier: MIT
// debounce.c - a function that runs when its calls have paused
#include "sched/debounce.h"

#include "sched/gate.h"
#include "sched/sched_private.h"
#include "vm/locals.h"

static void trace_debounce(Heap *heap, Obj *object) {
  Debounce *debounce = (Debounce *)object;
  heap_mark_value(heap, debounce->function);
  heap_mark_value(heap, debounce->result);
  heap_mark(heap, (Obj *)debounce->alarm);
  heap_mark(heap, (Obj *)debounce->runs);
  heap_mark(heap, (Obj *)debounce->args);
  heap_mark(heap, (Obj *)debounce->locals);
}

void debounce_register(VM *vm) {
  static const KindDescriptor descriptor = {.name = "debounce", .trace = trace_debounce};
  heap_register(vm_heap(vm), KIND_DEBOUNCE, &descriptor);
}

// --- Running -------------------------------------------------------------------------------------

static void report(VM *vm, Value error) {
  sched_report_failed(sched_of(vm), NULL, (Error *)value_as_object(error));
}

static void note_result(VM *vm, Promise *run, PromiseWatcher *watcher) {
  Debounce *debounce = (Debounce *)watcher->target->settler;
  if (promise_state(run) == PROMISE_FULFILLED) {
    heap_store(vm_heap(vm), debounce, &debounce->result, run->value);
  } else {
    report(vm, run->value);
  }
}

static bool watch_run(VM *vm, Debounce *debounce, Fiber *fiber) {
  Promise *promise = promise_new(vm);
  if (!promise) return false;
  promise_give_fiber(vm, promise, fiber);
  return promise_watch(vm, promise, note_result, debounce->runs, 0);
}

static bool start_run(VM *vm, Debounce *debounce, const List *args) {
  Fiber *fiber = fiber_new(vm, debounce->function, args->items, args->count);
  if (!fiber) return false;
  vm_push_root(vm, value_object(fiber));
  bool is_made = locals_give(vm, fiber, debounce->locals) || vm_raise_memory(vm);
  if (is_made) is_made = watch_run(vm, debounce, fiber);
  vm_pop_roots(vm, 1);
  if (!is_made) {
    fiber_end(vm, fiber);
    return false;
  }
  fiber_set_started_at(fiber, debounce->called_at);
  wait_ready(vm, fiber);
  return true;
}

static void ring(VM *vm, Obj *owner) {
  Debounce *debounce = (Debounce *)owner;
  List *args = debounce->args;
  debounce->args = NULL;
  vm_push_root(vm, value_object(debounce));
  vm_push_root(vm, value_object(args));
  if (!start_run(vm, debounce, args)) report(vm, vm_take_error(vm));
  debounce->locals = NULL;
  vm_pop_roots(vm, 2);
}

// --- Making and calling --------------------------------------------------------------------------

static bool fill(VM *vm, Debounce *debounce) {
  debounce->runs = promise_new(vm);
  if (!debounce->runs) return false;
  debounce->runs->settler = (Obj *)debounce;
  heap_touch(vm_heap(vm), (Obj *)debounce);
  debounce->alarm = alarm_new(vm, (Obj *)debounce, ring);
  heap_touch(vm_heap(vm), (Obj *)debounce);
  return debounce->alarm != NULL;
}

Debounce *debounce_new(VM *vm, Value function, int64_t pause_ns) {
  vm_push_root(vm, function);
  Debounce *debounce = heap_new(vm_heap(vm), KIND_DEBOUNCE, sizeof(Debounce));
  vm_pop_roots(vm, 1);
  if (!debounce) {
    vm_raise_memory(vm);
    return NULL;
  }
  debounce->function = function;
  debounce->result = VALUE_NULL;
  debounce->pause_ns = pause_ns;
  vm_push_root(vm, value_object(debounce));
  bool is_made = fill(vm, debounce);
  vm_pop_roots(vm, 1);
  return is_made ? debounce : NULL;
}

bool debounce_call(VM *vm, Debounce *debounce, const Value *args, uint32_t count) {
  List *list = list_from(vm_heap(vm), args, count);
  if (!list) return vm_raise_memory(vm);
  debounce->args = list;
  debounce->locals = locals_share(vm_running(vm));
  debounce->called_at = gate_place(vm, vm_running(vm));
  heap_touch(vm_heap(vm), (Obj *)debounce);
  alarm_set(vm, debounce->alarm, debounce->pause_ns);
  return true;
}
