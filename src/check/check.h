// SPDX-License-Identifier: MIT
// check.h - the checker's door: is the program right, and what are the types
//
// Resolves names, then gives every expression a type and reports what cannot be right. Fills `type`
// of expressions and symbols and the fields marked (checker) in tree.h. Nothing may run if diags
// has errors.
#ifndef CHECK_PROGRAM_H
#define CHECK_PROGRAM_H

#include "check/decls.h"
#include "check/types.h"
#include "source/diag.h"
#include "tree/tree.h"

// `types` lives as long as the program's arena; the compiler reads it.
void check_program(Program *program, const Decls *decls, Types *types, Diags *diags);

#endif
