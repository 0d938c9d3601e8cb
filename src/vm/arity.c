// SPDX-License-Identifier: MIT
// arity.c - how many arguments a call has, and how many its callee takes
#include "vm/arity.h"

#include "code/unit.h"

#include <stdio.h>

bool arity_raise(VM *vm, const Str *name, uint32_t min, uint32_t max, uint32_t count) {
  char expected[48];
  if (max == UINT16_MAX)
    snprintf(expected, sizeof(expected), "at least %u", min);
  else if (min == max)
    snprintf(expected, sizeof(expected), "%u", min);
  else
    snprintf(expected, sizeof(expected), "%u to %u", min, max);
  return vm_raise(vm, "TypeError",
                  "Arity mismatch in function '%s': expected %s argument(s), got %u", name->bytes,
                  expected, count);
}

bool arity_check_slow(VM *vm, const Proto *proto, uint32_t count) {
  uint32_t flags = proto->obj.flags;
  bool takes_more = flags & (PROTO_REST | PROTO_LOOSE);
  if (count >= proto->required_count && (count <= proto->param_count || takes_more)) return true;
  uint32_t max = takes_more ? UINT16_MAX : proto->param_count;
  uint32_t hidden = proto->data->is_method ? 1 : 0; // `this`
  if (!takes_more) max -= hidden;
  return arity_raise(vm, proto->name, proto->required_count - hidden, max, count - hidden);
}

bool arity_fill(VM *vm, Fiber *fiber, uint32_t base, uint32_t count, const Proto *proto) {
  uint32_t params = proto->param_count;
  List *rest = NULL;
  if (proto->obj.flags & PROTO_REST) {
    uint32_t extra = count > params ? count - params : 0;
    rest = list_from(vm->heap, fiber->stack + base + params, extra);
    if (!rest) return vm_raise_memory(vm);
  }
  Value *args = fiber->stack + base;
  for (uint32_t i = count; i < params; i++) args[i] = VALUE_ABSENT;
  if (rest) args[params] = value_object(rest);
  return true;
}
