// SPDX-License-Identifier: MIT
// buffer.h - growing bytes
//
// A zeroed Buffer is empty and ready. `bytes` is always zero-terminated once something was appended.
// Memory is uncounted and growing never fails (memory_require).
#ifndef BUFFER_H
#define BUFFER_H

#include "base/common.h"
#include <stdarg.h>

typedef struct Buffer {
  char *bytes;
  size_t len;
  size_t capacity;
} Buffer;

void buffer_append(Buffer *buffer, const char *bytes, size_t len);
// Makes it longer by `len` bytes, which the caller writes to where the answer points.
char *buffer_extend(Buffer *buffer, size_t len) MUST_USE;
void buffer_text(Buffer *buffer, const char *zero_terminated);
void buffer_byte(Buffer *buffer, char byte);
void buffer_fill(Buffer *buffer, char byte, size_t count);
void buffer_int(Buffer *buffer, int64_t value); // in decimal
void buffer_printf(Buffer *buffer, const char *format, ...) PRINTF(2, 3);
void buffer_vprintf(Buffer *buffer, const char *format, va_list args);
void buffer_clear(Buffer *buffer); // keeps the memory
void buffer_free(Buffer *buffer);

#endif
