// SPDX-License-Identifier: MIT
// sweep.c - reclaiming what was not marked
//
// `used - marked` of a page is the number of its dead objects, known when marking ends. Three cases
// follow: none is dead, then the page is left alone; all are dead and own nothing, then the page is
// emptied without a look at its cells; else its cells are walked and the free list is built anew in
// order of address, the free cells behind the last live one becoming untouched again.
//
// Large objects go through a list of their own, a few at a time.
//
// Under stress a cell is reused as late as possible, so that memory that is used after it was freed
// still is poisoned: first the page's untouched end, then the list from behind the last cell taken.
#include "heap/sweep.h"
#include "heap/gc.h"
#include "heap/page.h"
#include "heap/pool.h"
#include <stdlib.h>

#define FETCH_AHEAD    8  // cells
#define LARGE_PER_PAGE 16 // large objects that are looked at for each page that is swept

static void finish_object(Heap *heap, Obj *object) {
  void (*finish)(Heap *, Obj *) = heap->kinds[object->kind].finish;
  if (finish) finish(heap, object);
}

static void empty_page(Page *page) {
  page->bump = page->start;
  page->free = NULL;
  poison_close(page->bump, (size_t)(page->end - page->bump));
}

// Puts the part of the free list behind `pivot` first.
static void rotate_free_list(Page *page, const char *pivot) {
  FreeCell *last_low = NULL;
  FreeCell *high = page->free;
  while (high && (char *)high <= pivot) {
    last_low = high;
    high = poison_next(high);
  }
  if (!last_low || !high) return;
  FreeCell *last_high = high;
  while (poison_next(last_high)) last_high = poison_next(last_high);
  poison_link(last_high, page->free);
  poison_link(last_low, NULL);
  page->free = high;
}

// A page of the plain family may have owners among objects that have no need of their kind's finish.
static void finish_cell(Heap *heap, const Page *page, Obj *object) {
  if (page->family == FAMILY_OWNING || heap->kinds[object->kind].owns_late)
    finish_object(heap, object);
}

// Frees the cell unless it is free already.
static void reclaim_cell(Heap *heap, Page *page, char *cell) {
  if (poison_is_free(cell)) return;
  if (page->has_owners) finish_cell(heap, page, (Obj *)cell);
  poison_close(cell, page->cell_size);
}

static void fetch_for(Heap *heap, const Page *page, const char *cell) {
  if (cell >= page->bump || poison_is_free(cell)) return;
  const Obj *object = (const Obj *)cell;
  void (*fetch)(Heap *, const Obj *) = heap->kinds[object->kind].fetch;
  if (fetch && !heap_has_mark(heap, object)) fetch(heap, object);
}

static void walk_cells(Heap *heap, Page *page) {
  bool fetches = page->family == FAMILY_OWNING;
  size_t step = page->cell_size;
  FreeCell *first = NULL;
  FreeCell *last = NULL;      // of the free list built so far
  FreeCell *last_kept = NULL; // its end before the last live cell
  char *live_end = page->start;
  for (char *cell = live_end; cell < page->bump; cell += step) {
    if (fetches) fetch_for(heap, page, cell + FETCH_AHEAD * step);
    if (!poison_is_free(cell) && heap_has_mark(heap, (Obj *)cell)) {
      live_end = cell + step;
      last_kept = last;
      continue;
    }
    reclaim_cell(heap, page, cell);
    poison_link(cell, NULL);
    if (last)
      poison_link(last, (FreeCell *)cell);
    else
      first = (FreeCell *)cell;
    last = (FreeCell *)cell;
  }
  if (heap->options.stress) {
    page->free = page->bump < page->end ? NULL : first;
    rotate_free_list(page, heap->last_taken);
    return;
  }
  page->bump = live_end;
  if (last_kept) poison_link(last_kept, NULL);
  page->free = last_kept ? first : NULL;
}

void sweep_page(Heap *heap, Page *page) {
  ASSERT(page->state == PAGE_PENDING);
  dlist_unlink(&page->link);
  page->state = PAGE_FULL;
  heap->pending_count--;
  heap_note_peak(heap);
  heap->is_sweeping = true;
  if (page->marked == 0 && !page->has_owners)
    empty_page(page);
  else
    walk_cells(heap, page);
  heap->is_sweeping = false;
  heap->base -= (int64_t)(page->used - page->marked) * page->cell_size;
  page->used = page->marked;
  pool_file(heap, page);
  if (sweep_is_done(heap)) gc_swept(heap);
}

static void sweep_any_page(Heap *heap) {
  const uint32_t lists = FAMILY_RAW * HEAP_CLASS_COUNT;
  SizeClass *classes = &heap->classes[0][0];
  while (dlist_is_empty(&classes[heap->sweep_turn % lists].pending)) heap->sweep_turn++;
  sweep_page(heap, page_from_link(classes[heap->sweep_turn % lists].pending.next));
}

static void free_large(Heap *heap, LargeBlock *block) {
  heap->is_sweeping = true;
  finish_object(heap, large_object(&block->link));
  heap->is_sweeping = false;
  heap->base -= (int64_t)block->size;
  dlist_unlink(&block->link);
  free(block);
}

static void sweep_large(Heap *heap, uint32_t count) {
  DLink *list = &heap->large_pending;
  if (dlist_is_empty(list)) return;
  while (count-- > 0 && !dlist_is_empty(list)) {
    DLink *link = list->next;
    if (!heap_has_mark(heap, large_object(link))) {
      free_large(heap, CONTAINER_OF(link, LargeBlock, link));
    } else {
      dlist_unlink(link);
      dlist_append(&heap->large_old, link);
    }
  }
  if (sweep_is_done(heap)) gc_swept(heap);
}

void sweep_some(Heap *heap, uint32_t pages) {
  sweep_large(heap, pages * LARGE_PER_PAGE);
  for (uint32_t i = 0; i < pages && heap->pending_count; i++) sweep_any_page(heap);
}

void sweep_finish(Heap *heap) {
  sweep_large(heap, UINT32_MAX);
  while (heap->pending_count) sweep_any_page(heap);
}

static void make_pending(Heap *heap, Page *page) {
  if (page->state == PAGE_AVAILABLE) dlist_unlink(&page->link);
  page->state = PAGE_PENDING;
  dlist_append(&heap->classes[page->family][page->size_class].pending, &page->link);
  heap->pending_count++;
}

size_t sweep_schedule(Heap *heap, bool minor) {
  size_t dead = 0;
  for (Page *page = page_first(heap); page; page = page_next(heap, page)) {
    if (!page_has_objects(page) || (minor && !page->is_young)) continue;
    page->is_young = false;
    if (page->marked == page->used) continue;
    dead += (size_t)(page->used - page->marked) * page->cell_size;
    make_pending(heap, page);
  }
  heap_note_peak(heap);
  if (!minor) dlist_append_all(&heap->large_pending, &heap->large_old);
  dlist_append_all(&heap->large_pending, &heap->large_young);
  return dead;
}

static void free_all_large(Heap *heap, DLink *list) {
  while (!dlist_is_empty(list)) free_large(heap, CONTAINER_OF(list->next, LargeBlock, link));
}

void sweep_destroy(Heap *heap) {
  for (Page *page = page_first(heap); page; page = page_next(heap, page)) {
    if (!page_has_objects(page) || !page->has_owners) continue;
    for (char *cell = page->start; cell < page->bump; cell += page->cell_size) {
      reclaim_cell(heap, page, cell);
    }
  }
  free_all_large(heap, &heap->large_pending);
  free_all_large(heap, &heap->large_old);
  free_all_large(heap, &heap->large_young);
}
