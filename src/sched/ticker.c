// SPDX-License-Identifier: MIT
// ticker.c - a channel that sends by itself, every so many milliseconds
#include "sched/ticker.h"

#include "sched/sched_private.h"

static Ticker *as_ticker(const Channel *ch) {
  return (Ticker *)ch;
}

// The number of the tick that came last.
static int64_t ticks_until_now(const Ticker *ticker) {
  return (clock_now_ns(ticker->clock) - ticker->start_ns) / ticker->period_ns;
}

bool ticker_is_due(const Channel *ch) {
  const Ticker *ticker = as_ticker(ch);
  return ticks_until_now(ticker) > ticker->last;
}

static Value number(const Ticker *ticker, int64_t tick) {
  return ticker->is_luma ? value_double((double)tick) : value_int(tick);
}

bool ticker_take(Channel *ch, Value *out) {
  Ticker *ticker = as_ticker(ch);
  int64_t tick = ticks_until_now(ticker);
  if (tick <= ticker->last) return false;
  ticker->last = tick;
  *out = number(ticker, tick);
  return true;
}

static void set_alarm(VM *vm, Ticker *ticker) {
  int64_t passed = clock_now_ns(ticker->clock) - ticker->start_ns;
  alarm_set(vm, ticker->alarm, ticker->period_ns - passed % ticker->period_ns);
}

void ticker_wait(VM *vm, Channel *ch) {
  if (!as_ticker(ch)->alarm->is_set) set_alarm(vm, as_ticker(ch));
}

void ticker_rest(VM *vm, Channel *ch) {
  alarm_stop(vm, as_ticker(ch)->alarm);
}

// A tick goes to the one who waits longest.
static void ring(VM *vm, Obj *owner) {
  Channel *ch = (Channel *)owner;
  Value tick;
  if (!wait_is_empty(&ch->receivers) && ticker_take(ch, &tick)) {
    wait_complete(vm, wait_take(&ch->receivers), tick);
  }
  if (!wait_is_empty(&ch->receivers)) ticker_wait(vm, ch);
}

Channel *ticker_new(VM *vm, int64_t period_ns, bool is_luma) {
  Channel *ch = channel_new_of_size(vm, sizeof(Ticker), 0);
  if (!ch) return NULL;
  Ticker *ticker = as_ticker(ch);
  ticker->clock = sched_clock(sched_of(vm));
  ticker->start_ns = clock_now_ns(ticker->clock);
  ticker->period_ns = period_ns;
  ticker->is_luma = is_luma;
  ch->receivable_since = ch->sendable_since = sched_next_moment(vm);
  vm_push_root(vm, value_object(ch));
  ticker->alarm = alarm_new(vm, (Obj *)ch, ring);
  heap_touch(vm_heap(vm), (Obj *)ch);
  vm_pop_roots(vm, 1);
  if (!ticker->alarm) return NULL;
  ch->obj.flags |= CHANNEL_TICKER | CHANNEL_GIVES_ONLY;
  return ch;
}

void ticker_mark(Heap *heap, Channel *ch) {
  heap_mark(heap, (Obj *)as_ticker(ch)->alarm);
}

void ticker_print(Buffer *out, const Channel *ch) {
  buffer_printf(out, "ticker(%g ms)", (double)as_ticker(ch)->period_ns / 1e6);
}
