// SPDX-License-Identifier: MIT
// cache.c - filling inline caches, and finding methods through them
//
// A method found in a type is not remembered itself, because a type is a table that the program may
// change: what is remembered is where to look, as long as that table has the same keys.
#include "vm/cache.h"

#include "code/unit.h"

uint32_t cache_receiver_number(Value value) {
  if (value_is_double(value)) return 1;
  if (value_is_int(value)) return 2;
  if (!value_is_object(value)) return 0;
  uint8_t kind = value_is_str(value) ? (uint8_t)KIND_STR : value_as_object(value)->kind;
  // Externals differ by their type's name, tables by their shape.
  return kind == KIND_EXTERNAL || kind == KIND_TABLE ? 0 : CACHE_FIRST_KIND + kind;
}

static Value find_in_table(const Cache *cache, const Table *table, bool *is_type) {
  if (table->shape != cache->shape) return VALUE_ABSENT;
  if (cache->state == CACHE_KIND) return value_is_null(table->type) ? cache->value : VALUE_ABSENT;
  Value method = cache_type_method(cache, table);
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

void cache_reset(Cache *cache) {
  *cache = (Cache){.name = cache->name,
                   .own = CACHE_NO_SHAPE,
                   .shape = CACHE_NO_SHAPE,
                   .type = VALUE_ABSENT,
                   .value = VALUE_ABSENT};
}

void cache_set_own(Cache *cache, const Table *table) {
  if (!table->shape) return;
  int32_t index = shape_find(table->shape, cache->name);
  if (index < 0) return;
  cache_reset(cache);
  cache->state = CACHE_OWN;
  cache->own = table->shape;
  cache->index = (uint16_t)index;
}

// An instance's fields take what they were declared with; only what is seen at once is seen here.
static void set_fits(Cache *cache, uint32_t tag) {
  switch (tag) {
  case TAG_ANY:
    cache->fits_from = 0;
    cache->fits_span = UINT16_MAX;
    break;
  case TAG_INTEGER:
    cache->fits_from = VALUE_TAG_INT >> 48;
    cache->fits_span = 0;
    break;
  case TAG_FLOAT:
    cache->fits_from = 0;
    cache->fits_span = (VALUE_TAG_SPECIAL >> 48) - 1;
    break;
  default:
    cache->fits_from = UINT16_MAX; // a tag that nothing has
    cache->fits_span = 0;
  }
}

void cache_set_written(Cache *cache, const Table *table) {
  cache_set_own(cache, table);
  if (cache->state != CACHE_OWN || cache->own != table->shape) return;
  cache->type = table->type;
  if (!value_is_type(table->type)) return set_fits(cache, TAG_ANY);
  const TypeValue *type = (const TypeValue *)value_as_object(table->type);
  bool has_fields = (type->obj.flags & TYPE_VALUE_MAKES) && cache->index < type->field_count;
  set_fits(cache, has_fields ? type->fields[cache->index].type->obj.extra : TAG_NEVER);
}

// What has the type's methods, if that is sure to stay so: a table, or what a declaration of Vint has made. NULL:
// neither.
static const Table *find_methods(Value type) {
  if (!value_is_object(type)) return NULL;
  const Obj *object = value_as_object(type);
  if (object->kind == KIND_TABLE) return (const Table *)object;
  bool is_declared = object->kind == KIND_TYPE && (object->flags & TYPE_VALUE_DECLARED);
  return is_declared ? ((const TypeValue *)object)->table : NULL;
}

void cache_set_type(Cache *cache, const Table *table, Value method) {
  const Table *type = find_methods(table->type);
  if (!table->shape || !type) return;
  int32_t index = type->shape ? shape_find(type->shape, cache->name) : -1;
  if (index < 0 || type->values[index] != method) return; // a parent's
  cache_reset(cache);
  cache->state = CACHE_TYPE;
  cache->shape = table->shape;
  cache->index = (uint16_t)index;
  cache->type = table->type;
  cache->table = type;
  cache->methods = type->shape;
}

void cache_set_kind(Cache *cache, const Table *table, Value method) {
  if (!table->shape || !value_is_null(table->type)) return;
  cache_reset(cache);
  cache->state = CACHE_KIND;
  cache->shape = table->shape;
  cache->value = method;
}

void cache_set_other(Cache *cache, Value receiver, Value method) {
  uint32_t number = cache_receiver_number(receiver);
  if (!number) return;
  cache_reset(cache);
  cache->state = CACHE_OTHER;
  cache->index = (uint16_t)number;
  cache->value = method;
}
