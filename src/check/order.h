// SPDX-License-Identifier: MIT
// order.h - what can run before what, within one block
//
// A function may be used above its line, and may use variables that stand below it. So two
// questions arise for every variable of a block: can a read run before the variable is set, and is
// a closure that captures it made before it is set? Treating every such program as the worst case
// would put a check on each read of a top-level variable, so the answer is worked out.
//
// Time within a block: statement i runs from 2i to 2i + 2 and its uses run at 2i + 1. A variable is
// set at 2i + 2, parameters and what is hoisted at 0.
//
// A *node* is a declaration whose functions can only run after somebody used its name: `fn f`,
// `let f = fn`, a table literal with functions in it, a struct with methods. A use inside a node's
// functions runs no earlier than the node is used; every other use runs at its own statement.
//
//   f()                          use of f at 1: f is wanted before its line, so it is hoisted;
//   let limit = 10               f's body runs from 1 on, and limit is set at 4: may be unset
//   fn f() do print(limit) end
#ifndef ORDER_H
#define ORDER_H

#include "check/scope.h"

typedef struct OrderNode OrderNode;
typedef struct OrderUse OrderUse;

// Makes `declared` a node of its scope. `is_statement`: `fn f`, which can be hoisted.
void order_add_node(Arena *arena, Declared *declared, bool is_statement);

// Notes that `declared` is used where the walk is now. `is_captured`: by a function inside the one
// that declares it.
void order_add_use(Arena *arena, Declared *declared, bool is_captured);

// At the end of the block: sets is_hoisted and may_be_unset of its symbols and is_captured_early of
// its declarations. Linear in nodes and noted uses.
void order_settle(Scope *scope);

static inline uint32_t order_use_time(uint32_t item) {
  return 2 * item + 1;
}
static inline uint32_t order_set_time(uint32_t item) {
  return 2 * item + 2;
}

#endif
