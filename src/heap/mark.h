// SPDX-License-Identifier: MIT
// mark.h - marking with an explicit stack
#ifndef MARK_H
#define MARK_H

#include "heap/heap_private.h"

void mark_init(MarkStack *stack);
void mark_free(MarkStack *stack);
// When the stack is full: makes it bigger, or does without.
void mark_push_slow(Heap *heap, Obj *object);
// Marks and traces what was pushed, until nothing is left or `work_left` is used up. True: nothing is
// left.
bool mark_run(Heap *heap) MUST_USE;
// Until nothing is left, whatever it takes.
void mark_drain(Heap *heap);
// Marks an object without tracing it. False if it was marked already.
bool mark_set(Heap *heap, Obj *object);
// Traces a marked object that was written to.
void mark_trace_again(Heap *heap, Obj *object);
// Gives back stacks that are big for what is live.
void mark_shrink(Heap *heap);

// For what many point to, a shape or a prototype: it is marked already, mostly, and stands in the
// cache, so that looking is cheaper than pushing.
static inline void mark_shared(Heap *heap, Obj *object) {
  if (UNLIKELY(!heap_has_mark(heap, object))) heap_mark(heap, object);
}

static inline void mark_push(Heap *heap, Obj *object) {
  MarkStack *stack = &heap->mark;
  if (LIKELY(stack->count < stack->capacity))
    stack->items[stack->count++] = object;
  else
    mark_push_slow(heap, object);
}

#endif
