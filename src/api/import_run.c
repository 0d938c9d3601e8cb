// SPDX-License-Identifier: MIT
// import_run.c - imports while a program runs
#include "api/import_run.h"

#include "api/remote_fetch.h"
#include "sched/promise.h"
#include "vm/border.h"
#include "vm/load.h"

#include <stdio.h>
#include <string.h>

typedef enum RunState { RUN_FRESH, RUN_BEGUN, RUN_DONE } RunState;

typedef struct RunModule {
  ModuleFile *file;
  RunState state;
  Value promise; // settles when the top level has ended; VALUE_NULL before it has begun
  Value value;   // of the file, once it is done
  int64_t waits_for; // while its top level imports: the index of that module; −1: none
} RunModule;

// A batch of modules that are being fetched; imports that miss one of them wait for its promise.
typedef struct RunFetch {
  ImportRun *run;
  Value promise;
  bool is_done;
} RunFetch;

struct ImportRun {
  ImportRunOptions options;
  VM *vm;
  HttpClient *client; // made by the first import from the net at run time
  VEC(RunFetch *) fetches;
  VEC(RunModule) modules;
  StrMap indexes; // by key: index + 1
  Native *runner;
};

// What the frame of an import keeps.
enum { SLOT_MODULE, SLOT_IMPORTER, SLOT_PHASE, SLOT_COUNT };
// What it waits for.
typedef enum Phase { PHASE_FETCHING, PHASE_STARTING, PHASE_AWAITING } Phase;

static ImportRun *run_of(VM *vm) {
  return vm_importer(vm);
}

static void mark_run(Heap *heap, void *owner, bool minor) {
  (void)minor;
  ImportRun *run = owner;
  heap_mark(heap, (Obj *)run->runner);
  for (uint32_t i = 0; i < run->fetches.count; i++)
    heap_mark_value(heap, run->fetches.items[i]->promise);
  for (uint32_t i = 0; i < run->modules.count; i++) {
    heap_mark_value(heap, run->modules.items[i].promise);
    heap_mark_value(heap, run->modules.items[i].value);
  }
}

static RunModule *module_at(ImportRun *run, Value index) {
  return &run->modules.items[value_as_int(index)];
}

static uint32_t index_of(ImportRun *run, ModuleFile *file) {
  size_t len = strlen(file->key);
  uintptr_t known = (uintptr_t)strmap_get(&run->indexes, file->key, len);
  if (known) return (uint32_t)known - 1;
  RunModule module = {
      .file = file, .promise = VALUE_NULL, .value = VALUE_NULL, .waits_for = -1};
  if (file->program && !file->program->is_imported) module.state = RUN_BEGUN; // the main program
  vec_push(&run->modules, module);
  strmap_set(&run->indexes, file->key, len, (void *)(uintptr_t)run->modules.count);
  return run->modules.count - 1;
}

// --- Circles -------------------------------------------------------------------------------------
// Those that are written out were found before the run.

static NativeStatus raise_circle(VM *vm, ImportRun *run, uint32_t importer, uint32_t wanted) {
  Buffer chain = {0};
  const char *first = run->modules.items[importer].file->source.path;
  buffer_printf(&chain, "%s -> ", first);
  for (uint32_t at = wanted; at != importer; at = (uint32_t)run->modules.items[at].waits_for)
    buffer_printf(&chain, "%s -> ", run->modules.items[at].file->source.path);
  buffer_text(&chain, first);
  (void)!vm_raise(vm, "ImportError", "Circular dependency detected: %s", chain.bytes);
  buffer_free(&chain);
  return NATIVE_FAILED;
}

// Whether `wanted` will not be done before `importer` is. The main program never is.
static bool is_circle(const ImportRun *run, uint32_t importer, uint32_t wanted) {
  int64_t at = wanted;
  for (uint32_t steps = 0; at >= 0 && steps <= run->modules.count; steps++) {
    if ((uint32_t)at == importer) return true;
    at = run->modules.items[at].waits_for;
  }
  return false;
}

// --- Evaluating ----------------------------------------------------------------------------------

static NativeStatus end_import(NativeCall *call) {
  ImportRun *run = run_of(call->vm);
  module_at(run, call->slots[SLOT_IMPORTER])->waits_for = -1;
  return native_return(call, module_at(run, call->slots[SLOT_MODULE])->value);
}

static void set_phase(NativeCall *call, Phase phase) {
  call->slots[SLOT_PHASE] = value_int(phase);
}

static NativeStatus await_module(NativeCall *call) {
  set_phase(call, PHASE_AWAITING);
  ImportRun *run = run_of(call->vm);
  const RunModule *module = module_at(run, call->slots[SLOT_MODULE]);
  RunModule *importer = module_at(run, call->slots[SLOT_IMPORTER]);
  if (module->state != RUN_DONE && importer->state == RUN_BEGUN)
    importer->waits_for = value_as_int(call->slots[SLOT_MODULE]);
  Value ignored;
  switch (promise_await_here(call->vm, value_as_promise(module->promise), &ignored)) {
  case WAIT_PARKED: return NATIVE_PARKED;
  case WAIT_FAILED: importer->waits_for = -1; return NATIVE_FAILED;
  case WAIT_DONE: break;
  }
  return end_import(call);
}

static NativeStatus start_module(NativeCall *call, RunModule *module) {
  VM *vm = call->vm;
  ModuleFile *file = module->file;
  if (!file->unit) {
    (void)!vm_raise(vm, "ImportError", "%s cannot be imported: it has mistakes",
                    file->source.path);
    return NATIVE_FAILED;
  }
  Unit *unit = file->unit;
  file->unit = NULL;
  file->is_loaded = true;
  Closure *closure = load_unit(vm, unit);
  if (!closure) return NATIVE_FAILED;
  module->state = RUN_BEGUN;
  set_phase(call, PHASE_STARTING);
  Value args[2] = {value_object(closure), call->slots[SLOT_MODULE]};
  (void)native_call(call, value_object(run_of(vm)->runner), args, 2);
  return NATIVE_START;
}

static NativeStatus import_module(NativeCall *call, ModuleFile *file, const char *importer_key) {
  ImportRun *run = run_of(call->vm);
  ModuleFile *from = (ModuleFile *)module_graph_find(run->options.graph, importer_key);
  uint32_t importer = index_of(run, from ? from : run->options.graph->main);
  uint32_t wanted = index_of(run, file);
  RunModule *module = &run->modules.items[wanted];
  if (module->state == RUN_DONE) return native_return(call, module->value);
  bool is_waiting = module->state == RUN_BEGUN;
  if (is_waiting && is_circle(run, importer, wanted))
    return raise_circle(call->vm, run, importer, wanted);
  if (is_waiting && value_is_null(module->promise)) // the main program: it is never done
    return raise_circle(call->vm, run, wanted, wanted);
  call->slots[SLOT_MODULE] = value_int(wanted);
  call->slots[SLOT_IMPORTER] = value_int(importer);
  if (is_waiting) return await_module(call);
  // What the top level imports in its turn must know who waits for it.
  RunModule *waiting = &run->modules.items[importer];
  if (waiting->state == RUN_BEGUN) waiting->waits_for = wanted;
  return start_module(call, module);
}

// --- The natives ---------------------------------------------------------------------------------

// The importing file's key is the second argument.
static NativeStatus import_file(NativeCall *call) {
  ImportRun *run = run_of(call->vm);
  const char *key = value_as_str(call->args[0])->bytes;
  ModuleFile *file = (ModuleFile *)module_graph_find(run->options.graph, key);
  return import_module(call, file, value_as_str(call->args[1])->bytes);
}

// "std:math", in Vint "math" too. VALUE_ABSENT: a file is meant.
static Value find_library(VM *vm, const ModuleGraph *graph, Dialect dialect, const char *path) {
  bool is_standard = strncmp(path, "std:", 4) == 0;
  const char *name = is_standard ? path + 4 : path;
  bool may_be = is_standard || dialect == DIALECT_VINT;
  if (!may_be || !decls_is_module(graph->decls, dialect, name)) return VALUE_ABSENT;
  Buffer full = {0};
  // The point behind it keeps it apart from a global of that name, as string(x) of Vint.
  buffer_printf(&full, "%s.%s.", dialect == DIALECT_LUMA ? "luma" : "vint", name);
  Value module = vm_get_builtin(vm, full.bytes);
  buffer_free(&full);
  return module;
}

static void say_files(ImportRun *run, uint32_t first) {
  const ModuleGraph *graph = run->options.graph;
  for (uint32_t i = first; i < graph->files.count; i++)
    run->options.say(run->options.context, graph->files.items[i]);
}

// --- From the net --------------------------------------------------------------------------------

static void note_fetched(void *context) {
  RunFetch *fetch = context;
  fetch->is_done = true;
  promise_fulfil(fetch->run->vm, value_as_promise(fetch->promise), VALUE_NULL);
}

static HttpClient *client_of(ImportRun *run, Buffer *reason) {
  Loop *loop = run->client ? NULL : loop_of(run->vm);
  if (loop) run->client = http_client_new(loop, vm_heap(run->vm), reason);
  return run->client;
}

static RunFetch *start_fetch(ImportRun *run) {
  Buffer reason = {0};
  HttpClient *client = client_of(run, &reason);
  if (!client && !vm_has_error(run->vm)) // the loop's failure is raised already
    (void)!vm_raise(run->vm, "ImportError", "%s", reason.bytes);
  buffer_free(&reason);
  Promise *promise = client ? promise_new(run->vm) : NULL;
  if (!promise) return NULL;
  RunFetch *fetch = memory_require(NULL, sizeof(RunFetch));
  *fetch = (RunFetch){.run = run, .promise = value_object(promise)};
  vec_push(&run->fetches, fetch);
  remote_fetch_start(run->options.graph->remote, client, note_fetched, fetch);
  return fetch;
}

static NativeStatus import_path(NativeCall *call);

// Parks until what is missing has arrived; then the import begins again.
static NativeStatus await_fetch(NativeCall *call) {
  ImportRun *run = run_of(call->vm);
  bool is_under_way = run->options.graph->remote->missing.count == 0 && run->fetches.count > 0;
  const RunFetch *fetch = is_under_way ? vec_last(&run->fetches) : start_fetch(run);
  for (uint32_t i = 0; is_under_way && i < run->fetches.count; i++)
    if (!run->fetches.items[i]->is_done) fetch = run->fetches.items[i];
  if (!fetch) return NATIVE_FAILED;
  Value ignored;
  set_phase(call, PHASE_FETCHING);
  switch (promise_await_here(call->vm, value_as_promise(fetch->promise), &ignored)) {
  case WAIT_PARKED: return NATIVE_PARKED;
  case WAIT_FAILED: return NATIVE_FAILED;
  case WAIT_DONE: break;
  }
  return import_path(call);
}

// --- Computed paths ------------------------------------------------------------------------------

static bool check_arguments(VM *vm, Value path, Value lock) {
  bool is_right = value_is_str(path) && (value_is_str(lock) || value_is_null(lock));
  Value wrong = value_is_str(path) ? lock : path;
  if (!is_right && border_is_vint(vm))
    return vm_raise(vm, "TypeError", "import: expected string, got %s", vm_vint_name(vm, wrong));
  if (!is_right)
    return vm_raise(vm, "TypeError", "import: expected String, got %s", vm_type_name(vm, wrong));
  if (strlen(value_as_str(path)->bytes) == value_as_str(path)->len) return true;
  return vm_raise(vm, "ImportError", "the path of an import contains a zero byte");
}

static NativeStatus import_path(NativeCall *call) {
  VM *vm = call->vm;
  ImportRun *run = run_of(vm);
  ModuleGraph *graph = run->options.graph;
  if (!check_arguments(vm, call->args[0], call->args[2])) return NATIVE_FAILED;
  const char *path = value_as_str(call->args[0])->bytes;
  const char *importer = value_as_str(call->args[1])->bytes;
  const char *lock =
      value_is_str(call->args[2]) ? value_as_str(call->args[2])->bytes : NULL;
  const ModuleFile *from = module_graph_find(graph, importer);
  Value library = find_library(vm, graph, from ? from->dialect : graph->main->dialect, path);
  if (!value_is_absent(library)) return native_return(call, library);
  Buffer problem = {0};
  uint32_t first = graph->files.count;
  ModuleFile *file = module_graph_import(graph, importer, path, lock, &problem);
  bool is_missing = !file && problem.len == 0;
  say_files(run, first);
  if (!file && !is_missing) (void)!vm_raise(vm, "ImportError", "%s", problem.bytes);
  buffer_free(&problem);
  if (is_missing) return await_fetch(call);
  return file ? import_module(call, file, importer) : NATIVE_FAILED;
}

static NativeStatus go_on(NativeCall *call) {
  switch ((Phase)value_as_int(call->slots[SLOT_PHASE])) {
  case PHASE_FETCHING: return import_path(call);
  case PHASE_STARTING:
    module_at(run_of(call->vm), call->slots[SLOT_MODULE])->promise = call->answer;
    return await_module(call);
  case PHASE_AWAITING: break;
  }
  return end_import(call);
}

// The first function of the file's fiber. Its promise must not settle as the file's value does,
// which may itself be a promise (C 2.5): so the value is kept here.
static NativeStatus run_file(NativeCall *call) {
  return native_call(call, call->args[0], NULL, 0);
}

static NativeStatus keep_value(NativeCall *call) {
  RunModule *module = module_at(run_of(call->vm), call->args[1]);
  module->value = call->answer;
  module->state = RUN_DONE;
  module->waits_for = -1;
  return native_return(call, VALUE_NULL);
}

static const NativeRow ROWS[] = {
    {"import", "file", "fn(key: String, importer: String): Any", import_file, "", go_on, SLOT_COUNT,
     NATIVE_BOTH | NATIVE_HIDDEN},
    {"import", "path", "fn(path: Any, importer: String, lock: Any): Any", import_path, "", go_on,
     SLOT_COUNT, NATIVE_BOTH | NATIVE_HIDDEN},
};
static const NativeRow RUNNER = {
    "import", "run", "fn(file: Any, index: Any): Any", run_file, "", keep_value, 0,
    NATIVE_BOTH | NATIVE_HIDDEN};

ImportRun *import_run_new(VM *vm, const ImportRunOptions *options) {
  ImportRun *run = memory_require(NULL, sizeof(ImportRun));
  *run = (ImportRun){.options = *options, .vm = vm};
  vm_set_importer(vm, run);
  heap_add_root(vm_heap(vm), mark_run, run);
  return run;
}

bool import_run_install(ImportRun *run, VM *vm) {
  for (uint32_t i = 0; i < ARRAY_LEN(ROWS); i++) {
    Native *native = native_new(vm, &ROWS[i]);
    if (!native) return false;
    char name[64];
    snprintf(name, sizeof(name), "luma.import.%s", ROWS[i].name);
    vm_set_builtin(vm, name, value_object(native));
    snprintf(name, sizeof(name), "vint.import.%s", ROWS[i].name);
    vm_set_builtin(vm, name, value_object(native));
  }
  run->runner = native_new(vm, &RUNNER);
  return run->runner != NULL;
}

void import_run_close(ImportRun *run) {
  if (!run || !run->client) return;
  http_client_free(run->client);
  run->client = NULL;
  remote_fetch_drop(run->options.graph->remote);
}

void import_run_free(ImportRun *run) {
  if (!run) return;
  for (uint32_t i = 0; i < run->fetches.count; i++) free(run->fetches.items[i]);
  vec_free(&run->fetches);
  vec_free(&run->modules);
  strmap_free(&run->indexes);
  free(run);
}
