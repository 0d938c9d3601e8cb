// SPDX-License-Identifier: MIT
// naming.c - by which variable a program knows a channel or a promise
#include "sched/naming.h"

#include "base/buffer.h"
#include "base/strmap.h"
#include "code/unit.h"
#include "vm/frame.h"
#include "vm/load.h"

#include <stdlib.h>
#include <string.h>

// What is looked at in all, so that a report comes at once however much there is.
#define FIBERS_MAX   10000u
#define VALUES_MAX   1000000u
#define ELEMENTS_MAX 1000u // of one container
#define DEPTH_MAX    2u    // a.b.c

// A container that a name leads to; its parts are named when all variables are.
typedef struct Container {
  const Obj *object;
  const char *name;
  uint32_t depth;
} Container;

struct Naming {
  VM *vm;
  StrMap names; // by address of the object
  StrMap uses;  // by name: how many objects have it
  VEC(char *) texts;
  VEC(Container) containers;
  uint32_t seen;
};

// --- Giving names --------------------------------------------------------------------------------

static bool is_named_kind(const Obj *object) {
  switch (object->kind) {
  case KIND_STR:
  case KIND_GROWING:
  case KIND_INTEGER:
  case KIND_RANGE:
  case KIND_CELL:
  case KIND_PROTO:
  case KIND_CLOSURE:
  case KIND_NATIVE:
  case KIND_MODULE: return false;
  default: return true;
  }
}

static bool is_container(const Obj *object) {
  return object->kind == KIND_TABLE || object->kind == KIND_LIST;
}

static const char *keep(Naming *naming, const char *name) {
  char *text = strdup(name);
  vec_push(&naming->texts, text);
  return text;
}

static void give(Naming *naming, Value value, const char *name, uint32_t depth) {
  if (naming->seen >= VALUES_MAX || !value_is_object(value) || !name) return;
  naming->seen++;
  const Obj *object = value_as_object(value);
  if (object->kind == KIND_CELL) {
    give(naming, ((const Cell *)object)->value, name, depth); // a cell holds no cell
    return;
  }
  if (!is_named_kind(object)) return;
  if (strmap_get(&naming->names, (const char *)&object, sizeof(object))) return;
  const char *kept = keep(naming, name);
  strmap_set(&naming->names, (const char *)&object, sizeof(object), (void *)kept);
  uintptr_t uses = (uintptr_t)strmap_get(&naming->uses, kept, strlen(kept));
  strmap_set(&naming->uses, kept, strlen(kept), (void *)(uses + 1));
  Container container = {object, kept, depth};
  if (is_container(object) && depth < DEPTH_MAX) vec_push(&naming->containers, container);
}

// --- Variables -----------------------------------------------------------------------------------

static void name_frame(Naming *naming, Value *registers, const Instr *ip) {
  if (frame_is_native(registers)) return;
  const Closure *closure = frame_closure(registers);
  const Proto *proto = closure->proto;
  uint32_t pc = (uint32_t)(ip - proto->code);
  if (pc > 0) pc--; // the instruction that waits
  for (uint32_t i = 0; i < proto->register_count; i++) {
    if (value_is_object(registers[i]))
      give(naming, registers[i], unit_find_local(proto->data, pc, i), 0);
  }
  for (uint32_t i = 0; i < proto->capture_count; i++)
    give(naming, closure->captures[i], proto->data->captures[i].name, 0);
}

static void name_fiber(Naming *naming, Fiber *fiber) {
  if (!fiber->stack || fiber->base == 0) return;
  uint32_t base = fiber->base;
  const Instr *ip = fiber->ip;
  do name_frame(naming, fiber->stack + base, ip);
  while (naming->seen < VALUES_MAX && frame_caller(&base, &ip, fiber->stack));
}

static void name_slot(void *context, const char *name, Value value) {
  give(context, value, name, 0);
}

// --- Fields and elements -------------------------------------------------------------------------

static void name_elements(Naming *naming, const Container *container) {
  const List *list = (const List *)container->object;
  for (uint32_t i = 0; i < list->count && i < ELEMENTS_MAX; i++) {
    if (!value_is_object(list->items[i])) continue;
    Buffer name = {0};
    buffer_printf(&name, "%s[%u]", container->name, i);
    give(naming, list->items[i], name.bytes, container->depth + 1);
    buffer_free(&name);
  }
}

static void name_field(Naming *naming, const Container *container, Value key, Value value) {
  if (!value_is_str(key) || !value_is_object(value)) return;
  Buffer name = {0};
  buffer_printf(&name, "%s.%s", container->name, value_as_str(key)->bytes);
  give(naming, value, name.bytes, container->depth + 1);
  buffer_free(&name);
}

static void name_fields(Naming *naming, const Container *container) {
  const Table *table = (const Table *)container->object;
  if (table->shape) {
    for (uint32_t i = 0; i < shape_count(table->shape); i++)
      name_field(naming, container, value_object(table->shape->keys[i]), table->values[i]);
    return;
  }
  uint32_t position = 0;
  Value key, value;
  for (uint32_t i = 0; i < ELEMENTS_MAX && table_next(table, &position, &key, &value); i++)
    name_field(naming, container, key, value);
}

// Those that are found on the way come behind the others.
static void name_parts(Naming *naming) {
  for (uint32_t i = 0; i < naming->containers.count && naming->seen < VALUES_MAX; i++) {
    Container container = naming->containers.items[i];
    if (container.object->kind == KIND_LIST)
      name_elements(naming, &container);
    else
      name_fields(naming, &container);
  }
}

// --- Lifetime ------------------------------------------------------------------------------------

Naming *naming_new(VM *vm, Fiber *main, const FiberVec *fibers) {
  Naming *naming = memory_require(NULL, sizeof(Naming));
  *naming = (Naming){.vm = vm};
  if (main) name_fiber(naming, main);
  load_each_slot(vm, name_slot, naming);
  for (uint32_t i = 0; i < fibers->count && i < FIBERS_MAX; i++)
    name_fiber(naming, fibers->items[i]);
  name_parts(naming);
  return naming;
}

void naming_free(Naming *naming) {
  for (uint32_t i = 0; i < naming->texts.count; i++) free(naming->texts.items[i]);
  vec_free(&naming->texts);
  vec_free(&naming->containers);
  strmap_free(&naming->names);
  strmap_free(&naming->uses);
  free(naming);
}

const char *naming_find(const Naming *naming, const Obj *object, bool *is_unique) {
  const char *name = strmap_get(&naming->names, (const char *)&object, sizeof(object));
  if (name) *is_unique = (uintptr_t)strmap_get(&naming->uses, name, strlen(name)) == 1;
  return name;
}
