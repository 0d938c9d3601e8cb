// SPDX-License-Identifier: MIT
// interp.c - the interpreter: one loop for all fibers
//
// The running fiber's place is kept in three locals: ip (the next instruction), base (register 0)
// and constants. A call of a script's function moves them; nothing here recurses. What is not quick
// lives elsewhere: arith.c, exact.c, access.c, index.c, call.c, method.c, iterate.c, match.c.
//
// A fiber that parks leaves by `parked`, and whoever is next goes on in the same loop: a switch of
// fibers costs saving and loading these locals. The loop is left when nobody is next or when the
// host has asked for it (vm_interrupt). Interrupts are noticed by loops and calls: see
// vm_set_stack_limit for how calls do it without a test of their own.
//
// Order of the cases: that of opcodes.def.
#include "vm/interp.h"

#include "base/assertion.h"
#include "vm/access.h"
#include "vm/arith.h"
#include "vm/call.h"
#include "vm/conform.h"
#include "vm/exact.h"
#include "vm/index.h"
#include "vm/instance.h"
#include "vm/interp_cases.h"
#include "vm/interp_ops.h"
#include "vm/iterate.h"
#include "vm/match.h"
#include "vm/method.h"
#include "vm/named.h"
#include "vm/package.h"
#include "vm/pointer.h"
#include "vm/profile.h"
#include "vm/raise.h"
#include "vm/resume.h"
#include "vm/start.h"

#include "code/unit.h"

// --- Functions, captures, types -----------------------------------------------------------------

static NOINLINE bool raise_unset(VM *vm, Value name) {
  return vm_raise(vm, "ReferenceError", "'%s' is used before it is set", value_as_str(name)->bytes);
}

static bool make_closure(VM *vm, const Closure *maker, uint32_t child, const Value *registers,
                         Value *out) {
  Proto *proto = maker->proto->children[child];
  Closure *closure = closure_new(vm->heap, proto);
  if (!closure) return vm_raise_memory(vm);
  for (uint32_t i = 0; i < proto->capture_count; i++) {
    const CaptureData *capture = &proto->data->captures[i];
    if (capture->from == CAPTURE_REGISTER)
      closure->captures[i] = registers[capture->index];
    else if (capture->from == CAPTURE_SELF)
      closure->captures[i] = value_object(maker);
    else
      closure->captures[i] = maker->captures[capture->index];
  }
  *out = value_object(closure);
  return true;
}

static bool make_same_closure(VM *vm, const Closure *maker, uint32_t child, Value *out) {
  Proto *proto = maker->proto->children[child];
  if (!make_closure(vm, maker, child, NULL, out)) return false;
  proto->same = (Closure *)value_as_object(*out);
  heap_touch(vm->heap, (Obj *)proto);
  return true;
}

static bool make_cell(VM *vm, Value value, Value *out) {
  Cell *cell = closure_new_cell(vm->heap, value);
  if (!cell) return vm_raise_memory(vm);
  *out = value_object(cell);
  return true;
}

static void set_cell(VM *vm, Value cell, Value value) {
  ASSERT(value_is_kind(cell, KIND_CELL));
  Cell *object = (Cell *)value_as_object(cell);
  heap_store(vm->heap, object, &object->value, value);
}

static bool bind_type(VM *vm, Value type, Value table) {
  TypeValue *object = (TypeValue *)value_as_object(type);
  if (!value_is_table(table))
    return vm_raise(vm, "TypeError", "the type %s must be a Table, got %s", object->name->bytes,
                    vm_type_name(vm, table));
  object->table = value_as_table(table);
  heap_touch(vm->heap, (Obj *)object);
  return true;
}

// --- Containers ---------------------------------------------------------------------------------

static bool make_list(VM *vm, const Value *values, uint32_t count, Value *out) {
  List *list = list_from(vm->heap, values, count);
  if (!list) return vm_raise_memory(vm);
  *out = value_object(list);
  return true;
}

static bool push_element(VM *vm, Value list, Value value) {
  if (!value_is_list(list))
    return vm_raise(vm, "TypeError", "cannot push onto a %s", vm_type_name(vm, list));
  return list_push(vm->heap, value_as_list(list), value) || vm_raise_memory(vm);
}

static bool make_table(VM *vm, Value *out) {
  Table *table = vm_table(vm);
  if (table) *out = value_object(table);
  return table != NULL;
}

static bool make_range(VM *vm, Value from, Value to, Value *out) {
  int64_t first, last;
  if (!integer_from_value(from, &first) || !integer_from_value(to, &last))
    return vm_raise(vm, "TypeError", "a range needs two ints, got %s..%s", vm_vint_name(vm, from),
                    vm_vint_name(vm, to));
  Range *range = small_objects_range(vm->heap, first, last);
  if (!range) return vm_raise_memory(vm);
  *out = value_object(range);
  return true;
}

// --- Text ---------------------------------------------------------------------------------------

_Static_assert(OPCODE_PARTS_MAX <= STR_PARTS_MAX, "CONCAT's parts go into one string");

static bool concat_parts(VM *vm, const Value *parts, uint32_t count, Value *out) {
  Obj *sum = str_concat_parts(vm->strings, parts, count);
  if (UNLIKELY(!sum)) return vm_raise_memory(vm);
  *out = value_object(sum);
  return true;
}

// --- Comparisons --------------------------------------------------------------------------------

// Of two values that are neither doubles both nor equal in their bits; the second is a constant.
static bool is_equal_plain(Value x, Value constant) {
  if (interp_are_doubles(x, constant)) return value_as_double(x) == value_as_double(constant);
  if (value_are_ints(x, constant)) return x == constant;
  return equal_same(x, constant);
}

static bool exact_less(VM *vm, Value x, Value y, bool *out) {
  double a, b;
  ExactOrder order;
  if (exact_as_double(x, &a) && exact_as_double(y, &b)) {
    *out = a < b;
    return true;
  }
  if (!exact_compare(vm, x, y, "<", &order)) return false;
  *out = order == EXACT_LESS;
  return true;
}

static bool exact_at_most(VM *vm, Value x, Value y, bool *out) {
  double a, b;
  ExactOrder order;
  if (exact_as_double(x, &a) && exact_as_double(y, &b)) {
    *out = a <= b;
    return true;
  }
  if (!exact_compare(vm, x, y, "<=", &order)) return false;
  *out = order == EXACT_LESS || order == EXACT_SAME;
  return true;
}

// --- Waiting ------------------------------------------------------------------------------------

static bool raise_stub(VM *vm, const Closure *closure) {
  return vm_raise(vm, "Panic", "%s is not implemented", closure->proto->name->bytes);
}

static Step select_case(VM *vm, Instr i, Value letters) {
  Fiber *fiber = vm->running;
  Value *operands = fiber->stack + fiber->base + opcode_a(i);
  uint32_t chosen = 0;
  WaitResult result = vm->async.select(vm, fiber, value_as_str(letters), operands, &chosen);
  if (result == WAIT_PARKED) return STEP_PARKED;
  if (result == WAIT_FAILED) return STEP_FAILED;
  fiber->ip += chosen;
  return --vm->budget == 0 ? STEP_YIELD : STEP_DONE;
}

static bool make_channel(VM *vm, Value capacity, Value *out) {
  *out = vm->async.channel_new(vm, capacity);
  if (!value_is_absent(*out)) return true;
  *out = VALUE_NULL;
  return false;
}

// --- Leaving a fiber ----------------------------------------------------------------------------

// Its registers have changed since the last collection, which an old object must say (fiber.c).
static void leave(VM *vm, Fiber *fiber) {
  heap_touch(vm->heap, (Obj *)fiber);
}

static Step start_next(VM *vm, Fiber *next) {
  vm->switch_to = NULL;
  return call_go_on(vm, next);
}

// The stack goes first: what only it held is garbage for whoever is told now, which may allocate.
static void finish(VM *vm, Fiber *fiber) {
  fiber->base = 0; // no frame is left
  start_reveal(vm, fiber);
  Value result = fiber->stack[0];
  bool is_spare = fiber_end_as_spare(vm, fiber);
  heap_push_root(vm->heap, result);
  vm->async.ended(vm, fiber, result);
  heap_pop_roots(vm->heap, 1);
  if (is_spare) fiber_keep_spare(vm, fiber);
}

static void fail(VM *vm, Fiber *fiber) {
  start_reveal(vm, fiber);
  fiber_end(vm, fiber);
  vm->async.failed(vm, fiber);
}

static bool use_up_budget(VM *vm, Fiber *fiber) {
  vm->budget = VM_BUDGET;
  fiber->obj.flags |= FIBER_SETTLED;
  if (vm->async.yield(vm, fiber)) return true;
  fiber->obj.flags &= (uint16_t)~FIBER_SETTLED;
  return false;
}

static void interrupt(VM *vm, Fiber *fiber) {
  vm->interrupt_flag = 0;
  fiber->obj.flags |= FIBER_SETTLED;
  fiber_set_state(fiber, FIBER_PARKED);
  leave(vm, fiber);
  vm->async.ready(vm, fiber);
  vm->running = NULL;
}

#ifdef INTERP_WATCHED
// `last` is the instruction that was running, unless it has called, returned or switched fibers: then
// it is in another function, and the next one stands for it. Between a return and an instruction of the
// runtime there is no function: the next time then.
static NOINLINE void take_sample(VM *vm, const Instr *ip, const Value *base, const Instr *last) {
  if (ip == &vm->fiber_end || ip == &vm->resume_native) return;
  const Proto *proto = frame_closure(base)->proto;
  bool is_inside = last >= proto->code && last < proto->code + proto->code_count;
  interp_save(vm, is_inside ? last + 1 : ip + 1, base);
  profile_take(vm, vm->running);
}
#endif

// --- The loop -----------------------------------------------------------------------------------

InterpResult INTERP_RUN(VM *vm, Fiber *fiber) {
#ifndef WICK_NO_COMPUTED_GOTO
  static const void *const labels[OP_COUNT] = {
#define OP(name, format, text) &&label_##name,
#include "code/opcodes.def"
#undef OP
  };
#endif
  const Instr *ip = NULL;
  Value *base = NULL;
  const Value *constants = NULL;
  Value newest_link = VALUE_NULL; // of the call that was made last, and its caller's constants
  const Value *newest_constants = NULL;
  INTERP_LAST
  uint32_t count = 0; // of a call's arguments
  Step step = start_next(vm, fiber);

after:
  switch (step) {
  case STEP_DONE: NEXT();
  case STEP_YIELD: goto yield;
  case STEP_ENTER: goto load;
  case STEP_FAILED: goto failed;
  case STEP_PARKED: goto parked;
  case STEP_SWITCH:
    leave(vm, vm->running);
    step = start_next(vm, vm->switch_to);
    goto after;
  case STEP_END: finish(vm, vm->running); goto next;
  case STEP_NATIVE: break;
  }
  UNREACHABLE();

load:
  fiber = vm->running;
  ip = fiber->ip;
  base = fiber->stack + fiber->base;
  constants = frame_closure(base)->proto->constants;
  if (UNLIKELY(vm->interrupt_flag)) {
    vm->stack_limit = NULL;
    if (vm->async.leaves(vm, fiber)) {
      interrupt(vm, fiber);
      return INTERP_INTERRUPTED;
    }
  }
  NEXT();

failed:
  if (raise_unwind(vm, vm->running)) goto load;
  fail(vm, vm->running);
  goto next;

interrupted:
  SAVE();
  if (!vm->async.leaves(vm, vm->running)) NEXT();
  vm->running->obj.flags |= FIBER_AT_LOOP;
  interrupt(vm, vm->running);
  return INTERP_INTERRUPTED;

yield:
  if (!use_up_budget(vm, vm->running)) goto load;
parked:
  leave(vm, vm->running);
waits: // and none of its registers has been written since it parked
  start_reveal(vm, vm->running);
next:
  fiber = vm->async.next(vm, vm->running);
  if (UNLIKELY(!fiber)) {
    vm->running = NULL;
    return INTERP_IDLE;
  }
  if (LIKELY(resume_fiber(vm, fiber))) goto load;
  step = start_next(vm, fiber);
  goto after;

#ifdef INTERP_WATCHED
sample:
  take_sample(vm, ip, base, last);
  last = ip;
  DISPATCH();
#endif

  INTERP_BEGIN

  // Loads and moves
  CASE(MOVE) {
    RA = RB;
    NEXT();
  }
  CASE(MOVES) {
    const Value *from = &RB;
    Value *to = &RA;
    for (uint32_t left = C; left > 0; left--) *to++ = *from++;
    NEXT();
  }
  CASE(CONSTANT) {
    RA = KX;
    NEXT();
  }
  CASE(INT) {
    RA = value_int(SX);
    NEXT();
  }
  CASE(NULLS) {
    Value *slot = &RA;
    for (uint32_t left = B; left > 0; left--) *slot++ = VALUE_NULL;
    NEXT();
  }
  CASE(BOOL) {
    RA = value_bool(B != 0);
    NEXT();
  }
  CASE(ABSENT) {
    RA = VALUE_ABSENT;
    NEXT();
  }
  CASE(SELF) {
    RA = base[-2];
    NEXT();
  }
  CASE(CAPTURE) {
    RA = frame_closure(base)->captures[B];
    NEXT();
  }
  CASE(CELL_NEW) {
    CHECKED(make_cell(vm, RB, &RA));
  }
  CASE(CELL_GET) {
    ASSERT(value_is_kind(RB, KIND_CELL));
    RA = ((Cell *)value_as_object(RB))->value;
    NEXT();
  }
  CASE(CELL_SET) {
    set_cell(vm, RA, RB);
    NEXT();
  }
  CASE(CELL_NEW_TYPED) {
    CHECKED(pointer_new_typed(vm, RB, frame_closure(base)->proto->types[C], &RA));
  }
  CASE(POINTER_MEMBER) {
    CHECKED(pointer_new_member(vm, RB, proto_cache(constants, C), &RA));
  }
  CASE(POINTER_GET) {
    CHECKED(pointer_get(vm, RB, &RA));
  }
  CASE(POINTER_SET) {
    CHECKED(pointer_set(vm, RA, RB));
  }
  CASE(CAPTURE_GET) {
    Value cell = frame_closure(base)->captures[B];
    ASSERT(value_is_kind(cell, KIND_CELL));
    RA = ((Cell *)value_as_object(cell))->value;
    NEXT();
  }
  CASE(CAPTURE_SET) {
    set_cell(vm, frame_closure(base)->captures[B], RA);
    NEXT();
  }
  CASE(MODULE_GET) {
    RA = proto_slots(constants)[X];
    NEXT();
  }
  CASE(MODULE_SET) {
    Module *module = frame_closure(base)->proto->module;
    heap_store(vm->heap, module, &module->slots[X], RA);
    NEXT();
  }
  CASE(CHECK_SET) {
    if (LIKELY(!value_is_absent(RA))) NEXT();
    CHECKED(raise_unset(vm, KX));
  }
  CASE(CLOSURE) {
    CHECKED(make_closure(vm, frame_closure(base), X, base, &RA));
  }
  CASE(CLOSURE_SAME) {
    Closure *same = frame_closure(base)->proto->children[X]->same;
    if (LIKELY(same != NULL)) {
      RA = value_object(same);
      NEXT();
    }
    CHECKED(make_same_closure(vm, frame_closure(base), X, &RA));
  }
  CASE(OVERLOAD) {
    CHECKED(call_overload(vm, RB, RC, &RA));
  }
  CASE(TYPE) {
    RA = frame_closure(base)->proto->types[X];
    NEXT();
  }
  CASE(BIND_TYPE) {
    CHECKED(bind_type(vm, frame_closure(base)->proto->types[X], RA));
  }
  CASE(DECLARE_TYPE) {
    CHECKED(instance_declare(vm, frame_closure(base)->proto->types[X], &RA));
  }
  CASE(TYPE_MEMBER) {
    CHECKED(instance_add_member(vm, RA, KB, RC));
  }
  CASE(TYPE_MAKER) {
    CHECKED(instance_set_maker(vm, RA, RB));
  }
  CASE(INSTANCE) {
    Value type = frame_closure(base)->captures[B];
    CHECKED(instance_new(vm, type, &RA, C, &RA));
  }
  CASE(AS_INSTANCE) {
    Table *table = value_as_table(RA);
    table->type = frame_closure(base)->proto->types[X];
    heap_touch(vm->heap, (Obj *)table);
    NEXT();
  }

  // Arithmetic of doubles and strings
  ARITHMETIC(ADD, VM_NAME_ADD, x + y)
  ARITHMETIC(SUB, VM_NAME_SUB, x - y)
  ARITHMETIC(MUL, VM_NAME_MUL, x * y)
  ARITHMETIC(DIV, VM_NAME_DIV, x / y)
  ARITHMETIC(MOD, VM_NAME_MOD, arith_mod(x, y))
  CASE(POW) {
    if (LIKELY(interp_are_doubles(RB, RC))) { // pow(NaN, 0) is 1
      RA = value_double(pow(value_as_double(RB), value_as_double(RC)));
      NEXT();
    }
    STEP(arith_binary(vm, INSTRUCTION, VM_NAME_POW));
  }
  CASE(NEG) {
    if (LIKELY(value_is_double(RB))) {
      RA = value_double(-value_as_double(RB));
      NEXT();
    }
    STEP(arith_negate(vm, INSTRUCTION));
  }
  ARITHMETIC_NUM(ADD_NUM, RC, x + y)
  ARITHMETIC_NUM(SUB_NUM, RC, x - y)
  ARITHMETIC_NUM(MUL_NUM, RC, x * y)
  ARITHMETIC_NUM(DIV_NUM, RC, x / y)
  ARITHMETIC_NUM(MOD_NUM, RC, arith_mod(x, y))
  CASE(NEG_NUM) {
    RA = value_double(-value_as_double(RB));
    NEXT();
  }
  ARITHMETIC_NUM(ADD_NUM_K, KC, x + y)
  ARITHMETIC_NUM(SUB_NUM_K, KC, x - y)
  ARITHMETIC_NUM(MUL_NUM_K, KC, x * y)
  ARITHMETIC_NUM(DIV_NUM_K, KC, x / y)
  ARITHMETIC_NUM(MOD_NUM_K, KC, arith_mod(x, y))
  CASE(MOD_NUM_I) {
    RA = value_double(arith_mod_small(value_as_double(RB), SC));
    NEXT();
  }

  // Exact arithmetic
  EXACT_ARITHMETIC(add, ADD)
  EXACT_ARITHMETIC(sub, SUB)
  EXACT_ARITHMETIC(mul, MUL)
  EXACT_ARITHMETIC(div, DIV)
  EXACT_ARITHMETIC(mod, MOD)
  CASE(EXACT_POW) {
    CHECKED(exact_binary(vm, EXACT_POW, RB, RC, &RA));
  }
  CASE(EXACT_NEG) {
    if (value_is_double(RB)) {
      RA = value_double(-value_as_double(RB));
      NEXT();
    }
    CHECKED(exact_negate(vm, RB, &RA));
  }
  CASE(EXACT_PLUS) {
    CHECKED(exact_plus(vm, RB, &RA));
  }
  EXACT_ARITHMETIC_I(add, ADD)
  EXACT_ARITHMETIC_I(sub, SUB)
  EXACT_ARITHMETIC_I(mul, MUL)
  CASE(EXACT_MOD_I) {
    Value result;
    if (UNLIKELY(!interp_exact_mod_small(RB, SC, &result)))
      CHECKED(exact_binary(vm, EXACT_MOD, RB, value_int(SC), &RA));
    KEEP;
  }

  // Text
  CASE(TEXT) {
    if (value_is_double(RB) || value_is_str(RB)) {
      RA = RB;
      NEXT();
    }
    STEP(arith_text(vm, INSTRUCTION));
  }
  CASE(EXACT_TEXT) {
    if (value_is_int(RB) || value_is_str(RB)) {
      RA = RB;
      NEXT();
    }
    CHECKED(exact_text(vm, RB, &RA));
  }
  CASE(CHECK_PART) {
    if (LIKELY(value_is_str(RA))) NEXT();
    CHECKED(arith_raise_part(vm, RA));
  }
  CASE(EXACT_CHECK_PART) {
    if (LIKELY(value_is_str(RA))) NEXT();
    CHECKED(exact_raise_part(vm, RA, B));
  }
  CASE(CONCAT) {
    CHECKED(concat_parts(vm, &RB, C, &RA));
  }

  // Comparisons that yield a Boolean
  CASE(EQ) {
    Value b = RB, c = RC;
    if (interp_are_doubles(b, c))
      RA = value_bool(value_as_double(b) == value_as_double(c));
    else if ((b >> 48) == VALUE_TAG_SPECIAL >> 48)
      RA = value_bool(b == c);
    else
      STEP(arith_equal(vm, INSTRUCTION, false));
    NEXT();
  }
  CASE(NE) {
    Value b = RB, c = RC;
    if (interp_are_doubles(b, c))
      RA = value_bool(value_as_double(b) != value_as_double(c));
    else if ((b >> 48) == VALUE_TAG_SPECIAL >> 48)
      RA = value_bool(b != c);
    else
      STEP(arith_equal(vm, INSTRUCTION, true));
    NEXT();
  }
  COMPARISON(LT, VM_NAME_LT, x < y)
  COMPARISON(LE, VM_NAME_LE, x <= y)
  COMPARISON(GT, VM_NAME_GT, x > y)
  COMPARISON(GE, VM_NAME_GE, x >= y)
  CASE(LT_NUM) {
    RA = value_bool(value_as_double(RB) < value_as_double(RC));
    NEXT();
  }
  CASE(LE_NUM) {
    RA = value_bool(value_as_double(RB) <= value_as_double(RC));
    NEXT();
  }
  CASE(EXACT_EQ) {
    RA = value_bool(interp_are_equal(RB, RC));
    NEXT();
  }
  CASE(EXACT_NE) {
    RA = value_bool(!interp_are_equal(RB, RC));
    NEXT();
  }
  EXACT_COMPARISON(EXACT_LT, <, exact_less)
  EXACT_COMPARISON(EXACT_LE, <=, exact_at_most)
  CASE(NOT) {
    RA = value_bool(!value_is_truthy(RB));
    NEXT();
  }
  CASE(HAS_KEY) {
    CHECKED(index_has_key(vm, RB, RC, &RA));
  }
  CASE(CONTAINS) {
    CHECKED(index_contains(vm, RB, RC, &RA));
  }

  // Jumps
  CASE(JUMP) {
    JUMP(SX);
  }
  CASE(LOOP) {
    ip += SX;
    if (UNLIKELY(vm->interrupt_flag)) goto interrupted;
    NEXT();
  }
  CASE(JUMP_IF) {
    if (value_is_truthy(RA)) ip += SX;
    NEXT();
  }
  CASE(JUMP_UNLESS) {
    if (!value_is_truthy(RA)) ip += SX;
    NEXT();
  }
  CASE(JUMP_NULL) {
    if (value_is_null(RA)) ip += SX;
    NEXT();
  }
  CASE(JUMP_NOT_NULL) {
    if (!value_is_null(RA)) ip += SX;
    NEXT();
  }
  CASE(JUMP_PRESENT) {
    if (!value_is_absent(RA)) ip += SX;
    NEXT();
  }
  JUMP_NUM(JUMP_LT_NUM, RB, x < y, JUMP_IF)
  JUMP_NUM(JUMP_NOT_LT_NUM, RB, !(x < y), JUMP_IF)
  JUMP_NUM(JUMP_LE_NUM, RB, x <= y, JUMP_IF)
  JUMP_NUM(JUMP_NOT_LE_NUM, RB, !(x <= y), JUMP_IF)
  JUMP_NUM(JUMP_LT_NUM_K, KB, x < y, JUMP_IF)
  JUMP_NUM(JUMP_NOT_LT_NUM_K, KB, !(x < y), JUMP_IF)
  JUMP_NUM(JUMP_LE_NUM_K, KB, x <= y, JUMP_IF)
  JUMP_NUM(JUMP_NOT_LE_NUM_K, KB, !(x <= y), JUMP_IF)
  JUMP_NUM(JUMP_GT_NUM_K, KB, x > y, JUMP_IF)
  JUMP_NUM(JUMP_NOT_GT_NUM_K, KB, !(x > y), JUMP_IF)
  JUMP_NUM(JUMP_GE_NUM_K, KB, x >= y, JUMP_IF)
  JUMP_NUM(JUMP_NOT_GE_NUM_K, KB, !(x >= y), JUMP_IF)
  JUMP_NUM(JUMP_EQ_NUM, RB, x == y, JUMP_IF)
  JUMP_NUM(JUMP_NE_NUM, RB, x != y, JUMP_IF)
  CASE(JUMP_EQ_K) {
    Value x = RA, k = KB;
    if (x == k && !value_is_double(x)) JUMP(SC);
    JUMP_IF(is_equal_plain(x, k));
  }
  CASE(JUMP_NE_K) {
    Value x = RA, k = KB;
    if (x == k && !value_is_double(x)) NEXT();
    JUMP_IF(!is_equal_plain(x, k));
  }
  EXACT_JUMP(JUMP_EXACT_LT, <, exact_less, RA, RB, true, JUMP_IF)
  EXACT_JUMP(JUMP_EXACT_NOT_LT, <, exact_less, RA, RB, false, JUMP_IF)
  EXACT_JUMP(JUMP_EXACT_LE, <=, exact_at_most, RA, RB, true, JUMP_IF)
  EXACT_JUMP(JUMP_EXACT_NOT_LE, <=, exact_at_most, RA, RB, false, JUMP_IF)
  EXACT_JUMP_I(JUMP_EXACT_LT_I, x < y, exact_less, number, IB, true, JUMP_IF)
  EXACT_JUMP_I(JUMP_EXACT_NOT_LT_I, x < y, exact_less, number, IB, false, JUMP_IF)
  EXACT_JUMP_I(JUMP_EXACT_LE_I, x <= y, exact_at_most, number, IB, true, JUMP_IF)
  EXACT_JUMP_I(JUMP_EXACT_NOT_LE_I, x <= y, exact_at_most, number, IB, false, JUMP_IF)
  EXACT_JUMP_I(JUMP_EXACT_GT_I, x > y, exact_less, IB, number, true, JUMP_IF)
  EXACT_JUMP_I(JUMP_EXACT_NOT_GT_I, x > y, exact_less, IB, number, false, JUMP_IF)
  EXACT_JUMP_I(JUMP_EXACT_GE_I, x >= y, exact_at_most, IB, number, true, JUMP_IF)
  EXACT_JUMP_I(JUMP_EXACT_NOT_GE_I, x >= y, exact_at_most, IB, number, false, JUMP_IF)
  CASE(JUMP_EXACT_EQ) {
    JUMP_IF(interp_are_equal(RA, RB));
  }
  CASE(JUMP_EXACT_NE) {
    JUMP_IF(!interp_are_equal(RA, RB));
  }

  // Lists, tables, fields
  CASE(LIST) {
    CHECKED(make_list(vm, &RB, C, &RA));
  }
  CASE(LIST_PUSH) {
    List *list = value_as_list(RA);
    if (LIKELY(value_is_list(RA) && list->count < list->capacity)) {
      heap_store(vm->heap, list, &list->items[list->count++], RB);
      NEXT();
    }
    CHECKED(push_element(vm, RA, RB));
  }
  CASE(TABLE) {
    CHECKED(make_table(vm, &RA));
  }
  CASE(RECORD) {
    CHECKED(access_new_record(vm, (Shape *)value_as_object(KC), &RB, &RA));
  }
  CASE(RANGE) {
    CHECKED(make_range(vm, RB, RC, &RA));
  }
  CASE(GET_FIELD) {
    Cache *cache = proto_cache(constants, C);
    Table *table = interp_pointer(RB);
    if (LIKELY(interp_is_object(table) && cache_knows(cache, table))) {
      RA = table->values[cache->index];
      NEXT();
    }
    CHECKED(access_get_field(vm, RB, cache, &RA));
  }
  CASE(SET_FIELD) {
    Cache *cache = proto_cache(constants, B);
    Table *table = interp_pointer(RA);
    if (LIKELY(interp_is_object(table) && cache_knows(cache, table))) {
      heap_store(vm->heap, table, &table->values[cache->index], RC);
      NEXT();
    }
    CHECKED(access_set_field(vm, RA, cache, RC));
  }
  CASE(PACKAGE) {
    CHECKED(package_new(vm, frame_closure(base)->proto->types[X], &RA));
  }
  CASE(CHECK_PUBLIC) {
    CHECKED(package_check_public(vm, RA, KX));
  }
  CASE(GET_BOUND) {
    CHECKED(access_get_bound(vm, RB, proto_cache(constants, C), &RA));
  }
  CASE(GET_MEMBER) {
    Cache *cache = proto_cache(constants, C);
    Table *table = interp_pointer(RB);
    if (LIKELY(interp_is_object(table) && cache_knows(cache, table))) {
      RA = table->values[cache->index];
      NEXT();
    }
    CHECKED(access_get_member(vm, RB, cache, &RA));
  }
  CASE(SET_MEMBER) {
    Cache *cache = proto_cache(constants, B);
    Table *table = interp_pointer(RA);
    if (LIKELY(interp_is_object(table) && cache_knows(cache, table) && cache_fits(cache, table, RC))) {
      heap_store(vm->heap, table, &table->values[cache->index], RC);
      NEXT();
    }
    CHECKED(access_set_member(vm, RA, cache, RC));
  }
  CASE(GET_INDEX) {
    const Value *element = interp_element(RB, RC);
    if (LIKELY(element != NULL)) {
      RA = *element;
      NEXT();
    }
    CHECKED(index_get(vm, RB, RC, &RA));
  }
  CASE(SET_INDEX) {
    Value *element = interp_element(RA, RB);
    if (LIKELY(element != NULL)) {
      heap_store(vm->heap, value_as_object(RA), element, RC);
      NEXT();
    }
    CHECKED(index_set(vm, RA, RB, RC));
  }
  CASE(EXACT_GET_INDEX) {
    const Value *element = interp_exact_element(RB, RC);
    if (LIKELY(element != NULL)) {
      RA = *element;
      NEXT();
    }
    CHECKED(index_exact_get(vm, RB, RC, &RA));
  }
  CASE(EXACT_SET_INDEX) {
    Value *element = interp_exact_element(RA, RB);
    if (LIKELY(element != NULL)) {
      heap_store(vm->heap, value_as_object(RA), element, RC);
      NEXT();
    }
    CHECKED(index_exact_set(vm, RA, RB, RC));
  }
  CASE(SLICE) {
    CHECKED(index_slice(vm, RB, &RC, false, &RA));
  }
  CASE(SLICE_INCLUSIVE) {
    CHECKED(index_slice(vm, RB, &RC, true, &RA));
  }
  CASE(LIST_AT) {
    CHECKED(index_list_at(vm, RB, C, &RA));
  }
  CASE(LIST_REST) {
    CHECKED(index_list_rest(vm, RB, C, &RA));
  }
  CASE(KEY_AT) {
    CHECKED(index_key_at(vm, RB, KC, &RA));
  }

  // Tests of patterns and types
  CASE(TEST_LIST) {
    RA = value_bool(match_list(RB, C, true));
    NEXT();
  }
  CASE(TEST_LIST_MIN) {
    RA = value_bool(match_list(RB, C, false));
    NEXT();
  }
  CASE(TEST_KEY) {
    RA = value_bool(match_key(RB, KC));
    NEXT();
  }
  CASE(TEST_TAG) {
    RA = value_bool(match_tag(vm, RB, C));
    NEXT();
  }
  CASE(TEST_INSTANCE) {
    RA = value_bool(match_instance(vm, RB, RC));
    NEXT();
  }
  CASE(TEST_TYPE) {
    RA = value_bool(match_type(vm, RB, frame_closure(base)->proto->types[C]));
    NEXT();
  }
  CASE(CHECK_TYPE) {
    CHECKED(match_check(vm, &RA, frame_closure(base)->proto->types[X]));
  }
  CASE(CONVERT) {
    CHECKED(match_convert(vm, RB, frame_closure(base)->proto->types[C], &RA));
  }
  CASE(CHECK_CONDITION) {
    if (LIKELY((RA >> 48) == VALUE_TAG_SPECIAL >> 48)) NEXT();
    CHECKED(match_raise_condition(vm, RA));
  }

  // Calls
  CASE(CALL) {
    if (LIKELY(value_is_kind(RA, KIND_CLOSURE))) ENTER(RA, B, code);
    count = B;
    goto call_other;
  }
call:
  if (LIKELY(value_is_kind(RA, KIND_CLOSURE))) ENTER(RA, count, code);
call_other: {
  const Obj *callee = interp_pointer(RA);
  uint8_t kind = LIKELY(interp_is_object(callee)) ? callee->kind : KIND_COUNT;
  if (LIKELY(kind == KIND_NATIVE)) {
    const Native *native = (const Native *)callee;
    if (native->of_number && count == 1 && value_is_double((&RA)[2])) {
      RA = value_double(native->of_number(value_as_double((&RA)[2])));
      NEXT();
    }
    if (LIKELY(native_runs_in_place(native, count))) {
      SAVE();
      if (native->at_once && native->at_once(vm, &RA + 2, count, &RA)) NEXT();
      STEP(call_native(vm, A, count));
    }
  } else if (kind == KIND_CLOSURE && (callee->flags & PROTO_ASYNC)) {
    STEP(start_call(vm, A, count));
  } else if (kind == KIND_TYPE) {
    SAVE();
    if (LIKELY(instance_make(vm, RA, &RA + 2, count, &RA))) NEXT();
  }
  STEP(call_register(vm, A, count));
}
  CASE(CALL_TYPED) {
    if (LIKELY(value_is_kind(RA, KIND_CLOSURE))) ENTER(RA, B, typed_entry);
    count = B;
    goto call_other;
  }
  CASE(CALL_SELF) { // like the next one only in a function too long for CALL_SELF_NEAR
    RA = base[-2];
    goto label_CALL;
  }
  CASE(CALL_SELF_TYPED) {
    RA = base[-2];
    goto label_CALL_TYPED;
  }
  CASE(CALL_SELF_NEAR) { // nothing is left to look at but the room on the stack
    Value *callee_base = &RA + 2;
    RA = base[-2];
    if (UNLIKELY(&RC > vm->stack_limit))
      STEP(call_register(vm, A, frame_closure(base)->proto->param_count));
    callee_base[-1] = newest_link = frame_link(ip, A + 2);
    newest_constants = constants;
    base = callee_base;
    ip -= B;
    NEXT();
  }
  CASE(CALL_DOT) {
    SAVE();
    Cache *cache = proto_cache(constants, C);
    if (UNLIKELY(!method_arrange_dot(vm, INSTRUCTION, cache, &count))) goto failed;
    goto call;
  }
  CALL_CACHED(CALL_COLON, method_arrange_colon)
  CALL_CACHED(CALL_METHOD, method_arrange_vint)
  CASE(CALL_NAMED) {
    STEP(named_call(vm, A, B, (Shape *)value_as_object(KC)));
  }
  CASE(CALL_LITERAL) {
    STEP(named_literal(vm, A, (Shape *)value_as_object(KC)));
  }
  CASE(GO) {
    STEP(call_go(vm, A, B));
  }
  CASE(GO_METHOD) {
    SAVE();
    Cache *cache = proto_cache(constants, C);
    if (UNLIKELY(!method_arrange_vint(vm, INSTRUCTION, cache, &count))) goto failed;
    STEP(call_go(vm, A, count));
  }
  CASE(GO_NAMED) {
    STEP(named_go(vm, A, B, (Shape *)value_as_object(KC)));
  }
  CASE(RETURN) {
    LEAVE(RA);
  }
  CASE(RETURN_NULL) {
    LEAVE(VALUE_NULL);
  }
  CASE(THROW) {
    CHECKED(raise_throw(vm, RA));
  }
  CASE(NO_MATCH) {
    CHECKED(match_raise_no_arm(vm, RA));
  }
  CASE(STUB) {
    CHECKED(raise_stub(vm, frame_closure(base)));
  }
  CASE(DEFER) {
    CHECKED(call_defer(vm, &RA, B));
  }
  CASE(DEFER_METHOD) {
    SAVE();
    Cache *cache = proto_cache(constants, C);
    if (UNLIKELY(!method_arrange_vint(vm, INSTRUCTION, cache, &count))) goto failed;
    CHECKED(call_defer(vm, &RA, count));
  }
  CASE(DEFER_NAMED) {
    STEP(named_defer(vm, A, B, (Shape *)value_as_object(KC)));
  }
  CASE(CALL_DEFERRED) {
    ASSERT(value_is_list(RB));
    if (value_as_list(RB)->count == 0) JUMP(SC);
    STEP(call_deferred(vm, A, value_as_list(RB)));
  }
  CASE(KEEP_ERROR) {
    SAVE();
    RA = raise_keep(vm, RA, RB);
    NEXT();
  }
  CASE(PASS_CANCELLED) {
    if (LIKELY(!value_is_cancellation(RA))) NEXT();
    CHECKED(vm_raise_value(vm, RA));
  }

  // Waiting
  CASE(AWAIT) {
    Value settled = interp_await_at_once(vm, RB);
    if (UNLIKELY(value_is_absent(settled))) WAIT(vm->async.await(vm, vm->running, RB, &RA));
    RA = settled;
    NEXT();
  }
  CASE(AWAIT_CALL) {
    WAIT(vm->async.await(vm, vm->running, RB, &RA));
  }
  CASE(CHANNEL) {
    CHECKED(make_channel(vm, RB, &RA));
  }
  CASE(SEND) {
    WAIT(vm->async.send(vm, vm->running, RB, RC), RA = VALUE_NULL);
  }
  CASE(RECEIVE) {
    WAIT(vm->async.receive(vm, vm->running, RB, ASYNC_END_NULL, &RA));
  }
  CASE(RECEIVE_OPEN) {
    WAIT(vm->async.receive(vm, vm->running, RB, ASYNC_END_RAISE, &RA));
  }
  CASE(SELECT) {
    SAVE();
    step = select_case(vm, INSTRUCTION, KX);
    if (LIKELY(step == STEP_DONE)) ip = vm->running->ip;
    goto after;
  }

  // Loops
  CASE(ITER) {
    STEP(iterate_begin(vm, INSTRUCTION));
  }
  CASE(EXACT_ITER) {
    CHECKED(iterate_begin_exact(vm, INSTRUCTION));
  }
  CASE(ITER_NEXT) {
    Value *state = &RB;
    if (LIKELY(value_is_list(state[0]))) {
      const List *list = value_as_list(state[0]);
      uint64_t at = (uint64_t)value_as_int(state[1]);
      if (at >= list->count) JUMP(SC);
      RA = list->items[at];
      state[1] = value_int((int64_t)at + 1);
      NEXT();
    }
    if (value_is_kind(state[0], KIND_CHANNEL)) {
      Value value;
      WAIT(vm->async.receive(vm, vm->running, state[0], ASYNC_END_ABSENT, &value),
           if (UNLIKELY(value_is_absent(value))) JUMP(SC); RA = value);
    }
    STEP(iterate_next(vm, INSTRUCTION));
  }
  CASE(ITER_NEXT_PAIR) {
    STEP(iterate_next_pair(vm, INSTRUCTION));
  }
  CASE(FOR_NUM) {
    bool is_empty;
    SAVE();
    if (UNLIKELY(!iterate_prepare_numbers(vm, &RA, &is_empty))) goto failed;
    if (is_empty) ip += SX;
    NEXT();
  }
  CASE(FOR_NUM_NEXT) {
    Value *loop = &RA;
    if (LIKELY(value_is_int(loop[2]))) {
      if (loop[1] == 0) NEXT();
      loop[1]--;
      loop[0] = interp_next_counted(loop);
      loop[3] = value_double((double)value_as_int(loop[0]));
    } else {
      double step_by = value_as_double(loop[2]);
      double at = value_as_double(loop[0]) + step_by, to = value_as_double(loop[1]);
      if (!(step_by > 0 ? at < to : at > to)) NEXT();
      loop[0] = loop[3] = value_double(at);
    }
    ip += SX;
    if (UNLIKELY(vm->interrupt_flag)) goto interrupted;
    NEXT();
  }
  CASE(FOR_INT) {
    bool is_empty;
    SAVE();
    if (UNLIKELY(!iterate_prepare_integers(vm, &RA, &is_empty))) goto failed;
    if (is_empty) ip += SX;
    NEXT();
  }
  CASE(FOR_INT_NEXT) {
    Value *loop = &RA;
    if (LIKELY((int64_t)loop[1] > 0)) {
      loop[1]--;
      loop[0] = loop[3] = interp_next_counted(loop);
    } else {
      bool is_over;
      if (loop[1] == 0) NEXT();
      SAVE();
      if (UNLIKELY(!iterate_next_integer(vm, loop, &is_over))) goto failed;
      if (is_over) NEXT();
    }
    ip += SX;
    if (UNLIKELY(vm->interrupt_flag)) goto interrupted;
    NEXT();
  }

  // Placed by the runtime only
  CASE(FIBER_END) {
    // base is that of the function that has returned: its result is in stack[0].
    if (LIKELY(start_return(vm))) goto load;
    finish(vm, vm->running);
    goto next;
  }
  CASE(RESUME_NATIVE) {
    // base is that of the function that has returned; the native's is below it (frame.h).
    Value answer = base[-2], *native = base - value_as_int(base[-3]);
    const NativeRow *row = frame_native_row(native);
    if (row->again && LIKELY(value_is_kind(frame_native_args(native)[1], KIND_CLOSURE))) {
      Value callee = frame_native_args(native)[1];
      const Proto *proto = ((const Closure *)value_as_object(callee))->proto;
      if (LIKELY(base + proto->register_count <= vm->stack_limit &&
                 row->again(vm, native + 1, answer, proto->plain_count, base))) {
        base[-2] = callee;
        ip = proto->code;
        constants = proto->constants;
        NEXT();
      }
    }
    base = native;
    STEP(call_answer_native(vm, vm->running, answer));
  }

  // Placed for what a unit says
  CHECK(CHECK_DOUBLE, value_is_double(RA))
  CHECK(CHECK_INTEGER, value_is_int(RA))
  CHECK(CHECK_STRING, value_is_str(RA))
  CHECK(CHECK_LIST, value_is_list(RA))
  CHECK(CHECK_TABLE, value_is_table(RA) && value_is_null(value_as_table(RA)->type))
  CHECK(CHECK_RECORD, value_is_table(RA))

#include "vm/interp_pairs.h"

#include "vm/interp_exact.h"

  INTERP_END
}
