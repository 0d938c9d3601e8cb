// SPDX-License-Identifier: MIT
// utf8_cursor_test.c - a cursor finds the same places as going there from the front
//
// Texts are of pieces that are well-formed and of such as are not, cut anywhere.
#include "base/rng.h"
#include "base/utf8.h"
#include "base/utf8_cursor.h"
#include "check.h"

#include <string.h>

#define LEN_MAX 300

static const char *const pieces[] = {"a",
                                     "plain ASCII of some length",
                                     "\xC3\xA9",
                                     "\xE2\x82\xAC",
                                     "\xF0\x9F\x98\x80",
                                     "\x80",
                                     "\xBF\xBF\xBF\xBF\xBF",
                                     "\xC3",
                                     "\xE2\x82",
                                     "\xF0\x9F\x98",
                                     "\xED\xA0\x80",
                                     "\xC0\xAF",
                                     "\xFF"};

static size_t make_text(Rng *rng, char *out) {
  size_t len = 0, wanted = rng_below(rng, LEN_MAX);
  while (len < wanted) {
    const char *piece = pieces[rng_below(rng, ARRAY_LEN(pieces))];
    size_t size = strlen(piece);
    if (size > wanted - len) size = wanted - len;
    memcpy(out + len, piece, size);
    len += size;
  }
  return len;
}

// One text after the other at the same place, as it is when memory is used again.
static void go_about(Rng *rng) {
  char bytes[LEN_MAX];
  Utf8Cursor cursor = {0};
  Utf8Text text = {.bytes = bytes, .len = make_text(rng, bytes)};
  text.length = utf8_length(bytes, text.len);
  bool is_same = true;
  for (int i = 0; i < 50; i++) {
    size_t index = rng_below(rng, text.length + 1);
    size_t offset = rng_below(rng, text.len + 1);
    if (rng_below(rng, 2)) {
      is_same &= utf8_cursor_offset(&cursor, text, index) == utf8_offset(bytes, text.len, index);
    } else {
      is_same &= utf8_cursor_index(&cursor, text, offset) == utf8_length(bytes, offset);
    }
  }
  CHECK(is_same);
}

int main(void) {
  Rng rng;
  rng_init(&rng, 1);
  for (int i = 0; i < 20000; i++) go_about(&rng);
  return check_done("utf8_cursor");
}
