// SPDX-License-Identifier: MIT
// check_argument.c - arguments against parameters
//
// Function literals come last: by then the other arguments have said what T is, so their parameters
// need no types (`xs:map(fn(x) do … end)`, and `reduce(f, 0)` too). Otherwise arguments are checked
// in the order in which they are written.
#include "check/check_private.h"

typedef struct Slot {
  CallSite *site;
  const Type *function;
  Type **bindings;
  uint32_t arg;
  uint32_t param;
} Slot;

static void report_misfit(Checker *c, const Slot *slot, const Type *wanted, const Type *got,
                          const Misfit *why) {
  const CallSite *site = slot->site;
  const Node *value = site->args[slot->arg].value;
  Diag *diag = diag_error(c->diags, DIAG_CALL_ARGUMENT, check_report_place(value, why),
                          c->is_luma ? slot->arg : slot->arg + 1, // luma.md counts from 0
                          check_report_type(c, wanted), check_report_type(c, got));
  const Name *name = slot->function->param_names ? slot->function->param_names[slot->param] : NULL;
  const char *callee = site->name ? site->name : "the function";
  if (name) {
    diag_note(c->diags, diag, site->declared_at, "this is the parameter `%s` of `%s`", name->text,
              callee);
  }
  check_report_reason(c, diag, value, wanted, got, why);
}

static void bind_letters(Checker *c, const Type *pattern, Type *got, Type **bindings) {
  bool is_null_alone = pattern->kind == TYPE_VARIABLE && got->kind == TYPE_NULL;
  relate_infer(&c->relate, pattern, is_null_alone ? c->types->any : got, bindings);
}

// What flows into an argument whose type has letters. The letters are what the other arguments
// said, or else what the place of the whole call wants: User in `let u: User = await
// Promise.timeout(http.get(url), 100)`. A literal function may be told part of it.
static Type *expected_of(Checker *c, const Slot *slot, Type *known, bool is_function) {
  if (known->has_letters && slot->site->hints) {
    known = relate_substitute(&c->relate, known, slot->site->hints);
  }
  if (!known->has_letters) return known;
  Type *none[RELATE_LETTERS] = {0};
  return is_function ? relate_expect(&c->relate, known, none) : NULL;
}

static void check_argument(Checker *c, const Slot *slot) {
  Node *value = slot->site->args[slot->arg].value;
  Type *pattern = slot->function->args[slot->param];
  if (!pattern->has_letters) {
    Type *got = check_expr(c, value, pattern);
    Misfit why;
    if (relate_settle(&c->relate, pattern, got)) return;
    if (relate_fits(&c->relate, got, pattern, &why)) {
      check_async_callback(c, slot->site, value, pattern, got);
    } else if (!check_async_callback(c, slot->site, value, pattern, got)) {
      report_misfit(c, slot, pattern, got, &why);
    }
    return;
  }
  Type *known = relate_substitute(&c->relate, pattern, slot->bindings);
  Type *expected = expected_of(c, slot, known, value->kind == NODE_FUNCTION);
  Type *got = check_expr(c, value, expected);
  if (relate_settle(&c->relate, known, got)) return;
  bind_letters(c, pattern, got, slot->bindings);
  Type *wanted = relate_substitute(&c->relate, pattern, slot->bindings);
  Misfit why;
  if (check_async_callback(c, slot->site, value, wanted, got)) return;
  if (!relate_fits(&c->relate, got, wanted, &why)) {
    report_misfit(c, slot, relate_expect(&c->relate, pattern, slot->bindings), got, &why);
  }
}

static void check_pass(Checker *c, Slot *slot, const int32_t *param_of, bool functions) {
  for (uint32_t i = 0; i < slot->site->arg_count; i++) {
    Node *value = slot->site->args[i].value;
    if ((value->kind == NODE_FUNCTION) != functions) continue;
    if (param_of[i] < 0) {
      check_expr(c, value, NULL);
      continue;
    }
    slot->arg = i;
    slot->param = (uint32_t)param_of[i];
    check_argument(c, slot);
  }
}

void check_argument_all(Checker *c, CallSite *site, Type *function, Type **bindings,
                        const int32_t *param_of) {
  Slot slot = {.site = site, .function = function, .bindings = bindings};
  check_pass(c, &slot, param_of, false);
  check_pass(c, &slot, param_of, true);
}
