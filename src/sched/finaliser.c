// SPDX-License-Identifier: MIT
// finaliser.c - a script's last word about an object that nothing leads to any more
#include "sched/finaliser.h"

#include "base/vec.h"
#include "sched/outside.h"
#include "sched/sched_private.h"
#include "vm/method.h"
#include <stdlib.h>

typedef struct Guarded {
  Table *instance;
  uint64_t number;
} Guarded;

// Invariants: `guarded` is sorted by number; what is `due` is in it no longer; the first `old_count`
// were there at the last collection, so a minor one finds them marked. In a replay one that has been
// taken out is left without its instance until the next collection.
struct Finalisers {
  VEC(Guarded) guarded; // weak
  VEC(Guarded) due;     // found by the collector, not started yet
  uint64_t count;       // ever noted
  uint32_t old_count;
};

// --- What the collector sees ---------------------------------------------------------------------

static void mark_due(Heap *heap, void *owner, bool minor) {
  (void)minor;
  const Finalisers *finalisers = ((const Sched *)owner)->finalisers;
  for (uint32_t i = 0; i < finalisers->due.count; i++) {
    heap_mark(heap, (Obj *)finalisers->due.items[i].instance);
  }
}

// All are found before the first is marked: of two that lead to each other both are due. The younger
// ones come first.
static void find_dead(const Heap *heap, Finalisers *finalisers, uint32_t from) {
  for (uint32_t i = finalisers->guarded.count; i-- > from;) {
    const Guarded *guarded = &finalisers->guarded.items[i];
    if (!heap_is_marked(heap, (Obj *)guarded->instance)) vec_push(&finalisers->due, *guarded);
  }
}

static void forget_dead(const Heap *heap, Finalisers *finalisers, uint32_t from) {
  uint32_t kept = from;
  for (uint32_t i = from; i < finalisers->guarded.count; i++) {
    const Guarded guarded = finalisers->guarded.items[i];
    if (heap_is_marked(heap, (Obj *)guarded.instance)) finalisers->guarded.items[kept++] = guarded;
  }
  finalisers->guarded.count = kept;
}

// In a replay the recording knows when the collector found one.
static void keep_all(Heap *heap, Finalisers *finalisers) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < finalisers->guarded.count; i++) {
    const Guarded guarded = finalisers->guarded.items[i];
    if (!guarded.instance) continue;
    heap_mark(heap, (Obj *)guarded.instance);
    finalisers->guarded.items[kept++] = guarded;
  }
  finalisers->guarded.count = kept;
}

static void visit_guarded(Heap *heap, void *owner) {
  Sched *sched = owner;
  Finalisers *finalisers = sched->finalisers;
  uint32_t from = heap_is_minor(heap) ? finalisers->old_count : 0;
  if (outside_is_replaying(sched->outside)) {
    keep_all(heap, finalisers);
  } else {
    find_dead(heap, finalisers, from);
    forget_dead(heap, finalisers, from);
    mark_due(heap, sched, false);
  }
  finalisers->old_count = finalisers->guarded.count;
}

// --- Lifetime ------------------------------------------------------------------------------------

Finalisers *finaliser_new(VM *vm) {
  Finalisers *finalisers = calloc(1, sizeof(Finalisers));
  if (!finalisers) return NULL;
  Sched *sched = sched_of(vm);
  heap_add_root(vm_heap(vm), mark_due, sched);
  heap_add_weak(vm_heap(vm), visit_guarded, sched);
  return finalisers;
}

void finaliser_free(Finalisers *finalisers) {
  if (!finalisers) return;
  vec_free(&finalisers->guarded);
  vec_free(&finalisers->due);
  free(finalisers);
}

void finaliser_note(VM *vm, Table *instance) {
  Finalisers *finalisers = sched_of(vm)->finalisers;
  Guarded guarded = {instance, finalisers->count++};
  vec_push(&finalisers->guarded, guarded);
}

bool finaliser_may_run(const Sched *sched) {
  const Finalisers *finalisers = sched->finalisers;
  bool is_unknown = outside_is_replaying(sched->outside) && finalisers->guarded.count > 0;
  return is_unknown || finalisers->due.count > 0;
}

// --- Starting ------------------------------------------------------------------------------------

// The method is looked up now, as for every other call: it may have been replaced, or taken away.
static bool start(VM *vm, Value instance) {
  Value method = method_find_operator(vm, instance, VM_NAME_GC);
  if (value_is_absent(method)) return true;
  Fiber *fiber = fiber_new(vm, method, &instance, 1);
  if (!fiber) return false;
  fiber->obj.flags |= FIBER_FINALISER;
  wait_ready(vm, fiber);
  return true;
}

static void start_all(Sched *sched, Finalisers *finalisers) {
  for (uint32_t i = 0; i < finalisers->due.count; i++) { // a collection may find more
    Guarded guarded = finalisers->due.items[i];
    outside_note_finaliser(sched->outside, guarded.number);
    if (start(sched->vm, value_object(guarded.instance))) continue;
    sched_report_finaliser(sched, (Error *)value_as_object(vm_take_error(sched->vm)));
  }
  vec_clear(&finalisers->due);
}

static Guarded *find_guarded(Finalisers *finalisers, uint64_t number) {
  uint32_t low = 0, high = finalisers->guarded.count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (finalisers->guarded.items[middle].number < number) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == finalisers->guarded.count) return NULL;
  Guarded *found = &finalisers->guarded.items[low];
  return found->number == number && found->instance ? found : NULL;
}

static void take_recorded(Sched *sched, Finalisers *finalisers) {
  while (outside_due(sched->outside) == OUTSIDE_FINALISER) {
    Guarded *found = find_guarded(finalisers, outside_take_number(sched->outside));
    if (!found) {
      outside_diverge(sched->outside, "there is no such object");
      return;
    }
    vec_push(&finalisers->due, *found);
    found->instance = NULL;
  }
}

void finaliser_start_due(Sched *sched) {
  Finalisers *finalisers = sched->finalisers;
  if (UNLIKELY(outside_is_replaying(sched->outside))) take_recorded(sched, finalisers);
  if (UNLIKELY(finalisers->due.count > 0)) start_all(sched, finalisers);
}
