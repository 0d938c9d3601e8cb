// SPDX-License-Identifier: MIT
// lib_timer.c - what goes by the clock besides sleep: tickers, debounced functions
#include "lib/lib_private.h"
#include "sched/debounce.h"
#include "sched/ticker.h"

// --- Tickers -------------------------------------------------------------------------------------

static NativeStatus make_ticker(NativeCall *call, bool is_luma) {
  int64_t period_ns;
  double ms;
  if (!args_number(call, 0, &ms)) return NATIVE_FAILED;
  if (!lib_take_duration(call, 0, LIB_NS_PER_MS, &period_ns)) return NATIVE_FAILED;
  if (period_ns <= 0) {
    vm_raise(call->vm, "ValueError", "a ticker's period must be more than 0 ms, got %g", ms);
    return NATIVE_FAILED;
  }
  Channel *ticker = ticker_new(call->vm, period_ns, is_luma);
  return ticker ? native_return(call, value_object(ticker)) : NATIVE_FAILED;
}

static NativeStatus luma_ticker(NativeCall *call) {
  return make_ticker(call, true);
}

static NativeStatus vint_ticker(NativeCall *call) {
  return make_ticker(call, false);
}

// --- Debounced functions -------------------------------------------------------------------------

static NativeStatus call_debounced(NativeCall *call) {
  Debounce *debounce = (Debounce *)value_as_object(call->args[0]);
  if (!debounce_call(call->vm, debounce, call->args + 1, call->arg_count - 1)) return NATIVE_FAILED;
  return native_return(call, debounce->result);
}

// What debounce gives is this, bound to the Debounce.
static const NativeRow debounced = {"Debounced", "call", "fn(args: Any...): Any", call_debounced,
                                    ""};

static NativeStatus make_debounced(NativeCall *call) {
  int64_t pause_ns;
  Value function, bound;
  if (!lib_take_duration(call, 0, LIB_NS_PER_MS, &pause_ns)) return NATIVE_FAILED;
  if (!args_function(call, 1, &function)) return NATIVE_FAILED;
  Debounce *debounce = debounce_new(call->vm, function, pause_ns);
  if (!debounce) return NATIVE_FAILED;
  if (!lib_bind(call->vm, &debounced, "(debounced)", value_object(debounce), &bound)) {
    return NATIVE_FAILED;
  }
  return native_return(call, bound);
}

// --- Rows ----------------------------------------------------------------------------------------

#define TICKER_DOC                                                                                 \
  "A channel on which a tick can be received every `ms` milliseconds: the number of the tick, from " \
  "1. Ticks for which nobody waits are dropped, but for the newest. Closing it stops it."
#define DEBOUNCE_DOC                                                                               \
  "A function that puts `f` off until `ms` milliseconds have passed without another call; `f` then " \
  "runs once, with the arguments of the last call, on a fiber of its own. A call gives what the "  \
  "last finished run gave, null before."

static const NativeRow rows[] = {
    {"", "ticker", "fn(ms: Number): Channel(Number)", luma_ticker, TICKER_DOC, NULL, 0,
     NATIVE_LUMA},
    {"", "ticker", "fn(ms: Any): Channel(Integer)", vint_ticker, TICKER_DOC, NULL, 0, NATIVE_VINT},
    {"", "debounce", "fn(ms: Number, f: Function): Function", make_debounced, DEBOUNCE_DOC, NULL, 0,
     NATIVE_LUMA},
    {"", "debounce", "fn(ms: Any, f: Function): Function", make_debounced, DEBOUNCE_DOC, NULL, 0,
     NATIVE_VINT},
};

LibModule lib_timer_module(void) {
  return (LibModule){rows, ARRAY_LEN(rows)};
}
