// SPDX-License-Identifier: MIT
// check_test.c - what the checker says of Luma programs, and what types it finds
#include "check_sample.h"

// --- Values, operators, conditions ---------------------------------------------------------------

static const Sample VALUES[] = {
    {"let n: Number = \"one\"\n", "T012 1:17 Variable n: declared type Number, got String"},
    {"let n = 1 + \"x\"\n",
     "T014 1:9 ADD requires (Number, Number) or (String, String) or type with "
     "__add method, got (Number, String) | `\"${1}\"`"},
    {"let n = \"x\" - \"y\"\n",
     "T015 1:9 Arithmetic op Sub requires Number operands or type with __sub"},
    {"let n = true < 1\n", "T016 1:9 Comparison op Lt requires"},
    {"let b = \"a\" < \"b\"\n", ""},
    {"let n = -\"x\"\n",
     "T017 1:10 Unary negation requires Number or type with __neg method, got String"},
    {"if 42 do print(1) end\n", "T018 1:4 If condition: expected Boolean, got Number"},
    {"if true do print(1) else if 1 do print(2) end\n",
     "T018 1:29 Elif condition: expected Boolean"},
    {"while 1 do print(1) end\n", "T018 1:7 While condition: expected Boolean, got Number"},
    {"do print(1) while 1 end\n", "T018 1:19 Do-while condition: expected Boolean, got Number"},
    {"let b = 1 && true\n", "T018 1:9 Logical op left operand: expected Boolean, got Number"},
    {"let b = true || \"x\"\n", "T018 1:17 Logical op right operand: expected Boolean, got String"},
    {"let b = !5\n", "T018 1:10 Logical not: expected Boolean, got Number"},
    {"let b = 1 == \"a\"\n", "T040 1:9 Number and String are never equal, so this is always false"},
    {"let b = 1 == null\nlet c = [1] != null\n", ""},
    {"let b = \"k\" in [1]\n", "T049 1:16 expected Table, got List(Number)"},
    {"let b = \"k\" in { k = 1 }\n", ""},
    {"let a: Any = 1\nlet s: String = \"x\" + a\nlet n: Number = 1 + a\nlet x = a + a - a\nif a do "
     "end\n",
     ""},
    {"let xs = [1, \"a\", 3]\n",
     "T013 1:14 List elements have inconsistent types: Number vs String"},
    {"let xs: List(Any) = [1, \"a\", null]\nlet ys: List(Number | String) = [1, \"a\"]\n", ""},
    {"let xs: List(fn(Number): Number) = [1]\n", "T013 1:37 List elements have inconsistent types"},
    {"let xs = [1]\nxs[\"k\"] = 2\n", "T023 2:4 List index requires Number, got String"},
    {"let t: Table(String, Number) = { a = 1 }\nprint(t[1])\n",
     "T024 2:9 Table index requires String, got Number"},
    {"let x = 5\nprint(x[0])\n", "T025 2:7 Index operation requires List or Table, got Number"},
    {"let x = 5\nx[0] = 1\n", "T026 2:1 Index assignment requires List or Table, got Number"},
    {"let x = \"abc\"[0]\n", "T025 1:9 Index operation requires List or Table, got String"},
    {"let e = []\ne:push(1)\ne:push(\"s\")\n",
     "T006 3:8 Function call: argument 0 expected Number, got String"},
    {"let e = []\ne[0] = 1\ne[1] = \"s\"\n",
     "T001 3:8 Assignment type mismatch: target Number, value String"},
    {"let e = []\ne:push({ a = 1 })\ne:push({ a = 2, b = 3 })\nprint(e[0].b)\ne:push(e)\n",
     "T006 5:8"},
    {"let t = { [1 == 1] = 1, [[]] = 2 }\n",
     "T042 1:26 the keys of a table are String, Number or Boolean"},
    {"let t = { a = 1, a = 2 }\n", "T043 1:18 the key `a` is written twice"},
    {"let t = { a: Number = \"x\" }\n", "T044 1:23 Field a: declared type Number, got String"},
    {"let i = import(5)\n", "T036 1:16 Import path should be a String, got Number"},
    {"let s = \"${1} ${[1]}\"\nlet v: Number = s\n", "T012 2:17 declared type Number, got String"},
};

// --- Variables and fields ------------------------------------------------------------------------

static const Sample FIELDS[] = {
    {"var x = 1\nx = \"a\"\n",
     "T001 2:5 Assignment type mismatch: target Number, value String | `x` is declared"},
    {"let x = 1\nx = 2\n", "N003 2:1 Cannot assign to immutable variable: x"},
    {"var x = null\nx = 1\nx = \"a\"\n", ""},
    {"let t = { name = 1 }\nprint(t.nam)\n",
     "T019 2:9 Unknown field 'nam' on table {name: Number} | 'name'"},
    {"let t = { a = 1 }\nt.a = \"x\"\n",
     "T001 2:7 Assignment type mismatch: target Number, value String"},
    {"let t = { a = 1 }\nt.b = 2\n", "T019 2:3 Unknown field 'b' on table {a: Number} | Table"},
    {"var t = { a = 1 }\nt.b = 2\nprint(t.b, t.c)\n", ""},
    {"let t = { a = null }\nt.a = 2\nlet n: Number = t.a\n", ""},
    {"let t = {}\nt.a = 1\nt[\"b\"] = 2\nprint(t.c)\n", ""},
    {"let x = 5\nprint(x.a)\n", "T020 2:9 Member access requires a table, got Number"},
    {"let x = 5\nx.a = 1\n", "T022 2:1 Member assignment requires a table, got Number"},
    {"[1]:lenght()\n",
     "T020 1:5 Member access requires a table, got List(Number) | did you mean 'length'?"},
    {"print(math.sqr(1))\n", "T021 1:12 has no member named `sqr` | did you mean 'sqrt'?"},
    {"let { a, b } = { a = 1 }\n",
     "T030 1:10 Table pattern requires field 'b' not present on value"},
    {"let [a] = 5\n", "T028 1:5 List pattern requires List type, got Number"},
    {"let { a } = 5\n", "T029 1:5 Table pattern requires Table type, got Number"},
    {"let [h, ...rest] = [1, 2]\nlet n: Number = h + rest[0]\nlet s: String = h\n",
     "T012 3:17 got Number"},
    {"for x in 5 do print(x) end\n",
     "T027 1:10 For loop requires List or Table iterator, got Number"},
    {"for [k, v] in { a = 1 } do let s: String = k print(s, v) end\n", ""},
    {"for c in \"abc\" do let s: String = c print(s) end\n", ""},
    {"let n: Numbr = 5\n", "T039 1:8 unknown type Numbr, treated as Any | did you mean 'Number', 'Null' or 'Never'?"},
    {"let n = 5\nlet m: n = 5\n", "T052 2:8 `n` is a variable, not a type | `n` is declared here"},
    {"let m = import(\"m\")\nlet T = m.T\nlet t: T = 5\n", ""},
    {"(fn(a = 1, b) do a end)(b = 2)\n", ""},
    {"let n: Number(String) = 5\n", "T041 1:8 the type Number takes no type arguments, got 1"},
    {"let n: Table(List(Any), Any) = {}\n", "T042 1:8 the keys of a table are"},
};

// --- Functions -----------------------------------------------------------------------------------

static const Sample FUNCTIONS[] = {
    {"let n = 5\nn()\n",
     "T010 2:1 Call expression requires a function, got Number | `n` is declared here"},
    {"let f = fn(a: Number, b: Number = 2): Number do a + b end\nf()\n",
     "T004 2:1 Function call: expected 1 to 2 arguments, got 0: `a` is missing"},
    {"let f = fn(a: Number) do a end\nf(1, 2)\n",
     "T005 2:6 Function call: expected 1 arguments, got 2"},
    {"let f = fn(a: Number) do a end\nf(\"x\")\n",
     "T006 2:3 Function call: argument 0 expected Number, got String | the parameter `a` of `f`"},
    {"let f = fn(abc: Number) do abc end\nf(abd = 1)\n",
     "T007 2:3 Function call: no parameter is named `abd` | did you mean 'abc'?"},
    {"let f = fn(a: Number) do a end\nf(1, a = 2)\n", "T008 2:6 argument `a` is given twice"},
    {"let f = fn(a, b, c) do a end\nf(c = 1, a = 2, b = 3)\nf(1, c = 2, b = 3)\n", ""},
    {"let f = fn(a = 1, b: Number) do a end\nf(b = 3)\nf(1, 2)\n", ""},
    {"let f = fn(...xs: Number): Number do xs[0] end\nf()\nf(1, 2)\nf(1, \"x\")\n",
     "T006 4:6 argument 1 expected Number, got String"},
    {"let f = fn(a, ...xs: Number) do a end\nf(1, 2, a = 3)\n", "T055 2:9 `...xs`"},
    {"let f = fn(): Number do \"x\" end\n",
     "T003 1:25 Function return type mismatch: declared Number, got String"},
    {"let f = fn(): Number do return \"x\" end\n",
     "T002 1:32 Return type mismatch: expected Number, got String"},
    {"let f = fn(c: Boolean): Number do\n  for x in [1] do if c do return \"x\" end end\n  "
     "1\nend\n",
     "T002 2:34 Return type mismatch: expected Number, got String"},
    {"let f = fn(c: Boolean): Number do if c do 1 end end\n",
     "T003 1:35 declared Number, got Null | else"},
    {"let f = fn(c: Boolean): Number do if c do return 1 else return 2 end end\n", ""},
    {"let f = fn(): Number do let x = 1 end\n", "T003 1:25 declared Number, got Null"},
    {"let f = fn(): Number do while true do print(1) end end\n", ""},
    {"let f = fn(): Number do while true do break end end\n",
     "T003 1:25 declared Number, got Null"},
    {"let f = fn(): Number do panic(\"no\") end\n", ""},
    {"let f = fn(a: Number = \"x\") do a end\n",
     "T050 1:24 Parameter a: declared type Number, but its default is String"},
    {"let f: fn(Number): Number = fn(s: String): Number do 1 end\n",
     "T012 1:29 got fn(String): Number"},
    {"let f: fn(Number): Number = fn(x) do x.foo end\n", "T020 1:40 got Number"},
    {"let f: Function = fn(x) do x end\nlet g: fn(Any): Any = f\n", ""},
    {"let xs = [1, 2]:map(fn(x) do \"${x}\" end)\nlet s: Number = xs[0]\n", "T012 2:17 got String"},
    {"let n = [1, 2]:reduce(fn(a, b) do a + b end, 0)\nlet m = [1]:reduce(0, fn(a, b) do a + b "
     "end)\n"
     "let s: String = n\n",
     "T012 3:17 got Number"},
    {"let xs = [1]:filter(fn(x) do x + 1 end)\n",
     "T006 1:21 expected fn(Number): Boolean, got fn(Number): Number"},
    {"let a = fn(n: Number) do if n == 0 do true else b(n - 1) end end\n"
     "let b = fn(n: Number) do if n == 0 do false else a(n - 1) end end\nprint(a(4))\n",
     ""},
    {"let f = fn() do config.nam end\nlet config = { name = \"x\" }\n",
     "T019 1:24 Unknown field 'nam'"},
    {"let f = fn() do g() + 1 end\nlet g = fn() do \"x\" end\n", "T014 1:17 got (String, Number)"},
    {"let f = fn(x: Number): Number do x end\nlet g = fn(x: Number): Number do f(f) end\n",
     "T006 2:36"},
};

// --- if, match -----------------------------------------------------------------------------------

static const Sample BRANCHES[] = {
    {"let x = if true do 1 else do \"a\" end\n",
     "T037 1:30 If branches have incompatible types: Number vs String"},
    {"let x: List(Any) = if true do [1] else do [\"a\"] end\nlet y: Any = if true do 1 else do "
     "\"a\" end\n",
     ""},
    {"let x: Number = if true do 1 end\n", "T048 1:17 but Number is expected | else"},
    {"fn f(): Number do\n  let x = if true do 1 else return 2 end\n  x\nend\n", ""},
    {"let x = match 5 do 1 do \"a\" end _ do 2 end end\n",
     "T038 1:38 Match arms have incompatible types: String vs Number"},
    {"match 5 do 1 do print(1) end end\n",
     "T031 1:1 Match expression is not exhaustive: literal patterns require a wildcard"},
    {"let r: Result(Number, String) = { ok = 1 }\nmatch r do ok do print(r.ok) end end\n",
     "T031 2:1 found tags ok but missing wildcard or all variants"},
    {"match [1] do [a] do print(a) end end\n",
     "T031 1:1 add a wildcard (_) pattern or cover all cases"},
    {"match 5 do _ do print(1) end 2 do print(2) end end\n",
     "T032 1:30 Unreachable pattern: pattern #2 is unreachable"},
    {"match 5 do 1 do print(1) end 1 do print(2) end _ do print(3) end end\n",
     "T033 1:30 Unreachable pattern: pattern #2"},
    {"match true do true do print(1) end false do print(2) end end\n", ""},
    {"match { a = 1 } do ok do print(1) end err do print(2) end end\n",
     "T034 1:20 Match tag 'ok' not present on matched table type\nT034 1:39 Match tag 'err'"},
    {"let r: Result(Number, String) = { ok = 1 }\nmatch r do ok do r.ok + 1 end err do 0 end end\n",
     ""},
    {"let f = fn(x: Number | String) do match x do Number do 1 end String do 2 end end end\n", ""},
    {"match 5 do n if n > 3 do print(n) end end\n", "T031 1:1 not exhaustive"},
    {"match 5 do n if 3 do print(n) end _ do print(1) end end\n",
     "T018 1:17 Match guard: expected Boolean"},
};

// --- User types, Result, Option ------------------------------------------------------------------

#define USER           "let User = { id = Number, name = String }\n"
#define RESULT_OF_USER "let f = fn(c: Boolean): Result(User, Error) do\n"

static const Sample TYPES[] = {
    {USER "let u: User = { id = 1, name = 2 }\n",
     "T012 2:32 Variable u: declared type User | `name`: expected String, got Number"},
    {USER "let u: User = { id = 1 }\n",
     "T012 2:15 declared type User | the field `name` of type String is missing"},
    {USER "let u: User = { id = 1, name = \"x\", nme = 2 }\n",
     "T019 2:37 Unknown field 'nme' on table User | 'name'"},
    {USER "let v = { id = 1, name = \"x\", more = 2 }\nlet u: User = v\nlet t: Table = u\n", ""},
    {USER "let u = cast(User, { id = 1 })\n",
     "T047 2:20 cast: expected User | `name` of type String is missing"},
    {USER "let u = cast(User, 5)\n", "T046 2:20 cast() can only cast table values, got Number"},
    {USER "let u = cast(5, {})\n", "T045 2:14 the first argument must be a type, got Number"},
    {USER "let u = cast(User, { id = 1, name = \"x\" })\nlet n: Number = u.name\n",
     "T012 3:17 got String"},
    {USER "let u = User(1)\n", "T010 2:9 got Type(User) | cast(User, { … })"},
    {"let Dog = { name = \"Rex\", age = 3 }\nlet d = cast(Dog, {})\nlet n: Number = d.name\n",
     "T012 3:17 got String"},
    {"let A = { name = \"x\" }\nlet B = { size = Number, __parent = A }\nlet b = cast(B, { size = "
     "1 })\n"
     "let a: A = b\nlet s: String = b.name\nprint(b.nam)\n",
     "T019 6:9 Unknown field 'nam' on table B | 'name'"},
    {"let V = { x = Number,\n  __add = fn(a: V, b: V): V do cast(V, { x = a.x + b.x }) end,\n"
     "  len = fn(self, k: Number): Number do self.x * k end }\n"
     "let v = cast(V, { x = 1 })\nlet w: V = v + v\nprint(v.len(2), v:len(2), V.len(v, 2))\n"
     "print(v:len(\"a\"))\nprint(v.ln(2))\nprint(v + 1)\n",
     "T006 7:13 expected Number, got String\nT019 8:9 Unknown field 'ln' on table V\n"
     "T051 9:11 `__add` of V expected V, got Number"},
    {"let G = { greet = fn(String): String }\nlet f = fn(g: G): String do g.greet(\"x\") end\n"
     "f({ greet = fn(n: String): String do n end })\nf({ greet = 5 })\n",
     "T006 4:13 argument 0 expected G | `greet`: expected fn(String): String, got Number"},
    {USER RESULT_OF_USER
     "  if c do return { ok = null, err = cast(Error, { kind = \"k\", message = \"m\" }) } end\n"
     "  { ok = { id = 1, name = \"n\" }, err = null }\nend\n",
     ""},
    {USER RESULT_OF_USER "  return { ok = 5, err = null }\nend\n",
     "T002 3:17 Return type mismatch: expected Result(User, Error) | `ok`: expected User, got "
     "Number"},
    {USER "let f = fn(r: Result(Number, Error)): Result(User, Error) do\n"
          "  if r.err != null do return r end\n  return r\nend\n",
     "T002 4:10 got Result(Number, Error) | if r.err != null do return"},
    {"let o: Option(Number) = { some = 1, none = false }\nlet p: Option(Number) = { some = null, "
     "none = true }\n"
     "let q: Option(Number) = { some = 1, none = null }\nlet s: Option(String) = { some = 1 }\n",
     "T012 4:34 declared type Option(String) | `some`: expected String, got Number"},
    {"let f = fn(c: Boolean) do\n  if c do return { ok = 1, err = null } end\n  { ok = null, err = "
     "\"bad\" }\nend\n"
     "let n: String = f(true).ok\n",
     "T012 5:17 got Number"},
    {"let T = { l = List(String), o = Option(Number) }\nlet t: T = { l = [\"a\"], o = { some = 1 } "
     "}\nlet s: String = t.l[0]\n",
     ""},
};

// What is found on the object, and who gets it as first argument.
static const Sample METHODS[] = {
    {"let t = { go = fn(x: Number): Number do x end }\nt.go(1)\nt:go(1)\n",
     "T006 3:1 argument 0 expected Number | without it: `t.go(…)`"},
    {"let t = { go = fn() do 1 end }\nt:go()\n", "T005 2:3 expected 0 arguments, got 1"},
    {"let S = { area = fn(self): Number }\nlet c = { r = 2, area = fn(self) do self.r end }\n"
     "let s: S = c\nprint(s:area() + 1, s.area() + 1)\n",
     ""},
    {"let f = fn(r: Result(String, Error)): Result(Number, Error) do\n"
     "  match r do err do return r end ok do return { ok = 1, err = null } end end\nend\n",
     ""},
    {"let n = List.nothing([1])\n", "T021 1:14 List has no member named `nothing`"},
};

// The valid fixtures of luma.md 11 in short.
static const Sample FIXTURES[] = {
    {"let make = fn(): Function do\n  var n = 0\n  fn() do n = n + 1 n end\nend\nlet c = "
     "make()\nprint(c() + c())\n",
     ""},
    {"let t = { a = { b = 7 } }\n(1 + 2) * 3 + t.a.b\n", ""},
    {"let grade = fn(n: Number): String do\n  if n > 10 do\n    if n > 20 do return \"big\" else "
     "return \"mid\" end\n"
     "  else\n    return \"small\"\n  end\nend\nvar i = 0\nwhile true do i = i + 1 if i > 5 do "
     "break end end\ni\n",
     ""},
    {"let find = fn(xs: List, x: Number): Number do\n  for y in xs do if y == x do return y end "
     "end\n  return -1\nend\nfind([1, 2], 2)\n",
     ""},
    {"let fact = fn(n: Number): Number do\n  var r = 1\n  var i = 1\n  while i <= n do r = r * i i "
     "= i + 1 end\n  r\nend\nfact(5)\n",
     ""},
    {"let fib = fn(n: Number): Number do if n < 2 do n else fib(n - 1) + fib(n - 2) end "
     "end\nfib(10)\n",
     ""},
    {"let apply = fn(f: Function, x: Number): Number do f(x) end\napply(fn(x: Number): Number do x "
     "* 2 end, 3)\n",
     ""},
    {"let e = []\nvar s = 0\nfor x in [1, 2] do s = s + x if x > 1 do s end end\ns\n", ""},
    {"let name = fn(n: Number): String do\n  match n do\n    0 do return \"zero\" end\n    _ do "
     "return \"many\" end\n  end\nend\nname(0)\n",
     ""},
    {"let add = fn(a: Number) do fn(b: Number) do a + b end end\nadd(1)(2) + add(2)(3)\n", ""},
    {"let t = { greeting = \"Hello\" + \", \" }\nt.greeting + \"World!\"\n", ""},
    {"let t = { a = 1 }\nvar u = t\nu.a = 30\nt.a + t[\"a\"]\n", ""},
    {"let n = 5\nn()\n", "T010 2:1"},
    {"let f = fn(n: Number) do n end\nf(\"x\")\n", "T006 2:3"},
    {"let xs = [1, \"two\", 3]\n", "T013 1:14"},
    {"let x = 1\nx = 2\n", "N003 2:1"},
    {"let x = 1 + \"a\"\n", "T014 1:9"},
    {"if 42 do 1 end\n", "T018 1:4"},
    {"let f = fn(): String do return 5 end\n", "T002 1:32"},
    {"let x: Number = \"a\"\n", "T012 1:17"},
};

// --- Size ----------------------------------------------------------------------------------------

static void check_built(const char *head, const char *part, uint32_t count, const char *tail) {
  Buffer text = {0};
  buffer_text(&text, head);
  for (uint32_t i = 0; i < count; i++) buffer_text(&text, part);
  buffer_text(&text, tail);
  Checked checked;
  checked_make(&checked, DIALECT_LUMA, text.bytes);
  CHECK(checked.diags.error_count == 0);
  if (checked.diags.error_count > 0) sample_print(&checked);
  checked_free(&checked);
  buffer_free(&text);
}

static void test_long_chains(void) {
  check_built("let x = 0", " + 1", 4000, "\n");
  check_built("let x = true", " && true", 4000, "\n");
  check_built("let s = \"a\"", ":upper()", 4000, "\n");
  check_built("let a: Any = 1\nlet s = a", ".f", 4000, "\n");
  check_built("if true do 1\n", "else if true do 2\n", 4000, "end\n");
  check_built("let xs = [", "1, ", 50000, "]\n");
}

// Types that share their parts are exponentially larger when written out.
static void test_shared_parts(void) {
  Buffer text = {0};
  buffer_text(&text, "let r0 = { a = 1 }\nlet s0 = { a = 1 }\nlet T0 = { a = Number }\n"
                     "let A0 = Result(Any, Any)\nlet B0 = Result(Number, Any)\n");
  for (int i = 1; i < 50; i++) {
    buffer_printf(&text, "let r%d = { x = r%d, y = r%d }\n", i, i - 1, i - 1);
    buffer_printf(&text, "let s%d = { x = s%d, y = s%d }\n", i, i - 1, i - 1);
    buffer_printf(&text, "let T%d = { x = T%d, y = T%d }\n", i, i - 1, i - 1);
    buffer_printf(&text, "let A%d = Result(A%d, A%d)\n", i, i - 1, i - 1);
    buffer_printf(&text, "let B%d = Result(B%d, B%d)\n", i, i - 1, i - 1);
  }
  buffer_text(&text, "let t: T49 = r49\nlet l = [r49, s49]\nprint(r49 == s49)\nlet e = []\n"
                     "e:push(r49)\nlet f = fn(a: A49): B49 do a end\n");
  check_built(text.bytes, "", 0, "");
  buffer_free(&text);
}

static void test_types(void) {
  Checked k;
  checked_make(&k, DIALECT_LUMA,
               "let a = [1]\nlet b = { x = 1, y = [\"a\"] }\nlet f = fn(n: Number, s: String): "
               "Boolean do true end\n"
               "let g = fn(...xs: Number) do 1 end\nlet o: Option(String) = { some = \"x\" }\n"
               "let u: Number | String = 1\nlet t: Table(String, Number) = {}\nlet r = { x = { y = "
               "{ z = { w = 1 } } } }\n"
               "let n = []\nlet T = { a = Number }\nlet d = if true do [] else do [1] end\n");
  CHECK_STR(checked_type(&k, "a"), "List(Number)");
  CHECK_STR(checked_type(&k, "b"), "{x: Number, y: List(String)}");
  CHECK_STR(checked_type(&k, "f"), "fn(Number, String): Boolean");
  CHECK_STR(checked_type(&k, "g"), "fn(Number...): Number");
  CHECK_STR(checked_type(&k, "o"), "Option(String)");
  CHECK_STR(checked_type(&k, "u"), "Number | String");
  CHECK_STR(checked_type(&k, "t"), "Table(String, Number)");
  CHECK_STR(checked_type(&k, "r"), "{x: {y: {…}}}");
  CHECK_STR(checked_type(&k, "n"), "List(Unknown)");
  CHECK_STR(checked_type(&k, "T"), "Type(T)");
  CHECK_STR(checked_type(&k, "d"), "List(Number)");
  CHECK(types_of1(&k.types, TYPE_LIST, k.types.number) ==
        types_of1(&k.types, TYPE_LIST, k.types.number));
  Type *promise = types_of1(&k.types, TYPE_PROMISE, k.types.string);
  CHECK(types_of1(&k.types, TYPE_PROMISE, promise) == promise);
  checked_free(&k);
}

// What the compiler reads.
static void test_order(void) {
  Checked k;
  checked_make(&k, DIALECT_LUMA,
               "let f = fn(a, b = 2, c = 3) do a end\nf(1, c = 5)\nf(1, 2)\nlet t = { g = fn(x) do "
               "x end }\nt.g(1)\n");
  const NodeList *items = &k.program->main->body->items;
  const CallNode *named = (const CallNode *)((ExpressionNode *)items->items[1])->value;
  CHECK(named->order && named->order_count == 3);
  CHECK(named->order && named->order[0] == 0 && named->order[1] == -1 && named->order[2] == 1);
  CHECK(!((const CallNode *)((ExpressionNode *)items->items[2])->value)->order);
  CHECK(((const MethodCallNode *)((ExpressionNode *)items->items[4])->value)->is_own_field);
  checked_free(&k);
}

int main(void) {
  SAMPLES(DIALECT_LUMA, VALUES);
  SAMPLES(DIALECT_LUMA, FIELDS);
  SAMPLES(DIALECT_LUMA, FUNCTIONS);
  SAMPLES(DIALECT_LUMA, BRANCHES);
  SAMPLES(DIALECT_LUMA, TYPES);
  SAMPLES(DIALECT_LUMA, METHODS);
  SAMPLES(DIALECT_LUMA, FIXTURES);
  test_long_chains();
  test_shared_parts();
  test_types();
  test_order();
  return check_done("check");
}
