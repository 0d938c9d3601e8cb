// SPDX-License-Identifier: MIT
// stall.h - fibers that compute for long without suspending
//
// A thread of its own looks now and then at three counters that the scheduler keeps anyway: slices,
// switches left in the slice, operations left before the others get their turn. As long as they stand
// still while a fiber runs, that fiber has not come to a suspension point (C 1.2). After the time
// that was set the interpreter is asked to stop at its next loop or call, exactly as for Ctrl-C; the
// fiber's stack is printed, and it goes on where it was. So a program that is not watched pays
// nothing, and one that is watched neither, unless it stalls.
//
// A native that takes long is reported when it has come back. The stall is over when the fiber
// suspends; how long it took is then said too.
#ifndef STALL_H
#define STALL_H

#include "base/buffer.h"
#include "sched/sched.h"

typedef struct Stall Stall;

Stall *stall_new(Sched *sched, int64_t limit_ns) MUST_USE; // NULL: there can be no thread
void stall_free(Stall *stall);                             // NULL is fine

bool stall_is_due(const Stall *stall); // the watcher has asked to print one
// Asked when the interpreter was interrupted: whether it was for a stall; prints it then.
bool stall_print_begin(Stall *stall, Buffer *out, Fiber *running);
// Asked when a slice has ended: prints how long the stall took that was begun in it, if there was one.
bool stall_print_end(Stall *stall, Buffer *out);

#endif
