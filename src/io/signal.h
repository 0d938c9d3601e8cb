// SPDX-License-Identifier: MIT
// signal.h - the signal that must not end the process
//
// Ctrl-C is the host's business: the command-line program calls wick_interrupt from its handler.
#ifndef IO_SIGNAL_H
#define IO_SIGNAL_H

// Writing to a closed pipe or socket becomes an error of the write. A host's own handler stays.
void signal_ignore_pipe(void);

#endif
