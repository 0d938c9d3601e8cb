// SPDX-License-Identifier: MIT
// repl.c - sessions: a program that is given piece by piece
//
// Each input is a file of its own in one graph, so that names and types live as long as the
// session. What its top level declares are slots of one module that all inputs share and that
// grows; the resolver finds the symbols of earlier inputs in a scope around the file (tree.h,
// Program.is_input). A declaration is a new variable with a new slot, also if the name was there:
// functions that know the old one keep it.
#include "api/repl_private.h"

#include "api/pipeline.h"
#include "api/read_file.h"
#include "api/say.h"
#include "io/loop.h"
#include "sched/session.h"
#include "vm/format.h"
#include "vm/load.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// --- Lifetime ------------------------------------------------------------------------------------

static void note_output(void *context) {
  wick_repl *repl = context;
  if (!repl->is_waiting || repl->has_output) return;
  repl->has_output = true;
  if (repl->before_output) repl->before_output(repl->before_output_context);
}

wick_repl *wick_repl_new(wick_vm *wick, wick_language language) {
  wick_repl *repl = calloc(1, sizeof(wick_repl));
  if (!repl) return NULL;
  repl->wick = wick;
  repl->dialect = language == WICK_VINT ? DIALECT_VINT : DIALECT_LUMA;
  wick_fresh_graph(wick, "<input>");
  if (!wick_make_machine(wick)) {
    free(repl);
    return NULL;
  }
  stdio_on_write(wick->stdio, note_output, repl);
  return repl;
}

void wick_repl_free(wick_repl *repl) {
  if (!repl) return;
  session_end(repl->wick->sched);
  stdio_flush(repl->wick->stdio);
  stdio_on_write(repl->wick->stdio, NULL, NULL);
  input_watch_free(repl->watch);
  vec_free(&repl->known);
  strmap_free(&repl->indexes);
  buffer_free(&repl->line);
  free(repl);
}

// --- What is known -------------------------------------------------------------------------------

Symbol *repl_find(const wick_repl *repl, const char *name, size_t len) {
  uintptr_t found = (uintptr_t)strmap_get(&repl->indexes, name, len);
  return found ? repl->known.items[found - 1] : NULL;
}

// Aliases and modules of the library have no value of their own.
static bool needs_no_value(const Symbol *symbol) {
  if (symbol->kind == SYMBOL_TYPE && symbol->declaration->kind == NODE_TYPE_ALIAS) return true;
  const Type *type = types_prune(symbol->type);
  return symbol->kind == SYMBOL_IMPORT && type && type->kind == TYPE_MODULE;
}

// Nobody can see it any more unless some function does.
static void drop_value(wick_repl *repl, const Symbol *old) {
  if (!old->is_captured) repl->module->slots[old->slot] = VALUE_ABSENT;
}

static void learn(wick_repl *repl, Symbol *symbol) {
  const Name *name = symbol->name;
  uintptr_t index = (uintptr_t)strmap_get(&repl->indexes, name->text, name->len);
  // What calls of it rely on is compiled from now on, so it stays what it is; and what has no cell
  // cannot be pointed to.
  bool is_variable = repl->dialect == DIALECT_LUMA ? symbol->is_reassigned : symbol->is_addressed;
  if (!is_variable) symbol->is_constant = true;
  symbol->may_be_unset = false;
  if (index) {
    drop_value(repl, repl->known.items[index - 1]);
    repl->known.items[index - 1] = symbol;
    return;
  }
  vec_push(&repl->known, symbol);
  strmap_set(&repl->indexes, name->text, name->len, (void *)(uintptr_t)repl->known.count);
}

// An input that has failed half-way has declared what stands above.
static void learn_all(wick_repl *repl, const Program *program) {
  for (uint32_t i = 0; i < program->module_slot_count; i++) {
    Symbol *symbol = program->module_symbols[i];
    bool is_set = !value_is_absent(repl->module->slots[symbol->slot]);
    if (is_set || needs_no_value(symbol)) learn(repl, symbol);
  }
}

// --- Reading an input ----------------------------------------------------------------------------

typedef enum Reading { READING_EMPTY, READING_CUT, READING_WHOLE } Reading;

// A first look, at the form alone; mistakes are found again when the input is compiled.
static Reading look_at(Dialect dialect, const char *text, size_t len) {
  Source source;
  if (!source_init(&source, "", text, len)) return READING_WHOLE;
  Arena arena;
  NameTable names;
  Diags diags;
  arena_init(&arena);
  name_table_init(&names, &arena);
  diag_init(&diags, &arena, &source);
  const Program *program = pipeline_parse(&source, dialect, &arena, &names, &diags);
  bool is_empty = diags.count == 0 && program->main->body->items.count == 0;
  Reading reading = program->is_cut ? READING_CUT : is_empty ? READING_EMPTY : READING_WHOLE;
  diag_free(&diags);
  name_table_free(&names);
  arena_free(&arena);
  source_free(&source);
  return reading;
}

static bool say_files(wick_repl *repl, uint32_t first) {
  const ModuleGraph *graph = &repl->wick->graph;
  uint32_t errors = 0;
  for (uint32_t i = first; i < graph->files.count; i++) {
    wick_say_diags(repl->wick, &graph->files.items[i]->diags);
    errors += graph->files.items[i]->diags.error_count;
  }
  return errors == 0;
}

// What imports are relative to: the loaded file's folder, or the one where the session runs.
static void make_key(const char *path, uint32_t number, Buffer *key) {
  Buffer folder = {0};
  char *real = path ? realpath(path, NULL) : getcwd(NULL, 0);
  if (path)
    module_path_folder(&folder, real ? real : path);
  else
    buffer_text(&folder, real ? real : ".");
  buffer_printf(key, "%s/<input %u>", folder.bytes ? folder.bytes : ".", number);
  buffer_free(&folder);
  free(real);
}

// The checked and compiled input; NULL: it has mistakes, which were printed. `path` NULL: it was
// typed.
static ModuleFile *compile_input(wick_repl *repl, const char *path, const Buffer *text) {
  wick_vm *wick = repl->wick;
  Buffer key = {0}, shown = {0};
  uint32_t first = wick->graph.files.count;
  repl->number++;
  make_key(path, repl->number, &key);
  if (path && module_graph_source(&wick->graph, path))
    buffer_printf(&shown, "%s (input %u)", path, repl->number); // it was loaded before
  else if (path)
    buffer_text(&shown, path);
  else
    buffer_printf(&shown, "<input %u>", repl->number);
  ModuleInput input = {repl->known.items, repl->known.count, repl->slot_count};
  ModuleFile *file =
      module_graph_add(&wick->graph, repl->dialect, key.bytes, shown.bytes, text, &input);
  buffer_free(&key);
  if (!file) {
    say_plain(wick->stdio, wick->options.color, "%s is too large: the limit is 4 GiB", shown.bytes);
  }
  buffer_free(&shown);
  bool is_fine = file && say_files(repl, first);
  if (!is_fine) module_graph_forget_broken(&wick->graph, first);
  wick_save_locks(wick);
  return is_fine ? file : NULL;
}

// --- Running an input ----------------------------------------------------------------------------

static const Node *last_item(const ModuleFile *file) {
  const NodeList *items = &file->program->main->body->items;
  return items->count > 0 ? items->items[items->count - 1] : NULL;
}

// The expression that the input ends with, or NULL.
static const Node *last_expression(const ModuleFile *file) {
  const Node *last = last_item(file);
  if (!last || last->kind != NODE_EXPRESSION) return NULL;
  const Node *value = ((const ExpressionNode *)last)->value;
  bool is_statement = value->kind == NODE_ASSIGN || value->kind == NODE_PACKAGE ||
                      value->kind == NODE_INCREMENT;
  return is_statement ? NULL : value;
}

// What is called for its effect gives null, which nobody wants to read.
static bool is_null_worth_telling(const Node *node) {
  if (node->kind == NODE_AWAIT) node = ((const AwaitNode *)node)->operand;
  switch (node->kind) {
  case NODE_NULL:
  case NODE_NAME:
  case NODE_FIELD:
  case NODE_MEMBER:
  case NODE_INDEX:
  case NODE_EXACT_INDEX:
  case NODE_COALESCE: return true;
  default: return false;
  }
}

static void print_value(wick_repl *repl, const ModuleFile *file) {
  const Node *node = last_expression(file);
  Value value = session_value(repl->wick->sched);
  if (!node || (value_is_null(value) && !is_null_worth_telling(node))) return;
  Buffer text = {0};
  format_inner(repl->wick->vm, &text, value,
               repl->dialect == DIALECT_LUMA ? FORMAT_LUMA : FORMAT_VINT);
  buffer_byte(&text, '\n');
  stdio_write(repl->wick->stdio, text.bytes, text.len);
  buffer_free(&text);
}

static void say_failure(wick_repl *repl, Value error) {
  wick_vm *wick = repl->wick;
  say_error(wick->stdio, wick->options.color, &wick->graph, (Error *)value_as_object(error), NULL);
}

static wick_input end_session(wick_repl *repl) {
  repl->exit_status = sched_exit_status(repl->wick->sched) & 255;
  stdio_flush(repl->wick->stdio);
  return WICK_INPUT_EXIT;
}

static wick_input finish(wick_repl *repl, const ModuleFile *file, SchedEnd end) {
  wick_vm *wick = repl->wick;
  bool is_stuck = end == SCHED_DEADLOCK;
  if (is_stuck) {
    wick_say_deadlock(wick);
    end = session_give_up(wick->sched);
  }
  switch (end) {
  case SCHED_EXITED: return end_session(repl);
  case SCHED_FAILED: say_failure(repl, session_value(wick->sched)); break;
  case SCHED_INTERRUPTED: say_note(wick->stdio, "interrupted"); break;
  default:
    if (!is_stuck) print_value(repl, file);
  }
  learn_all(repl, file->program);
  if (!session_settle(wick->sched)) return end_session(repl);
  stdio_flush(wick->stdio);
  return end == SCHED_FINISHED && !is_stuck ? WICK_INPUT_DONE : WICK_INPUT_FAILED;
}

static wick_input run_input(wick_repl *repl, ModuleFile *file) {
  wick_vm *wick = repl->wick;
  Unit *unit = file->unit;
  file->unit = NULL;
  file->is_loaded = true;
  repl->slot_count = unit_slots_end(unit);
  Closure *closure = load_unit_into(wick->vm, unit, repl->module);
  if (!closure) {
    say_failure(repl, vm_take_error(wick->vm));
    return WICK_INPUT_FAILED;
  }
  repl->module = closure->proto->module;
  return finish(repl, file, session_run(wick->sched, closure));
}

static wick_input feed(wick_repl *repl, const char *path, const Buffer *text) {
  ModuleFile *file = compile_input(repl, path, text);
  return file ? run_input(repl, file) : WICK_INPUT_FAILED;
}

wick_input wick_repl_feed(wick_repl *repl, const char *text, size_t len, bool is_whole) {
  switch (look_at(repl->dialect, text, len)) {
  case READING_EMPTY: return WICK_INPUT_DONE;
  case READING_CUT:
    if (!is_whole) return WICK_INPUT_MORE;
    break;
  case READING_WHOLE: break;
  }
  Buffer copy = {0};
  buffer_append(&copy, text, len);
  wick_input result = feed(repl, NULL, &copy);
  buffer_free(&copy);
  return result;
}

static bool is_of_language(const wick_repl *repl, const char *path, const Buffer *text) {
  Dialect dialect;
  return !read_file_dialect(path, text, &dialect) || dialect == repl->dialect;
}

wick_input wick_repl_load(wick_repl *repl, const char *path) {
  wick_vm *wick = repl->wick;
  Buffer text = {0};
  buffer_text(&text, "");
  int problem = read_file_path(path, true, &text);
  wick_input result = WICK_INPUT_FAILED;
  int color = wick->options.color;
  if (problem)
    say_plain(wick->stdio, color, "cannot read %s: %s", path, read_file_reason(problem));
  else if (!is_of_language(repl, path, &text))
    say_plain(wick->stdio, color, "%s is in the other language: import it instead", path);
  else
    result = feed(repl, path, &text);
  buffer_free(&text);
  return result;
}

wick_input wick_repl_type(wick_repl *repl, const char *text, size_t len) {
  wick_vm *wick = repl->wick;
  Buffer copy = {0};
  buffer_append(&copy, text, len);
  const ModuleFile *file = compile_input(repl, NULL, &copy);
  buffer_free(&copy);
  if (!file) return WICK_INPUT_FAILED;
  const Node *node = last_expression(file);
  if (!node || file->program->main->body->items.count != 1) {
    say_plain(wick->stdio, wick->options.color, "only an expression has a type");
    return WICK_INPUT_FAILED;
  }
  Buffer out = {0};
  types_print(&out, types_prune(node->type), repl->dialect);
  buffer_byte(&out, '\n');
  stdio_write(wick->stdio, out.bytes, out.len);
  stdio_flush(wick->stdio);
  buffer_free(&out);
  return WICK_INPUT_DONE;
}

int wick_repl_status(const wick_repl *repl) {
  return repl->exit_status;
}

// --- Waiting -------------------------------------------------------------------------------------

static bool is_answered(void *context) {
  const wick_repl *repl = context;
  return repl->has_output || input_watch_is_ready(repl->watch);
}

static bool make_watch(wick_repl *repl) {
  if (repl->watch) return true;
  Loop *loop = loop_of(repl->wick->vm);
  if (loop) repl->watch = input_watch_new(loop, repl->wick->options.in_fd);
  if (!loop) (void)vm_take_error(repl->wick->vm);
  return repl->watch != NULL;
}

// Without a loop, as when no descriptors are left, the read itself waits.
wick_wait wick_repl_wait(wick_repl *repl) {
  if (!make_watch(repl)) return WICK_WAIT_INPUT;
  repl->has_output = false;
  repl->is_waiting = true;
  input_watch_start(repl->watch);
  SessionWait wait = session_wait(repl->wick->sched, is_answered, repl);
  input_watch_stop(repl->watch);
  stdio_flush(repl->wick->stdio);
  repl->is_waiting = false;
  if (wait == SESSION_EXITED) (void)end_session(repl);
  if (wait == SESSION_EXITED) return WICK_WAIT_EXIT;
  if (wait == SESSION_INTERRUPTED) return WICK_WAIT_INTERRUPTED;
  return repl->has_output ? WICK_WAIT_OUTPUT : WICK_WAIT_INPUT;
}

void wick_repl_on_output(wick_repl *repl, void (*before)(void *context), void *context) {
  repl->before_output = before;
  repl->before_output_context = context;
}

bool wick_repl_read_line(wick_repl *repl, const char **line, size_t *len, wick_wait *why) {
  *why = stdio_has_input(repl->wick->stdio) ? WICK_WAIT_INPUT : wick_repl_wait(repl);
  if (*why != WICK_WAIT_INPUT) return false;
  repl->line.len = 0;
  if (!stdio_read_line(repl->wick->stdio, &repl->line)) return false;
  *line = repl->line.bytes ? repl->line.bytes : "";
  *len = repl->line.len;
  return true;
}
