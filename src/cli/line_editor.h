// SPDX-License-Identifier: MIT
// line_editor.h - lines typed at a terminal
//
// Editing, history and completion are libedit's; without it lines come as the terminal edits them. In
// both cases the session's fibers run while the prompt waits. libedit is one to a process, and so is
// the editor.
#ifndef LINE_EDITOR_H
#define LINE_EDITOR_H

#include "wick.h"

// The commands of the prompt, for completion: NULL at the end.
void line_editor_open(wick_repl *repl, const char *const *commands);
void line_editor_close(void); // keeps the history

typedef enum LineResult {
  LINE_READ,
  LINE_END,         // Ctrl-D, or the input has ended
  LINE_INTERRUPTED, // Ctrl-C: what was typed is dropped
  LINE_EXIT,        // the program has called exit
} LineResult;

// *line is valid until the next call.
LineResult line_editor_read(const char *prompt, const char **line);

#endif
