// SPDX-License-Identifier: MIT
// check_special.c - built-ins whose type no signature can say
//
// Each looks at its arguments as written: cast and into at the type that is named, Promise.all and
// select at the items of a list literal. A call that does not have the usual form is left to its row.
#include "check/check_private.h"

#include <string.h>

typedef bool (*SpecialCheck)(Checker *c, CallSite *site, Type *expected, Type **result);

static bool has_plain_args(const CallSite *site, uint32_t count) {
  if (site->arg_count != count) return false;
  for (uint32_t i = 0; i < count; i++) {
    if (site->args[i].name) return false;
  }
  return true;
}

// --- cast(T, v) and into(v, T) -------------------------------------------------------------------

// What the argument names if it is a type; NULL if only the running program can tell.
static Type *named_type(Checker *c, Node *argument, bool is_cast) {
  Type *named = check_type_value(c, argument);
  Type *type = check_expr(c, argument, NULL);
  if (named) return named;
  if (type->kind == TYPE_TYPE) return type->args[0];
  bool may_be_type = relate_is_open(type) || relate_is_table(type) || type->kind == TYPE_UNION;
  if (may_be_type) return NULL;
  const char *got = check_report_type(c, type);
  if (is_cast) {
    diag_error(c->diags, DIAG_CAST_TYPE, argument->span, got);
  } else {
    diag_error(c->diags, DIAG_CALL_ARGUMENT, argument->span, 1u, "Type", got);
  }
  return NULL;
}

// A response that is awaited right here is asked for as the type (luma.md 8.3). Anything else must
// show by itself that it fits.
static void check_cast_value(Checker *c, Node *value, Type *named) {
  bool is_asked = named && value->kind == NODE_AWAIT;
  Type *got = check_expr(c, value, is_asked ? named : NULL);
  if (relate_is_open(got) || got->kind == TYPE_UNION || got->kind == TYPE_NEVER) return;
  if (!relate_is_table(got)) {
    Diag *diag = diag_error(c->diags, DIAG_CAST_VALUE, value->span, check_report_type(c, got));
    if (got->kind == TYPE_PROMISE) check_report_await(c, diag, value);
    return;
  }
  bool is_known =
      named && named->kind == TYPE_USER && (got->kind == TYPE_RECORD || got->kind == TYPE_RESULT);
  Misfit why;
  if (!is_known || relate_fits(&c->relate, got, named, &why)) return;
  Diag *diag = diag_error(c->diags, DIAG_CAST_MISFIT, check_report_place(value, &why),
                          check_report_type(c, named), check_report_type(c, got));
  check_report_reason(c, diag, value, named, got, &why);
  if (got->kind == TYPE_RESULT) {
    diag_help(c->diags, diag, "look at its `err` first, then cast its `ok`");
  }
}

static bool check_cast(Checker *c, CallSite *site, Type *expected, Type **result) {
  (void)expected;
  if (!has_plain_args(site, 2)) return false;
  Type *named = named_type(c, site->args[0].value, true);
  check_cast_value(c, site->args[1].value, named);
  *result = named ? named : c->types->any;
  return true;
}

static bool check_into(Checker *c, CallSite *site, Type *expected, Type **result) {
  (void)expected;
  if (!has_plain_args(site, 2)) return false;
  check_expr(c, site->args[0].value, NULL);
  Type *named = check_type_value(c, site->args[1].value);
  check_expr(c, site->args[1].value, NULL);
  bool is_text = named && named->kind == TYPE_STRING; // other conversions may give null
  *result = is_text ? named : c->types->any;
  return true;
}

// json.decode(text, T): the value is checked against T, which is what the Result then holds.
static bool check_decode(Checker *c, CallSite *site, Type *expected, Type **result) {
  (void)expected;
  if (!has_plain_args(site, 2)) return false;
  Node *text = site->args[0].value;
  Type *got = check_expr(c, text, c->types->string);
  Misfit why;
  if (!relate_fits(&c->relate, got, c->types->string, &why)) {
    Diag *diag = diag_error(c->diags, DIAG_CALL_ARGUMENT, text->span, 0u, "String", check_report_type(c, got));
    check_report_reason(c, diag, text, c->types->string, got, &why);
  }
  Type *named = named_type(c, site->args[1].value, false);
  *result = types_of2(c->types, TYPE_RESULT, named ? named : c->types->any, c->types->error);
  return true;
}

// Naming a table of plain values here makes it a type.
static bool check_instance(Checker *c, CallSite *site, Type *expected, Type **result) {
  (void)expected;
  (void)result;
  if (has_plain_args(site, 2)) check_type_value(c, site->args[1].value);
  return false;
}

// --- Promise.all([p, q]) and its kin -------------------------------------------------------------

static bool has_literal(const CallSite *site) {
  return has_plain_args(site, 1) && site->args[0].value->kind == NODE_LIST;
}

// Checks the items of a list of promises, which need not be alike. Gives what their payloads have in
// common; each one's payload goes to `payloads`, which has room.
static Type *check_promises(Checker *c, ListNode *list, Type *wanted, Type **payloads) {
  Type *joined = c->types->never;
  for (uint32_t i = 0; i < list->items.count; i++) {
    Type *type = check_expr(c, list->items.items[i], wanted);
    payloads[i] = check_async_payload(type);
    Type *both = relate_join(&c->relate, joined, payloads[i]);
    joined = both ? both : c->types->any;
  }
  if (list->items.count == 0) joined = c->types->any;
  list->node.type = types_of1(c->types, TYPE_LIST, types_of1(c->types, TYPE_PROMISE, joined));
  return joined;
}

// Promise(T) where the place wants Promise(List(T)).
static Type *expected_item(Checker *c, Type *expected) {
  Type *list = types_prune(check_async_payload(types_prune(expected)));
  bool is_told = list && list->kind == TYPE_LIST && check_expr_expects(list->args[0]);
  return is_told ? types_of1(c->types, TYPE_PROMISE, list->args[0]) : NULL;
}

// Each position of the answer is what its promise delivers.
static bool check_all(Checker *c, CallSite *site, Type *expected, Type **result) {
  if (!has_literal(site)) return false;
  ListNode *list = (ListNode *)site->args[0].value;
  uint32_t count = list->items.count;
  Type **payloads = arena_alloc(c->types->arena, count * sizeof(*payloads));
  Type *joined = check_promises(c, list, expected_item(c, expected), payloads);
  Type *values = types_positions(c->types, joined, payloads, count);
  *result = types_of1(c->types, TYPE_PROMISE, values);
  return true;
}

// race and any: what the winner delivers.
static bool check_first(Checker *c, CallSite *site, Type *expected, Type **result) {
  if (!has_literal(site)) return false;
  ListNode *list = (ListNode *)site->args[0].value;
  Type **payloads = arena_alloc(c->types->arena, list->items.count * sizeof(*payloads));
  *result = types_of1(c->types, TYPE_PROMISE, check_promises(c, list, expected, payloads));
  return true;
}

static bool check_settled(Checker *c, CallSite *site, Type *expected, Type **result) {
  (void)expected;
  if (!has_literal(site)) return false;
  ListNode *list = (ListNode *)site->args[0].value;
  Type **payloads = arena_alloc(c->types->arena, list->items.count * sizeof(*payloads));
  check_promises(c, list, NULL, payloads);
  *result = types_of1(c->types, TYPE_PROMISE, types_of1(c->types, TYPE_LIST, c->types->any));
  return true;
}

// --- select([ch:on_receive(f), …]) ---------------------------------------------------------------

// What a case's function gives.
static Type *case_payload(Checker *c, Node *item) {
  Type *type = check_expr(c, item, NULL);
  if (type->kind == TYPE_CASE) return types_prune(type->args[0]);
  if (!relate_is_open(type)) {
    Type *wanted = types_of1(c->types, TYPE_CASE, NULL);
    diag_error(c->diags, DIAG_CALL_ARGUMENT, item->span, 0u, check_report_type(c, wanted),
               check_report_type(c, type));
  }
  return c->types->any;
}

// Cases whose functions do not give the same are no mistake: the value is then anything.
static bool check_select(Checker *c, CallSite *site, Type *expected, Type **result) {
  (void)expected;
  if (!has_literal(site)) return false;
  ListNode *list = (ListNode *)site->args[0].value;
  Type *joined = c->types->never;
  for (uint32_t i = 0; i < list->items.count; i++) {
    Type *both = relate_join(&c->relate, joined, case_payload(c, list->items.items[i]));
    joined = both ? both : c->types->any;
  }
  list->node.type = types_of1(c->types, TYPE_LIST, types_of1(c->types, TYPE_CASE, joined));
  *result = types_of1(c->types, TYPE_PROMISE, joined);
  return true;
}

// --- debounce(ms, f) -----------------------------------------------------------------------------

// What is called like f, but gives what an earlier run gave, or null.
static bool check_debounce(Checker *c, CallSite *site, Type *expected, Type **result) {
  *result = check_call_function(c, site, check_symbol_row(c, site->row), expected);
  if (site->arg_count != 2) return true;
  Type *f = types_prune(site->args[1].value->type);
  if (!f || f->kind != TYPE_FUNCTION) return true;
  *result = types_function(c->types, f->args, f->param_names, f->arg_count, f->required_count,
                           f->has_rest, c->types->any);
  return true;
}

typedef struct SpecialRow {
  const char *owner;
  const char *name;
  SpecialCheck check;
} SpecialRow;

static const SpecialRow SPECIALS[] = {
    {"json", "decode", check_decode},
    {"", "cast", check_cast},      {"", "into", check_into}, {"", "isInstanceOf", check_instance},
    {"Promise", "all", check_all}, {"", "all", check_all},   {"", "select", check_select},
    {"Promise", "race", check_first}, {"", "race", check_first}, {"Promise", "any", check_first},
    {"Promise", "settled", check_settled}, {"", "debounce", check_debounce},
};

bool check_special(Checker *c, CallSite *site, Type *expected, Type **result) {
  if (!c->is_luma) return false;
  for (uint32_t i = 0; i < ARRAY_LEN(SPECIALS); i++) {
    const SpecialRow *row = &SPECIALS[i];
    bool is_it =
        strcmp(row->name, site->row->name) == 0 && strcmp(row->owner, site->row->owner) == 0;
    if (is_it) return row->check(c, site, expected, result);
  }
  return false;
}
