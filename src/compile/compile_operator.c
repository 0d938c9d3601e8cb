// SPDX-License-Identifier: MIT
// compile_operator.c - operators, comparisons, conditions
//
// The same operator has up to three forms: for doubles that are trusted (no check at all), with a
// constant on the right, and the general one. A comparison whose answer is only asked by a jump
// becomes that jump.
//
// There are instructions for < and <= only, where the operands' order cannot be noticed: a > b is
// then b < a, evaluated in written order all the same. Luma's general comparisons exist in all four
// forms, since an operator method belongs to the left operand. The opposite of a < b is not b <= a
// (NaN), which is why there are jumps for both outcomes.
#include "compile/compile_private.h"
#include "compile/fold.h"

// --- Constant operands ---------------------------------------------------------------------------

static bool is_number_constant(const Node *node, double *value) {
  Fold fold = fold_node(node);
  *value = fold.number;
  return fold.kind == FOLD_NUMBER;
}

// An integer that fits the 16 bits of an operand.
static bool is_short_integer(const Node *node, int64_t *value) {
  Fold fold = fold_node(node);
  *value = fold.integer;
  return fold.kind == FOLD_INTEGER && fold.integer >= INT16_MIN && fold.integer <= INT16_MAX;
}

// The constant's index if it fits 16 bits, else EMIT_NO_INDEX.
static uint32_t short_number(FunctionState *fn, double value) {
  uint32_t index = emit_number(&fn->emit, value);
  return index <= EMIT_SHORT_MAX ? index : EMIT_NO_INDEX;
}

// --- What is known of the operands ---------------------------------------------------------------

static bool are_doubles(const BinaryNode *node) {
  return trust_is_double(node->right) && trust_is_double(node->left);
}

// Of two floats these operators of Vint are Luma's of two Numbers. Division and remainder are not: they raise if
// the right one is 0.
static Operator find_double_operator(Operator op) {
  switch (op) {
  case OPERATOR_EXACT_ADD: return OPERATOR_ADD;
  case OPERATOR_EXACT_SUBTRACT: return OPERATOR_SUBTRACT;
  case OPERATOR_EXACT_MULTIPLY: return OPERATOR_MULTIPLY;
  case OPERATOR_EXACT_LESS: return OPERATOR_LESS;
  case OPERATOR_EXACT_LESS_EQUAL: return OPERATOR_LESS_EQUAL;
  case OPERATOR_EXACT_GREATER: return OPERATOR_GREATER;
  case OPERATOR_EXACT_GREATER_EQUAL: return OPERATOR_GREATER_EQUAL;
  default: return op;
  }
}

static Operator find_operator(const BinaryNode *node) {
  Operator plain = find_double_operator(node->op);
  return plain != node->op && are_doubles(node) ? plain : node->op;
}

// --- Arithmetic ----------------------------------------------------------------------------------

typedef struct NumberForms {
  Opcode general, number, constant;
} NumberForms;

// POW has the general form only; `number` is then OP_COUNT.
static bool find_number_forms(Operator op, NumberForms *forms) {
  switch (op) {
  case OPERATOR_ADD: *forms = (NumberForms){OP_ADD, OP_ADD_NUM, OP_ADD_NUM_K}; return true;
  case OPERATOR_SUBTRACT: *forms = (NumberForms){OP_SUB, OP_SUB_NUM, OP_SUB_NUM_K}; return true;
  case OPERATOR_MULTIPLY: *forms = (NumberForms){OP_MUL, OP_MUL_NUM, OP_MUL_NUM_K}; return true;
  case OPERATOR_DIVIDE: *forms = (NumberForms){OP_DIV, OP_DIV_NUM, OP_DIV_NUM_K}; return true;
  case OPERATOR_REMAINDER: *forms = (NumberForms){OP_MOD, OP_MOD_NUM, OP_MOD_NUM_K}; return true;
  case OPERATOR_POWER: *forms = (NumberForms){OP_POW, OP_COUNT, OP_COUNT}; return true;
  default: return false;
  }
}

// Whether the remainder is by a whole number that fits an operand.
static bool is_small_divisor(const NumberForms *forms, double value) {
  return forms->constant == OP_MOD_NUM_K && value >= 1 && value <= INT16_MAX && value == (int16_t)value;
}

// x op K, if both are trusted doubles. False: it must be done another way.
static bool compile_with_number(FunctionState *fn, const BinaryNode *node, const NumberForms *forms,
                                uint32_t left, uint32_t target) {
  double value;
  if (forms->constant == OP_COUNT || !is_number_constant(node->right, &value)) return false;
  if (!trust_is_double(node->left)) return false;
  if (is_small_divisor(forms, value)) {
    fn->emit.span = node->op_span;
    emit_abc(&fn->emit, OP_MOD_NUM_I, target, left, (uint32_t)value);
    return true;
  }
  uint32_t constant = short_number(fn, value);
  if (constant == EMIT_NO_INDEX) return false;
  fn->emit.span = node->op_span;
  emit_abc(&fn->emit, forms->constant, target, left, constant);
  return true;
}

static void compile_number_arithmetic(FunctionState *fn, BinaryNode *node, const NumberForms *forms,
                                      uint32_t left, uint32_t target) {
  if (compile_with_number(fn, node, forms, left, target)) return;
  uint32_t right = compile_expr_operand(fn, node->right, NULL, NULL);
  bool is_trusted = forms->number != OP_COUNT && trust_is_double(&node->node);
  fn->emit.span = node->op_span;
  emit_abc(&fn->emit, is_trusted ? forms->number : forms->general, target, left, right);
}

bool compile_operator_is_mirrored(const BinaryNode *node) {
  Operator op = find_double_operator(node->op);
  bool is_symmetric = op == OPERATOR_ADD || op == OPERATOR_MULTIPLY;
  return is_symmetric && node->left->kind == NODE_NUMBER && trust_is_double(node->right);
}

void compile_operator_mirrored(FunctionState *fn, BinaryNode *node, uint32_t target) {
  uint32_t right = compile_expr_operand(fn, node->right, NULL, NULL);
  fn->emit.span = node->op_span;
  uint32_t constant = short_number(fn, ((const NumberNode *)node->left)->value);
  bool is_sum = find_double_operator(node->op) == OPERATOR_ADD;
  if (constant != EMIT_NO_INDEX) {
    emit_abc(&fn->emit, is_sum ? OP_ADD_NUM_K : OP_MUL_NUM_K, target, right, constant);
    return;
  }
  uint32_t left = compile_expr_fresh(fn, node->left);
  emit_abc(&fn->emit, is_sum ? OP_ADD_NUM : OP_MUL_NUM, target, left, right);
}

// A float by a constant, which is not 0.
static bool compile_divided(FunctionState *fn, const BinaryNode *node, uint32_t left, uint32_t target) {
  static const NumberForms forms = {OP_EXACT_DIV, OP_COUNT, OP_DIV_NUM_K};
  double value;
  bool is_safe = node->op == OPERATOR_EXACT_DIVIDE && is_number_constant(node->right, &value) && value != 0;
  return is_safe && compile_with_number(fn, node, &forms, left, target);
}

static Opcode find_integer_form(Operator op, int64_t value) {
  switch (op) {
  case OPERATOR_EXACT_ADD: return OP_EXACT_ADD_I;
  case OPERATOR_EXACT_SUBTRACT: return OP_EXACT_SUB_I;
  case OPERATOR_EXACT_MULTIPLY: return OP_EXACT_MUL_I;
  case OPERATOR_EXACT_REMAINDER: return value > 0 ? OP_EXACT_MOD_I : OP_COUNT;
  default: return OP_COUNT;
  }
}

static bool compile_with_integer(FunctionState *fn, const BinaryNode *node, uint32_t left,
                                 uint32_t target) {
  int64_t value;
  if (!is_short_integer(node->right, &value)) return false;
  Opcode op = find_integer_form(node->op, value);
  if (op == OP_COUNT) return false;
  fn->emit.span = node->op_span;
  emit_abc(&fn->emit, op, target, left, (uint32_t)value);
  return true;
}

// --- Every binary operator with both operands in registers ---------------------------------------

typedef struct GeneralForm {
  Opcode op;
  bool is_swapped;
} GeneralForm;

static GeneralForm find_general_form(Operator op) {
  switch (op) {
  case OPERATOR_ADD: return (GeneralForm){OP_ADD, false};
  case OPERATOR_SUBTRACT: return (GeneralForm){OP_SUB, false};
  case OPERATOR_MULTIPLY: return (GeneralForm){OP_MUL, false};
  case OPERATOR_DIVIDE: return (GeneralForm){OP_DIV, false};
  case OPERATOR_REMAINDER: return (GeneralForm){OP_MOD, false};
  case OPERATOR_POWER: return (GeneralForm){OP_POW, false};
  case OPERATOR_EQUAL: return (GeneralForm){OP_EQ, false};
  case OPERATOR_NOT_EQUAL: return (GeneralForm){OP_NE, false};
  case OPERATOR_LESS: return (GeneralForm){OP_LT, false};
  case OPERATOR_LESS_EQUAL: return (GeneralForm){OP_LE, false};
  case OPERATOR_GREATER: return (GeneralForm){OP_GT, false};
  case OPERATOR_GREATER_EQUAL: return (GeneralForm){OP_GE, false};
  case OPERATOR_HAS_KEY: return (GeneralForm){OP_HAS_KEY, false};
  case OPERATOR_EXACT_ADD: return (GeneralForm){OP_EXACT_ADD, false};
  case OPERATOR_EXACT_SUBTRACT: return (GeneralForm){OP_EXACT_SUB, false};
  case OPERATOR_EXACT_MULTIPLY: return (GeneralForm){OP_EXACT_MUL, false};
  case OPERATOR_EXACT_DIVIDE: return (GeneralForm){OP_EXACT_DIV, false};
  case OPERATOR_EXACT_REMAINDER: return (GeneralForm){OP_EXACT_MOD, false};
  case OPERATOR_EXACT_POWER: return (GeneralForm){OP_EXACT_POW, false};
  case OPERATOR_EXACT_EQUAL: return (GeneralForm){OP_EXACT_EQ, false};
  case OPERATOR_EXACT_NOT_EQUAL: return (GeneralForm){OP_EXACT_NE, false};
  case OPERATOR_EXACT_LESS: return (GeneralForm){OP_EXACT_LT, false};
  case OPERATOR_EXACT_LESS_EQUAL: return (GeneralForm){OP_EXACT_LE, false};
  case OPERATOR_EXACT_GREATER: return (GeneralForm){OP_EXACT_LT, true};
  case OPERATOR_EXACT_GREATER_EQUAL: return (GeneralForm){OP_EXACT_LE, true};
  default: return (GeneralForm){OP_CONTAINS, false};
  }
}

static void apply(FunctionState *fn, Operator op, uint32_t target, uint32_t left, uint32_t right) {
  GeneralForm form = find_general_form(op);
  if (form.is_swapped)
    emit_abc(&fn->emit, form.op, target, right, left);
  else
    emit_abc(&fn->emit, form.op, target, left, right);
}

void compile_operator_compound(FunctionState *fn, const AssignNode *node, uint32_t target, uint32_t left,
                               uint32_t right) {
  NumberForms forms;
  bool has_forms = find_number_forms(find_double_operator(node->op), &forms) && forms.number != OP_COUNT;
  if (has_forms && trust_is_double(node->target) && trust_is_double(node->value))
    emit_abc(&fn->emit, forms.number, target, left, right);
  else
    apply(fn, node->op, target, left, right);
}

// --- Comparisons of trusted doubles --------------------------------------------------------------

static bool is_ordering(Operator op) {
  return op >= OPERATOR_LESS && op <= OPERATOR_GREATER_EQUAL;
}

static void compile_number_ordering(FunctionState *fn, BinaryNode *node, Operator op, uint32_t left,
                                    uint32_t target) {
  uint32_t right = compile_expr_operand(fn, node->right, NULL, NULL);
  bool is_strict = op == OPERATOR_LESS || op == OPERATOR_GREATER;
  bool is_swapped = op == OPERATOR_GREATER || op == OPERATOR_GREATER_EQUAL;
  fn->emit.span = node->op_span;
  emit_abc(&fn->emit, is_strict ? OP_LT_NUM : OP_LE_NUM, target, is_swapped ? right : left,
           is_swapped ? left : right);
}

// x == null asks what x is, never a method: a table is not null, whatever its __eq says.
static bool is_null_test(const BinaryNode *node) {
  if (node->op != OPERATOR_EQUAL && node->op != OPERATOR_NOT_EQUAL) return false;
  return node->right->kind == NODE_NULL;
}

static void compile_null_test(FunctionState *fn, const BinaryNode *node, uint32_t left,
                              uint32_t target) {
  bool is_equal = node->op == OPERATOR_EQUAL;
  uint32_t null_label = emit_label(&fn->emit);
  uint32_t end = emit_label(&fn->emit);
  emit_jump(&fn->emit, OP_JUMP_NULL, left, 0, null_label);
  emit_abc(&fn->emit, OP_BOOL, target, !is_equal, 0);
  emit_jump(&fn->emit, OP_JUMP, 0, 0, end);
  emit_bind(&fn->emit, null_label);
  emit_abc(&fn->emit, OP_BOOL, target, is_equal, 0);
  emit_bind(&fn->emit, end);
}

void compile_operator_binary(FunctionState *fn, BinaryNode *node, uint32_t left, uint32_t target) {
  if (is_null_test(node)) {
    compile_null_test(fn, node, left, target);
    return;
  }
  NumberForms forms;
  Operator op = find_operator(node);
  if (find_number_forms(op, &forms)) {
    compile_number_arithmetic(fn, node, &forms, left, target);
    return;
  }
  if (is_ordering(op) && are_doubles(node)) {
    compile_number_ordering(fn, node, op, left, target);
    return;
  }
  if (compile_divided(fn, node, left, target) || compile_with_integer(fn, node, left, target)) return;
  uint32_t right = compile_expr_operand(fn, node->right, NULL, NULL);
  fn->emit.span = node->op_span;
  apply(fn, node->op, target, left, right);
}

void compile_operator_unary(FunctionState *fn, UnaryNode *node, uint32_t target) {
  uint32_t operand = compile_expr_operand(fn, node->operand, NULL, NULL);
  fn->emit.span = node->node.span;
  Opcode op = OP_NOT;
  if (node->op == OPERATOR_NEGATE) op = OP_NEG;
  if (node->op == OPERATOR_EXACT_NEGATE) op = OP_EXACT_NEG;
  if (op != OP_NOT && trust_is_double(node->operand)) op = OP_NEG_NUM;
  if (node->op == OPERATOR_EXACT_PLUS) op = OP_EXACT_PLUS;
  emit_abc(&fn->emit, op, target, operand, 0);
}

void compile_operator_logic(FunctionState *fn, LogicNode *node, uint32_t window) {
  uint32_t end = emit_label(&fn->emit);
  Opcode op = OP_JUMP_NOT_NULL;
  if (node->node.kind == NODE_AND) op = OP_JUMP_UNLESS;
  if (node->node.kind == NODE_OR) op = OP_JUMP_IF;
  emit_jump(&fn->emit, op, window, 0, end);
  compile_expr_to(fn, node->right, window);
  emit_bind(&fn->emit, end);
}

// --- Conditions ----------------------------------------------------------------------------------

// The jump for an ordering, by whether it is taken if the comparison holds.
typedef struct OrderingJump {
  Opcode if_less, unless_less, if_less_equal, unless_less_equal;
} OrderingJump;

static const OrderingJump NUMBER_JUMPS = {OP_JUMP_LT_NUM, OP_JUMP_NOT_LT_NUM, OP_JUMP_LE_NUM,
                                          OP_JUMP_NOT_LE_NUM};
static const OrderingJump EXACT_JUMPS = {OP_JUMP_EXACT_LT, OP_JUMP_EXACT_NOT_LT, OP_JUMP_EXACT_LE,
                                         OP_JUMP_EXACT_NOT_LE};

static void jump_ordering(FunctionState *fn, BinaryNode *node, const OrderingJump *jumps, bool when,
                          uint32_t label) {
  uint32_t left = compile_expr_operand(fn, node->left, node->right, NULL);
  uint32_t right = compile_expr_operand(fn, node->right, NULL, NULL);
  bool is_strict = node->op == OPERATOR_LESS || node->op == OPERATOR_GREATER ||
                   node->op == OPERATOR_EXACT_LESS || node->op == OPERATOR_EXACT_GREATER;
  bool is_swapped = node->op == OPERATOR_GREATER || node->op == OPERATOR_GREATER_EQUAL ||
                    node->op == OPERATOR_EXACT_GREATER || node->op == OPERATOR_EXACT_GREATER_EQUAL;
  Opcode op = is_strict ? (when ? jumps->if_less : jumps->unless_less)
                        : (when ? jumps->if_less_equal : jumps->unless_less_equal);
  fn->emit.span = node->op_span;
  emit_jump(&fn->emit, op, is_swapped ? right : left, is_swapped ? left : right, label);
}

// `op` is that of x op K.
static Opcode find_constant_jump(Operator op, bool when) {
  switch (op) {
  case OPERATOR_LESS: return when ? OP_JUMP_LT_NUM_K : OP_JUMP_NOT_LT_NUM_K;
  case OPERATOR_LESS_EQUAL: return when ? OP_JUMP_LE_NUM_K : OP_JUMP_NOT_LE_NUM_K;
  case OPERATOR_GREATER: return when ? OP_JUMP_GT_NUM_K : OP_JUMP_NOT_GT_NUM_K;
  case OPERATOR_GREATER_EQUAL: return when ? OP_JUMP_GE_NUM_K : OP_JUMP_NOT_GE_NUM_K;
  case OPERATOR_EXACT_LESS: return when ? OP_JUMP_EXACT_LT_I : OP_JUMP_EXACT_NOT_LT_I;
  case OPERATOR_EXACT_LESS_EQUAL: return when ? OP_JUMP_EXACT_LE_I : OP_JUMP_EXACT_NOT_LE_I;
  case OPERATOR_EXACT_GREATER: return when ? OP_JUMP_EXACT_GT_I : OP_JUMP_EXACT_NOT_GT_I;
  default: return when ? OP_JUMP_EXACT_GE_I : OP_JUMP_EXACT_NOT_GE_I;
  }
}

// K op x is x mirrored op K.
static Operator mirror(Operator op) {
  switch (op) {
  case OPERATOR_LESS: return OPERATOR_GREATER;
  case OPERATOR_LESS_EQUAL: return OPERATOR_GREATER_EQUAL;
  case OPERATOR_GREATER: return OPERATOR_LESS;
  default: return OPERATOR_LESS_EQUAL;
  }
}

static void jump_number(FunctionState *fn, BinaryNode *node, Operator op, bool when, uint32_t label) {
  double value;
  bool is_right = is_number_constant(node->right, &value);
  bool is_left = !is_right && is_number_constant(node->left, &value);
  uint32_t constant = is_right || is_left ? short_number(fn, value) : EMIT_NO_INDEX;
  if (constant == EMIT_NO_INDEX) {
    jump_ordering(fn, node, &NUMBER_JUMPS, when, label);
    return;
  }
  if (is_left) op = mirror(op);
  uint32_t reg = compile_expr_operand(fn, is_left ? node->right : node->left, NULL, NULL);
  fn->emit.span = node->op_span;
  emit_jump(&fn->emit, find_constant_jump(op, when), reg, constant, label);
}

static void jump_exact(FunctionState *fn, BinaryNode *node, bool when, uint32_t label) {
  int64_t value;
  if (!is_short_integer(node->right, &value)) {
    jump_ordering(fn, node, &EXACT_JUMPS, when, label);
    return;
  }
  uint32_t reg = compile_expr_operand(fn, node->left, NULL, NULL);
  fn->emit.span = node->op_span;
  emit_jump(&fn->emit, find_constant_jump(node->op, when), reg, (uint32_t)value, label);
}

// Kinds of which no value has operator methods, so that == with a constant is a mere comparison.
// (Vint has none at all.)
static bool has_plain_equality(const Node *node) {
  const Type *type = types_prune(node->type);
  if (!type) return false;
  return type->kind == TYPE_NUMBER || type->kind == TYPE_STRING || type->kind == TYPE_BOOLEAN;
}

uint32_t compile_operator_literal(FunctionState *fn, const Node *node) {
  uint32_t index = EMIT_NO_INDEX;
  Fold fold = fold_node(node);
  if (fold.kind == FOLD_NUMBER) index = emit_number(&fn->emit, fold.number);
  if (fold.kind == FOLD_INTEGER) index = emit_integer(&fn->emit, fold.integer);
  if (node->kind == NODE_STRING) {
    const StringNode *string = (const StringNode *)node;
    index = emit_string(&fn->emit, string->bytes, string->len);
  }
  if (node->kind == NODE_BOOLEAN) {
    bool is_true = ((const BooleanNode *)node)->value;
    index = emit_simple(&fn->emit, is_true ? CONSTANT_TRUE : CONSTANT_FALSE);
  }
  return index <= EMIT_SHORT_MAX ? index : EMIT_NO_INDEX;
}

// As is_null_test; here the null may stand on the left as well.
static bool jump_null(FunctionState *fn, BinaryNode *node, bool is_equal, uint32_t label) {
  Node *other = node->left;
  if (node->left->kind == NODE_NULL)
    other = node->right;
  else if (node->right->kind != NODE_NULL)
    return false;
  uint32_t reg = compile_expr_operand(fn, other, NULL, NULL);
  fn->emit.span = node->op_span;
  emit_jump(&fn->emit, is_equal ? OP_JUMP_NULL : OP_JUMP_NOT_NULL, reg, 0, label);
  return true;
}

static bool jump_constant_equality(FunctionState *fn, BinaryNode *node, bool is_equal,
                                   uint32_t label) {
  bool is_exact = node->op == OPERATOR_EXACT_EQUAL || node->op == OPERATOR_EXACT_NOT_EQUAL;
  if (!is_exact && !has_plain_equality(node->left)) return false;
  uint32_t constant = compile_operator_literal(fn, node->right);
  if (constant == EMIT_NO_INDEX) return false;
  uint32_t reg = compile_expr_operand(fn, node->left, NULL, NULL);
  fn->emit.span = node->op_span;
  emit_jump(&fn->emit, is_equal ? OP_JUMP_EQ_K : OP_JUMP_NE_K, reg, constant, label);
  return true;
}

static bool jump_register_equality(FunctionState *fn, BinaryNode *node, bool is_equal,
                                   uint32_t label) {
  bool is_exact = node->op == OPERATOR_EXACT_EQUAL || node->op == OPERATOR_EXACT_NOT_EQUAL;
  if (!is_exact && !are_doubles(node)) return false;
  uint32_t left = compile_expr_operand(fn, node->left, node->right, NULL);
  uint32_t right = compile_expr_operand(fn, node->right, NULL, NULL);
  Opcode op = is_equal ? OP_JUMP_EQ_NUM : OP_JUMP_NE_NUM;
  if (is_exact) op = is_equal ? OP_JUMP_EXACT_EQ : OP_JUMP_EXACT_NE;
  fn->emit.span = node->op_span;
  emit_jump(&fn->emit, op, left, right, label);
  return true;
}

static bool jump_equality(FunctionState *fn, BinaryNode *node, bool when, uint32_t label) {
  bool is_negated = node->op == OPERATOR_NOT_EQUAL || node->op == OPERATOR_EXACT_NOT_EQUAL;
  bool is_equal = is_negated ? !when : when;
  if (jump_null(fn, node, is_equal, label)) return true;
  if (jump_constant_equality(fn, node, is_equal, label)) return true;
  return jump_register_equality(fn, node, is_equal, label);
}

// False: the comparison has no jump of its own.
static bool jump_binary(FunctionState *fn, BinaryNode *node, bool when, uint32_t label) {
  Operator op = find_operator(node);
  switch (op) {
  case OPERATOR_LESS:
  case OPERATOR_LESS_EQUAL:
  case OPERATOR_GREATER:
  case OPERATOR_GREATER_EQUAL:
    if (!are_doubles(node)) return false;
    jump_number(fn, node, op, when, label);
    return true;
  case OPERATOR_EXACT_LESS:
  case OPERATOR_EXACT_LESS_EQUAL:
  case OPERATOR_EXACT_GREATER:
  case OPERATOR_EXACT_GREATER_EQUAL: jump_exact(fn, node, when, label); return true;
  case OPERATOR_EQUAL:
  case OPERATOR_NOT_EQUAL:
  case OPERATOR_EXACT_EQUAL:
  case OPERATOR_EXACT_NOT_EQUAL: return jump_equality(fn, node, when, label);
  default: return false;
  }
}

// a && b && c … hangs on its left side: the terms are collected first. A term that is false (for
// ||: true) decides: it jumps to the label, or past the last term if the label is for the other
// outcome.
static void jump_logic(FunctionState *fn, Node *condition, bool when, uint32_t label) {
  NodeKind kind = condition->kind;
  VEC(Node *) terms = {0};
  for (; condition->kind == kind; condition = ((LogicNode *)condition)->left)
    vec_push(&terms, ((LogicNode *)condition)->right);
  vec_push(&terms, condition);
  bool deciding = kind == NODE_OR;
  uint32_t past = emit_label(&fn->emit);
  while (terms.count > 1)
    compile_operator_jump(fn, vec_pop(&terms), deciding, when == deciding ? label : past);
  compile_operator_jump(fn, vec_pop(&terms), when, label);
  emit_bind(&fn->emit, past);
  vec_free(&terms);
}

static bool find_literal_truth(const Node *node, bool *truth) {
  if (node->kind == NODE_BOOLEAN)
    *truth = ((const BooleanNode *)node)->value;
  else if (node->kind == NODE_NULL)
    *truth = false;
  else
    return false;
  return true;
}

void compile_operator_jump(FunctionState *fn, Node *condition, bool when, uint32_t label) {
  Span outer = fn->emit.span;
  uint32_t mark = fn->regs.next;
  while (condition->kind == NODE_UNARY && ((UnaryNode *)condition)->op == OPERATOR_NOT) {
    condition = ((UnaryNode *)condition)->operand;
    when = !when;
  }
  fn->emit.span = condition->span;
  bool truth;
  if (condition->kind == NODE_AND || condition->kind == NODE_OR) {
    jump_logic(fn, condition, when, label);
  } else if (find_literal_truth(condition, &truth)) {
    if (truth == when) emit_jump(&fn->emit, OP_JUMP, 0, 0, label);
  } else if (condition->kind != NODE_BINARY ||
             !jump_binary(fn, (BinaryNode *)condition, when, label)) {
    uint32_t reg = compile_expr_operand(fn, condition, NULL, NULL);
    fn->emit.span = condition->span;
    emit_jump(&fn->emit, when ? OP_JUMP_IF : OP_JUMP_UNLESS, reg, 0, label);
  }
  fn->regs.next = mark;
  fn->emit.span = outer;
}
