// SPDX-License-Identifier: MIT
// hand.h - the instructions SEND and RECEIVE
//
// What the interpreter calls (vm/async_ops.h). A value that goes from a fiber to one that waits, or a fiber
// that begins to wait, takes a few stores, if nothing is special about channel, fibers and scheduler; that
// is done here. Everything else is left to channel.c, which could do all of it.
#ifndef HAND_H
#define HAND_H

#include "sched/channel.h"

WaitResult hand_send(VM *vm, Fiber *fiber, Value channel, Value value) MUST_USE;
WaitResult hand_receive(VM *vm, Fiber *fiber, Value channel, Value at_end, Value *out) MUST_USE;

#endif
