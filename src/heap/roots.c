// SPDX-License-Identifier: MIT
// roots.c - where marking begins
//
// Five sources: values pushed by C code, providers (the VM's globals, the running fiber), walks (lists
// of fibers and timers that may be long), the remembered set of marked objects that were written to,
// and weak visitors, which come last and may still bring an object back. Their tables grow with
// memory_require: they are few and small. The remembered set can be as large as the heap, so it may
// fail; a major collection, which needs none, then follows, or the marking that is under way searches
// the heap.
#include "heap/roots.h"
#include "base/memory.h"
#include "heap/mark.h"
#include <stdlib.h>

#define REMEMBERED_KEEP  4096 // entries of the remembered set's memory that stay
#define STEP_COST        128  // of a walk, in objects: what it looks at and does not mark
#define REMEMBERED_PIECE 64   // traced before the stack is looked at: keeps it small

void roots_free(Roots *roots) {
  free(roots->providers);
  free(roots->walks);
  free(roots->weak);
  free(roots->temporary);
  free(roots->remembered);
}

void roots_add_provider(Roots *roots, RootProvider provider) {
  size_t size = (roots->provider_count + 1) * sizeof(RootProvider);
  roots->providers = memory_require(roots->providers, size);
  roots->providers[roots->provider_count++] = provider;
}

void roots_add_walk(Roots *roots, HeapWalk walk) {
  roots->walks = memory_require(roots->walks, (roots->walk_count + 1) * sizeof(HeapWalk));
  roots->walks[roots->walk_count++] = walk;
}

void roots_add_weak(Roots *roots, WeakVisitor visitor) {
  roots->weak = memory_require(roots->weak, (roots->weak_count + 1) * sizeof(WeakVisitor));
  roots->weak[roots->weak_count++] = visitor;
}

void roots_push(Roots *roots, Value value) {
  if (roots->temporary_count == roots->temporary_capacity) {
    roots->temporary_capacity = roots->temporary_capacity ? roots->temporary_capacity * 2 : 32;
    roots->temporary = memory_require(roots->temporary, roots->temporary_capacity * sizeof(Value));
  }
  roots->temporary[roots->temporary_count++] = value;
}

void roots_pop(Roots *roots, uint32_t count) {
  ASSERT(count <= roots->temporary_count);
  roots->temporary_count -= count;
}

bool roots_remember(Roots *roots, Obj *object) {
  if (roots->remembered_count == roots->remembered_capacity) {
    size_t capacity = roots->remembered_capacity ? roots->remembered_capacity * 2 : 64;
    Obj **grown = realloc(roots->remembered, capacity * sizeof(Obj *));
    if (!grown) return false;
    roots->remembered = grown;
    roots->remembered_capacity = capacity;
  }
  roots->remembered[roots->remembered_count++] = object;
  return true;
}

void roots_forget_remembered(Roots *roots) {
  roots->remembered_count = 0;
  if (roots->remembered_capacity <= REMEMBERED_KEEP) return;
  free(roots->remembered);
  roots->remembered = NULL;
  roots->remembered_capacity = 0;
}

void roots_begin(Heap *heap, bool late) {
  for (uint32_t i = 0; i < heap->roots.walk_count; i++) {
    const HeapWalk *walk = &heap->roots.walks[i];
    if (walk->is_late == late && walk->begin) walk->begin(walk->owner, heap->is_minor);
  }
}

bool roots_trace_remembered(Heap *heap) {
  Roots *roots = &heap->roots;
  if (roots->remembered_count == 0) return false;
  for (int i = 0; i < REMEMBERED_PIECE && roots->remembered_count > 0; i++) {
    mark_trace_again(heap, roots->remembered[--roots->remembered_count]);
  }
  return true;
}

bool roots_walk(Heap *heap) {
  for (uint32_t i = 0; i < heap->roots.walk_count; i++) {
    const HeapWalk *walk = &heap->roots.walks[i];
    if (walk->is_late && heap->phase != GC_LATE) continue;
    heap->work_left -= STEP_COST;
    if (!walk->step(heap, walk->owner, heap->is_minor)) return true;
  }
  return false;
}

void roots_mark(Heap *heap) {
  Roots *roots = &heap->roots;
  heap_mark_values(heap, roots->temporary, roots->temporary_count);
  for (uint32_t i = 0; i < roots->provider_count; i++) {
    roots->providers[i].mark(heap, roots->providers[i].owner, heap->is_minor);
  }
}

void roots_visit_weak(Heap *heap) {
  Roots *roots = &heap->roots;
  for (uint32_t i = roots->weak_count; i-- > 0;) {
    roots->weak[i].visit(heap, roots->weak[i].owner);
    mark_drain(heap);
  }
}
