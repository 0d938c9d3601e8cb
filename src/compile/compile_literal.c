// SPDX-License-Identifier: MIT
// compile_literal.c - lists, tables, function literals
//
// Elements are computed into registers in a row and put together by one instruction; what is longer
// than a batch is appended piece by piece, so that a table of a hundred thousand lines needs no
// more registers than one of fifty.
#include "compile/compile_private.h"

#include <string.h>

#define LIST_BATCH     50
#define RECORD_MAX     64 // keys of a table with a shape of its own
#define TABLE_ROOM_MAX 0xFFFF

// The target itself if that is on top, else a register of our own: what is built piece by piece
// must not be seen by the variable that it is assigned to.
static uint32_t open_scratch(FunctionState *fn, uint32_t target) {
  return regs_is_top(&fn->regs, target) ? target : regs_take(&fn->regs, 1);
}

// --- Lists ---------------------------------------------------------------------------------------

// The type that the place of a Vint literal asks of its elements (`at` 0) or of a dict's values
// (1); NULL: none. Luma's literals were checked whole.
static Type *asked_of_parts(const FunctionState *fn, const Node *literal, TypeKind kind,
                            uint32_t at) {
  const Type *type = fn->compiler->is_vint ? types_prune(literal->type) : NULL;
  if (!type || type->kind != kind || type->arg_count <= at) return NULL;
  return trust_is_checkable(type->args[at]) ? type->args[at] : NULL;
}

static uint32_t compile_element(FunctionState *fn, Node *item, Type *asked) {
  uint32_t reg = compile_expr_fresh(fn, item);
  if (asked) compile_check_value(fn, item, reg, asked, "an element of the array");
  return reg;
}

void compile_literal_list(FunctionState *fn, ListNode *node, uint32_t target) {
  Type *asked = asked_of_parts(fn, &node->node, TYPE_LIST, 0);
  uint32_t count = node->items.count;
  uint32_t batch = count < LIST_BATCH ? count : LIST_BATCH;
  bool is_whole = batch == count;
  uint32_t list = is_whole ? target : open_scratch(fn, target);
  uint32_t mark = fn->regs.next;
  for (uint32_t i = 0; i < batch; i++) compile_element(fn, node->items.items[i], asked);
  fn->emit.span = node->node.span;
  emit_abc(&fn->emit, OP_LIST, list, mark, batch);
  for (uint32_t i = batch; i < count; i++) {
    fn->regs.next = mark;
    uint32_t item = asked ? compile_element(fn, node->items.items[i], asked)
                          : compile_expr_operand(fn, node->items.items[i], NULL, NULL);
    fn->emit.span = node->items.items[i]->span;
    emit_abc(&fn->emit, OP_LIST_PUSH, list, item, 0);
  }
  fn->regs.next = mark;
  compile_move(fn, target, list);
}

// --- Tables --------------------------------------------------------------------------------------

static bool has_zero_byte(const Name *name) {
  return strlen(name->text) != name->len;
}

// Whether the keys are known, all different, and few enough to make a shape. Names are interned.
static bool is_record(const TableNode *node) {
  if (node->count == 0 || node->count > RECORD_MAX) return false;
  for (uint32_t i = 0; i < node->count; i++) {
    const Name *name = node->entries[i].name;
    if (!name || has_zero_byte(name)) return false;
    for (uint32_t j = 0; j < i; j++) {
      if (node->entries[j].name == name) return false;
    }
  }
  return true;
}

static void compile_entry_value(FunctionState *fn, const TableNode *table,
                                const TableEntry *entry) {
  uint32_t reg = compile_expr_fresh(fn, entry->value);
  fn->emit.span = entry->span;
  Type *asked = asked_of_parts(fn, &table->node, TYPE_TABLE, 1);
  if (asked) compile_check_value(fn, entry->value, reg, asked, "a value of the dict");
  if (entry->type) compile_check_value(fn, entry->value, reg, entry->type->type, NULL);
}

static void compile_record(FunctionState *fn, TableNode *node, uint32_t target) {
  const char *names[RECORD_MAX];
  uint32_t first = fn->regs.next;
  for (uint32_t i = 0; i < node->count; i++) {
    names[i] = node->entries[i].name->text;
    compile_entry_value(fn, node, &node->entries[i]);
  }
  fn->emit.span = node->node.span;
  uint32_t shape = compile_short(fn, emit_shape(&fn->emit, names, node->count));
  emit_abc(&fn->emit, OP_RECORD, target, first, shape);
}

static void compile_key(FunctionState *fn, const TableNode *node, const TableEntry *entry,
                        uint32_t key) {
  Type *asked = asked_of_parts(fn, &node->node, TYPE_TABLE, 0);
  compile_expr_to(fn, entry->key, key);
  if (asked) compile_check_value(fn, entry->key, key, asked, "a key of the dict");
}

static void compile_entries(FunctionState *fn, TableNode *node, uint32_t table) {
  Opcode set = fn->compiler->is_vint ? OP_EXACT_SET_INDEX : OP_SET_INDEX;
  uint32_t room = node->count < TABLE_ROOM_MAX ? node->count : TABLE_ROOM_MAX;
  emit_abc(&fn->emit, OP_TABLE, table, room, 0);
  for (uint32_t i = 0; i < node->count; i++) {
    const TableEntry *entry = &node->entries[i];
    uint32_t mark = fn->regs.next;
    uint32_t key = regs_take(&fn->regs, 1);
    if (entry->name)
      compile_load_string(fn, entry->name->text, entry->name->len, key);
    else
      compile_key(fn, node, entry, key);
    compile_entry_value(fn, node, entry);
    emit_abc(&fn->emit, set, table, key, key + 1);
    fn->regs.next = mark;
  }
}

// The user type itself, of which the variable's type says that it is one.
static void bind_type(FunctionState *fn, const TableNode *node, uint32_t table) {
  Type *type = types_prune(node->user_type->type);
  if (type && type->kind == TYPE_TYPE && type->arg_count > 0) type = types_prune(type->args[0]);
  if (!type || type->kind != TYPE_USER) return;
  emit_ax(&fn->emit, OP_BIND_TYPE, table, unit_types_index(&fn->compiler->types, type));
}

void compile_literal_table(FunctionState *fn, TableNode *node, uint32_t target) {
  uint32_t mark = fn->regs.next;
  uint32_t table = open_scratch(fn, target);
  if (is_record(node))
    compile_record(fn, node, table);
  else
    compile_entries(fn, node, table);
  fn->emit.span = node->node.span;
  if (node->user_type) bind_type(fn, node, table);
  if (node->instance_of) {
    emit_ax(&fn->emit, OP_AS_INSTANCE, table, unit_types_index(&fn->compiler->types, node->instance_of));
  }
  fn->regs.next = mark;
  compile_move(fn, target, table);
}

// --- Functions -----------------------------------------------------------------------------------

void compile_literal_closure(FunctionState *fn, FunctionNode *node, uint32_t target) {
  uint32_t child = compile_function(fn, node);
  emit_ax(&fn->emit, OP_CLOSURE, target, child);
}

void compile_literal_callee(FunctionState *fn, FunctionNode *node, uint32_t target) {
  uint32_t child = compile_function(fn, node);
  emit_ax(&fn->emit, node->capture_count == 0 ? OP_CLOSURE_SAME : OP_CLOSURE, target, child);
}
