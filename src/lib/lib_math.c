// SPDX-License-Identifier: MIT
// lib_math.c - math, methods of numbers, random
//
// Luma's functions take and give doubles. Vint's take integers and floats; floor, ceil and round give
// integers where they fit.
#include "base/rng.h"
#include "lib/lib_private.h"

#include <math.h>

// cbrt may be off by the last bit, also where the root is whole.
static double cube_root(double x) {
  double root = cbrt(x), whole = nearbyint(root);
  return whole * whole * whole == x ? whole : root;
}

#define MATH(name, expression)                                                                     \
  static NativeStatus math_##name(NativeCall *call) {                                              \
    double x;                                                                                      \
    if (!args_number(call, 0, &x)) return NATIVE_FAILED;                                           \
    return native_return(call, value_double(expression));                                          \
  }

MATH(sqrt, sqrt(x))
MATH(sin, sin(x))
MATH(cos, cos(x))
MATH(tan, tan(x))
MATH(exp, exp(x))
MATH(log, log(x))
MATH(log2, log2(x))
MATH(log10, log10(x))
MATH(abs, fabs(x))
MATH(floor, floor(x))
MATH(ceil, ceil(x))
MATH(atan, atan(x))
MATH(asin, asin(x))
MATH(acos, acos(x))
MATH(cbrt, cube_root(x))
MATH(trunc, trunc(x))
MATH(sign, x > 0 ? 1 : x < 0 ? -1 : x)

#define QUESTION(name, expression)                                                                 \
  static NativeStatus math_##name(NativeCall *call) {                                              \
    double x;                                                                                      \
    if (!args_number(call, 0, &x)) return NATIVE_FAILED;                                           \
    return native_return(call, value_bool(expression));                                            \
  }

QUESTION(is_nan, isnan(x))
QUESTION(is_finite, isfinite(x))
QUESTION(is_integer, isfinite(x) && x == trunc(x))

static NativeStatus math_hypot(NativeCall *call) {
  double x, y;
  if (!args_number(call, 0, &x) || !args_number(call, 1, &y)) return NATIVE_FAILED;
  return native_return(call, value_double(hypot(x, y)));
}

static NativeStatus math_pow(NativeCall *call) {
  double x, y;
  if (!args_number(call, 0, &x) || !args_number(call, 1, &y)) return NATIVE_FAILED;
  return native_return(call, value_double(pow(x, y)));
}

static NativeStatus math_atan2(NativeCall *call) {
  double y, x;
  if (!args_number(call, 0, &y) || !args_number(call, 1, &x)) return NATIVE_FAILED;
  return native_return(call, value_double(atan2(y, x)));
}

// The smallest or largest of the arguments.
static NativeStatus pick_extreme(NativeCall *call, int direction) {
  double best, x;
  uint32_t place = 0;
  if (!args_number(call, 0, &best)) return NATIVE_FAILED;
  for (uint32_t i = 1; i < call->arg_count; i++) {
    if (!args_number(call, i, &x)) return NATIVE_FAILED;
    bool better = direction < 0 ? x < best : x > best;
    if (!better) continue;
    best = x;
    place = i;
  }
  return native_return(call, call->args[place]);
}

static NativeStatus math_min(NativeCall *call) { return pick_extreme(call, -1); }
static NativeStatus math_max(NativeCall *call) { return pick_extreme(call, 1); }

// --- Vint: integers where they fit -------------------------------------------------------------------

static NativeStatus return_whole(NativeCall *call, double x) {
  if (!(fabs(x) < 9223372036854775808.0)) return native_return(call, value_double(x));
  Value value = vm_integer(call->vm, (int64_t)x);
  return value_is_absent(value) ? NATIVE_FAILED : native_return(call, value);
}

#define EXACT(name, expression)                                                                    \
  static NativeStatus exact_##name(NativeCall *call) {                                             \
    double x;                                                                                      \
    Value value = native_arg(call, 0);                                                             \
    if (value_is_integer(value)) return native_return(call, value);                                \
    if (!args_number(call, 0, &x)) return NATIVE_FAILED;                                           \
    return return_whole(call, expression);                                                         \
  }

EXACT(floor, floor(x))
EXACT(ceil, ceil(x))
EXACT(round, round(x))

// math.complex gives {real, imag}.
static NativeStatus abs_of_complex(NativeCall *call, const Table *number) {
  Value real = vm_get_field(call->vm, number, "real"), imag = vm_get_field(call->vm, number, "imag");
  if (!value_is_number(real) || !value_is_number(imag)) return math_abs(call); // which refuses it
  return native_return(call, value_double(hypot(value_to_double(real), value_to_double(imag))));
}

static NativeStatus exact_abs(NativeCall *call) {
  Value value = native_arg(call, 0);
  if (value_is_table(value)) return abs_of_complex(call, value_as_table(value));
  if (!value_is_integer(value)) return math_abs(call);
  int64_t i = value_as_integer(value);
  if (i == INT64_MIN) {
    vm_raise(call->vm, "ValueError", "integer overflow");
    return NATIVE_FAILED;
  }
  Value result = vm_integer(call->vm, i < 0 ? -i : i);
  return value_is_absent(result) ? NATIVE_FAILED : native_return(call, result);
}

static NativeStatus vint_pi(NativeCall *call) { return native_return(call, value_double(M_PI)); }

// --- Random ------------------------------------------------------------------------------------------

static NativeStatus random_float(NativeCall *call) {
  return native_return(call, value_double(rng_double(vm_rng(call->vm))));
}

// Both ends included.
static NativeStatus random_int(NativeCall *call) {
  int64_t low, high;
  if (!args_integer(call, 0, &low) || !args_integer(call, 1, &high)) return NATIVE_FAILED;
  if (high < low) {
    vm_raise(call->vm, "ValueError", "random.int: %lld is less than %lld", (long long)high,
             (long long)low);
    return NATIVE_FAILED;
  }
  uint64_t width = (uint64_t)high - (uint64_t)low + 1;
  uint64_t pick = width ? rng_below(vm_rng(call->vm), width) : rng_next(vm_rng(call->vm));
  int64_t number = (int64_t)((uint64_t)low + pick);
  if (call->row->languages == NATIVE_LUMA) return native_return(call, value_double((double)number));
  Value value = vm_integer(call->vm, number);
  return value_is_absent(value) ? NATIVE_FAILED : native_return(call, value);
}

static NativeStatus random_choice(NativeCall *call) {
  List *list;
  if (!args_list(call, 0, &list)) return NATIVE_FAILED;
  if (list->count == 0) return native_return(call, VALUE_NULL);
  return native_return(call, list->items[rng_below(vm_rng(call->vm), list->count)]);
}

#define LUMA(name, function, doc) \
  {"math", name, "fn(x: Number): Number", function, doc, NULL, 0, NATIVE_LUMA}
// A function of Luma's math, and a method of its numbers.
#define METHOD(name, function, doc)  \
  LUMA(name, function, doc), {"Number", name, "fn(): Number", function, doc, NULL, 0, NATIVE_LUMA}
#define QUESTIONS(name, function, doc)                                                             \
  {"math", name, "fn(x: Number): Boolean", function, doc, NULL, 0, NATIVE_LUMA},                   \
      {"Number", name, "fn(): Boolean", function, doc, NULL, 0, NATIVE_LUMA}
#define VINT(name, function, doc) \
  {"math", name, "fn(x: Number): Float", function, doc, NULL, 0, NATIVE_VINT}
#define BOTH(name, function, doc) LUMA(name, function, doc), VINT(name, function, doc)
// The same, with the function of <math.h> that does it.
#define OF_NUMBER(name, function, number, doc)                                                     \
  {"math", name, "fn(x: Number): Number", function, doc, NULL, 0, NATIVE_LUMA, number},            \
      {"math", name, "fn(x: Number): Float", function, doc, NULL, 0, NATIVE_VINT, number}

static const NativeRow rows[] = {
    {"", "NaN", "Number", NULL, "What 0 / 0 gives: no number, unequal to everything, itself included.", NULL,
     0, NATIVE_LUMA},
    {"", "Infinity", "Number", NULL, "Larger than every other number; 1 / 0 gives it.", NULL, 0,
     NATIVE_LUMA},
    {"math", "pi", "Number", NULL, "The ratio of a circle's circumference to its diameter.", NULL, 0,
     NATIVE_LUMA},
    {"math", "PI", "fn(): Float", vint_pi, "The ratio of a circle's circumference to its diameter.", NULL,
     0, NATIVE_VINT},
    {"math", "e", "Number", NULL, "The base of the natural logarithm.", NULL, 0, NATIVE_LUMA},
    OF_NUMBER("sqrt", math_sqrt, sqrt, "The square root."),
    {"Number", "sqrt", "fn(): Number", math_sqrt, "The square root.", NULL, 0, NATIVE_LUMA},
    {"Number", "abs", "fn(): Number", math_abs, "Without its sign.", NULL, 0, NATIVE_LUMA},
    {"Number", "floor", "fn(): Number", math_floor, "The largest whole number not above it.", NULL, 0,
     NATIVE_LUMA},
    {"Number", "ceil", "fn(): Number", math_ceil, "The smallest whole number not below it.", NULL, 0,
     NATIVE_LUMA},
    {"Number", "round", "fn(digits?: Number): Number", lib_number_round,
     "Rounded to `digits` (0) behind the point; halves away from zero.", NULL, 0, NATIVE_LUMA},
    {"Number", "pow", "fn(exponent: Number): Number", math_pow, "To that power.", NULL, 0, NATIVE_LUMA},
    {"Number", "clamp", "fn(low: Number, high: Number): Number", lib_number_clamp,
     "It, or the bound that it is beyond.", NULL, 0, NATIVE_LUMA},
    {"math", "clamp", "fn(x: Number, low: Number, high: Number): Number", lib_number_clamp,
     "x, or the bound that it is beyond.", NULL, 0, NATIVE_LUMA},
    {"math", "hypot", "fn(x: Number, y: Number): Number", math_hypot,
     "The length of the diagonal: sqrt(x * x + y * y) without overflow.", NULL, 0, NATIVE_LUMA},
    METHOD("trunc", math_trunc, "The whole number towards zero."),
    METHOD("sign", math_sign, "-1, 0 or 1."),
    LUMA("cbrt", math_cbrt, "The cube root."),
    LUMA("asin", math_asin, "The arc sine; radians."),
    LUMA("acos", math_acos, "The arc cosine; radians."),
    QUESTIONS("is_nan", math_is_nan, "Is it no number (NaN)?"),
    QUESTIONS("is_finite", math_is_finite, "Is it neither infinite nor NaN?"),
    QUESTIONS("is_integer", math_is_integer, "Is it a whole number?"),
    OF_NUMBER("sin", math_sin, sin, "The sine; radians."),
    OF_NUMBER("cos", math_cos, cos, "The cosine; radians."),
    BOTH("tan", math_tan, "The tangent; radians."),
    BOTH("atan", math_atan, "The arc tangent; radians."),
    BOTH("exp", math_exp, "e to the power x."),
    BOTH("log", math_log, "The natural logarithm."),
    BOTH("log2", math_log2, "The logarithm to base 2."),
    BOTH("log10", math_log10, "The logarithm to base 10."),
    {"math", "abs", "fn(x: Number): Number", math_abs, "Without its sign.", NULL, 0, NATIVE_LUMA, fabs},
    {"math", "floor", "fn(x: Number): Number", math_floor, "The largest whole number not above x.", NULL, 0,
     NATIVE_LUMA, floor},
    LUMA("ceil", math_ceil, "The smallest whole number not below x."),
    {"math", "round", "fn(x: Number, digits?: Number): Number", lib_number_round,
     "x rounded to `digits` (0) behind the point; halves away from zero.", NULL, 0, NATIVE_LUMA},
    {"math", "abs", "fn(x: Any): Any", exact_abs, "Without its sign; of what math.complex gives the length.",
     NULL, 0, NATIVE_VINT},
    {"math", "floor", "fn(x: Number): Any", exact_floor, "The largest integer not above x.", NULL, 0,
     NATIVE_VINT},
    {"math", "ceil", "fn(x: Number): Any", exact_ceil, "The smallest integer not below x.", NULL, 0,
     NATIVE_VINT},
    {"math", "round", "fn(x: Number): Any", exact_round, "The nearest integer; halves away from zero.", NULL,
     0, NATIVE_VINT},
    {"math", "pow", "fn(x: Number, y: Number): Number", math_pow, "x to the power y.", NULL, 0,
     NATIVE_LUMA},
    {"math", "pow", "fn(x: Number, y: Number): Float", math_pow, "x to the power y.", NULL, 0, NATIVE_VINT},
    {"math", "ln", "fn(x: Number): Float", math_log, "The natural logarithm.", NULL, 0, NATIVE_VINT},
    {"math", "atan2", "fn(y: Number, x: Number): Float", math_atan2, "The angle of the point (x, y).", NULL,
     0, NATIVE_VINT},
    {"math", "atan2", "fn(y: Number, x: Number): Number", math_atan2, "The angle of the point (x, y).",
     NULL, 0, NATIVE_LUMA},
    {"math", "min", "fn(first: Number, others: Number...): Number", math_min, "The smallest.", NULL, 0,
     NATIVE_LUMA},
    {"math", "max", "fn(first: Number, others: Number...): Number", math_max, "The largest.", NULL, 0,
     NATIVE_LUMA},
    {"random", "float", "fn(): Number", random_float, "From 0 up to, not including, 1.", NULL, 0,
     NATIVE_BOTH},
    {"random", "int", "fn(low: Number, high: Number): Number", random_int,
     "A whole number, both ends included.", NULL, 0, NATIVE_LUMA},
    {"random", "int", "fn(low: Number, high: Number): Integer", random_int, "An integer, both ends included.",
     NULL, 0, NATIVE_VINT},
    {"random", "choice", "fn(list: List(T)): T", random_choice,
     "One of the elements; null if there is none.", NULL, 0, NATIVE_LUMA},
    {"random", "choice", "fn(array: List(Any)): Any", random_choice,
     "One of the elements; null if there is none.", NULL, 0, NATIVE_VINT},
};

LibModule lib_math_module(void) { return (LibModule){rows, ARRAY_LEN(rows)}; }

void lib_math_install(VM *vm) {
  vm_set_builtin(vm, "luma.NaN", value_from_foreign_double(NAN));
  vm_set_builtin(vm, "luma.Infinity", value_double(INFINITY));
  lib_set_constant(vm, "math", "pi", value_double(M_PI));
  vm_set_builtin(vm, "luma.math.e", value_double(M_E));
}
