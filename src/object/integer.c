// SPDX-License-Identifier: MIT
// integer.c - exact 64-bit integers
#include "object/integer.h"

void integer_register(Heap *heap) {
  heap_register(heap, KIND_INTEGER, &(KindDescriptor){.name = kinds_name(KIND_INTEGER)});
}

Value integer_value(Heap *heap, int64_t i) {
  if (value_fits_int(i)) return value_int(i);
  Integer *boxed = heap_new(heap, KIND_INTEGER, sizeof(Integer));
  if (!boxed) return VALUE_ABSENT;
  boxed->value = i;
  return value_object(boxed);
}

bool integer_from_value(Value v, int64_t *out) {
  if (value_is_integer(v)) {
    *out = value_as_integer(v);
    return true;
  }
  if (!value_is_double(v)) return false;
  double d = value_as_double(v);
  // 2^63 itself is a double but no int64; the comparison also refuses NaN.
  if (!(d >= -0x1p63 && d < 0x1p63)) return false;
  int64_t i = (int64_t)d;
  if ((double)i != d) return false;
  *out = i;
  return true;
}
