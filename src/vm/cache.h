// SPDX-License-Identifier: MIT
// cache.h - inline caches: what a field or method access found the last time
//
// A cache belongs to one instruction, so it knows the name and the rules of lookup. It remembers
// one shape: programs mostly see one at each place. `state` says what is known of tables of that
// shape:
//
//   CACHE_OWN     the field is at `index`
//   CACHE_TYPE    they lack it; if their type is `value`, the method is at `index` of that type's
//                 table, as long as that is of shape `methods`
//   CACHE_KIND    they lack it, have no type, and the built-in method is `value`
//   CACHE_OTHER   no tables: receivers of kind `index` have the built-in method `value`
//
// Shapes and types are referred to weakly: load.c clears caches whose shape or type dies.
#ifndef CACHE_H
#define CACHE_H

#include "vm/vm_private.h"

enum CacheState { CACHE_EMPTY, CACHE_OWN, CACHE_TYPE, CACHE_KIND, CACHE_OTHER };

// The inline check of the interpreter: the field is table->values[cache->index]. `table` may be any
// object.
static inline bool cache_knows(const Cache *cache, const Table *table) {
  return table->obj.kind == KIND_TABLE && table->shape == cache->shape &&
         cache->state == CACHE_OWN;
}

// The field's slot, NULL if the cache does not know.
static inline Value *cache_slot(const Cache *cache, Value value) {
  if (UNLIKELY(!value_is_object(value))) return NULL;
  Table *table = (Table *)value_as_object(value);
  return LIKELY(cache_knows(cache, table)) ? &table->values[cache->index] : NULL;
}

// What has the type's methods: it is a table, or a struct that has one. NULL: neither.
static inline const Table *cache_type_table(Value type) {
  if (!value_is_object(type)) return NULL;
  const Obj *object = value_as_object(type);
  if (object->kind == KIND_TYPE) return ((const TypeValue *)object)->table;
  return object->kind == KIND_TABLE ? (const Table *)object : NULL;
}

// The method that the type of `receiver` had the last time, by its present value: VALUE_NULL if the
// receiver is none of that type, or the type has changed its keys.
static inline Value cache_type_method(const Cache *cache, Value receiver) {
  if (cache->state != CACHE_TYPE || !value_is_object(receiver)) return VALUE_NULL;
  const Table *table = (const Table *)value_as_object(receiver);
  if (table->obj.kind != KIND_TABLE || table->shape != cache->shape) return VALUE_NULL;
  if (table->type != cache->value) return VALUE_NULL;
  const Table *type = cache_type_table(cache->value);
  return type && type->shape == cache->methods ? type->values[cache->index] : VALUE_NULL;
}

// A number for each kind of receiver that has methods of its own; 0: none.
uint32_t cache_receiver_number(Value value);

// A method that the cache knows for `receiver`, VALUE_ABSENT if it knows none. `*is_type` tells
// whether it came from the type.
Value cache_find_method(const Cache *cache, Value receiver, bool *is_type);

void cache_set_own(Cache *cache, const Table *table);
void cache_set_type(Cache *cache, const Table *table, Value method);
void cache_set_kind(Cache *cache, const Table *table, Value method);
void cache_set_other(Cache *cache, Value receiver, Value method);

#endif
