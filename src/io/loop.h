// SPDX-License-Identifier: MIT
// loop.h - the scheduler's poller, on libuv
//
// One loop a VM, made by the first thing that needs the outside world (opening it costs system
// calls that a program without I/O need not pay). Whoever has something under way that a program
// should wait for, a request or a listening socket, retains the loop, and releases it afterwards;
// libuv's own idea of being alive is not asked, so idle connections and helper timers keep nobody
// up.
//
// A clock of libuv counts milliseconds: a wait ends up to one millisecond late, never early.
#ifndef LOOP_H
#define LOOP_H

#include "base/dlist.h"
#include "sched/sched.h"

typedef struct Loop Loop;
struct uv_loop_s;

// For sched_set_poller_maker. NULL: no memory, or no file descriptors left. `vm` is the one whose
// scheduler will use it; a test may give NULL.
Poller *loop_new(VM *vm) MUST_USE;
// Everything that was opened on the loop must have been given back, or be closed by now: what is
// still open is closed here without asking its owner. NULL is fine.
void loop_free(Poller *poller);

// The loop under the VM's scheduler, made if need be. NULL: an error is on the VM.
Loop *loop_of(VM *vm) MUST_USE;
Loop *loop_of_poller(Poller *poller);

// What records or replays the run (sched/outside.h); NULL: nothing does.
struct Outside *loop_outside(const Loop *loop);
struct uv_loop_s *loop_uv(Loop *loop);
DLink *loop_works(Loop *loop);     // under way on threads (work.h)
DLink *loop_processes(Loop *loop); // children (process.h)
void loop_retain(Loop *loop);
void loop_release(Loop *loop);
// How many files and sockets the process may have open; raised to what the system allows when the
// loop is made.
uint32_t loop_file_limit(const Loop *loop);

#endif
