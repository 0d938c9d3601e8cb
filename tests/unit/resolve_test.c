// SPDX-License-Identifier: MIT
// resolve_test.c - what names mean, where variables live, what is reported
//
// Each test is a small program and what the resolver makes of it, as text:
//   uses   "x@3=1 module unset" : the x on line 3 is the one declared on line 1, lives in a slot
//          of the module, and reading it must check; built-ins are "print@1=builtin"
//   fns    "f(a b) g(!f)" : f captures a and b; g captures f, which is the function around it
//   diags  "N001 3 Undefined variable: x" : code, line, message
// Uses of built-ins are left out of `uses`, for they stand in every line.
#include "check.h"

#include "base/buffer.h"
#include "check/resolve.h"
#include "luma/luma.h"
#include "tree/build.h"
#include "tree/walk.h"
#include "vint/vint.h"

static const DeclRow rows[] = {
    {"", "print", "fn(values: Any...): Null", DECL_LUMA | DECL_VINT},
    {"", "cast", "fn(type: Any, value: Any): Any", DECL_LUMA},
    {"", "Number", "Type", DECL_LUMA},
    {"", "String", "Type", DECL_LUMA},
    {"", "NaN", "Number", DECL_LUMA},
    {"", "int", "fn(value: Any): Number", DECL_VINT},
    {"http", "get", "fn(url: String): Promise(Expected)", DECL_LUMA},
    {"time", "now", "fn(): Number", DECL_VINT},
    {"List(T)", "map", "fn(f: fn(T): U): List(U)", DECL_LUMA | DECL_VINT},
    {"string", "trim", "fn(text: String): String", DECL_VINT},
    {"", "string", "fn(value: Any): String", DECL_VINT},
    {"empty", "", "Module", DECL_LUMA},
};

typedef struct Sample {
  Arena arena;
  NameTable names;
  Source source;
  Diags diags;
  Decls decls;
  Program *program;
  Buffer text;
} Sample;

static void make_sample(Sample *s, Dialect dialect, const char *text) {
  memset(s, 0, sizeof(*s));
  arena_init(&s->arena);
  name_table_init(&s->names, &s->arena);
  CHECK(source_init(&s->source, "test", text, strlen(text)));
  diag_init(&s->diags, &s->arena, &s->source);
  decls_init(&s->decls, rows, ARRAY_LEN(rows));
  s->program = (dialect == DIALECT_LUMA ? luma_parse : vint_parse)(&s->source, &s->arena, &s->names,
                                                                   &s->diags);
  CHECK(s->diags.error_count == 0);
  resolve_program(s->program, &s->decls, &s->diags);
  diag_sort(&s->diags);
}

static void free_sample(Sample *s) {
  buffer_free(&s->text);
  decls_free(&s->decls);
  diag_free(&s->diags);
  source_free(&s->source);
  name_table_free(&s->names);
  arena_free(&s->arena);
}

// --- Telling what was found
// ------------------------------------------------------------------------

static uint32_t line_of(const Sample *s, Span span) {
  return source_position(&s->source, span.start).line;
}

static void show_symbol(Sample *s, const Name *name, Span span, const Symbol *symbol) {
  static const char *const storages[] = {"", " cell", " module", " builtin", " member"};
  if (symbol && symbol->kind == SYMBOL_BUILTIN) return;
  if (s->text.len > 0) buffer_text(&s->text, ", ");
  buffer_printf(&s->text, "%s@%u=", name->text, line_of(s, span));
  if (!symbol) {
    buffer_byte(&s->text, '?');
    return;
  }
  buffer_printf(&s->text, "%u%s%s%s", line_of(s, symbol->span), storages[symbol->storage],
                symbol->may_be_unset ? " unset" : "", symbol->is_hoisted ? " hoisted" : "");
}

static void show_uses(void *context, Node *node) {
  Sample *s = context;
  if (node->kind == NODE_NAME) {
    const NameNode *name = (NameNode *)node;
    show_symbol(s, name->name, node->span, name->symbol);
  } else if (node->kind == NODE_PATTERN_NAME &&
             ((PatternNameNode *)node)->meaning == PATTERN_TYPE) {
    const PatternNameNode *name = (PatternNameNode *)node;
    show_symbol(s, name->name, node->span, name->symbol);
  } else if (node->kind == NODE_TYPE_NAME && ((TypeNameNode *)node)->symbol) {
    const TypeNameNode *name = (TypeNameNode *)node;
    show_symbol(s, name->name, node->span, name->symbol);
  }
  walk_children(node, show_uses, s);
}

static void show_function(Sample *s, const FunctionNode *function) {
  if (s->text.len > 0) buffer_byte(&s->text, ' ');
  buffer_printf(&s->text, "%s%s(", function->is_async ? "async " : "",
                function->name ? function->name->text : "fn");
  for (uint32_t at = 0; at < function->capture_count; at++) {
    const Symbol *symbol = function->captures[at].symbol;
    bool is_maker = symbol->self && symbol->self == function->parent;
    buffer_printf(&s->text, "%s%s%s", at > 0 ? " " : "", is_maker ? "!" : "", symbol->name->text);
  }
  buffer_byte(&s->text, ')');
}

static void show_functions(void *context, Node *node) {
  if (node->kind == NODE_FUNCTION && !((FunctionNode *)node)->is_main)
    show_function(context, (FunctionNode *)node);
  if (node->kind == NODE_STRUCT && ((StructNode *)node)->maker)
    show_function(context, ((StructNode *)node)->maker);
  walk_children(node, show_functions, context);
}

static void show_diags(Sample *s) {
  for (uint32_t at = 0; at < s->diags.count; at++) {
    const Diag *diag = s->diags.items[at];
    buffer_printf(&s->text, "%s%s %u %s", at > 0 ? "\n" : "", diag_code(diag->code),
                  line_of(s, diag->span), diag->message);
    for (const DiagNote *note = diag->notes; note; note = note->next)
      if (note->is_help && strstr(note->text, "did you mean"))
        buffer_printf(&s->text, "; %s", note->text);
  }
}

typedef enum Show { SHOW_USES, SHOW_FUNCTIONS, SHOW_DIAGS } Show;

static void check_program(Dialect dialect, Show show, const char *text, const char *wanted,
                          int line) {
  Sample s;
  make_sample(&s, dialect, text);
  buffer_text(&s.text, "");
  if (show == SHOW_DIAGS)
    show_diags(&s);
  else {
    if (show == SHOW_USES)
      show_uses(&s, &s.program->main->node);
    else
      show_functions(&s, &s.program->main->node);
    CHECK(s.diags.error_count == 0);
  }
  check_same(s.text.bytes ? s.text.bytes : "", wanted, __FILE__, line);
  free_sample(&s);
}

#define LUMA_USES(text, wanted)  check_program(DIALECT_LUMA, SHOW_USES, text, wanted, __LINE__)
#define LUMA_FNS(text, wanted)   check_program(DIALECT_LUMA, SHOW_FUNCTIONS, text, wanted, __LINE__)
#define LUMA_DIAGS(text, wanted) check_program(DIALECT_LUMA, SHOW_DIAGS, text, wanted, __LINE__)
#define VINT_USES(text, wanted)  check_program(DIALECT_VINT, SHOW_USES, text, wanted, __LINE__)
#define VINT_FNS(text, wanted)   check_program(DIALECT_VINT, SHOW_FUNCTIONS, text, wanted, __LINE__)
#define VINT_DIAGS(text, wanted) check_program(DIALECT_VINT, SHOW_DIAGS, text, wanted, __LINE__)

// --- Luma: scopes --------------------------------------------------------------------------------

static void test_luma_scopes(void) {
  LUMA_USES("let x = 1\nprint(x)", "x@2=1");
  // A second declaration shadows from its line on; its own initialiser still sees the first.
  LUMA_USES("let x = 1\nlet x = x\nprint(x)", "x@2=1, x@3=2");
  LUMA_USES("let x = 1\ndo\nprint(x)\nlet x = 2\nprint(x)\nend\nprint(x)", "x@3=1, x@5=4, x@7=1");
  LUMA_USES("if true do\nlet x = 1\nx\nelse do\nlet x = 2\nx\nend", "x@3=2, x@6=5");
  LUMA_USES("for x in [1] do\nlet x = x\nx\nend", "x@2=1, x@3=2");
  LUMA_USES("match 1 do\nx if x > 1 do x end\n_ do 1 end\nend", "x@2=2, x@2=2");
  LUMA_USES("let [a, {b}, ...c] = [1]\n[a, b, c]", "a@2=1, b@2=1, c@2=1");
  // The condition of do-while stands outside of the body.
  LUMA_DIAGS("do\nlet x = 1\nwhile x > 1 end", "N001 3 Undefined variable: x");
  // Parameters: later defaults see earlier ones; the body may declare the name again.
  LUMA_USES("let f = fn(a, b = a) do\nlet a = a\na + b\nend", "a@1=1, a@2=1, a@3=2, b@3=1");
  LUMA_USES("let print = 1\nprint", "print@2=1");
}

static void test_luma_hoisting(void) {
  LUMA_USES("f()\nfn f() do 1 end", "f@1=2 hoisted");
  LUMA_USES("fn f() do 1 end\nf()", "f@2=1");
  LUMA_USES("f()\nlet f = fn() do 1 end", "f@1=2 unset");
  // Alternating forms: the last above, or the first below.
  LUMA_USES("f()\nfn f() do 1 end\nf()\nlet f = fn() do 2 end\nf()\nfn f() do 3 end\nf()",
            "f@1=2 hoisted, f@3=2 hoisted, f@5=4, f@7=6");
  LUMA_DIAGS("print(x)\nlet x = 1", "N001 1 Undefined variable: x");
  LUMA_DIAGS("let x = x", "N001 1 Undefined variable: x");
  LUMA_DIAGS("let t = { a = t }", "N001 1 Undefined variable: t");
  // In an inner block only functions are visible above their line.
  LUMA_DIAGS("do\nlet f = fn() do x end\nlet x = 1\nend", "N001 2 Undefined variable: x");
  LUMA_USES("do\nlet x = 0\ndo\nx\nlet x = 1\nend\nend", "x@4=2");
}

// What can run before what.
static void test_luma_order(void) {
  LUMA_USES("fn f() do x end\nlet x = 1\nf()", "x@1=2 module, f@3=1");
  LUMA_USES("fn f() do x end\nf()\nlet x = 1", "x@1=3 module unset, f@2=1");
  LUMA_USES("f()\nlet x = 1\nfn f() do x end", "f@1=3 hoisted, x@3=2 module unset");
  // Through another function, which thereby is wanted early itself.
  LUMA_USES("f()\nlet x = 1\nfn g() do x end\nfn f() do g() end",
            "f@1=4 hoisted, x@3=2 module unset, g@4=3 module hoisted");
  LUMA_USES("let x = 1\nfn g() do x end\nfn f() do g() end\nf()",
            "x@2=1 module, g@3=2 module, f@4=3");
  // Functions of each other, first used at the end: nothing is unset.
  LUMA_USES("fn even() do odd() end\nlet n = 1\nfn odd() do even() + n end\neven()",
            "odd@1=3 module, even@3=1 module, n@3=2 module, even@4=1 module");
  // A `let` that is wanted early raises, so it runs from its line on.
  LUMA_USES("let g = fn() do x end\nfn h() do g() end\nh()\nlet x = 1",
            "x@1=4 module unset, g@2=1 module, h@3=2");
  LUMA_USES("h()\nlet a = 1\nlet g = fn() do a end\nfn h() do g() end",
            "h@1=4 hoisted, a@3=2 module, g@4=3 module unset");
  // A type's methods run when somebody has the type; its own name is set by then.
  LUMA_USES("let T = { new = fn() do cast(T, U) end }\nlet U = {}\nT.new()",
            "T@1=1 module, U@1=2 module, T@3=1 module");
  LUMA_USES("let T = { new = fn() do cast(T, U) end }\nT.new()\nlet U = {}",
            "T@1=1 module, U@1=3 module unset, T@2=1 module");
  // A function that is called while the table is being made.
  LUMA_USES("fn call(f) do f() end\nlet T = { x = call(fn() do T end) }",
            "f@1=1, call@2=1, T@2=2 module unset");
  LUMA_USES("fn unused() do x end\nlet x = 1", "x@1=2 module");
}

static void test_luma_storage(void) {
  LUMA_USES("var x = 1\nx = 2", "x@2=1");
  LUMA_USES("var x = 1\nfn f() do x = 2 end", "x@2=1 module");
  LUMA_USES("do\nlet x = 1\nlet f = fn() do x end\nend", "x@3=2");
  LUMA_USES("do\nvar x = 1\nlet f = fn() do x end\nx = 2\nend", "x@3=2 cell, x@4=2 cell");
  LUMA_USES("do\nvar x = 1\nlet f = fn() do x = 2 end\nend", "x@3=2 cell");
  LUMA_USES("do\nvar x = 1\nx = 2\nend", "x@3=2");
  LUMA_USES("let f = fn(a) do\nlet g = fn() do a end\na = 2\nend", "a@2=1 cell, a@3=1 cell");
  LUMA_USES("for i in [1] do\nlet f = fn() do i end\nend", "i@2=1");
  // A statement is made at its line unless it is wanted before.
  LUMA_USES("do\nlet x = 1\nfn f() do x end\nf()\nend", "x@3=2, f@4=3");
  LUMA_USES("do\nf()\nlet x = 1\nfn f() do x end\nend", "f@2=4 hoisted, x@4=3 cell unset");
  LUMA_USES("do\nfn even() do odd() end\nfn odd() do even() end\neven()\nend",
            "odd@2=3 cell unset, even@3=2, even@4=2");
  LUMA_USES("do\na()\nfn a() do b() end\nfn b() do a() end\nend",
            "a@2=3 hoisted, b@3=4 cell unset hoisted, a@4=3 hoisted");
  LUMA_USES("do\nlet t = { f = fn() do t end }\nend", "t@2=2 cell unset");
}

static void test_luma_captures(void) {
  LUMA_FNS("let f = fn() do\nlet a = 1\nlet g = fn() do fn() do a end end\nend", "f() g(a) fn(a)");
  LUMA_FNS("let x = 1\nlet f = fn() do fn() do x end end", "f() fn()");
  // Recursion is no capture; what is nested gets the function from the function.
  LUMA_FNS("do\nlet f = fn(n) do f(n) end\nend", "f()");
  LUMA_FNS("do\nlet f = fn(n) do fn() do fn() do f(n) end end end\nend", "f() fn(n !f) fn(n f)");
  LUMA_FNS("do\nfn f(n) do f(n) end\nend", "f()");
  LUMA_USES("let f = fn(n) do f(n) end", "f@1=1, n@1=1");
  LUMA_USES("let f = fn(n) do fn() do f(n) end end", "f@1=1 module, n@1=1");
  // An assigned name cannot stand for the function itself.
  LUMA_FNS("do\nvar f = fn(n) do f(n) end\nf = null\nend", "f(f)");
  LUMA_USES("do\nvar f = fn(n) do f(n) end\nf = null\nend",
            "f@2=2 cell unset, n@2=2, f@3=2 cell unset");
  LUMA_USES("var f = fn(n) do f(n) end\nf = null", "f@1=1 module, n@1=1, f@2=1 module");
}

static void test_luma_async(void) {
  LUMA_FNS("let a = fn(p) do await p end", "async a()");
  LUMA_FNS("let a = fn(): Promise(Number) do 1 end", "async a()");
  LUMA_FNS("let a = fn(p) do\nlet b = fn() do await p end\nend", "a() async b(p)");
  LUMA_FNS("await 1\nfn f(): Number do 1 end", "f()");
}

static void test_luma_types(void) {
  // Types may be used above their line on top; they are no use that is captured.
  LUMA_USES("let f = fn(u: User): List(User) do [u] end\nlet User = { name = String }",
            "User@1=2, User@1=2, u@1=1");
  LUMA_USES("let x: Unknown = 1", "");
  LUMA_USES("let A = { x = 1 }\nmatch 1 do\nA do 1 end\nNumber do 2 end\nother do other end\nend",
            "A@3=1, other@5=5");
  // Capitalised but no type: binds.
  LUMA_USES("let A = 1\nmatch 1 do A do A end end", "A@2=2");
  LUMA_USES("match 1 do NaN do NaN end end", "NaN@1=1");
  LUMA_USES("let t = 1\nmatch 1 do t do t end end", "t@2=2");
  LUMA_USES("let r = {}\nmatch r do ok do r end err do r end end", "r@2=1, r@2=1, r@2=1");
}

static void test_luma_reports(void) {
  LUMA_DIAGS("let count = 1\nprint(cuont)",
             "N001 2 Undefined variable: cuont; did you mean 'count', 'print' or 'cast'?");
  LUMA_DIAGS("prnt(1)", "N001 1 Undefined variable: prnt; did you mean 'print'?");
  LUMA_DIAGS("let x = 1\nx = 2", "N003 2 Cannot assign to immutable variable: x");
  LUMA_DIAGS("for i in [1] do i = 2 end", "N003 1 Cannot assign to immutable variable: i");
  LUMA_DIAGS("fn f() do 1 end\nf = 2", "N003 2 Cannot assign to immutable variable: f");
  LUMA_DIAGS("print = 2", "N003 1 Cannot assign to immutable variable: print");
  LUMA_DIAGS("match 1 do x do x = 1 end end", "N003 1 Cannot assign to immutable variable: x");
  LUMA_DIAGS("let t = {}\nt.x = 1\nt[\"y\"] = 2", "");
  LUMA_DIAGS("y = 2", "N001 1 Undefined variable: y");
  LUMA_DIAGS("break", "N005 1 `break` outside of a loop");
  LUMA_DIAGS("while true do\nlet f = fn() do continue end\nend",
             "N005 2 `continue` outside of a loop");
  LUMA_DIAGS("while true do while true do\nbreak 2\nbreak 3\nend end",
             "N006 3 `break 3` exceeds loop nesting depth, which is 2 here");
  LUMA_DIAGS("let f = fn(a, a) do 1 end", "N008 1 two parameters are named `a`");
  LUMA_DIAGS("http.get(\"x\")", "");
}

// --- Vint
// ------------------------------------------------------------------------------------------

static void test_vint_scopes(void) {
  VINT_USES("let x = 1\nif (true) { let x = 2\nprint(x) }\nprint(x)", "x@3=2, x@4=1");
  VINT_USES("let i = 5\nrepeat 3 { print(i) }", "i@2=2");
  VINT_USES("for k, v in [1] { print(k, v) }", "k@1=1, v@1=1");
  VINT_USES("let f = func(a) { return f(a) }", "f@1=1, a@1=1");
  VINT_USES("go_()\nfunc go_() { }", "go_@1=2 hoisted");
  VINT_USES("let p = 1\n::print(p)", "p@2=1");
  VINT_USES("let print = 1\n::print(print)", "print@2=1");
  VINT_USES("try { print(1) } catch (e) { print(e) }", "e@1=1");
  VINT_USES("switch (1) { case n if n > 1 { print(n) } default { } }", "n@1=1, n@1=1");
  VINT_USES("match [1] { [a, ...b] => { print(a, b) } _ => 1 }", "a@1=1, b@1=1");
  VINT_USES("let ch = chan\nselect { case v, ok = receive(ch) { print(v, ok) } default { } }",
            "ch@2=1, v@2=2, ok@2=2");
  VINT_USES("import time\nprint(time.now())", "time@2=1");
  VINT_USES("let f = func() {\nlet g = func() { return t }\nlet t = 1\nreturn g()\n}",
            "t@2=3 cell unset, g@4=2");
  VINT_FNS("let f = async func(a) { return a }\nlet g = func(p) { return await p }",
           "async f() g()");
}

static void test_vint_structs(void) {
  VINT_USES("struct A { x: int = n, func get() { return this.x } }\nlet n = 1\nprint(A(1))",
            "n@1=2 module, this@1=1, A@3=1");
  VINT_FNS("let f = func(n) {\nstruct A { x: int = n, func get() { return func() { this.x } } }\n}",
           "f() A(n) get() fn(this)");
  VINT_USES("struct A { func make() { return A() } }", "A@1=1 module");
  VINT_USES("enum E { X = 1 }\nlet f = func(e: E) { return E.X }", "E@2=1 module, E@2=1 module");
  VINT_USES("error Bad(code)\nthrow Bad(1)", "Bad@2=1");
  VINT_USES("let a = func(u: U) { return u }\nstruct U { x: int }", "U@1=2, u@1=1");
}

static void test_vint_packages(void) {
  VINT_USES("package p {\nlet n = 1\nlet inc = func() { n = n + 1\nreturn @.n }\n}\np.inc()",
            "n@3=2 member, n@3=2 member, p@6=1 module");
  VINT_FNS("let f = func() {\npackage p { let n = 1\nlet inc = func() { return n } }\n}",
           "f() inc(p)");
  VINT_DIAGS("print(@.n)", "N012 1 `@` outside of a package");
}

static void test_vint_addresses(void) {
  VINT_USES("let f = func() {\nlet x = 1\nlet p = &x\n*p = 2\nreturn x\n}",
            "x@3=2 cell, p@4=3, x@5=2 cell");
  VINT_USES("let x = 1\nlet p = &x\n", "x@2=1 cell");
}

static void test_vint_reports(void) {
  VINT_DIAGS("let x = 1\nlet x = 2", "N007 2 `x` is already declared in this block");
  VINT_DIAGS("let f = func(x) { let x = 1 }", "N007 1 `x` is already declared in this block");
  VINT_DIAGS("let f = func() { return 1 }\nfunc f() { return 2 }",
             "N010 2 `f` is already a function with 0 parameters, so this one is never called");
  VINT_DIAGS("const c = 1\nc = 2\nc++",
             "N004 2 cannot assign to constant: c\nN004 3 cannot assign to constant: c");
  VINT_DIAGS("let f = func() { return 1 }\nf = 2", "");
  VINT_DIAGS("for i in [1] { i = 2 }", "");
  VINT_DIAGS("x = 1", "N001 1 Undefined variable: x");
  VINT_DIAGS("time.now()", "N001 1 Undefined variable: time");
  VINT_DIAGS("import time\nimport time", "");
  VINT_DIAGS("string(1)\nimport string\nstring.trim(\"\")", "");
  VINT_DIAGS("let time = 1\nimport time",
             "N011 2 `time` is already declared in this block, so the import binds nothing");
  VINT_DIAGS("::qqqq(1)", "N002 1 there is no built-in named `qqqq`");
  VINT_DIAGS("type Id = int\nlet x: Id = 1\nprint(Id)", "N013 3 `Id` is a type, not a value");
  VINT_DIAGS("let _ = 1\nlet _ = 2\nfor _, _ in [1] { }", "");
}

// --- Sizes
// -----------------------------------------------------------------------------------------

// A chain that leans to the left (a + a + a …, a()()() …) or `else if` to the right, longer than
// the parsers let through: the resolver follows it without nesting calls. The parsed program's
// first expression is replaced by the chain.
static Node *lean(Arena *arena, NodeKind kind, Node *left, Node *right) {
  if (kind == NODE_BINARY) {
    BinaryNode *node = BUILD(arena, Binary, BINARY, left->span);
    node->left = left;
    node->right = right;
    return &node->node;
  }
  if (kind == NODE_CALL) {
    CallNode *node = BUILD(arena, Call, CALL, left->span);
    node->callee = left;
    return &node->node;
  }
  IfNode *node = BUILD(arena, If, IF, left->span);
  node->condition = right;
  node->then_branch = BUILD(arena, Block, BLOCK, left->span);
  node->else_branch = left->kind == NODE_IF ? left : NULL;
  return &node->node;
}

static void check_chain(NodeKind kind) {
  Sample s;
  make_sample(&s, DIALECT_LUMA, "let a = 1\na");
  ExpressionNode *statement = (ExpressionNode *)s.program->main->body->items.items[1];
  CHECK(statement->node.kind == NODE_EXPRESSION);
  Node *name = statement->value;
  for (int at = 0; at < 300000; at++)
    statement->value = lean(&s.arena, kind, statement->value, name);
  ((NameNode *)name)->symbol = NULL;
  resolve_program(s.program, &s.decls, &s.diags);
  CHECK(((NameNode *)name)->symbol != NULL);
  CHECK(s.diags.count == 0);
  free_sample(&s);
}

static void test_depth(void) {
  check_chain(NODE_BINARY);
  check_chain(NODE_CALL);
  check_chain(NODE_IF);
  // As deep as the parser lets through.
  Buffer text = {0};
  buffer_text(&text, "let a = 1\n");
  for (int at = 0; at < 400; at++) buffer_text(&text, "let f = fn() do do ");
  buffer_text(&text, "f(a)");
  for (int at = 0; at < 400; at++) buffer_text(&text, " end end");
  LUMA_DIAGS(text.bytes, "");
  buffer_free(&text);
}

static void test_decls(void) {
  Decls decls;
  decls_init(&decls, rows, ARRAY_LEN(rows));
  CHECK(decls_has_global(&decls, DIALECT_LUMA, "cast"));
  CHECK(!decls_has_global(&decls, DIALECT_VINT, "cast"));
  CHECK(decls_is_module(&decls, DIALECT_LUMA, "http"));
  CHECK(decls_has_global(&decls, DIALECT_LUMA, "http"));
  CHECK(!decls_is_module(&decls, DIALECT_LUMA, "print"));
  CHECK(!decls_is_module(&decls, DIALECT_VINT, "http"));
  CHECK(decls_find(&decls, DIALECT_LUMA, "List", "map") == &rows[8]);
  CHECK(decls_find(&decls, DIALECT_LUMA, "List(Number)", "map") == &rows[8]);
  CHECK(decls_find(&decls, DIALECT_LUMA, "http", "get") == &rows[6]);
  CHECK(decls_find(&decls, DIALECT_LUMA, "http", "post") == NULL);
  CHECK(decls_find(&decls, DIALECT_LUMA, "", "NaN") == &rows[4]);
  // A global and a module of one name.
  CHECK(decls_is_module(&decls, DIALECT_VINT, "string"));
  CHECK(decls_find(&decls, DIALECT_VINT, "", "string") == &rows[10]);
  CHECK(decls_is_module(&decls, DIALECT_LUMA, "empty"));
  CHECK(decls_has_global(&decls, DIALECT_LUMA, "empty"));
  CHECK(!decls_is_module(&decls, DIALECT_LUMA, "List"));
  const char *names[8];
  CHECK(decls_names(&decls, DIALECT_LUMA, "http", names, 8) == 1);
  CHECK_STR(names[0], "get");
  CHECK(decls_names(&decls, DIALECT_VINT, "", names, 8) == 4);
  CHECK(decls_names(&decls, DIALECT_VINT, "string", names, 8) == 1);
  CHECK(decls_names(&decls, DIALECT_VINT, "", names, 2) == 2);
  decls_free(&decls);
}

int main(void) {
  test_luma_scopes();
  test_luma_hoisting();
  test_luma_order();
  test_luma_storage();
  test_luma_captures();
  test_luma_async();
  test_luma_types();
  test_luma_reports();
  test_vint_scopes();
  test_vint_structs();
  test_vint_packages();
  test_vint_addresses();
  test_vint_reports();
  test_depth();
  test_decls();
  return check_done("resolve");
}
