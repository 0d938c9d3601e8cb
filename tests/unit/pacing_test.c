// SPDX-License-Identifier: MIT
// pacing_test.c - when the next major collection comes
//
// A chain of blocks of a kibibyte is the heap: what it holds lives, what is cut off is dead.
#include "heap/heap_private.h"
#include "check.h"

#define BLOCK_BYTES 1024

enum { KIND_BLOCK };

typedef struct Block {
  Obj obj;
  Value next;
} Block;

static void trace_block(Heap *heap, Obj *object) {
  heap_mark_value(heap, ((Block *)object)->next);
}

static void mark_chain(Heap *heap, void *owner, bool minor) {
  (void)minor;
  heap_mark_value(heap, *(Value *)owner);
}

static Heap *make_heap(Value *chain) {
  Heap *heap = heap_create(NULL);
  heap_register(heap, KIND_BLOCK, &(KindDescriptor){.name = "block", .trace = trace_block});
  heap_add_root(heap, mark_chain, chain);
  *chain = VALUE_NULL;
  return heap;
}

static void add_block(Heap *heap, Value *chain) {
  Block *block = heap_new(heap, KIND_BLOCK, BLOCK_BYTES);
  CHECK(block != NULL);
  block->next = *chain;
  *chain = value_object(block);
}

// Cuts off all but the first blocks of the chain.
static void keep_first(Heap *heap, Value chain, int count) {
  Block *last = (Block *)value_as_object(chain);
  while (--count > 0) last = (Block *)value_as_object(last->next);
  heap_store(heap, last, &last->next, VALUE_NULL);
}

// Until a major collection has ended and been swept.
static void grow_until_major(Heap *heap, Value *chain) {
  uint64_t before = heap->major_count;
  while (heap->major_count == before || heap->last_was_major) add_block(heap, chain);
}

static void test_all_alive(void) {
  Value chain;
  Heap *heap = make_heap(&chain);
  grow_until_major(heap, &chain);
  CHECK(heap->major_at > heap->live * 7 / 2 && heap->major_at <= heap->live * 4);
  heap_destroy(heap);
}

static void test_much_dead(void) {
  Value chain;
  Heap *heap = make_heap(&chain);
  for (int i = 0; i < 14000; i++) add_block(heap, &chain);
  heap_collect(heap, false); // all of them are old
  keep_first(heap, chain, 4000);
  CHECK(heap->major_count == 0);
  while (heap->live <= heap->major_at && heap->major_count == 0) add_block(heap, &chain);
  grow_until_major(heap, &chain);
  CHECK(heap->major_at < heap->live * 5 / 2);
  heap_destroy(heap);
}

// More than 256 MiB are not added, however much is live.
static void test_limit(void) {
  Value chain;
  Heap *heap = make_heap(&chain);
  for (int i = 0; i < 160 * 1024; i++) add_block(heap, &chain);
  heap_collect(heap, true);
  CHECK(heap->major_at < heap->live * 2 + ((size_t)257 << 20));
  CHECK(heap->major_at > heap->live * 2 + ((size_t)250 << 20));
  heap_destroy(heap);
}

int main(void) {
  test_all_alive();
  test_much_dead();
  test_limit();
  return check_done("pacing");
}
