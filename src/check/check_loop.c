// SPDX-License-Identifier: MIT
// check_loop.c - loops and what they run over
#include "check/check_private.h"

// True if a break leaves the loop.
static bool check_body(Checker *c, BlockNode *body) {
  vec_push(&c->loops, false);
  check_stmt_block(c, body, NULL, USE_DROPPED);
  return vec_pop(&c->loops);
}

static bool is_always_true(const Node *condition) {
  return condition->kind == NODE_BOOLEAN && ((const BooleanNode *)condition)->value;
}

static bool check_while(Checker *c, WhileNode *node) {
  check_branch_condition(c, node->condition, "While condition");
  bool is_left = check_body(c, node->body);
  return !is_left && is_always_true(node->condition);
}

static bool check_do_while(Checker *c, WhileNode *node) {
  bool is_left = check_body(c, node->body);
  check_branch_condition(c, node->condition, "Do-while condition");
  return !is_left && is_always_true(node->condition);
}

// The [key, value] of a table.
static Type *pair_of(Checker *c, Type *key, Type *value) {
  Type *joined = relate_join(&c->relate, key, value);
  return types_positions(c->types, joined ? joined : c->types->any, (Type *[]){key, value}, 2);
}

// What a `for` over `type` gives, NULL if it gives nothing. Luma.md 4.17.
static Type *item_of(Checker *c, const Type *type) {
  switch (type->kind) {
  case TYPE_LIST: return type->args[0];
  case TYPE_STRING: return c->types->string;
  case TYPE_TABLE: return pair_of(c, type->args[0], type->args[1]);
  case TYPE_UNION:
  case TYPE_EXTERNAL:
  case TYPE_NEVER: return c->types->any;
  default: break;
  }
  if (relate_is_open(type)) return c->types->any;
  if (!relate_is_table(type)) return NULL;
  bool is_own = types_find_field(type, c->names.iter) != NULL;
  return is_own ? c->types->any : pair_of(c, c->types->string, c->types->any);
}

static Type *report_iterable(Checker *c, const Node *iterable, const Type *type) {
  const char *text = check_report_type(c, type);
  if (type->kind == TYPE_PROMISE) {
    Diag *diag = diag_error(c->diags, DIAG_PROMISE_FOR, iterable->span, text);
    check_report_await(c, diag, iterable);
    return c->types->any;
  }
  Diag *diag = diag_error(c->diags, DIAG_FOR_ITERABLE, iterable->span, text);
  const char *source = check_report_source(c, iterable);
  if (type->kind == TYPE_CHANNEL) {
    diag_help(c->diags, diag, "receiving waits, so the loop says it: `for await v in %s do`",
              source);
  } else if (type->kind == TYPE_NUMBER) {
    diag_help(c->diags, diag, "to count: `for i in range(0, %s) do`", source);
  }
  return c->types->any;
}

static void check_for(Checker *c, ForNode *node) {
  Type *type = check_expr(c, node->iterable, NULL);
  Type *item = item_of(c, type);
  if (!item) item = report_iterable(c, node->iterable, type);
  check_pattern(c, node->pattern, item, NULL);
  check_body(c, node->body);
}

static void check_for_await(Checker *c, ForNode *node) {
  Type *type = check_expr(c, node->iterable, NULL);
  Type *item = c->types->any;
  if (type->kind == TYPE_CHANNEL) {
    item = type->args[0];
  } else if (!relate_is_open(type)) {
    Diag *diag = diag_error(c->diags, DIAG_FOR_AWAIT_CHANNEL, node->iterable->span,
                            check_report_type(c, type));
    bool is_list = type->kind == TYPE_LIST;
    if (is_list) diag_help(c->diags, diag, "a list needs no waiting: `for v in …`");
    if (type->kind == TYPE_PROMISE) check_report_await(c, diag, node->iterable);
  }
  check_pattern(c, node->pattern, item, NULL);
  check_body(c, node->body);
}

static void set_loop_variable(Checker *c, Symbol *symbol, Type *type, bool is_written) {
  if (!symbol) return;
  symbol->type = symbol->is_reassigned ? c->types->any : type;
  symbol->is_written = is_written && !symbol->is_reassigned;
}

// Vint: over anything; only a promise is surely a mistake. What a loop gives there is no null.
static void check_each(Checker *c, EachNode *node) {
  Type *type = check_expr(c, node->iterable, NULL);
  Type *key = c->types->integer, *value = c->types->any;
  switch (type->kind) {
  case TYPE_PROMISE: report_iterable(c, node->iterable, type); break;
  case TYPE_CHANNEL: key = c->types->any; value = type->args[0]; break;
  case TYPE_LIST: value = type->args[0]; break;
  case TYPE_RANGE: value = c->types->integer; break;
  case TYPE_STRING: value = c->types->string; break;
  case TYPE_TABLE: key = type->args[0]; value = type->args[1]; break;
  default:
    check_written_loop(c, node->iterable, type);
    key = c->types->any;
    break;
  }
  bool is_written = check_written_is(node->iterable);
  set_loop_variable(c, node->key_symbol, key, is_written);
  set_loop_variable(c, node->value_symbol, value, is_written);
  check_body(c, node->body);
}

static void check_repeat(Checker *c, RepeatNode *node) {
  check_written_integer(c, node->count, check_expr(c, node->count, NULL), "repeat");
  if (node->symbol) {
    node->symbol->type = node->symbol->is_reassigned ? c->types->any : c->types->integer;
  }
  check_body(c, node->body);
}

bool check_loop(Checker *c, Node *node) {
  switch (node->kind) {
  case NODE_WHILE: return check_while(c, (WhileNode *)node);
  case NODE_DO_WHILE: return check_do_while(c, (WhileNode *)node);
  case NODE_FOR: check_for(c, (ForNode *)node); return false;
  case NODE_FOR_AWAIT: check_for_await(c, (ForNode *)node); return false;
  case NODE_EACH: check_each(c, (EachNode *)node); return false;
  default: check_repeat(c, (RepeatNode *)node); return false;
  }
}
