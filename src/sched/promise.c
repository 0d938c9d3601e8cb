// SPDX-License-Identifier: MIT
// promise.c - promises: settle, adopt, await
#include "sched/promise.h"

#include "base/assertion.h"
#include "heap/fresh.h"
#include "sched/cancel.h"
#include "sched/group.h"
#include "sched/park.h"
#include "sched/sched_private.h"
#include "sched/timer.h"
#include "vm/format.h"
#include "vm/trace.h"

// A select of Luma's lives in what it waits for only. Fibers are kept by themselves (vm/fiber.c): a
// major collection wants to know which of them somebody can still wake.
static bool has_queue(const Promise *promise) {
  return promise_state(promise) == PROMISE_PENDING || promise->obj.flags & PROMISE_WAKING;
}

#define WATCHED_PIECE 512
#define WATCHED_NEXT  1 // as a cursor: all waiters are marked

// Whoever can cancel a promise can reach what it waits for. Of a promise that waits for many the next
// to be marked stands with the scheduler, as watchers may be freed in between; one at a time.
static bool mark_watched(Heap *heap, Sched *sched, Promise *promise) {
  bool is_open = heap_may_defer(heap) && (!sched->marked_watching || sched->marked_watching == promise);
  const PromiseWatcher *w = promise_watching(promise);
  if (is_open && sched->marked_watching) w = sched->next_watched;
  uint32_t room = is_open ? WATCHED_PIECE : UINT32_MAX;
  for (; w && room > 0; w = w->sibling, room--) heap_mark(heap, (Obj *)w->watched);
  if (is_open) sched->marked_watching = w ? promise : NULL;
  if (is_open) sched->next_watched = w;
  return !w;
}

static bool trace_more(Heap *heap, Obj *object, uintptr_t *cursor) {
  Promise *promise = (Promise *)object;
  if (*cursor != WATCHED_NEXT) {
    if (has_queue(promise) && !wait_mark_piece(heap, promise_queue(promise), cursor)) return false;
    *cursor = WATCHED_NEXT;
  }
  return mark_watched(heap, heap_kind_owner(heap, KIND_PROMISE), promise);
}

// A fiber that has not ended is a root of each minor collection by itself.
static void mark_settler(Heap *heap, const Promise *promise) {
  bool is_root = promise->obj.flags & PROMISE_OF_FIBER && heap_is_minor(heap);
  if (!is_root) heap_mark(heap, promise->settler);
}

// Nobody waits for it or watches it, and it watches no other (a PromiseTarget has the place of the watchers).
static bool is_pending_alone(const Promise *promise) {
  return promise_state(promise) == PROMISE_PENDING && wait_is_empty(&promise->waiters) && !promise->watchers;
}

static bool is_leaf(const Obj *object) {
  return object->flags & PROMISE_OF_FIBER && is_pending_alone((const Promise *)object);
}

static void trace_promise(Heap *heap, Obj *object) {
  Promise *promise = (Promise *)object;
  if (promise_state(promise) == PROMISE_PENDING) {
    mark_settler(heap, promise);
  } else {
    heap_mark_value(heap, promise->value);
  }
  if (is_pending_alone(promise)) return;
  for (const PromiseWatcher *w = promise_watchers(promise); w; w = w->next)
    heap_mark(heap, (Obj *)w->target);
  uintptr_t cursor = HEAP_FROM_START;
  if (!trace_more(heap, object, &cursor)) heap_defer(heap, object, cursor);
}

// Watched and target keep each other alive, so they die together and nothing has to be unlinked here.
static void finish_promise(Heap *heap, Obj *object) {
  if (!(object->flags & PROMISE_TARGET)) return;
  PromiseTarget *target = ((Promise *)object)->target;
  PromiseWatcher *watcher = target->watching;
  while (watcher) {
    PromiseWatcher *sibling = watcher->sibling;
    heap_release(heap, watcher, sizeof(PromiseWatcher));
    watcher = sibling;
  }
  heap_release(heap, target, sizeof(PromiseTarget));
}

// C 2.8.
static Value print_promise(VM *vm, Buffer *out, Value value, FormatStyle style) {
  Promise *promise = value_as_promise(value);
  switch (promise_state(promise)) {
  case PROMISE_PENDING: buffer_text(out, "Promise(pending)"); return VALUE_ABSENT;
  case PROMISE_FULFILLED: buffer_text(out, "Promise(fulfilled: "); return promise->value;
  case PROMISE_REJECTED: break;
  }
  const Error *error = (const Error *)value_as_object(promise->value);
  buffer_text(out, "Promise(rejected: ");
  buffer_append(out, error->message->bytes, error->message->len);
  buffer_byte(out, ')');
  return VALUE_ABSENT;
}

void promise_register(VM *vm) {
  heap_register(vm_heap(vm), KIND_PROMISE, &(KindDescriptor){.name = "promise",
                                                             .trace = trace_promise,
                                                             .finish = finish_promise,
                                                             .trace_more = trace_more,
                                                             .is_leaf = is_leaf,
                                                             .owns_late = true,
                                                             .owner = sched_of(vm)});
  format_set_hook(vm, KIND_PROMISE, print_promise);
}

Promise *promise_new_numbered(VM *vm, uint32_t number) {
  Promise *promise = fresh_object(vm_heap(vm), KIND_PROMISE, sizeof(Promise));
  if (UNLIKELY(!promise)) {
    vm_raise_memory(vm);
    return NULL;
  }
  promise->obj.extra = number;
  promise->waiters = (WaitQueue){NULL};
  promise->watchers = NULL;
  promise->settler = NULL;
  return promise;
}

Promise *promise_new(VM *vm) {
  return promise_new_numbered(vm, vm_next_promise(vm));
}

#ifndef NDEBUG
// The ends of its lists; sched_verify looks at the middle of them.
static void verify(const Promise *promise) {
  const PromiseWatcher *first = promise_watchers(promise), *own = promise_watching(promise);
  if (promise_state(promise) != PROMISE_PENDING) {
    ASSERT(!(promise->obj.flags & PROMISE_TARGET));
    return;
  }
  if (first) ASSERT(first->watched == promise && first->prev && !first->prev->next);
  if (first && first->next) ASSERT(first->next->prev == first);
  if (own) ASSERT(own->target == promise && !own->sibling_before);
  if (own && own->sibling) ASSERT(own->sibling->sibling_before == own);
}
#else
static inline void verify(const Promise *promise) {}
#endif

// --- Watchers ----------------------------------------------------------------------------------------

static PromiseWatcher **place_of_watchers(Promise *promise) {
  return promise->obj.flags & PROMISE_TARGET ? &promise->target->watchers : &promise->watchers;
}

static void link_watcher(Promise *watched, PromiseWatcher *watcher) {
  PromiseWatcher *first = *place_of_watchers(watched);
  if (!first) {
    *place_of_watchers(watched) = watcher->prev = watcher;
    return;
  }
  watcher->prev = first->prev;
  first->prev->next = watcher;
  first->prev = watcher;
}

static void unlink_watcher(PromiseWatcher *watcher) {
  Promise *watched = watcher->watched;
  PromiseWatcher **first = place_of_watchers(watched), *next = watcher->next;
  if (watcher == *first) {
    *first = next;
  } else {
    watcher->prev->next = next;
  }
  if (next) {
    next->prev = watcher->prev;
  } else if (*first) {
    (*first)->prev = watcher->prev;
  }
  watcher->watched = NULL;
  watcher->prev = watcher->next = NULL;
  verify(watched);
}

static void unlink_sibling(Sched *sched, PromiseWatcher *watcher) {
  if (UNLIKELY(watcher == sched->next_watched)) sched->next_watched = watcher->sibling;
  PromiseWatcher *next = watcher->sibling, *prev = watcher->sibling_before;
  if (prev) {
    prev->sibling = next;
  } else {
    watcher->target->target->watching = next;
  }
  if (next) next->sibling_before = prev;
}

// False: out of memory, raised.
static bool become_target(VM *vm, Promise *promise) {
  ASSERT(promise_state(promise) == PROMISE_PENDING);
  if (promise->obj.flags & PROMISE_TARGET) return true;
  PromiseTarget *target = heap_grow(vm_heap(vm), NULL, 0, sizeof(PromiseTarget));
  if (!target) return vm_raise_memory(vm);
  *target = (PromiseTarget){.watchers = promise->watchers};
  promise->target = target;
  promise->obj.flags |= PROMISE_TARGET;
  heap_own((Obj *)promise);
  return true;
}

// A watcher that is called is done with, before it may settle its target, which frees the others.
static void call_watchers(VM *vm, Promise *promise) {
  PromiseWatcher *watcher;
  while ((watcher = promise->watchers)) { // of a settled promise, which is no target
    PromiseWatcher called = *watcher;
    unlink_watcher(watcher);
    unlink_sibling(vm_scheduler(vm), watcher);
    heap_release(vm_heap(vm), watcher, sizeof(PromiseWatcher));
    vm_push_root(vm, value_object(called.target));
    called.then(vm, promise, &called);
    vm_pop_roots(vm, 1);
  }
}

// A watcher may settle its target, whose watchers then are called behind those of all that settled
// before: a chain of a million promises takes no C stack.
static void notify_watchers(VM *vm, Promise *promise) {
  Sched *sched = vm_scheduler(vm);
  if (!promise->watchers) return;
  vec_push(&sched->notifying, promise);
  if (sched->notifying.count > 1) return;
  for (uint32_t i = 0; i < sched->notifying.count; i++) {
    call_watchers(vm, sched->notifying.items[i]);
  }
  vec_clear(&sched->notifying);
}

// The promise has settled: it need not know any more how others end.
static void stop_watching(VM *vm, Promise *promise) {
  if (!(promise->obj.flags & PROMISE_TARGET)) return;
  PromiseTarget *target = promise->target;
  PromiseWatcher *watcher = target->watching;
  promise->watchers = target->watchers;
  promise->obj.flags &= (uint16_t)~PROMISE_TARGET;
  heap_release(vm_heap(vm), target, sizeof(PromiseTarget));
  if (sched_of(vm)->marked_watching == promise) sched_of(vm)->next_watched = NULL;
  while (watcher) {
    PromiseWatcher *sibling = watcher->sibling;
    if (watcher->watched) unlink_watcher(watcher);
    heap_release(vm_heap(vm), watcher, sizeof(PromiseWatcher));
    watcher = sibling;
  }
}

// --- Settling ------------------------------------------------------------------------------------

// An error belongs to whoever gets it: each awaiting fiber adds its own frames, so each gets a
// copy.
static Value copy_error(VM *vm, Value value) {
  Error *copy = error_copy(vm_heap(vm), (Error *)value_as_object(value));
  return copy ? value_object(copy) : value;
}

// A select of Luma's that nobody asks about lives in the queue alone, and the copy may collect.
static void wake_failed(VM *vm, Waiter *waiter, Value error) {
  vm_push_root(vm, value_object(wait_owner(waiter)));
  wait_complete_failed(vm, waiter, copy_error(vm, error));
  vm_pop_roots(vm, 1);
}

static void wake_waiters(VM *vm, Promise *promise) {
  bool is_rejected = promise_state(promise) == PROMISE_REJECTED;
  Waiter *waiter;
  while ((waiter = wait_take(&promise->waking))) {
    if (is_rejected) {
      wake_failed(vm, waiter, promise->value);
    } else {
      wait_complete(vm, waiter, promise->value);
    }
  }
}

// Tells whoever waits for the promise, those in `waking`, or is waited for by it.
static void spread(VM *vm, Promise *promise, uint64_t since) {
  vm_push_root(vm, value_object(promise));
  promise->obj.flags |= PROMISE_WAKING;
  if (promise->obj.flags & PROMISE_TIMER) timer_drop(vm_scheduler(vm), 1);
  stop_watching(vm, promise);
  wake_waiters(vm, promise);
  promise->obj.flags &= (uint16_t)~PROMISE_WAKING;
  promise->ready_since = since;
  verify(promise);
  notify_watchers(vm, promise);
  vm_pop_roots(vm, 1);
}

static void settle(VM *vm, Promise *promise, PromiseState state, Value value) {
  uint64_t since = sched_next_moment(vm);
  WaitQueue waiters = promise->waiters;
  bool is_alone =
      wait_is_empty(&waiters) && !promise->watchers && !(promise->obj.flags & PROMISE_TIMER);
  promise->obj.flags = (uint16_t)((promise->obj.flags & ~PROMISE_STATE_MASK) | state);
  heap_store(vm_heap(vm), promise, &promise->value, value);
  if (is_alone) {
    promise->ready_since = since;
    verify(promise);
  } else {
    promise->waking = waiters;
    spread(vm, promise, since);
  }
  if (state == PROMISE_REJECTED && !(promise->obj.flags & PROMISE_OBSERVED)) {
    sched_note_rejected(vm_scheduler(vm), promise);
  }
}

static void settle_as_adopted(VM *vm, Promise *adopted, PromiseWatcher *watcher) {
  settle(vm, watcher->target, promise_state(adopted), adopted->value);
}

static void adopt(VM *vm, Promise *promise, Promise *adopted) {
  if (adopted == promise) {
    vm_raise(vm, "TypeError", "a promise cannot be fulfilled with itself");
    promise_reject_raised(vm, promise);
    return;
  }
  adopted->obj.flags |= PROMISE_OBSERVED;
  if (promise_state(adopted) != PROMISE_PENDING) {
    settle(vm, promise, promise_state(adopted), adopted->value);
    return;
  }
  promise->settler = (Obj *)adopted;
  promise->obj.flags &= (uint16_t)~(PROMISE_KEEPS | PROMISE_OF_FIBER);
  heap_touch(vm_heap(vm), (Obj *)promise);
  if (!promise_watch(vm, adopted, settle_as_adopted, promise, 0)) {
    promise_reject_raised(vm, promise);
  }
}

void promise_fulfil(VM *vm, Promise *promise, Value value) {
  if (promise_state(promise) != PROMISE_PENDING) return;
  if (value_is_promise(value)) {
    adopt(vm, promise, value_as_promise(value));
  } else {
    settle(vm, promise, PROMISE_FULFILLED, value);
  }
}

void promise_reject(VM *vm, Promise *promise, Value error) {
  ASSERT(value_is_kind(error, KIND_ERROR));
  if (promise_state(promise) != PROMISE_PENDING) return;
  // To others the end of a fiber that was cancelled is an error as any other.
  value_as_object(error)->flags &= (uint16_t)~ERROR_CANCELLED;
  settle(vm, promise, PROMISE_REJECTED, error);
}

void promise_reject_raised(VM *vm, Promise *promise) {
  promise_reject(vm, promise, vm_take_error(vm));
}

bool promise_watch(VM *vm, Promise *promise, PromiseThen then, Promise *target, uint32_t index) {
  if (!become_target(vm, target)) return false;
  PromiseWatcher *watcher = heap_grow(vm_heap(vm), NULL, 0, sizeof(PromiseWatcher));
  if (!watcher) return vm_raise_memory(vm);
  *watcher = (PromiseWatcher){.sibling = target->target->watching,
                              .watched = promise,
                              .target = target,
                              .then = then,
                              .index = index};
  if (watcher->sibling) watcher->sibling->sibling_before = watcher;
  target->target->watching = watcher;
  link_watcher(promise, watcher);
  promise->obj.flags |= PROMISE_OBSERVED;
  heap_touch(vm_heap(vm), (Obj *)promise);
  // An old target is not touched: of many that it watches only this one may be young.
  if (target->obj.colour != HEAP_WHITE) vec_push(&sched_of(vm)->fresh_targets, (Obj *)promise);
  verify(promise);
  verify(target);
  return true;
}

// --- Awaiting
// ----------------------------------------------------------------------------------------

static WaitResult raise_rejection(VM *vm, Fiber *fiber, Promise *promise) {
  Value error = copy_error(vm, promise->value);
  vm_push_root(vm, error);
  // One that came from outside (a request, a time-out) has no trace yet: it surfaces here.
  bool has_trace = value_as_object(error)->flags & ERROR_HAS_TRACE;
  if (has_trace) trace_add_await(vm, (Error *)value_as_object(error), fiber);
  vm_pop_roots(vm, 1);
  vm_raise_value(vm, error);
  return WAIT_FAILED;
}

// The fiber was cancelled before it came here. What it owns must end with it, so it is cancelled where
// it waits; everything else it does not even begin to wait for.
static NOINLINE WaitResult await_cancelled(VM *vm, Fiber *fiber, Promise *promise) {
  if (!promise_is_owned(promise)) {
    (void)!wait_raise_cancelled(vm, fiber);
    return WAIT_FAILED;
  }
  Error *cause = (Error *)fiber->wait.on;
  fiber->obj.flags &= (uint16_t)~FIBER_CANCELLED;
  vm_push_root(vm, value_object(cause));
  wait_park(vm, fiber, WAIT_AWAIT, (Obj *)promise, &promise->waiters);
  cancel_fiber(vm, fiber, cause, CANCEL_CALL);
  vm_pop_roots(vm, 1);
  return WAIT_PARKED;
}

// Everything but what is simple.
static NOINLINE WaitResult await(VM *vm, Fiber *fiber, Value value) {
  if (!value_is_promise(value)) {
    vm_raise(vm, "TypeError", "await requires a Promise, got %s", vm_type_name(vm, value));
    return WAIT_FAILED;
  }
  Promise *promise = value_as_promise(value);
  if (fiber->obj.flags & FIBER_CANCELLED) return await_cancelled(vm, fiber, promise);
  if (promise_state(promise) == PROMISE_REJECTED) return raise_rejection(vm, fiber, promise);
  wait_park(vm, fiber, WAIT_AWAIT, (Obj *)promise, &promise->waiters);
  return WAIT_PARKED;
}

WaitResult promise_await(VM *vm, Fiber *fiber, Value value, Value *out) {
  if (UNLIKELY(!value_is_promise(value))) return await(vm, fiber, value);
  Promise *promise = value_as_promise(value);
  promise->obj.flags |= PROMISE_OBSERVED;
  if (UNLIKELY(fiber->obj.flags & FIBER_CANCELLED)) return await(vm, fiber, value);
  if (promise_state(promise) == PROMISE_FULFILLED) {
    *out = promise->value;
    return WAIT_DONE;
  }
  if (promise_state(promise) != PROMISE_PENDING || UNLIKELY(!park_may(vm, fiber)))
    return await(vm, fiber, value);
  park_fiber(vm, fiber, WAIT_AWAIT, (Obj *)promise, VALUE_NULL, &promise->waiters);
  return WAIT_PARKED;
}

WaitResult promise_await_here(VM *vm, Promise *promise, Value *out) {
  return promise_await(vm, vm_running(vm), value_object(promise), out);
}
