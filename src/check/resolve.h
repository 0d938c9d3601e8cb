// SPDX-License-Identifier: MIT
// resolve.h - which declaration each name means, and where variables live
//
// Fills every `symbol`, each function's parent, captures and is_async, each symbol's storage, and
// the program's module slots. Scoping rules: luma.md 4.8–4.11, vint.md D5 and 4.9. Reports unknown
// names (with suggestions), assignments to constants, bad break and continue. A name that could not
// be found keeps symbol NULL and is reported once; the checker treats it as Any.
#ifndef RESOLVE_H
#define RESOLVE_H

#include "check/decls.h"
#include "source/diag.h"
#include "tree/tree.h"

void resolve_program(Program *program, const Decls *decls, Diags *diags);

#endif
