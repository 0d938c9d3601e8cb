// SPDX-License-Identifier: MIT
// check_user_type.c - tables that declare types, luma.md 3.6
//
// Types are values: `let User = { name = String, greet = fn(self) do … end }`. A field whose value
// is a type is required and of that type, a function is a method, anything else is a default. A
// table is taken for a type if some field is a type or it has a __parent; a table of plain values
// becomes one (all of its fields defaults) only when it is named where a type is wanted.
//
// A type may name itself in its fields and methods, so it is known by its symbol before its fields
// are read.
#include "check/check_private.h"

#include <string.h>

#define DEPTH_OF_TYPES 200 // of tables within tables; deeper ones are any table

// --- Is it one? ----------------------------------------------------------------------------------

static bool is_type_value(Checker *c, Node *value) {
  switch (value->kind) {
  case NODE_SIGNATURE: return true;
  case NODE_CALL: return check_type_value(c, value) != NULL;
  case NODE_NAME: {
    Symbol *symbol = ((NameNode *)value)->symbol;
    if (!symbol) return false;
    if (symbol->kind == SYMBOL_BUILTIN) return check_type_builtin(c, symbol->name->text) != NULL;
    return symbol->type && symbol->type->kind == TYPE_TYPE;
  }
  default: return false;
  }
}

bool check_user_type_is(Checker *c, const TableNode *node) {
  for (uint32_t i = 0; i < node->count; i++) {
    const TableEntry *entry = &node->entries[i];
    if (!entry->name) continue;
    if (entry->name == c->names.parent || is_type_value(c, entry->value)) return true;
  }
  return false;
}

// --- Declaring -----------------------------------------------------------------------------------

// The type of a default, as far as its form tells; the rest is Any.
static Type *default_type(Checker *c, const Node *value) {
  if (value->type) return value->type->kind == TYPE_NULL ? c->types->any : value->type;
  switch (value->kind) {
  case NODE_STRING:
  case NODE_INTERPOLATION: return c->types->string;
  case NODE_NUMBER: return c->types->number;
  case NODE_BOOLEAN: return c->types->boolean;
  case NODE_LIST: return types_of1(c->types, TYPE_LIST, NULL);
  case NODE_TABLE: return types_of2(c->types, TYPE_TABLE, c->types->string, NULL);
  default: return c->types->any;
  }
}

static TypeField field_of(Checker *c, const TableEntry *entry, Type *type);

// A table in a type is a type too, without a name. An empty one is a default.
static Type *inline_type(Checker *c, TableNode *node, Type *type) {
  TypeField *fields = arena_alloc(c->types->arena, node->count * sizeof(*fields));
  uint32_t count = 0;
  for (uint32_t i = 0; i < node->count; i++)
    if (node->entries[i].name) fields[count++] = field_of(c, &node->entries[i], type);
  return types_record(c->types, fields, count);
}

static TypeField field_of(Checker *c, const TableEntry *entry, Type *type) {
  TypeField field = {.name = entry->name, .span = entry->span};
  Node *value = entry->value;
  if (is_type_value(c, value)) {
    field.type = check_type_value(c, value);
  } else if (value->kind == NODE_TABLE && ((TableNode *)value)->count > 0 && c->depth < DEPTH_OF_TYPES) {
    c->depth++;
    field.type = inline_type(c, (TableNode *)value, type);
    c->depth--;
  } else if (value->kind == NODE_FUNCTION) {
    field.type = check_function_signature(c, (FunctionNode *)value, NULL, type);
    field.is_method = true;
  } else {
    field.type = entry->type ? check_type_written(c, entry->type) : default_type(c, value);
    field.is_optional = true;
  }
  if (!field.type) field.type = c->types->any;
  return field;
}

static void find_parent(Checker *c, const TableNode *node, Type *type) {
  for (uint32_t i = 0; i < node->count; i++) {
    if (node->entries[i].name != c->names.parent) continue;
    Type *parent = check_type_value(c, node->entries[i].value);
    bool has_fields = parent && (parent->kind == TYPE_USER || parent->kind == TYPE_ERROR);
    type->parent = has_fields ? parent : NULL;
    type->has_unknown_parent = !parent;
    return;
  }
}

Type *check_user_type_declare(Checker *c, TableNode *node, Symbol *symbol) {
  if (symbol->user_type) return symbol->user_type;
  Type *type = types_user(c->types, symbol->name, symbol);
  symbol->user_type = type;
  node->user_type = symbol;
  find_parent(c, node, type);
  type->fields = arena_alloc(c->types->arena, node->count * sizeof(*type->fields));
  for (uint32_t i = 0; i < node->count; i++) {
    const TableEntry *entry = &node->entries[i];
    if (!entry->name || entry->name == c->names.parent) continue;
    TypeField field = field_of(c, entry, type);
    type->fields[type->field_count++] = field;
  }
  return type;
}

Type *check_user_type_of(Checker *c, Symbol *symbol) {
  DeclareNode *declare = (DeclareNode *)symbol->declaration;
  return check_user_type_declare(c, (TableNode *)declare->value, symbol);
}

// --- The literal itself --------------------------------------------------------------------------

static TypeField *own_field(Type *type, const Name *name) {
  for (uint32_t i = 0; i < type->field_count; i++) {
    if (type->fields[i].name == name) return &type->fields[i];
  }
  return NULL;
}

static void check_entry(Checker *c, Type *user, TableEntry *entry) {
  TypeField *field = entry->name ? own_field(user, entry->name) : NULL;
  if (entry->key) check_expr(c, entry->key, NULL);
  if (field && field->is_method) {
    entry->value->type = check_function_literal(c, (FunctionNode *)entry->value, NULL, user);
    check_user_type_operator(c, entry->name, entry->value);
    return;
  }
  Type *type = check_expr(c, entry->value, NULL);
  bool tells_more = field && field->is_optional && !entry->type && type->kind != TYPE_NULL;
  if (tells_more) field->type = type;
}

// A method under the name of a parent's signature must be what that says.
static void check_override(Checker *c, const Type *user, const TableEntry *entry) {
  const TypeField *own = entry->name ? own_field((Type *)user, entry->name) : NULL;
  const TypeField *asked = own && own->is_method && user->parent
                               ? types_find_field(user->parent, entry->name)
                               : NULL;
  bool is_signature = asked && !asked->is_method && !asked->is_optional &&
                      types_prune(asked->type)->kind == TYPE_FUNCTION;
  if (!is_signature || relate_fits_method(&c->relate, own, asked->type)) return;
  diag_error(c->diags, DIAG_OVERRIDES_TRAIT, entry->value->span, entry->name->text,
             user->parent->name->text, check_report_type(c, asked->type),
             check_report_type(c, own->type));
}

Type *check_user_type_literal(Checker *c, TableNode *node, Symbol *symbol) {
  Type *user = check_user_type_declare(c, node, symbol);
  check_table_duplicates(c, node);
  for (uint32_t i = 0; i < node->count; i++) check_entry(c, user, &node->entries[i]);
  for (uint32_t i = 0; i < node->count; i++) check_override(c, user, &node->entries[i]);
  return types_of1(c->types, TYPE_TYPE, user);
}

Type *check_user_type_member(Checker *c, const TypeField *field) {
  bool is_plain = field->is_method || field->is_optional;
  return is_plain ? field->type : types_of1(c->types, TYPE_TYPE, field->type);
}

// --- Operator methods ----------------------------------------------------------------------------

// Their answer is used at once by the operation that asks (C 3.11).
static bool is_operator(const char *name) {
  static const char *const NAMES[] = {"__add", "__sub", "__mul", "__div", "__mod",  "__neg", "__eq",
                                      "__lt",  "__le",  "__gt",  "__ge",  "__into", "__iter"};
  for (uint32_t i = 0; i < ARRAY_LEN(NAMES); i++) {
    if (strcmp(NAMES[i], name) == 0) return true;
  }
  return false;
}

void check_user_type_operator(Checker *c, const Name *name, const Node *value) {
  if (strncmp(name->text, "__", 2) != 0 || value->kind != NODE_FUNCTION) return;
  const Type *type = value->type;
  if (!type || type->kind != TYPE_FUNCTION || !is_operator(name->text)) return;
  const Type *gives = types_prune(type->result);
  if (!gives || gives->kind != TYPE_PROMISE) return;
  Diag *diag = diag_error(c->diags, DIAG_ASYNC_OPERATOR, value->span, name->text,
                          check_report_type(c, gives));
  diag_help(c->diags, diag, "await what it needs before the operation, and give it plain values");
}
