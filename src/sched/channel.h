// SPDX-License-Identifier: MIT
// channel.h - queues of values between fibers
//
// A channel keeps up to `capacity` values. With capacity 0 the value goes straight from sender to
// receiver. Values, waiting senders and waiting receivers are served in the order in which they
// came (C 4.5). What SEND and RECEIVE mostly need is in hand.c once more.
//
// Invariants (asserted by debug builds after each operation, see sched_verify.c):
//   1. at most one of `senders` and `receivers` is not empty, unless both hold cases of one select;
//   2. while values are buffered no receiver waits; while there is room no sender waits;
//   3. a closed channel has no waiters.
//
// A waiting sender keeps its value in its wait record until a receiver takes it, so a cancelled
// send has sent nothing (C 1.10). When a receive makes room, the first sender's value moves in at
// once (C 4.11).
#ifndef CHANNEL_H
#define CHANNEL_H

#include "sched/wait.h"

typedef struct Channel {
  Obj obj; // flags: CHANNEL_CLOSED, CHANNEL_BUFFERED; extra: number by creation
  WaitQueue senders;
  WaitQueue receivers;
  Value *buffer; // raw block, ring
  uint32_t capacity;
  uint32_t buffer_size; // allocated slots: grows up to `capacity` with use
  uint32_t first;
  uint32_t count;
  uint64_t receivable_since; // moments (select.h); what they say counts only while it is so
  uint64_t sendable_since;
  const Instr *made_at; // for reports
} Channel;

#define CHANNEL_CLOSED   1
#define CHANNEL_BUFFERED 2 // made with a number, even 0 (prints differ)
#define CHANNEL_GIVES_ONLY 4 // sends by itself: programs only receive from it
#define CHANNEL_TICKER     8 // sched/ticker.h
#define CHANNEL_SUBSCRIBED 16 // to a broadcast (sched/broadcast.h), from which its values come

static inline bool value_is_channel(Value v) {
  return value_is_kind(v, KIND_CHANNEL);
}
static inline Channel *value_as_channel(Value v) {
  return (Channel *)value_as_object(v);
}
static inline bool channel_is_closed(const Channel *ch) {
  return ch->obj.flags & CHANNEL_CLOSED;
}

void channel_register(VM *vm);
Channel *channel_new(VM *vm, uint32_t capacity, bool is_buffered) MUST_USE;
// The same for objects that are a channel and more. Without flags.
Channel *channel_new_of_size(VM *vm, size_t size, uint32_t capacity) MUST_USE;
// WAIT_DONE: it was taken or buffered. WAIT_PARKED: the running fiber waits. WAIT_FAILED: closed.
WaitResult channel_send(VM *vm, Fiber *fiber, Channel *ch, Value value) MUST_USE;
// WAIT_DONE: *out is a value, or `at_end` when closed and drained; VALUE_ABSENT - 0 … see
// async_ops.h.
WaitResult channel_receive(VM *vm, Fiber *fiber, Channel *ch, Value at_end, Value *out) MUST_USE;
bool channel_try_send(VM *vm, Channel *ch, Value value,
                      bool *sent) MUST_USE;                // false: closed, raised
bool channel_try_receive(VM *vm, Channel *ch, Value *out); // false: nothing there
// Wakes every waiter: receivers get their at_end, senders the error. Closing twice does nothing.
void channel_close(VM *vm, Channel *ch);

// For select. A closed channel can do both: a receive gives its end, a send raises; it raises too
// where there is nothing to send to.
bool channel_has_own(const Channel *ch); // it is closed, or sends by itself and has something now
static inline bool channel_can_receive(const Channel *ch) {
  return ch->count > 0 || !wait_is_empty(&ch->senders) ||
         ((ch->obj.flags & (CHANNEL_CLOSED | CHANNEL_TICKER)) && channel_has_own(ch));
}
static inline bool channel_can_send(const Channel *ch) {
  return ch->count < ch->capacity || !wait_is_empty(&ch->receivers) ||
         (ch->obj.flags & (CHANNEL_CLOSED | CHANNEL_GIVES_ONLY));
}
// Puts a waiter of kind WAIT_SEND or WAIT_RECEIVE, for which there is nothing to do now, at the end
// of its queue. A receiver's value is what the channel's end gives it.
void channel_queue(VM *vm, Channel *ch, Waiter *waiter);
// The buffer, where there is room, and where something is.
static inline void channel_append(VM *vm, Channel *ch, Value value) {
  uint32_t last = ch->first + ch->count;
  if (last >= ch->buffer_size) last -= ch->buffer_size;
  ch->count++;
  heap_store(vm_heap(vm), ch, &ch->buffer[last], value);
}
static inline Value channel_take_buffered(Channel *ch) {
  Value value = ch->buffer[ch->first];
  if (++ch->first == ch->buffer_size) ch->first = 0;
  ch->count--;
  return value;
}
#ifndef NDEBUG
void channel_verify(const Channel *ch);
#else
static inline void channel_verify(const Channel *ch) {}
#endif
// For who sends to a channel that only gives. channel_reserve: one more value will need no memory;
// false: there is none, raised. channel_put: hands `value`, which is rooted, to a receiver or buffers
// it, for which there is room. channel_drop: the oldest value goes.
bool channel_reserve(VM *vm, Channel *ch) MUST_USE;
void channel_put(VM *vm, Channel *ch, Value value);
void channel_drop(Channel *ch);
// Takes it out of its queue again; nothing has happened then.
void channel_leave(VM *vm, Waiter *waiter);

// The same as promises, for Luma's methods: never park the caller.
Promise *channel_send_promise(VM *vm, Channel *ch, Value value) MUST_USE;
Promise *channel_receive_promise(VM *vm, Channel *ch) MUST_USE; // rejects when closed and drained
Promise *channel_next_promise(VM *vm, Channel *ch) MUST_USE;    // Option

#endif
