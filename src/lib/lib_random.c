// SPDX-License-Identifier: MIT
// lib_random.c - Vint's module random beyond what both languages have (vint.md 12.9)
//
// All of it comes from the VM's seeded generator, so a program can be repeated (--seed). What must
// not be guessed is the module crypto's business.
#include "base/rng.h"
#include "lib/answer.h"
#include "lib/lib_private.h"

#define COUNT_MAX (1 << 24)

// Argument `index`: how many, from `least` on.
static bool take_count(NativeCall *call, uint32_t index, int64_t least, uint32_t *out) {
  int64_t count;
  if (!args_integer(call, index, &count)) return false;
  if (count < least || count > COUNT_MAX) {
    answer_fail(call, "ValueError", "the number must be from %lld to %d, got %lld",
                (long long)least, COUNT_MAX, (long long)count);
    return false;
  }
  *out = (uint32_t)count;
  return true;
}

static NativeStatus answer_drawn(NativeCall *call, uint32_t count, const char *from, uint32_t len) {
  Buffer text = {0};
  for (uint32_t i = 0; i < count; i++) buffer_byte(&text, from[rng_below(vm_rng(call->vm), len)]);
  return answer_buffer(call, &text);
}

#define SMALL   "abcdefghijklmnopqrstuvwxyz"
#define LARGE   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS  "0123456789"
#define SPECIAL "!@#$%^&*()-_=+"

static NativeStatus letters(NativeCall *call) {
  uint32_t count;
  if (!take_count(call, 0, 0, &count)) return NATIVE_FAILED;
  return answer_drawn(call, count, SMALL LARGE, 52);
}

static NativeStatus otp(NativeCall *call) {
  uint32_t count;
  return take_count(call, 0, 1, &count) ? answer_drawn(call, count, DIGITS, 10) : NATIVE_FAILED;
}

static NativeStatus token(NativeCall *call) {
  uint32_t count;
  if (!take_count(call, 0, 1, &count)) return NATIVE_FAILED;
  return answer_drawn(call, count * 2, DIGITS "abcdef", 16);
}

static NativeStatus boolean(NativeCall *call) {
  return answer_bool(call, rng_next(vm_rng(call->vm)) >> 63);
}

static void swap_bytes(char *a, char *b) {
  char first = *a;
  *a = *b;
  *b = first;
}

// One of each kind at least, in any order.
static NativeStatus password(NativeCall *call) {
  static const char *const kinds[] = {SMALL, LARGE, DIGITS, SPECIAL};
  static const uint32_t sizes[] = {26, 26, 10, 14};
  static const char all[] = SMALL LARGE DIGITS SPECIAL;
  uint32_t count;
  if (!take_count(call, 0, 4, &count)) return NATIVE_FAILED;
  Rng *rng = vm_rng(call->vm);
  Buffer text = {0};
  for (uint32_t i = 0; i < count; i++) {
    bool is_fixed = i < ARRAY_LEN(kinds);
    buffer_byte(&text, is_fixed ? kinds[i][rng_below(rng, sizes[i])]
                                : all[rng_below(rng, sizeof(all) - 1)]);
  }
  for (uint32_t i = count; i > 1; i--) {
    swap_bytes(&text.bytes[i - 1], &text.bytes[rng_below(rng, i)]);
  }
  return answer_buffer(call, &text);
}

// The first `count` of the elements in any order (Fisher and Yates).
static NativeStatus draw(NativeCall *call, const List *list, uint32_t count) {
  VM *vm = call->vm;
  List *drawn = list_from(vm_heap(vm), list->items, list->count);
  if (!drawn) return answer_out_of_memory(call);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t j = i + (uint32_t)rng_below(vm_rng(vm), drawn->count - i);
    Value first = drawn->items[i];
    drawn->items[i] = drawn->items[j];
    drawn->items[j] = first;
  }
  list_truncate(drawn, count);
  return native_return(call, value_object(drawn));
}

static NativeStatus shuffle(NativeCall *call) {
  List *list;
  return args_list(call, 0, &list) ? draw(call, list, list->count) : NATIVE_FAILED;
}

static NativeStatus sample(NativeCall *call) {
  List *list;
  uint32_t count;
  if (!args_list(call, 0, &list) || !take_count(call, 1, 0, &count)) return NATIVE_FAILED;
  if (count > list->count) {
    return answer_fail(call, "ValueError", "cannot draw %u of %u elements", count, list->count);
  }
  return draw(call, list, count);
}

static NativeStatus range(NativeCall *call) {
  int64_t low;
  int64_t high;
  uint32_t count;
  if (!args_integer(call, 0, &low) || !args_integer(call, 1, &high) ||
      !take_count(call, 2, 0, &count)) {
    return NATIVE_FAILED;
  }
  if (high < low) {
    return answer_fail(call, "ValueError", "%lld is less than %lld", (long long)high,
                       (long long)low);
  }
  List *list = vm_list(call->vm, count);
  if (!list) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(list));
  uint64_t width = (uint64_t)high - (uint64_t)low + 1;
  bool ok = true;
  for (uint32_t i = 0; ok && i < count; i++) {
    Rng *rng = vm_rng(call->vm);
    uint64_t pick = width ? rng_below(rng, width) : rng_next(rng);
    ok = answer_push(call->vm, list, vm_integer(call->vm, (int64_t)((uint64_t)low + pick)));
  }
  vm_pop_roots(call->vm, 1);
  return answer_list(call, ok ? list : NULL);
}

// A UUID of version 4 (RFC 9562).
static NativeStatus uuid(NativeCall *call) {
  uint64_t high = (rng_next(vm_rng(call->vm)) & ~UINT64_C(0xf000)) | 0x4000;
  uint64_t low = (rng_next(vm_rng(call->vm)) & ~(UINT64_C(3) << 62)) | UINT64_C(1) << 63;
  Buffer text = {0};
  buffer_printf(&text, "%08x-%04x-%04x-%04x-%012llx", (unsigned)(high >> 32),
                (unsigned)(high >> 16 & 0xffff), (unsigned)(high & 0xffff), (unsigned)(low >> 48),
                (unsigned long long)(low & UINT64_C(0xffffffffffff)));
  return answer_buffer(call, &text);
}

#define RANDOM(name, signature, function, doc)                                                     \
  { "random", name, signature, function, doc, NULL, 0, NATIVE_VINT }

#define LUMA(name, signature, function, doc)                                                       \
  { "random", name, signature, function, doc, NULL, 0, NATIVE_LUMA }

static const NativeRow rows[] = {
    LUMA("bool", "fn(): Boolean", boolean, "True or false."),
    LUMA("shuffle", "fn(list: List(T)): List(T)", shuffle, "A new list of the elements in any order."),
    LUMA("sample", "fn(list: List(T), count: Number): List(T)", sample,
         "So many of the elements, each at most once."),
    LUMA("string", "fn(count: Number): String", letters, "So many ASCII letters."),
    LUMA("uuid", "fn(): String", uuid, "A UUID of version 4."),
    RANDOM("string", "fn(count: Number): String", letters, "So many ASCII letters."),
    RANDOM("otp", "fn(count: Number): String", otp, "So many digits."),
    RANDOM("token", "fn(bytes: Number): String", token, "So many bytes in hexadecimal digits."),
    RANDOM("password", "fn(count: Number): String", password,
           "At least 4 characters: small and large letters, digits, others, one of each at least."),
    RANDOM("bool", "fn(): Boolean", boolean, "True or false."),
    RANDOM("shuffle", "fn(array: List(Any)): List(Any)", shuffle,
           "A new array of the elements in any order."),
    RANDOM("sample", "fn(array: List(Any), count: Number): List(Any)", sample,
           "So many of the elements, each at most once."),
    RANDOM("range", "fn(low: Number, high: Number, count: Number): List(Any)", range,
           "An array of so many integers, both ends included."),
    {"uuid", "generate", "fn(): String", uuid, "A UUID of version 4.", NULL, 0, NATIVE_VINT},
};

LibModule lib_random_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
