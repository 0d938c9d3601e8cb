// SPDX-License-Identifier: MIT
// session.h - a program that is given piece by piece
//
// Each piece runs as a main fiber of its own until that has ended. Fibers that it leaves behind
// stay: they run with later pieces, and while the session waits for the next one. An error ends the
// piece and nobody else; so does a deadlock, which is one of the piece that waits, as later pieces
// may wake all others.
//
//   session_run (a piece) → session_settle → session_wait (for the next) → … → session_end
#ifndef SESSION_H
#define SESSION_H

#include "sched/sched.h"

// Runs the piece to its end. SCHED_FINISHED: session_value is its value; SCHED_FAILED: its Error.
// SCHED_INTERRUPTED: Ctrl-C, and its cleanup has run; SCHED_EXITED. SCHED_DEADLOCK: it still waits
// where it is, for the report; session_give_up has to follow.
SchedEnd session_run(Sched *sched, Closure *piece) MUST_USE;
// Cancels the piece that waits for nothing, and runs its cleanup. SCHED_FINISHED or SCHED_EXITED.
SchedEnd session_give_up(Sched *sched) MUST_USE;
// Kept until session_settle.
Value session_value(const Sched *sched);
// Lets the others run until all of them wait, or for a while, and reports the rejections that
// nobody can see any more. False: one of them has called exit.
bool session_settle(Sched *sched) MUST_USE;

typedef enum SessionWait {
  SESSION_ASKED,       // `is_done` said so
  SESSION_INTERRUPTED, // Ctrl-C; a fiber that was computing has been cancelled
  SESSION_EXITED,
} SessionWait;

// The fibers run, and the poller is waited for, until `is_done`, which is asked after each look.
// Under virtual time the clock stands still meanwhile. The poller must be there, and must wake when
// is_done changes.
SessionWait session_wait(Sched *sched, bool (*is_done)(void *context), void *context);

// Nothing can be awaited any more: reports what nobody has seen.
void session_end(Sched *sched);

#endif
