// SPDX-License-Identifier: MIT
// compile_test.c - what code programs become, and what is refused
//
// The shapes that matter for speed and for soundness are compared instruction by instruction; what
// programs do is tested by the scripts in tests/luma and tests/vint. Everything that is compiled
// here must pass the verifier.
#include "base/buffer.h"
#include "check/check.h"
#include "check/resolve.h"
#include "code/verify.h"
#include "compile/compile.h"
#include "luma/luma.h"
#include "vint/vint.h"

#undef CHECK_H // both headers are called check.h
#include "check.h"

#include <stdlib.h>

static const DeclRow ROWS[] = {
    {"", "print", "fn(values: Any...): Null", 3},
    {"", "range", "fn(from: Number, to?: Number, step?: Number): List(Number)", 1},
    {"", "range", "fn(from: Any, to?: Any, step?: Any): List(Any)", 2},
    {"", "send", "fn(ch: Any, value: Any): Null", 2},
    {"", "receive", "fn(ch: Any): Any", 2},
    {"http", "", "Module", 3},
    {"http", "get", "fn(url: String, options?: Table): Promise(Expected)", 1},
    {"http", "base", "String", 1},
    {"time", "", "Module", 2},
    {"time", "sleep", "fn(seconds: Any): Null", 2},
    {"", "Channel", "Type", 1},
    {"Channel", "new", "fn(capacity?: Number): Channel(T)", 1},
    {"Channel(T)", "receive", "fn(): Promise(T)", 1},
    {"List(T)", "push", "fn(value: T): Null", 1},
    {"", "Number", "Type", 1},
    {"", "String", "Type", 1},
};

// A compiled program; `unit` is NULL if it was refused, and `codes` are then the diagnostics.
typedef struct Compiled {
  Source source;
  Arena arena;
  NameTable names;
  Diags diags;
  Decls decls;
  Types types;
  Unit *unit;
} Compiled;

static void compile_text(Compiled *c, Dialect dialect, const char *text) {
  CHECK(source_init(&c->source, "test", text, strlen(text)));
  arena_init(&c->arena);
  name_table_init(&c->names, &c->arena);
  diag_init(&c->diags, &c->arena, &c->source);
  decls_init(&c->decls, ROWS, ARRAY_LEN(ROWS));
  types_init(&c->types, &c->arena, &c->names);
  Program *program = dialect == DIALECT_LUMA
                         ? luma_parse(&c->source, &c->arena, &c->names, &c->diags)
                         : vint_parse(&c->source, &c->arena, &c->names, &c->diags);
  if (c->diags.error_count == 0) check_program(program, &c->decls, &c->types, &c->diags);
  c->unit = c->diags.error_count == 0 ? compile_program(program, &c->diags) : NULL;
  char why[200] = "";
  if (c->unit && !verify_unit(c->unit, why, sizeof(why))) CHECK_STR(why, "");
}

static void free_compiled(Compiled *c) {
  unit_free(c->unit);
  types_free(&c->types);
  decls_free(&c->decls);
  diag_free(&c->diags);
  name_table_free(&c->names);
  arena_free(&c->arena);
  source_free(&c->source);
}

// One instruction a line: "SUB_NUM_K r1 r0 k0". Jumps show their target.
static void list_code(Buffer *out, const ProtoData *function) {
  for (uint32_t pc = 0; pc < function->code_count; pc++) {
    Operand operands[OPERANDS_MAX];
    uint32_t count = opcode_operands(function->code[pc], operands);
    buffer_printf(out, "%u %s", pc, opcode_name(opcode_of(function->code[pc])));
    for (uint32_t i = 0; i < count; i++) {
      Operand operand = operands[i];
      if (operand.letter == 'J')
        buffer_printf(out, " ->%lld", (long long)(pc + 1 + operand.value));
      else if (operand.letter == 'N' || operand.letter == 'I')
        buffer_printf(out, " %lld", (long long)operand.value);
      else
        buffer_printf(out, " %c%lld", operand.letter - 'A' + 'a', (long long)operand.value);
    }
    buffer_byte(out, '\n');
  }
}

static void check_code(Dialect dialect, const char *text, uint32_t index, const char *want) {
  Compiled c = {0};
  compile_text(&c, dialect, text);
  if (c.diags.error_count > 0) CHECK_STR(c.diags.items[0]->message, text);
  if (c.unit && index < c.unit->function_count) {
    Buffer out = {0};
    list_code(&out, &c.unit->functions[index]);
    CHECK_STR(out.bytes, want);
    buffer_free(&out);
  } else {
    CHECK_STR("no such function", text);
  }
  free_compiled(&c);
}

static void check_luma(const char *text, uint32_t index, const char *want) {
  check_code(DIALECT_LUMA, text, index, want);
}

static void check_vint(const char *text, uint32_t index, const char *want) {
  check_code(DIALECT_VINT, text, index, want);
}

static void repeat(Buffer *out, const char *before, const char *piece, uint32_t count,
                   const char *after) {
  buffer_clear(out);
  buffer_text(out, before);
  for (uint32_t i = 0; i < count; i++) buffer_text(out, piece);
  buffer_text(out, after);
}

// The program is refused by the compiler itself, with this code.
static void check_refused(Dialect dialect, const char *text, const char *code) {
  Compiled c = {0};
  compile_text(&c, dialect, text);
  CHECK(c.unit == NULL);
  CHECK(c.diags.error_count > 0);
  const char *first = "none";
  for (uint32_t i = c.diags.count; i-- > 0;) {
    if (c.diags.items[i]->severity == SEVERITY_ERROR) first = diag_code(c.diags.items[i]->code);
  }
  CHECK_STR(first, code);
  free_compiled(&c);
}

static void check_accepted(Dialect dialect, const char *text) {
  Compiled c = {0};
  compile_text(&c, dialect, text);
  if (!c.unit) CHECK_STR(c.diags.count > 0 ? c.diags.items[0]->message : "?", "accepted");
  free_compiled(&c);
}

// --- Calls and arithmetic ------------------------------------------------------------------------

static void test_fib(void) {
  check_luma("fn fib(n: Number): Number do\n"
             "  if n < 2 do return n end\n"
             "  fib(n - 1) + fib(n - 2)\n"
             "end\n",
             1,
             "0 CHECK_TYPE r0 t0\n"
             "1 JUMP_NOT_LT_NUM_K r0 k0 ->3\n"
             "2 RETURN r0\n"
             "3 SUB_NUM_K r3 r0 k1\n"
             "4 CALL_SELF_TYPED r1 1\n"
             "5 SUB_NUM_K r4 r0 k0\n"
             "6 CALL_SELF_TYPED r2 1\n"
             "7 ADD_NUM r1 r1 r2\n"
             "8 RETURN r1\n");
  check_vint("let fib = func(n) {\n"
             "  if (n < 2) { return n }\n"
             "  return fib(n - 1) + fib(n - 2)\n"
             "}\n",
             1,
             "0 JUMP_EXACT_NOT_LT_I r0 2 ->2\n"
             "1 RETURN r0\n"
             "2 EXACT_SUB_I r3 r0 1\n"
             "3 CALL_SELF r1 1\n"
             "4 EXACT_SUB_I r4 r0 2\n"
             "5 CALL_SELF r2 1\n"
             "6 EXACT_ADD r1 r1 r2\n"
             "7 RETURN r1\n");
}

// Of variables that begin as floats and are given nothing else.
static void test_vint_floats(void) {
  check_vint("let f = func(n: int) {\n"
             "  let x = 0.5\n"
             "  while (x < 8.0) { x = 2.0 * x + n }\n"
             "  return -x / 4.0\n"
             "}\n",
             1,
             "0 CHECK_TYPE r0 t0\n"
             "1 CONSTANT r1 k0\n"
             "2 JUMP_NOT_LT_NUM_K r1 k1 ->6\n"
             "3 MUL_NUM_K r3 r1 k2\n"
             "4 EXACT_ADD r1 r3 r0\n"
             "5 LOOP ->2\n"
             "6 NEG_NUM r2 r1\n"
             "7 DIV_NUM_K r2 r2 k3\n"
             "8 RETURN r2\n");
}

static void test_typed_entry(void) {
  Compiled c = {0};
  compile_text(&c, DIALECT_LUMA,
               "fn plain(a: Number, b: String) do a end\n"
               "fn with_default(a: Number, b: Number = 1) do a end\n"
               "fn untyped(a) do a end\n");
  CHECK(c.unit && c.unit->function_count == 4);
  if (c.unit) {
    CHECK(c.unit->functions[1].typed_entry == 2);
    CHECK(c.unit->functions[2].typed_entry == 0);
    CHECK(c.unit->functions[2].required_count == 1);
    CHECK(c.unit->functions[3].typed_entry == 0);
  }
  free_compiled(&c);
}

// A field may hold anything whatever its type says.
static void test_trust(void) {
  check_luma("fn f(p: Table) do\n"
             "  let q = { x = 1 }\n"
             "  let a = q.x\n"
             "  let b: Number = q.x\n"
             "  a + b + 1\n"
             "end\n",
             1,
             "0 CHECK_TYPE r0 t0\n"
             "1 CONSTANT r2 k0\n"
             "2 RECORD r1 r2 k1\n"
             "3 GET_FIELD r2 r1 c0\n"
             "4 GET_FIELD r3 r1 c1\n"
             "5 CHECK_TYPE r3 t3\n"
             "6 ADD r4 r2 r3\n"
             "7 CONSTANT r5 k0\n"
             "8 ADD r4 r4 r5\n"
             "9 RETURN r4\n");
  // A variable is trusted if all that is stored in it is.
  check_luma("fn f() do\n"
             "  var i = 0\n"
             "  while i < 10 do i = i + 1 end\n"
             "  i\n"
             "end\n",
             1,
             "0 CONSTANT r0 k0\n"
             "1 JUMP_NOT_LT_NUM_K r0 k1 ->4\n"
             "2 ADD_NUM_K r0 r0 k2\n"
             "3 LOOP ->1\n"
             "4 RETURN r0\n");
  check_luma("fn f(p: Table(String, Number)) do\n"
             "  var i = 0\n"
             "  i = p.x\n"
             "  i + 1\n"
             "end\n",
             1,
             "0 CHECK_TYPE r0 t0\n"
             "1 CONSTANT r1 k0\n"
             "2 GET_FIELD r1 r0 c0\n"
             "3 CONSTANT r3 k1\n"
             "4 ADD r2 r1 r3\n"
             "5 RETURN r2\n");
}

static void test_returns(void) {
  check_luma("fn f(a): Number do a end\n", 1,
             "0 CHECK_TYPE r0 t0\n"
             "1 RETURN r0\n");
  check_luma("fn f(a: Number): Number do a * 2 end\n", 1,
             "0 CHECK_TYPE r0 t0\n"
             "1 MUL_NUM_K r1 r0 k0\n"
             "2 RETURN r1\n");
  check_luma("fn f(a) do if a do 1 else do 2 end end\n", 1,
             "0 JUMP_UNLESS r0 ->3\n"
             "1 CONSTANT r1 k0\n"
             "2 RETURN r1\n"
             "3 CONSTANT r1 k1\n"
             "4 RETURN r1\n");
  // A stub has no code of its own.
  check_luma("fn f(a: String): Number do end\n", 1, "0 STUB\n");
}

static void test_expected(void) {
  check_luma("fn f(): Promise(String) do await http.get(\"u\") end\n", 1,
             "0 CONSTANT r1 k0\n"
             "1 CONSTANT r3 k1\n"
             "2 ABSENT r4\n"
             "3 TYPE r5 t0\n"
             "4 CALL r1 3\n"
             "5 AWAIT_CALL r0 r1\n"
             "6 CHECK_TYPE r0 t2\n"
             "7 RETURN r0\n");
}

// A callee that is not known puts the names in order itself, but not any number of them.
static void check_names_limit(void) {
  Buffer text = {0};
  buffer_text(&text, "let f: Any = 1\nf(");
  for (int i = 0; i < 65; i++) buffer_printf(&text, "%sa%d = 1", i ? ", " : "", i);
  buffer_text(&text, ")\n");
  buffer_byte(&text, '\0');
  check_refused(DIALECT_LUMA, text.bytes, "C005");
  buffer_free(&text);
}

static void test_arguments(void) {
  // Evaluated as written, placed as declared.
  check_luma("fn f(a, b = 1, c = 2) do a end\n"
             "f(c = 3, a = 4)\n",
             0,
             "0 CLOSURE r0 p0\n"
             "1 MOVE r1 r0\n"
             "2 ABSENT r4\n"
             "3 CONSTANT r5 k0\n"
             "4 CONSTANT r3 k1\n"
             "5 CALL r1 3\n"
             "6 RETURN r1\n");
  check_names_limit();
}

// --- Control -------------------------------------------------------------------------------------

static void test_conditions(void) {
  check_luma("fn f(a: Number, b: Number) do\n"
             "  if a < b && !(a >= 3) || a == 5 do 1 else do 2 end\n"
             "end\n",
             1,
             "0 CHECK_TYPE r0 t0\n"
             "1 CHECK_TYPE r1 t0\n"
             "2 JUMP_NOT_LT_NUM r0 r1 ->4\n"
             "3 JUMP_NOT_GE_NUM_K r0 k0 ->5\n"
             "4 JUMP_NE_K r0 k1 ->7\n"
             "5 CONSTANT r2 k2\n"
             "6 RETURN r2\n"
             "7 CONSTANT r2 k3\n"
             "8 RETURN r2\n");
  check_luma("fn f(r: Table) do if r.err != null do 1 end end\n", 1,
             "0 CHECK_TYPE r0 t0\n"
             "1 GET_FIELD r1 r0 c0\n"
             "2 JUMP_NULL r1 ->5\n"
             "3 CONSTANT r1 k0\n"
             "4 RETURN r1\n"
             "5 RETURN_NULL\n");
}

static void test_loops(void) {
  check_luma("fn f(n: Number) do\n"
             "  for i in range(n) do\n"
             "    if i == 3 do break end\n"
             "    print(i * 2)\n"
             "  end\n"
             "end\n",
             1,
             "0 CHECK_TYPE r0 t0\n"
             "1 CONSTANT r1 k0\n"
             "2 MOVE r2 r0\n"
             "3 CONSTANT r3 k1\n"
             "4 FOR_NUM r1 ->10\n"
             "5 JUMP_EQ_K r4 k2 ->10\n"
             "6 CONSTANT r5 k3\n"
             "7 MUL_NUM_K r7 r4 k4\n"
             "8 CALL r5 1\n"
             "9 FOR_NUM_NEXT r1 ->5\n"
             "10 RETURN_NULL\n");
  check_vint("let f = func() { for i in 1..3 { print(i) } }\n", 1,
             "0 INT r0 1\n"
             "1 INT r1 4\n"
             "2 INT r2 1\n"
             "3 FOR_INT r0 ->8\n"
             "4 CONSTANT r4 k0\n"
             "5 MOVE r6 r3\n"
             "6 CALL r4 1\n"
             "7 FOR_INT_NEXT r0 ->4\n"
             "8 RETURN_NULL\n");
  // Captured and changed, the variable is a cell of its own in every round.
  check_luma("fn f(xs) do for x in xs do\n"
             "  var y = x\n"
             "  print(fn() do y = y + 1 end)\n"
             "end end\n",
             1,
             "0 ITER r1 r0\n"
             "1 ITER_NEXT r4 r1 ->8\n"
             "2 MOVE r5 r4\n"
             "3 CELL_NEW r5 r5\n"
             "4 CONSTANT r6 k0\n"
             "5 CLOSURE r8 p0\n"
             "6 CALL r6 1\n"
             "7 LOOP ->1\n"
             "8 RETURN_NULL\n");
}

static void test_match(void) {
  check_luma("fn f(r: Result(Number, String)) do\n"
             "  match r do\n"
             "    ok do r.ok end\n"
             "    err do 0 end\n"
             "  end\n"
             "end\n",
             1,
             "0 CHECK_TYPE r0 t0\n"
             "1 TEST_TAG r1 r0 0\n"
             "2 JUMP_UNLESS r1 ->5\n"
             "3 GET_FIELD r1 r0 c0\n"
             "4 RETURN r1\n"
             "5 TEST_TAG r1 r0 1\n"
             "6 JUMP_UNLESS r1 ->9\n"
             "7 CONSTANT r1 k0\n"
             "8 RETURN r1\n"
             "9 NO_MATCH r0\n");
  check_luma("fn f(xs) do match xs do [a, _, ...r] do r end _ do 1 end end end\n", 1,
             "0 TEST_LIST_MIN r1 r0 2\n"
             "1 JUMP_UNLESS r1 ->5\n"
             "2 LIST_AT r1 r0 0\n"
             "3 LIST_REST r2 r0 2\n"
             "4 RETURN r2\n"
             "5 CONSTANT r1 k0\n"
             "6 RETURN r1\n");
}

// --- Order of evaluation -------------------------------------------------------------------------

static void test_hazards(void) {
  // The left operand is read before the right one assigns it.
  check_vint("let f = func(x) { x + (x = 5) }\n", 1,
             "0 MOVE r1 r0\n"
             "1 INT r0 5\n"
             "2 MOVE r2 r0\n"
             "3 EXACT_ADD r1 r1 r2\n"
             "4 RETURN r1\n");
  // A variable is no scratch for its own new value.
  check_luma("fn f(x: Boolean, y: Boolean) do x = y && x end\n", 1,
             "0 CHECK_TYPE r0 t0\n"
             "1 CHECK_TYPE r1 t0\n"
             "2 MOVE r2 r1\n"
             "3 JUMP_UNLESS r2 ->5\n"
             "4 MOVE r2 r0\n"
             "5 MOVE r0 r2\n"
             "6 RETURN_NULL\n");
  // A failed check leaves the variable as it was.
  check_vint("let f = func(v) { let x: int = 1; x = v; return x }\n", 1,
             "0 INT r1 1\n"
             "1 MOVE r2 r0\n"
             "2 CHECK_TYPE r2 t0\n"
             "3 MOVE r1 r2\n"
             "4 RETURN r1\n");
}

static void test_channels(void) {
  check_vint("let f = func(c) { send(c, 1); return receive(c) }\n", 1,
             "0 INT r2 1\n"
             "1 SEND r1 r0 r2\n"
             "2 RECEIVE r1 r0\n"
             "3 RETURN r1\n");
  check_luma("fn f(c: Channel(Number)) do await c:receive() end\n", 1,
             "0 CHECK_TYPE r0 t0\n"
             "1 RECEIVE_OPEN r1 r0\n"
             "2 RETURN r1\n");
  check_vint("let f = func() { go print(1); go func() { print(2) }() }\n", 1,
             "0 CONSTANT r0 k0\n"
             "1 INT r2 1\n"
             "2 GO r0 1\n"
             "3 CLOSURE r0 p0\n"
             "4 GO r0 0\n"
             "5 RETURN_NULL\n");
}

static void test_try(void) {
  Compiled c = {0};
  compile_text(&c, DIALECT_VINT, "let f = func(g) { try { return g() } catch (e) { return e } }\n");
  CHECK(c.unit && c.unit->function_count == 2);
  if (c.unit) {
    const ProtoData *function = &c.unit->functions[1];
    CHECK(function->handler_count == 1);
    CHECK(function->handlers[0].start == 0 && function->handlers[0].end == 3);
    CHECK(function->handlers[0].target == 3 && function->handlers[0].reg == 1);
  }
  free_compiled(&c);
}

// One copy of the block: it is told what comes after it. Another try around grows by the same
// again.
static void test_finally(void) {
  check_vint("let f = func(g, n) { try { if (n) { return n } } finally { g = 1 }; return 2 }\n", 1,
             "0 JUMP_UNLESS r1 ->4\n"
             "1 MOVE r3 r1\n"
             "2 INT r2 0\n"
             "3 JUMP ->5\n"
             "4 NULLS r2 1\n"
             "5 INT r0 1\n"
             "6 JUMP_NULL r2 ->13\n"
             "7 INT r4 0\n"
             "8 JUMP_EXACT_NE r2 r4 ->10\n"
             "9 RETURN r3\n"
             "10 THROW r2\n"
             "11 PASS_CANCELLED r2\n"
             "12 THROW r3\n"
             "13 INT r2 2\n"
             "14 RETURN r2\n");
  Buffer text = {0};
  repeat(&text, "let f = func(g) { ", "try { ", 300, "return 1");
  for (uint32_t i = 0; i < 300; i++) buffer_text(&text, " } finally { g = 1 }");
  buffer_text(&text, " }\n");
  Compiled c = {0};
  compile_text(&c, DIALECT_VINT, text.bytes);
  CHECK(c.unit && c.unit->functions[1].code_count < 300 * 12);
  CHECK(c.unit && c.unit->functions[1].handler_count == 600);
  free_compiled(&c);
  buffer_free(&text);
}

static void test_defer(void) {
  check_vint("let f = func(g) { defer g(1, 2); return 3 }\n", 1,
             "0 LIST r1 r1 0\n"
             "1 MOVE r4 r0\n"
             "2 INT r6 1\n"
             "3 INT r7 2\n"
             "4 MOVE r5 r1\n"
             "5 DEFER r4 2\n"
             "6 INT r4 3\n"
             "7 MOVE r3 r4\n"
             "8 INT r2 0\n"
             "9 JUMP ->10\n"
             "10 CALL_DEFERRED r5 r1 ->14\n"
             "11 LOOP ->10\n"
             "12 KEEP_ERROR r2 r4\n"
             "13 LOOP ->10\n"
             "14 INT r9 0\n"
             "15 JUMP_EXACT_NE r2 r9 ->17\n"
             "16 RETURN r3\n"
             "17 THROW r2\n");
}

static void test_main_rule(void) {
  check_vint("func main() { print(1) }\n", 0,
             "0 CLOSURE r0 p0\n"
             "1 MOVE r1 r0\n"
             "2 CALL r1 0\n"
             "3 RETURN_NULL\n");
  check_vint("let main = async func() { print(1) }\n", 0,
             "0 CLOSURE r0 p0\n"
             "1 MOVE r1 r0\n"
             "2 CALL r1 0\n"
             "3 AWAIT r1 r1\n"
             "4 RETURN_NULL\n");
  check_vint("func main() { print(1) }\nmain()\n", 0,
             "0 CLOSURE r0 p0\n"
             "1 MOVE r1 r0\n"
             "2 CALL r1 0\n"
             "3 RETURN r1\n");
}

// --- Limits --------------------------------------------------------------------------------------

static void test_limits(void) {
  Buffer text = {0};
  repeat(&text, "", "let v = 1\n", 64000, "print(v)\n");
  check_accepted(DIALECT_LUMA, text.bytes);
  repeat(&text, "", "let v = 1\n", 65100, "print(v)\n");
  check_refused(DIALECT_LUMA, text.bytes, "C001");
  // A conditional jump over more than 32,767 instructions.
  repeat(&text, "var i = 0\nwhile i < 3 do i = i + 1\nif i == 2 do\n", "print(i)\n", 12000,
         "end end\n");
  check_accepted(DIALECT_LUMA, text.bytes);
  repeat(&text, "let x = [", "1, ", 100000, "1]\n");
  check_accepted(DIALECT_VINT, text.bytes);
  repeat(&text, "let x: Any = 1\nprint(x", ":f()", 900, ")\n");
  check_accepted(DIALECT_LUMA, text.bytes);
  repeat(&text, "let x = ", "do ", 450, "1");
  for (uint32_t i = 0; i < 450; i++) buffer_text(&text, " end");
  check_accepted(DIALECT_LUMA, text.bytes);
  buffer_free(&text);
}

int main(void) {
  test_fib();
  test_vint_floats();
  test_typed_entry();
  test_trust();
  test_returns();
  test_expected();
  test_arguments();
  test_conditions();
  test_loops();
  test_match();
  test_hazards();
  test_channels();
  test_try();
  test_finally();
  test_defer();
  test_main_rule();
  test_limits();
  return check_done("compile");
}
