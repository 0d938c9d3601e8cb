// SPDX-License-Identifier: MIT
// format.h - values as text
//
// Safe for cycles ("...") and for any depth (explicit stack). Does not run script code: `__into` is
// the caller's business.
#ifndef FORMAT_H
#define FORMAT_H

#include "base/buffer.h"
#include "vm/vm.h"

typedef enum FormatStyle {
  FORMAT_LUMA, // strings inside containers quoted; luma.md 4.5
  FORMAT_VINT, // never quoted; vint.md 2.2
} FormatStyle;

void format_value(VM *vm, Buffer *out, Value value, FormatStyle style);
// As it is written inside of a container: Luma quotes strings there.
void format_inner(VM *vm, Buffer *out, Value value, FormatStyle style);
Str *format_to_str(VM *vm, Value value, FormatStyle style) MUST_USE;
// A kind whose owner is above vm (promises, channels) prints by a hook that the owner installs: it
// appends the value's text to `out` and gives VALUE_ABSENT, or the value that comes next, which is
// followed by `)`. So a promise of a list that holds the promise is a cycle as any other.
typedef Value (*FormatHook)(VM *vm, Buffer *out, Value value, FormatStyle style);
void format_set_hook(VM *vm, uint8_t kind, FormatHook hook);

#endif
