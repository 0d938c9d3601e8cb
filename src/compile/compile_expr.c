// SPDX-License-Identifier: MIT
// compile_expr.c - any node, and expressions that hang on their left side
//
// An expression such as a.b(c)[d] + e is a spine of operations, each of which begins with the value
// of the one before it. It is compiled from the leaf outwards by a loop; what is not on the spine
// (arguments, indexes, right operands) is compiled by calls. Before that, on the way inwards, each
// operation is told where its result belongs:
//
//   - the outermost one: to the target;
//   - the operand of an operator or a field: where its user works, the user's *window*;
//   - the receiver of a method: two above its user's window, behind callee and link.
//
// The window is the target itself if that is the topmost register in use, else a new one on top.
#include "compile/compile_private.h"
#include "compile/fold.h"
#include "tree/walk.h"

// From this length on the receivers of chained method calls are moved instead of building windows
// upon windows, or a chain's length would be limited by the number of registers.
#define GROWING_LEVELS_MAX 24
// How many nodes are looked at for an assignment before it is taken for granted.
#define ASSIGN_SEARCH_MAX 48

typedef struct SpineLevel {
  Node *node;
  uint32_t target;
  uint32_t window;
  uint32_t mark; // regs.next before the level took anything
} SpineLevel;

// --- What an operation does with its operand -----------------------------------------------------

static bool is_method_call(const Node *node) {
  return node->kind == NODE_DOT_CALL || node->kind == NODE_COLON_CALL ||
         node->kind == NODE_METHOD_CALL;
}

// The operand that `node` begins with, or NULL if it is a leaf of the spine.
static Node *find_operand(FunctionState *fn, Node *node) {
  switch (node->kind) {
  case NODE_BINARY:
    if (fold_node(node).kind != FOLD_NOTHING) return NULL;
    if (compile_operator_is_mirrored((BinaryNode *)node) || compile_text_is_sum(node)) return NULL;
    return ((BinaryNode *)node)->left;
  case NODE_AND:
  case NODE_OR:
  case NODE_COALESCE: return ((LogicNode *)node)->left;
  case NODE_FIELD:
  case NODE_MEMBER: return compile_call_is_module_member(node) ? NULL : ((FieldNode *)node)->object;
  case NODE_INDEX:
  case NODE_EXACT_INDEX: return ((IndexNode *)node)->object;
  case NODE_SLICE: return ((SliceNode *)node)->object;
  case NODE_AS:
  case NODE_IS: return ((CastNode *)node)->operand;
  case NODE_CALL: return compile_call_is_special(fn, node) ? NULL : ((CallNode *)node)->callee;
  case NODE_DOT_CALL:
  case NODE_COLON_CALL:
  case NODE_METHOD_CALL:
    return compile_call_is_special(fn, node) ? NULL : ((MethodCallNode *)node)->object;
  default: return NULL;
  }
}

typedef struct AssignSearch {
  uint32_t budget;
  bool is_found;
} AssignSearch;

static void search_assignment(void *context, Node *node) {
  AssignSearch *search = context;
  if (search->is_found) return;
  // A function assigns its own registers only; what it shares with us lives in cells.
  if (node->kind == NODE_FUNCTION) return;
  bool is_assignment = node->kind == NODE_ASSIGN || node->kind == NODE_INCREMENT;
  if (is_assignment || search->budget == 0) {
    search->is_found = true;
    return;
  }
  search->budget--;
  walk_children(node, search_assignment, context);
}

// Whether evaluating `node` might assign a variable of this function.
static bool may_assign(Node *node) {
  if (!node) return false;
  AssignSearch search = {.budget = ASSIGN_SEARCH_MAX};
  search_assignment(&search, node);
  return search.is_found;
}

// The register of the variable that `node` names, if it may serve as the operand while `later` and
// `last` are evaluated.
static bool find_register(FunctionState *fn, Node *node, Node *later, Node *last, uint32_t *reg) {
  if (node->kind != NODE_NAME) return false;
  Symbol *symbol = ((NameNode *)node)->symbol;
  if (!symbol || !compile_variable_register(fn, symbol, reg)) return false;
  return !symbol->is_reassigned || (!may_assign(later) && !may_assign(last));
}

// As find_register for the operand of a spine's operation.
static bool find_operand_register(FunctionState *fn, Node *user, Node *operand, uint32_t *reg) {
  switch (user->kind) {
  case NODE_BINARY: return find_register(fn, operand, ((BinaryNode *)user)->right, NULL, reg);
  case NODE_INDEX:
  case NODE_EXACT_INDEX: return find_register(fn, operand, ((IndexNode *)user)->index, NULL, reg);
  case NODE_SLICE:
    return find_register(fn, operand, ((SliceNode *)user)->from, ((SliceNode *)user)->to, reg);
  case NODE_FIELD:
  case NODE_MEMBER:
  case NODE_AS:
  case NODE_IS: return find_register(fn, operand, NULL, NULL, reg);
  default: return false; // calls and logic need it in their window
  }
}

// --- Operations ----------------------------------------------------------------------------------

static void finish_index(FunctionState *fn, IndexNode *node, uint32_t object, uint32_t target) {
  uint32_t index = compile_expr_operand(fn, node->index, NULL, NULL);
  Opcode op = node->node.kind == NODE_INDEX ? OP_GET_INDEX : OP_EXACT_GET_INDEX;
  fn->emit.span = node->node.span;
  emit_abc(&fn->emit, op, target, object, index);
}

static void load_bound(FunctionState *fn, Node *bound, uint32_t reg) {
  if (bound)
    compile_expr_to(fn, bound, reg);
  else
    emit_abc(&fn->emit, OP_NULLS, reg, 1, 0);
}

static void finish_slice(FunctionState *fn, SliceNode *node, uint32_t object, uint32_t target) {
  uint32_t from = regs_take(&fn->regs, 1);
  load_bound(fn, node->from, from);
  load_bound(fn, node->to, regs_take(&fn->regs, 1));
  fn->emit.span = node->node.span;
  emit_abc(&fn->emit, node->is_inclusive ? OP_SLICE_INCLUSIVE : OP_SLICE, target, object, from);
}

static void finish_field(FunctionState *fn, FieldNode *node, uint32_t object, uint32_t target) {
  fn->emit.span = node->name_span;
  compile_package_check_public(fn, node->object, node->name, object);
  Opcode op = node->node.kind == NODE_FIELD ? OP_GET_FIELD : OP_GET_MEMBER;
  emit_abc(&fn->emit, op, target, object, compile_cache(fn, node->name));
}

static void finish_cast(FunctionState *fn, CastNode *node, uint32_t operand, uint32_t target) {
  fn->emit.span = node->node.span;
  uint32_t type = compile_short(fn, unit_types_index(&fn->compiler->types, node->target->type));
  emit_abc(&fn->emit, node->node.kind == NODE_AS ? OP_CONVERT : OP_TEST_TYPE, target, operand,
           type);
}

// The operation itself; `operand` holds what it begins with. Its result goes to the level's target.
static void finish_level(FunctionState *fn, const SpineLevel *level, uint32_t operand) {
  Node *node = level->node;
  switch (node->kind) {
  case NODE_BINARY: compile_operator_binary(fn, (BinaryNode *)node, operand, level->target); return;
  case NODE_FIELD:
  case NODE_MEMBER: finish_field(fn, (FieldNode *)node, operand, level->target); return;
  case NODE_INDEX:
  case NODE_EXACT_INDEX: finish_index(fn, (IndexNode *)node, operand, level->target); return;
  case NODE_SLICE: finish_slice(fn, (SliceNode *)node, operand, level->target); return;
  case NODE_AS:
  case NODE_IS: finish_cast(fn, (CastNode *)node, operand, level->target); return;
  case NODE_CALL: compile_call_plain(fn, (CallNode *)node, level->window); break;
  case NODE_DOT_CALL:
  case NODE_COLON_CALL:
  case NODE_METHOD_CALL:
    fn->regs.next = level->window + 1;
    regs_take(&fn->regs, 2);
    compile_move(fn, level->window + 2, operand);
    compile_call_method(fn, (MethodCallNode *)node, level->window);
    break;
  default: compile_operator_logic(fn, (LogicNode *)node, level->window); break;
  }
  compile_move(fn, level->target, level->window);
}

// --- The spine -----------------------------------------------------------------------------------

static void compile_leaf(FunctionState *fn, Node *node, uint32_t target);
static bool compile_statement(FunctionState *fn, Node *node, Dest dest);

static uint32_t open_window(FunctionState *fn, uint32_t target) {
  return regs_is_top(&fn->regs, target) ? target : regs_take(&fn->regs, 1);
}

static void compile_spine(FunctionState *fn, Node *node, Node *operand, uint32_t target) {
  VEC(SpineLevel) levels = {0};
  while (operand) {
    SpineLevel level = {.node = node, .target = target, .mark = fn->regs.next};
    level.window = open_window(fn, target);
    target = level.window;
    if (is_method_call(node) && levels.count < GROWING_LEVELS_MAX)
      target = regs_take(&fn->regs, 2) + 1;
    vec_push(&levels, level);
    node = operand;
    operand = find_operand(fn, node);
  }
  uint32_t reg = target;
  Node *user = vec_last(&levels).node;
  bool is_own_call = user->kind == NODE_CALL && compile_call_is_own(fn, (CallNode *)user);
  if (!is_own_call && !find_operand_register(fn, user, node, &reg)) {
    uint32_t mark = fn->regs.next;
    reg = target;
    compile_leaf(fn, node, target);
    fn->regs.next = mark;
  }
  while (levels.count > 0) {
    SpineLevel level = vec_pop(&levels);
    finish_level(fn, &level, reg);
    fn->regs.next = level.mark;
    reg = level.target;
  }
  vec_free(&levels);
}

void compile_expr_to(FunctionState *fn, Node *node, uint32_t target) {
  Span outer = fn->emit.span;
  uint32_t mark = fn->regs.next;
  fn->emit.span = node->span;
  Node *operand = find_operand(fn, node);
  if (operand)
    compile_spine(fn, node, operand, target);
  else
    compile_leaf(fn, node, target);
  fn->regs.next = mark;
  fn->emit.span = outer;
}

uint32_t compile_expr_fresh(FunctionState *fn, Node *node) {
  uint32_t reg = regs_take(&fn->regs, 1);
  compile_expr_to(fn, node, reg);
  return reg;
}

uint32_t compile_expr_operand(FunctionState *fn, Node *node, Node *later, Node *last) {
  uint32_t reg;
  if (find_register(fn, node, later, last, &reg)) return reg;
  return compile_expr_fresh(fn, node);
}

// --- Leaves --------------------------------------------------------------------------------------

static void compile_name(FunctionState *fn, NameNode *node, uint32_t target) {
  if (node->symbol)
    compile_variable_read(fn, node->symbol, target);
  else
    compile_load_builtin(fn, node->name->text, NULL, target);
}

static void compile_range(FunctionState *fn, RangeNode *node, uint32_t target) {
  uint32_t from = compile_expr_operand(fn, node->from, node->to, NULL);
  uint32_t to = compile_expr_operand(fn, node->to, NULL, NULL);
  fn->emit.span = node->node.span;
  emit_abc(&fn->emit, OP_RANGE, target, from, to);
}

// fn(A): R as a value: its type is Type(fn(A): R).
static void compile_signature(FunctionState *fn, Node *node, uint32_t target) {
  Type *type = types_prune(node->type);
  if (type && type->kind == TYPE_TYPE && type->arg_count > 0) type = type->args[0];
  emit_ax(&fn->emit, OP_TYPE, target, unit_types_index(&fn->compiler->types, type));
}

static void compile_integer(FunctionState *fn, IntegerNode *node, uint32_t target) {
  compile_load_integer(fn, node->value, target);
}

static void load_fold(FunctionState *fn, Fold fold, uint32_t target) {
  if (fold.kind == FOLD_NUMBER)
    compile_load_number(fn, fold.number, target);
  else
    compile_load_integer(fn, fold.integer, target);
}

static void compile_unary(FunctionState *fn, UnaryNode *node, uint32_t target) {
  Fold fold = fold_node(&node->node);
  if (fold.kind != FOLD_NOTHING)
    load_fold(fn, fold, target);
  else
    compile_operator_unary(fn, node, target);
}

// One that the spine does not go into.
static void compile_whole_binary(FunctionState *fn, BinaryNode *node, uint32_t target) {
  Fold fold = fold_node(&node->node);
  if (fold.kind != FOLD_NOTHING)
    load_fold(fn, fold, target);
  else if (compile_text_is_sum(&node->node))
    compile_text_sum(fn, node, target);
  else
    compile_operator_mirrored(fn, node, target);
}

static void compile_string(FunctionState *fn, StringNode *node, uint32_t target) {
  compile_load_string(fn, node->bytes, node->len, target);
}

static void compile_member_address(FunctionState *fn, const FieldNode *field, uint32_t target) {
  uint32_t object = compile_expr_operand(fn, field->object, NULL, NULL);
  fn->emit.span = field->name_span;
  compile_package_check_public(fn, field->object, field->name, object);
  emit_abc(&fn->emit, OP_POINTER_MEMBER, target, object, compile_cache(fn, field->name));
}

// A variable's cell, a member's place; of anything else a new cell.
static void compile_address(FunctionState *fn, UnaryNode *node, uint32_t target) {
  if (node->operand->kind == NODE_MEMBER && !compile_call_is_module_member(node->operand)) {
    compile_member_address(fn, (const FieldNode *)node->operand, target);
    return;
  }
  Symbol *symbol = node->operand->kind == NODE_NAME ? ((NameNode *)node->operand)->symbol : NULL;
  if (symbol && symbol->package) {
    fn->emit.span = node->node.span;
    compile_variable_read(fn, symbol->package->symbol, target);
    emit_abc(&fn->emit, OP_POINTER_MEMBER, target, target, compile_cache(fn, symbol->name));
    return;
  }
  if (symbol && compile_variable_address(fn, symbol, target)) return;
  uint32_t value = compile_expr_operand(fn, node->operand, NULL, NULL);
  fn->emit.span = node->node.span;
  emit_abc(&fn->emit, OP_CELL_NEW, target, value, 0);
}

static void compile_dereference(FunctionState *fn, UnaryNode *node, uint32_t target) {
  uint32_t pointer = compile_expr_operand(fn, node->operand, NULL, NULL);
  fn->emit.span = node->node.span;
  emit_abc(&fn->emit, OP_POINTER_GET, target, pointer, 0);
}

static void compile_leaf(FunctionState *fn, Node *node, uint32_t target) {
  fn->emit.span = node->span;
  switch (node->kind) {
  case NODE_NULL: emit_abc(&fn->emit, OP_NULLS, target, 1, 0); break;
  case NODE_BOOLEAN: emit_abc(&fn->emit, OP_BOOL, target, ((BooleanNode *)node)->value, 0); break;
  case NODE_NUMBER: compile_load_number(fn, ((NumberNode *)node)->value, target); break;
  case NODE_INTEGER: compile_integer(fn, (IntegerNode *)node, target); break;
  case NODE_STRING: compile_string(fn, (StringNode *)node, target); break;
  case NODE_NAME: compile_name(fn, (NameNode *)node, target); break;
  case NODE_LIST: compile_literal_list(fn, (ListNode *)node, target); break;
  case NODE_TABLE: compile_literal_table(fn, (TableNode *)node, target); break;
  case NODE_FUNCTION: compile_literal_closure(fn, (FunctionNode *)node, target); break;
  case NODE_INTERPOLATION:
    compile_text_interpolation(fn, (InterpolationNode *)node, target);
    break;
  case NODE_BINARY: compile_whole_binary(fn, (BinaryNode *)node, target); break;
  case NODE_UNARY: compile_unary(fn, (UnaryNode *)node, target); break;
  case NODE_AWAIT: compile_async_await(fn, (AwaitNode *)node, target); break;
  case NODE_ADDRESS: compile_address(fn, (UnaryNode *)node, target); break;
  case NODE_DEREFERENCE: compile_dereference(fn, (UnaryNode *)node, target); break;
  case NODE_STRUCT_LITERAL:
    compile_call_struct_literal(fn, (StructLiteralNode *)node, target);
    break;
  case NODE_RANGE: compile_range(fn, (RangeNode *)node, target); break;
  case NODE_SIGNATURE: compile_signature(fn, node, target); break;
  case NODE_PACKAGE_SELF: compile_package_self(fn, target); break;
  case NODE_IMPORT_CALL: compile_import_call(fn, (ImportNode *)node, target); break;
  case NODE_CHANNEL: compile_async_channel(fn, (ChannelNode *)node, target); break;
  case NODE_DECLARATIVE: compile_async_declarative(fn, (DeclarativeNode *)node, target); break;
  case NODE_FIELD:
  case NODE_MEMBER:
  case NODE_CALL:
  case NODE_DOT_CALL:
  case NODE_COLON_CALL:
  case NODE_METHOD_CALL: compile_call_special(fn, node, target); break;
  case NODE_INCREMENT: // as a statement it yields the new value, here the old one
    compile_stmt_increment(fn, (IncrementNode *)node, dest_register(target), false);
    break;
  default:
    if (!compile_statement(fn, node, dest_register(target)))
      compile_refuse(fn, node->span, "this expression");
    break;
  }
}

// --- Values and their destinations ---------------------------------------------------------------

void compile_move(FunctionState *fn, uint32_t target, uint32_t reg) {
  if (target != reg) emit_abc(&fn->emit, OP_MOVE, target, reg, 0);
}

void compile_deliver(FunctionState *fn, uint32_t reg, Dest dest) {
  if (dest.kind == DEST_REGISTER) compile_move(fn, dest.reg, reg);
  if (dest.kind == DEST_RETURN) compile_stmt_return_register(fn, reg);
}

void compile_deliver_null(FunctionState *fn, Dest dest) {
  if (dest.kind == DEST_REGISTER) emit_abc(&fn->emit, OP_NULLS, dest.reg, 1, 0);
  if (dest.kind == DEST_RETURN) compile_stmt_return(fn, NULL);
}

bool compile_expr_is_pure(const Node *node) {
  switch (node->kind) {
  case NODE_NULL:
  case NODE_BOOLEAN:
  case NODE_NUMBER:
  case NODE_INTEGER:
  case NODE_STRING:
  case NODE_FUNCTION: return true;
  case NODE_NAME: {
    const Symbol *symbol = ((const NameNode *)node)->symbol;
    return symbol && !symbol->may_be_unset;
  }
  default: return false;
  }
}

static void compile_value(FunctionState *fn, Node *node, Dest dest) {
  if (dest.kind == DEST_RETURN) {
    compile_stmt_return(fn, node);
    return;
  }
  if (dest.kind == DEST_REGISTER) {
    compile_expr_to(fn, node, dest.reg);
    return;
  }
  if (compile_expr_is_pure(node)) return;
  uint32_t mark = fn->regs.next;
  compile_expr_fresh(fn, node);
  fn->regs.next = mark;
}

// --- Statements, and expressions that are more than a value --------------------------------------

static const char *name_unsupported(NodeKind kind) {
  switch (kind) {
  case NODE_INCLUDE: return "`include`";
  default: return NULL;
  }
}

// What has no value. False: it is not a statement of this kind.
static bool compile_plain_statement(FunctionState *fn, Node *node) {
  switch (node->kind) {
  case NODE_BREAK:
  case NODE_CONTINUE: compile_loop_jump(fn, (JumpNode *)node); return true;
  case NODE_WHILE: compile_loop_while(fn, (WhileNode *)node); return true;
  case NODE_DO_WHILE: compile_loop_do_while(fn, (WhileNode *)node); return true;
  case NODE_FOR:
  case NODE_FOR_AWAIT: compile_loop_for(fn, (ForNode *)node); return true;
  case NODE_EACH: compile_loop_each(fn, (EachNode *)node); return true;
  case NODE_GO: compile_call_go(fn, (GoNode *)node); return true;
  case NODE_DEFER: compile_call_defer(fn, (GoNode *)node); return true;
  case NODE_IMPORT: compile_import_statement(fn, (ImportNode *)node); return true;
  case NODE_STRUCT: compile_type_struct(fn, (StructNode *)node); return true;
  case NODE_ENUM: compile_type_enum(fn, (EnumNode *)node); return true;
  case NODE_ERROR_DECLARE: compile_type_error(fn, (ErrorDeclareNode *)node); return true;
  case NODE_TYPE_ALIAS: return true;
  default: return false;
  }
}

// What hands on the value of a part of it. False: it is not of this kind.
static bool compile_structure(FunctionState *fn, Node *node, Dest dest) {
  switch (node->kind) {
  case NODE_BLOCK: compile_stmt_block(fn, (BlockNode *)node, dest); return true;
  case NODE_IF: compile_stmt_if(fn, (IfNode *)node, dest); return true;
  case NODE_MATCH: compile_match(fn, (MatchNode *)node, dest); return true;
  case NODE_SWITCH: compile_match_switch(fn, (SwitchNode *)node, dest); return true;
  case NODE_SELECT: compile_select(fn, (SelectNode *)node, dest); return true;
  case NODE_TRY: compile_cleanup_try(fn, (TryNode *)node, dest); return true;
  case NODE_REPEAT: compile_loop_repeat(fn, (RepeatNode *)node, dest); return true;
  case NODE_DECLARE:
  case NODE_FUNCTION_DECLARE: compile_stmt_declare(fn, (DeclareNode *)node, dest); return true;
  case NODE_ASSIGN: compile_stmt_assign(fn, (AssignNode *)node, dest); return true;
  case NODE_INCREMENT: compile_stmt_increment(fn, (IncrementNode *)node, dest, true); return true;
  case NODE_RETURN: compile_stmt_return(fn, ((ReturnNode *)node)->value); return true;
  case NODE_PACKAGE: compile_package(fn, (PackageNode *)node, dest); return true;
  case NODE_THROW: compile_async_throw(fn, (UnaryNode *)node); return true;
  default: return false;
  }
}

// Anything but a mere value. False: it is one.
static bool compile_statement(FunctionState *fn, Node *node, Dest dest) {
  const char *unsupported = name_unsupported(node->kind);
  if (unsupported) {
    compile_refuse(fn, node->span, unsupported);
    return true;
  }
  if (!compile_plain_statement(fn, node)) return compile_structure(fn, node, dest);
  fn->emit.span = node->span;
  compile_deliver_null(fn, dest);
  return true;
}

void compile_node(FunctionState *fn, Node *node, Dest dest) {
  while (node->kind == NODE_EXPRESSION) node = ((ExpressionNode *)node)->value;
  Span outer = fn->emit.span;
  fn->emit.span = node->span;
  if (!compile_statement(fn, node, dest)) compile_value(fn, node, dest);
  fn->emit.span = outer;
}
