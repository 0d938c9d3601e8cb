// SPDX-License-Identifier: MIT
// type_apply.c - types applied to types
#include "vm/type_apply.h"

#include "vm/conform.h"
#include "vm/type_fields.h"
#include "vm/vm_private.h"

static Str *applied_name(VM *vm, const TypeValue *type, const Value *args, uint32_t count) {
  Buffer name = {0};
  buffer_printf(&name, "%s(", type->name->bytes);
  for (uint32_t i = 0; i < count; i++)
    buffer_printf(&name, "%s%s", i ? ", " : "", conform_type_text(args[i]));
  buffer_byte(&name, ')');
  Str *str = vm_str(vm, name.bytes, name.len);
  buffer_free(&name);
  return str;
}

// A user type's table stands for itself: the TypeValue made here refers to it.
static TypeValue *type_for(VM *vm, Value value) {
  if (value_is_type(value)) return (TypeValue *)value_as_object(value);
  Str *name = vm_text(vm, "Table");
  if (!name) return NULL;
  TypeValue *type = type_value_new(vm->heap, TAG_USER, name, 0, 0);
  if (!type)
    (void)!vm_raise_memory(vm);
  else
    type->table = value_as_table(value);
  return type;
}

static bool check_application(VM *vm, const TypeValue *type, const Value *args, uint32_t count) {
  static const uint8_t expected[] = {[TAG_LIST] = 1,    [TAG_TABLE] = 2,  [TAG_PROMISE] = 1,
                                     [TAG_CHANNEL] = 1, [TAG_RESULT] = 2, [TAG_OPTION] = 1};
  uint32_t tag = type->obj.extra;
  uint32_t wanted = tag < ARRAY_LEN(expected) ? expected[tag] : 0;
  if (wanted == 0)
    return vm_raise(vm, "TypeError", "the type %s takes no types", type->name->bytes);
  if (count != wanted)
    return vm_raise(vm, "TypeError", "the type %s takes %u type(s), got %u", type->name->bytes,
                    wanted, count);
  for (uint32_t i = 0; i < count; i++)
    if (!type_fields_is_type(args[i]))
      return vm_raise(vm, "TypeError", "the type %s takes types, got %s", type->name->bytes,
                      vm_type_name(vm, args[i]));
  return true;
}

Value type_apply(VM *vm, Value type, const Value *args, uint32_t count) {
  TypeValue *generic = (TypeValue *)value_as_object(type);
  if (!check_application(vm, generic, args, count)) return VALUE_ABSENT;
  Str *name = applied_name(vm, generic, args, count);
  if (!name) return VALUE_ABSENT;
  heap_push_root(vm->heap, value_object(name));
  TypeValue *applied = type_value_new(vm->heap, generic->obj.extra, name, count, 0);
  heap_pop_roots(vm->heap, 1);
  if (!applied) return vm_raise_memory(vm) ? VALUE_NULL : VALUE_ABSENT;
  heap_push_root(vm->heap, value_object(applied));
  bool is_done = true;
  for (uint32_t i = 0; i < count && is_done; i++) {
    applied->args[i] = type_for(vm, args[i]);
    is_done = applied->args[i] != NULL;
    heap_touch(vm->heap, (Obj *)applied);
  }
  applied->helpers = generic->helpers;
  heap_pop_roots(vm->heap, 1);
  return is_done ? value_object(applied) : VALUE_ABSENT;
}
