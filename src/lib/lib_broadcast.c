// SPDX-License-Identifier: MIT
// lib_broadcast.c - every subscriber gets every value
#include "lib/lib_private.h"
#include "sched/broadcast.h"

#define ROOM_DEFAULT 16
#define ROOM_MAX     UINT32_MAX

static bool take_broadcast(NativeCall *call, Broadcast **out) {
  Value value = native_arg(call, 0);
  if (!value_is_broadcast(value)) return args_wrong(call, 0, "Broadcast");
  *out = value_as_broadcast(value);
  return true;
}

static NativeStatus new_broadcast(NativeCall *call) {
  Broadcast *broadcast = broadcast_new(call->vm);
  return broadcast ? native_return(call, value_object(broadcast)) : NATIVE_FAILED;
}

// --- Subscribing ---------------------------------------------------------------------------------

typedef struct SubscribeOptions {
  uint32_t room;
  bool drop_oldest;
} SubscribeOptions;

static bool read_options(NativeCall *call, Value room, Value drop_oldest, SubscribeOptions *out) {
  int64_t count = ROOM_DEFAULT;
  bool has_room = !value_is_absent(room) && !value_is_null(room);
  if (has_room && !args_field_integer(call, "room", room, 1, ROOM_MAX, &count)) return false;
  bool has_drop = !value_is_absent(drop_oldest) && !value_is_null(drop_oldest);
  if (has_drop && !value_is_bool(drop_oldest)) {
    return args_field_wrong(call, "drop_oldest", drop_oldest, "true or false");
  }
  *out = (SubscribeOptions){(uint32_t)count, has_drop && drop_oldest == VALUE_TRUE};
  return true;
}

static NativeStatus subscribe(NativeCall *call, Broadcast *broadcast,
                              const SubscribeOptions *options) {
  Channel *ch = broadcast_subscribe(call->vm, broadcast, options->room, options->drop_oldest);
  return ch ? native_return(call, value_object(ch)) : NATIVE_FAILED;
}

static NativeStatus luma_subscribe(NativeCall *call) {
  Broadcast *broadcast;
  SubscribeOptions options;
  if (!take_broadcast(call, &broadcast)) return NATIVE_FAILED;
  if (!read_options(call, native_arg(call, 1), native_arg(call, 2), &options)) return NATIVE_FAILED;
  return subscribe(call, broadcast, &options);
}

static NativeStatus vint_subscribe(NativeCall *call) {
  static const char *const names[] = {"room", "drop_oldest"};
  Broadcast *broadcast;
  Table *table;
  SubscribeOptions options;
  if (!take_broadcast(call, &broadcast) || !args_optional_table(call, 1, &table) ||
      !args_check_fields(call, table, names, ARRAY_LEN(names)) ||
      !read_options(call, args_table_field(call, table, "room"),
                    args_table_field(call, table, "drop_oldest"), &options)) {
    return NATIVE_FAILED;
  }
  return subscribe(call, broadcast, &options);
}

// --- Sending -------------------------------------------------------------------------------------

static NativeStatus luma_send(NativeCall *call) {
  Broadcast *broadcast;
  if (!take_broadcast(call, &broadcast)) return NATIVE_FAILED;
  return lib_return_promise(call, broadcast_send_promise(call->vm, broadcast, call->args[1]));
}

static NativeStatus vint_send(NativeCall *call) {
  Broadcast *broadcast;
  if (!take_broadcast(call, &broadcast)) return NATIVE_FAILED;
  Fiber *fiber = vm_running(call->vm);
  return lib_return_wait(broadcast_send(call->vm, fiber, broadcast, call->args[1]));
}

static NativeStatus close_broadcast(NativeCall *call) {
  Broadcast *broadcast;
  if (!take_broadcast(call, &broadcast)) return NATIVE_FAILED;
  broadcast_close(call->vm, broadcast);
  return native_return(call, VALUE_NULL);
}

static NativeStatus is_closed(NativeCall *call) {
  Broadcast *broadcast;
  if (!take_broadcast(call, &broadcast)) return NATIVE_FAILED;
  return native_return(call, value_bool(broadcast_is_closed(broadcast)));
}

static NativeStatus luma_subscribers(NativeCall *call) {
  Broadcast *broadcast;
  if (!take_broadcast(call, &broadcast)) return NATIVE_FAILED;
  return native_return(call, value_double(broadcast->subscribers->count));
}

static NativeStatus vint_subscribers(NativeCall *call) {
  Broadcast *broadcast;
  if (!take_broadcast(call, &broadcast)) return NATIVE_FAILED;
  return native_return(call, value_int(broadcast->subscribers->count));
}

// --- Rows ----------------------------------------------------------------------------------------

#define NEW_DOC "A broadcast: every subscriber gets every value that is sent after it subscribed."
#define SUBSCRIBE_DOC                                                                              \
  "A channel that gets every value sent from now on, with `room` for so many (16 if it is left "   \
  "out). While it is full senders wait, or with `drop_oldest` its oldest value goes. Closing it "  \
  "unsubscribes."
#define SEND_DOC                                                                                   \
  "Gives `value` to every subscriber, to all at once; waits while one of them has no room. On a "  \
  "closed broadcast an error."
#define CLOSE_DOC                                                                                  \
  "Closes all subscriptions, which can still be received empty. Closing twice does nothing."
#define IS_CLOSED_DOC   "Was it closed?"
#define SUBSCRIBERS_DOC "How many subscribers there are."

static const NativeRow rows[] = {
    {"Broadcast", "", "Module", NULL, "Every subscriber gets every value.", NULL, 0, NATIVE_LUMA},
    {"Broadcast", "new", "fn(): Broadcast(T)", new_broadcast, NEW_DOC, NULL, 0, NATIVE_LUMA},
    {"", "broadcast", "fn(): Broadcast(Any)", new_broadcast, NEW_DOC, NULL, 0, NATIVE_VINT},
    {"Broadcast(T)", "subscribe", "fn(room?: Number, drop_oldest?: Boolean): Channel(T)",
     luma_subscribe, SUBSCRIBE_DOC, NULL, 0, NATIVE_LUMA},
    {"Broadcast(T)", "subscribe", "fn(options?: Table): Channel(T)", vint_subscribe, SUBSCRIBE_DOC,
     NULL, 0, NATIVE_VINT},
    {"Broadcast(T)", "send", "fn(value: T): Promise(Null)", luma_send, SEND_DOC, NULL, 0,
     NATIVE_LUMA},
    {"Broadcast(T)", "send", "fn(value: T): Null", vint_send, SEND_DOC, NULL, 0, NATIVE_VINT},
    {"Broadcast(T)", "close", "fn(): Null", close_broadcast, CLOSE_DOC, NULL, 0, NATIVE_BOTH},
    {"Broadcast(T)", "is_closed", "fn(): Boolean", is_closed, IS_CLOSED_DOC, NULL, 0, NATIVE_BOTH},
    {"Broadcast(T)", "subscribers", "fn(): Number", luma_subscribers, SUBSCRIBERS_DOC, NULL, 0,
     NATIVE_LUMA},
    {"Broadcast(T)", "subscribers", "fn(): Integer", vint_subscribers, SUBSCRIBERS_DOC, NULL, 0,
     NATIVE_VINT},
};

LibModule lib_broadcast_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
