// SPDX-License-Identifier: MIT
// vint_pattern.c - patterns of match arms
//
// A name binds, `_` accepts, brackets and braces look inside, anything else is an expression to
// compare with. A name that goes on (`Color.RED`, `limit + 1`) is an expression too.
#include "vint/vint_private.h"

static bool ends_pattern(const VintToken *token) {
  switch (token->kind) {
  case TOKEN_ARROW:
  case TOKEN_THIN_ARROW:
  case TOKEN_IF:
  case TOKEN_COMMA:
  case TOKEN_CLOSE_BRACKET:
  case TOKEN_CLOSE_BRACE: return true;
  default: return false;
  }
}

static Node *parse_value(VintParser *p) {
  const VintToken *start = p->token;
  PatternValueNode *node = BUILD(p->arena, PatternValue, PATTERN_VALUE, start->span);
  node->value = vint_expr_operand(p);
  node->node.span = span_since(p, start);
  return &node->node;
}

static void parse_rest(VintParser *p, PatternListNode *node) {
  advance(p);
  node->has_rest = true;
  if (is_at(p, TOKEN_NAME)) node->rest = vint_declare_binding(p, advance(p));
  accept(p, TOKEN_COMMA);
  if (is_at(p, TOKEN_CLOSE_BRACKET) || !vint_parser_fail(p)) return;
  diag_error(p->diags, DIAG_VINT_REST_NOT_LAST, p->token->span, "pattern");
}

static Node *parse_list_pattern(VintParser *p) {
  const VintToken *open = advance(p);
  PatternListNode *node = BUILD(p->arena, PatternList, PATTERN_LIST, open->span);
  uint32_t base = p->nodes.count;
  while (!p->is_failing && !is_at(p, TOKEN_CLOSE_BRACKET)) {
    if (is_at(p, TOKEN_ELLIPSIS)) {
      parse_rest(p, node);
      break;
    }
    Node *item = vint_pattern_parse(p);
    vec_push(&p->nodes, item);
    if (!accept(p, TOKEN_COMMA)) break;
  }
  vint_parser_close(p, TOKEN_CLOSE_BRACKET, open, "`,` or `]`");
  node->items = vint_parser_take(p, base);
  node->node.span = span_since(p, open);
  return &node->node;
}

// `"k": pattern`, `k: pattern`, or `k` alone, which binds a variable of that name.
static PatternField parse_field(VintParser *p) {
  const VintToken *key = p->token;
  PatternField field = {.span = key->span};
  if (key->kind == TOKEN_STRING) {
    field.name = name_intern(p->names, key->text->bytes, key->text->len);
  } else if (vint_token_is_word(key)) {
    field.name = key->name;
  } else {
    vint_parser_expected(p, "a key of the dict: a string or a name");
    field.pattern = error_node(p);
    return field;
  }
  advance(p);
  if (accept(p, TOKEN_COLON)) {
    field.pattern = vint_pattern_parse(p);
  } else if (key->kind == TOKEN_NAME) {
    field.pattern = vint_declare_binding(p, key);
  } else {
    field.pattern = build_plain(p->arena, NODE_PATTERN_WILDCARD, key->span);
  }
  field.span = span_since(p, key);
  return field;
}

static Node *parse_dict_pattern(VintParser *p) {
  const VintToken *open = advance(p);
  PatternTableNode *node = BUILD(p->arena, PatternTable, PATTERN_TABLE, open->span);
  VEC(PatternField) fields = {0};
  while (!p->is_failing && !is_at(p, TOKEN_CLOSE_BRACE)) {
    PatternField field = parse_field(p);
    vec_push(&fields, field);
    if (!accept(p, TOKEN_COMMA)) break;
  }
  vint_parser_close(p, TOKEN_CLOSE_BRACE, open, "`,` or `}`");
  node->field_count = fields.count;
  node->fields = vint_parser_keep(p, fields.items, fields.count, sizeof(PatternField));
  node->node.span = span_since(p, open);
  return &node->node;
}

static Node *parse_by_kind(VintParser *p) {
  const VintToken *token = p->token;
  switch (token->kind) {
  case TOKEN_OPEN_BRACKET: return parse_list_pattern(p);
  case TOKEN_OPEN_BRACE: return parse_dict_pattern(p);
  case TOKEN_NAME:
    if (token->word == WORD_NIL || !ends_pattern(peek(p, 1))) return parse_value(p);
    advance(p);
    if (token->word == WORD_UNDERSCORE) {
      return build_plain(p->arena, NODE_PATTERN_WILDCARD, token->span);
    }
    return vint_declare_binding(p, token);
  default: return parse_value(p);
  }
}

Node *vint_pattern_parse(VintParser *p) {
  VintLevel level;
  Node *node = vint_parser_open(p, &level) && !p->is_failing ? parse_by_kind(p) : error_node(p);
  vint_parser_leave(p, level);
  return node;
}
