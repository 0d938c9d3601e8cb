// SPDX-License-Identifier: MIT
// quicken_test.c - which instructions are exchanged for quicker ones, and which are left alone
#include "check.h"

#include "vm/quicken.h"

#include "code/opcode.h"

#include <stdlib.h>

typedef struct Row {
  const char *link;
  Opcode name, first, second;
} Row;

static const Row rows[] = {
#define PAIR(name, format, first, second, link) {#link, OP_##name, OP_##first, OP_##second},
#include "code/pairs.def"
#undef PAIR
};

// The opcode that the first instruction has afterwards.
static Opcode quicken_two(Instr first, Instr *second) {
  Instr code[2] = {first, *second};
  quicken_code(code, 2, NULL);
  *second = code[1];
  return opcode_of(code[0]);
}

// The second instruction with the first one's result, which is in r5, at the places that `link` names.
static Instr linked(const Row *row) {
  if (strcmp(row->link, "LEFT") == 0) return opcode_abc(row->second, 1, 5, 2);
  if (strcmp(row->link, "RESULT") == 0) return opcode_abc(row->second, 5, 0, 0);
  return opcode_abc(row->second, 1, 2, 5);
}

static void test_joined(void) {
  for (uint32_t i = 0; i < ARRAY_LEN(rows); i++) {
    Instr second = linked(&rows[i]);
    CHECK(quicken_two(opcode_abc(rows[i].first, 5, 6, 7), &second) == rows[i].name);
    CHECK(opcode_of(second) == rows[i].second);
  }
}

// Where a link is wanted, other operands do not do: none that is r5, or two.
static void test_not_linked(void) {
  for (uint32_t i = 0; i < ARRAY_LEN(rows); i++) {
    if (strcmp(rows[i].link, "ANY") == 0) continue;
    Instr second = opcode_abc(rows[i].second, 1, 2, 3);
    CHECK(quicken_two(opcode_abc(rows[i].first, 5, 6, 7), &second) == rows[i].first);
    if (strcmp(rows[i].link, "RESULT") == 0 || strcmp(rows[i].link, "VALUE") == 0) continue;
    second = opcode_abc(rows[i].second, 1, 5, 5);
    CHECK(quicken_two(opcode_abc(rows[i].first, 5, 6, 7), &second) == rows[i].first);
  }
}

static void test_swapped(void) {
  Instr second = opcode_abc(OP_ADD_NUM, 1, 2, 5);
  CHECK(quicken_two(opcode_abc(OP_MUL_NUM, 5, 6, 7), &second) == OP_MUL_ADD_NUM);
  CHECK(second == opcode_abc(OP_ADD_NUM, 1, 5, 2));
}

static void test_format_is_the_firsts(void) {
  for (uint32_t i = 0; i < ARRAY_LEN(rows); i++) {
    CHECK(opcode_format(rows[i].name) == opcode_format(rows[i].first));
    CHECK(opcode_is_reserved(rows[i].name));
  }
}

// The second of a pair may begin one as well, for who jumps there.
static void test_overlap(void) {
  Instr code[4] = {opcode_abc(OP_ADD_NUM, 1, 2, 3), opcode_abc(OP_MUL_NUM, 4, 1, 3),
                   opcode_abc(OP_ADD_NUM, 5, 4, 3), opcode_abc(OP_RETURN, 0, 0, 0)};
  quicken_code(code, 4, NULL);
  CHECK(opcode_of(code[0]) == OP_ADD_MUL_NUM);
  CHECK(opcode_of(code[1]) == OP_MUL_ADD_NUM);
  CHECK(opcode_of(code[2]) == OP_ADD_NUM);
  CHECK(opcode_of(code[3]) == OP_RETURN);
}

static void test_three(void) {
  Instr code[3] = {opcode_abc(OP_GET_FIELD, 2, 0, 0), opcode_abc(OP_ADD, 2, 2, 1),
                   opcode_abc(OP_SET_FIELD, 0, 2, 2)};
  quicken_code(code, 3, NULL);
  CHECK(opcode_of(code[0]) == OP_FIELD_ADD_SET);
  CHECK(opcode_of(code[1]) == OP_ADD_SET);
  CHECK(opcode_of(code[2]) == OP_SET_FIELD);
}

// An operator of Vint and its twin change into each other, and nothing else changes.
static void test_twins(void) {
  static const Opcode twins[][2] = {
#define TWIN(name, format, exact) {OP_##exact, OP_##name},
#include "code/twins.def"
#undef TWIN
  };
  for (uint32_t i = 0; i < ARRAY_LEN(twins); i++) {
    Instr at = opcode_abc(twins[i][0], 5, 6, 7);
    quicken_operator(&at, false);
    CHECK(at == opcode_abc(twins[i][0], 5, 6, 7));
    quicken_operator(&at, true);
    CHECK(at == opcode_abc(twins[i][1], 5, 6, 7));
    quicken_operator(&at, true);
    CHECK(at == opcode_abc(twins[i][1], 5, 6, 7));
    quicken_operator(&at, false);
    CHECK(at == opcode_abc(twins[i][0], 5, 6, 7));
    CHECK(opcode_format(twins[i][0]) == opcode_format(twins[i][1]));
    CHECK(opcode_is_reserved(twins[i][1]));
  }
  Instr pair = opcode_abc(OP_EXACT_SUB_I_CALL, 5, 6, 7);
  quicken_operator(&pair, false);
  CHECK(opcode_of(pair) == OP_EXACT_SUB_I_CALL);
  quicken_operator(&pair, true);
  CHECK(pair == opcode_abc(OP_FLOAT_SUB_I, 5, 6, 7));
  pair = opcode_abc(OP_EXACT_MOD_I_ADD, 5, 6, 7);
  quicken_operator(&pair, true);
  CHECK(pair == opcode_abc(OP_EXACT_MOD_I, 5, 6, 7));
  Instr other = opcode_abc(OP_EXACT_MOD, 5, 6, 7);
  quicken_operator(&other, true);
  CHECK(opcode_of(other) == OP_EXACT_MOD);
}

// A call of the function by itself, at `pc` of so many instructions.
static Instr quicken_call(Opcode op, uint32_t pc, uint32_t typed_entry, uint32_t register_count) {
  uint32_t count = pc + 1;
  Instr *code = calloc(count, sizeof *code);
  CHECK(code != NULL);
  for (uint32_t i = 0; i < pc; i++) code[i] = opcode_abc(OP_MOVE, 1, 0, 0);
  code[pc] = opcode_abc(op, 3, 1, 0);
  ProtoData function = {.code = code,
                        .code_count = count,
                        .typed_entry = typed_entry,
                        .register_count = (uint16_t)register_count};
  quicken_self_calls(&function);
  CHECK(code[0] == opcode_abc(OP_MOVE, 1, 0, 0));
  Instr call = code[pc];
  free(code);
  return call;
}

static void test_self_calls(void) {
  CHECK(quicken_call(OP_CALL_SELF, 4, 2, 5) == opcode_abc(OP_CALL_SELF_NEAR, 3, 5, 10));
  CHECK(quicken_call(OP_CALL_SELF_TYPED, 4, 2, 5) == opcode_abc(OP_CALL_SELF_NEAR, 3, 3, 10));
  CHECK(quicken_call(OP_CALL, 4, 2, 5) == opcode_abc(OP_CALL, 3, 1, 0));
  // From among the checks of parameters there is no way back to what is behind them.
  CHECK(quicken_call(OP_CALL_SELF_TYPED, 1, 3, 5) == opcode_abc(OP_CALL_SELF_TYPED, 3, 1, 0));
  // What 16 bits hold, and one more.
  CHECK(quicken_call(OP_CALL_SELF, 65534, 2, 5) == opcode_abc(OP_CALL_SELF_NEAR, 3, 65535, 10));
  CHECK(quicken_call(OP_CALL_SELF, 65535, 2, 5) == opcode_abc(OP_CALL_SELF, 3, 1, 0));
  CHECK(quicken_call(OP_CALL_SELF_TYPED, 65536, 2, 5) == opcode_abc(OP_CALL_SELF_NEAR, 3, 65535, 10));
  CHECK(quicken_call(OP_CALL_SELF, 4, 2, 65530) == opcode_abc(OP_CALL_SELF_NEAR, 3, 5, 65535));
  CHECK(quicken_call(OP_CALL_SELF_TYPED, 4, 2, 65531) == opcode_abc(OP_CALL_SELF_TYPED, 3, 1, 0));
}

int main(void) {
  test_joined();
  test_not_linked();
  test_swapped();
  test_format_is_the_firsts();
  test_overlap();
  test_three();
  test_twins();
  test_self_calls();
  return check_done("quicken");
}
