// SPDX-License-Identifier: MIT
// interp_exact.h - the cases of Vint's operators together with their neighbours; a part of the loop in interp.c
//
// For the operators that have a twin (code/twins.def) both cases stand here side by side: the one for small integers,
// unless it is interp.c's, and the one for doubles. Like the pairs of interp_pairs.h they go from one instruction to
// the next by ip++, whose operands then are A, B and C. `at` is the instruction that is exchanged: the first of those
// that are done together.

// What the instruction before the operator has found, in its register too: `first`.
#define TAKE_MEMBER                                                                                \
  Value first;                                                                                     \
  do {                                                                                             \
    Cache *cache = proto_cache(constants, C);                                                      \
    Table *table = interp_pointer(RB);                                                             \
    if (UNLIKELY(!interp_is_object(table) || !cache_knows(cache, table)))                          \
      CHECKED(access_get_member(vm, RB, cache, &RA));                                              \
    RA = first = table->values[cache->index];                                                      \
    ip++;                                                                                          \
  } while (0)
#define TAKE_CAPTURE                                                                               \
  Value first = RA = frame_closure(base)->captures[B];                                             \
  ip++
#define TAKE_RESULT                                                                                \
  Value first = RA = result;                                                                       \
  ip++
// SET_MEMBER behind the operator writes the result, which is no object, so that nobody else must hear of it.
#define PUT                                                                                        \
  do {                                                                                             \
    RA = result;                                                                                   \
    ip++;                                                                                          \
    Cache *known = proto_cache(constants, B);                                                      \
    Table *object = interp_pointer(RA);                                                            \
    if (UNLIKELY(!interp_is_object(object) || !cache_knows(known, object) ||                       \
                 !cache_fits(known, object, result)))                                              \
      CHECKED(access_set_member(vm, RA, known, RC));                                               \
    object->values[known->index] = result;                                                         \
    NEXT();                                                                                        \
  } while (0)
// A double and the instruction's own integer.
#define ON_DOUBLE_I(sign, op, then)                                                                \
  do {                                                                                             \
    double number = value_as_double(RB) sign (double)SC;                                           \
    if (UNLIKELY(number != number))                                                                \
      CHECKED(exact_binary_at(vm, ip - 1, EXACT_##op, RB, value_int(SC), &RA));                    \
    Value result = value_double(number);                                                           \
    then;                                                                                          \
  } while (0)
// A quotient of doubles, unless it is one by 0.
#define DIVIDE_DOUBLES(at, left, right)                                                            \
  do {                                                                                             \
    double number = value_as_double(left) / value_as_double(right);                                \
    if (UNLIKELY(!isfinite(number))) CHECKED(exact_mixed_at(vm, at, EXACT_DIV, left, right, &RA)); \
    RA = value_double(number);                                                                     \
    NEXT();                                                                                        \
  } while (0)
#define TURN(next)                                                                                 \
  do {                                                                                             \
    RA = result;                                                                                   \
    GO_ON(next);                                                                                   \
  } while (0)
// The two cases of an operator; `before` is TAKE_… or nothing.
#define TWINS(on_ints, on_doubles, before, at, name, sign, op, left, right, then)                  \
  CASE(on_ints) {                                                                                  \
    before;                                                                                        \
    ON_INTS(at, name, op, left, right, then);                                                      \
  }                                                                                                \
  CASE(on_doubles) {                                                                               \
    before;                                                                                        \
    ON_DOUBLES(at, sign, op, left, right, then);                                                   \
  }
// A product and another operator on its right.
#define TWINS_OF_PRODUCT(on_ints, on_doubles, name, sign, op, then)                                \
  CASE(on_ints) {                                                                                  \
    ON_INTS(ip - 1, mul, MUL, RB, RC, TAKE_RESULT; ON_INTS(ip - 2, name, op, RB, first, then));    \
  }                                                                                                \
  CASE(on_doubles) {                                                                               \
    ON_DOUBLES(ip - 1, *, MUL, RB, RC, TAKE_RESULT;                                                \
               ON_DOUBLES(ip - 2, sign, op, RB, first, then));                                     \
  }

// A remainder compared with a constant, which mostly is a small integer as well.
#define PAIR_MOD_JUMP_EXACT(name, sign, second)                                                    \
  CASE(name) {                                                                                     \
    ON_INTS(ip - 1, mod, MOD, RB, RC, RA = result; ip++;                                           \
            if (UNLIKELY(!value_is_int(KB))) goto label_##second; JUMP_IF(result sign KB));        \
  }

  PAIR_MOD_JUMP_EXACT(EXACT_MOD_JUMP_EQ, ==, JUMP_EQ_K)
  PAIR_MOD_JUMP_EXACT(EXACT_MOD_JUMP_NE, !=, JUMP_NE_K)

  CASE(FLOAT_ADD) {
    ON_DOUBLES(ip - 1, +, ADD, RB, RC, KEEP);
  }
  CASE(FLOAT_SUB) {
    ON_DOUBLES(ip - 1, -, SUB, RB, RC, KEEP);
  }
  CASE(FLOAT_MUL) {
    ON_DOUBLES(ip - 1, *, MUL, RB, RC, KEEP);
  }
  CASE(FLOAT_DIV) {
    DIVIDE_DOUBLES(ip - 1, RB, RC);
  }
  CASE(FLOAT_ADD_I) {
    ON_DOUBLE_I(+, ADD, KEEP);
  }
  CASE(FLOAT_SUB_I) {
    ON_DOUBLE_I(-, SUB, KEEP);
  }
  CASE(FLOAT_MUL_I) {
    ON_DOUBLE_I(*, MUL, KEEP);
  }

  TWINS_OF_PRODUCT(EXACT_MUL_ADD, FLOAT_MUL_ADD, add, +, ADD, KEEP)
  TWINS_OF_PRODUCT(EXACT_MUL_SUB, FLOAT_MUL_SUB, sub, -, SUB, KEEP)
  CASE(EXACT_MUL_DIV) {
    ON_INTS(ip - 1, mul, MUL, RB, RC, TAKE_RESULT; ON_INTS(ip - 2, div, DIV, RB, first, KEEP));
  }
  CASE(FLOAT_MUL_DIV) {
    ON_DOUBLES(ip - 1, *, MUL, RB, RC, TAKE_RESULT; DIVIDE_DOUBLES(ip - 2, RB, first));
  }
  TWINS(MEMBER_EXACT_ADD, MEMBER_FLOAT_ADD, TAKE_MEMBER, ip - 2, add, +, ADD, first, RC, KEEP)
  TWINS(MEMBER_EXACT_SUB, MEMBER_FLOAT_SUB, TAKE_MEMBER, ip - 2, sub, -, SUB, RB, first, KEEP)
  TWINS(MEMBER_EXACT_MUL, MEMBER_FLOAT_MUL, TAKE_MEMBER, ip - 2, mul, *, MUL, first, RC, KEEP)
  TWINS(CAPTURE_EXACT_ADD, CAPTURE_FLOAT_ADD, TAKE_CAPTURE, ip - 2, add, +, ADD, RB, first, KEEP)

  TWINS(EXACT_ADD_SET, FLOAT_ADD_SET, , ip - 1, add, +, ADD, RB, RC, PUT)
  TWINS_OF_PRODUCT(EXACT_MUL_ADD_SET, FLOAT_MUL_ADD_SET, add, +, ADD, PUT)
  TWINS(MEMBER_EXACT_ADD_SET, MEMBER_FLOAT_ADD_SET, TAKE_MEMBER, ip - 2, add, +, ADD, first, RC, PUT)
  CASE(EXACT_ADD_I_SET) {
    ON_INT_I(ip - 1, add, ADD, PUT);
  }
  CASE(FLOAT_ADD_I_SET) {
    ON_DOUBLE_I(+, ADD, PUT);
  }

  TWINS(EXACT_ADD_RETURN, FLOAT_ADD_RETURN, , ip - 1, add, +, ADD, RB, RC, LEAVE(result))
  TWINS(EXACT_SUB_RETURN, FLOAT_SUB_RETURN, , ip - 1, sub, -, SUB, RB, RC, LEAVE(result))
  TWINS(CAPTURE_EXACT_RETURN, CAPTURE_FLOAT_RETURN, TAKE_CAPTURE, ip - 2, add, +, ADD, RB, first,
        LEAVE(result))
  TWINS(EXACT_ADD_FOR, FLOAT_ADD_FOR, , ip - 1, add, +, ADD, RB, RC, TURN(FOR_INT_NEXT))
  CASE(EXACT_MOD_I_ADD) {
    Value result;
    if (UNLIKELY(!interp_exact_mod_small(RB, SC, &result)))
      CHECKED(exact_binary(vm, EXACT_MOD, RB, value_int(SC), &RA));
    TAKE_RESULT;
    ON_INTS(ip - 2, add, ADD, RB, first, KEEP);
  }
  CASE(EXACT_SUB_I_CALL) {
    ON_INT_I(ip - 1, sub, SUB, TURN(CALL_SELF_NEAR));
  }

  CASE(MEMBER_RETURN) {
    TAKE_MEMBER;
    LEAVE(first);
  }
  CASE(MEMBER_RETURN_INT) {
    TAKE_MEMBER;
    if (LIKELY(value_is_int(first))) LEAVE(first);
    CHECKED(match_check(vm, &RA, frame_closure(base)->proto->types[X]));
  }

#undef TAKE_MEMBER
#undef TAKE_CAPTURE
#undef TAKE_RESULT
#undef PUT
#undef ON_DOUBLE_I
#undef DIVIDE_DOUBLES
#undef TURN
#undef TWINS
#undef TWINS_OF_PRODUCT
