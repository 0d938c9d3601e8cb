// SPDX-License-Identifier: MIT
// wick.h - everything a host needs to run Luma and Vint programs
//
// A wick_vm is one isolated virtual machine: heap, fibers, scheduler, library. Several may live in
// one process, each used by one thread at a time. A host makes one, runs a file or a text in it,
// reads how it ended, and frees it:
//
//   wick_vm *vm = wick_new(NULL);
//   wick_status status = wick_run_text(vm, WICK_LUMA, "<host>", "print(1 + 2)", 12);
//   wick_free(vm);
//
// Where there is a second processor, a heap that grows beyond 4 MiB starts a thread that asks the system for memory
// ahead; it runs nothing of the program, gets no signals, and ends with wick_free.
//
// Everything that went wrong was already written to the error hook (stderr unless set), with place
// and excerpt. Functions without a stated error cannot fail.
#ifndef WICK_H
#define WICK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WICK_VERSION "0.1.0"

typedef struct wick_vm wick_vm;

typedef enum wick_language {
  WICK_BY_NAME, // by the file's name: .luma or .vint
  WICK_LUMA,
  WICK_VINT,
} wick_language;

// How something ended; the same numbers as the command's exit statuses.
typedef enum wick_status {
  WICK_OK = 0,
  WICK_FAILED = 1,      // an error nobody handled, or a rejection nobody saw
  WICK_DEADLOCK = 2,    // the main program waits and nothing can wake it
  WICK_USAGE = 64,      // the call itself makes no sense: unknown language
  WICK_BAD_SOURCE = 65, // does not parse or type-check; nothing was run
  WICK_NO_FILE = 66,    // the file cannot be read
  WICK_REPLAY_DIFFERS = 70, // a replay came to a step that does not fit its recording
  WICK_REPLAY_ENDS = 71,    // the recording is damaged, or ends before the program did
  WICK_INTERRUPTED = 130,
} wick_status;

typedef void (*wick_write_fn)(void *context, const char *bytes, size_t len);

typedef struct wick_options {
  size_t max_memory;    // bytes a program may have allocated at a time; 0: no limit
  const char *base_url; // what relative URLs are resolved against; NULL: none
  bool list_leaks;      // at the end, list the fibers that were dropped
  bool virtual_time;    // sleeps take no time; the clock jumps to the next timer
  bool strict;          // warnings count as errors
  bool quiet_warnings;  // do not print warnings
  bool offline;         // imports fetch nothing: what is not in the cache is an error
  uint64_t seed;        // of random numbers; 0 without has_seed: from the system
  bool has_seed;        // `seed` was given, also if it is 0
  bool shuffle;         // the seed also draws the order of equal choices; false: first in, first out
  uint32_t profile_hz;  // look so many times a second where the time goes (1 … 10,000), for
                        // wick_write_profile; 0: never
  uint32_t stall_ms;    // report a fiber that computes for longer without suspending; 0: never
  int color;            // of messages: −1 if stderr is a terminal, 0 never, 1 always
  const char *record;   // the file that runs are recorded into, for wick_replay_file; NULL: none
  char **args;          // the program's own arguments; must outlive the VM
  int arg_count;
  int out_fd, err_fd, in_fd; // 0, 0, 0: the process's own
} wick_options;

// Fills in the defaults.
void wick_options_init(wick_options *options);

// NULL when the machine has no memory. `options` NULL: the defaults.
wick_vm *wick_new(const wick_options *options);
void wick_free(wick_vm *vm); // NULL is fine
// Instead of wick_free, for a process that is about to end: what is under way outside is ended (requests,
// children, servers) and the output written, but the program's memory is left to the system. With
// millions of objects that takes a while.
void wick_leave(wick_vm *vm);

// Checks, compiles and runs. For exit(n) the status is n (0 … 255), else one of wick_status.
// `path` "-" is standard input.
int wick_run_file(wick_vm *vm, wick_language language, const char *path);
int wick_run_text(wick_vm *vm, wick_language language, const char *name, const char *text,
                  size_t len);

// What becomes of the program's text in a replay.
typedef enum wick_replay_text {
  WICK_TEXT_UNCHANGED, // the recorded text; files that are there and differ end the replay
  WICK_TEXT_RECORDED,  // the recorded text, whatever there is now
  WICK_TEXT_NOW,       // the files as they are now, as far as their steps fit
} wick_replay_text;

// Runs a recorded run again, with the recorded options and arguments and without the world outside:
// clocks, answers and the order of events come from the file. The status is the recorded run's, or
// WICK_REPLAY_DIFFERS or WICK_REPLAY_ENDS after a message; WICK_NO_FILE if it cannot be read.
int wick_replay_file(wick_vm *vm, const char *recording, wick_replay_text text);

// Parses and checks only; prints diagnostics. *warnings (may be NULL) gets the number of warnings.
wick_status wick_check_file(wick_vm *vm, wick_language language, const char *path,
                            uint32_t *warnings);

// Checks the file and fetches anew all that it imports from the net; the lock file beside it then
// says what that is. *count gets the number of addresses.
wick_status wick_lock_file(wick_vm *vm, wick_language language, const char *path,
                           uint32_t *count);

typedef enum wick_dump { WICK_DUMP_CODE, WICK_DUMP_TREE } wick_dump;

// Writes a listing of the compiled file, or its tree, to `write`.
wick_status wick_dump_file(wick_vm *vm, wick_language language, const char *path, wick_dump what,
                           wick_write_fn write, void *context);

// Asks a running program to end as Ctrl-C does: main is cancelled. May be called from a signal
// handler or another thread.
void wick_interrupt(wick_vm *vm);

// Asks a running program to write the tree of its fibers to its error output: what each does, where,
// what it waits for, who started it. The program goes on. May be called from a signal handler or
// another thread.
void wick_list_fibers(wick_vm *vm);

typedef enum wick_profile_form {
  WICK_PROFILE_FOLDED, // a line for each stack: frames with semicolons between them, microseconds
  WICK_PROFILE_FLAME,  // a flame graph, in SVG
  WICK_PROFILE_TABLES, // the lines, built-ins and fibers that used most, for people
} wick_profile_form;

// What the last run's processor time went to. False: it has not been looked at (options.profile_hz).
bool wick_write_profile(wick_vm *vm, wick_profile_form form, wick_write_fn write, void *context);

// What `name` ("print", "http.get", "List.map"; "*": everything) is, for help: signature and a sentence; the text
// belongs to the library. Returns how many rows match; calls `visit` for each.
uint32_t wick_describe(const char *name,
                       void (*visit)(void *context, const char *owner, const char *name,
                                     const char *signature, const char *doc, bool luma, bool vint),
                       void *context);

// --- Sessions ------------------------------------------------------------------------------------

// A program that is given piece by piece, as at a prompt. Each piece is an input: what it declares at
// its top level is known to those that follow, and may be declared again. Its value is printed unless
// it is a statement. Fibers that it leaves running go on, with later inputs and in wick_repl_wait. An
// error is printed and ends its input only.
typedef struct wick_repl wick_repl;

typedef enum wick_input {
  WICK_INPUT_DONE,
  WICK_INPUT_MORE,   // the text ends in the middle of something; nothing has run
  WICK_INPUT_FAILED, // printed
  WICK_INPUT_EXIT,   // the program has called exit(n): the session is over, see wick_repl_status
} wick_input;

// Ends what the VM has run before; until the session is freed the VM runs nothing else, and its files
// cannot be recorded. NULL: no memory. `language` WICK_BY_NAME: Luma.
wick_repl *wick_repl_new(wick_vm *vm, wick_language language);
void wick_repl_free(wick_repl *repl); // before its VM; NULL is fine

// The next input. `is_whole`: no more of it will come, so that what is missing is an error.
wick_input wick_repl_feed(wick_repl *repl, const char *text, size_t len, bool is_whole);
// A file as an input.
wick_input wick_repl_load(wick_repl *repl, const char *path);
// Prints the type that the checker gives to an expression. Nothing runs.
wick_input wick_repl_type(wick_repl *repl, const char *text, size_t len);
int wick_repl_status(const wick_repl *repl); // 0, or that of exit(n)

typedef enum wick_wait {
  WICK_WAIT_INPUT,       // the VM's in_fd can be read, or has ended
  WICK_WAIT_OUTPUT,      // something was printed, so a prompt has to be drawn again
  WICK_WAIT_INTERRUPTED, // by wick_interrupt; a fiber that was computing has been cancelled
  WICK_WAIT_EXIT,        // a fiber has called exit(n)
} wick_wait;

// Runs the fibers until one of these.
wick_wait wick_repl_wait(wick_repl *repl);
// Called when something is about to be printed during wick_repl_wait.
void wick_repl_on_output(wick_repl *repl, void (*before)(void *context), void *context);
// Waits for the next line of the VM's in_fd; valid until the next call. False: *why says what there
// is instead; with WICK_WAIT_INPUT it has ended.
bool wick_repl_read_line(wick_repl *repl, const char **line, size_t *len, wick_wait *why);

// What the word that `line` ends with could become: names, or the fields and methods of what stands
// before a dot or a colon, found without running anything. Returns where the word begins.
size_t wick_repl_complete(wick_repl *repl, const char *line, size_t len,
                          void (*visit)(void *context, const char *word), void *context);

#define WICK_PAUSE_BUCKETS 24

// Statistics of the last run, about its memory and the collector. A pause is a stretch in which the
// program stood still for it.
typedef struct wick_stats {
  size_t heap_peak; // bytes
  size_t heap_live; // after the last collection whose dead objects have all been freed
  uint64_t allocated; // bytes, in the whole run
  uint64_t minor_collections;
  uint64_t major_collections;
  uint64_t slices; // pieces in which they marked
  uint64_t run_ns; // the run itself, without checking and compiling
  uint64_t pause_count;
  uint64_t total_pause_ns;
  uint64_t longest_pause_ns;
  uint64_t median_pause_ns; // to an eighth, as the next
  uint64_t p99_pause_ns;    // 99 % were no longer
  // How many were shorter than 2^i µs and not than 2^(i − 1); the last has all that were longer.
  uint64_t pauses[WICK_PAUSE_BUCKETS];
} wick_stats;

void wick_get_stats(const wick_vm *vm, wick_stats *out);

#ifdef __cplusplus
}
#endif

#endif
