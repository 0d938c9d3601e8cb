// SPDX-License-Identifier: MIT
// decl_type.c - the signature of a built-in as a type
//
// The rows of the host are trusted text of our own, so this reader is as small as it can be: what
// it does not know counts as Any, and nothing is reported. Luma's own parser is not used because
// check may not know it (and rows use words that Luma does not have: Expected, Never, `?` and
// `...`).
#include "check/decls.h"

#include "check/check_private.h"

#include <string.h>

#define PARAM_MAX 16
#define DEPTH_MAX 32

typedef struct Reader {
  Types *types;
  const char *at;
  Type *expected; // what `Expected` stands for
  uint32_t depth;
} Reader;

static Type *read_type(Reader *r);

static void skip_blanks(Reader *r) {
  while (*r->at == ' ') r->at++;
}

static bool match(Reader *r, const char *text) {
  skip_blanks(r);
  size_t len = strlen(text);
  if (strncmp(r->at, text, len) != 0) return false;
  r->at += len;
  return true;
}

static bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static size_t word_len(const char *text) {
  size_t len = 0;
  while (is_word_byte(text[len])) len++;
  return len;
}

typedef struct Word {
  const char *text;
  size_t len;
} Word;

static Word read_word(Reader *r) {
  skip_blanks(r);
  Word word = {r->at, word_len(r->at)};
  r->at += word.len;
  return word;
}

static bool word_is(Word word, const char *text) {
  return strlen(text) == word.len && memcmp(word.text, text, word.len) == 0;
}

// --- Functions -----------------------------------------------------------------------------------

typedef struct Params {
  Type *types[PARAM_MAX];
  const Name *names[PARAM_MAX];
  uint32_t count;
  uint32_t required;
  bool has_rest;
} Params;

// A parameter is `name: T`, `name?: T`, `name: T...`, `name...: T` or a bare type.
static void read_param(Reader *r, Params *params) {
  skip_blanks(r);
  const char *start = r->at;
  Word name = read_word(r);
  bool is_rest = match(r, "...");
  bool is_optional = !is_rest && match(r, "?");
  Type *type = r->types->any;
  if (match(r, ":")) {
    type = read_type(r);
    is_rest = match(r, "...") || is_rest;
  } else if (!is_rest && !is_optional) {
    r->at = start;
    name.len = 0;
    type = read_type(r);
    is_rest = match(r, "...");
  }
  if (params->count == PARAM_MAX) return;
  params->types[params->count] = type;
  params->names[params->count] =
      name.len > 0 ? name_intern(r->types->names, name.text, name.len) : NULL;
  params->count++;
  params->has_rest = is_rest;
  if (!is_rest && !is_optional) params->required = params->count;
}

static bool has_names(const Params *params) {
  for (uint32_t i = 0; i < params->count; i++) {
    if (params->names[i]) return true;
  }
  return false;
}

// After the word `fn` and its parenthesis.
static Type *read_function(Reader *r) {
  Params params = {0};
  while (*r->at && !match(r, ")")) {
    const char *before = r->at;
    read_param(r, &params);
    match(r, ",");
    if (r->at == before) break;
  }
  Type *result = match(r, ":") ? read_type(r) : r->types->any;
  return types_function(r->types, params.types, has_names(&params) ? params.names : NULL,
                        params.count, params.required, params.has_rest, result);
}

// --- Names ---------------------------------------------------------------------------------------

typedef struct Simple {
  const char *name;
  TypeKind kind;
} Simple;

static const Simple SIMPLE[] = {
    {"Any", TYPE_ANY},           {"Null", TYPE_NULL},         {"Boolean", TYPE_BOOLEAN},
    {"Number", TYPE_NUMBER},     {"String", TYPE_STRING},     {"Function", TYPE_ANY_FUNCTION},
    {"Error", TYPE_ERROR},       {"Response", TYPE_RESPONSE}, {"Group", TYPE_GROUP},
    {"External", TYPE_EXTERNAL}, {"Integer", TYPE_INTEGER},   {"Float", TYPE_FLOAT},
    {"Range", TYPE_RANGE},       {"Never", TYPE_NEVER},       {"CustomError", TYPE_CUSTOM_ERROR},
    {"Lock", TYPE_LOCK},         {"Semaphore", TYPE_SEMAPHORE}, {"WaitGroup", TYPE_WAIT_GROUP},
};

typedef struct Applied {
  const char *name;
  TypeKind kind;
  uint32_t arg_count;
} Applied;

static const Applied APPLIED[] = {
    {"List", TYPE_LIST, 1},     {"Promise", TYPE_PROMISE, 1}, {"Channel", TYPE_CHANNEL, 1},
    {"Option", TYPE_OPTION, 1}, {"Type", TYPE_TYPE, 1},       {"Table", TYPE_TABLE, 2},
    {"Result", TYPE_RESULT, 2}, {"Pointer", TYPE_POINTER, 1}, {"Case", TYPE_CASE, 1},
    {"Broadcast", TYPE_BROADCAST, 1}, {"FiberLocal", TYPE_FIBER_LOCAL, 1},
};

static uint32_t read_args(Reader *r, Type **args, uint32_t max) {
  uint32_t count = 0;
  if (!match(r, "(")) return 0;
  while (*r->at && !match(r, ")")) {
    const char *before = r->at;
    Type *arg = read_type(r);
    if (count < max) args[count++] = arg;
    match(r, ",");
    if (r->at == before) break;
  }
  return count;
}

static Type *read_applied(Reader *r, const Applied *applied) {
  Type *args[2] = {NULL, NULL};
  uint32_t given = read_args(r, args, 2);
  if (applied->arg_count == 1) return types_of1(r->types, applied->kind, args[0]);
  if (applied->kind == TYPE_TABLE && given == 0) args[0] = r->types->string;
  return types_of2(r->types, applied->kind, args[0], args[1]);
}

// `Module(fs.async)`, after the word.
static Type *read_module(Reader *r) {
  size_t len = strcspn(r->at, ")");
  const Name *name = name_intern(r->types->names, r->at, (uint32_t)len);
  r->at += len;
  match(r, ")");
  return types_named(r->types, TYPE_MODULE, name);
}

static Type *read_named(Reader *r) {
  Word word = read_word(r);
  if (word_is(word, "Module") && match(r, "(")) return read_module(r);
  if (word.len == 1 && word.text[0] >= 'A' && word.text[0] <= 'Z') {
    return types_variable(r->types, (uint32_t)(word.text[0] - 'A'));
  }
  if (word_is(word, "Expected")) return r->expected ? r->expected : r->types->any;
  for (uint32_t i = 0; i < ARRAY_LEN(APPLIED); i++) {
    if (word_is(word, APPLIED[i].name)) return read_applied(r, &APPLIED[i]);
  }
  for (uint32_t i = 0; i < ARRAY_LEN(SIMPLE); i++) {
    if (word_is(word, SIMPLE[i].name)) return types_simple(r->types, SIMPLE[i].kind);
  }
  Type *ignored[1];
  read_args(r, ignored, 1);
  return r->types->any;
}

// `{status: String, value: T}`, after the brace: a table whose names are known.
static Type *read_record(Reader *r) {
  TypeField fields[PARAM_MAX];
  uint32_t count = 0;
  while (*r->at && !match(r, "}")) {
    const char *before = r->at;
    Word word = read_word(r);
    Type *type = match(r, ":") ? read_type(r) : r->types->any;
    if (word.len > 0 && count < PARAM_MAX) {
      const Name *name = name_intern(r->types->names, word.text, word.len);
      fields[count++] = (TypeField){.name = name, .type = type};
    }
    match(r, ",");
    if (r->at == before) break;
  }
  return types_record(r->types, fields, count);
}

static Type *read_one(Reader *r) {
  if (match(r, "{")) return read_record(r);
  bool is_function = match(r, "fn(") || match(r, "Function(");
  return is_function ? read_function(r) : read_named(r);
}

static Type *read_type(Reader *r) {
  if (r->depth >= DEPTH_MAX) return r->types->any;
  r->depth++;
  Type *members[PARAM_MAX];
  uint32_t count = 0;
  do {
    Type *member = read_one(r);
    if (count < PARAM_MAX) members[count++] = member;
  } while (match(r, "|"));
  r->depth--;
  return count == 1 ? members[0] : types_union(r->types, members, count);
}

// --- Doors ---------------------------------------------------------------------------------------

Type *decls_type(Types *types, const DeclRow *row, Type *expected) {
  Reader reader = {.types = types, .at = row->signature, .expected = expected};
  return read_type(&reader);
}

Type *decl_type_receiver(Types *types, const DeclRow *row) {
  Reader reader = {.types = types, .at = row->owner};
  return read_type(&reader);
}

bool decls_wants_expected(const DeclRow *row) {
  const char *at = row->signature;
  for (; (at = strstr(at, "Expected")) != NULL; at++) {
    bool is_whole_word =
        (at == row->signature || !is_word_byte(at[-1])) && word_len(at) == strlen("Expected");
    if (is_whole_word) return true;
  }
  return false;
}
