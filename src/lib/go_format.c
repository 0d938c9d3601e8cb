// SPDX-License-Identifier: MIT
// go_format.c - texts by a format with Go's verbs
#include "lib/go_format.h"

#include "base/number.h"
#include "base/utf8.h"
#include "lib/lib_private.h"
#include "vm/format.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct Verb {
  bool is_left, has_plus, has_blank, has_zeros, is_alternate;
  bool has_width, has_precision;
  int width, precision;
  uint32_t letter; // a code point; 0: the format ends
} Verb;

typedef struct Formatter {
  VM *vm;
  Buffer *out;
  const char *at, *end;
  const Value *values;
  uint32_t count, next;
  bool is_too_wide;
} Formatter;

// --- Reading -------------------------------------------------------------------------------------

static void read_flags(Formatter *f, Verb *verb) {
  for (; f->at < f->end; f->at++) {
    switch (*f->at) {
    case '-': verb->is_left = true; break;
    case '+': verb->has_plus = true; break;
    case ' ': verb->has_blank = true; break;
    case '0': verb->has_zeros = true; break;
    case '#': verb->is_alternate = true; break;
    default: return;
    }
  }
}

// A number or `*`. False: there is none.
static bool read_amount(Formatter *f, int *amount) {
  int64_t value = 0;
  if (f->at < f->end && *f->at == '*') {
    f->at++;
    bool is_there = f->next < f->count && integer_from_value(f->values[f->next], &value);
    if (f->next < f->count) f->next++;
    if (!is_there) return false;
  } else if (f->at < f->end && isdigit((unsigned char)*f->at)) {
    for (; f->at < f->end && isdigit((unsigned char)*f->at); f->at++) {
      if (value <= GO_FORMAT_WIDTH_MAX) value = value * 10 + (*f->at - '0');
    }
  } else {
    return false;
  }
  if (value > GO_FORMAT_WIDTH_MAX || value < -GO_FORMAT_WIDTH_MAX) f->is_too_wide = true;
  *amount = f->is_too_wide ? 0 : (int)value;
  return true;
}

static Verb read_verb(Formatter *f) {
  Verb verb = {0};
  read_flags(f, &verb);
  verb.has_width = read_amount(f, &verb.width);
  if (verb.width < 0) {
    verb.is_left = true;
    verb.width = -verb.width;
  }
  if (f->at < f->end && *f->at == '.') {
    f->at++;
    verb.has_precision = true;
    if (!read_amount(f, &verb.precision) || verb.precision < 0) verb.precision = 0;
  }
  if (f->at < f->end) {
    size_t size;
    verb.letter = utf8_decode(f->at, (size_t)(f->end - f->at), &size);
    f->at += size;
  }
  return verb;
}

// --- Writing -------------------------------------------------------------------------------------

// Widths count code points.
static void pad(Formatter *f, const Verb *verb, const char *bytes, size_t len, bool with_zeros) {
  size_t length = utf8_length(bytes, len);
  size_t missing = verb->has_width && (size_t)verb->width > length ? (size_t)verb->width - length : 0;
  if (verb->is_left) {
    buffer_append(f->out, bytes, len);
    buffer_fill(f->out, ' ', missing);
    return;
  }
  bool has_sign = with_zeros && len > 0 && strchr("+- ", bytes[0]);
  if (has_sign) buffer_byte(f->out, bytes[0]);
  buffer_fill(f->out, with_zeros ? '0' : ' ', missing);
  buffer_append(f->out, bytes + has_sign, len - has_sign);
}

static const char *sign_of(const Verb *verb, bool is_negative) {
  return is_negative ? "-" : verb->has_plus ? "+" : verb->has_blank ? " " : "";
}

static void print_integer(Formatter *f, const Verb *verb, int64_t i, unsigned base, bool capitals) {
  char digits[72];
  size_t at = sizeof(digits);
  uint64_t rest = i < 0 ? -(uint64_t)i : (uint64_t)i;
  const char *letters = capitals ? "0123456789ABCDEF" : "0123456789abcdef";
  do {
    digits[--at] = letters[rest % base];
    rest /= base;
  } while (rest);
  size_t count = sizeof(digits) - at;
  Buffer text = {0};
  buffer_text(&text, sign_of(verb, i < 0));
  if (verb->is_alternate && base == 16) buffer_text(&text, capitals ? "0X" : "0x");
  if (verb->is_alternate && base == 8) buffer_byte(&text, '0');
  if (verb->has_precision && (size_t)verb->precision > count) {
    buffer_fill(&text, '0', (size_t)verb->precision - count);
  }
  buffer_append(&text, digits + at, count);
  pad(f, verb, text.bytes, text.len, verb->has_zeros && !verb->has_precision);
  buffer_free(&text);
}

static void print_float(Formatter *f, const Verb *verb, double number, char letter) {
  Buffer text = {0};
  if (!isfinite(number)) {
    buffer_text(&text, isnan(number) ? "NaN" : number < 0 ? "-Inf" : "+Inf");
    pad(f, verb, text.bytes, text.len, false);
    buffer_free(&text);
    return;
  }
  buffer_text(&text, sign_of(verb, signbit(number) != 0));
  int precision = verb->has_precision ? verb->precision : 6;
  double size = fabs(number);
  if (letter == 'f' || letter == 'F') buffer_printf(&text, "%.*f", precision, size);
  if (letter == 'e') buffer_printf(&text, "%.*e", precision, size);
  if (letter == 'E') buffer_printf(&text, "%.*E", precision, size);
  if (letter == 'g' && verb->has_precision) buffer_printf(&text, "%.*g", precision, size);
  if (letter == 'g' && !verb->has_precision) {
    char digits[NUMBER_TEXT_MAX];
    buffer_append(&text, digits, number_print(size, NUMBER_LUMA, digits));
  }
  pad(f, verb, text.bytes, text.len, verb->has_zeros);
  buffer_free(&text);
}

static void print_quoted(Formatter *f, const Verb *verb, const Str *str) {
  Buffer text = {0};
  buffer_byte(&text, '"');
  for (uint32_t i = 0; i < str->len; i++) {
    unsigned char c = (unsigned char)str->bytes[i];
    if (c == '"' || c == '\\')
      buffer_printf(&text, "\\%c", c);
    else if (c == '\n')
      buffer_text(&text, "\\n");
    else if (c == '\t')
      buffer_text(&text, "\\t");
    else if (c == '\r')
      buffer_text(&text, "\\r");
    else if (c < ' ' || c == 127)
      buffer_printf(&text, "\\x%02x", c);
    else
      buffer_byte(&text, (char)c);
  }
  buffer_byte(&text, '"');
  pad(f, verb, text.bytes, text.len, false);
  buffer_free(&text);
}

// A text, cut to the precision.
static void print_text(Formatter *f, const Verb *verb, const char *bytes, size_t len) {
  if (verb->has_precision) len = utf8_offset(bytes, len, (size_t)verb->precision);
  pad(f, verb, bytes, len, false);
}

static void print_any(Formatter *f, const Verb *verb, Value value) {
  if (value_is_double(value) && verb->has_precision) {
    print_float(f, verb, value_as_double(value), 'g');
    return;
  }
  Buffer text = {0};
  if (verb->has_plus && value_is_number(value) && value_to_double(value) >= 0)
    buffer_byte(&text, '+');
  format_value(f->vm, &text, value, FORMAT_VINT);
  bool is_number = value_is_number(value);
  pad(f, verb, text.bytes ? text.bytes : "", text.len, is_number && verb->has_zeros);
  buffer_free(&text);
}

static void print_hex_text(Formatter *f, const Verb *verb, const Str *str) {
  Buffer text = {0};
  for (uint32_t i = 0; i < str->len; i++) {
    buffer_printf(&text, verb->letter == 'X' ? "%02X" : "%02x", (unsigned char)str->bytes[i]);
  }
  pad(f, verb, text.bytes ? text.bytes : "", text.len, false);
  buffer_free(&text);
}

static void print_character(Formatter *f, const Verb *verb, int64_t code) {
  char bytes[4];
  bool is_one = code >= 0 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  pad(f, verb, bytes, utf8_encode(is_one ? (uint32_t)code : UTF8_REPLACEMENT, bytes), false);
}

static void print_letter(Formatter *f, uint32_t letter) {
  char bytes[4];
  buffer_append(f->out, bytes, utf8_encode(letter, bytes));
}

// Go's mark for a verb that does not fit the value.
static void print_misfit(Formatter *f, const Verb *verb, Value value) {
  buffer_text(f->out, "%!");
  print_letter(f, verb->letter);
  buffer_printf(f->out, "(%s=", vm_vint_name(f->vm, value));
  format_value(f->vm, f->out, value, FORMAT_VINT);
  buffer_byte(f->out, ')');
}

static bool print_as_integer(Formatter *f, const Verb *verb, Value value) {
  if (!value_is_integer(value)) return false;
  int64_t i = value_as_integer(value);
  switch (verb->letter) {
  case 'd': print_integer(f, verb, i, 10, false); return true;
  case 'b': print_integer(f, verb, i, 2, false); return true;
  case 'o': print_integer(f, verb, i, 8, false); return true;
  case 'x': print_integer(f, verb, i, 16, false); return true;
  case 'X': print_integer(f, verb, i, 16, true); return true;
  case 'c': print_character(f, verb, i); return true;
  default: return false;
  }
}

static bool print_as_text(Formatter *f, const Verb *verb, Value value) {
  bool is_str = value_is_str(value);
  switch (verb->letter) {
  case 's':
    if (!is_str && (value_is_number(value) || value_is_bool(value))) return false;
    if (!is_str)
      print_any(f, verb, value);
    else
      print_text(f, verb, value_as_str(value)->bytes, value_as_str(value)->len);
    return true;
  case 'q':
    if (is_str) print_quoted(f, verb, value_as_str(value));
    return is_str;
  case 'x':
  case 'X':
    if (is_str) print_hex_text(f, verb, value_as_str(value));
    return is_str;
  default: return false;
  }
}

static bool print_value(Formatter *f, const Verb *verb, Value value) {
  if (verb->letter == 'v') {
    print_any(f, verb, value);
    return true;
  }
  if (verb->letter == 'T') {
    const char *name = lib_core_type_name(value);
    print_text(f, verb, name, strlen(name));
    return true;
  }
  if (verb->letter == 't' && value_is_bool(value)) {
    print_any(f, verb, value);
    return true;
  }
  bool is_float_verb = verb->letter < 128 && verb->letter && strchr("fFeEg", (int)verb->letter);
  // Go insists on a float here; a whole number is one for every other purpose of the language.
  if (is_float_verb && value_is_number(value)) {
    print_float(f, verb, value_to_double(value), (char)verb->letter);
    return true;
  }
  return print_as_integer(f, verb, value) || print_as_text(f, verb, value);
}

static void print_extra(Formatter *f) {
  if (f->next >= f->count) return;
  buffer_text(f->out, "%!(EXTRA ");
  for (uint32_t i = f->next; i < f->count; i++) {
    buffer_printf(f->out, "%s%s=", i > f->next ? ", " : "", vm_vint_name(f->vm, f->values[i]));
    format_value(f->vm, f->out, f->values[i], FORMAT_VINT);
  }
  buffer_byte(f->out, ')');
}

static void print_verb(Formatter *f) {
  Verb verb = read_verb(f);
  if (verb.letter == 0) {
    buffer_text(f->out, "%!(NOVERB)");
  } else if (verb.letter == '%') {
    buffer_byte(f->out, '%');
  } else if (f->next >= f->count) {
    buffer_text(f->out, "%!");
    print_letter(f, verb.letter);
    buffer_text(f->out, "(MISSING)");
  } else {
    Value value = f->values[f->next++];
    if (!print_value(f, &verb, value)) print_misfit(f, &verb, value);
  }
}

bool go_format_print(VM *vm, Buffer *out, const Str *format, const Value *values, uint32_t count) {
  Formatter f = {.vm = vm,
                 .out = out,
                 .at = format->bytes,
                 .end = format->bytes + format->len,
                 .values = values,
                 .count = count};
  while (f.at < f.end && !f.is_too_wide) {
    if (*f.at == '%') {
      f.at++;
      print_verb(&f);
    } else {
      buffer_byte(out, *f.at++);
    }
  }
  print_extra(&f);
  return !f.is_too_wide;
}
