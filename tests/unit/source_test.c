// SPDX-License-Identifier: MIT
// source_test.c - texts, the cursor, diagnostics and how they are shown
#include "check.h"

#include "source/excerpt.h"
#include "source/scan.h"

// One text with everything that is needed to scan it and to complain about it.
typedef struct Fixture {
  Arena arena;
  Source source;
  Diags diags;
  Scan scan;
  Buffer out;
} Fixture;

static void set_up_bytes(Fixture *f, const char *text, size_t len) {
  *f = (Fixture){0};
  arena_init(&f->arena);
  CHECK(source_init(&f->source, "demo.luma", text, len));
  diag_init(&f->diags, &f->arena, &f->source);
  scan_init(&f->scan, &f->source, &f->diags);
}

static void set_up(Fixture *f, const char *text) {
  set_up_bytes(f, text, strlen(text));
}

static void tear_down(Fixture *f) {
  buffer_free(&f->out);
  diag_free(&f->diags);
  source_free(&f->source);
  arena_free(&f->arena);
}

static const char *shown(Fixture *f) {
  buffer_clear(&f->out);
  excerpt_diags(&f->out, &f->diags, false);
  return f->out.bytes ? f->out.bytes : "";
}

// The place of the first occurrence of `part`.
static Span span_of(const Fixture *f, const char *part) {
  uint32_t start = (uint32_t)(strstr(f->source.text, part) - f->source.text);
  return (Span){start, start + (uint32_t)strlen(part)};
}

static void check_position(const Fixture *f, uint32_t offset, uint32_t line, uint32_t column) {
  Position at = source_position(&f->source, offset);
  CHECK(at.line == line);
  CHECK(at.column == column);
}

static void test_source(void) {
  Fixture f;
  set_up(&f, "aé\r\n\nlast");
  CHECK(f.source.line_count == 3);
  check_position(&f, 0, 1, 1);
  check_position(&f, 1, 1, 2);
  check_position(&f, 3, 1, 3);
  check_position(&f, 5, 2, 1);
  check_position(&f, 6, 3, 1);
  check_position(&f, 10, 3, 5);
  check_position(&f, 99, 3, 5);
  uint32_t len;
  CHECK(source_line(&f.source, 1, &len) == f.source.text && len == 3);
  source_line(&f.source, 2, &len);
  CHECK(len == 0);
  CHECK(strncmp(source_line(&f.source, 3, &len), "last", 4) == 0 && len == 4);
  source_line(&f.source, 4, &len);
  CHECK(len == 0);
  tear_down(&f);
  set_up(&f, "");
  CHECK(f.source.line_count == 1);
  check_position(&f, 0, 1, 1);
  tear_down(&f);
  set_up(&f, "x\n");
  CHECK(f.source.line_count == 2);
  check_position(&f, 2, 2, 1);
  tear_down(&f);
}

static void test_scan_cursor(void) {
  Fixture f;
  set_up(&f, "  \t\n name_1+= rest\r\nend");
  CHECK(scan_blanks(&f.scan));
  CHECK(scan_name(&f.scan) == 6);
  CHECK(!scan_match(&f.scan, "=="));
  CHECK(scan_match(&f.scan, "+="));
  CHECK(scan_peek_at(&f.scan, 1) == 'r');
  CHECK(scan_peek_at(&f.scan, 1000) == '\0');
  CHECK(!scan_blanks(&f.scan));
  scan_line(&f.scan);
  CHECK(scan_peek(&f.scan) == '\r');
  CHECK(scan_blanks(&f.scan));
  CHECK(!scan_match(&f.scan, "endless"));
  CHECK(scan_match(&f.scan, "end"));
  CHECK(scan_at_end(&f.scan));
  CHECK(!scan_blanks(&f.scan));
  tear_down(&f);
}

// Reads a number at the start and checks its value, where it ends and the codes reported.
static ScanNumber check_number(const char *text, double value, uint32_t end, const char *codes) {
  Fixture f;
  set_up(&f, text);
  ScanNumber number = scan_number(&f.scan);
  Buffer found = {0};
  buffer_text(&found, "");
  for (uint32_t i = 0; i < f.diags.count; i++) {
    buffer_text(&found, diag_code(f.diags.items[i]->code));
  }
  CHECK_STR(found.bytes, codes);
  CHECK(number.number == value);
  CHECK(f.scan.pos == end);
  buffer_free(&found);
  tear_down(&f);
  return number;
}

static void test_scan_number(void) {
  ScanNumber number = check_number("42 ", 42, 2, "");
  CHECK(number.is_integer && number.integer == 42 && number.base == 10);
  CHECK(!check_number("3.14", 3.14, 4, "").is_integer);
  CHECK(!check_number(".42", .42, 3, "").is_integer);
  CHECK(!check_number("1e3", 1000, 3, "").is_integer);
  check_number("2.5E-3)", 0.0025, 6, "");
  CHECK(check_number("1..5", 1, 1, "").is_integer);
  CHECK(check_number("16.sqrt()", 16, 2, "").is_integer);
  check_number("1.5..3", 1.5, 3, "");
  number = check_number("0x1A", 26, 4, "");
  CHECK(number.is_integer && number.integer == 26 && number.base == 16);
  CHECK(check_number("0B11", 3, 4, "").integer == 3);
  CHECK(check_number("9223372036854775807", 9223372036854775807.0, 19, "").integer == INT64_MAX);
  CHECK(check_number("9223372036854775808", 9223372036854775808.0, 19, "").overflows);
  CHECK(check_number("0x7fffffffffffffff", 9223372036854775807.0, 18, "").integer == INT64_MAX);
  CHECK(check_number("0x8000000000000000", 9223372036854775808.0, 18, "").overflows);
}

static void test_scan_number_mistakes(void) {
  check_number("12px + 1", 12, 4, "S003");
  check_number("1.2.3", 1.2, 5, "S003");
  check_number("1em", 1, 3, "S003");
  check_number("1_000", 1, 5, "S004");
  check_number("0x", 0, 2, "S005");
  check_number("0b12", 1, 4, "S006");
  check_number("0xfg", 15, 4, "S006");
  check_number("0xg", 0, 3, "S006");
  check_number("1e", 1, 2, "S007");
  check_number("1.5e+;", 1.5, 5, "S007");
  check_number("1e400", 1e308 * 10, 5, "S008");
  Fixture f;
  set_up(&f, "let n = 1_000");
  f.scan.pos = 8;
  scan_number(&f.scan);
  CHECK_STR(shown(&f), "error[S004]: the digits of a number cannot be separated by `_`\n"
                       "  --> demo.luma:1:9\n"
                       "   |\n"
                       " 1 | let n = 1_000\n"
                       "   |         ^^^^^\n"
                       "   = help: write `1000`\n");
  tear_down(&f);
}

// Scans the escape whose `x` or `u` is the second byte.
static bool scan_escape(Fixture *f, const char *text, uint32_t digits) {
  set_up(f, text);
  f->scan.pos = 2;
  return scan_hex_escape(&f->scan, digits, digits == 4, &f->out);
}

static void test_scan_escape(void) {
  Fixture f;
  CHECK(scan_escape(&f, "\\x41b", 2));
  CHECK_STR(f.out.bytes, "A");
  CHECK(f.scan.pos == 4);
  tear_down(&f);
  CHECK(scan_escape(&f, "\\xff", 2));
  CHECK_STR(f.out.bytes, "\xff");
  tear_down(&f);
  CHECK(scan_escape(&f, "\\u20AC", 4));
  CHECK_STR(f.out.bytes, "€");
  tear_down(&f);
  CHECK(!scan_escape(&f, "\\u20\"", 4));
  CHECK(f.scan.pos == 4);
  CHECK_STR(f.diags.items[0]->message, "the escape `\\u` needs 4 hexadecimal digits, found 2");
  tear_down(&f);
  CHECK(!scan_escape(&f, "\\ud83d", 4));
  CHECK_STR(diag_code(f.diags.items[0]->code), "S010");
  tear_down(&f);
}

static void test_check_text(void) {
  Fixture f;
  set_up(&f, "\xEF\xBB\xBFlet");
  CHECK(scan_check_text(&f.scan));
  CHECK(f.scan.pos == 3);
  tear_down(&f);
  set_up_bytes(&f, "ab\0cd\xFF", 6);
  CHECK(!scan_check_text(&f.scan));
  CHECK_STR(diag_code(f.diags.items[0]->code), "S001");
  tear_down(&f);
  set_up_bytes(&f, "\xFF\xFEl\0e\0", 6);
  CHECK(!scan_check_text(&f.scan));
  CHECK(strstr(shown(&f), "UTF-16") != NULL);
  tear_down(&f);
  set_up(&f, "let caf\xE9 = 1");
  CHECK(!scan_check_text(&f.scan));
  CHECK_STR(shown(&f), "error[S002]: byte 7 of the file (0xE9) is not valid UTF-8\n"
                       "  --> demo.luma:1:8\n"
                       "   |\n"
                       " 1 | let caf? = 1\n"
                       "   |        ^\n"
                       "   = help: save the file as UTF-8\n");
  tear_down(&f);
}

static void test_diags(void) {
  Fixture f;
  set_up(&f, "abc\ndef\n");
  diag_error(&f.diags, DIAG_NUMBER_SEPARATOR, (Span){4, 5});
  Diag *again = diag_error(&f.diags, DIAG_NUMBER_SEPARATOR, (Span){4, 5});
  diag_help(&f.diags, again, "not shown, because it was said already");
  diag_error(&f.diags, DIAG_NUMBER_SEPARATOR, (Span){0, 1});
  diag_error(&f.diags, DIAG_NUMBER_INFINITE, (Span){4, 6}, 1, "d");
  CHECK(f.diags.count == 3);
  CHECK(f.diags.error_count == 2);
  CHECK(f.diags.warning_count == 1);
  diag_sort(&f.diags);
  CHECK(f.diags.items[0]->span.start == 0);
  CHECK(f.diags.items[1]->severity == SEVERITY_ERROR);
  CHECK(f.diags.items[2]->severity == SEVERITY_WARNING);
  CHECK(strstr(shown(&f), "not shown") == NULL);
  CHECK(strstr(shown(&f), "\n\n2 errors, 1 warning\n") != NULL);
  tear_down(&f);
}

static void test_diag_limit(void) {
  Fixture f;
  char text[200];
  memset(text, 'a', sizeof text);
  set_up_bytes(&f, text, sizeof text);
  for (uint32_t i = 0; i < 120; i++) {
    CHECK(diag_error(&f.diags, DIAG_NUMBER_SEPARATOR, (Span){i, i + 1}) != NULL);
  }
  CHECK(f.diags.count == DIAG_LIMIT);
  CHECK(f.diags.error_count == 120);
  CHECK(strstr(shown(&f), "\n120 errors (the first 50 are shown)\n") != NULL);
  tear_down(&f);
}

static void test_suggest(void) {
  static const char *const NAMES[] = {"print", "println", "length", "Length", "jobs", "x", "print"};
  const char *out[3];
  CHECK(diag_suggest("prnit", NAMES, 7, out) == 2);
  CHECK_STR(out[0], "print");
  CHECK_STR(out[1], "println");
  CHECK(diag_suggest("lenght", NAMES, 7, out) >= 2);
  CHECK_STR(out[0], "length");
  CHECK_STR(out[1], "Length");
  CHECK(diag_suggest("LENGTH", NAMES, 7, out) >= 1);
  CHECK_STR(out[0], "Length");
  CHECK(diag_suggest("X", NAMES, 7, out) == 1);
  CHECK(diag_suggest("y", NAMES, 7, out) == 0);
  CHECK(diag_suggest("jobs", NAMES, 7, out) == 0);
  CHECK(diag_suggest("", NAMES, 7, out) == 0);
}

static void test_excerpt_simple(void) {
  Fixture f;
  set_up(&f, "one\ntwo\n\tlet 中文 = é!\n");
  excerpt_show(&f.out, &f.source, span_of(&f, "é!"), false);
  CHECK_STR(f.out.bytes, "  --> demo.luma:3:11\n"
                         "   |\n"
                         " 3 |     let 中文 = é!\n"
                         "   |                ^^\n");
  buffer_clear(&f.out);
  excerpt_show(&f.out, &f.source, span_of(&f, "two\n\tlet"), false);
  CHECK_STR(f.out.bytes, "  --> demo.luma:2:1\n"
                         "   |\n"
                         " 2 | two\n"
                         "   | ^^^\n");
  buffer_clear(&f.out);
  excerpt_show(&f.out, &f.source, (Span){f.source.len, f.source.len}, false);
  CHECK_STR(f.out.bytes, "  --> demo.luma:4:1\n"
                         "   |\n"
                         " 4 |\n"
                         "   | ^\n");
  buffer_clear(&f.out);
  excerpt_show(&f.out, &f.source, (Span){3, 4}, true);
  CHECK_STR(f.out.bytes, "  \x1b[1;34m--> \x1b[0mdemo.luma:1:4\n"
                         "\x1b[1;34m   |\x1b[0m\n"
                         "\x1b[1;34m 1 |\x1b[0m one\n"
                         "\x1b[1;34m   |\x1b[0m    \x1b[1;31m^\x1b[0m\n");
  tear_down(&f);
}

static void test_excerpt_notes(void) {
  Fixture f;
  set_up(&f, "let a = f(b, c)\n\nlet d = a\n4\n5\n6\n7\n8\n9\nlet e = d\n");
  Diag *diag = diag_error(&f.diags, DIAG_NUMBER_SEPARATOR, span_of(&f, "f("));
  diag_note(&f.diags, diag, span_of(&f, "b"), "this is b");
  diag_note(&f.diags, diag, span_of(&f, "c"), "this is c");
  diag_note(&f.diags, diag, span_of(&f, "a"), "this is a");
  diag_note(&f.diags, diag, span_of(&f, "let d"), "declared here");
  diag_note(&f.diags, diag, span_of(&f, "let e"), "and\x1b here");
  diag_note(&f.diags, diag, (Span){0, 0}, "no place");
  diag_help(&f.diags, diag, "try `%d`", 1);
  CHECK_STR(shown(&f), "error[S004]: the digits of a number cannot be separated by `_`\n"
                       "   --> demo.luma:1:9\n"
                       "    |\n"
                       "  1 | let a = f(b, c)\n"
                       "    |     -   ^^-  - this is c\n"
                       "    |     |     |\n"
                       "    |     |     this is b\n"
                       "    |     this is a\n"
                       "  2 |\n"
                       "  3 | let d = a\n"
                       "    | ----- declared here\n"
                       "...\n"
                       " 10 | let e = d\n"
                       "    | ----- and? here\n"
                       "    = note: no place\n"
                       "    = help: try `1`\n");
  tear_down(&f);
}

static void test_excerpt_long_line(void) {
  Fixture f;
  char text[1001];
  for (int i = 0; i < 1000; i++) text[i] = (char)('0' + i % 10);
  text[500] = 'X';
  text[1000] = '\0';
  set_up(&f, text);
  excerpt_show(&f.out, &f.source, (Span){500, 501}, false);
  CHECK_STR(f.out.bytes,
            "  --> demo.luma:1:501\n"
            "   |\n"
            " 1 | …0123456789012345678901234567890123456789X12345678901234567890123456789"
            "012345678901234567890123456789…\n"
            "   |                                          ^\n");
  buffer_clear(&f.out);
  excerpt_show(&f.out, &f.source, (Span){999, 1000}, false);
  CHECK(strstr(f.out.bytes, "789\n   | ") != NULL);
  CHECK(strlen(strrchr(f.out.bytes, '|')) == 2 + 101 + 1);
  buffer_clear(&f.out);
  excerpt_show(&f.out, &f.source, (Span){0, 1000}, false);
  CHECK(strlen(strrchr(f.out.bytes, '|')) == 2 + 101 + 1);
  buffer_clear(&f.out);
  // Places outside of what is shown point at the dots.
  Diag *diag = diag_error(&f.diags, DIAG_NUMBER_SEPARATOR, (Span){500, 501});
  diag_note(&f.diags, diag, (Span){1, 3}, "left");
  diag_note(&f.diags, diag, (Span){900, 903}, "right");
  const char *text_shown = shown(&f);
  CHECK(strstr(text_shown, "   | -                                        ^") != NULL);
  CHECK(strstr(text_shown, "   | left\n") != NULL);
  CHECK(strstr(text_shown, "- right\n") != NULL);
  tear_down(&f);
}

int main(void) {
  test_source();
  test_scan_cursor();
  test_scan_number();
  test_scan_number_mistakes();
  test_scan_escape();
  test_check_text();
  test_diags();
  test_diag_limit();
  test_suggest();
  test_excerpt_simple();
  test_excerpt_notes();
  test_excerpt_long_line();
  return check_done("source");
}
