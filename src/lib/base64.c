// SPDX-License-Identifier: MIT
// base64.c - bytes as text and back
#include "lib/base64.h"

#include <string.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(Buffer *out, const char *bytes, size_t len) {
  for (size_t i = 0; i < len; i += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 3; k++) group = group << 8 | (i + k < len ? (uint8_t)bytes[i + k] : 0);
    for (size_t k = 0; k < 4; k++) {
      bool is_there = i + k <= len;
      buffer_byte(out, is_there ? letters[group >> (18 - 6 * k) & 63] : '=');
    }
  }
}

bool base64_decode(Buffer *out, const char *text, size_t len, size_t *at) {
  uint32_t group = 0;
  uint32_t count = 0;
  size_t i = 0;
  for (; i < len && text[i] != '='; i++) {
    *at = i;
    if (text[i] == '\n' || text[i] == '\r') continue;
    const char *letter = text[i] ? strchr(letters, text[i]) : NULL;
    if (!letter) return false;
    group = group << 6 | (uint32_t)(letter - letters);
    if (++count % 4 != 0) continue;
    for (int k = 2; k >= 0; k--) buffer_byte(out, (char)(group >> (8 * k)));
    group = 0;
  }
  for (; i < len; i++) {
    *at = i;
    if (!strchr("=\r\n", text[i])) return false;
  }
  if (count % 4 == 1) return false;
  group <<= 6 * (4 - count % 4);
  for (uint32_t k = 0; k + 1 < count % 4; k++) buffer_byte(out, (char)(group >> (16 - 8 * k)));
  return true;
}

void base64_encode_hex(Buffer *out, const char *bytes, size_t len) {
  for (size_t i = 0; i < len; i++) {
    buffer_byte(out, "0123456789abcdef"[(uint8_t)bytes[i] >> 4]);
    buffer_byte(out, "0123456789abcdef"[(uint8_t)bytes[i] & 15]);
  }
}

static int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool base64_decode_hex(Buffer *out, const char *text, size_t len, size_t *at) {
  for (*at = 0; *at < len; *at += 2) {
    int high = hex_value(text[*at]);
    int low = *at + 1 < len ? hex_value(text[*at + 1]) : -1;
    if (high < 0) return false;
    if (low < 0) return ++*at, false;
    buffer_byte(out, (char)(high << 4 | low));
  }
  return true;
}
