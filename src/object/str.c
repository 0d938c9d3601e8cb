// SPDX-License-Identifier: MIT
// str.c - immutable strings
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
#include "base/utf8.h"
#include <stdlib.h>
#include <string.h>

#define SLOT_FREE    UINT64_C(0)
#define SLOT_DELETED UINT64_C(1)
#define SLOTS_MIN    256
#define STR_LEN_MAX  (UINT32_MAX - 64)
#define HASH_SEED    0

// Owns the slots, so that they count as the program's memory and go with the heap.
typedef struct StrSlots {
  Obj obj;
  uint64_t *slots; // raw heap block
  uint32_t slot_count;
} StrSlots;

struct StrTable {
  Heap *heap;
  StrSlots *owner;
  uint64_t *slots; // the owner's
  uint32_t slot_count;
  uint32_t count;
  uint32_t deleted;
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

static Str *find_text(const StrTable *table, const char *bytes, size_t len, uint32_t hash) {
  if (!table->slot_count) return NULL;
  uint32_t mask = table->slot_count - 1;
  for (uint32_t i = hash & mask; table->slots[i] != SLOT_FREE; i = (i + 1) & mask) {
    uint64_t slot = table->slots[i];
    if (slot >> 48 != hash >> 16 || !is_string(slot)) continue;
    Str *str = slot_str(slot);
    if (str->obj.extra != hash || str->len != len || memcmp(str->bytes, bytes, len) != 0) continue;
    if (UNLIKELY(heap_is_dead(table->heap, &str->obj))) heap_revive(table->heap, &str->obj);
    return str;
  }
  return NULL;
}

static void insert_str(StrTable *table, const Str *str) {
  uint32_t mask = table->slot_count - 1;
  uint32_t i = str->obj.extra & mask;
  while (is_string(table->slots[i])) i = (i + 1) & mask;
  if (table->slots[i] == SLOT_DELETED) table->deleted--;
  table->slots[i] = make_slot(str, str->obj.extra);
  table->count++;
}

static void delete_str(StrTable *table, const Str *str) {
  if (!table->slot_count) return; // the heap is taken apart
  uint32_t mask = table->slot_count - 1;
  uint64_t wanted = make_slot(str, str->obj.extra);
  uint32_t i = str->obj.extra & mask;
  while (table->slots[i] != wanted) {
    if (table->slots[i] == SLOT_FREE) return;
    i = (i + 1) & mask;
  }
  table->slots[i] = SLOT_DELETED;
  table->deleted++;
  table->count--;
}

// Makes sure that one more string leaves a quarter of the slots free.
static bool make_room(StrTable *table) {
  uint64_t taken = (uint64_t)table->count + table->deleted + 1;
  if (taken * 4 <= (uint64_t)table->slot_count * 3) return true;
  uint64_t wanted = SLOTS_MIN;
  while (wanted < ((uint64_t)table->count + 1) * 2) wanted *= 2;
  if (wanted > UINT32_MAX) return false;
  uint64_t *slots = heap_grow(table->heap, NULL, 0, wanted * sizeof(uint64_t));
  if (!slots) return false;
  memset(slots, 0, wanted * sizeof(uint64_t));
  uint64_t *old = table->slots;
  uint32_t old_count = table->slot_count;
  table->slots = slots;
  table->slot_count = (uint32_t)wanted;
  table->count = table->deleted = 0;
  for (uint32_t i = 0; i < old_count; i++) {
    if (is_string(old[i])) insert_str(table, slot_str(old[i]));
  }
  table->owner->slots = slots;
  table->owner->slot_count = table->slot_count;
  heap_release(table->heap, old, old_count * sizeof(uint64_t));
  return true;
}

static void mark_slots(Heap *heap, void *owner, bool minor) {
  heap_mark(heap, &((StrTable *)owner)->owner->obj);
}

static void finish_str(Heap *heap, Obj *object) {
  delete_str(heap_kind_owner(heap, KIND_STR), (const Str *)object);
}

static void finish_slots(Heap *heap, Obj *object) {
  StrSlots *owner = (StrSlots *)object;
  StrTable *table = heap_kind_owner(heap, KIND_STR_SLOTS);
  heap_release(heap, owner->slots, owner->slot_count * sizeof(uint64_t));
  table->slots = NULL;
  table->slot_count = 0;
}

StrTable *str_table_new(Heap *heap) {
  StrTable *table = calloc(1, sizeof(StrTable));
  if (!table) return NULL;
  table->heap = heap;
  heap_register(heap, KIND_STR, &(KindDescriptor){.name = kinds_name(KIND_STR),
                                                  .finish = finish_str,
                                                  .owner = table});
  heap_register(heap, KIND_STR_SLOTS, &(KindDescriptor){.name = kinds_name(KIND_STR_SLOTS),
                                                        .finish = finish_slots,
                                                        .owner = table});
  table->owner = heap_new(heap, KIND_STR_SLOTS, sizeof(StrSlots));
  if (!table->owner) {
    free(table);
    return NULL;
  }
  heap_add_root(heap, mark_slots, table);
  return table;
}

void str_table_free(StrTable *table) {
  free(table);
}

// --- Making strings ------------------------------------------------------------------------------

static bool is_ascii(const char *bytes, size_t len) {
  uint64_t word;
  size_t i = 0;
  for (; i + sizeof(word) <= len; i += sizeof(word)) {
    memcpy(&word, bytes + i, sizeof(word));
    if (word & UINT64_C(0x8080808080808080)) return false;
  }
  for (; i < len; i++) {
    if ((unsigned char)bytes[i] >= 0x80) return false;
  }
  return true;
}

// Not interned: nothing has to be forgotten when it dies.
static Str *new_empty(StrTable *table, size_t len) {
  if (len > STR_LEN_MAX) return NULL;
  Str *str = heap_new_plain(table->heap, KIND_STR, sizeof(Str) + len + 1);
  if (!str) return NULL;
  str->len = (uint32_t)len;
  return str;
}

// Counts the code points once the bytes are there.
static void describe(Str *str) {
  if (is_ascii(str->bytes, str->len)) {
    str->obj.flags |= STR_ASCII;
    str->length = str->len;
  } else {
    str->length = (uint32_t)utf8_length(str->bytes, str->len);
  }
}

static Str *new_interned(StrTable *table, const char *bytes, size_t len) {
  uint32_t hash = hash_bytes(bytes, len, HASH_SEED);
  Str *known = find_text(table, bytes, len, hash);
  if (known) return known;
  if (!make_room(table)) return NULL;
  Str *str = heap_new(table->heap, KIND_STR, sizeof(Str) + len + 1);
  if (!str) return NULL;
  str->len = (uint32_t)len;
  memcpy(str->bytes, bytes, len);
  str->obj.flags = STR_INTERNED | STR_HASHED;
  str->obj.extra = hash;
  describe(str);
  insert_str(table, str);
  return str;
}

Str *str_new(StrTable *table, const char *bytes, size_t len) {
  if (len == 0) return new_interned(table, "", 0);
  if (len <= STR_INTERN_MAX) return new_interned(table, bytes, len);
  Str *str = new_empty(table, len);
  if (!str) return NULL;
  memcpy(str->bytes, bytes, len);
  describe(str);
  return str;
}

Str *str_text(StrTable *table, const char *zero_terminated) {
  return str_new(table, zero_terminated, strlen(zero_terminated));
}

Str *str_concat(StrTable *table, const Str *a, const Str *b) {
  size_t len = (size_t)a->len + b->len;
  if (len <= STR_INTERN_MAX) {
    char bytes[STR_INTERN_MAX];
    memcpy(bytes, a->bytes, a->len);
    memcpy(bytes + a->len, b->bytes, b->len);
    return str_new(table, bytes, len);
  }
  Str *str = new_empty(table, len);
  if (!str) return NULL;
  memcpy(str->bytes, a->bytes, a->len);
  memcpy(str->bytes + a->len, b->bytes, b->len);
  // Where `b` begins inside a code point, the halves may become one.
  bool is_split = ((unsigned char)b->bytes[0] & 0xC0) == 0x80;
  str->obj.flags = a->obj.flags & b->obj.flags & STR_ASCII;
  if (is_split)
    describe(str);
  else
    str->length = a->length + b->length;
  return str;
}

Str *str_join(StrTable *table, const Value *parts, uint32_t count) {
  size_t len = 0;
  for (uint32_t i = 0; i < count; i++) len += value_as_str(parts[i])->len;
  if (count == 1) return value_as_str(parts[0]);
  char small[STR_INTERN_MAX];
  Str *str = NULL;
  char *out = small;
  if (len > STR_INTERN_MAX) {
    str = new_empty(table, len);
    if (!str) return NULL;
    out = str->bytes;
  }
  for (uint32_t i = 0; i < count; i++) {
    const Str *part = value_as_str(parts[i]);
    memcpy(out, part->bytes, part->len);
    out += part->len;
  }
  if (!str) return str_new(table, small, len);
  describe(str);
  return str;
}

Str *str_slice(StrTable *table, const Str *str, uint32_t from, uint32_t to) {
  if (to > str->length) to = str->length;
  if (from > to) from = to;
  if (to - from == str->length) return (Str *)str;
  if (str->obj.flags & STR_ASCII) return str_new(table, str->bytes + from, to - from);
  size_t start = utf8_offset(str->bytes, str->len, from);
  size_t len = utf8_offset(str->bytes + start, str->len - start, to - from);
  return str_new(table, str->bytes + start, len);
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
  if (a->len != b->len || a->len <= STR_INTERN_MAX) return false;
  uint16_t both = a->obj.flags & b->obj.flags;
  if ((both & STR_HASHED) && a->obj.extra != b->obj.extra) return false;
  return memcmp(a->bytes, b->bytes, a->len) == 0;
}

int str_compare(const Str *a, const Str *b) {
  uint32_t len = a->len < b->len ? a->len : b->len;
  int order = memcmp(a->bytes, b->bytes, len); // UTF-8 keeps the order of code points
  if (order) return order;
  return (a->len > b->len) - (a->len < b->len);
}
