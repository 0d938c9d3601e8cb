// SPDX-License-Identifier: MIT
// vint_parser.c - the parser's common part: expecting, failing, recovering, and the door
//
// Recovery leans on two things that people keep even in broken text: line ends and indentation. A
// failed statement ends at a `;` or closing brace of its own level, or at a line that begins with a
// statement's keyword, or at any line that is indented no more than the statement's own first line.
#include "vint/vint_private.h"

#include "vint/vint_words.h"

#include <string.h>

#define SHOWN_MAX      40
#define LOOK_AHEAD_MAX 500
#define OF_KIND(a, b)  (1ull << (a) | 1ull << (b))

// --- Failing -------------------------------------------------------------------------------------

// Silent where something was said already: while failing, at a token that the lexer reported, and
// at the end of a text that ended inside a string.
bool vint_parser_fail(VintParser *p) {
  bool is_news = !p->is_failing && !p->is_silenced && !is_at(p, TOKEN_WRONG);
  if (p->is_misused[p->token->kind]) is_news = false;
  if (p->token > p->first && p->is_misused[p->token[-1].kind]) is_news = false;
  if (is_at(p, TOKEN_END)) {
    if (is_news && p->diags->error_count == 0) p->wants_more = true;
    if (p->is_cut) is_news = false;
    p->is_silenced = true;
  }
  p->is_failing = true;
  p->has_failed = true;
  return is_news;
}

static const char *cut_text(VintParser *p, const char *text, size_t len) {
  if (len <= SHOWN_MAX) return arena_text(p->arena, text, len);
  len = SHOWN_MAX;
  while ((text[len] & 0xC0) == 0x80) len--;
  return arena_printf(p->arena, "%.*s…", (int)len, text);
}

const char *vint_parser_shown(VintParser *p, const VintToken *token) {
  const char *text = p->source->text + token->span.start;
  uint32_t len = token->span.end - token->span.start;
  switch (token->kind) {
  case TOKEN_NAME:
  case TOKEN_DECLARATIVE: return arena_printf(p->arena, "`%s`", cut_text(p, text, len));
  case TOKEN_INTEGER:
  case TOKEN_FLOAT: return arena_printf(p->arena, "the number %s", cut_text(p, text, len));
  default: return vint_lexer_kind_text((VintTokenKind)token->kind);
  }
}

// What people coming from elsewhere mean by the word that was found.
static const char *help_for_word(const VintToken *token) {
  if (token->kind == TOKEN_THIN_ARROW)
    return "`=>` leads to the value of a match arm, `:` to a type";
  if (token->kind == TOKEN_DEFINE) return "a new variable is made with `let x = …`";
  if (token->kind != TOKEN_NAME) return NULL;
  switch (token->word) {
  case WORD_LOGICAL_AND: return "both must hold: `a && b`";
  case WORD_LOGICAL_OR: return "one of them must hold: `a || b`";
  case WORD_LOGICAL_NOT: return "not is written `!a`";
  case WORD_ELIF: return "write `else if`";
  case WORD_THEN: return "the block stands in braces, without `then`";
  case WORD_OF: return "write `for x in …`";
  default: return NULL;
  }
}

Diag *vint_parser_expected(VintParser *p, const char *what) {
  if (!vint_parser_fail(p)) return NULL;
  const char *found = vint_parser_shown(p, p->token);
  Diag *diag = diag_error(p->diags, DIAG_VINT_EXPECTED, p->token->span, what, found);
  const char *help = help_for_word(p->token);
  if (help) diag_help(p->diags, diag, "%s", help);
  return diag;
}

bool vint_parser_expect(VintParser *p, VintTokenKind kind, const char *what) {
  if (p->is_failing) return false;
  if (accept(p, kind)) return true;
  vint_parser_expected(p, what);
  return false;
}

// Blanks before the first token of the token's line.
static uint32_t indent_of(const VintParser *p, const VintToken *token) {
  const VintToken *limit = token - p->first > LOOK_AHEAD_MAX ? token - LOOK_AHEAD_MAX : p->first;
  while (token > limit && !token->begins_line) token--;
  uint32_t start = token->span.start;
  uint32_t at = start;
  while (at > 0 && (p->source->text[at - 1] == ' ' || p->source->text[at - 1] == '\t')) at--;
  return start - at;
}

// A brace that closes a line indented deeper than itself likely belongs to an outer block. The
// first such pair tells where a `}` is missing, if one turns out to be missing at the end.
static void note_odd_indent(VintParser *p, const VintToken *open, const VintToken *close) {
  if (p->odd_open || close->kind != TOKEN_CLOSE_BRACE || !close->begins_line) return;
  if (indent_of(p, close) >= indent_of(p, open)) return;
  p->odd_open = open;
  p->odd_close = close;
}

static void report_unclosed(VintParser *p, const VintToken *open, VintTokenKind kind) {
  bool is_odd = p->odd_open && open->kind == TOKEN_OPEN_BRACE;
  if (is_odd) open = p->odd_open;
  Diag *diag =
      diag_error(p->diags, DIAG_VINT_UNCLOSED, open->span,
                 vint_lexer_kind_text((VintTokenKind)open->kind), vint_lexer_kind_text(kind));
  if (is_odd) {
    diag_note(p->diags, diag, p->odd_close->span, "this `}` is indented like an outer block's");
  }
}

void vint_parser_close(VintParser *p, VintTokenKind kind, const VintToken *open, const char *what) {
  if (p->is_failing) return;
  if (is_at(p, kind)) {
    note_odd_indent(p, open, advance(p));
    return;
  }
  if (is_at(p, TOKEN_END)) {
    if (vint_parser_fail(p)) report_unclosed(p, open, kind);
    return;
  }
  Diag *diag = vint_parser_expected(p, what);
  bool is_far = source_position(p->source, open->span.start).line !=
                source_position(p->source, p->token->span.start).line;
  if (diag && is_far) {
    diag_note(p->diags, diag, open->span, "%s is opened here",
              vint_lexer_kind_text((VintTokenKind)open->kind));
  }
}

const VintToken *vint_parser_name(VintParser *p, const char *what) {
  if (p->is_failing) return NULL;
  if (is_at(p, TOKEN_NAME)) return advance(p);
  if (!vint_token_is_word(p->token)) {
    vint_parser_expected(p, what);
    return NULL;
  }
  // `let in = 5`: the name was meant. `let` alone before a line `for x in …`: it was not.
  if (p->token->begins_line) {
    vint_parser_expected(p, what);
    return NULL;
  }
  const char *shown = p->token->name->text;
  diag_error(p->diags, DIAG_VINT_KEYWORD_NAME, p->token->span, shown, what);
  p->is_misused[p->token->kind] = true;
  return advance(p);
}

// --- Depth and height ----------------------------------------------------------------------------

static void stop(VintParser *p, DiagCode code, unsigned limit) {
  if (vint_parser_fail(p)) diag_error(p->diags, code, p->token->span, limit);
  p->is_silenced = true;
  p->token = p->end;
}

bool vint_parser_open(VintParser *p, VintLevel *level) {
  *level = (VintLevel){p->height, p->is_header};
  p->height = 0;
  p->depth++;
  if (p->depth <= VINT_MAX_DEPTH + 1) return true;
  stop(p, DIAG_VINT_TOO_DEEP, VINT_MAX_DEPTH);
  return false;
}

void vint_parser_leave(VintParser *p, VintLevel level) {
  p->depth--;
  p->is_header = level.is_header;
  p->height++;
  if (level.height > p->height) p->height = level.height;
}

bool vint_parser_grow(VintParser *p, uint32_t height) {
  if (height > p->height) p->height = height;
  p->height++;
  if (p->height + p->depth <= VINT_MAX_HEIGHT) return true;
  stop(p, DIAG_VINT_TOO_LONG, VINT_MAX_HEIGHT);
  return false;
}

// --- Recovery ------------------------------------------------------------------------------------

static bool begins_statement(const VintToken *token) {
  switch (token->kind) {
  case TOKEN_LET:
  case TOKEN_CONST:
  case TOKEN_RETURN:
  case TOKEN_BREAK:
  case TOKEN_CONTINUE:
  case TOKEN_STRUCT:
  case TOKEN_ENUM:
  case TOKEN_IMPORT:
  case TOKEN_INCLUDE:
  case TOKEN_PACKAGE:
  case TOKEN_GO:
  case TOKEN_DEFER:
  case TOKEN_WHILE:
  case TOKEN_FOR: return true;
  case TOKEN_FUNC:
  case TOKEN_ASYNC:
  case TOKEN_IF:
  case TOKEN_SWITCH:
  case TOKEN_MATCH:
  case TOKEN_REPEAT:
  case TOKEN_THROW:
  case TOKEN_ERROR:
  case TOKEN_DECLARATIVE: return token->begins_line;
  default: return false;
  }
}

static int bracket_step(const VintToken *token) {
  switch (token->kind) {
  case TOKEN_OPEN_PAREN:
  case TOKEN_OPEN_BRACKET:
  case TOKEN_OPEN_BRACE: return 1;
  case TOKEN_CLOSE_PAREN:
  case TOKEN_CLOSE_BRACKET:
  case TOKEN_CLOSE_BRACE: return -1;
  default: return 0;
  }
}

// Whether the text before the line end promised more: a comma, an operator, an opening bracket.
static bool promises_more(const VintToken *token) {
  return bracket_step(token) > 0 || token->kind == TOKEN_COMMA || token->kind == TOKEN_DOT ||
         (token->kind >= TOKEN_ASSIGN && token->kind <= TOKEN_COALESCE &&
          token->kind != TOKEN_PLUS_PLUS && token->kind != TOKEN_MINUS_MINUS);
}

// Open braces and other brackets of the failed statement.
typedef struct OpenBrackets {
  int braces;
  int others;
} OpenBrackets;

static void count_bracket(OpenBrackets *open, const VintToken *token) {
  int step = bracket_step(token);
  if (!step) return;
  bool is_brace = token->kind == TOKEN_OPEN_BRACE || token->kind == TOKEN_CLOSE_BRACE;
  int *count = is_brace ? &open->braces : &open->others;
  *count += step;
  if (*count < 0) *count = 0;
  if (is_brace && step < 0 && open->braces == 0) open->others = 0;
}

static bool is_fresh_line(const VintParser *p, const VintToken *token, uint32_t indent) {
  if (!token->begins_line || bracket_step(token) < 0 || promises_more(token - 1)) return false;
  if (token->kind == TOKEN_DOT || token->kind == TOKEN_ELSE) return false;
  return indent_of(p, token) <= indent;
}

static bool can_resume(const VintParser *p, const VintToken *token, OpenBrackets open,
                       uint32_t indent) {
  if (open.braces == 0 && token->kind == TOKEN_CLOSE_BRACE) return true;
  if (open.braces == 0 && begins_statement(token)) return true;
  if (open.braces == 0 && open.others == 0 && token->kind == TOKEN_SEMICOLON) return true;
  return is_fresh_line(p, token, indent);
}

void vint_parser_recover(VintParser *p, const VintToken *start) {
  OpenBrackets open = {0};
  p->is_failing = false;
  if (is_at(p, TOKEN_END)) return;
  for (const VintToken *token = start; token < p->token; token++) count_bracket(&open, token);
  uint32_t indent = indent_of(p, start);
  while (p->token < p->end) {
    bool has_moved = p->token > start;
    if (has_moved && can_resume(p, p->token, open, indent)) break;
    if (!has_moved && open.braces == 0 && is_at(p, TOKEN_CLOSE_BRACE)) break;
    count_bracket(&open, p->token);
    p->token++;
  }
}

void vint_parser_recover_header(VintParser *p) {
  if (!p->is_failing || p->is_silenced) return;
  const VintToken *limit = p->end - p->token > LOOK_AHEAD_MAX ? p->token + LOOK_AHEAD_MAX : p->end;
  for (const VintToken *token = p->token; token < limit; token++) {
    if (token->begins_line && (token != p->token || token->kind != TOKEN_OPEN_BRACE)) return;
    if (token->kind == TOKEN_SEMICOLON || token->kind == TOKEN_CLOSE_BRACE) return;
    if (token->kind != TOKEN_OPEN_BRACE) continue;
    p->token = token;
    p->is_failing = false;
    return;
  }
}

void vint_parser_skip_group(VintParser *p) {
  int open = 0;
  do {
    open += bracket_step(p->token);
    advance(p);
  } while (open > 0 && !is_at(p, TOKEN_END));
}

const VintToken *vint_parser_behind_group(const VintParser *p, const VintToken *open) {
  int depth = 0;
  const VintToken *limit = p->end - open > LOOK_AHEAD_MAX ? open + LOOK_AHEAD_MAX : p->end;
  for (const VintToken *token = open; token < limit; token++) {
    depth += bracket_step(token);
    if (depth == 0) return token + 1;
  }
  return NULL;
}

// --- Lists and names -----------------------------------------------------------------------------

NodeList vint_parser_take(VintParser *p, uint32_t base) {
  uint32_t count = p->nodes.count - base;
  if (count == 0) return (NodeList){0};
  NodeList list = {arena_copy(p->arena, p->nodes.items + base, count * sizeof(Node *)), count};
  p->nodes.count = base;
  return list;
}

void *vint_parser_keep(VintParser *p, void *items, uint32_t count, size_t size) {
  void *copy = arena_copy(p->arena, items, count * size);
  free(items);
  return copy;
}

static void collect_declared(VintParser *p) {
  for (const VintToken *token = p->first; token < p->end; token++) {
    bool is_type_word = token->kind == TOKEN_NAME && token->word == WORD_TYPE;
    bool declares = token->kind == TOKEN_STRUCT || token->kind == TOKEN_ENUM || is_type_word;
    if (!declares || token[1].kind != TOKEN_NAME) continue;
    if (is_type_word && token[2].kind != TOKEN_ASSIGN) continue;
    const Name *name = token[1].name;
    strmap_set(&p->declared, name->text, name->len, p);
  }
  p->knows_declared = true;
}

bool vint_parser_is_declared(VintParser *p, const Name *name) {
  if (!p->knows_declared) collect_declared(p);
  return strmap_get(&p->declared, name->text, name->len) != NULL;
}

// --- The door ------------------------------------------------------------------------------------

static FunctionNode *parse_main(VintParser *p) {
  Span whole = {0, p->source->len};
  FunctionNode *main = BUILD(p->arena, Function, FUNCTION, whole);
  main->is_main = true;
  main->body = BUILD(p->arena, Block, BLOCK, whole);
  p->function = main;
  uint32_t base = p->nodes.count;
  while (!is_at(p, TOKEN_END)) {
    vint_stmt_list(p);
    if (!is_at(p, TOKEN_CLOSE_BRACE)) continue;
    // Behind a failure a brace too many is likely that failure's fault.
    if (!p->has_failed) diag_error(p->diags, DIAG_VINT_STRAY_BRACE, p->token->span);
    p->has_failed = true;
    advance(p);
  }
  main->body->items = vint_parser_take(p, base);
  main->is_body_empty = main->body->items.count == 0;
  return main;
}

Program *vint_parse(const Source *source, Arena *arena, NameTable *names, Diags *diags) {
  VintTokens tokens = {0};
  bool is_whole = vint_lexer_run(source, arena, names, diags, &tokens);
  vint_words_free(&tokens);
  bool is_cut = !is_whole && diags->error_count == 1; // and that is the mistake
  VintParser parser = {.token = tokens.items,
                       .first = tokens.items,
                       .end = tokens.items + tokens.count - 1,
                       .source = source,
                       .arena = arena,
                       .names = names,
                       .diags = diags,
                       .is_cut = !is_whole};
  Program *program = ARENA_NEW(arena, Program);
  program->source = source;
  program->arena = arena;
  program->names = names;
  program->dialect = DIALECT_VINT;
  program->main = parse_main(&parser);
  program->is_cut = is_cut || parser.wants_more;
  vec_free(&parser.nodes);
  vec_free(&parser.arguments);
  strmap_free(&parser.declared);
  vec_free(&tokens);
  return program;
}
