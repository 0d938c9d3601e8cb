// SPDX-License-Identifier: MIT
// group.c - fibers that end together
#include "sched/group.h"

#include "base/assertion.h"
#include "sched/cancel.h"
#include "sched/sched_private.h"
#include "sched/timer.h"

// A watcher's index: a place in the results, or this.
#define INDEX_BODY UINT32_MAX

static void trace_group(Heap *heap, Obj *object) {
  Group *group = (Group *)object;
  heap_mark(heap, (Obj *)group->promise);
  heap_mark(heap, (Obj *)group->results);
  heap_mark_value(heap, group->failure);
  // Those in the queue have not ended, so they are roots (vm/fiber.c).
}

void group_register(VM *vm) {
  static const KindDescriptor descriptor = {.name = "group", .trace = trace_group};
  heap_register(vm_heap(vm), KIND_GROUP, &descriptor);
}

Group *group_new(VM *vm, uint32_t limit, int64_t deadline_ns, double deadline_ms) {
  Group *group = heap_new(vm_heap(vm), KIND_GROUP, sizeof(Group));
  if (!group) {
    vm_raise_memory(vm);
    return NULL;
  }
  group->failure = VALUE_ABSENT;
  group->limit = limit;
  group->open = 1;
  group->deadline_ms = deadline_ms;
  vm_push_root(vm, value_object(group));
  group->results = vm_list(vm, 0);
  heap_touch(vm_heap(vm), (Obj *)group);
  Promise *promise = group->results ? promise_new(vm) : NULL;
  vm_pop_roots(vm, 1);
  if (!promise) return NULL;
  group->promise = promise;
  promise->settler = (Obj *)group;
  heap_touch(vm_heap(vm), (Obj *)group);
  heap_touch(vm_heap(vm), (Obj *)promise);
  if (deadline_ns >= 0) timer_add_deadline(vm, promise, deadline_ns);
  return group;
}

#ifndef NDEBUG
// More than the limit run when one that was cancelled in the queue begins, only to end. That the counts
// are right is for sched_verify to see.
static void verify(const Group *group) {
  bool is_ending = group->obj.flags & GROUP_ENDING;
  ASSERT(group->running <= group->open);
  if (!is_ending) ASSERT(value_is_absent(group->failure));
  if (!wait_is_empty(&group->queue)) {
    ASSERT(group->open > group->running);
    ASSERT(is_ending || group->running >= group->limit);
  }
}
#else
static inline void verify(const Group *group) {}
#endif

// --- Ending --------------------------------------------------------------------------------------

static bool is_ending(const Group *group) {
  return group->obj.flags & GROUP_ENDING;
}

static void begin_ending(VM *vm, Group *group, Value failure) {
  group->obj.flags |= GROUP_ENDING;
  heap_store(vm_heap(vm), group, &group->failure, failure);
}

// Those that run and those that wait for their turn; `watching` begins with the last.
static void push_fibers(VM *vm, Group *group) {
  const PromiseWatcher *last = promise_watching(group->promise);
  if (!last) return;
  while (last->sibling) last = last->sibling;
  for (; last; last = last->sibling_before) cancel_push(vm, last->watched, CANCEL_ALL);
}

static void cancel_fibers(VM *vm, Group *group, Error *cause) {
  vm_push_root(vm, value_object(cause));
  CancelRun run = cancel_begin(vm);
  push_fibers(vm, group);
  cancel_run(vm, run, cause);
  vm_pop_roots(vm, 1);
}

void group_cancel(VM *vm, Group *group, Error *cause) {
  if (is_ending(group)) return;
  group->promise->obj.flags |= PROMISE_OBSERVED; // C 5.3: nobody need await it
  Error *own = error_copy(vm_heap(vm), cause);
  begin_ending(vm, group, value_object(own ? own : cause));
  push_fibers(vm, group);
}

void group_expire(VM *vm, Group *group) {
  if (is_ending(group)) return;
  vm_raise(vm, "TimeoutError", "the group did not end within %g ms", group->deadline_ms);
  begin_ending(vm, group, vm_take_error(vm));
  cancel_fibers(vm, group, cancel_cause(vm, "cancelled by the group's deadline of %g ms",
                                        group->deadline_ms));
}

static void fail(VM *vm, Group *group, Error *error) {
  if (is_ending(group)) return;
  begin_ending(vm, group, value_object(error));
  cancel_fibers(vm, group, cancel_cause(vm, "cancelled because another fiber of its group failed: %s",
                                        error->message->bytes));
}

static void settle_when_done(VM *vm, Group *group) {
  if (group->open > 0) return;
  if (value_is_absent(group->failure)) {
    promise_fulfil(vm, group->promise, value_object(group->results));
  } else {
    promise_reject(vm, group->promise, group->failure);
  }
}

// --- Turns ---------------------------------------------------------------------------------------

static void start_next(VM *vm, Group *group) {
  if (group->running >= group->limit) return;
  Waiter *waiter = wait_take(&group->queue);
  if (!waiter) return;
  group->running++;
  wait_ready(vm, fiber_of_waiter(waiter));
}

void group_leave_queue(Group *group, Fiber *fiber) {
  wait_unlink(&group->queue, &fiber->wait);
  group->running++;
}

// One of the group's, or its body, has ended.
static void note_end(VM *vm, Promise *ended, PromiseWatcher *watcher) {
  Group *group = (Group *)watcher->target->settler;
  ASSERT(group && group->obj.kind == KIND_GROUP);
  vm_push_root(vm, value_object(group));
  group->open--;
  if (watcher->index != INDEX_BODY) group->running--;
  if (promise_state(ended) == PROMISE_REJECTED) {
    fail(vm, group, (Error *)value_as_object(ended->value));
  } else if (watcher->index != INDEX_BODY) {
    list_set(vm_heap(vm), group->results, watcher->index, ended->value);
  }
  start_next(vm, group);
  verify(group);
  settle_when_done(vm, group);
  vm_pop_roots(vm, 1);
}

bool group_watch_body(VM *vm, Group *group, Promise *promise) {
  if (promise_state(promise) == PROMISE_PENDING) {
    if (!promise_watch(vm, promise, note_end, group->promise, INDEX_BODY)) return false;
    if (!is_ending(group)) return true;
    // It was cancelled, or one of its fibers failed, while the body ran for the first time.
    Error *cause = cancel_cause(vm, "cancelled with its group");
    cancel_promise(vm, promise, cause, CANCEL_ALL);
    return true;
  }
  promise->obj.flags |= PROMISE_OBSERVED;
  PromiseWatcher watcher = {.target = group->promise, .index = INDEX_BODY};
  note_end(vm, promise, &watcher);
  return true;
}

// --- Spawning ------------------------------------------------------------------------------------

// A promise for the fiber, which the group watches.
static bool give_promise(VM *vm, Group *group, Fiber *fiber) {
  Promise *promise = promise_new(vm);
  if (!promise) return false;
  promise_give_fiber(vm, promise, fiber);
  return promise_watch(vm, promise, note_end, group->promise, group->results->count);
}

static bool add_result(VM *vm, Group *group) {
  return list_push(vm_heap(vm), group->results, VALUE_NULL) || vm_raise_memory(vm);
}

static void give_turn(VM *vm, Group *group, Fiber *fiber) {
  group->open++;
  if (group->running < group->limit) {
    group->running++;
    wait_ready(vm, fiber);
    return;
  }
  fiber->wait.kind = WAIT_TURN;
  fiber->wait.on = (Obj *)group;
  fiber->wait.epoch = sched_of(vm)->epochs.now;
  heap_touch(vm_heap(vm), (Obj *)fiber);
  wait_link(&group->queue, &fiber->wait);
}

bool group_spawn(VM *vm, Group *group, Value function) {
  if (promise_state(group->promise) != PROMISE_PENDING) {
    return vm_raise(vm, "GroupError", "the group has ended");
  }
  if (is_ending(group)) return true;
  Fiber *fiber = fiber_new(vm, function, NULL, 0);
  if (!fiber) return false;
  vm_push_root(vm, value_object(fiber));
  bool is_made = give_promise(vm, group, fiber) && add_result(vm, group);
  vm_pop_roots(vm, 1);
  if (is_made) {
    give_turn(vm, group, fiber);
    verify(group);
  } else {
    fiber_end(vm, fiber);
  }
  return is_made;
}
