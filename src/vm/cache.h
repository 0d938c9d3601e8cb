// SPDX-License-Identifier: MIT
// cache.h - inline caches: what a field or method access found the last time
//
// A cache belongs to one instruction, so it knows the name and the rules of lookup. It remembers one shape:
// programs mostly see one at each place. `state` says what is known:
//
//   CACHE_OWN     tables of shape `own` have the field at `index`; if their type is `type`, values whose tag is one of
//                 `fits_span` + 1 from `fits_from` on may be written there as they are
//   CACHE_TYPE    tables of shape `shape` lack it; if their type is `type`, the method is at `index` of `table`, which
//                 has that type's, as long as it is of shape `methods`. If what is there is `value`, that is a closure
//                 of `proto` which needs no more than a frame for the arguments of this instruction
//   CACHE_KIND    tables of shape `shape` lack it, have no type, and the built-in method is `value`
//   CACHE_OTHER   no tables: receivers of kind `index` have the built-in method `value`
//
// In other states `own` and `shape` are CACHE_NO_SHAPE, `type` and `value` VALUE_ABSENT, which nothing has, so that
// whoever is in a hurry need not ask for the state. `proto` lies where `own` does: it is no table's shape either.
//
// Shapes, types and methods are referred to weakly: load.c forgets what dies.
#ifndef CACHE_H
#define CACHE_H

#include "vm/vm_private.h"

#define CACHE_FIRST_KIND 3u // see cache_receiver_number

enum CacheState { CACHE_EMPTY, CACHE_OWN, CACHE_TYPE, CACHE_KIND, CACHE_OTHER };

// The inline check of the interpreter: the field is table->values[cache->index]. `table` may be any
// object.
static inline bool cache_knows(const Cache *cache, const Table *table) {
  return table->obj.kind == KIND_TABLE && table->shape == cache->own;
}
// Whether it is also known that the field takes the value.
static inline bool cache_fits(const Cache *cache, const Table *table, Value value) {
  return table->type == cache->type && (uint32_t)(value >> 48) - cache->fits_from <= cache->fits_span;
}

// The field's slot, NULL if the cache does not know.
static inline Value *cache_slot(const Cache *cache, Value value) {
  if (UNLIKELY(!value_is_object(value))) return NULL;
  Table *table = (Table *)value_as_object(value);
  return LIKELY(cache_knows(cache, table)) ? &table->values[cache->index] : NULL;
}

// The method that the type of `table`, which may be any object, had the last time, by its present value:
// VALUE_NULL if it is none of that type, or the type has changed its keys.
static inline Value cache_type_method(const Cache *cache, const Table *table) {
  if (table->obj.kind != KIND_TABLE || table->shape != cache->shape) return VALUE_NULL;
  if (table->type != cache->type || cache->table->shape != cache->methods) return VALUE_NULL;
  return cache->table->values[cache->index];
}

// The built-in method that receivers of a kind without shapes had the last time; VALUE_ABSENT: not known for this one.
static inline Value cache_built_in(const Cache *cache, Value receiver) {
  if (cache->state != CACHE_OTHER || !value_is_object(receiver)) return VALUE_ABSENT;
  uint8_t kind = value_as_object(receiver)->kind;
  if (kind == KIND_GROWING) kind = KIND_STR;
  return cache->index == CACHE_FIRST_KIND + kind ? cache->value : VALUE_ABSENT;
}

void cache_reset(Cache *cache);

// A number for each kind of receiver that has methods of its own, an object's kind behind the first ones; 0: none.
uint32_t cache_receiver_number(Value value);

// A method that the cache knows for `receiver`, VALUE_ABSENT if it knows none. `*is_type` tells
// whether it came from the type.
Value cache_find_method(const Cache *cache, Value receiver, bool *is_type);

void cache_set_own(Cache *cache, const Table *table);
// The same for somebody who writes: what fits is remembered as well.
void cache_set_written(Cache *cache, const Table *table);
void cache_set_type(Cache *cache, const Table *table, Value method);
void cache_set_kind(Cache *cache, const Table *table, Value method);
void cache_set_other(Cache *cache, Value receiver, Value method);

#endif
