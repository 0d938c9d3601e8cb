// SPDX-License-Identifier: MIT
// knowers.h - which waiting fibers could still use a channel, or settle a promise
//
// A fiber knows a channel if something that it may still touch (vm/uses.h) leads to it, and a promise
// if it leads to its `resolve` or `reject`. What other fibers hold does not count, although a channel
// leads to those that wait on it: they cannot act for it.
#ifndef KNOWERS_H
#define KNOWERS_H

#include "base/vec.h"
#include "sched/promise.h"

#define KNOWERS_SHOWN 4

// Who knows one object: the first few by number, and how many in all.
typedef struct Known {
  Fiber *fibers[KNOWERS_SHOWN];
  uint32_t count;
} Known;

typedef struct Knowers Knowers;
typedef VEC(Fiber *) FiberVec;

// `fibers` must stay as it is, and nothing may be allocated in the heap, until knowers_free.
Knowers *knowers_new(VM *vm, const FiberVec *fibers);
void knowers_free(Knowers *knowers);

// A question is asked first, so that one pass over the fibers answers many.
void knowers_ask(Knowers *knowers, const Obj *object);
// Answers everything that was asked. NULL: it cannot be told, as there is too much to look at.
const Known *knowers_answer(Knowers *knowers, const Obj *object);

#endif
