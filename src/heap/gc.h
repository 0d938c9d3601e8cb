// SPDX-License-Identifier: MIT
// gc.h - when to collect, and the phases of a collection
#ifndef GC_H
#define GC_H

#include "heap/heap_private.h"

void gc_init(Heap *heap);
// Asked when `credit` does not cover an allocation of `size` bytes; may collect, or do a slice of it.
// False: the limit is reached even after a full collection, or a test wants this allocation to fail.
// Else `credit` covers it.
bool gc_admit(Heap *heap, size_t size) MUST_USE;
// A whole collection at once; one that is under way is ended before. `prompt`: everything dead is
// swept before it returns.
void gc_collect(Heap *heap, bool major, bool prompt);
// Called when nothing is left to be swept, so that what is used is live or new.
void gc_swept(Heap *heap);

#endif
