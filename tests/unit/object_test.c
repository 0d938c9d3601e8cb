// SPDX-License-Identifier: MIT
// object_test.c - strings, lists, shapes, tables and the other objects against naive models
//
// Most tests run twice: plain, and with a collection at every allocation.
#include "base/rng.h"
#include "check.h"
#include "object/equal.h"
#include "object/error.h"
#include "object/integer.h"
#include "object/list.h"
#include "object/object.h"
#include "object/small_objects.h"
#include "object/type_value.h"
#include <math.h>
#include <stdlib.h>

typedef struct Fixture {
  Heap *heap;
  StrTable *strings;
  Shape *root;
  Rng rng;
} Fixture;

static Fixture open_fixture(HeapOptions options) {
  Fixture f = {.heap = heap_create(&options)};
  object_register(f.heap);
  f.strings = str_table_new(f.heap);
  f.root = shape_new_root(f.heap);
  rng_init(&f.rng, 7);
  return f;
}

static void close_fixture(Fixture *f) {
  heap_destroy(f->heap);
  str_table_free(f->strings);
}

static void push(Fixture *f, const void *object) {
  heap_push_root(f->heap, value_object(object));
}

static Value text(Fixture *f, const char *bytes) {
  return value_object(str_text(f->strings, bytes));
}

static void count_object(Obj *object, void *context) {
  (void)object;
  ++*(uint32_t *)context;
}

static uint32_t count_kind(Fixture *f, uint8_t kind) {
  uint32_t count = 0;
  heap_each(f->heap, kind, count_object, &count);
  return count;
}

// --- Strings -------------------------------------------------------------------------------------

static void test_strings(bool stress) {
  Fixture f = open_fixture((HeapOptions){.stress = stress});
  Str *a = str_text(f.strings, "hello");
  push(&f, a);
  CHECK(str_text(f.strings, "hello") == a);
  CHECK(str_intern(f.strings, "hello world", 5) == a && str_intern_same(f.heap, a) == a);
  Str *made = str_new(f.strings, "hello world", 5);
  push(&f, made);
  CHECK(made != a && str_equal(made, a) && str_equal(a, made) && str_hash(made) == str_hash(a));
  CHECK(!(made->obj.flags & STR_INTERNED) && str_intern_same(f.heap, made) == a);
  CHECK(str_new(f.strings, "e", 1) == str_slice(f.strings, a, 1, 2)); // a byte alone is interned
  CHECK_STR(a->bytes, "hello");
  CHECK((a->obj.flags & STR_ASCII) && a->length == 5);
  Str *empty = str_new(f.strings, NULL, 0);
  push(&f, empty);
  CHECK(empty->len == 0 && str_text(f.strings, "") == empty);
  Str *umlaut = str_text(f.strings, "gr\xC3\xBC\xC3\x9F dich");
  push(&f, umlaut);
  CHECK(umlaut->len == 11 && umlaut->length == 9 && !(umlaut->obj.flags & STR_ASCII));
  Str *slice = str_slice(f.strings, umlaut, 2, 4);
  CHECK_STR(slice->bytes, "\xC3\xBC\xC3\x9F");
  CHECK(str_slice(f.strings, umlaut, 0, 99) == umlaut);
  CHECK(str_slice(f.strings, a, 5, 9)->len == 0 && str_slice(f.strings, a, 7, 3)->len == 0);
  CHECK_STR(str_slice(f.strings, a, 1, 3)->bytes, "el");

  Str *both = str_concat(f.strings, a, umlaut);
  push(&f, both);
  CHECK_STR(both->bytes, "hellogr\xC3\xBC\xC3\x9F dich");
  CHECK(str_equal(both, str_text(f.strings, "hellogr\xC3\xBC\xC3\x9F dich")));
  CHECK(str_concat(f.strings, a, empty) == a && str_concat(f.strings, empty, a) == a);
  Str *long_one = a;
  for (int i = 0; i < 6; i++) {
    push(&f, long_one);
    long_one = str_concat(f.strings, long_one, long_one);
  }
  push(&f, long_one);
  CHECK(long_one->len == 320 && long_one->length == 320 && !(long_one->obj.flags & STR_INTERNED));
  Str *twin = str_new(f.strings, long_one->bytes, 320);
  push(&f, twin);
  CHECK(twin != long_one && str_equal(twin, long_one));
  CHECK(str_hash(twin) == str_hash(long_one));
  CHECK(str_compare(twin, long_one) == 0);
  CHECK(str_compare(a, umlaut) > 0 && str_compare(empty, a) < 0);

  // The halves of one code point become one when they meet.
  Str *lead = str_new(f.strings, "0123456789012345678901234567890123456789\xC3", 41);
  push(&f, lead);
  Str *rest = str_new(f.strings, "\xBCx", 2);
  push(&f, rest);
  CHECK(str_concat(f.strings, lead, rest)->length == 42);

  Value parts[] = {value_object(a), value_object(umlaut), value_object(empty), value_object(a)};
  CHECK(str_join(f.strings, parts, 4, NULL)->len == 21);
  Value many[] = {value_object(long_one), value_object(umlaut)};
  CHECK(str_join(f.strings, many, 2, NULL)->length == 329);
  CHECK(str_join(f.strings, parts, 0, NULL)->len == 0);
  Value halves[] = {value_object(lead), value_object(rest), value_object(a)};
  CHECK(str_join(f.strings, halves, 3, NULL)->length == 47);
  CHECK(!(str_join(f.strings, parts, 2, NULL)->obj.flags & STR_ASCII));
  Value plain[] = {value_object(a), value_object(a)};
  CHECK(str_join(f.strings, plain, 2, a)->obj.flags & STR_ASCII);
  CHECK(str_join(f.strings, plain, 2, umlaut)->length == 19);
  close_fixture(&f);
}

static const Str *concat(Fixture *f, const Value *parts, uint32_t count) {
  Obj *sum = str_concat_parts(f->strings, parts, count);
  push(f, sum);
  return value_as_str(value_object(sum));
}

static void test_parts(bool stress) {
  Fixture f = open_fixture((HeapOptions){.stress = stress});
  Value a = text(&f, "a");
  push(&f, value_as_object(a));
  Value umlaut = text(&f, "\xC3\xBC");
  push(&f, value_as_object(umlaut));
  Value empty = text(&f, "");
  push(&f, value_as_object(empty));
  Value lead = value_object(str_new(f.strings, "\xC3", 1));
  push(&f, value_as_object(lead));
  Value rest = value_object(str_new(f.strings, "\xBC!", 2));
  push(&f, value_as_object(rest));
  Value parts[] = {a, value_double(-1.5), value_int(VALUE_INT_MIN), empty, a};
  const Str *sum = concat(&f, parts, 5);
  CHECK_STR(sum->bytes, "a-1.5-140737488355328a");
  CHECK(sum->len == 22 && sum->length == 22 && (sum->obj.flags & STR_ASCII));
  CHECK_STR(concat(&f, parts + 1, 1)->bytes, "-1.5");
  CHECK(str_concat_parts(f.strings, parts, 1) == value_as_object(a));
  CHECK(concat(&f, parts + 3, 1)->len == 0);
  Value mixed[] = {umlaut, a, lead, rest};
  sum = concat(&f, mixed, 4);
  CHECK_STR(sum->bytes, "\xC3\xBC" "a" "\xC3\xBC!");
  CHECK(sum->len == 6 && sum->length == 4 && !(sum->obj.flags & STR_ASCII));

  // All lengths around the words that are copied at once.
  char bytes[64];
  memset(bytes, 'x', sizeof(bytes));
  for (uint32_t len = 0; len < 40; len++) {
    Value piece = value_object(str_new(f.strings, bytes, len));
    push(&f, value_as_object(piece));
    Value around[] = {value_int(1), piece, value_int(2), piece};
    sum = concat(&f, around, 4);
    CHECK(sum->len == 2 * len + 2 && sum->bytes[0] == '1' && sum->bytes[len + 1] == '2' && sum->bytes[sum->len] == '\0');
    CHECK(memcmp(sum->bytes + 1, bytes, len) == 0 && memcmp(sum->bytes + len + 2, bytes, len) == 0);
    char high[64];
    memcpy(high, bytes, sizeof(high));
    for (uint32_t at = 0; at < len; at++) {
      high[at] = '\xC3';
      CHECK(!(str_new(f.strings, high, len)->obj.flags & STR_ASCII));
      high[at] = 'x';
    }
    CHECK(str_new(f.strings, bytes, len)->obj.flags & STR_ASCII);
  }

  // A long sum is continued in place, with all that is behind it at once.
  Value begin[] = {value_object(str_new(f.strings, bytes, 60)), a};
  push(&f, value_as_object(begin[0]));
  Value grown = value_object(str_concat_parts(f.strings, begin, 2));
  for (uint32_t i = 0; i < 400; i++) {
    push(&f, value_as_object(grown));
    Value more[] = {grown, a, value_int(7), umlaut};
    grown = value_object(str_concat_parts(f.strings, more, 4));
  }
  CHECK(value_is_kind(grown, KIND_GROWING) && str_head(grown)->len == 61 + 1600 && str_head(grown)->length == 61 + 1200);
  CHECK_STR(value_as_str(grown)->bytes + 1653, "a7\xC3\xBC" "a7\xC3\xBC");
  close_fixture(&f);
}

static void test_interning(bool stress) {
  Fixture f = open_fixture((HeapOptions){.stress = stress});
  int count = stress ? 400 : 100000;
  List *kept = list_new(f.heap, 0);
  push(&f, kept);
  char bytes[40];
  for (int i = 0; i < count; i++) {
    snprintf(bytes, sizeof bytes, "key number %d", i);
    Value str = text(&f, bytes);
    if (i % 3 == 0 && !list_push(f.heap, kept, str)) CHECK(!"memory");
  }
  heap_collect(f.heap, false);
  int wrong = 0;
  for (int i = 0; i < count; i += 3) {
    snprintf(bytes, sizeof bytes, "key number %d", i);
    wrong += text(&f, bytes) != kept->items[i / 3];
  }
  CHECK(wrong == 0);
  heap_collect(f.heap, true);
  CHECK(count_kind(&f, KIND_STR) == kept->count);
  list_truncate(kept, 0);
  heap_collect(f.heap, true);
  CHECK(count_kind(&f, KIND_STR) == 0);
  CHECK(value_as_str(text(&f, "key number 3"))->len == 12);
  close_fixture(&f);
}

static Value add(Fixture *f, Value a, const char *bytes, size_t len) {
  Str *piece = str_new(f->strings, bytes, len);
  push(f, piece);
  Value sum = value_object(str_add(f->strings, a, value_object(piece)));
  push(f, value_as_object(sum));
  return sum;
}

static void test_growing(bool stress) {
  Fixture f = open_fixture((HeapOptions){.stress = stress});
  char bytes[2000];
  memset(bytes, 'x', sizeof bytes);
  Value plain = value_object(str_new(f.strings, bytes, sizeof bytes));
  push(&f, value_as_object(plain));
  Value joined = add(&f, plain, "a", 1);
  CHECK(value_is_kind(joined, KIND_STR)); // once is no habit
  Value first = add(&f, joined, "\xC3", 1);
  Value second = add(&f, first, "\xBCy", 2);
  Value third = add(&f, second, "zz", 2);
  CHECK(value_is_kind(second, KIND_GROWING) && value_is_str(third));
  CHECK(str_head(second)->len == 2004 && str_head(second)->length == 2003);

  // The last one has its bytes where they are, an earlier one gets its own; each only once.
  Str *whole = value_as_str(third);
  CHECK(whole->len == 2006 && whole->length == 2005 && strcmp(whole->bytes + 2000, "a\xC3\xBCyzz") == 0);
  Str *middle = value_as_str(second);
  CHECK(middle != whole && strcmp(middle->bytes + 2000, "a\xC3\xBCy") == 0);
  CHECK(value_as_str(third) == whole && value_as_str(second) == middle);
  CHECK(!(whole->obj.flags & (STR_OPEN | STR_ASCII)) && str_equal(value_as_str(first), value_as_str(first)));

  // Nobody writes into one that was looked at.
  Value fourth = add(&f, third, "!", 1);
  CHECK(value_as_str(third) == whole && whole->bytes[2006] == '\0');
  CHECK(str_head(fourth)->len == 2007 && equal_same(fourth, fourth) && !equal_same(fourth, third));
  CHECK(str_add(f.strings, fourth, value_object(str_text(f.strings, ""))) == value_as_object(fourth));

  for (int i = 0; i < 3000; i++) {
    fourth = add(&f, fourth, "0123456789", 10);
    heap_pop_roots(f.heap, 2);
    push(&f, value_as_object(fourth));
    if (i % 700 == 0) CHECK(value_as_str(fourth)->len == 2007 + 10u * ((uint32_t)i + 1));
  }
  heap_collect(f.heap, true);
  CHECK(strcmp(value_as_str(fourth)->bytes + 2006 + 29991, "0123456789") == 0);
  close_fixture(&f);
}

// --- Lists ---------------------------------------------------------------------------------------

static void test_lists(bool stress) {
  Fixture f = open_fixture((HeapOptions){.stress = stress});
  static int64_t model[3000];
  uint32_t count = 0;
  List *list = list_new(f.heap, 0);
  push(&f, list);
  for (int step = 0; step < 2500; step++) {
    uint64_t dice = rng_below(&f.rng, 10);
    int64_t number = (int64_t)rng_next(&f.rng); // mostly boxed
    if (dice < 5) {
      CHECK(list_push(f.heap, list, integer_value(f.heap, number)));
      model[count++] = number;
    } else if (dice < 8) {
      uint32_t at = (uint32_t)rng_below(&f.rng, count + 1);
      CHECK(list_insert(f.heap, list, at, integer_value(f.heap, number)));
      memmove(model + at + 1, model + at, (count - at) * sizeof *model);
      model[at] = number;
      count++;
    } else if (count) {
      uint32_t at = (uint32_t)rng_below(&f.rng, count);
      CHECK(value_as_integer(list_remove(f.heap, list, at)) == model[at]);
      count--;
      memmove(model + at, model + at + 1, (count - at) * sizeof *model);
    }
  }
  CHECK(list->count == count);
  int wrong = 0;
  for (uint32_t i = 0; i < count; i++) wrong += value_as_integer(list->items[i]) != model[i];
  CHECK(wrong == 0);
  List *copy = list_from(f.heap, list->items, list->count);
  CHECK(copy->count == count && equal_deep(value_object(copy), value_object(list)));
  close_fixture(&f);
}

// --- Shapes and tables ---------------------------------------------------------------------------

// As a program makes it: not interned.
static Value made_text(Fixture *f, const char *bytes) {
  return value_object(str_new(f->strings, bytes, strlen(bytes)));
}

static void test_shapes(bool stress) {
  Fixture f = open_fixture((HeapOptions){.stress = stress});
  const char *names[] = {"xx", "yy", "zz", "aa", "bb", "cc", "dd", "ee", "ff", "gg"};
  Table *first = table_new(f.heap, f.root);
  push(&f, first);
  Table *second = table_new(f.heap, f.root);
  push(&f, second);
  for (int i = 0; i < 10; i++) {
    CHECK(table_set(f.heap, first, text(&f, names[i]), value_int(i)));
    CHECK(table_set(f.heap, second, made_text(&f, names[i]), value_int(-i)));
    CHECK(first->shape && first->shape == second->shape);
    CHECK(shape_count(first->shape) == (uint32_t)i + 1);
  }
  for (int i = 0; i < 10; i++) {
    CHECK(shape_find(first->shape, value_as_str(text(&f, names[i]))) == i);
    CHECK(shape_find(first->shape, value_as_str(made_text(&f, names[i]))) == i);
    CHECK(table_get(second, text(&f, names[i])) == value_int(-i));
    CHECK(table_get(first, made_text(&f, names[i])) == value_int(i));
  }
  CHECK(shape_find(first->shape, value_as_str(text(&f, "qq"))) == -1);
  CHECK(shape_find(first->shape, value_as_str(made_text(&f, "qq"))) == -1);
  heap_collect(f.heap, true);
  CHECK(count_kind(&f, KIND_SHAPE) == 11);
  heap_pop_roots(f.heap, 2);
  heap_collect(f.heap, true);
  CHECK(count_kind(&f, KIND_SHAPE) == 1 && f.root->child_count == 0);
  close_fixture(&f);
}

// Many first keys: the root does not get a shape for each.
static void test_crowded_shapes(void) {
  Fixture f = open_fixture((HeapOptions){0});
  char name[20];
  for (int i = 0; i < 2000; i++) {
    Table *table = table_new(f.heap, f.root);
    push(&f, table);
    snprintf(name, sizeof name, "k%d", i);
    CHECK(table_set(f.heap, table, text(&f, name), value_int(i)));
    CHECK(table_get(table, text(&f, name)) == value_int(i));
    CHECK((table->shape != NULL) == (i < SHAPE_CHILDREN_MAX));
  }
  CHECK(f.root->child_count == SHAPE_CHILDREN_MAX);
  heap_pop_roots(f.heap, 1900);
  heap_collect(f.heap, true);
  CHECK(f.root->child_count == 100);
  close_fixture(&f);
}

typedef struct Model {
  Value keys[4000]; // in order of insertion; VALUE_ABSENT: removed
  int64_t numbers[4000];
  uint32_t used;
} Model;

static int find_in_model(const Model *model, Value key) {
  for (uint32_t i = 0; i < model->used; i++) {
    if (model->keys[i] != VALUE_ABSENT && equal_same(model->keys[i], key)) return (int)i;
  }
  return -1;
}

// Keys of every kind, in a range small enough that they meet again.
static Value random_key(Fixture *f, bool only_short) {
  char bytes[100];
  uint64_t n = rng_below(&f->rng, 40);
  switch (only_short ? 0 : rng_below(&f->rng, 7)) {
  case 0: snprintf(bytes, sizeof bytes, "key%d", (int)n); return text(f, bytes);
  case 1:
    snprintf(bytes, sizeof bytes, "a key that is too long to be interned: number %d", (int)n);
    return text(f, bytes);
  case 2: return value_int((int64_t)n - 10);
  case 3: return value_double((double)n - 10);
  case 4: return value_double((double)n / 4);
  case 5: return integer_value(f->heap, (INT64_C(1) << 50) + (int64_t)n);
  default: return n % 3 == 0 ? VALUE_NULL : value_bool(n % 3 == 1);
  }
}

static void compare_with_model(const Table *table, const Model *model) {
  uint32_t position = 0, at = 0, live = 0;
  Value key, value;
  int wrong = 0;
  while (table_next(table, &position, &key, &value)) {
    while (at < model->used && model->keys[at] == VALUE_ABSENT) at++;
    if (at == model->used) {
      wrong++;
      break;
    }
    wrong += !equal_same(key, model->keys[at]);
    wrong += value_as_integer(value) != model->numbers[at];
    at++;
    live++;
  }
  CHECK(wrong == 0 && live == table->count);
}

static void step_table(Fixture *f, Table *table, Model *model, List *keys, bool only_short) {
  Value key = random_key(f, only_short);
  heap_push_root(f->heap, key);
  int at = find_in_model(model, key);
  Value got = table_get(table, key);
  CHECK(at < 0 ? got == VALUE_ABSENT : value_as_integer(got) == model->numbers[at]);
  if (rng_below(&f->rng, 10) < (only_short ? 10 : 7)) {
    int64_t number = (int64_t)rng_next(&f->rng);
    CHECK(table_set(f->heap, table, key, integer_value(f->heap, number)));
    if (at < 0) {
      at = (int)model->used++;
      model->keys[at] = key;
      CHECK(list_push(f->heap, keys, key)); // the model's own root
    }
    model->numbers[at] = number;
  } else {
    bool failed;
    CHECK(table_remove(f->heap, table, key, &failed) == (at >= 0) && !failed);
    if (at >= 0) model->keys[at] = VALUE_ABSENT;
  }
  heap_pop_roots(f->heap, 1);
}

static void test_tables(bool stress, bool only_short) {
  Fixture f = open_fixture((HeapOptions){.stress = stress});
  Model *model = calloc(1, sizeof(Model));
  Table *table = table_new(f.heap, f.root);
  push(&f, table);
  List *keys = list_new(f.heap, 0);
  push(&f, keys);
  for (int step = 0; step < 3000; step++) {
    step_table(&f, table, model, keys, only_short);
    if (step % 100 == 0) compare_with_model(table, model);
  }
  compare_with_model(table, model);
  CHECK((table->shape != NULL) == only_short);
  table_clear(f.heap, table);
  model->used = 0;
  compare_with_model(table, model);
  for (int step = 0; step < 300; step++) step_table(&f, table, model, keys, only_short);
  compare_with_model(table, model);
  free(model);
  close_fixture(&f);
}

static void test_big_tables(void) {
  Fixture f = open_fixture((HeapOptions){0});
  Table *table = table_new(f.heap, f.root);
  push(&f, table);
  char bytes[60];
  uint32_t count = 200000;
  for (uint32_t i = 0; i < count; i++) {
    snprintf(bytes, sizeof bytes, i % 2 ? "n%u" : "a longer text that is not interned %u", i);
    if (!table_set(f.heap, table, text(&f, bytes), value_int(i))) CHECK(!"memory");
  }
  CHECK(table->count == count && !table->shape);
  int wrong = 0;
  for (uint32_t i = 0; i < count; i++) {
    snprintf(bytes, sizeof bytes, i % 2 ? "n%u" : "a longer text that is not interned %u", i);
    wrong += table_get(table, text(&f, bytes)) != value_int(i);
  }
  CHECK(wrong == 0);
  // A queue: the holes at its front are closed now and then.
  bool failed;
  table_clear(f.heap, table);
  for (int64_t i = 0; i < 100000; i++) {
    if (!table_set(f.heap, table, value_int(i), VALUE_TRUE)) CHECK(!"memory");
    if (i >= 10) wrong += !table_remove(f.heap, table, value_int(i - 10), &failed);
  }
  CHECK(wrong == 0 && table->count == 10 && table->slot_count < 100);
  Value nan = value_double(NAN);
  CHECK(table_set(f.heap, table, nan, VALUE_TRUE) && table_set(f.heap, table, nan, VALUE_FALSE));
  CHECK(table->count == 11 && table_get(table, nan) == VALUE_FALSE);
  close_fixture(&f);
}

// While a large table grows, what is in its old slots and what is in the new ones is found, changed and removed.
static void check_growing(Fixture *f, Table *table, int64_t *values, uint32_t count) {
  int wrong = 0;
  bool failed;
  for (int step = 0; step < 40; step++) {
    int64_t at = (int64_t)rng_below(&f->rng, count);
    Value key = at % 3 ? value_int(at) : value_double((double)at);
    Value got = table_get(table, key);
    wrong += values[at] < 0 ? got != VALUE_ABSENT : got != value_int(values[at]);
    if (step % 4 == 0) {
      wrong += table_remove(f->heap, table, key, &failed) != (values[at] >= 0);
      values[at] = -1;
    } else if (step % 4 == 1) {
      values[at] = at + step;
      wrong += !table_set(f->heap, table, key, value_int(values[at]));
    }
  }
  CHECK(wrong == 0);
}

static void add_numbers(Fixture *f, Table *table, int64_t *values, uint32_t from, uint32_t to) {
  for (uint32_t i = from; i < to; i++) {
    if (!table_set(f->heap, table, value_int(i), value_int(i))) CHECK(!"memory");
    values[i] = i;
  }
}

static void test_growing_table(uint32_t full) { // so many entries make it grow
  Fixture f = open_fixture((HeapOptions){0});
  Table *table = table_new(f.heap, f.root);
  push(&f, table);
  uint32_t count = full;
  int64_t *values = malloc((full + 100000) * sizeof(int64_t));
  add_numbers(&f, table, values, 0, full);
  CHECK(!table->room && table->used == full);
  add_numbers(&f, table, values, full, full + 1);
  CHECK(table->room);
  while (table->room) {
    check_growing(&f, table, values, count);
    add_numbers(&f, table, values, count, count + 50);
    count += 50;
    if (count % 1000 == 0) heap_collect(f.heap, count % 2000 == 0);
  }
  CHECK(count < full + full / 4);
  int wrong = 0;
  for (uint32_t i = 0; i < count; i++)
    wrong +=
        table_get(table, value_int(i)) != (values[i] < 0 ? VALUE_ABSENT : value_int(values[i]));
  CHECK(wrong == 0);
  // It is cleared, and dropped, while it grows.
  for (int round = 0; round < 2; round++) {
    table_clear(f.heap, table);
    CHECK(table->count == 0 && !table->room);
    add_numbers(&f, table, values, 0, full + 10);
    CHECK(table->room && table->count == full + 10);
  }
  free(values);
  close_fixture(&f);
}

// --- The write barrier ---------------------------------------------------------------------------

static Value make_young(Fixture *f) {
  return integer_value(f->heap, INT64_MAX - (int64_t)rng_below(&f->rng, 1000));
}

// Everything is old but `value`, which an old object now holds; it must survive.
static void expect_kept(Fixture *f, Value value) {
  heap_collect(f->heap, false);
  CHECK(heap_is_marked(f->heap, value_as_object(value)));
}

static void test_barriers(void) {
  Fixture f = open_fixture((HeapOptions){0});
  List *list = list_new(f.heap, 10);
  push(&f, list);
  Table *model = table_new(f.heap, f.root);
  push(&f, model);
  Table *table = table_new(f.heap, f.root);
  push(&f, table);
  Value a = text(&f, "a"), b = text(&f, "b"), c = text(&f, "c");
  CHECK(table_set(f.heap, model, a, VALUE_NULL) && table_set(f.heap, model, b, VALUE_NULL));
  CHECK(table_set(f.heap, model, c, VALUE_NULL) && table_set(f.heap, table, a, VALUE_NULL));
  heap_collect(f.heap, false);
  Value value = make_young(&f);
  CHECK(list_push(f.heap, list, value));
  expect_kept(&f, value);
  value = make_young(&f);
  CHECK(list_insert(f.heap, list, 0, value));
  expect_kept(&f, value);
  value = make_young(&f);
  list_set(f.heap, list, 1, value);
  expect_kept(&f, value);
  value = make_young(&f);
  CHECK(table_set(f.heap, table, a, value));
  expect_kept(&f, value);
  value = make_young(&f);
  CHECK(table_set(f.heap, table, b, value) && table->shape);
  expect_kept(&f, value);
  value = make_young(&f);
  CHECK(table_set(f.heap, table, VALUE_TRUE, value) && !table->shape);
  expect_kept(&f, value);
  value = make_young(&f);
  CHECK(table_set(f.heap, table, VALUE_FALSE, value));
  expect_kept(&f, value);
  value = make_young(&f);
  CHECK(table_set(f.heap, table, value, VALUE_NULL));
  expect_kept(&f, value);
  value = make_young(&f);
  CHECK(table_set(f.heap, table, VALUE_TRUE, value));
  expect_kept(&f, value);
  close_fixture(&f);
}

// --- Equality and numbers ------------------------------------------------------------------------

static void test_numbers(void) {
  Fixture f = open_fixture((HeapOptions){0});
  int64_t edge[] = {0,
                    1,
                    -1,
                    VALUE_INT_MAX,
                    VALUE_INT_MIN,
                    VALUE_INT_MAX + 1,
                    VALUE_INT_MIN - 1,
                    INT64_MAX,
                    INT64_MIN,
                    (INT64_C(1) << 53) + 1};
  for (size_t i = 0; i < ARRAY_LEN(edge); i++) {
    Value v = integer_value(f.heap, edge[i]);
    CHECK(value_is_integer(v) && value_as_integer(v) == edge[i]);
    CHECK(equal_same(v, integer_value(f.heap, edge[i])));
    CHECK(equal_hash(v) == equal_hash(integer_value(f.heap, edge[i])));
    int64_t whole;
    if (integer_from_value(value_double((double)edge[i]), &whole) && whole == edge[i]) {
      CHECK(equal_same(v, value_double((double)edge[i])));
      CHECK(equal_hash(v) == equal_hash(value_double((double)edge[i])));
    }
  }
  int64_t out;
  CHECK(!integer_from_value(value_double(0x1p63), &out));
  CHECK(integer_from_value(value_double(-0x1p63), &out) && out == INT64_MIN);
  CHECK(!integer_from_value(value_double(0.5), &out) &&
        !integer_from_value(value_double(NAN), &out));
  CHECK(!integer_from_value(value_double(INFINITY), &out) && !integer_from_value(VALUE_NULL, &out));
  Value odd = integer_value(f.heap, (INT64_C(1) << 53) + 1);
  CHECK(!equal_same(odd, value_double(0x1p53)));
  CHECK(equal_same(value_double(0.0), value_double(-0.0)));
  CHECK(equal_hash(value_double(0.0)) == equal_hash(value_double(-0.0)));
  CHECK(!equal_same(value_double(NAN), value_double(NAN)));
  CHECK(equal_same(VALUE_NULL, VALUE_NULL) && !equal_same(VALUE_NULL, VALUE_FALSE));
  CHECK(!equal_same(text(&f, "1"), value_int(1)) && !equal_same(VALUE_TRUE, value_int(1)));
  close_fixture(&f);
}

static Value make_nested(Fixture *f, int depth) {
  Value inner = value_int(depth);
  heap_push_root(f->heap, inner);
  for (int i = 0; i < depth; i++) {
    List *list = list_from(f->heap, &inner, 1);
    inner = value_object(list);
    heap_pop_roots(f->heap, 1);
    heap_push_root(f->heap, inner);
  }
  return inner;
}

static void test_equal_deep(void) {
  Fixture f = open_fixture((HeapOptions){0});
  CHECK(equal_deep(make_nested(&f, 200000), make_nested(&f, 200000)));
  CHECK(!equal_deep(make_nested(&f, 1000), make_nested(&f, 1001)));
  // Cycles, alone and against each other.
  List *a = list_new(f.heap, 2), *b = list_new(f.heap, 2);
  push(&f, a);
  push(&f, b);
  CHECK(list_push(f.heap, a, value_object(a)) && list_push(f.heap, b, value_object(a)));
  CHECK(equal_deep(value_object(a), value_object(b)));
  CHECK(list_push(f.heap, a, value_int(1)));
  CHECK(!equal_deep(value_object(a), value_object(b)));
  CHECK(list_push(f.heap, b, value_double(1.0)));
  CHECK(equal_deep(value_object(a), value_object(b)));
  // 2^60 paths through shared parts.
  for (int side = 0; side < 2; side++) {
    Value part = VALUE_TRUE;
    heap_push_root(f.heap, part);
    for (int i = 0; i < 60; i++) {
      Value twice[] = {part, part};
      part = value_object(list_from(f.heap, twice, 2));
      heap_push_root(f.heap, part);
    }
    if (side) CHECK(equal_deep(part, value_object(b)) == false);
  }
  Table *x = table_new(f.heap, f.root), *y = table_new(f.heap, f.root);
  push(&f, x);
  push(&f, y);
  CHECK(table_set(f.heap, x, text(&f, "a"), value_int(1)));
  CHECK(table_set(f.heap, x, text(&f, "b"), value_object(small_objects_range(f.heap, 1, 5))));
  CHECK(table_set(f.heap, y, text(&f, "b"), value_object(small_objects_range(f.heap, 1, 5))));
  CHECK(!equal_deep(value_object(x), value_object(y)));
  CHECK(table_set(f.heap, y, text(&f, "a"), value_double(1)));
  CHECK(equal_deep(value_object(x), value_object(y)) &&
        !equal_same(value_object(x), value_object(y)));
  CHECK(!equal_deep(value_object(x), value_object(a)));
  close_fixture(&f);
}

// --- The rest ------------------------------------------------------------------------------------

static void test_errors(bool stress) {
  Fixture f = open_fixture((HeapOptions){.stress = stress});
  Str *kind = str_text(f.strings, "TypeError");
  push(&f, kind);
  Str *message = str_text(f.strings, "expected Number, got String");
  push(&f, message);
  Error *error = error_new(f.heap, kind, message);
  push(&f, error);
  char bytes[20];
  for (uint32_t i = 0; i < 200; i++) {
    snprintf(bytes, sizeof bytes, "fn%u", i);
    error_add_trace(f.heap, error, (TraceEntry){.name = str_text(f.strings, bytes), .pc = i});
  }
  CHECK(error->trace_count == 64 && error->trace_left_out == 136);
  CHECK(error->trace[39].pc == 39 && error->trace[40].pc == 176 && error->trace[63].pc == 199);
  CHECK_STR(error->trace[63].name->bytes, "fn199");
  CHECK_STR(error->trace[12].name->bytes, "fn12");
  close_fixture(&f);
}

static int released;

static void release_counter(void *pointer) {
  ++*(int *)pointer;
}

static void test_others(bool stress) {
  Fixture f = open_fixture((HeapOptions){.stress = stress});
  Proto *proto = heap_new(f.heap, KIND_PROTO, sizeof(Proto));
  push(&f, proto);
  proto->capture_count = 3;
  proto->constants = heap_grow(f.heap, NULL, 0, 2 * sizeof(Value));
  proto->constants[0] = proto->constants[1] = VALUE_NULL;
  proto->constant_count = 2;
  heap_store(f.heap, proto, &proto->constants[1], text(&f, "a constant"));
  Closure *closure = closure_new(f.heap, proto);
  push(&f, closure);
  for (int i = 0; i < 3; i++) {
    Value captured = text(&f, "captured");
    heap_push_root(f.heap, captured);
    Cell *cell = closure_new_cell(f.heap, captured);
    heap_pop_roots(f.heap, 1);
    heap_store(f.heap, closure, &closure->captures[i], value_object(cell));
  }
  Module *module = closure_new_module(f.heap, 5);
  push(&f, module);
  CHECK(module->slots[4] == VALUE_ABSENT);
  Bound *bound = closure_new_bound(f.heap, value_object(closure), text(&f, "receiver"));
  heap_store(f.heap, module, &module->slots[0], value_object(bound));
  TypeValue *type = type_value_new(f.heap, 3, str_text(f.strings, "List(Number)"), 1, 2);
  push(&f, type);
  CHECK(type->obj.extra == 3 && type->args[0] == NULL && type->fields[1].name == NULL);
  type->args[0] = type;
  released = 0;
  Str *type_name = str_text(f.strings, "server");
  push(&f, type_name);
  External *external = small_objects_external(f.heap, type_name, &released, release_counter);
  heap_store(f.heap, module, &module->slots[1], value_object(external));
  heap_collect(f.heap, true);
  CHECK_STR(value_as_str(((Cell *)value_as_object(closure->captures[2]))->value)->bytes,
            "captured");
  CHECK_STR(value_as_str(proto->constants[1])->bytes, "a constant");
  CHECK_STR(external->type_name->bytes, "server");
  CHECK(released == 0 && closure->obj.extra == 3);
  module->slots[1] = VALUE_NULL;
  heap_collect(f.heap, true);
  CHECK(released == 1);
  heap_store(f.heap, module, &module->slots[1],
             value_object(small_objects_external(f.heap, NULL, &released, release_counter)));
  CHECK_STR(kinds_name(KIND_CLOSURE), "function");
  close_fixture(&f);
  CHECK(released == 2);
}

// --- Out of memory -------------------------------------------------------------------------------

// Does a bit of everything; returns false as soon as something fails. Nothing may be half done.
static bool use_everything(Fixture *f) {
  Table *table = table_new(f->heap, f->root);
  if (!table) return false;
  push(f, table);
  List *list = list_new(f->heap, 2);
  if (!list) return false;
  push(f, list);
  char bytes[60];
  for (int i = 0; i < 90; i++) {
    snprintf(bytes, sizeof bytes, "key %d%s", i,
             i == 80 ? " and more than forty characters of it" : "");
    Str *key = str_text(f->strings, bytes);
    if (!key) return false;
    uint32_t count = table->count;
    if (!table_set_str(f->heap, table, key, value_int(i))) {
      CHECK(table->count == count);
      return false;
    }
    CHECK(table_get(table, text(f, "key 0")) == value_int(0));
    if (!list_push(f->heap, list, value_object(key))) {
      CHECK(list->count == (uint32_t)i);
      return false;
    }
  }
  bool failed;
  return table_remove(f->heap, table, list->items[5], &failed) || !failed;
}

static void test_failures(void) {
  bool done = false;
  uint64_t n = 1;
  for (; !done && n < 2000; n++) {
    Fixture f = open_fixture((HeapOptions){0});
    push(&f, str_text(f.strings, "key 0"));
    close_fixture(&f);
    f = open_fixture((HeapOptions){.fail_after = n + 3});
    Str *key = f.root ? str_text(f.strings, "key 0") : NULL;
    if (key) {
      push(&f, key);
      done = use_everything(&f);
      heap_collect(f.heap, true);
    }
    close_fixture(&f);
  }
  CHECK(done && n > 200);
  // And a limit that is reached somewhere.
  for (size_t limit = 4000; limit < 40000; limit += 500) {
    Fixture f = open_fixture((HeapOptions){.limit = limit});
    push(&f, str_text(f.strings, "key 0"));
    use_everything(&f);
    close_fixture(&f);
  }
}

int main(void) {
  for (int stress = 0; stress < 2; stress++) {
    test_strings(stress);
    test_interning(stress);
    test_parts(stress);
    test_growing(stress);
    test_lists(stress);
    test_shapes(stress);
    test_tables(stress, false);
    test_tables(stress, true);
    test_errors(stress);
    test_others(stress);
  }
  test_barriers();
  test_crowded_shapes();
  test_big_tables();
  test_growing_table(49152);
  test_growing_table(98304);
  test_numbers();
  test_equal_deep();
  test_failures();
  return check_done("object");
}
