// SPDX-License-Identifier: MIT
// vint_primary.c - what operators work on: literals, names, brackets, and the forms with a keyword
//
// Words of Go, JavaScript and Python that people write here by habit are met in this file and in
// vint_stmt.c. They are ordinary names of Vint, so each is taken for the foreign form only where
// what follows makes no sense otherwise (`new` with a name behind it on the same line).
#include "vint/vint_private.h"

// --- Literals ------------------------------------------------------------------------------------

static Node *parse_integer(VintParser *p) {
  const VintToken *token = advance(p);
  IntegerNode *node = BUILD(p->arena, Integer, INTEGER, token->span);
  node->value = token->integer;
  return &node->node;
}

static Node *parse_float(VintParser *p) {
  const VintToken *token = advance(p);
  NumberNode *node = BUILD(p->arena, Number, NUMBER, token->span);
  node->value = token->number;
  return &node->node;
}

static Node *parse_string(VintParser *p) {
  const VintToken *token = advance(p);
  StringNode *node = BUILD(p->arena, String, STRING, token->span);
  node->bytes = token->text->bytes;
  node->len = token->text->len;
  return &node->node;
}

static Node *parse_boolean(VintParser *p) {
  const VintToken *token = advance(p);
  BooleanNode *node = BUILD(p->arena, Boolean, BOOLEAN, token->span);
  node->value = token->kind == TOKEN_TRUE;
  return &node->node;
}

static Node *new_name(VintParser *p, const VintToken *word, Span span, bool is_builtin) {
  NameNode *node = BUILD(p->arena, Name, NAME, span);
  node->name = word->name;
  node->is_builtin = is_builtin;
  return &node->node;
}

// --- Brackets ------------------------------------------------------------------------------------

static Node *parse_list(VintParser *p) {
  const VintToken *open = advance(p);
  ListNode *node = BUILD(p->arena, List, LIST, open->span);
  uint32_t base = p->nodes.count;
  p->is_header = false;
  while (!p->is_failing && !is_at(p, TOKEN_CLOSE_BRACKET)) {
    Node *item = vint_expr_parse(p);
    vec_push(&p->nodes, item);
    if (!accept(p, TOKEN_COMMA)) break;
  }
  vint_parser_close(p, TOKEN_CLOSE_BRACKET, open, "`,` or `]`");
  node->items = vint_parser_take(p, base);
  node->node.span = span_since(p, open);
  return &node->node;
}

// A key is an expression, so `{name: 1}` uses the variable `name`. Text in quotes becomes the
// entry's name, and so does a keyword, which can be no variable.
static void parse_key(VintParser *p, TableEntry *entry) {
  const VintToken *start = p->token;
  bool is_constant = start->kind >= TOKEN_TRUE && start->kind <= TOKEN_NULL;
  if (start->kind != TOKEN_NAME && vint_token_is_word(start) && !is_constant &&
      is_next(p, TOKEN_COLON)) {
    entry->name = advance(p)->name;
    return;
  }
  Node *key = vint_expr_parse(p);
  if (key->kind != NODE_STRING) {
    entry->key = key;
    return;
  }
  const StringNode *text = (const StringNode *)key;
  entry->name = name_intern(p->names, text->bytes, text->len);
}

static TableEntry parse_entry(VintParser *p) {
  const VintToken *start = p->token;
  TableEntry entry = {0};
  parse_key(p, &entry);
  if (!is_at(p, TOKEN_COLON_COLON)) vint_parser_expect(p, TOKEN_COLON, "`:` behind the key");
  entry.value = vint_expr_parse(p);
  entry.span = span_since(p, start);
  return entry;
}

static Node *parse_dict(VintParser *p) {
  const VintToken *open = advance(p);
  TableNode *node = BUILD(p->arena, Table, TABLE, open->span);
  VEC(TableEntry) entries = {0};
  p->is_header = false;
  while (!p->is_failing && !is_at(p, TOKEN_CLOSE_BRACE)) {
    TableEntry entry = parse_entry(p);
    vec_push(&entries, entry);
    if (!accept(p, TOKEN_COMMA)) break;
  }
  vint_parser_close(p, TOKEN_CLOSE_BRACE, open, "`,` or `}`");
  node->count = entries.count;
  node->entries = vint_parser_keep(p, entries.items, entries.count, sizeof(TableEntry));
  node->node.span = span_since(p, open);
  return &node->node;
}

bool vint_expr_is_dict(const VintParser *p) {
  const VintToken *key = peek(p, 1);
  bool is_key = key->kind == TOKEN_STRING || key->kind == TOKEN_INTEGER ||
                key->kind == TOKEN_FLOAT || vint_token_is_word(key);
  return is_key && peek(p, 2)->kind == TOKEN_COLON;
}

static Node *parse_parentheses(VintParser *p) {
  const VintToken *open = advance(p);
  p->is_header = false;
  Node *node = vint_expr_parse(p);
  vint_parser_close(p, TOKEN_CLOSE_PAREN, open, "`)`");
  return node;
}

// --- Struct literals -----------------------------------------------------------------------------

// `User{name: v}` and `User{}`, on one line with the name. In `if x == User {` the brace is a
// block's.
bool vint_primary_is_struct_literal(const VintParser *p, const Node *callee) {
  if (p->is_header) return false;
  if (callee->kind != NODE_NAME && callee->kind != NODE_MEMBER) return false;
  const VintToken *field = peek(p, 1);
  if (field->kind == TOKEN_CLOSE_BRACE) return !field->begins_line;
  return vint_token_is_word(field) && peek(p, 2)->kind == TOKEN_COLON;
}

static Argument parse_literal_field(VintParser *p) {
  const VintToken *start = p->token;
  Argument field = {0};
  if (vint_token_is_word(start)) {
    field.name = advance(p)->name;
  } else {
    vint_parser_expected(p, "a field's name");
  }
  if (!is_at(p, TOKEN_COLON_COLON))
    vint_parser_expect(p, TOKEN_COLON, "`:` behind the field's name");
  field.value = vint_expr_parse(p);
  field.span = span_since(p, start);
  return field;
}

Node *vint_primary_struct_literal(VintParser *p, Node *callee, const VintToken *start) {
  const VintToken *open = advance(p);
  StructLiteralNode *node = BUILD(p->arena, StructLiteral, STRUCT_LITERAL, start->span);
  VEC(Argument) fields = {0};
  while (!p->is_failing && !is_at(p, TOKEN_CLOSE_BRACE)) {
    Argument field = parse_literal_field(p);
    vec_push(&fields, field);
    if (!accept(p, TOKEN_COMMA)) break;
  }
  vint_parser_close(p, TOKEN_CLOSE_BRACE, open, "`,` or `}`");
  node->callee = callee;
  node->field_count = fields.count;
  node->fields = vint_parser_keep(p, fields.items, fields.count, sizeof(Argument));
  node->node.span = span_since(p, start);
  return &node->node;
}

// --- Forms with a keyword ------------------------------------------------------------------------

static Node *parse_channel(VintParser *p, const VintToken *start) {
  advance(p);
  ChannelNode *node = BUILD(p->arena, Channel, CHANNEL, start->span);
  if (is_glued(p, TOKEN_OPEN_PAREN)) {
    const VintToken *open = advance(p);
    p->is_header = false;
    if (!is_at(p, TOKEN_CLOSE_PAREN)) node->capacity = vint_expr_parse(p);
    vint_parser_close(p, TOKEN_CLOSE_PAREN, open, "`)`");
  } else if (is_glued(p, TOKEN_NAME) && p->token->word >= WORD_TYPE_BOOL &&
             p->token->word <= WORD_TYPE_ANY) {
    diag_error(p->diags, DIAG_VINT_TYPED_CHANNEL, span_since(p, start), p->token->name->text);
    advance(p);
  }
  node->node.span = span_since(p, start);
  return &node->node;
}

static Node *parse_declarative(VintParser *p, const VintToken *start) {
  const VintToken *word = advance(p);
  DeclarativeNode *node = BUILD(p->arena, Declarative, DECLARATIVE, start->span);
  node->kind = (DeclarativeKind)word->word;
  node->value = vint_expr_parse(p);
  node->node.span = span_since(p, start);
  return &node->node;
}

static Node *parse_throw(VintParser *p, const VintToken *start) {
  advance(p);
  UnaryNode *node = BUILD(p->arena, Unary, THROW, start->span);
  node->op = OPERATOR_COUNT;
  node->operand = vint_expr_parse(p);
  node->node.span = span_since(p, start);
  return &node->node;
}

// `::name`. Before a word that has a form of its own the prefix changes nothing.
static Node *parse_import_call(VintParser *p);

static Node *parse_prefixed(VintParser *p) {
  const VintToken *start = advance(p);
  switch (p->token->kind) {
  case TOKEN_CHAN: return parse_channel(p, start);
  case TOKEN_DECLARATIVE: return parse_declarative(p, start);
  case TOKEN_THROW:
  case TOKEN_ERROR: return parse_throw(p, start);
  case TOKEN_IMPORT:
    if (is_next(p, TOKEN_OPEN_PAREN)) return parse_import_call(p);
    break;
  default: break;
  }
  if (vint_token_is_word(p->token)) {
    const VintToken *word = advance(p);
    return new_name(p, word, span_since(p, start), true);
  }
  vint_parser_expected(p, "the name of a built-in function behind `::`");
  return error_node(p);
}

// `let a =` at the end of a line: the place is there, not at the next statement.
static bool ends_line_early(const VintParser *p) {
  if (!p->token->begins_line || p->token == p->first) return false;
  VintTokenKind before = (VintTokenKind)p->token[-1].kind;
  if (before >= TOKEN_ASSIGN && before <= TOKEN_COALESCE) return true;
  return before == TOKEN_IN || before == TOKEN_THROW || before == TOKEN_ERROR ||
         before == TOKEN_AWAIT || before == TOKEN_GO || before == TOKEN_DEFER ||
         before == TOKEN_DECLARATIVE;
}

static void fail_at_line_end(VintParser *p) {
  const VintToken *before = p->token - 1;
  if (!vint_parser_fail(p)) return;
  diag_error(p->diags, DIAG_VINT_VALUE_MISSING, before->span, vint_parser_shown(p, before));
}

static Node *fail_as_statement(VintParser *p, const char *help) {
  if (ends_line_early(p)) {
    fail_at_line_end(p);
    return error_node(p);
  }
  const char *shown = vint_parser_shown(p, p->token);
  if (vint_parser_fail(p)) {
    Diag *diag = diag_error(p->diags, DIAG_VINT_STATEMENT_AS_VALUE, p->token->span, shown);
    diag_help(p->diags, diag, "%s", help);
  }
  return error_node(p);
}

static Node *parse_import_call(VintParser *p) {
  if (!is_next(p, TOKEN_OPEN_PAREN)) {
    return fail_as_statement(p, "as a value it is a call: import(\"name\")");
  }
  const VintToken *word = advance(p);
  ImportNode *node = BUILD(p->arena, Import, IMPORT_CALL, word->span);
  const VintToken *open = advance(p);
  node->path = vint_expr_parse(p);
  if (accept(p, TOKEN_COMMA) && !is_at(p, TOKEN_CLOSE_PAREN)) {
    node->lock = vint_expr_parse(p);
    (void)accept(p, TOKEN_COMMA);
  }
  vint_parser_close(p, TOKEN_CLOSE_PAREN, open, "`)`");
  node->node.span = span_since(p, word);
  return &node->node;
}

// --- Foreign habits ------------------------------------------------------------------------------

// A parenthesis that holds nothing but names, with `=>` behind it.
bool vint_primary_is_arrow(const VintParser *p) {
  const VintToken *token = peek(p, 1);
  if (token->kind != TOKEN_CLOSE_PAREN) {
    while (token->kind == TOKEN_NAME && token[1].kind == TOKEN_COMMA) token += 2;
    if (token->kind != TOKEN_NAME) return false;
    token++;
  }
  return token->kind == TOKEN_CLOSE_PAREN && token[1].kind == TOKEN_ARROW;
}

// The parameters may be read already. The body is read for its own mistakes only.
Node *vint_primary_arrow(VintParser *p, const VintToken *start) {
  if (is_at(p, TOKEN_OPEN_PAREN)) vint_parser_skip_group(p);
  diag_error(p->diags, DIAG_VINT_ARROW_FUNCTION, p->token->span);
  advance(p);
  VintLevel level;
  if (vint_parser_open(p, &level)) {
    p->is_header = false;
    if (is_at(p, TOKEN_OPEN_BRACE) && !vint_expr_is_dict(p)) {
      vint_stmt_block(p);
    } else {
      vint_expr_parse(p);
    }
  }
  vint_parser_leave(p, level);
  return build_plain(p->arena, NODE_ERROR, span_since(p, start));
}

static Node *parse_make(VintParser *p) {
  const VintToken *start = advance(p);
  vint_parser_skip_group(p);
  diag_error(p->diags, DIAG_VINT_MAKE_CHANNEL, span_since(p, start));
  return &BUILD(p->arena, Channel, CHANNEL, span_since(p, start))->node;
}

// `function (a) {`, `fn(a) {`: a call with a block behind it means nothing else.
static bool is_foreign_function(const VintParser *p) {
  if (p->is_header || !is_next(p, TOKEN_OPEN_PAREN)) return false;
  const VintToken *behind = vint_parser_behind_group(p, peek(p, 1));
  return behind && behind->kind == TOKEN_OPEN_BRACE && !behind->begins_line;
}

static bool is_simple_operand(const VintToken *token) {
  return !token->begins_line &&
         (token->kind == TOKEN_NAME || (token->kind >= TOKEN_TRUE && token->kind <= TOKEN_NULL));
}

static Node *parse_block_word(VintParser *p) {
  const char *shown = p->token->name->text;
  Span span = p->token->span;
  Node *node = is_word_at(p, WORD_TRY) ? vint_branch_try(p) : vint_branch_select(p);
  if (!p->is_failing) {
    Diag *diag = diag_error(p->diags, DIAG_VINT_STATEMENT_AS_VALUE, span,
                            arena_printf(p->arena, "`%s`", shown));
    diag_help(p->diags, diag, "declare the variable before it and assign it inside");
  }
  return build_plain(p->arena, NODE_ERROR, node->span);
}

// Behind `new` or `not`, whose operand is taken plainly, so that a row of them does not recurse.
static Node *parse_behind_word(VintParser *p) {
  advance(p);
  if (!is_at(p, TOKEN_NAME)) return vint_primary_parse(p);
  const VintToken *token = advance(p);
  return new_name(p, token, token->span, false);
}

// NULL if the word is an ordinary name here.
static Node *parse_odd_word(VintParser *p) {
  const VintToken *token = p->token;
  switch (token->word) {
  case WORD_NIL: return build_plain(p->arena, NODE_NULL, advance(p)->span);
  case WORD_TRY:
  case WORD_SELECT:
    if (p->is_header || !is_next(p, TOKEN_OPEN_BRACE) || token[1].begins_line) return NULL;
    return parse_block_word(p);
  case WORD_NEW:
    if (!is_simple_operand(peek(p, 1))) return NULL;
    diag_help(p->diags, diag_error(p->diags, DIAG_VINT_NEW, token->span),
              "a struct is made by calling it: `%s(…)`", token[1].name->text);
    return parse_behind_word(p);
  case WORD_LOGICAL_NOT:
    if (!is_simple_operand(peek(p, 1))) return NULL;
    diag_error(p->diags, DIAG_VINT_NOT, token->span);
    return parse_behind_word(p);
  case WORD_MAKE:
    if (!is_next(p, TOKEN_OPEN_PAREN) || peek(p, 2)->kind != TOKEN_CHAN) return NULL;
    return parse_make(p);
  case WORD_FUNCTION:
  case WORD_FN:
  case WORD_DEF: return is_foreign_function(p) ? vint_declare_function(p) : NULL;
  default: return NULL;
  }
}

static Node *parse_name(VintParser *p) {
  if (p->token->word != WORD_ORDINARY && !p->is_failing) {
    Node *node = parse_odd_word(p);
    if (node) return node;
  }
  const VintToken *token = advance(p);
  return new_name(p, token, token->span, false);
}

static Node *fail_without_value(VintParser *p) {
  const VintToken *token = p->token;
  if (ends_line_early(p)) {
    fail_at_line_end(p);
    return error_node(p);
  }
  if (!vint_parser_fail(p)) return error_node(p);
  const char *shown = vint_parser_shown(p, token);
  Diag *diag = diag_error(p->diags, DIAG_VINT_NO_VALUE, token->span, shown);
  const VintToken *next = peek(p, 1);
  if (token->kind == TOKEN_DOT && next->kind == TOKEN_INTEGER) {
    diag_help(p->diags, diag, "a number begins with a digit: 0.%.*s",
              (int)(next->span.end - next->span.start), p->source->text + next->span.start);
  }
  return error_node(p);
}

// --- All of them ---------------------------------------------------------------------------------

static Node *parse_keyword_form(VintParser *p) {
  switch (p->token->kind) {
  case TOKEN_FUNC:
  case TOKEN_ASYNC: return vint_declare_function(p);
  case TOKEN_IF: return vint_stmt_if(p);
  case TOKEN_WHILE: return vint_stmt_while(p);
  case TOKEN_FOR: return vint_stmt_for(p);
  case TOKEN_REPEAT: return vint_stmt_repeat(p);
  case TOKEN_SWITCH: return vint_branch_switch(p);
  case TOKEN_MATCH: return vint_branch_match(p);
  case TOKEN_DEFER: return vint_stmt_defer(p);
  case TOKEN_PACKAGE: return vint_declare_package(p);
  case TOKEN_CHAN: return parse_channel(p, p->token);
  case TOKEN_DECLARATIVE: return parse_declarative(p, p->token);
  case TOKEN_THROW:
  case TOKEN_ERROR: return parse_throw(p, p->token);
  case TOKEN_IMPORT: return parse_import_call(p);
  case TOKEN_RETURN:
  case TOKEN_BREAK:
  case TOKEN_CONTINUE: return fail_as_statement(p, "put it in a block: { … }");
  case TOKEN_LET:
  case TOKEN_CONST:
  case TOKEN_GO:
  case TOKEN_STRUCT:
  case TOKEN_ENUM:
  case TOKEN_INCLUDE: return fail_as_statement(p, "write it as a statement of its own");
  default: return fail_without_value(p);
  }
}

static Node *parse_any(VintParser *p) {
  switch (p->token->kind) {
  case TOKEN_NAME: return parse_name(p);
  case TOKEN_INTEGER: return parse_integer(p);
  case TOKEN_FLOAT: return parse_float(p);
  case TOKEN_STRING: return parse_string(p);
  case TOKEN_TRUE:
  case TOKEN_FALSE: return parse_boolean(p);
  case TOKEN_NULL: return build_plain(p->arena, NODE_NULL, advance(p)->span);
  case TOKEN_AT: return build_plain(p->arena, NODE_PACKAGE_SELF, advance(p)->span);
  case TOKEN_OPEN_PAREN: return parse_parentheses(p);
  case TOKEN_OPEN_BRACKET: return parse_list(p);
  case TOKEN_OPEN_BRACE: return parse_dict(p);
  case TOKEN_COLON_COLON: return parse_prefixed(p);
  default: return parse_keyword_form(p);
  }
}

// Brackets allow struct literals again, up to their end.
Node *vint_primary_parse(VintParser *p) {
  if (p->is_failing) return error_node(p);
  bool was_header = p->is_header;
  Node *node = parse_any(p);
  p->is_header = was_header;
  return node;
}
