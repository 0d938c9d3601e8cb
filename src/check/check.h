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

// `types` lives as long as the program's arena; the compiler reads it. Files that import each other
// share it, and are checked in the order of their imports. Returns the type of the file's value.
Type *check_program(Program *program, const Decls *decls, Types *types, Diags *diags);

// The type of a file's value as a file of another language sees it.
Type *check_export_as(Types *types, Type *type, Dialect from, Dialect to);

// The library's module that the node imports, NULL if it imports a file.
const char *check_import_library(const Decls *decls, const Program *program,
                                 const ImportNode *node);
bool check_import_is_standard(const ImportNode *node); // its path begins with std:

#endif
