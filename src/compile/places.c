// SPDX-License-Identifier: MIT
// places.c - line and column of any offset of a source, quickly
//
// Code points are counted once, and the count noted at regular steps; a column is then the
// difference of two counts, each of which needs less than a step of text to be looked at.
#include "compile/places.h"

#define PLACES_STEP 256u

// Bytes that begin a code point. Texts are valid UTF-8, so this can be summed over pieces.
static uint32_t count_starts(const char *text, uint32_t len) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < len; i++) count += ((unsigned char)text[i] & 0xC0) != 0x80;
  return count;
}

void places_init(Places *places, const Source *source) {
  *places = (Places){.source = source};
  uint32_t count = 0;
  for (uint32_t at = 0; at < source->len; at += PLACES_STEP) {
    vec_push(&places->counts, count);
    uint32_t rest = source->len - at;
    count += count_starts(source->text + at, rest < PLACES_STEP ? rest : PLACES_STEP);
    if (rest <= PLACES_STEP) break;
  }
  vec_push(&places->counts, count);
}

void places_free(Places *places) {
  vec_free(&places->counts);
}

static uint32_t count_before(const Places *places, uint32_t offset) {
  uint32_t step = offset / PLACES_STEP;
  uint32_t start = step * PLACES_STEP;
  uint32_t before = places->counts.items[step];
  bool is_last = step + 1 == places->counts.count;
  if (!is_last && places->counts.items[step + 1] - before == PLACES_STEP) {
    return before + (offset - start); // plain ASCII, which is nearly all of most programs
  }
  return before + count_starts(places->source->text + start, offset - start);
}

static bool is_on_line(const Source *source, uint32_t line, uint32_t offset) {
  if (line >= source->line_count || source->line_starts[line] > offset) return false;
  return line + 1 == source->line_count || source->line_starts[line + 1] > offset;
}

// Code is made in the order of the text, so most places are on the line of the one before, or on the next.
static uint32_t find_line(const Source *source, uint32_t offset, uint32_t last_line) {
  if (is_on_line(source, last_line, offset)) return last_line;
  if (is_on_line(source, last_line + 1, offset)) return last_line + 1;
  uint32_t low = 0;
  uint32_t high = source->line_count;
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (source->line_starts[middle] <= offset)
      low = middle;
    else
      high = middle;
  }
  return low;
}

Position places_find(Places *places, uint32_t offset) {
  const Source *source = places->source;
  if (offset > source->len) offset = source->len;
  uint32_t line = find_line(source, offset, places->last_line);
  places->last_line = line;
  uint32_t before = count_before(places, offset) - count_before(places, source->line_starts[line]);
  return (Position){source_line_of_row(source, line + 1), before + 1};
}
