// SPDX-License-Identifier: MIT
// table.c - insertion-ordered tables
//
// Hash mode: `entries` in the order of insertion and `slots`, which find them by hash with linear
// probing. A slot holds the entry's number + 1 in its low bits (those of slot_count - 1) and the
// hash's own bits above, so a wrong entry is hardly ever looked at:
//
//   slots    [ 0 | tag·3 | 0 | ~0 | tag·1 | tag·2 ]        ~0: deleted
//   entries  [ key value | key value | key value | hole | … ]
//
// `entries` has room for three quarters of slot_count, so number + 1 never has all its low bits set
// and a slot in use is never ~0. When `entries` is full everything is rebuilt: holes are closed
// and, unless many were, the room doubles. A table never shrinks by removing, only by table_clear.
//
// A large table without holes that doubles its room does not link all entries at once: its old slots
// stay until the entries have been linked in the new ones, bit by bit as others are added. Meanwhile
// what is not found by the new ones is looked for by the old ones, too.
//
// Nothing is changed before all memory for the change is there.
#include "object/table.h"
#include "base/assertion.h"
#include "heap/mark.h"
#include "object/equal.h"
#include "object/record.h"
#include <string.h>

#define SLOT_DELETED   UINT32_MAX
#define SLOTS_MIN      8
#define SLOTS_MAX      (UINT32_C(1) << 31)
#define VALUES_MIN     4
// From GROW_SLOTS on it grows bit by bit: at each GROW_EVERYth addition GROW_ENTRIES are linked in the
// new slots, which takes some 40 us. Less at a time would last longer, and much is looked for twice then.
#define GROW_SLOTS     65536u
#define GROW_EVERY     64u
#define GROW_ENTRIES   2048u
#define LINK_AHEAD     16
#define CAPACITY_OF(n) ((n) / 4 * 3) // entries for n slots

static bool is_inside(const Table *table) {
  return table->shape && table->values == table->inside;
}

// Entries there is room for in hash mode.
static uint32_t entry_room(const Table *table) {
  return CAPACITY_OF(table->slot_count);
}

// Of the block of values or entries.
static size_t block_size(const Table *table) {
  return table->shape ? table->room * sizeof(Value) : entry_room(table) * sizeof(TableEntryPair);
}

// In shape mode tables are small.
static bool trace_more(Heap *heap, Obj *object, uintptr_t *cursor) {
  Table *table = (Table *)object;
  if (table->shape) return true;
  return heap_mark_piece(heap, object, (Value *)table->entries, (size_t)table->used * 2, cursor);
}

static void trace_table(Heap *heap, Obj *object) {
  Table *table = (Table *)object;
  if (value_is_object(table->type)) mark_shared(heap, value_as_object(table->type));
  if (table->shape) {
    mark_shared(heap, &table->shape->obj);
    heap_mark_values(heap, table->values, table->count);
    return;
  }
  uintptr_t cursor = HEAP_FROM_START;
  if (!trace_more(heap, object, &cursor)) heap_defer(heap, object, cursor);
}

// --- Growing -------------------------------------------------------------------------------------

// What a large table has behind its slots.
typedef struct Growth {
  uint32_t *old_slots; // half as many
  uint32_t linked;     // entries, from the first on, that are in the new slots
} Growth;

static size_t slots_size(uint32_t slot_count) {
  return slot_count * sizeof(uint32_t) + (slot_count > GROW_SLOTS ? sizeof(Growth) : 0);
}

static bool is_growing(const Table *table) {
  return table->room; // and in hash mode
}

static Growth *growth_of(const Table *table) {
  return (Growth *)(table->slots + table->slot_count);
}

static void begin_growth(Table *table, uint32_t *old_slots) {
  *growth_of(table) = (Growth){old_slots, 0};
  table->room = 1;
}

static void end_growth(Heap *heap, Table *table) {
  heap_release(heap, growth_of(table)->old_slots, slots_size(table->slot_count / 2));
  table->room = 0;
}

// --- As an object --------------------------------------------------------------------------------

static void release_values(Heap *heap, Table *table) {
  if (!is_inside(table)) heap_release(heap, table->values, block_size(table));
}

static void release_blocks(Heap *heap, Table *table) {
  release_values(heap, table);
  table->values = NULL;
  if (!table->shape) {
    if (is_growing(table)) end_growth(heap, table);
    heap_release(heap, table->slots, slots_size(table->slot_count));
    table->slots = NULL;
    table->slot_count = table->used = 0;
  }
  table->room = 0;
}

static void finish_table(Heap *heap, Obj *object) {
  release_blocks(heap, (Table *)object);
}

void table_register(Heap *heap) {
  heap_register(heap, KIND_TABLE, &(KindDescriptor){.name = kinds_name(KIND_TABLE),
                                                    .trace = trace_table,
                                                    .finish = finish_table,
                                                    .trace_more = trace_more,
                                                    .owns_late = true});
}

Table *table_new(Heap *heap, Shape *root_shape) {
  heap_push_root(heap, value_object(root_shape));
  Table *table = heap_new(heap, KIND_TABLE, sizeof(Table));
  heap_pop_roots(heap, 1);
  if (!table) return NULL;
  table->shape = root_shape;
  table->type = VALUE_NULL;
  table->values = table->inside;
  table->room = ARRAY_LEN(table->inside);
  return table;
}

Table *table_new_record(Heap *heap, Shape *shape, const Value *values) {
  return record_new(heap, shape, values);
}

// --- Hash mode -----------------------------------------------------------------------------------

// As keys NaN is itself, so that what was put in can be found.
static bool is_same_key(Value a, Value b) {
  return a == b || equal_same(a, b);
}

// The slot of `key` among these, NULL when there is none.
static inline uint32_t *search(const Table *table, uint32_t *slots, uint32_t mask, Value key,
                               uint32_t hash) {
  for (uint32_t i = hash & mask; slots[i]; i = (i + 1) & mask) {
    uint32_t slot = slots[i];
    if (((slot ^ hash) & ~mask) || slot == SLOT_DELETED) continue;
    if (is_same_key(table->entries[(slot & mask) - 1].key, key)) return &slots[i];
  }
  return NULL;
}

// The entry of `key` and its slot, NULL when there is none.
static TableEntryPair *find_entry(const Table *table, Value key, uint32_t hash, uint32_t **slot) {
  if (!table->slot_count) return NULL;
  uint32_t mask = table->slot_count - 1;
  *slot = search(table, table->slots, mask, key, hash);
  if (!*slot && UNLIKELY(is_growing(table))) {
    mask /= 2;
    *slot = search(table, growth_of(table)->old_slots, mask, key, hash);
  }
  return *slot ? &table->entries[(**slot & mask) - 1] : NULL;
}

// The entry is new and there is a free slot.
static void link_entry(Table *table, uint32_t index, uint32_t hash) {
  uint32_t mask = table->slot_count - 1;
  uint32_t i = hash & mask;
  while (table->slots[i] && table->slots[i] != SLOT_DELETED) i = (i + 1) & mask;
  table->slots[i] = (hash & ~mask) | (index + 1);
}

static void close_holes(Table *table) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < table->used; i++) {
    if (table->entries[i].key != VALUE_ABSENT) table->entries[kept++] = table->entries[i];
  }
  table->used = kept;
}

// Asks for what the hash of entry i + LINK_AHEAD will need: a text has its hash in itself.
static inline void fetch_key(const Table *table, uint32_t i) {
  if (i + LINK_AHEAD >= table->used) return;
  Value key = table->entries[i + LINK_AHEAD].key;
  if (value_is_object(key)) __builtin_prefetch(value_as_object(key));
}

// Links the entries from `from` to `to`, which are in no slot yet. Of a large table each text and each
// slot is elsewhere in memory, so they are asked for some entries ahead.
static void link_entries(Table *table, uint32_t from, uint32_t to) {
  uint32_t hashes[LINK_AHEAD];
  uint32_t mask = table->slot_count - 1;
  for (uint32_t i = from; i < to + LINK_AHEAD; i++) {
    uint32_t *hash = &hashes[i % LINK_AHEAD];
    if (i >= from + LINK_AHEAD && table->entries[i - LINK_AHEAD].key != VALUE_ABSENT)
      link_entry(table, i - LINK_AHEAD, *hash);
    if (i >= to) continue;
    fetch_key(table, i);
    *hash = equal_hash(table->entries[i].key);
    __builtin_prefetch(&table->slots[*hash & mask], 1);
  }
}

// What was there when it began to grow were as many entries as the old slots have room for.
static void grow_on(Heap *heap, Table *table) {
  Growth *growth = growth_of(table);
  uint32_t end = CAPACITY_OF(table->slot_count / 2);
  uint32_t from = growth->linked;
  growth->linked = end - from > GROW_ENTRIES ? from + GROW_ENTRIES : end;
  link_entries(table, from, growth->linked);
  if (growth->linked == end) end_growth(heap, table);
}

// The number of slots with which `count` entries leave at least a quarter of the entries free.
// Zero: there is no such number.
static uint32_t slots_for(uint32_t count) {
  uint64_t slots = SLOTS_MIN;
  while (CAPACITY_OF(slots) * 3 < (uint64_t)count * 4) slots *= 2;
  return slots <= SLOTS_MAX ? (uint32_t)slots : 0;
}

static uint32_t *new_slots(Heap *heap, uint32_t slot_count) {
  return heap_grow_zeroed(heap, slots_size(slot_count));
}

// With so many slots, of which none is in use yet. False: no memory.
static bool enlarge(Heap *heap, Table *table, uint32_t slot_count) {
  uint32_t *slots = new_slots(heap, slot_count);
  if (!slots) return false;
  size_t size = CAPACITY_OF(slot_count) * sizeof(TableEntryPair);
  TableEntryPair *entries = heap_grow(heap, table->entries, block_size(table), size);
  if (!entries) {
    heap_release(heap, slots, slots_size(slot_count));
    return false;
  }
  table->slots = slots;
  table->slot_count = slot_count;
  table->entries = entries;
  return true;
}

// Room for one more entry. The table is rooted.
static bool rebuild(Heap *heap, Table *table) {
  ASSERT(!is_growing(table));
  uint32_t slot_count = slots_for(table->count + 1);
  if (!slot_count) return false;
  uint32_t *old_slots = table->slots;
  uint32_t old_count = table->slot_count;
  if (slot_count <= old_count) {
    memset(old_slots, 0, old_count * sizeof(uint32_t));
  } else {
    if (!enlarge(heap, table, slot_count)) return false;
    if (old_count >= GROW_SLOTS && table->used == table->count && slot_count == old_count * 2) {
      begin_growth(table, old_slots);
      return true;
    }
    heap_release(heap, old_slots, slots_size(old_count));
  }
  close_holes(table);
  link_entries(table, 0, table->used);
  return true;
}

// From shape mode; with room for one more. The table is rooted. No barrier: what an old table's
// shape holds is old too.
static bool turn_to_hash(Heap *heap, Table *table) {
  uint32_t slot_count = slots_for(table->count + 1);
  uint32_t *slots = new_slots(heap, slot_count);
  if (!slots) return false;
  size_t size = CAPACITY_OF(slot_count) * sizeof(TableEntryPair);
  TableEntryPair *entries = heap_grow(heap, NULL, 0, size);
  if (!entries) {
    heap_release(heap, slots, slots_size(slot_count));
    return false;
  }
  for (uint32_t i = 0; i < table->count; i++) {
    entries[i] = (TableEntryPair){value_object(table->shape->keys[i]), table->values[i]};
  }
  release_values(heap, table);
  heap_own(&table->obj);
  table->shape = NULL;
  table->room = 0;
  table->entries = entries;
  table->used = table->count; // where values may have been
  table->slots = slots;
  table->slot_count = slot_count;
  link_entries(table, 0, table->used);
  return true;
}

static void append_entry(Heap *heap, Table *table, Value key, Value value, uint32_t hash) {
  if (UNLIKELY(is_growing(table)) && table->used % GROW_EVERY == 0) grow_on(heap, table);
  TableEntryPair *entry = &table->entries[table->used];
  heap_store(heap, table, &entry->key, key);
  heap_store(heap, table, &entry->value, value);
  link_entry(table, table->used, hash);
  table->used++;
  table->count++;
}

// --- Shape mode ----------------------------------------------------------------------------------

static bool has_shape_for(const Heap *heap, const Table *table, Str *key) {
  return key->len <= STR_INTERN_MAX && shape_count(table->shape) < SHAPE_KEYS_MAX &&
         (table->shape->child_count < SHAPE_CHILDREN_MAX || shape_next(heap, table->shape, key));
}

static void append_value(Heap *heap, Table *table, Shape *shape, Value value) {
  table->values[table->count++] = value;
  table->shape = shape;
  heap_touch(heap, &table->obj);
}

static bool grow_values(Heap *heap, Table *table) {
  uint32_t room = table->room ? table->room * 2u : VALUES_MIN;
  bool moves_out = is_inside(table);
  Value *block = moves_out ? NULL : table->values;
  block = heap_grow(heap, block, block ? block_size(table) : 0, room * sizeof(Value));
  if (!block) return false;
  heap_own(&table->obj);
  if (moves_out) memcpy(block, table->values, table->count * sizeof(Value));
  table->values = block;
  table->room = (uint16_t)room;
  return true;
}

// Table, key and value are rooted.
static bool add_to_shape(Heap *heap, Table *table, Str *key, Value value) {
  if (table->count == table->room && !grow_values(heap, table)) return false;
  Shape *shape = shape_add(heap, table->shape, key);
  if (!shape) return false;
  append_value(heap, table, shape, value);
  return true;
}

// --- Both ----------------------------------------------------------------------------------------

static Value get_from_shape(const Table *table, Str *key) {
  int32_t index = shape_find(table->shape, key);
  return index < 0 ? VALUE_ABSENT : table->values[index];
}

Value table_get(const Table *table, Value key) {
  if (table->shape) {
    return value_is_str(key) ? get_from_shape(table, value_as_str(key)) : VALUE_ABSENT;
  }
  if (!table->count) return VALUE_ABSENT;
  uint32_t *slot;
  const TableEntryPair *entry = find_entry(table, key, equal_hash(key), &slot);
  return entry ? entry->value : VALUE_ABSENT;
}

Value table_get_str(const Table *table, Str *key) {
  return table_get(table, value_object(key));
}

// The place of an existing key's value, else NULL.
static Value *find_place(const Table *table, Value key, uint32_t hash) {
  if (!table->shape) {
    uint32_t *slot;
    TableEntryPair *entry = find_entry(table, key, hash, &slot);
    return entry ? &entry->value : NULL;
  }
  int32_t index = value_is_str(key) ? shape_find(table->shape, value_as_str(key)) : -1;
  return index < 0 ? NULL : &table->values[index];
}

// Table, key and value are rooted and the key is new.
static bool add_key(Heap *heap, Table *table, Value key, Value value, uint32_t hash) {
  if (table->shape) {
    if (value_is_str(key) && has_shape_for(heap, table, value_as_str(key))) {
      return add_to_shape(heap, table, value_as_str(key), value);
    }
    if (!turn_to_hash(heap, table)) return false;
    hash = equal_hash(key);
  } else if (table->used == entry_room(table) && !rebuild(heap, table)) {
    return false;
  }
  append_entry(heap, table, key, value, hash);
  return true;
}

// Adds the new key if that needs no memory.
static bool add_at_once(Heap *heap, Table *table, Value key, Value value, uint32_t hash) {
  if (!table->shape) {
    if (table->used == entry_room(table)) return false;
    append_entry(heap, table, key, value, hash);
    return true;
  }
  if (table->count == table->room || !value_is_str(key)) return false;
  Shape *shape = shape_next(heap, table->shape, value_as_str(key));
  if (shape) append_value(heap, table, shape, value);
  return shape != NULL;
}

bool table_set(Heap *heap, Table *table, Value key, Value value) {
  ASSERT(key != VALUE_ABSENT);
  uint32_t hash = table->shape ? 0 : equal_hash(key);
  Value *place = find_place(table, key, hash);
  if (place) {
    heap_store(heap, table, place, value);
    return true;
  }
  if (add_at_once(heap, table, key, value, hash)) return true;
  heap_push_root(heap, value_object(table));
  heap_push_root(heap, key);
  heap_push_root(heap, value);
  bool done = add_key(heap, table, key, value, hash);
  heap_pop_roots(heap, 3);
  return done;
}

bool table_set_str(Heap *heap, Table *table, Str *key, Value value) {
  return table_set(heap, table, value_object(key), value);
}

bool table_remove(Heap *heap, Table *table, Value key, bool *failed) {
  *failed = false;
  if (table->shape) {
    if (!find_place(table, key, 0)) return false;
    heap_push_root(heap, value_object(table));
    heap_push_root(heap, key);
    bool done = turn_to_hash(heap, table);
    heap_pop_roots(heap, 2);
    if (!done) {
      *failed = true;
      return false;
    }
  }
  uint32_t *slot;
  TableEntryPair *entry = find_entry(table, key, equal_hash(key), &slot);
  if (!entry) return false;
  *entry = (TableEntryPair){VALUE_ABSENT, VALUE_NULL};
  *slot = SLOT_DELETED;
  table->count--;
  return true;
}

void table_clear(Heap *heap, Table *table) {
  release_blocks(heap, table);
  table->count = 0;
  if (!table->shape) return;
  while (table->shape->parent) table->shape = table->shape->parent;
  heap_touch(heap, &table->obj);
}

bool table_next(const Table *table, uint32_t *position, Value *key, Value *value) {
  if (table->shape) {
    uint32_t i = *position;
    if (i >= table->count) return false;
    *key = value_object(table->shape->keys[i]);
    *value = table->values[i];
    *position = i + 1;
    return true;
  }
  for (uint32_t i = *position; i < table->used; i++) {
    if (table->entries[i].key == VALUE_ABSENT) continue;
    *key = table->entries[i].key;
    *value = table->entries[i].value;
    *position = i + 1;
    return true;
  }
  *position = table->used;
  return false;
}
