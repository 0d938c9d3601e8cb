// SPDX-License-Identifier: MIT
// lib_cli.c - Vint's input and its module cli (vint.md 10, 12.15)
//
// Flags are words that begin with a hyphen: --name=value, --name value (if the next word is no
// flag), --name alone (true). What follows a word "--" is no flag.
#include "base/vec.h"
#include "io/input.h"
#include "lib/answer.h"
#include "lib/lib_private.h"
#include "vm/format.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

// --- Input ---------------------------------------------------------------------------------------

static Value deliver_line(VM *vm, const Buffer *line) {
  bool has_text = line && line->bytes;
  size_t len = has_text ? line->len : 0;
  if (len > 0 && line->bytes[len - 1] == '\r') len--;
  Str *str = vm_str(vm, has_text ? line->bytes : "", len);
  return str ? value_object(str) : VALUE_ABSENT;
}

static NativeStatus await_line(NativeCall *call) {
  Lib *lib = lib_of(call->vm);
  if (args_given(call, 0)) {
    Buffer prompt = {0};
    format_value(call->vm, &prompt, call->args[0], FORMAT_VINT);
    stdio_write(lib->options.stdio, prompt.bytes ? prompt.bytes : "", prompt.len);
    buffer_free(&prompt);
  }
  if (!answer_may_wait(call)) return NATIVE_FAILED;
  if (!lib->input) lib->input = input_new(call->vm, lib->options.stdio);
  return answer_await(call, input_line(lib->input, deliver_line));
}

// y, yes, in any case.
static NativeStatus confirm_resume(NativeCall *call) {
  Str *text = value_as_str(call->answer);
  return answer_bool(call, strcasecmp(text->bytes, "y") == 0 || strcasecmp(text->bytes, "yes") == 0);
}

static NativeStatus confirm(NativeCall *call) {
  NativeStatus status = await_line(call);
  if (status != NATIVE_DONE) return status;
  call->answer = call->result; // the line was there
  return confirm_resume(call);
}

// --- The program's arguments ---------------------------------------------------------------------

typedef struct Words {
  VEC(const char *) items;
} Words;

static void own_words(VM *vm, Words *words) {
  const LibOptions *options = &lib_of(vm)->options;
  for (int i = 0; i < options->arg_count; i++) vec_push(&words->items, options->args[i]);
}

static bool is_flag(const char *word) {
  return word[0] == '-' && word[1] && !isdigit((unsigned char)word[1]);
}

static bool ends_flags(const char *word) {
  return strcmp(word, "--") == 0;
}

// The flag at `*at` (which then stands on its last word): its name without hyphens, its value or NULL.
static const char *read_flag(const Words *words, uint32_t *at, size_t *name_len, const char **value) {
  const char *word = words->items.items[*at];
  const char *name = word + strspn(word, "-");
  const char *equals = strchr(name, '=');
  *name_len = equals ? (size_t)(equals - name) : strlen(name);
  *value = equals ? equals + 1 : NULL;
  if (equals || *at + 1 >= words->items.count) return name;
  const char *next = words->items.items[*at + 1];
  if (is_flag(next) || ends_flags(next)) return name;
  *value = next;
  ++*at;
  return name;
}

static bool set_flag(VM *vm, Table *flags, const char *name, size_t name_len, const char *value) {
  Str *key = vm_str(vm, name, name_len);
  if (!key) return false;
  vm_push_root(vm, value_object(key));
  Str *text = value ? vm_text(vm, value) : NULL;
  bool ok = !value || text;
  ok = ok && (table_set(vm_heap(vm), flags, value_object(key), text ? value_object(text) : VALUE_TRUE) ||
              vm_raise_memory(vm));
  vm_pop_roots(vm, 1);
  return ok;
}

// Either may be NULL: it is not wanted.
static bool sort_words(VM *vm, const Words *words, Table *flags, List *positional) {
  bool has_ended = false;
  for (uint32_t i = 0; i < words->items.count; i++) {
    const char *word = words->items.items[i];
    if (!has_ended && ends_flags(word)) {
      has_ended = true;
    } else if (!has_ended && is_flag(word)) {
      size_t name_len;
      const char *value;
      const char *name = read_flag(words, &i, &name_len, &value);
      if (flags && !set_flag(vm, flags, name, name_len, value)) return false;
    } else if (positional && !answer_push_bytes(vm, positional, word, strlen(word))) {
      return false;
    }
  }
  return true;
}

static NativeStatus answer_sorted(NativeCall *call, const Words *words, bool wants_flags,
                                  bool wants_positional) {
  VM *vm = call->vm;
  Table *flags = wants_flags ? vm_table(vm) : NULL;
  vm_push_root(vm, flags ? value_object(flags) : VALUE_NULL);
  List *positional = wants_positional ? vm_list(vm, 0) : NULL;
  vm_push_root(vm, positional ? value_object(positional) : VALUE_NULL);
  bool ok = (flags || !wants_flags) && (positional || !wants_positional) &&
            sort_words(vm, words, flags, positional);
  Value result = flags ? value_object(flags) : positional ? value_object(positional) : VALUE_NULL;
  if (ok && wants_flags && wants_positional) {
    Table *both = vm_table(vm);
    vm_push_root(vm, both ? value_object(both) : VALUE_NULL);
    ok = both && vm_set_field(vm, both, "flags", value_object(flags)) &&
         vm_set_field(vm, both, "positional", value_object(positional));
    vm_pop_roots(vm, 1);
    if (both) result = value_object(both);
  }
  vm_pop_roots(vm, 2);
  return ok ? native_return(call, result) : NATIVE_FAILED;
}

static NativeStatus sort_own(NativeCall *call, bool wants_flags, bool wants_positional) {
  Words words = {0};
  own_words(call->vm, &words);
  NativeStatus status = answer_sorted(call, &words, wants_flags, wants_positional);
  vec_free(&words.items);
  return status;
}

static NativeStatus get_flags(NativeCall *call) {
  return sort_own(call, true, false);
}
static NativeStatus get_positional(NativeCall *call) {
  return sort_own(call, false, true);
}

// Of the words that are given, else of the program's.
static NativeStatus parse_args(NativeCall *call) {
  List *list;
  if (!args_given(call, 0)) return sort_own(call, true, true);
  if (!args_list(call, 0, &list)) return NATIVE_FAILED;
  Words words = {0};
  bool ok = true;
  for (uint32_t i = 0; ok && i < list->count; i++) {
    ok = value_is_str(list->items[i]);
    if (ok)
      vec_push(&words.items, value_as_str(list->items[i])->bytes);
    else
      answer_fail(call, "TypeError", "element %u must be a string, got %s", i,
                  vm_vint_name(call->vm, list->items[i]));
  }
  NativeStatus status = ok ? answer_sorted(call, &words, true, true) : NATIVE_FAILED;
  vec_free(&words.items);
  return status;
}

static NativeStatus get_args(NativeCall *call) {
  Words words = {0};
  own_words(call->vm, &words);
  List *list = vm_list(call->vm, words.items.count);
  vm_push_root(call->vm, list ? value_object(list) : VALUE_NULL);
  bool ok = list != NULL;
  for (uint32_t i = 0; ok && i < words.items.count; i++) {
    ok = answer_push_bytes(call->vm, list, words.items.items[i], strlen(words.items.items[i]));
  }
  vm_pop_roots(call->vm, 1);
  vec_free(&words.items);
  return answer_list(call, ok ? list : NULL);
}

// The flag as it is written ("--x"): was it given, and with which value?
static bool find_flag(NativeCall *call, bool *found, const char **value) {
  Str *wanted;
  if (!args_str(call, 0, &wanted)) return false;
  const char *name = wanted->bytes + strspn(wanted->bytes, "-");
  Words words = {0};
  own_words(call->vm, &words);
  *found = false;
  for (uint32_t i = 0; i < words.items.count && !*found; i++) {
    const char *word = words.items.items[i];
    if (ends_flags(word)) break;
    if (!is_flag(word)) continue;
    size_t len;
    const char *read = read_flag(&words, &i, &len, value);
    *found = strlen(name) == len && memcmp(read, name, len) == 0;
  }
  vec_free(&words.items);
  return true;
}

static NativeStatus has_arg(NativeCall *call) {
  bool found;
  const char *value;
  return find_flag(call, &found, &value) ? answer_bool(call, found) : NATIVE_FAILED;
}

static NativeStatus get_arg_value(NativeCall *call) {
  bool found;
  const char *value;
  if (!find_flag(call, &found, &value)) return NATIVE_FAILED;
  return found && value ? answer_text(call, value) : answer_null(call);
}

// --- Others --------------------------------------------------------------------------------------

static NativeStatus exec_command(NativeCall *call) {
  return lib_process_shell(call, true);
}

static NativeStatus exit_program(NativeCall *call) {
  int64_t status;
  if (!args_integer(call, 0, &status)) return NATIVE_FAILED;
  sched_exit(sched_of(call->vm), (int)(status & 255));
  return NATIVE_PARKED;
}

static bool optional_text(NativeCall *call, uint32_t index, const char **out) {
  Str *text;
  if (!args_given(call, index)) return true;
  if (!args_str(call, index, &text)) return false;
  *out = text->bytes;
  return true;
}

static NativeStatus print_help(NativeCall *call) {
  const char *name = "program";
  const char *about = NULL;
  if (!optional_text(call, 0, &name) || !optional_text(call, 1, &about)) return NATIVE_FAILED;
  Buffer text = {0};
  if (about) buffer_printf(&text, "%s - %s\n\n", name, about);
  buffer_printf(&text, "Usage: %s [flags] [arguments]\n", name);
  stdio_write(lib_of(call->vm)->options.stdio, text.bytes, text.len);
  buffer_free(&text);
  return answer_null(call);
}

static NativeStatus print_version(NativeCall *call) {
  const char *name = "program";
  const char *version = "1.0.0";
  if (!optional_text(call, 0, &name) || !optional_text(call, 1, &version)) return NATIVE_FAILED;
  Buffer text = {0};
  buffer_printf(&text, "%s version %s\n", name, version);
  stdio_write(lib_of(call->vm)->options.stdio, text.bytes, text.len);
  buffer_free(&text);
  return answer_null(call);
}

#define CLI(name, signature, function, doc)                                                        \
  { "cli", name, signature, function, doc, NULL, 0, NATIVE_VINT }

static const NativeRow rows[] = {
    {"", "input", "fn(prompt?: Any): String", await_line,
     "The next line of the input, without its end; \"\" at the end of the input. Waits for it.", NULL, 0,
     NATIVE_VINT},
    CLI("prompt", "fn(message: Any): String", await_line, "Writes the message and reads a line."),
    {"cli", "confirm", "fn(message: Any): Boolean", confirm,
     "Writes the message and reads a line: is it y or yes?", confirm_resume, 0, NATIVE_VINT},
    CLI("args", "fn(): List(String)", get_args, "The program's arguments."),
    CLI("getArgs", "fn(): List(String)", get_args, "The program's arguments."),
    CLI("getPositional", "fn(): List(String)", get_positional,
        "The arguments that are no flags nor their values."),
    CLI("getFlags", "fn(): Any", get_flags,
        "A dict of the flags, names without hyphens: --name=value, --name value, --name (true)."),
    CLI("hasArg", "fn(flag: String): Boolean", has_arg, "Was the flag given?"),
    CLI("getArgValue", "fn(flag: String): Any", get_arg_value,
        "The flag's value; null if it has none or was not given."),
    CLI("parse", "fn(): Any", parse_args, "{flags, positional} of the program's arguments."),
    CLI("parseArgs", "fn(words?: List(Any)): Any", parse_args,
        "{flags, positional} of these words, or of the program's arguments."),
    CLI("execCommand", "fn(command: String): String", exec_command,
        "Runs a command of the shell; what it has written, errors too. Another status than 0 is an "
        "error."),
    CLI("cliExit", "fn(status: Number): Never", exit_program,
        "Ends the program at once, output flushed."),
    CLI("help", "fn(name?: String, about?: String): Null", print_help, "Prints how it is called."),
    CLI("version", "fn(name?: String, version?: String): Null", print_version,
        "Prints the name and version."),
};

LibModule lib_cli_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
