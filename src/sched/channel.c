// SPDX-License-Identifier: MIT
// channel.c - queues of values between fibers
#include "sched/channel.h"

#include "base/assertion.h"
#include "sched/broadcast.h"
#include "sched/sched_private.h"
#include "sched/select.h"
#include "sched/ticker.h"
#include "sched/ticket.h"
#include "vm/format.h"

// A parked receiver keeps in its wait record's value what the channel's end gives it (ASYNC_END_…).

// What is buffered, in pieces from the end (heap_mark_piece says why), then the queues.
#define BUFFER_PIECE 4096

static bool mark_buffered(Heap *heap, const Channel *ch, uintptr_t *cursor) {
  uint32_t left = *cursor == HEAP_FROM_START ? ch->count : (uint32_t)(*cursor >> 2);
  if (left > ch->count) left = ch->count;
  uint32_t from = left > BUFFER_PIECE && heap_may_defer(heap) ? left - BUFFER_PIECE : 0;
  for (uint32_t i = from; i < left; i++) {
    heap_mark_value(heap, ch->buffer[(ch->first + i) % ch->buffer_size]);
  }
  heap_spend(heap, (left - from) / 16);
  *cursor = from ? (uintptr_t)from << 2 | 1 : HEAP_FROM_START;
  return from == 0;
}

// A cursor whose lowest bit is set is one of the buffer, the next one tells the queues apart: waiters
// are aligned.
static bool trace_more(Heap *heap, Obj *object, uintptr_t *cursor) {
  Channel *ch = (Channel *)object;
  bool is_in_buffer = *cursor == HEAP_FROM_START || (*cursor & 1);
  if (is_in_buffer && !mark_buffered(heap, ch, cursor)) return false;
  bool is_in_receivers = *cursor != HEAP_FROM_START && (*cursor & 2);
  if (!is_in_receivers) {
    if (!wait_mark_piece(heap, &ch->senders, cursor)) return false;
    *cursor = HEAP_FROM_START;
  } else {
    *cursor &= ~(uintptr_t)2;
  }
  if (wait_mark_piece(heap, &ch->receivers, cursor)) return true;
  *cursor |= 2;
  return false;
}

static void trace_channel(Heap *heap, Obj *object) {
  Channel *ch = (Channel *)object;
  if (ch->obj.flags & CHANNEL_TICKER) ticker_mark(heap, ch);
  if (ch->obj.flags & CHANNEL_SUBSCRIBED) heap_mark(heap, (Obj *)((Subscription *)ch)->broadcast);
  uintptr_t cursor = HEAP_FROM_START;
  if (!trace_more(heap, object, &cursor)) heap_defer(heap, object, cursor);
}

static void finish_channel(Heap *heap, Obj *object) {
  Channel *ch = (Channel *)object;
  heap_release(heap, ch->buffer, ch->buffer_size * sizeof(Value));
}

static Value print_channel(VM *vm, Buffer *out, Value value, FormatStyle style) {
  const Channel *ch = value_as_channel(value);
  if (ch->obj.flags & CHANNEL_TICKER) {
    ticker_print(out, ch);
  } else if (ch->obj.flags & CHANNEL_BUFFERED) {
    buffer_printf(out, "chan(buffered:%u)", ch->capacity);
  } else {
    buffer_text(out, "chan(unbuffered)");
  }
  return VALUE_ABSENT;
}

void channel_register(VM *vm) {
  static const KindDescriptor descriptor = {
      .name = "channel", .trace = trace_channel, .finish = finish_channel, .trace_more = trace_more};
  heap_register(vm_heap(vm), KIND_CHANNEL, &descriptor);
  format_set_hook(vm, KIND_CHANNEL, print_channel);
}

#ifndef NDEBUG
// Nobody else can wait where a select offers both: the first who comes is served by it.
static bool is_one_select(const Waiter *sender, const Waiter *receiver) {
  return sender->owner == OWNER_CASE && receiver->owner == OWNER_CASE &&
         wait_owner((Waiter *)sender) == wait_owner((Waiter *)receiver);
}

void channel_verify(const Channel *ch) {
  ASSERT(wait_is_empty(&ch->senders) || wait_is_empty(&ch->receivers) ||
         is_one_select(ch->senders.first, ch->receivers.first));
  ASSERT(ch->count <= ch->buffer_size && ch->buffer_size <= ch->capacity);
  ASSERT(ch->buffer_size == 0 || ch->first < ch->buffer_size);
  if (ch->count > 0) ASSERT(wait_is_empty(&ch->receivers));
  if (ch->count < ch->capacity) ASSERT(wait_is_empty(&ch->senders));
  if (channel_is_closed(ch)) {
    ASSERT(wait_is_empty(&ch->senders) && wait_is_empty(&ch->receivers));
  }
}
#endif

Channel *channel_new_of_size(VM *vm, size_t size, uint32_t capacity) {
  Channel *ch = heap_new(vm_heap(vm), KIND_CHANNEL, size);
  if (!ch) {
    vm_raise_memory(vm);
    return NULL;
  }
  ch->obj.extra = ++((Sched *)vm_scheduler(vm))->channel_count;
  ch->capacity = capacity;
  if (capacity > 0) ch->sendable_since = sched_next_moment(vm);
  Fiber *maker = vm_running(vm);
  ch->made_at = maker ? maker->ip : NULL;
  return ch;
}

Channel *channel_new(VM *vm, uint32_t capacity, bool is_buffered) {
  Channel *ch = channel_new_of_size(vm, sizeof(Channel), capacity);
  if (ch && is_buffered) ch->obj.flags = CHANNEL_BUFFERED;
  return ch;
}

// --- The buffer
// ----------------------------------------------------------------------------------------

// Doubles the ring, so that chan(1000000) costs memory only when it is used.
static bool grow_buffer(VM *vm, Channel *ch) {
  uint32_t size = ch->buffer_size ? ch->buffer_size * 2 : 8;
  if (size > ch->capacity) size = ch->capacity;
  Value *buffer = heap_grow(vm_heap(vm), NULL, 0, size * sizeof(Value));
  if (!buffer) return vm_raise_memory(vm);
  for (uint32_t i = 0; i < ch->count; i++) {
    buffer[i] = ch->buffer[(ch->first + i) % ch->buffer_size];
  }
  heap_release(vm_heap(vm), ch->buffer, ch->buffer_size * sizeof(Value));
  ch->buffer = buffer;
  ch->buffer_size = size;
  ch->first = 0;
  return true;
}

// --- Sending and receiving
// ---------------------------------------------------------------------------

static NOINLINE bool refuse_send(VM *vm, const Channel *ch) {
  if (channel_is_closed(ch)) return vm_raise(vm, "ChannelError", "send on closed channel");
  return vm_raise(vm, "ChannelError", "send on a %s: it can only be received from",
                  ch->obj.flags & CHANNEL_TICKER ? "ticker" : "subscription");
}

// Hands `value` over without waiting, if that is possible. *handed says whether.
static bool hand_over(VM *vm, Channel *ch, Value value, bool *handed) {
  *handed = false;
  if (ch->obj.flags & (CHANNEL_CLOSED | CHANNEL_GIVES_ONLY)) return refuse_send(vm, ch);
  Waiter *receiver = wait_take(&ch->receivers);
  if (receiver) {
    wait_complete(vm, receiver, value);
  } else if (ch->count < ch->capacity) {
    if (ch->count == ch->buffer_size) {
      vm_push_root(vm, value);
      bool grown = grow_buffer(vm, ch);
      vm_pop_roots(vm, 1);
      if (!grown) return false;
    }
    if (ch->count == 0) ch->receivable_since = sched_next_moment(vm);
    channel_append(vm, ch, value);
  } else {
    return true;
  }
  *handed = true;
  channel_verify(ch);
  return true;
}

bool channel_reserve(VM *vm, Channel *ch) {
  return ch->count < ch->buffer_size || !wait_is_empty(&ch->receivers) || grow_buffer(vm, ch);
}

void channel_put(VM *vm, Channel *ch, Value value) {
  Waiter *receiver = wait_take(&ch->receivers);
  if (receiver) {
    wait_complete(vm, receiver, value);
  } else {
    channel_append(vm, ch, value);
  }
  channel_verify(ch);
}

void channel_drop(Channel *ch) {
  (void)channel_take_buffered(ch);
}

// What is told of it, a combinator say, may allocate, and nobody else knows `taken` any more.
static void complete_holding(VM *vm, Waiter *sender, Value taken) {
  vm_push_root(vm, taken);
  wait_complete(vm, sender, VALUE_NULL);
  vm_pop_roots(vm, 1);
}

// Takes a value without waiting, if there is one.
static bool take_value(VM *vm, Channel *ch, Value *out) {
  if (ch->count > 0) {
    *out = channel_take_buffered(ch);
    Waiter *sender = wait_take(&ch->senders); // C 4.11: its value moves into the room at once
    if (sender) {
      channel_append(vm, ch, sender->value);
      complete_holding(vm, sender, *out);
    } else if (ch->count + 1 == ch->capacity && !channel_is_closed(ch)) {
      ch->sendable_since = sched_next_moment(vm);
      if (UNLIKELY(ch->obj.flags & CHANNEL_SUBSCRIBED)) broadcast_note_room(vm, ch, *out);
    }
    channel_verify(ch);
    return true;
  }
  Waiter *sender = wait_take(&ch->senders);
  if (!sender) {
    bool ticks = (ch->obj.flags & (CHANNEL_TICKER | CHANNEL_CLOSED)) == CHANNEL_TICKER;
    return UNLIKELY(ticks) && ticker_take(ch, out);
  }
  *out = sender->value;
  complete_holding(vm, sender, *out);
  channel_verify(ch);
  return true;
}

static bool give_end(VM *vm, Value at_end, Value *out) {
  if (at_end == ASYNC_END_RAISE) {
    return vm_raise(vm, "ChannelError", "receive on closed channel");
  }
  *out = at_end;
  return true;
}

// Only without a buffer does a waiter make the other end ready: with one there is room already when
// a receiver waits, and a value when a sender does.
void channel_queue(VM *vm, Channel *ch, Waiter *waiter) {
  bool is_sender = waiter->kind == WAIT_SEND;
  WaitQueue *queue = is_sender ? &ch->senders : &ch->receivers;
  if (ch->capacity == 0 && wait_is_empty(queue)) {
    *(is_sender ? &ch->receivable_since : &ch->sendable_since) = sched_next_moment(vm);
  }
  wait_link(queue, waiter);
  // A fiber needs no telling: a new one is a root of a minor collection, and wait_park has marked it in
  // one that is under way. Tracing the channel again would go over all that wait.
  if (waiter->owner != OWNER_FIBER) heap_touch(vm_heap(vm), (Obj *)ch);
  if (UNLIKELY(ch->obj.flags & CHANNEL_TICKER)) ticker_wait(vm, ch);
  channel_verify(ch);
}

void channel_leave(VM *vm, Waiter *waiter) {
  Channel *ch = (Channel *)waiter->on;
  wait_unlink(waiter->kind == WAIT_SEND ? &ch->senders : &ch->receivers, waiter);
  if (UNLIKELY(ch->obj.flags & CHANNEL_TICKER) && wait_is_empty(&ch->receivers)) {
    ticker_rest(vm, ch);
  }
}

bool channel_has_own(const Channel *ch) {
  return channel_is_closed(ch) || ticker_is_due(ch);
}

WaitResult channel_send(VM *vm, Fiber *fiber, Channel *ch, Value value) {
  bool handed;
  if (wait_is_cancelled(vm, fiber)) return WAIT_FAILED;
  if (!hand_over(vm, ch, value, &handed)) return WAIT_FAILED;
  if (handed) return WAIT_DONE;
  heap_store(vm_heap(vm), fiber, &fiber->wait.value, value);
  wait_park(vm, fiber, WAIT_SEND, (Obj *)ch, NULL);
  channel_queue(vm, ch, &fiber->wait);
  return WAIT_PARKED;
}

WaitResult channel_receive(VM *vm, Fiber *fiber, Channel *ch, Value at_end, Value *out) {
  if (wait_is_cancelled(vm, fiber)) return WAIT_FAILED;
  if (take_value(vm, ch, out)) return WAIT_DONE;
  if (channel_is_closed(ch)) return give_end(vm, at_end, out) ? WAIT_DONE : WAIT_FAILED;
  fiber->wait.value = at_end;
  wait_park(vm, fiber, WAIT_RECEIVE, (Obj *)ch, NULL);
  channel_queue(vm, ch, &fiber->wait);
  return WAIT_PARKED;
}

bool channel_try_send(VM *vm, Channel *ch, Value value, bool *sent) {
  return hand_over(vm, ch, value, sent);
}

bool channel_try_receive(VM *vm, Channel *ch, Value *out) {
  return take_value(vm, ch, out);
}

// --- Closing
// -------------------------------------------------------------------------------------------

// The error of whoever waited: its trace is taken where it goes on, not here in the closing fiber.
static Value closed_error(VM *vm, const char *message) {
  vm_raise(vm, "ChannelError", "%s", message);
  Value error = vm_take_error(vm);
  ((Error *)value_as_object(error))->trace_count = 0;
  value_as_object(error)->flags &= (uint16_t)~ERROR_HAS_TRACE;
  return error;
}

static void end_receiver(VM *vm, Waiter *receiver) {
  if (receiver->owner == OWNER_TICKET) {
    ticket_settle(vm, ticket_of_waiter(receiver), VALUE_ABSENT);
  } else if (receiver->value == ASYNC_END_RAISE) {
    wait_complete_failed(vm, receiver, closed_error(vm, "receive on closed channel"));
  } else {
    wait_complete(vm, receiver, receiver->value);
  }
}

static void end_sender(VM *vm, Waiter *sender) {
  wait_complete_failed(vm, sender, closed_error(vm, "send on closed channel"));
}

// A ticket or a select of Luma's that nobody asks about lives in the queue alone, and making its error
// may collect.
static void end_all(VM *vm, WaitQueue *queue, void (*end)(VM *vm, Waiter *waiter)) {
  Waiter *waiter;
  while ((waiter = wait_take(queue))) {
    vm_push_root(vm, value_object(wait_owner(waiter)));
    end(vm, waiter);
    vm_pop_roots(vm, 1);
  }
}

void channel_close(VM *vm, Channel *ch) {
  if (channel_is_closed(ch)) return;
  uint64_t moment = sched_next_moment(vm);
  if (!channel_can_receive(ch)) ch->receivable_since = moment;
  if (!channel_can_send(ch)) ch->sendable_since = moment;
  ch->obj.flags |= CHANNEL_CLOSED;
  if (ch->obj.flags & CHANNEL_TICKER) ticker_rest(vm, ch);
  if (ch->obj.flags & CHANNEL_SUBSCRIBED) broadcast_leave(vm, ch);
  vm_push_root(vm, value_object(ch));
  end_all(vm, &ch->receivers, end_receiver);
  end_all(vm, &ch->senders, end_sender);
  vm_pop_roots(vm, 1);
  channel_verify(ch);
}

// --- As promises
// -----------------------------------------------------------------------------------

// Queues a ticket behind whoever waits already.
static Promise *queue_ticket(VM *vm, Channel *ch, WaitKind kind, TicketAnswer answer, Value value) {
  vm_push_root(vm, value_object(ch));
  vm_push_root(vm, value);
  Ticket *ticket = ticket_new(vm, kind, (Obj *)ch, answer);
  vm_pop_roots(vm, 2);
  if (!ticket) return NULL;
  ticket->wait.value = value;
  channel_queue(vm, ch, &ticket->wait);
  return ticket->promise;
}

// A promise that is settled at once: with `value`, or rejected with the error on the VM if it is
// absent.
static Promise *settled_promise(VM *vm, Value value) {
  bool is_failed = value_is_absent(value);
  Value held = is_failed ? vm_take_error(vm) : value;
  vm_push_root(vm, held);
  Promise *promise = promise_new(vm);
  vm_pop_roots(vm, 1);
  if (!promise) return NULL;
  if (is_failed) {
    promise_reject(vm, promise, held);
  } else {
    promise_fulfil(vm, promise, held);
  }
  return promise;
}

Promise *channel_send_promise(VM *vm, Channel *ch, Value value) {
  bool handed;
  if (!hand_over(vm, ch, value, &handed)) return settled_promise(vm, VALUE_ABSENT);
  if (handed) return settled_promise(vm, VALUE_NULL);
  return queue_ticket(vm, ch, WAIT_SEND, TICKET_VALUE, value);
}

static Promise *receive_promise(VM *vm, Channel *ch, TicketAnswer answer) {
  Value value = VALUE_ABSENT;
  if (!take_value(vm, ch, &value) && !channel_is_closed(ch)) {
    return queue_ticket(vm, ch, WAIT_RECEIVE, answer, VALUE_NULL);
  }
  if (answer == TICKET_OPTION) {
    value = ticket_option(vm, value);
  } else if (value_is_absent(value)) {
    vm_raise(vm, "ChannelError", "receive on closed channel");
  }
  return settled_promise(vm, value);
}

Promise *channel_receive_promise(VM *vm, Channel *ch) {
  return receive_promise(vm, ch, TICKET_VALUE);
}

Promise *channel_next_promise(VM *vm, Channel *ch) {
  return receive_promise(vm, ch, TICKET_OPTION);
}
