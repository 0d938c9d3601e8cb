// SPDX-License-Identifier: MIT
// arena.c - memory that is freed all at once
//
//   blocks ──► ┌──────┬────────────────┬───────────┐      ┌──────┬──────────────┐
//              │ link │ handed out     │ free      │ ───► │ link │ full         │ ───► NULL
//              └──────┴────────────────┴───────────┘      └──────┴──────────────┘
//                                      ▲ next      ▲ end
//
// What is larger than a quarter of a block gets a block of its own that is linked behind the
// current one, so that a long string does not throw away the rest of a half-empty block.
#include "base/arena.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_FIRST_BLOCK ((size_t)16 << 10)
#define ARENA_LAST_BLOCK  ((size_t)1 << 20)

// The links are 8 bytes and malloc aligns to 16, so the bytes behind a link are aligned to 8.
struct ArenaBlock {
  ArenaBlock *next;
};

void arena_init(Arena *arena) {
  *arena = (Arena){0};
}

void arena_free(Arena *arena) {
  ArenaBlock *block = arena->blocks;
  while (block) {
    ArenaBlock *next = block->next;
    free(block);
    block = next;
  }
  *arena = (Arena){0};
}

static ArenaBlock *take_block(Arena *arena, size_t room) {
  ArenaBlock *block = memory_require(NULL, sizeof(ArenaBlock) + room);
  arena->total += sizeof(ArenaBlock) + room;
  return block;
}

// As much again as we have so far, which doubles the blocks without storing their size.
static size_t next_block_room(const Arena *arena) {
  size_t room = arena->total < ARENA_FIRST_BLOCK ? ARENA_FIRST_BLOCK : arena->total;
  return (room < ARENA_LAST_BLOCK ? room : ARENA_LAST_BLOCK) - sizeof(ArenaBlock);
}

static void *alloc_alone(Arena *arena, size_t size) {
  ArenaBlock *block = take_block(arena, size);
  if (arena->blocks) {
    block->next = arena->blocks->next;
    arena->blocks->next = block;
  } else {
    block->next = NULL;
    arena->blocks = block;
  }
  return block + 1;
}

static NOINLINE void *alloc_slowly(Arena *arena, size_t size) {
  size_t room = next_block_room(arena);
  if (size > room / 4) return alloc_alone(arena, size);
  ArenaBlock *block = take_block(arena, room);
  block->next = arena->blocks;
  arena->blocks = block;
  arena->next = (char *)(block + 1) + size;
  arena->end = (char *)(block + 1) + room;
  return block + 1;
}

void *arena_alloc(Arena *arena, size_t size) {
  size_t rounded = (size + 7) & ~(size_t)7;
  void *place;
  if (LIKELY(rounded <= (size_t)(arena->end - arena->next))) {
    place = arena->next;
    if (rounded) arena->next += rounded;
  } else {
    place = alloc_slowly(arena, rounded);
  }
  return rounded ? memset(place, 0, rounded) : place;
}

void *arena_copy(Arena *arena, const void *bytes, size_t size) {
  return size ? memcpy(arena_alloc(arena, size), bytes, size) : NULL;
}

char *arena_text(Arena *arena, const char *text, size_t len) {
  char *copy = arena_alloc(arena, len + 1);
  if (len) memcpy(copy, text, len);
  return copy;
}

char *arena_vprintf(Arena *arena, const char *format, va_list args) {
  va_list again;
  va_copy(again, args);
  int len = vsnprintf(NULL, 0, format, args);
  size_t size = len > 0 ? (size_t)len + 1 : 1;
  char *text = arena_alloc(arena, size);
  if (len > 0) vsnprintf(text, size, format, again);
  va_end(again);
  return text;
}

char *arena_printf(Arena *arena, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *text = arena_vprintf(arena, format, args);
  va_end(args);
  return text;
}
