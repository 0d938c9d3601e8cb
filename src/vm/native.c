// SPDX-License-Identifier: MIT
// native.c - native functions as values: what their rows say of their arguments
//
// The arity is read off the signature's text, so it can never disagree with what the checker and
// the documentation say. Only the outermost parameter list matters: each parameter ends at a comma
// of its own level, `name?` may be left out, `name...` or `T...` stands for any number.
#include "vm/native.h"

#include "code/opcode.h"
#include "vm/frame.h"

#include <string.h>

typedef struct Arity {
  uint16_t min;
  uint16_t max;
} Arity;

// One parameter's text. An optional one marks its name with `?` before the colon; `...` may stand
// behind the name or the type.
static void count_parameter(Arity *arity, const char *start, const char *end) {
  while (start < end && *start == ' ') start++;
  if (start == end) return;
  const char *colon = memchr(start, ':', (size_t)(end - start));
  const char *name_end = colon ? colon : end;
  bool is_optional = name_end > start && name_end[-1] == '?';
  bool is_rest = (end - start >= 3 && memcmp(end - 3, "...", 3) == 0) ||
                 (name_end - start >= 3 && memcmp(name_end - 3, "...", 3) == 0);
  if (is_rest) {
    arity->max = UINT16_MAX;
    return;
  }
  if (!is_optional) arity->min++;
  if (arity->max != UINT16_MAX) arity->max++;
}

static Arity read_arity(const char *signature) {
  Arity arity = {0, 0};
  const char *at = strchr(signature, '(');
  if (!at) return arity;
  int depth = 0;
  const char *start = at + 1;
  for (; *at; at++) {
    if (*at == '(' || *at == '{') depth++;
    bool is_end = (*at == ')' || *at == '}') && --depth == 0;
    if (is_end || (*at == ',' && depth == 1)) {
      count_parameter(&arity, start, at);
      start = at + 1;
    }
    if (is_end) break;
  }
  return arity;
}

bool native_is_table(const char *owner) {
  static const char *const tables[] = {"List",   "Promise",   "Channel",   "Result",    "Option",
                                       "Lock",   "Semaphore", "WaitGroup", "Broadcast", "FiberLocal",
                                       "File"};
  for (uint32_t i = 0; i < ARRAY_LEN(tables); i++)
    if (strcmp(owner, tables[i]) == 0) return true;
  return false;
}

// A method's receiver comes first. Its owner is a type: "String", "List(T)". Owners of members are
// written small, but for the types whose names are tables.
static bool is_method(const char *owner) {
  return owner[0] >= 'A' && owner[0] <= 'Z' && !native_is_table(owner);
}

Native *native_new(VM *vm, const NativeRow *row) {
  Str *name = vm_text(vm, row->name);
  if (!name) return NULL;
  heap_push_root(vm->heap, value_object(name));
  Native *native = heap_new(vm->heap, KIND_NATIVE, sizeof(Native));
  heap_pop_roots(vm->heap, 1);
  if (!native) {
    (void)!vm_raise_memory(vm);
    return NULL;
  }
  Arity arity = read_arity(row->signature);
  uint16_t receiver = is_method(row->owner) ? 1 : 0;
  native->row = row;
  native->of_number = row->of_number;
  native->at_once = row->at_once;
  native->name = name;
  native->is_plain = !row->resume && row->slot_count == 0;
  native->obj.flags = receiver;
  native->min_args = (uint16_t)(arity.min + receiver);
  native->max_args = arity.max == UINT16_MAX ? UINT16_MAX : (uint16_t)(arity.max + receiver);
  // One that wants the expected type gets it as one more argument, behind the others.
  if (strstr(row->signature, "Expected")) native->obj.extra = 1;
  return native;
}

// A parameter's text begins with its name, but for a blank.
static bool is_named(const char *start, const char *end, const Str *name) {
  while (start < end && *start == ' ') start++;
  if ((size_t)(end - start) <= name->len || memcmp(start, name->bytes, name->len) != 0) return false;
  return start[name->len] == ':' || start[name->len] == '?';
}

int native_find_parameter(const Native *native, const Str *name) {
  if (native->max_args == UINT16_MAX) return -1;
  const char *at = strchr(native->row->signature, '(');
  const char *start = at ? at + 1 : "";
  int index = native->obj.flags; // behind the receiver
  for (int depth = 0; at && *at; at++) {
    if (*at == '(' || *at == '{') depth++;
    bool is_end = (*at == ')' || *at == '}') && --depth == 0;
    if (!is_end && (*at != ',' || depth != 1)) continue;
    if (is_named(start, at, name)) return index;
    if (is_end) return -1;
    start = at + 1;
    index++;
  }
  return -1;
}

NativeStatus native_call(NativeCall *call, Value callee, const Value *args, uint32_t count) {
  VM *vm = call->vm;
  Value *window = call->args + call->arg_count + 1;
  window[0] = callee;
  for (uint32_t i = 0; i < count; i++) window[2 + i] = args[i];
  vm->callback_count = count;
  return NATIVE_CALL;
}

bool native_begins_await(NativeCall *call) {
  Fiber *fiber = call->vm->running;
  const Value *base = fiber->stack + fiber->base;
  if (fiber->base == 0 || frame_is_native(base)) return false;
  Instr next = *fiber->ip;
  if (opcode_of(next) != OP_AWAIT_CALL || base + opcode_b(next) != call->args - 2) return false;
  fiber->ip++;
  return true;
}
