// SPDX-License-Identifier: MIT
// number.h - reading and printing numbers exactly
//
// Reading gives the nearest double; printing gives the shortest text that reads back as the same double.
// Both go through the C library's correctly rounded strtod/printf, independent of the locale.
#ifndef NUMBER_H
#define NUMBER_H

#include "base/common.h"

#define NUMBER_TEXT_MAX 352 // room for any double written without an exponent
#define NUMBER_LUMA_MAX 32  // as Luma writes it, or an integer

typedef enum NumberStyle {
  NUMBER_LUMA, // an exponent from 1e21 on and below 1e-6 (1e21, 1.5e-7); NaN, Infinity, -Infinity
  NUMBER_VINT, // never an exponent, no trailing .0; NaN, +Inf, -Inf
} NumberStyle;

// Zero-terminated; returns the length. -0 prints as 0. Needs NUMBER_LUMA_MAX bytes or, in Vint's style, NUMBER_TEXT_MAX.
size_t number_print(double value, NumberStyle style, char *out);
size_t number_print_int(int64_t value, char out[24]);

// The whole of `text` must be a decimal number with optional sign, fraction and exponent. False if not.
bool number_parse(const char *text, size_t len, double *out) MUST_USE;
// digits × 10^exponent, if that is to be had with a single rounding; nearly all numbers that people write.
bool number_scale(uint64_t digits, int64_t exponent, double *out) MUST_USE;
// The values of an integer type of Vint that is smaller than int: "int8", "byte" … False: the name
// is of no such type. uint64 ends where int does.
bool number_integer_range(const char *name, int64_t *min, int64_t *max);
// The whole of `text` must be a decimal integer that fits 64 bits.
bool number_parse_int(const char *text, size_t len, int64_t *out) MUST_USE;
// Digits of base 2, 8 or 16 only (no prefix); beyond 2^64 the nearest double.
double number_parse_base(const char *digits, size_t len, int base);

#endif
