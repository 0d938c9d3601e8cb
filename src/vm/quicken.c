// SPDX-License-Identifier: MIT
// quicken.c - instructions exchanged for quicker ones
#include "vm/quicken.h"

#include "base/common.h"
#include "code/opcode.h"

typedef enum Link { LINK_ANY, LINK_LEFT, LINK_RIGHT, LINK_SWAP, LINK_RESULT, LINK_VALUE } Link;

typedef struct Pair {
  Opcode name, first, second;
  Link link;
} Pair;

static const Pair pairs[] = {
#define PAIR(name, format, first, second, link) {OP_##name, OP_##first, OP_##second, LINK_##link},
#include "code/pairs.def"
#undef PAIR
};

static Instr with_opcode(Instr i, Opcode op) {
  return (i & ~(Instr)0xFFFF) | op;
}

static Instr quicken_check(Instr i, const Value *types) {
  switch (value_as_object(types[opcode_x(i)])->extra) {
  case TAG_NUMBER:
  case TAG_FLOAT: return with_opcode(i, OP_CHECK_DOUBLE);
  case TAG_INTEGER: return with_opcode(i, OP_CHECK_INTEGER);
  case TAG_STRING: return with_opcode(i, OP_CHECK_STRING);
  case TAG_LIST: return with_opcode(i, OP_CHECK_LIST);
  case TAG_TABLE: return with_opcode(i, OP_CHECK_TABLE);
  case TAG_RECORD:
  case TAG_USER: return with_opcode(i, OP_CHECK_RECORD);
  default: return i;
  }
}

// Whether the second instruction finds the first one's result where the pair wants it.
static bool is_linked(Link link, Instr first, Instr *second) {
  bool is_left = opcode_b(*second) == opcode_a(first), is_right = opcode_c(*second) == opcode_a(first);
  switch (link) {
  case LINK_ANY: return true;
  case LINK_LEFT: return is_left && !is_right;
  case LINK_RIGHT: return is_right && !is_left;
  case LINK_RESULT: return opcode_a(*second) == opcode_a(first);
  case LINK_VALUE: return is_right;
  case LINK_SWAP:
    if (is_left == is_right) return false;
    if (is_right) {
      *second = opcode_abc(opcode_of(*second), opcode_a(*second), opcode_c(*second), opcode_b(*second));
    }
    return true;
  }
  return false;
}

// `op` is what the second does, alone or together with what is behind it.
static bool join_with(Opcode op, Instr *first, Instr *second) {
  for (uint32_t i = 0; i < ARRAY_LEN(pairs); i++) {
    const Pair *pair = &pairs[i];
    if (pair->first != opcode_of(*first) || pair->second != op) continue;
    if (!is_linked(pair->link, *first, second)) continue;
    *first = with_opcode(*first, pair->name);
    return true;
  }
  return false;
}

// What the instruction was before it became a pair.
static Opcode find_original(Opcode op) {
  for (uint32_t i = 0; i < ARRAY_LEN(pairs); i++) {
    if (pairs[i].name == op) return pairs[i].first;
  }
  return op;
}

// Each instruction becomes the best that begins with it: nobody minds if the second does so as well, since it
// is only reached by jumps then.
static void join(Instr *first, Instr *second) {
  Opcode op = opcode_of(*second), original = find_original(op);
  if (join_with(op, first, second) || op == original) return;
  (void)join_with(original, first, second);
}

// The instruction then says all that the call needs, so that nobody has to load the closure, its prototype and what
// is in that one after the other.
void quicken_self_calls(const ProtoData *function) {
  for (uint32_t pc = 0; pc < function->code_count; pc++) {
    Instr *call = &function->code[pc];
    bool is_typed = opcode_of(*call) == OP_CALL_SELF_TYPED;
    if (!is_typed && opcode_of(*call) != OP_CALL_SELF) continue;
    int64_t distance = (int64_t)pc + 1 - (is_typed ? function->typed_entry : 0);
    uint32_t end = opcode_a(*call) + 2 + function->register_count;
    if (distance < 0 || distance > UINT16_MAX || end > UINT16_MAX) continue;
    *call = opcode_abc(OP_CALL_SELF_NEAR, opcode_a(*call), (uint32_t)distance, end);
  }
}

void quicken_code(Instr *code, uint32_t count, const Value *types) {
  for (uint32_t pc = 0; pc < count; pc++) {
    if (opcode_of(code[pc]) == OP_CHECK_TYPE) code[pc] = quicken_check(code[pc], types);
  }
  for (uint32_t pc = count; pc-- > 1;) join(&code[pc - 1], &code[pc]);
}

// --- While the program runs ----------------------------------------------------------------------

static Opcode find_twin(Opcode op, bool for_doubles) {
  switch (op) {
#define TWIN(name, format, exact)                                                                  \
  case OP_##name: return for_doubles ? op : OP_##exact;                                            \
  case OP_##exact: return for_doubles ? OP_##name : op;
#include "code/twins.def"
#undef TWIN
  default: return op;
  }
}

static bool is_pair(Opcode op) {
  return op >= pairs[0].name && op <= pairs[ARRAY_LEN(pairs) - 1].name;
}

// The code is the unit's own, which has been quickened in place already. A pair without a twin is two
// instructions again when it meets doubles.
void quicken_operator(const Instr *at, bool for_doubles) {
  Opcode op = opcode_of(*at), twin = find_twin(op, for_doubles);
  if (for_doubles && twin == op && is_pair(op)) twin = find_twin(find_original(op), true);
  *(Instr *)at = with_opcode(*at, twin);
}
