// SPDX-License-Identifier: MIT
// check_vint.c - what only Vint has
//
// Types are enforced as written (vint.md D8), and old programs write none: so a mistake is reported
// only where an annotation, an async function or a channel makes it sure.
#include "check/check_private.h"

// --- Declared types ------------------------------------------------------------------------------

static void add_field(Type *type, const Name *name, Type *field, Span span, bool is_optional) {
  type->fields[type->field_count++] =
      (TypeField){.name = name, .type = field, .is_optional = is_optional, .span = span};
}

static Type *written_or_any(Checker *c, Node *written) {
  return written ? check_type_written(c, written) : c->types->any;
}

static void add_methods(Checker *c, Type *type, const StructNode *node) {
  for (uint32_t i = 0; i < node->methods.count; i++) {
    FunctionNode *method = (FunctionNode *)node->methods.items[i];
    if (!method->name) continue;
    add_field(type, method->name, check_function_signature(c, method, NULL, NULL),
              method->node.span, false);
    type->fields[type->field_count - 1].is_method = true;
  }
}

// The type's fields may mention it, so the symbol has it before they are looked at.
static Type *open_type(Checker *c, Symbol *symbol, TypeKind kind, uint32_t field_count) {
  Type *type = types_user(c->types, symbol->name, symbol);
  type->kind = kind;
  symbol->type = types_of1(c->types, TYPE_TYPE, type);
  type->fields = arena_alloc(c->types->arena, (field_count + 1) * sizeof(*type->fields));
  return type;
}

static Type *struct_type(Checker *c, Symbol *symbol, StructNode *node) {
  Type *type = open_type(c, symbol, TYPE_STRUCT, node->field_count + node->methods.count);
  for (uint32_t i = 0; i < node->field_count; i++) {
    const StructField *field = &node->fields[i];
    Type *declared = written_or_any(c, field->type);
    add_field(type, field->name, declared, field->span, field->default_value != NULL);
  }
  add_methods(c, type, node);
  return symbol->type;
}

static Type *error_type(Checker *c, Symbol *symbol, ErrorDeclareNode *node) {
  Type *type = open_type(c, symbol, TYPE_CUSTOM_ERROR, node->param_count);
  for (uint32_t i = 0; i < node->param_count; i++) {
    const Param *param = &node->params[i];
    Type *declared = written_or_any(c, param->type);
    add_field(type, param->name, declared, param->span, param->default_value != NULL);
  }
  return symbol->type;
}

// Its fields are the members, each with the type of its value.
static Type *enum_type(Checker *c, Symbol *symbol, EnumNode *node) {
  Type *type = open_type(c, symbol, TYPE_ENUM, node->member_count);
  for (uint32_t i = 0; i < node->member_count; i++) {
    const EnumMember *member = &node->members[i];
    add_field(type, member->name, c->types->any, member->span, false);
  }
  return symbol->type;
}

Type *check_vint_symbol(Checker *c, Symbol *symbol) {
  Node *node = symbol->declaration;
  if (!node) return c->types->any;
  switch (node->kind) {
  case NODE_STRUCT: return struct_type(c, symbol, (StructNode *)node);
  case NODE_ENUM: return enum_type(c, symbol, (EnumNode *)node);
  case NODE_ERROR_DECLARE: return error_type(c, symbol, (ErrorDeclareNode *)node);
  case NODE_TYPE_ALIAS: {
    symbol->type = types_of1(c->types, TYPE_TYPE, NULL); // an alias of itself is anything
    Type *target = check_type_written(c, ((TypeAliasNode *)node)->target);
    return types_of1(c->types, TYPE_TYPE, target);
  }
  default: return c->types->any;
  }
}

// --- Expressions ---------------------------------------------------------------------------------

static Type *check_channel_literal(Checker *c, ChannelNode *node, Type *expected) {
  if (node->capacity)
    check_written_integer(c, node->capacity, check_expr(c, node->capacity, NULL), "chan");
  expected = types_prune(expected);
  bool is_told = expected && expected->kind == TYPE_CHANNEL;
  return is_told ? expected : types_of1(c->types, TYPE_CHANNEL, NULL);
}

static void check_literal_field(Checker *c, Argument *given, const Type *made) {
  const TypeField *field = made ? types_find_field(made, given->name) : NULL;
  if (field && field->is_method) field = NULL;
  if (made && !field) check_access_no_member(c, made, given->name, given->span);
  Type *wanted = field ? field->type : NULL;
  Type *got = check_expr(c, given->value, wanted);
  Misfit why;
  if (!wanted || relate_fits(&c->relate, got, wanted, &why)) return;
  Diag *diag = diag_error(c->diags, DIAG_FIELD_TYPE, given->value->span, given->name->text,
                          check_report_type(c, wanted), check_report_type(c, got));
  check_report_declared(c, diag, field->span, given->name->text);
  check_report_reason(c, diag, given->value, wanted, got, &why);
}

static void check_literal_names(Checker *c, const StructLiteralNode *node) {
  StrMap seen = {0};
  for (uint32_t i = 0; i < node->field_count; i++) {
    const Argument *given = &node->fields[i];
    if (!given->name) continue;
    if (strmap_get(&seen, given->name->text, given->name->len))
      diag_error(c->diags, DIAG_CALL_DUPLICATE, given->span, given->name->text);
    strmap_set(&seen, given->name->text, given->name->len, c);
  }
  strmap_free(&seen);
}

static Type *check_struct_literal(Checker *c, StructLiteralNode *node) {
  Type *type = check_expr(c, node->callee, NULL);
  bool is_type = type->kind == TYPE_TYPE && type->arg_count > 0;
  Type *made = is_type ? type->args[0] : NULL;
  bool has_fields = made && (made->kind == TYPE_STRUCT || made->kind == TYPE_CUSTOM_ERROR);
  if (!has_fields && !relate_is_open(type)) {
    diag_error(c->diags, DIAG_NOT_CALLABLE, node->callee->span, check_report_type(c, type));
  }
  if (!has_fields) made = NULL;
  check_literal_names(c, node);
  for (uint32_t i = 0; i < node->field_count; i++) {
    if (node->fields[i].name) check_literal_field(c, &node->fields[i], made);
  }
  return made ? made : c->types->any;
}

static Type *check_switch(Checker *c, SwitchNode *node) {
  Type *subject = check_expr(c, node->subject, NULL);
  if (subject->kind == TYPE_PROMISE) {
    const char *text = arena_printf(c->types->arena, "switch tests a value, got %s",
                                    check_report_type(c, subject));
    Diag *diag = diag_error(c->diags, DIAG_PROMISE_OPERAND, node->subject->span, text, "subject");
    check_report_await(c, diag, node->subject);
  }
  for (uint32_t i = 0; i < node->case_count; i++) {
    SwitchCase *one = &node->cases[i];
    for (uint32_t k = 0; k < one->values.count; k++) check_expr(c, one->values.items[k], NULL);
    if (one->symbol) one->symbol->type = c->types->any;
    if (one->guard) check_branch_condition(c, one->guard, "Case guard");
    check_stmt_block(c, one->body, NULL, USE_VALUE);
  }
  if (node->default_body) check_stmt_block(c, node->default_body, NULL, USE_VALUE);
  return c->types->any;
}

static Type *check_range(Checker *c, RangeNode *node) {
  check_written_integer(c, node->from, check_expr(c, node->from, NULL), "a range");
  check_written_integer(c, node->to, check_expr(c, node->to, NULL), "a range");
  return types_simple(c->types, TYPE_RANGE);
}

static Type *check_pointer(Checker *c, UnaryNode *node) {
  Type *type = check_expr(c, node->operand, NULL);
  if (node->node.kind == NODE_ADDRESS) return types_of1(c->types, TYPE_POINTER, type);
  if (type->kind == TYPE_POINTER) return type->args[0];
  bool is_unknown = relate_is_open(type) || type->kind == TYPE_UNION || type->kind == TYPE_NEVER;
  if (is_unknown) return c->types->any;
  Diag *diag = diag_error(c->diags, DIAG_VINT_NO_POINTER, node->operand->span,
                          check_report_type(c, type));
  if (type->kind == TYPE_PROMISE) check_report_await(c, diag, node->operand);
  return c->types->any;
}

Type *check_vint_expr(Checker *c, Node *node, Type *expected) {
  switch (node->kind) {
  case NODE_CHANNEL: return check_channel_literal(c, (ChannelNode *)node, expected);
  case NODE_STRUCT_LITERAL: return check_struct_literal(c, (StructLiteralNode *)node);
  case NODE_SWITCH: return check_switch(c, (SwitchNode *)node);
  case NODE_RANGE: return check_range(c, (RangeNode *)node);
  case NODE_ADDRESS:
  case NODE_DEREFERENCE: return check_pointer(c, (UnaryNode *)node);
  case NODE_THROW: check_expr(c, ((UnaryNode *)node)->operand, NULL); return c->types->never;
  case NODE_DECLARATIVE:
    check_expr(c, ((DeclarativeNode *)node)->value, NULL);
    return c->types->null;
  case NODE_PACKAGE: return check_package(c, (PackageNode *)node);
  case NODE_PACKAGE_SELF: return c->types->any;
  default: check_stmt(c, node); return c->types->any; // loops and the like are expressions too
  }
}

// --- Statements ----------------------------------------------------------------------------------

static void set_type(Symbol *symbol, Type *type) {
  if (symbol) symbol->type = type;
}

static void check_try(Checker *c, TryNode *node) {
  check_stmt_block(c, node->body, NULL, USE_VALUE);
  set_type(node->symbol, c->types->any);
  if (node->catch_body) check_stmt_block(c, node->catch_body, NULL, USE_VALUE);
  if (node->finally_body) check_stmt_block(c, node->finally_body, NULL, USE_DROPPED);
}

// What the case waits for; the type of the value that it names.
static Type *check_select_subject(Checker *c, SelectCase *one) {
  if (!one->subject) return c->types->any;
  Type *type = check_expr(c, one->subject, NULL);
  switch (one->kind) {
  case SELECT_RECEIVE: return check_channel_element(c, one->subject, type, "receive");
  case SELECT_SEND:
    check_channel_element(c, one->subject, type, "send");
    if (type->kind == TYPE_CHANNEL)
      check_channel_sent(c, one->sent, type);
    else if (one->sent)
      check_expr(c, one->sent, NULL);
    return c->types->any;
  case SELECT_AWAIT:
    if (type->kind != TYPE_PROMISE && !relate_is_open(type)) {
      diag_error(c->diags, DIAG_AWAIT_VALUE, one->subject->span, check_report_type(c, type));
    }
    return relate_is_open(type) ? c->types->any : check_async_payload(type);
  default: return c->types->any;
  }
}

static void check_select(Checker *c, SelectNode *node) {
  for (uint32_t i = 0; i < node->case_count; i++) {
    SelectCase *one = &node->cases[i];
    Type *type = check_select_subject(c, one);
    bool is_kept = one->value_symbol && !one->value_symbol->is_reassigned;
    set_type(one->value_symbol, is_kept ? type : c->types->any);
    if (is_kept && one->subject) one->value_symbol->is_written = check_written_is(one->subject);
    set_type(one->ok_symbol, c->types->any);
    check_stmt_block(c, one->body, NULL, USE_VALUE);
  }
}

static void check_struct(Checker *c, StructNode *node) {
  Type *type = node->symbol ? check_symbol(c, node->symbol) : c->types->any;
  for (uint32_t i = 0; i < node->field_count; i++) {
    StructField *field = &node->fields[i];
    if (!field->default_value) continue;
    Type *declared = field->type ? check_type_written(c, field->type) : NULL;
    Type *got = check_expr(c, field->default_value, declared);
    if (!declared || relate_fits(&c->relate, got, declared, NULL)) continue;
    diag_error(c->diags, DIAG_FIELD_TYPE, field->default_value->span, field->name->text,
               check_report_type(c, declared), check_report_type(c, got));
  }
  for (uint32_t i = 0; i < node->methods.count; i++) {
    FunctionNode *method = (FunctionNode *)node->methods.items[i];
    bool is_known = method->this_symbol && type->kind == TYPE_TYPE;
    if (is_known) {
      method->this_symbol->type = type->args[0];
      method->this_symbol->is_written = true;
    }
    check_function_literal(c, method, NULL, NULL);
  }
}

static void check_error_declaration(Checker *c, ErrorDeclareNode *node) {
  if (node->symbol) check_symbol(c, node->symbol);
  for (uint32_t i = 0; i < node->param_count; i++) {
    const Param *param = &node->params[i];
    Type *declared = param->type ? check_type_written(c, param->type) : NULL;
    Type *got = param->default_value ? check_expr(c, param->default_value, declared) : NULL;
    if (!declared || !got || relate_fits(&c->relate, got, declared, NULL)) continue;
    diag_error(c->diags, DIAG_FIELD_TYPE, param->default_value->span, param->name->text,
               check_report_type(c, declared), check_report_type(c, got));
  }
}

static void check_enum(Checker *c, EnumNode *node) {
  if (node->symbol) check_symbol(c, node->symbol);
  Type *type = node->symbol ? types_prune(node->symbol->type) : NULL;
  for (uint32_t i = 0; i < node->member_count; i++) {
    Type *value = node->members[i].value ? check_expr(c, node->members[i].value, NULL) : NULL;
    if (type && value) type->args[0]->fields[i].type = value;
  }
}

void check_vint_stmt(Checker *c, Node *node) {
  switch (node->kind) {
  case NODE_GO:
  case NODE_DEFER: check_expr(c, ((GoNode *)node)->value, NULL); return;
  case NODE_TRY: check_try(c, (TryNode *)node); return;
  case NODE_SELECT: check_select(c, (SelectNode *)node); return;
  case NODE_STRUCT: check_struct(c, (StructNode *)node); return;
  case NODE_ENUM: check_enum(c, (EnumNode *)node); return;
  case NODE_INCREMENT: check_expr(c, ((IncrementNode *)node)->target, NULL); return;
  case NODE_ERROR_DECLARE: check_error_declaration(c, (ErrorDeclareNode *)node); return;
  case NODE_TYPE_ALIAS: {
    Symbol *symbol = ((TypeAliasNode *)node)->symbol;
    if (symbol) check_symbol(c, symbol);
    return;
  }
  case NODE_IMPORT:
  case NODE_INCLUDE: check_import_statement(c, (ImportNode *)node); return;
  default: return; // nothing else is a statement; an error node was reported
  }
}
