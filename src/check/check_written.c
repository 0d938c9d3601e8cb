// SPDX-License-Identifier: MIT
// check_written.c - mistakes that only what the program itself has written makes sure (Vint)
//
// A program without annotations must pass as it is: it may well catch the error of `1 + "a"`. So what
// an operator or a method refuses is reported only where a written type takes part in it: of a
// variable, a parameter, a result, a field (vint.md D8).
//
// Nobody asks before something does not fit, and what was reported counts as Any: so the walk below
// is not repeated for every link of a long chain.
#include "check/check_private.h"

#include <string.h>

// What `node` begins with, if its type comes from there.
static const Node *find_source(const Node *node) {
  switch (node->kind) {
  case NODE_METHOD_CALL: return ((const MethodCallNode *)node)->object;
  case NODE_MEMBER: return ((const FieldNode *)node)->object;
  case NODE_EXACT_INDEX: return ((const IndexNode *)node)->object;
  case NODE_SLICE: return ((const SliceNode *)node)->object;
  case NODE_COALESCE: return ((const LogicNode *)node)->left;
  case NODE_BINARY: return ((const BinaryNode *)node)->left;
  case NODE_UNARY:
  case NODE_ADDRESS:
  case NODE_DEREFERENCE: return ((const UnaryNode *)node)->operand;
  case NODE_AWAIT: return ((const AwaitNode *)node)->operand;
  default: return NULL;
  }
}

static bool is_written_call(const CallNode *call) {
  if (call->callee->kind != NODE_NAME) return false;
  const Symbol *symbol = ((const NameNode *)call->callee)->symbol;
  const FunctionNode *function = symbol ? check_symbol_function(symbol) : NULL;
  if (function) return function->result_type != NULL;
  const Type *made = symbol ? types_prune(symbol->type) : NULL;
  return symbol && (symbol->is_written || (made && made->kind == TYPE_TYPE));
}

static bool is_of_struct(const Node *object) {
  const Type *type = types_prune(object->type);
  if (type && type->kind == TYPE_POINTER) type = types_prune(type->args[0]);
  return type && type->kind == TYPE_STRUCT;
}

// Only the right sides of operators are calls of our own; the source's nesting bounds them.
bool check_written_is(const Node *node) {
  for (; node; node = find_source(node)) {
    switch (node->kind) {
    case NODE_NAME: {
      const Symbol *symbol = ((const NameNode *)node)->symbol;
      return symbol && symbol->is_written;
    }
    case NODE_AS: return true;
    case NODE_CALL: return is_written_call((const CallNode *)node);
    case NODE_MEMBER:
      if (is_of_struct(((const FieldNode *)node)->object)) return true;
      break;
    case NODE_BINARY:
      if (check_written_is(((const BinaryNode *)node)->right)) return true;
      break;
    default: break;
    }
  }
  return false;
}

// --- Operators -----------------------------------------------------------------------------------

static bool is_number(const Type *type) {
  return type->kind == TYPE_INTEGER || type->kind == TYPE_FLOAT || type->kind == TYPE_NUMBER;
}

// Values of an enum may be of any kind, and what a union is nobody knows.
static bool is_certain(const Type *type) {
  switch (type->kind) {
  case TYPE_INTEGER:
  case TYPE_FLOAT:
  case TYPE_NUMBER:
  case TYPE_STRING:
  case TYPE_BOOLEAN:
  case TYPE_NULL:
  case TYPE_LIST:
  case TYPE_TABLE:
  case TYPE_STRUCT:
  case TYPE_CHANNEL:
  case TYPE_FUNCTION:
  case TYPE_POINTER: return true;
  default: return false;
  }
}

static bool is_single(const Type *type) {
  return is_number(type) || type->kind == TYPE_BOOLEAN || type->kind == TYPE_FUNCTION;
}

static bool can_join(const Type *left, const Type *right) {
  bool is_whole = left->kind == TYPE_STRING || left->kind == TYPE_LIST || left->kind == TYPE_TABLE;
  return is_whole && left->kind == right->kind;
}

static bool can_repeat(const Type *what, const Type *times) {
  return (what->kind == TYPE_STRING || what->kind == TYPE_LIST) && is_number(times);
}

static bool can_compute(Operator op, const Type *left, const Type *right) {
  if (is_number(left) && is_number(right)) return true;
  switch (op) {
  case OPERATOR_EXACT_ADD: return can_join(left, right);
  case OPERATOR_EXACT_MULTIPLY: return can_repeat(left, right) || can_repeat(right, left);
  case OPERATOR_EXACT_LESS:
  case OPERATOR_EXACT_LESS_EQUAL:
  case OPERATOR_EXACT_GREATER:
  case OPERATOR_EXACT_GREATER_EQUAL:
    return left->kind == TYPE_STRING && right->kind == TYPE_STRING;
  default: return false;
  }
}

bool check_written_operands(Checker *c, const BinaryNode *node, const char *sign, bool compares,
                            const Type *left, const Type *right) {
  if (!is_certain(left) || !is_certain(right) || can_compute(node->op, left, right)) return false;
  if (!check_written_is(node->left) && !check_written_is(node->right)) return false;
  DiagCode code = compares ? DIAG_VINT_COMPARE : DIAG_VINT_COMPUTE;
  Diag *diag = diag_error(c->diags, code, node->node.span, check_report_type(c, left), sign,
                          check_report_type(c, right));
  bool has_text = left->kind == TYPE_STRING || right->kind == TYPE_STRING;
  bool is_compound = node->op_span.start == node->node.span.start; // the target keeps its type
  if (node->op == OPERATOR_EXACT_ADD && has_text && !(is_compound && left->kind != TYPE_STRING)) {
    const Node *other = left->kind == TYPE_STRING ? node->right : node->left;
    diag_help(c->diags, diag, "`string(%s)` makes a string of it", check_report_source(c, other));
  }
  return true;
}

// Kinds between which `==` may hold are one number; 0: nobody can tell. A promise is equal to itself alone.
static int group_of(const Type *type) {
  if (is_number(type)) return TYPE_NUMBER;
  if (type->kind == TYPE_PROMISE) return TYPE_PROMISE;
  return is_certain(type) && type->kind != TYPE_NULL ? (int)type->kind : 0;
}

void check_written_equality(Checker *c, const BinaryNode *node, const Type *left, const Type *right) {
  int a = group_of(left), b = group_of(right);
  bool is_promise = a == TYPE_PROMISE || b == TYPE_PROMISE;
  if (a == 0 || b == 0 || a == b) return;
  if (!is_promise && !check_written_is(node->left) && !check_written_is(node->right)) return;
  Diag *diag = diag_error(c->diags, DIAG_NEVER_EQUAL, node->node.span, check_report_type(c, left),
                          check_report_type(c, right),
                          node->op == OPERATOR_EXACT_EQUAL ? "false" : "true");
  if (is_promise) check_report_await(c, diag, a == TYPE_PROMISE ? node->left : node->right);
}

void check_written_integer(Checker *c, const Node *node, const Type *type, const char *user) {
  bool is_promise = type->kind == TYPE_PROMISE;
  bool is_refused = is_certain(type) && type->kind != TYPE_INTEGER && type->kind != TYPE_NUMBER;
  if (!is_promise && !(is_refused && check_written_is(node))) return;
  Diag *diag = diag_error(c->diags, DIAG_VINT_WHOLE, node->span, user, check_report_type(c, type));
  if (is_promise) check_report_await(c, diag, node);
}

// len(x), whose row takes anything.
void check_written_len(Checker *c, const CallSite *site) {
  if (strcmp(site->row->name, "len") != 0 || site->row->owner[0] || site->arg_count != 1) return;
  const Node *value = site->args[0].value;
  const Type *type = types_prune(value->type);
  bool is_promise = type && type->kind == TYPE_PROMISE;
  if (!type || (!is_promise && !(is_single(type) && check_written_is(value)))) return;
  Diag *diag = diag_error(c->diags, DIAG_VINT_NO_ELEMENTS, value->span, check_report_type(c, type));
  if (is_promise) check_report_await(c, diag, value);
}

void check_written_negation(Checker *c, const UnaryNode *node, const Type *type) {
  if (type->kind == TYPE_PROMISE) {
    Diag *diag = diag_error(c->diags, DIAG_VINT_NEGATE, node->operand->span, check_report_type(c, type));
    check_report_await(c, diag, node->operand);
    return;
  }
  if (!is_certain(type) || is_number(type) || !check_written_is(node->operand)) return;
  diag_error(c->diags, DIAG_VINT_NEGATE, node->operand->span, check_report_type(c, type));
}

// --- What has no elements, no methods ------------------------------------------------------------

void check_written_index(Checker *c, const Node *object, const Type *type) {
  bool has_none = is_single(type) || type->kind == TYPE_CHANNEL;
  if (!has_none || !check_written_is(object)) return;
  diag_error(c->diags, DIAG_VINT_NO_ELEMENTS, object->span, check_report_type(c, type));
}

void check_written_loop(Checker *c, const Node *iterable, const Type *type) {
  bool is_refused = is_single(type) || type->kind == TYPE_STRUCT;
  if (!is_refused || !check_written_is(iterable)) return;
  Diag *diag = diag_error(c->diags, DIAG_VINT_LOOP, iterable->span, check_report_type(c, type));
  if (type->kind != TYPE_INTEGER) return;
  const char *source = check_report_source(c, iterable);
  diag_help(c->diags, diag, "to count: `for i in 0..%s - 1`, or `repeat %s`", source, source);
}

// The owners of the methods that values of the type have, in Vint.
static const char *const *owners_of(const Type *type) {
  static const char *const text[] = {"String", NULL}, *const list[] = {"List", NULL},
                           *const integer[] = {"Integer", "Number", NULL},
                           *const real[] = {"Float", "Number", NULL},
                           *const boolean[] = {"Boolean", NULL};
  switch (type->kind) {
  case TYPE_STRING: return text;
  case TYPE_LIST: return list;
  case TYPE_INTEGER: return integer;
  case TYPE_FLOAT: return real;
  case TYPE_BOOLEAN: return boolean;
  default: return NULL;
  }
}

#define NAMES_MAX 256

// True, reported, if no value of the type has the method.
bool check_written_method(Checker *c, const MethodCallNode *node, const Type *object) {
  const char *const *owners = owners_of(object);
  if (!owners || !check_written_is(node->object)) return false;
  const char *names[NAMES_MAX];
  uint32_t count = 0;
  if (decls_find(c->decls, DIALECT_VINT, "Any", node->name->text)) return false;
  for (; *owners; owners++) {
    if (decls_find(c->decls, DIALECT_VINT, *owners, node->name->text)) return false;
    count += decls_names(c->decls, DIALECT_VINT, *owners, names + count, NAMES_MAX - count);
  }
  Diag *diag = diag_error(c->diags, DIAG_VINT_NO_MEMBER, node->name_span,
                          check_report_type(c, object), "method", node->name->text);
  check_report_suggest(c, diag, node->name->text, names, count);
  return true;
}

// --- Enums ---------------------------------------------------------------------------------------

// True if the literals are the same, or if one of them is none.
static bool may_be_same(const Node *value, const Node *literal) {
  if (value->kind == NODE_INTEGER && literal->kind == NODE_INTEGER)
    return ((const IntegerNode *)value)->value == ((const IntegerNode *)literal)->value;
  bool is_other = value->kind == NODE_INTEGER || value->kind == NODE_STRING;
  if (!is_other) return true;
  if (value->kind != NODE_STRING || literal->kind != NODE_STRING) return false;
  const StringNode *own = (const StringNode *)value, *given = (const StringNode *)literal;
  return own->len == given->len && memcmp(own->bytes, given->bytes, own->len) == 0;
}

// A literal of another kind than the members' does not fit anyway, which is reported elsewhere.
void check_written_enum(Checker *c, const Node *literal, const Type *type, const Type *wanted) {
  const Symbol *symbol = wanted->symbol;
  bool is_literal = literal->kind == NODE_INTEGER || literal->kind == NODE_STRING;
  if (!is_literal || !relate_fits(&c->relate, type, wanted, NULL)) return;
  if (!symbol || !symbol->declaration || symbol->declaration->kind != NODE_ENUM)
    return;
  const EnumNode *node = (const EnumNode *)symbol->declaration;
  for (uint32_t i = 0; i < node->member_count; i++) {
    if (!node->members[i].value || may_be_same(node->members[i].value, literal)) return;
  }
  Diag *diag = diag_error(c->diags, DIAG_VINT_ENUM_VALUE, literal->span,
                          check_report_source(c, literal), check_report_type(c, wanted));
  if (node->member_count > 0)
    diag_help(c->diags, diag, "write a member: `%s.%s`", check_report_type(c, wanted),
              node->members[0].name->text);
}
