// SPDX-License-Identifier: MIT
// number.c - reading and printing numbers exactly
//
// Both directions have a fast way that covers nearly all numbers of real programs, and the C
// library's correctly rounded strtod and printf for the rest. Neither depends on the locale: what
// we hand to strtod is digits and an exponent without a decimal point, and in printf's output the
// point, whatever it is, is stepped over.
//
// The fast ways rest on one fact (Clinger 1990): integers up to 2^53 and powers of ten up to 10^22
// are exact doubles, so one division or multiplication of two such is rounded once, hence
// correctly.
#include "base/number.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXACT_INTEGER_MAX ((uint64_t)1 << 53)
#define EXACT_POWER_MAX   22

// 767 digits decide any rounding of a double; whether a digit other than 0 follows is all that can
// matter beyond.
#define DIGITS_MAX 800

static const double POWERS_OF_TEN[EXACT_POWER_MAX + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

static inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// --- printing ---

// The digits of a positive number and where its point is: 0.00125 is "125" with point -2, 1200 is
// "12" with point 4. The last digit is not 0.
typedef struct Shortest {
  char digits[24];
  int count;
  int point;
} Shortest;

// How many digits a number has follows from its bits but for one, which the power of ten decides.
static inline size_t count_digits(uint64_t value) {
  static const uint64_t powers[] = {
      0,
      10,
      100,
      1000,
      10000,
      100000,
      1000000,
      10000000,
      100000000,
      1000000000,
      10000000000,
      100000000000,
      1000000000000,
      10000000000000,
      100000000000000,
      1000000000000000,
      10000000000000000,
      100000000000000000,
      1000000000000000000,
      10000000000000000000u,
  };
  unsigned bits = 64 - (unsigned)__builtin_clzll(value | 1);
  unsigned less = bits * 1233 >> 12; // bits × log10(2), rounded down
  return less + (value >= powers[less]);
}

// Two digits for each division, from the end.
static inline size_t print_unsigned(uint64_t value, char *out) {
  static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                              "25262728293031323334353637383940414243444546474849"
                              "50515253545556575859606162636465666768697071727374"
                              "75767778798081828384858687888990919293949596979899";
  size_t len = count_digits(value);
  char *at = out + len;
  *at = '\0';
  for (; value >= 10; value /= 100) memcpy(at -= 2, pairs + value % 100 * 2, 2);
  if (at > out) *--at = (char)('0' + value);
  return len;
}

size_t number_print_int(int64_t value, char out[24]) {
  if (value >= 0) return print_unsigned((uint64_t)value, out);
  out[0] = '-';
  return 1 + print_unsigned(0 - (uint64_t)value, out + 1);
}

static void strip_zeros(Shortest *result) {
  while (result->count > 1 && result->digits[result->count - 1] == '0') result->count--;
}

// Finds n and k so that value is the double nearest to n / 10^k. With at most 15 digits in n no
// other decimal as short is nearest to the same double, so the result is the shortest there is.
static bool find_by_scaling(double value, Shortest *result) {
  if (value < 1e-10 || value >= 1e15) return false;
  for (int k = 1; k <= EXACT_POWER_MAX; k++) {
    double scaled = value * POWERS_OF_TEN[k];
    if (scaled >= 1e15) return false;
    uint64_t n = (uint64_t)(scaled + 0.5);
    if ((double)n / POWERS_OF_TEN[k] != value) continue;
    result->count = (int)print_unsigned(n, result->digits);
    result->point = result->count - k;
    strip_zeros(result);
    return true;
  }
  return false;
}

static double read_shortest(const Shortest *shortest) {
  char text[48];
  memcpy(text, shortest->digits, (size_t)shortest->count);
  text[shortest->count] = 'e';
  number_print_int(shortest->point - shortest->count, text + shortest->count + 1);
  return strtod(text, NULL);
}

static void round_to_digits(double value, int count, Shortest *result) {
  char text[48];
  snprintf(text, sizeof text, "%.*e", count - 1, value);
  const char *at = text;
  result->count = 0;
  for (; *at != 'e'; at++) {
    if (is_digit(*at)) result->digits[result->count++] = *at;
  }
  result->point = atoi(at + 1) + 1;
}

// Adds one to the last digit. False if it would need a digit more.
static bool step_up(Shortest *result) {
  for (int i = result->count - 1; i >= 0; i--) {
    if (result->digits[i] < '9') {
      result->digits[i]++;
      return true;
    }
    result->digits[i] = '0';
  }
  return false;
}

// Below a power of two doubles lie twice as dense as above, so the nearest decimal may belong to
// the neighbour below while the next higher one, further away, is still ours.
static bool is_read_back(double value, Shortest *result) {
  if (read_shortest(result) == value) return true;
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  if (bits & (EXACT_INTEGER_MAX / 2 - 1)) return false;
  Shortest higher = *result;
  if (!step_up(&higher) || read_shortest(&higher) != value) return false;
  *result = higher;
  return true;
}

// 15 digits survive the way through a normal double, so fewer need not be tried: zeros are
// stripped. Subnormals have less precision and are tried from one digit on. 17 digits are always
// enough.
static void find_by_printing(double value, Shortest *result) {
  int count = value < DBL_MIN ? 1 : 15;
  round_to_digits(value, count, result);
  while (count < 17 && !is_read_back(value, result)) round_to_digits(value, ++count, result);
  strip_zeros(result);
}

static size_t write_exponent_form(const Shortest *shortest, char *out) {
  char *at = out;
  *at++ = shortest->digits[0];
  if (shortest->count > 1) {
    *at++ = '.';
    memcpy(at, shortest->digits + 1, (size_t)shortest->count - 1);
    at += shortest->count - 1;
  }
  *at++ = 'e';
  at += number_print_int(shortest->point - 1, at);
  return (size_t)(at - out);
}

static char *write_zeros(char *at, int count) {
  if (count <= 0) return at;
  memset(at, '0', (size_t)count);
  return at + count;
}

static size_t write_plain_form(const Shortest *shortest, char *out) {
  char *at = out;
  int whole = shortest->point < 0 ? 0 : shortest->point;
  if (whole > shortest->count) whole = shortest->count;
  if (whole == 0) *at++ = '0';
  memcpy(at, shortest->digits, (size_t)whole);
  at = write_zeros(at + whole, shortest->point - shortest->count);
  if (whole < shortest->count) {
    *at++ = '.';
    at = write_zeros(at, -shortest->point);
    memcpy(at, shortest->digits + whole, (size_t)(shortest->count - whole));
    at += shortest->count - whole;
  }
  *at = '\0';
  return (size_t)(at - out);
}

static size_t write_word(const char *word, char *out) {
  size_t len = strlen(word);
  memcpy(out, word, len + 1);
  return len;
}

static size_t write_infinity(bool negative, NumberStyle style, char *out) {
  if (style == NUMBER_VINT) return write_word(negative ? "-Inf" : "+Inf", out);
  return write_word(negative ? "-Infinity" : "Infinity", out);
}

size_t number_print(double value, NumberStyle style, char *out) {
  double size = __builtin_fabs(value);
  if (LIKELY(size <= (double)EXACT_INTEGER_MAX)) { // a NaN is not
    int64_t whole = (int64_t)value;
    if (LIKELY((double)whole == value)) return number_print_int(whole, out);
  }
  if (value != value) return write_word("NaN", out);
  if (size > DBL_MAX) return write_infinity(value < 0, style, out);
  Shortest shortest;
  if (!find_by_scaling(size, &shortest)) find_by_printing(size, &shortest);
  size_t sign = value < 0;
  out[0] = '-';
  if (style == NUMBER_LUMA && (size >= 1e21 || size < 1e-6)) {
    return sign + write_exponent_form(&shortest, out + sign);
  }
  return sign + write_plain_form(&shortest, out + sign);
}

// --- reading ---

// The value is 0.d1d2d3… × 10^point of the digits read; `has_more` if digits other than 0 were left
// out.
typedef struct Decimal {
  char digits[DIGITS_MAX + 16]; // room behind the digits for the exponent
  int count;
  bool has_more;
  bool is_negative;
  int64_t point;
} Decimal;

static void add_digit(Decimal *decimal, char digit, bool is_fraction) {
  bool is_leading_zero = decimal->count == 0 && digit == '0';
  if (is_leading_zero) {
    decimal->point -= is_fraction;
    return;
  }
  decimal->point += !is_fraction;
  if (decimal->count < DIGITS_MAX) {
    decimal->digits[decimal->count++] = digit;
  } else if (digit != '0') {
    decimal->has_more = true;
  }
}

// Reads digits from `at` on; NULL if there are none.
static const char *read_digits(Decimal *decimal, const char *at, const char *end,
                               bool is_fraction) {
  const char *start = at;
  for (; at < end && is_digit(*at); at++) add_digit(decimal, *at, is_fraction);
  return at > start ? at : NULL;
}

// Exponents beyond a billion are all alike: zero or infinity.
static const char *read_exponent(Decimal *decimal, const char *at, const char *end) {
  bool is_negative = at < end && *at == '-';
  if (at < end && (*at == '-' || *at == '+')) at++;
  if (at >= end) return NULL;
  int64_t exponent = 0;
  for (; at < end && is_digit(*at); at++) {
    if (exponent < 1000000000) exponent = exponent * 10 + (*at - '0');
  }
  decimal->point += is_negative ? -exponent : exponent;
  return is_digit(at[-1]) ? at : NULL;
}

static bool read_decimal(Decimal *decimal, const char *text, size_t len) {
  const char *at = text;
  const char *end = text + len;
  decimal->count = 0;
  decimal->has_more = false;
  decimal->point = 0;
  decimal->is_negative = at < end && *at == '-';
  if (at < end && (*at == '-' || *at == '+')) at++;
  const char *whole_end = read_digits(decimal, at, end, false);
  if (whole_end) at = whole_end;
  if (at < end && *at == '.') {
    at = read_digits(decimal, at + 1, end, true);
  } else if (!whole_end) {
    return false;
  }
  if (at && at < end && (*at == 'e' || *at == 'E')) at = read_exponent(decimal, at + 1, end);
  return at == end;
}

bool number_scale(uint64_t digits, int64_t exponent, double *out) {
  if (exponent < -EXACT_POWER_MAX || exponent > EXACT_POWER_MAX) return false;
  if (digits > EXACT_INTEGER_MAX && exponent != 0) return false;
  *out = exponent < 0 ? (double)digits / POWERS_OF_TEN[-exponent]
                      : (double)digits * POWERS_OF_TEN[exponent];
  return true;
}

static bool convert_exactly(const Decimal *decimal, double *out) {
  if (decimal->count > 16) return false;
  uint64_t n = 0;
  for (int i = 0; i < decimal->count; i++) n = n * 10 + (uint64_t)(decimal->digits[i] - '0');
  return number_scale(n, decimal->point - decimal->count, out);
}

static double convert_slowly(Decimal *decimal) {
  if (decimal->point > 400) return __builtin_inf();
  if (decimal->point < -400) return 0;
  // Every digit left out together count as one small digit behind the last.
  if (decimal->has_more) decimal->digits[decimal->count++] = '1';
  char *exponent = decimal->digits + decimal->count;
  exponent[0] = 'e';
  number_print_int(decimal->point - decimal->count, exponent + 1);
  return strtod(decimal->digits, NULL);
}

bool number_parse(const char *text, size_t len, double *out) {
  Decimal decimal;
  if (!read_decimal(&decimal, text, len)) return false;
  double value = 0;
  if (decimal.count > 0 && !convert_exactly(&decimal, &value)) value = convert_slowly(&decimal);
  *out = decimal.is_negative ? -value : value;
  return true;
}

bool number_parse_int(const char *text, size_t len, int64_t *out) {
  size_t at = len > 0 && (text[0] == '-' || text[0] == '+');
  bool is_negative = at && text[0] == '-';
  if (at == len) return false;
  // Counted downwards, because the negative numbers reach one further.
  int64_t value = 0;
  for (; at < len; at++) {
    if (!is_digit(text[at])) return false;
    if (__builtin_mul_overflow(value, 10, &value)) return false;
    if (__builtin_sub_overflow(value, text[at] - '0', &value)) return false;
  }
  if (!is_negative && value == INT64_MIN) return false;
  *out = is_negative ? value : -value;
  return true;
}

static unsigned digit_value(char c) {
  return is_digit(c) ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

// The leading digits are collected until they take 61 to 64 bits. Of the rest only its size and
// whether it is all zero matter: the lowest bit collected lies far below the last bit of a double,
// so setting it breaks ties upwards and does nothing else.
double number_parse_base(const char *digits, size_t len, int base) {
  uint64_t top = 0;
  size_t at = 0;
  for (; at < len && top <= (UINT64_MAX - 15) / 16; at++) {
    top = top * (unsigned)base + digit_value(digits[at]);
  }
  size_t dropped = len - at;
  for (; at < len; at++) top |= digits[at] != '0';
  double value = (double)top;
  for (; dropped > 0 && value <= DBL_MAX; dropped--) value *= base;
  return value;
}

bool number_integer_range(const char *name, int64_t *min, int64_t *max) {
  static const struct {
    const char *name;
    int64_t min, max;
  } rows[] = {
      {"int8", INT8_MIN, INT8_MAX},    {"int16", INT16_MIN, INT16_MAX},
      {"int32", INT32_MIN, INT32_MAX}, {"byte", 0, UINT8_MAX},
      {"uint8", 0, UINT8_MAX},         {"uint16", 0, UINT16_MAX},
      {"uint32", 0, UINT32_MAX},       {"uint", 0, INT64_MAX},
      {"uint64", 0, INT64_MAX},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    if (strcmp(rows[i].name, name) != 0) continue;
    *min = rows[i].min;
    *max = rows[i].max;
    return true;
  }
  return false;
}
