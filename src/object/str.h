// SPDX-License-Identifier: MIT
// str.h - immutable strings
//
// UTF-8 by convention; any bytes are allowed. Bytes are zero-terminated.
//
// Names are interned if they are short (≤ STR_INTERN_MAX bytes): of two interned strings the same text
// is the same object. Texts that a program makes at run time are not; their hash is computed when first
// asked for. So two strings are compared by str_equal, never by their addresses, unless both are known
// to be interned.
//
// flags: STR_INTERNED, STR_ASCII (only bytes below 128: indexing by code point is O(1)),
// STR_HASHED, STR_JOINED (a long one made of two), STR_OPEN (no string yet: growing.h). extra: hash.
//
// What a program sees as a string may also be a Growing: see growing.h.
#ifndef STR_H
#define STR_H

#include "heap/heap.h"
#include "object/kinds.h"

#define STR_INTERN_MAX 40
#define STR_INTERNED   1
#define STR_ASCII      2
#define STR_HASHED     4
#define STR_JOINED     8
#define STR_OPEN       16

#define STR_LEN_MAX   (UINT32_MAX - 64)
#define STR_PARTS_MAX 50

typedef struct Str {
  Obj obj; // extra: the hash, if STR_HASHED
  uint32_t len;
  uint32_t length; // code points
  char bytes[];
} Str;

typedef struct StrTable StrTable; // the interned strings of a heap; holds them weakly

StrTable *str_table_new(Heap *heap) MUST_USE; // registers its kinds
void str_table_free(StrTable *table);         // after heap_destroy

// NULL when memory is out; all strings below 4 GiB.
Str *str_new(StrTable *table, const char *bytes, size_t len) MUST_USE;
// Interned, if it is short.
Str *str_intern(StrTable *table, const char *bytes, size_t len) MUST_USE;
Str *str_text(StrTable *table, const char *zero_terminated) MUST_USE;
// The interned string of the same text; `str` itself if it is too long. `str` must be rooted.
Str *str_intern_same(Heap *heap, Str *str) MUST_USE;
// a + b. Both must be rooted.
Str *str_concat(StrTable *table, const Str *a, const Str *b) MUST_USE;
// The same of two values, as one that may be continued at the price of what is added.
Obj *str_add(StrTable *table, Value a, Value b) MUST_USE;
// The same of up to STR_PARTS_MAX parts: strings, doubles and small integers, written as Luma does.
Obj *str_concat_parts(StrTable *table, const Value *parts, uint32_t count) MUST_USE;
// The strings of `count` values, each a Str, with the separator (NULL: none) between them; all must be
// rooted.
Str *str_join(StrTable *table, const Value *parts, uint32_t count, const Str *separator) MUST_USE;
// `len` bytes from byte `from` on; `whole` must be rooted.
Str *str_part(StrTable *table, const Str *whole, size_t from, size_t len) MUST_USE;
// How many bytes the first `index` ≤ length code points take, and how many code points the first
// `offset` ≤ len bytes are. Constant time in ASCII, and where the last text and place asked for are near.
uint32_t str_offset(StrTable *table, const Str *str, uint32_t index);
uint32_t str_index(StrTable *table, const Str *str, uint32_t offset);
// Code points [from, to).
Str *str_slice(StrTable *table, const Str *str, uint32_t from, uint32_t to) MUST_USE;

uint32_t str_hash(Str *str);
bool str_equal(const Str *a, const Str *b);
int str_compare(const Str *a, const Str *b); // by code point, <0, 0, >0

Str *growing_as_str(Obj *object); // growing.h; does not collect

_Static_assert(KIND_STR == 0 && KIND_GROWING == 1, "value_is_str compares once");

static inline bool value_is_str(Value v) {
  return value_is_object(v) && value_as_object(v)->kind <= KIND_GROWING;
}
static inline Str *value_as_str(Value v) {
  Obj *object = value_as_object(v);
  return LIKELY(object->kind == KIND_STR) ? (Str *)object : growing_as_str(object);
}
// Of a string, only for its flags, `len` and `length`: does not end its growing.
static inline const Str *str_head(Value v) {
  return (const Str *)value_as_object(v);
}

#endif
