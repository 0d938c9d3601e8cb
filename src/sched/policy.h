// SPDX-License-Identifier: MIT
// policy.h - which ready fiber is next
//
// The default is first in, first out (C 1.3). Another policy (seeded exploration, replay) replaces
// `pick` when it is set: it sees how many are ready and answers which one, by its place in the
// queue.
#ifndef POLICY_H
#define POLICY_H

#include "base/common.h"

typedef struct Policy {
  void *self;
  uint32_t (*pick)(void *self, uint32_t ready_count); // NULL: first in, first out
} Policy;

#endif
