// SPDX-License-Identifier: MIT
// page.h - chunks and pages: memory from the system and back
#ifndef PAGE_H
#define PAGE_H

#include "heap/heap_private.h"

// An unused page made ready for one class; NULL when the system has no memory.
// `will_be_filled`: rather than a few cells of it.
Page *page_take(Heap *heap, Family family, uint8_t size_class, uint32_t cell_size,
                bool will_be_filled) MUST_USE;
// The page has no used cell and is in no list.
void page_give_back(Heap *heap, Page *page);
// Gives the system the memory of so many unused pages, while there are more than `keep_unused`, and
// empty chunks entirely.
void page_trim(Heap *heap, uint32_t count);
// No object is marked any more.
void page_forget_marked(Heap *heap);
void page_free_all(Heap *heap);

static inline Page *page_from_link(DLink *link) {
  return CONTAINER_OF(link, Page, link);
}

// for (Page *page = page_first(heap); page; page = page_next(heap, page)): all pages of all chunks
// in order of address, the unused ones too.
static inline Page *page_first(Heap *heap) {
  if (dlist_is_empty(&heap->chunks)) return NULL;
  return CONTAINER_OF(heap->chunks.next, Chunk, link)->pages;
}

static inline Page *page_next(Heap *heap, Page *page) {
  Chunk *chunk = chunk_of(page);
  if (++page < chunk->pages + HEAP_CHUNK_PAGES) return page;
  if (chunk->link.next == &heap->chunks) return NULL;
  return CONTAINER_OF(chunk->link.next, Chunk, link)->pages;
}

static inline bool page_has_objects(const Page *page) {
  return page->state != PAGE_UNUSED && page->family != FAMILY_RAW;
}

#endif
