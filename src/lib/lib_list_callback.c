// SPDX-License-Identifier: MIT
// lib_list_callback.c - methods of lists that call a function per element
//
// Each is a native with a resume point, so the function may park (C 1.6). The list's length is read again
// at each step: a callback may change the list. Common slots: 0 the next index, 1 the result so far.
#include "lib/lib_private.h"
#include "lib/natural_sort.h"
#include "sched/ticket.h"

#include <string.h>

enum { SLOT_INDEX, SLOT_RESULT };

static List *items_of(NativeCall *call) { return value_as_list(call->args[0]); }

static uint32_t index_of(NativeCall *call) { return (uint32_t)value_as_int(call->slots[SLOT_INDEX]); }

static bool is_function(Value value) {
  return value_is_function(value) || value_makes_instances(value);
}

static bool take_function(NativeCall *call, uint32_t index) {
  return is_function(native_arg(call, index)) || args_wrong(call, index, "function");
}

// Vint's reduce gives its callback the index too; surplus arguments that a function does not take are left
// out by whoever calls it, so the natives ask only for what the language promises.
static NativeStatus call_with_item(NativeCall *call, uint32_t function_index) {
  Value item = items_of(call)->items[index_of(call)];
  return native_call(call, call->args[function_index], &item, 1);
}

static void advance(NativeCall *call) {
  call->slots[SLOT_INDEX] = value_int(value_as_int(call->slots[SLOT_INDEX]) + 1);
}

static bool is_at_end(NativeCall *call) { return index_of(call) >= items_of(call)->count; }

static bool push_result(NativeCall *call, Value value) {
  List *result = value_as_list(call->slots[SLOT_RESULT]);
  return list_push(vm_heap(call->vm), result, value) || vm_raise_memory(call->vm);
}

// Checks the arguments and makes an empty result list.
static bool start(NativeCall *call, bool with_list) {
  List *items;
  if (!args_list(call, 0, &items) || !take_function(call, 1)) return false;
  call->slots[SLOT_INDEX] = value_int(0);
  if (!with_list) return true;
  List *result = vm_list(call->vm, 0);
  if (!result) return false;
  call->slots[SLOT_RESULT] = value_object(result);
  return true;
}

static NativeStatus finish(NativeCall *call) {
  return native_return(call, call->slots[SLOT_RESULT]);
}

// --- map, filter -------------------------------------------------------------------------------------

static NativeStatus map_on(NativeCall *call) {
  return is_at_end(call) ? finish(call) : call_with_item(call, 1);
}

static NativeStatus map_start(NativeCall *call) {
  return start(call, true) ? map_on(call) : NATIVE_FAILED;
}

static NativeStatus map_resume(NativeCall *call) {
  if (!push_result(call, call->answer)) return NATIVE_FAILED;
  advance(call);
  return map_on(call);
}

static NativeStatus filter_resume(NativeCall *call) {
  List *items = items_of(call);
  uint32_t index = index_of(call);
  if (value_is_truthy(call->answer) && index < items->count &&
      !push_result(call, items->items[index])) {
    return NATIVE_FAILED;
  }
  advance(call);
  return map_on(call);
}

// --- each, any, all, find ----------------------------------------------------------------------------

static NativeStatus each_on(NativeCall *call, Value at_end) {
  return is_at_end(call) ? native_return(call, at_end) : call_with_item(call, 1);
}

static NativeStatus each_start(NativeCall *call) {
  return start(call, false) ? each_on(call, VALUE_NULL) : NATIVE_FAILED;
}

static NativeStatus each_resume(NativeCall *call) {
  advance(call);
  return each_on(call, VALUE_NULL);
}

static NativeStatus any_start(NativeCall *call) {
  return start(call, false) ? each_on(call, VALUE_FALSE) : NATIVE_FAILED;
}

static NativeStatus any_resume(NativeCall *call) {
  if (value_is_truthy(call->answer)) return native_return(call, VALUE_TRUE);
  advance(call);
  return each_on(call, VALUE_FALSE);
}

static NativeStatus all_start(NativeCall *call) {
  return start(call, false) ? each_on(call, VALUE_TRUE) : NATIVE_FAILED;
}

static NativeStatus all_resume(NativeCall *call) {
  if (!value_is_truthy(call->answer)) return native_return(call, VALUE_FALSE);
  advance(call);
  return each_on(call, VALUE_TRUE);
}

static NativeStatus return_option(NativeCall *call, Value value) {
  Value option = ticket_option(call->vm, value);
  return value_is_absent(option) ? NATIVE_FAILED : native_return(call, option);
}

static NativeStatus find_on(NativeCall *call) {
  return is_at_end(call) ? return_option(call, VALUE_ABSENT) : call_with_item(call, 1);
}

static NativeStatus find_start(NativeCall *call) {
  return start(call, false) ? find_on(call) : NATIVE_FAILED;
}

static NativeStatus find_resume(NativeCall *call) {
  List *items = items_of(call);
  uint32_t index = index_of(call);
  if (value_is_truthy(call->answer) && index < items->count) {
    return return_option(call, items->items[index]);
  }
  advance(call);
  return find_on(call);
}

// Vint's find looks for a value, or asks a function.
static NativeStatus vint_find_start(NativeCall *call) {
  List *items;
  if (is_function(native_arg(call, 1))) {
    return start(call, false) ? each_on(call, VALUE_NULL) : NATIVE_FAILED;
  }
  if (!args_list(call, 0, &items)) return NATIVE_FAILED;
  for (uint32_t i = 0; i < items->count; i++) {
    if (equal_deep(items->items[i], call->args[1])) return native_return(call, items->items[i]);
  }
  return native_return(call, VALUE_NULL);
}

static NativeStatus vint_find_resume(NativeCall *call) {
  List *items = items_of(call);
  uint32_t index = index_of(call);
  if (value_is_truthy(call->answer) && index < items->count) {
    return native_return(call, items->items[index]);
  }
  advance(call);
  return each_on(call, VALUE_NULL);
}

// --- reduce --------------------------------------------------------------------------------------------

// The function may stand first or second (luma.md 9.2).
static uint32_t reduce_function(NativeCall *call) {
  return is_function(native_arg(call, 1)) ? 1 : 2;
}

static NativeStatus reduce_on(NativeCall *call) {
  if (is_at_end(call)) return finish(call);
  // Vint's callback gets the index too.
  Value args[3] = {call->slots[SLOT_RESULT], items_of(call)->items[index_of(call)],
                   value_int(index_of(call))};
  uint32_t count = call->row->languages == NATIVE_VINT ? 3 : 2;
  return native_call(call, call->args[reduce_function(call)], args, count);
}

static NativeStatus reduce_start(NativeCall *call) {
  List *items;
  uint32_t function = reduce_function(call);
  if (!args_list(call, 0, &items) || !take_function(call, function)) return NATIVE_FAILED;
  Value initial = native_arg(call, function == 1 ? 2 : 1);
  call->slots[SLOT_INDEX] = value_int(0);
  if (value_is_absent(initial)) { // Vint: without a start the first element is it
    if (items->count == 0) {
      vm_raise(call->vm, "ValueError", "reduce of an empty list needs a start value");
      return NATIVE_FAILED;
    }
    initial = items->items[0];
    call->slots[SLOT_INDEX] = value_int(1);
  }
  call->slots[SLOT_RESULT] = initial;
  return reduce_on(call);
}

static NativeStatus reduce_resume(NativeCall *call) {
  call->slots[SLOT_RESULT] = call->answer;
  advance(call);
  return reduce_on(call);
}

// --- sort ------------------------------------------------------------------------------------------------
//
// A bottom-up merge sort (stable) on copies, so that a comparator that parks or changes the list sees the
// list as it was. Slots: the two buffers, the width of the runs, and where the current merge stands.

enum { SORT_FROM, SORT_TO, SORT_RUNS, SORT_PLACES, SORT_SLOTS };

#define SORT_MAX 0x7FFFFFFFu // elements: more do not fit a heap

typedef struct Merge {
  List *from, *to;
  uint32_t count, width, start, left, right, middle, end;
} Merge;

static inline uint32_t at_most(uint64_t a, uint32_t limit) { return a < limit ? (uint32_t)a : limit; }

// Two numbers in one slot. They are below 2^31, so to the collector it looks like a double.
static Value pack(uint32_t high, uint32_t low) { return (Value)high << 32 | low; }
static uint32_t packed_high(Value pair) { return (uint32_t)(pair >> 32); }
static uint32_t packed_low(Value pair) { return (uint32_t)pair; }

static inline Merge load_merge(const Value *slots) {
  Merge m = {.from = value_as_list(slots[SORT_FROM]),
             .to = value_as_list(slots[SORT_TO]),
             .width = packed_high(slots[SORT_RUNS]),
             .start = packed_low(slots[SORT_RUNS]),
             .left = packed_high(slots[SORT_PLACES]),
             .right = packed_low(slots[SORT_PLACES])};
  m.count = m.from->count;
  m.middle = at_most((uint64_t)m.start + m.width, m.count);
  m.end = at_most((uint64_t)m.start + 2 * (uint64_t)m.width, m.count);
  return m;
}

static inline void save_merge(Value *slots, const Merge *m) {
  slots[SORT_FROM] = value_object(m->from);
  slots[SORT_TO] = value_object(m->to);
  slots[SORT_RUNS] = pack(m->width, m->start);
  slots[SORT_PLACES] = pack(m->left, m->right);
}

static void begin_merge(Merge *m, uint32_t start) {
  m->start = start;
  m->middle = at_most((uint64_t)start + m->width, m->count);
  m->end = at_most((uint64_t)start + 2 * (uint64_t)m->width, m->count);
  m->left = start;
  m->right = m->middle;
}

// Without a branch: which side it is cannot be foreseen.
static inline void take_item(Heap *heap, Merge *m, bool from_right) {
  uint32_t place = m->left + (m->right - m->middle);
  uint32_t source = m->left ^ ((m->left ^ m->right) & -(uint32_t)from_right);
  m->right += from_right;
  m->left += !from_right;
  list_set(heap, m->to, place, m->from->items[source]);
}

// Copies what needs no comparison, goes to the next pair of runs, the next width. False: all is sorted
// (and stands in `from`); true: items[left] and items[right] are to be compared.
static bool next_comparison(Heap *heap, Merge *m) {
  for (;;) {
    if (m->width >= m->count) return false;
    if (m->left < m->middle && m->right < m->end) return true;
    while (m->left < m->middle) take_item(heap, m, false);
    while (m->right < m->end) take_item(heap, m, true);
    if (m->end < m->count) {
      begin_merge(m, m->end);
      continue;
    }
    List *sorted = m->to;
    m->to = m->from;
    m->from = sorted;
    m->width = m->width > SORT_MAX / 2 ? SORT_MAX : m->width * 2;
    begin_merge(m, 0);
  }
}

// The list gets what was sorted, whatever the function has done to it meanwhile.
static NativeStatus end_sort(NativeCall *call, const List *sorted) {
  List *list = items_of(call);
  Heap *heap = vm_heap(call->vm);
  list_truncate(list, 0);
  if (!list_reserve(heap, list, sorted->count)) {
    vm_raise_memory(call->vm);
    return NATIVE_FAILED;
  }
  if (sorted->count) memcpy(list->items, sorted->items, sorted->count * sizeof(Value));
  list->count = sorted->count;
  heap_touch(heap, (Obj *)list);
  return native_return(call, call->args[0]);
}

static NativeStatus sort_on(NativeCall *call, Merge *m) {
  if (!next_comparison(vm_heap(call->vm), m)) return end_sort(call, m->from);
  save_merge(call->slots, m);
  Value pair[2] = {m->from->items[m->left], m->from->items[m->right]};
  return native_call(call, call->args[1], pair, 2);
}

static bool start_sort(NativeCall *call, Merge *m) {
  VM *vm = call->vm;
  List *list = items_of(call);
  List *from = list_from(vm_heap(vm), list->items, list->count);
  if (!from) return vm_raise_memory(vm);
  call->slots[SORT_FROM] = value_object(from);
  List *to = list_from(vm_heap(vm), from->items, from->count);
  if (!to) return vm_raise_memory(vm);
  call->slots[SORT_TO] = value_object(to);
  *m = (Merge){.from = from, .to = to, .count = from->count, .width = 1};
  begin_merge(m, 0);
  return true;
}

// The comparator answers a number (positive: the right one comes first) or, in Luma, whether the left one
// comes first.
static bool right_comes_first(NativeCall *call, Value answer, bool *right) {
  if (value_is_bool(answer)) {
    *right = answer == VALUE_FALSE;
    return true;
  }
  if (!value_is_number(answer)) {
    return vm_raise(call->vm, "TypeError",
                    "sort: the function must answer a Number or a Boolean, got %s",
                    vm_type_name(call->vm, answer));
  }
  *right = value_to_double(answer) > 0;
  return true;
}

static NativeStatus sort_resume(NativeCall *call) {
  Merge m = load_merge(call->slots);
  bool right;
  if (!right_comes_first(call, call->answer, &right)) return NATIVE_FAILED;
  // Asked the other way round only a Boolean could tell "equal" from "right first"; taking the left one for
  // equal numbers keeps the sort stable.
  take_item(vm_heap(call->vm), &m, right);
  return sort_on(call, &m);
}

static bool is_quick_answer(Value answer, bool *right) {
  if (value_is_double(answer))
    *right = value_as_double(answer) > 0;
  else if (value_is_int(answer))
    *right = value_as_int(answer) > 0;
  else
    *right = answer == VALUE_FALSE;
  return value_is_double(answer) || value_is_int(answer) || value_is_bool(answer);
}

static void ask_next(Value *next, const Merge *m) {
  next[0] = m->from->items[m->left];
  next[1] = m->from->items[m->right];
}

// The same where taking that item ends a run. False if all is sorted then.
static NOINLINE bool again_behind_run(VM *vm, Value *slots, bool right, Value *next) {
  Merge m = load_merge(slots);
  if (m.start == 0 && m.end == m.count) return false;
  take_item(vm_heap(vm), &m, right);
  (void)next_comparison(vm_heap(vm), &m);
  save_merge(slots, &m);
  ask_next(next, &m);
  return true;
}

// The quick way on to the next comparison (native.h).
static bool sort_again(VM *vm, Value *slots, Value answer, uint32_t takes, Value *next) {
  bool right;
  if (takes != 2 || !value_is_list(slots[SORT_FROM])) return false; // sortBy collects keys
  if (!is_quick_answer(answer, &right)) return false;
  Merge m = load_merge(slots);
  take_item(vm_heap(vm), &m, right);
  if (m.left == m.middle || m.right == m.end) return again_behind_run(vm, slots, right, next);
  slots[SORT_PLACES] = pack(m.left, m.right);
  ask_next(next, &m);
  return true;
}

static NativeStatus sort_own_order(NativeCall *call, bool is_descending) {
  List *items;
  if (!args_list(call, 0, &items)) return NATIVE_FAILED;
  if (!natural_sort(call->vm, items, items->items, is_descending)) return NATIVE_FAILED;
  return native_return(call, call->args[0]);
}

static NativeStatus sort_start(NativeCall *call) {
  List *items;
  Merge m;
  if (value_is_absent(native_arg(call, 1))) return sort_own_order(call, false);
  if (!args_list(call, 0, &items) || !take_function(call, 1)) return NATIVE_FAILED;
  return start_sort(call, &m) ? sort_on(call, &m) : NATIVE_FAILED;
}

static NativeStatus sort_descending(NativeCall *call) {
  return sort_own_order(call, true);
}

// --- sortBy ------------------------------------------------------------------------------------------
//
// A function of two parameters is a comparator. One of one parameter gives the key: it is asked once for
// each element, and what follows is done here. Slots then: 0 the next index, 1 the keys, 2 the elements as
// they were.

enum { KEY_INDEX, KEY_KEYS, KEY_ITEMS };

static bool takes_one(Value function) {
  if (value_is_kind(function, KIND_NATIVE)) return ((Native *)value_as_object(function))->min_args < 2;
  if (!value_is_kind(function, KIND_CLOSURE)) return true;
  return ((Closure *)value_as_object(function))->proto->param_count < 2;
}

static NativeStatus end_sort_by(NativeCall *call) {
  List *items = value_as_list(call->slots[KEY_ITEMS]);
  const List *keys = value_as_list(call->slots[KEY_KEYS]);
  return natural_sort(call->vm, items, keys->items, false) ? end_sort(call, items) : NATIVE_FAILED;
}

static NativeStatus sort_by_on(NativeCall *call) {
  List *items = value_as_list(call->slots[KEY_ITEMS]);
  uint32_t index = (uint32_t)value_as_int(call->slots[KEY_INDEX]);
  if (index >= items->count) return end_sort_by(call);
  Value item = items->items[index];
  return native_call(call, call->args[1], &item, 1);
}

static NativeStatus sort_by_start(NativeCall *call) {
  List *list;
  if (!args_list(call, 0, &list) || !take_function(call, 1)) return NATIVE_FAILED;
  if (!takes_one(call->args[1])) return sort_start(call);
  call->slots[KEY_INDEX] = value_int(0);
  List *items = list_from(vm_heap(call->vm), list->items, list->count);
  if (!items) return vm_raise_memory(call->vm), NATIVE_FAILED;
  call->slots[KEY_ITEMS] = value_object(items);
  List *keys = vm_list(call->vm, list->count);
  if (!keys) return NATIVE_FAILED;
  call->slots[KEY_KEYS] = value_object(keys);
  return sort_by_on(call);
}

static NativeStatus sort_by_resume(NativeCall *call) {
  if (!value_is_int(call->slots[KEY_INDEX])) return sort_resume(call);
  List *keys = value_as_list(call->slots[KEY_KEYS]);
  if (!list_push(vm_heap(call->vm), keys, call->answer)) return vm_raise_memory(call->vm), NATIVE_FAILED;
  advance(call);
  return sort_by_on(call);
}

#define MAP_DOC    "A list of what `f` answers for each element, in order."
#define FILTER_DOC "The elements for which `f` answers true."
#define SORT_DOC   "Sorts in place (stable) and returns the list. `f(a, b)` answers a negative number, 0 or a " \
                   "positive one; without it numbers and strings are ordered by value."

#define REDUCE_DOC \
  "`f(so_far, element)` over all elements, beginning with `initial`; the two may also stand the other way round."
// In Luma each method is a function of the module list too, the list in front.
#define MODULE(name, signature, function, doc, resume, slots) \
  {"list", name, signature, function, doc, resume, slots, NATIVE_LUMA}

static const NativeRow rows[] = {
    MODULE("map", "fn(list: List(T), f: fn(T): U): List(U)", map_start, MAP_DOC, map_resume, 2),
    MODULE("filter", "fn(list: List(T), f: fn(T): Boolean): List(T)", map_start, FILTER_DOC, filter_resume, 2),
    MODULE("each", "fn(list: List(T), f: fn(T): Any): Null", each_start, "Calls `f` for each element.",
           each_resume, 2),
    MODULE("any", "fn(list: List(T), f: fn(T): Boolean): Boolean", any_start,
           "Does `f` hold for some element?", any_resume, 2),
    MODULE("all", "fn(list: List(T), f: fn(T): Boolean): Boolean", all_start,
           "Does `f` hold for every element?", all_resume, 2),
    MODULE("find", "fn(list: List(T), f: fn(T): Boolean): Option(T)", find_start,
           "The first element for which `f` answers true, as an Option.", find_resume, 2),
    MODULE("reduce", "fn(list: List(T), f: fn(U, T): U, initial: U): U", reduce_start, REDUCE_DOC,
           reduce_resume, 2),
    {"list", "sort", "fn(list: List(T), f?: fn(T, T): Any): List(T)", sort_start, SORT_DOC, sort_resume,
     SORT_SLOTS, NATIVE_LUMA, .again = sort_again},
    {"List(T)", "map", "fn(f: fn(T): U): List(U)", map_start, MAP_DOC, map_resume, 2, NATIVE_BOTH},
    {"List(T)", "filter", "fn(f: fn(T): Boolean): List(T)", map_start, FILTER_DOC, filter_resume, 2,
     NATIVE_LUMA},
    {"List(T)", "filter", "fn(f: fn(T): Any): List(T)", map_start, FILTER_DOC, filter_resume, 2,
     NATIVE_VINT},
    {"List(T)", "each", "fn(f: fn(T): Any): Null", each_start, "Calls `f` for each element.", each_resume,
     2, NATIVE_LUMA},
    {"List(T)", "forEach", "fn(f: fn(T): Any): Null", each_start, "Calls `f` for each element.",
     each_resume, 2, NATIVE_VINT},
    {"List(T)", "any", "fn(f: fn(T): Boolean): Boolean", any_start, "Does `f` hold for some element?",
     any_resume, 2, NATIVE_LUMA},
    {"List(T)", "all", "fn(f: fn(T): Boolean): Boolean", all_start, "Does `f` hold for every element?",
     all_resume, 2, NATIVE_LUMA},
    {"List(T)", "some", "fn(f: fn(T): Any): Boolean", any_start, "Does `f` hold for some element?",
     any_resume, 2, NATIVE_VINT},
    {"List(T)", "every", "fn(f: fn(T): Any): Boolean", all_start, "Does `f` hold for every element?",
     all_resume, 2, NATIVE_VINT},
    {"List(T)", "find", "fn(f: fn(T): Boolean): Option(T)", find_start,
     "The first element for which `f` answers true, as an Option.", find_resume, 2, NATIVE_LUMA},
    {"List(T)", "find", "fn(what: Any): Any", vint_find_start,
     "The first element that equals `what`, or for which the function `what` answers true; else null.",
     vint_find_resume, 2, NATIVE_VINT},
    {"List(T)", "reduce", "fn(initial: U, f: fn(U, T): U): U", reduce_start,
     REDUCE_DOC, reduce_resume, 2, NATIVE_LUMA},
    {"List(T)", "reduce", "fn(f: Any, initial?: Any): Any", reduce_start,
     "`f(so_far, element)` over all elements, beginning with `initial` or the first one.", reduce_resume, 2,
     NATIVE_VINT},
    {"List(T)", "sort", "fn(f?: fn(T, T): Any): List(T)", sort_start, SORT_DOC, sort_resume, SORT_SLOTS,
     NATIVE_BOTH, .again = sort_again},
    {"List(T)", "sortBy", "fn(f: Any): List(T)", sort_by_start,
     "Sorts in place (stable) by the key that `f(element)` answers, or, if `f` takes two, as sort does.",
     sort_by_resume, SORT_SLOTS, NATIVE_VINT, .again = sort_again},
    {"List(T)", "sortAsc", "fn(): List(T)", sort_start, "Sorts in place, smallest first.", sort_resume,
     SORT_SLOTS, NATIVE_VINT},
    {"List(T)", "sortDesc", "fn(): List(T)", sort_descending, "Sorts in place, largest first.", sort_resume,
     SORT_SLOTS, NATIVE_VINT},
};

LibModule lib_list_callback_module(void) { return (LibModule){rows, ARRAY_LEN(rows)}; }
