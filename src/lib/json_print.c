// SPDX-License-Identifier: MIT
// json_print.c - values to JSON text
//
// There is an explicit stack: the depth is the program's, and the stack is also what tells where an
// error is. A cycle is noticed by the depth it reaches.
#include "lib/json_print.h"

#include "base/bytes.h"
#include "base/number.h"
#include "base/utf8.h"
#include "base/vec.h"

#include <math.h>
#include <string.h>

#define JSON_TEXT_MAX (512u * 1024 * 1024) // of what is written

// A list or table that is being written.
typedef struct Level {
  Obj *container;
  uint32_t position; // of table_next, or the list's index
  uint32_t written;  // members so far
  Value key;         // of the member that is being written
} Level;

typedef struct Printer {
  VM *vm;
  Buffer *out;
  uint32_t indent;
  JsonDialect dialect;
  VEC(Level) levels;
} Printer;

// "users[2].f": the keys on the stack.
static void print_path(Printer *printer, Buffer *out) {
  for (uint32_t i = 0; i < printer->levels.count; i++) {
    Level *level = &printer->levels.items[i];
    if (out->len > 120) {
      buffer_text(out, "...");
      return;
    }
    if (level->container->kind == KIND_LIST)
      buffer_printf(out, "[%u]", level->position - 1);
    else if (value_is_str(level->key)) {
      buffer_printf(out, out->len > 0 ? ".%s" : "%s", value_as_str(level->key)->bytes);
    }
  }
}

static bool refuse(Printer *printer, const char *kind, const char *what) {
  Buffer path = {0};
  print_path(printer, &path);
  if (path.len > 0)
    vm_raise(printer->vm, kind, "%s (at %s)", what, path.bytes);
  else
    vm_raise(printer->vm, kind, "%s", what);
  buffer_free(&path);
  return false;
}

static bool refuse_value(Printer *printer, Value value) {
  Buffer what = {0};
  buffer_printf(&what, "cannot write a %s as JSON", vm_type_name(printer->vm, value));
  refuse(printer, "TypeError", what.bytes);
  buffer_free(&what);
  return false;
}

static void print_escape(Printer *printer, unsigned char c) {
  static const char shorts[] = "\b\f\n\r\t\"\\";
  static const char letters[] = "bfnrt\"\\";
  const char *found = c ? strchr(shorts, c) : NULL;
  if (found) {
    buffer_byte(printer->out, '\\');
    buffer_byte(printer->out, letters[found - shorts]);
  } else {
    buffer_printf(printer->out, "\\u%04x", c);
  }
}

static bool is_special(unsigned char c, JsonDialect dialect) {
  if (c < ' ' || c == '"' || c == '\\' || c >= 0x7f) return true;
  return dialect == JSON_VINT && (c == '<' || c == '>' || c == '&');
}

// How many bytes are written as they are. In Vint <, > and & are escaped, as its JSON always was,
// so that it may stand in a page. All beyond ASCII has to be looked at.
static size_t plain_run(const char *bytes, size_t len, JsonDialect dialect) {
  size_t at = 0;
  for (; len - at >= 8; at += 8) {
    uint64_t word = bytes_load(bytes + at);
    uint64_t special = bytes_below(word, ' ') | bytes_equal(word, '"') | bytes_equal(word, '\\') |
                       bytes_equal(word, 0x7f) | (word & BYTES_HIGH);
    if (dialect == JSON_VINT) // the same but for one bit are < and >
      special |= bytes_equal(word, '&') | bytes_equal(word | BYTES_EACH('<' ^ '>'), '>');
    if (special) return at + bytes_before(special);
  }
  while (at < len && !is_special((unsigned char)bytes[at], dialect)) at++;
  return at;
}

// A special byte, or the character that begins with it. JSON is UTF-8, and a string may be any
// bytes: a malformed one becomes U+FFFD. Gives how many bytes it was.
static size_t print_special(Printer *printer, const char *bytes, size_t len) {
  size_t size = 1;
  if ((unsigned char)*bytes < 0x80)
    print_escape(printer, (unsigned char)*bytes);
  else if (utf8_decode(bytes, len, &size) == UTF8_REPLACEMENT && size == 1)
    buffer_text(printer->out, "\xEF\xBF\xBD");
  else
    buffer_append(printer->out, bytes, size);
  return size;
}

static void print_bytes(Printer *printer, const char *bytes, size_t len) {
  size_t plain = plain_run(bytes, len, printer->dialect);
  if (LIKELY(plain == len)) {
    char *out = buffer_extend(printer->out, len + 2);
    out[0] = out[len + 1] = '"';
    memcpy(out + 1, bytes, len);
    return;
  }
  buffer_byte(printer->out, '"');
  for (size_t at = 0; at < len;) {
    buffer_append(printer->out, bytes + at, plain);
    at += plain;
    while (at < len && is_special((unsigned char)bytes[at], printer->dialect))
      at += print_special(printer, bytes + at, len - at);
    plain = plain_run(bytes + at, len - at, printer->dialect);
  }
  buffer_byte(printer->out, '"');
}

static void print_string(Printer *printer, const Str *str) {
  print_bytes(printer, str->bytes, str->len);
}

void json_print_text(Buffer *out, const char *bytes, size_t len) {
  Printer printer = {.out = out, .dialect = JSON_VINT};
  print_bytes(&printer, bytes, len);
}

static bool print_number(Printer *printer, Value value) {
  if (!value_is_double(value)) {
    char digits[24];
    buffer_append(printer->out, digits, number_print_int(value_as_integer(value), digits));
    return true;
  }
  double number = value_as_double(value);
  if (!isfinite(number)) return refuse(printer, "ValueError", "JSON has no NaN and no infinity");
  char text[NUMBER_TEXT_MAX];
  NumberStyle style = printer->dialect == JSON_VINT ? NUMBER_VINT : NUMBER_LUMA;
  buffer_append(printer->out, text, number_print(number, style, text));
  return true;
}

static void print_break(Printer *printer, uint32_t depth) {
  if (printer->indent == 0) return;
  buffer_byte(printer->out, '\n');
  buffer_fill(printer->out, ' ', (size_t)printer->indent * depth);
}

static bool enter(Printer *printer, Value value) {
  if (printer->levels.count == JSON_DEPTH_MAX) {
    vm_raise(printer->vm, "ValueError",
             "cannot write this as JSON: it contains itself, or is nested more than %d deep",
             JSON_DEPTH_MAX);
    return false;
  }
  Level level = {.container = value_as_object(value), .key = VALUE_NULL};
  vec_push(&printer->levels, level);
  buffer_byte(printer->out, value_is_list(value) ? '[' : '{');
  return true;
}

// Prints a scalar, or enters a container.
static bool print_value(Printer *printer, Value value) {
  if (value_is_list(value) || value_is_table(value)) return enter(printer, value);
  if (value_is_str(value)) {
    print_string(printer, value_as_str(value));
    return true;
  }
  if (value_is_number(value)) return print_number(printer, value);
  if (value_is_bool(value)) {
    bool is_true = value == VALUE_TRUE;
    buffer_append(printer->out, is_true ? "true" : "false", is_true ? 4 : 5);
    return true;
  }
  bool is_null = value_is_null(value) || value_is_absent(value);
  if (!is_null && printer->dialect == JSON_LUMA) return refuse_value(printer, value);
  buffer_text(printer->out, "null");
  return true;
}

// What begins with "__" belongs to the language and not to the data.
static bool is_hidden(Value key) {
  return value_is_str(key) && strncmp(value_as_str(key)->bytes, "__", 2) == 0;
}

// The next member of a table with its key printed. False: the end, or an error (*ok).
static bool next_member(Printer *printer, Level *level, Value *value, bool *ok) {
  Value key;
  do {
    if (!table_next((Table *)level->container, &level->position, &key, value)) return false;
  } while (is_hidden(key));
  level->key = key;
  if (!value_is_str(key)) {
    *ok = refuse(printer, "TypeError", "a key in JSON must be a string");
    return false;
  }
  if (level->written++ > 0) buffer_byte(printer->out, ',');
  print_break(printer, printer->levels.count);
  print_string(printer, value_as_str(key));
  buffer_byte(printer->out, ':');
  if (printer->indent) buffer_byte(printer->out, ' ');
  return true;
}

static bool next_item(Printer *printer, Level *level, Value *value) {
  const List *list = (const List *)level->container;
  if (level->position >= list->count) return false;
  *value = list->items[level->position++];
  if (level->written++ > 0) buffer_byte(printer->out, ',');
  print_break(printer, printer->levels.count);
  return true;
}

// Prints the next member of the innermost container, or leaves it.
static bool print_step(Printer *printer) {
  Level *level = &vec_last(&printer->levels);
  bool is_list = level->container->kind == KIND_LIST;
  bool ok = true;
  Value value;
  bool has_more =
      is_list ? next_item(printer, level, &value) : next_member(printer, level, &value, &ok);
  if (!ok) return false;
  if (has_more) return print_value(printer, value);
  uint32_t written = level->written;
  printer->levels.count--;
  if (written > 0) print_break(printer, printer->levels.count);
  buffer_byte(printer->out, is_list ? ']' : '}');
  return true;
}

bool json_print(VM *vm, Buffer *out, Value value, uint32_t indent, JsonDialect dialect) {
  Printer printer = {.vm = vm, .out = out, .indent = indent, .dialect = dialect};
  bool ok = print_value(&printer, value);
  while (ok && printer.levels.count > 0) {
    ok = print_step(&printer);
    // The same list in many places is small in memory and may be endless as text.
    if (ok && out->len > JSON_TEXT_MAX) {
      ok = vm_raise(vm, "MemoryError", "the JSON text is longer than 512 MiB");
    }
  }
  vec_free(&printer.levels);
  return ok;
}
