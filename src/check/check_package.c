// SPDX-License-Identifier: MIT
// check_package.c - Vint's packages
//
// A package is open: code outside may set and add members. So within Vint its members are looked up
// when the program runs; only that a private one is named outside is certain before. Other files
// see which functions it offers.
#include "check/check_private.h"

typedef VEC(TypeField) FieldVec;

static bool is_private(const Name *name) {
  return name->text[0] == '_';
}

static void add_member(FieldVec *fields, const Name *name, Type *type) {
  if (!name || is_private(name)) return;
  TypeField field = {.name = name, .type = type};
  vec_push(fields, field);
}

static void add_declared(Checker *c, FieldVec *fields, const DeclareNode *declare) {
  if (declare->pattern->kind != NODE_PATTERN_NAME) return;
  const PatternNameNode *pattern = (const PatternNameNode *)declare->pattern;
  bool is_function = declare->value && declare->value->kind == NODE_FUNCTION;
  bool is_known = pattern->symbol && pattern->symbol->type && (is_function || declare->type);
  add_member(fields, pattern->name, is_known ? pattern->symbol->type : c->types->any);
}

static void add_item(Checker *c, FieldVec *fields, const Node *item) {
  switch (item->kind) {
  case NODE_DECLARE:
  case NODE_FUNCTION_DECLARE: add_declared(c, fields, (const DeclareNode *)item); return;
  case NODE_STRUCT: add_member(fields, ((const StructNode *)item)->name, c->types->any); return;
  case NODE_ENUM: add_member(fields, ((const EnumNode *)item)->name, c->types->any); return;
  case NODE_ERROR_DECLARE:
    add_member(fields, ((const ErrorDeclareNode *)item)->name, c->types->any);
    return;
  case NODE_IMPORT: add_member(fields, ((const ImportNode *)item)->alias, c->types->any); return;
  case NODE_EXPRESSION: {
    const Node *value = ((const ExpressionNode *)item)->value;
    if (value->kind != NODE_PACKAGE) return;
    add_member(fields, ((const PackageNode *)value)->name, value->type);
    return;
  }
  default: return;
  }
}

Type *check_package(Checker *c, PackageNode *node) {
  if (node->symbol) node->symbol->type = c->types->any;
  check_stmt_block(c, node->body, NULL, USE_DROPPED);
  FieldVec fields = {0};
  for (uint32_t i = 0; i < node->body->items.count; i++)
    add_item(c, &fields, node->body->items.items[i]);
  Type *type = types_record(c->types, fields.items, fields.count);
  vec_free(&fields);
  return type;
}

void check_package_private(Checker *c, const Node *object, const Name *name, Span span) {
  if (!is_private(name) || object->kind != NODE_NAME) return;
  const Symbol *symbol = ((const NameNode *)object)->symbol;
  const Node *package = symbol ? symbol->declaration : NULL;
  if (!package || package->kind != NODE_PACKAGE) return;
  bool is_inside = symbol->source == c->program->source && span.start >= package->span.start && span.end <= package->span.end;
  if (!is_inside)
    diag_error(c->diags, DIAG_PRIVATE_MEMBER, span, name->text, symbol->name->text);
}
