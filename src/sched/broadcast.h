// SPDX-License-Identifier: MIT
// broadcast.h - every subscriber gets every value
//
// A subscription is a channel with room for some values, so everything that receives from channels
// works with it. A send has happened for all subscribers at once or for none (C 1.10): while one of
// them is full the sender waits, so memory is bounded and nobody misses a value. A subscriber may
// choose instead that its oldest value is dropped when it is full; it then never holds anybody up.
//
// Closing a subscription unsubscribes it; what it has buffered can still be received. Closing the
// broadcast closes all of them. With no subscriber a value goes to nobody.
//
// Invariants (verified in debug builds after every operation): `full` counts the subscriptions that
// wait for room; while it is 0 no sender waits.
#ifndef BROADCAST_H
#define BROADCAST_H

#include "sched/channel.h"
#include "sched/gate.h"

typedef struct Broadcast {
  Gate gate;         // flags: BROADCAST_CLOSED; a waiter's value: what it sends
  List *subscribers; // channels, the oldest first
  uint32_t full;     // those that have no room and drop nothing
} Broadcast;

#define BROADCAST_CLOSED 1

typedef struct Subscription {
  Channel channel;      // CHANNEL_SUBSCRIBED
  Broadcast *broadcast; // NULL once it was closed
  bool drops_oldest;
} Subscription;

static inline bool value_is_broadcast(Value v) {
  return value_is_kind(v, KIND_BROADCAST);
}
static inline Broadcast *value_as_broadcast(Value v) {
  return (Broadcast *)value_as_object(v);
}
static inline bool broadcast_is_closed(const Broadcast *broadcast) {
  return broadcast->gate.obj.flags & BROADCAST_CLOSED;
}

void broadcast_register(VM *vm);
Broadcast *broadcast_new(VM *vm) MUST_USE; // NULL: out of memory, raised
// With room for `room` (≥ 1) values; closed already if the broadcast is. NULL: out of memory, raised.
Channel *broadcast_subscribe(VM *vm, Broadcast *broadcast, uint32_t room, bool drops_oldest) MUST_USE;
// WAIT_FAILED: it is closed, or `fiber`, which runs, was cancelled, or memory is out.
WaitResult broadcast_send(VM *vm, Fiber *fiber, Broadcast *broadcast, Value value) MUST_USE;
Promise *broadcast_send_promise(VM *vm, Broadcast *broadcast, Value value) MUST_USE; // NULL: raised
void broadcast_close(VM *vm, Broadcast *broadcast); // twice does nothing

// For channel.c: a subscription that was full has room again, or is closed. `taken` is kept alive.
void broadcast_note_room(VM *vm, Channel *ch, Value taken);
void broadcast_leave(VM *vm, Channel *ch);

#endif
