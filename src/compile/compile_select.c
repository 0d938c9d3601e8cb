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
#include "compile/compile_private.h"

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

// The window of operands, at least as wide as the results.
static uint32_t open_window(FunctionState *fn, const SelectNode *node) {
  uint32_t window = fn->regs.next;
  for (uint32_t i = 0; i < node->case_count; i++) {
    const SelectCase *one = &node->cases[i];
    if (one->subject) compile_expr_fresh(fn, one->subject);
    if (one->sent) compile_expr_fresh(fn, one->sent);
  }
  uint32_t width = fn->regs.next - window;
  if (width < SELECT_RESULTS) regs_take(&fn->regs, SELECT_RESULTS - width);
  return window;
}

// A jump for each case. Each is reached by SELECT alone, never from the one before it.
static void emit_jumps(FunctionState *fn, const SelectNode *node, uint32_t first_label) {
  for (uint32_t i = 0; i < node->case_count; i++) {
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
    emit_jumps(fn, node, first_label);
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
