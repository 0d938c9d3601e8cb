// SPDX-License-Identifier: MIT
// list.h - growable lists of values (Luma's List, Vint's array)
//
// A list that is made with few items has them in itself, behind its fields, until there are more: most lists are short
// and stay as they are. The first item of a long list is removed by leaving its place behind, so a list is a queue too:
// taking from either end and adding at either end take constant time, amortised.
//
//   block:  | obj.extra places | items[0] … items[count - 1] | room |
//                              |<------------- capacity ----------->|
//
// Functions that may fail return false or NULL when memory is out; the list is then unchanged.
#ifndef LIST_H
#define LIST_H

#include "heap/heap.h"
#include "object/kinds.h"

typedef struct List {
  Obj obj; // extra: places in the block before `items`, 0 if they are inside
  uint32_t count;
  uint32_t capacity; // from items[0] on
  Value *items;      // `inside`, in a raw block, or NULL
  Value inside[1];   // as many as it was made with
} List;

void list_register(Heap *heap);
List *list_new(Heap *heap, uint32_t capacity) MUST_USE;
// `values` must be rooted.
List *list_from(Heap *heap, const Value *values, uint32_t count) MUST_USE;
bool list_reserve(Heap *heap, List *list, uint32_t more) MUST_USE;
// list_push into a list that is full.
bool list_push_growing(Heap *heap, List *list, Value value) MUST_USE;
// 0 ≤ index ≤ count.
bool list_insert(Heap *heap, List *list, uint32_t index, Value value) MUST_USE;
// index < count; returns what was there.
Value list_remove(Heap *heap, List *list, uint32_t index);
void list_truncate(List *list, uint32_t count);

// `value` need not be rooted: it is while the list grows.
MUST_USE static inline bool list_push(Heap *heap, List *list, Value value) {
  if (UNLIKELY(list->count == list->capacity)) return list_push_growing(heap, list, value);
  heap_store(heap, list, &list->items[list->count++], value);
  return true;
}
static inline void list_set(Heap *heap, List *list, uint32_t index, Value value) {
  heap_store(heap, list, &list->items[index], value);
}
static inline bool value_is_list(Value v) {
  return value_is_kind(v, KIND_LIST);
}
static inline List *value_as_list(Value v) {
  return (List *)value_as_object(v);
}

#endif
