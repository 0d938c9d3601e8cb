// SPDX-License-Identifier: MIT
// verify.c - a look at the whole heap, in debug builds
//
// Every marked object is traced once more onto a stack of our own, and what comes onto it must be
// marked.
#include "heap/verify.h"

#ifndef NDEBUG

#include "heap/mark.h"
#include "heap/page.h"
#include <stdio.h>

static void check_pushed(Heap *heap, const Obj *from) {
  MarkStack *stack = &heap->mark;
  while (stack->count > 0) {
    const Obj *to = stack->items[--stack->count];
    if (heap_has_mark(heap, to)) continue;
    fprintf(stderr, "heap: a marked %s (%p) points to a %s (%p) that is not\n",
            heap->kinds[from->kind].name, (const void *)from, heap->kinds[to->kind].name,
            (const void *)to);
    ASSERT(!"a store without its barrier");
  }
}

static void check_object(Heap *heap, Obj *object) {
  if (!heap_has_mark(heap, object)) return;
  ASSERT(!(object->colour & HEAP_DIRTY));
  void (*trace)(Heap *, Obj *) = heap->kinds[object->kind].trace;
  if (!trace) return;
  trace(heap, object);
  check_pushed(heap, object);
}

static void check_large(Heap *heap, DLink *list) {
  for (DLink *link = list->next; link != list; link = link->next) {
    check_object(heap, large_object(link));
  }
}

void verify_marks(Heap *heap) {
  MarkStack of_heap = heap->mark;
  mark_init(&heap->mark);
  heap->mark.is_lossy = true;
  for (Page *page = page_first(heap); page; page = page_next(heap, page)) {
    if (!page_has_objects(page)) continue;
    for (char *cell = page->start; cell < page->bump; cell += page->cell_size) {
      if (!poison_is_free(cell)) check_object(heap, (Obj *)cell);
    }
  }
  check_large(heap, &heap->large_young);
  check_large(heap, &heap->large_old);
  mark_free(&heap->mark);
  heap->mark = of_heap;
}

#else
typedef int VerifyIsEmpty; // a file of C has something in it
#endif
