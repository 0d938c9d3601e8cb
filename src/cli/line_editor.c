// SPDX-License-Identifier: MIT
// line_editor.c - lines typed at a terminal
#include "cli/line_editor.h"

#include "cli/edit_api.h"

#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define HISTORY_MAX 1000

static const char BREAKS[] = " \t\n\"\\'`@$><=;|&{(.,:+-*/%!?[]})~^#";

// libedit calls back without a context, so what it works for stands here.
static struct Editor {
  wick_repl *repl;
  const char *const *commands;
  EditApi api;
  bool has_api;
  volatile sig_atomic_t is_open; // a prompt is on the screen
  volatile sig_atomic_t has_mode;
  struct termios mode; // of the terminal while there is a prompt, the same for each
  bool has_line;  // on_line was called
  bool has_ended; // … with the end of the input
  char *line;
  char *last;   // the newest line of the history
  int added;    // lines since the start
  char path[PATH_MAX]; // of the history; "": it is not kept
  char **words; // while completing
  size_t count, capacity;
} editor;

static void say_line(const char *text) {
  fputs(text, stdout);
  fflush(stdout);
}

// --- History -------------------------------------------------------------------------------------

// Makes the folders of the path, for the user alone.
static bool make_folders(char *path) {
  for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
    *at = '\0';
    bool is_there = mkdir(path, 0700) == 0 || errno == EEXIST;
    *at = '/';
    if (!is_there) return false;
  }
  return true;
}

static void find_history(void) {
  const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
  int len = -1;
  if (state && state[0] == '/')
    len = snprintf(editor.path, sizeof(editor.path), "%s/wick/history", state);
  else if (home && home[0] == '/')
    len = snprintf(editor.path, sizeof(editor.path), "%s/.local/state/wick/history", home);
  bool fits = len > 0 && (size_t)len < sizeof(editor.path);
  if (!fits || !make_folders(editor.path)) editor.path[0] = '\0';
}

static void remember(const char *line) {
  if (line[strspn(line, " \t")] == '\0') return;
  if (editor.last && strcmp(editor.last, line) == 0) return;
  free(editor.last);
  editor.last = strdup(line);
  editor.api.add_history(line);
  editor.added++;
}

// Appending leaves what another session has added meanwhile.
static void keep_history(void) {
  if (!editor.path[0] || editor.added == 0) return;
  mode_t before = umask(077);
  int count = editor.added < HISTORY_MAX ? editor.added : HISTORY_MAX;
  if (editor.api.append_history(count, editor.path) == 0)
    editor.api.history_truncate_file(editor.path, HISTORY_MAX);
  umask(before);
}

// --- Completion ----------------------------------------------------------------------------------

static void add_word(void *context, const char *word) {
  (void)context;
  if (editor.count + 2 > editor.capacity) {
    size_t capacity = editor.capacity ? 2 * editor.capacity : 32;
    char **words = realloc(editor.words, capacity * sizeof(char *));
    if (!words) return;
    editor.words = words;
    editor.capacity = capacity;
  }
  if (editor.count == 0) editor.count = 1; // the first is what all have in common
  editor.words[editor.count++] = strdup(word);
}

static int compare_words(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

// The words as libedit takes them, and gives back; NULL: there is none.
static char **take_words(void) {
  if (editor.count == 0) return NULL;
  char **words = editor.words;
  qsort(words + 1, editor.count - 1, sizeof(char *), compare_words);
  size_t len = strlen(words[1]);
  for (size_t i = 2; i < editor.count; i++)
    while (strncmp(words[1], words[i], len) != 0) len--;
  words[0] = strndup(words[1], len);
  words[editor.count] = NULL;
  editor.words = NULL;
  editor.count = editor.capacity = 0;
  return words;
}

static void offer_commands(const char *text, size_t len) {
  for (const char *const *name = editor.commands; *name; name++)
    if (strncmp(*name, text, len) == 0) add_word(NULL, *name);
}

static char **complete(const char *text, int start, int end) {
  const char *line = *editor.api.rl_line_buffer;
  *editor.api.rl_attempted_completion_over = 1;
  if (line[0] == ':' && start == 1)
    offer_commands(text, strlen(text));
  else if (strncmp(line, ":load ", 6) == 0)
    *editor.api.rl_attempted_completion_over = 0; // files
  else
    wick_repl_complete(editor.repl, line, (size_t)end, add_word, NULL);
  return take_words();
}

// --- Opening and closing -------------------------------------------------------------------------

// What a fiber prints takes the prompt's line; the prompt is drawn again below.
static void erase_prompt(void *context) {
  (void)context;
  if (!editor.is_open) return;
  say_line(editor.has_api ? "\r\033[J" : "\n");
}

// After Ctrl-Z the shell has set the terminal to what it likes; back in the foreground we need ours.
static void handle_continue(int number) {
  int before = errno;
  (void)number;
  if (editor.is_open && editor.has_mode) tcsetattr(STDIN_FILENO, TCSADRAIN, &editor.mode);
  errno = before;
}

void line_editor_open(wick_repl *repl, const char *const *commands) {
  editor = (struct Editor){.repl = repl, .commands = commands};
  wick_repl_on_output(repl, erase_prompt, NULL);
  const char *term = getenv("TERM");
  bool is_plain = !term || !*term || strcmp(term, "dumb") == 0;
  if (is_plain || !edit_api_open(&editor.api)) return;
  editor.has_api = true;
  struct sigaction action = {.sa_handler = handle_continue, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(SIGCONT, &action, NULL);
  setlocale(LC_CTYPE, "");
  if (MB_CUR_MAX == 1) setlocale(LC_CTYPE, "C.UTF-8");
  *editor.api.rl_readline_name = "wick";
  *editor.api.rl_catch_signals = 0;
  editor.api.using_history();
  editor.api.stifle_history(HISTORY_MAX);
  find_history();
  if (editor.path[0]) editor.api.read_history(editor.path);
  *editor.api.rl_attempted_completion_function = complete;
  *editor.api.rl_completion_append_character = '\0';
  *editor.api.rl_basic_word_break_characters = BREAKS;
  *editor.api.rl_completer_word_break_characters = (char *)BREAKS;
}

void line_editor_close(void) {
  if (editor.has_api) {
    signal(SIGCONT, SIG_DFL);
    keep_history();
  }
  wick_repl_on_output(editor.repl, NULL, NULL);
  free(editor.line);
  free(editor.last);
  free(editor.words);
  editor = (struct Editor){0};
}

// --- Reading -------------------------------------------------------------------------------------

static void on_line(char *line) {
  editor.has_line = true;
  editor.has_ended = line == NULL;
  free(editor.line);
  editor.line = line;
}

static void show_prompt(const char *prompt) {
  editor.has_line = false;
  editor.is_open = true;
  if (!editor.has_api) {
    say_line(prompt);
    return;
  }
  editor.api.rl_resize_terminal(); // it may have another size now
  editor.api.rl_callback_handler_install(prompt, on_line);
  if (!editor.has_mode) editor.has_mode = tcgetattr(STDIN_FILENO, &editor.mode) == 0;
}

static void leave_prompt(void) {
  editor.is_open = false;
  if (editor.has_api) editor.api.rl_callback_handler_remove();
}

static void redraw(const char *prompt) {
  if (editor.has_api) {
    editor.api.rl_forced_update_display();
    return;
  }
  say_line(prompt);
}

// A key for libedit, or a line as the terminal has edited it.
static wick_wait wait_for_more(void) {
  wick_wait why;
  if (editor.has_api) {
    why = wick_repl_wait(editor.repl);
    if (why == WICK_WAIT_INPUT) editor.api.rl_callback_read_char();
    return why;
  }
  const char *line;
  size_t len;
  bool is_read = wick_repl_read_line(editor.repl, &line, &len, &why);
  if (why == WICK_WAIT_INPUT) on_line(is_read ? strndup(line, len) : NULL);
  return why;
}

static LineResult finish_line(const char **line) {
  if (editor.has_ended) {
    say_line("\n");
    return LINE_END;
  }
  if (editor.has_api) remember(editor.line);
  *line = editor.line ? editor.line : "";
  return LINE_READ;
}

LineResult line_editor_read(const char *prompt, const char **line) {
  show_prompt(prompt);
  while (!editor.has_line) {
    switch (wait_for_more()) {
    case WICK_WAIT_INPUT: break;
    case WICK_WAIT_OUTPUT: redraw(prompt); break;
    case WICK_WAIT_INTERRUPTED:
      leave_prompt();
      say_line("^C\n");
      return LINE_INTERRUPTED;
    case WICK_WAIT_EXIT:
      leave_prompt();
      say_line("\n");
      return LINE_EXIT;
    }
  }
  leave_prompt();
  return finish_line(line);
}
