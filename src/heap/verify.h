// SPDX-License-Identifier: MIT
// verify.h - a look at the whole heap, in debug builds
#ifndef VERIFY_H
#define VERIFY_H

#include "heap/heap_private.h"

// When marking has ended: no marked object points to one that is not. It finds the store that forgot
// the barrier, in the collection that it hurts and not when something is used that was freed.
#ifdef NDEBUG
static inline void verify_marks(Heap *heap) {
  (void)heap;
}
#else
void verify_marks(Heap *heap);
#endif

#endif
