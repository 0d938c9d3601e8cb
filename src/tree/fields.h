// SPDX-License-Identifier: MIT
// fields.h - what the node structs of tree.h consist of, as data
//
// walk.c visits children and dump.c prints trees by these tables, so a field that is added to a
// node is added here once and cannot be forgotten by either of them. Only what the parsers fill is
// listed; symbols, captures and types belong to later stages.
#ifndef FIELDS_H
#define FIELDS_H

#include "tree/tree.h"

typedef enum FieldKind {
  FIELD_END,      // closes a table
  FIELD_NODE,     // a pointer to a node or NULL
  FIELD_NODES,    // a NodeList
  FIELD_ARRAY,    // a pointer to structs that are no nodes, and their number
  FIELD_NAME,     // const Name *, or NULL
  FIELD_FLAG,     // bool
  FIELD_OPERATOR, // Operator
  FIELD_CHOICE,   // another enum; `names` words it
  FIELD_BOOLEAN,  // bool that is the node's value
  FIELD_NUMBER,   // double
  FIELD_INTEGER,  // int64_t
  FIELD_STEP,     // int
  FIELD_COUNT,    // uint32_t
  FIELD_TEXT,     // const char * and its length
} FieldKind;

typedef struct Field Field;
struct Field {
  FieldKind kind;
  bool is_bare_unnamed; // ARRAY: an element without a name is printed without its label
  uint16_t offset;
  uint16_t count_offset;    // ARRAY, TEXT
  uint16_t element_size;    // ARRAY
  const char *label;        // NULL: printed without one
  const Field *elements;    // ARRAY
  const char *const *names; // CHOICE; a NULL name is not printed
};

// The fields of nodes of this kind in source order, closed by FIELD_END.
const Field *fields_of(NodeKind kind);

// Reading a field of a node or of an array's element. Pointers to the special node structs are read
// as the Node that they begin with.
Node *fields_node(const void *owner, const Field *field);
const void *fields_pointer(const void *owner, const Field *field);
uint32_t fields_count(const void *owner, const Field *field);

#endif
