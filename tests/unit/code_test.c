// SPDX-License-Identifier: MIT
// code_test.c - a unit made by hand: its listing, and every kind of damage refused
//
// The unit is what `fn sum(limit) … end` with a counter in the module could compile to. Each damage
// is done to a fresh unit, so that a row of the table below reads as one sentence.
#include "check.h"

#include "code/disasm.h"
#include "code/unit.h"
#include "code/verify.h"

#include <stdlib.h>

// A unit's tables, writable because the damages write into them.
typedef struct Sample {
  Unit *unit;
  ProtoData *main;
  ProtoData *sum;
} Sample;

static Constant string_constant(const char *text) {
  return (Constant){.kind = CONSTANT_STRING, .text = text, .len = (uint32_t)strlen(text)};
}

static void fill_main(Unit *unit, ProtoData *main) {
  static const char *keys[] = {"name", "age"};
  const Instruction code[] = {
      opcode_ax(OP_CONSTANT, 0, 0),      opcode_ax(OP_MODULE_SET, 0, 0),
      opcode_ax(OP_CLOSURE, 1, 0),       opcode_ax(OP_INT, 3, -7),
      opcode_abc(OP_CALL, 1, 1, 0),      opcode_abc(OP_RECORD, 2, 3, 1),
      opcode_abc(OP_GET_FIELD, 2, 2, 0), opcode_ax(OP_CHECK_TYPE, 2, 1),
      opcode_abc(OP_RETURN, 2, 0, 0),
  };
  const Constant constants[] = {
      string_constant("tab\t and \"quote\""),
      {.kind = CONSTANT_SHAPE, .names = keys, .name_count = 2},
      {.kind = CONSTANT_BUILTIN, .text = "luma.print"},
  };
  const LineEntry lines[] = {{.pc = 0, .line = 1}, {.pc = 2, .line = 3}, {.pc = 5, .line = 9}};
  const uint32_t children[] = {1};
  const char *caches[] = {"age"};
  Arena *arena = &unit->arena;
  *main = (ProtoData){.name = "main", .line = 1, .register_count = 5};
  main->code = arena_copy(arena, code, sizeof(code));
  main->code_count = ARRAY_LEN(code);
  main->constants = arena_copy(arena, constants, sizeof(constants));
  main->constant_count = ARRAY_LEN(constants);
  main->lines = arena_copy(arena, lines, sizeof(lines));
  main->line_count = ARRAY_LEN(lines);
  main->children = arena_copy(arena, children, sizeof(children));
  main->child_count = ARRAY_LEN(children);
  main->cache_names = arena_copy(arena, caches, sizeof(caches));
  main->cache_count = ARRAY_LEN(caches);
}

static void fill_sum(Unit *unit, ProtoData *sum) {
  const Instruction code[] = {
      opcode_abc(OP_CAPTURE, 2, 0, 0),   opcode_abc(OP_JUMP_LT_NUM_K, 0, 0, 2),
      opcode_abc(OP_ADD_NUM_K, 2, 2, 0), opcode_ax(OP_LOOP, 0, -3),
      opcode_abc(OP_RETURN, 2, 0, 0),
  };
  const Constant constants[] = {{.kind = CONSTANT_NUMBER, .number = 2.5}};
  const CaptureData captures[] = {{.from = CAPTURE_REGISTER, .index = 4, .name = "total"}};
  const Handler handlers[] = {{.start = 1, .end = 3, .target = 4, .reg = 2},
                              {.start = 0, .end = 4, .target = 4, .reg = 1, .is_cleanup = true}};
  const char *params[] = {"limit", "step", "more"};
  Arena *arena = &unit->arena;
  *sum = (ProtoData){.name = "sum", .line = 4, .register_count = 3, .param_count = 2};
  sum->required_count = 1;
  sum->has_rest = true;
  sum->code = arena_copy(arena, code, sizeof(code));
  sum->code_count = ARRAY_LEN(code);
  sum->constants = arena_copy(arena, constants, sizeof(constants));
  sum->constant_count = ARRAY_LEN(constants);
  sum->captures = arena_copy(arena, captures, sizeof(captures));
  sum->capture_count = ARRAY_LEN(captures);
  sum->handlers = arena_copy(arena, handlers, sizeof(handlers));
  sum->handler_count = ARRAY_LEN(handlers);
  sum->param_names = arena_copy(arena, params, sizeof(params));
}

static Sample make_sample(void) {
  Unit *unit = unit_new("demo.luma");
  const uint32_t element[] = {0};
  const TypeFieldData fields[] = {{.name = "age", .type = 0}};
  const TypeData types[] = {
      {.tag = TAG_NUMBER, .name = "Number", .parent = -1},
      {.tag = TAG_LIST, .name = "List(Number)", .arg_count = 1, .parent = -1},
      {.tag = TAG_USER, .name = "User", .field_count = 1, .parent = -1},
  };
  const char *slots[] = {"counter"};
  unit->types = arena_copy(&unit->arena, types, sizeof(types));
  unit->type_count = ARRAY_LEN(types);
  unit->types[1].args = arena_copy(&unit->arena, element, sizeof(element));
  unit->types[2].fields = arena_copy(&unit->arena, fields, sizeof(fields));
  unit->module_names = arena_copy(&unit->arena, slots, sizeof(slots));
  unit->module_slot_count = ARRAY_LEN(slots);
  unit->functions = arena_alloc(&unit->arena, 2 * sizeof(ProtoData));
  unit->function_count = 2;
  fill_main(unit, &unit->functions[0]);
  fill_sum(unit, &unit->functions[1]);
  return (Sample){unit, &unit->functions[0], &unit->functions[1]};
}

// --- Encoding -----------------------------------------------------------------------------------

static void test_encoding(void) {
  Instruction i = opcode_abc(OP_JUMP_LT_NUM_K, 0xFFFF, 7, (uint32_t)-3);
  CHECK(opcode_of(i) == OP_JUMP_LT_NUM_K);
  CHECK(opcode_a(i) == 0xFFFF && opcode_b(i) == 7 && opcode_sc(i) == -3);
  i = opcode_ax(OP_INT, 9, INT32_MIN);
  CHECK(opcode_a(i) == 9 && opcode_sx(i) == INT32_MIN);

  Operand operands[OPERANDS_MAX];
  CHECK(opcode_operands(opcode_abc(OP_RETURN_NULL, 0, 0, 0), operands) == 0);
  CHECK(opcode_operands(opcode_ax(OP_JUMP, 0, -5), operands) == 1);
  CHECK(operands[0].letter == 'J' && operands[0].value == -5);
  CHECK(opcode_operands(opcode_abc(OP_JUMP_EXACT_LT_I, 1, (uint32_t)-2, 4), operands) == 3);
  CHECK(operands[0].value == 1 && operands[1].value == -2 && operands[2].value == 4);
  CHECK(opcode_operands(opcode_ax(OP_CONSTANT, 3, 70000), operands) == 2);
  CHECK(operands[1].letter == 'K' && operands[1].value == 70000);

  for (uint32_t op = 0; op < OP_COUNT; op++) {
    CHECK(strlen(opcode_name(op)) > 0 && strlen(opcode_name(op)) <= 20);
    CHECK(strlen(opcode_text(op)) > 0);
  }
  CHECK_STR(opcode_name(OP_COUNT), "?");
}

static void test_lines(void) {
  Sample s = make_sample();
  CHECK(unit_find_line(s.main, 0)->line == 1);
  CHECK(unit_find_line(s.main, 1)->line == 1);
  CHECK(unit_find_line(s.main, 2)->line == 3);
  CHECK(unit_find_line(s.main, 8)->line == 9);
  CHECK(unit_find_line(s.sum, 0) == NULL);
  unit_free(s.unit);
  unit_free(NULL);
}

// --- Listing ------------------------------------------------------------------------------------

static const char *const wanted_listing =
    "unit demo.luma: 2 functions, 1 module slot, 3 types\n"
    "  g0 counter\n"
    "  t0 Number\n"
    "  t1 List(Number)\n"
    "  t2 User\n"
    "\n"
    "function 0  fn main()  demo.luma:1\n"
    "  0 parameters; 5 registers; 0 captures\n"
    "    0000    1  CONSTANT             r0 k0           ; \"tab\\t and \\\"quote\\\"\"\n"
    "    0001       MODULE_SET           r0 g0           ; counter\n"
    "    0002    3  CLOSURE              r1 p0           ; sum\n"
    "    0003       INT                  r3 -7\n"
    "    0004       CALL                 r1 1\n"
    "    0005    9  RECORD               r2 r3 k1        ; {name, age}\n"
    "    0006       GET_FIELD            r2 r2 c0        ; .age\n"
    "    0007       CHECK_TYPE           r2 t1           ; List(Number)\n"
    "    0008       RETURN               r2\n"
    "\n"
    "function 1  fn sum(limit, step?, ...more)  demo.luma:4\n"
    "  2 parameters, 1 required; 3 registers; 1 capture\n"
    "  u0 total  register r4 of the maker\n"
    "    0000       CAPTURE              r2 u0           ; total\n"
    "  > 0001       JUMP_LT_NUM_K        r0 k0 +2        ; 2.5, to 0004\n"
    "    0002       ADD_NUM_K            r2 r2 k0        ; 2.5\n"
    "    0003       LOOP                 -3              ; to 0001\n"
    "  > 0004       RETURN               r2\n"
    "  errors in 0001 to 0003 go on at 0004, with the error in r2\n"
    "  errors and cancellations in 0000 to 0004 go on at 0004, with the error in r1\n";

static void test_listing(void) {
  Sample s = make_sample();
  Buffer out = {0};
  disasm_unit(&out, s.unit);
  CHECK_STR(out.bytes, wanted_listing);
  buffer_clear(&out);
  disasm_instruction(&out, s.sum, 3);
  CHECK_STR(out.bytes, "0003 LOOP                 -3              ; to 0001\n");
  buffer_clear(&out);
  s.sum->code[0] = 0xFFFF;
  disasm_instruction(&out, s.sum, 0);
  CHECK_STR(out.bytes, "0000 ?                not an instruction: 000000000000ffff\n");
  buffer_free(&out);
  unit_free(s.unit);
}

// A long constant is cut between code points.
static void test_listing_cuts(void) {
  Sample s = make_sample();
  char text[64];
  memset(text, 'a', sizeof(text));
  memcpy(text + 39, "é", 2);
  s.main->constants[0] = (Constant){.kind = CONSTANT_STRING, .text = text, .len = sizeof(text)};
  Buffer out = {0};
  disasm_instruction(&out, s.main, 0);
  CHECK(strstr(out.bytes, "; \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"… 64 bytes\n") != NULL);
  buffer_free(&out);
  unit_free(s.unit);
}

// --- Verifier -----------------------------------------------------------------------------------

typedef void (*Damage)(Sample *s);

static void check_refused(Damage damage, const char *wanted, int line) {
  Sample s = make_sample();
  char why[256] = "";
  damage(&s);
  check_that(!verify_unit(s.unit, why, sizeof(why)), wanted, __FILE__, line);
  if (!strstr(why, wanted)) check_same(why, wanted, __FILE__, line);
  unit_free(s.unit);
}

// A select over these cases, with a jump behind it for the first only.
static void set_select(Sample *s, const char *letters) {
  s->main->constants[0].text = letters;
  s->main->constants[0].len = (uint32_t)strlen(letters);
  s->main->code[1] = opcode_ax(OP_SELECT, 0, 0);
  s->main->code[2] = opcode_ax(OP_JUMP, 0, 0);
}

// DAMAGE(name, "part of the reason", what is done to `s`)
#define DAMAGES(DAMAGE)                                                                            \
  DAMAGE(no_function, "no function", s->unit->function_count = 0)                                  \
  DAMAGE(top_captures, "top level cannot capture", s->main->capture_count = 1)                     \
  DAMAGE(opcode, "65535 is not an opcode", s->main->code[0] = 0xFFFF)                              \
  DAMAGE(reserved, "reserved", s->main->code[0] = OP_FIBER_END)                                    \
  DAMAGE(resume, "reserved", s->main->code[0] = OP_RESUME_NATIVE)                                  \
  DAMAGE(pair, "reserved", s->main->code[0] = OP_MUL_ADD_NUM)                                      \
  DAMAGE(self_count, "1 arguments for the 0 parameters",                                           \
         s->main->code[4] = opcode_abc(OP_CALL_SELF, 1, 1, 0))                                     \
  DAMAGE(self_window, "window r4 … r5", s->main->code[4] = opcode_abc(OP_CALL_SELF, 4, 0, 0))      \
  DAMAGE(self_rest, "a rest parameter", s->sum->code[0] = opcode_abc(OP_CALL_SELF_TYPED, 0, 0, 0)) \
  DAMAGE(reg, "no register r5", s->main->code[8] = opcode_abc(OP_RETURN, 5, 0, 0))                 \
  DAMAGE(constant, "no constant 3", s->main->code[0] = opcode_ax(OP_CONSTANT, 0, 3))               \
  DAMAGE(shape, "is a shape", s->main->code[0] = opcode_ax(OP_CONSTANT, 0, 1))                     \
  DAMAGE(slot, "no module slot 1", s->main->code[1] = opcode_ax(OP_MODULE_SET, 0, 1))              \
  DAMAGE(child, "no child function 1", s->main->code[2] = opcode_ax(OP_CLOSURE, 1, 1))             \
  DAMAGE(cache, "no inline cache 1", s->main->code[6] = opcode_abc(OP_GET_FIELD, 2, 2, 1))         \
  DAMAGE(type, "no type 3", s->main->code[7] = opcode_ax(OP_CHECK_TYPE, 2, 3))                     \
  DAMAGE(capture, "no capture 1", s->sum->code[0] = opcode_abc(OP_CAPTURE, 2, 1, 0))               \
  DAMAGE(jump, "leads to 5", s->sum->code[1] = opcode_abc(OP_JUMP_LT_NUM_K, 0, 0, 3))              \
  DAMAGE(jump_back, "leads to -1", s->sum->code[3] = opcode_ax(OP_LOOP, 0, -5))                    \
  DAMAGE(call_window, "window r3 … r5", s->main->code[4] = opcode_abc(OP_CALL, 3, 1, 0))           \
  DAMAGE(dot_window, "window r2 … r5", s->main->code[4] = opcode_abc(OP_CALL_DOT, 2, 1, 0))        \
  DAMAGE(list_window, "window r3 … r5", s->main->code[4] = opcode_abc(OP_LIST, 0, 3, 3))           \
  DAMAGE(no_parts, "there are 0 parts", s->main->code[4] = opcode_abc(OP_CONCAT, 0, 0, 0))         \
  DAMAGE(nulls_window, "window r0 … r9", s->main->code[4] = opcode_abc(OP_NULLS, 0, 10, 0))        \
  DAMAGE(record_window, "window r4 … r5", s->main->code[5] = opcode_abc(OP_RECORD, 2, 4, 1))       \
  DAMAGE(record_shape, "not a shape", s->main->code[5] = opcode_abc(OP_RECORD, 2, 3, 0))           \
  DAMAGE(slice_window, "window r4 … r5", s->main->code[5] = opcode_abc(OP_SLICE, 0, 0, 4))         \
  DAMAGE(iter_window, "window r3 … r5", s->main->code[5] = opcode_abc(OP_ITER, 3, 0, 0))           \
  DAMAGE(next_window, "window r3 … r5", s->main->code[5] = opcode_abc(OP_ITER_NEXT, 0, 3, 0))      \
  DAMAGE(pair_window, "window r4 … r5", s->main->code[5] = opcode_abc(OP_ITER_NEXT_PAIR, 4, 0, 0)) \
  DAMAGE(for_window, "window r2 … r5", s->main->code[5] = opcode_ax(OP_FOR_NUM, 2, 0))             \
  DAMAGE(number_constant, "not a number", s->sum->constants[0].kind = CONSTANT_INTEGER)            \
  DAMAGE(set_name, "not a string", s->main->code[1] = opcode_ax(OP_CHECK_SET, 0, 2))               \
  DAMAGE(key, "not a string", s->main->code[1] = opcode_abc(OP_TEST_KEY, 0, 0, 2))                 \
  DAMAGE(equal, "no plain equality", s->main->code[1] = opcode_abc(OP_JUMP_EQ_K, 0, 2, 0))         \
  DAMAGE(divisor, "not positive", s->main->code[1] = opcode_abc(OP_EXACT_MOD_I, 0, 0, 0))          \
  DAMAGE(instance_window, "window r3 … r5", s->main->code[1] = opcode_abc(OP_INSTANCE, 3, 0, 3))   \
  DAMAGE(member_name, "not a string", s->main->code[1] = opcode_abc(OP_TYPE_MEMBER, 0, 1, 0))      \
  DAMAGE(names_kind, "not a shape", s->main->code[1] = opcode_abc(OP_CALL_NAMED, 0, 2, 0))         \
  DAMAGE(names_count, "have 2 names", s->main->code[1] = opcode_abc(OP_CALL_NAMED, 0, 1, 1))       \
  DAMAGE(literal_names, "have 2 names", s->main->code[1] = opcode_abc(OP_CALL_LITERAL, 0, 3, 1))   \
  DAMAGE(tag, "no tag 4", s->main->code[1] = opcode_abc(OP_TEST_TAG, 0, 0, 4))                     \
  DAMAGE(select_window, "window r4 … r5", set_select(s, "d");                                      \
         s->main->code[1] = opcode_ax(OP_SELECT, 4, 0))                                            \
  DAMAGE(moves_window, "window r4 … r6", s->main->code[1] = opcode_abc(OP_MOVES, 4, 0, 3))           \
  DAMAGE(same_captures, "captures something", s->main->code[1] = opcode_ax(OP_CLOSURE_SAME, 0, 0)) \
  DAMAGE(select_letters, "not a string", s->main->code[1] = opcode_ax(OP_SELECT, 0, 2))            \
  DAMAGE(select_letter, "unknown kind 120", set_select(s, "rx"))                                   \
  DAMAGE(select_default, "second default", set_select(s, "dd"))                                    \
  DAMAGE(select_operands, "window r0 … r5", set_select(s, "sssd"))                                 \
  DAMAGE(select_jump, "case 1 has no jump", set_select(s, "rr"))                                   \
  DAMAGE(capture_reg, "register r5", s->sum->captures[0].index = 5)                                \
  DAMAGE(capture_chain, "from capture u4", s->sum->captures[0].from = CAPTURE_CAPTURE)             \
  DAMAGE(capture_kind, "unknown kind 9", s->sum->captures[0].from = 9)                             \
  DAMAGE(child_index, "function 2", s->main->children[0] = 2)                                      \
  DAMAGE(constant_kind, "unknown kind 99", s->main->constants[2].kind = (ConstantKind)99)          \
  DAMAGE(builtin, "has no name", s->main->constants[2].text = NULL)                                \
  DAMAGE(params, "do not fit", s->sum->param_count = 3)                                            \
  DAMAGE(required, "are required", s->sum->required_count = 3)                                     \
  DAMAGE(param_name, "parameter 0 has no name", s->sum->param_names = NULL)                        \
  DAMAGE(no_code, "no instructions", s->sum->code_count = 0)                                       \
  DAMAGE(end, "neither a return nor a jump", s->main->code_count = 8)                              \
  DAMAGE(typed_entry, "typed entry 5", s->sum->typed_entry = 5)                                    \
  DAMAGE(handler_range, "covers 1 to 6", s->sum->handlers[0].end = 6)                              \
  DAMAGE(handler_order, "covers 4 to 3", s->sum->handlers[0].start = 4)                            \
  DAMAGE(handler_target, "leads to 5", s->sum->handlers[0].target = 5)                             \
  DAMAGE(handler_reg, "register r3", s->sum->handlers[0].reg = 3)                                  \
  DAMAGE(line_pc, "for pc 9", s->main->lines[2].pc = 9)                                            \
  DAMAGE(line_order, "not behind", s->main->lines[2].pc = 2)                                       \
  DAMAGE(type_tag, "unknown tag", s->unit->types[0].tag = (TypeTag)77)                             \
  DAMAGE(type_name, "t0 has no name", s->unit->types[0].name = NULL)                               \
  DAMAGE(type_arg, "argument t3", s->unit->types[1].args[0] = 3)                                   \
  DAMAGE(type_field, "field age", s->unit->types[2].fields[0].type = 3)                            \
  DAMAGE(type_parent, "parent 3", s->unit->types[2].parent = 3)                                    \
  DAMAGE(type_self, "own ancestor", s->unit->types[2].parent = 2)                                  \
  DAMAGE(type_circle, "own ancestor", s->unit->types[s->unit->types[1].parent = 2].parent = 1)     \
  DAMAGE(slot_name, "g0 has no name", s->unit->module_names[0] = NULL)

#define DEFINE(name, wanted, action)                                                               \
  static void damage_##name(Sample *s) {                                                           \
    action;                                                                                        \
  }
DAMAGES(DEFINE)
#undef DEFINE

static void test_verifier(void) {
  Sample s = make_sample();
  char why[256] = "";
  CHECK(verify_unit(s.unit, why, sizeof(why)));
  CHECK_STR(why, "");
  // An empty window may stand behind the last register; parent chains may join.
  s.main->code[5] = opcode_abc(OP_LIST, 2, 5, 0);
  s.unit->types[0].parent = 2;
  s.unit->types[1].parent = 2;
  CHECK(verify_unit(s.unit, why, sizeof(why)));
  CHECK_STR(why, "");
  set_select(&s, "s");
  CHECK(verify_unit(s.unit, why, sizeof(why)));
  unit_free(s.unit);

#define CALL(name, wanted, action) check_refused(damage_##name, wanted, __LINE__);
  DAMAGES(CALL)
#undef CALL
}

// The place comes first, and a small buffer is not overrun.
static void test_reason(void) {
  Sample s = make_sample();
  char why[200];
  s.sum->code[4] = opcode_abc(OP_RETURN, 9, 0, 0);
  CHECK(!verify_unit(s.unit, why, sizeof(why)));
  CHECK_STR(why, "function 1 (sum), pc 4, RETURN: there is no register r9, only 3");
  char small[12];
  CHECK(!verify_unit(s.unit, small, sizeof(small)));
  CHECK_STR(small, "function 1 ");
  unit_free(s.unit);
}

int main(void) {
  test_encoding();
  test_lines();
  test_listing();
  test_listing_cuts();
  test_verifier();
  test_reason();
  return check_done("code");
}
