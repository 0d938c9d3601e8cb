// SPDX-License-Identifier: MIT
// pool.h - size classes: cells from pages
//
// Sizes up to 256 are rounded up to a multiple of 16, from there in steps of about a quarter up to
// HEAP_SMALL_MAX. A class allocates from its current page: first the free list, whose cells were
// just swept or released and are in the cache, then the untouched end.
#ifndef POOL_H
#define POOL_H

#include "heap/heap_private.h"

extern const uint8_t pool_class_table[HEAP_SMALL_MAX / 16 + 1];
extern const uint16_t pool_cell_sizes[HEAP_CLASS_COUNT];

void pool_init(Heap *heap);

// The class of a size up to HEAP_SMALL_MAX.
static inline uint8_t pool_class(size_t size) {
  return pool_class_table[(size + 15) / 16];
}

// Makes a page with a free cell the current one: sweeps, takes an available one or a new one.
// Sweeping runs finishes. NULL when the system has no memory.
Page *pool_next_page(Heap *heap, Family family, uint8_t size_class) MUST_USE;
// Ends allocation from all current pages.
void pool_retire(Heap *heap);
// Puts a page that was swept, or whose cell was released, where it now belongs.
void pool_file(Heap *heap, Page *page);
// Releases a raw cell.
void pool_put(Heap *heap, void *cell);

// The current page's next cell; NULL when it has none.
static inline void *pool_take(Page *page) {
  FreeCell *cell = page->free;
  if (LIKELY(cell != NULL)) {
    poison_open(cell, sizeof(FreeCell));
    page->free = cell->next;
  } else if (page->bump < page->end) {
    cell = (FreeCell *)page->bump;
    page->bump += page->cell_size;
  } else {
    return NULL;
  }
  page->used++;
  return cell;
}

#endif
