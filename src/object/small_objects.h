// SPDX-License-Identifier: MIT
// small_objects.h - ranges and externals: kinds of a few fields each
#ifndef SMALL_OBJECTS_H
#define SMALL_OBJECTS_H

#include "heap/heap.h"
#include "object/kinds.h"
#include "object/str.h"

// Vint's a..b, both ends inclusive; empty if to < from.
typedef struct Range {
  Obj obj;
  int64_t from;
  int64_t to;
} Range;

// Something that C owns: `release` is called when it is collected (or the heap is destroyed).
typedef struct External {
  Obj obj;
  Str *type_name;
  void *pointer;
  void (*release)(void *pointer);
  Value held; // something it keeps alive
} External;

void small_objects_register(Heap *heap);
Range *small_objects_range(Heap *heap, int64_t from, int64_t to) MUST_USE;
External *small_objects_external(Heap *heap, Str *type_name, void *pointer,
                                 void (*release)(void *)) MUST_USE;

#endif
