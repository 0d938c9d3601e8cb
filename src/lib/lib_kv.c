// SPDX-License-Identifier: MIT
// lib_kv.c - Vint's module kv: one store of the whole program, with times to live (vint.md 12.16)
//
// No timers: an entry that is over counts as absent when somebody looks, so a time to live keeps
// nobody up. Between two waits code is atomic (C 1.1), which makes increment and the others atomic
// too.
#include "base/memory.h"
#include "lib/answer.h"
#include "lib/lib_private.h"

#include <math.h>
#include <stdlib.h>

#define NS_PER_S 1e9
#define FOREVER  INT64_MAX

// Two tables with the same keys: the values, and when they are over (in nanoseconds of the clock).
typedef struct Store {
  Table *values;
  Table *ends; // only keys that end
} Store;

static void mark_store(Heap *heap, void *owner, bool minor) {
  (void)minor;
  Lib *lib = lib_of(owner);
  Store *store = lib ? lib->kv : NULL;
  if (!store) return;
  heap_mark(heap, (Obj *)store->values);
  heap_mark(heap, (Obj *)store->ends);
}

static Store *get_store(VM *vm) {
  Lib *lib = lib_of(vm);
  if (lib->kv) return lib->kv;
  Table *values = vm_table(vm);
  if (!values) return NULL;
  vm_push_root(vm, value_object(values));
  Table *ends = vm_table(vm);
  vm_pop_roots(vm, 1);
  if (!ends) return NULL;
  Store *store = memory_require(NULL, sizeof(Store));
  *store = (Store){values, ends};
  lib->kv = store;
  heap_add_root(vm_heap(vm), mark_store, vm);
  return store;
}

static int64_t now_ns(VM *vm) {
  return clock_now_ns(sched_clock(sched_of(vm)));
}

// --- Entries -------------------------------------------------------------------------------------

static int64_t end_of(const Store *store, Value key) {
  Value end = table_get(store->ends, key);
  return value_is_absent(end) ? FOREVER : (int64_t)value_as_double(end);
}

// VALUE_ABSENT: there is none, or it is over.
static Value get_live(VM *vm, const Store *store, Value key) {
  return end_of(store, key) <= now_ns(vm) ? VALUE_ABSENT : table_get(store->values, key);
}

static bool remove_entry(VM *vm, Store *store, Value key) {
  bool failed = false;
  table_remove(vm_heap(vm), store->values, key, &failed);
  if (!failed) table_remove(vm_heap(vm), store->ends, key, &failed);
  return !failed || vm_raise_memory(vm);
}

// `end` FOREVER: it stays. A new value begins a new life.
static bool set_entry(VM *vm, Store *store, Value key, Value value, int64_t end) {
  bool failed = false;
  if (value_is_absent(get_live(vm, store, key)) && !remove_entry(vm, store, key)) return false;
  if (!table_set(vm_heap(vm), store->values, key, value)) return vm_raise_memory(vm);
  if (end == FOREVER)
    table_remove(vm_heap(vm), store->ends, key, &failed);
  else
    failed = !table_set(vm_heap(vm), store->ends, key, value_double((double)end));
  return !failed || vm_raise_memory(vm);
}

// What is over is taken out, so that a store of short lives does not grow. False: raised.
static bool sweep(VM *vm, Store *store) {
  List *over = vm_list(vm, 0);
  if (!over) return false;
  vm_push_root(vm, value_object(over));
  uint32_t position = 0;
  Value key;
  Value end;
  bool ok = true;
  int64_t now = now_ns(vm);
  while (ok && table_next(store->ends, &position, &key, &end)) {
    if ((int64_t)value_as_double(end) <= now) ok = answer_push(vm, over, key);
  }
  for (uint32_t i = 0; ok && i < over->count; i++) ok = remove_entry(vm, store, over->items[i]);
  vm_pop_roots(vm, 1);
  return ok;
}

static bool take_key(NativeCall *call, Store **store, Value *key) {
  Str *text;
  if (!args_str(call, 0, &text)) return false;
  *key = call->args[0];
  *store = get_store(call->vm);
  return *store != NULL;
}

// Argument `index`: seconds from now, as a moment of the clock.
static bool take_end(NativeCall *call, uint32_t index, int64_t *end) {
  double seconds;
  if (!args_number(call, index, &seconds)) return false;
  if (!(fabs(seconds) < 9e9)) {
    answer_fail(call, "ValueError", "%g seconds are too many", seconds);
    return false;
  }
  *end = now_ns(call->vm) + (int64_t)(seconds * NS_PER_S);
  return true;
}

// --- The functions -------------------------------------------------------------------------------

static NativeStatus set(NativeCall *call) {
  Store *store;
  Value key;
  if (!take_key(call, &store, &key)) return NATIVE_FAILED;
  return set_entry(call->vm, store, key, call->args[1], FOREVER) ? answer_bool(call, true)
                                                                 : NATIVE_FAILED;
}

static NativeStatus set_with_life(NativeCall *call) {
  Store *store;
  Value key;
  int64_t end;
  if (!take_key(call, &store, &key) || !take_end(call, 2, &end)) return NATIVE_FAILED;
  return set_entry(call->vm, store, key, call->args[1], end) ? answer_bool(call, true) : NATIVE_FAILED;
}

static NativeStatus get(NativeCall *call) {
  Store *store;
  Value key;
  if (!take_key(call, &store, &key)) return NATIVE_FAILED;
  Value value = get_live(call->vm, store, key);
  return native_return(call, value_is_absent(value) ? VALUE_NULL : value);
}

static NativeStatus exists(NativeCall *call) {
  Store *store;
  Value key;
  if (!take_key(call, &store, &key)) return NATIVE_FAILED;
  return answer_bool(call, !value_is_absent(get_live(call->vm, store, key)));
}

static NativeStatus delete_key(NativeCall *call) {
  Store *store;
  Value key;
  if (!take_key(call, &store, &key)) return NATIVE_FAILED;
  bool was_there = !value_is_absent(get_live(call->vm, store, key));
  return remove_entry(call->vm, store, key) ? answer_bool(call, was_there) : NATIVE_FAILED;
}

static NativeStatus clear(NativeCall *call) {
  Store *store = get_store(call->vm);
  if (!store) return NATIVE_FAILED;
  table_clear(vm_heap(call->vm), store->values);
  table_clear(vm_heap(call->vm), store->ends);
  return answer_bool(call, true);
}

static Store *swept_store(NativeCall *call) {
  Store *store = get_store(call->vm);
  return store && sweep(call->vm, store) ? store : NULL;
}

static NativeStatus list_side(NativeCall *call, bool wants_keys) {
  Store *store = swept_store(call);
  List *list = store ? vm_list(call->vm, store->values->count) : NULL;
  if (!list) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(list));
  uint32_t position = 0;
  Value key;
  Value value;
  bool ok = true;
  while (ok && table_next(store->values, &position, &key, &value)) {
    ok = answer_push(call->vm, list, wants_keys ? key : value);
  }
  vm_pop_roots(call->vm, 1);
  return answer_list(call, ok ? list : NULL);
}

static NativeStatus keys(NativeCall *call) {
  return list_side(call, true);
}
static NativeStatus values(NativeCall *call) {
  return list_side(call, false);
}

static NativeStatus size(NativeCall *call) {
  Store *store = swept_store(call);
  return store ? answer_integer(call, store->values->count) : NATIVE_FAILED;
}

static NativeStatus is_empty(NativeCall *call) {
  Store *store = swept_store(call);
  return store ? answer_bool(call, store->values->count == 0) : NATIVE_FAILED;
}

// Whole seconds, begun ones too: −1 it stays, −2 there is none.
static NativeStatus get_life(NativeCall *call) {
  Store *store;
  Value key;
  if (!take_key(call, &store, &key)) return NATIVE_FAILED;
  if (value_is_absent(get_live(call->vm, store, key))) return answer_integer(call, -2);
  int64_t end = end_of(store, key);
  if (end == FOREVER) return answer_integer(call, -1);
  return answer_integer(call, (int64_t)ceil((double)(end - now_ns(call->vm)) / NS_PER_S));
}

static NativeStatus expire(NativeCall *call) {
  Store *store;
  Value key;
  int64_t end;
  if (!take_key(call, &store, &key) || !take_end(call, 1, &end)) return NATIVE_FAILED;
  Value value = get_live(call->vm, store, key);
  if (value_is_absent(value)) return answer_bool(call, false);
  return set_entry(call->vm, store, key, value, end) ? answer_bool(call, true) : NATIVE_FAILED;
}

static NativeStatus get_many(NativeCall *call) {
  List *wanted;
  Store *store = get_store(call->vm);
  if (!store || !args_list(call, 0, &wanted)) return NATIVE_FAILED;
  List *list = vm_list(call->vm, wanted->count);
  if (!list) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(list));
  bool ok = true;
  for (uint32_t i = 0; ok && i < wanted->count; i++) {
    Value key = wanted->items[i];
    if (!value_is_str(key)) {
      answer_fail(call, "TypeError", "element %u must be a string, got %s", i,
                  vm_vint_name(call->vm, key));
      ok = false;
      break;
    }
    Value value = get_live(call->vm, store, key);
    ok = answer_push(call->vm, list, value_is_absent(value) ? VALUE_NULL : value);
  }
  vm_pop_roots(call->vm, 1);
  return answer_list(call, ok ? list : NULL);
}

static NativeStatus set_many(NativeCall *call) {
  Table *entries;
  Store *store = get_store(call->vm);
  if (!store || !args_table(call, 0, &entries)) return NATIVE_FAILED;
  uint32_t position = 0;
  Value key;
  Value value;
  while (table_next(entries, &position, &key, &value)) {
    if (!value_is_str(key)) {
      return answer_fail(call, "TypeError", "a key must be a string, got %s",
                         vm_vint_name(call->vm, key));
    }
  }
  position = 0;
  while (table_next(entries, &position, &key, &value)) {
    if (!set_entry(call->vm, store, key, value, FOREVER)) return NATIVE_FAILED;
  }
  return answer_bool(call, true);
}

// A key that is not there counts as 0; its life goes on.
static NativeStatus add_to(NativeCall *call, int64_t sign) {
  Store *store;
  Value key;
  int64_t by = 1;
  int64_t number = 0;
  if (!take_key(call, &store, &key)) return NATIVE_FAILED;
  if (args_given(call, 1) && !args_integer(call, 1, &by)) return NATIVE_FAILED;
  Value before = get_live(call->vm, store, key);
  if (!value_is_absent(before) && !integer_from_value(before, &number)) {
    return answer_fail(call, "TypeError", "the value of \"%.40s\" must be an int, got %s",
                       value_as_str(key)->bytes, vm_vint_name(call->vm, before));
  }
  if (__builtin_mul_overflow(by, sign, &by) || __builtin_add_overflow(number, by, &number)) {
    return answer_fail(call, "OverflowError", "integer overflow");
  }
  Value after = vm_integer(call->vm, number);
  int64_t end = value_is_absent(before) ? FOREVER : end_of(store, key);
  if (value_is_absent(after)) return NATIVE_FAILED;
  vm_push_root(call->vm, after);
  bool ok = set_entry(call->vm, store, key, after, end);
  vm_pop_roots(call->vm, 1);
  return ok ? native_return(call, after) : NATIVE_FAILED;
}

static NativeStatus increment(NativeCall *call) {
  return add_to(call, 1);
}
static NativeStatus decrement(NativeCall *call) {
  return add_to(call, -1);
}

static NativeStatus dump(NativeCall *call) {
  Store *store = swept_store(call);
  Table *copy = store ? vm_table(call->vm) : NULL;
  if (!copy) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(copy));
  uint32_t position = 0;
  Value key;
  Value value;
  bool ok = true;
  while (ok && table_next(store->values, &position, &key, &value)) {
    ok = table_set(vm_heap(call->vm), copy, key, value) || vm_raise_memory(call->vm);
  }
  vm_pop_roots(call->vm, 1);
  return ok ? native_return(call, value_object(copy)) : NATIVE_FAILED;
}

// What is over and has not been taken out yet counts as expired.
static NativeStatus stats(NativeCall *call) {
  Store *store = get_store(call->vm);
  Table *table = store ? vm_table(call->vm) : NULL;
  if (!table) return NATIVE_FAILED;
  uint32_t expired = 0;
  uint32_t position = 0;
  Value key;
  Value end;
  int64_t now = now_ns(call->vm);
  while (table_next(store->ends, &position, &key, &end)) {
    expired += (int64_t)value_as_double(end) <= now;
  }
  vm_push_root(call->vm, value_object(table));
  bool ok = answer_set_integer(call->vm, table, "total_keys", store->values->count) &&
            answer_set_integer(call->vm, table, "active_keys", store->values->count - expired) &&
            answer_set_integer(call->vm, table, "expired_keys", expired) &&
            answer_set_integer(call->vm, table, "keys_with_ttl", store->ends->count - expired);
  vm_pop_roots(call->vm, 1);
  return ok ? native_return(call, value_object(table)) : NATIVE_FAILED;
}

#define KV(name, signature, function, doc)                                                         \
  { "kv", name, signature, function, doc, NULL, 0, NATIVE_VINT }

static const NativeRow rows[] = {
    KV("set", "fn(key: String, value: Any): Boolean", set, "Keeps a value until the program ends."),
    KV("get", "fn(key: String): Any", get, "The value; null if there is none."),
    KV("exists", "fn(key: String): Boolean", exists, "Is there a value?"),
    KV("delete", "fn(key: String): Boolean", delete_key, "Removes it; true if it was there."),
    KV("clear", "fn(): Boolean", clear, "Removes all."),
    KV("keys", "fn(): List(String)", keys, "The keys, in the order in which they came."),
    KV("values", "fn(): List(Any)", values, "The values, in the order of the keys."),
    KV("size", "fn(): Integer", size, "How many keys there are."),
    KV("isEmpty", "fn(): Boolean", is_empty, "Is there no key?"),
    KV("setTTL", "fn(key: String, value: Any, seconds: Number): Boolean", set_with_life,
       "Keeps a value for so many seconds."),
    KV("getTTL", "fn(key: String): Integer", get_life,
       "Seconds that are left; -1 if it stays, -2 if there is none."),
    KV("expire", "fn(key: String, seconds: Number): Boolean", expire,
       "Lets a value end in so many seconds; false if there is none."),
    KV("mget", "fn(keys: List(Any)): List(Any)", get_many, "The values of several keys."),
    KV("mset", "fn(entries: Any): Boolean", set_many, "Sets all entries of a dict."),
    KV("increment", "fn(key: String, by?: Number): Integer", increment,
       "Adds to an integer (1) and gives the new one; a new key begins at 0."),
    KV("decrement", "fn(key: String, by?: Number): Integer", decrement,
       "Takes from an integer (1) and gives the new one."),
    KV("dump", "fn(): Any", dump, "A dict of all that is there."),
    KV("stats", "fn(): Any", stats, "{total_keys, active_keys, expired_keys, keys_with_ttl}."),
};

LibModule lib_kv_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
