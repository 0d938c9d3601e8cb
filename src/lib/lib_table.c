// SPDX-License-Identifier: MIT
// lib_table.c - methods of tables and dicts
#include "lib/lib_private.h"

#include <string.h>

static bool get_table(NativeCall *call, Table **out) { return args_table(call, 0, out); }

static NativeStatus out_of_memory(NativeCall *call) {
  vm_raise_memory(call->vm);
  return NATIVE_FAILED;
}

static bool is_hidden(Value key) {
  return value_is_str(key) && strncmp(value_as_str(key)->bytes, "__", 2) == 0;
}

typedef enum Part { PART_KEYS, PART_VALUES, PART_ENTRIES } Part;

static bool push_part(VM *vm, List *list, Part part, Value key, Value value) {
  Heap *heap = vm_heap(vm);
  if (part == PART_KEYS) return list_push(heap, list, key);
  if (part == PART_VALUES) return list_push(heap, list, value);
  Value pair_values[2] = {key, value};
  List *pair = list_from(heap, pair_values, 2);
  return pair && list_push(heap, list, value_object(pair));
}

static NativeStatus list_part(NativeCall *call, Part part) {
  Table *table;
  if (!get_table(call, &table)) return NATIVE_FAILED;
  List *list = vm_list(call->vm, table->count);
  if (!list) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(list));
  uint32_t position = 0;
  Value key, value;
  bool ok = true;
  while (ok && table_next(table, &position, &key, &value)) {
    if (!is_hidden(key)) ok = push_part(call->vm, list, part, key, value);
  }
  vm_pop_roots(call->vm, 1);
  return ok ? native_return(call, value_object(list)) : out_of_memory(call);
}

static NativeStatus keys(NativeCall *call) { return list_part(call, PART_KEYS); }
static NativeStatus values(NativeCall *call) { return list_part(call, PART_VALUES); }
static NativeStatus entries(NativeCall *call) { return list_part(call, PART_ENTRIES); }

static NativeStatus iter(NativeCall *call) {
  if (value_is_list(call->args[0])) return native_return(call, call->args[0]);
  if (value_is_table(call->args[0])) return entries(call);
  vm_raise(call->vm, "TypeError", "iter() requires a List or Table, got %s",
           vm_type_name(call->vm, call->args[0]));
  return NATIVE_FAILED;
}

static uint32_t visible_count(const Table *table) {
  uint32_t position = 0, count = 0;
  Value key, value;
  while (table_next(table, &position, &key, &value)) count += !is_hidden(key);
  return count;
}

static NativeStatus luma_length(NativeCall *call) {
  Table *table;
  if (!get_table(call, &table)) return NATIVE_FAILED;
  return native_return(call, value_double(visible_count(table)));
}

static NativeStatus vint_size(NativeCall *call) {
  Table *table;
  if (!get_table(call, &table)) return NATIVE_FAILED;
  return native_return(call, value_int(table->count));
}

static NativeStatus vint_is_empty(NativeCall *call) {
  Table *table;
  if (!get_table(call, &table)) return NATIVE_FAILED;
  return native_return(call, value_bool(table->count == 0));
}

// What table_get may be asked for; NaN equals nothing, so it can be no key.
static bool is_key(Value key) {
  if (value_is_double(key)) return value_as_double(key) == value_as_double(key);
  return value_is_str(key) || value_is_integer(key) || value_is_bool(key);
}

static bool take_key(NativeCall *call, uint32_t index) {
  return is_key(native_arg(call, index)) ||
         args_wrong(call, index, "key (a string, number or boolean)");
}

static NativeStatus has(NativeCall *call) {
  Table *table;
  if (!get_table(call, &table)) return NATIVE_FAILED;
  bool found = is_key(call->args[1]) && !value_is_absent(table_get(table, call->args[1]));
  return native_return(call, value_bool(found));
}

static NativeStatus get(NativeCall *call) {
  Table *table;
  if (!get_table(call, &table) || !take_key(call, 1)) return NATIVE_FAILED;
  Value found = table_get(table, call->args[1]);
  if (value_is_absent(found)) found = native_arg(call, 2);
  return native_return(call, value_is_absent(found) ? VALUE_NULL : found);
}

static NativeStatus set(NativeCall *call) {
  Table *table;
  if (!get_table(call, &table) || !take_key(call, 1)) return NATIVE_FAILED;
  if (!table_set(vm_heap(call->vm), table, call->args[1], call->args[2])) return out_of_memory(call);
  return native_return(call, call->args[0]);
}

static NativeStatus remove_key(NativeCall *call) {
  Table *table;
  bool failed = false;
  if (!get_table(call, &table) || !take_key(call, 1)) return NATIVE_FAILED;
  bool found = table_remove(vm_heap(call->vm), table, call->args[1], &failed);
  return failed ? out_of_memory(call) : native_return(call, value_bool(found));
}

static bool copy_into(NativeCall *call, Table *target, const Table *source) {
  uint32_t position = 0;
  Value key, value;
  while (table_next(source, &position, &key, &value)) {
    if (!table_set(vm_heap(call->vm), target, key, value)) return vm_raise_memory(call->vm);
  }
  return true;
}

static NativeStatus merged(NativeCall *call, bool in_place) {
  Table *table, *other;
  if (!get_table(call, &table) || !args_table(call, 1, &other)) return NATIVE_FAILED;
  if (in_place) {
    return copy_into(call, table, other) ? native_return(call, call->args[0]) : NATIVE_FAILED;
  }
  Table *result = vm_table(call->vm);
  if (!result) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(result));
  bool ok = copy_into(call, result, table) && copy_into(call, result, other);
  vm_pop_roots(call->vm, 1);
  return ok ? native_return(call, value_object(result)) : NATIVE_FAILED;
}

static NativeStatus luma_merge(NativeCall *call) { return merged(call, false); }
static NativeStatus vint_merge(NativeCall *call) { return merged(call, true); }

static NativeStatus vint_copy(NativeCall *call) {
  Table *table;
  if (!get_table(call, &table)) return NATIVE_FAILED;
  Table *result = vm_table(call->vm);
  if (!result) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(result));
  bool ok = copy_into(call, result, table);
  vm_pop_roots(call->vm, 1);
  return ok ? native_return(call, value_object(result)) : NATIVE_FAILED;
}

static NativeStatus vint_clear(NativeCall *call) {
  Table *table;
  if (!get_table(call, &table)) return NATIVE_FAILED;
  table_clear(vm_heap(call->vm), table);
  return native_return(call, call->args[0]);
}

// In Luma each method is a function of the module table too, the table in front.
#define MODULE(name, signature, function, doc) \
  {"table", name, signature, function, doc, NULL, 0, NATIVE_LUMA}

static const NativeRow rows[] = {
    {"table", "", "Imported", NULL, "What can be done with tables: import(\"std:table\").", NULL, 0,
     NATIVE_LUMA},
    MODULE("keys", "fn(table: Table(K, V)): List(K)", keys,
           "The keys, in the order in which they were added."),
    MODULE("values", "fn(table: Table(K, V)): List(V)", values, "The values, in the order of the keys."),
    MODULE("entries", "fn(table: Table(K, V)): List(List(Any))", entries, "A list of [key, value]."),
    MODULE("has", "fn(table: Table(K, V), key: Any): Boolean", has, "Is there an entry with that key?"),
    MODULE("remove", "fn(table: Table(K, V), key: Any): Boolean", remove_key,
           "Takes an entry out; true if it was there."),
    MODULE("length", "fn(table: Table(K, V)): Number", luma_length, "How many entries."),
    MODULE("merge", "fn(table: Table(K, V), other: Table(K, V)): Table(K, V)", luma_merge,
           "A new table: these entries, then the other's."),
    {"Table(K, V)", "keys", "fn(): List(K)", keys, "The keys, in the order in which they were added.", NULL,
     0, NATIVE_BOTH},
    {"Table(K, V)", "values", "fn(): List(V)", values, "The values, in the order of the keys.", NULL, 0,
     NATIVE_BOTH},
    {"Table(K, V)", "entries", "fn(): List(List(Any))", entries, "A list of [key, value].", NULL, 0,
     NATIVE_BOTH},
    {"Table(K, V)", "length", "fn(): Number", luma_length, "How many entries.", NULL, 0, NATIVE_LUMA},
    {"Table(K, V)", "size", "fn(): Integer", vint_size, "How many entries.", NULL, 0, NATIVE_VINT},
    {"Table(K, V)", "isEmpty", "fn(): Boolean", vint_is_empty, "Is there no entry?", NULL, 0, NATIVE_VINT},
    {"Table(K, V)", "has", "fn(key: Any): Boolean", has, "Is there an entry with that key?", NULL, 0,
     NATIVE_BOTH},
    {"Table(K, V)", "has_key", "fn(key: Any): Boolean", has, "Is there an entry with that key?", NULL, 0,
     NATIVE_VINT},
    {"Table(K, V)", "hasKey", "fn(key: Any): Boolean", has, "Is there an entry with that key?", NULL, 0,
     NATIVE_VINT},
    {"Table(K, V)", "get", "fn(key: Any, default?: Any): Any", get,
     "The entry's value, or the default, or null.", NULL, 0, NATIVE_VINT},
    {"Table(K, V)", "set", "fn(key: Any, value: Any): Any", set, "Sets an entry and returns the dict.",
     NULL, 0, NATIVE_VINT},
    {"Table(K, V)", "remove", "fn(key: Any): Boolean", remove_key,
     "Takes an entry out; true if it was there.", NULL, 0, NATIVE_BOTH},
    {"Table(K, V)", "merge", "fn(other: Table(K, V)): Table(K, V)", luma_merge,
     "A new table: these entries, then the other's.", NULL, 0, NATIVE_LUMA},
    {"Table(K, V)", "merge", "fn(other: Any): Any", vint_merge, "Adds the other's entries in place.", NULL,
     0, NATIVE_VINT},
    {"Table(K, V)", "copy", "fn(): Any", vint_copy, "A shallow copy.", NULL, 0, NATIVE_VINT},
    {"Table(K, V)", "clear", "fn(): Any", vint_clear, "Takes all entries out.", NULL, 0, NATIVE_VINT},
    {"", "iter", "fn(value: Any): List(Any)", iter, "A list itself; of a table a list of [key, value].",
     NULL, 0, NATIVE_LUMA},
    {"", "keys", "fn(dict: Any): List(Any)", keys, "The keys, in the order in which they were added.", NULL,
     0, NATIVE_VINT},
    {"", "values", "fn(dict: Any): List(Any)", values, "The values, in the order of the keys.", NULL, 0,
     NATIVE_VINT},
    {"", "has_key", "fn(dict: Any, key: Any): Boolean", has, "Is there an entry with that key?", NULL, 0,
     NATIVE_VINT},
};

LibModule lib_table_module(void) { return (LibModule){rows, ARRAY_LEN(rows)}; }
