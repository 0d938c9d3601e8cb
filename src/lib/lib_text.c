// SPDX-License-Identifier: MIT
// lib_text.c - methods of strings
//
// Positions count code points. Upper and lower case are Unicode's mappings, by utf8proc and
// base/special_case.
#include "base/number.h"
#include "base/special_case.h"
#include "base/utf8.h"
#include "lib/files.h"
#include "lib/lib_private.h"
#include "sched/ticket.h"
#include "vm/format.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static bool get_text(NativeCall *call, Str **out) { return args_str(call, 0, out); }

static NativeStatus return_str(NativeCall *call, Str *str) {
  return str ? native_return(call, value_object(str)) : NATIVE_FAILED;
}

static NativeStatus return_bytes(NativeCall *call, const char *bytes, size_t len) {
  return return_str(call, vm_str(call->vm, bytes, len));
}

static NativeStatus return_buffer(NativeCall *call, Buffer *text) {
  NativeStatus status = return_bytes(call, text->bytes ? text->bytes : "", text->len);
  buffer_free(text);
  return status;
}

// A loop that appends until there is enough asks each time.
static bool get_head(NativeCall *call, const Str **out) {
  Str *text;
  if (!value_is_str(call->args[0])) return get_text(call, &text); // says what is wrong
  *out = str_head(call->args[0]);
  return true;
}

static NativeStatus luma_length(NativeCall *call) {
  const Str *head;
  return get_head(call, &head) ? native_return(call, value_double(head->length)) : NATIVE_FAILED;
}

static NativeStatus vint_length(NativeCall *call) {
  const Str *head;
  return get_head(call, &head) ? native_return(call, value_int(head->len)) : NATIVE_FAILED;
}

static NativeStatus is_empty(NativeCall *call) {
  const Str *head;
  return get_head(call, &head) ? native_return(call, value_bool(head->len == 0)) : NATIVE_FAILED;
}

// --- Case --------------------------------------------------------------------------------------------

typedef struct CaseMap {
  utf8proc_int32_t (*simple)(utf8proc_int32_t);
  const char *(*special)(uint32_t code); // where one letter becomes several
  char first;                            // of the ASCII letters that it changes
} CaseMap;

static NativeStatus map_ascii_case(NativeCall *call, const Str *text, char first) {
  Buffer out = {0};
  buffer_append(&out, text->bytes, text->len);
  for (size_t i = 0; i < out.len; i++) {
    if (out.bytes[i] >= first && out.bytes[i] < first + 26) out.bytes[i] ^= 'a' ^ 'A';
  }
  return return_buffer(call, &out);
}

static NativeStatus map_case(NativeCall *call, CaseMap map) {
  Str *text;
  if (!get_text(call, &text)) return NATIVE_FAILED;
  if (text->obj.flags & STR_ASCII) return map_ascii_case(call, text, map.first);
  Buffer out = {0};
  for (size_t at = 0, size; at < text->len; at += size) {
    uint32_t code = utf8_decode(text->bytes + at, text->len - at, &size);
    const char *several = map.special(code);
    char bytes[4];
    if (several) {
      buffer_text(&out, several);
    } else {
      buffer_append(&out, bytes, utf8_encode((uint32_t)map.simple((utf8proc_int32_t)code), bytes));
    }
  }
  return return_buffer(call, &out);
}

static NativeStatus upper(NativeCall *call) {
  return map_case(call, (CaseMap){utf8proc_toupper, special_case_upper, 'a'});
}
static NativeStatus lower(NativeCall *call) {
  return map_case(call, (CaseMap){utf8proc_tolower, special_case_lower, 'A'});
}

// --- Searching ---------------------------------------------------------------------------------------

static inline const char *find_bytes(const Str *text, size_t from, const Str *what) {
  if (from > text->len) return NULL;
  if (what->len == 0) return text->bytes + from;
  if (what->len == 1) return memchr(text->bytes + from, what->bytes[0], text->len - from);
  return memmem(text->bytes + from, text->len - from, what->bytes, what->len);
}

static NativeStatus contains(NativeCall *call) {
  Str *text, *what;
  if (!get_text(call, &text) || !args_str(call, 1, &what)) return NATIVE_FAILED;
  return native_return(call, value_bool(find_bytes(text, 0, what) != NULL));
}

static NativeStatus starts_with(NativeCall *call) {
  Str *text, *what;
  if (!get_text(call, &text) || !args_str(call, 1, &what)) return NATIVE_FAILED;
  bool yes = text->len >= what->len && memcmp(text->bytes, what->bytes, what->len) == 0;
  return native_return(call, value_bool(yes));
}

static NativeStatus ends_with(NativeCall *call) {
  Str *text, *what;
  if (!get_text(call, &text) || !args_str(call, 1, &what)) return NATIVE_FAILED;
  bool yes = text->len >= what->len &&
             memcmp(text->bytes + text->len - what->len, what->bytes, what->len) == 0;
  return native_return(call, value_bool(yes));
}

// Code points before the first occurrence; −1 if there is none.
static bool find_place(NativeCall *call, int64_t *place) {
  Str *text, *what;
  if (!get_text(call, &text) || !args_str(call, 1, &what)) return false;
  const char *found = find_bytes(text, 0, what);
  *place = -1;
  if (found) *place = str_index(vm_strings(call->vm), text, (uint32_t)(found - text->bytes));
  return true;
}

static NativeStatus luma_find(NativeCall *call) {
  int64_t place;
  if (!find_place(call, &place)) return NATIVE_FAILED;
  Value option = ticket_option(call->vm, place < 0 ? VALUE_ABSENT : value_double((double)place));
  return value_is_absent(option) ? NATIVE_FAILED : native_return(call, option);
}

// --- Parts -------------------------------------------------------------------------------------------

static bool push_part(NativeCall *call, List *list, const Str *text, size_t from, size_t len) {
  Str *part = str_part(vm_strings(call->vm), text, from, len);
  if (UNLIKELY(!part)) return vm_raise_memory(call->vm);
  return list_push(vm_heap(call->vm), list, value_object(part)) || vm_raise_memory(call->vm);
}

static bool push_characters(NativeCall *call, List *list, const Str *text) {
  for (size_t at = 0, size; at < text->len; at += size) {
    utf8_decode(text->bytes + at, text->len - at, &size);
    if (!push_part(call, list, text, at, size)) return false;
  }
  return true;
}

static bool push_pieces(NativeCall *call, List *list, const Str *text, const Str *separator) {
  size_t at = 0;
  for (;;) {
    const char *found = find_bytes(text, at, separator);
    size_t end = found ? (size_t)(found - text->bytes) : text->len;
    if (!push_part(call, list, text, at, end - at)) return false;
    if (!found) return true;
    at = end + separator->len;
  }
}

static uint32_t count_pieces(const Str *text, const Str *separator) {
  uint32_t count = 1;
  size_t at = 0;
  for (const char *found; (found = find_bytes(text, at, separator)); count++)
    at = (size_t)(found - text->bytes) + separator->len;
  return count;
}

// Without a separator: the characters. To count the pieces first takes less than to let the list grow, and most lists
// are so short that they then have their items inside.
static NativeStatus split(NativeCall *call) {
  Str *text, *separator = NULL;
  if (!get_text(call, &text)) return NATIVE_FAILED;
  if (!value_is_absent(native_arg(call, 1)) && !args_str(call, 1, &separator)) return NATIVE_FAILED;
  bool has_separator = separator && separator->len > 0;
  List *list = vm_list(call->vm, has_separator ? count_pieces(text, separator) : text->length);
  if (!list) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(list));
  bool ok = has_separator ? push_pieces(call, list, text, separator)
                          : push_characters(call, list, text);
  vm_pop_roots(call->vm, 1);
  return ok ? native_return(call, value_object(list)) : NATIVE_FAILED;
}

// White space as Unicode has it.
static bool is_blank(uint32_t code) {
  if (code < 0x80) return code == ' ' || (code >= '\t' && code <= '\r');
  if (code == 0x85) return true;
  utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
         category == UTF8PROC_CATEGORY_ZP;
}

static bool is_trimmed(const Str *set, const char *bytes, size_t len) {
  size_t size;
  if (!set) return is_blank(utf8_decode(bytes, len, &size));
  for (size_t at = 0; at < set->len; at += size) {
    utf8_decode(set->bytes + at, set->len - at, &size);
    if (size == len && memcmp(set->bytes + at, bytes, len) == 0) return true;
  }
  return false;
}

// Where the last character before `end` begins.
static size_t step_back(const Str *text, size_t end) {
  size_t start = end - 1, size;
  while (start > 0 && end - start < 4 && ((unsigned char)text->bytes[start] & 0xc0) == 0x80) start--;
  utf8_decode(text->bytes + start, end - start, &size);
  return start + size == end ? start : end - 1; // a malformed byte stands for itself
}

static NativeStatus trim(NativeCall *call) {
  Str *text, *set = NULL;
  if (!get_text(call, &text)) return NATIVE_FAILED;
  if (!value_is_absent(native_arg(call, 1)) && !args_str(call, 1, &set)) return NATIVE_FAILED;
  size_t start = 0, end = text->len, size, last;
  for (; start < end; start += size) {
    utf8_decode(text->bytes + start, end - start, &size);
    if (!is_trimmed(set, text->bytes + start, size)) break;
  }
  for (; end > start; end = last) {
    last = step_back(text, end);
    if (!is_trimmed(set, text->bytes + last, end - last)) break;
  }
  return return_bytes(call, text->bytes + start, end - start);
}

static NativeStatus list_bytes(NativeCall *call) {
  Str *text;
  if (!get_text(call, &text)) return NATIVE_FAILED;
  List *list = vm_list(call->vm, text->len);
  if (!list) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(list));
  bool ok = true;
  for (size_t i = 0; ok && i < text->len; i++) {
    ok = list_push(vm_heap(call->vm), list, value_double((unsigned char)text->bytes[i])) ||
         vm_raise_memory(call->vm);
  }
  vm_pop_roots(call->vm, 1);
  return ok ? native_return(call, value_object(list)) : NATIVE_FAILED;
}

static NativeStatus list_lines(NativeCall *call) {
  Str *text;
  if (!get_text(call, &text)) return NATIVE_FAILED;
  size_t len = text->len;
  if (len > 0 && text->bytes[len - 1] == '\n') len--; // it ends the last line and begins no other
  List *list = text->len > 0 ? files_lines(call->vm, text->bytes, len) : vm_list(call->vm, 0);
  return list ? native_return(call, value_object(list)) : NATIVE_FAILED;
}

static NativeStatus return_slice(NativeCall *call, const Str *text, uint32_t from, uint32_t to) {
  Str *slice = str_slice(vm_strings(call->vm), text, from, to);
  return slice ? native_return(call, value_object(slice)) : (vm_raise_memory(call->vm), NATIVE_FAILED);
}

// Negative positions count from the end; all are clamped.
static NativeStatus slice(NativeCall *call) {
  Str *text;
  if (!get_text(call, &text)) return NATIVE_FAILED;
  int64_t bounds[2] = {0, text->length};
  for (uint32_t i = 0; i < 2; i++) {
    if (value_is_absent(native_arg(call, i + 1))) continue;
    if (!args_integer(call, i + 1, &bounds[i])) return NATIVE_FAILED;
    if (bounds[i] < 0) bounds[i] += text->length;
    if (bounds[i] < 0) bounds[i] = 0;
    if (bounds[i] > text->length) bounds[i] = text->length;
  }
  if (bounds[1] < bounds[0]) bounds[1] = bounds[0];
  return return_slice(call, text, (uint32_t)bounds[0], (uint32_t)bounds[1]);
}

static NativeStatus char_at(NativeCall *call) {
  Str *text;
  int64_t index;
  if (!get_text(call, &text) || !args_integer(call, 1, &index)) return NATIVE_FAILED;
  if (index < 0 || index >= text->length) return return_bytes(call, "", 0);
  return return_slice(call, text, (uint32_t)index, (uint32_t)index + 1);
}

// --- Making ------------------------------------------------------------------------------------------

#define TEXT_MAX (UINT32_MAX / 2)

static NativeStatus too_long(NativeCall *call) {
  vm_raise(call->vm, "ValueError", "%s: the string would be longer than 2 GiB", call->row->name);
  return NATIVE_FAILED;
}

static NativeStatus replace(NativeCall *call) {
  Str *text, *old, *new;
  if (!get_text(call, &text) || !args_str(call, 1, &old) || !args_str(call, 2, &new)) {
    return NATIVE_FAILED;
  }
  if (old->len == 0) return native_return(call, call->args[0]);
  Buffer out = {0};
  size_t at = 0;
  for (const char *found; (found = find_bytes(text, at, old));) {
    size_t end = (size_t)(found - text->bytes);
    buffer_append(&out, text->bytes + at, end - at);
    buffer_append(&out, new->bytes, new->len);
    at = end + old->len;
    if (out.len > TEXT_MAX) {
      buffer_free(&out);
      return too_long(call);
    }
  }
  buffer_append(&out, text->bytes + at, text->len - at);
  return return_buffer(call, &out);
}

static NativeStatus repeat(NativeCall *call) {
  Str *text;
  int64_t times;
  if (!get_text(call, &text) || !args_integer(call, 1, &times)) return NATIVE_FAILED;
  if (times < 0) {
    vm_raise(call->vm, "ValueError", "%s: the count must not be negative, got %lld", call->row->name,
             (long long)times);
    return NATIVE_FAILED;
  }
  if (text->len > 0 && times > TEXT_MAX / text->len) return too_long(call);
  Buffer out = {0};
  for (int64_t i = 0; i < times; i++) buffer_append(&out, text->bytes, text->len);
  return return_buffer(call, &out);
}

static NativeStatus reverse(NativeCall *call) {
  Str *text;
  if (!get_text(call, &text)) return NATIVE_FAILED;
  char *bytes = malloc((size_t)text->len + 1);
  if (!bytes) return vm_raise_memory(call->vm), NATIVE_FAILED;
  size_t end = text->len;
  for (size_t at = 0, size; at < text->len; at += size) {
    utf8_decode(text->bytes + at, text->len - at, &size);
    end -= size;
    memcpy(bytes + end, text->bytes + at, size);
  }
  NativeStatus status = return_bytes(call, bytes, text->len);
  free(bytes);
  return status;
}

static NativeStatus pad(NativeCall *call, bool at_start) {
  Str *text, *filler = NULL;
  int64_t width;
  if (!get_text(call, &text) || !args_integer(call, 1, &width)) return NATIVE_FAILED;
  if (!value_is_absent(native_arg(call, 2)) && !args_str(call, 2, &filler)) return NATIVE_FAILED;
  if (width > TEXT_MAX) return too_long(call);
  bool needs_none = width <= text->length || (filler && filler->len == 0);
  if (needs_none) return native_return(call, call->args[0]);
  const char *fill = filler ? filler->bytes : " ";
  size_t fill_len = filler ? filler->len : 1, fill_at = 0;
  Buffer out = {0};
  if (!at_start) buffer_append(&out, text->bytes, text->len);
  for (int64_t i = text->length; i < width; i++) {
    size_t size;
    utf8_decode(fill + fill_at, fill_len - fill_at, &size);
    buffer_append(&out, fill + fill_at, size);
    fill_at = fill_at + size >= fill_len ? 0 : fill_at + size;
  }
  if (at_start) buffer_append(&out, text->bytes, text->len);
  return return_buffer(call, &out);
}

static NativeStatus pad_start(NativeCall *call) { return pad(call, true); }
static NativeStatus pad_end(NativeCall *call) { return pad(call, false); }

static NativeStatus to_number(NativeCall *call) {
  Str *text;
  double number;
  if (!get_text(call, &text)) return NATIVE_FAILED;
  bool ok = number_parse(text->bytes, text->len, &number);
  Value option = ticket_option(call->vm, ok ? value_double(number) : VALUE_ABSENT);
  return value_is_absent(option) ? NATIVE_FAILED : native_return(call, option);
}

#define LINES_DOC "The lines without their ends; a line end at the end begins no further line."
#define SPLIT_DOC "The pieces between the separators; without one the characters."
#define SLICE_DOC "Characters from `from` to before `to`; negative ones count from the end."

#define BOTH(name, signature, function, doc) \
  {"String", name, signature, function, doc, NULL, 0, NATIVE_BOTH}
#define LUMA(name, signature, function, doc) \
  {"String", name, signature, function, doc, NULL, 0, NATIVE_LUMA}
#define VINT(name, signature, function, doc) \
  {"String", name, signature, function, doc, NULL, 0, NATIVE_VINT}

#define MODULE(name, signature, function, doc) \
  {"string", name, signature, function, doc, NULL, 0, NATIVE_VINT}
#define LUMA_MODULE(name, signature, function, doc) \
  {"string", name, signature, function, doc, NULL, 0, NATIVE_LUMA}
#define ASKS(name, function, doc) \
  LUMA_MODULE(name, "fn(text: String, what: String): Boolean", function, doc)
#define CHANGES(name, function, doc) LUMA_MODULE(name, "fn(text: String): String", function, doc)

static const NativeRow rows[] = {
    LUMA("length", "fn(): Number", luma_length, "How many characters (code points)."),
    VINT("len", "fn(): Integer", vint_length, "How many bytes."),
    VINT("length", "fn(): Integer", vint_length, "How many bytes, as len."),
    LUMA("empty", "fn(): Boolean", is_empty, "Is it empty?"),
    BOTH("upper", "fn(): String", upper, "In upper case."),
    BOTH("lower", "fn(): String", lower, "In lower case."),
    LUMA("toUpperCase", "fn(): String", upper, "In upper case."),
    LUMA("toLowerCase", "fn(): String", lower, "In lower case."),
    BOTH("trim", "fn(set?: String): String", trim,
         "Without blanks (or the characters in `set`) at both ends."),
    BOTH("split", "fn(separator?: String): List(String)", split, SPLIT_DOC),
    LUMA("chars", "fn(): List(String)", split, "The characters."),
    LUMA("bytes", "fn(): List(Number)", list_bytes, "The bytes of its UTF-8 form, 0 to 255 each."),
    LUMA("lines", "fn(): List(String)", list_lines, LINES_DOC),
    BOTH("contains", "fn(what: String): Boolean", contains, "Does `what` occur in it?"),
    VINT("includes", "fn(what: String): Boolean", contains, "Does `what` occur in it?"),
    LUMA("starts_with", "fn(what: String): Boolean", starts_with, "Does it begin with `what`?"),
    LUMA("ends_with", "fn(what: String): Boolean", ends_with, "Does it end with `what`?"),
    BOTH("startsWith", "fn(what: String): Boolean", starts_with, "Does it begin with `what`?"),
    BOTH("endsWith", "fn(what: String): Boolean", ends_with, "Does it end with `what`?"),
    LUMA("find", "fn(what: String): Option(Number)", luma_find, "Where `what` first occurs."),
    BOTH("replace", "fn(old: String, new: String): String", replace, "With every `old` replaced."),
    LUMA("slice", "fn(from?: Number, to?: Number): String", slice, SLICE_DOC),
    VINT("slice", "fn(from?: Any, to?: Any): String", slice, SLICE_DOC),
    VINT("charAt", "fn(index: Any): String", char_at, "The character there, or \"\"."),
    LUMA("repeat", "fn(times: Number): String", repeat, "That many times in a row."),
    VINT("repeat", "fn(times: Any): String", repeat, "That many times in a row."),
    VINT("times", "fn(times: Any): String", repeat, "That many times in a row."),
    BOTH("reverse", "fn(): String", reverse, "The characters in reverse order."),
    BOTH("padStart", "fn(width: Any, filler?: String): String", pad_start,
         "Filled up at the start to `width` characters."),
    BOTH("padEnd", "fn(width: Any, filler?: String): String", pad_end,
         "Filled up at the end to `width` characters."),
    LUMA("pad_start", "fn(width: Number, filler?: String): String", pad_start,
         "Filled up at the start to `width` characters."),
    LUMA("pad_end", "fn(width: Number, filler?: String): String", pad_end,
         "Filled up at the end to `width` characters."),
    MODULE("trim", "fn(text: String): String", trim, "Without blanks at both ends."),
    MODULE("contains", "fn(text: String, what: String): Boolean", contains, "Does `what` occur in it?"),
    MODULE("toUpper", "fn(text: String): String", upper, "In upper case."),
    MODULE("toLower", "fn(text: String): String", lower, "In lower case."),
    MODULE("replace", "fn(text: String, old: String, new: String): String", replace,
           "With every `old` replaced."),
    MODULE("split", "fn(text: String, separator: String): List(String)", split, SPLIT_DOC),
    MODULE("length", "fn(text: String): Integer", vint_length, "How many bytes."),
    MODULE("startsWith", "fn(text: String, what: String): Boolean", starts_with,
           "Does it begin with `what`?"),
    MODULE("endsWith", "fn(text: String, what: String): Boolean", ends_with, "Does it end with `what`?"),
    {"", "startsWith", "fn(text: String, what: String): Boolean", starts_with,
     "Does the text begin with `what`?", NULL, 0, NATIVE_VINT},
    {"", "endsWith", "fn(text: String, what: String): Boolean", ends_with,
     "Does the text end with `what`?", NULL, 0, NATIVE_VINT},
    LUMA("to_number", "fn(): Option(Number)", to_number, "The number that it says, if it says one."),
    LUMA("toNumber", "fn(): Option(Number)", to_number, "The number that it says, if it says one."),
    {"string", "", "Imported", NULL, "What can be done with texts: import(\"std:string\").", NULL, 0,
     NATIVE_LUMA},
    LUMA_MODULE("length", "fn(text: String): Number", luma_length, "How many characters (code points)."),
    LUMA_MODULE("empty", "fn(text: String): Boolean", is_empty, "Is it empty?"),
    CHANGES("upper", upper, "In upper case."),
    CHANGES("lower", lower, "In lower case."),
    CHANGES("uppercase", upper, "In upper case."),
    CHANGES("lowercase", lower, "In lower case."),
    CHANGES("reverse", reverse, "The characters in reverse order."),
    LUMA_MODULE("trim", "fn(text: String, set?: String): String", trim,
                "Without blanks (or the characters in `set`) at both ends."),
    LUMA_MODULE("split", "fn(text: String, separator?: String): List(String)", split, SPLIT_DOC),
    LUMA_MODULE("chars", "fn(text: String): List(String)", split, "The characters."),
    LUMA_MODULE("bytes", "fn(text: String): List(Number)", list_bytes,
                "The bytes of its UTF-8 form, 0 to 255 each."),
    LUMA_MODULE("lines", "fn(text: String): List(String)", list_lines, LINES_DOC),
    ASKS("contains", contains, "Does `what` occur in it?"),
    ASKS("starts_with", starts_with, "Does it begin with `what`?"),
    ASKS("ends_with", ends_with, "Does it end with `what`?"),
    LUMA_MODULE("find", "fn(text: String, what: String): Option(Number)", luma_find,
                "Where `what` first occurs."),
    LUMA_MODULE("replace", "fn(text: String, old: String, new: String): String", replace,
                "With every `old` replaced."),
    LUMA_MODULE("slice", "fn(text: String, from?: Number, to?: Number): String", slice, SLICE_DOC),
    LUMA_MODULE("repeat", "fn(text: String, times: Number): String", repeat,
                "That many times in a row."),
    LUMA_MODULE("pad_start", "fn(text: String, width: Number, filler?: String): String", pad_start,
                "Filled up at the start to `width` characters."),
    LUMA_MODULE("pad_end", "fn(text: String, width: Number, filler?: String): String", pad_end,
                "Filled up at the end to `width` characters."),
    LUMA_MODULE("to_number", "fn(text: String): Option(Number)", to_number,
                "The number that it says, if it says one."),
};

LibModule lib_text_module(void) { return (LibModule){rows, ARRAY_LEN(rows)}; }
