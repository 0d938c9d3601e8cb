// SPDX-License-Identifier: MIT
// pipeline.c - from a file to a unit: read, parse, check, compile
#include "api/pipeline.h"

#include "compile/compile.h"
#include "luma/luma.h"
#include "vint/vint.h"

void pipeline_init(Compilation *compilation) {
  *compilation = (Compilation){0};
  arena_init(&compilation->arena);
  name_table_init(&compilation->names, &compilation->arena);
  types_init(&compilation->types, &compilation->arena, &compilation->names);
}

void pipeline_free(Compilation *compilation) {
  if (compilation->has_source) {
    diag_free(&compilation->diags);
    source_free(&compilation->source);
  }
  types_free(&compilation->types);
  name_table_free(&compilation->names);
  arena_free(&compilation->arena);
}

Unit *pipeline_run(Compilation *compilation, const Decls *decls, Dialect dialect, const char *path,
                   const char *text, size_t len, PipelineStep until) {
  Compilation *c = compilation;
  if (!source_init(&c->source, path, text, len)) return NULL;
  c->has_source = true;
  diag_init(&c->diags, &c->arena, &c->source);
  c->program = dialect == DIALECT_LUMA ? luma_parse(&c->source, &c->arena, &c->names, &c->diags)
                                       : vint_parse(&c->source, &c->arena, &c->names, &c->diags);
  if (c->diags.error_count || until == PIPELINE_PARSED) return NULL;
  check_program(c->program, decls, &c->types, &c->diags);
  if (c->diags.error_count || until == PIPELINE_CHECKED) return NULL;
  return compile_program(c->program, &c->diags);
}
