// SPDX-License-Identifier: MIT
// lib_json.c - the module json
//
// Luma's functions give Results (luma.md 7), Vint's raise (vint.md 12.3).
#include "lib/json_parse.h"
#include "lib/json_print.h"
#include "lib/lib_private.h"
#include "vm/conform.h"
#include "vm/type_fields.h"

static Value decode(NativeCall *call, JsonDialect dialect) {
  Str *text;
  if (!args_str(call, 0, &text)) return VALUE_ABSENT;
  return json_parse(call->vm, text->bytes, text->len, dialect, "ParseError");
}

// The text as a string; `indent` is the second argument, blanks per level.
static Value encode(NativeCall *call, JsonDialect dialect) {
  int64_t indent = 0;
  if (args_given(call, 1) && !args_integer(call, 1, &indent)) return VALUE_ABSENT;
  if (indent < 0 || indent > 16) {
    vm_raise(call->vm, "ValueError", "json: the indent must be from 0 to 16, got %lld",
             (long long)indent);
    return VALUE_ABSENT;
  }
  Buffer out = {0};
  Str *text = NULL;
  if (json_print(call->vm, &out, call->args[0], (uint32_t)indent, dialect)) {
    text = vm_str(call->vm, out.bytes, out.len);
  }
  buffer_free(&out);
  return text ? value_object(text) : VALUE_ABSENT;
}

// With a type the value is checked against it and takes it over, as an answer from the net does.
static NativeStatus luma_decode(NativeCall *call) {
  bool has_type = args_given(call, 1);
  if (has_type && !type_fields_is_type(call->args[1])) {
    (void)!args_wrong(call, 1, "a type");
    return NATIVE_FAILED;
  }
  Value value = decode(call, JSON_LUMA);
  if (!value_is_absent(value) && has_type)
    value = conform_decode(call->vm, value, call->args[1], "");
  return lib_result_of(call, value);
}

static NativeStatus luma_encode(NativeCall *call) {
  return lib_result_of(call, encode(call, JSON_LUMA));
}

static NativeStatus vint_decode(NativeCall *call) {
  Value value = decode(call, JSON_VINT);
  return value_is_absent(value) ? NATIVE_FAILED : native_return(call, value);
}

static NativeStatus vint_encode(NativeCall *call) {
  Value text = encode(call, JSON_VINT);
  return value_is_absent(text) ? NATIVE_FAILED : native_return(call, text);
}

// JSON text laid out on several lines; other values are encoded so.
static NativeStatus vint_pretty(NativeCall *call) {
  VM *vm = call->vm;
  Value value = call->args[0];
  if (value_is_str(value)) value = decode(call, JSON_VINT);
  if (value_is_absent(value)) return NATIVE_FAILED;
  vm_push_root(vm, value);
  Buffer out = {0};
  Str *text = NULL;
  if (json_print(vm, &out, value, 2, JSON_VINT)) text = vm_str(vm, out.bytes, out.len);
  buffer_free(&out);
  vm_pop_roots(vm, 1);
  return text ? native_return(call, value_object(text)) : NATIVE_FAILED;
}

static bool add_entries(VM *vm, Table *out, const Table *from) {
  uint32_t position = 0;
  Value key;
  Value value;
  while (table_next(from, &position, &key, &value)) {
    if (!table_set(vm_heap(vm), out, key, value)) return vm_raise_memory(vm);
  }
  return true;
}

// A new dict of both; the second one's values count.
static NativeStatus vint_merge(NativeCall *call) {
  Table *a;
  Table *b;
  if (!args_table(call, 0, &a) || !args_table(call, 1, &b)) return NATIVE_FAILED;
  Table *out = vm_table(call->vm);
  if (!out) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(out));
  bool ok = add_entries(call->vm, out, a) && add_entries(call->vm, out, b);
  vm_pop_roots(call->vm, 1);
  return ok ? native_return(call, value_object(out)) : NATIVE_FAILED;
}

static NativeStatus vint_get(NativeCall *call) {
  Table *table;
  Str *key;
  if (!args_table(call, 0, &table) || !args_str(call, 1, &key)) return NATIVE_FAILED;
  Value value = table_get(table, call->args[1]);
  return native_return(call, value_is_absent(value) ? VALUE_NULL : value);
}

static const NativeRow rows[] = {
    {"json", "decode", "fn(text: String, type?: Any): Result(Any, Error)", luma_decode,
     "What the JSON text says, as tables, lists and simple values; with a type checked against it, its "
     "defaults filled in.",
     NULL, 0, NATIVE_LUMA},
    {"json", "encode", "fn(value: Any, indent?: Number): Result(String, Error)", luma_encode,
     "The value as JSON; with `indent` on several lines.", NULL, 0, NATIVE_LUMA},
    {"json", "parse", "fn(text: String): Any", vint_decode, "The same as decode.", NULL, 0, NATIVE_VINT},
    {"json", "decode", "fn(text: String): Any", vint_decode,
     "What the JSON text says, as dicts, arrays and simple values.", NULL, 0, NATIVE_VINT},
    {"json", "encode", "fn(value: Any, indent?: Any): String", vint_encode,
     "The value as JSON; with `indent` on several lines.", NULL, 0, NATIVE_VINT},
    {"json", "stringify", "fn(value: Any, indent?: Any): String", vint_encode,
     "The value as JSON; with `indent` on several lines.", NULL, 0, NATIVE_VINT},
    {"json", "pretty", "fn(value: Any): String", vint_pretty,
     "JSON text, or any value as JSON, on several lines.", NULL, 0, NATIVE_VINT},
    {"json", "merge", "fn(a: Any, b: Any): Any", vint_merge,
     "A new dict of both dicts' entries; the second one's count.", NULL, 0, NATIVE_VINT},
    {"json", "get", "fn(dict: Any, key: String): Any", vint_get,
     "The entry's value; null if there is none.", NULL, 0, NATIVE_VINT},
};

LibModule lib_json_module(void) { return (LibModule){rows, ARRAY_LEN(rows)}; }
