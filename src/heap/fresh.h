// SPDX-License-Identifier: MIT
// fresh.h - heap_new and heap_grow, inlined into those who make many objects
//
// What a page has at hand is taken without a call: for who makes records, closures and fibers all day.
// Everybody else calls those, whose promises these have too.
#ifndef FRESH_H
#define FRESH_H

#include "heap/pool.h"

// When the page has no cell, or the credit is used up.
void *heap_new_cell(Heap *heap, Family family, uint8_t size_class) MUST_USE;

// A cell of this class, closed. NULL: no memory.
static inline void *fresh_cell(Heap *heap, Family family, uint8_t size_class) {
  int64_t cell_size = pool_cell_sizes[size_class];
  if (UNLIKELY(heap->credit < cell_size)) return heap_new_cell(heap, family, size_class);
  void *cell = pool_take(heap->classes[family][size_class].current);
  if (UNLIKELY(!cell)) return heap_new_cell(heap, family, size_class);
  heap->credit -= cell_size;
  return cell;
}

// An object of a kind of this family. Only its header is set: the caller sets the rest before anything
// else happens.
static inline void *fresh_of_family(Heap *heap, Family family, uint8_t kind, size_t size) {
  ASSERT(heap->kinds[kind].name && heap->family[kind] == family && size >= sizeof(Obj));
  if (UNLIKELY(size > HEAP_SMALL_MAX)) return heap_new(heap, kind, size);
  Obj *object = fresh_cell(heap, family, pool_class(size));
  if (UNLIKELY(!object)) return NULL;
  poison_open(object, (size + 15) / 16 * 16);
  *object = (Obj){.kind = kind};
  return object;
}

static inline void *fresh_object(Heap *heap, uint8_t kind, size_t size) {
  return fresh_of_family(heap, FAMILY_PLAIN, kind, size);
}

// Of a kind whose objects own something from their beginning.
static inline void *fresh_owner(Heap *heap, uint8_t kind, size_t size) {
  return fresh_of_family(heap, FAMILY_OWNING, kind, size);
}

// A raw block, as by heap_grow.
static inline void *fresh_block(Heap *heap, size_t size) {
  if (UNLIKELY(size > HEAP_SMALL_MAX)) return heap_grow(heap, NULL, 0, size);
  void *block = fresh_cell(heap, FAMILY_RAW, pool_class(size));
  if (LIKELY(block != NULL)) poison_open(block, size);
  return block;
}

#endif
