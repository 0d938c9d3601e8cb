// SPDX-License-Identifier: MIT
// natural_sort.c - sorting by values that have an order of their own
//
// Each key becomes a number of 64 bits that orders as it does: an integer with its sign turned
// round, a double with its bits rearranged, of a string the first eight bytes. These are sorted by
// their bytes, from the last to the first, which takes as many passes as there are bytes in which
// they differ (LSD radix sort: Knuth, The Art of Computer Programming 3, 5.2.5). Strings that begin
// alike are then next to each other, and are merged (5.2.4) by comparing all of them.
#include "lib/natural_sort.h"

#include "heap/heap.h"
#include "object/integer.h"

#include <string.h>

typedef struct Entry {
  uint64_t key;
  uint32_t place; // of the item, before sorting
} Entry;

typedef struct Sorting {
  const Value *keys;
  uint32_t count;
  Entry *entries;
  Entry *other; // as much room again
  bool is_descending;
} Sorting;

#define FEW 24 // insertion is quicker for so many

// --- Keys ----------------------------------------------------------------------------------------

typedef enum KeyKind { KEYS_INTEGERS, KEYS_NUMBERS, KEYS_STRINGS, KEYS_OTHER } KeyKind;

static KeyKind kind_of(Value key) {
  if (value_is_str(key)) return KEYS_STRINGS;
  if (value_is_integer(key)) return KEYS_INTEGERS;
  return value_is_number(key) ? KEYS_NUMBERS : KEYS_OTHER;
}

// What all of them, at least two, are. KEYS_OTHER: keys[0] and keys[*odd] have no order.
static KeyKind kind_of_all(const Value *keys, uint32_t count, uint32_t *odd) {
  KeyKind all = kind_of(keys[0]);
  *odd = 1;
  for (uint32_t i = 1; i < count && all != KEYS_OTHER; i++) {
    KeyKind kind = kind_of(keys[i]);
    if (kind == all) continue;
    *odd = i;
    bool are_numbers = all <= KEYS_NUMBERS && kind <= KEYS_NUMBERS;
    all = are_numbers ? KEYS_NUMBERS : KEYS_OTHER;
  }
  return all;
}

#define SIGN (UINT64_C(1) << 63)

static uint64_t double_key(double number) {
  uint64_t bits;
  if (number != number) return UINT64_MAX; // NaN
  if (number == 0) number = 0;             // so is -0
  memcpy(&bits, &number, sizeof(bits));
  return bits & SIGN ? ~bits : bits | SIGN;
}

// Shorter ones as if zeros followed.
static uint64_t string_key(const Str *text) {
  uint64_t key = 0;
  uint32_t len = text->len < 8 ? text->len : 8;
  for (uint32_t i = 0; i < len; i++) key |= (uint64_t)(unsigned char)text->bytes[i] << (56 - 8 * i);
  return key;
}

static uint64_t key_of(Value key, KeyKind kind) {
  switch (kind) {
  case KEYS_INTEGERS: return (uint64_t)value_as_integer(key) ^ SIGN;
  case KEYS_NUMBERS: return double_key(value_to_double(key));
  default: return string_key(value_as_str(key));
  }
}

static void fill_entries(Sorting *s, KeyKind kind) {
  uint64_t turn = s->is_descending ? UINT64_MAX : 0;
  for (uint32_t i = 0; i < s->count; i++) {
    s->entries[i] = (Entry){key_of(s->keys[i], kind) ^ turn, i};
  }
}

// --- By the keys ---------------------------------------------------------------------------------

static void insert_each(Entry *entries, uint32_t count) {
  for (uint32_t i = 1; i < count; i++) {
    Entry entry = entries[i];
    uint32_t at = i;
    for (; at > 0 && entries[at - 1].key > entry.key; at--) entries[at] = entries[at - 1];
    entries[at] = entry;
  }
}

static void swap_buffers(Sorting *s) {
  Entry *sorted = s->other;
  s->other = s->entries;
  s->entries = sorted;
}

// By one byte of the keys.
static void sort_by_byte(Sorting *s, uint32_t shift) {
  uint32_t places[257] = {0};
  for (uint32_t i = 0; i < s->count; i++) places[(s->entries[i].key >> shift & 255) + 1]++;
  for (uint32_t byte = 1; byte < 256; byte++) places[byte] += places[byte - 1];
  for (uint32_t i = 0; i < s->count; i++) {
    s->other[places[s->entries[i].key >> shift & 255]++] = s->entries[i];
  }
  swap_buffers(s);
}

// The bits in which keys differ; 0 also if they are sorted already.
static uint64_t find_differences(const Sorting *s) {
  uint64_t differences = 0;
  bool is_sorted = true;
  for (uint32_t i = 1; i < s->count; i++) {
    differences |= s->entries[i].key ^ s->entries[0].key;
    is_sorted &= s->entries[i - 1].key <= s->entries[i].key;
  }
  return is_sorted ? 0 : differences;
}

static void sort_by_keys(Sorting *s) {
  if (s->count <= FEW) {
    insert_each(s->entries, s->count);
    return;
  }
  uint64_t differences = find_differences(s);
  for (uint32_t shift = 0; shift < 64; shift += 8) {
    if (differences >> shift & 255) sort_by_byte(s, shift);
  }
}

// --- By all of a string --------------------------------------------------------------------------

static bool is_behind(const Sorting *s, Entry a, Entry b) {
  int order = str_compare(value_as_str(s->keys[a.place]), value_as_str(s->keys[b.place]));
  return s->is_descending ? order < 0 : order > 0;
}

static void merge(const Sorting *s, const Entry *from, Entry *to, uint32_t middle, uint32_t end) {
  uint32_t left = 0, right = middle;
  for (uint32_t at = 0; at < end; at++) {
    bool takes_right = left == middle || (right < end && is_behind(s, from[left], from[right]));
    to[at] = from[takes_right ? right++ : left++];
  }
}

// Runs of `width` that are sorted become runs of twice that.
static void merge_runs(const Sorting *s, const Entry *from, Entry *to, uint32_t count,
                       uint64_t width) {
  for (uint64_t start = 0; start < count; start += 2 * width) {
    uint64_t left = count - start;
    uint32_t end = (uint32_t)(left < 2 * width ? left : 2 * width);
    uint32_t middle = end < width ? end : (uint32_t)width;
    merge(s, from + start, to + start, middle, end);
  }
}

static bool is_sorted_run(const Sorting *s, const Entry *run, uint32_t count) {
  for (uint32_t i = 1; i < count; i++) {
    if (is_behind(s, run[i - 1], run[i])) return false;
  }
  return true;
}

static void sort_run(Sorting *s, uint32_t start, uint32_t count) {
  Entry *from = s->entries + start, *to = s->other + start;
  if (is_sorted_run(s, from, count)) return;
  for (uint64_t width = 1; width < count; width *= 2) {
    merge_runs(s, from, to, count, width);
    Entry *sorted = to;
    to = from;
    from = sorted;
  }
  if (from != s->entries + start) memcpy(s->entries + start, from, count * sizeof(Entry));
}

static void sort_those_alike(Sorting *s) {
  for (uint32_t start = 0, end; start < s->count; start = end) {
    for (end = start + 1; end < s->count && s->entries[end].key == s->entries[start].key;) end++;
    if (end - start > 1) sort_run(s, start, end - start);
  }
}

// --- Both ----------------------------------------------------------------------------------------

// Nothing is allocated meanwhile, so the collector does not see the items where they are.
static void put_items(VM *vm, List *list, const Sorting *s) {
  Value *sorted = (Value *)s->other;
  for (uint32_t i = 0; i < s->count; i++) sorted[i] = list->items[s->entries[i].place];
  memcpy(list->items, sorted, s->count * sizeof(Value));
  heap_touch(vm_heap(vm), (Obj *)list);
}

bool natural_sort(VM *vm, List *list, const Value *keys, bool is_descending) {
  Sorting s = {.keys = keys, .count = list->count, .is_descending = is_descending};
  uint32_t odd;
  if (s.count < 2) return true;
  KeyKind kind = kind_of_all(keys, s.count, &odd);
  if (kind == KEYS_OTHER) {
    return vm_raise(vm, "TypeError", "sort: cannot order %s and %s; give a function that does",
                    vm_type_name(vm, keys[0]), vm_type_name(vm, keys[odd]));
  }
  size_t size = (size_t)s.count * 2 * sizeof(Entry);
  Entry *block = heap_grow(vm_heap(vm), NULL, 0, size);
  if (!block) return vm_raise_memory(vm);
  s.entries = block;
  s.other = block + s.count;
  fill_entries(&s, kind);
  sort_by_keys(&s);
  if (kind == KEYS_STRINGS) sort_those_alike(&s);
  put_items(vm, list, &s);
  heap_release(vm_heap(vm), block, size);
  return true;
}
