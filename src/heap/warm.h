// SPDX-License-Identifier: MIT
// warm.h - memory from the system before it is touched: in one go, or as huge pages
#ifndef WARM_H
#define WARM_H

#include "heap/heap_private.h"

// A chunk was mapped and nothing of it was touched. Asks for huge pages where they pay.
void warm_chunk(Heap *heap, Chunk *chunk);
// The page, which has no memory, will be filled soon.
void warm_page(Heap *heap, Page *page);
// A large block from malloc will be filled at once.
void warm_huge(const Heap *heap, void *block, size_t size);
// One has been made or grown, and will be filled from `old_size` on.
void warm_block(Heap *heap, void *block, size_t old_size, size_t size);
// It, or a chunk, is about to move or to go back.
void warm_forget(Heap *heap, const void *memory, size_t size);

#endif
