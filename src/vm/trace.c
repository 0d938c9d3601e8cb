// SPDX-License-Identifier: MIT
// trace.c - stack traces as data, and as lines
//
// A trace is taken by walking a fiber's links; nothing is worded until somebody prints it. Of a
// very deep stack the first 40 and the last 24 frames are kept: where it happened and where it came
// from.
#include "vm/trace.h"

#include "vm/frame.h"
#include "vm/load.h"

#define TRACE_FIRST 40
#define TRACE_LAST  (ERROR_TRACE_MAX - TRACE_FIRST)

// --- Taking -------------------------------------------------------------------------------------

static TraceEntry make_entry(const Fiber *fiber, uint32_t base, const Instr *ip, TraceMark mark) {
  const Value *registers = fiber->stack + base;
  if (frame_is_native(registers))
    return (TraceEntry){NULL, ((Native *)frame_callee(registers))->name, 0, mark};
  Proto *proto = frame_closure(registers)->proto;
  uint32_t pc = (uint32_t)(ip - proto->code);
  // Interrupted at a loop it stands before the instruction, not behind it.
  bool is_before = base == fiber->base && (fiber->obj.flags & FIBER_AT_LOOP);
  return (TraceEntry){proto, proto->name, is_before ? pc : pc - 1, mark};
}

// The natives of operators and of imports are our own affair.
static bool is_shown(const VM *vm, const Fiber *fiber, uint32_t base) {
  const Value *registers = fiber->stack + base;
  if (frame_callee(registers) == (const Obj *)vm->operator_native) return false;
  return !frame_is_native(registers) || !(frame_native_row(registers)->languages & NATIVE_HIDDEN);
}

static uint32_t count_frames(const VM *vm, const Fiber *fiber) {
  uint32_t base = fiber->base;
  const Instr *ip;
  uint32_t count = 0;
  do count += is_shown(vm, fiber, base);
  while (frame_caller(&base, &ip, fiber->stack));
  return count;
}

static void add_frames(VM *vm, Error *error, const Fiber *fiber, TraceMark first_mark) {
  if (fiber->base == 0 || !fiber->stack) return; // it has not started or has ended
  error->obj.flags |= ERROR_HAS_TRACE;
  uint32_t count = count_frames(vm, fiber);
  uint32_t left_from = count > ERROR_TRACE_MAX ? TRACE_FIRST : count;
  uint32_t left_to = count > ERROR_TRACE_MAX ? count - TRACE_LAST : count;
  uint32_t base = fiber->base;
  const Instr *ip = fiber->ip;
  uint32_t i = 0;
  do {
    if (!is_shown(vm, fiber, base)) continue;
    TraceMark mark = i == 0 ? first_mark : TRACE_FRAME;
    if (i < left_from || i >= left_to)
      error_add_trace(vm->heap, error, make_entry(fiber, base, ip, mark));
    else
      error->trace_left_out++;
    i++;
  } while (frame_caller(&base, &ip, fiber->stack));
}

static void drop_start(Error *error) {
  if (error->trace_count > 0 && error->trace[error->trace_count - 1].mark == TRACE_SPAWN)
    error->trace_count--;
}

void trace_add_frames(VM *vm, Error *error, Fiber *fiber) {
  heap_push_root(vm->heap, value_object(error));
  add_frames(vm, error, fiber, TRACE_FRAME);
  heap_pop_roots(vm->heap, 1);
}

void trace_add_await(VM *vm, Error *error, Fiber *fiber) {
  heap_push_root(vm->heap, value_object(error));
  drop_start(error);
  add_frames(vm, error, fiber, TRACE_AWAIT);
  heap_pop_roots(vm->heap, 1);
}

// The last entry is where the error has left its fiber or would: the function that it was started
// with. A look at that one costs the same however deep the stack is.
static bool came_from(const Error *error, const Fiber *fiber) {
  if (error->trace_count == 0) return true;
  const TraceEntry *last = &error->trace[error->trace_count - 1];
  const Obj *first_callee = value_as_object(fiber->stack[0]);
  if (last->mark == TRACE_SPAWN) return false;
  if (first_callee->kind != KIND_CLOSURE) return last->proto == NULL;
  return last->proto == ((const Closure *)first_callee)->proto;
}

void trace_add_again(VM *vm, Error *error, Fiber *fiber) {
  if (!fiber->stack || !value_is_object(fiber->stack[0]) || came_from(error, fiber)) return;
  heap_push_root(vm->heap, value_object(error));
  drop_start(error);
  add_frames(vm, error, fiber, TRACE_AGAIN);
  heap_pop_roots(vm->heap, 1);
}

void trace_add_start(VM *vm, Error *error, const Fiber *fiber) {
  Proto *proto;
  uint32_t pc;
  bool has_trace = error->obj.flags & ERROR_HAS_TRACE;
  if (!has_trace || !fiber_started_at(fiber)) return;
  if (!load_find_code(vm, fiber_started_at(fiber) - 1, &proto, &pc)) return;
  heap_push_root(vm->heap, value_object(error));
  drop_start(error);
  error_add_trace(vm->heap, error, (TraceEntry){proto, proto->name, pc, TRACE_SPAWN});
  heap_pop_roots(vm->heap, 1);
}

// --- Places -------------------------------------------------------------------------------------

static void place_in(const Proto *proto, uint32_t pc, TracePlace *out) {
  out->function = proto->name->bytes;
  out->line = unit_find_line(proto->data, pc);
  out->path = load_path(proto, out->line);
}

bool trace_place(const TraceEntry *entry, TracePlace *out) {
  if (!entry->proto) return false;
  place_in(entry->proto, entry->pc, out);
  return true;
}

bool trace_fiber_place(VM *vm, const Fiber *fiber, TracePlace *out) {
  if (fiber->base == 0 || !fiber->stack) return trace_start_place(vm, fiber, out);
  uint32_t base = fiber->base;
  const Instr *ip = fiber->ip;
  do {
    TraceEntry entry = make_entry(fiber, base, ip, TRACE_FRAME);
    if (trace_place(&entry, out)) return true;
  } while (frame_caller(&base, &ip, fiber->stack));
  return false;
}

bool trace_code_place(VM *vm, const Instr *behind, TracePlace *out) {
  Proto *proto;
  uint32_t pc;
  if (!behind || !load_find_code(vm, behind - 1, &proto, &pc)) return false;
  place_in(proto, pc, out);
  return true;
}

bool trace_start_place(VM *vm, const Fiber *fiber, TracePlace *out) {
  return trace_code_place(vm, fiber_started_at(fiber), out);
}

const Instr *trace_fiber_code(VM *vm, const Fiber *fiber) {
  if (fiber->base == 0 || !fiber->stack) return fiber_started_at(fiber);
  uint32_t base = fiber->base;
  const Instr *ip = fiber->ip;
  do {
    if (!frame_is_native(fiber->stack + base)) return ip;
  } while (frame_caller(&base, &ip, fiber->stack));
  return fiber_started_at(fiber);
}

// --- Printing -----------------------------------------------------------------------------------

static void print_entry(Buffer *out, const TraceEntry *entry) {
  static const char *const words[] = {"at", "awaited at", "started at", "raised again at"};
  TracePlace place;
  const char *name = entry->name ? entry->name->bytes : "?";
  buffer_printf(out, "    %s %s", words[entry->mark], name);
  if (!trace_place(entry, &place))
    buffer_text(out, " (native)");
  else if (place.line)
    buffer_printf(out, " (%s:%u:%u)", place.path, place.line->line, place.line->column);
  else
    buffer_printf(out, " (%s)", place.path);
  buffer_byte(out, '\n');
}

void trace_print(Buffer *out, const Error *error) {
  for (uint32_t i = 0; i < error->trace_count; i++) {
    if (i == TRACE_FIRST && error->trace_left_out)
      buffer_printf(out, "    ... %u more\n", error->trace_left_out);
    print_entry(out, &error->trace[i]);
  }
  if (error->trace_left_out && error->trace_count <= TRACE_FIRST)
    buffer_printf(out, "    ... %u more\n", error->trace_left_out);
}

static void print_frames(VM *vm, Buffer *out, const Fiber *fiber, TraceMark first_mark) {
  uint32_t count = count_frames(vm, fiber);
  uint32_t left_from = count > ERROR_TRACE_MAX ? TRACE_FIRST : count;
  uint32_t left_to = count > ERROR_TRACE_MAX ? count - TRACE_LAST : count;
  uint32_t base = fiber->base;
  const Instr *ip = fiber->ip;
  uint32_t i = 0;
  do {
    if (!is_shown(vm, fiber, base)) continue;
    TraceEntry entry = make_entry(fiber, base, ip, i == 0 ? first_mark : TRACE_FRAME);
    if (i == left_from) buffer_printf(out, "    ... %u more\n", left_to - left_from);
    if (i < left_from || i >= left_to) print_entry(out, &entry);
    i++;
  } while (frame_caller(&base, &ip, fiber->stack));
}

void trace_print_fiber(VM *vm, Buffer *out, const Fiber *fiber) {
  TraceMark mark = TRACE_FRAME;
  for (; fiber; fiber = fiber_starter(vm, fiber)) {
    if (fiber->stack && fiber->base) print_frames(vm, out, fiber, mark);
    mark = TRACE_SPAWN;
  }
}
