// SPDX-License-Identifier: MIT
// vint_expr.c - expressions: operators, calls, indexes, members, assignment
//
// Precedence climbing over one table. A chain of operators is a loop, so only nesting costs C
// stack; the tree that a chain makes is high all the same, which vint_parser_grow bounds.
//
// A line end matters in three places: `(`, `[`, `{`, `++` and `--` continue an expression only on
// its own line; a line `*p = …` is a store and no product; and in a match a line `-1 => …` is the
// next arm.
#include "vint/vint_private.h"

// Loosest first. LEVEL_NONE: no binary operator.
enum {
  LEVEL_NONE,
  LEVEL_COALESCE,
  LEVEL_OR,
  LEVEL_AND,
  LEVEL_EQUALITY,
  LEVEL_COMPARISON,
  LEVEL_RANGE,
  LEVEL_SUM,
  LEVEL_PRODUCT,
  LEVEL_POWER,
};

typedef struct BinaryRow {
  uint8_t level;
  uint8_t op; // for those that make a BINARY
} BinaryRow;

static const BinaryRow BINARY_ROWS[TOKEN_KIND_COUNT] = {
    [TOKEN_COALESCE] = {LEVEL_COALESCE, 0},
    [TOKEN_OR] = {LEVEL_OR, 0},
    [TOKEN_AND] = {LEVEL_AND, 0},
    [TOKEN_EQUAL] = {LEVEL_EQUALITY, OPERATOR_EXACT_EQUAL},
    [TOKEN_NOT_EQUAL] = {LEVEL_EQUALITY, OPERATOR_EXACT_NOT_EQUAL},
    [TOKEN_IN] = {LEVEL_EQUALITY, OPERATOR_CONTAINS},
    [TOKEN_AS] = {LEVEL_EQUALITY, 0},
    [TOKEN_IS] = {LEVEL_EQUALITY, 0},
    [TOKEN_LESS] = {LEVEL_COMPARISON, OPERATOR_EXACT_LESS},
    [TOKEN_LESS_EQUAL] = {LEVEL_COMPARISON, OPERATOR_EXACT_LESS_EQUAL},
    [TOKEN_GREATER] = {LEVEL_COMPARISON, OPERATOR_EXACT_GREATER},
    [TOKEN_GREATER_EQUAL] = {LEVEL_COMPARISON, OPERATOR_EXACT_GREATER_EQUAL},
    [TOKEN_DOT_DOT] = {LEVEL_RANGE, 0},
    [TOKEN_PLUS] = {LEVEL_SUM, OPERATOR_EXACT_ADD},
    [TOKEN_MINUS] = {LEVEL_SUM, OPERATOR_EXACT_SUBTRACT},
    [TOKEN_STAR] = {LEVEL_PRODUCT, OPERATOR_EXACT_MULTIPLY},
    [TOKEN_SLASH] = {LEVEL_PRODUCT, OPERATOR_EXACT_DIVIDE},
    [TOKEN_PERCENT] = {LEVEL_PRODUCT, OPERATOR_EXACT_REMAINDER},
    [TOKEN_STAR_STAR] = {LEVEL_POWER, OPERATOR_EXACT_POWER},
};

static Node *parse_binary(VintParser *p, unsigned least);

// --- Calls, indexes, members ---------------------------------------------------------------------

static Argument parse_argument(VintParser *p, bool *has_named) {
  const VintToken *start = p->token;
  Argument argument = {0};
  if (vint_token_is_word(start) && is_next(p, TOKEN_ASSIGN)) {
    argument.name = start->name;
    p->token += 2;
    *has_named = true;
  }
  argument.value = vint_expr_parse(p);
  argument.span = span_since(p, start);
  if (*has_named && !argument.name && !p->is_failing) {
    diag_error(p->diags, DIAG_VINT_POSITIONAL_AFTER_NAMED, argument.span);
  }
  return argument;
}

Argument *vint_expr_arguments(VintParser *p, uint32_t *count) {
  const VintToken *open = advance(p);
  uint32_t base = p->arguments.count;
  bool was_header = p->is_header;
  bool has_named = false;
  p->is_header = false;
  while (!p->is_failing && !is_at(p, TOKEN_CLOSE_PAREN)) {
    Argument argument = parse_argument(p, &has_named);
    vec_push(&p->arguments, argument);
    if (!accept(p, TOKEN_COMMA)) break;
  }
  vint_parser_close(p, TOKEN_CLOSE_PAREN, open, "`,` or `)`");
  p->is_header = was_header;
  *count = p->arguments.count - base;
  if (*count == 0) return NULL;
  Argument *arguments = arena_copy(p->arena, p->arguments.items + base, *count * sizeof(Argument));
  p->arguments.count = base;
  return arguments;
}

static Node *parse_call(VintParser *p, Node *callee, const VintToken *start) {
  CallNode *node = BUILD(p->arena, Call, CALL, start->span);
  node->callee = callee;
  node->args = vint_expr_arguments(p, &node->arg_count);
  node->node.span = span_since(p, start);
  return &node->node;
}

static Node *new_slice(VintParser *p, Node *object, Node *from, Node *to, bool is_inclusive) {
  SliceNode *node = BUILD(p->arena, Slice, SLICE, object->span);
  node->object = object;
  node->from = from;
  node->to = to;
  node->is_inclusive = is_inclusive;
  return &node->node;
}

// Behind the `[`: `i]`, `a:b]`, `a..b]`. In `s[1::len(s)]` the second colon belongs to the name.
static Node *parse_subscript(VintParser *p, Node *object) {
  Node *from = is_at(p, TOKEN_COLON) ? NULL : vint_expr_parse(p);
  if (is_at(p, TOKEN_COLON) || is_at(p, TOKEN_COLON_COLON)) {
    accept(p, TOKEN_COLON);
    Node *to = is_at(p, TOKEN_CLOSE_BRACKET) ? NULL : vint_expr_parse(p);
    return new_slice(p, object, from, to, false);
  }
  if (from->kind == NODE_RANGE) {
    RangeNode *range = (RangeNode *)from;
    return new_slice(p, object, range->from, range->to, true);
  }
  IndexNode *node = BUILD(p->arena, Index, EXACT_INDEX, object->span);
  node->object = object;
  node->index = from;
  return &node->node;
}

static Node *parse_index(VintParser *p, Node *object, const VintToken *start) {
  const VintToken *open = advance(p);
  bool was_header = p->is_header;
  p->is_header = false;
  Node *node = parse_subscript(p, object);
  vint_parser_close(p, TOKEN_CLOSE_BRACKET, open, "`]`");
  p->is_header = was_header;
  node->span = span_since(p, start);
  return node;
}

// Go's fmt.Println: Vint's module `fmt` has other functions, all in lower case.
static void check_go_print(VintParser *p, const VintToken *name) {
  static const char *const instead[] = {"println(…)", "fmt.printf(…)", "print(…)",
                                        "fmt.sprintf(…)"};
  if (name->word < WORD_GO_PRINTLN || name->word > WORD_GO_SPRINTF) return;
  if (name->kind != TOKEN_NAME || name - p->first < 2 || name[-2].word != WORD_FMT) return;
  Diag *diag = diag_error(p->diags, DIAG_VINT_GO_PRINT, name->span, name->name->text);
  diag_help(p->diags, diag, "write `%s`", instead[name->word - WORD_GO_PRINTLN]);
}

static Node *parse_method_call(VintParser *p, Node *object, const VintToken *name,
                               const VintToken *start) {
  MethodCallNode *node = BUILD(p->arena, MethodCall, METHOD_CALL, start->span);
  node->object = object;
  node->name = name->name;
  node->name_span = name->span;
  check_go_print(p, name);
  node->args = vint_expr_arguments(p, &node->arg_count);
  node->node.span = span_since(p, start);
  return &node->node;
}

static Node *parse_dot(VintParser *p, Node *object, const VintToken *start) {
  advance(p);
  if (!vint_token_is_word(p->token)) {
    vint_parser_expected(p, "a name behind `.`");
    return object;
  }
  const VintToken *name = advance(p);
  if (is_glued(p, TOKEN_OPEN_PAREN)) return parse_method_call(p, object, name, start);
  FieldNode *node = BUILD(p->arena, Field, MEMBER, span_since(p, start));
  node->object = object;
  node->name = name->name;
  node->name_span = name->span;
  return &node->node;
}

static bool check_target(VintParser *p, const Node *target) {
  if (vint_expr_is_target(target)) return true;
  if (!p->is_failing) diag_error(p->diags, DIAG_VINT_NO_TARGET, target->span);
  return false;
}

static Node *parse_increment(VintParser *p, Node *target, const VintToken *start) {
  IncrementNode *node = BUILD(p->arena, Increment, INCREMENT, start->span);
  check_target(p, target);
  node->target = target;
  node->step = advance(p)->kind == TOKEN_PLUS_PLUS ? 1 : -1;
  node->node.span = span_since(p, start);
  return &node->node;
}

// One link of the chain, or NULL if the expression ends here.
static Node *parse_link(VintParser *p, Node *node, const VintToken *start) {
  if (is_at(p, TOKEN_DOT)) return parse_dot(p, node, start);
  if (p->token->begins_line) return NULL;
  switch (p->token->kind) {
  case TOKEN_OPEN_PAREN: return parse_call(p, node, start);
  case TOKEN_OPEN_BRACKET: return parse_index(p, node, start);
  case TOKEN_PLUS_PLUS:
  case TOKEN_MINUS_MINUS: return parse_increment(p, node, start);
  case TOKEN_OPEN_BRACE:
    if (!vint_primary_is_struct_literal(p, node)) return NULL;
    return vint_primary_struct_literal(p, node, start);
  default: return NULL;
  }
}

static Node *parse_postfix(VintParser *p) {
  const VintToken *start = p->token;
  Node *node = vint_primary_parse(p);
  while (!p->is_failing) {
    uint32_t height = p->height;
    p->height = 0;
    Node *longer = parse_link(p, node, start);
    if (!longer) {
      p->height = height;
      break;
    }
    node = longer;
    if (!vint_parser_grow(p, height)) break;
  }
  return node;
}

// --- Prefix operators ----------------------------------------------------------------------------

static Node *parse_prefix(VintParser *p);

static Node *new_unary(VintParser *p, NodeKind kind, Operator op) {
  const VintToken *start = advance(p);
  UnaryNode *node = (UnaryNode *)build_node(p->arena, sizeof(UnaryNode), kind, start->span);
  node->op = op;
  node->operand = parse_prefix(p);
  node->node.span = span_since(p, start);
  return &node->node;
}

static Node *parse_await(VintParser *p) {
  const VintToken *start = advance(p);
  AwaitNode *node = BUILD(p->arena, Await, AWAIT, start->span);
  p->function->has_await = true;
  node->operand = parse_prefix(p);
  node->node.span = span_since(p, start);
  return &node->node;
}

static Node *parse_prefix_increment(VintParser *p) {
  const char *sign = is_at(p, TOKEN_PLUS_PLUS) ? "++" : "--";
  Diag *diag = diag_error(p->diags, DIAG_VINT_PREFIX_INCREMENT, p->token->span, sign);
  diag_help(p->diags, diag, "write `x%s`", sign);
  advance(p);
  return parse_prefix(p);
}

// Go's `<-ch`. The tree gets what was meant, so that a select case around it is understood.
static Node *parse_receive_arrow(VintParser *p) {
  const VintToken *start = p->token;
  Span arrow = {start->span.start, start[1].span.end};
  diag_error(p->diags, DIAG_VINT_RECEIVE_ARROW, arrow);
  p->token += 2;
  NameNode *name = BUILD(p->arena, Name, NAME, arrow);
  name->name = name_of(p->names, "receive");
  name->is_builtin = true;
  Argument argument = {.value = parse_prefix(p)};
  argument.span = argument.value->span;
  CallNode *call = BUILD(p->arena, Call, CALL, span_since(p, start));
  call->callee = &name->node;
  call->args = arena_copy(p->arena, &argument, sizeof(argument));
  call->arg_count = 1;
  return &call->node;
}

static bool is_receive_arrow(const VintParser *p) {
  const VintToken *next = peek(p, 1);
  return is_at(p, TOKEN_LESS) && next->kind == TOKEN_MINUS &&
         next->span.start == p->token->span.end;
}

static Node *parse_operator_or_postfix(VintParser *p) {
  switch (p->token->kind) {
  case TOKEN_BANG: return new_unary(p, NODE_UNARY, OPERATOR_NOT);
  case TOKEN_MINUS: return new_unary(p, NODE_UNARY, OPERATOR_EXACT_NEGATE);
  case TOKEN_PLUS: return new_unary(p, NODE_UNARY, OPERATOR_EXACT_PLUS);
  case TOKEN_AMPERSAND: return new_unary(p, NODE_ADDRESS, OPERATOR_COUNT);
  case TOKEN_STAR: return new_unary(p, NODE_DEREFERENCE, OPERATOR_COUNT);
  case TOKEN_AWAIT: return parse_await(p);
  case TOKEN_PLUS_PLUS:
  case TOKEN_MINUS_MINUS:
    if (!p->is_failing) return parse_prefix_increment(p);
    break;
  case TOKEN_LESS:
    if (!p->is_failing && is_receive_arrow(p)) return parse_receive_arrow(p);
    break;
  default: break;
  }
  return parse_postfix(p);
}

// Everything that nests comes through here, so here depth is counted.
static Node *parse_prefix(VintParser *p) {
  VintLevel level;
  Node *node = vint_parser_open(p, &level) ? parse_operator_or_postfix(p) : error_node(p);
  vint_parser_leave(p, level);
  return node;
}

// --- Binary operators ----------------------------------------------------------------------------

static bool is_assignment(const VintToken *token) {
  return token->kind == TOKEN_ASSIGN ||
         (token->kind >= TOKEN_PLUS_ASSIGN && token->kind <= TOKEN_PERCENT_ASSIGN);
}

// A line `*p = …` or `*p.x += …`: as a product it could not be assigned to.
static bool is_store(const VintParser *p) {
  const VintToken *token = peek(p, 1);
  if (token->begins_line || token->span.start != p->token->span.end) return false;
  if (token->kind == TOKEN_OPEN_PAREN) {
    token = vint_parser_behind_group(p, token);
    if (!token) return false;
  } else if (token->kind == TOKEN_NAME) {
    token++;
  } else {
    return false;
  }
  while (token < p->end && token->kind == TOKEN_DOT && vint_token_is_word(token + 1)) token += 2;
  return is_assignment(token);
}

static bool begins_something_new(const VintParser *p) {
  if (!p->token->begins_line) return false;
  if (is_at(p, TOKEN_STAR)) return is_store(p);
  if (!is_at(p, TOKEN_MINUS)) return false;
  const VintToken *number = peek(p, 1);
  bool is_number = number->kind == TOKEN_INTEGER || number->kind == TOKEN_FLOAT;
  return is_number && peek(p, 2)->kind == TOKEN_ARROW;
}

static Node *new_logic(VintParser *p, NodeKind kind, Node *left, Node *right) {
  LogicNode *node = (LogicNode *)build_node(p->arena, sizeof(LogicNode), kind, left->span);
  node->left = left;
  node->right = right;
  return &node->node;
}

static Node *new_range(VintParser *p, Node *left, Node *right) {
  RangeNode *node = BUILD(p->arena, Range, RANGE, left->span);
  node->from = left;
  node->to = right;
  return &node->node;
}

static Node *new_binary(VintParser *p, const VintToken *op, Node *left, Node *right) {
  BinaryNode *node = BUILD(p->arena, Binary, BINARY, left->span);
  node->op = (Operator)BINARY_ROWS[op->kind].op;
  node->op_span = op->span;
  node->left = left;
  node->right = right;
  return &node->node;
}

static Node *combine(VintParser *p, const VintToken *op, Node *left, Node *right) {
  switch (op->kind) {
  case TOKEN_COALESCE: return new_logic(p, NODE_COALESCE, left, right);
  case TOKEN_OR: return new_logic(p, NODE_OR, left, right);
  case TOKEN_AND: return new_logic(p, NODE_AND, left, right);
  case TOKEN_DOT_DOT: return new_range(p, left, right);
  default: return new_binary(p, op, left, right);
  }
}

static Node *parse_cast(VintParser *p, const VintToken *op, Node *operand) {
  NodeKind kind = op->kind == TOKEN_AS ? NODE_AS : NODE_IS;
  CastNode *node = (CastNode *)build_node(p->arena, sizeof(CastNode), kind, operand->span);
  node->operand = operand;
  node->target = vint_type_parse(p);
  return &node->node;
}

// The only operator that groups to the right recurses, so it counts as nesting.
static Node *parse_right(VintParser *p, unsigned level) {
  if (level != LEVEL_POWER) return parse_binary(p, level + 1);
  VintLevel nested;
  Node *node = vint_parser_open(p, &nested) ? parse_binary(p, LEVEL_POWER) : error_node(p);
  vint_parser_leave(p, nested);
  return node;
}

static Node *parse_binary(VintParser *p, unsigned least) {
  const VintToken *start = p->token;
  uint32_t outer_height = p->height;
  p->height = 0;
  Node *left = parse_prefix(p);
  for (;;) {
    const VintToken *op = p->token;
    unsigned level = BINARY_ROWS[op->kind].level;
    if (level < least || p->is_failing || begins_something_new(p)) break;
    uint32_t height = p->height;
    p->height = 0;
    advance(p);
    if (op->kind == TOKEN_AS || op->kind == TOKEN_IS) {
      left = parse_cast(p, op, left);
    } else {
      left = combine(p, op, left, parse_right(p, level));
    }
    left->span = span_since(p, start);
    if (!vint_parser_grow(p, height)) break;
  }
  if (outer_height > p->height) p->height = outer_height;
  return left;
}

// --- Assignment ----------------------------------------------------------------------------------

bool vint_expr_is_target(const Node *node) {
  switch (node->kind) {
  case NODE_NAME: return !((const NameNode *)node)->is_builtin;
  case NODE_MEMBER:
  case NODE_EXACT_INDEX:
  case NODE_DEREFERENCE:
  case NODE_ERROR: return true;
  default: return false;
  }
}

static Operator compound_operator(VintTokenKind kind) {
  switch (kind) {
  case TOKEN_PLUS_ASSIGN: return OPERATOR_EXACT_ADD;
  case TOKEN_MINUS_ASSIGN: return OPERATOR_EXACT_SUBTRACT;
  case TOKEN_STAR_ASSIGN: return OPERATOR_EXACT_MULTIPLY;
  case TOKEN_SLASH_ASSIGN: return OPERATOR_EXACT_DIVIDE;
  case TOKEN_PERCENT_ASSIGN: return OPERATOR_EXACT_REMAINDER;
  default: return OPERATOR_COUNT;
  }
}

static Node *parse_assignment(VintParser *p, Node *target, const VintToken *start) {
  AssignNode *node = BUILD(p->arena, Assign, ASSIGN, start->span);
  check_target(p, target);
  node->target = target;
  node->op = compound_operator((VintTokenKind)advance(p)->kind);
  VintLevel level;
  node->value = vint_parser_open(p, &level) ? vint_expr_parse(p) : error_node(p);
  vint_parser_leave(p, level);
  node->node.span = span_since(p, start);
  return &node->node;
}

Node *vint_expr_parse(VintParser *p) {
  const VintToken *start = p->token;
  if (is_at(p, TOKEN_OPEN_PAREN) && vint_primary_is_arrow(p)) return vint_primary_arrow(p, start);
  Node *node = parse_binary(p, LEVEL_COALESCE);
  if (p->is_failing) return node;
  if (is_assignment(p->token)) return parse_assignment(p, node, start);
  if (is_at(p, TOKEN_ARROW)) return vint_primary_arrow(p, start);
  return node;
}

Node *vint_expr_operand(VintParser *p) {
  return parse_binary(p, LEVEL_COALESCE);
}

Node *vint_expr_header(VintParser *p) {
  bool was_header = p->is_header;
  p->is_header = true;
  Node *node = vint_expr_parse(p);
  p->is_header = was_header;
  vint_parser_recover_header(p);
  return node;
}

bool vint_expr_can_start(const VintParser *p) {
  switch (p->token->kind) {
  case TOKEN_NAME:
  case TOKEN_INTEGER:
  case TOKEN_FLOAT:
  case TOKEN_STRING:
  case TOKEN_DECLARATIVE:
  case TOKEN_OPEN_PAREN:
  case TOKEN_OPEN_BRACKET:
  case TOKEN_OPEN_BRACE:
  case TOKEN_COLON_COLON:
  case TOKEN_AT:
  case TOKEN_AMPERSAND:
  case TOKEN_BANG:
  case TOKEN_PLUS:
  case TOKEN_MINUS:
  case TOKEN_STAR:
  case TOKEN_PLUS_PLUS:
  case TOKEN_MINUS_MINUS:
  case TOKEN_FUNC:
  case TOKEN_TRUE:
  case TOKEN_FALSE:
  case TOKEN_NULL:
  case TOKEN_IF:
  case TOKEN_WHILE:
  case TOKEN_FOR:
  case TOKEN_REPEAT:
  case TOKEN_SWITCH:
  case TOKEN_MATCH:
  case TOKEN_IMPORT:
  case TOKEN_PACKAGE:
  case TOKEN_ASYNC:
  case TOKEN_AWAIT:
  case TOKEN_CHAN:
  case TOKEN_THROW:
  case TOKEN_ERROR:
  case TOKEN_DEFER: return true;
  case TOKEN_LESS: return is_receive_arrow(p);
  default: return false;
  }
}
