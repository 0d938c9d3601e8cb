// SPDX-License-Identifier: MIT
// check_function.c - functions: what they take, what they give, their bodies
//
// Three types are about the result: what is declared, what the body must yield (the payload: T of a
// declared Promise(T), and of a declared T as well), and what a call gives (C 3.2). While a body
// without declared result is being checked its result is open, so recursion sees Any.
#include "check/check_private.h"

// --- Signatures ----------------------------------------------------------------------------------

static const Type *wanted_function(Type *expected) {
  expected = types_prune(expected);
  if (!expected) return NULL;
  if (expected->kind == TYPE_FUNCTION) return expected;
  if (expected->kind != TYPE_UNION) return NULL;
  for (uint32_t i = 0; i < expected->arg_count; i++) {
    if (expected->args[i]->kind == TYPE_FUNCTION) return expected->args[i];
  }
  return NULL;
}

// As written, or else from the place of the literal.
static Type *param_type(Checker *c, const Param *param, uint32_t index, const Type *wanted,
                        Type *self) {
  if (param->type) return check_type_written(c, param->type);
  if (self && index == 0 && param->name == c->names.self) return self;
  bool is_told = c->is_luma && wanted && index < wanted->arg_count && !param->is_rest;
  if (!is_told) return c->types->any;
  Type *type = types_prune(wanted->args[index]);
  return relate_is_open(type) ? c->types->any : type;
}

static Type *call_result(Checker *c, const FunctionNode *function) {
  if (function->result_type) {
    Type *declared = check_type_written(c, function->result_type);
    return function->is_async ? types_of1(c->types, TYPE_PROMISE, declared) : declared;
  }
  if (function->is_async) return types_of1(c->types, TYPE_PROMISE, NULL);
  return c->is_luma ? NULL : c->types->any;
}

Type *check_function_signature(Checker *c, FunctionNode *function, Type *expected, Type *self) {
  if (function->node.type) return function->node.type;
  const Type *wanted = wanted_function(expected);
  uint32_t count = function->param_count;
  Type **params = arena_alloc(c->types->arena, (count + 1) * sizeof(*params));
  const Name **names = arena_alloc(c->types->arena, (count + 1) * sizeof(*names));
  uint32_t required = 0;
  bool has_rest = false;
  for (uint32_t i = 0; i < count; i++) {
    Param *param = &function->params[i];
    params[i] = param_type(c, param, i, wanted, self);
    names[i] = param->name;
    if (param->is_rest)
      has_rest = true;
    else if (!param->default_value)
      required++;
    if (!param->symbol) continue;
    bool is_kept = c->is_luma || param->type || !param->symbol->is_reassigned;
    Type *inside = param->is_rest ? types_of1(c->types, TYPE_LIST, params[i]) : params[i];
    param->symbol->type = is_kept ? inside : c->types->any;
    param->symbol->is_written = param->type != NULL;
  }
  Type *result = call_result(c, function);
  Type *type = types_function(c->types, params, names, count, required, has_rest, result);
  type->is_async = function->is_async;
  return function->node.type = type;
}

// --- Bodies --------------------------------------------------------------------------------------

static void check_defaults(Checker *c, FunctionNode *function) {
  for (uint32_t i = 0; i < function->param_count; i++) {
    Param *param = &function->params[i];
    if (!param->default_value) continue;
    Type *declared = param->type ? check_type_written(c, param->type) : NULL;
    Type *got = check_expr(c, param->default_value, declared);
    Misfit why;
    if (!declared || relate_fits(&c->relate, got, declared, &why)) continue;
    Diag *diag =
        diag_error(c->diags, DIAG_PARAMETER_DEFAULT, check_report_place(param->default_value, &why),
                   param->name->text, check_report_type(c, declared), check_report_type(c, got));
    check_report_reason(c, diag, param->default_value, declared, got, &why);
  }
}

// Nothing was yielded: the body never comes to an end.
static void set_inferred(Checker *c, const FunctionState *state) {
  if (state->node->is_main) c->file_value = state->joined;
  bool is_inferred = c->is_luma && !state->node->result_type && !state->node->is_main;
  if (!is_inferred) return;
  Type *joined = state->joined ? state->joined : c->types->never;
  bool is_async = state->node->is_async;
  state->type->result = is_async ? types_of1(c->types, TYPE_PROMISE, joined) : joined;
}

void check_function_body(Checker *c, FunctionNode *function, Type *hint) {
  if (!function->body || function->body->node.type) return; // none: its parser has reported that
  function->body->node.type = c->types->any; // begun: recursion must not begin it again
  Type *declared = function->result_type ? check_type_written(c, function->result_type) : NULL;
  FunctionState state = {.parent = c->function,
                         .node = function,
                         .type = function->node.type,
                         .payload = declared && function->is_async ? check_async_payload(declared)
                                                                   : declared,
                         .hint = hint,
                         .loop_base = c->loops.count};
  uint32_t match_depth = c->match_depth;
  c->match_depth = 0;
  c->function = &state;
  c->depth++;
  check_defaults(c, function);
  if (!check_async_stub(c, function, declared)) {
    check_stmt_block(c, function->body, check_function_wanted(c), USE_TAIL);
  }
  c->depth--;
  set_inferred(c, &state);
  c->function = state.parent;
  c->match_depth = match_depth;
}

Type *check_function_literal(Checker *c, FunctionNode *function, Type *expected, Type *self) {
  Type *type = check_function_signature(c, function, expected, self);
  const Type *wanted = wanted_function(expected);
  Type *hint = wanted ? types_prune(wanted->result) : NULL;
  if (hint && function->is_async) hint = check_async_payload(hint);
  check_function_body(c, function, check_expr_expects(hint) ? hint : NULL);
  return type;
}

// --- What a body yields --------------------------------------------------------------------------

Type *check_function_wanted(Checker *c) {
  const FunctionState *state = c->function;
  return state->payload ? state->payload : state->hint;
}

static void join_yielded(Checker *c, Type *type) {
  FunctionState *state = c->function;
  if (!c->is_luma) return;
  if (state->node->is_async) type = check_async_payload(type);
  Type *joined = state->joined ? relate_join(&c->relate, state->joined, type) : type;
  state->joined = joined ? joined : c->types->any;
}

static void report_yield(Checker *c, const Node *value, Span span, const Type *type, bool is_return,
                         const Misfit *why) {
  const FunctionState *state = c->function;
  const char *wanted = check_report_type(c, state->payload);
  DiagCode code = is_return ? DIAG_RETURN_TYPE : DIAG_RESULT_TYPE;
  Diag *diag = diag_error(c->diags, code, value ? check_report_place(value, why) : span, wanted,
                          check_report_type(c, type));
  diag_note(c->diags, diag, state->node->result_type->span, "%s is declared here", wanted);
  if (value) {
    check_report_reason(c, diag, value, state->payload, type, why);
  } else if (!is_return) {
    diag_help(c->diags, diag,
              "every way through the function must end in a %s; here it can end "
              "without a value (an `if` without `else` is null when its condition "
              "is false)",
              wanted);
  }
}

// Whether the program ever goes that way is not certain, and null fits many types.
void check_function_ends_without(Checker *c, Span span) {
  const FunctionState *state = c->function;
  if (c->is_luma || !state->payload || relate_admits_null(&c->relate, state->payload)) return;
  Diag *diag = diag_error(c->diags, DIAG_VINT_ENDS_WITHOUT, span, check_report_type(c, state->payload));
  diag_note(c->diags, diag, state->node->result_type->span, "%s is declared here",
            check_report_type(c, state->payload));
}

void check_function_yield(Checker *c, Node *value, Span span, Type *type, bool is_return) {
  const FunctionState *state = c->function;
  if (is_return && state->node->is_main) c->file_returns = true;
  if (type->kind == TYPE_NEVER) return;
  if (!state->payload) {
    join_yielded(c, type);
    return;
  }
  bool is_uncertain = !value && !is_return && !c->is_luma;
  Misfit why;
  if (is_uncertain || relate_fits(&c->relate, type, state->payload, &why)) return;
  bool is_adopted = state->node->is_async && type->kind == TYPE_PROMISE &&
                    relate_fits(&c->relate, type->args[0], state->payload, NULL);
  if (is_adopted) return;
  report_yield(c, value, span, type, is_return, &why);
}
