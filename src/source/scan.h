// SPDX-License-Identifier: MIT
// scan.h - the cursor that both lexers use
//
// Knows text, not languages: where we are, names, digits, the bytes of an escape. A lexer decides what a
// character means. The text is zero-terminated, so looking one byte ahead is always safe.
#ifndef SCAN_H
#define SCAN_H

#include "base/buffer.h"
#include "source/diag.h"

typedef struct Scan {
  const Source *source;
  Diags *diags;
  const char *text;
  uint32_t pos;
  uint32_t len;
} Scan;

void scan_init(Scan *scan, const Source *source, Diags *diags);
static inline bool scan_at_end(const Scan *scan) { return scan->pos >= scan->len; }
static inline char scan_peek(const Scan *scan) { return scan->text[scan->pos]; }
// The byte `ahead` positions on; 0 past the end.
char scan_peek_at(const Scan *scan, uint32_t ahead);
// True, and steps over it, if the text goes on with `expected`.
bool scan_match(Scan *scan, const char *expected);

static inline bool scan_is_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool scan_is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
static inline bool scan_is_name(char c) { return scan_is_name_start(c) || scan_is_digit(c); }

// Blank, tab, CR, LF. True if a line end was among them.
bool scan_blanks(Scan *scan);
void scan_line(Scan *scan); // up to, not over, the line end
// Steps over the rest of a name; returns its length. The cursor must be at a name start.
uint32_t scan_name(Scan *scan);

typedef struct ScanNumber {
  bool is_integer; // no fraction, no exponent, decimal or based
  int base;        // 10, 16 or 2
  bool overflows;  // an integer beyond 64 bits signed
  int64_t integer; // valid if is_integer and not overflows
  double number;   // the nearest double, always valid
} ScanNumber;

// Reads digits, an optional fraction and exponent, 0x…, 0b…. A `.` belongs to the number only if a digit
// follows (`1..5`, `16.sqrt()`). Letters directly behind are reported.
ScanNumber scan_number(Scan *scan);

// Reads `\xHH` (after the `x`) or `\uHHHH` (after the `u`) and appends it. False, reported, if malformed.
bool scan_hex_escape(Scan *scan, uint32_t digits, bool as_code_point, Buffer *out);

// Checks the whole text once before lexing: a zero byte or malformed UTF-8 is reported (with the byte
// offset, "this looks like a binary file") and false returned. A BOM at the start is skipped.
bool scan_check_text(Scan *scan) MUST_USE;

#endif
