// SPDX-License-Identifier: MIT
// long_store_test.c - what is stored into a long object that is marked
//
// It is marked at once. To be traced later it must be remembered, unless it points to nothing that only it leads to.
#include "heap/heap_private.h"
#include "check.h"

#define LENGTH 10000

enum { KIND_LONG, KIND_LINK, KIND_LEAF };

typedef struct Long {
  Obj obj;
  Value *items;
} Long;

typedef struct Link {
  Obj obj;
  Value next;
} Link;

static bool trace_more_long(Heap *heap, Obj *object, uintptr_t *cursor) {
  return heap_mark_piece(heap, object, ((Long *)object)->items, LENGTH, cursor);
}

static void trace_long(Heap *heap, Obj *object) {
  uintptr_t cursor = HEAP_FROM_START;
  if (!trace_more_long(heap, object, &cursor)) heap_defer(heap, object, cursor);
}

static void trace_link(Heap *heap, Obj *object) {
  heap_mark_value(heap, ((Link *)object)->next);
}

static bool is_end(const Obj *object) {
  return !value_is_object(((const Link *)object)->next);
}

static void mark_root(Heap *heap, void *owner, bool minor) {
  heap_mark(heap, *(Obj **)owner);
}

static Link *new_link(Heap *heap, Value next) {
  Link *link = heap_new(heap, KIND_LINK, sizeof(Link));
  if (link) link->next = next;
  return link;
}

static Obj *new_leaf(Heap *heap) {
  return heap_new(heap, KIND_LEAF, sizeof(Obj));
}

static size_t store(Heap *heap, Long *list, uint32_t index, void *object) {
  size_t before = heap->roots.remembered_count;
  heap_store(heap, list, &list->items[index], value_object(object));
  CHECK(heap_is_marked(heap, object));
  return heap->roots.remembered_count - before;
}

int main(void) {
  Heap *heap = heap_create(NULL);
  heap_register(heap, KIND_LONG, &(KindDescriptor){.name = "long", .trace = trace_long, .trace_more = trace_more_long});
  heap_register(heap, KIND_LINK, &(KindDescriptor){.name = "link", .trace = trace_link, .is_leaf = is_end});
  heap_register(heap, KIND_LEAF, &(KindDescriptor){.name = "leaf"});
  Long *list = heap_new(heap, KIND_LONG, sizeof(Long));
  list->items = heap_grow(heap, NULL, 0, LENGTH * sizeof(Value));
  for (uint32_t i = 0; i < LENGTH; i++) list->items[i] = VALUE_NULL;
  Obj *root = &list->obj;
  heap_add_root(heap, mark_root, &root);
  heap_collect(heap, false);
  CHECK(heap_is_marked(heap, &list->obj));

  Obj *leaf = new_leaf(heap);
  CHECK(store(heap, list, 0, leaf) == 0);
  Link *end = new_link(heap, VALUE_NULL);
  CHECK(store(heap, list, 1, end) == 0);
  Obj *of_link = new_leaf(heap);
  Link *link = new_link(heap, value_object(of_link));
  CHECK(store(heap, list, 2, link) == 1);
  // The end becomes none: the barrier tells.
  Obj *of_end = new_leaf(heap);
  heap_store(heap, end, &end->next, value_object(of_end));
  CHECK(heap->roots.remembered_count == 2);

  heap_collect(heap, false);
  CHECK(heap_is_marked(heap, leaf) && heap_is_marked(heap, &end->obj) && heap_is_marked(heap, &link->obj));
  CHECK(heap_is_marked(heap, of_link));
  CHECK(heap_is_marked(heap, of_end));
  heap_collect(heap, true);
  CHECK(heap_is_marked(heap, of_link) && heap_is_marked(heap, of_end));

  root = NULL;
  heap_release(heap, list->items, LENGTH * sizeof(Value));
  heap_destroy(heap);
  return check_done("long_store");
}
