// SPDX-License-Identifier: MIT
// go_format.h - texts by a format with Go's verbs (vint.md 10, 12.18)
//
//   %v any value   %s text   %q quoted text   %d integer   %b %o %x %X other bases   %c character
//   %f %e %g float   %t boolean   %T the value's type   %% a percent sign
//   before the verb: flags - + blank 0 #, width, .precision; * takes it from the values
//
// A value that does not fit leaves Go's mark and is no error: %!d(string=abc), %!s(MISSING),
// %!(EXTRA int=1).
#ifndef GO_FORMAT_H
#define GO_FORMAT_H

#include "base/buffer.h"
#include "vm/vm.h"

#define GO_FORMAT_WIDTH_MAX 100000

// False: a width or precision beyond GO_FORMAT_WIDTH_MAX; nothing is raised. Runs no script code.
bool go_format_print(VM *vm, Buffer *out, const Str *format, const Value *values,
                     uint32_t count) MUST_USE;

#endif
