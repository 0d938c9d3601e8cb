// SPDX-License-Identifier: MIT
// broadcast.c - every subscriber gets every value
#include "sched/broadcast.h"

#include "base/assertion.h"
#include "vm/format.h"

static void trace_broadcast(Heap *heap, Obj *object) {
  Broadcast *broadcast = (Broadcast *)object;
  gate_mark(heap, &broadcast->gate);
  heap_mark(heap, (Obj *)broadcast->subscribers);
}

static Value print_broadcast(VM *vm, Buffer *out, Value value, FormatStyle style) {
  const Broadcast *broadcast = value_as_broadcast(value);
  if (broadcast_is_closed(broadcast)) {
    buffer_text(out, "Broadcast(closed)");
  } else {
    buffer_printf(out, "Broadcast(%u subscribers)", broadcast->subscribers->count);
  }
  return VALUE_ABSENT;
}

void broadcast_register(VM *vm) {
  static const KindDescriptor descriptor = {.name = "broadcast", .trace = trace_broadcast, .trace_more = gate_mark_more};
  heap_register(vm_heap(vm), KIND_BROADCAST, &descriptor);
  format_set_hook(vm, KIND_BROADCAST, print_broadcast);
}

static Subscription *subscription_at(const Broadcast *broadcast, uint32_t i) {
  return (Subscription *)value_as_object(broadcast->subscribers->items[i]);
}

static bool is_full(const Subscription *subscription) {
  return subscription->channel.count == subscription->channel.capacity;
}

// It has no room, and so the senders wait.
static bool holds_up(const Subscription *subscription) {
  return is_full(subscription) && !subscription->drops_oldest;
}

static void describe(VM *vm, Buffer *out, const Gate *gate) {
  const Broadcast *broadcast = (const Broadcast *)gate;
  for (uint32_t i = 0; i < broadcast->subscribers->count; i++) {
    const Subscription *subscription = subscription_at(broadcast, i);
    if (!holds_up(subscription)) continue;
    const Channel *ch = &subscription->channel;
    buffer_printf(out, ", whose subscriber channel %u is full", ch->obj.extra);
    gate_print_place(vm, out, "(subscribed at", ch->made_at);
    if (ch->made_at) buffer_byte(out, ')');
    return;
  }
}

static const GateType broadcast_type = {"broadcast", describe, NULL};

Broadcast *broadcast_new(VM *vm) {
  Broadcast *broadcast = gate_new(vm, KIND_BROADCAST, sizeof(Broadcast), &broadcast_type);
  if (!broadcast) return NULL;
  vm_push_root(vm, value_object(broadcast));
  broadcast->subscribers = vm_list(vm, 0);
  heap_touch(vm_heap(vm), (Obj *)broadcast);
  vm_pop_roots(vm, 1);
  return broadcast->subscribers ? broadcast : NULL;
}

#ifndef NDEBUG
static void verify(const Broadcast *broadcast) {
  uint32_t full = 0;
  for (uint32_t i = 0; i < broadcast->subscribers->count; i++) {
    const Subscription *subscription = subscription_at(broadcast, i);
    ASSERT(subscription->broadcast == broadcast && !channel_is_closed(&subscription->channel));
    full += holds_up(subscription);
  }
  ASSERT(full == broadcast->full);
  if (full == 0) ASSERT(wait_is_empty(&broadcast->gate.waiters));
}
#else
static inline void verify(const Broadcast *broadcast) {}
#endif

// --- Subscribing ---------------------------------------------------------------------------------

Channel *broadcast_subscribe(VM *vm, Broadcast *broadcast, uint32_t room, bool drops_oldest) {
  Channel *ch = channel_new_of_size(vm, sizeof(Subscription), room);
  if (!ch) return NULL;
  Subscription *subscription = (Subscription *)ch;
  ch->obj.flags |= CHANNEL_SUBSCRIBED | CHANNEL_GIVES_ONLY | CHANNEL_BUFFERED;
  subscription->drops_oldest = drops_oldest;
  if (broadcast_is_closed(broadcast)) {
    channel_close(vm, ch);
    return ch;
  }
  vm_push_root(vm, value_object(ch));
  bool is_added = list_push(vm_heap(vm), broadcast->subscribers, value_object(ch));
  vm_pop_roots(vm, 1);
  if (!is_added) {
    vm_raise_memory(vm);
    return NULL;
  }
  subscription->broadcast = broadcast;
  heap_touch(vm_heap(vm), (Obj *)ch);
  return ch;
}

// --- Sending -------------------------------------------------------------------------------------

static bool reserve_all(VM *vm, const Broadcast *broadcast) {
  for (uint32_t i = 0; i < broadcast->subscribers->count; i++) {
    Subscription *subscription = subscription_at(broadcast, i);
    if (!is_full(subscription) && !channel_reserve(vm, &subscription->channel)) return false;
  }
  return true;
}

// All get it or none: memory is asked for first. There is room, and `value` is rooted.
static bool deliver(VM *vm, Broadcast *broadcast, Value value) {
  if (!reserve_all(vm, broadcast)) return false;
  for (uint32_t i = 0; i < broadcast->subscribers->count; i++) {
    Subscription *subscription = subscription_at(broadcast, i);
    if (is_full(subscription)) channel_drop(&subscription->channel);
    channel_put(vm, &subscription->channel, value);
    if (holds_up(subscription)) broadcast->full++;
  }
  return true;
}

// Lets those that wait send as long as there is room.
static void let_send(VM *vm, Broadcast *broadcast) {
  Waiter *waiter;
  vm_push_root(vm, value_object(broadcast));
  while (broadcast->full == 0 && (waiter = wait_take(&broadcast->gate.waiters))) {
    vm_push_root(vm, value_object(wait_owner(waiter)));
    if (deliver(vm, broadcast, waiter->value)) {
      wait_complete(vm, waiter, VALUE_NULL);
    } else {
      wait_complete_failed(vm, waiter, vm_take_error(vm));
    }
    vm_pop_roots(vm, 1);
  }
  vm_pop_roots(vm, 1);
  verify(broadcast);
}

static bool raise_closed(VM *vm) {
  return vm_raise(vm, "ChannelError", "send on closed broadcast");
}

// *sent: it was possible without waiting.
static bool try_send(VM *vm, Broadcast *broadcast, Value value, bool *sent) {
  *sent = false;
  if (broadcast_is_closed(broadcast)) return raise_closed(vm);
  if (broadcast->full > 0) return true;
  vm_push_root(vm, value);
  *sent = deliver(vm, broadcast, value);
  vm_pop_roots(vm, 1);
  verify(broadcast);
  return *sent;
}

WaitResult broadcast_send(VM *vm, Fiber *fiber, Broadcast *broadcast, Value value) {
  bool sent;
  if (wait_is_cancelled(vm, fiber)) return WAIT_FAILED;
  if (!try_send(vm, broadcast, value, &sent)) return WAIT_FAILED;
  return sent ? WAIT_DONE : gate_park(vm, fiber, &broadcast->gate, value);
}

Promise *broadcast_send_promise(VM *vm, Broadcast *broadcast, Value value) {
  bool sent;
  if (!try_send(vm, broadcast, value, &sent)) return gate_refused(vm);
  return sent ? gate_passed(vm) : gate_promise(vm, &broadcast->gate, value);
}

// --- Room and the end ----------------------------------------------------------------------------

void broadcast_note_room(VM *vm, Channel *ch, Value taken) {
  Subscription *subscription = (Subscription *)ch;
  Broadcast *broadcast = subscription->broadcast;
  if (!broadcast || subscription->drops_oldest) return;
  vm_push_root(vm, taken);
  broadcast->full--;
  let_send(vm, broadcast);
  vm_pop_roots(vm, 1);
}

static void remove_subscriber(VM *vm, Broadcast *broadcast, const Channel *ch) {
  List *subscribers = broadcast->subscribers;
  for (uint32_t i = 0; i < subscribers->count; i++) {
    if (value_as_object(subscribers->items[i]) != (const Obj *)ch) continue;
    list_remove(vm_heap(vm), subscribers, i);
    return;
  }
}

void broadcast_leave(VM *vm, Channel *ch) {
  Subscription *subscription = (Subscription *)ch;
  Broadcast *broadcast = subscription->broadcast;
  if (!broadcast) return;
  subscription->broadcast = NULL;
  remove_subscriber(vm, broadcast, ch);
  if (holds_up(subscription)) broadcast->full--;
  vm_push_root(vm, value_object(ch));
  let_send(vm, broadcast);
  vm_pop_roots(vm, 1);
}

static void refuse_senders(VM *vm, Broadcast *broadcast) {
  Waiter *waiter;
  while ((waiter = wait_take(&broadcast->gate.waiters))) {
    vm_push_root(vm, value_object(wait_owner(waiter)));
    raise_closed(vm);
    Value error = vm_take_error(vm);
    error_forget_trace((Error *)value_as_object(error)); // it is taken where the sender goes on
    vm_push_root(vm, error);
    wait_complete_failed(vm, waiter, error);
    vm_pop_roots(vm, 2);
  }
}

void broadcast_close(VM *vm, Broadcast *broadcast) {
  if (broadcast_is_closed(broadcast)) return;
  broadcast->gate.obj.flags |= BROADCAST_CLOSED;
  broadcast->full = 0;
  vm_push_root(vm, value_object(broadcast));
  refuse_senders(vm, broadcast);
  List *subscribers = broadcast->subscribers;
  for (uint32_t i = 0; i < subscribers->count; i++) {
    Subscription *subscription = subscription_at(broadcast, i);
    subscription->broadcast = NULL;
    channel_close(vm, &subscription->channel);
  }
  subscribers->count = 0;
  vm_pop_roots(vm, 1);
}
