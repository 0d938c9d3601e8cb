// SPDX-License-Identifier: MIT
// check_assign.c - assigning to variables, fields and indexes
//
// What is open is settled by the first assignment: the element type of `[]`, a field that began as
// null. A variable of Vint without annotation takes anything (vint.md D8).
#include "check/check_private.h"

static void report_misfit(Checker *c, const Node *value, const Type *target, const Type *got,
                          const Misfit *why, Span declared_at, const char *name) {
  Diag *diag = diag_error(c->diags, DIAG_ASSIGN_TYPE, check_report_place(value, why),
                          check_report_type(c, target), check_report_type(c, got));
  check_report_reason(c, diag, value, target, got, why);
  if (name) check_report_declared(c, diag, declared_at, name);
}

// --- Variables -----------------------------------------------------------------------------------

static void assign_name(Checker *c, const NameNode *target, Node *value) {
  Symbol *symbol = target->symbol;
  bool is_type = symbol && symbol->kind == SYMBOL_TYPE; // reported by the resolver
  Type *wanted = symbol && !is_type ? check_symbol(c, symbol) : c->types->any;
  Type *got = check_expr(c, value, wanted);
  Misfit why;
  if (relate_fits(&c->relate, got, wanted, &why)) return;
  Span declared_at = symbol ? symbol_span_in(symbol, c->program->source) : (Span){0, 0};
  report_misfit(c, value, wanted, got, &why, declared_at, target->name->text);
}

// --- Fields --------------------------------------------------------------------------------------

// A `var` that holds a table literal may get new fields; from then on it is a plain Table.
static bool widen(Checker *c, const Node *object) {
  if (object->kind != NODE_NAME) return false;
  Symbol *symbol = ((const NameNode *)object)->symbol;
  if (!symbol || symbol->kind != SYMBOL_VAR || !symbol->declaration) return false;
  if (symbol->declaration->kind != NODE_DECLARE) return false;
  const DeclareNode *declare = (const DeclareNode *)symbol->declaration;
  if (declare->type || !declare->value || declare->value->kind != NODE_TABLE) return false;
  symbol->type = types_of2(c->types, TYPE_TABLE, c->types->string, c->types->any);
  return true;
}

static void report_new_field(Checker *c, const FieldNode *target, const Type *object) {
  Diag *diag = diag_error(c->diags, DIAG_UNKNOWN_FIELD, target->name_span, target->name->text,
                          check_report_type(c, object));
  check_report_fields(c, diag, object, target->name);
  if (object->kind == TYPE_RECORD) {
    diag_help(c->diags, diag,
              "to add fields later declare the variable as a Table: `let t: Table = {…}`");
  } else if (object->symbol) {
    check_report_declared_type(c, diag, object);
  }
}

static void assign_known_field(Checker *c, TypeField *field, const Type *object, Node *value) {
  Type *got = check_expr(c, value, field->type);
  Misfit why;
  bool was_null = field->type->kind == TYPE_NULL && object->kind == TYPE_RECORD;
  if (was_null && got->kind != TYPE_NULL) field->type = c->types->any;
  bool is_side = object->kind == TYPE_RESULT || object->kind == TYPE_OPTION;
  bool fits = relate_fits(&c->relate, got, field->type, &why) ||
              (got->kind == TYPE_NULL && (is_side || field->is_optional));
  if (!fits) {
    report_misfit(c, value, field->type, got, &why, field->span, field->name->text);
  }
}

static void report_no_table(Checker *c, const FieldNode *target, const Type *object) {
  const char *text = check_report_type(c, object);
  if (object->kind == TYPE_PROMISE) {
    Diag *diag =
        diag_error(c->diags, DIAG_PROMISE_MEMBER, target->name_span, text, target->name->text);
    const char *suffix = arena_printf(c->types->arena, ".%s", target->name->text);
    check_report_await_then(c, diag, target->object, suffix);
    return;
  }
  if (!c->is_luma) return;
  diag_error(c->diags, DIAG_MEMBER_ASSIGN, target->object->span, text);
}

static bool is_enum(const Type *object) {
  return object->kind == TYPE_TYPE && object->arg_count > 0 && object->args[0]->kind == TYPE_ENUM;
}

static void assign_field(Checker *c, FieldNode *target, Node *value) {
  Type *object = check_expr(c, target->object, NULL);
  check_package_private(c, target->object, target->name, target->name_span);
  if (object->kind == TYPE_POINTER && object->args[0]->kind == TYPE_STRUCT)
    object = object->args[0];
  if (is_enum(object)) {
    diag_error(c->diags, DIAG_VINT_MEMBER_CONSTANT, target->node.span,
               check_report_type(c, object->args[0]));
    check_expr(c, value, NULL);
    return;
  }
  const TypeField *field = object->kind == TYPE_TYPE || relate_is_open(object)
                               ? NULL
                               : types_find_field(object, target->name);
  target->node.type = field ? field->type : c->types->any;
  if (object->kind == TYPE_STRUCT && (!field || field->is_method)) {
    check_access_no_member(c, object, target->name, target->name_span);
    check_expr(c, value, NULL);
    return;
  }
  if (field) {
    assign_known_field(c, (TypeField *)field, object, value);
    return;
  }
  bool is_table = object->kind == TYPE_TABLE;
  Type *got = check_expr(c, value, is_table ? object->args[1] : NULL);
  if (is_table) {
    Misfit why;
    if (relate_fits(&c->relate, got, object->args[1], &why)) return;
    report_misfit(c, value, object->args[1], got, &why, (Span){0, 0}, NULL);
    return;
  }
  bool is_dynamic = relate_is_open(object) || object->kind == TYPE_TYPE ||
                    object->kind == TYPE_UNION || object->kind == TYPE_MODULE ||
                    object->kind == TYPE_NEVER || object->kind == TYPE_EXTERNAL;
  if (is_dynamic) return;
  if (!c->is_luma || !relate_is_table(object)) {
    report_no_table(c, target, object);
    return;
  }
  if (object->kind == TYPE_RECORD && widen(c, target->object)) return;
  report_new_field(c, target, object);
}

// --- Indexes -------------------------------------------------------------------------------------

static void check_index(Checker *c, IndexNode *target, Type *wanted, DiagCode code) {
  Type *index = check_expr(c, target->index, wanted);
  if (relate_fits(&c->relate, index, wanted, NULL)) return;
  const char *text = check_report_type(c, index);
  if (code == DIAG_LIST_INDEX)
    diag_error(c->diags, code, target->index->span, text);
  else
    diag_error(c->diags, code, target->index->span, check_report_type(c, wanted), text);
}

static void assign_item(Checker *c, Type *element, Node *value) {
  Type *got = check_expr(c, value, element);
  Misfit why;
  if (!relate_settle(&c->relate, element, got) && !relate_fits(&c->relate, got, element, &why)) {
    report_misfit(c, value, element, got, &why, (Span){0, 0}, NULL);
  }
}

static void assign_index(Checker *c, IndexNode *target, Node *value) {
  Type *object = check_expr(c, target->object, NULL);
  target->node.type = c->types->any;
  bool is_list = object->kind == TYPE_LIST;
  if (c->is_luma && is_list)
    check_index(c, target, c->types->number, DIAG_LIST_INDEX);
  else if (object->kind == TYPE_TABLE)
    check_index(c, target, object->args[0], DIAG_TABLE_INDEX);
  else
    check_expr(c, target->index, NULL);
  if (is_list || object->kind == TYPE_TABLE) {
    assign_item(c, object->args[is_list ? 0 : 1], value);
    return;
  }
  check_expr(c, value, NULL);
  const char *text = check_report_type(c, object);
  if (object->kind == TYPE_PROMISE) {
    Diag *diag = diag_error(c->diags, DIAG_PROMISE_INDEX, target->object->span, text);
    check_report_await_then(c, diag, target->object, "[…]");
    return;
  }
  bool is_dynamic = relate_is_open(object) || object->kind == TYPE_UNION ||
                    object->kind == TYPE_EXTERNAL || object->kind == TYPE_NEVER;
  if (!c->is_luma || is_dynamic || relate_is_table(object)) return;
  diag_error(c->diags, DIAG_INDEX_ASSIGN, target->object->span, text);
}

// --- Compound assignments ------------------------------------------------------------------------

// What may be stored in the target, as far as annotations say; NULL: anything.
static Type *declared_type(Checker *c, const Node *target) {
  if (target->kind == NODE_NAME) {
    Symbol *symbol = ((const NameNode *)target)->symbol;
    return symbol ? check_symbol(c, symbol) : NULL;
  }
  bool has_type = target->kind == NODE_MEMBER || target->kind == NODE_DEREFERENCE;
  return has_type ? target->type : NULL;
}

// Only Vint has them. The target is read, and what the operator gives is stored in it.
static void compound(Checker *c, AssignNode *node) {
  Node *target = node->target;
  Type *left = check_expr(c, target, NULL);
  if (target->kind == NODE_MEMBER) {
    const Type *object = types_prune(((FieldNode *)target)->object->type);
    if (object && is_enum(object)) {
      diag_error(c->diags, DIAG_VINT_MEMBER_CONSTANT, target->span,
                 check_report_type(c, object->args[0]));
    }
  }
  Type *right = check_expr(c, node->value, NULL);
  BinaryNode operation = {.node = {.kind = NODE_BINARY, .span = node->node.span},
                          .op = node->op,
                          .op_span = node->node.span,
                          .left = target,
                          .right = node->value};
  Type *result = check_operator_vint(c, &operation, left, right);
  Type *wanted = declared_type(c, target);
  Misfit why;
  if (!wanted || relate_fits(&c->relate, result, wanted, &why)) return;
  const Symbol *symbol = target->kind == NODE_NAME ? ((NameNode *)target)->symbol : NULL;
  report_misfit(c, node->value, wanted, result, &why, symbol ? symbol_span_in(symbol, c->program->source) : (Span){0, 0},
                symbol ? symbol->name->text : NULL);
}

void check_assign(Checker *c, AssignNode *node) {
  if (node->op != OPERATOR_COUNT) {
    compound(c, node);
    return;
  }
  switch (node->target->kind) {
  case NODE_NAME:
    assign_name(c, (NameNode *)node->target, node->value);
    node->target->type = ((NameNode *)node->target)->symbol
                             ? check_symbol(c, ((NameNode *)node->target)->symbol)
                             : c->types->any;
    return;
  case NODE_FIELD:
  case NODE_MEMBER: assign_field(c, (FieldNode *)node->target, node->value); return;
  case NODE_INDEX:
  case NODE_EXACT_INDEX: assign_index(c, (IndexNode *)node->target, node->value); return;
  case NODE_DEREFERENCE: {
    Type *wanted = check_expr(c, node->target, NULL);
    assign_item(c, wanted, node->value);
    return;
  }
  case NODE_ERROR:
    check_expr(c, node->target, NULL);
    check_expr(c, node->value, NULL);
    return;
  default:
    check_expr(c, node->value, NULL);
    diag_error(c->diags, DIAG_ASSIGN_TARGET, node->target->span);
    return;
  }
}
