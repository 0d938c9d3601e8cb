// SPDX-License-Identifier: MIT
// uses.h - what a function may still touch from one of its instructions on
//
// For reports: a fiber that holds a channel in a variable which no instruction that it can still
// reach names will never use that channel again. Found by walking the code, so it errs on the safe
// side: what is named on any path counts as used, whatever the conditions are.
#ifndef USES_H
#define USES_H

#include "heap/reach.h"
#include "vm/vm.h"

typedef struct Uses Uses; // what is known of the code that was asked for so far

Uses *uses_new(VM *vm);
void uses_free(Uses *uses); // NULL is fine

// Pushes what the frames of a fiber that does not run may still touch.
void uses_push_fiber(Uses *uses, Reach *reach, Fiber *fiber);
// The same for a function that may be called from its beginning.
void uses_push_closure(Uses *uses, Reach *reach, Closure *closure);

#endif
