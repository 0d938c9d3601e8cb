// SPDX-License-Identifier: MIT
// stranded.h - fibers that wait for what nobody can reach any more
//
// A major collection marks first from what can still act: fibers that are ready or run, timers, what
// is under way outside, the variables of the files, the main fiber. A fiber that waits and is not
// marked then waits for a channel, a promise or a lock that only such fibers know: nothing will ever
// wake it. It is noted, once, and kept (vm/fiber.c): that the program would otherwise see when a
// collection took place is reason enough, and no cleanup of a fiber ever runs because of the
// collector (an object may have a finaliser: finaliser.h). With --leaks what was noted is reported when the slice has ended.
#ifndef STRANDED_H
#define STRANDED_H

#include "base/buffer.h"
#include "sched/sched.h"

// For AsyncOps: called while marking, for each fiber that nobody reached.
void stranded_note(VM *vm, Fiber *fiber);
// Prints what was noted since the last time; nothing if there was nothing.
void stranded_print(Sched *sched, Buffer *out);

#endif
