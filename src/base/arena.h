// SPDX-License-Identifier: MIT
// arena.h - memory that is freed all at once
//
// Trees, types and names of one compilation live in an arena: allocation is a pointer bump, nothing
// is freed singly. Blocks double from 16 KiB to 1 MiB. Memory comes from memory_require, so no call
// fails.
#ifndef ARENA_H
#define ARENA_H

#include "base/common.h"
#include <stdarg.h>

typedef struct ArenaBlock ArenaBlock;

typedef struct Arena {
  char *next;
  char *end;
  ArenaBlock *blocks;
  size_t total; // bytes taken from the system
} Arena;

void arena_init(Arena *arena);
void arena_free(Arena *arena);

// Zeroed, aligned to 8 bytes.
void *arena_alloc(Arena *arena, size_t size);
// A copy of `size` bytes; NULL for size 0.
void *arena_copy(Arena *arena, const void *bytes, size_t size);
// A copy of `len` bytes with a terminating zero.
char *arena_text(Arena *arena, const char *text, size_t len);
// Formatted text, zero-terminated.
char *arena_printf(Arena *arena, const char *format, ...) PRINTF(2, 3);
char *arena_vprintf(Arena *arena, const char *format, va_list args) PRINTF(2, 0);

#define ARENA_NEW(arena, Type) ((Type *)arena_alloc(arena, sizeof(Type)))

#endif
