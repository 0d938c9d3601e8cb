// SPDX-License-Identifier: MIT
// order.c - what can run before what, within one block
//
// The earliest time at which each node's functions can run is a shortest-path question whose roots,
// the uses outside of nodes, come in the order of time already. So nodes are visited depth first
// from each root in turn, and the first visit is the earliest.
//
// One thing disturbs the order of time: a `let f = fn` that is wanted above its line cannot run
// there, because reading it raises; it runs from its line on. Such a node is only marked, and taken
// up when time has come to its line.
#include "check/order.h"

#define NEVER UINT32_MAX

struct OrderUse {
  OrderUse *next;
  Declared *target;
  uint32_t time; // of uses outside of nodes
  bool is_captured;
};

struct OrderNode {
  OrderNode *next;
  OrderNode *next_visited;
  Declared *declared;
  OrderUse *uses;     // in its functions
  uint32_t index;     // among the block's nodes
  uint32_t made_time; // when its closures are made, unless it is hoisted
  uint32_t runs_from; // the earliest use, NEVER so far
  bool is_statement;
  bool is_wanted; // used above its line, though it is no statement
};

// --- Noting ------------------------------------------------------------------------------------

void order_add_node(Arena *arena, Declared *declared, bool is_statement) {
  Scope *scope = declared->scope;
  OrderNode *node = ARENA_NEW(arena, OrderNode);
  *node = (OrderNode){.declared = declared,
                      .index = scope->last_node ? scope->last_node->index + 1 : 0,
                      .made_time = declared->set_time - 1,
                      .runs_from = NEVER,
                      .is_statement = is_statement};
  declared->node = node;
  if (scope->last_node)
    scope->last_node->next = node;
  else
    scope->nodes = node;
  scope->last_node = node;
}

static OrderUse *new_use(Arena *arena, Declared *declared, bool is_captured) {
  OrderUse *use = ARENA_NEW(arena, OrderUse);
  *use = (OrderUse){.target = declared,
                    .time = order_use_time(declared->scope->item),
                    .is_captured = is_captured};
  return use;
}

static void add_node_use(Arena *arena, Declared *declared, bool is_captured) {
  OrderNode *node = declared->scope->node;
  if (declared->last_user == node) return; // the second use of a node tells nothing new
  declared->last_user = node;
  OrderUse *use = new_use(arena, declared, is_captured);
  use->next = node->uses;
  node->uses = use;
}

// Of the uses outside of nodes only these tell something: one that stands above the declaration,
// and the first of each node.
void order_add_use(Arena *arena, Declared *declared, bool is_captured) {
  Scope *scope = declared->scope;
  if (scope->node) {
    add_node_use(arena, declared, is_captured);
    return;
  }
  bool is_first_of_node = declared->node && !declared->is_used_directly;
  if (declared->state == DECLARED_ABOVE && !is_first_of_node) return;
  declared->is_used_directly = true;
  OrderUse *use = new_use(arena, declared, is_captured);
  if (scope->last_use)
    scope->last_use->next = use;
  else
    scope->uses = use;
  scope->last_use = use;
}

// --- What runs when ------------------------------------------------------------------------------

// Puts the node on the stack of those to visit, if `time` is the first at which it can run.
static void want(OrderNode **stack, OrderNode *node, uint32_t time) {
  if (node->runs_from != NEVER) return;
  bool is_above_line = time < node->declared->set_time;
  if (is_above_line && !node->is_statement) {
    node->is_wanted = true;
    return;
  }
  if (is_above_line) node->declared->symbol->is_hoisted = true;
  node->runs_from = time;
  node->next_visited = *stack;
  *stack = node;
}

static void run_use(OrderNode **stack, Declared *target, uint32_t time) {
  bool is_statement = target->node && target->node->is_statement;
  if (!is_statement && time < target->set_time) target->symbol->may_be_unset = true;
  if (target->node) want(stack, target->node, time);
}

static void run_nodes(OrderNode *stack, uint32_t time) {
  while (stack) {
    OrderNode *node = stack;
    stack = node->next_visited;
    for (OrderUse *use = node->uses; use; use = use->next) run_use(&stack, use->target, time);
  }
}

// Takes up the wanted nodes that are set by `time`; returns the first node that is not.
static OrderNode *run_wanted(OrderNode *node, uint32_t time) {
  for (; node && node->declared->set_time <= time; node = node->next) {
    if (!node->is_wanted) continue;
    OrderNode *stack = NULL;
    want(&stack, node, node->declared->set_time);
    run_nodes(stack, node->declared->set_time);
  }
  return node;
}

static void find_earliest(Scope *scope) {
  OrderNode *next = scope->nodes;
  for (OrderUse *use = scope->uses; use; use = use->next) {
    next = run_wanted(next, use->time);
    OrderNode *stack = NULL;
    run_use(&stack, use->target, use->time);
    run_nodes(stack, use->time);
  }
  run_wanted(next, NEVER);
}

// --- What is captured early ----------------------------------------------------------------------

static bool is_hoisted(const OrderNode *node) {
  return node && node->declared->symbol->is_hoisted;
}

static uint32_t value_time(const Declared *declared) {
  return is_hoisted(declared->node) ? 0 : declared->set_time;
}

// Whether the node's closures are made before `target` has its value. The hoisted ones are made one
// after the other at time 0.
static bool is_made_before(const OrderNode *node, const Declared *target) {
  if (is_hoisted(node) && is_hoisted(target->node)) return node->index < target->node->index;
  return (is_hoisted(node) ? 0 : node->made_time) < value_time(target);
}

static void find_captured_early(Scope *scope) {
  for (OrderUse *use = scope->uses; use; use = use->next)
    if (use->is_captured && use->time < value_time(use->target))
      use->target->is_captured_early = true;
  for (OrderNode *node = scope->nodes; node; node = node->next)
    for (OrderUse *use = node->uses; use; use = use->next)
      if (use->is_captured && is_made_before(node, use->target))
        use->target->is_captured_early = true;
}

void order_settle(Scope *scope) {
  find_earliest(scope);
  find_captured_early(scope);
}
