// SPDX-License-Identifier: MIT
// reach.c - what an object leads to, asked outside a collection
//
// The list of what is still to be looked at is a mark stack of its own, which takes the place of the
// heap's while something is traced. A table with open addressing holds what was seen; beginning anew only counts up its turn, so
// that many short walks cost no clearing.
#include "heap/reach.h"

#include "base/hash.h"
#include "heap/mark.h"

#include <stdlib.h>
#include <string.h>

typedef struct Seen {
  const Obj *object;
  uint32_t turn; // of the walk in which it was; an older one: the place is free
} Seen;

struct Reach {
  Heap *heap;
  MarkStack stack;
  Seen *seen;
  size_t capacity; // a power of two
  size_t count;
  uint32_t turn;
  uint64_t left;
  bool is_exhausted;
};

#define SEEN_MIN 256

Reach *reach_new(Heap *heap, uint64_t limit) {
  Reach *reach = calloc(1, sizeof(Reach));
  if (!reach) return NULL;
  *reach = (Reach){.heap = heap, .capacity = SEEN_MIN, .turn = 1, .left = limit};
  reach->seen = calloc(SEEN_MIN, sizeof(Seen));
  mark_init(&reach->stack);
  reach->stack.is_lossy = true;
  if (reach->seen) return reach;
  reach_free(reach);
  return NULL;
}

void reach_free(Reach *reach) {
  if (!reach) return;
  mark_free(&reach->stack);
  free(reach->seen);
  free(reach);
}

static Seen *find_place(const Reach *reach, const Obj *object) {
  size_t at = hash_u64((uintptr_t)object) & (reach->capacity - 1);
  while (reach->seen[at].turn == reach->turn && reach->seen[at].object != object)
    at = (at + 1) & (reach->capacity - 1);
  return &reach->seen[at];
}

static bool grow(Reach *reach) {
  Reach larger = *reach;
  larger.capacity *= 2;
  larger.seen = calloc(larger.capacity, sizeof(Seen));
  if (!larger.seen) return false;
  for (size_t i = 0; i < reach->capacity; i++) {
    if (reach->seen[i].turn == reach->turn)
      *find_place(&larger, reach->seen[i].object) = reach->seen[i];
  }
  free(reach->seen);
  *reach = larger;
  return true;
}

// False: it was seen in this walk already.
static bool note(Reach *reach, const Obj *object) {
  Seen *place = find_place(reach, object);
  if (place->turn == reach->turn) return false;
  *place = (Seen){object, reach->turn};
  reach->count++;
  if (reach->count * 2 > reach->capacity && !grow(reach)) reach->is_exhausted = true;
  return true;
}

void reach_begin(Reach *reach) {
  reach->stack.count = 0;
  reach->count = 0;
  if (++reach->turn != 0) return;
  memset(reach->seen, 0, reach->capacity * sizeof(Seen)); // the turns have come round
  reach->turn = 1;
}

// What the stack has no room for and no memory to grow is left out.
static void trace_quietly(Reach *reach, void (*trace)(Heap *, Obj *), Obj *object) {
  Heap *heap = reach->heap;
  MarkStack of_heap = heap->mark;
  int64_t work_left = heap->work_left;
  heap->mark = reach->stack;
  heap->is_marking = true;
  trace(heap, object);
  heap->is_marking = false;
  reach->stack = heap->mark;
  heap->mark = of_heap;
  heap->work_left = work_left;
  if (reach->stack.has_lost) reach->is_exhausted = true;
}

static void push_one(Heap *heap, Obj *object) {
  heap_mark(heap, object);
}

void reach_push(Reach *reach, Value value) {
  if (value_is_object(value)) trace_quietly(reach, push_one, value_as_object(value));
}

void reach_follow(Reach *reach, Obj *object) {
  void (*trace)(Heap *, Obj *) = reach->heap->kinds[object->kind].trace;
  if (trace) trace_quietly(reach, trace, object);
}

Obj *reach_next(Reach *reach) {
  MarkStack *stack = &reach->stack;
  while (stack->count > 0 && !reach->is_exhausted) {
    Obj *object = stack->items[--stack->count];
    if (!note(reach, object)) continue;
    if (reach->left-- > 0) return object;
    reach->left = 0;
    reach->is_exhausted = true;
  }
  stack->count = 0;
  return NULL;
}

bool reach_is_exhausted(const Reach *reach) {
  return reach->is_exhausted;
}
