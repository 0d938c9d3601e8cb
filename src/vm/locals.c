// SPDX-License-Identifier: MIT
// locals.c - values that each fiber has of its own
//
// The list holds keys and values in turns: [key, value, key, value …]. Programs have a handful of
// keys, so it is searched from the start.
#include "vm/locals.h"

#include "vm/vm_private.h"

// obj.flags of a FiberContext: no other fiber has the list.
#define CONTEXT_OWNS 1

static void trace_context(Heap *heap, Obj *object) {
  heap_mark(heap, (Obj *)((FiberContext *)object)->promise);
  heap_mark(heap, (Obj *)((FiberContext *)object)->values);
  heap_mark(heap, ((FiberContext *)object)->holds);
}

static void trace_local(Heap *heap, Obj *object) {
  heap_mark_value(heap, ((FiberLocal *)object)->initial);
}

void locals_register(VM *vm) {
  static const KindDescriptor context = {.name = "fiber context", .trace = trace_context};
  static const KindDescriptor local = {.name = "fiber local", .trace = trace_local};
  heap_register(vm->heap, KIND_FIBER_CONTEXT, &context);
  heap_register(vm->heap, KIND_FIBER_LOCAL, &local);
}

FiberLocal *locals_new(VM *vm, Value initial) {
  heap_push_root(vm->heap, initial);
  FiberLocal *local = heap_new(vm->heap, KIND_FIBER_LOCAL, sizeof(FiberLocal));
  heap_pop_roots(vm->heap, 1);
  if (!local) {
    vm_raise_memory(vm);
    return NULL;
  }
  local->initial = initial;
  return local;
}

// --- Contexts ------------------------------------------------------------------------------------

static FiberContext *context_of(const Fiber *fiber) {
  return fiber->obj.flags & FIBER_HAS_CONTEXT ? fiber->context : NULL;
}

// NULL: out of memory.
static FiberContext *need_context(VM *vm, Fiber *fiber) {
  FiberContext *context = context_of(fiber);
  if (context) return context;
  heap_push_root(vm->heap, value_object(fiber));
  context = heap_new(vm->heap, KIND_FIBER_CONTEXT, sizeof(FiberContext));
  heap_pop_roots(vm->heap, 1);
  if (!context) return NULL;
  context->promise = fiber->promise;
  fiber->context = context;
  fiber->obj.flags |= FIBER_HAS_CONTEXT;
  heap_touch(vm->heap, (Obj *)fiber);
  return context;
}

FiberContext *locals_context(VM *vm, Fiber *fiber) {
  FiberContext *context = need_context(vm, fiber);
  if (!context) vm_raise_memory(vm);
  return context;
}

List *locals_share(Fiber *fiber) {
  FiberContext *context = fiber ? context_of(fiber) : NULL;
  if (!context) return NULL;
  context->obj.flags &= (uint16_t)~CONTEXT_OWNS;
  return context->values;
}

bool locals_give(VM *vm, Fiber *fiber, List *values) {
  if (!values && !context_of(fiber)) return true;
  heap_push_root(vm->heap, values ? value_object(values) : VALUE_NULL);
  FiberContext *context = need_context(vm, fiber);
  heap_pop_roots(vm->heap, 1);
  if (!context) return false;
  context->obj.flags &= (uint16_t)~CONTEXT_OWNS;
  context->values = values;
  heap_touch(vm->heap, (Obj *)context);
  return true;
}

// --- Values --------------------------------------------------------------------------------------

// The place of the key; the list's end if it has none.
static uint32_t find_key(const List *values, const FiberLocal *local) {
  uint32_t at = 0;
  while (at < values->count && value_as_object(values->items[at]) != (const Obj *)local) at += 2;
  return at;
}

Value locals_get(const Fiber *fiber, const FiberLocal *local) {
  const FiberContext *context = context_of(fiber);
  if (!context || !context->values) return local->initial;
  uint32_t at = find_key(context->values, local);
  return at < context->values->count ? context->values->items[at + 1] : local->initial;
}

// A list that nobody else has, with the old values.
static bool own_list(VM *vm, FiberContext *context) {
  if (context->values && (context->obj.flags & CONTEXT_OWNS)) return true;
  const List *old = context->values;
  List *own = old ? list_from(vm->heap, old->items, old->count) : list_new(vm->heap, 2);
  if (!own) return false;
  context->values = own;
  context->obj.flags |= CONTEXT_OWNS;
  heap_touch(vm->heap, (Obj *)context);
  return true;
}

static bool put(VM *vm, List *values, FiberLocal *local, Value value) {
  uint32_t at = find_key(values, local);
  if (at == values->count) {
    if (!list_reserve(vm->heap, values, 2)) return false;
    values->items[at] = value_object(local);
    values->count += 2;
  }
  values->items[at + 1] = value;
  heap_touch(vm->heap, (Obj *)values);
  return true;
}

bool locals_set(VM *vm, Fiber *fiber, FiberLocal *local, Value value) {
  heap_push_root(vm->heap, value_object(local));
  heap_push_root(vm->heap, value);
  FiberContext *context = need_context(vm, fiber);
  bool is_set = context && own_list(vm, context) && put(vm, context->values, local, value);
  heap_pop_roots(vm->heap, 2);
  return is_set || vm_raise_memory(vm);
}
