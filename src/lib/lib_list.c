// SPDX-License-Identifier: MIT
// lib_list.c - methods of lists that call nothing back
#include "lib/lib_private.h"
#include "sched/ticket.h"
#include "vm/format.h"

#include <string.h>

static bool get_list(NativeCall *call, List **out) { return args_list(call, 0, out); }

static NativeStatus out_of_memory(NativeCall *call) {
  vm_raise_memory(call->vm);
  return NATIVE_FAILED;
}

static NativeStatus return_list(NativeCall *call, List *list) {
  return list ? native_return(call, value_object(list)) : out_of_memory(call);
}

static NativeStatus luma_length(NativeCall *call) {
  List *list;
  return get_list(call, &list) ? native_return(call, value_double(list->count)) : NATIVE_FAILED;
}

static bool luma_length_at_once(VM *vm, const Value *args, uint32_t count, Value *result) {
  (void)vm, (void)count;
  if (!value_is_list(args[0])) return false;
  *result = value_double(value_as_list(args[0])->count);
  return true;
}

static NativeStatus vint_length(NativeCall *call) {
  List *list;
  return get_list(call, &list) ? native_return(call, value_int(list->count)) : NATIVE_FAILED;
}

static bool vint_length_at_once(VM *vm, const Value *args, uint32_t count, Value *result) {
  (void)vm, (void)count;
  if (!value_is_list(args[0])) return false;
  *result = value_int(value_as_list(args[0])->count);
  return true;
}

// --- Changing ----------------------------------------------------------------------------------------

static NativeStatus push(NativeCall *call) {
  List *list;
  if (!get_list(call, &list)) return NATIVE_FAILED;
  for (uint32_t i = 1; i < call->arg_count; i++) {
    if (!list_push(vm_heap(call->vm), list, call->args[i])) return out_of_memory(call);
  }
  return native_return(call, call->args[0]);
}

static bool push_at_once(VM *vm, const Value *args, uint32_t count, Value *result) {
  if (count != 2 || !value_is_list(args[0])) return false;
  if (UNLIKELY(!list_push(vm_heap(vm), value_as_list(args[0]), args[1]))) return false;
  *result = args[0];
  return true;
}

static NativeStatus pop(NativeCall *call) {
  List *list;
  if (!get_list(call, &list)) return NATIVE_FAILED;
  if (list->count == 0) return native_return(call, VALUE_NULL);
  return native_return(call, list_remove(vm_heap(call->vm), list, list->count - 1));
}

static NativeStatus shift(NativeCall *call) {
  List *list;
  if (!get_list(call, &list)) return NATIVE_FAILED;
  if (list->count == 0) return native_return(call, VALUE_NULL);
  return native_return(call, list_remove(vm_heap(call->vm), list, 0));
}

static NativeStatus unshift(NativeCall *call) {
  List *list;
  if (!get_list(call, &list)) return NATIVE_FAILED;
  for (uint32_t i = call->arg_count; i-- > 1;) {
    if (!list_insert(vm_heap(call->vm), list, 0, call->args[i])) return out_of_memory(call);
  }
  return native_return(call, call->args[0]);
}

// An index from 0 to `limit`.
static bool take_index(NativeCall *call, uint32_t arg, uint32_t limit, uint32_t *out) {
  int64_t index;
  if (!args_integer(call, arg, &index)) return false;
  if (index < 0 || index > limit) {
    return vm_raise(call->vm, "IndexError", "%s: index %lld is outside 0 to %lld", call->row->name,
                    (long long)index, (long long)limit);
  }
  *out = (uint32_t)index;
  return true;
}

static NativeStatus insert(NativeCall *call) {
  List *list;
  uint32_t index;
  if (!get_list(call, &list) || !take_index(call, 1, list->count, &index)) return NATIVE_FAILED;
  if (!list_insert(vm_heap(call->vm), list, index, call->args[2])) return out_of_memory(call);
  return native_return(call, VALUE_NULL);
}

static NativeStatus remove_at(NativeCall *call) {
  List *list;
  uint32_t index;
  if (!get_list(call, &list)) return NATIVE_FAILED;
  if (list->count == 0) {
    vm_raise(call->vm, "IndexError", "remove: the list is empty");
    return NATIVE_FAILED;
  }
  if (!take_index(call, 1, list->count - 1, &index)) return NATIVE_FAILED;
  return native_return(call, list_remove(vm_heap(call->vm), list, index));
}

static NativeStatus reverse(NativeCall *call) {
  List *list;
  if (!get_list(call, &list)) return NATIVE_FAILED;
  for (uint32_t i = 0; i < list->count / 2; i++) {
    Value other = list->items[list->count - 1 - i];
    list->items[list->count - 1 - i] = list->items[i];
    list->items[i] = other;
  }
  heap_touch(vm_heap(call->vm), (Obj *)list); // it may be marked in pieces just now
  return native_return(call, call->args[0]);
}

// --- Parts and searches ------------------------------------------------------------------------------

// Bounds as in slice(from, to): negative ones count from the end, all are clamped.
static bool take_bounds(NativeCall *call, uint32_t count, uint32_t *from, uint32_t *to) {
  int64_t bounds[2] = {0, count};
  for (uint32_t i = 0; i < 2; i++) {
    Value bound = native_arg(call, i + 1);
    if (value_is_absent(bound) || value_is_null(bound)) continue;
    if (!args_integer(call, i + 1, &bounds[i])) return false;
    if (bounds[i] < 0) bounds[i] += count;
    if (bounds[i] < 0) bounds[i] = 0;
    if (bounds[i] > count) bounds[i] = count;
  }
  *from = (uint32_t)bounds[0];
  *to = bounds[1] < bounds[0] ? *from : (uint32_t)bounds[1];
  return true;
}

static NativeStatus slice(NativeCall *call) {
  List *list;
  uint32_t from, to;
  if (!get_list(call, &list) || !take_bounds(call, list->count, &from, &to)) return NATIVE_FAILED;
  return return_list(call, list_from(vm_heap(call->vm), list->items + from, to - from));
}

static NativeStatus concat(NativeCall *call) {
  List *list;
  if (!get_list(call, &list)) return NATIVE_FAILED;
  List *result = list_from(vm_heap(call->vm), list->items, list->count);
  if (!result) return out_of_memory(call);
  vm_push_root(call->vm, value_object(result));
  bool ok = true;
  for (uint32_t a = 1; ok && a < call->arg_count; a++) {
    List *more;
    ok = args_list(call, a, &more);
    for (uint32_t i = 0; ok && i < more->count; i++) {
      ok = list_push(vm_heap(call->vm), result, more->items[i]) || vm_raise_memory(call->vm);
    }
  }
  vm_pop_roots(call->vm, 1);
  return ok ? native_return(call, value_object(result)) : NATIVE_FAILED;
}

// Place of an equal element; −1 if there is none. Vint compares by content (D5).
static int64_t find_place(const List *list, Value what, bool deep) {
  for (uint32_t i = 0; i < list->count; i++) {
    if (deep ? equal_deep(list->items[i], what) : equal_same(list->items[i], what)) return i;
  }
  return -1;
}

static NativeStatus luma_contains(NativeCall *call) {
  List *list;
  if (!get_list(call, &list)) return NATIVE_FAILED;
  return native_return(call, value_bool(find_place(list, call->args[1], false) >= 0));
}

static NativeStatus vint_contains(NativeCall *call) {
  List *list;
  if (!get_list(call, &list)) return NATIVE_FAILED;
  return native_return(call, value_bool(find_place(list, call->args[1], true) >= 0));
}

static NativeStatus vint_index_of(NativeCall *call) {
  List *list;
  if (!get_list(call, &list)) return NATIVE_FAILED;
  return native_return(call, value_int(find_place(list, call->args[1], true)));
}

static NativeStatus vint_last(NativeCall *call) {
  List *list;
  if (!get_list(call, &list)) return NATIVE_FAILED;
  return native_return(call, list->count ? list->items[list->count - 1] : VALUE_NULL);
}

// --- Text ----------------------------------------------------------------------------------------------

static bool has_only_texts(const List *list) {
  for (uint32_t i = 0; i < list->count; i++) {
    if (!value_is_str(list->items[i])) return false;
  }
  return true;
}

static NativeStatus join_with(NativeCall *call, FormatStyle style) {
  List *list;
  Str *separator = NULL;
  if (!get_list(call, &list)) return NATIVE_FAILED;
  if (!value_is_absent(native_arg(call, 1)) && !args_str(call, 1, &separator)) return NATIVE_FAILED;
  if (has_only_texts(list)) {
    Str *joined = str_join(vm_strings(call->vm), list->items, list->count, separator);
    if (!joined) return vm_raise_memory(call->vm), NATIVE_FAILED;
    return native_return(call, value_object(joined));
  }
  Buffer text = {0};
  for (uint32_t i = 0; i < list->count; i++) {
    if (i > 0 && separator) buffer_append(&text, separator->bytes, separator->len);
    format_value(call->vm, &text, list->items[i], style);
  }
  Str *joined = vm_str(call->vm, text.bytes ? text.bytes : "", text.len);
  buffer_free(&text);
  return joined ? native_return(call, value_object(joined)) : NATIVE_FAILED;
}

static NativeStatus luma_join(NativeCall *call) { return join_with(call, FORMAT_LUMA); }

static NativeStatus vint_join(NativeCall *call) { return join_with(call, FORMAT_VINT); }

// --- Vint's builtins ---------------------------------------------------------------------------------

// A new array with the values added.
static NativeStatus vint_append(NativeCall *call) {
  List *list;
  if (!get_list(call, &list)) return NATIVE_FAILED;
  List *result = list_from(vm_heap(call->vm), list->items, list->count);
  if (!result) return out_of_memory(call);
  vm_push_root(call->vm, value_object(result));
  bool ok = true;
  for (uint32_t i = 1; ok && i < call->arg_count; i++) {
    ok = list_push(vm_heap(call->vm), result, call->args[i]);
  }
  vm_pop_roots(call->vm, 1);
  return ok ? native_return(call, value_object(result)) : out_of_memory(call);
}

static NativeStatus vint_pop(NativeCall *call) {
  List *list;
  if (!get_list(call, &list)) return NATIVE_FAILED;
  if (list->count > 0) return pop(call);
  vm_raise(call->vm, "ValueError", "pop: the array is empty");
  return NATIVE_FAILED;
}

static NativeStatus vint_sum(NativeCall *call) {
  List *list;
  if (!get_list(call, &list)) return NATIVE_FAILED;
  double total = 0;
  int64_t exact = 0;
  bool is_exact = true;
  for (uint32_t i = 0; i < list->count; i++) {
    Value item = list->items[i];
    if (!value_is_number(item)) {
      vm_raise(call->vm, "TypeError", "array.sum: element %u must be a number, got %s", i,
               vm_vint_name(call->vm, item));
      return NATIVE_FAILED;
    }
    total += value_to_double(item);
    is_exact = is_exact && value_is_integer(item) &&
               !__builtin_add_overflow(exact, value_as_integer(item), &exact);
  }
  Value sum = is_exact ? vm_integer(call->vm, exact) : value_double(total);
  return value_is_absent(sum) ? NATIVE_FAILED : native_return(call, sum);
}

// --- Luma's questions about the elements -----------------------------------------------------------

static NativeStatus return_option(NativeCall *call, Value value) {
  Value option = ticket_option(call->vm, value);
  return value_is_absent(option) ? NATIVE_FAILED : native_return(call, option);
}

static NativeStatus luma_first(NativeCall *call) {
  List *list;
  if (!get_list(call, &list)) return NATIVE_FAILED;
  return return_option(call, list->count > 0 ? list->items[0] : VALUE_ABSENT);
}

static NativeStatus luma_empty(NativeCall *call) {
  List *list;
  return get_list(call, &list) ? native_return(call, value_bool(list->count == 0)) : NATIVE_FAILED;
}

static NativeStatus luma_last(NativeCall *call) {
  List *list;
  if (!get_list(call, &list)) return NATIVE_FAILED;
  return return_option(call, list->count > 0 ? list->items[list->count - 1] : VALUE_ABSENT);
}

static NativeStatus refuse_element(NativeCall *call, const char *name, uint32_t index, const char *wanted) {
  List *list = value_as_list(call->args[0]);
  vm_raise(call->vm, "TypeError", "%s: element %u must be %s, got %s", name, index, wanted,
           vm_type_name(call->vm, list->items[index]));
  return NATIVE_FAILED;
}

static NativeStatus luma_index_of(NativeCall *call) {
  List *list;
  if (!get_list(call, &list)) return NATIVE_FAILED;
  int64_t place = find_place(list, call->args[1], false);
  return return_option(call, place < 0 ? VALUE_ABSENT : value_double((double)place));
}

static NativeStatus luma_sum(NativeCall *call) {
  List *list;
  if (!get_list(call, &list)) return NATIVE_FAILED;
  double sum = 0;
  for (uint32_t i = 0; i < list->count; i++) {
    if (!value_is_number(list->items[i])) return refuse_element(call, "sum", i, "a Number");
    sum += value_to_double(list->items[i]);
  }
  return native_return(call, value_double(sum));
}

// Numbers, or strings by code point. `sign` 1: the largest.
static bool is_beyond(Value a, Value b, int sign) {
  if (value_is_str(a)) return str_compare(value_as_str(a), value_as_str(b)) * sign > 0;
  double x = value_to_double(a), y = value_to_double(b);
  return sign > 0 ? x > y : x < y;
}

static NativeStatus pick_extreme(NativeCall *call, const char *name, int sign) {
  List *list;
  if (!get_list(call, &list)) return NATIVE_FAILED;
  Value best = VALUE_ABSENT;
  for (uint32_t i = 0; i < list->count; i++) {
    Value item = list->items[i];
    bool has_order = value_is_number(item) || value_is_str(item);
    if (!has_order) return refuse_element(call, name, i, "a Number or a String");
    if (!value_is_absent(best) && value_is_str(item) != value_is_str(best))
      return refuse_element(call, name, i, value_is_str(best) ? "a String" : "a Number");
    if (value_is_absent(best) || is_beyond(item, best, sign)) best = item;
  }
  return return_option(call, best);
}

static NativeStatus luma_min(NativeCall *call) { return pick_extreme(call, "min", -1); }
static NativeStatus luma_max(NativeCall *call) { return pick_extreme(call, "max", 1); }

#define EMPTY_DOC "Has it no elements?"
#define INDEX_DOC "Place of the first equal element, as an Option."
#define FIRST_DOC "The first element, as an Option."
#define LAST_DOC  "The last element, as an Option; it stays."
#define SUM_DOC   "The sum of numbers; 0 if there are none."
#define MIN_DOC   "The smallest of numbers, or of strings, as an Option."
#define MAX_DOC   "The largest of numbers, or of strings, as an Option."
#define PUSH_DOC  "Adds at the end and returns the list."
#define JOIN_DOC  "The elements' texts with the separator between them."
#define POP_DOC   "Takes the last element off; null if there is none."
#define SLICE_DOC "A new list of the elements from `from` to before `to`; negative ones count from the end."

// In Luma each method is a function of the module list too, the list in front.
#define MODULE(name, signature, function, doc) \
  {"list", name, signature, function, doc, NULL, 0, NATIVE_LUMA}

static const NativeRow rows[] = {
    {"list", "", "Imported", NULL, "What can be done with lists: import(\"std:list\").", NULL, 0,
     NATIVE_LUMA},
    MODULE("length", "fn(list: List(T)): Number", luma_length, "How many elements."),
    MODULE("push", "fn(list: List(T), value: T): List(T)", push, PUSH_DOC),
    MODULE("pop", "fn(list: List(T)): Any", pop, POP_DOC),
    MODULE("insert", "fn(list: List(T), index: Number, value: T): Null", insert,
           "Puts a value before place `index`."),
    MODULE("remove", "fn(list: List(T), index: Number): T", remove_at,
           "Takes the element at `index` out."),
    MODULE("reverse", "fn(list: List(T)): List(T)", reverse, "Turns the order round in place."),
    MODULE("slice", "fn(list: List(T), from?: Number, to?: Number): List(T)", slice, SLICE_DOC),
    MODULE("concat", "fn(list: List(T), other: List(T)): List(T)", concat,
           "A new list: this one, then the other."),
    MODULE("contains", "fn(list: List(T), value: T): Boolean", luma_contains,
           "Is an equal element in it?"),
    MODULE("join", "fn(list: List(Any), separator?: String): String", luma_join, JOIN_DOC),
    MODULE("empty", "fn(list: List(T)): Boolean", luma_empty, EMPTY_DOC),
    MODULE("index_of", "fn(list: List(T), value: T): Option(Number)", luma_index_of, INDEX_DOC),
    {"List(T)", "empty", "fn(): Boolean", luma_empty, EMPTY_DOC, NULL, 0, NATIVE_LUMA},
    {"List(T)", "index_of", "fn(value: T): Option(Number)", luma_index_of, INDEX_DOC, NULL, 0, NATIVE_LUMA},
    MODULE("first", "fn(list: List(T)): Option(T)", luma_first, FIRST_DOC),
    MODULE("last", "fn(list: List(T)): Option(T)", luma_last, LAST_DOC),
    MODULE("sum", "fn(list: List(Number)): Number", luma_sum, SUM_DOC),
    MODULE("min", "fn(list: List(T)): Option(T)", luma_min, MIN_DOC),
    MODULE("max", "fn(list: List(T)): Option(T)", luma_max, MAX_DOC),
    {"List(T)", "first", "fn(): Option(T)", luma_first, FIRST_DOC, NULL, 0, NATIVE_LUMA},
    {"List(T)", "last", "fn(): Option(T)", luma_last, LAST_DOC, NULL, 0, NATIVE_LUMA},
    {"List(T)", "sum", "fn(): Number", luma_sum, SUM_DOC, NULL, 0, NATIVE_LUMA},
    {"List(T)", "min", "fn(): Option(T)", luma_min, MIN_DOC, NULL, 0, NATIVE_LUMA},
    {"List(T)", "max", "fn(): Option(T)", luma_max, MAX_DOC, NULL, 0, NATIVE_LUMA},
    {"string", "join", "fn(list: List(Any), separator?: String): String", luma_join, JOIN_DOC, NULL, 0,
     NATIVE_LUMA},
    {"List(T)", "length", "fn(): Number", luma_length, "How many elements.", NULL, 0, NATIVE_LUMA,
     .at_once = luma_length_at_once},
    {"List(T)", "length", "fn(): Integer", vint_length, "How many elements.", NULL, 0, NATIVE_VINT,
     .at_once = vint_length_at_once},
    {"List(T)", "len", "fn(): Integer", vint_length, "How many elements.", NULL, 0, NATIVE_VINT,
     .at_once = vint_length_at_once},
    {"List(T)", "push", "fn(value: T): List(T)", push, PUSH_DOC, NULL, 0, NATIVE_LUMA,
     .at_once = push_at_once},
    {"List(T)", "push", "fn(values: T...): List(T)", push, PUSH_DOC, NULL, 0, NATIVE_VINT,
     .at_once = push_at_once},
    {"List(T)", "pop", "fn(): Any", pop, POP_DOC, NULL, 0, NATIVE_BOTH},
    {"List(T)", "shift", "fn(): Any", shift, "Takes the first element off; null if there is none.", NULL, 0,
     NATIVE_VINT},
    {"List(T)", "unshift", "fn(values: T...): List(T)", unshift,
     "Adds at the start and returns the array.", NULL, 0, NATIVE_VINT},
    {"List(T)", "insert", "fn(index: Number, value: T): Null", insert, "Puts a value before place `index`.",
     NULL, 0, NATIVE_LUMA},
    {"List(T)", "remove", "fn(index: Number): T", remove_at, "Takes the element at `index` out.", NULL, 0,
     NATIVE_LUMA},
    {"List(T)", "reverse", "fn(): List(T)", reverse, "Turns the order round in place.", NULL, 0,
     NATIVE_BOTH},
    {"List(T)", "slice", "fn(from?: Number, to?: Number): List(T)", slice, SLICE_DOC, NULL, 0,
     NATIVE_LUMA},
    {"List(T)", "slice", "fn(from?: Any, to?: Any): List(T)", slice, SLICE_DOC, NULL, 0, NATIVE_VINT},
    {"List(T)", "concat", "fn(other: List(T)): List(T)", concat, "A new list: this one, then the other.",
     NULL, 0, NATIVE_LUMA},
    {"List(T)", "concat", "fn(others: Any...): List(Any)", concat,
     "A new array: this one, then the others.", NULL, 0, NATIVE_VINT},
    {"List(T)", "contains", "fn(value: T): Boolean", luma_contains, "Is an equal element in it?", NULL, 0,
     NATIVE_LUMA},
    {"List(T)", "includes", "fn(value: Any): Boolean", vint_contains, "Is an equal element in it?", NULL, 0,
     NATIVE_VINT},
    {"List(T)", "indexOf", "fn(value: Any): Integer", vint_index_of,
     "Place of the first equal element, -1 if there is none.", NULL, 0, NATIVE_VINT},
    {"List(T)", "last", "fn(): Any", vint_last, "The last element; null if there is none.", NULL, 0,
     NATIVE_VINT},
    {"List(T)", "join", "fn(separator?: String): String", luma_join,
     "The elements' texts with the separator between them.", NULL, 0, NATIVE_LUMA},
    {"List(T)", "join", "fn(separator?: Any): String", vint_join,
     "The elements' texts with the separator between them.", NULL, 0, NATIVE_VINT},
    {"List(T)", "sum", "fn(): Any", vint_sum, "The sum of numbers; 0 if there are none.", NULL, 0,
     NATIVE_VINT},
    {"string", "join", "fn(array: List(Any), separator?: String): String", vint_join,
     "The elements' texts with the separator between them.", NULL, 0, NATIVE_VINT},
    {"", "append", "fn(array: List(Any), value: Any, values: Any...): List(Any)", vint_append,
     "A new array with the values added.", NULL, 0, NATIVE_VINT},
    {"", "pop", "fn(array: List(Any)): Any", vint_pop,
     "Takes the last element off; an error if there is none.", NULL, 0, NATIVE_VINT},
    {"", "indexOf", "fn(array: List(Any), value: Any): Integer", vint_index_of,
     "Place of the first equal element, -1 if there is none.", NULL, 0, NATIVE_VINT},
};

LibModule lib_list_module(void) { return (LibModule){rows, ARRAY_LEN(rows)}; }
