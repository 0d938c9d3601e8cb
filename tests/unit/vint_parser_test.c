// SPDX-License-Identifier: MIT
// vint_parser_test.c - Vint's reader: the tree of every construct, and the message of every mistake
//
// A row of the first tables is a text and its tree as dump_tree writes it, blanks and line ends
// made one blank. A row of MISTAKES is a text and all it is told: code@line:column, in order. What
// follows from another mistake must not be among them.
#include "check.h"

#include "base/arena.h"
#include "base/memory.h"
#include "tree/dump.h"
#include "vint/vint.h"

#include <stdlib.h>

typedef struct Row {
  const char *text;
  const char *expected;
} Row;

// --- What is right -------------------------------------------------------------------------------

static const Row LITERALS[] = {
    {"1 1.5 2.5e3 0x1F 0b11 010",
     "(expression (integer 1)) (expression (number 1.5)) (expression (number 2500)) (expression "
     "(integer 31)) (expression (integer 3)) (expression (integer 8))"},
    {"true false null nil",
     "(expression (boolean true)) (expression (boolean false)) (expression (null)) (expression "
     "(null))"},
    {"\"a\\tb\\q\\x41\\u00e9\"", "(expression (string \"a\\x09b\\\\qAé\"))"},
    {"'it\\'s \\q'", "(expression (string \"it's \\\\q\"))"},
    {"\"two\nlines\"", "(expression (string \"two\\nlines\"))"},
    {"[1, 2,]; []; [[1]]",
     "(expression (list (integer 1) (integer 2))) (expression (list)) (expression (list (list "
     "(integer 1))))"},
    {"{\"a\": 1, 2: b, name: c, error: 4, \"x\" + y: 5,}",
     "(expression (table (entry a (integer 1)) (entry (key (integer 2)) (name b)) (entry (key "
     "(name name)) (name c)) (entry error (integer 4)) (entry (key (binary .+ (string \"x\") "
     "(name y))) (integer 5))))"},
    {"let e = {}", "(declare var (pattern-name e) (table))"},
    {"16.sqrt()", "(expression (method-call sqrt (integer 16)))"},
    {"1..5", "(expression (range (integer 1) (integer 5)))"},
    {"@.n = @.n + 1",
     "(assign (member n (package-self)) (binary .+ (member n (package-self)) (integer 1)))"},
    {"func(x) { x }(5)",
     "(expression (call (function (param x) (block (expression (name x)))) (integer 5)))"},
    {"::type(x)", "(expression (call (name type builtin) (name x)))"},
    {"::println", "(expression (name println builtin))"},
    {"# comment\n#!x\n/* a */ 1 // b", "(expression (integer 1))"},
};

static const Row OPERATORS[] = {
    {"1 + 2 * 3 ** 2 ** -1",
     "(expression (binary .+ (integer 1) (binary .* (integer 2) (binary .^ (integer 3) (binary "
     ".^ (integer 2) (unary .- (integer 1)))))))"},
    {"a ?? b || c && d == e < f .. g + h",
     "(expression (coalesce (name a) (or (name b) (and (name c) (binary .== (name d) (binary .< "
     "(name e) (range (name f) (binary .+ (name g) (name h)))))))))"},
    {"a - b - c", "(expression (binary .- (binary .- (name a) (name b)) (name c)))"},
    {"-2 ** 2", "(expression (binary .^ (unary .- (integer 2)) (integer 2)))"},
    {"!x.m()", "(expression (unary ! (method-call m (name x))))"},
    {"a in b == c", "(expression (binary .== (binary contains (name a) (name b)) (name c)))"},
    {"x in 1..5", "(expression (binary contains (name x) (range (integer 1) (integer 5))))"},
    {"lo..lo+2", "(expression (range (name lo) (binary .+ (name lo) (integer 2))))"},
    {"1 == 1 as string",
     "(expression (as (binary .== (integer 1) (integer 1)) (type-name string)))"},
    {"5 + 1 as string", "(expression (as (binary .+ (integer 5) (integer 1)) (type-name string)))"},
    {"x as pkg.T is []int",
     "(expression (is (as (name x) (type-name pkg.T)) (type-array (type-name int))))"},
    {"a != b <= c >= d > e / f % g",
     "(expression (binary .!= (name a) (binary .> (binary .>= (binary .<= (name b) (name c)) "
     "(name d)) (binary .% (binary ./ (name e) (name f)) (name g)))))"},
    {"&x", "(expression (address (name x)))"},
    {"*p", "(expression (dereference (name p)))"},
    {"*(p).q", "(expression (dereference (member q (name p))))"},
    {"+a", "(expression (unary .+ (name a)))"},
    {"await f()[\"k\"]", "(expression (await (exact-index (call (name f)) (string \"k\"))))"},
    {"(await p)[\"k\"]", "(expression (exact-index (await (name p)) (string \"k\")))"},
    {"await a + 1", "(expression (binary .+ (await (name a)) (integer 1)))"},
};

static const Row POSTFIX[] = {
    {"f(1, b, k = 2, default = 3,)",
     "(expression (call (name f) (integer 1) (name b) (named k (integer 2)) (named default "
     "(integer 3))))"},
    {"a.b.c", "(expression (member c (member b (name a))))"},
    {"a.b(1).c(2)",
     "(expression (method-call c (method-call b (name a) (integer 1)) (integer 2)))"},
    {"(u.cb)(1)", "(expression (call (member cb (name u)) (integer 1)))"},
    {"logger.info(\"x\").repeat(2)",
     "(expression (method-call repeat (method-call info (name logger) (string \"x\")) (integer "
     "2)))"},
    {"d.error", "(expression (member error (name d)))"},
    {"a[1]", "(expression (exact-index (name a) (integer 1)))"},
    {"a[-1][0]",
     "(expression (exact-index (exact-index (name a) (unary .- (integer 1))) (integer 0)))"},
    {"a[1:2]", "(expression (slice (name a) (from (integer 1)) (to (integer 2))))"},
    {"a[:2]", "(expression (slice (name a) (to (integer 2))))"},
    {"a[1:]", "(expression (slice (name a) (from (integer 1))))"},
    {"a[:]", "(expression (slice (name a)))"},
    {"s[1..2]", "(expression (slice inclusive (name s) (from (integer 1)) (to (integer 2))))"},
    {"s[::len(s)]", "(expression (exact-index (name s) (call (name len builtin) (name s))))"},
    {"s[1::len(s)]",
     "(expression (slice (name s) (from (integer 1)) (to (call (name len builtin) (name s)))))"},
    {"x++", "(increment +1 (name x))"},
    {"a.b--", "(increment -1 (member b (name a)))"},
    {"arr[i]++", "(increment +1 (exact-index (name arr) (name i)))"},
    {"print(x++)", "(expression (call (name print) (increment +1 (name x))))"},
    {"User{name: \"A\", age: 3}",
     "(expression (struct-literal (name User) (named name (string \"A\")) (named age (integer "
     "3))))"},
    {"User{}", "(expression (struct-literal (name User)))"},
    {"geo.Point{x: 1}",
     "(expression (struct-literal (member Point (name geo)) (named x (integer 1))))"},
    {"f(func() { 1 })", "(expression (call (name f) (function (block (expression (integer 1))))))"},
};

static const Row ASSIGNMENT[] = {
    {"x = 5", "(assign (name x) (integer 5))"},
    {"x += a + b", "(assign .+ (name x) (binary .+ (name a) (name b)))"},
    {"x -= 1", "(assign .- (name x) (integer 1))"},
    {"x *= 2", "(assign .* (name x) (integer 2))"},
    {"x /= 3", "(assign ./ (name x) (integer 3))"},
    {"x %= 4", "(assign .% (name x) (integer 4))"},
    {"a.b = c = 5", "(assign (member b (name a)) (assign (name c) (integer 5)))"},
    {"a[0] += 1", "(assign .+ (exact-index (name a) (integer 0)) (integer 1))"},
    {"*p = 1", "(assign (dereference (name p)) (integer 1))"},
    {"*p.x += 1", "(assign .+ (dereference (member x (name p))) (integer 1))"},
    {"let y = x = 5", "(declare var (pattern-name y) (assign (name x) (integer 5)))"},
};

static const Row NEWLINES[] = {
    {"f\n(3)", "(expression (name f)) (expression (integer 3))"},
    {"x\n[1]", "(expression (name x)) (expression (list (integer 1)))"},
    {"5\n-3", "(expression (binary .- (integer 5) (integer 3)))"},
    {"a\n.b(1)\n.c", "(expression (member c (method-call b (name a) (integer 1))))"},
    {"a\n+ b", "(expression (binary .+ (name a) (name b)))"},
    {"x\n*p = 1", "(expression (name x)) (assign (dereference (name p)) (integer 1))"},
    {"chan\n(3)", "(expression (channel)) (expression (integer 3))"},
    {"return\n5", "(return) (expression (integer 5))"},
    {"let n = 1 let m = 2;;; let k = 3",
     "(declare var (pattern-name n) (integer 1)) (declare var (pattern-name m) (integer 2)) "
     "(declare var (pattern-name k) (integer 3))"},
    {"x\n{\"a\": 1}", "(expression (name x)) (expression (table (entry a (integer 1))))"},
};

static const Row DECLARATIONS[] = {
    {"let x = 1", "(declare var (pattern-name x) (integer 1))"},
    {"let x: int", "(declare var (pattern-name x) (type (type-name int)))"},
    {"let x: int = 1", "(declare var (pattern-name x) (type (type-name int)) (integer 1))"},
    {"const k = 2", "(declare let constant (pattern-name k) (integer 2))"},
    {"const a: []int = [1]",
     "(declare let constant (pattern-name a) (type (type-array (type-name int))) (list (integer "
     "1)))"},
    {"let f = func(a: int, b: string = \"x\", c = 1,): bool { a }",
     "(declare var (pattern-name f) (function f (param a (type (type-name int))) (param b (type "
     "(type-name string)) (default (string \"x\"))) (param c (default (integer 1))) (result "
     "(type-name bool)) (block (expression (name a)))))"},
    {"func name(a) { return a }",
     "(function-declare (pattern-name name) (function name (param a) (block (return (name a)))))"},
    {"async func name(x: string = \"s\"): int { await x }",
     "(function-declare (pattern-name name) (function name async awaits (param x (type "
     "(type-name string)) (default (string \"s\"))) (result (type-name int)) (block (expression "
     "(await (name x))))))"},
    {"let h = async func(a) { a }",
     "(declare var (pattern-name h) (function h async (param a) (block (expression (name a)))))"},
    {"func rest(a, ...b) { b }",
     "(function-declare (pattern-name rest) (function rest (param a) (param b rest) (block "
     "(expression (name b)))))"},
    {"func f() { return; }", "(function-declare (pattern-name f) (function f (block (return))))"},
    {"func f() { return }", "(function-declare (pattern-name f) (function f (block (return))))"},
    {"func f() { let g = func() { await a } }",
     "(function-declare (pattern-name f) (function f (block (declare var (pattern-name g) "
     "(function g awaits (block (expression (await (name a)))))))))"},
};

static const Row TYPES[] = {
    {"let a: [][3]*{string: chan int}",
     "(declare var (pattern-name a) (type (type-array (type-array (length (integer 3)) "
     "(type-pointer (type-dict (type-name string) (type-channel (type-name int))))))))"},
    {"let a: func(int, x: string) bool",
     "(declare var (pattern-name a) (type (type-function (type-name int) (param x (type-name "
     "string)) (result (type-name bool)))))"},
    {"let a: func()", "(declare var (pattern-name a) (type (type-function)))"},
    {"let a: func", "(declare var (pattern-name a) (type (type-name func)))"},
    {"let a: (int, string)",
     "(declare var (pattern-name a) (type (type-tuple (type-name int) (type-name string))))"},
    {"let a: int | nil | error",
     "(declare var (pattern-name a) (type (type-union (type-name int) (type-name nil) (type-name "
     "error))))"},
    {"let a: geo.Point", "(declare var (pattern-name a) (type (type-name geo.Point)))"},
    {"let a: chan = chan",
     "(declare var (pattern-name a) (type (type-channel (type-name any))) (channel))"},
    {"func f(): {string: int} { {} }",
     "(function-declare (pattern-name f) (function f (result (type-dict (type-name string) "
     "(type-name int))) (block (expression (table)))))"},
    {"func f(a: func(int): int = g) { a }",
     "(function-declare (pattern-name f) (function f (param a (type (type-function (type-name "
     "int) (result (type-name int)))) (default (name g))) (block (expression (name a)))))"},
    {"type Id = int | string\ntype(x)",
     "(type-alias Id (type-union (type-name int) (type-name string))) (expression (call (name "
     "type) (name x)))"},
};

static const Row STRUCTS[] = {
    {"struct E {}", "(struct E)"},
    {"struct P { x, y: int = 1, t: \"q\", o: Point, items: []int = [],\n d: [] e: {} f: {string: "
     "int}\n g: Color.RED, h: geo.Point }",
     "(struct P (field x) (field y (type (type-name int)) (default (integer 1))) (field t "
     "(default (string \"q\"))) (field o (type (type-name Point))) (field items (type "
     "(type-array (type-name int))) (default (list))) (field d (default (list))) (field e "
     "(default (table))) (field f (type (type-dict (type-name string) (type-name int)))) (field "
     "g (default (member RED (name Color)))) (field h (type (type-name geo.Point))))"},
    {"struct P { cb: func(int) int\n b: func(int): int\n l: func(a) { a } }",
     "(struct P (field cb (type (type-function (type-name int) (result (type-name int))))) "
     "(field b (type (type-function (type-name int) (result (type-name int))))) (field l "
     "(default (function (param a) (block (expression (name a)))))))"},
    {"struct P { a b c func len(): int { return this.x } async func z() {} }",
     "(struct P (field a) (field b) (field c) (function len (result (type-name int)) (block "
     "(return (member x (name this))))) (function z async empty (block)))"},
    {"struct P { ch: chan int, c2: chan(3), k: (1 + 2), t: (int, string), p: *P, n: nil, s: "
     "string(\"x\") }",
     "(struct P (field ch (type (type-channel (type-name int)))) (field c2 (default (channel "
     "(integer 3)))) (field k (default (binary .+ (integer 1) (integer 2)))) (field t (type "
     "(type-tuple (type-name int) (type-name string)))) (field p (type (type-pointer (type-name "
     "P)))) (field n (default (null))) (field s (default (call (name string) (string \"x\")))))"},
    {"struct P { error: string, func repeat(n: int) { n } }",
     "(struct P (field error (type (type-name string))) (function repeat (param n (type "
     "(type-name int))) (block (expression (name n)))))"},
    {"enum Color { RED = 1, GREEN = 2, }",
     "(enum Color (member RED (integer 1)) (member GREEN (integer 2)))"},
    {"enum L { debug = 1 info = \"x\" }",
     "(enum L (member debug (integer 1)) (member info (string \"x\")))"},
    {"enum Z {}", "(enum Z)"},
};

static const Row ERRORS_AND_PACKAGES[] = {
    {"error NotFound(name, code)", "(error-declare NotFound (param name) (param code))"},
    {"error Bad(why: string)", "(error-declare Bad (param why (type (type-name string))))"},
    {"error Oops { code: int, why: string }",
     "(error-declare Oops (param code (type (type-name int))) (param why (type (type-name "
     "string))))"},
    {"error f(x)", "(expression (throw (call (name f) (name x))))"},
    {"error \"text\" + x", "(expression (throw (binary .+ (string \"text\") (name x))))"},
    {"Error \"x\"", "(expression (throw (string \"x\")))"},
    {"error NotFound(name)\nerror NotFound(x)",
     "(error-declare NotFound (param name)) (expression (throw (call (name NotFound) (name x))))"},
    {"throw e", "(expression (throw (name e)))"},
    {"throw NotFound(\"x\", 404)",
     "(expression (throw (call (name NotFound) (string \"x\") (integer 404))))"},
    {"info \"x\" + y", "(expression (declarative info (binary .+ (string \"x\") (name y))))"},
    {"::info \"x\"", "(expression (declarative info (string \"x\")))"},
    {"Critical x", "(expression (declarative critical (name x)))"},
    {"package counter { let n = 0 let inc = func() { @.n } }",
     "(expression (package counter (block (declare var (pattern-name n) (integer 0)) (declare "
     "var (pattern-name inc) (function inc (block (expression (member n (package-self)))))))))"},
    {"import a, b as c", "(import a bare (string \"a\")) (import c bare (string \"b\"))"},
    {"import \"lib/shapes.vint\"", "(import shapes (string \"lib/shapes.vint\"))"},
    {"import \"a-b\" as ab", "(import ab (string \"a-b\"))"},
    {"import(\"os\").getEnv(\"X\")",
     "(expression (method-call getEnv (import-call (string \"os\")) (string \"X\""
     ")))"},
    {"include \"x.vint\"", "(include (string \"x.vint\"))"},
};

static const Row BRANCHES[] = {
    {"if (a) { 1 } else if b { 2 } else { 3 }",
     "(expression (if (name a) (block (expression (integer 1))) (else (if (name b) (block "
     "(expression (integer 2))) (else (block (expression (integer 3))))))))"},
    {"let r = if (a) { 1 } else { 2 }",
     "(declare var (pattern-name r) (if (name a) (block (expression (integer 1))) (else (block "
     "(expression (integer 2))))))"},
    {"if x == User { y }",
     "(expression (if (binary .== (name x) (name User)) (block (expression (name y)))))"},
    {"if (User{a: 1}).a { z }",
     "(expression (if (member a (struct-literal (name User) (named a (integer 1)))) (block "
     "(expression (name z)))))"},
    {"if (a) { }\n-3", "(expression (if (name a) (block))) (expression (unary .- (integer 3)))"},
    {"switch (e) { case 1, 2 { a } case n if n > 9 { b } default { c } case 3 if q { d } }",
     "(expression (switch (name e) (case (integer 1) (integer 2) (block (expression (name a)))) "
     "(case binds:n (guard (binary .> (name n) (integer 9))) (block (expression (name b)))) "
     "(case (integer 3) (guard (name q)) (block (expression (name d)))) (default (block "
     "(expression (name c))))))"},
    {"let s = switch x { default { 1 } }",
     "(declare var (pattern-name s) (switch (name x) (default (block (expression (integer 1))))))"},
    {"match v { 1 => \"a\", _ => 0, \"b\" => { c } }",
     "(expression (match statement (name v) (arm (pattern-value (integer 1)) (string \"a\")) "
     "(arm (pattern-value (string \"b\")) (block (expression (name c)))) (arm (pattern-wildcard) "
     "(integer 0))))"},
    {"match v { [h, ...rest] => h, [] => 1, [[a, _], ...] => a }",
     "(expression (match statement (name v) (arm (pattern-list (pattern-name h) rest "
     "(pattern-name rest)) (name h)) (arm (pattern-list) (integer 1)) (arm (pattern-list "
     "(pattern-list (pattern-name a) (pattern-wildcard)) rest) (name a))))"},
    {"match v { {\"k\": x, \"t\": 3} => x, {} => 1, {a, b: [c]} => { c } }",
     "(expression (match statement (name v) (arm (pattern-table (field k (pattern-name x)) "
     "(field t (pattern-value (integer 3)))) (name x)) (arm (pattern-table) (integer 1)) (arm "
     "(pattern-table (field a (pattern-name a)) (field b (pattern-list (pattern-name c)))) "
     "(block (expression (name c))))))"},
    {"match v { n if n > 3 => n\n -5 => 3\n E.A => 1, (x) => 2, 1 + 1 => 3, nil => 4 }",
     "(expression (match statement (name v) (arm (pattern-name n) (guard (binary .> (name n) "
     "(integer 3))) (name n)) (arm (pattern-value (unary .- (integer 5))) (integer 3)) (arm "
     "(pattern-value (member A (name E))) (integer 1)) (arm (pattern-value (name x)) (integer "
     "2)) (arm (pattern-value (binary .+ (integer 1) (integer 1))) (integer 3)) (arm "
     "(pattern-value (null)) (integer 4))))"},
    {"match v { 1 => {\"a\": 2}, 2 => {} }",
     "(expression (match statement (name v) (arm (pattern-value (integer 1)) (table (entry a "
     "(integer 2)))) (arm (pattern-value (integer 2)) (block))))"},
};

static const Row LOOPS[] = {
    {"while (a) { break }", "(while (name a) (block (break 1)))"},
    {"while a.b { continue }", "(while (member b (name a)) (block (continue 1)))"},
    {"for v in x { v }", "(each value:v (name x) (block (expression (name v))))"},
    {"for k, v in {\"a\": 1} { k }",
     "(each key:k value:v (table (entry a (integer 1))) (block (expression (name k))))"},
    {"for (v in ch) { v }", "(each value:v (name ch) (block (expression (name v))))"},
    {"for i in 0..9 { if (i) { break } }",
     "(each value:i (range (integer 0) (integer 9)) (block (expression (if (name i) (block "
     "(break 1))))))"},
    {"repeat 3 { i }", "(repeat i (integer 3) (block (expression (name i))))"},
    {"repeat (n) { i }", "(repeat i (name n) (block (expression (name i))))"},
    {"repeat(n) 3 { n }", "(repeat n (integer 3) (block (expression (name n))))"},
    {"let w = while (a) { b }",
     "(declare var (pattern-name w) (while (name a) (block (expression (name b)))))"},
};

static const Row CONCURRENCY[] = {
    {"go f(x)", "(go (call (name f) (name x)))"},
    {"go func() { 1 }()", "(go (call (function (block (expression (integer 1))))))"},
    {"go 5", "(go (call (function (block (expression (integer 5))))))"},
    {"defer close(ch)", "(defer (call (name close) (name ch)))"},
    {"defer s.m()", "(defer (method-call m (name s)))"},
    {"chan", "(expression (channel))"},
    {"chan(5)", "(expression (channel (integer 5)))"},
    {"::chan(3)", "(expression (channel (integer 3)))"},
    {"::chan", "(expression (channel))"},
    {"select { case v = receive(a) { v } case v, ok = receive(a) { ok } case send(b, x) {} case "
     "r = await p { r } case after(250) {} default {} }",
     "(select (case receive binds:v (name a) (block (expression (name v)))) (case receive "
     "binds:v ok:ok (name a) (block (expression (name ok)))) (case send (name b) (name x) "
     "(block)) (case await binds:r (name p) (block (expression (name r)))) (case after (integer "
     "250) (block)) (case default (block)))"},
    {"select { case receive(a) {} case ::receive(a) {} case v = a.receive() {} case a.send(1) {} "
     "case await p {} }",
     "(select (case receive (name a) (block)) (case receive (name a) (block)) (case receive "
     "binds:v (name a) (block)) (case send (name a) (integer 1) (block)) (case await (name p) "
     "(block)))"},
    {"let v, ok = receive(ch)",
     "(declare var (pattern-name v) (type (type-name any)) (null)) (declare var (pattern-name "
     "ok) (type (type-name any)) (boolean false)) (select (case receive binds:\"received value\" "
     "ok:\"received ok\" (name ch) (block (assign (name v) (name \"received value\")) (assign "
     "(name ok) (name \"received ok\")))))"},
    {"v, ok = ch.receive()",
     "(select (case receive binds:\"received value\" ok:\"received ok\" (name ch) (block (assign "
     "(name v) (name \"received value\")) (assign (name ok) (name \"received ok\")))))"},
    {"try { a } catch (e) { b } finally { c }",
     "(try (block (expression (name a))) error:e (catch (block (expression (name b)))) (finally "
     "(block (expression (name c)))))"},
    {"try { a } catch { b }",
     "(try (block (expression (name a))) (catch (block (expression (name b)))))"},
    {"try { a } finally { c }",
     "(try (block (expression (name a))) (finally (block (expression (name c)))))"},
    {"try { a }\ncatch (e) { b }",
     "(try (block (expression (name a))) error:e (catch (block (expression (name b)))))"},
};

static const Row ORDINARY_NAMES[] = {
    {"type = 5", "(assign (name type) (integer 5))"},
    {"let try = 1", "(declare var (pattern-name try) (integer 1))"},
    {"select(1)", "(expression (call (name select) (integer 1)))"},
    {"print(type)", "(expression (call (name print) (name type)))"},
    {"let f = function(a)", "(declare var (pattern-name f) (call (name function) (name a)))"},
    {"new", "(expression (name new))"},
    {"make(3)", "(expression (call (name make) (integer 3)))"},
    {"let and = 1", "(declare var (pattern-name and) (integer 1))"},
    {"send(ch, receive(ch))",
     "(expression (call (name send) (name ch) (call (name receive) (name ch))))"},
};
// The code blocks of the document that Vint's concurrency started from, as they stand there.
static const char *const SEEDS[] = {
    "// Define an async function\n"
    "let fetchData = async func(url) {\n"
    "    // Simulate async work\n"
    "    return \"Data from \" + url\n"
    "}\n"
    "\n"
    "// Call the function (returns a promise)\n"
    "let promise = fetchData(\"https://api.example.com\")\n"
    "\n"
    "// Wait for the result\n"
    "let result = await promise\n"
    "print(\"Result:\", result)\n",

    "let processData = async func(data) {\n"
    "    return \"Processed: \" + data\n"
    "}\n"
    "\n"
    "let result = await processData(\"my data\")\n"
    "print(result)  // Output: Processed: my data\n",

    "// Execute concurrently\n"
    "go print(\"This runs in a goroutine\")\n"
    "go print(\"This also runs concurrently\")\n"
    "\n"
    "print(\"This runs in the main thread\")\n",

    "// Unbuffered channel\n"
    "let ch = chan\n"
    "\n"
    "// Buffered channel with size 5\n"
    "let bufferedCh = chan(5)\n",

    "// Send to channel\n"
    "send(ch, \"Hello\")\n"
    "\n"
    "// Receive from channel\n"
    "let message = receive(ch)\n"
    "\n"
    "// Close channel\n"
    "close(ch)\n",

    "let dataChan = chan(3)\n"
    "\n"
    "// Producer goroutine\n"
    "go func() {\n"
    "    send(dataChan, \"Item 1\")\n"
    "    send(dataChan, \"Item 2\")\n"
    "    send(dataChan, \"Item 3\")\n"
    "    close(dataChan)\n"
    "}()\n"
    "\n"
    "// Consumer\n"
    "let item1 = receive(dataChan)\n"
    "let item2 = receive(dataChan)\n"
    "let item3 = receive(dataChan)\n"
    "\n"
    "print(\"Received:\", item1, item2, item3)\n",

    "let processInBackground = async func(input) {\n"
    "    let resultChan = chan\n"
    "    \n"
    "    // Process in background\n"
    "    go func() {\n"
    "        let processed = \"Processed: \" + input\n"
    "        send(resultChan, processed)\n"
    "    }()\n"
    "    \n"
    "    // Wait for result\n"
    "    let result = receive(resultChan)\n"
    "    return result\n"
    "}\n"
    "\n"
    "let promise = processInBackground(\"data\")\n"
    "let result = await promise\n"
    "print(\"Final result:\", result)\n",

    "let riskyFunction = async func() {\n"
    "    // If an error occurs, the promise will be rejected\n"
    "    return \"Success!\"\n"
    "}\n"
    "\n"
    "let result = await riskyFunction()\n"
    "print(\"Result:\", result)\n",

    "let task1 = async func() { return \"Task 1 complete\" }\n"
    "let task2 = async func() { return \"Task 2 complete\" }\n"
    "let task3 = async func() { return \"Task 3 complete\" }\n"
    "\n"
    "// Start all tasks\n"
    "let p1 = task1()\n"
    "let p2 = task2()\n"
    "let p3 = task3()\n"
    "\n"
    "// Wait for all to complete\n"
    "let r1 = await p1\n"
    "let r2 = await p2\n"
    "let r3 = await p3\n"
    "\n"
    "print(\"All tasks done:\", r1, r2, r3)\n",

};

// --- What is wrong -------------------------------------------------------------------------------

static const Row MISTAKES[] = {
    {"x := 5", "V060@1:3"},
    {"x, y := f()", "V043@1:1"},
    {"let v := 5", "V062@1:7"},
    {"var y = 3", "V063@1:1"},
    {"let f = (a, b) => a + b", "V065@1:16"},
    {"let g = x => { return x }", "V065@1:11"},
    {"xs.map(x => x + 1)", "V065@1:10"},
    {"func(x) => x", "V065@1:9"},
    {"const a, b = 1", "V041@1:8"},
    {"let a, b", "V041@1:6"},
    {"let {p, q} = o", "V042@1:5"},
    {"let x", "V040@1:5"},
    {"const k: int", "V040@1:7"},
    {"for (let i = 0; i < 3; i++) {\n print(i)\n}", "V026@1:1"},
    {"for i := 0; i < 3; i++ { i }", "V026@1:1"},
    {"for ;; { }", "V026@1:1"},
    {"for i, v := range xs { v }", "V027@1:10"},
    {"for x of xs { x }", "V027@1:7"},
    {"for { }", "V027@1:5"},
    {"for x < 3 { }", "V027@1:7"},
    {"fmt.Println(\"x\")", "V074@1:5"},
    {"function f(a) { a }", "V064@1:1"},
    {"let h = function(a) { a }", "V064@1:9"},
    {"fn f(a) { a }", "V064@1:1"},
    {"def f(a) { a }", "V064@1:1"},
    {"let s = `abc`", "V007@1:9"},
    {"a === b", "V010@1:3"},
    {"a !== b", "V010@1:3"},
    {"let v = <-ch", "V071@1:9"},
    {"ch <- v", "V072@1:4"},
    {"x <-1", ""},
    {"make(chan int, 3)", "V069@1:1"},
    {"chan int", "V070@1:1"},
    {"try { a() } catch e { b() }", "V038@1:19"},
    {"try { }", "V039@1:1"},
    {"let t = try { 1 } catch (e) { 2 }", "V020@1:9"},
    {"new Foo(1)", "V067@1:1"},
    {"class X { }", "V066@1:1"},
    {"not x", "V068@1:1"},
    {"if (a and b) { }", "V011@1:7"},
    {"a and b", "V021@1:3"},
    {"if (a) { } elif (b) { }", "V080@1:12"},
    {"func k(a int, b string) bool { a }", "V075@1:10 V075@1:17 V076@1:25"},
    {"func k(a: int) -> int { a }", "V076@1:16"},
    {"let m: map[string]int", "V078@1:8"},
    {"let n: int[]", "V077@1:8"},
    {"type T struct { a: int }", "V079@1:1"},
    {"struct P { name string }", "V075@1:17"},
    {"switch (x) {\n case 1:\n  f()\n  break\n default:\n  g()\n}", "V030@2:8"},
    {"switch x { default { } default { } }", "V031@1:24"},
    {"match x { default => 1 }", "V032@1:11"},
    {"match x { 1 -> 2 }", "V011@1:13"},
    {"match x { 2 => return 5 }", "V020@1:16"},
    {"++x", "V073@1:1"},
    {"a ? b : c", "V001@1:3"},
    {"a?.b", "V001@1:2"},
    {"return 1, 2", "V029@1:9"},
    {"let in = 5\nprint(in)", "V019@1:5"},
    {"println \"hello\"", "V021@1:9"},
    {"while { }", "V024@1:7"},
    {"if (x) return 1", "V023@1:8"},
    {"if (x = 5) { }", "V025@1:5"},
    {"enum E { A }", "V048@1:10"},
    {"break", "V028@1:1"},
    {"func f() { while (a) { func g() { break } } }", "V028@1:35"},
    {"let größe = 5", "V003@1:5"},
    {"“a”", "V001@1:1"},
    {"f(a b)", "V011@1:5"},
    {"{\"a\": 1 \"b\": 2}", "V011@1:9"},
    {"foo(1, 2\nbar()", "V011@2:1"},
    {"let z =\nlet w = 4", "V052@1:7"},
    {"f(x = 1, 2)", "V046@1:10"},
    {"go func() { }", "V050@1:1"},
    {"defer x", "V051@1:7"},
    {"defer func() { }", "V051@1:7"},
    {"select { case 5 { } }", "V033@1:15"},
    {"select { case v := <-ch { } }", "V036@1:17 V071@1:20"},
    {"select { case v = after(1) { } case v, ok = await p { } }", "V034@1:15 V035@1:40"},
    {"let e = func name() {}", "V047@1:14"},
    {"func two(a = 1, b) {}", "V044@1:17"},
    {"func r(...a, b) {}", "V045@1:14"},
    {"match x { [...a, b] => 1 }", "V045@1:18"},
    {"\"abc\" = 5", "V022@1:1"},
    {"f() = 1", "V022@1:1"},
    {"f()++", "V022@1:1"},
    {"x, y = y, x", "V043@1:1"},
    {"a[]", "V012@1:3"},
    {"1 +", "V012@1:4"},
    {"import 5", "V011@1:8"},
    {"import \"a-b\"", "V049@1:8"},
    {"include x", "V011@1:9"},
    {"let n = 9223372036854775808", "V009@1:9"},
    {"09", "V008@1:1"},
    {"1_000", "S004@1:1"},
    {"15px", "S003@1:3"},
    {"1 # x", "V004@1:3"},
    {"$x", "V001@1:1"},
    {"", "V002@1:1"},
    {"\"abc", "V005@1:1"},
    {"/* abc", "V006@1:1"},
    {"}", "V014@1:1"},
    {"f(1))", "V015@1:5"},
    {"else { }", "V016@1:1"},
    {"case 1 { }", "V016@1:1"},
    {"f(...a)", "V012@1:3"},
    {"func f() {\n if (x) {\n  g()\n\n while (y) {\n  h()\n }\n}", "V013@2:9"},
    {"func f() {", "V013@1:10"},
    {"foo([1, 2", "V013@1:5"},
    {"let a = )\nlet b = ]\nlet c = 1", "V012@1:9 V012@2:9"},
    {"func f() {\n let a = \n let b = 2\n}\nlet c = )", "V052@2:8 V012@5:9"},
    {"struct S {\n a: ,\n b: int\n func () {}\n func m() { let = 1 }\n}\nlet d = )",
     "V012@2:5 V011@4:7 V011@5:17 V012@7:9"},
    {"switch x {\n case 1 { let = }\n case 2 { let = }\n}", "V011@2:15 V011@3:15"},
    {"if (x y) { let = 1 }", "V011@1:7 V011@1:16"},
    {"let a = {\n  \"x\": 1\n  \"y\": 2\n}\nlet = 2", "V011@3:3 V011@5:5"},
};

// --- Running -------------------------------------------------------------------------------------

typedef struct Parsed {
  Source source;
  Arena arena;
  NameTable names;
  Diags diags;
  Program *program;
} Parsed;

static void parse_bytes(Parsed *parsed, const char *text, size_t len) {
  CHECK(source_init(&parsed->source, "test.vint", text, len));
  arena_init(&parsed->arena);
  name_table_init(&parsed->names, &parsed->arena);
  diag_init(&parsed->diags, &parsed->arena, &parsed->source);
  parsed->program = vint_parse(&parsed->source, &parsed->arena, &parsed->names, &parsed->diags);
  CHECK(parsed->program != NULL);
}

static void parse(Parsed *parsed, const char *text) {
  parse_bytes(parsed, text, strlen(text));
}

static void release(Parsed *parsed) {
  diag_free(&parsed->diags);
  name_table_free(&parsed->names);
  arena_free(&parsed->arena);
  source_free(&parsed->source);
}

static NodeList items_of(const Parsed *parsed) {
  return parsed->program->main->body->items;
}

// Blanks and line ends between words become one blank.
static void squeeze(char *text) {
  char *out = text;
  for (const char *in = text; *in; in++) {
    bool is_blank = *in == ' ' || *in == '\n';
    if (is_blank && (out == text || out[-1] == ' ')) continue;
    *out++ = is_blank ? ' ' : *in;
  }
  if (out > text && out[-1] == ' ') out--;
  *out = '\0';
}

static void check_row(const Row *row) {
  Parsed parsed;
  parse(&parsed, row->text);
  Buffer out = {0};
  buffer_text(&out, "");
  for (uint32_t i = 0; i < items_of(&parsed).count; i++) {
    dump_tree(&out, items_of(&parsed).items[i]);
    buffer_byte(&out, ' ');
  }
  buffer_byte(&out, ' ');
  squeeze(out.bytes);
  CHECK_STR(out.bytes, row->expected);
  CHECK(parsed.diags.error_count == 0 && parsed.diags.warning_count == 0);
  buffer_free(&out);
  release(&parsed);
}

static void check_rows(const Row *rows, size_t count) {
  for (size_t i = 0; i < count; i++) check_row(&rows[i]);
}

static void check_mistake(const Row *row) {
  Parsed parsed;
  parse(&parsed, row->text);
  diag_sort(&parsed.diags);
  Buffer out = {0};
  buffer_text(&out, "");
  for (uint32_t i = 0; i < parsed.diags.count; i++) {
    const Diag *diag = parsed.diags.items[i];
    Position at = source_position(&parsed.source, diag->span.start);
    buffer_printf(&out, "%s%s@%u:%u", i ? " " : "", diag_code(diag->code), at.line, at.column);
  }
  CHECK_STR(out.len ? out.bytes : "", row->expected);
  buffer_free(&out);
  release(&parsed);
}

static void test_seeds(void) {
  for (size_t i = 0; i < ARRAY_LEN(SEEDS); i++) {
    Parsed parsed;
    parse(&parsed, SEEDS[i]);
    CHECK(parsed.diags.count == 0);
    CHECK(items_of(&parsed).count > 0);
    CHECK(parsed.program->dialect == DIALECT_VINT && parsed.program->main->is_main);
    release(&parsed);
  }
}

// --- Fields that a dump does not show ------------------------------------------------------------

static void test_function_fields(void) {
  Parsed parsed;
  parse(&parsed,
        "struct S { func m() { await x } }\nasync func f() { }\nlet g = func() { 1 }\nawait y");
  const StructNode *owner = (const StructNode *)items_of(&parsed).items[0];
  const FunctionNode *method = (const FunctionNode *)owner->methods.items[0];
  CHECK(method->this_struct == &owner->node && method->has_await && !method->is_async);
  const DeclareNode *f = (const DeclareNode *)items_of(&parsed).items[1];
  const FunctionNode *function = (const FunctionNode *)f->value;
  CHECK(f->binding == SYMBOL_FUNCTION && function->is_written_async && function->is_body_empty);
  const DeclareNode *g = (const DeclareNode *)items_of(&parsed).items[2];
  CHECK_STR(((const FunctionNode *)g->value)->name->text, "g");
  CHECK(parsed.program->main->has_await);
  release(&parsed);
}

static void check_span(const Parsed *parsed, Span span, const char *expected) {
  char text[64];
  snprintf(text, sizeof(text), "%.*s", (int)(span.end - span.start),
           parsed->source.text + span.start);
  CHECK_STR(text, expected);
}

static void test_spans(void) {
  Parsed parsed;
  parse(&parsed, "let a = (b + c.d(1)) * 2  // x\nif (x) { y } else { z }  ");
  const DeclareNode *let = (const DeclareNode *)items_of(&parsed).items[0];
  check_span(&parsed, let->node.span, "let a = (b + c.d(1)) * 2");
  const BinaryNode *product = (const BinaryNode *)let->value;
  check_span(&parsed, product->op_span, "*");
  const BinaryNode *sum = (const BinaryNode *)product->left;
  check_span(&parsed, sum->node.span, "b + c.d(1)");
  check_span(&parsed, sum->right->span, "c.d(1)");
  check_span(&parsed, ((const MethodCallNode *)sum->right)->name_span, "d");
  check_span(&parsed, items_of(&parsed).items[1]->span, "if (x) { y } else { z }");
  release(&parsed);
}

// The name `::name` and the name of a parameter are one pointer.
static void test_names_are_interned(void) {
  Parsed parsed;
  parse(&parsed, "::len(len)");
  const ExpressionNode *statement = (const ExpressionNode *)items_of(&parsed).items[0];
  const CallNode *call = (const CallNode *)statement->value;
  const NameNode *callee = (const NameNode *)call->callee;
  const NameNode *argument = (const NameNode *)call->args[0].value;
  CHECK(callee->name == argument->name && callee->is_builtin && !argument->is_builtin);
  release(&parsed);
}

// --- Messages ------------------------------------------------------------------------------------

static void check_message(const char *text, const char *message, const char *help) {
  Parsed parsed;
  parse(&parsed, text);
  CHECK(parsed.diags.count == 1);
  const Diag *diag = parsed.diags.items[0];
  CHECK_STR(diag->message, message);
  const DiagNote *note = diag->notes;
  while (note && !note->is_help) note = note->next;
  if (help) CHECK_STR(note ? note->text : NULL, help);
  release(&parsed);
}

static void test_messages(void) {
  check_message("count := 5", "`:=` is not Vint",
                "a new variable is declared with `let count = …`");
  check_message("f(1 2)", "expected `,` or `)`, found the number 2", NULL);
  check_message("let = 1", "expected the variable's name, found `=`", NULL);
  check_message("new Foo(1)", "`new` is not Vint", "a struct is made by calling it: `Foo(…)`");
  check_message("let x =\nlet y = 1", "expected a value behind `=`, found the end of the line",
                NULL);
  check_message("if (a and b) { }", "expected `)`, found `and`", "both must hold: `a && b`");
  check_message("fmt.Printf(x)", "the module `fmt` has no `Printf`", "write `fmt.printf(…)`");
  check_message("let n: int[]", "the brackets of an array's type stand first", "write `[]int`");
}

// --- Limits --------------------------------------------------------------------------------------

static char *repeat_text(const char *before, const char *part, size_t count, const char *after) {
  size_t part_len = strlen(part), before_len = strlen(before);
  char *text = malloc(before_len + part_len * count + strlen(after) + 1);
  memcpy(text, before, before_len);
  for (size_t i = 0; i < count; i++) memcpy(text + before_len + i * part_len, part, part_len);
  strcpy(text + before_len + part_len * count, after);
  return text;
}

static void check_repeated(const char *before, const char *part, size_t count, const char *after,
                           uint32_t errors) {
  char *text = repeat_text(before, part, count, after);
  Parsed parsed;
  parse(&parsed, text);
  CHECK(parsed.diags.error_count == errors);
  release(&parsed);
  free(text);
}

static void test_depth(void) {
  char *closed = repeat_text("1", ")", 1000, "");
  check_repeated("", "(", 1000, closed, 0);
  free(closed);
  closed = repeat_text("1", ")", 1001, "");
  check_repeated("", "(", 1001, closed, 1);
  free(closed);
  static const char *const parts[] = {
      "(",
      "[",
      "{",
      "{\"a\":",
      "f(",
      "a[",
      "!",
      "- ",
      "await ",
      "2**",
      "a=",
      "if (a) {",
      "throw ",
      "info ",
      "try {",
      "f(func() {",
      "match a {[",
      "match a {1=>",
      "package a {",
      "select { default {",
      "switch a { case 1 {",
      "A{b:",
  };
  for (size_t i = 0; i < ARRAY_LEN(parts); i++) check_repeated("", parts[i], 10000, "", 1);
  check_repeated("let a: ", "[]", 10000, "int", 1);
}

// A chain makes no C stack but a high tree.
static void test_chains(void) {
  check_repeated("1", "+1", 3000, "", 0);
  check_repeated("a", ".b()", 3000, "", 0);
  check_repeated("if (a) {}", " else if (b) {}", 3000, "", 0);
  check_repeated("1", "+1", 500000, "", 1);
  check_repeated("a", "()", 500000, "", 1);
  check_repeated("[", "1,", 500000, "]", 0);
  check_repeated("\"", "a", 1000000, "\"", 0);
  check_repeated("", "a", 1000000, "", 0);
  check_repeated("", "$", 1000000, "", 1);
  check_repeated("", "}", 10000, "", 1);
}

static void test_odd_texts(void) {
  Parsed parsed;
  parse(&parsed, "");
  CHECK(parsed.diags.count == 0 && items_of(&parsed).count == 0);
  CHECK(parsed.program->main->is_body_empty);
  release(&parsed);
  parse(&parsed, "\xEF\xBB\xBF#!/usr/bin/env x\r\nlet a = 1\r\n");
  CHECK(parsed.diags.count == 0 && items_of(&parsed).count == 1);
  release(&parsed);
  parse_bytes(&parsed, "let a\0b", 7);
  CHECK(parsed.diags.error_count == 1);
  release(&parsed);
  parse(&parsed, "f(\xFF");
  CHECK(parsed.diags.error_count == 1);
  release(&parsed);
}

#define CHECK_ROWS(rows) check_rows(rows, ARRAY_LEN(rows))

int main(void) {
  CHECK_ROWS(LITERALS);
  CHECK_ROWS(OPERATORS);
  CHECK_ROWS(POSTFIX);
  CHECK_ROWS(ASSIGNMENT);
  CHECK_ROWS(NEWLINES);
  CHECK_ROWS(DECLARATIONS);
  CHECK_ROWS(TYPES);
  CHECK_ROWS(STRUCTS);
  CHECK_ROWS(ERRORS_AND_PACKAGES);
  CHECK_ROWS(BRANCHES);
  CHECK_ROWS(LOOPS);
  CHECK_ROWS(CONCURRENCY);
  CHECK_ROWS(ORDINARY_NAMES);
  for (size_t i = 0; i < ARRAY_LEN(MISTAKES); i++) check_mistake(&MISTAKES[i]);
  test_seeds();
  test_function_fields();
  test_spans();
  test_names_are_interned();
  test_messages();
  test_depth();
  test_chains();
  test_odd_texts();
  return check_done("vint_parser_test");
}
