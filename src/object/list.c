// SPDX-License-Identifier: MIT
// list.c - growable lists of values
//
// Room doubles while a list is small and grows by half from LIST_HALF items on: large blocks are
// moved by the system without copying, so the slower growth costs little and wastes less.
#include "object/list.h"
#include "base/assertion.h"
#include "heap/fresh.h"
#include <string.h>

#define LIST_FIRST  4
#define LIST_HALF   8192
#define LIST_INSIDE 29 // a list of so many items is an object of 256 bytes

static bool trace_more(Heap *heap, Obj *object, uintptr_t *cursor) {
  List *list = (List *)object;
  return heap_mark_piece(heap, object, list->items, list->count, cursor);
}

static void trace_list(Heap *heap, Obj *object) {
  uintptr_t cursor = HEAP_FROM_START;
  if (!trace_more(heap, object, &cursor)) heap_defer(heap, object, cursor);
}

static bool is_inside(const List *list) {
  return list->items == list->inside;
}

static void finish_list(Heap *heap, Obj *object) {
  List *list = (List *)object;
  if (is_inside(list)) return;
  heap_release(heap, list->items - list->obj.extra, (list->obj.extra + list->capacity) * sizeof(Value));
}

void list_register(Heap *heap) {
  heap_register(heap, KIND_LIST,
                &(KindDescriptor){.name = kinds_name(KIND_LIST),
                                  .trace = trace_list,
                                  .finish = finish_list,
                                  .trace_more = trace_more,
                                  .owns_late = true});
}

// The places that were left behind are room again.
static void move_to_front(List *list) {
  Value *block = list->items - list->obj.extra;
  memmove(block, list->items, list->count * sizeof(Value));
  list->items = block;
  list->capacity += list->obj.extra;
  list->obj.extra = 0;
}

static bool set_capacity(Heap *heap, List *list, uint32_t capacity) {
  if (list->obj.extra > 0) move_to_front(list);
  bool moves_out = is_inside(list);
  heap_push_root(heap, value_object(list));
  Value *block = moves_out ? NULL : list->items;
  block = heap_grow(heap, block, block ? list->capacity * sizeof(Value) : 0,
                    (size_t)capacity * sizeof(Value));
  heap_pop_roots(heap, 1);
  if (!block) return false;
  if (moves_out) memcpy(block, list->inside, list->count * sizeof(Value));
  heap_own(&list->obj);
  list->items = block;
  list->capacity = capacity;
  return true;
}

// Its items inside.
static inline List *new_short(Heap *heap, uint32_t capacity) {
  size_t size = offsetof(List, inside) + capacity * sizeof(Value);
  List *list = fresh_object(heap, KIND_LIST, size);
  if (UNLIKELY(!list)) return NULL;
  list->count = 0;
  list->capacity = capacity;
  list->items = capacity ? list->inside : NULL;
  return list;
}

List *list_new(Heap *heap, uint32_t capacity) {
  if (capacity <= LIST_INSIDE) return new_short(heap, capacity);
  List *list = new_short(heap, 0);
  if (!list || !set_capacity(heap, list, capacity)) return NULL;
  return list;
}

List *list_from(Heap *heap, const Value *values, uint32_t count) {
  List *list = list_new(heap, count);
  if (UNLIKELY(!list)) return NULL;
  for (uint32_t i = 0; i < count; i++) list->items[i] = values[i];
  list->count = count;
  heap_touch(heap, &list->obj);
  return list;
}

bool list_reserve(Heap *heap, List *list, uint32_t more) {
  if (more <= list->capacity - list->count) return true;
  // What is moved has been paid for by at least half as many removals.
  if (list->obj.extra > list->count / 2) {
    move_to_front(list);
    if (more <= list->capacity - list->count) return true;
  }
  uint64_t needed = (uint64_t)list->count + more;
  uint64_t capacity = list->capacity;
  capacity = capacity < LIST_HALF ? capacity * 2 : capacity + capacity / 2;
  if (capacity < LIST_FIRST) capacity = LIST_FIRST;
  if (capacity < needed) capacity = needed;
  if (capacity > UINT32_MAX) capacity = UINT32_MAX;
  return needed <= capacity && set_capacity(heap, list, (uint32_t)capacity);
}

static bool reserve_keeping(Heap *heap, List *list, uint32_t more, Value value) {
  heap_push_root(heap, value);
  bool done = list_reserve(heap, list, more);
  heap_pop_roots(heap, 1);
  return done;
}

bool list_push_growing(Heap *heap, List *list, Value value) {
  return reserve_keeping(heap, list, 1, value) && list_push(heap, list, value);
}

// Places before the first item of a long list, half as many as it has items, so that the next ones need
// not move it.
static bool open_front(Heap *heap, List *list, Value value) {
  uint32_t places = list->count / 2;
  if (!reserve_keeping(heap, list, places, value)) return false;
  memmove(list->items + places, list->items, list->count * sizeof(Value));
  list->items += places;
  list->capacity -= places;
  list->obj.extra = places;
  return true;
}

static bool insert_first(Heap *heap, List *list, Value value) {
  if (list->obj.extra == 0 && !open_front(heap, list, value)) return false;
  list->obj.extra--;
  list->capacity++;
  *--list->items = value;
  list->count++;
  heap_touch(heap, &list->obj);
  return true;
}

bool list_insert(Heap *heap, List *list, uint32_t index, Value value) {
  ASSERT(index <= list->count);
  if (index == 0 && list->count > LIST_INSIDE) return insert_first(heap, list, value);
  if (list->count == list->capacity && !reserve_keeping(heap, list, 1, value)) return false;
  Value *place = list->items + index;
  memmove(place + 1, place, (list->count - index) * sizeof(Value));
  *place = value;
  list->count++;
  heap_touch(heap, &list->obj);
  return true;
}

Value list_remove(Heap *heap, List *list, uint32_t index) {
  (void)heap;
  ASSERT(index < list->count);
  Value *place = list->items + index;
  Value removed = *place;
  list->count--;
  if (index == 0 && list->count > LIST_INSIDE) {
    list->items++;
    list->capacity--;
    list->obj.extra++;
    return removed;
  }
  memmove(place, place + 1, (list->count - index) * sizeof(Value));
  return removed;
}

void list_truncate(List *list, uint32_t count) {
  if (count < list->count) list->count = count;
}
