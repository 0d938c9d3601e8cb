// SPDX-License-Identifier: MIT
// luma_parser.c - the token window, depth, collecting, and the door
#include "luma/luma_private.h"

#include <string.h>

// --- Tokens --------------------------------------------------------------------------------------

void luma_parser_advance(LumaParser *p) {
  if (UNLIKELY(p->token.has_complaint)) luma_error_complain(p);
  p->previous = p->token.span;
  p->previous_kind = p->token.kind;
  if (p->is_stopped) return;
  if (p->has_ahead) {
    p->token = p->ahead;
    p->has_ahead = false;
  } else {
    luma_lexer_next(&p->lexer, &p->token);
  }
}

const LumaToken *luma_parser_peek(LumaParser *p) {
  if (!p->has_ahead) {
    luma_lexer_next(&p->lexer, &p->ahead);
    p->has_ahead = true;
  }
  return &p->ahead;
}

void luma_parser_resume_at(LumaParser *p, uint32_t offset) {
  if (p->is_stopped) return;
  p->has_ahead = false;
  luma_lexer_seek(&p->lexer, offset);
  luma_lexer_next(&p->lexer, &p->token);
}

bool luma_parser_accept(LumaParser *p, LumaTokenKind kind) {
  if (p->token.kind != kind || p->is_panicking) return false;
  luma_parser_advance(p);
  return true;
}

bool luma_parser_expect(LumaParser *p, LumaTokenKind kind, const char *expected) {
  if (luma_parser_accept(p, kind)) return true;
  luma_error_unexpected(p, expected);
  return false;
}

const Name *luma_parser_expect_name(LumaParser *p, const char *expected) {
  const Name *name = NULL;
  if (p->is_panicking) return NULL;
  if (luma_at(p, LUMA_NAME)) {
    name = p->token.as.name;
    luma_parser_advance(p);
  } else if (luma_lexer_is_word(p->token.kind) && luma_is_on_line(p)) {
    const char *word = luma_lexer_kind_text(p->token.kind);
    Diag *diag = diag_error(luma_diags(p), DIAG_LUMA_KEYWORD_AS_NAME, p->token.span, word);
    if (p->previous_kind == LUMA_DOT) {
      diag_help(p->diags, diag, "write [\"%s\"] instead of .%s", word, word);
    } else {
      diag_help(p->diags, diag, "choose another name, such as %s_", word);
    }
    name = name_of(p->names, word);
    luma_parser_advance(p);
  } else {
    luma_error_unexpected(p, expected);
  }
  return name;
}

// --- Depth ---------------------------------------------------------------------------------------

// Said once; then the text counts as read, so that everything unwinds by itself.
static NOINLINE void stop_too_deep(LumaParser *p) {
  bool is_chain = p->level < LUMA_LEVELS;
  diag_error(luma_diags(p), DIAG_LUMA_NESTED_TOO_DEEPLY, p->token.span,
             is_chain ? LUMA_HEIGHT : LUMA_LEVELS,
             is_chain ? "operators, calls or branches in a row" : "levels");
  luma_error_panic(p);
  p->is_stopped = true;
  p->has_ahead = false;
  p->token = (LumaToken){.kind = LUMA_END_OF_FILE, .span = p->token.span};
}

static void check_height(LumaParser *p) {
  bool is_too_deep = p->height > LUMA_HEIGHT || p->level > LUMA_LEVELS;
  if (UNLIKELY(is_too_deep) && !p->is_stopped) stop_too_deep(p);
}

void luma_parser_enter(LumaParser *p) {
  p->level++;
  p->depth += LUMA_LEVEL_HEIGHT;
  if (p->depth > p->height) p->height = p->depth;
  check_height(p);
}

void luma_parser_leave(LumaParser *p) {
  p->level--;
  p->depth -= LUMA_LEVEL_HEIGHT;
}

uint32_t luma_parser_begin_chain(LumaParser *p) {
  uint32_t begun = p->height;
  p->height = p->depth;
  return begun;
}

void luma_parser_link(LumaParser *p) {
  p->height++;
  check_height(p);
}

void luma_parser_end_chain(LumaParser *p, uint32_t begun) {
  if (begun > p->height) p->height = begun;
}

// --- Collecting ----------------------------------------------------------------------------------

void luma_parser_push(LumaParser *p, const void *item, size_t size) {
  buffer_append(&p->scratch, item, size);
}

void *luma_parser_take(LumaParser *p, uint32_t mark, size_t size, uint32_t *count) {
  size_t bytes = p->scratch.len - mark;
  void *items = bytes ? arena_copy(p->arena, p->scratch.bytes + mark, bytes) : NULL;
  p->scratch.len = mark;
  *count = (uint32_t)(bytes / size);
  return items;
}

NodeList luma_parser_take_nodes(LumaParser *p, uint32_t mark) {
  NodeList list;
  list.items = luma_parser_take(p, mark, sizeof(Node *), &list.count);
  return list;
}

Node *luma_parser_error_node(LumaParser *p) {
  return build_plain(p->arena, NODE_ERROR, p->token.span);
}

Node *luma_parser_name_node(LumaParser *p, const Name *name, Span span) {
  NameNode *node = BUILD(p->arena, Name, NAME, span);
  node->name = name;
  return &node->node;
}

// --- The door ------------------------------------------------------------------------------------

static void init_words(LumaWords *words, NameTable *names) {
  const struct {
    const Name **word;
    const char *text;
  } rows[] = {
      {&words->and_word, "and"},
      {&words->or_word, "or"},
      {&words->not_word, "not"},
      {&words->elif_word, "elif"},
      {&words->case_word, "case"},
      {&words->then_word, "then"},
      {&words->import_word, "import"},
      {&words->from, "from"},
      {&words->as, "as"},
      {&words->class_word, "class"},
      {&words->struct_word, "struct"},
      {&words->interface, "interface"},
      {&words->throw, "throw"},
      {&words->raise, "raise"},
      {&words->catch, "catch"},
      {&words->underscore, "_"},
      {&words->self, "self"},
      {&words->any_type, "Any"},
      {&words->function_type, "Function"},
      {&words->null_type, "Null"},
      {&words->ok, "ok"},
      {&words->err, "err"},
      {&words->some, "some"},
      {&words->none, "none"},
      {&words->async, "async"},
      {&words->local, "local"},
      {&words->constant, "const"},
      {&words->function, "function"},
      {&words->def, "def"},
      {&words->func, "func"},
      {&words->elseif, "elseif"},
      {&words->elsif, "elsif"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) *rows[i].word = name_of(names, rows[i].text);
}

// Files that are no text are reported by scan_check_text and count as empty.
static void parse_file(LumaParser *p, FunctionNode *main) {
  Node *condition;
  p->function = main;
  if (scan_check_text(&p->lexer.scan)) {
    luma_lexer_next(&p->lexer, &p->token);
    main->body = luma_stmt_block(p, LUMA_BLOCK_FILE, &condition);
  } else {
    main->body = BUILD(p->arena, Block, BLOCK, main->node.span);
  }
  main->body->node.span = main->node.span;
  main->is_body_empty = main->body->items.count == 0;
}

Program *luma_parse(const Source *source, Arena *arena, NameTable *names, Diags *diags) {
  LumaParser p = {.diags = diags, .arena = arena, .names = names};
  luma_lexer_init(&p.lexer, source, arena, names, diags);
  diag_init(&p.muted, arena, source);
  init_words(&p.words, names);
  Program *program = ARENA_NEW(arena, Program);
  program->source = source;
  program->arena = arena;
  program->names = names;
  program->dialect = DIALECT_LUMA;
  program->main = BUILD(arena, Function, FUNCTION, ((Span){0, source->len}));
  program->main->is_main = true;
  parse_file(&p, program->main);
  bool is_in_comment = diags->count > 0 && diags->items[0]->code == DIAG_LUMA_UNTERMINATED_COMMENT;
  program->is_cut = p.is_cut || is_in_comment;
  luma_lexer_free(&p.lexer);
  buffer_free(&p.scratch);
  diag_free(&p.muted);
  return program;
}
