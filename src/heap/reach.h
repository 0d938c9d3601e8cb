// SPDX-License-Identifier: MIT
// reach.h - what an object leads to, asked outside a collection
//
// For reports about who could still do what. The same trace functions are used as for marking, but
// no colour changes: what was seen stands in a table of its own. The walk is the caller's:
//
//   reach_begin(reach);
//   reach_push(reach, value);
//   while ((object = reach_next(reach))) { …; reach_follow(reach, object); }
//
// Each object comes once. Nothing may be allocated in the heap in between. `limit` is how many
// objects a Reach will look at in all; when they are used up, or memory is, reach_next gives NULL and
// reach_is_exhausted says so.
#ifndef REACH_H
#define REACH_H

#include "heap/heap.h"

typedef struct Reach Reach;

Reach *reach_new(Heap *heap, uint64_t limit) MUST_USE; // NULL: the machine has no memory
void reach_free(Reach *reach);                         // NULL is fine
void reach_begin(Reach *reach);                        // forgets what was seen
void reach_push(Reach *reach, Value value);            // not an object: nothing
Obj *reach_next(Reach *reach);
void reach_follow(Reach *reach, Obj *object); // what it points to comes too
bool reach_is_exhausted(const Reach *reach);

#endif
