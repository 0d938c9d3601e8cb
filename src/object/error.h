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

typedef enum TraceMark {
  TRACE_FRAME,
  TRACE_AWAIT, // the error crossed an await here
  TRACE_SPAWN, // here the fiber was started that the error has ended; always the last entry, as an
               // await that the error crosses later says more and takes its place
  TRACE_AGAIN, // raised again by another fiber than before
} TraceMark;

typedef struct TraceEntry {
  Proto *proto; // NULL: native code, `name` says which
  Str *name;
  uint32_t pc;
  uint32_t mark; // TraceMark
} TraceEntry;

#define ERROR_TRACE_MAX                                                                            \
  64 // entries kept: the first 40 and the last 24, with the number left out between

typedef struct Error {
  Obj obj; // flags: ERROR_*
  Str *kind;
  Str *message;
  Value thrown;      // VALUE_ABSENT unless a value was thrown
  Value details;     // AggregateError's errors …; VALUE_NULL if none
  TraceEntry *trace; // raw block
  uint32_t trace_count;
  uint32_t trace_capacity;
  uint32_t trace_left_out;
} Error;

#define ERROR_HAS_TRACE 1
#define ERROR_CANCELLED                                                                            \
  2 // unwinds the fiber that was cancelled: `catch` does not see it. Whoever awaits that fiber gets
    // the error without this flag, as any other
#define ERROR_HAS_LATER                                                                            \
  4 // details is the list of errors that deferred calls have raised while this one was on its way

void error_register(Heap *heap);
// kind and message must be rooted. NULL when memory is out.
Error *error_new(Heap *heap, Str *kind, Str *message) MUST_USE;
// Makes room for a whole trace now, for an error that must be raised when there is no memory.
bool error_reserve_trace(Heap *heap, Error *error) MUST_USE;
static inline bool value_is_cancellation(Value v) {
  return value_is_kind(v, KIND_ERROR) && (value_as_object(v)->flags & ERROR_CANCELLED);
}
// Another error that says the same: whoever awaits adds frames of its own, so each gets a copy. NULL
// when memory is out. `error` must be rooted.
Error *error_copy(Heap *heap, Error *error) MUST_USE;
void error_forget_trace(Error *error); // it will be raised anew elsewhere
// Appends; when there is no room (memory or ERROR_TRACE_MAX) counts it as left out.
void error_add_trace(Heap *heap, Error *error, TraceEntry entry);

#endif
