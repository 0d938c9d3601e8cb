// SPDX-License-Identifier: MIT
// lib_process.c - the process and its surroundings: Vint's os (but for files), shell
//
// Children are waited for by their fiber alone.
#include "base/number.h"
#include "base/vec.h"
#include "io/process.h"
#include "lib/answer.h"
#include "lib/environment.h"
#include "lib/files.h"
#include "lib/lib_private.h"
#include "sched/outside.h"
#include "sched/ticket.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

// --- The environment -----------------------------------------------------------------------------

static NativeStatus get_env(NativeCall *call) {
  Str *name;
  if (!args_str(call, 0, &name)) return NATIVE_FAILED;
  Buffer value = {0};
  environment_get(call->vm, name->bytes, &value);
  return answer_buffer(call, &value);
}

static NativeStatus luma_get_env(NativeCall *call) {
  Str *name;
  if (!args_str(call, 0, &name)) return NATIVE_FAILED;
  Buffer value = {0};
  bool is_set = environment_get(call->vm, name->bytes, &value);
  Str *text = is_set ? vm_str(call->vm, value.bytes, value.len) : NULL;
  buffer_free(&value);
  if (is_set && !text) return NATIVE_FAILED;
  return answer_value(call, ticket_option(call->vm, text ? value_object(text) : VALUE_ABSENT));
}

static NativeStatus look_up_env(NativeCall *call) {
  Str *name;
  if (!args_str(call, 0, &name)) return NATIVE_FAILED;
  Table *table = vm_table(call->vm);
  if (!table) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(table));
  Buffer value = {0};
  bool is_set = environment_get(call->vm, name->bytes, &value);
  bool ok = answer_set_text(call->vm, table, "value", value.bytes, value.len) &&
            vm_set_field(call->vm, table, "exists", value_bool(is_set));
  buffer_free(&value);
  vm_pop_roots(call->vm, 1);
  return ok ? native_return(call, value_object(table)) : NATIVE_FAILED;
}

static NativeStatus set_env(NativeCall *call) {
  Str *name;
  Str *value;
  if (!args_str(call, 0, &name) || !args_str(call, 1, &value)) return NATIVE_FAILED;
  if (!environment_set(call->vm, name->bytes, value->bytes)) {
    return answer_fail(call, "ValueError", "\"%.60s\" cannot be the name of a variable", name->bytes);
  }
  return answer_text(call, "variable set");
}

static NativeStatus luma_set_env(NativeCall *call) {
  Str *name, *value;
  if (!args_str(call, 0, &name) || !args_str(call, 1, &value)) return NATIVE_FAILED;
  bool is_text = strlen(name->bytes) == name->len && strlen(value->bytes) == value->len;
  if (is_text && environment_set(call->vm, name->bytes, value->bytes)) {
    return lib_result_return(call, VALUE_NULL, VALUE_NULL);
  }
  answer_fail(call, "ValueError", "%s \"%.60s\" cannot be that of a variable",
              is_text ? "the name" : "a name or value with a zero byte,", name->bytes);
  return lib_result_of(call, VALUE_ABSENT);
}

static NativeStatus unset_env(NativeCall *call) {
  Str *name;
  if (!args_str(call, 0, &name)) return NATIVE_FAILED;
  environment_unset(call->vm, name->bytes);
  if (call->row->languages == NATIVE_LUMA) return answer_null(call);
  return answer_text(call, "variable removed");
}

static NativeStatus clear_env(NativeCall *call) {
  environment_clear(call->vm);
  return answer_text(call, "variables removed");
}

static NativeStatus list_env(NativeCall *call) {
  uint32_t count;
  char **entries = environment_list(call->vm, &count);
  List *list = vm_list(call->vm, count);
  if (!list) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(list));
  bool ok = true;
  for (uint32_t i = 0; ok && i < count; i++) {
    ok = answer_push_bytes(call->vm, list, entries[i], strlen(entries[i]));
  }
  vm_pop_roots(call->vm, 1);
  return answer_list(call, ok ? list : NULL);
}

// Luma's process.env(): a table of all of them.
static NativeStatus env_table(NativeCall *call) {
  uint32_t count;
  char **entries = environment_list(call->vm, &count);
  Table *table = vm_table(call->vm);
  if (!table) return NATIVE_FAILED;
  vm_push_root(call->vm, value_object(table));
  bool ok = true;
  Buffer name = {0};
  for (uint32_t i = 0; ok && i < count; i++) {
    size_t len = strcspn(entries[i], "=");
    const char *value = entries[i] + len + (entries[i][len] == '=');
    buffer_clear(&name);
    buffer_append(&name, entries[i], len);
    buffer_byte(&name, '\0');
    ok = answer_set_text(call->vm, table, name.bytes, value, strlen(value));
  }
  buffer_free(&name);
  vm_pop_roots(call->vm, 1);
  return ok ? native_return(call, value_object(table)) : NATIVE_FAILED;
}

// The length of $NAME or ${NAME} at `at` and its name; 0: it is none.
static size_t read_variable(const char *at, const char **name, size_t *name_len) {
  bool has_brace = at[1] == '{';
  *name = at + 1 + has_brace;
  size_t len = 0;
  while (isalnum((unsigned char)(*name)[len]) || (*name)[len] == '_') len++;
  *name_len = len;
  if (len == 0 || (has_brace && (*name)[len] != '}')) return 0;
  return len + 1 + (has_brace ? 2 : 0);
}

static NativeStatus expand(NativeCall *call) {
  Str *text;
  if (!args_str(call, 0, &text)) return NATIVE_FAILED;
  Buffer out = {0};
  Buffer name = {0};
  for (size_t i = 0; i < text->len;) {
    const char *start;
    size_t name_len;
    size_t len = text->bytes[i] == '$' ? read_variable(text->bytes + i, &start, &name_len) : 0;
    if (len == 0) {
      buffer_byte(&out, text->bytes[i++]);
      continue;
    }
    buffer_clear(&name);
    buffer_append(&name, start, name_len);
    buffer_byte(&name, '\0');
    environment_get(call->vm, name.bytes, &out);
    i += len;
  }
  buffer_free(&name);
  return answer_buffer(call, &out);
}

// --- Questions to the system ---------------------------------------------------------------------

// What `find` writes, or what was recorded of it. A question is a step of a recorded run.
static void ask_system(NativeCall *call, const char *what, const char *subject,
                       void (*find)(const char *subject, Buffer *out), Buffer *out) {
  Outside *outside = sched_outside(sched_of(call->vm));
  OutsideWish wish = {what, subject, NULL, 0};
  if (outside_ask(outside, &wish, out)) return;
  find(subject, out);
  outside_tell(outside, &wish, out);
}

static NativeStatus answer_question(NativeCall *call, const char *subject,
                                    void (*find)(const char *subject, Buffer *out)) {
  Buffer out = {0};
  ask_system(call, "asks for", subject, find, &out);
  return answer_buffer(call, &out);
}

static NativeStatus answer_number(NativeCall *call, const char *subject,
                                  void (*find)(const char *subject, Buffer *out)) {
  Buffer out = {0};
  int64_t number = 0;
  ask_system(call, "asks for", subject, find, &out);
  (void)!number_parse_int(out.bytes ? out.bytes : "", out.len, &number);
  buffer_free(&out);
  return answer_integer(call, number);
}

static void find_folder(const char *subject, Buffer *out) {
  (void)subject;
  char path[PATH_MAX];
  buffer_text(out, getcwd(path, sizeof(path)) ? path : ".");
}

static void find_home(const char *subject, Buffer *out) {
  (void)subject;
  char text[4096];
  struct passwd entry;
  struct passwd *result = NULL;
  bool is_known = getpwuid_r(getuid(), &entry, text, sizeof(text), &result) == 0 && result;
  buffer_text(out, is_known ? entry.pw_dir : "/");
}

static void find_executable(const char *subject, Buffer *out) {
  (void)subject;
  char path[PATH_MAX];
  ssize_t len = readlink("/proc/self/exe", path, sizeof(path));
  if (len > 0) buffer_append(out, path, (size_t)len);
}

static void find_host(const char *subject, Buffer *out) {
  (void)subject;
  char name[256] = "";
  gethostname(name, sizeof(name) - 1);
  buffer_text(out, name);
}

static void find_groups(const char *subject, Buffer *out) {
  (void)subject;
  gid_t groups[1024];
  int count = getgroups((int)ARRAY_LEN(groups), groups);
  for (int i = 0; i < count; i++) buffer_printf(out, "%s%u", i > 0 ? " " : "", (unsigned)groups[i]);
}

// The absolute path of a folder; or an errno with a "!" in front.
static void find_absolute(const char *subject, Buffer *out) {
  char path[PATH_MAX];
  FileStat stat;
  bool ok = realpath(subject, path) && file_stat_now(path, true, &stat);
  if (ok && stat.is_folder)
    buffer_text(out, path);
  else
    buffer_printf(out, "!%d", ok ? ENOTDIR : errno);
}

// "1" if it is a program that may be run.
static void find_program(const char *subject, Buffer *out) {
  FileStat stat;
  bool is_one = file_stat_now(subject, true, &stat) && stat.is_file && access(subject, X_OK) == 0;
  buffer_text(out, is_one ? "1" : "0");
}

#define NUMBER(name, what, expression)                                                             \
  static void find_##name(const char *subject, Buffer *out) {                                      \
    (void)subject;                                                                                 \
    buffer_printf(out, "%lld", (long long)(expression));                                           \
  }                                                                                                \
  static NativeStatus name(NativeCall *call) {                                                     \
    return answer_number(call, what, find_##name);                                                 \
  }

NUMBER(cpu_count, "the number of processors", sysconf(_SC_NPROCESSORS_ONLN))
NUMBER(process_id, "the process's number", getpid())
NUMBER(parent_id, "the parent's number", getppid())
NUMBER(user_id, "the user's number", getuid())
NUMBER(group_id, "the group's number", getgid())
NUMBER(effective_user, "the effective user's number", geteuid())
NUMBER(effective_group, "the effective group's number", getegid())
NUMBER(page_size, "the size of a page", sysconf(_SC_PAGESIZE))

static NativeStatus executable(NativeCall *call) {
  return answer_question(call, "the program's own file", find_executable);
}
static NativeStatus host_name(NativeCall *call) {
  return answer_question(call, "the machine's name", find_host);
}

static NativeStatus list_groups(NativeCall *call) {
  Buffer groups = {0};
  ask_system(call, "asks for", "the user's groups", find_groups, &groups);
  List *list = vm_list(call->vm, 0);
  vm_push_root(call->vm, list ? value_object(list) : VALUE_NULL);
  bool ok = list != NULL;
  for (size_t at = 0; ok && at < groups.len;) {
    const char *blank = memchr(groups.bytes + at, ' ', groups.len - at);
    size_t end = blank ? (size_t)(blank - groups.bytes) : groups.len;
    int64_t number = 0;
    (void)!number_parse_int(groups.bytes + at, end - at, &number);
    ok = answer_push(call->vm, list, vm_integer(call->vm, number));
    at = end + 1;
  }
  vm_pop_roots(call->vm, 1);
  buffer_free(&groups);
  return answer_list(call, ok ? list : NULL);
}

// --- Folders -------------------------------------------------------------------------------------

static NativeStatus current_folder(NativeCall *call) {
  const char *folder = environment_folder(call->vm);
  return folder ? answer_text(call, folder)
                : answer_question(call, "the current folder", find_folder);
}

// Only this VM's idea of it: the process and other VMs stay where they are.
static NativeStatus change_folder(NativeCall *call) {
  Str *path;
  if (!args_str(call, 0, &path)) return NATIVE_FAILED;
  Buffer wanted = {0};
  Buffer found = {0};
  environment_resolve(call->vm, &wanted, path->bytes, path->len);
  buffer_byte(&wanted, '\0');
  ask_system(call, "looks for the folder", wanted.bytes, find_absolute, &found);
  buffer_byte(&found, '\0');
  bool is_error = found.bytes[0] == '!';
  if (is_error)
    file_raise(call->vm, atoi(found.bytes + 1), "change to", path->bytes, NULL);
  else
    environment_set_folder(call->vm, found.bytes);
  buffer_free(&wanted);
  buffer_free(&found);
  return is_error ? NATIVE_FAILED : answer_text(call, "folder changed");
}

static NativeStatus luma_change_folder(NativeCall *call) {
  Str *path;
  if (!args_str(call, 0, &path)) return NATIVE_FAILED;
  if (change_folder(call) == NATIVE_FAILED) return lib_result_of(call, VALUE_ABSENT);
  return lib_result_return(call, VALUE_NULL, VALUE_NULL);
}

static void print_home(NativeCall *call, Buffer *out) {
  if (environment_get(call->vm, "HOME", out) && out->len > 0) return;
  buffer_clear(out);
  ask_system(call, "asks for", "the home folder", find_home, out);
}

static NativeStatus home(NativeCall *call) {
  Buffer out = {0};
  print_home(call, &out);
  return answer_buffer(call, &out);
}

static NativeStatus user_folder(NativeCall *call, const char *variable, const char *below_home) {
  Buffer out = {0};
  if (environment_get(call->vm, variable, &out) && out.len > 0) return answer_buffer(call, &out);
  buffer_clear(&out);
  print_home(call, &out);
  buffer_printf(&out, "/%s", below_home);
  return answer_buffer(call, &out);
}

static NativeStatus user_cache(NativeCall *call) {
  return user_folder(call, "XDG_CACHE_HOME", ".cache");
}
static NativeStatus user_config(NativeCall *call) {
  return user_folder(call, "XDG_CONFIG_HOME", ".config");
}

static NativeStatus temporary(NativeCall *call) {
  Buffer out = {0};
  environment_print_temporary(call->vm, &out);
  return answer_buffer(call, &out);
}

static NativeStatus platform(NativeCall *call) {
  return answer_text(call, "linux");
}

// In the names that Node and Go's users know.
static void find_arch(const char *subject, Buffer *out) {
  struct utsname machine;
  const char *name = uname(&machine) == 0 ? machine.machine : "unknown";
  buffer_text(out, strcmp(name, "x86_64") == 0 ? "x64" : strcmp(name, "aarch64") == 0 ? "arm64" : name);
}

static NativeStatus arch(NativeCall *call) {
  return answer_question(call, "the processor's kind", find_arch);
}

static NativeStatus exit_program(NativeCall *call) {
  int64_t status = 0;
  if (args_given(call, 0) && !args_integer(call, 0, &status)) return NATIVE_FAILED;
  sched_exit(sched_of(call->vm), (int)(status & 255));
  return NATIVE_PARKED;
}

// --- Children ------------------------------------------------------------------------------------

// What was written on the standard output; another status than 0 is an error.
static Value deliver_output(VM *vm, const ProcessResult *result) {
  const Buffer *said = result->err.len > 0 ? &result->err : &result->out;
  size_t len = said->len;
  while (len > 0 && isspace((unsigned char)said->bytes[len - 1])) len--;
  int shown = len > 500 ? 500 : (int)len;
  const char *colon = shown > 0 ? ": " : "";
  const char *text = said->bytes ? said->bytes : "";
  if (result->signal) {
    vm_raise(vm, "ProcessError", "the program was ended by signal %d%s%.*s", result->signal, colon,
             shown, text);
    return VALUE_ABSENT;
  }
  if (result->status != 0) {
    vm_raise(vm, "ProcessError", "the program ended with status %lld%s%.*s",
             (long long)result->status, colon, shown, text);
    return VALUE_ABSENT;
  }
  Str *out = vm_str(vm, result->out.bytes ? result->out.bytes : "", result->out.len);
  return out ? value_object(out) : VALUE_ABSENT;
}

static NativeStatus run_child(NativeCall *call, char **args) {
  uint32_t count;
  ProcessWish wish = {.args = args,
                      .environment = environment_list(call->vm, &count),
                      .folder = environment_folder(call->vm),
                      .deliver = deliver_output};
  if (!answer_may_wait(call)) return NATIVE_FAILED;
  return answer_await(call, process_run(call->vm, &wish));
}

NativeStatus lib_process_shell(NativeCall *call, bool joins_errors) {
  Str *command;
  if (!args_str(call, 0, &command)) return NATIVE_FAILED;
  Buffer text = {0};
  if (joins_errors) buffer_text(&text, "exec 2>&1\n");
  buffer_append(&text, command->bytes, command->len);
  buffer_byte(&text, '\0');
  char *args[] = {"sh", "-c", text.bytes, NULL};
  NativeStatus status = run_child(call, args);
  buffer_free(&text);
  return status;
}

static NativeStatus shell_run(NativeCall *call) {
  return lib_process_shell(call, false);
}

// Words are what blanks separate; no shell reads them.
static NativeStatus run_words(NativeCall *call) {
  Str *command;
  if (!args_str(call, 0, &command)) return NATIVE_FAILED;
  Buffer text = {0};
  buffer_append(&text, command->bytes, command->len);
  buffer_byte(&text, '\0');
  VEC(char *) words = {0};
  char *rest = NULL;
  for (char *word = strtok_r(text.bytes, " \t\n", &rest); word; word = strtok_r(NULL, " \t\n", &rest)) {
    vec_push(&words, word);
  }
  NativeStatus status = NATIVE_FAILED;
  if (words.count == 0) {
    answer_fail(call, "ValueError", "the command is empty");
  } else {
    vec_push(&words, NULL);
    status = run_child(call, words.items);
  }
  vec_free(&words);
  buffer_free(&text);
  return status;
}

static bool is_program(NativeCall *call, const char *path) {
  Buffer found = {0};
  ask_system(call, "looks for the program", path, find_program, &found);
  bool yes = found.len == 1 && found.bytes[0] == '1';
  buffer_free(&found);
  return yes;
}

// Is there a program of that name in PATH?
static NativeStatus shell_exists(NativeCall *call) {
  Str *name;
  if (!args_str(call, 0, &name)) return NATIVE_FAILED;
  if (strchr(name->bytes, '/')) return answer_bool(call, is_program(call, name->bytes));
  Buffer path = {0};
  bool found = false;
  environment_get(call->vm, "PATH", &path);
  for (const char *at = path.bytes; at && *at && name->len > 0 && !found;) {
    size_t len = strcspn(at, ":");
    Buffer file = {0};
    buffer_append(&file, at, len);
    buffer_printf(&file, "/%s", name->bytes);
    found = is_program(call, file.bytes);
    buffer_free(&file);
    at += len + (at[len] == ':');
  }
  buffer_free(&path);
  return answer_bool(call, found);
}

#define OS(name, signature, function, doc)                                                         \
  { "os", name, signature, function, doc, NULL, 0, NATIVE_VINT }
#define OS_TEXT(name, function, doc)   OS(name, "fn(): String", function, doc)
#define OS_NUMBER(name, function, doc) OS(name, "fn(): Integer", function, doc)

#define LUMA(owner, name, signature, function, doc) \
  {owner, name, signature, function, doc, NULL, 0, NATIVE_LUMA}

static const NativeRow rows[] = {
    LUMA("os", "setEnv", "fn(name: String, value: String): Result(Null, Error)", luma_set_env,
         "Sets a variable, for this program and the programs that it runs."),
    LUMA("os", "unsetEnv", "fn(name: String): Null", unset_env, "Removes a variable."),
    LUMA("os", "arch", "fn(): String", arch, "The processor: \"x64\", \"arm64\" …"),
    LUMA("os", "hostname", "fn(): String", host_name, "The machine's name."),
    LUMA("os", "cpuCount", "fn(): Number", cpu_count, "How many processors there are."),
    LUMA("os", "homedir", "fn(): String", home, "The user's home folder."),
    LUMA("os", "tmpdir", "fn(): String", temporary, "The folder for temporary files."),
    LUMA("os", "currentDir", "fn(): String", current_folder,
         "The folder against which paths are resolved."),
    LUMA("os", "changeDir", "fn(path: String): Result(Null, Error)", luma_change_folder,
         "Resolves paths against that folder from now on."),
    LUMA("process", "pid", "fn(): Number", process_id, "The number of this process."),
    LUMA("process", "env", "fn(): Table(String, String)", env_table,
         "All variables of the environment."),
    {"os", "getEnv", "fn(name: String): Option(String)", luma_get_env, "A variable of the environment.",
     NULL, 0, NATIVE_LUMA},
    {"os", "platform", "fn(): String", platform, "\"linux\".", NULL, 0, NATIVE_BOTH},
    OS("getEnv", "fn(name: String): String", get_env,
       "A variable of the environment; \"\" if it is not set."),
    OS("lookupEnv", "fn(name: String): Any", look_up_env,
       "A variable of the environment: {value, exists}."),
    OS("setEnv", "fn(name: String, value: String): String", set_env,
       "Sets a variable, for this program and the programs that it runs."),
    OS("unsetEnv", "fn(name: String): String", unset_env, "Removes a variable."),
    OS("clearenv", "fn(): String", clear_env, "Removes all variables."),
    OS("environ", "fn(): List(String)", list_env, "All variables, \"NAME=VALUE\" each."),
    OS("expand", "fn(text: String): String", expand,
       "With $NAME and ${NAME} replaced by the variables' values."),
    OS("expandEnv", "fn(text: String): String", expand,
       "With $NAME and ${NAME} replaced by the variables' values."),
    OS_TEXT("currentDir", current_folder, "The folder against which paths are resolved."),
    OS_TEXT("getwd", current_folder, "The folder against which paths are resolved."),
    OS("changeDir", "fn(path: String): String", change_folder,
       "Resolves paths against that folder from now on."),
    OS_TEXT("homedir", home, "The user's home folder."),
    OS_TEXT("userHomeDir", home, "The user's home folder."),
    OS_TEXT("userCacheDir", user_cache, "The folder for what can be made again."),
    OS_TEXT("userConfigDir", user_config, "The folder for settings."),
    OS_TEXT("tmpdir", temporary, "The folder for temporary files."),
    OS_TEXT("tempDir", temporary, "The folder for temporary files."),
    OS_TEXT("executable", executable, "The path of the program that runs this script."),
    OS_TEXT("hostname", host_name, "The machine's name."),
    OS_NUMBER("cpuCount", cpu_count, "How many processors there are."),
    OS_NUMBER("getpid", process_id, "The number of this process."),
    OS_NUMBER("getppid", parent_id, "The number of the process that started it."),
    OS_NUMBER("getuid", user_id, "The user's number."),
    OS_NUMBER("getgid", group_id, "The group's number."),
    OS_NUMBER("geteuid", effective_user, "The number of the user whose rights count."),
    OS_NUMBER("getegid", effective_group, "The number of the group whose rights count."),
    OS("getgroups", "fn(): List(Integer)", list_groups, "The numbers of the user's groups."),
    OS_NUMBER("getpagesize", page_size, "Bytes of a page of memory."),
    OS("exit", "fn(status?: Number): Never", exit_program, "Ends the program at once, output flushed."),
    OS("run", "fn(command: String): String", run_words,
       "Runs a program with its arguments, which blanks separate, without a shell; what it has "
       "written. Another status than 0 is an error."),
    {"shell", "run", "fn(command: String): String", shell_run,
     "Runs a command of the shell; what it has written. Another status than 0 is an error.", NULL, 0,
     NATIVE_VINT},
    {"shell", "exists", "fn(program: String): Boolean", shell_exists,
     "Is there a program of that name?", NULL, 0, NATIVE_VINT},
};

LibModule lib_process_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
