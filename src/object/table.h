// SPDX-License-Identifier: MIT
// table.h - insertion-ordered tables: Luma's tables and records, Vint's dicts
//
// Two modes. Shape mode: few interned string keys, values in an array at the shape's indexes. Hash
// mode: any key that equal_hash accepts (strings by content, numbers by numeric value with 1
// == 1.0, booleans), entries in insertion order, open addressing over their indexes; a removed
// entry leaves a hole (key VALUE_ABSENT) until the next rebuild. Which keys a language allows is
// checked by the callers.
//
// The values of a table that is made as a record lie in the object itself, behind its fields, as long as there are not
// more: one block less to allocate, and mostly in the same cache line.
//
//   shape mode   [ header, count, room | shape | values | type | inside … ]
//   hash mode    [ header, count       | NULL  | entries | type | slots | slot_count, used ]
//
// `type`: the user type of an instance made by cast or decoding (a Table or Type value), VALUE_NULL
// if none. Members whose key begins with "__" are hidden from printing and iteration by the
// callers.
#ifndef TABLE_H
#define TABLE_H

#include "object/kinds.h"
#include "object/shape.h"

typedef struct TableEntryPair {
  Value key; // VALUE_ABSENT: a hole
  Value value;
} TableEntryPair;

typedef struct Table {
  union {
    Obj obj;
    struct { // the same eight bytes
      uint8_t header[2];
      uint16_t room;  // shape mode: for so many values; hash mode: 1 while it grows (table.c)
      uint32_t count; // live entries
    };
  };
  Shape *shape; // NULL: hash mode
  union {
    Value *values;           // shape mode
    TableEntryPair *entries; // hash mode: room for three quarters of slot_count
  };
  Value type;
  union {
    Value inside[2]; // shape mode: the record's values, two or more, if `values` points here
    struct {         // hash mode
      uint32_t *slots; // see table.c; 0 free, UINT32_MAX deleted
      uint32_t slot_count;
      uint32_t used; // entries including holes
    };
  };
} Table;

_Static_assert(sizeof(Table) == 48 && offsetof(Table, count) == offsetof(Obj, extra),
               "`room` and `count` are what the header leaves to a kind");

void table_register(Heap *heap);
Table *table_new(Heap *heap, Shape *root_shape) MUST_USE; // empty, shape mode
// With these values for the keys of the shape. Both must be rooted; NULL when memory is out.
Table *table_new_record(Heap *heap, Shape *shape, const Value *values) MUST_USE;
// VALUE_ABSENT when there is none. Never allocates.
Value table_get(const Table *table, Value key);
Value table_get_str(const Table *table, Str *key);
// False when memory is out. `key` and `value` need not be rooted.
bool table_set(Heap *heap, Table *table, Value key, Value value) MUST_USE;
bool table_set_str(Heap *heap, Table *table, Str *key, Value value) MUST_USE;
// Turns to hash mode. True if the key was there. Sets *failed when memory is out.
bool table_remove(Heap *heap, Table *table, Value key, bool *failed);
void table_clear(Heap *heap, Table *table);
// Iteration: start with *position = 0; false at the end. Entries added while iterating are visited,
// removed ones are not. But adding after removing may close the holes, and then as many entries
// as were removed before *position can be left out: who lets a program do both iterates over a
// copy.
bool table_next(const Table *table, uint32_t *position, Value *key, Value *value);

static inline bool value_is_table(Value v) {
  return value_is_kind(v, KIND_TABLE);
}
static inline Table *value_as_table(Value v) {
  return (Table *)value_as_object(v);
}

#endif
