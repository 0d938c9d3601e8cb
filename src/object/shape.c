// SPDX-License-Identifier: MIT
// shape.c - the keys of tables, shared
//
// A shape keeps its parent alive; its children only as long as somebody else does (a table, an
// inline cache, a deeper shape), so programs that decode many different documents do not collect
// shapes for ever. The children are an open-addressing table by the key that they add. A shape that
// dies leaves its parent's table when it is swept; until then it may be found there and must be passed
// over. Parent and children are unlinked from both sides, so whichever of several dead ones is swept
// first, what it touches is still there. What is needed of a child's key is kept in the child: the key
// may be gone.
#include "object/shape.h"
#include "base/assertion.h"
#include <string.h>

#define SLOTS_FROM 8 // as many keys are found by hash, fewer by looking at each

static void trace_shape(Heap *heap, Obj *object) {
  Shape *shape = (Shape *)object;
  heap_mark(heap, (Obj *)shape->parent); // marks the other keys
  heap_mark(heap, (Obj *)shape->key);
}

// --- Children ------------------------------------------------------------------------------------

static uint32_t home_of(const Shape *shape, uint32_t hash) {
  return hash & (shape->child_capacity - 1);
}

Shape *shape_next(const Heap *heap, const Shape *shape, Str *key) {
  if (!shape->child_capacity || key->len > STR_INTERN_MAX) return NULL;
  uint32_t mask = shape->child_capacity - 1;
  uint32_t hash = str_hash(key);
  for (uint32_t i = home_of(shape, hash); shape->children[i]; i = (i + 1) & mask) {
    Shape *child = shape->children[i];
    if (child->key_hash != hash || UNLIKELY(heap_is_dead(heap, &child->obj))) continue;
    if (child->key == key || str_equal(child->key, key)) return child;
  }
  return NULL;
}

static void insert_child(Shape *shape, Shape *child) {
  uint32_t mask = shape->child_capacity - 1;
  uint32_t i = home_of(shape, child->key_hash);
  while (shape->children[i]) i = (i + 1) & mask;
  shape->children[i] = child;
  shape->child_count++;
}

// Empties place `i` and moves up those that were pushed behind it (Knuth 6.4, algorithm R).
static void remove_child_at(Shape *shape, uint32_t i) {
  uint32_t mask = shape->child_capacity - 1;
  uint32_t hole = i;
  shape->children[hole] = NULL;
  shape->child_count--;
  for (uint32_t j = (i + 1) & mask; shape->children[j]; j = (j + 1) & mask) {
    uint32_t home = home_of(shape, shape->children[j]->key_hash);
    if (((j - home) & mask) < ((j - hole) & mask)) continue;
    shape->children[hole] = shape->children[j];
    shape->children[j] = NULL;
    hole = j;
  }
}

static bool make_room_for_child(Heap *heap, Shape *shape) {
  if ((shape->child_count + 1) * 4 <= shape->child_capacity * 3) return true;
  uint32_t capacity = shape->child_capacity ? shape->child_capacity * 2 : 2;
  Shape **children = heap_grow(heap, NULL, 0, capacity * sizeof(Shape *));
  if (!children) return false;
  memset(children, 0, capacity * sizeof(Shape *));
  Shape **old = shape->children;
  uint32_t old_capacity = shape->child_capacity;
  shape->children = children;
  shape->child_capacity = capacity;
  shape->child_count = 0;
  for (uint32_t i = 0; i < old_capacity; i++) {
    if (old[i]) insert_child(shape, old[i]);
  }
  heap_release(heap, old, old_capacity * sizeof(Shape *));
  return true;
}

static void leave_parent(Shape *parent, const Shape *child) {
  if (!parent || !parent->child_capacity) return;
  uint32_t mask = parent->child_capacity - 1;
  uint32_t i = home_of(parent, child->key_hash);
  while (parent->children[i] && parent->children[i] != child) i = (i + 1) & mask;
  if (parent->children[i]) remove_child_at(parent, i);
}

static void finish_shape(Heap *heap, Obj *object) {
  Shape *shape = (Shape *)object;
  leave_parent(shape->parent, shape);
  for (uint32_t i = 0; i < shape->child_capacity; i++) {
    if (shape->children[i]) shape->children[i]->parent = NULL;
  }
  heap_release(heap, shape->keys, shape_count(shape) * sizeof(Str *));
  heap_release(heap, shape->slots, shape->slot_count * sizeof(uint32_t));
  heap_release(heap, shape->children, shape->child_capacity * sizeof(Shape *));
}

void shape_register(Heap *heap) {
  heap_register(heap, KIND_SHAPE,
                &(KindDescriptor){kinds_name(KIND_SHAPE), trace_shape, finish_shape});
}

static void mark_root(Heap *heap, void *owner, bool minor) {
  heap_mark(heap, owner);
}

// --- Keys ----------------------------------------------------------------------------------------

static void insert_slot(Shape *shape, uint32_t index) {
  uint32_t mask = shape->slot_count - 1;
  uint32_t i = shape->keys[index]->obj.extra & mask;
  while (shape->slots[i]) i = (i + 1) & mask;
  shape->slots[i] = index + 1;
}

static bool make_slots(Heap *heap, Shape *shape) {
  uint32_t count = shape_count(shape);
  if (count < SLOTS_FROM) return true;
  uint32_t slot_count = 16;
  while (slot_count < count * 2) slot_count *= 2;
  shape->slots = heap_grow(heap, NULL, 0, slot_count * sizeof(uint32_t));
  if (!shape->slots) return false;
  memset(shape->slots, 0, slot_count * sizeof(uint32_t));
  shape->slot_count = slot_count;
  for (uint32_t i = 0; i < count; i++) insert_slot(shape, i);
  return true;
}

static bool make_keys(Heap *heap, Shape *shape) {
  uint32_t count = shape_count(shape);
  shape->keys = heap_grow(heap, NULL, 0, count * sizeof(Str *));
  if (!shape->keys) return false;
  if (count > 1) memcpy(shape->keys, shape->parent->keys, (count - 1) * sizeof(Str *));
  shape->keys[count - 1] = shape->key;
  return true;
}

Shape *shape_new_root(Heap *heap) {
  Shape *root = heap_new(heap, KIND_SHAPE, sizeof(Shape));
  if (root) heap_add_root(heap, mark_root, root);
  return root;
}

// `shape` and `key` are rooted.
static Shape *new_child(Heap *heap, Shape *shape, Str *key) {
  Shape *child = heap_new(heap, KIND_SHAPE, sizeof(Shape));
  if (!child) return NULL;
  child->parent = shape;
  child->key = key;
  child->key_hash = key->obj.extra;
  child->obj.extra = shape_count(shape) + 1;
  heap_push_root(heap, value_object(child));
  bool done = make_keys(heap, child) && make_slots(heap, child) && make_room_for_child(heap, shape);
  heap_pop_roots(heap, 1);
  if (!done) {
    child->parent = NULL; // which does not know it, and may be swept first
    return NULL;
  }
  insert_child(shape, child);
  return child;
}

Shape *shape_add(Heap *heap, Shape *shape, Str *key) {
  ASSERT(key->len <= STR_INTERN_MAX);
  ASSERT(shape_count(shape) < SHAPE_KEYS_MAX);
  Shape *known = shape_next(heap, shape, key);
  if (known) return known;
  heap_push_root(heap, value_object(shape));
  heap_push_root(heap, value_object(key));
  Str *name = str_intern_same(heap, key);
  heap_push_root(heap, name ? value_object(name) : VALUE_NULL);
  Shape *child = name ? new_child(heap, shape, name) : NULL;
  heap_pop_roots(heap, 3);
  return child;
}

// An interned key is found by its address, which is what there mostly is: a name in the program.
static int32_t find_interned(const Shape *shape, const Str *key) {
  if (!shape->slots) {
    for (uint32_t i = 0; i < shape_count(shape); i++) {
      if (shape->keys[i] == key) return (int32_t)i;
    }
    return -1;
  }
  uint32_t mask = shape->slot_count - 1;
  for (uint32_t i = key->obj.extra & mask; shape->slots[i]; i = (i + 1) & mask) {
    uint32_t index = shape->slots[i] - 1;
    if (shape->keys[index] == key) return (int32_t)index;
  }
  return -1;
}

// Without slots by the lengths, which nearly always differ.
static int32_t find_text(const Shape *shape, Str *key) {
  if (!shape->slots) {
    for (uint32_t i = 0; i < shape_count(shape); i++) {
      if (str_equal(shape->keys[i], key)) return (int32_t)i;
    }
    return -1;
  }
  uint32_t mask = shape->slot_count - 1;
  for (uint32_t i = str_hash(key) & mask; shape->slots[i]; i = (i + 1) & mask) {
    uint32_t index = shape->slots[i] - 1;
    if (str_equal(shape->keys[index], key)) return (int32_t)index;
  }
  return -1;
}

int32_t shape_find(const Shape *shape, Str *key) {
  if (LIKELY(key->obj.flags & STR_INTERNED)) return find_interned(shape, key);
  return key->len > STR_INTERN_MAX ? -1 : find_text(shape, key);
}
