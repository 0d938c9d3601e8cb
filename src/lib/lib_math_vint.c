// SPDX-License-Identifier: MIT
// lib_math_vint.c - what only Vint's module math has (vint.md 12.6)
//
// Numbers are integers or floats; results are floats unless they are one of the arguments or count
// something. What is not defined (the logarithm of 0) is an error, not NaN.
#include "base/rng.h"
#include "lib/answer.h"
#include "lib/lib_private.h"

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <string.h>

// --- Constants -----------------------------------------------------------------------------------

#define CONSTANT(name, value)                                                                      \
  static NativeStatus constant_##name(NativeCall *call) {                                          \
    return answer_double(call, value);                                                             \
  }

CONSTANT(e, M_E)
CONSTANT(phi, 1.6180339887498948482)
CONSTANT(ln2, M_LN2)
CONSTANT(ln10, M_LN10)
CONSTANT(log2e, M_LOG2E)
CONSTANT(log10e, M_LOG10E)
CONSTANT(sqrt2, M_SQRT2)
CONSTANT(sqrt3, 1.7320508075688772935)
CONSTANT(sqrt5, 2.2360679774997896964)
CONSTANT(sqrt1_2, M_SQRT1_2)
CONSTANT(epsilon, DBL_EPSILON)

// --- One number ----------------------------------------------------------------------------------

#define PLAIN(name, expression)                                                                    \
  static NativeStatus math_##name(NativeCall *call) {                                              \
    double x;                                                                                      \
    return args_number(call, 0, &x) ? answer_double(call, expression) : NATIVE_FAILED;             \
  }
// Only where `condition` holds.
#define PARTIAL(name, condition, expression)                                                       \
  static NativeStatus math_##name(NativeCall *call) {                                              \
    double x;                                                                                      \
    if (!args_number(call, 0, &x)) return NATIVE_FAILED;                                           \
    if (!(condition) && x == x) return answer_fail(call, "ValueError", "not defined for %g", x);   \
    return answer_double(call, expression);                                                        \
  }

// The C library's is a little off: the root of 27 should be 3.
static double cubic_root(double x) {
  double whole = round(cbrt(x));
  return whole * whole * whole == x ? whole : cbrt(x);
}

PLAIN(cbrt, cubic_root(x))
PLAIN(expm1, expm1(x))
PLAIN(sinh, sinh(x))
PLAIN(cosh, cosh(x))
PLAIN(tanh, tanh(x))
PLAIN(asinh, asinh(x))
PARTIAL(log1p, x > -1, log1p(x))
PARTIAL(asin, fabs(x) <= 1, asin(x))
PARTIAL(acos, fabs(x) <= 1, acos(x))
PARTIAL(acosh, x >= 1, acosh(x))
PARTIAL(atanh, fabs(x) < 1, atanh(x))

static NativeStatus sign(NativeCall *call) {
  double x;
  return args_number(call, 0, &x) ? answer_integer(call, (x > 0) - (x < 0)) : NATIVE_FAILED;
}

// --- Several -------------------------------------------------------------------------------------

static NativeStatus hypotenuse(NativeCall *call) {
  double total = 0;
  for (uint32_t i = 0; i < call->arg_count; i++) {
    double x;
    if (!args_number(call, i, &x)) return NATIVE_FAILED;
    total = hypot(total, x);
  }
  return answer_double(call, total);
}

static NativeStatus interpolate(NativeCall *call) {
  double a;
  double b;
  double t;
  if (!args_number(call, 0, &a) || !args_number(call, 1, &b) || !args_number(call, 2, &t)) {
    return NATIVE_FAILED;
  }
  return answer_double(call, a + (b - a) * t);
}

static NativeStatus extreme(NativeCall *call, int direction) {
  uint32_t best = 0;
  double x;
  double most;
  if (call->arg_count == 1 && value_is_list(call->args[0])) {
    return direction < 0 ? lib_list_number_min(call) : lib_list_number_max(call);
  }
  if (!args_number(call, 0, &most)) return NATIVE_FAILED;
  for (uint32_t i = 1; i < call->arg_count; i++) {
    if (!args_number(call, i, &x)) return NATIVE_FAILED;
    if (direction < 0 ? x >= most : x <= most) continue;
    most = x;
    best = i;
  }
  return native_return(call, call->args[best]);
}

static NativeStatus smallest(NativeCall *call) {
  return extreme(call, -1);
}
static NativeStatus largest(NativeCall *call) {
  return extreme(call, 1);
}

// --- Vectors -------------------------------------------------------------------------------------

static bool take_vector(NativeCall *call, uint32_t index, List **out) {
  if (!args_list(call, index, out)) return false;
  for (uint32_t i = 0; i < (*out)->count; i++) {
    if (value_is_number((*out)->items[i])) continue;
    answer_fail(call, "TypeError", "element %u must be a number, got %s", i,
                vm_vint_name(call->vm, (*out)->items[i]));
    return false;
  }
  return true;
}

static bool take_vectors(NativeCall *call, List **a, List **b) {
  if (!take_vector(call, 0, a) || !take_vector(call, 1, b)) return false;
  if ((*a)->count == (*b)->count) return true;
  answer_fail(call, "ValueError", "the arrays must be of one length, got %u and %u", (*a)->count,
              (*b)->count);
  return false;
}

static double at(const List *vector, uint32_t i) {
  return value_to_double(vector->items[i]);
}

static NativeStatus dot(NativeCall *call) {
  List *a;
  List *b;
  if (!take_vectors(call, &a, &b)) return NATIVE_FAILED;
  double sum = 0;
  for (uint32_t i = 0; i < a->count; i++) sum += at(a, i) * at(b, i);
  return answer_double(call, sum);
}

static NativeStatus cross(NativeCall *call) {
  List *a;
  List *b;
  if (!take_vectors(call, &a, &b)) return NATIVE_FAILED;
  if (a->count != 3) {
    return answer_fail(call, "ValueError", "the arrays must have 3 elements, got %u", a->count);
  }
  Value parts[3];
  for (uint32_t i = 0; i < 3; i++) {
    uint32_t j = (i + 1) % 3;
    uint32_t k = (i + 2) % 3;
    parts[i] = value_double(at(a, j) * at(b, k) - at(a, k) * at(b, j));
  }
  List *list = list_from(vm_heap(call->vm), parts, 3);
  return list ? native_return(call, value_object(list)) : answer_out_of_memory(call);
}

static NativeStatus length(NativeCall *call) {
  List *a;
  if (!take_vector(call, 0, &a)) return NATIVE_FAILED;
  double total = 0;
  for (uint32_t i = 0; i < a->count; i++) total = hypot(total, at(a, i));
  return answer_double(call, total);
}

// --- Records -------------------------------------------------------------------------------------

static NativeStatus complex_number(NativeCall *call) {
  double re;
  double im;
  if (!args_number(call, 0, &re) || !args_number(call, 1, &im)) return NATIVE_FAILED;
  Table *table = vm_table(call->vm);
  if (!table) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(table));
  bool ok = vm_set_field(call->vm, table, "real", call->args[0]) &&
            vm_set_field(call->vm, table, "imag", call->args[1]);
  vm_pop_roots(call->vm, 1);
  return ok ? native_return(call, value_object(table)) : NATIVE_FAILED;
}

// The digits as they are: {value: "…", type: "bigint"}.
static NativeStatus big_integer(NativeCall *call) {
  Buffer digits = {0};
  Value value = native_arg(call, 0);
  if (value_is_integer(value)) {
    buffer_printf(&digits, "%lld", (long long)value_as_integer(value));
  } else if (value_is_str(value)) {
    buffer_append(&digits, value_as_str(value)->bytes, value_as_str(value)->len);
  } else {
    args_wrong(call, 0, "int or string");
    return NATIVE_FAILED;
  }
  size_t sign_len = digits.len > 0 && digits.bytes[0] == '-';
  bool is_whole = digits.len > sign_len;
  for (size_t i = sign_len; i < digits.len; i++) {
    is_whole = is_whole && isdigit((unsigned char)digits.bytes[i]);
  }
  Table *table = is_whole ? vm_table(call->vm) : NULL;
  if (!is_whole) answer_fail(call, "ValueError", "\"%.40s\" is no whole number", value_as_str(value)->bytes);
  vm_push_root(call->vm, table ? value_object(table) : VALUE_NULL);
  bool ok = table && answer_set_text(call->vm, table, "value", digits.bytes, digits.len) &&
            answer_set_text(call->vm, table, "type", "bigint", 6);
  vm_pop_roots(call->vm, 1);
  buffer_free(&digits);
  return ok ? native_return(call, value_object(table)) : NATIVE_FAILED;
}

static NativeStatus random_number(NativeCall *call) {
  return answer_double(call, rng_double(vm_rng(call->vm)));
}

#define MATH(name, signature, function, doc)                                                       \
  { "math", name, signature, function, doc, NULL, 0, NATIVE_VINT }
#define CONSTANT_ROW(name, function, doc) MATH(name, "fn(): Float", constant_##function, doc)
#define NUMBER(name, function, doc)       MATH(name, "fn(x: Number): Float", function, doc)
#define ARRAY(name, function, doc)        MATH(name, "fn(numbers: List(Any)): Float", function, doc)

static const NativeRow rows[] = {
    CONSTANT_ROW("e", e, "The base of the natural logarithm."),
    CONSTANT_ROW("phi", phi, "The golden ratio."),
    CONSTANT_ROW("ln2", ln2, "The natural logarithm of 2."),
    CONSTANT_ROW("ln10", ln10, "The natural logarithm of 10."),
    CONSTANT_ROW("log2e", log2e, "The logarithm of e to base 2."),
    CONSTANT_ROW("log10e", log10e, "The logarithm of e to base 10."),
    CONSTANT_ROW("sqrt2", sqrt2, "The square root of 2."),
    CONSTANT_ROW("sqrt3", sqrt3, "The square root of 3."),
    CONSTANT_ROW("sqrt5", sqrt5, "The square root of 5."),
    CONSTANT_ROW("sqrt1_2", sqrt1_2, "The square root of 1/2."),
    CONSTANT_ROW("EPSILON", epsilon, "The step from 1 to the next float."),
    NUMBER("cbrt", math_cbrt, "The cubic root."),
    NUMBER("expm1", math_expm1, "e to the power x, less 1."),
    NUMBER("log1p", math_log1p, "The natural logarithm of 1 + x."),
    NUMBER("asin", math_asin, "The arc sine, in radians."),
    NUMBER("acos", math_acos, "The arc cosine, in radians."),
    NUMBER("sinh", math_sinh, "The hyperbolic sine."),
    NUMBER("cosh", math_cosh, "The hyperbolic cosine."),
    NUMBER("tanh", math_tanh, "The hyperbolic tangent."),
    NUMBER("asinh", math_asinh, "The inverse of sinh."),
    NUMBER("acosh", math_acosh, "The inverse of cosh."),
    NUMBER("atanh", math_atanh, "The inverse of tanh."),
    MATH("sign", "fn(x: Number): Integer", sign, "-1, 0 or 1."),
    MATH("hypot", "fn(x: Number, others: Number...): Float", hypotenuse,
         "The root of the sum of the squares."),
    MATH("root", "fn(x: Number, n: Number): Float", lib_number_root, "The root of degree n."),
    MATH("factorial", "fn(n: Number): Integer", lib_number_factorial, "1 * 2 * … up to n; 0 to 20."),
    MATH("gcd", "fn(a: Number, b: Number): Integer", lib_number_gcd, "The greatest common divisor."),
    MATH("lcm", "fn(a: Number, b: Number): Integer", lib_number_lcm, "The least common multiple."),
    MATH("clamp", "fn(x: Number, low: Number, high: Number): Any", lib_number_clamp,
         "x, or the bound that it is beyond."),
    MATH("lerp", "fn(a: Number, b: Number, t: Number): Float", interpolate,
         "Between a (t = 0) and b (t = 1)."),
    MATH("min", "fn(first: Any, others: Number...): Any", smallest,
         "The smallest of the numbers, or of an array's."),
    MATH("max", "fn(first: Any, others: Number...): Any", largest,
         "The largest of the numbers, or of an array's."),
    ARRAY("mean", lib_list_number_mean, "The mean of an array of numbers."),
    ARRAY("median", lib_list_number_median, "The middle one of an array of numbers in order."),
    ARRAY("variance", lib_list_number_variance, "The variance of the population."),
    ARRAY("stddev", lib_list_number_deviation, "The standard deviation of the population."),
    ARRAY("magnitude", length, "The length of a vector."),
    MATH("dot", "fn(a: List(Any), b: List(Any)): Float", dot, "The scalar product of two vectors."),
    MATH("cross", "fn(a: List(Any), b: List(Any)): List(Any)", cross,
         "The vector product of two vectors of 3."),
    MATH("complex", "fn(re: Number, im: Number): Any", complex_number, "{real, imag}."),
    MATH("bigint", "fn(x: Any): Any", big_integer, "{value, type} of an integer or of digits."),
    MATH("random", "fn(): Float", random_number, "From 0 up to, not including, 1."),
};

LibModule lib_math_vint_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
