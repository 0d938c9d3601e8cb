// SPDX-License-Identifier: MIT
// load.c - a unit becomes functions that can run
//
// Instructions are used where they lie in the unit's arena; constants, caches and types become
// objects. A unit stays loaded as long as its VM: traces, reports of fibers and errors refer to its
// lines at any later time.
#include "vm/load.h"

#include "code/verify.h"
#include "vm/cache.h"
#include "vm/frame.h"
#include "vm/quicken.h"

#include <stdlib.h>
#include <string.h>

struct LoadedUnit {
  Unit *unit;
  Module *module;
  Proto **protos;       // by function index
  Value *types;         // TypeValue objects; shared by all prototypes
  uint32_t proto_count; // made so far
  uint32_t type_count;
};

// --- Marking and freeing ------------------------------------------------------------------------

void load_mark(Heap *heap, VM *vm) {
  for (uint32_t i = 0; i < vm->units.count; i++) {
    LoadedUnit *loaded = vm->units.items[i];
    heap_mark(heap, (Obj *)loaded->module);
    heap_mark_values(heap, loaded->types, loaded->type_count);
    for (uint32_t p = 0; p < loaded->proto_count; p++) heap_mark(heap, (Obj *)loaded->protos[p]);
  }
}

static bool is_dead(Heap *heap, const void *object) {
  return object && object != CACHE_NO_SHAPE && !heap_is_marked(heap, (Obj *)object);
}

static bool is_dead_value(Heap *heap, Value value) {
  return value_is_object(value) && !heap_is_marked(heap, value_as_object(value));
}

// A cache refers weakly to what it saw and found; another object may come to lie at a dead one's
// address.
static bool is_stale(Heap *heap, const Cache *cache) {
  return is_dead(heap, cache->own) || is_dead(heap, cache->shape) || is_dead(heap, cache->table) ||
         is_dead(heap, cache->methods) || is_dead_value(heap, cache->type) || is_dead_value(heap, cache->value);
}

static void clear_stale(Heap *heap, Proto *proto) {
  for (uint32_t i = 0; i < proto->cache_count; i++) {
    Cache *cache = proto_cache(proto->constants, i);
    if (cache->state && is_stale(heap, cache)) cache_reset(cache);
  }
}

void load_clear_caches(Heap *heap, VM *vm) {
  for (uint32_t i = 0; i < vm->units.count; i++) {
    LoadedUnit *loaded = vm->units.items[i];
    for (uint32_t p = 0; p < loaded->proto_count; p++) clear_stale(heap, loaded->protos[p]);
  }
}

static void free_loaded(LoadedUnit *loaded) {
  unit_free(loaded->unit);
  free(loaded->protos);
  free(loaded->types);
  free(loaded);
}

void load_free_units(VM *vm) {
  for (uint32_t i = 0; i < vm->units.count; i++) free_loaded(vm->units.items[i]);
  vm->units.count = 0;
}

// --- Types --------------------------------------------------------------------------------------

// A plain built-in type is the one that the program's own `Number` or `String` is: such types
// compare by identity.
static TypeValue *find_builtin_type(VM *vm, const TypeData *data) {
  if (data->arg_count || data->field_count || !data->name) return NULL;
  char name[64];
  if (strlen(data->name) > sizeof(name) - 8) return NULL;
  memcpy(name, "luma.", 6);
  Value value = vm_get_builtin(vm, strcat(name, data->name));
  if (!value_is_type(value)) return NULL;
  TypeValue *type = (TypeValue *)value_as_object(value);
  return type->obj.extra == (uint32_t)data->tag && !type->arg_count ? type : NULL;
}

// A declared type of one file is the same in all files that know it: what binds it to its table does
// so for all. The unit that made it keeps it alive.
static TypeValue **find_shared(VM *vm, uint32_t identity) {
  while (vm->shared_types.count <= identity) vec_push(&vm->shared_types, NULL);
  return &vm->shared_types.items[identity];
}

static TypeValue *make_type(VM *vm, const TypeData *data) {
  TypeValue *type = data->identity ? *find_shared(vm, data->identity) : find_builtin_type(vm, data);
  if (type) return type;
  Str *name = vm_text(vm, data->name ? data->name : "?");
  if (!name) return NULL;
  heap_push_root(vm->heap, value_object(name));
  type = type_value_new(vm->heap, data->tag, name, data->arg_count, data->field_count);
  heap_pop_roots(vm->heap, 1);
  if (!type) (void)!vm_raise_memory(vm);
  if (type && data->identity) *find_shared(vm, data->identity) = type;
  return type;
}

static TypeValue *type_at(const LoadedUnit *loaded, uint32_t index) {
  return (TypeValue *)value_as_object(loaded->types[index]);
}

static bool link_type(VM *vm, LoadedUnit *loaded, uint32_t index) {
  const TypeData *data = &loaded->unit->types[index];
  TypeValue *type = type_at(loaded, index);
  for (uint32_t i = 0; i < data->arg_count; i++) type->args[i] = type_at(loaded, data->args[i]);
  if (data->parent >= 0) type->parent = type_at(loaded, (uint32_t)data->parent);
  for (uint32_t i = 0; i < data->field_count; i++) {
    Str *name = vm_text(vm, data->fields[i].name);
    if (!name) return false;
    type->fields[i] =
        (TypeValueField){name, type_at(loaded, data->fields[i].type), data->fields[i].is_optional,
                         data->fields[i].is_constant};
    heap_touch(vm->heap, (Obj *)type);
  }
  heap_touch(vm->heap, (Obj *)type);
  return true;
}

static bool load_types(VM *vm, LoadedUnit *loaded) {
  uint32_t count = loaded->unit->type_count;
  if (count) loaded->types = memory_require(NULL, count * sizeof(Value));
  for (uint32_t i = 0; i < count; i++) {
    TypeValue *type = make_type(vm, &loaded->unit->types[i]);
    if (!type) return false;
    loaded->types[loaded->type_count++] = value_object(type);
  }
  // They may refer to each other, so they are linked when all are there.
  for (uint32_t i = 0; i < count; i++)
    if (!link_type(vm, loaded, i)) return false;
  return true;
}

// --- Constants and caches -----------------------------------------------------------------------

// `shape` with one more key; NULL with an error raised.
static Shape *add_key(VM *vm, Shape *shape, const char *key) {
  heap_push_root(vm->heap, value_object(shape));
  Str *name = vm_text(vm, key);
  Shape *longer = NULL;
  if (name && shape_find(shape, name) >= 0) {
    (void)!vm_raise(vm, "LoadError", "a record has the key '%s' twice", key);
  } else if (name) {
    heap_push_root(vm->heap, value_object(name));
    longer = shape_add(vm->heap, shape, name);
    heap_pop_roots(vm->heap, 1);
    if (!longer) (void)!vm_raise_memory(vm);
  }
  heap_pop_roots(vm->heap, 1);
  return longer;
}

static Value make_shape(VM *vm, const Constant *constant) {
  Shape *shape = vm->root_shape;
  for (uint32_t i = 0; shape && i < constant->name_count; i++)
    shape = add_key(vm, shape, constant->names[i]);
  return shape ? value_object(shape) : VALUE_ABSENT;
}

static Value make_builtin(VM *vm, const char *name) {
  Value value = vm_get_builtin(vm, name);
  if (value_is_absent(value) && !vm_has_error(vm))
    (void)!vm_raise(vm, "LoadError", "there is no built-in %s", name);
  return value;
}

static Value make_constant(VM *vm, const Constant *constant) {
  switch (constant->kind) {
  case CONSTANT_NULL: return VALUE_NULL;
  case CONSTANT_FALSE: return VALUE_FALSE;
  case CONSTANT_TRUE: return VALUE_TRUE;
  case CONSTANT_NUMBER: return value_from_foreign_double(constant->number);
  case CONSTANT_INTEGER: return vm_integer(vm, constant->integer);
  case CONSTANT_STRING: {
    Str *str = vm_intern(vm, constant->text ? constant->text : "", constant->len);
    return str ? value_object(str) : VALUE_ABSENT;
  }
  case CONSTANT_BUILTIN: return make_builtin(vm, constant->text);
  case CONSTANT_SHAPE: return make_shape(vm, constant);
  }
  return VALUE_ABSENT;
}

static bool make_tables(VM *vm, Proto *proto, const ProtoData *data) {
  size_t size = proto_tables_size(data->cache_count, data->constant_count);
  ProtoTables *block = heap_grow(vm->heap, NULL, 0, size);
  if (!block) return vm_raise_memory(vm);
  proto->tables = block;
  proto->constants = (Value *)((Cache *)block + data->cache_count) + 1;
  proto->constants[-1] = (Value)(uintptr_t)proto->module->slots;
  proto->cache_count = data->cache_count;
  proto->constant_count = data->constant_count;
  for (uint32_t i = 0; i < data->constant_count; i++) proto->constants[i] = VALUE_NULL;
  for (uint32_t i = 0; i < data->cache_count; i++) {
    Cache *cache = proto_cache(proto->constants, i);
    cache->name = NULL;
    cache_reset(cache);
  }
  return true;
}

static bool fill_constants(VM *vm, Proto *proto, const ProtoData *data) {
  for (uint32_t i = 0; i < data->constant_count; i++) {
    Value value = make_constant(vm, &data->constants[i]);
    if (value_is_absent(value)) return false;
    heap_store(vm->heap, proto, &proto->constants[i], value);
  }
  return true;
}

static bool fill_caches(VM *vm, Proto *proto, const ProtoData *data) {
  for (uint32_t i = 0; i < data->cache_count; i++) {
    Cache *cache = proto_cache(proto->constants, i);
    cache->name = vm_text(vm, data->cache_names[i]);
    if (!cache->name) return false;
    heap_touch(vm->heap, (Obj *)proto);
    if (vm->makers.methods && !vm->makers.methods(vm, cache->name)) return false;
  }
  return true;
}

static bool fill_children(VM *vm, Proto *proto, const LoadedUnit *loaded, const ProtoData *data) {
  if (!data->child_count) return true;
  Proto **block = heap_grow(vm->heap, NULL, 0, data->child_count * sizeof(Proto *));
  if (!block) return vm_raise_memory(vm);
  for (uint32_t i = 0; i < data->child_count; i++) block[i] = loaded->protos[data->children[i]];
  proto->children = block;
  proto->child_count = data->child_count;
  heap_touch(vm->heap, (Obj *)proto);
  return true;
}

// --- Functions ----------------------------------------------------------------------------------

static uint16_t proto_flags(const ProtoData *data) {
  return (uint16_t)((data->is_async ? PROTO_ASYNC : 0) | (data->has_rest ? PROTO_REST : 0) |
                    (data->is_stub ? PROTO_STUB : 0) | (data->has_self ? PROTO_SELF : 0) |
                    (data->is_loose ? PROTO_LOOSE : 0));
}

static bool make_proto(VM *vm, LoadedUnit *loaded, const ProtoData *data) {
  Proto *proto = heap_new(vm->heap, KIND_PROTO, sizeof(Proto));
  if (!proto) return vm_raise_memory(vm);
  loaded->protos[loaded->proto_count++] = proto;
  proto->obj.flags = proto_flags(data);
  quicken_self_calls(data);
  quicken_code(data->code, data->code_count, loaded->types);
  proto->code = data->code;
  proto->code_count = data->code_count;
  proto->typed_entry = data->code + data->typed_entry;
  proto->data = data;
  proto->unit = loaded;
  proto->types = loaded->types;
  proto->module = loaded->module;
  proto->register_count = data->register_count;
  proto->param_count = data->param_count;
  proto->plain_count = data->is_async || data->has_rest ? PROTO_NOT_PLAIN : data->param_count;
  proto->required_count = data->required_count;
  proto->capture_count = (uint16_t)data->capture_count;
  proto->name = vm_text(vm, data->name ? data->name : "fn");
  heap_touch(vm->heap, (Obj *)proto);
  return proto->name != NULL;
}

static bool load_functions(VM *vm, LoadedUnit *loaded) {
  Unit *unit = loaded->unit;
  loaded->protos = memory_require(NULL, unit->function_count * sizeof(Proto *));
  for (uint32_t i = 0; i < unit->function_count; i++)
    if (!make_proto(vm, loaded, &unit->functions[i])) return false;
  for (uint32_t i = 0; i < unit->function_count; i++) {
    Proto *proto = loaded->protos[i];
    const ProtoData *data = &unit->functions[i];
    if (!make_tables(vm, proto, data)) return false;
    if (!fill_constants(vm, proto, data) || !fill_caches(vm, proto, data)) return false;
    if (!fill_children(vm, proto, loaded, data)) return false;
  }
  return true;
}

static int compare_ranges(const void *a, const void *b) {
  const CodeRange *x = a, *y = b;
  return x->start < y->start ? -1 : x->start > y->start;
}

static void add_ranges(VM *vm, const LoadedUnit *loaded) {
  for (uint32_t i = 0; i < loaded->proto_count; i++) {
    Proto *proto = loaded->protos[i];
    CodeRange range = {proto->code, proto->code + proto->code_count, proto};
    vec_push(&vm->ranges, range);
  }
  qsort(vm->ranges.items, vm->ranges.count, sizeof(CodeRange), compare_ranges);
}

// The slots of a module have moved: all functions that use it must know.
static void move_slots(VM *vm, const Module *module) {
  for (uint32_t i = 0; i < vm->units.count; i++) {
    const LoadedUnit *loaded = vm->units.items[i];
    if (loaded->module != module) continue;
    for (uint32_t p = 0; p < loaded->proto_count; p++)
      loaded->protos[p]->constants[-1] = (Value)(uintptr_t)module->slots;
  }
}

// A new module, or room in the one that the unit shares.
static bool take_module(VM *vm, LoadedUnit *loaded) {
  uint32_t slots = unit_slots_end(loaded->unit);
  if (!loaded->module) {
    loaded->module = closure_new_module(vm->heap, slots);
    return loaded->module != NULL;
  }
  const Value *before = loaded->module->slots;
  if (!closure_grow_module(vm->heap, loaded->module, slots)) return false;
  if (loaded->module->slots != before) move_slots(vm, loaded->module);
  return true;
}

static Closure *load_parts(VM *vm, LoadedUnit *loaded) {
  if (!take_module(vm, loaded)) {
    (void)!vm_raise_memory(vm);
    return NULL;
  }
  if (!load_types(vm, loaded) || !load_functions(vm, loaded)) return NULL;
  heap_push_root(vm->heap, value_object(loaded->protos[0]));
  Closure *closure = closure_new(vm->heap, loaded->protos[0]);
  heap_pop_roots(vm->heap, 1);
  if (!closure) (void)!vm_raise_memory(vm);
  return closure;
}

// A call's window lies within the registers and a link must hold the distance to it.
static bool check_limits(const Unit *unit) {
  for (uint32_t i = 0; i < unit->function_count; i++)
    if (unit->functions[i].register_count > FRAME_DISTANCE_MAX - 2) return false;
  return unit->function_count > 0;
}

Closure *load_unit(VM *vm, Unit *unit) {
  return load_unit_into(vm, unit, NULL);
}

Closure *load_unit_into(VM *vm, Unit *unit, Module *module) {
  char why[256] = "too many registers in a function";
  if (!verify_unit(unit, why, sizeof(why)) || !check_limits(unit)) {
    (void)!vm_raise(vm, "LoadError", "%s cannot be loaded: %s", unit->path, why);
    unit_free(unit);
    return NULL;
  }
  LoadedUnit *loaded = memory_require(NULL, sizeof(LoadedUnit));
  *loaded = (LoadedUnit){.unit = unit, .module = module};
  vec_push(&vm->units, loaded); // from here on it is marked and freed with the VM
  Closure *closure = load_parts(vm, loaded);
  if (!closure) return NULL;
  add_ranges(vm, loaded);
  return closure;
}

const char *load_path(const Proto *proto, const LineEntry *line) {
  return unit_path_of(((const LoadedUnit *)proto->unit)->unit, line);
}

bool load_find_code(VM *vm, const Instr *ip, Proto **proto, uint32_t *pc) {
  uint32_t low = 0;
  uint32_t high = vm->ranges.count;
  while (low < high) { // low becomes the first range that starts behind ip
    uint32_t middle = low + (high - low) / 2;
    if (vm->ranges.items[middle].start <= ip)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == 0 || ip >= vm->ranges.items[low - 1].end) return false;
  *proto = vm->ranges.items[low - 1].proto;
  *pc = (uint32_t)(ip - (*proto)->code);
  return true;
}

void load_each_slot(VM *vm, void (*visit)(void *context, const char *name, Value value),
                    void *context) {
  for (uint32_t i = 0; i < vm->units.count; i++) {
    const LoadedUnit *loaded = vm->units.items[i];
    const Unit *unit = loaded->unit;
    for (uint32_t at = unit->module_first_slot; loaded->module && at < loaded->module->slot_count; at++) {
      const char *name = unit_slot_name(unit, at);
      if (!name) break;
      visit(context, name, loaded->module->slots[at]);
    }
  }
}
