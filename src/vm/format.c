// SPDX-License-Identifier: MIT
// format.c - values as text
//
// Containers that are being printed form a stack of our own; one that is met inside itself prints
// as
// "...". A value that is shared many times over can be exponentially long as text, so the text ends
// with "..." when it has grown beyond any use.
#include "vm/format.h"

#include "base/number.h"
#include "base/vec.h"
#include "code/unit.h"
#include "vm/visit.h"
#include "vm/vm_private.h"

#include <stdio.h>
#include <string.h>

#define TEXT_MAX ((size_t)256 * 1024 * 1024)

typedef struct Level {
  Value container;
  Value inner;          // of one that is neither list nor table: what it holds
  const Table *entries; // of a table, or an enum's members; else NULL
  const char *joint;    // between an entry's key and its value; NULL: the key is not shown
  const char *closer;
  uint32_t position; // of the next element
  bool has_element;  // one was printed: a comma comes before the next
} Level;

typedef struct Printer {
  VM *vm;
  Buffer *out;
  FormatStyle style;
  VEC(Level) levels;
  VisitSet inside;
} Printer;

// --- Values without elements --------------------------------------------------------------------

static size_t write_number(Value value, FormatStyle style, char text[NUMBER_TEXT_MAX]) {
  if (value_is_integer(value)) return number_print_int(value_as_integer(value), text);
  return number_print(value_as_double(value), style == FORMAT_LUMA ? NUMBER_LUMA : NUMBER_VINT, text);
}

static void print_number(Buffer *out, Value value, FormatStyle style) {
  char text[NUMBER_TEXT_MAX];
  buffer_append(out, text, write_number(value, style, text));
}

static void print_quoted(Buffer *out, const Str *str) {
  buffer_byte(out, '"');
  for (uint32_t i = 0; i < str->len; i++) {
    char ch = str->bytes[i];
    if (ch == '"' || ch == '\\') buffer_byte(out, '\\');
    if (ch == '\n')
      buffer_text(out, "\\n");
    else if (ch == '\t')
      buffer_text(out, "\\t");
    else if (ch == '\r')
      buffer_text(out, "\\r");
    else
      buffer_byte(out, ch);
  }
  buffer_byte(out, '"');
}

static void print_str(Printer *p, const Str *str) {
  bool is_inside = p->levels.count > 0;
  if (is_inside && p->style == FORMAT_LUMA)
    print_quoted(p->out, str);
  else
    buffer_append(p->out, str->bytes, str->len);
}

static void print_parameters(Buffer *out, const ProtoData *data) {
  uint32_t count = data->param_count + (data->has_rest ? 1u : 0u);
  uint32_t first = data->is_method ? 1 : 0; // `this`
  buffer_byte(out, '(');
  for (uint32_t i = first; i < count; i++)
    buffer_printf(out, "%s%s", i > first ? ", " : "", data->param_names[i]);
  buffer_byte(out, ')');
}

static void print_vint_function(Buffer *out, const Closure *closure) {
  const ProtoData *data = closure->proto->data;
  buffer_text(out, data->is_async ? "async func" : "func");
  if (data->name && strcmp(data->name, "fn") != 0 && strcmp(data->name, "func") != 0)
    buffer_printf(out, " %s", data->name);
  print_parameters(out, data);
}

static void print_function(Printer *p, Value value) {
  const Closure *closure = (const Closure *)value_as_object(value);
  if (p->style == FORMAT_VINT) {
    print_vint_function(p->out, closure);
    return;
  }
  buffer_printf(p->out, "<function %s/%u>", closure->proto->name->bytes,
                closure->proto->param_count);
}

static void print_overload(Printer *p, Value value) {
  const Overload *overload = (const Overload *)value_as_object(value);
  for (uint32_t i = 0; i < overload->obj.extra; i++) {
    if (i > 0) buffer_text(p->out, ", ");
    print_function(p, overload->functions[i]);
  }
}

static void print_native(Printer *p, Value value) {
  const Native *native = (const Native *)value_as_object(value);
  if (p->style == FORMAT_VINT)
    buffer_text(p->out, "builtin function");
  else
    buffer_printf(p->out, "<native function %s/%u>", native->name->bytes, native->min_args);
}

static void print_error(Printer *p, Value value) {
  const Error *error = (const Error *)value_as_object(value);
  if (p->style == FORMAT_LUMA) buffer_printf(p->out, "%s: ", error->kind->bytes);
  buffer_append(p->out, error->message->bytes, error->message->len);
}

static void print_bound(Printer *p, Value value) {
  Value function = ((const Bound *)value_as_object(value))->function;
  if (p->style == FORMAT_LUMA)
    buffer_text(p->out, "<method>");
  else if (value_is_kind(function, KIND_CLOSURE))
    print_function(p, function);
  else
    buffer_text(p->out, "builtin function");
}

static bool is_declared(const TypeValue *type, uint32_t tag) {
  return type->obj.extra == tag && (type->obj.flags & TYPE_VALUE_DECLARED);
}

static void print_field_names(Printer *p, const TypeValue *type) {
  for (uint32_t i = 0; i < type->field_count; i++)
    buffer_printf(p->out, "%s%s", i ? ", " : "", type->fields[i].name->bytes);
}

// struct User { name, age; greet(p), older() }
static void print_struct(Printer *p, const TypeValue *type) {
  uint32_t position = 0;
  Value key, method;
  const char *before = type->field_count ? "; " : "";
  buffer_printf(p->out, "struct %s { ", type->name->bytes);
  print_field_names(p, type);
  while (table_next(type->table, &position, &key, &method)) {
    buffer_printf(p->out, "%s%s", before, value_as_str(key)->bytes);
    if (value_is_kind(method, KIND_CLOSURE))
      print_parameters(p->out, ((const Closure *)value_as_object(method))->proto->data);
    before = ", ";
  }
  buffer_text(p->out, " }");
}

static void print_type(Printer *p, Value value) {
  const TypeValue *type = (const TypeValue *)value_as_object(value);
  if (is_declared(type, TAG_STRUCT)) {
    print_struct(p, type);
  } else if (is_declared(type, TAG_CUSTOM_ERROR)) {
    buffer_printf(p->out, "error type: %s(", type->name->bytes);
    print_field_names(p, type);
    buffer_byte(p->out, ')');
  } else {
    buffer_text(p->out, type->name ? type->name->bytes : "Type");
  }
}

static FormatHook find_hook(const Printer *p, Value value) {
  if (!value_is_object(value)) return NULL;
  return (FormatHook)p->vm->print_hooks[value_as_object(value)->kind];
}

static void print_range(Printer *p, Value value) {
  const Range *range = (const Range *)value_as_object(value);
  char text[24];
  buffer_append(p->out, text, number_print_int(range->from, text));
  buffer_text(p->out, "..");
  buffer_append(p->out, text, number_print_int(range->to, text));
}

static void print_plain_object(Printer *p, Value value) {
  switch (value_as_object(value)->kind) {
  case KIND_STR:
  case KIND_GROWING: print_str(p, value_as_str(value)); return;
  case KIND_TABLE: // of a package: what is in it is its own affair
    buffer_printf(p->out, value_is_module(value) ? "Module: %s" : "package: %s",
                  ((TypeValue *)value_as_object(value_as_table(value)->type))->name->bytes);
    return;
  case KIND_INTEGER: print_number(p->out, value, p->style); return;
  case KIND_RANGE: print_range(p, value); return;
  case KIND_CLOSURE: print_function(p, value); return;
  case KIND_OVERLOAD: print_overload(p, value); return;
  case KIND_NATIVE: print_native(p, value); return;
  case KIND_BOUND: print_bound(p, value); return;
  case KIND_TYPE: print_type(p, value); return;
  case KIND_ERROR: print_error(p, value); return;
  case KIND_EXTERNAL:
    buffer_printf(p->out, "<external %s>", ((External *)value_as_object(value))->type_name->bytes);
    return;
  default: buffer_printf(p->out, "<%s>", kinds_name(value_as_object(value)->kind)); return;
  }
}

static void print_simple(Buffer *out, Value value, FormatStyle style) {
  if (value_is_double(value) || value_is_int(value))
    print_number(out, value, style);
  else if (value == VALUE_TRUE)
    buffer_text(out, "true");
  else
    buffer_text(out, value == VALUE_FALSE ? "false" : "null");
}

static void print_plain(Printer *p, Value value) {
  if (value_is_object(value))
    print_plain_object(p, value);
  else
    print_simple(p->out, value, p->style);
}

// --- Containers ---------------------------------------------------------------------------------

static bool is_enum(Value value) {
  return value_is_kind(value, KIND_TYPE) &&
         is_declared((const TypeValue *)value_as_object(value), TAG_ENUM);
}

static bool is_container(Value value) {
  if (value_is_package(value)) return false;
  return value_is_list(value) || value_is_table(value) || value_is_kind(value, KIND_CELL) ||
         is_enum(value);
}

// User{name: Ann}; NotFound: NotFound(file, 404).
static void open_table(Printer *p, Value value, Level *level) {
  level->entries = value_as_table(value);
  level->joint = ": ";
  level->closer = "}";
  Value type = level->entries->type;
  const TypeValue *own = value_is_type(type) ? (const TypeValue *)value_as_object(type) : NULL;
  if (p->style == FORMAT_VINT && own && is_declared(own, TAG_CUSTOM_ERROR)) {
    buffer_printf(p->out, "%s: %s(", own->name->bytes, own->name->bytes);
    level->joint = NULL;
    level->closer = ")";
    return;
  }
  bool is_plain = !own || !own->name || own->obj.extra == TAG_ERROR; // a Result's error is a dict in Vint
  if (p->style == FORMAT_VINT && !is_plain) buffer_text(p->out, own->name->bytes);
  buffer_byte(p->out, '{');
}

static void open_enum(Printer *p, Value value, Level *level) {
  const TypeValue *type = (const TypeValue *)value_as_object(value);
  level->entries = type->table;
  level->joint = " = ";
  level->closer = " }";
  buffer_printf(p->out, "enum %s { ", type->name->bytes);
}

static void open_container(Printer *p, Value value) {
  if (!visit_enter(&p->inside, value_as_object(value), NULL)) {
    buffer_text(p->out, "...");
    return;
  }
  Level level = {.container = value, .inner = VALUE_NULL};
  if (value_is_list(value)) {
    level.closer = "]";
    buffer_byte(p->out, '[');
  } else if (value_is_table(value)) {
    open_table(p, value, &level);
  } else if (is_enum(value)) {
    open_enum(p, value, &level);
  } else {
    level.closer = ")";
    level.inner = closure_pointed_to((Cell *)value_as_object(value));
    buffer_text(p->out, "Pointer(value=");
  }
  vec_push(&p->levels, level);
}

static void open_by_hook(Printer *p, Value value, FormatHook hook) {
  if (!visit_enter(&p->inside, value_as_object(value), NULL)) {
    buffer_text(p->out, "...");
    return;
  }
  Level level = {.container = value, .closer = ")"};
  level.inner = hook(p->vm, p->out, value, p->style);
  if (value_is_absent(level.inner)) {
    visit_leave(&p->inside, value_as_object(value), NULL);
  } else {
    vec_push(&p->levels, level);
  }
}

static void close_container(Printer *p) {
  Level level = vec_pop(&p->levels);
  visit_leave(&p->inside, value_as_object(level.container), NULL);
  buffer_text(p->out, level.closer);
}

static bool next_entry(Printer *p, Level *level, Value *key, Value *value) {
  while (table_next(level->entries, &level->position, key, value)) {
    if (!value_is_str(*key)) return true;
    if (strncmp(value_as_str(*key)->bytes, "__", 2) != 0) return true; // hidden: luma.md 3.6
  }
  return false;
}

static bool next_element(Level *level, Value *value) {
  if (!value_is_list(level->container)) {
    *value = level->inner;
    return level->position++ == 0;
  }
  const List *list = value_as_list(level->container);
  if (level->position >= list->count) return false;
  *value = list->items[level->position++];
  return true;
}

static void print_key(Printer *p, const Level *level, Value key) {
  if (!level->joint) return;
  if (value_is_str(key))
    buffer_append(p->out, value_as_str(key)->bytes, value_as_str(key)->len);
  else
    print_plain(p, key);
  buffer_text(p->out, level->joint);
}

// Prints up to the next element of the innermost container, or closes it. True: *value is to print.
static bool step(Printer *p, Value *value) {
  Level *level = &vec_last(&p->levels);
  Value key = VALUE_ABSENT;
  bool has_next = level->entries ? next_entry(p, level, &key, value)
                                                   : next_element(level, value);
  if (!has_next) {
    close_container(p);
    return false;
  }
  if (level->has_element) buffer_text(p->out, ", ");
  level->has_element = true;
  if (!value_is_absent(key)) print_key(p, level, key);
  return true;
}

// A declared error that was caught shows as it was thrown.
static Value find_shown(const Printer *p, Value value) {
  if (p->style != FORMAT_VINT || !value_is_kind(value, KIND_ERROR)) return value;
  Value thrown = ((const Error *)value_as_object(value))->thrown;
  return value_is_instance(thrown) ? thrown : value;
}

static void print_value(Printer *p, Value value) {
  value = find_shown(p, value);
  FormatHook hook = find_hook(p, value);
  if (hook)
    open_by_hook(p, value, hook);
  else if (is_container(value))
    open_container(p, value);
  else
    print_plain(p, value);
}

static void print_object(VM *vm, Buffer *out, Value value, FormatStyle style) {
  Printer printer = {.vm = vm, .out = out, .style = style};
  size_t end = out->len + TEXT_MAX;
  print_value(&printer, value);
  while (printer.levels.count > 0) {
    if (step(&printer, &value)) print_value(&printer, value);
    if (out->len <= end) continue;
    buffer_text(out, "...");
    break;
  }
  vec_free(&printer.levels);
  visit_free(&printer.inside);
}

void format_value(VM *vm, Buffer *out, Value value, FormatStyle style) {
  if (value_is_str(value))
    buffer_append(out, value_as_str(value)->bytes, value_as_str(value)->len);
  else if (value_is_object(value))
    print_object(vm, out, value, style);
  else
    print_simple(out, value, style);
}

void format_inner(VM *vm, Buffer *out, Value value, FormatStyle style) {
  if (style == FORMAT_LUMA && value_is_str(value))
    print_quoted(out, value_as_str(value));
  else
    format_value(vm, out, value, style);
}

Str *format_to_str(VM *vm, Value value, FormatStyle style) {
  if (value_is_str(value)) return value_as_str(value);
  if (value_is_number(value)) {
    char text[NUMBER_TEXT_MAX];
    size_t len = write_number(value, style, text);
    return vm_str(vm, text, len);
  }
  Buffer buffer = {0};
  format_value(vm, &buffer, value, style);
  Str *str = vm_str(vm, buffer.bytes ? buffer.bytes : "", buffer.len);
  buffer_free(&buffer);
  return str;
}

void format_set_hook(VM *vm, uint8_t kind, FormatHook hook) {
  vm->print_hooks[kind] = (void *)hook;
}
