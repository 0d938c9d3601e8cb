// SPDX-License-Identifier: MIT
// types_print.c - types as people write them
//
// In the notation of the language that the program is written in. Tables nested in tables and very
// long types are cut with "…": nobody reads a type of three lines in a message, and its text could
// be exponentially longer than the program.
#include "check/types.h"

#include <stdlib.h>
#include <string.h>

#define PRINT_DEPTH_MAX  6
#define RECORD_DEPTH_MAX 2
#define PRINT_LEN_MAX    240

typedef struct Printer {
  Buffer *out;
  size_t start;
  Dialect dialect;
  uint32_t depth;
  uint32_t record_depth;
} Printer;

static const char *const LUMA_NAMES[TYPE_KIND_COUNT] = {
    [TYPE_ANY] = "Any",           [TYPE_NEVER] = "Never",
    [TYPE_NULL] = "Null",         [TYPE_BOOLEAN] = "Boolean",
    [TYPE_NUMBER] = "Number",     [TYPE_STRING] = "String",
    [TYPE_LIST] = "List",         [TYPE_TABLE] = "Table",
    [TYPE_FUNCTION] = "fn",       [TYPE_ANY_FUNCTION] = "Function",
    [TYPE_PROMISE] = "Promise",   [TYPE_CHANNEL] = "Channel",
    [TYPE_RESULT] = "Result",     [TYPE_OPTION] = "Option",   [TYPE_CASE] = "Case",
    [TYPE_ERROR] = "Error",       [TYPE_RESPONSE] = "Response",
    [TYPE_GROUP] = "Group",       [TYPE_TYPE] = "Type",
    [TYPE_EXTERNAL] = "External", [TYPE_INFER] = "Unknown",
    [TYPE_INTEGER] = "Integer",   [TYPE_FLOAT] = "Float",
    [TYPE_POINTER] = "Pointer",   [TYPE_RANGE] = "Range",
    [TYPE_CUSTOM_ERROR] = "Error",
    [TYPE_LOCK] = "Lock",         [TYPE_SEMAPHORE] = "Semaphore",
    [TYPE_WAIT_GROUP] = "WaitGroup",
    [TYPE_BROADCAST] = "Broadcast",
    [TYPE_FIBER_LOCAL] = "FiberLocal"};

static const char *const VINT_NAMES[TYPE_KIND_COUNT] = {
    [TYPE_ANY] = "any",           [TYPE_NEVER] = "never",     [TYPE_NULL] = "null",
    [TYPE_BOOLEAN] = "bool",      [TYPE_NUMBER] = "float",    [TYPE_STRING] = "string",
    [TYPE_LIST] = "array",        [TYPE_TABLE] = "dict",      [TYPE_FUNCTION] = "func",
    [TYPE_ANY_FUNCTION] = "func", [TYPE_PROMISE] = "promise", [TYPE_CHANNEL] = "chan",
    [TYPE_RESULT] = "result",     [TYPE_OPTION] = "option",   [TYPE_CASE] = "case",   [TYPE_ERROR] = "error",
    [TYPE_RESPONSE] = "response", [TYPE_GROUP] = "group",     [TYPE_TYPE] = "type",
    [TYPE_EXTERNAL] = "native",   [TYPE_INFER] = "any",       [TYPE_INTEGER] = "int",
    [TYPE_FLOAT] = "float",       [TYPE_POINTER] = "pointer", [TYPE_RANGE] = "range",
    [TYPE_CUSTOM_ERROR] = "error",
    [TYPE_LOCK] = "lock",         [TYPE_SEMAPHORE] = "semaphore",
    [TYPE_WAIT_GROUP] = "wait_group",
    [TYPE_BROADCAST] = "broadcast",
    [TYPE_FIBER_LOCAL] = "fiber_local"};

static void print(Printer *p, const Type *type);

static bool is_too_long(const Printer *p) {
  return p->out->len - p->start > PRINT_LEN_MAX;
}

static void print_params(Printer *p, const Type *type) {
  buffer_byte(p->out, '(');
  for (uint32_t i = 0; i < type->arg_count; i++) {
    if (i > 0) buffer_text(p->out, ", ");
    bool is_rest = type->has_rest && i + 1 == type->arg_count;
    print(p, type->args[i]);
    if (is_rest) buffer_text(p->out, "...");
  }
  buffer_byte(p->out, ')');
}

static void print_function(Printer *p, const Type *type) {
  bool is_luma = p->dialect == DIALECT_LUMA;
  buffer_text(p->out, is_luma ? "fn" : "func");
  print_params(p, type);
  if (!is_luma && types_is_any(type->result)) return;
  buffer_text(p->out, is_luma ? ": " : " ");
  print(p, type->result);
}

static void print_record(Printer *p, const Type *type) {
  if (p->record_depth >= RECORD_DEPTH_MAX) {
    buffer_text(p->out, "{…}");
    return;
  }
  p->record_depth++;
  buffer_byte(p->out, '{');
  for (uint32_t i = 0; i < type->field_count && !is_too_long(p); i++) {
    buffer_printf(p->out, "%s%s: ", i > 0 ? ", " : "", type->fields[i].name->text);
    print(p, type->fields[i].type);
  }
  buffer_byte(p->out, '}');
  p->record_depth--;
}

static void print_union(Printer *p, const Type *type) {
  for (uint32_t i = 0; i < type->arg_count; i++) {
    if (i > 0) buffer_text(p->out, " | ");
    print(p, type->args[i]);
  }
}

// Arguments that say nothing are left out: `Table`, not `Table(String, Any)`.
static bool has_plain_args(const Type *type) {
  if (type->kind == TYPE_TYPE) return types_is_any(type->args[0]);
  if (type->kind != TYPE_TABLE) return false;
  const Type *key = types_prune(type->args[0]);
  return (types_is_any(key) || key->kind == TYPE_STRING) && types_is_any(type->args[1]);
}

static void print_applied(Printer *p, const Type *type, const char *name) {
  buffer_text(p->out, name);
  if (type->arg_count == 0 || has_plain_args(type)) return;
  buffer_byte(p->out, '(');
  for (uint32_t i = 0; i < type->arg_count; i++) {
    if (i > 0) buffer_text(p->out, ", ");
    print(p, type->args[i]);
  }
  buffer_byte(p->out, ')');
}

static void print_vint(Printer *p, const Type *type) {
  bool has_open_args = type->arg_count > 0 && types_is_any(types_prune(type->args[0]));
  switch (type->kind) {
  case TYPE_LIST:
    if (has_open_args) break;
    buffer_text(p->out, "[]");
    print(p, type->args[0]);
    return;
  case TYPE_TABLE:
    if (has_open_args && types_is_any(type->args[1])) break;
    buffer_byte(p->out, '{');
    print(p, type->args[0]);
    buffer_text(p->out, ": ");
    print(p, type->args[1]);
    buffer_byte(p->out, '}');
    return;
  case TYPE_CHANNEL:
    if (has_open_args) break;
    buffer_text(p->out, "chan ");
    print(p, type->args[0]);
    return;
  case TYPE_POINTER:
    if (has_open_args) break;
    buffer_byte(p->out, '*');
    print(p, type->args[0]);
    return;
  case TYPE_PROMISE:
  case TYPE_TYPE:
    if (has_open_args) break;
    print_applied(p, type, VINT_NAMES[type->kind]);
    return;
  default: break;
  }
  bool is_sized = type->kind == TYPE_INTEGER && type->name;
  buffer_text(p->out, is_sized ? type->name->text : VINT_NAMES[type->kind]);
}

static void print_inner(Printer *p, const Type *type) {
  switch (type->kind) {
  case TYPE_FUNCTION: print_function(p, type); return;
  case TYPE_RECORD: print_record(p, type); return;
  case TYPE_UNION: print_union(p, type); return;
  case TYPE_USER:
  case TYPE_STRUCT:
  case TYPE_ENUM:
  case TYPE_CUSTOM_ERROR:
  case TYPE_UNKNOWN_NAME:
  case TYPE_VARIABLE: buffer_text(p->out, type->name ? type->name->text : "Any"); return;
  case TYPE_MODULE: buffer_printf(p->out, "module %s", type->name->text); return;
  case TYPE_INFER: buffer_text(p->out, p->dialect == DIALECT_LUMA ? "Unknown" : "any"); return;
  default: break;
  }
  if (p->dialect == DIALECT_VINT)
    print_vint(p, type);
  else
    print_applied(p, type, LUMA_NAMES[type->kind]);
}

static void print(Printer *p, const Type *type) {
  type = types_prune((Type *)type);
  if (!type) {
    buffer_text(p->out, p->dialect == DIALECT_LUMA ? "Any" : "any");
    return;
  }
  if (p->depth >= PRINT_DEPTH_MAX || is_too_long(p)) {
    buffer_text(p->out, "…");
    return;
  }
  p->depth++;
  print_inner(p, type);
  p->depth--;
}

void types_print(Buffer *out, const Type *type, Dialect dialect) {
  Printer printer = {.out = out, .start = out->len, .dialect = dialect};
  print(&printer, type);
}

const char *types_text(Types *types, const Type *type) {
  Buffer out = {0};
  types_print(&out, type, types->dialect);
  char *text = arena_text(types->arena, out.bytes, out.len);
  buffer_free(&out);
  return text;
}
