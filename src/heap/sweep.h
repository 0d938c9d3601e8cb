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

// After marking: lists the pages and the large objects to be swept. A minor collection looks only at
// pages that were allocated into. Returns the bytes of dead cells.
size_t sweep_schedule(Heap *heap, bool minor);
// `page` is pending; it is reclaimed and filed.
void sweep_page(Heap *heap, Page *page);
// So many pending pages, or what is left, and some large objects.
void sweep_some(Heap *heap, uint32_t pages);
// All that is pending.
void sweep_finish(Heap *heap);
// Finishes every object that is left, dead or not, and frees the large ones.
void sweep_destroy(Heap *heap);

static inline bool sweep_is_done(const Heap *heap) {
  return heap->pending_count == 0 && dlist_is_empty(&heap->large_pending);
}

#endif
