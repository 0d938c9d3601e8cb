// SPDX-License-Identifier: MIT
// check_call.c - calls: which argument is for which parameter
//
// Positional arguments first, then named ones; defaults and a rest parameter take the slack
// (luma.md 4.12, vint.md 5.2). Missing, surplus, unknown, doubled and misplaced arguments have a
// message each. What the arguments are is check_argument.c's matter.
#include "check/check_private.h"

#define FEW_ARGS 16

CallSite check_call_site(Node *node) {
  if (node->kind == NODE_CALL) {
    CallNode *call = (CallNode *)node;
    return (CallSite){.node = node,
                      .args = call->args,
                      .arg_count = call->arg_count,
                      .order = &call->order,
                      .order_count = &call->order_count,
                      .expected = &call->expected,
                      .callee_span = call->callee->span};
  }
  MethodCallNode *call = (MethodCallNode *)node;
  return (CallSite){.node = node,
                    .args = call->args,
                    .arg_count = call->arg_count,
                    .order = &call->order,
                    .order_count = &call->order_count,
                    .expected = &call->expected,
                    .callee_span = call->name_span,
                    .name = call->name->text};
}

// Without knowing the parameters, one thing can be said of named arguments.
static void check_names(Checker *c, const CallSite *site) {
  StrMap seen = {0};
  for (uint32_t i = 0; i < site->arg_count; i++) {
    const Argument *arg = &site->args[i];
    if (!arg->name) continue;
    if (strmap_get(&seen, arg->name->text, arg->name->len))
      diag_error(c->diags, DIAG_CALL_DUPLICATE, arg->span, arg->name->text);
    strmap_set(&seen, arg->name->text, arg->name->len, c);
  }
  strmap_free(&seen);
}

Type *check_call_dynamic(Checker *c, CallSite *site) {
  check_names(c, site);
  for (uint32_t i = 0; i < site->arg_count; i++) check_expr(c, site->args[i].value, c->types->any);
  return c->types->any;
}

// --- Arguments to parameters ---------------------------------------------------------------------

typedef struct Matching {
  CallSite *site;
  const Type *function;
  int32_t *param_of; // by argument
  int32_t *arg_of;   // by parameter; -1: none
  bool has_named;
  bool has_rest_args;
  bool has_error;
} Matching;

static const char *param_name(Checker *c, const Type *function, uint32_t index) {
  const Name *name = function->param_names ? function->param_names[index] : NULL;
  return name ? name->text : arena_printf(c->types->arena, "argument %u", index + 1);
}

static bool is_rest(const Type *function, uint32_t index) {
  return function->has_rest && index + 1 == function->arg_count;
}

static bool may_lack(const Matching *m, uint32_t index) {
  if (is_rest(m->function, index)) return true;
  if (m->site->made) return m->site->made->fields[index].is_optional;
  const FunctionNode *literal = m->site->function;
  if (literal && index < literal->param_count) return literal->params[index].default_value != NULL;
  return index >= m->function->required_count;
}

static const char *count_text(Checker *c, const Type *function) {
  uint32_t least = function->required_count;
  Arena *arena = c->types->arena;
  if (function->has_rest) return arena_printf(arena, "at least %u", least);
  if (least == function->arg_count) return arena_printf(arena, "%u", least);
  return arena_printf(arena, "%u to %u", least, function->arg_count);
}

static void note_callee(Checker *c, Diag *diag, const CallSite *site) {
  if (site->name) check_report_declared(c, diag, site->declared_at, site->name);
  if (site->row) {
    diag_note(c->diags, diag, (Span){0, 0}, "`%s` is built in: %s", site->row->name,
              site->row->signature);
  }
}

static void match_position(Checker *c, Matching *m, uint32_t index) {
  const Type *function = m->function;
  Argument *arg = &m->site->args[index];
  if (m->has_named) {
    diag_error(c->diags, DIAG_CALL_POSITION, arg->value->span);
    m->has_error = true;
    return;
  }
  uint32_t param = index;
  if (function->has_rest && param + 1 >= function->arg_count) param = function->arg_count - 1;
  if (param >= function->arg_count) {
    if (m->has_error || m->site->allows_surplus) return;
    m->has_error = true;
    Diag *diag = diag_error(c->diags, DIAG_CALL_TOO_MANY, arg->value->span, count_text(c, function),
                            m->site->arg_count);
    note_callee(c, diag, m->site);
    return;
  }
  m->param_of[index] = (int32_t)param;
  if (is_rest(function, param))
    m->has_rest_args = true;
  else
    m->arg_of[param] = (int32_t)index;
}

static int32_t find_param(const Type *function, const Name *name) {
  for (uint32_t i = 0; function->param_names && i < function->arg_count; i++) {
    if (function->param_names[i] == name) return (int32_t)i;
  }
  return -1;
}

static void report_unknown_name(Checker *c, const Matching *m, const Argument *arg) {
  Diag *diag = diag_error(c->diags, DIAG_CALL_UNKNOWN_NAME, arg->span, arg->name->text);
  const char *names[FEW_ARGS];
  uint32_t count = 0;
  for (uint32_t i = 0; i < m->function->arg_count && count < FEW_ARGS; i++) {
    names[count++] = param_name(c, m->function, i);
  }
  check_report_suggest(c, diag, arg->name->text, names, count);
  note_callee(c, diag, m->site);
}

static void match_name(Checker *c, Matching *m, uint32_t index) {
  Argument *arg = &m->site->args[index];
  m->has_named = true;
  int32_t param = find_param(m->function, arg->name);
  if (param < 0) {
    report_unknown_name(c, m, arg);
    m->has_error = true;
    return;
  }
  bool is_rest_mixed = m->has_rest_args || is_rest(m->function, (uint32_t)param);
  if (is_rest_mixed) {
    uint32_t last = m->function->arg_count - 1;
    diag_error(c->diags, DIAG_REST_BY_NAME, arg->span, param_name(c, m->function, last));
    m->has_error = true;
    return;
  }
  if (m->arg_of[param] >= 0) {
    diag_error(c->diags, DIAG_CALL_DUPLICATE, arg->span, arg->name->text);
    m->has_error = true;
    return;
  }
  m->arg_of[param] = (int32_t)index;
  m->param_of[index] = param;
}

static void report_missing(Checker *c, const Matching *m) {
  for (uint32_t i = 0; i < m->function->arg_count; i++) {
    if (m->arg_of[i] >= 0 || may_lack(m, i)) continue;
    Diag *diag =
        diag_error(c->diags, DIAG_CALL_TOO_FEW, m->site->node->span, count_text(c, m->function),
                   m->site->arg_count, param_name(c, m->function, i));
    note_callee(c, diag, m->site);
    return;
  }
}

static void match_arguments(Checker *c, Matching *m) {
  for (uint32_t i = 0; i < m->site->arg_count; i++) m->param_of[i] = -1;
  for (uint32_t i = 0; i < m->function->arg_count; i++) m->arg_of[i] = -1;
  for (uint32_t i = 0; i < m->site->arg_count; i++) {
    if (m->site->args[i].name)
      match_name(c, m, i);
    else
      match_position(c, m, i);
  }
  if (!m->has_error) report_missing(c, m);
  // The compiler passes all parameters to one that asks for the expected type, so it needs to know
  // how many there are.
  bool is_needed = m->has_named || *m->site->expected;
  if (!is_needed || m->has_error) return;
  *m->site->order = m->arg_of;
  *m->site->order_count = m->function->arg_count;
}

Type *check_call_function(Checker *c, CallSite *site, Type *function, Type *expected) {
  int32_t few[FEW_ARGS];
  bool is_small = site->arg_count <= FEW_ARGS;
  Matching matching = {.site = site, .function = function};
  matching.param_of = is_small ? few : arena_alloc(c->types->arena, site->arg_count * sizeof(*few));
  matching.arg_of = arena_alloc(c->types->arena, (function->arg_count + 1) * sizeof(*few));
  match_arguments(c, &matching);
  Type *bindings[RELATE_LETTERS] = {0};
  Type *hints[RELATE_LETTERS] = {0};
  bool is_told = function->has_letters && check_expr_expects(expected);
  if (is_told) relate_infer(&c->relate, function->result, expected, hints);
  site->hints = is_told ? hints : NULL;
  check_argument_all(c, site, function, bindings, matching.param_of);
  site->hints = NULL;
  if (!function->result) return c->types->any; // still being inferred
  if (!function->result->has_letters) return function->result;
  if (check_expr_expects(expected)) {
    relate_infer(&c->relate, function->result, expected, bindings);
  }
  return relate_close(&c->relate, function->result, bindings);
}

// --- Calls of a name or an expression ------------------------------------------------------------

static void describe_callee(Checker *c, CallSite *site, const Node *callee) {
  if (callee->kind != NODE_NAME) {
    site->allows_surplus = !c->is_luma;
    if (callee->kind == NODE_FUNCTION) site->function = (const FunctionNode *)callee;
    return;
  }
  const NameNode *name = (const NameNode *)callee;
  site->name = name->name->text;
  if (!name->symbol) return;
  site->function = check_symbol_function(name->symbol);
  site->row = check_symbol_builtin(c, name->symbol);
  if (!site->row) site->declared_at = symbol_span_in(name->symbol, c->program->source);
  site->allows_surplus = !c->is_luma && name->symbol->is_constant;
}

static Type *report_not_callable(Checker *c, CallSite *site, const Node *callee, const Type *type) {
  check_call_dynamic(c, site);
  const char *text = check_report_type(c, type);
  if (type->kind == TYPE_PROMISE) {
    Diag *diag = diag_error(c->diags, DIAG_PROMISE_CALL, site->callee_span, text);
    check_report_await_then(c, diag, callee, "(…)");
    return c->types->any;
  }
  Diag *diag = diag_error(c->diags, DIAG_NOT_CALLABLE, site->callee_span, text);
  if (site->name) check_report_declared(c, diag, site->declared_at, site->name);
  if (type->kind == TYPE_TYPE && c->is_luma) {
    const char *source = check_report_source(c, callee);
    diag_help(c->diags, diag, "to make one: `cast(%s, { … })`", source);
  }
  return c->types->any;
}

// Vint's User("Ann", 40): a call of a function whose parameters are the fields. Fields stand before
// methods.
static Type *call_maker(Checker *c, CallSite *site, Type *made) {
  Type **params = arena_alloc(c->types->arena, (made->field_count + 1) * sizeof(*params));
  const Name **names = arena_alloc(c->types->arena, (made->field_count + 1) * sizeof(*names));
  uint32_t count = 0, required = 0;
  for (; count < made->field_count && !made->fields[count].is_method; count++) {
    params[count] = made->fields[count].type;
    names[count] = made->fields[count].name;
    if (!made->fields[count].is_optional) required++;
  }
  site->made = made;
  site->allows_surplus = false;
  if (made->symbol) site->declared_at = symbol_span_in(made->symbol, c->program->source);
  Type *function = types_function(c->types, params, names, count, required, false, made);
  return check_call_function(c, site, function, NULL);
}

// List(String) as a value; in Vint User(…) makes a struct.
static Type *call_type(Checker *c, CallNode *node, CallSite *site, Type *callee) {
  if (!c->is_luma) {
    Type *made = callee->args[0];
    if (made->kind == TYPE_STRUCT || made->kind == TYPE_CUSTOM_ERROR)
      return call_maker(c, site, made);
    return relate_is_open(made) ? check_call_dynamic(c, site)
                                : report_not_callable(c, site, node->callee, callee);
  }
  Type *applied = check_type_value(c, &node->node);
  if (!applied) return report_not_callable(c, site, node->callee, callee);
  check_call_dynamic(c, site);
  return types_of1(c->types, TYPE_TYPE, applied);
}

Type *check_call(Checker *c, CallNode *node, Type *callee, Type *expected) {
  CallSite site = check_call_site(&node->node);
  describe_callee(c, &site, node->callee);
  Type *result;
  if (site.row && check_special(c, &site, expected, &result)) return result;
  if (!c->is_luma && site.row && check_channel_call(c, &site, &result)) return result;
  switch (callee->kind) {
  case TYPE_FUNCTION: {
    bool asks = site.row && decls_wants_expected(site.row);
    Type *function = asks ? check_expected_row(c, &site, expected) : callee;
    result = check_call_function(c, &site, function, expected);
    if (!c->is_luma && site.row) check_written_len(c, &site);
    return result;
  }
  case TYPE_TYPE: return call_type(c, node, &site, callee);
  case TYPE_ANY_FUNCTION:
  case TYPE_UNION:
  case TYPE_EXTERNAL:
  case TYPE_NEVER: return check_call_dynamic(c, &site);
  case TYPE_MODULE:
  case TYPE_ENUM:
    if (!c->is_luma) return check_call_dynamic(c, &site);
    break;
  default: break;
  }
  if (relate_is_open(callee)) return check_call_dynamic(c, &site);
  return report_not_callable(c, &site, node->callee, callee);
}
