// SPDX-License-Identifier: MIT
// regs.h - which registers of a function are in use
//
// A stack: what is taken last is given back first. Variables keep their register until their block
// ends, temporaries until their expression is done; both by setting `next` back to what it was.
#ifndef REGS_H
#define REGS_H

#include "base/common.h"

// A frame's width travels in 16 bits of a call's link, with some room for the window on top.
#define REGS_MAX 65000u

typedef struct Regs {
  uint32_t next;       // the first register that is free, and all above it
  uint32_t used;       // the most that were ever in use
  bool is_overflowing; // more were wanted than there are
} Regs;

// The first of `count` registers in a row. When there are no more, the same ones again, with
// is_overflowing set: the compiler goes on and reports it once.
uint32_t regs_take(Regs *regs, uint32_t count);
// Whether `reg` is the topmost register in use, so that it may serve as scratch for its own value.
bool regs_is_top(const Regs *regs, uint32_t reg);

#endif
