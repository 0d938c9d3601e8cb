// SPDX-License-Identifier: MIT
// compile_select.c - select
//
//     SELECT  r5 "rsd"      r5 the first channel; r6, r7 the second and what is sent
//     JUMP    first
//     JUMP    second
//     JUMP    default
//   first:                  r5 the value, r6 ok
//
// Subjects and sent values are evaluated in source order before anything is waited for. The results
// lie where the operands were, and the variables of a case mostly stay there.
//
// Luma's select takes a list of cases and gives a promise. Where it is awaited at once, and each case is
// written there with a function literal, no case, list, promise or fiber is made: the instruction is
// the same, and only the function of the case that has come is made and called.
#include "compile/compile_private.h"

#include <string.h>

static SelectLetter letter_of(SelectKind kind) {
  switch (kind) {
  case SELECT_RECEIVE: return SELECT_LETTER_RECEIVE;
  case SELECT_SEND: return SELECT_LETTER_SEND;
  case SELECT_AWAIT: return SELECT_LETTER_AWAIT;
  case SELECT_AFTER: return SELECT_LETTER_AFTER;
  case SELECT_DEFAULT: break;
  }
  return SELECT_LETTER_DEFAULT;
}

// The constant that lists the cases. Too many constants are reported where they are loaded.
static uint32_t list_cases(FunctionState *fn, const SelectNode *node) {
  char *letters = arena_alloc(fn->emit.arena, node->case_count + 1);
  for (uint32_t i = 0; i < node->case_count; i++) letters[i] = (char)letter_of(node->cases[i].kind);
  return emit_string(&fn->emit, letters, node->case_count);
}

// Fewer moves than this are as fast one by one.
#define MOVES_MIN 3

// How many of the operands from `first` on are variables in registers that follow each other. Reading
// them early is the same as reading them in turn: none does anything.
static uint32_t count_neighbours(const FunctionState *fn, Node **operands, uint32_t left, uint32_t *first) {
  uint32_t reg, count = 0;
  for (; count < left; count++) {
    if (operands[count]->kind != NODE_NAME) break;
    const Symbol *symbol = ((const NameNode *)operands[count])->symbol;
    if (!symbol || !compile_variable_register(fn, symbol, &reg)) break;
    if (count == 0) *first = reg;
    if (reg != *first + count) break;
  }
  return count;
}

// Evaluates the operands into a window, which is at least as wide as the results.
static uint32_t fill_window(FunctionState *fn, Node **operands, uint32_t count) {
  uint32_t window = fn->regs.next, first = 0;
  for (uint32_t i = 0; i < count;) {
    uint32_t run = count_neighbours(fn, operands + i, count - i, &first);
    if (run < MOVES_MIN) {
      compile_expr_fresh(fn, operands[i++]);
      continue;
    }
    fn->emit.span = operands[i]->span;
    emit_abc(&fn->emit, OP_MOVES, regs_take(&fn->regs, run), first, run);
    i += run;
  }
  if (count < SELECT_RESULTS) regs_take(&fn->regs, SELECT_RESULTS - count);
  return window;
}

static uint32_t open_window(FunctionState *fn, const SelectNode *node) {
  Node **operands = arena_alloc(fn->emit.arena, (2 * node->case_count + 1) * sizeof(Node *));
  uint32_t count = 0;
  for (uint32_t i = 0; i < node->case_count; i++) {
    const SelectCase *one = &node->cases[i];
    if (one->subject) operands[count++] = one->subject;
    if (one->sent) operands[count++] = one->sent;
  }
  return fill_window(fn, operands, count);
}

// A jump for each case. Each is reached by SELECT alone, never from the one before it.
static void emit_jumps(FunctionState *fn, uint32_t count, uint32_t first_label) {
  for (uint32_t i = 0; i < count; i++) {
    emit_bind_reachable(&fn->emit, emit_label(&fn->emit));
    emit_jump(&fn->emit, OP_JUMP, 0, 0, first_label + i);
  }
}

static void compile_case(FunctionState *fn, const SelectCase *one, uint32_t window, Dest dest) {
  fn->regs.next = window + SELECT_RESULTS;
  fn->emit.span = one->span;
  if (one->value_symbol) compile_variable_bind(fn, one->value_symbol, window, true);
  if (one->ok_symbol) compile_variable_bind(fn, one->ok_symbol, window + 1, true);
  compile_stmt_block(fn, one->body, dest);
}

void compile_select(FunctionState *fn, SelectNode *node, Dest dest) {
  if (fn->emit.is_dead) return;
  uint32_t mark = fn->regs.next;
  uint32_t window = open_window(fn, node);
  uint32_t end = emit_label(&fn->emit);
  uint32_t first_label = end + 1;
  for (uint32_t i = 0; i < node->case_count; i++) emit_label(&fn->emit);
  fn->emit.span = node->node.span;
  if (!fn->emit.is_dead) { // an operand may have thrown
    emit_ax(&fn->emit, OP_SELECT, window, list_cases(fn, node));
    emit_jumps(fn, node->case_count, first_label);
  }
  for (uint32_t i = 0; i < node->case_count; i++) {
    emit_bind(&fn->emit, first_label + i);
    compile_case(fn, &node->cases[i], window, dest);
    emit_jump(&fn->emit, OP_JUMP, 0, 0, end);
  }
  if (node->case_count == 0) compile_deliver_null(fn, dest); // it never gets there
  emit_bind(&fn->emit, end);
  fn->regs.next = mark;
}

// --- Luma: await select([…]) ---------------------------------------------------------------------

// One case as it is written.
typedef struct WrittenCase {
  SelectLetter letter;
  Node *subject; // NULL: it has none
  Node *sent;    // likewise
  FunctionNode *function;
} WrittenCase;

static bool is_builtin(const Node *node, const char *name) {
  if (node->kind != NODE_NAME) return false;
  const NameNode *written = (const NameNode *)node;
  return written->symbol && written->symbol->kind == SYMBOL_BUILTIN &&
         strcmp(written->name->text, name) == 0;
}

static bool is_of_type(const Node *node, TypeKind kind) {
  const Type *type = types_prune(node->type);
  return type && type->kind == kind;
}

static bool are_positional(const Argument *args, uint32_t count, const int32_t *order) {
  for (uint32_t i = 0; i < count; i++) {
    if (args[i].name) return false;
  }
  return count > 0 && !order;
}

// `after(ms, f)` or `otherwise(f)`.
static bool read_call(const CallNode *call, WrittenCase *out) {
  bool is_after = is_builtin(call->callee, "after") && call->arg_count == 2;
  bool is_otherwise = is_builtin(call->callee, "otherwise") && call->arg_count == 1;
  if (is_after) {
    *out = (WrittenCase){.letter = SELECT_LETTER_AFTER, .subject = call->args[0].value};
    return is_of_type(out->subject, TYPE_NUMBER);
  }
  *out = (WrittenCase){.letter = SELECT_LETTER_DEFAULT};
  return is_otherwise;
}

// `ch:on_receive(f)`, `ch:on_send(v, f)` or `Promise.on(p, f)`.
static bool read_method(const MethodCallNode *call, WrittenCase *out) {
  const char *name = call->name->text;
  if (call->is_own_field || call->helper_of) return false;
  if (is_builtin(call->object, "Promise")) {
    *out = (WrittenCase){.letter = SELECT_LETTER_AWAIT, .subject = call->args[0].value};
    return strcmp(name, "on") == 0 && call->arg_count == 2 && is_of_type(out->subject, TYPE_PROMISE);
  }
  *out = (WrittenCase){.letter = SELECT_LETTER_RECEIVE, .subject = call->object};
  if (!is_of_type(call->object, TYPE_CHANNEL)) return false;
  if (strcmp(name, "on_receive") == 0) return call->arg_count == 1;
  out->letter = SELECT_LETTER_SEND;
  out->sent = call->args[0].value;
  return strcmp(name, "on_send") == 0 && call->arg_count == 2;
}

static bool gives_value(SelectLetter letter) {
  return letter == SELECT_LETTER_RECEIVE || letter == SELECT_LETTER_AWAIT;
}

// Whether it can be called where it stands: it takes what its case gives, and what it returns is
// surely a promise, or surely none.
static bool read_function(Node *node, WrittenCase *out) {
  if (node->kind != NODE_FUNCTION || !is_of_type(node, TYPE_FUNCTION)) return false;
  FunctionNode *function = out->function = (FunctionNode *)node;
  if (function->is_stub || function->param_count != (gives_value(out->letter) ? 1u : 0u)) return false;
  if (function->param_count > 0 && (function->params[0].is_rest || function->params[0].default_value))
    return false;
  const Type *result = types_prune(types_prune(node->type)->result);
  if (!result) return false;
  switch (result->kind) {
  case TYPE_NULL:
  case TYPE_BOOLEAN:
  case TYPE_NUMBER:
  case TYPE_STRING:
  case TYPE_LIST:
  case TYPE_TABLE:
  case TYPE_RECORD:
  case TYPE_RESULT:
  case TYPE_OPTION:
  case TYPE_PROMISE: return true;
  default: return false;
  }
}

static bool read_case(Node *node, WrittenCase *out) {
  const Argument *args;
  uint32_t count;
  if (node->kind == NODE_CALL) {
    const CallNode *call = (const CallNode *)node;
    args = call->args, count = call->arg_count;
    if (!are_positional(args, count, call->order) || !read_call(call, out)) return false;
  } else if (node->kind == NODE_COLON_CALL || node->kind == NODE_DOT_CALL) {
    const MethodCallNode *call = (const MethodCallNode *)node;
    args = call->args, count = call->arg_count;
    if (!are_positional(args, count, call->order) || !read_method(call, out)) return false;
  } else {
    return false;
  }
  return read_function(args[count - 1].value, out);
}

// The cases of `select([…])`, *count of them; NULL: it has another form.
static WrittenCase *read_select(FunctionState *fn, Node *node, uint32_t *count) {
  if (node->kind != NODE_CALL) return NULL;
  const CallNode *call = (const CallNode *)node;
  if (!is_builtin(call->callee, "select") || call->arg_count != 1) return NULL;
  if (!are_positional(call->args, 1, call->order) || call->args[0].value->kind != NODE_LIST) return NULL;
  const NodeList *items = &((const ListNode *)call->args[0].value)->items;
  uint32_t defaults = 0;
  WrittenCase *cases = arena_alloc(fn->emit.arena, (items->count + 1) * sizeof(WrittenCase));
  for (uint32_t i = 0; i < items->count; i++) {
    if (!read_case(items->items[i], &cases[i])) return NULL;
    defaults += cases[i].letter == SELECT_LETTER_DEFAULT;
  }
  *count = items->count;
  return items->count > 0 && defaults <= 1 ? cases : NULL;
}

static uint32_t open_written_window(FunctionState *fn, const WrittenCase *cases, uint32_t count) {
  Node **operands = arena_alloc(fn->emit.arena, (2 * count + 1) * sizeof(Node *));
  uint32_t operand_count = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (cases[i].subject) operands[operand_count++] = cases[i].subject;
    if (cases[i].sent) operands[operand_count++] = cases[i].sent;
  }
  return fill_window(fn, operands, operand_count);
}

// What the function returns is the value of the whole; a promise is waited for.
static void call_chosen(FunctionState *fn, const WrittenCase *one, uint32_t window, uint32_t target) {
  fn->regs.next = window + SELECT_RESULTS;
  uint32_t callee = regs_take(&fn->regs, 1);
  compile_literal_callee(fn, one->function, callee);
  regs_take(&fn->regs, 1); // the link
  uint32_t arg_count = gives_value(one->letter) ? 1 : 0;
  if (arg_count > 0) compile_move(fn, regs_take(&fn->regs, 1), window);
  fn->emit.span = one->function->node.span;
  emit_abc(&fn->emit, OP_CALL, callee, arg_count, 0);
  const Type *result = types_prune(types_prune(one->function->node.type)->result);
  if (result->kind == TYPE_PROMISE)
    emit_abc(&fn->emit, OP_AWAIT, target, callee, 0);
  else
    compile_move(fn, target, callee);
}

bool compile_select_awaited(FunctionState *fn, AwaitNode *node, uint32_t target) {
  uint32_t count;
  const WrittenCase *cases = read_select(fn, node->operand, &count);
  if (!cases) return false;
  if (fn->emit.is_dead) return true;
  uint32_t mark = fn->regs.next;
  uint32_t window = open_written_window(fn, cases, count);
  uint32_t end = emit_label(&fn->emit), first_label = end + 1;
  for (uint32_t i = 0; i < count; i++) emit_label(&fn->emit);
  char *letters = arena_alloc(fn->emit.arena, count + 1);
  for (uint32_t i = 0; i < count; i++) letters[i] = (char)cases[i].letter;
  fn->emit.span = node->node.span;
  if (!fn->emit.is_dead) {
    emit_ax(&fn->emit, OP_SELECT, window, emit_string(&fn->emit, letters, count));
    emit_jumps(fn, count, first_label);
  }
  for (uint32_t i = 0; i < count; i++) {
    emit_bind(&fn->emit, first_label + i);
    call_chosen(fn, &cases[i], window, target);
    emit_jump(&fn->emit, OP_JUMP, 0, 0, end);
  }
  emit_bind(&fn->emit, end);
  fn->regs.next = mark;
  return true;
}
