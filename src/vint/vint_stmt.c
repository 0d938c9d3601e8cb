// SPDX-License-Identifier: MIT
// vint_stmt.c - statements and blocks
//
// In the tree a statement that is an expression (if, switch, match, throw, … included) stands in an
// EXPRESSION; the kinds that nodes.def lists under statements stand by themselves. A statement that
// begins with a keyword and ends in a block ends there: what follows never continues it as an
// operand.
#include "vint/vint_private.h"

static void push(VintParser *p, Node *node) {
  vec_push(&p->nodes, node);
}

static Node *as_statement(VintParser *p, Node *value) {
  ExpressionNode *node = BUILD(p->arena, Expression, EXPRESSION, value->span);
  node->value = value;
  return &node->node;
}

static bool is_own_statement(const Node *node) {
  switch (node->kind) {
  case NODE_ASSIGN:
  case NODE_INCREMENT:
  case NODE_WHILE:
  case NODE_EACH:
  case NODE_REPEAT:
  case NODE_DEFER: return true;
  default: return false;
  }
}

// --- Blocks --------------------------------------------------------------------------------------

static void parse_statement(VintParser *p);

static void parse_and_recover(VintParser *p) {
  const VintToken *start = p->token;
  parse_statement(p);
  if (p->is_failing) vint_parser_recover(p, start);
}

void vint_stmt_list(VintParser *p) {
  while (!is_at(p, TOKEN_CLOSE_BRACE) && !is_at(p, TOKEN_END)) {
    if (!accept(p, TOKEN_SEMICOLON)) parse_and_recover(p);
  }
}

void vint_stmt_case_body(VintParser *p) {
  while (!is_at(p, TOKEN_CLOSE_BRACE) && !is_at(p, TOKEN_END) && !is_at(p, TOKEN_CASE) &&
         !is_at(p, TOKEN_DEFAULT)) {
    if (!accept(p, TOKEN_SEMICOLON)) parse_and_recover(p);
  }
}

// `if (x) return`: what was meant is plain, so the one statement is taken for the block.
static bool takes_single_statement(const VintParser *p) {
  if (p->is_failing || is_at(p, TOKEN_OPEN_BRACE)) return false;
  switch (p->token->kind) {
  case TOKEN_RETURN:
  case TOKEN_BREAK:
  case TOKEN_CONTINUE:
  case TOKEN_THROW: return true;
  default:
    return p->token > p->first && p->token[-1].kind == TOKEN_CLOSE_PAREN && vint_expr_can_start(p);
  }
}

static void parse_block_items(VintParser *p) {
  if (takes_single_statement(p)) {
    diag_error(p->diags, DIAG_VINT_NO_BRACES, p->token->span, vint_parser_shown(p, p->token));
    parse_and_recover(p);
    return;
  }
  const VintToken *open = p->token;
  if (!vint_parser_expect(p, TOKEN_OPEN_BRACE, "`{`")) return;
  vint_stmt_list(p);
  vint_parser_close(p, TOKEN_CLOSE_BRACE, open, "`}`");
}

BlockNode *vint_stmt_block(VintParser *p) {
  const VintToken *start = p->token;
  BlockNode *block = BUILD(p->arena, Block, BLOCK, start->span);
  uint32_t base = p->nodes.count;
  VintLevel level;
  if (vint_parser_open(p, &level)) {
    p->is_header = false;
    parse_block_items(p);
  }
  vint_parser_leave(p, level);
  block->items = vint_parser_take(p, base);
  block->node.span = span_since(p, start);
  return block;
}

BlockNode *vint_stmt_loop_body(VintParser *p) {
  p->loops++;
  BlockNode *body = vint_stmt_block(p);
  p->loops--;
  return body;
}

// --- if and while --------------------------------------------------------------------------------

static Node *parse_condition(VintParser *p, const char *keyword) {
  if (is_at(p, TOKEN_OPEN_BRACE) && !p->is_failing) {
    diag_error(p->diags, DIAG_VINT_NO_CONDITION, p->token->span, keyword);
    return error_node(p);
  }
  Node *condition = vint_expr_header(p);
  bool assigns =
      condition->kind == NODE_ASSIGN && ((const AssignNode *)condition)->op == OPERATOR_COUNT;
  if (assigns && !p->is_failing) {
    diag_error(p->diags, DIAG_VINT_ASSIGNS_IN_CONDITION, condition->span);
  }
  return condition;
}

// The spans of a chain end where the chain ends, which is known only behind its last block.
static void end_spans(VintParser *p, IfNode *first) {
  uint32_t end = span_since(p, p->token).start;
  if (p->token > p->first) end = p->token[-1].span.end;
  for (Node *node = &first->node; node && node->kind == NODE_IF;) {
    node->span.end = end;
    node = ((IfNode *)node)->else_branch;
  }
}

// `else`, or Python's `elif`, which is reported and taken for `else if`.
static bool goes_on(VintParser *p) {
  if (!is_word_at(p, WORD_ELIF) || !is_next(p, TOKEN_OPEN_PAREN)) return accept(p, TOKEN_ELSE);
  diag_error(p->diags, DIAG_VINT_ELIF, p->token->span);
  return true;
}

// A loop over `else if`, so a long chain costs no C stack.
Node *vint_stmt_if(VintParser *p) {
  IfNode *first = NULL;
  Node **link = NULL;
  for (;;) {
    uint32_t height = p->height;
    IfNode *node = BUILD(p->arena, If, IF, advance(p)->span);
    if (!first) first = node;
    if (link) *link = &node->node;
    link = &node->else_branch;
    node->condition = parse_condition(p, "if");
    node->then_branch = vint_stmt_block(p);
    if (!vint_parser_grow(p, height)) break;
    if (p->is_failing || !goes_on(p)) break;
    if (is_at(p, TOKEN_IF) || is_word_at(p, WORD_ELIF)) continue;
    *link = &vint_stmt_block(p)->node;
    break;
  }
  end_spans(p, first);
  return &first->node;
}

Node *vint_stmt_while(VintParser *p) {
  const VintToken *start = advance(p);
  WhileNode *node = BUILD(p->arena, While, WHILE, start->span);
  node->condition = parse_condition(p, "while");
  node->body = vint_stmt_loop_body(p);
  node->node.span = span_since(p, start);
  return &node->node;
}

// --- for and repeat ------------------------------------------------------------------------------

// `for (let i = 0; …`, `for i := 0; …`, `for ;;`, `for {`: none of them walks over values.
static bool is_counting_loop(const VintParser *p) {
  const VintToken *token = is_at(p, TOKEN_OPEN_PAREN) ? peek(p, 1) : p->token;
  if (token->kind == TOKEN_LET || token->kind == TOKEN_SEMICOLON) return true;
  if (token->kind != TOKEN_NAME) return false;
  if (token->word == WORD_VAR && token[1].kind == TOKEN_NAME) return true;
  return token[1].kind == TOKEN_ASSIGN || token[1].kind == TOKEN_DEFINE;
}

static void skip_to_block(VintParser *p) {
  if (is_at(p, TOKEN_OPEN_PAREN)) vint_parser_skip_group(p);
  while (!is_at(p, TOKEN_OPEN_BRACE) && !is_at(p, TOKEN_END) && !is_at(p, TOKEN_CLOSE_BRACE) &&
         !p->token->begins_line) {
    advance(p);
  }
}

// The variable's name is kept, so that the body is not full of unknown names.
static void skip_counting_header(VintParser *p, EachNode *node) {
  const VintToken *token = p->token;
  for (uint32_t i = 0; i < 3 && token < p->end; i++, token++) {
    bool is_variable = token->kind == TOKEN_NAME && (token->word != WORD_VAR);
    if (!is_variable) continue;
    node->value = token->name;
    node->value_span = token->span;
    break;
  }
  if (!node->value) node->value = name_of(p->names, "_");
  node->iterable = error_node(p);
  skip_to_block(p);
}

static void parse_each_names(VintParser *p, EachNode *node) {
  const VintToken *name = vint_parser_name(p, "the loop variable's name");
  if (!name) return;
  if (accept(p, TOKEN_COMMA)) {
    node->key = name->name;
    node->key_span = name->span;
    name = vint_parser_name(p, "the second loop variable's name");
    if (!name) return;
  }
  node->value = name->name;
  node->value_span = name->span;
}

static Diag *fail_for(VintParser *p, const char *help) {
  if (!vint_parser_fail(p)) return NULL;
  Diag *diag = diag_error(p->diags, DIAG_VINT_FOR_WITHOUT_IN, p->token->span,
                          vint_parser_shown(p, p->token));
  diag_help(p->diags, diag, "%s", help);
  return diag;
}

static void parse_each_header(VintParser *p, EachNode *node) {
  if (is_at(p, TOKEN_OPEN_BRACE)) {
    fail_for(p, "a loop without end is written `while (true) { … }`");
    return;
  }
  bool has_parens = is_at(p, TOKEN_OPEN_PAREN);
  const VintToken *open = p->token;
  accept(p, TOKEN_OPEN_PAREN);
  parse_each_names(p, node);
  if (p->is_failing) return;
  if (!accept(p, TOKEN_IN)) {
    fail_for(p, is_at(p, TOKEN_DEFINE) || is_word_at(p, WORD_OF)
                    ? "write `for value in values { … }` or `for key, value in values { … }`"
                    : "`for` walks over values; a loop with a condition is `while (…) { … }`");
    return;
  }
  node->iterable = vint_expr_header(p);
  if (has_parens) vint_parser_close(p, TOKEN_CLOSE_PAREN, open, "`)`");
}

Node *vint_stmt_for(VintParser *p) {
  const VintToken *start = advance(p);
  EachNode *node = BUILD(p->arena, Each, EACH, start->span);
  if (is_counting_loop(p)) {
    diag_error(p->diags, DIAG_VINT_COUNTING_FOR, start->span);
    skip_counting_header(p, node);
  } else {
    parse_each_header(p, node);
  }
  vint_parser_recover_header(p);
  if (!node->value) node->value = name_of(p->names, "_");
  if (!node->iterable) node->iterable = error_node(p);
  node->body = vint_stmt_loop_body(p);
  node->node.span = span_since(p, start);
  return &node->node;
}

// `repeat(name) N {` renames the variable; `repeat (n) {` only has parentheses.
static bool renames_variable(const VintParser *p) {
  return is_at(p, TOKEN_OPEN_PAREN) && is_next(p, TOKEN_NAME) &&
         peek(p, 2)->kind == TOKEN_CLOSE_PAREN && peek(p, 3)->kind != TOKEN_OPEN_BRACE;
}

Node *vint_stmt_repeat(VintParser *p) {
  const VintToken *start = advance(p);
  RepeatNode *node = BUILD(p->arena, Repeat, REPEAT, start->span);
  node->variable_span = start->span;
  if (renames_variable(p)) {
    node->variable = p->token[1].name;
    node->variable_span = p->token[1].span;
    p->token += 3;
  } else {
    node->variable = name_of(p->names, "i");
  }
  node->count = vint_expr_header(p);
  node->body = vint_stmt_loop_body(p);
  node->node.span = span_since(p, start);
  return &node->node;
}

// --- Leaving -------------------------------------------------------------------------------------

// The value begins on the line of `return`: what stands on the next one is no longer reached, and
// was not meant to be the value.
static Node *parse_return(VintParser *p) {
  const VintToken *start = advance(p);
  ReturnNode *node = BUILD(p->arena, Return, RETURN, start->span);
  if (!p->token->begins_line && vint_expr_can_start(p)) node->value = vint_expr_parse(p);
  if (node->value && is_at(p, TOKEN_COMMA) && !p->is_failing) {
    diag_error(p->diags, DIAG_VINT_RETURNS_SEVERAL, p->token->span);
    while (accept(p, TOKEN_COMMA)) vint_expr_parse(p);
  }
  node->node.span = span_since(p, start);
  return &node->node;
}

static Node *parse_jump(VintParser *p) {
  const VintToken *start = advance(p);
  bool is_break = start->kind == TOKEN_BREAK;
  NodeKind kind = is_break ? NODE_BREAK : NODE_CONTINUE;
  JumpNode *node = (JumpNode *)build_node(p->arena, sizeof(JumpNode), kind, start->span);
  node->depth = 1;
  if (p->loops == 0 && p->switches > 0 && is_break) {
    p->breaks_switch = true;
  } else if (p->loops == 0) {
    diag_error(p->diags, DIAG_VINT_NOT_IN_LOOP, start->span, is_break ? "break" : "continue");
  }
  return &node->node;
}

// The call of a function that has `value` as its body: `go a + b` evaluates all of it on the new fiber,
// so for the stages behind us it is `go func() { a + b }()`.
static Node *call_of(VintParser *p, Node *value) {
  ExpressionNode *statement = BUILD(p->arena, Expression, EXPRESSION, value->span);
  statement->value = value;
  BlockNode *body = BUILD(p->arena, Block, BLOCK, value->span);
  body->items.items = arena_alloc(p->arena, sizeof(Node *));
  body->items.items[0] = &statement->node;
  body->items.count = 1;
  FunctionNode *function = BUILD(p->arena, Function, FUNCTION, value->span);
  function->body = body;
  CallNode *call = BUILD(p->arena, Call, CALL, value->span);
  call->callee = &function->node;
  return &call->node;
}

static bool is_call(const Node *node) {
  return node->kind == NODE_CALL || node->kind == NODE_METHOD_CALL || node->kind == NODE_ERROR;
}

static Node *parse_go(VintParser *p) {
  const VintToken *start = advance(p);
  GoNode *node = BUILD(p->arena, Go, GO, start->span);
  node->value = vint_expr_parse(p);
  node->node.span = span_since(p, start);
  if (!is_call(node->value) && node->value->kind != NODE_FUNCTION) {
    node->value = call_of(p, node->value);
  }
  if (node->value->kind == NODE_FUNCTION && !p->is_failing) {
    diag_error(p->diags, DIAG_VINT_GO_WITHOUT_CALL, node->node.span);
  }
  return &node->node;
}

Node *vint_stmt_defer(VintParser *p) {
  const VintToken *start = advance(p);
  GoNode *node = BUILD(p->arena, Go, DEFER, start->span);
  node->value = vint_expr_parse(p);
  node->node.span = span_since(p, start);
  NodeKind kind = node->value->kind;
  if (is_call(node->value) || p->is_failing) return &node->node;
  Diag *diag = diag_error(p->diags, DIAG_VINT_DEFER_WITHOUT_CALL, node->value->span);
  diag_help(p->diags, diag,
            kind == NODE_FUNCTION ? "put `()` behind the function's `}`"
                                  : "write `defer close(ch)`, or `defer func() { … }()`");
  return &node->node;
}

// --- Expressions as statements -------------------------------------------------------------------

// Go's `ch <- v` reads as a comparison with `-v`. Written with the blank behind the arrow only.
static void check_send_arrow(VintParser *p, const Node *node) {
  if (node->kind != NODE_BINARY) return;
  const BinaryNode *binary = (const BinaryNode *)node;
  if (binary->op != OPERATOR_EXACT_LESS || binary->right->kind != NODE_UNARY) return;
  uint32_t minus = binary->op_span.end;
  bool is_arrow = binary->right->span.start == minus && p->source->text[minus] == '-' &&
                  p->source->text[minus + 1] == ' ';
  if (!is_arrow) return;
  diag_error(p->diags, DIAG_VINT_SEND_ARROW, (Span){binary->op_span.start, minus + 1});
}

// `println "x"`, `foo bar`: two values side by side on a line, the first of them a bare name.
static void check_juxtaposed(VintParser *p, const Node *node) {
  bool has_value = !p->token->begins_line && (is_at(p, TOKEN_NAME) || is_at(p, TOKEN_STRING) ||
                                              is_at(p, TOKEN_INTEGER) || is_at(p, TOKEN_FLOAT));
  if (node->kind != NODE_NAME || !has_value || !vint_parser_fail(p)) return;
  const char *name = vint_parser_shown(p, p->token - 1);
  Diag *diag = diag_error(p->diags, DIAG_VINT_JUXTAPOSED, p->token->span,
                          vint_parser_shown(p, p->token), name);
  if (is_word_at(p, WORD_LOGICAL_AND)) diag_help(p->diags, diag, "both must hold: `a && b`");
  if (is_word_at(p, WORD_LOGICAL_OR)) diag_help(p->diags, diag, "one of them must hold: `a || b`");
}

static void parse_expression_statement(VintParser *p) {
  Node *node = vint_expr_parse(p);
  if (!p->is_failing) {
    check_send_arrow(p, node);
    check_juxtaposed(p, node);
  }
  push(p, is_own_statement(node) ? node : as_statement(p, node));
}

// --- Words that begin a statement only here ------------------------------------------------------

// `x := 1`: reported and taken as `let x = 1`.
static void parse_define(VintParser *p) {
  const VintToken *name = advance(p);
  DeclareNode *node = BUILD(p->arena, Declare, DECLARE, name->span);
  Diag *diag = diag_error(p->diags, DIAG_VINT_DEFINE, p->token->span);
  diag_help(p->diags, diag, "a new variable is declared with `let %s = …`", name->name->text);
  advance(p);
  node->pattern = vint_declare_binding(p, name);
  node->binding = SYMBOL_VAR;
  node->value = vint_expr_parse(p);
  node->node.span = span_since(p, name);
  push(p, &node->node);
}

static bool parse_foreign_word(VintParser *p) {
  bool has_name = is_next(p, TOKEN_NAME) && !peek(p, 1)->begins_line;
  if (!has_name) return false;
  switch (p->token->word) {
  case WORD_VAR:
    diag_help(p->diags, diag_error(p->diags, DIAG_VINT_VAR, p->token->span), "write `let %s = …`",
              p->token[1].name->text);
    vint_declare_let(p);
    return true;
  case WORD_FUNCTION:
  case WORD_FN:
  case WORD_DEF:
    if (peek(p, 2)->kind != TOKEN_OPEN_PAREN) return false;
    push(p, vint_declare_function_statement(p));
    return true;
  case WORD_CLASS:
    if (vint_parser_fail(p)) diag_error(p->diags, DIAG_VINT_CLASS, p->token->span);
    return true;
  case WORD_INTERFACE:
    if (!is_next(p, TOKEN_NAME) || peek(p, 2)->kind != TOKEN_OPEN_BRACE) return false;
    if (vint_parser_fail(p)) diag_error(p->diags, DIAG_VINT_INTERFACE, p->token->span);
    return true;
  default: return false;
  }
}

static void fail_alone(VintParser *p) {
  const char *shown = vint_parser_shown(p, p->token);
  bool is_bracket = is_at(p, TOKEN_CLOSE_PAREN) || is_at(p, TOKEN_CLOSE_BRACKET);
  DiagCode code = is_bracket ? DIAG_VINT_STRAY_BRACKET : DIAG_VINT_STRAY_BRANCH;
  // A bracket left over from a failed statement is no news.
  bool is_left_over = is_bracket && p->has_failed;
  if (vint_parser_fail(p) && !is_left_over) diag_error(p->diags, code, p->token->span, shown);
}

// `catch (e) {` that no `try` stands before; catch(e) alone may be a call.
static bool is_stray_catch(const VintParser *p) {
  return is_next(p, TOKEN_OPEN_PAREN) && vint_token_is_word(peek(p, 2)) &&
         peek(p, 3)->kind == TOKEN_CLOSE_PAREN && peek(p, 4)->kind == TOKEN_OPEN_BRACE &&
         !peek(p, 4)->begins_line;
}

static bool parse_soft_word(VintParser *p) {
  switch (p->token->word) {
  case WORD_TYPE:
    if (!is_next(p, TOKEN_NAME)) return false;
    if (peek(p, 2)->kind != TOKEN_ASSIGN && peek(p, 2)->kind != TOKEN_STRUCT) return false;
    push(p, vint_declare_type(p));
    return true;
  case WORD_CATCH:
    if (!is_stray_catch(p)) return false;
    // The `try` above may have been reported already.
    if (!p->misses_catch)
      fail_alone(p);
    else
      p->is_failing = true;
    p->misses_catch = false;
    return true;
  case WORD_TRY:
    if (!is_next(p, TOKEN_OPEN_BRACE)) return false;
    push(p, vint_branch_try(p));
    return true;
  case WORD_SELECT:
    if (!is_next(p, TOKEN_OPEN_BRACE)) return false;
    push(p, vint_branch_select(p));
    return true;
  default: return parse_foreign_word(p);
  }
}

static void parse_from_name(VintParser *p) {
  if (is_next(p, TOKEN_DEFINE)) {
    parse_define(p);
  } else if (vint_branch_is_two_results(p)) {
    vint_branch_two_results(p, false);
  } else if (p->token->word == WORD_ORDINARY || !parse_soft_word(p)) {
    parse_expression_statement(p);
  }
}

// --- All of them ---------------------------------------------------------------------------------

static bool declares_function(const VintParser *p) {
  uint32_t at = is_at(p, TOKEN_ASYNC) ? 1 : 0;
  if (peek(p, at)->kind != TOKEN_FUNC) return false;
  return vint_token_is_word(peek(p, at + 1)) && peek(p, at + 2)->kind == TOKEN_OPEN_PAREN;
}

// Go's `func (p Point) area() int { … }`: reported, and read as the function area.
static bool skips_receiver(VintParser *p) {
  if (!is_at(p, TOKEN_FUNC) || !is_next(p, TOKEN_OPEN_PAREN)) return false;
  uint32_t at = 2;
  if (peek(p, at++)->kind != TOKEN_NAME) return false;
  if (peek(p, at)->kind == TOKEN_STAR) at++;
  const VintToken *type = peek(p, at++);
  bool is_receiver = type->kind == TOKEN_NAME && peek(p, at)->kind == TOKEN_CLOSE_PAREN &&
                     peek(p, at + 1)->kind == TOKEN_NAME && peek(p, at + 2)->kind == TOKEN_OPEN_PAREN;
  if (!is_receiver) return false;
  const VintToken *name = peek(p, at + 1);
  if (vint_parser_fail(p)) {
    Diag *diag = diag_error(p->diags, DIAG_VINT_RECEIVER, span_join(p->token->span, name->span));
    diag_help(p->diags, diag, "write it in the struct: `struct %s { …, func %s() { … this.… } }`",
              type->name->text, name->name->text);
  }
  return true;
}

static void parse_declaration(VintParser *p) {
  if (skips_receiver(p)) return;
  switch (p->token->kind) {
  case TOKEN_STRUCT: push(p, vint_declare_struct(p)); return;
  case TOKEN_ENUM: push(p, vint_declare_enum(p)); return;
  case TOKEN_INCLUDE: push(p, vint_declare_include(p)); return;
  case TOKEN_IMPORT:
    if (is_next(p, TOKEN_OPEN_PAREN)) {
      parse_expression_statement(p);
    } else {
      vint_declare_import(p);
    }
    return;
  case TOKEN_ERROR:
    if (vint_declare_is_error(p)) {
      push(p, vint_declare_error(p));
    } else {
      parse_expression_statement(p);
    }
    return;
  default:
    if (declares_function(p)) {
      push(p, vint_declare_function_statement(p));
    } else {
      parse_expression_statement(p);
    }
  }
}

static void parse_statement(VintParser *p) {
  switch (p->token->kind) {
  case TOKEN_NAME: parse_from_name(p); return;
  case TOKEN_LET:
  case TOKEN_CONST: vint_declare_let(p); return;
  case TOKEN_RETURN: push(p, parse_return(p)); return;
  case TOKEN_BREAK:
  case TOKEN_CONTINUE: push(p, parse_jump(p)); return;
  case TOKEN_IF: push(p, as_statement(p, vint_stmt_if(p))); return;
  case TOKEN_SWITCH: push(p, as_statement(p, vint_branch_switch(p))); return;
  case TOKEN_MATCH: push(p, as_statement(p, vint_branch_match(p))); return;
  case TOKEN_PACKAGE: push(p, as_statement(p, vint_declare_package(p))); return;
  case TOKEN_WHILE: push(p, vint_stmt_while(p)); return;
  case TOKEN_FOR: push(p, vint_stmt_for(p)); return;
  case TOKEN_REPEAT: push(p, vint_stmt_repeat(p)); return;
  case TOKEN_GO: push(p, parse_go(p)); return;
  case TOKEN_DEFER: push(p, vint_stmt_defer(p)); return;
  case TOKEN_STRUCT:
  case TOKEN_ENUM:
  case TOKEN_INCLUDE:
  case TOKEN_IMPORT:
  case TOKEN_ERROR:
  case TOKEN_FUNC:
  case TOKEN_ASYNC: parse_declaration(p); return;
  case TOKEN_ELSE:
  case TOKEN_CASE:
  case TOKEN_DEFAULT:
  case TOKEN_CLOSE_PAREN:
  case TOKEN_CLOSE_BRACKET: fail_alone(p); return;
  default: parse_expression_statement(p); return;
  }
}
