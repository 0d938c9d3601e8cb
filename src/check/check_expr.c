// SPDX-License-Identifier: MIT
// check_expr.c - the type of an expression
//
// `a + b + c + …` and `x.f().g().h()…` nest to the left as deep as the file is long, and the parser
// does not count that as nesting. So the first operands are walked down with an explicit stack
// (`spine`) and the operations finished on the way back up; all other nesting is bounded by the
// parser and checked by plain recursion.
#include "check/check_private.h"

#include "base/number.h"

bool check_expr_expects(const Type *expected) {
  return expected && !relate_is_open(expected);
}

// --- Expressions without a first operand ---------------------------------------------------------

// After `if r.err != null` a plain Result is known to be its error, so it fits any Result with that
// error type.
static bool is_known_failed(const Checker *c, const Symbol *symbol) {
  for (uint32_t i = c->failed.count; i-- > 0;) {
    if (c->failed.items[i] == symbol) return true;
  }
  return false;
}

static Type *check_name(Checker *c, const NameNode *node) {
  if (!node->symbol) return c->types->any;
  Type *narrowed = check_narrow_find(c, node->symbol);
  Type *type = narrowed ? narrowed : types_prune(check_symbol(c, node->symbol));
  if (type->kind == TYPE_RESULT && is_known_failed(c, node->symbol)) {
    return types_of2(c->types, TYPE_RESULT, c->types->null, type->args[1]);
  }
  return type;
}

static Type *check_interpolation(Checker *c, const InterpolationNode *node) {
  for (uint32_t i = 0; i < node->parts.count; i++) {
    Node *part = node->parts.items[i];
    Type *type = check_expr(c, part, NULL);
    if (type->kind != TYPE_PROMISE) continue;
    Diag *diag = diag_error(c->diags, DIAG_PROMISE_PRINTED, part->span, check_report_type(c, type));
    check_report_await(c, diag, part);
  }
  return c->types->string;
}

static Type *check_single(Checker *c, Node *node, Type *expected) {
  switch (node->kind) {
  case NODE_ERROR: return c->types->any;
  case NODE_NULL: return c->types->null;
  case NODE_BOOLEAN: return c->types->boolean;
  case NODE_NUMBER: return c->is_luma ? c->types->number : c->types->float_;
  case NODE_INTEGER: return c->types->integer;
  case NODE_STRING: return c->types->string;
  case NODE_NAME: return check_name(c, (NameNode *)node);
  case NODE_LIST: return check_table_list(c, (ListNode *)node, expected);
  case NODE_TABLE:
    if (c->is_luma) return check_table_literal(c, (TableNode *)node, expected);
    return check_table_dict(c, (TableNode *)node, expected);
  case NODE_FUNCTION: return check_function_literal(c, (FunctionNode *)node, expected, NULL);
  case NODE_AWAIT: return check_async_await(c, (AwaitNode *)node, expected);
  case NODE_UNARY: return check_operator_unary(c, (UnaryNode *)node);
  case NODE_INTERPOLATION: return check_interpolation(c, (InterpolationNode *)node);
  case NODE_SIGNATURE:
    return types_of1(c->types, TYPE_TYPE, check_type_signature(c, (const FunctionTypeNode *)node));
  case NODE_IMPORT_CALL: return check_import_call(c, (ImportNode *)node);
  default: return check_vint_expr(c, node, expected);
  }
}

// --- Chains --------------------------------------------------------------------------------------

static Node *first_operand(const Node *node) {
  switch (node->kind) {
  case NODE_CALL: return ((const CallNode *)node)->callee;
  case NODE_BINARY: return ((const BinaryNode *)node)->left;
  case NODE_AND:
  case NODE_OR:
  case NODE_COALESCE: return ((const LogicNode *)node)->left;
  case NODE_FIELD:
  case NODE_MEMBER: return ((const FieldNode *)node)->object;
  case NODE_INDEX:
  case NODE_EXACT_INDEX: return ((const IndexNode *)node)->object;
  case NODE_SLICE: return ((const SliceNode *)node)->object;
  case NODE_DOT_CALL:
  case NODE_COLON_CALL:
  case NODE_METHOD_CALL: return ((const MethodCallNode *)node)->object;
  case NODE_AS:
  case NODE_IS: return ((const CastNode *)node)->operand;
  default: return NULL;
  }
}

static Type *check_cast(Checker *c, const CastNode *node) {
  Type *target = check_type_written(c, node->target);
  return node->node.kind == NODE_IS ? c->types->boolean : target;
}

// The rest of `node` when the type of its first operand is known.
static Type *finish(Checker *c, Node *node, Type *first, Type *expected) {
  switch (node->kind) {
  case NODE_CALL: return check_call(c, (CallNode *)node, first, expected);
  case NODE_BINARY: return check_operator_binary(c, (BinaryNode *)node, first);
  case NODE_AND:
  case NODE_OR:
  case NODE_COALESCE: return check_operator_logic(c, (LogicNode *)node, first);
  case NODE_FIELD:
  case NODE_MEMBER: return check_access_field(c, (FieldNode *)node, first);
  case NODE_INDEX:
  case NODE_EXACT_INDEX: return check_access_index(c, (IndexNode *)node, first);
  case NODE_SLICE: return check_access_slice(c, (SliceNode *)node, first);
  case NODE_AS:
  case NODE_IS: return check_cast(c, (CastNode *)node);
  default: return check_method(c, (MethodCallNode *)node, first, expected);
  }
}

static Type *check_chain(Checker *c, Node *node, Type *expected) {
  uint32_t base = c->spine.count;
  Node *first = node;
  for (Node *next; (next = first_operand(first)) != NULL; first = next) {
    vec_push(&c->spine, first);
  }
  bool is_chain = c->spine.count > base;
  Type *type = is_chain ? check_expr(c, first, NULL) : check_single(c, first, expected);
  while (c->spine.count > base) {
    Node *outer = vec_pop(&c->spine);
    bool is_whole = c->spine.count == base;
    type = types_prune(finish(c, outer, type, is_whole ? expected : NULL));
    outer->type = type;
  }
  return types_prune(type);
}

// A number as written that an int8 or the like cannot hold, or a value that no member of an enum has
// (vint.md D8).
static void check_range(Checker *c, const Node *node, const Type *type, Type *expected) {
  const Type *wanted = types_prune(expected);
  if (wanted && wanted->kind == TYPE_ENUM) check_written_enum(c, node, type, wanted);
  if (!wanted || wanted->kind != TYPE_INTEGER || !wanted->name) return;
  bool is_negative = node->kind == NODE_UNARY && ((const UnaryNode *)node)->op == OPERATOR_EXACT_NEGATE;
  const Node *literal = is_negative ? ((const UnaryNode *)node)->operand : node;
  int64_t min, max;
  if (literal->kind != NODE_INTEGER || !number_integer_range(wanted->name->text, &min, &max)) return;
  int64_t value = ((const IntegerNode *)literal)->value;
  if (is_negative) value = -value;
  if (value >= min && value <= max) return;
  Diag *diag = diag_error(c->diags, DIAG_VINT_RANGE, node->span, (long long)value, wanted->name->text);
  diag_help(c->diags, diag, "its values are %lld to %lld", (long long)min, (long long)max);
}

// --- Doors ---------------------------------------------------------------------------------------

static Type *check_leaf(Checker *c, Node *node, Type *expected, Use use) {
  Type *type = check_chain(c, node, expected);
  if (type->kind == TYPE_INTEGER || type->kind == TYPE_STRING) check_range(c, node, type, expected);
  if (use == USE_DROPPED) check_async_dropped(c, node, type);
  if (use == USE_TAIL) check_function_yield(c, node, node->span, type, false);
  return type;
}

Type *check_expr_use(Checker *c, Node *node, Type *expected, Use use) {
  c->depth++;
  Type *type;
  switch (node->kind) {
  case NODE_IF: type = check_branch_if(c, (IfNode *)node, expected, use); break;
  case NODE_MATCH: type = check_match(c, (MatchNode *)node, expected, use); break;
  case NODE_BLOCK: type = check_stmt_block(c, (BlockNode *)node, expected, use); break;
  default: type = check_leaf(c, node, expected, use); break;
  }
  node->type = type;
  c->depth--;
  return type;
}

Type *check_expr(Checker *c, Node *node, Type *expected) {
  return check_expr_use(c, node, expected, USE_VALUE);
}
