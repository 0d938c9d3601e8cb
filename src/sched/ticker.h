// SPDX-License-Identifier: MIT
// ticker.h - a channel that sends by itself, every so many milliseconds
//
// Tick n comes n periods after the ticker was made, so it does not drift. Its value is n. At most the
// newest tick is kept for who comes late; the others are dropped, which the numbers show.
//
// Nothing happens while nobody waits: whether a tick is due follows from the clock, and a timer is
// set only for those who wait. So a ticker that nobody receives from keeps no program alive, and one
// that nobody knows any more is collected. Closing stops it.
#ifndef TICKER_H
#define TICKER_H

#include "sched/alarm.h"
#include "sched/channel.h"

typedef struct Ticker {
  Channel channel; // CHANNEL_TICKER
  Alarm *alarm;    // set while somebody waits to receive
  const Clock *clock;
  int64_t start_ns;
  int64_t period_ns;
  int64_t last;     // the number of the last tick that was received
  bool is_luma;     // ticks are Luma's numbers, not Vint's ints
} Ticker;

// With `period_ns` > 0. NULL: out of memory, raised.
Channel *ticker_new(VM *vm, int64_t period_ns, bool is_luma) MUST_USE;

// For channel.c; the channel is a ticker and open.
bool ticker_is_due(const Channel *ch);
bool ticker_take(Channel *ch, Value *out); // false: no tick is due
void ticker_wait(VM *vm, Channel *ch);     // somebody waits now
void ticker_rest(VM *vm, Channel *ch);     // nobody waits any more, or it was closed
void ticker_mark(Heap *heap, Channel *ch);
void ticker_print(Buffer *out, const Channel *ch);

#endif
