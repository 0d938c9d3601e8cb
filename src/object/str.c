// SPDX-License-Identifier: MIT
// str.c - immutable strings
//
// Only names are interned: literals, fields, whatever is a key of a shape. Texts that a program makes
// are not, as most of them are looked at once; finding out whether one is there already costs a miss of
// the cache, which is as much as making it.
//
// The table of interned strings is open addressing with linear probing. A slot is the string's
// address with sixteen bits of its hash above: nearly every probe of a wrong string ends without a
// look at it.
//
// The table is weak. A dead string leaves it when its page is swept, so no collection looks through a
// million keys at once. Until then it may be found, and lives on.
//
// The hash has a fixed seed: str_hash must know it without the table.
#include "object/str.h"
#include "base/assertion.h"
#include "base/hash.h"
#include "base/number.h"
#include "base/utf8.h"
#include "base/utf8_cursor.h"
#include "heap/fresh.h"
#include "object/growing.h"
#include <stdlib.h>
#include <string.h>

#define SLOT_FREE    UINT64_C(0)
#define SLOT_DELETED UINT64_C(1)
#define SLOTS_MIN    256
#define HASH_SEED    0

#define MOVE_STEP    32 // slots that are moved for each new string

typedef struct SlotArray {
  uint64_t *slots; // raw heap block
  uint32_t count;  // a power of two, or 0
} SlotArray;

// Owns the slots, so that they count as the program's memory and go with the heap.
typedef struct StrSlots {
  Obj obj;
  SlotArray now;
  SlotArray old; // what was not moved yet
} StrSlots;

struct StrTable {
  Heap *heap;
  StrSlots *owner;
  uint32_t count;   // of strings
  uint32_t deleted; // slots of owner->now
  uint32_t moved;   // slots of owner->old
  Utf8Cursor cursor; // in the text whose code points were asked for last
};

// --- The table -----------------------------------------------------------------------------------

static uint64_t make_slot(const Str *str, uint32_t hash) {
  return (uint64_t)(hash >> 16) << 48 | (uint64_t)(uintptr_t)str;
}

static Str *slot_str(uint64_t slot) {
  return (Str *)(uintptr_t)(slot & VALUE_PAYLOAD);
}

static bool is_string(uint64_t slot) {
  return slot > SLOT_DELETED;
}

static Str *find_in(const SlotArray *array, const char *bytes, size_t len, uint32_t hash) {
  if (!array->count) return NULL;
  uint32_t mask = array->count - 1;
  for (uint32_t i = hash & mask; array->slots[i] != SLOT_FREE; i = (i + 1) & mask) {
    uint64_t slot = array->slots[i];
    if (slot >> 48 != hash >> 16 || !is_string(slot)) continue;
    Str *str = slot_str(slot);
    if (str->obj.extra == hash && str->len == len && memcmp(str->bytes, bytes, len) == 0)
      return str;
  }
  return NULL;
}

static Str *find_text(const StrTable *table, const char *bytes, size_t len, uint32_t hash) {
  Str *str = find_in(&table->owner->now, bytes, len, hash);
  if (!str && UNLIKELY(table->owner->old.count)) str = find_in(&table->owner->old, bytes, len, hash);
  if (str && UNLIKELY(heap_is_dead(table->heap, &str->obj))) heap_revive(table->heap, &str->obj);
  return str;
}

static void insert_str(StrTable *table, const Str *str) {
  SlotArray *now = &table->owner->now;
  uint32_t mask = now->count - 1;
  uint32_t i = str->obj.extra & mask;
  while (is_string(now->slots[i])) i = (i + 1) & mask;
  if (now->slots[i] == SLOT_DELETED) table->deleted--;
  now->slots[i] = make_slot(str, str->obj.extra);
}

// The place of the string, UINT32_MAX if it is not there.
static uint32_t find_place(const SlotArray *array, const Str *str) {
  if (!array->count) return UINT32_MAX;
  uint32_t mask = array->count - 1;
  uint64_t wanted = make_slot(str, str->obj.extra);
  uint32_t i = str->obj.extra & mask;
  for (; array->slots[i] != wanted; i = (i + 1) & mask) {
    if (array->slots[i] == SLOT_FREE) return UINT32_MAX;
  }
  return i;
}

// At the end of a run of slots nothing has to be found behind this one, so it is free again, and so
// are deleted ones before it.
static void delete_place(StrTable *table, uint32_t i) {
  SlotArray *now = &table->owner->now;
  uint32_t mask = now->count - 1;
  now->slots[i] = SLOT_DELETED;
  table->deleted++;
  if (now->slots[(i + 1) & mask] != SLOT_FREE) return;
  for (; now->slots[i] == SLOT_DELETED; i = (i - 1) & mask) {
    now->slots[i] = SLOT_FREE;
    table->deleted--;
  }
}

static void delete_str(StrTable *table, const Str *str) {
  if (!table->owner) return;
  uint32_t i = find_place(&table->owner->now, str);
  if (i != UINT32_MAX) {
    delete_place(table, i);
    table->count--;
    return;
  }
  i = find_place(&table->owner->old, str);
  if (i == UINT32_MAX) return;
  table->owner->old.slots[i] = SLOT_DELETED;
  table->count--;
}

static void release_array(Heap *heap, SlotArray *array) {
  heap_release(heap, array->slots, array->count * sizeof(uint64_t));
  *array = (SlotArray){0};
}

// A larger array takes the place of a full one at once, but the strings come over a few at a time: a
// million in one go would be felt. Their headers lie about in the order of their hashes, so they are
// fetched ahead.
static void move_some(StrTable *table, uint32_t count) {
  SlotArray *old = &table->owner->old;
  uint32_t end = old->count - table->moved > count ? table->moved + count : old->count;
  for (uint32_t i = table->moved; i < end; i++) {
    __builtin_prefetch(slot_str(old->slots[(i + 8) & (old->count - 1)]));
    if (!is_string(old->slots[i])) continue;
    insert_str(table, slot_str(old->slots[i]));
    old->slots[i] = SLOT_DELETED;
  }
  table->moved = end;
  if (end == old->count) release_array(table->heap, old);
}

// Twice as many slots as there are strings, at least, and not less than a quarter of what there was: so
// all have come over before it is full.
static uint64_t slots_for(const StrTable *table) {
  uint64_t wanted = SLOTS_MIN;
  while (wanted < ((uint64_t)table->count + 1) * 2 || wanted * 4 < table->owner->now.count) wanted *= 2;
  return wanted;
}

// Makes sure that one more string leaves a quarter of the slots free.
static bool make_room(StrTable *table) {
  if (UNLIKELY(table->owner->old.count)) move_some(table, MOVE_STEP);
  uint64_t taken = (uint64_t)table->count + table->deleted + 1;
  if (LIKELY(taken * 4 <= (uint64_t)table->owner->now.count * 3)) return true;
  if (table->owner->old.count) move_some(table, UINT32_MAX);
  uint64_t wanted = slots_for(table);
  if (wanted > UINT32_MAX / 2) return false;
  uint64_t *slots = heap_grow_zeroed(table->heap, wanted * sizeof(uint64_t));
  if (!slots) return false;
  table->owner->old = table->owner->now;
  table->owner->now = (SlotArray){slots, (uint32_t)wanted};
  table->deleted = table->moved = 0;
  move_some(table, MOVE_STEP);
  return true;
}

static void mark_slots(Heap *heap, void *owner, bool minor) {
  heap_mark(heap, &((StrTable *)owner)->owner->obj);
}

static void finish_str(Heap *heap, Obj *object) {
  delete_str(heap_kind_owner(heap, KIND_STR), (const Str *)object);
}

static void fetch_slot(Heap *heap, const Obj *object) {
  const StrSlots *owner = ((StrTable *)heap_kind_owner(heap, KIND_STR))->owner;
  if (!owner) return;
  const SlotArray *now = &owner->now;
  if (now->count) __builtin_prefetch(&now->slots[object->extra & (now->count - 1)]);
}

static void finish_slots(Heap *heap, Obj *object) {
  release_array(heap, &((StrSlots *)object)->now);
  release_array(heap, &((StrSlots *)object)->old);
  ((StrTable *)heap_kind_owner(heap, KIND_STR))->owner = NULL; // the heap is taken apart
}

// Its text may be about to die, and another to come to the same place.
static void forget_place(Heap *heap, void *owner) {
  (void)heap;
  ((StrTable *)owner)->cursor = (Utf8Cursor){0};
}

StrTable *str_table_new(Heap *heap) {
  StrTable *table = calloc(1, sizeof(StrTable));
  if (!table) return NULL;
  table->heap = heap;
  heap_register(heap, KIND_STR, &(KindDescriptor){.name = kinds_name(KIND_STR),
                                                  .finish = finish_str,
                                                  .fetch = fetch_slot,
                                                  .owner = table});
  heap_register(heap, KIND_STR_SLOTS, &(KindDescriptor){.name = kinds_name(KIND_STR_SLOTS),
                                                        .finish = finish_slots});
  table->owner = heap_new(heap, KIND_STR_SLOTS, sizeof(StrSlots));
  if (!table->owner) {
    free(table);
    return NULL;
  }
  heap_add_root(heap, mark_slots, table);
  heap_add_weak(heap, forget_place, table);
  return table;
}

void str_table_free(StrTable *table) {
  free(table);
}

// --- Making strings ------------------------------------------------------------------------------

static uint64_t read_word(const char *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof(word));
  return word;
}

// Copies and returns where the next bytes go. Most texts are so short that a call of memcpy takes
// longer than to copy both ends, which may overlap.
static inline char *put_bytes(char *to, const char *from, size_t len) {
  if (len > 16) {
    memcpy(to, from, len);
  } else if (len >= 8) {
    memcpy(to, from, 8);
    memcpy(to + len - 8, from + len - 8, 8);
  } else if (len >= 4) {
    memcpy(to, from, 4);
    memcpy(to + len - 4, from + len - 4, 4);
  } else if (len > 0) {
    to[0] = from[0];
    to[len / 2] = from[len / 2];
    to[len - 1] = from[len - 1];
  }
  return to + len;
}

#define HIGH_BITS UINT64_C(0x8080808080808080)

// The last word overlaps the one before it. Behind a short string there is a whole word, as cells are of 16 bytes.
static inline bool is_ascii(const Str *str) {
  size_t len = str->len;
  if (len < 8) return len == 0 || !(read_word(str->bytes) << (64 - 8 * len) & HIGH_BITS);
  for (size_t i = 0; i + 8 < len; i += 8) {
    if (read_word(str->bytes + i) & HIGH_BITS) return false;
  }
  return !(read_word(str->bytes + len - 8) & HIGH_BITS);
}

// The way of each text that a program makes: not interned, so that nothing has to be forgotten when it
// dies, and nothing is zeroed but what stays zero.
static inline Str *new_empty(StrTable *table, size_t len) {
  size_t size = sizeof(Str) + len + 1;
  Str *str;
  if (LIKELY(size <= HEAP_SMALL_MAX)) {
    str = fresh_cell(table->heap, FAMILY_PLAIN, pool_class(size));
    if (UNLIKELY(!str)) return NULL;
    poison_open(str, (size + 15) / 16 * 16);
    str->obj = (Obj){.kind = KIND_STR};
  } else {
    str = len <= STR_LEN_MAX ? heap_new_bytes(table->heap, KIND_STR, size, sizeof(Str)) : NULL;
    if (!str) return NULL;
  }
  str->len = (uint32_t)len;
  str->bytes[len] = '\0';
  return str;
}

// Counts the code points once the bytes are there.
static void describe(Str *str) {
  if (is_ascii(str)) {
    str->obj.flags |= STR_ASCII;
    str->length = str->len;
  } else {
    str->length = (uint32_t)utf8_length(str->bytes, str->len);
  }
}

static Str *new_interned(StrTable *table, const char *bytes, size_t len, uint32_t hash) {
  if (!make_room(table)) return NULL;
  Str *str = heap_new(table->heap, KIND_STR, (sizeof(Str) + len + 1 + 15) / 16 * 16);
  if (!str) return NULL;
  str->len = (uint32_t)len;
  memcpy(str->bytes, bytes, len);
  str->obj.flags = STR_INTERNED | STR_HASHED;
  str->obj.extra = hash;
  describe(str);
  insert_str(table, str);
  table->count++;
  return str;
}

// Single bytes are few and wanted often.
Str *str_new(StrTable *table, const char *bytes, size_t len) {
  if (len <= 1) return str_intern(table, bytes, len);
  Str *str = new_empty(table, len);
  if (UNLIKELY(!str)) return NULL;
  put_bytes(str->bytes, bytes, len);
  describe(str);
  return str;
}

Str *str_intern(StrTable *table, const char *bytes, size_t len) {
  if (len == 0) bytes = "";
  if (len > STR_INTERN_MAX) return str_new(table, bytes, len);
  uint32_t hash = hash_bytes(bytes, len, HASH_SEED);
  Str *known = find_text(table, bytes, len, hash);
  return known ? known : new_interned(table, bytes, len, hash);
}

// Made anew, as one that is interned has to leave the table when it dies and so lies elsewhere.
Str *str_intern_same(Heap *heap, Str *str) {
  if ((str->obj.flags & STR_INTERNED) || str->len > STR_INTERN_MAX) return str;
  StrTable *table = heap_kind_owner(heap, KIND_STR);
  Str *known = find_text(table, str->bytes, str->len, str_hash(str));
  return known ? known : new_interned(table, str->bytes, str->len, str_hash(str));
}

Str *str_text(StrTable *table, const char *zero_terminated) {
  return str_intern(table, zero_terminated, strlen(zero_terminated));
}

static size_t print_number(Value number, char digits[NUMBER_LUMA_MAX]) {
  if (value_is_double(number)) return number_print(value_as_double(number), NUMBER_LUMA, digits);
  return number_print_int(value_as_int(number), digits);
}

// Where `str` begins inside a code point it may be one with what it is put behind.
static bool begins_inside(const Str *str) {
  return ((unsigned char)str->bytes[0] & 0xC0) == 0x80;
}

Str *str_concat(StrTable *table, const Str *a, const Str *b) {
  if (a->len == 0) return (Str *)b;
  if (b->len == 0) return (Str *)a;
  Str *str = new_empty(table, (size_t)a->len + b->len);
  if (UNLIKELY(!str)) return NULL;
  put_bytes(put_bytes(str->bytes, a->bytes, a->len), b->bytes, b->len);
  str->obj.flags = (a->obj.flags & b->obj.flags & STR_ASCII) | STR_JOINED;
  if (begins_inside(b))
    describe(str);
  else
    str->length = a->length + b->length;
  return str;
}

Obj *str_add(StrTable *table, Value a, Value b) {
  const Str *piece = value_as_str(b); // first: b may be a
  if (LIKELY(!growing_is_worthwhile(str_head(a)))) {
    Str *joined = str_concat(table, value_as_str(a), piece);
    return joined ? &joined->obj : NULL;
  }
  if (piece->len == 0) return value_as_object(a);
  return growing_add(table->heap, a, piece);
}

typedef struct Piece {
  const char *bytes;
  size_t len;
} Piece;

// The parts put together. A number's text stands in `digits` until it is copied.
static Str *concat_pieces(StrTable *table, const Value *parts, uint32_t count) {
  Piece pieces[STR_PARTS_MAX];
  char digits[STR_PARTS_MAX][NUMBER_LUMA_MAX];
  size_t len = 0, length = 0;
  uint16_t flags = STR_ASCII;
  bool is_split = false;
  for (uint32_t i = 0; i < count; i++) {
    if (value_is_object(parts[i])) {
      const Str *part = value_as_str(parts[i]);
      pieces[i] = (Piece){part->bytes, part->len};
      flags &= part->obj.flags;
      is_split |= begins_inside(part);
      length += part->length;
    } else {
      pieces[i] = (Piece){digits[i], print_number(parts[i], digits[i])};
      length += pieces[i].len;
    }
    len += pieces[i].len;
  }
  Str *str = new_empty(table, len);
  if (UNLIKELY(!str)) return NULL;
  char *out = str->bytes;
  for (uint32_t i = 0; i < count; i++) out = put_bytes(out, pieces[i].bytes, pieces[i].len);
  str->obj.flags = flags | STR_JOINED;
  str->length = (uint32_t)length;
  if (UNLIKELY(is_split)) describe(str);
  return str;
}

Obj *str_concat_parts(StrTable *table, const Value *parts, uint32_t count) {
  ASSERT(count > 0 && count <= STR_PARTS_MAX);
  bool is_text = value_is_object(parts[0]);
  if (count == 1 && is_text) return value_as_object(parts[0]);
  bool goes_on = is_text && UNLIKELY(growing_is_worthwhile(str_head(parts[0])));
  Str *str = concat_pieces(table, parts + goes_on, count - goes_on);
  if (!str || !goes_on) return (Obj *)str;
  if (str->len == 0) return value_as_object(parts[0]);
  heap_push_root(table->heap, value_object(str));
  Obj *sum = growing_add(table->heap, parts[0], str);
  heap_pop_roots(table->heap, 1);
  return sum;
}

// How long the strings are with `between` bytes between each two; `flags` loses what one of them
// lacks.
static size_t measure_parts(const Value *parts, uint32_t count, size_t between, uint16_t *flags) {
  size_t len = count ? between * (count - 1) : 0;
  uint16_t all = *flags;
  for (uint32_t i = 0; i < count; i++) {
    const Str *part = value_as_str(parts[i]);
    len += part->len;
    all &= part->obj.flags;
  }
  *flags = all;
  return len;
}

Str *str_join(StrTable *table, const Value *parts, uint32_t count, const Str *separator) {
  if (count == 1) return value_as_str(parts[0]);
  size_t between = separator ? separator->len : 0;
  uint16_t flags = between ? separator->obj.flags & STR_ASCII : STR_ASCII;
  Str *str = new_empty(table, measure_parts(parts, count, between, &flags));
  if (UNLIKELY(!str)) return NULL;
  char *out = str->bytes;
  for (uint32_t i = 0; i < count; i++) {
    const Str *part = value_as_str(parts[i]);
    if (between && i > 0) out = put_bytes(out, separator->bytes, between);
    out = put_bytes(out, part->bytes, part->len);
  }
  if (flags) {
    str->obj.flags = STR_ASCII;
    str->length = str->len;
  } else {
    describe(str);
  }
  return str;
}

Str *str_part(StrTable *table, const Str *whole, size_t from, size_t len) {
  bool is_ascii = whole->obj.flags & STR_ASCII;
  if (!is_ascii || len <= 1) return str_new(table, whole->bytes + from, len);
  Str *str = new_empty(table, len);
  if (UNLIKELY(!str)) return NULL;
  put_bytes(str->bytes, whole->bytes + from, len);
  str->obj.flags = STR_ASCII;
  str->length = (uint32_t)len;
  return str;
}

static Utf8Text text_of(const Str *str) {
  return (Utf8Text){str->bytes, str->len, str->length};
}

uint32_t str_offset(StrTable *table, const Str *str, uint32_t index) {
  if (str->obj.flags & STR_ASCII) return index;
  return (uint32_t)utf8_cursor_offset(&table->cursor, text_of(str), index);
}

uint32_t str_index(StrTable *table, const Str *str, uint32_t offset) {
  if (str->obj.flags & STR_ASCII) return offset;
  return (uint32_t)utf8_cursor_index(&table->cursor, text_of(str), offset);
}

Str *str_slice(StrTable *table, const Str *str, uint32_t from, uint32_t to) {
  if (to > str->length) to = str->length;
  if (from > to) from = to;
  if (to - from == str->length) return (Str *)str;
  uint32_t start = str_offset(table, str, from);
  return str_part(table, str, start, str_offset(table, str, to) - start);
}

// --- Questions -----------------------------------------------------------------------------------

uint32_t str_hash(Str *str) {
  if (str->obj.flags & STR_HASHED) return str->obj.extra;
  str->obj.extra = hash_bytes(str->bytes, str->len, HASH_SEED);
  str->obj.flags |= STR_HASHED;
  return str->obj.extra;
}

bool str_equal(const Str *a, const Str *b) {
  if (a == b) return true;
  if (a->len != b->len) return false;
  uint16_t both = a->obj.flags & b->obj.flags;
  if (both & STR_INTERNED) return false;
  if ((both & STR_HASHED) && a->obj.extra != b->obj.extra) return false;
  return memcmp(a->bytes, b->bytes, a->len) == 0;
}

int str_compare(const Str *a, const Str *b) {
  uint32_t len = a->len < b->len ? a->len : b->len;
  int order = memcmp(a->bytes, b->bytes, len); // UTF-8 keeps the order of code points
  if (order) return order;
  return (a->len > b->len) - (a->len < b->len);
}
