// SPDX-License-Identifier: MIT
// sched_verify.c - debug builds: all who wait are where they say
//
// What an operation touches it verifies itself, always and in O(1): the links of a queue (wait.c),
// a channel (channel.c), a promise (promise.c), a group (group.c), the cases of a select (select.c),
// the first of the timers (timer.c). This file looks at everything:
//
//   - the ready queue holds the ready fibers, and no others;
//   - whoever is linked into a queue says in its wait record that it waits for the queue's owner;
//     and there are as many records that say so as there are links. So nobody is missing: a fiber, a
//     ticket or a case that has fallen out of its queue would be waiting for ever without a word;
//   - a watcher is in the list of the promise that it watches and in that of its target;
//   - what a promise says of who will settle it is true;
//   - each fiber that sleeps is in the queue of sleepers or has a timer, a promise with a time-out and
//     so on has its timer, the others are stale, and as many are stale as the scheduler counts; sleepers
//     and timers are in order;
//   - a group counts rightly who runs.
//
// That takes a walk of the heap, which after each slice would make a program with a million parked
// fibers take for ever. So it waits until as many switches have gone by as the last walk has looked
// at things: few fibers are looked at after every slice, many after every so many slices, and the
// time that all walks take is in proportion to the time that the program runs. Once more at the end.
#include "sched/alarm.h"
#include "sched/channel.h"
#include "sched/gate.h"
#include "sched/group.h"
#include "sched/sched_private.h"
#include "sched/select.h"
#include "sched/ticker.h"
#include "sched/ticket.h"

#ifndef NDEBUG
#include "base/assertion.h"

// What has been found (in queues, lists and the timers) beside what there should be (as wait
// records, flags and counters say).
typedef struct Tally {
  const Sched *sched;
  uint64_t seen; // objects and links
  uint64_t linked, waiting;
  uint64_t ready;
  uint64_t watchers, watching;
  uint64_t sleepers, sleep_timers, sleeping;
  uint64_t cleanup_timers, bounded;
  uint64_t doom_timers, doomed;
  uint64_t promise_timers, timed_promises;
  uint64_t case_timers, timed_cases;
  uint64_t alarm_timers, alarms;
} Tally;

// --- Queues --------------------------------------------------------------------------------------

// The owner's queue: `on` NULL for the ready queue. Returns its length.
static uint64_t check_queue(Tally *tally, const WaitQueue *queue, WaitKind kind, const Obj *on) {
  uint64_t count = 0;
  const Waiter *last = NULL;
  for (const Waiter *w = queue->first; w; last = w, w = w->next) {
    ASSERT(w->kind == kind);
    if (on) ASSERT(w->on == on);
    if (last) ASSERT(w->prev == last);
    count++;
  }
  if (last) ASSERT(queue->first->prev == last);
  tally->seen += count;
  return count;
}

static uint64_t check_ready(Tally *tally) {
  if (!tally->sched->shuffle) return check_queue(tally, &tally->sched->ready, WAIT_READY, NULL);
  uint32_t lane_count;
  const WaitQueue *lanes = policy_lanes(tally->sched->shuffle, &lane_count);
  uint64_t count = 0;
  for (uint32_t i = 0; i < lane_count; i++) count += check_queue(tally, &lanes[i], WAIT_READY, NULL);
  return count;
}

static void check_waiters(Tally *tally, const WaitQueue *queue, WaitKind kind, const Obj *on) {
  tally->linked += check_queue(tally, queue, kind, on);
}

static bool is_linked(const Waiter *waiter) {
  return waiter->prev != NULL;
}

static bool waits_in_queue(WaitKind kind) {
  return kind == WAIT_AWAIT || kind == WAIT_SEND || kind == WAIT_RECEIVE || kind == WAIT_GATE ||
         kind == WAIT_TURN;
}

// --- Who waits -----------------------------------------------------------------------------------

static void check_parked(Tally *tally, const Fiber *fiber) {
  WaitKind kind = (WaitKind)fiber->wait.kind;
  bool is_in_queue = waits_in_queue(kind) || kind == WAIT_READY;
  if (kind != WAIT_TIMER) ASSERT(is_linked(&fiber->wait) == is_in_queue);
  tally->waiting += waits_in_queue(kind);
  tally->ready += kind == WAIT_READY;
  tally->sleeping += kind == WAIT_TIMER;
  if (kind != WAIT_SELECT) return;
  const Selection *selection = (const Selection *)fiber->wait.on;
  ASSERT(selection->fiber == fiber && !select_is_left(selection));
}

static void check_fiber(Obj *object, void *context) {
  Tally *tally = context;
  const Fiber *fiber = (const Fiber *)object;
  WaitKind kind = (WaitKind)fiber->wait.kind;
  uint16_t flags = fiber->obj.flags;
  tally->seen++;
  if (fiber_state(fiber) == FIBER_DONE) {
    ASSERT(!is_linked(&fiber->wait) && !(flags & FIBER_BOUNDED));
    return;
  }
  if (fiber_state(fiber) == FIBER_PARKED || kind != WAIT_NOTHING) check_parked(tally, fiber);
  if (flags & FIBER_CANCELLED) ASSERT(fiber->wait.on && fiber->wait.on->kind == KIND_ERROR);
  if (flags & FIBER_DOOMED) ASSERT(kind == WAIT_AWAIT || kind == WAIT_READY);
  tally->doomed += (flags & FIBER_DOOMED) && kind == WAIT_AWAIT;
  tally->bounded += (flags & FIBER_BOUNDED) != 0;
}

static void check_ticket(Obj *object, void *context) {
  Tally *tally = context;
  const Ticket *ticket = (const Ticket *)object;
  tally->seen++;
  if (!is_linked(&ticket->wait)) return;
  ASSERT(promise_settler(ticket->promise) == object);
  tally->waiting++;
}

static void check_case(Tally *tally, const Selection *selection, const Waiter *waiter) {
  WaitKind kind = (WaitKind)waiter->kind;
  bool is_left = select_is_left(selection);
  ASSERT(is_linked(waiter) == (!is_left && waits_in_queue(kind)));
  if (is_left) return;
  tally->waiting += waits_in_queue(kind);
  tally->timed_cases += kind == WAIT_TIMER;
}

static void check_selection(Obj *object, void *context) {
  Tally *tally = context;
  const Selection *selection = (const Selection *)object;
  tally->seen += 1 + object->extra;
  for (uint32_t i = 0; i < object->extra; i++) check_case(tally, selection, &selection->cases[i]);
  if (select_is_left(selection)) return;
  if (selection->fiber) {
    ASSERT(selection->fiber->wait.kind == WAIT_SELECT && selection->fiber->wait.on == object);
  } else {
    ASSERT(promise_settler(selection->promise) == object);
  }
}

// --- What they wait for --------------------------------------------------------------------------

static void check_alarm(Obj *object, void *context) {
  Tally *tally = context;
  tally->seen++;
  tally->alarms += ((const Alarm *)object)->is_set;
}

// A ticker's alarm is set while somebody waits for a tick, and only then.
static void check_ticker(const Channel *ch) {
  ASSERT(((const Ticker *)ch)->alarm->is_set == !wait_is_empty(&ch->receivers));
}

static void check_channel(Obj *object, void *context) {
  Tally *tally = context;
  const Channel *ch = (const Channel *)object;
  tally->seen++;
  check_waiters(tally, &ch->senders, WAIT_SEND, object);
  check_waiters(tally, &ch->receivers, WAIT_RECEIVE, object);
  if (ch->obj.flags & CHANNEL_TICKER) check_ticker(ch);
  if (channel_is_closed(ch)) {
    ASSERT(wait_is_empty(&ch->senders) && wait_is_empty(&ch->receivers));
  }
}

static void check_gate(Obj *object, void *context) {
  Tally *tally = context;
  tally->seen++;
  check_waiters(tally, &((const Gate *)object)->waiters, WAIT_GATE, object);
}

static void check_watchers(Tally *tally, const Promise *promise) {
  const PromiseWatcher *first = promise_watchers(promise), *last = NULL;
  for (const PromiseWatcher *w = first; w; last = w, w = w->next) {
    ASSERT(w->watched == promise);
    if (last) ASSERT(w->prev == last);
    tally->watchers++;
  }
  if (last) ASSERT(first->prev == last);
  last = NULL;
  for (const PromiseWatcher *w = promise_watching(promise); w; last = w, w = w->sibling) {
    ASSERT(w->target == promise && w->watched && promise_state(w->watched) == PROMISE_PENDING);
    ASSERT(w->sibling_before == last);
    tally->watching++;
  }
}

static void check_settler(const Promise *promise) {
  const Obj *settler = promise_settler(promise);
  if (!settler) return;
  ASSERT(!(promise->obj.flags & PROMISE_OF_FIBER) == (settler->kind != KIND_FIBER));
  switch (settler->kind) {
  case KIND_FIBER:
    ASSERT(fiber_promise((const Fiber *)settler) == promise);
    ASSERT(fiber_state((const Fiber *)settler) != FIBER_DONE); // else no collector would know it
    break;
  case KIND_GROUP: ASSERT(((const Group *)settler)->promise == promise); break;
  case KIND_TICKET:
    ASSERT(((const Ticket *)settler)->promise == promise);
    ASSERT(is_linked(&((const Ticket *)settler)->wait));
    break;
  case KIND_SELECTION:
    ASSERT(((const Selection *)settler)->promise == promise);
    ASSERT(!select_is_left((const Selection *)settler));
    break;
  case KIND_PROMISE: ASSERT(promise_watching(promise) && promise_watching(promise)->watched); break;
  default: break;
  }
}

static void check_promise(Obj *object, void *context) {
  Tally *tally = context;
  const Promise *promise = (const Promise *)object;
  tally->seen++;
  if (promise_state(promise) != PROMISE_PENDING) {
    ASSERT(!promise->watchers && !(object->flags & (PROMISE_TARGET | PROMISE_WAKING)));
    return;
  }
  check_waiters(tally, &promise->waiters, WAIT_AWAIT, object);
  check_watchers(tally, promise);
  check_settler(promise);
  tally->timed_promises += (promise->obj.flags & PROMISE_TIMER) != 0;
}

// The body counts too, until it has ended; it is not watched before it has been started.
static void check_group(Obj *object, void *context) {
  Tally *tally = context;
  const Group *group = (const Group *)object;
  uint32_t watched = 0, bodies = 0;
  tally->seen++;
  if (!group->promise || promise_state(group->promise) != PROMISE_PENDING) return;
  for (const PromiseWatcher *w = promise_watching(group->promise); w; w = w->sibling) {
    watched++;
    bodies += w->index == UINT32_MAX;
  }
  uint64_t queued = check_queue(tally, &group->queue, WAIT_TURN, object);
  tally->linked += queued;
  ASSERT(group->open == watched || group->open == watched + 1);
  ASSERT(group->running == watched - bodies - queued);
  bool is_ending = group->obj.flags & GROUP_ENDING;
  ASSERT(is_ending || queued == 0 || group->running >= group->limit);
}

// --- Timers --------------------------------------------------------------------------------------

static bool is_not_after(const Timer *a, const Timer *b) {
  return timer_is_before(a->at_ns, a->number, b->at_ns, b->number);
}

static void check_sleepers(Tally *tally) {
  const WaitQueue *sleepers = &tally->sched->sleepers;
  tally->sleepers = check_queue(tally, sleepers, WAIT_TIMER, NULL);
  for (const Waiter *w = sleepers->first; w && w->next; w = w->next) {
    ASSERT(timer_is_before(w->due_ns, (uint32_t)w->timer, w->next->due_ns, (uint32_t)w->next->timer));
  }
}

static void check_order(const TimerQueue *queue) {
  for (uint32_t i = 1; i < queue->heap.count; i++) {
    ASSERT(is_not_after(&queue->heap.items[(i - 1) / 2], &queue->heap.items[i]));
  }
  for (uint32_t i = queue->run_first + 1; i < queue->run.count; i++) {
    ASSERT(is_not_after(&queue->run.items[i - 1], &queue->run.items[i]));
  }
  if (queue->run_first > 0) ASSERT(queue->run_first < queue->run.count);
}

static void count_fiber_timer(Tally *tally, const Fiber *fiber, const Timer *timer) {
  if (timer->generation == TIMER_CLEANUP) {
    tally->cleanup_timers += (fiber->obj.flags & FIBER_BOUNDED) != 0;
  } else if (timer->generation == TIMER_DOOM) {
    tally->doom_timers += (fiber->obj.flags & FIBER_DOOMED) && fiber->wait.kind == WAIT_AWAIT;
  } else {
    tally->sleep_timers += !is_linked(&fiber->wait) && wait_is_sleeping(fiber, timer->number);
  }
}

static void count_timer(const Timer *timer, void *context) {
  Tally *tally = context;
  const Obj *target = timer->target;
  tally->seen++;
  switch (target->kind) {
  case KIND_FIBER: count_fiber_timer(tally, (const Fiber *)target, timer); break;
  case KIND_PROMISE:
    tally->promise_timers += promise_state((const Promise *)target) == PROMISE_PENDING;
    break;
  case KIND_ALARM:
    tally->alarm_timers += alarm_wants((const Alarm *)target, timer->generation);
    break;
  default: tally->case_timers += !select_is_left((const Selection *)target); break;
  }
}

static void check_timers(Tally *tally) {
  const TimerQueue *queue = &tally->sched->timers;
  check_sleepers(tally);
  check_order(queue);
  timer_queue_each(queue, count_timer, tally);
  ASSERT(tally->sleepers + tally->sleep_timers == tally->sleeping);
  ASSERT(tally->cleanup_timers == tally->bounded);
  ASSERT(tally->doom_timers == tally->doomed);
  ASSERT(tally->promise_timers == tally->timed_promises);
  ASSERT(tally->case_timers == tally->timed_cases);
  ASSERT(tally->alarm_timers == tally->alarms);
  uint64_t wanted = tally->sleep_timers + tally->cleanup_timers + tally->doom_timers +
                    tally->promise_timers + tally->case_timers + tally->alarm_timers;
  ASSERT(wanted + tally->sched->stale_timers == timer_queue_count(queue));
}

// --- Everything ----------------------------------------------------------------------------------

#define BYTES_A_LOOK 256 // walking over so many bytes of other objects costs about one look

void sched_verify(Sched *sched) {
  Heap *heap = vm_heap(sched->vm);
  Tally tally = {.sched = sched};
  ASSERT(sched->notifying.count == 0 && sched->cancelling.count == 0);
  heap_each(heap, KIND_FIBER, check_fiber, &tally);
  heap_each(heap, KIND_TICKET, check_ticket, &tally);
  heap_each(heap, KIND_SELECTION, check_selection, &tally);
  heap_each(heap, KIND_CHANNEL, check_channel, &tally);
  heap_each(heap, KIND_ALARM, check_alarm, &tally);
  heap_each(heap, KIND_LOCK, check_gate, &tally);
  heap_each(heap, KIND_SEMAPHORE, check_gate, &tally);
  heap_each(heap, KIND_WAIT_GROUP, check_gate, &tally);
  heap_each(heap, KIND_BROADCAST, check_gate, &tally);
  heap_each(heap, KIND_PROMISE, check_promise, &tally);
  heap_each(heap, KIND_GROUP, check_group, &tally);
  ASSERT(tally.linked == tally.waiting);
  ASSERT(tally.watchers == tally.watching);
  ASSERT(check_ready(&tally) == sched->ready_count);
  ASSERT(tally.ready == sched->ready_count);
  check_timers(&tally);
  HeapStats stats;
  heap_stats(heap, &stats);
  sched->verify_cost = tally.seen + stats.used / BYTES_A_LOOK;
  sched->verify_work = 0;
}

void sched_verify_slice(Sched *sched) {
  sched->verify_work += SCHED_SLICE - sched->slice_left + 1;
  if (sched->verify_work > sched->verify_cost) sched_verify(sched);
}
#endif
