// SPDX-License-Identifier: MIT
// shape.h - the keys of tables, shared
//
// Tables whose keys were added in the same order share one Shape: an immutable list of string keys.
// A shape knows the shapes that come from adding one more key (transitions), so building a record
// walks a tree that already exists. An inline cache remembers a shape and an index: if a table's
// shape is the same pointer, its value is at that index. (Idea: maps of Self, Chambers et al.
// 1989.)
//
// Only interned string keys live in shapes; a table with other keys (long ones, numbers), with a removed
// key or with more than SHAPE_KEYS_MAX keys is in hash mode and has no shape. A key that is looked for or
// added need not be interned itself.
#ifndef SHAPE_H
#define SHAPE_H

#include "object/str.h"

#define SHAPE_KEYS_MAX     64
#define SHAPE_CHILDREN_MAX 256 // more, and tables take hash mode instead of making new shapes

typedef struct Shape Shape;
struct Shape {
  Obj obj; // extra: number of keys
  Shape *parent;
  Str *key;        // the key that this shape adds at index count − 1; NULL for the empty shape
  Str **keys;      // all keys in order (raw block)
  uint32_t *slots; // hash slots for ≥ 8 keys, else NULL: index + 1, 0 free
  uint32_t slot_count;
  uint32_t child_count;
  uint32_t child_capacity;
  uint32_t key_hash;
  Shape **children; // raw block: open addressing by key, NULL free; does not keep them alive
};

void shape_register(Heap *heap);
Shape *shape_new_root(Heap *heap) MUST_USE; // lives as long as the heap
// The shape with `key` added; NULL when memory is out. `key` must be absent and no longer than
// STR_INTERN_MAX, and there must be fewer than SHAPE_KEYS_MAX keys.
Shape *shape_add(Heap *heap, Shape *shape, Str *key) MUST_USE;
// The same if that shape exists, else NULL. Does not allocate.
Shape *shape_next(const Heap *heap, const Shape *shape, Str *key) MUST_USE;
// Index of `key`, −1 if absent.
int32_t shape_find(const Shape *shape, Str *key);

static inline uint32_t shape_count(const Shape *shape) {
  return shape->obj.extra;
}

#endif
