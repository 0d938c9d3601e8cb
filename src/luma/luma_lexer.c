// SPDX-License-Identifier: MIT
// luma_lexer.c - Luma's text as tokens, one at a time
//
// The longest sign wins, `--` before minus (5--3 is 5 and a comment). Reserved words are found by
// length and first letter before a name is interned, which costs less than a table.
#include "luma/luma_lexer.h"

#include <string.h>

static const char *const kind_texts[LUMA_TOKEN_COUNT] = {
#define LUMA_KIND(kind, text) [LUMA_##kind] = text,
#define LUMA_WORD(kind, text) [LUMA_##kind] = text,
#define LUMA_SIGN(kind, text) [LUMA_##kind] = text,
#include "luma/luma_tokens.def"
#undef LUMA_KIND
#undef LUMA_WORD
#undef LUMA_SIGN
};

const char *luma_lexer_kind_text(LumaTokenKind kind) {
  return kind_texts[kind];
}

void luma_lexer_init(LumaLexer *lexer, const Source *source, Arena *arena, NameTable *names,
                     Diags *diags) {
  *lexer = (LumaLexer){.arena = arena, .names = names};
  scan_init(&lexer->scan, source, diags);
  // "#!/usr/bin/env luma": how a system that runs the file as a program finds us.
  if (scan_match(&lexer->scan, "#!")) scan_line(&lexer->scan);
}

void luma_lexer_free(LumaLexer *lexer) {
  buffer_free(&lexer->resolved);
}

uint32_t luma_lexer_line_end(const LumaLexer *lexer, uint32_t offset) {
  const char *text = lexer->scan.text;
  const char *end = memchr(text + offset, '\n', lexer->scan.len - offset);
  return end ? (uint32_t)(end - text) : lexer->scan.len;
}

// Only ever called to go to a line's end or to a place on the current line, so the line's start
// need not be found again: the next line end sets it.
void luma_lexer_seek(LumaLexer *lexer, uint32_t offset) {
  lexer->scan.pos = offset;
}

// Tokens are filled in where the parser keeps them: copying one right after its small fields were
// written makes the processor wait for them.
static void set_token(const LumaLexer *lexer, LumaToken *token, LumaTokenKind kind,
                      uint32_t start) {
  token->kind = (uint8_t)kind;
  token->has_complaint = false;
  token->indent = lexer->indent;
  token->span = (Span){start, lexer->scan.pos};
}

static void add_complaint(LumaToken *token, DiagCode complaint) {
  token->has_complaint = true;
  token->complaint = (uint16_t)complaint;
}

// --- Blank space and comments --------------------------------------------------------------------

static void report_here(LumaLexer *lexer, DiagCode code, uint32_t start, uint32_t len) {
  Span span = {start, start + len};
  diag_error(lexer->scan.diags, code, span, (int)len, lexer->scan.text + start);
}

// The first two bytes `closing` from the cursor on; NULL if there are none.
static const char *find_closing(const Scan *scan, const char *closing) {
  const char *at = scan->text + scan->pos;
  const char *end = scan->text + scan->len;
  while ((at = memchr(at, closing[0], (size_t)(end - at)))) {
    if (at[1] == closing[1]) return at;
    at++;
  }
  return NULL;
}

// The cursor stands behind the opening. Returns whether a line end was inside.
static bool skip_long_comment(LumaLexer *lexer, const char *closing, DiagCode complaint,
                              uint32_t start) {
  Scan *scan = &lexer->scan;
  const char *from = scan->text + scan->pos;
  const char *end = find_closing(scan, closing);
  const char *stop = end ? end : scan->text + scan->len;
  if (!end) report_here(lexer, complaint, start, scan->pos - start);
  const char *line_end = memrchr(from, '\n', (size_t)(stop - from));
  if (line_end) lexer->line_start = (uint32_t)(line_end - scan->text) + 1;
  scan->pos = (uint32_t)(stop - scan->text) + (end ? 2 : 0);
  return line_end != NULL;
}

// Steps over a comment if one begins here. Comments of other languages are reported and skipped
// like our own, so that a licence at the top of a file is one message. *has_line_end is set if a
// line end was inside.
static bool skip_comment(LumaLexer *lexer, bool *has_line_end) {
  Scan *scan = &lexer->scan;
  uint32_t start = scan->pos;
  if (scan_match(scan, "--[[")) {
    *has_line_end |= skip_long_comment(lexer, "]]", DIAG_LUMA_UNTERMINATED_COMMENT, start);
    return true;
  }
  if (scan_match(scan, "--")) {
    scan_line(scan);
    return true;
  }
  if (scan_match(scan, "/*")) {
    report_here(lexer, DIAG_LUMA_OTHER_COMMENT, start, 2);
    *has_line_end |= skip_long_comment(lexer, "*/", DIAG_LUMA_OTHER_COMMENT, start);
    return true;
  }
  if (scan_match(scan, "//")) {
    report_here(lexer, DIAG_LUMA_OTHER_COMMENT, start, 2);
    scan_line(scan);
    return true;
  }
  return false;
}

// Returns whether the next token is the first of its line.
static bool skip_blanks(LumaLexer *lexer) {
  Scan *scan = &lexer->scan;
  const char *text = scan->text;
  bool has_line_end = scan->pos == 0;
  for (;;) {
    char c = text[scan->pos];
    if (c == ' ' || c == '\t' || c == '\r') {
      scan->pos++;
    } else if (c == '\n') {
      lexer->line_start = ++scan->pos;
      has_line_end = true;
    } else if ((c != '-' && c != '/') || !skip_comment(lexer, &has_line_end)) {
      break;
    }
  }
  if (has_line_end) lexer->indent = scan->pos - lexer->line_start;
  return has_line_end;
}

// --- Words and numbers ---------------------------------------------------------------------------

static LumaTokenKind match_word(const char *text, uint32_t len, LumaTokenKind kind) {
  const char *word = kind_texts[kind];
  return strlen(word) == len && memcmp(word, text, len) == 0 ? kind : LUMA_NAME;
}

static LumaTokenKind find_word(const char *text, uint32_t len) {
  if (len < 2 || len > 8) return LUMA_NAME;
  switch (text[0]) {
  case 'a': return match_word(text, len, LUMA_AWAIT);
  case 'b': return match_word(text, len, LUMA_BREAK);
  case 'c': return match_word(text, len, LUMA_CONTINUE);
  case 'd': return match_word(text, len, LUMA_DO);
  case 'e': return match_word(text, len, text[1] == 'l' ? LUMA_ELSE : LUMA_END);
  case 'f':
    if (text[1] == 'n') return match_word(text, len, LUMA_FN);
    return match_word(text, len, text[1] == 'o' ? LUMA_FOR : LUMA_FALSE);
  case 'i': return match_word(text, len, text[1] == 'f' ? LUMA_IF : LUMA_IN);
  case 'l': return match_word(text, len, LUMA_LET);
  case 'm': return match_word(text, len, LUMA_MATCH);
  case 'n': return match_word(text, len, LUMA_NULL);
  case 'r': return match_word(text, len, LUMA_RETURN);
  case 't': return match_word(text, len, LUMA_TRUE);
  case 'v': return match_word(text, len, LUMA_VAR);
  case 'w': return match_word(text, len, LUMA_WHILE);
  default: return LUMA_NAME;
  }
}

static void read_name(LumaLexer *lexer, LumaToken *token) {
  Scan *scan = &lexer->scan;
  uint32_t start = scan->pos;
  const char *at = scan->text + start;
  while (scan_is_name(*at)) at++;
  scan->pos = (uint32_t)(at - scan->text);
  uint32_t len = scan->pos - start;
  set_token(lexer, token, find_word(scan->text + start, len), start);
  if (token->kind == LUMA_NAME) {
    token->as.name = name_intern(lexer->names, scan->text + start, len);
  }
}

// Most numbers are a few digits, which a double holds exactly; the others are scan_number's.
static void read_number(LumaLexer *lexer, LumaToken *token) {
  Scan *scan = &lexer->scan;
  uint32_t start = scan->pos;
  const char *at = scan->text + start;
  uint64_t value = 0;
  while (scan_is_digit(*at)) value = value * 10 + (uint64_t)(*at++ - '0');
  uint32_t len = (uint32_t)(at - scan->text) - start;
  double number = (double)value;
  if (len > 0 && len <= 15 && *at != '.' && !scan_is_name(*at)) {
    scan->pos = start + len;
  } else {
    number = scan_number(scan).number;
  }
  set_token(lexer, token, LUMA_NUMBER, start);
  token->as.number = number;
}

// --- Strings -------------------------------------------------------------------------------------

// The byte that `\c` stands for; c itself if it is no escape.
static char resolve_escape(char c) {
  switch (c) {
  case 'n': return '\n';
  case 'r': return '\r';
  case 't': return '\t';
  default: return c;
  }
}

// Bytes of the UTF-8 character at the cursor; the text is known to be well-formed.
static uint32_t character_len(const char *at) {
  unsigned char first = (unsigned char)*at;
  if (first < 0xC0) return 1;
  return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

// The cursor stands on a backslash.
static void read_escape(LumaLexer *lexer) {
  Scan *scan = &lexer->scan;
  const char *escaped = scan->text + scan->pos + 1;
  if (scan->pos + 1 >= scan->len) {
    scan->pos++;
    return;
  }
  if (!memchr("nrt\"\\$", *escaped, 6)) {
    Span span = {scan->pos, scan->pos + 1 + character_len(escaped)};
    // A line end would tear the message apart.
    const char *shown = *escaped == '\n' || *escaped == '\r' ? " " : escaped;
    int len = (int)character_len(shown);
    diag_error(scan->diags, DIAG_LUMA_UNKNOWN_ESCAPE, span, len, shown, len, shown);
  }
  buffer_byte(&lexer->resolved, resolve_escape(*escaped));
  scan->pos += 2;
}

static bool ends_part(const char *at) {
  return *at == '"' || (*at == '$' && at[1] == '{');
}

// Moves to the end of the part (a quote, a `${` or the end of the text) and collects what is before
// it, resolving escapes. A part without escapes is copied in one piece.
static void read_part_text(LumaLexer *lexer, LumaToken *token) {
  Scan *scan = &lexer->scan;
  buffer_clear(&lexer->resolved);
  for (;;) {
    const char *start = scan->text + scan->pos;
    const char *end = scan->text + scan->len;
    const char *at = start;
    while (at < end && *at != '\\' && !ends_part(at)) at++;
    scan->pos = (uint32_t)(at - scan->text);
    bool is_escape = at < end && *at == '\\';
    if (!is_escape && lexer->resolved.len == 0) {
      token->as.text.len = (uint32_t)(at - start);
      token->as.text.bytes = arena_text(lexer->arena, start, token->as.text.len);
      return;
    }
    buffer_append(&lexer->resolved, start, (size_t)(at - start));
    if (!is_escape) break;
    read_escape(lexer);
  }
  token->as.text.len = (uint32_t)lexer->resolved.len;
  token->as.text.bytes = arena_text(lexer->arena, lexer->resolved.bytes, lexer->resolved.len);
}

// A string without an end would swallow the rest of the file, and with it every other mistake. So
// we go on behind its first line; the second time there is no hope, and going on would cost a walk
// to the end of the text for each quote.
static void break_string(LumaLexer *lexer, LumaToken *token, uint32_t start) {
  uint32_t line_end = luma_lexer_line_end(lexer, start);
  lexer->scan.pos = lexer->has_broken_string ? lexer->scan.len : line_end;
  lexer->has_broken_string = true;
  set_token(lexer, token, LUMA_BROKEN, start);
  token->span.end = line_end;
  add_complaint(token, DIAG_LUMA_UNTERMINATED_STRING);
}

// `from` is the first byte of the token, `start` that of the whole string.
static void read_part(LumaLexer *lexer, LumaToken *token, uint32_t from, uint32_t start) {
  Scan *scan = &lexer->scan;
  set_token(lexer, token, LUMA_STRING, from);
  read_part_text(lexer, token);
  if (scan->pos >= scan->len) {
    break_string(lexer, token, start);
    return;
  }
  if (scan_peek(scan) == '"') {
    scan->pos++;
  } else {
    scan->pos += 2;
    token->kind = LUMA_STRING_PART;
  }
  token->span.end = scan->pos;
}

void luma_lexer_string_rest(LumaLexer *lexer, LumaToken *token, uint32_t start) {
  read_part(lexer, token, lexer->scan.pos, start);
  token->is_first_on_line = false;
}

static void read_string(LumaLexer *lexer, LumaToken *token) {
  uint32_t start = lexer->scan.pos++;
  read_part(lexer, token, start, start);
}

// 'text' and `text` are read as the string that was meant if they end on their line.
static void read_foreign_string(LumaLexer *lexer, LumaToken *token, DiagCode complaint) {
  Scan *scan = &lexer->scan;
  uint32_t start = scan->pos++;
  uint32_t line_end = luma_lexer_line_end(lexer, start);
  const char *from = scan->text + scan->pos;
  const char *end = memchr(from, from[-1], line_end - scan->pos);
  if (end) scan->pos = (uint32_t)(end - scan->text) + 1;
  set_token(lexer, token, end ? LUMA_STRING : LUMA_UNKNOWN, start);
  add_complaint(token, complaint);
  if (!end) return;
  token->as.text.len = (uint32_t)(end - from);
  token->as.text.bytes = arena_text(lexer->arena, from, token->as.text.len);
}

// --- Signs ---------------------------------------------------------------------------------------

typedef struct Sign {
  uint8_t kind;
  uint8_t len;
  uint16_t complaint; // DiagCode; 0, which is no complaint of ours: none
} Sign;

static Sign sign(LumaTokenKind kind, uint8_t len) {
  return (Sign){(uint8_t)kind, len, 0};
}

static Sign foreign(LumaTokenKind kind, uint8_t len, DiagCode complaint) {
  return (Sign){(uint8_t)kind, len, (uint16_t)complaint};
}

static Sign find_unknown(const char *at) {
  uint8_t len = (uint8_t)character_len(at);
  if (len > 1) return foreign(LUMA_UNKNOWN, len, DIAG_LUMA_NOT_ASCII);
  if (*at == '#') return foreign(LUMA_UNKNOWN, 1, DIAG_LUMA_HASH);
  if (*at == '?') return foreign(LUMA_UNKNOWN, 1, DIAG_LUMA_QUESTION);
  if (*at == '\\') return foreign(LUMA_UNKNOWN, 1, DIAG_LUMA_BACKSLASH);
  return foreign(LUMA_UNKNOWN, 1, DIAG_LUMA_UNKNOWN_CHARACTER);
}

// An arithmetic sign, or the compound assignment that other languages make of it.
static Sign find_arithmetic(LumaTokenKind kind, char next) {
  if (next != '=') return sign(kind, 1);
  return foreign(LUMA_COMPOUND_ASSIGN, 2, DIAG_LUMA_COMPOUND_ASSIGN);
}

static Sign find_equals(char next, char third) {
  if (next == '=' && third == '=') {
    return foreign(LUMA_EQUAL, 3, DIAG_LUMA_STRICT_EQUAL);
  }
  if (next == '=') return sign(LUMA_EQUAL, 2);
  if (next == '>') return foreign(LUMA_ARROW, 2, DIAG_LUMA_ARROW);
  return sign(LUMA_ASSIGN, 1);
}

static Sign find_bang(char next, char third) {
  if (next != '=') return sign(LUMA_BANG, 1);
  if (third == '=') return foreign(LUMA_NOT_EQUAL, 3, DIAG_LUMA_OTHER_NOT_EQUAL);
  return sign(LUMA_NOT_EQUAL, 2);
}

static Sign find_dot(char next, char third) {
  if (next == '.' && third == '.') return sign(LUMA_ELLIPSIS, 3);
  if (next == '.') return foreign(LUMA_PLUS, 2, DIAG_LUMA_OTHER_CONCAT);
  return sign(LUMA_DOT, 1);
}

static Sign find_angle(char c, char next) {
  if (c == '<' && next == '>') {
    return foreign(LUMA_NOT_EQUAL, 2, DIAG_LUMA_OTHER_NOT_EQUAL);
  }
  if (next == '=') return sign(c == '<' ? LUMA_LESS_EQUAL : LUMA_GREATER_EQUAL, 2);
  return sign(c == '<' ? LUMA_LESS : LUMA_GREATER, 1);
}

static Sign find_logic(char c, char next) {
  if (c == '|') return next == '|' ? sign(LUMA_OR, 2) : sign(LUMA_BAR, 1);
  if (next == '&') return sign(LUMA_AND, 2);
  return foreign(LUMA_AND, 1, DIAG_LUMA_OTHER_AND);
}

static Sign find_sign(const char *at) {
  // Behind the end of the text stands a zero; a third byte is looked at only if there is a second.
  char next = at[1], third = next ? at[2] : '\0';
  switch (*at) {
  case '(': return sign(LUMA_LEFT_PAREN, 1);
  case ')': return sign(LUMA_RIGHT_PAREN, 1);
  case '[': return sign(LUMA_LEFT_BRACKET, 1);
  case ']': return sign(LUMA_RIGHT_BRACKET, 1);
  case '{': return sign(LUMA_LEFT_BRACE, 1);
  case '}': return sign(LUMA_RIGHT_BRACE, 1);
  case ',': return sign(LUMA_COMMA, 1);
  case ';': return foreign(LUMA_SEMICOLON, 1, DIAG_LUMA_SEMICOLON);
  case '=': return find_equals(next, third);
  case '!': return find_bang(next, third);
  case '.': return find_dot(next, third);
  case '<':
  case '>': return find_angle(*at, next);
  case '&':
  case '|': return find_logic(*at, next);
  case ':':
    if (next == '=') return foreign(LUMA_ASSIGN, 2, DIAG_LUMA_WALRUS);
    return sign(LUMA_COLON, 1);
  case '~':
    if (next == '=') return foreign(LUMA_NOT_EQUAL, 2, DIAG_LUMA_OTHER_NOT_EQUAL);
    return find_unknown(at);
  case '+':
    if (next == '+') return foreign(LUMA_INCREMENT, 2, DIAG_LUMA_INCREMENT);
    return find_arithmetic(LUMA_PLUS, next);
  case '-':
    if (next == '>') return foreign(LUMA_ARROW, 2, DIAG_LUMA_ARROW);
    return find_arithmetic(LUMA_MINUS, next);
  case '*':
    if (next == '*') return foreign(LUMA_CARET, 2, DIAG_LUMA_OTHER_POWER);
    return find_arithmetic(LUMA_STAR, next);
  case '/': return find_arithmetic(LUMA_SLASH, next);
  case '%': return find_arithmetic(LUMA_PERCENT, next);
  case '^': return find_arithmetic(LUMA_CARET, next);
  default: return find_unknown(at);
  }
}

// Strings, and numbers that begin with their point, look like signs at first.
static void read_other(LumaLexer *lexer, LumaToken *token) {
  Scan *scan = &lexer->scan;
  uint32_t start = scan->pos;
  const char *at = scan->text + start;
  if (*at == '"') {
    read_string(lexer, token);
  } else if (*at == '\'') {
    read_foreign_string(lexer, token, DIAG_LUMA_SINGLE_QUOTES);
  } else if (*at == '.' && scan_is_digit(at[1])) {
    read_number(lexer, token);
  } else if (*at == '`') {
    read_foreign_string(lexer, token, DIAG_LUMA_BACKTICK);
  } else {
    Sign found = find_sign(at);
    scan->pos += found.len;
    set_token(lexer, token, found.kind, start);
    if (found.complaint) add_complaint(token, found.complaint);
  }
}

void luma_lexer_next(LumaLexer *lexer, LumaToken *token) {
  bool is_first = skip_blanks(lexer);
  char c = scan_peek(&lexer->scan);
  if (scan_is_name_start(c)) {
    read_name(lexer, token);
  } else if (scan_is_digit(c)) {
    read_number(lexer, token);
  } else if (scan_at_end(&lexer->scan)) {
    set_token(lexer, token, LUMA_END_OF_FILE, lexer->scan.len);
  } else {
    read_other(lexer, token);
  }
  token->is_first_on_line = is_first;
}
