// SPDX-License-Identifier: MIT
// json_scan.h - the tokens of JSON text
//
// The cursor with which json_parse goes through a text. It is strict (RFC 8259, in UTF-8), copies
// no string but those with escapes, and reads not one byte beyond the end.
//
// On the way through a correct text nobody makes tokens. Whoever meets a byte that cannot be there
// asks json_scan_refuse for the message, which shows the whole token: "unexpected token near
// 'nul'".
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include "base/buffer.h"

typedef struct JsonScan {
  const char *start;
  const char *at; // when something failed: behind what was read
  const char *end;
  Buffer unescaped; // the last string that had escapes
  Buffer problem;   // the first one; empty: none
} JsonScan;

typedef struct JsonString {
  const char *bytes; // in the text or in `unescaped`
  size_t len;
  bool has_escapes;
} JsonString;

typedef struct JsonNumber {
  bool is_whole; // written without a point or an exponent, and fits 64 bits
  int64_t whole;
  double real; // the nearest; of whole numbers too
} JsonNumber;

void json_scan_init(JsonScan *scan, const char *text, size_t len);
void json_scan_free(JsonScan *scan);

// All read what begins at `at` and go behind it. False: it is none, and `problem` says so.
bool json_scan_string(JsonScan *scan, JsonString *out) MUST_USE;
bool json_scan_number(JsonScan *scan, JsonNumber *out) MUST_USE;
bool json_scan_word(JsonScan *scan, const char *word) MUST_USE;
// Whether the text goes on with exactly this string in quotes; it then goes behind it. `bytes` must
// be what json_scan_string once gave without escapes.
bool json_scan_same(JsonScan *scan, const char *bytes, size_t len);

// The next token cannot be here: `what` says what could ("':' expected"), NULL that it was a value.
// If it is no token at all, that is the problem. Always false.
bool json_scan_refuse(JsonScan *scan, const char *what);
// Where `at` is: the line, and how many characters of it were read. O(text).
void json_scan_locate(const JsonScan *scan, uint32_t *line, uint32_t *column);

// The next byte that is no blank; 0 at the end.
static inline char json_scan_next(JsonScan *scan) {
  while (scan->at < scan->end) {
    char c = *scan->at;
    if (c > ' ' || (c != ' ' && c != '\n' && c != '\t' && c != '\r')) return c;
    scan->at++;
  }
  return '\0';
}

#endif
