// SPDX-License-Identifier: MIT
// mark.h - marking with an explicit stack
#ifndef MARK_H
#define MARK_H

#include "heap/heap_private.h"

void mark_init(MarkStack *stack);
void mark_free(MarkStack *stack);
// When the stack is full: makes it bigger, or does without.
void mark_push_slow(Heap *heap, Obj *object);
// Marks and traces what was pushed until nothing is left.
void mark_drain(Heap *heap);
// Traces an old object that may point to new ones.
void mark_trace_again(Heap *heap, Obj *object);
// Gives back a stack that is big for what is live.
void mark_shrink(Heap *heap);

static inline void mark_push(Heap *heap, Obj *object) {
  MarkStack *stack = &heap->mark;
  if (LIKELY(stack->count < stack->capacity))
    stack->items[stack->count++] = object;
  else
    mark_push_slow(heap, object);
}

#endif
