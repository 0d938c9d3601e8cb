// SPDX-License-Identifier: MIT
// check_narrow.c - what a test tells of a variable
//
// In `if x != null do … end` a variable of type Number | Null is a Number, in the arm `Number do …
// end` of a match the matched variable is one. Only variables that are never assigned again are
// narrowed, so nothing that happens in between can make it untrue. A variable of type Any is narrowed to
// built-in kinds alone: of a user type it would lose the fields that the type does not have.
//
// The narrowings that hold form a stack; whoever pushes some takes them off at the end of the branch.
#include "check/check_private.h"

#include <string.h>

// --- The stack -----------------------------------------------------------------------------------

Type *check_narrow_find(const Checker *c, const Symbol *symbol) {
  for (uint32_t i = c->narrowed.count; i-- > c->narrowed_base;) {
    if (c->narrowed.items[i].symbol == symbol) return c->narrowed.items[i].type;
  }
  return NULL;
}

static Symbol *narrowable(const Node *node) {
  if (node->kind != NODE_NAME) return NULL;
  Symbol *symbol = ((const NameNode *)node)->symbol;
  bool is_fixed = symbol && !symbol->is_reassigned && symbol->kind != SYMBOL_BUILTIN;
  return is_fixed ? symbol : NULL;
}

static Type *known_type(Checker *c, Symbol *symbol) {
  Type *narrowed = check_narrow_find(c, symbol);
  return narrowed ? narrowed : types_prune(check_symbol(c, symbol));
}

static void push(Checker *c, Symbol *symbol, Type *type) {
  Narrowing narrowing = {symbol, type};
  vec_push(&c->narrowed, narrowing);
}

// --- What remains --------------------------------------------------------------------------------

static bool is_kind_alone(const Type *type) {
  return type->kind != TYPE_USER && type->kind != TYPE_RECORD;
}

// `type` is known to be a `named` too. NULL: that tells nothing new.
static Type *narrow_to(Checker *c, Type *type, Type *named) {
  if (types_is_any(named)) return NULL;
  if (types_is_any(type)) return is_kind_alone(named) ? named : NULL;
  if (type->kind == TYPE_USER) return relate_fits(&c->relate, named, type, NULL) ? named : NULL;
  if (type->kind != TYPE_UNION) return NULL;
  Type **kept = arena_alloc(c->types->arena, type->arg_count * sizeof(*kept));
  uint32_t count = 0;
  for (uint32_t i = 0; i < type->arg_count; i++) {
    if (relate_fits(&c->relate, type->args[i], named, NULL)) kept[count++] = type->args[i];
  }
  return count > 0 ? types_union(c->types, kept, count) : named;
}

// `type` is known to be no `named`.
static Type *narrow_from(Checker *c, const Type *type, const Type *named) {
  if (type->kind != TYPE_UNION || types_is_any(named)) return NULL;
  Type **kept = arena_alloc(c->types->arena, type->arg_count * sizeof(*kept));
  uint32_t count = 0;
  for (uint32_t i = 0; i < type->arg_count; i++) {
    if (!relate_fits(&c->relate, type->args[i], named, NULL)) kept[count++] = type->args[i];
  }
  bool tells = count > 0 && count < type->arg_count;
  return tells ? types_union(c->types, kept, count) : NULL;
}

static void narrow(Checker *c, const Node *node, Type *named, bool is_one) {
  Symbol *symbol = narrowable(node);
  if (!symbol || !named) return;
  Type *type = known_type(c, symbol);
  Type *narrowed = is_one ? narrow_to(c, type, named) : narrow_from(c, type, named);
  if (narrowed) push(c, symbol, narrowed);
}

// --- Conditions ----------------------------------------------------------------------------------

static const CallNode *builtin_call(const Node *node, const char *name, uint32_t arg_count) {
  if (node->kind != NODE_CALL) return NULL;
  const CallNode *call = (const CallNode *)node;
  if (call->callee->kind != NODE_NAME || call->arg_count != arg_count) return NULL;
  const Symbol *symbol = ((const NameNode *)call->callee)->symbol;
  bool is_it = symbol && symbol->kind == SYMBOL_BUILTIN && strcmp(symbol->name->text, name) == 0;
  return is_it ? call : NULL;
}

// typeof(x) == "Number"
static void narrow_typeof(Checker *c, const BinaryNode *test, bool is_equal) {
  const CallNode *call = builtin_call(test->left, "typeof", 1);
  if (!call || test->right->kind != NODE_STRING) return;
  const StringNode *text = (const StringNode *)test->right;
  const Name *name = name_intern(c->types->names, text->bytes, text->len);
  Type *named = check_type_builtin(c, name->text);
  if (named && strcmp(name->text, "Type") != 0) narrow(c, call->args[0].value, named, is_equal);
}

static void narrow_comparison(Checker *c, const BinaryNode *test, bool is_true) {
  bool is_equal = (test->op == OPERATOR_EQUAL) == is_true;
  if (test->right->kind == NODE_NULL) {
    narrow(c, test->left, c->types->null, is_equal);
  } else if (test->left->kind == NODE_NULL) {
    narrow(c, test->right, c->types->null, is_equal);
  } else {
    narrow_typeof(c, test, is_equal);
  }
}

// The nesting of conditions is bounded by the parser, all but the left side of && and ||.
void check_narrow_condition(Checker *c, const Node *node, bool is_true) {
  if (!c->is_luma) return;
  NodeKind both = is_true ? NODE_AND : NODE_OR; // of which both sides are known
  for (; node->kind == both; node = ((const LogicNode *)node)->left) {
    check_narrow_condition(c, ((const LogicNode *)node)->right, is_true);
  }
  if (node->kind == NODE_UNARY && ((const UnaryNode *)node)->op == OPERATOR_NOT) {
    check_narrow_condition(c, ((const UnaryNode *)node)->operand, !is_true);
    return;
  }
  if (node->kind == NODE_BINARY) {
    const BinaryNode *test = (const BinaryNode *)node;
    if (test->op == OPERATOR_EQUAL || test->op == OPERATOR_NOT_EQUAL) narrow_comparison(c, test, is_true);
    return;
  }
  const CallNode *call = builtin_call(node, "isInstanceOf", 2);
  if (call) narrow(c, call->args[0].value, check_type_value(c, call->args[1].value), is_true);
}

// --- Arms of a match -----------------------------------------------------------------------------

// The type that the pattern asks for, if it asks for nothing but a type.
static Type *asked_type(Checker *c, const Node *pattern) {
  if (pattern->kind == NODE_PATTERN_VALUE) {
    bool is_null = ((const PatternValueNode *)pattern)->value->kind == NODE_NULL;
    return is_null ? c->types->null : NULL;
  }
  if (pattern->kind != NODE_PATTERN_NAME) return NULL;
  const PatternNameNode *name = (const PatternNameNode *)pattern;
  return name->meaning == PATTERN_TYPE ? check_symbol_named_type(c, name->symbol) : NULL;
}

void check_narrow_arm(Checker *c, const Node *subject, const MatchArm *arm) {
  if (c->is_luma) narrow(c, subject, asked_type(c, arm->pattern), true);
}

Type *check_narrow_rest(Checker *c, Type *subject, const MatchArm *arm) {
  Type *asked = c->is_luma && !arm->guard ? asked_type(c, arm->pattern) : NULL;
  Type *rest = asked ? narrow_from(c, subject, asked) : NULL;
  return rest ? rest : subject;
}

void check_narrow_subject(Checker *c, const Node *subject, Type *rest) {
  Symbol *symbol = narrowable(subject);
  if (symbol && rest->kind != TYPE_ANY) push(c, symbol, rest);
}
