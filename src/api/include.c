// SPDX-License-Identifier: MIT
// include.c - Vint's include: the text of another file in place of a statement
//
//     let a = 1; include "b.vint"; let c = 3        row 1   main.vint:1   let a = 1;
//                                                   row 2   b.vint:1      let b = 2
//                                                   row 3   main.vint:1   …;  let c = 3
//
// What stands behind the statement is moved right to the column where it was.
#include "api/include.h"

#include "api/module_path.h"
#include "api/pipeline.h"
#include "api/read_file.h"
#include "tree/walk.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

// A program that needs more has a circle.
#define ROUNDS_MAX 100
#define TEXT_MAX   (4u * 1024 * 1024)
#define PARTS_MAX  4000u

typedef struct Joiner {
  ModuleGraph *graph;
  ModuleFile *file;
  Buffer text;
  VEC(SourcePart) parts;
  uint32_t row;     // of the end of `text`
  const char *path; // of the file, as long as the graph
} Joiner;

// --- What is to be included ----------------------------------------------------------------------

typedef VEC(Node *) NodeStack;

static void push_node(void *context, Node *child) {
  NodeStack *open = context;
  vec_push(open, child);
}

static int compare_places(const void *a, const void *b) {
  const Node *x = *(Node *const *)a, *y = *(Node *const *)b;
  return x->span.start < y->span.start ? -1 : x->span.start > y->span.start;
}

static void find_includes(const Program *program, NodeStack *found) {
  NodeStack open = {0};
  vec_push(&open, &program->main->node);
  while (open.count > 0) {
    Node *node = vec_pop(&open);
    if (node->kind == NODE_INCLUDE) vec_push(found, node);
    walk_children(node, push_node, &open);
  }
  vec_free(&open);
  if (found->count > 1) qsort(found->items, found->count, sizeof(Node *), compare_places);
}

// --- Joining -------------------------------------------------------------------------------------

static void begin_part(Joiner *j, const char *path, uint32_t line) {
  if (path == j->file->source.path) path = j->path; // which is freed with the old text
  vec_push(&j->parts, ((SourcePart){j->row, line, path}));
}

static void add_text(Joiner *j, const char *bytes, size_t len) {
  buffer_append(&j->text, bytes, len);
  for (size_t i = 0; i < len; i++) j->row += bytes[i] == '\n';
}

// A piece of what there was already, which may have parts itself.
static void add_old(Joiner *j, uint32_t from, uint32_t to) {
  const Source *source = &j->file->source;
  begin_part(j, source_path(source, from), source_position(source, from).line);
  for (uint32_t i = 0; i < source->part_count; i++) {
    uint32_t start = source->line_starts[source->parts[i].row - 1];
    if (start <= from || start >= to) continue;
    add_text(j, source->text + from, start - from);
    begin_part(j, source->parts[i].path, source->parts[i].line);
    from = start;
  }
  add_text(j, source->text + from, to - from);
}

static void add_included(Joiner *j, const char *path, const Buffer *text, uint32_t column) {
  add_text(j, "\n", 1);
  begin_part(j, path, 1);
  add_text(j, text->bytes, text->len);
  add_text(j, "\n", 1);
  buffer_fill(&j->text, ' ', column - 1);
}

// --- The included file ---------------------------------------------------------------------------

static int read_text(const ModuleGraph *graph, const char *path, Buffer *out) {
  const ModuleDisk *disk = &graph->disk;
  return disk->read ? disk->read(disk->context, path, out) : read_file_path(path, true, out);
}

// In the current folder (vint.md 9.5), else in that of the including file.
static bool find_file(const char *path, const char *includer, char real[PATH_MAX], Buffer *shown) {
  buffer_text(shown, path);
  if (realpath(path, real)) return true;
  Buffer folder = {0};
  module_path_folder(&folder, includer);
  module_path_join(shown, folder.bytes, path);
  buffer_free(&folder);
  return realpath(shown->bytes, real) != NULL;
}

// A `return` at the top of the file ends the file, not what includes it: its value is still
// computed, what stands behind it is left out.
static void cut_at_return(const Program *program, Buffer *text) {
  const NodeList *items = &program->main->body->items;
  for (uint32_t i = 0; i < items->count; i++) {
    const Node *item = items->items[i];
    if (item->kind != NODE_RETURN) continue;
    const Node *value = ((const ReturnNode *)item)->value;
    Buffer kept = {0};
    buffer_append(&kept, text->bytes, item->span.start);
    if (value) buffer_append(&kept, text->bytes + value->span.start, value->span.end - value->span.start);
    buffer_free(text);
    *text = kept;
    return;
  }
}

// Whether the text is whole statements: a brace too many would end a block of the including file.
static bool parses_alone(ModuleGraph *graph, const char *path, Buffer *text) {
  Source source;
  Diags diags;
  if (!source_init(&source, path, text->bytes, text->len)) return false;
  diag_init(&diags, &graph->arena, &source);
  const Program *program =
      pipeline_parse(&source, DIALECT_VINT, &graph->arena, &graph->names, &diags);
  bool is_whole = diags.error_count == 0;
  if (is_whole) cut_at_return(program, text);
  diag_free(&diags);
  source_free(&source);
  return is_whole;
}

static bool has_room(Joiner *j, const Buffer *text) {
  return j->text.len + text->len < TEXT_MAX && j->parts.count < PARTS_MAX;
}

// False: reported.
static bool include_one(Joiner *j, const ImportNode *node) {
  const StringNode *written = (const StringNode *)node->path;
  const Source *source = &j->file->source;
  const char *path = arena_text(&j->graph->arena, written->bytes, written->len);
  Buffer shown = {0}, text = {0};
  char real[PATH_MAX];
  bool is_found = find_file(path, source_path(source, node->node.span.start), real, &shown);
  int problem = is_found ? read_text(j->graph, real, &text) : 0;
  buffer_append(&text, "", 0);
  if (!text.bytes) buffer_fill(&text, ' ', 1);
  const char *name = arena_text(&j->graph->arena, shown.bytes, shown.len);
  Span span = node->path->span;
  bool is_done = false;
  if (!is_found)
    diag_error(&j->file->diags, DIAG_IMPORT_NOT_FOUND, span, path);
  else if (problem)
    diag_error(&j->file->diags, DIAG_IMPORT_UNREADABLE, span, name, read_file_reason(problem));
  else if (!has_room(j, &text))
    diag_error(&j->file->diags, DIAG_INCLUDE_TOO_MUCH, span, name);
  else if (!parses_alone(j->graph, name, &text))
    diag_error(&j->file->diags, DIAG_INCLUDE_ALONE, span, name);
  else
    is_done = true;
  if (is_done) {
    add_included(j, name, &text, source_position(source, node->node.span.end).column);
    bool is_known = strmap_get(&j->graph->by_shown, name, strlen(name)) != NULL;
    if (!is_known) strmap_set(&j->graph->by_shown, name, strlen(name), j->file);
  }
  buffer_free(&shown);
  buffer_free(&text);
  return is_done;
}

// --- The rounds ----------------------------------------------------------------------------------

static void parse(ModuleGraph *graph, ModuleFile *file) {
  file->program =
      pipeline_parse(&file->source, file->dialect, &graph->arena, &graph->names, &file->diags);
}

// The joined text takes the place of the file's.
static void replace_text(Joiner *j) {
  ModuleFile *file = j->file;
  Source joined;
  if (!source_init(&joined, j->path, j->text.bytes, j->text.len)) return;
  source_set_parts(&joined, j->parts.items, j->parts.count);
  source_free(&file->source);
  diag_free(&file->diags);
  file->source = joined;
  diag_init(&file->diags, &j->graph->arena, &file->source);
  parse(j->graph, file);
}

// False: something cannot be included, which is reported.
static bool join(Joiner *j, const NodeStack *includes) {
  uint32_t done = 0;
  bool is_whole = true;
  j->row = 1;
  for (uint32_t i = 0; i < includes->count && is_whole; i++) {
    const Node *node = includes->items[i];
    add_old(j, done, node->span.start);
    is_whole = include_one(j, (const ImportNode *)node);
    done = node->span.end;
  }
  if (is_whole) add_old(j, done, j->file->source.len);
  return is_whole;
}

// False: there is nothing to include any more, or it cannot be.
static bool include_round(ModuleGraph *graph, ModuleFile *file, bool is_last) {
  NodeStack includes = {0};
  find_includes(file->program, &includes);
  bool goes_on = includes.count > 0;
  if (goes_on && is_last) {
    const ImportNode *node = (const ImportNode *)includes.items[0];
    diag_error(&file->diags, DIAG_INCLUDE_TOO_MUCH, node->path->span,
               ((const StringNode *)node->path)->bytes);
    goes_on = false;
  }
  Joiner joiner = {.graph = graph, .file = file};
  joiner.path = arena_text(&graph->arena, file->source.path, strlen(file->source.path));
  goes_on = goes_on && join(&joiner, &includes);
  if (goes_on) replace_text(&joiner);
  buffer_free(&joiner.text);
  vec_free(&joiner.parts);
  vec_free(&includes);
  return goes_on;
}

void include_parse(ModuleGraph *graph, ModuleFile *file) {
  parse(graph, file);
  bool may_include = file->dialect == DIALECT_VINT;
  for (uint32_t round = 0; may_include && file->diags.error_count == 0; round++) {
    if (!memmem(file->source.text, file->source.len, "include", 7)) return;
    may_include = include_round(graph, file, round == ROUNDS_MAX);
  }
}
