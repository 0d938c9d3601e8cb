// SPDX-License-Identifier: MIT
// scope.h - the names in scope while the resolver walks a program
//
// A name can be declared several times in one scope, and each time is a variable of its own
// (luma.md 4.10): a use means the last declaration above it or, for names that are visible in their
// whole block, the first below. So a scope knows all its block's declarations before the walk
// through the block begins, and moves each from BELOW to ABOVE as the walk passes it.
//
//   Entry "x" ── Binding in the innermost scope that has an x ── outer Binding ── …
//                   │
//                   Declared #1 (ABOVE) ── Declared #2 (ABOVE) ── Declared #3 (BELOW)
//                                            current                next
//
// Names are interned, so one hash table from Name pointers to entries serves all scopes: finding a
// name costs one probe, opening a scope nothing, closing one as much as it declares.
#ifndef SCOPE_H
#define SCOPE_H

#include "tree/tree.h"

typedef struct Scope Scope;
typedef struct Declared Declared;
typedef struct Binding Binding;
typedef struct ScopeEntry ScopeEntry;
struct OrderNode; // resolve_order.h
struct OrderUse;

typedef enum DeclaredState {
  DECLARED_BELOW, // the walk has not come to it
  DECLARED_OPEN,  // inside its own initialiser, a function or a table: visible in functions there
  DECLARED_ABOVE,
} DeclaredState;

struct Declared {
  Symbol *symbol;
  Scope *scope;
  Declared *next;          // of the same name, further down
  Declared *next_in_scope; // of any name
  DeclaredState state;
  bool is_hoistable; // visible in the whole block: functions and types
  bool is_self_used; // used inside the function that initialises it
  // For resolve_order.c, which finds out what can run before what:
  uint32_t set_time;           // when it gets its value
  bool is_used_directly;       // a use outside of all nodes is on record already
  bool is_captured_early;      // by a closure that is made before it is set
  struct OrderNode *node;      // its initialiser's functions, if they can only run through it
  struct OrderNode *last_user; // the last node that has a use of it on record
};

struct Binding {
  ScopeEntry *entry;
  Binding *outer;         // the same name in a scope around
  Binding *next_in_scope; // another name in the same
  Scope *scope;
  Declared *current; // the last ABOVE
  Declared *next;    // the first that is not
  Declared *last;
};

// Lives on the C stack of whoever walks the block.
struct Scope {
  Scope *outer;
  Binding *bindings;
  Declared *declared;
  Declared *last_declared;
  Declared *package;       // of a Vint package's body: the package itself
  uint32_t function_depth; // 0: the top level's
  bool is_top;             // the file's own block
  // For resolve_order.c:
  uint32_t item;          // which statement of the block the walk is in
  struct OrderNode *node; // the node whose functions the walk is in, else NULL
  struct OrderNode *nodes;
  struct OrderNode *last_node;
  struct OrderUse *uses; // outside of nodes
  struct OrderUse *last_use;
};

struct ScopeEntry {
  const Name *name;
  Binding *innermost;
  Symbol *builtin; // made when the name is first found to be a built-in
};

typedef struct ScopeTable {
  Arena *arena;
  ScopeEntry **slots; // open addressing by the names' hashes, power of two
  uint32_t capacity;
  uint32_t count;
  Scope *innermost;
  Binding *free_bindings; // of closed scopes, to be used again: most scopes are small and short
  Declared *free_declared;
} ScopeTable;

void scope_table_init(ScopeTable *table, Arena *arena);
void scope_table_free(ScopeTable *table);
ScopeEntry *scope_entry(ScopeTable *table, const Name *name); // made if it is new

void scope_open(ScopeTable *table, Scope *scope, uint32_t function_depth);
void scope_close(ScopeTable *table); // the innermost; its Declared are no longer valid

// Declares in the innermost scope, BELOW.
Declared *scope_declare(ScopeTable *table, Symbol *symbol, bool is_hoistable);
// The innermost scope's next declaration of `symbol`'s name that is not ABOVE, if it is this
// symbol.
Declared *scope_next(ScopeTable *table, const Symbol *symbol);
// Moves it to ABOVE. It must be the next of its name.
void scope_pass(ScopeTable *table, Declared *declared);
// The last declaration of this name in the innermost scope itself, in whatever state; or NULL.
Declared *scope_find_here(ScopeTable *table, const Name *name);

typedef enum ScopeUse { SCOPE_USE_VALUE, SCOPE_USE_TYPE } ScopeUse;

// What a use in a function at `function_depth` means; NULL if nothing in scope. `below` becomes the
// nearest declaration that the use comes too early for, or NULL.
Declared *scope_find(ScopeTable *table, const Name *name, uint32_t function_depth, ScopeUse use,
                     Declared **below);

#endif
