// SPDX-License-Identifier: MIT
// lib_string.c - what only Vint does with strings (vint.md 11.1, 12.7)
//
// Positions count code points, as everywhere in Vint's strings; only len counts bytes. The methods
// that both languages have, and the module's functions that are the same, are in lib_text.c.
#include "base/memory.h"
#include "base/number.h"
#include "base/special_case.h"
#include "base/utf8.h"
#include "lib/answer.h"
#include "lib/lib_private.h"
#include "vm/format.h"

#include <ctype.h>
#include <string.h>
#include <utf8proc.h>

#define TEXT_MAX            ((size_t)1 << 31)
#define SIMILARITY_WORK_MAX (UINT64_C(1) << 28) // cells of the table of distances

// --- Parts and places ----------------------------------------------------------------------------

static NativeStatus capitalize(NativeCall *call) {
  Str *text;
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  if (text->len == 0) return native_return(call, call->args[0]);
  size_t size;
  uint32_t first = utf8_decode(text->bytes, text->len, &size);
  char bytes[4];
  Buffer out = {0};
  const char *several = special_case_title(first);
  uint32_t title = (uint32_t)utf8proc_totitle((utf8proc_int32_t)first);
  buffer_append(&out, several ? several : bytes,
                several ? strlen(several) : utf8_encode(title, bytes));
  buffer_append(&out, text->bytes + size, text->len - size);
  return answer_buffer(call, &out);
}

// Bounds outside are clamped, and exchanged if they are the wrong way round.
static NativeStatus substring(NativeCall *call) {
  Str *text;
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  int64_t bounds[2] = {0, text->length};
  for (uint32_t i = 0; i < 2; i++) {
    if (!args_given(call, i + 1) && i == 1) continue;
    if (!args_integer(call, i + 1, &bounds[i])) return NATIVE_FAILED;
    if (bounds[i] < 0) bounds[i] = 0;
    if (bounds[i] > text->length) bounds[i] = text->length;
  }
  if (bounds[0] > bounds[1]) {
    int64_t first = bounds[0];
    bounds[0] = bounds[1];
    bounds[1] = first;
  }
  Str *part = str_slice(vm_strings(call->vm), text, (uint32_t)bounds[0], (uint32_t)bounds[1]);
  return part ? native_return(call, value_object(part)) : (vm_raise_memory(call->vm), NATIVE_FAILED);
}

// Code points before byte `at`.
static int64_t place_of(NativeCall *call, const Str *text, const char *at) {
  return str_index(vm_strings(call->vm), text, (uint32_t)(at - text->bytes));
}

static NativeStatus index_of(NativeCall *call) {
  Str *text;
  Str *what;
  int64_t from = 0;
  if (!args_str(call, 0, &text) || !args_str(call, 1, &what)) return NATIVE_FAILED;
  if (args_given(call, 2) && !args_integer(call, 2, &from)) return NATIVE_FAILED;
  if (from < 0) from = 0;
  if (from > text->length) return answer_integer(call, -1);
  size_t start = str_offset(vm_strings(call->vm), text, (uint32_t)from);
  const char *found = memmem(text->bytes + start, text->len - start, what->bytes, what->len);
  return answer_integer(call, found ? place_of(call, text, found) : -1);
}

static NativeStatus last_index_of(NativeCall *call) {
  Str *text;
  Str *what;
  if (!args_str(call, 0, &text) || !args_str(call, 1, &what)) return NATIVE_FAILED;
  int64_t from = text->length;
  if (args_given(call, 2) && !args_integer(call, 2, &from)) return NATIVE_FAILED;
  if (from < 0 || what->len > text->len) return answer_integer(call, -1);
  if (from > text->length) from = text->length;
  size_t at = str_offset(vm_strings(call->vm), text, (uint32_t)from);
  if (at > text->len - what->len) at = text->len - what->len;
  for (;; at--) {
    if (memcmp(text->bytes + at, what->bytes, what->len) == 0) {
      return answer_integer(call, place_of(call, text, text->bytes + at));
    }
    if (at == 0) return answer_integer(call, -1);
  }
}

// The module's indexOf raises where the method gives -1 (12.7).
static NativeStatus module_index_of(NativeCall *call) {
  NativeStatus status = index_of(call);
  if (status != NATIVE_DONE || value_as_integer(call->result) >= 0) return status;
  return answer_fail(call, "ValueError", "\"%.60s\" does not occur in the text",
                     value_as_str(call->args[1])->bytes);
}

// --- Questions -----------------------------------------------------------------------------------

static NativeStatus is_numeric(NativeCall *call) {
  Str *text;
  double number;
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  return answer_bool(call, number_parse(text->bytes, text->len, &number));
}

static NativeStatus is_alpha(NativeCall *call) {
  Str *text;
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  bool yes = text->len > 0;
  for (uint32_t i = 0; yes && i < text->len; i++) {
    unsigned char c = (unsigned char)text->bytes[i];
    yes = c < 128 && isalpha(c);
  }
  return answer_bool(call, yes);
}

static NativeStatus compare_ignoring_case(NativeCall *call) {
  Str *texts[2];
  if (!args_str(call, 0, &texts[0]) || !args_str(call, 1, &texts[1])) return NATIVE_FAILED;
  size_t at[2] = {0, 0};
  for (;;) {
    int32_t code[2];
    for (int i = 0; i < 2; i++) {
      code[i] = -1; // the end comes before everything
      if (at[i] == texts[i]->len) continue;
      size_t size;
      uint32_t c = utf8_decode(texts[i]->bytes + at[i], texts[i]->len - at[i], &size);
      code[i] = utf8proc_tolower((utf8proc_int32_t)c);
      at[i] += size;
    }
    if (code[0] != code[1]) return answer_integer(call, code[0] < code[1] ? -1 : 1);
    if (code[0] < 0) return answer_integer(call, 0);
  }
}

// --- Making --------------------------------------------------------------------------------------

// The number in "{12}" at `at`, and how long that is; 0: it is no place for an argument.
static size_t read_placeholder(const char *at, const char *end, uint32_t *number) {
  const char *start = at++;
  *number = 0;
  while (at < end && isdigit((unsigned char)*at) && *number < 100000) {
    *number = *number * 10 + (uint32_t)(*at++ - '0');
  }
  bool is_one = at < end && *at == '}' && at > start + 1;
  return is_one ? (size_t)(at + 1 - start) : 0;
}

// {0}, {1} … by the arguments' texts; others stay.
static NativeStatus fill_in(NativeCall *call) {
  Str *text;
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  Buffer out = {0};
  const char *end = text->bytes + text->len;
  for (const char *at = text->bytes; at < end;) {
    uint32_t number;
    size_t len = *at == '{' ? read_placeholder(at, end, &number) : 0;
    if (len > 0 && number + 1 < call->arg_count) {
      format_value(call->vm, &out, call->args[number + 1], FORMAT_VINT);
      at += len;
    } else {
      buffer_byte(&out, *at++);
    }
  }
  if (out.len > TEXT_MAX) {
    buffer_free(&out);
    return answer_fail(call, "ValueError", "the text is too long");
  }
  return answer_buffer(call, &out);
}

// Decomposed, the marks left out, composed again.
static char *strip_accents(const Str *text, size_t *len) {
  utf8proc_uint8_t *out = NULL;
  utf8proc_ssize_t size = utf8proc_map((const utf8proc_uint8_t *)text->bytes, text->len, &out,
                                       UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK);
  if (size < 0) return NULL;
  *len = (size_t)size;
  return (char *)out;
}

static NativeStatus remove_accents(NativeCall *call) {
  Str *text;
  size_t len;
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  char *plain = strip_accents(text, &len);
  if (!plain) return native_return(call, call->args[0]); // no UTF-8: nothing to remove
  NativeStatus status = answer_bytes(call, plain, len);
  free(plain);
  return status;
}

static NativeStatus to_int(NativeCall *call) {
  Str *text;
  int64_t number;
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  if (number_parse_int(text->bytes, text->len, &number)) return answer_integer(call, number);
  return answer_fail(call, "ValueError", "\"%.60s\" is no integer", text->bytes);
}

// Small letters and digits, one hyphen for whatever is between: "Crème brûlée!" → "creme-brulee".
static NativeStatus slug(NativeCall *call) {
  Str *text;
  size_t len;
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  char *plain = strip_accents(text, &len);
  const char *bytes = plain ? plain : text->bytes;
  if (!plain) len = text->len;
  Buffer out = {0};
  bool is_apart = false;
  for (size_t i = 0; i < len; i++) {
    unsigned char c = (unsigned char)bytes[i];
    if (c >= 128 || !isalnum(c)) {
      is_apart = out.len > 0;
      continue;
    }
    if (is_apart) buffer_byte(&out, '-');
    is_apart = false;
    buffer_byte(&out, (char)tolower(c));
  }
  free(plain);
  return answer_buffer(call, &out);
}

// --- Similarity ----------------------------------------------------------------------------------

static uint32_t *decode_all(const Str *text) {
  uint32_t *codes = memory_require(NULL, ((size_t)text->length + 1) * sizeof(uint32_t));
  size_t count = 0;
  for (size_t at = 0, size; at < text->len; at += size) {
    codes[count++] = utf8_decode(text->bytes + at, text->len - at, &size);
  }
  return codes;
}

static uint32_t smallest(uint32_t a, uint32_t b, uint32_t c) {
  uint32_t least = a < b ? a : b;
  return least < c ? least : c;
}

// Levenshtein's distance, row by row.
static uint32_t distance(const uint32_t *a, uint32_t a_count, const uint32_t *b, uint32_t b_count) {
  uint32_t *row = memory_require(NULL, ((size_t)b_count + 1) * sizeof(uint32_t));
  for (uint32_t j = 0; j <= b_count; j++) row[j] = j;
  for (uint32_t i = 1; i <= a_count; i++) {
    uint32_t diagonal = row[0];
    row[0] = i;
    for (uint32_t j = 1; j <= b_count; j++) {
      uint32_t above = row[j];
      row[j] = smallest(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
      diagonal = above;
    }
  }
  uint32_t result = row[b_count];
  free(row);
  return result;
}

static NativeStatus similarity(NativeCall *call) {
  Str *a;
  Str *b;
  if (!args_str(call, 0, &a) || !args_str(call, 1, &b)) return NATIVE_FAILED;
  uint32_t longest = a->length > b->length ? a->length : b->length;
  if (longest == 0) return answer_double(call, 1);
  if ((uint64_t)a->length * b->length > SIMILARITY_WORK_MAX) {
    return answer_fail(call, "ValueError", "the texts are too long to be compared (%u and %u)",
                       a->length, b->length);
  }
  uint32_t *codes_a = decode_all(a);
  uint32_t *codes_b = decode_all(b);
  uint32_t edits = distance(codes_a, a->length, codes_b, b->length);
  free(codes_a);
  free(codes_b);
  return answer_double(call, 1 - (double)edits / longest);
}

#define METHOD(name, signature, function, doc)                                                     \
  { "String", name, signature, function, doc, NULL, 0, NATIVE_VINT }
#define MODULE(name, signature, function, doc)                                                     \
  { "string", name, signature, function, doc, NULL, 0, NATIVE_VINT }

static const NativeRow rows[] = {
    METHOD("capitalize", "fn(): String", capitalize, "With its first character in upper case."),
    {"string", "substring", "fn(text: String, from: Number, to?: Number): String", substring,
     "The characters from `from` up to `to`.", NULL, 0, NATIVE_VINT},
    METHOD("substring", "fn(from: Number, to?: Number): String", substring,
           "Characters from `from` to before `to`; clamped, and exchanged if from > to."),
    METHOD("indexOf", "fn(what: String, from?: Number): Integer", index_of,
           "Where `what` first occurs, not before `from`; -1 if it does not."),
    METHOD("lastIndexOf", "fn(what: String, from?: Number): Integer", last_index_of,
           "Where `what` last occurs, not behind `from`; -1 if it does not."),
    METHOD("isNumeric", "fn(): Boolean", is_numeric, "Does it say a number?"),
    METHOD("isAlpha", "fn(): Boolean", is_alpha, "Is it all ASCII letters, and not empty?"),
    METHOD("compareIgnoreCase", "fn(other: String): Integer", compare_ignoring_case,
           "-1, 0 or 1: the order without regard to case."),
    METHOD("format", "fn(values: Any...): String", fill_in,
           "With {0}, {1} … replaced by the values' texts."),
    METHOD("removeAccents", "fn(): String", remove_accents, "Letters without their accents."),
    METHOD("toInt", "fn(): Integer", to_int, "The integer that it says."),
    MODULE("indexOf", "fn(text: String, what: String): Integer", module_index_of,
           "Where `what` first occurs; an error if it does not."),
    MODULE("similarity", "fn(a: String, b: String): Float", similarity,
           "From 0 (nothing in common) to 1 (equal), by the edits that make `b` of `a`."),
    MODULE("slug", "fn(text: String): String", slug,
           "Small ASCII letters, digits and hyphens, for an address."),
};

LibModule lib_string_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
