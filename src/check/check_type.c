// SPDX-License-Identifier: MIT
// check_type.c - what a written type means
//
// Names are looked up among the program's own types first, then the built-in ones. A name that is
// no type is a warning and counts as Any, but an Any that remembers its name (luma.md 8.3: whoever
// asks for it should hear of it).
#include "check/check_private.h"

#include "base/number.h"
#include "check/foreign.h"

#include <string.h>

#define ARGS_MAX 8

typedef struct BuiltinType {
  const char *name;
  TypeKind kind;
  uint32_t arg_count; // how many types it takes in parentheses
} BuiltinType;

static const BuiltinType LUMA_TYPES[] = {
    {"Number", TYPE_NUMBER, 0},     {"Boolean", TYPE_BOOLEAN, 0},
    {"String", TYPE_STRING, 0},     {"Null", TYPE_NULL, 0},
    {"null", TYPE_NULL, 0},         {"Any", TYPE_ANY, 0},
    {"List", TYPE_LIST, 1},         {"Array", TYPE_LIST, 1},
    {"Table", TYPE_TABLE, 2},       {"Function", TYPE_ANY_FUNCTION, 0},
    {"Result", TYPE_RESULT, 2},     {"Option", TYPE_OPTION, 1},
    {"Promise", TYPE_PROMISE, 1},   {"Channel", TYPE_CHANNEL, 1},
    {"Type", TYPE_TYPE, 1},         {"Error", TYPE_ERROR, 0},
    {"TypeError", TYPE_ERROR, 0},   {"ValueError", TYPE_ERROR, 0},
    {"IOError", TYPE_ERROR, 0},     {"NetworkError", TYPE_ERROR, 0},
    {"ParseError", TYPE_ERROR, 0},  {"TimeoutError", TYPE_ERROR, 0},
    {"Cancelled", TYPE_ERROR, 0},   {"AggregateError", TYPE_ERROR, 0},
    {"Response", TYPE_RESPONSE, 0}, {"Group", TYPE_GROUP, 0},
    {"External", TYPE_EXTERNAL, 0}, {"Case", TYPE_CASE, 1},
    {"Lock", TYPE_LOCK, 0},         {"Semaphore", TYPE_SEMAPHORE, 0},
    {"WaitGroup", TYPE_WAIT_GROUP, 0},
    {"Broadcast", TYPE_BROADCAST, 1},
    {"FiberLocal", TYPE_FIBER_LOCAL, 1},
    {"Never", TYPE_NEVER, 0},
};

static const BuiltinType VINT_TYPES[] = {
    {"any", TYPE_ANY, 0},        {"bool", TYPE_BOOLEAN, 0},   {"string", TYPE_STRING, 0},
    {"int", TYPE_INTEGER, 0},    {"int8", TYPE_INTEGER, 0},   {"int16", TYPE_INTEGER, 0},
    {"int32", TYPE_INTEGER, 0},  {"int64", TYPE_INTEGER, 0},  {"uint", TYPE_INTEGER, 0},
    {"uint8", TYPE_INTEGER, 0},  {"uint16", TYPE_INTEGER, 0}, {"uint32", TYPE_INTEGER, 0},
    {"uint64", TYPE_INTEGER, 0}, {"byte", TYPE_INTEGER, 0},   {"float", TYPE_FLOAT, 0},
    {"float32", TYPE_FLOAT, 0},  {"float64", TYPE_FLOAT, 0},  {"error", TYPE_ERROR, 0},
    {"nil", TYPE_NULL, 0},       {"null", TYPE_NULL, 0},      {"func", TYPE_ANY_FUNCTION, 0},
    {"array", TYPE_LIST, 0},     {"dict", TYPE_TABLE, 0},     {"chan", TYPE_CHANNEL, 0},
};

static const BuiltinType *find_builtin(Checker *c, const char *name) {
  const BuiltinType *rows = c->is_luma ? LUMA_TYPES : VINT_TYPES;
  uint32_t count = c->is_luma ? ARRAY_LEN(LUMA_TYPES) : ARRAY_LEN(VINT_TYPES);
  for (uint32_t i = 0; i < count; i++) {
    if (strcmp(rows[i].name, name) == 0) return &rows[i];
  }
  return NULL;
}

// int8 and the like have a name of their own, because they have a range of their own.
static Type *integer_type(Checker *c, const char *name) {
  int64_t min, max;
  if (!number_integer_range(name, &min, &max)) return c->types->integer;
  return types_named(c->types, TYPE_INTEGER, name_of(c->types->names, name));
}

static Type *apply(Checker *c, const BuiltinType *builtin, Type **args, uint32_t count) {
  Type *first = count > 0 ? args[0] : NULL;
  Type *second = count > 1 ? args[1] : NULL;
  switch (builtin->kind) {
  case TYPE_TABLE: {
    Type *open = c->is_luma ? c->types->string : c->types->any;
    return types_of2(c->types, TYPE_TABLE, count > 0 ? first : open, second);
  }
  case TYPE_RESULT: return types_of2(c->types, TYPE_RESULT, first, second);
  case TYPE_LIST:
  case TYPE_OPTION:
  case TYPE_PROMISE:
  case TYPE_CHANNEL:
  case TYPE_CASE:
  case TYPE_BROADCAST:
  case TYPE_FIBER_LOCAL:
  case TYPE_TYPE: return types_of1(c->types, builtin->kind, first);
  case TYPE_INTEGER: return integer_type(c, builtin->name);
  default: return types_simple(c->types, builtin->kind);
  }
}

Type *check_type_builtin(Checker *c, const char *name) {
  const BuiltinType *builtin = find_builtin(c, name);
  return builtin ? apply(c, builtin, NULL, 0) : NULL;
}

static void check_key(Checker *c, Span span, const Type *key) {
  bool is_key = relate_is_open(key) || key->kind == TYPE_STRING || key->kind == TYPE_NUMBER ||
                key->kind == TYPE_BOOLEAN;
  if (is_key || !c->is_luma) return;
  diag_error(c->diags, DIAG_TABLE_KEY, span, check_report_type(c, key));
}

Type *check_type_apply(Checker *c, const Name *name, Span span, Type **args, uint32_t count) {
  const BuiltinType *builtin = find_builtin(c, name->text);
  if (!builtin) return NULL;
  if (count > 0 && count != builtin->arg_count) {
    const char *takes = builtin->arg_count == 0   ? "no type arguments"
                        : builtin->arg_count == 1 ? "1 type argument"
                                                  : "2 type arguments";
    diag_error(c->diags, DIAG_TYPE_ARGUMENTS, span, name->text, takes, count);
    return apply(c, builtin, NULL, 0);
  }
  if (builtin->kind == TYPE_TABLE && count > 0) check_key(c, span, args[0]);
  return apply(c, builtin, args, count);
}

// --- Names ---------------------------------------------------------------------------------------

// What could have been meant: built-in types, and the types that the file declares at its top.
static void collect_type_names(Checker *c) {
  if (c->type_names.count > 0) return;
  const BuiltinType *rows = c->is_luma ? LUMA_TYPES : VINT_TYPES;
  uint32_t count = c->is_luma ? ARRAY_LEN(LUMA_TYPES) : ARRAY_LEN(VINT_TYPES);
  for (uint32_t i = 0; i < count; i++) vec_push(&c->type_names, rows[i].name);
  const NodeList *items = &c->program->main->body->items;
  for (uint32_t i = 0; i < items->count && c->type_names.count < 1000; i++) {
    const Node *node = items->items[i];
    if (node->kind == NODE_STRUCT) {
      vec_push(&c->type_names, ((const StructNode *)node)->name->text);
    }
    if (node->kind != NODE_DECLARE) continue;
    const DeclareNode *declare = (const DeclareNode *)node;
    bool is_table = declare->value && declare->value->kind == NODE_TABLE;
    if (!is_table || declare->pattern->kind != NODE_PATTERN_NAME) continue;
    vec_push(&c->type_names, ((const PatternNameNode *)declare->pattern)->name->text);
  }
}

static Type *report_unknown(Checker *c, const TypeNameNode *node) {
  bool is_variable = node->symbol && node->symbol->kind != SYMBOL_BUILTIN;
  if (is_variable) {
    // What came out of an import may well be a type; only the running program knows.
    if (types_is_any(types_prune(check_symbol(c, node->symbol)))) return c->types->any;
    Diag *diag = diag_error(c->diags, DIAG_NOT_A_TYPE, node->node.span, node->name->text);
    check_report_declared(c, diag, symbol_span_in(node->symbol, c->program->source), node->name->text);
  } else {
    Diag *diag = diag_error(c->diags, DIAG_UNKNOWN_TYPE, node->node.span, node->name->text);
    collect_type_names(c);
    const char *meant = c->is_luma ? foreign_type(node->name->text) : NULL;
    if (meant) {
      diag_help(c->diags, diag, "it is called '%s' here", meant);
    } else {
      check_report_suggest(c, diag, node->name->text, c->type_names.items, c->type_names.count);
    }
  }
  return types_named(c->types, TYPE_UNKNOWN_NAME, node->name);
}

// `shapes.Shape` is read as the expression that it is; Any may well be a type.
static Type *path_type(Checker *c, const TypeNameNode *node) {
  Type *type = types_prune(check_expr(c, node->path, NULL));
  if (type->kind == TYPE_TYPE) return type->args[0];
  if (!types_is_any(type)) diag_error(c->diags, DIAG_NOT_A_TYPE, node->node.span, node->name->text);
  return c->types->any;
}

static Type *name_type(Checker *c, TypeNameNode *node) {
  if (node->path) return path_type(c, node);
  Type *args[ARGS_MAX];
  uint32_t count = 0;
  for (uint32_t i = 0; i < node->args.count; i++) {
    Type *arg = check_type_written(c, node->args.items[i]);
    if (count < ARGS_MAX) args[count++] = arg;
  }
  bool is_own = node->symbol && node->symbol->kind != SYMBOL_BUILTIN;
  // Vint: `import string` leaves `string` a type.
  bool is_both = !c->is_luma && is_own && node->symbol->kind == SYMBOL_IMPORT;
  if (is_both && find_builtin(c, node->name->text)) is_own = false;
  Type *type = is_own ? check_symbol_named_type(c, node->symbol) : NULL;
  if (!type && !is_own) {
    type = check_type_apply(c, node->name, node->node.span, args, node->args.count);
  }
  return type ? type : report_unknown(c, node);
}

// --- Other forms ---------------------------------------------------------------------------------

Type *check_type_signature(Checker *c, const FunctionTypeNode *node) {
  Type **params = arena_alloc(c->types->arena, node->param_count * sizeof(*params));
  const Name **names = arena_alloc(c->types->arena, node->param_count * sizeof(*names));
  bool has_names = false;
  for (uint32_t i = 0; i < node->param_count; i++) {
    Node *written = node->params[i].type;
    params[i] = written ? check_type_written(c, written) : c->types->any;
    names[i] = node->params[i].name;
    if (names[i]) has_names = true;
  }
  Type *result = node->result ? check_type_written(c, node->result) : c->types->any;
  return types_function(c->types, params, has_names ? names : NULL, node->param_count,
                        node->param_count, false, result);
}

static Type *union_type(Checker *c, TypeListNode *node) {
  Type **members = arena_alloc(c->types->arena, node->items.count * sizeof(*members));
  for (uint32_t i = 0; i < node->items.count; i++) {
    members[i] = check_type_written(c, node->items.items[i]);
  }
  return types_union(c->types, members, node->items.count);
}

static Type *array_type(Checker *c, TypeArrayNode *node, TypeKind kind) {
  Type *element = node->element ? check_type_written(c, node->element) : NULL;
  if (node->length) check_expr(c, node->length, NULL);
  return types_of1(c->types, kind, element);
}

static Type *written_type(Checker *c, Node *node) {
  switch (node->kind) {
  case NODE_TYPE_NAME: return name_type(c, (TypeNameNode *)node);
  case NODE_TYPE_FUNCTION:
  case NODE_SIGNATURE: return check_type_signature(c, (FunctionTypeNode *)node);
  case NODE_TYPE_UNION: return union_type(c, (TypeListNode *)node);
  case NODE_TYPE_ARRAY: return array_type(c, (TypeArrayNode *)node, TYPE_LIST);
  case NODE_TYPE_CHANNEL: return array_type(c, (TypeArrayNode *)node, TYPE_CHANNEL);
  case NODE_TYPE_POINTER: return array_type(c, (TypeArrayNode *)node, TYPE_POINTER);
  case NODE_TYPE_DICT: {
    TypeDictNode *dict = (TypeDictNode *)node;
    Type *key = check_type_written(c, dict->key);
    return types_of2(c->types, TYPE_TABLE, key, check_type_written(c, dict->value));
  }
  default: return c->types->any; // tuples, and what the parser could not read
  }
}

// `fn String(): String` asks, on the way, what its own result is; that is Any then.
Type *check_type_written(Checker *c, Node *node) {
  if (node->type) return node->type;
  node->type = c->types->any;
  return node->type = written_type(c, node);
}

// --- Types as values -----------------------------------------------------------------------------

// List(String) as an expression.
static Type *applied_value(Checker *c, CallNode *node) {
  if (node->callee->kind != NODE_NAME || node->arg_count > ARGS_MAX) return NULL;
  NameNode *callee = (NameNode *)node->callee;
  bool is_builtin = callee->symbol && callee->symbol->kind == SYMBOL_BUILTIN;
  if (!is_builtin || !find_builtin(c, callee->name->text) || !c->is_luma) return NULL;
  Type *args[ARGS_MAX];
  for (uint32_t i = 0; i < node->arg_count; i++) {
    args[i] = check_type_value(c, node->args[i].value);
    if (!args[i]) return NULL;
  }
  return check_type_apply(c, callee->name, node->node.span, args, node->arg_count);
}

Type *check_type_value(Checker *c, Node *expression) {
  switch (expression->kind) {
  case NODE_NAME: return check_symbol_named_type(c, ((NameNode *)expression)->symbol);
  case NODE_CALL: return applied_value(c, (CallNode *)expression);
  case NODE_SIGNATURE: return check_type_written(c, expression);
  default: return NULL;
  }
}
