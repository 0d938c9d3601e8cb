// SPDX-License-Identifier: MIT
// luma_parser_test.c - what Luma's parser makes of correct text
//
// Each row is a text and the tree of its statements, as dump.h writes it but on one line.
#include "luma/luma.h"
#include "tree/dump.h"
#include "tree/walk.h"

#include "check.h"

typedef struct Row {
  const char *text;
  const char *want;
} Row;

// A text being parsed, with all that it needs.
typedef struct Parsed {
  Source source;
  Arena arena;
  NameTable names;
  Diags diags;
  Program *program;
} Parsed;

static void parse(Parsed *parsed, const char *text, size_t len) {
  CHECK(source_init(&parsed->source, "test.luma", text, len));
  arena_init(&parsed->arena);
  name_table_init(&parsed->names, &parsed->arena);
  diag_init(&parsed->diags, &parsed->arena, &parsed->source);
  parsed->program = luma_parse(&parsed->source, &parsed->arena, &parsed->names, &parsed->diags);
}

static void release(Parsed *parsed) {
  diag_free(&parsed->diags);
  name_table_free(&parsed->names);
  arena_free(&parsed->arena);
  source_free(&parsed->source);
}

// The dumps of all statements on one line; "awaits" in front if the file itself awaits.
static void dump_statements(const Program *program, Buffer *out) {
  Buffer dumped = {0};
  if (program->main->has_await) buffer_text(&dumped, "awaits\n");
  const NodeList *items = &program->main->body->items;
  for (uint32_t i = 0; i < items->count; i++) dump_tree(&dumped, items->items[i]);
  buffer_text(out, "");
  for (size_t i = 0; i + 1 < dumped.len; i++) {
    if (dumped.bytes[i] != '\n') {
      buffer_byte(out, dumped.bytes[i]);
      continue;
    }
    buffer_byte(out, ' ');
    while (dumped.bytes[i + 1] == ' ') i++;
  }
  buffer_free(&dumped);
}

static void check_rows(const Row *rows, size_t count) {
  for (size_t i = 0; i < count; i++) {
    Parsed parsed;
    Buffer got = {0};
    parse(&parsed, rows[i].text, strlen(rows[i].text));
    dump_statements(parsed.program, &got);
    CHECK_STR(got.bytes, rows[i].want);
    CHECK(parsed.diags.error_count == 0);
    buffer_free(&got);
    release(&parsed);
  }
}

static const Row literals_rows[] = {
    {"42 3.14 .42 1e10 2.5E-3",
     "(expression (number 42)) (expression (number 3.14)) (expression (number 0.42)) "
     "(expression (number 10000000000)) (expression (number 0.0025))"},
    {"0x1A", "(expression (number 26))"},
    {"0Xff", "(expression (number 255))"},
    {"0b101 0B11", "(expression (number 5)) (expression (number 3))"},
    {"0xFFFFFFFFFFFFFFFFFF", "(expression (number 4.722366482869645e21))"},
    {"123456789012345678901", "(expression (number 123456789012345680000))"},
    {"true false null",
     "(expression (boolean true)) (expression (boolean false)) (expression (null))"},
    {"\"a\\n\\r\\t\\\"\\\\\\$\\${b}\"", "(expression (string \"a\\n\\x0d\\x09\\\"\\\\$${b}\"))"},
    {"\"$ $x $$\"", "(expression (string \"$ $x $$\"))"},
    {"\"two\nlines\"", "(expression (string \"two\\nlines\"))"},
    {"[]", "(expression (list))"},
    {"[1, [2], ]", "(expression (list (number 1) (list (number 2))))"},
    {"{}", "(expression (table))"},
    {"{a = 1, \"b c\" = 2, [d] = 3, e, }",
     "(expression (table (entry a (number 1)) (entry \"b c\" (number 2)) (entry (key (name d)) "
     "(number 3)) (entry e (name e))))"},
    {"{n: Number = 1}", "(expression (table (entry n (type (type-name Number)) (number 1))))"},
    {"letter = 1\nnullable = 2\n_x9 = 3",
     "(assign (name letter) (number 1)) (assign (name nullable) (number 2)) (assign (name _x9) "
     "(number 3))"},
    {"\"é→😀\"", "(expression (string \"é→😀\"))"},
};

static const Row comments_rows[] = {
    {"5--3\n", "(expression (number 5))"},
    {"-- only", ""},
    {"--[[ a\n]] 1 --[[b]] 2", "(expression (number 1)) (expression (number 2))"},
    {"1 -- [[ x\n2", "(expression (number 1)) (expression (number 2))"},
    {"--[[ --[[ ]] 3", "(expression (number 3))"},
};

static const Row interpolation_rows[] = {
    {"\"${a}\"", "(expression (interpolation (name a)))"},
    {"\"x ${ a + 1 } y\"",
     "(expression (interpolation (string \"x \") (binary + (name a) (number 1)) (string \" "
     "y\")))"},
    {"\"${a}${b}\"", "(expression (interpolation (name a) (name b)))"},
    {"\"${\"${\"c\"}\"}\"", "(expression (interpolation (interpolation (string \"c\"))))"},
    {"\"${f(\"}\", {k = \"}\"})}\"",
     "(expression (interpolation (call (name f) (string \"}\") (table (entry k (string "
     "\"}\"))))))"},
    {"\"${if a do \"x\" else \"y\" end}!\"",
     "(expression (interpolation (if (name a) (block (expression (string \"x\"))) (else (block "
     "(expression (string \"y\"))))) (string \"!\")))"},
    {"\"${fn() do \"${1}\" end}\"",
     "(expression (interpolation (function (block (expression (interpolation (number 1)))))))"},
};

static const Row operators_rows[] = {
    {"a || b && c == d < e + f * g",
     "(expression (or (name a) (and (name b) (binary == (name c) (binary < (name d) (binary + "
     "(name e) (binary * (name f) (name g))))))))"},
    {"a - b - c", "(expression (binary - (binary - (name a) (name b)) (name c)))"},
    {"a * b / c % d",
     "(expression (binary % (binary / (binary * (name a) (name b)) (name c)) (name d)))"},
    {"-2 ^ 2", "(expression (binary ^ (unary - (number 2)) (number 2)))"},
    {"2 ^ 3 ^ 2", "(expression (binary ^ (number 2) (binary ^ (number 3) (number 2))))"},
    {"-a.b", "(expression (unary - (field b (name a))))"},
    {"!a == b", "(expression (binary == (unary ! (name a)) (name b)))"},
    {"a and b or not c", "(expression (or (and (name a) (name b)) (unary ! (name c))))"},
    {"a || b or c", "(expression (or (or (name a) (name b)) (name c)))"},
    {"a\nand = 1", "(expression (name a)) (assign (name and) (number 1))"},
    {"x = a or\nb", "(assign (name x) (or (name a) (name b)))"},
    {"and or or", "(expression (or (name and) (name or)))"},
    {"not = 3", "(assign (name not) (number 3))"},
    {"not\nx", "(expression (name not)) (expression (name x))"},
    {"not(a) && b", "(expression (and (unary ! (name a)) (name b)))"},
    {"\"k\" in t", "(expression (binary has-key (string \"k\") (name t)))"},
    {"a != b", "(expression (binary != (name a) (name b)))"},
    {"a <= b >= c > d",
     "(expression (binary > (binary >= (binary <= (name a) (name b)) (name c)) (name d)))"},
    {"a\n- b", "(expression (binary - (name a) (name b)))"},
    {"-(-x)", "(expression (unary - (unary - (name x))))"},
    {"a + b in t", "(expression (binary has-key (binary + (name a) (name b)) (name t)))"},
    {"await f().ok", "awaits (expression (await (field ok (call (name f)))))"},
    {"await a + b", "awaits (expression (binary + (await (name a)) (name b)))"},
    {"!await f()", "awaits (expression (unary ! (await (call (name f)))))"},
    {"await await p", "awaits (expression (await (await (name p))))"},
    {"(a + b) * c", "(expression (binary * (binary + (name a) (name b)) (name c)))"},
};

static const Row postfix_rows[] = {
    {"f()", "(expression (call (name f)))"},
    {"f(1, 2,)", "(expression (call (name f) (number 1) (number 2)))"},
    {"f(a = 1, b == 2)",
     "(expression (call (name f) (named a (number 1)) (binary == (name b) (number 2))))"},
    {"x.y.z", "(expression (field z (field y (name x))))"},
    {"x.m(a)", "(expression (dot-call m (name x) (name a)))"},
    {"x:m(a, k = 2)", "(expression (colon-call m (name x) (name a) (named k (number 2))))"},
    {"x[\"m\"](a)", "(expression (call (index (name x) (string \"m\")) (name a)))"},
    {"f(x)(y)[0].z",
     "(expression (field z (index (call (call (name f) (name x)) (name y)) (number 0))))"},
    {"f\n(x)", "(expression (name f)) (expression (name x))"},
    {"f\n[0]", "(expression (name f)) (expression (list (number 0)))"},
    {"f\n.x\n:y()", "(expression (colon-call y (field x (name f))))"},
    {"x.y\n(z)", "(expression (field y (name x))) (expression (name z))"},
    {"import(\"a\")", "(expression (import-call (string \"a\")))"},
    {"import(\"a\", \"sha256:b\")",
     "(expression (import-call (string \"a\") (lock (string \"sha256:b\"))))"},
    {"import \"a\"", "(expression (import-call (string \"a\")))"},
    {"import = 3\nimport", "(assign (name import) (number 3)) (expression (name import))"},
    {"\"a\".length()", "(expression (dot-call length (string \"a\")))"},
    {"[1][0]", "(expression (index (list (number 1)) (number 0)))"},
    {"fn() do end()", "(expression (call (function empty (block))))"},
};

static const Row functions_rows[] = {
    {"fn() do end", "(expression (function empty (block)))"},
    {"fn(a, b: Number, c = 1, d: T = 2, ...e: T) : R do a end",
     "(expression (function (param a) (param b (type (type-name Number))) (param c (default "
     "(number 1))) (param d (type (type-name T)) (default (number 2))) (param e rest (type "
     "(type-name T))) (result (type-name R)) (block (expression (name a)))))"},
    {"let f = fn() do 1 end",
     "(declare let constant (pattern-name f) (function f (block (expression (number 1)))))"},
    {"var g = fn(x) do await x end",
     "(declare var (pattern-name g) (function g awaits (param x) (block (expression (await "
     "(name x))))))"},
    {"fn h(x): T do return x end",
     "(function-declare constant (pattern-name h) (function h (param x) (result (type-name T)) "
     "(block (return (name x)))))"},
    {"{ k = fn() do end }", "(expression (table (entry k (function k empty (block)))))"},
    {"t.m = fn() do end", "(assign (field m (name t)) (function m empty (block)))"},
    {"fn(): T", "(expression (signature (result (type-name T))))"},
    {"fn(A, b: B, List(C), fn(D): E, null)",
     "(expression (signature (type-name A) (param b (type-name B)) (type-name List (type-name "
     "C)) (type-function (type-name D) (result (type-name E))) (type-name Null)))"},
    {"fn(self, A | B): R",
     "(expression (signature (param self (type-name Any)) (type-union (type-name A) (type-name "
     "B)) (result (type-name R))))"},
    {"let T = fn(A)\nlet y = 2",
     "(declare let constant (pattern-name T) (signature (type-name A))) (declare let constant "
     "(pattern-name y) (number 2))"},
    {"fn o() do\n fn i() do await x end\n i()\nend",
     "(function-declare constant (pattern-name o) (function o (block (function-declare "
     "constant (pattern-name i) (function i awaits (block (expression (await (name x)))))) "
     "(expression (call (name i))))))"},
    {"fn(a = await b) do end",
     "(expression (function awaits empty (param a (default (await (name b)))) (block)))"},
    {"fn() do \"${await b}\" end",
     "(expression (function awaits (block (expression (interpolation (await (name b)))))))"},
    {"fn f() do\n-- stub\nend",
     "(function-declare constant (pattern-name f) (function f empty (block)))"},
    {"fn() do end\nawait p",
     "awaits (expression (function empty (block))) (expression (await (name p)))"},
    {"fn f() do for await v in c do end end",
     "(function-declare constant (pattern-name f) (function f awaits (block (for-await "
     "(pattern-name v) (name c) (block)))))"},
};

static const Row control_rows[] = {
    {"if a do b end", "(expression (if (name a) (block (expression (name b)))))"},
    {"if a do b else c end",
     "(expression (if (name a) (block (expression (name b))) (else (block (expression (name "
     "c))))))"},
    {"if a do b else do c end",
     "(expression (if (name a) (block (expression (name b))) (else (block (expression (name "
     "c))))))"},
    {"if a do b else do do c end end",
     "(expression (if (name a) (block (expression (name b))) (else (block (expression (block "
     "(expression (name c))))))))"},
    {"if a do 1 else if b do 2 elif c do 3 else 4 end",
     "(expression (if (name a) (block (expression (number 1))) (else (if (name b) (block "
     "(expression (number 2))) (else (if (name c) (block (expression (number 3))) (else (block "
     "(expression (number 4))))))))))"},
    {"x = if a do 1 else 2 end",
     "(assign (name x) (if (name a) (block (expression (number 1))) (else (block (expression "
     "(number 2))))))"},
    {"elif = 1\nif a do elif = 2 end",
     "(assign (name elif) (number 1)) (expression (if (name a) (block (assign (name elif) "
     "(number 2)))))"},
    {"match x do\n 1 do a end\n -1.5 do b end\n \"s\" do c end\n true do end\n null do end\n _ "
     "do end\nend",
     "(expression (match (name x) (arm (pattern-value (number 1)) (block (expression (name "
     "a)))) (arm (pattern-value (number -1.5)) (block (expression (name b)))) (arm "
     "(pattern-value (string \"s\")) (block (expression (name c)))) (arm (pattern-value "
     "(boolean true)) (block)) (arm (pattern-value (null)) (block)) (arm (pattern-wildcard) "
     "(block))))"},
    {"match x do ok do 1 end err do 2 end some do 3 end none do 4 end n if n > 1 do 5 end end",
     "(expression (match (name x) (arm (pattern-name ok tag) (block (expression (number 1)))) "
     "(arm (pattern-name err tag) (block (expression (number 2)))) (arm (pattern-name some "
     "tag) (block (expression (number 3)))) (arm (pattern-name none tag) (block (expression "
     "(number 4)))) (arm (pattern-name n) (guard (binary > (name n) (number 1))) (block "
     "(expression (number 5))))))"},
    {"match x do [ok, ...r] do 1 end [] do 2 end [a, ...] do 3 end {k, l: m, n = [o], } do 4 "
     "end end",
     "(expression (match (name x) (arm (pattern-list (pattern-name ok) rest (pattern-name r)) "
     "(block (expression (number 1)))) (arm (pattern-list) (block (expression (number 2)))) "
     "(arm (pattern-list (pattern-name a) rest) (block (expression (number 3)))) (arm "
     "(pattern-table (field k (pattern-name k)) (field l (pattern-name m)) (field n "
     "(pattern-list (pattern-name o)))) (block (expression (number 4))))))"},
    {"match x do case 1 then a()\n b case [c] if d then e end",
     "(expression (match (name x) (arm (pattern-value (number 1)) (block (expression (call "
     "(name a))) (expression (name b)))) (arm (pattern-list (pattern-name c)) (guard (name d)) "
     "(block (expression (name e))))))"},
    {"match x do case do 1 end case if a do 2 end 3 do 4 end case 5 then case = 6 end",
     "(expression (match (name x) (arm (pattern-name case) (block (expression (number 1)))) "
     "(arm (pattern-name case) (guard (name a)) (block (expression (number 2)))) (arm "
     "(pattern-value (number 3)) (block (expression (number 4)))) (arm (pattern-value (number "
     "5)) (block (assign (name case) (number 6))))))"},
    {"let y = match x do _ do 1 end end",
     "(declare let constant (pattern-name y) (match (name x) (arm (pattern-wildcard) (block "
     "(expression (number 1))))))"},
};

static const Row statements_rows[] = {
    {"let a = 1", "(declare let constant (pattern-name a) (number 1))"},
    {"var a: T = 1", "(declare var (pattern-name a) (type (type-name T)) (number 1))"},
    {"let _ = f()", "(declare let constant (pattern-wildcard) (call (name f)))"},
    {"let [a, [b, _], ...c] = x",
     "(declare let constant (pattern-list (pattern-name a) (pattern-list (pattern-name b) "
     "(pattern-wildcard)) rest (pattern-name c)) (name x))"},
    {"let {a, b: c, d = [e]} = x",
     "(declare let constant (pattern-table (field a (pattern-name a)) (field b (pattern-name "
     "c)) (field d (pattern-list (pattern-name e)))) (name x))"},
    {"a = 1\na.b = 2\na[0] = 3",
     "(assign (name a) (number 1)) (assign (field b (name a)) (number 2)) (assign (index (name "
     "a) (number 0)) (number 3))"},
    {"while a do b end", "(while (name a) (block (expression (name b))))"},
    {"do a while b end", "(do-while (block (expression (name a))) (name b))"},
    {"do while a do b end while c end",
     "(do-while (block (while (name a) (block (expression (name b))))) (name c))"},
    {"do a end", "(expression (block (expression (name a))))"},
    {"do a end + 1", "(expression (binary + (block (expression (name a))) (number 1)))"},
    {"x = do a end", "(assign (name x) (block (expression (name a))))"},
    {"for v in xs do v end", "(for (pattern-name v) (name xs) (block (expression (name v))))"},
    {"for [k, v] in t do end",
     "(for (pattern-list (pattern-name k) (pattern-name v)) (name t) (block))"},
    {"for _ in t do end", "(for (pattern-wildcard) (name t) (block))"},
    {"for await v in ch do v end",
     "awaits (for-await (pattern-name v) (name ch) (block (expression (name v))))"},
    {"break\nbreak 2\ncontinue\ncontinue 3", "(break 1) (break 2) (continue 1) (continue 3)"},
    {"fn() do return end", "(expression (function (block (return))))"},
    {"fn() do return 1 end", "(expression (function (block (return (number 1)))))"},
    {"fn() do return fn() do end end",
     "(expression (function (block (return (function empty (block))))))"},
    {"if a do return elif b do return else return end",
     "(expression (if (name a) (block (return)) (else (if (name b) (block (return)) (else "
     "(block (return)))))))"},
    {"while a do return while b do end end",
     "(while (name a) (block (return) (while (name b) (block))))"},
    {"return\nlet x = 1", "(return) (declare let constant (pattern-name x) (number 1))"},
    {"{a = 1}", "(expression (table (entry a (number 1))))"},
};

static const Row types_rows[] = {
    {"let x: Number = 1",
     "(declare let constant (pattern-name x) (type (type-name Number)) (number 1))"},
    {"let x: List(String) = 1",
     "(declare let constant (pattern-name x) (type (type-name List (type-name String))) "
     "(number 1))"},
    {"let x: Result(User, Error) | null = 1",
     "(declare let constant (pattern-name x) (type (type-union (type-name Result (type-name "
     "User) (type-name Error)) (type-name Null))) (number 1))"},
    {"let x: fn() = 1",
     "(declare let constant (pattern-name x) (type (type-function)) (number 1))"},
    {"let x: fn(a: A, B,): C = 1",
     "(declare let constant (pattern-name x) (type (type-function (param a (type-name A)) "
     "(type-name B) (result (type-name C)))) (number 1))"},
    {"let x: Function = 1",
     "(declare let constant (pattern-name x) (type (type-name Function)) (number 1))"},
    {"let x: Function(A): B = 1",
     "(declare let constant (pattern-name x) (type (type-function (type-name A) (result "
     "(type-name B)))) (number 1))"},
    {"let x: fn(fn(A): B): fn(C): D = 1",
     "(declare let constant (pattern-name x) (type (type-function (type-function (type-name A) "
     "(result (type-name B))) (result (type-function (type-name C) (result (type-name D)))))) "
     "(number 1))"},
    {"fn(f: fn(A), g: Function(B)): Promise(List(T)) do end",
     "(expression (function empty (param f (type (type-function (type-name A)))) (param g "
     "(type (type-function (type-name B)))) (result (type-name Promise (type-name List "
     "(type-name T)))) (block)))"},
};

static const Row dropped_rows[] = {
    {"match a do _ do 1 end end\nb",
     "(expression (match statement (name a) (arm (pattern-wildcard) (block (expression (number "
     "1)))))) (expression (name b))"},
    {"match a do _ do 1 end end",
     "(expression (match (name a) (arm (pattern-wildcard) (block (expression (number 1))))))"},
    {"while a do match b do _ do 1 end end end",
     "(while (name a) (block (expression (match statement (name b) (arm (pattern-wildcard) "
     "(block (expression (number 1))))))))"},
    {"if a do match b do _ do 1 end end end\nc",
     "(expression (if (name a) (block (expression (match statement (name b) (arm "
     "(pattern-wildcard) (block (expression (number 1))))))))) (expression (name c))"},
    {"if a do match b do _ do 1 end end end",
     "(expression (if (name a) (block (expression (match (name b) (arm (pattern-wildcard) "
     "(block (expression (number 1)))))))))"},
    {"match a do _ do match b do _ do 1 end end end end\nc",
     "(expression (match statement (name a) (arm (pattern-wildcard) (block (expression (match "
     "statement (name b) (arm (pattern-wildcard) (block (expression (number 1)))))))))) "
     "(expression (name c))"},
    {"fn() do match a do _ do 1 end end end",
     "(expression (function (block (expression (match (name a) (arm (pattern-wildcard) (block "
     "(expression (number 1)))))))))"},
    {"do match a do _ do 1 end end while b end",
     "(do-while (block (expression (match statement (name a) (arm (pattern-wildcard) (block "
     "(expression (number 1))))))) (name b))"},
    {"x = match a do _ do 1 end end\nb",
     "(assign (name x) (match (name a) (arm (pattern-wildcard) (block (expression (number "
     "1)))))) (expression (name b))"},
    {"if a do b else if c do match d do _ do 1 end end end\ne",
     "(expression (if (name a) (block (expression (name b))) (else (if (name c) (block "
     "(expression (match statement (name d) (arm (pattern-wildcard) (block (expression (number "
     "1))))))))))) (expression (name e))"},
};

// --- Places --------------------------------------------------------------------------------------

typedef struct Places {
  Buffer out;
  const char *text;
} Places;

static void add_place(void *context, Node *node) {
  Places *places = context;
  if (places->out.len > 0) buffer_byte(&places->out, '|');
  buffer_append(&places->out, places->text + node->span.start, node->span.end - node->span.start);
  walk_children(node, add_place, context);
}

// The text of every node, outer before inner.
static const Row place_rows[] = {
    {"f(a, 1)", "f(a, 1)|f(a, 1)|f|a|1"},
    {"(a + b) * c", "(a + b) * c|(a + b) * c|a + b|a|b|c"},
    {"x.y[0]:m(1)", "x.y[0]:m(1)|x.y[0]:m(1)|x.y[0]|x.y|x|0|1"},
    {"let x: List(T) = fn(a: A): B do a end",
     "let x: List(T) = fn(a: A): B do a end|x|List(T)|T|fn(a: A): B do a end|A|B|a|a|a"},
    {"\"a ${b + 1} c\"", "\"a ${b + 1} c\"|\"a ${b + 1} c\"|\"a ${|b + 1|b|1| c\""},
    {"if a do b else if c do d end",
     "if a do b else if c do d end|if a do b else if c do d end|a|b|b|b|if c do d end|c|d|d|d"},
    {"match x do [1, ...r] if g do y end end",
     "match x do [1, ...r] if g do y end end|match x do [1, ...r] if g do y end end|x|[1, "
     "...r]|1|1|r|g|y|y|y"},
    {"(await f()).ok", "(await f()).ok|(await f()).ok|await f()|f()|f"},
    {"{k = v, [w] = 1, n}", "{k = v, [w] = 1, n}|{k = v, [w] = 1, n}|v|w|1|n"},
    {"do a while b end", "do a while b end|a|a|a|b"},
    {"-a ^ b", "-a ^ b|-a ^ b|-a|a|b"},
    {"fn f() do end", "fn f() do end|f|fn f() do end|"},
};

static void check_places(void) {
  for (size_t i = 0; i < ARRAY_LEN(place_rows); i++) {
    Parsed parsed;
    parse(&parsed, place_rows[i].text, strlen(place_rows[i].text));
    Places places = {.text = parsed.source.text};
    walk_children(&parsed.program->main->body->node, add_place, &places);
    CHECK_STR(places.out.bytes, place_rows[i].want);
    buffer_free(&places.out);
    release(&parsed);
  }
}

// --- The documents' examples ---------------------------------------------------------------------

static const char *const seed_blocks[] = {
    // 1
    "let fetchData = fn(url: String): Promise(String) do\n"
    "  -- returns promise\n"
    "end\n",
    // 2
    "let fetchUser = fn(id: String): Result(User, Error) do\n"
    "  let response = await http.get(\"/users/${id}\")\n"
    "  return parseUser(response)\n"
    "end\n",
    // 3
    "fn fetchAndProcess(id: String): Promise(Result(Data, Error)) do\n"
    "  let raw = await fetchData(id)\n"
    "  return process(raw)\n"
    "end\n",
    // 4
    "let data1 = await fetch(\"/api/data1\")\n"
    "let data2 = await fetch(\"/api/data2\")\n"
    "-- Total time: time1 + time2\n",
    // 5
    "let promise1 = fetch(\"/api/data1\")\n"
    "let promise2 = fetch(\"/api/data2\")\n"
    "let data1 = await promise1\n"
    "let data2 = await promise2\n"
    "-- Total time: max(time1, time2)\n",
    // 6
    "fn fetchUser(id: String): Promise(Result(User, Error)) do\n"
    "  let response = await http.get(\"/users/${id}\")\n"
    "  if response.err != null do\n"
    "    return { ok = null, err = response.err }\n"
    "  end\n"
    "  return parseUser(response.ok)\n"
    "end\n",
    // 7
    "let fetchUser = fn(id: String): Promise(User) do\n"
    "  await http.get(\"/users/${id}\")\n"
    "end\n"
    "\n"
    "let fetchPosts = fn(userId: String): Promise(List(Post)) do\n"
    "  await http.get(\"/posts?user=${userId}\")\n"
    "end\n"
    "\n"
    "-- Start both operations\n"
    "let userPromise = fetchUser(\"123\")\n"
    "let postsPromise = fetchPosts(\"123\")\n"
    "\n"
    "-- Wait for both\n"
    "let user = await userPromise\n"
    "let posts = await postsPromise\n",
};

// A child's place is within its parent's.
static void check_within(void *context, Node *node) {
  const Node *parent = context;
  CHECK(node->span.start >= parent->span.start && node->span.end <= parent->span.end);
  CHECK(node->kind != NODE_ERROR);
  walk_children(node, check_within, node);
}

static const FunctionNode *function_at(const Program *program, uint32_t index) {
  const Node *statement = program->main->body->items.items[index];
  return (const FunctionNode *)((const DeclareNode *)statement)->value;
}

static void check_seeds(void) {
  for (size_t i = 0; i < ARRAY_LEN(seed_blocks); i++) {
    Parsed parsed;
    parse(&parsed, seed_blocks[i], strlen(seed_blocks[i]));
    CHECK(parsed.diags.count == 0);
    walk_children(&parsed.program->main->node, check_within, &parsed.program->main->node);
    if (i < 3) {
      const FunctionNode *function = function_at(parsed.program, 0);
      CHECK(function->has_await == (i > 0));
      CHECK(function->is_body_empty == (i == 0));
      CHECK(!parsed.program->main->has_await);
    } else if (i != 5) {
      CHECK(parsed.program->main->has_await);
    }
    release(&parsed);
  }
}

int main(void) {
  check_rows(literals_rows, ARRAY_LEN(literals_rows));
  check_rows(comments_rows, ARRAY_LEN(comments_rows));
  check_rows(interpolation_rows, ARRAY_LEN(interpolation_rows));
  check_rows(operators_rows, ARRAY_LEN(operators_rows));
  check_rows(postfix_rows, ARRAY_LEN(postfix_rows));
  check_rows(functions_rows, ARRAY_LEN(functions_rows));
  check_rows(control_rows, ARRAY_LEN(control_rows));
  check_rows(statements_rows, ARRAY_LEN(statements_rows));
  check_rows(types_rows, ARRAY_LEN(types_rows));
  check_rows(dropped_rows, ARRAY_LEN(dropped_rows));
  check_places();
  check_seeds();
  return check_done("luma_parser");
}
