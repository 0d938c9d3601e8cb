// SPDX-License-Identifier: MIT
// source.h - a file's text and places in it
//
// A Source owns its text, which is zero-terminated and valid for its whole life. Places are byte offsets
// (Span); lines and columns are computed from the line table when somebody wants to read them.
// Lines and columns count from 1; columns count code points.
//
// A text may be put together from several files (Vint's include). Its rows, from 1, are those of the
// whole text; each belongs to one part, and a line is what the row is in the part's own file.
#ifndef SOURCE_H
#define SOURCE_H

#include "base/common.h"

typedef struct Span {
  uint32_t start; // byte offset of the first byte
  uint32_t end;   // one past the last
} Span;

// From this row on the text is of the file `path`, which has it in line `line`.
typedef struct SourcePart {
  uint32_t row;
  uint32_t line;
  const char *path;
} SourcePart;

typedef struct Source {
  const char *path; // as it is shown to people; "<stdin>" for standard input
  const char *text;
  uint32_t len;
  uint32_t *line_starts; // byte offset of each line's first byte
  uint32_t line_count;
  SourcePart *parts; // by row, the first from row 1; NULL: it is all of one file
  uint32_t part_count;
} Source;

typedef struct Position {
  uint32_t line;
  uint32_t column;
} Position;

// Copies `text`. Texts of 4 GiB and more are refused (false).
bool source_init(Source *source, const char *path, const char *text, size_t len) MUST_USE;
void source_free(Source *source);
// Copies the parts; their paths must outlive it.
void source_set_parts(Source *source, const SourcePart *parts, uint32_t count);
Position source_position(const Source *source, uint32_t offset); // in the file that it is of
const char *source_path(const Source *source, uint32_t offset);  // that file
uint32_t source_row(const Source *source, uint32_t offset);
uint32_t source_line_of_row(const Source *source, uint32_t row);
// The bytes of row `row` (from 1) without its line end.
const char *source_line(const Source *source, uint32_t row, uint32_t *len);

static inline Span span_join(Span a, Span b) {
  return (Span){a.start < b.start ? a.start : b.start, a.end > b.end ? a.end : b.end};
}

#endif
