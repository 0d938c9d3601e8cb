// SPDX-License-Identifier: MIT
// lib_channel.c - channels: Luma's methods, Vint's builtins and methods
//
// Luma's operations that may wait give promises (C 3.6), Vint's park the fiber (C 4.5). The compiler turns
// the common forms into instructions; these rows are for the rest.
#include "lib/lib_private.h"
#include "sched/hand.h"
#include "sched/ticket.h"

static bool get_channel(NativeCall *call, Channel **out) {
  Value value = native_arg(call, 0);
  if (!value_is_channel(value)) return args_wrong(call, 0, "Channel");
  *out = value_as_channel(value);
  return true;
}

static NativeStatus return_promise(NativeCall *call, Promise *promise) {
  return promise ? native_return(call, value_object(promise)) : NATIVE_FAILED;
}

// --- Both ------------------------------------------------------------------------------------------

static NativeStatus close_channel(NativeCall *call) {
  Channel *ch;
  if (!get_channel(call, &ch)) return NATIVE_FAILED;
  channel_close(call->vm, ch);
  return native_return(call, VALUE_NULL);
}

static NativeStatus channel_is_closed_here(NativeCall *call) {
  Channel *ch;
  if (!get_channel(call, &ch)) return NATIVE_FAILED;
  return native_return(call, value_bool(channel_is_closed(ch)));
}

static NativeStatus try_send(NativeCall *call) {
  Channel *ch;
  bool sent;
  if (!get_channel(call, &ch)) return NATIVE_FAILED;
  if (!channel_try_send(call->vm, ch, native_arg(call, 1), &sent)) return NATIVE_FAILED;
  return native_return(call, value_bool(sent));
}

// --- Luma ------------------------------------------------------------------------------------------

static NativeStatus new_channel(NativeCall *call) {
  int64_t capacity = 0;
  bool is_buffered = !value_is_absent(native_arg(call, 0));
  if (is_buffered && !args_integer(call, 0, &capacity)) return NATIVE_FAILED;
  if (capacity < 0 || capacity > UINT32_MAX) {
    vm_raise(call->vm, "ValueError", "a channel's room must be from 0 to 4294967295, got %lld",
             (long long)capacity);
    return NATIVE_FAILED;
  }
  Channel *ch = channel_new(call->vm, (uint32_t)capacity, is_buffered);
  return ch ? native_return(call, value_object(ch)) : NATIVE_FAILED;
}

static NativeStatus luma_send(NativeCall *call) {
  Channel *ch;
  if (!get_channel(call, &ch)) return NATIVE_FAILED;
  return return_promise(call, channel_send_promise(call->vm, ch, native_arg(call, 1)));
}

static NativeStatus luma_receive(NativeCall *call) {
  Channel *ch;
  if (!get_channel(call, &ch)) return NATIVE_FAILED;
  return return_promise(call, channel_receive_promise(call->vm, ch));
}

static NativeStatus luma_next(NativeCall *call) {
  Channel *ch;
  if (!get_channel(call, &ch)) return NATIVE_FAILED;
  return return_promise(call, channel_next_promise(call->vm, ch));
}

static NativeStatus luma_try_receive(NativeCall *call) {
  Channel *ch;
  Value value = VALUE_ABSENT;
  if (!get_channel(call, &ch)) return NATIVE_FAILED;
  channel_try_receive(call->vm, ch, &value);
  Value option = ticket_option(call->vm, value);
  return value_is_absent(option) ? NATIVE_FAILED : native_return(call, option);
}

static NativeStatus luma_length(NativeCall *call) {
  Channel *ch;
  if (!get_channel(call, &ch)) return NATIVE_FAILED;
  return native_return(call, value_double(ch->count));
}

// --- Vint ------------------------------------------------------------------------------------------

static NativeStatus status_of(NativeCall *call, WaitResult result) {
  switch (result) {
    case WAIT_DONE: return NATIVE_DONE;
    case WAIT_PARKED: return NATIVE_PARKED;
    case WAIT_FAILED: break;
  }
  return NATIVE_FAILED;
}

static NativeStatus vint_send(NativeCall *call) {
  Channel *ch;
  if (!get_channel(call, &ch)) return NATIVE_FAILED;
  call->result = VALUE_NULL;
  return status_of(call, hand_send(call->vm, vm_running(call->vm), value_object(ch), native_arg(call, 1)));
}

static NativeStatus vint_receive(NativeCall *call) {
  Channel *ch;
  if (!get_channel(call, &ch)) return NATIVE_FAILED;
  return status_of(call, hand_receive(call->vm, vm_running(call->vm), value_object(ch), ASYNC_END_NULL,
                                      &call->result));
}

static NativeStatus vint_try_receive(NativeCall *call) {
  Channel *ch;
  Value value = VALUE_NULL;
  VM *vm = call->vm;
  if (!get_channel(call, &ch)) return NATIVE_FAILED;
  bool ok = channel_try_receive(vm, ch, &value);
  vm_push_root(vm, value);
  Table *answer = vm_table(vm);
  vm_push_root(vm, answer ? value_object(answer) : VALUE_NULL);
  bool is_made = answer && vm_set_field(vm, answer, "ok", value_bool(ok)) &&
                 vm_set_field(vm, answer, "value", value);
  vm_pop_roots(vm, 2);
  return is_made ? native_return(call, value_object(answer)) : NATIVE_FAILED;
}

static NativeStatus vint_length(NativeCall *call) {
  Channel *ch;
  if (!get_channel(call, &ch)) return NATIVE_FAILED;
  return native_return(call, value_int(ch->count));
}

static NativeStatus vint_capacity(NativeCall *call) {
  Channel *ch;
  if (!get_channel(call, &ch)) return NATIVE_FAILED;
  return native_return(call, value_int(ch->capacity));
}

#define SEND_DOC    "Sends `value`; waits while there is neither room nor a receiver."
#define RECEIVE_DOC "The next value; waits for one. Null when the channel is closed and drained."
#define CLOSE_DOC   "Closes the channel and wakes everybody who waits on it. Closing twice does nothing."

static const NativeRow rows[] = {
    {"Channel", "", "Module", NULL, "Typed queues between fibers.", NULL, 0, NATIVE_LUMA},
    {"Channel", "new", "fn(capacity?: Number): Channel(T)", new_channel,
     "A channel with room for `capacity` values; 0, the default, hands each value straight over.", NULL, 0,
     NATIVE_LUMA},
    {"Channel(T)", "send", "fn(value: T): Promise(Null)", luma_send,
     "A promise that is fulfilled when the value was taken or buffered. On a closed channel a panic.", NULL,
     0, NATIVE_LUMA},
    {"Channel(T)", "receive", "fn(): Promise(T)", luma_receive,
     "A promise of the next value. On a closed, drained channel a panic.", NULL, 0, NATIVE_LUMA},
    {"Channel(T)", "next", "fn(): Promise(Option(T))", luma_next,
     "A promise of the next value as an Option; none when the channel is closed and drained.", NULL, 0,
     NATIVE_LUMA},
    {"Channel(T)", "try_send", "fn(value: T): Boolean", try_send,
     "Sends without waiting; false if that is not possible now.", NULL, 0, NATIVE_LUMA},
    {"Channel(T)", "try_receive", "fn(): Option(T)", luma_try_receive,
     "Receives without waiting; none if there is nothing now.", NULL, 0, NATIVE_LUMA},
    {"Channel(T)", "close", "fn(): Null", close_channel, CLOSE_DOC, NULL, 0, NATIVE_BOTH},
    {"Channel(T)", "is_closed", "fn(): Boolean", channel_is_closed_here, "Was it closed?", NULL, 0,
     NATIVE_BOTH},
    {"Channel(T)", "length", "fn(): Number", luma_length, "How many values are buffered.", NULL, 0,
     NATIVE_LUMA},
    {"", "send", "fn(ch: Channel(Any), value: Any): Null", vint_send, SEND_DOC, NULL, 0, NATIVE_VINT},
    {"", "receive", "fn(ch: Channel(T)): T", vint_receive, RECEIVE_DOC, NULL, 0, NATIVE_VINT},
    {"", "close", "fn(ch: Channel(Any)): Null", close_channel, CLOSE_DOC, NULL, 0, NATIVE_VINT},
    {"", "try_send", "fn(ch: Channel(Any), value: Any): Boolean", try_send,
     "Sends without waiting; false if that is not possible now.", NULL, 0, NATIVE_VINT},
    {"", "try_receive", "fn(ch: Channel(Any)): Any", vint_try_receive,
     "Receives without waiting: {\"ok\": bool, \"value\": v}.", NULL, 0, NATIVE_VINT},
    {"", "is_closed", "fn(ch: Channel(Any)): Boolean", channel_is_closed_here, "Was it closed?", NULL, 0,
     NATIVE_VINT},
    {"", "cap", "fn(ch: Channel(Any)): Integer", vint_capacity, "How many values it has room for.", NULL, 0,
     NATIVE_VINT},
    {"Channel(T)", "send", "fn(value: T): Null", vint_send, SEND_DOC, NULL, 0, NATIVE_VINT},
    {"Channel(T)", "receive", "fn(): T", vint_receive, RECEIVE_DOC, NULL, 0, NATIVE_VINT},
    {"Channel(T)", "try_send", "fn(value: T): Boolean", try_send,
     "Sends without waiting; false if that is not possible now.", NULL, 0, NATIVE_VINT},
    {"Channel(T)", "try_receive", "fn(): Any", vint_try_receive,
     "Receives without waiting: {\"ok\": bool, \"value\": v}.", NULL, 0, NATIVE_VINT},
    {"Channel(T)", "len", "fn(): Integer", vint_length, "How many values are buffered.", NULL, 0,
     NATIVE_VINT},
    {"Channel(T)", "cap", "fn(): Integer", vint_capacity, "How many values it has room for.", NULL, 0,
     NATIVE_VINT},
};

LibModule lib_channel_module(void) { return (LibModule){rows, ARRAY_LEN(rows)}; }
