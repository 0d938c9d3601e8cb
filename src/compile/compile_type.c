// SPDX-License-Identifier: MIT
// compile_type.c - structs, enums, declared errors, and the zero values of types
//
// What a struct's declaration leaves behind:
//
//     DECLARE_TYPE r Point          the type value; the struct's name has it from here on
//     CLOSURE r+1 …                 each method, with `this` as its first parameter
//     TYPE_MEMBER r "norm" r+1
//     CLOSURE r+1 Point             the maker: the fields are its parameters, and its last capture
//     TYPE_MAKER r r+1              is r
//
// The maker gives a field that no argument filled its default value, or its type's zero value. A
// call that leaves out a field without default has failed before that: only `Point{…}` and
// `let p: Point` hand over absent values for such fields.
#include "compile/compile_private.h"

// --- Zero values ---------------------------------------------------------------------------------

// The struct type itself, of the type of the name that stands for it.
static Type *type_of_symbol(const Symbol *symbol) {
  Type *type = symbol ? types_prune(symbol->type) : NULL;
  if (!type || type->kind != TYPE_TYPE || type->arg_count == 0) return NULL;
  return types_prune(type->args[0]);
}

static uint32_t count_fields(const Type *type) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < type->field_count; i++) count += !type->fields[i].is_method;
  return count;
}

typedef VEC(Type *) TypeVec;

static bool is_listed(const TypeVec *types, const Type *type) {
  for (uint32_t i = 0; i < types->count; i++)
    if (types->items[i] == type) return true;
  return false;
}

// Whether making an instance of `from` with all fields zero would make one of `wanted`.
static bool leads_to(Type *from, const Type *wanted) {
  TypeVec open = {0};
  vec_push(&open, from);
  for (uint32_t at = 0; at < open.count && !is_listed(&open, wanted); at++) {
    const Type *type = open.items[at];
    for (uint32_t i = 0; i < type->field_count; i++) {
      Type *field = types_prune(type->fields[i].type);
      bool is_made = !type->fields[i].is_method && !type->fields[i].is_optional && field &&
                     field->kind == TYPE_STRUCT;
      if (is_made && !is_listed(&open, field)) vec_push(&open, field);
    }
  }
  bool does = is_listed(&open, wanted);
  vec_free(&open);
  return does;
}

// A struct that contains itself ends with null.
static bool is_endless(const FunctionState *fn, Type *type) {
  if (!fn->node->is_maker || !fn->made) return false;
  return leads_to(type, fn->made);
}

static void load_zero_instance(FunctionState *fn, Symbol *symbol, const Type *type,
                               uint32_t target) {
  uint32_t mark = fn->regs.next;
  uint32_t window = regs_take(&fn->regs, 2);
  uint32_t count = count_fields(type);
  compile_variable_read(fn, symbol, window);
  for (uint32_t i = 0; i < count; i++) emit_abc(&fn->emit, OP_ABSENT, regs_take(&fn->regs, 1), 0, 0);
  emit_abc(&fn->emit, OP_CALL, window, count, 0);
  compile_move(fn, target, window);
  fn->regs.next = mark;
}

// [N]T: N zero values of T.
static void load_zero_array(FunctionState *fn, const TypeArrayNode *array, uint32_t target) {
  const Node *length = array->length;
  int64_t count = length && length->kind == NODE_INTEGER ? ((const IntegerNode *)length)->value : 0;
  if (count <= 0) {
    emit_abc(&fn->emit, OP_LIST, target, fn->regs.next, 0);
    return;
  }
  uint32_t mark = fn->regs.next;
  uint32_t counter = regs_take(&fn->regs, 1);
  uint32_t list = regs_take(&fn->regs, 1);
  uint32_t item = regs_take(&fn->regs, 1);
  uint32_t end = emit_label(&fn->emit);
  uint32_t again = emit_label(&fn->emit);
  compile_load_integer(fn, count, counter);
  emit_abc(&fn->emit, OP_LIST, list, item, 0);
  emit_bind(&fn->emit, again);
  emit_jump(&fn->emit, OP_JUMP_EXACT_NOT_GT_I, counter, 0, end);
  compile_type_zero(fn, array->element, item);
  emit_abc(&fn->emit, OP_LIST_PUSH, list, item, 0);
  emit_abc(&fn->emit, OP_EXACT_SUB_I, counter, counter, 1);
  emit_jump(&fn->emit, OP_LOOP, 0, 0, again);
  emit_bind(&fn->emit, end);
  compile_move(fn, target, list);
  fn->regs.next = mark;
}

void compile_type_zero(FunctionState *fn, const Node *written, uint32_t target) {
  Type *type = written ? types_prune(written->type) : NULL;
  Symbol *symbol =
      written && written->kind == NODE_TYPE_NAME ? ((const TypeNameNode *)written)->zero : NULL;
  switch (type ? type->kind : TYPE_ANY) {
  case TYPE_INTEGER: compile_load_integer(fn, 0, target); return;
  case TYPE_NUMBER:
  case TYPE_FLOAT: compile_load_number(fn, 0, target); return;
  case TYPE_STRING: compile_load_string(fn, "", 0, target); return;
  case TYPE_BOOLEAN: emit_abc(&fn->emit, OP_BOOL, target, 0, 0); return;
  case TYPE_LIST:
    if (written->kind == NODE_TYPE_ARRAY)
      load_zero_array(fn, (const TypeArrayNode *)written, target);
    else
      emit_abc(&fn->emit, OP_LIST, target, fn->regs.next, 0);
    return;
  case TYPE_TABLE: emit_abc(&fn->emit, OP_TABLE, target, 0, 0); return;
  case TYPE_STRUCT:
    if (symbol && !is_endless(fn, type)) {
      load_zero_instance(fn, symbol, type, target);
      return;
    }
    break;
  default: break;
  }
  emit_abc(&fn->emit, OP_NULLS, target, 1, 0);
}

// --- Makers --------------------------------------------------------------------------------------

static void fill_field(FunctionState *fn, const Param *field, uint32_t reg) {
  uint32_t present = emit_label(&fn->emit);
  fn->emit.span = field->span;
  emit_jump(&fn->emit, OP_JUMP_PRESENT, reg, 0, present);
  if (field->default_value)
    compile_expr_to(fn, field->default_value, reg);
  else
    compile_type_zero(fn, field->type, reg);
  emit_bind(&fn->emit, present);
  if (!field->type) return;
  const char *subject =
      arena_printf(fn->emit.arena, "field '%s' of %s", field->name->text, fn->name);
  compile_check_type(fn, reg, field->type->type, subject);
}

void compile_type_maker_body(FunctionState *fn) {
  const FunctionNode *node = fn->node;
  for (uint32_t i = 0; i < node->param_count; i++) fill_field(fn, &node->params[i], i);
  fn->emit.span = node->node.span;
  uint32_t result = node->param_count > 0 ? 0 : regs_take(&fn->regs, 1);
  emit_abc(&fn->emit, OP_INSTANCE, result, node->capture_count, node->param_count);
  emit_end(&fn->emit, OP_RETURN, result);
}

// --- Declarations --------------------------------------------------------------------------------

// The name has the type before methods are made, which may capture it. The register stays taken if
// it is the variable.
static uint32_t open_type(FunctionState *fn, Symbol *symbol) {
  Type *type = type_of_symbol(symbol);
  uint32_t reg = regs_take(&fn->regs, 1);
  emit_ax(&fn->emit, OP_DECLARE_TYPE, reg, unit_types_index(&fn->compiler->types, type));
  compile_variable_bind(fn, symbol, reg, true);
  return reg;
}

static void close_type(FunctionState *fn, const Symbol *symbol, uint32_t reg) {
  bool is_variable = symbol->storage == STORAGE_REGISTER && symbol->reg == (int32_t)reg;
  bool is_above = symbol->reg > (int32_t)reg && symbol->storage != STORAGE_MODULE;
  fn->regs.next = is_variable ? reg + 1 : is_above ? (uint32_t)symbol->reg + 1 : reg;
}

static void add_member(FunctionState *fn, uint32_t type, const Name *name, Node *value) {
  uint32_t mark = fn->regs.next;
  uint32_t reg = compile_expr_fresh(fn, value);
  uint32_t key = compile_short(fn, emit_string(&fn->emit, name->text, name->len));
  fn->emit.span = value->span;
  emit_abc(&fn->emit, OP_TYPE_MEMBER, type, key, reg);
  fn->regs.next = mark;
}

static void add_maker(FunctionState *fn, uint32_t type, FunctionNode *maker, Type *made) {
  uint32_t mark = fn->regs.next;
  fn->made_register = type;
  fn->made = made;
  uint32_t reg = regs_take(&fn->regs, 1);
  compile_literal_closure(fn, maker, reg);
  emit_abc(&fn->emit, OP_TYPE_MAKER, type, reg, 0);
  fn->regs.next = mark;
}

void compile_type_struct(FunctionState *fn, StructNode *node) {
  Type *type = type_of_symbol(node->symbol);
  if (!type) return; // reported
  uint32_t reg = open_type(fn, node->symbol);
  for (uint32_t i = 0; i < node->methods.count; i++) {
    FunctionNode *method = (FunctionNode *)node->methods.items[i];
    add_member(fn, reg, method->name, &method->node);
  }
  fn->emit.span = node->node.span;
  add_maker(fn, reg, node->maker, type);
  close_type(fn, node->symbol, reg);
}

void compile_type_error(FunctionState *fn, ErrorDeclareNode *node) {
  Type *type = type_of_symbol(node->symbol);
  if (!type) return;
  uint32_t reg = open_type(fn, node->symbol);
  add_maker(fn, reg, node->maker, type);
  close_type(fn, node->symbol, reg);
}

void compile_type_enum(FunctionState *fn, EnumNode *node) {
  if (!type_of_symbol(node->symbol)) return;
  uint32_t reg = open_type(fn, node->symbol);
  for (uint32_t i = 0; i < node->member_count; i++)
    add_member(fn, reg, node->members[i].name, node->members[i].value);
  close_type(fn, node->symbol, reg);
}
