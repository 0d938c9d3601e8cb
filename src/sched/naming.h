// SPDX-License-Identifier: MIT
// naming.h - by which variable a program knows a channel or a promise
//
// Asked for reports only, so nothing is kept while the program runs: the names are read off the
// variables of the fibers and of the files, by what the compiler has noted about them. Who is looked
// at first gives the name: the main program's variables, those of its files, then the other fibers'
// in order, fields and elements ("server.jobs", "queues[2]") after all variables.
#ifndef NAMING_H
#define NAMING_H

#include "sched/knowers.h"

typedef struct Naming Naming;

// Looks at `main` (may be NULL) and `fibers` now.
Naming *naming_new(VM *vm, Fiber *main, const FiberVec *fibers);
void naming_free(Naming *naming);

// NULL: no variable leads to it. `is_unique`: no other object that was found has this name.
const char *naming_find(const Naming *naming, const Obj *object, bool *is_unique);

#endif
