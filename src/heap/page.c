// SPDX-License-Identifier: MIT
// page.c - chunks and pages: memory from the system and back
//
// Chunks are mapped whole; the kernel gives them memory when it is touched or asked for (warm.c), so a
// small program pays for the few pages that it uses.
//
// A page that became empty keeps its memory, most recently used first. Only after a major
// collection pages beyond what the next budget needs are given back, a few at a time; a page given back costs a
// fault for each 4 KiB when it is needed again, so doing it after minor collections made allocation
// twice as slow.
#include "heap/page.h"
#include "heap/warm.h"
#include <sys/mman.h>

static void *map_aligned(void) {
  size_t size = HEAP_CHUNK_BYTES;
  int protection = PROT_READ | PROT_WRITE;
  int flags = MAP_PRIVATE | MAP_ANONYMOUS;
  // Mappings tend to be adjacent, so after an aligned one the next is aligned too.
  char *memory = mmap(NULL, size, protection, flags, -1, 0);
  if (memory == MAP_FAILED) return NULL;
  if (((uintptr_t)memory & (size - 1)) == 0) return memory;
  munmap(memory, size);
  memory = mmap(NULL, 2 * size, protection, flags, -1, 0);
  if (memory == MAP_FAILED) return NULL;
  size_t front = (size_t)(-(uintptr_t)memory & (size - 1));
  if (front) munmap(memory, front);
  munmap(memory + front + size, size - front);
  return memory + front;
}

// heap_each and the first-fit order of pages want chunks in order of address.
static void insert_sorted(Heap *heap, Chunk *chunk) {
  DLink *after = heap->chunks.prev;
  while (after != &heap->chunks && (char *)CONTAINER_OF(after, Chunk, link) > (char *)chunk) {
    after = after->prev;
  }
  chunk->link.prev = after;
  chunk->link.next = after->next;
  after->next->prev = &chunk->link;
  after->next = &chunk->link;
}

static bool add_chunk(Heap *heap) {
  Chunk *chunk = map_aligned();
  if (!chunk) return false;
  warm_chunk(heap, chunk);
  insert_sorted(heap, chunk);
  heap->chunk_count++;
  for (uint32_t i = 0; i < HEAP_CHUNK_PAGES; i++) {
    Page *page = &chunk->pages[i];
    page->state = PAGE_UNUSED;
    page->start = (char *)chunk + (i ? i * HEAP_PAGE_BYTES : sizeof(Chunk));
    dlist_append(&heap->cold, &page->link);
  }
  return true;
}

static void remove_chunk(Heap *heap, Chunk *chunk) {
  for (uint32_t i = 0; i < HEAP_CHUNK_PAGES; i++) dlist_unlink(&chunk->pages[i].link);
  dlist_unlink(&chunk->link);
  heap->chunk_count--;
  warm_forget(heap, chunk, HEAP_CHUNK_BYTES);
  poison_open(chunk, HEAP_CHUNK_BYTES);
  munmap(chunk, HEAP_CHUNK_BYTES);
}

static Page *take_unused(Heap *heap, bool will_be_filled) {
  DLink *link = dlist_take_first(&heap->unused);
  if (link) {
    heap->unused_count--;
    return page_from_link(link);
  }
  if (dlist_is_empty(&heap->cold) && !add_chunk(heap)) return NULL;
  Page *page = page_from_link(dlist_take_first(&heap->cold));
  chunk_of(page)->warm_pages++;
  if (will_be_filled) warm_page(heap, page);
  return page;
}

Page *page_take(Heap *heap, Family family, uint8_t size_class, uint32_t cell_size,
                bool will_be_filled) {
  Page *page = take_unused(heap, will_be_filled);
  if (!page) return NULL;
  page->free = NULL;
  size_t room = (size_t)(page_memory_end(page) - page->start);
  page->bump = page->start;
  page->end = page->start + room / cell_size * cell_size;
  page->cell_size = cell_size;
  page->used = 0;
  page->marked = 0;
  page->family = (uint8_t)family;
  page->size_class = size_class;
  page->state = PAGE_FULL;
  page->is_young = false;
  page->has_owners = family == FAMILY_OWNING;
#ifdef POISON_ASAN
  poison_close(page->start, room);
#endif
  return page;
}

void page_give_back(Heap *heap, Page *page) {
  ASSERT(page->used == 0);
  page->state = PAGE_UNUSED;
  heap->unused_count++;
  // First: it is the one most likely to be in the cache still.
  DLink *first = heap->unused.next;
  page->link.prev = &heap->unused;
  page->link.next = first;
  first->prev = heap->unused.next = &page->link;
}

static void make_cold(Heap *heap, Page *page) {
  // The first page shares its first 4 KiB with the page table.
  char *start = (char *)(((uintptr_t)page->start + 4095) & ~(uintptr_t)4095);
  madvise(start, (size_t)(page_memory_end(page) - start), MADV_DONTNEED);
  dlist_append(&heap->cold, &page->link);
  chunk_of(page)->is_split = true;
  chunk_of(page)->warm_pages--;
}

void page_trim(Heap *heap, uint32_t count) {
  for (uint32_t i = 0; i < count && heap->unused_count > heap->keep_unused; i++) {
    Page *page = page_from_link(heap->unused.prev);
    Chunk *chunk = chunk_of(page);
    dlist_unlink(&page->link);
    heap->unused_count--;
    make_cold(heap, page);
    if (chunk->warm_pages == 0 && heap->chunk_count > 1) remove_chunk(heap, chunk);
  }
  if (heap->unused_count <= heap->keep_unused) heap->keep_unused = UINT32_MAX;
}

void page_forget_marked(Heap *heap) {
  for (Page *page = page_first(heap); page; page = page_next(heap, page)) page->marked = 0;
}

void page_free_all(Heap *heap) {
  while (!dlist_is_empty(&heap->chunks)) {
    Chunk *chunk = CONTAINER_OF(dlist_take_first(&heap->chunks), Chunk, link);
    poison_open(chunk, HEAP_CHUNK_BYTES);
    munmap(chunk, HEAP_CHUNK_BYTES);
  }
}
