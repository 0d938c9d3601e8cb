// SPDX-License-Identifier: MIT
// luma_stmt.c - statements and blocks
//
// Nothing separates statements, so a statement ends where the next token cannot go on with it.
#include "luma/luma_private.h"

#include <math.h>

// --- Dropped values ------------------------------------------------------------------------------

// A match whose value nobody sees may match nothing (luma.md 5). The value of a statement is seen
// only if it is the last of its block, and then if the block's is. This is asked when a block is
// complete, from the outside in, and goes down through last statements only, so it visits each at
// most once.

static void drop_value(Node *value);

static void drop_last(const BlockNode *block) {
  if (block->items.count == 0) return;
  Node *last = block->items.items[block->items.count - 1];
  if (last->kind == NODE_EXPRESSION) drop_value(((ExpressionNode *)last)->value);
}

static void drop_match(MatchNode *match) {
  match->is_statement = true;
  for (uint32_t i = 0; i < match->arm_count; i++) drop_last((BlockNode *)match->arms[i].body);
}

static void drop_value(Node *value) {
  while (value && value->kind == NODE_IF) {
    drop_last(((IfNode *)value)->then_branch);
    value = ((IfNode *)value)->else_branch;
  }
  if (!value) return;
  if (value->kind == NODE_BLOCK) drop_last((BlockNode *)value);
  if (value->kind == NODE_MATCH) drop_match((MatchNode *)value);
}

static void drop_all_but_last(const NodeList *items) {
  for (uint32_t i = 0; i + 1 < items->count; i++) {
    Node *item = items->items[i];
    if (item->kind == NODE_EXPRESSION) drop_value(((ExpressionNode *)item)->value);
  }
}

// --- Blocks --------------------------------------------------------------------------------------

static bool at_case(LumaParser *p) {
  if (!luma_at_word(p, p->words.case_word)) return false;
  switch (luma_parser_peek(p)->kind) {
  case LUMA_ASSIGN:
  case LUMA_DOT:
  case LUMA_COLON:
  case LUMA_LEFT_PAREN: return false;
  default: return true;
  }
}

// Besides the ends of the block itself those of what is around it count: then this one lacks its
// own, which its caller reports.
static bool at_block_end(LumaParser *p, LumaBlockKind kind) {
  switch (p->token.kind) {
  case LUMA_END_OF_FILE: return true;
  case LUMA_END: return kind != LUMA_BLOCK_FILE;
  case LUMA_ELSE: return kind == LUMA_BLOCK_BRANCH || p->branches > 0;
  case LUMA_RIGHT_BRACE: return p->brace_blocks > 0 || p->brackets > 0;
  case LUMA_RIGHT_PAREN:
  case LUMA_RIGHT_BRACKET: return p->brackets > 0;
  case LUMA_NAME:
    if (kind == LUMA_BLOCK_BRANCH && luma_control_at_elif(p)) return true;
    return kind == LUMA_BLOCK_CASE && at_case(p);
  default: return false;
  }
}

static Node *parse_statement(LumaParser *p, LumaBlockKind kind, Node **condition);

// What the parser can step over without an error that follows from another.
static bool skip_between(LumaParser *p) {
  if (luma_at(p, LUMA_SEMICOLON)) {
    luma_parser_advance(p); // reports it
    return true;
  }
  if (luma_at(p, LUMA_END)) {
    Diag *diag = diag_error(luma_diags(p), DIAG_LUMA_EXTRA_CLOSER, p->token.span, "'end'");
    if (p->bodiless.end > 0) {
      diag_note(p->diags, diag, p->bodiless, "this has no body; is its 'do' missing?");
    }
    luma_parser_advance(p);
    return true;
  }
  return luma_error_recover_string(p);
}

BlockNode *luma_stmt_block(LumaParser *p, LumaBlockKind kind, Node **condition) {
  BlockNode *block =
      BUILD(p->arena, Block, BLOCK, ((Span){p->token.span.start, p->token.span.start}));
  uint32_t mark = luma_mark(p);
  uint32_t brackets = p->brackets;
  *condition = NULL;
  while (!*condition && !at_block_end(p, kind)) {
    if (skip_between(p)) continue;
    LumaOpener first = luma_error_opener(p, NULL);
    Node *statement = parse_statement(p, kind, condition);
    if (statement) luma_parser_push(p, &statement, sizeof statement);
    if (UNLIKELY(p->is_panicking)) luma_error_synchronize(p, first, brackets);
  }
  block->items = luma_parser_take_nodes(p, mark);
  drop_all_but_last(&block->items);
  if (block->items.count > 0) {
    block->node.span.end = block->items.items[block->items.count - 1]->span.end;
  }
  return block;
}

// --- Declarations --------------------------------------------------------------------------------

// let a, b = … : the further names are read and forgotten.
static void refuse_more_names(LumaParser *p) {
  if (!luma_at(p, LUMA_COMMA) || p->is_panicking) return;
  diag_error(luma_diags(p), DIAG_LUMA_TWO_NAMES, p->token.span);
  while (luma_parser_accept(p, LUMA_COMMA)) luma_pattern_binding(p);
}

static Node *parse_value(LumaParser *p) {
  if (!luma_parser_expect(p, LUMA_ASSIGN, "'=' and a value")) return luma_parser_error_node(p);
  return luma_expr_parse(p);
}

// Behind `let` or `var`.
static Node *parse_declare_tail(LumaParser *p, SymbolKind binding, uint32_t start) {
  DeclareNode *node = BUILD(p->arena, Declare, DECLARE, p->token.span);
  node->binding = binding;
  node->is_constant = binding == SYMBOL_LET;
  node->pattern = luma_pattern_binding(p);
  refuse_more_names(p);
  if (luma_parser_accept(p, LUMA_COLON)) node->type = luma_type_parse(p);
  node->value = parse_value(p);
  if (node->pattern->kind == NODE_PATTERN_NAME) {
    luma_function_bind_name(node->value, ((PatternNameNode *)node->pattern)->name);
  }
  node->node.span = luma_span_from(p, start);
  return &node->node;
}

static Node *parse_declare(LumaParser *p) {
  uint32_t start = p->token.span.start;
  SymbolKind binding = luma_at(p, LUMA_LET) ? SYMBOL_LET : SYMBOL_VAR;
  luma_parser_advance(p);
  return parse_declare_tail(p, binding, start);
}

// The current token is the function's name; `opener` is the `fn` before.
static Node *parse_function_tail(LumaParser *p, LumaOpener opener) {
  DeclareNode *node = BUILD(p->arena, Declare, FUNCTION_DECLARE, p->token.span);
  PatternNameNode *pattern = BUILD(p->arena, PatternName, PATTERN_NAME, p->token.span);
  pattern->name = luma_parser_expect_name(p, "the function's name");
  node->pattern = &pattern->node;
  node->binding = SYMBOL_FUNCTION;
  node->is_constant = true;
  node->value = &luma_function_tail(p, pattern->name, opener)->node;
  node->node.span = luma_span_from(p, opener.span.start);
  return &node->node;
}

static bool at_function_declaration(LumaParser *p) {
  const LumaToken *next = luma_parser_peek(p);
  if (next->kind == LUMA_NAME) return true;
  return luma_lexer_is_word(next->kind) && !next->is_first_on_line;
}

static Node *parse_function(LumaParser *p) {
  LumaOpener opener = luma_error_opener(p, "fn");
  luma_parser_advance(p);
  return parse_function_tail(p, opener);
}

// --- Jumps ---------------------------------------------------------------------------------------

static bool begins_returned_value(LumaParser *p) {
  if (!luma_expr_begins(p)) return false;
  if (luma_at(p, LUMA_FN)) return !at_function_declaration(p);
  if (!luma_at(p, LUMA_NAME)) return true;
  if (p->branches > 0 && luma_control_at_elif(p)) return false;
  return p->cases == 0 || !at_case(p);
}

static Node *parse_return(LumaParser *p) {
  ReturnNode *node = BUILD(p->arena, Return, RETURN, p->token.span);
  luma_parser_advance(p);
  if (begins_returned_value(p)) node->value = luma_expr_parse(p);
  node->node.span = luma_span_from(p, node->node.span.start);
  return &node->node;
}

// How many loops, if a number stands on the line. That there are as many is for the resolver.
static uint32_t parse_jump_depth(LumaParser *p) {
  if (!luma_at(p, LUMA_NUMBER) || !luma_is_on_line(p)) return 1;
  double number = p->token.as.number;
  bool is_count = number == floor(number) && number <= UINT32_MAX;
  if (!is_count) {
    diag_error(luma_diags(p), DIAG_LUMA_JUMP_DEPTH, p->token.span, luma_error_describe(p));
    number = 1;
  }
  luma_parser_advance(p);
  return (uint32_t)number;
}

static Node *parse_jump(LumaParser *p) {
  NodeKind kind = luma_at(p, LUMA_BREAK) ? NODE_BREAK : NODE_CONTINUE;
  JumpNode *node = (JumpNode *)build_node(p->arena, sizeof *node, kind, p->token.span);
  luma_parser_advance(p);
  node->depth = parse_jump_depth(p);
  node->node.span = luma_span_from(p, node->node.span.start);
  return &node->node;
}

// --- Loops ---------------------------------------------------------------------------------------

Node *luma_stmt_condition(LumaParser *p) {
  uint32_t start = p->token.span.start;
  Node *left = luma_expr_parse(p);
  if (!luma_at(p, LUMA_ASSIGN) || p->is_panicking) return left;
  diag_error(luma_diags(p), DIAG_LUMA_ASSIGN_IN_CONDITION, p->token.span);
  BinaryNode *node = BUILD(p->arena, Binary, BINARY, p->token.span);
  node->op = OPERATOR_EQUAL;
  node->op_span = p->token.span;
  luma_parser_advance(p);
  node->left = left;
  node->right = luma_expr_parse(p);
  node->node.span = luma_span_from(p, start);
  return &node->node;
}

static BlockNode *parse_loop_body(LumaParser *p, LumaOpener opener, const char *after) {
  Node *condition;
  LumaBlockStyle style = luma_error_open_block(p, opener, after);
  if (style == LUMA_STYLE_NONE) return BUILD(p->arena, Block, BLOCK, p->previous);
  BlockNode *body = luma_stmt_block(p, LUMA_BLOCK_PLAIN, &condition);
  luma_error_close_block(p, style, opener);
  drop_last(body);
  return body;
}

// In a `do` block: if `end` follows the condition it closes that block as a do-while. NULL then,
// and the condition in *tail.
static Node *parse_while(LumaParser *p, LumaBlockKind kind, Node **tail) {
  LumaOpener opener = luma_error_opener(p, "while");
  luma_parser_advance(p);
  luma_parser_enter(p);
  Node *condition = luma_stmt_condition(p);
  if (kind == LUMA_BLOCK_DO && luma_at(p, LUMA_END) && !p->is_panicking) {
    luma_parser_leave(p);
    *tail = condition;
    return NULL;
  }
  WhileNode *node = BUILD(p->arena, While, WHILE, opener.span);
  node->condition = condition;
  node->body = parse_loop_body(p, opener, "the condition of 'while'");
  luma_parser_leave(p);
  node->node.span = luma_span_from(p, opener.span.start);
  return &node->node;
}

Node *luma_stmt_do(LumaParser *p, bool is_statement) {
  LumaOpener opener = luma_error_opener(p, "do");
  Node *condition;
  luma_parser_advance(p);
  luma_parser_enter(p);
  BlockNode *body = luma_stmt_block(p, LUMA_BLOCK_DO, &condition);
  luma_parser_leave(p);
  luma_error_close_block(p, LUMA_STYLE_DO, opener);
  Span span = luma_span_from(p, opener.span.start);
  if (!condition) {
    body->node.span = span;
    return &body->node;
  }
  if (!is_statement) {
    diag_error(luma_diags(p), DIAG_LUMA_DO_WHILE_VALUE, p->previous);
    return build_plain(p->arena, NODE_ERROR, span);
  }
  WhileNode *node = BUILD(p->arena, While, DO_WHILE, span);
  node->condition = condition;
  node->body = body;
  drop_last(body);
  return &node->node;
}

// for a, b in … : read as the pattern [a, b] that was meant.
static Node *parse_more_loop_names(LumaParser *p, Node *first) {
  uint32_t mark = luma_mark(p);
  diag_error(luma_diags(p), DIAG_LUMA_TWO_LOOP_NAMES, p->token.span);
  luma_parser_push(p, &first, sizeof first);
  while (luma_parser_accept(p, LUMA_COMMA)) {
    Node *next = luma_pattern_binding(p);
    luma_parser_push(p, &next, sizeof next);
  }
  PatternListNode *list =
      BUILD(p->arena, PatternList, PATTERN_LIST, luma_span_from(p, first->span.start));
  list->items = luma_parser_take_nodes(p, mark);
  return &list->node;
}

static Node *parse_loop_pattern(LumaParser *p) {
  if (luma_at(p, LUMA_LEFT_PAREN)) {
    diag_error(luma_diags(p), DIAG_LUMA_LOOP_PARENTHESES, p->token.span);
    luma_error_panic(p);
    return luma_parser_error_node(p);
  }
  Node *pattern = luma_pattern_binding(p);
  if (luma_at(p, LUMA_COMMA) && !p->is_panicking) pattern = parse_more_loop_names(p, pattern);
  if (luma_at(p, LUMA_ASSIGN) && !p->is_panicking) {
    diag_error(luma_diags(p), DIAG_LUMA_COUNTING_LOOP, p->token.span);
    luma_error_panic(p);
  }
  return pattern;
}

static Node *parse_for(LumaParser *p) {
  LumaOpener opener = luma_error_opener(p, "for");
  luma_parser_advance(p);
  luma_parser_enter(p);
  bool is_await = luma_parser_accept(p, LUMA_AWAIT);
  if (is_await) p->function->has_await = true;
  NodeKind kind = is_await ? NODE_FOR_AWAIT : NODE_FOR;
  ForNode *node = (ForNode *)build_node(p->arena, sizeof *node, kind, opener.span);
  node->pattern = parse_loop_pattern(p);
  luma_parser_expect(p, LUMA_IN, "'in'");
  node->iterable = luma_expr_parse(p);
  node->body = parse_loop_body(p, opener, "what 'for' goes over");
  luma_parser_leave(p);
  node->node.span = luma_span_from(p, opener.span.start);
  return &node->node;
}

// --- Assignment ----------------------------------------------------------------------------------

static void check_target(LumaParser *p, const Node *target) {
  switch (target->kind) {
  case NODE_NAME:
  case NODE_FIELD:
  case NODE_INDEX:
  case NODE_ERROR: return;
  default: diag_error(luma_diags(p), DIAG_LUMA_BAD_TARGET, target->span);
  }
}

static Operator compound_operator(const LumaParser *p) {
  switch (p->lexer.scan.text[p->token.span.start]) {
  case '+': return OPERATOR_ADD;
  case '-': return OPERATOR_SUBTRACT;
  case '*': return OPERATOR_MULTIPLY;
  case '/': return OPERATOR_DIVIDE;
  case '%': return OPERATOR_REMAINDER;
  default: return OPERATOR_POWER;
  }
}

static Node *parse_assign(LumaParser *p, Node *target, uint32_t start) {
  AssignNode *node = BUILD(p->arena, Assign, ASSIGN, p->token.span);
  node->op = luma_at(p, LUMA_COMPOUND_ASSIGN) ? compound_operator(p) : OPERATOR_COUNT;
  node->target = target;
  check_target(p, target);
  luma_parser_advance(p); // a compound one is reported here
  node->value = luma_expr_parse(p);
  if (target->kind == NODE_NAME) luma_function_bind_name(node->value, ((NameNode *)target)->name);
  if (target->kind == NODE_FIELD) luma_function_bind_name(node->value, ((FieldNode *)target)->name);
  node->node.span = luma_span_from(p, start);
  return &node->node;
}

// --- Expressions as statements -------------------------------------------------------------------

static Node *wrap_expression(LumaParser *p, Node *value, uint32_t start) {
  ExpressionNode *node = BUILD(p->arena, Expression, EXPRESSION, luma_span_from(p, start));
  node->value = value;
  return &node->node;
}

// Whether the current token, on the line of a lone name, looks like the argument of a call without
// parentheses.
static bool at_loose_operand(LumaParser *p, const Node *before, LumaBlockKind kind) {
  if (before->kind != NODE_NAME && before->kind != NODE_FIELD) return false;
  if (p->is_panicking || p->token.is_first_on_line || p->previous_kind != LUMA_NAME) return false;
  switch (p->token.kind) {
  case LUMA_NAME: return !at_block_end(p, kind);
  case LUMA_NUMBER:
  case LUMA_STRING:
  case LUMA_STRING_PART:
  case LUMA_TRUE:
  case LUMA_FALSE:
  case LUMA_NULL:
  case LUMA_FN:
  case LUMA_LEFT_BRACE: return true;
  default: return false;
  }
}

// `print x`: reported, and read as the call that was meant.
static Node *parse_loose_call(LumaParser *p, Node *callee, uint32_t start) {
  uint32_t mark = luma_mark(p);
  const char *text = p->lexer.scan.text + callee->span.start;
  const char *name = arena_text(p->arena, text, callee->span.end - callee->span.start);
  Diag *diag = diag_error(luma_diags(p), DIAG_LUMA_MISSING_PARENTHESES, p->token.span,
                          luma_error_describe(p), name);
  diag_help(p->diags, diag, "add parentheses: %s(…)", name);
  do {
    Argument arg = {.span = p->token.span};
    arg.value = luma_expr_parse(p);
    luma_parser_push(p, &arg, sizeof arg);
  } while (luma_parser_accept(p, LUMA_COMMA));
  CallNode *node = BUILD(p->arena, Call, CALL, luma_span_from(p, start));
  node->callee = callee;
  node->args = luma_parser_take(p, mark, sizeof(Argument), &node->arg_count);
  return wrap_expression(p, &node->node, start);
}

// `import a from "b"`, `from b import a`, `… as a`: the rest of the line is left out.
static Node *refuse_import_form(LumaParser *p, const Name *word) {
  const LumaWords *words = &p->words;
  bool is_one = word == words->import_word || word == words->from || word == words->as;
  if (!is_one || !(luma_at(p, LUMA_NAME) || luma_at(p, LUMA_LEFT_BRACE) || luma_at(p, LUMA_STRING)))
    return NULL;
  diag_error(luma_diags(p), DIAG_LUMA_IMPORT_FORM, p->token.span, luma_error_describe(p), word->text);
  luma_error_panic(p);
  return luma_parser_error_node(p);
}

// A lone name before another word may be another language's way to declare. NULL if it is not.
static Node *parse_foreign_word(LumaParser *p, const Name *word, LumaOpener opener) {
  const LumaWords *words = &p->words;
  Diags *diags = luma_diags(p);
  if (word == words->async && luma_at(p, LUMA_FN)) {
    diag_error(diags, DIAG_LUMA_ASYNC_WORD, opener.span);
    return at_function_declaration(p) ? parse_function(p) : NULL;
  }
  if (word == words->throw || word == words->raise || word == words->catch) {
    diag_error(diags, DIAG_LUMA_THROW, p->token.span, luma_error_describe(p), word->text);
    return wrap_expression(p, luma_expr_parse(p), opener.span.start);
  }
  Node *refused = refuse_import_form(p, word);
  if (refused || !luma_at(p, LUMA_NAME)) return refused;
  Span span = p->token.span;
  if (word == words->function || word == words->def || word == words->func) {
    diag_error(diags, DIAG_LUMA_FUNCTION_WORD, span, luma_error_describe(p), word->text);
    return parse_function_tail(p, opener);
  }
  if (word == words->class_word || word == words->struct_word || word == words->interface) {
    diag_error(diags, DIAG_LUMA_TYPE_WORD, span, luma_error_describe(p), word->text);
    luma_error_panic(p);
    return luma_parser_error_node(p);
  }
  if (word != words->local && word != words->constant) return NULL;
  diag_error(diags, DIAG_LUMA_LOCAL, span, luma_error_describe(p), word->text);
  if (p->token.as.name != words->function)
    return parse_declare_tail(p, SYMBOL_LET, opener.span.start);
  luma_parser_advance(p);
  return parse_function_tail(p, opener);
}

static Node *parse_loose(LumaParser *p, Node *before, LumaOpener opener) {
  if (before->kind == NODE_NAME) {
    Node *node = parse_foreign_word(p, ((NameNode *)before)->name, opener);
    if (node) return node;
  }
  return parse_loose_call(p, before, opener.span.start);
}

// x++ as a statement.
static Node *parse_increment(LumaParser *p, Node *target, uint32_t start) {
  AssignNode *node = BUILD(p->arena, Assign, ASSIGN, p->token.span);
  NumberNode *one = BUILD(p->arena, Number, NUMBER, p->token.span);
  one->value = 1;
  node->op = OPERATOR_ADD;
  node->target = target;
  node->value = &one->node;
  luma_parser_advance(p); // reports it
  node->node.span = luma_span_from(p, start);
  return &node->node;
}

static Node *parse_expression_statement(LumaParser *p, LumaBlockKind kind) {
  LumaOpener opener = luma_error_opener(p, "fn");
  uint32_t start = p->ready ? p->ready->span.start : opener.span.start;
  Node *value = luma_expr_parse(p);
  if (p->is_panicking) return wrap_expression(p, value, start);
  switch (p->token.kind) {
  case LUMA_ASSIGN:
  case LUMA_COMPOUND_ASSIGN: return parse_assign(p, value, start);
  case LUMA_INCREMENT: return parse_increment(p, value, start);
  case LUMA_ARROW: luma_error_unexpected(p, NULL); break;
  default:
    if (at_loose_operand(p, value, kind)) return parse_loose(p, value, opener);
    break;
  }
  return wrap_expression(p, value, start);
}

// --- Any statement -------------------------------------------------------------------------------

static Node *parse_do_statement(LumaParser *p, LumaBlockKind kind) {
  Node *node = luma_stmt_do(p, true);
  if (node->kind == NODE_DO_WHILE) return node;
  p->ready = node; // an expression goes on: do 1 end + 2
  return parse_expression_statement(p, kind);
}

static Node *parse_statement(LumaParser *p, LumaBlockKind kind, Node **condition) {
  switch (p->token.kind) {
  case LUMA_LET:
  case LUMA_VAR: return parse_declare(p);
  case LUMA_FN:
    if (at_function_declaration(p)) return parse_function(p);
    return parse_expression_statement(p, kind);
  case LUMA_RETURN: return parse_return(p);
  case LUMA_BREAK:
  case LUMA_CONTINUE: return parse_jump(p);
  case LUMA_WHILE: return parse_while(p, kind, condition);
  case LUMA_FOR: return parse_for(p);
  case LUMA_DO: return parse_do_statement(p, kind);
  default: break;
  }
  if (luma_expr_begins(p)) return parse_expression_statement(p, kind);
  luma_error_unexpected(p, NULL);
  return luma_parser_error_node(p);
}
