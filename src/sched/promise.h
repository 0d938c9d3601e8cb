// SPDX-License-Identifier: MIT
// promise.h - promises: settle, adopt, await
//
// A promise is pending, then fulfilled or rejected, once (C 2.1). Fibers that await it wait in its
// queue and wake in the order they came (C 2.3). Settling one with a promise adopts that promise
// (C 2.5): this one settles as the other does.
//
// Native code may also watch a promise: `then` records are called in order when it settles.
//
// A program may have a million promises, so what a promise needs at different times shares its place:
//
//               pending                     settled
//   value       its waiters                 the value or the Error
//   watchers    its watchers, or a          NULL, once the watchers have been called
//               PromiseTarget
//   settler     who will settle it, or      since when it is ready; before that, while its waiters
//               what it keeps               are woken, those that are left
//
// Read watchers, waiters and settler by the functions below, which know where they are.
//
// Invariants (asserted by debug builds after each operation, see sched_verify.c): a settled promise has
// no waiters and no watchers; a promise that adopts is pending and has the adopted one as settler.
#ifndef PROMISE_H
#define PROMISE_H

#include "sched/wait.h"

// Called once when the watched promise has settled. Must not run script code; may settle promises.
//
// A watcher is in two lists: that of the promise it watches, and that of the promise on whose behalf
// it does (`target`). When the target settles first, its watchers leave the promises that they still
// watch: what loses a race keeps no memory through it.
typedef struct PromiseWatcher PromiseWatcher;
typedef void (*PromiseThen)(VM *vm, Promise *settled, PromiseWatcher *watcher);
struct PromiseWatcher {
  PromiseWatcher *prev;
  PromiseWatcher *next;
  PromiseWatcher *sibling; // the target's next watcher
  PromiseWatcher *sibling_before;
  Promise *watched;        // NULL once it has settled
  Promise *target;
  PromiseThen then;
  union { // for the watcher's own use
    uint32_t index;  // its place in a combinator's list
    double limit_ms; // of a time-out
  };
};

// What only a promise has on whose behalf others are watched: a raw block, which it owns.
typedef struct PromiseTarget {
  PromiseWatcher *watchers; // as in Promise
  PromiseWatcher *watching; // on this promise's behalf (raw blocks, owned)
} PromiseTarget;

struct Promise {
  Obj obj; // flags: PROMISE_*; extra: number by creation
  union {
    Value value; // fulfilled: the value; rejected: the Error
    WaitQueue waiters;
  };
  union {
    PromiseWatcher *watchers; // of this promise, in order: first, whose prev is the last
    PromiseTarget *target;    // with PROMISE_TARGET
  };
  union {
    Obj *settler; // who will settle it: Fiber, Ticket, Group, Errand, Selection, or the Promise that
                  // it adopts; NULL for timers and what a program settles by hand. With
                  // PROMISE_KEEPS nobody: see promise_keep
    WaitQueue waking;     // with PROMISE_WAKING
    uint64_t ready_since; // the moment in which it has settled, see select.h
  };
};
_Static_assert(offsetof(Promise, value) == offsetof(PromiseFront, value), "async_ops.h reads it");

// PROMISE_STATE_MASK and PROMISE_OBSERVED are vm/async_ops.h's.
#define PROMISE_LISTED     8 // in the scheduler's list of rejections that nobody saw
#define PROMISE_TIMER      16 // a timer is set for it
#define PROMISE_CALM       32 // a combinator that never rejects
#define PROMISE_CANCELLED  64 // it was asked for: asking again does nothing
#define PROMISE_OWNED      128 // whoever awaits it stays until it has ended, also when cancelled
#define PROMISE_WAKING     256 // it has just settled: who has not been woken yet is in `waking`
#define PROMISE_INTERRUPTIBLE 512 // Ctrl-C fulfils it if main awaits it, and main goes on
#define PROMISE_TARGET     1024
#define PROMISE_KEEPS      2048
#define PROMISE_OF_FIBER   4096 // while it is pending: its settler is a fiber, which need not be looked at to know

static inline PromiseState promise_state(const Promise *promise) {
  return (PromiseState)(promise->obj.flags & PROMISE_STATE_MASK);
}
// Who waits: of a promise that is pending or wakes them.
static inline WaitQueue *promise_queue(Promise *promise) {
  return promise->obj.flags & PROMISE_WAKING ? &promise->waking : &promise->waiters;
}
static inline const PromiseWatcher *promise_watchers(const Promise *promise) {
  return promise->obj.flags & PROMISE_TARGET ? promise->target->watchers : promise->watchers;
}
static inline const PromiseWatcher *promise_watching(const Promise *promise) {
  return promise->obj.flags & PROMISE_TARGET ? promise->target->watching : NULL;
}
// NULL for a settled one.
static inline Obj *promise_settler(const Promise *promise) {
  bool is_nobodys = promise->obj.flags & (PROMISE_STATE_MASK | PROMISE_KEEPS);
  return is_nobodys ? NULL : promise->settler;
}
// The fiber is who will settle it.
static inline void promise_give_fiber(VM *vm, Promise *promise, Fiber *fiber) {
  promise->settler = (Obj *)fiber;
  promise->obj.flags |= PROMISE_OF_FIBER;
  heap_touch(vm_heap(vm), (Obj *)promise);
  fiber_set_promise(vm, fiber, promise);
}
// While it is pending a combinator keeps in its promise what it has so far, instead of a settler.
static inline void promise_keep(VM *vm, Promise *promise, Obj *kept) {
  promise->obj.flags |= PROMISE_KEEPS;
  promise->settler = kept;
  heap_touch(vm_heap(vm), (Obj *)promise);
}
static inline Obj *promise_kept(const Promise *promise) {
  return promise->settler;
}
// What a fiber that is cancelled takes along, and waits for before it goes: a group, what runs under a
// lock.
static inline bool promise_is_owned(const Promise *promise) {
  const Obj *settler = promise_settler(promise);
  return (promise->obj.flags & PROMISE_OWNED) || (settler && settler->kind == KIND_GROUP);
}
static inline bool value_is_promise(Value v) {
  return value_is_kind(v, KIND_PROMISE);
}
static inline Promise *value_as_promise(Value v) {
  return (Promise *)value_as_object(v);
}

void promise_register(VM *vm);
Promise *promise_new(VM *vm) MUST_USE; // NULL: out of memory, raised
// The same for a number that is kept for it.
Promise *promise_new_numbered(VM *vm, uint32_t number) MUST_USE;
// Settling a settled promise does nothing. `value` may be a promise: adopted.
void promise_fulfil(VM *vm, Promise *promise, Value value);
void promise_reject(VM *vm, Promise *promise, Value error); // an Error
// Rejects with the error that is on the VM, and takes it off.
void promise_reject_raised(VM *vm, Promise *promise);
// False when memory is out (raised).
bool promise_watch(VM *vm, Promise *promise, PromiseThen then, Promise *target,
                   uint32_t index) MUST_USE;
// C 2.3. For AsyncOps.
WaitResult promise_await(VM *vm, Fiber *fiber, Value promise, Value *out);
// For natives that give a promise to be awaited by the calling fiber at once (Vint's net.get):
// parks.
WaitResult promise_await_here(VM *vm, Promise *promise, Value *out);

#endif
