// SPDX-License-Identifier: MIT
// hand.c - the instructions SEND and RECEIVE
//
// Nothing is changed before all has been asked, so whatever is not simple goes to channel.c as if nobody had
// been here. That call is the last thing done everywhere: the functions here then need no stack frame.
#include "sched/hand.h"

#include "base/assertion.h"
#include "sched/park.h"

// --- Everything else -----------------------------------------------------------------------------

static NOINLINE WaitResult refuse_value(VM *vm, Value value, const char *operation) {
  vm_raise(vm, "TypeError", "%s needs a channel, got %s", operation, vm_type_name(vm, value));
  return WAIT_FAILED;
}

static NOINLINE WaitResult send(VM *vm, Fiber *fiber, Value channel, Value value) {
  if (!value_is_channel(channel)) return refuse_value(vm, channel, "send");
  return channel_send(vm, fiber, value_as_channel(channel), value);
}

static NOINLINE WaitResult receive(VM *vm, Fiber *fiber, Value channel, Value at_end, Value *out) {
  if (!value_is_channel(channel)) return refuse_value(vm, channel, "receive");
  return channel_receive(vm, fiber, value_as_channel(channel), at_end, out);
}

// --- The quick ways ------------------------------------------------------------------------------

// Closed, or with an end of its own.
#define SPECIAL (CHANNEL_CLOSED | CHANNEL_GIVES_ONLY | CHANNEL_TICKER | CHANNEL_SUBSCRIBED)

static inline bool is_plain(Value channel, const Fiber *fiber) {
  return value_is_channel(channel) && !(value_as_channel(channel)->obj.flags & SPECIAL) &&
         !(fiber->obj.flags & FIBER_CANCELLED);
}

WaitResult hand_send(VM *vm, Fiber *fiber, Value channel, Value value) {
  if (UNLIKELY(!is_plain(channel, fiber))) return send(vm, fiber, channel, value);
  Channel *ch = value_as_channel(channel);
  Waiter *receiver = ch->receivers.first;
  if (receiver) {
    if (UNLIKELY(!park_may_wake(vm, receiver, value))) return send(vm, fiber, channel, value);
    park_wake(vm, &ch->receivers, receiver, value);
    channel_verify(ch);
    return WAIT_DONE;
  }
  if (ch->count < ch->buffer_size) {
    if (ch->count == 0) ch->receivable_since = sched_next_moment(vm);
    channel_append(vm, ch, value);
    channel_verify(ch);
    return WAIT_DONE;
  }
  // A buffer may still grow.
  if (ch->capacity > 0 || UNLIKELY(!park_may(vm, fiber))) return send(vm, fiber, channel, value);
  if (wait_is_empty(&ch->senders)) ch->receivable_since = sched_next_moment(vm);
  park_fiber(vm, fiber, WAIT_SEND, (Obj *)ch, value, &ch->senders);
  channel_verify(ch);
  return WAIT_PARKED;
}

WaitResult hand_receive(VM *vm, Fiber *fiber, Value channel, Value at_end, Value *out) {
  if (UNLIKELY(!is_plain(channel, fiber))) return receive(vm, fiber, channel, at_end, out);
  Channel *ch = value_as_channel(channel);
  Waiter *sender = ch->senders.first;
  if (ch->count > 0) {
    if (sender) return receive(vm, fiber, channel, at_end, out); // its value moves into the room
    *out = channel_take_buffered(ch);
    if (ch->count + 1 == ch->capacity) ch->sendable_since = sched_next_moment(vm);
    channel_verify(ch);
    return WAIT_DONE;
  }
  if (sender) {
    if (UNLIKELY(!park_may_wake(vm, sender, VALUE_NULL)))
      return receive(vm, fiber, channel, at_end, out);
    *out = sender->value;
    park_wake(vm, &ch->senders, sender, VALUE_NULL);
    channel_verify(ch);
    return WAIT_DONE;
  }
  if (UNLIKELY(!park_may(vm, fiber))) return receive(vm, fiber, channel, at_end, out);
  if (ch->capacity == 0 && wait_is_empty(&ch->receivers)) ch->sendable_since = sched_next_moment(vm);
  park_fiber(vm, fiber, WAIT_RECEIVE, (Obj *)ch, at_end, &ch->receivers);
  channel_verify(ch);
  return WAIT_PARKED;
}
