// SPDX-License-Identifier: MIT
// work.h - one pattern: something that takes its time, on a thread, and the promise of its result
//
// A task's `run` is executed by a thread of libuv's pool; it may block, and it must touch nothing
// but the task. Then, back on the loop, `deliver` makes the value that fulfils the promise (or
// raises what rejects it), and `free_task` takes the task away.
//
// If the promise is cancelled first, what was asked for may happen all the same, but nobody is told:
// a task that has begun is run to its end. One that can block for long (reading from a pipe) looks
// at work_is_cancelled now and then.
//
// A promise that is under way is kept alive, and keeps the program alive.
#ifndef WORK_H
#define WORK_H

#include "io/loop.h"
#include "sched/outside.h"
#include "sched/promise.h"

typedef struct Work Work;

typedef struct WorkKind {
  void (*run)(const Work *work, void *task); // on another thread
  Value (*deliver)(VM *vm, void *task);      // VALUE_ABSENT: raised
  void (*free_task)(void *task);
  // For recordings (outside.h): what the task asks of the world; its result as bytes; and that read
  // again, in place of running it.
  void (*wish)(const void *task, OutsideWish *wish, Buffer *details);
  void (*save)(const void *task, Buffer *out);
  void (*restore)(void *task, JournalCursor *in);
} WorkKind;

// Takes the task over. NULL: raised, and the task is freed.
Promise *work_start(VM *vm, const WorkKind *kind, void *task) MUST_USE;
// For `run`: nobody waits for the result any more.
bool work_is_cancelled(const Work *work);
// For loop.c: a root provider for a loop's works, and the end of one at the loop's end.
void work_mark(Heap *heap, void *works, bool minor);
void work_abandon(DLink *link);

#endif
