// SPDX-License-Identifier: MIT
// build.h - making nodes
//
// BUILD(arena, Binary, BINARY, span) allocates a zeroed BinaryNode with kind and span set.
#ifndef BUILD_H
#define BUILD_H

#include "base/vec.h"
#include "tree/tree.h"

typedef VEC(Node *) NodeVec;

Node *build_node(Arena *arena, size_t size, NodeKind kind, Span span);

#define BUILD(arena, Struct, kind, span)                                                           \
  ((Struct##Node *)build_node(arena, sizeof(Struct##Node), NODE_##kind, span))

// A NODE_ERROR, NULL, wildcard …: a node without fields.
static inline Node *build_plain(Arena *arena, NodeKind kind, Span span) {
  return build_node(arena, sizeof(Node), kind, span);
}

// Copies the collected nodes into the arena and empties the vector (its memory is freed).
NodeList build_list(Arena *arena, NodeVec *collected);

#endif
