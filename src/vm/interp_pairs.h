// SPDX-License-Identifier: MIT
// interp_pairs.h - the cases of the pairs (code/pairs.def) but Vint's operators; a part of the loop in interp.c
//
// When the first instruction of a pair has been done in the quick way, ip goes on to the second one, whose
// operands then are A, B and C; the first one's result is still at hand. Where the quick way is none, the first
// ends as it would alone, and the second comes by itself.

// Both on doubles; in the second's expression x is the first's result …
#define PAIR_NUM(name, right, expression, next_right, next_expression)                             \
  CASE(name) {                                                                                     \
    double x = value_as_double(RB), y = value_as_double(right);                                    \
    x = (expression);                                                                              \
    RA = value_double(x);                                                                          \
    ip++;                                                                                          \
    y = value_as_double(next_right);                                                               \
    RA = value_double(next_expression);                                                            \
    NEXT();                                                                                        \
  }
// … or y.
#define PAIR_NUM_RIGHT(name, expression, next_expression)                                          \
  CASE(name) {                                                                                     \
    double x = value_as_double(RB), y = value_as_double(RC);                                       \
    y = (expression);                                                                              \
    RA = value_double(y);                                                                          \
    ip++;                                                                                          \
    x = value_as_double(RB);                                                                       \
    RA = value_double(next_expression);                                                            \
    NEXT();                                                                                        \
  }
// The first on doubles, the second whatever it is.
#define PAIR_NUM_THEN(name, right, expression, second)                                             \
  CASE(name) {                                                                                     \
    double x = value_as_double(RB), y = value_as_double(right);                                    \
    RA = value_double(expression);                                                                 \
    GO_ON(second);                                                                                 \
  }
#define PAIR_NUM_RETURN(name, expression)                                                          \
  CASE(name) {                                                                                     \
    double x = value_as_double(RB), y = value_as_double(RC);                                       \
    LEAVE(value_double(expression));                                                               \
  }
// Two operators of Luma.
#define PAIR_RIGHT(name, method, expression, next_method, next_expression)                         \
  CASE(name) {                                                                                     \
    double x = value_as_double(RB), y = value_as_double(RC), first = (expression);                 \
    if (UNLIKELY(first != first)) STEP(arith_binary(vm, INSTRUCTION, method));                   \
    RA = value_double(first);                                                                     \
    ip++;                                                                                          \
    ARITHMETIC_OF(next_method, value_as_double(RB), first, next_expression);                      \
  }
// A field, called `field`, and an operator whose operands are `left` and `right`.
#define PAIR_FIELD(name, method, left, right, expression)                                          \
  CASE(name) {                                                                                     \
    Cache *cache = proto_cache(constants, C);                                                      \
    Table *table = interp_pointer(RB);                                                             \
    if (UNLIKELY(!interp_is_object(table) || !cache_knows(cache, table)))                          \
      CHECKED(access_get_field(vm, RB, cache, &RA));                                               \
    Value field = RA = table->values[cache->index];                                                \
    ip++;                                                                                          \
    ARITHMETIC_OF(method, value_as_double(left), value_as_double(right), expression);              \
  }
// A remainder of numbers compared with a constant: one that is no number is a NaN, which is unequal to all.
#define PAIR_MOD_JUMP(name, sign)                                                                  \
  CASE(name) {                                                                                     \
    double result = arith_mod(value_as_double(RB), value_as_double(RC));                           \
    if (UNLIKELY(result != result)) STEP(arith_binary(vm, INSTRUCTION, VM_NAME_MOD));              \
    RA = value_double(result);                                                                     \
    ip++;                                                                                          \
    JUMP_IF(result sign value_as_double(KB));                                                      \
  }
// An operator whose result SET_FIELD behind it puts into a field.
#define SET_OF(method, left, right, expression)                                                    \
  do {                                                                                             \
    double x = (left), y = (right), result = (expression);                                         \
    if (UNLIKELY(result != result)) STEP(arith_binary(vm, INSTRUCTION, method));                   \
    RA = value_double(result);                                                                     \
    ip++;                                                                                          \
    Cache *known = proto_cache(constants, B);                                                      \
    Table *object = interp_pointer(RA);                                                            \
    if (UNLIKELY(!interp_is_object(object) || !cache_knows(known, object)))                        \
      CHECKED(access_set_field(vm, RA, known, RC));                                                \
    object->values[known->index] = value_double(result); /* no object: no barrier */               \
    NEXT();                                                                                        \
  } while (0)
#define PAIR_SET(name, method, left, right, expression)                                            \
  CASE(name) {                                                                                     \
    SET_OF(method, left, right, expression);                                                       \
  }
// A jump over a return.
#define JUMP_OR_RETURN(condition)                                                                  \
  do {                                                                                             \
    if (condition) JUMP(SC);                                                                       \
    ip++;                                                                                          \
    LEAVE(RA);                                                                                     \
  } while (0)
#define PAIR_THEN(name, first, second)                                                             \
  CASE(name) {                                                                                     \
    first;                                                                                         \
    GO_ON(second);                                                                                 \
  }

  // Arithmetic of doubles
  PAIR_NUM(ADD_ADD_NUM, RC, x + y, RC, x + y)
  PAIR_NUM(ADD_MUL_NUM, RC, x + y, RC, x * y)
  PAIR_NUM(SUB_ADD_NUM, RC, x - y, RC, x + y)
  PAIR_NUM(SUB_MUL_NUM, RC, x - y, RC, x * y)
  PAIR_NUM(MUL_ADD_NUM, RC, x * y, RC, x + y)
  PAIR_NUM_RIGHT(MUL_SUB_NUM, x * y, x - y)
  PAIR_NUM(MUL_MUL_NUM, RC, x * y, RC, x * y)
  PAIR_NUM(MUL_K_MUL_NUM, KC, x * y, RC, x * y)
  CASE(MUL_K_MUL_ADD_NUM) {
    double x = value_as_double(RB) * value_as_double(KC);
    RA = value_double(x);
    ip++;
    x *= value_as_double(RC);
    RA = value_double(x);
    ip++;
    RA = value_double(x + value_as_double(RC));
    NEXT();
  }
  CASE(MOD_I_ADD_NUM) {
    double x = arith_mod_small(value_as_double(RB), SC);
    RA = value_double(x);
    ip++;
    RA = value_double(x + value_as_double(RC));
    NEXT();
  }
  PAIR_NUM(MUL_K_MOD_K_NUM, KC, x * y, KC, arith_mod(x, y))
  CASE(CAPTURE_ADD_NUM) {
    double x = value_as_double(RA = frame_closure(base)->captures[B]);
    ip++;
    RA = value_double(x + value_as_double(RC));
    NEXT();
  }
  CASE(CAPTURE_NUM_RETURN) {
    double x = value_as_double(frame_closure(base)->captures[B]);
    ip++;
    LEAVE(value_double(x + value_as_double(RC)));
  }
  PAIR_NUM_RETURN(ADD_NUM_RETURN, x + y)
  PAIR_NUM_RETURN(SUB_NUM_RETURN, x - y)
  PAIR_NUM_THEN(ADD_NUM_JUMP_GT, RC, x + y, JUMP_GT_NUM_K)
  PAIR_MOD_JUMP(MOD_JUMP_EQ, ==)
  PAIR_MOD_JUMP(MOD_JUMP_NE, !=)
  CASE(MUL_ADD_JUMP_GT) {
    double x = value_as_double(RB) * value_as_double(RC);
    RA = value_double(x);
    ip++;
    x += value_as_double(RC);
    RA = value_double(x);
    ip++;
    JUMP_IF(x > value_as_double(KB));
  }
  PAIR_NUM_THEN(ADD_NUM_FOR, RC, x + y, FOR_NUM_NEXT)
  PAIR_NUM_THEN(ADD_NUM_K_LOOP, KC, x + y, LOOP)

  // Luma's arithmetic and fields
  PAIR_RIGHT(MUL_ADD, VM_NAME_MUL, x * y, VM_NAME_ADD, x + y)
  PAIR_RIGHT(MUL_SUB, VM_NAME_MUL, x * y, VM_NAME_SUB, x - y)
  PAIR_RIGHT(MUL_DIV, VM_NAME_MUL, x * y, VM_NAME_DIV, x / y)
  PAIR_FIELD(FIELD_ADD, VM_NAME_ADD, field, RC, x + y)
  PAIR_FIELD(FIELD_SUB, VM_NAME_SUB, RB, field, x - y)
  PAIR_FIELD(FIELD_MUL, VM_NAME_MUL, field, RC, x * y)

  PAIR_SET(ADD_SET, VM_NAME_ADD, value_as_double(RB), value_as_double(RC), x + y)
  CASE(MUL_ADD_SET) {
    double product = value_as_double(RB) * value_as_double(RC);
    if (UNLIKELY(product != product)) STEP(arith_binary(vm, INSTRUCTION, VM_NAME_MUL));
    RA = value_double(product);
    ip++;
    SET_OF(VM_NAME_ADD, value_as_double(RB), product, x + y);
  }
  CASE(FIELD_ADD_SET) {
    Cache *cache = proto_cache(constants, C);
    Table *table = interp_pointer(RB);
    if (UNLIKELY(!interp_is_object(table) || !cache_knows(cache, table)))
      CHECKED(access_get_field(vm, RB, cache, &RA));
    Value field = RA = table->values[cache->index];
    ip++;
    SET_OF(VM_NAME_ADD, value_as_double(field), value_as_double(RC), x + y);
  }

  // Guards
  JUMP_NUM(NOT_LT_K_RETURN, KB, !(x < y), JUMP_OR_RETURN)
  EXACT_JUMP_I(EXACT_NOT_LT_RETURN, x < y, exact_less, number, IB, false, JUMP_OR_RETURN)

  // Calls
  PAIR_NUM_THEN(SUB_NUM_K_CALL_SELF, KC, x - y, CALL_SELF_NEAR)
  CASE(CHECK_DOUBLE_RETURN) {
    Value result = RA;
    if (LIKELY(value_is_double(result))) LEAVE(result);
    CHECKED(match_check(vm, &RA, frame_closure(base)->proto->types[X]));
  }
  CASE(CHECK_INTEGER_RETURN) {
    Value result = RA;
    if (LIKELY(value_is_int(result))) LEAVE(result);
    CHECKED(match_check(vm, &RA, frame_closure(base)->proto->types[X]));
  }
  PAIR_THEN(MOVE_MOVE, RA = RB, MOVE)
  PAIR_THEN(MOVE_CALL, RA = RB, CALL)
  PAIR_THEN(MOVE_CALL_TYPED, RA = RB, CALL_TYPED)
  CASE(CALL_AWAIT) {
    if (value_is_kind(RA, KIND_CLOSURE) && (value_as_object(RA)->flags & PROTO_ASYNC)) {
      SAVE();
      if (LIKELY(start_awaited(vm, &RA, B))) {
        base = vm->running->stack + FRAME_FIRST;
        ip = frame_closure(base)->proto->code;
        constants = frame_closure(base)->proto->constants;
        NEXT();
      }
    }
    goto label_CALL;
  }
  PAIR_THEN(MOVE_CALL_AWAIT, RA = RB, CALL_AWAIT)
  CASE(CONSTANT_MOVE_CALL) { // mostly math.sqrt and the like, which are called at once
    Value callee = RA = KX;
    ip++;
    Value argument = RB; // not read from its place again: a double that was just stored comes late
    const Value *place = &RA;
    RA = argument;
    ip++;
    const Native *native = interp_of_number(callee);
    if (native && B == 1 && place == &RA + 2 && value_is_double(argument)) {
      RA = value_double(native->of_number(value_as_double(argument)));
      NEXT();
    }
    goto label_CALL;
  }
  PAIR_THEN(CONSTANT_CALL_COLON, RA = KX, CALL_COLON)
  PAIR_THEN(INT_CALL_METHOD, RA = value_int(SX), CALL_METHOD)
  PAIR_THEN(MOVE_CONSTANT_CALL, RA = RB, CONSTANT_CALL_COLON)
  PAIR_THEN(MOVE_INT_CALL, RA = RB, INT_CALL_METHOD)
  PAIR_THEN(MOVE_MOVE_CALL, RA = RB, MOVE_CALL)
  CASE(FIELD_RETURN_DOUBLE) {
    Cache *cache = proto_cache(constants, C);
    Table *table = interp_pointer(RB);
    if (UNLIKELY(!interp_is_object(table) || !cache_knows(cache, table)))
      CHECKED(access_get_field(vm, RB, cache, &RA));
    RA = table->values[cache->index];
    GO_ON(CHECK_DOUBLE_RETURN);
  }

#undef PAIR_NUM
#undef PAIR_NUM_RIGHT
#undef PAIR_NUM_THEN
#undef PAIR_NUM_RETURN
#undef PAIR_RIGHT
#undef PAIR_FIELD
#undef SET_OF
#undef PAIR_SET
#undef JUMP_OR_RETURN
#undef PAIR_THEN
