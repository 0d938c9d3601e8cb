// SPDX-License-Identifier: MIT
// compile_cleanup.c - try, finally, defer, and every way out of what they guard
//
// There is one copy of a cleanup block, however many ways lead to it. What comes after it stands in
// a register, `pending`: null goes on behind the statement, an integer is one of the ways out that
// the guarded code takes (return, break, continue), and an error, which the handler leaves right
// there, is raised again. So the code grows with the number of ways, not with their nesting:
//
//            body, catch          `return v`: R[pending+1] = v, pending = 0, to block
//            pending = null
//     block: finally …                          handler of body and catch: pending = the error
//            to end if pending is null
//            0? return R[pending+1], through the next cleanup around, if there is one
//            raise pending
//     error: raise pending if it is a cancellation          handler of block: R[pending+1] = it
//            raise R[pending+1]
//     end:
//
// What leaves the block itself (return, break, an error) takes the place of what was pending, but a
// cancellation is never given up: OP_PASS_CANCELLED raises it before anything else can happen.
//
// A function that defers has all its code guarded like that. Its block takes the calls one by one
// out of the list in which OP_DEFER has put them; an error in one of them is kept, by
// OP_KEEP_ERROR, until the others have run.
#include "compile/compile_private.h"

// --- Ways out ------------------------------------------------------------------------------------

// The innermost cleanup that must run before control leaves all of them up to `end`, which is not
// left; NULL: none. Blocks that are left while they run have had their turn.
static CleanupState *find_next(FunctionState *fn, const CleanupState *end) {
  CleanupState *cleanup = fn->cleanup;
  for (; cleanup != end && cleanup->is_running; cleanup = cleanup->outer)
    emit_abc(&fn->emit, OP_PASS_CANCELLED, cleanup->pending, 0, 0);
  return cleanup != end ? cleanup : NULL;
}

static uint32_t find_exit(CleanupState *cleanup, CleanupExit exit) {
  for (uint32_t i = 0; i < cleanup->exits.count; i++) {
    const CleanupExit *known = &cleanup->exits.items[i];
    if (known->loop == exit.loop && known->is_break == exit.is_break) return i;
  }
  vec_push(&cleanup->exits, exit);
  return cleanup->exits.count - 1;
}

static void leave_through(FunctionState *fn, CleanupState *cleanup, CleanupExit exit) {
  if (fn->emit.is_dead) return;
  emit_ax(&fn->emit, OP_INT, cleanup->pending, find_exit(cleanup, exit));
  emit_jump(&fn->emit, OP_JUMP, 0, 0, cleanup->block);
}

void compile_cleanup_return(FunctionState *fn, uint32_t reg) {
  CleanupState *next = find_next(fn, NULL);
  if (!next) {
    emit_end(&fn->emit, OP_RETURN, reg);
    return;
  }
  compile_move(fn, next->pending + 1, reg);
  leave_through(fn, next, (CleanupExit){NULL, false});
}

void compile_cleanup_return_null(FunctionState *fn) {
  CleanupState *next = find_next(fn, NULL);
  if (!next) {
    emit_end(&fn->emit, OP_RETURN_NULL, 0);
    return;
  }
  emit_abc(&fn->emit, OP_NULLS, next->pending + 1, 1, 0);
  leave_through(fn, next, (CleanupExit){NULL, false});
}

void compile_cleanup_jump(FunctionState *fn, const LoopState *loop, bool is_break) {
  CleanupState *next = find_next(fn, loop->cleanup);
  if (next)
    leave_through(fn, next, (CleanupExit){loop, is_break});
  else
    emit_jump(&fn->emit, OP_JUMP, 0, 0, is_break ? loop->break_label : loop->continue_label);
}

// --- The frame of every cleanup ------------------------------------------------------------------

static void open_cleanup(FunctionState *fn, CleanupState *cleanup) {
  *cleanup = (CleanupState){.outer = fn->cleanup,
                            .pending = regs_take(&fn->regs, 2),
                            .block = emit_label(&fn->emit),
                            .start = fn->emit.code.count,
                            .is_dead = fn->emit.is_dead};
  fn->cleanup = cleanup;
}

// Ends the guarded code; the block follows.
static void begin_block(FunctionState *fn, CleanupState *cleanup) {
  cleanup->goes_on = !fn->emit.is_dead;
  emit_abc(&fn->emit, OP_NULLS, cleanup->pending, 1, 0);
  if (cleanup->is_dead) {
    emit_bind(&fn->emit, cleanup->block);
  } else {
    emit_cleanup(&fn->emit, cleanup->start, cleanup->block, cleanup->pending);
    emit_bind_reachable(&fn->emit, cleanup->block);
  }
  cleanup->is_running = true;
  cleanup->start = fn->emit.code.count;
}

// Errors of the block so far go to `label`, with the error in `reg`. False: there is no block.
static bool guard_block(FunctionState *fn, const CleanupState *cleanup, uint32_t label,
                        uint32_t reg) {
  if (cleanup->is_dead || fn->emit.code.count == cleanup->start) return false;
  emit_cleanup(&fn->emit, cleanup->start, label, reg);
  return true;
}

static void take_exit(FunctionState *fn, const CleanupState *cleanup, CleanupExit exit) {
  if (exit.loop)
    compile_cleanup_jump(fn, exit.loop, exit.is_break);
  else
    compile_cleanup_return(fn, cleanup->pending + 1);
}

// Behind the block: does what was pending. `end` is where control goes if nothing was.
static void go_on(FunctionState *fn, CleanupState *cleanup, uint32_t end) {
  uint32_t number = regs_take(&fn->regs, 1);
  fn->cleanup = cleanup->outer;
  if (cleanup->goes_on) emit_jump(&fn->emit, OP_JUMP_NULL, cleanup->pending, 0, end);
  for (uint32_t i = 0; i < cleanup->exits.count; i++) {
    uint32_t next = emit_label(&fn->emit);
    emit_ax(&fn->emit, OP_INT, number, i);
    emit_jump(&fn->emit, OP_JUMP_EXACT_NE, cleanup->pending, number, next);
    take_exit(fn, cleanup, cleanup->exits.items[i]);
    emit_bind(&fn->emit, next);
  }
  emit_end(&fn->emit, OP_THROW, cleanup->pending);
  vec_free(&cleanup->exits);
}

// --- try -----------------------------------------------------------------------------------------

// The handler covers the body alone, so an error in `catch` goes on outwards. The registers of the
// body are given back before `catch` begins; what it reads was there before.
static void compile_catch(FunctionState *fn, TryNode *node, Dest dest) {
  uint32_t mark = fn->regs.next;
  uint32_t error = regs_take(&fn->regs, 1);
  uint32_t handler = emit_label(&fn->emit);
  uint32_t end = emit_label(&fn->emit);
  bool is_dead = fn->emit.is_dead;
  uint32_t start = fn->emit.code.count;
  compile_stmt_block(fn, node->body, dest);
  if (!is_dead && fn->emit.code.count > start) {
    emit_handler(&fn->emit, start, handler, error);
    emit_jump(&fn->emit, OP_JUMP, 0, 0, end);
    emit_bind_reachable(&fn->emit, handler);
    if (node->symbol) compile_variable_bind(fn, node->symbol, error, true);
    compile_stmt_block(fn, node->catch_body, dest);
  }
  emit_bind(&fn->emit, end);
  fn->regs.next = mark;
}

static void compile_finally(FunctionState *fn, TryNode *node, Dest dest) {
  uint32_t mark = fn->regs.next;
  uint32_t failed = emit_label(&fn->emit);
  uint32_t end = emit_label(&fn->emit);
  CleanupState cleanup;
  open_cleanup(fn, &cleanup);
  if (node->catch_body)
    compile_catch(fn, node, dest);
  else
    compile_stmt_block(fn, node->body, dest);
  begin_block(fn, &cleanup);
  compile_stmt_block(fn, node->finally_body, dest_drop());
  bool may_fail = guard_block(fn, &cleanup, failed, cleanup.pending + 1);
  fn->emit.span = node->node.span;
  go_on(fn, &cleanup, end);
  if (may_fail) {
    emit_bind_reachable(&fn->emit, failed);
    emit_abc(&fn->emit, OP_PASS_CANCELLED, cleanup.pending, 0, 0);
    emit_end(&fn->emit, OP_THROW, cleanup.pending + 1);
  }
  emit_bind(&fn->emit, end);
  fn->regs.next = mark;
}

void compile_cleanup_try(FunctionState *fn, TryNode *node, Dest dest) {
  if (node->finally_body)
    compile_finally(fn, node, dest);
  else
    compile_catch(fn, node, dest);
}

// --- defer ---------------------------------------------------------------------------------------

void compile_cleanup_open(FunctionState *fn, CleanupState *cleanup) {
  if (!fn->node->has_defer) return;
  fn->deferred = regs_take(&fn->regs, 1);
  emit_abc(&fn->emit, OP_LIST, fn->deferred, fn->deferred, 0);
  open_cleanup(fn, cleanup);
}

// The calls are made from the closing brace, as far as a trace can tell.
void compile_cleanup_close(FunctionState *fn, CleanupState *cleanup) {
  if (!fn->node->has_defer) return;
  uint32_t failed = emit_label(&fn->emit);
  uint32_t done = emit_label(&fn->emit);
  uint32_t error = regs_take(&fn->regs, 1);
  uint32_t window = regs_take(&fn->regs, 2 + fn->deferred_args);
  Span body = fn->node->node.span;
  fn->emit.span = (Span){body.end > body.start ? body.end - 1 : body.start, body.end};
  begin_block(fn, cleanup);
  emit_jump(&fn->emit, OP_CALL_DEFERRED, window, fn->deferred, done);
  emit_jump(&fn->emit, OP_LOOP, 0, 0, cleanup->block);
  guard_block(fn, cleanup, failed, error);
  emit_bind_reachable(&fn->emit, failed);
  emit_abc(&fn->emit, OP_KEEP_ERROR, cleanup->pending, error, 0);
  emit_jump(&fn->emit, OP_LOOP, 0, 0, cleanup->block);
  emit_bind(&fn->emit, done);
  go_on(fn, cleanup, done);
}
