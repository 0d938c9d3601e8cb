// SPDX-License-Identifier: MIT
// buffer.c - growing bytes
//
// Capacity doubles, so that appending byte by byte stays linear; one byte more than `len` is always
// there for the terminating zero.
#include "base/buffer.h"
#include "base/memory.h"
#include "base/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUFFER_FIRST_CAPACITY 64

static void make_room(Buffer *buffer, size_t more) {
  size_t need = buffer->len + more + 1;
  if (LIKELY(need <= buffer->capacity)) return;
  size_t capacity = buffer->capacity ? buffer->capacity * 2 : BUFFER_FIRST_CAPACITY;
  if (capacity < need) capacity = need;
  buffer->bytes = memory_require(buffer->bytes, capacity);
  buffer->capacity = capacity;
}

char *buffer_extend(Buffer *buffer, size_t len) {
  make_room(buffer, len);
  char *start = buffer->bytes + buffer->len;
  buffer->len += len;
  buffer->bytes[buffer->len] = '\0';
  return start;
}

void buffer_append(Buffer *buffer, const char *bytes, size_t len) {
  char *start = buffer_extend(buffer, len);
  if (len) memcpy(start, bytes, len);
}

void buffer_text(Buffer *buffer, const char *zero_terminated) {
  buffer_append(buffer, zero_terminated, strlen(zero_terminated));
}

void buffer_byte(Buffer *buffer, char byte) {
  make_room(buffer, 1);
  buffer->bytes[buffer->len++] = byte;
  buffer->bytes[buffer->len] = '\0';
}

void buffer_fill(Buffer *buffer, char byte, size_t count) {
  make_room(buffer, count);
  memset(buffer->bytes + buffer->len, byte, count);
  buffer->len += count;
  buffer->bytes[buffer->len] = '\0';
}

void buffer_int(Buffer *buffer, int64_t value) {
  char digits[24];
  buffer_append(buffer, digits, number_print_int(value, digits));
}

void buffer_printf(Buffer *buffer, const char *format, ...) {
  va_list args;
  va_start(args, format);
  buffer_vprintf(buffer, format, args);
  va_end(args);
}

// The first try goes into the room that is there anyway; only a text that does not fit is formatted
// twice.
void buffer_vprintf(Buffer *buffer, const char *format, va_list args) {
  va_list again;
  va_copy(again, args);
  make_room(buffer, 0);
  size_t room = buffer->capacity - buffer->len;
  int len = vsnprintf(buffer->bytes + buffer->len, room, format, args);
  if (len > 0 && (size_t)len >= room) {
    make_room(buffer, (size_t)len);
    vsnprintf(buffer->bytes + buffer->len, (size_t)len + 1, format, again);
  }
  if (len > 0) buffer->len += (size_t)len;
  buffer->bytes[buffer->len] = '\0';
  va_end(again);
}

void buffer_clear(Buffer *buffer) {
  buffer->len = 0;
  if (buffer->bytes) buffer->bytes[0] = '\0';
}

void buffer_free(Buffer *buffer) {
  free(buffer->bytes);
  *buffer = (Buffer){0};
}
