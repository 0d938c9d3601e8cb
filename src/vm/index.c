// SPDX-License-Identifier: MIT
// index.c - indexes, slices, destructuring, membership
//
// The two languages differ in what lies outside: Luma panics and lets a write at the length append;
// Vint counts negative indexes from the end, reads null outside and raises on writes.
#include "vm/index.h"

#include "object/type_value.h"

#include <inttypes.h>
#include <string.h>

// --- Keys of tables -----------------------------------------------------------------------------

static bool check_key(VM *vm, Value key) {
  if (value_is_str(key) || value_is_number(key) || value_is_bool(key)) return true;
  return vm_raise(vm, "TypeError", "a key must be a String, Number or Boolean, got %s",
                  vm_type_name(vm, key));
}

static bool get_key(VM *vm, Value table, Value key, Value *out) {
  if (!check_key(vm, key)) return false;
  Value found = table_get(value_as_table(table), key);
  *out = value_is_absent(found) ? VALUE_NULL : found;
  return true;
}

static bool set_key(VM *vm, Value table, Value key, Value value) {
  if (!check_key(vm, key)) return false;
  return table_set(vm->heap, value_as_table(table), key, value) || vm_raise_memory(vm);
}

// --- Luma ---------------------------------------------------------------------------------------

static bool read_index(VM *vm, Value key, int64_t *index) {
  if (!value_is_number(key))
    return vm_raise(vm, "TypeError", "List index must be a Number, got %s", vm_type_name(vm, key));
  if (!integer_from_value(key, index))
    return vm_raise(vm, "IndexError", "List index must be a whole number, got %g",
                    value_to_double(key));
  if (*index < 0) return vm_raise(vm, "IndexError", "List index negative: %" PRId64, *index);
  return true;
}

static bool raise_out_of_bounds(VM *vm, int64_t index, uint32_t length) {
  return vm_raise(vm, "IndexError", "List index out of bounds: index %" PRId64 ", length %u", index,
                  length);
}

static bool raise_not_indexable(VM *vm, Value object) {
  if (value_is_null(object)) return vm_raise(vm, "TypeError", "cannot index null");
  const char *hint = value_is_kind(object, KIND_PROMISE) ? "; await it first" : "";
  return vm_raise(vm, "TypeError", "Index operation requires List or Table, got %s%s",
                  vm_type_name(vm, object), hint);
}

bool index_get(VM *vm, Value object, Value key, Value *out) {
  if (value_is_table(object)) return get_key(vm, object, key, out);
  if (!value_is_list(object)) return raise_not_indexable(vm, object);
  const List *list = value_as_list(object);
  int64_t index;
  if (!read_index(vm, key, &index)) return false;
  if (index >= list->count) return raise_out_of_bounds(vm, index, list->count);
  *out = list->items[index];
  return true;
}

bool index_set(VM *vm, Value object, Value key, Value value) {
  if (value_is_table(object)) return set_key(vm, object, key, value);
  if (!value_is_list(object)) return raise_not_indexable(vm, object);
  List *list = value_as_list(object);
  int64_t index;
  if (!read_index(vm, key, &index)) return false;
  if (index > list->count) return raise_out_of_bounds(vm, index, list->count);
  if (index == list->count) return list_push(vm->heap, list, value) || vm_raise_memory(vm);
  list_set(vm->heap, list, (uint32_t)index, value);
  return true;
}

// --- Vint ---------------------------------------------------------------------------------------

// The place of index `key` in something of `length` elements; −1 if it is outside.
static bool find_place(VM *vm, Value key, uint32_t length, int64_t *place) {
  if (!integer_from_value(key, place))
    return vm_raise(vm, "TypeError", "an index must be an int, got %s", vm_vint_name(vm, key));
  if (*place < 0) *place += length;
  if (*place < 0 || *place >= length) *place = -1;
  return true;
}

static bool get_character(VM *vm, Value object, Value key, Value *out) {
  const Str *str = value_as_str(object);
  int64_t place;
  if (!find_place(vm, key, str->length, &place)) return false;
  *out = VALUE_NULL;
  if (place < 0) return true;
  Str *character = str_slice(vm->strings, str, (uint32_t)place, (uint32_t)place + 1);
  if (!character) return vm_raise_memory(vm);
  *out = value_object(character);
  return true;
}

static bool get_element(VM *vm, Value object, Value key, Value *out) {
  const List *list = value_as_list(object);
  int64_t place;
  if (!find_place(vm, key, list->count, &place)) return false;
  *out = place < 0 ? VALUE_NULL : list->items[place];
  return true;
}

static bool get_of_range(VM *vm, Value object, Value key, Value *out) {
  const Range *range = (const Range *)value_as_object(object);
  uint64_t length = range->to < range->from ? 0 : (uint64_t)range->to - (uint64_t)range->from + 1;
  int64_t place;
  if (!find_place(vm, key, length > UINT32_MAX ? UINT32_MAX : (uint32_t)length, &place))
    return false;
  *out = place < 0 ? VALUE_NULL : vm_integer(vm, range->from + place);
  return !value_is_absent(*out);
}

// A struct's fields are read and written with a dot.
static bool is_dict(Value value) {
  return value_is_table(value) && !value_is_instance(value);
}

static bool check_exact_key(VM *vm, Value key) {
  if (value_is_str(key) || value_is_number(key) || value_is_bool(key)) return true;
  return vm_raise(vm, "TypeError", "a key must be a string, number or bool, got %s",
                  vm_vint_name(vm, key));
}

bool index_exact_get(VM *vm, Value object, Value key, Value *out) {
  if (is_dict(object)) return check_exact_key(vm, key) && get_key(vm, object, key, out);
  if (value_is_list(object)) return get_element(vm, object, key, out);
  if (value_is_str(object)) return get_character(vm, object, key, out);
  if (value_is_kind(object, KIND_RANGE)) return get_of_range(vm, object, key, out);
  return vm_raise(vm, "TypeError", "cannot index %s", vm_vint_name(vm, object));
}

bool index_exact_set(VM *vm, Value object, Value key, Value value) {
  if (is_dict(object)) return check_exact_key(vm, key) && set_key(vm, object, key, value);
  if (!value_is_list(object))
    return vm_raise(vm, "TypeError", "cannot assign to an index of %s", vm_vint_name(vm, object));
  List *list = value_as_list(object);
  int64_t place;
  if (!find_place(vm, key, list->count, &place)) return false;
  if (place < 0) {
    int64_t index = 0;
    (void)!integer_from_value(key, &index);
    return vm_raise(vm, "IndexError",
                    "array index out of bounds: index %" PRId64 ", length %u; use push to append",
                    index, list->count);
  }
  list_set(vm->heap, list, (uint32_t)place, value);
  return true;
}

// --- Slices -------------------------------------------------------------------------------------

static bool read_bound(VM *vm, Value bound, uint32_t length, int64_t otherwise, int64_t *out) {
  *out = otherwise;
  if (value_is_null(bound)) return true;
  if (!integer_from_value(bound, out))
    return vm_raise(vm, "TypeError", "a slice's bound must be an int, got %s",
                    vm_vint_name(vm, bound));
  if (*out < 0) *out += length;
  return true;
}

static int64_t clamp(int64_t value, int64_t low, int64_t high) {
  if (value < low) return low;
  return value > high ? high : value;
}

static bool read_bounds(VM *vm, const Value bounds[2], uint32_t length, bool is_inclusive,
                        uint32_t *from, uint32_t *to) {
  int64_t first, last;
  if (!read_bound(vm, bounds[0], length, 0, &first)) return false;
  if (!read_bound(vm, bounds[1], length, length, &last)) return false;
  if (is_inclusive && !value_is_null(bounds[1]) && last < INT64_MAX) last++;
  *from = (uint32_t)clamp(first, 0, length);
  *to = (uint32_t)clamp(last, *from, length); // reversed bounds give nothing
  return true;
}

bool index_slice(VM *vm, Value object, const Value bounds[2], bool is_inclusive, Value *out) {
  uint32_t from, to;
  Obj *slice = NULL;
  if (value_is_list(object)) {
    const List *list = value_as_list(object);
    if (!read_bounds(vm, bounds, list->count, is_inclusive, &from, &to)) return false;
    slice = (Obj *)list_from(vm->heap, list->items + from, to - from);
  } else if (value_is_str(object)) {
    const Str *str = value_as_str(object);
    if (!read_bounds(vm, bounds, str->length, is_inclusive, &from, &to)) return false;
    slice = (Obj *)str_slice(vm->strings, str, from, to);
  } else {
    return vm_raise(vm, "TypeError", "cannot slice %s", vm_vint_name(vm, object));
  }
  if (!slice) return vm_raise_memory(vm);
  *out = value_object(slice);
  return true;
}

// --- Destructuring ------------------------------------------------------------------------------

static bool check_list(VM *vm, Value value) {
  return value_is_list(value) ||
         vm_raise(vm, "TypeError", "cannot take a list apart: got %s", vm_type_name(vm, value));
}

bool index_list_at(VM *vm, Value list, uint32_t at, Value *out) {
  if (!check_list(vm, list)) return false;
  const List *items = value_as_list(list);
  *out = at < items->count ? items->items[at] : VALUE_NULL;
  return true;
}

bool index_list_rest(VM *vm, Value list, uint32_t from, Value *out) {
  if (!check_list(vm, list)) return false;
  const List *items = value_as_list(list);
  uint32_t count = from < items->count ? items->count - from : 0;
  List *rest = list_from(vm->heap, items->items + (count ? from : 0), count);
  if (!rest) return vm_raise_memory(vm);
  *out = value_object(rest);
  return true;
}

bool index_key_at(VM *vm, Value table, Value key, Value *out) {
  if (value_is_table(table)) return get_key(vm, table, key, out);
  return vm_raise(vm, "TypeError", "cannot take a table apart: got %s", vm_type_name(vm, table));
}

// --- Membership ---------------------------------------------------------------------------------

bool index_has_key(VM *vm, Value key, Value table, Value *out) {
  if (!value_is_table(table))
    return vm_raise(vm, "TypeError", "`in` requires a Table, got %s", vm_type_name(vm, table));
  if (!check_key(vm, key)) return false;
  *out = value_bool(!value_is_absent(table_get(value_as_table(table), key)));
  return true;
}

static bool has_text(const Str *str, const Str *part) {
  if (part->len == 0) return true;
  return memmem(str->bytes, str->len, part->bytes, part->len) != NULL;
}

static bool has_element(const List *list, Value element) {
  for (uint32_t i = 0; i < list->count; i++)
    if (equal_deep(list->items[i], element)) return true;
  return false;
}

static bool is_within(const Range *range, Value number) {
  if (!value_is_number(number)) return false;
  double value = value_to_double(number);
  return value >= (double)range->from && value <= (double)range->to;
}

static bool has_entry(const Table *table, Value key) {
  bool is_key = value_is_str(key) || value_is_number(key) || value_is_bool(key);
  return is_key && !value_is_absent(table_get(table, key));
}

bool index_contains(VM *vm, Value element, Value in, Value *out) {
  bool found = false;
  if (value_is_str(in))
    found = value_is_str(element) && has_text(value_as_str(in), value_as_str(element));
  else if (value_is_list(in))
    found = has_element(value_as_list(in), element);
  else if (is_dict(in))
    found = has_entry(value_as_table(in), element);
  else if (value_is_kind(in, KIND_RANGE))
    found = is_within((const Range *)value_as_object(in), element);
  else
    return vm_raise(vm, "TypeError", "`in` needs a string, array, dict or range, got %s",
                    vm_vint_name(vm, in));
  *out = value_bool(found);
  return true;
}
