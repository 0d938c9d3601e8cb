// SPDX-License-Identifier: MIT
// combine.c - promises made of promises
//
// A combinator watches each of its promises. Its own promise keeps, while it is pending, the list of
// answers so far: [remaining, answer 0, answer 1, …].
#include "sched/combine.h"

#include "sched/sched_private.h"
#include <string.h>

// The answers of a combinator, reachable through its promise while that is pending.
static List *answers_of(Promise *combined) {
  return (List *)promise_kept(combined);
}

// One more answer is there; the last one settles the combinator.
static void add_answer(VM *vm, Promise *combined, uint32_t index, Value answer) {
  List *answers = answers_of(combined);
  list_set(vm_heap(vm), answers, index + 1, answer);
  int64_t remaining = value_as_int(answers->items[0]) - 1;
  answers->items[0] = value_int(remaining);
  if (remaining > 0) return;
  list_remove(vm_heap(vm), answers, 0);
  promise_fulfil(vm, combined, value_object(answers));
}

// Starts a combinator over `promises`; elements are looked at in order.
static Promise *combine(VM *vm, List *promises, PromiseThen then,
                        Value (*answer_for_value)(VM *vm, Value value)) {
  Heap *heap = vm_heap(vm);
  vm_push_root(vm, value_object(promises));
  Promise *combined = promise_new(vm);
  if (!combined) goto out;
  vm_push_root(vm, value_object(combined));
  List *answers = vm_list(vm, promises->count + 1);
  if (!answers) goto failed;
  promise_keep(vm, combined, (Obj *)answers);
  for (uint32_t i = 0; i <= promises->count; i++) answers->items[i] = VALUE_NULL;
  answers->count = promises->count + 1;
  answers->items[0] = value_int(promises->count + 1);
  for (uint32_t i = 0; i < promises->count; i++) {
    Value item = promises->items[i];
    if (promise_state(combined) != PROMISE_PENDING) { // one that was rejected already
      if (value_is_promise(item)) value_as_promise(item)->obj.flags |= PROMISE_OBSERVED;
    } else if (!value_is_promise(item)) {
      Value answer = answer_for_value(vm, item);
      if (value_is_absent(answer)) goto failed;
      add_answer(vm, combined, i, answer);
    } else if (promise_state(value_as_promise(item)) == PROMISE_PENDING) {
      if (!promise_watch(vm, value_as_promise(item), then, combined, i)) goto failed;
    } else {
      value_as_promise(item)->obj.flags |= PROMISE_OBSERVED;
      PromiseWatcher watcher = {.target = combined, .index = i};
      then(vm, value_as_promise(item), &watcher);
    }
  }
  // The count began one too high, so that nothing settled before all were looked at.
  if (promise_state(combined) == PROMISE_PENDING) {
    int64_t remaining = value_as_int(answers->items[0]) - 1;
    answers->items[0] = value_int(remaining);
    if (remaining == 0) {
      list_remove(heap, answers, 0);
      promise_fulfil(vm, combined, value_object(answers));
    }
  }
  vm_pop_roots(vm, 1);
out:
  vm_pop_roots(vm, 1);
  return combined;
failed:
  vm_pop_roots(vm, 2);
  return NULL;
}

// --- all
// ---------------------------------------------------------------------------------------------

static Value keep_value(VM *vm, Value value) {
  return value;
}

static void all_then(VM *vm, Promise *settled, PromiseWatcher *watcher) {
  Promise *combined = watcher->target;
  if (promise_state(combined) != PROMISE_PENDING) return;
  if (promise_state(settled) == PROMISE_REJECTED) {
    promise_reject(vm, combined, settled->value);
  } else {
    add_answer(vm, combined, watcher->index, settled->value);
  }
}

Promise *combine_all(VM *vm, List *promises) {
  return combine(vm, promises, all_then, keep_value);
}

// --- settled and result
// --------------------------------------------------------------------------------

// The errors that an AggregateError is made of, as records. Rooted by the caller: `errors`.
static List *list_records(VM *vm, const List *errors) {
  List *records = vm_list(vm, errors->count);
  if (!records) return NULL;
  vm_push_root(vm, value_object(records));
  bool ok = true;
  for (uint32_t i = 0; ok && i < errors->count; i++) {
    Table *record = vm_error_record(vm, (const Error *)value_as_object(errors->items[i]));
    ok = record && list_push(vm_heap(vm), records, value_object(record));
  }
  vm_pop_roots(vm, 1);
  return ok ? records : NULL;
}

static bool is_aggregate(const Error *error) {
  return strcmp(error->kind->bytes, "AggregateError") == 0 && value_is_list(error->details);
}

// An Error as the record {kind, message}, with {errors} besides if it stands for several.
static Table *error_record(VM *vm, const Error *error) {
  Table *record = vm_error_record(vm, error);
  if (!record || !is_aggregate(error)) return record;
  vm_push_root(vm, value_object(record));
  List *errors = list_records(vm, value_as_list(error->details));
  bool ok = errors && vm_set_field(vm, record, "errors", value_object(errors));
  vm_pop_roots(vm, 1);
  return ok ? record : NULL;
}

// {status, value, error}; `error` VALUE_ABSENT for a fulfilled one. VALUE_ABSENT: raised.
static Value settled_record(VM *vm, Value value, Value error) {
  bool is_rejected = !value_is_absent(error);
  Value result = VALUE_ABSENT;
  vm_push_root(vm, value);
  Table *failure = is_rejected ? error_record(vm, (Error *)value_as_object(error)) : NULL;
  vm_push_root(vm, failure ? value_object(failure) : VALUE_NULL);
  Str *status = vm_text(vm, is_rejected ? "rejected" : "fulfilled");
  vm_push_root(vm, status ? value_object(status) : VALUE_NULL);
  Table *record = status && (failure || !is_rejected) ? vm_table(vm) : NULL;
  if (record) {
    vm_push_root(vm, value_object(record));
    if (vm_set_field(vm, record, "status", value_object(status)) &&
        vm_set_field(vm, record, "value", is_rejected ? VALUE_NULL : value) &&
        vm_set_field(vm, record, "error", failure ? value_object(failure) : VALUE_NULL)) {
      result = value_object(record);
    }
    vm_pop_roots(vm, 1);
  }
  vm_pop_roots(vm, 3);
  return result;
}

static Value fulfilled_record(VM *vm, Value value) {
  return settled_record(vm, value, VALUE_ABSENT);
}

static void settled_then(VM *vm, Promise *settled, PromiseWatcher *watcher) {
  Promise *combined = watcher->target;
  if (promise_state(combined) != PROMISE_PENDING) return;
  bool is_rejected = promise_state(settled) == PROMISE_REJECTED;
  Value record = settled_record(vm, is_rejected ? VALUE_NULL : settled->value,
                                is_rejected ? settled->value : VALUE_ABSENT);
  if (value_is_absent(record)) {
    promise_reject_raised(vm, combined);
  } else {
    add_answer(vm, combined, watcher->index, record);
  }
}

Promise *combine_settled(VM *vm, List *promises) {
  Promise *combined = combine(vm, promises, settled_then, fulfilled_record);
  if (combined) combined->obj.flags |= PROMISE_CALM;
  return combined;
}

// {ok, err}; VALUE_ABSENT: raised.
static Value result_record(VM *vm, Promise *settled) {
  bool is_rejected = promise_state(settled) == PROMISE_REJECTED;
  Table *failure = NULL;
  if (is_rejected) {
    failure = error_record(vm, (Error *)value_as_object(settled->value));
    if (!failure) return VALUE_ABSENT;
  }
  Table *record = failure ? vm_result(vm, VALUE_NULL, value_object(failure))
                          : vm_result(vm, settled->value, VALUE_NULL);
  return record ? value_object(record) : VALUE_ABSENT;
}

static void result_then(VM *vm, Promise *settled, PromiseWatcher *watcher) {
  Promise *combined = watcher->target;
  Value record = result_record(vm, settled);
  if (value_is_absent(record)) {
    promise_reject_raised(vm, combined);
  } else {
    promise_fulfil(vm, combined, record);
  }
}

Promise *combine_result(VM *vm, Promise *promise) {
  vm_push_root(vm, value_object(promise));
  Promise *combined = promise_new(vm);
  if (combined) {
    vm_push_root(vm, value_object(combined));
    combined->obj.flags |= PROMISE_CALM;
    promise->obj.flags |= PROMISE_OBSERVED;
    if (promise_state(promise) != PROMISE_PENDING) {
      PromiseWatcher watcher = {.target = combined};
      result_then(vm, promise, &watcher);
    } else if (!promise_watch(vm, promise, result_then, combined, 0)) {
      promise_reject_raised(vm, combined);
    }
    vm_pop_roots(vm, 1);
  }
  vm_pop_roots(vm, 1);
  return combined;
}
