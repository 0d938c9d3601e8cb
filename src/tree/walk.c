// SPDX-License-Identifier: MIT
// walk.c - visiting a node's children
#include "tree/walk.h"

#include "tree/fields.h"

typedef struct Visitor {
  void (*visit)(void *context, Node *child);
  void *context;
} Visitor;

static void visit_if_there(const Visitor *visitor, Node *child) {
  if (child) visitor->visit(visitor->context, child);
}

static void visit_list(const Visitor *visitor, const NodeList *list) {
  for (uint32_t i = 0; i < list->count; i++) visit_if_there(visitor, list->items[i]);
}

// An array's elements hold nodes and lists of nodes but no further arrays, so this goes one level
// down at most.
static void visit_fields(const Visitor *visitor, const void *owner, const Field *field) {
  for (; field->kind != FIELD_END; field++) {
    if (field->kind == FIELD_NODE) {
      visit_if_there(visitor, fields_node(owner, field));
    } else if (field->kind == FIELD_NODES) {
      visit_list(visitor, (const NodeList *)(const void *)((const char *)owner + field->offset));
    } else if (field->kind == FIELD_ARRAY) {
      const char *element = fields_pointer(owner, field);
      uint32_t count = fields_count(owner, field);
      for (uint32_t i = 0; i < count; i++, element += field->element_size) {
        visit_fields(visitor, element, field->elements);
      }
    }
  }
}

void walk_children(const Node *node, void (*visit)(void *context, Node *child), void *context) {
  visit_fields(&(Visitor){visit, context}, node, fields_of(node->kind));
}
