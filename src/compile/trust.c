// SPDX-License-Identifier: MIT
// trust.c - which values are surely of the type that the checker gives them
//
// Variables without a written type are found by elimination: all are believed at first, and one
// that is stored something untrusted loses our trust, which may take others along that are stored
// its value. A store in the order of the text mostly finds its victim in the first round.
#include "compile/trust.h"

#include "base/vec.h"
#include "tree/walk.h"

#include <string.h>

// More rounds than programs need. What is still undecided then is not trusted at all, so that a
// chain of variables written against the order cannot cost quadratic time.
#define ROUNDS_MAX 16

typedef struct Store {
  Symbol *symbol;
  const Node *value; // or the compound assignment; NULL: something untrusted
  bool is_first;     // by the declaration
} Store;

typedef struct Survey {
  VEC(Node *) open; // nodes still to be visited
  VEC(Store) stores;
} Survey;

// --- What is known of an expression --------------------------------------------------------------

static TypeKind kind_of(const Type *type) {
  const Type *pruned = types_prune((Type *)type);
  return pruned ? pruned->kind : TYPE_ANY;
}

FunctionNode *trust_known_function(const Node *callee) {
  if (callee->kind != NODE_NAME) return NULL;
  const Symbol *symbol = ((const NameNode *)callee)->symbol;
  if (!symbol || symbol->is_reassigned) return NULL;
  return symbol->self;
}

// A call of the runtime's function `wanted` without names; else NULL.
static CallNode *find_builtin_call(const Node *node, const char *wanted, uint32_t args_max) {
  if (node->kind != NODE_CALL) return NULL;
  CallNode *call = (CallNode *)node;
  if (call->callee->kind != NODE_NAME || call->arg_count < 1 || call->arg_count > args_max) return NULL;
  const NameNode *name = (const NameNode *)call->callee;
  if (!name->symbol || name->symbol->storage != STORAGE_BUILTIN) return NULL;
  if (strcmp(name->name->text, wanted) != 0) return NULL;
  for (uint32_t i = 0; i < call->arg_count; i++) {
    if (call->args[i].name) return NULL;
  }
  return call;
}

CallNode *trust_range_call(const Node *node) {
  return find_builtin_call(node, "range", 3);
}

const CallNode *trust_text_call(const Node *node) {
  const CallNode *call = find_builtin_call(node, "string", 1);
  return call && kind_of(call->callee->type) == TYPE_FUNCTION ? call : NULL;
}

// The type that a name or a known call surely has, or NULL.
static Type *find_promised_type(const Node *node) {
  if (node->kind == NODE_NAME) {
    const Symbol *symbol = ((const NameNode *)node)->symbol;
    return symbol && symbol->trust != TRUST_NONE ? symbol->type : NULL;
  }
  if (node->kind != NODE_CALL) return NULL;
  const FunctionNode *function = trust_known_function(((const CallNode *)node)->callee);
  if (!function || function->is_async || !function->result_type) return NULL;
  return function->result_type->type;
}

// Operators whose result is of their operands' kind, if both are of that kind.
static bool keeps_kind(Operator op, TypeKind kind) {
  switch (op) {
  case OPERATOR_ADD:
  case OPERATOR_SUBTRACT:
  case OPERATOR_MULTIPLY:
  case OPERATOR_DIVIDE:
  case OPERATOR_REMAINDER:
  case OPERATOR_POWER: return kind == TYPE_NUMBER;
  case OPERATOR_EXACT_ADD:
  case OPERATOR_EXACT_SUBTRACT:
  case OPERATOR_EXACT_MULTIPLY: return kind == TYPE_INTEGER || kind == TYPE_FLOAT;
  default: return false;
  }
}

static bool is_exact_arithmetic(Operator op) {
  return op >= OPERATOR_EXACT_ADD && op <= OPERATOR_EXACT_POWER;
}

static bool is_surely(const Node *node, TypeKind kind);

// One of Vint's numbers; `is_float` tells, if it is surely a float, that it is.
static bool is_surely_number(const Node *node, bool *is_float) {
  *is_float = is_surely(node, TYPE_FLOAT);
  return *is_float || is_surely(node, TYPE_INTEGER);
}

// To a string nothing but a string can be added. In Luma the left operand decides, which may have a method.
static bool is_text_sum(Operator op, const Node *left, const Node *right) {
  if (op == OPERATOR_EXACT_ADD && is_surely(right, TYPE_STRING)) return true;
  return (op == OPERATOR_ADD || op == OPERATOR_EXACT_ADD) && is_surely(left, TYPE_STRING);
}

// What is stored is also what the assignment yields.
static bool is_assigned_surely(const AssignNode *node, TypeKind kind) {
  if (node->op == OPERATOR_COUNT) return is_surely(node->value, kind);
  bool is_float;
  if (kind == TYPE_FLOAT && is_exact_arithmetic(node->op))
    return is_surely(node->target, TYPE_FLOAT) && is_surely_number(node->value, &is_float);
  if (kind == TYPE_STRING) return is_text_sum(node->op, node->target, node->value);
  bool keeps = keeps_kind(node->op, kind) && is_surely(node->target, kind);
  return keeps && is_surely(node->value, kind);
}

static bool is_exact_comparison(Operator op) {
  return (op >= OPERATOR_EXACT_EQUAL && op <= OPERATOR_EXACT_GREATER_EQUAL) ||
         op == OPERATOR_CONTAINS || op == OPERATOR_HAS_KEY;
}

// Luma's comparisons may end in an operator method, which may return anything, unless both sides
// are known to have none.
static bool is_boolean_comparison(const BinaryNode *node) {
  if (is_exact_comparison(node->op)) return true;
  if (node->op < OPERATOR_EQUAL || node->op > OPERATOR_GREATER_EQUAL) return false;
  if (node->right->kind == NODE_NULL) return true;
  return (is_surely(node->left, TYPE_NUMBER) && is_surely(node->right, TYPE_NUMBER)) ||
         (is_surely(node->left, TYPE_STRING) && is_surely(node->right, TYPE_STRING));
}

static bool is_surely_unary(const UnaryNode *node, TypeKind kind) {
  if (node->op == OPERATOR_NOT) return kind == TYPE_BOOLEAN;
  bool is_sign = node->op == OPERATOR_NEGATE || node->op == OPERATOR_EXACT_NEGATE;
  bool is_number = kind == TYPE_NUMBER || kind == TYPE_INTEGER || kind == TYPE_FLOAT;
  return is_sign && is_number && is_surely(node->operand, kind);
}

// Names and known calls.
static bool is_promised(const Node *node, TypeKind kind) {
  const Symbol *symbol = node->kind == NODE_NAME ? ((const NameNode *)node)->symbol : NULL;
  if (symbol && symbol->trust != TRUST_NONE && symbol->trusted_kind == kind) return true;
  const Type *type = find_promised_type(node);
  return type && kind_of(type) == kind;
}

static bool is_leaf_surely(const Node *node, TypeKind kind);

// For the kinds that operators can make. Chains of operators hang on their left side, which is why
// only the right one is a call of our own; its depth is the source's nesting, which is bounded.
// A chain of Vint's numbers is a float if one of them is: then what is on its left may be an integer.
static bool is_surely(const Node *node, TypeKind kind) {
  bool has_float = false;
  for (;;) {
    if (node->kind == NODE_AND || node->kind == NODE_OR) {
      if (!is_surely(((const LogicNode *)node)->right, kind)) return false;
      node = ((const LogicNode *)node)->left;
    } else if (node->kind == NODE_BINARY) {
      const BinaryNode *binary = (const BinaryNode *)node;
      if (kind == TYPE_BOOLEAN) return is_boolean_comparison(binary);
      if (kind == TYPE_STRING) {
        if (binary->op == OPERATOR_EXACT_ADD && is_surely(binary->right, kind)) return true;
        if (binary->op != OPERATOR_ADD && binary->op != OPERATOR_EXACT_ADD) return false;
      } else if (kind == TYPE_FLOAT && is_exact_arithmetic(binary->op)) {
        bool is_float;
        if (!is_surely_number(binary->right, &is_float)) return false;
        has_float |= is_float;
      } else if (!keeps_kind(binary->op, kind) || !is_surely(binary->right, kind)) {
        return false;
      }
      node = binary->left;
    } else {
      break;
    }
  }
  return is_leaf_surely(node, kind) || (has_float && is_leaf_surely(node, TYPE_INTEGER));
}

static bool is_leaf_surely(const Node *node, TypeKind kind) {
  switch (node->kind) {
  case NODE_BOOLEAN: return kind == TYPE_BOOLEAN;
  case NODE_NUMBER: return kind == TYPE_NUMBER || kind == TYPE_FLOAT;
  case NODE_INTEGER: return kind == TYPE_INTEGER;
  case NODE_STRING:
  case NODE_INTERPOLATION: return kind == TYPE_STRING;
  case NODE_UNARY: return is_surely_unary((const UnaryNode *)node, kind);
  case NODE_ASSIGN: return is_assigned_surely((const AssignNode *)node, kind);
  case NODE_INCREMENT: {
    bool is_exact_number = kind == TYPE_INTEGER || kind == TYPE_FLOAT;
    return is_exact_number && is_surely(((const IncrementNode *)node)->target, kind);
  }
  case NODE_CALL: return (kind == TYPE_STRING && trust_text_call(node)) || is_promised(node, kind);
  default: return is_promised(node, kind);
  }
}

bool trust_is_number(const Node *node) {
  return is_surely(node, TYPE_NUMBER);
}

bool trust_is_string(const Node *node) {
  return is_surely(node, TYPE_STRING);
}

bool trust_is_double(const Node *node) {
  return is_surely(node, TYPE_NUMBER) || is_surely(node, TYPE_FLOAT);
}

// The variable's type, if what the statement stores there is surely of it.
static Type *find_stored_type(const Node *node, const Node *target) {
  if (target->kind != NODE_NAME || !((const NameNode *)target)->symbol) return NULL;
  Type *type = ((const NameNode *)target)->symbol->type;
  return is_surely(node, kind_of(type)) ? type : NULL;
}

// The type that the value surely has, or NULL. Literals have the type that the checker wrote down
// for them, if it is of the literal's own kind: an integer that a float is expected of is not yet
// one.
static Type *find_type(const Node *node) {
  TypeKind kind = kind_of(node->type);
  switch (node->kind) {
  case NODE_NULL: return kind == TYPE_NULL ? node->type : NULL;
  case NODE_LIST: return kind == TYPE_LIST ? node->type : NULL;
  case NODE_TABLE: {
    bool is_table =
        kind == TYPE_TABLE || kind == TYPE_RECORD || kind == TYPE_RESULT || kind == TYPE_OPTION;
    return is_table ? node->type : NULL;
  }
  case NODE_FUNCTION: return kind == TYPE_FUNCTION ? node->type : NULL;
  case NODE_CHANNEL: return kind == TYPE_CHANNEL ? node->type : NULL;
  case NODE_BOOLEAN:
  case NODE_NUMBER:
  case NODE_INTEGER:
  case NODE_STRING:
  case NODE_INTERPOLATION:
  case NODE_UNARY:
  case NODE_BINARY:
  case NODE_AND:
  case NODE_OR: return is_surely(node, kind) ? node->type : NULL;
  case NODE_ASSIGN: return find_stored_type(node, ((const AssignNode *)node)->target);
  case NODE_INCREMENT: return find_stored_type(node, ((const IncrementNode *)node)->target);
  default: return find_promised_type(node);
  }
}

bool trust_is_checkable(Type *type) {
  switch (kind_of(type)) {
  case TYPE_ANY:
  case TYPE_UNKNOWN_NAME:
  case TYPE_NEVER:
  case TYPE_VARIABLE:
  case TYPE_INFER:
  case TYPE_MODULE: return false;
  default: return true;
  }
}

// Kinds of which a check looks at nothing but the kind.
static bool is_plain(TypeKind kind) {
  switch (kind) {
  case TYPE_NULL:
  case TYPE_BOOLEAN:
  case TYPE_NUMBER:
  case TYPE_STRING:
  case TYPE_LIST:
  case TYPE_TABLE:
  case TYPE_FUNCTION:
  case TYPE_ANY_FUNCTION:
  case TYPE_PROMISE:
  case TYPE_CHANNEL:
  case TYPE_INTEGER:
  case TYPE_FLOAT: return true;
  default: return false;
  }
}

// An int8 and the like: a variable or result of the same type was checked already.
static bool fits_sized(const Node *node, const Type *source, Type *target) {
  bool is_promised = node->kind == NODE_NAME || node->kind == NODE_CALL;
  return is_promised && source == types_prune(target);
}

// int or float, not int8 and the like.
static bool is_vint_number(Type *type) {
  const Type *pruned = types_prune(type);
  return kind_of(pruned) == TYPE_FLOAT || (kind_of(pruned) == TYPE_INTEGER && !pruned->name);
}

bool trust_fits(const Node *node, Type *target) {
  if (!trust_is_checkable(target)) return true;
  if (is_vint_number(target) && node && is_surely(node, kind_of(target))) return true;
  Type *source = node ? types_prune(find_type(node)) : NULL;
  if (!source || types_is_any(source)) return false;
  TypeKind from = source->kind, to = kind_of(target);
  if (to == TYPE_INTEGER && types_prune(target)->name) return fits_sized(node, source, target);
  if (from == to && (is_plain(to) || types_equal(source, types_prune(target)))) return true;
  if (from == TYPE_FUNCTION) return to == TYPE_ANY_FUNCTION;
  return from == TYPE_RECORD && to == TYPE_TABLE;
}

// --- The survey of all stores --------------------------------------------------------------------

static void note_store(Survey *survey, Symbol *symbol, const Node *value, bool is_first) {
  Store store = {.symbol = symbol, .value = value, .is_first = is_first};
  if (symbol && symbol->storage != STORAGE_BUILTIN) vec_push(&survey->stores, store);
}

static Symbol *name_in_pattern(const Node *pattern) {
  if (!pattern || pattern->kind != NODE_PATTERN_NAME) return NULL;
  return ((const PatternNameNode *)pattern)->symbol;
}

static Symbol *name_in_target(const Node *target) {
  return target->kind == NODE_NAME ? ((const NameNode *)target)->symbol : NULL;
}

static void note_declaration(Survey *survey, const DeclareNode *declare) {
  Symbol *symbol = name_in_pattern(declare->pattern);
  if (!symbol) return;
  symbol->trust = declare->type ? TRUST_DECLARED : TRUST_INFERRED;
  if (!declare->type && symbol->is_addressed) symbol->trust = TRUST_NONE; // pointers may change it
  bool is_open = symbol->is_lasting && symbol->is_reassigned;
  bool is_shared = symbol->storage == STORAGE_MEMBER || is_open; // set from anywhere
  if (!declare->type && is_shared) symbol->trust = TRUST_NONE;
  if (!declare->type) note_store(survey, symbol, declare->value, true);
}

static void note_parameters(const FunctionNode *function) {
  for (uint32_t i = 0; i < function->param_count; i++) {
    const Param *param = &function->params[i];
    if (param->symbol && param->type && !param->is_rest) param->symbol->trust = TRUST_DECLARED;
  }
}

// The variable of a counting loop is set by the loop's instruction alone.
static void note_counter(Symbol *symbol) {
  TypeKind kind = symbol ? kind_of(symbol->type) : TYPE_ANY;
  if (kind == TYPE_NUMBER || kind == TYPE_INTEGER) symbol->trust = TRUST_INFERRED;
}

static void visit(Survey *survey, const Node *node) {
  switch (node->kind) {
  case NODE_FUNCTION: note_parameters((const FunctionNode *)node); break;
  case NODE_DECLARE:
  case NODE_FUNCTION_DECLARE: note_declaration(survey, (const DeclareNode *)node); break;
  case NODE_ASSIGN: {
    const AssignNode *assign = (const AssignNode *)node;
    bool is_compound = assign->op != OPERATOR_COUNT;
    note_store(survey, name_in_target(assign->target), is_compound ? node : assign->value, false);
    break;
  }
  case NODE_INCREMENT:
    note_store(survey, name_in_target(((const IncrementNode *)node)->target), node, false);
    break;
  case NODE_FOR: {
    const ForNode *loop = (const ForNode *)node;
    if (trust_range_call(loop->iterable)) note_counter(name_in_pattern(loop->pattern));
    break;
  }
  case NODE_EACH: {
    const EachNode *loop = (const EachNode *)node;
    if (loop->iterable->kind == NODE_RANGE) {
      note_counter(loop->key_symbol);
      note_counter(loop->value_symbol);
    }
    break;
  }
  case NODE_REPEAT: note_counter(((const RepeatNode *)node)->symbol); break;
  default: break;
  }
}

static void push_child(void *context, Node *child) {
  Survey *survey = context;
  vec_push(&survey->open, child);
}

// A variable of Vint that is assigned again may hold anything, as far as the checker knows, and so may what is
// computed from it. If it begins as a number or a string, it is believed to stay one of that kind.
static void guess_kind(const Store *store) {
  Symbol *symbol = store->symbol;
  if (!store->is_first || !store->value || symbol->trust != TRUST_INFERRED) return;
  if (kind_of(symbol->type) != TYPE_ANY) return;
  if (is_surely(store->value, TYPE_FLOAT))
    symbol->trusted_kind = TYPE_FLOAT;
  else if (is_surely(store->value, TYPE_INTEGER))
    symbol->trusted_kind = TYPE_INTEGER;
  else if (is_surely(store->value, TYPE_STRING))
    symbol->trusted_kind = TYPE_STRING;
}

static bool is_believed(const Store *store) {
  TypeKind kind = store->symbol->trusted_kind;
  if (kind) return store->value && is_surely(store->value, kind);
  return trust_fits(store->value, store->symbol->type);
}

// Takes trust away from what is stored something untrusted. True if anything changed. From the last
// one to the first, because the visit, which takes the newest open node, collected them backwards.
static bool eliminate(Survey *survey) {
  bool is_changed = false;
  for (uint32_t i = survey->stores.count; i-- > 0;) {
    const Store *store = &survey->stores.items[i];
    if (store->symbol->trust != TRUST_INFERRED) continue;
    if (is_believed(store)) continue;
    store->symbol->trust = TRUST_NONE;
    is_changed = true;
  }
  return is_changed;
}

static void give_up(Survey *survey) {
  for (uint32_t i = 0; i < survey->stores.count; i++) {
    Symbol *symbol = survey->stores.items[i].symbol;
    if (symbol->trust == TRUST_INFERRED) symbol->trust = TRUST_NONE;
  }
}

void trust_program(Program *program) {
  Survey survey = {0};
  vec_push(&survey.open, &program->main->node);
  while (survey.open.count > 0) {
    Node *node = vec_pop(&survey.open);
    visit(&survey, node);
    walk_children(node, push_child, &survey);
  }
  for (uint32_t i = survey.stores.count; i-- > 0;) guess_kind(&survey.stores.items[i]); // as in the text
  uint32_t round = 0;
  while (eliminate(&survey)) {
    if (++round < ROUNDS_MAX) continue;
    give_up(&survey);
    break;
  }
  vec_free(&survey.open);
  vec_free(&survey.stores);
}
