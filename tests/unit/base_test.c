// SPDX-License-Identifier: MIT
// base_test.c - the structures of src/base
#include "check.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/dlist.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/name.h"
#include "base/number.h"
#include "base/rng.h"
#include "base/strmap.h"
#include "base/utf8.h"
#include "base/vec.h"

#include <math.h>

static void test_memory(void) {
  Memory memory;
  memory_init(&memory, 100);
  CHECK(memory_alloc(&memory, 0) == NULL);
  void *a = memory_alloc(&memory, 60);
  CHECK(a != NULL);
  CHECK(memory_alloc(&memory, 41) == NULL);
  CHECK(memory_alloc(&memory, SIZE_MAX) == NULL);
  void *b = memory_alloc(&memory, 40);
  CHECK(b != NULL);
  CHECK(memory.used == 100);
  CHECK(memory_realloc(&memory, b, 40, 41) == NULL);
  b = memory_realloc(&memory, b, 40, 10);
  CHECK(b != NULL);
  CHECK(memory.used == 70);
  CHECK(memory.peak == 100);
  CHECK(memory_realloc(&memory, b, 10, 0) == NULL);
  memory_free(&memory, a, 60);
  memory_free(&memory, NULL, 7);
  CHECK(memory.used == 0);
}

static void test_memory_fail_after(void) {
  Memory memory;
  memory_init(&memory, 0);
  memory.fail_after = 2;
  void *first = memory_alloc(&memory, 8);
  CHECK(first != NULL);
  CHECK(memory_realloc(&memory, first, 8, 16) == NULL);
  void *third = memory_alloc(&memory, 8);
  CHECK(third != NULL);
  memory_free(&memory, first, 8);
  memory_free(&memory, third, 8);
  CHECK(memory.used == 0);
}

static void test_arena(void) {
  Arena arena;
  arena_init(&arena);
  for (size_t size = 0; size < 3000; size += 7) {
    unsigned char *block = arena_alloc(&arena, size);
    CHECK((uintptr_t)block % 8 == 0);
    size_t sum = 0;
    for (size_t i = 0; i < size; i++) sum += block[i];
    CHECK(sum == 0);
    if (size) memset(block, 0xAA, size);
  }
  char *large = arena_alloc(&arena, (size_t)3 << 20);
  large[((size_t)3 << 20) - 1] = 1;
  CHECK_STR(arena_text(&arena, "abcdef", 3), "abc");
  CHECK_STR(arena_printf(&arena, "%s-%d", "x", 42), "x-42");
  CHECK_STR(arena_printf(&arena, "%s", ""), "");
  CHECK(arena_copy(&arena, "x", 0) == NULL);
  CHECK(memcmp(arena_copy(&arena, "xyz", 3), "xyz", 3) == 0);
  CHECK(arena.total > (size_t)3 << 20);
  arena_free(&arena);
  CHECK(arena.total == 0);
}

static void test_buffer(void) {
  Buffer buffer = {0};
  buffer_text(&buffer, "");
  CHECK_STR(buffer.bytes, "");
  buffer_printf(&buffer, "%s %d", "one", 2);
  buffer_fill(&buffer, '.', 3);
  buffer_byte(&buffer, '!');
  buffer_append(&buffer, "abc", 2);
  CHECK_STR(buffer.bytes, "one 2...!ab");
  for (int i = 0; i < 1000; i++) buffer_printf(&buffer, "%d,", i);
  CHECK(buffer.len == strlen(buffer.bytes));
  CHECK(buffer.len == 11 + 3890);
  buffer_clear(&buffer);
  CHECK_STR(buffer.bytes, "");
  buffer_free(&buffer);
  CHECK(buffer.bytes == NULL);
}

static void test_vec(void) {
  VEC(int) numbers = {0};
  for (int i = 0; i < 100; i++) vec_push(&numbers, i);
  CHECK(numbers.count == 100);
  CHECK(vec_last(&numbers) == 99);
  CHECK(vec_pop(&numbers) == 99);
  vec_reserve(&numbers, 1000);
  CHECK(numbers.capacity >= 1099);
  CHECK(numbers.items[50] == 50);
  vec_free(&numbers);
}

static void test_dlist(void) {
  DLink list;
  DLink a = {0};
  DLink b = {0};
  dlist_init(&list);
  CHECK(dlist_is_empty(&list));
  dlist_append(&list, &a);
  dlist_append(&list, &b);
  CHECK(dlist_is_linked(&a));
  dlist_unlink(&a);
  CHECK(!dlist_is_linked(&a));
  CHECK(dlist_take_first(&list) == &b);
  CHECK(dlist_take_first(&list) == NULL);
}

static void test_hash(void) {
  // Every byte and the length matter, at each length that takes another way through the function.
  char bytes[64] = {0};
  for (size_t len = 0; len < sizeof bytes; len++) {
    uint32_t plain = hash_bytes(bytes, len, 1);
    CHECK(plain != hash_bytes(bytes, len + 1, 1));
    CHECK(plain != hash_bytes(bytes, len, 2));
    for (size_t i = 0; i < len; i++) {
      bytes[i] = 1;
      CHECK(plain != hash_bytes(bytes, len, 1));
      bytes[i] = 0;
    }
  }
  // The low bits spread: 4096 numbered keys into 4096 slots leave about 1/e of them empty.
  static char taken[4096];
  int used = 0;
  for (int i = 0; i < 4096; i++) {
    char key[16];
    int len = snprintf(key, sizeof key, "key%d", i);
    char *slot = &taken[hash_bytes(key, (size_t)len, 0) & 4095];
    used += !*slot;
    *slot = 1;
  }
  CHECK(used > 2480 && used < 2700);
}

static void test_name(void) {
  Arena arena;
  NameTable table;
  arena_init(&arena);
  name_table_init(&table, &arena);
  const Name *abc = name_of(&table, "abc");
  CHECK(abc == name_intern(&table, "abcdef", 3));
  CHECK(abc != name_of(&table, "abd"));
  CHECK_STR(name_intern(&table, "", 0)->text, "");
  for (int i = 0; i < 5000; i++) {
    char text[16];
    snprintf(text, sizeof text, "n%d", i);
    CHECK(name_of(&table, text) == name_of(&table, text));
  }
  CHECK(abc == name_of(&table, "abc"));
  CHECK(abc->len == 3);
  CHECK(table.count == 5003);
  name_table_free(&table);
  arena_free(&arena);
}

static void test_strmap(void) {
  StrMap map = {0};
  int values[300];
  CHECK(strmap_get(&map, "a", 1) == NULL);
  for (int i = 0; i < 300; i++) {
    char key[16];
    int len = snprintf(key, sizeof key, "key%d", i);
    strmap_set(&map, key, (size_t)len, &values[i]);
  }
  CHECK(map.count == 300);
  CHECK(strmap_get(&map, "key299", 6) == &values[299]);
  CHECK(strmap_get(&map, "key300", 6) == NULL);
  CHECK_STR(map.entries[7].key, "key7");
  strmap_set(&map, "key7", 4, &values[0]);
  CHECK(map.count == 300);
  CHECK(strmap_get(&map, "key7", 4) == &values[0]);
  strmap_set(&map, "", 0, &values[1]);
  CHECK(strmap_get(&map, "", 0) == &values[1]);
  strmap_free(&map);
  CHECK(strmap_get(&map, "key7", 4) == NULL);
}

static void test_utf8_round_trip(void) {
  int wrong = 0;
  for (uint32_t c = 0; c <= 0x10FFFF; c++) {
    char bytes[4];
    size_t size;
    size_t len = utf8_encode(c, bytes);
    bool is_surrogate = c >= 0xD800 && c <= 0xDFFF;
    uint32_t want = is_surrogate ? UTF8_REPLACEMENT : c;
    wrong += utf8_decode(bytes, len, &size) != want || size != len;
  }
  CHECK(wrong == 0);
  char bytes[4];
  CHECK(utf8_encode(0x110000, bytes) == 3);
  CHECK(memcmp(bytes, "\xEF\xBF\xBD", 3) == 0);
}

static void test_utf8_malformed(void) {
  static const char *const MALFORMED[] = {
      "\x80",
      "\xC0\x80",
      "\xC1\xBF",
      "\xE0\x80\x80",
      "\xE0\x9F\xBF",
      "\xED\xA0\x80",
      "\xF0\x80\x80\x80",
      "\xF4\x90\x80\x80",
      "\xF5",
      "\xFF",
      "\xC3",
      "\xE2\x82",
      "\xC3(",
  };
  for (size_t i = 0; i < ARRAY_LEN(MALFORMED); i++) {
    size_t size;
    CHECK(utf8_decode(MALFORMED[i], strlen(MALFORMED[i]), &size) == UTF8_REPLACEMENT);
    CHECK(size == 1);
    CHECK(!utf8_is_valid(MALFORMED[i], strlen(MALFORMED[i])));
  }
  CHECK(utf8_find_invalid("0123456789abcde\xC3", 16) == 15);
  CHECK(utf8_find_invalid("é23456789\xEF\xBF\xBD\xFF", 14) == 13);
  CHECK(utf8_is_valid("", 0));
}

static void test_utf8_counting(void) {
  static const char TEXT[] = "aé€😀plain ascii text";
  CHECK(utf8_length(TEXT, strlen(TEXT)) == 20);
  CHECK(utf8_offset(TEXT, strlen(TEXT), 0) == 0);
  CHECK(utf8_offset(TEXT, strlen(TEXT), 3) == 6);
  CHECK(utf8_offset(TEXT, strlen(TEXT), 4) == 10);
  CHECK(utf8_offset(TEXT, strlen(TEXT), 99) == strlen(TEXT));
  CHECK(utf8_offset("0123456789", 10, 9) == 9);
  CHECK(utf8_length("\xFF\xFF", 2) == 2);
  CHECK(utf8_width('a') == 1);
  CHECK(utf8_width(0x0301) == 0);
  CHECK(utf8_width(0x200D) == 0);
  CHECK(utf8_width(0x4E2D) == 2);
  CHECK(utf8_width(0x1F600) == 2);
  CHECK(utf8_width(0x20AC) == 1);
  CHECK(utf8_width(0x10FFFF) == 1);
}

static void check_print(double value, const char *luma, const char *vint) {
  char text[NUMBER_TEXT_MAX];
  size_t len = number_print(value, NUMBER_LUMA, text);
  CHECK_STR(text, luma);
  CHECK(len == strlen(text));
  len = number_print(value, NUMBER_VINT, text);
  CHECK_STR(text, vint);
  CHECK(len == strlen(text));
}

static void check_print_same(double value, const char *want) {
  check_print(value, want, want);
}

static void test_number_print(void) {
  check_print_same(0, "0");
  check_print_same(-0.0, "0");
  check_print_same(3, "3");
  check_print_same(-42, "-42");
  check_print_same(0.1, "0.1");
  check_print_same(0.1 + 0.2, "0.30000000000000004");
  check_print_same(-2.5, "-2.5");
  check_print_same(1.0 / 3, "0.3333333333333333");
  check_print_same(100.25, "100.25");
  check_print_same(1e-6, "0.000001");
  check_print_same(9007199254740993.0, "9007199254740992");
  check_print_same(9223372036854775808.0, "9223372036854776000");
  check_print_same(1e20, "100000000000000000000");
  check_print_same(123456789012345.67, "123456789012345.67");
  check_print(1e21, "1e21", "1000000000000000000000");
  check_print(1.2e-10, "1.2e-10", "0.00000000012");
  check_print(1.5e-7, "1.5e-7", "0.00000015");
  check_print(NAN, "NaN", "NaN");
  check_print(INFINITY, "Infinity", "+Inf");
  check_print(-INFINITY, "-Infinity", "-Inf");
  char text[NUMBER_TEXT_MAX];
  number_print(5e-324, NUMBER_LUMA, text);
  CHECK_STR(text, "5e-324");
  number_print(1.7976931348623157e308, NUMBER_LUMA, text);
  CHECK_STR(text, "1.7976931348623157e308");
  CHECK(number_print(-2.2250738585072014e-308, NUMBER_VINT, text) == 3 + 307 + 17);
  CHECK(number_print(-1.5e300, NUMBER_VINT, text) == 302);
  // At powers of two the nearest 16 digits may belong to the double below.
  number_print(0x1p-44, NUMBER_LUMA, text);
  CHECK(strtod(text, NULL) == 0x1p-44);
  CHECK(number_print_int(INT64_MIN, text) == 20);
  CHECK_STR(text, "-9223372036854775808");
  CHECK(number_print_int(0, text) == 1);
}

static int count_digits(const char *text) {
  int count = 0;
  for (; *text && *text != 'e'; text++) count += *text >= '0' && *text <= '9';
  return count;
}

// Is there a text with a digit less that reads back as the same number?
static bool could_be_shorter(double value) {
  char text[NUMBER_TEXT_MAX];
  number_print(value, NUMBER_LUMA, text);
  int digits = count_digits(text);
  bool is_plain = fabs(value) >= 1 && strchr(text, '.') && !strchr(text, 'e');
  if (!is_plain || digits < 2) return false;
  snprintf(text, sizeof text, "%.*e", digits - 2, value);
  return strtod(text, NULL) == value;
}

static bool reads_back(double value, NumberStyle style) {
  char text[NUMBER_TEXT_MAX];
  size_t len = number_print(value, style, text);
  double again = 0;
  return number_parse(text, len, &again) && again == value && strtod(text, NULL) == value;
}

// Random bits, powers of two, numbers with three decimals, and integers.
static void test_number_round_trip(void) {
  Rng rng;
  rng_init(&rng, 7);
  int wrong = 0;
  int longer = 0;
  for (int i = 0; i < 100000; i++) {
    uint64_t bits = rng_next(&rng);
    if (i % 4 == 0) bits &= ~(((uint64_t)1 << 52) - 1);
    double value;
    memcpy(&value, &bits, sizeof value);
    if (i % 4 == 1) value = (double)(int64_t)(bits % 2000000000) / 1000;
    if (i % 4 == 2 && i % 8 > 4) value = (double)(int64_t)bits;
    if (!isfinite(value)) continue;
    wrong += !reads_back(value, NUMBER_LUMA) || !reads_back(value, NUMBER_VINT);
    longer += could_be_shorter(value);
  }
  CHECK(wrong == 0);
  CHECK(longer == 0);
}

static double parsed(const char *text) {
  double value;
  return number_parse(text, strlen(text), &value) ? value : NAN;
}

static void test_number_parse(void) {
  CHECK(parsed("42") == 42);
  CHECK(parsed("+1.5") == 1.5);
  CHECK(parsed("-.42") == -0.42);
  CHECK(parsed("007.50") == 7.5);
  CHECK(parsed("2.5E-3") == 0.0025);
  CHECK(parsed("1e+10") == 1e10);
  CHECK(parsed("1e999") == INFINITY);
  CHECK(parsed("-1e99999999999999999999") == -INFINITY);
  CHECK(parsed("0e99999999999999999999") == 0);
  CHECK(parsed("1e-999") == 0);
  CHECK(signbit(parsed("-0")));
  CHECK(parsed("5e-324") == 5e-324);
  CHECK(parsed("2.2250738585072011e-308") == 2.2250738585072011e-308);
  CHECK(parsed("9007199254740993") == 9007199254740992.0);
  CHECK(parsed("9007199254740993.0000000000000000000000001") == 9007199254740994.0);
  CHECK(parsed("0.000000000000000000000000000000000000000000000001e48") == 1);
  static const char *const WRONG[] = {"",   ".",   "1.",  "-",    "e5",    "1e",  "1e+", " 1",
                                      "1 ", "0x1", "1_0", "1.e5", "1.2.3", "inf", "nan", "--1"};
  for (size_t i = 0; i < ARRAY_LEN(WRONG); i++) CHECK(isnan(parsed(WRONG[i])));
  // A tie that is decided by the digit after 900 zeros.
  char text[1000];
  size_t len = (size_t)snprintf(text, sizeof text, "9007199254740993.");
  memset(text + len, '0', 900);
  text[len + 900] = '1';
  double value = 0;
  CHECK(number_parse(text, len + 900, &value) && value == 9007199254740992.0);
  CHECK(number_parse(text, len + 901, &value) && value == 9007199254740994.0);
}

static void test_number_integers(void) {
  int64_t value = 0;
  CHECK(number_parse_int("9223372036854775807", 19, &value) && value == INT64_MAX);
  CHECK(number_parse_int("-9223372036854775808", 20, &value) && value == INT64_MIN);
  CHECK(!number_parse_int("9223372036854775808", 19, &value));
  CHECK(!number_parse_int("-9223372036854775809", 20, &value));
  CHECK(!number_parse_int("", 0, &value));
  CHECK(!number_parse_int("-", 1, &value));
  CHECK(!number_parse_int("1.0", 3, &value));
  CHECK(number_parse_int("+7", 2, &value) && value == 7);
  CHECK(number_parse_base("1A", 2, 16) == 26);
  CHECK(number_parse_base("101", 3, 2) == 5);
  CHECK(number_parse_base("777", 3, 8) == 511);
  CHECK(number_parse_base("8000000000000000", 16, 16) == 0x1p63);
  CHECK(number_parse_base("00000000000000000000000000000001", 32, 16) == 1);
  CHECK(number_parse_base("20000000000001", 14, 16) == 0x1p53);
  CHECK(number_parse_base("200000000000010000000000", 24, 16) == 0x1p93);
  CHECK(number_parse_base("200000000000010000000001", 24, 16) == 0x1.0000000000001p93);
  char text[400];
  memset(text, 'f', sizeof text);
  CHECK(number_parse_base(text, sizeof text, 16) == INFINITY);
}

static void test_rng(void) {
  Rng a;
  Rng b;
  rng_init(&a, 0);
  rng_init(&b, 0);
  bool all_same = true;
  bool in_range = true;
  int counts[6] = {0};
  for (int i = 0; i < 60000; i++) {
    all_same &= rng_next(&a) == rng_next(&b);
    double x = rng_double(&a);
    in_range &= x >= 0 && x < 1 && rng_double(&b) == x;
    counts[rng_below(&a, 6)]++;
    rng_below(&b, 6);
  }
  CHECK(all_same);
  CHECK(in_range);
  for (int i = 0; i < 6; i++) CHECK(counts[i] > 9600 && counts[i] < 10400);
  CHECK(rng_below(&a, 1) == 0);
  // The published first output for the state 1, 2, 3, 4.
  Rng known = {{1, 2, 3, 4}};
  CHECK(rng_next(&known) == 11520);
  CHECK(rng_next(&known) == 0);
  CHECK(rng_next(&known) == 1509978240);
}

int main(void) {
  test_memory();
  test_memory_fail_after();
  test_arena();
  test_buffer();
  test_vec();
  test_dlist();
  test_hash();
  test_name();
  test_strmap();
  test_utf8_round_trip();
  test_utf8_malformed();
  test_utf8_counting();
  test_number_print();
  test_number_round_trip();
  test_number_parse();
  test_number_integers();
  test_rng();
  return check_done("base");
}
