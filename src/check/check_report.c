// SPDX-License-Identifier: MIT
// check_report.c - the notes and help lines that messages share
#include "check/check_private.h"

#include "check/foreign.h"

#include <string.h>

#define SOURCE_LEN_MAX 60
#define SUGGEST_MAX    256

const char *check_report_type(Checker *c, const Type *type) {
  return types_text(c->types, type);
}

const char *check_report_source(Checker *c, const Node *node) {
  const Source *source = c->program->source;
  uint32_t len = node->span.end - node->span.start;
  const char *text = source->text + node->span.start;
  bool is_short = node->span.end <= source->len && len > 0 && len <= SOURCE_LEN_MAX;
  if (!is_short || memchr(text, '\n', len)) return "…";
  return arena_text(c->types->arena, text, len);
}

void check_report_await_then(Checker *c, Diag *diag, const Node *promise, const char *suffix) {
  diag_help(c->diags, diag, "`await` it first: `(await %s)%s`", check_report_source(c, promise),
            suffix);
}

void check_report_await(Checker *c, Diag *diag, const Node *promise) {
  diag_help(c->diags, diag, "`await` it first: `await %s`", check_report_source(c, promise));
}

static const char *path_text(Checker *c, const Misfit *why) {
  const char *text = why->path[0]->text;
  for (uint32_t i = 1; i < why->depth; i++) {
    text = arena_printf(c->types->arena, "%s.%s", text, why->path[i]->text);
  }
  return why->is_cut ? arena_printf(c->types->arena, "%s.…", text) : text;
}

static void report_field(Checker *c, Diag *diag, const Misfit *why) {
  if (why->depth == 0) return;
  const char *path = path_text(c, why);
  if (why->is_missing) {
    diag_note(c->diags, diag, (Span){0, 0}, "the field `%s` of type %s is missing", path,
              check_report_type(c, why->expected));
    return;
  }
  diag_note(c->diags, diag, (Span){0, 0}, "the field `%s`: expected %s, got %s", path,
            check_report_type(c, why->expected), check_report_type(c, why->got));
}

static void report_result(Checker *c, Diag *diag, const Node *value) {
  const char *source = check_report_source(c, value);
  diag_help(c->diags, diag,
            "to pass its error on: `if %s.err != null do return { ok = null, err = %s.err } end`",
            source, source);
}

// A function whose only fault is what it gives: the promise that calling an async one makes, or the
// value of one that is not async.
static bool report_function(Checker *c, Diag *diag, const Type *expected, const Type *got) {
  if (got->kind != TYPE_FUNCTION || expected->kind != TYPE_FUNCTION) return false;
  const Type *gives = types_prune(got->result);
  const Type *wanted = types_prune(expected->result);
  if (!gives || !wanted) return false;
  if (wanted->kind == TYPE_PROMISE && gives->kind != TYPE_PROMISE) {
    diag_help(c->diags, diag, "to make the function async declare its result: `fn(…): %s do`",
              check_report_type(c, wanted));
    return true;
  }
  if (gives->kind != TYPE_PROMISE || wanted->kind == TYPE_PROMISE) return false;
  diag_note(c->diags, diag, (Span){0, 0}, "the function is async: calling it gives %s, not %s",
            check_report_type(c, gives), check_report_type(c, wanted));
  return true;
}

void check_report_reason(Checker *c, Diag *diag, const Node *value, const Type *expected,
                         const Type *got, const Misfit *why) {
  expected = types_prune((Type *)expected);
  got = types_prune((Type *)got);
  if (why) report_field(c, diag, why);
  if (!expected || !got || report_function(c, diag, expected, got)) return;
  if (got->kind == TYPE_PROMISE && expected->kind != TYPE_PROMISE) {
    bool helps = relate_fits(&c->relate, got->args[0], expected, NULL);
    if (helps && value) check_report_await(c, diag, value);
    return;
  }
  if (expected->kind == TYPE_PROMISE && value && value->kind == NODE_AWAIT) {
    diag_help(c->diags, diag, "leave out the `await`: the promise itself is wanted here");
    return;
  }
  if (expected->kind == TYPE_LIST && got->kind == TYPE_LIST && value) {
    const Type *item = types_prune(got->args[0]);
    bool helps = item->kind == TYPE_PROMISE &&
                 relate_fits(&c->relate, item->args[0], expected->args[0], NULL);
    if (!helps) return;
    diag_help(c->diags, diag, "wait for all of them: `await Promise.all(%s)`",
              check_report_source(c, value));
    return;
  }
  if (got == check_expected_default(c) && value && value->kind == NODE_NAME) {
    diag_help(c->diags, diag, "ask for the type where the value is fetched: `let %s: %s = await …`",
              check_report_source(c, value), check_report_type(c, expected));
    return;
  }
  if (expected->kind == TYPE_RESULT && got->kind == TYPE_RESULT && value) {
    bool is_error_right = relate_fits(&c->relate, got->args[1], expected->args[1], NULL);
    if (is_error_right && value->kind == NODE_NAME) report_result(c, diag, value);
    return;
  }
  if (expected->kind == TYPE_STRING && got->kind == TYPE_NUMBER && c->is_luma && value) {
    diag_help(c->diags, diag, "write it into a text: `\"${%s}\"`", check_report_source(c, value));
  }
}

static const Node *find_entry(const TableNode *table, const Name *name) {
  for (uint32_t i = table->count; i-- > 0;) {
    if (table->entries[i].name == name) return table->entries[i].value;
  }
  return NULL;
}

Span check_report_place(const Node *value, const Misfit *why) {
  for (uint32_t i = 0; i < why->depth && value->kind == NODE_TABLE; i++) {
    const Node *inner = find_entry((const TableNode *)value, why->path[i]);
    if (!inner) break;
    value = inner;
  }
  return value->span;
}

void check_report_declared(Checker *c, Diag *diag, Span span, const char *name) {
  if (span.end == 0) return;
  diag_note(c->diags, diag, span, "`%s` is declared here", name);
}

void check_report_declared_type(Checker *c, Diag *diag, const Type *type) {
  const Symbol *symbol = type->symbol;
  if (!symbol) return;
  if (symbol->source == c->program->source) {
    check_report_declared(c, diag, symbol->span, type->name->text);
    return;
  }
  Position at = source_position(symbol->source, symbol->span.start);
  diag_note(c->diags, diag, (Span){0, 0}, "`%s` is declared at %s:%u:%u", type->name->text,
            symbol->source->path, at.line, at.column);
}

void check_report_suggest(Checker *c, Diag *diag, const char *wanted, const char *const *names,
                          uint32_t count) {
  const char *meant = c->is_luma ? foreign_member(wanted, names, count) : NULL;
  if (meant) {
    diag_help(c->diags, diag, "it is called '%s' here", meant);
  } else {
    diag_suggest_help(c->diags, diag, wanted, names, count);
  }
}

void check_report_fields(Checker *c, Diag *diag, const Type *type, const Name *wanted) {
  const char *names[SUGGEST_MAX];
  uint32_t count = 0;
  for (uint32_t steps = 0; type && steps < 64; type = type->parent, steps++) {
    for (uint32_t i = 0; i < type->field_count && count < SUGGEST_MAX; i++) {
      if (type->fields[i].name) names[count++] = type->fields[i].name->text;
    }
  }
  check_report_suggest(c, diag, wanted->text, names, count);
}
