// SPDX-License-Identifier: MIT
// warm.h - memory from the system before it is touched: in one go, or as huge pages
#ifndef WARM_H
#define WARM_H

#include "heap/heap_private.h"

// A chunk was mapped and nothing of it was touched. Asks for huge pages where they pay.
void warm_chunk(Heap *heap, Chunk *chunk);
// The page, which has no memory, will be filled soon.
void warm_page(Heap *heap, Page *page);
// Asks for huge pages under a large block from malloc.
void warm_block(const Heap *heap, void *block, size_t size);

#endif
