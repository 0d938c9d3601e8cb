// SPDX-License-Identifier: MIT
// vint_branch.c - statements with cases: switch, match, select, try
//
// A mistake inside one case is recovered from at the next case, so each can have its own message.
//
// `v, ok = receive(ch)` outside of select means a select with that one case: the tree then needs no
// second way to receive two results.
#include "vint/vint_private.h"

typedef VEC(SwitchCase) SwitchCaseVec;
typedef VEC(SelectCase) SelectCaseVec;
typedef VEC(MatchArm) MatchArmVec;

// --- Common --------------------------------------------------------------------------------------

// After a failure in a case: goes to the next `case` or `default`, or the closing brace.
static void recover_case(VintParser *p, const VintToken *start) {
  if (!p->is_failing) return;
  int braces = 0;
  for (const VintToken *token = start; token < p->token; token++) {
    if (token->kind == TOKEN_OPEN_BRACE) braces++;
    if (token->kind == TOKEN_CLOSE_BRACE) braces--;
  }
  if (p->token == start) advance(p);
  for (; !is_at(p, TOKEN_END); advance(p)) {
    bool is_case = is_at(p, TOKEN_CASE) || is_at(p, TOKEN_DEFAULT);
    if (braces <= 0 && (is_case || is_at(p, TOKEN_CLOSE_BRACE))) break;
    if (is_at(p, TOKEN_OPEN_BRACE)) braces++;
    if (is_at(p, TOKEN_CLOSE_BRACE)) braces--;
  }
  p->is_failing = false;
}

// `case 1:` of C, Go and JavaScript: reported at the first one, and read up to the next case.
static BlockNode *parse_case_body(VintParser *p, bool *has_colons) {
  vint_parser_recover_header(p);
  if (!is_at(p, TOKEN_COLON) || p->is_failing) return vint_stmt_block(p);
  if (!*has_colons) diag_error(p->diags, DIAG_VINT_CASE_COLON, p->token->span);
  *has_colons = true;
  const VintToken *start = advance(p);
  BlockNode *block = BUILD(p->arena, Block, BLOCK, start->span);
  uint32_t base = p->nodes.count;
  // `break` ends a case there.
  p->loops++;
  vint_stmt_case_body(p);
  p->loops--;
  block->items = vint_parser_take(p, base);
  block->node.span = span_since(p, start);
  return block;
}

static bool begins_case(VintParser *p) {
  if (p->is_failing || is_at(p, TOKEN_CLOSE_BRACE) || is_at(p, TOKEN_END)) return false;
  if (is_at(p, TOKEN_CASE) || is_at(p, TOKEN_DEFAULT)) return true;
  vint_parser_expected(p, "`case`, `default` or `}`");
  return true;
}

// --- switch --------------------------------------------------------------------------------------

static void parse_case_values(VintParser *p, SwitchCase *item) {
  uint32_t base = p->nodes.count;
  do {
    Node *value = vint_expr_header(p);
    vec_push(&p->nodes, value);
  } while (!p->is_failing && accept(p, TOKEN_COMMA));
  item->values = vint_parser_take(p, base);
}

static SwitchCase parse_switch_case(VintParser *p, bool *has_colons) {
  const VintToken *start = advance(p);
  SwitchCase item = {.span = start->span};
  if (is_at(p, TOKEN_NAME) && is_next(p, TOKEN_IF)) {
    item.binding = p->token->name;
    item.binding_span = advance(p)->span;
  } else {
    parse_case_values(p, &item);
  }
  if (!p->is_failing && accept(p, TOKEN_IF)) item.guard = vint_expr_header(p);
  item.body = parse_case_body(p, has_colons);
  item.span = span_since(p, start);
  return item;
}

static BlockNode *parse_default(VintParser *p, bool *has_default, bool *has_colons) {
  const VintToken *start = advance(p);
  if (*has_default) diag_error(p->diags, DIAG_VINT_SECOND_DEFAULT, start->span);
  *has_default = true;
  return parse_case_body(p, has_colons);
}

static void parse_switch_body(VintParser *p, SwitchNode *node) {
  SwitchCaseVec cases = {0};
  bool has_default = false, has_colons = false;
  while (begins_case(p)) {
    const VintToken *start = p->token;
    if (is_at(p, TOKEN_DEFAULT)) {
      BlockNode *body = parse_default(p, &has_default, &has_colons);
      if (!node->default_body) node->default_body = body;
    } else if (is_at(p, TOKEN_CASE)) {
      SwitchCase item = parse_switch_case(p, &has_colons);
      vec_push(&cases, item);
    }
    recover_case(p, start);
    while (accept(p, TOKEN_SEMICOLON)) continue;
  }
  node->case_count = cases.count;
  node->cases = vint_parser_keep(p, cases.items, cases.count, sizeof(SwitchCase));
}

static ExpressionNode *statement_of(VintParser *p, Node *value) {
  ExpressionNode *statement = BUILD(p->arena, Expression, EXPRESSION, value->span);
  statement->value = value;
  return statement;
}

// A switch that a `break` ends, where no loop is: for the stages behind us a loop that runs once.
static Node *loop_once(VintParser *p, Node *value) {
  JumpNode *leave = (JumpNode *)build_node(p->arena, sizeof(JumpNode), NODE_BREAK, value->span);
  leave->depth = 1;
  BlockNode *body = BUILD(p->arena, Block, BLOCK, value->span);
  body->items.items = arena_alloc(p->arena, 2 * sizeof(Node *));
  body->items.items[0] = &statement_of(p, value)->node;
  body->items.items[1] = &leave->node;
  body->items.count = 2;
  WhileNode *loop = BUILD(p->arena, While, WHILE, value->span);
  BooleanNode *always = BUILD(p->arena, Boolean, BOOLEAN, value->span);
  always->value = true;
  loop->condition = &always->node;
  loop->body = body;
  return &loop->node;
}

Node *vint_branch_switch(VintParser *p) {
  const VintToken *start = advance(p);
  SwitchNode *node = BUILD(p->arena, Switch, SWITCH, start->span);
  bool breaks_outer = p->breaks_switch;
  p->breaks_switch = false;
  p->switches++;
  VintLevel level;
  if (vint_parser_open(p, &level)) {
    node->subject = vint_expr_header(p);
    const VintToken *open = p->token;
    p->is_header = false;
    if (vint_parser_expect(p, TOKEN_OPEN_BRACE, "`{`")) parse_switch_body(p, node);
    vint_parser_close(p, TOKEN_CLOSE_BRACE, open, "`}`");
  }
  vint_parser_leave(p, level);
  if (!node->subject) node->subject = error_node(p);
  node->node.span = span_since(p, start);
  bool breaks = p->breaks_switch;
  p->switches--;
  p->breaks_switch = breaks_outer;
  return breaks ? loop_once(p, &node->node) : &node->node;
}

// --- match ---------------------------------------------------------------------------------------

// `else =>`, `default =>`: reported and taken for `_`.
static Node *parse_arm_pattern(VintParser *p) {
  if (!is_at(p, TOKEN_DEFAULT) && !is_at(p, TOKEN_ELSE)) return vint_pattern_parse(p);
  diag_error(p->diags, DIAG_VINT_MATCH_DEFAULT, p->token->span, p->token->name->text);
  return build_plain(p->arena, NODE_PATTERN_WILDCARD, advance(p)->span);
}

static Node *parse_arm_body(VintParser *p) {
  if (is_at(p, TOKEN_OPEN_BRACE) && !vint_expr_is_dict(p)) return &vint_stmt_block(p)->node;
  return vint_expr_parse(p);
}

static MatchArm parse_arm(VintParser *p) {
  const VintToken *start = p->token;
  MatchArm arm = {.span = start->span};
  arm.pattern = parse_arm_pattern(p);
  if (!p->is_failing && accept(p, TOKEN_IF)) arm.guard = vint_expr_operand(p);
  vint_parser_expect(p, TOKEN_ARROW, "`=>`");
  arm.body = p->is_failing ? error_node(p) : parse_arm_body(p);
  arm.span = span_since(p, start);
  return arm;
}

// An arm that failed ends where the arms' braces do, or on a line that begins no deeper than it
// did.
static void recover_arm(VintParser *p, const VintToken *start) {
  if (p->is_failing) vint_parser_recover(p, start);
}

// Wildcards are tried last, wherever they stand; otherwise the order stays.
static MatchArm *order_arms(VintParser *p, MatchArmVec *arms) {
  MatchArm *ordered = arena_alloc(p->arena, arms->count * sizeof(MatchArm));
  uint32_t count = 0;
  for (int is_last = 0; is_last < 2; is_last++) {
    for (uint32_t i = 0; i < arms->count; i++) {
      bool is_wildcard = arms->items[i].pattern->kind == NODE_PATTERN_WILDCARD;
      if (is_wildcard == (is_last == 1)) ordered[count++] = arms->items[i];
    }
  }
  vec_free(arms);
  return ordered;
}

static void parse_match_body(VintParser *p, MatchNode *node) {
  MatchArmVec arms = {0};
  while (!p->is_failing && !is_at(p, TOKEN_CLOSE_BRACE) && !is_at(p, TOKEN_END)) {
    const VintToken *start = p->token;
    MatchArm arm = parse_arm(p);
    vec_push(&arms, arm);
    recover_arm(p, start);
    while (accept(p, TOKEN_COMMA) || accept(p, TOKEN_SEMICOLON)) continue;
  }
  node->arm_count = arms.count;
  node->arms = order_arms(p, &arms);
}

Node *vint_branch_match(VintParser *p) {
  const VintToken *start = advance(p);
  MatchNode *node = BUILD(p->arena, Match, MATCH, start->span);
  node->is_statement = true;
  VintLevel level;
  if (vint_parser_open(p, &level)) {
    node->subject = vint_expr_header(p);
    const VintToken *open = p->token;
    p->is_header = false;
    if (vint_parser_expect(p, TOKEN_OPEN_BRACE, "`{`")) parse_match_body(p, node);
    vint_parser_close(p, TOKEN_CLOSE_BRACE, open, "`}`");
  }
  vint_parser_leave(p, level);
  if (!node->subject) node->subject = error_node(p);
  node->node.span = span_since(p, start);
  return &node->node;
}

// --- select --------------------------------------------------------------------------------------

// The text of a call `name(…)` or `::name(…)`, or of a method call on a channel.
typedef struct Operation {
  const Name *name; // NULL: no call at all
  Node *object;     // of a method call
  const Argument *args;
  uint32_t arg_count;
} Operation;

static Operation operation_of(const Node *node) {
  Operation operation = {0};
  if (node->kind == NODE_METHOD_CALL) {
    const MethodCallNode *call = (const MethodCallNode *)node;
    return (Operation){call->name, call->object, call->args, call->arg_count};
  }
  if (node->kind != NODE_CALL) return operation;
  const CallNode *call = (const CallNode *)node;
  if (call->callee->kind != NODE_NAME) return operation;
  return (Operation){((const NameNode *)call->callee)->name, NULL, call->args, call->arg_count};
}

static bool is_operation(const VintParser *p, const Operation *operation, const char *name,
                         uint32_t arg_count) {
  uint32_t count = operation->arg_count + (operation->object != NULL);
  return operation->name == name_of(p->names, name) && count == arg_count;
}

// Fills kind, subject and sent; false if the expression is none of the operations.
static bool classify_case(const VintParser *p, SelectCase *item, Node *node) {
  if (node->kind == NODE_AWAIT) {
    item->kind = SELECT_AWAIT;
    item->subject = ((AwaitNode *)node)->operand;
    return true;
  }
  Operation operation = operation_of(node);
  if (!operation.name) return false;
  bool is_method = operation.object != NULL;
  if (is_operation(p, &operation, "receive", 1)) {
    item->kind = SELECT_RECEIVE;
  } else if (is_operation(p, &operation, "send", 2)) {
    item->kind = SELECT_SEND;
    item->sent = operation.args[is_method ? 0 : 1].value;
  } else if (!is_method && is_operation(p, &operation, "after", 1)) {
    item->kind = SELECT_AFTER;
  } else {
    return false;
  }
  item->subject = is_method ? operation.object : operation.args[0].value;
  return true;
}

static void check_case_names(VintParser *p, const SelectCase *item) {
  bool may_have_value = item->kind == SELECT_RECEIVE || item->kind == SELECT_AWAIT;
  if (item->value_name && !may_have_value) {
    diag_error(p->diags, DIAG_VINT_SELECT_NO_VALUE, item->value_span);
  } else if (item->ok_name && item->kind != SELECT_RECEIVE) {
    diag_error(p->diags, DIAG_VINT_SELECT_NO_OK, item->ok_span);
  }
}

// `v =`, `v, ok =`; Go's `:=` is reported.
static void parse_case_names(VintParser *p, SelectCase *item) {
  bool has_two = vint_branch_is_two_results(p);
  bool has_one = is_at(p, TOKEN_NAME) && (is_next(p, TOKEN_ASSIGN) || is_next(p, TOKEN_DEFINE));
  if (!has_one && !has_two) return;
  item->value_name = p->token->name;
  item->value_span = advance(p)->span;
  if (has_two) {
    advance(p);
    item->ok_name = p->token->name;
    item->ok_span = advance(p)->span;
  }
  if (is_at(p, TOKEN_DEFINE)) {
    diag_error(p->diags, DIAG_VINT_SELECT_DEFINE, p->token->span);
  }
  advance(p);
}

static void parse_operation(VintParser *p, SelectCase *item) {
  accept(p, TOKEN_LET);
  parse_case_names(p, item);
  const VintToken *start = p->token;
  Node *node = vint_expr_header(p);
  item->subject = node;
  if (p->is_failing) return;
  if (classify_case(p, item, node)) {
    check_case_names(p, item);
  } else if (node->kind != NODE_ERROR) {
    diag_error(p->diags, DIAG_VINT_SELECT_CASE, span_since(p, start));
  }
}

static SelectCase parse_select_case(VintParser *p, bool *has_default, bool *has_colons) {
  const VintToken *start = p->token;
  SelectCase item = {.span = start->span};
  if (is_at(p, TOKEN_DEFAULT)) {
    item.kind = SELECT_DEFAULT;
    item.body = parse_default(p, has_default, has_colons);
  } else {
    advance(p);
    parse_operation(p, &item);
    item.body = parse_case_body(p, has_colons);
  }
  item.span = span_since(p, start);
  return item;
}

static void parse_select_body(VintParser *p, SelectNode *node) {
  SelectCaseVec cases = {0};
  bool has_default = false, has_colons = false;
  while (begins_case(p)) {
    const VintToken *start = p->token;
    if (is_at(p, TOKEN_DEFAULT) || is_at(p, TOKEN_CASE)) {
      SelectCase item = parse_select_case(p, &has_default, &has_colons);
      vec_push(&cases, item);
    }
    recover_case(p, start);
    while (accept(p, TOKEN_SEMICOLON)) continue;
  }
  node->case_count = cases.count;
  node->cases = vint_parser_keep(p, cases.items, cases.count, sizeof(SelectCase));
}

Node *vint_branch_select(VintParser *p) {
  const VintToken *start = advance(p);
  SelectNode *node = BUILD(p->arena, Select, SELECT, start->span);
  const VintToken *open = advance(p);
  VintLevel level;
  if (vint_parser_open(p, &level)) {
    p->is_header = false;
    parse_select_body(p, node);
    vint_parser_close(p, TOKEN_CLOSE_BRACE, open, "`}`");
  }
  vint_parser_leave(p, level);
  node->node.span = span_since(p, start);
  return &node->node;
}

// --- Two results ---------------------------------------------------------------------------------

bool vint_branch_is_two_results(const VintParser *p) {
  if (!is_at(p, TOKEN_NAME) || !is_next(p, TOKEN_COMMA)) return false;
  VintTokenKind behind = (VintTokenKind)peek(p, 3)->kind;
  return peek(p, 2)->kind == TOKEN_NAME && (behind == TOKEN_ASSIGN || behind == TOKEN_DEFINE);
}

// `let name: any = initial`
static void push_declaration(VintParser *p, const VintToken *name, Node *initial) {
  DeclareNode *node = BUILD(p->arena, Declare, DECLARE, name->span);
  node->pattern = vint_declare_binding(p, name);
  node->type = vint_type_name(p, "any", name->span);
  node->value = initial;
  node->binding = SYMBOL_VAR;
  vec_push(&p->nodes, &node->node);
}

// `target = hidden`
static Node *new_copy(VintParser *p, const VintToken *target, const Name *hidden) {
  NameNode *to = BUILD(p->arena, Name, NAME, target->span);
  to->name = target->name;
  NameNode *from = BUILD(p->arena, Name, NAME, target->span);
  from->name = hidden;
  AssignNode *node = BUILD(p->arena, Assign, ASSIGN, target->span);
  node->target = &to->node;
  node->op = OPERATOR_COUNT;
  node->value = &from->node;
  return &node->node;
}

// select { case HIDDEN, HIDDEN = receive(ch) { v = HIDDEN; ok = HIDDEN } }, with names that no
// program can write.
static Node *new_two_results(VintParser *p, const VintToken *first, SelectCase *item) {
  Span whole = span_since(p, first);
  item->span = whole;
  item->value_name = name_of(p->names, "received value");
  item->ok_name = name_of(p->names, "received ok");
  item->value_span = first->span;
  item->ok_span = first[2].span;
  uint32_t base = p->nodes.count;
  Node *copy = new_copy(p, first, item->value_name);
  vec_push(&p->nodes, copy);
  copy = new_copy(p, first + 2, item->ok_name);
  vec_push(&p->nodes, copy);
  item->body = BUILD(p->arena, Block, BLOCK, whole);
  item->body->items = vint_parser_take(p, base);
  SelectNode *select = BUILD(p->arena, Select, SELECT, whole);
  select->cases = arena_copy(p->arena, item, sizeof(*item));
  select->case_count = 1;
  return &select->node;
}

// From the first name on; `let` was taken.
void vint_branch_two_results(VintParser *p, bool is_declaration) {
  const VintToken *first = p->token;
  Span names = {first->span.start, first[2].span.end};
  bool is_define = first[3].kind == TOKEN_DEFINE;
  p->token += 4;
  Node *value = vint_expr_parse(p);
  SelectCase item = {0};
  bool is_receive = classify_case(p, &item, value) && item.kind == SELECT_RECEIVE;
  if (is_declaration || is_define) {
    push_declaration(p, first, build_plain(p->arena, NODE_NULL, first->span));
    push_declaration(p, first + 2, &BUILD(p->arena, Boolean, BOOLEAN, first[2].span)->node);
  }
  if (is_receive && is_define) {
    Diag *diag = diag_error(p->diags, DIAG_VINT_DEFINE_TWO, first[3].span);
    diag_help(p->diags, diag, "write `let %s, %s = receive(ch)`", first->name->text,
              first[2].name->text);
  }
  if (is_receive) {
    Node *node = new_two_results(p, first, &item);
    vec_push(&p->nodes, node);
    return;
  }
  if (!p->is_failing) diag_error(p->diags, DIAG_VINT_TWO_RESULTS, names);
  while (!p->is_failing && accept(p, TOKEN_COMMA)) vint_expr_parse(p);
}

// --- try -----------------------------------------------------------------------------------------

// Behind `catch`: `(e)`, or nothing.
static void parse_catch_name(VintParser *p, TryNode *node) {
  if (is_at(p, TOKEN_OPEN_BRACE)) return;
  if (is_at(p, TOKEN_NAME)) {
    diag_error(p->diags, DIAG_VINT_CATCH_PARENTHESES, p->token->span, p->token->name->text);
    node->error_name = p->token->name;
    node->error_span = advance(p)->span;
    return;
  }
  const VintToken *open = p->token;
  if (!vint_parser_expect(p, TOKEN_OPEN_PAREN, "`(`")) return;
  const VintToken *name = vint_parser_name(p, "the error's name");
  if (name) {
    node->error_name = name->name;
    node->error_span = name->span;
  }
  vint_parser_close(p, TOKEN_CLOSE_PAREN, open, "`)`");
}

static void parse_catch(VintParser *p, TryNode *node) {
  advance(p);
  parse_catch_name(p, node);
  vint_parser_recover_header(p);
  node->catch_body = vint_stmt_block(p);
}

Node *vint_branch_try(VintParser *p) {
  const VintToken *start = advance(p);
  TryNode *node = BUILD(p->arena, Try, TRY, start->span);
  node->body = vint_stmt_block(p);
  if (!p->is_failing && is_word_at(p, WORD_CATCH)) parse_catch(p, node);
  if (!p->is_failing && is_word_at(p, WORD_FINALLY)) {
    advance(p);
    node->finally_body = vint_stmt_block(p);
  }
  node->node.span = span_since(p, start);
  if (!node->catch_body && !node->finally_body && !p->is_failing) {
    diag_error(p->diags, DIAG_VINT_TRY_ALONE, start->span);
    p->misses_catch = true;
  }
  return &node->node;
}
