// SPDX-License-Identifier: MIT
// wait_group.c - waiting until so many are done
#include "sched/wait_group.h"

#include "base/assertion.h"
#include "vm/format.h"

static void trace_wait_group(Heap *heap, Obj *object) {
  gate_mark(heap, (Gate *)object);
}

static Value print_wait_group(VM *vm, Buffer *out, Value value, FormatStyle style) {
  buffer_printf(out, "WaitGroup(%u)", value_as_wait_group(value)->count);
  return VALUE_ABSENT;
}

void wait_group_register(VM *vm) {
  static const KindDescriptor descriptor = {.name = "wait group", .trace = trace_wait_group, .trace_more = gate_mark_more};
  heap_register(vm_heap(vm), KIND_WAIT_GROUP, &descriptor);
  format_set_hook(vm, KIND_WAIT_GROUP, print_wait_group);
}

static void describe(VM *vm, Buffer *out, const Gate *gate) {
  uint32_t count = ((const WaitGroup *)gate)->count;
  buffer_printf(out, ", in which %u %s not done", count, count == 1 ? "is" : "are");
  gate_print_place(vm, out, "(made at", gate->made_at);
  if (gate->made_at) buffer_byte(out, ')');
}

static const GateType wait_group_type = {"wait group", describe, NULL};

WaitGroup *wait_group_new(VM *vm) {
  return gate_new(vm, KIND_WAIT_GROUP, sizeof(WaitGroup), &wait_group_type);
}

static inline void verify(const WaitGroup *group) {
  if (group->count == 0) ASSERT(wait_is_empty(&group->gate.waiters));
}

bool wait_group_add(VM *vm, WaitGroup *group, uint32_t count) {
  if (count > UINT32_MAX - group->count) {
    return vm_raise(vm, "WaitGroupError", "wait group %u counts up to %u only",
                    group->gate.obj.extra, UINT32_MAX);
  }
  group->count += count;
  return true;
}

static void wake_all(VM *vm, WaitGroup *group) {
  Waiter *waiter;
  vm_push_root(vm, value_object(group));
  while ((waiter = wait_take(&group->gate.waiters))) {
    vm_push_root(vm, value_object(wait_owner(waiter)));
    wait_complete(vm, waiter, VALUE_NULL);
    vm_pop_roots(vm, 1);
  }
  vm_pop_roots(vm, 1);
}

bool wait_group_done(VM *vm, WaitGroup *group) {
  if (group->count == 0) {
    return vm_raise(vm, "WaitGroupError", "wait group %u: done was called more often than add",
                    group->gate.obj.extra);
  }
  if (--group->count == 0) wake_all(vm, group);
  verify(group);
  return true;
}

WaitResult wait_group_wait(VM *vm, Fiber *fiber, WaitGroup *group) {
  if (wait_is_cancelled(vm, fiber)) return WAIT_FAILED;
  if (group->count == 0) return WAIT_DONE;
  return gate_park(vm, fiber, &group->gate, VALUE_NULL);
}

Promise *wait_group_promise(VM *vm, WaitGroup *group) {
  return group->count == 0 ? gate_passed(vm) : gate_promise(vm, &group->gate, VALUE_NULL);
}
