// SPDX-License-Identifier: MIT
// edit_api.h - libedit, opened when somebody sits at a terminal
//
// Linking against it would make every start a third longer, also of programs that never ask for a
// line. So its functions and variables are found by name, and used through this table.
#ifndef EDIT_API_H
#define EDIT_API_H

#include <editline/readline.h>
#include <stdbool.h>

// With their types from the library's header.
#define EDIT_FUNCTIONS(F)                                                                          \
  F(rl_callback_handler_install)                                                                   \
  F(rl_callback_handler_remove)                                                                    \
  F(rl_callback_read_char)                                                                         \
  F(rl_forced_update_display)                                                                      \
  F(rl_resize_terminal)                                                                             \
  F(using_history)                                                                                 \
  F(stifle_history)                                                                                \
  F(add_history)                                                                                   \
  F(read_history)                                                                                  \
  F(append_history)                                                                                \
  F(history_truncate_file)
#define EDIT_VARIABLES(V)                                                                          \
  V(rl_line_buffer)                                                                                \
  V(rl_readline_name)                                                                              \
  V(rl_catch_signals)                                                                              \
  V(rl_attempted_completion_function)                                                              \
  V(rl_attempted_completion_over)                                                                  \
  V(rl_completion_append_character)                                                                \
  V(rl_basic_word_break_characters)                                                                \
  V(rl_completer_word_break_characters)

typedef struct EditApi {
#define FIELD(name) __typeof__(&name) name;
  EDIT_FUNCTIONS(FIELD)
  EDIT_VARIABLES(FIELD)
#undef FIELD
} EditApi;

// False: it is not installed, or too old.
bool edit_api_open(EditApi *api);

#endif
