// SPDX-License-Identifier: MIT
// heap.h - allocation and collection
//
// A precise, non-moving mark-and-sweep heap with size classes. It is generational by sticky marks
// (Demers et al. 1990): an object that survived a collection stays marked and is old; a minor
// collection marks from the roots and from the remembered old objects only, and sweeps only pages
// that were allocated into since the last one. A major collection clears all marks first.
// heap_store keeps the remembered set.
//
// Marking goes on in slices while the program runs, each bounded by work and begun by an allocation,
// so no pause depends on how much is live. The same barrier serves for it: a marked object that is
// written to will be traced again before marking ends. How much a slice does is counted, not timed:
// when something is found to be dead follows from the program alone.
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
#include "heap/pauses.h"

typedef struct HeapOptions {
  size_t limit;        // bytes a program may have live; 0: none
  bool stress;         // collect at every allocation, or mark a few objects
  uint64_t fail_after; // tests: the n-th allocation fails; 0: off
} HeapOptions;

// NULL when the machine has no memory.
Heap *heap_create(const HeapOptions *options) MUST_USE;
void heap_destroy(Heap *heap); // finishes and frees every object

// Before the first object of the kind is made.
void heap_register(Heap *heap, uint8_t kind, const KindDescriptor *descriptor);

// The owner that the kind was registered with.
void *heap_kind_owner(const Heap *heap, uint8_t kind);

#define HEAP_BYTES_MIN 1025

// A new object of `size` bytes, header included, zeroed behind the header. NULL when the limit is
// reached even after a full collection; the caller then raises (vm_raise_memory).
void *heap_new(Heap *heap, uint8_t kind, size_t size) MUST_USE;
// The same for a large object of bytes (HEAP_BYTES_MIN and more) that needs no finish and of which only the first
// `head` bytes are zeroed.
void *heap_new_bytes(Heap *heap, uint8_t kind, size_t size, size_t head) MUST_USE;
// The same for who may not collect. What goes beyond the limit is noticed at the next allocation; without
// memory the process ends.
void *heap_new_bytes_now(Heap *heap, uint8_t kind, size_t size, size_t head);

// An object of a kind that owns late has its first block: `finish` will be called for it.
void heap_own(Obj *object);

// Raw blocks. heap_grow: NULL when it cannot, the old block is then untouched; new bytes are not
// zeroed. `block` NULL with old_size 0 allocates. Both may collect. heap_release never collects.
void *heap_grow(Heap *heap, void *block, size_t old_size, size_t new_size) MUST_USE;
void heap_release(Heap *heap, void *block, size_t size);
// A new block that is zeroed; of a large one without being touched.
void *heap_grow_zeroed(Heap *heap, size_t size) MUST_USE;

// --- Roots ---------------------------------------------------------------------------------------

// `mark` is called once or a few times in each collection, at the latest when everything else is
// marked, and marks what its owner holds; it should be short. `minor` tells that old objects are known
// to be marked.
void heap_add_root(Heap *heap, void (*mark)(Heap *heap, void *owner, bool minor), void *owner);

// Roots that may be many, marked in pieces. `begin` is called when marking begins, then `step` now and
// then: it marks a piece of what it has not marked yet, and says whether that was the rest. After the
// rest it is asked again, as there may be more by now.
typedef struct HeapWalk {
  void (*begin)(void *owner, bool minor);
  bool (*step)(Heap *heap, void *owner, bool minor);
  void *owner;
  // Begins when everything is marked that the others lead to, and only in a major collection: what is
  // not marked then nobody else reaches.
  bool is_late;
} HeapWalk;
void heap_add_walk(Heap *heap, HeapWalk walk);

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

// For `trace`: there is more, `trace_more` goes on from `cursor`. At once where objects may not be
// traced in pieces.
void heap_defer(Heap *heap, Obj *object, uintptr_t cursor);
#define HEAP_FROM_START UINTPTR_MAX
// False: what is traced now is traced as a whole.
bool heap_may_defer(const Heap *heap);
// For pieces of other kinds: so many things were looked at that were not marked.
void heap_spend(Heap *heap, uint32_t count);
// Marks a piece of an object's `count` values, from the end to the front, so that removing some on the
// way leaves none out. True: that was the last one. *cursor begins as HEAP_FROM_START.
bool heap_mark_piece(Heap *heap, Obj *object, const Value *values, size_t count, uintptr_t *cursor);

// --- Weak references that are looked at late -------------------------------------------------------

// An object that is found dead stays where it is until its page is swept. Who refers to objects weakly
// and forgets them in their finish asks this before it uses one. Small objects only.
bool heap_is_dead(const Heap *heap, const Obj *object);
// Lets a dead object live that points to nothing.
void heap_revive(Heap *heap, Obj *object);

// --- The write barrier ---------------------------------------------------------------------------

// Colours. Which of the two marks is the valid one changes with each major collection: then all
// objects are unmarked at once.
#define HEAP_WHITE  0
#define HEAP_MARK_A 1
#define HEAP_MARK_B 2
#define HEAP_MARKS  (HEAP_MARK_A | HEAP_MARK_B)
#define HEAP_DIRTY  4    // in the remembered set: will be traced again
#define HEAP_LONG   0x10 // so long that the barrier marks what is stored into it

void heap_remember(Heap *heap, Obj *object);                     // slow path of heap_touch
void heap_remember_store(Heap *heap, Obj *object, Obj *stored); // slow path of heap_store

static inline bool heap_is_watched(const Obj *object) {
  return (unsigned)(object->colour & (HEAP_MARKS | HEAP_DIRTY)) - 1u < HEAP_MARKS - 1u;
}

// To be called after (or before) something was stored into `object` and before the next allocation.
static inline void heap_touch(Heap *heap, Obj *object) {
  if (UNLIKELY(heap_is_watched(object))) heap_remember(heap, object);
}

static inline void heap_store(Heap *heap, void *object, Value *slot, Value value) {
  *slot = value;
  if (UNLIKELY(heap_is_watched((Obj *)object)) && value_is_object(value))
    heap_remember_store(heap, (Obj *)object, value_as_object(value));
}

// Marking has begun and has not ended: what is made now is looked for from the roots once more.
static inline bool heap_is_cycling(const Heap *heap) {
  return *(const bool *)heap; // Heap.is_cycling
}

// The object can act from now on, or could until now, whoever refers to it. A minor collection finds the young
// among those by a walk of their owner's (HeapWalk).
void heap_shade_slow(Heap *heap, Obj *object);
static inline void heap_shade(Heap *heap, Obj *object) {
  if (UNLIKELY(heap_is_cycling(heap))) heap_shade_slow(heap, object);
}

// --- Statistics and control ----------------------------------------------------------------------

typedef struct HeapStats {
  size_t used; // bytes live or not yet swept
  size_t peak;
  uint64_t minor_count;
  uint64_t major_count;
  uint64_t pause_max_ns;
  uint64_t pause_total_ns;
  uint64_t pause_count;
  uint64_t slice_count; // pauses that marked
  uint64_t allocated;   // bytes, ever
  size_t live;          // bytes, after the last collection
  const Pauses *pauses; // a histogram
} HeapStats;

void heap_collect(Heap *heap, bool major);
void heap_stats(const Heap *heap, HeapStats *out);
// Calls visit for every object of `kind` that is not known to be dead, in address order; those
// above 1 KiB come last, the oldest first. visit must not allocate. O(heap).
void heap_each(Heap *heap, uint8_t kind, void (*visit)(Obj *object, void *context), void *context);
// The same for one page of objects of one size, for a walk in pieces: *place begins as NULL. False:
// there was no page left. Only while marking, when nothing dead is left.
bool heap_each_on_page(Heap *heap, void **place, uint8_t kind, size_t size,
                       void (*visit)(Obj *object, void *context), void *context);

#endif
