// SPDX-License-Identifier: MIT
// input.h - lines of the program's input, awaited: other fibers go on
//
// All readers share what was read ahead, and get the lines in the order in which they asked. A
// cancelled reader takes nothing away. A file is read at once, because it never blocks.
#ifndef INPUT_H
#define INPUT_H

#include "io/loop.h"
#include "io/stdio.h"
#include "sched/promise.h"

typedef struct Input Input;

// Makes the promise's value of a line; NULL: the end of the input. VALUE_ABSENT: raised.
typedef Value (*InputDeliver)(VM *vm, const Buffer *line);

Input *input_new(VM *vm, Stdio *stdio); // stdio is not owned
void input_free(Input *input);          // before loop_free. NULL is fine

Promise *input_line(Input *input, InputDeliver deliver) MUST_USE; // NULL: raised

#endif
