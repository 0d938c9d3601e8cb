// SPDX-License-Identifier: MIT
// roots.c - where marking begins
//
// Four sources: values pushed by C code, providers (the VM's globals, the running fibers), the
// remembered set of old objects that were written to, and weak visitors, which come last and may
// still bring an object back. Their tables grow with memory_require: they are few and small. The
// remembered set can be as large as the heap, so it may fail; a major collection, which needs none,
// then follows.
#include "heap/roots.h"
#include "base/memory.h"
#include "heap/mark.h"
#include <stdlib.h>

#define REMEMBERED_KEEP 4096 // entries of the remembered set's memory that stay

void roots_free(Roots *roots) {
  free(roots->providers);
  free(roots->weak);
  free(roots->temporary);
  free(roots->remembered);
}

void roots_add_provider(Roots *roots, RootProvider provider) {
  size_t size = (roots->provider_count + 1) * sizeof(RootProvider);
  roots->providers = memory_require(roots->providers, size);
  roots->providers[roots->provider_count++] = provider;
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

static void forget_remembered(Roots *roots) {
  roots->remembered_count = 0;
  if (roots->remembered_capacity <= REMEMBERED_KEEP) return;
  free(roots->remembered);
  roots->remembered = NULL;
  roots->remembered_capacity = 0;
}

static void mark_provided(Heap *heap, bool minor, bool late) {
  for (uint32_t i = 0; i < heap->roots.provider_count; i++) {
    const RootProvider *provider = &heap->roots.providers[i];
    if (provider->is_late == late) provider->mark(heap, provider->owner, minor);
  }
  mark_drain(heap);
}

void roots_mark(Heap *heap, bool minor) {
  Roots *roots = &heap->roots;
  heap_mark_values(heap, roots->temporary, roots->temporary_count);
  for (size_t i = 0; minor && i < roots->remembered_count; i++) {
    mark_trace_again(heap, roots->remembered[i]);
    mark_drain(heap); // one object's children at a time keep the stack small
  }
  forget_remembered(roots);
  mark_provided(heap, minor, false);
  mark_provided(heap, minor, true);
}

void roots_visit_weak(Heap *heap) {
  Roots *roots = &heap->roots;
  for (uint32_t i = roots->weak_count; i-- > 0;) {
    roots->weak[i].visit(heap, roots->weak[i].owner);
    mark_drain(heap);
  }
}
