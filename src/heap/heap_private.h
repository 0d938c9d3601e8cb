// SPDX-License-Identifier: MIT
// heap_private.h - the parts of a heap, for the files of this folder
//
//   Heap ── chunks ── 4 MiB each, aligned to their size:
//
//     ┌──────┬─────────────────┬───────────────┬─────────────── … ───────────────┐
//     │Chunk │ Page[64]        │ cells of 0    │ cells of 1        …   63        │
//     └──────┴─────────────────┴───────────────┴─────────────── … ───────────────┘
//      0      64                4160            64 KiB
//
// A page's cells all have one size and one family. What the collector keeps about a page stands not
// at the page's head but in the chunk's table: page heads would all fall on the same few sets of
// the cache, and 64 KiB stay 64 KiB, of which a class wastes less than a cell. Page and chunk of an
// address are found by masking.
//
// Families: PLAIN objects mostly own nothing, so a page without owners of which none was marked is free
// without a look at its cells; OWNING ones have a finish; RAW cells are blocks of bytes that somebody
// owns, never swept.
//
// Accounting. `base - credit` is what is used. An allocation only takes from `credit`; when that is
// not enough the slow path (gc_admit) looks at everything else: the limit, the budget until the
// next collection, the switches of tests. So the fast path has a single comparison.
#ifndef HEAP_PRIVATE_H
#define HEAP_PRIVATE_H

#include "base/assertion.h"
#include "base/dlist.h"
#include "heap/heap.h"
#include "heap/pauses.h"
#include "heap/poison.h"

#define HEAP_PAGE_SHIFT  16
#define HEAP_PAGE_BYTES  ((size_t)1 << HEAP_PAGE_SHIFT)
#define HEAP_CHUNK_PAGES 64
#define HEAP_CHUNK_BYTES (HEAP_PAGE_BYTES * HEAP_CHUNK_PAGES)

#define HEAP_SMALL_MAX   1024 // larger blocks come from the system one by one
#define HEAP_CLASS_COUNT 24
#define HEAP_LARGE       0x80 // in the colour of an object that has no page

typedef enum Family { FAMILY_PLAIN, FAMILY_OWNING, FAMILY_RAW, FAMILY_COUNT } Family;

typedef enum PageState {
  PAGE_UNUSED,    // of no class; in Heap.unused or Heap.cold
  PAGE_CURRENT,   // its class allocates from it; in no list
  PAGE_AVAILABLE, // has enough free cells; in SizeClass.available
  PAGE_FULL,      // no or few free cells; in no list
  PAGE_PENDING,   // to be swept before it is used again; in SizeClass.pending
} PageState;

// Free cells are in the list `free` or between `bump` and `end`.
typedef struct Page {
  DLink link;
  char *start; // the first cell
  FreeCell *free;
  char *bump;
  char *end;
  uint32_t cell_size;
  uint32_t used;   // cells handed out; dead ones count until they are swept
  uint32_t marked; // objects that are marked
  uint8_t family;
  uint8_t size_class;
  uint8_t state;
  bool is_young : 1;   // allocated into since the last collection
  bool has_owners : 1; // some of its objects have a finish
} Page;

typedef struct Chunk {
  DLink link;
  uint32_t warm_pages; // that are not in Heap.cold
  uint16_t huge_pages; // the first so many are of huge ones
  bool is_split;       // and the system has some of that back
  char padding[41];
  Page pages[HEAP_CHUNK_PAGES];
} Chunk;

_Static_assert(sizeof(Page) == 64, "a page's record is one cache line");
_Static_assert(offsetof(Chunk, pages) == 64, "the records are aligned to cache lines");

typedef struct Ahead Ahead; // ahead.h

typedef struct SizeClass {
  Page *current;
  DLink available;
  DLink pending;
  bool has_filled; // a page, ever
} SizeClass;

// In front of every object above HEAP_SMALL_MAX.
typedef struct LargeBlock {
  DLink link;
  size_t size; // without this head
  uint64_t padding;
} LargeBlock;

static inline Obj *large_object(DLink *link) {
  return (Obj *)(CONTAINER_OF(link, LargeBlock, link) + 1);
}

typedef struct MarkStack {
  Obj **items;
  size_t count;
  size_t capacity;
  size_t limit;       // never more than this many; tests make it small
  bool has_overflown; // objects were marked but not traced: the heap must be searched for them
  bool is_rescuing;
  bool is_lossy; // not marking (reach.c, verify.c): what finds no room is left out, and
  bool has_lost; // this says so
} MarkStack;

// An object that is traced in pieces, and where to go on.
typedef struct Deferred {
  Obj *object;
  uintptr_t cursor;
} Deferred;

typedef struct DeferredStack {
  Deferred *items;
  size_t count;
  size_t capacity;
} DeferredStack;

typedef struct RootProvider {
  void (*mark)(Heap *heap, void *owner, bool minor);
  void *owner;
} RootProvider;

typedef struct WeakVisitor {
  void (*visit)(Heap *heap, void *owner);
  void *owner;
} WeakVisitor;

typedef struct Roots {
  RootProvider *providers;
  HeapWalk *walks;
  WeakVisitor *weak;
  Value *temporary;
  Obj **remembered;
  uint32_t provider_count;
  uint32_t walk_count;
  uint32_t weak_count;
  uint32_t temporary_count;
  uint32_t temporary_capacity;
  size_t remembered_count;
  size_t remembered_capacity;
} Roots;

// Where a collection stands. Sweeping is no phase: it goes on in passing until the next one begins.
typedef enum GcPhase {
  GC_IDLE,
  GC_MARKING, // from what can act
  GC_LATE,    // and from the rest, in a major collection
} GcPhase;

struct Heap {
  bool is_cycling; // phase is not GC_IDLE; heap_is_cycling reads it
  int64_t credit; // bytes that may be allocated before the slow path is asked
  int64_t base;   // used + credit
  uint8_t family[HEAP_KIND_MAX];
  SizeClass classes[FAMILY_COUNT][HEAP_CLASS_COUNT];

  KindDescriptor kinds[HEAP_KIND_MAX];
  HeapOptions options;
  MarkStack mark;
  DeferredStack deferred;
  Roots roots;
  uint8_t mark_bit; // HEAP_MARK_A or HEAP_MARK_B
  GcPhase phase;
  int64_t work_left; // of the running slice
  size_t cycle_bytes; // that the program was granted since marking began

  DLink chunks; // in order of address
  DLink unused; // pages without a class that still have their memory
  DLink cold;   // pages without a class whose memory the system has back
  uint32_t chunk_count;
  Ahead *ahead;         // NULL: memory is not asked for ahead, or not yet
  uint64_t warm_ns;     // the least that a page's memory took (warm.c); at first UINT64_MAX
  uint32_t small_until; // so many chunks no huge pages are asked for
  uint32_t huge_pause;  // chunks, after the last one that was slow; 0: it was quick
  bool is_huge_slow;    // the last huge page was
  uint32_t unused_count;
  uint32_t pending_count;
  uint32_t sweep_quota; // pages at each grant, so that all are swept before the budget is used up
  uint32_t keep_unused; // pages; what is above goes back to the system bit by bit
  uint32_t sweep_turn;    // the class list that is swept next when nobody asks for a certain one
  const char *last_taken; // under stress: the last cell given to an object
  Page no_page;           // the current page of a class that has none: always empty
  DLink large_young;
  DLink large_old;
  DLink large_pending; // dead or alive, to be looked at by the sweeper

  int64_t held_back; // of the budget, not yet in `credit`
  int64_t budget;    // bytes from the last collection to the next
  size_t live;       // after the last collection
  size_t unswept;    // what was used when the last collection ended, the dead included
  size_t major_at;   // the next collection is a major one when `live` is above this
  bool must_be_major;
  bool last_was_major;
  bool is_minor;   // the running or last collection
  bool is_marking; // a slice is running, or what uses the mark functions otherwise
  bool is_sweeping;
  uint64_t stress_count; // allocations under stress

  size_t peak;
  uint64_t granted; // bytes, ever: `credit` and `held_back` of it are not used yet
  uint64_t minor_count;
  uint64_t major_count;
  uint64_t slice_count;
  Pauses pauses;
};

_Static_assert(offsetof(Heap, is_cycling) == 0, "heap_is_cycling reads it there");

static inline bool heap_has_mark(const Heap *heap, const Obj *object) {
  return object->colour & heap->mark_bit;
}

static inline size_t heap_used(const Heap *heap) {
  return (size_t)(heap->base - heap->credit);
}

static inline void heap_note_peak(Heap *heap) {
  if (heap_used(heap) > heap->peak) heap->peak = heap_used(heap);
}

static inline Chunk *chunk_of(const void *address) {
  return (Chunk *)((uintptr_t)address & ~(uintptr_t)(HEAP_CHUNK_BYTES - 1));
}

static inline Page *page_of(const void *cell) {
  return &chunk_of(cell)->pages[((uintptr_t)cell >> HEAP_PAGE_SHIFT) % HEAP_CHUNK_PAGES];
}

// The end of the 64 KiB of which the page's cells are a part.
static inline char *page_memory_end(const Page *page) {
  return (char *)(((uintptr_t)page->start | (HEAP_PAGE_BYTES - 1)) + 1);
}

static inline LargeBlock *large_of(const Obj *object) {
  return (LargeBlock *)((uintptr_t)object - sizeof(LargeBlock));
}

#endif
