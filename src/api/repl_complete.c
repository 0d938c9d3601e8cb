// SPDX-License-Identifier: MIT
// repl_complete.c - what a word at a prompt could become
//
// Before a dot or colon stands what the fields and methods are of: `user.address.ci`. The values of
// the names are there, so they are looked at, field by field; nothing is called. What no variable
// holds may be a module or a type of the library.
#include "api/repl_private.h"

#include "object/type_value.h"

#include <string.h>

#define NAMES_MAX   2048
#define PARENTS_MAX 16

typedef struct Completion {
  const wick_repl *repl;
  const char *word; // what is there already
  size_t len;
  void (*visit)(void *context, const char *word);
  void *context;
  StrMap seen;
} Completion;

static const char *const LUMA_WORDS[] = {
#define LUMA_KIND(kind, shown)
#define LUMA_WORD(kind, word) word,
#define LUMA_SIGN(kind, sign)
#include "luma/luma_tokens.def"
#undef LUMA_KIND
#undef LUMA_WORD
#undef LUMA_SIGN
};
static const char *const VINT_WORDS[] = {
#define KEYWORD(kind, word) word,
#include "vint/vint_tokens.def"
};

static void offer(Completion *c, const char *word) {
  size_t len = strlen(word);
  bool is_hidden = strncmp(word, "__", 2) == 0;
  if (is_hidden || len < c->len || memcmp(word, c->word, c->len) != 0) return;
  if (strmap_get(&c->seen, word, len)) return;
  strmap_set(&c->seen, word, len, c);
  c->visit(c->context, word);
}

// --- Names ---------------------------------------------------------------------------------------

static void offer_rows(Completion *c, const char *owner) {
  const char *names[NAMES_MAX];
  uint32_t count =
      decls_names(&c->repl->wick->decls, c->repl->dialect, owner, names, NAMES_MAX);
  for (uint32_t i = 0; i < count; i++) offer(c, names[i]);
}

static void offer_names(Completion *c) {
  for (uint32_t i = 0; i < c->repl->known.count; i++) offer(c, c->repl->known.items[i]->name->text);
  bool is_luma = c->repl->dialect == DIALECT_LUMA;
  const char *const *words = is_luma ? LUMA_WORDS : VINT_WORDS;
  size_t count = is_luma ? ARRAY_LEN(LUMA_WORDS) : ARRAY_LEN(VINT_WORDS);
  for (size_t i = 0; i < count; i++) offer(c, words[i]);
  offer_rows(c, "");
}

// --- Fields and methods --------------------------------------------------------------------------

static void offer_keys(Completion *c, const Table *table) {
  uint32_t position = 0;
  Value key, value;
  while (table && table_next(table, &position, &key, &value))
    if (value_is_str(key)) offer(c, value_as_str(key)->bytes);
}

// The methods of a type: of a Luma table or of what a Vint declaration has made.
static void offer_type(Completion *c, Value type) {
  for (uint32_t i = 0; i < PARENTS_MAX; i++) {
    if (value_is_type(type)) {
      const TypeValue *known = (const TypeValue *)value_as_object(type);
      offer_keys(c, known->table);
      offer_keys(c, known->helpers);
      if (!known->parent) return;
      type = value_object(known->parent);
    } else if (value_is_table(type)) {
      offer_keys(c, value_as_table(type));
      type = vm_get_field(c->repl->wick->vm, value_as_table(type), "__parent");
    } else {
      return;
    }
  }
}

static void offer_members(Completion *c, Value value) {
  if (value_is_type(value)) offer_type(c, value);
  if (value_is_table(value)) {
    offer_keys(c, value_as_table(value));
    offer_type(c, value_as_table(value)->type);
  }
  const char *receiver = vm_receiver_name(value);
  offer_rows(c, receiver);
  if (value_is_number(value)) offer_rows(c, "Number");
  if (value_is_table(value) && !value_is_package(value)) offer_rows(c, "Table");
  offer_rows(c, "Any");
}

// --- What stands before the dot ------------------------------------------------------------------

static bool is_word_byte(char ch) {
  return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
         ch == '_';
}

static size_t word_start(const char *line, size_t end) {
  while (end > 0 && is_word_byte(line[end - 1])) end--;
  return end;
}

// The value of the variable; VALUE_ABSENT: none has that name.
static Value variable_value(const wick_repl *repl, const char *name, size_t len) {
  const Symbol *symbol = repl_find(repl, name, len);
  if (!symbol || !repl->module || symbol->slot >= repl->module->slot_count) return VALUE_ABSENT;
  Value value = repl->module->slots[symbol->slot];
  if (value_is_object(value) && value_as_object(value)->kind == KIND_CELL)
    value = ((const Cell *)value_as_object(value))->value; // it is addressed
  return value;
}

static Value field_value(const wick_repl *repl, Value object, const char *name, size_t len) {
  if (!value_is_table(object)) return VALUE_ABSENT;
  Buffer key = {0};
  buffer_append(&key, name, len);
  buffer_byte(&key, '\0');
  Value value = vm_get_field(repl->wick->vm, value_as_table(object), key.bytes);
  buffer_free(&key);
  return value;
}

// The value of `a.b.c` that ends at `end`. Recursion is not needed: the chain is walked from its
// beginning, which is found first. *first gets where its first word begins.
static Value chain_value(const wick_repl *repl, const char *line, size_t end, size_t *first) {
  size_t start = word_start(line, end);
  while (start > 1 && line[start - 1] == '.' && is_word_byte(line[start - 2]))
    start = word_start(line, start - 1);
  *first = start;
  size_t at = start;
  while (at < end && line[at] != '.') at++;
  Value value = variable_value(repl, line + start, at - start);
  while (at < end && !value_is_absent(value)) {
    size_t from = ++at;
    while (at < end && line[at] != '.') at++;
    value = field_value(repl, value, line + from, at - from);
  }
  return value;
}

static void offer_after(Completion *c, const char *line, size_t end) {
  size_t first;
  Value value = chain_value(c->repl, line, end, &first);
  if (!value_is_absent(value)) {
    offer_members(c, value);
    return;
  }
  char quote = end > 0 ? line[end - 1] : 0;
  if (quote == '"' || quote == '\'') offer_rows(c, "String");
  if (quote == ']') offer_rows(c, "List");
  if (first == end || memchr(line + first, '.', end - first)) return;
  Buffer owner = {0};
  buffer_append(&owner, line + first, end - first);
  buffer_byte(&owner, '\0');
  offer_rows(c, owner.bytes);
  buffer_free(&owner);
}

size_t wick_repl_complete(wick_repl *repl, const char *line, size_t len,
                          void (*visit)(void *context, const char *word), void *context) {
  size_t start = word_start(line, len);
  Completion c = {.repl = repl,
                  .word = line + start,
                  .len = len - start,
                  .visit = visit,
                  .context = context};
  bool is_luma = repl->dialect == DIALECT_LUMA;
  bool is_member = start > 1 && (line[start - 1] == '.' || (is_luma && line[start - 1] == ':'));
  bool is_builtin = !is_luma && start > 1 && line[start - 1] == ':' && line[start - 2] == ':';
  if (is_member)
    offer_after(&c, line, start - 1);
  else if (is_builtin)
    offer_rows(&c, "");
  else
    offer_names(&c);
  strmap_free(&c.seen);
  return start;
}
