// SPDX-License-Identifier: MIT
// wick.c - include/wick.h: machines, running, checking, dumping
//
// Joins the two halves: the front half gives a unit, the back half runs it. Everything that is said
// to people goes through say.h.
#include "api/wick_private.h"

#include "api/flame.h"
#include "api/profile_text.h"
#include "api/read_file.h"
#include "api/say.h"
#include "base/memory.h"
#include "code/disasm.h"
#include "io/loop.h"
#include "io/stdio.h"
#include "lib/lib.h"
#include "sched/outside.h"
#include "sched/sched.h"
#include "tree/dump.h"
#include "vm/load.h"
#include <limits.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void wick_options_init(wick_options *options) {
  *options = (wick_options){.color = -1, .out_fd = 1, .err_fd = 2, .in_fd = 0};
}

// --- Lifetime
// ----------------------------------------------------------------------------------------

// The library's rows as the checker reads them.
static void describe_library(wick_vm *wick) {
  uint32_t module_count, total = 0, next = 0;
  const LibModule *modules = lib_modules(&module_count);
  for (uint32_t i = 0; i < module_count; i++) total += modules[i].count;
  wick->rows = memory_require(NULL, total * sizeof(DeclRow));
  for (uint32_t i = 0; i < module_count; i++) {
    for (uint32_t j = 0; j < modules[i].count; j++) {
      const NativeRow *row = &modules[i].rows[j];
      wick->rows[next++] = (DeclRow){row->owner, row->name, row->signature, row->languages};
    }
  }
  decls_init(&wick->decls, wick->rows, total);
}

wick_vm *wick_new(const wick_options *options) {
  wick_vm *wick = calloc(1, sizeof(wick_vm));
  if (!wick) return NULL;
  if (options) {
    wick->options = *options;
  } else {
    wick_options_init(&wick->options);
  }
  wick_options *o = &wick->options;
  if (o->out_fd == 0 && o->err_fd == 0) {
    o->out_fd = 1;
    o->err_fd = 2;
  }
  wick->stdio = stdio_new(o->out_fd, o->err_fd, o->in_fd);
  if (!wick->stdio) {
    free(wick);
    return NULL;
  }
  wick->files = (RecordedFiles){.recording = &wick->recording,
                                .stdio = wick->stdio,
                                .in_fd = o->in_fd,
                                .color = o->color};
  describe_library(wick);
  return wick;
}

// What is under way outside ends. A signal that comes from now on (wick_interrupt, wick_list_fibers) finds
// nobody whom it could concern.
static Sched *close_machine(wick_vm *wick) {
  Sched *sched = wick->sched;
  __atomic_store_n(&wick->sched, NULL, __ATOMIC_SEQ_CST);
  lib_free(wick->vm);
  import_run_close(wick->imports);
  loop_free(wick->poller);
  return sched;
}

static void free_machine(wick_vm *wick) {
  if (!wick->vm) return;
  Sched *sched = close_machine(wick);
  vm_free(wick->vm);
  sched_free(sched);
  import_run_free(wick->imports);
  wick->imports = NULL;
  wick->poller = NULL;
  wick->files.sched = NULL;
  wick->vm = NULL;
}

static void free_graph(wick_vm *wick) {
  if (!wick->has_graph) return;
  module_graph_free(&wick->graph);
  remote_free(&wick->remote);
  wick->has_graph = false;
}

void wick_free(wick_vm *wick) {
  if (!wick) return;
  free_machine(wick);
  free_graph(wick);
  decls_free(&wick->decls);
  free(wick->rows);
  stdio_free(wick->stdio);
  free(wick);
}

#if defined(NDEBUG) && !defined(__SANITIZE_ADDRESS__)
void wick_leave(wick_vm *wick) {
  if (!wick || !wick->vm) {
    wick_free(wick);
    return;
  }
  (void)close_machine(wick);
  stdio_free(wick->stdio); // what is still to be written is written
}
#else
// A sanitizer wants to see everything freed, and a debug build shall try it.
void wick_leave(wick_vm *wick) {
  wick_free(wick);
}
#endif

static uint64_t pick_seed(const wick_options *options) {
  if (options->seed || options->has_seed) return options->seed;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000000007u ^ (uint64_t)now.tv_nsec << 20 ^ (uint64_t)getpid();
}

static Poller *make_poller(void *context) {
  wick_vm *wick = context;
  wick->poller = loop_new(wick->vm);
  return wick->poller;
}

static void flush_output(void *context) {
  stdio_flush(((wick_vm *)context)->stdio);
}

// A replay that does not fit shows nothing of what would have come.
static void mute_output(void *context) {
  stdio_mute(((wick_vm *)context)->stdio, true);
}

static void report_failure(void *context, VM *vm, Error *error, const char *headline) {
  wick_vm *wick = context;
  say_error(wick->stdio, wick->options.color, &wick->graph, error, headline);
}

static void say_imported(void *context, ModuleFile *file);

static void say_notice(void *context, const char *text, size_t len) {
  stdio_write_error(((wick_vm *)context)->stdio, text, len);
}

static StrandedTelling telling(const wick_options *o, bool is_stressed) {
  if (o->list_leaks) return STRANDED_LISTED;
  return o->quiet_warnings || is_stressed ? STRANDED_UNTOLD : STRANDED_WARNED;
}

// A run gets a machine of its own, so that nothing of an earlier one is left.
bool wick_make_machine(wick_vm *wick) {
  free_machine(wick);
  const wick_options *o = &wick->options;
  wick->seed = pick_seed(o);
  const char *stress = getenv("WICK_GC_STRESS");
  bool is_stressed = stress && *stress && strcmp(stress, "0") != 0;
  wick->vm = vm_new(&(VMOptions){.heap_limit = o->max_memory,
                                 .gc_stress = is_stressed,
                                 .seed = wick->seed});
  if (!wick->vm) return false;
  wick->sched = sched_new(wick->vm, &(SchedOptions){.virtual_time = o->virtual_time,
                                                    .policy = {o->shuffle, wick->seed},
                                                    .writer = wick->recording.writer,
                                                    .reader = wick->recording.reader});
  if (!wick->sched) return false;
  sched_set_poller_maker(wick->sched, make_poller, wick);
  sched_set_before_wait(wick->sched, flush_output, wick);
  sched_set_report(wick->sched, report_failure, wick);
  wick->files.sched = wick->sched;
  sched_set_notice(wick->sched, say_notice, wick);
  sched_tell_stranded(wick->sched, telling(o, is_stressed));
  sched_watch_time(wick->sched, o->profile_hz);
  sched_watch_stalls(wick->sched, (int64_t)o->stall_ms * 1000000);
  wick->imports = import_run_new(
      wick->vm,
      &(ImportRunOptions){.graph = &wick->graph, .say = say_imported, .context = wick});
  if (!import_run_install(wick->imports, wick->vm)) return false;
  Outside *outside = sched_outside(wick->sched);
  if (outside) outside_set_stop(outside, mute_output, wick);
  return lib_install(wick->vm, &(LibOptions){.stdio = wick->stdio,
                                             .base_url = o->base_url,
                                             .args = o->args,
                                             .arg_count = o->arg_count});
}

// --- Compiling
// -------------------------------------------------------------------------------------

void wick_say_diags(wick_vm *wick, Diags *diags) {
  if (wick->options.strict) diag_make_errors(diags);
  if (diags->count > 0 && !(wick->options.quiet_warnings && diags->error_count == 0)) {
    say_diagnostics(wick->stdio, wick->options.color, diags);
  }
}

static void say_imported(void *context, ModuleFile *file) {
  wick_say_diags(context, &file->diags);
}

// Prints what was found in all files. False if nothing may run.
static bool say_graph(wick_vm *wick) {
  uint32_t error_count = 0;
  for (uint32_t i = 0; i < wick->graph.files.count; i++) {
    Diags *diags = &wick->graph.files.items[i]->diags;
    wick_say_diags(wick, diags);
    error_count += diags->error_count;
  }
  return error_count == 0;
}

// The lock file is in the folder of the file `name`.
static void init_remote(wick_vm *wick, const char *name) {
  Buffer folder = {0}, lock = {0};
  module_path_folder(&folder, name);
  module_path_join(&lock, folder.bytes, "wick.lock");
  remote_init(&wick->remote, &(RemoteOptions){.lock_path = lock.bytes,
                                              .is_offline = wick->options.offline,
                                              .is_refreshing = wick->is_refreshing});
  buffer_free(&folder);
  buffer_free(&lock);
}

// What the program imported from the net is now locked.
void wick_save_locks(wick_vm *wick) {
  Buffer problem = {0};
  if (!remote_save_locks(&wick->remote, &problem)) say_note(wick->stdio, "%s", problem.bytes);
  buffer_free(&problem);
}

void wick_fresh_graph(wick_vm *wick, const char *name) {
  free_machine(wick); // it refers to files of the last one
  free_graph(wick);
  init_remote(wick, name);
  module_graph_init(&wick->graph, &wick->decls, &wick->remote);
  wick->graph.disk = recorded_files_disk(&wick->files);
  wick->has_graph = true;
}

typedef enum Goal { GOAL_TREE, GOAL_CODE } Goal;

// Reads the text and all that it imports, and says what was found. The result is wick->graph.main.
static wick_status compile_text(wick_vm *wick, wick_language language, const char *name,
                                const char *text, size_t len, Goal goal) {
  wick_fresh_graph(wick, name);
  Dialect dialect = language == WICK_LUMA ? DIALECT_LUMA : DIALECT_VINT;
  Buffer key = {0};
  recorded_files_key(&wick->files, name, &key);
  ModuleGraph *graph = &wick->graph;
  const ModuleFile *main =
      goal == GOAL_TREE ? module_graph_parse(graph, dialect, name, text, len)
                        : module_graph_start(graph, dialect, key.bytes, name, text, len);
  buffer_free(&key);
  if (!main) {
    say_plain(wick->stdio, wick->options.color, "%s is too large: the limit is 4 GiB", name);
    return WICK_BAD_SOURCE;
  }
  if (wick->files.has_changed) return WICK_REPLAY_DIFFERS;
  if (!say_graph(wick)) return WICK_BAD_SOURCE;
  wick_save_locks(wick);
  return WICK_OK;
}

static bool find_language(wick_language *language, const char *path, const Buffer *text) {
  Dialect dialect;
  if (*language != WICK_BY_NAME) return true;
  if (!read_file_dialect(path, text, &dialect)) return false;
  *language = dialect == DIALECT_LUMA ? WICK_LUMA : WICK_VINT;
  return true;
}

static wick_status say_no_language(wick_vm *wick, const char *name) {
  say_plain(wick->stdio, wick->options.color,
            "cannot tell the language of %s: its name should end in .luma or .vint", name);
  return WICK_USAGE;
}

static wick_status compile_file(wick_vm *wick, wick_language language, const char *path,
                                Goal goal) {
  Buffer text = {0};
  int problem = recorded_files_read_main(&wick->files, path, &text);
  const char *name = strcmp(path, "-") == 0 ? "<stdin>" : path;
  wick_status status;
  if (wick->files.has_changed) {
    status = WICK_REPLAY_DIFFERS;
  } else if (problem) {
    say_plain(wick->stdio, wick->options.color, "cannot read %s: %s", path,
              read_file_reason(problem));
    status = WICK_NO_FILE;
  } else if (!find_language(&language, path, &text)) {
    status = say_no_language(wick, name);
  } else {
    status = compile_text(wick, language, name, text.bytes ? text.bytes : "", text.len, goal);
  }
  buffer_free(&text);
  return status;
}

// --- Running
// -----------------------------------------------------------------------------------------

void wick_say_deadlock(wick_vm *wick) {
  Buffer report = {0};
  TracePlace place;
  bool has_place = sched_main_place(wick->sched, &place);
  sched_report_deadlock(wick->sched, &report);
  say_deadlock(wick->stdio, wick->options.color, &wick->graph,
               has_place ? &place : NULL, &report);
  buffer_free(&report);
}

static void say_leaks(wick_vm *wick) {
  Buffer out = {0};
  if (sched_report_leaks(wick->sched, &out) > 0) {
    stdio_write_error(wick->stdio, out.bytes, out.len);
  }
  buffer_free(&out);
}

static int end_run(wick_vm *wick, SchedEnd end) {
  switch (end) {
  case SCHED_EXITED: return sched_exit_status(wick->sched) & 255;
  case SCHED_INTERRUPTED: return WICK_INTERRUPTED;
  case SCHED_DEADLOCK: wick_say_deadlock(wick); return WICK_DEADLOCK;
  case SCHED_FAILED: {
    Error *error = (Error *)value_as_object(sched_error(wick->sched));
    say_error(wick->stdio, wick->options.color, &wick->graph, error, NULL);
    return WICK_FAILED;
  }
  case SCHED_FINISHED: break;
  }
  if (wick->options.list_leaks) say_leaks(wick);
  return sched_had_reports(wick->sched) ? WICK_FAILED : WICK_OK;
}

static bool has_drawn(wick_vm *wick) {
  Rng fresh;
  rng_init(&fresh, wick->seed);
  return memcmp(&fresh, vm_rng(wick->vm), sizeof(fresh)) != 0;
}

// A run that failed can be repeated: what chance had a part in is said.
static void say_seed(wick_vm *wick, int status) {
  const wick_options *o = &wick->options;
  if (status == WICK_OK || status == WICK_INTERRUPTED) return;
  if (o->shuffle) {
    say_note(wick->stdio, "the order was drawn with --seed %llu, which gives the same run again",
             (unsigned long long)wick->seed);
  } else if ((status == WICK_FAILED || status == WICK_DEADLOCK) && has_drawn(wick)) {
    say_note(wick->stdio, "the random numbers came from --random-seed %llu",
             (unsigned long long)wick->seed);
  }
}

// The unit is the machine's from here on.
static Closure *load_main(wick_vm *wick) {
  ModuleFile *main = wick->graph.main;
  Unit *unit = main->unit;
  main->unit = NULL;
  main->is_loaded = true;
  return load_unit(wick->vm, unit);
}

static void fill_buckets(const Pauses *pauses, uint64_t *buckets) {
  for (uint32_t i = 0; i < PAUSES_BUCKETS; i++) {
    uint32_t bucket = 0;
    if (pauses->counts[i] == 0) continue; // nearly all
    while (bucket + 1 < WICK_PAUSE_BUCKETS && pauses_bucket_end(i) > UINT64_C(1000) << bucket) bucket++;
    buckets[bucket] += pauses->counts[i];
  }
}

static void collect_stats(wick_vm *wick, uint64_t run_ns) {
  HeapStats heap;
  heap_stats(vm_heap(wick->vm), &heap);
  wick->stats = (wick_stats){.heap_peak = heap.peak,
                             .heap_live = heap.live,
                             .allocated = heap.allocated,
                             .minor_collections = heap.minor_count,
                             .major_collections = heap.major_count,
                             .slices = heap.slice_count,
                             .run_ns = run_ns,
                             .pause_count = heap.pause_count,
                             .total_pause_ns = heap.pause_total_ns,
                             .longest_pause_ns = heap.pause_max_ns,
                             .median_pause_ns = pauses_percentile(heap.pauses, 0.5),
                             .p99_pause_ns = pauses_percentile(heap.pauses, 0.99)};
  fill_buckets(heap.pauses, wick->stats.pauses);
}

static int run_main(wick_vm *wick) {
  if (!wick_make_machine(wick)) {
    say_plain(wick->stdio, wick->options.color, "out of memory: the machine could not be made");
    return WICK_FAILED;
  }
  Closure *main = load_main(wick);
  int status;
  uint64_t start = pauses_now_ns();
  if (!main) {
    Error *error = (Error *)value_as_object(vm_take_error(wick->vm));
    say_error(wick->stdio, wick->options.color, &wick->graph, error, NULL);
    status = WICK_FAILED;
  } else {
    status = end_run(wick, sched_run(wick->sched, main));
    say_seed(wick, status);
  }
  wick_save_locks(wick); // of what was imported by computed paths
  collect_stats(wick, pauses_now_ns() - start);
  stdio_flush(wick->stdio);
  return stdio_has_failed(wick->stdio) && status == WICK_OK ? WICK_FAILED : status;
}

static int run_file(wick_vm *wick, wick_language language, const char *path) {
  wick_status status = compile_file(wick, language, path, GOAL_CODE);
  return status == WICK_OK ? run_main(wick) : (int)status;
}

static int run_text(wick_vm *wick, wick_language language, const char *name, const Buffer *text) {
  if (language == WICK_BY_NAME) return say_no_language(wick, name);
  const char *bytes = text->bytes ? text->bytes : "";
  recording_add_source(&wick->recording, name, text);
  wick_status status = compile_text(wick, language, name, bytes, text->len, GOAL_CODE);
  return status == WICK_OK ? run_main(wick) : (int)status;
}

// --- Recording and replaying
// -------------------------------------------------------------------------

// What chance or the surroundings decide is decided now, so that the recording can say it.
static bool begin_recording(wick_vm *wick, wick_language language, const char *program) {
  wick_options *o = &wick->options;
  if (!recording_create(&wick->recording, o->record)) {
    say_plain(wick->stdio, o->color, "cannot record into %s: %s", o->record, strerror(errno));
    return false;
  }
  o->seed = pick_seed(o);
  o->has_seed = true;
  o->color = say_wants_color(wick->stdio, o->color);
  recording_put_head(&wick->recording, o, language, program,
                     stdio_output_is_terminal(wick->stdio));
  return true;
}

static int end_recording(wick_vm *wick, int status) {
  Recording *recording = &wick->recording;
  recording_put_end(recording, &(RecordedEnd){status, stdio_is_closed(wick->stdio),
                                              stdio_output_hash(wick->stdio)});
  journal_flush(recording->writer);
  int problem = journal_problem(recording->writer);
  if (problem) {
    say_plain(wick->stdio, wick->options.color, "the recording %s is not complete: %s",
              wick->options.record, strerror(problem));
    if (status == WICK_OK) status = WICK_FAILED;
  }
  if (wick->sched) sched_forget_outside(wick->sched);
  recording_close(recording);
  return status;
}

// `text` NULL: `name` is a file.
static int run_program(wick_vm *wick, wick_language language, const char *name,
                       const Buffer *text) {
  wick_options given = wick->options;
  if (given.record && !begin_recording(wick, language, name)) return WICK_NO_FILE;
  int status = text ? run_text(wick, language, name, text) : run_file(wick, language, name);
  if (given.record) status = end_recording(wick, status);
  wick->options = given;
  return status;
}

int wick_run_file(wick_vm *wick, wick_language language, const char *path) {
  return run_program(wick, language, path, NULL);
}

int wick_run_text(wick_vm *wick, wick_language language, const char *name, const char *text,
                  size_t len) {
  Buffer borrowed = {.bytes = (char *)text, .len = len};
  return run_program(wick, language, name, &borrowed);
}

static int say_stop(wick_vm *wick, const OutsideStopped *stopped) {
  stdio_mute(wick->stdio, false);
  say_stopped(wick->stdio, wick->options.color, &wick->graph, stopped);
  return stopped->why == OUTSIDE_DIVERGED ? WICK_REPLAY_DIFFERS : WICK_REPLAY_ENDS;
}

// The program that was replayed has ended with `status`: so did the recorded one?
static int end_replay(wick_vm *wick, int status) {
  if (!wick->sched || stdio_is_closed(wick->stdio)) return status;
  Outside *outside = sched_outside(wick->sched);
  const OutsideStopped *stopped = outside_stopped(outside);
  if (status == WICK_INTERRUPTED && sched_was_left(wick->sched)) return status;
  JournalCursor payload;
  RecordedEnd end;
  bool has_end = outside_find_end(outside, &payload) && recording_read_end(&payload, &end);
  if (has_end && end.is_output_closed) { // it was cut off by whoever took its output
    stdio_mute(wick->stdio, false);
    return end.status;
  }
  if (stopped->why == OUTSIDE_GOES_ON && !has_end) outside_diverge(outside, "the program ends");
  if (stopped->why != OUTSIDE_GOES_ON) return say_stop(wick, stopped);
  bool is_same = status == end.status && stdio_output_hash(wick->stdio) == end.output_hash;
  if (is_same || wick->recording.text == WICK_TEXT_NOW) return status;
  say_plain(wick->stdio, wick->options.color,
            "every step fits the recording, but the program %s",
            status == end.status ? "has written something else" : "ends with another status");
  return WICK_REPLAY_DIFFERS;
}

int wick_replay_file(wick_vm *wick, const char *path, wick_replay_text text) {
  wick_options given = wick->options;
  wick_language language;
  Buffer problem = {0};
  int status;
  if (recording_open(&wick->recording, path, &wick->options, &language, &problem, &status)) {
    wick->recording.text = text;
    wick->files.has_changed = false;
    stdio_pretend_terminal(wick->stdio, wick->recording.output_was_terminal);
    status = end_replay(wick, run_file(wick, language, wick->recording.program.bytes));
    free_machine(wick);
    recording_close(&wick->recording);
  } else {
    say_plain(wick->stdio, given.color, "%s", problem.bytes);
  }
  buffer_free(&problem);
  wick->options = given;
  return status;
}

wick_status wick_check_file(wick_vm *wick, wick_language language, const char *path,
                            uint32_t *warnings) {
  wick_status status = compile_file(wick, language, path, GOAL_CODE);
  if (!warnings) return status;
  *warnings = 0;
  if (status != WICK_OK) return status;
  for (uint32_t i = 0; i < wick->graph.files.count; i++)
    *warnings += wick->graph.files.items[i]->diags.warning_count;
  return status;
}

wick_status wick_lock_file(wick_vm *wick, wick_language language, const char *path,
                           uint32_t *count) {
  wick->is_refreshing = true;
  wick_status status = compile_file(wick, language, path, GOAL_CODE);
  wick->is_refreshing = false;
  *count = wick->has_graph ? remote_count(&wick->remote) : 0;
  return status;
}

wick_status wick_dump_file(wick_vm *wick, wick_language language, const char *path, wick_dump what,
                           wick_write_fn write, void *context) {
  bool is_tree = what == WICK_DUMP_TREE;
  wick_status status = compile_file(wick, language, path, is_tree ? GOAL_TREE : GOAL_CODE);
  if (status != WICK_OK) return status;
  Buffer out = {0};
  if (is_tree) {
    dump_tree(&out, (Node *)wick->graph.main->program->main);
  } else {
    disasm_unit(&out, wick->graph.main->unit);
  }
  if (out.len > 0) write(context, out.bytes, out.len);
  buffer_free(&out);
  return WICK_OK;
}

bool wick_write_profile(wick_vm *wick, wick_profile_form form, wick_write_fn write, void *context) {
  const Profile *profile = wick->sched ? sched_profile(wick->sched) : NULL;
  if (!profile) return false;
  Buffer out = {0};
  switch (form) {
  case WICK_PROFILE_FOLDED: profile_text_folded(wick->vm, profile, &out); break;
  case WICK_PROFILE_FLAME: flame_print(wick->vm, profile, wick->graph.main->source.path, &out); break;
  case WICK_PROFILE_TABLES: profile_text_tables(wick->vm, profile, &wick->graph, &out); break;
  }
  if (out.len > 0) write(context, out.bytes, out.len);
  buffer_free(&out);
  return true;
}

void wick_list_fibers(wick_vm *wick) {
  if (wick->sched) sched_list_fibers(wick->sched);
}

void wick_interrupt(wick_vm *wick) {
  if (wick->sched) sched_interrupt(wick->sched);
}

void wick_get_stats(const wick_vm *wick, wick_stats *out) {
  *out = wick->stats;
}

// --- Help
// --------------------------------------------------------------------------------------------

// "http.get" is member get of http; "List.map" a method of List(T); "print" a global; "http" every
// member.
static bool row_matches(const NativeRow *row, const char *name) {
  size_t owner_len = strcspn(row->owner, "(");
  size_t len = strlen(name);
  if (strcmp(row->name, name) == 0 || strcmp(name, "*") == 0) return true;
  if (owner_len == 0 || strncmp(name, row->owner, owner_len) != 0) return false;
  return len == owner_len ||
         (name[owner_len] == '.' && strcmp(name + owner_len + 1, row->name) == 0);
}

uint32_t wick_describe(const char *name,
                       void (*visit)(void *context, const char *owner, const char *name,
                                     const char *signature, const char *doc, bool luma, bool vint),
                       void *context) {
  uint32_t module_count, found = 0;
  const LibModule *modules = lib_modules(&module_count);
  for (uint32_t i = 0; i < module_count; i++) {
    for (uint32_t j = 0; j < modules[i].count; j++) {
      const NativeRow *row = &modules[i].rows[j];
      if (!row_matches(row, name)) continue;
      found++;
      visit(context, row->owner, row->name, row->signature, row->doc, row->languages & NATIVE_LUMA,
            row->languages & NATIVE_VINT);
    }
  }
  return found;
}
