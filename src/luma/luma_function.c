// SPDX-License-Identifier: MIT
// luma_function.c - functions, and the types of functions as values
//
// `fn (` begins a function, or a signature: the type of a function, which traits use as a value.
// Only the `do` behind the head tells which. So heads are read as what both have in common, and
// become parameters or types when the end of the head is seen.
#include "luma/luma_private.h"

// `String` alone is a parameter's name in a function and a type in a signature; `List(String)` is a
// type in both and has no name.
typedef struct HeadParam {
  const Name *name;
  Span span;
  Node *type;
  Node *default_value;
  bool is_rest;
} HeadParam;

typedef struct Head {
  HeadParam *params;
  uint32_t param_count;
  Node *result;
} Head;

// --- Heads ---------------------------------------------------------------------------------------

static bool at_type_without_name(LumaParser *p) {
  if (luma_at(p, LUMA_FN) || luma_at(p, LUMA_NULL)) return true;
  if (!luma_at(p, LUMA_NAME)) return false;
  LumaTokenKind next = luma_parser_peek(p)->kind;
  return next == LUMA_LEFT_PAREN || next == LUMA_BAR || next == LUMA_LESS;
}

static void parse_head_param(LumaParser *p) {
  HeadParam param = {.span = p->token.span};
  if (at_type_without_name(p)) {
    param.type = luma_type_parse(p);
    param.span = luma_span_from(p, param.span.start);
    luma_parser_push(p, &param, sizeof param);
    return;
  }
  param.is_rest = luma_parser_accept(p, LUMA_ELLIPSIS);
  param.span = p->token.span;
  param.name = luma_parser_expect_name(p, "the name of a parameter");
  if (luma_parser_accept(p, LUMA_COLON)) param.type = luma_type_parse(p);
  if (luma_parser_accept(p, LUMA_ASSIGN)) param.default_value = luma_expr_parse(p);
  if (param.name) luma_parser_push(p, &param, sizeof param);
  if (param.is_rest && luma_at(p, LUMA_COMMA) && luma_parser_peek(p)->kind != LUMA_RIGHT_PAREN) {
    diag_error(luma_diags(p), DIAG_LUMA_REST_NOT_LAST, p->token.span, "parameter");
  }
}

static Head parse_head(LumaParser *p) {
  Head head = {0};
  if (!luma_at(p, LUMA_LEFT_PAREN) || p->is_panicking) {
    luma_error_unexpected(p, "'(' and the parameters of the function");
    return head;
  }
  uint32_t mark = luma_mark(p);
  LumaOpener opener = luma_error_open_bracket(p);
  if (!luma_at(p, LUMA_RIGHT_PAREN)) {
    do {
      parse_head_param(p);
    } while (luma_error_more_items(p, LUMA_RIGHT_PAREN, opener));
  }
  luma_error_close_bracket(p, LUMA_RIGHT_PAREN, opener);
  head.params = luma_parser_take(p, mark, sizeof(HeadParam), &head.param_count);
  if (luma_parser_accept(p, LUMA_COLON)) head.result = luma_type_parse(p);
  return head;
}

// --- Functions -----------------------------------------------------------------------------------

static void take_params(LumaParser *p, FunctionNode *node, const Head *head) {
  uint32_t mark = luma_mark(p);
  for (uint32_t i = 0; i < head->param_count; i++) {
    const HeadParam *from = &head->params[i];
    if (!from->name) diag_error(luma_diags(p), DIAG_LUMA_UNNAMED_PARAMETER, from->span);
    Param param = {
        .name = from->name ? from->name : p->words.underscore,
        .span = from->span,
        .type = from->type,
        .default_value = from->default_value,
        .is_rest = from->is_rest,
    };
    luma_parser_push(p, &param, sizeof param);
  }
  node->params = luma_parser_take(p, mark, sizeof(Param), &node->param_count);
  node->result_type = head->result;
}

static void parse_body(LumaParser *p, FunctionNode *node, LumaOpener opener) {
  Node *condition;
  LumaBlockStyle style = luma_error_open_block(p, opener, "the head of the function");
  if (style == LUMA_STYLE_NONE) {
    node->body = BUILD(p->arena, Block, BLOCK, p->previous);
    Node *hole = luma_parser_error_node(p); // so that it is not taken for an empty body
    node->body->items = (NodeList){arena_copy(p->arena, &hole, sizeof hole), 1};
    return;
  }
  luma_parser_enter(p);
  node->body = luma_stmt_block(p, LUMA_BLOCK_PLAIN, &condition);
  luma_parser_leave(p);
  node->is_body_empty = node->body->items.count == 0;
  luma_error_close_block(p, style, opener);
}

// What a function hides of what is around it: an `else` in it cannot belong to an `if` outside.
typedef struct Outside {
  FunctionNode *function;
  uint32_t branches;
  uint32_t cases;
} Outside;

static FunctionNode *enter_function(LumaParser *p, LumaOpener opener, Outside *outside) {
  *outside = (Outside){p->function, p->branches, p->cases};
  p->function = BUILD(p->arena, Function, FUNCTION, opener.span);
  p->branches = p->cases = 0;
  return p->function;
}

static void leave_function(LumaParser *p, const Outside *outside) {
  p->function->node.span = luma_span_from(p, p->function->node.span.start);
  p->branches = outside->branches;
  p->cases = outside->cases;
  p->function = outside->function;
}

FunctionNode *luma_function_tail(LumaParser *p, const Name *name, LumaOpener opener) {
  Outside outside;
  FunctionNode *node = enter_function(p, opener, &outside);
  node->name = name;
  Head head = parse_head(p);
  take_params(p, node, &head);
  parse_body(p, node, opener);
  leave_function(p, &outside);
  return node;
}

void luma_function_bind_name(Node *value, const Name *name) {
  if (value->kind != NODE_FUNCTION) return;
  FunctionNode *function = (FunctionNode *)value;
  if (!function->name) function->name = name;
}

// --- Signatures ----------------------------------------------------------------------------------

static Node *make_type_name(LumaParser *p, const Name *name, Span span) {
  TypeNameNode *node = BUILD(p->arena, TypeName, TYPE_NAME, span);
  node->name = name;
  return &node->node;
}

// A name alone is a type, but `self` is the receiver, which may be anything that has the method.
static SignatureParam make_signature_param(LumaParser *p, const HeadParam *from) {
  if (from->type) return (SignatureParam){from->name, from->type};
  if (from->name == p->words.self) {
    return (SignatureParam){from->name, make_type_name(p, p->words.any_type, from->span)};
  }
  return (SignatureParam){NULL, make_type_name(p, from->name, from->span)};
}

static Node *make_signature(LumaParser *p, const Head *head, uint32_t start) {
  FunctionTypeNode *node = BUILD(p->arena, FunctionType, SIGNATURE, luma_span_from(p, start));
  uint32_t mark = luma_mark(p);
  for (uint32_t i = 0; i < head->param_count; i++) {
    SignatureParam param = make_signature_param(p, &head->params[i]);
    luma_parser_push(p, &param, sizeof param);
  }
  node->params = luma_parser_take(p, mark, sizeof(SignatureParam), &node->param_count);
  node->result = head->result;
  p->bodiless = node->node.span;
  return &node->node;
}

// Without `do` it is a signature, unless something says that the `do` is only missing: a default, a
// rest parameter, what other languages open a body with, or a next line that stands further right.
static bool has_body(LumaParser *p, const Head *head, LumaOpener opener) {
  if (p->is_panicking || luma_at(p, LUMA_DO)) return true;
  if (luma_at(p, LUMA_ARROW)) return true;
  for (uint32_t i = 0; i < head->param_count; i++) {
    if (head->params[i].default_value || head->params[i].is_rest) return true;
  }
  if (luma_is_on_line(p)) {
    return luma_at(p, LUMA_LEFT_BRACE) || luma_at_word(p, p->words.then_word);
  }
  if (p->token.indent <= opener.indent) return false;
  return luma_expr_begins(p) || luma_at(p, LUMA_RETURN) || luma_at(p, LUMA_LET) ||
         luma_at(p, LUMA_VAR) || luma_at(p, LUMA_FOR) || luma_at(p, LUMA_WHILE);
}

Node *luma_function_parse(LumaParser *p) {
  LumaOpener opener = luma_error_opener(p, "fn");
  Outside outside;
  luma_parser_advance(p);
  if (luma_at(p, LUMA_NAME)) {
    diag_error(luma_diags(p), DIAG_LUMA_FUNCTION_NAME_IN_EXPRESSION, p->token.span,
               p->token.as.name->text);
    luma_parser_advance(p);
  }
  FunctionNode *node = enter_function(p, opener, &outside);
  Head head = parse_head(p);
  bool is_function = has_body(p, &head, opener);
  if (is_function) {
    take_params(p, node, &head);
    parse_body(p, node, opener);
  }
  leave_function(p, &outside);
  return is_function ? &node->node : make_signature(p, &head, opener.span.start);
}
