// SPDX-License-Identifier: MIT
// lib_table_callback.c - Vint's dicts: what calls a function per entry, and what makes new dicts
//
// The callbacks are natives with a resume point, so the function may park (C 1.6). They go over the
// entries as they were at the call: a list of the keys and values is kept in a slot. Common slots:
// 0 that list (key, value, key, value …), 1 the place in it, 2 the result so far.
#include "base/vec.h"
#include "lib/answer.h"
#include "lib/lib_private.h"
#include "vm/format.h"

#include <string.h>

enum { SLOT_ENTRIES, SLOT_PLACE, SLOT_RESULT, SLOT_COUNT };

// --- Over the entries ----------------------------------------------------------------------------

static List *entries_of(NativeCall *call) {
  return value_as_list(call->slots[SLOT_ENTRIES]);
}

static uint32_t place_of(NativeCall *call) {
  return (uint32_t)value_as_int(call->slots[SLOT_PLACE]);
}

static Value key_here(NativeCall *call) {
  return entries_of(call)->items[place_of(call)];
}

static Value value_here(NativeCall *call) {
  return entries_of(call)->items[place_of(call) + 1];
}

static bool push_entries(VM *vm, const Table *table, List *list) {
  uint32_t position = 0;
  Value key;
  Value value;
  while (table_next(table, &position, &key, &value)) {
    if (!answer_push(vm, list, key) || !answer_push(vm, list, value)) return false;
  }
  return true;
}

// Checks the arguments, keeps the entries, and makes an empty dict for the result if wanted.
static bool begin(NativeCall *call, bool with_result) {
  Table *table;
  Value function;
  if (!args_table(call, 0, &table) || !args_function(call, 1, &function)) return false;
  List *entries = vm_list(call->vm, table->count * 2);
  if (!entries) return false;
  call->slots[SLOT_ENTRIES] = value_object(entries);
  call->slots[SLOT_PLACE] = value_int(0);
  if (!push_entries(call->vm, table, entries)) return false;
  if (!with_result) return true;
  Table *result = vm_table(call->vm);
  if (result) call->slots[SLOT_RESULT] = value_object(result);
  return result != NULL;
}

static void advance(NativeCall *call) {
  call->slots[SLOT_PLACE] = value_int(value_as_int(call->slots[SLOT_PLACE]) + 2);
}

// Calls f(key, value) for the next entry; `at_end` is the answer behind the last one.
static NativeStatus go_on(NativeCall *call, Value at_end) {
  if (place_of(call) >= entries_of(call)->count) return native_return(call, at_end);
  Value args[2] = {key_here(call), value_here(call)};
  return native_call(call, call->args[1], args, 2);
}

static bool put(NativeCall *call, Value value) {
  Table *result = value_as_table(call->slots[SLOT_RESULT]);
  return table_set(vm_heap(call->vm), result, key_here(call), value) || vm_raise_memory(call->vm);
}

static NativeStatus start_new_dict(NativeCall *call) {
  return begin(call, true) ? go_on(call, call->slots[SLOT_RESULT]) : NATIVE_FAILED;
}

static NativeStatus map_resume(NativeCall *call) {
  if (!put(call, call->answer)) return NATIVE_FAILED;
  advance(call);
  return go_on(call, call->slots[SLOT_RESULT]);
}

static NativeStatus filter_resume(NativeCall *call) {
  if (value_is_truthy(call->answer) && !put(call, value_here(call))) return NATIVE_FAILED;
  advance(call);
  return go_on(call, call->slots[SLOT_RESULT]);
}

static NativeStatus for_each(NativeCall *call) {
  return begin(call, false) ? go_on(call, VALUE_NULL) : NATIVE_FAILED;
}

static NativeStatus for_each_resume(NativeCall *call) {
  advance(call);
  return go_on(call, VALUE_NULL);
}

static NativeStatus find_resume(NativeCall *call) {
  if (value_is_truthy(call->answer)) {
    List *pair = list_from(vm_heap(call->vm), entries_of(call)->items + place_of(call), 2);
    return pair ? native_return(call, value_object(pair)) : answer_out_of_memory(call);
  }
  advance(call);
  return go_on(call, VALUE_NULL);
}

static NativeStatus some(NativeCall *call) {
  return begin(call, false) ? go_on(call, VALUE_FALSE) : NATIVE_FAILED;
}

static NativeStatus some_resume(NativeCall *call) {
  if (value_is_truthy(call->answer)) return native_return(call, VALUE_TRUE);
  advance(call);
  return go_on(call, VALUE_FALSE);
}

static NativeStatus every(NativeCall *call) {
  return begin(call, false) ? go_on(call, VALUE_TRUE) : NATIVE_FAILED;
}

static NativeStatus every_resume(NativeCall *call) {
  if (!value_is_truthy(call->answer)) return native_return(call, VALUE_FALSE);
  advance(call);
  return go_on(call, VALUE_TRUE);
}

static NativeStatus reduce_on(NativeCall *call) {
  if (place_of(call) >= entries_of(call)->count) {
    return native_return(call, call->slots[SLOT_RESULT]);
  }
  Value args[3] = {call->slots[SLOT_RESULT], key_here(call), value_here(call)};
  return native_call(call, call->args[1], args, 3);
}

// Without a start the first entry's value is it, and counts once.
static NativeStatus reduce(NativeCall *call) {
  if (!begin(call, false)) return NATIVE_FAILED;
  Value initial = native_arg(call, 2);
  if (value_is_absent(initial)) {
    if (entries_of(call)->count == 0) {
      return answer_fail(call, "ValueError", "an empty dict needs a start value");
    }
    initial = value_here(call);
    advance(call);
  }
  call->slots[SLOT_RESULT] = initial;
  return reduce_on(call);
}

static NativeStatus reduce_resume(NativeCall *call) {
  call->slots[SLOT_RESULT] = call->answer;
  advance(call);
  return reduce_on(call);
}

// --- New dicts -----------------------------------------------------------------------------------

static bool set_entry(VM *vm, Table *table, Value key, Value value) {
  return table_set(vm_heap(vm), table, key, value) || vm_raise_memory(vm);
}

static bool is_key(Value key) {
  if (value_is_double(key)) return value_as_double(key) == value_as_double(key);
  return value_is_str(key) || value_is_integer(key) || value_is_bool(key);
}

static bool pick_into(NativeCall *call, const Table *table, Table *out) {
  for (uint32_t i = 1; i < call->arg_count; i++) {
    Value key = call->args[i];
    Value value = is_key(key) ? table_get(table, key) : VALUE_ABSENT;
    if (!value_is_absent(value) && !set_entry(call->vm, out, key, value)) return false;
  }
  return true;
}

static bool omit_into(NativeCall *call, const Table *table, Table *out) {
  uint32_t position = 0;
  Value key;
  Value value;
  while (table_next(table, &position, &key, &value)) {
    bool is_named = false;
    for (uint32_t i = 1; i < call->arg_count && !is_named; i++) {
      is_named = equal_same(call->args[i], key);
    }
    if (!is_named && !set_entry(call->vm, out, key, value)) return false;
  }
  return true;
}

// {"a": {"b": 1}} → {"a.b": 1}, one level.
static bool flatten_into(NativeCall *call, const Table *table, Table *out) {
  VM *vm = call->vm;
  uint32_t position = 0;
  Value key;
  Value value;
  while (table_next(table, &position, &key, &value)) {
    if (!value_is_table(value)) {
      if (!set_entry(vm, out, key, value)) return false;
      continue;
    }
    uint32_t inner_position = 0;
    Value inner_key;
    Value inner;
    while (table_next(value_as_table(value), &inner_position, &inner_key, &inner)) {
      Buffer name = {0};
      format_value(vm, &name, key, FORMAT_VINT);
      buffer_byte(&name, '.');
      format_value(vm, &name, inner_key, FORMAT_VINT);
      Str *joined = vm_str(vm, name.bytes, name.len);
      buffer_free(&name);
      if (!joined || !set_entry(vm, out, value_object(joined), inner)) return false;
    }
  }
  return true;
}

static NativeStatus make_dict(NativeCall *call, bool (*fill)(NativeCall *, const Table *, Table *)) {
  Table *table;
  if (!args_table(call, 0, &table)) return NATIVE_FAILED;
  Table *out = vm_table(call->vm);
  if (!out) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(out));
  bool ok = fill(call, table, out);
  vm_pop_roots(call->vm, 1);
  return ok ? native_return(call, value_object(out)) : NATIVE_FAILED;
}

static NativeStatus pick(NativeCall *call) {
  return make_dict(call, pick_into);
}
static NativeStatus omit(NativeCall *call) {
  return make_dict(call, omit_into);
}
static NativeStatus flatten(NativeCall *call) {
  return make_dict(call, flatten_into);
}

static bool add_pairs(NativeCall *call, const Table *table, Table *out) {
  (void)table;
  List *pairs;
  if (!args_list(call, 1, &pairs)) return false;
  for (uint32_t i = 0; i < pairs->count; i++) {
    Value pair = pairs->items[i];
    bool is_pair = value_is_list(pair) && value_as_list(pair)->count == 2 &&
                   is_key(value_as_list(pair)->items[0]);
    if (!is_pair) {
      answer_fail(call, "TypeError", "element %u must be [key, value]", i);
      return false;
    }
    Value *items = value_as_list(pair)->items;
    if (!set_entry(call->vm, out, items[0], items[1])) return false;
  }
  return true;
}

static NativeStatus from_entries(NativeCall *call) {
  return make_dict(call, add_pairs);
}

static NativeStatus equals(NativeCall *call) {
  Table *table;
  if (!args_table(call, 0, &table)) return NATIVE_FAILED;
  return answer_bool(call, equal_deep(call->args[0], call->args[1]));
}

// --- deepMerge -----------------------------------------------------------------------------------
//
// Where both sides have a dict, a new one of both takes its place. The places that are still to be
// merged wait on a stack of ours; `out` of each hangs in the result, so only that is rooted.

#define MERGE_DEPTH_MAX 10000 // deeper than that a dict contains itself

typedef struct Merging {
  Table *out; // holds the left side's entries
  Table *right;
  uint32_t depth;
} Merging;

typedef VEC(Merging) Mergings;

static Table *copy_dict(VM *vm, const Table *table) {
  Table *copy = vm_table(vm);
  if (!copy) return NULL;
  vm_push_root(vm, value_object(copy));
  uint32_t position = 0;
  Value key;
  Value value;
  bool ok = true;
  while (ok && table_next(table, &position, &key, &value)) ok = set_entry(vm, copy, key, value);
  vm_pop_roots(vm, 1);
  return ok ? copy : NULL;
}

static bool merge_step(NativeCall *call, Mergings *todo) {
  VM *vm = call->vm;
  Merging now = vec_pop(todo);
  if (now.depth > MERGE_DEPTH_MAX) {
    answer_fail(call, "ValueError", "the dicts are nested more than %d deep", MERGE_DEPTH_MAX);
    return false;
  }
  uint32_t position = 0;
  Value key;
  Value value;
  while (table_next(now.right, &position, &key, &value)) {
    Value left = table_get(now.out, key);
    if (!value_is_table(left) || !value_is_table(value)) {
      if (!set_entry(vm, now.out, key, value)) return false;
      continue;
    }
    Table *merged = copy_dict(vm, value_as_table(left));
    if (!merged || !set_entry(vm, now.out, key, value_object(merged))) return false;
    Merging inner = {merged, value_as_table(value), now.depth + 1};
    vec_push(todo, inner);
  }
  return true;
}

static NativeStatus deep_merge(NativeCall *call) {
  Table *table;
  Table *other;
  if (!args_table(call, 0, &table) || !args_table(call, 1, &other)) return NATIVE_FAILED;
  Table *out = copy_dict(call->vm, table);
  if (!out) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(out));
  Mergings todo = {0};
  Merging first = {out, other, 0};
  vec_push(&todo, first);
  bool ok = true;
  while (ok && todo.count > 0) ok = merge_step(call, &todo);
  vec_free(&todo);
  vm_pop_roots(call->vm, 1);
  return ok ? native_return(call, value_object(out)) : NATIVE_FAILED;
}

#define CALLS(name, signature, function, resume, doc)                                              \
  { "Table(K, V)", name, signature, function, doc, resume, SLOT_COUNT, NATIVE_VINT }
#define DICT(name, signature, function, doc)                                                       \
  { "Table(K, V)", name, signature, function, doc, NULL, 0, NATIVE_VINT }

static const NativeRow rows[] = {
    CALLS("map", "fn(f: Any): Any", start_new_dict, map_resume,
          "A dict of the same keys with what `f(key, value)` answers."),
    CALLS("filter", "fn(f: Any): Any", start_new_dict, filter_resume,
          "A dict of the entries for which `f(key, value)` answers true."),
    CALLS("forEach", "fn(f: Any): Null", for_each, for_each_resume,
          "Calls `f(key, value)` for each entry."),
    CALLS("find", "fn(f: Any): Any", for_each, find_resume,
          "[key, value] of the first entry for which `f(key, value)` answers true; else null."),
    CALLS("some", "fn(f: Any): Boolean", some, some_resume,
          "Does `f(key, value)` hold for some entry?"),
    CALLS("every", "fn(f: Any): Boolean", every, every_resume,
          "Does `f(key, value)` hold for every entry?"),
    CALLS("reduce", "fn(f: Any, initial?: Any): Any", reduce, reduce_resume,
          "`f(so_far, key, value)` over all entries, beginning with `initial` or the first value."),
    DICT("pick", "fn(keys: Any...): Any", pick, "A new dict of these keys."),
    DICT("omit", "fn(keys: Any...): Any", omit, "A new dict without these keys."),
    DICT("flatten", "fn(): Any", flatten,
         "A new dict in which the entries of inner dicts have keys such as \"outer.inner\"; one "
         "level."),
    DICT("deepMerge", "fn(other: Any): Any", deep_merge,
         "A new dict of both; where both have a dict, that is merged too, else the other's value "
         "counts."),
    DICT("equals", "fn(other: Any): Boolean", equals, "Has the other the same keys and values?"),
    DICT("fromEntries", "fn(pairs: List(Any)): Any", from_entries,
         "A new dict of [key, value] pairs."),
};

LibModule lib_table_callback_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
