// SPDX-License-Identifier: MIT
// vint_declare.c - what gives a name to something: let, functions, structs, enums, errors, packages
//
// `let` makes a variable (SYMBOL_VAR), `const` one that stays (SYMBOL_LET).
#include "vint/vint_private.h"

#include <string.h>

Node *vint_declare_binding(VintParser *p, const VintToken *name) {
  PatternNameNode *node = BUILD(p->arena, PatternName, PATTERN_NAME, name->span);
  node->name = name->name;
  node->meaning = PATTERN_BINDS;
  return &node->node;
}

// --- let and const -------------------------------------------------------------------------------

static void parse_initial_value(VintParser *p, DeclareNode *node, const VintToken *name) {
  if (is_at(p, TOKEN_DEFINE)) {
    diag_help(p->diags, diag_error(p->diags, DIAG_VINT_LET_DEFINE, p->token->span),
              "write `let %s = …`", name->name->text);
    advance(p);
  } else if (!accept(p, TOKEN_ASSIGN)) {
    if (node->type && !node->is_constant) return; // `let x: T` has T's zero value
    if (!vint_parser_fail(p)) return;
    const char *shown = vint_parser_shown(p, p->token);
    diag_error(p->diags, DIAG_VINT_NO_INITIAL_VALUE, name->span, name->name->text, shown);
    return;
  }
  node->value = vint_expr_parse(p);
  if (node->value->kind != NODE_FUNCTION) return;
  FunctionNode *function = (FunctionNode *)node->value;
  if (!function->name) function->name = name->name;
}

// `let {a, b} = x`, `let [a, b] = x`
static void fail_destructuring(VintParser *p) {
  if (vint_parser_fail(p)) diag_error(p->diags, DIAG_VINT_DESTRUCTURING, p->token->span);
}

void vint_declare_let(VintParser *p) {
  const VintToken *start = advance(p);
  DeclareNode *node = BUILD(p->arena, Declare, DECLARE, start->span);
  node->is_constant = start->kind == TOKEN_CONST;
  node->binding = node->is_constant ? SYMBOL_LET : SYMBOL_VAR;
  if (is_at(p, TOKEN_OPEN_BRACE) || is_at(p, TOKEN_OPEN_BRACKET)) {
    fail_destructuring(p);
    return;
  }
  if (!node->is_constant && vint_branch_is_two_results(p)) {
    vint_branch_two_results(p, true);
    return;
  }
  const VintToken *name = vint_parser_name(p, "the variable's name");
  if (!name) return;
  node->pattern = vint_declare_binding(p, name);
  if (is_at(p, TOKEN_COMMA)) {
    if (vint_parser_fail(p)) diag_error(p->diags, DIAG_VINT_SEVERAL_NAMES, p->token->span);
    return;
  }
  if (accept(p, TOKEN_COLON)) node->type = vint_type_parse(p);
  if (!p->is_failing) parse_initial_value(p, node, name);
  if (!node->type && !node->value) node->value = error_node(p);
  node->node.span = span_since(p, start);
  vec_push(&p->nodes, &node->node);
}

// --- Parameters ----------------------------------------------------------------------------------

typedef VEC(Param) ParamVec;

static void report_missing_colon(VintParser *p, const Name *name) {
  Diag *diag = diag_error(p->diags, DIAG_VINT_TYPE_WITHOUT_COLON, p->token->span);
  diag_help(p->diags, diag, "write `%s: type`", name->text);
}

// `a: T`; Go's `a T` is reported.
static void parse_param_type(VintParser *p, Param *param) {
  if (accept(p, TOKEN_COLON)) {
    param->type = vint_type_parse(p);
    return;
  }
  bool has_type = !p->token->begins_line &&
                  (is_at(p, TOKEN_NAME) || is_at(p, TOKEN_CHAN) || is_at(p, TOKEN_FUNC) ||
                   is_at(p, TOKEN_OPEN_BRACKET) || is_at(p, TOKEN_STAR));
  if (!has_type || p->is_failing) return;
  report_missing_colon(p, param->name);
  param->type = vint_type_parse(p);
}

static Param parse_param(VintParser *p) {
  const VintToken *start = p->token;
  Param param = {.is_rest = accept(p, TOKEN_ELLIPSIS), .span = start->span};
  const VintToken *name = vint_parser_name(p, "the parameter's name");
  if (!name) return param;
  param.name = name->name;
  param.span = name->span;
  parse_param_type(p, &param);
  if (!p->is_failing && accept(p, TOKEN_ASSIGN)) param.default_value = vint_expr_parse(p);
  return param;
}

// The rules between a parameter and those before it.
static void check_param_order(VintParser *p, const ParamVec *params, const Param *param) {
  if (params->count == 0 || p->is_failing) return;
  const Param *before = &params->items[params->count - 1];
  if (before->is_rest) {
    diag_error(p->diags, DIAG_VINT_REST_NOT_LAST, param->span, "parameter list");
  } else if (before->default_value && !param->default_value && !param->is_rest) {
    diag_error(p->diags, DIAG_VINT_REQUIRED_AFTER_DEFAULT, param->span, param->name->text,
               before->name->text);
  }
}

static Param *parse_params(VintParser *p, uint32_t *count) {
  const VintToken *open = p->token;
  ParamVec params = {0};
  if (vint_parser_expect(p, TOKEN_OPEN_PAREN, "`(`")) {
    while (!p->is_failing && !is_at(p, TOKEN_CLOSE_PAREN)) {
      Param param = parse_param(p);
      if (!param.name) break;
      check_param_order(p, &params, &param);
      vec_push(&params, param);
      if (!accept(p, TOKEN_COMMA)) break;
    }
    vint_parser_close(p, TOKEN_CLOSE_PAREN, open, "`,` or `)`");
  }
  *count = params.count;
  return vint_parser_keep(p, params.items, params.count, sizeof(Param));
}

// --- Functions -----------------------------------------------------------------------------------

// `): T {`; `) -> T {` and `) T {` are reported.
static Node *parse_result(VintParser *p) {
  if (p->is_failing) return NULL;
  if (accept(p, TOKEN_COLON)) return vint_type_parse(p);
  bool is_go = is_at(p, TOKEN_NAME) && !p->token->begins_line && is_next(p, TOKEN_OPEN_BRACE);
  if (!is_at(p, TOKEN_THIN_ARROW) && !is_go) return NULL;
  diag_error(p->diags, DIAG_VINT_RESULT_WITHOUT_COLON, p->token->span);
  accept(p, TOKEN_THIN_ARROW);
  return vint_type_parse(p);
}

// `func(x) => x + 1`: the expression becomes the body.
static BlockNode *parse_arrow_body(VintParser *p) {
  const VintToken *start = p->token;
  BlockNode *block = BUILD(p->arena, Block, BLOCK, start->span);
  vint_primary_arrow(p, start);
  return block;
}

// From the parameters on. Loops and headers outside mean nothing inside.
static FunctionNode *parse_function_rest(VintParser *p, const VintToken *start, const Name *name,
                                         bool is_async) {
  FunctionNode *node = BUILD(p->arena, Function, FUNCTION, start->span);
  FunctionNode *outer = p->function;
  uint32_t outer_loops = p->loops, outer_switches = p->switches;
  p->function = node;
  p->loops = p->switches = 0;
  node->name = name;
  node->is_written_async = is_async;
  node->is_async = is_async;
  bool was_header = p->is_header;
  p->is_header = false;
  node->params = parse_params(p, &node->param_count);
  node->result_type = parse_result(p);
  vint_parser_recover_header(p);
  bool is_arrow = is_at(p, TOKEN_ARROW) && !p->is_failing;
  node->body = is_arrow ? parse_arrow_body(p) : vint_stmt_block(p);
  p->is_header = was_header;
  node->is_body_empty = node->body->items.count == 0;
  node->node.span = span_since(p, start);
  p->loops = outer_loops;
  p->switches = outer_switches;
  p->function = outer;
  return node;
}

// `func`, `async func`; `function`, `fn` and `def` are reported. True if it is async.
static bool parse_function_words(VintParser *p) {
  bool is_async = accept(p, TOKEN_ASYNC);
  if (is_at(p, TOKEN_NAME) && p->token->word >= WORD_FUNCTION && p->token->word <= WORD_DEF) {
    diag_error(p->diags, DIAG_VINT_FUNCTION_WORD, p->token->span, p->token->name->text);
    advance(p);
  } else {
    vint_parser_expect(p, TOKEN_FUNC, "`func` behind `async`");
  }
  return is_async;
}

Node *vint_declare_function(VintParser *p) {
  const VintToken *start = p->token;
  bool is_async = parse_function_words(p);
  if (!p->is_failing && is_at(p, TOKEN_NAME) && is_next(p, TOKEN_OPEN_PAREN)) {
    diag_error(p->diags, DIAG_VINT_NAMED_VALUE, p->token->span, p->token->name->text);
    advance(p);
  }
  return &parse_function_rest(p, start, NULL, is_async)->node;
}

Node *vint_declare_function_statement(VintParser *p) {
  const VintToken *start = p->token;
  DeclareNode *node = BUILD(p->arena, Declare, FUNCTION_DECLARE, start->span);
  node->binding = SYMBOL_FUNCTION;
  bool is_async = parse_function_words(p);
  const VintToken *name = vint_parser_name(p, "the function's name");
  if (!name) return error_node(p);
  node->pattern = vint_declare_binding(p, name);
  node->value = &parse_function_rest(p, start, name->name, is_async)->node;
  node->node.span = span_since(p, start);
  return &node->node;
}

// --- Structs -------------------------------------------------------------------------------------

typedef VEC(StructField) StructFieldVec;

static Node *parse_method(VintParser *p, StructNode *owner) {
  const VintToken *start = p->token;
  bool is_async = parse_function_words(p);
  if (p->is_failing || !vint_token_is_word(p->token)) {
    vint_parser_expected(p, "the method's name");
    return error_node(p);
  }
  const Name *name = advance(p)->name;
  FunctionNode *method = parse_function_rest(p, start, name, is_async);
  method->this_struct = &owner->node;
  return &method->node;
}

static void parse_field_type(VintParser *p, StructField *field) {
  if (accept(p, TOKEN_COLON)) {
    if (vint_type_is_field_type(p)) {
      field->type = vint_type_parse(p);
    } else {
      field->default_value = vint_expr_parse(p);
    }
    return;
  }
  // Fields may stand side by side; only what is a type's name is Go's `name type`.
  if (!is_glued(p, TOKEN_NAME) || !vint_type_is_field_type(p)) return;
  report_missing_colon(p, field->name);
  field->type = vint_type_parse(p);
}

static StructField parse_field(VintParser *p) {
  const VintToken *name = p->token;
  StructField field = {.span = name->span};
  if (!vint_token_is_word(name)) {
    vint_parser_expected(p, "a field, a method or `}`");
    return field;
  }
  field.name = advance(p)->name;
  parse_field_type(p, &field);
  if (!field.default_value && !p->is_failing && accept(p, TOKEN_ASSIGN)) {
    field.default_value = vint_expr_parse(p);
  }
  return field;
}

static bool begins_method(const VintParser *p) {
  return is_at(p, TOKEN_FUNC) || (is_at(p, TOKEN_ASYNC) && is_next(p, TOKEN_FUNC));
}

static void parse_struct_body(VintParser *p, StructNode *node, StructFieldVec *fields) {
  uint32_t base = p->nodes.count;
  while (!is_at(p, TOKEN_CLOSE_BRACE) && !is_at(p, TOKEN_END)) {
    const VintToken *start = p->token;
    if (begins_method(p)) {
      Node *method = parse_method(p, node);
      if (method->kind == NODE_FUNCTION) vec_push(&p->nodes, method);
    } else {
      StructField field = parse_field(p);
      if (field.name) vec_push(fields, field);
    }
    if (p->is_failing) vint_parser_recover(p, start);
    while (accept(p, TOKEN_COMMA) || accept(p, TOKEN_SEMICOLON)) continue;
  }
  node->methods = vint_parser_take(p, base);
}

static Node *parse_struct_rest(VintParser *p, const VintToken *start, const VintToken *name) {
  StructNode *node = BUILD(p->arena, Struct, STRUCT, start->span);
  StructFieldVec fields = {0};
  node->name = name->name;
  node->name_span = name->span;
  const VintToken *open = p->token;
  VintLevel level;
  if (vint_parser_open(p, &level) && vint_parser_expect(p, TOKEN_OPEN_BRACE, "`{`")) {
    parse_struct_body(p, node, &fields);
    vint_parser_close(p, TOKEN_CLOSE_BRACE, open, "`}`");
  }
  vint_parser_leave(p, level);
  node->field_count = fields.count;
  node->fields = vint_parser_keep(p, fields.items, fields.count, sizeof(StructField));
  node->node.span = span_since(p, start);
  return &node->node;
}

Node *vint_declare_struct(VintParser *p) {
  const VintToken *start = advance(p);
  const VintToken *name = vint_parser_name(p, "the struct's name");
  return name ? parse_struct_rest(p, start, name) : error_node(p);
}

// --- Enums and aliases ---------------------------------------------------------------------------

static EnumMember parse_member(VintParser *p) {
  const VintToken *name = p->token;
  EnumMember member = {.span = name->span};
  if (!vint_token_is_word(name)) {
    vint_parser_expected(p, "a member or `}`");
    return member;
  }
  member.name = advance(p)->name;
  if (accept(p, TOKEN_ASSIGN)) {
    member.value = vint_expr_parse(p);
    return member;
  }
  member.value = build_plain(p->arena, NODE_ERROR, name->span);
  bool is_end = is_at(p, TOKEN_COMMA) || is_at(p, TOKEN_CLOSE_BRACE) || p->token->begins_line;
  if (is_end && !p->is_failing) {
    diag_error(p->diags, DIAG_VINT_MEMBER_WITHOUT_VALUE, name->span, name->name->text);
  } else {
    vint_parser_expected(p, "`=` and the member's value");
  }
  return member;
}

Node *vint_declare_enum(VintParser *p) {
  const VintToken *start = advance(p);
  EnumNode *node = BUILD(p->arena, Enum, ENUM, start->span);
  VEC(EnumMember) members = {0};
  const VintToken *name = vint_parser_name(p, "the enum's name");
  if (!name) return error_node(p);
  node->name = name->name;
  node->name_span = name->span;
  const VintToken *open = p->token;
  if (vint_parser_expect(p, TOKEN_OPEN_BRACE, "`{`")) {
    while (!p->is_failing && !is_at(p, TOKEN_CLOSE_BRACE) && !is_at(p, TOKEN_END)) {
      EnumMember member = parse_member(p);
      if (member.name) vec_push(&members, member);
      while (accept(p, TOKEN_COMMA) || accept(p, TOKEN_SEMICOLON)) continue;
    }
    vint_parser_close(p, TOKEN_CLOSE_BRACE, open, "`,` or `}`");
  }
  node->member_count = members.count;
  node->members = vint_parser_keep(p, members.items, members.count, sizeof(EnumMember));
  node->node.span = span_since(p, start);
  return &node->node;
}

// `type A = T`. Go's `type A struct {` is reported and taken for a struct.
Node *vint_declare_type(VintParser *p) {
  const VintToken *start = advance(p);
  const VintToken *name = advance(p);
  const VintToken *behind = advance(p);
  if (behind->kind == TOKEN_STRUCT) {
    diag_help(p->diags, diag_error(p->diags, DIAG_VINT_TYPE_STRUCT, start->span),
              "write `struct %s { … }`", name->name->text);
    return parse_struct_rest(p, start, name);
  }
  TypeAliasNode *node = BUILD(p->arena, TypeAlias, TYPE_ALIAS, start->span);
  node->name = name->name;
  node->name_span = name->span;
  node->target = vint_type_parse(p);
  node->node.span = span_since(p, start);
  return &node->node;
}

// --- Declared errors -----------------------------------------------------------------------------

// Whether `(…)` holds what parameters look like: plain names, or anything with a type.
static bool looks_like_params(const VintToken *open, bool *has_type) {
  const VintToken *token = open + 1;
  if (token->kind == TOKEN_CLOSE_PAREN) return true;
  for (;; token += 2) {
    if (token->kind != TOKEN_NAME) return false;
    if (token[1].kind == TOKEN_COLON) return *has_type = true;
    if (token[1].kind == TOKEN_CLOSE_PAREN) return true;
    if (token[1].kind != TOKEN_COMMA) return false;
    if (token[2].kind == TOKEN_CLOSE_PAREN) return true;
  }
}

// `error NotFound(name, code)` and `error NotFound { name: string }` declare; `error "text"` and
// `error f(x)` raise. What is written the same way is told apart by the capital first letter, and
// by whether the name was declared before (then the second is a use).
bool vint_declare_is_error(VintParser *p) {
  const VintToken *name = peek(p, 1);
  const VintToken *open = peek(p, 2);
  if (name->kind != TOKEN_NAME || name->begins_line || open->begins_line) return false;
  bool is_capitalised = name->name->text[0] >= 'A' && name->name->text[0] <= 'Z';
  bool is_known = vint_parser_is_declared(p, name->name);
  bool has_type = false;
  if (open->kind == TOKEN_OPEN_PAREN) {
    return looks_like_params(open, &has_type) && (has_type || (is_capitalised && !is_known));
  }
  return open->kind == TOKEN_OPEN_BRACE && is_capitalised && !is_known;
}

static Param *parse_error_fields(VintParser *p, uint32_t *count) {
  const VintToken *open = advance(p);
  ParamVec params = {0};
  while (!p->is_failing && !is_at(p, TOKEN_CLOSE_BRACE) && !is_at(p, TOKEN_END)) {
    StructField field = parse_field(p);
    Param param = {.name = field.name,
                   .span = field.span,
                   .type = field.type,
                   .default_value = field.default_value};
    if (param.name) vec_push(&params, param);
    while (accept(p, TOKEN_COMMA) || accept(p, TOKEN_SEMICOLON)) continue;
  }
  vint_parser_close(p, TOKEN_CLOSE_BRACE, open, "`,` or `}`");
  *count = params.count;
  return vint_parser_keep(p, params.items, params.count, sizeof(Param));
}

Node *vint_declare_error(VintParser *p) {
  const VintToken *start = advance(p);
  const VintToken *name = advance(p);
  ErrorDeclareNode *node = BUILD(p->arena, ErrorDeclare, ERROR_DECLARE, start->span);
  node->name = name->name;
  node->name_span = name->span;
  if (is_at(p, TOKEN_OPEN_BRACE)) {
    node->params = parse_error_fields(p, &node->param_count);
  } else {
    node->params = parse_params(p, &node->param_count);
  }
  strmap_set(&p->declared, name->name->text, name->name->len, p);
  node->node.span = span_since(p, start);
  return &node->node;
}

// --- Packages, imports, includes -----------------------------------------------------------------

Node *vint_declare_package(VintParser *p) {
  const VintToken *start = advance(p);
  PackageNode *node = BUILD(p->arena, Package, PACKAGE, start->span);
  const VintToken *name = vint_parser_name(p, "the package's name");
  if (!name) return error_node(p);
  node->name = name->name;
  node->name_span = name->span;
  uint32_t outer_loops = p->loops, outer_switches = p->switches;
  p->loops = p->switches = 0;
  node->body = vint_stmt_block(p);
  p->loops = outer_loops;
  p->switches = outer_switches;
  node->node.span = span_since(p, start);
  return &node->node;
}

static Node *new_text(VintParser *p, const char *bytes, uint32_t len, Span span) {
  StringNode *node = BUILD(p->arena, String, STRING, span);
  node->bytes = bytes;
  node->len = len;
  return &node->node;
}

// "lib/shapes.vint" is bound as `shapes`. NULL if that is no name.
static const Name *name_from_path(VintParser *p, const VintText *path) {
  const char *start = path->bytes;
  for (uint32_t i = 0; i < path->len; i++) {
    if (path->bytes[i] == '/') start = path->bytes + i + 1;
  }
  size_t len = (size_t)(path->bytes + path->len - start);
  bool has_ending = len > 5 && (memcmp(start + len - 5, ".vint", 5) == 0 ||
                                memcmp(start + len - 5, ".luma", 5) == 0);
  if (has_ending) len -= 5;
  for (size_t i = 0; i < len; i++) {
    char c = start[i];
    bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (!is_letter && (i == 0 || c < '0' || c > '9')) return NULL;
  }
  return len ? name_intern(p->names, start, len) : NULL;
}

static void parse_alias(VintParser *p, ImportNode *node) {
  if (!accept(p, TOKEN_AS)) return;
  const VintToken *alias = vint_parser_name(p, "the name behind `as`");
  if (alias) node->alias = alias->name;
}

static Node *parse_one_import(VintParser *p, const VintToken *start) {
  const VintToken *token = p->token;
  ImportNode *node = BUILD(p->arena, Import, IMPORT, start->span);
  if (accept(p, TOKEN_STRING)) {
    node->path = new_text(p, token->text->bytes, token->text->len, token->span);
    node->alias = name_from_path(p, token->text);
  } else {
    const VintToken *name = vint_parser_name(p, "the name of a module, or a path in quotes");
    if (!name) return error_node(p);
    node->is_bare = true;
    node->alias = name->name;
    node->path = new_text(p, name->name->text, name->name->len, name->span);
  }
  parse_alias(p, node);
  if (!node->alias) {
    if (!p->is_failing) diag_error(p->diags, DIAG_VINT_IMPORT_WITHOUT_NAME, token->span);
    node->alias = name_of(p->names, "_");
  }
  node->node.span = span_since(p, token);
  return &node->node;
}

void vint_declare_import(VintParser *p) {
  const VintToken *start = advance(p);
  do {
    Node *node = parse_one_import(p, start);
    vec_push(&p->nodes, node);
  } while (!p->is_failing && accept(p, TOKEN_COMMA));
}

Node *vint_declare_include(VintParser *p) {
  const VintToken *start = advance(p);
  ImportNode *node = BUILD(p->arena, Import, INCLUDE, start->span);
  const VintToken *path = p->token;
  if (!vint_parser_expect(p, TOKEN_STRING, "the path of a file in quotes")) return error_node(p);
  node->path = new_text(p, path->text->bytes, path->text->len, path->span);
  node->node.span = span_since(p, start);
  return &node->node;
}
