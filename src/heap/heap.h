// SPDX-License-Identifier: MIT
// heap.h - allocation and collection
//
// A precise, non-moving mark-and-sweep heap with size classes. It is generational by sticky marks
// (Demers et al. 1990): an object that survived a collection stays marked and is old; a minor
// collection marks from the roots and from the remembered old objects only, and sweeps only pages
// that were allocated into since the last one. A major collection clears all marks first.
// heap_store keeps the remembered set.
//
// Objects are 16-byte aligned and never move. Small ones (≤ 1 KiB) come from pages of one size
// class, larger ones from the system. Besides objects the heap hands out raw blocks (a list's
// items, a fiber's stack) from the same classes: they are counted, owned by one object and released
// by its finish.
//
// Any heap_new or heap_grow may collect: whatever is not reachable from a root then is gone. The
// caller must have its fresh objects in a register, in a live object, or pushed with
// heap_push_root.
#ifndef HEAP_H
#define HEAP_H

#include "heap/kind.h"

typedef struct HeapOptions {
  size_t limit;        // bytes a program may have live; 0: none
  bool stress;         // collect at every allocation
  uint64_t fail_after; // tests: the n-th allocation fails; 0: off
} HeapOptions;

// NULL when the machine has no memory.
Heap *heap_create(const HeapOptions *options) MUST_USE;
void heap_destroy(Heap *heap); // finishes and frees every object

// Before the first object of the kind is made.
void heap_register(Heap *heap, uint8_t kind, const KindDescriptor *descriptor);

// A new object of `size` bytes, header included, zeroed behind the header. NULL when the limit is
// reached even after a full collection; the caller then raises (vm_raise_memory).
void *heap_new(Heap *heap, uint8_t kind, size_t size) MUST_USE;

// Raw blocks. heap_grow: NULL when it cannot, the old block is then untouched; new bytes are not
// zeroed. `block` NULL with old_size 0 allocates. Both may collect. heap_release never collects.
void *heap_grow(Heap *heap, void *block, size_t old_size, size_t new_size) MUST_USE;
void heap_release(Heap *heap, void *block, size_t size);

// --- Roots ---------------------------------------------------------------------------------------

// `mark` is called at each collection and marks what its owner holds. `minor` tells that old
// objects are known to be marked, so a provider may skip what has not changed since the last
// collection.
void heap_add_root(Heap *heap, void (*mark)(Heap *heap, void *owner, bool minor), void *owner);
// The same, called when everything is marked that the other providers lead to: what is not marked
// then nobody else reaches.
void heap_add_late_root(Heap *heap, void (*mark)(Heap *heap, void *owner, bool minor), void *owner);
// Called when marking is done and before anything is swept; may ask heap_is_marked and call
// heap_mark (what it marks is traced too). For weak lists. Visitors run in reverse order of
// registration: what may bring objects back is registered after the strings.
void heap_add_weak(Heap *heap, void (*visit)(Heap *heap, void *owner), void *owner);
// For visitors: a minor collection is running, so what is not marked was made since the last one.
bool heap_is_minor(const Heap *heap);
// For another thread, which watches: the collector is at work.
bool heap_is_collecting(const Heap *heap);

// A stack of temporary roots for C code that holds fresh objects across an allocation. Pop as many
// as were pushed, in the same function.
void heap_push_root(Heap *heap, Value value);
void heap_pop_roots(Heap *heap, uint32_t count);

// --- Marking, for trace functions and root providers ---------------------------------------------

void heap_mark(Heap *heap, Obj *object); // NULL is fine
void heap_mark_values(Heap *heap, const Value *values, size_t count);
bool heap_is_marked(const Heap *heap, const Obj *object);

static inline void heap_mark_value(Heap *heap, Value value) {
  if (value_is_object(value)) heap_mark(heap, value_as_object(value));
}

// --- The write barrier ---------------------------------------------------------------------------

#define HEAP_WHITE 0
#define HEAP_OLD   1 // marked, survived
#define HEAP_DIRTY                                                                                 \
  2 // old and in the remembered set: it will be traced again at the next collection

void heap_remember(Heap *heap, Obj *object); // slow path of heap_touch

// To be called after (or before) something was stored into `object` and before the next allocation.
static inline void heap_touch(Heap *heap, Obj *object) {
  if (UNLIKELY(object->colour == HEAP_OLD)) heap_remember(heap, object);
}

static inline void heap_store(Heap *heap, void *object, Value *slot, Value value) {
  *slot = value;
  heap_touch(heap, (Obj *)object);
}

// --- Statistics and control ----------------------------------------------------------------------

typedef struct HeapStats {
  size_t used; // bytes live or not yet swept
  size_t peak;
  uint64_t minor_count;
  uint64_t major_count;
  uint64_t pause_max_ns;
  uint64_t pause_total_ns;
} HeapStats;

void heap_collect(Heap *heap, bool major);
void heap_stats(const Heap *heap, HeapStats *out);
// Calls visit for every object of `kind` that is not known to be dead, in address order; those
// above 1 KiB come last, the oldest first. visit must not allocate. O(heap). A root provider
// may call it.
void heap_each(Heap *heap, uint8_t kind, void (*visit)(Obj *object, void *context), void *context);

#endif
