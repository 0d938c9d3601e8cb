// SPDX-License-Identifier: MIT
// lib_convert.c - from one kind of value to another
#include "base/number.h"
#include "base/utf8.h"
#include "code/unit.h"
#include "lib/answer.h"
#include "lib/lib_private.h"
#include "vm/format.h"

#include <math.h>
#include <string.h>

static NativeStatus return_str(NativeCall *call, Str *str) {
  return str ? native_return(call, value_object(str)) : NATIVE_FAILED;
}

static NativeStatus return_integer(NativeCall *call, int64_t i) {
  Value value = vm_integer(call->vm, i);
  return value_is_absent(value) ? NATIVE_FAILED : native_return(call, value);
}

static NativeStatus vint_string(NativeCall *call) {
  return return_str(call, format_to_str(call->vm, call->args[0], FORMAT_VINT));
}

static NativeStatus fail_conversion(NativeCall *call, const char *wanted) {
  Str *text = format_to_str(call->vm, call->args[0], FORMAT_LUMA);
  if (text) {
    vm_raise(call->vm, "ValueError", "%s: cannot convert \"%.60s\" to %s", call->row->name, text->bytes,
             wanted);
  }
  return NATIVE_FAILED;
}

static NativeStatus integer_of_double(NativeCall *call, double number) {
  if (!(fabs(number) < 9223372036854775808.0)) return fail_conversion(call, "an integer");
  return return_integer(call, (int64_t)number);
}

static NativeStatus vint_int(NativeCall *call) {
  Value value = call->args[0];
  if (value_is_integer(value)) return native_return(call, value);
  if (value_is_double(value)) return integer_of_double(call, value_as_double(value));
  if (value_is_bool(value)) return native_return(call, value_int(value == VALUE_TRUE));
  int64_t number;
  if (value_is_str(value) &&
      number_parse_int(value_as_str(value)->bytes, value_as_str(value)->len, &number)) {
    return return_integer(call, number);
  }
  return fail_conversion(call, "an integer");
}

static NativeStatus vint_parse_int(NativeCall *call) {
  Str *text;
  return args_str(call, 0, &text) ? vint_int(call) : NATIVE_FAILED;
}

static NativeStatus vint_parse_float(NativeCall *call) {
  Str *text;
  double number;
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  if (!number_parse(text->bytes, text->len, &number)) return fail_conversion(call, "a float");
  return native_return(call, value_double(number));
}

static NativeStatus vint_float(NativeCall *call) {
  Value value = call->args[0];
  if (value_is_number(value)) return native_return(call, value_double(value_to_double(value)));
  if (value_is_bool(value)) return native_return(call, value_double(value == VALUE_TRUE));
  return value_is_str(value) ? vint_parse_float(call) : fail_conversion(call, "a float");
}

// int8(x), byte(x) and their like: the name of the row says which.
static NativeStatus vint_sized(NativeCall *call) {
  int64_t min, max, number;
  NativeStatus status = vint_int(call);
  if (status != NATIVE_DONE || !number_integer_range(call->row->name, &min, &max)) return status;
  bool fits = integer_from_value(call->result, &number) && number >= min && number <= max;
  if (fits) return status;
  return answer_fail(call, "ValueError", "%lld does not fit %s", (long long)number, call->row->name);
}

static NativeStatus vint_chr(NativeCall *call) {
  int64_t code;
  if (!args_integer(call, 0, &code)) return NATIVE_FAILED;
  if (code < 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
    return fail_conversion(call, "a character");
  }
  char bytes[4];
  return return_str(call, vm_str(call->vm, bytes, utf8_encode((uint32_t)code, bytes)));
}

static NativeStatus vint_ord(NativeCall *call) {
  Str *text;
  size_t size;
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  if (text->length != 1) {
    vm_raise(call->vm, "ValueError", "ord: expected one character, got %u", text->length);
    return NATIVE_FAILED;
  }
  return native_return(call, value_int(utf8_decode(text->bytes, text->len, &size)));
}

// --- Predicates ------------------------------------------------------------------------------------

#define PREDICATE(function, test)                                                                  \
  static NativeStatus function(NativeCall *call) {                                                 \
    Value v = call->args[0];                                                                       \
    return native_return(call, value_bool(test));                                                  \
  }

PREDICATE(is_null, value_is_null(v))
PREDICATE(is_int, value_is_integer(v))
PREDICATE(is_float, value_is_double(v))
PREDICATE(is_number, value_is_number(v))
PREDICATE(is_string, value_is_str(v))
PREDICATE(is_bool, value_is_bool(v))
PREDICATE(is_array, value_is_list(v))
PREDICATE(is_dict, value_is_table(v) && !value_is_instance(v) && !value_is_package(v))
PREDICATE(is_error, value_is_kind(v, KIND_ERROR) ||
                        (value_is_instance(v) &&
                         value_as_object(value_as_table(v)->type)->extra == TAG_CUSTOM_ERROR))
PREDICATE(is_function, value_is_function(v))

// --- Luma's into -------------------------------------------------------------------------------------

static bool wants_type(NativeCall *call, TypeTag tag) {
  Value type = call->args[1];
  return value_is_type(type) && value_as_object(type)->extra == (uint32_t)tag;
}

static NativeStatus into_default(NativeCall *call) {
  if (wants_type(call, TAG_STRING)) {
    return return_str(call, format_to_str(call->vm, call->args[0], FORMAT_LUMA));
  }
  double number;
  Value value = call->args[0];
  if (wants_type(call, TAG_NUMBER)) {
    if (value_is_number(value)) return native_return(call, value_double(value_to_double(value)));
    if (value_is_str(value) &&
        number_parse(value_as_str(value)->bytes, value_as_str(value)->len, &number)) {
      return native_return(call, value_double(number));
    }
  }
  return native_return(call, VALUE_NULL);
}

// __into first, then the default text for String (luma.md 3.6).
static NativeStatus luma_into(NativeCall *call) {
  Value method = lib_find_into(call->vm, call->args[0]);
  if (value_is_absent(method)) return into_default(call);
  Value args[2] = {call->args[0], call->args[1]};
  return native_call(call, method, args, 2);
}

static NativeStatus luma_into_resume(NativeCall *call) {
  return value_is_null(call->answer) ? into_default(call) : native_return(call, call->answer);
}

#define IS_ROW(name, function, what) \
  {"", name, "fn(value: Any): Boolean", function, "Is it " what "?", NULL, 0, NATIVE_VINT}

#define SIZED(name)                                                                                \
  {"", name, "fn(value: Any): Integer", vint_sized, "As int, within the range of the type.", NULL, 0, \
   NATIVE_VINT}

static const NativeRow rows[] = {
    {"", "string", "fn(value: Any): String", vint_string, "The value's text, as print writes it.", NULL, 0,
     NATIVE_VINT},
    {"", "int", "fn(value: Any): Integer", vint_int,
     "An integer from a number (truncated), a decimal string or a boolean.", NULL, 0, NATIVE_VINT},
    SIZED("int8"), SIZED("int16"), SIZED("int32"), SIZED("int64"), SIZED("uint"), SIZED("uint8"),
    SIZED("uint16"), SIZED("uint32"), SIZED("uint64"), SIZED("byte"),
    {"", "float32", "fn(value: Any): Float", vint_float, "The same as float.", NULL, 0, NATIVE_VINT},
    {"", "float64", "fn(value: Any): Float", vint_float, "The same as float.", NULL, 0, NATIVE_VINT},
    {"", "parseInt", "fn(text: String): Integer", vint_parse_int, "The integer that the text says.", NULL, 0,
     NATIVE_VINT},
    {"", "parseFloat", "fn(text: String): Float", vint_parse_float, "The number that the text says.", NULL,
     0, NATIVE_VINT},
    {"", "float", "fn(value: Any): Float", vint_float, "A float from a number, a string or a boolean.", NULL,
     0, NATIVE_VINT},
    {"", "chr", "fn(code: Any): String", vint_chr, "The character with that code point.", NULL, 0,
     NATIVE_VINT},
    {"", "ord", "fn(character: String): Integer", vint_ord, "The code point of the one character.", NULL, 0,
     NATIVE_VINT},
    {"string", "chr", "fn(code: Any): String", vint_chr, "The character with that code point.", NULL, 0,
     NATIVE_VINT},
    {"string", "ord", "fn(character: String): Integer", vint_ord, "The code point of the one character.",
     NULL, 0, NATIVE_VINT},
    IS_ROW("is_null", is_null, "null"),
    IS_ROW("is_int", is_int, "an integer"),
    IS_ROW("is_float", is_float, "a float"),
    IS_ROW("is_number", is_number, "a number"),
    IS_ROW("is_string", is_string, "a string"),
    IS_ROW("is_bool", is_bool, "a boolean"),
    IS_ROW("is_array", is_array, "an array"),
    IS_ROW("is_dict", is_dict, "a dict"),
    IS_ROW("is_error", is_error, "an error"),
    IS_ROW("is_function", is_function, "a function"),
    {"", "into", "fn(value: Any, type: Any): Any", luma_into,
     "Converts by the value's own __into; every value has a text for String. Null if it cannot.",
     luma_into_resume, 0, NATIVE_LUMA},
    {"Any", "into", "fn(type: Any): Any", luma_into,
     "As the function `into`, of any value: `value.into(String)`.", luma_into_resume, 0, NATIVE_LUMA},
};

LibModule lib_convert_module(void) { return (LibModule){rows, ARRAY_LEN(rows)}; }
