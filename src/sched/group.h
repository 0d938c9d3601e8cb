// SPDX-License-Identifier: MIT
// group.h - fibers that end together (structured concurrency, C 5.2)
//
// A group holds a promise that settles when its body and all fibers spawned in it have ended: with
// the list of what they gave, in the order spawned, or with the first error. That error cancels the
// others; so do the deadline and the cancellation of the promise. Nothing of a group is left over
// when its promise has settled.
//
// The group watches the promise of each of its fibers on behalf of its own promise, so the list of
// who still runs is that promise's `watching`. Fibers beyond the limit exist, but wait for their
// turn (WAIT_TURN) in the group's queue.
#ifndef GROUP_H
#define GROUP_H

#include "sched/promise.h"

typedef struct Group {
  Obj obj;          // flags: GROUP_ENDING; extra: how many were spawned
  Promise *promise; // its settler is the group
  List *results;
  Value failure; // the first error; VALUE_ABSENT
  WaitQueue queue;
  uint32_t limit;
  uint32_t running; // of those spawned
  uint32_t open;    // have not ended: those spawned, and the body
  double deadline_ms;
} Group;

#define GROUP_ENDING 1 // has failed or was cancelled: starts nothing any more

static inline bool value_is_group(Value v) {
  return value_is_kind(v, KIND_GROUP);
}
static inline Group *value_as_group(Value v) {
  return (Group *)value_as_object(v);
}

void group_register(VM *vm);
// `limit` UINT32_MAX and `deadline_ns` < 0: none. NULL: out of memory, raised.
Group *group_new(VM *vm, uint32_t limit, int64_t deadline_ns, double deadline_ms) MUST_USE;
// The body has been started and gives `promise`. The group must be rooted. False: raised.
bool group_watch_body(VM *vm, Group *group, Promise *promise) MUST_USE;
// Puts a fiber that calls `function` at the end of the ready queue. False: the group has ended or
// memory is out, raised.
bool group_spawn(VM *vm, Group *group, Value function) MUST_USE;

// For cancel.c, within a run: the fibers are pushed, the group ends with `cause`.
void group_cancel(VM *vm, Group *group, Error *cause);
void group_expire(VM *vm, Group *group);                   // its deadline has come
void group_leave_queue(Group *group, Fiber *fiber); // it begins all the same, only to end

#endif
