// SPDX-License-Identifier: MIT
// compile_private.h - the compiler's state and what its files share
//
// One pass over the tree of each function, in the order of execution. Everything is driven by the
// destination: whoever wants a value says where, and the code for it ends with writing there, so
// values are hardly ever moved. Three rules make that safe:
//
//   1. A register below `regs.next` is in use. Temporaries are taken above it and given back by
//      setting `next` back, variables stay until their block ends.
//   2. An expression may write its target early (as scratch for its left operand) only if the
//   target
//      is the topmost register in use. A variable that is being assigned is never that: the
//      expression may still read it.
//   3. An operand may stay in its variable's register instead of being copied only if no later
//      operand of the same operation may assign that variable (compile_expr_operand).
//
// Chains that hang on their left side (a + b + c …, x.f().g()…) may be as long as the file and are
// compiled by a loop; everything else recurses no deeper than the parsers' limit on nesting.
#ifndef COMPILE_PRIVATE_H
#define COMPILE_PRIVATE_H

#include "check/types.h"
#include "compile/compile.h"
#include "compile/emit.h"
#include "compile/regs.h"
#include "compile/trust.h"
#include "compile/unit_types.h"

#define NO_TYPE UINT32_MAX

typedef struct Compiler {
  Program *program;
  Diags *diags;
  Unit *unit;
  UnitTypes types;
  Places places;
  VEC(ProtoData) functions;
  PackageNode *package; // the innermost one around, or NULL
  bool is_vint; // names of built-ins, and whether declarations and assignments have values
} Compiler;

typedef struct LoopState {
  struct LoopState *outer;
  uint32_t break_label;
  uint32_t continue_label;
  struct CleanupState *cleanup; // the innermost one around the loop
} LoopState;

// A way out of guarded code: to the loop's end or next round, or out of the function.
typedef struct CleanupExit {
  const LoopState *loop; // NULL: return
  bool is_break;
} CleanupExit;

// Code that must not be left without running a block: see compile_cleanup.c.
typedef struct CleanupState {
  struct CleanupState *outer;
  uint32_t pending; // the register that says what comes after the block; the next one holds the
                    // value that is to be returned
  uint32_t block;   // label
  uint32_t start;   // pc where the guarded code begins, then the block
  bool is_dead;     // none of it can be reached
  bool is_running;  // what is compiled now is the block
  bool goes_on;     // the end of the guarded code is reached
  VEC(CleanupExit) exits;
} CleanupState;

// A function that is being compiled.
typedef struct FunctionState {
  Compiler *compiler;
  struct FunctionState *parent; // NULL: the file's top level
  FunctionNode *node;
  const char *name; // for messages
  Emit emit;
  Regs regs;
  LoopState *loop;
  CleanupState *cleanup;
  uint32_t made_register; // the type that the maker which is compiled next makes instances of …
  Type *made;             // … and as the checker knows it; in the maker itself the latter too
  uint32_t deferred;      // if it defers: the register with the list of calls
  uint32_t deferred_args; // the most arguments that one of them has
  StrMap capture_indexes; // symbol's address → index + 1; filled if there are many
  VEC(uint32_t) children;
  Type *result; // what it must return, NULL: anything
  uint32_t
      result_check; // the same as a unit type (for async functions: or a promise), NO_TYPE: none
} FunctionState;

// Where a value is wanted.
typedef enum DestKind { DEST_DROP, DEST_REGISTER, DEST_RETURN } DestKind;

typedef struct Dest {
  DestKind kind;
  uint32_t reg;
} Dest;

static inline Dest dest_drop(void) {
  return (Dest){DEST_DROP, 0};
}
static inline Dest dest_register(uint32_t reg) {
  return (Dest){DEST_REGISTER, reg};
}
static inline Dest dest_return(void) {
  return (Dest){DEST_RETURN, 0};
}

// --- compile.c -----------------------------------------------------------------------------------

// Compiles a nested function; its index among `fn`'s children.
uint32_t compile_function(FunctionState *fn, FunctionNode *node);
// "NAME is not supported yet".
void compile_refuse(FunctionState *fn, Span span, const char *what);
void compile_refuse_limit(FunctionState *fn, DiagCode code, uint32_t limit);
// Loads of constants and the like, all into `target`.
void compile_load_number(FunctionState *fn, double value, uint32_t target);
void compile_load_integer(FunctionState *fn, int64_t value, uint32_t target);
void compile_load_string(FunctionState *fn, const char *bytes, uint32_t len, uint32_t target);
// `member` NULL: the global `owner`; else the member of the module `owner`.
void compile_load_builtin(FunctionState *fn, const char *owner, const char *member,
                          uint32_t target);
// An index that fits 16 bits; otherwise reported, and 0.
uint32_t compile_short(FunctionState *fn, uint32_t index);
uint32_t compile_cache(FunctionState *fn, const Name *name);
// Emits the check that `reg`, a register of our own, holds a `type`; nothing if it cannot fail.
// `subject` is what the message is about, or NULL.
void compile_check_type(FunctionState *fn, uint32_t reg, Type *type, const char *subject);
// The same unless the value of `node` is trusted.
void compile_check_value(FunctionState *fn, const Node *node, uint32_t reg, Type *type,
                         const char *subject);
// "variable 'x'", for Vint, whose checks happen far from what is written (vint.md D8).
const char *compile_check_subject(FunctionState *fn, const char *what, const Name *name);
// The unit's type that a check of `type` is made against (Vint: null included where it may be).
uint32_t compile_check_index(FunctionState *fn, Type *type);

// --- compile_variable.c --------------------------------------------------------------------------

// The register that holds the variable's value itself; false if it has none, or the read must be
// checked.
bool compile_variable_register(const FunctionState *fn, const Symbol *symbol, uint32_t *reg);
void compile_variable_read(FunctionState *fn, Symbol *symbol, uint32_t target);
// `reg` was checked already. Not for the first store of a declaration.
void compile_variable_store(FunctionState *fn, Symbol *symbol, uint32_t reg);
// Places the variables of a block that can be used before they are declared.
void compile_variable_hoist(FunctionState *fn, const NodeList *items);
// Declares with the value of `value`, checked against `type` if that is not NULL.
void compile_variable_declare(FunctionState *fn, Symbol *symbol, Node *value, Type *type);
// Declares with what `reg` holds. The variable may be that very register if `may_alias`: nobody
// else will write to it as long as the variable lives.
void compile_variable_bind(FunctionState *fn, Symbol *symbol, uint32_t reg, bool may_alias);
// The variable, or its cell, lives in `reg` from here on.
void compile_variable_place(FunctionState *fn, Symbol *symbol, uint32_t reg);
// target = a new cell for the variable, which holds `reg`.
void compile_variable_cell(FunctionState *fn, const Symbol *symbol, uint32_t target, uint32_t reg);
// &x: the variable's cell; false: it has none.
bool compile_variable_address(FunctionState *fn, const Symbol *symbol, uint32_t target);
// Where a closure of `fn` finds what it captures.
CaptureData compile_variable_capture(FunctionState *fn, const Symbol *symbol);
// Provided by the runtime; imported modules included.
bool compile_variable_is_builtin(const Symbol *symbol);
// The name by which the runtime knows it.
const char *compile_variable_builtin(const Symbol *symbol);

// --- compile_expr.c ------------------------------------------------------------------------------

// Any node, statement or expression.
void compile_node(FunctionState *fn, Node *node, Dest dest);
void compile_expr_to(FunctionState *fn, Node *node, uint32_t target);
// The value in some register, a variable's own if possible; otherwise a register is taken. `later`
// and `last` (or NULL) are evaluated after it, while it is still needed.
uint32_t compile_expr_operand(FunctionState *fn, Node *node, Node *later, Node *last);
// The value in a register taken for it, on top.
uint32_t compile_expr_fresh(FunctionState *fn, Node *node);
// Hands on what is in a register already, and null.
void compile_deliver(FunctionState *fn, uint32_t reg, Dest dest);
void compile_deliver_null(FunctionState *fn, Dest dest);
void compile_move(FunctionState *fn, uint32_t target, uint32_t reg);
// Whether evaluating the node has no effect and cannot fail.
bool compile_expr_is_pure(const Node *node);

// --- compile_literal.c ---------------------------------------------------------------------------

void compile_literal_list(FunctionState *fn, ListNode *node, uint32_t target);
void compile_literal_table(FunctionState *fn, TableNode *node, uint32_t target);
void compile_literal_closure(FunctionState *fn, FunctionNode *node, uint32_t target);
// A closure that is only called: where it captures nothing it is made once.
void compile_literal_callee(FunctionState *fn, FunctionNode *node, uint32_t target);

// --- compile_text.c ------------------------------------------------------------------------------

void compile_text_interpolation(FunctionState *fn, InterpolationNode *node, uint32_t target);
// A sum that is surely a string and more than two plain operands.
bool compile_text_is_sum(const Node *node);
void compile_text_sum(FunctionState *fn, BinaryNode *node, uint32_t target);
// old += value, into target. False: it is no such sum.
bool compile_text_compound(FunctionState *fn, const AssignNode *node, uint32_t old, uint32_t target);

// --- compile_operator.c --------------------------------------------------------------------------

// The operator with its left operand in `left`.
void compile_operator_binary(FunctionState *fn, BinaryNode *node, uint32_t left, uint32_t target);
// K op x where x op K is the same and has an instruction: the right side is then the only operand.
bool compile_operator_is_mirrored(const BinaryNode *node);
void compile_operator_mirrored(FunctionState *fn, BinaryNode *node, uint32_t target);
void compile_operator_unary(FunctionState *fn, UnaryNode *node, uint32_t target);
// &&, ||, ?? with the left operand in `window`, where the result stays.
void compile_operator_logic(FunctionState *fn, LogicNode *node, uint32_t window);
// left op right of a compound assignment, with both in registers.
void compile_operator_compound(FunctionState *fn, const AssignNode *node, uint32_t target, uint32_t left,
                               uint32_t right);
// The index of the constant that a literal other than null is. EMIT_NO_INDEX: it is none, or the
// index does not fit 16 bits.
uint32_t compile_operator_literal(FunctionState *fn, const Node *node);
// Goes to `label` if the condition's truth is `when`, and on otherwise.
void compile_operator_jump(FunctionState *fn, Node *condition, bool when, uint32_t label);

// --- compile_package.c ---------------------------------------------------------------------------

void compile_package(FunctionState *fn, PackageNode *node, Dest dest);
void compile_package_self(FunctionState *fn, uint32_t target); // @
void compile_package_read(FunctionState *fn, const Symbol *member, uint32_t target);
void compile_package_store(FunctionState *fn, const Symbol *member, uint32_t reg);
// `reg` holds what `object` gives: if that is a package, and other code's, `name` must be public.
void compile_package_check_public(FunctionState *fn, const Node *object, const Name *name,
                                  uint32_t reg);

// --- compile_import.c ----------------------------------------------------------------------------

void compile_import_call(FunctionState *fn, ImportNode *node, uint32_t target);
void compile_import_statement(FunctionState *fn, ImportNode *node);

// --- compile_call.c ------------------------------------------------------------------------------

// What is not callee, window, arguments: built-in instructions, types, members of modules. To be
// asked with compile_call_is_special, or compile_call_is_module_member for fields.
void compile_call_special(FunctionState *fn, Node *node, uint32_t target);
bool compile_call_is_special(FunctionState *fn, const Node *node);
// The call with its callee in R[window], or its receiver in R[window + 2]; the result is in
// R[window].
void compile_call_plain(FunctionState *fn, CallNode *node, uint32_t window);
bool compile_call_is_own(const FunctionState *fn, const CallNode *node);
void compile_call_method(FunctionState *fn, MethodCallNode *node, uint32_t window);
// `node` is member `name` of a module of the runtime that is not found by looking at a table.
bool compile_call_is_module_member(const Node *node);
void compile_call_struct_literal(FunctionState *fn, StructLiteralNode *node, uint32_t target);
void compile_call_go(FunctionState *fn, GoNode *node);
void compile_call_defer(FunctionState *fn, GoNode *node);

// --- compile_stmt.c, compile_loop.c, compile_match.c, compile_async.c ----------------------------

void compile_stmt_block(FunctionState *fn, BlockNode *node, Dest dest);
void compile_stmt_if(FunctionState *fn, IfNode *node, Dest dest);
void compile_stmt_declare(FunctionState *fn, DeclareNode *node, Dest dest);
// One more function of the name.
void compile_stmt_overload(FunctionState *fn, DeclareNode *node, Symbol *symbol);
void compile_stmt_assign(FunctionState *fn, AssignNode *node, Dest dest);
void compile_stmt_increment(FunctionState *fn, IncrementNode *node, Dest dest, bool is_statement);
// Returns the value of `value` (NULL: null) from the function.
void compile_stmt_return(FunctionState *fn, Node *value);
// Returns what is in `reg`, checked as of an unknown kind.
void compile_stmt_return_register(FunctionState *fn, uint32_t reg);

void compile_loop_while(FunctionState *fn, WhileNode *node);
void compile_loop_do_while(FunctionState *fn, WhileNode *node);
void compile_loop_for(FunctionState *fn, ForNode *node);
void compile_loop_each(FunctionState *fn, EachNode *node);
void compile_loop_repeat(FunctionState *fn, RepeatNode *node, Dest dest);
void compile_loop_jump(FunctionState *fn, JumpNode *node);
// Where a break or continue goes to. False: there is something to be done on the way.
bool compile_loop_target(const FunctionState *fn, const JumpNode *node, uint32_t *label);

void compile_match(FunctionState *fn, MatchNode *node, Dest dest);
void compile_match_switch(FunctionState *fn, SwitchNode *node, Dest dest);
// Takes the value in `reg` apart into the variables of a let's or loop's pattern. `may_alias` as in
// compile_variable_bind.
void compile_match_destructure(FunctionState *fn, Node *pattern, uint32_t reg, bool may_alias);

void compile_async_await(FunctionState *fn, AwaitNode *node, uint32_t target);
void compile_async_channel(FunctionState *fn, ChannelNode *node, uint32_t target);
void compile_async_throw(FunctionState *fn, UnaryNode *node);
void compile_async_declarative(FunctionState *fn, DeclarativeNode *node, uint32_t target);

void compile_select(FunctionState *fn, SelectNode *node, Dest dest);
// Luma's `await select([ch:on_receive(fn(v) do … end), …])`. False: it is not of that form.
bool compile_select_awaited(FunctionState *fn, AwaitNode *node, uint32_t target);

// --- compile_type.c ------------------------------------------------------------------------------

void compile_type_struct(FunctionState *fn, StructNode *node);
void compile_type_enum(FunctionState *fn, EnumNode *node);
void compile_type_error(FunctionState *fn, ErrorDeclareNode *node);
// The body of the function that makes instances.
void compile_type_maker_body(FunctionState *fn);
// The zero value of the written type (NULL: null), as `let x: T` has it.
void compile_type_zero(FunctionState *fn, const Node *written, uint32_t target);

// --- compile_cleanup.c ---------------------------------------------------------------------------

void compile_cleanup_try(FunctionState *fn, TryNode *node, Dest dest);
// Every way out but errors goes through one of these three.
void compile_cleanup_return(FunctionState *fn, uint32_t reg);
void compile_cleanup_return_null(FunctionState *fn);
void compile_cleanup_jump(FunctionState *fn, const LoopState *loop, bool is_break);
// Around all code of a function: guards it if the function defers.
void compile_cleanup_open(FunctionState *fn, CleanupState *cleanup);
void compile_cleanup_close(FunctionState *fn, CleanupState *cleanup);

#endif
