// SPDX-License-Identifier: MIT
// pipeline.c - the steps of one file, from its text to a unit
#include "api/pipeline.h"

#include "compile/compile.h"
#include "luma/luma.h"
#include "vint/vint.h"

Program *pipeline_parse(const Source *source, Dialect dialect, Arena *arena, NameTable *names,
                        Diags *diags) {
  return dialect == DIALECT_LUMA ? luma_parse(source, arena, names, diags)
                                 : vint_parse(source, arena, names, diags);
}

Unit *pipeline_finish(Program *program, const Decls *decls, Types *types, Diags *diags,
                      Type **value) {
  *value = check_program(program, decls, types, diags);
  return diags->error_count ? NULL : compile_program(program, diags);
}
