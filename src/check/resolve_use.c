// SPDX-License-Identifier: MIT
// resolve_use.c - what the names in a program mean
#include "check/resolve_private.h"

#include "check/check.h"
#include "check/foreign.h"

#include <string.h>

#define CANDIDATES_MAX 2048 // names in scope that a suggestion is chosen from

// --- Finding -------------------------------------------------------------------------------------

static Declared *find(Resolver *r, const Name *name, ScopeUse use, Declared **below) {
  Declared *found = scope_find(&r->names, name, resolve_depth(r), use, below);
  if (found || !*below || !r->rules.sees_later_locals) return found;
  return (*below)->scope->function_depth < resolve_depth(r) ? *below : NULL;
}

static Symbol *make_builtin(Resolver *r, const Name *name) {
  Symbol *symbol = ARENA_NEW(r->program->arena, Symbol);
  *symbol = (Symbol){.name = name,
                     .kind = SYMBOL_BUILTIN,
                     .storage = STORAGE_BUILTIN,
                     .is_constant = true,
                     .is_used = true,
                     .reg = -1};
  return symbol;
}

// Vint's modules are imported; those with a capital (Promise) are the language's own, known everywhere.
// Luma's are known everywhere, but for those whose names are everybody's (list).
static bool must_be_imported(const Resolver *r, const DeclRow *row, const Name *name) {
  if (row->name[0]) return false;
  if (r->rules.imports_modules && name->text[0] >= 'a') return true;
  return decls_is_imported(r->decls, r->program->dialect, name->text);
}

// The one symbol of a built-in name; NULL if there is none.
static Symbol *find_builtin(Resolver *r, const Name *name) {
  ScopeEntry *entry = scope_entry(&r->names, name);
  if (entry->builtin) return entry->builtin;
  const DeclRow *row = decls_find(r->decls, r->program->dialect, "", name->text);
  if (!row || must_be_imported(r, row, name)) return NULL;
  return entry->builtin = make_builtin(r, name);
}

// --- Reporting -----------------------------------------------------------------------------------

static uint32_t collect_candidates(const Resolver *r, const char **out, bool only_builtins) {
  uint32_t count = 0;
  for (uint32_t at = 0; at < r->names.capacity && count < CANDIDATES_MAX / 2; at++) {
    const ScopeEntry *entry = r->names.slots[at];
    if (!only_builtins && entry && entry->innermost) out[count++] = entry->name->text;
  }
  return count +
         decls_names(r->decls, r->program->dialect, "", out + count, CANDIDATES_MAX - count);
}

// A program full of unknown names would spend its time here, and nobody reads so many.
static void suggest(Resolver *r, Diag *diag, const Name *wanted, bool only_builtins) {
  if (r->diags->error_count > DIAG_LIMIT) return;
  const char *candidates[CANDIDATES_MAX];
  uint32_t count = collect_candidates(r, candidates, only_builtins);
  diag_suggest_help(r->diags, diag, wanted->text, candidates, count);
}

// What other languages have without a module: max, sqrt, encode. NULL: no module's, or it is the name of too many.
static const char *find_module_with(const Resolver *r, const char *name) {
  static const char *const modules[] = {"math", "json", "string", "regex", "os", "time", "random"};
  for (size_t i = 0; i < ARRAY_LEN(modules); i++) {
    if (decls_find(r->decls, DIALECT_VINT, modules[i], name)) return modules[i];
  }
  return NULL;
}

static void report_unknown(Resolver *r, const NameNode *node, const Declared *below) {
  const char *name = node->name->text;
  Diag *diag = diag_error(r->diags, DIAG_UNDEFINED_VARIABLE, node->node.span, name);
  if (below) {
    diag_note(r->diags, diag, below->symbol->span, "`%s` is declared here, below its use", name);
  } else if (decls_is_module(r->decls, r->program->dialect, name)) {
    const char *form = r->rules.imports_modules
                           ? "it is a module: write `import %s` first"
                           : "it is a module: write `let %s = import(\"std:%s\")` first";
    diag_help(r->diags, diag, form, name, name);
  } else if (r->program->dialect == DIALECT_VINT && strcmp(name, "this") == 0) {
    diag_help(r->diags, diag, "`this` is known in the methods of a struct only");
  } else if (name[0] >= '0' && name[0] <= '9') {
    diag_help(r->diags, diag, "if the number `%c` is meant, put a blank or an operator behind it", name[0]);
  } else if (r->program->dialect == DIALECT_VINT && find_module_with(r, name)) {
    const char *module = find_module_with(r, name);
    diag_help(r->diags, diag, "the module `%s` has it: `import %s`, then `%s.%s`", module, module, module, name);
  } else if (r->program->dialect == DIALECT_LUMA && foreign_name(name)) {
    diag_help(r->diags, diag, "%s", foreign_name(name));
  } else {
    suggest(r, diag, node->name, false);
  }
}

static const char *assign_help(const Symbol *symbol) {
  switch (symbol->kind) {
  case SYMBOL_BUILTIN: return "it is a built-in; declare a variable of your own under another name";
  case SYMBOL_FUNCTION: return "it names a function; declare a variable that can hold another";
  case SYMBOL_LOOP: return "a loop's variable cannot change; copy it to a variable that can";
  case SYMBOL_PATTERN: return "a pattern's name cannot change; copy it to a variable that can";
  case SYMBOL_TYPE: return "it names a type";
  default: return NULL;
  }
}

static void report_assignment(Resolver *r, const NameNode *node, const Symbol *symbol) {
  Diag *diag = diag_error(r->diags, r->rules.assign_code, node->node.span, node->name->text);
  if (symbol->kind != SYMBOL_BUILTIN)
    diag_note_in(r->diags, diag, symbol->source, symbol->span, "`%s` is declared", node->name->text);
  const char *help = assign_help(symbol);
  if (!help)
    help = r->rules.fixes_names ? "declare it with `var` if it is to change"
                                : "declare it with `let` if it is to change";
  diag_help(r->diags, diag, "%s", help);
}

// --- Values --------------------------------------------------------------------------------------

static void use_builtin(Resolver *r, NameNode *node) {
  node->symbol = find_builtin(r, node->name);
  if (node->symbol) return;
  Diag *diag = diag_error(r->diags, DIAG_UNDEFINED_BUILTIN, node->node.span, node->name->text);
  suggest(r, diag, node->name, true);
}

static bool is_alias(const Symbol *symbol) {
  return symbol->kind == SYMBOL_TYPE && symbol->declaration->kind == NODE_TYPE_ALIAS;
}

// Finds what the name means and notes the use. NULL, reported, if it means nothing; `out` is the
// declaration unless it is a built-in.
static Symbol *look_up(Resolver *r, NameNode *node, Declared **out) {
  Declared *below;
  *out = find(r, node->name, SCOPE_USE_VALUE, &below);
  if (*out) {
    resolve_storage_use(r, *out);
    node->symbol = (*out)->symbol;
  } else {
    node->symbol = find_builtin(r, node->name);
    if (!node->symbol) report_unknown(r, node, below);
  }
  return node->symbol;
}

// After `import string` the bare name is the module, but string(12) still converts: no module can be
// called, so the function of the same name is what is meant.
void resolve_use_callee(Resolver *r, Node *node) {
  if (node->kind != NODE_NAME || !r->rules.imports_modules) return;
  NameNode *name = (NameNode *)node;
  Declared *below;
  const Declared *declared = find(r, name->name, SCOPE_USE_VALUE, &below);
  if (!declared || declared->symbol->kind != SYMBOL_IMPORT) return;
  const ImportNode *import = (const ImportNode *)declared->symbol->declaration;
  const char *library = check_import_library(r->decls, r->program, import);
  if (!library || strcmp(library, name->name->text) != 0) return;
  const DeclRow *row = decls_find(r->decls, r->program->dialect, "", library);
  if (row && row->name[0]) name->is_builtin = true;
}

void resolve_use_name(Resolver *r, Node *node) {
  NameNode *name = (NameNode *)node;
  if (name->is_builtin) {
    use_builtin(r, name);
    return;
  }
  Declared *declared;
  Symbol *symbol = look_up(r, name, &declared);
  if (symbol && is_alias(symbol))
    diag_error(r->diags, DIAG_ALIAS_AS_VALUE, node->span, name->name->text);
}

void resolve_use_target(Resolver *r, Node *target) {
  if (target->kind != NODE_NAME) {
    resolve_node(r, target);
    return;
  }
  NameNode *name = (NameNode *)target;
  if (name->is_builtin) {
    use_builtin(r, name);
    if (name->symbol) report_assignment(r, name, name->symbol);
    return;
  }
  Declared *declared;
  Symbol *symbol = look_up(r, name, &declared);
  if (!symbol) return;
  if (symbol->is_constant) report_assignment(r, name, symbol);
  if (declared && !symbol->is_constant) symbol->is_reassigned = true;
}

// &x: x can change through the pointer whenever it likes.
void resolve_use_address(Resolver *r, Node *node) {
  Node *operand = ((UnaryNode *)node)->operand;
  resolve_node(r, operand);
  if (operand->kind != NODE_NAME) return;
  Symbol *symbol = ((NameNode *)operand)->symbol;
  // A pointer to what cannot change has a copy.
  if (!symbol || symbol->is_constant) return;
  symbol->is_addressed = true;
  symbol->is_reassigned = true;
}

void resolve_use_package_self(Resolver *r, Node *node) {
  if (r->package)
    resolve_storage_use(r, r->package);
  else
    diag_error(r->diags, DIAG_OUTSIDE_PACKAGE, node->span);
}

// --- Types ---------------------------------------------------------------------------------------

// `shapes.Shape`: what it begins with must be there. Only the checker reads the rest.
static void use_path(Resolver *r, Node *path) {
  while (path->kind == NODE_FIELD) path = ((FieldNode *)path)->object;
  NameNode *root = (NameNode *)path;
  Declared *below;
  Declared *declared = find(r, root->name, SCOPE_USE_TYPE, &below);
  root->symbol = declared ? declared->symbol : find_builtin(r, root->name);
  if (declared) declared->symbol->is_used = true;
  if (!root->symbol) report_unknown(r, root, below);
}

// A type as written needs no variable at run time, so this is no use that anybody captures.
void resolve_use_type(Resolver *r, Node *node) {
  TypeNameNode *type = (TypeNameNode *)node;
  if (type->path) {
    use_path(r, type->path);
    for (uint32_t at = 0; at < type->args.count; at++) resolve_node(r, type->args.items[at]);
    return;
  }
  Declared *below;
  Declared *declared = find(r, type->name, SCOPE_USE_TYPE, &below);
  if (declared) {
    type->symbol = declared->symbol;
    type->symbol->is_used = true;
  }
  for (uint32_t at = 0; at < type->args.count; at++) resolve_node(r, type->args.items[at]);
}

#define ALIASES_MAX 64 // a chain of aliases that is longer is a circle

// The struct that the written type means, through aliases.
static Symbol *find_struct(const Node *type) {
  for (uint32_t step = 0; step < ALIASES_MAX && type && type->kind == NODE_TYPE_NAME; step++) {
    Symbol *symbol = ((const TypeNameNode *)type)->symbol;
    if (!symbol || symbol->kind != SYMBOL_TYPE) return NULL;
    if (symbol->declaration->kind == NODE_STRUCT) return symbol;
    if (symbol->declaration->kind != NODE_TYPE_ALIAS) return NULL;
    type = ((const TypeAliasNode *)symbol->declaration)->target;
  }
  return NULL;
}

void resolve_use_zero(Resolver *r, Node *type) {
  while (type->kind == NODE_TYPE_ARRAY && ((TypeArrayNode *)type)->length)
    type = ((TypeArrayNode *)type)->element;
  Symbol *symbol = find_struct(type);
  if (!symbol) return;
  Declared *below;
  Declared *declared = find(r, symbol->name, SCOPE_USE_VALUE, &below);
  if (!declared || declared->symbol != symbol) return; // the name means something else here
  resolve_storage_use(r, declared);
  ((TypeNameNode *)type)->zero = symbol;
}

// Whether what a variable was declared with can be a type: luma.md 3.6. Literals of other kinds
// cannot; what calls, fields and imports give is only known later, and then the capital decides.
static bool holds_type(const Symbol *symbol) {
  if (!symbol->declaration || symbol->declaration->kind != NODE_DECLARE) return false;
  const Node *value = ((DeclareNode *)symbol->declaration)->value;
  switch (value ? value->kind : NODE_ERROR) {
  case NODE_TABLE:
  case NODE_SIGNATURE:
  case NODE_NAME:
  case NODE_CALL:
  case NODE_FIELD:
  case NODE_IMPORT_CALL: return true;
  default: return false;
  }
}

// Type names of the runtime are declared as `Type`; those that only have helpers are modules.
static bool is_builtin_type(const Resolver *r, const Name *name) {
  Dialect dialect = r->program->dialect;
  const DeclRow *row = decls_find(r->decls, dialect, "", name->text);
  if (!row) return false;
  return row->name[0] == '\0' || strncmp(row->signature, "Type", strlen("Type")) == 0;
}

bool resolve_use_type_pattern(Resolver *r, PatternNameNode *pattern) {
  const Name *name = pattern->name;
  bool is_capitalised = name->text[0] >= 'A' && name->text[0] <= 'Z';
  if (!r->rules.has_type_patterns || !is_capitalised) return false;
  Declared *below;
  Declared *declared = find(r, name, SCOPE_USE_VALUE, &below);
  if (declared ? !holds_type(declared->symbol) : !is_builtin_type(r, name)) return false;
  if (declared) resolve_storage_use(r, declared);
  pattern->symbol = declared ? declared->symbol : find_builtin(r, name);
  pattern->meaning = PATTERN_TYPE;
  return true;
}
