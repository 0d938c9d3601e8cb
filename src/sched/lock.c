// SPDX-License-Identifier: MIT
// lock.c - one fiber at a time
#include "sched/lock.h"

#include "base/assertion.h"
#include "sched/ticket.h"
#include "vm/format.h"
#include "vm/locals.h"

static void trace_lock(Heap *heap, Obj *object) {
  Lock *lock = (Lock *)object;
  gate_mark(heap, &lock->gate);
  heap_mark(heap, (Obj *)lock->holder);
  heap_mark(heap, (Obj *)lock->next_held);
}

static Value print_lock(VM *vm, Buffer *out, Value value, FormatStyle style) {
  buffer_text(out, value_as_lock(value)->holder ? "Lock(held)" : "Lock(free)");
  return VALUE_ABSENT;
}

void lock_register(VM *vm) {
  static const KindDescriptor descriptor = {.name = "lock", .trace = trace_lock, .trace_more = gate_mark_more};
  heap_register(vm_heap(vm), KIND_LOCK, &descriptor);
  format_set_hook(vm, KIND_LOCK, print_lock);
}

// --- Reports -------------------------------------------------------------------------------------

static void describe(VM *vm, Buffer *out, const Gate *gate) {
  const Lock *lock = (const Lock *)gate;
  if (!lock->holder) return;
  buffer_text(out, ", held by ");
  gate_print_fiber(out, lock->holder);
  if (fiber_state(lock->holder) == FIBER_DONE) buffer_text(out, " (which has ended)");
  gate_print_place(vm, out, "since", lock->held_since);
}

static Fiber *holder_of(const Gate *gate) {
  return ((const Lock *)gate)->holder;
}

static const GateType lock_type = {"lock", describe, holder_of};

// "lock 3, held by fiber 7 since …" and then what is wrong.
static bool refuse(VM *vm, const Lock *lock, const char *text) {
  Buffer message = {0};
  gate_describe(vm, &message, &lock->gate);
  buffer_text(&message, text);
  vm_raise_text(vm, "LockError", message.bytes, message.len);
  buffer_free(&message);
  return false;
}

Lock *lock_new(VM *vm) {
  return gate_new(vm, KIND_LOCK, sizeof(Lock), &lock_type);
}

static inline void verify(const Lock *lock) {
  if (!lock->holder) ASSERT(wait_is_empty(&lock->gate.waiters));
}

// --- Waiting in vain -----------------------------------------------------------------------------

// Longer chains are left to the deadlock report.
#define CIRCLE_MAX 64

// The fiber that settles what `promise` waits for. Nothing is followed that may end otherwise: a
// time-out, a group, a select.
static const Fiber *settler_of(const Promise *promise) {
  const Obj *settler = promise_settler(promise);
  for (uint32_t i = 0; i < CIRCLE_MAX && settler && settler->kind == KIND_PROMISE; i++) {
    if (promise->obj.flags & PROMISE_TIMER) return NULL;
    promise = (const Promise *)settler;
    settler = promise_settler(promise);
  }
  if (!settler || settler->kind != KIND_FIBER) return NULL;
  return (const Fiber *)settler;
}

static const Fiber *holder_of_waited(const Obj *gate) {
  return gate->kind == KIND_LOCK ? ((const Lock *)gate)->holder : NULL;
}

// Who must act before `fiber` goes on; NULL: not known, or itself.
static const Fiber *awaited_fiber(const Fiber *fiber) {
  const Waiter *wait = &fiber->wait;
  if (fiber_state(fiber) != FIBER_PARKED) return NULL;
  if (wait->kind == WAIT_GATE) return holder_of_waited(wait->on);
  if (wait->kind != WAIT_AWAIT) return NULL;
  const Promise *promise = (const Promise *)wait->on;
  const Obj *settler = promise_settler(promise);
  if (settler && settler->kind == KIND_TICKET) {
    const Waiter *place = &((const Ticket *)settler)->wait;
    return place->kind == WAIT_GATE ? holder_of_waited(place->on) : NULL;
  }
  return settler_of(promise);
}

static void raise_lost(VM *vm, const Lock *lock) {
  refuse(vm, lock, ": its holder did not release it, so nobody can have it any more");
}

// True: `fiber` would wait for itself, or for nobody. Raised.
static bool is_hopeless(VM *vm, const Fiber *fiber, const Lock *lock) {
  const Fiber *next = lock->holder;
  if (fiber_state(next) == FIBER_DONE) {
    raise_lost(vm, lock);
    return true;
  }
  for (uint32_t i = 0; i < CIRCLE_MAX && next; i++) {
    if (next == fiber) {
      refuse(vm, lock,
             i == 0 ? ": this fiber holds it already and would wait for itself for ever"
                    : ": its holder waits for this fiber, so both would wait for ever; take locks "
                      "in the same order everywhere");
      return true;
    }
    next = awaited_fiber(next);
  }
  return false;
}

// --- Taking turns --------------------------------------------------------------------------------

// The fiber has a context: it was made when it asked.
static FiberContext *context_of(Fiber *fiber) {
  ASSERT(fiber->obj.flags & FIBER_HAS_CONTEXT);
  return fiber->context;
}

static void give(VM *vm, Lock *lock, Fiber *fiber) {
  FiberContext *context = context_of(fiber);
  lock->holder = fiber;
  lock->held_since = gate_place(vm, fiber);
  lock->next_held = (Lock *)context->holds;
  context->holds = (Obj *)lock;
  heap_touch(vm_heap(vm), (Obj *)lock);
  heap_touch(vm_heap(vm), (Obj *)context);
}

static void take_back(VM *vm, Lock *lock) {
  FiberContext *context = context_of(lock->holder);
  if (context->holds == (Obj *)lock) {
    context->holds = (Obj *)lock->next_held;
    heap_touch(vm_heap(vm), (Obj *)context);
  } else {
    Lock *before = (Lock *)context->holds;
    while (before->next_held != lock) before = before->next_held;
    before->next_held = lock->next_held;
    heap_touch(vm_heap(vm), (Obj *)before);
  }
  lock->next_held = NULL;
  lock->holder = NULL;
  lock->held_since = NULL;
}

// A promise may outlive the fiber that asked for it; that one will never release.
static void refuse_ended(VM *vm, const Lock *lock, Waiter *waiter) {
  vm_raise(vm, "LockError",
           "the fiber that asked for lock %u has ended; acquire a lock in the function that uses it, "
           "or use with",
           lock->gate.obj.extra);
  Value error = vm_take_error(vm);
  vm_push_root(vm, error);
  wait_complete_failed(vm, waiter, error);
  vm_pop_roots(vm, 1);
}

static void pass_on(VM *vm, Lock *lock) {
  Waiter *waiter;
  take_back(vm, lock);
  vm_push_root(vm, value_object(lock));
  while (!lock->holder && (waiter = wait_take(&lock->gate.waiters))) {
    Fiber *fiber = (Fiber *)value_as_object(waiter->value);
    vm_push_root(vm, value_object(wait_owner(waiter)));
    if (fiber_state(fiber) == FIBER_DONE) {
      refuse_ended(vm, lock, waiter);
    } else {
      give(vm, lock, fiber);
      wait_complete(vm, waiter, VALUE_NULL);
    }
    vm_pop_roots(vm, 1);
  }
  vm_pop_roots(vm, 1);
  verify(lock);
}

bool lock_try_acquire(VM *vm, Fiber *fiber, Lock *lock, bool *taken) {
  *taken = false;
  if (!locals_context(vm, fiber)) return false;
  if (lock->holder) return true;
  give(vm, lock, fiber);
  *taken = true;
  return true;
}

WaitResult lock_acquire(VM *vm, Fiber *fiber, Lock *lock) {
  bool taken;
  if (wait_is_cancelled(vm, fiber)) return WAIT_FAILED;
  if (!lock_try_acquire(vm, fiber, lock, &taken)) return WAIT_FAILED;
  if (taken) return WAIT_DONE;
  if (is_hopeless(vm, fiber, lock)) return WAIT_FAILED;
  WaitResult result = gate_park(vm, fiber, &lock->gate, value_object(fiber));
  verify(lock);
  return result;
}

Promise *lock_acquire_promise(VM *vm, Fiber *fiber, Lock *lock) {
  bool taken;
  if (!lock_try_acquire(vm, fiber, lock, &taken)) return NULL;
  if (taken) return gate_passed(vm);
  if (is_hopeless(vm, fiber, lock)) return gate_refused(vm);
  return gate_promise(vm, &lock->gate, value_object(fiber));
}

bool lock_release(VM *vm, Fiber *fiber, Lock *lock) {
  if (lock->holder == fiber) {
    pass_on(vm, lock);
    return true;
  }
  if (!lock->holder) return refuse(vm, lock, " is not held, so there is nothing to release");
  return refuse(vm, lock, ": only its holder can release it; acquire and release it in the same "
                          "function, or use with");
}

// --- The end of a holder -------------------------------------------------------------------------

static void refuse_waiters(VM *vm, Lock *lock) {
  Waiter *waiter;
  while ((waiter = wait_take(&lock->gate.waiters))) {
    vm_push_root(vm, value_object(wait_owner(waiter)));
    raise_lost(vm, lock);
    Value error = vm_take_error(vm);
    error_forget_trace((Error *)value_as_object(error)); // it is taken where the waiter goes on
    vm_push_root(vm, error);
    wait_complete_failed(vm, waiter, error);
    vm_pop_roots(vm, 2);
  }
}

void lock_fiber_ended(VM *vm, Fiber *fiber) {
  if (LIKELY(!(fiber->obj.flags & FIBER_HAS_CONTEXT))) return;
  FiberContext *context = context_of(fiber);
  Lock *lock;
  vm_push_root(vm, value_object(fiber));
  while ((lock = (Lock *)context->holds)) {
    vm_push_root(vm, value_object(lock));
    context->holds = (Obj *)lock->next_held;
    lock->next_held = NULL;
    refuse_waiters(vm, lock);
    vm_pop_roots(vm, 1);
  }
  vm_pop_roots(vm, 1);
}
