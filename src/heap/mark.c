// SPDX-License-Identifier: MIT
// mark.c - marking with an explicit stack
//
// heap_mark only pushes; it does not even look at the object, because that is where the cache
// misses are. What is popped goes through a short ring while its memory is fetched, and is looked
// at eight pops later. On a heap of scattered objects this halves the time of marking, at the price
// that objects which are marked already are pushed too.
//
// Out of memory. When the stack cannot grow, an object is marked without being traced and
// `has_overflown` is set. Then, after the stack is empty, the whole heap is searched: every marked
// object is traced once more, which finds the untraced ones, until a search pushes without
// overflow. During these searches a full stack takes no object that is marked already, so each
// search that overflows has marked something new and they come to an end. Slow, but it needs no
// memory.
#include "heap/mark.h"
#include "heap/page.h"
#include <stdlib.h>

#define MARK_RING      8    // a power of two
#define MARK_CAPACITY  1024 // at the start, and what is kept
#define MARK_KEEP_RATE 64   // a bigger stack is kept while it is below 1/64 of what is live

void mark_init(MarkStack *stack) {
  // Without this memory marking works too, but slowly.
  stack->items = malloc(MARK_CAPACITY * sizeof(Obj *));
  stack->capacity = stack->items ? MARK_CAPACITY : 0;
  stack->limit = SIZE_MAX / sizeof(Obj *);
}

void mark_free(MarkStack *stack) {
  free(stack->items);
  stack->items = NULL;
  stack->capacity = 0;
}

static bool grow_stack(MarkStack *stack) {
  size_t capacity = stack->capacity ? stack->capacity * 2 : MARK_CAPACITY;
  if (capacity > stack->limit) return false;
  Obj **items = realloc(stack->items, capacity * sizeof(Obj *));
  if (!items) return false;
  stack->items = items;
  stack->capacity = capacity;
  return true;
}

// False if it was marked already.
static bool set_marked(Obj *object) {
  if (object->colour & HEAP_MARKED) return false;
  if (object->colour != HEAP_WHITE_LARGE) page_of(object)->marked++;
  object->colour = HEAP_OLD;
  return true;
}

void mark_push_slow(Heap *heap, Obj *object) {
  MarkStack *stack = &heap->mark;
  if (stack->is_rescuing && (object->colour & HEAP_MARKED)) return;
  if (stack->count < stack->limit && grow_stack(stack)) {
    stack->items[stack->count++] = object;
    return;
  }
  if (stack->is_lossy)
    stack->has_lost = true;
  else if (set_marked(object))
    stack->has_overflown = true;
}

static void visit(Heap *heap, Obj *object) {
  ASSERT(object->kind < HEAP_KIND_MAX);
  if (!set_marked(object)) return;
  void (*trace)(Heap *, Obj *) = heap->kinds[object->kind].trace;
  if (trace) trace(heap, object);
}

static void empty_stack(Heap *heap) {
  MarkStack *stack = &heap->mark;
  Obj *ring[MARK_RING] = {0};
  unsigned turn = 0;
  unsigned in_ring = 0;
  while (stack->count || in_ring) {
    Obj *next = NULL;
    if (stack->count) {
      next = stack->items[--stack->count];
      __builtin_prefetch(next);
      in_ring++;
    }
    Obj *object = ring[turn];
    ring[turn] = next;
    turn = (turn + 1) % MARK_RING;
    if (!object) continue;
    in_ring--;
    visit(heap, object);
  }
}

static void trace_marked(Heap *heap, Obj *object) {
  if (!(object->colour & HEAP_MARKED)) return;
  void (*trace)(Heap *, Obj *) = heap->kinds[object->kind].trace;
  if (!trace) return;
  trace(heap, object);
  empty_stack(heap);
}

static void trace_marked_large(Heap *heap, DLink *list) {
  for (DLink *link = list->next; link != list; link = link->next) {
    trace_marked(heap, (Obj *)(CONTAINER_OF(link, LargeBlock, link) + 1));
  }
}

static void search_heap(Heap *heap) {
  for (Page *page = page_first(heap); page; page = page_next(heap, page)) {
    if (!page_has_objects(page)) continue;
    for (char *cell = page->start; cell < page->bump; cell += page->cell_size) {
      if (!poison_is_free(cell)) trace_marked(heap, (Obj *)cell);
    }
  }
  trace_marked_large(heap, &heap->large_young);
  trace_marked_large(heap, &heap->large_old);
}

void mark_drain(Heap *heap) {
  MarkStack *stack = &heap->mark;
  empty_stack(heap);
  while (stack->has_overflown) {
    stack->has_overflown = false;
    stack->is_rescuing = true;
    search_heap(heap);
  }
  stack->is_rescuing = false;
}

void mark_trace_again(Heap *heap, Obj *object) {
  if (object->colour != HEAP_DIRTY) return;
  object->colour = HEAP_OLD;
  void (*trace)(Heap *, Obj *) = heap->kinds[object->kind].trace;
  if (trace) trace(heap, object);
}

void mark_shrink(Heap *heap) {
  MarkStack *stack = &heap->mark;
  size_t bytes = stack->capacity * sizeof(Obj *);
  if (stack->capacity <= MARK_CAPACITY || bytes <= heap_used(heap) / MARK_KEEP_RATE) return;
  Obj **items = realloc(stack->items, MARK_CAPACITY * sizeof(Obj *));
  if (!items) return;
  stack->items = items;
  stack->capacity = MARK_CAPACITY;
}
