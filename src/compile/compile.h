// SPDX-License-Identifier: MIT
// compile.h - the compiler's door: a checked tree in, a unit out
#ifndef COMPILE_H
#define COMPILE_H

#include "code/unit.h"
#include "source/diag.h"
#include "tree/tree.h"

// `program` was resolved and checked without errors. NULL if something exceeds a limit of the
// bytecode (registers, constants, captures of one function) or is not supported yet: reported to
// `diags`. Does not change the tree but for the compiler's own fields.
Unit *compile_program(Program *program, Diags *diags);

#endif
