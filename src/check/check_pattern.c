// SPDX-License-Identifier: MIT
// check_pattern.c - destructuring: what each name of a pattern is
#include "check/check_private.h"

static void bind(const PatternNameNode *pattern, Type *type) {
  Symbol *symbol = pattern->symbol;
  if (!symbol || pattern->meaning != PATTERN_BINDS) return;
  symbol->type = type;
}

static void report_list(Checker *c, const Node *pattern, const Type *type, const Node *value) {
  Diag *diag = diag_error(c->diags, DIAG_LIST_PATTERN, pattern->span, check_report_type(c, type));
  if (type->kind == TYPE_PROMISE && value) check_report_await(c, diag, value);
}

// A list with known positions tells each item's type, any other list one for all.
static Type *item_type(Checker *c, const Type *list, uint32_t index) {
  if (list->kind != TYPE_LIST) return c->types->any;
  if (index < list->field_count) return list->fields[index].type;
  return list->field_count > 0 ? c->types->null : list->args[0];
}

static void check_list(Checker *c, PatternListNode *pattern, Type *type, const Node *value) {
  bool is_list = type->kind == TYPE_LIST || relate_is_open(type) || type->kind == TYPE_UNION ||
                 type->kind == TYPE_NEVER;
  if (!is_list) {
    report_list(c, &pattern->node, type, value);
    type = c->types->any;
  }
  for (uint32_t i = 0; i < pattern->items.count; i++) {
    check_pattern(c, pattern->items.items[i], item_type(c, type, i), NULL);
  }
  if (!pattern->rest) return;
  Type *element = type->kind == TYPE_LIST ? type->args[0] : c->types->any;
  check_pattern(c, pattern->rest, types_of1(c->types, TYPE_LIST, element), NULL);
}

static Type *field_type(Checker *c, const PatternField *field, const Type *type) {
  if (type->kind == TYPE_TABLE) return type->args[1];
  bool is_dynamic = relate_is_open(type) || !relate_is_table(type) || type->kind == TYPE_MODULE ||
                    type->kind == TYPE_TYPE;
  if (is_dynamic) return c->types->any;
  const TypeField *found = types_find_field(type, field->name);
  if (found) return found->type;
  Diag *diag = diag_error(c->diags, DIAG_PATTERN_FIELD, field->span, field->name->text,
                          check_report_type(c, type));
  check_report_fields(c, diag, type, field->name);
  return c->types->any;
}

static void check_table(Checker *c, PatternTableNode *pattern, Type *type, const Node *value) {
  bool is_dynamic = relate_is_open(type) || type->kind == TYPE_UNION || type->kind == TYPE_NEVER ||
                    type->kind == TYPE_EXTERNAL || !c->is_luma;
  if (!is_dynamic && !relate_is_table(type)) {
    Diag *diag =
        diag_error(c->diags, DIAG_TABLE_PATTERN, pattern->node.span, check_report_type(c, type));
    if (type->kind == TYPE_PROMISE && value) check_report_await(c, diag, value);
    type = c->types->any;
  }
  for (uint32_t i = 0; i < pattern->field_count; i++) {
    const PatternField *field = &pattern->fields[i];
    Type *inner = is_dynamic ? c->types->any : field_type(c, field, type);
    if (field->pattern) check_pattern(c, field->pattern, types_prune(inner), NULL);
  }
}

// Nesting is bounded by the parser.
void check_pattern(Checker *c, Node *pattern, Type *type, const Node *value) {
  pattern->type = type;
  Type *known = types_prune(type);
  switch (pattern->kind) {
  case NODE_PATTERN_NAME: bind((const PatternNameNode *)pattern, type); return;
  case NODE_PATTERN_LIST: check_list(c, (PatternListNode *)pattern, known, value); return;
  case NODE_PATTERN_TABLE: check_table(c, (PatternTableNode *)pattern, known, value); return;
  case NODE_PATTERN_VALUE: check_expr(c, ((PatternValueNode *)pattern)->value, NULL); return;
  default: return;
  }
}
