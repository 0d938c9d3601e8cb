// SPDX-License-Identifier: MIT
// check.c - the checker's door
#include "check/check.h"

#include "check/check_private.h"
#include "check/resolve.h"

#include <stdlib.h>
#include <string.h>

static void init(Checker *c, Program *program, const Decls *decls, Types *types, Diags *diags) {
  *c = (Checker){.program = program, .decls = decls, .types = types, .diags = diags};
  c->is_luma = program->dialect == DIALECT_LUMA;
  types->dialect = program->dialect;
  relate_init(&c->relate, types);
  NameTable *names = types->names;
  c->names = (KnownNames){.ok = name_of(names, "ok"),
                          .err = name_of(names, "err"),
                          .some = name_of(names, "some"),
                          .none = name_of(names, "none"),
                          .self = name_of(names, "self"),
                          .parent = name_of(names, "__parent"),
                          .type = name_of(names, "__type"),
                          .into = name_of(names, "into"),
                          .iter = name_of(names, "__iter")};
  size_t size = decls->count * sizeof(*c->row_types);
  c->row_types = memory_require(NULL, size);
  memset(c->row_types, 0, size);
}

static void release(Checker *c) {
  relate_free(&c->relate);
  vec_free(&c->spine);
  vec_free(&c->deferred);
  vec_free(&c->loops);
  vec_free(&c->failed);
  vec_free(&c->narrowed);
  vec_free(&c->type_names);
  free(c->row_types);
}

Type *check_program(Program *program, const Decls *decls, Types *types, Diags *diags) {
  resolve_program(program, decls, diags);
  Checker checker;
  init(&checker, program, decls, types, diags);
  check_function_signature(&checker, program->main, NULL, NULL);
  check_function_body(&checker, program->main, NULL);
  Type *value = check_export_value(&checker);
  if (program->is_input) check_export_symbols(&checker);
  release(&checker);
  return value;
}
