// SPDX-License-Identifier: MIT
// type_value.c - types as values
#include "object/type_value.h"
#include <string.h>

static void trace_type(Heap *heap, Obj *object) {
  TypeValue *type = (TypeValue *)object;
  heap_mark(heap, (Obj *)type->name);
  heap_mark(heap, (Obj *)type->table);
  heap_mark(heap, (Obj *)type->helpers);
  heap_mark(heap, (Obj *)type->parent);
  heap_mark(heap, (Obj *)type->shape);
  heap_mark_value(heap, type->maker);
  for (uint32_t i = 0; i < type->arg_count; i++) heap_mark(heap, (Obj *)type->args[i]);
  for (uint32_t i = 0; i < type->field_count; i++) {
    heap_mark(heap, (Obj *)type->fields[i].name);
    heap_mark(heap, (Obj *)type->fields[i].type);
  }
}

static void finish_type(Heap *heap, Obj *object) {
  TypeValue *type = (TypeValue *)object;
  heap_release(heap, type->args, type->arg_count * sizeof(TypeValue *));
  heap_release(heap, type->fields, type->field_count * sizeof(TypeValueField));
}

void type_value_register(Heap *heap) {
  heap_register(heap, KIND_TYPE, &(KindDescriptor){kinds_name(KIND_TYPE), trace_type, finish_type});
}

// NULL for no bytes too.
static void *new_block(Heap *heap, size_t size) {
  void *block = size ? heap_grow(heap, NULL, 0, size) : NULL;
  if (block) memset(block, 0, size);
  return block;
}

// The counts follow the blocks, so that an object whose second block was refused is whole.
static bool make_blocks(Heap *heap, TypeValue *type, uint32_t arg_count, uint32_t field_count) {
  type->args = new_block(heap, arg_count * sizeof(TypeValue *));
  if (arg_count && !type->args) return false;
  type->arg_count = arg_count;
  type->fields = new_block(heap, field_count * sizeof(TypeValueField));
  if (field_count && !type->fields) return false;
  type->field_count = field_count;
  return true;
}

TypeValue *type_value_new(Heap *heap, uint32_t tag, Str *name, uint32_t arg_count,
                          uint32_t field_count) {
  heap_push_root(heap, name ? value_object(name) : VALUE_NULL);
  TypeValue *type = heap_new(heap, KIND_TYPE, sizeof(TypeValue));
  heap_pop_roots(heap, 1);
  if (!type) return NULL;
  type->obj.extra = tag;
  type->name = name;
  type->maker = VALUE_NULL;
  heap_push_root(heap, value_object(type));
  bool done = make_blocks(heap, type, arg_count, field_count);
  heap_pop_roots(heap, 1);
  return done ? type : NULL;
}
