// SPDX-License-Identifier: MIT
// small_objects.c - ranges and externals: kinds of a few fields each
#include "object/small_objects.h"

static void trace_external(Heap *heap, Obj *object) {
  External *external = (External *)object;
  heap_mark(heap, (Obj *)external->type_name);
  heap_mark_value(heap, external->held);
}

static void finish_external(Heap *heap, Obj *object) {
  (void)heap;
  External *external = (External *)object;
  if (external->release && external->pointer) external->release(external->pointer);
  external->pointer = NULL;
}

void small_objects_register(Heap *heap) {
  heap_register(heap, KIND_RANGE, &(KindDescriptor){.name = kinds_name(KIND_RANGE)});
  heap_register(heap, KIND_EXTERNAL,
                &(KindDescriptor){kinds_name(KIND_EXTERNAL), trace_external, finish_external});
}

Range *small_objects_range(Heap *heap, int64_t from, int64_t to) {
  Range *range = heap_new(heap, KIND_RANGE, sizeof(Range));
  if (!range) return NULL;
  range->from = from;
  range->to = to;
  return range;
}

External *small_objects_external(Heap *heap, Str *type_name, void *pointer,
                                 void (*release)(void *)) {
  heap_push_root(heap, type_name ? value_object(type_name) : VALUE_NULL);
  External *external = heap_new(heap, KIND_EXTERNAL, sizeof(External));
  heap_pop_roots(heap, 1);
  if (!external) return NULL;
  external->type_name = type_name;
  external->pointer = pointer;
  external->release = release;
  external->held = VALUE_NULL;
  return external;
}
