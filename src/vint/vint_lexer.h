// SPDX-License-Identifier: MIT
// vint_lexer.h - Vint's text as an array of tokens
//
// The whole file is cut into tokens before parsing begins. That costs 24 bytes a token while the
// parser runs and gives it what a stream with a window does not: any look-ahead and the token
// before, by pointer arithmetic. Vint needs that now and then (is `error T(a, b)` a declaration,
// does `{` begin a dict or a block).
//
// What is wrong with single characters, strings and numbers is reported here. The parser then meets
// either a sensible token or TOKEN_WRONG, about which it says nothing more.
#ifndef VINT_LEXER_H
#define VINT_LEXER_H

#include "base/name.h"
#include "base/vec.h"
#include "source/diag.h"

typedef enum VintTokenKind {
#define TOKEN(kind, shown)  TOKEN_##kind,
#define KEYWORD(kind, word) TOKEN_##kind,
#include "vint/vint_tokens.def"
  TOKEN_KIND_COUNT
} VintTokenKind;

typedef enum VintWord {
  WORD_ORDINARY,
#define SOFT_WORD(kind, word) WORD_##kind,
#include "vint/vint_tokens.def"
} VintWord;

// A string's bytes after its escapes were resolved, zero-terminated.
typedef struct VintText {
  uint32_t len;
  char bytes[];
} VintText;

typedef struct VintToken {
  uint8_t kind;     // VintTokenKind
  uint8_t word;     // NAME: VintWord; DECLARATIVE: DeclarativeKind
  bool begins_line; // a line end stands between the token before and this one
  Span span;
  union {
    const Name *name;     // NAME, DECLARATIVE and all keywords, since any word may follow a dot
    const VintText *text; // STRING
    int64_t integer;      // INTEGER
    double number;        // FLOAT
  };
} VintToken;

typedef VEC(VintToken) VintTokens;

// Fills `out` (zeroed; freed by the caller with vec_free), the last token is END. False if the text
// could not be read to its end: not text at all, or an unterminated string or comment. That was
// reported, so what is missing at END is no news.
bool vint_lexer_run(const Source *source, Arena *arena, NameTable *names, Diags *diags,
                    VintTokens *out) MUST_USE;

// How messages show a kind of token: "`=>`", "a name", "`let`".
const char *vint_lexer_kind_text(VintTokenKind kind);

static inline bool vint_token_is_word(const VintToken *token) {
  return token->kind == TOKEN_NAME || token->kind == TOKEN_DECLARATIVE || token->kind >= TOKEN_FUNC;
}

#endif
