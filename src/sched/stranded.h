// SPDX-License-Identifier: MIT
// stranded.h - fibers that wait for what nobody can reach any more
//
// A major collection marks first from what can still act: fibers that are ready or run, timers, what
// is under way outside, the variables of the files, the main fiber. A fiber that waits and is not
// marked then waits for a channel, a promise or a lock that only such fibers know: nothing will ever
// wake it. It is noted, once, and kept (vm/fiber.c): that the program would otherwise see when a
// collection took place is reason enough, and no cleanup of a script ever runs because of the
// collector.
//
// What was noted is told when the slice has ended, as a warning for people: neither the program nor its
// exit status knows of it. A server that loses a fiber with each request would fill its log with
// that, so after the first time it is told only when ten times as many have come together. Rather
// none than a false one: where a finaliser (finaliser.h) is still to run nothing is noted, as what
// it can reach is not known yet. Under WICK_GC_STRESS collections come so early that a program is told
// of what it is just about to end, so only --leaks tells it then.
#ifndef STRANDED_H
#define STRANDED_H

#include "base/buffer.h"
#include "sched/sched.h"

// Registers with the heap; before the finalisers do, so that these are visited first.
void stranded_register(Sched *sched);
// For AsyncOps: called while marking, for each fiber that nobody reached.
void stranded_note(VM *vm, Fiber *fiber);
// Prints what was noted and is to be told now; nothing if there is nothing.
void stranded_print(Sched *sched, Buffer *out);

#endif
