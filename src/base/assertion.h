// SPDX-License-Identifier: MIT
// assertion.h - checks of our own mistakes, on in debug and test builds
//
// ASSERT is for what only a bug of ours can break; input from a program, a file or the network is
// never asserted. In a release build (NDEBUG) both macros cost nothing: ASSERT does not evaluate its
// condition, and UNREACHABLE tells the compiler that control never comes here.
#ifndef ASSERTION_H
#define ASSERTION_H

#include "base/common.h"

#ifdef NDEBUG
#define ASSERT(condition) ((void)sizeof(condition))
#define UNREACHABLE()     __builtin_unreachable()
#else
#define ASSERT(condition) \
  ((condition) ? (void)0 : assertion_failed(#condition, __FILE__, __LINE__))
#define UNREACHABLE() assertion_failed("unreachable", __FILE__, __LINE__)
#endif

// Writes the place to stderr and aborts the process.
NORETURN void assertion_failed(const char *condition, const char *file, int line);

#endif
