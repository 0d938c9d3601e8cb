// SPDX-License-Identifier: MIT
// say.h - what the runtime says to people, on stderr
//
// `color`: −1 if stderr is a terminal, 0 never, 1 always.
#ifndef SAY_H
#define SAY_H

#include "api/module_graph.h"
#include "io/stdio.h"
#include "object/error.h"
#include "sched/outside.h"
#include "source/diag.h"
#include "vm/trace.h"

// "error: …" and a line end.
void say_plain(Stdio *stdio, int color, const char *format, ...) PRINTF(3, 4);
// "note: …" and a line end.
void say_note(Stdio *stdio, const char *format, ...) PRINTF(2, 3);
// Should messages be coloured?
bool say_wants_color(const Stdio *stdio, int color);
// True: the file is still what was recorded. Else says what differs first.
bool say_if_changed(Stdio *stdio, int color, const char *path, const Buffer *recorded,
                    const Buffer *now) MUST_USE;
// Why a replay has stopped, and where.
void say_stopped(Stdio *stdio, int color, const ModuleGraph *graph,
                 const OutsideStopped *stopped);
// All diagnostics with their excerpts.
void say_diagnostics(Stdio *stdio, int color, Diags *diags);
// A run-time error: headline (or NULL), kind and message, the place with its excerpt from the file
// that it is in, the trace with the awaits that the error crossed.
void say_error(Stdio *stdio, int color, const ModuleGraph *graph, const Error *error,
               const char *headline);
// A deadlock: headline, the place where main waits with its excerpt (`place` NULL: none), `report`.
void say_deadlock(Stdio *stdio, int color, const ModuleGraph *graph, const TracePlace *place,
                  const Buffer *report);

#endif
