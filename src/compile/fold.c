// SPDX-License-Identifier: MIT
// fold.c - expressions whose value is known now
//
// What programs write are things like -1, 60 * 1000 and 2 ^ 53. So at most a few nodes are looked
// at, which also keeps the cost linear when it is asked for each part of a long chain.
#include "compile/fold.h"

#include <math.h>

#define NODES_MAX 32

static Fold fold(const Node *node, uint32_t *budget);

static Fold of_number(double value) {
  return (Fold){.kind = FOLD_NUMBER, .number = value};
}
static Fold of_integer(int64_t value) {
  return (Fold){.kind = FOLD_INTEGER, .integer = value};
}
static Fold nothing(void) {
  return (Fold){.kind = FOLD_NOTHING};
}

static Fold fold_numbers(Operator op, double a, double b) {
  switch (op) {
  case OPERATOR_ADD: return of_number(a + b);
  case OPERATOR_SUBTRACT: return of_number(a - b);
  case OPERATOR_MULTIPLY: return of_number(a * b);
  case OPERATOR_DIVIDE: return of_number(a / b);
  case OPERATOR_REMAINDER: return of_number(fmod(a, b));
  case OPERATOR_POWER: return of_number(pow(a, b));
  case OPERATOR_EXACT_ADD: return of_number(a + b);
  case OPERATOR_EXACT_SUBTRACT: return of_number(a - b);
  case OPERATOR_EXACT_MULTIPLY: return of_number(a * b);
  default: return nothing();
  }
}

static Fold fold_integers(Operator op, int64_t a, int64_t b) {
  int64_t result;
  bool has_overflowed = true;
  if (op == OPERATOR_EXACT_ADD) has_overflowed = __builtin_add_overflow(a, b, &result);
  if (op == OPERATOR_EXACT_SUBTRACT) has_overflowed = __builtin_sub_overflow(a, b, &result);
  if (op == OPERATOR_EXACT_MULTIPLY) has_overflowed = __builtin_mul_overflow(a, b, &result);
  return has_overflowed ? nothing() : of_integer(result);
}

static Fold fold_binary(const BinaryNode *node, uint32_t *budget) {
  Fold left = fold(node->left, budget);
  if (left.kind == FOLD_NOTHING) return left;
  Fold right = fold(node->right, budget);
  if (right.kind != left.kind) return nothing();
  if (left.kind == FOLD_NUMBER) return fold_numbers(node->op, left.number, right.number);
  return fold_integers(node->op, left.integer, right.integer);
}

static Fold fold_unary(const UnaryNode *node, uint32_t *budget) {
  if (node->op != OPERATOR_NEGATE && node->op != OPERATOR_EXACT_NEGATE) return nothing();
  Fold operand = fold(node->operand, budget);
  if (operand.kind == FOLD_NUMBER) return of_number(-operand.number);
  if (operand.kind != FOLD_INTEGER || operand.integer == INT64_MIN) return nothing();
  return of_integer(-operand.integer);
}

static Fold fold(const Node *node, uint32_t *budget) {
  if (*budget == 0) return nothing();
  --*budget;
  switch (node->kind) {
  case NODE_NUMBER: return of_number(((const NumberNode *)node)->value);
  case NODE_INTEGER: return of_integer(((const IntegerNode *)node)->value);
  case NODE_BINARY: return fold_binary((const BinaryNode *)node, budget);
  case NODE_UNARY: return fold_unary((const UnaryNode *)node, budget);
  default: return nothing();
  }
}

Fold fold_node(const Node *node) {
  uint32_t budget = NODES_MAX;
  return fold(node, &budget);
}
