// SPDX-License-Identifier: MIT
// compile_stmt.c - blocks, if, declarations, assignments, return
//
// A block's value is that of its last statement, so the destination is handed on to it. If that is
// the function's return, each branch at the end returns for itself and nothing is joined.
//
// A variable with a written type never holds anything else: the value is checked in a register of
// its own before it is stored, because a failed check can be caught and the variable must then be
// as it was.
#include "compile/compile_private.h"

// --- Blocks and if -------------------------------------------------------------------------------

void compile_stmt_block(FunctionState *fn, BlockNode *node, Dest dest) {
  uint32_t mark = fn->regs.next;
  compile_variable_hoist(fn, &node->items);
  for (uint32_t i = 0; i + 1 < node->items.count; i++)
    compile_node(fn, node->items.items[i], dest_drop());
  if (node->items.count > 0)
    compile_node(fn, node->items.items[node->items.count - 1], dest);
  else
    compile_deliver_null(fn, dest);
  emit_end_locals(&fn->emit, mark);
  fn->regs.next = mark;
}

// `if c do break end` is one jump.
static bool compile_conditional_jump(FunctionState *fn, const IfNode *node, Dest dest) {
  const NodeList *items = &node->then_branch->items;
  if (dest.kind != DEST_DROP || node->else_branch || items->count != 1) return false;
  const Node *only = items->items[0];
  if (only->kind != NODE_BREAK && only->kind != NODE_CONTINUE) return false;
  uint32_t label;
  if (!compile_loop_target(fn, (const JumpNode *)only, &label)) return false;
  compile_operator_jump(fn, node->condition, true, label);
  return true;
}

// `else if` is a loop here: a chain of them may be long.
void compile_stmt_if(FunctionState *fn, IfNode *node, Dest dest) {
  if (compile_conditional_jump(fn, node, dest)) return;
  uint32_t end = emit_label(&fn->emit);
  Node *rest = &node->node;
  while (rest && rest->kind == NODE_IF) {
    IfNode *branch = (IfNode *)rest;
    uint32_t otherwise = emit_label(&fn->emit);
    compile_operator_jump(fn, branch->condition, false, otherwise);
    compile_stmt_block(fn, branch->then_branch, dest);
    rest = branch->else_branch;
    fn->emit.span = branch->node.span;
    if (rest || dest.kind == DEST_REGISTER) emit_jump(&fn->emit, OP_JUMP, 0, 0, end);
    emit_bind(&fn->emit, otherwise);
  }
  if (rest)
    compile_node(fn, rest, dest);
  else
    compile_deliver_null(fn, dest);
  emit_bind(&fn->emit, end);
}

// --- Declarations --------------------------------------------------------------------------------

static void declare_name(FunctionState *fn, DeclareNode *node, Symbol *symbol) {
  Type *type = node->type ? node->type->type : NULL;
  if (node->value) {
    compile_variable_declare(fn, symbol, node->value, type);
    return;
  }
  uint32_t reg = regs_take(&fn->regs, 1);
  compile_type_zero(fn, node->type, reg);
  compile_variable_bind(fn, symbol, reg, true);
}

static void declare_pattern(FunctionState *fn, DeclareNode *node) {
  if (!node->value) return;
  if (node->pattern->kind == NODE_PATTERN_WILDCARD && !node->type) {
    compile_node(fn, node->value, dest_drop());
    return;
  }
  uint32_t reg = compile_expr_fresh(fn, node->value);
  if (node->type) compile_check_value(fn, node->value, reg, node->type->type, NULL);
  compile_match_destructure(fn, node->pattern, reg, true);
}

// In Vint a declaration yields what was declared, in Luma null.
static void deliver_declared(FunctionState *fn, Symbol *symbol, Dest dest) {
  if (dest.kind == DEST_DROP) return;
  if (!fn->compiler->is_vint || !symbol) {
    compile_deliver_null(fn, dest);
    return;
  }
  uint32_t reg = dest.kind == DEST_REGISTER ? dest.reg : regs_take(&fn->regs, 1);
  compile_variable_read(fn, symbol, reg);
  if (dest.kind == DEST_RETURN) compile_stmt_return_register(fn, reg);
}

void compile_stmt_overload(FunctionState *fn, DeclareNode *node, Symbol *symbol) {
  uint32_t mark = fn->regs.next;
  uint32_t earlier = regs_take(&fn->regs, 1);
  compile_variable_read(fn, symbol, earlier);
  uint32_t added = compile_expr_fresh(fn, node->value);
  fn->emit.span = node->node.span;
  emit_abc(&fn->emit, OP_OVERLOAD, earlier, earlier, added);
  compile_variable_store(fn, symbol, earlier);
  fn->regs.next = mark;
}

void compile_stmt_declare(FunctionState *fn, DeclareNode *node, Dest dest) {
  bool is_name = node->pattern->kind == NODE_PATTERN_NAME;
  Symbol *symbol = is_name ? ((PatternNameNode *)node->pattern)->symbol : NULL;
  bool is_made = symbol && node->node.kind == NODE_FUNCTION_DECLARE && symbol->is_hoisted;
  if (symbol && node->is_overload && !is_made)
    compile_stmt_overload(fn, node, symbol);
  else if (symbol && !is_made)
    declare_name(fn, node, symbol);
  if (!symbol) declare_pattern(fn, node);
  deliver_declared(fn, symbol, dest);
}

// --- Assignments ---------------------------------------------------------------------------------

// Whether what is stored in the variable has to be checked: a value, or a compound assignment.
static bool needs_check(const Symbol *symbol, const Node *value) {
  return symbol->trust == TRUST_DECLARED && !trust_fits(value, symbol->type);
}

// Straight into the variable's register. It must not be the topmost one, or it would be taken for
// scratch while the value may still read it.
static void assign_register(FunctionState *fn, Node *value, uint32_t reg) {
  uint32_t mark = fn->regs.next;
  if (regs_is_top(&fn->regs, reg)) regs_take(&fn->regs, 1);
  compile_expr_to(fn, value, reg);
  fn->regs.next = mark;
}

static void deliver_assigned(FunctionState *fn, uint32_t reg, Dest dest) {
  if (fn->compiler->is_vint)
    compile_deliver(fn, reg, dest);
  else
    compile_deliver_null(fn, dest);
}

static const char *subject_of(FunctionState *fn, const Symbol *symbol) {
  const char *what = symbol->kind == SYMBOL_PARAMETER ? "parameter" : "variable";
  return compile_check_subject(fn, what, symbol->name);
}

static void assign_name(FunctionState *fn, AssignNode *node, Symbol *symbol, Dest dest) {
  uint32_t mark = fn->regs.next;
  uint32_t reg;
  bool is_checked = needs_check(symbol, node->value);
  bool is_local = compile_variable_register(fn, symbol, &reg);
  if (is_local && !is_checked) {
    assign_register(fn, node->value, reg);
  } else {
    reg = is_checked ? compile_expr_fresh(fn, node->value)
                     : compile_expr_operand(fn, node->value, NULL, NULL);
    if (is_checked) compile_check_value(fn, node->value, reg, symbol->type, subject_of(fn, symbol));
    compile_variable_store(fn, symbol, reg);
  }
  deliver_assigned(fn, reg, dest);
  fn->regs.next = mark;
}

static bool is_short(const Node *node, int64_t *value) {
  if (node->kind != NODE_INTEGER) return false;
  *value = ((const IntegerNode *)node)->value;
  return *value >= INT16_MIN && *value <= INT16_MAX;
}

// old op value, into target.
static void compile_compound(FunctionState *fn, AssignNode *node, uint32_t old, uint32_t target) {
  int64_t small;
  bool is_small = is_short(node->value, &small);
  fn->emit.span = node->node.span;
  if (is_small && node->op == OPERATOR_EXACT_ADD) {
    emit_abc(&fn->emit, OP_EXACT_ADD_I, target, old, (uint32_t)small);
    return;
  }
  if (is_small && node->op == OPERATOR_EXACT_SUBTRACT) {
    emit_abc(&fn->emit, OP_EXACT_SUB_I, target, old, (uint32_t)small);
    return;
  }
  if (compile_text_compound(fn, node, old, target)) return;
  uint32_t value = compile_expr_operand(fn, node->value, NULL, NULL);
  fn->emit.span = node->node.span;
  compile_operator_compound(fn, node, target, old, value);
}

static void compound_name(FunctionState *fn, AssignNode *node, Symbol *symbol, Dest dest) {
  uint32_t mark = fn->regs.next;
  uint32_t own;
  bool is_checked = needs_check(symbol, &node->node);
  bool is_direct = compile_variable_register(fn, symbol, &own) && !is_checked;
  uint32_t old = compile_expr_operand(fn, node->target, node->value, NULL);
  uint32_t target = is_direct ? own : regs_take(&fn->regs, 1);
  compile_compound(fn, node, old, target);
  if (is_checked) compile_check_type(fn, target, symbol->type, subject_of(fn, symbol));
  if (!is_direct) compile_variable_store(fn, symbol, target);
  deliver_assigned(fn, target, dest);
  fn->regs.next = mark;
}

// --- Fields and elements -------------------------------------------------------------------------

// A place in an object: a.f, a[i] or *p, with object and index in registers.
typedef struct Element {
  Node *node;
  uint32_t object;
  uint32_t index; // the index's register, or the name's cache
  bool is_field;
} Element;

// `later` is evaluated between this and the use of the element.
static Element open_element(FunctionState *fn, Node *target, Node *later) {
  Element element = {.node = target};
  if (target->kind == NODE_DEREFERENCE) {
    element.object = compile_expr_operand(fn, ((UnaryNode *)target)->operand, later, NULL);
    return element;
  }
  element.is_field = target->kind == NODE_FIELD || target->kind == NODE_MEMBER;
  if (element.is_field) {
    FieldNode *field = (FieldNode *)target;
    element.object = compile_expr_operand(fn, field->object, later, NULL);
    compile_package_check_public(fn, field->object, field->name, element.object);
    element.index = compile_cache(fn, field->name);
    return element;
  }
  IndexNode *index = (IndexNode *)target;
  element.object = compile_expr_operand(fn, index->object, index->index, later);
  element.index = compile_expr_operand(fn, index->index, later, NULL);
  return element;
}

static void get_element(FunctionState *fn, const Element *element, uint32_t target) {
  if (element->node->kind == NODE_DEREFERENCE) {
    emit_abc(&fn->emit, OP_POINTER_GET, target, element->object, 0);
    return;
  }
  Opcode op = OP_GET_FIELD;
  if (element->node->kind == NODE_MEMBER) op = OP_GET_MEMBER;
  if (element->node->kind == NODE_INDEX) op = OP_GET_INDEX;
  if (element->node->kind == NODE_EXACT_INDEX) op = OP_EXACT_GET_INDEX;
  emit_abc(&fn->emit, op, target, element->object, element->index);
}

static void set_element(FunctionState *fn, const Element *element, uint32_t value) {
  if (element->node->kind == NODE_DEREFERENCE) {
    emit_abc(&fn->emit, OP_POINTER_SET, element->object, value, 0);
    return;
  }
  Opcode op = OP_SET_FIELD;
  if (element->node->kind == NODE_MEMBER) op = OP_SET_MEMBER;
  if (element->node->kind == NODE_INDEX) op = OP_SET_INDEX;
  if (element->node->kind == NODE_EXACT_INDEX) op = OP_EXACT_SET_INDEX;
  emit_abc(&fn->emit, op, element->object, element->index, value);
}

static void assign_element(FunctionState *fn, AssignNode *node, Dest dest) {
  uint32_t mark = fn->regs.next;
  Element element = open_element(fn, node->target, node->value);
  uint32_t value;
  if (node->op == OPERATOR_COUNT) {
    value = compile_expr_operand(fn, node->value, NULL, NULL);
  } else {
    value = regs_take(&fn->regs, 1);
    get_element(fn, &element, value);
    compile_compound(fn, node, value, value);
  }
  fn->emit.span = node->target->span;
  set_element(fn, &element, value);
  if (element.is_field)
    compile_deliver_null(fn, dest); // vint.md 4.2
  else
    deliver_assigned(fn, value, dest);
  fn->regs.next = mark;
}

static Symbol *assigned_symbol(const Node *target) {
  return target->kind == NODE_NAME ? ((const NameNode *)target)->symbol : NULL;
}

static bool is_element(const Node *target) {
  switch (target->kind) {
  case NODE_FIELD:
  case NODE_MEMBER:
  case NODE_INDEX:
  case NODE_EXACT_INDEX:
  case NODE_DEREFERENCE: return true;
  default: return false;
  }
}

void compile_stmt_assign(FunctionState *fn, AssignNode *node, Dest dest) {
  Symbol *symbol = assigned_symbol(node->target);
  if (symbol && node->op == OPERATOR_COUNT)
    assign_name(fn, node, symbol, dest);
  else if (symbol)
    compound_name(fn, node, symbol, dest);
  else if (is_element(node->target))
    assign_element(fn, node, dest);
  else
    compile_refuse(fn, node->target->span, "assigning to this");
}

// --- x++ -----------------------------------------------------------------------------------------

static void increment_name(FunctionState *fn, IncrementNode *node, Symbol *symbol, Dest dest,
                           bool is_statement) {
  uint32_t own;
  bool is_checked = needs_check(symbol, &node->node);
  bool is_local = compile_variable_register(fn, symbol, &own);
  bool is_direct = is_local && !is_checked && (is_statement || dest.kind == DEST_DROP);
  uint32_t old = is_direct ? own : compile_expr_fresh(fn, node->target);
  uint32_t target = is_direct ? own : regs_take(&fn->regs, 1);
  fn->emit.span = node->node.span;
  emit_abc(&fn->emit, OP_EXACT_ADD_I, target, old, (uint32_t)node->step);
  if (is_checked) compile_check_type(fn, target, symbol->type, subject_of(fn, symbol));
  if (!is_direct) compile_variable_store(fn, symbol, target);
  compile_deliver(fn, is_statement ? target : old, dest);
}

void compile_stmt_increment(FunctionState *fn, IncrementNode *node, Dest dest, bool is_statement) {
  uint32_t mark = fn->regs.next;
  Symbol *symbol = assigned_symbol(node->target);
  if (symbol) {
    increment_name(fn, node, symbol, dest, is_statement);
  } else if (is_element(node->target)) {
    Element element = open_element(fn, node->target, NULL);
    uint32_t old = regs_take(&fn->regs, 2);
    fn->emit.span = node->node.span;
    get_element(fn, &element, old);
    emit_abc(&fn->emit, OP_EXACT_ADD_I, old + 1, old, (uint32_t)node->step);
    set_element(fn, &element, old + 1);
    compile_deliver(fn, is_statement ? old + 1 : old, dest);
  } else {
    compile_refuse(fn, node->target->span, "changing this");
  }
  fn->regs.next = mark;
}

// --- return --------------------------------------------------------------------------------------

// A promise that an async function returns is adopted; what it settles to is not looked at.
static bool is_adopted(const FunctionState *fn, const Node *value) {
  const Type *type = types_prune(value->type);
  return fn->node->is_async && type && type->kind == TYPE_PROMISE;
}

static bool is_null_fine(const FunctionState *fn) {
  if (fn->result_check == NO_TYPE) return true;
  const Type *type = types_prune(fn->result);
  return type && type->kind == TYPE_NULL;
}

static void return_null(FunctionState *fn) {
  if (is_null_fine(fn)) {
    compile_cleanup_return_null(fn);
    return;
  }
  uint32_t mark = fn->regs.next;
  uint32_t reg = regs_take(&fn->regs, 1);
  emit_abc(&fn->emit, OP_NULLS, reg, 1, 0);
  compile_stmt_return_register(fn, reg);
  fn->regs.next = mark;
}

static const char *result_subject(FunctionState *fn) {
  if (!fn->compiler->is_vint) return NULL;
  const Name *name = fn->node->name;
  return name ? arena_printf(fn->emit.arena, "the result of '%s'", name->text) : "the result";
}

// The check may change what is in the register (an integer becomes a double), so it must not be a
// variable's that something else can see; the function ends here, so any of its own will do.
void compile_stmt_return_register(FunctionState *fn, uint32_t reg) {
  if (fn->result_check != NO_TYPE)
    emit_check(&fn->emit, reg, fn->result_check, result_subject(fn));
  compile_cleanup_return(fn, reg);
}

static bool has_own_ending(const Node *value) {
  switch (value->kind) {
  case NODE_BLOCK:
  case NODE_IF:
  case NODE_MATCH:
  case NODE_SWITCH: return true;
  default: return false;
  }
}

void compile_stmt_return(FunctionState *fn, Node *value) {
  if (!value || value->kind == NODE_NULL) {
    return_null(fn);
    return;
  }
  if (has_own_ending(value)) {
    compile_node(fn, value, dest_return());
    return;
  }
  uint32_t mark = fn->regs.next;
  uint32_t reg = compile_expr_operand(fn, value, NULL, NULL);
  bool is_sure = is_adopted(fn, value) || trust_fits(value, fn->result);
  fn->emit.span = value->span;
  if (fn->result_check != NO_TYPE && !is_sure)
    emit_check(&fn->emit, reg, fn->result_check, result_subject(fn));
  compile_cleanup_return(fn, reg);
  fn->regs.next = mark;
}
