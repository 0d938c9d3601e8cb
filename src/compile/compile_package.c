// SPDX-License-Identifier: MIT
// compile_package.c - Vint's packages
//
//     PACKAGE r counter             the package, empty; its name has it from here on
//     …                             its body, whose declarations set members
//     r+1 = r.init, CALL r+1        if it has an `init`; awaited if that is async
//
// Members are read and written as fields, by plain names, through `@` and from outside alike.
// Outside code that names a private member asks first whether the object is a package.
#include "compile/compile_private.h"

#include <string.h>

// --- Members -------------------------------------------------------------------------------------

typedef VEC(TypeFieldData) FieldVec;

// The type that the unit keeps for the package: its name, and what is settled about members.
static void add_settled(FunctionState *fn, FieldVec *fields, const DeclareNode *declare) {
  if (declare->pattern->kind != NODE_PATTERN_NAME) return;
  const Name *name = ((const PatternNameNode *)declare->pattern)->name;
  if (!declare->is_constant && !declare->type) return;
  UnitTypes *types = &fn->compiler->types;
  uint32_t type = declare->type ? compile_check_index(fn, declare->type->type)
                                : unit_types_simple(types, TAG_ANY, "any");
  TypeFieldData field = {.name = arena_text(types->arena, name->text, name->len),
                         .type = type,
                         .is_constant = declare->is_constant};
  vec_push(fields, field);
}

static uint32_t package_type(FunctionState *fn, const PackageNode *node) {
  FieldVec fields = {0};
  for (uint32_t i = 0; i < node->body->items.count; i++) {
    const Node *item = node->body->items.items[i];
    if (item->kind == NODE_DECLARE) add_settled(fn, &fields, (const DeclareNode *)item);
  }
  uint32_t type =
      unit_types_package(&fn->compiler->types, node->name->text, fields.items, fields.count);
  vec_free(&fields);
  return type;
}

void compile_package_read(FunctionState *fn, const Symbol *member, uint32_t target) {
  compile_variable_read(fn, member->package->symbol, target);
  emit_abc(&fn->emit, OP_GET_MEMBER, target, target, compile_cache(fn, member->name));
}

void compile_package_store(FunctionState *fn, const Symbol *member, uint32_t reg) {
  uint32_t mark = fn->regs.next;
  uint32_t package = regs_take(&fn->regs, 1);
  compile_variable_read(fn, member->package->symbol, package);
  emit_abc(&fn->emit, OP_SET_MEMBER, package, compile_cache(fn, member->name), reg);
  fn->regs.next = mark;
}

void compile_package_self(FunctionState *fn, uint32_t target) {
  compile_variable_read(fn, fn->compiler->package->symbol, target);
}

// --- Private members -----------------------------------------------------------------------------

static bool is_inside(const Node *node, const Symbol *package) {
  const Node *declaration = package->declaration;
  if (!declaration || declaration->kind != NODE_PACKAGE) return false;
  return node->span.start >= declaration->span.start && node->span.end <= declaration->span.end;
}

// `@` and, inside of the package, its own name.
static bool is_own_package(const FunctionState *fn, const Node *object) {
  if (object->kind == NODE_PACKAGE_SELF) return true;
  if (object->kind != NODE_NAME) return false;
  const Symbol *symbol = ((const NameNode *)object)->symbol;
  return symbol && symbol->source == fn->compiler->program->source && is_inside(object, symbol);
}

void compile_package_check_public(FunctionState *fn, const Node *object, const Name *name,
                                  uint32_t reg) {
  bool is_private = name->text[0] == '_' && name->text[1] != '_';
  if (!is_private || is_own_package(fn, object)) return;
  uint32_t key = emit_string(&fn->emit, name->text, name->len);
  emit_ax(&fn->emit, OP_CHECK_PUBLIC, reg, key);
}

// --- The package itself --------------------------------------------------------------------------

// The function `init` that the body declares, or NULL.
static Symbol *find_init(const PackageNode *node) {
  for (uint32_t i = 0; i < node->body->items.count; i++) {
    const Node *item = node->body->items.items[i];
    if (item->kind != NODE_DECLARE && item->kind != NODE_FUNCTION_DECLARE) continue;
    const DeclareNode *declare = (const DeclareNode *)item;
    bool is_function = declare->value && declare->value->kind == NODE_FUNCTION;
    if (!is_function || declare->pattern->kind != NODE_PATTERN_NAME) continue;
    const PatternNameNode *pattern = (const PatternNameNode *)declare->pattern;
    if (strcmp(pattern->name->text, "init") == 0) return pattern->symbol;
  }
  return NULL;
}

static void call_init(FunctionState *fn, const Symbol *init) {
  const DeclareNode *declare = (const DeclareNode *)init->declaration;
  bool is_async = ((const FunctionNode *)declare->value)->is_async;
  uint32_t mark = fn->regs.next;
  uint32_t window = regs_take(&fn->regs, 2);
  fn->emit.span = init->span;
  compile_package_read(fn, init, window);
  emit_abc(&fn->emit, OP_CALL, window, 0, 0);
  if (is_async) emit_abc(&fn->emit, OP_AWAIT, window, window, 0);
  fn->regs.next = mark;
}

void compile_package(FunctionState *fn, PackageNode *node, Dest dest) {
  PackageNode *outer = fn->compiler->package;
  fn->compiler->package = node;
  uint32_t reg = regs_take(&fn->regs, 1);
  emit_ax(&fn->emit, OP_PACKAGE, reg, package_type(fn, node));
  compile_variable_bind(fn, node->symbol, reg, true);
  compile_stmt_block(fn, node->body, dest_drop());
  const Symbol *init = find_init(node);
  if (init) call_init(fn, init);
  fn->compiler->package = outer;
  fn->emit.span = node->name_span;
  if (dest.kind == DEST_DROP) return;
  uint32_t value = dest.kind == DEST_REGISTER ? dest.reg : regs_take(&fn->regs, 1);
  compile_variable_read(fn, node->symbol, value);
  if (dest.kind == DEST_RETURN) compile_stmt_return_register(fn, value);
}
