// SPDX-License-Identifier: MIT
// diag.c - what we say about a program before it runs
//
// A diagnostic that is not kept (said already, or one too many) is made all the same and thrown
// away with the arena: the caller adds its notes without asking what became of it. Kept ones are at
// most DIAG_LIMIT of each severity, so plain loops over them are fast enough.
#include "source/diag.h"
#include "base/memory.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

typedef struct DiagRow {
  const char *code;
  Severity severity;
  const char *wording;
  const char *help; // NULL: none
} DiagRow;

static const DiagRow ROWS[DIAG_COUNT] = {
#define DIAG(name, code, severity, wording, help) {code, severity, wording, help},
#include "source/diag.def"
#undef DIAG
};

void diag_init(Diags *diags, Arena *arena, const Source *source) {
  *diags = (Diags){.arena = arena, .source = source};
}

void diag_free(Diags *diags) {
  free(diags->items);
  *diags = (Diags){0};
}

static bool was_said(const Diags *diags, DiagCode code, Span span) {
  for (uint32_t i = 0; i < diags->count; i++) {
    const Diag *diag = diags->items[i];
    if (diag->code != code) continue;
    if (diag->span.start == span.start && diag->span.end == span.end) return true;
  }
  return false;
}

static void keep(Diags *diags, Diag *diag) {
  if (was_said(diags, diag->code, diag->span)) return;
  bool is_error = diag->severity == SEVERITY_ERROR;
  uint32_t number = is_error ? ++diags->error_count : ++diags->warning_count;
  if (number > DIAG_LIMIT) return;
  if (diags->count == diags->capacity) {
    diags->capacity = diags->capacity ? diags->capacity * 2 : 8;
    diags->items = memory_require(diags->items, diags->capacity * sizeof(*diags->items));
  }
  diags->items[diags->count++] = diag;
}

static void add_note(Diag *diag, DiagNote *note) {
  DiagNote **link = &diag->notes;
  while (*link) link = &(*link)->next;
  *link = note;
}

Diag *diag_error(Diags *diags, DiagCode code, Span span, ...) {
  const DiagRow *row = &ROWS[code];
  Diag *diag = ARENA_NEW(diags->arena, Diag);
  diag->code = code;
  diag->severity = row->severity;
  diag->span = span;
  va_list args;
  va_start(args, span);
  diag->message = arena_vprintf(diags->arena, row->wording, args);
  va_end(args);
  if (row->help) diag_help(diags, diag, "%s", row->help);
  keep(diags, diag);
  return diag;
}

void diag_note(Diags *diags, Diag *diag, Span span, const char *format, ...) {
  DiagNote *note = ARENA_NEW(diags->arena, DiagNote);
  note->span = span;
  va_list args;
  va_start(args, format);
  note->text = arena_vprintf(diags->arena, format, args);
  va_end(args);
  add_note(diag, note);
}

void diag_note_in(Diags *diags, Diag *diag, const Source *source, Span span, const char *format,
                  ...) {
  va_list args;
  va_start(args, format);
  const char *text = arena_vprintf(diags->arena, format, args);
  va_end(args);
  if (source == diags->source) {
    diag_note(diags, diag, span, "%s here", text);
    return;
  }
  Position at = source_position(source, span.start);
  diag_note(diags, diag, (Span){0, 0}, "%s at %s:%u:%u", text, source->path, at.line, at.column);
}

void diag_help(Diags *diags, Diag *diag, const char *format, ...) {
  DiagNote *note = ARENA_NEW(diags->arena, DiagNote);
  note->is_help = true;
  va_list args;
  va_start(args, format);
  note->text = arena_vprintf(diags->arena, format, args);
  va_end(args);
  add_note(diag, note);
}

const char *diag_code(DiagCode code) {
  return ROWS[code].code;
}

static bool is_before(const Diag *a, const Diag *b) {
  return a->span.start < b->span.start;
}

// Insertion sort: stable, and nearly nothing to do, because passes go through the text in order.
void diag_sort(Diags *diags) {
  for (uint32_t i = 1; i < diags->count; i++) {
    Diag *diag = diags->items[i];
    uint32_t at = i;
    for (; at > 0 && is_before(diag, diags->items[at - 1]); at--) {
      diags->items[at] = diags->items[at - 1];
    }
    diags->items[at] = diag;
  }
}

void diag_make_errors(Diags *diags) {
  for (uint32_t i = 0; i < diags->count; i++) diags->items[i]->severity = SEVERITY_ERROR;
  diags->error_count += diags->warning_count;
  diags->warning_count = 0;
}
