// SPDX-License-Identifier: MIT
// build.c - making nodes
#include "tree/build.h"

Node *build_node(Arena *arena, size_t size, NodeKind kind, Span span) {
  Node *node = arena_alloc(arena, size);
  node->kind = kind;
  node->span = span;
  return node;
}

NodeList build_list(Arena *arena, NodeVec *collected) {
  NodeList list = {
      .items = arena_copy(arena, collected->items, collected->count * sizeof(Node *)),
      .count = collected->count,
  };
  vec_free(collected);
  return list;
}
