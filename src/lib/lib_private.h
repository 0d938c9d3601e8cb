// SPDX-License-Identifier: MIT
// lib_private.h - what the library's files share
#ifndef LIB_PRIVATE_H
#define LIB_PRIVATE_H

#include "lib/args.h"
#include "lib/lib.h"
#include "sched/channel.h"
#include "sched/combine.h"
#include "sched/timer.h"

typedef struct LibIndex LibIndex;

typedef struct Lib {
  LibOptions options;
  void *http_client; // io's, made at first use; freed by lib_http_free
  void *http_server;
  LibIndex *index; // lib_registry.c
  void *zones; // lib_moment's, made at first use
  void *regexes;     // regex's
  void *crypto;      // crypto_api's
  void *environment; // environment's
  void *input;       // io's
  void *kv;          // lib_kv's
  void *http_app;    // lib_http_app's
} Lib;

static inline Lib *lib_of(VM *vm) {
  return (Lib *)vm_library(vm);
}

// One function per file that gives its rows; lib_registry.c lists them.
LibModule lib_core_module(void);
LibModule lib_result_module(void);
LibModule lib_types_module(void); // the names of types as values
LibModule lib_convert_module(void);
LibModule lib_text_module(void);
LibModule lib_list_module(void);
LibModule lib_list_callback_module(void); // map, filter, sort: natives that call back
LibModule lib_table_module(void);
LibModule lib_math_module(void);
LibModule lib_json_module(void);
LibModule lib_time_module(void);
LibModule lib_async_module(void);
LibModule lib_channel_module(void);
LibModule lib_select_module(void); // Luma's select and its cases
LibModule lib_error_module(void);
LibModule lib_promise_module(void); // making, combining and cancelling promises
LibModule lib_group_module(void);
LibModule lib_lock_module(void); // locks and semaphores
LibModule lib_wait_group_module(void);
LibModule lib_once_module(void);
LibModule lib_timer_module(void); // tickers, debounced functions
LibModule lib_broadcast_module(void);
LibModule lib_fiber_local_module(void);
LibModule lib_http_module(void);
LibModule lib_server_module(void);
LibModule lib_http_app_module(void); // Vint's web application
LibModule lib_http_listen_module(void);
LibModule lib_http_request_module(void);  // its req
LibModule lib_http_response_module(void); // its res
LibModule lib_http_serve_module(void); // what servers of http.serve use: files, forms, cookies
LibModule lib_string_module(void); // Vint's own: methods of strings, the module string
LibModule lib_number_module(void); // methods of Vint's numbers and booleans
LibModule lib_builtin_module(void); // Vint's builtins about any value
LibModule lib_list_number_module(void); // Vint's arrays of numbers, and parts of arrays
LibModule lib_math_vint_module(void);
LibModule lib_random_module(void); // random and uuid
LibModule lib_regex_module(void);
LibModule lib_url_module(void); // url and path
LibModule lib_hash_module(void); // encoding, hash, crypto's hashes
LibModule lib_fs_module(void); // Luma's files and folders
LibModule lib_child_module(void); // Luma's process.run
LibModule lib_io_module(void);    // Luma's io.read_line
LibModule lib_time_luma_module(void);
LibModule lib_os_module(void);  // files and folders
LibModule lib_process_module(void); // the process, children, shell
LibModule lib_file_module(void); // file values
LibModule lib_cli_module(void); // input, cli
LibModule lib_fmt_module(void); // fmt and reflect
LibModule lib_kv_module(void);
LibModule lib_logger_module(void); // logger, styled, colors
LibModule lib_csv_module(void);    // csv and dotenv
LibModule lib_schedule_module(void);
LibModule lib_crypto_module(void); // AES and RSA
LibModule lib_moment_module(void);   // methods of times and durations
LibModule lib_datetime_module(void); // time and datetime
LibModule lib_table_callback_module(void); // Vint's dict.map, filter …

// Argument `index`, in units of `unit_ns`, as nanoseconds; negative ones count as none.
bool lib_take_duration(NativeCall *call, uint32_t index, double unit_ns, int64_t *ns) MUST_USE;
#define LIB_NS_PER_MS 1000000.0

// Functions that a module has as well as a method of numbers.
NativeStatus lib_number_gcd(NativeCall *call);
NativeStatus lib_number_lcm(NativeCall *call);
NativeStatus lib_number_factorial(NativeCall *call);
NativeStatus lib_number_root(NativeCall *call);
NativeStatus lib_number_round(NativeCall *call); // its second argument: digits behind the point
NativeStatus lib_number_clamp(NativeCall *call);
NativeStatus lib_list_number_mean(NativeCall *call);
NativeStatus lib_list_number_median(NativeCall *call);
NativeStatus lib_list_number_variance(NativeCall *call);
NativeStatus lib_list_number_deviation(NativeCall *call);
NativeStatus lib_list_number_min(NativeCall *call);
NativeStatus lib_list_number_max(NativeCall *call);

// What Vint's type(x) gives: "INTEGER", "ARRAY" … Does not allocate.
const char *lib_core_type_name(Value value);
// The end of a native that has asked for something that may wait.
static inline NativeStatus lib_return_promise(NativeCall *call, Promise *promise) {
  return promise ? native_return(call, value_object(promise)) : NATIVE_FAILED;
}
static inline NativeStatus lib_return_wait(WaitResult result) {
  if (result == WAIT_DONE) return NATIVE_DONE;
  return result == WAIT_PARKED ? NATIVE_PARKED : NATIVE_FAILED;
}
// A native without a name of its own in the languages. Its object is made once; the VM keeps it
// under `key`, which no program can write ("(resolve)"). VALUE_ABSENT: out of memory, raised.
Value lib_hidden_native(VM *vm, const NativeRow *row, const char *key) MUST_USE;
// Such a native with its first argument. False: out of memory, raised.
bool lib_bind(VM *vm, const NativeRow *row, const char *key, Value receiver, Value *out) MUST_USE;

// sh -c with argument 0; what it has written, its errors too if wanted.
NativeStatus lib_process_shell(NativeCall *call, bool joins_errors);

// Adds a route of the application: (path, f).
NativeStatus lib_http_app_add(NativeCall *call, const char *method);
void lib_http_app_free(VM *vm);

// The value as a Result; VALUE_ABSENT: the error that is on the VM is its err side.
NativeStatus lib_result_of(NativeCall *call, Value value);
// The promise of a Result: what `promise` rejects with, or what is raised if it is NULL, as its err.
NativeStatus lib_result_promise(NativeCall *call, Promise *promise);
// {ok, err} as a table, as the value of a native. NATIVE_FAILED: out of memory, raised.
NativeStatus lib_result_return(NativeCall *call, Value ok, Value err);
// The __into of a table or of its type; VALUE_ABSENT if it has none. Does not allocate.
Value lib_find_into(VM *vm, Value value);

// What natives cannot do: constants and values made at start. False: out of memory, raised.
bool lib_types_install(VM *vm) MUST_USE;
bool lib_core_install(VM *vm) MUST_USE;
void lib_math_install(VM *vm);
void lib_http_install(VM *vm);
// http.base, in the table of a module that has it.
bool lib_http_fill(VM *vm, Table *module, const char *owner) MUST_USE;
void lib_file_install(VM *vm); // how file values print
// Sets a constant in both languages: a global (owner "") or a module's member.
void lib_set_constant(VM *vm, const char *owner, const char *name, Value value);
void lib_http_free(VM *vm);
void lib_server_free(VM *vm); // by lib_http_free

#endif
