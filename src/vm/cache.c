// SPDX-License-Identifier: MIT
// cache.c - filling inline caches, and finding methods through them
//
// A method found in a type is not remembered itself, because a type is a table that the program may
// change: what is remembered is where to look, as long as that table has the same keys.
#include "vm/cache.h"

uint32_t cache_receiver_number(Value value) {
  if (value_is_double(value)) return 1;
  if (value_is_int(value)) return 2;
  if (!value_is_object(value)) return 0;
  uint8_t kind = value_as_object(value)->kind;
  // Externals differ by their type's name, tables by their shape.
  return kind == KIND_EXTERNAL || kind == KIND_TABLE ? 0 : 3u + kind;
}

static Value find_in_table(const Cache *cache, const Table *table, bool *is_type) {
  if (!table->shape || table->shape != cache->shape) return VALUE_ABSENT;
  if (cache->state == CACHE_KIND && value_is_null(table->type)) return cache->value;
  Value method = cache_type_method(cache, value_object(table));
  *is_type = !value_is_null(method);
  return *is_type ? method : VALUE_ABSENT;
}

Value cache_find_method(const Cache *cache, Value receiver, bool *is_type) {
  *is_type = false;
  if (cache->state == CACHE_OTHER)
    return cache->index == cache_receiver_number(receiver) ? cache->value : VALUE_ABSENT;
  return value_is_table(receiver) ? find_in_table(cache, value_as_table(receiver), is_type)
                                  : VALUE_ABSENT;
}

void cache_set_own(Cache *cache, const Table *table) {
  if (!table->shape) return;
  int32_t index = shape_find(table->shape, cache->name);
  if (index < 0) return;
  cache->state = CACHE_OWN;
  cache->shape = table->shape;
  cache->index = (uint32_t)index;
  cache->value = VALUE_NULL;
}

void cache_set_type(Cache *cache, const Table *table, Value method) {
  const Table *type = cache_type_table(table->type);
  if (!table->shape || !type) return;
  int32_t index = type->shape ? shape_find(type->shape, cache->name) : -1;
  if (index < 0 || type->values[index] != method) return; // a parent's
  cache->state = CACHE_TYPE;
  cache->shape = table->shape;
  cache->index = (uint32_t)index;
  cache->value = table->type;
  cache->methods = type->shape;
}

void cache_set_kind(Cache *cache, const Table *table, Value method) {
  if (!table->shape || !value_is_null(table->type)) return;
  cache->state = CACHE_KIND;
  cache->shape = table->shape;
  cache->index = 0;
  cache->value = method;
}

void cache_set_other(Cache *cache, Value receiver, Value method) {
  uint32_t number = cache_receiver_number(receiver);
  if (!number) return;
  cache->state = CACHE_OTHER;
  cache->shape = NULL;
  cache->index = number;
  cache->value = method;
}
