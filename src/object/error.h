// SPDX-License-Identifier: MIT
// error.h - error values
//
// What is raised is an Error: a kind ("TypeError", "Cancelled" …), a message, where it was first
// raised and which awaits it crossed. Vint's throw of any other value wraps it (`thrown`).
//
// The trace is data (vm/trace.h prints nothing): frames innermost first, then, for each await that
// the error crossed, an await mark and the frames of the awaiting fiber.
#ifndef ERROR_H
#define ERROR_H

#include "object/closure.h"
#include "object/str.h"

typedef enum TraceMark { TRACE_FRAME, TRACE_AWAIT, TRACE_SPAWN } TraceMark;

typedef struct TraceEntry {
  Proto *proto; // NULL: native code, `name` says which
  Str *name;
  uint32_t pc;
  uint32_t mark; // TraceMark
} TraceEntry;

#define ERROR_TRACE_MAX                                                                            \
  64 // entries kept: the first 40 and the last 24, with the number left out between

typedef struct Error {
  Obj obj; // flags: ERROR_HAS_TRACE
  Str *kind;
  Str *message;
  Value thrown;      // VALUE_ABSENT unless a value was thrown
  Value details;     // AggregateError's errors, a Cancelled's reason …; VALUE_NULL if none
  TraceEntry *trace; // raw block
  uint32_t trace_count;
  uint32_t trace_capacity;
  uint32_t trace_left_out;
} Error;

#define ERROR_HAS_TRACE 1

void error_register(Heap *heap);
// kind and message must be rooted. NULL when memory is out.
Error *error_new(Heap *heap, Str *kind, Str *message) MUST_USE;
// Makes room for a whole trace now, for an error that must be raised when there is no memory.
bool error_reserve_trace(Heap *heap, Error *error) MUST_USE;
// Appends; when there is no room (memory or ERROR_TRACE_MAX) counts it as left out.
void error_add_trace(Heap *heap, Error *error, TraceEntry entry);

#endif
