// SPDX-License-Identifier: MIT
// compile_loop.c - loops
//
//     head:  leave if done            for: ITER_NEXT, while: the condition
//            body
//     next:  LOOP head                `continue` goes here, `break` to the end
//     end:
//
// A loop that counts keeps its state in four registers in a row: from, limit, step, variable. The
// variable is set afresh in every round, so the body may have it and closures that capture it get
// their own.
#include "compile/compile_private.h"
#include "compile/fold.h"

// --- The frame of every loop ---------------------------------------------------------------------

static void open_loop(FunctionState *fn, LoopState *loop) {
  loop->outer = fn->loop;
  loop->cleanup = fn->cleanup;
  loop->break_label = emit_label(&fn->emit);
  loop->continue_label = emit_label(&fn->emit);
  fn->loop = loop;
}

static void compile_body(FunctionState *fn, BlockNode *body, Dest dest) {
  compile_stmt_block(fn, body, dest);
  emit_bind(&fn->emit, fn->loop->continue_label);
}

static void close_loop(FunctionState *fn, const LoopState *loop) {
  emit_bind(&fn->emit, loop->break_label);
  fn->loop = loop->outer;
}

static const LoopState *find_loop(const FunctionState *fn, const JumpNode *node) {
  const LoopState *loop = fn->loop;
  for (uint32_t depth = 1; depth < node->depth && loop; depth++) loop = loop->outer;
  return loop;
}

bool compile_loop_target(const FunctionState *fn, const JumpNode *node, uint32_t *label) {
  const LoopState *loop = find_loop(fn, node);
  if (!loop || loop->cleanup != fn->cleanup) return false;
  *label = node->node.kind == NODE_BREAK ? loop->break_label : loop->continue_label;
  return true;
}

void compile_loop_jump(FunctionState *fn, JumpNode *node) {
  const LoopState *loop = find_loop(fn, node);
  if (loop) compile_cleanup_jump(fn, loop, node->node.kind == NODE_BREAK);
}

// --- while ---------------------------------------------------------------------------------------

void compile_loop_while(FunctionState *fn, WhileNode *node) {
  LoopState loop;
  open_loop(fn, &loop);
  uint32_t head = emit_label(&fn->emit);
  emit_bind(&fn->emit, head);
  compile_operator_jump(fn, node->condition, false, loop.break_label);
  compile_body(fn, node->body, dest_drop());
  fn->emit.span = node->condition->span;
  emit_jump(&fn->emit, OP_LOOP, 0, 0, head);
  close_loop(fn, &loop);
}

void compile_loop_do_while(FunctionState *fn, WhileNode *node) {
  LoopState loop;
  open_loop(fn, &loop);
  uint32_t head = emit_label(&fn->emit);
  emit_bind(&fn->emit, head);
  compile_body(fn, node->body, dest_drop());
  compile_operator_jump(fn, node->condition, false, loop.break_label);
  fn->emit.span = node->condition->span;
  emit_jump(&fn->emit, OP_LOOP, 0, 0, head);
  close_loop(fn, &loop);
}

// --- Counting ------------------------------------------------------------------------------------

// Where the four registers are, and how the loop goes on.
typedef struct Counter {
  uint32_t state;
  uint32_t head;
  Opcode prepare, next;
} Counter;

static void load_step(FunctionState *fn, int64_t value, uint32_t target) {
  if (fn->compiler->is_vint)
    compile_load_integer(fn, value, target);
  else
    compile_load_number(fn, (double)value, target);
}

// Luma's instruction does not look at its operands; Vint's does so itself.
static void compile_bound(FunctionState *fn, Node *bound) {
  uint32_t reg = compile_expr_fresh(fn, bound);
  if (fn->compiler->is_vint || trust_is_number(bound)) return;
  fn->emit.span = bound->span;
  uint32_t type = unit_types_simple(&fn->compiler->types, TAG_NUMBER, "Number");
  emit_ax(&fn->emit, OP_CHECK_TYPE, reg, type);
}

// range(to), range(from, to), range(from, to, step): the registers from, limit, step.
static void compile_range_bounds(FunctionState *fn, const CallNode *range) {
  if (range->arg_count == 1) load_step(fn, 0, regs_take(&fn->regs, 1));
  for (uint32_t i = 0; i < range->arg_count; i++) compile_bound(fn, range->args[i].value);
  if (range->arg_count < 3) load_step(fn, 1, regs_take(&fn->regs, 1));
}

static void open_counter(FunctionState *fn, Counter *counter, const LoopState *loop) {
  bool is_vint = fn->compiler->is_vint;
  counter->prepare = is_vint ? OP_FOR_INT : OP_FOR_NUM;
  counter->next = is_vint ? OP_FOR_INT_NEXT : OP_FOR_NUM_NEXT;
  regs_take(&fn->regs, 1); // the variable
  counter->head = emit_label(&fn->emit);
  emit_jump(&fn->emit, counter->prepare, counter->state, 0, loop->break_label);
  emit_bind(&fn->emit, counter->head);
}

// ..._NEXT is only reached from the body, so nothing follows it but the loop's end.
static void close_counter(FunctionState *fn, const Counter *counter) {
  emit_jump(&fn->emit, counter->next, counter->state, 0, counter->head);
}

static bool is_name_or_nothing(const Node *pattern) {
  return pattern->kind == NODE_PATTERN_NAME || pattern->kind == NODE_PATTERN_WILDCARD;
}

static void compile_counting_for(FunctionState *fn, ForNode *node, const CallNode *range) {
  LoopState loop;
  Counter counter = {.state = fn->regs.next};
  compile_range_bounds(fn, range);
  open_loop(fn, &loop);
  fn->emit.span = node->iterable->span;
  open_counter(fn, &counter, &loop);
  compile_match_destructure(fn, node->pattern, counter.state + 3, true);
  compile_body(fn, node->body, dest_drop());
  fn->emit.span = node->iterable->span;
  close_counter(fn, &counter);
  close_loop(fn, &loop);
}

// --- Luma's for ----------------------------------------------------------------------------------

// What is not a channel is refused by `for await`, however it is iterated otherwise.
static void check_channel(FunctionState *fn, uint32_t reg) {
  emit_ax(&fn->emit, OP_CHECK_TYPE, reg,
          unit_types_simple(&fn->compiler->types, TAG_CHANNEL, "Channel"));
}

// Takes the three registers of an iteration and starts it.
static uint32_t open_iteration(FunctionState *fn, Node *iterable, Opcode op, bool is_channel) {
  uint32_t state = fn->regs.next;
  uint32_t source = compile_expr_operand(fn, iterable, NULL, NULL);
  fn->regs.next = state;
  regs_take(&fn->regs, 3);
  fn->emit.span = iterable->span;
  if (is_channel) check_channel(fn, source);
  emit_abc(&fn->emit, op, state, source, 0);
  return state;
}

void compile_loop_for(FunctionState *fn, ForNode *node) {
  uint32_t mark = fn->regs.next;
  const CallNode *range = trust_range_call(node->iterable);
  if (range && node->node.kind == NODE_FOR && is_name_or_nothing(node->pattern)) {
    compile_counting_for(fn, node, range);
    emit_end_locals(&fn->emit, mark);
    fn->regs.next = mark;
    return;
  }
  LoopState loop;
  bool awaits = node->node.kind == NODE_FOR_AWAIT;
  uint32_t state = open_iteration(fn, node->iterable, awaits ? OP_EXACT_ITER : OP_ITER, awaits);
  open_loop(fn, &loop);
  uint32_t head = emit_label(&fn->emit);
  emit_bind(&fn->emit, head);
  uint32_t value = regs_take(&fn->regs, 1);
  emit_jump(&fn->emit, OP_ITER_NEXT, value, state, loop.break_label);
  compile_match_destructure(fn, node->pattern, value, true);
  compile_body(fn, node->body, dest_drop());
  fn->emit.span = node->iterable->span;
  emit_jump(&fn->emit, OP_LOOP, 0, 0, head);
  close_loop(fn, &loop);
  emit_end_locals(&fn->emit, mark);
  fn->regs.next = mark;
}

// --- Vint's for and repeat -----------------------------------------------------------------------

// a..b includes b, the instruction does not.
static void compile_inclusive_bounds(FunctionState *fn, const RangeNode *range) {
  compile_expr_fresh(fn, range->from);
  Fold last = fold_node(range->to);
  if (last.kind == FOLD_INTEGER && last.integer < INT64_MAX) {
    compile_load_integer(fn, last.integer + 1, regs_take(&fn->regs, 1));
  } else {
    uint32_t limit = compile_expr_fresh(fn, range->to);
    fn->emit.span = range->to->span;
    emit_abc(&fn->emit, OP_EXACT_ADD_I, limit, limit, 1);
  }
  load_step(fn, 1, regs_take(&fn->regs, 1));
}

// Both names of a loop over a..b get the number.
static bool compile_counting_each(FunctionState *fn, EachNode *node) {
  const CallNode *call = node->key_symbol ? NULL : trust_range_call(node->iterable);
  if (!call && node->iterable->kind != NODE_RANGE) return false;
  LoopState loop;
  Counter counter = {.state = fn->regs.next};
  if (call)
    compile_range_bounds(fn, call);
  else
    compile_inclusive_bounds(fn, (RangeNode *)node->iterable);
  open_loop(fn, &loop);
  fn->emit.span = node->iterable->span;
  open_counter(fn, &counter, &loop);
  uint32_t variable = counter.state + 3;
  if (node->key_symbol) compile_variable_bind(fn, node->key_symbol, variable, false);
  if (node->value_symbol) compile_variable_bind(fn, node->value_symbol, variable, true);
  compile_body(fn, node->body, dest_drop());
  fn->emit.span = node->iterable->span;
  close_counter(fn, &counter);
  close_loop(fn, &loop);
  return true;
}

// The registers of the loop are its own, so a variable may live in them even if it is assigned.
static void bind_own(FunctionState *fn, Symbol *symbol, uint32_t reg) {
  if (!symbol) return;
  if (symbol->storage == STORAGE_REGISTER)
    compile_variable_place(fn, symbol, reg);
  else
    compile_variable_bind(fn, symbol, reg, false);
}

void compile_loop_each(FunctionState *fn, EachNode *node) {
  uint32_t mark = fn->regs.next;
  if (compile_counting_each(fn, node)) {
    emit_end_locals(&fn->emit, mark);
    fn->regs.next = mark;
    return;
  }
  LoopState loop;
  uint32_t state = open_iteration(fn, node->iterable, OP_EXACT_ITER, false);
  open_loop(fn, &loop);
  uint32_t head = emit_label(&fn->emit);
  emit_bind(&fn->emit, head);
  uint32_t item = regs_take(&fn->regs, node->key_symbol ? 2 : 1);
  Opcode next = node->key_symbol ? OP_ITER_NEXT_PAIR : OP_ITER_NEXT;
  emit_jump(&fn->emit, next, item, state, loop.break_label);
  bind_own(fn, node->key_symbol, item);
  bind_own(fn, node->value_symbol, node->key_symbol ? item + 1 : item);
  compile_body(fn, node->body, dest_drop());
  fn->emit.span = node->iterable->span;
  emit_jump(&fn->emit, OP_LOOP, 0, 0, head);
  close_loop(fn, &loop);
  emit_end_locals(&fn->emit, mark);
  fn->regs.next = mark;
}

// Its value is that of the last round. It is kept in a register of our own until the end, because
// the body may still read the variable that it is assigned to.
void compile_loop_repeat(FunctionState *fn, RepeatNode *node, Dest dest) {
  uint32_t mark = fn->regs.next;
  uint32_t value = regs_take(&fn->regs, 1);
  bool is_wanted = dest.kind != DEST_DROP;
  if (is_wanted) emit_abc(&fn->emit, OP_NULLS, value, 1, 0);
  LoopState loop;
  Counter counter = {.state = fn->regs.next};
  load_step(fn, 0, regs_take(&fn->regs, 1));
  compile_expr_fresh(fn, node->count);
  load_step(fn, 1, regs_take(&fn->regs, 1));
  open_loop(fn, &loop);
  fn->emit.span = node->count->span;
  open_counter(fn, &counter, &loop);
  bind_own(fn, node->symbol, counter.state + 3);
  compile_body(fn, node->body, is_wanted ? dest_register(value) : dest_drop());
  fn->emit.span = node->count->span;
  close_counter(fn, &counter);
  close_loop(fn, &loop);
  compile_deliver(fn, value, dest);
  emit_end_locals(&fn->emit, mark);
  fn->regs.next = mark;
}
