// SPDX-License-Identifier: MIT
// utf8_cursor.h - from code points to bytes and back, in texts that are gone through
//
// Where the n-th code point of a text stands is known only by going there. Who asks for the next
// one, or for one nearby, again and again would go the whole way each time; so the place that was
// asked for last is kept, and the way begins there, at the front or at the end, whichever is
// nearest.
#ifndef UTF8_CURSOR_H
#define UTF8_CURSOR_H

#include "base/common.h"

// Zeroed knows nothing. The bytes that it knows a place in must stay as they are up to there.
typedef struct Utf8Cursor {
  const char *bytes; // of the text; NULL: it knows nothing
  size_t index;      // code points before the place
  size_t offset;     // bytes
} Utf8Cursor;

typedef struct Utf8Text {
  const char *bytes;
  size_t len;    // bytes
  size_t length; // code points
} Utf8Text;

// How many bytes the first `index` ≤ text.length code points take.
size_t utf8_cursor_offset(Utf8Cursor *cursor, Utf8Text text, size_t index);
// How many code points the first `offset` ≤ text.len bytes have; as utf8_length, where a code point
// is cut in two.
size_t utf8_cursor_index(Utf8Cursor *cursor, Utf8Text text, size_t offset);

#endif
