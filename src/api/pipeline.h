// SPDX-License-Identifier: MIT
// pipeline.h - the steps of one file, from its text to a unit
//
// What is found on the way goes to the file's diagnostics.
#ifndef PIPELINE_H
#define PIPELINE_H

#include "check/check.h"
#include "code/unit.h"

Program *pipeline_parse(const Source *source, Dialect dialect, Arena *arena, NameTable *names,
                        Diags *diags);
// Checks and compiles what was parsed without errors. NULL: there are errors now. `*value` gets the
// type of the file's value.
Unit *pipeline_finish(Program *program, const Decls *decls, Types *types, Diags *diags,
                      Type **value);

#endif
