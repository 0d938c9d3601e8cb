// SPDX-License-Identifier: MIT
// lib_list_number.c - Vint's arrays of numbers, and what else only its arrays can (vint.md 11.2)
//
// The functions on numbers serve the module math too, which is why they take the array as
// argument 0.
#include "base/vec.h"
#include "lib/answer.h"
#include "lib/lib_private.h"

#include <math.h>
#include <stdlib.h>


// --- Numbers -------------------------------------------------------------------------------------

static bool check_numbers(NativeCall *call, const List *list) {
  for (uint32_t i = 0; i < list->count; i++) {
    if (value_is_number(list->items[i])) continue;
    answer_fail(call, "TypeError", "element %u must be a number, got %s", i,
                vm_vint_name(call->vm, list->items[i]));
    return false;
  }
  return true;
}

// An array of numbers that is not empty.
static bool take_numbers(NativeCall *call, List **out) {
  if (!args_list(call, 0, out) || !check_numbers(call, *out)) return false;
  if ((*out)->count > 0) return true;
  answer_fail(call, "ValueError", "the array is empty");
  return false;
}

static NativeStatus product(NativeCall *call) {
  List *list;
  if (!args_list(call, 0, &list) || !check_numbers(call, list)) return NATIVE_FAILED;
  double total = 1;
  int64_t exact = 1;
  bool is_exact = true;
  for (uint32_t i = 0; i < list->count; i++) {
    Value item = list->items[i];
    total *= value_to_double(item);
    is_exact = is_exact && value_is_integer(item) &&
               !__builtin_mul_overflow(exact, value_as_integer(item), &exact);
  }
  return is_exact ? answer_integer(call, exact) : answer_double(call, total);
}

static double sum_of(const List *list) {
  double sum = 0;
  for (uint32_t i = 0; i < list->count; i++) sum += value_to_double(list->items[i]);
  return sum;
}

NativeStatus lib_list_number_mean(NativeCall *call) {
  List *list;
  return take_numbers(call, &list) ? answer_double(call, sum_of(list) / list->count)
                                   : NATIVE_FAILED;
}

static int compare_doubles(const void *a, const void *b) {
  double x = *(const double *)a;
  double y = *(const double *)b;
  return (x > y) - (x < y);
}

NativeStatus lib_list_number_median(NativeCall *call) {
  List *list;
  if (!take_numbers(call, &list)) return NATIVE_FAILED;
  double *sorted = memory_require(NULL, list->count * sizeof(double));
  for (uint32_t i = 0; i < list->count; i++) sorted[i] = value_to_double(list->items[i]);
  qsort(sorted, list->count, sizeof(double), compare_doubles);
  uint32_t middle = list->count / 2;
  double median =
      list->count % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  free(sorted);
  return answer_double(call, median);
}

// Of the whole population, not of a sample.
static double variance_of(const List *list) {
  double mean = sum_of(list) / list->count;
  double sum = 0;
  for (uint32_t i = 0; i < list->count; i++) {
    double off = value_to_double(list->items[i]) - mean;
    sum += off * off;
  }
  return sum / list->count;
}

NativeStatus lib_list_number_variance(NativeCall *call) {
  List *list;
  return take_numbers(call, &list) ? answer_double(call, variance_of(list)) : NATIVE_FAILED;
}

NativeStatus lib_list_number_deviation(NativeCall *call) {
  List *list;
  return take_numbers(call, &list) ? answer_double(call, sqrt(variance_of(list))) : NATIVE_FAILED;
}

// --- Extremes ------------------------------------------------------------------------------------

// Numbers by value, strings by code point. False: they cannot be compared; raised.
static bool is_before(NativeCall *call, Value a, Value b, int direction, bool *out) {
  if (value_is_number(a) && value_is_number(b)) {
    double x = value_to_double(a);
    double y = value_to_double(b);
    *out = direction < 0 ? x < y : x > y;
    return true;
  }
  if (value_is_str(a) && value_is_str(b)) {
    *out = str_compare(value_as_str(a), value_as_str(b)) * direction > 0;
    return true;
  }
  answer_fail(call, "TypeError", "cannot order %s and %s", vm_vint_name(call->vm, a),
              vm_vint_name(call->vm, b));
  return false;
}

static NativeStatus pick_extreme(NativeCall *call, int direction) {
  List *list;
  if (!args_list(call, 0, &list)) return NATIVE_FAILED;
  if (list->count == 0) return answer_fail(call, "ValueError", "the array is empty");
  Value best = list->items[0];
  bool is_better;
  if (!is_before(call, best, best, direction, &is_better)) return NATIVE_FAILED;
  for (uint32_t i = 1; i < list->count; i++) {
    if (!is_before(call, list->items[i], best, direction, &is_better)) return NATIVE_FAILED;
    if (is_better) best = list->items[i];
  }
  return native_return(call, best);
}

NativeStatus lib_list_number_min(NativeCall *call) {
  return pick_extreme(call, -1);
}
NativeStatus lib_list_number_max(NativeCall *call) {
  return pick_extreme(call, 1);
}

// --- mode ----------------------------------------------------------------------------------------

// How often each value occurs: a dict from value to count, for values that can be keys.
static bool count_values(NativeCall *call, const List *list, Table *counts, int64_t *most) {
  *most = 0;
  for (uint32_t i = 0; i < list->count; i++) {
    Value item = list->items[i];
    bool is_key = value_is_str(item) || value_is_bool(item) ||
                  (value_is_number(item) && value_to_double(item) == value_to_double(item));
    if (!is_key) {
      answer_fail(call, "TypeError", "element %u must be a number, string or boolean, got %s", i,
                  vm_vint_name(call->vm, item));
      return false;
    }
    Value before = table_get(counts, item);
    int64_t count = value_is_absent(before) ? 1 : value_as_int(before) + 1;
    if (count > *most) *most = count;
    if (!table_set(vm_heap(call->vm), counts, item, value_int(count))) {
      return vm_raise_memory(call->vm);
    }
  }
  return true;
}

static bool push_most_frequent(VM *vm, const Table *counts, int64_t most, List *out) {
  uint32_t position = 0;
  Value key;
  Value count;
  while (table_next(counts, &position, &key, &count)) {
    if (value_as_int(count) == most && !answer_push(vm, out, key)) return false;
  }
  return true;
}

// The most frequent elements, in the order in which they first stand.
static NativeStatus mode(NativeCall *call) {
  VM *vm = call->vm;
  List *list;
  if (!args_list(call, 0, &list)) return NATIVE_FAILED;
  if (list->count == 0) return answer_fail(call, "ValueError", "the array is empty");
  Table *counts = vm_table(vm);
  if (!counts) return NATIVE_FAILED;
  vm_push_root(vm, value_object(counts));
  List *out = vm_list(vm, 0);
  vm_push_root(vm, out ? value_object(out) : VALUE_NULL);
  int64_t most;
  bool ok = out && count_values(call, list, counts, &most) &&
            push_most_frequent(vm, counts, most, out);
  vm_pop_roots(vm, 2);
  return answer_list(call, ok ? out : NULL);
}

// --- Parts ---------------------------------------------------------------------------------------

static NativeStatus last_index_of(NativeCall *call) {
  List *list;
  if (!args_list(call, 0, &list)) return NATIVE_FAILED;
  for (uint32_t i = list->count; i-- > 0;) {
    if (equal_deep(list->items[i], call->args[1])) return answer_integer(call, i);
  }
  return answer_integer(call, -1);
}

// Sets the elements from `from` to before `to`.
static NativeStatus fill(NativeCall *call) {
  List *list;
  if (!args_list(call, 0, &list)) return NATIVE_FAILED;
  int64_t bounds[2] = {0, list->count};
  for (uint32_t i = 0; i < 2; i++) {
    if (!args_given(call, i + 2)) continue;
    if (!args_integer(call, i + 2, &bounds[i])) return NATIVE_FAILED;
    if (bounds[i] < 0) bounds[i] += list->count;
    if (bounds[i] < 0) bounds[i] = 0;
    if (bounds[i] > list->count) bounds[i] = list->count;
  }
  for (int64_t i = bounds[0]; i < bounds[1]; i++) {
    list_set(vm_heap(call->vm), list, (uint32_t)i, call->args[1]);
  }
  return native_return(call, call->args[0]);
}

#define FLATTEN_MAX (UINT32_C(1) << 26) // elements: shared arrays may be endless when laid out flat

// The arrays that are being laid out, innermost last, and the place in each.
typedef struct Layer {
  List *list;
  uint32_t next;
} Layer;

typedef VEC(Layer) Layers;

static bool is_inside(const Layers *layers, const List *list) {
  for (uint32_t i = 0; i < layers->count; i++) {
    if (layers->items[i].list == list) return true;
  }
  return false;
}

static bool lay_out(NativeCall *call, Layers *layers, int64_t depth, List *out) {
  while (layers->count > 0) {
    Layer *layer = &vec_last(layers);
    if (layer->next >= layer->list->count) {
      layers->count--;
      continue;
    }
    Value item = layer->list->items[layer->next++];
    bool is_deeper = value_is_list(item) && (depth < 0 || layers->count <= (uint64_t)depth);
    if (is_deeper && is_inside(layers, value_as_list(item))) {
      answer_fail(call, "ValueError", "the array contains itself");
      return false;
    }
    if (is_deeper) {
      Layer inner = {value_as_list(item), 0};
      vec_push(layers, inner);
    } else if (!answer_push(call->vm, out, item)) {
      return false;
    }
    if (out->count > FLATTEN_MAX) {
      answer_fail(call, "ValueError", "the result has too many elements");
      return false;
    }
  }
  return true;
}

static NativeStatus flatten(NativeCall *call) {
  List *list;
  int64_t depth = 1;
  if (!args_list(call, 0, &list)) return NATIVE_FAILED;
  if (args_given(call, 1) && !args_integer(call, 1, &depth)) return NATIVE_FAILED;
  List *out = vm_list(call->vm, list->count);
  if (!out) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(out));
  Layers layers = {0};
  Layer outer = {list, 0};
  vec_push(&layers, outer);
  bool ok = lay_out(call, &layers, depth, out);
  vec_free(&layers);
  vm_pop_roots(call->vm, 1);
  return answer_list(call, ok ? out : NULL);
}

// --- Ranges --------------------------------------------------------------------------------------

static bool take_range(NativeCall *call, Range **out) {
  Value value = native_arg(call, 0);
  if (!value_is_kind(value, KIND_RANGE)) return args_wrong(call, 0, "range");
  *out = (Range *)value_as_object(value);
  return true;
}

static NativeStatus range_length(NativeCall *call) {
  Range *range;
  if (!take_range(call, &range)) return NATIVE_FAILED;
  if (range->to < range->from) return answer_integer(call, 0);
  uint64_t count = (uint64_t)range->to - (uint64_t)range->from + 1;
  if (count == 0 || count > INT64_MAX) {
    return answer_fail(call, "OverflowError", "integer overflow");
  }
  return answer_integer(call, (int64_t)count);
}

static NativeStatus range_includes(NativeCall *call) {
  Range *range;
  int64_t i;
  if (!take_range(call, &range)) return NATIVE_FAILED;
  bool is_whole = integer_from_value(call->args[1], &i);
  return answer_bool(call, is_whole && i >= range->from && i <= range->to);
}

static NativeStatus range_to_array(NativeCall *call) {
  Range *range;
  if (!take_range(call, &range)) return NATIVE_FAILED;
  uint64_t count = range->to < range->from ? 0 : (uint64_t)range->to - (uint64_t)range->from + 1;
  if (count > FLATTEN_MAX) {
    return answer_fail(call, "ValueError", "%llu elements are too many for an array",
                       (unsigned long long)count);
  }
  List *list = vm_list(call->vm, (uint32_t)count);
  if (!list) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(list));
  bool ok = true;
  for (uint64_t i = 0; ok && i < count; i++) {
    ok = answer_push(call->vm, list, vm_integer(call->vm, range->from + (int64_t)i));
  }
  vm_pop_roots(call->vm, 1);
  return answer_list(call, ok ? list : NULL);
}

#define ARRAY(name, signature, function, doc)                                                      \
  { "List(T)", name, signature, function, doc, NULL, 0, NATIVE_VINT }
#define RANGE(name, signature, function, doc)                                                      \
  { "Range", name, signature, function, doc, NULL, 0, NATIVE_VINT }

static const NativeRow rows[] = {
    ARRAY("product", "fn(): Any", product, "The product of numbers; 1 if there are none."),
    ARRAY("average", "fn(): Float", lib_list_number_mean, "The mean of numbers."),
    ARRAY("mean", "fn(): Float", lib_list_number_mean, "The mean of numbers."),
    ARRAY("median", "fn(): Float", lib_list_number_median, "The middle one of numbers in order."),
    ARRAY("variance", "fn(): Float", lib_list_number_variance, "The variance of the population."),
    ARRAY("standardDeviation", "fn(): Float", lib_list_number_deviation,
          "The standard deviation of the population."),
    ARRAY("min", "fn(): Any", lib_list_number_min, "The smallest of numbers or of strings."),
    ARRAY("max", "fn(): Any", lib_list_number_max, "The largest of numbers or of strings."),
    ARRAY("mode", "fn(): List(T)", mode,
          "An array of the most frequent elements, in the order in which they first stand."),
    ARRAY("lastIndexOf", "fn(value: Any): Integer", last_index_of,
          "Place of the last equal element, -1 if there is none."),
    ARRAY("fill", "fn(value: Any, from?: Number, to?: Number): List(T)", fill,
          "Sets the elements from `from` to before `to` and returns the array."),
    ARRAY("flatten", "fn(depth?: Number): List(Any)", flatten,
          "A new array with the elements of inner arrays in their place, `depth` (1) levels; a "
          "negative depth: all."),
    RANGE("len", "fn(): Integer", range_length, "How many numbers it has."),
    RANGE("includes", "fn(value: Any): Boolean", range_includes, "Is it one of the numbers?"),
    RANGE("toArray", "fn(): List(Integer)", range_to_array, "An array of the numbers."),
};

LibModule lib_list_number_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
