// SPDX-License-Identifier: MIT
// luma_expr.c - operators, calls and operands
//
// Binary operators are read by precedence climbing: a loop over the operators of a level and
// tighter ones, which goes into itself for the right operand only. So a sum of a thousand terms is
// a thousand turns, not a thousand frames.
#include "luma/luma_private.h"

typedef struct BinaryRow {
  uint8_t level; // 0: no binary operator; tighter ones are higher
  uint8_t kind;  // NodeKind
  uint8_t op;    // Operator
} BinaryRow;

static const BinaryRow binary_rows[LUMA_TOKEN_COUNT] = {
    [LUMA_OR] = {1, NODE_OR, 0},
    [LUMA_AND] = {2, NODE_AND, 0},
    [LUMA_EQUAL] = {3, NODE_BINARY, OPERATOR_EQUAL},
    [LUMA_NOT_EQUAL] = {3, NODE_BINARY, OPERATOR_NOT_EQUAL},
    [LUMA_LESS] = {4, NODE_BINARY, OPERATOR_LESS},
    [LUMA_LESS_EQUAL] = {4, NODE_BINARY, OPERATOR_LESS_EQUAL},
    [LUMA_GREATER] = {4, NODE_BINARY, OPERATOR_GREATER},
    [LUMA_GREATER_EQUAL] = {4, NODE_BINARY, OPERATOR_GREATER_EQUAL},
    [LUMA_IN] = {4, NODE_BINARY, OPERATOR_HAS_KEY},
    [LUMA_PLUS] = {5, NODE_BINARY, OPERATOR_ADD},
    [LUMA_MINUS] = {5, NODE_BINARY, OPERATOR_SUBTRACT},
    [LUMA_STAR] = {6, NODE_BINARY, OPERATOR_MULTIPLY},
    [LUMA_SLASH] = {6, NODE_BINARY, OPERATOR_DIVIDE},
    [LUMA_PERCENT] = {6, NODE_BINARY, OPERATOR_REMAINDER},
    // For recovery: other languages' signs are read as what they stand for.
    [LUMA_INCREMENT] = {5, NODE_BINARY, OPERATOR_ADD},
    [LUMA_BAR] = {1, NODE_OR, 0},
};

bool luma_expr_begins(const LumaParser *p) {
  switch (p->token.kind) {
  case LUMA_NAME:
  case LUMA_NUMBER:
  case LUMA_STRING:
  case LUMA_STRING_PART:
  case LUMA_TRUE:
  case LUMA_FALSE:
  case LUMA_NULL:
  case LUMA_LEFT_PAREN:
  case LUMA_LEFT_BRACKET:
  case LUMA_LEFT_BRACE:
  case LUMA_FN:
  case LUMA_IF:
  case LUMA_MATCH:
  case LUMA_DO:
  case LUMA_MINUS:
  case LUMA_BANG:
  case LUMA_AWAIT: return true;
  default: return false;
  }
}

// --- Operands ------------------------------------------------------------------------------------

static Node *parse_number(LumaParser *p) {
  NumberNode *node = BUILD(p->arena, Number, NUMBER, p->token.span);
  node->value = p->token.as.number;
  luma_parser_advance(p);
  return &node->node;
}

static Node *parse_boolean(LumaParser *p) {
  BooleanNode *node = BUILD(p->arena, Boolean, BOOLEAN, p->token.span);
  node->value = luma_at(p, LUMA_TRUE);
  luma_parser_advance(p);
  return &node->node;
}

static Node *parse_group(LumaParser *p) {
  LumaOpener opener = luma_error_open_bracket(p);
  opener.is_group = true;
  Node *inner = luma_expr_parse(p);
  luma_error_close_bracket(p, LUMA_RIGHT_PAREN, opener);
  return inner;
}

static Node *parse_import_path(LumaParser *p) {
  if (luma_at(p, LUMA_STRING)) {
    Node *path = luma_literal_string(p, &p->token);
    luma_parser_advance(p);
    return path;
  }
  diag_error(luma_diags(p), DIAG_LUMA_INTERPOLATED_PATH, p->token.span);
  return luma_literal_interpolation(p);
}

// The current token is behind the word `import`: a bracket, or a string in the older form.
static Node *parse_import(LumaParser *p, uint32_t start) {
  ImportNode *node = BUILD(p->arena, Import, IMPORT_CALL, p->token.span);
  if (luma_at(p, LUMA_LEFT_PAREN)) {
    LumaOpener opener = luma_error_open_bracket(p);
    node->path = luma_expr_parse(p);
    if (luma_error_more_items(p, LUMA_RIGHT_PAREN, opener)) {
      node->lock = luma_expr_parse(p);
      luma_parser_accept(p, LUMA_COMMA);
    }
    luma_error_close_bracket(p, LUMA_RIGHT_PAREN, opener);
  } else {
    node->path = parse_import_path(p);
  }
  node->node.span = luma_span_from(p, start);
  return &node->node;
}

static bool at_import_path(const LumaParser *p) {
  if (luma_at(p, LUMA_LEFT_PAREN)) return luma_is_on_line(p);
  return (luma_at(p, LUMA_STRING) || luma_at(p, LUMA_STRING_PART)) && luma_is_on_line(p);
}

static Node *parse_name(LumaParser *p) {
  const Name *name = p->token.as.name;
  Span span = p->token.span;
  luma_parser_advance(p);
  if (UNLIKELY(name == p->words.import_word) && at_import_path(p)) {
    return parse_import(p, span.start);
  }
  if (UNLIKELY(name == p->words.async) && luma_at(p, LUMA_FN) && luma_is_on_line(p) &&
      luma_parser_peek(p)->kind == LUMA_LEFT_PAREN) {
    diag_error(luma_diags(p), DIAG_LUMA_ASYNC_WORD, span);
    return luma_function_parse(p);
  }
  return luma_parser_name_node(p, name, span);
}

static Node *take_ready(LumaParser *p) {
  Node *node = p->ready;
  p->ready = NULL;
  return node;
}

static Node *parse_primary(LumaParser *p) {
  if (p->ready) return take_ready(p);
  if (p->is_panicking) return luma_parser_error_node(p);
  switch (p->token.kind) {
  case LUMA_NAME: return parse_name(p);
  case LUMA_NUMBER: return parse_number(p);
  case LUMA_STRING: {
    Node *node = luma_literal_string(p, &p->token);
    luma_parser_advance(p);
    return node;
  }
  case LUMA_STRING_PART: return luma_literal_interpolation(p);
  case LUMA_TRUE:
  case LUMA_FALSE: return parse_boolean(p);
  case LUMA_NULL: luma_parser_advance(p); return build_plain(p->arena, NODE_NULL, p->previous);
  case LUMA_LEFT_PAREN: return parse_group(p);
  case LUMA_LEFT_BRACKET: return luma_literal_list(p);
  case LUMA_LEFT_BRACE: return luma_literal_table(p);
  case LUMA_FN: return luma_function_parse(p);
  case LUMA_IF: return luma_control_if(p);
  case LUMA_MATCH: return luma_control_match(p);
  case LUMA_DO: return luma_stmt_do(p, false);
  default: luma_error_unexpected(p, "an expression"); return luma_parser_error_node(p);
  }
}

// --- Calls and fields ----------------------------------------------------------------------------

static void parse_argument(LumaParser *p) {
  Argument arg = {.span = p->token.span};
  if (luma_at(p, LUMA_NAME) && luma_parser_peek(p)->kind == LUMA_ASSIGN) {
    arg.name = p->token.as.name;
    luma_parser_advance(p);
    luma_parser_advance(p);
  }
  uint32_t start = arg.span.start;
  arg.value = luma_expr_parse(p);
  if (arg.name) luma_function_bind_name(arg.value, arg.name);
  arg.span = luma_span_from(p, start);
  luma_parser_push(p, &arg, sizeof arg);
}

static Argument *parse_arguments(LumaParser *p, uint32_t *count) {
  uint32_t mark = luma_mark(p);
  LumaOpener opener = luma_error_open_bracket(p);
  if (!luma_at(p, LUMA_RIGHT_PAREN)) {
    do {
      parse_argument(p);
    } while (luma_error_more_items(p, LUMA_RIGHT_PAREN, opener));
  }
  luma_error_close_bracket(p, LUMA_RIGHT_PAREN, opener);
  return luma_parser_take(p, mark, sizeof(Argument), count);
}

static Node *parse_call(LumaParser *p, Node *callee, uint32_t start) {
  CallNode *node = BUILD(p->arena, Call, CALL, p->token.span);
  node->callee = callee;
  node->args = parse_arguments(p, &node->arg_count);
  node->node.span = luma_span_from(p, start);
  return &node->node;
}

static Node *parse_method_call(LumaParser *p, Node *object, NodeKind kind, const Name *name,
                               uint32_t start) {
  MethodCallNode *node = (MethodCallNode *)build_node(p->arena, sizeof *node, kind, p->previous);
  node->object = object;
  node->name = name;
  node->name_span = p->previous;
  node->args = parse_arguments(p, &node->arg_count);
  node->node.span = luma_span_from(p, start);
  return &node->node;
}

static bool at_call(const LumaParser *p) {
  return luma_at(p, LUMA_LEFT_PAREN) && luma_is_on_line(p);
}

static Node *parse_dot(LumaParser *p, Node *object, uint32_t start) {
  luma_parser_advance(p);
  if (object->kind == NODE_NUMBER && !luma_at(p, LUMA_NAME)) { // `1.`
    diag_error(luma_diags(p), DIAG_LUMA_NUMBER_DOT, p->previous);
    return object;
  }
  const Name *name = luma_parser_expect_name(p, "the name of a field");
  if (!name) return luma_parser_error_node(p);
  if (at_call(p)) return parse_method_call(p, object, NODE_DOT_CALL, name, start);
  FieldNode *node = BUILD(p->arena, Field, FIELD, luma_span_from(p, start));
  node->object = object;
  node->name = name;
  node->name_span = p->previous;
  return &node->node;
}

static Node *parse_colon(LumaParser *p, Node *object, uint32_t start) {
  luma_parser_advance(p);
  const Name *name = luma_parser_expect_name(p, "the name of a method");
  if (!name) return luma_parser_error_node(p);
  if (at_call(p)) return parse_method_call(p, object, NODE_COLON_CALL, name, start);
  if (p->token.has_complaint || luma_at(p, LUMA_END_OF_FILE)) {
    luma_error_unexpected(p, "'('");
  } else {
    diag_error(luma_diags(p), DIAG_LUMA_METHOD_WITHOUT_CALL, luma_error_place(p),
               luma_error_describe(p), luma_error_where(p));
    luma_error_panic(p);
  }
  return luma_parser_error_node(p);
}

static Node *parse_index(LumaParser *p, Node *object, uint32_t start) {
  IndexNode *node = BUILD(p->arena, Index, INDEX, p->token.span);
  LumaOpener opener = luma_error_open_bracket(p);
  opener.is_group = true;
  node->object = object;
  node->index = luma_expr_parse(p);
  luma_error_close_bracket(p, LUMA_RIGHT_BRACKET, opener);
  node->node.span = luma_span_from(p, start);
  return &node->node;
}

// `t.5` is read as `t` and the number .5, which would be a statement of its own.
static bool at_glued_fraction(const LumaParser *p) {
  return luma_at(p, LUMA_NUMBER) && p->token.span.start == p->previous.end &&
         p->lexer.scan.text[p->token.span.start] == '.';
}

// An opening bracket on a later line begins a statement (luma.md 2.6); a dot or colon goes on.
static bool at_suffix(LumaParser *p) {
  switch (p->token.kind) {
  case LUMA_LEFT_PAREN:
  case LUMA_LEFT_BRACKET: return luma_is_on_line(p);
  case LUMA_DOT:
  case LUMA_COLON: return true;
  case LUMA_NUMBER:
    if (at_glued_fraction(p)) luma_error_unexpected(p, "a name or an operator");
    return false;
  default: return false;
  }
}

static Node *parse_suffix(LumaParser *p, Node *object, uint32_t start) {
  switch (p->token.kind) {
  case LUMA_LEFT_PAREN: return parse_call(p, object, start);
  case LUMA_LEFT_BRACKET: return parse_index(p, object, start);
  case LUMA_DOT: return parse_dot(p, object, start);
  default: return parse_colon(p, object, start);
  }
}

static Node *parse_postfix(LumaParser *p) {
  uint32_t start = p->ready ? p->ready->span.start : p->token.span.start;
  Node *node = parse_primary(p);
  while (!p->is_panicking && at_suffix(p)) {
    luma_parser_link(p); // before the arguments: they stand beside the object, not above it
    if (p->is_stopped) break;
    node = parse_suffix(p, node, start);
  }
  return node;
}

// --- Prefix operators and powers -----------------------------------------------------------------

static Node *parse_unary(LumaParser *p);

static Node *parse_prefixed(LumaParser *p) {
  luma_parser_advance(p);
  luma_parser_enter(p);
  Node *operand = parse_unary(p);
  luma_parser_leave(p);
  return operand;
}

static Node *parse_sign(LumaParser *p, Operator op) {
  UnaryNode *node = BUILD(p->arena, Unary, UNARY, p->token.span);
  node->op = op;
  node->operand = parse_prefixed(p);
  node->node.span = luma_span_from(p, node->node.span.start);
  return &node->node;
}

static Node *parse_await(LumaParser *p) {
  AwaitNode *node = BUILD(p->arena, Await, AWAIT, p->token.span);
  p->function->has_await = true;
  node->operand = parse_prefixed(p);
  node->node.span = luma_span_from(p, node->node.span.start);
  return &node->node;
}

// The word `not` is an operator only directly before an operand on its line. A minus or a bracket
// `[` behind it is an operation on a variable of that name.
static bool at_not_word(LumaParser *p) {
  if (!luma_at_word(p, p->words.not_word)) return false;
  const LumaToken *next = luma_parser_peek(p);
  if (next->is_first_on_line) return false;
  switch (next->kind) {
  case LUMA_NAME: return next->as.name != p->words.and_word && next->as.name != p->words.or_word;
  case LUMA_NUMBER:
  case LUMA_STRING:
  case LUMA_STRING_PART:
  case LUMA_TRUE:
  case LUMA_FALSE:
  case LUMA_NULL:
  case LUMA_LEFT_PAREN:
  case LUMA_BANG:
  case LUMA_AWAIT: return true;
  default: return false;
  }
}

static Node *parse_unary(LumaParser *p) {
  if (p->ready || p->is_panicking) return parse_postfix(p);
  switch (p->token.kind) {
  case LUMA_MINUS: return parse_sign(p, OPERATOR_NEGATE);
  case LUMA_BANG: return parse_sign(p, OPERATOR_NOT);
  case LUMA_AWAIT: return parse_await(p);
  case LUMA_NAME:
    if (UNLIKELY(at_not_word(p))) return parse_sign(p, OPERATOR_NOT);
    return parse_postfix(p);
  default: return parse_postfix(p);
  }
}

static Node *make_binary(LumaParser *p, Operator op, Span op_span, Node *left, Node *right,
                         uint32_t start) {
  BinaryNode *node = BUILD(p->arena, Binary, BINARY, luma_span_from(p, start));
  node->op = op;
  node->op_span = op_span;
  node->left = left;
  node->right = right;
  return &node->node;
}

// `^` binds looser than the prefix operators and to the right: -2 ^ 2 is 4, 2 ^ 3 ^ 2 is 2 ^ 9.
static Node *parse_power(LumaParser *p) {
  uint32_t start = p->ready ? p->ready->span.start : p->token.span.start;
  Node *left = parse_unary(p);
  if (LIKELY(!luma_at(p, LUMA_CARET)) || p->is_panicking) return left;
  Span op_span = p->token.span;
  luma_parser_advance(p);
  luma_parser_link(p);
  luma_parser_enter(p);
  uint32_t begun = luma_parser_begin_chain(p);
  Node *right = parse_power(p);
  luma_parser_end_chain(p, begun);
  luma_parser_leave(p);
  return make_binary(p, OPERATOR_POWER, op_span, left, right, start);
}

// --- Binary operators ----------------------------------------------------------------------------

// The words `and` and `or` are operators on the line of the operand before, unless `=` follows:
// then they are variables.
static const BinaryRow *find_word_operator(LumaParser *p) {
  static const BinaryRow none = {0};
  const Name *name = p->token.as.name;
  if (name != p->words.and_word && name != p->words.or_word) return &none;
  if (p->token.is_first_on_line || luma_parser_peek(p)->kind == LUMA_ASSIGN) return &none;
  return &binary_rows[name == p->words.and_word ? LUMA_AND : LUMA_OR];
}

static const BinaryRow *find_operator(LumaParser *p) {
  if (luma_at(p, LUMA_NAME)) return find_word_operator(p);
  return &binary_rows[p->token.kind];
}

// `x++` as in other languages has no right operand; it is left for the statement to report.
static bool is_postfix_increment(LumaParser *p) {
  if (!luma_at(p, LUMA_INCREMENT)) return false;
  const LumaToken *next = luma_parser_peek(p);
  LumaTokenKind kind = next->kind;
  bool is_operand =
      kind == LUMA_NAME || kind == LUMA_NUMBER || kind == LUMA_STRING || kind == LUMA_LEFT_PAREN;
  return next->is_first_on_line || !is_operand;
}

static Node *make_operation(LumaParser *p, const BinaryRow *row, Span op_span, Node *left,
                            Node *right, uint32_t start) {
  if (row->kind == NODE_BINARY) {
    return make_binary(p, row->op, op_span, left, right, start);
  }
  LogicNode *node =
      (LogicNode *)build_node(p->arena, sizeof *node, row->kind, luma_span_from(p, start));
  node->left = left;
  node->right = right;
  return &node->node;
}

static Node *parse_binary(LumaParser *p, uint8_t min_level) {
  uint32_t begun = luma_parser_begin_chain(p);
  uint32_t start = p->ready ? p->ready->span.start : p->token.span.start;
  Node *left = parse_power(p);
  while (!p->is_panicking) {
    const BinaryRow *row = find_operator(p);
    if (row->level < min_level || row->level == 0 || is_postfix_increment(p)) break;
    Span op_span = p->token.span;
    if (luma_at(p, LUMA_BAR)) diag_error(luma_diags(p), DIAG_LUMA_SINGLE_BAR, op_span);
    luma_parser_advance(p);
    luma_parser_link(p);
    p->depth++; // the right operand stands one level down, not a whole one of ours
    Node *right = parse_binary(p, (uint8_t)(row->level + 1));
    p->depth--;
    left = make_operation(p, row, op_span, left, right, start);
  }
  luma_parser_end_chain(p, begun);
  return left;
}

Node *luma_expr_parse(LumaParser *p) {
  return parse_binary(p, 1);
}
