// SPDX-License-Identifier: MIT
// sweep.h - reclaiming what was not marked
//
// A collection only says which pages hold dead objects (sweep_schedule); a page is swept when its
// class wants to allocate from it, or in passing when the heap would grow, at the latest before the
// next collection. So the pause does not pay for sweeping, and freed cells are in the cache when
// they are handed out again.
#ifndef SWEEP_H
#define SWEEP_H

#include "heap/heap_private.h"

// After marking: lists the pages to be swept and frees dead large objects. A minor collection looks
// only at pages that were allocated into. Returns the bytes of dead cells.
size_t sweep_schedule(Heap *heap, bool minor);
// `page` is pending; it is reclaimed and filed.
void sweep_page(Heap *heap, Page *page);
// Any pending page; there is one.
void sweep_some_page(Heap *heap);
// All pending pages.
void sweep_finish(Heap *heap);
// Makes every object white, before a major collection marks.
void sweep_clear_marks(Heap *heap);
// Finishes every object that is left, dead or not, and frees the large ones.
void sweep_destroy(Heap *heap);

#endif
