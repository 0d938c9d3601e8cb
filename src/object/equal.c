// SPDX-License-Identifier: MIT
// equal.c - equality and hash of values
//
// equal_deep keeps two things: a stack of pairs that are still to be compared, and the set of pairs
// of objects that were ever pushed. A pair in the set is not compared again: either it is being
// compared (a cycle) or it was, and had it been unequal everything would be over. So shared parts
// are compared once and the work is bounded by the number of pairs. Both take uncounted memory,
// given back before the answer.
#include "object/equal.h"
#include "base/hash.h"
#include "base/memory.h"
#include "object/integer.h"
#include "object/list.h"
#include "object/moment.h"
#include "object/small_objects.h"
#include "object/type_value.h"
#include <stdlib.h>

static bool is_same_number(Value a, Value b) {
  if (value_is_double(a) && value_is_double(b)) return value_as_double(a) == value_as_double(b);
  int64_t i, j;
  return integer_from_value(a, &i) && integer_from_value(b, &j) && i == j;
}

bool equal_same(Value a, Value b) {
  if (value_is_number(a)) return value_is_number(b) && is_same_number(a, b);
  if (a == b) return true;
  return value_is_str(a) && value_is_str(b) && str_equal(value_as_str(a), value_as_str(b));
}

uint32_t equal_hash(Value v) {
  if (value_is_int(v)) return hash_u64((uint64_t)value_as_int(v));
  if (value_is_str(v)) return str_hash(value_as_str(v));
  int64_t whole;
  if (integer_from_value(v, &whole)) return hash_u64((uint64_t)whole);
  // Objects without a hash of their own share one: right, and slow enough to be noticed.
  return hash_u64(value_is_object(v) ? VALUE_TAG_OBJECT : v);
}

// --- By content ----------------------------------------------------------------------------------

typedef struct Pair {
  Value a;
  Value b;
} Pair;

typedef struct Comparison {
  Pair *pending;
  size_t count;
  size_t capacity;
  Pair *seen; // open addressing; a == 0: free
  size_t seen_count;
  size_t seen_capacity;
} Comparison;

static bool insert_seen(Pair *seen, size_t capacity, Pair pair) {
  size_t mask = capacity - 1;
  size_t i = (hash_u64(pair.a) ^ hash_u64(~pair.b)) & mask;
  for (; seen[i].a; i = (i + 1) & mask) {
    if (seen[i].a == pair.a && seen[i].b == pair.b) return false;
  }
  seen[i] = pair;
  return true;
}

static void grow_seen(Comparison *comparison) {
  size_t capacity = comparison->seen_capacity ? comparison->seen_capacity * 2 : 32;
  Pair *seen = memory_require(NULL, capacity * sizeof(Pair));
  for (size_t i = 0; i < capacity; i++) seen[i].a = 0;
  for (size_t i = 0; i < comparison->seen_capacity; i++) {
    if (comparison->seen[i].a) insert_seen(seen, capacity, comparison->seen[i]);
  }
  free(comparison->seen);
  comparison->seen = seen;
  comparison->seen_capacity = capacity;
}

// False if the pair was seen before.
static bool note_seen(Comparison *comparison, Pair pair) {
  if (comparison->seen_count * 2 >= comparison->seen_capacity) grow_seen(comparison);
  if (!insert_seen(comparison->seen, comparison->seen_capacity, pair)) return false;
  comparison->seen_count++;
  return true;
}

static bool is_container(Value v) {
  return value_is_list(v) || value_is_table(v);
}

static bool is_same_range(Value a, Value b) {
  if (!value_is_kind(a, KIND_RANGE) || !value_is_kind(b, KIND_RANGE)) return false;
  Range *left = (Range *)value_as_object(a);
  Range *right = (Range *)value_as_object(b);
  return left->from == right->from && left->to == right->to;
}

static bool is_same_moment(Value a, Value b) {
  if (value_is_time(a)) return value_is_time(b) && value_as_time(a)->ns == value_as_time(b)->ns;
  return value_is_duration(a) && value_is_duration(b) &&
         value_as_duration(a)->ns == value_as_duration(b)->ns;
}

// Compares at once what has no parts; two lists or two tables are left for later.
static bool compare_or_push(Comparison *comparison, Value a, Value b) {
  if (equal_same(a, b)) return true;
  if (!is_container(a) || !is_container(b)) return is_same_range(a, b) || is_same_moment(a, b);
  if (value_as_object(a)->kind != value_as_object(b)->kind) return false;
  if (!note_seen(comparison, (Pair){a, b})) return true;
  if (comparison->count == comparison->capacity) {
    comparison->capacity = comparison->capacity ? comparison->capacity * 2 : 32;
    comparison->pending = memory_require(comparison->pending, comparison->capacity * sizeof(Pair));
  }
  comparison->pending[comparison->count++] = (Pair){a, b};
  return true;
}

static bool compare_lists(Comparison *comparison, const List *a, const List *b) {
  if (a->count != b->count) return false;
  for (uint32_t i = 0; i < a->count; i++) {
    if (!compare_or_push(comparison, a->items[i], b->items[i])) return false;
  }
  return true;
}

// An instance is equal to instances of its own struct only.
static bool are_same_sort(const Table *a, const Table *b) {
  bool has_instance = value_is_instance(value_object(a)) || value_is_instance(value_object(b));
  return !has_instance || a->type == b->type;
}

// The order of the keys does not matter.
static bool compare_tables(Comparison *comparison, const Table *a, const Table *b) {
  if (a->count != b->count || !are_same_sort(a, b)) return false;
  uint32_t position = 0;
  Value key, value;
  while (table_next(a, &position, &key, &value)) {
    Value other = table_get(b, key);
    if (value_is_absent(other) || !compare_or_push(comparison, value, other)) return false;
  }
  return true;
}

static bool compare_parts(Comparison *comparison, Pair pair) {
  if (value_is_list(pair.a)) {
    return compare_lists(comparison, value_as_list(pair.a), value_as_list(pair.b));
  }
  return compare_tables(comparison, value_as_table(pair.a), value_as_table(pair.b));
}

bool equal_deep(Value a, Value b) {
  Comparison comparison = {0};
  bool is_equal = compare_or_push(&comparison, a, b);
  while (is_equal && comparison.count) {
    is_equal = compare_parts(&comparison, comparison.pending[--comparison.count]);
  }
  free(comparison.pending);
  free(comparison.seen);
  return is_equal;
}
