// SPDX-License-Identifier: MIT
// import_run.c - imports while a program runs
#include "api/import_run.h"

#include "sched/promise.h"
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

struct ImportRun {
  ImportRunOptions options;
  VEC(RunModule) modules;
  StrMap indexes; // by key: index + 1
  Native *runner;
};

// What the frame of an import keeps.
enum { SLOT_MODULE, SLOT_IMPORTER, SLOT_IS_STARTED, SLOT_COUNT };

static ImportRun *run_of(VM *vm) {
  return vm_importer(vm);
}

static void mark_run(Heap *heap, void *owner, bool minor) {
  (void)minor;
  ImportRun *run = owner;
  heap_mark(heap, (Obj *)run->runner);
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
  buffer_printf(&chain, "%s → ", first);
  for (uint32_t at = wanted; at != importer; at = (uint32_t)run->modules.items[at].waits_for)
    buffer_printf(&chain, "%s → ", run->modules.items[at].file->source.path);
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

static NativeStatus await_module(NativeCall *call) {
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
  call->slots[SLOT_IS_STARTED] = VALUE_TRUE;
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
  call->slots[SLOT_IS_STARTED] = VALUE_FALSE;
  if (is_waiting) return await_module(call);
  // What the top level imports in its turn must know who waits for it.
  RunModule *waiting = &run->modules.items[importer];
  if (waiting->state == RUN_BEGUN) waiting->waits_for = wanted;
  return start_module(call, module);
}

// --- The natives ---------------------------------------------------------------------------------

// The importing file's key is the second argument of both.
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
  buffer_printf(&full, "%s.%s", dialect == DIALECT_LUMA ? "luma" : "vint", name);
  Value module = vm_get_builtin(vm, full.bytes);
  buffer_free(&full);
  return module;
}

static void say_files(ImportRun *run, uint32_t first) {
  const ModuleGraph *graph = run->options.graph;
  for (uint32_t i = first; i < graph->files.count; i++)
    run->options.say(run->options.context, graph->files.items[i]);
}

static NativeStatus import_path(NativeCall *call) {
  VM *vm = call->vm;
  ImportRun *run = run_of(vm);
  ModuleGraph *graph = run->options.graph;
  Value path_value = call->args[0], lock_value = call->args[2];
  if (!value_is_str(path_value) || !(value_is_str(lock_value) || value_is_null(lock_value))) {
    (void)!vm_raise(vm, "TypeError", "import: expected String, got %s",
                    vm_type_name(vm, value_is_str(path_value) ? lock_value : path_value));
    return NATIVE_FAILED;
  }
  const char *path = value_as_str(path_value)->bytes;
  if (strlen(path) != value_as_str(path_value)->len) {
    (void)!vm_raise(vm, "ImportError", "the path of an import contains a zero byte");
    return NATIVE_FAILED;
  }
  const char *importer = value_as_str(call->args[1])->bytes;
  const ModuleFile *from = module_graph_find(graph, importer);
  Value library = find_library(vm, graph, from ? from->dialect : graph->main->dialect, path);
  if (!value_is_absent(library)) return native_return(call, library);
  const char *lock = value_is_str(lock_value) ? value_as_str(lock_value)->bytes : NULL;
  Buffer problem = {0};
  uint32_t first = graph->files.count;
  ModuleFile *file = module_graph_import(graph, importer, path, lock, &problem);
  say_files(run, first);
  if (!file) (void)!vm_raise(vm, "ImportError", "%s", problem.bytes);
  buffer_free(&problem);
  return file ? import_module(call, file, importer) : NATIVE_FAILED;
}

static NativeStatus go_on(NativeCall *call) {
  if (call->slots[SLOT_IS_STARTED] != VALUE_TRUE) return end_import(call);
  call->slots[SLOT_IS_STARTED] = VALUE_FALSE;
  module_at(run_of(call->vm), call->slots[SLOT_MODULE])->promise = call->answer;
  return await_module(call);
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
  *run = (ImportRun){.options = *options};
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

void import_run_free(ImportRun *run) {
  if (!run) return;
  vec_free(&run->modules);
  strmap_free(&run->indexes);
  free(run);
}
