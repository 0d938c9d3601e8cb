// SPDX-License-Identifier: MIT
// object.c - registers every kind of this folder with a heap
#include "object/object.h"
#include "object/closure.h"
#include "object/error.h"
#include "object/growing.h"
#include "object/integer.h"
#include "object/list.h"
#include "object/shape.h"
#include "object/moment.h"
#include "object/small_objects.h"
#include "object/table.h"
#include "object/type_value.h"

void object_register(Heap *heap) {
  growing_register(heap);
  list_register(heap);
  table_register(heap);
  shape_register(heap);
  integer_register(heap);
  small_objects_register(heap);
  moment_register(heap);
  closure_register(heap);
  type_value_register(heap);
  error_register(heap);
}
