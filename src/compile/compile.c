// SPDX-License-Identifier: MIT
// compile.c - the compiler's door; functions, their parameters and their tables
//
// What a function begins with:
//
//     JUMP_PRESENT r1 +2     for each parameter with a default, in order: the default may use the
//     …                      parameters before it
//     CHECK_TYPE r0 Number   for each parameter with a type; CALL_TYPED enters behind these
//     CELL_NEW r0 r0         for each parameter that closures share
//
// A parameter is complete (default, check, cell) before the next one's default, unless no parameter
// has a default: then all checks come first, so that a call whose arguments are known to fit can
// skip them.
#include "compile/compile_private.h"
#include "tree/walk.h"

#include <string.h>

// --- Reporting -----------------------------------------------------------------------------------

void compile_refuse(FunctionState *fn, Span span, const char *what) {
  diag_error(fn->compiler->diags, DIAG_NOT_SUPPORTED, span, what);
}

void compile_refuse_limit(FunctionState *fn, DiagCode code, uint32_t limit) {
  diag_error(fn->compiler->diags, code, fn->node->node.span, fn->name, limit);
}

uint32_t compile_short(FunctionState *fn, uint32_t index) {
  if (index <= EMIT_SHORT_MAX) return index;
  compile_refuse_limit(fn, DIAG_TOO_MANY_CONSTANTS, EMIT_SHORT_MAX);
  return 0;
}

uint32_t compile_cache(FunctionState *fn, const Name *name) {
  return compile_short(fn, emit_cache(&fn->emit, name->text));
}

// --- Loads ---------------------------------------------------------------------------------------

static void load_constant(FunctionState *fn, uint32_t index, uint32_t target) {
  if (index == EMIT_NO_INDEX)
    compile_refuse_limit(fn, DIAG_TOO_MANY_CONSTANTS, UINT32_MAX);
  else
    emit_ax(&fn->emit, OP_CONSTANT, target, index);
}

void compile_load_number(FunctionState *fn, double value, uint32_t target) {
  load_constant(fn, emit_number(&fn->emit, value), target);
}

void compile_load_integer(FunctionState *fn, int64_t value, uint32_t target) {
  bool is_small = value >= INT32_MIN && value <= INT32_MAX;
  if (is_small)
    emit_ax(&fn->emit, OP_INT, target, value);
  else
    load_constant(fn, emit_integer(&fn->emit, value), target);
}

void compile_load_string(FunctionState *fn, const char *bytes, uint32_t len, uint32_t target) {
  load_constant(fn, emit_string(&fn->emit, bytes, len), target);
}

void compile_load_builtin(FunctionState *fn, const char *owner, const char *member,
                          uint32_t target) {
  Buffer name = {0};
  buffer_printf(&name, "%s.%s", fn->compiler->is_vint ? "vint" : "luma", owner);
  if (member) buffer_printf(&name, ".%s", member);
  load_constant(fn, emit_builtin(&fn->emit, name.bytes), target);
  buffer_free(&name);
}

// --- Checks --------------------------------------------------------------------------------------

uint32_t compile_check_index(FunctionState *fn, Type *type) {
  UnitTypes *types = &fn->compiler->types;
  return fn->compiler->is_vint ? unit_types_nullable(types, type) : unit_types_index(types, type);
}

const char *compile_check_subject(FunctionState *fn, const char *what, const Name *name) {
  if (!fn->compiler->is_vint || !name) return NULL;
  return arena_printf(fn->emit.arena, "%s '%s'", what, name->text);
}

void compile_check_type(FunctionState *fn, uint32_t reg, Type *type, const char *subject) {
  if (!trust_is_checkable(type)) return;
  emit_check(&fn->emit, reg, compile_check_index(fn, type), subject);
}

void compile_check_value(FunctionState *fn, const Node *node, uint32_t reg, Type *type,
                         const char *subject) {
  if (trust_fits(node, type)) return;
  Span outer = fn->emit.span;
  fn->emit.span = node->span;
  compile_check_type(fn, reg, type, subject);
  fn->emit.span = outer;
}

// --- Parameters ----------------------------------------------------------------------------------

static bool has_defaults(const FunctionNode *node) {
  for (uint32_t i = 0; i < node->param_count; i++) {
    if (node->params[i].default_value) return true;
  }
  return false;
}

// `this` of a method comes first.
static void place_parameters(FunctionState *fn) {
  if (fn->node->this_struct) {
    uint32_t reg = regs_take(&fn->regs, 1);
    if (fn->node->this_symbol) fn->node->this_symbol->reg = (int32_t)reg;
  }
  for (uint32_t i = 0; i < fn->node->param_count; i++) {
    uint32_t reg = regs_take(&fn->regs, 1);
    if (fn->node->params[i].symbol) fn->node->params[i].symbol->reg = (int32_t)reg;
  }
}

static void fill_default(FunctionState *fn, const Param *param, uint32_t reg) {
  if (!param->default_value) return;
  uint32_t present = emit_label(&fn->emit);
  fn->emit.span = param->span;
  emit_jump(&fn->emit, OP_JUMP_PRESENT, reg, 0, present);
  compile_expr_to(fn, param->default_value, reg);
  emit_bind(&fn->emit, present);
}

// The list that a rest parameter gets is made by the call itself, so it needs no check.
static void check_parameter(FunctionState *fn, const Param *param, uint32_t reg) {
  if (!param->type || param->is_rest) return;
  fn->emit.span = param->span;
  compile_check_type(fn, reg, param->type->type,
                     compile_check_subject(fn, "parameter", param->name));
}

static void share_parameter(FunctionState *fn, const Param *param, uint32_t reg) {
  if (!param->symbol || param->symbol->storage != STORAGE_CELL) return;
  fn->emit.span = param->span;
  compile_variable_cell(fn, param->symbol, reg, reg);
}

// Returns the typed entry, 0 if there is none.
static uint32_t open_parameters(FunctionState *fn) {
  const FunctionNode *node = fn->node;
  bool is_simple = !has_defaults(node);
  uint32_t first = node->this_struct ? 1 : 0;
  for (uint32_t i = 0; i < node->param_count; i++) {
    fill_default(fn, &node->params[i], first + i);
    check_parameter(fn, &node->params[i], first + i);
    if (!is_simple) share_parameter(fn, &node->params[i], first + i);
  }
  if (!is_simple) return 0;
  uint32_t entry = fn->emit.code.count;
  for (uint32_t i = 0; i < node->param_count; i++) share_parameter(fn, &node->params[i], first + i);
  return entry;
}

// --- The result ----------------------------------------------------------------------------------

// What `return` has to check. An async function that declares Promise(T) yields a T; and whatever
// it yields may be a promise of that, which is adopted (C 2.5).
static void find_result(FunctionState *fn) {
  fn->result_check = NO_TYPE;
  if (!fn->node->result_type) return;
  Type *type = types_prune(fn->node->result_type->type);
  if (fn->node->is_async && type && type->kind == TYPE_PROMISE && type->arg_count > 0)
    type = types_prune(type->args[0]);
  if (!trust_is_checkable(type)) return;
  fn->result = type;
  fn->result_check = compile_check_index(fn, type);
  if (fn->node->is_async)
    fn->result_check = unit_types_payload(&fn->compiler->types, fn->result_check);
}

// --- A whole function ----------------------------------------------------------------------------

static const char *copy_name(FunctionState *fn, const Name *name, const char *otherwise) {
  if (!name) return otherwise;
  return arena_text(fn->emit.arena, name->text, name->len);
}

static void describe_parameters(FunctionState *fn, ProtoData *proto) {
  const FunctionNode *node = fn->node;
  uint32_t first = node->this_struct ? 1 : 0;
  proto->param_names = arena_alloc(fn->emit.arena, (node->param_count + 2) * sizeof(char *));
  if (first) proto->param_names[0] = "this";
  proto->param_count = proto->required_count = (uint16_t)first;
  for (uint32_t i = 0; i < node->param_count; i++) {
    const Param *param = &node->params[i];
    proto->param_names[first + i] = copy_name(fn, param->name, "_");
    if (param->is_rest) {
      proto->has_rest = true;
      continue;
    }
    proto->param_count = (uint16_t)(first + i + 1);
    if (!param->default_value) proto->required_count = (uint16_t)(first + i + 1);
  }
  bool has_first = proto->param_count > 0 || proto->has_rest;
  proto->has_self = has_first && strcmp(proto->param_names[0], "self") == 0;
  proto->is_method = first == 1;
}

static void describe_captures(FunctionState *fn, ProtoData *proto) {
  const FunctionNode *node = fn->node;
  uint32_t count = node->capture_count + (node->is_maker ? 1 : 0);
  if (count == 0) return;
  proto->captures = arena_alloc(fn->emit.arena, count * sizeof(CaptureData));
  proto->capture_count = count;
  for (uint32_t i = 0; i < node->capture_count; i++)
    proto->captures[i] = compile_variable_capture(fn->parent, node->captures[i].symbol);
  if (!node->is_maker) return;
  uint32_t type = fn->parent->made_register;
  proto->captures[count - 1] = (CaptureData){CAPTURE_REGISTER, (uint16_t)type, fn->name};
}

static void describe(FunctionState *fn, ProtoData *proto) {
  const FunctionNode *node = fn->node;
  proto->name = arena_text(fn->emit.arena, fn->name, strlen(fn->name));
  proto->register_count = (uint16_t)fn->regs.used;
  proto->is_async = node->is_async;
  proto->is_stub = node->is_stub;
  proto->is_loose = fn->compiler->is_vint && !node->is_maker; // vint.md 5.2
  proto->line = places_find(&fn->compiler->places, node->node.span.start).line;
  describe_parameters(fn, proto);
  describe_captures(fn, proto);
  proto->child_count = fn->children.count;
  proto->children =
      arena_copy(fn->emit.arena, fn->children.items, fn->children.count * sizeof(uint32_t));
}

static void close_function(FunctionState *fn, uint32_t index, uint32_t typed_entry) {
  ProtoData proto = {0};
  if (fn->regs.is_overflowing) compile_refuse_limit(fn, DIAG_TOO_MANY_REGISTERS, REGS_MAX);
  if (emit_finish(&fn->emit, &proto, typed_entry))
    describe(fn, &proto);
  else
    compile_refuse_limit(fn, DIAG_FUNCTION_TOO_LONG, 0);
  fn->compiler->functions.items[index] = proto;
  emit_free(&fn->emit);
  strmap_free(&fn->capture_indexes);
  vec_free(&fn->children);
}

static uint32_t open_function(FunctionState *fn) {
  Compiler *compiler = fn->compiler;
  ProtoData placeholder = {0};
  vec_push(&compiler->functions, placeholder);
  emit_init(&fn->emit, &compiler->unit->arena, &compiler->places);
  fn->emit.span = fn->node->node.span;
  fn->name = fn->node->name ? fn->node->name->text : "fn";
  return compiler->functions.count - 1;
}

// Returns the typed entry. A function that defers has none: its list is made first.
static uint32_t compile_body(FunctionState *fn) {
  CleanupState cleanup;
  find_result(fn);
  compile_cleanup_open(fn, &cleanup);
  uint32_t typed_entry = open_parameters(fn);
  fn->emit.span = fn->node->node.span;
  compile_node(fn, &fn->node->body->node, dest_return());
  compile_cleanup_close(fn, &cleanup);
  return fn->node->has_defer ? 0 : typed_entry;
}

uint32_t compile_function(FunctionState *parent, FunctionNode *node) {
  FunctionState fn = {.compiler = parent->compiler, .parent = parent, .node = node};
  uint32_t index = open_function(&fn);
  place_parameters(&fn);
  uint32_t typed_entry = 0;
  if (node->is_maker) fn.made = parent->made;
  if (node->is_stub) {
    emit_end(&fn.emit, OP_STUB, 0);
  } else if (node->is_maker) {
    fn.result_check = NO_TYPE;
    compile_type_maker_body(&fn);
  } else {
    typed_entry = compile_body(&fn);
  }
  close_function(&fn, index, typed_entry);
  vec_push(&parent->children, index);
  return parent->children.count - 1;
}

// --- The file ------------------------------------------------------------------------------------

typedef struct CallSearch {
  VEC(Node *) open;
} CallSearch;

static void push_open(void *context, Node *child) {
  CallSearch *search = context;
  vec_push(&search->open, child);
}

// Whether the top level, outside of functions, calls the variable.
static bool is_called_at_top(const FunctionNode *main, const Symbol *symbol) {
  CallSearch search = {0};
  bool is_called = false;
  walk_children(&main->body->node, push_open, &search);
  while (search.open.count > 0 && !is_called) {
    Node *node = vec_pop(&search.open);
    if (node->kind == NODE_FUNCTION) continue;
    if (node->kind == NODE_CALL) {
      const Node *callee = ((CallNode *)node)->callee;
      is_called = callee->kind == NODE_NAME && ((const NameNode *)callee)->symbol == symbol;
    }
    walk_children(node, push_open, &search);
  }
  vec_free(&search.open);
  return is_called;
}

// The function `main` that is to be called at the end (vint.md D7), or NULL.
static Symbol *find_main(const FunctionNode *file) {
  Symbol *found = NULL;
  for (uint32_t i = 0; i < file->body->items.count; i++) {
    const Node *item = file->body->items.items[i];
    if (item->kind != NODE_DECLARE && item->kind != NODE_FUNCTION_DECLARE) continue;
    const DeclareNode *declare = (const DeclareNode *)item;
    bool is_function = declare->value && declare->value->kind == NODE_FUNCTION;
    if (!is_function || declare->pattern->kind != NODE_PATTERN_NAME) continue;
    Symbol *symbol = ((const PatternNameNode *)declare->pattern)->symbol;
    if (symbol && strcmp(symbol->name->text, "main") == 0) found = symbol;
  }
  return found && !is_called_at_top(file, found) ? found : NULL;
}

static bool is_async_function(const Symbol *symbol) {
  const DeclareNode *declare = (const DeclareNode *)symbol->declaration;
  if (symbol->self) return symbol->self->is_async;
  bool is_known = declare && (declare->node.kind == NODE_DECLARE ||
                              declare->node.kind == NODE_FUNCTION_DECLARE);
  if (!is_known || !declare->value || declare->value->kind != NODE_FUNCTION) return false;
  return ((const FunctionNode *)declare->value)->is_async;
}

// The block's variables must still be in place, so this is part of compiling the block.
static void compile_file_with_main(FunctionState *fn, Symbol *main) {
  BlockNode *body = fn->node->body;
  compile_variable_hoist(fn, &body->items);
  for (uint32_t i = 0; i < body->items.count; i++)
    compile_node(fn, body->items.items[i], dest_drop());
  uint32_t window = regs_take(&fn->regs, 2);
  fn->emit.span = main->span;
  compile_variable_read(fn, main, window);
  emit_abc(&fn->emit, OP_CALL, window, 0, 0);
  if (is_async_function(main)) emit_abc(&fn->emit, OP_AWAIT, window, window, 0);
  compile_cleanup_return_null(fn);
}

static void compile_file(Compiler *compiler) {
  FunctionState fn = {.compiler = compiler, .node = compiler->program->main};
  uint32_t index = open_function(&fn);
  bool is_imported = compiler->program->is_imported;
  fn.name = is_imported ? "module" : "main";
  fn.result_check = NO_TYPE;
  CleanupState cleanup;
  compile_cleanup_open(&fn, &cleanup);
  bool may_have_main = compiler->is_vint && !is_imported && !compiler->program->is_input;
  Symbol *main = may_have_main ? find_main(fn.node) : NULL;
  if (main)
    compile_file_with_main(&fn, main);
  else
    compile_node(&fn, &fn.node->body->node, dest_return());
  compile_cleanup_close(&fn, &cleanup);
  close_function(&fn, index, 0);
}

static void copy_parts(Unit *unit, const Source *source) {
  unit->parts = arena_alloc(&unit->arena, source->part_count * sizeof(UnitPart));
  unit->part_count = source->part_count;
  for (uint32_t i = 0; i < source->part_count; i++) {
    const SourcePart *part = &source->parts[i];
    unit->parts[i] = (UnitPart){source->line_starts[part->row - 1],
                                arena_text(&unit->arena, part->path, strlen(part->path))};
  }
}

static void fill_unit(Compiler *compiler) {
  Unit *unit = compiler->unit;
  const Program *program = compiler->program;
  unit->function_count = compiler->functions.count;
  unit->functions = arena_copy(&unit->arena, compiler->functions.items,
                               compiler->functions.count * sizeof(ProtoData));
  unit_types_finish(&compiler->types, unit);
  copy_parts(unit, program->source);
  unit->module_first_slot = program->module_first_slot;
  unit->module_slot_count = program->module_slot_count;
  unit->module_names =
      arena_alloc(&unit->arena, (program->module_slot_count + 1) * sizeof(const char *));
  for (uint32_t i = 0; i < program->module_slot_count; i++) {
    const Name *name = program->module_symbols[i]->name;
    unit->module_names[i] = arena_text(&unit->arena, name->text, name->len);
  }
}

Unit *compile_program(Program *program, Diags *diags) {
  Compiler compiler = {.program = program,
                       .diags = diags,
                       .unit = unit_new(program->source->path),
                       .is_vint = program->dialect == DIALECT_VINT};
  uint32_t errors_before = diags->error_count;
  unit_types_init(&compiler.types, &compiler.unit->arena, program->dialect);
  places_init(&compiler.places, program->source);
  trust_program(program);
  compile_file(&compiler);
  fill_unit(&compiler);
  vec_free(&compiler.functions);
  unit_types_free(&compiler.types);
  places_free(&compiler.places);
  if (diags->error_count == errors_before) return compiler.unit;
  unit_free(compiler.unit);
  return NULL;
}
