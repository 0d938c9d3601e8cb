// SPDX-License-Identifier: MIT
// vm.h - one virtual machine: heap, globals, the running fiber, the error that is on its way
//
// Everything hangs on a VM; two in one process do not notice each other. This header is what sched,
// io and lib use; only vm's own files and sched's hot paths include vm_private.h.
#ifndef VM_H
#define VM_H

#include "base/rng.h"
#include "object/equal.h"
#include "object/error.h"
#include "object/integer.h"
#include "object/list.h"
#include "object/small_objects.h"
#include "object/type_value.h"
#include "vm/async_ops.h"
#include "vm/native.h"

typedef struct VMOptions {
  size_t heap_limit; // bytes; 0: none
  bool gc_stress;
  uint64_t seed;
} VMOptions;

// NULL when the machine has no memory.
VM *vm_new(const VMOptions *options) MUST_USE;
void vm_free(VM *vm);

// What a VM begins with: set once, and wanted at every step, so it is read without a call.
typedef struct VMFront {
  Heap *heap;
  void *scheduler; // sched's own state
  uint32_t promise_count; // made so far, also of those that nobody would see (start.h)
} VMFront;

static inline Heap *vm_heap(const VM *vm) {
  return ((const VMFront *)vm)->heap;
}
static inline void *vm_scheduler(const VM *vm) {
  return ((const VMFront *)vm)->scheduler;
}
// Promises are numbered by creation (C 1.8).
static inline uint32_t vm_next_promise(VM *vm) {
  return ++((VMFront *)vm)->promise_count;
}
StrTable *vm_strings(VM *vm);
Shape *vm_root_shape(VM *vm);
Rng *vm_rng(VM *vm);
void vm_set_async(VM *vm, const AsyncOps *ops, void *scheduler);
void vm_set_library(VM *vm, void *library, void (*mark)(Heap *heap, void *library, bool minor));
void *vm_library(VM *vm); // lib's own state
void vm_set_importer(VM *vm, void *importer);
void *vm_importer(VM *vm); // of whoever gave the VM its import

// --- Making values: VALUE_ABSENT or NULL with "out of memory" raised when memory is out ---------
// ---------
Str *vm_str(VM *vm, const char *bytes, size_t len) MUST_USE;
// The same, interned (str.h): for names, of which the same ones come again and again.
Str *vm_intern(VM *vm, const char *bytes, size_t len) MUST_USE;
Str *vm_text(VM *vm, const char *zero_terminated) MUST_USE;
Str *vm_printf(VM *vm, const char *format, ...) PRINTF(2, 3) MUST_USE;
List *vm_list(VM *vm, uint32_t capacity) MUST_USE;
Table *vm_table(VM *vm) MUST_USE;
// The table of a Result and that of an Option, which is none if `value` is absent. They need not be rooted.
Table *vm_result(VM *vm, Value ok, Value err) MUST_USE;
Table *vm_option(VM *vm, Value value) MUST_USE;
// value need not be rooted, table must be.
bool vm_set_field(VM *vm, Table *table, const char *key, Value value) MUST_USE;
Value vm_get_field(VM *vm, const Table *table, const char *key); // VALUE_ABSENT; never fails
bool vm_copy_entries(VM *vm, Table *to, const Table *from) MUST_USE; // both rooted
Value vm_integer(VM *vm, int64_t i) MUST_USE;

// Keeps a value alive while C code works with it; pop as many as were pushed.
void vm_push_root(VM *vm, Value value);
void vm_pop_roots(VM *vm, uint32_t count);

// --- Errors -------------------------------------------------------------------------------------
// Raises: leaves an Error on the VM and returns false, so that one can write `return vm_raise(…)`.
// Kinds are names such as "TypeError", "ValueError", "IndexError", "NetworkError", "TimeoutError",
// "IOError", "ChannelError", "Cancelled", "Panic", "StackOverflow", "MemoryError". The trace is
// taken at this moment from the running fiber.
bool vm_raise(VM *vm, const char *kind, const char *format, ...) PRINTF(3, 4);
// With a text as it is, which may hold zeros; of an object's, that must be rooted.
bool vm_raise_text(VM *vm, const char *kind, const char *bytes, size_t len);
bool vm_raise_str(VM *vm, const char *kind, Str *message); // rooted
// An error that is not raised and has no trace. NULL: out of memory, raised.
Error *vm_error(VM *vm, const char *kind, const char *bytes, size_t len) MUST_USE;
bool vm_raise_memory(VM *vm);             // made at start, so it needs none
bool vm_raise_value(VM *vm, Value error); // an Error again as it is; another value as thrown
bool vm_has_error(const VM *vm);
Value vm_take_error(VM *vm); // an Error object; VALUE_ABSENT if there is none

// --- Calls back from the host or the scheduler --------------------------------------------------
Fiber *vm_running(VM *vm); // NULL between fibers

// The value of a built-in by its full name ("luma.print", "vint.http.get"), VALUE_ABSENT if
// unknown.
Value vm_get_builtin(VM *vm, const char *name);
// The library makes what is asked for when it is first asked for, as a program uses a few of its
// hundreds of names. `builtin` makes and sets one (VALUE_ABSENT: there is none, or an error is on
// the VM); `methods` sets all methods of the name, for whatever receiver. vm_get_builtin calls the
// one, loading a unit the other for every name that its instructions look up.
typedef struct VMMakers {
  Value (*builtin)(VM *vm, const char *name);
  bool (*methods)(VM *vm, const Str *name);
} VMMakers;
void vm_set_makers(VM *vm, VMMakers makers);
Value vm_known_builtin(VM *vm, const char *name); // the same, but makes nothing
void vm_set_builtin(VM *vm, const char *name, Value value);
// An error as Luma has it in a Result: an instance of the built-in type of its kind, or of Error. NULL:
// out of memory. `error` must be reachable.
Table *vm_error_record(VM *vm, const Error *error) MUST_USE;
// Methods of built-in kinds: language NATIVE_LUMA or NATIVE_VINT, receiver "List", "String",
// "Table", "Number", "Integer", "Float", "Boolean", "Promise", "Channel", "Error", "Response",
// "Function", "Type" …
bool vm_set_method(VM *vm, uint8_t language, const char *receiver, const char *name, Value native);
// Which method table a value uses: "List", … (shared by vm/access.c, typeof and messages).
const char *vm_receiver_name(Value value);

// Names of values for messages: "Number", "String", "List", "function", "Promise" (Luma's typeof).
const char *vm_type_name(VM *vm, Value value);
// The same in Vint's words: "int", "array", "dict", a struct's name.
const char *vm_vint_name(VM *vm, Value value);

// Interrupts: set from a signal handler; the interpreter then leaves at the next LOOP, call or
// switch of fibers with INTERP_INTERRUPTED (interp.h). Async-signal-safe.
void vm_interrupt(VM *vm);
// For another thread: whether a fiber runs, and how many operations it may still do before the others
// get their turn. As long as neither changes it has not suspended (sched/stall.h).
bool vm_peek(const VM *vm, uint32_t *budget);
void vm_forget_interrupt(VM *vm); // nothing runs that would have to leave for it

#endif
