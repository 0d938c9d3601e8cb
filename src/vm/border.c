// SPDX-License-Identifier: MIT
// border.c - where values go from one language into the other
#include "vm/border.h"

#include "vm/frame.h"

// Functions of Vint drop surplus arguments, those of Luma do not: that is how they are told apart.
static bool is_luma_frame(const Value *registers) {
  return !(frame_closure(registers)->obj.flags & PROTO_LOOSE);
}

// The nearest function of a script at or above `base`; natives in between pass on what they get.
static bool called_from_luma(const VM *vm, const Fiber *fiber, uint32_t base) {
  const Instr *ip;
  while (frame_is_native(fiber->stack + base)) {
    if (!frame_caller(&base, &ip, fiber->stack)) return false;
  }
  return is_luma_frame(fiber->stack + base);
}

static bool is_called_from_luma(const VM *vm, const Fiber *fiber) {
  uint32_t base = fiber->base;
  const Instr *ip;
  if (frame_caller(&base, &ip, fiber->stack)) return called_from_luma(vm, fiber, base);
  // The first function of a fiber: an async call, whose caller waits until it parks.
  const Fiber *starter = fiber_starter(vm, fiber);
  return starter && starter->base && called_from_luma(vm, starter, starter->base);
}

static bool is_parameter(const Fiber *fiber, const Value *value) {
  const Value *registers = fiber->stack + fiber->base;
  const Proto *proto = frame_closure(registers)->proto;
  bool is_typed_call = proto->typed_entry != proto->code;
  if (is_typed_call && fiber->ip > proto->typed_entry) return false;
  return value >= registers && value < registers + proto->param_count;
}

bool border_pass_integer(VM *vm, Value *value) {
  const Fiber *fiber = vm->running;
  if (!value_is_double(*value) || !is_parameter(fiber, value)) return false;
  double number = value_as_double(*value);
  bool is_whole = number >= -0x1p53 && number <= 0x1p53 && number == (double)(int64_t)number;
  if (!is_whole || !is_called_from_luma(vm, fiber)) return false;
  size_t place = (size_t)(value - fiber->stack);
  Value integer = vm_integer(vm, (int64_t)number);
  if (value_is_absent(integer)) return false;
  fiber->stack[place] = integer;
  return true;
}

bool border_is_vint(const VM *vm) {
  const Fiber *fiber = vm->running;
  if (fiber->base == 0) return fiber->obj.flags & FIBER_GO;
  return !called_from_luma(vm, fiber, fiber->base);
}
