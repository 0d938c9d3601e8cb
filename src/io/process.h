// SPDX-License-Identifier: MIT
// process.h - running another program and waiting for its end
//
// The promise is fulfilled when the child has ended and its output was read to the end, with what
// the ProcessDeliver makes of it. It rejects with an IOError when the program cannot be started.
// Cancelling it ends the child (SIGTERM).
#ifndef PROCESS_H
#define PROCESS_H

#include "io/loop.h"
#include "sched/promise.h"

typedef struct ProcessResult {
  int64_t status; // what it exited with
  int signal;     // or the signal that ended it; 0: none
  Buffer out, err;
} ProcessResult;

typedef Value (*ProcessDeliver)(VM *vm, const ProcessResult *result); // VALUE_ABSENT: raised

typedef struct ProcessWish {
  char **args;         // the program (looked up in PATH) and its arguments, NULL at the end
  char **environment;  // "NAME=VALUE", NULL at the end; NULL: ours
  const char *folder;  // where it runs; NULL: here
  const char *input;   // copied; what it reads from its standard input
  size_t input_len;
  ProcessDeliver deliver;
} ProcessWish;

#define PROCESS_OUTPUT_MAX ((size_t)256 << 20) // beyond it the child is ended and the promise rejected

Promise *process_run(VM *vm, const ProcessWish *wish) MUST_USE; // NULL: raised
// For loop.c: a root provider, and the end of one at the loop's end.
void process_mark(Heap *heap, void *processes, bool minor);
void process_abandon(DLink *link);

#endif
