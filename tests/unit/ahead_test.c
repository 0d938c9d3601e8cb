// SPDX-License-Identifier: MIT
// ahead_test.c - a second thread asks for the memory that will be filled next
//
// Seen through mincore: a page that nobody touched is resident only if it was asked for.
#define _DEFAULT_SOURCE // mincore
#include "heap/ahead.h"
#include "check.h"
#include <dirent.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#define SYSTEM_PAGE  ((size_t)4096)
#define AHEAD_PAGES  16 // of the heap
#define WAIT_MS      10000

enum { KIND_LEAF };

static char *map_chunk(void) {
  char *memory = mmap(NULL, 2 * HEAP_CHUNK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) exit(1);
  char *chunk = (char *)chunk_of(memory + HEAP_CHUNK_BYTES - 1);
  madvise(chunk, HEAP_CHUNK_BYTES, MADV_NOHUGEPAGE);
  return chunk; // what is left over beside it stays
}

static size_t resident(const char *start, size_t size) {
  size_t count = 0;
  for (size_t at = 0; at < size; at += SYSTEM_PAGE) {
    unsigned char in_core = 0;
    if (mincore((char *)start + at, SYSTEM_PAGE, &in_core)) return SIZE_MAX;
    count += (in_core & 1) * SYSTEM_PAGE;
  }
  return count;
}

static void sleep_ms(int ms) {
  nanosleep(&(struct timespec){.tv_nsec = ms * 1000000L}, NULL);
}

static bool becomes_resident(const char *start, size_t size) {
  for (int ms = 0; ms < WAIT_MS && resident(start, size) < size; ms++) sleep_ms(1);
  return resident(start, size) == size;
}

// So many pages in front of the program and no more, and only within the chunk.
static void test_pages(Ahead *ahead) {
  char *chunk = map_chunk(), *end = chunk + HEAP_CHUNK_BYTES;
  CHECK(!ahead_reach(ahead, chunk, end));
  char *second = chunk + HEAP_PAGE_BYTES;
  CHECK(becomes_resident(second, AHEAD_PAGES * HEAP_PAGE_BYTES));
  sleep_ms(5);
  CHECK(resident(chunk, HEAP_CHUNK_BYTES) == AHEAD_PAGES * HEAP_PAGE_BYTES); // the first is left to the program
  CHECK(ahead_reach(ahead, second, end));
  CHECK(!ahead_reach(ahead, end - 2 * HEAP_PAGE_BYTES, end)); // the program was faster
  ahead_leave(ahead, chunk, end);
  munmap(chunk, HEAP_CHUNK_BYTES);
}

// A block that does not begin or end with a page of the system's: all whole pages of it.
static void test_block(Ahead *ahead) {
  char *chunk = map_chunk();
  ahead_fill(ahead, chunk + 5000, chunk + 10 * HEAP_PAGE_BYTES + 5000);
  CHECK(becomes_resident(chunk + 2 * SYSTEM_PAGE, 10 * HEAP_PAGE_BYTES - SYSTEM_PAGE));
  sleep_ms(5);
  CHECK(resident(chunk, HEAP_CHUNK_BYTES) == 10 * HEAP_PAGE_BYTES - SYSTEM_PAGE);
  munmap(chunk, HEAP_CHUNK_BYTES);
}

// After ahead_leave the memory is the program's alone.
static void test_leave(Ahead *ahead) {
  for (int i = 0; i < 200; i++) {
    char *chunk = map_chunk(), *end = chunk + HEAP_CHUNK_BYTES;
    if (i % 2)
      ahead_fill(ahead, chunk, end);
    else
      (void)!ahead_reach(ahead, chunk, end);
    for (volatile int spin = i * 100; spin > 0;) spin--;
    ahead_leave(ahead, chunk, end);
    madvise(chunk, HEAP_CHUNK_BYTES, MADV_DONTNEED);
    if (i % 20 == 0) sleep_ms(1);
    CHECK(resident(chunk, HEAP_CHUNK_BYTES) == 0);
    munmap(chunk, HEAP_CHUNK_BYTES);
  }
}

static int count_threads(void) {
  DIR *tasks = opendir("/proc/self/task");
  int count = 0;
  for (struct dirent *entry; tasks && (entry = readdir(tasks));) count += entry->d_name[0] != '.';
  if (tasks) closedir(tasks);
  return count;
}

// The thread of a heap begins when that grows, and ends with it.
static void test_heap(void) {
  int before = count_threads();
  Heap *heap = heap_create(NULL);
  heap_register(heap, KIND_LEAF, &(KindDescriptor){.name = "leaf"});
  if (!heap_new(heap, KIND_LEAF, 512)) CHECK(false);
  CHECK(!heap->ahead && count_threads() == before);
  size_t size = 0;
  void *block = NULL;
  for (; size < 8 * HEAP_CHUNK_BYTES; size += HEAP_CHUNK_BYTES)
    CHECK((block = heap_grow(heap, block, size, size + HEAP_CHUNK_BYTES)));
  CHECK(heap->ahead && count_threads() == before + 1);
  heap_release(heap, block, size);
  heap_destroy(heap);
  for (int ms = 0; ms < WAIT_MS && count_threads() > before; ms++) sleep_ms(1); // joined, but the kernel's entry may linger
  CHECK(count_threads() == before);
}

int main(void) {
  Ahead *ahead = ahead_new();
  if (ahead) { // there is a second processor, and a Linux that can do it
    test_pages(ahead);
    test_block(ahead);
    test_leave(ahead);
    test_heap();
  }
  ahead_free(ahead);
  return check_done("ahead");
}
