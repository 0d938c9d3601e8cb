// SPDX-License-Identifier: MIT
// resolve_declare.c - what declares names
//
// A block's declarations are all made before its first statement is resolved (scope.h says why);
// when the walk comes to one of them, it resolves what stands in it and then passes the name.
#include "check/resolve_private.h"

#include "base/strmap.h"
#include "tree/build.h"

#include <string.h>

// --- Making symbols
// --------------------------------------------------------------------------------

static Symbol *make_symbol(Resolver *r, const Name *name, SymbolKind kind, Span span,
                           Node *declaration) {
  Symbol *symbol = ARENA_NEW(r->program->arena, Symbol);
  *symbol = (Symbol){.name = name,
                     .kind = kind,
                     .span = span,
                     .source = r->program->source,
                     .declaration = declaration,
                     .function = resolve_function(r)->function,
                     .reg = -1};
  bool is_fixed = kind == SYMBOL_LOOP || kind == SYMBOL_PATTERN || kind == SYMBOL_FUNCTION;
  symbol->is_constant = kind == SYMBOL_TYPE || (is_fixed && r->rules.fixes_names);
  return symbol;
}

// The function that initialises what this symbol stands for, else NULL.
static const FunctionNode *initial_function(const Symbol *symbol) {
  const Node *node = symbol->declaration;
  if (!node || (node->kind != NODE_DECLARE && node->kind != NODE_FUNCTION_DECLARE)) return NULL;
  const Node *value = ((const DeclareNode *)node)->value;
  return value && value->kind == NODE_FUNCTION ? (const FunctionNode *)value : NULL;
}

// A function that no call could choose, since one with as many parameters was declared before.
static void report_second_function(Resolver *r, const Symbol *symbol, const Symbol *first) {
  uint32_t count = initial_function(symbol)->param_count;
  Diag *diag = diag_error(r->diags, DIAG_UNREACHABLE_FUNCTION, symbol->span, symbol->name->text,
                          count, count == 1 ? "" : "s");
  diag_note(r->diags, diag, first->span, "the first is here");
}

static void report_second_name(Resolver *r, const Symbol *symbol, const Symbol *first) {
  bool is_parameter = symbol->kind == SYMBOL_PARAMETER && first->kind == SYMBOL_PARAMETER;
  DiagCode code = is_parameter                    ? DIAG_DUPLICATE_PARAMETER
                  : symbol->kind == SYMBOL_IMPORT ? DIAG_IMPORT_OF_USED_NAME
                                                  : DIAG_REDECLARED;
  Diag *diag = diag_error(r->diags, code, symbol->span, symbol->name->text);
  diag_note(r->diags, diag, first->span, "it was first declared here");
}

// Whether the scope may have this name beside the one it has already. Reports if not.
static bool is_welcome(Resolver *r, const Symbol *symbol, const Symbol *first) {
  bool are_parameters = symbol->kind == SYMBOL_PARAMETER && first->kind == SYMBOL_PARAMETER;
  if (r->rules.may_redeclare && !are_parameters) return true;
  if (symbol->kind == SYMBOL_IMPORT && first->kind == SYMBOL_IMPORT) return true;
  if (initial_function(symbol) && initial_function(first))
    report_second_function(r, symbol, first);
  else
    report_second_name(r, symbol, first);
  return false;
}

static uint64_t count_bit(const FunctionNode *function) {
  return (uint64_t)1 << (function->param_count < 63 ? function->param_count : 63);
}

// vint.md 5.4: one more function of a name, told apart by the number of parameters. The name is
// then one variable, which the declaration changes.
static bool add_overload(Resolver *r, DeclareNode *declare, const Symbol *symbol) {
  Declared *first = r->rules.may_redeclare ? NULL : scope_find_here(&r->names, symbol->name);
  if (!first || !initial_function(first->symbol) || !initial_function(symbol)) return false;
  if (declare->type || ((DeclareNode *)first->symbol->declaration)->type) return false;
  uint64_t bit = count_bit(initial_function(symbol));
  first->symbol->overloads |= count_bit(initial_function(first->symbol));
  if (first->symbol->overloads & bit) return false;
  first->symbol->overloads |= bit;
  first->symbol->is_reassigned = true;
  declare->is_overload = true;
  ((PatternNameNode *)declare->pattern)->symbol = first->symbol;
  return true;
}

// Puts the symbol into the innermost scope. NULL if it has no place there: then nothing finds it.
// `_` is never found, so that several things may be dropped in one block.
static Declared *bind(Resolver *r, Symbol *symbol, bool is_hoistable) {
  if (strcmp(symbol->name->text, "_") == 0) return NULL;
  Declared *first = scope_find_here(&r->names, symbol->name);
  if (first && !is_welcome(r, symbol, first->symbol)) return NULL;
  Declared *declared = scope_declare(&r->names, symbol, is_hoistable);
  declared->set_time = order_set_time(r->names.innermost->item);
  return declared;
}

// Set from the start of the statement on.
static Declared *bind_now(Resolver *r, Symbol *symbol) {
  Declared *declared = bind(r, symbol, false);
  if (!declared) return NULL;
  declared->set_time = 2 * r->names.innermost->item;
  scope_pass(&r->names, declared);
  return declared;
}

Symbol *resolve_declare_name(Resolver *r, const Name *name, SymbolKind kind, Span span,
                             Node *declaration) {
  if (!name) return NULL;
  Symbol *symbol = make_symbol(r, name, kind, span, declaration);
  bind_now(r, symbol);
  return symbol;
}

static void pass(Resolver *r, const Symbol *symbol) {
  Declared *declared = scope_next(&r->names, symbol);
  if (declared) scope_pass(&r->names, declared);
}

// --- Patterns ------------------------------------------------------------------------------------

// Calls visit for each name that the pattern binds. The parser bounds how deep patterns nest.
typedef void (*VisitName)(Resolver *r, PatternNameNode *name, void *context);

static void visit_names(Resolver *r, Node *pattern, VisitName visit, void *context) {
  if (!pattern) return;
  if (pattern->kind == NODE_PATTERN_NAME) {
    visit(r, (PatternNameNode *)pattern, context);
  } else if (pattern->kind == NODE_PATTERN_LIST) {
    PatternListNode *list = (PatternListNode *)pattern;
    for (uint32_t at = 0; at < list->items.count; at++)
      visit_names(r, list->items.items[at], visit, context);
    visit_names(r, list->rest, visit, context);
  } else if (pattern->kind == NODE_PATTERN_TABLE) {
    PatternTableNode *table = (PatternTableNode *)pattern;
    for (uint32_t at = 0; at < table->field_count; at++)
      visit_names(r, table->fields[at].pattern, visit, context);
  } else if (pattern->kind == NODE_PATTERN_VALUE) {
    resolve_node(r, ((PatternValueNode *)pattern)->value);
  }
}

typedef struct NewName {
  SymbolKind kind;
  Node *declaration;
} NewName;

static void declare_pattern_name(Resolver *r, PatternNameNode *name, void *context) {
  const NewName *new = context;
  if (name->meaning == PATTERN_TAG) return;
  if (new->kind == SYMBOL_PATTERN && resolve_use_type_pattern(r, name)) return;
  name->symbol = resolve_declare_name(r, name->name, new->kind, name->node.span, new->declaration);
}

void resolve_declare_pattern(Resolver *r, Node *pattern, SymbolKind kind, Node *declaration) {
  visit_names(r, pattern, declare_pattern_name, &(NewName){kind, declaration});
}

// --- A block's declarations, before the walk
// -------------------------------------------------------

// A table literal's functions can only run through its name if nothing but the table has them.
static bool has_functions(const Node *value) {
  if (!value || value->kind != NODE_TABLE) return false;
  const TableNode *table = (const TableNode *)value;
  for (uint32_t at = 0; at < table->count; at++)
    if (table->entries[at].value && table->entries[at].value->kind == NODE_FUNCTION) return true;
  return false;
}

// What is typed later may assign it, or point to it. Functions are looked at when the input is done:
// they cannot be assigned any more then (api/repl.c).
static void mark_lasting(Resolver *r, Symbol *symbol) {
  symbol->is_lasting = true;
  if (symbol->is_constant || symbol->kind == SYMBOL_FUNCTION) return;
  symbol->is_reassigned = true;
  symbol->is_addressed = r->program->dialect == DIALECT_VINT;
}

static void announce_let_name(Resolver *r, PatternNameNode *name, void *context) {
  DeclareNode *declare = context;
  Symbol *symbol = make_symbol(r, name->name, declare->binding, name->node.span, &declare->node);
  symbol->is_constant |= declare->is_constant;
  if (r->program->is_input && r->names.innermost->is_top) mark_lasting(r, symbol);
  name->symbol = symbol;
  bool is_single = declare->pattern == &name->node;
  bool is_function = is_single && declare->value && declare->value->kind == NODE_FUNCTION;
  if (is_function && add_overload(r, declare, symbol)) return;
  if (is_function) symbol->self = (FunctionNode *)declare->value;
  Declared *declared = bind(r, symbol, is_function);
  if (!declared) return;
  if (is_function || (is_single && has_functions(declare->value)))
    order_add_node(&r->work, declared, declare->node.kind == NODE_FUNCTION_DECLARE);
}

// `is_node`: its functions can only run through its name.
static Symbol *announce(Resolver *r, const Name *name, SymbolKind kind, Span span, Node *node,
                        bool is_node) {
  if (!name) return NULL;
  Symbol *symbol = make_symbol(r, name, kind, span, node);
  Declared *declared = bind(r, symbol, kind == SYMBOL_TYPE);
  if (declared && is_node) order_add_node(&r->work, declared, false);
  return symbol;
}

static void announce_package(Resolver *r, PackageNode *package) {
  package->symbol =
      announce(r, package->name, SYMBOL_LET, package->name_span, &package->node, false);
  if (package->symbol) package->symbol->is_constant = true;
}

static void announce_type(Resolver *r, Node *node) {
  if (node->kind == NODE_STRUCT) {
    StructNode *type = (StructNode *)node;
    type->symbol = announce(r, type->name, SYMBOL_TYPE, type->name_span, node, true);
  } else if (node->kind == NODE_ENUM) {
    EnumNode *type = (EnumNode *)node;
    type->symbol = announce(r, type->name, SYMBOL_TYPE, type->name_span, node, false);
  } else if (node->kind == NODE_TYPE_ALIAS) {
    TypeAliasNode *type = (TypeAliasNode *)node;
    type->symbol = announce(r, type->name, SYMBOL_TYPE, type->name_span, node, false);
  } else {
    ErrorDeclareNode *type = (ErrorDeclareNode *)node;
    type->symbol = announce(r, type->name, SYMBOL_TYPE, type->name_span, node, false);
  }
}

static void announce_item(Resolver *r, Node *node) {
  switch (node->kind) {
  case NODE_DECLARE:
  case NODE_FUNCTION_DECLARE:
    visit_names(r, ((DeclareNode *)node)->pattern, announce_let_name, node);
    return;
  case NODE_STRUCT:
  case NODE_ENUM:
  case NODE_TYPE_ALIAS:
  case NODE_ERROR_DECLARE: announce_type(r, node); return;
  case NODE_IMPORT: {
    ImportNode *import = (ImportNode *)node;
    import->symbol = announce(r, import->alias, SYMBOL_IMPORT, node->span, node, false);
    return;
  }
  case NODE_PACKAGE: announce_package(r, (PackageNode *)node); return;
  case NODE_EXPRESSION: {
    Node *value = ((ExpressionNode *)node)->value;
    if (value && value->kind == NODE_PACKAGE) announce_package(r, (PackageNode *)value);
    return;
  }
  default: return;
  }
}

void resolve_declare_block(Resolver *r, const NodeList *items) {
  for (uint32_t at = 0; at < items->count; at++) {
    r->names.innermost->item = at;
    announce_item(r, items->items[at]);
  }
}

void resolve_declare_earlier(Resolver *r, Scope *scope) {
  scope_open(&r->names, scope, 0);
  scope->is_top = true;
  for (uint32_t at = 0; at < r->program->earlier_count; at++)
    scope_pass(&r->names, scope_declare(&r->names, r->program->earlier[at], false));
}

// --- Declarations, during the walk
// -----------------------------------------------------------------

// Resolves a function that can only run through `declared`.
static void resolve_owned(Resolver *r, Declared *declared, Node *function) {
  declared->scope->node = declared->node;
  resolve_node(r, function);
  declared->scope->node = NULL;
}

static void resolve_owned_table(Resolver *r, Declared *declared, TableNode *table) {
  for (uint32_t at = 0; at < table->count; at++) {
    TableEntry *entry = &table->entries[at];
    resolve_node(r, entry->key);
    resolve_node(r, entry->type);
    if (entry->value && entry->value->kind == NODE_FUNCTION && declared->node)
      resolve_owned(r, declared, entry->value);
    else
      resolve_node(r, entry->value);
  }
}

static void pass_name(Resolver *r, PatternNameNode *name, void *context) {
  (void)context;
  pass(r, name->symbol);
}

// What a pattern that is one name declares; NULL for other patterns and for refused names.
static Declared *find_single(Resolver *r, const Node *pattern) {
  if (!pattern || pattern->kind != NODE_PATTERN_NAME) return NULL;
  return scope_next(&r->names, ((const PatternNameNode *)pattern)->symbol);
}

void resolve_declare_let(Resolver *r, Node *node) {
  DeclareNode *declare = (DeclareNode *)node;
  resolve_node(r, declare->type);
  Node *value = declare->value;
  if (!value && declare->type) resolve_use_zero(r, declare->type);
  Declared *declared = find_single(r, declare->pattern);
  if (declared && value && value->kind == NODE_FUNCTION) {
    declared->state = DECLARED_OPEN;
    resolve_owned(r, declared, value);
  } else if (declared && value && value->kind == NODE_TABLE) {
    declared->state = DECLARED_OPEN;
    resolve_owned_table(r, declared, (TableNode *)value);
  } else {
    resolve_node(r, value);
  }
  visit_names(r, declare->pattern, pass_name, NULL);
}

// A function's statement is passed before its body: there the name means this function.
void resolve_declare_function(Resolver *r, Node *node) {
  DeclareNode *declare = (DeclareNode *)node;
  Declared *declared = find_single(r, declare->pattern);
  if (!declared) {
    resolve_node(r, declare->value);
    return;
  }
  scope_pass(&r->names, declared);
  resolve_owned(r, declared, declare->value);
}

// The function that makes instances. Its parameters are no names that the default values see.
static FunctionNode *resolve_maker(Resolver *r, const Name *name, Span span, Param *fields,
                                   uint32_t count) {
  FunctionNode *maker = BUILD(r->program->arena, Function, FUNCTION, span);
  maker->name = name;
  maker->is_maker = true;
  maker->params = fields;
  maker->param_count = count;
  Scope scope;
  resolve_storage_enter(r, maker, &scope);
  for (uint32_t at = 0; at < count; at++) {
    resolve_node(r, fields[at].default_value);
    if (fields[at].type && !fields[at].default_value) resolve_use_zero(r, fields[at].type);
  }
  resolve_storage_leave(r);
  return maker;
}

// Notes that the struct has the name; reports if it has it already.
static void check_member(Resolver *r, StrMap *seen, const Name *name, const Span *span) {
  if (!name) return;
  const Span *first = strmap_get(seen, name->text, name->len);
  if (!first) {
    strmap_set(seen, name->text, name->len, (void *)span);
    return;
  }
  Diag *diag = diag_error(r->diags, DIAG_DUPLICATE_FIELD, *span, name->text);
  diag_note(r->diags, diag, *first, "it was first declared here");
}

static void check_members(Resolver *r, const Param *fields, uint32_t count,
                          const NodeList *methods) {
  StrMap seen = {0};
  for (uint32_t at = 0; at < count; at++) check_member(r, &seen, fields[at].name, &fields[at].span);
  for (uint32_t at = 0; methods && at < methods->count; at++) {
    const FunctionNode *method = (const FunctionNode *)methods->items[at];
    check_member(r, &seen, method->name, &method->node.span);
  }
  strmap_free(&seen);
}

static Param *fields_as_parameters(Resolver *r, const StructNode *type) {
  Param *params = arena_alloc(r->program->arena, (type->field_count + 1) * sizeof(Param));
  for (uint32_t at = 0; at < type->field_count; at++) {
    const StructField *field = &type->fields[at];
    params[at] = (Param){.name = field->name,
                         .span = field->span,
                         .type = field->type,
                         .default_value = field->default_value};
  }
  return params;
}

void resolve_declare_struct(Resolver *r, Node *node) {
  StructNode *type = (StructNode *)node;
  Declared *declared = scope_next(&r->names, type->symbol);
  for (uint32_t at = 0; at < type->field_count; at++) resolve_node(r, type->fields[at].type);
  if (declared) {
    declared->state = DECLARED_OPEN;
    declared->scope->node = declared->node;
  }
  Param *fields = fields_as_parameters(r, type);
  check_members(r, fields, type->field_count, &type->methods);
  type->maker = resolve_maker(r, type->name, node->span, fields, type->field_count);
  for (uint32_t at = 0; at < type->methods.count; at++) resolve_node(r, type->methods.items[at]);
  if (!declared) return;
  declared->scope->node = NULL;
  scope_pass(&r->names, declared);
}

void resolve_declare_enum(Resolver *r, Node *node) {
  EnumNode *type = (EnumNode *)node;
  for (uint32_t at = 0; at < type->member_count; at++) resolve_node(r, type->members[at].value);
  pass(r, type->symbol);
}

void resolve_declare_alias(Resolver *r, Node *node) {
  TypeAliasNode *type = (TypeAliasNode *)node;
  resolve_node(r, type->target);
  pass(r, type->symbol);
}

void resolve_declare_error(Resolver *r, Node *node) {
  ErrorDeclareNode *type = (ErrorDeclareNode *)node;
  for (uint32_t at = 0; at < type->param_count; at++) resolve_node(r, type->params[at].type);
  check_members(r, type->params, type->param_count, NULL);
  type->maker = resolve_maker(r, type->name, node->span, type->params, type->param_count);
  pass(r, type->symbol);
}

void resolve_declare_import(Resolver *r, Node *node) {
  pass(r, ((ImportNode *)node)->symbol);
}

// The package is there before its body runs, so that functions in it find it. Where a package is
// part of an expression, nobody has announced it.
static Declared *enter_package(Resolver *r, PackageNode *package) {
  Declared *declared = scope_next(&r->names, package->symbol);
  if (declared) {
    declared->set_time = 2 * declared->scope->item;
    scope_pass(&r->names, declared);
    return declared;
  }
  if (package->symbol || !package->name) return NULL;
  package->symbol = make_symbol(r, package->name, SYMBOL_LET, package->name_span, &package->node);
  package->symbol->is_constant = true;
  return bind_now(r, package->symbol);
}

void resolve_declare_package(Resolver *r, Node *node) {
  PackageNode *package = (PackageNode *)node;
  Declared *around = r->package;
  Declared *declared = enter_package(r, package);
  Scope scope;
  resolve_storage_open(r, &scope);
  scope.package = declared;
  r->package = declared;
  if (package->body) resolve_items(r, &package->body->items);
  r->package = around;
  resolve_storage_close(r);
}
