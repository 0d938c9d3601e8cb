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
Str *format_to_str(VM *vm, Value value, FormatStyle style) MUST_USE;
// A promise prints its state by a hook that sched installs: fills `out`.
void format_set_promise_hook(VM *vm,
                             void (*print)(VM *vm, Buffer *out, Value promise, FormatStyle style));

#endif
