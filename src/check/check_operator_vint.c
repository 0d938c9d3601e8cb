// SPDX-License-Identifier: MIT
// check_operator_vint.c - operators on Vint's exact numbers
//
// A result has a type only where no value can give another. What operands are refused for is
// check_written.c's matter, but for a promise that was not awaited.
#include "check/check_private.h"

static bool is_number(const Type *type) {
  return type->kind == TYPE_INTEGER || type->kind == TYPE_FLOAT;
}

static const char *symbol_of(Operator op) {
  switch (op) {
  case OPERATOR_EXACT_ADD: return "+";
  case OPERATOR_EXACT_SUBTRACT: return "-";
  case OPERATOR_EXACT_MULTIPLY: return "*";
  case OPERATOR_EXACT_DIVIDE: return "/";
  case OPERATOR_EXACT_REMAINDER: return "%";
  case OPERATOR_EXACT_POWER: return "**";
  case OPERATOR_EXACT_LESS: return "<";
  case OPERATOR_EXACT_LESS_EQUAL: return "<=";
  case OPERATOR_EXACT_GREATER: return ">";
  case OPERATOR_EXACT_GREATER_EQUAL: return ">=";
  default: return "in";
  }
}

static bool report_promise(Checker *c, const BinaryNode *node, const Type *left,
                           const Type *right) {
  bool is_left = left->kind == TYPE_PROMISE;
  if (!is_left && right->kind != TYPE_PROMISE) return false;
  const Node *operand = is_left ? node->left : node->right;
  const char *text =
      arena_printf(c->types->arena, "`%s` needs values, got (%s, %s)", symbol_of(node->op),
                   check_report_type(c, left), check_report_type(c, right));
  Diag *diag = diag_error(c->diags, DIAG_PROMISE_OPERAND, operand->span, text,
                          is_left ? "left operand" : "right operand");
  check_report_await(c, diag, operand);
  return true;
}

static Type *arithmetic(Checker *c, Operator op, Type *left, Type *right) {
  bool is_text = left->kind == TYPE_STRING && right->kind == TYPE_STRING;
  if (op == OPERATOR_EXACT_ADD && is_text) return c->types->string;
  if (!is_number(left) || !is_number(right)) return c->types->any;
  bool are_integers = left->kind == TYPE_INTEGER && right->kind == TYPE_INTEGER;
  if (!are_integers) return c->types->float_;
  // Division and powers of integers may give either kind of number.
  bool is_exact = op == OPERATOR_EXACT_ADD || op == OPERATOR_EXACT_SUBTRACT ||
                  op == OPERATOR_EXACT_MULTIPLY || op == OPERATOR_EXACT_REMAINDER;
  return is_exact ? c->types->integer : c->types->any;
}

Type *check_operator_vint(Checker *c, const BinaryNode *node, Type *left, Type *right) {
  switch (node->op) {
  case OPERATOR_EXACT_EQUAL:
  case OPERATOR_EXACT_NOT_EQUAL:
    check_written_equality(c, node, left, right);
    return c->types->boolean;
  case OPERATOR_CONTAINS: // a promise may well be an element of the array
    return c->types->boolean;
  case OPERATOR_EXACT_ADD:
  case OPERATOR_EXACT_SUBTRACT:
  case OPERATOR_EXACT_MULTIPLY:
  case OPERATOR_EXACT_DIVIDE:
  case OPERATOR_EXACT_REMAINDER:
  case OPERATOR_EXACT_POWER:
    if (report_promise(c, node, left, right)) return c->types->any;
    if (check_written_operands(c, node, symbol_of(node->op), false, left, right))
      return c->types->any;
    return arithmetic(c, node->op, left, right);
  case OPERATOR_EXACT_LESS:
  case OPERATOR_EXACT_LESS_EQUAL:
  case OPERATOR_EXACT_GREATER:
  case OPERATOR_EXACT_GREATER_EQUAL:
    if (!report_promise(c, node, left, right))
      check_written_operands(c, node, symbol_of(node->op), true, left, right);
    return c->types->boolean;
  default: return c->types->any;
  }
}
