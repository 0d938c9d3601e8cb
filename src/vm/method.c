// SPDX-License-Identifier: MIT
// method.c - finding and calling methods
//
// The instruction's window is R[a] callee, R[a+1] link, R[a+2] the receiver, R[a+3] … the
// arguments. With the receiver as first argument it can be called as it stands; without, the
// arguments move down by one.
#include "vm/method.h"

#include "code/opcode.h"
#include "code/unit.h"
#include "vm/cache.h"

#include <stdio.h>
#include <string.h>

#define PARENTS_MAX 256 // a chain of parents that is longer is a circle

typedef struct Method {
  Value function; // VALUE_ABSENT: none
  MethodPlace place;
} Method;

// --- Types and parents --------------------------------------------------------------------------

static Value parent_of(VM *vm, Value type) {
  if (value_is_table(type)) return table_get_str(value_as_table(type), vm->names[VM_NAME_PARENT]);
  if (!value_is_type(type)) return VALUE_ABSENT;
  const TypeValue *own = (const TypeValue *)value_as_object(type);
  if (own->parent) return value_object(own->parent);
  return own->table ? table_get_str(own->table, vm->names[VM_NAME_PARENT]) : VALUE_ABSENT;
}

static Value find_in_one(Value type, Str *name) {
  Value found = VALUE_ABSENT;
  if (value_is_table(type)) return table_get_str(value_as_table(type), name);
  if (!value_is_type(type)) return found;
  const TypeValue *own = (const TypeValue *)value_as_object(type);
  if (own->table) found = table_get_str(own->table, name);
  if (value_is_absent(found) && own->helpers) found = table_get_str(own->helpers, name);
  return found;
}

Value method_find_in_type(VM *vm, Value type, Str *name) {
  for (uint32_t level = 0; level < PARENTS_MAX && value_is_object(type); level++) {
    Value found = find_in_one(type, name);
    if (method_is_callable(found)) return found;
    type = parent_of(vm, type);
  }
  return VALUE_ABSENT;
}

bool method_is_error_type(VM *vm, Value type) {
  for (uint32_t level = 0; level < PARENTS_MAX && value_is_object(type); level++) {
    if (value_is_type(type) && value_as_object(type)->extra == TAG_ERROR) return true;
    type = parent_of(vm, type);
  }
  return false;
}

Value method_find_operator(VM *vm, Value left, VMName name) {
  if (!value_is_table(left)) return VALUE_ABSENT;
  const Table *table = value_as_table(left);
  Value own = table_get_str(table, vm->names[name]);
  if (method_is_callable(own)) return own;
  return method_find_in_type(vm, table->type, vm->names[name]);
}

// `List.map`: the built-in method without a receiver, which then is the first argument.
Value method_find_static(VM *vm, uint8_t language, Value type, Str *name) {
  const TypeValue *own = (const TypeValue *)value_as_object(type);
  if (own->table || !own->name) return VALUE_ABSENT;
  size_t len = strcspn(own->name->bytes, "("); // List(Number) has what List has
  char receiver[32];
  if (len >= sizeof(receiver)) return VALUE_ABSENT;
  memcpy(receiver, own->name->bytes, len);
  receiver[len] = '\0';
  return vm_find_method_of(vm, language, receiver, name);
}

// --- Lookup -------------------------------------------------------------------------------------

// An instance of a struct has none of a dict's methods, one of a declared error has an error's.
static Value find_built_in(VM *vm, uint8_t language, Value receiver, Str *name) {
  if (!value_is_instance(receiver)) return vm_find_method(vm, language, receiver, name);
  bool is_error = value_as_object(value_as_table(receiver)->type)->extra == TAG_CUSTOM_ERROR;
  return is_error ? vm_find_method_of(vm, language, "Error", name) : VALUE_ABSENT;
}

static bool has_key(VM *vm, const Table *table, VMName name) {
  return !value_is_absent(table_get_str(table, vm->names[name]));
}

// A Result or an Option is a plain table, so its helpers are found by what is in it.
static Value find_helper(VM *vm, const Table *table, const Str *name) {
  static const char *const helpers[] = {"unwrap_or", "unwrap", "is_ok", "is_err", "is_some", "is_none"};
  bool is_result = has_key(vm, table, VM_NAME_OK) || has_key(vm, table, VM_NAME_ERR);
  if (!is_result && !has_key(vm, table, VM_NAME_SOME) && !has_key(vm, table, VM_NAME_NONE)) return VALUE_ABSENT;
  for (uint32_t i = 0; i < ARRAY_LEN(helpers); i++) {
    if (strcmp(helpers[i], name->bytes) != 0) continue;
    char full[32];
    snprintf(full, sizeof(full), "luma.%s.%s", is_result ? "Result" : "Option", helpers[i]);
    return vm_get_builtin(vm, full);
  }
  return VALUE_ABSENT;
}

static Method find_in_table(VM *vm, uint8_t language, Value receiver, Cache *cache) {
  const Table *table = value_as_table(receiver);
  Value own = table_get_str(table, cache->name);
  if (method_is_callable(own) || value_is_type(own)) {
    // Luma's reads and writes of one name share a cache, and those of a package must not.
    if (language == NATIVE_VINT || !value_is_package(receiver)) cache_set_own(cache, table);
    return (Method){own, METHOD_OWN};
  }
  Value type = value_is_null(table->type) ? parent_of(vm, receiver) : table->type;
  Value found = method_find_in_type(vm, type, cache->name);
  if (!value_is_absent(found)) {
    if (value_is_absent(own)) cache_set_type(cache, table, found);
    return (Method){found, METHOD_TYPE};
  }
  found = find_built_in(vm, language, receiver, cache->name);
  bool may_be_result = value_is_absent(found) && language == NATIVE_LUMA && value_is_null(table->type);
  if (may_be_result) found = find_helper(vm, table, cache->name);
  if (!value_is_absent(found)) {
    if (value_is_absent(own)) cache_set_kind(cache, table, found);
    return (Method){found, METHOD_KIND};
  }
  return (Method){own, value_is_absent(own) ? METHOD_NONE : METHOD_OWN};
}

// A type as receiver: `List.map(…)`, `Promise.all(…)`, a struct's or enum's members.
static Method find_in_type_value(VM *vm, uint8_t language, Value receiver, Cache *cache) {
  Value found = method_find_in_type(vm, receiver, cache->name);
  if (value_is_absent(found)) found = method_find_static(vm, language, receiver, cache->name);
  if (!value_is_absent(found)) return (Method){found, METHOD_OWN};
  found = vm_find_method(vm, language, receiver, cache->name);
  return (Method){found, value_is_absent(found) ? METHOD_NONE : METHOD_KIND};
}

static Method find_method(VM *vm, uint8_t language, Value receiver, Cache *cache) {
  if (value_is_table(receiver)) return find_in_table(vm, language, receiver, cache);
  if (value_is_type(receiver)) return find_in_type_value(vm, language, receiver, cache);
  Value found = vm_find_method(vm, language, receiver, cache->name);
  if (value_is_absent(found)) return (Method){found, METHOD_NONE};
  cache_set_other(cache, receiver, found);
  return (Method){found, METHOD_KIND};
}

static Method look_up(VM *vm, uint8_t language, Value receiver, Cache *cache) {
  Value *slot = cache_slot(cache, receiver);
  if (slot && method_is_callable(*slot)) return (Method){*slot, METHOD_OWN};
  bool is_type;
  Value found = cache_find_method(cache, receiver, &is_type);
  if (method_is_callable(found)) return (Method){found, is_type ? METHOD_TYPE : METHOD_KIND};
  return find_method(vm, language, receiver, cache);
}

static bool raise_missing(VM *vm, const char *type, Value receiver, const Str *name) {
  const char *hint = value_is_kind(receiver, KIND_PROMISE) ? "; await it first" : "";
  if (value_is_null(receiver))
    return vm_raise(vm, "TypeError", "cannot call method '%s' of null", name->bytes);
  return vm_raise(vm, "TypeError", "%s has no method '%s'%s", type, name->bytes, hint);
}

// --- Calls --------------------------------------------------------------------------------------

static Value *window_of(VM *vm, Instr i) {
  return vm->running->stack + vm->running->base + opcode_a(i);
}

// R[a] = the function; the count of arguments that it gets, moved if the receiver is none of them.
static uint32_t arrange(Value *window, Value function, bool with_receiver, uint32_t count) {
  window[0] = function;
  if (with_receiver) return count + 1;
  memmove(window + 2, window + 3, count * sizeof(Value));
  return count;
}

// A function found on the type whose first parameter is `self` gets its receiver even after a dot,
// if it would lack an argument otherwise.
static bool dot_passes_receiver(const Method *method, uint32_t count) {
  if (method->place == METHOD_KIND) return true;
  if (method->place == METHOD_OWN || !value_is_kind(method->function, KIND_CLOSURE)) return false;
  const Closure *closure = (const Closure *)value_as_object(method->function);
  return (closure->obj.flags & PROTO_SELF) && count < closure->proto->required_count;
}

// A call that finds the same function in the type the next time has nothing to ask.
static void note_plain(Cache *cache, const Method *method, uint32_t count) {
  if (method->place != METHOD_TYPE || cache->state != CACHE_TYPE) return;
  if (!value_is_kind(method->function, KIND_CLOSURE)) return;
  const Closure *closure = (const Closure *)value_as_object(method->function);
  if (closure->proto->plain_count != count) return;
  cache->value = method->function;
  cache->proto = closure->proto;
}

// A built-in method that the cache knows gets its receiver whatever the call looks like, and nothing has to be moved.
static bool arrange_built_in(Value *window, Instr i, const Cache *cache, uint32_t *count) {
  Value built_in = cache_built_in(cache, window[2]);
  if (value_is_absent(built_in)) return false;
  window[0] = built_in;
  *count = opcode_b(i) + 1;
  return true;
}

bool method_arrange_dot(VM *vm, Instr i, Cache *cache, uint32_t *count) {
  Value *window = window_of(vm, i);
  if (arrange_built_in(window, i, cache, count)) return true;
  Method method = look_up(vm, NATIVE_LUMA, window[2], cache);
  if (method.place == METHOD_NONE)
    return raise_missing(vm, vm_type_name(vm, window[2]), window[2], cache->name);
  bool with_receiver = dot_passes_receiver(&method, opcode_b(i));
  *count = arrange(window, method.function, with_receiver, opcode_b(i));
  return true;
}

bool method_arrange_colon(VM *vm, Instr i, Cache *cache, uint32_t *count) {
  Value *window = window_of(vm, i);
  if (arrange_built_in(window, i, cache, count)) return true;
  Method method = look_up(vm, NATIVE_LUMA, window[2], cache);
  if (method.place == METHOD_NONE)
    return raise_missing(vm, vm_type_name(vm, window[2]), window[2], cache->name);
  *count = arrange(window, method.function, true, opcode_b(i));
  note_plain(cache, &method, *count);
  return true;
}

bool method_arrange_vint(VM *vm, Instr i, Cache *cache, uint32_t *count) {
  Value *window = window_of(vm, i);
  if (arrange_built_in(window, i, cache, count)) return true;
  // A pointer to a struct stands for it: p.m() is (*p).m().
  if (value_is_kind(window[2], KIND_CELL))
    window[2] = closure_pointed_to((Cell *)value_as_object(window[2]));
  Method method = look_up(vm, NATIVE_VINT, window[2], cache);
  if (method.place == METHOD_NONE)
    return raise_missing(vm, vm_vint_name(vm, window[2]), window[2], cache->name);
  *count = arrange(window, method.function, method.place != METHOD_OWN, opcode_b(i));
  note_plain(cache, &method, *count);
  return true;
}
