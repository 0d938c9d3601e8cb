// SPDX-License-Identifier: MIT
// kind.h - the header of every object, and what the collector must know of a kind
//
// An object begins with 8 bytes: kind, colour and two fields that belong to the kind (`flags`,
// `extra`). Kinds are numbers to the heap; their owners register a descriptor each.
#ifndef KIND_H
#define KIND_H

#include "heap/value.h"

typedef struct Heap Heap;

struct Obj {
  uint8_t kind;   // index of its KindDescriptor
  uint8_t colour; // the collector's
  uint16_t flags; // the kind's own
  uint32_t extra; // the kind's own
};

typedef struct KindDescriptor {
  const char *name; // for statistics and assertions
  // Marks what the object points to, by heap_mark and heap_mark_value. NULL: points to nothing.
  void (*trace)(Heap *heap, Obj *object);
  // Gives back what the object owns outside its own block (heap_release). Runs while sweeping: it
  // must not allocate nor look at other objects. NULL: owns nothing.
  void (*finish)(Heap *heap, Obj *object);
  // For what may be long: `trace` marks a piece and calls heap_defer, and this goes on from *cursor.
  // True: done. The program runs in between, and may change the object; what it stores there is
  // marked by the barrier.
  bool (*trace_more)(Heap *heap, Obj *object, uintptr_t *cursor);
  // `finish` will be called for this dead object soon: it may fetch the memory that it will need.
  void (*fetch)(Heap *heap, const Obj *object);
  // Whether it points to nothing now that only it leads to in a minor collection; if it will later, the barrier
  // tells. NULL: nobody knows. For what a program stores by the million.
  bool (*is_leaf)(const Obj *object);
  void *owner; // for `finish`: heap_kind_owner
  // Most of them own nothing: who begins to says heap_own, and the others are swept without a look.
  bool owns_late;
} KindDescriptor;

#define HEAP_KIND_MAX 64

#endif
