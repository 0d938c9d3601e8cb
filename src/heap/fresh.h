// SPDX-License-Identifier: MIT
// fresh.h - heap_new, inlined into those who make many objects
//
// What a page has at hand is taken without a call: for who makes records, closures or cells all day.
// Everybody else calls heap_new, whose promises these have too.
#ifndef FRESH_H
#define FRESH_H

#include "heap/pool.h"

// When the page has no cell, or the credit is used up.
void *heap_new_cell(Heap *heap, Family family, uint8_t size_class) MUST_USE;

// A cell of this class for an object. Not zeroed: the caller sets all of it before anything else
// happens. NULL: no memory.
static inline void *fresh_cell(Heap *heap, Family family, uint8_t size_class) {
  int64_t cell_size = pool_cell_sizes[size_class];
  if (UNLIKELY(heap->credit < cell_size)) return heap_new_cell(heap, family, size_class);
  void *cell = pool_take(heap->classes[family][size_class].current);
  if (UNLIKELY(!cell)) return heap_new_cell(heap, family, size_class);
  heap->credit -= cell_size;
  heap->last_taken = cell;
  return cell;
}

#endif
