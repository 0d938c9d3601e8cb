// SPDX-License-Identifier: MIT
// warm_test.c - which memory a heap asks the system for before it is touched
//
// Seen through mincore: a page that nobody touched is resident only if it was asked for.
#define _DEFAULT_SOURCE // mincore
#include "heap/heap_private.h"
#include "heap/warm.h"
#include "check.h"
#include <sys/mman.h>

#define SYSTEM_PAGE   4096
#define SYSTEM_PAGES  (HEAP_PAGE_BYTES / SYSTEM_PAGE)
#define OBJECT_BYTES  512
#define OBJECTS_A_PAGE (HEAP_PAGE_BYTES / OBJECT_BYTES)

enum { KIND_LEAF };

static Heap *make_heap(void) {
  Heap *heap = heap_create(NULL);
  heap_register(heap, KIND_LEAF, &(KindDescriptor){.name = "leaf"});
  return heap;
}

// How many of the 4 KiB around `object`, in its page of the heap, have memory.
static size_t resident_around(const void *object) {
  uintptr_t start = (uintptr_t)object & ~(uintptr_t)(HEAP_PAGE_BYTES - 1);
  unsigned char in_core[SYSTEM_PAGES];
  if (mincore((void *)start, HEAP_PAGE_BYTES, in_core)) return SIZE_MAX;
  size_t count = 0;
  for (size_t i = 0; i < SYSTEM_PAGES; i++) count += in_core[i] & 1;
  return count;
}

// A program that makes a few objects pays for what it uses.
static void test_first_page(void) {
  Heap *heap = make_heap();
  void *object = heap_new(heap, KIND_LEAF, OBJECT_BYTES);
  CHECK(resident_around(object) <= 3);
  heap_destroy(heap);
}

// Who has filled a page gets the next ones whole.
static void test_next_page(void) {
  Heap *heap = make_heap();
  void *first = heap_new(heap, KIND_LEAF, OBJECT_BYTES);
  void *object = first;
  for (size_t i = 0; i < OBJECTS_A_PAGE && page_of(object) == page_of(first); i++)
    object = heap_new(heap, KIND_LEAF, OBJECT_BYTES);
  CHECK(page_of(object) != page_of(first));
  CHECK(resident_around(object) == SYSTEM_PAGES);
  CHECK(heap->warm_ns != UINT64_MAX);
  heap_destroy(heap);
}

// A class of another size has filled none yet.
static void test_other_class(void) {
  Heap *heap = make_heap();
  for (size_t i = 0; i < 2 * OBJECTS_A_PAGE; i++)
    if (!heap_new(heap, KIND_LEAF, OBJECT_BYTES)) CHECK(false);
  void *object = heap_new(heap, KIND_LEAF, OBJECT_BYTES / 2);
  CHECK(resident_around(object) <= 3);
  heap_destroy(heap);
}

// What huge pages took says nothing about small ones: neither where a chunk has only the first of them nor
// where the system has a part of it back.
static void test_huge_is_not_timed(void) {
  Heap *heap = make_heap();
  Chunk *chunk = chunk_of(heap_new(heap, KIND_LEAF, OBJECT_BYTES));
  chunk->huge_pages = HEAP_CHUNK_PAGES / 2;
  heap->warm_ns = UINT64_MAX;
  warm_page(heap, &chunk->pages[HEAP_CHUNK_PAGES / 2 - 1]);
  CHECK(heap->warm_ns == UINT64_MAX);
  chunk->is_split = true;
  warm_page(heap, &chunk->pages[HEAP_CHUNK_PAGES / 2 - 1]);
  CHECK(heap->warm_ns == UINT64_MAX);
  CHECK(resident_around(chunk->pages[HEAP_CHUNK_PAGES / 2 - 1].start) == SYSTEM_PAGES);
  warm_page(heap, &chunk->pages[HEAP_CHUNK_PAGES / 2]);
  CHECK(heap->warm_ns != UINT64_MAX);
  heap_destroy(heap);
}

int main(void) {
  test_first_page();
  test_next_page();
  test_other_class();
  test_huge_is_not_timed();
  return check_done("warm");
}
