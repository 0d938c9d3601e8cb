// SPDX-License-Identifier: MIT
// check_branch.c - conditions and the branches of `if`
#include "check/check_private.h"

// --- Conditions ----------------------------------------------------------------------------------

void check_branch_boolean(Checker *c, const Node *node, const Type *type, const char *context) {
  bool is_promise = type->kind == TYPE_PROMISE;
  if (!c->is_luma) {
    if (!is_promise) return;
    Diag *diag = diag_error(c->diags, DIAG_PROMISE_TRUE, node->span, check_report_type(c, type));
    check_report_await(c, diag, node);
    return;
  }
  if (relate_fits(&c->relate, type, c->types->boolean, NULL)) return;
  const char *text = check_report_type(c, type);
  if (is_promise) {
    Diag *diag = diag_error(c->diags, DIAG_PROMISE_CONDITION, node->span, context, text);
    check_report_await(c, diag, node);
    return;
  }
  Diag *diag = diag_error(c->diags, DIAG_BOOLEAN_WANTED, node->span, context, text);
  const char *source = check_report_source(c, node);
  if (type->kind == TYPE_NUMBER) {
    diag_help(c->diags, diag, "compare it: `%s != 0`", source);
  } else if (type->kind != TYPE_NULL) {
    diag_help(c->diags, diag, "compare it, for example with null: `%s != null`", source);
  }
}

void check_branch_condition(Checker *c, Node *condition, const char *context) {
  Type *type = check_expr(c, condition, c->is_luma ? c->types->boolean : NULL);
  check_branch_boolean(c, condition, type, context);
}

// `r.err != null`: inside the branch the Result r is known to be an error. Only for names that
// cannot be assigned meanwhile.
static Symbol *failed_result(Checker *c, const Node *condition) {
  if (condition->kind != NODE_BINARY) return NULL;
  const BinaryNode *test = (const BinaryNode *)condition;
  if (test->op != OPERATOR_NOT_EQUAL || test->right->kind != NODE_NULL) return NULL;
  if (test->left->kind != NODE_FIELD) return NULL;
  const FieldNode *field = (const FieldNode *)test->left;
  if (field->name != c->names.err || field->object->kind != NODE_NAME) return NULL;
  Symbol *symbol = ((const NameNode *)field->object)->symbol;
  return symbol && !symbol->is_reassigned ? symbol : NULL;
}

// --- Branches ------------------------------------------------------------------------------------

// Both are as good as the place wants them: they need not be alike.
static bool both_fit(Checker *c, const Type *a, const Type *b, const Type *expected) {
  return check_expr_expects(expected) && relate_fits(&c->relate, a, expected, NULL) &&
         relate_fits(&c->relate, b, expected, NULL);
}

Type *check_branch_join(Checker *c, Type *joined, Type *type, Type *expected, const Node *at,
                        DiagCode code) {
  if (!joined) return type;
  if (both_fit(c, joined, type, expected)) return expected;
  Type *both = relate_join(&c->relate, joined, type);
  if (both) return both;
  bool is_any_fine = expected && types_is_any(types_prune(expected));
  if (!c->is_luma || is_any_fine) return c->types->any;
  diag_error(c->diags, code, at->span, check_report_type(c, joined), check_report_type(c, type));
  return c->types->any;
}

// What stands for the branch that is not written. As the tail of a function it gives null; as a
// value too, which is worth a warning where null is of no use.
static Type *check_missing_else(Checker *c, const IfNode *node, Type *then, Type *expected,
                                Use use) {
  if (use == USE_TAIL) {
    check_function_yield(c, NULL, node->node.span, c->types->null, false);
    check_function_ends_without(c, node->node.span);
    return c->types->any;
  }
  if (use == USE_DROPPED) return c->types->null;
  if (then->kind == TYPE_NULL || then->kind == TYPE_NEVER) return c->types->null;
  if (!c->is_luma || !check_expr_expects(expected)) return c->types->any;
  if (relate_admits_null(&c->relate, expected)) return c->types->any;
  diag_error(c->diags, DIAG_MAYBE_NULL, node->node.span, check_report_type(c, expected));
  return then;
}

static const Node *last_of(const BlockNode *block) {
  bool is_empty = block->items.count == 0;
  return is_empty ? &block->node : block->items.items[block->items.count - 1];
}

static Type *check_then(Checker *c, IfNode *node, const char *context, Type *expected, Use use) {
  check_branch_condition(c, node->condition, context);
  Symbol *failed = failed_result(c, node->condition);
  if (failed) vec_push(&c->failed, failed);
  uint32_t mark = c->narrowed.count;
  check_narrow_condition(c, node->condition, true);
  Type *type = check_stmt_block(c, node->then_branch, expected, use);
  c->narrowed.count = mark;
  if (failed) c->failed.count--;
  check_narrow_condition(c, node->condition, false); // in the branches that follow
  return node->then_branch->node.type = type;
}

// `else if` chains are as long as the file, so they are a loop here.
static Type *check_chain(Checker *c, IfNode *node, Type *expected, Use use) {
  Type *joined = NULL;
  const char *context = "If condition";
  bool is_never = true;
  for (;;) {
    Type *then = check_then(c, node, context, expected, use);
    is_never = is_never && then->kind == TYPE_NEVER;
    const Node *at = last_of(node->then_branch);
    if (use == USE_VALUE)
      joined = check_branch_join(c, joined, then, expected, at, DIAG_IF_BRANCHES);
    if (!node->else_branch || node->else_branch->kind != NODE_IF) break;
    node = (IfNode *)node->else_branch;
    context = "Elif condition";
  }
  if (!node->else_branch) {
    Type *missing = check_missing_else(c, node, joined ? joined : c->types->any, expected, use);
    if (use != USE_VALUE) return c->types->null;
    return types_is_any(missing) || joined->kind == TYPE_NEVER ? missing : joined;
  }
  BlockNode *block = (BlockNode *)node->else_branch;
  Type *type = check_stmt_block(c, block, expected, use);
  if (use != USE_VALUE) {
    return is_never && type->kind == TYPE_NEVER ? c->types->never : c->types->null;
  }
  return check_branch_join(c, joined, type, expected, last_of(block), DIAG_IF_BRANCHES);
}

Type *check_branch_if(Checker *c, IfNode *node, Type *expected, Use use) {
  uint32_t mark = c->narrowed.count;
  Type *type = check_chain(c, node, expected, use);
  c->narrowed.count = mark;
  return type;
}
