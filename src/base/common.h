// SPDX-License-Identifier: MIT
// common.h - the few macros that every file may use
//
// Attributes that let the compiler check what our comments promise, and three small helpers. This
// header includes only the standard's own types.
#ifndef COMMON_H
#define COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The caller must look at the result: it says whether the call failed.
#define MUST_USE     __attribute__((warn_unused_result))
#define NORETURN     __attribute__((noreturn))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))

// Branch hints, for the interpreter's and the allocator's hot paths only.
#define LIKELY(c)   __builtin_expect(!!(c), 1)
#define UNLIKELY(c) __builtin_expect(!!(c), 0)
#define NOINLINE    __attribute__((noinline, cold))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

// The struct of type `type` whose member `member` is at `pointer`.
#define CONTAINER_OF(pointer, type, member) \
  ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#endif
