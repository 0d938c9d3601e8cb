// SPDX-License-Identifier: MIT
// resolve.c - which declaration each name means
//
// One walk through the tree in the order of its text. Each kind of node that declares or uses
// names, or opens a scope, has a row in `handlers`; all others only have children.
//
// Depth: the parsers bound nesting, but a sum of a hundred thousand terms or a chain of as many
// calls nests to the left without a bracket, and a chain of `else if` to the right. So walk_spine
// and walk_if go along those in a loop; the order in which an expression's parts are resolved makes
// no difference.
#include "check/resolve_private.h"

#include "tree/walk.h"

#include <string.h>

// --- Blocks and functions ------------------------------------------------------------------------

void resolve_items(Resolver *r, const NodeList *items) {
  Scope *scope = r->names.innermost;
  resolve_declare_block(r, items);
  for (uint32_t at = 0; at < items->count; at++) {
    scope->item = at;
    resolve_node(r, items->items[at]);
  }
}

static void walk_block(Resolver *r, Node *node) {
  Scope scope;
  resolve_storage_open(r, &scope);
  resolve_items(r, &((BlockNode *)node)->items);
  resolve_storage_close(r);
}

static bool is_promise(const Node *type) {
  return type && type->kind == NODE_TYPE_NAME &&
         strcmp(((const TypeNameNode *)type)->name->text, "Promise") == 0;
}

static bool is_async(const Resolver *r, const FunctionNode *function) {
  if (function->is_written_async) return true;
  return r->rules.infers_async && (function->has_await || is_promise(function->result_type));
}

// A default value may use the parameters before its own, which is declared after it.
static void walk_parameters(Resolver *r, FunctionNode *function) {
  for (uint32_t at = 0; at < function->param_count; at++) {
    Param *param = &function->params[at];
    resolve_node(r, param->type);
    resolve_node(r, param->default_value);
    param->symbol =
        resolve_declare_name(r, param->name, SYMBOL_PARAMETER, param->span, &function->node);
  }
}

static void declare_this(Resolver *r, FunctionNode *function) {
  if (!function->this_struct) return;
  const Name *name = name_of(r->program->names, "this");
  Span span = {function->node.span.start, function->node.span.start};
  function->this_symbol = resolve_declare_name(r, name, SYMBOL_PARAMETER, span, &function->node);
  function->this_symbol->is_constant = true;
}

// Parameters share the body's scope, so that a name is declared in the body a second time.
static void walk_function(Resolver *r, Node *node) {
  FunctionNode *function = (FunctionNode *)node;
  function->is_async = is_async(r, function);
  Scope scope;
  resolve_storage_enter(r, function, &scope);
  declare_this(r, function);
  walk_parameters(r, function);
  resolve_node(r, function->result_type);
  if (function->body) resolve_items(r, &function->body->items);
  resolve_storage_leave(r);
}

// --- Expressions ---------------------------------------------------------------------------------

static void walk_arguments(Resolver *r, const Argument *args, uint32_t count) {
  for (uint32_t at = 0; at < count; at++) resolve_node(r, args[at].value);
}

// What is written behind an expression: calls, fields, indexes. Resolves all but the expression and
// goes on to that. False if the node is of another kind.
static bool walk_postfix(Resolver *r, Node **at) {
  Node *node = *at;
  switch (node->kind) {
  case NODE_CALL: {
    CallNode *call = (CallNode *)node;
    walk_arguments(r, call->args, call->arg_count);
    resolve_use_callee(r, call->callee);
    *at = call->callee;
    return true;
  }
  case NODE_DOT_CALL:
  case NODE_COLON_CALL:
  case NODE_METHOD_CALL: {
    MethodCallNode *call = (MethodCallNode *)node;
    walk_arguments(r, call->args, call->arg_count);
    *at = call->object;
    return true;
  }
  case NODE_FIELD:
  case NODE_MEMBER: *at = ((FieldNode *)node)->object; return true;
  case NODE_INDEX:
  case NODE_EXACT_INDEX:
    resolve_node(r, ((IndexNode *)node)->index);
    *at = ((IndexNode *)node)->object;
    return true;
  case NODE_SLICE:
    resolve_node(r, ((SliceNode *)node)->from);
    resolve_node(r, ((SliceNode *)node)->to);
    *at = ((SliceNode *)node)->object;
    return true;
  default: return false;
  }
}

// The same for everything that can nest to the left without a bracket.
static bool walk_spine(Resolver *r, Node **at) {
  Node *node = *at;
  switch (node->kind) {
  case NODE_BINARY:
    resolve_node(r, ((BinaryNode *)node)->right);
    *at = ((BinaryNode *)node)->left;
    return true;
  case NODE_AND:
  case NODE_OR:
  case NODE_COALESCE:
    resolve_node(r, ((LogicNode *)node)->right);
    *at = ((LogicNode *)node)->left;
    return true;
  case NODE_RANGE:
    resolve_node(r, ((RangeNode *)node)->to);
    *at = ((RangeNode *)node)->from;
    return true;
  case NODE_AS:
  case NODE_IS:
    resolve_node(r, ((CastNode *)node)->target);
    *at = ((CastNode *)node)->operand;
    return true;
  case NODE_UNARY:
  case NODE_DEREFERENCE:
  case NODE_THROW: *at = ((UnaryNode *)node)->operand; return true;
  case NODE_AWAIT: *at = ((AwaitNode *)node)->operand; return true;
  case NODE_EXPRESSION: *at = ((ExpressionNode *)node)->value; return true;
  default: return walk_postfix(r, at);
  }
}

static void walk_if(Resolver *r, Node *node) {
  while (node && node->kind == NODE_IF) {
    IfNode *branch = (IfNode *)node;
    resolve_node(r, branch->condition);
    resolve_node(r, (Node *)branch->then_branch);
    node = branch->else_branch;
  }
  resolve_node(r, node);
}

static void walk_match(Resolver *r, Node *node) {
  MatchNode *match = (MatchNode *)node;
  resolve_node(r, match->subject);
  for (uint32_t at = 0; at < match->arm_count; at++) {
    MatchArm *arm = &match->arms[at];
    Scope scope;
    resolve_storage_open(r, &scope);
    resolve_declare_pattern(r, arm->pattern, SYMBOL_PATTERN, node);
    resolve_node(r, arm->guard);
    resolve_node(r, arm->body);
    resolve_storage_close(r);
  }
}

static void walk_switch(Resolver *r, Node *node) {
  SwitchNode *choice = (SwitchNode *)node;
  resolve_node(r, choice->subject);
  for (uint32_t at = 0; at < choice->case_count; at++) {
    SwitchCase *each = &choice->cases[at];
    for (uint32_t value = 0; value < each->values.count; value++)
      resolve_node(r, each->values.items[value]);
    Scope scope;
    resolve_storage_open(r, &scope);
    each->symbol = resolve_declare_name(r, each->binding, SYMBOL_PATTERN, each->binding_span, node);
    resolve_node(r, each->guard);
    resolve_node(r, (Node *)each->body);
    resolve_storage_close(r);
  }
  resolve_node(r, (Node *)choice->default_body);
}

// --- Loops ---------------------------------------------------------------------------------------

static void walk_loop_body(Resolver *r, BlockNode *body) {
  resolve_function(r)->loops++;
  resolve_node(r, (Node *)body);
  resolve_function(r)->loops--;
}

// A loop's condition belongs to the code around the loop.
static void walk_while(Resolver *r, Node *node) {
  WhileNode *loop = (WhileNode *)node;
  resolve_node(r, loop->condition);
  walk_loop_body(r, loop->body);
}

static void walk_for(Resolver *r, Node *node) {
  ForNode *loop = (ForNode *)node;
  resolve_node(r, loop->iterable);
  Scope scope;
  resolve_storage_open(r, &scope);
  resolve_declare_pattern(r, loop->pattern, SYMBOL_LOOP, node);
  walk_loop_body(r, loop->body);
  resolve_storage_close(r);
}

static void walk_each(Resolver *r, Node *node) {
  EachNode *loop = (EachNode *)node;
  resolve_node(r, loop->iterable);
  Scope scope;
  resolve_storage_open(r, &scope);
  loop->key_symbol = resolve_declare_name(r, loop->key, SYMBOL_LOOP, loop->key_span, node);
  loop->value_symbol = resolve_declare_name(r, loop->value, SYMBOL_LOOP, loop->value_span, node);
  walk_loop_body(r, loop->body);
  resolve_storage_close(r);
}

static void walk_repeat(Resolver *r, Node *node) {
  RepeatNode *loop = (RepeatNode *)node;
  resolve_node(r, loop->count);
  Scope scope;
  resolve_storage_open(r, &scope);
  loop->symbol = resolve_declare_name(r, loop->variable, SYMBOL_LOOP, loop->variable_span, node);
  walk_loop_body(r, loop->body);
  resolve_storage_close(r);
}

static void check_jump(Resolver *r, Node *node) {
  if (!r->rules.counts_loops) return;
  uint32_t depth = ((JumpNode *)node)->depth;
  uint32_t loops = resolve_function(r)->loops;
  const char *word = node->kind == NODE_BREAK ? "break" : "continue";
  if (loops == 0)
    diag_error(r->diags, DIAG_OUTSIDE_LOOP, node->span, word);
  else if (depth == 0 || depth > loops)
    diag_error(r->diags, DIAG_LOOP_DEPTH, node->span, word, depth, loops);
}

// --- Other statements
// ------------------------------------------------------------------------------

static void walk_assign(Resolver *r, Node *node) {
  AssignNode *assign = (AssignNode *)node;
  resolve_use_target(r, assign->target);
  resolve_node(r, assign->value);
}

static void walk_increment(Resolver *r, Node *node) {
  resolve_use_target(r, ((IncrementNode *)node)->target);
}

static void walk_try(Resolver *r, Node *node) {
  TryNode *try = (TryNode *)node;
  resolve_node(r, (Node *)try->body);
  Scope scope;
  resolve_storage_open(r, &scope);
  try->symbol = resolve_declare_name(r, try->error_name, SYMBOL_PATTERN, try->error_span, node);
  resolve_node(r, (Node *)try->catch_body);
  resolve_storage_close(r);
  resolve_node(r, (Node *)try->finally_body);
}

static void walk_defer(Resolver *r, Node *node) {
  resolve_function(r)->function->has_defer = true;
  resolve_node(r, ((GoNode *)node)->value);
}

static void walk_select(Resolver *r, Node *node) {
  SelectNode *select = (SelectNode *)node;
  for (uint32_t at = 0; at < select->case_count; at++) {
    SelectCase *each = &select->cases[at];
    resolve_node(r, each->subject);
    resolve_node(r, each->sent);
    Scope scope;
    resolve_storage_open(r, &scope);
    each->value_symbol =
        resolve_declare_name(r, each->value_name, SYMBOL_PATTERN, each->value_span, node);
    each->ok_symbol = resolve_declare_name(r, each->ok_name, SYMBOL_PATTERN, each->ok_span, node);
    resolve_node(r, (Node *)each->body);
    resolve_storage_close(r);
  }
}

// --- The walk ------------------------------------------------------------------------------------

typedef void (*Handler)(Resolver *r, Node *node);

static const Handler handlers[NODE_COUNT] = {
    [NODE_NAME] = resolve_use_name,
    [NODE_FUNCTION] = walk_function,
    [NODE_IF] = walk_if,
    [NODE_MATCH] = walk_match,
    [NODE_BLOCK] = walk_block,
    [NODE_ADDRESS] = resolve_use_address,
    [NODE_PACKAGE_SELF] = resolve_use_package_self,
    [NODE_SWITCH] = walk_switch,
    [NODE_PACKAGE] = resolve_declare_package,
    [NODE_DECLARE] = resolve_declare_let,
    [NODE_FUNCTION_DECLARE] = resolve_declare_function,
    [NODE_ASSIGN] = walk_assign,
    [NODE_BREAK] = check_jump,
    [NODE_CONTINUE] = check_jump,
    [NODE_WHILE] = walk_while,
    [NODE_DO_WHILE] = walk_while,
    [NODE_FOR] = walk_for,
    [NODE_FOR_AWAIT] = walk_for,
    [NODE_EACH] = walk_each,
    [NODE_REPEAT] = walk_repeat,
    [NODE_INCREMENT] = walk_increment,
    [NODE_DEFER] = walk_defer,
    [NODE_TRY] = walk_try,
    [NODE_SELECT] = walk_select,
    [NODE_STRUCT] = resolve_declare_struct,
    [NODE_ENUM] = resolve_declare_enum,
    [NODE_TYPE_ALIAS] = resolve_declare_alias,
    [NODE_ERROR_DECLARE] = resolve_declare_error,
    [NODE_IMPORT] = resolve_declare_import,
    [NODE_TYPE_NAME] = resolve_use_type,
};

static void visit_child(void *context, Node *child) {
  resolve_node(context, child);
}

void resolve_node(Resolver *r, Node *node) {
  while (node && walk_spine(r, &node)) {
  }
  if (!node) return;
  if (handlers[node->kind])
    handlers[node->kind](r, node);
  else
    walk_children(node, visit_child, r);
}

static ResolveRules rules_of(Dialect dialect) {
  if (dialect == DIALECT_LUMA)
    return (ResolveRules){.may_redeclare = true,
                          .fixes_names = true,
                          .infers_async = true,
                          .has_type_patterns = true,
                          .counts_loops = true,
                          .assign_code = DIAG_IMMUTABLE_ASSIGNED};
  return (ResolveRules){
      .sees_later_locals = true, .imports_modules = true, .assign_code = DIAG_CONSTANT_ASSIGNED};
}

// Awaiting at the top level parks the program; it does not make it a function with a promise.
static void walk_program(Resolver *r) {
  FunctionNode *main = r->program->main;
  Scope earlier, scope;
  resolve_declare_earlier(r, &earlier);
  resolve_storage_enter(r, main, &scope);
  scope.is_top = true;
  resolve_items(r, &main->body->items);
  resolve_storage_leave(r);
  scope_close(&r->names);
  r->program->module_slot_count = r->modules.count;
  r->program->module_symbols =
      arena_copy(r->program->arena, r->modules.items, r->modules.count * sizeof(Symbol *));
}

void resolve_program(Program *program, const Decls *decls, Diags *diags) {
  Resolver r = {
      .program = program, .decls = decls, .diags = diags, .rules = rules_of(program->dialect)};
  arena_init(&r.work);
  scope_table_init(&r.names, &r.work);
  walk_program(&r);
  scope_table_free(&r.names);
  vec_free(&r.functions);
  vec_free(&r.modules);
  free(r.captured);
  arena_free(&r.work);
}
