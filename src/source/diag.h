// SPDX-License-Identifier: MIT
// diag.h - what we say about a program before it runs
//
// Every diagnostic is a row of diag.def: code, severity, wording (a printf format) and a help line. A
// Diags belongs to one Source and collects until somebody prints it (excerpt.h). Reporting never fails.
// The same code at the same place is reported once. After DIAG_LIMIT errors further ones are counted only.
#ifndef DIAG_H
#define DIAG_H

#include "base/arena.h"
#include "source/source.h"

#define DIAG_LIMIT 50

typedef enum Severity { SEVERITY_WARNING, SEVERITY_ERROR } Severity;

typedef enum DiagCode {
#define DIAG(name, code, severity, wording, help) DIAG_##name,
#include "source/diag.def"
#undef DIAG
  DIAG_COUNT
} DiagCode;

typedef struct DiagNote {
  struct DiagNote *next;
  Span span;        // {0, 0}: the note has no place of its own
  const char *text; // "help: …" lines have is_help
  bool is_help;
} DiagNote;

typedef struct Diag {
  DiagCode code;
  Severity severity;
  Span span;
  const char *message;
  DiagNote *notes; // in the order added; the row's own help comes first
} Diag;

typedef struct Diags {
  Arena *arena;
  const Source *source;
  Diag **items;
  uint32_t count;
  uint32_t capacity;
  uint32_t error_count;
  uint32_t warning_count;
} Diags;

void diag_init(Diags *diags, Arena *arena, const Source *source);
void diag_free(Diags *diags);

// Reports; the arguments fill the row's wording. (Severity is the row's.) Returns the diagnostic so
// that notes can be added; never NULL.
Diag *diag_error(Diags *diags, DiagCode code, Span span, ...);
// A further place with a sentence ("`jobs` is declared here"), and an extra help line.
void diag_note(Diags *diags, Diag *diag, Span span, const char *format, ...) PRINTF(4, 5);
// The same where the place may be in another text: "`jobs` is declared" becomes "… at FILE:3:1" then,
// and "… here" otherwise.
void diag_note_in(Diags *diags, Diag *diag, const Source *source, Span span, const char *format, ...)
    PRINTF(5, 6);
void diag_help(Diags *diags, Diag *diag, const char *format, ...) PRINTF(3, 4);

// Warnings become errors (--strict).
void diag_make_errors(Diags *diags);

const char *diag_code(DiagCode code); // "T012"
// By place, errors and warnings mixed; stable.
void diag_sort(Diags *diags);

// Up to three names close to `wanted` (edit distance at most half its length + 1, Damerau), best first.
// Fills `out`, returns how many.
uint32_t diag_suggest(const char *wanted, const char *const *candidates, uint32_t count,
                      const char *out[3]);
// The same as a help line of `diag`; false: none is close.
bool diag_suggest_help(Diags *diags, Diag *diag, const char *wanted, const char *const *candidates,
                       uint32_t count);

#endif
