// SPDX-License-Identifier: MIT
// check_operator.c - operators of Luma, and what both languages share
//
// Numbers and strings first, then the operator methods of the left operand's table (luma.md 3.6).
// Any with anything is legal and gives Any, unless the other operand says what must come out.
#include "check/check_private.h"

#include <string.h>

typedef struct OperatorRow {
  const char *name;   // in messages
  const char *method; // looked up on the left operand
} OperatorRow;

static const OperatorRow OPERATORS[OPERATOR_COUNT] = {
    [OPERATOR_ADD] = {"Add", "__add"},       [OPERATOR_SUBTRACT] = {"Sub", "__sub"},
    [OPERATOR_MULTIPLY] = {"Mul", "__mul"},  [OPERATOR_DIVIDE] = {"Div", "__div"},
    [OPERATOR_REMAINDER] = {"Mod", "__mod"}, [OPERATOR_POWER] = {"Pow", "__pow"},
    [OPERATOR_LESS] = {"Lt", "__lt"},        [OPERATOR_LESS_EQUAL] = {"Le", "__le"},
    [OPERATOR_GREATER] = {"Gt", "__gt"},     [OPERATOR_GREATER_EQUAL] = {"Ge", "__ge"},
};

typedef struct Operands {
  BinaryNode *node;
  Type *left;
  Type *right;
} Operands;

static bool is_of(const Type *type, TypeKind kind) {
  return type->kind == kind;
}

// --- Methods -------------------------------------------------------------------------------------

static const TypeField *find_method(Checker *c, const Type *object, const char *name) {
  return types_find_field(object, name_of(c->types->names, name));
}

// A table of which nobody knows what it has.
static bool is_unknown_table(const Type *type) {
  return type->kind == TYPE_TABLE || type->kind == TYPE_UNION || type->kind == TYPE_EXTERNAL ||
         type->kind == TYPE_NEVER;
}

static void check_method_argument(Checker *c, const Operands *o, const char *method,
                                  const Type *function) {
  if (function->arg_count < 2) return;
  const Type *wanted = function->args[1];
  Misfit why;
  if (relate_fits(&c->relate, o->right, wanted, &why)) return;
  Diag *diag = diag_error(c->diags, DIAG_OPERATOR_ARGUMENT, o->node->right->span, method,
                          check_report_type(c, o->left), check_report_type(c, wanted),
                          check_report_type(c, o->right));
  check_report_reason(c, diag, o->node->right, wanted, o->right, &why);
}

// The result of the left operand's method, NULL if it has none.
static Type *method_result(Checker *c, const Operands *o, const char *method) {
  const TypeField *field = find_method(c, o->left, method);
  if (!field) return NULL;
  const Type *function = types_prune(field->type);
  if (function->kind != TYPE_FUNCTION) return c->types->any;
  check_method_argument(c, o, method, function);
  Type *result = types_prune(function->result);
  bool is_async = result && result->kind == TYPE_PROMISE; // reported where it is written
  return result && !is_async ? result : c->types->any;
}

// a > b may fall back on b.__lt(a), a <= b on not b < a, a >= b on not a < b, a < b on b.__gt(a).
static bool has_fallback(Checker *c, const Operands *o) {
  switch (o->node->op) {
  case OPERATOR_GREATER:
  case OPERATOR_LESS_EQUAL: return find_method(c, o->right, "__lt");
  case OPERATOR_GREATER_EQUAL: return find_method(c, o->left, "__lt");
  default: return find_method(c, o->right, "__gt");
  }
}

// --- Messages ------------------------------------------------------------------------------------

static const char *requirement(Checker *c, const Operands *o) {
  const OperatorRow *row = &OPERATORS[o->node->op];
  const char *left = check_report_type(c, o->left);
  const char *right = check_report_type(c, o->right);
  Arena *arena = c->types->arena;
  switch (o->node->op) {
  case OPERATOR_ADD:
    return arena_printf(arena,
                        "ADD requires (Number, Number) or (String, String) or type with __add "
                        "method, got (%s, %s)",
                        left, right);
  case OPERATOR_LESS:
  case OPERATOR_LESS_EQUAL:
  case OPERATOR_GREATER:
  case OPERATOR_GREATER_EQUAL:
    return arena_printf(arena, "Comparison op %s requires Number operands, got (%s, %s)", row->name,
                        left, right);
  default:
    return arena_printf(arena, "Arithmetic op %s requires Number operands, got (%s, %s)",
                        row->name ? row->name : "+", left, right);
  }
}

static bool report_promise(Checker *c, const Operands *o) {
  bool is_left = is_of(o->left, TYPE_PROMISE);
  if (!is_left && !is_of(o->right, TYPE_PROMISE)) return false;
  const Node *operand = is_left ? o->node->left : o->node->right;
  Diag *diag = diag_error(c->diags, DIAG_PROMISE_OPERAND, operand->span, requirement(c, o),
                          is_left ? "left operand" : "right operand");
  check_report_await(c, diag, operand);
  return true;
}

static void help_join(Checker *c, Diag *diag, const Operands *o) {
  bool left_is_text = is_of(o->left, TYPE_STRING);
  bool right_is_text = is_of(o->right, TYPE_STRING);
  if (left_is_text == right_is_text) return;
  const Node *other = left_is_text ? o->node->right : o->node->left;
  diag_help(c->diags, diag, "nothing is converted silently; write it into a text: `\"${%s}\"`",
            check_report_source(c, other));
}

// The value of a Result or Option is a field of it.
static void help_unwrap(Checker *c, Diag *diag, const Operands *o) {
  bool is_left = is_of(o->left, TYPE_RESULT) || is_of(o->left, TYPE_OPTION);
  const Type *type = is_left ? o->left : o->right;
  bool is_result = is_of(type, TYPE_RESULT);
  if (!is_result && !is_of(type, TYPE_OPTION)) return;
  const char *source = check_report_source(c, is_left ? o->node->left : o->node->right);
  diag_help(c->diags, diag, "the value is in `%s.%s`; `%s:unwrap_or(…)` has another if there is none",
            source, is_result ? "ok" : "some", source);
}

static Type *report_operands(Checker *c, const Operands *o) {
  const OperatorRow *row = &OPERATORS[o->node->op];
  const char *left = check_report_type(c, o->left);
  const char *right = check_report_type(c, o->right);
  Span span = o->node->node.span;
  if (o->node->op == OPERATOR_ADD) {
    Diag *diag = diag_error(c->diags, DIAG_ADD_OPERANDS, span, left, right);
    help_join(c, diag, o);
    help_unwrap(c, diag, o);
    return c->types->any;
  }
  bool compares = o->node->op >= OPERATOR_LESS && o->node->op <= OPERATOR_GREATER_EQUAL;
  DiagCode code = compares ? DIAG_COMPARISON_OPERANDS : DIAG_ARITHMETIC_OPERANDS;
  Diag *diag = diag_error(c->diags, code, span, row->name, row->method, left, right);
  help_unwrap(c, diag, o);
  return compares ? c->types->boolean : c->types->any;
}

// --- Binary operators ----------------------------------------------------------------------------

static Type *check_add(Checker *c, const Operands *o) {
  bool left_open = relate_is_open(o->left);
  bool right_open = relate_is_open(o->right);
  if (left_open) return is_of(o->right, TYPE_STRING) ? c->types->string : c->types->any;
  if (is_of(o->left, TYPE_STRING) && (right_open || is_of(o->right, TYPE_STRING))) {
    return c->types->string;
  }
  if (is_of(o->left, TYPE_NUMBER) && (right_open || is_of(o->right, TYPE_NUMBER))) {
    return c->types->number;
  }
  if (is_unknown_table(o->left) || is_of(o->right, TYPE_NEVER)) return c->types->any;
  Type *result = method_result(c, o, "__add");
  return result ? result : report_operands(c, o);
}

static Type *check_arithmetic(Checker *c, const Operands *o) {
  bool right_fits =
      relate_is_open(o->right) || is_of(o->right, TYPE_NUMBER) || is_of(o->right, TYPE_NEVER);
  if (relate_is_open(o->left)) return c->types->any;
  if (is_of(o->left, TYPE_NUMBER) && right_fits) return c->types->number;
  if (is_unknown_table(o->left)) return c->types->any;
  Type *result = method_result(c, o, OPERATORS[o->node->op].method);
  return result ? result : report_operands(c, o);
}

static bool are_ordered(const Type *left, const Type *right) {
  if (relate_is_open(left) || is_unknown_table(left)) return true;
  bool is_ordered = left->kind == TYPE_NUMBER || left->kind == TYPE_STRING;
  if (!is_ordered) return false;
  return relate_is_open(right) || right->kind == left->kind || right->kind == TYPE_NEVER;
}

static Type *check_order(Checker *c, const Operands *o) {
  bool is_fine = are_ordered(o->left, o->right) ||
                 method_result(c, o, OPERATORS[o->node->op].method) || has_fallback(c, o);
  if (!is_fine) report_operands(c, o);
  return c->types->boolean;
}

static bool is_nullish(const Type *type) {
  return relate_is_open(type) || type->kind == TYPE_NULL || type->kind == TYPE_NEVER;
}

// Legal with any two types; worth a word if the answer never changes.
static Type *check_equality(Checker *c, const Operands *o) {
  const char *left = check_report_type(c, o->left);
  const char *right = check_report_type(c, o->right);
  bool left_waits = is_of(o->left, TYPE_PROMISE);
  if (left_waits != is_of(o->right, TYPE_PROMISE)) {
    if (relate_is_open(left_waits ? o->right : o->left)) return c->types->boolean;
    Diag *diag = diag_error(c->diags, DIAG_PROMISE_COMPARED, o->node->node.span, left, right);
    check_report_await(c, diag, left_waits ? o->node->left : o->node->right);
    return c->types->boolean;
  }
  if (is_nullish(o->left) || is_nullish(o->right)) return c->types->boolean;
  bool may_be_equal = relate_fits(&c->relate, o->left, o->right, NULL) ||
                      relate_fits(&c->relate, o->right, o->left, NULL) ||
                      (relate_is_table(o->left) && relate_is_table(o->right)) ||
                      find_method(c, o->left, "__eq");
  if (may_be_equal) return c->types->boolean;
  const char *answer = o->node->op == OPERATOR_EQUAL ? "false" : "true";
  diag_error(c->diags, DIAG_NEVER_EQUAL, o->node->node.span, left, right, answer);
  return c->types->boolean;
}

static Type *check_has_key(Checker *c, const Operands *o) {
  bool is_table =
      relate_is_open(o->right) || is_unknown_table(o->right) || relate_is_table(o->right);
  if (is_table) return c->types->boolean;
  Diag *diag = diag_error(c->diags, DIAG_HAS_KEY_OBJECT, o->node->right->span,
                          check_report_type(c, o->right));
  if (is_of(o->right, TYPE_PROMISE)) check_report_await(c, diag, o->node->right);
  if (is_of(o->right, TYPE_LIST)) {
    diag_help(c->diags, diag, "whether a list has an element: `%s:contains(%s)`",
              check_report_source(c, o->node->right), check_report_source(c, o->node->left));
  }
  return c->types->boolean;
}

Type *check_operator_binary(Checker *c, BinaryNode *node, Type *left) {
  Type *right = check_expr(c, node->right, NULL);
  Operands operands = {node, left, right};
  switch (node->op) {
  case OPERATOR_EQUAL:
  case OPERATOR_NOT_EQUAL: return check_equality(c, &operands);
  case OPERATOR_HAS_KEY: return check_has_key(c, &operands);
  default: break;
  }
  if (!c->is_luma) return check_operator_vint(c, node, left, right);
  if (report_promise(c, &operands)) return c->types->any;
  switch (node->op) {
  case OPERATOR_ADD: return check_add(c, &operands);
  case OPERATOR_SUBTRACT:
  case OPERATOR_MULTIPLY:
  case OPERATOR_DIVIDE:
  case OPERATOR_REMAINDER:
  case OPERATOR_POWER: return check_arithmetic(c, &operands);
  case OPERATOR_LESS:
  case OPERATOR_LESS_EQUAL:
  case OPERATOR_GREATER:
  case OPERATOR_GREATER_EQUAL: return check_order(c, &operands);
  default: return c->types->any;
  }
}

// --- Unary and logic -----------------------------------------------------------------------------

static Type *check_negation(Checker *c, const UnaryNode *node, Type *type) {
  if (type->kind == TYPE_NUMBER || relate_is_open(type)) return type;
  bool is_literal = node->operand->kind == NODE_TABLE; // which has what is written, and nothing else
  if (is_unknown_table(type) && !is_literal) return c->types->any;
  const char *text = check_report_type(c, type);
  if (type->kind == TYPE_PROMISE) {
    const char *requires = arena_printf(
        c->types->arena, "Unary negation requires Number or type with __neg method, got %s", text);
    Diag *diag =
        diag_error(c->diags, DIAG_PROMISE_OPERAND, node->operand->span, requires, "operand");
    check_report_await(c, diag, node->operand);
    return c->types->any;
  }
  const TypeField *method = find_method(c, type, "__neg");
  if (!method) {
    diag_error(c->diags, DIAG_NEGATION_OPERAND, node->operand->span, text);
    return c->types->any;
  }
  const Type *function = types_prune(method->type);
  bool has_result = function->kind == TYPE_FUNCTION && function->result;
  return has_result ? function->result : c->types->any;
}

Type *check_operator_unary(Checker *c, UnaryNode *node) {
  switch (node->op) {
  case OPERATOR_NOT:
    check_branch_condition(c, node->operand, "Logical not");
    return c->types->boolean;
  case OPERATOR_NEGATE: return check_negation(c, node, check_expr(c, node->operand, NULL));
  default: {
    Type *type = check_expr(c, node->operand, NULL);
    if (node->op == OPERATOR_EXACT_NEGATE) check_written_negation(c, node, type);
    if (type->kind == TYPE_INTEGER) return c->types->integer;
    return type->kind == TYPE_FLOAT ? type : c->types->any;
  }
  }
}

Type *check_operator_logic(Checker *c, LogicNode *node, Type *left) {
  if (node->node.kind == NODE_COALESCE) {
    Type *right = check_expr(c, node->right, NULL);
    if (left->kind == TYPE_NULL) return right;
    // Vint: the left side may be null whatever its type is.
    bool is_mixed = !c->is_luma && !types_equal(left, right);
    return is_mixed || relate_is_open(left) ? c->types->any : left;
  }
  check_branch_boolean(c, node->left, left, "Logical op left operand");
  check_branch_condition(c, node->right, "Logical op right operand");
  if (!c->is_luma) return c->types->any;
  bool is_boolean = left->kind == TYPE_BOOLEAN && node->right->type->kind == TYPE_BOOLEAN;
  return is_boolean ? c->types->boolean : c->types->any;
}
