// SPDX-License-Identifier: MIT
// check_match.c - match: arms, and whether they cover everything (luma.md 5)
#include "check/check_private.h"

#include <string.h>

#define TAG_COUNT 4

typedef struct Coverage {
  MatchNode *node;
  Type *subject;
  bool has_catch_all;
  bool has_tags;
  bool has_literals;
  bool seen_tags[TAG_COUNT]; // ok, err, some, none
  bool seen_true, seen_false, seen_null;
  uint32_t catch_all; // its number, from 1
  StrMap literals;    // what was matched already
  VEC(Type *) types;  // of type patterns
  uint64_t seen_lengths; // of lists, a bit each
  uint32_t rest_from;    // lists that have so many elements are all matched; LENGTH_NONE: none are
} Coverage;

#define LENGTH_MAX  64u
#define LENGTH_NONE UINT32_MAX

static const char *const TAGS[TAG_COUNT] = {"ok", "err", "some", "none"};

static const PatternNameNode *name_pattern(const Node *pattern, PatternMeaning meaning) {
  if (pattern->kind != NODE_PATTERN_NAME) return NULL;
  const PatternNameNode *name = (const PatternNameNode *)pattern;
  return name->meaning == meaning ? name : NULL;
}

// --- Coverage ------------------------------------------------------------------------------------

static bool takes_anything(const Node *pattern) {
  return pattern->kind == NODE_PATTERN_WILDCARD || name_pattern(pattern, PATTERN_BINDS);
}

static bool is_catch_all(const MatchArm *arm) {
  if (arm->guard) return false;
  return takes_anything(arm->pattern);
}

static bool lacks_tag(const Type *subject, const Name *tag) {
  switch (subject->kind) {
  case TYPE_RECORD:
  case TYPE_USER:
  case TYPE_RESULT:
  case TYPE_OPTION:
  case TYPE_RESPONSE: return types_find_field(subject, tag) == NULL;
  default: return false;
  }
}

static void report_repeated(Checker *c, const MatchArm *arm, uint32_t number, const char *what) {
  const char *why = arena_printf(c->types->arena, "%s was matched above", what);
  diag_error(c->diags, DIAG_REPEATED_PATTERN, arm->pattern->span, number, why);
}

static void cover_tag(Checker *c, Coverage *coverage, const MatchArm *arm, uint32_t number,
                      const Name *tag) {
  coverage->has_tags = true;
  if (lacks_tag(coverage->subject, tag) && !coverage->has_catch_all) {
    diag_error(c->diags, DIAG_MATCH_TAG, arm->pattern->span, tag->text,
               check_report_type(c, coverage->subject));
  }
  for (uint32_t i = 0; i < TAG_COUNT; i++) {
    if (strcmp(TAGS[i], tag->text) != 0 || arm->guard) continue;
    if (coverage->seen_tags[i]) report_repeated(c, arm, number, tag->text);
    coverage->seen_tags[i] = true;
  }
}

// A text that is the same for equal literals; NULL for what is no literal.
static const char *literal_key(Checker *c, const Node *value, uint32_t *len) {
  Arena *arena = c->types->arena;
  const char *text = NULL;
  bool is_negative = value->kind == NODE_UNARY && ((const UnaryNode *)value)->op == OPERATOR_NEGATE;
  if (is_negative) value = ((const UnaryNode *)value)->operand;
  switch (value->kind) {
  case NODE_NUMBER:
    text =
        arena_printf(arena, "%c%.17g", is_negative ? '-' : '+', ((const NumberNode *)value)->value);
    break;
  case NODE_BOOLEAN: text = ((const BooleanNode *)value)->value ? "true" : "false"; break;
  case NODE_NULL: text = "null"; break;
  case NODE_STRING: {
    const StringNode *string = (const StringNode *)value;
    char *key = arena_alloc(arena, (size_t)string->len + 1);
    key[0] = '"';
    if (string->len > 0) memcpy(key + 1, string->bytes, string->len);
    *len = string->len + 1;
    return key;
  }
  default: return NULL;
  }
  *len = (uint32_t)strlen(text);
  return text;
}

static void cover_literal(Checker *c, Coverage *coverage, const MatchArm *arm, uint32_t number,
                          const Node *value) {
  coverage->has_literals = true;
  uint32_t len;
  const char *key = arm->guard ? NULL : literal_key(c, value, &len);
  if (!key) return;
  if (strmap_get(&coverage->literals, key, len)) {
    report_repeated(c, arm, number, check_report_source(c, value));
  }
  strmap_set(&coverage->literals, key, len, coverage);
  if (value->kind == NODE_NULL) coverage->seen_null = true;
  if (value->kind != NODE_BOOLEAN) return;
  if (((const BooleanNode *)value)->value)
    coverage->seen_true = true;
  else
    coverage->seen_false = true;
}

// `[a, b]` takes all lists of two, `[a, ...]` all that have one at least.
static void cover_list(Coverage *coverage, const PatternListNode *pattern) {
  uint32_t length = pattern->items.count;
  for (uint32_t i = 0; i < length; i++)
    if (!takes_anything(pattern->items.items[i])) return;
  if (pattern->has_rest) {
    if (length < coverage->rest_from) coverage->rest_from = length;
  } else if (length < LENGTH_MAX) {
    coverage->seen_lengths |= UINT64_C(1) << length;
  }
}

static bool are_lengths_covered(const Coverage *coverage) {
  uint32_t from = coverage->rest_from;
  if (coverage->subject->kind != TYPE_LIST || from >= LENGTH_MAX) return false;
  uint64_t wanted = (UINT64_C(1) << from) - 1;
  return (coverage->seen_lengths & wanted) == wanted;
}

static void cover_arm(Checker *c, Coverage *coverage, uint32_t index) {
  const MatchArm *arm = &coverage->node->arms[index];
  uint32_t number = index + 1;
  if (coverage->catch_all > 0 && number > coverage->catch_all) {
    const char *why =
        arena_printf(c->types->arena, "pattern #%u matches everything", coverage->catch_all);
    diag_error(c->diags, DIAG_UNREACHABLE_PATTERN, arm->pattern->span, number, why);
    return;
  }
  const PatternNameNode *tag = name_pattern(arm->pattern, PATTERN_TAG);
  if (tag) cover_tag(c, coverage, arm, number, tag->name);
  if (arm->pattern->kind == NODE_PATTERN_VALUE) {
    cover_literal(c, coverage, arm, number, ((const PatternValueNode *)arm->pattern)->value);
  }
  if (arm->pattern->kind == NODE_PATTERN_LIST && !arm->guard)
    cover_list(coverage, (const PatternListNode *)arm->pattern);
  const PatternNameNode *type_name = name_pattern(arm->pattern, PATTERN_TYPE);
  if (!type_name || arm->guard) return;
  Type *named = check_symbol_named_type(c, type_name->symbol);
  if (named) vec_push(&coverage->types, named);
}

static bool is_type_covered(Checker *c, const Coverage *coverage, const Type *type) {
  if (relate_is_open(type)) return false;
  if (type->kind == TYPE_NULL && coverage->seen_null) return true;
  if (type->kind == TYPE_BOOLEAN && coverage->seen_true && coverage->seen_false) return true;
  for (uint32_t i = 0; i < coverage->types.count; i++) {
    bool is_any = types_is_any(coverage->types.items[i]);
    if (is_any || relate_fits(&c->relate, type, coverage->types.items[i], NULL)) return true;
  }
  return false;
}

static bool are_types_covered(Checker *c, const Coverage *coverage) {
  const Type *subject = coverage->subject;
  if (subject->kind != TYPE_UNION) return is_type_covered(c, coverage, subject);
  for (uint32_t i = 0; i < subject->arg_count; i++) {
    if (!is_type_covered(c, coverage, subject->args[i])) return false;
  }
  return true;
}

static bool is_exhaustive(Checker *c, const Coverage *coverage) {
  const bool *seen = coverage->seen_tags;
  if (coverage->has_catch_all || (seen[0] && seen[1]) || (seen[2] && seen[3])) return true;
  return are_lengths_covered(coverage) || are_types_covered(c, coverage);
}

static const char *found_tags(Checker *c, const Coverage *coverage) {
  const char *text = "found tags";
  const char *separator = " ";
  for (uint32_t i = 0; i < TAG_COUNT; i++) {
    if (!coverage->seen_tags[i]) continue;
    text = arena_printf(c->types->arena, "%s%s%s", text, separator, TAGS[i]);
    separator = ", ";
  }
  return arena_printf(c->types->arena, "%s but missing wildcard or all variants", text);
}

// The place is the head of the match: the arms may be pages long.
static void report_not_exhaustive(Checker *c, const Coverage *coverage) {
  const char *why = "add a wildcard (_) pattern or cover all cases";
  if (coverage->has_tags)
    why = found_tags(c, coverage);
  else if (coverage->has_literals)
    why = "literal patterns require a wildcard";
  Span head = {coverage->node->node.span.start, coverage->node->subject->span.end};
  Diag *diag = diag_error(c->diags, DIAG_NOT_EXHAUSTIVE, head, why);
  diag_help(c->diags, diag, "add a last arm `_ do … end`");
}

static void check_coverage(Checker *c, Coverage *coverage) {
  MatchNode *node = coverage->node;
  for (uint32_t i = 0; i < node->arm_count && !coverage->has_catch_all; i++) {
    if (!is_catch_all(&node->arms[i])) continue;
    coverage->has_catch_all = true;
    coverage->catch_all = i + 1;
  }
  for (uint32_t i = 0; i < node->arm_count; i++) cover_arm(c, coverage, i);
  bool is_broken = node->arm_count == 0 && c->diags->error_count > 0;
  if (!is_broken && !is_exhaustive(c, coverage)) report_not_exhaustive(c, coverage);
  strmap_free(&coverage->literals);
  vec_free(&coverage->types);
}

// --- Arms ----------------------------------------------------------------------------------------

static Type *check_subject(Checker *c, MatchNode *node) {
  Type *type = check_expr(c, node->subject, NULL);
  if (type->kind != TYPE_PROMISE) return type;
  const char *text =
      arena_printf(c->types->arena, "match tests a value, got %s", check_report_type(c, type));
  Diag *diag = diag_error(c->diags, DIAG_PROMISE_OPERAND, node->subject->span, text, "subject");
  check_report_await(c, diag, node->subject);
  return c->types->any;
}

static Type *check_body(Checker *c, MatchArm *arm, Type *expected, Use use) {
  if (arm->body->kind == NODE_BLOCK) {
    return check_stmt_block(c, (BlockNode *)arm->body, expected, use);
  }
  return check_expr_use(c, arm->body, expected, use);
}

static const Node *value_of(const MatchArm *arm) {
  if (arm->body->kind != NODE_BLOCK) return arm->body;
  const NodeList *items = &((const BlockNode *)arm->body)->items;
  return items->count > 0 ? items->items[items->count - 1] : arm->body;
}

// In the arm of `err` the Result that is matched is known to be an error.
static Symbol *failed_subject(Checker *c, const MatchNode *node, const MatchArm *arm) {
  const PatternNameNode *tag = name_pattern(arm->pattern, PATTERN_TAG);
  if (!tag || tag->name != c->names.err || node->subject->kind != NODE_NAME) return NULL;
  Symbol *symbol = ((const NameNode *)node->subject)->symbol;
  return symbol && !symbol->is_reassigned ? symbol : NULL;
}

static Type *check_arms(Checker *c, MatchNode *node, Type *subject, Type *expected, Use use) {
  Type *joined = NULL;
  Type *rest = subject; // what the arms above have left of it
  bool is_never = node->arm_count > 0;
  for (uint32_t i = 0; i < node->arm_count; i++) {
    MatchArm *arm = &node->arms[i];
    uint32_t mark = c->narrowed.count;
    if (rest != subject) check_narrow_subject(c, node->subject, rest);
    check_narrow_arm(c, node->subject, arm);
    check_pattern(c, arm->pattern, rest, NULL);
    if (arm->guard) check_branch_condition(c, arm->guard, "Match guard");
    Symbol *failed = failed_subject(c, node, arm);
    if (failed) vec_push(&c->failed, failed);
    Type *type = check_body(c, arm, expected, use);
    if (failed) c->failed.count--;
    c->narrowed.count = mark;
    rest = check_narrow_rest(c, rest, arm);
    if (type->kind != TYPE_NEVER) is_never = false;
    if (use != USE_VALUE) continue;
    joined = check_branch_join(c, joined, type, expected, value_of(arm), DIAG_MATCH_ARMS);
  }
  if (is_never) return c->types->never;
  return joined ? joined : c->types->null;
}

static bool has_tags(const MatchNode *node) {
  for (uint32_t i = 0; i < node->arm_count; i++) {
    if (name_pattern(node->arms[i].pattern, PATTERN_TAG)) return true;
  }
  return false;
}

Type *check_match(Checker *c, MatchNode *node, Type *expected, Use use) {
  Type *subject = check_subject(c, node);
  if (c->is_luma) {
    Coverage coverage = {.node = node, .subject = subject, .rest_from = LENGTH_NONE};
    check_coverage(c, &coverage);
  }
  // An arm's tag says that its field is there, whatever the literal's type says.
  bool is_tagged = has_tags(node);
  if (is_tagged) c->match_depth++;
  Type *type = check_arms(c, node, subject, expected, use);
  if (is_tagged) c->match_depth--;
  bool may_miss = !c->is_luma && use == USE_VALUE;
  return may_miss ? c->types->any : type;
}
