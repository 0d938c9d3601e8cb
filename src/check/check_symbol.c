// SPDX-License-Identifier: MIT
// check_symbol.c - the type of a variable when its name is met
//
// Most variables got their type when their declaration was checked. The others are built-ins, which
// are read from their row once, and names used above their declaration: functions and types are
// then looked at on demand, anything else counts as Any.
#include "check/check_private.h"

#include <string.h>

// Checking a body for its result's sake nests; deeper chains of functions without a declared result
// get Any. Bodies nest in one another's expressions, so the depth of those is what is bounded.
#define DEMAND_DEPTH_MAX 200
#define NAMED_DEPTH_MAX  16

// --- Built-ins -----------------------------------------------------------------------------------

const DeclRow *check_symbol_builtin(Checker *c, const Symbol *symbol) {
  if (!symbol || symbol->kind != SYMBOL_BUILTIN) return NULL;
  return decls_find(c->decls, c->program->dialect, "", symbol->name->text);
}

Type *check_symbol_row(Checker *c, const DeclRow *row) {
  bool is_of_table = row >= c->decls->rows && row < c->decls->rows + c->decls->count;
  if (!is_of_table) return decls_type(c->types, row, check_expected_default(c));
  Type **cached = &c->row_types[row - c->decls->rows];
  if (!*cached) *cached = decls_type(c->types, row, check_expected_default(c));
  return *cached;
}

static Type *find_builtin(Checker *c, const Symbol *symbol) {
  const char *name = symbol->name->text;
  Type *named = c->is_luma ? check_type_builtin(c, name) : NULL;
  if (named) return types_of1(c->types, TYPE_TYPE, named);
  const DeclRow *row = check_symbol_builtin(c, symbol);
  if (!row) return c->types->any;
  if (row->name[0]) return check_symbol_row(c, row);
  return types_named(c->types, TYPE_MODULE, symbol->name); // a row without a name is a module's
}

// --- Declared names ------------------------------------------------------------------------------

static DeclareNode *declaration_of(const Symbol *symbol) {
  Node *node = symbol->declaration;
  if (!node || (node->kind != NODE_DECLARE && node->kind != NODE_FUNCTION_DECLARE)) return NULL;
  DeclareNode *declare = (DeclareNode *)node;
  return declare->pattern->kind == NODE_PATTERN_NAME ? declare : NULL;
}

FunctionNode *check_symbol_function(const Symbol *symbol) {
  const DeclareNode *declare = symbol && !symbol->is_reassigned ? declaration_of(symbol) : NULL;
  if (!declare || !declare->value || declare->value->kind != NODE_FUNCTION) return NULL;
  return (FunctionNode *)declare->value;
}

// The result of a function that does not declare one is known when its body was checked. One whose
// variable has a written type is known by that, and has no signature of its own yet.
static void demand_result(Checker *c, FunctionNode *function) {
  bool is_known = function->result_type || function->body->node.type || !function->node.type;
  if (is_known || c->depth > DEMAND_DEPTH_MAX) return;
  uint32_t base = c->narrowed_base;
  c->narrowed_base = c->narrowed.count; // what holds here does not hold where it is called
  check_function_body(c, function, NULL);
  c->narrowed_base = base;
}

static Type *find_declared(Checker *c, Symbol *symbol) {
  DeclareNode *declare = declaration_of(symbol);
  if (!declare) return c->types->any;
  if (declare->type) return symbol->type = check_type_written(c, declare->type);
  Node *value = declare->value;
  if (!value) return c->types->any;
  if (value->kind == NODE_FUNCTION && !(symbol->is_reassigned && !c->is_luma)) {
    return symbol->type = check_function_signature(c, (FunctionNode *)value, NULL, NULL);
  }
  if (c->is_luma && value->kind == NODE_TABLE && check_user_type_is(c, (TableNode *)value)) {
    Type *type = check_user_type_declare(c, (TableNode *)value, symbol);
    return symbol->type = types_of1(c->types, TYPE_TYPE, type);
  }
  return c->types->any;
}

Type *check_symbol(Checker *c, Symbol *symbol) {
  if (!symbol->type && symbol->kind == SYMBOL_BUILTIN) symbol->type = find_builtin(c, symbol);
  if (!symbol->type && symbol->kind == SYMBOL_TYPE) symbol->type = check_vint_symbol(c, symbol);
  Type *type = symbol->type ? symbol->type : find_declared(c, symbol);
  FunctionNode *function = check_symbol_function(symbol);
  if (function && c->is_luma && type->kind == TYPE_FUNCTION) demand_result(c, function);
  return type;
}

// A name for a type above its declaration: let Id = Number. Such names may lead in a circle.
static Type *named_by(Checker *c, Node *value) {
  if (value->kind == NODE_FUNCTION || c->named_depth >= NAMED_DEPTH_MAX) return NULL;
  c->named_depth++;
  Type *type = check_type_value(c, value);
  c->named_depth--;
  return type;
}

Type *check_symbol_named_type(Checker *c, Symbol *symbol) {
  if (!symbol) return NULL;
  if (symbol->kind == SYMBOL_BUILTIN) return check_type_builtin(c, symbol->name->text);
  Type *type = check_symbol(c, symbol);
  if (type->kind == TYPE_TYPE) return type->args[0];
  DeclareNode *declare = declaration_of(symbol);
  if (!c->is_luma || !declare || !declare->value) return NULL;
  if (declare->value->kind == NODE_TABLE) return check_user_type_of(c, symbol);
  return named_by(c, declare->value);
}
