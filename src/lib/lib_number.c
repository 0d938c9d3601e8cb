// SPDX-License-Identifier: MIT
// lib_number.c - methods of Vint's integers, floats and booleans (vint.md 11.4-11.6)
#include "base/number.h"
#include "lib/answer.h"
#include "lib/lib_private.h"
#include "vm/exact.h"
#include "vm/format.h"

#include <math.h>

static bool get_integer(NativeCall *call, int64_t *out) {
  return args_integer(call, 0, out);
}

static bool get_number(NativeCall *call, double *out) {
  return args_number(call, 0, out);
}

static NativeStatus overflow(NativeCall *call) {
  vm_raise(call->vm, "OverflowError", "integer overflow");
  return NATIVE_FAILED;
}

// --- Integers ------------------------------------------------------------------------------------

static NativeStatus integer_abs(NativeCall *call) {
  int64_t i;
  if (!get_integer(call, &i)) return NATIVE_FAILED;
  return i == INT64_MIN ? overflow(call) : answer_integer(call, i < 0 ? -i : i);
}

static NativeStatus integer_sign(NativeCall *call) {
  int64_t i;
  return get_integer(call, &i) ? answer_integer(call, (i > 0) - (i < 0)) : NATIVE_FAILED;
}

static NativeStatus is_even(NativeCall *call) {
  int64_t i;
  return get_integer(call, &i) ? answer_bool(call, i % 2 == 0) : NATIVE_FAILED;
}

static NativeStatus is_odd(NativeCall *call) {
  int64_t i;
  return get_integer(call, &i) ? answer_bool(call, i % 2 != 0) : NATIVE_FAILED;
}

// The text of anything whose method this is.
static NativeStatus to_string(NativeCall *call) {
  return answer_str(call, format_to_str(call->vm, call->args[0], FORMAT_VINT));
}

static NativeStatus power(NativeCall *call) {
  double base;
  double exponent;
  Value result;
  if (!get_number(call, &base) || !args_number(call, 1, &exponent)) return NATIVE_FAILED;
  bool ok = exact_binary(call->vm, EXACT_POW, call->args[0], call->args[1], &result);
  return ok ? native_return(call, result) : NATIVE_FAILED;
}

static NativeStatus modulo(NativeCall *call) {
  double divisor;
  Value result;
  if (!args_number(call, 1, &divisor)) return NATIVE_FAILED;
  bool ok = exact_binary(call->vm, EXACT_MOD, call->args[0], call->args[1], &result);
  return ok ? native_return(call, result) : NATIVE_FAILED;
}

static NativeStatus square_root(NativeCall *call) {
  double x;
  if (!get_number(call, &x)) return NATIVE_FAILED;
  if (x < 0) return answer_fail(call, "ValueError", "%g is negative", x);
  return answer_double(call, sqrt(x));
}

static uint64_t magnitude(int64_t i) {
  return i < 0 ? -(uint64_t)i : (uint64_t)i;
}

static uint64_t common_divisor(uint64_t a, uint64_t b) {
  while (b) {
    uint64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static NativeStatus answer_magnitude(NativeCall *call, uint64_t i) {
  return i > INT64_MAX ? overflow(call) : answer_integer(call, (int64_t)i);
}

NativeStatus lib_number_gcd(NativeCall *call) {
  int64_t a;
  int64_t b;
  if (!args_integer(call, 0, &a) || !args_integer(call, 1, &b)) return NATIVE_FAILED;
  return answer_magnitude(call, common_divisor(magnitude(a), magnitude(b)));
}

NativeStatus lib_number_lcm(NativeCall *call) {
  int64_t a;
  int64_t b;
  if (!args_integer(call, 0, &a) || !args_integer(call, 1, &b)) return NATIVE_FAILED;
  if (a == 0 || b == 0) return answer_integer(call, 0);
  uint64_t result;
  uint64_t part = magnitude(a) / common_divisor(magnitude(a), magnitude(b));
  if (__builtin_mul_overflow(part, magnitude(b), &result)) return overflow(call);
  return answer_magnitude(call, result);
}

NativeStatus lib_number_factorial(NativeCall *call) {
  int64_t n;
  if (!args_integer(call, 0, &n)) return NATIVE_FAILED;
  if (n < 0 || n > 20) {
    return answer_fail(call, "ValueError", "works for 0 to 20, got %lld", (long long)n);
  }
  int64_t product = 1;
  for (int64_t i = 2; i <= n; i++) product *= i;
  return answer_integer(call, product);
}

// With a sign for negative numbers, without a prefix.
static NativeStatus digits_in(NativeCall *call, uint64_t base) {
  int64_t i;
  char digits[72];
  size_t at = sizeof(digits);
  if (!get_integer(call, &i)) return NATIVE_FAILED;
  uint64_t rest = magnitude(i);
  do {
    digits[--at] = "0123456789abcdef"[rest % base];
    rest /= base;
  } while (rest);
  if (i < 0) digits[--at] = '-';
  return answer_bytes(call, digits + at, sizeof(digits) - at);
}

static NativeStatus to_binary(NativeCall *call) {
  return digits_in(call, 2);
}
static NativeStatus to_octal(NativeCall *call) {
  return digits_in(call, 8);
}
static NativeStatus to_hex(NativeCall *call) {
  return digits_in(call, 16);
}

// --- Primes --------------------------------------------------------------------------------------

static uint64_t multiply_modulo(uint64_t a, uint64_t b, uint64_t m) {
  return (uint64_t)((unsigned __int128)a * b % m);
}

static uint64_t power_modulo(uint64_t base, uint64_t exponent, uint64_t m) {
  uint64_t result = 1;
  for (base %= m; exponent; exponent >>= 1) {
    if (exponent & 1) result = multiply_modulo(result, base, m);
    base = multiply_modulo(base, base, m);
  }
  return result;
}

// One round of Miller and Rabin's test, n odd.
static bool is_witness(uint64_t n, uint64_t a) {
  uint64_t odd = n - 1;
  int twos = 0;
  for (; odd % 2 == 0; odd /= 2) twos++;
  uint64_t x = power_modulo(a, odd, n);
  if (x == 1 || x == n - 1) return false;
  while (--twos > 0) {
    x = multiply_modulo(x, x, n);
    if (x == n - 1) return false;
  }
  return true;
}

// These twelve bases decide every number of 64 bits.
static bool is_prime_number(uint64_t n) {
  static const uint64_t bases[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
  if (n < 2) return false;
  for (size_t i = 0; i < ARRAY_LEN(bases); i++) {
    if (n % bases[i] == 0) return n == bases[i];
  }
  for (size_t i = 0; i < ARRAY_LEN(bases); i++) {
    if (is_witness(n, bases[i])) return false;
  }
  return true;
}

static NativeStatus is_prime(NativeCall *call) {
  int64_t i;
  if (!get_integer(call, &i)) return NATIVE_FAILED;
  return answer_bool(call, i > 1 && is_prime_number((uint64_t)i));
}

// --- Both kinds ----------------------------------------------------------------------------------

NativeStatus lib_number_root(NativeCall *call) {
  double x;
  int64_t n;
  if (!args_number(call, 0, &x) || !args_integer(call, 1, &n)) return NATIVE_FAILED;
  if (n == 0) return answer_fail(call, "ValueError", "there is no root of degree 0");
  bool is_odd_degree = n % 2 != 0;
  if (x < 0 && !is_odd_degree) return answer_fail(call, "ValueError", "%g is negative", x);
  double root = pow(fabs(x), 1.0 / (double)n);
  // pow of a fraction is a little off: 27 ** (1/3) should be 3.
  double whole = round(root);
  if (pow(whole, (double)n) == fabs(x)) root = whole;
  return answer_double(call, x < 0 ? -root : root);
}

// The receiver, or the bound that it is beyond, as it stands: no integer becomes a float.
NativeStatus lib_number_clamp(NativeCall *call) {
  double x;
  double low;
  double high;
  if (!args_number(call, 0, &x) || !args_number(call, 1, &low) || !args_number(call, 2, &high)) {
    return NATIVE_FAILED;
  }
  if (low > high) return answer_fail(call, "ValueError", "%g is more than %g", low, high);
  return native_return(call, call->args[x < low ? 1 : x > high ? 2 : 0]);
}

static NativeStatus in_range(NativeCall *call) {
  double x;
  double low;
  double high;
  if (!args_number(call, 0, &x) || !args_number(call, 1, &low) || !args_number(call, 2, &high)) {
    return NATIVE_FAILED;
  }
  return answer_bool(call, x >= low && x <= high);
}

// [1, 2, 3] of 123 and of -123.
static NativeStatus list_digits(NativeCall *call) {
  int64_t i;
  char text[24];
  if (!get_integer(call, &i)) return NATIVE_FAILED;
  size_t len = number_print_int(i, text);
  List *list = vm_list(call->vm, (uint32_t)len);
  if (!list) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(list));
  bool ok = true;
  for (size_t at = text[0] == '-'; ok && at < len; at++) {
    ok = answer_push(call->vm, list, value_int(text[at] - '0'));
  }
  vm_pop_roots(call->vm, 1);
  return answer_list(call, ok ? list : NULL);
}

// --- Floats --------------------------------------------------------------------------------------

static NativeStatus answer_whole(NativeCall *call, double x) {
  if (!(fabs(x) < 9223372036854775808.0)) return answer_double(call, x);
  return answer_integer(call, (int64_t)x);
}

#define FLOAT(name, answer, expression)                                                            \
  static NativeStatus float_##name(NativeCall *call) {                                             \
    double x;                                                                                      \
    return get_number(call, &x) ? answer(call, expression) : NATIVE_FAILED;                        \
  }

FLOAT(abs, answer_double, fabs(x))
FLOAT(ceil, answer_whole, ceil(x))
FLOAT(floor, answer_whole, floor(x))
FLOAT(truncate, answer_whole, trunc(x))
FLOAT(is_nan, answer_bool, isnan(x) != 0)
FLOAT(is_infinite, answer_bool, isinf(x) != 0)
FLOAT(sign, answer_integer, (x > 0) - (x < 0))
FLOAT(degrees, answer_double, x * (180 / M_PI))
FLOAT(radians, answer_double, x *(M_PI / 180))
FLOAT(sin, answer_double, sin(x))
FLOAT(cos, answer_double, cos(x))
FLOAT(tan, answer_double, tan(x))
FLOAT(exp, answer_double, exp(x))

static NativeStatus float_log(NativeCall *call) {
  double x;
  if (!get_number(call, &x)) return NATIVE_FAILED;
  if (x <= 0) return answer_fail(call, "ValueError", "%g has no logarithm", x);
  return answer_double(call, log(x));
}

// Argument `index`: how many digits, from `least` to `most`.
static bool take_digits(NativeCall *call, uint32_t index, int64_t least, int64_t most, int *out) {
  int64_t digits;
  if (!args_integer(call, index, &digits)) return false;
  if (digits < least || digits > most) {
    answer_fail(call, "ValueError", "the digits must be from %lld to %lld, got %lld",
                (long long)least, (long long)most, (long long)digits);
    return false;
  }
  *out = (int)digits;
  return true;
}

// Halves away from zero. A number without so many decimals stays as it is.
NativeStatus lib_number_round(NativeCall *call) {
  double x;
  int digits = 0;
  if (!get_number(call, &x)) return NATIVE_FAILED;
  if (args_given(call, 1) && !take_digits(call, 1, 0, 20, &digits)) return NATIVE_FAILED;
  double scale = pow(10, digits);
  double scaled = round(x * scale);
  bool is_exact = isfinite(x * scale) && fabs(x * scale) < 4503599627370496.0;
  return answer_double(call, is_exact ? scaled / scale : x);
}

static NativeStatus float_to_fixed(NativeCall *call) {
  double x;
  int digits;
  if (!get_number(call, &x) || !take_digits(call, 1, 0, 20, &digits)) return NATIVE_FAILED;
  if (!isfinite(x)) return to_string(call);
  Buffer out = {0};
  buffer_printf(&out, "%.*f", digits, x);
  return answer_buffer(call, &out);
}

static NativeStatus luma_to_string(NativeCall *call) {
  double x;
  if (!get_number(call, &x)) return NATIVE_FAILED;
  return answer_str(call, format_to_str(call->vm, call->args[0], FORMAT_LUMA));
}

static NativeStatus float_to_string(NativeCall *call) {
  return args_given(call, 1) ? float_to_fixed(call) : to_string(call);
}

static NativeStatus float_to_precision(NativeCall *call) {
  double x;
  int digits;
  if (!get_number(call, &x) || !take_digits(call, 1, 1, 21, &digits)) return NATIVE_FAILED;
  if (!isfinite(x)) return to_string(call);
  Buffer out = {0};
  buffer_printf(&out, "%#.*g", digits, x);
  if (out.bytes[out.len - 1] == '.') out.len--;
  return answer_buffer(call, &out);
}

// --- Booleans ------------------------------------------------------------------------------------

static NativeStatus boolean_to_int(NativeCall *call) {
  bool a;
  return args_bool(call, 0, &a) ? answer_integer(call, a) : NATIVE_FAILED;
}

static NativeStatus negate(NativeCall *call) {
  bool a;
  return args_bool(call, 0, &a) ? answer_bool(call, !a) : NATIVE_FAILED;
}

// The same functions are methods (the receiver is argument 0) and builtins.
#define LOGIC(name, expression)                                                                    \
  static NativeStatus logic_##name(NativeCall *call) {                                             \
    bool a;                                                                                        \
    bool b;                                                                                        \
    if (!args_bool(call, 0, &a) || !args_bool(call, 1, &b)) return NATIVE_FAILED;                  \
    return answer_bool(call, expression);                                                          \
  }

LOGIC(and, a &&b)
LOGIC(or, a || b)
LOGIC(xor, a != b)
LOGIC(implies, !a || b)
LOGIC(equivalent, a == b)
LOGIC(nand, !(a && b))
LOGIC(nor, !(a || b))

#define INTEGER(name, signature, function, doc)                                                    \
  { "Integer", name, signature, function, doc, NULL, 0, NATIVE_VINT }
#define FLOAT_ROW(name, signature, function, doc)                                                  \
  { "Float", name, signature, function, doc, NULL, 0, NATIVE_VINT }
#define LOGIC_ROWS(name, function, doc)                                                            \
  {"Boolean", name, "fn(other: Boolean): Boolean", function, doc, NULL, 0, NATIVE_VINT}
#define LOGIC_BUILTIN(name, function, doc)                                                         \
  {"", name, "fn(a: Boolean, b: Boolean): Boolean", function, doc, NULL, 0, NATIVE_VINT}

static const NativeRow rows[] = {
    INTEGER("abs", "fn(): Integer", integer_abs, "Without its sign."),
    INTEGER("sign", "fn(): Integer", integer_sign, "-1, 0 or 1."),
    INTEGER("is_even", "fn(): Boolean", is_even, "Is it divisible by 2?"),
    INTEGER("is_odd", "fn(): Boolean", is_odd, "Is it not divisible by 2?"),
    INTEGER("to_string", "fn(): String", to_string, "Its decimal digits."),
    INTEGER("pow", "fn(exponent: Number): Any", power, "The power; as `**`."),
    INTEGER("sqrt", "fn(): Float", square_root, "The square root."),
    INTEGER("gcd", "fn(other: Number): Integer", lib_number_gcd, "The greatest common divisor."),
    INTEGER("lcm", "fn(other: Number): Integer", lib_number_lcm, "The least common multiple."),
    INTEGER("factorial", "fn(): Integer", lib_number_factorial, "1 * 2 * … up to it; 0 to 20."),
    INTEGER("toBinary", "fn(): String", to_binary, "Its digits to base 2."),
    INTEGER("toHex", "fn(): String", to_hex, "Its digits to base 16, in small letters."),
    INTEGER("toOctal", "fn(): String", to_octal, "Its digits to base 8."),
    INTEGER("isPrime", "fn(): Boolean", is_prime, "Is it a prime number?"),
    INTEGER("nthRoot", "fn(n: Number): Float", lib_number_root, "The root of degree n."),
    INTEGER("mod", "fn(divisor: Number): Any", modulo, "The remainder; as `%`."),
    INTEGER("clamp", "fn(low: Number, high: Number): Any", lib_number_clamp,
            "It, or the bound that it is beyond."),
    INTEGER("inRange", "fn(low: Number, high: Number): Boolean", in_range,
            "Is it from `low` to `high`, both included?"),
    INTEGER("digits", "fn(): List(Integer)", list_digits, "An array of its decimal digits."),
    FLOAT_ROW("abs", "fn(): Float", float_abs, "Without its sign."),
    FLOAT_ROW("ceil", "fn(): Any", float_ceil, "The smallest integer not below it."),
    FLOAT_ROW("floor", "fn(): Any", float_floor, "The largest integer not above it."),
    FLOAT_ROW("truncate", "fn(): Any", float_truncate, "The integer towards zero."),
    FLOAT_ROW("round", "fn(digits?: Number): Float", lib_number_round,
              "Rounded to so many decimals (0); halves away from zero."),
    FLOAT_ROW("sqrt", "fn(): Float", square_root, "The square root."),
    FLOAT_ROW("pow", "fn(exponent: Number): Any", power, "The power."),
    FLOAT_ROW("is_nan", "fn(): Boolean", float_is_nan, "Is it no number (NaN)?"),
    FLOAT_ROW("is_infinite", "fn(): Boolean", float_is_infinite, "Is it infinite?"),
    FLOAT_ROW("to_string", "fn(decimals?: Number): String", float_to_string,
              "Its text, with so many decimals if that is given."),
    FLOAT_ROW("clamp", "fn(low: Number, high: Number): Any", lib_number_clamp,
              "It, or the bound that it is beyond."),
    FLOAT_ROW("toPrecision", "fn(digits: Number): String", float_to_precision,
              "With 1 to 21 significant digits."),
    FLOAT_ROW("toFixed", "fn(decimals: Number): String", float_to_fixed, "With 0 to 20 decimals."),
    FLOAT_ROW("sign", "fn(): Integer", float_sign, "-1, 0 or 1."),
    FLOAT_ROW("mod", "fn(divisor: Number): Any", modulo, "The remainder; as `%`."),
    FLOAT_ROW("degrees", "fn(): Float", float_degrees, "From radians to degrees."),
    FLOAT_ROW("radians", "fn(): Float", float_radians, "From degrees to radians."),
    FLOAT_ROW("sin", "fn(): Float", float_sin, "The sine; radians."),
    FLOAT_ROW("cos", "fn(): Float", float_cos, "The cosine; radians."),
    FLOAT_ROW("tan", "fn(): Float", float_tan, "The tangent; radians."),
    FLOAT_ROW("exp", "fn(): Float", float_exp, "e to this power."),
    FLOAT_ROW("log", "fn(): Float", float_log, "The natural logarithm."),
    {"Number", "to_string", "fn(): String", luma_to_string, "Its text, as print shows it.", NULL, 0,
     NATIVE_LUMA},
    {"Number", "to_fixed", "fn(decimals: Number): String", float_to_fixed, "With 0 to 20 decimals.", NULL,
     0, NATIVE_LUMA},
    {"Boolean", "to_string", "fn(): String", to_string, "\"true\" or \"false\".", NULL, 0, NATIVE_VINT},
    {"Boolean", "to_int", "fn(): Integer", boolean_to_int, "1 or 0.", NULL, 0, NATIVE_VINT},
    {"Boolean", "negate", "fn(): Boolean", negate, "The other one.", NULL, 0, NATIVE_VINT},
    {"Boolean", "toggle", "fn(): Boolean", negate, "The other one.", NULL, 0, NATIVE_VINT},
    LOGIC_ROWS("and", logic_and, "Are both true?"),
    LOGIC_ROWS("or", logic_or, "Is one true?"),
    LOGIC_ROWS("xor", logic_xor, "Is just one true?"),
    LOGIC_ROWS("implies", logic_implies, "Is it false, or the other true?"),
    LOGIC_ROWS("equivalent", logic_equivalent, "Are they the same?"),
    LOGIC_ROWS("nor", logic_nor, "Is none true?"),
    LOGIC_ROWS("nand", logic_nand, "Are not both true?"),
    LOGIC_BUILTIN("and", logic_and, "Are both true? Unlike `&&` it has evaluated both."),
    LOGIC_BUILTIN("or", logic_or, "Is one true? Unlike `||` it has evaluated both."),
    LOGIC_BUILTIN("xor", logic_xor, "Is just one true?"),
    LOGIC_BUILTIN("nand", logic_nand, "Are not both true?"),
    LOGIC_BUILTIN("nor", logic_nor, "Is none true?"),
    {"", "not", "fn(a: Boolean): Boolean", negate, "The other one.", NULL, 0, NATIVE_VINT},
    {"", "pow", "fn(base: Number, exponent: Number): Any", power, "The power; as `**`.", NULL, 0,
     NATIVE_VINT},
};

LibModule lib_number_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
