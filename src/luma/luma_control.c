// SPDX-License-Identifier: MIT
// luma_control.c - if and match, which are expressions everywhere
#include "luma/luma_private.h"

// --- if ------------------------------------------------------------------------------------------

// `elif`, and what other languages call it, at the end of a branch. A variable of that name is
// assigned or looked into.
bool luma_control_at_elif(LumaParser *p) {
  if (!luma_at(p, LUMA_NAME)) return false;
  const Name *name = p->token.as.name;
  const LumaWords *words = &p->words;
  if (name != words->elif_word && name != words->elseif && name != words->elsif) return false;
  LumaTokenKind next = luma_parser_peek(p)->kind;
  return next != LUMA_ASSIGN && next != LUMA_DOT && next != LUMA_COLON;
}

static void take_elif(LumaParser *p) {
  const Name *name = p->token.as.name;
  if (name != p->words.elif_word) {
    diag_error(luma_diags(p), DIAG_LUMA_ELSE_IF_WORD, p->token.span, name->text);
  }
  luma_parser_advance(p);
}

static BlockNode *parse_branch(LumaParser *p) {
  Node *condition;
  p->branches++;
  BlockNode *branch = luma_stmt_block(p, LUMA_BLOCK_BRANCH, &condition);
  p->branches--;
  return branch;
}

static BlockNode *empty_block(LumaParser *p) {
  return BUILD(p->arena, Block, BLOCK, p->previous);
}

// Reads `condition do block`; in *style how the block was opened.
static IfNode *parse_test(LumaParser *p, LumaOpener opener, uint32_t start, LumaBlockStyle *style) {
  IfNode *node = BUILD(p->arena, If, IF, ((Span){start, start}));
  node->condition = luma_stmt_condition(p);
  *style = luma_error_open_block(p, opener, "the condition of 'if'");
  node->then_branch = *style == LUMA_STYLE_NONE ? empty_block(p) : parse_branch(p);
  // `} else {`: the brace is the end only if nothing follows.
  if (*style == LUMA_STYLE_BRACES) luma_error_close_block(p, *style, opener);
  return node;
}

// After `else` a `do` always opens the block; without it the block begins at once. A brace begins a
// table, unless the branches before were written with braces.
static Node *parse_else(LumaParser *p, LumaOpener opener, LumaBlockStyle *style) {
  Node *condition;
  if (*style == LUMA_STYLE_BRACES && luma_at(p, LUMA_LEFT_BRACE)) {
    *style = luma_error_open_block(p, opener, "'else'");
  } else {
    luma_parser_accept(p, LUMA_DO);
    *style = LUMA_STYLE_DO;
  }
  return &luma_stmt_block(p, LUMA_BLOCK_PLAIN, &condition)->node;
}

// Whether the chain goes on with a test; steps over `else if` and `elif`.
static bool take_else_if(LumaParser *p, uint32_t *start) {
  *start = p->token.span.start;
  if (luma_control_at_elif(p)) {
    take_elif(p);
    return true;
  }
  if (!luma_at(p, LUMA_ELSE) || luma_parser_peek(p)->kind != LUMA_IF) return false;
  luma_parser_advance(p);
  *start = p->token.span.start;
  luma_parser_advance(p);
  return true;
}

static void close_spans(LumaParser *p, IfNode *first) {
  for (Node *node = &first->node; node && node->kind == NODE_IF;
       node = ((IfNode *)node)->else_branch) {
    node->span = luma_span_from(p, node->span.start);
  }
}

// A chain is a loop here; in the tree each test is one level below the one before.
Node *luma_control_if(LumaParser *p) {
  LumaOpener opener = luma_error_opener(p, "if");
  uint32_t start = opener.span.start;
  uint32_t links = 0;
  LumaBlockStyle style;
  luma_parser_advance(p);
  luma_parser_enter(p);
  IfNode *first = parse_test(p, opener, start, &style);
  IfNode *last = first;
  while (!p->is_panicking && take_else_if(p, &start)) {
    links++;
    p->depth++;
    if (p->depth > p->height) luma_parser_link(p);
    IfNode *next = parse_test(p, opener, start, &style);
    last->else_branch = &next->node;
    last = next;
  }
  bool has_else = luma_parser_accept(p, LUMA_ELSE);
  if (has_else) last->else_branch = parse_else(p, opener, &style);
  p->depth -= links;
  luma_parser_leave(p);
  if (has_else || style != LUMA_STYLE_BRACES) luma_error_close_block(p, style, opener);
  close_spans(p, first);
  return &first->node;
}

// --- match ---------------------------------------------------------------------------------------

// `case` at the start of an arm is the keyword, unless `do` or `if` follows: then it is a name.
static bool take_case(LumaParser *p) {
  if (!luma_at_word(p, p->words.case_word)) return false;
  LumaTokenKind next = luma_parser_peek(p)->kind;
  if (next == LUMA_DO || next == LUMA_IF) return false;
  luma_parser_advance(p);
  return true;
}

// Takes the `then` of a case; without one the rest of the line is given up.
static void take_then(LumaParser *p) {
  if (!p->is_panicking && luma_at_word(p, p->words.then_word)) {
    luma_parser_advance(p);
    return;
  }
  luma_error_unexpected(p, "'then' after the pattern of 'case'");
  while (luma_is_on_line(p) && !luma_at_word(p, p->words.then_word) &&
         !luma_at(p, LUMA_END_OF_FILE)) {
    luma_parser_advance(p);
  }
  if (luma_at_word(p, p->words.then_word)) luma_parser_advance(p);
  if (!p->is_stopped) p->is_panicking = false;
}

static BlockNode *parse_case_body(LumaParser *p, LumaOpener opener) {
  Node *condition;
  if (luma_at(p, LUMA_DO) && !p->is_panicking) {
    diag_error(luma_diags(p), DIAG_LUMA_CASE_DO, p->token.span);
    luma_parser_advance(p);
    BlockNode *body = luma_stmt_block(p, LUMA_BLOCK_PLAIN, &condition);
    luma_error_close_block(p, LUMA_STYLE_DO, opener);
    return body;
  }
  take_then(p);
  p->cases++;
  BlockNode *body = luma_stmt_block(p, LUMA_BLOCK_CASE, &condition);
  p->cases--;
  return body;
}

static BlockNode *parse_arm_body(LumaParser *p, LumaOpener opener) {
  Node *condition;
  LumaBlockStyle style = luma_error_open_block(p, opener, "the pattern");
  if (style == LUMA_STYLE_NONE) {
    // Not even this line's end is known to be the arm's; the next line may be an arm.
    uint32_t open = 0;
    while (luma_is_on_line(p) && !luma_at(p, LUMA_END_OF_FILE)) luma_error_skip_token(p, &open);
    if (!p->is_stopped) p->is_panicking = false;
    return empty_block(p);
  }
  BlockNode *body = luma_stmt_block(p, LUMA_BLOCK_PLAIN, &condition);
  luma_error_close_block(p, style, opener);
  return body;
}

static void parse_arm(LumaParser *p) {
  MatchArm arm = {.span = p->token.span};
  LumaOpener opener = luma_error_opener(p, "do");
  bool is_case = take_case(p);
  arm.pattern = luma_pattern_arm(p);
  if (luma_parser_accept(p, LUMA_IF)) arm.guard = luma_stmt_condition(p);
  luma_parser_enter(p);
  arm.body = is_case ? &parse_case_body(p, opener)->node : &parse_arm_body(p, opener)->node;
  luma_parser_leave(p);
  arm.span = luma_span_from(p, arm.span.start);
  luma_parser_push(p, &arm, sizeof arm);
}

static bool at_arms_end(const LumaParser *p, LumaBlockStyle style) {
  if (luma_at(p, LUMA_END) || luma_at(p, LUMA_END_OF_FILE)) return true;
  return luma_at(p, LUMA_RIGHT_BRACE) && style == LUMA_STYLE_BRACES;
}

// Tokens that can stand between arms only by mistake, and after which there is no arm: whatever is
// around the match goes on.
static bool at_foreign_end(const LumaParser *p) {
  switch (p->token.kind) {
  case LUMA_RIGHT_PAREN:
  case LUMA_RIGHT_BRACKET:
  case LUMA_RIGHT_BRACE: return p->brackets > 0;
  case LUMA_ELSE: return p->branches > 0;
  case LUMA_LET:
  case LUMA_VAR:
  case LUMA_RETURN: return p->token.is_first_on_line;
  default: return false;
  }
}

static void parse_arms(LumaParser *p, MatchNode *node, LumaBlockStyle style) {
  uint32_t mark = luma_mark(p);
  while (!at_arms_end(p, style) && !at_foreign_end(p)) {
    uint32_t start = p->token.span.start;
    parse_arm(p);
    if (p->token.span.start == start && !p->is_stopped) luma_parser_advance(p);
  }
  node->arms = luma_parser_take(p, mark, sizeof(MatchArm), &node->arm_count);
}

Node *luma_control_match(LumaParser *p) {
  LumaOpener opener = luma_error_opener(p, "match");
  MatchNode *node = BUILD(p->arena, Match, MATCH, opener.span);
  luma_parser_advance(p);
  luma_parser_enter(p);
  node->subject = luma_expr_parse(p);
  LumaBlockStyle style = luma_error_open_block(p, opener, "the subject of 'match'");
  if (style != LUMA_STYLE_NONE) parse_arms(p, node, style);
  luma_parser_leave(p);
  luma_error_close_block(p, style, opener);
  node->node.span = luma_span_from(p, opener.span.start);
  return &node->node;
}
