// SPDX-License-Identifier: MIT
// fiber.c - making, growing, ending and marking fibers
//
// Every fiber that has not ended stays: one that waits for ever is reported at the end (C 6.1). A major
// collection finds them by walking the heap, page by page, after all that others lead to is marked, so
// that it notices those that nobody can reach (sched/stranded.c); a minor one needs only those made
// since the last collection, as older ones are marked already. A marked fiber that has run since then
// is in the heap's remembered set, because whoever leaves a fiber touches it (interp.c); the running one
// is marked as it is.
#include "vm/fiber.h"

#include "base/assertion.h"
#include "heap/fresh.h"
#include "heap/mark.h"
#include "vm/frame.h"
#include "vm/locals.h"
#include "vm/spare.h"

#include <string.h>

#define YOUNG_PIECE 1024u // fibers that are marked at once
#define STACK_PIECE 4096u // slots, the same
#define STACK_ROUND 2u // slots; the pool's classes are multiples of this

static uint32_t round_slots(uint32_t slots) {
  return (slots + STACK_ROUND - 1) & ~(STACK_ROUND - 1);
}

static void set_null(Value *slots, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) slots[i] = VALUE_NULL;
}

// --- Marking ------------------------------------------------------------------------------------

// A fiber without a frame (base 0) holds its callee and arguments, or is about to end.
static uint32_t used_slots(const Fiber *fiber, uint32_t spill) {
  uint32_t size = fiber_stack_size(fiber);
  if (fiber->base == 0) return size;
  uint32_t used = fiber->base + frame_size(fiber->stack + fiber->base) + spill;
  return used < size ? used : size;
}

static void mark_running(Heap *heap, Fiber *fiber, uint32_t spill) {
  if (!fiber->stack) return;
  uint32_t used = used_slots(fiber, spill);
  heap_mark_values(heap, fiber->stack, used);
  set_null(fiber->stack + used, fiber_stack_size(fiber) - used); // see frame.h
}

// A deep stack is marked in pieces. When the fiber runs on in between it is touched as it stops, and
// then the whole stack is marked again.
static bool mark_piece(Heap *heap, const Fiber *fiber, uint32_t used, uintptr_t *cursor) {
  size_t left = *cursor < used ? *cursor : used;
  size_t from = left > STACK_PIECE ? left - STACK_PIECE : 0;
  heap_mark_values(heap, fiber->stack + from, left - from);
  *cursor = from;
  return from == 0;
}

static bool trace_more(Heap *heap, Obj *object, uintptr_t *cursor) {
  const Fiber *fiber = (const Fiber *)object;
  return !fiber->stack || mark_piece(heap, fiber, used_slots(fiber, 0), cursor);
}

// The spill belongs to the running fiber, which fiber_mark_roots marks with it: here a few slots too
// many would do no harm but a few too few would, so its dead part is left alone.
static void trace_stack(Heap *heap, Fiber *fiber) {
  uint32_t used = used_slots(fiber, 0);
  if (fiber_state(fiber) != FIBER_RUNNING) set_null(fiber->stack + used, fiber_stack_size(fiber) - used);
  if (fiber->base == FRAME_FIRST && used <= STACK_PIECE) { // the callee has just been looked at; then comes the link
    mark_shared(heap, frame_callee(fiber->stack + FRAME_FIRST));
    heap_mark_values(heap, fiber->stack + FRAME_FIRST, used - FRAME_FIRST);
    return;
  }
  uintptr_t cursor = HEAP_FROM_START;
  if (!mark_piece(heap, fiber, used, &cursor)) heap_defer(heap, (Obj *)fiber, cursor);
}

static void mark_header(Heap *heap, const Fiber *fiber) {
  heap_mark(heap, (Obj *)fiber->promise); // or its context
  if (fiber->wait.kind == WAIT_TIMER) return; // its wait record holds two numbers
  heap_mark(heap, fiber->wait.on);
  heap_mark_value(heap, fiber->wait.value);
}

static void trace_fiber(Heap *heap, Obj *object) {
  Fiber *fiber = (Fiber *)object;
  ASSERT(!spare_is_one(fiber)); // somebody knows one that may be another fiber by now
  if (fiber->stack) trace_stack(heap, fiber);
  mark_header(heap, fiber);
  // The next in the list of who has started another.
  Waiter *next = fiber->wait.kind == WAIT_STARTER ? fiber->wait.next : NULL;
  if (next) heap_mark(heap, (Obj *)fiber_of_waiter(next));
}

static void finish_fiber(Heap *heap, Obj *object) {
  Fiber *fiber = (Fiber *)object;
  if (fiber->stack) heap_release(heap, fiber->stack, fiber_stack_size(fiber) * sizeof(Value));
}

static void mark_left(Obj *object, void *context) {
  VM *vm = context;
  Fiber *fiber = (Fiber *)object;
  if (fiber_state(fiber) == FIBER_DONE || heap_is_marked(vm->heap, object)) return;
  bool is_new = fiber->obj.extra > vm->walk.last_reached; // it was made during the walk
  if (vm->async.unreached && !is_new) vm->async.unreached(vm, fiber);
  heap_mark(vm->heap, object);
}

static void begin_left(void *owner, bool minor) {
  VM *vm = owner;
  vm->walk.page = NULL;
  vm->walk.is_over = false;
  vm->walk.last_reached = vm->fiber_count;
  vm->walk.run = vm->walk.place = 0;
}

// Cells are handed out in order, so the fibers made one after the other mostly lie so too.
static void add_young(VM *vm, Fiber *fiber) {
  FiberRun *last = vm->young_fibers.count > 0 ? &vec_last(&vm->young_fibers) : NULL;
  if (last && last->first + last->count == fiber) {
    last->count++;
  } else {
    vec_push(&vm->young_fibers, ((FiberRun){fiber, 1}));
  }
}

// Marks the next of those that were made since the last collection. True: there are no more. The last run
// may still grow.
static bool mark_young(VM *vm, void (*mark)(Obj *, void *)) {
  uint32_t left = YOUNG_PIECE;
  for (uint32_t count = vm->young_fibers.count; vm->walk.run < count;) {
    const FiberRun *run = &vm->young_fibers.items[vm->walk.run];
    for (; vm->walk.place < run->count; left--) {
      if (left == 0) return false;
      mark((Obj *)(run->first + vm->walk.place++), vm);
    }
    if (vm->walk.run + 1 == count) return true;
    vm->walk.run++;
    vm->walk.place = 0;
  }
  return true;
}

// Pages first, and then whoever came into being meanwhile.
static bool step_left(Heap *heap, void *owner, bool minor) {
  VM *vm = owner;
  if (!vm->walk.is_over) {
    vm->walk.is_over = !heap_each_on_page(heap, &vm->walk.page, KIND_FIBER, sizeof(Fiber), mark_left, vm);
    return false;
  }
  return mark_young(vm, mark_left);
}

static void mark_unfinished(Obj *object, void *context) {
  if (fiber_state((Fiber *)object) != FIBER_DONE) heap_mark(((VM *)context)->heap, object);
}

static void begin_young(void *owner, bool minor) {
  VM *vm = owner;
  vm->walk.run = vm->walk.place = 0;
  spare_forget_all(vm);
}

static bool step_young(Heap *heap, void *owner, bool minor) {
  return !minor || mark_young(owner, mark_unfinished);
}

void fiber_register(VM *vm) {
  static const KindDescriptor descriptor = {"fiber", trace_fiber, finish_fiber, trace_more};
  heap_register(vm->heap, KIND_FIBER, &descriptor);
  heap_add_walk(vm->heap, (HeapWalk){begin_young, step_young, vm, false});
  heap_add_walk(vm->heap, (HeapWalk){begin_left, step_left, vm, true});
}

void fiber_mark_roots(Heap *heap, VM *vm) {
  if (vm->starters) heap_mark(heap, (Obj *)fiber_of_waiter(vm->starters));
  if (!vm->running) return;
  heap_mark(heap, (Obj *)vm->running);
  mark_running(heap, vm->running, vm->spill);
  // A marked fiber is not traced again by heap_mark, so what its header holds is marked here.
  mark_header(heap, vm->running);
}

// --- Who started it ------------------------------------------------------------------------------

Fiber *fiber_find_starter(const VM *vm, const Fiber *fiber) {
  Waiter *waiter = vm->starters;
  while (fiber_of_waiter(waiter)->obj.extra != fiber->parent) waiter = waiter->next;
  return fiber_of_waiter(waiter);
}

Fiber *fiber_take_starter(VM *vm, Fiber *fiber) {
  Waiter **link = &vm->starters, *waiter;
  while (fiber_of_waiter(waiter = *link)->obj.extra != fiber->parent) link = &waiter->next;
  fiber->obj.flags &= (uint16_t)~FIBER_STARTED;
  *link = waiter->next;
  waiter->next = NULL;
  return fiber_of_waiter(waiter);
}

// --- Making and growing -------------------------------------------------------------------------

static uint32_t first_stack_size(Value callee, uint32_t count) {
  uint32_t slots = count;
  if (value_is_kind(callee, KIND_CLOSURE)) {
    uint32_t registers = ((Closure *)value_as_object(callee))->proto->register_count;
    if (registers > slots) slots = registers;
  }
  return slots + 2;
}

// The stack comes first: it is no object, and what it will hold is safe elsewhere.
Fiber *fiber_make(VM *vm, uint32_t slots) {
  uint32_t size = round_slots(slots);
  Value *stack = fresh_block(vm->heap, size * sizeof(Value));
  Fiber *fiber = LIKELY(stack != NULL) ? fresh_owner(vm->heap, KIND_FIBER, sizeof(Fiber)) : NULL;
  if (UNLIKELY(!fiber)) {
    if (stack) heap_release(vm->heap, stack, size * sizeof(Value));
    (void)!vm_raise_memory(vm);
    return NULL;
  }
  fiber_clear(stack, size);
  *fiber = (Fiber){.obj = fiber->obj, .wait = {.value = VALUE_NULL}};
  fiber_set_stack(fiber, stack, size);
  add_young(vm, fiber); // from here on it is a root
  return fiber;
}

// Whatever the running fiber has of its own now (locals.h).
static bool inherit(VM *vm, Fiber *fiber) {
  if (!vm->running || !(vm->running->obj.flags & FIBER_HAS_CONTEXT)) return true;
  if (locals_give(vm, fiber, locals_share(vm->running))) return true;
  fiber_end(vm, fiber);
  return vm_raise_memory(vm);
}

static Fiber *take_cleared(VM *vm, uint32_t size) {
  Fiber *fiber = spare_take(vm, size);
  if (!fiber) return NULL;
  fiber_clear(fiber->stack, fiber_stack_size(fiber));
  fiber->base = 0;
  return fiber;
}

Fiber *fiber_new_rooted(VM *vm, Value callee, const Value *args, uint32_t count) {
  uint32_t size = first_stack_size(callee, count);
  Fiber *fiber = take_cleared(vm, size);
  if (!fiber && !(fiber = fiber_make(vm, size))) return NULL;
  ASSERT(count <= FRAME_DISTANCE_MAX);
  fiber->stack[0] = callee;
  // Until the fiber starts the link has the count of arguments instead of a distance.
  fiber->stack[1] = frame_link(vm->running ? vm->running->ip : NULL, count);
  for (uint32_t i = 0; i < count; i++) fiber->stack[2 + i] = args[i];
  fiber->obj.flags = FIBER_NEW;
  fiber->obj.extra = ++vm->fiber_count;
  fiber->parent = vm->running ? vm->running->obj.extra : 0;
  return inherit(vm, fiber) ? fiber : NULL;
}

Fiber *fiber_new(VM *vm, Value callee, const Value *args, uint32_t count) {
  heap_push_root(vm->heap, callee);
  for (uint32_t i = 0; i < count; i++) heap_push_root(vm->heap, args[i]);
  Fiber *fiber = fiber_new_rooted(vm, callee, args, count);
  heap_pop_roots(vm->heap, count + 1);
  return fiber;
}

static bool refuse_growth(VM *vm, uint64_t needed) {
  // A large stack that cannot be doubled is a recursion without end, whichever limit it met first.
  if (needed < 64 * 1024) return vm_raise_memory(vm);
  return vm_raise(vm, "StackOverflow", "stack overflow");
}

void fiber_set_promise(VM *vm, Fiber *fiber, Promise *promise) {
  if (fiber->obj.flags & FIBER_HAS_CONTEXT) {
    fiber->context->promise = promise;
    heap_touch(vm->heap, (Obj *)fiber->context);
  } else {
    fiber->promise = promise;
    heap_touch(vm->heap, (Obj *)fiber);
  }
}

bool fiber_grow(VM *vm, Fiber *fiber, uint32_t base, uint32_t needed) {
  uint64_t want = (uint64_t)base + needed;
  uint32_t old_size = fiber_stack_size(fiber);
  if (want <= old_size) return true;
  if (want > FIBER_STACK_MAX) return refuse_growth(vm, want);
  uint64_t size = (uint64_t)old_size * 2;
  if (size < want) size = round_slots((uint32_t)want);
  if (size > FIBER_STACK_MAX) size = FIBER_STACK_MAX;
  Value *stack = heap_grow(vm->heap, fiber->stack, old_size * sizeof(Value), size * sizeof(Value));
  if (!stack) return refuse_growth(vm, want);
  set_null(stack + old_size, (uint32_t)size - old_size);
  fiber_set_stack(fiber, stack, (uint32_t)size);
  heap_touch(vm->heap, (Obj *)fiber);
  if (fiber == vm->running) vm_set_stack_limit(vm);
  return true;
}

bool fiber_end_as_spare(VM *vm, Fiber *fiber) {
  if (!spare_may_be(vm, fiber)) {
    fiber_end(vm, fiber);
    return false;
  }
  fiber_clear(fiber->stack, fiber_stack_size(fiber));
  fiber->obj.flags = FIBER_DONE | (fiber->obj.flags & FIBER_STARTED); // who is next knows it by that
  fiber->base = 0;
  return true;
}

void fiber_keep_spare(VM *vm, Fiber *fiber) {
  fiber->promise = NULL;
  if (LIKELY(!heap_is_cycling(vm->heap) && fiber->obj.colour == HEAP_WHITE))
    spare_put(vm, fiber);
  else
    fiber_end(vm, fiber);
}

void fiber_end(VM *vm, Fiber *fiber) {
  fiber_set_state(fiber, FIBER_DONE);
  fiber->ip = fiber_started_at(fiber);
  heap_release(vm->heap, fiber->stack, fiber_stack_size(fiber) * sizeof(Value));
  fiber_set_stack(fiber, NULL, 0);
  fiber->base = 0;
  fiber->wait.on = NULL;
  fiber->wait.value = VALUE_NULL;
  if (fiber->obj.flags & FIBER_HAS_CONTEXT) fiber->context->values = NULL;
}
