// SPDX-License-Identifier: MIT
// module_graph.c - the files of a program: read, checked and compiled in the order of their imports
//
// Paths that are written out are followed before the run, so that what is missing is known then. A
// walk in depth with a stack of its own: chains of imports are as long as a program makes them.
#include "api/module_graph.h"

#include "api/include.h"
#include "api/module_path.h"
#include "api/pipeline.h"
#include "api/read_file.h"
#include "api/remote_fetch.h"
#include "io/digest.h"
#include "tree/walk.h"

#include <string.h>

// A file whose imports are being followed.
typedef struct Visit {
  ModuleFile *file;
  ImportNode **imports; // in the order of the text
  uint32_t count;
  uint32_t next;
} Visit;

typedef struct Walk {
  ModuleGraph *graph;
  VEC(Visit) visits;
  ModuleFileVec read; // by this walk
} Walk;

// --- The graph -----------------------------------------------------------------------------------

void module_graph_init(ModuleGraph *graph, const Decls *decls, Remote *remote) {
  *graph = (ModuleGraph){.decls = decls, .remote = remote};
  arena_init(&graph->arena);
  name_table_init(&graph->names, &graph->arena);
  types_init(&graph->types, &graph->arena, &graph->names);
}

static void free_file(ModuleFile *file) {
  diag_free(&file->diags);
  source_free(&file->source);
  unit_free(file->unit);
}

void module_graph_free(ModuleGraph *graph) {
  for (uint32_t i = 0; i < graph->files.count; i++) free_file(graph->files.items[i]);
  vec_free(&graph->files);
  strmap_free(&graph->by_key);
  strmap_free(&graph->by_shown);
  types_free(&graph->types);
  name_table_free(&graph->names);
  arena_free(&graph->arena);
}

const ModuleFile *module_graph_find(const ModuleGraph *graph, const char *key) {
  return strmap_get(&graph->by_key, key, strlen(key));
}

const Source *module_graph_source(const ModuleGraph *graph, const char *path) {
  const ModuleFile *file = strmap_get(&graph->by_shown, path, strlen(path));
  return file ? &file->source : NULL;
}

// Two files that would be shown alike are told apart by their keys.
static ModuleFile *new_file(ModuleGraph *graph, Dialect dialect, const char *key,
                            const char *shown, const char *text, size_t len) {
  ModuleFile *file = ARENA_NEW(&graph->arena, ModuleFile);
  if (strmap_get(&graph->by_shown, shown, strlen(shown))) shown = key;
  if (!source_init(&file->source, shown, text, len)) return NULL;
  file->key = arena_text(&graph->arena, key, strlen(key));
  file->dialect = dialect;
  file->value = graph->types.any;
  diag_init(&file->diags, &graph->arena, &file->source);
  strmap_set(&graph->by_key, key, strlen(key), file);
  strmap_set(&graph->by_shown, shown, strlen(shown), file);
  return file;
}

// --- The imports of a file -----------------------------------------------------------------------

typedef struct ImportSearch {
  VEC(Node *) open;
  VEC(ImportNode *) found;
} ImportSearch;

static void push_open(void *context, Node *child) {
  ImportSearch *search = context;
  vec_push(&search->open, child);
}

static bool has_written_path(const ImportNode *node) {
  bool has_lock = !node->lock || node->lock->kind == NODE_STRING;
  return node->path && node->path->kind == NODE_STRING && has_lock;
}

static int compare_imports(const void *a, const void *b) {
  const ImportNode *x = *(ImportNode *const *)a, *y = *(ImportNode *const *)b;
  return x->node.span.start < y->node.span.start ? -1 : x->node.span.start > y->node.span.start;
}

// Files without the word cannot have any, and most are.
static void find_imports(const ModuleGraph *graph, Visit *visit) {
  ModuleFile *file = visit->file;
  if (!memmem(file->source.text, file->source.len, "import", 6)) return;
  ImportSearch search = {0};
  vec_push(&search.open, &file->program->main->node);
  while (search.open.count > 0) {
    Node *node = vec_pop(&search.open);
    bool is_import = node->kind == NODE_IMPORT || node->kind == NODE_IMPORT_CALL;
    ImportNode *import = (ImportNode *)node;
    bool is_file = is_import && has_written_path(import) && !check_import_is_standard(import) &&
                   !check_import_library(graph->decls, file->program, import);
    if (is_file) vec_push(&search.found, import);
    walk_children(node, push_open, &search);
  }
  if (search.found.count > 1)
    qsort(search.found.items, search.found.count, sizeof(ImportNode *), compare_imports);
  visit->count = search.found.count;
  visit->imports = search.found.items; // the visit's from here on
  vec_free(&search.open);
}

// --- What an import means ------------------------------------------------------------------------

// Reports to the importing file. `span`: of the path.
typedef struct Request {
  ModuleGraph *graph;
  const ModuleFile *importer;
  Diags *diags;
  Span span;
  const char *path;
  bool is_bare;
} Request;

static void add_tried(const Request *request, Diag *diag, const char *tried) {
  uint32_t count = 0;
  for (; *tried && count < 8; count++) {
    size_t len = strcspn(tried, "\n");
    diag_note(request->diags, diag, (Span){0, 0}, "looked for %.*s", (int)len, tried);
    tried += len + 1;
  }
}

// What other implementations of Vint have in their library and this one does not.
static bool is_missing_library(const Request *request) {
  static const char *const names[] = {
      "yaml", "xml", "email", "term", "sysinfo", "clipboard", "make", "jwt", "excel", "llm", "openai",
      "sqlite", "mysql", "postgres", "redis", "vintSocket", "vintChart"};
  if (request->importer->dialect != DIALECT_VINT) return false;
  for (size_t i = 0; i < ARRAY_LEN(names); i++) {
    if (strcmp(request->path, names[i]) == 0) return true;
  }
  return false;
}

// The library's modules whose names are like it. Rows of one owner stand together mostly.
static void suggest_library(const Request *request, Diag *diag) {
  const Decls *decls = request->graph->decls;
  VEC(const char *) names = {0};
  for (uint32_t i = 0; i < decls->count; i++) {
    const char *owner = decls->rows[i].owner;
    bool is_new = names.count == 0 || strcmp(vec_last(&names), owner) != 0;
    if (is_new && decls_is_module(decls, DIALECT_VINT, owner)) vec_push(&names, owner);
  }
  const char *close[3];
  if (diag_suggest(request->path, names.items, names.count, close) > 0)
    diag_help(request->diags, diag, "did you mean the module `%s`?", close[0]);
  vec_free(&names);
}

static void report_missing(const Request *request, const ModuleSearch *search,
                           const char *tried) {
  if (is_missing_library(request)) {
    diag_error(request->diags, DIAG_IMPORT_NOT_YET, request->span, request->path);
    return;
  }
  Diag *diag = diag_error(request->diags, DIAG_IMPORT_NOT_FOUND, request->span, request->path);
  add_tried(request, diag, tried);
  const char *close[3];
  uint32_t count =
      module_path_suggest(search, request->path, &request->graph->arena, close);
  for (uint32_t i = 0; i < count; i++)
    diag_help(request->diags, diag, "did you mean \"%s\"?", close[i]);
  if (count == 0 && request->importer->dialect == DIALECT_VINT) suggest_library(request, diag);
}

// What no file's name begins with. NULL: nothing of the kind.
static const char *foreign_form(const char *path) {
  if (path[0] == '\0') return "the path is empty";
  if (remote_is_address(path)) return NULL;
  if (strncmp(path, "git@", 4) == 0 || strncmp(path, "gh:", 3) == 0)
    return "write the file's https:// address";
  return strstr(path, "://") ? "only https:// addresses can be" : NULL;
}

static ModuleFile *report_unreadable(const Request *request, const char *shown,
                                     const char *reason) {
  diag_error(request->diags, DIAG_IMPORT_UNREADABLE, request->span, shown, reason);
  return NULL;
}

// `named`: whose ending tells the language.
static ModuleFile *make_module(const Request *request, const char *key, const char *shown,
                               const char *named, const Buffer *text) {
  Dialect dialect;
  if (!read_file_dialect(named, text, &dialect))
    return report_unreadable(request, shown, "its name should end in .luma or .vint");
  const char *bytes = text->bytes ? text->bytes : "";
  ModuleFile *file = new_file(request->graph, dialect, key, shown, bytes, text->len);
  return file ? file : report_unreadable(request, shown, "it is larger than 4 GiB");
}

static ModuleFile *read_module(const Request *request, const char *key, const char *shown) {
  Buffer text = {0};
  const ModuleDisk *disk = &request->graph->disk;
  int problem = disk->read ? disk->read(disk->context, key, &text)
                           : read_file_path(key, true, &text);
  ModuleFile *file = problem ? report_unreadable(request, shown, read_file_reason(problem))
                             : make_module(request, key, shown, key, &text);
  buffer_free(&text);
  return file;
}

// False: it has to be fetched, or (reported) there is none.
static bool find_remote_text(const Request *request, const char *url, Buffer *text) {
  const ModuleDisk *disk = &request->graph->disk;
  Remote *remote = request->graph->remote;
  Buffer problem = {0};
  RemoteState state = disk->find_remote
                          ? disk->find_remote(disk->context, remote, url, text, &problem)
                          : remote_find(remote, url, text, &problem);
  if (state == REMOTE_FAILED) report_unreadable(request, url, problem.bytes);
  buffer_free(&problem);
  return state == REMOTE_KNOWN;
}

static ModuleFile *read_remote(const Request *request, const char *url) {
  Buffer text = {0};
  ModuleFile *file = NULL;
  const char *path = arena_text(&request->graph->arena, url, strcspn(url, "?#"));
  if (find_remote_text(request, url, &text)) file = make_module(request, url, url, path, &text);
  buffer_free(&text);
  return file;
}

// An address, or a path in a file that came from one.
static ModuleFile *find_remote(const Request *request) {
  const ModuleFile *importer = request->importer;
  const char *base = remote_is_address(importer->key) ? importer->key : NULL;
  const char *ending = importer->dialect == DIALECT_LUMA ? ".luma" : ".vint";
  Buffer url = {0}, problem = {0};
  ModuleFile *file = NULL;
  if (remote_resolve(&url, base, request->path, ending, &problem)) {
    file = (ModuleFile *)module_graph_find(request->graph, url.bytes);
    if (!file) file = read_remote(request, url.bytes);
  } else {
    diag_error(request->diags, DIAG_IMPORT_FORM, request->span, request->path, problem.bytes);
  }
  buffer_free(&url);
  buffer_free(&problem);
  return file;
}

static ModuleFile *find_or_read(const Request *request, const ModuleSearch *search) {
  ModulePlace place = {0};
  Buffer tried = {0};
  ModuleFile *file = NULL;
  const ModuleDisk *disk = &request->graph->disk;
  bool is_found = disk->find
                      ? disk->find(disk->context, search, request->path, &place, &tried)
                      : module_path_find(search, request->path, &place, &tried);
  if (is_found) {
    file = (ModuleFile *)module_graph_find(request->graph, place.key.bytes);
    if (!file) file = read_module(request, place.key.bytes, place.shown.bytes);
  } else {
    report_missing(request, search, tried.bytes ? tried.bytes : "");
  }
  module_path_free(&place);
  buffer_free(&tried);
  return file;
}

// The file, perhaps read just now (then it has no program yet); NULL: reported.
static ModuleFile *resolve(const Request *request) {
  const char *form = foreign_form(request->path);
  if (form) {
    diag_error(request->diags, DIAG_IMPORT_FORM, request->span, request->path, form);
    return NULL;
  }
  const ModuleFile *importer = request->importer, *main = request->graph->main;
  if (remote_is_address(request->path) || remote_is_address(importer->key))
    return find_remote(request);
  Buffer folders[4] = {0};
  module_path_folder(&folders[0], importer->key);
  module_path_folder(&folders[1], importer->source.path);
  module_path_folder(&folders[2], main->key);
  module_path_folder(&folders[3], main->source.path);
  ModuleSearch search = {.dialect = importer->dialect,
                         .is_bare = request->is_bare,
                         .importer = {folders[0].bytes, folders[1].bytes},
                         .main = {folders[2].bytes, folders[3].bytes}};
  ModuleFile *file = find_or_read(request, &search);
  for (uint32_t i = 0; i < ARRAY_LEN(folders); i++) buffer_free(&folders[i]);
  return file;
}

// --- Locks ---------------------------------------------------------------------------------------

static bool is_lock(const char *lock) {
  const char *digits = lock + strlen("sha256:");
  return strncmp(lock, "sha256:", strlen("sha256:")) == 0 && strlen(digits) == 64 &&
         strspn(digits, "0123456789abcdefABCDEF") == 64;
}

// Whether the file is what the import says it should be (luma.md 6). Reports.
static bool check_lock(const Request *request, const ModuleFile *file, const char *lock,
                       Span span) {
  if (!is_lock(lock)) {
    diag_error(request->diags, DIAG_IMPORT_LOCK_FORM, span, lock);
    return false;
  }
  char digest[DIGEST_TEXT_SIZE];
  Buffer reason = {0};
  const char *shown = file->source.path;
  bool is_known = digest_sha256(file->source.text, file->source.len, digest, &reason);
  bool is_same = is_known && strcasecmp(digest, lock + strlen("sha256:")) == 0;
  if (!is_known)
    diag_error(request->diags, DIAG_IMPORT_UNREADABLE, span, shown, reason.bytes);
  else if (!is_same)
    diag_error(request->diags, DIAG_IMPORT_LOCKED, span, shown, digest, lock);
  buffer_free(&reason);
  return is_same;
}

// --- Circles -------------------------------------------------------------------------------------

// "a.luma -> b.luma -> a.luma", and below it where each imports the next.
static void report_circle(Walk *walk, const ModuleFile *again) {
  uint32_t first = walk->visits.count - 1;
  while (walk->visits.items[first].file != again) first--;
  Buffer chain = {0};
  for (uint32_t i = first; i < walk->visits.count; i++)
    buffer_printf(&chain, "%s -> ", walk->visits.items[i].file->source.path);
  buffer_text(&chain, again->source.path);
  Visit *last = &vec_last(&walk->visits);
  Diags *diags = &last->file->diags;
  Span span = last->imports[last->next]->path->span;
  Diag *diag = diag_error(diags, DIAG_IMPORT_CIRCLE, span, chain.bytes);
  for (uint32_t i = first; i < walk->visits.count; i++) {
    const Visit *visit = &walk->visits.items[i];
    const Visit *next = i + 1 < walk->visits.count ? visit + 1 : NULL;
    Position at = source_position(&visit->file->source,
                                  visit->imports[visit->next]->node.span.start);
    diag_note(diags, diag, (Span){0, 0}, "%s:%u imports %s", visit->file->source.path, at.line,
              next ? next->file->source.path : again->source.path);
  }
  buffer_free(&chain);
}

// --- The walk ------------------------------------------------------------------------------------

static void mark_input(Program *program, const ModuleInput *input) {
  program->is_input = true;
  program->earlier = arena_copy(program->arena, input->earlier, input->earlier_count * sizeof(Symbol *));
  program->earlier_count = input->earlier_count;
  program->module_first_slot = input->first_slot;
}

static void open_visit(Walk *walk, ModuleFile *file) {
  ModuleGraph *graph = walk->graph;
  include_parse(graph, file);
  file->is_broken = file->diags.error_count > 0;
  file->program->key = file->key;
  file->program->is_imported = file != graph->main;
  if (graph->input && file == graph->main) mark_input(file->program, graph->input);
  file->is_open = true;
  Visit visit = {.file = file};
  find_imports(graph, &visit);
  vec_push(&walk->visits, visit);
  vec_push(&walk->read, file);
}

static void follow(Walk *walk) {
  Visit *visit = &vec_last(&walk->visits);
  ImportNode *node = visit->imports[visit->next];
  const StringNode *path = (const StringNode *)node->path;
  Request request = {.graph = walk->graph,
                     .importer = visit->file,
                     .diags = &visit->file->diags,
                     .span = node->path->span,
                     .path = arena_text(&walk->graph->arena, path->bytes, path->len),
                     .is_bare = node->is_bare};
  bool is_text = memchr(path->bytes, 0, path->len) == NULL;
  if (!is_text)
    diag_error(request.diags, DIAG_IMPORT_FORM, request.span, path->bytes,
               "the path contains a zero byte");
  ModuleFile *file = is_text ? resolve(&request) : NULL;
  if (!file) {
    visit->next++;
    return;
  }
  if (!file->program) {
    open_visit(walk, file); // and this import is looked at again when that file is done
    return;
  }
  const StringNode *lock = (const StringNode *)node->lock;
  if (lock) {
    const char *text = arena_text(&walk->graph->arena, lock->bytes, lock->len);
    (void)!check_lock(&request, file, text, lock->node.span);
  }
  if (file->is_open) {
    report_circle(walk, file);
  } else {
    node->module = file->key;
    node->exports = check_export_as(&walk->graph->types, file->value, file->dialect,
                                    visit->file->dialect);
  }
  visit->next++;
}

static void close_visit(Walk *walk) {
  Visit visit = vec_pop(&walk->visits);
  ModuleGraph *graph = walk->graph;
  ModuleFile *file = visit.file;
  free(visit.imports);
  file->is_open = false;
  vec_push(&graph->files, file);
  // With something missing all is dropped anyway.
  if (file->is_broken || graph->remote->missed > 0) return;
  file->unit = pipeline_finish(file->program, graph->decls, &graph->types, &file->diags,
                               &file->value);
}

// As if it had never been.
static void forget(ModuleGraph *graph, ModuleFile *file) {
  strmap_set(&graph->by_key, file->key, strlen(file->key), NULL);
  strmap_set(&graph->by_shown, file->source.path, strlen(file->source.path), NULL);
  for (uint32_t i = 0; i < file->source.part_count; i++) {
    const char *path = file->source.parts[i].path;
    strmap_set(&graph->by_shown, path, strlen(path), NULL);
  }
  free_file(file);
}

static void drop(Walk *walk) {
  ModuleGraph *graph = walk->graph;
  for (uint32_t i = 0; i < walk->read.count; i++) forget(graph, walk->read.items[i]);
  graph->files.count -= walk->read.count;
}

// False: something has to be fetched first.
static bool walk_from(ModuleGraph *graph, ModuleFile *file) {
  Walk walk = {.graph = graph};
  graph->remote->missed = 0;
  open_visit(&walk, file);
  while (walk.visits.count > 0) {
    const Visit *visit = &vec_last(&walk.visits);
    if (visit->next < visit->count)
      follow(&walk);
    else
      close_visit(&walk);
  }
  bool is_whole = graph->remote->missed == 0;
  if (!is_whole) drop(&walk);
  vec_free(&walk.visits);
  vec_free(&walk.read);
  return is_whole;
}

ModuleFile *module_graph_start(ModuleGraph *graph, Dialect dialect, const char *key,
                               const char *shown, const char *text, size_t len) {
  for (;;) {
    graph->main = new_file(graph, dialect, key, shown, text, len);
    if (!graph->main || walk_from(graph, graph->main)) return graph->main;
    remote_fetch_all(graph->remote);
  }
}

ModuleFile *module_graph_add(ModuleGraph *graph, Dialect dialect, const char *key, const char *shown,
                             const Buffer *text, const ModuleInput *input) {
  graph->input = input;
  ModuleFile *file = module_graph_start(graph, dialect, key, shown, text->bytes, text->len);
  graph->input = NULL;
  return file;
}

void module_graph_forget_broken(ModuleGraph *graph, uint32_t first) {
  for (uint32_t i = first; i < graph->files.count; i++) {
    ModuleFile *file = graph->files.items[i];
    if (file->diags.error_count == 0) continue;
    strmap_set(&graph->by_key, file->key, strlen(file->key), NULL);
    strmap_set(&graph->by_shown, file->source.path, strlen(file->source.path), NULL);
  }
}

ModuleFile *module_graph_parse(ModuleGraph *graph, Dialect dialect, const char *shown,
                               const char *text, size_t len) {
  ModuleFile *file = new_file(graph, dialect, shown, shown, text, len);
  graph->main = file;
  if (!file) return NULL;
  vec_push(&graph->files, file);
  file->program =
      pipeline_parse(&file->source, dialect, &graph->arena, &graph->names, &file->diags);
  return file;
}

// --- At run time ---------------------------------------------------------------------------------

static void add_sentence(Buffer *out, const Diags *diags) {
  const Diag *diag = diags->items[0];
  buffer_text(out, diag->message);
  for (const DiagNote *note = diag->notes; note; note = note->next)
    buffer_printf(out, "; %s", note->text);
}

static uint32_t count_errors(const ModuleGraph *graph, uint32_t first) {
  uint32_t count = 0;
  for (uint32_t i = first; i < graph->files.count; i++)
    count += graph->files.items[i]->diags.error_count;
  return count;
}

ModuleFile *module_graph_import(ModuleGraph *graph, const char *importer, const char *path,
                                const char *lock, Buffer *problem) {
  const ModuleFile *from = module_graph_find(graph, importer);
  Diags diags;
  diag_init(&diags, &graph->arena, &graph->main->source);
  Request request = {.graph = graph,
                     .importer = from ? from : graph->main,
                     .diags = &diags,
                     .path = path};
  ModuleFile *file = resolve(&request);
  if (file && lock && !check_lock(&request, file, lock, (Span){0, 0})) {
    if (!file->program) forget(graph, file); // it was read just now
    file = NULL;
  }
  uint32_t first = graph->files.count;
  if (!file && diags.count > 0) add_sentence(problem, &diags);
  if (file && !file->program && !walk_from(graph, file)) file = NULL;
  bool has_unit = file && (file->unit || file->is_loaded);
  if (file && (!has_unit || count_errors(graph, first) > 0)) {
    buffer_printf(problem, "%s cannot be imported: it has mistakes", file->source.path);
    file = NULL;
  }
  diag_free(&diags);
  return file;
}
