// SPDX-License-Identifier: MIT
// growing.c - strings that are put together piece by piece
//
// While a Str is open only Growings refer to it, its `len` is how far it is filled, and `length` is how
// many bytes it has room for.
#include "object/growing.h"
#include "base/assertion.h"
#include "base/utf8.h"
#include <string.h>

typedef struct Growing {
  Obj obj;         // flags: STR_ASCII
  uint32_t len;    // these two as in Str
  uint32_t length;
  Str *whole; // not open: then it is this string itself
  Heap *heap;
} Growing;

_Static_assert(offsetof(Growing, len) == offsetof(Str, len) &&
                   offsetof(Growing, length) == offsetof(Str, length),
               "str_head reads both");
_Static_assert(sizeof(Str) + GROWING_MIN > HEAP_BYTES_MIN, "an open Str is a large object");

static void trace_growing(Heap *heap, Obj *object) {
  heap_mark(heap, &((Growing *)object)->whole->obj);
}

void growing_register(Heap *heap) {
  heap_register(heap, KIND_GROWING, &(KindDescriptor){kinds_name(KIND_GROWING), trace_growing, NULL});
}

static bool is_open(const Str *str) {
  return str->obj.flags & STR_OPEN;
}

static void close_str(Str *str, const Growing *growing) {
  str->obj.flags = (growing->obj.flags & STR_ASCII) | STR_JOINED;
  str->len = growing->len;
  str->length = growing->length;
  str->bytes[str->len] = '\0';
}

Str *growing_as_str(Obj *object) {
  Growing *growing = (Growing *)object;
  Str *whole = growing->whole;
  if (whole->len == growing->len) {
    if (is_open(whole)) close_str(whole, growing);
    return whole;
  }
  size_t size = sizeof(Str) + growing->len + 1;
  Str *own = heap_new_bytes_now(growing->heap, KIND_STR, size, sizeof(Str));
  memcpy(own->bytes, whole->bytes, growing->len);
  close_str(own, growing);
  growing->whole = own;
  heap_touch(growing->heap, object);
  return own;
}

// With what `value` says in it, and half as much again as room.
static Str *open_str(Heap *heap, Value value, size_t len) {
  size_t capacity = len + len / 2;
  if (capacity > STR_LEN_MAX) capacity = STR_LEN_MAX;
  Str *str = heap_new_bytes(heap, KIND_STR, sizeof(Str) + capacity + 1, sizeof(Str));
  if (!str) return NULL;
  const Obj *object = value_as_object(value);
  const Str *from = object->kind == KIND_GROWING ? ((const Growing *)object)->whole : (const Str *)object;
  str->obj.flags = STR_OPEN;
  str->len = str_head(value)->len;
  str->length = (uint32_t)capacity;
  memcpy(str->bytes, from->bytes, str->len);
  return str;
}

// The open Str that can be continued with `more` bytes behind `value`, or NULL.
static Str *find_room(Value value, size_t more) {
  const Growing *growing = (const Growing *)value_as_object(value);
  if (growing->obj.kind != KIND_GROWING) return NULL;
  Str *whole = growing->whole;
  bool has_room = is_open(whole) && whole->len == growing->len && whole->length - whole->len >= more;
  return has_room ? whole : NULL;
}

static void fill(Growing *growing, Value before, Str *whole, const Str *piece) {
  const Str *head = str_head(before);
  memcpy(whole->bytes + whole->len, piece->bytes, piece->len);
  whole->len += piece->len;
  growing->len = whole->len;
  growing->obj.flags = head->obj.flags & piece->obj.flags & STR_ASCII;
  // Where `piece` begins inside a code point, the halves may become one.
  bool is_split = ((unsigned char)piece->bytes[0] & 0xC0) == 0x80;
  growing->length = is_split ? (uint32_t)utf8_length(whole->bytes, whole->len) : head->length + piece->length;
}

Obj *growing_add(Heap *heap, Value value, const Str *piece) {
  size_t len = (size_t)str_head(value)->len + piece->len;
  if (len > STR_LEN_MAX) return NULL;
  Str *whole = find_room(value, piece->len);
  if (!whole) whole = open_str(heap, value, len);
  if (!whole) return NULL;
  heap_push_root(heap, value_object(whole));
  Growing *growing = heap_new(heap, KIND_GROWING, sizeof(Growing));
  heap_pop_roots(heap, 1);
  if (!growing) return NULL;
  growing->heap = heap;
  growing->whole = whole;
  fill(growing, value, whole, piece);
  return &growing->obj;
}
