// SPDX-License-Identifier: MIT
// vint_private.h - the parser's state and the prototypes its files share
//
// How a mistake is handled. The function that meets it calls vint_parser_fail (or one of the
// wordings built on it), reports if that says so, and returns a NODE_ERROR. From then on the parser
// is *failing*: nothing more is reported, every function leaves as soon as it may, lists end early.
// The loop over the statements of a block sees it, looks for a place where a statement can begin,
// and the parser is calm again. Mistakes whose meaning is plain (`var x = 1`) are reported without
// failing.
//
// Lists are collected on stacks that all nested lists share: remember the height, push, take what
// is above it.
#ifndef VINT_PRIVATE_H
#define VINT_PRIVATE_H

#include "base/strmap.h"
#include "tree/build.h"
#include "vint/vint.h"
#include "vint/vint_lexer.h"

// How deep brackets, blocks and prefix operators may nest …
#define VINT_MAX_DEPTH 1000
// … and how high the tree may grow where a chain (a + b + …, a.b.c…, else if …) makes it high
// without nesting. Later stages walk the tree recursively, so this bounds their stack.
#define VINT_MAX_HEIGHT 4000

typedef struct VintParser {
  const VintToken *token; // the current one
  const VintToken *first;
  const VintToken *end; // the END token
  const Source *source;
  Arena *arena;
  NameTable *names;
  Diags *diags;
  FunctionNode *function;  // innermost
  NodeVec nodes;           // stack of lists under construction
  VEC(Argument) arguments; // the same for arguments
  StrMap declared;         // names that the file declares as types; made when first asked for
  bool knows_declared;
  uint32_t depth;            // of nesting now
  uint32_t height;           // of the highest tree finished since the innermost vint_parser_open
  uint32_t loops;            // around the current place in this function
  uint32_t switches;         // around it where there is no loop
  bool breaks_switch;        // a `break` ends the innermost of those
  const VintToken *odd_open; // the first block whose closing brace is indented strangely, or NULL
  const VintToken *odd_close;
  bool is_header; // before a block: `x {` is no struct literal
  bool is_failing;
  bool has_failed;  // ever: a stray closing brace may come from that
  bool is_silenced; // at the end, or too deep: nothing is reported any more
  bool misses_catch; // a `try` without it was reported
  bool is_cut;      // the text ended inside a string or comment
  bool wants_more;  // the first mistake was that the text ends
  // Keywords that were used as names: what their further uses break is no news.
  bool is_misused[TOKEN_KIND_COUNT];
} VintParser;

// --- Tokens --------------------------------------------------------------------------------------

static inline bool is_at(const VintParser *p, VintTokenKind kind) {
  return p->token->kind == kind;
}
static inline bool is_word_at(const VintParser *p, VintWord word) {
  return p->token->kind == TOKEN_NAME && p->token->word == word;
}
// The token `ahead` places on; END past the end.
static inline const VintToken *peek(const VintParser *p, uint32_t ahead) {
  return (size_t)(p->end - p->token) > ahead ? p->token + ahead : p->end;
}
static inline bool is_next(const VintParser *p, VintTokenKind kind) {
  return peek(p, 1)->kind == kind;
}
// On the line of the token before it.
static inline bool is_glued(const VintParser *p, VintTokenKind kind) {
  return p->token->kind == kind && !p->token->begins_line;
}
static inline const VintToken *advance(VintParser *p) {
  return p->token == p->end ? p->end : p->token++;
}
static inline bool accept(VintParser *p, VintTokenKind kind) {
  if (p->token->kind != kind) return false;
  advance(p);
  return true;
}
// From `start` to the end of the last token taken.
static inline Span span_since(const VintParser *p, const VintToken *start) {
  if (p->token <= start) return start->span;
  return (Span){start->span.start, p->token[-1].span.end};
}

// --- vint_parser.c: failing, expecting, recovering -----------------------------------------------

// Begins to fail. True if this is news and must be reported.
bool vint_parser_fail(VintParser *p) MUST_USE;
// "expected WHAT, found …" at the current token. NULL if it was no news.
Diag *vint_parser_expected(VintParser *p, const char *what);
bool vint_parser_expect(VintParser *p, VintTokenKind kind, const char *what);
// Expects the bracket that closes `open`; `what` lists what else could stand here.
void vint_parser_close(VintParser *p, VintTokenKind kind, const VintToken *open, const char *what);
// How messages show a token; quotes at most 40 bytes of the program.
const char *vint_parser_shown(VintParser *p, const VintToken *token);

// Takes a name that is declared here. A keyword is reported, and taken if something goes on behind
// it; NULL if there is no word at all (then failing).
const VintToken *vint_parser_name(VintParser *p, const char *what);

// One level deeper; false (failing, and reported) when that is too deep. Each open has its close.
typedef struct VintLevel {
  uint32_t height;
  bool is_header;
} VintLevel;
bool vint_parser_open(VintParser *p, VintLevel *level) MUST_USE;
void vint_parser_leave(VintParser *p, VintLevel level);
// Call for each link of a chain whose left side is `height` high.
bool vint_parser_grow(VintParser *p, uint32_t height) MUST_USE;

// After a failure: goes to where a statement can begin, `start` being the failed one's first token.
void vint_parser_recover(VintParser *p, const VintToken *start);
// After a failure in what stands before a block: goes to its `{` if that is on the same line.
void vint_parser_recover_header(VintParser *p);
// Steps over a bracket and all up to its partner.
void vint_parser_skip_group(VintParser *p);
// The token behind the partner of the bracket `open`, looking at most 500 tokens ahead; NULL.
const VintToken *vint_parser_behind_group(const VintParser *p, const VintToken *open);

// The nodes pushed since `base`, copied into the arena.
NodeList vint_parser_take(VintParser *p, uint32_t base);
// A copy of `count` elements in the arena; frees `items`.
void *vint_parser_keep(VintParser *p, void *items, uint32_t count, size_t size);

// Whether some struct, enum, type alias or error of the file has this name.
bool vint_parser_is_declared(VintParser *p, const Name *name);

static inline Node *error_node(VintParser *p) {
  return build_plain(p->arena, NODE_ERROR, p->token->span);
}

// --- vint_expr.c ---------------------------------------------------------------------------------

Node *vint_expr_parse(VintParser *p);   // with assignment
Node *vint_expr_operand(VintParser *p); // without assignment: patterns, where `=>` follows
// An expression with a block behind it: struct literals need parentheses.
Node *vint_expr_header(VintParser *p);
bool vint_expr_can_start(const VintParser *p);
// Whether the `{` at the current token begins a dict, where a block could stand too.
bool vint_expr_is_dict(const VintParser *p);
// Arguments from the `(` on; `*count` many.
Argument *vint_expr_arguments(VintParser *p, uint32_t *count);
bool vint_expr_is_target(const Node *node);

// --- vint_primary.c ------------------------------------------------------------------------------

Node *vint_primary_parse(VintParser *p);
Node *vint_primary_arrow(VintParser *p, const VintToken *start); // reports `=>` functions
bool vint_primary_is_arrow(const VintParser *p);                 // `(a, b) =>` stands here
Node *vint_primary_struct_literal(VintParser *p, Node *callee, const VintToken *start);
bool vint_primary_is_struct_literal(const VintParser *p, const Node *callee);

// --- vint_stmt.c ---------------------------------------------------------------------------------

// Statements up to `}` or the end are pushed on p->nodes.
void vint_stmt_list(VintParser *p);
BlockNode *vint_stmt_block(VintParser *p);
// Statements up to the next `case`, for switches written with colons.
void vint_stmt_case_body(VintParser *p);
// A block that is a loop's body.
BlockNode *vint_stmt_loop_body(VintParser *p);
Node *vint_stmt_if(VintParser *p);
Node *vint_stmt_while(VintParser *p);
Node *vint_stmt_for(VintParser *p);
Node *vint_stmt_repeat(VintParser *p);
Node *vint_stmt_defer(VintParser *p);

// --- vint_branch.c -------------------------------------------------------------------------------

Node *vint_branch_switch(VintParser *p);
Node *vint_branch_match(VintParser *p);
Node *vint_branch_select(VintParser *p);
Node *vint_branch_try(VintParser *p);
// `v, ok = receive(ch)` as a statement: pushes what it means.
void vint_branch_two_results(VintParser *p, bool is_declaration);
bool vint_branch_is_two_results(const VintParser *p);

// --- vint_declare.c ------------------------------------------------------------------------------

void vint_declare_let(VintParser *p); // let, const: pushes
Node *vint_declare_function_statement(VintParser *p);
Node *vint_declare_function(VintParser *p); // func, async func as a value
Node *vint_declare_struct(VintParser *p);
Node *vint_declare_enum(VintParser *p);
Node *vint_declare_type(VintParser *p);
bool vint_declare_is_error(VintParser *p); // `error T(a, b)` declares, `error f(x)` raises
Node *vint_declare_error(VintParser *p);
Node *vint_declare_package(VintParser *p);
void vint_declare_import(VintParser *p); // pushes one node for each name
Node *vint_declare_include(VintParser *p);
Node *vint_declare_binding(VintParser *p, const VintToken *name); // PATTERN_NAME

// --- vint_type.c, vint_pattern.c -----------------------------------------------------------------

Node *vint_type_parse(VintParser *p);
Node *vint_type_name(VintParser *p, const char *name, Span span);
bool vint_type_can_start(const VintParser *p);
// Whether what stands behind a struct field's `:` is a type and not a default value.
bool vint_type_is_field_type(VintParser *p);
Node *vint_pattern_parse(VintParser *p);

#endif
