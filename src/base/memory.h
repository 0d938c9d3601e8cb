// SPDX-License-Identifier: MIT
// memory.h - counted allocation against a limit
//
// Every byte that a program can cause to be allocated at run time goes through a Memory, so that a
// host can bound it and a script gets an error instead of the machine getting slow. A block's size is
// given back by its owner on free, so no header is stored in front of it.
//
// The front half (parsers, checker, compiler), whose need is proportional to the source's size, uses
// memory_require: it never returns NULL but ends the process with a message and status 1.
#ifndef MEMORY_H
#define MEMORY_H

#include "base/common.h"

typedef struct Memory {
  size_t used;        // bytes handed out now
  size_t peak;        // highest `used` so far
  size_t limit;       // 0: none
  uint64_t fail_after; // tests: the n-th allocation from now fails; 0: off
} Memory;

void memory_init(Memory *memory, size_t limit);

// NULL when the limit or the machine's memory is reached; never for size 0 (which gives NULL too).
void *memory_alloc(Memory *memory, size_t size) MUST_USE;

// Grows or shrinks; NULL when that fails, and then the old block is untouched. `block` may be NULL if
// old_size is 0.
void *memory_realloc(Memory *memory, void *block, size_t old_size, size_t new_size) MUST_USE;

// `block` may be NULL.
void memory_free(Memory *memory, void *block, size_t size);

// Uncounted; ends the process when the machine has no more. realloc(NULL, size) is an allocation.
void *memory_require(void *block, size_t size) MUST_USE;

#endif
