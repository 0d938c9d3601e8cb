// SPDX-License-Identifier: MIT
// memory.c - counted allocation against a limit
//
// The counter holds what was asked for, not what the C library rounds it up to: the limit is then
// the same on every machine, and a test that hits it hits it everywhere at the same byte.
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>

void memory_init(Memory *memory, size_t limit) {
  *memory = (Memory){.limit = limit};
}

// Counts down to the failure a test asked for. It strikes once, so that the error path after it can
// allocate and is tested as well.
static bool strikes_now(Memory *memory) {
  return memory->fail_after > 0 && --memory->fail_after == 0;
}

// Written as a subtraction, because `used + more` may wrap around. A limit that was lowered below
// `used` leaves no room at all.
static bool has_room(const Memory *memory, size_t more) {
  size_t limit = memory->limit ? memory->limit : SIZE_MAX;
  return memory->used <= limit && more <= limit - memory->used;
}

static void count_more(Memory *memory, size_t more) {
  memory->used += more;
  if (memory->used > memory->peak) memory->peak = memory->used;
}

void *memory_alloc(Memory *memory, size_t size) {
  if (size == 0) return NULL;
  if (UNLIKELY(strikes_now(memory)) || UNLIKELY(!has_room(memory, size))) return NULL;
  void *block = malloc(size);
  if (LIKELY(block != NULL)) count_more(memory, size);
  return block;
}

// Shrinking needs no room and is not counted as an allocation for `fail_after`: callers shrink only
// to give memory back and would have nothing to do about a failure.
void *memory_realloc(Memory *memory, void *block, size_t old_size, size_t new_size) {
  if (new_size == 0) {
    memory_free(memory, block, old_size);
    return NULL;
  }
  bool grows = new_size > old_size;
  if (grows && (strikes_now(memory) || !has_room(memory, new_size - old_size))) return NULL;
  void *moved = realloc(block, new_size);
  if (!moved) return NULL;
  if (grows) {
    count_more(memory, new_size - old_size);
  } else {
    memory->used -= old_size - new_size;
  }
  return moved;
}

void memory_free(Memory *memory, void *block, size_t size) {
  if (!block) return;
  memory->used -= size;
  free(block);
}

void *memory_require(void *block, size_t size) {
  void *moved = realloc(block, size ? size : 1);
  if (moved) return moved;
  fprintf(stderr, "out of memory: the system refused %zu bytes\n", size);
  exit(1);
}
