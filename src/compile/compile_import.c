// SPDX-License-Identifier: MIT
// compile_import.c - imports
//
// A module of the library is a constant. A file that was found before the run is asked of the
// runtime by its identity, anything else by the path as the program gives it:
//
//     import.file(identity, who imports)     import.path(path, who imports, lock or null)
#include "compile/compile_private.h"

#include <string.h>

static const Type *library_of(const ImportNode *node) {
  const Type *type = types_prune(node->symbol ? node->symbol->type : node->node.type);
  return type && type->kind == TYPE_MODULE ? type : NULL;
}

static void push_text(FunctionState *fn, const char *text) {
  compile_load_string(fn, text, (uint32_t)strlen(text), regs_take(&fn->regs, 1));
}

static void push_importer(FunctionState *fn) {
  const char *key = fn->compiler->program->key;
  push_text(fn, key ? key : "");
}

static void call_file(FunctionState *fn, const ImportNode *node, uint32_t window) {
  compile_load_builtin(fn, "import", "file", window);
  regs_take(&fn->regs, 1); // the link
  push_text(fn, node->module);
  push_importer(fn);
  emit_abc(&fn->emit, OP_CALL, window, 2, 0);
}

static void call_path(FunctionState *fn, const ImportNode *node, uint32_t window) {
  compile_load_builtin(fn, "import", "path", window);
  regs_take(&fn->regs, 1);
  compile_expr_fresh(fn, node->path);
  push_importer(fn);
  if (node->lock)
    compile_expr_fresh(fn, node->lock);
  else
    emit_abc(&fn->emit, OP_NULLS, regs_take(&fn->regs, 1), 1, 0);
  fn->emit.span = node->node.span;
  emit_abc(&fn->emit, OP_CALL, window, 3, 0);
}

void compile_import_call(FunctionState *fn, ImportNode *node, uint32_t target) {
  const Type *library = library_of(node);
  if (library) {
    compile_load_builtin(fn, library->name->text, NULL, target);
    return;
  }
  uint32_t mark = fn->regs.next;
  uint32_t window = regs_is_top(&fn->regs, target) ? target : regs_take(&fn->regs, 1);
  fn->emit.span = node->node.span;
  if (node->module)
    call_file(fn, node, window);
  else
    call_path(fn, node, window);
  compile_move(fn, target, window);
  fn->regs.next = mark;
}

void compile_import_statement(FunctionState *fn, ImportNode *node) {
  if (!node->symbol || library_of(node)) return; // the name of a library's module is a constant
  uint32_t reg = regs_take(&fn->regs, 1);
  compile_import_call(fn, node, reg);
  compile_variable_bind(fn, node->symbol, reg, true);
}
