// SPDX-License-Identifier: MIT
// json_scan.c - the tokens of JSON text
//
// A problem is described like this: what, and the token up to where reading ended if that is short,
// or that the text is at its end.
#include "lib/json_scan.h"

#include "base/bytes.h"
#include "base/number.h"
#include "base/utf8.h"

#include <math.h>
#include <string.h>

#define NEAR_MAX   20 // bytes of a token that are shown
#define DIGITS_MAX 19 // that fit 64 bits, whatever they are

void json_scan_init(JsonScan *scan, const char *text, size_t len) {
  *scan = (JsonScan){.start = text, .at = text, .end = text + len};
}

void json_scan_free(JsonScan *scan) {
  buffer_free(&scan->unescaped);
  buffer_free(&scan->problem);
}

// --- Problems ------------------------------------------------------------------------------------

// `token` is where the token begins that was read when it happened.
PRINTF(3, 4) static bool fail(JsonScan *scan, const char *token, const char *format, ...) {
  va_list args;
  va_start(args, format);
  buffer_vprintf(&scan->problem, format, args);
  va_end(args);
  size_t len = (size_t)(scan->at - token);
  if (scan->at == scan->end && len == 0)
    buffer_text(&scan->problem, " near end of file");
  else if (len > 0 && len <= NEAR_MAX && utf8_is_valid(token, len))
    buffer_printf(&scan->problem, " near '%.*s'", (int)len, token);
  return false;
}

// False: what is there is no character.
static bool skip_character(JsonScan *scan) {
  size_t size;
  uint32_t code_point = utf8_decode(scan->at, (size_t)(scan->end - scan->at), &size);
  if (code_point == UTF8_REPLACEMENT && size == 1) return false;
  scan->at += size;
  return true;
}

static bool fail_decoding(JsonScan *scan, const char *token) {
  return fail(scan, token, "unable to decode byte 0x%x", (unsigned char)*scan->at);
}

void json_scan_locate(const JsonScan *scan, uint32_t *line, uint32_t *column) {
  const char *line_start = scan->start;
  *line = 1;
  for (const char *at = scan->start; at < scan->at; at++) {
    if (*at != '\n') continue;
    line_start = at + 1;
    ++*line;
  }
  *column = (uint32_t)utf8_length(line_start, (size_t)(scan->at - line_start));
}

// --- Strings -------------------------------------------------------------------------------------

// The first quote, backslash or control character. *seen has the highest bit of a byte set if there
// was a byte before it that is not ASCII.
static const char *find_special(const char *at, const char *end, uint64_t *seen) {
  for (; end - at >= 8; at += 8) {
    uint64_t word = bytes_load(at);
    uint64_t special = bytes_equal(word, '"') | bytes_equal(word, '\\') | bytes_below(word, ' ');
    if (special) {
      *seen |= word & ((special & -special) - 1);
      return at + bytes_before(special);
    }
    *seen |= word;
  }
  for (; at < end && (unsigned char)*at >= ' ' && *at != '"' && *at != '\\'; at++) {
    *seen |= (unsigned char)*at;
  }
  return at;
}

// Goes to the next special byte.
static bool skip_plain(JsonScan *scan, const char *token) {
  const char *run = scan->at;
  uint64_t seen = 0;
  scan->at = find_special(run, scan->end, &seen);
  if (LIKELY(!(seen & BYTES_HIGH))) return true;
  size_t len = (size_t)(scan->at - run);
  size_t valid = utf8_find_invalid(run, len);
  if (valid == len) return true;
  scan->at = run + valid;
  return fail_decoding(scan, token);
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Goes behind the character that has no business here.
static bool fail_escape(JsonScan *scan, const char *token) {
  if (scan->at < scan->end && !skip_character(scan)) return fail_decoding(scan, token);
  return fail(scan, token, "invalid escape");
}

static bool read_unit(JsonScan *scan, const char *token, uint32_t *unit) {
  *unit = 0;
  for (int i = 0; i < 4; i++) {
    int digit = scan->at < scan->end ? hex_digit(*scan->at) : -1;
    if (digit < 0) return fail_escape(scan, token);
    *unit = *unit << 4 | (uint32_t)digit;
    scan->at++;
  }
  return true;
}

static bool is_surrogate(uint32_t unit, uint32_t first) {
  return unit >= first && unit < first + 0x400;
}

// Behind \u. What is beyond 16 bits comes as two surrogates; one alone is no character.
static bool read_unicode(JsonScan *scan, const char *token) {
  uint32_t unit;
  if (!read_unit(scan, token, &unit)) return false;
  bool is_high = is_surrogate(unit, 0xD800);
  if (is_high && scan->end - scan->at >= 2 && memcmp(scan->at, "\\u", 2) == 0) {
    uint32_t low;
    scan->at += 2;
    if (!read_unit(scan, token, &low)) return false;
    if (!is_surrogate(low, 0xDC00))
      return fail(scan, token, "invalid Unicode '\\u%04X\\u%04X'", unit, low);
    unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
  } else if (is_high || is_surrogate(unit, 0xDC00)) {
    return fail(scan, token, "invalid Unicode '\\u%04X'", unit);
  }
  char bytes[4];
  buffer_append(&scan->unescaped, bytes, utf8_encode(unit, bytes));
  return true;
}

static bool read_escape(JsonScan *scan, const char *token) {
  static const char letters[] = "\"\\/bfnrt";
  static const char meanings[] = "\"\\/\b\f\n\r\t";
  scan->at++;
  char c = scan->at < scan->end ? *scan->at : '\0';
  const char *letter = memchr(letters, c, sizeof(letters) - 1);
  if (c != 'u' && !letter) return fail_escape(scan, token);
  scan->at++;
  if (c == 'u') return read_unicode(scan, token);
  buffer_byte(&scan->unescaped, meanings[letter - letters]);
  return true;
}

static bool fail_control(JsonScan *scan, const char *token) {
  if (*scan->at == '\n') return fail(scan, token, "unexpected newline");
  return fail(scan, token, "control character 0x%x", (unsigned char)*scan->at);
}

// `at` is at the first special byte of a string, which is not its end.
static bool unescape(JsonScan *scan, const char *token) {
  const char *run = token + 1;
  buffer_clear(&scan->unescaped);
  for (;;) {
    buffer_append(&scan->unescaped, run, (size_t)(scan->at - run));
    if (scan->at == scan->end) return fail(scan, token, "premature end of input");
    if (*scan->at == '"') return true;
    if (*scan->at != '\\') return fail_control(scan, token);
    if (!read_escape(scan, token)) return false;
    run = scan->at;
    if (!skip_plain(scan, token)) return false;
  }
}

bool json_scan_string(JsonScan *scan, JsonString *out) {
  const char *token = scan->at++;
  if (!skip_plain(scan, token)) return false;
  if (LIKELY(scan->at < scan->end && *scan->at == '"')) {
    *out = (JsonString){token + 1, (size_t)(scan->at - token - 1), false};
  } else {
    if (!unescape(scan, token)) return false;
    *out = (JsonString){scan->unescaped.bytes, scan->unescaped.len, true};
  }
  scan->at++;
  return true;
}

bool json_scan_same(JsonScan *scan, const char *bytes, size_t len) {
  const char *at = scan->at;
  if ((size_t)(scan->end - at) < len + 2 || at[0] != '"' || at[len + 1] != '"') return false;
  if (memcmp(at + 1, bytes, len) != 0) return false;
  scan->at += len + 2;
  return true;
}

// --- Numbers -------------------------------------------------------------------------------------

// The digits of a number without its point, times 10^exponent.
typedef struct Digits {
  uint64_t value; // wrong if there are more than DIGITS_MAX
  uint32_t count;
  int64_t exponent;
  bool is_whole;
} Digits;

static bool has_digit(const JsonScan *scan) {
  return scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9';
}

static uint32_t read_digits(JsonScan *scan, uint64_t *value) {
  const char *first = scan->at;
  for (; has_digit(scan); scan->at++) *value = *value * 10 + (uint64_t)(*scan->at - '0');
  return (uint32_t)(scan->at - first);
}

static bool skip_one_of(JsonScan *scan, char a, char b) {
  if (scan->at == scan->end || (*scan->at != a && *scan->at != b)) return false;
  scan->at++;
  return true;
}

// False: digits are missing, or a 0 has more behind it; `at` is there.
static bool read_exponent(JsonScan *scan, Digits *digits) {
  bool is_negative = scan->at < scan->end && *scan->at == '-';
  (void)skip_one_of(scan, '+', '-');
  uint64_t exponent = 0;
  uint32_t count = read_digits(scan, &exponent);
  if (count == 0) return false;
  // Out of the range that is exact, so it does not matter how far.
  if (count > 4) exponent = 9999;
  digits->exponent += is_negative ? -(int64_t)exponent : (int64_t)exponent;
  digits->is_whole = false;
  return true;
}

static bool read_number(JsonScan *scan, Digits *digits) {
  (void)skip_one_of(scan, '-', '-');
  if (has_digit(scan) && *scan->at == '0') {
    scan->at++;
    if (has_digit(scan)) return false;
  } else {
    digits->count = read_digits(scan, &digits->value);
    if (digits->count == 0) return false;
  }
  if (skip_one_of(scan, '.', '.')) {
    uint32_t count = read_digits(scan, &digits->value);
    if (count == 0) return false;
    digits->count += count;
    digits->exponent -= count;
    digits->is_whole = false;
  }
  return !skip_one_of(scan, 'e', 'E') || read_exponent(scan, digits);
}

static double to_real(const char *token, size_t len, const Digits *digits) {
  double real;
  if (digits->count > DIGITS_MAX || !number_scale(digits->value, digits->exponent, &real)) {
    return number_parse(token, len, &real) ? real : 0;
  }
  return *token == '-' ? -real : real;
}

bool json_scan_number(JsonScan *scan, JsonNumber *out) {
  const char *token = scan->at;
  Digits digits = {.is_whole = true};
  if (!read_number(scan, &digits)) return fail(scan, token, "invalid token");
  size_t len = (size_t)(scan->at - token);
  if (digits.is_whole && digits.count < DIGITS_MAX) {
    out->is_whole = true;
    out->whole = *token == '-' ? -(int64_t)digits.value : (int64_t)digits.value;
  } else {
    out->is_whole = digits.is_whole && number_parse_int(token, len, &out->whole);
  }
  out->real = to_real(token, len, &digits);
  if (isinf(out->real)) return fail(scan, token, "real number overflow");
  return true;
}

// --- The rest ------------------------------------------------------------------------------------

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void skip_letters(JsonScan *scan) {
  while (scan->at < scan->end && is_letter(*scan->at)) scan->at++;
}

bool json_scan_word(JsonScan *scan, const char *word) {
  const char *token = scan->at;
  size_t len = strlen(word);
  skip_letters(scan);
  if ((size_t)(scan->at - token) == len && memcmp(token, word, len) == 0) return true;
  return fail(scan, token, "invalid token");
}

// Reads any token. *is_token: false if it is something that JSON does not have. False: something
// that is wrong in itself.
static bool skip_token(JsonScan *scan, bool *is_token) {
  JsonString string;
  JsonNumber number;
  const char *token = scan->at;
  *is_token = true;
  if (*token == '"') return json_scan_string(scan, &string);
  if (*token == '-' || has_digit(scan)) return json_scan_number(scan, &number);
  *is_token = memchr("{}[]:,", *token, 6) != NULL;
  if (is_letter(*token))
    skip_letters(scan);
  else if (!skip_character(scan))
    return fail_decoding(scan, token);
  return true;
}

bool json_scan_refuse(JsonScan *scan, const char *what) {
  bool is_token = true;
  (void)json_scan_next(scan);
  const char *token = scan->at;
  if (token < scan->end && !skip_token(scan, &is_token)) return false;
  if (!what) what = is_token ? "unexpected token" : "invalid token";
  return fail(scan, token, "%s", what);
}
