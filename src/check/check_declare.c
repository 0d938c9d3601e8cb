// SPDX-License-Identifier: MIT
// check_declare.c - let, var, const and functions with a name
#include "check/check_private.h"

static Symbol *declared_symbol(const DeclareNode *node) {
  if (node->pattern->kind != NODE_PATTERN_NAME) return NULL;
  return ((const PatternNameNode *)node->pattern)->symbol;
}

static void report_misfit(Checker *c, const DeclareNode *node, const Type *declared,
                          const Type *got, const Misfit *why) {
  const char *name = node->pattern->kind == NODE_PATTERN_NAME
                         ? ((const PatternNameNode *)node->pattern)->name->text
                         : check_report_source(c, node->pattern);
  Diag *diag = diag_error(c->diags, DIAG_VARIABLE_TYPE, check_report_place(node->value, why), name,
                          check_report_type(c, declared), check_report_type(c, got));
  check_report_reason(c, diag, node->value, declared, got, why);
}

// What a variable without annotation may hold. Luma's `var x = null` could never change if it were
// Null. Vint keeps a type only for what is never assigned again.
static Type *variable_type(Checker *c, const DeclareNode *node, Type *value) {
  const Symbol *symbol = declared_symbol(node);
  if (value->kind == TYPE_NEVER) return c->types->any;
  bool is_member = symbol && symbol->storage == STORAGE_MEMBER; // of a package: set from anywhere
  if (!c->is_luma) return is_member || (symbol && symbol->is_reassigned) ? c->types->any : value;
  bool is_open = node->binding == SYMBOL_VAR && value->kind == TYPE_NULL;
  return is_open ? c->types->any : value;
}

// The body waits until the block is through; see check_private.h.
static void declare_function(Checker *c, DeclareNode *node, Symbol *symbol) {
  FunctionNode *function = (FunctionNode *)node->value;
  Type *type = check_function_signature(c, function, NULL, NULL);
  bool is_kept = c->is_luma || !symbol->is_reassigned;
  if (!symbol->type) symbol->type = is_kept ? type : c->types->any;
  vec_push(&c->deferred, function);
}

static bool declares_type(Checker *c, const DeclareNode *node) {
  return c->is_luma && node->value->kind == NODE_TABLE &&
         check_user_type_is(c, (const TableNode *)node->value);
}

static void declare_type(Checker *c, DeclareNode *node, Symbol *symbol) {
  TableNode *table = (TableNode *)node->value;
  Type *user = check_user_type_declare(c, table, symbol);
  symbol->type = types_of1(c->types, TYPE_TYPE, user);
  table->node.type = check_user_type_literal(c, table, symbol);
}

// `let a: [3]int = [1, 2]`. The length is no part of the type: arrays grow and are passed on.
static void check_length(Checker *c, const DeclareNode *node) {
  if (!node->type || node->type->kind != NODE_TYPE_ARRAY || !node->value) return;
  const Node *length = ((const TypeArrayNode *)node->type)->length;
  if (!length || length->kind != NODE_INTEGER || node->value->kind != NODE_LIST) return;
  int64_t wanted = ((const IntegerNode *)length)->value;
  uint32_t count = ((const ListNode *)node->value)->items.count;
  if (count == wanted) return;
  diag_error(c->diags, DIAG_VINT_LENGTH, node->value->span, (long long)wanted,
             wanted == 1 ? "" : "s", count);
}

void check_declare(Checker *c, DeclareNode *node) {
  check_length(c, node);
  Symbol *symbol = declared_symbol(node);
  if (symbol && node->value && !node->type) {
    if (node->value->kind == NODE_FUNCTION) {
      declare_function(c, node, symbol);
      return;
    }
    if (declares_type(c, node)) {
      declare_type(c, node, symbol);
      return;
    }
  }
  Type *declared = node->type ? check_type_written(c, node->type) : NULL;
  if (symbol && declared) symbol->type = declared; // its functions may mention it
  if (symbol) symbol->is_written = declared != NULL;
  Type *got = node->value ? check_expr(c, node->value, declared) : declared;
  Misfit why;
  bool is_misfit = declared && node->value && !relate_fits(&c->relate, got, declared, &why);
  if (is_misfit) report_misfit(c, node, declared, got, &why);
  Type *type = declared ? declared : got ? variable_type(c, node, got) : c->types->any;
  check_pattern(c, node->pattern, type, node->value);
  if (symbol && !declared && node->value && !symbol->is_reassigned)
    symbol->is_written = check_written_is(node->value);
}

void check_declare_bodies(Checker *c, uint32_t mark) {
  for (uint32_t i = mark; i < c->deferred.count; i++) {
    check_function_body(c, c->deferred.items[i], NULL);
  }
  c->deferred.count = mark;
}
