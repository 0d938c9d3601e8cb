// SPDX-License-Identifier: MIT
// mark.c - marking with an explicit stack
//
// heap_mark only pushes; it does not even look at the object, because that is where the cache
// misses are. What is popped goes through a short ring while its memory is fetched, and is looked
// at eight pops later. On a heap of scattered objects this halves the time of marking, at the price
// that objects which are marked already are pushed too.
//
// Between slices the stack keeps what is still to be looked at. Nothing on it can be freed before
// marking has ended. An object too long for one slice is traced in pieces: it stands on a second
// stack, `deferred`, with the place to go on from.
//
// Out of memory. When the stack cannot grow, an object is marked without being traced and
// `has_overflown` is set. Then, after the stack is empty, the whole heap is searched: every marked
// object is traced once more, which finds the untraced ones, until a search pushes without
// overflow. During these searches a full stack takes no object that is marked already, so each
// search that overflows has marked something new and they come to an end. Slow and in one go, but it
// needs no memory.
#include "heap/mark.h"
#include "heap/page.h"
#include <stdlib.h>

#define MARK_RING      8    // a power of two
#define MARK_CAPACITY  1024 // at the start, and what is kept
#define MARK_KEEP_RATE 64   // a bigger stack is kept while it is below 1/64 of what is live
#define MARK_PIECE     4096 // values
#define MARK_LONG      (2 * MARK_PIECE) // see heap_mark_piece
#define MARK_SCAN_COST 16   // values that are looked at cost as much as one object

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

bool mark_set(Heap *heap, Obj *object) {
  if (heap_has_mark(heap, object)) return false;
  if (!(object->colour & HEAP_LARGE)) page_of(object)->marked++;
  object->colour = (uint8_t)((object->colour & HEAP_LARGE) | heap->mark_bit);
  return true;
}

void mark_push_slow(Heap *heap, Obj *object) {
  MarkStack *stack = &heap->mark;
  if (stack->is_rescuing && heap_has_mark(heap, object)) return;
  if (stack->count < stack->limit && grow_stack(stack)) {
    stack->items[stack->count++] = object;
    return;
  }
  if (stack->is_lossy)
    stack->has_lost = true;
  else if (mark_set(heap, object))
    stack->has_overflown = true;
}

static void visit(Heap *heap, Obj *object) {
  ASSERT(object->kind < HEAP_KIND_MAX);
  if (!mark_set(heap, object)) return;
  void (*trace)(Heap *, Obj *) = heap->kinds[object->kind].trace;
  if (trace) trace(heap, object);
}

// Of each turn of the ring one object goes in and one comes out; at the end of a slice those that are
// still inside go back.
static void empty_stack(Heap *heap) {
  MarkStack *stack = &heap->mark;
  Obj *ring[MARK_RING] = {0};
  unsigned turn = 0;
  unsigned in_ring = 0;
  while (stack->count || in_ring) {
    Obj *next = NULL;
    if (stack->count && LIKELY(heap->work_left > 0)) {
      next = stack->items[--stack->count];
      __builtin_prefetch(next);
      heap->work_left--;
      in_ring++;
    } else if (!in_ring) {
      return;
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
  if (!heap_has_mark(heap, object)) return;
  void (*trace)(Heap *, Obj *) = heap->kinds[object->kind].trace;
  if (!trace) return;
  trace(heap, object);
  heap->work_left = INT64_MAX;
  empty_stack(heap);
}

static void trace_marked_large(Heap *heap, DLink *list) {
  for (DLink *link = list->next; link != list; link = link->next) {
    trace_marked(heap, large_object(link));
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

static void rescue(Heap *heap) {
  MarkStack *stack = &heap->mark;
  while (stack->has_overflown) {
    stack->has_overflown = false;
    stack->is_rescuing = true;
    search_heap(heap);
  }
  stack->is_rescuing = false;
}

// A piece of the object that was deferred last.
static void trace_deferred(Heap *heap) {
  DeferredStack *deferred = &heap->deferred;
  size_t at = deferred->count - 1;
  Deferred item = deferred->items[at]; // the stack may move
  bool is_done = heap->kinds[item.object->kind].trace_more(heap, item.object, &item.cursor);
  deferred->items[at].cursor = item.cursor;
  if (!is_done) return;
  deferred->count--;
  if (at < deferred->count) deferred->items[at] = deferred->items[deferred->count];
}

bool mark_run(Heap *heap) {
  for (;;) {
    empty_stack(heap);
    if (heap->mark.count) return false;
    if (heap->mark.has_overflown) rescue(heap);
    if (!heap->deferred.count) return true;
    if (heap->work_left <= 0) return false;
    trace_deferred(heap);
  }
}

void mark_drain(Heap *heap) {
  heap->work_left = INT64_MAX;
  while (!mark_run(heap)) heap->work_left = INT64_MAX;
}

void mark_trace_again(Heap *heap, Obj *object) {
  if (!(object->colour & HEAP_DIRTY) || !heap_has_mark(heap, object)) return;
  object->colour &= (uint8_t)~HEAP_DIRTY;
  void (*trace)(Heap *, Obj *) = heap->kinds[object->kind].trace;
  heap->work_left--;
  if (trace) trace(heap, object);
}

void mark_shrink(Heap *heap) {
  MarkStack *stack = &heap->mark;
  free(heap->deferred.items);
  heap->deferred = (DeferredStack){0};
  size_t bytes = stack->capacity * sizeof(Obj *);
  if (stack->capacity <= MARK_CAPACITY || bytes <= heap_used(heap) / MARK_KEEP_RATE) return;
  Obj **items = realloc(stack->items, MARK_CAPACITY * sizeof(Obj *));
  if (!items) return;
  stack->items = items;
  stack->capacity = MARK_CAPACITY;
}

// --- For trace functions -------------------------------------------------------------------------

void heap_mark(Heap *heap, Obj *object) {
  ASSERT(heap->is_marking);
  if (object) mark_push(heap, object);
}

void heap_mark_values(Heap *heap, const Value *values, size_t count) {
  heap->work_left -= (int64_t)(count / MARK_SCAN_COST);
  for (size_t i = 0; i < count; i++) {
    if (value_is_object(values[i])) mark_push(heap, value_as_object(values[i]));
  }
}

bool heap_may_defer(const Heap *heap) {
  return !heap->mark.is_lossy;
}

void heap_spend(Heap *heap, uint32_t count) {
  heap->work_left -= count;
}

static bool push_deferred(DeferredStack *deferred, Deferred item) {
  if (deferred->count == deferred->capacity) {
    size_t capacity = deferred->capacity ? deferred->capacity * 2 : 16;
    Deferred *items = realloc(deferred->items, capacity * sizeof(Deferred));
    if (!items) return false;
    deferred->items = items;
    deferred->capacity = capacity;
  }
  deferred->items[deferred->count++] = item;
  return true;
}

void heap_defer(Heap *heap, Obj *object, uintptr_t cursor) {
  if (heap_may_defer(heap) && push_deferred(&heap->deferred, (Deferred){object, cursor})) return;
  while (!heap->kinds[object->kind].trace_more(heap, object, &cursor)) {}
}

// From MARK_LONG on the barrier looks at each store. An object that is shorter is traced again as a whole in each slice
// between which it was stored to, so it must leave the slice (gc.c: twice as much) room for what is new: a list to which
// a program always appends would keep marking from ever ending.
bool heap_mark_piece(Heap *heap, Obj *object, const Value *values, size_t count,
                     uintptr_t *cursor) {
  size_t left = *cursor < count ? *cursor : count;
  size_t from = left > MARK_PIECE ? left - MARK_PIECE : 0;
  heap_mark_values(heap, values + from, left - from);
  *cursor = from;
  if (count >= MARK_LONG && heap_may_defer(heap)) object->colour |= HEAP_LONG;
  return from == 0;
}
