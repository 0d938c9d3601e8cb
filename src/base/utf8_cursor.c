// SPDX-License-Identifier: MIT
// utf8_cursor.c - from code points to bytes and back, in texts that are gone through
#include "base/utf8_cursor.h"

#include "base/assertion.h"
#include "base/utf8.h"

static inline bool is_continuation(char byte) {
  return ((unsigned char)byte & 0xC0) == 0x80;
}

// Where the code point before `at` > 0 begins. A byte that continues nothing stands for itself
// (utf8.h).
static size_t step_back(const char *bytes, size_t at) {
  size_t start = at - 1, size;
  while (start > 0 && at - start < 4 && is_continuation(bytes[start])) start--;
  utf8_decode(bytes + start, at - start, &size);
  return size == at - start ? start : at - 1;
}

static size_t distance(size_t a, size_t b) {
  return a > b ? a - b : b - a;
}

// The known place that is nearest to the code point, counted in code points.
static Utf8Cursor nearest(const Utf8Cursor *cursor, const Utf8Text *text, size_t index) {
  Utf8Cursor front = {text->bytes, 0, 0};
  Utf8Cursor end = {text->bytes, text->length, text->len};
  Utf8Cursor best = index <= text->length / 2 ? front : end;
  bool is_nearer =
      cursor->bytes == text->bytes && distance(cursor->index, index) < distance(best.index, index);
  return is_nearer ? *cursor : best;
}

size_t utf8_cursor_offset(Utf8Cursor *cursor, Utf8Text text, size_t index) {
  ASSERT(index <= text.length);
  Utf8Cursor at = nearest(cursor, &text, index);
  if (at.index <= index) {
    at.offset += utf8_offset(text.bytes + at.offset, text.len - at.offset, index - at.index);
  } else {
    for (; at.index > index; at.index--) at.offset = step_back(text.bytes, at.offset);
  }
  *cursor = (Utf8Cursor){text.bytes, index, at.offset};
  return at.offset;
}

size_t utf8_cursor_index(Utf8Cursor *cursor, Utf8Text text, size_t offset) {
  bool is_start = offset == text.len || !is_continuation(text.bytes[offset]);
  bool is_known = cursor->bytes == text.bytes;
  size_t known = is_known ? cursor->offset : 0;
  size_t index;
  if (known <= offset) {
    index = (is_known ? cursor->index : 0) + utf8_length(text.bytes + known, offset - known);
  } else if (is_start && known - offset < offset) {
    index = cursor->index - utf8_length(text.bytes + offset, known - offset);
  } else {
    index = utf8_length(text.bytes, offset);
  }
  if (is_start) *cursor = (Utf8Cursor){text.bytes, index, offset};
  return index;
}
