// SPDX-License-Identifier: MIT
// luma_type.c - types as written
#include "luma/luma_private.h"

static Node *parse_single(LumaParser *p);

// `[name:] type`
static void parse_param(LumaParser *p) {
  SignatureParam param = {0};
  if (luma_at(p, LUMA_NAME) && luma_parser_peek(p)->kind == LUMA_COLON) {
    param.name = p->token.as.name;
    luma_parser_advance(p);
    luma_parser_advance(p);
  }
  param.type = luma_type_parse(p);
  luma_parser_push(p, &param, sizeof param);
}

// Behind `fn` or `Function`; the current token is the bracket.
static Node *parse_function(LumaParser *p, uint32_t start) {
  FunctionTypeNode *node = BUILD(p->arena, FunctionType, TYPE_FUNCTION, p->token.span);
  uint32_t mark = luma_mark(p);
  LumaOpener opener = luma_error_open_bracket(p);
  if (!luma_at(p, LUMA_RIGHT_PAREN)) {
    do {
      parse_param(p);
    } while (luma_error_more_items(p, LUMA_RIGHT_PAREN, opener));
  }
  luma_error_close_bracket(p, LUMA_RIGHT_PAREN, opener);
  node->params = luma_parser_take(p, mark, sizeof(SignatureParam), &node->param_count);
  if (luma_parser_accept(p, LUMA_COLON)) {
    luma_parser_enter(p);
    node->result = luma_type_parse(p);
    luma_parser_leave(p);
  }
  node->node.span = luma_span_from(p, start);
  return &node->node;
}

static NodeList parse_args(LumaParser *p) {
  uint32_t mark = luma_mark(p);
  LumaOpener opener = luma_error_open_bracket(p);
  do {
    Node *arg = luma_type_parse(p);
    luma_parser_push(p, &arg, sizeof arg);
  } while (luma_error_more_items(p, LUMA_RIGHT_PAREN, opener));
  luma_error_close_bracket(p, LUMA_RIGHT_PAREN, opener);
  return luma_parser_take_nodes(p, mark);
}

// List<String>: read as List(String).
static NodeList parse_angle_args(LumaParser *p) {
  uint32_t mark = luma_mark(p);
  diag_error(luma_diags(p), DIAG_LUMA_ANGLE_TYPE, p->token.span);
  luma_parser_advance(p);
  luma_parser_enter(p);
  do {
    Node *arg = luma_type_parse(p);
    luma_parser_push(p, &arg, sizeof arg);
  } while (luma_parser_accept(p, LUMA_COMMA));
  luma_parser_leave(p);
  luma_parser_expect(p, LUMA_GREATER, "'>'");
  return luma_parser_take_nodes(p, mark);
}

// A bracket belongs to the type if it stands on its line.
static bool at_args(const LumaParser *p) {
  return luma_at(p, LUMA_LEFT_PAREN) && luma_is_on_line(p) && !p->is_panicking;
}

// `shapes.Shape`: behind the name a dot follows.
static void parse_path(LumaParser *p, TypeNameNode *node, uint32_t start) {
  uint32_t begun = luma_parser_begin_chain(p);
  node->path = luma_parser_name_node(p, node->name, p->previous);
  while (luma_is_on_line(p) && luma_parser_accept(p, LUMA_DOT)) {
    luma_parser_link(p);
    const Name *name = p->is_stopped ? NULL : luma_parser_expect_name(p, "the type's name");
    if (!name) break;
    FieldNode *field = BUILD(p->arena, Field, FIELD, luma_span_from(p, start));
    field->object = node->path;
    field->name = name;
    field->name_span = p->previous;
    node->path = &field->node;
    node->name = name_of(p->names, arena_printf(p->arena, "%s.%s", node->name->text, name->text));
  }
  luma_parser_end_chain(p, begun);
}

static Node *parse_named(LumaParser *p, const Name *name) {
  uint32_t start = p->token.span.start;
  luma_parser_advance(p);
  if (name == p->words.function_type && at_args(p)) return parse_function(p, start);
  TypeNameNode *node = BUILD(p->arena, TypeName, TYPE_NAME, p->previous);
  node->name = name;
  if (luma_at(p, LUMA_DOT) && luma_is_on_line(p) && !p->is_panicking) parse_path(p, node, start);
  if (at_args(p)) {
    node->args = parse_args(p);
  } else if (luma_at(p, LUMA_LESS) && luma_is_on_line(p)) {
    node->args = parse_angle_args(p);
  }
  node->node.span = luma_span_from(p, start);
  return &node->node;
}

// [T] is another language's list.
static Node *parse_bracketed(LumaParser *p) {
  diag_error(luma_diags(p), DIAG_LUMA_BRACKET_TYPE, p->token.span);
  LumaOpener opener = luma_error_open_bracket(p);
  opener.is_group = true;
  TypeNameNode *node = BUILD(p->arena, TypeName, TYPE_NAME, opener.span);
  node->name = name_of(p->names, "List");
  if (!luma_at(p, LUMA_RIGHT_BRACKET)) {
    Node *element = luma_type_parse(p);
    node->args = (NodeList){arena_copy(p->arena, &element, sizeof element), 1};
  }
  luma_error_close_bracket(p, LUMA_RIGHT_BRACKET, opener);
  return &node->node;
}

static Node *refuse_word(LumaParser *p) {
  diag_error(luma_diags(p), DIAG_LUMA_KEYWORD_AS_TYPE, p->token.span,
             luma_lexer_kind_text(p->token.kind));
  luma_parser_advance(p);
  return build_plain(p->arena, NODE_ERROR, p->previous);
}

static Node *parse_single(LumaParser *p) {
  if (p->is_panicking) return luma_parser_error_node(p);
  uint32_t start = p->token.span.start;
  switch (p->token.kind) {
  case LUMA_NAME: return parse_named(p, p->token.as.name);
  case LUMA_NULL: return parse_named(p, p->words.null_type);
  case LUMA_LEFT_BRACKET: return parse_bracketed(p);
  case LUMA_FN:
    luma_parser_advance(p);
    if (at_args(p)) return parse_function(p, start);
    luma_error_unexpected(p, "'(' and the types of the parameters");
    return luma_parser_error_node(p);
  default: break;
  }
  // `let x: = 3` lacks its type; `let x: do = 3` has one that cannot be.
  bool is_word = luma_lexer_is_word(p->token.kind) && luma_is_on_line(p);
  if (is_word && !luma_at(p, LUMA_DO)) return refuse_word(p);
  luma_error_unexpected(p, "a type");
  return luma_parser_error_node(p);
}

Node *luma_type_parse(LumaParser *p) {
  uint32_t start = p->token.span.start;
  Node *first = parse_single(p);
  if (LIKELY(!luma_at(p, LUMA_BAR)) || p->is_panicking) return first;
  uint32_t mark = luma_mark(p);
  luma_parser_push(p, &first, sizeof first);
  while (luma_parser_accept(p, LUMA_BAR)) {
    Node *next = parse_single(p);
    luma_parser_push(p, &next, sizeof next);
  }
  TypeListNode *node = BUILD(p->arena, TypeList, TYPE_UNION, luma_span_from(p, start));
  node->items = luma_parser_take_nodes(p, mark);
  return &node->node;
}
