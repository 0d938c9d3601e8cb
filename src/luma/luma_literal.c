// SPDX-License-Identifier: MIT
// luma_literal.c - strings, lists and tables
#include "luma/luma_private.h"

// --- Strings -------------------------------------------------------------------------------------

Node *luma_literal_string(LumaParser *p, const LumaToken *token) {
  StringNode *node = BUILD(p->arena, String, STRING, token->span);
  node->bytes = token->as.text.bytes;
  node->len = token->as.text.len;
  return &node->node;
}

static void push_part(LumaParser *p) {
  if (p->token.as.text.len == 0) return;
  Node *part = luma_literal_string(p, &p->token);
  luma_parser_push(p, &part, sizeof part);
}

// Reads the next part of the string; the current token is the `}`, and nothing was looked at behind
// it, because only names are looked behind.
static void read_rest(LumaParser *p, uint32_t start) {
  p->previous = p->token.span;
  p->previous_kind = LUMA_RIGHT_BRACE;
  luma_lexer_string_rest(&p->lexer, &p->token, start);
}

// The expression was wrong. Looks for the `}` on this line, to go on in the string; without one the
// rest of the line is given up.
static bool skip_to_brace(LumaParser *p) {
  uint32_t open = 0;
  while (luma_is_on_line(p) && !luma_at(p, LUMA_END_OF_FILE) && !luma_at(p, LUMA_BROKEN)) {
    if (open == 0 && luma_at(p, LUMA_RIGHT_BRACE)) return true;
    luma_error_skip_token(p, &open);
  }
  return false;
}

// `"Hi ${name"`: the quote that should end the string begins another one. Unless that one is
// followed by our `}`: then only an operator is missing in front of it.
static bool recover_unclosed(LumaParser *p, Span opening) {
  bool is_string =
      luma_at(p, LUMA_STRING) || luma_at(p, LUMA_STRING_PART) || luma_at(p, LUMA_BROKEN);
  if (p->is_panicking || !is_string) return false;
  bool is_operand = luma_at(p, LUMA_STRING) && luma_parser_peek(p)->kind == LUMA_RIGHT_BRACE;
  if (is_operand) return false;
  diag_error(luma_diags(p), DIAG_LUMA_UNCLOSED_INTERPOLATION, opening);
  p->previous = (Span){p->token.span.start, p->token.span.start + 1};
  p->previous_kind = LUMA_STRING;
  // Unterminated for the lexer, because it was read inside out.
  if (luma_at(p, LUMA_BROKEN)) p->lexer.has_broken_string = false;
  luma_parser_resume_at(p, p->token.span.start + 1);
  return true;
}

static Node *parse_part_expression(LumaParser *p, Span opening) {
  if (luma_at(p, LUMA_RIGHT_BRACE)) {
    diag_error(luma_diags(p), DIAG_LUMA_EMPTY_INTERPOLATION,
               (Span){opening.start, p->token.span.end});
    return luma_parser_error_node(p);
  }
  return luma_expr_parse(p);
}

// Reads `expr }` and the text behind it. False if the string cannot be read on.
static bool parse_part(LumaParser *p, uint32_t start) {
  Span opening = {p->token.span.end - 2, p->token.span.end};
  push_part(p);
  luma_parser_advance(p);
  p->brackets++;
  Node *value = parse_part_expression(p, opening);
  luma_parser_push(p, &value, sizeof value);
  p->brackets--;
  if (recover_unclosed(p, opening)) return false;
  if (!p->is_panicking && !luma_at(p, LUMA_RIGHT_BRACE)) luma_error_unexpected(p, "'}'");
  if (p->is_panicking && !skip_to_brace(p)) {
    if (!p->is_stopped && luma_is_on_line(p)) {
      luma_parser_resume_at(p, luma_lexer_line_end(&p->lexer, opening.start));
    }
    return false;
  }
  read_rest(p, start);
  return true;
}

Node *luma_literal_interpolation(LumaParser *p) {
  uint32_t start = p->token.span.start;
  uint32_t mark = luma_mark(p);
  bool is_whole = true;
  luma_parser_enter(p);
  while (is_whole && luma_at(p, LUMA_STRING_PART)) {
    is_whole = parse_part(p, start);
    // A mistake inside ends with the `}`: the string and what is around it are read on.
    if (is_whole && !p->is_stopped) p->is_panicking = false;
  }
  luma_parser_leave(p);
  if (is_whole && luma_at(p, LUMA_STRING)) {
    push_part(p);
    luma_parser_advance(p);
  } else if (is_whole) {
    luma_error_unexpected(p, "the end of the string"); // unterminated
  }
  InterpolationNode *node = BUILD(p->arena, Interpolation, INTERPOLATION, luma_span_from(p, start));
  node->parts = luma_parser_take_nodes(p, mark);
  return &node->node;
}

// --- Lists ---------------------------------------------------------------------------------------

Node *luma_literal_list(LumaParser *p) {
  uint32_t start = p->token.span.start;
  uint32_t mark = luma_mark(p);
  ListNode *node = BUILD(p->arena, List, LIST, p->token.span);
  LumaOpener opener = luma_error_open_bracket(p);
  if (!luma_at(p, LUMA_RIGHT_BRACKET)) {
    do {
      Node *item = luma_expr_parse(p);
      luma_parser_push(p, &item, sizeof item);
    } while (luma_error_more_items(p, LUMA_RIGHT_BRACKET, opener));
  }
  luma_error_close_bracket(p, LUMA_RIGHT_BRACKET, opener);
  node->items = luma_parser_take_nodes(p, mark);
  node->node.span = luma_span_from(p, start);
  return &node->node;
}

// --- Tables --------------------------------------------------------------------------------------

static Node *parse_entry_value(LumaParser *p, const Name *name) {
  if (!luma_parser_expect(p, LUMA_ASSIGN, "'=' and the value")) return luma_parser_error_node(p);
  Node *value = luma_expr_parse(p);
  if (name) luma_function_bind_name(value, name);
  return value;
}

// `name: value` is what JSON and others write; what is behind the colon is taken for the value.
static void refuse_colon(LumaParser *p, const Name *name, Span colon) {
  diag_error(luma_diags(p), DIAG_LUMA_ENTRY_COLON, colon, name ? name->text : "");
}

// What begins a value and no type.
static bool at_value_only(const LumaParser *p) {
  switch (p->token.kind) {
  case LUMA_NUMBER:
  case LUMA_MINUS:
  case LUMA_STRING:
  case LUMA_STRING_PART:
  case LUMA_TRUE:
  case LUMA_FALSE:
  case LUMA_LEFT_BRACE:
  case LUMA_LEFT_BRACKET: return true;
  default: return false;
  }
}

static bool is_item_end(const LumaParser *p) {
  return luma_at(p, LUMA_COMMA) || luma_at(p, LUMA_RIGHT_BRACE) || p->token.is_first_on_line;
}

static void take_type_as_value(LumaParser *p, TableEntry *entry) {
  const Node *type = entry->type;
  bool is_name = type->kind == NODE_TYPE_NAME && !((const TypeNameNode *)type)->args.count;
  entry->value = is_name ? luma_parser_name_node(p, ((const TypeNameNode *)type)->name, type->span)
                         : luma_parser_error_node(p);
  entry->type = NULL;
}

// `name = v`, `name: T = v`, or `name` alone for `name = name`.
static void parse_named_entry(LumaParser *p, TableEntry *entry) {
  Span span = p->token.span;
  entry->name = luma_parser_expect_name(p, "a key");
  Span colon = p->token.span;
  if (luma_parser_accept(p, LUMA_COLON)) {
    if (at_value_only(p)) {
      refuse_colon(p, entry->name, colon);
      entry->value = luma_expr_parse(p);
      return;
    }
    entry->type = luma_type_parse(p);
    if (!luma_at(p, LUMA_ASSIGN) && entry->name && !p->is_panicking && is_item_end(p)) {
      refuse_colon(p, entry->name, colon);
      take_type_as_value(p, entry);
      return;
    }
  } else if (!luma_at(p, LUMA_ASSIGN) && entry->name) {
    entry->value = luma_parser_name_node(p, entry->name, span);
    return;
  }
  entry->value = parse_entry_value(p, entry->name);
}

static void parse_computed_entry(LumaParser *p, TableEntry *entry) {
  LumaOpener opener = luma_error_open_bracket(p);
  opener.is_group = true;
  entry->key = luma_expr_parse(p);
  luma_error_close_bracket(p, LUMA_RIGHT_BRACKET, opener);
  entry->value = parse_entry_value(p, NULL);
}

static void parse_text_entry(LumaParser *p, TableEntry *entry) {
  if (luma_at(p, LUMA_STRING)) {
    entry->name = name_intern(p->names, p->token.as.text.bytes, p->token.as.text.len);
    luma_parser_advance(p);
  } else {
    diag_error(luma_diags(p), DIAG_LUMA_INTERPOLATED_KEY, p->token.span);
    entry->key = luma_literal_interpolation(p);
  }
  entry->value = parse_entry_value(p, entry->name);
}

static void parse_entry(LumaParser *p) {
  TableEntry entry = {0};
  uint32_t start = p->token.span.start;
  switch (p->token.kind) {
  case LUMA_LEFT_BRACKET: parse_computed_entry(p, &entry); break;
  case LUMA_STRING:
  case LUMA_STRING_PART: parse_text_entry(p, &entry); break;
  case LUMA_NUMBER:
  case LUMA_MINUS:
    diag_error(luma_diags(p), DIAG_LUMA_NUMBER_KEY, p->token.span, luma_error_describe(p));
    entry.key = luma_expr_parse(p);
    entry.value = parse_entry_value(p, NULL);
    break;
  default: parse_named_entry(p, &entry); break;
  }
  entry.span = luma_span_from(p, start);
  if (entry.value) luma_parser_push(p, &entry, sizeof entry);
}

Node *luma_literal_table(LumaParser *p) {
  uint32_t start = p->token.span.start;
  uint32_t mark = luma_mark(p);
  TableNode *node = BUILD(p->arena, Table, TABLE, p->token.span);
  LumaOpener opener = luma_error_open_bracket(p);
  if (!luma_at(p, LUMA_RIGHT_BRACE)) {
    do {
      parse_entry(p);
    } while (luma_error_more_items(p, LUMA_RIGHT_BRACE, opener));
  }
  luma_error_close_bracket(p, LUMA_RIGHT_BRACE, opener);
  node->entries = luma_parser_take(p, mark, sizeof(TableEntry), &node->count);
  node->node.span = luma_span_from(p, start);
  return &node->node;
}
