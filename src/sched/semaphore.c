// SPDX-License-Identifier: MIT
// semaphore.c - so many fibers at a time
#include "sched/semaphore.h"

#include "base/assertion.h"
#include "sched/ticket.h"
#include "vm/format.h"

static void trace_semaphore(Heap *heap, Obj *object) {
  Semaphore *semaphore = (Semaphore *)object;
  gate_mark(heap, &semaphore->gate);
  heap_mark(heap, (Obj *)semaphore->last_taker);
}

static Value print_semaphore(VM *vm, Buffer *out, Value value, FormatStyle style) {
  const Semaphore *semaphore = value_as_semaphore(value);
  buffer_printf(out, "Semaphore(%u of %u free)", semaphore->free, semaphore->total);
  return VALUE_ABSENT;
}

void semaphore_register(VM *vm) {
  static const KindDescriptor descriptor = {.name = "semaphore", .trace = trace_semaphore, .trace_more = gate_mark_more};
  heap_register(vm_heap(vm), KIND_SEMAPHORE, &descriptor);
  format_set_hook(vm, KIND_SEMAPHORE, print_semaphore);
}

static void describe(VM *vm, Buffer *out, const Gate *gate) {
  const Semaphore *semaphore = (const Semaphore *)gate;
  buffer_printf(out, ", of whose %u permits %u are free", semaphore->total, semaphore->free);
  if (!semaphore->last_taker) return;
  buffer_text(out, ", the last one taken by ");
  gate_print_fiber(out, semaphore->last_taker);
  if (fiber_state(semaphore->last_taker) == FIBER_DONE) buffer_text(out, " (which has ended)");
  gate_print_place(vm, out, "at", semaphore->last_taken_at);
}

// Only one that has a single permit knows who must give it back.
static Fiber *holder_of(const Gate *gate) {
  const Semaphore *semaphore = (const Semaphore *)gate;
  return semaphore->total == 1 && semaphore->free == 0 ? semaphore->last_taker : NULL;
}

static const GateType semaphore_type = {"semaphore", describe, holder_of};

Semaphore *semaphore_new(VM *vm, uint32_t total) {
  Semaphore *semaphore = gate_new(vm, KIND_SEMAPHORE, sizeof(Semaphore), &semaphore_type);
  if (!semaphore) return NULL;
  semaphore->total = semaphore->free = total;
  return semaphore;
}

static inline void verify(const Semaphore *semaphore) {
  ASSERT(semaphore->free <= semaphore->total);
  if (semaphore->free > 0) ASSERT(wait_is_empty(&semaphore->gate.waiters));
}

// --- Taking --------------------------------------------------------------------------------------

static void note_taker(VM *vm, Semaphore *semaphore, Fiber *fiber) {
  semaphore->last_taker = fiber;
  fiber->obj.flags |= FIBER_KEPT;
  semaphore->last_taken_at = gate_place(vm, fiber);
  heap_touch(vm_heap(vm), (Obj *)semaphore);
}

bool semaphore_try_acquire(VM *vm, Fiber *fiber, Semaphore *semaphore) {
  if (semaphore->free == 0) return false;
  semaphore->free--;
  note_taker(vm, semaphore, fiber);
  verify(semaphore);
  return true;
}

WaitResult semaphore_acquire(VM *vm, Fiber *fiber, Semaphore *semaphore) {
  if (wait_is_cancelled(vm, fiber)) return WAIT_FAILED;
  if (semaphore_try_acquire(vm, fiber, semaphore)) return WAIT_DONE;
  return gate_park(vm, fiber, &semaphore->gate, value_object(fiber));
}

Promise *semaphore_acquire_promise(VM *vm, Fiber *fiber, Semaphore *semaphore) {
  if (semaphore_try_acquire(vm, fiber, semaphore)) return gate_passed(vm);
  fiber->obj.flags |= FIBER_KEPT; // the promise may outlive it
  return gate_promise(vm, &semaphore->gate, value_object(fiber));
}

// --- Giving back ---------------------------------------------------------------------------------

// A promise that nobody awaits, made by a fiber that has ended: its permit would be lost for ever.
static bool is_forgotten(Waiter *waiter) {
  if (waiter->owner != OWNER_TICKET) return false;
  const Promise *promise = ticket_of_waiter(waiter)->promise;
  const Fiber *fiber = (const Fiber *)value_as_object(waiter->value);
  return fiber_state(fiber) == FIBER_DONE && wait_is_empty(&promise->waiters) && !promise_watchers(promise);
}

static void refuse_forgotten(VM *vm, const Semaphore *semaphore, Waiter *waiter) {
  vm_raise(vm, "SemaphoreError",
           "the fiber that asked for a permit of semaphore %u has ended and nobody awaits it",
           semaphore->gate.obj.extra);
  Value error = vm_take_error(vm);
  vm_push_root(vm, error);
  ticket_of_waiter(waiter)->promise->obj.flags |= PROMISE_OBSERVED; // its fiber has gone already
  wait_complete_failed(vm, waiter, error);
  vm_pop_roots(vm, 1);
}

// True: somebody took it.
static bool hand_on(VM *vm, Semaphore *semaphore) {
  Waiter *waiter;
  bool is_taken = false;
  vm_push_root(vm, value_object(semaphore));
  while (!is_taken && (waiter = wait_take(&semaphore->gate.waiters))) {
    vm_push_root(vm, value_object(wait_owner(waiter)));
    if (is_forgotten(waiter)) {
      refuse_forgotten(vm, semaphore, waiter);
    } else {
      note_taker(vm, semaphore, (Fiber *)value_as_object(waiter->value));
      wait_complete(vm, waiter, VALUE_NULL);
      is_taken = true;
    }
    vm_pop_roots(vm, 1);
  }
  vm_pop_roots(vm, 1);
  return is_taken;
}

bool semaphore_release(VM *vm, Semaphore *semaphore) {
  if (semaphore->free == semaphore->total) {
    return vm_raise(vm, "SemaphoreError",
                    "semaphore %u has all of its %u permits, so there is nothing to release",
                    semaphore->gate.obj.extra, semaphore->total);
  }
  if (!hand_on(vm, semaphore)) semaphore->free++;
  verify(semaphore);
  return true;
}
