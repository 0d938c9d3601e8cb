// SPDX-License-Identifier: MIT
// raise.c - values thrown, and the way of an error down the stack
//
// Unwinding walks the frames by their links and asks each function's handler table. Frames of
// natives cannot catch: those that hold something give it back (NativeRow.unwind). Nothing is copied on the way, so
// an error thrown through a million frames costs a walk over a million links.
#include "vm/raise.h"

#include "code/unit.h"
#include "vm/format.h"
#include "vm/frame.h"
#include "vm/trace.h"

#include <string.h>

// --- Thrown values ------------------------------------------------------------------------------

static Value get_own(const Table *table, Str *name) {
  return table->shape || table->count ? table_get_str(table, name) : VALUE_ABSENT;
}

static const char *text_or(Value value, const char *otherwise) {
  return value_is_str(value) ? value_as_str(value)->bytes : otherwise;
}

// An instance of a declared error says its kind by its type, a plain dict by its field "kind".
static const char *kind_of(VM *vm, const Table *table) {
  if (value_is_type(table->type)) {
    const TypeValue *type = (const TypeValue *)value_as_object(table->type);
    if (type->name) return type->name->bytes;
  }
  return text_or(get_own(table, vm->names[VM_NAME_KIND]), "Error");
}

static void raise_with_text(VM *vm, const char *kind, Value value) {
  Buffer text = {0};
  format_value(vm, &text, value, FORMAT_VINT);
  vm_raise_text(vm, kind, text.bytes, text.len);
  buffer_free(&text);
}

// The text of a declared error begins with its kind, which the error says by itself.
static void raise_instance(VM *vm, const char *kind, Value value) {
  Buffer text = {0};
  format_value(vm, &text, value, FORMAT_VINT);
  const char *bytes = text.bytes ? text.bytes : "";
  size_t len = strlen(kind);
  bool has_prefix = strncmp(bytes, kind, len) == 0 && strncmp(bytes + len, ": ", 2) == 0;
  size_t skipped = has_prefix ? len + 2 : 0;
  vm_raise_text(vm, kind, bytes + skipped, text.len - skipped);
  buffer_free(&text);
}

static void raise_table(VM *vm, Value value) {
  const Table *table = value_as_table(value);
  Value message = get_own(table, vm->names[VM_NAME_MESSAGE]);
  const char *kind = kind_of(vm, table);
  if (value_is_instance(value) && !value_is_str(message)) {
    raise_instance(vm, kind, value);
    return;
  }
  if (value_is_str(message))
    vm_raise_str(vm, kind, value_as_str(message));
  else
    raise_with_text(vm, kind, value);
}

void raise_thrown(VM *vm, Value value) {
  if (value_is_table(value))
    raise_table(vm, value);
  else if (value_is_str(value))
    vm_raise_str(vm, "Error", value_as_str(value));
  else
    raise_with_text(vm, "Error", value);
  Error *error = (Error *)value_as_object(vm->error);
  if (error == vm->memory_error) return; // there was no memory for the text
  heap_store(vm->heap, error, &error->thrown, value);
}

bool raise_throw(VM *vm, Value value) {
  if (value_is_kind(value, KIND_ERROR) && (value_as_object(value)->flags & ERROR_HAS_TRACE))
    trace_add_again(vm, (Error *)value_as_object(value), vm->running);
  return vm_raise_value(vm, value);
}

// --- Two errors at once --------------------------------------------------------------------------

// An error that has details of another sort keeps those. Without memory the later error is lost:
// the first one says already that the program has failed.
static void note_later(VM *vm, Error *error, Value later) {
  if (error == vm->memory_error || later == value_object(error)) return;
  if (!(error->obj.flags & ERROR_HAS_LATER)) {
    if (!value_is_null(error->details)) return;
    List *list = list_new(vm->heap, 1);
    if (!list) return;
    heap_store(vm->heap, error, &error->details, value_object(list));
    error->obj.flags |= ERROR_HAS_LATER;
  }
  (void)!list_push(vm->heap, value_as_list(error->details), later);
}

Value raise_keep(VM *vm, Value first, Value later) {
  if (!value_is_kind(first, KIND_ERROR)) return later;
  if (value_is_cancellation(later) && !value_is_cancellation(first)) return later;
  note_later(vm, (Error *)value_as_object(first), later);
  return first;
}

// --- Unwinding ----------------------------------------------------------------------------------

static const Handler *find_handler(const Proto *proto, const Instr *ip, bool is_cancelled) {
  uint32_t pc = (uint32_t)(ip - 1 - proto->code); // ip is the next instruction
  for (uint32_t i = 0; i < proto->data->handler_count; i++) {
    const Handler *handler = &proto->data->handlers[i];
    if (is_cancelled && !handler->is_cleanup) continue;
    if (pc >= handler->start && pc < handler->end) return handler;
  }
  return NULL;
}

// What a native does here may use the VM's error, so the one on its way is put aside.
static void unwind_native(VM *vm, Value *base) {
  const NativeRow *row = frame_native_row(base);
  if (LIKELY(!row->unwind)) return;
  Value error = vm->error;
  heap_push_root(vm->heap, error);
  vm->error = VALUE_ABSENT;
  NativeCall call = {.vm = vm,
                     .args = frame_native_args(base),
                     .arg_count = frame_native_count(base),
                     .slots = base + 1,
                     .row = row};
  row->unwind(&call);
  vm->error = error;
  heap_pop_roots(vm->heap, 1);
}

void raise_abandon(VM *vm, Fiber *fiber) {
  uint32_t base = fiber->base;
  const Instr *ip;
  if (base == 0 || !fiber->stack) return;
  do {
    Value *registers = fiber->stack + base;
    if (frame_is_native(registers)) unwind_native(vm, registers);
  } while (frame_caller(&base, &ip, fiber->stack));
}

bool raise_unwind(VM *vm, Fiber *fiber) {
  uint32_t base = fiber->base;
  const Instr *ip = fiber->ip;
  bool is_cancelled = value_is_cancellation(vm->error);
  if (base == 0) return false; // it has not even started
  do {
    Value *registers = fiber->stack + base;
    if (frame_is_native(registers)) {
      unwind_native(vm, registers);
      continue;
    }
    const Proto *proto = frame_closure(registers)->proto;
    const Handler *handler = find_handler(proto, ip, is_cancelled);
    if (!handler) continue;
    registers[handler->reg] = vm_take_error(vm);
    fiber->base = base;
    fiber->ip = proto->code + handler->target;
    return true;
  } while (frame_caller(&base, &ip, fiber->stack));
  return false;
}
