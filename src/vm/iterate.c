// SPDX-License-Identifier: MIT
// iterate.c - loops over values
#include "vm/iterate.h"

#include "base/utf8.h"
#include "code/opcode.h"
#include "vm/arith.h"
#include "vm/call.h"
#include "vm/method.h"

#include <math.h>

static Value *registers_of(VM *vm) {
  return vm->running->stack + vm->running->base;
}

// --- Beginning ----------------------------------------------------------------------------------

static void set_state(Value *state, Value subject, int64_t position, Value extra) {
  state[0] = subject;
  state[1] = value_int(position);
  state[2] = extra;
}

// Members whose names begin with "__" belong to the runtime, not to the data (luma.md 3.6).
static bool is_hidden(Value key) {
  if (!value_is_str(key)) return false;
  const Str *name = value_as_str(key);
  return name->len >= 2 && name->bytes[0] == '_' && name->bytes[1] == '_';
}

// The keys, or the values, as they are now. NULL: out of memory, raised.
static List *take_snapshot(VM *vm, const Table *table, bool of_values, bool with_hidden) {
  List *list = list_new(vm->heap, table->count);
  uint32_t position = 0;
  Value key, value;
  while (list && table_next(table, &position, &key, &value)) {
    if (!with_hidden && is_hidden(key)) continue;
    list->items[list->count++] = of_values ? value : key;
  }
  if (list)
    heap_touch(vm->heap, (Obj *)list);
  else
    (void)!vm_raise_memory(vm);
  return list;
}

static bool begin_table(VM *vm, Value *state, Value subject) {
  List *keys = take_snapshot(vm, value_as_table(subject), false, false);
  if (!keys) return false;
  set_state(state, subject, 0, value_object(keys));
  return true;
}

static bool begin_dict(VM *vm, Value *state, Value subject) {
  List *keys = take_snapshot(vm, value_as_table(subject), false, true);
  if (!keys) return false;
  heap_push_root(vm->heap, value_object(keys));
  List *values = take_snapshot(vm, value_as_table(subject), true, true);
  heap_pop_roots(vm->heap, 1);
  if (!values) return false;
  set_state(state, value_object(values), 0, value_object(keys));
  return true;
}

// Kinds that both languages iterate in the same way.
static bool begin_common(Value *state, Value subject) {
  if (value_is_str(subject)) {
    set_state(state, subject, 0, value_int(0));
    return true;
  }
  if (!value_is_kind(subject, KIND_CHANNEL) && !value_is_kind(subject, KIND_RANGE)) return false;
  set_state(state, subject, 0, VALUE_NULL);
  return true;
}

bool iterate_begin_with(VM *vm, Value *state, Value iterator) {
  if (value_is_list(iterator) || method_is_callable(iterator)) {
    set_state(state, iterator, 0, VALUE_NULL);
    return true;
  }
  return vm_raise(vm, "TypeError", "__iter must return a List or a function, got %s",
                  vm_type_name(vm, iterator));
}

Step iterate_begin(VM *vm, Instr i) {
  Value *base = registers_of(vm);
  Value *state = base + opcode_a(i);
  Value subject = base[opcode_b(i)];
  if (value_is_list(subject)) {
    set_state(state, subject, 0, VALUE_NULL);
    return STEP_DONE;
  }
  if (value_is_table(subject)) {
    Value method = method_find_operator(vm, subject, VM_NAME_ITER);
    if (!value_is_absent(method))
      return arith_call_method(vm, ARITH_AS_IS, VALUE_NULL, method, &subject, 1);
    return begin_table(vm, state, subject) ? STEP_DONE : STEP_FAILED;
  }
  if (value_is_kind(subject, KIND_CHANNEL)) { // C 3.6: where Luma waits the word `await` stands
    (void)!vm_raise(vm, "TypeError", "a channel is read with `for await … in ch do`");
    return STEP_FAILED;
  }
  if (begin_common(state, subject)) return STEP_DONE;
  (void)!vm_raise(vm, "TypeError", "iter() requires a List or Table, got %s",
                  vm_type_name(vm, subject));
  return STEP_FAILED;
}

bool iterate_begin_exact(VM *vm, Instr i) {
  Value *base = registers_of(vm);
  Value *state = base + opcode_a(i);
  Value subject = base[opcode_b(i)];
  if (value_is_list(subject)) {
    const List *list = value_as_list(subject);
    List *copy = list_from(vm->heap, list->items, list->count);
    if (!copy) return vm_raise_memory(vm);
    set_state(state, value_object(copy), 0, VALUE_NULL);
    return true;
  }
  if (value_is_table(subject) && !value_is_instance(subject))
    return begin_dict(vm, state, subject);
  if (begin_common(state, subject)) return true;
  return vm_raise(vm, "TypeError", "for needs an array, dict, string, range or channel, got %s",
                  vm_vint_name(vm, subject));
}

// --- Elements -----------------------------------------------------------------------------------

// One element: `value`, and the `key` of a pair.
typedef struct Element {
  Value key;
  Value value;
} Element;

typedef enum Next { NEXT_FAILED, NEXT_ELEMENT, NEXT_END } Next;

static Next next_of_list(Value *state, Element *out) {
  const List *list = value_as_list(state[0]);
  int64_t position = value_as_int(state[1]);
  if (position >= list->count) return NEXT_END;
  out->value = list->items[position];
  out->key = state[1];
  // The keys of a dict's snapshot.
  if (value_is_list(state[2])) out->key = value_as_list(state[2])->items[position];
  state[1] = value_int(position + 1);
  return NEXT_ELEMENT;
}

// A key that was removed meanwhile is passed over.
static Next next_of_table(Value *state, Element *out) {
  const List *keys = value_as_list(state[2]);
  int64_t position = value_as_int(state[1]);
  for (; position < keys->count; position++) {
    out->key = keys->items[position];
    out->value = table_get(value_as_table(state[0]), out->key);
    if (value_is_absent(out->value)) continue;
    state[1] = value_int(position + 1);
    return NEXT_ELEMENT;
  }
  return NEXT_END;
}

static Next next_of_string(VM *vm, Value *state, Element *out) {
  const Str *str = value_as_str(state[0]);
  size_t offset = (size_t)value_as_int(state[1]);
  if (offset >= str->len) return NEXT_END;
  size_t size;
  (void)utf8_decode(str->bytes + offset, str->len - offset, &size);
  Str *character = str_new(vm->strings, str->bytes + offset, size);
  if (!character) {
    (void)!vm_raise_memory(vm);
    return NEXT_FAILED;
  }
  out->value = value_object(character);
  out->key = state[2];
  state[1] = value_int((int64_t)(offset + size));
  state[2] = value_int(value_as_int(state[2]) + 1);
  return NEXT_ELEMENT;
}

static Next next_of_range(VM *vm, Value *state, Element *out) {
  const Range *range = (const Range *)value_as_object(state[0]);
  int64_t position = value_as_int(state[1]); // how many came before
  if (range->to < range->from) return NEXT_END;
  if ((uint64_t)position > (uint64_t)range->to - (uint64_t)range->from) return NEXT_END;
  out->value = vm_integer(vm, range->from + position);
  if (value_is_absent(out->value)) return NEXT_FAILED;
  out->key = out->value;
  state[1] = value_int(position + 1);
  return NEXT_ELEMENT;
}

static Next next_at_once(VM *vm, Value *state, Element *out) {
  if (value_is_list(state[0])) return next_of_list(state, out);
  if (value_is_table(state[0])) return next_of_table(state, out);
  if (value_is_str(state[0])) return next_of_string(vm, state, out);
  return next_of_range(vm, state, out);
}

// --- Next ---------------------------------------------------------------------------------------

static Step end_loop(VM *vm, Instr i) {
  vm->running->ip += opcode_sc(i);
  return STEP_ENTER;
}

// What an iterator function returns may take its time.
static Step call_iterator(VM *vm, Value iterator) {
  return arith_call_method(vm, ARITH_OPTION, VALUE_NULL, iterator, NULL, 0);
}

// A channel's next value and its number; ITER_NEXT receives by itself.
static Step receive_pair(VM *vm, Instr i, Value channel) {
  Value value = VALUE_NULL;
  switch (vm->async.receive(vm, vm->running, channel, ASYNC_END_ABSENT, &value)) {
  case WAIT_PARKED: return STEP_PARKED;
  case WAIT_FAILED: return STEP_FAILED;
  case WAIT_DONE: break;
  }
  if (value_is_absent(value)) return end_loop(vm, i);
  Value *base = registers_of(vm);
  iterate_deliver_pair(base + opcode_a(i), base + opcode_b(i), value);
  return --vm->budget == 0 ? STEP_YIELD : STEP_DONE;
}

static bool make_pair(VM *vm, const Element *element, Value *out) {
  Value items[2] = {element->key, element->value};
  List *pair = list_from(vm->heap, items, 2); // both are in the table or its snapshot
  if (!pair) return vm_raise_memory(vm);
  *out = value_object(pair);
  return true;
}

Step iterate_next(VM *vm, Instr i) {
  Value *base = registers_of(vm);
  Value *state = base + opcode_b(i);
  if (method_is_callable(state[0])) return call_iterator(vm, state[0]);
  Element element;
  switch (next_at_once(vm, state, &element)) {
  case NEXT_FAILED: return STEP_FAILED;
  case NEXT_END: return end_loop(vm, i);
  case NEXT_ELEMENT: break;
  }
  Value *out = &base[opcode_a(i)];
  if (value_is_table(state[0])) return make_pair(vm, &element, out) ? STEP_DONE : STEP_FAILED;
  *out = element.value;
  return STEP_DONE;
}

Step iterate_next_pair(VM *vm, Instr i) {
  Value *base = registers_of(vm);
  Value *state = base + opcode_b(i);
  if (method_is_callable(state[0])) return call_iterator(vm, state[0]);
  if (value_is_kind(state[0], KIND_CHANNEL)) return receive_pair(vm, i, state[0]);
  Element element;
  switch (next_at_once(vm, state, &element)) {
  case NEXT_FAILED: return STEP_FAILED;
  case NEXT_END: return end_loop(vm, i);
  case NEXT_ELEMENT: break;
  }
  base[opcode_a(i)] = element.key;
  base[opcode_a(i) + 1] = element.value;
  return STEP_DONE;
}

void iterate_deliver_pair(Value *out, Value *state, Value value) {
  out[0] = state[1];
  out[1] = value;
  state[1] = value_int(value_as_int(state[1]) + 1);
}

// --- Loops over numbers -------------------------------------------------------------------------

static bool raise_bounds(VM *vm, const Value *loop) {
  for (uint32_t i = 0; i < 3; i++)
    if (!value_is_number(loop[i]))
      return vm_raise(vm, "TypeError", "a loop over numbers needs numbers, got %s",
                      vm_type_name(vm, loop[i]));
  return vm_raise(vm, "TypeError", "a loop over numbers needs numbers");
}

// Vint's `repeat` and loops over ranges.
static bool raise_no_count(VM *vm, Value value) {
  return vm_raise(vm, "TypeError", "the loop counts with ints, got %s", vm_vint_name(vm, value));
}

static bool raise_no_step(VM *vm) {
  return vm_raise(vm, "ValueError", "a loop's step must not be 0");
}

// The rounds behind the first one; the bounds are small integers and there is a first round.
static int64_t count_rounds(int64_t from, int64_t to, int64_t step) {
  int64_t distance = step > 0 ? to - from : from - to, stride = step > 0 ? step : -step;
  return stride == 1 ? distance - 1 : (distance - 1) / stride;
}

static bool is_small_whole(double x) {
  return fabs(x) < 0x1p47 && (double)(int64_t)x == x;
}

// What the loop adds up in doubles is exact then, so it may count in integers as well. Where the end is
// no whole number, it goes to the next one, in the direction of the step.
static void count_numbers(Value *loop, double from, double to, double step) {
  double end = step > 0 ? ceil(to) : floor(to);
  if (!is_small_whole(from) || !is_small_whole(end) || !is_small_whole(step)) return;
  loop[0] = value_int((int64_t)from);
  loop[1] = (Value)count_rounds((int64_t)from, (int64_t)end, (int64_t)step);
  loop[2] = value_int((int64_t)step);
}

bool iterate_prepare_numbers(VM *vm, Value *loop, bool *is_empty) {
  for (uint32_t i = 0; i < 3; i++) {
    if (!value_is_number(loop[i])) return raise_bounds(vm, loop);
    loop[i] = value_double(value_to_double(loop[i]));
  }
  double from = value_as_double(loop[0]), to = value_as_double(loop[1]);
  double step = value_as_double(loop[2]);
  if (step == 0) return raise_no_step(vm);
  *is_empty = step > 0 ? !(from < to) : !(from > to);
  loop[3] = loop[0];
  if (!*is_empty) count_numbers(loop, from, to, step);
  return true;
}

static bool is_past(int64_t from, int64_t to, int64_t step) {
  return step > 0 ? from >= to : from <= to;
}

bool iterate_prepare_integers(VM *vm, Value *loop, bool *is_empty) {
  int64_t bounds[3];
  for (uint32_t i = 0; i < 3; i++)
    if (!integer_from_value(loop[i], &bounds[i])) return raise_no_count(vm, loop[i]);
  if (bounds[2] == 0) return raise_no_step(vm);
  for (uint32_t i = 0; i < 3; i++) {
    loop[i] = vm_integer(vm, bounds[i]);
    if (value_is_absent(loop[i])) return false;
  }
  *is_empty = is_past(bounds[0], bounds[1], bounds[2]);
  loop[3] = loop[0];
  bool is_small = value_is_int(loop[0]) && value_is_int(loop[1]) && value_is_int(loop[2]);
  if (!*is_empty && is_small) loop[1] = (Value)count_rounds(bounds[0], bounds[1], bounds[2]);
  return true;
}

bool iterate_next_integer(VM *vm, Value *loop, bool *is_over) {
  int64_t at = value_as_integer(loop[0]), to = value_as_integer(loop[1]);
  int64_t step = value_as_integer(loop[2]);
  *is_over = __builtin_add_overflow(at, step, &at) || is_past(at, to, step);
  if (*is_over) return true;
  Value next = vm_integer(vm, at);
  if (value_is_absent(next)) return false;
  loop[0] = loop[3] = next;
  return true;
}
