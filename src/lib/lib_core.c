// SPDX-License-Identifier: MIT
// lib_core.c - printing, kinds of values, casts, the end of a program
#include "code/unit.h"
#include "lib/lib_private.h"
#include "sched/debounce.h"
#include "vm/cast.h"
#include "vm/conform.h"
#include "vm/format.h"

#include <ctype.h>
#include <string.h>

// --- Printing ----------------------------------------------------------------------------------------

// The arguments as text, a blank between them.
static void write_arguments(NativeCall *call, FormatStyle style, uint32_t from, bool ends_line,
                            void (*write)(Stdio *, const char *, size_t)) {
  Buffer text = {0};
  for (uint32_t i = from; i < call->arg_count; i++) {
    if (i > from) buffer_byte(&text, ' ');
    format_value(call->vm, &text, call->args[i], style);
  }
  if (ends_line) buffer_byte(&text, '\n');
  if (text.len > 0) write(lib_of(call->vm)->options.stdio, text.bytes, text.len);
  buffer_free(&text);
}

// What every writing native ends with: when nobody takes the output any more the program ends (C 6.6).
static NativeStatus end_writing(NativeCall *call) {
  if (LIKELY(!stdio_is_closed(lib_of(call->vm)->options.stdio))) {
    return native_return(call, VALUE_NULL);
  }
  sched_exit(sched_of(call->vm), 0);
  return NATIVE_PARKED;
}

static NativeStatus vint_print(NativeCall *call) {
  write_arguments(call, FORMAT_VINT, 0, true, stdio_write);
  return end_writing(call);
}

static NativeStatus vint_write(NativeCall *call) {
  write_arguments(call, FORMAT_VINT, 0, false, stdio_write);
  return end_writing(call);
}

static NativeStatus vint_print_error(NativeCall *call) {
  write_arguments(call, FORMAT_VINT, 0, false, stdio_write_error);
  return end_writing(call);
}

static NativeStatus vint_println_error(NativeCall *call) {
  write_arguments(call, FORMAT_VINT, 0, true, stdio_write_error);
  return end_writing(call);
}

// Luma's print asks each table for __into first (luma.md 3.6), so it goes on after a call. Slots: 0 the
// arguments that are done, 1 the text so far (or null).
static NativeStatus print_done(NativeCall *call) {
  Str *text = value_as_str(call->slots[1]);
  Stdio *stdio = lib_of(call->vm)->options.stdio;
  stdio_write(stdio, text->bytes, text->len);
  stdio_write(stdio, "\n", 1);
  return end_writing(call);
}

// Adds one argument's text to what is there.
static bool add_text(NativeCall *call, Value value) {
  Buffer text = {0};
  if (!value_is_null(call->slots[1])) {
    Str *before = value_as_str(call->slots[1]);
    buffer_append(&text, before->bytes, before->len);
    buffer_byte(&text, ' ');
  }
  format_value(call->vm, &text, value, FORMAT_LUMA);
  Str *joined = vm_str(call->vm, text.bytes ? text.bytes : "", text.len);
  buffer_free(&text);
  if (!joined) return false;
  call->slots[1] = value_object(joined);
  return true;
}

static NativeStatus print_on(NativeCall *call) {
  int64_t next = value_is_null(call->slots[0]) ? 0 : value_as_int(call->slots[0]);
  for (; next < call->arg_count; next++) {
    Value value = call->args[next];
    call->slots[0] = value_int(next + 1);
    Value into = lib_find_into(call->vm, value);
    if (!value_is_absent(into)) {
      Value args[2] = {value, vm_get_builtin(call->vm, "luma.String")};
      return native_call(call, into, args, 2);
    }
    if (!add_text(call, value)) return NATIVE_FAILED;
  }
  return print_done(call);
}

static NativeStatus luma_print(NativeCall *call) {
  if (call->arg_count == 1 && !value_is_table(call->args[0])) { // the common case at once
    write_arguments(call, FORMAT_LUMA, 0, true, stdio_write);
    return end_writing(call);
  }
  if (call->arg_count == 0) {
    stdio_write(lib_of(call->vm)->options.stdio, "\n", 1);
    return end_writing(call);
  }
  return print_on(call);
}

static NativeStatus luma_print_resume(NativeCall *call) {
  // Null says that the value has no text of its own.
  Value value = call->answer;
  if (value_is_null(value)) value = call->args[value_as_int(call->slots[0]) - 1];
  return add_text(call, value) ? print_on(call) : NATIVE_FAILED;
}

static Value lookup_into(VM *vm, const Table *table) {
  Value found = vm_get_field(vm, table, "__into");
  for (int depth = 0; value_is_absent(found) && depth < 64; depth++) {
    Value type = depth == 0 ? table->type : vm_get_field(vm, table, "__parent");
    if (value_is_type(type)) {
      table = ((TypeValue *)value_as_object(type))->table;
    } else {
      table = value_is_table(type) ? value_as_table(type) : NULL;
    }
    if (!table) break;
    found = vm_get_field(vm, table, "__into");
  }
  return found;
}

Value lib_find_into(VM *vm, Value value) {
  if (!value_is_table(value)) return VALUE_ABSENT;
  Value found = lookup_into(vm, value_as_table(value));
  bool is_function = value_is_kind(found, KIND_CLOSURE) || value_is_kind(found, KIND_NATIVE) ||
                     value_is_kind(found, KIND_BOUND);
  return is_function ? found : VALUE_ABSENT;
}

// Luma's write(fd, v) gives a Result.
static NativeStatus luma_write(NativeCall *call) {
  int64_t fd;
  VM *vm = call->vm;
  if (!args_integer(call, 0, &fd)) return NATIVE_FAILED;
  bool known = fd == 1 || fd == 2;
  if (known) {
    write_arguments(call, FORMAT_LUMA, 1, false, fd == 1 ? stdio_write : stdio_write_error);
  }
  Str *problem = known ? NULL : vm_printf(vm, "Invalid file descriptor: %lld", (long long)fd);
  if (!known && !problem) return NATIVE_FAILED;
  return lib_result_return(call, VALUE_NULL, problem ? value_object(problem) : VALUE_NULL);
}

// --- Kinds of values -------------------------------------------------------------------------------

static NativeStatus return_text(NativeCall *call, const char *text) {
  Str *str = vm_text(call->vm, text);
  return str ? native_return(call, value_object(str)) : NATIVE_FAILED;
}

static NativeStatus luma_typeof(NativeCall *call) {
  return return_text(call, vm_type_name(call->vm, call->args[0]));
}

static const char *declared_type_name(Value value) {
  switch (value_as_object(value)->extra) {
  case TAG_ENUM: return "ENUM";
  case TAG_CUSTOM_ERROR: return "ERROR_TYPE";
  default: return "TYPE";
  }
}

// Two modules say what they are about.
static const char *module_type_name(Value value) {
  const char *name = ((const TypeValue *)value_as_object(value_as_table(value)->type))->name->bytes;
  if (strcmp(name, "time") == 0) return "TIME";
  return strcmp(name, "json") == 0 ? "JSON" : "MODULE";
}

static const char *table_type_name(Value value) {
  if (value_is_module(value)) return module_type_name(value);
  if (value_is_package(value)) return "PACKAGE";
  if (!value_is_instance(value)) return "DICT";
  const TypeValue *type = (const TypeValue *)value_as_object(value_as_table(value)->type);
  return type->obj.extra == TAG_STRUCT ? type->name->bytes : "CUSTOM_ERROR";
}

static const char *bound_type_name(const Bound *bound) {
  return value_is_debounce(bound->receiver) ? "DEBOUNCED_FUNCTION" : "BUILTIN";
}

const char *lib_core_type_name(Value value) {
  if (value_is_integer(value)) return "INTEGER";
  if (value_is_double(value)) return "FLOAT";
  if (value_is_null(value)) return "NULL";
  if (value_is_bool(value)) return "BOOLEAN";
  switch (value_as_object(value)->kind) {
    case KIND_STR:
    case KIND_GROWING: return "STRING";
    case KIND_LIST: return "ARRAY";
    case KIND_TABLE: return table_type_name(value);
    case KIND_TYPE: return declared_type_name(value);
    case KIND_CELL: return "POINTER";
    case KIND_RANGE: return "RANGE";
    case KIND_TIME: return "TIME";
    case KIND_EXTERNAL:
      return strcmp(((External *)value_as_object(value))->type_name->bytes, "File") == 0 ? "FILE"
                                                                                        : "NATIVE_OBJ";
    case KIND_DURATION: return "DURATION";
    case KIND_CLOSURE:
      return ((Closure *)value_as_object(value))->proto->obj.flags & PROTO_ASYNC ? "ASYNC_FUNCTION"
                                                                                : "FUNCTION";
    case KIND_OVERLOAD: return "FUNCTION";
    case KIND_NATIVE: return "BUILTIN";
    case KIND_BOUND: return bound_type_name((Bound *)value_as_object(value));
    case KIND_PROMISE: return "PROMISE";
    case KIND_CHANNEL: return "CHANNEL";
    case KIND_LOCK: return "LOCK";
    case KIND_SEMAPHORE: return "SEMAPHORE";
    case KIND_WAIT_GROUP: return "WAIT_GROUP";
    case KIND_BROADCAST: return "BROADCAST";
    case KIND_FIBER_LOCAL: return "FIBER_LOCAL";
    case KIND_ERROR: return "CUSTOM_ERROR";
    default: return "NATIVE_OBJ";
  }
}

static NativeStatus vint_type(NativeCall *call) {
  Value value = call->args[0];
  if (value_is_type(value) && value_as_object(value)->extra == TAG_STRUCT) {
    Str *text = vm_printf(call->vm, "struct:%s", ((TypeValue *)value_as_object(value))->name->bytes);
    return text ? native_return(call, value_object(text)) : NATIVE_FAILED;
  }
  return return_text(call, lib_core_type_name(call->args[0]));
}

static NativeStatus cast_value(NativeCall *call) {
  Value result = cast_to(call->vm, call->args[0], call->args[1]);
  return value_is_absent(result) ? NATIVE_FAILED : native_return(call, result);
}

static NativeStatus is_instance(NativeCall *call) {
  return native_return(call,
                       value_bool(conform_is_instance(call->vm, call->args[0], call->args[1])));
}

static NativeStatus equals_deep(NativeCall *call) {
  return native_return(call, value_bool(equal_deep(call->args[0], call->args[1])));
}

static NativeStatus vint_equals(NativeCall *call) {
  Value a = call->args[0], b = call->args[1];
  bool same_kind = value_is_double(a) == value_is_double(b) || !value_is_number(a);
  return native_return(call, value_bool(same_kind && equal_deep(a, b)));
}

// Bytes of a string, elements of a list, entries of a table, values in a channel (C 4.6).
static bool vint_len_at_once(VM *vm, const Value *args, uint32_t count, Value *result) {
  (void)vm, (void)count;
  if (value_is_list(args[0]))
    *result = value_int(value_as_list(args[0])->count);
  else if (value_is_str(args[0]))
    *result = value_int(str_head(args[0])->len);
  else
    return false;
  return true;
}

static NativeStatus vint_len(NativeCall *call) {
  if (vint_len_at_once(call->vm, call->args, call->arg_count, &call->result)) return NATIVE_DONE;
  Value value = call->args[0];
  if (value_is_table(value) && !value_is_instance(value))
    return native_return(call, value_int(value_as_table(value)->count));
  if (value_is_channel(value)) {
    return native_return(call, value_int(value_as_channel(value)->count));
  }
  if (value_is_kind(value, KIND_RANGE)) {
    Range *range = (Range *)value_as_object(value);
    Value count = vm_integer(call->vm, range->to < range->from ? 0 : range->to - range->from + 1);
    return value_is_absent(count) ? NATIVE_FAILED : native_return(call, count);
  }
  args_wrong(call, 0, "string, array, dict, range or channel");
  return NATIVE_FAILED;
}

// --- Lists of numbers ------------------------------------------------------------------------------

#define RANGE_MAX (UINT32_MAX / 16)

// Fills a list with from, from + step, … before `to`.
static NativeStatus fill_range(NativeCall *call, double from, double to, double step, bool exact) {
  VM *vm = call->vm;
  if (step == 0) {
    vm_raise(vm, "ValueError", "range: the step must not be 0");
    return NATIVE_FAILED;
  }
  double count = (to - from) / step;
  if (!(count > 0)) count = 0;
  if (count > RANGE_MAX) {
    vm_raise(vm, "ValueError", "range: %.0f elements are too many for a list", count);
    return NATIVE_FAILED;
  }
  List *list = vm_list(vm, (uint32_t)count + 1);
  if (!list) return NATIVE_FAILED;
  vm_push_root(vm, value_object(list));
  bool ok = true;
  for (uint32_t i = 0; ok; i++) {
    double number = from + i * step;
    if (step > 0 ? number >= to : number <= to) break;
    ok = list_push(vm_heap(vm), list, exact ? value_int((int64_t)number) : value_double(number));
  }
  vm_pop_roots(vm, 1);
  if (ok) return native_return(call, value_object(list));
  vm_raise_memory(vm);
  return NATIVE_FAILED;
}

static NativeStatus luma_range(NativeCall *call) {
  double from = 0, to, step = 1;
  bool has_from = call->arg_count > 1 && !value_is_absent(call->args[1]);
  if (has_from && !args_number(call, 0, &from)) return NATIVE_FAILED;
  if (!args_number(call, has_from ? 1 : 0, &to)) return NATIVE_FAILED;
  if (!value_is_absent(native_arg(call, 2)) && !args_number(call, 2, &step)) return NATIVE_FAILED;
  return fill_range(call, from, to, step, false);
}

static NativeStatus vint_range(NativeCall *call) {
  int64_t from = 0, to, step = 1;
  bool has_from = call->arg_count > 1 && !value_is_absent(call->args[1]);
  if (has_from && !args_integer(call, 0, &from)) return NATIVE_FAILED;
  if (!args_integer(call, has_from ? 1 : 0, &to)) return NATIVE_FAILED;
  if (!value_is_absent(native_arg(call, 2)) && !args_integer(call, 2, &step)) return NATIVE_FAILED;
  return fill_range(call, (double)from, (double)to, (double)step, true);
}

// [[item, index], …]
static NativeStatus luma_indexed(NativeCall *call) {
  VM *vm = call->vm;
  List *items;
  if (!args_list(call, 0, &items)) return NATIVE_FAILED;
  List *pairs = vm_list(vm, items->count);
  if (!pairs) return NATIVE_FAILED;
  vm_push_root(vm, value_object(pairs));
  bool ok = true;
  for (uint32_t i = 0; ok && i < items->count; i++) {
    Value pair_values[2] = {items->items[i], value_double(i)};
    List *pair = list_from(vm_heap(vm), pair_values, 2);
    ok = pair && list_push(vm_heap(vm), pairs, value_object(pair));
  }
  vm_pop_roots(vm, 1);
  if (ok) return native_return(call, value_object(pairs));
  vm_raise_memory(vm);
  return NATIVE_FAILED;
}

// --- Ends --------------------------------------------------------------------------------------------

static NativeStatus luma_panic(NativeCall *call) {
  Str *message = format_to_str(call->vm, native_arg(call, 0), FORMAT_LUMA);
  if (!message) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(message));
  vm_raise_str(call->vm, "Panic", message);
  vm_pop_roots(call->vm, 1);
  return NATIVE_FAILED;
}

// C 6.3: at once, output flushed. The fiber never goes on.
static NativeStatus exit_program(NativeCall *call) {
  int64_t status = 0;
  if (!value_is_absent(native_arg(call, 0)) && !args_integer(call, 0, &status)) return NATIVE_FAILED;
  sched_exit(sched_of(call->vm), (int)(status & 255));
  return NATIVE_PARKED;
}

// The declarative's word in capitals, cut to `size`.
static bool upper_kind(NativeCall *call, char *out, size_t size) {
  Str *kind;
  if (!args_str(call, 0, &kind)) return false;
  size_t len = 0;
  for (; len < kind->len && len + 1 < size; len++) out[len] = (char)toupper((unsigned char)kind->bytes[len]);
  out[len] = '\0';
  return true;
}

// info "…" and the others stand between empty lines (vint.md 7.4); fatal and critical also raise.
static NativeStatus declarative(NativeCall *call) {
  char kind[16];
  if (!upper_kind(call, kind, sizeof(kind))) return NATIVE_FAILED;
  Stdio *stdio = lib_of(call->vm)->options.stdio;
  static const struct {
    const char *name;
    const char *code;
  } colours[] = {{"TODO", "1;33"},  {"WARN", "1;33"},    {"INFO", "1;36"},  {"DEBUG", "1;35"},
                 {"NOTE", "1;34"},  {"SUCCESS", "1;32"}, {"TRACE", "1;37"}, {"LOG", "1;31"},
                 {"FATAL", "1;31"}, {"CRITICAL", "1;91"}};
  const char *code = "1";
  for (size_t i = 0; i < ARRAY_LEN(colours); i++) {
    if (strcmp(kind, colours[i].name) == 0) code = colours[i].code;
  }
  Buffer text = {0};
  buffer_byte(&text, '\n');
  if (stdio_output_is_terminal(stdio)) {
    buffer_printf(&text, "\033[%sm[%s]\033[0m: ", code, kind);
  } else {
    buffer_printf(&text, "[%s]: ", kind);
  }
  size_t prefix = text.len;
  format_value(call->vm, &text, call->args[1], FORMAT_VINT);
  bool is_fatal = strcmp(kind, "FATAL") == 0 || strcmp(kind, "CRITICAL") == 0;
  if (is_fatal) vm_raise(call->vm, "Error", "%s: %s", kind, text.bytes + prefix);
  buffer_text(&text, "\n\n");
  stdio_write(stdio, text.bytes, text.len);
  buffer_free(&text);
  return is_fatal ? NATIVE_FAILED : native_return(call, VALUE_NULL);
}

static NativeStatus program_arguments(NativeCall *call) {
  VM *vm = call->vm;
  Lib *lib = lib_of(vm);
  List *list = vm_list(vm, (uint32_t)lib->options.arg_count);
  if (!list) return NATIVE_FAILED;
  vm_push_root(vm, value_object(list));
  bool ok = true;
  for (int i = 0; ok && i < lib->options.arg_count; i++) {
    Str *text = vm_text(vm, lib->options.args[i]);
    ok = text && list_push(vm_heap(vm), list, value_object(text));
  }
  vm_pop_roots(vm, 1);
  return ok ? native_return(call, value_object(list)) : NATIVE_FAILED;
}

static NativeStatus collect_garbage(NativeCall *call) {
  heap_collect(vm_heap(call->vm), true);
  return native_return(call, VALUE_NULL);
}

#define PRINT_DOC "Writes its arguments, a blank between them, and ends the line."

static const NativeRow rows[] = {
    {"", "print", "fn(values: Any...): Null", luma_print, PRINT_DOC, luma_print_resume, 2, NATIVE_LUMA},
    {"", "print", "fn(values: Any...): Null", vint_print, PRINT_DOC, NULL, 0, NATIVE_VINT},
    {"", "println", "fn(values: Any...): Null", vint_print, PRINT_DOC, NULL, 0, NATIVE_VINT},
    {"", "write", "fn(values: Any...): Null", vint_write,
     "Writes its arguments, a blank between them, and does not end the line.", NULL, 0, NATIVE_VINT},
    {"", "printErr", "fn(values: Any...): Null", vint_print_error, "As write, on stderr.", NULL, 0,
     NATIVE_VINT},
    {"", "printlnErr", "fn(values: Any...): Null", vint_println_error, "As print, on stderr.", NULL, 0,
     NATIVE_VINT},
    {"", "write", "fn(fd: Number, value: Any): Result(Null, String)", luma_write,
     "Writes a value to 1 (output) or 2 (errors), without a line end.", NULL, 0, NATIVE_LUMA},
    {"", "STDOUT", "Number", NULL, "1: write(STDOUT, value) writes to the output.", NULL, 0, NATIVE_LUMA},
    {"", "STDERR", "Number", NULL, "2: write(STDERR, value) writes where errors go.", NULL, 0, NATIVE_LUMA},
    {"io", "print", "fn(values: Any...): Null", luma_print, PRINT_DOC, luma_print_resume, 2, NATIVE_LUMA},
    {"io", "write", "fn(fd: Number, value: Any): Result(Null, String)", luma_write,
     "Writes a value to 1 (output) or 2 (errors), without a line end.", NULL, 0, NATIVE_LUMA},
    {"", "prelude", "Table", NULL, "The table of all names that are known without import.", NULL, 0,
     NATIVE_LUMA},
    {"gc", "", "Imported", NULL, "The collector: import(\"std:gc\").", NULL, 0, NATIVE_LUMA},
    {"gc", "collect", "fn(): Null", collect_garbage, "Frees at once all that nothing leads to.", NULL, 0,
     NATIVE_LUMA},
    {"", "typeof", "fn(value: Any): String", luma_typeof,
     "The name of the value's kind: \"Number\", \"String\", \"List\" …", NULL, 0, NATIVE_LUMA},
    {"", "type", "fn(value: Any): String", vint_type,
     "The name of the value's kind: INTEGER, STRING, ARRAY …", NULL, 0, NATIVE_VINT},
    {"", "cast", "fn(type: Any, value: Any): Any", cast_value,
     "A new table of the type with the value's fields, defaults filled in. A panic that names the path if "
     "something is missing or does not fit.",
     NULL, 0, NATIVE_LUMA},
    {"", "isInstanceOf", "fn(value: Any, type: Any): Boolean", is_instance,
     "Is the value of that type, or of one whose parent it is, or does it have all its fields?", NULL, 0,
     NATIVE_LUMA},
    {"", "equals", "fn(a: Any, b: Any): Boolean", equals_deep,
     "Equality by content, for lists and tables too.", NULL, 0, NATIVE_LUMA},
    {"", "eq", "fn(a: Any, b: Any): Boolean", vint_equals,
     "Equality by type and content, for arrays and dicts too.", NULL, 0, NATIVE_VINT},
    {"", "len", "fn(value: Any): Integer", vint_len,
     "Bytes of a string, elements of an array, pairs of a dict, values waiting in a channel.", NULL, 0,
     NATIVE_VINT, .at_once = vint_len_at_once},
    {"", "range", "fn(start: Number, stop?: Number, step?: Number): List(Number)", luma_range,
     "The numbers from start up to, not including, stop; range(n) begins at 0.", NULL, 0, NATIVE_LUMA},
    {"", "range", "fn(start: Any, stop?: Any, step?: Any): List(Integer)", vint_range,
     "The integers from start up to, not including, stop; range(n) begins at 0.", NULL, 0, NATIVE_VINT},
    {"", "indexed", "fn(items: List(T)): List(List(Any))", luma_indexed, "A list of [item, index].", NULL,
     0, NATIVE_LUMA},
    {"List(T)", "indexed", "fn(): List(List(Any))", luma_indexed, "A list of [item, index].", NULL, 0,
     NATIVE_LUMA},
    {"list", "indexed", "fn(list: List(T)): List(List(Any))", luma_indexed, "A list of [item, index].",
     NULL, 0, NATIVE_LUMA},
    {"", "panic", "fn(message: Any): Never", luma_panic,
     "Ends the fiber with an error that no Result answers.", NULL, 0, NATIVE_LUMA},
    {"", "exit", "fn(status?: Any): Never", exit_program, "Ends the program at once, output flushed.", NULL,
     0, NATIVE_VINT},
    {"process", "exit", "fn(status?: Number): Never", exit_program,
     "Ends the program at once, output flushed.", NULL, 0, NATIVE_LUMA},
    {"process", "os", "String", NULL, "\"linux\".", NULL, 0, NATIVE_LUMA},
    {"process", "args", "fn(): List(String)", program_arguments, "The program's own arguments.", NULL, 0,
     NATIVE_LUMA},
    {"", "args", "fn(): List(String)", program_arguments, "The program's own arguments.", NULL, 0,
     NATIVE_VINT},
    {"", "declarative", "fn(kind: String, value: Any): Null", declarative,
     "What info \"…\" and the other declaratives call.", NULL, 0, NATIVE_VINT},
};

LibModule lib_core_module(void) { return (LibModule){rows, ARRAY_LEN(rows)}; }

bool lib_core_install(VM *vm) {
  Str *name = vm_text(vm, "linux");
  if (name) lib_set_constant(vm, "process", "os", value_object(name));
  vm_set_builtin(vm, "luma.STDOUT", value_double(1));
  vm_set_builtin(vm, "luma.STDERR", value_double(2));
  vm_set_builtin(vm, "luma.File.stdout", value_double(1));
  vm_set_builtin(vm, "luma.File.stderr", value_double(2));
  return name != NULL;
}
