// SPDX-License-Identifier: MIT
// source.c - a file's text and places in it
//
// The line table is made at once: one pass over the text costs less than the lexer's first look at
// it, and every later question for a line is a binary search. A line ends at LF; a CR before it
// belongs to the line end. A CR alone is blank space, as it is for both languages.
#include "source/source.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

static uint32_t count_lines(const char *text, size_t len) {
  uint32_t count = 1;
  const char *end = text + len;
  for (const char *at = text; (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++) count++;
  return count;
}

static void fill_line_starts(Source *source) {
  source->line_count = count_lines(source->text, source->len);
  source->line_starts = memory_require(NULL, source->line_count * sizeof(uint32_t));
  source->line_starts[0] = 0;
  const char *at = source->text;
  const char *end = source->text + source->len;
  for (uint32_t line = 1; line < source->line_count; line++) {
    at = (const char *)memchr(at, '\n', (size_t)(end - at)) + 1;
    source->line_starts[line] = (uint32_t)(at - source->text);
  }
}

static char *copy_text(const char *text, size_t len) {
  char *copy = memory_require(NULL, len + 1);
  if (len) memcpy(copy, text, len);
  copy[len] = '\0';
  return copy;
}

bool source_init(Source *source, const char *path, const char *text, size_t len) {
  *source = (Source){0};
  if (len >= UINT32_MAX) return false;
  source->path = copy_text(path, strlen(path));
  source->text = copy_text(text, len);
  source->len = (uint32_t)len;
  fill_line_starts(source);
  return true;
}

void source_free(Source *source) {
  free((char *)source->path);
  free((char *)source->text);
  free(source->line_starts);
  free(source->parts);
  *source = (Source){0};
}

// Index of the last line that starts at or before `offset`.
static uint32_t find_line(const Source *source, uint32_t offset) {
  uint32_t low = 0;
  uint32_t high = source->line_count;
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (source->line_starts[middle] <= offset) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

// --- Parts ---

void source_set_parts(Source *source, const SourcePart *parts, uint32_t count) {
  source->parts = memory_require(NULL, count * sizeof(SourcePart));
  memcpy(source->parts, parts, count * sizeof(SourcePart));
  source->part_count = count;
}

static const SourcePart *find_part(const Source *source, uint32_t row) {
  uint32_t low = 0;
  uint32_t high = source->part_count;
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (source->parts[middle].row <= row) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return &source->parts[low];
}

uint32_t source_line_of_row(const Source *source, uint32_t row) {
  if (!source->parts) return row;
  const SourcePart *part = find_part(source, row);
  return row - part->row + part->line;
}

uint32_t source_row(const Source *source, uint32_t offset) {
  return find_line(source, offset > source->len ? source->len : offset) + 1;
}

const char *source_path(const Source *source, uint32_t offset) {
  return source->parts ? find_part(source, source_row(source, offset))->path : source->path;
}

Position source_position(const Source *source, uint32_t offset) {
  if (offset > source->len) offset = source->len;
  uint32_t line = find_line(source, offset);
  uint32_t start = source->line_starts[line];
  size_t before = utf8_length(source->text + start, offset - start);
  return (Position){source_line_of_row(source, line + 1), (uint32_t)before + 1};
}

const char *source_line(const Source *source, uint32_t row, uint32_t *len) {
  uint32_t line = row;
  if (line == 0 || line > source->line_count) {
    *len = 0;
    return source->text + source->len;
  }
  uint32_t start = source->line_starts[line - 1];
  uint32_t end = source->len;
  if (line < source->line_count) {
    end = source->line_starts[line] - 1;
    if (end > start && source->text[end - 1] == '\r') end--;
  }
  *len = end - start;
  return source->text + start;
}
