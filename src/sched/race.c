// SPDX-License-Identifier: MIT
// race.c - Promise.race and Promise.any: the first of several
//
// While `any` is pending its promise keeps the list of errors so far: [how many are missing, error 0,
// error 1, …].
#include "sched/race.h"

static bool is_pending(Value item) {
  return value_is_promise(item) && promise_state(value_as_promise(item)) == PROMISE_PENDING;
}

static bool is_rejected(Value item) {
  return value_is_promise(item) && promise_state(value_as_promise(item)) == PROMISE_REJECTED;
}

// Whatever becomes of them now is the race's business.
static void observe_all(const List *promises) {
  for (uint32_t i = 0; i < promises->count; i++) {
    Value item = promises->items[i];
    if (value_is_promise(item)) value_as_promise(item)->obj.flags |= PROMISE_OBSERVED;
  }
}

// Watches those that are pending, in order.
static bool watch_all(VM *vm, const List *promises, PromiseThen then, Promise *target) {
  for (uint32_t i = 0; i < promises->count; i++) {
    Value item = promises->items[i];
    if (is_pending(item) && !promise_watch(vm, value_as_promise(item), then, target, i))
      return false;
  }
  return true;
}

// --- race ----------------------------------------------------------------------------------------

static void settle_alike(VM *vm, Promise *settled, PromiseWatcher *watcher) {
  promise_fulfil(vm, watcher->target, value_object(settled)); // adopts
}

static bool run_race(VM *vm, List *promises, Promise *race) {
  if (promises->count == 0) {
    vm_raise(vm, "ValueError", "a race of nothing has no winner: the list is empty");
    promise_reject_raised(vm, race);
    return true;
  }
  for (uint32_t i = 0; i < promises->count; i++) {
    if (is_pending(promises->items[i])) continue;
    promise_fulfil(vm, race, promises->items[i]);
    return true;
  }
  return watch_all(vm, promises, settle_alike, race);
}

// --- any -----------------------------------------------------------------------------------------

static void reject_with_all(VM *vm, Promise *any) {
  List *errors = (List *)promise_kept(any);
  list_remove(vm_heap(vm), errors, 0);
  if (errors->count == 0) {
    vm_raise(vm, "AggregateError", "none of no promises can be fulfilled: the list is empty");
  } else {
    const Error *first = (const Error *)value_as_object(errors->items[0]);
    vm_raise(vm, "AggregateError", "all %u promises were rejected, the first with: %s",
             errors->count, first->message->bytes);
  }
  Value error = vm_take_error(vm);
  heap_store(vm_heap(vm), value_as_object(error), &((Error *)value_as_object(error))->details,
             value_object(errors));
  promise_reject(vm, any, error);
}

static void add_error(VM *vm, Promise *any, uint32_t index, Value error) {
  List *errors = (List *)promise_kept(any);
  list_set(vm_heap(vm), errors, index + 1, error);
  int64_t missing = value_as_int(errors->items[0]) - 1;
  errors->items[0] = value_int(missing);
  if (missing == 0) reject_with_all(vm, any);
}

static void note_settled(VM *vm, Promise *settled, PromiseWatcher *watcher) {
  if (promise_state(settled) == PROMISE_FULFILLED) {
    promise_fulfil(vm, watcher->target, settled->value);
  } else {
    add_error(vm, watcher->target, watcher->index, settled->value);
  }
}

static bool make_errors(VM *vm, const List *promises, Promise *any) {
  List *errors = vm_list(vm, promises->count + 1);
  if (!errors) return false;
  for (uint32_t i = 0; i <= promises->count; i++) errors->items[i] = VALUE_NULL;
  errors->count = promises->count + 1;
  errors->items[0] = value_int(promises->count);
  promise_keep(vm, any, (Obj *)errors);
  return true;
}

static bool run_any(VM *vm, List *promises, Promise *any) {
  for (uint32_t i = 0; i < promises->count; i++) {
    Value item = promises->items[i];
    if (is_pending(item) || is_rejected(item)) continue;
    promise_fulfil(vm, any, item);
    return true;
  }
  if (!make_errors(vm, promises, any)) return false;
  if (promises->count == 0) reject_with_all(vm, any);
  if (!watch_all(vm, promises, note_settled, any)) return false;
  for (uint32_t i = 0; i < promises->count; i++) {
    Value item = promises->items[i];
    if (is_rejected(item)) add_error(vm, any, i, value_as_promise(item)->value);
  }
  return true;
}

// --- Both ----------------------------------------------------------------------------------------

static Promise *run(VM *vm, List *promises, bool (*start)(VM *, List *, Promise *)) {
  vm_push_root(vm, value_object(promises));
  Promise *first = promise_new(vm);
  vm_push_root(vm, first ? value_object(first) : VALUE_NULL);
  if (first) {
    observe_all(promises);
    if (!start(vm, promises, first)) first = NULL;
  }
  vm_pop_roots(vm, 2);
  return first;
}

Promise *race_settled(VM *vm, List *promises) {
  return run(vm, promises, run_race);
}

Promise *race_fulfilled(VM *vm, List *promises) {
  return run(vm, promises, run_any);
}
