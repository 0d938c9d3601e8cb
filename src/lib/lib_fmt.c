// SPDX-License-Identifier: MIT
// lib_fmt.c - Vint's modules fmt and reflect (vint.md 12.17, 12.18)
//
// Widths count code points.
#include "base/utf8.h"
#include "lib/answer.h"
#include "lib/go_format.h"
#include "lib/lib_private.h"
#include "vm/format.h"

#include <math.h>
#include <string.h>

#define WIDTH_MAX 1000000

// --- printf --------------------------------------------------------------------------------------

// Arguments from `first` on: a format and its values.
static bool print_format(NativeCall *call, uint32_t first, Buffer *out) {
  Str *format;
  if (!args_str(call, first, &format)) return false;
  const Value *values = call->args + first + 1;
  if (go_format_print(call->vm, out, format, values, call->arg_count - first - 1)) return true;
  answer_fail(call, "ValueError", "a width or precision above %d", GO_FORMAT_WIDTH_MAX);
  return false;
}

static NativeStatus sprintf_text(NativeCall *call) {
  Buffer out = {0};
  if (print_format(call, 0, &out)) return answer_buffer(call, &out);
  buffer_free(&out);
  return NATIVE_FAILED;
}

static NativeStatus write_format(NativeCall *call, uint32_t first) {
  Buffer out = {0};
  bool ok = print_format(call, first, &out);
  if (ok && out.len > 0) stdio_write(lib_of(call->vm)->options.stdio, out.bytes, out.len);
  buffer_free(&out);
  return ok ? answer_null(call) : NATIVE_FAILED;
}

static NativeStatus printf_text(NativeCall *call) {
  return write_format(call, 0);
}
static NativeStatus fprintf_text(NativeCall *call) {
  return write_format(call, 1);
}

static NativeStatus raise_format(NativeCall *call) {
  Buffer out = {0};
  if (print_format(call, 0, &out)) vm_raise_text(call->vm, "Error", out.bytes, out.len);
  buffer_free(&out);
  return NATIVE_FAILED;
}

// --- Widths --------------------------------------------------------------------------------------

static bool take_width(NativeCall *call, uint32_t index, int64_t *width) {
  if (!args_integer(call, index, width)) return false;
  if (*width >= 0 && *width <= WIDTH_MAX) return true;
  answer_fail(call, "ValueError", "the width must be from 0 to %d, got %lld", WIDTH_MAX,
              (long long)*width);
  return false;
}

static void fill(Buffer *out, const Str *filler, size_t count) {
  for (size_t at = 0; count > 0; count--) {
    size_t size;
    utf8_decode(filler->bytes + at, filler->len - at, &size);
    buffer_append(out, filler->bytes + at, size);
    at = at + size >= filler->len ? 0 : at + size;
  }
}

// `before` of the missing characters go in front: 0 none, 1 half, 2 all of them.
static NativeStatus pad(NativeCall *call, int before) {
  Str *text;
  Str *filler = NULL;
  int64_t width;
  if (!args_str(call, 0, &text) || !take_width(call, 1, &width)) return NATIVE_FAILED;
  if (args_given(call, 2) && !args_str(call, 2, &filler)) return NATIVE_FAILED;
  if (filler && filler->len == 0) return native_return(call, call->args[0]);
  if (!filler) filler = vm_text(call->vm, " ");
  if (!filler) return NATIVE_FAILED;
  if (width <= text->length) return native_return(call, call->args[0]);
  size_t missing = (size_t)width - text->length;
  size_t front = missing * (size_t)before / 2;
  Buffer out = {0};
  fill(&out, filler, front);
  buffer_append(&out, text->bytes, text->len);
  fill(&out, filler, missing - front);
  return answer_buffer(call, &out);
}

static NativeStatus pad_left(NativeCall *call) {
  return pad(call, 2);
}
static NativeStatus pad_right(NativeCall *call) {
  return pad(call, 0);
}
static NativeStatus pad_center(NativeCall *call) {
  return pad(call, 1);
}

static NativeStatus cut(NativeCall *call) {
  Str *text;
  int64_t width;
  if (!args_str(call, 0, &text) || !take_width(call, 1, &width)) return NATIVE_FAILED;
  return answer_bytes(call, text->bytes, utf8_offset(text->bytes, text->len, (size_t)width));
}

// Cut or filled up at the right.
static NativeStatus set_width(NativeCall *call) {
  Str *text;
  int64_t width;
  if (!args_str(call, 0, &text) || !take_width(call, 1, &width)) return NATIVE_FAILED;
  return width <= text->length ? cut(call) : pad(call, 0);
}

static NativeStatus repeat(NativeCall *call) {
  Str *text;
  int64_t count;
  if (!args_str(call, 0, &text) || !take_width(call, 1, &count)) return NATIVE_FAILED;
  if ((uint64_t)count * text->len > (UINT64_C(1) << 30)) {
    return answer_fail(call, "ValueError", "the result is too long");
  }
  Buffer out = {0};
  for (int64_t i = 0; i < count; i++) buffer_append(&out, text->bytes, text->len);
  return answer_buffer(call, &out);
}

// --- Numbers -------------------------------------------------------------------------------------

static NativeStatus answer_digits(NativeCall *call, unsigned base, bool capitals, int64_t width) {
  int64_t i;
  char digits[72];
  size_t at = sizeof(digits);
  if (!args_integer(call, 0, &i)) return NATIVE_FAILED;
  uint64_t rest = i < 0 ? -(uint64_t)i : (uint64_t)i;
  const char *letters = capitals ? "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 : "0123456789abcdefghijklmnopqrstuvwxyz";
  do {
    digits[--at] = letters[rest % base];
    rest /= base;
  } while (rest);
  Buffer out = {0};
  size_t count = sizeof(digits) - at + (i < 0);
  if (i < 0) buffer_byte(&out, '-');
  if ((uint64_t)width > count) buffer_fill(&out, '0', (size_t)width - count);
  buffer_append(&out, digits + at, sizeof(digits) - at);
  return answer_buffer(call, &out);
}

static NativeStatus format_int(NativeCall *call) {
  int64_t base = 10;
  int64_t width = 0;
  if (args_given(call, 1) && !args_integer(call, 1, &base)) return NATIVE_FAILED;
  if (base < 2 || base > 36) {
    return answer_fail(call, "ValueError", "the base must be from 2 to 36, got %lld", (long long)base);
  }
  if (args_given(call, 2) && !take_width(call, 2, &width)) return NATIVE_FAILED;
  return answer_digits(call, (unsigned)base, false, width);
}

static NativeStatus format_hex(NativeCall *call) {
  bool capitals = false;
  if (args_given(call, 1) && !args_bool(call, 1, &capitals)) return NATIVE_FAILED;
  return answer_digits(call, 16, capitals, 0);
}

static NativeStatus format_oct(NativeCall *call) {
  return answer_digits(call, 8, false, 0);
}
static NativeStatus format_bin(NativeCall *call) {
  return answer_digits(call, 2, false, 0);
}

static NativeStatus format_float(NativeCall *call) {
  double number;
  int64_t digits;
  if (!args_number(call, 0, &number) || !args_integer(call, 1, &digits)) return NATIVE_FAILED;
  if (digits < 0 || digits > 100) {
    return answer_fail(call, "ValueError", "the decimals must be from 0 to 100, got %lld",
                       (long long)digits);
  }
  if (!isfinite(number)) {
    return answer_str(call, format_to_str(call->vm, call->args[0], FORMAT_VINT));
  }
  Buffer out = {0};
  buffer_printf(&out, "%.*f", (int)digits, number);
  return answer_buffer(call, &out);
}

// --- reflect -------------------------------------------------------------------------------------

static NativeStatus type_of(NativeCall *call) {
  return answer_text(call, lib_core_type_name(call->args[0]));
}

static NativeStatus value_of(NativeCall *call) {
  return native_return(call, call->args[0]);
}

#define ASKS(name, test)                                                                           \
  static NativeStatus name(NativeCall *call) {                                                     \
    Value value = call->args[0];                                                                   \
    return answer_bool(call, test);                                                                \
  }

ASKS(is_nil, value_is_null(value))
ASKS(is_array, value_is_list(value))
ASKS(is_object, value_is_table(value) && value_is_null(value_as_table(value)->type))
ASKS(is_function, value_is_kind(value, KIND_CLOSURE))

#define FMT(name, signature, function, doc)                                                        \
  { "fmt", name, signature, function, doc, NULL, 0, NATIVE_VINT }
#define REFLECT(name, signature, function, doc)                                                    \
  { "reflect", name, signature, function, doc, NULL, 0, NATIVE_VINT }
#define PAD "fn(text: String, width: Number, filler?: String): String"

static const NativeRow rows[] = {
    FMT("sprintf", "fn(format: String, values: Any...): String", sprintf_text,
        "The text with Go's verbs replaced by the values, as the builtin format."),
    FMT("printf", "fn(format: String, values: Any...): Null", printf_text,
        "Writes what sprintf gives."),
    FMT("fprintf", "fn(target: Any, format: String, values: Any...): Null", fprintf_text,
        "As printf; the target is not looked at."),
    FMT("errorf", "fn(format: String, values: Any...): Never", raise_format,
        "Raises an error with what sprintf gives as its message."),
    FMT("padLeft", PAD, pad_left, "Filled up in front to `width` characters."),
    FMT("padRight", PAD, pad_right, "Filled up behind to `width` characters."),
    FMT("padCenter", PAD, pad_center, "Filled up on both sides to `width` characters."),
    FMT("width", "fn(text: String, width: Number): String", set_width,
        "Cut or filled up behind to `width` characters."),
    FMT("truncate", "fn(text: String, width: Number): String", cut, "At most `width` characters."),
    FMT("repeat", "fn(text: String, count: Number): String", repeat, "That many times in a row."),
    FMT("formatInt", "fn(i: Number, base?: Number, width?: Number): String", format_int,
        "The digits to a base from 2 to 36 (10), with zeros in front to `width`."),
    FMT("formatHex", "fn(i: Number, capitals?: Boolean): String", format_hex, "The digits to base 16."),
    FMT("formatOct", "fn(i: Number): String", format_oct, "The digits to base 8."),
    FMT("formatBin", "fn(i: Number): String", format_bin, "The digits to base 2."),
    FMT("formatFloat", "fn(x: Number, decimals: Number): String", format_float,
        "With so many decimals."),
    FMT("precision", "fn(x: Number, decimals: Number): String", format_float,
        "With so many decimals."),
    REFLECT("typeOf", "fn(value: Any): String", type_of, "As the builtin type."),
    REFLECT("valueOf", "fn(value: Any): Any", value_of, "The value."),
    REFLECT("isNil", "fn(value: Any): Boolean", is_nil, "Is it null?"),
    REFLECT("isArray", "fn(value: Any): Boolean", is_array, "Is it an array?"),
    REFLECT("isObject", "fn(value: Any): Boolean", is_object, "Is it a dict?"),
    REFLECT("isFunction", "fn(value: Any): Boolean", is_function, "Is it a function of a program?"),
};

LibModule lib_fmt_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
