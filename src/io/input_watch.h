// SPDX-License-Identifier: MIT
// input_watch.h - is there something to read?
//
// For who has to wait for an input and for the loop at the same time. The descriptor stays blocking:
// whoever else has it open, such as the shell with a terminal, would notice.
#ifndef INPUT_WATCH_H
#define INPUT_WATCH_H

#include "io/loop.h"

typedef struct InputWatch InputWatch;

// Files on disk can always be read, and are not watched. NULL: no memory.
InputWatch *input_watch_new(Loop *loop, int fd) MUST_USE;
void input_watch_free(InputWatch *watch); // NULL is fine; the loop must still be there
// A watch that runs makes the loop's poll return whenever there is something.
void input_watch_start(InputWatch *watch);
void input_watch_stop(InputWatch *watch);
// Something, or the end, is there to be read.
bool input_watch_is_ready(InputWatch *watch);

#endif
