// SPDX-License-Identifier: MIT
// sched_driver_values.c - is a value of the VM what the model says?
#include "sched_driver.h"

// Even numbers are integers, odd ones fresh strings, so that the collector has something to lose.
Value driver_value_of(VM *vm, uint64_t number) {
  if (number % 2 == 0) return value_int((int64_t)number);
  return value_object(vm_printf(vm, "value %llu", (unsigned long long)number));
}

static bool is_number(Value value, uint64_t number) {
  if (number == 1 && value_is_int(value)) return value_as_int(value) == 1; // of a combinator's list
  if (number % 2 == 0) return value_is_int(value) && value_as_int(value) == (int64_t)number;
  char text[40];
  snprintf(text, sizeof(text), "value %llu", (unsigned long long)number);
  return value_is_str(value) && strcmp(value_as_str(value)->bytes, text) == 0;
}

static bool is_text(Value value, const char *text) {
  return value_is_str(value) && strcmp(value_as_str(value)->bytes, text) == 0;
}

static Value field(VM *vm, Value record, const char *name) {
  return vm_get_field(vm, value_as_table(record), name);
}

static bool is_option(VM *vm, Value value, uint64_t number) {
  if (!value_is_table(value)) return false;
  Value some = field(vm, value, "some"), none = field(vm, value, "none");
  if (number == 0) return value_is_null(some) && none == VALUE_TRUE;
  return is_number(some, number) && none == VALUE_FALSE;
}

// --- Errors --------------------------------------------------------------------------------------

typedef struct Wording {
  const char *kind;
  const char *message; // how it begins; a number follows where the thing has one
} Wording;

static const Wording wordings[] = {
    [ERROR_TEST] = {"ValueError", "of the test: "},
    [ERROR_SEND_CLOSED] = {"ChannelError", "send on closed channel"},
    [ERROR_RECEIVE_CLOSED] = {"ChannelError", "receive on closed channel"},
    [ERROR_CANCEL] = {"Cancelled", "by the test: "},
    [ERROR_CANCEL_PLAIN] = {"Cancelled", "cancelled"},
    [ERROR_CANCEL_TIMEOUT] = {"Cancelled", "cancelled by a time-out of "},
    [ERROR_CANCEL_DEADLINE] = {"Cancelled", "cancelled by the group's deadline of "},
    [ERROR_CANCEL_SIBLING] = {"Cancelled", "cancelled because another fiber of its group failed: "},
    [ERROR_CANCEL_DROPPED] = {"Cancelled", "the cleanup of a cancelled fiber took longer than "},
    [ERROR_TIMEOUT] = {"TimeoutError", "not done within "},
    [ERROR_DEADLINE] = {"TimeoutError", "the group did not end within "},
    [ERROR_EMPTY_RACE] = {"ValueError", "a race of nothing "},
    [ERROR_EMPTY_ANY] = {"AggregateError", "none of no promises "},
    [ERROR_AGGREGATE] = {"AggregateError", "all "},
    [ERROR_ITSELF] = {"TypeError", "a promise cannot be fulfilled with itself"},
    [ERROR_GROUP_ENDED] = {"GroupError", "the group has ended"},
};

static bool is_wording(const char *kind, const char *message, Thing thing) {
  const Wording *wording = &wordings[thing.error];
  char text[100];
  if (strcmp(kind, wording->kind) != 0) return false;
  bool has_number = thing.error == ERROR_TEST || thing.error == ERROR_CANCEL;
  bool is_whole = has_number || thing.error == ERROR_CANCEL_PLAIN;
  snprintf(text, sizeof(text), "%s", wording->message);
  if (has_number)
    snprintf(text, sizeof(text), "%s%llu", wording->message, (unsigned long long)thing.number);
  if (thing.error == ERROR_AGGREGATE) snprintf(text, sizeof(text), "all %u promises", thing.count);
  return is_whole ? strcmp(message, text) == 0 : strncmp(message, text, strlen(text)) == 0;
}

static bool is_error(const Model *m, VM *vm, Value value, Thing thing) {
  if (!value_is_kind(value, KIND_ERROR)) return false;
  const Error *error = (const Error *)value_as_object(value);
  if (!is_wording(error->kind->bytes, error->message->bytes, thing)) return false;
  if (thing.error != ERROR_AGGREGATE) return true;
  const List *errors = value_as_list(error->details);
  if (errors->count != thing.count) return false;
  for (uint32_t i = 0; i < thing.count; i++) {
    if (!driver_is_thing(m, vm, errors->items[i], m->pool.items[thing.first + i])) return false;
  }
  return true;
}

// What a record of Promise.settled or result says of an error.
static bool is_error_record(VM *vm, Value value, Thing thing) {
  if (!value_is_table(value)) return false;
  Value kind = field(vm, value, "kind"), message = field(vm, value, "message");
  return value_is_str(kind) && value_is_str(message) &&
         is_wording(value_as_str(kind)->bytes, value_as_str(message)->bytes, thing);
}

// --- Everything ----------------------------------------------------------------------------------

static bool is_list(const Model *m, VM *vm, Value value, Thing thing) {
  if (!value_is_list(value) || value_as_list(value)->count != thing.count) return false;
  for (uint32_t i = 0; i < thing.count; i++) {
    Value item = value_as_list(value)->items[i];
    if (!driver_is_thing(m, vm, item, m->pool.items[thing.first + i])) return false;
  }
  return true;
}

static bool is_settled(const Model *m, VM *vm, Value value, Thing thing) {
  if (!value_is_table(value)) return false;
  Thing item = m->pool.items[thing.first];
  Value held = field(vm, value, "value"), error = field(vm, value, "error");
  if (thing.kind == THING_FULFILLED) {
    return is_text(field(vm, value, "status"), "fulfilled") && value_is_null(error) &&
           driver_is_thing(m, vm, held, item);
  }
  return is_text(field(vm, value, "status"), "rejected") && value_is_null(held) &&
         is_error_record(vm, error, item);
}

static bool is_result(const Model *m, VM *vm, Value value, Thing thing) {
  if (!value_is_table(value)) return false;
  Thing item = m->pool.items[thing.first];
  Value ok = field(vm, value, "ok"), err = field(vm, value, "err");
  if (thing.kind == THING_OK) return value_is_null(err) && driver_is_thing(m, vm, ok, item);
  return value_is_null(ok) && is_error_record(vm, err, item);
}

bool driver_is_pick(const Model *m, VM *vm, const Value operands[2], uint32_t chosen, Thing thing) {
  return thing.kind == THING_PICK && chosen == thing.number &&
         operands[1] == value_bool(thing.is_open) &&
         driver_is_thing(m, vm, operands[0], m->pool.items[thing.first]);
}

static bool is_selection(const Model *m, VM *vm, Value value, Thing thing) {
  Value operands[2];
  if (!value_is_kind(value, KIND_SELECTION)) return false;
  uint32_t chosen = select_taken(vm, value, operands);
  return driver_is_pick(m, vm, operands, chosen, thing);
}

bool driver_is_thing(const Model *m, VM *vm, Value value, Thing thing) {
  switch (thing.kind) {
  case THING_NULL: return value_is_null(value);
  case THING_NUMBER: return is_number(value, thing.number);
  case THING_OPTION: return is_option(vm, value, thing.number);
  case THING_LIST: return is_list(m, vm, value, thing);
  case THING_FULFILLED:
  case THING_REJECTED: return is_settled(m, vm, value, thing);
  case THING_OK:
  case THING_ERR: return is_result(m, vm, value, thing);
  case THING_PICK: return is_selection(m, vm, value, thing);
  case THING_ERROR: return is_error(m, vm, value, thing);
  }
  return false;
}
