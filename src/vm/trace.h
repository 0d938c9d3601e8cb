// SPDX-License-Identifier: MIT
// trace.h - stack traces as data, and as lines
#ifndef TRACE_H
#define TRACE_H

#include "base/buffer.h"
#include "code/unit.h"
#include "vm/vm.h"

// Adds the frames of `fiber` (saved state) to the error.
void trace_add_frames(VM *vm, Error *error, Fiber *fiber);
// Adds the mark that the error crossed an await in `fiber`, and its frames.
void trace_add_await(VM *vm, Error *error, Fiber *fiber);

// The same where another fiber than before raises the error again: it got it over a channel, say.
// Does nothing if it is the same fiber's function that it came from.
void trace_add_again(VM *vm, Error *error, Fiber *fiber);
// Adds where `fiber`, which the error has ended, was started.
void trace_add_start(VM *vm, Error *error, const Fiber *fiber);

// Where a trace entry is: path, line, column, span; false for natives.
typedef struct TracePlace TracePlace;
struct TracePlace {
  const char *path;
  const char *function;
  const LineEntry *line;
};

bool trace_place(const TraceEntry *entry, TracePlace *out);
// The top frame's place of a parked fiber, and where a fiber was started.
bool trace_fiber_place(VM *vm, const Fiber *fiber, TracePlace *out);
bool trace_start_place(VM *vm, const Fiber *fiber, TracePlace *out);
// The same kept as a pointer behind the instruction, natives on top left out; NULL: none.
const Instr *trace_fiber_code(VM *vm, const Fiber *fiber);
bool trace_code_place(VM *vm, const Instr *behind, TracePlace *out);
// The frames of a fiber that does not run, and of those that wait for it to wait or end, as lines.
void trace_print_fiber(VM *vm, Buffer *out, const Fiber *fiber);
// The whole trace: "    at NAME (path:line:column)" lines and "    awaited at …" lines.
void trace_print(Buffer *out, const Error *error);

#endif
