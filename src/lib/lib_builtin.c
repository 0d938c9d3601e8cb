// SPDX-License-Identifier: MIT
// lib_builtin.c - Vint's builtins about any value: convert, copy, clone, unique, format (vint.md 10)
#include "base/hash.h"
#include "base/memory.h"
#include "base/number.h"
#include "lib/answer.h"
#include "lib/go_format.h"
#include "lib/lib_private.h"
#include "vm/format.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// --- convert -------------------------------------------------------------------------------------

static NativeStatus cannot(NativeCall *call, const char *wanted) {
  Str *text = format_to_str(call->vm, call->args[0], FORMAT_VINT);
  if (!text) return NATIVE_FAILED;
  return answer_fail(call, "ValueError", "cannot make %s of \"%.60s\"", wanted, text->bytes);
}

static NativeStatus to_integer(NativeCall *call, Value value) {
  int64_t i;
  if (value_is_integer(value)) return native_return(call, value);
  if (value_is_bool(value)) return answer_integer(call, value == VALUE_TRUE);
  if (value_is_str(value)) {
    Str *text = value_as_str(value);
    bool ok = number_parse_int(text->bytes, text->len, &i);
    return ok ? answer_integer(call, i) : cannot(call, "an INTEGER");
  }
  bool fits = value_is_double(value) && fabs(value_as_double(value)) < 9223372036854775808.0;
  return fits ? answer_integer(call, (int64_t)value_as_double(value)) : cannot(call, "an INTEGER");
}

static NativeStatus to_float(NativeCall *call, Value value) {
  double number;
  if (value_is_number(value)) return answer_double(call, value_to_double(value));
  if (value_is_bool(value)) return answer_double(call, value == VALUE_TRUE);
  bool ok = value_is_str(value) &&
            number_parse(value_as_str(value)->bytes, value_as_str(value)->len, &number);
  return ok ? answer_double(call, number) : cannot(call, "a FLOAT");
}

static NativeStatus to_boolean(NativeCall *call, Value value) {
  static const char *const words[2][6] = {{"0", "f", "F", "false", "FALSE", "False"},
                                          {"1", "t", "T", "true", "TRUE", "True"}};
  if (value_is_bool(value)) return native_return(call, value);
  if (value_is_number(value)) return answer_bool(call, value_to_double(value) != 0);
  for (int i = 0; value_is_str(value) && i < 12; i++) {
    if (strcmp(value_as_str(value)->bytes, words[i / 6][i % 6]) == 0) {
      return answer_bool(call, i >= 6);
    }
  }
  return cannot(call, "a BOOLEAN");
}

static NativeStatus convert(NativeCall *call) {
  Str *type;
  Value value = call->args[0];
  if (!args_str(call, 1, &type)) return NATIVE_FAILED;
  if (strcmp(type->bytes, "INTEGER") == 0) return to_integer(call, value);
  if (strcmp(type->bytes, "FLOAT") == 0) return to_float(call, value);
  if (strcmp(type->bytes, "BOOLEAN") == 0) return to_boolean(call, value);
  if (strcmp(type->bytes, "STRING") == 0) {
    return answer_str(call, format_to_str(call->vm, value, FORMAT_VINT));
  }
  return answer_fail(call, "ValueError",
                     "there is no type \"%.40s\"; there are INTEGER, FLOAT, STRING, BOOLEAN",
                     type->bytes);
}

static NativeStatus boolean(NativeCall *call) {
  return to_boolean(call, call->args[0]);
}

// --- copy and clone ------------------------------------------------------------------------------
//
// A clone has the shape of the original, cycles and shared parts included: each container is
// copied once. The copies are found by an index over the originals' addresses (nothing moves) and
// kept alive by a list of them; what they still hold of the originals is replaced in a second step.

typedef struct Cloner {
  VM *vm;
  List *copies;   // rooted
  Obj **originals; // of copies[i]
  uint32_t *slots; // open addressing: index + 1; 0: free
  uint32_t slot_count;
  uint32_t capacity;
} Cloner;

static uint32_t *find_slot(Cloner *c, const Obj *original) {
  uint32_t mask = c->slot_count - 1;
  uint32_t at = hash_u64((uint64_t)(uintptr_t)original) & mask;
  while (c->slots[at] && c->originals[c->slots[at] - 1] != original) at = (at + 1) & mask;
  return &c->slots[at];
}

static void make_room(Cloner *c) {
  if (c->copies->count < c->capacity) return;
  c->capacity = c->capacity ? c->capacity * 2 : 16;
  c->originals = memory_require(c->originals, c->capacity * sizeof(Obj *));
  c->slot_count = c->capacity * 2;
  c->slots = memory_require(c->slots, c->slot_count * sizeof(uint32_t));
  memset(c->slots, 0, c->slot_count * sizeof(uint32_t));
  for (uint32_t i = 0; i < c->copies->count; i++) *find_slot(c, c->originals[i]) = i + 1;
}

static Table *copy_table(VM *vm, const Table *table) {
  Table *copy = vm_table(vm);
  if (!copy) return NULL;
  vm_push_root(vm, value_object(copy));
  uint32_t position = 0;
  Value key;
  Value value;
  bool ok = true;
  while (ok && table_next(table, &position, &key, &value)) {
    ok = table_set(vm_heap(vm), copy, key, value) || vm_raise_memory(vm);
  }
  if (ok) heap_store(vm_heap(vm), copy, &copy->type, table->type);
  vm_pop_roots(vm, 1);
  return ok ? copy : NULL;
}

static Value copy_container(VM *vm, Value value) {
  if (value_is_table(value)) {
    Table *copy = copy_table(vm, value_as_table(value));
    return copy ? value_object(copy) : VALUE_ABSENT;
  }
  List *list = value_as_list(value);
  List *copy = list_from(vm_heap(vm), list->items, list->count);
  if (copy) return value_object(copy);
  vm_raise_memory(vm);
  return VALUE_ABSENT;
}

static bool is_container(Value value) {
  return value_is_list(value) || value_is_table(value);
}

// The copy of a container, made when it is first met; other values are their own.
static Value copy_of(Cloner *c, Value value) {
  if (!is_container(value)) return value;
  make_room(c);
  uint32_t *slot = find_slot(c, value_as_object(value));
  if (*slot) return c->copies->items[*slot - 1];
  Value copy = copy_container(c->vm, value);
  if (!answer_push(c->vm, c->copies, copy)) return VALUE_ABSENT;
  c->originals[c->copies->count - 1] = value_as_object(value);
  *slot = c->copies->count;
  return copy;
}

static bool replace_parts(Cloner *c, Value copy) {
  Heap *heap = vm_heap(c->vm);
  if (value_is_list(copy)) {
    List *list = value_as_list(copy);
    for (uint32_t i = 0; i < list->count; i++) {
      Value part = copy_of(c, list->items[i]);
      if (value_is_absent(part)) return false;
      list_set(heap, list, i, part);
    }
    return true;
  }
  uint32_t position = 0;
  Value key;
  Value value;
  while (table_next(value_as_table(copy), &position, &key, &value)) {
    Value part = copy_of(c, value);
    if (value_is_absent(part)) return false;
    if (part != value && !table_set(heap, value_as_table(copy), key, part)) {
      return vm_raise_memory(c->vm);
    }
  }
  return true;
}

static NativeStatus clone_deep(NativeCall *call) {
  Cloner cloner = {.vm = call->vm, .copies = vm_list(call->vm, 0)};
  if (!cloner.copies) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(cloner.copies));
  Value copy = copy_of(&cloner, call->args[0]);
  bool ok = !value_is_absent(copy);
  for (uint32_t i = 0; ok && i < cloner.copies->count; i++) {
    ok = replace_parts(&cloner, cloner.copies->items[i]);
  }
  vm_pop_roots(call->vm, 1);
  free(cloner.originals);
  free(cloner.slots);
  return ok ? native_return(call, copy) : NATIVE_FAILED;
}

static NativeStatus copy_shallow(NativeCall *call) {
  Value value = call->args[0];
  if (value_is_str(value)) return native_return(call, value);
  if (is_container(value)) return answer_value(call, copy_container(call->vm, value));
  args_wrong(call, 0, "string, array or dict");
  return NATIVE_FAILED;
}

// --- unique --------------------------------------------------------------------------------------

// Values with a hash of their own are looked up in a dict, the others compared with each other.
static bool is_new(VM *vm, Table *seen, List *others, Value value, bool *failed) {
  bool has_hash = value_is_str(value) || value_is_bool(value) ||
                  (value_is_number(value) && value_to_double(value) == value_to_double(value));
  if (!has_hash) {
    for (uint32_t i = 0; i < others->count; i++) {
      if (equal_deep(others->items[i], value)) return false;
    }
    *failed = !answer_push(vm, others, value);
    return true;
  }
  if (!value_is_absent(table_get(seen, value))) return false;
  *failed = !table_set(vm_heap(vm), seen, value, VALUE_TRUE);
  if (*failed) vm_raise_memory(vm);
  return true;
}

// Each value once, where it first stands.
static NativeStatus unique(NativeCall *call) {
  VM *vm = call->vm;
  List *list;
  if (!args_list(call, 0, &list)) return NATIVE_FAILED;
  Value roots[3] = {VALUE_NULL, VALUE_NULL, VALUE_NULL};
  bool failed = false;
  for (uint32_t i = 0; i < 3; i++) {
    Obj *made = i == 0 ? (Obj *)vm_table(vm) : (Obj *)vm_list(vm, 0);
    failed = failed || !made;
    if (made) roots[i] = value_object(made);
    vm_push_root(vm, roots[i]);
  }
  for (uint32_t i = 0; !failed && i < list->count; i++) {
    Value value = list->items[i];
    bool take = is_new(vm, value_as_table(roots[0]), value_as_list(roots[1]), value, &failed);
    if (take && !failed) failed = !answer_push(vm, value_as_list(roots[2]), value);
  }
  vm_pop_roots(vm, 3);
  return failed ? NATIVE_FAILED : native_return(call, roots[2]);
}

// --- format --------------------------------------------------------------------------------------

static NativeStatus format_text(NativeCall *call) {
  Str *format;
  if (!args_str(call, 0, &format)) return NATIVE_FAILED;
  Buffer out = {0};
  if (go_format_print(call->vm, &out, format, call->args + 1, call->arg_count - 1)) {
    return answer_buffer(call, &out);
  }
  buffer_free(&out);
  return answer_fail(call, "ValueError", "a width or precision above %d", GO_FORMAT_WIDTH_MAX);
}

#define VINT(name, signature, function, doc)                                                       \
  { "", name, signature, function, doc, NULL, 0, NATIVE_VINT }

static const NativeRow rows[] = {
    VINT("convert", "fn(value: Any, type: String): Any", convert,
         "The value as \"INTEGER\", \"FLOAT\", \"STRING\" or \"BOOLEAN\"; an error if it cannot be."),
    VINT("bool", "fn(value: Any): Boolean", boolean,
         "A boolean of a number (not 0) or of a word: 1 t true, 0 f false."),
    VINT("copy", "fn(value: Any): Any", copy_shallow, "A shallow copy of an array, dict or string."),
    VINT("clone", "fn(value: Any): Any", clone_deep,
         "A copy of an array or dict with all that is in it copied too; other values as they are."),
    VINT("unique", "fn(array: List(Any)): List(Any)", unique,
         "A new array with each value once, where it first stands."),
    {"List(T)", "unique", "fn(): List(T)", unique,
     "A new array with each value once, where it first stands.", NULL, 0, NATIVE_VINT},
    VINT("format", "fn(format: String, values: Any...): String", format_text,
         "The text with %d, %s, %v, %5.2f, %x, %t, %q … replaced by the values, as in Go."),
};

LibModule lib_builtin_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
