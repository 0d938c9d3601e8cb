// SPDX-License-Identifier: MIT
// luma_error_test.c - what Luma's parser says about wrong text, and its limits
//
// Each row is a text and all its errors in order of their places. A row proves two things: that the
// mistake is found, and that no other error follows from it.
#include "luma/luma.h"
#include "base/buffer.h"

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

static void list_errors(Parsed *parsed, Buffer *out) {
  buffer_text(out, "");
  diag_sort(&parsed->diags);
  for (uint32_t i = 0; i < parsed->diags.count; i++) {
    const Diag *diag = parsed->diags.items[i];
    Position place = source_position(&parsed->source, diag->span.start);
    buffer_printf(out, "%s%s %u:%u %s", i ? "\n" : "", diag_code(diag->code), place.line,
                  place.column, diag->message);
  }
}

static void check_text(const char *text, size_t len, const char *want) {
  Parsed parsed;
  Buffer got = {0};
  parse(&parsed, text, len);
  list_errors(&parsed, &got);
  CHECK_STR(got.bytes, want);
  buffer_free(&got);
  release(&parsed);
}

static void check_rows(const Row *rows, size_t count) {
  for (size_t i = 0; i < count; i++) check_text(rows[i].text, strlen(rows[i].text), rows[i].want);
}

static const Row foreign_rows[] = {
    {"x = 5 ++ 3", "L042 1:7 unexpected '++'"},
    {"x += 1\nx++", "L041 1:3 unexpected '+='\nL042 2:2 unexpected '++'"},
    {"a = 1; b = 2;", "L040 1:6 unexpected ';'\nL040 1:13 unexpected ';'"},
    {"local x = 3", "L055 1:7 unexpected 'x' after 'local'"},
    {"function f(a) do end", "L056 1:10 unexpected 'f' after 'function'"},
    {"async fn f() do end\nlet g = async fn() do end",
     "L057 1:1 unexpected 'fn' after 'async'\nL057 2:9 unexpected 'fn' after 'async'"},
    {"if x then y end", "L058 1:6 unexpected 'then', expected 'do' after the condition of 'if'"},
    {"if a { b } else { c }\nfn f() { return 1 }",
     "L060 1:6 unexpected '{', expected 'do' after the condition of 'if'\nL060 1:17 unexpected "
     "'{', expected 'do' after 'else'\nL060 2:8 unexpected '{', expected 'do' after the head "
     "of the function"},
    {"if a = b do c end", "L061 1:6 unexpected '=' in a condition"},
    {"print 'a'",
     "L062 1:7 unexpected string after 'print': a call needs parentheses\nL050 1:7 unexpected "
     "'a': strings are written in double quotes"},
    {"print x", "L062 1:7 unexpected 'x' after 'print': a call needs parentheses"},
    {"a === b\na !== b\na ~= b\na <> b",
     "L043 1:3 unexpected '==='\nL044 2:3 unexpected '!=='\nL044 3:3 unexpected '~='\nL044 4:3 "
     "unexpected '<>'"},
    {"a & b\na | b\na ** b\na .. b\na := b",
     "L047 1:3 unexpected '&'\nL048 2:3 unexpected '|'\nL045 3:3 unexpected '**'\nL046 4:3 "
     "unexpected '..'\nL049 5:3 unexpected ':='"},
    {"a ? b", "L053 1:3 unexpected '?'"},
    {"f = (x) => x", "L054 1:9 unexpected '=>'"},
    {"// c\n# d\n/* e */",
     "L051 1:1 unexpected '//'\nL052 2:1 unexpected '#'\nL051 3:1 unexpected '/*'"},
    {"if a do 1 elseif b do 2 end", "L059 1:11 unexpected 'elseif'"},
    {"for i = 1, 9 do end", "L065 1:7 unexpected '=', expected 'in'"},
    {"for a, b in c do end", "L064 1:6 unexpected ',': a loop has one variable"},
    {"for (a in b) do end", "L066 1:5 unexpected '(', expected the loop's variable"},
    {"let a, b = c", "L063 1:6 unexpected ',': a declaration has one name"},
    {"let x: List<T> = 1\nlet y: [T] = 2",
     "L067 1:12 unexpected '<' in a type\nL068 2:8 unexpected '[' in a type"},
    {"let naïve = 1", "L029 1:7 unexpected 'ï'"},
};

static const Row words_rows[] = {
    {"let if = 1", "L003 1:5 'if' is a keyword and cannot be used as an identifier"},
    {"fn end() do end", "L003 1:4 'end' is a keyword and cannot be used as an identifier"},
    {"x.match = 1", "L003 1:3 'match' is a keyword and cannot be used as an identifier"},
    {"{do = 1}", "L003 1:2 'do' is a keyword and cannot be used as an identifier"},
    {"fn(while) do end", "L003 1:4 'while' is a keyword and cannot be used as an identifier"},
    {"for in in x do end", "L003 1:5 'in' is a keyword and cannot be used as an identifier"},
    {"let x: for = 1", "L004 1:8 'for' is a keyword and cannot be used as a type"},
    {"match x do fn do end end", "L003 1:12 'fn' is a keyword and cannot be used as an identifier"},
};

static const Row shapes_rows[] = {
    {"let x =", "L002 1:7 unexpected end of input, expected an expression"},
    {"let x = \nlet y = 1", "L001 1:7 unexpected 'let' on the next line, expected an expression"},
    {"1 +", "L002 1:3 unexpected end of input, expected an expression"},
    {"f() = 1\n1 = 2", "L080 1:1 Invalid assignment target\nL080 2:1 Invalid assignment target"},
    {"x:y\nz", "L081 1:3 unexpected 'z' on the next line, expected '(': ':' calls a method"},
    {"x: T = 1", "L081 1:6 unexpected '=', expected '(': ':' calls a method"},
    {"{1 = 2}", "L082 1:2 unexpected '1', expected a key"},
    {"{\"${a}\" = 2}",
     "L025 1:2 unexpected '${': a key in a table cannot be an interpolated string"},
    {"match x do \"${a}\" do end end",
     "L026 1:12 unexpected '${': a pattern cannot be an interpolated string"},
    {"import \"${a}\"", "L027 1:8 unexpected '${': this form of import takes a plain string"},
    {"break 1.5",
     "L083 1:7 unexpected '1.5': the number of loops to leave is a whole number of at least 1"},
    {"fn(...a, b) do end\nlet [...a, b] = c",
     "L084 1:8 unexpected ',': '...' must be the last parameter\nL084 2:10 unexpected ',': "
     "'...' must be the last item of a list pattern"},
    {"fn(List(T)) do end", "L085 1:4 unexpected type, expected the name of a parameter"},
    {"let [1] = x", "L086 1:6 unexpected '1', expected a name: this pattern cannot fail"},
    {"x = do while a end",
     "L088 1:16 unexpected 'end', expected 'do' after the condition of 'while'"},
    {"let f = fn g() do end", "L087 1:12 unexpected 'g', expected '(' after 'fn'"},
    {"match x do case 1 do end end", "L069 1:19 unexpected 'do', expected 'then' after 'case'"},
    {"x = (1, 2)", "L076 1:7 unexpected ',', expected ')'"},
    {"[1,,2]", "L007 1:4 unexpected ',', expected an expression"},
    {"\"${}\"", "L024 1:2 unexpected '}', expected an expression inside '${ }'"},
    {"let {} = x", "L001 1:6 unexpected '}', expected the name of a key"},
    {"t.5", "L001 1:2 unexpected '.5', expected a name or an operator"},
    {"5 6 x = )", "L001 1:9 unexpected ')', expected an expression"},
    {"a b c", "L062 1:3 unexpected 'b' after 'a': a call needs parentheses"},
};

static const Row unclosed_rows[] = {
    {"if a do b", "L009 1:9 unexpected end of input, expected 'end' to close the 'if' on line 1"},
    {"fn f() do\n  if a do\n    b\nend\nc",
     "L009 5:1 unexpected end of input, expected 'end' to close the 'fn' on line 1"},
    {"f(fn() do a )\nb", "L009 1:13 unexpected ')', expected 'end' to close the 'fn' on line 1"},
    {"if a do while b do c else d end",
     "L009 1:22 unexpected 'else', expected 'end' to close the 'while' on line 1"},
    {"x = [1, 2\nlet y = 1", "L008 1:9 unexpected 'let' on the next line, expected ',' or ']'"},
    {"x = f(1, 2\ny = 1\nz = )",
     "L008 1:10 unexpected 'y' on the next line, expected ',' or ')'\nL001 3:5 unexpected ')', "
     "expected an expression"},
    {"x = {\n  a = 1\n  b = 2\n}", "L008 2:7 unexpected 'b' on the next line, expected ',' or '}'"},
    {"x = (1]\ny = )",
     "L008 1:7 unexpected ']', expected ')'\nL001 2:5 unexpected ')', expected an expression"},
    {"x = f(a[1)\ny = )",
     "L008 1:10 unexpected ')', expected ']'\nL001 2:5 unexpected ')', expected an expression"},
    {"\"abc", "L020 1:1 unterminated string"},
    {"\"abc\nlet y = )",
     "L020 1:1 unterminated string\nL001 2:9 unexpected ')', expected an expression"},
    {"p(\"a)\np(\"b\")\nlet y = )",
     "L020 1:3 unterminated string\nL001 3:9 unexpected ')', expected an expression"},
    {"\"a ${b\"\nlet y = )",
     "L023 1:4 unexpected end of the string inside '${', expected '}'\nL001 2:9 unexpected "
     "')', expected an expression"},
    {"\"a ${b", "L002 1:6 unexpected end of input, expected '}'"},
    {"--[[ a", "L021 1:1 unterminated comment"},
    {"end\n)\nx = ]",
     "L006 1:1 unexpected 'end': nothing is open that it could close\nL006 2:1 unexpected ')': "
     "nothing is open that it could close\nL001 3:5 unexpected ']', expected an expression"},
    {"else", "L001 1:1 unexpected 'else'"},
};

static const Row recovery_rows[] = {
    {"let a = 1\nlet b = \nlet c = 2\nlet d = )\nlet e = 3",
     "L001 2:7 unexpected 'let' on the next line, expected an expression\nL001 4:9 unexpected "
     "')', expected an expression"},
    {"if x y do\n  a\nelse\n  b\nend\nz = )",
     "L001 1:6 unexpected 'y', expected 'do' after the condition of 'if'\nL001 6:5 unexpected "
     "')', expected an expression"},
    {"fn f(a b) do\n  c = )\nend\nz = ]",
     "L008 1:8 unexpected 'b', expected ',' or ')'\nL001 2:7 unexpected ')', expected an "
     "expression\nL001 4:5 unexpected ']', expected an expression"},
    {"while do\n a\nend\nz = )",
     "L010 3:1 unexpected 'z' on the next line, expected 'do' after the condition of 'while'\n"
     "L001 4:5 unexpected ')', expected an expression\nL009 4:5 unexpected end of input, "
     "expected 'end' to close the 'while' on line 1"},
    {"match x do\n  1 + 2 do a end\n  ok => b\n  _ do c end\nend\nz = )",
     "L001 2:5 unexpected '+', expected 'do' after the pattern\nL054 3:6 unexpected '=>'\nL001 "
     "6:5 unexpected ')', expected an expression"},
    {"x = \"a ${b c} ${d e}\"\nz = )",
     "L001 1:12 unexpected 'c', expected '}'\nL001 1:19 unexpected 'e', expected '}'\nL001 2:5 "
     "unexpected ')', expected an expression"},
    {"f(1 2, fn() do\n  a = ]\nend)\nz = )",
     "L008 1:5 unexpected '2', expected ',' or ')'\nL001 4:5 unexpected ')', expected an "
     "expression"},
    {"let T = fn(x)\n  return x\nend\nz = )",
     "L010 1:13 unexpected 'return' on the next line, expected 'do' after the head of the "
     "function\nL001 4:5 unexpected ')', expected an expression"},
};

// --- Limits --------------------------------------------------------------------------------------

#define TOO_DEEP "nested too deeply: the limit is 1000 levels"

typedef struct Nest {
  const char *before;
  const char *open;
  const char *middle;
  const char *close;
} Nest;

static const Nest nests[] = {
    {"x = ", "(", "1", ")"},
    {"x = ", "[", "1", "]"},
    {"x = ", "{a = ", "1", "}"},
    {"x = ", "f(", "1", ")"},
    {"x = ", "f[", "1", "]"},
    {"x = ", "a.b:c(", "1", ")"},
    {"x = ", "1 + (", "1", ")"},
    {"x = ", "- ", "1", ""},
    {"x = ", "await ", "p", ""},
    {"x = ", "2 ^ ", "1", ""},
    {"x = ", "\"${", "1", "}\""},
    {"x = ", "fn() do ", "1", " end"},
    {"", "fn f() do ", "1", " end\n"},
    {"", "if a do ", "1", " end\n"},
    {"", "while a do ", "1", " end\n"},
    {"", "for a in b do ", "1", " end\n"},
    {"", "do ", "1", " end\n"},
    {"let x: ", "List(", "A", ") "},
    {"let ", "[", "x", "]"},
};

static void build_nest(Buffer *out, const Nest *nest, uint32_t levels) {
  buffer_text(out, nest->before);
  for (uint32_t i = 0; i < levels; i++) buffer_text(out, nest->open);
  buffer_text(out, nest->middle);
  for (uint32_t i = 0; i < levels; i++) buffer_text(out, nest->close);
  if (strncmp(nest->before, "let", 3) == 0) buffer_text(out, " = 1");
}

// Exactly one error, whatever stands behind the place where reading stopped.
static void check_nest(const Nest *nest, uint32_t levels) {
  Parsed parsed;
  Buffer text = {0};
  build_nest(&text, nest, levels);
  parse(&parsed, text.bytes, text.len);
  CHECK(parsed.diags.error_count == (levels > 1000));
  if (levels > 1000) CHECK_STR(parsed.diags.items[0]->message, TOO_DEEP);
  release(&parsed);
  buffer_free(&text);
}

// Chains are loops for the parser but height for the tree; they may be longer, not endless.
static void check_chain(const char *open, uint32_t links, uint32_t errors) {
  Parsed parsed;
  Buffer text = {0};
  build_nest(&text, &(Nest){"x = ", open, "1", ""}, links);
  parse(&parsed, text.bytes, text.len);
  CHECK(parsed.diags.error_count == errors);
  release(&parsed);
  buffer_free(&text);
}

static void check_limits(void) {
  for (size_t i = 0; i < ARRAY_LEN(nests); i++) {
    check_nest(&nests[i], 1000);
    check_nest(&nests[i], 1001);
    check_nest(&nests[i], 10000);
  }
  check_chain("1 + ", 4999, 0);
  check_chain("1 + ", 5001, 1);
  check_chain("a || ", 4999, 0);
  check_chain("a || ", 100000, 1);
}

// --- Odd files -----------------------------------------------------------------------------------

static void check_files(void) {
  check_text("", 0, "");
  check_text(" \r\n\t\n", 5, "");
  check_text("\xEF\xBB\xBFlet x = 1", 12, "");
  check_text("let x = 1\r\nlet y = )\r\n", 22, "L001 2:9 unexpected ')', expected an expression");
  check_text(
      "x\0y", 3,
      "S001 1:2 byte 1 of the file is zero: this looks like a binary file, not program text");
  check_text("\xFF", 1, "S002 1:1 byte 0 of the file (0xFF) is not valid UTF-8");
}

static void check_long_line(void) {
  Parsed parsed;
  Buffer text = {0};
  buffer_text(&text, "x = [");
  while (text.len < 1000000) buffer_text(&text, "1, \"two\", three, ");
  buffer_text(&text, "]");
  parse(&parsed, text.bytes, text.len);
  CHECK(parsed.diags.count == 0);
  CHECK(parsed.program->main->body->items.count == 1);
  release(&parsed);
  buffer_free(&text);
}

int main(void) {
  check_rows(foreign_rows, ARRAY_LEN(foreign_rows));
  check_rows(words_rows, ARRAY_LEN(words_rows));
  check_rows(shapes_rows, ARRAY_LEN(shapes_rows));
  check_rows(unclosed_rows, ARRAY_LEN(unclosed_rows));
  check_rows(recovery_rows, ARRAY_LEN(recovery_rows));
  check_limits();
  check_files();
  check_long_line();
  return check_done("luma_error");
}
