// SPDX-License-Identifier: MIT
// luma_pattern.c - patterns of match arms and of declarations
//
// Both are read alike but for two things: the names ok, err, some and none are tags directly in an
// arm, and a declaration, which cannot fail, takes no literals.
#include "luma/luma_private.h"

typedef enum PatternPlace { IN_ARM, WITHIN_ARM, IN_BINDING } PatternPlace;

static Node *parse_pattern(LumaParser *p, PatternPlace place);

static PatternPlace place_within(PatternPlace place) {
  return place == IN_BINDING ? IN_BINDING : WITHIN_ARM;
}

// --- Names ---------------------------------------------------------------------------------------

static bool is_tag(const LumaParser *p, const Name *name) {
  const LumaWords *words = &p->words;
  return name == words->ok || name == words->err || name == words->some || name == words->none;
}

static Node *make_name(LumaParser *p, const Name *name, Span span, PatternPlace place) {
  if (name == p->words.underscore) return build_plain(p->arena, NODE_PATTERN_WILDCARD, span);
  PatternNameNode *node = BUILD(p->arena, PatternName, PATTERN_NAME, span);
  node->name = name;
  node->meaning = place == IN_ARM && is_tag(p, name) ? PATTERN_TAG : PATTERN_BINDS;
  return &node->node;
}

static Node *parse_name(LumaParser *p, PatternPlace place, const char *expected) {
  Span span = p->token.span;
  const Name *name = luma_parser_expect_name(p, expected);
  return name ? make_name(p, name, span, place) : luma_parser_error_node(p);
}

// --- Literals ------------------------------------------------------------------------------------

static Node *parse_number(LumaParser *p) {
  NumberNode *node = BUILD(p->arena, Number, NUMBER, p->token.span);
  bool is_negative = luma_parser_accept(p, LUMA_MINUS);
  double value = luma_at(p, LUMA_NUMBER) ? p->token.as.number : 0;
  luma_parser_expect(p, LUMA_NUMBER, "a number");
  node->value = is_negative ? -value : value;
  node->node.span = luma_span_from(p, node->node.span.start);
  return &node->node;
}

static Node *parse_literal(LumaParser *p) {
  switch (p->token.kind) {
  case LUMA_NUMBER:
  case LUMA_MINUS: return parse_number(p);
  case LUMA_STRING: {
    Node *node = luma_literal_string(p, &p->token);
    luma_parser_advance(p);
    return node;
  }
  case LUMA_STRING_PART:
    diag_error(luma_diags(p), DIAG_LUMA_INTERPOLATED_PATTERN, p->token.span);
    luma_literal_interpolation(p);
    return build_plain(p->arena, NODE_ERROR, p->previous);
  case LUMA_NULL: luma_parser_advance(p); return build_plain(p->arena, NODE_NULL, p->previous);
  default: {
    BooleanNode *node = BUILD(p->arena, Boolean, BOOLEAN, p->token.span);
    node->value = luma_at(p, LUMA_TRUE);
    luma_parser_advance(p);
    return &node->node;
  }
  }
}

static Node *parse_value(LumaParser *p, PatternPlace place) {
  Span span = p->token.span;
  if (place == IN_BINDING) {
    diag_error(luma_diags(p), DIAG_LUMA_LITERAL_IN_BINDING, span, luma_error_describe(p));
    parse_literal(p);
    return build_plain(p->arena, NODE_ERROR, span);
  }
  PatternValueNode *node = BUILD(p->arena, PatternValue, PATTERN_VALUE, span);
  node->value = parse_literal(p);
  node->node.span = luma_span_from(p, span.start);
  return &node->node;
}

// --- Lists and tables ----------------------------------------------------------------------------

static void parse_rest(LumaParser *p, PatternListNode *node) {
  luma_parser_advance(p);
  node->has_rest = true;
  if (luma_at(p, LUMA_NAME)) {
    node->rest = parse_name(p, IN_BINDING, "a name");
    if (node->rest->kind == NODE_PATTERN_WILDCARD) node->rest = NULL;
  }
  if (luma_at(p, LUMA_COMMA) && luma_parser_peek(p)->kind != LUMA_RIGHT_BRACKET) {
    diag_error(luma_diags(p), DIAG_LUMA_REST_NOT_LAST, p->token.span, "item of a list pattern");
  }
}

static Node *parse_list(LumaParser *p, PatternPlace place) {
  PatternListNode *node = BUILD(p->arena, PatternList, PATTERN_LIST, p->token.span);
  uint32_t mark = luma_mark(p);
  LumaOpener opener = luma_error_open_bracket(p);
  if (!luma_at(p, LUMA_RIGHT_BRACKET)) {
    do {
      if (luma_at(p, LUMA_ELLIPSIS)) {
        parse_rest(p, node);
      } else {
        Node *item = parse_pattern(p, place_within(place));
        luma_parser_push(p, &item, sizeof item);
      }
    } while (luma_error_more_items(p, LUMA_RIGHT_BRACKET, opener));
  }
  luma_error_close_bracket(p, LUMA_RIGHT_BRACKET, opener);
  node->items = luma_parser_take_nodes(p, mark);
  node->node.span = luma_span_from(p, node->node.span.start);
  return &node->node;
}

// `key`, `key: pattern` or `key = pattern`
static void parse_field(LumaParser *p, PatternPlace place) {
  PatternField field = {.span = p->token.span};
  field.name = luma_parser_expect_name(p, "the name of a key");
  if (luma_parser_accept(p, LUMA_COLON) || luma_parser_accept(p, LUMA_ASSIGN)) {
    field.pattern = parse_pattern(p, place_within(place));
  } else if (field.name) {
    field.pattern = make_name(p, field.name, field.span, place_within(place));
  }
  if (field.name) luma_parser_push(p, &field, sizeof field);
}

static Node *parse_table(LumaParser *p, PatternPlace place) {
  PatternTableNode *node = BUILD(p->arena, PatternTable, PATTERN_TABLE, p->token.span);
  uint32_t mark = luma_mark(p);
  LumaOpener opener = luma_error_open_bracket(p);
  do {
    parse_field(p, place);
  } while (luma_error_more_items(p, LUMA_RIGHT_BRACE, opener));
  luma_error_close_bracket(p, LUMA_RIGHT_BRACE, opener);
  node->fields = luma_parser_take(p, mark, sizeof(PatternField), &node->field_count);
  node->node.span = luma_span_from(p, node->node.span.start);
  return &node->node;
}

// --- Any pattern ---------------------------------------------------------------------------------

static Node *parse_pattern(LumaParser *p, PatternPlace place) {
  if (p->is_panicking) return luma_parser_error_node(p);
  switch (p->token.kind) {
  case LUMA_LEFT_BRACKET: return parse_list(p, place);
  case LUMA_LEFT_BRACE: return parse_table(p, place);
  case LUMA_NUMBER:
  case LUMA_MINUS:
  case LUMA_STRING:
  case LUMA_STRING_PART:
  case LUMA_TRUE:
  case LUMA_FALSE:
  case LUMA_NULL: return parse_value(p, place);
  default: return parse_name(p, place, place == IN_BINDING ? "a name" : "a pattern");
  }
}

Node *luma_pattern_arm(LumaParser *p) {
  return parse_pattern(p, IN_ARM);
}

// `let 5 = x` and `let true = x` get what any name gets; literals are refused by parse_value only
// within a list or table.
Node *luma_pattern_binding(LumaParser *p) {
  if (luma_at(p, LUMA_LEFT_BRACKET) || luma_at(p, LUMA_LEFT_BRACE)) {
    return parse_pattern(p, IN_BINDING);
  }
  return parse_name(p, IN_BINDING, "a name");
}
