// SPDX-License-Identifier: MIT
// check_sample.h - what the tests of the checker share: built-ins, and a program with its
// diagnostics
//
// A sample is a source text and the diagnostics that it must get, all of them, in the order of
// their places: one a line, "CODE LINE:COLUMN a part of the message". Help lines and notes can be
// asked for behind it: "T012 1:17 got String | the note". "" means that the program is fine.
#ifndef CHECK_SAMPLE_H
#define CHECK_SAMPLE_H

#include "check.h"

#include "base/buffer.h"
#include "check/check.h"
#include "luma/luma.h"
#include "vint/vint.h"

static const DeclRow SAMPLE_ROWS[] = {
    {"", "Number", "Type", DECL_LUMA},
    {"", "String", "Type", DECL_LUMA},
    {"", "Boolean", "Type", DECL_LUMA},
    {"", "Null", "Type", DECL_LUMA},
    {"", "Any", "Type", DECL_LUMA},
    {"", "List", "Type", DECL_LUMA},
    {"", "Table", "Type", DECL_LUMA},
    {"", "Function", "Type", DECL_LUMA},
    {"", "Result", "Type", DECL_LUMA},
    {"", "Option", "Type", DECL_LUMA},
    {"", "Error", "Type", DECL_LUMA},
    {"", "Response", "Type", DECL_LUMA},
    {"", "Type", "Type", DECL_LUMA},
    {"", "Channel", "Type", DECL_LUMA},
    {"", "print", "fn(values: Any...): Null", DECL_LUMA | DECL_VINT},
    {"", "write", "fn(values: Any...): Null", DECL_LUMA | DECL_VINT},
    {"", "typeof", "fn(value: Any): String", DECL_LUMA},
    {"", "cast", "fn(type: Any, value: Any): Any", DECL_LUMA},
    {"", "into", "fn(value: Any, type: Any): Any", DECL_LUMA},
    {"", "isInstanceOf", "fn(value: Any, type: Any): Boolean", DECL_LUMA},
    {"", "range", "fn(start: Number, stop?: Number, step?: Number): List(Number)", DECL_LUMA},
    {"", "indexed", "fn(list: List(T)): List(List(Any))", DECL_LUMA},
    {"", "panic", "fn(message: Any): Never", DECL_LUMA},
    {"", "sleep", "fn(ms: Number): Promise(Null)", DECL_LUMA},
    {"", "sleep", "fn(ms: Number): Null", DECL_VINT},
    {"", "fetch", "fn(url: String, options?: Table): Promise(Expected)", DECL_LUMA},
    {"", "all", "fn(promises: List(Promise(T))): Promise(List(T))", DECL_LUMA},
    {"http", "get", "fn(url: String, options?: Table): Promise(Expected)", DECL_LUMA},
    {"http", "post", "fn(url: String, body?: Any, options?: Table): Promise(Expected)", DECL_LUMA},
    {"math", "pi", "Number", DECL_LUMA},
    {"math", "sqrt", "fn(x: Number): Number", DECL_LUMA},
    {"Promise", "", "", DECL_LUMA | DECL_VINT},
    {"Promise", "all", "fn(promises: List(Promise(T))): Promise(List(T))", DECL_LUMA | DECL_VINT},
    {"Promise", "settled",
     "fn(promises: List(Promise(T))): Promise(List({status: String, value: T, error: Error}))",
     DECL_LUMA},
    {"Promise", "result", "fn(promise: Promise(T)): Promise(Result(T, Error))", DECL_LUMA},
    {"Promise(T)", "cancel", "fn(reason?: Any): Null", DECL_LUMA},
    {"Channel", "new", "fn(capacity?: Number): Channel(T)", DECL_LUMA},
    {"Channel(T)", "send", "fn(value: T): Promise(Null)", DECL_LUMA},
    {"Channel(T)", "receive", "fn(): Promise(T)", DECL_LUMA},
    {"Channel(T)", "try_send", "fn(value: T): Boolean", DECL_LUMA},
    {"Channel(T)", "try_receive", "fn(): Option(T)", DECL_LUMA},
    {"Channel(T)", "next", "fn(): Promise(Option(T))", DECL_LUMA},
    {"Channel(T)", "close", "fn(): Null", DECL_LUMA},
    {"Channel(T)", "length", "fn(): Number", DECL_LUMA},
    {"List(T)", "length", "fn(): Number", DECL_LUMA},
    {"List(T)", "push", "fn(value: T): Null", DECL_LUMA},
    {"List(T)", "pop", "fn(): T", DECL_LUMA},
    {"List(T)", "map", "fn(f: fn(T): U): List(U)", DECL_LUMA},
    {"List(T)", "filter", "fn(f: fn(T): Boolean): List(T)", DECL_LUMA},
    {"List(T)", "find", "fn(f: fn(T): Boolean): Option(T)", DECL_LUMA},
    {"List(T)", "reduce", "fn(f: fn(U, T): U, initial: U): U", DECL_LUMA},
    {"List(T)", "sort", "fn(f?: fn(T, T): Any): List(T)", DECL_LUMA},
    {"List(T)", "reverse", "fn(): List(T)", DECL_LUMA},
    {"List(T)", "join", "fn(separator?: String): String", DECL_LUMA},
    {"List(T)", "contains", "fn(value: T): Boolean", DECL_LUMA},
    {"List(T)", "slice", "fn(from: Number, to?: Number): List(T)", DECL_LUMA},
    {"List(T)", "concat", "fn(other: List(T)): List(T)", DECL_LUMA},
    {"List(T)", "insert", "fn(at: Number, value: T): Null", DECL_LUMA},
    {"List(T)", "remove", "fn(at: Number): T", DECL_LUMA},
    {"List(T)", "indexed", "fn(): List(List(Any))", DECL_LUMA},
    {"String", "length", "fn(): Number", DECL_LUMA},
    {"String", "split", "fn(separator: String): List(String)", DECL_LUMA},
    {"String", "upper", "fn(): String", DECL_LUMA},
    {"Table", "keys", "fn(): List(String)", DECL_LUMA},
    {"Result(T, E)", "unwrap_or", "fn(other: T): T", DECL_LUMA},
    {"Response", "json", "fn(): Result(Any, Error)", DECL_LUMA},
    {"", "send", "fn(channel: Any, value: Any): Null", DECL_VINT},
    {"", "receive", "fn(channel: Any): Any", DECL_VINT},
    {"", "close", "fn(channel: Any): Null", DECL_VINT},
    {"", "len", "fn(value: Any): Integer", DECL_VINT},
    {"", "string", "fn(value: Any): String", DECL_VINT},
};

typedef struct Sample {
  const char *source;
  const char *expected;
} Sample;

typedef struct Checked {
  Arena arena;
  NameTable names;
  Source source;
  Diags diags;
  Decls decls;
  Types types;
  Program *program;
} Checked;

static inline void checked_make(Checked *k, Dialect dialect, const char *text) {
  arena_init(&k->arena);
  name_table_init(&k->names, &k->arena);
  CHECK(source_init(&k->source, "sample", text, strlen(text)));
  diag_init(&k->diags, &k->arena, &k->source);
  decls_init(&k->decls, SAMPLE_ROWS, ARRAY_LEN(SAMPLE_ROWS));
  types_init(&k->types, &k->arena, &k->names);
  k->program = dialect == DIALECT_LUMA ? luma_parse(&k->source, &k->arena, &k->names, &k->diags)
                                       : vint_parse(&k->source, &k->arena, &k->names, &k->diags);
  if (k->diags.error_count == 0) check_program(k->program, &k->decls, &k->types, &k->diags);
  diag_sort(&k->diags);
}

static inline void checked_free(Checked *k) {
  types_free(&k->types);
  decls_free(&k->decls);
  diag_free(&k->diags);
  source_free(&k->source);
  name_table_free(&k->names);
  arena_free(&k->arena);
}

// The type of the last variable of that name at the top level, as text.
static inline const char *checked_type(Checked *k, const char *name) {
  const NodeList *items = &k->program->main->body->items;
  for (uint32_t i = items->count; i-- > 0;) {
    bool declares =
        items->items[i]->kind == NODE_DECLARE || items->items[i]->kind == NODE_FUNCTION_DECLARE;
    if (!declares) continue;
    const Node *node = ((const DeclareNode *)items->items[i])->pattern;
    if (node->kind != NODE_PATTERN_NAME) continue;
    const PatternNameNode *pattern = (const PatternNameNode *)node;
    if (strcmp(pattern->name->text, name) != 0 || !pattern->symbol) continue;
    return types_text(&k->types, pattern->symbol->type);
  }
  return "(not found)";
}

// Cuts the text at `mark`; the part behind it, or NULL.
static inline char *sample_cut(char *text, const char *mark) {
  char *at = strstr(text, mark);
  if (!at) return NULL;
  *at = '\0';
  return at + strlen(mark);
}

static inline bool sample_has_note(const Diag *diag, const char *wanted) {
  for (const DiagNote *note = diag->notes; note; note = note->next) {
    if (strstr(note->text, wanted)) return true;
  }
  return false;
}

static inline bool sample_matches(Checked *k, const Diag *diag, char *line) {
  char *note = sample_cut(line, " | ");
  Position at = source_position(&k->source, diag->span.start);
  char place[64];
  int len = snprintf(place, sizeof(place), "%s %u:%u", diag_code(diag->code), at.line, at.column);
  bool is_here = strncmp(line, place, (size_t)len) == 0 && (line[len] == ' ' || !line[len]);
  if (!is_here || (line[len] && !strstr(diag->message, line + len + 1))) return false;
  return !note || sample_has_note(diag, note);
}

static inline void sample_print(Checked *k) {
  for (uint32_t i = 0; i < k->diags.count; i++) {
    const Diag *diag = k->diags.items[i];
    Position at = source_position(&k->source, diag->span.start);
    fprintf(stderr, "  got: %s %u:%u %s\n", diag_code(diag->code), at.line, at.column,
            diag->message);
    for (const DiagNote *note = diag->notes; note; note = note->next) {
      fprintf(stderr, "         | %s\n", note->text);
    }
  }
}

static inline bool sample_is_right(Checked *k, const char *expected) {
  char *text = arena_text(&k->arena, expected, strlen(expected));
  uint32_t count = 0;
  for (char *line = text; line && *line; count++) {
    char *next = sample_cut(line, "\n");
    bool matches = count < k->diags.count && sample_matches(k, k->diags.items[count], line);
    if (!matches) return false;
    line = next;
  }
  return count == k->diags.count;
}

static inline void sample_run(Dialect dialect, const Sample *samples, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    Checked checked;
    checked_make(&checked, dialect, samples[i].source);
    bool is_right = sample_is_right(&checked, samples[i].expected);
    CHECK(is_right);
    if (!is_right) {
      fprintf(stderr, "--- sample\n%s--- expected\n%s\n", samples[i].source, samples[i].expected);
      sample_print(&checked);
    }
    checked_free(&checked);
  }
}

#define SAMPLES(dialect, samples) sample_run(dialect, samples, ARRAY_LEN(samples))

#endif
