// SPDX-License-Identifier: MIT
// policy.h - which of several equal choices is taken
//
// The default is first in, first out (C 1.3), and needs nothing of this file. With a seed the order
// of ready fibers and ties among select cases are drawn: other seeds, other interleavings, the same
// seed the same one on every machine. The queues of channels and promises stay as they are (C 2.3,
// 4.5): who waits there is woken in order, and only then is its turn a matter of chance.
//
// Drawing from one long queue by place would cost a walk. So a shuffled ready queue is 64 lanes: a
// fiber that becomes ready joins a lane that is drawn, and who is next is the first of a lane that
// is drawn among those that are not empty. Each lane is an ordinary WaitQueue, so parking stays
// intrusive, joining and taking cost two draws whatever their number, and as lanes are first in,
// first out, nobody is left behind. Up to a few dozen ready fibers any order can come; of very many
// those of one lane keep theirs.
#ifndef POLICY_H
#define POLICY_H

#include "base/common.h"

typedef struct Policy {
  bool is_shuffled; // false: first in, first out
  uint64_t seed;
} Policy;

typedef struct Shuffle Shuffle; // the ready queue of a shuffled scheduler; NULL: there is none
typedef struct Waiter Waiter;

Shuffle *policy_new(const Policy *policy) MUST_USE; // NULL: first in, first out
void policy_free(Shuffle *shuffle);

void policy_add(Shuffle *shuffle, Waiter *waiter);
Waiter *policy_take(Shuffle *shuffle); // only if there is one
void policy_remove(Shuffle *shuffle, Waiter *waiter);
// The one that was added last and has not been taken.
Waiter *policy_last(Shuffle *shuffle);
// The one that was added last has been removed again: nothing was drawn for it.
void policy_forget_last(Shuffle *shuffle);
// A number below `count` (≥ 1).
uint32_t policy_choose(Shuffle *shuffle, uint32_t count);

// The lanes, to be looked at.
const struct WaitQueue *policy_lanes(const Shuffle *shuffle, uint32_t *count);

#endif
