// SPDX-License-Identifier: MIT
// compile_async.c - waiting, channels, errors
//
// Calls of async functions are ordinary calls: the callee knows that it is async, and what the call
// leaves is a promise. Only what waits has instructions of its own.
#include "compile/compile_private.h"

#include <string.h>

// --- await ---------------------------------------------------------------------------------------

// `await ch:receive()` and `await ch:send(v)` need no promise in between: the instruction parks by
// itself. The call, if the operand is that method of a channel; NULL otherwise.
static MethodCallNode *find_channel_call(Node *operand, const char *method, uint32_t arg_count) {
  if (operand->kind != NODE_COLON_CALL && operand->kind != NODE_DOT_CALL) return NULL;
  MethodCallNode *call = (MethodCallNode *)operand;
  const Type *type = types_prune(call->object->type);
  bool is_channel = type && type->kind == TYPE_CHANNEL;
  if (!is_channel || call->arg_count != arg_count || call->is_own_field) return NULL;
  return strcmp(call->name->text, method) == 0 ? call : NULL;
}

static void compile_awaited_send(FunctionState *fn, MethodCallNode *call, uint32_t target) {
  Node *value = call->args[0].value;
  uint32_t channel = compile_expr_operand(fn, call->object, value, NULL);
  uint32_t sent = compile_expr_operand(fn, value, NULL, NULL);
  emit_abc(&fn->emit, OP_SEND, target, channel, sent);
}

static bool is_call(const Node *node) {
  return node->kind == NODE_CALL || node->kind == NODE_DOT_CALL || node->kind == NODE_COLON_CALL ||
         node->kind == NODE_METHOD_CALL;
}

void compile_async_await(FunctionState *fn, AwaitNode *node, uint32_t target) {
  if (compile_select_awaited(fn, node, target)) return;
  MethodCallNode *send = find_channel_call(node->operand, "send", 1);
  MethodCallNode *receive = find_channel_call(node->operand, "receive", 0);
  if (send) {
    fn->emit.span = node->node.span;
    compile_awaited_send(fn, send, target);
    return;
  }
  uint32_t mark = fn->regs.next;
  uint32_t operand =
      compile_expr_operand(fn, receive ? receive->object : node->operand, NULL, NULL);
  bool is_seen = operand < mark; // by whoever reads the variable
  Opcode op = is_call(node->operand) && !is_seen ? OP_AWAIT_CALL : OP_AWAIT;
  fn->emit.span = node->node.span;
  emit_abc(&fn->emit, receive ? OP_RECEIVE_OPEN : op, target, operand, 0);
}

void compile_async_channel(FunctionState *fn, ChannelNode *node, uint32_t target) {
  uint32_t room = target;
  if (node->capacity)
    room = compile_expr_operand(fn, node->capacity, NULL, NULL);
  else
    emit_abc(&fn->emit, OP_NULLS, target, 1, 0);
  fn->emit.span = node->node.span;
  emit_abc(&fn->emit, OP_CHANNEL, target, room, 0);
}

// --- Errors --------------------------------------------------------------------------------------

void compile_async_throw(FunctionState *fn, UnaryNode *node) {
  uint32_t mark = fn->regs.next;
  uint32_t error = compile_expr_operand(fn, node->operand, NULL, NULL);
  fn->emit.span = node->node.span;
  emit_end(&fn->emit, OP_THROW, error);
  fn->regs.next = mark;
}

// --- info "…" and the others ---------------------------------------------------------------------

static const char *name_declarative(DeclarativeKind kind) {
  switch (kind) {
  case DECLARATIVE_TODO: return "todo";
  case DECLARATIVE_WARN: return "warn";
  case DECLARATIVE_INFO: return "info";
  case DECLARATIVE_DEBUG: return "debug";
  case DECLARATIVE_NOTE: return "note";
  case DECLARATIVE_SUCCESS: return "success";
  case DECLARATIVE_TRACE: return "trace";
  case DECLARATIVE_LOG: return "log";
  case DECLARATIVE_FATAL: return "fatal";
  case DECLARATIVE_CRITICAL: return "critical";
  }
  return "log";
}

// A call of the built-in "declarative" with the word and the value.
void compile_async_declarative(FunctionState *fn, DeclarativeNode *node, uint32_t target) {
  uint32_t window = regs_is_top(&fn->regs, target) ? target : regs_take(&fn->regs, 1);
  regs_take(&fn->regs, 1);
  const char *word = name_declarative(node->kind);
  compile_load_builtin(fn, "declarative", NULL, window);
  compile_load_string(fn, word, (uint32_t)strlen(word), regs_take(&fn->regs, 1));
  compile_expr_fresh(fn, node->value);
  fn->emit.span = node->node.span;
  emit_abc(&fn->emit, OP_CALL, window, 2, 0);
  compile_move(fn, target, window);
}
