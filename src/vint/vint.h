// SPDX-License-Identifier: MIT
// vint.h - the door of Vint's reader: text in, tree out
#ifndef VINT_H
#define VINT_H

#include "source/diag.h"
#include "tree/tree.h"

// Parses a whole file. Errors are reported to `diags`; the tree is complete anyway (NODE_ERROR
// stands where nothing sensible could be built), so later stages may look at it, but nothing may
// run if diags->error_count is not 0. Never NULL. Nesting deeper than 1,000 levels is an error, not
// a crash.
Program *vint_parse(const Source *source, Arena *arena, NameTable *names, Diags *diags);

#endif
