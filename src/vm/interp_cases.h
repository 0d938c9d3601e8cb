// SPDX-License-Identifier: MIT
// interp_cases.h - what many cases have in common: arithmetic, comparisons, calls, waiting; for interp.c alone
//
// Each macro is a case, or the end of one, in terms of interp_ops.h. interp.c, interp_pairs.h and interp_exact.h
// make cases of them; the labels they go to and the functions they name are interp.c's.
#ifndef INTERP_CASES_H
#define INTERP_CASES_H

#include "vm/interp_ops.h"

// Whatever is no double is a NaN as one, and these operators make NaN of NaN: so the result tells
// whether both operands were doubles, and is computed before anybody knows.
#define ARITHMETIC_OF(method, left, right, expression)                                             \
  do {                                                                                             \
    double x = (left), y = (right), result = (expression);                                         \
    if (UNLIKELY(result != result)) STEP(arith_binary(vm, INSTRUCTION, method));                   \
    RA = value_double(result);                                                                     \
    NEXT();                                                                                        \
  } while (0)
#define ARITHMETIC(name, method, expression)                                                       \
  CASE(name) {                                                                                     \
    ARITHMETIC_OF(method, value_as_double(RB), value_as_double(RC), expression);                   \
  }
#define ARITHMETIC_NUM(name, right, expression)                                                    \
  CASE(name) {                                                                                     \
    double x = value_as_double(RB), y = value_as_double(right);                                    \
    RA = value_double(expression);                                                                 \
    NEXT();                                                                                        \
  }
#define COMPARISON(name, method, expression)                                                       \
  CASE(name) {                                                                                     \
    double x = value_as_double(RB), y = value_as_double(RC);                                       \
    if (LIKELY(!__builtin_isunordered(x, y))) {                                                    \
      RA = value_bool(expression);                                                                 \
      NEXT();                                                                                      \
    }                                                                                              \
    STEP(arith_compare(vm, INSTRUCTION, method));                                                  \
  }
#define JUMP_NUM(name, right, expression, branch)                                                  \
  CASE(name) {                                                                                     \
    double x = value_as_double(RA), y = value_as_double(right);                                    \
    branch(expression);                                                                            \
  }
// An operator of Vint on small integers (`name` is its function in interp_ops.h); what stands behind goes on with
// `result`; the instruction at `at` becomes its twin when it meets doubles (code/twins.def) …
#define ON_INTS(at, name, op, left, right, ...)                                                    \
  do {                                                                                             \
    Value result;                                                                                  \
    if (UNLIKELY(!interp_exact_##name(left, right, &result)))                                      \
      CHECKED(exact_binary_at(vm, at, EXACT_##op, left, right, &RA));                              \
    __VA_ARGS__;                                                                                   \
  } while (0)
// … on one and the instruction's own operand …
#define ON_INT_I(at, name, op, ...)                                                                \
  do {                                                                                             \
    Value result;                                                                                  \
    if (UNLIKELY(!interp_exact_##name##_small(RB, SC, &result)))                                   \
      CHECKED(exact_binary_at(vm, at, EXACT_##op, RB, value_int(SC), &RA));                        \
    __VA_ARGS__;                                                                                   \
  } while (0)
// … and on doubles, with the trick of ARITHMETIC_OF; if one is a small integer, what stands behind comes by itself.
#define ON_DOUBLES(at, sign, op, left, right, ...)                                                 \
  do {                                                                                             \
    double number = value_as_double(left) sign value_as_double(right);                             \
    if (UNLIKELY(number != number)) CHECKED(exact_mixed_at(vm, at, EXACT_##op, left, right, &RA)); \
    Value result = value_double(number);                                                           \
    __VA_ARGS__;                                                                                   \
  } while (0)
#define KEEP                                                                                       \
  do {                                                                                             \
    RA = result;                                                                                   \
    NEXT();                                                                                        \
  } while (0)
#define EXACT_ARITHMETIC(name, op)                                                                 \
  CASE(EXACT_##op) {                                                                               \
    ON_INTS(ip - 1, name, op, RB, RC, KEEP);                                                       \
  }
#define EXACT_ARITHMETIC_I(name, op)                                                               \
  CASE(EXACT_##op##_I) {                                                                           \
    ON_INT_I(ip - 1, name, op, KEEP);                                                              \
  }
// Jumps if the comparison `p sign q` has the wanted answer; `compare` is the slow way to the same. `branch` is JUMP_IF,
// or what a pair does instead.
#define EXACT_JUMP(name, sign, compare, p, q, is_wanted, branch)                                   \
  CASE(name) {                                                                                     \
    Value x = p, y = q;                                                                            \
    if (LIKELY(value_are_ints(x, y)))                                                              \
      branch(((int64_t)interp_turned(x) sign (int64_t)interp_turned(y)) == is_wanted);             \
    if (interp_are_doubles(x, y))                                                                  \
      branch((value_as_double(x) sign value_as_double(y)) == is_wanted);                           \
    bool answer;                                                                                   \
    SAVE();                                                                                        \
    if (UNLIKELY(!compare(vm, x, y, &answer))) goto failed;                                        \
    branch(answer == is_wanted);                                                                   \
  }
// The same for R[a] and the instruction's own operand: `expression` compares x, the one, with y, the other.
#define EXACT_JUMP_I(name, expression, compare, p, q, is_wanted, branch)                           \
  CASE(name) {                                                                                     \
    Value number = RA;                                                                             \
    uint64_t turned = interp_turned(number);                                                       \
    if (LIKELY(interp_is_turned_int(turned))) {                                                    \
      int64_t x = (int64_t)turned, y = (int64_t)SB * 0x10000 | INTERP_TURNED_INT;                  \
      branch((expression) == is_wanted);                                                           \
    }                                                                                              \
    if (value_is_double(number)) {                                                                 \
      double x = value_as_double(number), y = SB;                                                  \
      branch((expression) == is_wanted);                                                           \
    }                                                                                              \
    bool answer;                                                                                   \
    SAVE();                                                                                        \
    if (UNLIKELY(!compare(vm, p, q, &answer))) goto failed;                                        \
    branch(answer == is_wanted);                                                                   \
  }
#define EXACT_COMPARISON(name, sign, compare)                                                      \
  CASE(name) {                                                                                     \
    Value x = RB, y = RC;                                                                          \
    bool answer;                                                                                   \
    if (LIKELY(value_are_ints(x, y))) {                                                            \
      RA = value_bool((int64_t)interp_turned(x) sign (int64_t)interp_turned(y));                   \
      NEXT();                                                                                      \
    }                                                                                              \
    SAVE();                                                                                        \
    if (UNLIKELY(!compare(vm, x, y, &answer))) goto failed;                                        \
    RA = value_bool(answer);                                                                       \
    NEXT();                                                                                        \
  }

// CHECK_TYPE where `is_right` is what values of the type mostly are.
#define CHECK(name, is_right)                                                                      \
  CASE(name) {                                                                                     \
    if (LIKELY(is_right)) NEXT();                                                                  \
    CHECKED(match_check(vm, &RA, frame_closure(base)->proto->types[X]));                           \
  }

// Goes on in the function of `proto`, whose window is at R[a], if there is room for its frame.
#define ENTER_FRAME(proto, entry)                                                                  \
  do {                                                                                             \
    Value *callee_base = &RA + 2;                                                                  \
    if (LIKELY(callee_base + proto->register_count <= vm->stack_limit)) {                          \
      ENTER_AT(callee_base, proto, entry);                                                         \
    }                                                                                              \
  } while (0)
#define ENTER_AT(callee_base, proto, entry)                                                        \
  do {                                                                                             \
    callee_base[-1] = newest_link = frame_link(ip, A + 2);                                         \
    newest_constants = constants;                                                                  \
    base = callee_base;                                                                            \
    ip = proto->entry;                                                                             \
    constants = proto->constants;                                                                  \
    NEXT();                                                                                        \
  } while (0)
// The same for the closure `callee` if that needs no more than a frame.
#define ENTER(callee, arguments, entry)                                                            \
  do {                                                                                             \
    const Proto *proto = ((const Closure *)value_as_object(callee))->proto;                        \
    if (LIKELY(proto->plain_count == (arguments))) ENTER_FRAME(proto, entry);                      \
  } while (0)
// Goes back to the caller, or to what the link leads to instead of one (frame.h). The caller's constants hang
// three loads behind its frame, which the processor would wait for; mostly a function returns from the newest
// call, and then they are known. A place in the code has always the same ones.
#define LEAVE(result)                                                                              \
  do {                                                                                             \
    Value left = (result), link = base[-1];                                                        \
    uint32_t distance = frame_link_distance(link);                                                 \
    base[-2] = left;                                                                               \
    ip = frame_link_ip(link);                                                                      \
    base -= distance;                                                                              \
    if (link == newest_link)                                                                       \
      constants = newest_constants;                                                                \
    else if (LIKELY(distance != 0))                                                                \
      constants = frame_closure(base)->proto->constants;                                           \
    else if (base - FRAME_FIRST == vm->running->stack)                                             \
      ip = &vm->fiber_end;                                                                         \
    NEXT();                                                                                        \
  } while (0)
// An operation that may have to wait: what it yields goes to R[a], now or when the fiber goes on. What stands
// behind it is done in the first case.
#define WAIT(operation, ...)                                                                       \
  do {                                                                                             \
    SAVE();                                                                                        \
    WaitResult result = (operation);                                                               \
    if (LIKELY(result == WAIT_DONE)) {                                                             \
      __VA_ARGS__;                                                                                 \
      if (UNLIKELY(--vm->budget == 0)) goto yield;                                                 \
      NEXT();                                                                                      \
    }                                                                                              \
    if (LIKELY(result == WAIT_PARKED)) goto waits;                                                 \
    goto failed;                                                                                   \
  } while (0)

// A method of what is in R[a + 2]: at once if it is the one that the cache knows, else `arrange` finds it.
#define CALL_CACHED(name, arrange)                                                                 \
  CASE(name) {                                                                                     \
    Cache *cache = proto_cache(constants, C);                                                      \
    const Table *table = interp_pointer((&RA)[2]);                                                 \
    if (LIKELY(interp_is_object(table))) {                                                         \
      Value method = cache_type_method(cache, table);                                              \
      if (LIKELY(method == cache->value)) {                                                        \
        RA = method;                                                                               \
        ENTER_FRAME(cache->proto, code);                                                           \
      }                                                                                            \
    }                                                                                              \
    const Native *native = interp_built_in(cache, (&RA)[2], B + 1);                                \
    if (LIKELY(native != NULL)) {                                                                  \
      SAVE();                                                                                      \
      if (native->at_once && native->at_once(vm, &RA + 2, B + 1, &RA)) NEXT();                     \
      RA = value_object(native);                                                                   \
      STEP(call_native(vm, A, B + 1));                                                             \
    }                                                                                              \
    SAVE();                                                                                        \
    if (UNLIKELY(!arrange(vm, INSTRUCTION, cache, &count))) goto failed;                           \
    goto call;                                                                                     \
  }

#endif
