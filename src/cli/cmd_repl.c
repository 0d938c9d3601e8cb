// SPDX-License-Identifier: MIT
// cmd_repl.c - wick repl
#include "cli/commands.h"

#include "cli/line_editor.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char HELP[] =
    "What you type runs when it is complete; its value is printed. Names stay, also functions and\n"
    "types, and may be declared again. `await` works everywhere. Fibers go on while the prompt waits.\n"
    "\n"
    "  :type EXPR   the type of an expression, without running it\n"
    "  :doc NAME    something of the library: print, http, http.get, List.map\n"
    "  :load FILE   run a file here and keep what it declares\n"
    "  :help        this text\n"
    "  :quit        end, as Ctrl-D\n"
    "\n"
    "Ctrl-C ends what runs, or drops what was typed. Tab completes names and fields.\n";

static const char *const COMMANDS[] = {"type", "doc", "load", "help", "quit", NULL};

typedef struct Session {
  wick_repl *repl;
  bool is_terminal;
  bool is_vint;
  char *text; // of the input so far
  size_t len, capacity;
  bool is_over;
  bool is_interrupted; // by Ctrl-C, where nobody sits at a prompt
} Session;

// --- The input so far ----------------------------------------------------------------------------

static bool append_line(Session *session, const char *line, size_t len) {
  size_t needed = session->len + len + 2;
  if (needed > session->capacity) {
    size_t capacity = 2 * needed;
    char *text = realloc(session->text, capacity);
    if (!text) return false;
    session->text = text;
    session->capacity = capacity;
  }
  memcpy(session->text + session->len, line, len);
  session->len += len;
  session->text[session->len++] = '\n';
  return true;
}

static void feed(Session *session, bool is_whole) {
  wick_input result = wick_repl_feed(session->repl, session->text, session->len, is_whole);
  if (result == WICK_INPUT_EXIT) session->is_over = true;
  if (result != WICK_INPUT_MORE) session->len = 0;
}

// --- Commands ------------------------------------------------------------------------------------

static void say(const char *text, const char *argument) {
  fflush(stdout);
  fprintf(stderr, "error: ");
  fprintf(stderr, text, argument);
  fputc('\n', stderr);
}

static void show_doc(const Session *session, const char *name) {
  if (!*name)
    say("%s needs a name, such as print or List.map", ":doc");
  else if (!cmd_help_describe_for(name, session->is_vint))
    say("there is nothing about %s", name);
  fflush(stdout);
}

static void run_command(Session *session, const char *name, const char *argument) {
  wick_input result = WICK_INPUT_DONE;
  if (strcmp(name, "quit") == 0 || strcmp(name, "q") == 0) {
    session->is_over = true;
  } else if (strcmp(name, "help") == 0) {
    fputs(HELP, stdout);
    fflush(stdout);
  } else if (strcmp(name, "doc") == 0) {
    show_doc(session, argument);
  } else if (strcmp(name, "type") == 0) {
    result = wick_repl_type(session->repl, argument, strlen(argument));
  } else if (strcmp(name, "load") == 0 && *argument) {
    result = wick_repl_load(session->repl, argument);
  } else if (strcmp(name, "load") == 0) {
    say("%s needs a file", ":load");
  } else {
    say("there is no command :%s (:help lists them)", name);
  }
  if (result == WICK_INPUT_EXIT) session->is_over = true;
}

// ":type x + 1". False: the line is no command.
static bool take_command(Session *session, const char *line, size_t len) {
  if (session->len > 0 || len < 2 || line[0] != ':' || !isalpha((unsigned char)line[1])) return false;
  char *copy = strndup(line + 1, len - 1);
  if (!copy) return false;
  size_t end = strlen(copy);
  while (end > 0 && isspace((unsigned char)copy[end - 1])) copy[--end] = '\0';
  char *argument = copy + strcspn(copy, " \t");
  if (*argument) *argument++ = '\0';
  argument += strspn(argument, " \t");
  run_command(session, copy, argument);
  free(copy);
  return true;
}

static void take_line(Session *session, const char *line, size_t len) {
  if (take_command(session, line, len)) return;
  if (append_line(session, line, len))
    feed(session, false);
  else
    say("out of memory%s", "");
}

// --- The two ways of asking ----------------------------------------------------------------------

static void read_terminal(Session *session, wick_vm *vm, const char *name) {
  char prompt[16], more[16];
  snprintf(prompt, sizeof(prompt), "%s> ", name);
  snprintf(more, sizeof(more), "%*s ", (int)strlen(name) + 1, "...");
  printf("Wick %s, %s. :help says what there is, Ctrl-D ends.\n", WICK_VERSION,
         strcmp(name, "luma") == 0 ? "Luma" : "Vint");
  fflush(stdout);
  line_editor_open(session->repl, COMMANDS);
  while (!session->is_over) {
    const char *line = "";
    cmd_run_install_signals(vm); // the first Ctrl-C of each input interrupts it, a second one kills
    switch (line_editor_read(session->len > 0 ? more : prompt, &line)) {
    case LINE_READ:
      cmd_run_install_signals(vm);
      take_line(session, line, strlen(line));
      break;
    case LINE_INTERRUPTED: session->len = 0; break;
    case LINE_END:
    case LINE_EXIT: session->is_over = true; break;
    }
  }
  line_editor_close();
}

static void read_pipe(Session *session, wick_vm *vm) {
  const char *line;
  size_t len;
  wick_wait why = WICK_WAIT_INPUT;
  while (!session->is_over) {
    cmd_run_install_signals(vm);
    if (wick_repl_read_line(session->repl, &line, &len, &why))
      take_line(session, line, len);
    else if (why != WICK_WAIT_OUTPUT)
      break;
  }
  session->is_interrupted = why == WICK_WAIT_INTERRUPTED;
  if (why == WICK_WAIT_INPUT && !session->is_over && session->len > 0) feed(session, true);
}

int cmd_repl(const Options *options) {
  bool is_vint = options->language == WICK_VINT;
  wick_vm *vm = wick_new(&options->vm);
  Session session = {.is_vint = is_vint,
                     .is_terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)};
  if (vm) session.repl = wick_repl_new(vm, is_vint ? WICK_VINT : WICK_LUMA);
  if (!session.repl) {
    fprintf(stderr, "error: out of memory\n");
    wick_free(vm);
    return WICK_FAILED;
  }
  if (session.is_terminal)
    read_terminal(&session, vm, is_vint ? "vint" : "luma");
  else
    read_pipe(&session, vm);
  int status = session.is_interrupted ? WICK_INTERRUPTED : wick_repl_status(session.repl);
  wick_repl_free(session.repl);
  cmd_run_forget_signals();
  wick_free(vm);
  free(session.text);
  return status;
}
