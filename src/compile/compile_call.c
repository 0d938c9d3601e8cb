// SPDX-License-Identifier: MIT
// compile_call.c - calls
//
// A call's window is the topmost registers:
//
//     R[w]     callee, later the result          R[w + 2]  first argument, or the receiver of a
//     R[w + 1] the link, written by the call                method, which its arguments follow
//
// Arguments are evaluated in written order, each straight into its place. Named ones may go to
// places out of order; then the whole window is taken before the first of them is evaluated.
//
// Functions that want to know what the place of use expects (C 3.9) are passed all parameters that
// they declare, absent ones included, and behind them the expected type.
#include "compile/compile_private.h"

#include <string.h>

#define NAMES_MAX 64 // of a call whose callee is not known

// What is said about the arguments of a call of either kind.
typedef struct Arguments {
  Argument *items;
  uint32_t count;
  const int32_t *order;
  uint32_t order_count;
  Type *expected;
  uint32_t declared; // how many parameters the callee declares, if it wants to know the type
} Arguments;

// --- Arguments -----------------------------------------------------------------------------------

static bool has_names(const Arguments *args) {
  for (uint32_t i = 0; i < args->count; i++) {
    if (args->items[i].name) return true;
  }
  return false;
}

// How many parameters get a place: those up to the last that an argument fills.
static uint32_t count_filled(const Arguments *args) {
  if (!args->order) return args->count;
  uint32_t filled = 0;
  for (uint32_t i = 0; i < args->order_count; i++) {
    if (args->order[i] >= 0) filled = i + 1;
  }
  return filled;
}

// Whether each argument belongs where it is written.
static bool is_in_order(const Arguments *args) {
  if (!args->order) return true;
  for (uint32_t i = 0; i < args->order_count; i++) {
    if (args->order[i] >= 0 && (uint32_t)args->order[i] != i) return false;
  }
  return count_filled(args) <= args->count;
}

static void refuse_names(FunctionState *fn, const Arguments *args) {
  for (uint32_t i = 0; i < args->count; i++) {
    const Argument *arg = &args->items[i];
    if (!arg->name) continue;
    diag_error(fn->compiler->diags, DIAG_NAMED_ARGUMENT_OF_UNKNOWN, arg->span, arg->name->text);
    return;
  }
}

// The place of argument `index`, which may be one of many for a rest parameter.
static uint32_t find_place(const Arguments *args, uint32_t index, uint32_t *surplus) {
  for (uint32_t i = 0; i < args->order_count; i++) {
    if (args->order[i] == (int32_t)index) return i;
  }
  return args->order_count + (*surplus)++;
}

static uint32_t count_surplus(const Arguments *args) {
  uint32_t placed = 0;
  for (uint32_t i = 0; i < args->order_count; i++) placed += args->order[i] >= 0;
  return args->count - placed;
}

// Returns how many places there are.
static uint32_t place_out_of_order(FunctionState *fn, const Arguments *args) {
  uint32_t surplus = count_surplus(args);
  uint32_t count = surplus > 0 ? args->order_count + surplus : count_filled(args);
  uint32_t first = regs_take(&fn->regs, count);
  for (uint32_t i = 0; i < count && i < args->order_count; i++) {
    if (args->order[i] < 0) emit_abc(&fn->emit, OP_ABSENT, first + i, 0, 0);
  }
  uint32_t next_surplus = 0;
  for (uint32_t i = 0; i < args->count; i++)
    compile_expr_to(fn, args->items[i].value, first + find_place(args, i, &next_surplus));
  return count;
}

static uint32_t place_in_order(FunctionState *fn, const Arguments *args) {
  for (uint32_t i = 0; i < args->count; i++) compile_expr_fresh(fn, args->items[i].value);
  return args->count;
}

static uint32_t place_expected(FunctionState *fn, const Arguments *args, uint32_t count) {
  for (; count < args->declared; count++)
    emit_abc(&fn->emit, OP_ABSENT, regs_take(&fn->regs, 1), 0, 0);
  uint32_t type = unit_types_index(&fn->compiler->types, args->expected);
  emit_ax(&fn->emit, OP_TYPE, regs_take(&fn->regs, 1), type);
  return count + 1;
}

// Computes the arguments into the registers on top. Returns how many are passed.
static uint32_t place_arguments(FunctionState *fn, const Arguments *args) {
  if (!args->order && has_names(args)) {
    refuse_names(fn, args);
    return 0;
  }
  uint32_t count = is_in_order(args) ? place_in_order(fn, args) : place_out_of_order(fn, args);
  return args->expected ? place_expected(fn, args, count) : count;
}

// --- Which instruction ---------------------------------------------------------------------------

static bool has_plain_parameters(const FunctionNode *function) {
  for (uint32_t i = 0; i < function->param_count; i++) {
    const Param *param = &function->params[i];
    if (param->default_value || param->is_rest) return false;
  }
  return true;
}

// Whether the callee is known, checks its parameters, and need not for these arguments.
static bool skips_checks(const CallNode *node, const Arguments *args) {
  const FunctionNode *function = trust_known_function(node->callee);
  if (!function || function->is_async || function->is_stub) return false;
  if (!has_plain_parameters(function) || args->expected) return false;
  if (args->count != function->param_count) return false;
  bool has_checks = false;
  for (uint32_t i = 0; i < function->param_count; i++) {
    const Param *param = &function->params[i];
    if (!param->type || !trust_is_checkable(param->type->type)) continue;
    has_checks = true;
    int32_t filled_by = args->order ? args->order[i] : (int32_t)i;
    if (filled_by < 0 || !trust_fits(args->items[filled_by].value, param->type->type)) return false;
  }
  return has_checks;
}

static uint32_t count_declared(const Node *callee) {
  const Type *type = types_prune(callee->type);
  return type && type->kind == TYPE_FUNCTION ? type->arg_count : 0;
}

static Arguments arguments_of_call(const CallNode *node) {
  return (Arguments){.items = node->args,
                     .count = node->arg_count,
                     .order = node->order,
                     .order_count = node->order ? node->order_count : 0,
                     .expected = node->expected,
                     .declared = node->order ? node->order_count : count_declared(node->callee)};
}

static Arguments arguments_of_method(const MethodCallNode *node) {
  return (Arguments){.items = node->args,
                     .count = node->arg_count,
                     .order = node->order,
                     .order_count = node->order ? node->order_count : 0,
                     .expected = node->expected,
                     .declared = node->order ? node->order_count : node->arg_count};
}

// Names that the checker could not put in order: the call itself does. False: they are too many.
static bool place_named(FunctionState *fn, const Argument *args, uint32_t count, uint32_t *shape) {
  const char *names[NAMES_MAX];
  uint32_t named = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (args[i].name && named == NAMES_MAX) return false;
    if (args[i].name) names[named++] = args[i].name->text;
    compile_expr_fresh(fn, args[i].value);
  }
  *shape = compile_short(fn, emit_shape(&fn->emit, names, named));
  return true;
}

static bool is_named_call(const FunctionState *fn, const Arguments *args) {
  return !args->order && has_names(args);
}

static void compile_named_call(FunctionState *fn, const Arguments *args, Span span,
                               uint32_t window) {
  uint32_t shape;
  if (!place_named(fn, args->items, args->count, &shape)) {
    refuse_names(fn, args);
    return;
  }
  fn->emit.span = span;
  emit_abc(&fn->emit, OP_CALL_NAMED, window, args->count, shape);
}

// A struct that is known: each field in its place, what is not written absent.
static bool place_fields(FunctionState *fn, const StructLiteralNode *node, const Type *made,
                         uint32_t *count) {
  uint32_t field_count = 0;
  while (field_count < made->field_count && !made->fields[field_count].is_method) field_count++;
  uint32_t first = regs_take(&fn->regs, field_count);
  for (uint32_t i = 0; i < field_count; i++) emit_abc(&fn->emit, OP_ABSENT, first + i, 0, 0);
  for (uint32_t i = 0; i < node->field_count; i++) {
    const TypeField *field = types_find_field(made, node->fields[i].name);
    if (!field) return false; // reported
    compile_expr_to(fn, node->fields[i].value, first + (uint32_t)(field - made->fields));
  }
  *count = field_count;
  return true;
}

void compile_call_struct_literal(FunctionState *fn, StructLiteralNode *node, uint32_t target) {
  uint32_t mark = fn->regs.next;
  uint32_t window = compile_expr_fresh(fn, node->callee);
  regs_take(&fn->regs, 1);
  const Type *made = types_prune(node->node.type);
  uint32_t count = 0, shape;
  if (made && (made->kind == TYPE_STRUCT || made->kind == TYPE_CUSTOM_ERROR)) {
    if (!place_fields(fn, node, made, &count)) return;
    fn->emit.span = node->node.span;
    emit_abc(&fn->emit, OP_CALL, window, count, 0);
  } else if (place_named(fn, node->fields, node->field_count, &shape)) {
    fn->emit.span = node->node.span;
    emit_abc(&fn->emit, OP_CALL_LITERAL, window, node->field_count, shape);
  } else {
    compile_refuse(fn, node->node.span, "a literal with so many fields of an unknown struct");
  }
  compile_move(fn, target, window);
  fn->regs.next = mark;
}

// Whether the callee is the function that is being compiled, called with all that it takes: then
// the instruction says so, and nobody evaluates the callee.
bool compile_call_is_own(const FunctionState *fn, const CallNode *node) {
  const FunctionNode *function = trust_known_function(node->callee);
  if (!function || function != fn->node || function->is_async || function->is_stub) return false;
  Arguments args = arguments_of_call(node);
  if (args.expected || is_named_call(fn, &args)) return false;
  for (uint32_t i = 0; i < function->param_count; i++) {
    if (function->params[i].is_rest) return false;
    if (args.order && args.order[i] < 0) return false;
  }
  return args.count == function->param_count;
}

static Opcode find_call_op(const FunctionState *fn, const CallNode *node, const Arguments *args) {
  bool is_typed = skips_checks(node, args);
  if (compile_call_is_own(fn, node)) return is_typed ? OP_CALL_SELF_TYPED : OP_CALL_SELF;
  return is_typed ? OP_CALL_TYPED : OP_CALL;
}

void compile_call_plain(FunctionState *fn, CallNode *node, uint32_t window) {
  Arguments args = arguments_of_call(node);
  regs_take(&fn->regs, 1); // the link
  if (is_named_call(fn, &args)) {
    compile_named_call(fn, &args, node->node.span, window);
    return;
  }
  uint32_t count = place_arguments(fn, &args);
  fn->emit.span = node->node.span;
  emit_abc(&fn->emit, find_call_op(fn, node, &args), window, count, 0);
}

static Opcode find_method_op(const MethodCallNode *node) {
  if (node->node.kind == NODE_DOT_CALL) return OP_CALL_DOT;
  return node->node.kind == NODE_COLON_CALL ? OP_CALL_COLON : OP_CALL_METHOD;
}

// A function in a field of a table is called like any other: the receiver is no argument. It stands
// two above the window, where the first argument goes; by then it is no longer needed.
static void compile_field_call(FunctionState *fn, MethodCallNode *node, uint32_t window) {
  Arguments args = arguments_of_method(node);
  fn->emit.span = node->name_span;
  emit_abc(&fn->emit, OP_GET_FIELD, window, window + 2, compile_cache(fn, node->name));
  fn->regs.next = window + 2;
  Span span = span_join(node->name_span, node->node.span);
  if (is_named_call(fn, &args)) {
    compile_named_call(fn, &args, span, window);
    return;
  }
  uint32_t count = place_arguments(fn, &args);
  fn->emit.span = span;
  emit_abc(&fn->emit, OP_CALL, window, count, 0);
}

// How the method of a call with named arguments is read. It is bound to its receiver by that.
static Opcode find_read_op(const MethodCallNode *node) {
  if (node->node.kind == NODE_COLON_CALL) return OP_GET_BOUND;
  return node->node.kind == NODE_DOT_CALL ? OP_GET_FIELD : OP_GET_MEMBER;
}

void compile_call_method(FunctionState *fn, MethodCallNode *node, uint32_t window) {
  fn->emit.span = node->name_span;
  compile_package_check_public(fn, node->object, node->name, window + 2);
  if (node->is_own_field && node->node.kind == NODE_DOT_CALL) {
    compile_field_call(fn, node, window);
    return;
  }
  Arguments args = arguments_of_method(node);
  if (node->helper_of) {
    compile_load_builtin(fn, node->helper_of, node->name->text, window);
    uint32_t count = place_arguments(fn, &args);
    fn->emit.span = (Span){node->name_span.start, node->node.span.end};
    emit_abc(&fn->emit, OP_CALL, window, count + 1, 0);
    return;
  }
  if (is_named_call(fn, &args)) {
    fn->emit.span = node->name_span;
    emit_abc(&fn->emit, find_read_op(node), window, window + 2, compile_cache(fn, node->name));
    fn->regs.next = window + 2;
    compile_named_call(fn, &args, node->node.span, window);
    return;
  }
  uint32_t count = place_arguments(fn, &args);
  fn->emit.span = (Span){node->name_span.start, node->node.span.end};
  emit_abc(&fn->emit, find_method_op(node), window, count, compile_cache(fn, node->name));
}

// --- Calls of their own kind ---------------------------------------------------------------------

static const Symbol *builtin_named_by(const Node *node) {
  if (node->kind != NODE_NAME) return NULL;
  const Symbol *symbol = ((const NameNode *)node)->symbol;
  return symbol && compile_variable_is_builtin(symbol) ? symbol : NULL;
}

// The module that the node surely is, by the name under which its members are known, or NULL.
static const char *module_named_by(const Node *node) {
  const Symbol *symbol = builtin_named_by(node);
  const Type *type = types_prune(node->type);
  if (!symbol || !type || type->kind != TYPE_MODULE) return NULL;
  return type->name ? type->name->text : compile_variable_builtin(symbol);
}

// Only functions: what else a module has may be assigned (http.base), so it is read each time.
bool compile_call_is_module_member(const Node *node) {
  const Type *type = types_prune(node->type);
  if (!type || type->kind != TYPE_FUNCTION) return false;
  return module_named_by(((const FieldNode *)node)->object) != NULL;
}

// List(String) as a value. Only a built-in may be applied to types, and what is applied is then of
// no effect.
static Type *find_applied_type(const CallNode *node) {
  const Type *type = types_prune(node->node.type);
  if (!type || type->kind != TYPE_TYPE || type->arg_count == 0) return NULL;
  const Type *callee = types_prune(node->callee->type);
  bool is_type = callee && callee->kind == TYPE_TYPE && builtin_named_by(node->callee);
  return is_type ? type->args[0] : NULL;
}

// send(ch, v) and receive(ch) of the runtime, which have instructions.
static bool is_channel_call(const FunctionState *fn, const CallNode *node, const char *name,
                            uint32_t count) {
  const Symbol *symbol = builtin_named_by(node->callee);
  if (!fn->compiler->is_vint || !symbol || node->arg_count != count) return false;
  if (strcmp(symbol->name->text, name) != 0) return false;
  for (uint32_t i = 0; i < count; i++) {
    if (node->args[i].name) return false;
  }
  return true;
}

static bool is_module_call(const Node *node) {
  if (node->kind != NODE_DOT_CALL && node->kind != NODE_METHOD_CALL) return false;
  return module_named_by(((const MethodCallNode *)node)->object) != NULL;
}

bool compile_call_is_special(FunctionState *fn, const Node *node) {
  if (node->kind != NODE_CALL) return is_module_call(node);
  const CallNode *call = (const CallNode *)node;
  return find_applied_type(call) || is_channel_call(fn, call, "send", 2) ||
         is_channel_call(fn, call, "receive", 1);
}

static void compile_module_call(FunctionState *fn, MethodCallNode *node, uint32_t target) {
  uint32_t window = regs_is_top(&fn->regs, target) ? target : regs_take(&fn->regs, 1);
  Arguments args = arguments_of_method(node);
  compile_load_builtin(fn, module_named_by(node->object), node->name->text, window);
  regs_take(&fn->regs, 1);
  uint32_t count = place_arguments(fn, &args);
  fn->emit.span = node->node.span;
  emit_abc(&fn->emit, OP_CALL, window, count, 0);
  compile_move(fn, target, window);
}

static void compile_send(FunctionState *fn, CallNode *node, uint32_t target) {
  Node *value = node->args[1].value;
  uint32_t channel = compile_expr_operand(fn, node->args[0].value, value, NULL);
  uint32_t sent = compile_expr_operand(fn, value, NULL, NULL);
  fn->emit.span = node->node.span;
  emit_abc(&fn->emit, OP_SEND, target, channel, sent);
}

static void compile_receive(FunctionState *fn, CallNode *node, uint32_t target) {
  uint32_t channel = compile_expr_operand(fn, node->args[0].value, NULL, NULL);
  fn->emit.span = node->node.span;
  emit_abc(&fn->emit, OP_RECEIVE, target, channel, 0);
}

static void compile_module_member(FunctionState *fn, const FieldNode *node, uint32_t target) {
  compile_load_builtin(fn, module_named_by(node->object), node->name->text, target);
}

void compile_call_special(FunctionState *fn, Node *node, uint32_t target) {
  fn->emit.span = node->span;
  if (node->kind == NODE_FIELD || node->kind == NODE_MEMBER) {
    compile_module_member(fn, (FieldNode *)node, target);
    return;
  }
  if (node->kind != NODE_CALL) {
    compile_module_call(fn, (MethodCallNode *)node, target);
    return;
  }
  CallNode *call = (CallNode *)node;
  Type *applied = find_applied_type(call);
  if (applied)
    emit_ax(&fn->emit, OP_TYPE, target, unit_types_index(&fn->compiler->types, applied));
  else if (call->arg_count == 2)
    compile_send(fn, call, target);
  else
    compile_receive(fn, call, target);
}

// --- go and defer --------------------------------------------------------------------------------

// The call's window is made as for CALL, and left to someone else. The link's place is still free:
// there a defer has the list that it adds to.
static void hand_over(FunctionState *fn, Opcode op, uint32_t window, uint32_t count,
                      uint32_t cache) {
  if (op == OP_DEFER || op == OP_DEFER_METHOD || op == OP_DEFER_NAMED) {
    uint32_t passed = op == OP_DEFER_METHOD ? count + 1 : count; // the receiver
    if (passed > fn->deferred_args) fn->deferred_args = passed;
    compile_move(fn, window + 1, fn->deferred);
  }
  emit_abc(&fn->emit, op, window, count, cache);
}

static Opcode named_form(Opcode op) {
  return op == OP_GO || op == OP_GO_METHOD ? OP_GO_NAMED : OP_DEFER_NAMED;
}

// The callee is in the window already.
static void hand_over_named(FunctionState *fn, Opcode op, uint32_t window, const Arguments *args,
                            Span span) {
  uint32_t shape;
  if (!place_named(fn, args->items, args->count, &shape)) {
    refuse_names(fn, args);
    return;
  }
  fn->emit.span = span;
  hand_over(fn, named_form(op), window, args->count, shape);
}

static void hand_over_call(FunctionState *fn, CallNode *node, Opcode op) {
  Arguments args = arguments_of_call(node);
  uint32_t window = compile_expr_fresh(fn, node->callee);
  regs_take(&fn->regs, 1);
  if (is_named_call(fn, &args)) {
    hand_over_named(fn, op, window, &args, node->node.span);
    return;
  }
  uint32_t count = place_arguments(fn, &args);
  fn->emit.span = node->node.span;
  hand_over(fn, op, window, count, 0);
}

static void hand_over_module_call(FunctionState *fn, MethodCallNode *node, Opcode op) {
  Arguments args = arguments_of_method(node);
  uint32_t window = regs_take(&fn->regs, 2);
  compile_load_builtin(fn, module_named_by(node->object), node->name->text, window);
  uint32_t count = place_arguments(fn, &args);
  fn->emit.span = node->node.span;
  hand_over(fn, op, window, count, 0);
}

static void hand_over_method(FunctionState *fn, MethodCallNode *node, Opcode op) {
  Arguments args = arguments_of_method(node);
  uint32_t window = regs_take(&fn->regs, 2);
  uint32_t object = compile_expr_fresh(fn, node->object);
  fn->emit.span = node->name_span;
  compile_package_check_public(fn, node->object, node->name, object);
  if (is_named_call(fn, &args)) {
    emit_abc(&fn->emit, find_read_op(node), window, object, compile_cache(fn, node->name));
    fn->regs.next = object;
    hand_over_named(fn, op, window, &args, node->node.span);
    return;
  }
  uint32_t count = place_arguments(fn, &args);
  fn->emit.span = (Span){node->name_span.start, node->node.span.end};
  hand_over(fn, op, window, count, compile_cache(fn, node->name));
}

// False: it is no call.
static bool hand_over_any(FunctionState *fn, Node *value, Opcode op, Opcode method_op) {
  uint32_t mark = fn->regs.next;
  if (value->kind == NODE_CALL)
    hand_over_call(fn, (CallNode *)value, op);
  else if (is_module_call(value))
    hand_over_module_call(fn, (MethodCallNode *)value, op);
  else if (value->kind == NODE_METHOD_CALL)
    hand_over_method(fn, (MethodCallNode *)value, method_op);
  else
    return false;
  fn->regs.next = mark;
  return true;
}

// Anything but a call would have to be evaluated on the new fiber, as a function that the text does
// not have.
void compile_call_go(FunctionState *fn, GoNode *node) {
  if (hand_over_any(fn, node->value, OP_GO, OP_GO_METHOD)) return;
  if (!compile_expr_is_pure(node->value))
    compile_refuse(fn, node->value->span, "`go` with anything but a call");
}

// The parser lets nothing but calls pass.
void compile_call_defer(FunctionState *fn, GoNode *node) {
  hand_over_any(fn, node->value, OP_DEFER, OP_DEFER_METHOD);
}
