// SPDX-License-Identifier: MIT
// closure.c - functions as objects, and what they capture
//
// A prototype's types are not traced: they belong to the loaded unit, which marks them once instead
// of once for each of its functions.
#include "object/closure.h"

#include "heap/fresh.h"
#include "heap/mark.h"
#include "object/table.h"

static void trace_cell(Heap *heap, Obj *object) {
  heap_mark_value(heap, ((Cell *)object)->value);
  if (object->flags & CELL_TYPED) heap_mark(heap, ((TypedCell *)object)->type);
  if (object->flags & CELL_MEMBER) heap_mark(heap, (Obj *)((MemberCell *)object)->name);
}

static void trace_proto(Heap *heap, Obj *object) {
  Proto *proto = (Proto *)object;
  heap_mark(heap, (Obj *)proto->module);
  heap_mark(heap, (Obj *)proto->name);
  heap_mark(heap, (Obj *)proto->same);
  if (proto->constants) heap_mark_values(heap, proto->constants, proto->constant_count);
  for (uint32_t i = 0; proto->children && i < proto->child_count; i++) {
    heap_mark(heap, (Obj *)proto->children[i]);
  }
  for (uint32_t i = 0; proto->constants && i < proto->cache_count; i++) {
    const Cache *cache = proto_cache(proto->constants, i);
    heap_mark(heap, (Obj *)cache->name);
    if (cache->own != CACHE_NO_SHAPE) heap_mark(heap, (Obj *)cache->own);
    if (cache->shape != CACHE_NO_SHAPE) heap_mark(heap, (Obj *)cache->shape);
    heap_mark_value(heap, cache->type);
    heap_mark_value(heap, cache->value);
  }
}

static void finish_proto(Heap *heap, Obj *object) {
  Proto *proto = (Proto *)object;
  heap_release(heap, proto->tables, proto_tables_size(proto->cache_count, proto->constant_count));
  heap_release(heap, proto->children, proto->child_count * sizeof(Proto *));
}

static void trace_closure(Heap *heap, Obj *object) {
  Closure *closure = (Closure *)object;
  mark_shared(heap, (Obj *)closure->proto);
  heap_mark_values(heap, closure->captures, closure->obj.extra);
}

static void trace_bound(Heap *heap, Obj *object) {
  Bound *bound = (Bound *)object;
  heap_mark_value(heap, bound->function);
  heap_mark_value(heap, bound->receiver);
}

static void trace_module(Heap *heap, Obj *object) {
  Module *module = (Module *)object;
  heap_mark_values(heap, module->slots, module->slot_count);
  heap_mark_value(heap, module->exports);
}

static void finish_module(Heap *heap, Obj *object) {
  Module *module = (Module *)object;
  heap_release(heap, module->slots, module->slot_count * sizeof(Value));
}

static void trace_overload(Heap *heap, Obj *object) {
  heap_mark_values(heap, ((Overload *)object)->functions, object->extra);
}

void closure_register(Heap *heap) {
  heap_register(heap, KIND_OVERLOAD,
                &(KindDescriptor){kinds_name(KIND_OVERLOAD), trace_overload, NULL});
  heap_register(heap, KIND_CELL, &(KindDescriptor){kinds_name(KIND_CELL), trace_cell, NULL});
  heap_register(heap, KIND_PROTO,
                &(KindDescriptor){kinds_name(KIND_PROTO), trace_proto, finish_proto});
  heap_register(heap, KIND_CLOSURE,
                &(KindDescriptor){kinds_name(KIND_CLOSURE), trace_closure, NULL});
  heap_register(heap, KIND_BOUND, &(KindDescriptor){kinds_name(KIND_BOUND), trace_bound, NULL});
  heap_register(heap, KIND_MODULE,
                &(KindDescriptor){kinds_name(KIND_MODULE), trace_module, finish_module});
}

Cell *closure_new_cell(Heap *heap, Value value) {
  Cell *cell = fresh_object(heap, KIND_CELL, sizeof(Cell));
  if (cell) cell->value = value;
  return cell;
}

TypedCell *closure_new_typed_cell(Heap *heap, Value value, Obj *type) {
  heap_push_root(heap, value);
  heap_push_root(heap, value_object(type));
  TypedCell *cell = heap_new(heap, KIND_CELL, sizeof(TypedCell));
  heap_pop_roots(heap, 2);
  if (!cell) return NULL;
  cell->cell.obj.flags |= CELL_TYPED;
  cell->cell.value = value;
  cell->type = type;
  return cell;
}

MemberCell *closure_new_member_cell(Heap *heap, Value table, Str *name) {
  heap_push_root(heap, table);
  heap_push_root(heap, value_object(name));
  MemberCell *cell = heap_new(heap, KIND_CELL, sizeof(MemberCell));
  heap_pop_roots(heap, 2);
  if (!cell) return NULL;
  cell->cell.obj.flags |= CELL_MEMBER;
  cell->cell.value = table;
  cell->name = name;
  return cell;
}

Value closure_pointed_to(const Cell *cell) {
  if (!(cell->obj.flags & CELL_MEMBER)) return cell->value;
  return table_get_str(value_as_table(cell->value), ((const MemberCell *)cell)->name);
}

Closure *closure_new(Heap *heap, Proto *proto) {
  size_t size = sizeof(Closure) + proto->capture_count * sizeof(Value);
  Closure *closure = fresh_object(heap, KIND_CLOSURE, size);
  if (UNLIKELY(!closure)) return NULL;
  closure->obj.flags = proto->obj.flags;
  closure->obj.extra = proto->capture_count;
  closure->proto = proto;
  for (uint32_t i = 0; i < proto->capture_count; i++) closure->captures[i] = VALUE_NULL;
  return closure;
}

Module *closure_new_module(Heap *heap, uint32_t slot_count) {
  Module *module = heap_new(heap, KIND_MODULE, sizeof(Module));
  if (!module) return NULL;
  module->exports = VALUE_NULL;
  if (!slot_count) return module;
  heap_push_root(heap, value_object(module));
  module->slots = heap_grow(heap, NULL, 0, slot_count * sizeof(Value));
  heap_pop_roots(heap, 1);
  if (!module->slots) return NULL;
  module->slot_count = slot_count;
  for (uint32_t i = 0; i < slot_count; i++) module->slots[i] = VALUE_ABSENT;
  return module;
}

bool closure_grow_module(Heap *heap, Module *module, uint32_t slot_count) {
  uint32_t old = module->slot_count;
  if (slot_count <= old) return true;
  if (slot_count < old * 2) slot_count = old * 2;
  Value *slots = heap_grow(heap, module->slots, old * sizeof(Value), slot_count * sizeof(Value));
  if (!slots) return false;
  for (uint32_t i = old; i < slot_count; i++) slots[i] = VALUE_ABSENT;
  module->slots = slots;
  module->slot_count = slot_count;
  return true;
}

Bound *closure_new_bound(Heap *heap, Value function, Value receiver) {
  heap_push_root(heap, function);
  heap_push_root(heap, receiver);
  Bound *bound = heap_new(heap, KIND_BOUND, sizeof(Bound));
  heap_pop_roots(heap, 2);
  if (!bound) return NULL;
  bound->function = function;
  bound->receiver = receiver;
  return bound;
}

Overload *closure_new_overload(Heap *heap, Value first, Value second) {
  const Overload *old =
      value_is_kind(first, KIND_OVERLOAD) ? (const Overload *)value_as_object(first) : NULL;
  uint32_t count = old ? old->obj.extra : 1;
  Overload *made =
      heap_new(heap, KIND_OVERLOAD, sizeof(Overload) + (count + 1) * sizeof(Value));
  if (!made) return NULL;
  for (uint32_t i = 0; i < count; i++) made->functions[i] = old ? old->functions[i] : first;
  made->functions[count] = second;
  made->obj.extra = count + 1;
  return made;
}
