// SPDX-License-Identifier: MIT
// interp_watched.c - the interpreter once more, for a program that is profiled
//
// The same loop with one question more before each instruction (INTERP_WATCHED in interp_ops.h), so
// that a program that is not profiled pays nothing for it.
#define INTERP_WATCHED
#include "vm/interp.c" // NOLINT(bugprone-suspicious-include)
