// SPDX-License-Identifier: MIT
// check_export.c - the type of a file's value, as other files see it
//
// Files that import each other share one table of types, so a type needs no translation between
// two files of one language. Two things must not cross: an element type that is still open (one
// importer would decide it for all), and places, which mean something in their own file only.
//
// Between the languages only what both have crosses as it is. What Vint's functions take without
// annotation is Any. Vint itself looks at nothing of a Luma file but which calls give promises.
#include "check/check_private.h"

// Nesting of written types beyond which nobody is interested in what is inside.
#define DEPTH_MAX 64

// --- Closing -------------------------------------------------------------------------------------

typedef VEC(Type *) TypeVec;

static void push_new(TypeVec *open, Type *type) {
  if (!type || type->is_exported) return;
  type->is_exported = true;
  vec_push(open, type);
}

static void push_parts(TypeVec *open, Type *type) {
  for (uint32_t i = 0; i < type->arg_count; i++) push_new(open, type->args[i]);
  for (uint32_t i = 0; i < type->field_count; i++) {
    type->fields[i].span = (Span){0, 0};
    push_new(open, type->fields[i].type);
  }
  push_new(open, type->result);
  push_new(open, type->parent);
}

// Each type is looked at once, however many files pass it on.
static void close_parts(Types *types, Type *type) {
  TypeVec open = {0};
  push_new(&open, type);
  while (open.count > 0) {
    Type *next = vec_pop(&open);
    if (next->kind == TYPE_INFER && !next->args[0]) next->args[0] = types->any;
    push_parts(&open, next);
  }
  vec_free(&open);
}

// --- The file's value ----------------------------------------------------------------------------

// A dict is open (check_table.c), but one that is written as the file's value lists what the file
// offers. Only functions keep their types: other entries may well change.
static Type *dict_value(Checker *c, const TableNode *node) {
  TypeField *fields = arena_alloc(c->types->arena, (node->count + 1) * sizeof(*fields));
  for (uint32_t i = 0; i < node->count; i++) {
    const TableEntry *entry = &node->entries[i];
    const Name *name = entry->name;
    if (!name && entry->key->kind == NODE_STRING) {
      const StringNode *text = (const StringNode *)entry->key;
      name = name_intern(c->types->names, text->bytes, text->len);
    }
    if (!name) return c->types->any;
    Type *type = types_prune(entry->value->type);
    bool is_function = type && type->kind == TYPE_FUNCTION;
    fields[i] = (TypeField){.name = name, .type = is_function ? type : c->types->any};
  }
  return types_record(c->types, fields, node->count);
}

static Type *expression_value(Checker *c, const Node *node) {
  return node->kind == NODE_TABLE ? dict_value(c, (const TableNode *)node) : node->type;
}

// Vint: the value of the last statement, if control surely comes to it.
static Type *last_value(Checker *c) {
  const NodeList *items = &c->program->main->body->items;
  if (items->count == 0) return c->types->null;
  const Node *last = items->items[items->count - 1];
  if (c->file_returns) return c->types->any;
  if (last->kind == NODE_EXPRESSION)
    return expression_value(c, ((const ExpressionNode *)last)->value);
  if (last->kind != NODE_FUNCTION_DECLARE) return c->types->any;
  const Node *pattern = ((const DeclareNode *)last)->pattern;
  if (pattern->kind != NODE_PATTERN_NAME) return c->types->any;
  const Symbol *symbol = ((const PatternNameNode *)pattern)->symbol;
  return symbol ? symbol->type : c->types->any;
}

Type *check_export_value(Checker *c) {
  Type *type = types_prune(c->is_luma ? c->file_value : last_value(c));
  if (!type || type->kind == TYPE_NEVER) type = c->types->any;
  close_parts(c->types, type);
  return type;
}

void check_export_symbols(Checker *c) {
  for (uint32_t i = 0; i < c->program->module_slot_count; i++)
    close_parts(c->types, c->program->module_symbols[i]->type);
}

// --- From Vint to Luma ---------------------------------------------------------------------------

static Type *to_luma(Types *types, Type *type, uint32_t depth);

static bool is_annotated(const Type *type) {
  for (uint32_t i = 0; i < type->arg_count; i++) {
    if (!types_is_any(types_prune(type->args[i]))) return true;
  }
  const Type *result = types_prune(type->result);
  if (result && result->kind == TYPE_PROMISE) result = types_prune(result->args[0]);
  return !types_is_any(result);
}

// Without any annotation it is fn(Any...): a call may pass more than it takes (vint.md 5.2).
static Type *function_to_luma(Types *types, const Type *type, uint32_t depth) {
  if (!is_annotated(type)) {
    Type *result = to_luma(types, type->result, depth);
    return types_function(types, &types->any, NULL, 1, 0, true, result);
  }
  Type **params = arena_alloc(types->arena, (type->arg_count + 1) * sizeof(*params));
  for (uint32_t i = 0; i < type->arg_count; i++) params[i] = to_luma(types, type->args[i], depth);
  return types_function(types, params, type->param_names, type->arg_count, type->required_count,
                        type->has_rest, to_luma(types, type->result, depth));
}

static Type *table_to_luma(Types *types, const Type *type, uint32_t depth) {
  const Type *key = types_prune(type->args[0]);
  bool is_named = key->kind == TYPE_STRING;
  Type *value = to_luma(types, type->args[1], depth);
  return is_named ? types_of2(types, TYPE_TABLE, types->string, value) : types->any;
}

static Type *record_to_luma(Types *types, const Type *type, uint32_t depth) {
  TypeField *fields = arena_alloc(types->arena, (type->field_count + 1) * sizeof(*fields));
  for (uint32_t i = 0; i < type->field_count; i++) {
    fields[i] = type->fields[i];
    fields[i].type = to_luma(types, type->fields[i].type, depth);
  }
  return types_record(types, fields, type->field_count);
}

// Arrays, dicts, functions and the like may be null in Vint (vint.md D8), which a Luma type would
// deny; but reading one where null is possible is a mistake in either language, found when it runs.
static Type *to_luma(Types *types, Type *type, uint32_t depth) {
  type = types_prune(type);
  if (!type || depth == 0) return types->any;
  switch (type->kind) {
  case TYPE_NULL:
  case TYPE_BOOLEAN:
  case TYPE_STRING:
  case TYPE_NEVER: return type;
  case TYPE_INTEGER:
  case TYPE_FLOAT:
  case TYPE_NUMBER: return types->number;
  case TYPE_LIST:
  case TYPE_PROMISE:
  case TYPE_CHANNEL: return types_of1(types, type->kind, to_luma(types, type->args[0], depth - 1));
  case TYPE_TABLE: return table_to_luma(types, type, depth - 1);
  case TYPE_FUNCTION: return function_to_luma(types, type, depth - 1);
  case TYPE_ANY_FUNCTION: return type;
  case TYPE_RECORD: return record_to_luma(types, type, depth - 1);
  default: return types->any;
  }
}

// --- From Luma to Vint ---------------------------------------------------------------------------

static Type *function_to_vint(Types *types, const Type *type) {
  const Type *result = types_prune(type->result);
  if (!result || result->kind != TYPE_PROMISE) return types->any_function;
  Type *any = types->any;
  return types_function(types, &any, NULL, 1, 0, true, types_of1(types, TYPE_PROMISE, NULL));
}

static Type *to_vint(Types *types, Type *type, uint32_t depth) {
  type = types_prune(type);
  if (!type || depth == 0) return types->any;
  if (type->kind == TYPE_FUNCTION) return function_to_vint(types, type);
  if (type->kind != TYPE_RECORD) return types->any;
  TypeField *fields = arena_alloc(types->arena, (type->field_count + 1) * sizeof(*fields));
  for (uint32_t i = 0; i < type->field_count; i++) {
    fields[i] = type->fields[i];
    fields[i].type = to_vint(types, type->fields[i].type, depth - 1);
  }
  return types_record(types, fields, type->field_count);
}

Type *check_export_as(Types *types, Type *type, Dialect from, Dialect to) {
  if (!type || from == to) return type;
  return from == DIALECT_VINT ? to_luma(types, type, DEPTH_MAX) : to_vint(types, type, DEPTH_MAX);
}
