// SPDX-License-Identifier: MIT
// warm.c - memory from the system before it is touched: in one go, or as huge pages
//
// The kernel gives memory at the first touch, 4 KiB at a time, and the trap costs more than clearing
// them: about 0.3 us on most machines, 4 to 16 us in a virtual machine whose hypervisor keeps the page
// tables. Three things spare it:
//
// - A page that will be filled is asked for in one system call. A small program uses a little of many
//   size classes, so the first page of a class is left to the first touch; who has filled one will
//   fill the next.
// - From the second chunk on another thread does that, before the page is needed (ahead.c).
// - From the fifth chunk on, or the second where small pages are dear, huge pages are asked for: at most
//   one of 2 MiB is touched in vain. Not always: a virtual machine that gives unused memory back has
//   to find 2 MiB at its host first, which can take ten times as long as small pages that are at hand.
//   So the first of a chunk is timed and compared with what small ones took; after a slow one they are
//   small for a while.
//
// Nothing that a program can see depends on the times.
#include "heap/warm.h"

#include "heap/ahead.h"
#include <sys/mman.h>

#define SYSTEM_PAGE      ((size_t)4096)
#define AHEAD_FROM_CHUNK 1
#define AHEAD_BLOCK_MIN  ((size_t)1 << 20)
#define HUGE_FROM_CHUNK  4
#define HUGE_BLOCK_MIN   ((size_t)8 << 20)
#define HUGE_BYTES       ((size_t)2 << 20)
#define HUGE_SLOW_NS     1000000 // unless small pages take longer
#define HUGE_WORTH       4       // times as long as the same memory in small pages
#define HUGE_PAUSE       16      // chunks after a slow one, and twice as many after each further one
#define DEAR_NS          32000   // for a page of the heap in small pages: 2 us each

static bool are_small_dear(const Heap *heap) {
  return heap->warm_ns > DEAR_NS && heap->warm_ns != UINT64_MAX;
}

// Where small pages are dear, so is whatever the processor has to look up there: huge ones pay then even if
// they take a few times as long at first.
static bool is_huge_slow(const Heap *heap, uint64_t ns) {
  uint64_t small_ns = are_small_dear(heap) ? heap->warm_ns * (HUGE_BYTES / HEAP_PAGE_BYTES) : 0;
  return ns > HUGE_SLOW_NS && ns > HUGE_WORTH * small_ns;
}

static bool has_memory(char *address) {
  unsigned char in_core = 0;
  return mincore(address, SYSTEM_PAGE, &in_core) == 0 && (in_core & 1);
}

// The chunk's head, which is touched here, is needed at once anyway.
void warm_chunk(Heap *heap, Chunk *chunk) {
  if (heap->chunk_count == AHEAD_FROM_CHUNK && !heap->ahead) heap->ahead = ahead_new();
  uint32_t from = are_small_dear(heap) ? 1 : HUGE_FROM_CHUNK;
  if (heap->chunk_count < from || heap->chunk_count < heap->small_until) return;
  madvise(chunk, HEAP_CHUNK_BYTES, MADV_HUGEPAGE);
  uint64_t start = pauses_now_ns();
  chunk->warm_pages = 0;
  uint64_t ns = pauses_now_ns() - start;
  if (!has_memory((char *)chunk + HUGE_BYTES - SYSTEM_PAGE)) return; // the system has no huge ones
  heap->is_huge_slow = is_huge_slow(heap, ns);
  chunk->huge_pages = (heap->is_huge_slow ? HUGE_BYTES : HEAP_CHUNK_BYTES) / HEAP_PAGE_BYTES;
  if (!heap->is_huge_slow) {
    heap->huge_pause = 0;
    return;
  }
  heap->huge_pause = heap->huge_pause ? heap->huge_pause * 2 : HUGE_PAUSE;
  heap->small_until = heap->chunk_count + heap->huge_pause;
  madvise((char *)chunk + HUGE_BYTES, HEAP_CHUNK_BYTES - HUGE_BYTES, MADV_NOHUGEPAGE);
}

// Those behind it in a fresh chunk are next. True: it has its memory, or is given it just now.
static bool is_warmed_ahead(Heap *heap, const Page *page) {
  Chunk *chunk = chunk_of(page);
  if (!heap->ahead || chunk->is_split) return false;
  char *start = page_memory_end(page) - HEAP_PAGE_BYTES;
  return ahead_reach(heap->ahead, start, (char *)chunk + HEAP_CHUNK_BYTES);
}

void warm_page(Heap *heap, Page *page) {
  const Chunk *chunk = chunk_of(page);
  bool is_huge = page < chunk->pages + chunk->huge_pages;
  if (is_warmed_ahead(heap, page) || (is_huge && !chunk->is_split)) return;
  // The first page of a chunk shares its first 4 KiB with the chunk's head.
  char *start = (char *)((uintptr_t)page->start & ~(SYSTEM_PAGE - 1));
  char *end = page_memory_end(page);
  poison_open(page->start, (size_t)(end - page->start));
  uint64_t began = pauses_now_ns();
#ifdef MADV_POPULATE_WRITE
  madvise(start, (size_t)(end - start), MADV_POPULATE_WRITE);
#endif
  // Where a hypervisor fills in its own page tables that happens only now, and is to be in the time.
  for (char *at = start + SYSTEM_PAGE; at < end; at += SYSTEM_PAGE) *(volatile char *)at = 0;
  uint64_t ns = pauses_now_ns() - began;
  if (!is_huge && ns < heap->warm_ns) heap->warm_ns = ns;
}

void warm_huge(const Heap *heap, void *block, size_t size) {
  if (size < HUGE_BLOCK_MIN || heap->is_huge_slow) return;
  // Whole pages, so that the mapping is not split: realloc could not move it then and would copy.
  uintptr_t start = (uintptr_t)block & ~(uintptr_t)(SYSTEM_PAGE - 1);
  uintptr_t end = ((uintptr_t)block + size + SYSTEM_PAGE - 1) & ~(uintptr_t)(SYSTEM_PAGE - 1);
  madvise((void *)start, end - start, MADV_HUGEPAGE);
}

void warm_block(Heap *heap, void *block, size_t old_size, size_t size) {
  if (size < AHEAD_BLOCK_MIN) return;
  warm_huge(heap, block, size);
  if (size >= HUGE_BLOCK_MIN && !heap->ahead) heap->ahead = ahead_new();
  // One that has grown is not full yet, and may never be.
  size_t end = old_size > 0 ? old_size + (size - old_size) / 2 : size;
  if (heap->ahead) ahead_fill(heap->ahead, (char *)block + old_size, (char *)block + end);
}

void warm_forget(Heap *heap, const void *memory, size_t size) {
  if (size >= AHEAD_BLOCK_MIN && heap->ahead) ahead_leave(heap->ahead, memory, (const char *)memory + size);
}
