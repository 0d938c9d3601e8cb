// SPDX-License-Identifier: MIT
// heap.c - allocation and collection
//
// The fast path of heap_new is: class of the size, credit, pop a cell, zero it. Everything else is
// behind a call.
#include "heap/heap.h"
#include "base/memory.h"
#include "heap/ahead.h"
#include "heap/fresh.h"
#include "heap/gc.h"
#include "heap/mark.h"
#include "heap/page.h"
#include "heap/pool.h"
#include "heap/roots.h"
#include "heap/sweep.h"
#include "heap/warm.h"
#include <stdlib.h>

Heap *heap_create(const HeapOptions *options) {
  Heap *heap = calloc(1, sizeof(Heap));
  if (!heap) return NULL;
  if (options) heap->options = *options;
  dlist_init(&heap->chunks);
  dlist_init(&heap->unused);
  dlist_init(&heap->cold);
  dlist_init(&heap->large_young);
  dlist_init(&heap->large_old);
  dlist_init(&heap->large_pending);
  heap->warm_ns = UINT64_MAX;
  pool_init(heap);
  mark_init(&heap->mark);
  gc_init(heap);
  return heap;
}

void heap_destroy(Heap *heap) {
  if (!heap) return;
  sweep_destroy(heap);
  ahead_free(heap->ahead);
  page_free_all(heap);
  mark_free(&heap->mark);
  free(heap->deferred.items);
  roots_free(&heap->roots);
  free(heap);
}

void heap_register(Heap *heap, uint8_t kind, const KindDescriptor *descriptor) {
  ASSERT(kind < HEAP_KIND_MAX);
  heap->kinds[kind] = *descriptor;
  bool is_owning = descriptor->finish && !descriptor->owns_late;
  heap->family[kind] = is_owning ? FAMILY_OWNING : FAMILY_PLAIN;
}

// --- Objects -------------------------------------------------------------------------------------

// malloc, and once more after a full collection.
static void *ask_system(Heap *heap, size_t size) {
  void *memory = malloc(size);
  if (memory) return memory;
  gc_collect(heap, true, true);
  return malloc(size);
}

// A cell when the current page has none. NULL when the machine has no memory.
static NOINLINE void *take_cell_slow(Heap *heap, Family family, uint8_t size_class) {
  for (int attempt = 0; attempt < 2; attempt++) {
    Page *page;
    while ((page = pool_next_page(heap, family, size_class))) {
      void *cell = pool_take(page);
      if (cell) return cell;
    }
    if (attempt == 0) gc_collect(heap, true, true);
  }
  return NULL;
}

static void *fill_large(Heap *heap, LargeBlock *block, uint8_t kind, size_t size, size_t head) {
  heap->credit -= (int64_t)size;
  block->size = size;
  dlist_append(&heap->large_young, &block->link);
  Obj *object = (Obj *)(block + 1);
  memset(object, 0, head);
  object->kind = kind;
  object->colour = HEAP_LARGE;
  return object;
}

void *heap_new_bytes(Heap *heap, uint8_t kind, size_t size, size_t head) {
  ASSERT(size > HEAP_SMALL_MAX && head >= sizeof(Obj));
  if (size > SIZE_MAX / 4) return NULL;
  if (heap->credit < (int64_t)size && !gc_admit(heap, size)) return NULL;
  LargeBlock *block = ask_system(heap, sizeof(LargeBlock) + size);
  if (!block) return NULL;
  warm_huge(heap, block, size);
  return fill_large(heap, block, kind, size, head);
}

void *heap_new_bytes_now(Heap *heap, uint8_t kind, size_t size, size_t head) {
  ASSERT(size > HEAP_SMALL_MAX && !heap->is_marking && !heap->is_sweeping);
  LargeBlock *block = memory_require(NULL, sizeof(LargeBlock) + size);
  return fill_large(heap, block, kind, size, head);
}

// Zeroes in steps of 16: cells are that big at least, and a call of memset costs more than most
// objects.
static inline void zero_cell(void *cell, size_t size) {
  if (size > 256) {
    memset(cell, 0, size);
    return;
  }
  uint64_t *words = cell;
  for (size_t i = 0; i < (size + 7) / 8; i += 2) words[i] = words[i + 1] = 0;
}

NOINLINE void *heap_new_cell(Heap *heap, Family family, uint8_t size_class) {
  int64_t cell_size = pool_cell_sizes[size_class];
  if (heap->credit < cell_size && !gc_admit(heap, (size_t)cell_size)) return NULL;
  void *cell = pool_take(heap->classes[family][size_class].current);
  if (!cell) cell = take_cell_slow(heap, family, size_class);
  if (!cell) return NULL;
  heap->credit -= cell_size;
  heap->last_taken = cell;
  return cell;
}

void *heap_new(Heap *heap, uint8_t kind, size_t size) {
  ASSERT(kind < HEAP_KIND_MAX && heap->kinds[kind].name && size >= sizeof(Obj));
  if (UNLIKELY(size > HEAP_SMALL_MAX)) return heap_new_bytes(heap, kind, size, size);
  void *cell = fresh_cell(heap, heap->family[kind], pool_class(size));
  if (UNLIKELY(!cell)) return NULL;
  poison_open(cell, (size + 15) / 16 * 16);
  zero_cell(cell, size);
  ((Obj *)cell)->kind = kind;
  return cell;
}

void heap_own(Obj *object) {
  if (!(object->colour & HEAP_LARGE)) page_of(object)->has_owners = true;
}

// --- Raw blocks ----------------------------------------------------------------------------------

static size_t raw_cost(size_t size) {
  return size > HEAP_SMALL_MAX ? size : pool_cell_sizes[pool_class(size)];
}

static void *new_raw(Heap *heap, size_t size) {
  if (size <= HEAP_SMALL_MAX) return fresh_block(heap, size);
  if (UNLIKELY(heap->credit < (int64_t)size) && !gc_admit(heap, size)) return NULL;
  void *block = ask_system(heap, size);
  if (!block) return NULL;
  warm_block(heap, block, 0, size);
  heap->credit -= (int64_t)size;
  return block;
}

void *heap_grow_zeroed(Heap *heap, size_t size) {
  if (size <= HEAP_SMALL_MAX) {
    void *block = heap_grow(heap, NULL, 0, size);
    return block ? memset(block, 0, size) : NULL;
  }
  if (size > SIZE_MAX / 4 || (heap->credit < (int64_t)size && !gc_admit(heap, size))) return NULL;
  void *block = calloc(1, size);
  if (!block) return NULL;
  warm_block(heap, block, 0, size);
  heap->credit -= (int64_t)size;
  return block;
}

// What the program gives back counts for its budget; what the sweeper frees was old.
static void uncharge(Heap *heap, size_t cost) {
  heap_note_peak(heap);
  bool is_refund = !heap->is_sweeping && heap->credit + heap->held_back < heap->budget;
  bool is_watched = heap->options.stress || heap->options.fail_after;
  if (is_refund && !is_watched) {
    heap->credit += (int64_t)cost;
    heap->granted += cost;
  } else {
    heap->base -= (int64_t)cost;
  }
}

static void *resize_large(Heap *heap, void *block, size_t old_size, size_t new_size) {
  if (new_size > old_size) {
    size_t more = new_size - old_size;
    if (heap->credit < (int64_t)more && !gc_admit(heap, more)) return NULL;
  }
  warm_forget(heap, block, old_size);
  void *moved = realloc(block, new_size);
  if (!moved) {
    gc_collect(heap, true, true);
    moved = realloc(block, new_size);
    if (!moved) return NULL;
  }
  if (new_size > old_size) {
    heap->credit -= (int64_t)(new_size - old_size);
    warm_block(heap, moved, old_size, new_size);
  } else {
    uncharge(heap, old_size - new_size);
  }
  return moved;
}

// Opens exactly the bytes that belong to the block now; it stays in its cell.
static void *resize_in_cell(void *block, size_t new_size) {
#ifdef POISON_ASAN
  poison_close(block, raw_cost(new_size));
  poison_open(block, new_size);
#else
  (void)new_size;
#endif
  return block;
}

void *heap_grow(Heap *heap, void *block, size_t old_size, size_t new_size) {
  ASSERT(new_size > 0 && (block != NULL) == (old_size > 0));
  if (new_size > SIZE_MAX / 4) return NULL;
  if (!block) return new_raw(heap, new_size);
  if (old_size > HEAP_SMALL_MAX && new_size > HEAP_SMALL_MAX) {
    return resize_large(heap, block, old_size, new_size);
  }
  if (raw_cost(old_size) == raw_cost(new_size) && new_size <= HEAP_SMALL_MAX) {
    // Tests shall see that growing may collect or fail whatever the sizes are.
    bool is_watched = heap->options.stress || heap->options.fail_after;
    if (is_watched && new_size > old_size && !gc_admit(heap, 0)) return NULL;
    return resize_in_cell(block, new_size);
  }
  void *moved = new_raw(heap, new_size);
  if (!moved) return NULL;
  memcpy(moved, block, old_size < new_size ? old_size : new_size);
  heap_release(heap, block, old_size);
  return moved;
}

void heap_release(Heap *heap, void *block, size_t size) {
  if (!block) return;
  uncharge(heap, raw_cost(size));
  if (size <= HEAP_SMALL_MAX) {
    pool_put(heap, block);
  } else {
    warm_forget(heap, block, size);
    free(block);
  }
}

// --- Roots and marking ---------------------------------------------------------------------------

void heap_add_root(Heap *heap, void (*mark)(Heap *heap, void *owner, bool minor), void *owner) {
  roots_add_provider(&heap->roots, (RootProvider){mark, owner});
}

void heap_add_walk(Heap *heap, HeapWalk walk) {
  roots_add_walk(&heap->roots, walk);
}

void heap_add_weak(Heap *heap, void (*visit)(Heap *heap, void *owner), void *owner) {
  roots_add_weak(&heap->roots, (WeakVisitor){visit, owner});
}

void heap_push_root(Heap *heap, Value value) {
  roots_push(&heap->roots, value);
}

void heap_pop_roots(Heap *heap, uint32_t count) {
  roots_pop(&heap->roots, count);
}

bool heap_is_marked(const Heap *heap, const Obj *object) {
  return heap_has_mark(heap, object);
}

bool heap_is_collecting(const Heap *heap) {
  return __atomic_load_n(&heap->is_marking, __ATOMIC_RELAXED) ||
         __atomic_load_n(&heap->is_sweeping, __ATOMIC_RELAXED);
}

bool heap_is_minor(const Heap *heap) {
  return heap->is_minor;
}

// One that is not marked yet in the major collection under way will be traced anyway. Without memory
// for the remembered set the marking under way searches the heap in the end, or the next collection is
// a major one.
void heap_remember(Heap *heap, Obj *object) {
  if (!heap_has_mark(heap, object)) return;
  object->colour |= HEAP_DIRTY;
  if (roots_remember(&heap->roots, object)) return;
  if (heap->phase != GC_IDLE)
    heap->mark.has_overflown = true;
  else
    heap->must_be_major = true;
}

// There is nothing that tracing it would find.
static bool leads_nowhere(const Heap *heap, const Obj *object) {
  const KindDescriptor *kind = &heap->kinds[object->kind];
  if (!kind->trace) return true;
  bool is_major = heap->phase != GC_IDLE && !heap->is_minor;
  return kind->is_leaf && !is_major && kind->is_leaf(object);
}

// Tracing a long object again for each store would cost more than what is stored is worth: so that is
// marked at once.
void heap_remember_store(Heap *heap, Obj *object, Obj *stored) {
  if (!(object->colour & HEAP_LONG)) {
    heap_remember(heap, object);
  } else if (heap_has_mark(heap, object) && mark_set(heap, stored)) {
    if (!leads_nowhere(heap, stored)) heap_remember(heap, stored);
  }
}

void heap_shade_slow(Heap *heap, Obj *object) {
  if (!heap->is_minor && !heap_has_mark(heap, object)) mark_push(heap, object);
}

void *heap_kind_owner(const Heap *heap, uint8_t kind) {
  return heap->kinds[kind].owner;
}

bool heap_is_dead(const Heap *heap, const Obj *object) {
  return !heap_has_mark(heap, object) && page_of(object)->state == PAGE_PENDING;
}

void heap_revive(Heap *heap, Obj *object) {
  mark_set(heap, object);
}

// --- Statistics and control ----------------------------------------------------------------------

void heap_collect(Heap *heap, bool major) {
  gc_collect(heap, major, true);
}

void heap_stats(const Heap *heap, HeapStats *out) {
  size_t used = heap_used(heap);
  *out = (HeapStats){
      .used = used,
      .peak = used > heap->peak ? used : heap->peak,
      .minor_count = heap->minor_count,
      .major_count = heap->major_count,
      .pause_max_ns = heap->pauses.max_ns,
      .pause_total_ns = heap->pauses.total_ns,
      .pause_count = heap->pauses.count,
      .slice_count = heap->slice_count,
      .allocated = heap->granted - (uint64_t)heap->credit,
      .live = heap->live,
      .pauses = &heap->pauses,
  };
}

static void visit_large(DLink *list, uint8_t kind, void (*visit)(Obj *, void *), void *context) {
  for (DLink *link = list->next; link != list; link = link->next) {
    if (large_object(link)->kind == kind) visit(large_object(link), context);
  }
}

static void visit_cells(const Page *page, uint8_t kind, void (*visit)(Obj *, void *),
                        void *context) {
  for (char *cell = page->start; cell < page->bump; cell += page->cell_size) {
    if (!poison_is_free(cell) && ((Obj *)cell)->kind == kind) visit((Obj *)cell, context);
  }
}

void heap_each(Heap *heap, uint8_t kind, void (*visit)(Obj *object, void *context), void *context) {
  sweep_finish(heap); // no dead object is shown
  for (Page *page = page_first(heap); page; page = page_next(heap, page)) {
    if (page_has_objects(page) && page->family == heap->family[kind])
      visit_cells(page, kind, visit, context);
  }
  visit_large(&heap->large_old, kind, visit, context);
  visit_large(&heap->large_young, kind, visit, context);
}

bool heap_each_on_page(Heap *heap, void **place, uint8_t kind, size_t size,
                       void (*visit)(Obj *object, void *context), void *context) {
  ASSERT(heap->phase != GC_IDLE);
  Page *page = *place ? page_next(heap, *place) : page_first(heap);
  while (page && !(page_has_objects(page) && page->family == heap->family[kind] &&
                   page->size_class == pool_class(size))) {
    page = page_next(heap, page);
  }
  if (!page) return false;
  *place = page;
  visit_cells(page, kind, visit, context);
  return true;
}
