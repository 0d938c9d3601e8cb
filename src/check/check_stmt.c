// SPDX-License-Identifier: MIT
// check_stmt.c - statements and blocks
#include "check/check_private.h"

static bool check_return(Checker *c, ReturnNode *node) {
  Type *wanted = check_function_wanted(c);
  Type *type = node->value ? check_expr(c, node->value, wanted) : c->types->null;
  Span span = node->value ? node->value->span : node->node.span;
  check_function_yield(c, node->value, span, type, true);
  return true;
}

// A break marks the loop that it leaves: a `while true` without one never ends.
static bool check_jump(Checker *c, const JumpNode *node) {
  if (node->node.kind != NODE_BREAK) return true;
  bool is_inside = c->loops.count >= c->function->loop_base + node->depth && node->depth > 0;
  if (is_inside) c->loops.items[c->loops.count - node->depth] = true;
  return true;
}

bool check_stmt(Checker *c, Node *node) {
  switch (node->kind) {
  case NODE_DECLARE:
  case NODE_FUNCTION_DECLARE: check_declare(c, (DeclareNode *)node); return false;
  case NODE_ASSIGN: check_assign(c, (AssignNode *)node); return false;
  case NODE_RETURN: return check_return(c, (ReturnNode *)node);
  case NODE_BREAK:
  case NODE_CONTINUE: return check_jump(c, (const JumpNode *)node);
  case NODE_WHILE:
  case NODE_DO_WHILE:
  case NODE_FOR:
  case NODE_FOR_AWAIT:
  case NODE_EACH:
  case NODE_REPEAT: return check_loop(c, node);
  case NODE_EXPRESSION: {
    Node *value = ((ExpressionNode *)node)->value;
    return check_expr_use(c, value, NULL, USE_DROPPED)->kind == TYPE_NEVER;
  }
  default: check_vint_stmt(c, node); return false;
  }
}

// Other statements of Vint may have a value: a declaration, a `try`, a `select`, a `repeat`.
static bool is_plain_loop(const Node *node) {
  return node->kind == NODE_EACH || node->kind == NODE_WHILE;
}

// A block that ends in a statement has the value null.
static Type *end_without_value(Checker *c, const BlockNode *block, Use use) {
  if (use == USE_TAIL) {
    uint32_t count = block->items.count;
    Span span = count > 0 ? block->items.items[count - 1]->span : block->node.span;
    check_function_yield(c, NULL, span, c->types->null, false);
    if (count == 0 || is_plain_loop(block->items.items[count - 1]))
      check_function_ends_without(c, span);
  }
  return c->is_luma ? c->types->null : c->types->any;
}

// Functions may stand below a `return`: they are called from above.
static void report_unreachable(Checker *c, const NodeList *items, uint32_t last_reached) {
  for (uint32_t i = last_reached + 1; i < items->count; i++) {
    const Node *item = items->items[i];
    if (item->kind == NODE_FUNCTION_DECLARE || !c->is_luma) continue;
    Diag *diag = diag_error(c->diags, DIAG_UNREACHABLE_CODE, item->span);
    diag_note(c->diags, diag, items->items[last_reached]->span, "nothing goes on behind this");
    return;
  }
}

// Behind `if x == null do return end` x is not null.
static void narrow_behind(Checker *c, const Node *item) {
  if (item->kind != NODE_EXPRESSION) return;
  const Node *value = ((const ExpressionNode *)item)->value;
  if (value->kind != NODE_IF) return;
  const IfNode *node = (const IfNode *)value;
  const Type *then = node->then_branch->node.type;
  if (!node->else_branch && then && then->kind == TYPE_NEVER) {
    check_narrow_condition(c, node->condition, false);
  }
}

static Type *check_items(Checker *c, BlockNode *block, Type *expected, Use use) {
  bool is_never = false;
  for (uint32_t i = 0; i < block->items.count; i++) {
    Node *item = block->items.items[i];
    bool is_value = i + 1 == block->items.count && item->kind == NODE_EXPRESSION;
    if (is_value && use != USE_DROPPED && !is_never) {
      return check_expr_use(c, ((ExpressionNode *)item)->value, expected, use);
    }
    bool ends = check_stmt(c, item);
    if (ends && !is_never) report_unreachable(c, &block->items, i);
    is_never = is_never || ends;
    narrow_behind(c, item);
  }
  return is_never ? c->types->never : end_without_value(c, block, use);
}

Type *check_stmt_block(Checker *c, BlockNode *block, Type *expected, Use use) {
  uint32_t mark = c->deferred.count;
  uint32_t narrowed = c->narrowed.count;
  Type *type = check_items(c, block, expected, use);
  check_declare_bodies(c, mark);
  c->narrowed.count = narrowed;
  return type;
}
