// SPDX-License-Identifier: MIT
// check_async.c - await, stubs, promises that nobody waits for, callbacks that must not wait
#include "check/check_private.h"

#include <string.h>

Type *check_async_payload(Type *type) {
  Type *known = types_prune(type);
  return known && known->kind == TYPE_PROMISE ? types_prune(known->args[0]) : type;
}

// --- await ---------------------------------------------------------------------------------------

static const FunctionNode *called_function(const Node *node) {
  if (node->kind != NODE_CALL) return NULL;
  const Node *callee = ((const CallNode *)node)->callee;
  if (callee->kind != NODE_NAME) return NULL;
  return check_symbol_function(((const NameNode *)callee)->symbol);
}

static Type *report_value(Checker *c, const AwaitNode *node, const Type *type) {
  const Node *operand = node->operand;
  Diag *diag = diag_error(c->diags, DIAG_AWAIT_VALUE, operand->span, check_report_type(c, type));
  const char *source = check_report_source(c, operand);
  bool gives_promise = type->kind == TYPE_FUNCTION && type->result &&
                       types_prune(type->result)->kind == TYPE_PROMISE;
  if (gives_promise) {
    diag_help(c->diags, diag, "call the function: `await %s(…)`", source);
    return c->types->any;
  }
  if (type->kind == TYPE_CHANNEL && c->is_luma) {
    diag_help(c->diags, diag, "to wait for a value of the channel: `await %s:receive()`", source);
    return c->types->any;
  }
  const FunctionNode *function = called_function(operand);
  if (function && !function->is_async) {
    Span name = {function->node.span.start, function->body->node.span.start};
    diag_note(c->diags, diag, name, "this function is not async: it has the value at once");
  }
  diag_help(c->diags, diag, "the value is there already; leave out the `await`: `%s`", source);
  return c->types->any;
}

Type *check_async_await(Checker *c, AwaitNode *node, Type *expected) {
  expected = types_prune(expected);
  bool says_nothing = !expected || expected->kind == TYPE_ANY || expected->kind == TYPE_INFER;
  Type *wanted = says_nothing ? NULL : types_of1(c->types, TYPE_PROMISE, expected);
  Type *type = check_expr(c, node->operand, wanted);
  if (type->kind == TYPE_PROMISE) return types_prune(type->args[0]);
  if (relate_is_open(type) || type->kind == TYPE_UNION) return c->types->any;
  if (type->kind == TYPE_NEVER) return type;
  return report_value(c, node, type);
}

// --- Dropped promises ----------------------------------------------------------------------------

// `jobs.close` alone does nothing.
static void warn_uncalled(Checker *c, const Node *node, const Type *type) {
  bool is_function = type->kind == TYPE_FUNCTION || type->kind == TYPE_ANY_FUNCTION;
  if (node->kind != NODE_FIELD || !is_function) return;
  Diag *diag = diag_error(c->diags, DIAG_UNCALLED, node->span, check_report_source(c, node));
  diag_help(c->diags, diag, "to call it write `%s()`", check_report_source(c, node));
}

void check_async_dropped(Checker *c, const Node *node, const Type *type) {
  if (c->is_luma) warn_uncalled(c, node, type);
  if (!c->is_luma || type->kind != TYPE_PROMISE) return;
  Diag *diag = diag_error(c->diags, DIAG_PROMISE_DROPPED, node->span, check_report_type(c, type));
  const char *source = check_report_source(c, node);
  diag_help(c->diags, diag, "wait for it: `await %s`, or say that it is meant: `let _ = %s`",
            source, source);
}

// --- Stubs ---------------------------------------------------------------------------------------

bool check_async_stub(Checker *c, FunctionNode *function, const Type *declared) {
  bool is_stub = c->is_luma && function->is_body_empty && declared && declared->kind != TYPE_ANY &&
                 declared->kind != TYPE_NULL;
  function->is_stub = is_stub;
  if (!is_stub) return false;
  Span header = {function->node.span.start, function->result_type->span.end};
  const char *name = function->name ? function->name->text : "fn";
  Diag *diag = diag_error(c->diags, DIAG_STUB, header, name, check_report_type(c, declared));
  if (declared->kind == TYPE_PROMISE) {
    diag_note(c->diags, diag, (Span){0, 0}, "its promise will be rejected: `%s is not implemented`",
              name);
  } else {
    diag_note(c->diags, diag, (Span){0, 0}, "calling it is a panic: `%s is not implemented`", name);
  }
  return true;
}

// --- Callbacks -----------------------------------------------------------------------------------

// Those whose callback's answer decides at once what happens next (C 3.11).
static bool uses_answer_at_once(const CallSite *site) {
  static const char *const NAMES[] = {"filter",  "find",   "find_index", "findIndex", "sort",
                                      "sort_by", "sortBy", "reduce",     "any",       "all",
                                      "some",    "every",  "count"};
  const DeclRow *row = site->row;
  if (!row) return false;
  bool is_of_list = strncmp(row->owner, "List", 4) == 0 || strcmp(row->owner, "list") == 0 ||
                    row->owner[0] == '\0';
  for (uint32_t i = 0; is_of_list && i < ARRAY_LEN(NAMES); i++) {
    if (strcmp(NAMES[i], row->name) == 0) return true;
  }
  return false;
}

bool check_async_callback(Checker *c, const CallSite *site, const Node *value, const Type *param,
                          const Type *got) {
  got = types_prune((Type *)got);
  param = types_prune((Type *)param);
  if (!c->is_luma || got->kind != TYPE_FUNCTION || param->kind != TYPE_FUNCTION) return false;
  const Type *gives = types_prune(got->result);
  if (!gives || gives->kind != TYPE_PROMISE || !uses_answer_at_once(site)) return false;
  const Type *wanted = types_prune(param->result);
  bool is_promise_wanted = wanted && wanted->kind == TYPE_PROMISE && !got->is_async;
  if (is_promise_wanted) return false;
  Type *answer =
      wanted && wanted->kind != TYPE_VARIABLE ? check_async_payload((Type *)wanted) : NULL;
  Type *plain = types_function(c->types, param->args, NULL, param->arg_count, param->required_count,
                               param->has_rest, answer);
  Diag *diag = diag_error(c->diags, DIAG_ASYNC_CALLBACK, value->span, site->row->name,
                          check_report_type(c, plain), check_report_type(c, got));
  diag_help(c->diags, diag,
            "wait for all answers first: `let answers = await Promise.all(xs:map(…))`, then use "
            "them in `%s`",
            site->row->name);
  return true;
}
