// SPDX-License-Identifier: MIT
// signal.h - Ctrl-C, and the signals that must not end the process
//
// For the command-line program, which owns its process. A host that embeds the runtime keeps its
// own handlers and calls wick_interrupt instead. Works without an event loop: the handler only sets
// flags and wakes a loop if there is one.
#ifndef IO_SIGNAL_H
#define IO_SIGNAL_H

#include "sched/sched.h"

// The first SIGINT interrupts `sched` (its main fiber is cancelled, C 6.3), a second one kills the
// process, as SIGINT does by nature. One scheduler at a time; NULL: back to the system's behaviour.
void signal_watch_interrupt(Sched *sched);
// Writing to a closed pipe or socket becomes an error of the write. A host's own handler stays.
void signal_ignore_pipe(void);

#endif
