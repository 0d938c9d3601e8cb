// SPDX-License-Identifier: MIT
// vint_lexer.c - Vint's text as an array of tokens
//
// One pass, a character class switch per token. Words are interned at once; whether a word is a
// keyword is then a matter of one pointer comparison, since the few words that mean something sit
// in a small table that is probed by the hash which interning computed anyway.
//
// Strings without escapes are copied with one memcpy; only those with a backslash go byte by byte.
#include "vint/vint_lexer.h"

#include "base/utf8.h"
#include "source/scan.h"
#include "tree/tree.h"

#include <string.h>

#define WORD_SLOTS 512 // a power of two, four times the number of words
#define SHOWN_MAX  40  // bytes of program text quoted in a message

// A word that means something: what its tokens get.
typedef struct KnownWord {
  const Name *name;
  uint8_t kind;
  uint8_t word;
} KnownWord;

typedef struct Lexer {
  Scan scan;
  Arena *arena;
  NameTable *names;
  Diags *diags;
  VintTokens *tokens;
  Buffer bytes; // of the string that is being read
  bool is_cut;  // ended inside a string or a comment
  KnownWord words[WORD_SLOTS];
} Lexer;

const char *vint_lexer_kind_text(VintTokenKind kind) {
  static const char *const texts[TOKEN_KIND_COUNT] = {
#define TOKEN(kind, shown)  [TOKEN_##kind] = shown,
#define KEYWORD(kind, word) [TOKEN_##kind] = "`" word "`",
#include "vint/vint_tokens.def"
  };
  return texts[kind];
}

// --- Words ---------------------------------------------------------------------------------------

static void add_word(Lexer *lexer, const char *text, VintTokenKind kind, unsigned word) {
  const Name *name = name_of(lexer->names, text);
  uint32_t at = name->hash & (WORD_SLOTS - 1);
  while (lexer->words[at].name) at = (at + 1) & (WORD_SLOTS - 1);
  lexer->words[at] = (KnownWord){name, (uint8_t)kind, (uint8_t)word};
}

static void add_words(Lexer *lexer) {
  static const struct {
    const char *text;
    uint8_t kind;
    uint8_t word;
  } rows[] = {
#define KEYWORD(kind, word) {word, TOKEN_##kind, 0},
#define DECLARATIVE_WORD(kind, word, capitalised)                                                  \
  {word, TOKEN_DECLARATIVE, DECLARATIVE_##kind},                                                   \
      {capitalised, TOKEN_DECLARATIVE, DECLARATIVE_##kind},
#define SOFT_WORD(kind, word) {word, TOKEN_NAME, WORD_##kind},
#include "vint/vint_tokens.def"
      {"Error", TOKEN_ERROR, 0},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    add_word(lexer, rows[i].text, (VintTokenKind)rows[i].kind, rows[i].word);
  }
}

static void read_word(Lexer *lexer, VintToken *token, uint32_t len) {
  const Name *name = name_intern(lexer->names, lexer->scan.text + token->span.start, len);
  token->name = name;
  token->kind = TOKEN_NAME;
  uint32_t at = name->hash & (WORD_SLOTS - 1);
  for (; lexer->words[at].name; at = (at + 1) & (WORD_SLOTS - 1)) {
    if (lexer->words[at].name != name) continue;
    token->kind = lexer->words[at].kind;
    token->word = lexer->words[at].word;
    return;
  }
}

// --- Characters that mean nothing ----------------------------------------------------------------

static bool is_foreign(char c) {
  return (unsigned char)c >= 0x80;
}

static const VintText *new_text(Lexer *lexer, const char *bytes, size_t len) {
  VintText *text = arena_alloc(lexer->arena, sizeof(VintText) + len + 1);
  text->len = (uint32_t)len;
  if (len) memcpy(text->bytes, bytes, len);
  return text;
}

// Punctuation and symbols, as far as they turn up in programs: Latin-1's, and U+2000 to U+2BFF.
static bool is_sign(uint32_t code_point) {
  return (code_point >= 0xA0 && code_point < 0xC0) || (code_point >= 0x2000 && code_point < 0x2C00);
}

static bool is_typographic_quote(uint32_t code_point) {
  return code_point >= 0x2018 && code_point <= 0x201F;
}

static uint32_t decode_at(const Scan *scan, uint32_t at, uint32_t *size) {
  size_t bytes = 0;
  uint32_t code_point = utf8_decode(scan->text + at, scan->len - at, &bytes);
  *size = (uint32_t)bytes;
  return code_point;
}

// A string in typographic quotes that ends on its line is one mistake and one string.
static void read_typographic_string(Lexer *lexer, VintToken *token, uint32_t quote_size) {
  Scan *scan = &lexer->scan;
  uint32_t start = token->span.start + quote_size;
  uint32_t at = start, size = quote_size;
  token->kind = TOKEN_WRONG;
  for (; at < scan->len && scan->text[at] != '\n'; at += size) {
    if (!is_typographic_quote(decode_at(scan, at, &size))) continue;
    token->kind = TOKEN_STRING;
    token->text = new_text(lexer, scan->text + start, at - start);
    scan->pos = at + size;
    return;
  }
  scan->pos = start;
}

static void read_sign(Lexer *lexer, VintToken *token, uint32_t first, uint32_t size) {
  const char *text = lexer->scan.text + token->span.start;
  Span span = {token->span.start, token->span.start + size};
  Diag *diag = diag_error(lexer->diags, DIAG_VINT_CHARACTER, span, (int)size, text);
  lexer->scan.pos = span.end;
  token->kind = TOKEN_WRONG;
  if (!is_typographic_quote(first)) return;
  diag_help(lexer->diags, diag, "strings stand in straight quotes: \"…\" or '…'");
  read_typographic_string(lexer, token, size);
}

// A word with letters beyond ASCII is reported once and becomes a name, so nothing else is said
// about it.
static void read_foreign(Lexer *lexer, VintToken *token) {
  Scan *scan = &lexer->scan;
  uint32_t size;
  uint32_t first = decode_at(scan, token->span.start, &size);
  if (is_sign(first)) {
    read_sign(lexer, token, first, size);
    return;
  }
  while (scan_is_name(scan_peek(scan)) || is_foreign(scan_peek(scan))) {
    if (is_sign(decode_at(scan, scan->pos, &size))) break;
    scan->pos += size;
  }
  const char *text = scan->text + token->span.start;
  uint32_t len = scan->pos - token->span.start;
  int shown = len > SHOWN_MAX ? (int)utf8_offset(text, len, SHOWN_MAX / 4) : (int)len;
  diag_error(lexer->diags, DIAG_VINT_FOREIGN_NAME, (Span){token->span.start, scan->pos}, shown,
             text);
  read_word(lexer, token, len);
}

// One message for a row of such characters.
static bool follows_wrong(const Lexer *lexer, uint32_t start) {
  const VintTokens *tokens = lexer->tokens;
  return tokens->count > 0 && vec_last(tokens).kind == TOKEN_WRONG &&
         vec_last(tokens).span.end == start;
}

static uint8_t report_character(Lexer *lexer, uint32_t start, const char *help) {
  if (follows_wrong(lexer, start)) return TOKEN_WRONG;
  Span span = {start, lexer->scan.pos};
  Diag *diag = diag_error(lexer->diags, DIAG_VINT_CHARACTER, span, (int)(span.end - span.start),
                          lexer->scan.text + start);
  if (help) diag_help(lexer->diags, diag, "%s", help);
  return TOKEN_WRONG;
}

static uint8_t read_stray(Lexer *lexer, char c) {
  Scan *scan = &lexer->scan;
  uint32_t start = scan->pos - 1;
  switch (c) {
  case '?':
    if (scan_match(scan, ".")) {
      return report_character(lexer, start, "Vint has no `?.`; write `if (x != null) { x.y }`");
    }
    return report_character(lexer, start,
                            "Vint has no `? :`; write `if (a) { b } else { c }`, which is a value");
  case '^':
  case '~': return report_character(lexer, start, "Vint has no operators on bits");
  case '$': return report_character(lexer, start, "names begin with a letter or `_`");
  default: break;
  }
  if (c >= ' ' && c != 0x7F) return report_character(lexer, start, NULL);
  if (follows_wrong(lexer, start)) return TOKEN_WRONG;
  diag_error(lexer->diags, DIAG_VINT_CONTROL, (Span){start, start + 1}, (unsigned char)c);
  return TOKEN_WRONG;
}

// --- Strings -------------------------------------------------------------------------------------

// Behind a backslash. What is no escape keeps its backslash.
static void read_escape(Lexer *lexer, char quote) {
  Scan *scan = &lexer->scan;
  Buffer *out = &lexer->bytes;
  char c = scan_peek(scan);
  if (scan_at_end(scan)) return;
  scan->pos++;
  switch (c) {
  case 'n': buffer_byte(out, '\n'); return;
  case 'r': buffer_byte(out, '\r'); return;
  case 't': buffer_byte(out, '\t'); return;
  case '"':
  case '\\': buffer_byte(out, c); return;
  case '\'':
    if (quote != '\'') break;
    buffer_byte(out, c);
    return;
  case '0':
    if (quote != '"') break;
    buffer_byte(out, '\0');
    return;
  case 'x':
  case 'u':
    if (quote != '"') break;
    if (!scan_hex_escape(scan, c == 'x' ? 2 : 4, c == 'u', out)) return; // reported
    return;
  default: break;
  }
  buffer_byte(out, '\\');
  buffer_byte(out, c);
}

// From behind the opening quote on; the cursor is at a backslash. False at the end of the text.
static bool read_with_escapes(Lexer *lexer, uint32_t start, char quote) {
  Scan *scan = &lexer->scan;
  buffer_clear(&lexer->bytes);
  buffer_append(&lexer->bytes, scan->text + start, scan->pos - start);
  while (!scan_at_end(scan) && scan_peek(scan) != quote) {
    char c = scan->text[scan->pos++];
    if (c == '\\') {
      read_escape(lexer, quote);
    } else {
      buffer_byte(&lexer->bytes, c);
    }
  }
  return !scan_at_end(scan);
}

static void report_unterminated(Lexer *lexer, uint32_t start, char quote) {
  lexer->is_cut = true;
  diag_error(lexer->diags, DIAG_VINT_OPEN_STRING, (Span){start, start + 1}, quote);
}

// Strings may span lines, so an unterminated one swallows the rest of the file: the message points
// to where it began.
static void read_string(Lexer *lexer, VintToken *token, char quote) {
  Scan *scan = &lexer->scan;
  uint32_t start = scan->pos;
  const char *text = scan->text;
  token->kind = TOKEN_STRING;
  while (scan->pos < scan->len && text[scan->pos] != quote && text[scan->pos] != '\\') scan->pos++;
  if (!scan_at_end(scan) && scan_peek(scan) == '\\') {
    bool is_closed = read_with_escapes(lexer, start, quote);
    token->text = new_text(lexer, lexer->bytes.bytes, lexer->bytes.len);
    if (!is_closed) report_unterminated(lexer, token->span.start, quote);
  } else {
    token->text = new_text(lexer, text + start, scan->pos - start);
    if (scan_at_end(scan)) report_unterminated(lexer, token->span.start, quote);
  }
  if (!scan_at_end(scan)) scan->pos++;
}

static void read_backticks(Lexer *lexer, VintToken *token) {
  Scan *scan = &lexer->scan;
  uint32_t start = scan->pos;
  const char *end = memchr(scan->text + start, '`', scan->len - start);
  token->kind = TOKEN_STRING;
  diag_error(lexer->diags, DIAG_VINT_BACKTICK, (Span){start - 1, start});
  if (!end) lexer->is_cut = true;
  scan->pos = end ? (uint32_t)(end - scan->text) : scan->len;
  token->text = new_text(lexer, scan->text + start, scan->pos - start);
  if (end) scan->pos++;
}

// --- Numbers -------------------------------------------------------------------------------------

// `010` is 8, as it always was in Vint and as file modes (0644) are written. True if one stands
// here.
static bool read_octal(Lexer *lexer, VintToken *token) {
  const char *text = lexer->scan.text;
  uint32_t at = token->span.start + 1;
  uint64_t value = 0;
  bool is_octal = true, fits = true;
  for (; scan_is_digit(text[at]); at++) {
    is_octal &= text[at] < '8';
    fits &= value <= (uint64_t)INT64_MAX / 8;
    value = value * 8 + (uint64_t)(text[at] - '0');
  }
  bool is_other = (text[at] == '.' && scan_is_digit(text[at + 1])) || scan_is_name(text[at]);
  if (at == token->span.start + 1 || is_other) return false;
  Span span = {token->span.start, at};
  lexer->scan.pos = at;
  token->kind = TOKEN_INTEGER;
  token->integer = is_octal && fits ? (int64_t)value : 0;
  if (!is_octal) {
    diag_error(lexer->diags, DIAG_VINT_OCTAL, span);
  } else if (!fits) {
    diag_error(lexer->diags, DIAG_VINT_INTEGER_RANGE, span);
  }
  return true;
}

// A name may begin with a digit, if a letter or `_` follows (`2d`, `3_x`). What begins as a number does
// remains one, whether it is whole or not: 0x…, 0b…, 1e5, 1e, and 1_000, which the message is for.
static bool begins_name(const Scan *scan) {
  char first = scan_peek(scan), second = scan_peek_at(scan, 1), third = scan_peek_at(scan, 2);
  if (!scan_is_digit(first) || !scan_is_name_start(second)) return scan_is_name_start(first);
  bool is_prefix = first == '0' && strchr("xXbB", second);
  bool is_exponent = (second == 'e' || second == 'E') && !scan_is_name_start(third);
  return !is_prefix && !is_exponent && !(second == '_' && scan_is_digit(third));
}

static void read_number(Lexer *lexer, VintToken *token) {
  Scan *scan = &lexer->scan;
  if (scan_peek(scan) == '0' && read_octal(lexer, token)) return;
  ScanNumber number = scan_number(scan);
  if (!number.is_integer) {
    token->kind = TOKEN_FLOAT;
    token->number = number.number;
    return;
  }
  token->kind = TOKEN_INTEGER;
  token->integer = number.overflows ? 0 : number.integer;
  if (number.overflows) {
    diag_error(lexer->diags, DIAG_VINT_INTEGER_RANGE, (Span){token->span.start, scan->pos});
  }
}

// --- Comments ------------------------------------------------------------------------------------

static void skip_block_comment(Lexer *lexer) {
  Scan *scan = &lexer->scan;
  uint32_t start = scan->pos;
  scan->pos += 2;
  for (;;) {
    const char *from = scan->text + scan->pos;
    const char *star = memchr(from, '*', scan->len - scan->pos);
    if (!star) break;
    scan->pos = (uint32_t)(star - scan->text) + 1;
    if (scan_match(scan, "/")) return;
  }
  scan->pos = scan->len;
  lexer->is_cut = true;
  diag_error(lexer->diags, DIAG_VINT_OPEN_COMMENT, (Span){start, start + 2});
}

// Blanks and comments before a token. True if a line end was among them. `#` may begin a comment
// only where a line begins; elsewhere it is reported, but what follows is taken for a comment all
// the same.
static bool skip_blanks(Lexer *lexer, bool begins_line) {
  Scan *scan = &lexer->scan;
  for (;;) {
    begins_line |= scan_blanks(scan);
    char c = scan_peek(scan);
    if (c == '/' && scan->text[scan->pos + 1] == '/') {
      scan_line(scan);
    } else if (c == '/' && scan->text[scan->pos + 1] == '*') {
      uint32_t start = scan->pos;
      skip_block_comment(lexer);
      begins_line |= memchr(scan->text + start, '\n', scan->pos - start) != NULL;
    } else if (c == '#') {
      if (!begins_line) diag_error(lexer->diags, DIAG_VINT_HASH, (Span){scan->pos, scan->pos + 1});
      scan_line(scan);
    } else {
      return begins_line;
    }
  }
}

// --- Punctuation ---------------------------------------------------------------------------------

// The token is `longer` if the text goes on with `next`.
static uint8_t either(Scan *scan, char next, VintTokenKind longer, VintTokenKind shorter) {
  if (scan->text[scan->pos] != next) return (uint8_t)shorter;
  scan->pos++;
  return (uint8_t)longer;
}

static uint8_t read_equality(Lexer *lexer, bool is_negated) {
  Scan *scan = &lexer->scan;
  uint8_t kind = is_negated ? TOKEN_NOT_EQUAL : TOKEN_EQUAL;
  if (scan_peek(scan) != '=') return kind;
  scan->pos++;
  const char *right = is_negated ? "!=" : "==";
  diag_error(lexer->diags, DIAG_VINT_TRIPLE_EQUAL, (Span){scan->pos - 3, scan->pos}, right);
  return kind;
}

static uint8_t read_colon(Scan *scan) {
  if (scan_peek(scan) == '=') {
    scan->pos++;
    return TOKEN_DEFINE;
  }
  // `a[1:::len(a)]` is a colon and a prefixed name.
  if (scan_peek(scan) != ':' || scan->text[scan->pos + 1] == ':') return TOKEN_COLON;
  scan->pos++;
  return TOKEN_COLON_COLON;
}

static uint8_t read_dot(Scan *scan) {
  if (scan_match(scan, "..")) return TOKEN_ELLIPSIS;
  return either(scan, '.', TOKEN_DOT_DOT, TOKEN_DOT);
}

static uint8_t read_operator(Lexer *lexer, char c) {
  Scan *scan = &lexer->scan;
  switch (c) {
  case '=':
    if (scan_match(scan, "=")) return read_equality(lexer, false);
    return either(scan, '>', TOKEN_ARROW, TOKEN_ASSIGN);
  case '!': return scan_match(scan, "=") ? read_equality(lexer, true) : TOKEN_BANG;
  case '+':
    if (scan_match(scan, "+")) return TOKEN_PLUS_PLUS;
    return either(scan, '=', TOKEN_PLUS_ASSIGN, TOKEN_PLUS);
  case '-':
    if (scan_match(scan, "-")) return TOKEN_MINUS_MINUS;
    if (scan_match(scan, ">")) return TOKEN_THIN_ARROW;
    return either(scan, '=', TOKEN_MINUS_ASSIGN, TOKEN_MINUS);
  case '*':
    if (scan_match(scan, "*")) return TOKEN_STAR_STAR;
    return either(scan, '=', TOKEN_STAR_ASSIGN, TOKEN_STAR);
  case '/': return either(scan, '=', TOKEN_SLASH_ASSIGN, TOKEN_SLASH);
  case '%': return either(scan, '=', TOKEN_PERCENT_ASSIGN, TOKEN_PERCENT);
  case '<': return either(scan, '=', TOKEN_LESS_EQUAL, TOKEN_LESS);
  case '>': return either(scan, '=', TOKEN_GREATER_EQUAL, TOKEN_GREATER);
  case '&': return either(scan, '&', TOKEN_AND, TOKEN_AMPERSAND);
  case '|': return either(scan, '|', TOKEN_OR, TOKEN_PIPE);
  case '?': return scan_match(scan, "?") ? TOKEN_COALESCE : read_stray(lexer, c);
  default: return read_stray(lexer, c);
  }
}

static uint8_t read_punctuation(Lexer *lexer, char c) {
  switch (c) {
  case '(': return TOKEN_OPEN_PAREN;
  case ')': return TOKEN_CLOSE_PAREN;
  case '[': return TOKEN_OPEN_BRACKET;
  case ']': return TOKEN_CLOSE_BRACKET;
  case '{': return TOKEN_OPEN_BRACE;
  case '}': return TOKEN_CLOSE_BRACE;
  case ',': return TOKEN_COMMA;
  case ';': return TOKEN_SEMICOLON;
  case '@': return TOKEN_AT;
  case ':': return read_colon(&lexer->scan);
  case '.': return read_dot(&lexer->scan);
  default: return read_operator(lexer, c);
  }
}

// --- The whole text ------------------------------------------------------------------------------

static void read_token(Lexer *lexer, VintToken *token) {
  Scan *scan = &lexer->scan;
  char c = scan_peek(scan);
  if (begins_name(scan)) {
    read_word(lexer, token, scan_name(scan));
  } else if (scan_is_digit(c)) {
    read_number(lexer, token);
  } else if (is_foreign(c)) {
    read_foreign(lexer, token);
  } else {
    scan->pos++;
    if (c == '"' || c == '\'') {
      read_string(lexer, token, c);
    } else if (c == '`') {
      read_backticks(lexer, token);
    } else {
      token->kind = read_punctuation(lexer, c);
    }
  }
  // A foreign letter directly behind a name belongs to the same word; a sign is left for itself.
  uint32_t size;
  if (token->kind == TOKEN_NAME && is_foreign(scan_peek(scan)) &&
      !is_sign(decode_at(scan, scan->pos, &size))) {
    read_foreign(lexer, token);
  }
  token->span.end = scan->pos;
}

static void read_all(Lexer *lexer) {
  Scan *scan = &lexer->scan;
  bool begins_line = true;
  vec_reserve(lexer->tokens, scan->len / 5 + 16);
  for (;;) {
    begins_line = skip_blanks(lexer, begins_line);
    VintToken token = {.begins_line = begins_line, .span = {scan->pos, scan->pos}};
    if (scan_at_end(scan)) {
      vec_push(lexer->tokens, token);
      return;
    }
    read_token(lexer, &token);
    vec_push(lexer->tokens, token);
    begins_line = false;
  }
}

bool vint_lexer_run(const Source *source, Arena *arena, NameTable *names, Diags *diags,
                    VintTokens *out) {
  Lexer lexer = {.arena = arena, .names = names, .diags = diags, .tokens = out};
  scan_init(&lexer.scan, source, diags);
  if (!scan_check_text(&lexer.scan)) {
    VintToken end = {.begins_line = true};
    vec_push(out, end);
    return false;
  }
  add_words(&lexer);
  read_all(&lexer);
  buffer_free(&lexer.bytes);
  return !lexer.is_cut;
}
