// SPDX-License-Identifier: MIT
// vint_type.c - types as written, and where a type is meant
//
// A struct field's `:` may be followed by a type or by a default value (`age: int`, `tag: "x"`,
// `size: Size`, `items: []`). Which one it is, is decided here by looking at the tokens, never by
// trying and going back.
#include "vint/vint_private.h"

Node *vint_type_name(VintParser *p, const char *name, Span span) {
  TypeNameNode *node = BUILD(p->arena, TypeName, TYPE_NAME, span);
  node->name = name_of(p->names, name);
  return &node->node;
}

// --- Types ---------------------------------------------------------------------------------------

static Node *parse_one(VintParser *p);

bool vint_type_can_start(const VintParser *p) {
  switch (p->token->kind) {
  case TOKEN_NAME:
  case TOKEN_ERROR:
  case TOKEN_NULL:
  case TOKEN_FUNC:
  case TOKEN_CHAN:
  case TOKEN_OPEN_BRACKET:
  case TOKEN_OPEN_BRACE:
  case TOKEN_OPEN_PAREN:
  case TOKEN_STAR: return true;
  default: return false;
  }
}

// Behind `func(…)` and `chan` a type may follow. A `{` there is a block, unless a key's type and a
// colon show that it is a dict's.
static bool has_trailing_type(const VintParser *p) {
  if (p->token->begins_line || !vint_type_can_start(p)) return false;
  if (!is_at(p, TOKEN_OPEN_BRACE)) return true;
  return !p->is_header && is_next(p, TOKEN_NAME) && peek(p, 2)->kind == TOKEN_COLON;
}

// Java's and TypeScript's `int[]`, Go's `map[K]V`: said once, and taken as meant.
static Node *check_brackets_behind(VintParser *p, const VintToken *name, Node *type) {
  if (!is_glued(p, TOKEN_OPEN_BRACKET) || p->is_failing) return type;
  if (name->word == WORD_MAP) {
    advance(p);
    TypeDictNode *node = BUILD(p->arena, TypeDict, TYPE_DICT, name->span);
    node->key = vint_type_parse(p);
    vint_parser_expect(p, TOKEN_CLOSE_BRACKET, "`]`");
    node->value = vint_type_parse(p);
    node->node.span = span_since(p, name);
    if (!p->is_failing) diag_error(p->diags, DIAG_VINT_MAP_TYPE, node->node.span);
    return &node->node;
  }
  if (!is_next(p, TOKEN_CLOSE_BRACKET)) return type;
  p->token += 2;
  diag_help(p->diags, diag_error(p->diags, DIAG_VINT_ARRAY_TYPE, span_since(p, name)),
            "write `[]%s`", name->name->text);
  TypeArrayNode *node = BUILD(p->arena, TypeArray, TYPE_ARRAY, span_since(p, name));
  node->element = type;
  return &node->node;
}

static Node *parse_named(VintParser *p) {
  const VintToken *start = advance(p);
  TypeNameNode *node = BUILD(p->arena, TypeName, TYPE_NAME, start->span);
  node->name = start->kind == TOKEN_NULL ? name_of(p->names, "nil") : start->name;
  if (start->kind == TOKEN_ERROR) node->name = name_of(p->names, "error");
  if (start->kind == TOKEN_NAME && is_glued(p, TOKEN_DOT)) {
    advance(p);
    const VintToken *member = vint_parser_name(p, "the type's name");
    if (!member) return &node->node;
    const char *joined = arena_printf(p->arena, "%s.%s", start->name->text, member->name->text);
    node->name = name_of(p->names, joined);
    node->node.span = span_since(p, start);
  }
  return check_brackets_behind(p, start, &node->node);
}

// `func(int, string) bool`, `func(x: int): bool`; without a result anything may come back.
static Node *parse_function_type(VintParser *p) {
  const VintToken *start = advance(p);
  FunctionTypeNode *node = BUILD(p->arena, FunctionType, TYPE_FUNCTION, start->span);
  VEC(SignatureParam) params = {0};
  const VintToken *open = p->token;
  // `func` alone is any function.
  if (!is_glued(p, TOKEN_OPEN_PAREN)) return vint_type_name(p, "func", start->span);
  advance(p);
  while (!p->is_failing && !is_at(p, TOKEN_CLOSE_PAREN)) {
    SignatureParam param = {0};
    if (is_at(p, TOKEN_NAME) && is_next(p, TOKEN_COLON)) {
      param.name = p->token->name;
      p->token += 2;
    }
    param.type = vint_type_parse(p);
    vec_push(&params, param);
    if (!accept(p, TOKEN_COMMA)) break;
  }
  vint_parser_close(p, TOKEN_CLOSE_PAREN, open, "`,` or `)`");
  bool has_colon = accept(p, TOKEN_COLON);
  if (!p->is_failing && (has_colon || has_trailing_type(p))) node->result = parse_one(p);
  node->param_count = params.count;
  node->params = vint_parser_keep(p, params.items, params.count, sizeof(SignatureParam));
  node->node.span = span_since(p, start);
  return &node->node;
}

static Node *new_element_type(VintParser *p, NodeKind kind, const VintToken *start, Node *length) {
  TypeArrayNode *node =
      (TypeArrayNode *)build_node(p->arena, sizeof(TypeArrayNode), kind, start->span);
  node->length = length;
  node->element = parse_one(p);
  node->node.span = span_since(p, start);
  return &node->node;
}

static Node *parse_channel_type(VintParser *p) {
  const VintToken *start = advance(p);
  if (has_trailing_type(p)) return new_element_type(p, NODE_TYPE_CHANNEL, start, NULL);
  TypeArrayNode *node = BUILD(p->arena, TypeArray, TYPE_CHANNEL, start->span);
  node->element = vint_type_name(p, "any", start->span);
  return &node->node;
}

static Node *parse_array_type(VintParser *p) {
  const VintToken *start = advance(p);
  Node *length = is_at(p, TOKEN_CLOSE_BRACKET) ? NULL : vint_expr_parse(p);
  vint_parser_close(p, TOKEN_CLOSE_BRACKET, start, "`]`");
  return new_element_type(p, NODE_TYPE_ARRAY, start, length);
}

static Node *parse_dict_type(VintParser *p) {
  const VintToken *start = advance(p);
  TypeDictNode *node = BUILD(p->arena, TypeDict, TYPE_DICT, start->span);
  node->key = vint_type_parse(p);
  vint_parser_expect(p, TOKEN_COLON, "`:` behind the type of the keys");
  node->value = vint_type_parse(p);
  vint_parser_close(p, TOKEN_CLOSE_BRACE, start, "`}`");
  node->node.span = span_since(p, start);
  return &node->node;
}

// `(A, B)` is a tuple, `(A)` only A.
static Node *parse_tuple_type(VintParser *p) {
  const VintToken *start = advance(p);
  uint32_t base = p->nodes.count;
  while (!p->is_failing && !is_at(p, TOKEN_CLOSE_PAREN)) {
    Node *item = vint_type_parse(p);
    vec_push(&p->nodes, item);
    if (!accept(p, TOKEN_COMMA)) break;
  }
  vint_parser_close(p, TOKEN_CLOSE_PAREN, start, "`,` or `)`");
  NodeList items = vint_parser_take(p, base);
  if (items.count == 1) return items.items[0];
  TypeListNode *node = BUILD(p->arena, TypeList, TYPE_TUPLE, span_since(p, start));
  node->items = items;
  return &node->node;
}

static Node *parse_by_kind(VintParser *p) {
  switch (p->token->kind) {
  case TOKEN_NAME:
  case TOKEN_ERROR:
  case TOKEN_NULL: return parse_named(p);
  case TOKEN_FUNC: return parse_function_type(p);
  case TOKEN_CHAN: return parse_channel_type(p);
  case TOKEN_OPEN_BRACKET: return parse_array_type(p);
  case TOKEN_OPEN_BRACE: return parse_dict_type(p);
  case TOKEN_OPEN_PAREN: return parse_tuple_type(p);
  case TOKEN_STAR: return new_element_type(p, NODE_TYPE_POINTER, advance(p), NULL);
  default: vint_parser_expected(p, "a type"); return error_node(p);
  }
}

static Node *parse_one(VintParser *p) {
  VintLevel level;
  Node *node = vint_parser_open(p, &level) && !p->is_failing ? parse_by_kind(p) : error_node(p);
  vint_parser_leave(p, level);
  return node;
}

Node *vint_type_parse(VintParser *p) {
  const VintToken *start = p->token;
  Node *first = parse_one(p);
  if (!is_at(p, TOKEN_PIPE) || p->is_failing) return first;
  uint32_t base = p->nodes.count;
  vec_push(&p->nodes, first);
  while (accept(p, TOKEN_PIPE)) {
    Node *item = parse_one(p);
    vec_push(&p->nodes, item);
  }
  TypeListNode *node = BUILD(p->arena, TypeList, TYPE_UNION, span_since(p, start));
  node->items = vint_parser_take(p, base);
  return &node->node;
}

// --- A field's type or default value -------------------------------------------------------------

static bool is_capitalised(const Name *name) {
  return name->len > 0 && name->text[0] >= 'A' && name->text[0] <= 'Z';
}

// `Point` but not `RED` or `MAX_SIZE`.
static bool looks_like_type(const Name *name) {
  if (!is_capitalised(name)) return false;
  for (uint32_t i = 1; i < name->len; i++) {
    if (name->text[i] >= 'a' && name->text[i] <= 'z') return true;
  }
  return name->len == 1;
}

static bool names_type(VintParser *p, const VintToken *token) {
  if (token->kind == TOKEN_ERROR || token->kind == TOKEN_NULL) return token->kind == TOKEN_ERROR;
  if (token->kind != TOKEN_NAME) return false;
  if (token->word >= WORD_TYPE_BOOL && token->word <= WORD_TYPE_ANY) return true;
  if (token->word == WORD_NIL) return false;
  return is_capitalised(token->name) || vint_parser_is_declared(p, token->name);
}

// Whether a field can end at this token, or go on with `= default`.
static bool ends_field_type(const VintToken *token) {
  switch (token->kind) {
  case TOKEN_COMMA:
  case TOKEN_SEMICOLON:
  case TOKEN_CLOSE_BRACE:
  case TOKEN_ASSIGN:
  case TOKEN_PIPE:
  case TOKEN_FUNC:
  case TOKEN_ASYNC:
  case TOKEN_NAME:
  case TOKEN_END: return true;
  case TOKEN_OPEN_BRACKET: return token[1].kind == TOKEN_CLOSE_BRACKET; // `int[]`, reported later
  default: return token->begins_line;
  }
}

static bool is_named_field_type(VintParser *p) {
  const VintToken *next = peek(p, 1);
  if (next->kind != TOKEN_DOT) {
    if (is_word_at(p, WORD_MAP) && next->kind == TOKEN_OPEN_BRACKET) return true;
    return names_type(p, p->token) && ends_field_type(next);
  }
  const VintToken *member = peek(p, 2);
  return !is_capitalised(p->token->name) && member->kind == TOKEN_NAME &&
         looks_like_type(member->name) && ends_field_type(peek(p, 3));
}

static bool begins_type(VintParser *p, const VintToken *token) {
  switch (token->kind) {
  case TOKEN_FUNC:
  case TOKEN_CHAN:
  case TOKEN_STAR:
  case TOKEN_OPEN_BRACKET: return true;
  case TOKEN_OPEN_BRACE: return token[1].kind != TOKEN_CLOSE_BRACE;
  default: return names_type(p, token);
  }
}

// `[]int`, `[3]int` against the array `[]`, `[3]`.
static bool is_array_field_type(VintParser *p) {
  const VintToken *behind = vint_parser_behind_group(p, p->token);
  uint32_t inside = behind ? (uint32_t)(behind - p->token) - 2 : 2;
  return inside <= 1 && !behind->begins_line && begins_type(p, behind);
}

// `func(a, b) {`, `func(a): int {` against the types `func(int)`, `func(int): int`.
static bool is_function_literal(const VintParser *p, const VintToken *open) {
  const VintToken *behind = vint_parser_behind_group(p, open);
  if (!behind || behind->begins_line) return false;
  if (behind->kind == TOKEN_OPEN_BRACE) return true;
  if (behind->kind != TOKEN_COLON) return false;
  return behind[1].kind != TOKEN_NAME || behind[2].kind == TOKEN_OPEN_BRACE;
}

bool vint_type_is_field_type(VintParser *p) {
  const VintToken *next = peek(p, 1);
  switch (p->token->kind) {
  case TOKEN_NAME: return is_named_field_type(p);
  case TOKEN_ERROR: return ends_field_type(next);
  case TOKEN_STAR: return true;
  case TOKEN_CHAN: return next->kind != TOKEN_OPEN_PAREN || next->begins_line;
  case TOKEN_OPEN_BRACKET: return is_array_field_type(p);
  case TOKEN_OPEN_BRACE: return begins_type(p, next) && peek(p, 2)->kind == TOKEN_COLON;
  case TOKEN_OPEN_PAREN: return begins_type(p, next) && ends_field_type(peek(p, 2));
  case TOKEN_FUNC: return !is_function_literal(p, next);
  default: return false;
  }
}
