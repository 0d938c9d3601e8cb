// SPDX-License-Identifier: MIT
// record.h - table_new_record, inlined into those who make records all day
#ifndef RECORD_H
#define RECORD_H

#include "heap/fresh.h"
#include "object/table.h"

static inline Table *record_new(Heap *heap, Shape *shape, const Value *values) {
  uint32_t count = shape_count(shape);
  size_t size = offsetof(Table, inside) + count * sizeof(Value);
  Table *table = fresh_object(heap, KIND_TABLE, size > sizeof(Table) ? size : sizeof(Table));
  if (UNLIKELY(!table)) return NULL;
  table->room = (uint16_t)count;
  table->count = count;
  table->shape = shape;
  table->type = VALUE_NULL;
  Value *place = table->values = table->inside;
  for (uint32_t i = 0; i < count; i++) place[i] = values[i];
  return table;
}

#endif
