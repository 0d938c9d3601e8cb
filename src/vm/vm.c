// SPDX-License-Identifier: MIT
// vm.c - making a VM, its roots, values, errors, built-ins and methods
//
// What a VM needs in order to report that memory is out (the error object and its text) is made at
// the start, because it cannot be made when it is needed.
#include "vm/profile.h"
#include "vm/vm_private.h"

#include "base/buffer.h"
#include "code/opcode.h"
#include "code/unit.h"
#include "object/object.h"
#include "vm/arith.h"
#include "vm/locals.h"
#include "vm/raise.h"
#include "vm/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// --- Roots --------------------------------------------------------------------------------------

static void mark_methods(Heap *heap, VM *vm) {
  for (uint32_t i = 0; i < vm->methods.count; i++) {
    heap_mark(heap, (Obj *)vm->methods.items[i].luma);
    heap_mark(heap, (Obj *)vm->methods.items[i].vint);
  }
}

static void vm_mark(Heap *heap, void *owner, bool minor) {
  VM *vm = owner;
  heap_mark_value(heap, vm->error);
  heap_mark(heap, (Obj *)vm->root_shape);
  heap_mark(heap, (Obj *)vm->memory_error);
  heap_mark(heap, (Obj *)vm->operator_native);
  heap_mark(heap, (Obj *)vm->switch_to);
  for (uint32_t i = 0; i < VM_NAME_COUNT; i++) heap_mark(heap, (Obj *)vm->names[i]);
  heap_mark_values(heap, vm->builtins.items, vm->builtins.count);
  mark_methods(heap, vm);
  load_mark(heap, vm);
  fiber_mark_roots(heap, vm);
}

// Marking is done: what is young now is old or dead after this collection.
static void vm_forget_dead(Heap *heap, void *owner) {
  VM *vm = owner;
  vec_clear(&vm->young_fibers);
  load_clear_caches(heap, vm);
}

// --- Native functions as objects ----------------------------------------------------------------

static void trace_native(Heap *heap, Obj *object) {
  heap_mark(heap, (Obj *)((Native *)object)->name);
}

// --- Making and freeing -------------------------------------------------------------------------

static bool make_names(VM *vm) {
  static const char *const texts[] = {
#define VM_NAME_TEXT(name, text) text,
      VM_NAMES(VM_NAME_TEXT)
#undef VM_NAME_TEXT
  };
  for (uint32_t i = 0; i < VM_NAME_COUNT; i++) {
    vm->names[i] = str_text(vm->strings, texts[i]);
    if (!vm->names[i]) return false;
  }
  return true;
}

static bool make_memory_error(VM *vm) {
  Str *kind = str_text(vm->strings, "MemoryError");
  if (!kind) return false;
  heap_push_root(vm->heap, value_object(kind));
  Str *message = str_text(vm->strings, "out of memory");
  if (message) {
    heap_push_root(vm->heap, value_object(message));
    vm->memory_error = error_new(vm->heap, kind, message);
    heap_pop_roots(vm->heap, 1);
  }
  heap_pop_roots(vm->heap, 1);
  return vm->memory_error && error_reserve_trace(vm->heap, vm->memory_error);
}

// The receivers that values have by their kind; others are added when they get a method.
static void make_method_tables(VM *vm) {
  static const char *const receivers[] = {"List",     "String",  "Table",   "Number",  "Integer",
                                          "Float",    "Boolean", "Promise", "Channel", "Error",
                                          "Function", "Type",    "Range",   "Null"};
  for (uint32_t i = 0; i < ARRAY_LEN(receivers); i++) {
    MethodTables tables = {strdup(receivers[i]), NULL, NULL};
    vec_push(&vm->methods, tables);
  }
}

static bool fill(VM *vm, const VMOptions *options) {
  HeapOptions heap_options = {.limit = options->heap_limit, .stress = options->gc_stress};
  vm->heap = heap_create(&heap_options);
  if (!vm->heap) return false;
  vm->strings = str_table_new(vm->heap);
  if (!vm->strings) return false;
  object_register(vm->heap);
  static const KindDescriptor native = {"native function", trace_native, NULL};
  heap_register(vm->heap, KIND_NATIVE, &native);
  fiber_register(vm);
  locals_register(vm);
  heap_add_root(vm->heap, vm_mark, vm);
  heap_add_weak(vm->heap, vm_forget_dead, vm);
  vm->root_shape = shape_new_root(vm->heap);
  if (!vm->root_shape || !make_names(vm) || !make_memory_error(vm)) return false;
  vm->operator_native = native_new(vm, &arith_operator_row);
  make_method_tables(vm);
  return vm->operator_native != NULL;
}

VM *vm_new(const VMOptions *options) {
  VM *vm = calloc(1, sizeof(VM));
  if (!vm) return NULL;
  vm->error = VALUE_ABSENT;
  vm->budget = VM_BUDGET;
  vm->fiber_end = opcode_abc(OP_FIBER_END, 0, 0, 0);
  vm->resume_native = opcode_abc(OP_RESUME_NATIVE, 0, 0, 0);
  rng_init(&vm->rng, options->seed);
  if (fill(vm, options)) return vm;
  vm_free(vm);
  return NULL;
}

void vm_free(VM *vm) {
  if (!vm) return;
  vm->running = NULL;
  if (vm->heap) heap_destroy(vm->heap);
  if (vm->strings) str_table_free(vm->strings);
  load_free_units(vm); // after the heap: finishing a prototype may look at its data
  for (uint32_t i = 0; i < vm->methods.count; i++) free(vm->methods.items[i].receiver);
  vec_free(&vm->methods);
  vec_free(&vm->young_fibers);
  vec_free(&vm->builtins);
  vec_free(&vm->units);
  vec_free(&vm->shared_types);
  vec_free(&vm->ranges);
  strmap_free(&vm->builtin_indexes);
  profile_free(vm->profile);
  free(vm);
}

// --- Plain access -------------------------------------------------------------------------------

StrTable *vm_strings(VM *vm) {
  return vm->strings;
}
Shape *vm_root_shape(VM *vm) {
  return vm->root_shape;
}
Rng *vm_rng(VM *vm) {
  return &vm->rng;
}
void *vm_library(VM *vm) {
  return vm->library;
}
void vm_set_importer(VM *vm, void *importer) {
  vm->importer = importer;
}
void *vm_importer(VM *vm) {
  return vm->importer;
}
Fiber *vm_running(VM *vm) {
  return vm->running;
}

void vm_set_async(VM *vm, const AsyncOps *ops, void *scheduler) {
  vm->async = *ops;
  vm->scheduler = scheduler;
}

void vm_set_library(VM *vm, void *library, void (*mark)(Heap *heap, void *library, bool minor)) {
  vm->library = library;
  heap_add_root(vm->heap, mark, library);
}

void vm_push_root(VM *vm, Value value) {
  heap_push_root(vm->heap, value);
}
void vm_pop_roots(VM *vm, uint32_t count) {
  heap_pop_roots(vm->heap, count);
}

void vm_interrupt(VM *vm) {
  vm->interrupt_flag = 1;
  vm->stack_limit = NULL;
}

bool vm_peek(const VM *vm, uint32_t *budget) {
  *budget = __atomic_load_n(&vm->budget, __ATOMIC_RELAXED);
  return __atomic_load_n(&vm->running, __ATOMIC_RELAXED) != NULL;
}

void vm_forget_interrupt(VM *vm) {
  vm->interrupt_flag = 0;
}

// --- Making values ------------------------------------------------------------------------------

// What every maker ends with: NULL becomes a raised error.
#define CHECKED(vm, object)                                                                        \
  if (!(object)) (void)!vm_raise_memory(vm);                                                       \
  return (object)

Str *vm_str(VM *vm, const char *bytes, size_t len) {
  Str *str = str_new(vm->strings, bytes, len);
  CHECKED(vm, str);
}

Str *vm_intern(VM *vm, const char *bytes, size_t len) {
  Str *str = str_intern(vm->strings, bytes, len);
  CHECKED(vm, str);
}

Str *vm_text(VM *vm, const char *zero_terminated) {
  return vm_intern(vm, zero_terminated, strlen(zero_terminated));
}

static Str *print_str(VM *vm, const char *format, va_list args) {
  Buffer buffer = {0};
  buffer_vprintf(&buffer, format, args);
  Str *str = str_new(vm->strings, buffer.bytes ? buffer.bytes : "", buffer.len);
  buffer_free(&buffer);
  return str;
}

Str *vm_printf(VM *vm, const char *format, ...) {
  va_list args;
  va_start(args, format);
  Str *str = print_str(vm, format, args);
  va_end(args);
  CHECKED(vm, str);
}

List *vm_list(VM *vm, uint32_t capacity) {
  List *list = list_new(vm->heap, capacity);
  CHECKED(vm, list);
}

Table *vm_table(VM *vm) {
  Table *table = table_new(vm->heap, vm->root_shape);
  CHECKED(vm, table);
}

// The shape is found by two steps from the root, once it has been made.
static Table *make_pair(VM *vm, const VMName names[2], const Value values[2]) {
  Heap *heap = vm->heap;
  heap_push_root(heap, values[0]);
  heap_push_root(heap, values[1]);
  Shape *shape = shape_add(heap, vm->root_shape, vm->names[names[0]]);
  if (shape) shape = shape_add(heap, shape, vm->names[names[1]]);
  heap_push_root(heap, shape ? value_object(shape) : VALUE_NULL);
  Table *table = shape ? table_new_record(heap, shape, values) : NULL;
  heap_pop_roots(heap, 3);
  CHECKED(vm, table);
}

Table *vm_result(VM *vm, Value ok, Value err) {
  return make_pair(vm, (VMName[]){VM_NAME_OK, VM_NAME_ERR}, (Value[]){ok, err});
}

Table *vm_option(VM *vm, Value value) {
  bool is_none = value_is_absent(value);
  Value values[] = {is_none ? VALUE_NULL : value, value_bool(is_none)};
  return make_pair(vm, (VMName[]){VM_NAME_SOME, VM_NAME_NONE}, values);
}

bool vm_copy_entries(VM *vm, Table *to, const Table *from) {
  uint32_t position = 0;
  Value key, value;
  while (table_next(from, &position, &key, &value))
    if (!table_set(vm->heap, to, key, value)) return vm_raise_memory(vm);
  return true;
}

Value vm_integer(VM *vm, int64_t i) {
  Value value = integer_value(vm->heap, i);
  if (value_is_absent(value)) (void)!vm_raise_memory(vm);
  return value;
}

bool vm_set_field(VM *vm, Table *table, const char *key, Value value) {
  heap_push_root(vm->heap, value);
  Str *name = vm_text(vm, key);
  bool is_set = name && (table_set_str(vm->heap, table, name, value) || vm_raise_memory(vm));
  heap_pop_roots(vm->heap, 1);
  return is_set;
}

// Keys of shapes are interned and few: comparing their text allocates nothing, so it cannot fail.
static Value find_in_shape(const Table *table, const char *key, size_t len) {
  for (uint32_t i = 0; i < shape_count(table->shape); i++) {
    const Str *name = table->shape->keys[i];
    if (name->len == len && memcmp(name->bytes, key, len) == 0) return table->values[i];
  }
  return VALUE_ABSENT;
}

Value vm_get_field(VM *vm, const Table *table, const char *key) {
  size_t len = strlen(key);
  if (table->shape) return find_in_shape(table, key, len);
  uint32_t position = 0;
  Value name, value;
  while (table_next(table, &position, &name, &value)) {
    if (!value_is_str(name)) continue;
    const Str *str = value_as_str(name);
    if (str->len == len && memcmp(str->bytes, key, len) == 0) return value;
  }
  return VALUE_ABSENT;
}

// --- Errors -------------------------------------------------------------------------------------

static void set_error(VM *vm, Error *error) {
  vm->error = value_object(error);
  if (error->obj.flags & ERROR_HAS_TRACE) return;
  if (vm->running) trace_add_frames(vm, error, vm->running);
}

static Error *error_with(VM *vm, const char *kind, Str *message) {
  Str *kind_str = str_text(vm->strings, kind);
  if (!kind_str) return NULL;
  heap_push_root(vm->heap, value_object(kind_str));
  Error *error = error_new(vm->heap, kind_str, message);
  heap_pop_roots(vm->heap, 1);
  return error;
}

static Error *make_error(VM *vm, const char *kind, const char *bytes, size_t len) {
  Str *message = str_new(vm->strings, bytes ? bytes : "", len);
  if (!message) return NULL;
  heap_push_root(vm->heap, value_object(message));
  Error *error = error_with(vm, kind, message);
  heap_pop_roots(vm->heap, 1);
  return error;
}

Error *vm_error(VM *vm, const char *kind, const char *bytes, size_t len) {
  Error *error = make_error(vm, kind, bytes, len);
  if (!error) vm_raise_memory(vm);
  return error;
}

static bool raise_error(VM *vm, Error *error) {
  if (!error) return vm_raise_memory(vm);
  set_error(vm, error);
  return false;
}

bool vm_raise_text(VM *vm, const char *kind, const char *bytes, size_t len) {
  return raise_error(vm, make_error(vm, kind, bytes, len));
}

bool vm_raise_str(VM *vm, const char *kind, Str *message) {
  return raise_error(vm, error_with(vm, kind, message));
}

// The text is made before anything is allocated: what it quotes need not be rooted.
bool vm_raise(VM *vm, const char *kind, const char *format, ...) {
  Buffer text = {0};
  va_list args;
  va_start(args, format);
  buffer_vprintf(&text, format, args);
  va_end(args);
  vm_raise_text(vm, kind, text.bytes, text.len);
  buffer_free(&text);
  return false;
}

bool vm_raise_memory(VM *vm) {
  Error *error = vm->memory_error;
  error->obj.flags &= (uint16_t)~ERROR_HAS_TRACE; // the last one's trace gives way
  error->trace_count = 0;
  error->trace_left_out = 0;
  set_error(vm, error);
  return false;
}

bool vm_raise_value(VM *vm, Value value) {
  if (value_is_kind(value, KIND_ERROR)) {
    set_error(vm, (Error *)value_as_object(value));
    return false;
  }
  heap_push_root(vm->heap, value);
  raise_thrown(vm, value);
  heap_pop_roots(vm->heap, 1);
  return false;
}

bool vm_has_error(const VM *vm) {
  return !value_is_absent(vm->error);
}

Value vm_take_error(VM *vm) {
  Value error = vm->error;
  vm->error = VALUE_ABSENT;
  return error;
}

// --- Built-ins and methods ----------------------------------------------------------------------

Value vm_known_builtin(VM *vm, const char *name) {
  uintptr_t index = (uintptr_t)strmap_get(&vm->builtin_indexes, name, strlen(name));
  return index ? vm->builtins.items[index - 1] : VALUE_ABSENT;
}

Value vm_get_builtin(VM *vm, const char *name) {
  Value known = vm_known_builtin(vm, name);
  if (!value_is_absent(known) || !vm->makers.builtin) return known;
  return vm->makers.builtin(vm, name);
}

void vm_set_makers(VM *vm, VMMakers makers) {
  vm->makers = makers;
}

void vm_set_builtin(VM *vm, const char *name, Value value) {
  uintptr_t index = (uintptr_t)strmap_get(&vm->builtin_indexes, name, strlen(name));
  if (index) {
    vm->builtins.items[index - 1] = value;
    return;
  }
  vec_push(&vm->builtins, value);
  strmap_set(&vm->builtin_indexes, name, strlen(name), (void *)(uintptr_t)vm->builtins.count);
}

static MethodTables *find_methods(VM *vm, const char *receiver) {
  for (uint32_t i = 0; i < vm->methods.count; i++)
    if (strcmp(vm->methods.items[i].receiver, receiver) == 0) return &vm->methods.items[i];
  return NULL;
}

static bool set_method(VM *vm, Table **slot, Str *name, Value native) {
  if (!*slot) *slot = vm_table(vm);
  return *slot && (table_set_str(vm->heap, *slot, name, native) || vm_raise_memory(vm));
}

bool vm_set_method(VM *vm, uint8_t language, const char *receiver, const char *name, Value native) {
  MethodTables *tables = find_methods(vm, receiver);
  if (!tables) {
    MethodTables added = {strdup(receiver), NULL, NULL};
    vec_push(&vm->methods, added);
    tables = &vec_last(&vm->methods);
  }
  heap_push_root(vm->heap, native);
  Str *str = vm_text(vm, name);
  bool is_set = str != NULL;
  if (is_set) heap_push_root(vm->heap, value_object(str));
  if (is_set && (language & NATIVE_LUMA)) is_set = set_method(vm, &tables->luma, str, native);
  if (is_set && (language & NATIVE_VINT)) is_set = set_method(vm, &tables->vint, str, native);
  heap_pop_roots(vm->heap, str ? 2 : 1);
  return is_set;
}

// An instance of a type that the runtime itself defines (Response, Error …) has that type's
// methods.
static const char *table_receiver(const Table *table) {
  if (!value_is_type(table->type)) return "Table";
  const TypeValue *type = (const TypeValue *)value_as_object(table->type);
  if (type->obj.flags & TYPE_VALUE_PACKAGE) return "Package";
  if (type->obj.extra == TAG_ERROR) return "Error";
  return type->name && !type->table ? type->name->bytes : "Table";
}

const char *vm_receiver_name(Value value) {
  if (value_is_double(value)) return "Number";
  if (value_is_int(value)) return "Integer";
  if (value_is_null(value)) return "Null";
  if (!value_is_object(value)) return "Boolean";
  switch (value_as_object(value)->kind) {
  case KIND_STR:
  case KIND_GROWING: return "String";
  case KIND_LIST: return "List";
  case KIND_TABLE: return table_receiver((Table *)value_as_object(value));
  case KIND_INTEGER: return "Integer";
  case KIND_RANGE: return "Range";
  case KIND_TIME: return "Time";
  case KIND_DURATION: return "Duration";
  case KIND_PROMISE: return "Promise";
  case KIND_CHANNEL: return "Channel";
  case KIND_GROUP: return "Group";
  case KIND_LOCK: return "Lock";
  case KIND_SEMAPHORE: return "Semaphore";
  case KIND_WAIT_GROUP: return "WaitGroup";
  case KIND_BROADCAST: return "Broadcast";
  case KIND_FIBER_LOCAL: return "FiberLocal";
  case KIND_CASE: return "Case";
  case KIND_ERROR: return "Error";
  case KIND_TYPE: return "Type";
  case KIND_EXTERNAL: return ((External *)value_as_object(value))->type_name->bytes;
  default: return "Function";
  }
}

Value vm_find_method_of(VM *vm, uint8_t language, const char *receiver, Str *name) {
  MethodTables *tables = find_methods(vm, receiver);
  if (!tables) return VALUE_ABSENT;
  Table *table = language == NATIVE_LUMA ? tables->luma : tables->vint;
  return table ? table_get_str(table, name) : VALUE_ABSENT;
}

// Luma has one kind of number, Vint two: Vint's double is a Float first, an integer in Luma's hands
// is a Number.
Value vm_find_method(VM *vm, uint8_t language, Value receiver, Str *name) {
  const char *first = vm_receiver_name(receiver);
  if (language == NATIVE_VINT && value_is_double(receiver)) first = "Float";
  Value method = vm_find_method_of(vm, language, first, name);
  if (!value_is_absent(method)) return method;
  if (value_is_number(receiver)) method = vm_find_method_of(vm, language, "Number", name);
  bool is_dict = value_is_table(receiver) && !value_is_package(receiver);
  if (is_dict) method = vm_find_method_of(vm, language, "Table", name);
  return value_is_absent(method) ? vm_find_method_of(vm, language, "Any", name) : method;
}

// --- Errors as records --------------------------------------------------------------------------

static Value error_type(VM *vm, const Str *kind) {
  char name[64];
  snprintf(name, sizeof(name), "luma.%.50s", kind->bytes);
  Value type = vm_get_builtin(vm, name);
  bool is_error = value_is_type(type) && value_as_object(type)->extra == TAG_ERROR;
  if (!is_error) type = vm_get_builtin(vm, "luma.Error");
  return value_is_absent(type) ? VALUE_NULL : type;
}

Table *vm_error_record(VM *vm, const Error *error) {
  Table *record = vm_table(vm);
  if (!record) return NULL;
  vm_push_root(vm, value_object(record));
  bool is_made = vm_set_field(vm, record, "kind", value_object(error->kind)) &&
                 vm_set_field(vm, record, "message", value_object(error->message));
  vm_pop_roots(vm, 1);
  if (!is_made) return NULL;
  record->type = error_type(vm, error->kind);
  heap_touch(vm->heap, (Obj *)record);
  return record;
}

// --- Names of types -----------------------------------------------------------------------------

const char *vm_type_name(VM *vm, Value value) {
  if (value_is_number(value)) return "Number";
  if (value_is_table(value)) return "Table";
  if (value_is_kind(value, KIND_EXTERNAL)) return "External";
  return vm_receiver_name(value);
}

static const char *vint_table_name(Value value) {
  const Table *table = value_as_table(value);
  if (!value_is_type(table->type)) return "dict";
  const TypeValue *type = (const TypeValue *)value_as_object(table->type);
  return type->name ? type->name->bytes : "dict";
}

const char *vm_vint_name(VM *vm, Value value) {
  if (value_is_double(value)) return "float";
  if (value_is_integer(value)) return "int";
  if (value_is_null(value)) return "null";
  if (!value_is_object(value)) return "bool";
  switch (value_as_object(value)->kind) {
  case KIND_STR:
  case KIND_GROWING: return "string";
  case KIND_LIST: return "array";
  case KIND_TABLE: return vint_table_name(value);
  case KIND_RANGE: return "range";
  case KIND_TIME: return "time";
  case KIND_DURATION: return "duration";
  case KIND_PROMISE: return "promise";
  case KIND_CHANNEL: return "channel";
  case KIND_GROUP: return "group";
  case KIND_LOCK: return "lock";
  case KIND_SEMAPHORE: return "semaphore";
  case KIND_WAIT_GROUP: return "wait_group";
  case KIND_BROADCAST: return "broadcast";
  case KIND_FIBER_LOCAL: return "fiber_local";
  case KIND_ERROR: return "error";
  case KIND_TYPE: return "type";
  case KIND_EXTERNAL: return ((External *)value_as_object(value))->type_name->bytes;
  default: return "function";
  }
}
