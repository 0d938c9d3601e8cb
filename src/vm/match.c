// SPDX-License-Identifier: MIT
// match.c - tests of patterns and types
#include "vm/match.h"

#include "base/number.h"
#include "code/unit.h"
#include "vm/border.h"
#include "vm/conform.h"
#include "vm/format.h"
#include "vm/frame.h"

#include <math.h>
#include <string.h>

#define UNION_DEPTH_MAX 16

static const TypeValue *as_type(Value type) {
  return (const TypeValue *)value_as_object(type);
}

// --- Patterns -----------------------------------------------------------------------------------

bool match_list(Value value, uint32_t length, bool is_exact) {
  if (!value_is_list(value)) return false;
  uint32_t count = value_as_list(value)->count;
  return is_exact ? count == length : count >= length;
}

bool match_key(Value value, Value key) {
  return value_is_table(value) && !value_is_instance(value) && !value_is_absent(table_get(value_as_table(value), key));
}

static Value field_of(VM *vm, Value value, VMName name) {
  return value_is_table(value) ? table_get_str(value_as_table(value), vm->names[name])
                               : VALUE_ABSENT;
}

static bool is_something(Value value) {
  return !value_is_absent(value) && !value_is_null(value);
}

static bool is_none(VM *vm, Value value) {
  Value none = field_of(vm, value, VM_NAME_NONE);
  if (!value_is_absent(none) && value_is_truthy(none)) return true;
  return !is_something(field_of(vm, value, VM_NAME_SOME));
}

// The tags exclude each other, so their order in a match does not matter (luma.md 5). A value that
// is neither a Result nor an Option has no tag.
bool match_tag(VM *vm, Value value, uint32_t tag) {
  if (!value_is_table(value)) return false;
  bool is_err = is_something(field_of(vm, value, VM_NAME_ERR));
  bool is_option = !value_is_absent(field_of(vm, value, VM_NAME_SOME)) ||
                   !value_is_absent(field_of(vm, value, VM_NAME_NONE));
  switch (tag) {
  case 0: return !is_err && !value_is_absent(field_of(vm, value, VM_NAME_OK));
  case 1: return is_err;
  case 2: return is_option && !is_none(vm, value);
  default: return is_option && is_none(vm, value);
  }
}

bool match_instance(VM *vm, Value value, Value type) {
  return value == type || conform_is_instance(vm, value, type);
}

// `is` asks what a value is, not where it may stand: 5 is no float.
static bool is_of(VM *vm, Value value, const TypeValue *type, uint32_t depth) {
  if (type->obj.extra == TAG_FLOAT) return value_is_double(value);
  if (type->obj.extra != TAG_UNION || depth > UNION_DEPTH_MAX)
    return conform_shallow(vm, value, type);
  for (uint32_t i = 0; i < type->arg_count; i++)
    if (is_of(vm, value, type->args[i], depth + 1)) return true;
  return false;
}

bool match_type(VM *vm, Value value, Value type) {
  if (value_is_kind(value, KIND_ERROR)) {
    // A declared error that was thrown is wrapped; the question is about what was thrown.
    Value thrown = ((Error *)value_as_object(value))->thrown;
    if (!value_is_absent(thrown) && is_of(vm, thrown, as_type(type), 0)) return true;
  }
  return is_of(vm, value, as_type(type), 0);
}

// --- Checks -------------------------------------------------------------------------------------

// Vint's own type names ask for Vint's names of values in the message.
static const char *name_for(VM *vm, Value value, const TypeValue *type) {
  char first = type->name->len ? type->name->bytes[0] : 'A';
  uint32_t tag = type->obj.extra;
  bool is_declared = tag == TAG_STRUCT || tag == TAG_ENUM || tag == TAG_CUSTOM_ERROR;
  bool is_function = strncmp(type->name->bytes, "fn", 2) == 0; // Vint writes func
  bool is_luma = is_function || (first >= 'A' && first <= 'Z' && !is_declared);
  return is_luma ? vm_type_name(vm, value) : vm_vint_name(vm, value);
}

// Whether the value may stand where the type is wanted; it may become a double on the way.
static bool pass(VM *vm, Value *value, const TypeValue *wanted) {
  uint32_t tag = wanted->obj.extra;
  if (!conform_shallow(vm, *value, wanted)) {
    bool is_integer = tag == TAG_INTEGER || tag == TAG_SIZED_INTEGER;
    if (!is_integer || !border_pass_integer(vm, value)) return false;
    return tag == TAG_INTEGER || conform_shallow(vm, *value, wanted);
  }
  if ((tag == TAG_NUMBER || tag == TAG_FLOAT) && value_is_integer(*value))
    *value = value_double(value_to_double(*value));
  return true;
}

static bool raise_misfit(VM *vm, const char *subject, Value value, const TypeValue *wanted) {
  const char *joint = *subject ? ": " : "";
  if (wanted->obj.extra == TAG_SIZED_INTEGER && value_is_integer(value))
    return vm_raise(vm, "TypeError", "%s%s%lld does not fit %s", subject, joint,
                    (long long)value_as_integer(value), wanted->name->bytes);
  return vm_raise(vm, "TypeError", "%s%sexpected %s, got %s", subject, joint, wanted->name->bytes,
                  name_for(vm, value, wanted));
}

bool match_check_type(VM *vm, Value *value, Value type) {
  const TypeValue *wanted = as_type(type);
  return pass(vm, value, wanted) || raise_misfit(vm, "", *value, wanted);
}

bool match_check(VM *vm, Value *value, Value type) {
  const TypeValue *wanted = as_type(type);
  if (pass(vm, value, wanted)) return true;
  const Fiber *fiber = vm->running;
  const Proto *proto = frame_closure(fiber->stack + fiber->base)->proto;
  const char *subject = unit_find_check(proto->data, (uint32_t)(fiber->ip - 1 - proto->code));
  return raise_misfit(vm, subject ? subject : "", *value, wanted);
}

bool match_raise_condition(VM *vm, Value value) {
  return vm_raise(vm, "TypeError", "a condition must be a Boolean, got %s",
                  vm_type_name(vm, value));
}

bool match_raise_no_arm(VM *vm, Value value) {
  Str *text = format_to_str(vm, value, FORMAT_LUMA);
  if (!text) return false;
  heap_push_root(vm->heap, value_object(text));
  (void)!vm_raise(vm, "Panic", "no arm matched %.200s", text->bytes);
  heap_pop_roots(vm->heap, 1);
  return false;
}

// --- Conversions (vint.md 6.7) ------------------------------------------------------------------

static bool raise_conversion(VM *vm, Value value, const TypeValue *type) {
  if (!value_is_str(value))
    return vm_raise(vm, "TypeError", "cannot convert %s to %s", vm_vint_name(vm, value),
                    type->name->bytes);
  return vm_raise(vm, "ValueError", "cannot convert the string \"%.60s\" to %s",
                  value_as_str(value)->bytes, type->name->bytes);
}

static bool to_integer(VM *vm, Value value, const TypeValue *type, Value *out) {
  int64_t result = 0;
  if (value_is_integer(value)) {
    *out = value;
    return true;
  }
  if (value_is_double(value)) {
    double whole = trunc(value_as_double(value));
    if (!(whole >= -0x1p63 && whole < 0x1p63))
      return vm_raise(vm, "ValueError", "the float %g does not fit an int", value_as_double(value));
    result = (int64_t)whole;
  } else if (value_is_bool(value)) {
    result = value == VALUE_TRUE;
  } else if (!value_is_str(value) ||
             !number_parse_int(value_as_str(value)->bytes, value_as_str(value)->len, &result)) {
    return raise_conversion(vm, value, type);
  }
  *out = vm_integer(vm, result);
  return !value_is_absent(*out);
}

static bool to_float(VM *vm, Value value, const TypeValue *type, Value *out) {
  double result;
  if (value_is_number(value)) {
    result = value_to_double(value);
  } else if (value_is_bool(value)) {
    result = value == VALUE_TRUE;
  } else if (!value_is_str(value) ||
             !number_parse(value_as_str(value)->bytes, value_as_str(value)->len, &result)) {
    return raise_conversion(vm, value, type);
  }
  *out = value_from_foreign_double(result);
  return true;
}

static Value to_boolean(Value value) {
  if (value_is_bool(value)) return value;
  if (value_is_number(value)) return value_bool(value_to_double(value) != 0);
  if (value_is_str(value)) return value_bool(value_as_str(value)->len > 0);
  return value_bool(!value_is_null(value));
}

bool match_convert(VM *vm, Value value, Value type, Value *out) {
  const TypeValue *wanted = as_type(type);
  switch (wanted->obj.extra) {
  case TAG_INTEGER: return to_integer(vm, value, wanted, out);
  case TAG_SIZED_INTEGER:
    if (!to_integer(vm, value, wanted, out)) return false;
    return conform_shallow(vm, *out, wanted) || raise_misfit(vm, "", *out, wanted);
  case TAG_NUMBER:
  case TAG_FLOAT: return to_float(vm, value, wanted, out);
  case TAG_BOOLEAN: *out = to_boolean(value); return true;
  case TAG_STRING: {
    Str *str = format_to_str(vm, value, FORMAT_VINT);
    if (!str) return false;
    *out = value_object(str);
    return true;
  }
  default: break;
  }
  if (!conform_shallow(vm, value, wanted)) return raise_conversion(vm, value, wanted);
  *out = value;
  return true;
}
