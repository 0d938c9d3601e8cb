// SPDX-License-Identifier: MIT
// compile_variable.c - reading, setting and placing variables
//
// Where a variable lives was decided by the resolver (Symbol.storage); from where it is seen makes
// the rest of the difference:
//
//                      in its own function         in a function that captures it
//     REGISTER         the register                a copy among the captures
//     CELL             a register with the cell    the same cell among the captures
//     MODULE           a slot of the file          the same slot
//     BUILTIN          a constant                  a constant
//     MEMBER           a field of its package      the same field
//
// and a function's own name, inside that function, is the running closure.
#include "compile/compile_private.h"

#include <string.h>

// With fewer captures than this a look at each of them is faster than a table.
#define CAPTURES_SEARCHED 8

typedef enum PlaceKind {
  PLACE_REGISTER,
  PLACE_CELL,         // the register holds the cell
  PLACE_CAPTURE,      // the capture is the value
  PLACE_CAPTURE_CELL, // the capture is the cell
  PLACE_MODULE,
  PLACE_SELF,
  PLACE_BUILTIN,
  PLACE_MEMBER,
} PlaceKind;

typedef struct Place {
  PlaceKind kind;
  uint32_t index;
} Place;

// --- Where a variable is -------------------------------------------------------------------------

static void index_captures(FunctionState *fn) {
  for (uint32_t i = 0; i < fn->node->capture_count; i++) {
    const Symbol *symbol = fn->node->captures[i].symbol;
    strmap_set(&fn->capture_indexes, (const char *)&symbol, sizeof(symbol),
               (void *)(uintptr_t)(i + 1));
  }
}

static uint32_t find_capture(FunctionState *fn, const Symbol *symbol) {
  const FunctionNode *node = fn->node;
  if (node->capture_count <= CAPTURES_SEARCHED) {
    for (uint32_t i = 0; i < node->capture_count; i++) {
      if (node->captures[i].symbol == symbol) return i;
    }
    return 0;
  }
  if (fn->capture_indexes.count == 0) index_captures(fn);
  void *found = strmap_get(&fn->capture_indexes, (const char *)&symbol, sizeof(symbol));
  return found ? (uint32_t)((uintptr_t)found - 1) : 0;
}

// An imported module of the runtime is a constant, whatever the resolver planned for its name.
static bool is_imported_builtin(const Symbol *symbol) {
  const Type *type = types_prune(symbol->type);
  return symbol->kind == SYMBOL_IMPORT && type && type->kind == TYPE_MODULE;
}

bool compile_variable_is_builtin(const Symbol *symbol) {
  return symbol->storage == STORAGE_BUILTIN || is_imported_builtin(symbol);
}

static Place find_place(FunctionState *fn, const Symbol *symbol) {
  if (compile_variable_is_builtin(symbol)) return (Place){PLACE_BUILTIN, 0};
  if (symbol->storage == STORAGE_MEMBER) return (Place){PLACE_MEMBER, 0};
  if (symbol->self && symbol->self == fn->node) return (Place){PLACE_SELF, 0};
  if (symbol->storage == STORAGE_MODULE) return (Place){PLACE_MODULE, symbol->slot};
  bool is_cell = symbol->storage == STORAGE_CELL;
  if (symbol->function == fn->node)
    return (Place){is_cell ? PLACE_CELL : PLACE_REGISTER, (uint32_t)symbol->reg};
  return (Place){is_cell ? PLACE_CAPTURE_CELL : PLACE_CAPTURE, find_capture(fn, symbol)};
}

bool compile_variable_register(const FunctionState *fn, const Symbol *symbol, uint32_t *reg) {
  if (compile_variable_is_builtin(symbol)) return false;
  if (symbol->storage != STORAGE_REGISTER || symbol->function != fn->node) return false;
  if (symbol->may_be_unset || (symbol->self && symbol->self == fn->node)) return false;
  *reg = (uint32_t)symbol->reg;
  return true;
}

CaptureData compile_variable_capture(FunctionState *fn, const Symbol *symbol) {
  CaptureData capture = {.name = arena_text(fn->emit.arena, symbol->name->text, symbol->name->len)};
  Place place = find_place(fn, symbol);
  bool is_register = place.kind == PLACE_REGISTER || place.kind == PLACE_CELL;
  capture.from = is_register ? CAPTURE_REGISTER : CAPTURE_CAPTURE;
  // A built-in needs no capture; the closure itself is something that is always there to fill it.
  if (place.kind == PLACE_SELF || place.kind == PLACE_BUILTIN) capture.from = CAPTURE_SELF;
  capture.index = (uint16_t)place.index;
  return capture;
}

const char *compile_variable_builtin(const Symbol *symbol) {
  return is_imported_builtin(symbol) ? types_prune(symbol->type)->name->text : symbol->name->text;
}

// --- Reading and setting -------------------------------------------------------------------------

static void check_set(FunctionState *fn, const Symbol *symbol, uint32_t reg) {
  if (!symbol->may_be_unset) return;
  uint32_t name = emit_string(&fn->emit, symbol->name->text, symbol->name->len);
  emit_ax(&fn->emit, OP_CHECK_SET, reg, name);
}

// The slot of a variable that pointers point to holds its cell.
static void read_module(FunctionState *fn, const Symbol *symbol, uint32_t target) {
  emit_ax(&fn->emit, OP_MODULE_GET, target, symbol->slot);
  if (!symbol->is_addressed) return;
  check_set(fn, symbol, target);
  emit_abc(&fn->emit, OP_CELL_GET, target, target, 0);
}

static void store_module(FunctionState *fn, const Symbol *symbol, uint32_t reg) {
  if (!symbol->is_addressed) {
    emit_ax(&fn->emit, OP_MODULE_SET, reg, symbol->slot);
    return;
  }
  uint32_t mark = fn->regs.next;
  uint32_t cell = regs_take(&fn->regs, 1);
  emit_ax(&fn->emit, OP_MODULE_GET, cell, symbol->slot);
  check_set(fn, symbol, cell);
  emit_abc(&fn->emit, OP_CELL_SET, cell, reg, 0);
  fn->regs.next = mark;
}

// What pointers store in a variable with a written type must fit it.
void compile_variable_cell(FunctionState *fn, const Symbol *symbol, uint32_t target, uint32_t reg) {
  bool is_typed = symbol->is_addressed && symbol->trust == TRUST_DECLARED &&
                  trust_is_checkable(symbol->type);
  if (!is_typed) {
    emit_abc(&fn->emit, OP_CELL_NEW, target, reg, 0);
    return;
  }
  uint32_t type = compile_short(fn, compile_check_index(fn, symbol->type));
  emit_abc(&fn->emit, OP_CELL_NEW_TYPED, target, reg, type);
}

bool compile_variable_address(FunctionState *fn, const Symbol *symbol, uint32_t target) {
  if (!symbol->is_addressed) return false;
  Place place = find_place(fn, symbol);
  switch (place.kind) {
  case PLACE_CELL: compile_move(fn, target, place.index); return true;
  case PLACE_CAPTURE_CELL: emit_abc(&fn->emit, OP_CAPTURE, target, place.index, 0); return true;
  case PLACE_MODULE:
    emit_ax(&fn->emit, OP_MODULE_GET, target, place.index);
    check_set(fn, symbol, target);
    return true;
  default: return false;
  }
}

void compile_variable_read(FunctionState *fn, Symbol *symbol, uint32_t target) {
  Place place = find_place(fn, symbol);
  switch (place.kind) {
  case PLACE_BUILTIN:
    // A module is known by "NAME.", because a global may have the same name.
    compile_load_builtin(fn, compile_variable_builtin(symbol),
                         is_imported_builtin(symbol) ? "" : NULL, target);
    return;
  case PLACE_SELF: emit_abc(&fn->emit, OP_SELF, target, 0, 0); return;
  case PLACE_MEMBER: compile_package_read(fn, symbol, target); return;
  case PLACE_REGISTER: compile_move(fn, target, place.index); break;
  case PLACE_CELL: emit_abc(&fn->emit, OP_CELL_GET, target, place.index, 0); break;
  case PLACE_CAPTURE: emit_abc(&fn->emit, OP_CAPTURE, target, place.index, 0); break;
  case PLACE_CAPTURE_CELL: emit_abc(&fn->emit, OP_CAPTURE_GET, target, place.index, 0); break;
  case PLACE_MODULE: read_module(fn, symbol, target); break;
  }
  check_set(fn, symbol, target);
}

void compile_variable_store(FunctionState *fn, Symbol *symbol, uint32_t reg) {
  Place place = find_place(fn, symbol);
  switch (place.kind) {
  case PLACE_REGISTER: compile_move(fn, place.index, reg); break;
  case PLACE_CELL: emit_abc(&fn->emit, OP_CELL_SET, place.index, reg, 0); break;
  case PLACE_CAPTURE_CELL: emit_abc(&fn->emit, OP_CAPTURE_SET, reg, place.index, 0); break;
  case PLACE_MODULE: store_module(fn, symbol, reg); break;
  case PLACE_MEMBER: compile_package_store(fn, symbol, reg); break;
  default: compile_refuse(fn, fn->emit.span, "assigning to this name"); break;
  }
}

// --- Placing -------------------------------------------------------------------------------------

static bool is_in_register(const Symbol *symbol) {
  return symbol->storage == STORAGE_REGISTER || symbol->storage == STORAGE_CELL;
}

// Whether the block's start placed the variable already.
static bool is_placed_early(const Symbol *symbol) {
  return is_in_register(symbol) && (symbol->may_be_unset || symbol->is_hoisted);
}

void compile_variable_place(FunctionState *fn, Symbol *symbol, uint32_t reg) {
  symbol->reg = (int32_t)reg;
  emit_local(&fn->emit, symbol->name->text, symbol->name->len, reg);
}

static void place_early(FunctionState *fn, Symbol *symbol) {
  if (!symbol || !is_placed_early(symbol)) return;
  uint32_t reg = regs_take(&fn->regs, 1);
  compile_variable_place(fn, symbol, reg);
  if (symbol->may_be_unset) emit_abc(&fn->emit, OP_ABSENT, reg, 0, 0);
  if (symbol->storage != STORAGE_CELL) return;
  if (!symbol->may_be_unset) emit_abc(&fn->emit, OP_NULLS, reg, 1, 0);
  compile_variable_cell(fn, symbol, reg, reg);
}

static void place_pattern_early(FunctionState *fn, const Node *pattern) {
  switch (pattern->kind) {
  case NODE_PATTERN_NAME: place_early(fn, ((const PatternNameNode *)pattern)->symbol); break;
  case NODE_PATTERN_LIST: {
    const PatternListNode *list = (const PatternListNode *)pattern;
    for (uint32_t i = 0; i < list->items.count; i++) place_pattern_early(fn, list->items.items[i]);
    if (list->rest) place_pattern_early(fn, list->rest);
    break;
  }
  case NODE_PATTERN_TABLE: {
    const PatternTableNode *table = (const PatternTableNode *)pattern;
    for (uint32_t i = 0; i < table->field_count; i++)
      place_pattern_early(fn, table->fields[i].pattern);
    break;
  }
  default: break;
  }
}

static Symbol *declared_type(const Node *node) {
  switch (node->kind) {
  case NODE_STRUCT: return ((const StructNode *)node)->symbol;
  case NODE_ENUM: return ((const EnumNode *)node)->symbol;
  case NODE_ERROR_DECLARE: return ((const ErrorDeclareNode *)node)->symbol;
  default: return NULL;
  }
}

static DeclareNode *as_declaration(Node *node) {
  bool is_one = node->kind == NODE_DECLARE || node->kind == NODE_FUNCTION_DECLARE;
  return is_one ? (DeclareNode *)node : NULL;
}

// The first store of a declaration: what is addressed gets its cell.
static void store_first(FunctionState *fn, Symbol *symbol, uint32_t reg) {
  if (symbol->storage != STORAGE_MODULE || !symbol->is_addressed) {
    compile_variable_store(fn, symbol, reg);
    return;
  }
  uint32_t mark = fn->regs.next;
  uint32_t cell = regs_take(&fn->regs, 1);
  compile_variable_cell(fn, symbol, cell, reg);
  emit_ax(&fn->emit, OP_MODULE_SET, cell, symbol->slot);
  fn->regs.next = mark;
}

// All places first: a closure may capture the cell of a function whose turn comes later.
void compile_variable_hoist(FunctionState *fn, const NodeList *items) {
  for (uint32_t i = 0; i < items->count; i++) {
    const DeclareNode *declare = as_declaration(items->items[i]);
    if (declare && !declare->is_overload) place_pattern_early(fn, declare->pattern);
    place_early(fn, declared_type(items->items[i]));
  }
  for (uint32_t i = 0; i < items->count; i++) {
    DeclareNode *declare = as_declaration(items->items[i]);
    if (!declare || declare->pattern->kind != NODE_PATTERN_NAME) continue;
    Symbol *symbol = ((const PatternNameNode *)declare->pattern)->symbol;
    if (!symbol || !symbol->is_hoisted) continue;
    fn->emit.span = declare->node.span;
    if (declare->is_overload) {
      if (declare->node.kind == NODE_FUNCTION_DECLARE) compile_stmt_overload(fn, declare, symbol);
      continue;
    }
    uint32_t mark = fn->regs.next;
    store_first(fn, symbol, compile_expr_fresh(fn, declare->value));
    fn->regs.next = mark;
  }
}

// The value goes through a register of its own, because reads of the variable, which hold until it
// is set that it is not, may be part of the value.
static void declare_through(FunctionState *fn, Symbol *symbol, Node *value, Type *type) {
  uint32_t mark = fn->regs.next;
  uint32_t reg = type && !trust_fits(value, type) ? compile_expr_fresh(fn, value)
                                                  : compile_expr_operand(fn, value, NULL, NULL);
  if (type) compile_check_value(fn, value, reg, type, compile_check_subject(fn, "variable", symbol->name));
  store_first(fn, symbol, reg);
  fn->regs.next = mark;
}

void compile_variable_declare(FunctionState *fn, Symbol *symbol, Node *value, Type *type) {
  if (!is_in_register(symbol) || is_placed_early(symbol)) {
    declare_through(fn, symbol, value, type);
    return;
  }
  uint32_t reg = compile_expr_fresh(fn, value);
  if (type) compile_check_value(fn, value, reg, type, compile_check_subject(fn, "variable", symbol->name));
  compile_variable_place(fn, symbol, reg);
  if (symbol->storage == STORAGE_CELL) compile_variable_cell(fn, symbol, reg, reg);
}

void compile_variable_bind(FunctionState *fn, Symbol *symbol, uint32_t reg, bool may_alias) {
  if (!is_in_register(symbol) || is_placed_early(symbol)) {
    store_first(fn, symbol, reg);
    return;
  }
  if (may_alias && symbol->storage == STORAGE_REGISTER && !symbol->is_reassigned) {
    compile_variable_place(fn, symbol, reg);
    return;
  }
  uint32_t own = regs_take(&fn->regs, 1);
  compile_variable_place(fn, symbol, own);
  if (symbol->storage == STORAGE_CELL)
    compile_variable_cell(fn, symbol, own, reg);
  else
    compile_move(fn, own, reg);
}
