// SPDX-License-Identifier: MIT
// luma_error.c - reporting a mistake once and finding the place to go on
//
// Recovery looks at lines and indentation, which the grammar does not. It only decides where to go
// on after a mistake, so a wrong guess costs a message, never a wrong program.
#include "luma/luma_private.h"

#include <string.h>

#define SHOWN_MAX 30 // bytes of a token that a message quotes

// --- Reporting -----------------------------------------------------------------------------------

static const char *quote(LumaParser *p, Span span) {
  uint32_t len = span.end - span.start;
  const char *text = p->lexer.scan.text + span.start;
  if (len <= SHOWN_MAX) return arena_printf(p->arena, "'%.*s'", (int)len, text);
  return arena_printf(p->arena, "'%.*s…'", SHOWN_MAX, text); // only ASCII tokens are so long
}

const char *luma_error_describe(LumaParser *p) {
  switch (p->token.kind) {
  case LUMA_END_OF_FILE: return "end of input";
  case LUMA_STRING:
  case LUMA_STRING_PART:
  case LUMA_BROKEN: return "string";
  default: return quote(p, p->token.span);
  }
}

static bool is_on_later_line(const LumaParser *p) {
  return p->token.is_first_on_line && p->previous.end > 0;
}

const char *luma_error_where(const LumaParser *p) {
  return is_on_later_line(p) && !luma_at(p, LUMA_END_OF_FILE) ? " on the next line" : "";
}

Span luma_error_place(const LumaParser *p) {
  bool is_behind = is_on_later_line(p) || (luma_at(p, LUMA_END_OF_FILE) && p->previous.end > 0);
  return is_behind ? p->previous : p->token.span;
}

void luma_error_panic(LumaParser *p) {
  if (p->is_panicking) return;
  p->is_panicking = true;
  p->panic_brackets = p->brackets;
}

// Nothing is wrong so far but that the text ends here: more of it may come (Program.is_cut).
static void note_cut(LumaParser *p) {
  const Diags *diags = luma_diags(p);
  if (diags == p->diags && diags->error_count == 0) p->is_cut = true;
}

void luma_error_complain(LumaParser *p) {
  Span span = p->token.span;
  if (p->token.complaint == DIAG_LUMA_UNTERMINATED_STRING) note_cut(p);
  diag_error(luma_diags(p), p->token.complaint, span, (int)(span.end - span.start),
             p->lexer.scan.text + span.start);
}

static bool is_closer(LumaTokenKind kind) {
  return kind == LUMA_RIGHT_PAREN || kind == LUMA_RIGHT_BRACKET || kind == LUMA_RIGHT_BRACE;
}

// The wording for a token that has none of its own.
static void report_plainly(LumaParser *p, const char *expected) {
  Diags *diags = luma_diags(p);
  Span span = p->token.span;
  const char *text = luma_error_describe(p);
  if (!expected && is_closer(p->token.kind)) {
    diag_error(diags, DIAG_LUMA_EXTRA_CLOSER, span, text);
  } else if (expected && luma_at(p, LUMA_COMMA)) {
    diag_error(diags, DIAG_LUMA_EXTRA_COMMA, span, expected);
  } else if (expected) {
    diag_error(diags, DIAG_LUMA_UNEXPECTED, luma_error_place(p), text, luma_error_where(p),
               ", expected ", expected);
  } else {
    diag_error(diags, DIAG_LUMA_UNEXPECTED, span, text, "", "", "");
  }
}

// Nothing follows, so nothing else can be wrong; the blocks that are open now are not told one by
// one.
static void report_end_of_input(LumaParser *p, const char *expected) {
  note_cut(p);
  diag_error(luma_diags(p), DIAG_LUMA_END_OF_INPUT, luma_error_place(p),
             expected ? ", expected " : "", expected ? expected : "");
  p->is_stopped = true;
}

void luma_error_unexpected(LumaParser *p, const char *expected) {
  if (p->is_panicking) return;
  if (luma_error_recover_string(p)) {
    // Reported there.
  } else if (luma_at(p, LUMA_END_OF_FILE)) {
    report_end_of_input(p, expected);
  } else if (p->token.has_complaint) {
    luma_error_complain(p);
  } else {
    report_plainly(p, expected);
  }
  luma_error_panic(p);
}

// --- Strings that ended too late -----------------------------------------------------------------

// In `"abc` … `"def"` on the next line the second quote ends the first string, and `def` is glued
// to it. What follows would be read inside out, so we go back.
bool luma_error_recover_string(LumaParser *p) {
  if (p->previous_kind != LUMA_STRING || p->token.span.start != p->previous.end) return false;
  bool is_text = luma_at(p, LUMA_NAME) || luma_at(p, LUMA_NUMBER) || luma_at(p, LUMA_UNKNOWN) ||
                 luma_lexer_is_word(p->token.kind);
  if (!is_text || p->is_stopped) return false;
  uint32_t start = p->previous.start;
  uint32_t line_end = luma_lexer_line_end(&p->lexer, start);
  if (line_end >= p->previous.end) return false;
  diag_error(luma_diags(p), DIAG_LUMA_UNTERMINATED_STRING, (Span){start, line_end});
  p->previous = (Span){start, line_end};
  luma_parser_resume_at(p, line_end);
  return true;
}

// --- Brackets ------------------------------------------------------------------------------------

LumaOpener luma_error_opener(const LumaParser *p, const char *what) {
  return (LumaOpener){.span = p->token.span, .indent = p->token.indent, .what = what};
}

LumaOpener luma_error_open_bracket(LumaParser *p) {
  LumaOpener opener = luma_error_opener(p, luma_lexer_kind_text(p->token.kind));
  luma_parser_advance(p);
  p->brackets++;
  luma_parser_enter(p);
  return opener;
}

static uint32_t line_of(const LumaParser *p, uint32_t offset) {
  return source_position(p->lexer.scan.source, offset).line;
}

static void note_opener(LumaParser *p, Diag *diag, LumaOpener opener) {
  diag_note(p->diags, diag, opener.span, "'%s' is opened here", opener.what);
}

// A group in parentheses has one item, so no comma is missing in it.
static void report_unclosed(LumaParser *p, LumaTokenKind closer, LumaOpener opener,
                            const char *or_comma) {
  if (luma_at(p, LUMA_END_OF_FILE)) note_cut(p);
  Diag *diag =
      diag_error(luma_diags(p), DIAG_LUMA_UNCLOSED, luma_error_place(p), luma_error_describe(p),
                 luma_error_where(p), or_comma, luma_lexer_kind_text(closer));
  note_opener(p, diag, opener);
}

bool luma_error_more_items(LumaParser *p, LumaTokenKind closer, LumaOpener opener) {
  if (p->is_panicking) return false;
  if (luma_parser_accept(p, LUMA_COMMA)) return !luma_at(p, closer);
  bool is_item =
      p->token.is_first_on_line && p->token.indent > opener.indent && luma_expr_begins(p);
  if (!is_item || luma_at(p, closer)) return false;
  report_unclosed(p, closer, opener, "',' or ");
  return true;
}

// A closing bracket of another kind is taken for ours if it cannot be anybody else's. After
// anything else the bracket counts as open still, unless the text goes on further left than it
// began.
static void recover_bracket(LumaParser *p, LumaOpener opener) {
  if (luma_at(p, LUMA_END_OF_FILE)) p->is_stopped = true;
  if (is_closer(p->token.kind)) {
    if (p->brackets == 0) luma_parser_advance(p);
    return;
  }
  luma_error_panic(p);
  p->panic_brackets += luma_is_on_line(p) || p->token.indent > opener.indent;
}

void luma_error_close_bracket(LumaParser *p, LumaTokenKind closer, LumaOpener opener) {
  luma_parser_leave(p);
  p->brackets--;
  if (luma_parser_accept(p, closer) || p->is_panicking) return;
  if (luma_error_recover_string(p)) {
    luma_error_panic(p);
    return;
  }
  if (p->token.has_complaint) {
    luma_error_unexpected(p, NULL);
    return;
  }
  if (opener.is_group && closer == LUMA_RIGHT_PAREN && luma_at(p, LUMA_COMMA)) {
    note_opener(p, diag_error(luma_diags(p), DIAG_LUMA_GROUP_COMMA, p->token.span), opener);
  } else {
    report_unclosed(p, closer, opener, opener.is_group ? "" : "',' or ");
  }
  recover_bracket(p, opener);
}

// --- Blocks --------------------------------------------------------------------------------------

// Ends panicking at the `do` of this line, if it has one.
static bool skip_to_do(LumaParser *p) {
  uint32_t open = 0;
  while (luma_is_on_line(p) && !luma_at(p, LUMA_DO) && !luma_at(p, LUMA_END_OF_FILE)) {
    if (luma_at(p, LUMA_END) || luma_at(p, LUMA_LEFT_BRACE)) return false;
    luma_error_skip_token(p, &open);
  }
  if (!luma_at(p, LUMA_DO) || p->is_stopped) return false;
  p->is_panicking = false;
  luma_parser_advance(p);
  return true;
}

// A header was wrong and has no `do`. If the next line stands further right it is the block.
static LumaBlockStyle recover_header(LumaParser *p, LumaOpener opener) {
  if (skip_to_do(p)) return LUMA_STYLE_DO;
  bool is_inside = p->token.is_first_on_line && p->token.indent > opener.indent;
  if (!is_inside || p->is_stopped || luma_at(p, LUMA_END_OF_FILE)) return LUMA_STYLE_NONE;
  p->is_panicking = false;
  return LUMA_STYLE_DO;
}

LumaBlockStyle luma_error_open_block(LumaParser *p, LumaOpener opener, const char *after) {
  if (p->is_panicking) return recover_header(p, opener);
  if (luma_parser_accept(p, LUMA_DO)) return LUMA_STYLE_DO;
  Span span = p->token.span;
  if (luma_at_word(p, p->words.then_word) && luma_is_on_line(p)) {
    diag_error(luma_diags(p), DIAG_LUMA_THEN, span, after);
    luma_parser_advance(p);
    return LUMA_STYLE_DO;
  }
  if (luma_at(p, LUMA_LEFT_BRACE)) {
    diag_error(luma_diags(p), DIAG_LUMA_BRACE_BLOCK, span, after);
    luma_parser_advance(p);
    p->brace_blocks++;
    return LUMA_STYLE_BRACES;
  }
  if (p->token.is_first_on_line && !luma_at(p, LUMA_END_OF_FILE)) {
    diag_error(luma_diags(p), DIAG_LUMA_MISSING_DO, luma_error_place(p), luma_error_describe(p),
               luma_error_where(p), after);
    return LUMA_STYLE_DO;
  }
  luma_error_unexpected(p, arena_printf(p->arena, "'do' after %s", after));
  return recover_header(p, opener);
}

static void report_missing_end(LumaParser *p, LumaOpener opener) {
  Diag *diag =
      diag_error(luma_diags(p), DIAG_LUMA_MISSING_END, luma_error_place(p), luma_error_describe(p),
                 luma_error_where(p), opener.what, line_of(p, opener.span.start));
  note_opener(p, diag, opener);
  if (p->suspect.what && p->suspect.span.start != opener.span.start) {
    diag_note(
        p->diags, diag, p->suspect.span,
        "the next 'end' stands further left than this '%s', which may be the one without an end",
        p->suspect.what);
  }
}

// Where a block without `end` is noticed, the closing bracket or `else` of something further out
// stands: the block counts as closed, and reading goes on.
void luma_error_close_block(LumaParser *p, LumaBlockStyle style, LumaOpener opener) {
  if (style == LUMA_STYLE_NONE) return;
  if (style == LUMA_STYLE_BRACES) {
    p->brace_blocks--;
    if (!luma_parser_accept(p, LUMA_END)) luma_parser_expect(p, LUMA_RIGHT_BRACE, "'}'");
    return;
  }
  bool is_outdented = p->token.is_first_on_line && p->token.indent < opener.indent;
  if (luma_parser_accept(p, LUMA_END)) {
    if (is_outdented && !p->suspect.what) p->suspect = opener;
    return;
  }
  if (p->is_panicking) return;
  if (luma_at(p, LUMA_END_OF_FILE)) note_cut(p);
  report_missing_end(p, opener);
  if (luma_at(p, LUMA_END_OF_FILE)) p->is_stopped = true;
}

// --- Going on ------------------------------------------------------------------------------------

// The current token is the `do` of something that is not read. Errors in there are left for the
// next time, because what is before the `do` may change what is in it.
static void skip_block(LumaParser *p) {
  Node *condition;
  bool was_quiet = p->is_quiet;
  p->is_quiet = true;
  p->is_panicking = false;
  luma_parser_advance(p);
  luma_stmt_block(p, LUMA_BLOCK_BRANCH, &condition);
  while (luma_at(p, LUMA_ELSE) || luma_control_at_elif(p)) {
    bool has_condition = luma_control_at_elif(p) || luma_parser_peek(p)->kind == LUMA_IF;
    luma_parser_advance(p);
    if (!has_condition || !skip_to_do(p)) luma_parser_accept(p, LUMA_DO);
    luma_stmt_block(p, LUMA_BLOCK_BRANCH, &condition);
  }
  luma_parser_accept(p, LUMA_END);
  p->is_quiet = was_quiet;
  p->is_panicking = true;
}

static void skip_string(LumaParser *p) {
  bool was_quiet = p->is_quiet;
  p->is_quiet = true;
  p->is_panicking = false;
  luma_literal_interpolation(p);
  p->is_quiet = was_quiet;
  p->is_panicking = true;
}

void luma_error_skip_token(LumaParser *p, uint32_t *open) {
  switch (p->token.kind) {
  case LUMA_DO: skip_block(p); return;
  case LUMA_STRING_PART: skip_string(p); return;
  case LUMA_LEFT_PAREN:
  case LUMA_LEFT_BRACKET:
  case LUMA_LEFT_BRACE: ++*open; break;
  case LUMA_RIGHT_PAREN:
  case LUMA_RIGHT_BRACKET:
  case LUMA_RIGHT_BRACE:
    if (*open > 0) --*open;
    break;
  default: break;
  }
  luma_parser_advance(p);
}

// Words that begin a statement and can stand nowhere within an expression.
static bool begins_statement_only(LumaParser *p) {
  switch (p->token.kind) {
  case LUMA_LET:
  case LUMA_VAR:
  case LUMA_RETURN:
  case LUMA_BREAK:
  case LUMA_CONTINUE:
  case LUMA_WHILE:
  case LUMA_FOR: return true;
  case LUMA_FN: return luma_parser_peek(p)->kind == LUMA_NAME;
  default: return false;
  }
}

// Whether recovery ends here. `open` brackets of the broken statement are open.
static bool is_place_to_go_on(LumaParser *p, LumaOpener first, uint32_t open, uint32_t brackets) {
  LumaTokenKind kind = p->token.kind;
  if (kind == LUMA_END_OF_FILE || kind == LUMA_END || kind == LUMA_ELSE) return true;
  if (p->token.is_first_on_line && begins_statement_only(p)) return true;
  if (open == 0 && kind == LUMA_SEMICOLON) return true;
  if (open == 0 && is_closer(kind)) return brackets > 0 || p->brace_blocks > 0;
  if (!p->token.is_first_on_line || !luma_expr_begins(p)) return false;
  return open == 0 || p->token.indent <= first.indent;
}

void luma_error_synchronize(LumaParser *p, LumaOpener first, uint32_t brackets) {
  uint32_t open = p->panic_brackets > brackets ? p->panic_brackets - brackets : 0;
  // The first token of a statement is never where to go on: it is what could not be read.
  if (p->token.span.start == first.span.start) luma_error_skip_token(p, &open);
  while (!is_place_to_go_on(p, first, open, brackets)) luma_error_skip_token(p, &open);
  p->is_panicking = false;
  p->brackets = brackets;
}
