// SPDX-License-Identifier: MIT
// walk.h - visiting a node's children
#ifndef WALK_H
#define WALK_H

#include "tree/tree.h"

// Calls visit(context, child) for each direct child that is not NULL, in source order (types,
// defaults and patterns included).
void walk_children(const Node *node, void (*visit)(void *context, Node *child), void *context);

#endif
