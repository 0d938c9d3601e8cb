// SPDX-License-Identifier: MIT
// stdio.h - the program's output and input
//
// Output is collected and written in whole lines where it can be: at 16 KiB, when the scheduler is
// about to wait, before anything goes to stderr, and at the end. Writing waits (blocking) if the
// reader is slow, so nothing is lost; a closed pipe ends the program quietly (C 6.6):
// stdio_is_closed.
#ifndef IO_STDIO_H
#define IO_STDIO_H

#include "base/buffer.h"

typedef struct Stdio Stdio;

Stdio *stdio_new(int out_fd, int err_fd, int in_fd) MUST_USE; // NULL: no memory
void stdio_free(Stdio *stdio);                                // flushes
void stdio_write(Stdio *stdio, const char *bytes, size_t len);
void stdio_write_error(Stdio *stdio, const char *bytes, size_t len); // flushes the output first
void stdio_flush(Stdio *stdio);
bool stdio_is_closed(const Stdio *stdio);  // nobody takes our output any more
bool stdio_has_failed(const Stdio *stdio); // … and not because its reader has gone: it was told
bool stdio_error_is_terminal(const Stdio *stdio);
bool stdio_output_is_terminal(const Stdio *stdio);
// What stdio_output_is_terminal shall answer; how the output is written does not change.
void stdio_pretend_terminal(Stdio *stdio, bool is_terminal);
// From now on nothing is written; what was written before is flushed. And back.
void stdio_mute(Stdio *stdio, bool is_muted);
// A number that is the same for the same output so far.
uint64_t stdio_output_hash(const Stdio *stdio);
// `before` is called before anything is written, to either descriptor. NULL: nobody is.
void stdio_on_write(Stdio *stdio, void (*before)(void *context), void *context);
bool stdio_has_input(const Stdio *stdio); // something was read and not given out yet
// Appends the next line of the input, without its line end, and waits for it (blocking). False at
// the end of the input.
bool stdio_read_line(Stdio *stdio, Buffer *line) MUST_USE;

// The same in steps, for who must not wait (input.h). stdio_take moves what has been read already up
// to the next line end to `line`; true: that was there. stdio_fill reads once what is there; false at
// the end of the input, or when it cannot be read.
bool stdio_take(Stdio *stdio, Buffer *line) MUST_USE;
bool stdio_fill(Stdio *stdio) MUST_USE;
int stdio_input_fd(const Stdio *stdio);

#endif
