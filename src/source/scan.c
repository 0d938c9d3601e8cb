// SPDX-License-Identifier: MIT
// scan.c - the cursor that both lexers use
//
// Every function leaves the cursor behind what it looked at, also when that was wrong: a lexer that
// goes on after a mistake must not find the same one again.
#include "source/scan.h"
#include "base/number.h"
#include "base/utf8.h"

#include <string.h>

void scan_init(Scan *scan, const Source *source, Diags *diags) {
  *scan = (Scan){.source = source, .diags = diags, .text = source->text, .len = source->len};
}

char scan_peek_at(const Scan *scan, uint32_t ahead) {
  return ahead < scan->len - scan->pos ? scan->text[scan->pos + ahead] : '\0';
}

// The terminating zero ends the comparison at the end of the text.
bool scan_match(Scan *scan, const char *expected) {
  size_t len = strlen(expected);
  if (strncmp(scan->text + scan->pos, expected, len) != 0) return false;
  scan->pos += (uint32_t)len;
  return true;
}

bool scan_blanks(Scan *scan) {
  bool has_line_end = false;
  for (;; scan->pos++) {
    char c = scan_peek(scan);
    if (c == '\n') {
      has_line_end = true;
    } else if (c != ' ' && c != '\t' && c != '\r') {
      return has_line_end;
    }
  }
}

void scan_line(Scan *scan) {
  const char *start = scan->text + scan->pos;
  const char *end = memchr(start, '\n', scan->len - scan->pos);
  scan->pos = end ? (uint32_t)(end - scan->text) : scan->len;
  if (scan->text + scan->pos > start && scan->text[scan->pos - 1] == '\r') scan->pos--;
}

uint32_t scan_name(Scan *scan) {
  uint32_t start = scan->pos;
  while (scan_is_name(scan_peek(scan))) scan->pos++;
  return scan->pos - start;
}

// --- numbers ---

static Span span_from(const Scan *scan, uint32_t start) {
  return (Span){start, scan->pos};
}

static int hex_value(char c) {
  if (scan_is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

static bool is_digit_of(char c, int base) {
  int value = hex_value(c);
  return value >= 0 && value < base;
}

static void skip_digits(Scan *scan) {
  while (scan_is_digit(scan_peek(scan))) scan->pos++;
}

// Digits and letters from `start` on without the underscores, as the help line wants them.
static void help_without_separators(Scan *scan, Diag *diag, uint32_t start) {
  Buffer digits = {0};
  for (uint32_t i = start; i < scan->pos; i++) {
    if (scan->text[i] != '_') buffer_byte(&digits, scan->text[i]);
  }
  diag_help(scan->diags, diag, "write `%s`", digits.bytes);
  buffer_free(&digits);
}

static void report_tail(Scan *scan, uint32_t start, uint32_t tail, int base) {
  const char *text = scan->text;
  int tail_len = (int)(scan->pos - tail);
  if (text[tail] == '_') {
    Diag *diag = diag_error(scan->diags, DIAG_NUMBER_SEPARATOR, span_from(scan, start));
    help_without_separators(scan, diag, start);
  } else if (base != 10) {
    diag_error(scan->diags, DIAG_NUMBER_WRONG_DIGIT, (Span){tail, tail + 1}, text[tail],
               base == 2 ? "binary" : "hexadecimal");
  } else {
    diag_error(scan->diags, DIAG_NUMBER_TAIL, span_from(scan, tail), tail_len, text + tail,
               (int)(tail - start), text + start);
  }
}

// Steps over what is glued to the number and reports it: letters, digits the base does not have, a
// second fraction (`1.2.3`). A point before a name or another point is left for the parser.
static void check_tail(Scan *scan, uint32_t start, const ScanNumber *number) {
  uint32_t tail = scan->pos;
  scan_name(scan);
  bool has_point = scan_peek(scan) == '.' && scan_is_digit(scan_peek_at(scan, 1));
  if (has_point && !number->is_integer && scan->pos == tail) {
    scan->pos++;
    scan_name(scan);
  }
  if (scan->pos > tail) report_tail(scan, start, tail, number->base);
}

// Reads on behind `0x` or `0b`.
static void read_based(Scan *scan, uint32_t start, ScanNumber *number) {
  uint32_t first = scan->pos;
  uint64_t value = 0;
  for (; is_digit_of(scan_peek(scan), number->base); scan->pos++) {
    number->overflows |= value > (uint64_t)INT64_MAX / (uint64_t)number->base;
    value = value * (uint64_t)number->base + (uint64_t)hex_value(scan_peek(scan));
  }
  number->is_integer = true;
  number->overflows |= value > INT64_MAX;
  number->integer = number->overflows ? 0 : (int64_t)value;
  number->number = number_parse_base(scan->text + first, scan->pos - first, number->base);
  if (scan->pos == first && !scan_is_name(scan_peek(scan))) {
    diag_error(scan->diags, DIAG_NUMBER_NO_DIGITS, span_from(scan, start), (int)(scan->pos - start),
               scan->text + start);
  }
}

// True, and the cursor behind it, if an exponent follows. `1e` and `1e+` are reported here; in
// `1em` the `e` begins a name and is left to check_tail.
static bool read_exponent(Scan *scan, uint32_t start) {
  char letter = scan_peek(scan);
  if (letter != 'e' && letter != 'E') return false;
  char sign = scan_peek_at(scan, 1);
  uint32_t sign_len = sign == '+' || sign == '-';
  char digit = scan_peek_at(scan, 1 + sign_len);
  if (scan_is_digit(digit)) {
    scan->pos += 1 + sign_len;
    skip_digits(scan);
    return true;
  }
  if (scan_is_name(digit)) return false;
  scan->pos += 1 + sign_len;
  diag_error(scan->diags, DIAG_NUMBER_NO_EXPONENT, span_from(scan, start), (int)(scan->pos - start),
             scan->text + start);
  return true;
}

static void read_decimal(Scan *scan, uint32_t start, ScanNumber *number) {
  skip_digits(scan);
  bool has_fraction = scan_peek(scan) == '.' && scan_is_digit(scan_peek_at(scan, 1));
  if (has_fraction) {
    scan->pos++;
    skip_digits(scan);
  }
  uint32_t digits_end = scan->pos;
  bool has_exponent = read_exponent(scan, start);
  const char *text = scan->text + start;
  // An exponent without digits was reported; the number before it still has a value.
  if (!number_parse(text, scan->pos - start, &number->number) &&
      !number_parse(text, digits_end - start, &number->number)) {
    number->number = 0;
  }
  number->is_integer = !has_fraction && !has_exponent;
  if (number->is_integer) {
    number->overflows = !number_parse_int(text, scan->pos - start, &number->integer);
  }
}

static void check_size(Scan *scan, uint32_t start, const ScanNumber *number) {
  if (number->number <= 1.7976931348623157e308) return;
  diag_error(scan->diags, DIAG_NUMBER_INFINITE, span_from(scan, start), (int)(scan->pos - start),
             scan->text + start);
}

static int prefix_base(const Scan *scan) {
  if (scan_peek(scan) != '0') return 10;
  char letter = scan_peek_at(scan, 1);
  if (letter == 'x' || letter == 'X') return 16;
  return letter == 'b' || letter == 'B' ? 2 : 10;
}

ScanNumber scan_number(Scan *scan) {
  uint32_t start = scan->pos;
  ScanNumber number = {.base = prefix_base(scan)};
  if (number.base == 10) {
    read_decimal(scan, start, &number);
  } else {
    scan->pos += 2;
    read_based(scan, start, &number);
  }
  check_size(scan, start, &number);
  check_tail(scan, start, &number);
  return number;
}

// --- escapes ---

bool scan_hex_escape(Scan *scan, uint32_t digits, bool as_code_point, Buffer *out) {
  uint32_t start = scan->pos;
  uint32_t value = 0;
  uint32_t found = 0;
  for (; found < digits && hex_value(scan_peek(scan)) >= 0; found++, scan->pos++) {
    value = value << 4 | (uint32_t)hex_value(scan_peek(scan));
  }
  Span whole = {start - 2, scan->pos};
  if (found < digits) {
    diag_error(scan->diags, DIAG_HEX_ESCAPE, whole, scan->text[start - 1], digits, found);
    return false;
  }
  if (!as_code_point) {
    buffer_byte(out, (char)value);
    return true;
  }
  if (value >= 0xD800 && value <= 0xDFFF) {
    diag_error(scan->diags, DIAG_SURROGATE_ESCAPE, whole, (int)digits, scan->text + start);
    return false;
  }
  char bytes[4];
  buffer_append(out, bytes, utf8_encode(value, bytes));
  return true;
}

// --- the whole text ---

static bool starts_as_utf16(const Scan *scan) {
  return scan->len >= 2 &&
         (memcmp(scan->text, "\xFF\xFE", 2) == 0 || memcmp(scan->text, "\xFE\xFF", 2) == 0);
}

static void report_bad_byte(Scan *scan, uint32_t at) {
  unsigned byte = (unsigned char)scan->text[at];
  Span span = {at, at + 1};
  Diag *diag = byte ? diag_error(scan->diags, DIAG_MALFORMED_UTF8, span, at, byte)
                    : diag_error(scan->diags, DIAG_BINARY_FILE, span, at);
  if (starts_as_utf16(scan)) {
    diag_help(scan->diags, diag, "the file seems to be UTF-16; save it as UTF-8");
  } else if (byte) {
    diag_help(scan->diags, diag, "save the file as UTF-8");
  }
}

// A text in another encoding has malformed bytes but no zeros, so a zero says more and is looked
// for first; but UTF-16 is full of zeros and no binary file.
bool scan_check_text(Scan *scan) {
  const char *zero = starts_as_utf16(scan) ? NULL : memchr(scan->text, '\0', scan->len);
  size_t bad = zero ? (size_t)(zero - scan->text) : utf8_find_invalid(scan->text, scan->len);
  if (bad < scan->len) {
    report_bad_byte(scan, (uint32_t)bad);
    return false;
  }
  scan_match(scan, "\xEF\xBB\xBF");
  return true;
}
