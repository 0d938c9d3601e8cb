// SPDX-License-Identifier: MIT
// utf8.c - UTF-8 text
//
// One decoder for all: the other functions step with it, and skip plain ASCII eight bytes at a time
// where that is the common case. Malformed bytes are stepped over singly, so that every function
// agrees about where the characters are, whatever the bytes.
#include "base/utf8.h"

#include <string.h>

typedef struct Range {
  uint32_t first;
  uint32_t last;
} Range;

static const Range ZERO_WIDTH[] = {
#define ZERO(first, last) {first, last},
#include "base/utf8_width.def"
#undef ZERO
};

static const Range DOUBLE_WIDTH[] = {
#define WIDE(first, last) {first, last},
#include "base/utf8_width.def"
#undef WIDE
};

static inline bool is_continuation(unsigned char byte) {
  return (byte & 0xC0) == 0x80;
}

static uint32_t reject(size_t *size) {
  *size = 1;
  return UTF8_REPLACEMENT;
}

// What the lead byte promises: how many bytes, and the smallest code point that needs that many. A
// smaller one is an overlong form.
static size_t promised_size(unsigned char lead, uint32_t *smallest) {
  if (lead >= 0xC2 && lead <= 0xDF) {
    *smallest = 0x80;
    return 2;
  }
  if ((lead & 0xF0) == 0xE0) {
    *smallest = 0x800;
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    *smallest = 0x10000;
    return 4;
  }
  return 0;
}

static bool is_scalar(uint32_t code_point) {
  return code_point <= 0x10FFFF && (code_point < 0xD800 || code_point > 0xDFFF);
}

uint32_t utf8_decode(const char *bytes, size_t len, size_t *size) {
  const unsigned char *at = (const unsigned char *)bytes;
  if (LIKELY(at[0] < 0x80)) {
    *size = 1;
    return at[0];
  }
  uint32_t smallest;
  size_t need = promised_size(at[0], &smallest);
  if (need == 0 || need > len) return reject(size);
  uint32_t code_point = at[0] & (0x7Fu >> need);
  for (size_t i = 1; i < need; i++) {
    if (!is_continuation(at[i])) return reject(size);
    code_point = code_point << 6 | (at[i] & 0x3Fu);
  }
  if (code_point < smallest || !is_scalar(code_point)) return reject(size);
  *size = need;
  return code_point;
}

size_t utf8_encode(uint32_t code_point, char out[4]) {
  if (!is_scalar(code_point)) code_point = UTF8_REPLACEMENT;
  if (code_point < 0x80) {
    out[0] = (char)code_point;
    return 1;
  }
  if (code_point < 0x800) {
    out[0] = (char)(0xC0 | code_point >> 6);
    out[1] = (char)(0x80 | (code_point & 0x3F));
    return 2;
  }
  if (code_point < 0x10000) {
    out[0] = (char)(0xE0 | code_point >> 12);
    out[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
    out[2] = (char)(0x80 | (code_point & 0x3F));
    return 3;
  }
  out[0] = (char)(0xF0 | code_point >> 18);
  out[1] = (char)(0x80 | (code_point >> 12 & 0x3F));
  out[2] = (char)(0x80 | (code_point >> 6 & 0x3F));
  out[3] = (char)(0x80 | (code_point & 0x3F));
  return 4;
}

// How many bytes from `bytes` on are ASCII, in steps of eight: it may stop up to seven early.
static size_t ascii_run(const char *bytes, size_t len) {
  size_t at = 0;
  for (; at + 8 <= len; at += 8) {
    uint64_t word;
    memcpy(&word, bytes + at, 8);
    if (word & 0x8080808080808080u) break;
  }
  return at;
}

size_t utf8_find_invalid(const char *bytes, size_t len) {
  size_t at = ascii_run(bytes, len);
  while (at < len) {
    size_t size;
    uint32_t code_point = utf8_decode(bytes + at, len - at, &size);
    // A replacement character that stands in the text itself takes three bytes.
    if (code_point == UTF8_REPLACEMENT && size == 1) return at;
    at += size;
    if (code_point >= 0x80) at += ascii_run(bytes + at, len - at);
  }
  return len;
}

bool utf8_is_valid(const char *bytes, size_t len) {
  return utf8_find_invalid(bytes, len) == len;
}

size_t utf8_length(const char *bytes, size_t len) {
  size_t at = ascii_run(bytes, len);
  size_t count = at;
  while (at < len) {
    size_t size;
    bool is_ascii = utf8_decode(bytes + at, len - at, &size) < 0x80;
    at += size;
    count++;
    if (is_ascii) continue;
    size_t run = ascii_run(bytes + at, len - at);
    at += run;
    count += run;
  }
  return count;
}

size_t utf8_offset(const char *bytes, size_t len, size_t index) {
  size_t at = ascii_run(bytes, index < len ? index : len);
  size_t left = index - at;
  while (left > 0 && at < len) {
    size_t size;
    bool is_ascii = utf8_decode(bytes + at, len - at, &size) < 0x80;
    at += size;
    left--;
    if (is_ascii) continue;
    size_t run = ascii_run(bytes + at, left < len - at ? left : len - at);
    at += run;
    left -= run;
  }
  return at;
}

static bool is_within(uint32_t code_point, const Range *ranges, size_t count) {
  size_t low = 0;
  size_t high = count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (code_point > ranges[middle].last) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < count && code_point >= ranges[low].first;
}

int utf8_width(uint32_t code_point) {
  if (code_point < 0x300) return 1;
  if (is_within(code_point, ZERO_WIDTH, ARRAY_LEN(ZERO_WIDTH))) return 0;
  return is_within(code_point, DOUBLE_WIDTH, ARRAY_LEN(DOUBLE_WIDTH)) ? 2 : 1;
}
