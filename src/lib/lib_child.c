// SPDX-License-Identifier: MIT
// lib_child.c - Luma's process.run and process.shell: other programs (luma.md 9.2)
#include "base/vec.h"
#include "io/process.h"
#include "lib/answer.h"
#include "lib/environment.h"
#include "lib/lib_private.h"

#include <string.h>

typedef struct Words {
  VEC(char *) items; // of strings that the call's arguments keep alive
} Words;

static bool set_output(VM *vm, Table *table, const char *name, const Buffer *text) {
  return answer_set_text(vm, table, name, text->bytes ? text->bytes : "", text->len);
}

// Another status than 0 is an answer too.
static Value deliver_end(VM *vm, const ProcessResult *result) {
  Table *table = vm_table(vm);
  if (!table) return VALUE_ABSENT;
  vm_push_root(vm, value_object(table));
  bool ok = vm_set_field(vm, table, "status", value_double((double)result->status)) &&
            vm_set_field(vm, table, "signal", value_double(result->signal)) &&
            set_output(vm, table, "output", &result->out) &&
            set_output(vm, table, "errors", &result->err);
  vm_pop_roots(vm, 1);
  return ok ? value_object(table) : VALUE_ABSENT;
}

// The system ends a word at a zero byte.
static bool is_word(const Str *text) { return strlen(text->bytes) == text->len; }

static NativeStatus has_zero(NativeCall *call) {
  return answer_fail(call, "ValueError", "a word of a command must not contain a zero byte");
}

static bool add_words(NativeCall *call, Words *words, const List *list) {
  for (uint32_t i = 0; i < list->count; i++) {
    if (!value_is_str(list->items[i])) {
      answer_fail(call, "TypeError", "argument %u must be a String, got %s", i,
                  vm_type_name(call->vm, list->items[i]));
      return false;
    }
    Str *word = value_as_str(list->items[i]);
    if (!is_word(word)) return has_zero(call), false;
    vec_push(&words->items, word->bytes);
  }
  return true;
}

// {input, folder}; the folder is seen from the VM's.
static bool read_options(NativeCall *call, uint32_t index, ProcessWish *wish, Buffer *folder) {
  static const char *const names[] = {"input", "folder"};
  Table *options;
  Str *text;
  if (!args_optional_table(call, index, &options)) return false;
  if (!options) return true;
  if (!args_check_fields(call, options, names, ARRAY_LEN(names))) return false;
  Value input = args_table_field(call, options, "input");
  if (!value_is_absent(input)) {
    if (!args_field_str(call, "input", input, &text)) return false;
    wish->input = text->bytes;
    wish->input_len = text->len;
  }
  Value where = args_table_field(call, options, "folder");
  if (value_is_absent(where)) return true;
  if (!args_field_str(call, "folder", where, &text)) return false;
  environment_resolve(call->vm, folder, text->bytes, text->len);
  buffer_byte(folder, '\0');
  wish->folder = folder->bytes;
  return true;
}

// The words end with a NULL.
static NativeStatus run_words(NativeCall *call, char **words, uint32_t options_index) {
  uint32_t count;
  Buffer folder = {0};
  ProcessWish wish = {.args = words,
                      .environment = environment_list(call->vm, &count),
                      .folder = environment_folder(call->vm),
                      .deliver = deliver_end};
  NativeStatus status = NATIVE_FAILED;
  if (read_options(call, options_index, &wish, &folder)) {
    status = lib_result_promise(call, process_run(call->vm, &wish));
  }
  buffer_free(&folder);
  return status;
}

static NativeStatus run(NativeCall *call) {
  Str *program;
  List *list = NULL;
  if (!args_str(call, 0, &program)) return NATIVE_FAILED;
  if (args_given(call, 1) && !args_list(call, 1, &list)) return NATIVE_FAILED;
  if (!is_word(program)) return has_zero(call);
  Words words = {0};
  vec_push(&words.items, program->bytes);
  NativeStatus status = NATIVE_FAILED;
  if (!list || add_words(call, &words, list)) {
    vec_push(&words.items, NULL);
    status = run_words(call, words.items.items, 2);
  }
  vec_free(&words.items);
  return status;
}

static NativeStatus run_shell(NativeCall *call) {
  Str *command;
  if (!args_str(call, 0, &command)) return NATIVE_FAILED;
  if (!is_word(command)) return has_zero(call);
  char *words[] = {"sh", "-c", command->bytes, NULL};
  return run_words(call, words, 1);
}

#define END_TYPE \
  "Promise(Result({status: Number, signal: Number, output: String, errors: String}, Error))"

static const NativeRow rows[] = {
    {"process", "run", "fn(program: String, args?: List(String), options?: Table): " END_TYPE, run,
     "Runs a program and tells its exit status and what it has written; `err` if it cannot be started. "
     "Options: input (what it reads), folder. Cancelling ends it.",
     NULL, 0, NATIVE_LUMA},
    {"process", "shell", "fn(command: String, options?: Table): " END_TYPE, run_shell,
     "As run, of a command of the shell.", NULL, 0, NATIVE_LUMA},
};

LibModule lib_child_module(void) { return (LibModule){rows, ARRAY_LEN(rows)}; }
