// SPDX-License-Identifier: MIT
// finaliser.h - a script's last word about an object that nothing leads to any more (luma.md 3.6)
//
// An instance of a type with a method `__gc` is noted when a cast makes it.
// When a collection finds that nothing leads to it, it is kept alive once more, and when the slice
// has ended `__gc(self)` begins on a fiber of its own behind all that is ready. Of several that are
// found together the youngest begins, so that what was built upon another goes first. The call is
// made once: what a finaliser brings back to life is an ordinary object from then on. An error in
// it is reported and makes the exit status 1; the program goes on. At the end of the program nothing
// is finalised.
//
// This is the one thing through which a program can notice the collector (C 1.8). So when it did is
// a step of a recording (outside.h): a replay keeps every such object until the recorded run
// finalised it. Which objects they are is told by number, in the order in which they were noted.
#ifndef FINALISER_H
#define FINALISER_H

#include "object/table.h"
#include "sched/sched.h"

typedef struct Finalisers Finalisers;

Finalisers *finaliser_new(VM *vm) MUST_USE; // NULL when memory is out
void finaliser_free(Finalisers *finalisers); // NULL is fine

// For AsyncOps: `instance` has a method __gc. Does not allocate from the heap.
void finaliser_note(VM *vm, Table *instance);

// For stranded.c, after a major collection has visited what is guarded: may a finaliser run that has
// not begun? In a replay the recording knows, not the heap.
bool finaliser_may_run(const Sched *sched);

// Between two turns: starts the fibers of what the collector has found, or in a replay of what was
// found then.
void finaliser_start_due(Sched *sched);

#endif
