// SPDX-License-Identifier: MIT
// luma_private.h - the parser's state and what its files share
//
// A parser by recursive descent over a window of one token, with a second one looked at where a
// rule needs it. Three habits hold everywhere:
//
//   Errors. The first mistake in a statement is reported and sets is_panicking. From then on
//   nothing is taken and nothing reported; every function returns what it has, with NODE_ERROR in
//   the holes, until a place that knows how to go on clears the flag: the next statement, the `do`
//   of a block whose header was wrong, the end of a string. So no error follows from another, and
//   no function has to ask after every step whether the one before went well.
//
//   Depth. Brackets, blocks and prefix operators are levels, of which there are at most
//   LUMA_LEVELS: that bounds our own recursion. The operators of a chain are a loop here but stand
//   on top of one another in the tree; a second limit, on the height of the tree, bounds the
//   recursion of later stages. A level counts as LUMA_LEVEL_HEIGHT nodes, a link of a chain as one.
//
//   Collecting. Items of a list are pushed on one scratch stack and copied to the arena when their
//   number is known; lists within a list are done before its next item is pushed.
#ifndef LUMA_PRIVATE_H
#define LUMA_PRIVATE_H

#include "luma/luma.h"
#include "luma/luma_lexer.h"
#include "tree/build.h"

#define LUMA_LEVELS       1000 // deepest nesting
#define LUMA_LEVEL_HEIGHT 4    // block, statement, expression, operand
#define LUMA_HEIGHT       5000 // highest tree: all levels and an operator in each, or a long chain

// What opened a block or a bracket, for the message when its end is missing.
typedef struct LumaOpener {
  Span span;
  uint32_t indent; // of its line
  const char *what;
  bool is_group; // a bracket around one thing: no comma can be missing
} LumaOpener;

// Where a block ends besides at `end`.
typedef enum LumaBlockKind {
  LUMA_BLOCK_FILE,   // at the end of the text only
  LUMA_BLOCK_PLAIN,  // nowhere else
  LUMA_BLOCK_BRANCH, // `else`, `elif`
  LUMA_BLOCK_CASE,   // `case`
  LUMA_BLOCK_DO,     // `while` with a condition that no `do` follows
} LumaBlockKind;

// How luma_error_open_block found the block to begin, so that its end can be told.
typedef enum LumaBlockStyle {
  LUMA_STYLE_NONE,   // not at all: still panicking
  LUMA_STYLE_DO,     // do … end
  LUMA_STYLE_BRACES, // { … }, reported
} LumaBlockStyle;

// Words that mean something in one place only and may name variables elsewhere.
typedef struct LumaWords {
  const Name *and_word, *or_word, *not_word, *elif_word, *case_word, *then_word, *import_word, *from, *as;
  const Name *class_word, *struct_word, *interface, *throw, *raise, *catch;
  const Name *underscore, *self, *function_type, *null_type, *any_type;
  const Name *ok, *err, *some, *none;
  const Name *async, *local, *constant, *function, *def, *func, *elseif, *elsif;
} LumaWords;

typedef struct LumaParser {
  LumaLexer lexer;
  Diags *diags;
  Arena *arena;
  NameTable *names;
  LumaWords words;

  LumaToken token; // the current one
  LumaToken ahead; // the one behind it, if has_ahead
  bool has_ahead;
  Span previous; // of the token taken last
  uint8_t previous_kind;

  FunctionNode *function; // the innermost one being read
  Node *ready;            // an operand read already, which luma_expr_parse is to begin with
  Buffer scratch;         // items of the lists being read

  bool is_panicking;
  bool is_quiet;           // reading only to find the end of something: nothing is reported
  bool is_stopped;         // nothing further is read or reported
  bool is_cut;             // the first mistake was that the text ends
  Diags muted;             // takes what is not reported
  uint32_t brackets;       // open ( [ { and ${ around the current token
  uint32_t panic_brackets; // the same at the mistake
  uint32_t branches;       // open branches of `if` in this function
  uint32_t cases;          // open `case … then` blocks in this function
  uint32_t brace_blocks;   // open blocks written with braces
  LumaOpener suspect;      // a block whose `end` stood further left than it should
  Span bodiless;           // the last fn(…) without `do`; it may have lost it

  uint32_t level;  // levels around the current token
  uint32_t depth;  // its estimated depth in the tree
  uint32_t height; // the deepest of what was read since the innermost luma_parser_begin_chain
} LumaParser;

// --- luma_parser.c: tokens, depth, lists ---------------------------------------------------------

void luma_parser_advance(LumaParser *p);
const LumaToken *luma_parser_peek(LumaParser *p);
// Throws away what was looked at ahead and goes on at `offset` of the text.
void luma_parser_resume_at(LumaParser *p, uint32_t offset);

static inline bool luma_at(const LumaParser *p, LumaTokenKind kind) {
  return p->token.kind == kind;
}
static inline bool luma_at_word(const LumaParser *p, const Name *word) {
  return p->token.kind == LUMA_NAME && p->token.as.name == word;
}
static inline bool luma_is_on_line(const LumaParser *p) {
  return !p->token.is_first_on_line;
}
// Takes the token if it is of that kind. Never while panicking.
bool luma_parser_accept(LumaParser *p, LumaTokenKind kind);
// The same, and reports if it is another.
bool luma_parser_expect(LumaParser *p, LumaTokenKind kind, const char *expected);
// Takes a name. NULL, reported, if there is none; a keyword on this line is reported and taken as a
// name.
const Name *luma_parser_expect_name(LumaParser *p, const char *expected);

// Around everything that may contain itself.
void luma_parser_enter(LumaParser *p);
void luma_parser_leave(LumaParser *p);
// Around an operand that a chain of operators may follow; luma_parser_link for each of them: what
// was read so far moves one level down.
uint32_t luma_parser_begin_chain(LumaParser *p);
void luma_parser_link(LumaParser *p);
void luma_parser_end_chain(LumaParser *p, uint32_t begun);

static inline uint32_t luma_mark(const LumaParser *p) {
  return (uint32_t)p->scratch.len;
}
void luma_parser_push(LumaParser *p, const void *item, size_t size);
// Copies what was pushed since `mark` to the arena.
void *luma_parser_take(LumaParser *p, uint32_t mark, size_t size, uint32_t *count);
NodeList luma_parser_take_nodes(LumaParser *p, uint32_t mark);

Node *luma_parser_error_node(LumaParser *p);
Node *luma_parser_name_node(LumaParser *p, const Name *name, Span span);
static inline Span luma_span_from(const LumaParser *p, uint32_t start) {
  return (Span){start, p->previous.end > start ? p->previous.end : start};
}

// --- luma_error.c: reporting and recovery --------------------------------------------------------

// Reports the current token as out of place; `expected` may be NULL. Panics.
void luma_error_unexpected(LumaParser *p, const char *expected);
// Where diag_error is to report to: while nothing may be said, a Diags that nobody reads.
static inline Diags *luma_diags(LumaParser *p) {
  return p->is_panicking || p->is_quiet || p->is_stopped ? &p->muted : p->diags;
}
// Reports what the current token carries with it.
void luma_error_complain(LumaParser *p);
void luma_error_panic(LumaParser *p);
// How messages name the current token: 'let', 'x', string, end of input.
const char *luma_error_describe(LumaParser *p);
// " on the next line" if the current token is.
const char *luma_error_where(const LumaParser *p);
// The place to show for the current token: the end of the line before if it stands on a later one.
Span luma_error_place(const LumaParser *p);

LumaOpener luma_error_opener(const LumaParser *p, const char *what);
// Takes an opening bracket and goes a level down; luma_error_close_bracket takes the closing one,
// or reports what stands there instead.
LumaOpener luma_error_open_bracket(LumaParser *p);
void luma_error_close_bracket(LumaParser *p, LumaTokenKind closer, LumaOpener opener);
// Behind an item of a list: takes the comma; true if another item follows.
bool luma_error_more_items(LumaParser *p, LumaTokenKind closer, LumaOpener opener);
// Takes the `do` of a block, or finds out how to go on without. `after` words what stands before.
LumaBlockStyle luma_error_open_block(LumaParser *p, LumaOpener opener, const char *after);
void luma_error_close_block(LumaParser *p, LumaBlockStyle style, LumaOpener opener);
// Ends panicking in front of the next statement of a block around which `brackets` are open.
// `first` is where the broken statement began.
void luma_error_synchronize(LumaParser *p, LumaOpener first, uint32_t brackets);
// Steps over a token without reading it, or over a whole block or string that it begins. *open
// counts the brackets that are open.
void luma_error_skip_token(LumaParser *p, uint32_t *open);
// A string over several lines is followed directly by more text: its end is somebody else's
// beginning. Reports that and goes on behind its first line.
bool luma_error_recover_string(LumaParser *p);

// --- luma_stmt.c ---------------------------------------------------------------------------------

// Takes statements up to, not over, the block's end. For LUMA_BLOCK_DO: *condition is the condition
// of a do-while whose `end` comes next, else NULL.
BlockNode *luma_stmt_block(LumaParser *p, LumaBlockKind kind, Node **condition);
// A condition, with `=` reported.
Node *luma_stmt_condition(LumaParser *p);
// `do … end`, or at the start of a statement also `do … while c end`.
Node *luma_stmt_do(LumaParser *p, bool is_statement);

// --- luma_expr.c ---------------------------------------------------------------------------------

Node *luma_expr_parse(LumaParser *p);
// Whether the current token can be the first of an expression.
bool luma_expr_begins(const LumaParser *p);

// --- luma_literal.c ------------------------------------------------------------------------------

Node *luma_literal_string(LumaParser *p, const LumaToken *token);
// A whole string with its interpolations; the current token is STRING_PART.
Node *luma_literal_interpolation(LumaParser *p);
Node *luma_literal_list(LumaParser *p);
Node *luma_literal_table(LumaParser *p);

// --- luma_control.c ------------------------------------------------------------------------------

Node *luma_control_if(LumaParser *p);
Node *luma_control_match(LumaParser *p);
// Whether the current token is a word that goes on with the `if` around a branch.
bool luma_control_at_elif(LumaParser *p);

// --- luma_function.c -----------------------------------------------------------------------------

// `fn (…) … do … end`, or without `do` the type of a function as a value.
Node *luma_function_parse(LumaParser *p);
// What follows a function's name. `opener` is where the function begins.
FunctionNode *luma_function_tail(LumaParser *p, const Name *name, LumaOpener opener);
// Gives a function without a name the name that it is bound to.
void luma_function_bind_name(Node *value, const Name *name);

// --- luma_type.c, luma_pattern.c -----------------------------------------------------------------

Node *luma_type_parse(LumaParser *p);
Node *luma_pattern_arm(LumaParser *p);     // of a match arm
Node *luma_pattern_binding(LumaParser *p); // of let, var, for

#endif
