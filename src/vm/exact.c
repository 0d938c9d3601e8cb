// SPDX-License-Identifier: MIT
// exact.c - Vint's operators beyond two small integers
#include "vm/exact.h"

#include "vm/format.h"
#include "vm/quicken.h"

#include <math.h>
#include <string.h>

// --- Messages -----------------------------------------------------------------------------------

static bool raise_overflow(VM *vm) {
  return vm_raise(vm, "OverflowError", "integer overflow");
}

static bool raise_zero(VM *vm, ExactOp op) {
  return vm_raise(vm, "ValueError", op == EXACT_MOD ? "modulo by zero" : "division by zero");
}

static bool raise_operands(VM *vm, ExactOp op, Value x, Value y) {
  static const char *const signs[] = {"+", "-", "*", "/", "%", "**"};
  bool wants_text = op == EXACT_ADD && (value_is_str(x) || value_is_str(y));
  return vm_raise(vm, "TypeError", "cannot compute %s %s %s%s", vm_vint_name(vm, x), signs[op],
                  vm_vint_name(vm, y), wants_text ? "; string(x) makes a string of it" : "");
}

// --- Integers -----------------------------------------------------------------------------------

// Squaring; an overflow gives the float instead (D4).
static bool power_of_integers(VM *vm, int64_t base, int64_t exponent, Value *out) {
  if (exponent < 0) {
    *out = value_from_foreign_double(pow((double)base, (double)exponent));
    return true;
  }
  int64_t result = 1;
  int64_t square = base;
  for (int64_t rest = exponent; rest > 0; rest >>= 1) {
    bool is_over = (rest & 1) && __builtin_mul_overflow(result, square, &result);
    if (rest > 1 && __builtin_mul_overflow(square, square, &square)) is_over = true;
    if (!is_over) continue;
    *out = value_from_foreign_double(pow((double)base, (double)exponent));
    return true;
  }
  *out = vm_integer(vm, result);
  return !value_is_absent(*out);
}

static bool divide_integers(VM *vm, int64_t x, int64_t y, Value *out) {
  if (y == 0) return raise_zero(vm, EXACT_DIV);
  if (y == -1 && x == INT64_MIN) return raise_overflow(vm);
  *out = x % y == 0 ? vm_integer(vm, x / y) : value_double((double)x / (double)y);
  return !value_is_absent(*out);
}

static bool compute_integers(VM *vm, ExactOp op, int64_t x, int64_t y, Value *out) {
  int64_t result = 0;
  bool is_over = false;
  switch (op) {
  case EXACT_ADD: is_over = __builtin_add_overflow(x, y, &result); break;
  case EXACT_SUB: is_over = __builtin_sub_overflow(x, y, &result); break;
  case EXACT_MUL: is_over = __builtin_mul_overflow(x, y, &result); break;
  case EXACT_DIV: return divide_integers(vm, x, y, out);
  case EXACT_MOD:
    if (y == 0) return raise_zero(vm, op);
    result = y == -1 ? 0 : x % y; // INT64_MIN % −1 traps
    break;
  case EXACT_POW: return power_of_integers(vm, x, y, out);
  }
  if (is_over) return raise_overflow(vm);
  *out = vm_integer(vm, result);
  return !value_is_absent(*out);
}

// --- Floats -------------------------------------------------------------------------------------

static bool compute_floats(VM *vm, ExactOp op, double x, double y, Value *out) {
  double result = 0;
  if ((op == EXACT_DIV || op == EXACT_MOD) && y == 0) return raise_zero(vm, op);
  switch (op) {
  case EXACT_ADD: result = x + y; break;
  case EXACT_SUB: result = x - y; break;
  case EXACT_MUL: result = x * y; break;
  case EXACT_DIV: result = x / y; break;
  case EXACT_MOD: result = fmod(x, y); break;
  case EXACT_POW: result = pow(x, y); break;
  }
  *out = value_from_foreign_double(result);
  return true;
}

// --- Strings, arrays, dicts ---------------------------------------------------------------------

static bool give(VM *vm, const void *object, Value *out) {
  if (!object) return vm_raise_memory(vm);
  *out = value_object(object);
  return true;
}

static bool join_lists(VM *vm, const List *x, const List *y, Value *out) {
  if ((uint64_t)x->count + y->count > UINT32_MAX) return vm_raise_memory(vm);
  List *list = list_new(vm->heap, x->count + y->count);
  if (!list) return vm_raise_memory(vm);
  for (uint32_t i = 0; i < x->count; i++) list->items[i] = x->items[i];
  for (uint32_t i = 0; i < y->count; i++) list->items[x->count + i] = y->items[i];
  list->count = x->count + y->count;
  heap_touch(vm->heap, (Obj *)list);
  return give(vm, list, out);
}

// The right side wins.
static bool merge_tables(VM *vm, const Table *x, const Table *y, Value *out) {
  Table *merged = vm_table(vm);
  if (!merged) return false;
  heap_push_root(vm->heap, value_object(merged));
  bool is_done = vm_copy_entries(vm, merged, x) && vm_copy_entries(vm, merged, y);
  heap_pop_roots(vm->heap, 1);
  *out = value_object(merged);
  return is_done;
}

static bool add_containers(VM *vm, Value x, Value y, Value *out) {
  if (value_is_str(x) && value_is_str(y))
    return give(vm, str_add(vm->strings, x, y), out);
  if (value_is_list(x) && value_is_list(y))
    return join_lists(vm, value_as_list(x), value_as_list(y), out);
  if (value_is_table(x) && value_is_table(y) && !value_is_instance(x) && !value_is_instance(y))
    return merge_tables(vm, value_as_table(x), value_as_table(y), out);
  return raise_operands(vm, EXACT_ADD, x, y);
}

// Fills `size` bytes with copies of the piece: each copies all that are there already.
static void fill_with(void *block, const void *piece, size_t piece_size, size_t size) {
  if (size == 0) return;
  memcpy(block, piece, piece_size);
  for (size_t filled = piece_size; filled < size;) {
    size_t more = filled < size - filled ? filled : size - filled;
    memcpy((char *)block + filled, block, more);
    filled += more;
  }
}

static bool repeat_list(VM *vm, const List *list, uint64_t times, Value *out) {
  if (list->count && times > UINT32_MAX / list->count) return vm_raise_memory(vm);
  uint32_t count = (uint32_t)(list->count * times);
  List *repeated = list_new(vm->heap, count);
  if (!repeated) return vm_raise_memory(vm);
  fill_with(repeated->items, list->items, list->count * sizeof(Value), count * sizeof(Value));
  repeated->count = count;
  heap_touch(vm->heap, (Obj *)repeated);
  return give(vm, repeated, out);
}

// Made in a counted block first, so that a huge one meets the limit and not the machine.
static bool repeat_text(VM *vm, const Str *str, uint64_t times, Value *out) {
  if (str->len && times > UINT32_MAX / str->len) return vm_raise_memory(vm);
  size_t len = str->len * times;
  char *bytes = heap_grow(vm->heap, NULL, 0, len + 1);
  if (!bytes) return vm_raise_memory(vm);
  fill_with(bytes, str->bytes, str->len, len);
  Str *repeated = str_new(vm->strings, bytes, len);
  heap_release(vm->heap, bytes, len + 1);
  return give(vm, repeated, out);
}

static bool repeat(VM *vm, Value x, Value y, Value *out) {
  Value subject = value_is_number(x) ? y : x;
  Value times = value_is_number(x) ? x : y;
  int64_t count;
  bool is_repeatable = value_is_str(subject) || value_is_list(subject);
  if (!is_repeatable || !value_is_integer(times)) return raise_operands(vm, EXACT_MUL, x, y);
  count = value_as_integer(times);
  if (count < 0)
    return vm_raise(vm, "ValueError", "cannot repeat %s a negative number of times",
                    value_is_str(subject) ? "a string" : "an array");
  if (value_is_str(subject)) return repeat_text(vm, value_as_str(subject), (uint64_t)count, out);
  return repeat_list(vm, value_as_list(subject), (uint64_t)count, out);
}

// --- Text ---------------------------------------------------------------------------------------

bool exact_text(VM *vm, Value value, Value *out) {
  Str *text = format_to_str(vm, value, FORMAT_VINT);
  if (!text) return false;
  *out = value_object(text);
  return true;
}

bool exact_raise_part(VM *vm, Value part, bool is_left) {
  Str *text = vm_text(vm, "");
  if (!text) return false;
  Value other = value_object(text);
  return raise_operands(vm, EXACT_ADD, is_left ? part : other, is_left ? other : part);
}

// --- Doors --------------------------------------------------------------------------------------

bool exact_binary(VM *vm, ExactOp op, Value x, Value y, Value *out) {
  if (value_is_integer(x) && value_is_integer(y))
    return compute_integers(vm, op, value_as_integer(x), value_as_integer(y), out);
  if (value_is_number(x) && value_is_number(y))
    return compute_floats(vm, op, value_to_double(x), value_to_double(y), out);
  if (op == EXACT_ADD) return add_containers(vm, x, y, out);
  if (op == EXACT_MUL) return repeat(vm, x, y, out);
  return raise_operands(vm, op, x, y);
}

bool exact_binary_at(VM *vm, const Instr *at, ExactOp op, Value x, Value y, Value *out) {
  if (value_are_ints(x, y))
    quicken_operator(at, false);
  else if (value_is_number(x) && value_is_number(y))
    quicken_operator(at, true);
  return exact_binary(vm, op, x, y, out);
}

bool exact_mixed_at(VM *vm, const Instr *at, ExactOp op, Value x, Value y, Value *out) {
  double a, b;
  bool is_plain = !value_are_ints(x, y) && exact_as_double(x, &a) && exact_as_double(y, &b);
  if (UNLIKELY(!is_plain)) return exact_binary_at(vm, at, op, x, y, out);
  return compute_floats(vm, op, a, b, out);
}

bool exact_negate(VM *vm, Value x, Value *out) {
  if (value_is_integer(x)) return compute_integers(vm, EXACT_SUB, 0, value_as_integer(x), out);
  if (!value_is_double(x))
    return vm_raise(vm, "TypeError", "cannot negate %s", vm_vint_name(vm, x));
  *out = value_double(-value_as_double(x));
  return true;
}

bool exact_plus(VM *vm, Value x, Value *out) {
  if (!value_is_number(x))
    return vm_raise(vm, "TypeError", "unary + needs a number, got %s", vm_vint_name(vm, x));
  *out = x;
  return true;
}

static ExactOrder order_of(int order) {
  if (order == 0) return EXACT_SAME;
  return order < 0 ? EXACT_LESS : EXACT_MORE;
}

// An int64 and a double compared without rounding the integer.
static ExactOrder compare_mixed(int64_t x, double y) {
  if (y != y) return EXACT_UNORDERED;
  if (y >= 0x1p63) return EXACT_LESS;
  if (y < -0x1p63) return EXACT_MORE;
  int64_t whole = (int64_t)y; // towards zero
  if (x != whole) return order_of(x < whole ? -1 : 1);
  double rest = y - (double)whole;
  return order_of(rest > 0 ? -1 : rest < 0);
}

static ExactOrder compare_floats(double x, double y) {
  if (x != x || y != y) return EXACT_UNORDERED;
  return order_of(x < y ? -1 : x > y);
}

static ExactOrder compare_numbers(Value x, Value y) {
  if (value_is_double(x) && value_is_double(y))
    return compare_floats(value_as_double(x), value_as_double(y));
  if (value_is_double(y)) return compare_mixed(value_as_integer(x), value_as_double(y));
  if (value_is_double(x)) {
    ExactOrder order = compare_mixed(value_as_integer(y), value_as_double(x));
    if (order == EXACT_LESS) return EXACT_MORE;
    return order == EXACT_MORE ? EXACT_LESS : order;
  }
  int64_t a = value_as_integer(x), b = value_as_integer(y);
  return order_of(a < b ? -1 : a > b);
}

bool exact_compare(VM *vm, Value x, Value y, const char *sign, ExactOrder *out) {
  if (value_is_number(x) && value_is_number(y)) {
    *out = compare_numbers(x, y);
    return true;
  }
  if (value_is_str(x) && value_is_str(y)) {
    *out = order_of(str_compare(value_as_str(x), value_as_str(y)));
    return true;
  }
  return vm_raise(vm, "TypeError", "cannot compare %s %s %s", vm_vint_name(vm, x), sign,
                  vm_vint_name(vm, y));
}
