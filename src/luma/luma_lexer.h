// SPDX-License-Identifier: MIT
// luma_lexer.h - Luma's text as tokens, one at a time
//
// Line ends are no tokens, but some rules ask for them (luma.md 2.6), so each token knows whether
// it is the first of its line. Signs of other languages come as the token that was meant, with a
// complaint for the parser to report when it takes the token; so a `!==` costs one message and
// nothing is lost.
//
// A string with interpolation is not one token: the lexer stops behind each `${`, the parser reads
// the expression as any other and calls luma_lexer_string_rest at its `}`. So the lexer needs no
// stack, and what stands inside may be as nested as the parser allows.
#ifndef LUMA_LEXER_H
#define LUMA_LEXER_H

#include "base/name.h"
#include "source/scan.h"

typedef enum LumaTokenKind {
#define LUMA_KIND(kind, text) LUMA_##kind,
#define LUMA_WORD(kind, text) LUMA_##kind,
#define LUMA_SIGN(kind, text) LUMA_##kind,
#include "luma/luma_tokens.def"
#undef LUMA_KIND
#undef LUMA_WORD
#undef LUMA_SIGN
  LUMA_TOKEN_COUNT
} LumaTokenKind;

typedef struct LumaToken {
  uint8_t kind; // LumaTokenKind
  bool is_first_on_line;
  bool has_complaint;
  uint16_t complaint; // DiagCode, reported when the token is taken
  uint32_t indent;    // bytes before the first token of its line
  Span span;
  union {
    const Name *name; // NAME and reserved words
    double number;    // NUMBER
    struct {
      const char *bytes; // STRING, STRING_PART: escapes resolved, in the arena
      uint32_t len;
    } text;
  } as;
} LumaToken;

typedef struct LumaLexer {
  Scan scan;
  Arena *arena;
  NameTable *names;
  Buffer resolved;     // the string being read, if it has escapes
  uint32_t line_start; // of the line the cursor is on
  uint32_t indent;
  bool has_broken_string; // an unterminated string was met
} LumaLexer;

void luma_lexer_init(LumaLexer *lexer, const Source *source, Arena *arena, NameTable *names,
                     Diags *diags);
void luma_lexer_free(LumaLexer *lexer);

// The text is used up when this gives END_OF_FILE; it then gives that for ever.
void luma_lexer_next(LumaLexer *lexer, LumaToken *token);
// The cursor stands behind the `}` of an interpolation: reads the string's next part. `start` is
// where the string began.
void luma_lexer_string_rest(LumaLexer *lexer, LumaToken *token, uint32_t start);
// Goes on from `offset`, backwards too: for the parser's recovery.
void luma_lexer_seek(LumaLexer *lexer, uint32_t offset);
// Offset of the end of the line that `offset` is on.
uint32_t luma_lexer_line_end(const LumaLexer *lexer, uint32_t offset);

// `let` for LUMA_LET, "name" for LUMA_NAME.
const char *luma_lexer_kind_text(LumaTokenKind kind);
static inline bool luma_lexer_is_word(LumaTokenKind kind) {
  return kind >= LUMA_AWAIT && kind <= LUMA_WHILE;
}

#endif
