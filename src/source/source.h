// SPDX-License-Identifier: MIT
// source.h - a file's text and places in it
//
// A Source owns its text, which is zero-terminated and valid for its whole life. Places are byte offsets
// (Span); lines and columns are computed from the line table when somebody wants to read them.
// Lines and columns count from 1; columns count code points.
#ifndef SOURCE_H
#define SOURCE_H

#include "base/common.h"

typedef struct Span {
  uint32_t start; // byte offset of the first byte
  uint32_t end;   // one past the last
} Span;

typedef struct Source {
  const char *path; // as it is shown to people; "<stdin>" for standard input
  const char *text;
  uint32_t len;
  uint32_t *line_starts; // byte offset of each line's first byte
  uint32_t line_count;
} Source;

typedef struct Position {
  uint32_t line;
  uint32_t column;
} Position;

// Copies `text`. Texts of 4 GiB and more are refused (false).
bool source_init(Source *source, const char *path, const char *text, size_t len) MUST_USE;
void source_free(Source *source);
Position source_position(const Source *source, uint32_t offset);
// The bytes of line `line` (from 1) without its line end.
const char *source_line(const Source *source, uint32_t line, uint32_t *len);

static inline Span span_join(Span a, Span b) {
  return (Span){a.start < b.start ? a.start : b.start, a.end > b.end ? a.end : b.end};
}

#endif
