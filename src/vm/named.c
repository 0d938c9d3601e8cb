// SPDX-License-Identifier: MIT
// named.c - calls whose named arguments are put in order when they run
//
// The arguments are copied out of the window and back in order; nothing is allocated on the heap in
// between, so nobody misses them.
#include "vm/named.h"

#include "base/memory.h"
#include "code/unit.h"
#include "vm/call.h"
#include "vm/native.h"

#include <stdlib.h>
#include <string.h>

#define FEW_ARGS 16

// What is called, as far as its parameters go.
typedef struct Callee {
  const Proto *proto;    // NULL: no function of a script
  const Native *native;  // or a built-in function, of which nothing else is known then
  const TypeValue *type; // whose instance it makes, or NULL
  uint32_t first;        // the parameter that the first argument is for
} Callee;

static Callee find_callee(Value callee, uint32_t count) {
  Callee found = {0};
  if (value_is_kind(callee, KIND_OVERLOAD))
    callee = call_choose((const Overload *)value_as_object(callee), count);
  if (value_is_type(callee)) {
    found.type = (const TypeValue *)value_as_object(callee);
    callee = found.type->maker;
  } else if (value_is_kind(callee, KIND_BOUND)) {
    callee = ((const Bound *)value_as_object(callee))->function;
    found.first = 1; // the receiver
  }
  if (value_is_kind(callee, KIND_CLOSURE))
    found.proto = ((const Closure *)value_as_object(callee))->proto;
  if (value_is_kind(callee, KIND_NATIVE)) found.native = (const Native *)value_as_object(callee);
  return found;
}

static bool raise_no_names(VM *vm, Value callee) {
  return vm_raise(vm, "TypeError", "CALL on non-function: %s cannot be called",
                  vm_vint_name(vm, callee));
}

static const char *name_of(const Callee *callee) {
  return callee->native ? callee->native->name->bytes : callee->proto->name->bytes;
}

static uint32_t param_count(const Callee *callee, uint32_t arg_count) {
  if (!callee->native) return callee->proto->param_count - callee->first;
  uint32_t max = callee->native->max_args;
  return max == UINT16_MAX ? arg_count : max - callee->first;
}

static uint32_t find_parameter(const Callee *callee, const Str *name) {
  if (callee->native) {
    int index = native_find_parameter(callee->native, name);
    return index < (int)callee->first ? UINT32_MAX : (uint32_t)index - callee->first;
  }
  const ProtoData *data = callee->proto->data;
  for (uint32_t i = callee->first; i < data->param_count; i++)
    if (strcmp(data->param_names[i], name->bytes) == 0) return i - callee->first;
  return UINT32_MAX;
}

static bool raise_unknown(VM *vm, const Callee *callee, const Str *name) {
  const char *what = callee->type ? "field" : "parameter";
  return vm_raise(vm, "TypeError", "%s has no %s named '%s'", name_of(callee), what, name->bytes);
}

static bool may_lack(const Callee *callee, uint32_t index) {
  if (callee->native) return index + callee->first >= callee->native->min_args;
  if (callee->type) return callee->type->fields[index].is_optional;
  return index + callee->first >= callee->proto->required_count;
}

// Every parameter that has neither argument nor default is missed.
static bool check_given(VM *vm, const Callee *callee, const Value *ordered, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    if (!value_is_absent(ordered[i]) || may_lack(callee, i)) continue;
    if (callee->native)
      return vm_raise(vm, "TypeError", "%s: argument %u is missing", name_of(callee), i + 1);
    return vm_raise(vm, "TypeError", "%s: missing argument '%s'", callee->proto->name->bytes,
                    callee->proto->data->param_names[i + callee->first]);
  }
  return true;
}

// Fills `ordered`, one value a parameter and more if there are surplus positional ones.
static bool order(VM *vm, const Callee *callee, const Value *args, uint32_t count,
                  const Shape *names, Value *ordered) {
  uint32_t positional = count - shape_count(names);
  memcpy(ordered, args, positional * sizeof(Value));
  for (uint32_t i = positional; i < count; i++) {
    const Str *name = names->keys[i - positional];
    uint32_t place = find_parameter(callee, name);
    if (place == UINT32_MAX) return raise_unknown(vm, callee, name);
    if (!value_is_absent(ordered[place]))
      return vm_raise(vm, "TypeError", "%s: argument '%s' is given twice", name_of(callee),
                      name->bytes);
    ordered[place] = args[i];
  }
  return true;
}

// A built-in function counts its arguments: what is not given at the end is no argument.
static void drop_absent(const Value *args, uint32_t *count) {
  while (*count > 0 && value_is_absent(args[*count - 1])) --*count;
}

// The window of the call, in order; `*count` is how many it has then.
static bool arrange(VM *vm, uint32_t a, uint32_t *count, const Shape *names, bool is_literal) {
  Fiber *fiber = vm->running;
  uint32_t window = fiber->base + a;
  Callee callee = find_callee(fiber->stack[window], *count);
  if (!callee.proto && !callee.native) return raise_no_names(vm, fiber->stack[window]);
  uint32_t params = param_count(&callee, *count);
  uint32_t positional = *count - shape_count(names);
  uint32_t room = params > positional ? params : positional;
  if (!fiber_grow(vm, fiber, window + 2, room > *count ? room : *count)) return false;
  Value few[FEW_ARGS];
  Value *ordered = room <= FEW_ARGS ? few : memory_require(NULL, room * sizeof(Value));
  for (uint32_t i = 0; i < room; i++) ordered[i] = VALUE_ABSENT;
  bool is_done = order(vm, &callee, fiber->stack + window + 2, *count, names, ordered) &&
                 (is_literal || check_given(vm, &callee, ordered, params));
  if (is_done) {
    memcpy(fiber->stack + window + 2, ordered, room * sizeof(Value));
    if (room > *count) vm->spill += room - *count;
    *count = room;
    if (callee.native) drop_absent(fiber->stack + window + 2, count);
  }
  if (ordered != few) free(ordered);
  return is_done;
}

static Step call_arranged(VM *vm, uint32_t a, uint32_t count, const Shape *names,
                          bool is_literal) {
  const Value *stack = vm->running->stack;
  if (!arrange(vm, a, &count, names, is_literal)) return STEP_FAILED;
  Step step = call_register(vm, a, count);
  bool has_moved = vm->running && vm->running->stack != stack;
  return step == STEP_DONE && has_moved ? STEP_ENTER : step;
}

Step named_call(VM *vm, uint32_t a, uint32_t count, const Shape *names) {
  return call_arranged(vm, a, count, names, false);
}

// What is handed over is ordered in the caller's window, and wrong names are the caller's error.
Step named_go(VM *vm, uint32_t a, uint32_t count, const Shape *names) {
  const Value *stack = vm->running->stack;
  if (!arrange(vm, a, &count, names, false)) return STEP_FAILED;
  Step step = call_go(vm, a, count);
  vm->spill = 0;
  return step == STEP_DONE && vm->running->stack != stack ? STEP_ENTER : step;
}

Step named_defer(VM *vm, uint32_t a, uint32_t count, const Shape *names) {
  const Fiber *fiber = vm->running;
  const Value *stack = fiber->stack;
  if (!arrange(vm, a, &count, names, false)) return STEP_FAILED;
  bool is_kept = call_defer(vm, fiber->stack + fiber->base + a, count);
  vm->spill = 0;
  if (!is_kept) return STEP_FAILED;
  return fiber->stack != stack ? STEP_ENTER : STEP_DONE;
}

Step named_literal(VM *vm, uint32_t a, const Shape *names) {
  const Fiber *fiber = vm->running;
  Value callee = fiber->stack[fiber->base + a];
  if (!value_is_type(callee) || value_is_null(((TypeValue *)value_as_object(callee))->maker)) {
    (void)!vm_raise(vm, "TypeError", "only a struct can be followed by { … }, got %s",
                    vm_vint_name(vm, callee));
    return STEP_FAILED;
  }
  return call_arranged(vm, a, shape_count(names), names, true);
}
