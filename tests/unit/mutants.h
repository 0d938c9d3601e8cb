// SPDX-License-Identifier: MIT
// mutants.h - programs of the suite with a word dropped, doubled or swapped, through the whole front half
//
// mutants_run takes the programs that a pattern finds, changes one to three of their words by a fixed pseudo-random
// sequence, and parses, checks and compiles each text in this process. Whatever comes out of that, the process must
// live (a sanitizer must be silent), each text must be done within MUTANT_SECONDS, and every diagnostic must say
// something about a place that is in the text. What compiles must pass the verifier, what does not must have an error.
//
// MUTANTS=n in the environment makes n of them instead of what the test asks for, MUTANT_SEED=n others.
#ifndef MUTANTS_H
#define MUTANTS_H

#include "check.h"

#include "api/pipeline.h"
#include "base/buffer.h"
#include "code/verify.h"
#include "lib/lib.h"
#include "vm/native.h"

#include <ctype.h>
#include <glob.h>
#include <stdlib.h>
#include <unistd.h>

#define MUTANT_SECONDS 5

typedef struct MutantSource {
  char *text;
  Span *words; // names, numbers, strings, signs; blanks and comments lie between them
  uint32_t word_count;
} MutantSource;

typedef struct Mutants {
  Dialect dialect;
  DeclRow *rows;
  Decls decls;
  MutantSource *sources;
  uint32_t source_count;
  uint64_t state; // of the pseudo-random sequence
  uint32_t accepted;
} Mutants;

// xorshift64*: the same sequence on every machine.
static inline uint32_t mutant_random(Mutants *m, uint32_t below) {
  m->state ^= m->state >> 12;
  m->state ^= m->state << 25;
  m->state ^= m->state >> 27;
  return (uint32_t)((m->state * 0x2545f4914f6cdd1dull) >> 33) % below;
}

// --- Words ---------------------------------------------------------------------------------------

static inline bool mutant_is_comment(Dialect dialect, const char *at) {
  return strncmp(at, dialect == DIALECT_LUMA ? "--" : "//", 2) == 0;
}

static inline uint32_t mutant_word_len(const char *at) {
  uint32_t len = 1;
  if (isalnum((unsigned char)*at) || *at == '_') {
    while (isalnum((unsigned char)at[len]) || at[len] == '_') len++;
  } else if (*at == '"') {
    while (at[len] && at[len] != '"' && at[len] != '\n') len += at[len] == '\\' && at[len + 1] ? 2 : 1;
    if (at[len] == '"') len++;
  } else {
    while ((at[len] & 0xC0) == 0x80) len++; // the rest of a code point
  }
  return len;
}

static inline void mutant_split(MutantSource *source, Dialect dialect) {
  uint32_t capacity = 0, at = 0;
  while (source->text[at]) {
    if (isspace((unsigned char)source->text[at])) {
      at++;
    } else if (mutant_is_comment(dialect, source->text + at)) {
      at += (uint32_t)strcspn(source->text + at, "\n");
    } else {
      uint32_t len = mutant_word_len(source->text + at);
      if (source->word_count == capacity) {
        capacity = capacity ? capacity * 2 : 64;
        source->words = realloc(source->words, capacity * sizeof(Span));
      }
      source->words[source->word_count++] = (Span){at, at + len};
      at += len;
    }
  }
}

static inline char *mutant_read(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) return NULL;
  Buffer text = {0};
  char piece[4096];
  for (size_t n; (n = fread(piece, 1, sizeof(piece), file)) > 0;) buffer_append(&text, piece, n);
  fclose(file);
  buffer_byte(&text, '\0');
  char *copy = malloc(text.len);
  memcpy(copy, text.bytes, text.len);
  buffer_free(&text);
  return copy;
}

static inline void mutant_add_sources(Mutants *m, const char *pattern) {
  glob_t found;
  if (glob(pattern, 0, NULL, &found) != 0) return;
  m->sources = realloc(m->sources, (m->source_count + found.gl_pathc) * sizeof(MutantSource));
  for (size_t i = 0; i < found.gl_pathc; i++) {
    MutantSource source = {.text = mutant_read(found.gl_pathv[i])};
    if (source.text) mutant_split(&source, m->dialect);
    if (source.word_count > 1) {
      m->sources[m->source_count++] = source;
    } else {
      free(source.text);
      free(source.words);
    }
  }
  globfree(&found);
}

// --- One mutant ----------------------------------------------------------------------------------

// Writes words [from, to) with what stands in front of each.
static inline void mutant_copy(Buffer *out, const MutantSource *s, uint32_t from, uint32_t to) {
  for (uint32_t i = from; i < to; i++) {
    uint32_t start = i > 0 ? s->words[i - 1].end : 0;
    buffer_append(out, s->text + start, s->words[i].end - start);
  }
}

static inline void mutant_word(Buffer *out, const MutantSource *s, uint32_t word) {
  buffer_byte(out, ' ');
  buffer_append(out, s->text + s->words[word].start, s->words[word].end - s->words[word].start);
}

static inline bool mutant_is_name(const MutantSource *s, uint32_t word) {
  unsigned char first = (unsigned char)s->text[s->words[word].start];
  return isalnum(first) || first == '_' || first == '"';
}

// Of the same class as the word `at`, so that many of these still parse, and the checker has something to do.
static inline uint32_t mutant_similar(Mutants *m, const MutantSource *s, uint32_t at) {
  uint32_t other = mutant_random(m, s->word_count);
  for (uint32_t i = 0; i < 20 && mutant_is_name(s, other) != mutant_is_name(s, at); i++) {
    other = mutant_random(m, s->word_count);
  }
  return other;
}

static inline void mutant_make(Mutants *m, const MutantSource *s, Buffer *out) {
  uint32_t done = 0;
  uint32_t changes = mutant_random(m, 3) ? 1 : 1 + mutant_random(m, 3);
  for (; changes > 0 && done < s->word_count; changes--) {
    uint32_t at = done + mutant_random(m, s->word_count - done);
    mutant_copy(out, s, done, at);
    done = at + 1;
    switch (mutant_random(m, 6)) {
    case 0: break; // dropped
    case 1:        // doubled
      mutant_word(out, s, at);
      mutant_word(out, s, at);
      break;
    case 2: // swapped with the next
      if (done < s->word_count) mutant_word(out, s, done++);
      mutant_word(out, s, at);
      break;
    default: // replaced by another
      mutant_word(out, s, mutant_similar(m, s, at));
      break;
    }
  }
  mutant_copy(out, s, done, s->word_count);
}

static inline bool mutant_says_where(const Source *source, const Diag *diag) {
  bool is_inside = diag->span.start <= diag->span.end && diag->span.end <= source->len;
  Position at = source_position(source, diag->span.start);
  return is_inside && at.line >= 1 && at.column >= 1 && diag->message && diag->message[0];
}

static inline bool mutant_is_fine(const Source *source, const Diags *diags, const Unit *unit) {
  for (uint32_t i = 0; i < diags->count; i++) {
    if (!mutant_says_where(source, diags->items[i])) return false;
  }
  char why[200];
  if (!unit) return diags->error_count > 0;
  return verify_unit(unit, why, sizeof(why));
}

static inline Unit *mutant_compile(Mutants *m, const Source *source, Arena *arena, Diags *diags) {
  NameTable names;
  Types types;
  Type *value;
  name_table_init(&names, arena);
  types_init(&types, arena, &names);
  Program *program = pipeline_parse(source, m->dialect, arena, &names, diags);
  Unit *unit = diags->error_count > 0 ? NULL : pipeline_finish(program, &m->decls, &types, diags, &value);
  types_free(&types);
  name_table_free(&names);
  return unit;
}

static inline void mutant_try(Mutants *m, const char *text, size_t len) {
  Arena arena;
  Source source;
  Diags diags;
  arena_init(&arena);
  CHECK(source_init(&source, "mutant", text, len));
  diag_init(&diags, &arena, &source);
  alarm(MUTANT_SECONDS);
  Unit *unit = mutant_compile(m, &source, &arena, &diags);
  alarm(0);
  bool is_fine = mutant_is_fine(&source, &diags, unit);
  CHECK(is_fine);
  if (!is_fine) fprintf(stderr, "--- mutant\n%.*s\n---\n", (int)len, text);
  if (unit) m->accepted++;
  unit_free(unit);
  diag_free(&diags);
  source_free(&source);
  arena_free(&arena);
}

// --- All of them ---------------------------------------------------------------------------------

static inline void mutants_init(Mutants *m, Dialect dialect) {
  uint32_t module_count, total = 0;
  const LibModule *modules = lib_modules(&module_count);
  for (uint32_t i = 0; i < module_count; i++) total += modules[i].count;
  const char *seed = getenv("MUTANT_SEED");
  *m = (Mutants){.dialect = dialect, .rows = calloc(total, sizeof(DeclRow))};
  m->state = 88172645463325252ull + (seed ? strtoull(seed, NULL, 10) * 1000003 : 0);
  uint32_t next = 0;
  for (uint32_t i = 0; i < module_count; i++) {
    for (uint32_t k = 0; k < modules[i].count; k++) {
      const NativeRow *row = &modules[i].rows[k];
      m->rows[next++] = (DeclRow){row->owner, row->name, row->signature, row->languages};
    }
  }
  decls_init(&m->decls, m->rows, total);
}

static inline void mutants_free(Mutants *m) {
  for (uint32_t i = 0; i < m->source_count; i++) {
    free(m->sources[i].text);
    free(m->sources[i].words);
  }
  free(m->sources);
  decls_free(&m->decls);
  free(m->rows);
}

// `patterns` end with NULL; they are seen from the project's folder, in which tests run.
static inline void mutants_run(Dialect dialect, const char *const *patterns, uint32_t count) {
  Mutants mutants;
  mutants_init(&mutants, dialect);
  for (uint32_t i = 0; patterns[i]; i++) mutant_add_sources(&mutants, patterns[i]);
  CHECK(mutants.source_count > 20);
  const char *wanted = getenv("MUTANTS");
  if (wanted) count = (uint32_t)strtoul(wanted, NULL, 10);
  for (uint32_t i = 0; i < count && mutants.source_count > 0; i++) {
    Buffer text = {0};
    mutant_make(&mutants, &mutants.sources[mutant_random(&mutants, mutants.source_count)], &text);
    mutant_try(&mutants, text.bytes, text.len);
    buffer_free(&text);
  }
  // The damage must be worth something, but not so heavy that the checker never sees it.
  CHECK(mutants.accepted > count / 50 && mutants.accepted < count / 2);
  printf("%u mutants of %u programs, %u of them still programs\n", count, mutants.source_count, mutants.accepted);
  mutants_free(&mutants);
}

#endif
