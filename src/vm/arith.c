// SPDX-License-Identifier: MIT
// arith.c - Luma's operators beyond two doubles
//
// An operator method is a script's function, so it cannot be called from here: arith_call_method
// puts a small native on the stack, which the method returns to, and whose result goes to the
// instruction's register. The method may park in between.
#include "vm/arith.h"

#include "base/assertion.h"
#include "code/opcode.h"
#include "code/unit.h"
#include "vm/call.h"
#include "vm/format.h"
#include "vm/frame.h"
#include "vm/method.h"

#include <math.h>

static Value *registers_of(VM *vm) {
  return vm->running->stack + vm->running->base;
}

// --- Operator methods ---------------------------------------------------------------------------

static Value option_value(VM *vm, Value answer) {
  if (!value_is_table(answer)) return answer;
  const Table *option = value_as_table(answer);
  Value none = table_get_str(option, vm->names[VM_NAME_NONE]);
  Value some = table_get_str(option, vm->names[VM_NAME_SOME]);
  bool is_none = value_is_absent(none) ? value_is_absent(some) : value_is_truthy(none);
  if (is_none) return VALUE_ABSENT;
  return value_is_absent(some) ? VALUE_NULL : some;
}

static NativeStatus return_text(NativeCall *call) {
  if (value_is_str(call->answer)) return native_return(call, call->answer);
  Str *str = format_to_str(call->vm, call->slots[1], FORMAT_LUMA);
  return str ? native_return(call, value_object(str)) : NATIVE_FAILED;
}

static NativeStatus finish_operator(NativeCall *call) {
  bool is_true = value_is_truthy(call->answer);
  switch ((ArithAnswer)value_as_int(call->slots[0])) {
  case ARITH_AS_IS: return native_return(call, call->answer);
  case ARITH_AS_BOOLEAN: return native_return(call, value_bool(is_true));
  case ARITH_NEGATED: return native_return(call, value_bool(!is_true));
  case ARITH_AS_TEXT: return return_text(call);
  case ARITH_OPTION: return native_return(call, option_value(call->vm, call->answer));
  }
  UNREACHABLE();
  return NATIVE_FAILED;
}

const NativeRow arith_operator_row = {.owner = "",
                                      .name = "operator",
                                      .signature = "fn(): Any",
                                      .run = finish_operator,
                                      .doc = "",
                                      .resume = finish_operator,
                                      .slot_count = 2,
                                      .languages = NATIVE_LUMA};

Step arith_call_method(VM *vm, ArithAnswer answer, Value subject, Value method, const Value *args,
                       uint32_t count) {
  Value slots[2] = {value_int(answer), subject};
  return call_for_instruction(vm, vm->operator_native, slots, method, args, count);
}

// --- Arithmetic ---------------------------------------------------------------------------------

static double compute(VMName method, double x, double y) {
  switch (method) {
  case VM_NAME_ADD: return x + y;
  case VM_NAME_SUB: return x - y;
  case VM_NAME_MUL: return x * y;
  case VM_NAME_DIV: return x / y;
  case VM_NAME_MOD: return fmod(x, y);
  default: return pow(x, y);
  }
}

static Step add_strings(VM *vm, Value *result, Value x, Value y) {
  Obj *sum = str_add(vm->strings, x, y);
  if (!sum) return vm_raise_memory(vm) ? STEP_DONE : STEP_FAILED;
  *result = value_object(sum);
  return STEP_DONE;
}

static Step raise_unsupported(VM *vm, VMName method, Value x, Value y) {
  const char *name = vm->names[method]->bytes;
  (void)!vm_raise(vm, "TypeError", "Operator %s not supported for %s and %s (no %s method)", name,
                  vm_type_name(vm, x), vm_type_name(vm, y), name);
  return STEP_FAILED;
}

Step arith_binary(VM *vm, Instr i, VMName method) {
  Value *base = registers_of(vm);
  Value args[2] = {base[opcode_b(i)], base[opcode_c(i)]};
  Value *result = &base[opcode_a(i)];
  if (value_is_number(args[0]) && value_is_number(args[1])) {
    *result = value_double(compute(method, value_to_double(args[0]), value_to_double(args[1])));
    return STEP_DONE;
  }
  if (method == VM_NAME_ADD && value_is_str(args[0]) && value_is_str(args[1]))
    return add_strings(vm, result, args[0], args[1]);
  Value found = method_find_operator(vm, args[0], method);
  if (value_is_absent(found)) return raise_unsupported(vm, method, args[0], args[1]);
  return arith_call_method(vm, ARITH_AS_IS, VALUE_NULL, found, args, 2);
}

Step arith_negate(VM *vm, Instr i) {
  Value *base = registers_of(vm);
  Value value = base[opcode_b(i)];
  if (value_is_number(value)) {
    base[opcode_a(i)] = value_double(-value_to_double(value));
    return STEP_DONE;
  }
  Value found = method_find_operator(vm, value, VM_NAME_NEG);
  if (!value_is_absent(found))
    return arith_call_method(vm, ARITH_AS_IS, VALUE_NULL, found, &value, 1);
  (void)!vm_raise(vm, "TypeError", "Operator __neg not supported for %s (no __neg method)",
                  vm_type_name(vm, value));
  return STEP_FAILED;
}

// --- Comparison ---------------------------------------------------------------------------------

static bool holds(VMName method, int order) {
  switch (method) {
  case VM_NAME_LT: return order < 0;
  case VM_NAME_LE: return order <= 0;
  case VM_NAME_GT: return order > 0;
  default: return order >= 0;
  }
}

static bool compare_doubles(VMName method, double x, double y) {
  switch (method) {
  case VM_NAME_LT: return x < y;
  case VM_NAME_LE: return x <= y;
  case VM_NAME_GT: return x > y;
  default: return x >= y;
  }
}

// What stands in for a method that the left operand lacks: a < b may be b > a, a <= b not b < a.
typedef struct Fallback {
  VMName method;
  bool is_swapped;
  bool is_negated;
} Fallback;

static Fallback fallback_of(VMName method) {
  switch (method) {
  case VM_NAME_LT: return (Fallback){VM_NAME_GT, true, false};
  case VM_NAME_GT: return (Fallback){VM_NAME_LT, true, false};
  case VM_NAME_LE: return (Fallback){VM_NAME_LT, true, true};
  default: return (Fallback){VM_NAME_LT, false, true};
  }
}

static Step compare_by_fallback(VM *vm, VMName method, Value x, Value y) {
  Fallback fallback = fallback_of(method);
  Value args[2] = {fallback.is_swapped ? y : x, fallback.is_swapped ? x : y};
  Value found = method_find_operator(vm, args[0], fallback.method);
  if (!value_is_absent(found)) {
    ArithAnswer answer = fallback.is_negated ? ARITH_NEGATED : ARITH_AS_BOOLEAN;
    return arith_call_method(vm, answer, VALUE_NULL, found, args, 2);
  }
  const char *name = vm->names[method]->bytes;
  (void)!vm_raise(vm, "TypeError", "Comparison %s requires numbers or %s method; got %s and %s",
                  name, name, vm_type_name(vm, x), vm_type_name(vm, y));
  return STEP_FAILED;
}

Step arith_compare(VM *vm, Instr i, VMName method) {
  Value *base = registers_of(vm);
  Value args[2] = {base[opcode_b(i)], base[opcode_c(i)]};
  Value *result = &base[opcode_a(i)];
  if (value_is_number(args[0]) && value_is_number(args[1])) {
    *result =
        value_bool(compare_doubles(method, value_to_double(args[0]), value_to_double(args[1])));
    return STEP_DONE;
  }
  if (value_is_str(args[0]) && value_is_str(args[1])) {
    int order = str_compare(value_as_str(args[0]), value_as_str(args[1]));
    *result = value_bool(holds(method, order));
    return STEP_DONE;
  }
  Value found = method_find_operator(vm, args[0], method);
  if (value_is_absent(found)) return compare_by_fallback(vm, method, args[0], args[1]);
  return arith_call_method(vm, ARITH_AS_BOOLEAN, VALUE_NULL, found, args, 2);
}

Step arith_equal(VM *vm, Instr i, bool is_negated) {
  Value *base = registers_of(vm);
  Value args[2] = {base[opcode_b(i)], base[opcode_c(i)]};
  Value found = method_find_operator(vm, args[0], VM_NAME_EQ);
  if (!value_is_absent(found)) {
    ArithAnswer answer = is_negated ? ARITH_NEGATED : ARITH_AS_BOOLEAN;
    return arith_call_method(vm, answer, VALUE_NULL, found, args, 2);
  }
  base[opcode_a(i)] = value_bool(equal_same(args[0], args[1]) != is_negated);
  return STEP_DONE;
}

// --- Text ---------------------------------------------------------------------------------------

// An error in an interpolation is its message (luma.md 7).
static Value error_text(VM *vm, Value value) {
  if (value_is_kind(value, KIND_ERROR))
    return value_object(((Error *)value_as_object(value))->message);
  if (!value_is_table(value)) return VALUE_ABSENT;
  const Table *table = value_as_table(value);
  if (!method_is_error_type(vm, table->type)) return VALUE_ABSENT;
  Value message = table_get_str(table, vm->names[VM_NAME_MESSAGE]);
  return value_is_str(message) ? message : VALUE_ABSENT;
}

Step arith_text(VM *vm, Instr i) {
  Value value = registers_of(vm)[opcode_b(i)];
  Value found = method_find_operator(vm, value, VM_NAME_INTO);
  if (!value_is_absent(found)) {
    Value target = vm_get_builtin(vm, "luma.String");
    Value args[2] = {value, value_is_absent(target) ? VALUE_NULL : target};
    return arith_call_method(vm, ARITH_AS_TEXT, value, found, args, 2);
  }
  Value text = value_is_str(value) ? value : error_text(vm, value);
  if (value_is_absent(text)) {
    Str *str = format_to_str(vm, value, FORMAT_LUMA);
    if (!str) return STEP_FAILED;
    text = value_object(str);
  }
  registers_of(vm)[opcode_a(i)] = text;
  return STEP_DONE;
}

bool arith_raise_part(VM *vm, Value part) {
  Str *text = vm_text(vm, "");
  if (text) (void)raise_unsupported(vm, VM_NAME_ADD, value_object(text), part);
  return false;
}
