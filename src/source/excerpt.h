// SPDX-License-Identifier: MIT
// excerpt.h - showing a place in a file to a person
//
// Layout:
//
//   error[T012]: expected String, got Number
//     --> demo.luma:3:17
//      |
//    3 | let n: String = 42
//      |                 ^^ this is a Number          (label optional)
//      = help: …
//
// Tabs are shown as four spaces, very long lines are cut around the place with "…", control bytes are
// shown as '?'. Colours only if asked for.
#ifndef EXCERPT_H
#define EXCERPT_H

#include "base/buffer.h"
#include "source/diag.h"

// Appends the excerpt of `span` (arrow line, source lines, carets). Only the first line of a span that
// covers several is shown, with its carets to the line's end.
void excerpt_show(Buffer *out, const Source *source, Span span, bool colour);
void excerpt_diag(Buffer *out, const Source *source, const Diag *diag, bool colour);
// All of them, in order, and the line "2 errors, 1 warning" if there is more than one.
void excerpt_diags(Buffer *out, Diags *diags, bool colour);

#endif
