// SPDX-License-Identifier: MIT
// poison.h - makes use of freed cells visible
//
// The pools take memory from the system in large pieces, so a sanitizer sees one live block where
// we see thousands of cells. Under AddressSanitizer every free cell is therefore poisoned, and a
// live one is open for exactly the bytes that were asked for: use after collection and writes past
// the end stop the program at the place. Other debug builds fill what is freed with a pattern that
// is no pointer and no small integer. A release build does nothing.
//
// Free cells keep their link in poisoned memory; only the three functions here may touch it.
#ifndef POISON_H
#define POISON_H

#include "heap/kind.h"
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define POISON_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISON_ASAN 1
#endif
#endif

#ifdef POISON_ASAN
#include <sanitizer/asan_interface.h>
#define POISON_UNCHECKED __attribute__((no_sanitize("address")))
#else
#define POISON_UNCHECKED
#endif

#define POISON_KIND_FREE 0xFF // the kind of a free cell; no object has it

// What a free cell holds. Cells are at least 16 bytes.
typedef struct FreeCell {
  Obj obj; // kind: POISON_KIND_FREE
  struct FreeCell *next;
} FreeCell;

// `size` bytes at `memory` belong to nobody.
static inline void poison_close(void *memory, size_t size) {
#ifdef POISON_ASAN
  ASAN_POISON_MEMORY_REGION(memory, size);
#elif !defined(NDEBUG)
  memset(memory, 0xDB, size);
#else
  (void)memory;
  (void)size;
#endif
}

// `size` bytes at `memory` may be used again.
static inline void poison_open(void *memory, size_t size) {
#ifdef POISON_ASAN
  ASAN_UNPOISON_MEMORY_REGION(memory, size);
#else
  (void)memory;
  (void)size;
#endif
}

POISON_UNCHECKED static inline bool poison_is_free(const void *cell) {
  return ((const Obj *)cell)->kind == POISON_KIND_FREE;
}

POISON_UNCHECKED static inline void poison_link(void *cell, FreeCell *next) {
  ((FreeCell *)cell)->obj.kind = POISON_KIND_FREE;
  ((FreeCell *)cell)->next = next;
}

POISON_UNCHECKED static inline FreeCell *poison_next(const void *cell) {
  return ((const FreeCell *)cell)->next;
}

#endif
