// SPDX-License-Identifier: MIT
// lib_csv.c - Vint's modules csv and dotenv: two small formats of lines (vint.md 12.13, 12.22)
#include "lib/answer.h"
#include "lib/environment.h"
#include "lib/files.h"
#include "lib/lib_private.h"

#include <ctype.h>
#include <string.h>

// --- Reading CSV (RFC 4180) ----------------------------------------------------------------------

typedef struct Reader {
  VM *vm;
  const char *at, *end;
  Buffer cell;
  List *rows; // rooted
  List *row;  // in rows
  uint32_t line;
} Reader;

static bool end_cell(Reader *r) {
  bool ok = answer_push_bytes(r->vm, r->row, r->cell.bytes, r->cell.len);
  buffer_clear(&r->cell);
  return ok;
}

static bool begin_row(Reader *r) {
  r->row = vm_list(r->vm, 0);
  return r->row && answer_push(r->vm, r->rows, value_object(r->row));
}

// Behind the opening quote, up to and with the closing one. False: there is none.
static bool read_quoted(Reader *r) {
  for (; r->at < r->end; r->at++) {
    if (*r->at == '\n') r->line++;
    if (*r->at != '"') {
      buffer_byte(&r->cell, *r->at);
    } else if (r->at + 1 < r->end && r->at[1] == '"') {
      buffer_byte(&r->cell, *r->at++);
    } else {
      r->at++;
      return true;
    }
  }
  return vm_raise(r->vm, "ParseError", "csv: the quote that begins in line %u is not closed", r->line);
}

static bool read_cell(Reader *r) {
  uint32_t line = r->line;
  if (r->at < r->end && *r->at == '"') {
    r->at++;
    if (!read_quoted(r)) return false;
    if (r->at < r->end && !strchr(",\r\n", *r->at)) {
      return vm_raise(r->vm, "ParseError", "csv: text behind a closing quote in line %u", line);
    }
  }
  while (r->at < r->end && *r->at != ',' && *r->at != '\n') buffer_byte(&r->cell, *r->at++);
  bool ends_line = r->at == r->end || *r->at == '\n';
  if (ends_line && r->cell.len > 0 && r->cell.bytes[r->cell.len - 1] == '\r') r->cell.len--;
  return end_cell(r);
}

static bool read_rows(Reader *r) {
  while (r->at < r->end) {
    if (!begin_row(r)) return false;
    for (;;) {
      if (!read_cell(r)) return false;
      if (r->at == r->end || *r->at == '\n') break;
      r->at++; // the comma
    }
    r->line++;
    if (r->at < r->end) r->at++;
  }
  return true;
}

static Value parse_csv(VM *vm, const char *bytes, size_t len) {
  List *rows = vm_list(vm, 0);
  if (!rows) return VALUE_ABSENT;
  if (len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) bytes += 3, len -= 3;
  Reader reader = {.vm = vm, .at = bytes, .end = bytes + len, .rows = rows, .line = 1};
  vm_push_root(vm, value_object(rows));
  bool ok = read_rows(&reader);
  vm_pop_roots(vm, 1);
  buffer_free(&reader.cell);
  return ok ? value_object(rows) : VALUE_ABSENT;
}

static Value deliver_rows(VM *vm, const FileResult *result) {
  return parse_csv(vm, result->bytes.bytes ? result->bytes.bytes : "", result->bytes.len);
}

static NativeStatus csv_read(NativeCall *call) {
  return files_one(call, FILE_READ, deliver_rows);
}

static NativeStatus csv_parse(NativeCall *call) {
  Str *text;
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  return answer_value(call, parse_csv(call->vm, text->bytes, text->len));
}

// --- Writing CSV ---------------------------------------------------------------------------------

static void print_cell(Buffer *out, const Str *cell) {
  bool is_plain = !memchr(cell->bytes, ',', cell->len) && !memchr(cell->bytes, '"', cell->len) &&
                  !memchr(cell->bytes, '\n', cell->len) && !memchr(cell->bytes, '\r', cell->len);
  if (is_plain) {
    buffer_append(out, cell->bytes, cell->len);
    return;
  }
  buffer_byte(out, '"');
  for (uint32_t i = 0; i < cell->len; i++) {
    if (cell->bytes[i] == '"') buffer_byte(out, '"');
    buffer_byte(out, cell->bytes[i]);
  }
  buffer_byte(out, '"');
}

static bool print_row(NativeCall *call, Buffer *out, uint32_t number, Value value) {
  if (!value_is_list(value)) {
    answer_fail(call, "TypeError", "row %u must be an array, got %s", number,
                vm_vint_name(call->vm, value));
    return false;
  }
  List *row = value_as_list(value);
  for (uint32_t i = 0; i < row->count; i++) {
    if (!value_is_str(row->items[i])) {
      answer_fail(call, "TypeError", "cell %u of row %u must be a string, got %s", i, number,
                  vm_vint_name(call->vm, row->items[i]));
      return false;
    }
    if (i > 0) buffer_byte(out, ',');
    print_cell(out, value_as_str(row->items[i]));
  }
  buffer_byte(out, '\n');
  return true;
}

static bool print_rows(NativeCall *call, uint32_t index, Buffer *out) {
  List *rows;
  if (!args_list(call, index, &rows)) return false;
  for (uint32_t i = 0; i < rows->count; i++) {
    if (!print_row(call, out, i, rows->items[i])) return false;
  }
  return true;
}

static Value deliver_written(VM *vm, const FileResult *result) {
  (void)result;
  Str *text = vm_text(vm, "file written");
  return text ? value_object(text) : VALUE_ABSENT;
}

static NativeStatus csv_write(NativeCall *call) {
  FileWish wish = {.op = FILE_WRITE, .deliver = deliver_written};
  Buffer path = {0};
  Buffer text = {0};
  bool ok = files_take_path(call, 0, &wish, &path) && print_rows(call, 1, &text);
  wish.bytes = text.bytes ? text.bytes : "";
  wish.len = text.len;
  NativeStatus status = ok ? files_await(call, &wish) : NATIVE_FAILED;
  buffer_free(&path);
  buffer_free(&text);
  return status;
}

static NativeStatus csv_format(NativeCall *call) {
  Buffer text = {0};
  if (print_rows(call, 0, &text)) return answer_buffer(call, &text);
  buffer_free(&text);
  return NATIVE_FAILED;
}

// --- dotenv --------------------------------------------------------------------------------------
//
// NAME=value, one a line; `export` in front, blanks around, quotes and # comments are fine. In double
// quotes \n stands for a line end.

typedef struct Line {
  const char *at, *end;
} Line;

static void skip_blanks(Line *line) {
  while (line->at < line->end && (*line->at == ' ' || *line->at == '\t')) line->at++;
}

static void read_quoted_value(Line line, Buffer *value) {
  char quote = *line.at++;
  for (; line.at < line.end && *line.at != quote; line.at++) {
    bool is_escape = quote == '"' && *line.at == '\\' && line.at + 1 < line.end;
    if (!is_escape) {
      buffer_byte(value, *line.at);
      continue;
    }
    line.at++;
    buffer_byte(value, *line.at == 'n' ? '\n' : *line.at == 't' ? '\t' : *line.at);
  }
}

// Up to a comment, without blanks at its end.
static void read_plain_value(Line line, Buffer *value) {
  const char *end = line.at;
  for (const char *c = line.at; c < line.end; c++) {
    if (*c == '#' && (c == line.at || isspace((unsigned char)c[-1]))) break;
    if (!isspace((unsigned char)*c)) end = c + 1;
  }
  buffer_append(value, line.at, (size_t)(end - line.at));
}

// False: the line says nothing.
static bool read_setting(Line line, Buffer *name, Buffer *value) {
  skip_blanks(&line);
  if (line.end - line.at > 7 && memcmp(line.at, "export ", 7) == 0) line.at += 7;
  skip_blanks(&line);
  const char *start = line.at;
  while (line.at < line.end && (isalnum((unsigned char)*line.at) || strchr("_.-", *line.at))) line.at++;
  buffer_clear(name);
  buffer_clear(value);
  buffer_append(name, start, (size_t)(line.at - start));
  skip_blanks(&line);
  if (name->len == 0 || line.at == line.end || *line.at != '=') return false;
  line.at++;
  skip_blanks(&line);
  bool is_quoted = line.at < line.end && (*line.at == '"' || *line.at == '\'');
  if (is_quoted)
    read_quoted_value(line, value);
  else
    read_plain_value(line, value);
  buffer_byte(name, '\0');
  name->len--;
  buffer_byte(value, '\0');
  value->len--;
  return true;
}

static bool set_all(VM *vm, Table *table, const char *bytes, size_t len) {
  Buffer name = {0};
  Buffer value = {0};
  Buffer before = {0};
  bool ok = true;
  for (size_t at = 0; ok && at < len;) {
    const char *newline = memchr(bytes + at, '\n', len - at);
    size_t end = newline ? (size_t)(newline - bytes) : len;
    if (read_setting((Line){bytes + at, bytes + end}, &name, &value)) {
      // What the surroundings say comes before what the file says.
      buffer_clear(&before);
      if (!environment_get(vm, name.bytes, &before)) {
        (void)!environment_set(vm, name.bytes, value.bytes);
      }
      ok = answer_set_text(vm, table, name.bytes, value.bytes, value.len);
    }
    at = end + 1;
  }
  buffer_free(&name);
  buffer_free(&value);
  buffer_free(&before);
  return ok;
}

static Value deliver_settings(VM *vm, const FileResult *result) {
  Table *table = vm_table(vm);
  if (!table) return VALUE_ABSENT;
  vm_push_root(vm, value_object(table));
  bool ok = set_all(vm, table, result->bytes.bytes, result->bytes.len);
  vm_pop_roots(vm, 1);
  return ok ? value_object(table) : VALUE_ABSENT;
}

static NativeStatus dotenv_load(NativeCall *call) {
  if (args_given(call, 0)) return files_one(call, FILE_READ, deliver_settings);
  Str *path = vm_text(call->vm, ".env");
  return path ? files_one_at(call, path, FILE_READ, deliver_settings) : NATIVE_FAILED;
}

static NativeStatus dotenv_get(NativeCall *call) {
  Str *name;
  if (!args_str(call, 0, &name)) return NATIVE_FAILED;
  Buffer value = {0};
  if (environment_get(call->vm, name->bytes, &value)) return answer_buffer(call, &value);
  buffer_free(&value);
  return native_return(call, args_given(call, 1) ? call->args[1] : VALUE_NULL);
}

#define ROW(owner, name, signature, function, doc)                                                 \
  { owner, name, signature, function, doc, NULL, 0, NATIVE_VINT }

static const NativeRow rows[] = {
    ROW("csv", "read", "fn(path: String): List(Any)", csv_read,
        "The file's rows: an array of arrays of strings."),
    ROW("csv", "write", "fn(path: String, rows: List(Any)): String", csv_write,
        "Writes rows of strings to the file."),
    ROW("csv", "parse", "fn(text: String): List(Any)", csv_parse,
        "The text's rows: an array of arrays of strings."),
    ROW("csv", "format", "fn(rows: List(Any)): String", csv_format, "Rows of strings as text."),
    ROW("dotenv", "load", "fn(path?: String): Any", dotenv_load,
        "Reads NAME=value lines (.env) and sets the variables that are not set yet; a dict of all."),
    ROW("dotenv", "get", "fn(name: String, default?: Any): Any", dotenv_get,
        "A variable of the environment; the default, or null, if it is not set."),
};

LibModule lib_csv_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
