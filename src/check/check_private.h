// SPDX-License-Identifier: MIT
// check_private.h - the checker's state, and what its files know of each other
//
// How a check runs. Blocks are checked statement by statement, in order. A function that is
// declared by name gets its signature when its declaration (or the first use) is met, its body at
// the end of the block that declares it, so that the body knows the types of what stands around it;
// earlier if somebody needs the result that only the body can tell. Types flow both ways: each
// check_… of an expression gets the type that its place expects (NULL: nothing) and returns the
// type that it has.
//
// An expression that was reported has type Any, so that one mistake is one message.
#ifndef CHECK_PRIVATE_H
#define CHECK_PRIVATE_H

#include "base/vec.h"
#include "check/check.h"
#include "check/relate.h"

// What becomes of an expression's value. The leaves of a function's tail expression (branches of an
// `if`, arms of a `match`) are looked at one by one, like the values of `return`.
typedef enum Use { USE_VALUE, USE_TAIL, USE_DROPPED } Use;

typedef struct FunctionState {
  struct FunctionState *parent;
  FunctionNode *node;
  Type *type;
  Type *payload;      // what the body must yield, as declared; NULL: inferred
  Type *hint;         // what the place of a literal expects of its result; NULL: nothing
  Type *joined;       // of all that was yielded so far; NULL: nothing yet
  uint32_t loop_base; // the checker's loops from here on are this function's
} FunctionState;

// The names that mean something to the checker, interned once.
typedef struct KnownNames {
  const Name *ok, *err, *some, *none, *self, *parent, *type, *into, *iter;
} KnownNames;

// What a test has told of a variable.
typedef struct Narrowing {
  const Symbol *symbol;
  Type *type;
} Narrowing;

typedef struct Checker {
  Program *program;
  const Decls *decls;
  Types *types;
  Diags *diags;
  Relate relate;
  KnownNames names;
  bool is_luma;
  FunctionState *function;
  uint32_t depth;               // of nested check_expr, over all functions being checked
  uint32_t named_depth;         // of names of types that are names of types …
  Type **row_types;             // by row; NULL until it is used
  VEC(Node *) spine;            // check_expr.c
  VEC(FunctionNode *) deferred; // bodies to check at the end of their block
  VEC(bool) loops;              // of this function: does a break leave it?
  VEC(Symbol *) failed;         // variables whose `.err` is known not to be null here
  VEC(Narrowing) narrowed;      // check_narrow.c
  uint32_t narrowed_base;       // those below do not hold in the body that is being checked
  uint32_t match_depth;         // inside match arms fields that are not there may be read
  VEC(const char *) type_names; // for suggestions, collected when the first is needed
  Type *file_value;             // of the file's top level (Luma)
  bool file_returns;            // `return` at the top level (Vint)
} Checker;

// A call of any kind, seen alike.
typedef struct CallSite {
  Node *node;
  Argument *args;
  uint32_t arg_count;
  int32_t **order;
  uint32_t *order_count;
  Type **expected;
  Span callee_span;
  const char *name;             // of what is called
  Span declared_at;             // {0, 0}: not known
  const FunctionNode *function; // the literal that is called, if known
  const DeclRow *row;           // the built-in that is called, if known
  Type **hints;                 // what the place of the call lets expect of each letter
  const Type *made;             // the struct whose instance the call makes, if it does
  bool allows_surplus;          // Vint drops arguments too many, except where vint.md 5.2 says so
} CallSite;

// check_report.c: wording
const char *check_report_type(Checker *c, const Type *type);
// The node's text if it is short and on one line, else "…".
const char *check_report_source(Checker *c, const Node *node);
void check_report_await(Checker *c, Diag *diag, const Node *promise);
// As above where something follows: (await x).name
void check_report_await_then(Checker *c, Diag *diag, const Node *promise, const char *suffix);
// Adds why `got` does not fit `expected` and what would help.
void check_report_reason(Checker *c, Diag *diag, const Node *value, const Type *expected,
                         const Type *got, const Misfit *why);
// Where in `value` (a table literal) the misfit is; `value`'s own place if it cannot be said.
Span check_report_place(const Node *value, const Misfit *why);
void check_report_declared(Checker *c, Diag *diag, Span span, const char *name);
void check_report_declared_type(Checker *c, Diag *diag, const Type *type); // of some file
void check_report_suggest(Checker *c, Diag *diag, const char *wanted, const char *const *names,
                          uint32_t count);
void check_report_fields(Checker *c, Diag *diag, const Type *type, const Name *wanted);

// check_symbol.c: names of values
Type *check_symbol(Checker *c, Symbol *symbol);
Type *check_symbol_row(Checker *c, const DeclRow *row);
const DeclRow *check_symbol_builtin(Checker *c, const Symbol *symbol);
// The function literal that `symbol` surely holds, or NULL.
FunctionNode *check_symbol_function(const Symbol *symbol);
// The type that a name or a type expression as a value means: Number, List(String), User; or NULL.
Type *check_symbol_named_type(Checker *c, Symbol *symbol);

// check_type.c: written types
Type *check_type_written(Checker *c, Node *node);
Type *check_type_builtin(Checker *c, const char *name); // NULL: no built-in type has that name
Type *check_type_value(Checker *c, Node *expression);   // NULL: the expression is not a type
Type *check_type_signature(Checker *c, const FunctionTypeNode *node);
Type *check_type_apply(Checker *c, const Name *name, Span span, Type **args, uint32_t count);

// check_expr.c
Type *check_expr(Checker *c, Node *node, Type *expected);
Type *check_expr_use(Checker *c, Node *node, Type *expected, Use use);
bool check_expr_expects(const Type *expected); // not NULL, and says something

// check_branch.c: if, conditions
Type *check_branch_if(Checker *c, IfNode *node, Type *expected, Use use);
void check_branch_condition(Checker *c, Node *condition, const char *context);
// Is the value of `node`, whose type is `type`, good as a condition? Reports.
void check_branch_boolean(Checker *c, const Node *node, const Type *type, const char *context);
// Joins the type of one more branch; reports misfits.
Type *check_branch_join(Checker *c, Type *joined, Type *type, Type *expected, const Node *at,
                        DiagCode code);

// check_narrow.c: what a test tells of a variable
Type *check_narrow_find(const Checker *c, const Symbol *symbol); // NULL: nothing
void check_narrow_condition(Checker *c, const Node *condition, bool is_true);
void check_narrow_arm(Checker *c, const Node *subject, const MatchArm *arm);
// What is left of the subject's type behind an arm.
Type *check_narrow_rest(Checker *c, Type *subject, const MatchArm *arm);
void check_narrow_subject(Checker *c, const Node *subject, Type *rest);

// check_table.c: list and table literals
Type *check_table_list(Checker *c, ListNode *node, Type *expected);
Type *check_table_literal(Checker *c, TableNode *node, Type *expected);
Type *check_table_dict(Checker *c, TableNode *node, Type *expected); // Vint's
void check_table_duplicates(Checker *c, const TableNode *node);
// check_user_type.c: tables that declare types
bool check_user_type_is(Checker *c, const TableNode *node);
Type *check_user_type_declare(Checker *c, TableNode *node, Symbol *symbol);
Type *check_user_type_literal(Checker *c, TableNode *node, Symbol *symbol);
// A field of the type's own table, as in `User.greet`.
Type *check_user_type_member(Checker *c, const TypeField *field);
Type *check_user_type_of(Checker *c, Symbol *symbol);
void check_user_type_operator(Checker *c, const Name *name, const Node *value);

// check_access.c: fields and indexes
Type *check_access_field(Checker *c, FieldNode *node, Type *object);
Type *check_access_index(Checker *c, IndexNode *node, Type *object);
Type *check_access_slice(Checker *c, SliceNode *node, Type *object);
const DeclRow *check_access_method(Checker *c, const Type *object, const Name *name);
// The function type of a built-in method for this receiver.
Type *check_access_bound(Checker *c, const DeclRow *row, const Type *object);
Type *check_access_no_member(Checker *c, const Type *type, const Name *name, Span span); // Vint
// Whether the row is a method of such values: "Promise(T)" is the owner of methods, "Promise" of functions.
bool check_access_is_method(const DeclRow *row, const Type *object);
// The function that a type's name has for a method: `List.map`, with the receiver as first parameter.
Type *check_access_static(Checker *c, const DeclRow *row, const Type *method);
// check_assign.c
void check_assign(Checker *c, AssignNode *node);

// check_operator.c
Type *check_operator_binary(Checker *c, BinaryNode *node, Type *left);
Type *check_operator_unary(Checker *c, UnaryNode *node);
Type *check_operator_logic(Checker *c, LogicNode *node, Type *left);
// check_operator_vint.c
Type *check_operator_vint(Checker *c, const BinaryNode *node, Type *left, Type *right);

// check_stmt.c
bool check_stmt(Checker *c, Node *node); // true if control never comes past it
Type *check_stmt_block(Checker *c, BlockNode *block, Type *expected, Use use);
// check_declare.c
void check_declare(Checker *c, DeclareNode *node);
void check_declare_bodies(Checker *c, uint32_t mark); // those deferred since `mark`

// check_function.c
Type *check_function_literal(Checker *c, FunctionNode *function, Type *expected, Type *self);
Type *check_function_signature(Checker *c, FunctionNode *function, Type *expected, Type *self);
void check_function_body(Checker *c, FunctionNode *function, Type *hint);
// A value that the function gives: of `return`, or of a leaf of its tail. `value` NULL: null.
void check_function_yield(Checker *c, Node *value, Span span, Type *type, bool is_return);
// Vint: `span`, the end of the function's body, may end without a value.
void check_function_ends_without(Checker *c, Span span);
Type *check_function_wanted(Checker *c); // what the running function's values should be, or NULL

// check_call.c
CallSite check_call_site(Node *node);
Type *check_call(Checker *c, CallNode *node, Type *callee, Type *expected);
Type *check_call_function(Checker *c, CallSite *site, Type *function, Type *expected);
Type *check_call_dynamic(Checker *c, CallSite *site); // nothing is known of the callee: Any
// check_argument.c
// `param_of`: for each argument the parameter that it fills, -1 for none.
void check_argument_all(Checker *c, CallSite *site, Type *function, Type **bindings,
                        const int32_t *param_of);
// check_method.c
Type *check_method(Checker *c, MethodCallNode *node, Type *object, Type *expected);
// check_special.c: built-ins whose type no signature can say. False: not one of those.
bool check_special(Checker *c, CallSite *site, Type *expected, Type **result);

// check_import.c
Type *check_import_call(Checker *c, ImportNode *node);
void check_import_statement(Checker *c, ImportNode *node);
// check_package.c: the type of a package is what it offers to files that import it
Type *check_package(Checker *c, PackageNode *node);
// Reports a private member that is named outside of its package.
void check_package_private(Checker *c, const Node *object, const Name *name, Span span);
// check_export.c
Type *check_export_value(Checker *c);
// The types of the top level's names are what later inputs know of them.
void check_export_symbols(Checker *c);

// check_pattern.c
void check_pattern(Checker *c, Node *pattern, Type *type, const Node *value);
// check_match.c
Type *check_match(Checker *c, MatchNode *node, Type *expected, Use use);

// check_async.c
Type *check_async_await(Checker *c, AwaitNode *node, Type *expected);
void check_async_dropped(Checker *c, const Node *node, const Type *type);
bool check_async_stub(Checker *c, FunctionNode *function, const Type *declared);
bool check_async_callback(Checker *c, const CallSite *site, const Node *value, const Type *param,
                          const Type *got);
Type *check_async_payload(Type *type); // what awaiting gives; of another type itself

// check_expected.c: luma.md 8.3, C 3.9
Type *check_expected_row(Checker *c, CallSite *site, Type *expected);
Type *check_expected_default(Checker *c);

// check_loop.c
bool check_loop(Checker *c, Node *node); // true if it never ends

// check_written.c: what written types make sure in Vint
bool check_written_is(const Node *node); // whether a written type takes part in the node's type
// True if `left sign right`, each of which has a type, is reported.
bool check_written_operands(Checker *c, const BinaryNode *node, const char *sign, bool compares,
                            const Type *left, const Type *right);
// == and != between what can never be equal; a warning.
void check_written_equality(Checker *c, const BinaryNode *node, const Type *left, const Type *right);
// `user` ("repeat") needs an int here.
void check_written_integer(Checker *c, const Node *node, const Type *type, const char *user);
void check_written_len(Checker *c, const CallSite *site);
void check_written_negation(Checker *c, const UnaryNode *node, const Type *type);
void check_written_index(Checker *c, const Node *object, const Type *type);
void check_written_loop(Checker *c, const Node *iterable, const Type *type);
bool check_written_method(Checker *c, const MethodCallNode *node, const Type *object);
void check_written_enum(Checker *c, const Node *literal, const Type *type, const Type *wanted);

// check_vint.c: what only Vint has
Type *check_vint_expr(Checker *c, Node *node, Type *expected);
void check_vint_stmt(Checker *c, Node *node);
Type *check_vint_symbol(Checker *c, Symbol *symbol);
// check_channel.c: send, receive and the like of Vint. False: not one of those.
bool check_channel_call(Checker *c, CallSite *site, Type **result);
void check_channel_sent(Checker *c, Node *value, const Type *channel);
// What `channel` carries; reports what surely is none.
Type *check_channel_element(Checker *c, const Node *node, const Type *channel, const char *user);

// decl_type.c: the receiver of a row of methods, List(T)
Type *decl_type_receiver(Types *types, const DeclRow *row);

#endif
