// SPDX-License-Identifier: MIT
// pool.c - size classes: cells from pages
//
// Where a class looks for its next page, in this order: pages of its own that wait to be swept
// (their cells will be in the cache), pages that have room, and a page without a class. The last
// one makes the heap bigger, so before that a few waiting pages of other classes are swept: their
// dead objects may own raw blocks, and if whole pages become free they are what is taken.
//
// A page with few free cells (one in sixteen or less) counts as full. Else a minor collection would
// sweep a thousand cells for the sake of one that was allocated.
#include "heap/pool.h"
#include "heap/page.h"
#include "heap/sweep.h"

#define SWEEP_BEFORE_GROWING 4
#define SWEEP_AT_ONCE        4 // pages of its own that a class sweeps in search of cells

// Index: size in units of 16 bytes, rounded up.
const uint8_t pool_class_table[HEAP_SMALL_MAX / 16 + 1] = {
    0,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 16, 16, 16, 17,
    17, 17, 17, 18, 18, 18, 18, 19, 19, 19, 19, 20, 20, 20, 20, 20, 20, 20, 20, 21, 21, 21,
    21, 21, 21, 21, 21, 22, 22, 22, 22, 22, 22, 22, 22, 23, 23, 23, 23, 23, 23, 23, 23,
};

const uint16_t pool_cell_sizes[HEAP_CLASS_COUNT] = {
    16,  32,  48,  64,  80,  96,  112, 128, 144, 160, 176, 192,
    208, 224, 240, 256, 320, 384, 448, 512, 640, 768, 896, 1024,
};

void pool_init(Heap *heap) {
  for (int family = 0; family < FAMILY_COUNT; family++) {
    for (int i = 0; i < HEAP_CLASS_COUNT; i++) {
      SizeClass *size_class = &heap->classes[family][i];
      size_class->current = &heap->no_page;
      dlist_init(&size_class->available);
      dlist_init(&size_class->pending);
    }
  }
}

static uint32_t page_capacity(const Page *page) {
  return (uint32_t)((size_t)(page->end - page->start) / page->cell_size);
}

void pool_file(Heap *heap, Page *page) {
  if (page->used == 0) {
    page_give_back(heap, page);
    return;
  }
  uint32_t capacity = page_capacity(page);
  if (capacity - page->used <= capacity / 16) {
    page->state = PAGE_FULL;
    return;
  }
  page->state = PAGE_AVAILABLE;
  dlist_append(&heap->classes[page->family][page->size_class].available, &page->link);
}

static Page *make_current(SizeClass *size_class, Page *page) {
  page->state = PAGE_CURRENT;
  page->is_young = true;
  size_class->current = page;
  return page;
}

static Page *take_available(SizeClass *size_class) {
  DLink *link = dlist_take_first(&size_class->available);
  return link ? make_current(size_class, page_from_link(link)) : NULL;
}

// Pages of its own first; then any, so that the heap does not grow while there is garbage.
static Page *sweep_for(Heap *heap, SizeClass *size_class) {
  for (int i = 0; i < SWEEP_AT_ONCE && !dlist_is_empty(&size_class->pending); i++) {
    sweep_page(heap, page_from_link(size_class->pending.next));
    // Sweeping files the page; when it became empty it is the first of the unused ones.
    if (!dlist_is_empty(&size_class->available)) break;
    if (!dlist_is_empty(&heap->unused)) break;
  }
  Page *page = take_available(size_class);
  if (page) return page;
  sweep_some(heap, SWEEP_BEFORE_GROWING);
  return take_available(size_class); // raw cells that were released
}

Page *pool_next_page(Heap *heap, Family family, uint8_t index) {
  SizeClass *size_class = &heap->classes[family][index];
  if (size_class->current != &heap->no_page) {
    size_class->current->state = PAGE_FULL;
    size_class->current = &heap->no_page;
    size_class->has_filled = true;
  }
  Page *page;
  if (sweep_is_done(heap)) {
    page = take_available(size_class);
  } else {
    uint64_t start = pauses_now_ns();
    page = sweep_for(heap, size_class);
    pauses_note(&heap->pauses, pauses_now_ns() - start);
  }
  if (page) return page;
  page = page_take(heap, family, index, pool_cell_sizes[index], size_class->has_filled);
  return page ? make_current(size_class, page) : NULL;
}

void pool_retire(Heap *heap) {
  for (int family = 0; family < FAMILY_RAW; family++) {
    for (int i = 0; i < HEAP_CLASS_COUNT; i++) {
      SizeClass *size_class = &heap->classes[family][i];
      if (size_class->current == &heap->no_page) continue;
      Page *page = size_class->current;
      size_class->current = &heap->no_page;
      page->state = PAGE_FULL;
      pool_file(heap, page);
    }
  }
}

void pool_put(Heap *heap, void *cell) {
  Page *page = page_of(cell);
  ASSERT(page->family == FAMILY_RAW && page->used > 0);
  poison_close(cell, page->cell_size);
  poison_link(cell, page->free);
  page->free = cell;
  page->used--;
  if (page->state == PAGE_FULL) {
    pool_file(heap, page);
  } else if (page->used == 0 && page->state == PAGE_AVAILABLE) {
    dlist_unlink(&page->link);
    page_give_back(heap, page);
  }
}
