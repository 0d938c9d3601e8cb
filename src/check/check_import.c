// SPDX-License-Identifier: MIT
// check_import.c - what an import gives
//
// Modules of the library are known to the checker. Files are not: whoever reads them has noted on
// the node what importing it gives (tree.h); where nothing is noted only the running program knows.
#include "check/check_private.h"

#include <string.h>

static const char STANDARD[] = "std:";

static bool is_text_of(const Node *path, const char **text, uint32_t *len) {
  if (!path || path->kind != NODE_STRING) return false;
  *text = ((const StringNode *)path)->bytes;
  *len = ((const StringNode *)path)->len;
  return true;
}

// "std:math" in both languages; in Vint the plain name too.
const char *check_import_library(const Decls *decls, const Program *program,
                                 const ImportNode *node) {
  const char *text;
  uint32_t len;
  if (node->node.kind == NODE_INCLUDE || !is_text_of(node->path, &text, &len)) return NULL;
  bool is_standard = check_import_is_standard(node);
  if (!is_standard && program->dialect == DIALECT_LUMA) return NULL;
  uint32_t skipped = is_standard ? sizeof(STANDARD) - 1 : 0;
  const Name *name = name_intern(program->names, text + skipped, len - skipped);
  return decls_is_module(decls, program->dialect, name->text) ? name->text : NULL;
}

bool check_import_is_standard(const ImportNode *node) {
  const char *text;
  uint32_t len;
  uint32_t prefix = sizeof(STANDARD) - 1;
  return is_text_of(node->path, &text, &len) && len >= prefix &&
         memcmp(text, STANDARD, prefix) == 0;
}

static void report_unknown(Checker *c, const ImportNode *node) {
  const StringNode *path = (const StringNode *)node->path;
  const char *wanted = path->bytes + sizeof(STANDARD) - 1;
  Diag *diag = diag_error(c->diags, DIAG_IMPORT_LIBRARY, node->path->span, wanted);
  VEC(const char *) names = {0};
  const Decls *decls = c->decls;
  for (uint32_t i = 0; i < decls->count; i++) {
    const char *owner = decls->rows[i].owner;
    bool is_new = names.count == 0 || strcmp(vec_last(&names), owner) != 0;
    if (is_new && decls_is_module(decls, c->program->dialect, owner)) vec_push(&names, owner);
  }
  check_report_suggest(c, diag, wanted, names.items, names.count);
  vec_free(&names);
}

static Type *imported_type(Checker *c, ImportNode *node) {
  const char *library = check_import_library(c->decls, c->program, node);
  if (library) return types_named(c->types, TYPE_MODULE, name_of(c->types->names, library));
  if (check_import_is_standard(node)) report_unknown(c, node);
  return node->exports ? node->exports : c->types->any;
}

Type *check_import_call(Checker *c, ImportNode *node) {
  Type *path = check_expr(c, node->path, c->types->string);
  if (!relate_fits(&c->relate, path, c->types->string, NULL)) {
    diag_error(c->diags, DIAG_IMPORT_PATH, node->path->span, check_report_type(c, path));
  }
  if (node->lock) {
    Type *lock = check_expr(c, node->lock, c->types->string);
    if (!relate_fits(&c->relate, lock, c->types->string, NULL))
      diag_error(c->diags, DIAG_IMPORT_LOCK_TYPE, node->lock->span, check_report_type(c, lock));
  }
  return imported_type(c, node);
}

void check_import_statement(Checker *c, ImportNode *node) {
  if (node->symbol) node->symbol->type = imported_type(c, node);
}
