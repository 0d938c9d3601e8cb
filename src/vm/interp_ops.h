// SPDX-License-Identifier: MIT
// interp_ops.h - fetching and dispatching instructions; for interp.c alone
//
// With labels as values (GNU C) each instruction ends in its own indirect jump, which the processor
// predicts by what came before it; WICK_NO_COMPUTED_GOTO gives one `switch` for other compilers.
// What the macros name are the loop's locals: ip, base, constants, step, vm. ip is behind the running
// instruction, whose operands are read from memory where they are needed: a load each, where taking
// them out of a register costs two or three shifts.
//
// Rule for whatever may collect, raise or call: SAVE first, so that the fiber says where it is.
#ifndef INTERP_OPS_H
#define INTERP_OPS_H

#include "code/opcode.h"
#include "code/unit.h"
#include "vm/arith.h"
#include "vm/cache.h"
#include "vm/frame.h"
#include "vm/native.h"

// With INTERP_WATCHED (interp_watched.c) each instruction first asks whether a sample is wanted, and
// notes that it is the one that runs.
#ifdef INTERP_WATCHED
#define INTERP_RUN  interp_watched_run
#define INTERP_LAST const Instr *last = NULL;
#define INTERP_WATCH()                                                                             \
  do {                                                                                             \
    if (UNLIKELY(__atomic_load_n(&vm->profile_is_due, __ATOMIC_RELAXED))) goto sample;             \
    last = ip;                                                                                     \
  } while (0)
#else
#define INTERP_RUN interp_run
#define INTERP_LAST
#define INTERP_WATCH()
#endif

#ifdef WICK_NO_COMPUTED_GOTO
#define INTERP_BEGIN                                                                               \
  dispatch:                                                                                        \
  ip++;                                                                                            \
  switch ((Opcode)OPERAND(OPCODE_FIELD_OP)) {
#define INTERP_END                                                                                 \
  default:                                                                                         \
    UNREACHABLE(); /* the verifier lets no other opcode pass */                                    \
    return INTERP_IDLE;                                                                            \
    }
#define CASE(name) case OP_##name: label_##name: __attribute__((unused));
#define DISPATCH() goto dispatch
#else
#define INTERP_BEGIN
#define INTERP_END
#define CASE(name) label_##name:
#define DISPATCH()                                                                                 \
  do {                                                                                             \
    ip++;                                                                                          \
    goto *labels[OPERAND(OPCODE_FIELD_OP)];                                                        \
  } while (0)
#endif
#define NEXT()                                                                                     \
  do {                                                                                             \
    INTERP_WATCH();                                                                                \
    DISPATCH();                                                                                    \
  } while (0)

// The operands as numbers: unsigned, signed, and b and c as one.
#define OPERAND(n)  opcode_field_before(ip, n)
#define A           OPERAND(OPCODE_FIELD_A)
#define B           OPERAND(OPCODE_FIELD_B)
#define C           OPERAND(OPCODE_FIELD_C)
#define SB          ((int16_t)B)
#define SC          ((int16_t)C)
#define X           opcode_field_x_before(ip)
#define SX          ((int32_t)X)
#define INSTRUCTION (ip[-1])
// Registers and constants by operand.
#define RA base[A]
#define RB base[B]
#define RC base[C]
#define KB constants[B]
#define KC constants[C]
#define KX constants[X]
#define IB value_int(SB)

#define SAVE() interp_save(vm, ip, base)
// Something that may do anything to the fiber: a Step says how to go on.
#define STEP(call)                                                                                 \
  do {                                                                                             \
    SAVE();                                                                                        \
    step = (call);                                                                                 \
    goto after;                                                                                    \
  } while (0)
// Something that runs no script and leaves the frame as it is: a bool says whether it failed.
#define CHECKED(call)                                                                              \
  do {                                                                                             \
    SAVE();                                                                                        \
    if (UNLIKELY(!(call))) goto failed;                                                            \
    NEXT();                                                                                        \
  } while (0)
#define JUMP(distance)                                                                             \
  do {                                                                                             \
    ip += (distance);                                                                              \
    NEXT();                                                                                        \
  } while (0)
// The instruction behind the running one, which is known to be this one.
#define GO_ON(name)                                                                                \
  do {                                                                                             \
    ip++;                                                                                          \
    goto label_##name;                                                                             \
  } while (0)
#define JUMP_IF(condition)                                                                         \
  do {                                                                                             \
    if (condition) ip += SC;                                                             \
    NEXT();                                                                                        \
  } while (0)

static inline void interp_save(VM *vm, const Instr *ip, const Value *base) {
  Fiber *fiber = vm->running;
  fiber->ip = ip;
  fiber->base = (uint32_t)(base - fiber->stack);
}

static inline bool interp_are_doubles(Value x, Value y) {
  return value_is_double(x) && value_is_double(y);
}

// An object's address, without its tag; for other values something that interp_is_object refuses.
static inline void *interp_pointer(Value v) {
  return (void *)(uintptr_t)(v ^ VALUE_TAG_OBJECT);
}
static inline bool interp_is_object(const void *pointer) {
  return (uintptr_t)pointer >> 48 == 0;
}

// A value turned by 16 bits, so that its tag lies at the bottom: sums and the order of small integers are
// those of the turned ones, leaving 48 bits is the processor's own overflow, and the tag is asked for by a
// comparison of 16 bits, for which no constant needs a register.
static inline uint64_t interp_turned(Value v) {
  return v << 16 | v >> 48;
}
static inline Value interp_turned_back(uint64_t turned) {
  return turned >> 16 | turned << 48;
}
#define INTERP_TURNED_INT ((uint16_t)(VALUE_TAG_INT >> 48))
static inline bool interp_is_turned_int(uint64_t turned) {
  return (uint16_t)turned == INTERP_TURNED_INT;
}
// The integer's own bits, above 16 zeros.
static inline int64_t interp_upper(uint64_t turned) {
  return (int64_t)(turned - INTERP_TURNED_INT);
}

// The native, if it is one that computes a double of a double; else NULL.
static inline const Native *interp_of_number(Value callee) {
  const Native *native = interp_pointer(callee);
  if (!interp_is_object(native) || native->obj.kind != KIND_NATIVE) return NULL;
  return native->of_number ? native : NULL;
}

// The built-in method that the cache knows for the receiver, if it runs in place; else NULL.
static inline const Native *interp_built_in(const Cache *cache, Value receiver, uint32_t count) {
  Value method = cache_built_in(cache, receiver);
  if (!value_is_kind(method, KIND_NATIVE)) return NULL;
  const Native *native = (const Native *)value_as_object(method);
  return native_runs_in_place(native, count) ? native : NULL;
}

// Vint's ==.
static inline bool interp_are_equal(Value x, Value y) {
  if (value_are_ints(x, y)) return x == y;
  if (interp_are_doubles(x, y)) return value_as_double(x) == value_as_double(y);
  return equal_deep(x, y);
}

// Vint's operators where it is quick: of two small integers whose result is small.
static inline bool interp_exact_add(Value b, Value c, Value *out) {
  uint64_t x = interp_turned(b), y = interp_turned(c);
  int64_t result;
  if (UNLIKELY(!interp_is_turned_int(x) || !interp_is_turned_int(y))) return false;
  if (UNLIKELY(__builtin_add_overflow((int64_t)x, interp_upper(y), &result))) return false;
  *out = interp_turned_back((uint64_t)result);
  return true;
}
static inline bool interp_exact_sub(Value b, Value c, Value *out) {
  uint64_t x = interp_turned(b), y = interp_turned(c);
  int64_t result;
  if (UNLIKELY(!interp_is_turned_int(x) || !interp_is_turned_int(y))) return false;
  if (UNLIKELY(__builtin_sub_overflow((int64_t)x, interp_upper(y), &result))) return false;
  *out = interp_turned_back((uint64_t)result);
  return true;
}
static inline bool interp_exact_mul(Value b, Value c, Value *out) {
  uint64_t x = interp_turned(b), y = interp_turned(c);
  int64_t result;
  if (UNLIKELY(!interp_is_turned_int(x) || !interp_is_turned_int(y))) return false;
  if (UNLIKELY(__builtin_mul_overflow((int64_t)x >> 16, interp_upper(y), &result))) return false;
  *out = interp_turned_back((uint64_t)result | INTERP_TURNED_INT);
  return true;
}
// By the operand of an instruction, which needs no tag to be taken off.
static inline bool interp_exact_add_small(Value b, int32_t y, Value *out) {
  uint64_t x = interp_turned(b);
  int64_t result;
  if (UNLIKELY(!interp_is_turned_int(x))) return false;
  if (UNLIKELY(__builtin_add_overflow((int64_t)x, (int64_t)y * 0x10000, &result))) return false;
  *out = interp_turned_back((uint64_t)result);
  return true;
}
static inline bool interp_exact_sub_small(Value b, int32_t y, Value *out) {
  return interp_exact_add_small(b, -y, out);
}
static inline bool interp_exact_mul_small(Value b, int32_t y, Value *out) {
  uint64_t x = interp_turned(b);
  int64_t result;
  if (UNLIKELY(!interp_is_turned_int(x))) return false;
  if (UNLIKELY(__builtin_mul_overflow(interp_upper(x), (int64_t)y, &result))) return false;
  *out = interp_turned_back((uint64_t)result | INTERP_TURNED_INT);
  return true;
}
static inline bool interp_exact_div(Value b, Value c, Value *out) {
  if (UNLIKELY(!value_are_ints(b, c) || c == value_int(0))) return false;
  int64_t x = value_as_int(b), y = value_as_int(c);
  if (!value_fits_int(x / y)) return false;
  *out = x % y == 0 ? value_int(x / y) : value_double((double)x / (double)y);
  return true;
}
// A small integer from 0 on that has no more than 32 bits.
static inline bool interp_is_short(Value v) {
  return v >> 32 == VALUE_TAG_INT >> 32;
}
static inline bool interp_exact_mod(Value b, Value c, Value *out) {
  if (LIKELY(interp_is_short(b) && interp_is_short(c) && (uint32_t)c != 0)) {
    *out = VALUE_TAG_INT | (uint32_t)b % (uint32_t)c;
    return true;
  }
  if (UNLIKELY(!value_are_ints(b, c) || c == value_int(0))) return false;
  *out = value_int(value_as_int(b) % value_as_int(c));
  return true;
}
// By an operand that is positive.
static inline bool interp_exact_mod_small(Value b, int32_t y, Value *out) {
  if (LIKELY(interp_is_short(b))) {
    *out = VALUE_TAG_INT | (uint32_t)b % (uint32_t)y;
    return true;
  }
  if (UNLIKELY(!value_is_int(b))) return false;
  *out = value_int(value_as_int(b) % y);
  return true;
}

// The next value of a counted loop (iterate.h); its tag takes no part in the sum.
static inline Value interp_next_counted(const Value *loop) {
  return VALUE_TAG_INT | ((loop[0] + loop[2]) & VALUE_PAYLOAD);
}

// The element of a list at an index within it, NULL for everything else: at a whole double, as Luma counts, …
static inline Value *interp_element(Value object, Value key) {
  List *list = interp_pointer(object);
  if (UNLIKELY(!interp_is_object(list) || list->obj.kind != KIND_LIST)) return NULL;
  double index = value_as_double(key);
  if (UNLIKELY(!(fabs(index) < 0x1p53))) return NULL; // a NaN, so any other value too
  int64_t whole = (int64_t)index;
  return LIKELY((uint64_t)whole < list->count && (double)whole == index) ? &list->items[whole] : NULL;
}
// … and at a small integer, as Vint does.
static inline Value *interp_exact_element(Value object, Value key) {
  List *list = interp_pointer(object);
  if (UNLIKELY(!interp_is_object(list) || list->obj.kind != KIND_LIST)) return NULL;
  uint64_t index = key ^ VALUE_TAG_INT; // too large if there is a tag left, or a sign
  return LIKELY(index < list->count) ? &list->items[index] : NULL;
}

// What the promise is fulfilled with, if that is all that is to be known: nobody waits. VALUE_ABSENT: it
// takes more.
static inline Value interp_await_at_once(VM *vm, Value value) {
  if (UNLIKELY(!value_is_kind(value, KIND_PROMISE))) return VALUE_ABSENT;
  PromiseFront *promise = (PromiseFront *)value_as_object(value);
  if ((promise->obj.flags & PROMISE_STATE_MASK) != PROMISE_FULFILLED) return VALUE_ABSENT;
  if (UNLIKELY(vm->running->obj.flags & FIBER_CANCELLED || vm->budget <= 1)) return VALUE_ABSENT;
  promise->obj.flags |= PROMISE_OBSERVED;
  vm->budget--;
  return promise->value;
}

#endif
