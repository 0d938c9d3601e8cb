// SPDX-License-Identifier: MIT
// lib_select.c - select in Luma: the cases as values, and the promise of the first one
//
// Vint's select is a statement with an instruction of its own.
#include "lib/lib_private.h"
#include "sched/select.h"

static NativeStatus return_case(NativeCall *call, SelectLetter letter, Value subject, Value sent,
                                uint32_t function_index) {
  Value function;
  if (!args_function(call, function_index, &function)) return NATIVE_FAILED;
  Case *one = select_case(call->vm, letter, subject, sent, function);
  return one ? native_return(call, value_object(one)) : NATIVE_FAILED;
}

static NativeStatus on_receive(NativeCall *call) {
  Value channel = native_arg(call, 0);
  if (!value_is_channel(channel)) {
    args_wrong(call, 0, "Channel");
    return NATIVE_FAILED;
  }
  return return_case(call, SELECT_LETTER_RECEIVE, channel, VALUE_NULL, 1);
}

static NativeStatus on_send(NativeCall *call) {
  Value channel = native_arg(call, 0);
  if (!value_is_channel(channel)) {
    args_wrong(call, 0, "Channel");
    return NATIVE_FAILED;
  }
  return return_case(call, SELECT_LETTER_SEND, channel, native_arg(call, 1), 2);
}

static NativeStatus on_promise(NativeCall *call) {
  Value promise = native_arg(call, 0);
  if (!value_is_promise(promise)) {
    args_wrong(call, 0, "Promise");
    return NATIVE_FAILED;
  }
  return return_case(call, SELECT_LETTER_AWAIT, promise, VALUE_NULL, 1);
}

static NativeStatus after(NativeCall *call) {
  double ms;
  if (!args_number(call, 0, &ms)) return NATIVE_FAILED;
  return return_case(call, SELECT_LETTER_AFTER, native_arg(call, 0), VALUE_NULL, 1);
}

static NativeStatus otherwise(NativeCall *call) {
  return return_case(call, SELECT_LETTER_DEFAULT, VALUE_NULL, VALUE_NULL, 0);
}

static NativeStatus select_first(NativeCall *call) {
  List *cases;
  if (!args_list(call, 0, &cases)) return NATIVE_FAILED;
  Promise *promise = select_promise(call->vm, cases);
  return promise ? native_return(call, value_object(promise)) : NATIVE_FAILED;
}

static const NativeRow rows[] = {
    {"", "select", "fn(cases: List(Case(T))): Promise(T)", select_first,
     "Waits for the first case that is ready, of several the one that has been ready longest, and "
     "runs its function: a promise of what that returns.",
     NULL, 0, NATIVE_LUMA},
    {"Channel(T)", "on_receive", "fn(f: fn(T): U): Case(U)", on_receive,
     "A case for select: `f` gets the value received, null when the channel is closed and drained.",
     NULL, 0, NATIVE_LUMA},
    {"Channel(T)", "on_send", "fn(value: T, f: fn(): U): Case(U)", on_send,
     "A case for select: `f` is called when `value` was sent.", NULL, 0, NATIVE_LUMA},
    {"Promise", "on", "fn(promise: Promise(T), f: fn(T): U): Case(U)", on_promise,
     "A case for select: `f` gets what the promise delivers.", NULL, 0, NATIVE_LUMA},
    {"", "after", "fn(ms: Number, f: fn(): U): Case(U)", after,
     "A case for select: `f` is called when `ms` milliseconds have passed without another case.",
     NULL, 0, NATIVE_LUMA},
    {"", "otherwise", "fn(f: fn(): U): Case(U)", otherwise,
     "A case for select: `f` is called at once if no other case is ready.", NULL, 0, NATIVE_LUMA},
};

LibModule lib_select_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
