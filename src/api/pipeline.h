// SPDX-License-Identifier: MIT
// pipeline.h - from a file to a unit: read, parse, check, compile
//
// One Compilation per file, with its own arena. Diagnostics are printed by whoever asked.
#ifndef PIPELINE_H
#define PIPELINE_H

#include "base/name.h"
#include "check/check.h"
#include "code/unit.h"
#include "source/diag.h"
#include "tree/tree.h"

typedef struct Compilation {
  Arena arena;
  NameTable names;
  Source source;
  Diags diags;
  Types types;
  Program *program;
  bool has_source;
} Compilation;

typedef enum PipelineStep { PIPELINE_PARSED, PIPELINE_CHECKED, PIPELINE_COMPILED } PipelineStep;

// Takes a copy of `text`. Goes through the steps up to `until`, stopping at the first with errors.
// The unit (if COMPILED was reached without errors) is the caller's.
Unit *pipeline_run(Compilation *compilation, const Decls *decls, Dialect dialect, const char *path,
                   const char *text, size_t len, PipelineStep until);
void pipeline_init(Compilation *compilation);
void pipeline_free(Compilation *compilation);

#endif
