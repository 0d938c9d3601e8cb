// SPDX-License-Identifier: MIT
// resolve_private.h - what the resolver's files share
//
// resolve.c walks the tree. It calls resolve_declare.c for what declares names, resolve_use.c for
// what uses them; both end in resolve_storage.c, which decides where variables live.
#ifndef RESOLVE_PRIVATE_H
#define RESOLVE_PRIVATE_H

#include "base/vec.h"
#include "check/order.h"
#include "check/resolve.h"
#include "check/scope.h"

// What the languages do not agree on. Everything else that differs is a node of its own.
typedef struct ResolveRules {
  bool may_redeclare;     // a second declaration of a name in one block shadows the first
  bool fixes_names;       // loop, pattern and function names cannot be assigned
  bool infers_async;      // `await` or a declared Promise makes a function async
  bool has_type_patterns; // a capitalised name in a match arm can be a type
  bool sees_later_locals; // functions find what stands below them in any block, not only on top
  bool imports_modules;   // a module is in scope only where it was imported
  bool counts_loops;      // `break 2`; without numbers the parser has seen to it already
  DiagCode assign_code;   // assignment to what cannot be assigned
} ResolveRules;

typedef VEC(Capture) CaptureVec;

// A function that the walk is in.
typedef struct FunctionState {
  FunctionNode *function;
  CaptureVec captures;
  uint32_t loops; // around the place where the walk is
} FunctionState;

// The pairs of function and captured symbol, so that each is listed once.
typedef struct CaptureSlot {
  const FunctionNode *function; // NULL: free
  const Symbol *symbol;
} CaptureSlot;

typedef struct Resolver {
  Program *program;
  const Decls *decls;
  Diags *diags;
  ResolveRules rules;
  Arena work; // what only the walk needs
  ScopeTable names;
  VEC(FunctionState) functions; // from the top level to the innermost
  VEC(Symbol *) modules;        // by slot
  CaptureSlot *captured;        // open addressing, power of two
  uint32_t captured_count;
  uint32_t captured_capacity;
  Declared *package; // Vint: the innermost package around, or NULL
} Resolver;

static inline uint32_t resolve_depth(const Resolver *r) {
  return r->functions.count - 1;
}
static inline FunctionState *resolve_function(Resolver *r) {
  return &vec_last(&r->functions);
}

// --- resolve.c
void resolve_node(Resolver *r, Node *node); // NULL is fine
// A block's statements, in the innermost scope.
void resolve_items(Resolver *r, const NodeList *items);

// --- resolve_declare.c
// Declares everything that the block's statements declare.
void resolve_declare_block(Resolver *r, const NodeList *items);
// Opens a scope with what earlier pieces of the session have declared; it is in place already.
void resolve_declare_earlier(Resolver *r, Scope *scope);
// Declares one name that is set at once: a parameter, a loop's variable …
Symbol *resolve_declare_name(Resolver *r, const Name *name, SymbolKind kind, Span span,
                             Node *declaration);
// The names of a pattern of a loop or an arm, set at once.
void resolve_declare_pattern(Resolver *r, Node *pattern, SymbolKind kind, Node *declaration);
void resolve_declare_let(Resolver *r, Node *node);
void resolve_declare_function(Resolver *r, Node *node);
void resolve_declare_struct(Resolver *r, Node *node);
void resolve_declare_enum(Resolver *r, Node *node);
void resolve_declare_alias(Resolver *r, Node *node);
void resolve_declare_error(Resolver *r, Node *node);
void resolve_declare_import(Resolver *r, Node *node);
void resolve_declare_package(Resolver *r, Node *node);

// --- resolve_use.c
void resolve_use_name(Resolver *r, Node *node);
void resolve_use_callee(Resolver *r, Node *node); // before it is resolved
void resolve_use_type(Resolver *r, Node *node);
// The target of an assignment: anything, but a name must be one that can be assigned.
void resolve_use_target(Resolver *r, Node *target);
void resolve_use_address(Resolver *r, Node *node);
// The zero value of the written type is wanted here: a struct's is an instance that it makes.
void resolve_use_zero(Resolver *r, Node *type);
void resolve_use_package_self(Resolver *r, Node *node);
// True, with meaning and symbol set, if the arm's name means a type.
bool resolve_use_type_pattern(Resolver *r, PatternNameNode *pattern);

// --- resolve_storage.c
void resolve_storage_enter(Resolver *r, FunctionNode *function, Scope *scope);
void resolve_storage_leave(Resolver *r); // the innermost function and its scope
void resolve_storage_open(Resolver *r, Scope *scope);
void resolve_storage_close(Resolver *r); // the innermost scope; its variables are settled
// Notes a use of `declared` where the walk is.
void resolve_storage_use(Resolver *r, Declared *declared);

#endif
